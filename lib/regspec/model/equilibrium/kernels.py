"""Compiled solver of a state, and sweeps over states: slack bonds, the limit, its selection.

Layout and conventions are those of `portfolio`. Arrays over states are (nz, Nb, Nk): joint
exogenous nodes, bonds, nodes of the capital box in C order.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.equilibrium.capital_choice import (
    MAX_STEPS,
    NEWTON_STEPS,
    ROOT,
    Ahead,
    State,
    conditions,
    ends,
    evaluate,
    newton_step,
    portfolio,
    workspace,
)
from regspec.model.numerics.compiled import INNER, NO, OPEN, YES, borrow, hold, njit, ranged
from regspec.model.numerics.interpolation import cell_at, find, locate

Array = NDArray[np.float64]

SLACK, BOUND, FLOOR, TOP, INFEASIBLE = 0, 1, 2, 3, 4
LAGGED, MOST, LEAST = 0, 1, 2
CLEAR_SLOPE = 0.05
# Points of a scan over b': of one that selects among equilibria, and of one that counts them.
SCAN = 60
COUNTED = 200


class Limit(NamedTuple):
    """How the collateral limit is applied.

    Attributes
    ----------
    lowest : float or array, shape (nz, Nb, Nk)
        Least b' at the lagged price; -inf where there is no limit.
    selection : {LAGGED, MOST, LEAST}
    refine : bool
        Whether to repeat the lagged-price rule within the state.
    """

    lowest: Any
    selection: Any
    refine: Any


class Today(NamedTuple):
    """Today's side of every state of the grid; see `State`.

    Attributes
    ----------
    allocation : array, shape (Nk, I)
    income : array, shape (nz, Nk)
    R, R_theta, ratio : array, shape (nz,)
        The last without the debt tax.
    limited : bool
    tax, charge : array, shapes (nz, Nb, Nk) and (nz, Nb, Nk, I)
        Of size zero for none.
    """

    allocation: Array
    income: Array
    R: Array
    R_theta: Array
    ratio: Array
    limited: bool
    tax: Array
    charge: Array


class Choice(NamedTuple):
    """Choices made before: b', coordinates of capital (last axis I - 1), if at the limit."""

    b_next: Array
    x: Array
    bound: NDArray[np.bool_]


class Solved(NamedTuple):
    """What a sweep fills in: c, b', q, mu (4, nz, Nb, Nk), coordinates of capital, status."""

    values: Array
    x: Array
    status: NDArray[np.int8]


class Sample(NamedTuple):
    """States sampled from the grid.

    Attributes
    ----------
    nodes : array of int, shape (n, 3)
        Joint shock, bond and capital node.
    step : float
        Half-width of differences in b'.
    """

    nodes: NDArray[np.int64]
    step: float


class Branches(NamedTuple):
    """What a scan over b' finds there, shape (n,).

    Attributes
    ----------
    number : array of int
        Equilibria, or intervals of b' that their price supports.
    margin : array
        The slope 1 + R theta dq/db' at the state's own b' where that is bound, else NaN.
    """

    number: NDArray[np.int64]
    margin: Array


@njit(**INNER)
def at_given_bonds(ahead, b_next, state, x, model, work):
    """Allocation and price at a given b'. Returns c, q, mu and whether it is feasible.

    mu = eta / u'(c) = 1 - R (1 + tau) w; negative where b' is above the slack choice.
    """
    c, w, price, ok = portfolio(ahead, b_next, state, True, 0.0, x, model, work)
    return c, price, 1.0 - state.R * (1.0 + state.tax) * w, ok


@njit(**OPEN, forceinline=True)
def solve_slack(ahead, guess, state, x, model, work):
    """Bonds that satisfy their Euler equation with a slack limit, anywhere on the grid.

    Newton steps on (b', x) together, from the guess; else a bracket in b' around `portfolio`.
    Returns c, b', q and SLACK, BOUND (the choice lies below the grid), TOP or INFEASIBLE.
    """
    bonds, x1, x2 = ahead.axes
    n, c_min = len(model.phi), model.least
    wealth, R, ratio = state.wealth, state.R, state.ratio
    w = 1.0 / (R * (1.0 + state.tax))
    F, D = work.values, work.slopes
    s, J = work.residuals, work.jacobian
    bottom, top = bonds[0], bonds[-1]
    b_next = min(max(guess, bottom), top)
    jb = find(bonds, b_next)
    free0 = free1 = free2 = YES
    for _ in range(NEWTON_STEPS):
        jb = locate(bonds, b_next, jb)
        evaluate(ahead, cell_at(bonds, b_next, jb), x, model, work)
        c, _, price = conditions(False, w, wealth - b_next / R, state, x, model, work)
        excess = c - ratio * F[0]
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
            J[0, 0] = -1.0 / R - ratio * D[0, 0]
        else:
            J[0, 0] = -1.0 / R - ratio * D[0, 0]
            for j in range(1, n):
                J[0, j] -= ratio * D[0, j]
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
        c, _, price, ok = portfolio(ahead, b_next, state, False, w, x, model, work)
        if not ok:
            c = min(wealth - b_next / R, c_min)
        excess = c - ratio * F[0] if ok else c - c_min - 1.0
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


