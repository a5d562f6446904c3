"""House values by commuting zone from NHGIS tables of owner-occupied units by value (A.3.8).

An NHGIS extract (https://www.nhgis.org) is a zip of one csv per table and geographic level,
``nhgis0001_ds120_1990_county.csv``, with its codebook ``..._codebook.txt``. Columns: GISJOIN,
YEAR, STATEA and COUNTYA (FIPS codes), then one per bin, whose meaning the codebook gives, as in
``ABC001: Less than $15,000``; a second header line is skipped. The format is that of the extracts
that the R package ipumsr carries as examples.

The paper takes the midpoint of each bin, the mean of midpoints weighted with units, and its
logarithm. The last bin has no midpoint: we take ``TOP_FACTOR`` times its lower end, and the first,
"less than x", half of x.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from regspec.sources import zones
from regspec.sources.errors import BuildError, DamagedSource, SchemaError
from regspec.sources.registry import UNREADABLE
from regspec.sources.zones import NOT_CONTIGUOUS

__all__ = [
    "TOP_FACTOR",
    "Bins",
    "bins_of",
    "find_tables",
    "parse_codebook",
    "read_table",
    "zone_values",
]

TOP_FACTOR = 1.5
"""Value assumed in the open last bin, relative to its lower end."""
_MONEY = r"\$\s?([\d,]+)"
_KEYS = ("STATEA", "COUNTYA")
_LEAST_BINS = 3


@dataclass(frozen=True, slots=True)
class Bins:
    """Columns of one table of values and the dollars that stand for each.

    Attributes
    ----------
    columns
        Names in the csv.
    midpoints
        Dollars, shape (bins,).
    labels
        As printed in the codebook.
    """

    columns: tuple[str, ...]
    midpoints: tuple[float, ...]
    labels: tuple[str, ...]


def find_tables(folder: Path) -> list[Path]:
    """Return the NHGIS archives (``nhgis*.zip``) below a folder, by name; there may be none."""
    return sorted(path for path in folder.rglob("nhgis*.zip") if path.is_file())


def parse_codebook(text: str, where: str = "codebook") -> Bins:
    """Find the bins of value in a codebook.

    Parameters
    ----------
    text
        The codebook.
    where
        File name for messages.

    Returns
    -------
    Bins
        Every line that names a column and a range of dollars, in order.

    Raises
    ------
    SchemaError
        If there are fewer than three bins, or they do not follow one another.
    """
    found = [re.match(r"\s+([A-Z0-9]{3,7}\d{3}):\s+(.*\S)", line) for line in text.splitlines()]
    # ACS files give each bin an estimate, JTIE002, and a margin of error, JTIM002.
    named = [(m[1], m[2]) for m in found if m and not re.fullmatch(r"\w{3}M\d{3}", m[1])]
    return bins_of([name for name, _ in named], [label for _, label in named], where)


def bins_of(columns: Sequence[str], labels: Sequence[str], where: str) -> Bins:
    """Return those columns of a table whose labels are ranges of dollars; see parse_codebook."""
    ranges = [(c, label, _bounds(label)) for c, label in zip(columns, labels, strict=True)]
    kept = [(c, label, *bounds) for c, label, bounds in ranges if bounds]
    if len(kept) < _LEAST_BINS:
        raise SchemaError(
            f"{where} names {len(kept)} columns with a range of dollars; it should be a table "
            "of housing units by value, such as B25075."
        )
    for (_, before, _, high), (_, label, low, _) in pairwise(kept):
        if not 0 <= low - high <= 1:
            raise SchemaError(
                f"{where}: bin {label!r} does not follow {before!r}; request one table of values "
                "per extract."
            )
    if not np.isinf(kept[-1][3]) or any(np.isinf(k[3]) for k in kept[:-1]):
        raise SchemaError(f"{where}: the last bin {kept[-1][1]!r} should be open, and only it.")
    lows = [k[2] for k in kept]
    middle = [(low + end) / 2 for low, end in pairwise(lows)]  # a bin ends where the next begins
    return Bins(
        tuple(k[0] for k in kept),
        (*middle, TOP_FACTOR * lows[-1]),
        tuple(k[1] for k in kept),
    )


def _bounds(label: str) -> tuple[float, float] | None:
    """Lower and upper end of a bin in dollars, or None for a label that is no range."""
    money = [float(m.replace(",", "")) for m in re.findall(_MONEY, label)]
    words = label.casefold()
    if len(money) == 2:
        return money[0], money[1]
    if len(money) == 1 and words.startswith(("less than", "under")):
        return 0.0, money[0]
    if len(money) == 1 and ("or more" in words or words.startswith("over")):
        return money[0], np.inf
    return None


def read_table(archive: Path) -> pd.DataFrame:
    """Read the county table of values in an NHGIS archive.

    Returns
    -------
    DataFrame
        Columns county (five-digit FIPS), year (census year of the build; the ACS of 2008-2012
        counts as 2010, 2016-2020 as 2020), units (housing units), value (sum of midpoints over
        units, dollars).

    Raises
    ------
    DamagedSource, SchemaError
        If the archive cannot be read, or holds no such table.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [n for n in opened.namelist() if re.search(r"_county\.csv$", n)]
            parts = [
                _read_csv(archive.name, name, opened.read(name), _codebook(opened, name))
                for name in names
            ]
    except (*UNREADABLE, OSError) as problem:
        raise DamagedSource(
            f"{archive} cannot be read as a zip ({problem}); delete it and fetch it again."
        ) from problem
    if not parts:
        raise SchemaError(f"{archive} holds no table of counties (*_county.csv).")
    return pd.concat(parts, ignore_index=True)


