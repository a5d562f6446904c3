"""Evidence that a set of policies is an equilibrium, item by item.

Every number is recomputed from the policies alone: one further sweep, residuals on the grid,
Euler errors at fresh states off the grid and along simulated paths. `Certificate.converged` is the
conjunction of the items that have a limit; items without one are reported. Where several static
equilibria exist the certificate says so (`Certificate.unique`) instead of failing: the solution is
then the one that the lagged-price rule selects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regspec.model import kernels
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
from regspec.model.simulation import Paths, ergodic_paths, stationary_path
from regspec.model.solution import Solution
from regspec.model.technology import adjustment_cost, income
from regspec.parameters import Calibration

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerances:
    """Limits of the certificate's items.

    Attributes
    ----------
    policy : float
        Largest policy change in a further sweep (see `iteration.policy_change`).
    residual : float
        Collateral, complementarity and resource residuals on the grid, over income.
    euler_mean, euler_p99 : float
        log10 Euler errors (consumption units) over the whole grid, away from switches between
        slack and bound. They admit quick grids; on ``Grid(80, 31, 5)`` expect -4 and -2.5, the
        accuracy usual for such models.
    edge_mass : float
        Share of simulated periods in the outermost cells of the bond and capital grids.
    """

    policy: float = 1e-6
    residual: float = 1e-5
    euler_mean: float = -3.0
    euler_p99: float = -1.5
    edge_mass: float = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One checked or reported number; `limit` is None where it is only reported."""

    name: str
    value: float
    limit: float | None
    description: str

    @property
    def passed(self) -> bool:
        """Whether the value is within its limit; NaN never is."""
        return self.limit is None or bool(self.value <= self.limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """All items of one solution.

    Attributes
    ----------
    entries : tuple of Item
    """

    entries: tuple[Item, ...]

    @property
    def converged(self) -> bool:
        """Whether every item with a limit is within it."""
        return all(item.passed for item in self.entries)

    @property
    def unique(self) -> bool:
        """Whether every sampled state has one static equilibrium, locally unique."""
        values = {item.name: item.value for item in self.entries}
        most = values.get("static equilibria, most", np.inf)
        return most <= 1 and values.get("uniqueness margin, least", -np.inf) > 0

    @property
    def failing(self) -> tuple[Item, ...]:
        """The items beyond their limits."""
        return tuple(item for item in self.entries if not item.passed)

    def items(self) -> tuple[Item, ...]:
        """All items, in the order computed."""
        return self.entries

    def __getitem__(self, name: str) -> float:
        """Value of one item by name; KeyError lists the names."""
        for item in self.entries:
            if item.name == name:
                return item.value
        raise KeyError(f"no item {name!r}; allowed: {[item.name for item in self.entries]}")

    def to_frame(self) -> pd.DataFrame:
        """One row per item: name, value, limit (NaN where reported only), passed, description."""
        import pandas as pd  # slow to import: only when a table is asked for

        return pd.DataFrame(
            {
                "item": [item.name for item in self.entries],
                "value": [item.value for item in self.entries],
                "limit": [np.nan if i.limit is None else i.limit for i in self.entries],
                "passed": [item.passed for item in self.entries],
                "description": [item.description for item in self.entries],
            }
        )


class ConvergenceError(RuntimeError):
    """A solution failed its certificate; carries it as `certificate`."""

    def __init__(self, certificate: Certificate, calibration: Calibration) -> None:
        self.certificate = certificate
        failing = "; ".join(
            f"{item.name} is {item.value:.3g} (limit {item.limit:.3g})"
            for item in certificate.failing
        )
        advice = (
            "Try more sweeps (max_sweeps), damping below 1, a finer Grid, starting from a solution "
            "at lower theta or gamma (start=...), or lower theta or gamma."
        )
        if calibration.period_years < 10:
            advice = (
                f"With period_years={calibration.period_years} the published theta and gamma imply "
                "a debt limit of a large multiple of one period's income, and the price and the "
                "limit feed back on each other too strongly to iterate on; use period_years=10, "
                "the baseline, or lower theta. " + advice
            )
        super().__init__(
            f"No solution at gamma={calibration.gamma}, theta={calibration.theta}: {failing}. "
            f"{advice} Pass on_failure='return' to inspect the result."
        )


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


def check(name: str, value: float, limit: float | None, description: str) -> Item:
    """One item of a certificate."""
    return Item(name=name, value=float(value), limit=limit, description=description)


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
    bound = (paths.eta * paths.c**solution.calibration.gamma > 1e-5).mean()
    return [
        check("grid floor binds", floor, hard, "share of states kept from borrowing by the grid"),
        check("edge mass, low bonds", low, limit, "simulated share in the lowest bond cell"),
        check("edge mass, high bonds", high, limits.edge_mass, "in the highest bond cell"),
        check("edge mass, capital", side, limits.edge_mass, "in the outer capital cells"),
        check("binding frequency", bound, None, "simulated share of periods at the limit"),
    ]


def _accuracy(
    solution: Solution, paths: Paths, limits: Tolerances, rng: np.random.Generator, sample: int
) -> list[Item]:
    space = solution.grid
    b = rng.uniform(space.bonds[0], space.bonds[-1], sample)
    x = [rng.uniform(nodes[0], nodes[-1], sample) for nodes in space.coordinates]
    node = rng.integers(0, len(solution.shocks.joint_nodes), sample)
    k = capital_of(np.stack(x, axis=-1)) if x else np.ones((sample, 1))
    box = euler_errors(solution, b, k, node)
    pick = rng.permutation(paths.b.size)[: 3 * sample]
    visited = euler_errors(
        solution,
        paths.b.ravel()[pick],
        paths.k.reshape(paths.b.size, -1)[pick],
        paths.node.ravel()[pick],
    )
    entries = []
    for condition in box.conditions:
        errors = box.log10(condition, ~box.switch)
        mean, p99 = _mean(errors), _quantile(errors, 0.99)
        text = "log10 Euler error over the grid, away from switches"
        entries += [
            check(f"euler {condition}, mean", mean, limits.euler_mean, text),
            check(f"euler {condition}, p99", p99, limits.euler_p99, text),
        ]
    for label, errors_of in (("grid", box), ("simulated", visited)):
        entries += _accuracy_by_regime(label, errors_of)
    return entries


def _accuracy_by_regime(label: str, errors: EulerErrors) -> list[Item]:
    """Reported percentiles by regime, worst of the three conditions; NaN for an empty regime."""
    entries = [
        check(f"{label} share near a switch", errors.switch.mean(), None,
              "states that slack and bound nodes surround, now or next period")
    ]  # fmt: skip
    regimes = {
        "slack": ~errors.bound & ~errors.switch,
        "bound": errors.bound & ~errors.switch,
        "switch": errors.switch,
    }
    for regime, states in regimes.items():
        by_condition = [errors.log10(condition, states) for condition in errors.conditions]
        text = f"log10 Euler error, {label} states, {regime}, worst condition"
        mean = max(_mean(x) for x in by_condition)
        p99 = max(_quantile(x, 0.99) for x in by_condition)
        entries += [
            check(f"euler {label} {regime}, mean", mean, None, text),
            check(f"euler {label} {regime}, p99", p99, None, text),
        ]
    return entries


def _mean(errors: Array) -> float:
    return float(errors.mean()) if len(errors) else np.nan


def _quantile(errors: Array, p: float) -> float:
    return float(np.quantile(errors, p)) if len(errors) else np.nan


def _uniqueness(
    solution: Solution, paths: Paths, rng: np.random.Generator, n: int = 400
) -> list[Item]:
    """Static equilibria at grid states next to simulated ones, continuation policies given."""
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    shape, p = solution.flat_shape, solution.policies
    pick = rng.integers(0, paths.b.size, n)
    x = coordinates_of(paths.k.reshape(paths.b.size, -1)[pick])
    cell = np.zeros(n, np.int64)
    for axis, nodes in enumerate(space.coordinates):
        cell = cell * len(nodes) + _nearest(nodes, x[:, axis])
    index = np.stack(
        [paths.node.ravel()[pick], _nearest(space.bonds, paths.b.ravel()[pick]), cell], axis=-1
    )
    output = income(space.allocation, shocks.joint_nodes[:, None, :], calibration)
    count, margin = np.empty(n, np.int64), np.empty(n)
    slope = collateral_slope(solution)
    untaxed = solution.wedges.tax_bonds is None and solution.wedges.charge_capital is None
    if slope.max() > 0 and untaxed:
        kernels.scan_static(
            continuation_table(solution), space.bonds, *space.axes, space.allocation, output, index,
            p.b_next.reshape(shape),
            np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, -1))),
            slope, shocks.joint_R, slack_ratio(solution), calibration.phi_adj,
            kernel_parameters(solution), 200, 1e-4 * space.income_scale, count, margin,
        )  # fmt: skip
    else:
        count[:], margin[:] = 1, np.nan
    least = float(np.nanmin(margin)) if np.isfinite(margin).any() else 1.0
    return [
        check("static equilibria, most", count.max(), None, "found by scan at a sampled state"),
        check(
            "static equilibria, share with several", (count > 1).mean(), None, "of sampled states"
        ),
        check(
            "uniqueness margin, least", least, None, "1 + R theta dq/db' at sampled bound states"
        ),
    ]


def _nearest(nodes: Array, x: Array) -> NDArray[np.int64]:
    return np.abs(nodes[None, :] - x[:, None]).argmin(axis=1)


def _dynamics(solution: Solution) -> list[Item]:
    path = stationary_path(solution)
    return [
        check("bond slope, stationary path", path["slope"], None, "b'(b), shocks at the middle"),
        check("bond cycle, stationary path", path["cycle"], None, "range of b there, over income"),
    ]
