"""Compiled refinement of a planner's choice: along one line, of a state, and of the last choice.

A candidate is the tuple of its objective, b', consumption, price, w = beta E u'(c') / u'(c) and
status; objective and limit are those of `planner_bonds`.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import NO, njit
from regspec.model.kernels import BOUND, FLOOR, INFEASIBLE, SLACK, TOP
from regspec.model.planner_bonds import (
    CLOSED,
    best_bonds,
    gap_at,
    held_bonds,
    held_limit,
    limit_bonds,
    objective,
)
from regspec.model.portfolio import ends

ROUNDS = 24
# The line of `probe` that is b' itself; typed, so that it is compiled with the others.
BONDS = np.int64(-1)


@njit(cache=True, error_model="numpy", inline="always")
def vertex(a, m, b, fa, fm, fb):
    """Maximiser of the parabola through three points; the middle one if they do not bend down."""
    left, right = (fm - fa) / (m - a), (fb - fm) / (b - m)
    bend = (right - left) / (b - a)
    if not bend < 0.0:
        return m
    return m - 0.5 * ((fm - fa) * (b - m) / (m - a) + (fb - fm) * (m - a) / (b - m)) / (
        bend * (b - a)
    )


@njit(cache=True, error_model="numpy")
def probe(
    slab, worth, bonds, x1, x2, line, at, near, was_bound, reach, wealth, k, R, R_theta, phi,
    params, tilt, x, work, G,
):  # fmt: skip
    """Candidate at a point of a line: coordinate `line` of next capital, with b' at its best.

    Line -1 is b' itself, without the limit, capital where the untaxed conditions (12) put it.
    """
    if line < 0:
        total, _, c, price, w = held_bonds(
            slab, worth, bonds, x1, x2, at, wealth, k, R, R_theta, phi, params, tilt, x, work, G
        )
        return total, at, c, price, w, SLACK
    x[line] = at
    return best_bonds(
        slab, worth, bonds, x1, x2, near, was_bound, reach, wealth, k, R, R_theta, phi, params,
        tilt, x, work, G,
    )  # fmt: skip


@njit(cache=True, error_model="numpy")
def climb_line(
    slab, worth, bonds, x1, x2, line, m, best, low, high, step, reach, wealth, k, R, R_theta, phi,
    params, tilt, x, work, G,
):  # fmt: skip
    """Local maximum on a line, from the candidate `best` at m: returns its place and candidate.

    Neighbours `step` away, doubled while the objective rises, then parabolas through three points.
    """
    a, b = max(m - step, low), min(m + step, high)
    left, right = best, best
    for side in range(2):
        at = b if side else a
        if at != m:
            new = probe(
                slab, worth, bonds, x1, x2, line, at, best[1], best[5] == BOUND, reach, wealth, k,
                R, R_theta, phi, params, tilt, x, work, G,
            )  # fmt: skip
            if side:
                right = new
            else:
                left = new
    for _ in range(ROUNDS):  # follow the slope until the middle is highest
        rising = right[0] > best[0] and right[0] >= left[0]
        if rising:
            a, m, b = m, b, min(b + 2.0 * (b - m), high)
            left, best = best, right
        elif left[0] > best[0]:
            a, m, b = max(a - 2.0 * (m - a), low), a, m
            right, best = best, left
        else:
            break
        at = b if rising else a
        if at == m:
            break
        new = probe(
            slab, worth, bonds, x1, x2, line, at, best[1], best[5] == BOUND, reach, wealth, k, R,
            R_theta, phi, params, tilt, x, work, G,
        )  # fmt: skip
        if rising:
            right = new
        else:
            left = new
    for _ in range(ROUNDS):  # parabolas
        if not (a < m < b) or b - a < 1e-7:
            break
        trial = vertex(a, m, b, left[0], best[0], right[0])
        if not (a < trial < b):
            break
        settled = abs(trial - m) < 1e-7
        if settled or trial - a < 1e-9 or b - trial < 1e-9:
            # The parabola agrees with the middle: confirm by one tighter pair, then stop.
            small = 0.02 * (b - a)
            trial = m + small if b - m > m - a else m - small
        new = probe(
            slab, worth, bonds, x1, x2, line, trial, best[1], best[5] == BOUND, reach, wealth, k,
            R, R_theta, phi, params, tilt, x, work, G,
        )  # fmt: skip
        if new[0] > best[0]:
            if trial > m:
                a, left = m, best
            else:
                b, right = m, best
            m, best = trial, new
        elif trial > m:
            b, right = trial, new
        else:
            a, left = trial, new
        if settled and new[0] <= best[0] and b - a < 2.0 * step:
            break
    return m, best


@njit(cache=True, error_model="numpy", inline="always")
def climb_held(
    slab, worth, bonds, x1, x2, start, reach, wealth, k, R, R_theta, phi, params, tilt, x, work, G
):  # fmt: skip
    """Local maximum over b' with capital held by (12): the instruments="debt" planner."""
    bottom, top = bonds[0], min(bonds[-1], (wealth - params[2]) * R)
    m = min(max(start, bottom), top)
    best = probe(
        slab, worth, bonds, x1, x2, BONDS, m, m, NO, reach, wealth, k, R, R_theta, phi, params,
        tilt, x, work, G,
    )  # fmt: skip
    m, best = climb_line(
        slab, worth, bonds, x1, x2, BONDS, m, best, bottom, top, reach, reach, wealth, k, R,
        R_theta, phi, params, tilt, x, work, G,
    )  # fmt: skip
    total, gap, c, price, w = held_bonds(
        slab, worth, bonds, x1, x2, m, wealth, k, R, R_theta, phi, params, tilt, x, work, G
    )
    status = SLACK
    if m <= bottom:
        status = FLOOR
    elif m >= bonds[-1]:
        status = TOP
    if gap >= -CLOSED:
        return total, m, c, price, w, status
    return held_limit(
        slab, worth, bonds, x1, x2, m, reach, wealth, k, R, R_theta, phi, params, tilt, x, work, G
    )


