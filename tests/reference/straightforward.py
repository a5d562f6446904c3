"""Two-industry equilibrium in plain NumPy and SciPy: a second opinion, and the bench's yardstick.

Time iteration with the lagged-price rule, as an economist would write it first: policies are
interpolated by SciPy's splines (linear in bonds, cubic in capital), and every state's conditions
are solved by SciPy's vectorised bracketing root finder, bonds around capital. It shares no code
with regspec.model and interpolates other functions (policies rather than expectations), so that
agreement between the two is evidence for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline
from scipy.optimize.elementwise import find_root

TIGHT = {"xatol": 1e-11, "fatol": 1e-12}


@dataclass(frozen=True)
class Economy:
    """Numbers of one economy, per period; z (nz, 2) levels, P (nz, nz)."""

    gamma: float
    beta: float
    R: float
    theta: float
    alpha: float
    xi: tuple[float, float]
    phi: tuple[float, float]
    z: np.ndarray
    P: np.ndarray

    def income(self, k, z):
        return z[0] * k ** (self.alpha + self.xi[0]) + z[1] * (1 - k) ** (self.alpha + self.xi[1])

    def returns(self, k, z):
        first = self.alpha * z[0] * k ** (self.alpha + self.xi[0] - 1)
        return first, self.alpha * z[1] * (1 - k) ** (self.alpha + self.xi[1] - 1)

    def cost(self, k, x):
        return 0.5 * (x - k) ** 2 * (self.phi[0] / k + self.phi[1] / (1 - k))

    def marginal_costs(self, k, x):
        return self.phi[0] * (x / k - 1), self.phi[1] * ((1 - x) / (1 - k) - 1)


class Ahead:
    """Expectations at any (b', k') given policies (c, k', q, mu), each (nz, nb, nk)."""

    def __init__(self, economy, b, k, policies):
        self.economy = economy
        self.splines = [
            [RectBivariateSpline(b, k, values, kx=1, ky=3) for values in policy]
            for policy in policies
        ]

    def __call__(self, zi, b, x):
        """E u'(c') and M_1, M_2 of the capital conditions."""
        e, total = self.economy, np.zeros((3, *np.shape(b)))
        for j, z in enumerate(e.z):
            c, x_next, q, mu = (s[j].ev(b, x) for s in self.splines)
            c, mu = np.maximum(c, 1e-3), np.maximum(mu, 0.0)
            saved = (e.phi[0] / 2 * (1 - (x_next / x) ** 2),
                     e.phi[1] / 2 * (1 - ((1 - x_next) / (1 - x)) ** 2))  # fmt: skip
            marginal, service = c**-e.gamma, q * (1 + e.theta * mu)
            terms = [1.0, *(service + r - s for r, s in zip(e.returns(x, z), saved, strict=True))]
            total += e.P[zi, j] * marginal * np.array(np.broadcast_arrays(*terms))
        return total


def portfolio(economy, ahead, zi, wealth, k, b_next, ends, *, slack):
    """k' that equalises the capital conditions at a given b'; then c, w = beta E u'/u' and M."""
    e = economy

    def gap(x, wealth, k, b_next):
        marginal, m1, m2 = ahead(zi, b_next, x)
        c = np.maximum(wealth - b_next / e.R - e.cost(k, x), 1e-4)
        price_of_now = e.beta * e.R * marginal if slack else c**-e.gamma
        first, second = e.marginal_costs(k, x)
        return first - second - e.beta * (m1 - m2) / price_of_now

    low, high = (np.full_like(b_next, end) for end in ends)
    arguments = (wealth, k, b_next)
    inner = (gap(low, *arguments) < 0) & (gap(high, *arguments) > 0)
    found = find_root(gap, (low, high), args=arguments, tolerances=TIGHT)
    x = np.where(inner, found.x, np.where(gap(low, *arguments) >= 0, low, high))
    return x, np.maximum(wealth - b_next / e.R - e.cost(k, x), 1e-4)


def sweep(economy, b, k, policies):
    """New (c, k', q, mu) and b', each (nz, nb, nk), given next period's policies."""
    e, ahead, ends = economy, Ahead(economy, b, k, policies), (k[0], k[-1])
    new = np.empty((5, *policies[0].shape))
    grid_b, grid_k = (a.ravel() for a in np.meshgrid(b, k, indexing="ij"))
    for zi, z in enumerate(e.z):
        wealth = e.income(grid_k, z) + grid_b
        limit = -e.R * e.theta * policies[2][zi].ravel()

        def excess(b_next, wealth, here, zi=zi):
            x, c = portfolio(e, ahead, zi, wealth, here, b_next, ends, slack=True)
            return c - (e.beta * e.R * ahead(zi, b_next, x)[0]) ** (-1 / e.gamma)

        low, high = np.maximum(limit, b[0]), np.full_like(limit, b[-1])
        bound = excess(low, wealth, grid_k) <= 0
        found = find_root(excess, (low, high), args=(wealth, grid_k), tolerances=TIGHT)
        b_next = np.where(bound, low, np.where(np.isfinite(found.x), found.x, high))
        x, c = portfolio(e, ahead, zi, wealth, grid_k, b_next, ends, slack=False)
        marginal, m1, m2 = ahead(zi, b_next, x)
        first, second = e.marginal_costs(grid_k, x)
        w = e.beta / c**-e.gamma
        q = x * (w * m1 - first) + (1 - x) * (w * m2 - second)
        mu = np.where(bound, np.maximum(1 - e.R * w * marginal, 0.0), 0.0)
        new[:, zi] = np.array([c, x, q, mu, b_next]).reshape(5, *policies[0].shape[1:])
    return new


def solve(economy, b, k, *, tolerance=1e-6, max_sweeps=300, start=None):
    """Iterate to a fixed point. Returns policies (5, nz, nb, nk): c, k', q, mu, b'; and sweeps."""
    e = economy
    grid_b, grid_k = np.meshgrid(b, k, indexing="ij")
    if start is None:
        income = np.array([e.income(grid_k, z) for z in e.z])
        c = np.maximum(income + (1 - 1 / e.R) * grid_b, 0.05)
        q = e.alpha * e.beta / (1 - e.beta) * income
        start = np.array([c, np.broadcast_to(grid_k, c.shape), q, 0 * c, 0 * c + grid_b])
    policies = start
    for count in range(1, max_sweeps + 1):  # noqa: B007
        new = sweep(e, b, k, policies[:4])
        change = np.abs(new - policies).max()
        policies = new
        if change < tolerance:
            break
    return policies, count


def refine(policies, b, k, fine_b, fine_k):
    """Policies (5, nz, nb, nk) on a finer grid, to start from."""
    return np.array(
        [
            [RectBivariateSpline(b, k, f, kx=1, ky=3)(fine_b, fine_k) for f in policy]
            for policy in policies
        ]
    )
