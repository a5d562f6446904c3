"""How wide are the ranges behind the calibration: in other studies, and in the data?

Of other studies only numbers that stand in the cited place are entered, with the place. Estimates
that the paper reads from a figure or that we could not check are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, get_args

import numpy as np
import pandas as pd

from regspec.calibrate.processes import (
    Concept,
    Trend,
    detrend,
    fit_ar1,
    industry_processes,
    log_productivity,
    mean_of,
    refit,
    skip_ar1,
    total_change,
    trend_slope,
)
from regspec.calibrate.sectors import Negatives, pool_costs
from regspec.calibrate.two_sectors import SectorPaths
from regspec.parameters import INDUSTRIES, MACHINERY, AdjustmentSource, composite

__all__ = [
    "LEVERAGE",
    "RISK_AVERSION",
    "TRENDS",
    "Cited",
    "capital_shares",
    "cited_table",
    "composite_table",
    "corrected_persistence",
    "process_ranges",
    "range_of",
    "rate_process",
    "rate_spans",
    "trend_table",
]


class Cited(NamedTuple):
    """One number of another study.

    `low` and `high` differ where the study gives a range; `what` says what it measures, `where`
    the place of the number, `key` the entry in the book's references.
    """

    what: str
    low: float
    high: float
    where: str
    key: str


#: Loan-to-value evidence behind theta.
LEVERAGE: tuple[Cited, ...] = (
    Cited("range that the paper reads from Graham et al.", 0.30, 0.40, "section 4.1",
          "boehnert2025"),
    Cited("debt over capital, unregulated US corporations, aggregate, 1945", 0.11, 0.11,
          "abstract", "graham2015"),
    Cited("the same, 1970", 0.35, 0.35, "abstract", "graham2015"),
    Cited("the same, early 1990s", 0.47, 0.47, "abstract", "graham2015"),
    Cited("the same, median firm, 1946", 0.0, 0.0, "abstract", "graham2015"),
    Cited("the same, median firm, 1970", 0.31, 0.31, "abstract", "graham2015"),
    Cited("share of income that can be pledged, Argentina (another concept)", 0.3235, 0.3235,
          "the calibration that benchmarks.bianchi solves", "bianchi2011"),
)  # fmt: skip

#: Relative risk aversion in the two literatures that section 4.1 names.
RISK_AVERSION: tuple[Cited, ...] = (
    Cited("business cycles", 2.0, 2.0, "section 4.1, citing Mendoza", "mendoza2010"),
    Cited("asset prices", 7.5, 10.0, "section 4.1, citing Bansal, Kiku and Yaron", "bansal2016"),
)


def cited_table(entries: tuple[Cited, ...]) -> pd.DataFrame:
    """One row a number: ``what``, ``low``, ``high``, ``where``, ``key``."""
    return pd.DataFrame(list(entries), columns=Cited._fields)


def range_of(entries: tuple[Cited, ...], key: str) -> tuple[float, float, float]:
    """Smallest, mean of midpoints and largest of a study's numbers.

    Raises
    ------
    KeyError
        If no entry has the key.
    """
    chosen = [e for e in entries if e.key == key]
    if not chosen:
        raise KeyError(f"no entry cites {key!r}; cited: {sorted({e.key for e in entries})}")
    middle = float(np.mean([(e.low + e.high) / 2 for e in chosen]))
    return min(e.low for e in chosen), middle, max(e.high for e in chosen)


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


def corrected_persistence(
    ranges: pd.DataFrame,
    *,
    concept: Concept = "go",
    periods: int = 61,
    draws: int = 200,
    trends: tuple[tuple[str, Trend, float], ...] = TRENDS,
) -> pd.DataFrame:
    """Persistence that would give the median estimate under each trend, were the model AR(1).

    Detrending takes persistence out of a short series; where the corrected values of several
    trends agree they describe the same process (:func:`regspec.calibrate.processes.refit`).

    Parameters
    ----------
    ranges : pandas.DataFrame
        Result of :func:`process_ranges`.
    concept : {"va", "go"}
    periods : int
        Years behind the estimates.
    draws : int
    trends : tuple
        As :data:`TRENDS`. First differences have no AR(1) in levels to look for and are left out.

    Returns
    -------
    pandas.DataFrame
        ``trend``, ``estimate`` (median), ``corrected``, ``low``, ``high`` (90 percent).
    """
    rows = []
    medians = ranges[ranges["concept"] == concept].set_index("trend")["rho_median"]
    for label, trend, smoothness in trends:
        if trend == "difference":
            continue

        def remove(series: pd.Series, trend: Trend = trend, lam: float = smoothness) -> pd.Series:
            return detrend(series, trend, hp_lambda=lam)

        observed = float(medians[label])
        found = refit([observed], periods, remove, draws=draws)[0]
        rows.append(
            {
                "trend": label,
                "estimate": observed,
                "corrected": found.rho,
                "low": found.low,
                "high": found.high,
            }
        )
    return pd.DataFrame(rows)


def capital_shares(tfp: pd.DataFrame, members: Mapping[str, tuple[int, ...]]) -> pd.DataFrame:
    """Capital's share of value added, with errors that allow for serial correlation.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    members : mapping of str to tuple of int
        Label and ``industry_id`` of what is added up; an empty tuple stands for all industries.

    Returns
    -------
    pandas.DataFrame
        ``of``, ``mean``, ``se``, ``first`` and ``last`` (year's value), ``trend`` and
        ``trend_se`` (percentage points a decade).
    """
    rows = []
    for label, ids in members.items():
        chosen = tfp[tfp["industry_id"].isin(ids)] if ids else tfp
        total = chosen.groupby("year")[["capital_income", "labor_income"]].sum()
        share = total["capital_income"] / total.sum(axis=1)
        mean, slope = mean_of(share), trend_slope(share)
        rows.append(
            {
                "of": label,
                "mean": mean.value,
                "se": mean.se,
                "first": float(share.iloc[0]),
                "last": float(share.iloc[-1]),
                "trend": 1000 * slope.value,
                "trend_se": 1000 * slope.se,
            }
        )
    return pd.DataFrame(rows)


def rate_process(annual: pd.DataFrame, decade: pd.DataFrame) -> pd.DataFrame:
    """The real rate's AR(1), annual and over a decade measured in three ways, with errors.

    Parameters
    ----------
    annual, decade : pandas.DataFrame
        As :func:`regspec.sources.rates.real_rate` returns them.

    Returns
    -------
    pandas.DataFrame
        Index ``annual``; ``decades`` (calendar ones, few); ``decades, overlapping`` (annual data,
        ten-year compounds, persistence from one decade to the next); ``implied`` (the annual
        AR(1) sampled every ten years). Columns ``mean`` (net, percent per year), ``mean_se``,
        ``rho``, ``rho_se``, ``sigma``, ``sigma_se`` (per period), ``observations``.
    """
    yearly = annual["real_rate"]
    compound = np.exp(np.log(yearly).rolling(10).sum()).dropna()
    base = fit_ar1(yearly)
    fits = {
        "annual": base,
        "decades": fit_ar1(decade["real_rate"], period_years=10),
        "decades, overlapping": skip_ar1(compound, 10),
        "implied": base.over(10),
    }
    means = {
        "annual": mean_of(yearly),
        "decades": mean_of(decade["real_rate"] ** 0.1, lags=1),
        "decades, overlapping": mean_of(compound**0.1, lags=9),
        "implied": mean_of(yearly),
    }
    return pd.DataFrame(
        {
            name: {
                "mean": 100 * (means[name].value - 1),
                "mean_se": 100 * means[name].se,
                "rho": fit.rho,
                "rho_se": fit.rho_se,
                "sigma": fit.sigma,
                "sigma_se": fit.sigma_se,
                "observations": float(fit.observations),
            }
            for name, fit in fits.items()
        }
    ).T


def rate_spans(annual: pd.DataFrame, spans: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    """Mean, persistence and dispersion of the annual real rate over several spans of years.

    Returns
    -------
    pandas.DataFrame
        ``span``, ``mean`` and ``mean_se`` (net, percent), ``rho``, ``rho_se``, ``sigma``,
        ``sigma_se``.

    Raises
    ------
    ValueError
        If the data do not cover a span.
    """
    rows = []
    series = annual.set_index("year")["real_rate"]
    for first, last in spans:
        if not {first, last} <= set(series.index):
            raise ValueError(
                f"span {first}-{last} is not covered: the rate is known for "
                f"{series.index.min()}-{series.index.max()}"
            )
        part = series.loc[first:last]
        mean, fit = mean_of(part), fit_ar1(part)
        rows.append(
            {
                "span": f"{first}–{last}",
                "mean": 100 * (mean.value - 1),
                "mean_se": 100 * mean.se,
                "rho": fit.rho,
                "rho_se": fit.rho_se,
                "sigma": fit.sigma,
                "sigma_se": fit.sigma_se,
            }
        )
    return pd.DataFrame(rows)


def trend_table(
    paths: Mapping[str, SectorPaths], spans: tuple[tuple[int, int], ...]
) -> pd.DataFrame:
    """Change of relative productivity by definition and span, with both of its errors.

    Returns
    -------
    pandas.DataFrame
        ``definition``, ``span``, ``line`` and ``line_se`` (slope of a straight line times years,
        deviations serially correlated), ``change`` and ``change_se`` (last less first year, error
        if shocks last), ``sign`` ("falls", "rises", or "not known" where the second t-ratio is
        below 1.645).
    """
    rows = []
    for name, path in paths.items():
        for first, last in spans:
            gap = path.relative.loc[first:last]
            slope, walk, n = trend_slope(gap), total_change(gap), len(gap) - 1
            known = abs(walk.t) >= 1.645
            rows.append(
                {
                    "definition": name,
                    "span": f"{first}–{last}",
                    "line": n * slope.value,
                    "line_se": n * slope.se,
                    "change": walk.value,
                    "change_se": walk.se,
                    "sign": ("rises" if walk.value > 0 else "falls") if known else "not known",
                }
            )
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
        ``weights``, ``column`` (of Table 11), ``negatives`` (as zero, or dropped), ``xi``,
        ``phi_adj``.

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
            even = {i.name: 1.0 for i in INDUSTRIES if i.name != MACHINERY}
            for negatives in get_args(Negatives):
                rows.append(
                    {
                        "weights": label,
                        "column": column,
                        "negatives": negatives,
                        "xi": composite(column, weights)[0],
                        "phi_adj": pool_costs(column, weights or even, negatives=negatives),
                    }
                )
    return pd.DataFrame(rows)


def process_headlines(ranges: pd.DataFrame) -> dict[str, float]:
    """Medians and numbers inside Table 2 that the text quotes from :func:`process_ranges`."""
    row = {(r["trend"], r["concept"]): r for r in ranges.to_dict("records")}
    line, hp = "linear trend", "HP filter, 100"
    quoted = {"go": row[line, "go"], "va": row[line, "va"], "hp": row[hp, "go"]}
    told = {
        f"{name}_{median}": float(r[median])
        for name, r in quoted.items()
        for median in ("rho_median", "sigma_median")
    }
    inside = {f"{name}_sigma_inside": int(quoted[name]["sigma_inside"]) for name in ("go", "hp")}
    change = float(row["first differences", "go"]["rho_median"])
    return told | inside | {"go_rho_difference": change}


def persistence_headlines(corrected: pd.DataFrame) -> dict[str, float]:
    """Persistence behind two medians, with its interval, of :func:`corrected_persistence`."""
    told = {}
    rows = {r["trend"]: r for r in corrected.to_dict("records")}
    for name, label in (("line", "linear trend"), ("hp", "HP filter, 100")):
        told[f"behind_{name}"] = float(rows[label]["corrected"])
        told |= {f"behind_{name}_{end}": float(rows[label][end]) for end in ("low", "high")}
    return told


def rate_headlines(fits: pd.DataFrame) -> dict[str, float]:
    """Mean, persistence and innovation by measurement, of :func:`rate_process`."""
    rows = {"annual": "annual", "decade": "decades", "overlap": "decades, overlapping"}
    items = ("mean", "mean_se", "rho", "rho_se", "sigma")
    return {f"rate_{i}_{name}": float(fits[i][row]) for name, row in rows.items() for i in items}
