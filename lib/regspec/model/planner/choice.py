"""Compiled choice of next bonds by the planner at given next capital; tables as in `portfolio`.

A candidate is (b', x'). Its objective is (1 - beta) u(c) + beta u(W(b', x')) - tilt . x', with W
the consumption equivalent of next period (see `value_kernels`) and tilt a correction for what the
planner does not internalise. Its gap b' + R theta q must not be negative, with q the price at
which the market holds x' (15), next period's policies given.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.equilibrium.capital_choice import conditions, evaluate, portfolio
from regspec.model.equilibrium.kernels import BOUND, FLOOR, INFEASIBLE, SLACK, TOP
from regspec.model.numerics.compiled import njit
from regspec.model.numerics.interpolation import find, locate
from regspec.model.planner.value_kernels import worth_at

STEPS = 60
# Gaps this far below zero, over income, count as closed.
CLOSED = 1e-11
BONDS_ROOT = 1e-11


@njit(cache=True, error_model="numpy", inline="always")
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


@njit(cache=True, error_model="numpy", inline="always")
def room(b_next, R_theta, price):
    """How far debt is from its limit, b' + R theta q; R_theta < 0 stands for no limit."""
    return b_next + R_theta * price if R_theta >= 0.0 else np.inf


@njit(cache=True, error_model="numpy", forceinline=True)
def gap_at(slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work):
    """Gap b' + R theta q of a candidate; also consumption, price and w = beta E u'(c') / u'(c)."""
    jb = find(bonds, b_next)
    hb = bonds[jb + 1] - bonds[jb]
    evaluate(slab, jb, (b_next - bonds[jb]) / hb, hb, x1, x2, x, phi, work)
    c, w, price = conditions(True, 0.0, wealth - b_next / R, k, x, phi, params, work)
    if c <= params[2]:
        return -np.inf, c, 0.0, 0.0
    return room(b_next, R_theta, price), c, price, w


@njit(cache=True, error_model="numpy", forceinline=True)
def objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G):
    """Objective of a candidate with consumption c, and its slope in b'."""
    beta, gamma, c_min = params
    d = len(tilt)
    if c <= c_min:
        return -np.inf, 0.0
    jb = find(bonds, b_next)
    hb = bonds[jb + 1] - bonds[jb]
    ahead = worth_at(worth, jb, (b_next - bonds[jb]) / hb, hb, x1, x2, x, d, work[6], G)
    if ahead <= 0.0:
        return -np.inf, 0.0
    now, later = c**-gamma, ahead**-gamma
    slope = beta * later * G[0] - (1.0 - beta) * now / R
    if gamma == 1.0:
        total = (1.0 - beta) * np.log(c) + beta * np.log(ahead)
    else:
        total = ((1.0 - beta) * c * now + beta * ahead * later) / (1.0 - gamma)
    for j in range(d):
        total -= tilt[j] * x[j]
    return total, slope


@njit(cache=True, error_model="numpy", forceinline=True)
def free_bonds(worth, bonds, x1, x2, guess, cash, R, params, x, d, work, G):
    """Bonds that maximise the objective at given x without the limit, near the guess.

    Root of c - W (beta R W_b / (1 - beta))^(-1/gamma), nearly linear in b': consumption falls and
    what tomorrow would pay for it rises. cash is wealth less adjustment costs.
    """
    beta, gamma, c_min = params
    bottom = bonds[0]
    top = min(bonds[-1], (cash - c_min) * R)
    if top <= bottom:
        return bottom
    a, b, fa, fb = bottom, top, np.inf, -np.inf
    b_next, ratio = min(max(guess, bottom), top), beta * R / (1.0 - beta)
    jb, step, last, f_last = find(bonds, b_next), 0.02 * (bonds[-1] - bottom), np.nan, np.nan
    for _ in range(STEPS):
        jb = locate(bonds, b_next, jb)
        hb = bonds[jb + 1] - bonds[jb]
        ahead = worth_at(worth, jb, (b_next - bonds[jb]) / hb, hb, x1, x2, x, d, work[6], G)
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


