"""Compiled interpolation of values: cubic Hermite in bonds and in every capital coordinate.

Values are consumption equivalents W: the constant consumption worth as much (see `value`). A table
is (nz, Nb, Nk, 2^I): at every node W and its slopes; bit 0 of a column stands for the slope in
bonds, bit 1 and 2 for those in the capital coordinates, several bits for cross slopes. The
interpolant has continuous slopes, which a maximisation over (b', x') needs.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.numerics.compiled import INNER, borrow, hold, njit, ranged
from regspec.model.numerics.interpolation import cell_at, find, locate


@ranged
def bond_slopes(first, last, values, nodes, out):
    """Slopes of values (nz, Nb, Nk) along bonds, zero where a monotone function could overshoot.

    Parabolic through three nodes, limited to three times the smaller neighbouring difference
    where the function rises on both sides (Fritsch and Carlson 1980).
    """
    _, nb, nk = values.shape
    for zi in range(first, last):
        for ik in range(nk):
            for ib in range(nb):
                j = min(max(ib, 1), nb - 2)
                h, g = nodes[j] - nodes[j - 1], nodes[j + 1] - nodes[j]
                left = (values[zi, j, ik] - values[zi, j - 1, ik]) / h
                right = (values[zi, j + 1, ik] - values[zi, j, ik]) / g
                bend = (right - left) / (h + g)
                if ib == 0:
                    slope, low, high = left - bend * h, left, left
                elif ib == nb - 1:
                    slope, low, high = right + bend * g, right, right
                else:
                    slope, low, high = left + bend * h, left, right
                if low > 0.0 and high > 0.0:
                    slope = min(max(slope, 0.0), 3.0 * min(low, high))
                out[zi, ib, ik] = slope


@njit(**INNER, inline="always")
def basis(t, h):
    """Cubic Hermite weights of (left, right) values and slopes, and their derivatives in x."""
    u = 1.0 - t
    weights = (u * u * (1.0 + 2.0 * t), t * t * (3.0 - 2.0 * t), h * t * u * u, -h * t * t * u)
    return weights, (-6.0 * t * u / h, 6.0 * t * u / h, u * (1.0 - 3.0 * t), t * (3.0 * t - 2.0))


@njit(**INNER, inline="always")
def _pair(row, p, q, bit, base, weights):
    """Combine nodes p and q along one coordinate: weights of their values, then of their slopes."""
    a, b, c, d = weights
    return a * row[p, base] + b * row[q, base] + c * row[p, base + bit] + d * row[q, base + bit]


@njit(**INNER, forceinline=True)
def worth_at(worth, axes, cell, x, d, cells, G):
    """W at (b', x), with b' given by its `cell_at`; its slopes into G (b', then coordinates).

    worth is the slab (Nb, Nk, 2^I) of a state's shock; d = I - 1.
    """
    _, x1, x2 = axes
    jb, wb, hb = cell
    (A, B, C, D), (dA, dB, dC, dD) = basis(wb, hb)
    if d == 0:
        w0, w1, s0, s1 = worth[jb, 0, 0], worth[jb + 1, 0, 0], worth[jb, 0, 1], worth[jb + 1, 0, 1]
        G[0] = dA * w0 + dB * w1 + dC * s0 + dD * s1
        return A * w0 + B * w1 + C * s0 + D * s1
    low, high = worth[jb], worth[jb + 1]
    if d == 1:
        j = locate(x1, x[0], cells[0])
        cells[0] = j
        h = x1[j + 1] - x1[j]
        s, ds = basis((x[0] - x1[j]) / h, h)
        w0, w1 = _pair(low, j, j + 1, 2, 0, s), _pair(high, j, j + 1, 2, 0, s)
        s0, s1 = _pair(low, j, j + 1, 2, 1, s), _pair(high, j, j + 1, 2, 1, s)
        v0, v1 = _pair(low, j, j + 1, 2, 0, ds), _pair(high, j, j + 1, 2, 0, ds)
        r0, r1 = _pair(low, j, j + 1, 2, 1, ds), _pair(high, j, j + 1, 2, 1, ds)
        G[0] = dA * w0 + dB * w1 + dC * s0 + dD * s1
        G[1] = A * v0 + B * v1 + C * r0 + D * r1
        return A * w0 + B * w1 + C * s0 + D * s1
    i, j = locate(x1, x[0], cells[0]), locate(x2, x[1], cells[1])
    cells[0], cells[1] = i, j
    n2 = len(x2)
    h, g = x1[i + 1] - x1[i], x2[j + 1] - x2[j]
    s, ds = basis((x[0] - x1[i]) / h, h)
    t, dt = basis((x[1] - x2[j]) / g, g)
    total = G[0] = G[1] = G[2] = 0.0
    for side in range(2):
        row = worth[jb + side]
        for slope in range(2):
            u = (A, B)[side] if slope == 0 else (C, D)[side]
            du = (dA, dB)[side] if slope == 0 else (dC, dD)[side]
            value = along_i = along_j = 0.0
            for corner in range(2):
                p = (i + corner) * n2 + j
                for bit in range(2):
                    base = slope + 2 * bit
                    m, dm = s[corner + 2 * bit], ds[corner + 2 * bit]
                    v = _pair(row, p, p + 1, 4, base, t)
                    value += m * v
                    along_i += dm * v
                    along_j += m * _pair(row, p, p + 1, 4, base, dt)
            total += u * value
            G[0] += du * value
            G[1] += u * along_i
            G[2] += u * along_j
    return total


@njit(**INNER, inline="always")
def felicity(c, gamma):
    """CRRA utility without its constant: c^(1 - gamma) / (1 - gamma), or ln c at gamma = 1."""
    return np.log(c) if gamma == 1.0 else c ** (1.0 - gamma) / (1.0 - gamma)


@njit(**INNER, inline="always")
def equivalent(u, gamma):
    """Consumption whose felicity is u."""
    return np.exp(u) if gamma == 1.0 else ((1.0 - gamma) * u) ** (1.0 / (1.0 - gamma))


@ranged
def to_power(first, last, values, gamma, inverse, out):
    """Felicity of values, or consumption equivalents of felicities, elementwise on 1-d arrays."""
    for i in range(first, last):
        out[i] = equivalent(values[i], gamma) if inverse else felicity(values[i], gamma)


@ranged
def evaluate_policies(first, last, worth, axes, c, choice, model, out):
    """Value of one period of given policies: felicity (1 - beta) u(c) + beta u(W(b', x')).

    c is (nz, Nb, Nk), choice a `kernels.Choice`; out is W, (nz, Nb, Nk).
    """
    _, nb, nk = c.shape
    beta, gamma, d = model.beta, model.gamma, choice.x.shape[3]
    owned = (np.zeros(2, np.int64), np.empty(3), np.empty(2))
    cells, G, x = borrow(owned)
    worth, axes, c, (b_next, x_next, _), out = borrow((worth, axes, c, choice, out))
    bonds = axes.bonds
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                for j in range(d):
                    x[j] = x_next[zi, ib, ik, j]
                target = min(max(b_next[zi, ib, ik], bonds[0]), bonds[-1])
                cell = cell_at(bonds, target, find(bonds, target))
                ahead = worth_at(worth[zi], axes, cell, x, d, cells, G)
                u = (1.0 - beta) * felicity(c[zi, ib, ik], gamma) + beta * felicity(ahead, gamma)
                out[zi, ib, ik] = equivalent(u, gamma)
    hold(owned)


@njit(**INNER)
def blend(slab, axes, b, x, out):
    """Multilinear interpolation of a slab (Nb, Nk, m) at one point of the grid's box."""
    bonds, x1, x2 = axes
    d = len(x)
    jb = find(bonds, min(max(b, bonds[0]), bonds[-1]))
    wb = min(max((b - bonds[jb]) / (bonds[jb + 1] - bonds[jb]), 0.0), 1.0)
    i, j, s, t = 0, 0, 0.0, 0.0
    if d > 0:
        i = find(x1, x[0])
        s = (x[0] - x1[i]) / (x1[i + 1] - x1[i])
    if d > 1:
        j = find(x2, x[1])
        t = (x[1] - x2[j]) / (x2[j + 1] - x2[j])
    out[:] = 0.0
    for corner in range(1 << (1 + d)):
        up, right, far = corner & 1, (corner >> 1) & 1, (corner >> 2) & 1
        share = wb if up else 1.0 - wb
        if d > 0:
            share *= s if right else 1.0 - s
        if d > 1:
            share *= t if far else 1.0 - t
        if share == 0.0:
            continue
        node = (i + right) * len(x2) + j + far if d > 0 else 0
        for m in range(len(out)):
            out[m] += share * slab[jb + up, node, m]


@ranged
def read_at(first, last, values, axes, b_next, x_next, out):
    """Multilinear reading of values (nz, Nb, Nk, m) at each state's own choice, into out."""
    _, nb, nk, _ = values.shape
    values, axes, b_next, x_next, out = borrow((values, axes, b_next, x_next, out))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        for ib in range(nb):
            blend(values[zi], axes, b_next[zi, ib, ik], x_next[zi, ib, ik], out[zi, ib, ik])


@ranged
def read_worth(first, last, worth, axes, zi, b, x, out):
    """W at n states: joint shock nodes zi (n,), bonds b (n,), coordinates x (n, I - 1)."""
    owned = (np.zeros(2, np.int64), np.empty(3))
    cells, G = borrow(owned)
    worth, axes, zi, b, x, out = borrow((worth, axes, zi, b, x, out))
    bonds = axes.bonds
    for p in range(first, last):
        target = min(max(b[p], bonds[0]), bonds[-1])
        cell = cell_at(bonds, target, find(bonds, target))
        out[p] = worth_at(worth[zi[p]], axes, cell, x[p], x.shape[1], cells, G)
    hold(owned)


@ranged
def read_linear(first, last, values, axes, zi, b, x, out):
    """Multilinear reading of values (nz, Nb, Nk, m) at n states; arguments as in `read_worth`."""
    values, axes, zi, b, x, out = borrow((values, axes, zi, b, x, out))
    for p in range(first, last):
        blend(values[zi[p]], axes, b[p], x[p], out[p])
