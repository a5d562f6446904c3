"""Compiled maximisation of the planner's problem over (b', x'), state by state.

Objective and limit are those of `planner_bonds`, which chooses b' at given x'. The limit cuts an
arbitrary set out of b': `scan` looks at every node of (b', x'), `climb_state` refines from a given
candidate.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import njit, prange
from regspec.model.kernels import BOUND, INFEASIBLE
from regspec.model.planner_bonds import (
    ROUNDS,
    best_bonds,
    climb_bonds,
    gap_at,
    held_bonds,
    objective,
    room,
    vertex,
)
from regspec.model.portfolio import _shift, ends, workspace
from regspec.model.value_kernels import equivalent

# Slopes of the gap below this count as a tangency, where the envelope has no slope.
STEEP = 1e-3
# A new choice must beat the old one by this much, relative to the objective.
TIE = 1e-12


@njit(cache=True, error_model="numpy")
def climb_state(
    slab, worth, bonds, x1, x2, start, was_bound, step, reach, wealth, k, R, R_theta, held, phi,
    params, tilt, x, work, G,
):  # fmt: skip
    """Local maximum near (start, x): objective, b', consumption, price, w, status; x is updated.

    One coordinate of capital after the other by parabolas through three points, b' at its best for
    each. `step` is the first spacing in x, `reach` that in b'.
    """
    d = len(phi) - 1
    if held:
        return climb_bonds(
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
            m = x[j]
            a, b = max(m - step, low), min(m + step, high)
            left, right = best, best
            for side in range(2):
                x[j] = b if side else a
                if x[j] == m:
                    continue
                new = best_bonds(
                    slab, worth, bonds, x1, x2, best[1], best[5] == BOUND, reach, wealth, k, R,
                    R_theta, phi, params, tilt, x, work, G,
                )  # fmt: skip
                if side:
                    right = new
                else:
                    left = new
            for _ in range(ROUNDS):  # follow the slope until the middle is highest
                if right[0] > best[0] and right[0] >= left[0]:
                    ahead = min(b + 2.0 * (b - m), high)
                    a, left, m, best = m, best, b, right
                    b = ahead
                elif left[0] > best[0]:
                    ahead = max(a - 2.0 * (m - a), low)
                    b, right, m, best = m, best, a, left
                    a = ahead
                else:
                    break
                x[j] = b if b > m and right[0] == best[0] else a
                if x[j] == m:
                    break
                new = best_bonds(
                    slab, worth, bonds, x1, x2, best[1], best[5] == BOUND, reach, wealth, k, R,
                    R_theta, phi, params, tilt, x, work, G,
                )  # fmt: skip
                if x[j] == b:
                    right = new
                else:
                    left = new
            for _ in range(ROUNDS):  # parabolas
                if not (a < m < b) or b - a < 1e-7:
                    break
                trial = vertex(a, m, b, left[0], best[0], right[0])
                if not (a < trial < b):
                    break
                small = 0.02 * (b - a)
                settled = abs(trial - m) < 1e-7
                if settled or trial - a < 1e-9 or b - trial < 1e-9:
                    # The parabola agrees with the middle: confirm by one tighter pair, then stop.
                    trial = m + small if b - m > m - a else m - small
                x[j] = trial
                new = best_bonds(
                    slab, worth, bonds, x1, x2, best[1], best[5] == BOUND, reach, wealth, k, R,
                    R_theta, phi, params, tilt, x, work, G,
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
            x[j] = m
        if best[0] - before <= 1e-14 * abs(before):
            break
    return best


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def envelope(
    slab, worth, bonds, x1, x2, b_next, wealth, k, here, earned, R, R_theta, bound, phi, params,
    tilt, x, work, G, out,
):  # fmt: skip
    """Slopes of the maximised objective in today's bonds and capital coordinates, into out (I,).

    With lambda the value of a unit of wealth (21) and eta the multiplier of the gap. here (I - 1,)
    are today's coordinates, earned (I - 1,) the slopes of income in them. Returns eta.
    """
    beta, gamma, c_min = params
    n = len(phi)
    _, c, price, w = gap_at(
        slab, bonds, x1, x2, b_next, wealth, k, R, R_theta, phi, params, x, work
    )
    if c <= c_min:
        for j in range(n):
            out[j] = 0.0
        return 0.0
    F, D, kn, phi2 = work[0], work[1], work[2], work[3]
    _, slope = objective(worth, bonds, x1, x2, b_next, c, R, params, tilt, x, work, G)
    spread = 0.0
    for i in range(n):
        spread += kn[i] * phi2[i]
    eta = 0.0
    if bound:
        dw = -w * gamma * (1.0 / (R * c) + D[0, 0] / F[0])
        gap_slope = 1.0
        for i in range(n):
            gap_slope += R_theta * kn[i] * (w * D[i + 1, 0] + dw * F[i + 1])
        eta = max(0.0, -slope / gap_slope) if abs(gap_slope) > STEEP else 0.0
    service = eta * R_theta
    wealth_value = (1.0 - beta) * c**-gamma + service * gamma * (price + spread) / c
    out[0] = wealth_value
    for j in range(n - 1):
        saved, turned = 0.0, 0.0
        for i in range(n):
            move = kn[i] / k[i]
            shift = _shift(k, here, i, j)
            saved += 0.5 * phi[i] * (1.0 - move * move) * shift
            turned -= kn[i] * phi[i] * move / k[i] * shift
        out[1 + j] = wealth_value * (earned[j] - saved) - service * turned
    return eta


@njit(cache=True, error_model="numpy")
def solve_point(
    slab, worth, ahead, bonds, x1, x2, allocation, nodes, wealth, k, start, was_bound, R, R_theta,
    held, everywhere, step, reach, phi, params, tilt, x, work, G, kept, found,
):  # fmt: skip
    """Best candidate of a state: `climb_state` from the start, and from those of a scan.

    The start is kept on a tie. x holds the coordinates of next capital, in and out.
    """
    d = len(phi) - 1
    best = climb_state(
        slab, worth, bonds, x1, x2, start, was_bound, step, reach, wealth, k, R, R_theta, held,
        phi, params, tilt, x, work, G,
    )  # fmt: skip
    if not everywhere and best[5] != INFEASIBLE:
        return best
    for j in range(d):
        kept[j] = x[j]
    if held:
        scan_held(
            slab, worth, bonds, x1, x2, wealth, k, R, R_theta, phi, params, tilt, x, work, G, found
        )
    else:
        scan(slab, ahead, bonds, allocation, nodes, wealth, k, R, R_theta, phi, params, tilt, found)
    for kind in range(2):
        if found[kind, 0] == -np.inf:
            continue
        for j in range(d):
            x[j] = kept[j] if held else nodes[int(found[kind, 2]), j]
        other = climb_state(
            slab, worth, bonds, x1, x2, found[kind, 1], kind == 1, step, reach, wealth, k, R,
            R_theta, held, phi, params, tilt, x, work, G,
        )  # fmt: skip
        if other[0] > best[0] + TIE * abs(best[0]):
            best = other
            for j in range(d):
                kept[j] = x[j]
    for j in range(d):
        x[j] = kept[j]
    return best


@njit(cache=True, error_model="numpy", parallel=True)
def planner_sweep(
    table, worth, ahead, bonds, x1, x2, allocation, nodes, output, R_theta, R, old_b, old_x,
    old_status, held, everywhere, step, reach, phi, params, tilt, new, new_x, status,
):  # fmt: skip
    """Maximise at every state, into new (5, nz, Nb, Nk): c, b', q, mu and W.

    table and worth are (nz, Nb, Nk, columns), ahead (nz, Nb, Nk, 2), the old policies (nz, Nb, Nk),
    tilt (nz, Nb, Nk, I - 1), output (nz, Nk). A state is refined from its last choice; with
    `everywhere`, and where that is infeasible, also from the candidates of a scan. R_theta < 0
    stands for no limit.
    """
    nz, nb, nk, _ = table.shape
    n, gamma = len(phi), params[1]
    for task in prange(nz * nk):
        zi, ik = task // nk, task % nk
        work, x, k, G = workspace(n), np.empty(n - 1), allocation[ik], np.empty(3)
        kept, found = np.empty(n - 1), np.empty((2, 3))
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = old_x[zi, ib, ik, j]
            slope = tilt[zi, ib, ik]
            total, b_next, c, q, w, kind = solve_point(
                table[zi], worth[zi], ahead[zi], bonds, x1, x2, allocation, nodes,
                output[zi, ik] + bonds[ib], k, old_b[zi, ib, ik], old_status[zi, ib, ik] == BOUND,
                R[zi], R_theta[zi], held, everywhere, step, reach, phi, params, slope, x, work, G,
                kept, found,
            )  # fmt: skip
            status[zi, ib, ik] = kind
            new[0, zi, ib, ik] = c if kind != INFEASIBLE else params[2]
            new[1, zi, ib, ik] = b_next
            new[2, zi, ib, ik] = q
            new[3, zi, ib, ik] = max(0.0, 1.0 - R[zi] * w) if kind == BOUND else 0.0
            for j in range(n - 1):
                new_x[zi, ib, ik, j] = x[j]
                total += slope[j] * x[j]
            new[4, zi, ib, ik] = equivalent(total, gamma) if kind != INFEASIBLE else params[2]


@njit(cache=True, error_model="numpy", parallel=True)
def planner_points(
    table, worth, ahead, bonds, x1, x2, allocation, nodes, zi, wealth, k, start, start_x, bound,
    R_theta, R, held, step, reach, phi, params, tilt, out, out_x,
):  # fmt: skip
    """`planner_sweep` at n states off the grid, by scan: out (n, 6) is c, b', q, mu, W and status.

    zi (n,) are joint shock nodes, k (n, I) today's capital, start and start_x a first choice.
    """
    n, gamma = len(phi), params[1]
    for p in prange(len(zi)):
        work, x, G, z = workspace(n), np.empty(n - 1), np.empty(3), zi[p]
        kept, found = np.empty(n - 1), np.empty((2, 3))
        for j in range(n - 1):
            x[j] = start_x[p, j]
        total, b_next, c, q, w, kind = solve_point(
            table[z], worth[z], ahead[z], bonds, x1, x2, allocation, nodes, wealth[p], k[p],
            start[p], bound[p], R[z], R_theta[z], held, True, step, reach, phi, params, tilt[p], x,
            work, G, kept, found,
        )  # fmt: skip
        for j in range(n - 1):
            out_x[p, j] = x[j]
            total += tilt[p, j] * x[j]
        out[p, 0], out[p, 1], out[p, 2], out[p, 5] = c, b_next, q, kind
        out[p, 3] = max(0.0, 1.0 - R[z] * w) if kind == BOUND else 0.0
        out[p, 4] = equivalent(total, gamma) if kind != INFEASIBLE else params[2]


@njit(cache=True, error_model="numpy", parallel=True)
def envelope_sweep(
    table, worth, bonds, x1, x2, allocation, nodes, output, earned, R_theta, R, b_next, x_next,
    status, phi, params, tilt, slopes, shadow,
):  # fmt: skip
    """`envelope` at every state of given choices, into slopes (nz, Nb, Nk, I); eta into shadow."""
    nz, nb, nk, _ = table.shape
    n = len(phi)
    for task in prange(nz * nk):
        zi, ik = task // nk, task % nk
        work, x, G = workspace(n), np.empty(n - 1), np.empty(3)
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            shadow[zi, ib, ik] = envelope(
                table[zi], worth[zi], bonds, x1, x2, b_next[zi, ib, ik],
                output[zi, ik] + bonds[ib], allocation[ik], nodes[ik], earned[zi, ik], R[zi],
                R_theta[zi], status[zi, ib, ik] == BOUND, phi, params, tilt[zi, ib, ik], x, work, G,
                slopes[zi, ib, ik],
            )  # fmt: skip
