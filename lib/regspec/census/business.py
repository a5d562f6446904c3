"""Employment by county and value added by industry, as published: CBP and NBER-CES.

**NBER-CES Manufacturing Industry Database** (Becker, Gray and Marvakov 2021), 1958 to 2018, at
https://data.nber.org/nberces/nberces5818v1/ for three classifications, each as csv and Stata file:
``nberces5818v1_s1987`` (459 industries of SIC 1987), ``..._n1997`` (473 of NAICS 1997) and
``..._n2012`` (364 of NAICS 2012), with the columns sic or naics, year, and those of
:data:`COLUMNS`. Amounts are million dollars, employment thousands, deflators 1 in the base year.

**County Business Patterns** (US Census Bureau, ``cbpYYco.zip``): comma-separated text with a
header, quoted or not, in capitals or not: fipstate, fipscty, sic (to 1997) or naics, empflag (to
2016), emp_nf (from 2007), emp, qp1, ap, est, then counts by size, which are not read. Totals stand
beside parts: "----" and "20--" among SIC codes, "------", "31----" and "311///" among NAICS codes.
Where a firm could be recognised emp is zero, and a letter in empflag gives its range or emp_nf is
D or S.

Layouts are known from documentation and from published programs that read the files; none could be
fetched where this was written.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.sources import zones
from regspec.sources.errors import BuildError, DamagedSource, SchemaError
from regspec.sources.registry import UNREADABLE
from regspec.sources.zones import NOT_CONTIGUOUS

__all__ = [
    "COLUMNS",
    "DIGITS",
    "EMPLOYMENT_FLAGS",
    "read_cbp",
    "read_nberces",
    "to_zones",
]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "emp": "employment, thousands",
        "pay": "payroll, million dollars",
        "prode": "production workers, thousands",
        "prodh": "production hours, millions",
        "prodw": "production wages, million dollars",
        "vship": "shipments, million dollars",
        "matcost": "materials, million dollars",
        "vadd": "value added, million dollars",
        "invest": "investment, million dollars",
        "invent": "inventories at the end of the year, million dollars",
        "energy": "energy, million dollars",
        "cap": "real capital, million dollars of the base year",
        "equip": "real equipment",
        "plant": "real structures",
        "piship": "deflator of shipments",
        "pimat": "deflator of materials",
        "piinv": "deflator of investment",
        "pien": "deflator of energy",
        "dtfp5": "growth of five-factor productivity",
        "tfp5": "five-factor productivity, index",
        "dtfp4": "growth of four-factor productivity",
        "tfp4": "four-factor productivity, index",
    }
)
"""Columns of the database with their units."""
DIGITS: Mapping[str, int] = MappingProxyType({"sic": 4, "naics": 6})
"""Digits of an industry code by classification."""
_FIRST, _LAST = 1958, 2018


def read_nberces(path: Path) -> pd.DataFrame:
    """Read the database as published.

    Parameters
    ----------
    path
        ``nberces5818v1_*.csv`` or ``.dta``.

    Returns
    -------
    DataFrame
        Columns scheme ("sic" or "naics"), code (text of 4 or 6 digits), year, and those of
        :data:`COLUMNS` (NaN where the database has none). Unique by code and year.

    Raises
    ------
    DamagedSource
        If the file cannot be read.
    SchemaError
        If it lacks a column, has a code of another length, a year outside 1958 to 2018, two rows
        for an industry and year, or industries with years missing.
    """
    raw = _read(path)
    raw.columns = [str(name).strip().casefold() for name in raw.columns]
    scheme = next((name for name in DIGITS if name in raw.columns), None)
    missing = [name for name in ("year", *COLUMNS) if name not in raw.columns]
    if scheme is None or missing:
        raise SchemaError(
            f"{path} should have a column sic or naics, year, and {', '.join(COLUMNS)}; it lacks "
            f"{missing or 'sic or naics'}."
        )
    code = pd.to_numeric(raw[scheme], errors="coerce")
    digits = DIGITS[scheme]
    wrong = code.isna() | (code % 1 != 0) | ~code.between(10 ** (digits - 1), 10**digits - 1)
    if wrong.any():
        raise SchemaError(
            f"{path}: {str(raw.loc[wrong, scheme].iloc[0])!r} is no {scheme.upper()} code of "
            f"{digits} digits."
        )
    numbers = {name: pd.to_numeric(raw[name], errors="coerce").astype(float) for name in COLUMNS}
    frame = pd.DataFrame(
        {
            "scheme": scheme,
            "code": code.astype(np.int64).astype("str"),
            "year": raw["year"].astype(np.int16),
            **numbers,
        }
    )
    _check(path, frame)
    return frame.sort_values(["code", "year"], ignore_index=True)


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.casefold() == ".dta":
            return pd.read_stata(path, convert_categoricals=False)
        return pd.read_csv(path)
    except (ValueError, OSError, EOFError, struct.error) as problem:
        raise DamagedSource(
            f"{path} cannot be read ({problem}); delete it and fetch it again."
        ) from problem


def _check(path: Path, frame: pd.DataFrame) -> None:
    outside = ~frame["year"].between(_FIRST, _LAST)
    if outside.any():
        raise SchemaError(f"{path}: year {frame.loc[outside, 'year'].iloc[0]} is not in 1958-2018.")
    twice = frame.duplicated(["code", "year"])
    if twice.any():
        row = frame.loc[twice, ["code", "year"]].iloc[0].to_dict()
        raise SchemaError(f"{path}: two rows for {row}.")
    years = frame.groupby("code")["year"].agg(["min", "max", "size"])
    holes = years.index[years["size"] != years["max"] - years["min"] + 1]
    if len(holes):
        raise SchemaError(f"{path}: industries {list(holes[:5])} lack years in between.")


EMPLOYMENT_FLAGS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "A": (0, 19),
        "B": (20, 99),
        "C": (100, 249),
        "E": (250, 499),
        "F": (500, 999),
        "G": (1_000, 2_499),
        "H": (2_500, 4_999),
        "I": (5_000, 9_999),
        "J": (10_000, 24_999),
        "K": (25_000, 49_999),
        "L": (50_000, 99_999),
        "M": (100_000, 1_000_000),
    }
)
"""Range of employment that a letter of CBP stands for; the last has no printed upper end."""
_NAME = re.compile(r"cbp(\d{2})co", re.IGNORECASE)
_CBP = ("fipstate", "fipscty", "sic", "naics", "empflag", "emp_nf", "emp", "est")  # columns read
_NOISE_WITHHELD = ("D", "S")
_WITHHELD = ("(D)", "(S)", "(X)", "(N)", "D", "S", "X", "N", "")


def read_cbp(path: Path) -> pd.DataFrame:
    """Read a county file of County Business Patterns.

    Parameters
    ----------
    path
        ``cbp86co.zip``, or the text in it; the name gives the year.

    Returns
    -------
    DataFrame
        Columns county (FIPS), year, scheme ("sic" or "naics"), code (digits only, "" for the
        total), digits (number of them), emp (NaN where withheld), low, high (range of emp: equal
        to emp where published), establishments. Statewide rows (county 999) are kept.

    Raises
    ------
    DamagedSource, SchemaError
        If the file cannot be read, lacks a column, or has a flag that is not documented.
    """
    matched = _NAME.search(path.name)
    if matched is None:
        raise SchemaError(f"{path} should be called cbpYYco.zip or .txt, after its year.")
    year = 1900 + int(matched[1]) if int(matched[1]) > 50 else 2000 + int(matched[1])
    raw = _read_text(path, r"cbp\d{2}co\.(txt|csv)$", _CBP)
    scheme = next((name for name in ("naics", "sic") if name in raw), None)
    _require(path, raw, ("fipstate", "fipscty", scheme or "naics", "emp", "est"))
    flag = raw["empflag"].str.strip() if "empflag" in raw else pd.Series("", raw.index)
    wrong = ~flag.isin([*EMPLOYMENT_FLAGS, *_NOISE_WITHHELD, ""])
    if wrong.any():
        raise SchemaError(f"{path}: empflag {flag[wrong].iloc[0]!r} is none of A to M, D or S.")
    noise = raw["emp_nf"].str.strip() if "emp_nf" in raw else pd.Series("", raw.index)
    withheld = flag.ne("") | noise.isin(_NOISE_WITHHELD) | raw["emp"].isin(_WITHHELD)
    emp = _numbers(path, raw["emp"]).where(~withheld)
    return pd.DataFrame(
        {
            "county": raw["fipstate"].str.zfill(2) + raw["fipscty"].str.zfill(3),
            "year": np.int16(year),
            "scheme": scheme,
            **_codes(raw[str(scheme)], str(scheme)),
            "emp": emp,
            "low": flag.map({k: v[0] for k, v in EMPLOYMENT_FLAGS.items()}).fillna(emp),
            "high": flag.map({k: v[1] for k, v in EMPLOYMENT_FLAGS.items()}).fillna(emp),
            "establishments": _numbers(path, raw["est"]),
        }
    )


def _codes(column: pd.Series, scheme: str) -> dict[str, pd.Series]:
    """Digits of codes such as "20--", "2010", "311///"; the level of a code is their number.

    SIC codes are padded with zeros: 2000 is a major group (2 digits), 2010 a group (3).
    """
    code = column.str.strip().str.rstrip("-/\\")
    if scheme == "sic":
        division = column.str.contains("-", regex=False)
        code = code.where(division, code.str.replace(r"0{1,2}$", "", regex=True))
        level = code.str.len().where(~division, (code != "").astype(int))
        return {"code": code, "digits": level.astype(np.int8)}
    return {"code": code, "digits": code.str.len().astype(np.int8)}


def to_zones(
    frame: pd.DataFrame, county_zones: pd.DataFrame, values: Collection[str]
) -> pd.DataFrame:
    """Sum a county table over the contiguous commuting zones.

    Parameters
    ----------
    frame
        With a column county; every other column that is not in `values` is a key.
    county_zones
        Columns county (FIPS of 1990), cz.
    values
        Columns to sum; withheld cells count as nothing, so check coverage first.

    Returns
    -------
    DataFrame
        Columns region, the keys, and the values. Statewide rows (999) are left out.

    Raises
    ------
    BuildError
        If a county of the contiguous states belongs to no zone.
    """
    county = frame["county"]
    inside = ~county.str[:2].isin(NOT_CONTIGUOUS | {"72", "78"}) & ~county.str.endswith("999")
    here = frame[inside]
    zone = zones.assign(
        here["county"], lambda what: BuildError(f"the county tables hold {what}."), county_zones
    )
    keys = [name for name in frame.columns if name not in (*values, "county")]
    return (
        here.assign(region=zone.astype(np.int32))
        .groupby(["region", *keys], as_index=False)[list(values)]
        .sum()
    )


def _open(path: Path, member: str) -> io.BufferedIOBase:
    """Open a text file, or the member of a zip that is called so."""
    try:
        if path.suffix.casefold() != ".zip":
            return path.open("rb")
        archive = zipfile.ZipFile(path)
        names = [n for n in archive.namelist() if re.search(member, n, re.IGNORECASE)]
        if len(names) != 1:
            raise SchemaError(f"{path} should hold one file like {member}, not {names}.")
        return archive.open(names[0])  # type: ignore[return-value]
    except (*UNREADABLE, OSError) as problem:
        raise DamagedSource(
            f"{path} cannot be read ({problem}); delete it and fetch it again."
        ) from problem


def _read_text(path: Path, member: str, names: Collection[str]) -> pd.DataFrame:
    """Read columns of a csv as text, their names in small letters; some may be absent."""
    try:
        with _open(path, member) as opened:
            raw = pd.read_csv(
                opened,
                dtype=str,
                keep_default_na=False,
                encoding="latin-1",
                usecols=lambda name: name.strip().casefold() in names,
            )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, *UNREADABLE) as bad:
        raise DamagedSource(
            f"{path} cannot be parsed ({bad}); delete it and fetch it again."
        ) from bad
    raw.columns = [str(name).strip().casefold() for name in raw.columns]
    return raw


def _require(path: Path, raw: pd.DataFrame, names: Collection[str]) -> None:
    missing = [name for name in names if name not in raw.columns]
    if missing:
        raise SchemaError(f"{path} lacks the columns {missing}; it has {list(raw.columns)[:12]}.")


def _numbers(path: Path, column: pd.Series) -> pd.Series:
    """Text to numbers; only what is withheld may be missing."""
    text = column.str.strip()
    value = pd.to_numeric(text.where(~text.isin(_WITHHELD)), errors="coerce")
    wrong = value.isna() & ~text.isin(_WITHHELD)
    if wrong.any():
        raise SchemaError(
            f"{path}: data row {int(np.flatnonzero(wrong)[0]) + 1} has {text[wrong].iloc[0]!r} in "
            f"column {column.name}, which is no number."
        )
    return value.astype(float)
