"""Technology and adjustment costs: equations (6), (8), (10), (34) and their derivatives.

Arrays of capital and productivity carry the industries on their last axis, length I; the
per-industry parameters `xi` and `phi_adj` broadcast against it.

Closed forms of the model's limits: starting values of the solver and targets of its tests.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.parameters import Calibration

__all__ = []

Array = NDArray[np.float64]


def output(k: ArrayLike, z: ArrayLike, calibration: Calibration) -> Array:
    """Revenue of each industry: z_i k_i^(alpha + xi_i), (6) with the agglomeration of (8).

    With a finite elasticity of substitution sigma (section 3.1) an industry sells
    y_i = z_i k_i^(alpha + xi_i) at p_i = (Y / y_i)^(1 / sigma), and revenues add up to
    Y = (sum y_i^((sigma - 1) / sigma))^(sigma / (sigma - 1)).

    Parameters
    ----------
    k, z : array, shape (..., I)
        Capital and productivity levels before agglomeration.

    Returns
    -------
    array, shape (..., I)

    Examples
    --------
    >>> from regspec.parameters import Calibration
    >>> calibration = Calibration.converted(xi=(0.1, 0.2))
    >>> output([0.5, 0.5], [1.0, 1.0], calibration).round(3)  # k to the power alpha + xi
    array([0.758, 0.707])
    """
    k = np.asarray(k, float)
    y = np.asarray(z, float) * k ** (calibration.alpha + np.array(calibration.xi))
    if np.isinf(calibration.substitution):
        return np.asarray(y)
    power = 1.0 - 1.0 / calibration.substitution
    total = (y**power).sum(axis=-1, keepdims=True) ** (1.0 / power)
    return np.asarray(total ** (1.0 - power) * y**power)


def income(k: ArrayLike, z: ArrayLike, calibration: Calibration) -> Array:
    """Income Y of the region, the sum of industry revenues (10), shape (...)."""
    return np.asarray(output(k, z, calibration).sum(axis=-1))


def private_return(k: ArrayLike, z: ArrayLike, calibration: Calibration) -> Array:
    """Marginal revenue product of capital as private agents see it, shape (..., I).

    alpha p_i z_i k_i^(alpha + xi_i - 1): agents take prices and the agglomeration term k_i^xi_i
    as given, so the return is alpha times revenue over capital.
    """
    return calibration.alpha * output(k, z, calibration) / np.asarray(k, float)


def adjustment_cost(k: ArrayLike, k_next: ArrayLike, phi_adj: ArrayLike) -> Array:
    """Convex cost Phi/2 (k'/k - 1)^2 k of moving from k to k' (34), without depreciation."""
    k, k_next = np.asarray(k, float), np.asarray(k_next, float)
    return np.asarray(phi_adj, float) / 2 * (k_next / k - 1.0) ** 2 * k


def adjustment_cost_today(k: ArrayLike, k_next: ArrayLike, phi_adj: ArrayLike) -> Array:
    """Derivative of the adjustment cost in current capital: phi1 = Phi/2 (1 - (k'/k)^2)."""
    k, k_next = np.asarray(k, float), np.asarray(k_next, float)
    return np.asarray(phi_adj, float) / 2 * (1.0 - (k_next / k) ** 2)


def adjustment_cost_next(k: ArrayLike, k_next: ArrayLike, phi_adj: ArrayLike) -> Array:
    """Derivative of the adjustment cost in next capital: phi2 = Phi (k'/k - 1)."""
    k, k_next = np.asarray(k, float), np.asarray(k_next, float)
    return np.asarray(phi_adj, float) * (k_next / k - 1.0)


def static_allocation(
    calibration: Calibration, z: tuple[float, ...] | None = None, *, social: bool = False
) -> Array:
    """Capital shares that equalise returns without shocks, shape (I,).

    With equal xi and unit prices this is k_i / k_j = (z_i / z_j)^(1 / (1 - alpha - xi)).

    Parameters
    ----------
    z : tuple of float, optional
        Productivity levels; the calibration's means when left out.
    social : bool
        Equalise social returns, with alpha + xi_i in place of alpha as in (23): what a planner
        does whom no limit binds.

    Examples
    --------
    >>> from regspec.parameters import Calibration
    >>> static_allocation(Calibration.converted(xi=(0.1, 0.1)))
    array([0.5, 0.5])
    """
    z = calibration.z_mean if z is None else z
    power = 1.0 - 1.0 / calibration.substitution  # 1 where industries are perfect substitutes
    decay = 1.0 - power * (calibration.alpha + np.array(calibration.xi))
    scaled = power * np.log(np.array(z, float))
    if social:
        scaled += np.log(calibration.alpha + np.array(calibration.xi))
    scaled -= scaled.max()

    # At a common log return r, k_i = exp((power log z_i - r) / decay_i). The log of their sum falls
    # in r and is convex, so that Newton steps from the left of its root stay there. With the best
    # industry at zero, r = 0 is such a point.
    log_return, step = 0.0, np.inf
    while step > 1e-14:
        shares = np.exp((scaled - log_return) / decay)
        total = shares.sum()
        step = float(total * np.log(total) / (shares / decay).sum())
        log_return += step
    return np.asarray(shares / total)


def binding_price(calibration: Calibration, dividend: float) -> float:
    """Price of capital on a stationary path on which the collateral limit always binds.

    q = beta d / (1 - beta - beta theta (1 - beta R)) with d the marginal product of capital;
    conditions (12) and (13) with constant consumption.

    Raises
    ------
    ValueError
        If collateral services are worth so much that no finite price exists.
    """
    beta, R, theta = calibration.beta_period, calibration.R_period, calibration.theta
    denominator = 1 - beta - beta * theta * (1 - beta * R)
    if denominator <= 0:
        raise ValueError(
            f"theta is {theta}: no stationary binding path, beta theta (1 - beta R) must stay "
            f"below 1 - beta = {1 - beta:.4g}; lower theta"
        )
    return beta * dividend / denominator


def binding_path(calibration: Calibration) -> dict[str, float | Array]:
    """Stationary path without shocks on which the limit always binds.

    Returns
    -------
    dict
        k (I,), income, price, bonds = -R theta price, consumption.
    """
    k = static_allocation(calibration)
    y = float(income(k, calibration.z_mean, calibration))
    dividend = float(private_return(k, calibration.z_mean, calibration)[0])
    q = binding_price(calibration, dividend)
    b = -calibration.R_period * calibration.theta * q
    return {
        "k": k,
        "income": y,
        "price": q,
        "bonds": b,
        "consumption": y + b * (1 - 1 / calibration.R_period),
    }


def slack_path(calibration: Calibration, bonds: float) -> dict[str, float]:
    """Constant path at beta R = 1 with a slack limit: b' = b, q = d / (R - 1).

    Raises
    ------
    ValueError
        If beta R differs from 1, where no such path exists.
    """
    beta, R = calibration.beta_period, calibration.R_period
    if abs(beta * R - 1) > 1e-9:
        raise ValueError(f"beta R is {beta * R:.6g} per period; the constant path needs exactly 1")
    k = static_allocation(calibration)
    y = float(income(k, calibration.z_mean, calibration))
    dividend = float(private_return(k, calibration.z_mean, calibration)[0])
    return {"consumption": y + bonds * (1 - 1 / R), "price": dividend / (R - 1), "bonds": bonds}


def natural_limit(
    calibration: Calibration, lowest_income: float, *, R: float | None = None
) -> float:
    """Lowest bond position that the lowest income can service forever, -Y R / (R - 1).

    R is per period, the mean of the calibration when left out.
    """
    R = calibration.R_period if R is None else float(R)
    if R <= 1:
        raise ValueError(f"R is {R:.6g} per period; a natural debt limit needs R above 1")
    return -lowest_income * R / (R - 1)
