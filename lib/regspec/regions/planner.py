"""The planner against the market in many regions at once (Figures 11 and 13).

Regions differ in bonds, capital and relative productivity. One pair of solutions per node of
relative productivity serves them all, as for the market alone (`family`); a single node serves
regions that share one productivity.

Planner less market, zone by zone, at the first date (Figures 11 and 13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.model import Grid, Planner, grid_function, solve_planner, welfare_gain
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import node_grids, possible_ranges
from regspec.regions.relative_rules import PolicyFamily, solve_family
from regspec.regions.simulate import Reading, RegionStart, relative_nodes
from regspec.regions.zones import Zones, zone_starts

__all__ = [
    "PlannerFamily",
    "RegionalGains",
    "ZonePlanner",
    "gain_ranges",
    "plan_sources",
    "plan_zones",
    "regional_gains",
    "solve_planner_family",
    "tertiles",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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

    def headlines(self) -> dict[str, int]:
        """Number of ``nodes``, and of those with both ``certified``."""
        pairs = zip(self.market.equilibria, self.planner.equilibria, strict=True)
        both = [m.certificate.converged and p.certificate.converged for m, p in pairs]
        return {"nodes": len(both), "certified": sum(map(bool, both))}


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
            equilibria=planners,
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
        :class:`regspec.regions.simulate.RegionStart`.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ZonePlanner:
    """The planner in every zone.

    Attributes
    ----------
    family : PlannerFamily
    frame : pandas.DataFrame
        One row a zone, in the order of the start: columns of
        :class:`regspec.regions.planner.RegionalGains` after one period,
        ``specialization_later`` after `periods`, and ``sound`` (inside certified rules
        throughout). NaN, and not sound, for zones with one sector: there is nothing to move.
    periods : int
    """

    family: PlannerFamily
    frame: pd.DataFrame
    periods: int

    @property
    def known(self) -> pd.DataFrame:
        """The zones with sound results."""
        return self.frame[self.frame["sound"].astype(bool)]


def plan_zones(
    starts: Mapping[str, RegionStart],
    calibration: Calibration,
    grid: Grid,
    *,
    bonds_to_income: float = -0.2,
    periods: int = 7,
    step: float = 1.0,
    spacing: float = 0.5,
) -> dict[str, ZonePlanner]:
    """Solve market and planner at the first date's productivity and read every zone off them.

    Parameters
    ----------
    starts : mapping of str to RegionStart
        By name of the source. One family of solutions serves all.
    calibration : Calibration
        At which the planner is certified: gamma 2, theta 0.25.
    grid : Grid
        Its nodes of capital are replaced by those each node needs.
    bonds_to_income : float
    periods : int
        Periods after which specialization is compared again, productivity as at first.
    step : float
        Distance of nodes of relative productivity.
    spacing : float
        Distance of capital nodes, logits.

    Returns
    -------
    dict of str to ZonePlanner
    """
    still = [_standing(start) for start in starts.values()]
    nodes = relative_nodes(*still, step=step)
    ranges = possible_ranges(still, nodes, calibration)
    grids = node_grids(ranges, nodes, calibration, grid, spacing=spacing)
    family = solve_planner_family(calibration, nodes, grids)
    return {
        name: ZonePlanner(
            family=family, frame=_read(start, family, bonds_to_income, periods), periods=periods
        )
        for name, start in starts.items()
    }


def plan_sources(
    economy: Calibration,
    reading: Reading,
    sources: Sequence[Zones],
    *,
    accounts: pd.DataFrame,
    definition: str,
    grid: Grid,
    step: float,
    bonds_to_income: float,
) -> dict[str, ZonePlanner]:
    """:func:`plan_zones` for all zones of some sources, under one definition and reading.

    Parameters
    ----------
    economy : Calibration
    reading : {"national", "observed", "regional"}
    sources : sequence of Zones
    accounts : pandas.DataFrame
        See :func:`regspec.regions.zones.zone_starts`.
    definition : str
    grid, step, bonds_to_income
        As in :func:`plan_zones`.
    """
    chosen = {"definitions": [definition], "readings": [reading]}
    first = {
        zones.name: zone_starts(zones, accounts, economy, **chosen)[definition, reading]  # type: ignore[arg-type]
        for zones in sources
    }
    return plan_zones(first, economy, grid, bonds_to_income=bonds_to_income, step=step)


def gain_ranges(cases: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Gains and changes of specialization over zones with sound results, a row a case.

    Parameters
    ----------
    cases : mapping of str to pandas.DataFrame
        See :attr:`ZonePlanner.known`.
    """
    rows = []
    for label, known in cases.items():
        gain, moved = known["gain"], known["specialization"]
        rows.append({
            "case": label, "zones": len(known), "least gain, %": gain.min(), "mean": gain.mean(),
            "most": gain.max(), "Gini, mean change": moved.mean(),
            "after 7 decades": known["specialization_later"].mean(),
            "zones that specialize more": int((moved > 0).sum()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _standing(start: RegionStart) -> RegionStart:
    """The first date alone: productivity stays."""
    relative, log_scale = (np.repeat(x[:1], 2, axis=0) for x in (start.relative, start.log_scale))
    return replace(start, relative=relative, log_scale=log_scale)


def _read(start: RegionStart, family: PlannerFamily, ratio: float, periods: int) -> pd.DataFrame:
    both = ~start.one_sector
    bonds = ratio * start.income * np.exp(-start.log_scale[0])
    state = start.relative[0][both], bonds[both], start.share[both]
    soon, late = (regional_gains(family, *state, periods=t) for t in (1, periods))
    frame = soon.to_frame(pd.Index(np.flatnonzero(both)))
    frame["specialization_later"] = late.specialization
    frame["sound"] = soon.inside & late.inside & soon.certified & late.certified
    frame = frame.reindex(range(both.size))
    frame["sound"] = frame["sound"].eq(True)
    return frame


def tertiles(values: pd.Series) -> pd.Series:
    """Thirds of the zones with a value: "Lower", "Similar" and "Greater", as Figure 11 has them."""
    thirds = pd.qcut(values.rank(method="first"), 3, labels=["Lower", "Similar", "Greater"])
    return thirds.astype(object)