@njit(**OPEN, forceinline=True)
def solve_state(ahead, state, limit, guess, was_bound, x, model, work):
    """Solve one state given continuation values. Returns c, b', q, mu and a status; x is updated.

    mu = eta / u'(c) is the collateral multiplier in goods: zero unless the status is BOUND.
    LAGGED: slack bonds first, else bonds at `Limit.lowest`; `Limit.refine` then repeats that rule
    within the state, continuation values given, until its own price supports its debt. MOST and
    LEAST: the limit at the state's own price, with the most or least borrowing that it supports.
    """
    if limit.selection != LAGGED:
        return simultaneous(ahead, state, limit.selection, guess, x, model, work)
    bottom, R_theta = ahead.axes.bonds[0], state.R_theta
    lowest = max(limit.lowest, bottom)
    backup, d = work.kept, len(model.phi) - 1
    for j in range(d):
        backup[j] = x[j]
    bound = False
    c, q, mu, ok = 0.0, 0.0, 0.0, False
    if was_bound and limit.lowest > bottom:
        c, q, mu, ok = at_given_bonds(ahead, lowest, state, x, model, work)
        bound = ok and mu > 0.0
    if not bound:
        for j in range(d):
            x[j] = backup[j]
        c, b_next, q, status = solve_slack(ahead, guess, state, x, model, work)
        if status != BOUND and b_next >= lowest:
            return c, b_next, q, 0.0, status
        c, q, mu, ok = at_given_bonds(ahead, lowest, state, x, model, work)
        if not ok:
            return c, lowest, q, 0.0, INFEASIBLE
        if limit.lowest < bottom:
            return c, lowest, q, 0.0, FLOOR
        mu = max(0.0, mu)
    b_next = lowest
    for _ in range(MAX_STEPS if limit.refine else 0):
        gap = b_next + R_theta * q
        if abs(gap) < 1e-12:
            break
        # A lagged-price step; where its slope is clear of zero, a secant step follows.
        trial = max(b_next - gap, bottom)
        for j in range(d):
            backup[j] = x[j]
        new = at_given_bonds(ahead, trial, state, x, model, work)
        if trial == b_next or not new[3] or new[2] <= 0.0:
            for j in range(d):
                x[j] = backup[j]
            break
        gap_there = trial + R_theta * new[1]
        slope = (gap_there - gap) / (trial - b_next)
        b_next, c, q, mu = trial, new[0], new[1], new[2]
        if slope > CLEAR_SLOPE:
            trial = max(b_next - gap_there / slope, bottom)
            for j in range(d):
                backup[j] = x[j]
            new = at_given_bonds(ahead, trial, state, x, model, work)
            # Near a tangency there may be no root: a jump that does not close the gap is refused.
            if new[3] and new[2] > 0.0 and abs(trial + R_theta * new[1]) < 0.1 * abs(gap_there):
                b_next, c, q, mu = trial, new[0], new[1], new[2]
            else:
                for j in range(d):
                    x[j] = backup[j]
    return c, b_next, q, mu, BOUND


@njit(**INNER)
def simultaneous(ahead, state, selection, guess, x, model, work):
    """Equilibrium of a state whose debt the state's own price must support, by scan of b'.

    Candidates are the slack choice, where its price supports it, and every root of
    b' + R theta q(b') above it. MOST takes the lowest b', LEAST the highest.
    """
    bonds, R_theta = ahead.axes.bonds, state.R_theta
    c, b_next, q, status = solve_slack(ahead, guess, state, x, model, work)
    supported = status != BOUND and b_next + R_theta * q >= 0.0
    if supported and selection == MOST:
        return c, b_next, q, 0.0, status
    start, top, d = b_next, bonds[-1], len(model.phi) - 1
    slack_x = work.kept
    for j in range(d):
        slack_x[j] = x[j]
    before, last, left, right = start, np.nan, np.nan, np.nan
    for step in range(SCAN):
        trial = start + (top - start) * (step / (SCAN - 1)) ** 2
        new = at_given_bonds(ahead, trial, state, x, model, work)
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
        new = at_given_bonds(ahead, b_next, state, x, model, work)
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


