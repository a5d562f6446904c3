"""Technology and adjustment costs: equations (6), (8), (10), (34) and their derivatives.

Arrays of capital and productivity carry the industries on their last axis, length I; the
per-industry parameters `xi` and `phi_adj` broadcast against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.parameters import Calibration

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
    >>> calibration = Calibration.baseline(xi=(0.1, 0.2))
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
