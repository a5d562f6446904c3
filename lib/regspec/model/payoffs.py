"""Compiled assembly of expectations: payoffs of every state, and the columns a sweep reads."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from regspec.model.compiled import ranged


@ranged
def payoffs(first, last, c, q, mu, k_next, returns, tax, theta, allocation, phi, gamma, out):
    """u'(c) and u'(c) times the payoff of a unit of capital, per industry: the terms of (12).

    c, q and mu are (nz, Nb, Nk), k_next and tax (nz, Nb, Nk, I), returns (nz, Nk, I), theta (nz,);
    out is (1 + I, nz, Nb, Nk). A tax of size zero means none. mu = eta / u'(c), so the collateral
    service theta q eta is u'(c) theta q mu.
    """
    _, nb, nk = c.shape
    n = len(phi)
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                marginal = c[zi, ib, ik] ** -gamma
                base = q[zi, ib, ik] * (1.0 + theta[zi] * mu[zi, ib, ik])
                out[0, zi, ib, ik] = marginal
                for i in range(n):
                    move = k_next[zi, ib, ik, i] / allocation[ik, i]
                    earned = returns[zi, ik, i]
                    if tax.size > 0:
                        earned *= 1.0 + tax[zi, ib, ik, i]
                    saved = 0.5 * phi[i] * (1.0 - move * move)
                    out[i + 1, zi, ib, ik] = marginal * (base + earned - saved)


@ranged
def certainty_equivalents(first, last, expected, gamma, table):
    """CE and V_i from expected payoffs (1 + I, nz, Nb, Nk) into table (nz, Nb, Nk, columns)."""
    count, _, nb, nk = expected.shape
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                marginal = expected[0, zi, ib, ik]
                table[zi, ib, ik, 0] = marginal ** (-1.0 / gamma)
                for m in range(1, count):
                    table[zi, ib, ik, m] = expected[m, zi, ib, ik] / marginal


@ranged
def shares(first, last, x, out):
    """Capital shares (nz, Nb, Nk, I) at coordinates (nz, Nb, Nk, I - 1)."""
    _, nb, nk, d = x.shape
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                rest = 1.0
                for j in range(d):
                    out[zi, ib, ik, j] = rest * x[zi, ib, ik, j]
                    rest *= 1.0 - x[zi, ib, ik, j]
                out[zi, ib, ik, d] = rest
