"""Compiled slopes of the planner's maximised objective in today's state: (21) and the envelope.

One sweep of the planner's problem: tables from next period's functions, then maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import StateSpace, coordinates_of
from regspec.model.economy.technology import output
from regspec.model.equilibrium import iteration
from regspec.model.equilibrium.capital_choice import Ahead, State, _shift, workspace
from regspec.model.equilibrium.iteration import (
    ahead_of,
    choice_of,
    grid_states,
    primitives,
    states_at,
    today_of,
)
from regspec.model.equilibrium.kernels import Choice, state_of
from regspec.model.equilibrium.solution import Policies, Solution
from regspec.model.numerics.compiled import INNER, borrow, hold, njit, ranged
from regspec.model.planner import value_kernels
from regspec.model.planner.choice import Problem, debt_only, gap_at, objective
from regspec.model.planner.search import Keep, Maxima, Nodes, Search, Spacing, planner_states
from regspec.model.planner.value import expected_value, felicity, value_table
from regspec.parameters import Calibration

__all__ = []

# mypy: disable-error-code="no-untyped-def"

Array = NDArray[np.float64]

# Slopes of the gap below this count as a tangency, where the envelope has no slope.
STEEP = 1e-3
# Half-width of differences, in wealth over consumption and in coordinates.
WIDTH = 1e-5


class Turns(NamedTuple):
    """Today's coordinates of capital (Nk, I - 1), and slopes of income in them (nz, Nk, I - 1)."""

    coordinates: Array
    earned: Array


class Slopes(NamedTuple):
    """Slopes of the maximised objective (nz, Nb, Nk, I), and the multiplier of the gap, eta."""

    values: Array
    eta: Array


@njit(**INNER)
def envelope(problem, b_next, bound, turns, x, work, out):
    """Slopes of the maximised objective in today's bonds and capital coordinates, into out (I,).

    With lambda the value of a unit of wealth (21) and eta the multiplier of the gap; turns are
    those of the state. Returns eta.
    """
    ahead, state, model = problem.ahead, problem.state, problem.model
    beta, gamma, phi, c_min = model
    k, R, R_theta = state.k, state.R, state.R_theta
    here, earned = turns
    n = len(phi)
    _, c, price, w = gap_at(ahead, b_next, state, x, model, work)
    if c <= c_min:
        for j in range(n):
            out[j] = 0.0
        return 0.0
    F, D = work.values, work.slopes
    kn, phi2 = work.k_next, work.phi2
    # The slope in b' does not see the correction, which is linear in x'.
    _, slope = objective(problem, b_next, c, x, work)
    spread = 0.0
    for i in range(n):
        spread += kn[i] * phi2[i]
    eta = 0.0
    if bound:
        dw = -w * gamma * (1.0 / (R * c) + D[0, 0] / F[0])
        gap_slope = 1.0
        for i in range(n):
            gap_slope += R_theta * kn[i] * (w * D[i + 1, 0] + dw * F[i + 1])
        eta = max(0.0, -slope / gap_slope) if abs(gap_slope) > STEEP else 0.0
    service = eta * R_theta
    wealth_value = (1.0 - beta) * c**-gamma + service * gamma * (price + spread) / c
    out[0] = wealth_value
    for j in range(n - 1):
        saved, turned = 0.0, 0.0
        for i in range(n):
            move = kn[i] / k[i]
            shift = _shift(k, here, i, j)
            saved += 0.5 * phi[i] * (1.0 - move * move) * shift
            turned -= kn[i] * phi[i] * move / k[i] * shift
        out[1 + j] = wealth_value * (earned[j] - saved) - service * turned
    return eta


@njit(**INNER)
def debt_only_slope(problem, b_next, along, guess, x, work):
    """Slopes of objective and gap along (db, dw) and `Scratch.direction`; NaN at an edge.

    Capital is as in `debt_only`.
    """
    db, dw = along
    ahead, worth, state, correction, model = problem
    total, gap, k = 0.0, 0.0, work.moved
    for side in range(2):
        h = WIDTH if side else -WIDTH
        for j in range(len(guess)):
            x[j] = guess[j]
        for i in range(len(k)):
            k[i] = state.k[i] + h * work.direction[i]
        moved = State(
            state.wealth + h * dw,
            k,
            state.R,
            state.R_theta,
            state.limited,
            state.tax,
            state.charge,
            state.ratio,
        )
        there = Problem(ahead, worth, moved, correction, model)
        f, g, _, _, _ = debt_only(there, b_next + h * db, x, work)
        total += f / (2.0 * h)
        gap += g / (2.0 * h)
    return total, gap


