"""Optional functions of the state: the collateral regime theta and taxes on debt and capital.

Any array over the grid of a solution as a function of the state: taxes, gains, shares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import StateSpace, coordinates_of
from regspec.model.economy.shocks import Shocks

__all__ = []

Array = NDArray[np.float64]
Levy = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wedges:
    """What may vary with the state besides shocks; everything left out is constant or zero.

    Revenue of all taxes is rebated lump sum, so that the resource constraint is that without
    taxes.

    Attributes
    ----------
    theta : callable z (n, I) -> (n,), optional
        Loan-to-value limit by productivity; that of the calibration when left out.
    tax_bonds : callable (b (n,), k (n, I), z (n, I)) -> (n,), optional
        Tax on debt tau^B of (26): bonds return R (1 + tau^B).
    tax_capital : callable (b, k, z) -> (n, I), optional
        tau^K of (25) by the state in which it is paid: the owner of capital earns
        (1 + tau^K_i) times its return.
    charge_capital : callable (b, k, z) -> (n, I), optional
        The same tax announced a period ahead: a charge per unit of next capital, in goods of
        today, by the state in which the unit is bought. A subsidy where negative.
    """

    theta: Callable[[Array], Array] | None = None
    tax_bonds: Levy | None = None
    tax_capital: Levy | None = None
    charge_capital: Levy | None = None

    def theta_at(self, z: Array, default: float) -> Array:
        """Limit at productivities z (n, I)."""
        if self.theta is None:
            return np.full(len(z), default)
        return _checked("theta", self.theta(z), (len(z),), low=0.0)

    def tax_bonds_at(self, b: Array, k: Array, z: Array) -> Array:
        """tau^B at n states; zero without the tax."""
        if self.tax_bonds is None:
            return np.zeros(len(b))
        return _checked("tax_bonds", self.tax_bonds(b, k, z), (len(b),), low=-1.0)

    def tax_capital_at(self, b: Array, k: Array, z: Array) -> Array:
        """tau^K at n states, shape (n, I); zero without the tax."""
        if self.tax_capital is None:
            return np.zeros_like(k)
        return _checked("tax_capital", self.tax_capital(b, k, z), k.shape, low=-1.0)

    def charge_capital_at(self, b: Array, k: Array, z: Array) -> Array:
        """Charges at n states, shape (n, I); zero without them."""
        if self.charge_capital is None:
            return np.zeros_like(k)
        return _checked("charge_capital", self.charge_capital(b, k, z), k.shape, low=-np.inf)


def _checked(name: str, values: Array, shape: tuple[int, ...], *, low: float) -> Array:
    values = np.asarray(values, float)
    if values.shape != shape:
        raise ValueError(f"{name} returned shape {values.shape}; allowed: {shape}")
    if not np.isfinite(values).all() or (values < low).any() or (low < 0 and (values == low).any()):
        bound = f"at least {low:g}" if low == 0 else f"above {low:g}"
        raise ValueError(f"{name} returned values from {values.min():.4g}; allowed: {bound}")
    return values


def grid_function(values: Array, grid: StateSpace, shocks: Shocks) -> Levy:
    """Multilinear interpolation of an array over the grid, exact at its nodes.

    Parameters
    ----------
    values : array, shape (n_1, ..., n_I, Nb, Nk_1, ..., Nk_(I-1)) or with one more axis
        In the layout of `Policies`; the interest rate must be constant.
    grid : StateSpace
    shocks : Shocks

    Returns
    -------
    callable (b (n,), k (n, I), z (n, I)) -> (n,) or (n, m)
        States outside the grid are read at its edge.
    """
    from scipy.interpolate import RegularGridInterpolator  # slow to import

    axes = [*(np.log(nodes) for nodes in shocks.nodes), grid.bonds, *grid.coordinates]
    moving = [i for i, axis in enumerate(axes) if len(axis) > 1]
    single = tuple(i for i, axis in enumerate(axes) if len(axis) == 1)
    nodes = [axes[i] for i in moving]
    read = RegularGridInterpolator(nodes, np.squeeze(values, axis=single))
    low = np.array([axis[0] for axis in nodes])
    high = np.array([axis[-1] for axis in nodes])

    def function(b: Array, k: Array, z: Array) -> Array:
        point = np.column_stack([np.log(z), b, coordinates_of(k)])[:, moving]
        return np.asarray(read(np.clip(point, low, high)))

    return function
