"""The planner at high next to low risk aversion, where both are certified."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regspec.experiments.planner_gains import SWEEPS, mean_gain
from regspec.model import (
    Grid,
    ergodic_paths,
    grid_function,
    optimal_taxes,
    solve_equilibrium,
    solve_planner,
    tax_summary,
    welfare_gain,
)
from regspec.parameters import Calibration

__all__ = ["compare_aversion", "largest_theta"]


def largest_theta(
    calibration: Calibration,
    grid: Grid,
    *,
    low: float = 0.05,
    high: float = 0.35,
    step: float = 0.01,
) -> float:
    """Largest loan-to-value limit on a grid of `step` at which market and planner are certified.

    By bisection: it takes certification to end once between `low` and `high`.

    Returns
    -------
    float
        NaN if neither is certified at `low`.
    """

    def certified(count: int) -> bool:
        here = calibration.replace(theta=low + count * step)
        market = solve_equilibrium(here, grid, on_failure="return")
        if not market.certificate.converged:
            return False
        planner = solve_planner(here, grid, start=market, max_sweeps=SWEEPS, on_failure="return")
        return planner.certificate.converged

    good, bad = 0, round((high - low) / step)
    if not certified(good):
        return float("nan")
    if certified(bad):
        return high
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if certified(middle) else (good, middle)
    return round(low + good * step, 10)


def compare_aversion(
    cases: Sequence[tuple[float, float]],
    calibration: Calibration,
    grid: Grid,
    *,
    points: int = 81,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Taxes, specialization and gains for several (gamma, theta), side by side.

    Parameters
    ----------
    cases : sequence of (gamma, theta)
    calibration : Calibration
        With two industries.
    grid : Grid
    points : int
        Of the slices.
    seed : int

    Returns
    -------
    summary : pandas.DataFrame
        One row per case: ``gamma``, ``theta``, ``certified`` (market and planner), ``ties``,
        ``share market`` and ``share planner`` (mean capital share of the first industry along
        simulated paths), ``bonds market`` and ``bonds planner`` (mean, over income), ``binds``
        (percent of the planner's periods), ``subsidy`` and ``debt tax`` (mean, percent), ``debt
        tax p95``, ``gain``, ``least`` and ``most`` (percent of permanent consumption).
    slices : pandas.DataFrame
        Over the capital share, at the market's mean bonds and mean productivity: ``economy``,
        ``share``, ``moved`` (the planner's next share less the market's), ``debt``, ``industry``
        (percent), ``gain``.
    """
    rows, frames = [], []
    for gamma, theta in cases:
        here = calibration.replace(gamma=gamma, theta=theta)
        market = solve_equilibrium(here, grid, on_failure="return")
        planner = solve_planner(here, grid, start=market, max_sweeps=SWEEPS, on_failure="return")
        gain, taxes = welfare_gain(market, planner), optimal_taxes(planner)
        at = tax_summary(planner, taxes, seed=seed).to_dict("index")
        scale = planner.grid.income_scale
        theirs, ours = (ergodic_paths(s, seed=seed) for s in (market, planner))
        worth = mean_gain(gain, market, seed=seed)
        certified = market.certificate.converged and planner.certificate.converged
        rows.append(
            {
                "gamma": gamma,
                "theta": theta,
                "certified": certified,
                "ties": int(planner.certificate["ties"]),
                "share market": theirs.k[..., 0].mean(),
                "share planner": ours.k[..., 0].mean(),
                "bonds market": theirs.b.mean() / scale,
                "bonds planner": ours.b.mean() / scale,
                "binds": 100 * planner.certificate["binding frequency"],
                "subsidy": 100 * at["tax_capital_1"]["mean"],
                "debt tax": 100 * at["tax_bonds"]["mean"],
                "debt tax p95": 100 * at["tax_bonds"]["p95"],
                "gain": worth["mean"],
                "least": worth["least"],
                "most": worth["most"],
            }
        )
        share = np.linspace(0.1, 0.9, points)
        k = np.stack([share, 1 - share], axis=-1)
        states = np.full(points, theirs.b.mean()), k, np.tile(here.z_mean, (points, 1))
        values = {"debt": taxes.tax_bonds, "industry": taxes.tax_capital[..., 0], "gain": gain}
        part = pd.DataFrame(
            {n: 100 * grid_function(v, planner.grid, planner.shocks)(*states)
             for n, v in values.items()}
        )  # fmt: skip
        moved = planner.at(*states).k_next[:, 0] - market.at(*states).k_next[:, 0]
        label = f"γ = {gamma:g}, θ = {theta:g}"
        frames.append(part.assign(economy=label, share=share, moved=moved))
    return pd.DataFrame(rows), pd.concat(frames, ignore_index=True)
