"""Commuting zones that foresee the trends (reading 38): exact backward steps in place of surprises.

In :mod:`regspec.regions.simulate` agents take a date's relative productivity as lasting. Here
they know its path to the last date, after which it stays where it is. All zones must meet the same
path, so that one solution for each date serves them all.

A date's solution is exact given the next one, state by state, but on its grid are states without a
choice that their own price supports. Hence no certificate of a whole date: every state that a zone
visits is checked by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec.model import Grid, TrendPath, euler_errors, solve_equilibrium, solve_trend
from regspec.model.equilibrium.certificate import Tolerances
from regspec.model.equilibrium.off_grid import MarketSolution
from regspec.parameters import Calibration
from regspec.regions.relative_rules import FamilyRules, productivity_levels
from regspec.regions.simulate import RegionPaths, RegionStart, follow

Floats = NDArray[np.float64]

__all__ = ["foresee", "simulate_foreseen"]


def _levels(start: RegionStart, calibration: Calibration) -> Floats:
    """Log productivity of both sectors at every date, shape (T + 1, 2), the same in all zones."""
    if max(np.ptp(a, axis=1).max() for a in (start.relative, start.log_scale)) > 1e-12:
        raise ValueError(
            f"the {start.reading!r} reading gives zones different productivity; foresight needs "
            "one path for all: use 'national' or 'observed'"
        )
    normal = productivity_levels(start.relative[:, 0], calibration)
    return np.asarray(normal + start.log_scale[:, :1])


def foresee(
    start: RegionStart, calibration: Calibration, grid: Grid, *, tolerance: float = 1e-6
) -> tuple[TrendPath, bool]:
    """Solve the last date as a stationary economy and step back to the first.

    Parameters
    ----------
    start : RegionStart
        Of a reading with national productivity.
    calibration : Calibration
    grid : Grid
    tolerance : float

    Returns
    -------
    path : TrendPath
        One solution a date.
    certified : bool
        Whether the last date's solution passes its certificate.

    Raises
    ------
    ValueError
        If the zones' productivity differs.
    """
    means = np.exp(_levels(start, calibration))
    terminal = solve_equilibrium(
        calibration.replace(z_mean=tuple(float(x) for x in means[-1])),
        grid,
        tolerance=tolerance,
        on_failure="return",
    )
    return solve_trend(terminal, means[:-1]), terminal.certificate.converged


def _holds(solution: MarketSolution, b: Floats, k: Floats) -> NDArray[np.bool_]:
    """Whether the conditions hold at given states, productivity at its mean."""
    middle = len(solution.shocks.joint_nodes) // 2
    errors = euler_errors(solution, b, k, np.full(b.size, middle))
    # Undefined and missing errors count as large ones; a floor of the grid is not an equilibrium.
    worst = np.max(np.abs(np.column_stack([errors.bonds, errors.capital])), axis=1)
    within = np.nan_to_num(worst, nan=1.0) <= 10.0 ** Tolerances().euler_p99
    return np.asarray(within & ~errors.unsolved & ~errors.floor)


def simulate_foreseen(
    start: RegionStart,
    calibration: Calibration,
    grid: Grid,
    *,
    bonds_to_income: float = -0.2,
    tolerance: float = 1e-6,
) -> RegionPaths:
    """Run all zones through the realised path that they foresee, shocks at their mean.

    Parameters
    ----------
    start : RegionStart
        Of a reading with national productivity.
    calibration : Calibration
        With or without the collateral constraint.
    grid : Grid
    bonds_to_income : float
        Initial bonds over the income of a period, the same everywhere.
    tolerance : float

    Returns
    -------
    RegionPaths
        ``certified``: the last date passes its certificate, and at the zone's own state the
        Euler error of every condition is within :attr:`Tolerances.euler_p99` and its own price
        supports the choice.

    Raises
    ------
    ValueError
        If the zones' productivity differs, or for a grid without a node at mean productivity.
    """
    if grid.shocks % 2 == 0:
        raise ValueError(f"grid.shocks is {grid.shocks}; allowed: an odd number, for a mean node")
    path, last = foresee(start, calibration, grid, tolerance=tolerance)

    def rules(t: int, bonds: Floats, share: Floats) -> FamilyRules:
        k = np.column_stack([share, 1 - share])
        choice = path.solutions[t].at(bonds, k, np.tile(path.z_mean[t], (share.size, 1)))
        return FamilyRules(
            bonds_next=choice.b_next,
            share_next=choice.k_next[:, 0],
            bound=choice.bound,
            inside=choice.inside & (choice.c > 0),
            certified=_holds(path.solutions[t], bonds, k) & last,
        )

    return follow(start, calibration, rules, bonds_to_income=bonds_to_income)