@njit(cache=True, error_model="numpy")
def climb_state(
    slab, worth, bonds, x1, x2, start, was_bound, step, reach, wealth, k, R, R_theta, held, phi,
    params, tilt, x, work, G,
):  # fmt: skip
    """Local maximum near (start, x), one coordinate of capital after the other; x is updated.

    `step` is the first spacing in x, `reach` that in b'.
    """
    d = len(phi) - 1
    if held:
        return climb_held(
            slab, worth, bonds, x1, x2, start, reach, wealth, k, R, R_theta, phi, params, tilt, x,
            work, G,
        )  # fmt: skip
    best = best_bonds(
        slab, worth, bonds, x1, x2, start, was_bound, reach, wealth, k, R, R_theta, phi, params,
        tilt, x, work, G,
    )  # fmt: skip
    for _ in range(1 if d < 2 else 3):
        before = best[0]
        for j in range(d):
            low, high = ends(x1, x2, j)
            x[j], best = climb_line(
                slab, worth, bonds, x1, x2, j, x[j], best, low, high, step, reach, wealth, k, R,
                R_theta, phi, params, tilt, x, work, G,
            )  # fmt: skip
        if best[0] - before <= 1e-14 * abs(before):
            break
    return best


@njit(cache=True, error_model="numpy")
def stay(
    slab, worth, bonds, x1, x2, start, was_bound, reach, wealth, k, R, R_theta, held, phi, params,
    tilt, x, work, G,
):  # fmt: skip
    """The last choice (start, x) as a candidate; its bonds move to the limit where that binds."""
    if held:
        b_next = min(max(start, bonds[0]), bonds[-1])
        total, gap, c, price, w = held_bonds(
            slab, worth, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, tilt, x, work,
            G,
        )  # fmt: skip
        if was_bound or gap < -CLOSED:
            lower = max(bonds[0], b_next - reach)
            return held_limit(
                slab, worth, bonds, x1, x2, lower, reach, wealth, k, R, R_theta, phi, params, tilt,
                x, work, G,
            )  # fmt: skip
        return total, b_next, c, price, w, SLACK
    b_next, status = min(max(start, bonds[0]), bonds[-1]), SLACK
    gap, c, price, w = gap_at(
        slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
    )
    if was_bound or gap < -CLOSED:
        b_next, side = limit_bonds(
            slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work, bonds[0],
            reach,
        )  # fmt: skip
        if side == 0:
            return -np.inf, bonds[0], 0.0, 0.0, 0.0, INFEASIBLE
        status = BOUND
        _, c, price, w = gap_at(
            slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
        )
    total, _ = objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G)
    return total, b_next, c, price, w, status
