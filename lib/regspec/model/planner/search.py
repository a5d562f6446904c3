"""Compiled refinement of a planner's choice: along one line, of a state, and of the last choice.

A candidate is the tuple of its objective, b', consumption, price, w = beta E u'(c') / u'(c) and
status; objective and limit are those of `planner_bonds`.

Compiled maximisation of the planner's problem over (b', x'), state by state.

Objective and limit are those of `planner_bonds`, which chooses b' at given x'. The limit cuts an
arbitrary set out of b': `scan` looks at every node of (b', x'), `planner_search` refines from a
given candidate.

Two candidates far apart can be worth the same. Best responses to a future that depends on which of
them is chosen may then alternate for ever, so a sweep can be told to keep the last choice unless
another gains more than a share of consumption; what was given up is reported, state by state.
"""

from __future__ import annotations

import numpy as np

from regspec.model.equilibrium.capital_choice import ends, workspace
from regspec.model.equilibrium.kernels import BOUND, FLOOR, INFEASIBLE, SLACK, TOP
from regspec.model.numerics.compiled import NO, borrow, hold, njit, ranged
from regspec.model.planner.choice import (
    CLOSED,
    best_bonds,
    gap_at,
    held_bonds,
    held_limit,
    limit_bonds,
    objective,
    room,
)
from regspec.model.planner.value_kernels import equivalent

__all__ = []

# mypy: disable-error-code="no-untyped-def"


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


# mypy: disable-error-code="no-untyped-def"


# A new choice must beat the old one by this much, relative to the objective.
TIE = 1e-12


@njit(cache=True, error_model="numpy", inline="always")
def scan(slab, ahead, bonds, allocation, nodes, wealth, k, R, R_theta, phi, params, tilt, found):
    """Best candidates over all nodes of (b', x'): objective, b', capital node, whether bound.

    ahead is (Nb, Nk, 2): beta u(W) and beta E u'(c') at the nodes. Row 0 of found is the best
    slack, row 1 the best bound candidate, the latter where the gap changes sign between two nodes
    of b' (linear in between). nodes (Nk, I - 1) are the coordinates. Objective -inf where there is
    none.
    """
    beta, gamma, c_min = params
    n, nb, nk = len(phi), len(bonds), len(allocation)
    found[:, 0] = -np.inf
    for ik in range(nk):
        cost, moved = 0.0, 0.0
        for i in range(n):
            move = allocation[ik, i] / k[i] - 1.0
            cost += 0.5 * phi[i] * move * move * k[i]
            moved += allocation[ik, i] * phi[i] * move
        shift = 0.0
        for j in range(n - 1):
            shift += tilt[j] * nodes[ik, j]
        last_gap, last_total = -np.inf, -np.inf
        for ib in range(nb):
            c = wealth - cost - bonds[ib] / R
            if c <= c_min:
                break
            marginal = c**-gamma
            now = np.log(c) if gamma == 1.0 else c * marginal / (1.0 - gamma)
            total = (1.0 - beta) * now + ahead[ib, ik, 0] - shift
            if R_theta < 0.0 and total <= found[0, 0]:
                continue
            value = 0.0
            for i in range(n):
                value += allocation[ik, i] * slab[ib, ik, i + 1]
            w = ahead[ib, ik, 1] / marginal
            gap = room(bonds[ib], R_theta, w * value - moved)
            if gap >= 0.0 and total > found[0, 0]:
                found[0, 0], found[0, 1], found[0, 2] = total, bonds[ib], ik
            if ib > 0 and (gap >= 0.0) != (last_gap >= 0.0):
                t = last_gap / (last_gap - gap)
                level = (1.0 - t) * last_total + t * total
                if level > found[1, 0]:
                    found[1, 0], found[1, 2] = level, ik
                    found[1, 1] = bonds[ib - 1] + t * (bonds[ib] - bonds[ib - 1])
            last_gap, last_total = gap, total


@njit(cache=True, error_model="numpy", inline="always")
def scan_held(
    slab, worth, bonds, x1, x2, wealth, k, R, R_theta, phi, params, tilt, x, work, G, found
):  # fmt: skip
    """`scan` over b' alone, capital held by (12)."""
    found[:, 0] = -np.inf
    last_gap, last_total = -np.inf, -np.inf
    for ib in range(len(bonds)):
        total, gap, _, _, _ = held_bonds(
            slab, worth, bonds, x1, x2, bonds[ib], wealth, k, R, R_theta, phi, params, tilt, x,
            work, G,
        )  # fmt: skip
        if total == -np.inf:
            break
        if gap >= 0.0 and total > found[0, 0]:
            found[0, 0], found[0, 1], found[0, 2] = total, bonds[ib], 0.0
        if ib > 0 and (gap >= 0.0) != (last_gap >= 0.0):
            level = max(last_total, total)
            if level > found[1, 0]:
                t = last_gap / (last_gap - gap)
                found[1, 0], found[1, 2] = level, 0.0
                found[1, 1] = bonds[ib - 1] + t * (bonds[ib] - bonds[ib - 1])
        last_gap, last_total = gap, total