@njit(cache=True, error_model="numpy")
def limit_bonds(
    slab, bonds, x1, x2, near, wealth, k, R, R_theta, phi, params, x, work, lower, reach
):  # fmt: skip
    """Root of the gap nearest to `near` and above `lower`, on its feasible side; NaN if none.

    Also returns the side on which the limit is respected: 1 above the root, -1 below.
    """
    top, bottom = bonds[-1], max(bonds[0], lower)
    b0 = min(max(near, bottom), top)
    g0 = gap_at(slab, bonds, x1, x2, b0, wealth, k, R, R_theta, phi, params, x, work)[0]
    if g0 == 0.0:
        return b0, 1
    low, high, g_low, g_high = b0, b0, g0, g0
    step, found = reach, False
    for _ in range(STEPS):
        if high < top:
            trial = min(high + step, top)
            g = gap_at(slab, bonds, x1, x2, trial, wealth, k, R, R_theta, phi, params, x, work)[0]
            if (g >= 0.0) != (g_high >= 0.0):
                low, g_low, high, g_high, found = high, g_high, trial, g, True
                break
            high, g_high = trial, g
        if low > bottom:
            trial = max(low - step, bottom)
            g = gap_at(slab, bonds, x1, x2, trial, wealth, k, R, R_theta, phi, params, x, work)[0]
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
        g = gap_at(slab, bonds, x1, x2, trial, wealth, k, R, R_theta, phi, params, x, work)[0]
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


@njit(cache=True, error_model="numpy")
def best_bonds(
    slab, worth, bonds, x1, x2, guess, was_bound, reach, wealth, k, R, R_theta, phi, params, tilt,
    x, work, G,
):  # fmt: skip
    """Best feasible b' at given x, near the guess: objective, b', consumption, price, w, status."""
    n = len(phi)
    bottom = bonds[0]
    if was_bound:
        b_next, side = limit_bonds(
            slab, bonds, x1, x2, guess, wealth, k, R, R_theta, phi, params, x, work, bottom, reach
        )
        if side != 0:
            _, c, price, w = gap_at(
                slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
            )
            total, slope = objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G)
            if slope * side <= 0.0:
                return total, b_next, c, price, w, BOUND
    cash = wealth - spending(k, x, phi, n)
    b_next = free_bonds(worth, bonds, x1, x2, guess, cash, R, params, x, n - 1, work, G)
    gap, c, price, w = gap_at(
        slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
    )
    status = SLACK
    if b_next <= bottom:
        status = FLOOR
    elif b_next >= bonds[-1]:
        status = TOP
    if gap < -CLOSED:
        b_next, side = limit_bonds(
            slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work, b_next, reach
        )
        status = BOUND
        if side == 0:
            return -np.inf, bottom, 0.0, 0.0, 0.0, INFEASIBLE
        gap, c, price, w = gap_at(
            slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
        )
    total, _ = objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G)
    return total, b_next, c, price, w, status


@njit(cache=True, error_model="numpy")
def held_bonds(
    slab, worth, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, tilt, x, work, G
):
    """Objective and gap at a given b' with capital where the untaxed conditions (12) put it."""
    c, w, price, ok = portfolio(
        slab, bonds, x1, x2, b_next, wealth - b_next / R, k, True, 0.0, phi, params, x, work
    )
    if not ok:
        return -np.inf, -np.inf, c, price, w
    total, _ = objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G)
    return total, room(b_next, R_theta, price), c, price, w


@njit(cache=True, error_model="numpy")
def held_limit(
    slab, worth, bonds, x1, x2, lower, reach, wealth, k, R, R_theta, phi, params, tilt, x, work, G
):  # fmt: skip
    """Lowest b' above `lower` whose price supports it, capital held by (12)."""
    top = min(bonds[-1], (wealth - params[2]) * R)
    low, step = lower, reach
    high, found = lower, False
    for _ in range(STEPS):
        if high >= top:
            break
        low = high
        high = min(high + step, top)
        g = held_bonds(
            slab, worth, bonds, x1, x2, high, wealth, k, R, R_theta, phi, params, tilt, x, work, G
        )[1]
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
        g = held_bonds(
            slab, worth, bonds, x1, x2, trial, wealth, k, R, R_theta, phi, params, tilt, x, work, G
        )[1]
        if g >= 0.0:
            high = trial
            if g < CLOSED:
                break
        else:
            low = trial
    f, _, c, q, w = held_bonds(
        slab, worth, bonds, x1, x2, high, wealth, k, R, R_theta, phi, params, tilt, x, work, G
    )
    return f, high, c, q, w, BOUND
