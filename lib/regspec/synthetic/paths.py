"""Incomes and specialization of the zones over time: the structural equations at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.seeds import generator
from regspec.synthetic.truth import INCOME_PER_PERSON, Equation, Truth, specialization

__all__ = ["FIRST", "LAST", "controls", "first_gini", "ginis", "incomes", "outcome", "persons"]

Array = NDArray[np.float64]

FIRST, LAST = 1950, 2020

# Means of the controls by year, and the standard deviation across zones (log points for none of
# them). Round numbers of ours, near the national ones.
_YEARS = (1950, 1970, 1980, 1990, 2000, 2010, 2020)
_MEANS: Mapping[str, tuple[Sequence[float], float]] = {
    "high_skill": ((0.14, 0.22, 0.36, 0.48, 0.54, 0.60, 0.66), 0.016),
    "old_age": ((0.22, 0.25, 0.30, 0.22, 0.18, 0.16, 0.15), 0.035),
    "female": ((0.27, 0.36, 0.42, 0.45, 0.465, 0.47, 0.475), 0.035),
    "employed": ((0.62, 0.66, 0.69, 0.73, 0.72, 0.70, 0.72), 0.025),
    "adults": ((0.46, 0.42, 0.43, 0.46, 0.49, 0.48, 0.46), 0.012),
}
_URBAN: Mapping[str, float] = {"high_skill": 0.2, "female": 0.3, "old_age": -0.2}
_CONTROL_PERSISTENCE = 0.9  # over ten years
_GINI_RUST_BELT, _GINI_STATE = 0.25, 0.30  # shares of the variance of log G in 1950
_GINI_BOUNDS = (0.22, 0.85)


def controls(places: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw the zones' shares: skill, young workers, women, employment, persons aged 25-60.

    Parameters
    ----------
    places : DataFrame
        From :func:`regspec.synthetic.places.places`.
    seed : int

    Returns
    -------
    DataFrame
        Index (region, year); columns high_skill, female (shares of employed persons), old_age
        (workers under 25 per worker of 25 and over), employed (share of persons 25-60), adults
        (share of persons 25-60 in the population), log_population, rust_belt.
    """
    log_population = np.log(places[list(_YEARS)].to_numpy(float))
    urban = _standard(log_population[:, 0])
    columns: dict[str, Array] = {}
    for name, (means, deviation) in _MEANS.items():
        rng = generator(seed, "control", name)
        load = _URBAN.get(name, 0.0)
        state = rng.standard_normal(len(places))
        path = []
        for k, mean in enumerate(means):
            if k:
                rho = _CONTROL_PERSISTENCE ** ((_YEARS[k] - _YEARS[k - 1]) / 10)
                state = rho * state + np.sqrt(1 - rho**2) * rng.standard_normal(len(places))
            mixed = load * urban + np.sqrt(1 - load**2) * state
            path.append(mean + deviation * np.clip(mixed, -3.0, 3.0))
        columns[name] = np.stack(path, axis=1)
    columns["log_population"] = log_population
    columns["rust_belt"] = np.repeat(places["rust_belt"].to_numpy(float)[:, None], len(_YEARS), 1)
    index = pd.MultiIndex.from_product([places.index, _YEARS], names=["region", "year"])
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index)


def persons(places: pd.DataFrame, shares: pd.DataFrame, year: int) -> Array:
    """Persons aged 25-60 of every zone."""
    return places[year].to_numpy(float) * shares["adults"].xs(year, level="year").to_numpy()


def first_gini(places: pd.DataFrame, seed: int) -> Array:
    """Gini of every zone in 1950: lognormal with the moments of Table 1, higher in the Rust Belt.

    The map of 1950 (Figure 16) shows the highest values there, so that states and the Rust Belt
    explain a part of it.
    """
    rng = generator(seed, "gini", FIRST)
    states, code = np.unique(places["state"], return_inverse=True)
    rest = 1.0 - _GINI_RUST_BELT - _GINI_STATE
    mixed = (
        np.sqrt(_GINI_RUST_BELT) * _standard(places["rust_belt"].to_numpy(float))
        + np.sqrt(_GINI_STATE) * rng.standard_normal(len(states))[code]
        + np.sqrt(rest) * rng.standard_normal(len(places))
    )
    mean, variation = specialization(FIRST)
    scale = variation
    for _ in range(6):  # the coefficient of variation itself, not that of a lognormal population
        value = _with_mean(scale * _standard(mixed), mean)
        scale *= variation / (value.std(ddof=1) / value.mean())
    return value


