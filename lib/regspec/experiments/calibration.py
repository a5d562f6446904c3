"""Calibration beside the data: ranges of estimated processes and choices for the composite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import numpy as np
import pandas as pd

from regspec.experiments.processes import Concept, Trend, industry_processes, log_productivity
from regspec.parameters import INDUSTRIES, MACHINERY, AdjustmentSource, composite

__all__ = ["TRENDS", "composite_table", "process_ranges"]

#: Ways of detrending that are laid side by side: label, trend, smoothness of the filter.
TRENDS: tuple[tuple[str, Trend, float], ...] = (
    ("linear trend", "linear", 0.0),
    ("quadratic trend", "quadratic", 0.0),
    ("HP filter, 100", "hp", 100.0),
    ("HP filter, 6.25", "hp", 6.25),
    ("Hamilton filter", "hamilton", 0.0),
    ("first differences", "difference", 0.0),
)


def process_ranges(
    tfp: pd.DataFrame,
    groups: Mapping[str, tuple[int, ...]],
    *,
    published: Mapping[str, tuple[float, float]],
    years: tuple[int, int] = (1958, 2018),
) -> pd.DataFrame:
    """Range over industries of persistence and volatility, by concept and trend.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    groups : mapping of str to tuple of int
        Industries and the ``industry_id`` that each collects.
    published : mapping of str to tuple of float
        Ranges printed in Table 2 for ``rho`` and ``sigma``.
    years : tuple of int
        First and last year.

    Returns
    -------
    pandas.DataFrame
        One row a concept and trend: smallest, median and largest rho and sigma (annual), and
        ``rho_inside`` and ``sigma_inside``, the number of industries within `published`.
    """
    rows = []
    for concept in get_args(Concept):
        for label, trend, smoothness in TRENDS:
            estimates = industry_processes(
                tfp,
                groups=groups,
                concept=concept,
                trend=trend,
                hp_lambda=smoothness,
                years=years,
            )
            row: dict[str, object] = {"concept": concept, "trend": label}
            for name in ("rho", "sigma"):
                values = estimates[name]
                row |= {
                    f"{name}_min": values.min(),
                    f"{name}_median": values.median(),
                    f"{name}_max": values.max(),
                    f"{name}_inside": int(values.between(*published[name]).sum()),
                }
            rows.append(row)
    return pd.DataFrame(rows)


def composite_table(
    tfp: pd.DataFrame, groups: Mapping[str, tuple[int, ...]], *, year: int = 1980
) -> pd.DataFrame:
    """Agglomeration and adjustment cost of the composite under several weights and sources.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it; value added gives the weights.
    groups : mapping of str to tuple of int
        The 15 industries of Tables 10 and 11 in the order of the tables.
    year : int
        Year of the value-added weights.

    Returns
    -------
    pandas.DataFrame
        ``weights``, ``column`` (of Table 11), ``xi``, ``phi_adj``.

    Raises
    ------
    ValueError
        If `groups` does not have as many industries as the tables.
    """
    if len(groups) != len(INDUSTRIES):
        raise ValueError(f"groups has {len(groups)} industries; the tables have {len(INDUSTRIES)}")
    value_added = log_productivity(tfp)[1].loc[year]
    sizes = {
        industry.name: float(np.asarray(value_added[list(members)], dtype=float).sum())
        for industry, members in zip(INDUSTRIES, groups.values(), strict=True)
        if industry.name != MACHINERY
    }
    rows = []
    for label, weights in (("equal", None), (f"value added {year}", sizes)):
        for column in get_args(AdjustmentSource):
            xi, phi_adj = composite(column, weights)
            rows.append({"weights": label, "column": column, "xi": xi, "phi_adj": phi_adj})
    return pd.DataFrame(rows)
