"""Files of publishers other than IPUMS, made of the planted panel in their published formats.

Crosswalks as David Dorn publishes them (a Stata file in a zip), County Business Patterns, NHGIS
tables of owner-occupied units by value (a zip of csv and codebook), and the NBER-CES Manufacturing
Industry Database. Planted zones are spread over their counties by population.

Industries are numbered through the major groups (SIC) or subsectors (NAICS) of their group of
Table 3: codes have the right form and belong to the right group, but are not the true ones of the
industry that the census calls by the same number.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from scipy.special import ndtr

from regspec.census.acquire import NHGIS_DATASETS
from regspec.census.business import COLUMNS, EMPLOYMENT_FLAGS
from regspec.census.crosswalks import CROSSWALKS
from regspec.sources.groups import Scheme, majors_of
from regspec.sources.zones import FIPS_TO_POSTAL, NOT_CONTIGUOUS, as_regions, county_to_zone
from regspec.synthetic.formats import TITLE
from regspec.synthetic.panel import PlantedPanel
from regspec.synthetic.places import CENSUS_YEARS
from regspec.synthetic.truth import INCOME_PER_PERSON, employment_shares, income_shares, industries

__all__ = [
    "county_shares",
    "industry_codes",
    "write_cbp",
    "write_county_crosswalk",
    "write_crosswalk",
    "write_house_values",
    "write_nberces",
    "zip_bytes",
]


@lru_cache(maxsize=2)
def industry_codes(scheme: Scheme) -> pd.Series:
    """Return the code of every industry: four digits of SIC or six of NAICS, by IND1990 code."""
    out: dict[int, str] = {}
    for group, members in industries().groupby("group")["industry"]:
        majors = majors_of(str(group), scheme)
        used = dict.fromkeys(majors, 0)
        for k, industry in enumerate(members):
            major = majors[k * len(majors) // len(members)]
            # No zero at the end: padded codes stand for larger groups in SIC.
            tens, ones = divmod(used[major], 9)
            out[int(industry)] = f"{major}{tens + 1}{ones + 1}" + ("1" if scheme == "naics" else "")
            used[major] += 1
    return pd.Series(out, name=scheme).sort_index()


def county_shares() -> pd.DataFrame:
    """Return the contiguous counties of 1990 with their share of their zone's population.

    Returns
    -------
    DataFrame
        Columns county (FIPS), county_name, region, share (sums to one in a zone).
    """
    counties = county_to_zone()
    counties = counties[~counties["county"].str[:2].isin(NOT_CONTIGUOUS)]
    total = counties.groupby("cz")["pop1990"].transform("sum")
    out = as_regions(counties.assign(share=counties["pop1990"] / total))
    return out[["county", "county_name", "region", "share"]].reset_index(drop=True)


# A fixed date keeps the bytes, and so the checksums, the same for the same seed.
_DATE = (2000, 1, 1, 0, 0, 0)


def zip_bytes(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip with a fixed date."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return path


def write_crosswalk(folder: Path, crosswalk: str, table: pd.DataFrame) -> Path:
    """Write a crosswalk from units to zones.

    Parameters
    ----------
    folder : Path
    crosswalk : str
        Key of :data:`regspec.census.crosswalks.CROSSWALKS`.
    table : DataFrame
        Columns unit, cz, afactor; written with the published names, the factor (``afact`` in
        1970) in single precision.
    """
    wanted = CROSSWALKS[crosswalk]
    factor = "afact" if crosswalk == "ctygrp1970" else "afactor"
    stem = next(s for s in wanted.stems if s.startswith("cw_"))
    frame = pd.DataFrame(
        {
            wanted.units[0]: table["unit"].astype(np.int32),
            "czone": table["cz"].astype(np.int32),
            factor: table["afactor"].astype(np.float32),
        }
    )
    # Where the preferred file is not Dorn's, his name for his.
    name = Path(wanted.url).name
    return _write(folder, stem, name if name.endswith(".zip") else f"{stem}.zip", frame)


def write_county_crosswalk(folder: Path) -> Path:
    """Write the crosswalk of the counties of 1990, which is the real one (USDA)."""
    wanted = CROSSWALKS["cty"]
    counties = county_to_zone()
    frame = pd.DataFrame(
        {
            "cty_fips": counties["county"].astype(np.int32),
            "czone": counties["cz"].astype(np.int32),
        }
    )
    return _write(folder, wanted.stems[0], Path(wanted.url).name, frame)


def _write(folder: Path, stem: str, archive: str, frame: pd.DataFrame) -> Path:
    opened = io.BytesIO()
    label = f"{TITLE}"
    stamp = pd.Timestamp(*_DATE[:3])
    frame.to_stata(opened, write_index=False, data_label=label, time_stamp=stamp, version=114)
    readme = f"{TITLE}: in the format of {archive} at ddorn.net\n"
    return zip_bytes(
        folder / archive,
        {f"{stem}.dta": opened.getvalue(), f"README_{stem}.txt": readme.encode()},
    )


_NAICS_FROM = 1998  # first year of CBP on NAICS
_COVERED = 0.8  # of planted employment: CBP leaves out the self-employed and government
_PER_FIRM = 15.0
_SIZES = ("n1_4", "n5_9", "n10_19", "n20_49", "n50_99", "n100_249", "n250_499", "n500_999")

# First major group of each SIC division, as CBP prints divisions.
_DIVISIONS = (7, 10, 15, 20, 40, 50, 52, 60, 70)
_SECTORS: Mapping[str, str] = MappingProxyType({"32": "31", "33": "31", "45": "44", "49": "48"})
"""NAICS sectors of several numbers go by the first."""
_NOT_COVERED = ("Agriculture", "Public")
_MADE = ("Durable", "Nondurable")


def write_cbp(folder: Path, panel: PlantedPanel, year: int) -> Path:
    """Write ``cbpYYco.zip``: SIC to 1997, NAICS after, small cells withheld.

    Totals stand beside parts as published: all industries, divisions (SIC) or sectors (NAICS),
    major groups or subsectors, and in manufacturing the industries of four or six digits, in SIC
    with the groups of three digits between. Finer codes of other industries, and NAICS codes of
    four and five digits, are left out.
    """
    scheme: Scheme = "naics" if year >= _NAICS_FROM else "sic"
    table = _cells(panel, year, scheme)
    flag = _flags(table["emp"].to_numpy())
    hidden = flag != ""
    frame = pd.DataFrame(
        {
            "fipstate": table["county"].str[:2],
            "fipscty": table["county"].str[2:],
            scheme: table["code"],
            "empflag": flag,
            "emp": np.where(hidden, 0, table["emp"]),
            "qp1": np.where(hidden, 0, table["pay"] // 4),
            "ap": np.where(hidden, 0, table["pay"]),
            "est": table["est"],
            **{size: table["est"] if k == 0 else 0 for k, size in enumerate(_SIZES)},
        }
    )
    name = f"cbp{year % 100:02d}co"
    return zip_bytes(folder / f"{name}.zip", {f"{name}.txt": _csv(frame)})


def _cells(
    panel: PlantedPanel, year: int, scheme: Scheme, *, detailed: tuple[str, ...] = _MADE
) -> pd.DataFrame:
    """Employment, payroll (thousand dollars) and establishments by county and code, with totals.

    Industries of the groups in `detailed` have rows of their own.
    """
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    cells = cells[~cells["group"].isin(_NOT_COVERED)]
    code = cells["industry"].map(industry_codes(scheme))
    own = cells["group"].isin(detailed)
    levels = [pd.Series("-" * (4 if scheme == "sic" else 6), cells.index), *_wholes(code, scheme)]
    levels += [code[own]] if scheme == "naics" else [code[own].str[:3] + "0", code[own]]
    amounts = cells[["region", "employment", "income"]]
    sums = [
        amounts.loc[level.index].groupby([amounts["region"], level.rename("code")]).sum()
        for level in levels
    ]
    zones = pd.concat([s[["employment", "income"]] for s in sums]).reset_index()
    table = county_shares()[["county", "region", "share"]].merge(zones, on="region")
    table["emp"] = np.rint(_COVERED * table["employment"] * table["share"]).astype(int)
    table = table[table["emp"] > 0]
    table["pay"] = np.rint(_COVERED * table["income"] * table["share"] / 1000).astype(int)
    table["est"] = np.maximum(1, np.rint(table["emp"] / _PER_FIRM)).astype(int)
    # Totals before their parts, as published.
    codes = sorted(
        table["code"].unique(), key=lambda code: code.replace("-", "!").replace("/", "!")
    )
    rank = table["code"].map({code: place for place, code in enumerate(codes)})
    return table.assign(rank=rank).sort_values(["county", "rank"], ignore_index=True)


def _wholes(code: pd.Series, scheme: Scheme) -> list[pd.Series]:
    """Division and major group (SIC) or sector and subsector (NAICS) of codes, as printed."""
    if scheme == "naics":
        sector = code.str[:2].replace(dict(_SECTORS))
        return [sector + "----", code.str[:3] + "///"]
    first = np.array(_DIVISIONS)[np.searchsorted(_DIVISIONS, code.str[:2].astype(int), "right") - 1]
    division = pd.Series([f"{number:02d}--" for number in first], code.index)
    return [division, code.str[:2] + "00"]


def _flags(emp: np.ndarray) -> np.ndarray:
    """Letters of withheld cells: those of fewer than 20 persons."""
    letters = np.array(list(EMPLOYMENT_FLAGS))
    low = np.array([bounds[0] for bounds in EMPLOYMENT_FLAGS.values()])
    letter = letters[np.searchsorted(low, emp, side="right") - 1]
    return np.where(emp < 20, letter, "")


def _csv(frame: pd.DataFrame) -> bytes:
    opened = io.BytesIO()
    options = pyarrow.csv.WriteOptions(quoting_style="none")  # much faster than pandas
    pyarrow.csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), opened, options)
    return opened.getvalue()


_OLD = (5, 7.5, 10, 12.5, 15, 17.5, 20, 25, 35, 50)
_1980 = (10, 15, 20, 25, 30, 35, 40, 50, 80, 100, 150, 200)
_1990 = (15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500)
_LATE = (10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 125, 150, 175, 200, 250, 300, 400)
_BINS: Mapping[int, tuple[float, ...]] = MappingProxyType(
    {
        1970: _OLD,
        1980: _1980,
        1990: _1990,
        2000: (*_LATE, 500, 750, 1000),
        2010: (*_LATE, 500, 750, 1000),
        2020: (*_LATE, 500, 750, 1000, 1500, 2000),
    }
)
"""Ends of the bins in thousand dollars."""
_PREFIX = {1970: "CBH", 1980: "C8I", 1990: "EST", 2000: "GB7", 2010: "QZTE", 2020: "AMWBE"}
_YEAR = {2010: "2008-2012", 2020: "2016-2020"}
_SPREAD = 0.45  # log standard deviation of values within a county
_UNITS = 0.22  # owner-occupied units per inhabitant


def write_house_values(folder: Path, panel: PlantedPanel, year: int) -> Path | None:
    """Write the table of one census; None before 1970, when there was none.

    Values within a county are lognormal around the planted mean of its zone.
    """
    if year not in _BINS:
        return None
    edges = 1000.0 * np.array(_BINS[year])
    zones = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
    counties = county_shares()
    mean = np.log(zones["house_value"].reindex(counties["region"]).to_numpy()) - _SPREAD**2 / 2
    upto = ndtr((np.log(edges) - mean[:, None]) / _SPREAD)
    shares = np.diff(upto, axis=1, prepend=0.0, append=1.0)
    people = zones["population"].reindex(counties["region"]).to_numpy() * counties["share"]
    units = np.rint(shares * (_UNITS * people.to_numpy())[:, None]).astype(int)
    names = [f"{_PREFIX[year]}{k:03d}" for k in range(1, units.shape[1] + 1)]
    fips = counties["county"].str
    frame = pd.DataFrame(
        {
            "GISJOIN": "G" + fips[:2] + "0" + fips[2:] + "0",
            "YEAR": _YEAR.get(year, str(year)),
            "STATE": fips[:2].map(FIPS_TO_POSTAL),
            "STATEA": fips[:2],
            "COUNTY": counties["county_name"],
            "COUNTYA": fips[2:],
            **dict(zip(names, units.T, strict=True)),
        }
    )
    stem = f"nhgis{1 + list(_BINS).index(year):04d}"
    member = f"{stem}_csv/{stem}_{NHGIS_DATASETS[year][0]}_county"
    return zip_bytes(
        folder / f"{stem}_csv.zip",
        {
            f"{member}.csv": frame.to_csv(index=False, lineterminator="\n").encode("latin-1"),
            f"{member}_codebook.txt": _codebook(year, names, edges).encode("latin-1"),
        },
    )


def _codebook(year: int, names: list[str], edges: np.ndarray) -> str:
    """Codebook in the layout of NHGIS, from the title to the bins."""
    inner = [f"${low:,.0f} to ${high - 1:,.0f}" for low, high in pairwise(edges)]
    labels = [f"Less than ${edges[0]:,.0f}", *inner, f"${edges[-1]:,.0f} or more"]
    lines = [f"    {name}:      {label}" for name, label in zip(names, labels, strict=True)]
    return f"""{"-" * 80}
