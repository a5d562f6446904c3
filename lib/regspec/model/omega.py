"""The terms Omega of (35) and (36): how the market's pricing of capital moves with (b', k')."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model.technology import adjustment_cost_today, private_return
from regspec.parameters import Calibration

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
