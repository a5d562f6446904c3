"""What the planner, and simple rules in its place, are worth: (29), Figure 12.

The planner at high next to low risk aversion, where both are certified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec import seeds
from regspec.model import (
    Certified,
    Grid,
    Planner,
    Solution,
    Wedges,
    ergodic_paths,
    grid_function,
    optimal_taxes,
    policy_value,
    solve_equilibrium,
    solve_planner,
    tax_summary,
    welfare_gain,
)
from regspec.model.economy.technology import private_return
from regspec.parameters import Calibration
from regspec.studies.responses import productivity_after

__all__ = [
    "SWEEPS",
    "VARIANTS",
    "aversion_headlines",
    "best_rates",
    "compare_aversion",
    "gain_along_bonds",
    "gain_along_shares",
    "gain_parts",
    "gain_slope",
    "largest_theta",
    "mean_gain",
    "shape_table",
    "simple_rules",
    "solve_variant",
    "u_shape",
    "variant_gains",
]

Floats = NDArray[np.float64]


#: Whether each variant internalises (agglomeration, the price of collateral).
VARIANTS = {
    "planner": (True, True),
    "agglomeration only": (True, False),
    "price of collateral only": (False, True),
}
#: Sweeps of a planner that may not settle.
SWEEPS = 40
_MOST_TAX = 0.9  # of returns, where the industry that pays for a subsidy is small


def solve_variant(calibration: Calibration, grid: Grid, variant: str) -> Certified:
    """Equilibrium, or the planner of one of `VARIANTS`, certified or not."""
    if variant == "equilibrium":
        return solve_equilibrium(calibration, grid, on_failure="return")
    agglomeration, collateral = VARIANTS[variant]
    return solve_planner(
        calibration, grid, agglomeration=agglomeration, collateral=collateral,
        max_sweeps=SWEEPS, on_failure="return",
    )  # fmt: skip


def mean_gain(
    values: Floats, equilibrium: Solution, *, seed: int = seeds.SIMULATION
) -> dict[str, float]:
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
    gain = 100 * grid_function(values, equilibrium.grid, equilibrium.shocks)(*paths.states)
    return {
        "mean": float(gain.mean()),
        "least": float(gain.min()),
        "most": float(gain.max()),
        "negative": float(100 * (gain < -1e-4).mean()),
    }


def variant_gains(
    calibration: Calibration, grid: Grid, *, seed: int = seeds.SIMULATION
) -> pd.DataFrame:
    """Gains of planners that internalise both externalities, and each alone.

    Returns
    -------
    pandas.DataFrame
        One row a variant: ``counted`` (:data:`VARIANTS`), in percent of permanent consumption along
        simulated paths; columns as `mean_gain` and ``converged``.
    """
    market = solve_equilibrium(calibration, grid, on_failure="return")
    rows = []
    for variant in VARIANTS:
        solution = solve_variant(calibration, grid, variant)
        gain = mean_gain(welfare_gain(market, solution), market, seed=seed)
        rows.append({"counted": variant, **gain, "converged": solution.converged})
    return pd.DataFrame(rows)


def gain_parts(gains: pd.DataFrame) -> pd.DataFrame:
    """Table of :func:`variant_gains`, and what counting both does beyond the sum of each alone.

    Returns
    -------
    pandas.DataFrame
        One row a variant and ``interaction``; columns as `mean_gain` and ``converged``.
    """
    columns = ["counted", "mean", "least", "most", "negative", "converged"]
    rows = {r.pop("counted"): r for r in gains[columns].to_dict("records")}
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
    seed: int = seeds.SIMULATION,
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
    seed: int = seeds.SIMULATION,
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


def aversion_headlines(row: pd.Series) -> dict[str, float]:
    """Mean tax on debt, mean gain and excess share of the planner, of a row of a comparison."""
    return {
        "debt": float(row["debt tax"]),
        "gain": float(row["gain"]),
        "share": float(row["share planner"] - row["share market"]),
    }


def best_rates(rules: pd.DataFrame, planner: float) -> dict[str, float]:
    """Best certified rates among :func:`simple_rules`, in percent, and what they are worth.

    Parameters
    ----------
    rules : pandas.DataFrame
    planner : float
        Mean gain of the planner; the share of it that the subsidy reaches is in percent.
    """
    solid = rules[rules["converged"].astype(bool)]
    best = solid.loc[solid.groupby("rule")["gain"].idxmax()].set_index("rule")
    rate, gain = best["rate"], best["gain"]
    return {
        "best_debt_rate": 100 * float(rate["flat tax on debt"]),
        "best_debt_gain": float(gain["flat tax on debt"]),
        "best_subsidy_rate": 100 * float(rate["flat industry subsidy"]),
        "best_subsidy_share": 100 * float(gain["flat industry subsidy"]) / planner,
    }


def gain_slope(part: pd.DataFrame, over: str) -> float:
    """Least-squares slope of the gain over bonds or shares, of one economy."""
    return float(np.polyfit(part[over], part["gain"], 1)[0])


def shape_table(over_shares: pd.DataFrame) -> pd.DataFrame:
    """Whether gains over the share of an industry, from 0.1 to 0.9, are U-shaped, by economy."""
    rows = []
    for label, part in over_shares.groupby("economy", sort=False):
        inner = part[part["share"].between(0.1, 0.9)]
        seen = u_shape(inner["share"], inner["gain"], tolerance=1e-3)
        words = {"debt": label, "least at share": seen["at"], "fall to it": seen["fall"]}
        rows.append(words | {"rise from it": seen["rise"], "U": "yes" if seen["u"] else "no"})
    return pd.DataFrame(rows)
