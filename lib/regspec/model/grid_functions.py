"""Any array over the grid of a solution as a function of the state: taxes, gains, shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec.model.grids import StateSpace, coordinates_of
from regspec.model.shocks import Shocks
from regspec.model.wedges import Levy

Array = NDArray[np.float64]


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
