"""Productivity (7) and the interest rate on Markov chains by Tauchen's method."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from regspec.parameters import Calibration

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)  # no slots: derived arrays are kept
class Shocks:
    """Independent Markov chains: productivity of each industry, and the interest rate.

    Joint nodes order the chains with the last one fastest: industries, then the interest rate.
    Derived arrays are made once and shared: copy before you change one.

    Attributes
    ----------
    nodes : tuple of array, shape (n_i,)
        Productivity LEVELS of each industry, increasing.
    transition : tuple of array, shape (n_i, n_i)
        Row-stochastic transition matrices of productivity.
    R_nodes : array, shape (n_R,)
        Gross interest rate per period; one node where it is constant.
    R_transition : array, shape (n_R, n_R)
    """

    nodes: tuple[Array, ...]
    transition: tuple[Array, ...]
    R_nodes: Array
    R_transition: Array

    @property
    def chains(self) -> tuple[Array, ...]:
        """Transition matrices of all chains that move; at least one."""
        return self.transition if len(self.R_nodes) == 1 else (*self.transition, self.R_transition)

    @cached_property
    def stationary(self) -> tuple[Array, ...]:
        """Stationary distribution of each of `chains`."""
        return tuple(stationary_distribution(p) for p in self.chains)

    @property
    def joint_transition(self) -> Array:
        """Kronecker product of the chains, shape (nz, nz)."""
        joint = np.ones((1, 1))
        for transition in self.chains:
            joint = np.kron(joint, transition).astype(np.float64)
        return joint

    @cached_property
    def joint_nodes(self) -> Array:
        """Productivity levels at every joint node, shape (nz, I)."""
        mesh = np.meshgrid(*self.nodes, self.R_nodes, indexing="ij")
        return np.stack([axis.ravel() for axis in mesh[:-1]], axis=-1)

    @cached_property
    def joint_R(self) -> Array:
        """Gross interest rate per period at every joint node, shape (nz,)."""
        count = int(np.prod([len(nodes) for nodes in self.nodes]))
        return np.tile(self.R_nodes, count)

    @cached_property
    def coordinates(self) -> tuple[Array, ...]:
        """Axes along which solutions are interpolated: log productivities, then R if it moves."""
        logs = tuple(np.log(nodes) for nodes in self.nodes)
        return logs if len(self.R_nodes) == 1 else (*logs, self.R_nodes)

    def expect(self, values: Array) -> Array:
        """Conditional expectation of values (m, nz, n) at every joint node, chain by chain."""
        shape = values.shape
        sizes = [len(chain) for chain in self.chains]
        out = values.reshape(shape[0], *sizes, shape[2])
        for axis, chain in enumerate(self.chains):
            before, after = sizes[:axis], sizes[axis + 1 :]
            flat = out.reshape(
                shape[0] * int(np.prod(before, dtype=int)),
                sizes[axis],
                int(np.prod(after, dtype=int)) * shape[2],
            )
            out = np.matmul(chain, flat)
        return out.reshape(shape)


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

    Examples
    --------
    >>> nodes, transition = tauchen(3, rho=0.8, sigma=0.02)
    >>> nodes.round(3), transition.sum(axis=1)
    (array([-0.044,  0.   ,  0.044]), array([1., 1., 1.]))
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


def build_shocks(
    calibration: Calibration, n: int, *, width: float | None = None, rate_nodes: int = 5
) -> Shocks:
    """Discretise every process of the calibration.

    Parameters
    ----------
    calibration : Calibration
    n : int
        Nodes of each industry's productivity.
    width : float, optional
        See `tauchen`.
    rate_nodes : int
        Nodes of the interest rate where it moves (sigma_R above zero).

    Raises
    ------
    ValueError
        If the interest rate reaches zero on its nodes.
    """
    nodes, transition = [], []
    for mean, rho, sigma in zip(
        calibration.z_mean, calibration.rho_period, calibration.sigma_period, strict=True
    ):
        u, p = tauchen(n, rho, sigma, width=width)
        nodes.append(mean * np.exp(u))
        transition.append(p)
    deviation, rate = tauchen(rate_nodes, calibration.rho_R, calibration.sigma_R, width=width)
    if calibration.R_period + deviation[0] <= 0:
        raise ValueError(
            f"sigma_R is {calibration.sigma_R}: the gross interest rate reaches "
            f"{calibration.R_period + deviation[0]:.4g}; allowed: nodes above 0, so lower it"
        )
    return Shocks(
        nodes=tuple(nodes),
        transition=tuple(transition),
        R_nodes=calibration.R_period + deviation,
        R_transition=rate,
    )
