"""Crosswalks from census geography to the commuting zones of 1990, as published.

David Dorn's are zips with one Stata file each at ``https://www.ddorn.net/data/``: the unit's
number, ``czone`` and the allocation factor, the share of the unit's population that lives in the
zone. File and column names are known from the README files in the archives and from published
programs that merge them (Autor and Dorn 2013; Autor, Dorn and Hanson 2013, 2019); ``afact`` instead
of ``afactor`` is 1970's. The site could not be reached where this was written, but copies in public
archives were read with this module: ``cw_ctygrp1980_czone_corr.dta`` and those of PUMAs of 1990,
2000 and 2010, with 1,154, 1,726, 2,071 and 2,351 units and all 741 zones; factors of PUMAs of 1990
and 2000 are rounded to three decimals.

E. K. Rose (https://ekrose.github.io/resources) made two more in the same layout, for the areas
that IPUMS numbers today: State Economic Areas of 1950, where Dorn's file follows older codes and
lacks Los Angeles, and PUMAs of 1960. Both were read as well: 467 and 1,337 units, all 722 zones.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.contracts import CROSSWALK, SHARE_TOLERANCE, check
from regspec.sources.errors import BuildError, DamagedSource, MissingSource, SchemaError
from regspec.sources.registry import UNREADABLE

__all__ = ["CROSSWALKS", "Crosswalk", "find_crosswalk", "read_county_zones", "read_crosswalk"]

DORN = "https://www.ddorn.net/data/"
ROSE = "https://ekrose.github.io/files/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Crosswalk:
    """One published crosswalk.

    Attributes
    ----------
    id
        Name used here.
    title
        Words for tables.
    units
        Accepted names of the column that numbers the unit.
    factors
        Accepted names of the allocation factor; empty where a unit lies in one zone.
    stems
        Accepted file names without ending, in order of preference; the file is ``.dta``, or a
        ``.zip`` of the same or a shorter name that holds it.
    url
        Official address.
    """

    id: str
    title: str
    units: tuple[str, ...]
    stems: tuple[str, ...]
    url: str
    factors: tuple[str, ...] = ("afactor", "afact")


def _dorn(id_: str, title: str, unit: str, *stems: str) -> Crosswalk:
    stems = stems or (f"cw_{id_}_czone",)
    url = f"{DORN}cw_{id_}_czone.zip"
    return Crosswalk(id=id_, title=title, units=(unit,), stems=stems, url=url)


CROSSWALKS: Mapping[str, Crosswalk] = MappingProxyType(
    {
        c.id: c
        for c in (
            Crosswalk(
                id="sea1950",
                title="State Economic Areas of 1950",
                units=("sea1950",),
                stems=("cz_sea_cw_ekr", "cw_sea1950_czone"),  # Rose's, else Dorn's
                url=f"{ROSE}cz_sea_cw_ekr.dta",
            ),
            Crosswalk(
                id="puma1960",
                title="PUMAs of 1960",
                units=("puma1960",),
                stems=("cz_puma1960_cw_direct",),
                url=f"{ROSE}cz_puma1960_cw_direct.dta",
            ),
            _dorn(
                "ctygrp1970",
                "county groups of 1970",
                "cty_grp70",
                "cw_ctygrp1970_czone_corr",
                "cw_ctygrp1970_czone",
            ),
            _dorn(
                "ctygrp1980",
                "county groups of 1980",
                "ctygrp1980",
                "cw_ctygrp1980_czone_corr",
                "cw_ctygrp1980_czone",
            ),
            _dorn("puma1990", "PUMAs of 1990", "puma1990"),
            _dorn("puma2000", "PUMAs of 2000", "puma2000"),
            _dorn("puma2010", "PUMAs of 2010", "puma2010"),
            Crosswalk(
                id="cty",
                title="counties of 1990",
                units=("cty_fips",),
                stems=("cw_cty_czone",),
                url=f"{DORN}cw_cty_czone.zip",
                factors=(),
            ),
        )
    }
)
"""Every crosswalk that the samples and county tables need, by id."""


def find_crosswalk(folder: Path, id_: str) -> Path:
    """Return the file of a crosswalk anywhere below a folder.

    Raises
    ------
    MissingSource
        Naming the files looked for and the address to get them from.
    """
    wanted = CROSSWALKS[id_]
    files = {path.name.casefold(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for stem in wanted.stems:
        for name in (f"{stem}.dta", f"{stem}.zip", f"{stem.removesuffix('_corr')}.zip"):
            if name in files:
                return files[name]
    raise MissingSource(
        f"the crosswalk of {wanted.title} is not below {folder}: no "
        f"{' or '.join(s + '.zip' for s in wanted.stems)} (or .dta). Run 'python -m regspec census "
        f"fetch --out DIR', or download {wanted.url} and put it there."
    )


def read_crosswalk(path: Path, id_: str) -> pd.DataFrame:
    """Read a crosswalk as published.

    Parameters
    ----------
    path
        Stata file, or the zip that holds it.
    id_
        Key in :data:`CROSSWALKS`.

    Returns
    -------
    DataFrame
        Columns unit (int64), cz (int32), afactor (share of the unit's persons in the zone;
        sums to one in every unit). The published factors are rounded: they are divided by their
        sum, which must be within ``contracts.SHARE_TOLERANCE`` of one.

    Raises
    ------
    DamagedSource, SchemaError, BuildError
        If the file cannot be read, lacks a column, or its factors do not sum to one.
    """
    wanted = CROSSWALKS[id_]
    raw = _read_stata(path, wanted.stems)
    raw.columns = [str(name).casefold() for name in raw.columns]
    unit = _pick(path, raw, wanted.units)
    zone = _pick(path, raw, ("czone", "cz", "cz90"))
    factor = raw[_pick(path, raw, wanted.factors)] if wanted.factors else pd.Series(1.0, raw.index)
    for name in (unit, zone):
        _require_whole(path, raw, name)
    frame = pd.DataFrame(
        {
            "unit": raw[unit].astype(np.int64),
            "cz": raw[zone].astype(np.int32),
            "afactor": factor.astype(float),
        }
    )
    check(frame, CROSSWALK, where=path.name)
    total = frame.groupby("unit")["afactor"].transform("sum")
    wrong = (total - 1.0).abs() > SHARE_TOLERANCE
    if wrong.any():
        sums = total[wrong].groupby(frame["unit"]).first().round(6)
        raise BuildError(
            f"{path.name}: the allocation factors of {len(sums)} units do not sum to one, such "
            f"as {sums.head(5).to_dict()}: "
            "persons would be lost or counted twice. Fetch the file again."
        )
    frame["afactor"] /= total
    return frame.sort_values(["unit", "cz"], ignore_index=True)


def read_county_zones(path: Path) -> pd.DataFrame:
    """Read Dorn's county crosswalk: county (five-digit FIPS of 1990), cz (int32)."""
    frame = read_crosswalk(path, "cty")
    county = frame["unit"].astype("str").str.zfill(5)
    return pd.DataFrame({"county": county, "cz": frame["cz"]})


