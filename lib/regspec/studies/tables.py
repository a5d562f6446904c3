"""The tables of the book that take minutes, one function each (:mod:`regspec.studies.stored`).

Their first argument holds a page's parameters. Its defaults are those of the page: with another
value of one, the page computes its tables itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from regspec.calibrate.discount import (
    TARGET,
    Case,
    Evaluation,
    beta_table,
    evaluate,
    evaluation_table,
    printed_cases,
    scan_ends,
)
from regspec.calibrate.sectors import alternative_splits, sector_moments
from regspec.model import Grid
from regspec.parameters import Calibration
from regspec.sources import tfp
from regspec.studies.explorer import explorer_chosen, explorer_gains, explorer_impulses
from regspec.studies.gains import (
    compare_aversion,
    largest_theta,
    simple_rules,
    variant_gains,
)
from regspec.studies.planning import (
    Unit,
    crossover,
    existence_table,
    specialization_curves,
    specialized_region,
    with_agglomeration,
)
from regspec.studies.stored import Maker, stored
from regspec.studies.zone_sensitivity import zone_alternatives

__all__ = [
    "TABLES",
    "Discount",
    "Scope",
    "check_headlines",
    "discount_candidates",
    "discount_checks",
    "discount_factors",
    "ergodic_roots",
    "planner_aversion",
    "planner_crossovers",
    "planner_curves",
    "planner_existence",
    "planner_limits",
    "planner_parts",
    "planner_rules",
    "planner_slices",
    "sector_equilibria",
]

#: Risk aversion and limit of the rows of :func:`planner_existence`.
CASES = ((1.0, 0.35), (2.0, 0.25), (2.0, 0.30), (2.0, 0.35), (5.0, 0.10), (5.0, 0.15), (5.0, 0.35))
#: Values of risk aversion side by side, and a limit at which both are certified for sure.
AVERSIONS, TIGHT = (2.0, 5.0), 0.10
#: Discount factors at the ends of the figure, for the lower and the higher risk aversion.
ENDS = ((0.86, 0.90, 0.97, 0.98), (0.90, 0.97))
#: Constant rates that are tried.
DEBT_RATES, SUBSIDY_RATES = (-0.05, -0.02, 0.0, 0.02, 0.05), (0.0, 0.02, 0.04, 0.06, 0.08)
#: Industries of :func:`sector_equilibria`.
IN_ITS_PLACE = ("Machinery", "Textiles", "Rubber and plastics")
#: Units in which an industry's size is measured, by their titles.
UNITS: dict[str, Unit] = {
    "size in units of the whole stock": "stock",
    "size in units of the average industry": "average",
}


@dataclass(frozen=True)
class Scope:
    """Parameters of the chapter on where a planner exists.

    Attributes
    ----------
    gamma, theta : float
        Risk aversion and limit.
    grid : Grid
    specialized : float
        Private resting point of the region: capital share of industry 1.
    strong : float
        Agglomeration of industry 1 where it is stronger than the other's.
    points : int
        Values of agglomeration on a curve.
    """

    gamma: float = 2.0
    theta: float = 0.25
    grid: Grid = Grid(40, 15, 3)  # noqa: RUF009 (frozen)
    specialized: float = 0.7
    strong: float = 0.25
    points: int = 7

    @cached_property
    def base(self) -> Calibration:
        """Calibration of a decade."""
        return Calibration.converted(gamma=self.gamma, theta=self.theta)

    @cached_property
    def region(self) -> Calibration:
        """Region whose industries agglomerate alike."""
        alike = self.base.replace(xi=(self.base.xi[1], self.base.xi[1]))
        return specialized_region(alike, self.specialized)

    @cached_property
    def stronger(self) -> Calibration:
        """The region with stronger agglomeration of industry 1."""
        return with_agglomeration(self.region, self.strong, unit="average")

    @property
    def xi(self) -> np.ndarray:
        """Agglomeration of industry 1 along a curve."""
        return np.linspace(0.0, 0.3, self.points)

    @property
    def finer(self) -> Grid:
        """Grid with half as many nodes again."""
        bonds, capital = self.grid.bonds, self.grid.capital
        return Grid(3 * bonds // 2, 3 * (capital - 1) // 2 + 1, self.grid.shocks)


def planner_existence(at: Scope = Scope()) -> pd.DataFrame:
    """Where equilibrium and planner are certified, by risk aversion and limit.

    Returns
    -------
    pandas.DataFrame
        See :func:`regspec.studies.planning.existence_table`.
    """
    return existence_table(CASES, at.base, at.grid)


def planner_limits(at: Scope = Scope()) -> pd.DataFrame:
    """Largest limit at which market and planner are certified: ``gamma``, ``theta``."""
    rows = [(g, largest_theta(at.stronger.replace(gamma=g), at.grid)) for g in AVERSIONS]
    return pd.DataFrame(rows, columns=["gamma", "theta"])


def _side_by_side(at: Scope) -> list[tuple[float, float]]:
    """Both values of risk aversion at a tight limit and at the largest one of the higher."""
    largest = float(stored(planner_limits, at)["theta"].iloc[-1])
    return [(g, t) for t in (TIGHT, largest) for g in AVERSIONS]


def planner_aversion(at: Scope = Scope()) -> pd.DataFrame:
    """Taxes, shares and gains by risk aversion and limit, the last case on a finer grid, too.

    Returns
    -------
    pandas.DataFrame
        See :func:`regspec.studies.gains.compare_aversion`; ``bonds`` (nodes).
    """
    cases = _side_by_side(at)
    frames = [
        compare_aversion(which, at.stronger, grid)[0].assign(bonds=grid.bonds)
        for grid, which in ((at.grid, cases), (at.finer, cases[-1:]))
    ]
    return pd.concat(frames, ignore_index=True)


def planner_slices(at: Scope = Scope()) -> pd.DataFrame:
    """Slices of :func:`regspec.studies.gains.compare_aversion` at the larger limit."""
    return compare_aversion(_side_by_side(at)[-2:], at.stronger, at.grid)[1]


def planner_curves(at: Scope = Scope()) -> pd.DataFrame:
    """Specialization over agglomeration in both units of size (Figure 10).

    Returns
    -------
    pandas.DataFrame
        See :func:`regspec.studies.planning.specialization_curves`; ``size`` (its unit).
    """
    frames = [
        specialization_curves(at.region, at.xi, at.grid, unit=unit).assign(size=title)
        for title, unit in UNITS.items()
    ]
    return pd.concat(frames, ignore_index=True)


def planner_crossovers(at: Scope = Scope()) -> pd.DataFrame:
    """Where planner and market specialize alike, in the baseline and with one thing changed.

    Returns
    -------
    pandas.DataFrame
        ``variant``, ``crossover``, ``neutral``, ``shift``, ``certified``.
    """
    region = at.region
    variants = {
        "baseline": region,
        "θ − 0.1": region.replace(theta=at.theta - 0.1),
        "γ = 1": region.replace(gamma=1.0),
        "Φ half": region.replace(phi_adj=tuple(x / 2 for x in region.phi_adj)),
        "Φ double": region.replace(phi_adj=tuple(2 * x for x in region.phi_adj)),
        "σ double": region.replace(sigma=tuple(2 * x for x in region.sigma)),
    }
    points = {label: crossover(calibration, at.grid) for label, calibration in variants.items()}
    rows = [(label, p.xi, p.neutral, p.shift, p.converged) for label, p in points.items()]
    return pd.DataFrame(rows, columns=["variant", "crossover", "neutral", "shift", "certified"])


def planner_parts(at: Scope = Scope()) -> pd.DataFrame:
    """Gains by what a planner counts, where industry 1 agglomerates more and where both do alike.

    Returns
    -------
    pandas.DataFrame
        ``region`` (``stronger``, ``alike``), and see :func:`regspec.studies.gains.variant_gains`.
    """
    regions = {"stronger": at.stronger, "alike": at.region}
    frames = [variant_gains(r, at.grid).assign(region=name) for name, r in regions.items()]
    return pd.concat(frames, ignore_index=True)


def planner_rules(at: Scope = Scope()) -> pd.DataFrame:
    """Constant tax rates in the planner's place: see :func:`regspec.studies.gains.simple_rules`."""
    return simple_rules(at.stronger, at.grid, debt_rates=DEBT_RATES, subsidy_rates=SUBSIDY_RATES)


