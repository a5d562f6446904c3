"""Productivity processes: equation (7) on Markov chains by Tauchen's method."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from regspec.parameters import Calibration

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shocks:
    """Independent Markov chains of productivity, one per industry.

    Attributes
    ----------
    nodes : tuple of array, shape (n_i,)
        Productivity LEVELS, increasing.
    transition : tuple of array, shape (n_i, n_i)
        Row-stochastic transition matrices.
    """

    nodes: tuple[Array, ...]
    transition: tuple[Array, ...]

    @property
    def stationary(self) -> tuple[Array, ...]:
        """Stationary distribution of each chain."""
        return tuple(stationary_distribution(p) for p in self.transition)

    @property
    def joint_transition(self) -> Array:
        """Kronecker product of the chains, last industry fastest, shape (prod n_i, prod n_i)."""
        joint = np.ones((1, 1))
        for transition in self.transition:
            joint = np.kron(joint, transition).astype(np.float64)
        return joint

    @property
    def joint_nodes(self) -> Array:
        """Levels at every joint node in the order of `joint_transition`, shape (prod n_i, I)."""
        mesh = np.meshgrid(*self.nodes, indexing="ij")
        return np.stack([axis.ravel() for axis in mesh], axis=-1)


def tauchen(n: int, rho: float, sigma: float, *, width: float | None = None) -> tuple[Array, Array]:
    """Discretise u' = rho u + eps, eps ~ N(0, sigma^2), on n equally spaced nodes.

    Parameters
    ----------
    n : int
        Number of nodes. A process with sigma = 0 collapses to one node at zero.
    rho, sigma : float
        Persistence and standard deviation of the innovation, per period.
    width : float, optional
        Half-width of the grid in unconditional standard deviations. Left out, 1.2 ln(n) as
        Flodén (2008, Economics Letters) recommends for this method (3.2 for the paper's 15
        nodes): a fixed 3 leaves chains of 3 to 5 nodes almost without transitions.

    Returns
    -------
    nodes : array, shape (n,)
    transition : array, shape (n, n)
    """
    if sigma == 0 or n == 1:
        return np.zeros(1), np.ones((1, 1))
    if width is None:
        width = 1.2 * math.log(n)
    half = width * sigma / math.sqrt(1 - rho**2)
    nodes = np.linspace(-half, half, n)
    edges = (nodes[1:] + nodes[:-1]) / 2
    below = ndtr((edges[None, :] - rho * nodes[:, None]) / sigma)
    cumulative = np.hstack([np.zeros((n, 1)), below, np.ones((n, 1))])
    return nodes, np.diff(cumulative, axis=1)


def stationary_distribution(transition: Array) -> Array:
    """Stationary distribution of a row-stochastic matrix with one recurrent class."""
    n = len(transition)
    system = np.vstack([transition.T - np.eye(n), np.ones((1, n))])
    target = np.append(np.zeros(n), 1.0)
    return np.asarray(np.linalg.lstsq(system, target, rcond=None)[0])


def build_shocks(calibration: Calibration, n: int, *, width: float | None = None) -> Shocks:
    """Discretise every industry's process of the calibration on `n` nodes per industry."""
    nodes, transition = [], []
    for mean, rho, sigma in zip(
        calibration.z_mean, calibration.rho_period, calibration.sigma_period, strict=True
    ):
        u, p = tauchen(n, rho, sigma, width=width)
        nodes.append(mean * np.exp(u))
        transition.append(p)
    return Shocks(nodes=tuple(nodes), transition=tuple(transition))
