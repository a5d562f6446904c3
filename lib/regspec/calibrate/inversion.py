r"""Initial capital from income shares, for any number of industries (section 4.1, step 2).

With revenue :math:`s_i Y = \bar z_i k_i^{\alpha + \xi_i}` (6, 8) the shares :math:`s_i` and
:math:`\sum_i k_i = 1` give capital and the level of income: :math:`\ln Y` is the one root of
:math:`\sum_i (s_i Y / \bar z_i)^{1/(\alpha + \xi_i)} = 1`, whose left side rises in it. Every
inversion is carried through the model again, and its sensitivity is reported: where a small error
in the data becomes a large one in capital or productivity, the zone says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.model.economy.technology import output
from regspec.parameters import Calibration

Floats = NDArray[np.float64]

__all__ = [
    "ILL_CONDITIONED",
    "Inversion",
    "both_sectors",
    "inversion_headlines",
    "inversion_report",
    "invert_capital",
    "outcome_table",
    "productivity_condition",
]

#: Condition number above which a zone is reported: one percent in the data becomes ten.
ILL_CONDITIONED = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Inversion:
    """Capital of n zones that reproduces their income shares.

    Attributes
    ----------
    capital : ndarray, shape (n, I)
        Sums to one.
    log_income : ndarray, shape (n,)
        Of the zone at the given productivity.
    error : ndarray, shape (n,)
        Largest distance between the shares of the model's revenue (`model.technology.output`) at
        that capital and the shares put in.
    condition : ndarray, shape (n,)
        Percent change of the most sensitive industry's capital for one percent more of its own
        income share, those of the others falling in proportion.
    """

    capital: Floats
    log_income: Floats
    error: Floats
    condition: Floats


def _shares(income_shares: ArrayLike, calibration: Calibration) -> Floats:
    s = np.atleast_2d(np.asarray(income_shares, dtype=float))
    if s.shape[1] != calibration.n_industries or s.ndim != 2:
        raise ValueError(
            f"income_shares has shape {np.shape(income_shares)}; allowed: (n, "
            f"{calibration.n_industries}), one column an industry of the calibration"
        )
    bad = ~((s > 0).all(axis=1) & (np.abs(s.sum(axis=1) - 1) < 1e-9))
    if bad.any():
        raise ValueError(
            f"income_shares of {int(bad.sum())} zones are not positive with sum one, the first "
            f"{s[bad][0].tolist()}: clip zones without a sector first"
        )
    return s


def invert_capital(
    income_shares: ArrayLike, calibration: Calibration, *, z: ArrayLike | None = None
) -> Inversion:
    """Capital of each zone from its industries' income shares (equation 8 and f).

    Parameters
    ----------
    income_shares : array_like, shape (n, I)
        Positive, sum one by zone.
    calibration : Calibration
        With linear aggregation (10); alpha, xi and mean productivity are used.
    z : array_like, shape (I,) or (n, I), optional
        Productivity; the calibration's means when left out.

    Raises
    ------
    ValueError
        For shares of another shape, not positive or not summing to one, productivity that is not
        positive, or a finite elasticity of substitution.
    """
    s = _shares(income_shares, calibration)
    if not np.isinf(calibration.substitution):
        raise ValueError(
            f"substitution is {calibration.substitution}; the inversion is that of the linear "
            "budget (10): use an infinite one"
        )
    levels = np.asarray(calibration.z_mean if z is None else z, dtype=float)
    levels = np.broadcast_to(levels, s.shape)
    if not (levels > 0).all():
        raise ValueError("z must hold positive productivity levels (not logs)")
    power = calibration.alpha + np.asarray(calibration.xi)
    logs = np.log(s) - np.log(levels)
    # At ln Y the sum of k_i is at least that of the largest one, which reaches one there: the
    # root lies to the left. The log of the sum is convex and rising: Newton falls onto the root.
    log_income = (-logs).min(axis=1)
    for _ in range(100):
        terms = (logs + log_income[:, None]) / power
        peak = terms.max(axis=1, keepdims=True)
        parts = np.exp(terms - peak)
        total = np.log(parts.sum(axis=1)) + peak[:, 0]
        slope = (parts / power).sum(axis=1) / parts.sum(axis=1)
        step = total / slope
        log_income = log_income - step
        if np.abs(step).max() < 1e-15:
            break
    capital = np.exp((logs + log_income[:, None]) / power)
    capital /= capital.sum(axis=1, keepdims=True)
    revenue = output(capital, levels, calibration)
    model = revenue / revenue.sum(axis=1, keepdims=True)
    return Inversion(
        capital=capital,
        log_income=log_income,
        error=np.abs(model - s).max(axis=1),
        condition=_capital_condition(s, capital, power),
    )


def _capital_condition(s: Floats, k: Floats, power: Floats) -> Floats:
    """Largest own elasticity d ln k_i / d ln s_i, others' shares falling in proportion.

    From ln k_i = (ln s_i - ln z_i + ln Y) / p_i and sum k = 1: with d ln s_i = 1 and
    d ln s_j = -s_i / (1 - s_i), d ln Y = -(sum_j k_j d ln s_j / p_j) / (sum_j k_j / p_j).
    """
    per = k / power
    fall = -s / (1 - s)
    moved = per + fall * (per.sum(axis=1, keepdims=True) - per)
    income = -moved / per.sum(axis=1, keepdims=True)
    return np.asarray(np.abs((1.0 + income) / power).max(axis=1))


def productivity_condition(share: ArrayLike, calibration: Calibration) -> Floats:
    """Sensitivity of the resting point to relative productivity, two industries, shape (n,).

    Percentage points of capital that move for one percent of relative productivity:
    ``k (1 - k) / ((1 - alpha - xi_1)(1 - k) + (1 - alpha - xi_2) k)``. Large where alpha + xi is
    close to one: the zones' own productivity (the ``regional`` reading) then says little about
    their capital, and the allocation anything about small differences in productivity.
    """
    if calibration.n_industries != 2:
        raise ValueError(f"two industries are needed; got {calibration.n_industries}")
    k = np.asarray(share, dtype=float)
    decay = 1.0 - calibration.alpha - np.asarray(calibration.xi)
    return np.asarray(k * (1 - k) / (decay[0] * (1 - k) + decay[1] * k))


def inversion_report(
    zones: ArrayLike,
    income_share: ArrayLike,
    calibration: Calibration,
    *,
    share_range: tuple[float, float] = (0.02, 0.98),
    tolerance: float = 1e-10,
) -> pd.DataFrame:
    """Invert every zone of a two-sector split and say how far each result can be trusted.

    Parameters
    ----------
    zones : array_like, shape (n,)
        Identifiers.
    income_share : array_like, shape (n,)
        Of the first sector; 0 or 1 where a zone has only one of them.
    calibration : Calibration
    share_range : tuple of float
        Capital shares that the solver's grid covers.
    tolerance : float
        Of the round trip.

    Returns
    -------
    pandas.DataFrame
        ``zone``, ``income_share``, ``capital``, ``error`` (round trip), ``condition``,
        ``status``: "exact", "one sector" (share 0 or 1: capital at that end, nothing to invert),
        "outside the grid" (capital beyond `share_range`), "ill-conditioned" or "not reproduced".
    """
    s = np.asarray(income_share, dtype=float)
    if not ((s >= 0) & (s <= 1)).all():
        raise ValueError(f"income_share runs from {s.min():.4g} to {s.max():.4g}; allowed: 0 to 1")
    inner = (s > 0) & (s < 1)
    capital, error, condition = s.copy(), np.zeros(s.size), np.full(s.size, np.nan)
    if inner.any():
        found = invert_capital(np.column_stack([s[inner], 1 - s[inner]]), calibration)
        capital[inner], error[inner] = found.capital[:, 0], found.error
        condition[inner] = found.condition
    status = np.select(
        [
            ~inner,
            error > tolerance,
            condition > ILL_CONDITIONED,
            (capital < share_range[0]) | (capital > share_range[1]),
        ],
        ["one sector", "not reproduced", "ill-conditioned", "outside the grid"],
        "exact",
    )
    return pd.DataFrame(
        {
            "zone": np.asarray(zones),
            "income_share": s,
            "capital": capital,
            "error": error,
            "condition": condition,
            "status": status,
        }
    )


def outcome_table(report: pd.DataFrame) -> pd.DataFrame:
    """Zones of :func:`inversion_report` by outcome.

    Returns
    -------
    pandas.DataFrame
        Index ``status``; ``zones``, ``capital_min``, ``capital_max``, and the largest ``error`` and
        ``condition``.
    """
    return report.groupby("status").agg(
        zones=("zone", "size"),
        capital_min=("capital", "min"),
        capital_max=("capital", "max"),
        error=("error", "max"),
        condition=("condition", "max"),
    )


def both_sectors(report: pd.DataFrame) -> pd.DataFrame:
    """Zones of an :func:`inversion_report` that have both sectors."""
    return report[report["status"] != "one sector"]


def inversion_headlines(report: pd.DataFrame) -> dict[str, float]:
    """Numbers of zones by outcome, the largest error of the round trip and worst condition."""
    return {
        "zones": len(report),
        "no_machinery": int((report["status"] == "one sector").sum()),
        "off_grid": int((report["status"] == "outside the grid").sum()),
        "round_trip": float(report["error"].max()),
        "worst_condition": float(both_sectors(report)["condition"].max()),
    }
