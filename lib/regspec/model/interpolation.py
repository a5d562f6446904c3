"""Compiled interpolation on the grids; see `compiled` for the cache."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from regspec.model.compiled import njit, prange


@njit(cache=True, error_model="numpy", inline="always")
def locate(nodes, x, j):
    """Cell j with nodes[j] <= x < nodes[j + 1], hunting from a guess; end cells extrapolate."""
    last = len(nodes) - 2
    j = min(max(j, 0), last)
    while j > 0 and x < nodes[j]:
        j -= 1
    while j < last and x >= nodes[j + 1]:
        j += 1
    return j


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy", parallel=True)
def curvature(table, capital, regime):
    """Fill the second half of the columns with second divided differences in k of the first.

    A cell takes the mean of the differences at its two ends, an end cell its inner one. table is
    (nz, Nb, Nk, 2m). A cell with nodes of different regime (nz, Nb, Nk) among its stencil gets
    zero, hence linear interpolation: there the function may have a kink or a jump.
    """
    nz, nb, nk, columns = table.shape
    half = columns // 2
    for zi in prange(nz):
        for ib in range(nb):
            for j in range(nk - 1):
                first, last = max(j - 1, 0), min(j + 2, nk - 1)
                mixed = False
                for i in range(first, last):
                    mixed |= regime[zi, ib, i] != regime[zi, ib, i + 1]
                for m in range(half):
                    total, count = 0.0, 0
                    for i in range(first + 1, last):
                        left = (table[zi, ib, i, m] - table[zi, ib, i - 1, m]) / (
                            capital[i] - capital[i - 1]
                        )
                        right = (table[zi, ib, i + 1, m] - table[zi, ib, i, m]) / (
                            capital[i + 1] - capital[i]
                        )
                        total += (right - left) / (capital[i + 1] - capital[i - 1])
                        count += 1
                    table[zi, ib, j, half + m] = 0.0 if mixed else total / count


@njit(cache=True, error_model="numpy", parallel=True)
def interpolate(bonds, capital, log_z1, log_z2, values, regime, b, k, z1, z2, out, inside, mixed):
    """Interpolate values (n1, n2, Nb, Nk, 2m) at n points, clamped to the grid.

    Linear in bonds and log productivity, quadratic in capital by the curvature in the second half
    of the columns. Points are b, k, z1, z2 of shape (n,), out is (n, m). inside is False where a
    coordinate was clamped; mixed is True where the surrounding nodes differ in regime.
    """
    half = values.shape[-1] // 2
    for p in prange(len(b)):
        bp = min(max(b[p], bonds[0]), bonds[-1])
        kp = min(max(k[p], capital[0]), capital[-1])
        jb, jk = find(bonds, bp), find(capital, kp)
        wb = (bp - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
        width = capital[jk + 1] - capital[jk]
        wk = (kp - capital[jk]) / width
        bend = -wk * (1.0 - wk) * width * width
        j1, w1, ok1 = clamped(log_z1, z1[p])
        j2, w2, ok2 = clamped(log_z2, z2[p])
        inside[p] = ok1 and ok2 and abs(bp - b[p]) < 1e-9 and abs(kp - k[p]) < 1e-9
        mixed[p] = False
        reference = regime[j1, j2, jb, jk]
        for f in range(half):
            out[p, f] = 0.0
        for d1 in range(2 if w1 > 0.0 else 1):
            for d2 in range(2 if w2 > 0.0 else 1):
                weight = (w1 if d1 else 1.0 - w1) * (w2 if d2 else 1.0 - w2)
                for d3 in range(2):
                    share = weight * (wb if d3 else 1.0 - wb)
                    row = values[j1 + d1, j2 + d2, jb + d3]
                    for d4 in range(2):
                        here = regime[j1 + d1, j2 + d2, jb + d3, jk + d4]
                        mixed[p] |= here != reference
                    for f in range(half):
                        out[p, f] += share * (
                            (1.0 - wk) * row[jk, f] + wk * row[jk + 1, f] + bend * row[jk, half + f]
                        )


@njit(cache=True, error_model="numpy")
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
