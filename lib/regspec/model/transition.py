"""Deterministic trends: exact backward steps from a terminal stationary solution.

Relative productivity grows along a known path until the terminal date and stays there. Instead
of one more state variable, the problem is solved once at the terminal date and stepped back one
date at a time, each step with that date's technology today and the next date's policies tomorrow.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.model import kernels
from regspec.model.iteration import collateral_slope, sweep
from regspec.model.shocks import build_shocks
from regspec.model.solution import Solution

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

# Residual of the collateral limit, over income, above which a date is not solved.
RESIDUAL = 1e-5


@dataclass(frozen=True, kw_only=True, slots=True)
class TrendPath:
    """Solutions at every date of a deterministic path of mean productivity.

    Attributes
    ----------
    solutions : tuple of Solution, length T + 1
        From the first date to the terminal one, on the terminal grid.
    z_mean : array, shape (T + 1, I)
        Mean productivity levels.
    report : pandas.DataFrame
        One row per date: infeasible share of states, largest debt above collateral at the
        current price over income, and whether the date is solved.
    """

    solutions: tuple[Solution, ...]
    z_mean: Array
    report: pd.DataFrame

    @property
    def converged(self) -> bool:
        """Whether every date is solved."""
        return bool(self.report["solved"].all())


def solve_trend(terminal: Solution, z_mean: ArrayLike) -> TrendPath:
    """Step back from a terminal solution along earlier mean productivities.

    Parameters
    ----------
    terminal : Solution
        Stationary solution at the last date; its certificate is the caller's to check.
    z_mean : array, shape (T, I)
        Mean productivity levels of the dates before, first to last. Agents know them.

    Returns
    -------
    TrendPath

    Raises
    ------
    ValueError
        If the shape is not (T, I) or a level is not positive.
    """
    import pandas as pd  # slow to import: only when a table is asked for

    means = np.asarray(z_mean, float)
    calibration, space = terminal.calibration, terminal.grid
    if means.ndim != 2 or means.shape[1] != calibration.n_industries or not (means > 0).all():
        raise ValueError(
            f"z_mean has shape {means.shape} and least value {means.min(initial=np.nan):.4g}; "
            f"allowed: (T, {calibration.n_industries}), all positive"
        )
    solutions, rows = [terminal], [_row(terminal)]
    for levels in means[::-1]:
        ahead = solutions[-1]
        today = calibration.replace(z_mean=tuple(float(x) for x in levels))
        shocks = build_shocks(
            today,
            space.spec.shocks,
            width=space.spec.shock_width,
            rate_nodes=space.spec.rate_nodes,
        )
        policies = sweep(ahead, ahead.policies.q, refine=True, calibration=today, shocks=shocks)
        now = dataclasses.replace(ahead, calibration=today, shocks=shocks, policies=policies)
        solutions.append(now)
        rows.append(_row(now))
    return TrendPath(
        solutions=tuple(solutions[::-1]),
        z_mean=np.vstack([means, terminal.calibration.z_mean]),
        report=pd.DataFrame(rows[::-1]).rename_axis("date"),
    )


def _row(solution: Solution) -> dict[str, float | bool]:
    shape, p = solution.flat_shape, solution.policies
    infeasible = float((p.status == kernels.INFEASIBLE).mean())
    excess = 0.0
    if solution.calibration.constraint:
        room = collateral_slope(solution)[:, None, None] * p.q.reshape(shape)
        over = -(p.b_next.reshape(shape) + room)
        excess = float(np.max(np.maximum(over, 0.0))) / solution.grid.income_scale
    finite = bool(np.isfinite(p.q).all())
    return {
        "infeasible": infeasible,
        "collateral excess": excess,
        "solved": finite and infeasible == 0 and excess <= RESIDUAL,
    }
