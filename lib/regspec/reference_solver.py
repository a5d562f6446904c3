"""What would an economist write first? The two-industry equilibrium in plain NumPy and SciPy.

Time iteration with the lagged-price rule: policies are interpolated by splines (linear in bonds,
cubic in capital), and the conditions of all states are solved at once by SciPy's bracketing root
finder, capital within bonds. It imports nothing of this package and interpolates other functions
than :mod:`regspec.model` (policies rather than expectations), so that agreement between the two is
evidence for both. It is also what the compiled solver's speed is measured against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline
from scipy.optimize.elementwise import find_root

__all__ = [
    "Ahead",
    "Economy",
    "choose_capital",
    "differences",
    "economy_of",
    "refine",
    "solve",
    "sweep",
]

Array = NDArray[np.float64]

_TIGHT = {"xatol": 1e-11, "fatol": 1e-12}


@dataclass(frozen=True)
class Economy:
    """Numbers of one economy, per period; shares of industry 1 stand for both.

    Attributes
    ----------
    gamma, beta, R, theta, alpha : float
        Risk aversion, discount factor, gross interest, loan-to-value limit, elasticity of capital.
    xi, phi : (float, float)
        Agglomeration elasticities and adjustment costs by industry.
    z : array, shape (nz, 2)
        Productivity levels by joint state.
    P : array, shape (nz, nz)
        Their transition matrix, rows summing to one.
    """

    gamma: float
    beta: float
    R: float
    theta: float
    alpha: float
    xi: tuple[float, float]
    phi: tuple[float, float]
    z: Array
    P: Array

    def income(self, zi: Any, k: Array) -> Array:
        """Output of both industries in states `zi`."""
        first, second = (self.alpha + xi for xi in self.xi)
        return np.asarray(self.z[zi, 0] * k**first + self.z[zi, 1] * (1 - k) ** second)

    def returns(self, zi: Any, k: Array) -> tuple[Array, Array]:
        """What an investor earns on a unit of capital in each industry."""
        first, second = (self.alpha + xi - 1 for xi in self.xi)
        return (
            self.alpha * self.z[zi, 0] * k**first,
            self.alpha * self.z[zi, 1] * (1 - k) ** second,
        )

    def cost(self, k: Array, x: Array) -> Array:
        """Cost of moving capital from `k` to `x`."""
        return np.asarray(0.5 * (x - k) ** 2 * (self.phi[0] / k + self.phi[1] / (1 - k)))

    def marginal_costs(self, k: Array, x: Array) -> tuple[Array, Array]:
        """Cost of one more unit of tomorrow's capital in each industry."""
        return self.phi[0] * (x / k - 1), self.phi[1] * ((1 - x) / (1 - k) - 1)

    def savings(self, x: Array, x_next: Array) -> tuple[Array, Array]:
        """Minus what a unit of capital in each industry saves of tomorrow's cost."""
        return (
            self.phi[0] / 2 * (1 - (x_next / x) ** 2),
            self.phi[1] / 2 * (1 - ((1 - x_next) / (1 - x)) ** 2),
        )


def economy_of(solution: Any) -> Economy:
    """Numbers of the economy that a solution of the package solves.

    Parameters
    ----------
    solution : regspec.model.Solution
        Of two industries.
    """
    c, shocks = solution.calibration, solution.shocks
    return Economy(
        c.gamma, c.beta_period, c.R_period, c.theta, c.alpha, c.xi, c.phi_adj,
        shocks.joint_nodes, shocks.joint_transition,
    )  # fmt: skip


class Ahead:
    """Expectations at any (b', k'), given next period's policies (c, k', q, mu)."""

    def __init__(self, economy: Economy, b: Array, k: Array, policies: Array) -> None:
        self.economy = economy
        self.splines = [
            [RectBivariateSpline(b, k, f, kx=1, ky=3) for f in policy] for policy in policies[:4]
        ]

    def __call__(self, zi: Any, b: Array, x: Array) -> Array:
        """E u'(c') and the expected payoffs M_1, M_2 of capital, after productivity `zi`."""
        e, total = self.economy, np.zeros((3, *np.shape(b)))
        for j in range(len(e.z)):
            c, x_next, q, mu = (spline[j].ev(b, x) for spline in self.splines)
            marginal, service = (
                np.maximum(c, 1e-3) ** -e.gamma,
                q * (1 + e.theta * np.maximum(mu, 0)),
            )
            (r1, r2), (s1, s2) = e.returns(j, x), e.savings(x, x_next)
            payoffs = np.array([np.ones_like(c), service + r1 - s1, service + r2 - s2])
            total += e.P[zi, j] * marginal * payoffs
        return total


