r"""Estimated driving processes: industry productivity (7) and the real interest rate.

The paper normalises industry productivity by its weighted average over industries, removes a
trend, and reports the persistence and the volatility of what is left (Table 2). The functions
here do the same from annual series and return every estimate with its standard error, so that
choices the paper leaves open (trend, concept, period) can be laid side by side. Errors of means,
trends and persistence over a decade allow for serial correlation (Newey-West), and those of
persistence for a trend that is estimated along with the process (parametric bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant
from statsmodels.tsa.filters.hp_filter import hpfilter

from regspec import seeds
from regspec.tools.choices import require_choice

__all__ = [
    "AR1",
    "Concept",
    "Estimate",
    "Refit",
    "Trend",
    "detrend",
    "fit_ar1",
    "industry_processes",
    "log_productivity",
    "mean_of",
    "refit",
    "skip_ar1",
    "total_change",
    "trend_slope",
    "weighted_growth",
]

Trend = Literal["linear", "quadratic", "hp", "hamilton", "difference"]
Concept = Literal["va", "go"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AR1:
    """First-order autoregression of one series, ``x' = m + rho (x - m) + e``.

    Attributes
    ----------
    rho, rho_se : float
        Persistence per period and its conventional standard error. Least squares is biased
        downwards in short samples (about (1 + 3 rho)/T).
    sigma, sigma_se : float
        Standard deviation of the innovation e, per period, and its standard error under
        normality.
    mean : float
        Sample mean of the series.
    observations : int
        Pairs (x, x') used.
    period_years : float
        Length of a period.
    """

    rho: float
    rho_se: float
    sigma: float
    sigma_se: float
    mean: float
    observations: int
    period_years: float = 1.0

    def over(self, periods: int) -> AR1:
        """Process implied for a period that is `periods` times as long, sampled at its end.

        The innovation over n periods has variance ``sigma^2 (1 - rho^(2n)) / (1 - rho^2)``;
        standard errors follow by the delta method, with rho and sigma independent.

        Raises
        ------
        ValueError
            If `periods` is less than one or the process is not stationary.

        Examples
        --------
        >>> annual = AR1(rho=0.9, rho_se=0.0, sigma=0.02, sigma_se=0.0, mean=0.0, observations=70)
        >>> decade = annual.over(10)
        >>> round(decade.rho, 3), round(decade.sigma, 3)
        (0.349, 0.043)
        """
        if periods < 1:
            raise ValueError(f"periods is {periods}; it must be at least 1")
        if not abs(self.rho) < 1:
            raise ValueError(f"rho is {self.rho:.3f}; only a stationary process can be converted")
        weights = self.rho ** (2 * np.arange(periods))
        scale = float(np.sqrt(weights.sum()))
        steps = np.arange(1, periods)
        slope = float((2 * steps * self.rho ** (2 * steps - 1)).sum() / (2 * scale))
        return AR1(
            rho=self.rho**periods,
            rho_se=periods * abs(self.rho) ** (periods - 1) * self.rho_se,
            sigma=self.sigma * scale,
            sigma_se=float(np.hypot(scale * self.sigma_se, self.sigma * slope * self.rho_se)),
            mean=self.mean,
            observations=self.observations,
            period_years=self.period_years * periods,
        )


def fit_ar1(series: pd.Series, *, period_years: float = 1.0) -> AR1:
    """Least-squares AR(1) with a constant.

    Parameters
    ----------
    series : pandas.Series, shape (T,)
        Equally spaced observations in time order, without gaps.
    period_years : float
        Spacing, recorded in the result.

    Raises
    ------
    ValueError
        With fewer than five observations, or with missing values inside the series.
    """
    x = series.to_numpy(dtype=float)
    if x.size < 5 or not np.isfinite(x).all():
        raise ValueError(
            f"an AR(1) needs at least 5 observations without gaps; got {x.size}, of which "
            f"{int(np.isnan(x).sum())} missing: choose a longer span of years"
        )
    fit = OLS(x[1:], add_constant(x[:-1], has_constant="add")).fit()
    sigma = float(np.sqrt(fit.scale))
    return AR1(
        rho=float(fit.params[1]),
        rho_se=float(fit.bse[1]),
        sigma=sigma,
        sigma_se=sigma / float(np.sqrt(2 * fit.df_resid)),
        mean=float(x.mean()),
        observations=x.size - 1,
        period_years=period_years,
    )


def detrend(series: pd.Series, trend: Trend = "linear", *, hp_lambda: float = 100.0) -> pd.Series:
    """Deviation of an annual log series from its trend.

    Parameters
    ----------
    series : pandas.Series, shape (T,)
    trend : {"linear", "quadratic", "hp", "hamilton", "difference"}
        A straight line, as the process (7) says, or a parabola; the Hodrick-Prescott filter, as
        the calibration section says; the error of a forecast two years ahead from the level and
        its first lag (Hamilton); or changes less their mean, which take the trend to be a random
        walk. They disagree strongly about persistence.
    hp_lambda : float
        Smoothness of the filter: 100 is the old choice for annual data, 6.25 that of
        Ravn and Uhlig.

    Returns
    -------
    pandas.Series
        Of length T; T - 3 for "hamilton" and T - 1 for "difference".

    Raises
    ------
    ValueError
        For another trend.
    """
    require_choice("trend", trend, get_args(Trend))
    x = series.to_numpy(dtype=float)
    if trend in ("linear", "quadratic"):
        years = np.arange(len(x)) - (len(x) - 1) / 2
        line = np.polynomial.Polynomial.fit(years, x, 1 if trend == "linear" else 2)
        return series - line(years)
    if trend == "hp":
        cycle, _ = hpfilter(series, lamb=hp_lambda)
        return cycle.rename(series.name)
    if trend == "hamilton":
        known = add_constant(np.column_stack([x[1:-2], x[:-3]]), has_constant="add")
        return pd.Series(OLS(x[3:], known).fit().resid, series.index[3:], name=series.name)
    change = series.diff().iloc[1:]
    return change - change.mean()


def log_productivity(
    tfp: pd.DataFrame, concept: Concept = "va"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log productivity and value added of manufacturing, one column an industry.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    concept : {"va", "go"}
        Productivity of value added, which is what income in the model responds to, or of
        gross output.

    Returns
    -------
    log_tfp, value_added : pandas.DataFrame, shape (years, industries)
        Value added in current dollars (the weights).

    Raises
    ------
    ValueError
        For another concept.
    """
    require_choice("concept", concept, get_args(Concept))
    frame = tfp[tfp["manufacturing"]]
    # pivot, not pivot_table: a repeated industry-year must fail, not be averaged.
    log_tfp, value_added = (
        frame.pivot(index="year", columns="industry_id", values=column)  # noqa: PD010
        for column in (f"tfp_{concept}", "va")
    )
    return log_tfp.map(np.log), value_added


def weighted_growth(log_tfp: pd.DataFrame, weights: pd.DataFrame) -> pd.Series:
    """Tornqvist aggregate of log growth: shares averaged over the two years of each change.

    Parameters
    ----------
    log_tfp, weights : pandas.DataFrame, shape (T, industries)

    Returns
    -------
    pandas.Series, shape (T,)
        Log points; zero in the first year.
    """
    share = weights.div(weights.sum(axis=1), axis=0)
    share = share.add(share.shift()).div(2)
    return log_tfp.diff().mul(share).sum(axis=1)


def industry_processes(
    tfp: pd.DataFrame,
    *,
    groups: Mapping[str, tuple[int, ...]],
    concept: Concept = "va",
    trend: Trend = "linear",
    hp_lambda: float = 100.0,
    years: tuple[int, int] = (1958, 2018),
) -> pd.DataFrame:
    """Trend growth, persistence and volatility of each industry's relative productivity.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    groups : mapping of str to tuple of int
        Industries by name and the ``industry_id`` that each collects
        (:data:`regspec.sources.tfp.PAPER_INDUSTRIES`).
    concept, trend, hp_lambda
        See :func:`log_productivity` and :func:`detrend`.
    years : tuple of int
        First and last year; the default is the span of the paper's source.

    Returns
    -------
    pandas.DataFrame
        One row a group: growth (log points a year), rho, rho_se, sigma, sigma_se (a year),
        the same with ``_decade`` (implied by the annual estimates, errors by the delta method),
        observations.
    """
    log_tfp, value_added = log_productivity(tfp, concept)
    log_tfp, value_added = (f.loc[years[0] : years[1]] for f in (log_tfp, value_added))
    average = weighted_growth(log_tfp, value_added).cumsum()
    rows = []
    for name, members in groups.items():
        ids = list(members)
        path = weighted_growth(log_tfp[ids], value_added[ids]).cumsum() - average
        fit = fit_ar1(detrend(path, trend, hp_lambda=hp_lambda))
        decade = fit.over(10) if abs(fit.rho) < 1 else None
        rows.append(
            {
                "industry": name,
                "growth": float(path.iloc[-1] - path.iloc[0]) / (len(path) - 1),
                "rho": fit.rho,
                "rho_se": fit.rho_se,
                "sigma": fit.sigma,
                "sigma_se": fit.sigma_se,
                "rho_decade": decade.rho if decade else np.nan,
                "rho_decade_se": decade.rho_se if decade else np.nan,
                "sigma_decade": decade.sigma if decade else np.nan,
                "sigma_decade_se": decade.sigma_se if decade else np.nan,
                "observations": fit.observations,
            }
        )
    return pd.DataFrame(rows)


_TRUTH = np.array([0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98])


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number and its standard error."""

    value: float
    se: float
    observations: int

    @property
    def t(self) -> float:
        """Value over its standard error."""
        return self.value / self.se


def _bandwidth(periods: int) -> int:
    """Lags of the Newey-West weights: 4 (T/100)^(2/9), at least one, rounded down."""
    return max(1, int(4 * (periods / 100) ** (2 / 9)))


def _values(series: pd.Series, least: int) -> NDArray[np.float64]:
    x = series.to_numpy(dtype=float)
    if x.size < least or not np.isfinite(x).all():
        raise ValueError(
            f"needs at least {least} observations without gaps; got {x.size}, of which "
            f"{int(np.isnan(x).sum())} missing: choose a longer span of years"
        )
    return x


def mean_of(series: pd.Series, *, lags: int | None = None) -> Estimate:
    """Mean of a serially correlated series.

    Parameters
    ----------
    series : pandas.Series, shape (T,)
    lags : int, optional
        Of the Newey-West weights; from T when left out.

    Raises
    ------
    ValueError
        With fewer than five observations or a missing one.
    """
    x = _values(series, 5)
    lags = _bandwidth(x.size) if lags is None else lags
    fit = OLS(x, np.ones(x.size)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    return Estimate(value=float(fit.params[0]), se=float(fit.bse[0]), observations=x.size)


def trend_slope(series: pd.Series, *, lags: int | None = None) -> Estimate:
    """Slope of a straight line, per period, deviations from it serially correlated (HAC)."""
    x = _values(series, 8)
    lags = _bandwidth(x.size) if lags is None else lags
    design = add_constant(np.arange(x.size, dtype=float))
    fit = OLS(x, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    return Estimate(value=float(fit.params[1]), se=float(fit.bse[1]), observations=x.size)


def total_change(series: pd.Series, *, lags: int | None = None) -> Estimate:
    """Last less first value, as the sum of changes with an unknown mean (a random walk's drift).

    The error is that of the mean change (HAC) times the number of changes: what the span says
    about the trend if shocks to it last, the cautious case.
    """
    mean = mean_of(series.diff().iloc[1:], lags=lags)
    n = mean.observations
    return Estimate(value=n * mean.value, se=n * mean.se, observations=n)


def skip_ar1(series: pd.Series, periods: int) -> AR1:
    """Persistence over several periods, measured directly: x in t + n on x in t, overlapping.

    Parameters
    ----------
    series : pandas.Series, shape (T,)
    periods : int
        Length n of a model period in those of the series.

    Returns
    -------
    AR1
        Of the longer period. Errors of rho allow for the overlap (Newey-West, n - 1 lags); that
        of sigma counts only the stretches of n periods that do not overlap.

    Raises
    ------
    ValueError
        With fewer than three stretches or a missing value.
    """
    if periods < 2:
        raise ValueError(f"periods is {periods}; it must be at least 2 (fit_ar1 does one)")
    x = _values(series, 3 * periods)
    today = add_constant(x[:-periods], has_constant="add")
    model = OLS(x[periods:], today)
    plain = model.fit()
    fit = model.fit(cov_type="HAC", cov_kwds={"maxlags": periods - 1, "use_correction": True})
    sigma = float(np.sqrt(plain.scale))
    return AR1(
        rho=float(fit.params[1]),
        rho_se=float(fit.bse[1]),
        sigma=sigma,
        sigma_se=sigma / float(np.sqrt(2 * x.size / periods)),
        mean=float(x.mean()),
        observations=x.size - periods,
        period_years=float(periods),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Refit:
    """An AR(1) after detrending, corrected for what detrending takes out.

    Attributes
    ----------
    rho : float
        Persistence whose simulated estimates have the observed one as their median.
    low, high : float
        The same for the 95th and the 5th percentile: a 90 percent interval for persistence.
    """

    rho: float
    low: float
    high: float


def refit(
    observed: Sequence[float],
    periods: int,
    remove: Callable[[pd.Series], pd.Series],
    *,
    draws: int = 200,
    seed: int = seeds.SIMULATION,
) -> tuple[Refit, ...]:
    """Persistence that would give the observed estimates after detrending (indirect inference).

    Stationary AR(1) series of the sample's length are simulated over a grid of true persistence
    with common random numbers, detrended and estimated as the data were; the median of the
    estimates is inverted at each observed one, and so are their 5th and 95th percentile. Truth
    from 0 to 0.98 is considered; results at these ends mean "at most" and "at least".

    Parameters
    ----------
    observed : sequence of float
        Estimated rho.
    periods : int
        Length of the series that were detrended.
    remove : callable
        Series to deviations from its trend.
    draws : int
    seed : int

    Returns
    -------
    tuple of Refit
        In the order of `observed`.
    """
    noise = np.random.default_rng(seed).standard_normal((periods, draws))
    quantiles = np.empty((_TRUTH.size, 3))
    for row, rho in enumerate(_TRUTH):
        paths = np.empty_like(noise)
        paths[0] = noise[0] / np.sqrt(1 - rho**2)
        for t in range(1, periods):
            paths[t] = rho * paths[t - 1] + noise[t]
        estimates = [fit_ar1(remove(pd.Series(path))).rho for path in paths.T]
        quantiles[row] = np.quantile(estimates, (0.05, 0.5, 0.95))
    rising = np.maximum.accumulate(quantiles, axis=0)
    # An estimate that is the 95th percentile under some truth puts the lower end there.
    high, middle, low = (np.interp(observed, column, _TRUTH) for column in rising.T)
    return tuple(
        Refit(rho=float(m), low=float(a), high=float(b))
        for m, a, b in zip(middle, low, high, strict=True)
    )
