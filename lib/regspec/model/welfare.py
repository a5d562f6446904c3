"""Welfare gains (29): permanent consumption worth as much as moving to another allocation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec.model.solution import Solution
from regspec.model.value import policy_value

Array = NDArray[np.float64]


def welfare_gain(equilibrium: Solution, planner: Solution) -> Array:
    """Gain Lambda of (29) at every state of the common grid.

    Both sets of policies are evaluated exactly, each from the same initial state onwards, so that
    the transition is part of the gain. Values are consumption equivalents W (see `value`), and
    Lambda = W^SP / W^DE - 1: (29) with the constant of CRRA utility in its place,
    (1 + Lambda)^(1 - gamma) = (V^SP + kappa) / (V^DE + kappa), kappa = 1 / ((1 - gamma)(1 - beta)),
    and its limit at gamma = 1.

    Parameters
    ----------
    equilibrium, planner : Solution
        Of the same preferences, on the same grid and shocks; any two solutions will do.

    Returns
    -------
    array, shape (n_1, ..., n_I, Nb, Nk_1, ..., Nk_(I-1))
        Exogenous nodes first, then bonds and capital. A share: 0.01 is one percent of permanent
        consumption.

    Raises
    ------
    ValueError
        If grids, shocks or preferences differ.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium, solve_planner
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.baseline(gamma=2.0, theta=0.25), Grid(40, 15, 3)
    >>> planner = solve_planner(calibration, grid)
    >>> gain = welfare_gain(solve_equilibrium(calibration, grid), planner)
    >>> gain.shape
    (3, 3, 40, 15)
    >>> bool(0.0 < 100 * gain.mean() < 0.1)  # percent of permanent consumption
    True
    """
    first, second = equilibrium.grid, planner.grid
    same = (
        len(first.bonds) == len(second.bonds)
        and np.array_equal(first.bonds, second.bonds)
        and first.capital_shape == second.capital_shape
        and all(map(np.array_equal, first.coordinates, second.coordinates))
    )
    if not same:
        raise ValueError(
            f"grids differ: {first.spec} and {second.spec}; solve both on the same one"
        )
    if not np.array_equal(equilibrium.shocks.joint_nodes, planner.shocks.joint_nodes):
        raise ValueError("productivity nodes differ; solve both for the same shocks")
    for name in ("gamma", "beta_period"):
        one, other = getattr(equilibrium.calibration, name), getattr(planner.calibration, name)
        if one != other:
            raise ValueError(f"{name} is {one} and {other}; allowed: the same in both solutions")
    return policy_value(planner) / policy_value(equilibrium) - 1.0
