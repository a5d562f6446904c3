"""Depreciation in the adjustment cost (34), at rest: what reading 9 is about, in closed form.

With ``Phi/2 (k'/k - 1 - delta)^2 k`` staying put costs ``Phi/2 delta^2 k``, and capital's returns
differ between industries at rest by what they save or add in costs. The solvers take delta as
zero: total capital is fixed, so that there is nothing to replace.
"""

from __future__ import annotations

from collections.abc import Sequence

from scipy.optimize import brentq

from regspec.model.economy.technology import income, private_return
from regspec.parameters import Calibration

__all__ = ["depreciation_of_period", "resting_share", "standing_cost"]


def depreciation_of_period(annual: float, calibration: Calibration) -> float:
    """Share of capital that wears out in a model period, from an annual rate.

    Raises
    ------
    ValueError
        If the rate is not at least 0 and below 1.
    """
    if not 0 <= annual < 1:
        raise ValueError(f"annual is {annual}; allowed: at least 0 and below 1")
    return 1.0 - (1.0 - annual) ** calibration.period_years


def _pair(share: float) -> list[float]:
    return [share, 1.0 - share]


def resting_share(calibration: Calibration, delta: float) -> float:
    """Capital share of industry 1 that no shock and no expectation moves, for two industries.

    At rest k' = k, discounting at the factor of a constant path, conditions (12) leave
    ``beta (r_i - phi1_i) - phi2_i`` equal across industries, with the private return ``r_i``,
    ``phi1_i = Phi_i (delta + delta^2 / 2)`` and ``phi2_i = -Phi_i delta``.

    Parameters
    ----------
    calibration : Calibration
        Two industries; productivity at ``z_mean``.
    delta : float
        Depreciation in a period.

    Raises
    ------
    ValueError
        For another number of industries.
    """
    if calibration.n_industries != 2:
        raise ValueError(f"the calibration has {calibration.n_industries} industries; allowed: 2")
    beta, phi = calibration.beta_period, calibration.phi_adj
    wedge = [(beta * (delta + delta**2 / 2) - delta) * p for p in phi]

    def gap(share: float) -> float:
        returns = private_return(_pair(share), calibration.z_mean, calibration)
        return float(beta * (returns[0] - returns[1]) - wedge[0] + wedge[1])

    return float(brentq(gap, 1e-9, 1 - 1e-9, xtol=1e-14))


def standing_cost(calibration: Calibration, delta: float, *, share: float | None = None) -> float:
    """Cost of not moving capital at all, as a share of income of the period.

    Parameters
    ----------
    calibration : Calibration
    delta : float
        Depreciation in a period.
    share : float, optional
        Capital share of industry 1; :func:`resting_share` when left out.
    """
    k: Sequence[float] = _pair(resting_share(calibration, delta) if share is None else share)
    cost = sum(p * delta**2 / 2 * x for p, x in zip(calibration.phi_adj, k, strict=True))
    return float(cost / income(k, calibration.z_mean, calibration))
