"""Compiled interpolation of values: cubic Hermite in bonds and in every capital coordinate.

Values are consumption equivalents W: the constant consumption worth as much (see `value`). A table
is (nz, Nb, Nk, 2^I): at every node W and its slopes; bit 0 of a column stands for the slope in
bonds, bit 1 and 2 for those in the capital coordinates, several bits for cross slopes. The
interpolant has continuous slopes, which a maximisation over (b', x') needs.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.numerics.compiled import borrow, hold, njit, ranged
from regspec.model.numerics.interpolation import find, locate


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


@njit(cache=True, error_model="numpy", inline="always")
def basis(t, h):
    """Cubic Hermite weights of (left, right) values and slopes, then their derivatives in x."""
    u = 1.0 - t
    return (
        u * u * (1.0 + 2.0 * t), t * t * (3.0 - 2.0 * t), h * t * u * u, -h * t * t * u,
        -6.0 * t * u / h, 6.0 * t * u / h, u * (1.0 - 3.0 * t), t * (3.0 * t - 2.0),
    )  # fmt: skip


@njit(cache=True, error_model="numpy", inline="always")
def _pair(row, p, q, bit, base, a, b, c, d):
    """Combine nodes p and q along one coordinate: values weigh a, b and slopes c, d."""
    return a * row[p, base] + b * row[q, base] + c * row[p, base + bit] + d * row[q, base + bit]


@njit(cache=True, error_model="numpy", forceinline=True)
def worth_at(worth, jb, wb, hb, x1, x2, x, d, cells, G):
    """W at (b', x) in bond cell jb at weight wb, its slopes into G (b', then coordinates).

    worth is the slab (Nb, Nk, 2^I) of a state's shock; d = I - 1.
    """
    A, B, C, D, dA, dB, dC, dD = basis(wb, hb)
    if d == 0:
        w0, w1, s0, s1 = worth[jb, 0, 0], worth[jb + 1, 0, 0], worth[jb, 0, 1], worth[jb + 1, 0, 1]
        G[0] = dA * w0 + dB * w1 + dC * s0 + dD * s1
        return A * w0 + B * w1 + C * s0 + D * s1
    low, high = worth[jb], worth[jb + 1]
    if d == 1:
        j = locate(x1, x[0], cells[0])
        cells[0] = j
        h = x1[j + 1] - x1[j]
        a, b, c, e, da, db, dc, de = basis((x[0] - x1[j]) / h, h)
        w0, w1 = _pair(low, j, j + 1, 2, 0, a, b, c, e), _pair(high, j, j + 1, 2, 0, a, b, c, e)
        s0, s1 = _pair(low, j, j + 1, 2, 1, a, b, c, e), _pair(high, j, j + 1, 2, 1, a, b, c, e)
        v0 = _pair(low, j, j + 1, 2, 0, da, db, dc, de)
        v1 = _pair(high, j, j + 1, 2, 0, da, db, dc, de)
        r0 = _pair(low, j, j + 1, 2, 1, da, db, dc, de)
        r1 = _pair(high, j, j + 1, 2, 1, da, db, dc, de)
        G[0] = dA * w0 + dB * w1 + dC * s0 + dD * s1
        G[1] = A * v0 + B * v1 + C * r0 + D * r1
        return A * w0 + B * w1 + C * s0 + D * s1
    i, j = locate(x1, x[0], cells[0]), locate(x2, x[1], cells[1])
    cells[0], cells[1] = i, j
    n2 = len(x2)
    h, g = x1[i + 1] - x1[i], x2[j + 1] - x2[j]
    s = basis((x[0] - x1[i]) / h, h)
    t = basis((x[1] - x2[j]) / g, g)
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
                    m, dm = s[corner + 2 * bit], s[4 + corner + 2 * bit]
                    v = _pair(row, p, p + 1, 4, base, t[0], t[1], t[2], t[3])
                    value += m * v
                    along_i += dm * v
                    along_j += m * _pair(row, p, p + 1, 4, base, t[4], t[5], t[6], t[7])
            total += u * value
            G[0] += du * value
            G[1] += u * along_i
            G[2] += u * along_j
    return total


@njit(cache=True, error_model="numpy", inline="always")
def felicity(c, gamma):
    """CRRA utility without its constant: c^(1 - gamma) / (1 - gamma), or ln c at gamma = 1."""
    return np.log(c) if gamma == 1.0 else c ** (1.0 - gamma) / (1.0 - gamma)


@njit(cache=True, error_model="numpy", inline="always")
def equivalent(u, gamma):
    """Consumption whose felicity is u."""
    return np.exp(u) if gamma == 1.0 else ((1.0 - gamma) * u) ** (1.0 / (1.0 - gamma))


@ranged
def to_power(first, last, values, gamma, inverse, out):
    """Felicity of values, or consumption equivalents of felicities, elementwise on 1-d arrays."""
    for i in range(first, last):
        out[i] = equivalent(values[i], gamma) if inverse else felicity(values[i], gamma)


@ranged
def evaluate_policies(first, last, worth, bonds, x1, x2, c, b_next, x_next, beta, gamma, out):
    """Value of one period of given policies: felicity (1 - beta) u(c) + beta u(W(b', x')).

    c and b_next are (nz, Nb, Nk), x_next (nz, Nb, Nk, I - 1); out is W, (nz, Nb, Nk).
    """
    _, nb, nk = c.shape
    d = x_next.shape[3]
    owned = (np.zeros(2, np.int64), np.empty(3), np.empty(2))
    cells, G, x = borrow(owned)
    worth, bonds, x1, x2, c = borrow((worth, bonds, x1, x2, c))
    b_next, x_next, out = borrow((b_next, x_next, out))
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                for j in range(d):
                    x[j] = x_next[zi, ib, ik, j]
                target = min(max(b_next[zi, ib, ik], bonds[0]), bonds[-1])
                jb = find(bonds, target)
                hb = bonds[jb + 1] - bonds[jb]
                ahead = worth_at(
                    worth[zi], jb, (target - bonds[jb]) / hb, hb, x1, x2, x, d, cells, G
                )
                u = (1.0 - beta) * felicity(c[zi, ib, ik], gamma) + beta * felicity(ahead, gamma)
                out[zi, ib, ik] = equivalent(u, gamma)
    hold(owned)


@njit(cache=True, error_model="numpy")
def blend(slab, bonds, x1, x2, b, x, out):
    """Multilinear interpolation of a slab (Nb, Nk, m) at one point of the grid's box."""
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
def read_at(first, last, values, bonds, x1, x2, b_next, x_next, out):
    """Multilinear reading of values (nz, Nb, Nk, m) at each state's own choice, into out."""
    _, nb, nk, _ = values.shape
    values, bonds, x1, x2 = borrow((values, bonds, x1, x2))
    b_next, x_next, out = borrow((b_next, x_next, out))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        for ib in range(nb):
            blend(
                values[zi], bonds, x1, x2, b_next[zi, ib, ik], x_next[zi, ib, ik], out[zi, ib, ik]
            )


