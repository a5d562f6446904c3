"""Growth of commuting zones on their initial specialisation: data against model (Figures 5, 6).

Bootstrap of slopes and of what frictions contribute to them, over zones (Figures 5 and 6).

The definition of a contribution is :func:`regspec.regions.growth.decompose`, in both orders.
Given its initial mix a zone's growth in the model is not random. What is uncertain is which zones
there are, and their growth in the data; so zones are drawn, with their data and with all of the
model's variants at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from regspec import seeds
from regspec.calibrate.two_sectors import two_sector_gini
from regspec.regions.simulate import DATES

__all__ = [
    "Bands",
    "Slope",
    "bootstrap_slopes",
    "decompose",
    "draw_counts",
    "frictions",
    "growth_slope",
    "interval",
    "share_explained",
    "zone_panel",
]

Floats = NDArray[np.float64]


def zone_panel(
    shares: pd.DataFrame,
    incomes: pd.DataFrame,
    *,
    first_year: int = DATES[0],
    last_year: int = DATES[-1],
) -> pd.DataFrame:
    """Join the initial sector mix and the growth of income per head by commuting zone.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``cz``, ``share``, ``manufacturing_share``
        (:func:`regspec.calibrate.two_sectors.zone_shares`).
    incomes : pandas.DataFrame
        ``cz``, ``year``, ``income_pc`` (:func:`regspec.sources.bea.zone_income`).
    first_year, last_year : int

    Returns
    -------
    pandas.DataFrame
        One row a zone with both: ``cz``, ``share``, ``gini`` (two sectors),
        ``manufacturing_share``, ``income_pc`` (first year), ``growth`` (log points, over the
        whole span, less the mean of the zones).

    Raises
    ------
    ValueError
        If a year is not in `incomes`.
    """
    # pivot, not pivot_table: a repeated zone-year must fail, not be averaged.
    wide = incomes.pivot(index="cz", columns="year", values="income_pc")  # noqa: PD010
    for year in (first_year, last_year):
        if year not in wide.columns:
            raise ValueError(
                f"incomes hold no year {year}; they cover {wide.columns.min()}-{wide.columns.max()}"
            )
    ratio = wide[last_year] / wide[first_year]
    zones = pd.DataFrame({"income_pc": wide[first_year], "growth": ratio.map(np.log)}).dropna()
    panel = shares.dropna(subset="share").merge(zones, left_on="cz", right_index=True)
    panel = panel.assign(gini=two_sector_gini(panel["share"]))
    panel["growth"] -= panel["growth"].mean()
    columns = ["cz", "share", "gini", "manufacturing_share", "income_pc", "growth"]
    return panel[columns].sort_values("cz", ignore_index=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slope:
    """Least-squares slope of growth on the initial two-sector Gini.

    Attributes
    ----------
    label : str
    slope, se : float
        Log points over the whole span per unit of the Gini; robust (HC1) standard error.
    per_sd : float
        Log points for one standard deviation of the Gini.
    r2 : float
    regions : int
    """

    label: str
    slope: float
    se: float
    per_sd: float
    r2: float
    regions: int


def growth_slope(
    label: str,
    gini: Floats | pd.Series,
    growth: Floats | pd.Series,
    controls: pd.DataFrame | None = None,
) -> Slope:
    """Regress growth on the Gini with an intercept and HC1 standard errors.

    Parameters
    ----------
    label : str
    gini, growth : array_like, shape (n,)
    controls : pandas.DataFrame, shape (n, K), optional

    Raises
    ------
    ValueError
        If the lengths differ or a value is missing.
    """
    x, y = np.asarray(gini, dtype=float), np.asarray(growth, dtype=float)
    columns = [x] if controls is None else [x, *controls.to_numpy(dtype=float).T]
    complete = all(np.isfinite(c).all() for c in (*columns, y))
    if not complete or any(c.shape != y.shape for c in columns):
        raise ValueError(f"{label}: gini, growth and controls must be complete and equally long")
    design = add_constant(np.column_stack(columns), has_constant="add")
    fit = OLS(y, design).fit(cov_type="HC1")
    return Slope(
        label=label,
        slope=float(fit.params[1]),
        se=float(fit.bse[1]),
        per_sd=float(fit.params[1] * x.std(ddof=1)),
        r2=float(fit.rsquared),
        regions=x.size,
    )


def share_explained(model: Slope, data: Slope) -> tuple[float, float]:
    """Slope of the model over that of the data, in percent, and its standard error.

    The delta method, with the simulated slope taken as known: what is uncertain is the data's.
    """
    share = 100.0 * model.slope / data.slope
    return share, abs(share * data.se / data.slope)


def decompose(full: float, no_limit: float, no_cost: float, neither: float) -> pd.DataFrame:
    """Contribution of each friction to a slope, removed first and removed second.

    Parameters
    ----------
    full : float
        Slope with the collateral limit and adjustment costs.
    no_limit, no_cost : float
        Slope without one of the two.
    neither : float
        Slope without both.

    Returns
    -------
    pandas.DataFrame
        ``friction``, ``removed_first``, ``removed_second``, ``mean`` (the Shapley value) and
        ``percent`` of `full`; the last row, ``no friction``, is what remains. The means and the
        remainder add up to `full`.
    """
    rows = [
        ("collateral limit", full - no_limit, no_cost - neither),
        ("adjustment costs", full - no_cost, no_limit - neither),
        ("no friction", neither, neither),
    ]
    frame = pd.DataFrame(rows, columns=["friction", "removed_first", "removed_second"])
    frame["mean"] = (frame["removed_first"] + frame["removed_second"]) / 2
    frame["percent"] = 100.0 * frame["mean"] / full
    return frame


def draw_counts(n: int, draws: int, seed: int, clusters: ArrayLike | None = None) -> Floats:
    """How often each of n zones is drawn, with replacement.

    Parameters
    ----------
    n, draws, seed : int
    clusters : array_like, shape (n,), optional
        Zones of one cluster (a state, say) are drawn together.

    Returns
    -------
    ndarray, shape (draws, n)

    Raises
    ------
    ValueError
        For clusters of another length, or no draw.
    """
    groups = np.arange(n) if clusters is None else pd.factorize(np.asarray(clusters))[0]
    if groups.shape != (n,) or draws < 1:
        raise ValueError(f"{groups.size} clusters for {n} zones, {draws} draws; give one a zone")
    number = int(groups.max()) + 1
    chances = np.full(number, 1.0 / number)
    drawn = np.random.default_rng(seed).multinomial(number, chances, size=draws)
    return drawn[:, groups].astype(np.float64)


def bootstrap_slopes(x: ArrayLike, ys: ArrayLike, counts: Floats) -> Floats:
    """Least-squares slopes of every series on x in every draw.

    Parameters
    ----------
    x : array_like, shape (n,)
    ys : array_like, shape (m, n)
    counts : ndarray, shape (draws, n)

    Returns
    -------
    ndarray, shape (draws, m)

    Raises
    ------
    ValueError
        If the lengths differ or x does not vary in a draw.
    """
    gini, series = np.asarray(x, dtype=float), np.atleast_2d(np.asarray(ys, dtype=float))
    if series.shape[1] != gini.size or counts.shape[1] != gini.size:
        raise ValueError(
            f"x has {gini.size} zones, the series {series.shape[1]}, the draws {counts.shape[1]}"
        )
    centred = gini - gini.mean()  # for accuracy: slopes do not depend on it
    level = series - series.mean(axis=1, keepdims=True)
    total = counts.sum(axis=1)
    mean = counts @ centred / total
    variance = counts @ centred**2 / total - mean**2
    if not (variance > 1e-14).all():
        raise ValueError("x does not vary in some draw; use more zones or other clusters")
    cross = counts @ (centred * level).T / total[:, None]
    means = counts @ level.T / total[:, None]
    return np.asarray((cross - mean[:, None] * means) / variance[:, None])


def interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.asarray(values, dtype=float), [tail, 1.0 - tail])
    return float(low), float(high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """Slopes of the data and of the model's variants with bootstrap intervals.

    Attributes
    ----------
    slopes : pandas.DataFrame
        Index: ``data`` and the variants; ``slope``, ``low``, ``high``.
    shares : pandas.DataFrame
        ``quantity``, ``percent``, ``low``, ``high``, in percent: the model's slope of the data's,
        the slope with adjustment costs only of the data's, and the parts of the limit and of the
        costs in the model's slope, removed first, second and on average.
    data_negative : float
        Share of draws in which the slope of the data is negative: the shares of it have no
        meaning in the others.
    """

    slopes: pd.DataFrame
    shares: pd.DataFrame
    data_negative: float

    def headlines(self, mark: str = "") -> dict[str, float]:
        """Slopes of data and variants and the interval of the data, `mark` in every name."""
        names = {"data": "data", "model": _BOTH, "costs": _COSTS, "free": _LIMIT}
        slopes = {f"slope{mark}_{n}": self.slopes["slope"][row] for n, row in names.items()}
        return slopes | {f"data{mark}_{end}": self.slopes[end]["data"] for end in ("low", "high")}

    def contributions(self) -> dict[str, float]:
        """Percent of the model's slope due to the limit and to costs, removed first and second."""
        percent = self.shares.set_index("quantity")["percent"]
        parts = {"": "collateral limit", "costs_": "adjustment costs"}
        return {
            f"{name}{order}": float(percent[f"{friction}, removed {order}"])
            for name, friction in parts.items()
            for order in ("first", "second")
        }

    def written(self) -> pd.Series:
        """Shares with their intervals as text, by quantity."""
        text = self.shares.set_index("quantity").map("{:.1f}".format)
        return text["percent"] + " (" + text["low"] + " to " + text["high"] + ")"


