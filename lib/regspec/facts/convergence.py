"""Convergence of regional incomes: dispersion over time (Figure 18) and its speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regspec.facts.estimates import fit_ols

__all__ = [
    "Convergence",
    "beta_convergence",
    "dispersion_change",
    "income_dispersion",
    "tails",
    "turning_year",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Convergence:
    """Growth on initial income in several windows.

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row per window: start, end, coef (of log initial income on average annual log
        growth), se, lower, upper (95 percent, HC1), speed (annual rate of convergence implied
        by `coef`), n, r2.
    spec : str
    """

    estimates: pd.DataFrame
    spec: str


def income_dispersion(regions: pd.DataFrame) -> pd.DataFrame:
    """Dispersion of income per head across regions in every year (Figure 18).

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns region, year, income_pc (dollars) and population (persons).

    Returns
    -------
    pandas.DataFrame
        Index year; columns cv (standard deviation over mean), sd_log, cv_weighted (both weighted
        by population), p90_p10, regions. Dispersion is a population moment (divided by n): these
        are all the regions there are.

    Examples
    --------
    >>> import pandas as pd
    >>> regions = pd.DataFrame({
    ...     "region": ["A", "B"], "year": 1950, "income_pc": [1000.0, 3000.0], "population": 1.0,
    ... })
    >>> income_dispersion(regions)["cv"].to_dict()
    {1950: 0.5}
    """
    rows: dict[int, dict[str, float]] = {}
    for year, group in regions.dropna(subset=["income_pc", "population"]).groupby("year"):
        income, weight = group["income_pc"].to_numpy(), group["population"].to_numpy()
        mean = np.average(income, weights=weight)
        tenth, ninetieth = np.quantile(income, [0.1, 0.9])
        rows[int(str(year))] = {
            "cv": income.std() / income.mean(),
            "sd_log": np.log(income).std(),
            "cv_weighted": np.sqrt(np.average((income - mean) ** 2, weights=weight)) / mean,
            "p90_p10": ninetieth / tenth,
            "regions": len(group),
        }
    columns = ["cv", "sd_log", "cv_weighted", "p90_p10", "regions"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("year")


def turning_year(dispersion: pd.Series, *, window: int = 5) -> int:
    """Year in which the centred moving average of a dispersion series is smallest."""
    smooth = dispersion.rolling(window, center=True).mean().dropna()
    return int(smooth.index.to_numpy()[smooth.to_numpy().argmin()])


def beta_convergence(regions: pd.DataFrame, *, windows: Sequence[tuple[int, int]]) -> Convergence:
    r"""Average annual growth on log initial income, window by window.

    With :math:`(y_T - y_0)/T = a + b y_0` the speed is :math:`-\log(1 + bT)/T` (Barro and
    Sala-i-Martin 1992); it is missing where 1 + bT is not positive.

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns region, year, log_income.
    windows : sequence of (start, end)

    Raises
    ------
    ValueError
        A window lacks data or does not run forward.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({
    ...     "region": ["A", "B", "C", "D"] * 2, "year": [1950] * 4 + [1960] * 4,
    ...     "log_income": [6.0, 7.0, 8.0, 9.0, 7.0, 7.75, 8.5, 9.25],
    ... })
    >>> beta_convergence(frame, windows=[(1950, 1960)]).estimates[["coef", "n"]].round(4)
         coef  n
    0  -0.025  4
    """
    wide = regions.pivot_table(index="region", columns="year", values="log_income")
    rows = []
    for start, end in windows:
        if end <= start or start not in wide or end not in wide:
            raise ValueError(
                f"window ({start}, {end}) must run forward within {wide.columns.min()} to"
                f" {wide.columns.max()}"
            )
        span = end - start
        data = pd.DataFrame({"initial": wide[start], "growth": (wide[end] - wide[start]) / span})
        fit = fit_ols(data, "growth", ["initial"])
        term = fit.term()
        inside = 1 + term.coef * span
        rows.append(
            {
                "start": start,
                "end": end,
                "coef": term.coef,
                "se": term.se,
                "lower": term.lower,
                "upper": term.upper,
                "speed": -np.log(inside) / span if inside > 0 else np.nan,
                "n": fit.n,
                "r2": fit.r2,
            }
        )
    spec = "average annual log growth on log initial income, HC1"
    return Convergence(estimates=pd.DataFrame(rows), spec=spec)


def dispersion_change(regions: pd.DataFrame, first: int, last: int) -> float:
    """Change of the coefficient of variation of income per head between two years."""
    ends = regions[regions["year"].isin([first, last])]
    variation = income_dispersion(ends)["cv"]
    return float(variation[last] - variation[first])


def tails(regions: pd.DataFrame) -> pd.DataFrame:
    """Income per head of poor and rich regions over that of the median one.

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns year, income_pc.

    Returns
    -------
    pandas.DataFrame
        Index year; columns poor (10th percentile) and rich (99th), regions counted equally.
    """
    income = regions.groupby("year")["income_pc"]
    median = income.quantile(0.5)
    return pd.DataFrame(
        {"poor": income.quantile(0.1) / median, "rich": income.quantile(0.99) / median}
    )
