"""Certificates of several solutions side by side, and Euler errors point by point."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from regspec.model import Equilibrium, Grid, solve_equilibrium
from regspec.model.euler import euler_errors
from regspec.parameters import Calibration

__all__ = ["HEADLINE_ITEMS", "certificate_table", "error_sample", "solve_by_risk_aversion"]

#: Certificate items that a comparison of solutions shows.
HEADLINE_ITEMS = (
    "change in b_next",
    "change in q",
    "collateral excess",
    "binding frequency",
    "euler bonds, mean",
    "euler bonds, p99",
    "euler capital_1, mean",
    "euler capital_1, p99",
    "static equilibria, most",
    "static equilibria, share with several",
    "uniqueness margin, least",
)


def solve_by_risk_aversion(
    calibration: Calibration, gammas: tuple[float, ...], grid: Grid
) -> dict[str, Equilibrium]:
    """Solve at several values of gamma, each started from the one before.

    Solutions are returned whether or not they pass: the table of their certificates says so.

    Parameters
    ----------
    calibration : Calibration
    gammas : tuple of float
        From the easiest (lowest) up.
    grid : Grid
    """
    solved: dict[str, Equilibrium] = {}
    start = None
    for gamma in gammas:
        start = solve_equilibrium(
            calibration.replace(gamma=gamma), grid, start=start, on_failure="return"
        )
        solved[f"γ = {gamma:g}"] = start
    return solved


def certificate_table(solutions: Mapping[str, Equilibrium]) -> pd.DataFrame:
    """Headline items of several certificates, one column a solution.

    Parameters
    ----------
    solutions : mapping of str to Equilibrium

    Returns
    -------
    pandas.DataFrame
        Rows :data:`HEADLINE_ITEMS` after ``sweeps`` and ``converged`` (1 or 0); NaN where a
        solution has no such item.
    """
    columns = {}
    for label, equilibrium in solutions.items():
        values = {item.name: item.value for item in equilibrium.certificate.items()}
        columns[label] = [
            float(equilibrium.sweeps),
            float(equilibrium.certificate.converged),
            *(values.get(name, np.nan) for name in HEADLINE_ITEMS),
        ]
    return pd.DataFrame(columns, index=["sweeps", "converged", *HEADLINE_ITEMS])


def error_sample(
    equilibrium: Equilibrium, *, points: int = 1500, seed: int = 20251016
) -> pd.DataFrame:
    """Euler errors at fresh states, uniform over the grid's box.

    Parameters
    ----------
    equilibrium : Equilibrium
    points : int
        Number of states.
    seed : int

    Returns
    -------
    pandas.DataFrame
        ``bonds``, ``share`` (capital of industry 1), ``error`` (log10 of the largest of the
        three conditions, consumption units), ``bound``, ``switch`` (slack and bound nodes
        surround the state or its successors).
    """
    rng = np.random.default_rng(seed)
    grid = equilibrium.grid
    b = rng.uniform(grid.bonds[0], grid.bonds[-1], points)
    share = rng.uniform(grid.capital[0], grid.capital[-1], points)
    node = rng.integers(0, len(equilibrium.shocks.joint_nodes), points)
    errors = euler_errors(equilibrium, b, np.column_stack([share, 1 - share]), node)
    worst = np.maximum(np.abs(errors.bonds), np.abs(errors.capital).max(axis=1))
    # An undefined error counts as a whole unit of consumption, as in the certificate.
    worst = np.where(np.isfinite(worst), worst, 1.0)
    return pd.DataFrame(
        {
            "bonds": b,
            "share": share,
            "error": np.log10(np.maximum(worst, 1e-16)),
            "bound": errors.bound,
            "switch": errors.switch,
        }
    )