def outcome(equation: Equation, regressors: pd.DataFrame, noise: Array) -> Array:
    """Right-hand side of (1) without its intercept."""
    coefficients = pd.Series(equation.coefficients())
    explained = regressors[list(coefficients.index)].to_numpy(float) @ coefficients.to_numpy()
    return explained + equation.residual * noise


def incomes(
    level: Array, growth: Array, adults: Mapping[int, Array], truth: Truth, seed: int
) -> dict[int, Array]:
    """Log income per person of every zone and year.

    Parameters
    ----------
    level, growth : ndarray, shape (C,)
        Log income in 1950 and its growth to 2020, up to intercepts.
    adults : mapping of int to ndarray
        Persons aged 25-60 by year, shape (C,).
    truth, seed

    Returns
    -------
    dict of int to ndarray, shape (C,)
        The national mean of every year is that of
        :data:`regspec.synthetic.truth.INCOME_PER_PERSON`, which sets the intercepts.
    """
    rng = generator(seed, "bridge")
    walk = {year: rng.standard_normal(len(level)) for year in _YEARS}
    step, total = np.zeros(len(level)), {}
    for before, year in zip((FIRST, *_YEARS), _YEARS, strict=False):
        step = step + np.sqrt((year - before) / (LAST - FIRST)) * walk[year]
        total[year] = step
    out = {}
    for year in _YEARS:
        done = (year - FIRST) / (LAST - FIRST)
        around = 2.0 * truth.bridge * (total[year] - done * total[LAST])
        path = level + done * growth + around
        mean = np.average(np.exp(path), weights=adults[year])
        out[year] = path + np.log(INCOME_PER_PERSON[year] / mean)
    return out


def ginis(first: Array, income: Mapping[int, Array], truth: Truth, seed: int) -> dict[int, Array]:
    """Gini of every zone and year from that of 1950 and the incomes (32).

    Raises
    ------
    ValueError
        The dispersion of Table 1 cannot be had with the planted coefficients.
    """
    out = {FIRST: first}
    for before, year in pairwise(_YEARS):
        distance = year - before
        change, initial = income[year] - income[before], income[before]
        planned = truth.change[distance] * _demeaned(change) + truth.change_initial * _demeaned(
            initial
        )
        log_before = _demeaned(np.log(out[before]))
        reverting = _residual(log_before, change, initial)
        mean, variation = specialization(year)
        wanted = float(np.log1p(variation**2))
        kappa = _reversion(
            log_before + planned, reverting, truth.signal[distance] * wanted, f"{before}-{year}"
        )
        signal = log_before + planned - kappa * reverting
        rng = generator(seed, "gini", year)
        noise = _residual(rng.standard_normal(len(first)), signal)
        noise *= np.sqrt((wanted - np.var(signal)) / np.var(noise))
        out[year] = _with_mean(signal + noise, mean)
    return out


def _reversion(start: Array, reverting: Array, wanted: float, span: str) -> float:
    """Smallest kappa in [0, 1] that gives start - kappa reverting the wanted variance."""
    a, b = float(np.var(reverting)), -2.0 * float(np.cov(start, reverting, ddof=0)[0, 1])
    c = float(np.var(start)) - wanted
    if c <= 0:
        return 0.0
    inside = b * b - 4 * a * c
    root = (-b - max(inside, 0.0) ** 0.5) / (2 * a)
    if not 0 <= root <= 1 or inside < 0:
        least = np.var(start - reverting)
        raise ValueError(
            f"signal: from {span} the variance of log Gini cannot fall to {wanted:.5f}: with full "
            f"reversion {least:.5f} is left; plant smaller coefficients of (32) or a larger signal"
        )
    return root


def _with_mean(log_deviation: Array, mean: float) -> Array:
    """Exponential of deviations, scaled to a mean and kept inside the bounds of a Gini."""
    value = np.exp(log_deviation)
    for _ in range(5):
        value = np.clip(value * mean / value.mean(), *_GINI_BOUNDS)
    return value


def _demeaned(x: Array) -> Array:
    return x - x.mean()


def _standard(x: Array) -> Array:
    return (x - x.mean()) / x.std()


def _residual(y: Array, *x: Array) -> Array:
    """What of y a constant and the columns do not explain."""
    design = np.column_stack([np.ones(len(y)), *x])
    return y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
