"""Calibrations for any split of manufacturing: named industries against the rest.

The paper sets industrial machinery against a composite and does not say how the composite is
weighted (register of readings, row 18). Here any one or two of the 15 industries can stand on
their own, with the weights, the column of Table 11 and the treatment of its negative estimates
as arguments, so that a table can say how much the choice of sectors decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from regspec.calibrate.processes import (
    AR1,
    Concept,
    Estimate,
    detrend,
    fit_ar1,
    log_productivity,
    total_change,
    trend_slope,
    weighted_growth,
)
from regspec.model import Equilibrium, Grid, headline_moments, solve_equilibrium
from regspec.parameters import INDUSTRIES, AdjustmentSource, Calibration
from regspec.tools.choices import require_choice

Weights = Literal["equal", "value added"]
Negatives = Literal["zero", "drop"]
Levels = Literal["equal", "observed"]
Processes = Literal["published", "estimated"]

REST = "rest of manufacturing"

__all__ = [
    "GRIDS",
    "REST",
    "Sectors",
    "alternative_splits",
    "known_signs",
    "pool_costs",
    "sector_moments",
    "sector_productivity",
    "sector_table",
    "sectors",
]

#: Grids that serve two and three sectors at moderate risk aversion.
GRIDS = {2: Grid(bonds=40, capital=15, shocks=3), 3: Grid(bonds=40, capital=13, shocks=3)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sectors:
    """A split of manufacturing and what the data say about it.

    Attributes
    ----------
    calibration : Calibration
        One industry a name and the rest last.
    names : tuple of str
    shares : tuple of float
        Of each sector in the value added of all, in the year of the weights.
    weights : pandas.Series
        Of the industries inside the rest, sum 1.
    processes : tuple of AR1
        Annual, of each sector's productivity relative to the average of all.
    change : Estimate
        Log change of the first sector's productivity over the rest's, from first to last year of
        `span`: slope of a straight line times years, deviations serially correlated.
    walk : Estimate
        The same change with the error that it has if shocks to productivity last.
    span : tuple of int
    """

    calibration: Calibration
    names: tuple[str, ...]
    shares: tuple[float, ...]
    weights: pd.Series
    processes: tuple[AR1, ...]
    change: Estimate
    walk: Estimate
    span: tuple[int, int]


def pool_costs(
    column: AdjustmentSource, weights: Mapping[str, float], *, negatives: Negatives = "zero"
) -> float:
    """Adjustment cost of pooled industries.

    Parameters
    ----------
    column : {"groth_khan", "hall"}
    weights : mapping of str to float
        By the name printed in Table 11.
    negatives : {"zero", "drop"}
        Negative estimates count as zero (as in the baseline), or their industries are left out of
        the average.

    Raises
    ------
    ValueError
        For another treatment, or if none is left.
    """
    require_choice("negatives", negatives, get_args(Negatives))
    costs = {i.name: getattr(i, column) for i in INDUSTRIES if i.name in weights}
    if negatives == "drop":
        costs = {name: cost for name, cost in costs.items() if cost >= 0}
    total = sum(weights[name] for name in costs)
    if total <= 0:
        raise ValueError(
            f"no industry with weight has an estimate >= 0 in column {column!r}; use "
            "negatives='zero'"
        )
    return sum(weights[name] * max(0.0, cost) for name, cost in costs.items()) / total


def sector_productivity(
    tfp: pd.DataFrame, members: Sequence[Sequence[int]], concept: Concept = "va"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log productivity of each sector relative to the average of all, and value added.

    Growth within and across sectors is aggregated with value-added weights (Tornqvist).

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    members : sequence of sequences of int
        ``industry_id`` of each sector.
    concept : {"va", "go"}

    Returns
    -------
    relative, value_added : pandas.DataFrame, shape (years, I)
        Log points, zero in the first year; columns 0 to I - 1.
    """
    log_tfp, value_added = log_productivity(tfp, concept)
    columns = [list(ids) for ids in members]
    levels = pd.DataFrame(
        {n: weighted_growth(log_tfp[ids], value_added[ids]) for n, ids in enumerate(columns)}
    ).cumsum()
    size = pd.DataFrame({n: value_added[ids].sum(axis=1) for n, ids in enumerate(columns)})
    return levels.sub(weighted_growth(levels, size).cumsum(), axis=0), size