@njit(**INNER)
def debt_only_envelope(problem, last, turns, x, work, out):
    """`envelope` with capital as in `debt_only`, by differences: k' moves with today's state too.

    last is the choice made: b', coordinates of capital, whether at the limit. The correction is
    that of the objective, because k' moves along it.
    """
    b_next, guess, bound = last
    here, earned = turns
    k, dk, eta = problem.state.k, work.direction, 0.0
    n = len(k)
    for i in range(n):
        dk[i] = 0.0
    if bound:
        slope, gap_slope = debt_only_slope(problem, b_next, (1.0, 0.0), guess, x, work)
        eta = max(0.0, -slope / gap_slope) if abs(gap_slope) > STEEP else 0.0
    for axis in range(n):
        dw = 1.0
        if axis > 0:
            dw = earned[axis - 1]
            for i in range(n):
                dk[i] = _shift(k, here, i, axis - 1)
        total, gap = debt_only_slope(problem, b_next, (0.0, dw), guess, x, work)
        out[axis] = total + (eta * gap if bound else 0.0)
        if not np.isfinite(out[axis]):
            out[axis] = 0.0
    return eta


@ranged
def envelope_sweep(first, last, problem, choice, turns, only_debt, out):
    """Envelope at every state of given choices, into `Slopes` out.

    The problem holds the tables of all joint shocks, `Today` and a correction (nz, Nb, Nk, I - 1).
    """
    model = problem.model
    n = len(model.phi)
    owned = (workspace(n), np.empty(n - 1), np.zeros(n))
    work, x, no_charge = borrow(owned)
    (table, axes), worth, today, correction, _ = borrow(problem)
    (b_next, x_next, bound), (coordinates, earned), (slopes, eta) = borrow((choice, turns, out))
    bonds, (_, nb, nk) = axes.bonds, b_next.shape
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        ahead, here = Ahead(table[zi], axes), Turns(coordinates[ik], earned[zi, ik])
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            wealth = today.income[zi, ik] + bonds[ib]
            state = state_of(today, wealth, zi, ib, ik, model, no_charge)
            one = Problem(ahead, worth[zi], state, correction[zi, ib, ik], model)
            own, at_limit = b_next[zi, ib, ik], bound[zi, ib, ik]
            if only_debt:
                last_choice = (own, x_next[zi, ib, ik], at_limit)
                eta[zi, ib, ik] = debt_only_envelope(
                    one, last_choice, here, x, work, slopes[zi, ib, ik]
                )
            else:
                eta[zi, ib, ik] = envelope(one, own, at_limit, here, x, work, slopes[zi, ib, ik])
    hold(owned)


# A choice this many tolerances of the policies away from another counts as distant.
DISTANT = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ties:
    """States whose last choice was kept although another, far away, is worth a little more.

    Attributes
    ----------
    gain : array, shape of the policies
        What the other choice would gain, as a share of consumption; NaN where there is no tie.
    bonds, capital : array, shape of the policies
        How far away it is, in goods and in capital coordinates.
    """

    gain: Array
    bonds: Array
    capital: Array

    @property
    def count(self) -> int:
        """Number of such states."""
        return int(np.isfinite(self.gain).sum())


class Future(NamedTuple):
    """What a planner takes as given: future functions of (z, b', k'), on the grid.

    Attributes
    ----------
    ahead : Ahead
        Expectations that price capital; see `iteration.continuation_table`.
    worth : array, shape (nz, Nb, Nk, 2^I)
        Value of next period's lottery and its slopes; see `value.value_table`.
    utility : array, shape (nz, Nb, Nk, 2)
        beta u(W) and beta E u'(c') at the nodes.
    """

    ahead: Ahead
    worth: Array
    utility: Array


