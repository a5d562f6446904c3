"""Compiled slopes of the planner's maximised objective in today's state: (21) and the envelope.

One sweep of the planner's problem: tables from next period's functions, then maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import StateSpace, coordinates_of
from regspec.model.economy.technology import income, output
from regspec.model.equilibrium import iteration
from regspec.model.equilibrium.capital_choice import _shift, workspace
from regspec.model.equilibrium.iteration import (
    collateral_slope,
    continuation_table,
    grid_states,
    kernel_parameters,
)
from regspec.model.equilibrium.kernels import BOUND
from regspec.model.equilibrium.solution import Policies, Solution
from regspec.model.numerics.compiled import borrow, hold, njit, ranged
from regspec.model.planner import search, value_kernels
from regspec.model.planner.choice import gap_at, held_bonds, objective
from regspec.model.planner.value import expected_value, felicity, value_table
from regspec.parameters import Calibration

__all__ = []

# mypy: disable-error-code="no-untyped-def"


# Slopes of the gap below this count as a tangency, where the envelope has no slope.
STEEP = 1e-3
# Half-width of differences, in wealth over consumption and in coordinates.
WIDTH = 1e-5


@njit(cache=True, error_model="numpy")
def envelope(
    slab, worth, bonds, x1, x2, b_next, wealth, k, here, earned, R, R_theta, bound, phi, params,
    x, work, G, out,
):  # fmt: skip
    """Slopes of the maximised objective in today's bonds and capital coordinates, into out (I,).

    With lambda the value of a unit of wealth (21) and eta the multiplier of the gap. here (I - 1,)
    are today's coordinates, earned (I - 1,) the slopes of income in them. Returns eta.
    """
    beta, gamma, c_min = params
    n = len(phi)
    _, c, price, w = gap_at(
        slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
    )
    if c <= c_min:
        for j in range(n):
            out[j] = 0.0
        return 0.0
    F, D, kn, phi2 = work[0], work[1], work[2], work[3]
    # The slope in b' does not see the tilt, which is linear in x'.
    _, slope = objective(worth, bonds, x1, x2, b_next, c, R, params, np.zeros(n - 1), x, work, G)
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


@njit(cache=True, error_model="numpy")
def held_slope(
    slab, worth, bonds, x1, x2, b_next, db, wealth, dw, k, dk, R, R_theta, phi, params, tilt, guess,
    x, work, G,
):  # fmt: skip
    """Slopes of objective and gap along (db, dw, dk), capital held by (12); NaN at an edge."""
    total, gap, held = 0.0, 0.0, np.empty(len(k))
    for side in range(2):
        h = WIDTH if side else -WIDTH
        for j in range(len(guess)):
            x[j] = guess[j]
        for i in range(len(k)):
            held[i] = k[i] + h * dk[i]
        f, g, _, _, _ = held_bonds(
            slab, worth, bonds, x1, x2, b_next + h * db, wealth + h * dw, held, R, R_theta,
            phi, params, tilt, x, work, G,
        )  # fmt: skip
        total += f / (2.0 * h)
        gap += g / (2.0 * h)
    return total, gap


@njit(cache=True, error_model="numpy")
def held_envelope(
    slab, worth, bonds, x1, x2, b_next, wealth, k, here, earned, R, R_theta, bound, phi, params,
    tilt, guess, x, work, G, out,
):  # fmt: skip
    """`envelope` with capital held by (12), by differences: k' moves with today's state too.

    tilt is that of the objective, because k' moves along it.
    """
    n, still = len(phi), np.zeros(len(phi))
    eta = 0.0
    if bound:
        slope, gap_slope = held_slope(
            slab, worth, bonds, x1, x2, b_next, 1.0, wealth, 0.0, k, still, R, R_theta, phi, params,
            tilt, guess, x, work, G,
        )  # fmt: skip
        eta = max(0.0, -slope / gap_slope) if abs(gap_slope) > STEEP else 0.0
    for axis in range(n):
        dk, dw = still.copy(), 1.0
        if axis > 0:
            dw = earned[axis - 1]
            for i in range(n):
                dk[i] = _shift(k, here, i, axis - 1)
        total, gap = held_slope(
            slab, worth, bonds, x1, x2, b_next, 0.0, wealth, dw, k, dk, R, R_theta, phi, params,
            tilt, guess, x, work, G,
        )  # fmt: skip
        out[axis] = total + (eta * gap if bound else 0.0)
        if not np.isfinite(out[axis]):
            out[axis] = 0.0
    return eta


@ranged
def envelope_sweep(
    first, last,
    table, worth, bonds, x1, x2, allocation, nodes, output, earned, R_theta, R, b_next, x_next,
    status, held, phi, params, tilt, slopes, shadow,
):  # fmt: skip
    """Envelope at every state of given choices, into slopes (nz, Nb, Nk, I); eta into shadow."""
    _, nb, nk, _ = table.shape
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1), np.empty(3))
    work, x, G = borrow(owned)
    table, worth, bonds, x1, x2 = borrow((table, worth, bonds, x1, x2))
    allocation, nodes, output, earned = borrow((allocation, nodes, output, earned))
    R_theta, R, b_next, x_next, status = borrow((R_theta, R, b_next, x_next, status))
    tilt, slopes, shadow = borrow((tilt, slopes, shadow))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            if held:
                shadow[zi, ib, ik] = held_envelope(
                    table[zi], worth[zi], bonds, x1, x2, b_next[zi, ib, ik],
                    output[zi, ik] + bonds[ib], allocation[ik], nodes[ik], earned[zi, ik], R[zi],
                    R_theta[zi], status[zi, ib, ik] == BOUND, phi, params, tilt[zi, ib, ik],
                    x_next[zi, ib, ik], x, work, G, slopes[zi, ib, ik],
                )  # fmt: skip
                continue
            shadow[zi, ib, ik] = envelope(
                table[zi], worth[zi], bonds, x1, x2, b_next[zi, ib, ik],
                output[zi, ik] + bonds[ib], allocation[ik], nodes[ik], earned[zi, ik], R[zi],
                R_theta[zi], status[zi, ib, ik] == BOUND, phi, params, x, work, G,
                slopes[zi, ib, ik],
            )  # fmt: skip
    hold(owned)


Array = NDArray[np.float64]

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Future:
    """What a planner takes as given: future functions of (z, b', k'), on the grid.

    Attributes
    ----------
    table : array, shape (nz, Nb, Nk, columns)
        Expectations that price capital; see `iteration.continuation_table`.
    worth : array, shape (nz, Nb, Nk, 2^I)
        Value of next period's lottery and its slopes; see `value.value_table`.
    ahead : array, shape (nz, Nb, Nk, 2)
        beta u(W) and beta E u'(c') at the nodes.
    """

    table: Array
    worth: Array
    ahead: Array


def build_future(solution: Solution, w: Array) -> Future:
    """Collect next period's functions from a solution and its values w (policies' shape)."""
    calibration = solution.calibration
    expected = expected_value(solution, w.reshape(solution.flat_shape))
    table = continuation_table(solution)
    ahead = [felicity(expected, calibration.gamma), table[..., 0] ** -calibration.gamma]
    return Future(
        table=table,
        worth=value_table(expected, solution.grid),
        ahead=calibration.beta_period * np.stack(ahead, axis=-1),
    )


def limit_slope(solution: Solution) -> Array:
    """R theta at every joint node, negative where there is no limit, (nz,)."""
    slope = collateral_slope(solution)
    return slope if solution.calibration.constraint else np.full_like(slope, -1.0)


def planner_sweep(
    solution: Solution,
    future: Future,
    *,
    held: bool,
    everywhere: bool,
    step: float,
    reach: float,
    tilt: Array | None = None,
    hysteresis: float = 0.0,
    jump: float = 0.0,
) -> tuple[Policies, Array, Ties]:
    """Maximise at every grid state, next period's functions given.

    Parameters
    ----------
    solution : Solution
        Its policies are where the search starts.
    future : Future
    held : bool
        Whether capital is where the untaxed conditions (12) put it: instruments="debt".
    everywhere : bool
        Whether to scan all nodes for other maxima.
    step, reach : float
        First spacing of the search in capital coordinates, and in bonds over income.
    tilt : array, shape (nz, Nb, Nk, I - 1), optional
        See `planner_bonds`.
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
    space, p = solution.grid, solution.policies
    shape, n = p.c.shape, solution.calibration.n_industries
    b, k, _ = grid_states(solution)
    zi = np.repeat(np.arange(solution.flat_shape[0]), len(b) // solution.flat_shape[0])
    (c, b_next, q, mu, values), x, status, ties = maximise(
        solution, future, zi, b, k, p.b_next.ravel(), coordinates_of(p.k_next.reshape(-1, n)),
        p.status.ravel() == BOUND, held=held, everywhere=everywhere, step=step, reach=reach,
        tilt=tilt, keep=(hysteresis, jump, jump * space.income_scale),
    )  # fmt: skip
    flat, k_next = solution.flat_shape, np.empty((*shape, n))
    iteration.shares(flat[0], x.reshape(*flat, n - 1), k_next.reshape(*flat, n))
    policies = Policies(
        c=c.reshape(shape), b_next=b_next.reshape(shape), k_next=k_next, q=q.reshape(shape),
        mu=mu.reshape(shape), status=status.reshape(shape),
    )  # fmt: skip
    gain, bonds, capital = np.ascontiguousarray(ties.T).reshape(3, *shape)
    return policies, values.reshape(shape), Ties(gain=gain, bonds=bonds, capital=capital)


def maximise(
    solution: Solution,
    future: Future,
    zi: NDArray[np.int64],
    b: Array,
    k: Array,
    start: Array,
    start_x: Array,
    bound: NDArray[np.bool_],
    *,
    held: bool,
    everywhere: bool,
    step: float,
    reach: float,
    tilt: Array | None = None,
    keep: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> tuple[Array, Array, NDArray[np.int8], Array]:
    """Maximise at n states anywhere in the state space, next period's functions given.

    Parameters
    ----------
    solution, future : Solution, Future
    zi : array of int, shape (n,)
        Joint shock nodes.
    b, k : array, shapes (n,) and (n, I)
    start, start_x, bound : array, shapes (n,), (n, I - 1) and (n,)
        Where the search starts: next bonds, coordinates of next capital, whether at the limit.
    held, everywhere, step, reach : bool, bool, float, float
        As in `planner_sweep`.
    tilt : array, n (I - 1) elements, optional
    keep : tuple
        See `planner_kernels.solve_point`.

    Returns
    -------
    found : array, shape (5, n)
        c, b', q, mu and W.
    x : array, shape (n, I - 1)
        Coordinates of next capital.
    status : array of int8, shape (n,)
    ties : array, shape (n, 3)
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    count, d = len(b), calibration.n_industries - 1
    out, x = np.empty((count, 5)), np.empty((count, d))
    status, ties = np.empty(count, np.int8), np.empty((count, 3))
    search.planner_states(
        count, future.table, future.worth, future.ahead, space.bonds, *space.axes, space.allocation,
        nodes(space), zi, income(k, shocks.joint_nodes[zi], calibration) + b,
        np.ascontiguousarray(k), np.ascontiguousarray(start), np.ascontiguousarray(start_x), bound,
        limit_slope(solution), shocks.joint_R, held, everywhere, step, reach * space.income_scale,
        keep, calibration.phi_adj, kernel_parameters(solution),
        np.zeros((count, d)) if tilt is None else tilt.reshape(count, d), out, x, status, ties,
    )  # fmt: skip
    return np.ascontiguousarray(out.T), x, status, ties


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
    held: bool = False,
    social: bool = True,
    tilt: Array | None = None,
) -> tuple[Array, Array]:
    """Value to the planner of wealth and of capital at every grid state: (21) and the envelope.

    Parameters
    ----------
    solution : Solution
    future : Future
    held : bool
        Whether capital follows from (12).
    social : bool
        Whether agglomeration is internalised.
    tilt : array, shape (nz, Nb, Nk, I - 1), optional
        Of the objective; it matters where capital is held.

    Returns
    -------
    slopes : array, shape (nz, Nb, Nk, I)
        Slopes of (1 - beta) u(c) + beta u(W') in bonds, then in each capital coordinate.
    shadow : array, shape (nz, Nb, Nk)
        Multiplier of the limit b' + R theta q >= 0, in the same units; zero where slack.
    """
    calibration, space, p = solution.calibration, solution.grid, solution.policies
    shape, n, z = solution.flat_shape, calibration.n_industries, solution.shocks.joint_nodes
    slopes, shadow = np.empty((*shape, n)), np.empty(shape)
    tilt = np.zeros((*shape, n - 1)) if tilt is None else tilt
    envelope_sweep(
        shape[0] * shape[2],
        future.table, future.worth, space.bonds, *space.axes, space.allocation, nodes(space),
        income(space.allocation, z[:, None, :], calibration),
        income_slopes(space, z, calibration, social=social), limit_slope(solution),
        solution.shocks.joint_R, p.b_next.reshape(shape),
        np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, n))),
        p.status.reshape(shape), held, calibration.phi_adj, kernel_parameters(solution), tilt,
        slopes, shadow,
    )  # fmt: skip
    return slopes, shadow


def private_tilt(
    solution: Solution, future: Future, *, held: bool = False, last: Array | None = None
) -> Array:
    """Correction that removes agglomeration from what the planner sees, (nz, Nb, Nk, I - 1).

    The difference between the slope of the value in next capital and that which a planner sees
    who takes productivity z_i as given, (23) with xi_i = 0 in the marginal product; read at each
    state's last choice. Where choices settle the first-order condition is that planner's. `held`
    and `last`, the correction behind the last choices, as in `shadow_values`.
    """
    calibration, space, p = solution.calibration, solution.grid, solution.policies
    shape, n = solution.flat_shape, calibration.n_industries
    seen, _ = shadow_values(solution, future, held=held, social=False, tilt=last)
    stacked = np.moveaxis(seen[..., 1:], -1, 0).reshape(n - 1, shape[0], -1)
    expected = np.moveaxis(solution.shocks.expect(stacked).reshape(n - 1, *shape), 0, -1)
    columns = [2 << axis for axis in range(n - 1)]
    marginal = future.worth[..., :1] ** -calibration.gamma * future.worth[..., columns]
    wedge = np.ascontiguousarray(calibration.beta_period * (marginal - expected))
    out = np.empty_like(wedge)
    value_kernels.read_at(
        shape[0] * shape[2], wedge, space.bonds, *space.axes, p.b_next.reshape(shape),
        np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, n))), out,
    )  # fmt: skip
    return out
