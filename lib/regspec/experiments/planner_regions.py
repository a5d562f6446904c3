"""The planner against the market in many regions at once (Figures 11 and 13).

Regions differ in bonds, capital and relative productivity. One pair of solutions per node of
relative productivity serves them all, as for the market alone (`family`); a single node serves
regions that share one productivity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.experiments.family import PolicyFamily, solve_family
from regspec.model import Grid, Planner, grid_function, solve_planner, welfare_gain
from regspec.parameters import Calibration

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["PlannerFamily", "RegionalGains", "regional_gains", "solve_planner_family"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannerFamily:
    """Market and planner at the same nodes of relative productivity.

    Attributes
    ----------
    market, planner : PolicyFamily
        With equilibria and planners as the solutions of their nodes.
    gains : tuple of array
        Result of `welfare_gain` at every node.
    """

    market: PolicyFamily
    planner: PolicyFamily
    gains: tuple[Floats, ...]

    @property
    def converged(self) -> bool:
        """Whether every certificate, of market and planner, says so."""
        return self.market.converged and self.planner.converged


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionalGains:
    """The planner less the market in n regions.

    Attributes
    ----------
    share_market, share_planner : array, shape (n,)
        Capital share of sector 1 after the periods asked for.
    specialization : array, shape (n,)
        Difference of the two-sector Gini, :math:`|2 s - 1| / 2`: positive where the planner
        specializes more.
    gain : array, shape (n,)
        Lambda of (29) at the initial state, percent of permanent consumption.
    inside : array of bool, shape (n,)
        All states met lie inside the solved range.
    certified : array of bool, shape (n,)
        Market and planner at all neighbouring nodes pass their certificates.
    """

    share_market: Floats
    share_planner: Floats
    specialization: Floats
    gain: Floats
    inside: Bools
    certified: Bools

    def to_frame(self, index: pd.Index | None = None) -> pd.DataFrame:
        """One row per region, one column per attribute."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return pd.DataFrame(columns, index=index)


def solve_planner_family(
    calibration: Calibration,
    relative: Sequence[float] | Floats,
    grid: Grid | Sequence[Grid],
    *,
    max_sweeps: int = 60,
) -> PlannerFamily:
    """Solve market and planner at each node of relative productivity, certified or not.

    Parameters
    ----------
    calibration : Calibration
        Two sectors; its ``z_mean`` is replaced by the node's levels.
    relative : sequence of float
        Nodes of ``ln z_1 - ln z_2``, as in `solve_family`.
    grid : Grid or sequence of Grid
        As in `solve_family`; market and planner share the grid of a node.
    max_sweeps : int
        Of the planner, which need not settle.
    """
    market = solve_family(calibration, relative, grid, on_failure="return")
    planners: tuple[Planner, ...] = tuple(
        solve_planner(
            e.calibration, e.grid.spec, start=e, max_sweeps=max_sweeps, on_failure="return"
        )
        for e in market.equilibria
    )
    return PlannerFamily(
        market=market,
        planner=PolicyFamily(
            relative=market.relative,
            equilibria=planners,  # type: ignore[arg-type]
            calibration=calibration,
        ),
        gains=tuple(welfare_gain(e, p) for e, p in zip(market.equilibria, planners, strict=True)),
    )


def regional_gains(
    family: PlannerFamily,
    relative: ArrayLike,
    b: ArrayLike,
    share: ArrayLike,
    *,
    periods: int = 1,
) -> RegionalGains:
    """Planner's less the market's specialization, and the gain, at n regional states.

    Parameters
    ----------
    family : PlannerFamily
    relative : array_like, shape (n,) or ()
        Log relative productivity of the region, ``ln z_1 - ln z_2``, shocks at their mean.
    b : array_like, shape (n,) or ()
        Bonds in the units of the normalised economy: goods over ``exp(log_scale)`` of
        :class:`regspec.experiments.regions.RegionStart`.
    share : array_like, shape (n,)
        Capital share of sector 1.
    periods : int
        Periods after which specialization is compared, shocks at their mean.

    Returns
    -------
    RegionalGains

    Raises
    ------
    ValueError
        For values that are not finite, shares not strictly between 0 and 1, or periods below 1.
    """
    lam, bonds, start = (
        np.array(x)
        for x in np.broadcast_arrays(
            np.atleast_1d(np.asarray(relative, float)), np.asarray(b, float),
            np.asarray(share, float),
        )
    )  # fmt: skip
    if not (np.isfinite(lam).all() and np.isfinite(bonds).all()):
        raise ValueError("relative and b must be finite; drop the regions without data first")
    if not ((start > 0) & (start < 1)).all():
        raise ValueError(
            f"share runs from {start.min():.4g} to {start.max():.4g}; allowed: strictly between 0 "
            "and 1 (clip to family.market.share_range)"
        )
    if periods < 1:
        raise ValueError(f"periods is {periods!r}; allowed: 1 or more")
    shares, inside, certified = [], np.ones(len(lam), bool), np.ones(len(lam), bool)
    for rules in (family.market, family.planner):
        b_now, now = bonds, start
        for _ in range(periods):
            choice = rules.at(lam, b_now, now)
            b_now, now = choice.bonds_next, choice.share_next
            inside &= choice.inside
            certified &= choice.certified
        shares.append(now)
    market, planner = shares
    return RegionalGains(
        share_market=market,
        share_planner=planner,
        specialization=np.abs(planner - 0.5) - np.abs(market - 0.5),
        gain=100 * _gains_at(family, lam, bonds, start),
        inside=inside,
        certified=certified,
    )


def _gains_at(family: PlannerFamily, relative: Floats, b: Floats, share: Floats) -> Floats:
    """Gain at the states, linear between the nodes of relative productivity."""
    nodes = family.market.relative
    place = np.interp(relative, nodes, np.arange(float(len(nodes))))
    total = np.zeros(len(b))
    for m, (market, gain) in enumerate(zip(family.market.equilibria, family.gains, strict=True)):
        weight = np.maximum(1.0 - np.abs(place - m), 0.0)
        used = weight > 0
        if used.any():
            k = np.stack([share[used], 1.0 - share[used]], axis=-1)
            z = np.tile(np.array(market.calibration.z_mean, float), (int(used.sum()), 1))
            total[used] += weight[used] * grid_function(gain, market.grid, market.shocks)(
                b[used], k, z
            )
    return total
