"""Fact 3: what a region specializes in persists for decades.

The rank-rank regression behind Figure 4, equation (33) and Figure 20, and Table 9 of the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from linearmodels.iv.absorbing import AbsorbingLS
from scipy import stats

from regspec.facts.estimates import fit_ols
from regspec.measures import rank_regions, rca

__all__ = [
    "Persistence",
    "advantage",
    "change_with_horizon",
    "industry_ranks",
    "persistence_gap",
    "rank_persistence",
    "specialization_persistence",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Persistence:
    """Coefficient of a rank on the same rank some years before.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row per horizon: horizon, coef, se, p, lower, upper, n, regions, pairs (of years).
    level : float
        Coverage of lower and upper.
    spec : str
    """

    estimates: pd.DataFrame
    level: float
    spec: str


def advantage(industries: pd.DataFrame) -> pd.DataFrame:
    """Revealed comparative advantage (5) and its ranks, for every region, industry and year.

    Parameters
    ----------
    industries : pandas.DataFrame
        Columns region, year, industry, amount (missing where suppressed).

    Returns
    -------
    pandas.DataFrame
        Columns region, year, industry, rca, log_rank (log rank of the region within industry
        and year, 1 = most specialized), log_rank_last (the same counted from the other end)
        and own_rank (rank of the industry within region and year). Cells without rca are left
        out.
    """
    frames = []
    for year, group in industries.groupby("year"):
        wide = group.pivot_table(index="region", columns="industry", values="amount")
        index = rca(wide.to_numpy())
        cells = {
            "rca": index,
            "log_rank": np.log(rank_regions(index)),
            "log_rank_last": np.log(rank_regions(index, largest_first=False)),
            "own_rank": rank_regions(index, axis=-1),
        }
        tall = pd.DataFrame(
            {name: values.ravel() for name, values in cells.items()},
            index=pd.MultiIndex.from_product([wide.index, wide.columns]),
        )
        frames.append(tall.reset_index(names=["region", "industry"]).assign(year=year))
    return pd.concat(frames, ignore_index=True).dropna(subset=["rca"])


def rank_persistence(
    ranks: pd.DataFrame,
    *,
    years: Sequence[int],
    horizons: Sequence[int],
    column: str = "log_rank",
    level: float = 0.90,
    industries: Collection[object] | None = None,
) -> Persistence:
    r"""Rank-rank elasticity of comparative advantage by horizon (Figure 4).

    .. math:: r_{i,c,t} = \beta_h r_{i,c,t-h} + \delta_{c,t} + \gamma_{i,t} + \epsilon_{i,c,t}

    with r the log rank of region c in industry i. The two sets of effects are absorbed;
    standard errors are clustered by region.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From :func:`advantage`.
    years : sequence of int
        Years that may start or end a horizon.
    horizons : sequence of int
        Lengths in years; a horizon uses every pair of `years` that far apart.
    column : str
        Rank to use, ``log_rank`` or ``log_rank_last``.
    level : float
        Coverage of the interval; the paper shades 90 percent.
    industries : collection, optional
        Those kept; all without it.

    Returns
    -------
    Persistence

    Raises
    ------
    ValueError
        No pair of years lies a horizon apart.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> cells = pd.MultiIndex.from_product([range(12), range(6)], names=["region", "industry"])
    >>> lasting = rng.lognormal(size=len(cells))  # what a region is good at, for good
    >>> industries = pd.concat(
    ...     cells.to_frame(index=False).assign(year=y, amount=lasting) for y in (1950, 1960)
    ... )
    >>> fit = rank_persistence(advantage(industries), years=[1950, 1960], horizons=[10])
    >>> fit.estimates[["horizon", "coef"]].round(3)
       horizon  coef
    0       10   1.0
    """
    if industries is not None:
        ranks = ranks[ranks["industry"].isin(list(industries))]
    rows = []
    for h in horizons:
        pairs = _pairs(ranks, column, years, h, ["region", "industry"])
        result = _absorb(pairs)
        se = float(result.std_errors["before"])
        rows.append(_row(h, float(result.params["before"]), se, pairs, level))
    return Persistence(
        estimates=pd.DataFrame(rows),
        level=level,
        spec=f"{column} on itself before; region-year and industry-year effects; "
        "clustered by region",
    )


def persistence_gap(
    ranks: pd.DataFrame,
    tradable: Collection[object],
    *,
    years: Sequence[int],
    horizon: int,
    column: str = "log_rank",
) -> tuple[float, float]:
    """Persistence of some industries less that of the others, and its standard error.

    One regression for both groups, each with its own slope and region-year effects: its slopes
    are those of :func:`rank_persistence` for each group, and its errors, clustered by region,
    allow the two to move together within a region.

    Parameters
    ----------
    ranks : pandas.DataFrame
        From :func:`advantage`.
    tradable : collection
        Industries of the first group.
    years, column
        As in :func:`rank_persistence`.
    horizon : int

    Raises
    ------
    ValueError
        One of the groups is empty, or no pair of years lies the horizon apart.
    """
    pairs = _pairs(ranks, column, years, horizon, ["region", "industry"])
    first = pairs["industry"].isin(tradable)
    if first.all() or not first.any():
        raise ValueError(f"all {len(pairs)} pairs lie in one of the two groups of industries")
    pairs = pairs.assign(group=first, difference=pairs["before"].where(first, 0.0))
    result = _absorb(pairs, ["difference", "before"], ["region", "year", "group"])
    return float(result.params["difference"]), float(result.std_errors["difference"])


def industry_ranks(
    ranks: pd.DataFrame,
    *,
    years: Sequence[int],
    horizons: Sequence[int],
    level: float = 0.95,
) -> Persistence:
    """Rank of each industry within its region on that rank before (Table 9), no effects.

    Parameters and errors as in :func:`rank_persistence`.
    """
    return _plain(ranks, "own_rank", ["region", "industry"], years, horizons, level)


def specialization_persistence(
    concentration: pd.DataFrame,
    *,
    years: Sequence[int],
    horizons: Sequence[int],
    measure: str = "gini",
    level: float = 0.90,
) -> Persistence:
    """Rank of a region by specialization on that rank before (33), Figure 20.

    Parameters
    ----------
    concentration : pandas.DataFrame
        Columns region, year and `measure`.
    years, horizons, level
        As in :func:`rank_persistence`.
    measure : str
        Ranks are the same for the measure and for its logarithm.
    """
    ranks = concentration.dropna(subset=[measure]).assign(
        rank=lambda d: d.groupby("year")[measure].rank(ascending=False)
    )
    return _plain(ranks, "rank", ["region"], years, horizons, level)


def _plain(
    ranks: pd.DataFrame,
    column: str,
    unit: list[str],
    years: Sequence[int],
    horizons: Sequence[int],
    level: float,
) -> Persistence:
    """Pooled regression of a rank on itself before, clustered by region."""
    rows = []
    for h in horizons:
        pairs = _pairs(ranks, column, years, h, unit)
        several = pairs.duplicated("region").any()
        fit = fit_ols(pairs, "now", ["before"], cluster="region" if several else None)
        term = fit.term(level=level)
        rows.append(_row(h, term.coef, term.se, pairs, level))
    spec = f"{column} on itself before; a constant; clustered by region where it repeats"
    return Persistence(estimates=pd.DataFrame(rows), level=level, spec=spec)


def _pairs(
    ranks: pd.DataFrame, column: str, years: Sequence[int], horizon: int, unit: list[str]
) -> pd.DataFrame:
    """Ranks now and a horizon before, for all pairs of years that far apart."""
    known = set(years) & set(ranks["year"])
    ends = sorted(t for t in known if t - horizon in known)
    if not ends:
        raise ValueError(
            f"no two years of the data among {list(years)} are {horizon} years apart; the data"
            f" cover {ranks['year'].min()} to {ranks['year'].max()}"
        )
    now = ranks.loc[ranks["year"].isin(ends), [*unit, "year", column]]
    before = ranks.loc[:, [*unit, "year", column]].assign(year=ranks["year"] + horizon)
    return now.rename(columns={column: "now"}).merge(
        before.rename(columns={column: "before"}), on=[*unit, "year"], validate="one_to_one"
    )


def _absorb(  # type: ignore[no-untyped-def]
    pairs: pd.DataFrame,
    regressors: Sequence[str] = ("before",),
    region: Sequence[str] = ("region", "year"),
):
    """Within regression with effects of regions (by year, or finer) and of industry-years."""
    effects = pd.DataFrame(
        {
            "region_year": pairs.groupby(list(region)).ngroup().astype("category"),
            "industry_year": pairs.groupby(["industry", "year"]).ngroup().astype("category"),
        }
    )
    model = AbsorbingLS(pairs["now"], pairs[list(regressors)], absorb=effects, drop_absorbed=True)
    clusters = pd.Series(pd.factorize(pairs["region"])[0], index=pairs.index)
    return model.fit(cov_type="clustered", clusters=clusters)


def _row(horizon: int, coef: float, se: float, pairs: pd.DataFrame, level: float) -> dict:
    """One row of estimates; the interval uses as many degrees of freedom as regions less one."""
    regions = int(pairs["region"].nunique())
    half = float(stats.t.ppf(0.5 + level / 2, regions - 1)) * se
    return {
        "horizon": horizon,
        "coef": coef,
        "se": se,
        "p": float(2 * stats.t.sf(abs(coef / se), regions - 1)) if se > 0 else 0.0,
        "lower": coef - half,
        "upper": coef + half,
        "n": len(pairs),
        "regions": regions,
        "pairs": int(pairs["year"].nunique()),
    }


def change_with_horizon(
    concentration: pd.DataFrame, *, years: Sequence[int], horizons: tuple[int, int] = (10, 70)
) -> float:
    """Persistence of regions' ranks (33) at the longer of two horizons less that at the shorter.

    Parameters as in :func:`specialization_persistence`.
    """
    fit = specialization_persistence(concentration, years=years, horizons=horizons)
    return float(fit.estimates["coef"].diff().iloc[-1])
