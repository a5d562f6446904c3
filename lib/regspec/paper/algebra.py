"""The planner's conditions and taxes by computer algebra (chapter on the model).

Two industries and one state of tomorrow, as expectations are linear. Tomorrow's planners are
functions of bonds and capital that are known by name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp

from regspec.model.planner.conditions import omega
from regspec.parameters import Calibration

__all__ = ["PlannerProblem", "omega_checks", "report", "total_derivative"]

_BOTH = range(2)


def report(checks: Mapping[str, Any], expected: bool = True) -> None:
    """Print what holds.

    Parameters
    ----------
    checks : mapping of str to bool
        Statements and whether they hold.
    expected : bool
        Whether they should.

    Raises
    ------
    AssertionError
        If one is not as expected.
    """
    print("\n".join(f"{name}: {bool(holds)}" for name, holds in checks.items()))
    if not all(bool(holds) is expected for holds in checks.values()):
        raise AssertionError(f"expected of all: {expected}")


def total_derivative(lagrangian: Any, budget: Mapping[Any, Any], x: Any) -> Any:
    """Derivative of a Lagrangian in `x`, through consumption at every date as well.

    Parameters
    ----------
    lagrangian : sympy.Expr
    budget : mapping of sympy.Symbol to sympy.Expr
        Consumption of a date, and what it is.
    x : sympy.Symbol
    """
    through = (sp.diff(lagrangian, c) * sp.diff(income, x) for c, income in budget.items())
    return sp.diff(lagrangian, x) + sum(through)


class PlannerProblem:
    """Lagrangian of today's planner, the formulas for its slopes, and the gaps that are taxed."""

    def __init__(self) -> None:
        positive: dict[str, bool] = {"positive": True}
        self.g, self.a, self.beta, self.R = sp.symbols("g a beta R", **positive)
        self.b_next, self.c, self.q, self.eta = sp.symbols("b_n c q eta", **positive)
        self.lam, self.mult, self.delta = sp.symbols("lambda eta_s delta", **positive)
        self.theta, self.theta_next, self.wealth = sp.symbols("theta theta_n W", **positive)
        self.fixed = sp.symbols("Xi", **positive)  # multiplier on the stock of capital
        self.k, self.k_next = sp.symbols("k_1:3", **positive), sp.symbols("kn_1:3", **positive)
        self.xi, self.phi = sp.symbols("xi_1:3", **positive), sp.symbols("Phi_1:3", **positive)
        zbar, zbar_n = sp.symbols("z_1:3", **positive), sp.symbols("zn_1:3", **positive)
        states = (self.b_next, *self.k_next)
        self.c_f, self.q_f, self.eta_f, self.value, *self.k_f = (
            sp.Function(name)(*states) for name in ("C", "Q", "E", "V", "K1", "K2")
        )
        self.out = [z * k ** (self.a + x) for z, k, x in zip(zbar, self.k, self.xi, strict=True)]
        self.out_next = [
            z * k ** (self.a + x) for z, k, x in zip(zbar_n, self.k_next, self.xi, strict=True)
        ]
        self.spread = sum(self.k_next[i] * self.adjust(i, "next") for i in _BOTH)

    def adjust(self, i: int, *by: str, later: bool = False) -> Any:
        """Adjustment cost of an industry, or its derivative in capital ``today`` and ``next``.

        Parameters
        ----------
        i : int
        *by : {"today", "next"}
        later : bool
            At tomorrow's date.
        """
        k, k_next, phi = sp.symbols("k k_next Phi", positive=True)
        cost = phi / 2 * (k_next / k - 1) ** 2 * k
        slope = sp.diff(cost, *({"today": k, "next": k_next}[name] for name in by)) if by else cost
        dates = (self.k_next[i], self.k_f[i]) if later else (self.k[i], self.k_next[i])
        at = {k: dates[0], k_next: dates[1], phi: self.phi[i]}
        return slope.subs(at, simultaneous=True)

    def dividend(self, i: int) -> Any:
        """What a unit of capital earns tomorrow, less what moving it on costs."""
        earned = self.a * self.out_next[i] / self.k_next[i]
        return earned - self.adjust(i, "today", later=True)

    def payoff(self, i: int) -> Any:
        """Payoff of a unit of capital tomorrow: its return, resale, and worth as collateral."""
        worth = self.q_f + self.dividend(i)
        return self.c_f**-self.g * worth + self.theta_next * self.q_f * self.eta_f

    def omega(self, j: int, state: Any, i: int | None = None) -> Any:
        """Response of an industry's payoff to a state through tomorrow's functions [35], [36].

        Parameters
        ----------
        j : int
        state : sympy.Symbol
        i : int, optional
            Industry whose capital the state is; its own returns then move as well.
        """
        g, marginal = self.g, self.c_f**-self.g
        dc, dq, deta = (sp.diff(f, state) for f in (self.c_f, self.q_f, self.eta_f))
        curve: Any = 0
        if i == j:
            power = self.a + self.xi[j] - 1
            curve = power * self.a * self.out_next[j] / self.k_next[j] ** 2
            curve -= self.adjust(j, "today", "today", later=True)
        moved = curve - self.adjust(j, "today", "next", later=True) * sp.diff(self.k_f[j], state)
        return (
            -g * self.c_f ** (-g - 1) * dc * (self.q_f + self.dividend(j))
            + marginal * (dq + moved)
            + self.theta_next * (dq * self.eta_f + self.q_f * deta)
        )

    def answer(self, state: Any, i: int | None = None) -> Any:
        """Sum of the responses over industries, by tomorrow's capital."""
        return sum(self.k_next[j] * self.omega(j, state, i) for j in _BOTH)

    def lagrangian(self) -> Any:
        """Utility, the future, and the multipliers on resources, limit, price and stock."""
        g, pays = self.g, [self.payoff(i) for i in _BOTH]
        resources = sum(self.out) - sum(self.adjust(i) for i in _BOTH) + self.wealth
        priced = self.beta * sum(x * p for x, p in zip(self.k_next, pays, strict=True))
        return (
            self.c ** (1 - g) / (1 - g)
            + self.beta * self.value
            + self.lam * (resources - self.c - self.b_next / self.R)
            + self.mult * (self.b_next / self.R + self.theta * self.q)
            + self.delta * (priced - self.c**-g * (self.q + self.spread))
            + self.fixed * (1 - sum(self.k_next))
        )

    def slopes(self) -> dict[str, tuple[Any, Any]]:
        """What is differentiated in, and the slope as the chapter states it, by name."""
        c, g, beta, delta, lam = self.c, self.g, self.beta, self.delta, self.lam
        k, k_next, value = self.k[0], self.k_next[0], self.value
        next_, twice = self.adjust(0, "next"), self.adjust(0, "next", "next")
        braces = beta * (self.payoff(0) + self.answer(k_next, 0))
        braces -= c**-g * (next_ + k_next * twice)
        social = (self.a + self.xi[0]) * self.out[0] / k - self.adjust(0, "today")
        debt = beta * sp.diff(value, self.b_next) - (lam - self.mult) / self.R
        cross = self.adjust(0, "today", "next")
        return {
            "value of wealth": (
                c, c**-g - lam + delta * g * c ** (-g - 1) * (self.q + self.spread),
            ),
            "price": (self.q, self.theta * self.mult - delta * c**-g),
            "debt": (self.b_next, debt + delta * beta * self.answer(self.b_next)),
            "capital": (
                k_next, beta * sp.diff(value, k_next) - lam * next_ - self.fixed + delta * braces,
            ),
            "envelope": (k, lam * social - delta * c**-g * k_next * cross),
        }  # fmt: skip

    def conditions(self) -> dict[str, bool]:
        """Whether the slopes of the Lagrangian are those stated."""
        problem = self.lagrangian()
        return {
            name: sp.simplify(sp.diff(problem, x) - slope) == 0
            for name, (x, slope) in self.slopes().items()
        }

    def taxes(self) -> dict[str, bool]:
        """Whether the gaps in the private conditions are what the chapter says is taxed.

        What is left of a difference is zero where the planner's conditions hold, so their slopes
        are added to it.
        """
        c, g, beta, delta, q = self.c, self.g, self.beta, self.delta, self.q
        problem = self.lagrangian()
        gaps, paid = [], []
        for i, k_next in enumerate(self.k_next):
            next_, twice = self.adjust(i, "next"), self.adjust(i, "next", "next")
            gaps.append(c**-g * (q + next_) - beta * self.payoff(i))
            private = self.c_f**-g * self.dividend(i)
            moved = -g * c ** (-g - 1) * (q + self.spread) * next_
            moved += beta * self.answer(k_next, i) - c**-g * k_next * twice
            paid.append(beta * (sp.diff(self.value, k_next) - private) + delta * moved)
        by_c, by_b, *by_k = (sp.diff(problem, x) for x in (c, self.b_next, *self.k_next))
        moves = self.adjust(0, "next") - self.adjust(1, "next")
        left = (1 + delta) * (gaps[0] - gaps[1]) - (paid[0] - paid[1])
        left += by_k[0] - by_k[1] - by_c * moves
        levied = sp.diff(self.value, self.b_next) + delta * self.answer(self.b_next)
        spent = self.mult - self.eta - g * c ** (-g - 1) * delta * (q + self.spread)
        levied += spent / (beta * self.R)
        owed = beta * self.R * levied - (c**-g - self.eta) - self.R * by_b + by_c
        return {
            "taxes on capital": sp.simplify(left) == 0,
            "tax on debt": sp.simplify(owed) == 0,
        }


