"""Where the synthetic persons live: the 722 contiguous zones with their real populations."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from regspec import seeds
from regspec.seeds import generator
from regspec.sources import bea, population, zones
from regspec.sources.zones import FIPS_TO_POSTAL, NOT_CONTIGUOUS, RUST_BELT
from regspec.tools.choices import require_choice

__all__ = ["CENSUS_YEARS", "Geography", "pieces", "places"]

Geography = Literal["public", "invented"]

CENSUS_YEARS: tuple[int, ...] = (1950, 1970, 1980, 1990, 2000, 2010, 2020)
"""Years of the route: 1960 has no commuting zones in the public microdata."""

_LAST_COUNT = 1990  # last year of the file of census counts; BEA's estimates follow
_BEA_YEAR = {2000: 2000, 2010: 2010, 2020: 2019}  # the public file ends with 2019


def places(geography: Geography = "public", *, seed: int = seeds.PLACES) -> pd.DataFrame:
    """Return the zones with their population in every year of the route.

    Parameters
    ----------
    geography : {"public", "invented"}
        ``"public"``: zones, names and states of the ERS file of 1990, populations of the
        censuses to 1990 and BEA's midyear estimates after (2019 stands for 2020).
        ``"invented"``: as many zones with numbers as names, lognormal populations that all grow
        at one rate and states in turn. It needs no file and resembles no place.
    seed : int
        Of the invented populations.

    Returns
    -------
    DataFrame
        Index region (int); columns name, state (two-digit FIPS), rust_belt, and one column of
        persons per year, named by the year. 722 rows, sorted.

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        A public file is absent or damaged. It is never replaced by an invented one.
    ValueError
        Unknown geography.
    """
    require_choice("geography", geography, get_args(Geography))
    return _public() if geography == "public" else _invented(seed)


def pieces(frame: pd.DataFrame, geography: Geography = "public") -> pd.DataFrame:
    """Return the parts of zones by state, with their share of the zone's population in 1990.

    Parameters
    ----------
    frame : DataFrame
        From :func:`places`.
    geography : {"public", "invented"}
        Invented zones lie in one state.

    Returns
    -------
    DataFrame
        Columns region, state (two-digit FIPS), share (sums to one in a zone), sorted.
    """
    if geography == "invented":
        whole = frame[["state"]].reset_index().assign(share=1.0)
        return whole.sort_values(["region", "state"], ignore_index=True)
    counties = zones.county_to_zone()
    counties = counties[counties["cz"].isin(frame.index)]
    by_state = (
        counties.assign(state=counties["county"].str[:2])
        .groupby(["cz", "state"])["pop1990"]
        .sum()
        .reset_index()
    )
    by_state = zones.as_regions(by_state)
    total = by_state.groupby("region")["pop1990"].transform("sum")
    by_state["share"] = by_state["pop1990"] / total
    return by_state[["region", "state", "share"]]


def _public() -> pd.DataFrame:
    names = zones.zone_names()
    frame = names[names["contiguous"]].set_index("cz")[["name", "state", "rust_belt"]]
    counts = population.zone_population()
    estimates = bea.zone_income()
    for year in CENSUS_YEARS:
        table, dated = (counts, year) if year <= _LAST_COUNT else (estimates, _BEA_YEAR[year])
        persons = table[table["year"] == dated].set_index("cz")["population"]
        frame[year] = persons.reindex(frame.index)
    absent = frame[list(CENSUS_YEARS)].isna().any(axis=1)
    if absent.any():
        raise ValueError(
            f"zones {absent.index[absent].tolist()} have no population in some census; check the "
            "files census_county_population and bea_cainc1 with 'python -m regspec data status'"
        )
    frame = frame.rename_axis("region").sort_index()
    frame.attrs["sources"] = tuple(
        note for table in (names, counts, estimates) for note in table.attrs["sources"]
    )
    return frame


def _invented(seed: int) -> pd.DataFrame:
    rng = generator(seed, "invented places")
    count = zones.CONTIGUOUS_ZONES
    states = sorted(set(FIPS_TO_POSTAL) - set(NOT_CONTIGUOUS))
    region = 100 + 50 * np.arange(count)
    state = np.asarray(states)[np.arange(count) * len(states) // count]
    first = np.exp(11.2 + 1.25 * rng.standard_normal(count)).round()
    frame = pd.DataFrame(
        {
            "name": [f"Invented {number}" for number in region],
            "state": state,
            "rust_belt": np.isin(state, list(RUST_BELT)),
        },
        index=pd.Index(region, name="region"),
    )
    for year in CENSUS_YEARS:
        frame[year] = first * 1.011 ** (year - 1950)
    frame.attrs["sources"] = ()
    return frame
