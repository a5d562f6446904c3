"""A solution on the grid and its evaluation anywhere in the state space."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model import interpolation
from regspec.model.grids import StateSpace
from regspec.model.shocks import Shocks
from regspec.model.technology import adjustment_cost, income
from regspec.parameters import Calibration

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """Policies at n states, off the grid where need be.

    Attributes
    ----------
    c, b_next, q, eta : array, shape (n,)
        Consumption, next bonds, price of capital, collateral multiplier (in units of u'(c)).
    k_next : array, shape (n, I)
        Next capital by industry.
    inside : array of bool, shape (n,)
        False where the state lies outside the grid and was clamped to its edge.
    switch : array of bool, shape (n,)
        True where slack and bound grid points surround the state: policies have a kink there,
        or, where several equilibria exist, a jump.
    """

    c: Array
    b_next: Array
    k_next: Array
    q: Array
    eta: Array
    inside: NDArray[np.bool_]
    switch: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """Policies on the grid, every array of shape (n_1, ..., n_I, Nb, Nk).

    `mu` is the collateral multiplier in goods, eta / u'(c); `status` is 0 slack, 1 at the
    collateral limit, 2 at the bottom and 3 at the top of the bond grid, 4 infeasible.
    """

    c: Array
    b_next: Array
    k_next: Array
    q: Array
    mu: Array
    status: NDArray[np.int8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """Policies with everything needed to evaluate them.

    Attributes
    ----------
    calibration : Calibration
    grid : StateSpace
        `grid.bonds`, `grid.capital` are the nodes.
    shocks : Shocks
        `shocks.nodes`, `shocks.transition`: one array per industry, nodes in levels.
    policies : Policies
    """

    calibration: Calibration
    grid: StateSpace
    shocks: Shocks
    policies: Policies
    _values: Array | None = field(default=None, init=False, repr=False, compare=False)

    def at(self, b: ArrayLike, k: ArrayLike, z: ArrayLike) -> Decisions:
        """Decisions at any states: linear in b and log z, piecewise quadratic in capital.

        Next bonds, next capital, price and relative multiplier are interpolated; consumption
        follows from the resource constraint (41). States outside the grid are evaluated at its
        edge and marked by `Decisions.inside`.

        Parameters
        ----------
        b : array, shape (n,)
            Bonds.
        k, z : array, shape (n, I)
            Capital (summing to one) and productivity levels.

        Returns
        -------
        Decisions

        Raises
        ------
        ValueError
            For wrong shapes, capital that does not sum to one, or productivity <= 0.
        """
        b, k, z = check_states(b, k, z)
        calibration = self.calibration
        log_nodes = [np.log(nodes) for nodes in self.shocks.nodes]
        n = len(b)
        out, inside, switch = np.empty((n, 4)), np.empty(n, np.bool_), np.empty(n, np.bool_)
        interpolation.interpolate(
            self.grid.bonds, self.grid.capital, *log_nodes, self._table(), self.policies.status,
            b, np.ascontiguousarray(k[:, 0]), *np.ascontiguousarray(np.log(z).T),
            out, inside, switch,
        )  # fmt: skip
        b_next, share, q, mu = np.ascontiguousarray(out.T)
        k_next = np.stack([share, 1.0 - share], axis=-1)
        cost = adjustment_cost(k, k_next, calibration.phi_adj).sum(axis=-1)
        c = income(k, z, calibration) + b - b_next / calibration.R_period - cost
        with np.errstate(invalid="ignore", divide="ignore"):
            eta = np.maximum(mu, 0.0) * c**-calibration.gamma
        return Decisions(
            c=c, b_next=b_next, k_next=k_next, q=q, eta=eta, inside=inside, switch=switch
        )

    def _table(self) -> Array:
        """Interpolation columns b', k', q, mu and their curvature, made on first use."""
        if self._values is not None:
            return self._values
        p = self.policies
        shape = (-1, *p.c.shape[-2:], 8)
        table = np.zeros((*p.c.shape, 8))
        for column, array in enumerate((p.b_next, p.k_next, p.q, p.mu)):
            table[..., column] = array
        regime = p.status.reshape(shape[:-1])
        interpolation.curvature(table.reshape(shape), self.grid.capital, regime)
        object.__setattr__(self, "_values", table)
        return table


def check_states(b: ArrayLike, k: ArrayLike, z: ArrayLike) -> tuple[Array, Array, Array]:
    """Validate states of shapes (n,), (n, 2), (n, 2); see `Solution.at`."""
    b, k, z = (np.ascontiguousarray(x, dtype=float) for x in (b, k, z))
    if b.ndim != 1 or k.shape != (len(b), 2) or z.shape != (len(b), 2):
        raise ValueError(
            f"states have shapes b {b.shape}, k {k.shape}, z {z.shape}; "
            "allowed: (n,), (n, 2) and (n, 2)"
        )
    if not (np.abs(k.sum(axis=1) - 1) < 1e-8).all() or not (k > 0).all():
        raise ValueError("k must be positive and sum to one over industries at every state")
    if not (z > 0).all():
        raise ValueError("z must hold positive productivity levels (not logs)")
    return b, k, z
