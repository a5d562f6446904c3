"""State space of the solver: bonds, capital coordinates, and exogenous nodes.

Capital shares sum to one. Their coordinates are x_1 = k_1, x_2 = k_2 / (1 - k_1), ...: the share of
each industry in what the earlier ones leave, so that the grid of I industries is a box of
dimension I - 1.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from numbers import Real
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.shocks import Shocks
from regspec.model.economy.technology import (
    binding_price,
    income,
    natural_limit,
    private_return,
    static_allocation,
)
from regspec.parameters import Calibration

Array = NDArray[np.float64]

# Share of the natural debt limit that the grid reaches: at the limit itself consumption is zero.
NATURAL_MARGIN = 0.98


@dataclass(frozen=True, slots=True)
class Grid:
    """How finely the state space is gridded.

    Parameters
    ----------
    bonds, capital, shocks : int
        Number of nodes for bonds, for each capital coordinate, and per industry for
        productivity. About (40, 15, 3) is the least that passes its certificate.
    bond_range : (float, float), optional
        Ends of the bond grid in units of stationary income. Left out: with the collateral
        constraint, from `debt_multiple` times the debt of the stationary binding path to
        +0.6; without it, from (nearly) the natural debt limit to +0.6.
    capital_range : (float, float)
        Ends of the grid of each capital coordinate (for two industries: the share of the first).
    capital_spacing : {"cosine", "logit"}
        Nodes denser near both ends of the range, or evenly spaced in ln k - ln(1 - k): for ranges
        that reach close to zero or one, where capital changes by factors.
    debt_multiple : float
        See `bond_range`. Must leave room: a lower end that binds would act as a debt limit.
    shock_width : float, optional
        Half-width of the Tauchen grid in standard deviations (see `shocks.tauchen`).
    rate_nodes : int
        Nodes of the interest rate, where it moves.

    Raises
    ------
    ValueError
        Naming the field, its value and what is allowed.

    Examples
    --------
    >>> Grid(bonds=40, capital=15, shocks=3).bonds
    40
    >>> Grid(bonds=4)
    Traceback (most recent call last):
        ...
    ValueError: bonds is 4; allowed: a whole number >= 8
    """

    bonds: int = 80
    capital: int = 31
    shocks: int = 5
    bond_range: tuple[float, float] | None = None
    capital_range: tuple[float, float] = (0.02, 0.98)
    capital_spacing: Literal["cosine", "logit"] = "cosine"
    debt_multiple: float = 1.6
    shock_width: float | None = None
    rate_nodes: int = 5

    def __post_init__(self) -> None:
        """Validate; see the class docstring."""
        for name, least in (("bonds", 8), ("capital", 6), ("shocks", 1), ("rate_nodes", 2)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(f"{name} is {value!r}; allowed: a whole number >= {least}")
        ends = self.capital_range
        if not (_is_pair(ends) and 0 < ends[0] < ends[1] < 1):
            raise ValueError(
                f"capital_range is {self.capital_range!r}; allowed: 0 < low < high < 1 (shares)"
            )
        if self.capital_spacing not in ("cosine", "logit"):
            raise ValueError(
                f"capital_spacing is {self.capital_spacing!r}; allowed: 'cosine', 'logit'"
            )
        bonds = self.bond_range
        if bonds is not None and not (_is_pair(bonds) and bonds[0] < bonds[1]):
            raise ValueError(f"bond_range is {self.bond_range!r}; allowed: low < high")
        if not (_is_number(self.debt_multiple) and self.debt_multiple > 1):
            raise ValueError(
                f"debt_multiple is {self.debt_multiple!r}; allowed: above 1, so that the grid "
                "reaches below the collateral limit"
            )
        width = self.shock_width
        if width is not None and not (_is_number(width) and width > 0):
            raise ValueError(f"shock_width is {self.shock_width!r}; allowed: above 0")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_pair(value: object) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(_is_number, value))


def coordinates_of(k: Array) -> Array:
    """Coordinates of capital shares (..., I): shape (..., I - 1)."""
    k = np.asarray(k, float)
    tail = np.cumsum(k[..., ::-1], axis=-1)[..., ::-1]
    return k[..., :-1] / tail[..., :-1]


def capital_of(x: Array) -> Array:
    """Capital shares (..., I) at coordinates (..., I - 1)."""
    x = np.asarray(x, float)
    rest = np.concatenate([np.ones((*x.shape[:-1], 1)), np.cumprod(1.0 - x, axis=-1)], axis=-1)
    return rest * np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)


class Axes(NamedTuple):
    """Nodes as the compiled code takes them: bonds, and two coordinates of capital.

    A coordinate that the economy does not have is one of a single node.
    """

    bonds: Array
    x1: Array
    x2: Array


@dataclass(frozen=True, kw_only=True, slots=True)
class StateSpace:
    """The grids of one solution.

    Attributes
    ----------
    bonds : array, shape (Nb,)
        Bond positions, in output units, increasing.
    coordinates : tuple of array, length I - 1
        Nodes of each capital coordinate, increasing.
    income_scale : float
        Stationary income at mean productivity: the unit of `Grid.bond_range`.
    natural : bool
        Whether the bonds start at (nearly) the natural debt limit.
    spec : Grid
    """

    bonds: Array
    coordinates: tuple[Array, ...]
    income_scale: float
    natural: bool
    spec: Grid

    @property
    def capital(self) -> Array:
        """Nodes of industry 1's capital share; a single one where there is one industry."""
        return self.coordinates[0] if self.coordinates else np.ones(1)

    @property
    def allocation(self) -> Array:
        """Capital at every node of the capital box in C order, shape (Nk, I)."""
        if not self.coordinates:
            return np.ones((1, 1))
        mesh = np.meshgrid(*self.coordinates, indexing="ij")
        return capital_of(np.stack([axis.ravel() for axis in mesh], axis=-1))

    @property
    def axes(self) -> Axes:
        """Nodes as the compiled code takes them."""
        x1, x2, *_ = (*self.coordinates, np.zeros(1), np.zeros(1))
        return Axes(self.bonds, x1, x2)

    @property
    def capital_shape(self) -> tuple[int, ...]:
        """Nodes per capital coordinate; empty for one industry."""
        return tuple(len(nodes) for nodes in self.coordinates)


