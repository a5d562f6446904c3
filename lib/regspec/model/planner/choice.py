"""Compiled choice of next bonds by the planner at given next capital; tables as in `portfolio`.

A candidate is (b', x'). Its objective is (1 - beta) u(c) + beta u(W(b', x')) - correction . x',
with W the consumption equivalent of next period (see `value_kernels`) and a correction for what the
planner does not internalise. Its gap b' + R theta q must not be negative, with q the price at
which the market holds x' (15), next period's policies given.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.equilibrium.capital_choice import (
    Ahead,
    Primitives,
    conditions,
    evaluate,
    portfolio,
)
from regspec.model.equilibrium.kernels import BOUND, FLOOR, INFEASIBLE, SLACK, TOP
from regspec.model.numerics.compiled import INNER, njit
from regspec.model.numerics.interpolation import cell_at, find, locate
from regspec.model.planner.value_kernels import worth_at

Array = NDArray[np.float64]

STEPS = 60
# Gaps this far below zero, over income, count as closed.
CLOSED = 1e-11
BONDS_ROOT = 1e-11


class Problem(NamedTuple):
    """A state's problem, or with one more axis that of several.

    Attributes
    ----------
    ahead : Ahead
        Expectations that price capital.
    worth : array, shape (Nb, Nk, 2^I)
        Value of next period's lottery and its slopes; see `value.value_table`.
    state : State or Today
    correction : array, shape (I - 1,)
        For what the planner does not internalise.
    model : Primitives
    """

    ahead: Ahead
    worth: Array
    state: Any
    correction: Array
    model: Primitives


@njit(**INNER, inline="always")
def spending(k, x, phi, n):
    """Adjustment costs of moving from k to the shares at coordinates x."""
    rest, cost = 1.0, 0.0
    for i in range(n):
        share = rest * x[i] if i < n - 1 else rest
        if i < n - 1:
            rest *= 1.0 - x[i]
        move = share / k[i] - 1.0
        cost += 0.5 * phi[i] * move * move * k[i]
    return cost


@njit(**INNER, inline="always")
def room(b_next, state, price):
    """How far debt is from its limit, b' + R theta q."""
    return b_next + state.R_theta * price if state.limited else np.inf


@njit(**INNER, forceinline=True)
def gap_at(ahead, b_next, state, x, model, work):
    """Gap b' + R theta q of a candidate; also consumption, price and w = beta E u'(c') / u'(c)."""
    bonds = ahead.axes.bonds
    evaluate(ahead, cell_at(bonds, b_next, find(bonds, b_next)), x, model, work)
    cash = state.wealth - b_next / state.R
    c, w, price = conditions(True, 0.0, cash, state, x, model, work)
    if c <= model.least:
        return -np.inf, c, 0.0, 0.0
    return room(b_next, state, price), c, price, w


@njit(**INNER, forceinline=True)
def objective(problem, b_next, c, x, work):
    """Objective of a candidate with consumption c, and its slope in b'."""
    beta, gamma, _, c_min = problem.model
    axes, correction, G = problem.ahead.axes, problem.correction, work.worth
    d = len(correction)
    if c <= c_min:
        return -np.inf, 0.0
    cell = cell_at(axes.bonds, b_next, find(axes.bonds, b_next))
    ahead = worth_at(problem.worth, axes, cell, x, d, work.cells, G)
    if ahead <= 0.0:
        return -np.inf, 0.0
    now, later = c**-gamma, ahead**-gamma
    slope = beta * later * G[0] - (1.0 - beta) * now / problem.state.R
    if gamma == 1.0:
        total = (1.0 - beta) * np.log(c) + beta * np.log(ahead)
    else:
        total = ((1.0 - beta) * c * now + beta * ahead * later) / (1.0 - gamma)
    for j in range(d):
        total -= correction[j] * x[j]
    return total, slope


@njit(**INNER, forceinline=True)
def free_bonds(problem, guess, cash, x, work):
    """Bonds that maximise the objective at given x without the limit, near the guess.

    Root of c - W (beta R W_b / (1 - beta))^(-1/gamma), nearly linear in b': consumption falls and
    what tomorrow would pay for it rises. cash is wealth less adjustment costs.
    """
    beta, gamma, phi, c_min = problem.model
    axes, worth, R = problem.ahead.axes, problem.worth, problem.state.R
    bonds, G, d = axes.bonds, work.worth, len(phi) - 1
    bottom, top = bonds[0], min(bonds[-1], (cash - c_min) * R)
    if top <= bottom:
        return bottom
    a, b, fa, fb = bottom, top, np.inf, -np.inf
    b_next, ratio = min(max(guess, bottom), top), beta * R / (1.0 - beta)
    jb, step, last, f_last = find(bonds, b_next), 0.02 * (bonds[-1] - bottom), np.nan, np.nan
    for _ in range(STEPS):
        jb = locate(bonds, b_next, jb)
        ahead = worth_at(worth, axes, cell_at(bonds, b_next, jb), x, d, work.cells, G)
        c = cash - b_next / R
        slope = max(G[0], 1e-12)
        f = c - max(ahead, c_min) * (ratio * slope) ** (-1.0 / gamma)
        if f > 0.0:
            a, fa = b_next, f
            if b_next >= top:
                return top
        else:
            b, fb = b_next, f
            if b_next <= bottom:
                return bottom
        if abs(f) < BONDS_ROOT or b - a < 1e-12:
            break
        if np.isinf(fa) or np.isinf(fb):  # no bracket yet: secant or growing steps
            move = step if f > 0.0 else -step
            if f_last == f_last and f_last != f:
                secant = -f * (b_next - last) / (f - f_last)
                if secant * move > 0.0:
                    move = 1.2 * secant
            step *= 2.0
            last, f_last = b_next, f
            b_next = min(max(b_next + move, bottom), top)
        else:
            trial = b_next
            if f_last == f_last and f_last != f:
                trial = b_next - f * (b_next - last) / (f - f_last)
            if not (a < trial < b):
                trial = (a * fb - b * fa) / (fb - fa)
                if not (a < trial < b):
                    trial = 0.5 * (a + b)
            last, f_last = b_next, f
            b_next = trial
    return b_next


