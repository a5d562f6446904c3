"""Geographic units of the synthetic microdata, and the crosswalks from them to the zones.

Units lie in one state and mostly in one zone. Some pairs of neighbouring zones (consecutive
numbers in one state: the numbers of 1990 follow geography) share a unit, as State Economic Areas,
county groups and PUMAs do: its persons are divided between the zones by allocation factors, which
mixes the industries of the two and attenuates what is estimated from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.samples import SAMPLES
from regspec.seeds import generator
from regspec.synthetic.places import CENSUS_YEARS, Geography, pieces
from regspec.tools.choices import require_choice

__all__ = ["CROSSWALK_YEARS", "UNIT_PERSONS", "Units", "make_units"]

CROSSWALK_YEARS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        name: tuple(sorted({s.year for s in SAMPLES.values() if s.crosswalk == name}))
        for name in dict.fromkeys(s.crosswalk for s in SAMPLES.values() if s.year in CENSUS_YEARS)
    }
)
"""Years whose samples use a crosswalk; allocation factors are of the first of them."""

UNIT_PERSONS: Mapping[str, int] = MappingProxyType(
    {
        "sea1950": 800_000,
        "ctygrp1970": 400_000,
        "ctygrp1980": 250_000,
        "puma1990": 200_000,
        "puma2000": 200_000,
        "puma2010": 200_000,
    }
)
"""Persons per unit aimed at; every part of a zone in a state is at least one unit."""

_SHARED = 0.25  # of the smaller zone's persons who live in the shared unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Units:
    """Units of one crosswalk.

    Attributes
    ----------
    homes : pandas.DataFrame
        Where the persons of a zone live: region, state (int), code (value of SEA, CNTYGP97,
        CNTYGP98 or PUMA), unit (number in the crosswalk), share (of the zone; sums to one),
        shared (bool: a unit of two zones). Sorted by region, shared last.
    crosswalk : pandas.DataFrame
        Columns unit, cz, afactor.
    split_population : float
        Share of all persons who live in shared units.
    """

    homes: pd.DataFrame
    crosswalk: pd.DataFrame
    split_population: float


def make_units(
    places: pd.DataFrame, crosswalk: str, *, geography: Geography, split: float, seed: int
) -> Units:
    """Divide the zones into the units of a crosswalk.

    Parameters
    ----------
    places : DataFrame
        From :func:`regspec.synthetic.places.places`.
    crosswalk : str
        Key of :data:`CROSSWALK_YEARS`.
    geography : {"public", "invented"}
    split : float
        Share of zones that share a unit with a neighbour, in [0, 1].
    seed : int
        Of the choice of the pairs.

    Raises
    ------
    ValueError
        Unknown crosswalk, or a share outside [0, 1].
    """
    require_choice("crosswalk", crosswalk, CROSSWALK_YEARS)
    if not 0 <= split <= 1:
        raise ValueError(f"split is {split}; use a share of zones between 0 and 1")
    year = CROSSWALK_YEARS[crosswalk][0]
    parts = pieces(places, geography)
    shared = _shared(places, parts, year, split, generator(seed, "split", crosswalk))
    left = 1.0 - parts["region"].map(shared.groupby("region")["share"].sum()).fillna(0.0)
    persons = parts["share"] * left * places[year].reindex(parts["region"]).to_numpy()
    count = np.maximum(1, (persons / UNIT_PERSONS[crosswalk]).round().astype(int)).to_numpy()
    nested = parts.loc[np.repeat(parts.index, count)].assign(
        share=np.repeat((parts["share"] * left / count).to_numpy(), count),
        shared=False,
        key=np.arange(count.sum()),
    )
    homes = pd.concat([nested, shared.assign(key=-1 - shared["pair"])], ignore_index=True)
    homes["state"] = homes["state"].astype(int)
    homes = homes.merge(_numbers(homes, crosswalk), on=["state", "key"], validate="many_to_one")
    homes = homes.sort_values(["region", "shared", "unit"], ignore_index=True)
    persons = homes["share"] * places[year].reindex(homes["region"]).to_numpy()
    factor = persons / persons.groupby(homes["unit"]).transform("sum")
    table = pd.DataFrame({"unit": homes["unit"], "cz": homes["region"], "afactor": factor})
    return Units(
        homes=homes[["region", "state", "code", "unit", "share", "shared"]],
        crosswalk=table.sort_values(["unit", "cz"], ignore_index=True),
        split_population=float(persons[homes["shared"]].sum() / persons.sum()),
    )


def _shared(
    places: pd.DataFrame, parts: pd.DataFrame, year: int, split: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Shared units: two rows each, with the share of the zone's persons who live there."""
    main = parts.sort_values("share").groupby("region")["state"].last().sort_index()
    order = main.reset_index().sort_values(["state", "region"], ignore_index=True)
    states, regions = order["state"].tolist(), order["region"].tolist()
    candidates = [k for k in range(0, len(order) - 1, 2) if states[k] == states[k + 1]]
    wanted = min(round(split * len(order) / 2), len(candidates))
    chosen = sorted(rng.choice(len(candidates), size=wanted, replace=False))
    rows = []
    for pair, index in enumerate(chosen):
        first = candidates[index]
        zones = regions[first : first + 2]
        size = places.loc[zones, year].to_numpy(float)
        lent = _SHARED * size.min() * rng.uniform(0.7, 1.3, size=2)
        for zone, persons, lives in zip(zones, size, lent, strict=True):
            share = min(lives / persons, 0.5)
            rows.append((zone, states[first], share, True, pair))
    frame = pd.DataFrame(rows, columns=["region", "state", "share", "shared", "pair"])
    # Without rows the columns would be objects.
    return frame.astype({"region": int, "state": str, "share": float, "shared": bool, "pair": int})


def _numbers(homes: pd.DataFrame, crosswalk: str) -> pd.DataFrame:
    """Code in the microdata and number in the crosswalk of every unit."""
    table = homes[["state", "key"]].drop_duplicates().sort_values(["state", "key"])
    if crosswalk in ("sea1950", "ctygrp1970"):  # numbered through the nation
        code = pd.Series(np.arange(1, len(table) + 1), table.index)
        unit = code
    else:  # numbered in the state
        first, factor = {
            "ctygrp1980": (1, 1_000),
            "puma1990": (100, 10_000),
            "puma2000": (100, 10_000),
            "puma2010": (100, 100_000),
        }[crosswalk]
        code = first + table.groupby("state").cumcount()
        unit = factor * table["state"] + code
        if code.max() >= factor:
            raise ValueError(f"{crosswalk}: {code.max()} units in a state; raise UNIT_PERSONS")
    return table.assign(code=code, unit=unit)
