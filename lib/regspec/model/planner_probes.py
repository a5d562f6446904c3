"""Compiled readings at given choices: what households face there, and the set of feasible debt."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import borrow, hold, ranged
from regspec.model.planner_bonds import gap_at
from regspec.model.portfolio import workspace


@ranged
def private_conditions(
    first, last, table, bonds, x1, x2, allocation, output, R, b_next, x_next, phi, params, out
):  # fmt: skip
    """What households face at every state of given choices, into out (nz, Nb, Nk, 1 + I).

    Column 0 is w = beta E u'(c') / u'(c), the others are the charges w V_i - phi2_i - q per unit
    of next capital at which they would hold it, with q the share-weighted average (15).
    """
    _, nb, nk, _ = table.shape
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, R, b_next, x_next, out = borrow((output, R, b_next, x_next, out))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        k = allocation[ik]
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            wealth = output[zi, ik] + bonds[ib]
            _, _, price, w = gap_at(
                table[zi], bonds, x1, x2, b_next[zi, ib, ik], wealth, k, R[zi], -1.0, phi, params,
                x, work,
            )  # fmt: skip
            out[zi, ib, ik, 0] = w
            for i in range(n):
                out[zi, ib, ik, 1 + i] = w * work[0][i + 1] - work[3][i] - price
    hold(owned)


@ranged
def limit_scan(
    first, last,
    table, bonds, x1, x2, allocation, output, index, R_theta, R, b_next, x_next, bound, phi,
    params, step, count, margin,
):  # fmt: skip
    """Pieces of the feasible set of b' at sampled states, k' as chosen; slope of the gap there.

    index is (n, 3) as in `kernels.scan_static`; count the number of intervals of b' on the grid
    whose price supports them; margin is 1 + R theta dq/db' at the choice where that is bound.
    """
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, index, R_theta, R, b_next = borrow((output, index, R_theta, R, b_next))
    x_next, bound, count, margin = borrow((x_next, bound, count, margin))
    for p in range(first, last):
        zi, ib, ik = index[p]
        k = allocation[ik]
        for j in range(n - 1):
            x[j] = x_next[zi, ib, ik, j]
        wealth, own = output[zi, ik] + bonds[ib], b_next[zi, ib, ik]
        previous, pieces = -1.0, 0
        for jb in range(len(bonds)):
            gap = gap_at(
                table[zi], bonds, x1, x2, bonds[jb], wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
            if gap >= 0.0 and previous < 0.0:
                pieces += 1
            previous = gap
        count[p], margin[p] = pieces, np.nan
        if bound[zi, ib, ik]:
            high = gap_at(
                table[zi], bonds, x1, x2, own + step, wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
            low = gap_at(
                table[zi], bonds, x1, x2, own - step, wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
            margin[p] = (high - low) / (2.0 * step)
    hold(owned)
