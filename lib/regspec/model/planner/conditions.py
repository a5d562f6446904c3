"""The terms Omega of (35) and (36): how the market's pricing of capital moves with (b', k').

The planner's first-order conditions (21)-(24), with Omega by differences of the policies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import (
    adjustment_cost_next,
    adjustment_cost_today,
    private_return,
)
from regspec.model.equilibrium.iteration import collateral_slope
from regspec.model.equilibrium.solution import Decisions, Solution
from regspec.model.planner import value_kernels
from regspec.model.planner.sweep import Future, shadow_values
from regspec.parameters import Calibration

__all__ = []

Array = NDArray[np.float64]


def omega(
    c: ArrayLike,
    q: ArrayLike,
    eta: ArrayLike,
    k: ArrayLike,
    k_next: ArrayLike,
    z: ArrayLike,
    *,
    dc: ArrayLike,
    dq: ArrayLike,
    deta: ArrayLike,
    dk_next: ArrayLike,
    dk: ArrayLike,
    theta: ArrayLike,
    calibration: Calibration,
) -> Array:
    """Directional derivative of each industry's payoff under the expectation of (12).

    The payoff is u'(c)(q + m_i - phi1_i) + theta q eta, with m_i the private return on capital and
    c, q, eta and k_next the functions of the state at which it is paid. `dk` = 0 gives Omega^B of
    (35); a unit step in capital gives Omega^K of (36). The collateral term is the product rule's,
    theta (dq eta + q deta), where the paper prints a difference.

    Parameters
    ----------
    c, q, eta : array, shape (...)
        Consumption, price and collateral multiplier (in marginal utility) at the state.
    k, k_next, z : array, shape (..., I)
        Capital, next capital, productivity levels.
    dc, dq, deta : array, shape (...)
        Their changes along the direction.
    dk_next, dk : array, shape (..., I)
        Changes of next capital and of the state's own capital.
    theta : array, shape (...)
    calibration : Calibration
        With unit prices (no finite elasticity of substitution).

    Returns
    -------
    array, shape (..., I)

    Raises
    ------
    ValueError
        For a finite elasticity of substitution.
    """
    if np.isfinite(calibration.substitution):
        raise ValueError(
            f"substitution is {calibration.substitution}; allowed here: inf, as in (35) and (36)"
        )
    k, k_next, dk, dk_next = (np.asarray(x, float) for x in (k, k_next, dk, dk_next))
    c, q, eta, dc, dq, deta, theta = (
        np.asarray(x, float)[..., None] for x in (c, q, eta, dc, dq, deta, theta)
    )
    gamma, phi = calibration.gamma, np.array(calibration.phi_adj)
    marginal = c**-gamma
    m = private_return(k, z, calibration)
    dm = (calibration.alpha + np.array(calibration.xi) - 1.0) * m / k * dk
    move = k_next / k
    dphi1 = phi * move * (move * dk - dk_next) / k  # phi11 dk + phi12 dk_next
    payoff = q + m - adjustment_cost_today(k, k_next, phi)
    return np.asarray(
        -gamma * marginal / c * dc * payoff
        + marginal * (dq + dm - dphi1)
        + theta * (dq * eta + q * deta)
    )


# Half-width of the differences, in bonds over income and in capital coordinates.
SPACING = 1e-3
# The same in capital, at most this share of the smallest industry's.
STEP_OF_LEAST = 0.1


def _shift(k: Array, axis: int) -> Array:
    """Change of capital shares (n, I) per unit of a coordinate."""
    x, h = coordinates_of(k), 1e-6
    up, down = x.copy(), x.copy()
    up[:, axis] += h
    down[:, axis] -= h
    return (capital_of(up) - capital_of(down)) / (2.0 * h)


def _differences(high: Decisions, low: Decisions, width: float | Array) -> dict[str, Array]:
    names = {"dc": "c", "dq": "q", "deta": "eta", "dk_next": "k_next"}
    change = {d: getattr(high, n) - getattr(low, n) for d, n in names.items()}
    return {d: (x.T / width).T for d, x in change.items()}


def _response(
    at: Decisions, change: dict[str, Array], k: Array, dk: Array, z: Array, theta: float,
    calibration: Calibration,
) -> Array:  # fmt: skip
    """`omega` at the decisions of a state, along a direction in which they change."""
    return omega(
        at.c, at.q, at.eta, k, at.k_next, z, dc=change["dc"], dq=change["dq"],
        deta=change["deta"], dk_next=change["dk_next"], dk=dk, theta=theta,
        calibration=calibration,
    )  # fmt: skip


def first_order_errors(
    solution: Solution, future: Future, b: Array, k: Array, node: NDArray[np.int64], *,
    social: bool = True,
) -> dict[str, Array]:  # fmt: skip
    """Errors of the planner's conditions for bonds (24) and capital (23), log10.

    Expectations over the shock nodes are exact; next period's functions and their slopes come
    from `Solution.at` around (b', k'). The multiplier of the limit follows from (24) where it
    binds, so that (23) is what is tested there. Without `social` its marginal product has xi_i = 0.

    Returns
    -------
    dict of array, shape (n,)
        ``bonds``: relative consumption error of (24) without a multiplier, for slack states.
        ``pricing``: relative error of the price in the share-weighted condition (15).
        ``capital_1``, ...: error of (23) along each capital coordinate, over the price. NaN where
        a choice is at an end of the grid.
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    beta, gamma = calibration.beta_period, calibration.gamma
    z, rate, n = shocks.joint_nodes, shocks.joint_R, k.shape[1]
    now = solution.at(b, k, z[node], rate[node])
    slopes, _ = shadow_values(solution, future, social=social)
    marginal, wealth = now.c**-gamma, np.zeros(len(b))
    capital, priced = np.zeros((len(b), n - 1)), np.zeros((len(b), n))
    along = np.zeros((len(b), n))  # change of the expected payoff along b', then coordinates
    k_next = np.clip(now.k_next, 1e-9, 1.0)
    k_next /= k_next.sum(axis=1, keepdims=True)
    x_next, h_b = np.ascontiguousarray(coordinates_of(k_next)), SPACING * space.income_scale
    turns = [_shift(k_next, axis) for axis in range(n - 1)]
    read = np.empty((len(b), n))
    # Next to a corner a fixed step would leave the simplex.
    h_x = np.minimum(SPACING, STEP_OF_LEAST * k_next.min(axis=1))
    theta = solution.wedges.theta_at(z, calibration.theta) * (1.0 if calibration.constraint else 0)
    for j in range(len(z)):
        here = (np.tile(z[j], (len(b), 1)), np.full(len(b), rate[j]))
        weight = shocks.joint_transition[node, j]
        ahead = solution.at(now.b_next, k_next, *here)
        value_kernels.read_linear(
            len(b), slopes, space.axes, np.full(len(b), j), now.b_next, x_next, read
        )
        wealth += weight * read[:, 0]
        capital += weight[:, None] * read[:, 1:]
        payoff = ahead.q[:, None] + private_return(k_next, here[0], calibration)
        payoff = payoff - adjustment_cost_today(k_next, ahead.k_next, calibration.phi_adj)
        value = ahead.c[:, None] ** -gamma * payoff + (theta[j] * ahead.q * ahead.eta)[:, None]
        priced += weight[:, None] * value
        up, down = (solution.at(now.b_next + s * h_b, k_next, *here) for s in (1, -1))
        change = _differences(up, down, 2.0 * h_b)
        along[:, 0] += weight * (
            k_next * _response(ahead, change, k_next, 0 * k, here[0], theta[j], calibration)
        ).sum(axis=1)
        for axis, turn in enumerate(turns):
            up, down = (
                solution.at(now.b_next, k_next + s * h_x[:, None] * turn, *here) for s in (1, -1)
            )
            change = _differences(up, down, 2.0 * h_x)
            along[:, 1 + axis] += weight * (
                (
                    k_next * _response(ahead, change, k_next, turn, here[0], theta[j], calibration)
                ).sum(axis=1)
                + (turn * value).sum(axis=1)
            )
    phi = np.array(calibration.phi_adj)
    phi2 = adjustment_cost_next(k, now.k_next, phi)
    spread = (k_next * phi2).sum(axis=1)
    by_c = gamma * (now.q + spread) / now.c
    slope = collateral_slope(solution)[node]
    own = (1.0 - beta) * marginal
    with np.errstate(all="ignore"):
        gap_b = 1.0 + slope * (beta * along[:, 0] / marginal - by_c / rate[node])
        shadow = np.where(now.eta > 0, (own / rate[node] - beta * wealth) / gap_b, 0.0)
        bonds = (rate[node] * beta * wealth / (1.0 - beta)) ** (-1.0 / gamma) / now.c - 1.0
        implied = beta * (k_next * priced).sum(axis=1) / marginal - spread
        errors = {"bonds": bonds, "pricing": implied / now.q - 1.0}
        for axis, turn in enumerate(turns):
            spent = (phi2 * turn).sum(axis=1)
            gap_x = beta * along[:, 1 + axis] / marginal - spent - by_c * spent
            gap_x -= (k_next * phi / k * turn).sum(axis=1)
            total = beta * capital[:, axis] - own * spent + shadow * slope * gap_x
            ends = space.coordinates[axis][[1, -2]]
            inside = (x_next[:, axis] > ends[0]) & (x_next[:, axis] < ends[1])
            errors[f"capital_{axis + 1}"] = np.where(inside, total / (own * now.q), np.nan)
        return {m: np.log10(np.maximum(np.abs(e), 1e-16)) for m, e in errors.items()}
