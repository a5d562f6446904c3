r"""Grids as wide as the regions need at every node of relative productivity (Figures 5 and 6).

On one grid for all nodes the outer ones fail their certificates, for two reasons. Where one sector
is much more productive the resting point lies beyond the end of the capital grid; and a region with
nearly all of its capital in the wrong sector earns so little that the largest debt on the grid
leaves it nothing to consume. Both are matters of the grid. A node needs only the shares that
regions have when they come to it, and between those and its resting point every choice stays.

:func:`solve_adapted` finds them by a rough solution over all shares that can occur, follows the
regions through it, and solves every node again on the range that they visit, cut back to where the
largest debt can be served. Regions beyond are outside the grid, and counted as that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model import Certified, Grid
from regspec.model.equilibrium.kernels import INFEASIBLE
from regspec.parameters import Calibration
from regspec.regions.relative_rules import PolicyFamily, private_allocation, solve_family
from regspec.regions.simulate import RegionStart, simulate_regions

Floats = NDArray[np.float64]

__all__ = [
    "MARGIN",
    "common_grid",
    "node_grids",
    "possible_ranges",
    "solve_adapted",
    "visited_ranges",
]

#: Room around the resting point and around visited shares, in logits of the capital share: shocks
#: of three standard deviations in both sectors move the resting point by 0.4.
MARGIN = 1.0

#: Widest distance of capital nodes, in logits, and the least number of them.
SPACING = 0.45
LEAST_NODES = 11

#: `Grid.debt_multiple` of nodes where the largest debt on a wider grid could not be served.
TIGHT = 1.2

_ATTEMPTS = 4
_ROUGH_BONDS, _ROUGH_SPACING = 40, 0.7


def _logit(share: ArrayLike) -> Floats:
    k = np.asarray(share, dtype=float)
    return np.asarray(np.log(k) - np.log1p(-k))


def _at_nodes(nodes: Floats, relative: Floats, low: Floats, high: Floats) -> Floats:
    """Least `low` and largest `high` of the points that use each node, shape (M, 2)."""
    ends = np.column_stack([np.full(nodes.size, np.inf), np.full(nodes.size, -np.inf)])
    place = np.interp(relative, nodes, np.arange(float(nodes.size)))
    for side in (np.floor(place + 1e-9), np.ceil(place - 1e-9)):
        at = side.astype(int)
        np.minimum.at(ends[:, 0], at, low)
        np.maximum.at(ends[:, 1], at, high)
    return ends


def possible_ranges(
    starts: Sequence[RegionStart], nodes: Floats, calibration: Calibration
) -> Floats:
    """Shares that regions can have at each node: between where they began and where they head.

    Choices move capital towards the resting point of the date, so that a region's share lies
    between its first one and the resting points of all dates so far.

    Parameters
    ----------
    starts : sequence of RegionStart
    nodes : ndarray, shape (M,)
        Of ``ln z_1 - ln z_2``, increasing.
    calibration : Calibration

    Returns
    -------
    ndarray, shape (M, 2)
        Logits; infinite (reversed) at a node that nobody uses.
    """
    return _merge(nodes, [_possible(s, calibration) for s in starts])


def _possible(start: RegionStart, calibration: Calibration) -> tuple[Floats, Floats, Floats]:
    relative = start.relative[:-1, ~start.one_sector]
    rest = _logit(private_allocation(relative.ravel(), calibration)).reshape(relative.shape)
    first = _logit(start.share[~start.one_sector])
    low = np.minimum(np.minimum.accumulate(rest), first)
    return relative, low, np.maximum(np.maximum.accumulate(rest), first)


def visited_ranges(
    starts: Sequence[RegionStart], family: PolicyFamily, *, bonds_to_income: float = -0.2
) -> Floats:
    """Shares that regions have, and choose, at each node when they follow a family's rules.

    Returns
    -------
    ndarray, shape (M, 2)
        Logits, as :func:`possible_ranges`.
    """
    parts = []
    for start in starts:
        share = simulate_regions(start, family, bonds_to_income=bonds_to_income).share
        path = _logit(share[:, ~start.one_sector])
        pair = np.minimum(path[:-1], path[1:]), np.maximum(path[:-1], path[1:])
        parts.append((start.relative[:-1, ~start.one_sector], *pair))
    return _merge(family.relative, parts)


def _merge(nodes: Floats, parts: Sequence[tuple[Floats, Floats, Floats]]) -> Floats:
    relative, low, high = (np.concatenate([p[i].ravel() for p in parts]) for i in range(3))
    return _at_nodes(nodes, relative, low, high)


def node_grids(
    ranges: Floats,
    nodes: Floats,
    calibration: Calibration,
    grid: Grid,
    *,
    margin: float = MARGIN,
    spacing: float = SPACING,
) -> tuple[Grid, ...]:
    """Grid of each node: the given logits and the resting point, with room on both sides.

    Parameters
    ----------
    ranges : ndarray, shape (M, 2)
        As :func:`possible_ranges`.
    nodes : ndarray, shape (M,)
    calibration : Calibration
    grid : Grid
        Everything but the nodes of capital, which become even in logits.
    margin, spacing : float
        Logits: room beyond the range, and the widest distance of capital nodes.

    Raises
    ------
    ValueError
        If `ranges` has another number of rows than there are nodes.
    """
    if np.shape(ranges) != (len(nodes), 2):
        raise ValueError(f"ranges has shape {np.shape(ranges)}; allowed: ({len(nodes)}, 2)")
    rest = _logit(private_allocation(nodes, calibration))
    low = np.minimum(ranges[:, 0], rest) - margin
    high = np.maximum(ranges[:, 1], rest) + margin
    return tuple(_between(grid, a, b, spacing) for a, b in zip(low, high, strict=True))


def common_grid(starts: Sequence[RegionStart], calibration: Calibration, grid: Grid) -> Grid:
    """One grid for every date: all shares that regions can have, even in logits.

    Parameters
    ----------
    starts : sequence of RegionStart
    calibration : Calibration
    grid : Grid
        Everything but the nodes of capital.
    """
    ends = [_possible(start, calibration)[1:] for start in starts]
    low, high = min(low.min() for low, _ in ends), max(high.max() for _, high in ends)
    return _between(grid, float(low) - MARGIN, float(high) + MARGIN, SPACING)


def _between(grid: Grid, low: float, high: float, spacing: float) -> Grid:
    ends = 1.0 / (1.0 + np.exp(-np.array([low, high])))
    return replace(
        grid,
        capital=max(LEAST_NODES, int(np.ceil((high - low) / spacing)) + 1),
        capital_range=tuple(ends.tolist()),
        capital_spacing="logit",
    )


def feasible_range(equilibrium: Certified) -> tuple[float, float]:
    """Ends, in logits, of the capital nodes around the resting point without infeasible states."""
    share = np.asarray(equilibrium.grid.capital)
    bad = (equilibrium.policies.status == INFEASIBLE).any(axis=tuple(range(3)))
    z = np.log(equilibrium.calibration.z_mean)
    rest = private_allocation([z[0] - z[1]], equilibrium.calibration)[0]
    middle = int(np.abs(_logit(share) - _logit(rest)).argmin())
    below, above = np.flatnonzero(bad[:middle]), np.flatnonzero(bad[middle + 1 :])
    low = share[below[-1] + 1] if below.size else share[0]
    high = share[middle + above[0]] if above.size else share[-1]
    return float(_logit(low)), float(_logit(high))


def solve_adapted(
    calibration: Calibration,
    starts: Sequence[RegionStart],
    nodes: Floats,
    grid: Grid,
    *,
    bonds_to_income: float = -0.2,
    tolerance: float = 1e-5,
) -> PolicyFamily:
    """Solve each node on the shares that the regions of `starts` bring to it.

    Parameters
    ----------
    calibration : Calibration
    starts : sequence of RegionStart
        All regions that the family is to serve.
    nodes : ndarray, shape (M,)
        Of ``ln z_1 - ln z_2``, increasing (:func:`regspec.regions.simulate.relative_nodes`).
    grid : Grid
        Its nodes of capital are replaced, see :func:`node_grids`.
    bonds_to_income : float
        Initial bonds, as in :func:`regspec.regions.simulate.simulate_regions`.
    tolerance : float

    Returns
    -------
    PolicyFamily
        Certified or not: its report says so for every node.
    """
    nodes = np.asarray(nodes, dtype=float)
    rough = replace(grid, bonds=min(_ROUGH_BONDS, grid.bonds))
    possible = possible_ranges(starts, nodes, calibration)
    wide = node_grids(possible, nodes, calibration, rough, spacing=_ROUGH_SPACING)
    first = solve_family(calibration, nodes, wide, tolerance=1e-3, on_failure="return")
    ranges = visited_ranges(starts, first, bonds_to_income=bonds_to_income)
    wanted = node_grids(ranges, nodes, calibration, grid)
    solved = tuple(
        _cut_back(before, own, node, calibration, tolerance)
        for before, own, node in zip(first.equilibria, wanted, nodes, strict=True)
    )
    return PolicyFamily(relative=nodes, equilibria=solved, calibration=calibration)


def _cut_back(
    rough: Certified, grid: Grid, node: float, calibration: Calibration, tolerance: float
) -> Certified:
    """One node: with less debt on the grid, then fewer shares, while it has infeasible states."""
    if rough.certificate["infeasible states"] > 0:
        grid = replace(grid, debt_multiple=min(grid.debt_multiple, TIGHT))
    for _ in range(_ATTEMPTS):
        family = solve_family(calibration, [node], grid, tolerance=tolerance, on_failure="return")
        solution = family.equilibria[0]
        if solution.certificate["infeasible states"] == 0:
            break
        (low, high), ends = feasible_range(solution), _logit(grid.capital_range)
        grid = _between(grid, max(low, ends[0]), min(high, ends[1]), SPACING)
    return solution
