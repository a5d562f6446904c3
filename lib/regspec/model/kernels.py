"""Compiled solver of a state and sweep over states.

Layout: arrays are (nz, Nb, Nk), nz joint productivity nodes, Nb bonds, Nk nodes of the capital
share of industry 1. Continuation tables are (nz, Nb, Nk, 6): at every node of next period's
(b', k') the certainty-equivalent consumption CE = (E u'(c'))^(-1/gamma) and the values of a unit
of capital V_i = M_i / E u'(c'); then, per capital cell, their curvature, so that the interpolant
is piecewise quadratic in k'. In b' it is piecewise linear. A state sees its shock's (Nb, Nk, 6).
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import njit, prange
from regspec.model.interpolation import find, locate

SLACK, BOUND, FLOOR, TOP, INFEASIBLE = 0, 1, 2, 3, 4
MAX_STEPS = 80
ROOT = 1e-12
CLEAR_SLOPE = 0.05


@njit(cache=True, error_model="numpy", inline="always")
def blend(table, jb, wb, jk, t, bend, m):
    """Column m at weight wb between bond nodes and t inside a capital cell."""
    low = (1.0 - t) * table[jb, jk, m] + t * table[jb, jk + 1, m] + bend * table[jb, jk, m + 3]
    j = jb + 1
    high = (1.0 - t) * table[j, jk, m] + t * table[j, jk + 1, m] + bend * table[j, jk, m + 3]
    return (1.0 - wb) * low + wb * high


@njit(cache=True, error_model="numpy", inline="always")
def continuation(table, jb, wb, jk, t, width):
    """Interpolate (CE, V1, V2) at weight wb between bond nodes and t inside a capital cell."""
    bend = -t * (1.0 - t) * width * width
    ce = blend(table, jb, wb, jk, t, bend, 0)
    return ce, blend(table, jb, wb, jk, t, bend, 1), blend(table, jb, wb, jk, t, bend, 2)


@njit(cache=True, error_model="numpy", inline="always")
def marginal_cost_gap(k, k_next, phi1, phi2):
    """phi2_1 - phi2_2: extra adjustment cost of a unit placed in industry 1 rather than 2."""
    return phi1 * (k_next / k - 1.0) - phi2 * ((1.0 - k_next) / (1.0 - k) - 1.0)


@njit(cache=True, error_model="numpy", inline="always")
def total_cost(k, k_next, phi1, phi2):
    """Adjustment costs of both industries; capital sums to one before and after."""
    step = k_next - k
    return 0.5 * step * step * (phi1 / k + phi2 / (1.0 - k))


@njit(cache=True, error_model="numpy")
def slack_portfolio(table, capital, jb, wb, jk, k, phi1, phi2, R):
    """Next capital share when bonds are unconstrained, in closed form inside its cell.

    With u'(c) = beta R E u'(c') the no-arbitrage condition reads
    R (phi2_1 - phi2_2) = V1 - V2, quadratic in k' inside a cell and increasing across nodes.
    Returns k', CE, V1, V2 and the cell.
    """
    last = len(capital) - 2
    ub = 1.0 - wb
    while True:
        left = R * marginal_cost_gap(k, capital[jk], phi1, phi2) - (
            ub * (table[jb, jk, 1] - table[jb, jk, 2])
            + wb * (table[jb + 1, jk, 1] - table[jb + 1, jk, 2])
        )
        if left <= 0.0 or jk == 0:
            break
        jk -= 1
    while True:
        right = R * marginal_cost_gap(k, capital[jk + 1], phi1, phi2) - (
            ub * (table[jb, jk + 1, 1] - table[jb, jk + 1, 2])
            + wb * (table[jb + 1, jk + 1, 1] - table[jb + 1, jk + 1, 2])
        )
        if right >= 0.0 or jk == last:
            break
        jk += 1
        left = right
    width = capital[jk + 1] - capital[jk]
    if left >= 0.0:
        t = 0.0
    elif right <= 0.0:
        t = 1.0
    else:
        bend = (
            width
            * width
            * (
                ub * (table[jb, jk, 4] - table[jb, jk, 5])
                + wb * (table[jb + 1, jk, 4] - table[jb + 1, jk, 5])
            )
        )
        slope = right - left + bend
        t = -2.0 * left / (slope + np.sqrt(slope * slope + 4.0 * bend * left))
        t = min(max(t, 0.0), 1.0)
    ce, v1, v2 = continuation(table, jb, wb, jk, t, width)
    return capital[jk] + t * width, ce, v1, v2, jk


@njit(cache=True, error_model="numpy", inline="always")
def bound_gap(table, jb, wb, jk, t, capital, k, cash, phi1, phi2, beta, gamma, c_min):
    """No-arbitrage residual at given b': u'(c)/E u'(c') (phi2_1 - phi2_2) - beta (V1 - V2)."""
    width = capital[jk + 1] - capital[jk]
    k_next = capital[jk] + t * width
    ce, v1, v2 = continuation(table, jb, wb, jk, t, width)
    c = cash - total_cost(k, k_next, phi1, phi2)
    if c <= c_min:
        gap = np.inf if k_next > k else -np.inf
        return gap, ce, v1, v2, c
    ratio = (ce / c) ** gamma
    gap = ratio * marginal_cost_gap(k, k_next, phi1, phi2) - beta * (v1 - v2)
    return gap, ce, v1, v2, c


@njit(cache=True, error_model="numpy")
def bound_portfolio(table, capital, jb, wb, jk, k, cash, phi1, phi2, beta, gamma, c_min):
    """Next capital share at a given b' (the bound branch): bracket a cell, then Illinois steps.

    Returns k', c, CE, V1, V2, the cell and whether consumption could be kept positive.
    """
    last = len(capital) - 2
    if cash <= c_min:
        jk = locate(capital, k, jk)
        width = capital[jk + 1] - capital[jk]
        ce, v1, v2 = continuation(table, jb, wb, jk, (k - capital[jk]) / width, width)
        return k, c_min, ce, v1, v2, jk, False
    left, ce, v1, v2, c = bound_gap(
        table, jb, wb, jk, 0.0, capital, k, cash, phi1, phi2, beta, gamma, c_min
    )
    while left > 0.0 and jk > 0:
        jk -= 1
        left, ce, v1, v2, c = bound_gap(
            table, jb, wb, jk, 0.0, capital, k, cash, phi1, phi2, beta, gamma, c_min
        )
    if left >= 0.0:
        return capital[jk], c, ce, v1, v2, jk, c > c_min
    right, ce, v1, v2, c = bound_gap(
        table, jb, wb, jk, 1.0, capital, k, cash, phi1, phi2, beta, gamma, c_min
    )
    while right < 0.0 and jk < last:
        jk += 1
        left = right
        right, ce, v1, v2, c = bound_gap(
            table, jb, wb, jk, 1.0, capital, k, cash, phi1, phi2, beta, gamma, c_min
        )
    if right <= 0.0:
        return capital[jk + 1], c, ce, v1, v2, jk, c > c_min
    a, fa, b, fb, t, side = 0.0, left, 1.0, right, 1.0, 0
    for _ in range(MAX_STEPS):
        halve = np.isinf(fa) or np.isinf(fb)
        t = 0.5 * (a + b) if halve else (a * fb - b * fa) / (fb - fa)
        gap, ce, v1, v2, c = bound_gap(
            table, jb, wb, jk, t, capital, k, cash, phi1, phi2, beta, gamma, c_min
        )
        if gap > 0.0:
            b, fb = t, gap
            fa *= 0.5 if side == -1 else 1.0
            side = -1
        else:
            a, fa = t, gap
            fb *= 0.5 if side == 1 else 1.0
            side = 1
        if abs(gap) < ROOT or b - a < ROOT:
            break
    return capital[jk] + t * (capital[jk + 1] - capital[jk]), c, ce, v1, v2, jk, c > c_min


@njit(cache=True, error_model="numpy")
def slack_excess(table, bonds, capital, b_next, jb, jk, k, wealth, phi1, phi2, R, kappa):
    """Consumption affordable at b' less the Euler-consistent one, kappa CE; it falls in b'."""
    jb = locate(bonds, b_next, jb)
    wb = (b_next - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
    k_next, ce, v1, v2, jk = slack_portfolio(table, capital, jb, wb, jk, k, phi1, phi2, R)
    c = wealth - b_next / R - total_cost(k, k_next, phi1, phi2)
    return c - kappa * ce, c, k_next, ce, v1, v2, jb, jk


@njit(cache=True, error_model="numpy")
def price(ce, v1, v2, c, k, k_next, phi1, phi2, beta, gamma):
    """Price of capital from the share-weighted pricing condition (12)."""
    ratio = (ce / c) ** gamma
    first = beta * v1 / ratio - phi1 * (k_next / k - 1.0)
    second = beta * v2 / ratio - phi2 * ((1.0 - k_next) / (1.0 - k) - 1.0)
    return k_next * first + (1.0 - k_next) * second


@njit(cache=True, error_model="numpy")
def at_given_bonds(table, bonds, capital, wealth, k, b_next, guess_k, params):
    """Allocation and price at a given b'. Returns c, k', q, mu and whether it is feasible.

    mu = eta / u'(c) = 1 - beta R E u'(c') / u'(c); negative where b' is above the slack choice.
    """
    beta, R, gamma, phi1, phi2, c_min = params
    jb = find(bonds, b_next)
    jk = find(capital, guess_k)
    wb = (b_next - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
    k_next, c, ce, v1, v2, jk, ok = bound_portfolio(
        table, capital, jb, wb, jk, k, wealth - b_next / R, phi1, phi2, beta, gamma, c_min
    )
    q = price(ce, v1, v2, c, k, k_next, phi1, phi2, beta, gamma)
    return c, k_next, q, 1.0 - beta * R * (c / ce) ** gamma, ok


@njit(cache=True, error_model="numpy")
def solve_slack(table, bonds, capital, wealth, k, lowest, guess_b, guess_k, params):
    """Bonds above `lowest` that satisfy the bond Euler equation with a slack limit.

    Returns c, b', k', q and a status: BOUND when even `lowest` leaves consumption short, TOP when
    the choice lies beyond the grid.
    """
    beta, R, gamma, phi1, phi2, c_min = params
    kappa = (beta * R) ** (-1.0 / gamma)
    top = bonds[-1]
    a, b, fa, fb = lowest, top, np.nan, np.nan
    x = min(max(guess_b, lowest), top)
    jb, jk = find(bonds, x), find(capital, guess_k)
    # The excess falls at a rate of about 1/R or more, so a good guess brackets the root tightly.
    for _ in range(3):
        fx, c, k_next, ce, v1, v2, jb, jk = slack_excess(
            table, bonds, capital, x, jb, jk, k, wealth, phi1, phi2, R, kappa
        )
        reach = 1.5 * R * abs(fx) + ROOT
        if fx > 0.0:
            a, fa = x, fx
            x = min(x + reach, top)
        else:
            b, fb = x, fx
            x = max(x - reach, lowest)
        if b == lowest or a == top or not (np.isnan(fa) or np.isnan(fb)):
            break
    if b == lowest:
        return c, lowest, k_next, 0.0, BOUND
    if np.isnan(fa):
        fa, c, k_next, ce, v1, v2, jb, jk = slack_excess(
            table, bonds, capital, lowest, jb, jk, k, wealth, phi1, phi2, R, kappa
        )
        if fa <= 0.0:
            return c, lowest, k_next, 0.0, BOUND
    if np.isnan(fb):
        b = x = top
        fb, c, k_next, ce, v1, v2, jb, jk = slack_excess(
            table, bonds, capital, top, jb, jk, k, wealth, phi1, phi2, R, kappa
        )
    if fb > 0.0:
        status = TOP
    else:
        status, side = SLACK, 0
        for _ in range(MAX_STEPS):
            x = (a * fb - b * fa) / (fb - fa)
            if not (a < x < b):
                x = 0.5 * (a + b)
            fx, c, k_next, ce, v1, v2, jb, jk = slack_excess(
                table, bonds, capital, x, jb, jk, k, wealth, phi1, phi2, R, kappa
            )
            if fx > 0.0:
                a, fa = x, fx
                fb *= 0.5 if side == 1 else 1.0
                side = 1
            else:
                b, fb = x, fx
                fa *= 0.5 if side == -1 else 1.0
                side = -1
            if abs(fx) < ROOT or b - a < ROOT:
                break
    if c <= c_min:
        return c_min, x, k_next, 0.0, INFEASIBLE
    return c, x, k_next, price(ce, v1, v2, c, k, k_next, phi1, phi2, beta, gamma), status


@njit(cache=True, error_model="numpy")
def solve_state(table, bonds, capital, wealth, k, limit, R_theta, guess_b, guess_k, params):
    """Solve one state given continuation values: slack bonds first, else at the limit.

    params = (beta, R, gamma, phi1, phi2, c_min). Returns c, b', k', q, mu and a status, where
    mu = eta / u'(c) is the collateral multiplier in goods: zero unless the status is BOUND.
    R_theta = 0 applies the limit as given (the lagged-price rule). R_theta > 0 repeats that rule
    within the state, continuation values given, until its own price supports its debt.
    """
    lowest = max(limit, bonds[0])
    c, b_next, k_next, q, status = solve_slack(
        table, bonds, capital, wealth, k, lowest, guess_b, guess_k, params
    )
    if status != BOUND:
        return c, b_next, k_next, q, 0.0, status
    c, k_next, q, mu, ok = at_given_bonds(table, bonds, capital, wealth, k, lowest, guess_k, params)
    if not ok:
        return c, lowest, k_next, q, 0.0, INFEASIBLE
    if limit < bonds[0]:
        return c, lowest, k_next, q, 0.0, FLOOR
    mu = max(0.0, mu)
    b_next, steps = lowest, MAX_STEPS if R_theta > 0.0 else 0
    for _ in range(steps):
        gap = b_next + R_theta * q
        if abs(gap) < ROOT:
            break
        # A lagged-price step; once its slope is clear of zero, a secant step finishes.
        trial = max(b_next - gap, bonds[0])
        new = at_given_bonds(table, bonds, capital, wealth, k, trial, k_next, params)
        if trial == b_next or not new[4] or new[3] <= 0.0:
            break
        slope = (trial + R_theta * new[2] - gap) / (trial - b_next)
        b_next, c, k_next, q, mu = trial, new[0], new[1], new[2], new[3]
        if slope > CLEAR_SLOPE:
            trial = max(b_next - (b_next + R_theta * q) / slope, bonds[0])
            new = at_given_bonds(table, bonds, capital, wealth, k, trial, k_next, params)
            if new[4] and new[3] > 0.0:
                b_next, c, k_next, q, mu = trial, new[0], new[1], new[2], new[3]
            break
    return c, b_next, k_next, q, mu, BOUND


@njit(cache=True, error_model="numpy", parallel=True)
def scan_static(
    table, bonds, capital, output, index, old_b, old_k, R_theta, params, n_scan, step, count, margin
):
    """Static equilibria of sampled states, continuation policies given.

    index is (n, 3) with columns joint shock, bond and capital node. A state's equilibria are its
    slack choice, where its price supports the debt, and every root of b' + R theta q(b') above it.
    margin is the slope 1 + R theta dq/db' at the solution's own b' where that is bound, else NaN.
    """
    for p in prange(len(index)):
        zi, ib, ik = index[p]
        slab = table[zi]
        wealth, k = output[zi, ik] + bonds[ib], capital[ik]
        found, margin[p] = 0, np.nan
        _, slack_b, _, q, status = solve_slack(
            slab, bonds, capital, wealth, k, bonds[0], old_b[zi, ib, ik],
            old_k[zi, ib, ik], params,
        )  # fmt: skip
        if status == SLACK and slack_b + R_theta * q >= 0.0:
            found += 1
        last = np.nan
        for s in range(n_scan):
            x = slack_b + (bonds[-1] - slack_b) * (s / (n_scan - 1)) ** 2
            out = at_given_bonds(slab, bonds, capital, wealth, k, x, old_k[zi, ib, ik], params)
            excess = x + R_theta * out[2]
            if not out[4]:
                break
            if s > 0 and (excess >= 0.0) != (last >= 0.0):
                found += 1
            last = excess
        count[p] = found
        own = old_b[zi, ib, ik]
        if own > slack_b + step:
            high = at_given_bonds(
                slab, bonds, capital, wealth, k, own + step, old_k[zi, ib, ik], params
            )
            low = at_given_bonds(
                slab, bonds, capital, wealth, k, own - step, old_k[zi, ib, ik], params
            )
            margin[p] = 1.0 + R_theta * (high[2] - low[2]) / (2.0 * step)


@njit(cache=True, error_model="numpy", parallel=True)
def sweep(table, bonds, capital, output, limit, R_theta, old_b, old_k, params, new, status):
    """One time-iteration sweep over all states, into new (5, nz, Nb, Nk): c, b', k', q, mu.

    output is (nz, Nk); limit, the old policies and status are (nz, Nb, Nk).
    """
    nz, nb, nk = limit.shape
    for task in prange(nz * nk):
        zi, ik = task // nk, task % nk
        slab, k = table[zi], capital[ik]
        for ib in range(nb):
            wealth, lagged = output[zi, ik] + bonds[ib], limit[zi, ib, ik]
            b, share = old_b[zi, ib, ik], old_k[zi, ib, ik]
            out = solve_state(slab, bonds, capital, wealth, k, lagged, R_theta, b, share, params)
            new[0, zi, ib, ik] = out[0]
            new[1, zi, ib, ik] = out[1]
            new[2, zi, ib, ik] = out[2]
            new[3, zi, ib, ik] = out[3]
            new[4, zi, ib, ik] = out[4]
            status[zi, ib, ik] = out[5]
