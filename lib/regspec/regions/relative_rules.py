r"""Decision rules over the two sectors' relative productivity (the :math:`\Lambda` grid of B.3).

The model is homogeneous: multiplying productivity, adjustment costs and bonds by one number
multiplies income by it and leaves capital shares unchanged. Regions therefore differ only by
the log relative productivity :math:`\Lambda = \ln \bar z_1 - \ln \bar z_2`. One stationary
solution for each node of :math:`\Lambda`, at levels normalised to the same attainable income,
serves every region at every date; between nodes the rules are interpolated. Agents take the
relative productivity of a date as lasting, apart from the AR(1) shocks around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.model import Certified, Grid, solve_equilibrium
from regspec.parameters import Calibration

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = [
    "FamilyRules",
    "PolicyFamily",
    "private_allocation",
    "productivity_levels",
    "relative_productivity_of",
    "share_from_income",
    "solve_family",
    "two_sector_income",
]

_STEPS = 80  # bisection steps: 120 / 2^80 is far below the spacing of doubles
_LOGIT = 60.0


def _powers(calibration: Calibration) -> Floats:
    if len(calibration.xi) != 2:
        raise ValueError(f"two sectors are needed; the calibration has {len(calibration.xi)}")
    return calibration.alpha + np.asarray(calibration.xi, dtype=float)


def _bisect(rises: Callable[[Floats], Floats], shape: tuple[int, ...]) -> Floats:
    """Root in logit(k_1) of a function that rises, element by element, as a share."""
    low, high = np.full(shape, -_LOGIT), np.full(shape, _LOGIT)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        above = rises(middle) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return 1.0 / (1.0 + np.exp(-(low + high) / 2))


def _log_shares(logit: Floats) -> tuple[Floats, Floats]:
    return -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)


def private_allocation(relative: ArrayLike, calibration: Calibration) -> Floats:
    """Capital share of sector 1 at which private marginal products are equal.

    Solves ``z_1 k_1^(alpha + xi_1 - 1) = z_2 k_2^(alpha + xi_2 - 1)``, the resting point
    without shocks.

    Parameters
    ----------
    relative : array_like, shape (n,)
        ``ln z_1 - ln z_2``.
    calibration : Calibration

    Returns
    -------
    ndarray, shape (n,)
    """
    lam = np.atleast_1d(np.asarray(relative, dtype=float))
    power = _powers(calibration) - 1.0

    def gap(logit: Floats) -> Floats:
        first, second = _log_shares(logit)
        return power[1] * second - lam - power[0] * first

    return _bisect(gap, lam.shape)


def relative_productivity_of(share: ArrayLike, calibration: Calibration) -> Floats:
    """Relative log productivity that makes `share` the private resting point (n,)."""
    k = np.asarray(share, dtype=float)
    power = _powers(calibration) - 1.0
    return power[1] * np.log1p(-k) - power[0] * np.log(k)


def share_from_income(
    income_share: ArrayLike, relative: ArrayLike, calibration: Calibration
) -> Floats:
    """Capital share of sector 1 that yields its income share (the paper's inversion, 4.1).

    Solves ``z_1 k_1^(alpha + xi_1) / (z_2 k_2^(alpha + xi_2)) = s / (1 - s)``.

    Parameters
    ----------
    income_share : array_like, shape (n,)
        Strictly between 0 and 1.
    relative : array_like, shape () or (n,)
        ``ln z_1 - ln z_2``.
    calibration : Calibration

    Raises
    ------
    ValueError
        If an income share is not strictly between 0 and 1.
    """
    s = np.atleast_1d(np.asarray(income_share, dtype=float))
    if not ((s > 0) & (s < 1)).all():
        raise ValueError(
            f"income_share runs from {s.min():.4g} to {s.max():.4g}; it must lie strictly "
            "between 0 and 1: clip the zones without the sector first"
        )
    target = np.log(s) - np.log1p(-s) - np.asarray(relative, dtype=float)
    power = _powers(calibration)

    def gap(logit: Floats) -> Floats:
        first, second = _log_shares(logit)
        return power[0] * first - power[1] * second - target

    return _bisect(gap, s.shape)


def two_sector_income(share: ArrayLike, log_z: Floats, calibration: Calibration) -> Floats:
    """Income ``sum_i z_i k_i^(alpha + xi_i)`` with ``k = (share, 1 - share)``.

    Parameters
    ----------
    share : array_like, shape (n,)
    log_z : ndarray, shape (n, 2)
    calibration : Calibration
    """
    k = np.asarray(share, dtype=float)
    power = _powers(calibration)
    return np.exp(log_z[:, 0]) * k ** power[0] + np.exp(log_z[:, 1]) * (1 - k) ** power[1]


def productivity_levels(relative: ArrayLike, calibration: Calibration) -> Floats:
    """Log levels of both sectors with a given ratio and the baseline's income at rest.

    Parameters
    ----------
    relative : array_like, shape (n,)
    calibration : Calibration

    Returns
    -------
    ndarray, shape (n, 2)
        Logs; income at :func:`private_allocation` equals that of equal productivities of one.
    """
    lam = np.atleast_1d(np.asarray(relative, dtype=float))
    log_z = np.column_stack([lam / 2, -lam / 2])
    income = two_sector_income(private_allocation(lam, calibration), log_z, calibration)
    even = private_allocation([0.0], calibration)
    reference = two_sector_income(even, np.zeros((1, 2)), calibration)
    return log_z + np.log(reference / income)[:, None]


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyRules:
    """Choices of n regions in one period, in units of normalised productivity.

    Attributes
    ----------
    bonds_next, share_next : ndarray, shape (n,)
    bound : ndarray of bool, shape (n,)
        The limit binds at one of the two neighbouring nodes at least.
    inside : ndarray of bool, shape (n,)
        State and relative productivity lie inside the solved range, with positive consumption.
    certified : ndarray of bool, shape (n,)
        The solutions at all neighbouring nodes pass their certificates.
    """

    bonds_next: Floats
    share_next: Floats
    bound: Bools
    inside: Bools
    certified: Bools


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyFamily:
    """Stationary solutions at increasing nodes of relative productivity.

    Attributes
    ----------
    relative : ndarray, shape (M,)
        Nodes of ``ln z_1 - ln z_2``, strictly increasing.
    equilibria : tuple of Certified, length M
    calibration : Calibration
        That of the nodes, but for the productivity levels.
    """

    relative: Floats
    equilibria: tuple[Certified, ...]
    calibration: Calibration

    @property
    def converged(self) -> bool:
        """Whether the certificate of every node says so."""
        return all(e.certificate.converged for e in self.equilibria)

    def report(self) -> pd.DataFrame:
        """One row a node: relative, sweeps, converged, and the certificate items that fail."""
        return pd.DataFrame(
            {
                "relative": self.relative,
                "sweeps": [e.sweeps for e in self.equilibria],
                "converged": [e.certificate.converged for e in self.equilibria],
                "failing": [
                    "; ".join(item.name for item in e.certificate.failing) or "none"
                    for e in self.equilibria
                ],
            }
        )

    @property
    def share_range(self) -> tuple[float, float]:
        """Capital shares of sector 1 inside every node's grid."""
        grids = [np.asarray(e.grid.capital) for e in self.equilibria]
        return max(float(g[0]) for g in grids), min(float(g[-1]) for g in grids)

    def _node(self, m: int, b: Floats, share: Floats) -> tuple[Floats, Floats, Bools, Bools]:
        equilibrium = self.equilibria[m]
        k = np.column_stack([share, 1 - share])
        z = np.tile(np.asarray(equilibrium.calibration.z_mean, dtype=float), (b.size, 1))
        policy = equilibrium.at(b, k, z)
        return policy.b_next, policy.k_next[:, 0], policy.bound, policy.inside & (policy.c > 0)

    def at(self, relative: Floats, b: Floats, share: Floats) -> FamilyRules:
        """Choices without current shocks, linear between nodes (capital in logits).

        Parameters
        ----------
        relative, b, share : ndarray, shape (n,)
            Log relative productivity, bonds in normalised units, capital share of sector 1.
        """
        nodes = self.relative
        lam = np.clip(relative, nodes[0], nodes[-1])
        left = np.clip(np.searchsorted(nodes, lam, side="right") - 1, 0, max(nodes.size - 2, 0))
        width = np.diff(nodes, append=nodes[-1] + 1.0)[left]
        weight = (lam - nodes[left]) / width
        bonds, logits = np.zeros_like(b), np.zeros_like(b)
        bound = np.zeros(b.shape, dtype=bool)
        inside = np.isclose(lam, relative)
        certified = np.ones(b.shape, dtype=bool)
        for m in range(nodes.size):
            share_of_node = np.where(left == m, 1 - weight, np.where(left + 1 == m, weight, 0.0))
            used = share_of_node > 1e-12
            if not used.any():
                continue
            b_next, k_next, node_bound, node_inside = self._node(m, b[used], share[used])
            bonds[used] += share_of_node[used] * b_next
            logits[used] += share_of_node[used] * (np.log(k_next) - np.log1p(-k_next))
            bound[used] |= node_bound
            inside[used] &= node_inside
            certified[used] &= self.equilibria[m].certificate.converged
        return FamilyRules(
            bonds_next=bonds,
            share_next=1 / (1 + np.exp(-logits)),
            bound=bound,
            inside=inside,
            certified=certified,
        )


def solve_family(
    calibration: Calibration,
    relative: Sequence[float] | Floats,
    grid: Grid | Sequence[Grid],
    *,
    tolerance: float = 1e-6,
    on_failure: Literal["raise", "return"] = "raise",
) -> PolicyFamily:
    """Solve the competitive equilibrium at each node of relative productivity.

    Parameters
    ----------
    calibration : Calibration
        Two sectors; its ``z_mean`` is replaced by the node's levels.
    relative : sequence of float, length M
        Nodes of ``ln z_1 - ln z_2``, in any order; repeated ones are solved once.
    grid : Grid or sequence of Grid, length M
        One for all nodes, or one for each in increasing order of the nodes
        (:func:`regspec.regions.adaptive_grids.node_grids`).
    tolerance : float
    on_failure : {"raise", "return"}
        As in :func:`regspec.model.solve_equilibrium`, for each node.

    Raises
    ------
    ValueError
        Without a node, if a node is not finite, or for another number of grids than nodes.
    regspec.model.ConvergenceError
        If a node's solution fails its certificate and `on_failure` is "raise".
    """
    nodes = np.unique(np.asarray(relative, dtype=float))
    if nodes.size == 0 or not np.isfinite(nodes).all():
        raise ValueError(f"relative needs at least one finite node; got {list(relative)}")
    grids = [grid] * nodes.size if isinstance(grid, Grid) else list(grid)
    if len(grids) != nodes.size:
        raise ValueError(f"{len(grids)} grids for {nodes.size} nodes; give one, or one a node")
    levels = np.exp(productivity_levels(nodes, calibration))
    # Each from the static guess: where several equilibria exist, a neighbour's solution would
    # make the choice among them depend on the order of the nodes.
    solved = [
        solve_equilibrium(
            calibration.replace(z_mean=tuple(level)),
            own,
            tolerance=tolerance,
            on_failure=on_failure,
        )
        for level, own in zip(levels.tolist(), grids, strict=True)
    ]
    return PolicyFamily(relative=nodes, equilibria=tuple(solved), calibration=calibration)