@dataclass(frozen=True)
class Discount:
    """Parameters of the search for a discount factor.

    Attributes
    ----------
    target : float
        Mean of bonds over income.
    gamma_low, gamma_high : float
        Two values of risk aversion.
    bonds : int
        Nodes for bonds at the higher one.
    """

    target: float = TARGET
    gamma_low: float = 2.0
    gamma_high: float = 5.0
    bonds: int = 120

    @property
    def coarse(self) -> Grid:
        """Grid of a decade at the lower risk aversion."""
        return Grid(40, 15, 3)

    @property
    def fine(self) -> Grid:
        """Grid at the higher risk aversion."""
        return Grid(self.bonds, 21, 3)

    @property
    def cases(self) -> dict[str, Case]:
        """See :func:`regspec.calibrate.discount.printed_cases`."""
        low, high = (self.coarse, Grid(60, 21, 3)), (self.fine, self.fine)
        return printed_cases({self.gamma_low: low, self.gamma_high: high})


def sector_equilibria(at: Discount = Discount()) -> pd.DataFrame:
    """Stationary equilibria with other industries in machinery's place, at the lower risk aversion.

    Returns
    -------
    pandas.DataFrame
        See :func:`regspec.calibrate.sectors.sector_moments`.
    """
    splits, variants = alternative_splits(
        tfp.industry_tfp(), tfp.PAPER_INDUSTRIES, gamma=at.gamma_low
    )
    return sector_moments({name: splits[name] for name in IN_ITS_PLACE} | variants)


