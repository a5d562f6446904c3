"""Evidence that a solution of `bianchi` solves its problem, recomputed from its rules alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bianchi import kernels
from benchmarks.bianchi.model import BianchiSolution, iterate
from benchmarks.bianchi.results import policy_value, simulate_path
from regspec import seeds
from regspec.model.equilibrium.certificate import Certificate, Item

Array = NDArray[np.float64]

# Least consumption error that a logarithm is taken of.
SMALLEST = 1e-17


@dataclass(frozen=True, kw_only=True, slots=True)
class BianchiTolerances:
    """Limits of the certificate's items.

    Attributes
    ----------
    policy : float
        Largest relative change of consumption on the bond grid in a further iteration.
    residual : float
        Budget, limit and complementarity residuals, in tradables.
    euler_mean, euler_max : float
        log10 Euler errors of slack states, consumption units, off the grid. The defaults admit
        the article's 100 nodes; see `PUBLISHED_ACCURACY`. The largest one is a condition of the
        equilibrium alone: the planner's marginal value jumps, and beside a jump a tiny error of
        bonds is a large error of the Euler equation. The planner must pass `deviation` instead.
    deviation : float
        Largest gain, in permanent consumption, from one free choice of b'.
    edge_mass : float
        Share of simulated periods in each outermost cell of the bond grid.
    """

    policy: float = 1e-7
    residual: float = 1e-10
    euler_mean: float = -5.5
    euler_max: float = -3.0
    deviation: float = 1e-6
    edge_mass: float = 1e-3


#: Accuracy that the published programme reports with 800 nodes for bonds.
PUBLISHED_ACCURACY = BianchiTolerances(euler_mean=-7.2, euler_max=-4.7)


def certify_bianchi(
    solution: BianchiSolution,
    *,
    tolerances: BianchiTolerances | None = None,
    sample: int = 20_000,
    seed: int = seeds.BIANCHI_CERTIFICATE,
) -> Certificate:
    """Check a solution.

    Parameters
    ----------
    solution : BianchiSolution
    tolerances : BianchiTolerances, optional
    sample : int
        States drawn off the grid, uniform over bonds and states of the chain.
    seed : int
        Of the draws and of the simulated path.

    Returns
    -------
    Certificate
        `converged` is the conjunction of all items with a limit; NaN fails.
    """
    limits = tolerances or BianchiTolerances()
    d = solution.on_grid()
    bad = np.sum(~np.isfinite(solution.table)) + np.sum(~(d.c_tradable > 0))
    falling = np.sum(~(np.diff(solution.grid, axis=1) > 0))
    entries = [
        _item("undefined values", bad, 0, "table entries and grid choices that are no numbers"),
        _item("endogenous grid falls", falling, 0, "places where bonds today do not rise with b'"),
    ]
    if all(item.passed for item in entries):
        entries += _fixed_point(solution, limits)
        entries += _residuals(solution, limits)
        entries += _accuracy(solution, limits, np.random.default_rng(seed), sample)
        entries += _ergodic(solution, limits, seed)
        entries += _uniqueness(solution)
    return Certificate(entries=tuple(entries))


def _item(name: str, value: Any, limit: float | None, description: str) -> Item:
    return Item(name=name, value=float(value), limit=limit, description=description)


def _largest(values: Array) -> float:
    return float(np.max(values, initial=0.0))


def _fixed_point(solution: BianchiSolution, limits: BianchiTolerances) -> list[Item]:
    before, after = solution.on_grid().c_tradable, iterate(solution).on_grid().c_tradable
    change = np.max(np.abs(after / before - 1))
    text = "largest relative change of cT on the bond grid in a further iteration"
    return [_item("change in consumption", change, limits.policy, text)]


def _residuals(solution: BianchiSolution, limits: BianchiTolerances) -> list[Item]:
    p, d = solution.parameters, solution.on_grid()
    states = len(solution.chain.nodes)
    yt, yn = (np.repeat(y, len(solution.bonds)) for y in solution.endowments)
    b = np.tile(solution.bonds, states)
    price = (1 - p.omega) / p.omega * (d.c_tradable / yn) ** (1 + p.eta)
    room = d.bonds_next + p.kappa * (yt + price * yn)
    budget = np.abs(d.c_tradable + d.bonds_next - (1 + p.r) * b - yt)
    return [
        _item("budget residual", _largest(budget), limits.residual, "on the grid, in tradables"),
        _item("limit excess", _largest(-room), limits.residual, "debt above the limit"),
        _item(
            "complementarity", _largest(np.abs(room[d.bound])), limits.residual,
            "room left below the limit in bound states",
        ),
        _item("grid floor binds", d.floor.mean(), 0.0, "states kept from debt by the grid"),
    ]  # fmt: skip


def euler_errors(
    solution: BianchiSolution, b: Array, state: NDArray[np.int64]
) -> tuple[Array, NDArray[np.bool_]]:
    """Euler errors in consumption units at states off the grid, and whether they are bound.

    |1 - c_E / cT| in slack states, c_E being what the Euler equation implies at the chosen b'. In
    bound states the Euler equation is an inequality, cT <= c_E: the error is its violation.
    """
    p = solution.parameters
    d = solution.at(b, state)
    implied = np.empty(len(b))
    kernels.implied_consumption(
        len(implied),
        d.bonds_next, state, solution.chain.transition, *solution.endowments, *solution.rule,
        solution.planner, p.packed, implied,
    )  # fmt: skip
    ratio = implied / d.c_tradable
    return np.where(d.bound, np.maximum(1 - ratio, 0), np.abs(1 - ratio)), d.bound


def _accuracy(
    solution: BianchiSolution,
    limits: BianchiTolerances,
    rng: np.random.Generator,
    sample: int,
) -> list[Item]:
    b = rng.uniform(solution.bonds[0], solution.bonds[-1], sample)
    state = rng.integers(0, len(solution.chain.nodes), sample)
    errors, bound = euler_errors(solution, b, state)
    slack = np.log10(np.maximum(errors[~bound], SMALLEST))
    mean, worst = (slack.mean(), slack.max()) if len(slack) else (np.nan, np.nan)
    text = "log10 Euler error, slack states off the grid"
    entries = [
        _item("euler slack, mean", mean, limits.euler_mean, text),
        _item("euler slack, max", worst, None if solution.planner else limits.euler_max, text),
        _item(
            "euler slack, share above -4.7", np.mean(slack > -4.7) if len(slack) else np.nan,
            None, "of slack states off the grid",
        ),
        _item(
            "euler bound, max", _largest(errors[bound]), limits.residual,
            "bound states that would rather save, consumption units",
        ),
        _item("bound states", bound.mean(), None, "share of the states off the grid"),
    ]  # fmt: skip
    if solution.planner:
        gain = deviation_gain(solution, b[: sample // 10], state[: sample // 10])
        text = "gain from one free choice of b', permanent consumption"
        entries.append(_item("deviation gain, max", gain.max(), limits.deviation, text))
    return entries


def deviation_gain(
    solution: BianchiSolution, b: Array, state: NDArray[np.int64], *, trials: int = 2000
) -> Array:
    """What a planner gains, in permanent consumption, by one free choice of b' at states (n,).

    It may choose any of `trials` evenly spaced bonds and the kinks, at the price that the choice
    itself brings about; the solution's own rules follow. Never below zero but for rounding where
    the rules are the best.
    """
    p = solution.parameters
    value, nodes = policy_value(solution), solution.nodes
    grid = np.linspace(nodes[0], nodes[-1], trials)
    options = np.concatenate([grid, solution.kinks[~np.isnan(solution.kinks)]])
    best = np.empty(len(b))
    kernels.best_deviation(
        len(b), b, state, solution.chain.transition, *solution.endowments, nodes, value, options,
        p.packed, best,
    )  # fmt: skip
    d = solution.at(b, state)
    ahead = solution.chain.transition @ value
    own = d.consumption ** (1 - p.sigma) / (1 - p.sigma) + p.beta * kernels.value_at(
        d.bonds_next, state, nodes, ahead
    )
    return np.asarray((best / own) ** (1 / (1 - p.sigma)) - 1)


def _ergodic(solution: BianchiSolution, limits: BianchiTolerances, seed: int) -> list[Item]:
    path = simulate_path(solution, periods=100_000, seed=seed)
    low = np.mean(path.b < solution.bonds[1])
    high = np.mean(path.b > solution.bonds[-2])
    errors, bound = euler_errors(solution, path.b, path.state)
    slack = np.log10(np.maximum(errors[~bound], SMALLEST))
    mean = slack.mean() if len(slack) else np.nan
    return [
        _item("edge mass, low bonds", low, limits.edge_mass, "simulated share, lowest bond cell"),
        _item("edge mass, high bonds", high, limits.edge_mass, "in the highest bond cell"),
        _item("binding frequency", bound.mean(), None, "simulated share of periods at the limit"),
        _item("euler simulated slack, mean", mean, None, "log10, along the simulated path"),
    ]


def _uniqueness(solution: BianchiSolution) -> list[Item]:
    """Whether the slack choice and the low root of the limit are both equilibria somewhere."""
    p, d = solution.parameters, solution.on_grid()
    yt, yn = (np.repeat(y, len(solution.bonds)) for y in solution.endowments)
    m = (1 + p.r) * np.tile(solution.bonds, len(solution.chain.nodes)) + (1 + p.kappa) * yt
    low = np.array([kernels.limit_consumption(x, y, p.packed) for x, y in zip(m, yn, strict=True)])
    several = ~d.bound & (low < d.c_tradable * (1 - 1e-9))
    slope = np.array(
        [
            kernels.price_slope(c, y, p.packed)
            for c, y in zip(d.c_tradable[d.bound], yn[d.bound], strict=True)
        ]
    )
    margin = float(np.min(1 - slope)) if len(slope) else 1.0
    return [
        _item("static equilibria, most", 1 + several.any(), None, "at a state of the grid"),
        _item("static equilibria, share with several", several.mean(), None, "of grid states"),
        _item("uniqueness margin, least", margin, None, "1 - Psi at bound states of the grid"),
    ]
