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

__all__ = ["beta_table", "evaluation_table", "scan_betas"]


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
    cases: Mapping[str, tuple[Calibration, Grid, Unit]],
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
