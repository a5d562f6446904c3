"""Evidence that a set of policies is an equilibrium, item by item.

Every number is recomputed from the policies alone: one further sweep, residuals on the grid,
Euler errors along simulated paths and at fresh states off the grid.

Euler-equation errors of a solution at states off its grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec import seeds
from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import (
    adjustment_cost,
    adjustment_cost_next,
    adjustment_cost_today,
    income,
    private_return,
)
from regspec.model.equilibrium import kernels
from regspec.model.equilibrium.certificate import Certificate, Item, Tolerances, check
from regspec.model.equilibrium.iteration import (
    ahead_of,
    choice_of,
    collateral_slope,
    policy_change,
    primitives,
    sweep,
    today_of,
)
from regspec.model.equilibrium.off_grid import MarketSolution, as_market
from regspec.model.equilibrium.simulation import Paths, ergodic_paths, stationary_path
from regspec.model.equilibrium.solution import Solution

__all__ = []

Array = NDArray[np.float64]


def certify(
    solution: Solution,
    *,
    tolerances: Tolerances | None = None,
    sample: int = 3000,
    seed: int = seeds.CERTIFICATE,
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
    b, k, _ = paths.states
    visited = euler_errors(solution, b[pick], k[pick], paths.node.ravel()[pick])
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
    space, (b, k, _) = solution.grid, paths.states
    pick = rng.integers(0, len(b), n)
    x = coordinates_of(k[pick])
    cell = np.zeros(n, np.int64)
    for axis, nodes in enumerate(space.coordinates):
        cell = cell * len(nodes) + _nearest(nodes, x[:, axis])
    bond = _nearest(space.bonds, b[pick])
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


def static_equilibria(solution: Solution, index: NDArray[np.int64]) -> kernels.Branches:
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
    n = len(index)
    found = kernels.Branches(np.ones(n, np.int64), np.full(n, np.nan))
    if solution.calibration.constraint:
        sample = kernels.Sample(np.ascontiguousarray(index), 1e-4 * solution.grid.income_scale)
        kernels.scan_static(
            n,
            ahead_of(solution),
            today_of(solution),
            sample,
            choice_of(solution),
            primitives(solution),
            found,
        )
    return found


def _nearest(nodes: Array, x: Array) -> NDArray[np.int64]:
    return np.abs(nodes[None, :] - x[:, None]).argmin(axis=1)


def _dynamics(solution: Solution) -> list[Item]:
    path = stationary_path(solution)
    return [
        check("bond slope, stationary path", path["slope"], None, "b'(b), shocks at the middle"),
        check("bond cycle, stationary path", path["cycle"], None, "range of b there, over income"),
    ]


# A next-period node counts as reachable from this probability on.
LIKELY = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class EulerErrors:
    """Relative consumption errors ``|c_implied / c - 1|`` at n states.

    Attributes
    ----------
    bonds : array, shape (n,)
        Of the bond condition (43), the multiplier included.
    capital : array, shape (n, I)
        Of each capital condition (44).
    bound : array of bool, shape (n,)
        Whether the collateral limit binds.
    floor : array of bool, shape (n,)
        Whether the choice sits at the bottom of the bond grid: the bond condition then has a
        multiplier that the model does not price, and its error is not counted.
    switch : array of bool, shape (n,)
        Whether slack and bound grid points surround the state, or a state that it can lead to.
    unsolved : array of bool, shape (n,)
        Whether the state's decisions mix those of two regimes (see `Decisions.solved`).
    """

    bonds: Array
    capital: Array
    bound: NDArray[np.bool_]
    floor: NDArray[np.bool_]
    switch: NDArray[np.bool_]
    unsolved: NDArray[np.bool_]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions: bonds, then each industry's capital."""
        return ("bonds", *(f"capital_{i + 1}" for i in range(self.capital.shape[1])))

    def log10(self, condition: str, states: NDArray[np.bool_] | None = None) -> Array:
        """Errors of one condition in log10; anything undefined counts as an error of 1.

        Parameters
        ----------
        condition : str
            One of `conditions`: "bonds", "capital_1", ...
        states : array of bool, optional
            Subset of states.
        """
        if condition not in self.conditions:
            raise ValueError(f"condition is {condition!r}; allowed: {self.conditions}")
        column = self.conditions.index(condition) - 1
        values = self.bonds if column < 0 else self.capital[:, column]
        keep = np.ones(len(self.bonds), bool) if states is None else states.copy()
        if condition == "bonds":
            keep &= ~self.floor
        errors = values[keep]
        errors = np.where(np.isfinite(errors), np.abs(errors), 1.0)
        return np.asarray(np.log10(np.maximum(errors, 1e-16)))


def euler_errors(solution: Solution, b: Array, k: Array, node: NDArray[np.int64]) -> EulerErrors:
    """Errors of conditions (43) and (44), expectations taken exactly over the shock nodes.

    Next period's policies are evaluated at (b', k') for every z', so that the errors include
    what interpolation does to the policies. At a date of a deterministic path they are those of
    the next date.

    Parameters
    ----------
    solution : Solution
    b : array, shape (n,)
    k : array, shape (n, I)
    node : array of int, shape (n,)
        Joint productivity node of each state.

    Returns
    -------
    EulerErrors
    """
    calibration, shocks, wedges = solution.calibration, solution.shocks, solution.wedges
    gamma, beta = calibration.gamma, calibration.beta_period
    rates, transition = shocks.joint_R, shocks.joint_transition
    ahead = solution.ahead if isinstance(solution, MarketSolution) else None
    tomorrow = ahead or solution
    z_today, z_nodes = shocks.joint_nodes[node], tomorrow.shocks.joint_nodes
    now = solution.at(b, k, z_today, rates[node])
    expected_marginal = np.zeros(len(b))
    expected_value = np.zeros(k.shape)
    switch = now.switch.copy()
    next_k = np.clip(now.k_next, 1e-12, 1.0)
    next_k /= next_k.sum(axis=1, keepdims=True)
    theta = wedges.theta_at(z_nodes, calibration.theta)
    with np.errstate(all="ignore"):
        for j, z in enumerate(z_nodes):
            repeated = np.tile(z, (len(b), 1))
            then = tomorrow.at(now.b_next, next_k, repeated, np.full(len(b), rates[j]))
            marginal = then.c**-gamma
            tax = wedges.tax_capital_at(now.b_next, next_k, repeated)
            payoff = (1.0 + tax) * private_return(next_k, z, calibration) - adjustment_cost_today(
                next_k, then.k_next, calibration.phi_adj
            )
            collateral = theta[j] * then.q * then.eta
            weight = transition[node, j]
            switch |= then.switch & (weight > LIKELY)
            expected_marginal += weight * marginal
            expected_value += weight[:, None] * (
                marginal[:, None] * (then.q[:, None] + payoff) + collateral[:, None]
            )
        earned = rates[node] * (1.0 + wedges.tax_bonds_at(b, k, z_today))
        implied = (beta * earned * expected_marginal + now.eta) ** (-1 / gamma)
        cost = now.q[:, None] + adjustment_cost_next(k, now.k_next, calibration.phi_adj)
        cost = cost + wedges.charge_capital_at(b, k, z_today)
        implied_k = (beta * expected_value / cost) ** (-1 / gamma)
    bottom = solution.grid.bonds[0] + 1e-9 * solution.grid.income_scale
    return EulerErrors(
        bonds=implied / now.c - 1.0,
        capital=implied_k / now.c[:, None] - 1.0,
        bound=now.bound,
        floor=now.b_next <= bottom,
        switch=switch,
        unsolved=~now.solved,
    )
