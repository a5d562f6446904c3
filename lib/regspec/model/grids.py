"""State space of the solver: bonds, the capital share of industry 1, and productivity nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec.model.closed_forms import (
    binding_price,
    natural_limit,
    static_allocation,
)
from regspec.model.shocks import Shocks
from regspec.model.technology import income, private_return
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
        Number of nodes for bonds, for the capital share of industry 1, and per industry for
        productivity. About (40, 15, 3) is the least that passes its certificate.
    bond_range : (float, float), optional
        Ends of the bond grid in units of stationary income. Left out: with the collateral
        constraint, from `debt_multiple` times the debt of the stationary binding path to
        +0.6; without it, from (nearly) the natural debt limit to +0.6.
    capital_range : (float, float)
        Ends of the grid of industry 1's capital share.
    debt_multiple : float
        See `bond_range`. Must leave room: a lower end that binds would act as a debt limit.
    shock_width : float, optional
        Half-width of the Tauchen grid in standard deviations (see `shocks.tauchen`).

    Raises
    ------
    ValueError
        Naming the field, its value and what is allowed.
    """

    bonds: int = 80
    capital: int = 31
    shocks: int = 5
    bond_range: tuple[float, float] | None = None
    capital_range: tuple[float, float] = (0.02, 0.98)
    debt_multiple: float = 1.6
    shock_width: float | None = None

    def __post_init__(self) -> None:
        """Validate; see the class docstring."""
        for name, least in (("bonds", 8), ("capital", 6), ("shocks", 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(f"{name} is {value!r}; allowed: a whole number >= {least}")
        low, high = self.capital_range
        if not 0 < low < high < 1:
            raise ValueError(
                f"capital_range is {self.capital_range!r}; allowed: 0 < low < high < 1 (shares)"
            )
        if self.bond_range is not None and not self.bond_range[0] < self.bond_range[1]:
            raise ValueError(f"bond_range is {self.bond_range!r}; allowed: low < high")
        if not self.debt_multiple > 1:
            raise ValueError(
                f"debt_multiple is {self.debt_multiple!r}; allowed: above 1, so that the grid "
                "reaches below the collateral limit"
            )
        if self.shock_width is not None and not self.shock_width > 0:
            raise ValueError(f"shock_width is {self.shock_width!r}; allowed: above 0")


@dataclass(frozen=True, kw_only=True, slots=True)
class StateSpace:
    """The grids of one solution.

    Attributes
    ----------
    bonds : array, shape (Nb,)
        Bond positions, in output units, increasing.
    capital : array, shape (Nk,)
        Capital share of industry 1, increasing.
    income_scale : float
        Stationary income at mean productivity: the unit of `Grid.bond_range`.
    natural : bool
        Whether the bonds start at (nearly) the natural debt limit.
    spec : Grid
    """

    bonds: Array
    capital: Array
    income_scale: float
    natural: bool
    spec: Grid

    @property
    def allocation(self) -> Array:
        """Capital of both industries at every capital node, shape (Nk, 2)."""
        return np.stack([self.capital, 1.0 - self.capital], axis=-1)


def build_state_space(calibration: Calibration, spec: Grid, shocks: Shocks) -> StateSpace:
    """Lay out the grids for a calibration.

    Bond nodes are denser near the lower end, where the limit binds; capital nodes are denser
    near the ends, where marginal products bend most.

    Raises
    ------
    ValueError
        If the lower end of the bonds cannot be serviced from the lowest income on the grid.
    """
    k_star = static_allocation(calibration)
    scale = float(income(k_star, calibration.z_mean, calibration))
    low, high = spec.capital_range
    angle = np.linspace(0.0, np.pi, spec.capital)
    capital = low + (high - low) * (1.0 - np.cos(angle)) / 2
    allocation = np.stack([capital, 1.0 - capital], axis=-1)
    lowest = np.array([nodes[0] for nodes in shocks.nodes])
    lowest_income = float(income(allocation, lowest, calibration).min())
    natural = NATURAL_MARGIN * natural_limit(calibration, lowest_income)

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
            dividend = float(private_return(k_star, calibration.z_mean, calibration)[0])
            bottom = max(natural, _collateral_bottom(calibration, spec, dividend, scale))
    return StateSpace(
        bonds=_bond_nodes(bottom, top, spec.bonds, natural=bottom == natural),
        capital=capital,
        income_scale=scale,
        natural=bottom == natural,
        spec=spec,
    )


def _collateral_bottom(
    calibration: Calibration, spec: Grid, dividend: float, scale: float
) -> float:
    """Lower end of the bond grid when the collateral limit is what stops borrowing."""
    try:
        price = binding_price(calibration, dividend)
    except ValueError:
        return -np.inf  # no stationary binding path: the natural limit decides
    debt = calibration.R_period * calibration.theta * price
    return -max(spec.debt_multiple * debt, 0.05 * scale)


def _bond_nodes(bottom: float, top: float, n: int, *, natural: bool) -> Array:
    """Bond nodes from bottom to top; strongly clustered near a natural limit."""
    x = np.linspace(0.0, 1.0, n)
    return bottom + (top - bottom) * x ** (2.5 if natural else 1.3)