@njit(**INNER, forceinline=True)
def state_of(today, wealth, zi, ib, ik, model, no_charge):
    """`State` at a node of the grid; no_charge is an array of zeros."""
    tax, charge, ratio = 0.0, no_charge, today.ratio[zi]
    if today.charge.size > 0:
        charge = today.charge[zi, ib, ik]
    if today.tax.size > 0:
        tax = today.tax[zi, ib, ik]
        ratio *= (1.0 + tax) ** (-1.0 / model.gamma)
    R, R_theta = today.R[zi], today.R_theta[zi]
    return State(wealth, today.allocation[ik], R, R_theta, today.limited, tax, charge, ratio)


@ranged
def sweep(first, last, ahead, today, limit, old, model, new):
    """One time-iteration sweep over all states: from `Choice` old and `Limit` into `Solved` new."""
    n = len(model.phi)
    owned = (workspace(n), np.empty(n - 1), np.zeros(n))
    work, x, no_charge = borrow(owned)
    (table, axes), today, limit = borrow((ahead, today, limit))
    old_b, old_x, was_bound = borrow(old)
    values, new_x, status = borrow(new)
    bonds, (_, nb, nk) = axes.bonds, old_b.shape
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        slab = Ahead(table[zi], axes)
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = old_x[zi, ib, ik, j]
            wealth = today.income[zi, ik] + bonds[ib]
            state = state_of(today, wealth, zi, ib, ik, model, no_charge)
            here = Limit(limit.lowest[zi, ib, ik], limit.selection, limit.refine)
            guess, before = old_b[zi, ib, ik], was_bound[zi, ib, ik]
            out = solve_state(slab, state, here, guess, before, x, model, work)
            values[0, zi, ib, ik] = out[0]
            values[1, zi, ib, ik] = out[1]
            values[2, zi, ib, ik] = out[2]
            values[3, zi, ib, ik] = out[3]
            status[zi, ib, ik] = out[4]
            for j in range(n - 1):
                new_x[zi, ib, ik, j] = x[j]
    hold(owned)


@ranged
def scan_static(first, last, ahead, today, sample, old, model, found):
    """Static equilibria at a `Sample` of states, continuation policies given, into `Branches`.

    A state's equilibria are its slack choice, where its price supports the debt, and every root of
    b' + R theta q(b') above it.
    """
    n = len(model.phi)
    owned = (workspace(n), np.empty(n - 1), np.zeros(n))
    work, x, no_charge = borrow(owned)
    (table, axes), today, (index, step) = borrow((ahead, today, sample))
    (old_b, old_x, _), (count, margin) = borrow((old, found))
    bonds = axes.bonds
    for p in range(first, last):
        zi, ib, ik = index[p]
        slab, own, rt = Ahead(table[zi], axes), old_b[zi, ib, ik], today.R_theta[zi]
        wealth = today.income[zi, ik] + bonds[ib]
        state = state_of(today, wealth, zi, ib, ik, model, no_charge)
        for j in range(n - 1):
            x[j] = old_x[zi, ib, ik, j]
        equilibria, margin[p] = 0, np.nan
        _, slack_b, q, status = solve_slack(slab, own, state, x, model, work)
        if status == SLACK and slack_b + rt * q >= 0.0:
            equilibria += 1
        previous = np.nan
        for s in range(COUNTED):
            b_next = slack_b + (bonds[-1] - slack_b) * (s / (COUNTED - 1)) ** 2
            out = at_given_bonds(slab, b_next, state, x, model, work)
            excess = b_next + rt * out[1]
            if not out[3]:
                break
            if s > 0 and (excess >= 0.0) != (previous >= 0.0):
                equilibria += 1
            previous = excess
        count[p] = equilibria
        if own > slack_b + step:
            for j in range(n - 1):
                x[j] = old_x[zi, ib, ik, j]
            high = at_given_bonds(slab, own + step, state, x, model, work)
            low = at_given_bonds(slab, own - step, state, x, model, work)
            margin[p] = 1.0 + rt * (high[1] - low[1]) / (2.0 * step)
    hold(owned)
