"""The planner against the market: Figure 10, its crossover, and where the planner exists."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.experiments.family import relative_productivity_of
from regspec.experiments.planner_gains import SWEEPS, VARIANTS, mean_gain, solve_variant
from regspec.model import (
    Grid,
    Solution,
    ergodic_paths,
    solve_equilibrium,
    solve_planner,
    welfare_gain,
)
from regspec.model.technology import income
from regspec.parameters import Calibration

Floats = NDArray[np.float64]

__all__ = [
    "Crossover",
    "crossover",
    "existence_table",
    "specialization_curves",
    "specialized_region",
    "with_agglomeration",
]

Unit = Literal["stock", "average"]


def specialized_region(calibration: Calibration, share: float) -> Calibration:
    """Calibration whose relative productivity makes `share` the private resting point.

    Income at that allocation is the original's. This is how the paper turns a region's industry
    mix of 1950 into productivities (section 4.1).

    Parameters
    ----------
    calibration : Calibration
        With two industries.
    share : float
        Capital share of the first industry, above 0 and below 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share!r}; allowed: above 0 and below 1")
    relative = float(relative_productivity_of(np.array([share]), calibration)[0])
    z = np.exp([relative / 2, -relative / 2])
    k = np.array([share, 1 - share])
    level = income(np.full(2, 0.5), np.ones(2), calibration) / income(k, z, calibration)
    return calibration.replace(z_mean=tuple(float(x) for x in level * z))


def _mean_share(solution: Solution, seed: int) -> float:
    return float(ergodic_paths(solution, seed=seed).k[..., 0].mean())


def with_agglomeration(calibration: Calibration, xi: float, *, unit: Unit = "stock") -> Calibration:
    """Another agglomeration elasticity of the first industry, at the unit in which (8) measures k.

    Parameters
    ----------
    calibration : Calibration
    xi : float
    unit : {"stock", "average"}
        As printed, capital in units of the whole stock: every industry loses productivity when
        xi rises. Or in units of the average industry, z_i = bar z_i (I k_i)^xi_i: one of that
        size keeps its productivity and larger ones gain.
    """
    if unit not in ("stock", "average"):
        raise ValueError(f"unit is {unit!r}; allowed: 'stock', 'average'")
    size = calibration.n_industries if unit == "average" else 1
    level = calibration.z_mean[0] * size ** (xi - calibration.xi[0])
    return calibration.replace(
        xi=(xi, *calibration.xi[1:]), z_mean=(level, *calibration.z_mean[1:])
    )


def specialization_curves(
    calibration: Calibration,
    xi: ArrayLike,
    grid: Grid,
    *,
    variants: Sequence[str] = tuple(VARIANTS),
    unit: Unit = "stock",
    seed: int = 0,
) -> pd.DataFrame:
    """Mean capital share of the first industry against its agglomeration elasticity (Figure 10).

    Productivities are those of the calibration; see `with_agglomeration`.

    Parameters
    ----------
    calibration : Calibration
        With two industries.
    xi : array_like, shape (n,)
        Agglomeration of the first industry.
    grid : Grid
    variants : sequence of str
        Keys of `VARIANTS`.
    unit : {"stock", "average"}
        See `with_agglomeration`.
    seed : int
        Of the simulated paths, common to all.

    Returns
    -------
    pandas.DataFrame
        ``xi``, ``variant``, ``share`` (mean along simulated paths), ``converged``.
    """
    rows = []
    for value in np.atleast_1d(np.asarray(xi, float)):
        here = with_agglomeration(calibration, float(value), unit=unit)
        for variant in ("equilibrium", *variants):
            solution = solve_variant(here, grid, variant)
            rows.append(
                {
                    "xi": float(value),
                    "variant": variant,
                    "share": _mean_share(solution, seed),
                    "converged": solution.certificate.converged,  # type: ignore[attr-defined]
                }
            )
    return pd.DataFrame(rows)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Crossover:
    """Where the planner chooses the equilibrium's specialisation.

    Attributes
    ----------
    xi : float
        Agglomeration of the first industry; NaN if the curves do not cross in the range.
    neutral : float
        Where they cross if the price of collateral is not internalised: the other industry's
        agglomeration, in closed form.
    converged : bool
        Whether every solution used is certified.
    """

    xi: float
    neutral: float
    converged: bool

    @property
    def shift(self) -> float:
        """How far the price of collateral moves the crossover."""
        return self.xi - self.neutral


