"""Compiled interpolation on the grids; see `compiled` for the cache."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.numerics.compiled import INNER, borrow, hold, njit, ranged


class Points(NamedTuple):
    """Points off the grid: bonds (n,), coordinates of capital (n, 2), exogenous ones (n, E)."""

    b: NDArray[np.float64]
    x: NDArray[np.float64]
    z: NDArray[np.float64]


class Readings(NamedTuple):
    """What is read there: values (n, columns); if inside the grid, if between regimes (n,)."""

    values: NDArray[np.float64]
    inside: NDArray[np.bool_]
    mixed: NDArray[np.bool_]


@njit(**INNER, inline="always")
def locate(nodes, x, j):
    """Cell j with nodes[j] <= x < nodes[j + 1], hunting from a guess; end cells extrapolate."""
    last = len(nodes) - 2
    j = min(max(j, 0), last)
    while j > 0 and x < nodes[j]:
        j -= 1
    while j < last and x >= nodes[j + 1]:
        j += 1
    return j


@njit(**INNER)
def find(nodes, x):
    """Cell of x by bisection; see `locate`."""
    low, high = 0, len(nodes) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if x >= nodes[middle]:
            low = middle
        else:
            high = middle
    return low


@njit(**INNER, forceinline=True)
def cell_at(nodes, x, j):
    """Cell j as the kernels take it: its number, the weight of its upper node at x, its width."""
    width = nodes[j + 1] - nodes[j]
    return j, (x - nodes[j]) / width, width


@njit(**INNER, inline="always")
def _second(a, b, c, xa, xb, xc):
    """Second divided difference of values a, b, c at xa < xb < xc."""
    return ((c - b) / (xc - xb) - (b - a) / (xb - xa)) / (xc - xa)


@ranged
def curvature(first, last, table, nodes, stride, offset, count, regime):
    """Write second divided differences along one coordinate into columns offset, offset + 1, ...

    table is (nz, Nb, Nk, columns), its first `count` columns values; the coordinate has `nodes`
    and neighbours `stride` apart on the Nk axis. A cell takes the mean of the differences at its
    two ends, an end cell its inner one, stored at its lower node. A cell with nodes of different
    regime (nz, Nb, Nk) among its stencil gets zero, hence linear interpolation: there the function
    may have a kink or a jump.
    """
    _, nb, nk, _ = table.shape
    n = len(nodes)
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                j = (ik // stride) % n
                for m in range(count):
                    table[zi, ib, ik, offset + m] = 0.0
                if j == n - 1:
                    continue
                first, last = max(j - 1, 0), min(j + 2, n - 1)
                base = ik - j * stride
                mixed = False
                for i in range(first, last):
                    here = regime[zi, ib, base + i * stride]
                    mixed |= here != regime[zi, ib, base + (i + 1) * stride]
                if mixed:
                    continue
                for m in range(count):
                    total = 0.0
                    for i in range(first + 1, last):
                        p = base + i * stride
                        total += _second(
                            table[zi, ib, p - stride, m],
                            table[zi, ib, p, m],
                            table[zi, ib, p + stride, m],
                            nodes[i - 1],
                            nodes[i],
                            nodes[i + 1],
                        )
                    table[zi, ib, ik, offset + m] = total / (last - first - 1)


@njit(**INNER)
def clamped(nodes, x):
    """Cell, weight and whether x lies in the range of the nodes; a single node has weight zero."""
    n = len(nodes)
    inner = min(max(x, nodes[0]), nodes[-1])
    ok = abs(inner - x) < 1e-9
    if n == 1:
        return 0, 0.0, ok
    j = find(nodes, inner)
    weight = (inner - nodes[j]) / (nodes[j + 1] - nodes[j])
    if weight > 1.0 - 1e-12:  # on the upper node: let the point use that node alone
        return min(j + 1, n - 1), 0.0, ok
    return j, (0.0 if weight < 1e-12 else weight), ok


@njit(**INNER)
def add_cell(row, status, axes, cell, share, reference, out):
    """Add share times the interpolant at (s, t) of capital cell (i, j); say if regimes differ.

    row is (Nk, columns) with values and their curvature along each coordinate, status (Nk,); cell
    is i, j, s, t.
    """
    _, x1, x2 = axes
    i, j, s, t = cell
    count, n2 = len(out), len(x2)
    if len(x1) == 1:
        for m in range(count):
            out[m] += share * row[0, m]
        return status[0] != reference
    h = x1[i + 1] - x1[i]
    bend_s = -s * (1.0 - s) * h * h
    p, q = i * n2 + j, (i + 1) * n2 + j
    if n2 == 1:
        for m in range(count):
            out[m] += share * ((1.0 - s) * row[p, m] + s * row[q, m] + bend_s * row[p, count + m])
        return (s < 1.0 and status[p] != reference) or (s > 0.0 and status[q] != reference)
    g = x2[j + 1] - x2[j]
    bend_t = -t * (1.0 - t) * g * g
    for m in range(count):
        out[m] += share * (
            (1.0 - s) * ((1.0 - t) * row[p, m] + t * row[p + 1, m])
            + s * ((1.0 - t) * row[q, m] + t * row[q + 1, m])
            + bend_s * ((1.0 - t) * row[p, count + m] + t * row[p + 1, count + m])
            + bend_t * ((1.0 - s) * row[p, 2 * count + m] + s * row[q, 2 * count + m])
        )
    mixed = s < 1.0 and (status[p] != reference or (t > 0.0 and status[p + 1] != reference))
    if s > 0.0:
        mixed |= status[q] != reference or (t > 0.0 and status[q + 1] != reference)
    return mixed


@ranged
def interpolate(first, last, axes, exogenous, values, regime, points, out):
    """Interpolate values (nz, Nb, Nk, columns) at `Points`, clamped to the grid, into `Readings`.

    Linear in bonds and in the exogenous coordinates (a tuple of node arrays, last one fastest on
    the nz axis), quadratic in capital by the curvature columns. `inside` is False where a
    coordinate was clamped; `mixed` is True where the nodes that carry weight differ in regime.
    """
    dims = len(exogenous)
    owned = (np.empty(dims, np.int64), np.empty(dims))
    cell, weight = borrow(owned)
    axes, exogenous, values, regime = borrow((axes, exogenous, values, regime))
    bonds, x1, x2 = axes
    b, x, z = borrow(points)
    read, inside, mixed = borrow(out)
    for p in range(first, last):
        bp = min(max(b[p], bonds[0]), bonds[-1])
        jb = find(bonds, bp)
        wb = (bp - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
        ok = abs(bp - b[p]) < 1e-9
        xp, xq = x[p, 0], x[p, 1]
        i = j = 0
        s = t = 0.0
        if len(x1) > 1:
            xp = min(max(xp, x1[0]), x1[-1])
            i = find(x1, xp)
            s = (xp - x1[i]) / (x1[i + 1] - x1[i])
            ok &= abs(xp - x[p, 0]) < 1e-9
        if len(x2) > 1:
            xq = min(max(xq, x2[0]), x2[-1])
            j = find(x2, xq)
            t = (xq - x2[j]) / (x2[j + 1] - x2[j])
            ok &= abs(xq - x[p, 1]) < 1e-9
        for e in range(dims):
            cell[e], weight[e], fine = clamped(exogenous[e], z[p, e])
            ok &= fine
        inside[p], mixed[p] = ok, False
        read[p, :] = 0.0
        reference = np.int8(-1)
        for corner in range(1 << dims):
            share, zi = 1.0, 0
            for e in range(dims):
                up = (corner >> e) & 1
                share *= weight[e] if up else 1.0 - weight[e]
                zi = zi * len(exogenous[e]) + min(cell[e] + up, len(exogenous[e]) - 1)
            if share == 0.0:
                continue
            for side in range(2):
                part = share * (wb if side else 1.0 - wb)
                if part == 0.0:
                    continue
                if reference < 0:
                    reference = regime[zi, jb + side, i * len(x2) + j]
                row, status = values[zi, jb + side], regime[zi, jb + side]
                mixed[p] |= add_cell(row, status, axes, (i, j, s, t), part, reference, read[p])
    hold(owned)
