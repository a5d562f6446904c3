"""Markov chains for vector autoregressions by Tauchen and Hussey's quadrature (1991).

The nodes are those of a Gauss-Hermite rule for the INNOVATION, y = L z with L the lower Cholesky
factor of its covariance: the first variable takes `count` values, the second takes new ones for
each of them. The transition from y_i to y_j is the quadrature weight of j times the ratio of the
conditional density to the weighting density, rows normalised:

    P_ij  proportional to  w_j phi(y_j - A y_i) / phi(y_j),   phi the N(0, V) density.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model.economy.shocks import stationary_distribution

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkovChain:
    """A Markov chain on vectors.

    Attributes
    ----------
    nodes : array, shape (n, m)
        Values of the m variables at each of the n states, deviations from their means.
    transition : array, shape (n, n)
        Row-stochastic transition matrix.
    row_sums : array, shape (n,)
        What the rows summed to before they were normalised; far from 1 where the quadrature
        does not reach the conditional density.
    """

    nodes: Array
    transition: Array
    row_sums: Array

    @property
    def stationary(self) -> Array:
        """Stationary distribution, shape (n,)."""
        return stationary_distribution(self.transition)

    @property
    def covariance(self) -> Array:
        """Stationary covariance of the variables, shape (m, m)."""
        weight = self.stationary
        deviation = self.nodes - weight @ self.nodes
        return np.asarray(deviation.T @ (weight[:, None] * deviation))


def tauchen_hussey(persistence: ArrayLike, covariance: ArrayLike, count: int) -> MarkovChain:
    """Discretise y' = A y + e, e ~ N(0, V), on `count` nodes per variable.

    Parameters
    ----------
    persistence : array, shape (m, m)
        A: row i is the equation of variable i.
    covariance : array, shape (m, m)
        V, symmetric and positive definite.
    count : int
        Gauss-Hermite nodes per variable; the chain has count**m states, the first variable
        fastest.

    Returns
    -------
    MarkovChain

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.
    """
    a, v = np.asarray(persistence, float), np.asarray(covariance, float)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"count is {count!r}; allowed: a whole number >= 1")
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not np.isfinite(a).all():
        raise ValueError(f"persistence has shape {a.shape}; allowed: a square matrix of numbers")
    if np.abs(np.linalg.eigvals(a)).max() >= 1:
        raise ValueError(
            f"persistence has spectral radius {np.abs(np.linalg.eigvals(a)).max():.4g}; allowed: "
            "below 1, so that the process is stationary"
        )
    if v.shape != a.shape or not np.allclose(v, v.T) or np.linalg.eigvalsh(v).min() <= 0:
        raise ValueError(
            f"covariance is {v.tolist()!r}; allowed: symmetric, positive definite, shape {a.shape}"
        )
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    mesh = np.meshgrid(*([points] * len(a)), indexing="ij")
    shares = np.meshgrid(*([weights / weights.sum()] * len(a)), indexing="ij")
    # C order has the last axis fastest: reversed, the first variable is.
    z = np.stack([axis.ravel() for axis in mesh[::-1]], axis=-1)
    weight = np.prod([axis.ravel() for axis in shares], axis=0)
    nodes = z @ np.linalg.cholesky(v).T
    precision = np.linalg.inv(v)
    surprise = nodes[None] - (nodes @ a.T)[:, None]
    distance = np.einsum("ijk,kl,ijl->ij", surprise, precision, surprise)
    base = np.einsum("jk,kl,jl->j", nodes, precision, nodes)
    raw = weight * np.exp((base[None] - distance) / 2)
    sums = raw.sum(axis=1)
    return MarkovChain(nodes=nodes, transition=raw / sums[:, None], row_sums=sums)
