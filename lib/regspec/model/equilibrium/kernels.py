"""Compiled solver of a state, and sweeps over states: slack bonds, the limit, its selection.

Layout and conventions are those of `portfolio`. Arrays over states are (nz, Nb, Nk): joint
exogenous nodes, bonds, nodes of the capital box in C order. Exogenous inputs of a state are R, the
limit theta, the debt tax and kappa = (beta R (1 + tax))^(-1/gamma), the ratio of consumption to CE
where the limit is slack.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.equilibrium.capital_choice import (
    MAX_STEPS,
    NEWTON_STEPS,
    ROOT,
    conditions,
    ends,
    evaluate,
    newton_step,
    portfolio,
    workspace,
)
from regspec.model.numerics.compiled import NO, YES, borrow, hold, njit, ranged
from regspec.model.numerics.interpolation import find, locate

SLACK, BOUND, FLOOR, TOP, INFEASIBLE = 0, 1, 2, 3, 4
LAGGED, MOST, LEAST = 0, 1, 2
CLEAR_SLOPE = 0.05
SCAN = 60


@njit(cache=True, error_model="numpy")
def at_given_bonds(slab, bonds, x1, x2, wealth, k, b_next, R, tax, phi, params, x, work):
    """Allocation and price at a given b'. Returns c, q, mu and whether it is feasible.

    mu = eta / u'(c) = 1 - R (1 + tau) w; negative where b' is above the slack choice.
    """
    c, w, price, ok = portfolio(
        slab, bonds, x1, x2, b_next, wealth - b_next / R, k, True, 0.0, phi, params, x, work
    )
    return c, price, 1.0 - R * (1.0 + tax) * w, ok


@njit(cache=True, error_model="numpy", forceinline=True)
def solve_slack(slab, bonds, x1, x2, wealth, k, R, tax, kappa, guess, phi, params, x, work):
    """Bonds that satisfy their Euler equation with a slack limit, anywhere on the grid.

    Newton steps on (b', x) together, from the guess; else a bracket in b' around `portfolio`.
    Returns c, b', q and SLACK, BOUND (the choice lies below the grid), TOP or INFEASIBLE.
    """
    n, c_min, w = len(phi), params[2], 1.0 / (R * (1.0 + tax))
    F, D, s, J = work[0], work[1], work[4], work[5]
    bottom, top = bonds[0], bonds[-1]
    b_next = min(max(guess, bottom), top)
    jb = find(bonds, b_next)
    free0 = free1 = free2 = YES
    for _ in range(NEWTON_STEPS):
        jb = locate(bonds, b_next, jb)
        hb = bonds[jb + 1] - bonds[jb]
        evaluate(slab, jb, (b_next - bonds[jb]) / hb, hb, x1, x2, x, phi, work)
        c, _, price = conditions(False, w, wealth - b_next / R, k, x, phi, params, work)
        excess = c - kappa * F[0]
        worst = abs(excess)
        free0, free1, free2 = YES, YES, YES
        if (b_next <= bottom and excess <= 0.0) or (b_next >= top and excess >= 0.0):
            free0, worst = NO, 0.0
        for j in range(n - 1):
            low, high = ends(x1, x2, j)
            if (x[j] <= low and s[j] >= 0.0) or (x[j] >= high and s[j] <= 0.0):
                if j == 0:
                    free1 = NO
                else:
                    free2 = NO
            else:
                worst = max(worst, abs(s[j]))
        if worst < ROOT:
            if not free0 and b_next <= bottom:
                return c, bottom, price, BOUND
            if c <= c_min:
                return c_min, b_next, 0.0, INFEASIBLE
            return c, b_next, price, SLACK if free0 else TOP
        # Row 0 holds the derivative of consumption in x; complete the bond condition's row.
        if n == 1:
            J[0, 0] = -1.0 / R - kappa * D[0, 0]
        else:
            J[0, 0] = -1.0 / R - kappa * D[0, 0]
            for j in range(1, n):
                J[0, j] -= kappa * D[0, j]
            for j in range(n - 1, 0, -1):
                s[j] = s[j - 1]
        s[0] = excess
        if not newton_step(J, s, (free0, free1, free2), n):
            break
        b_next = min(max(b_next + s[0], bottom), top)
        for j in range(n - 1):
            low, high = ends(x1, x2, j)
            x[j] = min(max(x[j] + s[j + 1], low), high)
    a, b, fa, fb, side = bottom, top, -np.inf, np.inf, 0
    for step in range(MAX_STEPS + 2):
        if step == 0:
            b_next = bottom
        elif step == 1:
            b_next = top
        else:
            b_next = (a * fb - b * fa) / (fb - fa)
        cash = wealth - b_next / R
        c, _, price, ok = portfolio(
            slab, bonds, x1, x2, b_next, cash, k, False, w, phi, params, x, work
        )
        if not ok:
            c = min(cash, c_min)
        excess = c - kappa * F[0] if ok else c - c_min - 1.0
        if step == 0:
            fa = excess
            if excess <= 0.0:
                return c, bottom, price, BOUND
        elif step == 1:
            fb = excess
            if excess >= 0.0:
                return c, top, price, TOP
        elif excess > 0.0:
            a, fa = b_next, excess
            fb *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            b, fb = b_next, excess
            fa *= 0.5 if side == -1 else 1.0
            side = -1
        if step > 1 and (abs(excess) < ROOT or b - a < 1e-13):
            break
    if c <= c_min:
        return c_min, b_next, 0.0, INFEASIBLE
    return c, b_next, price, SLACK


@njit(cache=True, error_model="numpy", forceinline=True)
def solve_state(
    slab, bonds, x1, x2, wealth, k, limit, R_theta, selection, R, tax, kappa, guess, was_bound,
    phi, params, x, work,
):  # fmt: skip
    """Solve one state given continuation values. Returns c, b', q, mu and a status; x is updated.

    mu = eta / u'(c) is the collateral multiplier in goods: zero unless the status is BOUND.
    LAGGED: slack bonds first, else bonds at `limit`; R_theta > 0 then repeats that rule within
    the state, continuation values given, until its own price supports its debt. MOST and LEAST:
    the limit at the state's own price, with the most or least borrowing that supports itself.
    """
    if selection != LAGGED:
        return simultaneous(
            slab, bonds, x1, x2, wealth, k, R_theta, selection, R, tax, kappa, guess,
            phi, params, x, work,
        )  # fmt: skip
    lowest = max(limit, bonds[0])
    backup, d = work[7], len(phi) - 1
    for j in range(d):
        backup[j] = x[j]
    bound = False
    c, q, mu, ok = 0.0, 0.0, 0.0, False
    if was_bound and limit > bonds[0]:
        c, q, mu, ok = at_given_bonds(
            slab, bonds, x1, x2, wealth, k, lowest, R, tax, phi, params, x, work
        )
        bound = ok and mu > 0.0
    if not bound:
        for j in range(d):
            x[j] = backup[j]
        c, b_next, q, status = solve_slack(
            slab, bonds, x1, x2, wealth, k, R, tax, kappa, guess, phi, params, x, work
        )
        if status != BOUND and b_next >= lowest:
            return c, b_next, q, 0.0, status
        c, q, mu, ok = at_given_bonds(
            slab, bonds, x1, x2, wealth, k, lowest, R, tax, phi, params, x, work
        )
        if not ok:
            return c, lowest, q, 0.0, INFEASIBLE
        if limit < bonds[0]:
            return c, lowest, q, 0.0, FLOOR
        mu = max(0.0, mu)
    b_next = lowest
    for _ in range(MAX_STEPS if R_theta > 0.0 else 0):
        gap = b_next + R_theta * q
        if abs(gap) < 1e-12:
            break
        # A lagged-price step; where its slope is clear of zero, a secant step follows.
        trial = max(b_next - gap, bonds[0])
        for j in range(d):
            backup[j] = x[j]
        new = at_given_bonds(slab, bonds, x1, x2, wealth, k, trial, R, tax, phi, params, x, work)
        if trial == b_next or not new[3] or new[2] <= 0.0:
            for j in range(d):
                x[j] = backup[j]
            break
        ahead = trial + R_theta * new[1]
        slope = (ahead - gap) / (trial - b_next)
        b_next, c, q, mu = trial, new[0], new[1], new[2]
        if slope > CLEAR_SLOPE:
            trial = max(b_next - ahead / slope, bonds[0])
            for j in range(d):
                backup[j] = x[j]
            new = at_given_bonds(
                slab, bonds, x1, x2, wealth, k, trial, R, tax, phi, params, x, work
            )
            # Near a tangency there may be no root: a jump that does not close the gap is refused.
            if new[3] and new[2] > 0.0 and abs(trial + R_theta * new[1]) < 0.1 * abs(ahead):
                b_next, c, q, mu = trial, new[0], new[1], new[2]
            else:
                for j in range(d):
                    x[j] = backup[j]
    return c, b_next, q, mu, BOUND


@njit(cache=True, error_model="numpy")
def simultaneous(
    slab, bonds, x1, x2, wealth, k, R_theta, selection, R, tax, kappa, guess, phi, params, x, work
):
    """Equilibrium of a state whose debt the state's own price must support, by scan of b'.

    Candidates are the slack choice, where its price supports it, and every root of
    b' + R theta q(b') above it. MOST takes the lowest b', LEAST the highest.
    """
    c, b_next, q, status = solve_slack(
        slab, bonds, x1, x2, wealth, k, R, tax, kappa, guess, phi, params, x, work
    )
    supported = status != BOUND and b_next + R_theta * q >= 0.0
    if supported and selection == MOST:
        return c, b_next, q, 0.0, status
    start, top, d = b_next, bonds[-1], len(phi) - 1
    slack_x = work[7]
    for j in range(d):
        slack_x[j] = x[j]
    before, last, left, right = start, np.nan, np.nan, np.nan
    for step in range(SCAN):
        trial = start + (top - start) * (step / (SCAN - 1)) ** 2
        new = at_given_bonds(slab, bonds, x1, x2, wealth, k, trial, R, tax, phi, params, x, work)
        if not new[3]:
            break
        gap = trial + R_theta * new[1]
        if step > 0 and (gap >= 0.0) != (last >= 0.0):
            left, right = before, trial
            if selection == MOST:
                break
        before, last = trial, gap
    if np.isnan(left):
        for j in range(d):
            x[j] = slack_x[j]
        if supported:
            return c, start, q, 0.0, status
        if status == BOUND and start <= bonds[0] and last >= 0.0:
            return c, start, q, 0.0, FLOOR
        return c, start, q, 0.0, INFEASIBLE
    low, high, sign = left, right, 0.0
    mu = 0.0
    for step in range(MAX_STEPS):
        b_next = low if step == 0 else 0.5 * (low + high)
        new = at_given_bonds(slab, bonds, x1, x2, wealth, k, b_next, R, tax, phi, params, x, work)
        c, q, mu = new[0], new[1], new[2]
        gap = b_next + R_theta * q
        if step == 0:
            sign = gap
        elif (gap >= 0.0) == (sign >= 0.0):
            low = b_next
        else:
            high = b_next
        if step > 0 and (abs(gap) < 1e-11 or high - low < 1e-13):
            break
    return c, b_next, q, max(mu, 0.0), BOUND


@ranged
def sweep(
    first, last,
    table, bonds, x1, x2, allocation, output, limit, R_theta, selection, R, tax, charge, kappa,
    old_b, old_x, old_status, phi, params, new, new_x, status,
):  # fmt: skip
    """One time-iteration sweep over all states, into new (4, nz, Nb, Nk): c, b', q, mu.

    table is (nz, Nb, Nk, columns); allocation (Nk, I); output (nz, Nk); limit and the old policies
    (nz, Nb, Nk), coordinates old_x and new_x with a last axis of I - 1; R, R_theta and kappa (nz,);
    tax (nz, Nb, Nk) and charge (nz, Nb, Nk, I), or of size zero for none.
    """
    _, nb, nk = limit.shape
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, limit, R_theta, R, tax = borrow((output, limit, R_theta, R, tax))
    charge, kappa, old_b, old_x = borrow((charge, kappa, old_b, old_x))
    old_status, new, new_x, status = borrow((old_status, new, new_x, status))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        k = allocation[ik]
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = old_x[zi, ib, ik, j]
            levy, ratio = 0.0, kappa[zi]
            if charge.size > 0:
                for i in range(n):
                    work[8][i] = charge[zi, ib, ik, i]
            if tax.size > 0:
                levy = tax[zi, ib, ik]
                ratio = kappa[zi] * (1.0 + levy) ** (-1.0 / params[1])
            out = solve_state(
                table[zi], bonds, x1, x2, output[zi, ik] + bonds[ib], k, limit[zi, ib, ik],
                R_theta[zi], selection, R[zi], levy, ratio, old_b[zi, ib, ik],
                old_status[zi, ib, ik] == BOUND, phi, params, x, work,
            )  # fmt: skip
            new[0, zi, ib, ik] = out[0]
            new[1, zi, ib, ik] = out[1]
            new[2, zi, ib, ik] = out[2]
            new[3, zi, ib, ik] = out[3]
            status[zi, ib, ik] = out[4]
            for j in range(n - 1):
                new_x[zi, ib, ik, j] = x[j]
    hold(owned)


@ranged
def scan_static(
    first, last,
    table, bonds, x1, x2, allocation, output, index, old_b, old_x, R_theta, R, kappa, tax, charge,
    phi, params, n_scan, step, count, margin,
):  # fmt: skip
    """Static equilibria of sampled states, continuation policies given.

    index is (n, 3) with columns joint shock, bond and capital node; tax (n,) and charge (n, I) the
    levies there. A state's equilibria are its
    slack choice, where its price supports the debt, and every root of b' + R theta q(b') above it.
    margin is the slope 1 + R theta dq/db' at the solution's own b' where that is bound, else NaN.
    """
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, index, old_b, old_x, R_theta = borrow((output, index, old_b, old_x, R_theta))
    R, kappa, tax, charge, count, margin = borrow((R, kappa, tax, charge, count, margin))
    for p in range(first, last):
        zi, ib, ik = index[p]
        slab, k = table[zi], allocation[ik]
        wealth, r, rt, levy = output[zi, ik] + bonds[ib], R[zi], R_theta[zi], tax[p]
        ratio = kappa[zi] * (1.0 + levy) ** (-1.0 / params[1])
        for i in range(n):
            work[8][i] = charge[p, i]
        for j in range(n - 1):
            x[j] = old_x[zi, ib, ik, j]
        found, margin[p] = 0, np.nan
        _, slack_b, q, status = solve_slack(
            slab, bonds, x1, x2, wealth, k, r, levy, ratio, old_b[zi, ib, ik],
            phi, params, x, work,
        )  # fmt: skip
        if status == SLACK and slack_b + rt * q >= 0.0:
            found += 1
        previous = np.nan
        for s in range(n_scan):
            b_next = slack_b + (bonds[-1] - slack_b) * (s / (n_scan - 1)) ** 2
            out = at_given_bonds(
                slab, bonds, x1, x2, wealth, k, b_next, r, levy, phi, params, x, work
            )
            excess = b_next + rt * out[1]
            if not out[3]:
                break
            if s > 0 and (excess >= 0.0) != (previous >= 0.0):
                found += 1
            previous = excess
        count[p] = found
        own = old_b[zi, ib, ik]
        if own > slack_b + step:
            for j in range(n - 1):
                x[j] = old_x[zi, ib, ik, j]
            high = at_given_bonds(
                slab, bonds, x1, x2, wealth, k, own + step, r, levy, phi, params, x, work
            )
            low = at_given_bonds(
                slab, bonds, x1, x2, wealth, k, own - step, r, levy, phi, params, x, work
            )
            margin[p] = 1.0 + rt * (high[1] - low[1]) / (2.0 * step)
    hold(owned)