def build_future(solution: Solution, w: Array) -> Future:
    """Collect next period's functions from a solution and its values w (policies' shape)."""
    calibration = solution.calibration
    expected = expected_value(solution, w.reshape(solution.flat_shape))
    ahead = ahead_of(solution)
    utility = [felicity(expected, calibration.gamma), ahead.table[..., 0] ** -calibration.gamma]
    return Future(
        ahead=ahead,
        worth=value_table(expected, solution.grid),
        utility=calibration.beta_period * np.stack(utility, axis=-1),
    )


def planner_sweep(
    solution: Solution,
    future: Future,
    *,
    debt_only: bool,
    everywhere: bool,
    step: float,
    reach: float,
    correction: Array | None = None,
    hysteresis: float = 0.0,
    jump: float = 0.0,
) -> tuple[Policies, Array, Ties]:
    """Maximise at every grid state, next period's functions given.

    Parameters
    ----------
    solution : Solution
        Its policies are where the search starts.
    future : Future
    debt_only : bool
        Whether capital is where the untaxed conditions (12) put it: instruments="debt".
    everywhere : bool
        Whether to scan all nodes for other maxima.
    step, reach : float
        First spacing of the search in capital coordinates, and in bonds over income.
    correction : array, shape (nz, Nb, Nk, I - 1), optional
        For what is not internalised, see `choice`.
    hysteresis, jump : float
        A choice further than `jump` (in bonds over income or in capital coordinates) from the last
        one must gain more than `hysteresis`, as a share of consumption; 0 for any gain.

    Returns
    -------
    policies : Policies
        With the private multiplier of `limit` states in `mu`.
    values : array, shape of the policies
        Consumption equivalents.
    ties : Ties
    """
    p, n, scale = solution.policies, solution.calibration.n_industries, solution.grid.income_scale
    flat, shape = solution.flat_shape, p.c.shape
    b, k, _ = grid_states(solution)
    zi = np.repeat(np.arange(flat[0]), len(b) // flat[0])
    b_next, x, bound = choice_of(solution)
    start = Choice(b_next.ravel(), x.reshape(len(b), n - 1), bound.ravel())
    keep = Keep(hysteresis, jump, jump * scale)
    found = maximise(
        solution,
        future,
        zi,
        b,
        k,
        start,
        Search(debt_only, everywhere, Spacing(step, reach * scale), keep),
        correction,
    )
    c, b_next, q, mu, values = np.ascontiguousarray(found.values.T).reshape(5, *shape)
    k_next = np.empty((*shape, n))
    iteration.shares(flat[0], found.x.reshape(*flat, n - 1), k_next.reshape(*flat, n))
    policies = Policies(
        c=c, b_next=b_next, k_next=k_next, q=q, mu=mu, status=found.status.reshape(shape)
    )
    gain, bonds, capital = np.ascontiguousarray(found.ties.T).reshape(3, *shape)
    return policies, values, Ties(gain=gain, bonds=bonds, capital=capital)


def maximise(
    solution: Solution,
    future: Future,
    zi: NDArray[np.int64],
    b: Array,
    k: Array,
    start: Choice,
    search: Search,
    correction: Array | None = None,
) -> Maxima:
    """Maximise at n states anywhere in the state space, next period's functions given.

    Parameters
    ----------
    solution, future : Solution, Future
    zi : array of int, shape (n,)
        Joint shock nodes.
    b, k : array, shapes (n,) and (n, I)
    start : Choice
        Where the search starts, one row a state.
    search : Search
    correction : array, n (I - 1) elements, optional

    Returns
    -------
    Maxima
    """
    space, shocks, n = solution.grid, solution.shocks, len(b)
    d = solution.calibration.n_industries - 1
    correction = np.zeros((n, d)) if correction is None else correction.reshape(n, d)
    state = states_at(solution, b, k, shocks.joint_nodes[zi], shocks.joint_R[zi])
    problem = Problem(future.ahead, future.worth, state, correction, primitives(solution))
    every = Nodes(space.allocation, nodes(space), future.utility)
    out = Maxima(np.empty((n, 5)), np.empty((n, d)), np.empty(n, np.int8), np.empty((n, 3)))
    planner_states(n, problem, every, zi, start, search, out)
    return out


def nodes(space: StateSpace) -> Array:
    """Coordinates of every node of the capital box, shape (Nk, I - 1)."""
    return np.ascontiguousarray(coordinates_of(space.allocation))


def income_slopes(space: StateSpace, z: Array, calibration: Calibration, *, social: bool) -> Array:
    """Slope of income in each capital coordinate at every node, shape (nz, Nk, I - 1).

    With `social` the whole marginal product alpha + xi_i of (23), else alpha alone.
    """
    k, x = space.allocation, nodes(space)
    n = k.shape[1]
    power = np.full(n, calibration.alpha) + (np.array(calibration.xi) if social else 0.0)
    marginal = power * output(k, z[:, None, :], calibration) / k
    shift = np.zeros((len(k), n, n - 1))
    for j in range(n - 1):
        shift[:, j, j] = k[:, j] / x[:, j]
        shift[:, j + 1 :, j] = -k[:, j + 1 :] / (1.0 - x[:, j : j + 1])
    return np.ascontiguousarray(np.einsum("zki,kij->zkj", marginal, shift))


def shadow_values(
    solution: Solution,
    future: Future,
    *,
    debt_only: bool = False,
    social: bool = True,
    correction: Array | None = None,
) -> Slopes:
    """Value to the planner of wealth and of capital at every grid state: (21) and the envelope.

    Parameters
    ----------
    solution : Solution
    future : Future
    debt_only : bool
        Whether capital follows from (12).
    social : bool
        Whether agglomeration is internalised.
    correction : array, shape (nz, Nb, Nk, I - 1), optional
        Of the objective; it matters where capital follows from (12).

    Returns
    -------
    values : array, shape (nz, Nb, Nk, I)
        Slopes of (1 - beta) u(c) + beta u(W') in bonds, then in each capital coordinate.
    eta : array, shape (nz, Nb, Nk)
        Multiplier of the limit b' + R theta q >= 0, in the same units; zero where slack.
    """
    calibration, space, shape = solution.calibration, solution.grid, solution.flat_shape
    n, z = calibration.n_industries, solution.shocks.joint_nodes
    if correction is None:
        correction = np.zeros((*shape, n - 1))
    problem = Problem(
        future.ahead, future.worth, today_of(solution), correction, primitives(solution)
    )
    turns = Turns(nodes(space), income_slopes(space, z, calibration, social=social))
    out = Slopes(np.empty((*shape, n)), np.empty(shape))
    envelope_sweep(shape[0] * shape[2], problem, choice_of(solution), turns, debt_only, out)
    return out


def private_correction(
    solution: Solution, future: Future, *, debt_only: bool = False, last: Array | None = None
) -> Array:
    """Correction that removes agglomeration from what the planner sees, (nz, Nb, Nk, I - 1).

    The difference between the slope of the value in next capital and that which a planner sees
    who takes productivity z_i as given, (23) with xi_i = 0 in the marginal product; read at each
    state's last choice. Where choices settle the first-order condition is that planner's.
    `debt_only` and `last`, the correction behind the last choices, as in `shadow_values`.
    """
    calibration, shape = solution.calibration, solution.flat_shape
    n, choice = calibration.n_industries, choice_of(solution)
    seen, _ = shadow_values(solution, future, debt_only=debt_only, social=False, correction=last)
    stacked = np.moveaxis(seen[..., 1:], -1, 0).reshape(n - 1, shape[0], -1)
    expected = np.moveaxis(solution.shocks.expect(stacked).reshape(n - 1, *shape), 0, -1)
    columns = [2 << axis for axis in range(n - 1)]
    marginal = future.worth[..., :1] ** -calibration.gamma * future.worth[..., columns]
    wedge = np.ascontiguousarray(calibration.beta_period * (marginal - expected))
    out = np.empty_like(wedge)
    axes = solution.grid.axes
    value_kernels.read_at(shape[0] * shape[2], wedge, axes, choice.b_next, choice.x, out)
    return out