def crossover(
    calibration: Calibration,
    grid: Grid,
    *,
    low: float = 0.0,
    high: float = 0.3,
    seed: int = 0,
    tolerance: float = 5e-4,
) -> Crossover:
    """Solve for the agglomeration at which planner and equilibrium specialise alike.

    Without the price of collateral that is where both industries have the same agglomeration;
    the search starts there.

    Returns
    -------
    Crossover
    """
    fine = True

    def excess(xi: float) -> float:
        nonlocal fine
        here = with_agglomeration(calibration, xi)
        market, planner = (
            solve_variant(here, grid, "equilibrium"),
            solve_variant(here, grid, "planner"),
        )
        fine &= market.certificate.converged and planner.certificate.converged  # type: ignore[attr-defined]
        return _mean_share(planner, seed) - _mean_share(market, seed)

    neutral = calibration.xi[1]
    a, fa = neutral, excess(neutral)
    b, fb = a, fa
    step = -0.02 if fa > 0 else 0.02
    while (fa > 0) == (fb > 0):
        a, fa = b, fb
        b = float(np.clip(b + step, low, high))
        if b == a:
            return Crossover(xi=float("nan"), neutral=neutral, converged=fine)
        fb = excess(b)
        step *= 2
    for _ in range(8):  # regula falsi: nearly linear
        root = a - fa * (b - a) / (fb - fa)
        value = excess(root)
        done = min(abs(root - a), abs(root - b)) < tolerance
        if (value > 0) == (fa > 0):
            a, fa = root, value
        else:
            b, fb = root, value
        if done or value == 0:
            break
    return Crossover(xi=float(root), neutral=neutral, converged=fine)


def existence_table(
    cases: Sequence[tuple[float, float]], calibration: Calibration, grid: Grid, *, seed: int = 0
) -> pd.DataFrame:
    """Where equilibrium and planner are found: one row per (gamma, theta).

    Returns
    -------
    pandas.DataFrame
        ``gamma``, ``theta``, ``equilibrium`` and ``planner`` (whether certified), ``several``
        (percent of sampled states with several static equilibria), ``least margin``,
        ``policy change`` (the planner's largest, in a further sweep), ``ties`` (states that keep a
        choice beside a distant one), ``failing items`` (of the planner's certificate), ``several
        pieces`` (percent of sampled states whose feasible debt is not one interval), ``mean gain``
        (percent; NaN where one of them is not certified).
    """
    rows = []
    nan = float("nan")  # where a certificate stopped before an item
    for gamma, theta in cases:
        here = calibration.replace(gamma=gamma, theta=theta)
        market = solve_equilibrium(here, grid, max_sweeps=600, on_failure="return")
        planner = solve_planner(here, grid, max_sweeps=SWEEPS, on_failure="return", start=market)
        checked = {item.name: item.value for item in market.certificate.items()}
        evidence = {item.name: item.value for item in planner.certificate.items()}
        gain = nan
        if market.certificate.converged and planner.certificate.converged:
            gain = mean_gain(welfare_gain(market, planner), market, seed=seed)["mean"]
        change = max(evidence.get(f"change in {m}", nan) for m in ("c", "b_next", "k_next"))
        static = "static equilibria, share with several"
        pieces = "feasible pieces, share with several"
        rows.append(
            {
                "gamma": gamma,
                "theta": theta,
                "equilibrium": market.certificate.converged,
                "several": 100 * checked.get(static, nan),
                "least margin": checked.get("uniqueness margin, least", nan),
                "planner": planner.certificate.converged,
                "policy change": change,
                "ties": evidence.get("ties", nan),
                "failing items": len(planner.certificate.failing),
                "several pieces": 100 * evidence.get(pieces, nan),
                "mean gain": gain,
            }
        )
    return pd.DataFrame(rows)
