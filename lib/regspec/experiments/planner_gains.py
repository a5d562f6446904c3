"""What the planner, and simple rules in its place, are worth: (29), Figure 12."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.experiments.policies import productivity_after
from regspec.model import (
    Grid,
    Planner,
    Solution,
    Wedges,
    ergodic_paths,
    grid_function,
    policy_value,
    solve_equilibrium,
    solve_planner,
    welfare_gain,
)
from regspec.model.technology import private_return
from regspec.parameters import Calibration

Floats = NDArray[np.float64]

__all__ = [
    "SWEEPS",
    "VARIANTS",
    "gain_along_bonds",
    "gain_along_shares",
    "gain_parts",
    "mean_gain",
    "simple_rules",
    "solve_variant",
    "u_shape",
]

#: Whether each variant internalises (agglomeration, the price of collateral).
VARIANTS = {
    "planner": (True, True),
    "agglomeration only": (True, False),
    "price of collateral only": (False, True),
}
#: Sweeps of a planner that may not settle.
SWEEPS = 40
_MOST_TAX = 0.9  # of returns, where the industry that pays for a subsidy is small


def solve_variant(calibration: Calibration, grid: Grid, variant: str) -> Solution:
    """Equilibrium, or the planner of one of `VARIANTS`, certified or not."""
    if variant == "equilibrium":
        return solve_equilibrium(calibration, grid, on_failure="return")
    agglomeration, collateral = VARIANTS[variant]
    return solve_planner(
        calibration, grid, agglomeration=agglomeration, collateral=collateral,
        max_sweeps=SWEEPS, on_failure="return",
    )  # fmt: skip


def mean_gain(values: Floats, equilibrium: Solution, *, seed: int = 0) -> dict[str, float]:
    """Gains (29) along simulated paths of the equilibrium, in percent of permanent consumption.

    Parameters
    ----------
    values : array, shape of the policies
        Result of `welfare_gain`.
    equilibrium : Solution
    seed : int

    Returns
    -------
    dict
        ``mean``, ``least``, ``most``, and ``negative`` (share of visits, percent).
    """
    paths = ergodic_paths(equilibrium, seed=seed)
    n = equilibrium.calibration.n_industries
    states = paths.b.ravel(), paths.k.reshape(-1, n), paths.z.reshape(-1, n)
    gain = 100 * grid_function(values, equilibrium.grid, equilibrium.shocks)(*states)
    return {
        "mean": float(gain.mean()),
        "least": float(gain.min()),
        "most": float(gain.max()),
        "negative": float(100 * (gain < -1e-4).mean()),
    }


def gain_parts(calibration: Calibration, grid: Grid, *, seed: int = 0) -> pd.DataFrame:
    """Gains of planners that internalise both externalities, one, and what they do together.

    Returns
    -------
    pandas.DataFrame
        One row per variant and for the interaction (both, less the sum of each alone), in percent
        of permanent consumption along simulated paths; columns as `mean_gain` and ``converged``.
    """
    market = solve_equilibrium(calibration, grid, on_failure="return")
    rows = {}
    for variant in VARIANTS:
        solution = solve_variant(calibration, grid, variant)
        gain = mean_gain(welfare_gain(market, solution), market, seed=seed)
        certified = solution.certificate.converged  # type: ignore[attr-defined]
        rows[variant] = {**gain, "converged": certified}
    both, alone = rows["planner"]["mean"], [rows[v]["mean"] for v in tuple(VARIANTS)[1:]]
    rows["interaction"] = {"mean": both - sum(alone)}
    return pd.DataFrame(rows).T


def _slice(
    gain: Floats, planner: Solution, b: Floats, share: Floats, industry: int, size: float
) -> Floats:
    k = np.stack([share, 1 - share] if industry == 0 else [1 - share, share], axis=-1)
    z = np.tile(productivity_after(planner, industry=industry, size=size), (len(b), 1))
    return 100 * grid_function(gain, planner.grid, planner.shocks)(b, k, z)


def gain_along_bonds(
    gain: Floats, planner: Planner, *, shares: dict[str, float], industry: int = 0,
    size: float = -1.0, points: int = 121,
) -> pd.DataFrame:  # fmt: skip
    """Gains over bonds after an adverse shock (Figure 12a): economy, bonds (over income), gain."""
    grid, scale = planner.grid.bonds, planner.grid.income_scale
    b = np.linspace(grid[0], grid[-1], points)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "economy": name,
                    "bonds": b / scale,
                    "gain": _slice(gain, planner, b, np.full(points, s), industry, size),
                }
            )
            for name, s in shares.items()
        ],
        ignore_index=True,
    )


def gain_along_shares(
    gain: Floats, planner: Planner, *, bonds: dict[str, float], industry: int = 0,
    size: float = -1.0, points: int = 121,
) -> pd.DataFrame:  # fmt: skip
    """Gains over the shocked industry's share (Figure 12b): economy, share, gain.

    `bonds` are in goods.
    """
    low, high = planner.grid.spec.capital_range
    share = np.linspace(low, high, points)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "economy": name,
                    "share": share,
                    "gain": _slice(gain, planner, np.full(points, b), share, industry, size),
                }
            )
            for name, b in bonds.items()
        ],
        ignore_index=True,
    )


def u_shape(x: ArrayLike, y: ArrayLike, *, tolerance: float) -> dict[str, float | bool]:
    """Whether y falls, then rises, over x, each by more than `tolerance`.

    Returns
    -------
    dict
        ``at`` (where y is least), ``fall``, ``rise`` and ``u`` (both above the tolerance).
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    least = int(y.argmin())
    fall, rise = float(y[0] - y[least]), float(y[-1] - y[least])
    return {
        "at": float(x[least]), "fall": fall, "rise": rise,
        "u": fall > tolerance and rise > tolerance,
    }  # fmt: skip


