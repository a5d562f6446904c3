"""The NBER-CES Manufacturing Industry Database (Becker, Gray and Marvakov 2021), 1958 to 2018.

Published at https://data.nber.org/nberces/nberces5818v1/ for three classifications, each as csv
and Stata file: ``nberces5818v1_s1987`` (459 industries of SIC 1987), ``..._n1997`` (473 of NAICS
1997) and ``..._n2012`` (364 of NAICS 2012), with the columns sic or naics, year, and those of
:data:`COLUMNS`. Amounts are million dollars, employment thousands, deflators 1 in the base year.
The layout is known from the database's documentation and from programs that read it; the files
could not be fetched where this was written.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.errors import DamagedSource, SchemaError

__all__ = ["COLUMNS", "DIGITS", "read_nberces"]

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
