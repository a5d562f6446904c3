"""Compiled slopes of the planner's maximised objective in today's state: (21) and the envelope."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from regspec.model.compiled import borrow, hold, njit, ranged
from regspec.model.kernels import BOUND
from regspec.model.planner_bonds import gap_at, held_bonds, objective
from regspec.model.portfolio import _shift, workspace

# Slopes of the gap below this count as a tangency, where the envelope has no slope.
STEEP = 1e-3
# Half-width of differences, in wealth over consumption and in coordinates.
WIDTH = 1e-5


@njit(cache=True, error_model="numpy")
def envelope(
    slab, worth, bonds, x1, x2, b_next, wealth, k, here, earned, R, R_theta, bound, phi, params,
    x, work, G, out,
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
    # The slope in b' does not see the tilt, which is linear in x'.
    _, slope = objective(worth, bonds, x1, x2, b_next, c, R, params, np.zeros(n - 1), x, work, G)
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
def held_slope(
    slab, worth, bonds, x1, x2, b_next, db, wealth, dw, k, dk, R, R_theta, phi, params, tilt, guess,
    x, work, G,
):  # fmt: skip
    """Slopes of objective and gap along (db, dw, dk), capital held by (12); NaN at an edge."""
    total, gap, held = 0.0, 0.0, np.empty(len(k))
    for side in range(2):
        h = WIDTH if side else -WIDTH
        for j in range(len(guess)):
            x[j] = guess[j]
        for i in range(len(k)):
            held[i] = k[i] + h * dk[i]
        f, g, _, _, _ = held_bonds(
            slab, worth, bonds, x1, x2, b_next + h * db, wealth + h * dw, held, R, R_theta,
            phi, params, tilt, x, work, G,
        )  # fmt: skip
        total += f / (2.0 * h)
        gap += g / (2.0 * h)
    return total, gap


@njit(cache=True, error_model="numpy")
def held_envelope(
    slab, worth, bonds, x1, x2, b_next, wealth, k, here, earned, R, R_theta, bound, phi, params,
    tilt, guess, x, work, G, out,
):  # fmt: skip
    """`envelope` with capital held by (12), by differences: k' moves with today's state too.

    tilt is that of the objective, because k' moves along it.
    """
    n, still = len(phi), np.zeros(len(phi))
    eta = 0.0
    if bound:
        slope, gap_slope = held_slope(
            slab, worth, bonds, x1, x2, b_next, 1.0, wealth, 0.0, k, still, R, R_theta, phi, params,
            tilt, guess, x, work, G,
        )  # fmt: skip
        eta = max(0.0, -slope / gap_slope) if abs(gap_slope) > STEEP else 0.0
    for axis in range(n):
        dk, dw = still.copy(), 1.0
        if axis > 0:
            dw = earned[axis - 1]
            for i in range(n):
                dk[i] = _shift(k, here, i, axis - 1)
        total, gap = held_slope(
            slab, worth, bonds, x1, x2, b_next, 0.0, wealth, dw, k, dk, R, R_theta, phi, params,
            tilt, guess, x, work, G,
        )  # fmt: skip
        out[axis] = total + (eta * gap if bound else 0.0)
        if not np.isfinite(out[axis]):
            out[axis] = 0.0
    return eta


@ranged
def envelope_sweep(
    first, last,
    table, worth, bonds, x1, x2, allocation, nodes, output, earned, R_theta, R, b_next, x_next,
    status, held, phi, params, tilt, slopes, shadow,
):  # fmt: skip
    """Envelope at every state of given choices, into slopes (nz, Nb, Nk, I); eta into shadow."""
    _, nb, nk, _ = table.shape
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1), np.empty(3))
    work, x, G = borrow(owned)
    table, worth, bonds, x1, x2 = borrow((table, worth, bonds, x1, x2))
    allocation, nodes, output, earned = borrow((allocation, nodes, output, earned))
    R_theta, R, b_next, x_next, status = borrow((R_theta, R, b_next, x_next, status))
    tilt, slopes, shadow = borrow((tilt, slopes, shadow))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            if held:
                shadow[zi, ib, ik] = held_envelope(
                    table[zi], worth[zi], bonds, x1, x2, b_next[zi, ib, ik],
                    output[zi, ik] + bonds[ib], allocation[ik], nodes[ik], earned[zi, ik], R[zi],
                    R_theta[zi], status[zi, ib, ik] == BOUND, phi, params, tilt[zi, ib, ik],
                    x_next[zi, ib, ik], x, work, G, slopes[zi, ib, ik],
                )  # fmt: skip
                continue
            shadow[zi, ib, ik] = envelope(
                table[zi], worth[zi], bonds, x1, x2, b_next[zi, ib, ik],
                output[zi, ik] + bonds[ib], allocation[ik], nodes[ik], earned[zi, ik], R[zi],
                R_theta[zi], status[zi, ib, ik] == BOUND, phi, params, x, work, G,
                slopes[zi, ib, ik],
            )  # fmt: skip
    hold(owned)