@njit(**INNER)
def limit_bonds(problem, near, lower, reach, x, work):
    """Root of the gap nearest to `near` and above `lower`, on its feasible side; NaN if none.

    Also returns the side on which the limit is respected: 1 above the root, -1 below.
    """
    ahead, state, model = problem.ahead, problem.state, problem.model
    top, bottom = ahead.axes.bonds[-1], max(ahead.axes.bonds[0], lower)
    b0 = min(max(near, bottom), top)
    g0 = gap_at(ahead, b0, state, x, model, work)[0]
    if g0 == 0.0:
        return b0, 1
    low, high, g_low, g_high = b0, b0, g0, g0
    step, found = reach, False
    for _ in range(STEPS):
        if high < top:
            trial = min(high + step, top)
            g = gap_at(ahead, trial, state, x, model, work)[0]
            if (g >= 0.0) != (g_high >= 0.0):
                low, g_low, high, g_high, found = high, g_high, trial, g, True
                break
            high, g_high = trial, g
        if low > bottom:
            trial = max(low - step, bottom)
            g = gap_at(ahead, trial, state, x, model, work)[0]
            if (g >= 0.0) != (g_low >= 0.0):
                high, g_high, low, g_low, found = low, g_low, trial, g, True
                break
            low, g_low = trial, g
        if low <= bottom and high >= top:
            break
        step *= 2.0
    if not found:
        return np.nan, 0
    side = 1 if g_high >= 0.0 else -1
    last = 0
    for _ in range(STEPS):
        inner = high if side == 1 else low
        g_inner = g_high if side == 1 else g_low
        if g_inner < CLOSED or high - low < 1e-13:
            return inner, side
        trial = (low * g_high - high * g_low) / (g_high - g_low)
        if not (low < trial < high) or np.isinf(g_low) or np.isinf(g_high):
            trial = 0.5 * (low + high)
        g = gap_at(ahead, trial, state, x, model, work)[0]
        if abs(g) < CLOSED:
            return trial, side
        if (g >= 0.0) == (g_high >= 0.0):
            high, g_high = trial, g
            g_low *= 0.5 if last == 1 else 1.0
            last = 1
        else:
            low, g_low = trial, g
            g_high *= 0.5 if last == -1 else 1.0
            last = -1
    return (high if side == 1 else low), side


@njit(**INNER)
def best_bonds(problem, guess, was_bound, reach, x, work):
    """Best feasible b' at given x, near the guess: objective, b', consumption, price, w, status."""
    ahead, state, model = problem.ahead, problem.state, problem.model
    bonds, n = ahead.axes.bonds, len(model.phi)
    bottom = bonds[0]
    if was_bound:
        b_next, side = limit_bonds(problem, guess, bottom, reach, x, work)
        if side != 0:
            _, c, price, w = gap_at(ahead, b_next, state, x, model, work)
            total, slope = objective(problem, b_next, c, x, work)
            if slope * side <= 0.0:
                return total, b_next, c, price, w, BOUND
    cash = state.wealth - spending(state.k, x, model.phi, n)
    b_next = free_bonds(problem, guess, cash, x, work)
    gap, c, price, w = gap_at(ahead, b_next, state, x, model, work)
    status = SLACK
    if b_next <= bottom:
        status = FLOOR
    elif b_next >= bonds[-1]:
        status = TOP
    if gap < -CLOSED:
        b_next, side = limit_bonds(problem, b_next, b_next, reach, x, work)
        status = BOUND
        if side == 0:
            return -np.inf, bottom, 0.0, 0.0, 0.0, INFEASIBLE
        gap, c, price, w = gap_at(ahead, b_next, state, x, model, work)
    total, _ = objective(problem, b_next, c, x, work)
    return total, b_next, c, price, w, status


@njit(**INNER)
def debt_only(problem, b_next, x, work):
    """Objective and gap at a given b' with capital where the untaxed conditions (12) put it."""
    ahead, state, model = problem.ahead, problem.state, problem.model
    c, w, price, ok = portfolio(ahead, b_next, state, True, 0.0, x, model, work)
    if not ok:
        return -np.inf, -np.inf, c, price, w
    total, _ = objective(problem, b_next, c, x, work)
    return total, room(b_next, state, price), c, price, w


@njit(**INNER)
def debt_only_limit(problem, lower, reach, x, work):
    """Lowest b' above `lower` whose price supports it, capital as in `debt_only`."""
    bonds, state = problem.ahead.axes.bonds, problem.state
    top = min(bonds[-1], (state.wealth - problem.model.least) * state.R)
    low, step = lower, reach
    high, found = lower, False
    for _ in range(STEPS):
        if high >= top:
            break
        low = high
        high = min(high + step, top)
        g = debt_only(problem, high, x, work)[1]
        if g >= 0.0:
            found = True
            break
        step *= 1.3
    if not found:
        return -np.inf, bonds[0], 0.0, 0.0, 0.0, INFEASIBLE
    for _ in range(STEPS):
        if high - low < 1e-12:
            break
        trial = 0.5 * (low + high)
        g = debt_only(problem, trial, x, work)[1]
        if g >= 0.0:
            high = trial
            if g < CLOSED:
                break
        else:
            low = trial
    f, _, c, q, w = debt_only(problem, high, x, work)
    return f, high, c, q, w, BOUND
