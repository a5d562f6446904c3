"""Compiled choice of next capital at given bonds: interpolation, conditions, Newton, brackets.

Capital shares are coordinates x of dimension d = I - 1: k_1 = x_1, k_2 = (1 - x_1) x_2, and so on,
so that the grid is a box. Continuation tables are (nz, Nb, Nk, (I + 1)(1 + d)): at every node of
next period's (b', x') the certainty-equivalent consumption CE = (E u'(c'))^(-1/gamma) and the value
of a unit of capital in each industry, V_i = M_i / E u'(c'); then their curvature along each
coordinate, so that the interpolant is linear in b' and piecewise quadratic in x'. A state sees its
own shock's (Nb, Nk, ...) slab. The tuple phi of adjustment costs has length I: numba specialises
the code on it, so that I = 1, 2 and 3 share this file and pay for no generality.

Capital conditions, with w = beta E u'(c') / u'(c): w V_i - phi2_i is the same for all industries,
namely the price. A charge per unit of next capital (see `wedges`), rebated, adds to phi2_i there.
Where the limit is slack w = 1 / (R (1 + tau)), whatever consumption is.

Named tuples say what a kernel is given: `Ahead`, `State`, `Primitives`, and its `Scratch`.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import Axes
from regspec.model.numerics.compiled import INNER, OPEN, njit
from regspec.model.numerics.interpolation import cell_at, find, locate

Array = NDArray[np.float64]
# A number of one state, or an array with one for each of several.
Numbers = Any

MAX_STEPS = 80
NEWTON_STEPS = 12
ROOT = 1e-10


class Primitives(NamedTuple):
    """Preferences and technology; consumption at or below `least` counts as infeasible."""

    beta: float
    gamma: float
    phi: tuple[float, ...]
    least: float


class Ahead(NamedTuple):
    """What lies ahead: the continuation table, or one shock's slab of it, and the grid's axes."""

    table: Array
    axes: Axes


class State(NamedTuple):
    """Today's state, or arrays of several.

    Attributes
    ----------
    wealth : float
        Income and bonds.
    k : array, shape (I,)
    R : float
    R_theta : float
        What a unit of the price lets a region borrow.
    limited : bool
        Whether there is a collateral limit at all.
    tax : float
        On debt, tau.
    charge : array, shape (I,)
        Per unit of next capital.
    ratio : float
        Consumption over CE where the limit is slack, (beta R (1 + tau))^(-1/gamma).
    """

    wealth: Numbers
    k: Array
    R: Numbers
    R_theta: Numbers
    limited: bool
    tax: Numbers
    charge: Array
    ratio: Numbers


class Scratch(NamedTuple):
    """Arrays of one thread; `evaluate` and `conditions` leave there what they find.

    Attributes
    ----------
    values, slopes : array, shapes (I + 1,) and (I + 1, I)
        CE and V_i at (b', x'), and their derivatives in b', then in the coordinates.
    k_next, phi2 : array, shape (I,)
        Next capital and its marginal adjustment costs.
    residuals, jacobian : array, shapes (I,) and (I, I)
        Of the no-arbitrage conditions.
    cells : array of int, shape (2,)
        Cells of the coordinates found last, where the next search begins.
    kept : array, shape (I,)
        Coordinates to go back to.
    worth : array, shape (3,)
        Derivatives of next period's value (planner).
    moved, direction : array, shape (I,)
        Capital next to the state's own, and the direction in which it lies.
    """

    values: Array
    slopes: Array
    k_next: Array
    phi2: Array
    residuals: Array
    jacobian: Array
    cells: NDArray[np.int64]
    kept: Array
    worth: Array
    moved: Array
    direction: Array


@njit(cache=True, error_model="numpy")
def workspace(n):
    """Scratch of one thread for n industries."""
    return Scratch(
        np.empty(n + 1),
        np.empty((n + 1, n)),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty((n, n)),
        np.zeros(2, np.int64),
        np.empty(n),
        np.empty(3),
        np.empty(n),
        np.empty(n),
    )


@njit(**OPEN, forceinline=True)
def evaluate(ahead, cell, x, model, work):
    """Continuation values and their slopes at (b', x), b' given by its `cell_at`."""
    slab, (_, x1, x2) = ahead
    jb, wb, hb = cell
    F, D, cells = work.values, work.slopes, work.cells
    d, count = len(model.phi) - 1, len(model.phi) + 1
    if d == 0:
        for m in range(count):
            low, high = slab[jb, 0, m], slab[jb + 1, 0, m]
            F[m] = (1.0 - wb) * low + wb * high
            D[m, 0] = (high - low) / hb
    elif d == 1:
        j = locate(x1, x[0], cells[0])
        cells[0] = j
        h = x1[j + 1] - x1[j]
        t = (x[0] - x1[j]) / h
        bend, turn = -t * (1.0 - t) * h * h, (2.0 * t - 1.0) * h
        for m in range(count):
            a0, a1, g0 = slab[jb, j, m], slab[jb, j + 1, m], slab[jb, j, m + count]
            b0, b1, g1 = slab[jb + 1, j, m], slab[jb + 1, j + 1, m], slab[jb + 1, j, m + count]
            low = (1.0 - t) * a0 + t * a1 + bend * g0
            high = (1.0 - t) * b0 + t * b1 + bend * g1
            F[m] = (1.0 - wb) * low + wb * high
            D[m, 0] = (high - low) / hb
            D[m, 1] = (1.0 - wb) * ((a1 - a0) / h + turn * g0) + wb * ((b1 - b0) / h + turn * g1)
    else:
        i, j = locate(x1, x[0], cells[0]), locate(x2, x[1], cells[1])
        cells[0], cells[1] = i, j
        n2 = len(x2)
        h, g = x1[i + 1] - x1[i], x2[j + 1] - x2[j]
        s, t = (x[0] - x1[i]) / h, (x[1] - x2[j]) / g
        bend_s, turn_s = -s * (1.0 - s) * h * h, (2.0 * s - 1.0) * h
        bend_t, turn_t = -t * (1.0 - t) * g * g, (2.0 * t - 1.0) * g
        p00, p01, p10, p11 = i * n2 + j, i * n2 + j + 1, (i + 1) * n2 + j, (i + 1) * n2 + j + 1
        for m in range(count):
            F[m] = D[m, 0] = D[m, 1] = D[m, 2] = 0.0
            for side in range(2):
                row = slab[jb + side]
                weight = wb if side else 1.0 - wb
                v00, v01, v10, v11 = row[p00, m], row[p01, m], row[p10, m], row[p11, m]
                u0, u1 = row[p00, m + count], row[p01, m + count]
                w0, w1 = row[p00, m + 2 * count], row[p10, m + 2 * count]
                along_s = (1.0 - t) * u0 + t * u1
                along_t = (1.0 - s) * w0 + s * w1
                value = (
                    (1.0 - s) * ((1.0 - t) * v00 + t * v01)
                    + s * ((1.0 - t) * v10 + t * v11)
                    + bend_s * along_s
                    + bend_t * along_t
                )
                F[m] += weight * value
                D[m, 0] += (value if side else -value) / hb
                D[m, 1] += weight * (
                    ((1.0 - t) * (v10 - v00) + t * (v11 - v01) + bend_t * (w1 - w0)) / h
                    + turn_s * along_s
                )
                D[m, 2] += weight * (
                    ((1.0 - s) * (v01 - v00) + s * (v11 - v10) + bend_s * (u1 - u0)) / g
                    + turn_t * along_t
                )


@njit(**OPEN, forceinline=True)
def conditions(bound, w, cash, state, x, model, work):
    """No-arbitrage residuals s and their Jacobian at the point that `evaluate` has filled in.

    s_j compares industry j with the average of the later ones, so that it rises in x_j. Column 0
    of the Jacobian is the derivative in b', for the slack case. Returns consumption, w and the
    price; on entry w is the slack value, recomputed from consumption where `bound`.
    """
    beta, gamma, phi, least = model
    F, D = work.values, work.slopes
    kn, phi2 = work.k_next, work.phi2
    s, J = work.residuals, work.jacobian
    k, charge = state.k, state.charge
    n, d = len(phi), len(phi) - 1
    rest, cost = 1.0, 0.0
    for i in range(n):
        kn[i] = rest * x[i] if i < d else rest
        if i < d:
            rest *= 1.0 - x[i]
        move = kn[i] / k[i] - 1.0
        phi2[i] = phi[i] * move
        cost += 0.5 * phi2[i] * move * k[i]
    c = cash - cost
    if bound:
        if c <= least:
            return c, w, 0.0
        w = beta * (c / F[0]) ** gamma
    price = 0.0
    for i in range(n):
        price += kn[i] * (w * F[i + 1] - phi2[i] - charge[i])
    if d == 0:
        return c, w, price
    # Net marginal cost n_i = phi2_i - w V_i and its derivatives, folded from the last industry.
    last = d
    tail = phi2[last] + charge[last] - w * F[last + 1]
    for j in range(d - 1, -1, -1):
        own = phi2[j] + charge[j] - w * F[j + 1]
        s[j] = own - tail
        tail = x[j] * own + (1.0 - x[j]) * tail
    for col in range(1 if bound else 0, n):
        # dk'_i / dx_(col-1): the industry itself, then a common fall of all later ones.
        dw, dc = 0.0, 0.0
        if col > 0:
            for i in range(n):
                dc -= phi2[i] * _shift(kn, x, i, col - 1)
            if bound:
                dw = w * gamma * (dc / c - D[0, col] / F[0])
        tail, tail_slope = 0.0, 0.0
        for j in range(d, -1, -1):
            own = phi2[j] + charge[j] - w * F[j + 1]
            slope = -w * D[j + 1, col] - dw * F[j + 1]
            if col > 0:
                slope += phi[j] / k[j] * _shift(kn, x, j, col - 1)
            if j == d:
                tail, tail_slope = own, slope
            else:
                J[j + 1, col] = slope - tail_slope
                direct = own - tail if col == j + 1 else 0.0
                tail_slope = x[j] * slope + (1.0 - x[j]) * tail_slope + direct
                tail = x[j] * own + (1.0 - x[j]) * tail
        J[0, col] = dc
    return c, w, price


@njit(**INNER, inline="always")
def _shift(kn, x, i, j):
    """Derivative of k'_i in coordinate j."""
    if i < j:
        return 0.0
    if i == j:
        return kn[i] / x[j]
    return -kn[i] / (1.0 - x[j])


@njit(**INNER)
def newton_step(J, f, free, n):
    """Solve J y = -f on the free variables by elimination, in place; y replaces f. False if bad."""
    for a in range(n):
        if not free[a]:
            for b in range(n):
                J[a, b] = 0.0
            J[a, a], f[a] = 1.0, 0.0
    for p in range(n):
        pivot = p
        for r in range(p + 1, n):
            if abs(J[r, p]) > abs(J[pivot, p]):
                pivot = r
        if abs(J[pivot, p]) < 1e-14:
            return False
        if pivot != p:
            for q in range(n):
                J[p, q], J[pivot, q] = J[pivot, q], J[p, q]
            f[p], f[pivot] = f[pivot], f[p]
        for r in range(p + 1, n):
            ratio = J[r, p] / J[p, p]
            for q in range(p, n):
                J[r, q] -= ratio * J[p, q]
            f[r] -= ratio * f[p]
    for p in range(n - 1, -1, -1):
        total = -f[p]
        for q in range(p + 1, n):
            total -= J[p, q] * f[q]
        f[p] = total / J[p, p]
    return True


@njit(**INNER, inline="always")
def ends(x1, x2, j):
    """Lowest and highest node of coordinate j."""
    return (x1[0], x1[-1]) if j == 0 else (x2[0], x2[-1])


@njit(**OPEN, forceinline=True)
def portfolio(ahead, b_next, state, bound, w, x, model, work):
    """Coordinates x (in: guess, out: solution) of next capital at a given b'.

    Newton steps from the guess on the free coordinates; where they fail, brackets. Returns
    consumption, w, the price and whether consumption is positive.
    """
    d, c_min = len(model.phi) - 1, model.least
    bonds, x1, x2 = ahead.axes
    cell = cell_at(bonds, b_next, find(bonds, b_next))
    s, J = work.residuals, work.jacobian
    cash = state.wealth - b_next / state.R
    if cash <= c_min:
        return c_min, w, 0.0, False
    for _ in range(NEWTON_STEPS):
        evaluate(ahead, cell, x, model, work)
        c, w_here, price = conditions(bound, w, cash, state, x, model, work)
        if d == 0:
            return c, w_here, price, c > c_min
        if c <= c_min:
            break
        worst, held0, held1 = 0.0, False, False
        for j in range(d):
            low, high = ends(x1, x2, j)
            held = (x[j] <= low and s[j] >= 0.0) or (x[j] >= high and s[j] <= 0.0)
            if j == 0:
                held0 = held
            else:
                held1 = held
            if not held:
                worst = max(worst, abs(s[j]))
        if worst < ROOT:
            return c, w_here, price, True
        if d == 1:
            if J[1, 1] <= 0.0:
                break
            step0, step1 = -s[0] / J[1, 1], 0.0
        elif held0 or held1:
            step0 = 0.0 if held0 else -s[0] / J[1, 1]
            step1 = 0.0 if held1 else -s[1] / J[2, 2]
        else:
            det = J[1, 1] * J[2, 2] - J[1, 2] * J[2, 1]
            if det <= 0.0:
                break
            step0 = -(s[0] * J[2, 2] - s[1] * J[1, 2]) / det
            step1 = -(s[1] * J[1, 1] - s[0] * J[2, 1]) / det
        low, high = ends(x1, x2, 0)
        x[0] = min(max(x[0] + step0, low), high)
        if d == 2:
            low, high = ends(x1, x2, 1)
            x[1] = min(max(x[1] + step1, low), high)
    return bracketed(ahead, b_next, state, bound, w, x, model, work)


@njit(**OPEN)
def bracketed(ahead, b_next, state, bound, w, x, model, work):
    """`portfolio` by bracketed Illinois steps, one coordinate after the other."""
    d, c_min = len(model.phi) - 1, model.least
    bonds, x1, x2 = ahead.axes
    cell = cell_at(bonds, b_next, find(bonds, b_next))
    s, k, cash = work.residuals, state.k, state.wealth - b_next / state.R
    c, w_here, price = 0.0, w, 0.0
    for _ in range(1 if d == 1 else MAX_STEPS):
        moved = 0.0
        for j in range(d):
            start, stay = x[j], k[0] if j == 0 else k[1] / (1.0 - k[0])
            a, b = ends(x1, x2, j)
            fa, fb, side = -np.inf, np.inf, 0
            for step in range(MAX_STEPS + 2):
                if step == 0:
                    x[j] = a
                elif step == 1:
                    x[j] = b
                elif np.isinf(fa) or np.isinf(fb):
                    x[j] = 0.5 * (a + b)
                else:
                    x[j] = (a * fb - b * fa) / (fb - fa)
                evaluate(ahead, cell, x, model, work)
                c, w_here, price = conditions(bound, w, cash, state, x, model, work)
                gap = s[j]
                if c <= c_min:
                    gap = np.inf if x[j] > stay else -np.inf
                if step == 0:
                    fa = gap
                    if gap >= 0.0:
                        break
                elif step == 1:
                    fb = gap
                    if gap <= 0.0:
                        break
                elif gap > 0.0:
                    b, fb = x[j], gap
                    fa *= 0.5 if side == -1 else 1.0
                    side = -1
                else:
                    a, fa = x[j], gap
                    fb *= 0.5 if side == 1 else 1.0
                    side = 1
                if step > 1 and (abs(gap) < ROOT or b - a < 1e-13):
                    break
            moved = max(moved, abs(x[j] - start))
        if moved < ROOT:
            break
    return c, w_here, price, c > c_min