Codebook for NHGIS data file: {TITLE}
{"-" * 80}

Data Summary

Year:             {_YEAR.get(year, year)}
Geographic level: County (by State)
Dataset:          {NHGIS_DATASETS[year][0]}

Tables:
1. Value
   Universe:    Owner-occupied housing units
   NHGIS code:  {names[0][:-3]}

Data Dictionary

Context Fields
    GISJOIN:     GIS Join Match Code
    YEAR:        Data File Year
    STATE:       State Name
    STATEA:      State Code
    COUNTY:      County Name
    COUNTYA:     County Code

Table 1:     Value
Universe:    Owner-occupied housing units
NHGIS code:  {names[0][:-3]}
{chr(10).join(lines)}
"""


_YEARS = np.arange(1958, 2019)
_JOBS = (4.2e7, 1.08e8)  # persons aged 25-60 at work in 1950 and 2020, about
_ADULTS = (6.9e7, 1.5e8)
_VALUE_ADDED = 1.9  # over payroll
_SHIPMENTS = 4.2
_FILES: Mapping[str, Scheme] = MappingProxyType(
    {"s1987": "sic", "n1997": "naics", "n2012": "naics"}
)
_BASE = 1997  # deflators are one


def write_nberces(folder: Path) -> list[Path]:
    """Write ``nberces5818v1_s1987.csv`` and the same for NAICS of 1997 and 2012.

    One industry for each manufacturing industry of IND1990, with its code in the county tables;
    employment and payroll follow the planted national shares, everything else is in proportion.
    Value added per worker therefore differs by industry as wages do. Growth of productivity
    differs by industry and adds up to its index.
    """
    kinds = industries()
    made = np.flatnonzero(kinds["group"].isin(["Durable", "Nondurable"]))
    jobs, pay = (_path(kind, made) for kind in ("employment", "income"))
    prices = np.exp(0.035 * (_YEARS - _BASE))
    pace = 0.005 + 0.01 * ((np.arange(len(made)) * 0.618034) % 1.0)
    index = np.exp(np.outer(_YEARS - _BASE, pace))
    years, width = len(_YEARS), len(made)
    every = np.ones((years, width))
    growth = np.vstack([np.full(width, np.nan), np.repeat(pace[None, :], years - 1, axis=0)])
    capital = 1.5 * pay / prices[:, None]
    amounts = {
        "emp": jobs,
        "pay": pay,
        "prode": 0.7 * jobs,
        "prodh": 1.4 * jobs,
        "prodw": 0.6 * pay,
        "vship": _SHIPMENTS * pay,
        "matcost": (_SHIPMENTS - _VALUE_ADDED) * pay,
        "vadd": _VALUE_ADDED * pay,
        "invest": 0.15 * pay,
        "invent": 0.5 * pay,
        "energy": 0.08 * pay,
        "cap": capital,
        "equip": 0.6 * capital,
        "plant": 0.4 * capital,
        **dict.fromkeys(("piship", "pimat", "piinv", "pien"), every * prices[:, None]),
        "dtfp5": growth,
        "tfp5": index,
        "dtfp4": growth,
        "tfp4": index,
    }
    values = {name: amounts[name].T.ravel().round(4) for name in COLUMNS}
    paths = []
    for stem, scheme in _FILES.items():
        codes = industry_codes(scheme).loc[kinds["industry"].iloc[made]].astype(int)
        keys = {scheme: np.repeat(codes.to_numpy(), years), "year": np.tile(_YEARS, width)}
        frame = pd.DataFrame({**keys, **values})
        paths.append(folder / f"nberces5818v1_{stem}.csv")
        frame.to_csv(paths[-1], index=False, lineterminator="\n")
    return paths


def _path(kind: str, chosen: np.ndarray) -> np.ndarray:
    """Thousand jobs or million dollars by year and industry, straight lines between censuses."""
    known = []
    for year in CENSUS_YEARS:
        place = (year - CENSUS_YEARS[0]) / (CENSUS_YEARS[-1] - CENSUS_YEARS[0])
        if kind == "employment":
            total = np.exp(np.interp(place, [0, 1], np.log(_JOBS))) / 1e3
            known.append(total * employment_shares(year)[chosen])
        else:
            adults = np.exp(np.interp(place, [0, 1], np.log(_ADULTS)))
            known.append(INCOME_PER_PERSON[year] * adults / 1e6 * income_shares(year)[chosen])
    table = np.array(known)
    return np.stack(
        [np.interp(_YEARS, CENSUS_YEARS, table[:, k]) for k in range(table.shape[1])], axis=1
    )
