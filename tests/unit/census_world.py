"""A made-up nation of 722 zones for the tests of the census build: persons, extracts, crosswalks.

Every zone is a unit of its own, and in every state one more unit lies in two zones.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from census_files import write_crosswalk, write_extract

from regspec.census.samples import SAMPLES
from regspec.sources.zones import FIPS_TO_POSTAL, NOT_CONTIGUOUS, RUST_BELT

SHARED = 0.25  # share of a state's common unit that lives in its first zone
CROSSWALK_FILES = {  # id: (file name without ending, unit column, factor column)
    "sea1950": ("cw_sea1950_czone", "sea1950", "afactor"),
    "puma1960": ("cz_puma1960_cw_direct", "puma1960", "afactor"),
    "ctygrp1970": ("cw_ctygrp1970_czone_corr", "cty_grp70", "afact"),
    "ctygrp1980": ("cw_ctygrp1980_czone_corr", "ctygrp1980", "afactor"),
    "puma1990": ("cw_puma1990_czone", "puma1990", "afactor"),
    "puma2000": ("cw_puma2000_czone", "puma2000", "afactor"),
    "puma2010": ("cw_puma2010_czone", "puma2010", "afactor"),
}
STATES = [fips for fips in FIPS_TO_POSTAL if fips not in NOT_CONTIGUOUS]


def zone_names() -> pd.DataFrame:
    """741 zones as `regspec.sources.zones.zone_names` gives them, without the public file."""
    zones = pd.DataFrame({"cz": np.arange(741) * 10 + 100})
    zones["state"] = [STATES[i % 49] if i < 722 else ("02", "15")[i % 2] for i in range(741)]
    zones["name"] = "Zone " + zones["cz"].astype(str)
    zones["postal"] = zones["state"].map(FIPS_TO_POSTAL)
    zones["pop1990"] = 10_000
    zones["rust_belt"] = zones["state"].isin(RUST_BELT)
    zones["contiguous"] = ~zones["state"].isin(NOT_CONTIGUOUS)
    return zones


def units() -> pd.DataFrame:
    """Units with their zones: state, number (of the unit in its state), nation (unique), czone."""
    zones = zone_names()
    zones = zones[zones["contiguous"]].assign(number=lambda d: d.groupby("state").cumcount() + 1)
    own = zones.assign(afactor=1.0)[["state", "number", "cz", "afactor"]]
    first = zones[zones["number"] == 1].assign(number=99, afactor=SHARED)
    second = zones[zones["number"] == 2].assign(number=99, afactor=1.0 - SHARED)
    frame = pd.concat([own, first[own.columns], second[own.columns]], ignore_index=True)
    frame["state"] = frame["state"].astype(int)
    frame["nation"] = frame.groupby(["state", "number"]).ngroup() + 1
    return frame.rename(columns={"cz": "czone"})


def unit_codes(frame: pd.DataFrame, crosswalk: str) -> pd.Series:
    """Number of each unit in a crosswalk."""
    state, number = frame["state"], frame["number"]
    return {
        "sea1950": frame["nation"],
        "puma1960": frame["nation"],
        "ctygrp1970": frame["nation"] + 1000,
        "ctygrp1980": 1000 * state + number,
        "puma1990": 10_000 * state + number,
        "puma2000": 10_000 * state + number,
        "puma2010": 100_000 * state + number,
    }[crosswalk]


def write_crosswalks(folder: Path) -> None:
    """All crosswalks of the samples, factors in single precision as published."""
    frame = units()
    for crosswalk, (stem, unit, factor) in CROSSWALK_FILES.items():
        table = pd.DataFrame(
            {
                unit: unit_codes(frame, crosswalk).astype(np.int32),
                "czone": frame["czone"].astype(np.int32),
                factor: frame["afactor"].astype(np.float32),
            }
        )
        write_crosswalk(folder, stem, table, mac=True)


def persons(id_: str, per_unit: int = 10, seed: int = 0) -> pd.DataFrame:
    """Persons of a sample, `per_unit` of them in every unit."""
    what = SAMPLES[id_]
    draw = np.random.default_rng([what.code, seed])
    places = units().drop_duplicates("nation")
    places = places.loc[places.index.repeat(per_unit)].reset_index(drop=True)
    n = len(places)
    age = draw.integers(16, 75, n)
    age[::per_unit] = 40  # somebody of working age, who works and earns, in every unit
    at_work = np.where(np.arange(n) % per_unit == 0, 1, draw.choice([1, 1, 2, 3], n))
    industry = draw.choice([10, 60, 151, 270, 351, 641, 842, 901, 940, 0, 992], n)
    industry[::per_unit] = draw.choice([10, 351, 842], len(industry[::per_unit]))
    scale = {1950: 7.6, 1960: 8.2, 1970: 8.8, 1980: 9.5, 1990: 10.0}.get(what.year, 10.4)
    # Wages have a Pareto tail beyond the body, thick enough that some reach the code.
    wage = np.exp(draw.normal(scale, 0.5, n)) * np.maximum(1, draw.pareto(2.5, n))
    limit = what.top.value if what.top.kind == "censored" else None
    wage = np.minimum(wage, limit or 900_000).round()
    if what.top.kind == "median":  # these earn the code itself, and are not top-coded
        wage[1::50] = what.top.value
    # Newer extracts hold wages in seven digits, with missing codes to match.
    wage[draw.random(n) < 0.02] = 9_999_998 if what.year == 2020 else 999_998
    wage[::per_unit] = np.minimum(wage[::per_unit], limit or 900_000)
    frame = pd.DataFrame(
        {
            "YEAR": what.year,
            "SAMPLE": what.code,
            "SERIAL": np.arange(n) + 1,
            "STATEFIP": places["state"],
            "PERNUM": 1,
            "PERWT": draw.integers(5000, 15_000, n) / 100,
            "SEX": draw.integers(1, 3, n),
            "AGE": age,
            "EDUC": draw.integers(0, 12, n),
            "EMPSTAT": at_work,
            "IND1990": industry,
            "INCWAGE": wage,
        }
    )
    if what.geography == ("SEA",):
        frame["SEA"] = unit_codes(places, "sea1950")
        always = np.arange(n) % per_unit == 0
        asked = (draw.random(n) < 0.5) | always
        frame["SLWT"] = np.where(asked, np.where(always, 1, 2) * frame["PERWT"], 0.0)
        frame.loc[~asked, ["INCWAGE", "EDUC"]] = [999_999, 0]
    elif what.geography == ("PUMA",):
        frame["PUMA"] = unit_codes(places, "puma1960")
    elif what.geography == ("CNTYGP97",):
        frame["CNTYGP97"] = unit_codes(places, "ctygrp1970")
    else:
        frame[what.geography[1]] = places["number"]
    return frame


def write_raw(folder: Path, ids: tuple[str, ...], per_unit: int = 10) -> dict[str, pd.DataFrame]:
    """Extracts of the samples and all crosswalks; returns the persons by sample."""
    people = {id_: persons(id_, per_unit) for id_ in ids}
    for number, (_, frame) in enumerate(people.items(), start=1):
        write_extract(folder / "ipums", f"usa_{number:05d}", frame)
    write_crosswalks(folder / "dorn")
    (folder / "SYNTHETIC.json").write_text("{}")
    return people
