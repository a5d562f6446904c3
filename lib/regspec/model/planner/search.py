"""Compiled maximisation of the planner's problem over (b', x'), state by state.

A candidate is the tuple of its objective, b', consumption, price, w = beta E u'(c') / u'(c) and
status; objective and limit are those of `choice`, which chooses b' at given x'. The limit cuts an
arbitrary set out of b': `scan` looks at every node of (b', x'), `climb_state` refines from a given
candidate.

Two candidates far apart can be worth the same. Best responses to a future that depends on which of
them is chosen may then alternate for ever, so a sweep can be told to keep the last choice unless
another gains more than a share of consumption; what was given up is reported, state by state.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.equilibrium.capital_choice import Ahead, State, ends, workspace
from regspec.model.equilibrium.kernels import BOUND, FLOOR, INFEASIBLE, SLACK, TOP
from regspec.model.numerics.compiled import INNER, NO, OPEN, borrow, hold, njit, ranged
from regspec.model.planner.choice import (
    CLOSED,
    Problem,
    best_bonds,
    debt_only,
    debt_only_limit,
    gap_at,
    limit_bonds,
    objective,
    room,
)
from regspec.model.planner.value_kernels import equivalent

__all__ = []

Array = NDArray[np.float64]

ROUNDS = 24
# The line of `candidate_at` that is b' itself; typed, so that it is compiled with the others.
BONDS = np.int64(-1)
# A new choice must beat the old one by this much, relative to the objective.
TIE = 1e-12


class Spacing(NamedTuple):
    """First distance of candidates: in coordinates of capital, and in bonds."""

    x: float
    b: float


class Keep(NamedTuple):
    """When a distant candidate counts as tied with the last choice, which is then kept.

    Attributes
    ----------
    gain : float
        It gains no more than this share of consumption; 0 keeps nothing.
    x, b : float
        It is further away than this in a coordinate of capital, or in b'.
    """

    gain: float
    x: float
    b: float


class Search(NamedTuple):
    """How to look for a maximum.

    Attributes
    ----------
    debt_only : bool
        Whether capital is where the untaxed conditions (12) put it.
    everywhere : bool
        Whether to scan every node as well.
    spacing : Spacing
    keep : Keep
    """

    debt_only: bool
    everywhere: bool
    spacing: Spacing
    keep: Keep


class Nodes(NamedTuple):
    """Every node of (b', x') that a scan looks at.

    Attributes
    ----------
    allocation, coordinates : array, shapes (Nk, I) and (Nk, I - 1)
    utility : array, shape (Nb, Nk, 2)
        beta u(W) and beta E u'(c'), with one more axis for all shocks.
    """

    allocation: Array
    coordinates: Array
    utility: Array


class Seen(NamedTuple):
    """Scratch of a search.

    Attributes
    ----------
    kept, last : array, shape (I - 1,)
        Coordinates of the best choice so far and of the last sweep's.
    found : array, shape (2, 3)
        The best slack and the best bound candidate of a scan: objective, b', node of capital.
    tie : array, shape (3,)
        What keeping the last choice gives up, and how far away the other is in b' and in x; NaN
        where there is no tie.
    """

    kept: Array
    last: Array
    found: Array
    tie: Array


class Maxima(NamedTuple):
    """What is found at n states.

    Attributes
    ----------
    values : array, shape (n, 5)
        c, b', q, mu and W.
    x : array, shape (n, I - 1)
        Coordinates of next capital.
    status : array of int8, shape (n,)
    ties : array, shape (n, 3)
        `Seen.tie` of each.
    """

    values: Array
    x: Array
    status: NDArray[np.int8]
    ties: Array


@njit(**INNER, inline="always")
def vertex(a, m, b, fa, fm, fb):
    """Maximiser of the parabola through three points; the middle one if they do not bend down."""
    left, right = (fm - fa) / (m - a), (fb - fm) / (b - m)
    bend = (right - left) / (b - a)
    if not bend < 0.0:
        return m
    return m - 0.5 * ((fm - fa) * (b - m) / (m - a) + (fb - fm) * (m - a) / (b - m)) / (
        bend * (b - a)
    )


@njit(**INNER)
def candidate_at(problem, line, at, near, was_bound, reach, x, work):
    """Candidate at a point of a line: coordinate `line` of next capital, with b' at its best.

    Line -1 is b' itself, without the limit, capital where the untaxed conditions (12) put it.
    """
    if line < 0:
        total, _, c, price, w = debt_only(problem, at, x, work)
        return total, at, c, price, w, SLACK
    x[line] = at
    return best_bonds(problem, near, was_bound, reach, x, work)


@njit(**INNER)
def climb_line(problem, line, m, best, within, spacing, x, work):
    """Local maximum on a line, from the candidate `best` at m: returns its place and candidate.

    Neighbours one spacing away, doubled while the objective rises, then parabolas through three
    points, all `within` the ends of the line.
    """
    (low, high), (step, reach) = within, spacing
    a, b = max(m - step, low), min(m + step, high)
    left, right = best, best
    for side in range(2):
        at = b if side else a
        if at != m:
            new = candidate_at(problem, line, at, best[1], best[5] == BOUND, reach, x, work)
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
        new = candidate_at(problem, line, at, best[1], best[5] == BOUND, reach, x, work)
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
        new = candidate_at(problem, line, trial, best[1], best[5] == BOUND, reach, x, work)
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


@njit(**INNER)
def climb_debt_only(problem, start, reach, x, work):
    """Local maximum over b' with capital as in `debt_only`: the instruments="debt" planner."""
    bonds, state = problem.ahead.axes.bonds, problem.state
    bottom, top = bonds[0], min(bonds[-1], (state.wealth - problem.model.least) * state.R)
    m = min(max(start, bottom), top)
    best = candidate_at(problem, BONDS, m, m, NO, reach, x, work)
    m, best = climb_line(problem, BONDS, m, best, (bottom, top), Spacing(reach, reach), x, work)
    total, gap, c, price, w = debt_only(problem, m, x, work)
    status = SLACK
    if m <= bottom:
        status = FLOOR
    elif m >= bonds[-1]:
        status = TOP
    if gap >= -CLOSED:
        return total, m, c, price, w, status
    return debt_only_limit(problem, m, reach, x, work)


