"""Evidence that a set of policies is an equilibrium, item by item.

Every number is recomputed from the policies alone: one further sweep, residuals on the grid,
Euler errors along simulated paths and at fresh states off the grid.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec.model import kernels
from regspec.model.certificate import Certificate, Item, Tolerances, check
from regspec.model.euler import EulerErrors, euler_errors
from regspec.model.grids import capital_of, coordinates_of
from regspec.model.iteration import (
    collateral_slope,
    continuation_table,
    kernel_parameters,
    policy_change,
    slack_ratio,
    sweep,
)
from regspec.model.market import as_market
from regspec.model.simulation import Paths, ergodic_paths, stationary_path
from regspec.model.solution import Solution
from regspec.model.technology import adjustment_cost, income

Array = NDArray[np.float64]


def certify(
    solution: Solution,
    *,
    tolerances: Tolerances | None = None,
    sample: int = 3000,
    seed: int = 20250,
    selection: str = "lagged",
) -> Certificate:
    """Check a solution.

    Parameters
    ----------
    solution : Solution
    tolerances : Tolerances, optional
    sample : int
        States drawn off the grid for Euler errors.
    seed : int
        Of the draws and of the simulated paths.
    selection : {"lagged", "most", "least"}
        Rule by which the solution was computed.

    Returns
    -------
    Certificate
    """
    limits = tolerances or Tolerances()
    solution = as_market(solution)
    entries = finite_items(solution)
    if entries[0].passed:
        rng = np.random.default_rng(seed)
        paths = ergodic_paths(solution, seed=seed)
        entries += _fixed_point(solution, limits, selection)
        entries += residual_items(solution, limits)
        entries += edge_items(solution, paths, limits)
        entries += _accuracy(solution, paths, limits, rng, sample)
        entries += _uniqueness(solution, paths, rng)
        entries += _dynamics(solution)
    return Certificate(entries=tuple(entries))


def finite_items(solution: Solution) -> list[Item]:
    """Undefined values and infeasible states."""
    p = solution.policies
    bad = sum((~np.isfinite(a)).sum() for a in (p.c, p.b_next, p.k_next, p.q, p.mu))
    infeasible = (p.status == kernels.INFEASIBLE).mean()
    return [
        check("undefined values", bad, 0.0, "policy values that are not finite numbers"),
        check("infeasible states", infeasible, 0.0, "share of grid states without positive c"),
    ]


def _fixed_point(solution: Solution, limits: Tolerances, selection: str) -> list[Item]:
    again = sweep(solution, solution.policies.q, selection=selection)
    changes = policy_change(again, solution.policies, solution.grid.income_scale)
    return [
        check(f"change in {name}", change, limits.policy, "largest change in a further sweep")
        for name, change in changes.items()
    ]


def residual_items(solution: Solution, limits: Tolerances) -> list[Item]:
    """Residuals on the grid, with the price of the solution itself, over income."""
    calibration, space, p = solution.calibration, solution.grid, solution.policies
    scale, shape = space.income_scale, solution.flat_shape
    c, b_next, q, mu = (a.reshape(shape) for a in (p.c, p.b_next, p.q, p.mu))
    rate = solution.shocks.joint_R[:, None, None]
    z = solution.shocks.joint_nodes[:, None, None, :]
    k_next = p.k_next.reshape(*shape, -1)
    cost = adjustment_cost(space.allocation, k_next, calibration.phi_adj).sum(axis=-1)
    available = income(space.allocation, z, calibration) + space.bonds[:, None] - cost
    resources = np.max(np.abs(available - c - b_next / rate)) / scale
    room = (collateral_slope(solution)[:, None, None] * q + b_next) / rate
    entries = [
        check("resource residual", resources, limits.residual, "of (41) on the grid, over income"),
        check(
            "capital left out",
            np.max(np.maximum(-k_next, 0.0)) + np.max(np.abs(k_next.sum(axis=-1) - 1.0)),
            1e-12,
            "largest negative k', and distance of the sum from 1",
        ),
    ]
    if calibration.constraint:
        over = np.max(np.maximum(-room, 0.0)) / scale
        slackness = np.max(np.abs(mu * room)) / scale
        entries += [
            check("collateral excess", over, limits.residual,
                  "debt above collateral at the current price, over income"),
            check("complementarity", slackness, limits.residual,
                  "multiplier times room, over income"),
        ]  # fmt: skip
    return entries


def edge_items(solution: Solution, paths: Paths, limits: Tolerances) -> list[Item]:
    """Simulated mass at the ends of the grids, and how often the limit binds."""
    space, status = solution.grid, solution.policies.status
    low = (paths.b < space.bonds[1]).mean()
    high = (paths.b > space.bonds[-2]).mean()
    x = coordinates_of(paths.k)
    outer = np.zeros(paths.b.shape, bool)
    for axis, nodes in enumerate(space.coordinates):
        outer |= (x[..., axis] < nodes[1]) | (x[..., axis] > nodes[-2])
    side = outer.mean()
    floor = (status == kernels.FLOOR).mean()
    # At a natural debt limit the lower end is where impatient borrowers rightly end up.
    limit = None if space.natural else limits.edge_mass
    hard = None if space.natural else 0.0
    return [
        check("grid floor binds", floor, hard, "share of states kept from borrowing by the grid"),
        check("edge mass, low bonds", low, limit, "simulated share in the lowest bond cell"),
        check("edge mass, high bonds", high, limits.edge_mass, "in the highest bond cell"),
        check("edge mass, capital", side, limits.edge_mass, "in the outer capital cells"),
        check(
            "binding frequency", paths.bound.mean(), None, "simulated share of periods at the limit"
        ),
    ]


def _accuracy(
    solution: Solution, paths: Paths, limits: Tolerances, rng: np.random.Generator, sample: int
) -> list[Item]:
    """Euler errors per condition: all visited states, by regime, and fresh states off the grid."""
    pick = rng.permutation(paths.b.size)[: 3 * sample]
    visited = euler_errors(
        solution,
        paths.b.ravel()[pick],
        paths.k.reshape(paths.b.size, -1)[pick],
        paths.node.ravel()[pick],
    )
    box = fresh_errors(solution, rng, sample)
    entries = []
    for condition in visited.conditions:
        entries += _percentiles(
            f"euler {condition}", visited.log10(condition), "all simulated states",
            limits.euler_mean, limits.euler_p99,
        )  # fmt: skip
        entries += _percentiles(
            f"euler {condition}, grid", box.log10(condition, ~box.switch),
            "fresh states over the grid, away from switches",
            limits.smooth_mean, limits.smooth_p99,
        )  # fmt: skip
        for regime, states in (("slack", ~visited.bound), ("bound", visited.bound)):
            entries += _percentiles(
                f"euler {condition}, {regime}", visited.log10(condition, states),
                f"simulated states, limit {regime}", None, None,
            )  # fmt: skip
    return [
        *entries,
        check("near a switch, simulated", visited.switch.mean(), None,
              "share with slack and bound nodes around the state or one it leads to"),
        check("near a switch, grid", box.switch.mean(), None,
              "the same share of the fresh states, whose errors have no limit"),
        check("unsupported, simulated", visited.unsolved.mean(), limits.unsolved,
              "share with neither a slack nor a bound choice that its own price supports"),
        check("bond condition not counted", visited.floor.mean(), None,
              "simulated share of choices at the bottom of the bond grid"),
    ]  # fmt: skip


def fresh_errors(solution: Solution, rng: np.random.Generator, sample: int) -> EulerErrors:
    """Euler errors at states drawn uniformly over the whole grid."""
    space = solution.grid
    b = rng.uniform(space.bonds[0], space.bonds[-1], sample)
    x = [rng.uniform(nodes[0], nodes[-1], sample) for nodes in space.coordinates]
    node = rng.integers(0, len(solution.shocks.joint_nodes), sample)
    k = capital_of(np.stack(x, axis=-1)) if x else np.ones((sample, 1))
    return euler_errors(solution, b, k, node)


def _percentiles(
    name: str, errors: Array, where: str, mean: float | None, p99: float | None
) -> list[Item]:
    """Mean, 99th percentile and largest of log10 errors; nothing for no states."""
    if not len(errors):
        return []
    text = f"log10 Euler error, {where}"
    return [
        check(f"{name}, mean", errors.mean(), mean, text),
        check(f"{name}, p99", np.quantile(errors, 0.99), p99, text),
        check(f"{name}, max", errors.max(), None, text),
    ]


def _uniqueness(
    solution: Solution, paths: Paths, rng: np.random.Generator, n: int = 400
) -> list[Item]:
    """Static equilibria at grid states next to simulated ones, continuation policies given."""
    space = solution.grid
    pick = rng.integers(0, paths.b.size, n)
    x = coordinates_of(paths.k.reshape(paths.b.size, -1)[pick])
    cell = np.zeros(n, np.int64)
    for axis, nodes in enumerate(space.coordinates):
        cell = cell * len(nodes) + _nearest(nodes, x[:, axis])
    bond = _nearest(space.bonds, paths.b.ravel()[pick])
    count, margin = static_equilibria(
        solution, np.stack([paths.node.ravel()[pick], bond, cell], axis=-1)
    )
    known = margin[np.isfinite(margin)]
    least, below = (known.min(), (known <= 0).mean()) if len(known) else (np.nan, np.nan)
    return [
        check("static equilibria, most", count.max(), None, "found by scan at a sampled state"),
        check(
            "static equilibria, share with several", (count > 1).mean(), None, "of sampled states"
        ),
        check(
            "uniqueness margin, least", least, None, "1 + R theta dq/db' at sampled bound states"
        ),
        check("uniqueness margin, share not above 0", below, None, "of sampled bound states"),
    ]


def static_equilibria(
    solution: Solution, index: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Array]:
    """Equilibria of single states by scan over b', continuation policies given.

    Parameters
    ----------
    solution : Solution
    index : array of int, shape (n, 3)
        States of the grid: joint shock, bond and capital node (in the order of
        `StateSpace.allocation`).

    Returns
    -------
    count : array of int, shape (n,)
        The slack choice, where its own price supports it, and every crossing of debt and
        collateral above it. One without a limit.
    margin : array, shape (n,)
        1 + R theta dq/db' at the solution's own choice where that is bound, else NaN: where it is
        positive the choice is locally unique.
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    shape, p = solution.flat_shape, solution.policies
    count, margin = np.ones(len(index), np.int64), np.full(len(index), np.nan)
    slope = collateral_slope(solution)
    if slope.max() <= 0:
        return count, margin
    b, k = space.bonds[index[:, 1]], space.allocation[index[:, 2]]
    z = shocks.joint_nodes[index[:, 0]]
    kernels.scan_static(
        len(index), continuation_table(solution), space.bonds, *space.axes, space.allocation,
        income(space.allocation, shocks.joint_nodes[:, None, :], calibration),
        np.ascontiguousarray(index), p.b_next.reshape(shape),
        np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, -1))), slope,
        shocks.joint_R, slack_ratio(solution), solution.wedges.tax_bonds_at(b, k, z),
        solution.wedges.charge_capital_at(b, k, z), calibration.phi_adj,
        kernel_parameters(solution), 200, 1e-4 * space.income_scale, count, margin,
    )  # fmt: skip
    return count, margin


def _nearest(nodes: Array, x: Array) -> NDArray[np.int64]:
    return np.abs(nodes[None, :] - x[:, None]).argmin(axis=1)


def _dynamics(solution: Solution) -> list[Item]:
    path = stationary_path(solution)
    return [
        check("bond slope, stationary path", path["slope"], None, "b'(b), shocks at the middle"),
        check("bond cycle, stationary path", path["cycle"], None, "range of b there, over income"),
    ]
