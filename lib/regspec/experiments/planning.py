"""The planner against the market: Figures 10 and 12, tax rules, and where the planner exists."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.experiments.family import relative_productivity_of
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
from regspec.model.technology import income, private_return
from regspec.parameters import Calibration

Floats = NDArray[np.float64]

__all__ = [
    "VARIANTS",
    "Crossover",
    "crossover",
    "existence_table",
    "gain_along_bonds",
    "gain_along_shares",
    "gain_parts",
    "mean_gain",
    "simple_rules",
    "specialised_region",
    "specialization_curves",
    "u_shape",
    "with_agglomeration",
]

#: Whether each variant internalises (agglomeration, the price of collateral).
VARIANTS = {
    "planner": (True, True),
    "agglomeration only": (True, False),
    "price of collateral only": (False, True),
}
Unit = Literal["stock", "average"]
_SWEEPS = 40  # of a planner that may not settle
_MOST_TAX = 0.9  # of returns, where the industry that pays for a subsidy is small


def specialised_region(calibration: Calibration, share: float) -> Calibration:
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


def _solve(calibration: Calibration, grid: Grid, variant: str) -> Solution:
    if variant == "equilibrium":
        return solve_equilibrium(calibration, grid, on_failure="return")
    agglomeration, collateral = VARIANTS[variant]
    return solve_planner(
        calibration, grid, agglomeration=agglomeration, collateral=collateral,
        max_sweeps=_SWEEPS, on_failure="return",
    )  # fmt: skip


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
            solution = _solve(here, grid, variant)
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
        market, planner = _solve(here, grid, "equilibrium"), _solve(here, grid, "planner")
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
        solution = _solve(calibration, grid, variant)
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


def existence_table(
    cases: Sequence[tuple[float, float]], calibration: Calibration, grid: Grid, *, seed: int = 0
) -> pd.DataFrame:
    """Where equilibrium and planner are found: one row per (gamma, theta).

    Returns
    -------
    pandas.DataFrame
        ``gamma``, ``theta``, ``equilibrium`` and ``planner`` (whether certified), ``several``
        (percent of sampled states with several static equilibria), ``least margin``,
        ``policy change`` (the planner's largest, in a further sweep), ``failing``
        (items of its certificate), ``mean gain`` (percent; NaN
        where policies cannot be evaluated).
    """
    rows = []
    for gamma, theta in cases:
        here = calibration.replace(gamma=gamma, theta=theta)
        market = solve_equilibrium(here, grid, max_sweeps=600, on_failure="return")
        planner = solve_planner(here, grid, max_sweeps=_SWEEPS, on_failure="return", start=market)
        evidence, checked = planner.certificate, market.certificate
        change = max(_value(evidence, f"change in {m}") for m in ("c", "b_next", "k_next"))
        try:
            gain = mean_gain(welfare_gain(market, planner), market, seed=seed)["mean"]
        except RuntimeError:  # policies that cannot be evaluated
            gain = float("nan")
        rows.append(
            {
                "gamma": gamma,
                "theta": theta,
                "equilibrium": checked.converged,
                "several": 100 * _value(checked, "static equilibria, share with several"),
                "least margin": _value(checked, "uniqueness margin, least"),
                "planner": evidence.converged,
                "policy change": change,
                "failing": ", ".join(item.name for item in evidence.failing),
                "mean gain": gain,
            }
        )
    return pd.DataFrame(rows)


def _value(certificate, name: str) -> float:  # type: ignore[no-untyped-def]
    """Value of an item; NaN where the certificate stopped before it."""
    return next((item.value for item in certificate.items() if item.name == name), float("nan"))