#: Variants of the model by the frictions they have.
_BOTH, _COSTS, _LIMIT, _NONE = "with limit", "without limit", "no adjustment costs", "neither"


def frictions(
    gini: ArrayLike,
    data: ArrayLike,
    growth: Mapping[str, ArrayLike],
    *,
    draws: int = 2000,
    seed: int = seeds.SIMULATION,
    clusters: ArrayLike | None = None,
    level: float = 0.95,
) -> Bands:
    """Slopes on the Gini and the contributions of both frictions, with bands.

    Without adjustment costs capital moves at once, limit or no limit: "neither" has the growth of
    "no adjustment costs" where it is not given.

    Parameters
    ----------
    gini, data : array_like, shape (n,)
    growth : mapping of str to array_like, shape (n,)
        ``with limit``, ``without limit``, ``no adjustment costs`` and optionally ``neither``, at
        the scale of `data`.
    draws, seed : int
    clusters : array_like, shape (n,), optional
        As in :func:`draw_counts`.
    level : float

    Raises
    ------
    ValueError
        If a variant is missing.
    """
    if missing := [v for v in (_BOTH, _COSTS, _LIMIT) if v not in growth]:
        raise ValueError(f"growth lacks {missing}; it has {list(growth)}")
    series = {"data": data, **{v: growth[v] for v in (_BOTH, _COSTS, _LIMIT)}}
    series[_NONE] = growth.get(_NONE, growth[_LIMIT])
    stacked = np.array([np.asarray(y, dtype=float) for y in series.values()])
    n = stacked.shape[1]
    drawn = bootstrap_slopes(gini, stacked, draw_counts(n, draws, seed, clusters))
    point = bootstrap_slopes(gini, stacked, np.ones((1, n)))[0]
    ends = np.array([interval(column, level) for column in drawn.T])
    slopes = pd.DataFrame({"slope": point, "low": ends[:, 0], "high": ends[:, 1]}, index=[*series])
    at, over = _shares(point[None, :]), _shares(drawn)
    rows = [(name, at[name][0], *interval(over[name], level)) for name in at]
    return Bands(
        slopes=slopes,
        shares=pd.DataFrame(rows, columns=["quantity", "percent", "low", "high"]),
        data_negative=float((drawn[:, 0] < 0).mean()),
    )


def _shares(slopes: Floats) -> dict[str, Floats]:
    """Shares in percent for every row of slopes (draws, 5): data, both, costs, limit, none."""
    data, both, costs, limit, none = slopes.T
    parts = {
        "collateral limit": (both - costs, limit - none),
        "adjustment costs": (both - limit, costs - none),
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = {"model, of the data": both / data, "costs only, of the data": costs / data}
        for friction, (first, second) in parts.items():
            shares[f"{friction}, removed first"] = first / both
            shares[f"{friction}, removed second"] = second / both
            shares[f"{friction}, mean of both orders"] = (first + second) / (2.0 * both)
    return {name: 100.0 * value for name, value in shares.items()}