def _codebook(opened: zipfile.ZipFile, name: str) -> str:
    book = name.removesuffix(".csv") + "_codebook.txt"
    if book not in opened.namelist():
        raise SchemaError(f"{opened.filename}: {name} has no codebook {book} beside it.")
    return opened.read(book).decode("latin-1")


def _read_csv(archive: str, name: str, data: bytes, book: str) -> pd.DataFrame:
    bins = parse_codebook(book, f"{archive}: {name}")
    raw = pd.read_csv(io.BytesIO(data), dtype=str, encoding="latin-1", keep_default_na=False)
    missing = [c for c in (*_KEYS, "YEAR", *bins.columns) if c not in raw.columns]
    if missing:
        raise SchemaError(f"{archive}: {name} lacks the columns {missing[:5]}.")
    raw = raw[raw["STATEA"].str.fullmatch(r"\d+")]  # drops a second header line
    counts = raw[list(bins.columns)].apply(pd.to_numeric, errors="coerce")
    if counts.isna().any(axis=None) or (counts < 0).any(axis=None):
        row = int(np.flatnonzero(counts.isna().any(axis=1) | (counts < 0).any(axis=1))[0])
        raise SchemaError(f"{archive}: {name} has no count of units in data row {row + 1}.")
    county = raw["STATEA"].str.zfill(2) + raw["COUNTYA"].str.zfill(3)
    years = {_census_year(text, f"{archive}: {name}") for text in raw["YEAR"].unique()}
    if len(years) != 1:
        raise SchemaError(f"{archive}: {name} holds the years {sorted(years)}; it should be one.")
    return pd.DataFrame(
        {
            "county": county,
            "year": np.int16(years.pop()),
            "units": counts.sum(axis=1),
            "value": counts.to_numpy(dtype=float) @ np.array(bins.midpoints),
        }
    )


def _census_year(text: str, where: str) -> int:
    """1990 is 1990; the five years 2008-2012 are centred on 2010, 2016-2020 stand for 2020."""
    years = [int(y) for y in re.findall(r"\d{4}", text)]
    if not years:
        raise SchemaError(f"{where}: YEAR is {text!r}, which is no year.")
    middle = years[0] if len(years) == 1 else (years[0] + years[-1]) // 2
    return 10 * round(middle / 10)


def zone_values(tables: Iterable[pd.DataFrame], county_zones: pd.DataFrame) -> pd.DataFrame:
    """Mean house value of zones.

    Parameters
    ----------
    tables
        Of :func:`read_table`.
    county_zones
        Columns county (FIPS of 1990), cz.

    Returns
    -------
    DataFrame
        Columns region, year, house_value (dollars), house_price_index (its logarithm).

    Raises
    ------
    BuildError
        If a county of the contiguous states with units belongs to no zone.
    """
    frame = pd.concat(list(tables), ignore_index=True)
    contiguous = ~frame["county"].str[:2].isin(NOT_CONTIGUOUS | {"72"})
    frame = frame[contiguous & (frame["units"] > 0)]
    zone = zones.assign(
        frame["county"], lambda what: BuildError(f"house values: {what}."), county_zones
    )
    sums = frame.assign(region=zone.astype(np.int32)).groupby(["region", "year"], as_index=False)
    out = sums[["units", "value"]].sum()
    out["house_value"] = out["value"] / out["units"]
    out["house_price_index"] = np.log(out["house_value"])
    return out[["region", "year", "house_value", "house_price_index"]]
