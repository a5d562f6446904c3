"""A solution on the grid and its evaluation anywhere in the state space."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model.economy.grids import StateSpace, coordinates_of
from regspec.model.economy.shocks import Shocks
from regspec.model.economy.technology import adjustment_cost, income
from regspec.model.economy.wedges import Wedges
from regspec.model.equilibrium.certificate import Certificate
from regspec.model.numerics import interpolation
from regspec.parameters import Calibration

Array = NDArray[np.float64]

# A multiplier below this share of u'(c) is rounding: the limit is slack.
BINDING = 1e-5


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """Policies at n states, off the grid where need be.

    Attributes
    ----------
    c, b_next, q, eta : array, shape (n,)
        Consumption, next bonds, price of capital, collateral multiplier (in units of u'(c)).
    mu : array, shape (n,)
        The multiplier in goods, eta / u'(c): the wedge in the bond condition.
    k_next : array, shape (n, I)
        Next capital by industry.
    inside : array of bool, shape (n,)
        False where the state lies outside the grid and was clamped to its edge.
    switch : array of bool, shape (n,)
        True where slack and bound grid points surround the state: policies have a kink there,
        or, where several equilibria exist, a jump.
    solved : array of bool, shape (n,)
        False at states with `switch` whose conditions were not solved anew, so that their
        decisions mix those of both regimes (see `market`).
    """

    c: Array
    b_next: Array
    k_next: Array
    q: Array
    eta: Array
    mu: Array
    inside: NDArray[np.bool_]
    switch: NDArray[np.bool_]
    solved: NDArray[np.bool_]

    @property
    def bound(self) -> NDArray[np.bool_]:
        """Whether the collateral limit binds."""
        return np.asarray(self.mu > BINDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """Policies on the grid, arrays of shape (n_1, ..., n_I, Nb, Nk_1, ..., Nk_(I-1)).

    Where the interest rate moves its nodes stand before Nb. `k_next` has a last axis of length I.
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
    wedges : Wedges
        State-dependent collateral regime and taxes.
    """

    calibration: Calibration
    grid: StateSpace
    shocks: Shocks
    policies: Policies
    wedges: Wedges = field(default_factory=Wedges)
    _values: Array | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def flat_shape(self) -> tuple[int, int, int]:
        """Joint exogenous nodes, bonds, nodes of the capital box."""
        nk = math.prod(self.grid.capital_shape)
        return len(self.shocks.joint_nodes), len(self.grid.bonds), nk

    def at(self, b: ArrayLike, k: ArrayLike, z: ArrayLike, R: ArrayLike | None = None) -> Decisions:
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
        R : array, shape (n,), optional
            Gross interest rate per period; its mean when left out.

        Returns
        -------
        Decisions

        Raises
        ------
        ValueError
            For wrong shapes, capital that does not sum to one, or productivity <= 0.

        Examples
        --------
        >>> from regspec.model import Grid, solve_equilibrium
        >>> from regspec.parameters import Calibration
        >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
        >>> equilibrium = solve_equilibrium(calibration, grid)
        >>> even, lopsided = [0.5, 0.5], [0.8, 0.2]
        >>> choices = equilibrium.at(b=[-0.3, 0.1], k=[even, lopsided], z=[[1.0, 1.0], [1.0, 1.0]])
        >>> choices.bound.tolist()  # does the collateral limit bind?
        [True, False]
        >>> bool((choices.k_next[1] < lopsided)[0])  # capital leaves the crowded industry
        True
        """
        b, k, z = check_states(b, k, z, self.calibration.n_industries)
        rate = np.full(len(b), self.calibration.R_period) if R is None else np.asarray(R, float)
        if rate.shape != b.shape:
            raise ValueError(f"R has shape {rate.shape}; allowed: {b.shape}")
        return self._decide(b, k, z, rate)

    def _decide(self, b: Array, k: Array, z: Array, rate: Array) -> Decisions:
        """Decisions at checked states; see `at`."""
        calibration, n, d = self.calibration, len(b), k.shape[1] - 1
        out, inside, switch = np.empty((n, 3 + d)), np.empty(n, np.bool_), np.empty(n, np.bool_)
        interpolation.interpolate(
            n,
            self.grid.axes,
            self.shocks.coordinates,
            self._table(),
            self.policies.status.reshape(self.flat_shape),
            self._points(b, k, z, rate),
            interpolation.Readings(out, inside, switch),
        )
        b_next, q, mu = np.ascontiguousarray(out[:, :3].T)
        k_next = np.column_stack([out[:, 3:], 1.0 - out[:, 3:].sum(axis=1)])
        cost = adjustment_cost(k, k_next, calibration.phi_adj).sum(axis=-1)
        c = income(k, z, calibration) + b - b_next / rate - cost
        with np.errstate(invalid="ignore", divide="ignore"):
            eta = np.maximum(mu, 0.0) * c**-calibration.gamma
        return Decisions(
            c=c, b_next=b_next, k_next=k_next, q=q, eta=eta, mu=mu, inside=inside, switch=switch,
            solved=~switch,
        )  # fmt: skip

    def _points(self, b: Array, k: Array, z: Array, rate: Array) -> interpolation.Points:
        """States in the coordinates of the interpolants."""
        x = np.zeros((len(k), 2))
        x[:, : k.shape[1] - 1] = coordinates_of(k)
        exogenous = np.log(z)
        if len(self.shocks.R_nodes) > 1:
            exogenous = np.column_stack([exogenous, rate])
        return interpolation.Points(b, x, exogenous)

    def _table(self) -> Array:
        """Interpolation columns b', q, mu, k' and their curvature, made on first use."""
        if self._values is not None:
            return self._values
        p, shape = self.policies, self.flat_shape
        d = len(self.grid.coordinates)
        table = np.zeros((*shape, (3 + d) * (1 + d)))
        for column, array in enumerate((p.b_next, p.q, p.mu)):
            table[..., column] = array.reshape(shape)
        table[..., 3 : 3 + d] = p.k_next.reshape(*shape, -1)[..., :d]
        bend(table, self.grid, 3 + d, p.status.reshape(shape))
        object.__setattr__(self, "_values", table)
        return table


class Certified(Solution):
    """A solution with the evidence that it is one: an equilibrium, or a planner's problem solved.

    Attributes
    ----------
    certificate : Certificate
        Item by item.
    sweeps : int
        Sweeps made.
    seconds : float
        Wall time.
    """

    __slots__ = ()
    certificate: Certificate
    sweeps: int
    seconds: float

    @property
    def converged(self) -> bool:
        """Whether every item that has a limit is within it."""
        return self.certificate.converged


def bend(table: Array, grid: StateSpace, count: int, regime: NDArray[np.int8]) -> None:
    """Fill the curvature columns of a table (nz, Nb, Nk, count (1 + d)) along each coordinate."""
    stride = table.shape[2]
    for axis, nodes in enumerate(grid.coordinates):
        stride //= len(nodes)
        interpolation.curvature(len(table), table, nodes, stride, (1 + axis) * count, count, regime)


def check_states(
    b: ArrayLike, k: ArrayLike, z: ArrayLike, industries: int
) -> tuple[Array, Array, Array]:
    """Validate states of shapes (n,), (n, I), (n, I); see `Solution.at`."""
    b, k, z = (np.ascontiguousarray(x, dtype=float) for x in (b, k, z))
    wide = (b.shape[0] if b.ndim else 0, industries)
    if b.ndim != 1 or k.shape != wide or z.shape != wide:
        raise ValueError(
            f"states have shapes b {b.shape}, k {k.shape}, z {z.shape}; "
            f"allowed: (n,), (n, {industries}) and (n, {industries})"
        )
    if not (np.abs(k.sum(axis=1) - 1) < 1e-8).all() or not (k > 0).all():
        raise ValueError("k must be positive and sum to one over industries at every state")
    if not (z > 0).all():
        raise ValueError("z must hold positive productivity levels (not logs)")
    return b, k, z