def _flat_debt_tax(rate: float) -> Wedges:
    return Wedges(tax_bonds=lambda b, k, z: np.full(len(b), rate))


def _flat_subsidy(calibration: Calibration, rate: float) -> Wedges:
    """Subsidy of the first industry's returns, paid by a tax on the other's in the same state."""

    def tax_capital(b: Floats, k: Floats, z: Floats) -> Floats:
        earned = k * private_return(k, z, calibration)
        paid = np.minimum(rate * earned[:, 0] / earned[:, 1], _MOST_TAX)
        return np.stack([paid * earned[:, 1] / earned[:, 0], -paid], axis=-1)

    return Wedges(tax_capital=tax_capital)


def simple_rules(
    calibration: Calibration,
    grid: Grid,
    *,
    debt_rates: Sequence[float],
    subsidy_rates: Sequence[float],
    seed: int = 0,
) -> pd.DataFrame:
    """What constant tax rates achieve, evaluated like the planner.

    A flat tax on debt; a flat subsidy of the first industry's returns financed by the other, which
    leaves the share-weighted return, and so the price of capital, alone.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``rate``, ``gain`` (mean along the equilibrium's paths, percent), ``converged``.
    """
    market = solve_equilibrium(calibration, grid, on_failure="return")
    base = policy_value(market)
    rules = [("flat tax on debt", r, _flat_debt_tax(r)) for r in debt_rates]
    rules += [("flat industry subsidy", r, _flat_subsidy(calibration, r)) for r in subsidy_rates]
    rows = []
    for name, rate, wedges in rules:
        solution = solve_equilibrium(
            calibration, grid, wedges=wedges, start=market, on_failure="return"
        )
        gain = mean_gain(policy_value(solution) / base - 1.0, market, seed=seed)["mean"]
        rows.append(
            {
                "rule": name, "rate": rate, "gain": gain,
                "converged": solution.certificate.converged,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
