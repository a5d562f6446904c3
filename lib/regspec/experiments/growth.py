"""Growth of commuting zones on their initial specialisation: data against model (Figures 5, 6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray

from regspec.experiments.regions import DATES
from regspec.experiments.two_sectors import two_sector_gini

Floats = NDArray[np.float64]

__all__ = [
    "Slope",
    "compare_slopes",
    "decompose",
    "growth_slope",
    "share_explained",
    "zone_panel",
]


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
        (:func:`regspec.experiments.two_sectors.zone_shares`).
    incomes : pandas.DataFrame
        ``cz``, ``year``, ``income_pc`` (:func:`regspec.sources.bea_county.zone_income`).
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
    design = sm.add_constant(np.column_stack(columns), has_constant="add")
    fit = sm.OLS(y, design).fit(cov_type="HC1")
    return Slope(
        label=label,
        slope=float(fit.params[1]),
        se=float(fit.bse[1]),
        per_sd=float(fit.params[1] * x.std(ddof=1)),
        r2=float(fit.rsquared),
        regions=x.size,
    )


def compare_slopes(panel: pd.DataFrame, growth: dict[str, Floats]) -> pd.DataFrame:
    """Slopes of the data and of model variants, plain and at the scale of total income.

    The model covers manufacturing, the data are total income per head (register of readings,
    row 24): a zone's model growth counts there with its manufacturing share of employment.

    Parameters
    ----------
    panel : pandas.DataFrame
        Result of :func:`zone_panel`.
    growth : dict of str to ndarray, shape (n,)
        Model growth by variant, in the order of `panel`.

    Returns
    -------
    pandas.DataFrame
        The data, the data given log income per head and the manufacturing share in the first
        year, and two rows a variant (``scale`` is ``manufacturing`` or ``total income``):
        label, scale, slope, se, per_sd, r2, regions, share_of_data (slope over the data's).
    """
    gini, weight = panel["gini"], panel["manufacturing_share"].to_numpy()
    controls = pd.DataFrame({"income": np.log(panel["income_pc"]), "manufacturing": weight})
    data = growth_slope("data", gini, panel["growth"])
    given = growth_slope("data, given income and manufacturing", gini, panel["growth"], controls)
    rows = [("total income", data), ("total income", given)]
    for label, model in growth.items():
        rows.append(("manufacturing", growth_slope(label, gini, model)))
        rows.append(("total income", growth_slope(label, gini, model * weight)))
    frame = pd.DataFrame([{"scale": scale, **asdict(s)} for scale, s in rows])
    frame["share_of_data"] = frame["slope"] / data.slope
    return frame[["label", "scale", *(c for c in frame.columns if c not in ("label", "scale"))]]


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
