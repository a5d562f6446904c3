"""Headline moments of a solution, and how they change when the grid is doubled."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from regspec import seeds
from regspec.model.economy.technology import income
from regspec.model.equilibrium.simulation import ergodic_paths
from regspec.model.equilibrium.solution import Solution
from regspec.model.equilibrium.solve import Equilibrium, solve_equilibrium

if TYPE_CHECKING:
    import pandas as pd


def headline_moments(solution: Solution, *, seed: int = seeds.SIMULATION) -> dict[str, float]:
    """Moments along simulated paths, with common random numbers across solutions.

    Returns
    -------
    dict
        Bonds over income (mean, standard deviation), binding frequency, price and consumption
        (mean, standard deviation of logs), and the mean and standard deviation of the first
        capital share.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> moments = headline_moments(equilibrium)
    >>> round(moments["bonds over income, mean"], 1)
    -0.2
    """
    paths = ergodic_paths(solution, seed=seed)
    y = income(paths.k, paths.z, solution.calibration)
    ratio, share = paths.b / y, paths.k[..., 0]
    return {
        "bonds over income, mean": float(ratio.mean()),
        "bonds over income, sd": float(ratio.std()),
        "binding frequency": float(paths.bound.mean()),
        "price, mean": float(paths.q.mean()),
        "log price, sd": float(np.log(paths.q).std()),
        "consumption, mean": float(paths.c.mean()),
        "log consumption, sd": float(np.log(paths.c).std()),
        "capital share, mean": float(share.mean()),
        "capital share, sd": float(share.std()),
    }


def doubled_grid(equilibrium: Equilibrium) -> pd.DataFrame:
    """Headline moments on the grid of a solution and on twice as many bond and capital nodes.

    Parameters
    ----------
    equilibrium : Equilibrium

    Returns
    -------
    pandas.DataFrame
        Rows moments; columns ``grid``, ``doubled``, ``change``; `attrs` has ``converged`` of the
        doubled solution.
    """
    import pandas as pd  # slow to import: only when a table is asked for

    spec = equilibrium.grid.spec
    fine = dataclasses.replace(spec, bonds=2 * spec.bonds, capital=2 * spec.capital)
    rule = equilibrium.selection
    doubled = solve_equilibrium(
        equilibrium.calibration,
        fine,
        wedges=equilibrium.wedges,
        alternative="lagged" if rule == "lagged" else "simultaneous",
        selection="least" if rule == "least" else "most",
        on_failure="return",
    )
    frame = pd.DataFrame(
        {"grid": headline_moments(equilibrium), "doubled": headline_moments(doubled)}
    )
    frame["change"] = frame["doubled"] - frame["grid"]
    frame.attrs["converged"] = doubled.certificate.converged
    return frame


def spread_over_starts(equilibrium: Equilibrium) -> pd.DataFrame:
    """Headline moments of the solutions that other starts lead to.

    Where one equilibrium exists they agree; where several do, the lagged-price rule keeps the
    branch on which the start puts a state, so that the spread says how much the choice of the
    start decides.

    Parameters
    ----------
    equilibrium : Equilibrium
        Its calibration, grid and wedges are solved again from: the static guess, the solution at
        gamma = 1 (mild feedback), the one at half the theta, and the one without borrowing
        against capital (theta near zero).

    Returns
    -------
    pandas.DataFrame
        Rows starts; columns headline moments and ``converged``.
    """
    import pandas as pd  # slow to import: only when a table is asked for

    base, spec = equilibrium.calibration, equilibrium.grid.spec
    others = {
        "static guess": None,
        "gamma = 1": base.replace(gamma=1.0),
        "half theta": base.replace(theta=base.theta / 2),
        "theta = 0.01": base.replace(theta=0.01),
    }
    rows = {}
    for label, calibration in others.items():
        start = None
        if calibration is not None:
            start = solve_equilibrium(
                calibration, spec, wedges=equilibrium.wedges, on_failure="return"
            )
        solved = solve_equilibrium(
            base, spec, start=start, wedges=equilibrium.wedges, on_failure="return"
        )
        rows[label] = headline_moments(solved) | {"converged": solved.certificate.converged}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("start")