def choose_capital(
    economy: Economy, ahead: Ahead, here: Any, b_next: Array, ends: Any, *, slack: bool
) -> tuple[Array, Array]:
    """Tomorrow's share k' that equalises both industries' conditions at a given b'; and c."""
    e = economy

    def gap(x: Array, zi: Any, wealth: Array, k: Array, b_next: Array) -> Array:
        marginal, m1, m2 = ahead(zi, b_next, x)
        c = np.maximum(wealth - b_next / e.R - e.cost(k, x), 1e-4)
        price_of_now = e.beta * e.R * marginal if slack else c**-e.gamma
        first, second = e.marginal_costs(k, x)
        return np.asarray(first - second - e.beta * (m1 - m2) / price_of_now)

    (_, wealth, k), (low, high) = here, (np.full_like(b_next, end) for end in ends)
    state = (*here, b_next)
    at_low, at_high = gap(low, *state), gap(high, *state)
    root = find_root(gap, (low, high), args=state, tolerances=_TIGHT).x
    x = np.where((at_low < 0) & (at_high > 0), root, np.where(at_low >= 0, low, high))
    return x, np.maximum(wealth - b_next / e.R - e.cost(k, x), 1e-4)


def sweep(economy: Economy, b: Array, k: Array, policies: Array) -> Array:
    """Today's policies (c, k', q, mu, b'), each (nz, nb, nk), given next period's."""
    e, ends, ahead = economy, (k[0], k[-1]), Ahead(economy, b, k, policies)
    zi, b_now, k_now = (a.ravel() for a in np.meshgrid(range(len(e.z)), b, k, indexing="ij"))
    here = (zi, e.income(zi, k_now) + b_now, k_now)  # a state: productivity, wealth, capital

    # Slack: debt where the bond condition holds without a multiplier, between limit and grid's end.
    def excess(b_next: Array, *here: Any) -> Array:
        x, c = choose_capital(e, ahead, here, b_next, ends, slack=True)
        return np.asarray(c - (e.beta * e.R * ahead(here[0], b_next, x)[0]) ** (-1 / e.gamma))

    limit = np.maximum(-e.R * e.theta * policies[2].ravel(), b[0])  # at the last sweep's price
    top = np.full_like(limit, b[-1])
    slack = find_root(excess, (limit, top), args=here, tolerances=_TIGHT).x
    # Bound: at the limit the region would borrow more.
    bound = excess(limit, *here) <= 0
    b_next = np.where(bound, limit, np.where(np.isfinite(slack), slack, top))
    x, c = choose_capital(e, ahead, here, b_next, ends, slack=False)

    # The multiplier takes up the rest of the bond condition; the capital conditions give the price.
    marginal, m1, m2 = ahead(zi, b_next, x)
    first, second = e.marginal_costs(k_now, x)
    w = e.beta / c**-e.gamma
    mu = np.where(bound, np.maximum(1 - e.R * w * marginal, 0.0), 0.0)
    q = x * (w * m1 - first) + (1 - x) * (w * m2 - second)
    return np.array([c, x, q, mu, b_next]).reshape(5, len(e.z), len(b), len(k))


def solve(
    economy: Economy,
    b: Array,
    k: Array,
    *,
    tolerance: float = 1e-6,
    max_sweeps: int = 300,
    start: Array | None = None,
) -> tuple[Array, int]:
    """Sweep until no policy changes by more than the tolerance.

    Parameters
    ----------
    economy : Economy
    b, k : array, shapes (nb,) and (nk,)
        Grids of bonds and of industry 1's share, increasing.
    tolerance : float
    max_sweeps : int
    start : array, shape (5, nz, nb, nk), optional
        Policies to start from; bonds and capital that stay where left out.

    Returns
    -------
    (array, int)
        Policies c, k', q, mu, b', each (nz, nb, nk), and how many sweeps were made.
    """
    e = economy
    if start is None:
        zi, b_now, k_now = np.meshgrid(range(len(e.z)), b, k, indexing="ij")
        income = e.income(zi, k_now)
        c = np.maximum(income + (1 - 1 / e.R) * b_now, 0.05)
        start = np.array([c, k_now, e.alpha * e.beta / (1 - e.beta) * income, 0 * c, b_now])
    policies = start
    for count in range(1, max_sweeps + 1):  # noqa: B007
        new = sweep(e, b, k, policies)
        change = np.abs(new - policies).max()
        policies = new
        if change < tolerance:
            break
    return policies, count


def refine(policies: Array, b: Array, k: Array, fine_b: Array, fine_k: Array) -> Array:
    """Policies (5, nz, nb, nk) on a finer grid, to start from."""
    return np.array(
        [
            [RectBivariateSpline(b, k, f, kx=1, ky=3)(fine_b, fine_k) for f in policy]
            for policy in policies
        ]
    )


def differences(solution: Any, policies: Array) -> dict[str, Array]:
    """Absolute distances between a solution of the package and :func:`solve` at the same nodes.

    Parameters
    ----------
    solution : regspec.model.Solution
        Of two industries.
    policies : array, shape (5, nz, nb, nk)
        On the solution's grids of bonds and capital.

    Returns
    -------
    dict of str to array
        Consumption and next bonds relative to stationary income, the next share of industry 1,
        and the price relative to itself.
    """
    c, x, q, _, b_next = policies
    theirs, scale = solution.policies, solution.grid.income_scale
    return {
        "consumption": np.abs(theirs.c.reshape(c.shape) - c) / scale,
        "next bonds": np.abs(theirs.b_next.reshape(c.shape) - b_next) / scale,
        "next share": np.abs(theirs.k_next[..., 0].reshape(c.shape) - x),
        "price": np.abs(theirs.q.reshape(c.shape) / q - 1),
    }
