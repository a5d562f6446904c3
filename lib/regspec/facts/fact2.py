"""Fact 2: regions become more specialized as they grow.

Table 1, Figure 3, Figure 19, equation (32) and Table 8 of the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regspec.facts.estimates import Regression, fit_ols
from regspec.measures import LowessBand, lowess_band

__all__ = [
    "ChangeOnChange",
    "Curve",
    "change_on_change",
    "curves_by_year",
    "dispersion",
    "relative",
    "rise_and_fall",
    "specialization_curve",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Relative specialization over relative income.

    Attributes
    ----------
    band : LowessBand
        Local regression (3)-(4), regions drawn whole in the bootstrap.
    line : Regression
        The straight line of Figure 19, clustered by region.
    data : pandas.DataFrame
        Columns region, year, income, specialization: log deviations from the mean of the year.
    measure : str
    """

    band: LowessBand
    line: Regression
    data: pd.DataFrame
    measure: str

    def slope_at(self, quantile: float) -> float:
        """Slope of the local regression at a quantile of relative income."""
        point = float(self.data["income"].quantile(quantile))
        return float(np.interp(point, self.band.at, self.band.slope))

    def bend(self, quantile: float) -> tuple[float, float]:
        """Slope at a quantile of relative income less that at the median, and its error."""
        at, median = self.data["income"].quantile([quantile, 0.5])
        return self.band.slope_gap(at, median)

    def headlines(self) -> dict[str, float]:
        """Slopes of the relation, by name.

        Returns
        -------
        dict
            ``slope`` and ``slope_t`` of the straight line; ``low``, ``middle`` and ``high``: local
            slopes at the 5th, 50th and 95th percentiles of relative income; ``low_t`` and
            ``high_t``: t-ratios of the outer ones less the middle one.
        """
        line, tails = self.line.term(), {"low": 0.05, "high": 0.95}
        out = {"slope": line.coef, "slope_t": line.t, "middle": self.slope_at(0.5)}
        out |= {name: self.slope_at(quantile) for name, quantile in tails.items()}
        bends = {name: self.bend(quantile) for name, quantile in tails.items()}
        return out | {f"{name}_t": gap / se for name, (gap, se) in bends.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeOnChange:
    """Change of log specialization on change of log income, by horizon (32).

    Attributes
    ----------
    estimates : pandas.DataFrame
        One row per horizon: horizon, coef, se, t, p, lower, upper (95 percent), n, regions,
        r2_adj.
    spec : str
    """

    estimates: pd.DataFrame
    spec: str


def dispersion(
    concentration: pd.DataFrame, *, years: Sequence[int], measure: str = "gini"
) -> pd.DataFrame:
    """Mean, coefficient of variation and p90/p10 of specialization across regions (Table 1).

    Parameters
    ----------
    concentration : pandas.DataFrame
        Columns region, year and `measure`.
    years : sequence of int
        Years of the rows; a year without data gives missing values.
    measure : str

    Returns
    -------
    pandas.DataFrame
        Index year; columns mean, cv, p90_p10, regions. Regions count equally.
    """
    by_year = concentration.dropna(subset=[measure]).groupby("year")[measure]
    out = pd.DataFrame(
        {
            "mean": by_year.mean(),
            "cv": by_year.std() / by_year.mean(),
            "p90_p10": by_year.quantile(0.9) / by_year.quantile(0.1),
            "regions": by_year.size(),
        }
    )
    return out.reindex(pd.Index(years, name="year"))


def relative(frame: pd.DataFrame, column: str) -> pd.Series:
    """Log deviation of a column from its mean over the regions of the same year."""
    mean = frame.groupby("year")[column].transform("mean")
    return (frame[column] / mean).map(np.log)


def specialization_curve(
    panel: pd.DataFrame,
    *,
    seed: int,
    measure: str = "gini",
    span: float = 2 / 3,
    draws: int = 300,
) -> Curve:
    """Nonparametric and straight-line relation of relative specialization to relative income.

    Parameters
    ----------
    panel : pandas.DataFrame
        Columns region, year, income_pc and `measure`, both positive.
    seed, span, draws
        As in :func:`regspec.measures.lowess_band`; regions are drawn whole.
    measure : str

    Returns
    -------
    Curve
    """
    data = panel.dropna(subset=["income_pc", measure]).reset_index(drop=True)
    data = data.assign(income=relative(data, "income_pc"), specialization=relative(data, measure))
    data = data[["region", "year", "income", "specialization"]]
    band = lowess_band(
        data["income"],
        data["specialization"],
        seed=seed,
        span=span,
        draws=draws,
        clusters=data["region"],
    )
    line = fit_ols(data, "specialization", ["income"], cluster="region")
    return Curve(band=band, line=line, data=data, measure=measure)


def curves_by_year(panel: pd.DataFrame, *, years: Sequence[int], **how: Any) -> dict[int, Curve]:
    """Curve of every year by itself: whether the relation is the same in each decade.

    Parameters
    ----------
    panel : pandas.DataFrame
        As in :func:`specialization_curve`.
    years : sequence of int
    **how
        Further arguments of :func:`specialization_curve`.

    Raises
    ------
    ValueError
        A year is not in the panel.
    """
    absent = sorted(set(years) - set(panel["year"]))
    if absent:
        raise ValueError(
            f"panel has no rows for {absent}; it covers {panel['year'].min()} to"
            f" {panel['year'].max()}"
        )
    return {t: specialization_curve(panel[panel["year"] == t], **how) for t in years}


def change_on_change(
    panel: pd.DataFrame,
    *,
    years: Sequence[int],
    horizons: Sequence[int],
    measure: str = "gini",
    year_effects: bool = True,
) -> ChangeOnChange:
    """Change of log specialization on change of log income, by horizon (32).

    Parameters
    ----------
    panel : pandas.DataFrame
        Columns region, year, log_income and `measure`.
    years : sequence of int
        Years that may start or end a change.
    horizons : sequence of int
        Lengths in years; a horizon uses every pair of `years` that far apart.
    measure : str
    year_effects : bool
        An intercept for each end year. The paper prints a single intercept, which with incomes
        in current dollars mixes national inflation and growth into the coefficient.

    Returns
    -------
    ChangeOnChange
        Standard errors clustered by region (HC1 where a horizon has one pair of years).

    Raises
    ------
    ValueError
        No pair of years lies a horizon apart.
    """
    keep = panel[["region", "year", "log_income", measure]].dropna()
    keep = keep.assign(log_measure=np.log(keep[measure]))
    wide = keep.pivot_table(index="region", columns="year", values=["log_income", "log_measure"])
    rows = []
    for h in horizons:
        ends = [t for t in years if t - h in years]
        if not ends:
            raise ValueError(f"no two of the years {list(years)} are {h} years apart")
        pooled = pd.concat(_changes(wide, t, h) for t in ends)
        several = len(ends) > 1
        fit = fit_ols(
            pooled,
            "specialization_change",
            ["income_change", "initial_income"],
            cluster="region" if several else None,
            effects="year" if several and year_effects else None,
        )
        counts = {"n": fit.n, "regions": int(pooled["region"].nunique()), "r2_adj": fit.r2_adj}
        rows.append({"horizon": h, **fit.term()._asdict(), **counts})
    spec = f"change of log {measure} on change of log income and initial log income" + (
        "; end-year effects" if year_effects else ""
    )
    return ChangeOnChange(estimates=pd.DataFrame(rows), spec=spec)


def _changes(wide: pd.DataFrame, end: int, horizon: int) -> pd.DataFrame:
    """Changes over one pair of years, one row per region."""
    start = end - horizon
    return pd.DataFrame(
        {
            "specialization_change": wide["log_measure", end] - wide["log_measure", start],
            "income_change": wide["log_income", end] - wide["log_income", start],
            "initial_income": wide["log_income", start],
            "year": end,
        }
    ).reset_index(names="region")


def rise_and_fall(rows: pd.DataFrame, first: int, last: int) -> dict[str, float]:
    """Percent by which mean specialization rose and its coefficient of variation fell.

    Parameters
    ----------
    rows : pandas.DataFrame
        From :func:`dispersion`.
    first, last : int
        Years of the rows compared.

    Returns
    -------
    dict
        ``rise`` and ``fall``.
    """
    mean, variation = rows["mean"], rows["cv"]
    return {
        "rise": float(100 * (mean[last] / mean[first] - 1)),
        "fall": float(100 * (1 - variation[last] / variation[first])),
    }
