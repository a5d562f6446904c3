"""Tables of discount factors: candidates one by one, and cases side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regspec.experiments.discount import (
    TARGET,
    Evaluation,
    Measure,
    NoDiscountFactorError,
    Unit,
    calibrate_beta,
    evaluate,
    value_of,
)
from regspec.model import Grid
from regspec.parameters import Calibration

__all__ = ["Case", "beta_table", "evaluation_table", "printed_cases", "scan_betas", "scan_ends"]

#: An economy, its grid, and the income under its bonds.
Case = tuple[Calibration, Grid, Unit]


def scan_betas(
    calibration: Calibration,
    betas: Sequence[float],
    grid: Grid,
    *,
    unit: Unit = "period",
    seed: int = 0,
) -> tuple[Evaluation, ...]:
    """Evaluate every candidate: the reachable range of the ratio."""
    return tuple(evaluate(calibration, b, grid, unit=unit, seed=seed) for b in betas)


def evaluation_table(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """One row a candidate: ``beta``, both ratios, ``binding``, ``converged``, ``failing``."""
    return pd.DataFrame(
        {
            "beta": [e.beta for e in evaluations],
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
        economy = Calibration.baseline(gamma=gamma)
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