@lru_cache(maxsize=1)
def _search(at: Discount) -> tuple[pd.DataFrame, dict[str, tuple[Evaluation, ...]]]:
    return beta_table(at.cases, target=at.target)


def discount_factors(at: Discount = Discount()) -> pd.DataFrame:
    """Discount factors that meet the target: see :func:`regspec.calibrate.discount.beta_table`."""
    return _search(at)[0]


def discount_candidates(at: Discount = Discount()) -> pd.DataFrame:
    """All candidates that the search tried, and some at the ends of the range.

    Returns
    -------
    pandas.DataFrame
        ``case``, and see :func:`regspec.calibrate.discount.evaluation_table`.
    """
    more = dict(zip((at.gamma_low, at.gamma_high), ENDS, strict=True))
    seen = scan_ends(at.cases, _search(at)[1], more)
    frames = [evaluation_table(tried).assign(case=case) for case, tried in seen.items()]
    return pd.concat(frames, ignore_index=True)


def discount_checks(at: Discount = Discount()) -> pd.DataFrame:
    """The printed discount factor at both values of risk aversion, and both on finer grids.

    Returns
    -------
    pandas.DataFrame
        ``check`` (``printed, low``; ``printed, low, 15 nodes``; ``printed, high``; ``root, high``,
        of a decade over its own income, or the printed one where there is none), ``bonds``
        (nodes), and see :func:`regspec.calibrate.discount.evaluation_table`.
    """
    low, high = (Calibration.converted(gamma=g) for g in (at.gamma_low, at.gamma_high))
    found = stored(discount_factors, at).set_index(["case", "measure"])["beta"]
    root = float(found[list(at.cases)[3], "ergodic"])
    runs = {
        "printed, low": (low, low.beta, at.coarse),
        "printed, low, 15 nodes": (low, low.beta, replace(at.coarse, shocks=15)),
        "printed, high": (high, high.beta, at.fine),
        "root, high": (
            high, root if np.isfinite(root) else high.beta, Grid(4 * at.bonds // 3, 21, 3),
        ),
    }  # fmt: skip
    frames = [
        evaluation_table([evaluate(economy, beta, grid)]).assign(check=name, bonds=grid.bonds)
        for name, (economy, beta, grid) in runs.items()
    ]
    return pd.concat(frames, ignore_index=True)


def ergodic_roots(betas: pd.DataFrame) -> dict[str, float]:
    """Roots of the ergodic mean by short names of the cases; NaN where there is none.

    Parameters
    ----------
    betas : pandas.DataFrame
        Result of :func:`discount_factors`.
    """
    found = betas.loc[betas["measure"] == "ergodic", "beta"]
    names = ("low_decade", "low_annual", "low_year", "high_decade", "high_annual")
    return dict(zip(names, found, strict=False))


def check_headlines(checks: pd.DataFrame) -> dict[str, float | str]:
    """Numbers of :func:`discount_checks`, indexed by ``check``; means in percent."""
    mean = 100 * checks["mean ratio"]
    return {
        "finer_bonds": int(checks["bonds"]["root, high"]),
        "finer_ratio": mean["root, high"],
        "finer_word": "passes" if checks.loc["root, high", "converged"] else "fails",
        "nodes_change": abs(mean["printed, low, 15 nodes"] - mean["printed, low"]),
        "ratio_high": mean["printed, high"],
        "ratio_low": mean["printed, low"],
    }


#: Every table, each after those that it reads.
TABLES: tuple[Maker, ...] = (
    planner_existence,
    planner_limits,
    planner_aversion,
    planner_slices,
    planner_curves,
    planner_crossovers,
    planner_parts,
    planner_rules,
    sector_equilibria,
    discount_factors,
    discount_candidates,
    discount_checks,
    explorer_impulses,
    explorer_gains,
    explorer_chosen,
    zone_alternatives,
)