def sectors(
    tfp: pd.DataFrame,
    groups: Mapping[str, tuple[int, ...]],
    names: Sequence[str],
    *,
    weights: Weights = "equal",
    column: AdjustmentSource = "groth_khan",
    negatives: Negatives = "zero",
    levels: Levels = "equal",
    processes: Processes = "published",
    concept: Concept = "va",
    year: int = 1980,
    span: tuple[int, int] = (1980, 2019),
    years: tuple[int, int] = (1958, 2018),
    **changes: object,
) -> Sectors:
    """Split manufacturing into one or two named industries and the rest.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    groups : mapping of str to tuple of int
        The 15 industries of Tables 10 and 11 in the order of the tables.
    names : sequence of str
        One or two of them.
    weights : {"equal", "value added"}
        Of the industries inside the rest, for its xi and Phi.
    column, negatives
        Of Table 11, and what to do with negative estimates (:func:`pool_costs`).
    levels : {"equal", "observed"}
        Mean productivity: the same for all sectors, or such that the value-added shares of `year`
        are the resting point, z_i proportional to s_i^(1 - alpha - xi_i).
    processes : {"published", "estimated"}
        Midpoints of Table 2 per period, or the sectors' own estimates, annual, converted.
    concept : {"va", "go"}
    year : int
        Of the value-added weights.
    span, years : tuple of int
        Of the trend, and of the estimated processes.
    **changes
        Other fields of the calibration (gamma, theta, ...).

    Raises
    ------
    ValueError
        For an industry that is not in `groups`, more than two of them, or another option.
    """
    _check(groups, names, weights=weights, levels=levels, processes=processes)
    printed = dict(zip(groups, INDUSTRIES, strict=True))
    rest = [name for name in groups if name not in names]
    sizes = _sizes(tfp, groups, year)
    weight = {name: sizes[name] if weights == "value added" else 1.0 for name in rest}
    by_name = {printed[name].name: weight[name] for name in rest}
    members = [*(groups[name] for name in names), [i for name in rest for i in groups[name]]]
    relative, value_added = sector_productivity(tfp, members, concept)
    fits = [fit_ar1(detrend(relative[n].loc[years[0] : years[1]])) for n in relative.columns]
    size = value_added.loc[year].to_numpy(float)
    shares = size / size.sum()
    gap = (relative[0] - relative[len(names)]).loc[span[0] : span[1]]
    slope = trend_slope(gap)
    n = len(gap) - 1
    xi_rest = sum(weight[name] * printed[name].xi for name in rest) / sum(weight.values())
    xi = [*(printed[name].xi for name in names), xi_rest]
    base = Calibration.converted()
    fields = {
        "xi": tuple(xi),
        "phi_adj": (
            *(max(0.0, getattr(printed[name], column)) for name in names),
            pool_costs(column, by_name, negatives=negatives),
        ),
        "industries": (*names, REST),
        "z_mean": _levels(shares, xi, base.alpha, levels),
        "rho": tuple(max(0.0, f.rho) for f in fits),
        "sigma": tuple(f.sigma for f in fits),
        "shock_period": "annual",
    }
    if processes == "published":
        fields |= {
            "rho": (base.rho[0],) * len(xi),
            "sigma": (base.sigma[0],) * len(xi),
            "shock_period": "published",
        }
    return Sectors(
        calibration=base.replace(**fields).replace(**changes),
        names=(*names, REST),
        shares=tuple(float(s) for s in shares),
        weights=pd.Series(weight) / sum(weight.values()),
        processes=tuple(fits),
        change=Estimate(value=n * slope.value, se=n * slope.se, observations=slope.observations),
        walk=total_change(gap),
        span=span,
    )


def alternative_splits(
    tfp: pd.DataFrame, groups: Mapping[str, tuple[int, ...]], *, gamma: float
) -> tuple[dict[str, Sectors], dict[str, Sectors]]:
    """Every industry against the rest, and machinery in three other ways.

    Parameters
    ----------
    tfp : pandas.DataFrame
    groups : mapping of str to tuple of int
        With "Machinery" and "Computers and electronics" among them.
    gamma : float

    Returns
    -------
    splits, variants : dict of str to Sectors
        Variants: with its own process, at its observed size, and beside computers as a third
        industry.
    """
    splits = {name: sectors(tfp, groups, [name], gamma=gamma) for name in groups}
    pair = ["Machinery", "Computers and electronics"]
    own = sectors(tfp, groups, pair[:1], processes="estimated", gamma=gamma)
    variants = {
        "Machinery, own process": own,
        "Machinery, observed size": sectors(tfp, groups, pair[:1], levels="observed", gamma=gamma),
        "Machinery and computers apart": sectors(tfp, groups, pair, gamma=gamma),
    }
    return splits, variants