@ranged
def read_worth(first, last, worth, bonds, x1, x2, zi, b, x, out):
    """W at n states: joint shock nodes zi (n,), bonds b (n,), coordinates x (n, I - 1)."""
    owned = (np.zeros(2, np.int64), np.empty(3))
    cells, G = borrow(owned)
    worth, bonds, x1, x2 = borrow((worth, bonds, x1, x2))
    zi, b, x, out = borrow((zi, b, x, out))
    for p in range(first, last):
        target = min(max(b[p], bonds[0]), bonds[-1])
        jb = find(bonds, target)
        hb = bonds[jb + 1] - bonds[jb]
        weight = (target - bonds[jb]) / hb
        out[p] = worth_at(worth[zi[p]], jb, weight, hb, x1, x2, x[p], x.shape[1], cells, G)
    hold(owned)


@ranged
def read_linear(first, last, values, bonds, x1, x2, zi, b, x, out):
    """Multilinear reading of values (nz, Nb, Nk, m) at n states; arguments as in `read_worth`."""
    values, bonds, x1, x2 = borrow((values, bonds, x1, x2))
    zi, b, x, out = borrow((zi, b, x, out))
    for p in range(first, last):
        blend(values[zi[p]], bonds, x1, x2, b[p], x[p], out[p])
