"""The planted panel: zones, years and industries whose equations hold with known parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.synthetic import paths
from regspec.synthetic.composition import Composition, rake, solve_shares
from regspec.synthetic.paths import FIRST, LAST
from regspec.synthetic.places import CENSUS_YEARS, Geography, places
from regspec.synthetic.streams import stream
from regspec.synthetic.targets import (
    INCOME_PER_PERSON,
    employment_shares,
    income_shares,
    industries,
)
from regspec.synthetic.truth import CONTROLS, Truth

__all__ = ["PlantedPanel", "plant"]

Array = NDArray[np.float64]

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
    advantage = _advantage(where, truth, seed)
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
    cells = [_cells(zone_year, year, compositions[year].shares) for year in sorted(years)]
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
    noise = {name: _noise(len(where), seed, name) for name in ("level", "growth")}
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


def _advantage(where: pd.DataFrame, truth: Truth, seed: int) -> dict[int, Array]:
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
        rng = stream(seed, "advantage", year)
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


def _noise(count: int, seed: int, name: str) -> Array:
    return stream(seed, "residual", name).standard_normal(count)


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
        homes = stream(seed, "homes", year).standard_normal(len(where))
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


def _cells(zone_year: pd.DataFrame, year: int, shares: Array) -> pd.DataFrame:
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