@njit(**INNER)
def climb_state(problem, start, was_bound, search, x, work):
    """Local maximum near (start, x), one coordinate of capital after the other; x is updated."""
    _, x1, x2 = problem.ahead.axes
    d, reach = len(problem.model.phi) - 1, search.spacing.b
    if search.debt_only:
        return climb_debt_only(problem, start, reach, x, work)
    best = best_bonds(problem, start, was_bound, reach, x, work)
    for _ in range(1 if d < 2 else 3):
        before = best[0]
        for j in range(d):
            within = ends(x1, x2, j)
            x[j], best = climb_line(problem, j, x[j], best, within, search.spacing, x, work)
        if best[0] - before <= 1e-14 * abs(before):
            break
    return best


@njit(**INNER)
def stay(problem, start, was_bound, search, x, work):
    """The last choice (start, x) as a candidate; its bonds move to the limit where that binds."""
    ahead, state, model = problem.ahead, problem.state, problem.model
    bonds, reach = ahead.axes.bonds, search.spacing.b
    if search.debt_only:
        b_next = min(max(start, bonds[0]), bonds[-1])
        total, gap, c, price, w = debt_only(problem, b_next, x, work)
        if was_bound or gap < -CLOSED:
            return debt_only_limit(problem, max(bonds[0], b_next - reach), reach, x, work)
        return total, b_next, c, price, w, SLACK
    b_next, status = min(max(start, bonds[0]), bonds[-1]), SLACK
    gap, c, price, w = gap_at(ahead, b_next, state, x, model, work)
    if was_bound or gap < -CLOSED:
        b_next, side = limit_bonds(problem, b_next, bonds[0], reach, x, work)
        if side == 0:
            return -np.inf, bonds[0], 0.0, 0.0, 0.0, INFEASIBLE
        status = BOUND
        _, c, price, w = gap_at(ahead, b_next, state, x, model, work)
    total, _ = objective(problem, b_next, c, x, work)
    return total, b_next, c, price, w, status


@njit(**OPEN)
def scan(problem, nodes, found):
    """Best candidates over all `Nodes` of (b', x'): objective, b', capital node.

    Row 0 of found is the best slack, row 1 the best bound candidate, the latter where the gap
    changes sign between two nodes of b' (linear in between). Objective -inf where there is none.
    """
    (slab, axes), _, state, correction, (beta, gamma, phi, c_min) = problem
    allocation, coordinates, utility = nodes
    bonds, wealth, k, R = axes.bonds, state.wealth, state.k, state.R
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
            shift += correction[j] * coordinates[ik, j]
        last_gap, last_total = -np.inf, -np.inf
        for ib in range(nb):
            c = wealth - cost - bonds[ib] / R
            if c <= c_min:
                break
            marginal = c**-gamma
            now = np.log(c) if gamma == 1.0 else c * marginal / (1.0 - gamma)
            total = (1.0 - beta) * now + utility[ib, ik, 0] - shift
            if not state.limited and total <= found[0, 0]:
                continue
            value = 0.0
            for i in range(n):
                value += allocation[ik, i] * slab[ib, ik, i + 1]
            w = utility[ib, ik, 1] / marginal
            gap = room(bonds[ib], state, w * value - moved)
            if gap >= 0.0 and total > found[0, 0]:
                found[0, 0], found[0, 1], found[0, 2] = total, bonds[ib], ik
            if ib > 0 and (gap >= 0.0) != (last_gap >= 0.0):
                t = last_gap / (last_gap - gap)
                level = (1.0 - t) * last_total + t * total
                if level > found[1, 0]:
                    found[1, 0], found[1, 2] = level, ik
                    found[1, 1] = bonds[ib - 1] + t * (bonds[ib] - bonds[ib - 1])
            last_gap, last_total = gap, total


