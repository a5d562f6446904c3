"""Industry shares of zones with given concentration that add up to given national shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Composition", "rake", "solve_shares"]

Array = NDArray[np.float64]

_SIGMA_STEP = 0.3  # larger steps in sigma overshoot what mu and lambda make of them


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """Solution of :func:`solve_shares`.

    Attributes
    ----------
    shares : ndarray, shape (C, I)
        Rows sum to one.
    temperature : ndarray, shape (C,)
        Lambda of every zone.
    profile : ndarray, shape (I,)
        Mu of every industry.
    scale : float
        Sigma.
    iterations : int
    error : float
        Largest deviation left: of a Gini, or of a log national share.
    """

    shares: Array
    temperature: Array
    profile: Array
    scale: float
    iterations: int
    error: float


def solve_shares(
    advantage: Array,
    *,
    gini: Array,
    national: Array,
    income: Array,
    start: Composition | None = None,
    tolerance: float = 1e-6,
    limit: int = 1000,
) -> Composition:
    r"""Find shares :math:`s_{ci} \propto \exp(\lambda_c (\mu_i + \sigma r_{ci}))`.

    Three conditions hold together: every zone has its Gini (sets lambda), income-weighted shares
    are the national ones (sets mu), and lambda has mean one (sets sigma). Each iteration takes a
    Newton step in log lambda, a scaled one in mu and a damped one in sigma.

    Parameters
    ----------
    advantage : ndarray, shape (C, I)
        r, of unit variance.
    gini : ndarray, shape (C,)
        Wanted Gini of each zone, in (0, 1 - 1/I).
    national : ndarray, shape (I,)
        Wanted national shares, positive, summing to one.
    income : ndarray, shape (C,)
        Weights of the zones.
    start : Composition, optional
        Solution of a problem close by.
    tolerance, limit
        Largest deviation allowed, and number of iterations.

    Raises
    ------
    RuntimeError
        No solution within the limit; the message says what is left.
    """
    weight = income / income.sum()
    log_lambda = np.zeros(len(gini)) if start is None else np.log(start.temperature)
    mu = np.log(national) if start is None else start.profile.copy()
    sigma = 0.6 if start is None else start.scale
    error = np.inf
    for iteration in range(1, limit + 1):
        temperature = np.exp(log_lambda)
        exponent = temperature[:, None] * (mu + sigma * advantage)
        shares = _softmax(exponent)
        value, slope = _gini(shares, exponent)
        nation = weight @ shares
        gap = np.log(national / nation)
        drift = float(np.log(np.mean(temperature)))
        error = float(max(np.abs(value - gini).max(), np.abs(gap).max(), abs(drift)))
        if error < tolerance:
            return Composition(
                shares=shares,
                temperature=temperature,
                profile=mu,
                scale=sigma,
                iterations=iteration,
                error=error,
            )
        step = (gini - value) / np.maximum(slope, 0.1 * gini)
        log_lambda = log_lambda + np.clip(step, -0.3, 0.3)
        # Where a large zone is hot, its industries answer to mu more than one for one.
        mu = mu + gap * nation / ((weight * temperature) @ shares)
        sigma *= float(np.exp(_SIGMA_STEP * drift))
    raise RuntimeError(
        f"industry shares did not settle in {limit} iterations: {error:.1e} left, wanted "
        f"{tolerance:.0e}. The wanted Ginis run from {gini.min():.2f} to {gini.max():.2f}; check "
        "that their mean is above the Gini of the national shares"
    )


def rake(matrix: Array, rows: Array, columns: Array, *, tolerance: float = 1e-10) -> Array:
    """Scale rows and columns of a positive matrix until it has the wanted sums.

    Parameters
    ----------
    matrix : ndarray, shape (C, I)
    rows, columns : ndarray, shapes (C,), (I,)
        Wanted sums; both must have the same total.
    tolerance : float
        Largest relative deviation of a sum of columns; rows are exact.

    Raises
    ------
    RuntimeError
        Not reached in 1,000 rounds.
    """
    out = matrix.astype(float)
    for _ in range(1000):
        out *= (columns / out.sum(axis=0))[None, :]
        out *= (rows / out.sum(axis=1))[:, None]
        if np.abs(out.sum(axis=0) / columns - 1.0).max() < tolerance:
            return out
    raise RuntimeError(
        "raking did not settle in 1,000 rounds: rows and columns must have one total, they have "
        f"{rows.sum():.6g} and {columns.sum():.6g}"
    )


def _softmax(x: Array) -> Array:
    x = x - x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    return x / x.sum(axis=1, keepdims=True)


def _gini(shares: Array, exponent: Array) -> tuple[Array, Array]:
    """Gini of rows that sum to one, and its slope in the log of the temperature.

    The first equals :func:`regspec.measures.gini`. Ranks stay as they are when the temperature
    changes a little, so that only the shares have a derivative.
    """
    count = shares.shape[1]
    order = np.argsort(shares, axis=1)
    rank = np.empty(shares.shape)
    np.put_along_axis(rank, order, np.arange(1.0, count + 1.0)[None, :], axis=1)
    change = shares * (exponent - (shares * exponent).sum(axis=1, keepdims=True))
    value = (2.0 * (rank * shares).sum(axis=1) - (count + 1)) / count
    return value, 2.0 * (rank * change).sum(axis=1) / count
