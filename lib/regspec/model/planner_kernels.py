"""Compiled maximisation of the planner's problem over (b', x'), state by state.

Objective and limit are those of `planner_bonds`, which chooses b' at given x'. The limit cuts an
arbitrary set out of b': `scan` looks at every node of (b', x'), `planner_search` refines from a
given candidate.

Two candidates far apart can be worth the same. Best responses to a future that depends on which of
them is chosen may then alternate for ever, so a sweep can be told to keep the last choice unless
another gains more than a share of consumption; what was given up is reported, state by state.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import borrow, hold, njit, ranged
from regspec.model.kernels import BOUND, INFEASIBLE
from regspec.model.planner_bonds import held_bonds, room
from regspec.model.planner_search import climb_state, stay
from regspec.model.portfolio import workspace
from regspec.model.value_kernels import equivalent

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
