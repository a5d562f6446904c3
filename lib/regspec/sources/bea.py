"""What states, counties and zones earned and produced: the tables of BEA's regional accounts.

All have one format: states by industry (wages, earnings, employment, GDP) and in total (SAINC1),
and counties in total from 1969 (CAINC1), which are added up to commuting zones.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from regspec.sources import zones
from regspec.sources.errors import DamagedSource, SchemaError
from regspec.sources.registry import Resolved, complain, locate, require_columns
from regspec.sources.zones import DC, FIPS_TO_POSTAL, NOT_CONTIGUOUS

_KEYS = ["GeoFIPS", "GeoName", "Region", "TableName", "LineCode"]
_KEYS += ["IndustryClassification", "Description", "Unit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableShape:
    """What a table must contain to be accepted, whatever its vintage.

    Attributes
    ----------
    first_year, last_year
        Years that must be present; newer vintages may go on after ``last_year``.
    lines
        Line codes that must be present for every area.
    areas
        Smallest number of areas.
    """

    first_year: int
    last_year: int
    lines: frozenset[int]
    areas: int


def read(resolved: Resolved, shape: TableShape) -> pd.DataFrame:
    """Read one BEA table into long form.

    Parameters
    ----------
    resolved
        The located file.
    shape
        What it must contain.

    Returns
    -------
    DataFrame
        Columns fips (five digits), area, line (int), code (industry classification),
        description, unit, year (int), value (float, NaN where not published), flag ("" or the
        publisher's code: "D", "NA", "T", "L", ...); sorted by fips, line, year.

    Raises
    ------
    DamagedSource
        If the file cannot be parsed or lacks its footer, areas or lines (truncated).
    SchemaError
        If columns are missing or cells are neither numbers nor codes.
    """
    wide, years = _read_wide(resolved, shape)
    _check_complete(resolved, wide, shape)
    keys = pd.DataFrame(
        {
            "fips": wide["GeoFIPS"].str.strip(' "'),
            "area": wide["GeoName"].str.strip(' "*'),
            "line": wide["LineCode"].astype(int),
            "code": wide["IndustryClassification"].str.strip(' "'),
            "description": wide["Description"].str.replace(r"(\s+\d+/)?\s*$", "", regex=True),
            "unit": wide["Unit"].str.strip(),
        }
    )
    keys["description"] = keys["description"].str.strip()
    long = keys.loc[keys.index.repeat(len(years))].reset_index(drop=True)
    long["year"] = np.tile(np.array(years), len(keys))
    long["value"], long["flag"] = _parse_cells(resolved, wide[[str(y) for y in years]])
    return long.sort_values(["fips", "line", "year"], ignore_index=True)


def _read_wide(resolved: Resolved, shape: TableShape) -> tuple[pd.DataFrame, list[int]]:
    text = resolved.path.read_bytes().decode("latin-1")
    if "\x00" in text or not text.lstrip("\ufeffï»¿ ").startswith(("GeoFIPS", '"GeoFIPS"')):
        raise DamagedSource(complain(resolved, "does not start like a BEA table (GeoFIPS, ...)"))
    if not re.search(r"Last updated:", text[-4000:]):
        raise DamagedSource(
            complain(resolved, 'has no "Last updated" footer, so it seems to be truncated')
        )
    try:
        wide = pd.read_csv(
            io.StringIO(text), dtype=str, keep_default_na=False, skipinitialspace=True
        ).fillna("")
    except (pd.errors.ParserError, ValueError) as problem:
        raise DamagedSource(complain(resolved, f"cannot be parsed ({problem})")) from problem
    wide.columns = wide.columns.str.strip('\ufeffï»¿" ')
    require_columns(resolved, wide, _KEYS)
    years = [int(column) for column in wide.columns if re.fullmatch(r"\d{4}", column)]
    gaps = sorted(set(range(shape.first_year, shape.last_year + 1)) - set(years))
    if gaps or years != list(range(years[0], years[-1] + 1)):
        shown = ", ".join(map(str, gaps[:5])) or "a year inside its range"
        raise SchemaError(complain(resolved, f"lacks the year column {shown}"))
    return wide[wide["LineCode"].str.strip() != ""].reset_index(drop=True), years


def _check_complete(resolved: Resolved, wide: pd.DataFrame, shape: TableShape) -> None:
    """Every required line in every area, once."""
    if not wide["LineCode"].str.fullmatch(r"\s*\d+\s*").all():
        raise SchemaError(complain(resolved, "has a LineCode that is not a whole number"))
    fips = wide["GeoFIPS"].str.strip(' "')
    if not fips.str.fullmatch(r"\d{5}").all():
        bad = fips[~fips.str.fullmatch(r"\d{5}")].iloc[0]
        raise SchemaError(complain(resolved, f"has a GeoFIPS that is not five digits ({bad!r})"))
    lines = wide["LineCode"].astype(int)
    twice = pd.DataFrame({"fips": fips, "line": lines}).duplicated()
    if twice.any():
        first = f"{fips[twice].iloc[0]}, line {lines[twice].iloc[0]}"
        raise SchemaError(complain(resolved, f"has two rows for area {first}"))
    if fips.nunique() < shape.areas:
        raise DamagedSource(
            complain(resolved, f"has {fips.nunique()} areas of at least {shape.areas}")
        )
    have = lines.groupby(fips).agg(frozenset)
    short = have[~have.map(shape.lines.issubset)]
    if len(short):
        gap = sorted(shape.lines - short.iloc[0])[:5]
        raise DamagedSource(
            complain(
                resolved,
                f"lacks line {', '.join(map(str, gap))} for area {short.index[0]} "
                f"({len(short)} areas are short of lines)",
            )
        )


def _parse_cells(resolved: Resolved, cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Split cells into numbers and codes: "(D)" becomes NaN with flag "D"."""
    raw = pd.Series(cells.to_numpy().ravel())
    value = pd.to_numeric(raw, errors="coerce")
    words = raw[value.isna()].str.strip()
    coded = words.str.extract(r"^\(([A-Z]+)\)$", expand=False)
    if coded.isna().any():
        position = int(coded.index[coded.isna()][0])
        row, column = divmod(position, cells.shape[1])
        raise SchemaError(
            complain(
                resolved,
                f"holds {words[position]!r} in data row {row + 1}, column "
                f"{cells.columns[column]}, which is neither a number nor a code such as (D)",
            )
        )
    flag = np.full(len(raw), "", dtype=object)
    flag[coded.index] = coded
    return value.to_numpy(float), flag


IN_THOUSANDS = {"millions of dollars": 1000.0, "thousands of dollars": 1.0}
_STATE_FIPS = [f"{state}000" for state in FIPS_TO_POSTAL]
STATE_AREAS = 60  # the United States, 8 regions, 50 states and DC

_SIC_DIVISIONS = frozenset({81, 100, 200, 300, 400, 500, 700, 800, 900, 910, 920, 930})
_SIC = _SIC_DIVISIONS | {90, 610, 620}
_SIC_1929 = _SIC_DIVISIONS | {90, 600}
_NAICS = frozenset({81, 90, 1801, 1802, 2000, 2001, 2002, 2010, *range(100, 2000, 100)})
_EMPLOYMENT = frozenset({10, 70})
_GDP_NAICS = frozenset(
    {1, 2, 4, 5, 6, 10, 11, 12, 34, 35, 36, 45, 51, 56, 60, 64, 65, 69, 70, 76, *range(79, 87)}
)

SHAPES: dict[str, TableShape] = {
    source_id: TableShape(first_year=first, last_year=last, lines=lines, areas=STATE_AREAS)
    for source_id, first, last, lines in (
        ("bea_sainc7h", 1929, 1957, _SIC_1929 | {50}),
        ("bea_sainc7s", 1958, 2001, _SIC | {50}),
        ("bea_sainc7n", 1998, 2021, _NAICS | {50}),
        ("bea_sainc5h", 1929, 1957, _SIC_1929 | {10, 20, 35, 50}),
        ("bea_sainc5s", 1958, 2001, _SIC | {10, 20, 35, 50}),
        ("bea_sainc5n", 1998, 2021, _NAICS | {10, 20, 35, 50}),
        ("bea_saemp25s", 1969, 2001, (_SIC - {81}) | _EMPLOYMENT),
        ("bea_saemp25n", 1998, 2021, (_NAICS - {81}) | _EMPLOYMENT),
        ("bea_sainc1", 1929, 2021, frozenset({1, 2, 3})),
        ("bea_sagdp2s", 1963, 1997, frozenset(range(1, 79))),
        ("bea_sagdp2n", 1997, 2020, _GDP_NAICS),
    )
}


def load_table(source_id: str) -> pd.DataFrame:
    """Read one state table in long form.

    Parameters
    ----------
    source_id
        One of :data:`SHAPES` (``bea_sainc7h`` and so on).

    Returns
    -------
    DataFrame
        Columns fips (five digits as published), state (first two digits), area, line (int),
        code, description, unit, year (int), value (float, NaN where not published), flag
        ("" where published, else "D" withheld to avoid disclosure, "T" withheld to cover such
        a cell, "NA" not available, "L" below 50,000 dollars); ``attrs["sources"]`` says which
        file and vintage.

    Raises
    ------
    KeyError
        If ``source_id`` is not a state table.
    """
    if source_id not in SHAPES:
        raise KeyError(f"{source_id!r} is not a state table; allowed: {', '.join(sorted(SHAPES))}")
    resolved = locate(source_id)
    frame = _parse(resolved).copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


@lru_cache(maxsize=16)
def _parse(resolved: Resolved) -> pd.DataFrame:
    frame = read(resolved, SHAPES[resolved.source_id])
    state = {fips: fips[:2] for fips in frame["fips"].unique()}
    frame.insert(1, "state", frame["fips"].map(state))
    return frame


def states_only(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the 50 states and DC of a table, with a column ``contiguous48``.

    Parameters
    ----------
    frame
        With columns fips and state, as from :func:`load_table`.

    Returns
    -------
    DataFrame
        Rows of states; ``contiguous48`` is False for Alaska, Hawaii and DC.
    """
    kept = frame[frame["fips"].isin(_STATE_FIPS)].reset_index(drop=True)
    kept["contiguous48"] = ~kept["state"].isin([*NOT_CONTIGUOUS, DC])
    return kept


def income() -> pd.DataFrame:
    """Return personal income and population of the states (SAINC1), 1929 onwards.

    Returns
    -------
    DataFrame
        Columns state (two digits), area, year, contiguous48 (bool; False for AK, HI, DC),
        income (thousand dollars), population (persons), income_pc (dollars per head, as
        published). Alaska and Hawaii are NaN before 1950.

    Examples
    --------
    >>> states = income()
    >>> ohio = states.loc[(states["area"] == "Ohio") & (states["year"] == 1950), "income_pc"].item()
    >>> 1500 < ohio < 1700  # dollars of the year
    True
    """
    table = load_table("bea_sainc1")
    rows = states_only(table)
    # Newer vintages state income in thousands, this one in millions of dollars: use the unit.
    unit = rows.loc[rows["line"] == 1, "unit"].iloc[0]
    if unit.lower() not in IN_THOUSANDS:
        raise SchemaError(
            f"bea_sainc1: personal income is in {unit!r}; known units: {', '.join(IN_THOUSANDS)}. "
            "Use the vintage named in data/bea_state_income_by_industry/README.md."
        )
    keys = ["state", "area", "year", "contiguous48", "line"]
    wide = rows.set_index(keys)["value"].unstack("line").reset_index()  # noqa: PD010 - pivot_table would average
    wide[1] = wide[1] * IN_THOUSANDS[unit.lower()]
    wide.columns.name = None
    tidy = wide.rename(columns={1: "income", 2: "population", 3: "income_pc"})
    tidy.attrs["sources"] = table.attrs["sources"]
    return tidy


def suppression(frame: pd.DataFrame) -> pd.DataFrame:
    """Count published and unpublished cells of the states by year.

    Parameters
    ----------
    frame
        As from :func:`load_table`.

    Returns
    -------
    DataFrame
        One row per year: year, cells, published, and one column per flag found ("D", "NA", ...).
    """
    states = states_only(frame)
    flags = states["flag"].where(states["flag"] != "", "published")
    counts = pd.crosstab(states["year"], flags)
    counts.insert(0, "cells", counts.sum(axis=1))
    counts.columns.name = None
    return counts.reset_index()


#: Of CAINC1.
SHAPE = TableShape(first_year=1969, last_year=2019, lines=frozenset({1, 2, 3}), areas=3150)


def zone_income() -> pd.DataFrame:
    """Return personal income and population of the 722 contiguous commuting zones.

    Returns
    -------
    DataFrame
        Columns cz (int), year, income (thousand dollars), population (persons), income_pc
        (dollars per head); 722 zones in every year from 1969 (2019 in the 2020-11-17 vintage).

    Raises
    ------
    SchemaError
        If an area with published income has no zone, or a zone-year is incomplete.

    Examples
    --------
    >>> zones = zone_income()
    >>> dayton = zones[zones["cz"] == 12501].set_index("year")["income_pc"]
    >>> bool(4000 < dayton.loc[1969] < 4400)  # dollars of the year
    True
    """
    resolved = locate("bea_cainc1")
    counties = _counties(resolved)
    counties = counties[~counties["county"].str[:2].isin(NOT_CONTIGUOUS)].dropna(subset=["income"])
    crosswalk = zones.county_to_zone()
    cz = zones.assign(
        counties["county"], lambda what: SchemaError(complain(resolved, f"has {what}")), crosswalk
    )
    sums = counties.assign(cz=cz).groupby(["cz", "year"], as_index=False)
    income = sums[["income", "population"]].sum()
    found, years = income["cz"].nunique(), income["year"].nunique()
    if found != zones.CONTIGUOUS_ZONES or len(income) != found * years:
        raise SchemaError(complain(resolved, f"gives {found} zones and {len(income)} zone-years"))
    income["income_pc"] = 1000.0 * income["income"] / income["population"]
    income.attrs["sources"] = (resolved.note(), *crosswalk.attrs["sources"])
    return income


@lru_cache(maxsize=2)
def _wide(resolved: Resolved) -> pd.DataFrame:
    table = read(resolved, SHAPE)
    rows = table.set_index(["fips", "area", "year", "line"])["value"]
    wide = rows.unstack("line")  # noqa: PD010 - pivot_table would average duplicates
    wide = wide.rename(columns={1: "income", 2: "population", 3: "income_pc"}).reset_index()
    wide.columns.name = None
    return wide


@lru_cache(maxsize=2)
def _counties(resolved: Resolved) -> pd.DataFrame:
    wide = _wide(resolved)
    counties = wide[~wide["fips"].str.endswith("000")].rename(columns={"fips": "county"})
    return counties[["county", "area", "year", "income", "population"]].reset_index(drop=True)