def sector_table(splits: Mapping[str, Sectors]) -> pd.DataFrame:
    """One row a split: parameters, processes and the trend with both of its errors.

    Returns
    -------
    pandas.DataFrame
        ``sectors``, ``share`` (of the first), ``xi``, ``xi_rest``, ``phi``, ``phi_rest``, ``rho``,
        ``rho_se``, ``sigma``, ``sigma_se`` (annual, first sector), ``trend``, ``trend_se`` (line),
        ``change``, ``change_se`` (random walk), log points over the span.
    """
    rows = []
    for label, s in splits.items():
        own = s.processes[0]
        rows.append(
            {
                "sectors": label,
                "share": s.shares[0],
                "xi": s.calibration.xi[0],
                "xi_rest": s.calibration.xi[-1],
                "phi": s.calibration.phi_adj[0],
                "phi_rest": s.calibration.phi_adj[-1],
                "rho": own.rho,
                "rho_se": own.rho_se,
                "sigma": own.sigma,
                "sigma_se": own.sigma_se,
                "trend": s.change.value,
                "trend_se": s.change.se,
                "change": s.walk.value,
                "change_se": s.walk.se,
            }
        )
    return pd.DataFrame(rows)


def known_signs(table: pd.DataFrame) -> dict[str, int]:
    """How many changes of a :func:`sector_table` have a sign at 10 percent if shocks last.

    Returns
    -------
    dict
        ``signs_known``, and ``signs_rise`` (those above zero).
    """
    known = (table["change"] / table["change_se"]).abs() >= 1.645
    return {
        "signs_known": int(known.sum()),
        "signs_rise": int((known & (table["change"] > 0)).sum()),
    }


def sector_moments(
    splits: Mapping[str, Sectors], grids: Mapping[int, Grid] | None = None
) -> pd.DataFrame:
    """Solve each split: what the choice of sectors does to the equilibrium.

    Returns
    -------
    pandas.DataFrame
        ``sectors``, ``converged``, ``failing``, ``b/Y``, ``binding``, ``price sd``,
        ``first share`` (capital).
    """
    rows = []
    for label, s in splits.items():
        grid = (grids or GRIDS)[s.calibration.n_industries]
        solved: Equilibrium = solve_equilibrium(s.calibration, grid, on_failure="return")
        moments = headline_moments(solved)
        rows.append(
            {
                "sectors": label,
                "converged": solved.certificate.converged,
                "failing": "; ".join(i.name for i in solved.certificate.failing) or "none",
                "b/Y": moments["bonds over income, mean"],
                "binding": moments["binding frequency"],
                "price sd": moments["log price, sd"],
                "first share": moments["capital share, mean"],
            }
        )
    return pd.DataFrame(rows)


def _check(groups: Mapping[str, tuple[int, ...]], names: Sequence[str], **options: str) -> None:
    if len(groups) != len(INDUSTRIES):
        raise ValueError(f"groups has {len(groups)} industries; the tables have {len(INDUSTRIES)}")
    if unknown := [name for name in names if name not in groups]:
        raise ValueError(f"industries {unknown} are not in the tables; allowed: {list(groups)}")
    if not 1 <= len(names) <= 2 or len(set(names)) != len(names):
        raise ValueError(f"names is {list(names)}; allowed: one industry or two different ones")
    allowed = {"weights": Weights, "levels": Levels, "processes": Processes}
    for option, value in options.items():
        require_choice(option, value, get_args(allowed[option]))


def _sizes(tfp: pd.DataFrame, groups: Mapping[str, tuple[int, ...]], year: int) -> dict[str, float]:
    value_added = log_productivity(tfp)[1]
    if year not in value_added.index:
        first, last = value_added.index[0], value_added.index[-1]
        raise ValueError(f"year is {year}; the productivity data cover {first}-{last}")
    row = value_added.loc[year]
    return {name: float(row[list(ids)].to_numpy(float).sum()) for name, ids in groups.items()}


def _levels(
    shares: np.ndarray, xi: Sequence[float], alpha: float, levels: Levels
) -> tuple[float, ...]:
    if levels == "equal":
        return (1.0,) * len(shares)
    z = shares ** (1 - alpha - np.asarray(xi))
    return tuple(float(x) for x in z / z.mean())
