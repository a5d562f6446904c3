r"""The discount factor that puts mean net foreign assets at their target (section 4.1, step 2).

For each candidate :math:`\beta` the competitive equilibrium is solved and certified, and bonds
over income are averaged over its ergodic distribution. Only certified solutions count: a root
between two of them is closed in on, and where there is none the error says why.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from regspec import seeds
from regspec.model import Equilibrium, Grid, ergodic_paths, solve_equilibrium, stationary_path
from regspec.model.economy.technology import income
from regspec.model.equilibrium.certificate import Certificate
from regspec.parameters import Calibration
from regspec.tools.choices import require_choice

__all__ = [
    "TARGET",
    "BetaCalibration",
    "Case",
    "Evaluation",
    "Measure",
    "NoDiscountFactorError",
    "Unit",
    "beta_table",
    "binding_ratio",
    "calibrate_beta",
    "evaluate",
    "printed_cases",
    "scan_betas",
    "scan_ends",
    "value_of",
]

Unit = Literal["period", "annual"]
Measure = Literal["ergodic", "stationary"]


#: Mean net foreign assets over income that Table 2 names.
TARGET = -0.2

# Steps of the first scan around the closed form, in log odds of the discount factor of a period:
# the log of the ratio moves about one for one with them.
_STEPS = (0.0, -0.25, 0.25, -0.6, 0.6, -1.0, 1.0)
# Lower ends of the bond grid to try where the first is too high or too low for a certificate.
_WIDER, _NARROWER = (1.5, 2.5), (0.75,)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evaluation:
    """One candidate discount factor: what its solution gives and whether it is one.

    Attributes
    ----------
    beta : float
        Annual.
    ratio, ratio_se : float
        Mean of bonds over income in the ergodic distribution, and its simulation standard error
        (paths are independent). In the unit asked for.
    stationary : float
        The same ratio where the path without shocks settles (mean over its cycle).
    binding : float
        Share of periods at the limit.
    converged : bool
        Whether the certificate passes.
    failing : tuple of str
        Items of the certificate that fail.
    equilibrium : Equilibrium
    """

    beta: float
    ratio: float
    ratio_se: float
    stationary: float
    binding: float
    converged: bool
    failing: tuple[str, ...]
    equilibrium: Equilibrium = dataclasses.field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class BetaCalibration:
    """A discount factor that meets the target, and the evidence.

    Attributes
    ----------
    calibration : Calibration
        With the annual discount factor found.
    target, unit, measure
        What was asked for.
    root : Evaluation
    beta_error : float
        Simulation standard error of beta: that of the mean over the slope of the mean between the
        candidates on either side (closer ones differ by the noise of the simulation).
    evaluations : tuple of Evaluation
        All that were made, by beta.
    """

    calibration: Calibration
    target: float
    unit: Unit
    measure: Measure
    root: Evaluation
    beta_error: float
    evaluations: tuple[Evaluation, ...]

    @property
    def beta(self) -> float:
        """Annual discount factor."""
        return self.root.beta

    @property
    def residual(self) -> float:
        """Mean ratio less its target."""
        return value_of(self.root, self.measure) - self.target

    @property
    def certificate(self) -> Certificate:
        """Certificate of the solution at the root."""
        return self.root.equilibrium.certificate


class NoDiscountFactorError(ValueError):
    """No certified solution meets the target; carries the `evaluations` and the `reason`."""

    def __init__(self, reason: str, advice: str, evaluations: tuple[Evaluation, ...]) -> None:
        self.reason, self.evaluations = reason, evaluations
        super().__init__(f"{reason}. {advice}")


def binding_ratio(beta: float, calibration: Calibration, unit: Unit = "period") -> float:
    """Bonds over income on the path without shocks on which the limit always binds.

    ``-R theta alpha beta / (1 - beta - beta theta (1 - beta R))`` with the beta and R of a
    period; minus infinity where that path has no finite price. Private returns add up to alpha
    times income, whatever the industries.

    Parameters
    ----------
    beta : float
        Annual.
    calibration : Calibration
    unit : {"period", "annual"}
    """
    years, R, theta = calibration.period_years, calibration.R_period, calibration.theta
    b = beta**years
    room = 1 - b - b * theta * (1 - b * R)
    if room <= 0:
        return -np.inf
    return -R * theta * calibration.alpha * b / room * _scale(calibration, unit)


def evaluate(
    calibration: Calibration,
    beta: float,
    grid: Grid,
    *,
    unit: Unit = "period",
    seed: int = seeds.SIMULATION,
) -> Evaluation:
    """Solve at one annual discount factor and average bonds over income.

    Where the certificate fails only because the bond grid's lower end is too high or too low,
    other ends are tried (`Grid.bond_range`): the end is the grid's choice, not the model's.
    Every solution starts from the static guess, so that the order of candidates plays no role.

    Parameters
    ----------
    calibration : Calibration
    beta : float
    grid : Grid
    unit : {"period", "annual"}
        Income of a period, or of a year (a period's over its years), under the bonds.
    seed : int
        Of the simulated paths, the same for all candidates.
    """
    economy = calibration.replace(beta=float(beta))
    solved = _solve(economy, grid)
    scale, start = _scale(calibration, unit), solved.grid.income_scale
    if not np.isfinite(solved.policies.b_next).all():
        ratio = error = rest = binding = np.nan
    else:
        paths = ergodic_paths(solved, seed=seed)
        by_path = (paths.b / income(paths.k, paths.z, economy)).mean(axis=0) * scale
        ratio, error = by_path.mean(), by_path.std(ddof=1) / np.sqrt(by_path.size)
        rest = stationary_path(solved)["bonds"] / start * scale
        binding = paths.bound.mean()
    return Evaluation(
        beta=float(beta),
        ratio=float(ratio),
        ratio_se=float(error),
        stationary=float(rest),
        binding=float(binding),
        converged=solved.certificate.converged,
        failing=tuple(item.name for item in solved.certificate.failing),
        equilibrium=solved,
    )


def _solve(economy: Calibration, grid: Grid) -> Equilibrium:
    first = solve_equilibrium(economy, grid, on_failure="return", max_sweeps=400)
    names = [item.name for item in first.certificate.failing]
    low = any(n in ("grid floor binds", "edge mass, low bonds") for n in names)
    deep = "infeasible states" in names
    space = first.grid
    for factor in _WIDER if low else _NARROWER if deep else ():
        if grid.bond_range is not None or space.natural:
            break
        ends = (factor * space.bonds[0] / space.income_scale, space.bonds[-1] / space.income_scale)
        other = dataclasses.replace(grid, bond_range=ends)
        try:
            again = solve_equilibrium(economy, other, on_failure="return", max_sweeps=400)
        except ValueError:  # below the natural limit, where no grid can start
            break
        if again.certificate.converged:
            return again
    return first


def calibrate_beta(
    calibration: Calibration,
    target: float,
    grid: Grid,
    *,
    unit: Unit = "period",
    measure: Measure = "ergodic",
    betas: Sequence[float] | None = None,
    tolerance: float = 1e-3,
    max_evaluations: int = 30,
    seed: int = seeds.SIMULATION,
    known: Sequence[Evaluation] = (),
) -> BetaCalibration:
    """Find the annual discount factor at which mean bonds over income meet a target.

    Parameters
    ----------
    calibration : Calibration
        Its beta is replaced.
    target : float
        Mean of bonds over income; Table 2 has -0.2.
    grid : Grid
    unit : {"period", "annual"}
        Income under the bonds (:func:`evaluate`).
    measure : {"ergodic", "stationary"}
        Mean over the ergodic distribution, or where the path without shocks settles.
    betas : sequence of float, optional
        Annual candidates to bracket the root with; around the closed form of the binding path
        when left out.
    tolerance : float
        Largest distance from the target, relative to it (absolute where the target is zero).
    max_evaluations : int
    seed : int
    known : sequence of Evaluation
        Made before, on the same grid, unit and seed: used instead of solving again.

    Returns
    -------
    BetaCalibration

    Raises
    ------
    ValueError
        For arguments out of range.
    NoDiscountFactorError
        If no certified solutions bracket the target, if one between them fails its certificate,
        or if the mean jumps over the target; says which and what to try.
    """
    require_choice("unit", unit, get_args(Unit))
    require_choice("measure", measure, get_args(Measure))
    if not np.isfinite(target) or not tolerance > 0:
        raise ValueError(f"target is {target!r} and tolerance {tolerance!r}; allowed: finite, > 0")
    done = {e.beta: e for e in known}

    def gap(beta: float) -> float:
        if beta not in done:
            done[beta] = evaluate(calibration, beta, grid, unit=unit, seed=seed)
        e = done[beta]
        return value_of(e, measure) - target if e.converged else np.nan

    candidates = list(betas) if betas is not None else _candidates(calibration, target, unit)
    bracket = None
    for beta in candidates:
        gap(float(beta))
        bracket = _bracket(done, gap)
        if bracket is not None:
            break
    if bracket is None:
        raise _no_bracket(done, target, unit, measure)
    limit = max_evaluations - len(done)
    root = _close_in(gap, *bracket, size=tolerance * (abs(target) or 1.0), limit=limit)
    evaluations = tuple(done[b] for b in sorted(done))
    if isinstance(root, str):
        raise NoDiscountFactorError(
            root,
            "Several equilibria may exist there: refine the grid (bonds), or lower gamma or theta",
            evaluations,
        )
    return BetaCalibration(
        calibration=calibration.replace(beta=root),
        target=target,
        unit=unit,
        measure=measure,
        root=done[root],
        beta_error=done[root].ratio_se / abs(_slope(done, bracket, measure)),
        evaluations=evaluations,
    )


def _scale(calibration: Calibration, unit: Unit) -> float:
    return float(calibration.period_years) if unit == "annual" else 1.0


def value_of(evaluation: Evaluation, measure: Measure) -> float:
    """Mean over the ergodic distribution, or where the path without shocks settles."""
    return evaluation.ratio if measure == "ergodic" else evaluation.stationary


def _candidates(calibration: Calibration, target: float, unit: Unit) -> list[float]:
    """Annual candidates around the beta whose binding path meets the target, nearest first."""
    years, highest = calibration.period_years, 1 / calibration.R_period
    grid = np.linspace(1e-4, min(highest, 1.0) - 1e-6, 4000)
    ratio = np.array([binding_ratio(b ** (1 / years), calibration, unit) for b in grid])
    guess = grid[int(np.argmin(np.abs(np.maximum(ratio, -1e9) - target)))]
    odds = np.log(guess / (1 - guess)) + np.array(_STEPS)
    per_period = 1 / (1 + np.exp(-odds))
    return [float(b ** (1 / years)) for b in per_period if b < highest]


def _bracket(
    done: Mapping[float, Evaluation], gap: Callable[[float], float]
) -> tuple[float, float] | None:
    """Neighbouring candidates, both certified, with the target between them."""
    for low, high in itertools.pairwise(sorted(done)):
        if gap(low) * gap(high) <= 0:  # NaN, a failed certificate, compares false
            return low, high
    return None


def _close_in(
    gap: Callable[[float], float], low: float, high: float, *, size: float, limit: int
) -> float | str:
    """Root by false position, halving the weight of a stale end (Illinois); or what is wrong."""
    at_low, at_high = gap(low), gap(high)
    for beta, at in ((low, at_low), (high, at_high)):
        if abs(at) <= size:
            return beta
    stale = 0
    for _ in range(max(limit, 0)):
        beta = (low * at_high - high * at_low) / (at_high - at_low)
        at = gap(beta)
        if np.isnan(at):
            return f"the solution at beta = {beta:.5f}, between certified ones, fails its own"
        if abs(at) <= size:
            return beta
        if high - low < 1e-7:
            break
        if at * at_low > 0:
            low, at_low = beta, at
            at_high, stale = (at_high / 2, -1) if stale == -1 else (at_high, -1)
        else:
            high, at_high = beta, at
            at_low, stale = (at_low / 2, 1) if stale == 1 else (at_low, 1)
    return f"the mean does not settle at the target between beta = {low:.6f} and {high:.6f}"


def _slope(
    done: Mapping[float, Evaluation], bracket: tuple[float, float], measure: Measure
) -> float:
    low, high = bracket
    return (value_of(done[high], measure) - value_of(done[low], measure)) / (high - low)


def _no_bracket(
    done: Mapping[float, Evaluation], target: float, unit: Unit, measure: Measure
) -> NoDiscountFactorError:
    evaluations = tuple(done[b] for b in sorted(done))
    certified = [e for e in evaluations if e.converged]
    tried = f"beta from {evaluations[0].beta:.4f} to {evaluations[-1].beta:.4f}"
    income_of = "annual income" if unit == "annual" else "income of a period"
    if not certified:
        items = sorted({name for e in evaluations for name in e.failing})
        reason = f"no solution passes its certificate for {tried} (failing: {', '.join(items)})"
        advice = "Lower gamma or theta, use period_years=10, or refine the grid"
    else:
        values = [value_of(e, measure) for e in certified]
        reason = (
            f"bonds over {income_of} run from {min(values):.3f} to {max(values):.3f} in the "
            f"{len(certified)} of {len(evaluations)} certified solutions for {tried}: the target "
            f"{target:.3g} is not between neighbours"
        )
        advice = "Give other betas, or a target within that range (scan_betas shows it)"
    return NoDiscountFactorError(reason, advice, evaluations)


#: An economy, its grid, and the income under its bonds.
Case = tuple[Calibration, Grid, Unit]


def scan_betas(
    calibration: Calibration,
    betas: Sequence[float],
    grid: Grid,
    *,
    unit: Unit = "period",
    seed: int = seeds.SIMULATION,
) -> tuple[Evaluation, ...]:
    """Evaluate every candidate: the reachable range of the ratio."""
    return tuple(evaluate(calibration, b, grid, unit=unit, seed=seed) for b in betas)


def evaluation_table(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """One row a candidate.

    Returns
    -------
    pandas.DataFrame
        ``beta`` (annual), ``per period``, ``mean ratio``, ``simulation se``, ``stationary ratio``,
        ``binding``, ``converged``, ``failing`` (see :class:`Evaluation`).
    """
    return pd.DataFrame(
        {
            "beta": [e.beta for e in evaluations],
            "per period": [e.equilibrium.calibration.beta_period for e in evaluations],
            "mean ratio": [e.ratio for e in evaluations],
            "simulation se": [e.ratio_se for e in evaluations],
            "stationary ratio": [e.stationary for e in evaluations],
            "binding": [e.binding for e in evaluations],
            "converged": [e.converged for e in evaluations],
            "failing": ["; ".join(e.failing) or "none" for e in evaluations],
        }
    )


def beta_table(
    cases: Mapping[str, Case],
    *,
    target: float = TARGET,
    measures: Sequence[Measure] = ("ergodic", "stationary"),
) -> tuple[pd.DataFrame, dict[str, tuple[Evaluation, ...]]]:
    """Calibrate beta in several cases; where there is none, say why.

    Parameters
    ----------
    cases : mapping of str to (Calibration, Grid, unit)
    target : float
    measures : sequence of {"ergodic", "stationary"}

    Returns
    -------
    table : pandas.DataFrame
        One row a case and measure: ``case``, ``measure``, ``beta``, ``beta_error``, ``residual``,
        ``binding``, ``evaluations``, ``lowest`` and ``highest`` (certified ratios seen), ``why``
        (empty where a beta was found). ``attrs["evaluations"]`` has all that were made, by case.
    """
    rows = []
    every: dict[str, tuple[Evaluation, ...]] = {}
    for case, (calibration, grid, unit) in cases.items():
        seen: tuple[Evaluation, ...] = ()
        for measure in measures:
            why, found = "", None
            try:
                found = calibrate_beta(
                    calibration, target, grid, unit=unit, measure=measure, known=seen
                )
                seen = found.evaluations
            except NoDiscountFactorError as problem:
                why, seen = problem.reason, problem.evaluations
            ratios = [value_of(e, measure) for e in seen if e.converged]
            rows.append(
                {
                    "case": case,
                    "measure": measure,
                    "beta": found.beta if found else np.nan,
                    "beta_error": found.beta_error if found else np.nan,
                    "residual": found.residual if found else np.nan,
                    "binding": found.root.binding if found else np.nan,
                    "evaluations": len(seen),
                    "lowest": min(ratios, default=np.nan),
                    "highest": max(ratios, default=np.nan),
                    "why": why,
                }
            )
        every[case] = seen
    return pd.DataFrame(rows), every


def printed_cases(grids: Mapping[float, tuple[Grid, Grid]]) -> dict[str, Case]:
    """The printed calibration by risk aversion, in three units of the target.

    Parameters
    ----------
    grids : mapping of float to (Grid, Grid)
        By risk aversion: grids for a period of a decade and of a year.

    Returns
    -------
    dict
        For every risk aversion a decade over its own income, a decade over annual income, and a
        year, where the two coincide; in this order.
    """
    cases: dict[str, Case] = {}
    for gamma, (decade, year) in grids.items():
        economy = Calibration.converted(gamma=gamma)
        cases[f"γ = {gamma:g}, decade, income of a decade"] = (economy, decade, "period")
        cases[f"γ = {gamma:g}, decade, annual income"] = (economy, decade, "annual")
        cases[f"γ = {gamma:g}, year"] = (economy.replace(period_years=1), year, "annual")
    return cases


def scan_ends(
    cases: Mapping[str, Case],
    seen: Mapping[str, tuple[Evaluation, ...]],
    betas: Mapping[float, Sequence[float]],
) -> dict[str, tuple[Evaluation, ...]]:
    """Evaluations of :func:`beta_table` with more candidates, for decades over their own income.

    Parameters
    ----------
    cases : mapping of str to Case
    seen : mapping of str to tuple of Evaluation
    betas : mapping of float to sequence of float
        Candidates by risk aversion.
    """
    out = dict(seen)
    for case, (economy, grid, unit) in cases.items():
        if unit == "period":
            more = betas.get(economy.gamma, ())
            out[case] = (*out[case], *scan_betas(economy, more, grid, unit=unit))
    return out
