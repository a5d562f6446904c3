"""Standard errors of what a short annual series says: means, trends, persistence over a decade.

Conventional errors take observations as independent, or the trend as known. The functions here
allow for serial correlation (Newey-West) and for a trend that is estimated along with the process
(parametric bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray

from regspec.experiments.processes import AR1, fit_ar1

__all__ = [
    "Estimate",
    "Refit",
    "mean_of",
    "refit",
    "skip_ar1",
    "total_change",
    "trend_slope",
]

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
    fit = sm.OLS(x, np.ones(x.size)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    return Estimate(value=float(fit.params[0]), se=float(fit.bse[0]), observations=x.size)


def trend_slope(series: pd.Series, *, lags: int | None = None) -> Estimate:
    """Slope of a straight line, per period, deviations from it serially correlated (HAC)."""
    x = _values(series, 8)
    lags = _bandwidth(x.size) if lags is None else lags
    design = sm.add_constant(np.arange(x.size, dtype=float))
    fit = sm.OLS(x, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
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
    today = sm.add_constant(x[:-periods], has_constant="add")
    model = sm.OLS(x[periods:], today)
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
    seed: int = 0,
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
