"""Fact 1: specialized regions are richer at first and grow more slowly afterwards.

Equations (1), (2) and (30); Tables 4, 6 and 7; Figure 2 of the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regspec.facts.estimates import Regression, fit_ols, residualize
from regspec.measures import industry_growth, shift_share

__all__ = [
    "CONTROLS",
    "Horizons",
    "TradeOff",
    "design",
    "exposure",
    "first_negative",
    "growth_by_horizon",
    "quantile_slopes",
    "summary",
    "trade_off",
]

#: Sets of controls from none to all that are public: the paper's share of high-skilled workers,
#: old-age dependency and share of women need the census tier. Zones have no sectors, so their
#: exposure to structural change is their share of manufacturing (column ``total``).
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "exposure": ("ghat",),
    "all": ("ghat", "log_population", "rust_belt"),
    "zones": ("total", "log_population", "rust_belt"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeOff:
    """Both halves of Fact 1 in one cross-section (1).

    Attributes
    ----------
    level, growth : Regression
        Log income per head in `start`, and its log growth to `end`, on specialization.
    data : pandas.DataFrame
        The cross-section, one row per region.
    level_net, growth_net : pandas.DataFrame
        Outcome and specialization net of the controls, as in Figure 2.
    start, end : int
    controls : str
        Key of :data:`CONTROLS`.
    """

    level: Regression
    growth: Regression
    data: pd.DataFrame
    level_net: pd.DataFrame
    growth_net: pd.DataFrame
    start: int
    end: int
    controls: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizons:
    """Growth over several horizons on specialization at its start (30).

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row per horizon: horizon, coef, se, t, p, lower, upper (95 percent), standardized,
        n, regions, r2_adj.
    spec : str
    """

    estimates: pd.DataFrame
    spec: str


def design(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame | None = None,
    *,
    start: int,
    end: int,
    leave_one_out: bool = True,
) -> pd.DataFrame:
    """Cross-section of regions for (1), with the exposure to structural change (2).

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns region, year, log_income, log_population, rust_belt.
    concentration : pandas.DataFrame
        Columns region, year and one column per measure of specialization.
    sectors : pandas.DataFrame, optional
        Columns region, year, industry, amount: the sectors whose national growth forms the
        exposure; both years are needed. Without it there is no column ghat.
    start, end : int
        First year (levels, shares, controls) and last year of growth.
    leave_one_out : bool
        Whether national growth leaves out the region that it predicts.

    Returns
    -------
    pandas.DataFrame
        One row per region: region, year, level, growth (log points from `start` to `end`),
        ghat, log_income, log_population, rust_belt, and the measures of `concentration`.

    Raises
    ------
    ValueError
        One of the years is missing in one of the frames.
    """
    if end <= start:
        raise ValueError(f"end is {end} and start {start}; growth needs end > start")
    _require_years("regions", regions, start, end)
    _require_years("concentration", concentration, start)
    first = regions.loc[regions["year"] == start].set_index("region")
    last = regions.loc[regions["year"] == end].set_index("region")
    out = first[["year", "log_income", "log_population", "rust_belt"]].assign(
        level=first["log_income"], growth=last["log_income"] - first["log_income"]
    )
    if sectors is not None:
        _require_years("sectors", sectors, start, end)
        out["ghat"] = exposure(sectors, start=start, end=end, leave_one_out=leave_one_out)
    measures = concentration.loc[concentration["year"] == start].drop(columns="year")
    return out.join(measures.set_index("region"), how="inner").reset_index()


def exposure(
    sectors: pd.DataFrame, *, start: int, end: int, leave_one_out: bool = True
) -> pd.Series:
    """Predicted log growth of each region from its sectors in `start` (2), indexed by region.

    Cells missing in either year are left out of national growth; in the shares they count as
    zero.
    """
    first, last = (
        sectors[sectors["year"] == year].pivot_table(
            index="region", columns="industry", values="amount"
        )
        for year in (start, end)
    )
    first, last = first.align(last)
    both = first.notna() & last.notna()
    growth = industry_growth(first.where(both), last.where(both), leave_one_out=leave_one_out)
    return pd.Series(shift_share(first, growth), index=first.index, name="ghat")


def trade_off(
    data: pd.DataFrame,
    *,
    start: int,
    end: int,
    measures: Sequence[str] = ("gini",),
    controls: str = "all",
) -> TradeOff:
    """Estimate level and growth on specialization in one cross-section (1).

    Parameters
    ----------
    data : pandas.DataFrame
        From :func:`design`.
    start, end : int
        Years of the design, kept in the result.
    measures : sequence of str
        Columns of specialization, entered together; the first is the one of interest. Two (the
        Gini within tradable and within other industries) give columns 2 and 4 of Table 4.
    controls : str
        Key of :data:`CONTROLS`. Growth also gets the initial log income unless it is "none".

    Returns
    -------
    TradeOff

    Raises
    ------
    KeyError
        Unknown set of controls or measure.
    """
    if controls not in CONTROLS:
        raise KeyError(f"controls is {controls!r}; use one of {', '.join(CONTROLS)}")
    level_controls = CONTROLS[controls]
    growth_controls = (*level_controls, *(() if controls == "none" else ("log_income",)))
    years = f"{start}-{end}"
    return TradeOff(
        level=fit_ols(data, "level", [*measures, *level_controls], spec=f"log income, {start}"),
        growth=fit_ols(data, "growth", [*measures, *growth_controls], spec=f"growth, {years}"),
        data=data,
        level_net=residualize(data, "level", measures[0], [*measures[1:], *level_controls]),
        growth_net=residualize(data, "growth", measures[0], [*measures[1:], *growth_controls]),
        start=start,
        end=end,
        controls=controls,
    )


def summary(results: Mapping[str, TradeOff]) -> pd.DataFrame:
    """Both halves of several specifications in standard deviations, one row each.

    Parameters
    ----------
    results : mapping of str to TradeOff
        Label of the specification and its result.

    Returns
    -------
    pandas.DataFrame
        Columns group ("level" or "growth"), spec, coef, lower, upper (standard deviations of
        the outcome per standard deviation of specialization, 95 percent interval), raw, se
        (in units of the regression), n, r2_adj.
    """
    rows = []
    for spec, result in results.items():
        for group, fit in (("level", result.level), ("growth", result.growth)):
            term = fit.term()
            scale = float(fit.standardized[fit.focus]) / term.coef
            rows.append(
                {
                    "group": group,
                    "spec": spec,
                    "coef": scale * term.coef,
                    "lower": scale * term.lower,
                    "upper": scale * term.upper,
                    "raw": term.coef,
                    "se": term.se,
                    "n": fit.n,
                    "r2_adj": fit.r2_adj,
                }
            )
    return pd.DataFrame(rows)


def growth_by_horizon(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame,
    *,
    years: Sequence[int],
    horizons: Sequence[int],
    measure: str = "gini",
    controls: str = "all",
    year_effects: bool = True,
) -> Horizons:
    """Growth over each horizon on specialization at its start, start years pooled (30).

    Parameters
    ----------
    regions, concentration, sectors
        As in :func:`design`.
    years : sequence of int
        Years that may start or end a horizon.
    horizons : sequence of int
        Lengths in years; a horizon uses every pair of `years` that far apart.
    measure : str
        Column of `concentration`.
    controls : str
        Key of :data:`CONTROLS`.
    year_effects : bool
        An intercept for each start year, so that only regions of one year are compared. The
        paper prints a single intercept.

    Returns
    -------
    Horizons
        Standard errors are clustered by region (HC1 where a horizon has one start year).

    Raises
    ------
    ValueError
        No pair of years lies a horizon apart.
    """
    extra = [*CONTROLS[controls], *(() if controls == "none" else ("log_income",))]
    measured = set(concentration["year"])
    rows = []
    for h in horizons:
        starts = [t for t in years if t + h in years and t in measured]
        if not starts:
            raise ValueError(
                f"no two of the years {list(years)} are {h} years apart with {measure} in the first"
            )
        pooled = pd.concat(
            design(regions, concentration, sectors, start=t, end=t + h) for t in starts
        )
        several = len(starts) > 1
        fit = fit_ols(
            pooled,
            "growth",
            [measure, *extra],
            cluster="region" if several else None,
            effects="year" if several and year_effects else None,
        )
        rows.append(
            {
                "horizon": h,
                **fit.term()._asdict(),
                "standardized": float(fit.standardized[measure]),
                "n": fit.n,
                "regions": int(pooled["region"].nunique()),
                "r2_adj": fit.r2_adj,
            }
        )
    spec = f"growth on {measure}, {', '.join(extra) or 'no controls'}" + (
        "; start-year effects" if year_effects else ""
    )
    return Horizons(estimates=pd.DataFrame(rows).replace({np.inf: np.nan}), spec=spec)


def first_negative(estimates: pd.DataFrame, *, t_ratio: float = 1.645) -> int | None:
    """Shortest horizon from which every growth effect is significantly negative, if any.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Columns horizon and t, as in :class:`Horizons`.
    t_ratio : float
        Size from which a t-ratio counts as significant.
    """
    ordered = estimates.sort_values("horizon", ascending=False)
    lasting = (ordered["t"] < -t_ratio).cummin()
    return int(ordered.loc[lasting, "horizon"].min()) if lasting.any() else None


def quantile_slopes(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame,
    *,
    years: Sequence[int],
    horizon: int = 20,
    quantiles: int = 20,
    measure: str = "gini",
    controls: str = "exposure",
) -> tuple[Regression, Regression]:
    """Initial income and later growth over the quantile of specialization (31), Figure 15.

    The figure plots one coefficient a quantile; this is the slope of the line through them, in
    log points a quantile, start years pooled with their own intercepts.

    Parameters
    ----------
    regions, concentration, sectors
        As in :func:`design`.
    years : sequence of int
        Years that may start or end a horizon.
    horizon : int
    quantiles : int
        Quantiles are formed among the regions of a year.
    measure : str
        Column of `concentration`.
    controls : str
        Key of :data:`CONTROLS`; growth also gets the initial log income unless it is "none".

    Returns
    -------
    level, growth : Regression
        Clustered by region.
    """
    starts = [t for t in years if t + horizon in years and t in set(concentration["year"])]
    if not starts:
        raise ValueError(f"no two of the years {list(years)} are {horizon} years apart")
    pooled = pd.concat(
        design(regions, concentration, sectors, start=t, end=t + horizon) for t in starts
    )
    share = pooled.groupby("year")[measure].rank(pct=True)
    pooled = pooled.assign(quantile=np.ceil(quantiles * share - 1e-9))
    common = ["quantile", *CONTROLS[controls]]
    income = [] if controls == "none" else ["log_income"]
    level, growth = (
        fit_ols(pooled, outcome, regressors, cluster="region", effects="year")
        for outcome, regressors in (("level", common), ("growth", [*common, *income]))
    )
    return level, growth


def _require_years(name: str, frame: pd.DataFrame, *years: int) -> None:
    """Refuse a frame that lacks one of the years."""
    absent = sorted(set(years) - set(frame["year"]))
    if absent:
        raise ValueError(
            f"{name} has no rows for {absent}; it covers {frame['year'].min()} to"
            f" {frame['year'].max()}"
        )