@njit(**INNER)
def scan_debt_only(problem, x, work, found):
    """`scan` over b' alone, capital as in `debt_only`."""
    bonds = problem.ahead.axes.bonds
    found[:, 0] = -np.inf
    last_gap, last_total = -np.inf, -np.inf
    for ib in range(len(bonds)):
        total, gap, _, _, _ = debt_only(problem, bonds[ib], x, work)
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


@njit(**INNER)
def solve_point(problem, nodes, start, was_bound, search, x, work, seen):
    """Best candidate of a state: `climb_state` from the start, and from those of a scan.

    The start is kept on a tie (`Keep`). x holds the coordinates of next capital, in and out.
    """
    kept, last, found, tie = seen
    d, gamma, keep = len(problem.model.phi) - 1, problem.model.gamma, search.keep
    tie[:] = np.nan
    incumbent = (-np.inf, start, 0.0, 0.0, 0.0, INFEASIBLE)
    for j in range(d):
        last[j] = x[j]
    if keep.gain > 0.0:
        incumbent = stay(problem, start, was_bound, search, x, work)
    best = climb_state(problem, start, was_bound, search, x, work)
    if search.everywhere or best[5] == INFEASIBLE:
        for j in range(d):
            kept[j] = x[j]
        if search.debt_only:
            scan_debt_only(problem, x, work, found)
        else:
            scan(problem, nodes, found)
        for kind in range(2):
            if found[kind, 0] == -np.inf:
                continue
            for j in range(d):
                x[j] = kept[j] if search.debt_only else nodes.coordinates[int(found[kind, 2]), j]
            other = climb_state(problem, found[kind, 1], kind == 1, search, x, work)
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
        apart = max(apart, abs(x[j] - last[j]))
        level += problem.correction[j] * last[j]
    gain = (best[0] - incumbent[0]) / ((1.0 - gamma) * level if gamma != 1.0 else 1.0)
    far = apart > keep.x or abs(best[1] - incumbent[1]) > keep.b
    if not far or gain > keep.gain:
        return best
    tie[0], tie[1], tie[2] = gain, abs(best[1] - incumbent[1]), apart
    for j in range(d):
        x[j] = last[j]
    return incumbent


@ranged
def planner_states(first, last, problem, nodes, zi, start, search, out):
    """Maximise at n states, into `Maxima` out.

    The problem holds the tables of all joint shocks, and `State` and correction with one row a
    state; zi (n,) are the states' joint shock nodes. A state is refined from its first choice
    (`kernels.Choice`); where `Search` says so, and where that is infeasible, also from the
    candidates of a scan.
    """
    model = problem.model
    n, gamma, least = len(model.phi), model.gamma, model.least
    owned = (
        workspace(n),
        np.empty(n - 1),
        Seen(np.empty(n - 1), np.empty(n - 1), np.empty((2, 3)), np.empty(3)),
    )
    work, x, seen = borrow(owned)
    (table, axes), worth, states, correction, _ = borrow(problem)
    (allocation, coordinates, utility), zi = borrow((nodes, zi))
    (start_b, start_x, bound), (values, out_x, status, ties) = borrow((start, out))
    for p in range(first, last):
        z, R = zi[p], states.R[p]
        for j in range(n - 1):
            x[j] = start_x[p, j]
        state = State(
            states.wealth[p],
            states.k[p],
            R,
            states.R_theta[p],
            states.limited,
            states.tax[p],
            states.charge[p],
            states.ratio[p],
        )
        here = Problem(Ahead(table[z], axes), worth[z], state, correction[p], model)
        seen_from = Nodes(allocation, coordinates, utility[z])
        total, b_next, c, q, w, kind = solve_point(
            here, seen_from, start_b[p], bound[p], search, x, work, seen
        )
        for j in range(n - 1):
            out_x[p, j] = x[j]
            total += correction[p, j] * x[j]
        status[p] = kind
        values[p, 0] = c if kind != INFEASIBLE else least
        values[p, 1], values[p, 2] = b_next, q
        values[p, 3] = max(0.0, 1.0 - R * w) if kind == BOUND else 0.0
        values[p, 4] = equivalent(total, gamma) if kind != INFEASIBLE else least
        for j in range(3):
            ties[p, j] = seen.tie[j]
    hold(owned)
