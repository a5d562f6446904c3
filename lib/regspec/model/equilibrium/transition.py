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

from regspec import seeds
from regspec.model.economy.shocks import build_shocks
from regspec.model.equilibrium.certificate import Tolerances
from regspec.model.equilibrium.certify import finite_items, fresh_errors, residual_items
from regspec.model.equilibrium.iteration import sweep
from regspec.model.equilibrium.off_grid import MarketSolution, as_market
from regspec.model.equilibrium.solution import Solution
from regspec.model.equilibrium.solve import Equilibrium

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


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
        One row per date: undefined values, infeasible share of states, residuals on the grid
        over income, Euler errors of the worst condition at fresh states (mean and 99th
        percentile, log10), and whether the date is within the limits of `Tolerances`.
    """

    solutions: tuple[MarketSolution, ...]
    z_mean: Array
    report: pd.DataFrame

    @property
    def converged(self) -> bool:
        """Whether every date is solved."""
        return bool(self.report["solved"].all())


def solve_trend(
    terminal: Solution, z_mean: ArrayLike, *, tolerances: Tolerances | None = None
) -> TrendPath:
    """Step back from a terminal solution along earlier mean productivities.

    Parameters
    ----------
    terminal : Solution
        Stationary solution at the last date; its certificate is the caller's to check. Earlier
        dates select among equilibria by its rule (`Equilibrium.selection`).
    z_mean : array, shape (T, I)
        Mean productivity levels of the dates before, first to last. Agents know them.
    tolerances : Tolerances, optional
        Limits that each date is held to.

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
    limits = tolerances or Tolerances()
    selection = terminal.selection if isinstance(terminal, Equilibrium) else "lagged"
    last = as_market(terminal)
    solutions, rows = [last], [_row(last, limits)]
    for levels in means[::-1]:
        ahead = solutions[-1]
        today = calibration.replace(z_mean=tuple(float(x) for x in levels))
        shocks = build_shocks(
            today,
            space.spec.shocks,
            width=space.spec.shock_width,
            rate_nodes=space.spec.rate_nodes,
        )
        # Its policies are still the next date's: what `sweep` reads of it is not.
        dated = Solution(
            calibration=today, grid=space, shocks=shocks, policies=ahead.policies,
            wedges=ahead.wedges,
        )  # fmt: skip
        policies = sweep(ahead, ahead.policies.q, refine=True, selection=selection, today=dated)
        now = as_market(dataclasses.replace(dated, policies=policies), ahead=ahead)
        solutions.append(now)
        rows.append(_row(now, limits))
    return TrendPath(
        solutions=tuple(solutions[::-1]),
        z_mean=np.vstack([means, terminal.calibration.z_mean]),
        report=pd.DataFrame(rows[::-1]).rename_axis("date"),
    )


def _row(solution: MarketSolution, limits: Tolerances) -> dict[str, float | bool]:
    items = finite_items(solution)
    row = {item.name: item.value for item in items}
    if items[0].passed:
        items += residual_items(solution, limits)
        errors = fresh_errors(solution, np.random.default_rng(seeds.SIMULATION), 1000)
        smooth = np.vstack([errors.log10(c, ~errors.switch) for c in errors.conditions[1:]])
        row |= {item.name: item.value for item in items}
        row["euler mean"], row["euler p99"] = smooth.mean(), np.quantile(smooth.max(axis=0), 0.99)
        within = row["euler mean"] <= limits.smooth_mean and row["euler p99"] <= limits.smooth_p99
    else:
        within = False
    return row | {"solved": within and all(item.passed for item in items)}