def omega_checks() -> dict[str, bool]:
    """Whether the package's Omega is the symbolic derivative of the payoff, at a point."""
    t, dc, dq, deta, dk, dkn, theta = sp.symbols("t dc dq deta dk dkn theta", real=True)
    alpha, xi = sp.symbols("alpha xi", real=True)
    c, q, eta, z, k, kn, phi, g = sp.symbols("c q eta z k k_next Phi g", positive=True)
    here_k, next_k = k + dk * t, kn + dkn * t
    dividend = alpha * z * here_k ** (alpha + xi - 1) - phi / 2 * (1 - (next_k / here_k) ** 2)
    price = q + dq * t
    payoff = (c + dc * t) ** -g * (price + dividend) + theta * price * (eta + deta * t)
    economy = Calibration.converted(gamma=2.0)
    point = {c: 1.2, q: 0.7, eta: 0.1, k: 0.6, kn: 0.58, z: 1.1, dc: 0.3, dq: 0.5, deta: -0.2}
    point |= {dkn: 0.8, theta: 0.25, g: 2.0, phi: economy.phi_adj[0]}
    point |= {alpha: economy.alpha, xi: economy.xi[0]}
    derivative = sp.diff(payoff, t).subs(t, 0).subs(point)
    state: dict[str, Any] = {"c": 1.2, "q": 0.7, "eta": 0.1, "z": [1.1, 1.0], "theta": 0.25}
    state |= {"k": [0.6, 0.4], "k_next": [0.58, 0.42], "dk_next": [0.8, -0.8]}
    state |= {"dc": 0.3, "dq": 0.5, "deta": -0.2}
    checks = {}
    for name, own in (("Omega^B as coded", 0.0), ("Omega^K as coded", 1.0)):
        coded = omega(**state, dk=[own, -own], calibration=economy)[0]
        checks[name] = bool(np.isclose(float(derivative.subs(dk, own)), coded, rtol=1e-12))
    return checks