def _read_stata(path: Path, stems: Iterable[str]) -> pd.DataFrame:
    try:
        data = path.read_bytes()
        if path.suffix.casefold() == ".zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(_member(path, archive, stems))
        return pd.read_stata(io.BytesIO(data), convert_categoricals=False)
    except (*UNREADABLE, ValueError, OSError, struct.error) as problem:
        raise DamagedSource(
            f"{path} cannot be read as a Stata file ({problem}); delete it and fetch it again."
        ) from problem


def _member(path: Path, archive: zipfile.ZipFile, stems: Iterable[str]) -> str:
    names = {
        Path(n).stem.casefold(): n
        for n in archive.namelist()
        # Archives packed on a Mac hold a resource fork beside each file.
        if n.casefold().endswith(".dta") and not n.startswith("__MACOSX")
    }
    for stem in stems:
        if stem in names:
            return names[stem]
    raise SchemaError(f"{path} holds none of {', '.join(stems)} but {sorted(names.values())}.")


def _pick(path: Path, raw: pd.DataFrame, names: Iterable[str]) -> str:
    for name in names:
        if name in raw.columns:
            return name
    raise SchemaError(f"{path} lacks the column {' or '.join(names)}; it has {list(raw.columns)}.")


def _require_whole(path: Path, raw: pd.DataFrame, name: str) -> None:
    value = pd.to_numeric(raw[name], errors="coerce")
    wrong = value.isna() | (value % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SchemaError(
            f"{path}: row {row + 1} has {raw[name].iloc[row]!r} in column {name}, which is no code."
        )
