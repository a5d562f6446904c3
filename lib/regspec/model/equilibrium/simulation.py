"""Simulated paths of a solution: the ergodic distribution over bonds, capital and shocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec import seeds
from regspec.model.economy.grids import capital_of
from regspec.model.economy.shocks import Shocks
from regspec.model.economy.technology import static_allocation
from regspec.model.equilibrium.solution import Decisions, Solution
from regspec.model.numerics.compiled import threads_for

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Paths:
    """States and decisions along simulated paths, time on the first axis.

    Attributes
    ----------
    b, c, q, eta : array, shape (T, n)
    k, z : array, shape (T, n, I)
    node : array of int, shape (T, n)
        Joint exogenous node, in the order of `Shocks.joint_nodes`.
    bound : array of bool, shape (T, n)
        Whether the collateral limit binds.
    inside : array of bool, shape (T, n)
        Whether the state lay inside the grid.
    """

    b: Array
    k: Array
    z: Array
    node: NDArray[np.int64]
    c: Array
    q: Array
    eta: Array
    bound: NDArray[np.bool_]
    inside: NDArray[np.bool_]

    @property
    def states(self) -> tuple[Array, Array, Array]:
        """Every state visited, b (T n,), k and z (T n, I), for `Solution.at` and functions."""
        count = self.b.size
        return self.b.ravel(), self.k.reshape(count, -1), self.z.reshape(count, -1)


def draw_nodes(shocks: Shocks, periods: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw joint productivity nodes from their chains, started from the stationary one.

    Returns
    -------
    array of int, shape (periods, n)
    """
    joint = np.zeros((periods, n), np.int64)
    for stationary, transition in zip(shocks.stationary, shocks.chains, strict=True):
        uniform = rng.random((periods, n))
        cumulative = np.cumsum(transition, axis=1)
        last = len(stationary) - 1
        node = np.minimum(np.searchsorted(np.cumsum(stationary), uniform[0]), last)
        joint[0] = joint[0] * (last + 1) + node
        for t in range(1, periods):
            node = np.minimum((uniform[t][:, None] > cumulative[node]).sum(axis=1), last)
            joint[t] = joint[t] * (last + 1) + node
    return joint


def simulate(
    solution: Solution, node: NDArray[np.int64], *, b: Array | None = None, k: Array | None = None
) -> Paths:
    """Follow the policies along given productivity nodes.

    Parameters
    ----------
    solution : Solution
    node : array of int, shape (T, n)
        Joint productivity nodes.
    b : array, shape (n,), optional
        Initial bonds; zero when left out.
    k : array, shape (n, I), optional
        Initial capital; equal private returns at mean productivity when left out.

    Returns
    -------
    Paths

    Examples
    --------
    >>> import numpy as np
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> rng = np.random.default_rng(0)
    >>> node = draw_nodes(equilibrium.shocks, periods=10, n=4, rng=rng)
    >>> paths = simulate(equilibrium, node, b=np.full(4, -0.1))
    >>> paths.c.shape, paths.k.shape  # periods, economies, industries
    ((10, 4), (10, 4, 2))
    >>> bool(np.isclose(paths.k.sum(axis=-1), 1.0).all())
    True
    """
    periods, n = node.shape
    z, rates = solution.shocks.joint_nodes[node], solution.shocks.joint_R[node]
    b = np.zeros(n) if b is None else b
    k = np.tile(static_allocation(solution.calibration), (n, 1)) if k is None else k
    states_b, states_k, decisions = [], [], []
    with threads_for(n):
        for t in range(periods):
            states_b.append(b)
            states_k.append(k)
            d: Decisions = solution.at(b, k, z[t], rates[t])
            decisions.append(d)
            b, k = d.b_next, d.k_next
    return Paths(
        b=np.array(states_b),
        k=np.array(states_k),
        z=z,
        node=node,
        c=np.array([d.c for d in decisions]),
        q=np.array([d.q for d in decisions]),
        eta=np.array([d.eta for d in decisions]),
        bound=np.array([d.bound for d in decisions]),
        inside=np.array([d.inside for d in decisions]),
    )


def ergodic_paths(
    solution: Solution,
    *,
    periods: int = 40,
    n: int = 250,
    burn_in: int = 200,
    seed: int = seeds.SIMULATION,
) -> Paths:
    """Paths from the ergodic distribution: the first `burn_in` periods are dropped.

    Returns
    -------
    Paths
        With T = `periods`.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> paths = ergodic_paths(equilibrium, periods=20, n=100)
    >>> bool(0.4 < paths.bound.mean() < 0.6)  # the limit binds in about half of all decades
    True
    """
    rng = np.random.default_rng(seed)
    node = draw_nodes(solution.shocks, burn_in + periods, n, rng)
    start = simulate(solution, node[: burn_in + 1])
    return simulate(solution, node[burn_in:], b=start.b[-1], k=start.k[-1])


def stationary_path(solution: Solution, *, periods: int = 400, tail: int = 40) -> dict[str, float]:
    """Where paths settle while shocks stay at their middle nodes.

    Returns
    -------
    dict
        ``bonds`` (mean of the last `tail` periods), ``cycle`` (their range over income: zero
        where the path comes to rest), and ``slope`` of b'(b) at the mean, capital at rest.
    """
    shocks, space = solution.shocks, solution.grid
    z = np.array([[nodes[len(nodes) // 2] for nodes in shocks.nodes]])
    rate = np.array([shocks.R_nodes[len(shocks.R_nodes) // 2]])
    middle = [[nodes[len(nodes) // 2] for nodes in space.coordinates]]
    b, k = np.zeros(1), capital_of(np.array(middle).reshape(1, -1))
    trace = np.empty(periods)
    with threads_for(1):
        for t in range(periods):
            trace[t] = b[0]
            d = solution.at(b, k, z, rate)
            b, k = d.b_next, d.k_next / d.k_next.sum(axis=1, keepdims=True)
    last = trace[-tail:]
    at, step = last.mean(), 1e-3 * space.income_scale
    ends = [solution.at(np.array([at + s]), k, z, rate).b_next[0] for s in (-step, step)]
    return {
        "bonds": float(at),
        "cycle": float(np.ptp(last)) / space.income_scale,
        "slope": float(ends[1] - ends[0]) / (2 * step),
    }
