"""Fact 1: specialized regions are richer at first and grow more slowly afterwards.

Equations (1), (2), (30) and (31); Tables 4 to 7; Figures 2 and 15 of the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regspec.facts.designs import CONTROLS, controls_for, design, exposure, pool, quantile_of
from regspec.facts.estimates import Regression, Spatial, fit_ols, residualize

__all__ = [
    "CONTROLS",
    "Horizons",
    "Quantiles",
    "TradeOff",
    "by_quantile",
    "coefficients",
    "design",
    "error_table",
    "exposure",
    "first_negative",
    "growth_by_horizon",
    "summary",
    "summary_table",
    "trade_off",
    "trade_off_between",
]


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

    def headlines(self) -> dict[str, float]:
        """Effect of specialization on either half, by name.

        Returns
        -------
        dict
            ``level_sd`` and ``growth_sd``: standard deviations of the outcome per standard
            deviation of specialization; ``level_t`` and ``growth_t``: t-ratios.
        """
        halves = {"level": self.level, "growth": self.growth}
        out = {f"{half}_sd": float(fit.standardized[fit.focus]) for half, fit in halves.items()}
        return out | {f"{half}_t": fit.term().t for half, fit in halves.items()}


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantiles:
    """Initial income and later growth over the quantile of specialization (31).

    Attributes
    ----------
    effects : pandas.DataFrame
        Figure 15: columns group ("level", "growth"), quantile (2 to the last; the first is the
        base), coef, lower, upper (log points against the first quantile, 95 percent), n.
    level, growth : Regression
        Slope of the straight line through the quantiles, log points a quantile.
    """

    effects: pd.DataFrame
    level: Regression
    growth: Regression


def trade_off(
    data: pd.DataFrame,
    *,
    start: int,
    end: int,
    measures: Sequence[str] = ("gini",),
    controls: str = "all",
    cluster: str | None = None,
    spatial: Spatial | None = None,
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
        Gini within tradable and within other industries) give columns 2 and 4 of Table 4, six
        (within macro industries) Table 5.
    controls : str
        Key of :data:`CONTROLS`. Growth also gets the initial log income unless it is "none".
    cluster, spatial
        As in :func:`regspec.facts.estimates.fit_ols`: HC1 without either.

    Returns
    -------
    TradeOff

    Raises
    ------
    ValueError, KeyError
        Unknown set of controls, or unknown measure.
    """
    level_controls, growth_controls = controls_for(controls)
    errors: dict[str, Any] = {"cluster": cluster, "spatial": spatial}
    years = f"{start}-{end}"
    level, growth = [*measures, *level_controls], [*measures, *growth_controls]
    return TradeOff(
        level=fit_ols(data, "level", level, spec=f"log income, {start}", **errors),
        growth=fit_ols(data, "growth", growth, spec=f"growth, {years}", **errors),
        data=data,
        level_net=residualize(data, "level", measures[0], level[1:]),
        growth_net=residualize(data, "growth", measures[0], growth[1:]),
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
    leave_one_out: bool = True,
    cluster: str = "region",
    spatial: Spatial | None = None,
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
    leave_one_out : bool
        As in :func:`design`.
    cluster : str
        Column by which errors are clustered; by region that is HC1 where a horizon has one
        start year.
    spatial : Spatial, optional
        Errors correlated by distance, instead of clustering.

    Returns
    -------
    Horizons

    Raises
    ------
    ValueError
        No pair of years lies a horizon apart.
    """
    _, extra = controls_for(controls)
    rows = []
    for h in horizons:
        pooled = pool(
            regions, concentration, sectors, years=years, horizon=h, leave_one_out=leave_one_out
        )
        several = len(pooled["year"].unique()) > 1
        alone = spatial is not None or (cluster == "region" and not several)
        fit = fit_ols(
            pooled,
            "growth",
            [measure, *extra],
            cluster=None if alone else cluster,
            spatial=spatial,
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


def by_quantile(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame,
    *,
    years: Sequence[int],
    horizon: int = 20,
    quantiles: int = 20,
    measure: str = "gini",
    controls: str = "exposure",
    leave_one_out: bool = True,
) -> Quantiles:
    """Initial income and later growth by quantile of specialization (31), Figure 15.

    Start years are pooled with their own intercepts, errors clustered by region.

    Parameters
    ----------
    regions, concentration, sectors, leave_one_out
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
    Quantiles

    Raises
    ------
    ValueError
        Ties leave one of the quantiles without regions.
    """
    pooled = pool(
        regions, concentration, sectors, years=years, horizon=horizon, leave_one_out=leave_one_out
    )
    pooled = pooled.assign(quantile=quantile_of(pooled, measure, quantiles))
    wanted = range(2, quantiles + 1)
    empty = sorted(set(range(1, quantiles + 1)) - set(pooled["quantile"].dropna().astype(int)))
    if empty:
        raise ValueError(
            f"quantiles {empty} of {measure} hold no region; use fewer than {quantiles}"
        )
    dummies = {f"quantile_{k}": (pooled["quantile"] == k).astype(float) for k in wanted}
    known = pooled.assign(**dummies)[pooled["quantile"].notna()]
    rows = []
    for fit in _two_halves(known, list(dummies), controls):
        for k in wanted:
            term = fit.term(f"quantile_{k}")
            ends = {"coef": term.coef, "lower": term.lower, "upper": term.upper}
            rows.append({"group": fit.outcome, "quantile": k, **ends, "n": fit.n})
    level, growth = _two_halves(pooled, ["quantile"], controls)
    return Quantiles(effects=pd.DataFrame(rows), level=level, growth=growth)


def _two_halves(
    pooled: pd.DataFrame, focus: Sequence[str], controls: str
) -> tuple[Regression, Regression]:
    """Level and growth on the focus over pooled start years, clustered by region."""
    level, growth = (
        fit_ols(pooled, outcome, [*focus, *extra], cluster="region", effects="year")
        for outcome, extra in zip(("level", "growth"), controls_for(controls), strict=True)
    )
    return level, growth


def trade_off_between(
    start: int,
    end: int,
    *,
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame | None = None,
    leave_one_out: bool = True,
    **how: Any,
) -> TradeOff:
    """Both halves of (1) from panels: the cross-section of two years, and its estimates.

    Parameters
    ----------
    start, end, regions, concentration, sectors, leave_one_out
        As in :func:`design`.
    **how
        Measures, controls and errors, as in :func:`trade_off`.
    """
    data = design(
        regions, concentration, sectors, start=start, end=end, leave_one_out=leave_one_out
    )
    return trade_off(data, start=start, end=end, **how)


def summary_table(effects: pd.DataFrame) -> pd.DataFrame:
    """Columns of :func:`summary` as a page prints them; effects in standard deviations are sd."""
    columns = ["spec", "group", "sd", "raw", "se", "n", "r2_adj"]
    return effects.rename(columns={"coef": "sd"})[columns]


def coefficients(
    results: Mapping[str, TradeOff], measures: Sequence[str], *, label: str
) -> pd.DataFrame:
    """Coefficients of several measures that enter together, growth before level.

    Parameters
    ----------
    results : mapping of str to TradeOff
        Each with all of the measures.
    measures : sequence of str
    label : str
        Name of the column that holds the keys of `results`.

    Returns
    -------
    pandas.DataFrame
        Columns `label`, outcome, regressor, coef, se and sd (standard deviations of the outcome
        per standard deviation of the regressor).
    """
    return pd.DataFrame(
        {label: name, "outcome": fit.spec, "regressor": m, "coef": fit.coef[m], "se": fit.se[m],
         "sd": fit.standardized[m]}
        for name, result in results.items()
        for fit in (result.growth, result.level)
        for m in measures
    )  # fmt: skip


def error_table(results: Mapping[str, TradeOff]) -> pd.DataFrame:
    """Standard error and t-ratio of specialization in either half, by kind of error.

    Returns
    -------
    pandas.DataFrame
        Columns errors (the key), and "level, se", "level, t" and the same of growth.
    """
    rows = []
    for name, result in results.items():
        row: dict[str, Any] = {"errors": name}
        for half, fit in (("level", result.level), ("growth", result.growth)):
            row |= {f"{half}, se": fit.term().se, f"{half}, t": fit.term().t}
        rows.append(row)
    return pd.DataFrame(rows)