@njit(cache=True, error_model="numpy", inline="always")
def solve_point(
    slab, worth, ahead, bonds, x1, x2, allocation, nodes, wealth, k, start, was_bound, R, R_theta,
    held, everywhere, step, reach, keep, phi, params, tilt, x, work, G, kept, found, tie,
):  # fmt: skip
    """Best candidate of a state: `climb_state` from the start, and from those of a scan.

    The start is kept on a tie. x holds the coordinates of next capital, in and out. keep is the
    gain, as a share of consumption, up to which a candidate further away than keep[1] in x or
    keep[2] in b' counts as tied with the start; tie (3,) receives what that gives up and how far
    away in b' and in x, NaN where there is none.
    """
    d = len(phi) - 1
    tie[:] = np.nan
    incumbent = (-np.inf, start, 0.0, 0.0, 0.0, INFEASIBLE)
    for j in range(d):
        tie[3 + j] = x[j]
    if keep[0] > 0.0:
        incumbent = stay(
            slab, worth, bonds, x1, x2, start, was_bound, reach, wealth, k, R, R_theta, held, phi,
            params, tilt, x, work, G,
        )  # fmt: skip
    best = climb_state(
        slab, worth, bonds, x1, x2, start, was_bound, step, reach, wealth, k, R, R_theta, held,
        phi, params, tilt, x, work, G,
    )  # fmt: skip
    if everywhere or best[5] == INFEASIBLE:
        for j in range(d):
            kept[j] = x[j]
        if held:
            scan_held(
                slab, worth, bonds, x1, x2, wealth, k, R, R_theta, phi, params, tilt, x, work, G,
                found,
            )  # fmt: skip
        else:
            scan(
                slab, ahead, bonds, allocation, nodes, wealth, k, R, R_theta, phi, params, tilt,
                found,
            )  # fmt: skip
        for kind in range(2):
            if found[kind, 0] == -np.inf:
                continue
            for j in range(d):
                x[j] = kept[j] if held else nodes[int(found[kind, 2]), j]
            other = climb_state(
                slab, worth, bonds, x1, x2, found[kind, 1], kind == 1, step, reach, wealth, k, R,
                R_theta, held, phi, params, tilt, x, work, G,
            )  # fmt: skip
            nothing = best[0] == -np.inf
            if other[0] > -np.inf and (nothing or other[0] > best[0] + TIE * abs(best[0])):
                best = other
                for j in range(d):
                    kept[j] = x[j]
        for j in range(d):
            x[j] = kept[j]
    if incumbent[5] == INFEASIBLE:
        return best
    apart, level = 0.0, incumbent[0]
    for j in range(d):
        apart = max(apart, abs(x[j] - tie[3 + j]))
        level += tilt[j] * tie[3 + j]
    gain = (best[0] - incumbent[0]) / ((1.0 - params[1]) * level if params[1] != 1.0 else 1.0)
    far = apart > keep[1] or abs(best[1] - incumbent[1]) > keep[2]
    if not far or gain > keep[0]:
        return best
    tie[0], tie[1], tie[2] = gain, abs(best[1] - incumbent[1]), apart
    for j in range(d):
        x[j] = tie[3 + j]
    return incumbent


@ranged
def planner_states(
    first, last,
    table, worth, ahead, bonds, x1, x2, allocation, nodes, zi, wealth, k, start, start_x, bound,
    R_theta, R, held, everywhere, step, reach, keep, phi, params, tilt, out, out_x, status, ties,
):  # fmt: skip
    """Maximise at n states, into out (n, 5): c, b', q, mu and W; out_x (n, I - 1) and status (n,).

    table and worth are (nz, Nb, Nk, columns), ahead (nz, Nb, Nk, 2). zi (n,) are joint shock nodes,
    wealth (n,) is income and bonds, k (n, I) today's capital, tilt (n, I - 1). A state is refined
    from its first choice (start, start_x, and whether that was at the limit); with `everywhere`,
    and where that is infeasible, also from the candidates of a scan. R_theta < 0 stands for no
    limit. keep and ties (n, 3) as in `solve_point`.
    """
    n, gamma = len(phi), params[1]
    owned = (
        workspace(n), np.empty(n - 1), np.empty(3), np.empty(n - 1), np.empty((2, 3)),
        np.empty(2 + n),
    )  # fmt: skip
    work, x, G, kept, found, tie = borrow(owned)
    table, worth, ahead, bonds, x1, x2 = borrow((table, worth, ahead, bonds, x1, x2))
    allocation, nodes, zi, wealth, k = borrow((allocation, nodes, zi, wealth, k))
    start, start_x, bound, R_theta, R = borrow((start, start_x, bound, R_theta, R))
    tilt, out, out_x, status, ties = borrow((tilt, out, out_x, status, ties))
    for p in range(first, last):
        z = zi[p]
        for j in range(n - 1):
            x[j] = start_x[p, j]
        total, b_next, c, q, w, kind = solve_point(
            table[z], worth[z], ahead[z], bonds, x1, x2, allocation, nodes, wealth[p], k[p],
            start[p], bound[p], R[z], R_theta[z], held, everywhere, step, reach, keep, phi,
            params, tilt[p], x, work, G, kept, found, tie,
        )  # fmt: skip
        for j in range(n - 1):
            out_x[p, j] = x[j]
            total += tilt[p, j] * x[j]
        status[p] = kind
        out[p, 0] = c if kind != INFEASIBLE else params[2]
        out[p, 1], out[p, 2] = b_next, q
        out[p, 3] = max(0.0, 1.0 - R[z] * w) if kind == BOUND else 0.0
        out[p, 4] = equivalent(total, gamma) if kind != INFEASIBLE else params[2]
        for j in range(3):
            ties[p, j] = tie[j]
    hold(owned)
