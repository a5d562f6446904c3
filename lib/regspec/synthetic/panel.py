"""The planted panel: zones, years and industries whose equations hold with known parameters.

Industry shares of zones have the planted concentration and add up to the planted national shares
(:func:`solve_shares`); incomes and exposure imply each other (:func:`plant`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.seeds import generator
from regspec.synthetic import paths
from regspec.synthetic.paths import FIRST, LAST, Array
from regspec.synthetic.places import CENSUS_YEARS, Geography, places
from regspec.synthetic.truth import (
    CONTROLS,
    INCOME_PER_PERSON,
    Truth,
    employment_shares,
    income_shares,
    industries,
)

__all__ = [
    "Composition",
    "PlantedPanel",
    "cells_of",
    "draw_advantage",
    "plant",
    "rake",
    "solve_shares",
]

_SIGMA_STEP = 0.3  # larger steps in sigma overshoot what mu and lambda make of them


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """Solution of :func:`solve_shares`.

    Attributes
    ----------
    shares : ndarray, shape (C, I)
        Rows sum to one.
    temperature : ndarray, shape (C,)
        Lambda of every zone.
    profile : ndarray, shape (I,)
        Mu of every industry.
    scale : float
        Sigma.
    iterations : int
    error : float
        Largest deviation left: of a Gini, or of a log national share.
    """

    shares: Array
    temperature: Array
    profile: Array
    scale: float
    iterations: int
    error: float


def solve_shares(
    advantage: Array,
    *,
    gini: Array,
    national: Array,
    income: Array,
    start: Composition | None = None,
    tolerance: float = 1e-6,
    limit: int = 1000,
) -> Composition:
    r"""Find shares :math:`s_{ci} \propto \exp(\lambda_c (\mu_i + \sigma r_{ci}))`.

    Three conditions hold together: every zone has its Gini (sets lambda), income-weighted shares
    are the national ones (sets mu), and lambda has mean one (sets sigma). Each iteration takes a
    Newton step in log lambda, a scaled one in mu and a damped one in sigma.

    Parameters
    ----------
    advantage : ndarray, shape (C, I)
        r, of unit variance.
    gini : ndarray, shape (C,)
        Wanted Gini of each zone, in (0, 1 - 1/I).
    national : ndarray, shape (I,)
        Wanted national shares, positive, summing to one.
    income : ndarray, shape (C,)
        Weights of the zones.
    start : Composition, optional
        Solution of a problem close by.
    tolerance, limit
        Largest deviation allowed, and number of iterations.

    Raises
    ------
    RuntimeError
        No solution within the limit; the message says what is left.
    """
    weight = income / income.sum()
    log_lambda = np.zeros(len(gini)) if start is None else np.log(start.temperature)
    mu = np.log(national) if start is None else start.profile.copy()
    sigma = 0.6 if start is None else start.scale
    error = np.inf
    for iteration in range(1, limit + 1):
        temperature = np.exp(log_lambda)
        exponent = temperature[:, None] * (mu + sigma * advantage)
        shares = _softmax(exponent)
        value, slope = _gini(shares, exponent)
        nation = weight @ shares
        gap = np.log(national / nation)
        drift = float(np.log(np.mean(temperature)))
        error = float(max(np.abs(value - gini).max(), np.abs(gap).max(), abs(drift)))
        if error < tolerance:
            return Composition(
                shares=shares,
                temperature=temperature,
                profile=mu,
                scale=sigma,
                iterations=iteration,
                error=error,
            )
        step = (gini - value) / np.maximum(slope, 0.1 * gini)
        log_lambda = log_lambda + np.clip(step, -0.3, 0.3)
        # Where a large zone is hot, its industries answer to mu more than one for one.
        mu = mu + gap * nation / ((weight * temperature) @ shares)
        sigma *= float(np.exp(_SIGMA_STEP * drift))
    raise RuntimeError(
        f"industry shares did not settle in {limit} iterations: {error:.1e} left, wanted "
        f"{tolerance:.0e}. The wanted Ginis run from {gini.min():.2f} to {gini.max():.2f}; check "
        "that their mean is above the Gini of the national shares"
    )


def rake(matrix: Array, rows: Array, columns: Array, *, tolerance: float = 1e-10) -> Array:
    """Scale rows and columns of a positive matrix until it has the wanted sums.

    Parameters
    ----------
    matrix : ndarray, shape (C, I)
    rows, columns : ndarray, shapes (C,), (I,)
        Wanted sums; both must have the same total.
    tolerance : float
        Largest relative deviation of a sum of columns; rows are exact.

    Raises
    ------
    RuntimeError
        Not reached in 1,000 rounds.
    """
    out = matrix.astype(float)
    for _ in range(1000):
        out *= (columns / out.sum(axis=0))[None, :]
        out *= (rows / out.sum(axis=1))[:, None]
        if np.abs(out.sum(axis=0) / columns - 1.0).max() < tolerance:
            return out
    raise RuntimeError(
        "raking did not settle in 1,000 rounds: rows and columns must have one total, they have "
        f"{rows.sum():.6g} and {columns.sum():.6g}"
    )


def _softmax(x: Array) -> Array:
    x = x - x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    return x / x.sum(axis=1, keepdims=True)


def _gini(shares: Array, exponent: Array) -> tuple[Array, Array]:
    """Gini of rows that sum to one, and its slope in the log of the temperature.

    The first equals :func:`regspec.measures.gini`. Ranks stay as they are when the temperature
    changes a little, so that only the shares have a derivative.
    """
    count = shares.shape[1]
    order = np.argsort(shares, axis=1)
    rank = np.empty(shares.shape)
    np.put_along_axis(rank, order, np.arange(1.0, count + 1.0)[None, :], axis=1)
    change = shares * (exponent - (shares * exponent).sum(axis=1, keepdims=True))
    value = (2.0 * (rank * shares).sum(axis=1) - (count + 1)) / count
    return value, 2.0 * (rank * change).sum(axis=1) / count


# Loadings of a group's comparative advantage on (log population, Rust Belt): farms and mines are
# rural, finance and business services urban, durable goods at home in the Rust Belt.
_LOADINGS: Mapping[str, tuple[float, float]] = {
    "Agriculture": (-0.5, -0.1),
    "Mining": (-0.3, 0.1),
    "Durable": (0.1, 0.5),
    "Finance": (0.5, 0.0),
    "Business Services": (0.5, 0.0),
    "Wholesale": (0.3, 0.0),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlantedPanel:
    """Zone-level truth of a synthetic census.

    Attributes
    ----------
    zone_year : pandas.DataFrame
        Columns region, year, state, name, rust_belt, population, persons (aged 25-60),
        employment (of these), income (dollars), income_pc, log_income, log_population, gini,
        high_skill, old_age, female, house_value.
    zone_industry : pandas.DataFrame
        Columns region, year, industry, group, sector, tradable, income (dollars), employment.
    ghat : pandas.Series
        Exposure (2) by region.
    places : pandas.DataFrame
    truth : Truth
    seed : int
    geography : str
    rounds : int
        Rounds of the fixed point between exposure and incomes.
    """

    zone_year: pd.DataFrame
    zone_industry: pd.DataFrame
    ghat: pd.Series
    places: pd.DataFrame
    truth: Truth
    seed: int
    geography: Geography
    rounds: int = field(default=0)


def plant(
    seed: int,
    *,
    truth: Truth | None = None,
    geography: Geography = "public",
    years: tuple[int, ...] = CENSUS_YEARS,
) -> PlantedPanel:
    """Draw a panel of zones in which the structural equations of the truth hold.

    The exposure of 1950 is made of national growth, which adds up the zones' outcomes, and the
    outcomes depend on the exposure. National shares by sector are planted, so that only the
    shares of the zones move: the two are iterated until the exposure stands still.

    Parameters
    ----------
    seed : int
    truth : Truth, optional
        Parameters; those of the paper by default.
    geography : {"public", "invented"}
        See :func:`regspec.synthetic.places.places`.
    years : tuple of int
        Years whose industries are wanted. Zones have all years; comparative advantage is drawn
        for all years too, so that a year comes out the same whichever others are asked for.

    Raises
    ------
    ValueError
        A year that is none of the route.
    """
    unknown = sorted(set(years) - set(CENSUS_YEARS))
    if unknown:
        raise ValueError(f"years: {unknown} are not among {list(CENSUS_YEARS)}")
    truth = Truth() if truth is None else truth
    where = places(geography, seed=seed)
    shares = paths.controls(where, seed)
    adults = {year: paths.persons(where, shares, year) for year in CENSUS_YEARS}
    advantage = draw_advantage(where, truth, seed)
    first = paths.first_gini(where, seed)
    income, ghat, solved, rounds = _fixed_point(
        where, shares, adults, advantage[FIRST], first, truth, seed
    )
    gini = paths.ginis(first, income, truth, seed)
    zone_year = _zone_year(where, shares, adults, income, gini, seed)
    compositions = {
        year: solved
        if year == FIRST
        else solve_shares(
            advantage[year],
            gini=gini[year],
            national=income_shares(year),
            income=adults[year] * np.exp(income[year]),
        )
        for year in sorted(years)
    }
    cells = [cells_of(zone_year, year, compositions[year].shares) for year in sorted(years)]
    return PlantedPanel(
        zone_year=zone_year,
        zone_industry=pd.concat(cells, ignore_index=True),
        ghat=pd.Series(ghat, index=where.index, name="ghat"),
        places=where,
        truth=truth,
        seed=seed,
        geography=geography,
        rounds=rounds,
    )


def _fixed_point(
    where: pd.DataFrame,
    shares: pd.DataFrame,
    adults: Mapping[int, Array],
    advantage: Array,
    first: Array,
    truth: Truth,
    seed: int,
) -> tuple[dict[int, Array], Array, Composition, int]:
    """Incomes and exposure that imply each other, and the composition of 1950."""
    regressors = shares.xs(FIRST, level="year")[list(CONTROLS)].assign(gini=first)
    noise = {
        name: generator(seed, "residual", name).standard_normal(len(where))
        for name in ("level", "growth")
    }
    sector = industries()["sector"].to_numpy()
    growth_of = _sector_growth(adults, sector)
    ghat, solved = np.zeros(len(where)), None
    for rounds in range(1, 30):
        regressors["ghat"] = ghat
        level = paths.outcome(truth.level, regressors, noise["level"])
        # The intercept of 1950 makes the national income; growth depends on levels through it.
        scale = INCOME_PER_PERSON[FIRST] / np.average(np.exp(level), weights=adults[FIRST])
        regressors["log_income"] = level + np.log(scale)
        growth = paths.outcome(truth.growth, regressors, noise["growth"])
        income = paths.incomes(level, growth, adults, truth, seed)
        solved = solve_shares(
            advantage,
            gini=first,
            national=income_shares(FIRST),
            income=adults[FIRST] * np.exp(income[FIRST]),
            start=solved,
        )
        before, ghat = ghat, solved.shares @ growth_of
        if np.abs(ghat - before).max() < 1e-7:
            return income, ghat, solved, rounds
    raise RuntimeError(
        f"exposure and incomes did not settle: {np.abs(ghat - before).max():.1e} left after "
        f"{rounds} rounds; plant a smaller coefficient of ghat in the level equation"
    )


def _sector_growth(adults: Mapping[int, Array], sector: NDArray[np.str_]) -> Array:
    """National log income growth of the sector of every industry, 1950-2020."""
    _, code = np.unique(sector, return_inverse=True)
    first, last = (
        np.bincount(code, income_shares(year)) * INCOME_PER_PERSON[year] * adults[year].sum()
        for year in (FIRST, LAST)
    )
    return np.log(last / first)[code]


def draw_advantage(where: pd.DataFrame, truth: Truth, seed: int) -> dict[int, Array]:
    """Comparative advantage r by year, shape (C, I): unit variance, own persistence by industry."""
    kinds = industries()
    rho = np.where(kinds["tradable"], truth.rho_tradable, truth.rho_nontradable)
    groups, code = np.unique(kinds["group"], return_inverse=True)
    urban = np.log(where[FIRST].to_numpy(float))
    urban = np.clip((urban - urban.mean()) / urban.std(), -2.5, 2.5)
    rust = where["rust_belt"].to_numpy(float)
    rust = (rust - rust.mean()) / rust.std()
    loads = np.array([_LOADINGS.get(g, (0.0, 0.0)) for g in groups])
    fixed = urban[:, None] * loads[:, 0] + rust[:, None] * loads[:, 1]
    rest = np.sqrt(np.clip(1.0 - (loads**2).sum(axis=1), 0.0, 1.0))
    out: dict[int, Array] = {}
    for k, year in enumerate(CENSUS_YEARS):
        rng = generator(seed, "advantage", year)
        common = rng.standard_normal((len(where), len(groups)))
        if not k:
            common = fixed + rest * common
        own = rng.standard_normal((len(where), len(kinds)))
        drawn = np.sqrt(truth.group_share) * common[:, code] + np.sqrt(1 - truth.group_share) * own
        if not k:
            out[year] = drawn
            continue
        kept = rho ** ((year - CENSUS_YEARS[k - 1]) / 10)
        out[year] = kept * out[CENSUS_YEARS[k - 1]] + np.sqrt(1 - kept**2) * drawn
    return out


def _zone_year(
    where: pd.DataFrame,
    shares: pd.DataFrame,
    adults: Mapping[int, Array],
    income: Mapping[int, Array],
    gini: Mapping[int, Array],
    seed: int,
) -> pd.DataFrame:
    """Zones by year, without their industries."""
    frames = []
    for year in CENSUS_YEARS:
        own = shares.xs(year, level="year")
        homes = generator(seed, "homes", year).standard_normal(len(where))
        frame = where[["state", "name", "rust_belt"]].assign(
            year=year,
            population=where[year].to_numpy(float),
            persons=adults[year],
            employment=adults[year] * own["employed"],
            income=adults[year] * np.exp(income[year]),
            income_pc=np.exp(income[year]),
            log_income=income[year],
            log_population=own["log_population"],
            gini=gini[year],
            **{name: own[name] for name in ("high_skill", "old_age", "female")},
            # A house costs about four years of an adult's wages, more where wages are high.
            house_value=4.0
            * INCOME_PER_PERSON[year]
            * np.exp(1.2 * (income[year] - np.log(INCOME_PER_PERSON[year])) + 0.15 * homes),
        )
        frames.append(frame.reset_index())
    return pd.concat(frames, ignore_index=True)


def cells_of(zone_year: pd.DataFrame, year: int, shares: Array) -> pd.DataFrame:
    """Income and employment by zone and industry of one year."""
    zones = zone_year[zone_year["year"] == year]
    income = shares * zones["income"].to_numpy()[:, None]
    jobs = zones["employment"].to_numpy()
    employment = rake(income, jobs, employment_shares(year) * jobs.sum())
    kinds = industries()
    repeated = kinds.loc[np.tile(np.arange(len(kinds)), len(zones))].reset_index(drop=True)
    out = repeated.assign(
        region=np.repeat(zones["region"].to_numpy(), len(kinds)),
        year=year,
        income=income.ravel(),
        employment=employment.ravel(),
    )
    return out[
        ["region", "year", "industry", "group", "sector", "tradable", "income", "employment"]
    ]