def build_state_space(
    calibration: Calibration, spec: Grid, shocks: Shocks, *, theta: float | None = None
) -> StateSpace:
    """Lay out the grids for a calibration.

    Bond nodes are denser around the debt at which the limit binds on the stationary path; capital
    nodes are denser near the ends, where marginal products bend most (see
    `Grid.capital_spacing`). `theta` is the loosest limit
    that any state has, that of the calibration when left out.

    Raises
    ------
    ValueError
        If the lower end of the bonds cannot be serviced from the lowest income on the grid.
    """
    k_star = static_allocation(calibration)
    scale = float(income(k_star, calibration.z_mean, calibration))
    nodes = _capital_nodes(spec)
    space = StateSpace(
        bonds=np.zeros(0),
        coordinates=(nodes,) * (calibration.n_industries - 1),
        income_scale=scale,
        natural=False,
        spec=spec,
    )
    lowest = np.array([levels[0] for levels in shocks.nodes])
    lowest_income = float(income(space.allocation, lowest, calibration).min())
    natural = -np.inf  # with R at or below 1 any debt can be serviced: the limit must stop it
    if shocks.R_nodes[-1] > 1 or not calibration.constraint:
        rate = float(shocks.R_nodes[-1])
        natural = NATURAL_MARGIN * natural_limit(calibration, lowest_income, R=rate)

    limit = -np.inf
    if calibration.constraint:
        dividend = float(private_return(k_star, calibration.z_mean, calibration)[0])
        loosest = calibration if theta is None else calibration.replace(theta=theta)
        limit = _binding_bonds(loosest, dividend)
    if spec.bond_range is not None:
        bottom, top = (scale * end for end in spec.bond_range)
        if bottom < natural:
            raise ValueError(
                f"bond_range starts at {spec.bond_range[0]:.4g} times income, below the natural "
                f"debt limit; start at {natural / scale:.4g} or above"
            )
    else:
        top = 0.6 * scale
        bottom = natural
        if calibration.constraint:
            bottom = max(natural, min(spec.debt_multiple * limit, -0.05 * scale))
            if not np.isfinite(bottom):
                raise ValueError(
                    f"R is {shocks.R_nodes[-1]:.6g} per period, where no natural debt limit exists,"
                    f" and theta={loosest.theta:g} has no stationary price of capital to value the"
                    " limit at; give bond_range"
                )
    return dataclasses.replace(
        space,
        bonds=_bond_nodes(bottom, top, spec.bonds, limit),
        natural=bottom == natural,
    )


def _binding_bonds(calibration: Calibration, dividend: float) -> float:
    """Bonds of the stationary path on which the limit always binds; -inf where there is none."""
    try:
        price = binding_price(calibration, dividend)
    except ValueError:
        return -np.inf
    return -calibration.R_period * calibration.theta * price


def _capital_nodes(spec: Grid) -> Array:
    """Nodes of a capital coordinate; see `Grid.capital_spacing`."""
    low, high = spec.capital_range
    if spec.capital_spacing == "logit":
        ends = np.log(low) - np.log1p(-low), np.log(high) - np.log1p(-high)
        nodes = np.asarray(1.0 / (1.0 + np.exp(-np.linspace(*ends, spec.capital))))
        nodes[[0, -1]] = low, high
        return nodes
    angle = np.linspace(0.0, np.pi, spec.capital)
    return low + (high - low) * (1.0 - np.cos(angle)) / 2


def _bond_nodes(bottom: float, top: float, n: int, limit: float) -> Array:
    """Bond nodes from bottom to top: up to four times as dense around the limit as far from it.

    Without a limit inside the range, clustered towards the bottom, where the natural limit is.
    """
    if not bottom < limit < min(top, 0.0):
        return np.asarray(bottom + (top - bottom) * np.linspace(0.0, 1.0, n) ** 2.5)
    fine = np.linspace(bottom, top, 50 * n)
    density = 1.0 + 3.0 * np.exp(-(((fine - limit) / (0.5 * limit)) ** 2))
    mass = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    nodes = np.interp(np.linspace(0.0, mass[-1], n), mass, fine)
    nodes[[0, -1]] = bottom, top
    return nodes
