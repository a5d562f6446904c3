"""Values as consumption equivalents, exact evaluation of given policies, and welfare gains (29).

The consumption equivalent W of a state solves u(W) / (1 - beta) = V. With CRRA utility it obeys
u(W) = (1 - beta) u(c) + beta E u(W'), the constant of u drops out of every comparison, gamma = 1
is no special case, and multiplying the economy by A multiplies W by A. The gain Lambda of (29) with
the constant in its place (eq-welfare in the model chapter) is W^SP / W^DE - 1.

Welfare gains (29): permanent consumption worth as much as moving to another allocation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import StateSpace
from regspec.model.equilibrium.iteration import choice_of, primitives
from regspec.model.equilibrium.solution import Solution
from regspec.model.planner import value_kernels

__all__ = []

Array = NDArray[np.float64]

# Nodes in the stencil of a slope along a capital coordinate.
STENCIL = 5
# Sweeps of policy evaluation after which steps are halved.
PATIENCE = 500


def slope_matrix(nodes: Array) -> Array:
    """Matrix D with D @ f the derivative at the nodes of the polynomial through the nearest five.

    Parameters
    ----------
    nodes : array, shape (n,)
        Increasing.

    Returns
    -------
    array, shape (n, n)
    """
    n = len(nodes)
    width = min(STENCIL, n)
    matrix = np.zeros((n, n))
    for i in range(n):
        first = min(max(i - width // 2, 0), n - width)
        offsets = nodes[first : first + width] - nodes[i]
        scale = np.abs(offsets).max()
        powers = (offsets / scale)[None, :] ** np.arange(width)[:, None]
        target = np.zeros(width)
        target[1] = 1.0 / scale
        matrix[i, first : first + width] = np.linalg.solve(powers, target)
    return matrix


def value_table(values: Array, space: StateSpace) -> Array:
    """Table of `value_kernels.worth_at` for values (nz, Nb, Nk): values and their slopes."""
    shape, axes = values.shape, space.coordinates

    def along(f: Array, axis: int) -> Array:
        box = f.reshape(*shape[:2], *space.capital_shape)
        moved = np.moveaxis(box, 2 + axis, -1) @ slope_matrix(axes[axis]).T
        return np.ascontiguousarray(np.moveaxis(moved, -1, 2 + axis)).reshape(shape)

    columns = {0: np.ascontiguousarray(values), 1: np.empty(shape)}
    value_kernels.bond_slopes(shape[0], columns[0], space.bonds, columns[1])
    for axis in range(len(axes)):
        for bits in (0, 1):
            columns[bits + (2 << axis)] = along(columns[bits], axis)
    if len(axes) == 2:
        columns[6], columns[7] = along(columns[2], 1), along(columns[3], 1)
    return np.stack([columns[bits] for bits in sorted(columns)], axis=-1)


def felicity(values: Array, gamma: float) -> Array:
    """CRRA utility without its constant, elementwise; ln at gamma = 1."""
    return _transform(values, gamma, inverse=False)


def equivalent(utility: Array, gamma: float) -> Array:
    """Consumption with the given `felicity`, elementwise."""
    return _transform(utility, gamma, inverse=True)


def _transform(values: Array, gamma: float, *, inverse: bool) -> Array:
    out = np.empty(values.size)
    value_kernels.to_power(values.size, np.ascontiguousarray(values).ravel(), gamma, inverse, out)
    return out.reshape(values.shape)


def expected_value(solution: Solution, w: Array) -> Array:
    """Consumption equivalent of next period's lottery over w at every (z, b', k'), (nz, Nb, Nk)."""
    gamma, shape = solution.calibration.gamma, solution.flat_shape
    u = felicity(w, gamma).reshape(1, shape[0], -1)
    return equivalent(solution.shocks.expect(u).reshape(shape), gamma)


def policy_value(
    solution: Solution,
    *,
    start: Array | None = None,
    tolerance: float = 1e-10,
    max_sweeps: int = 4000,
) -> Array:
    """Consumption equivalent of a solution's policies at every grid state.

    Parameters
    ----------
    solution : Solution
    start : array, shape of the policies, optional
        Values to start from.
    tolerance : float
        Largest relative change of the last sweep, scaled by 1 / (1 - beta) for the remainder.
    max_sweeps : int

    Returns
    -------
    array, shape of the policies
        NaN for every state if a reachable state has no positive consumption.

    Raises
    ------
    RuntimeError
        If `max_sweeps` is reached first.
    """
    space, p, shape = solution.grid, solution.policies, solution.flat_shape
    c, choice, model = p.c.reshape(shape), choice_of(solution), primitives(solution)
    w = np.maximum(c, 1e-12) if start is None else start.reshape(shape).copy()
    new = np.empty_like(w)
    for count in range(max_sweeps):
        table = value_table(expected_value(solution, w), space)
        value_kernels.evaluate_policies(shape[0], table, space.axes, c, choice, model, new)
        change = float(np.max(np.abs(new / w - 1.0)))
        w, new = new, w
        if count > PATIENCE:  # slopes that switch their limiter can cycle
            w = 0.5 * (w + new)
        if not np.isfinite(change) or change <= tolerance * (1.0 - model.beta):
            return w.reshape(p.c.shape)
    raise RuntimeError(
        f"policy values still change by {change:.2g} after {max_sweeps} sweeps; raise max_sweeps"
    )


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
    >>> calibration, grid = Calibration.converted(gamma=2.0, theta=0.25), Grid(40, 15, 3)
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
