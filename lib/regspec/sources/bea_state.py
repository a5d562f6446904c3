"""BEA state tables: wages, earnings, employment and GDP by industry; income and population."""

from functools import lru_cache

import pandas as pd

from regspec.sources import bea_csv
from regspec.sources.bea_csv import TableShape
from regspec.sources.errors import SchemaError
from regspec.sources.registry import Resolved, locate
from regspec.sources.states import DC, FIPS_TO_POSTAL, NOT_CONTIGUOUS

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
    MissingSource, DamagedSource, SchemaError
        If the file is absent, truncated, or of another shape.
    """
    if source_id not in SHAPES:
        raise KeyError(f"{source_id!r} is not a state table; allowed: {', '.join(sorted(SHAPES))}")
    resolved = locate(source_id)
    frame = _parse(resolved).copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


@lru_cache(maxsize=16)
def _parse(resolved: Resolved) -> pd.DataFrame:
    frame = bea_csv.read(resolved, SHAPES[resolved.source_id])
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
    return _pivot_income(states_only(table), ["state", "area", "year", "contiguous48"], table)


def us_income() -> pd.DataFrame:
    """Return the same for the United States: year, income, population, income_pc."""
    table = load_table("bea_sainc1")
    return _pivot_income(table[table["fips"] == "00000"], ["year"], table)


def _pivot_income(rows: pd.DataFrame, keys: list[str], table: pd.DataFrame) -> pd.DataFrame:
    # Newer vintages state income in thousands, this one in millions of dollars: use the unit.
    unit = rows.loc[rows["line"] == 1, "unit"].iloc[0]
    if unit.lower() not in IN_THOUSANDS:
        raise SchemaError(
            f"bea_sainc1: personal income is in {unit!r}; known units: {', '.join(IN_THOUSANDS)}. "
            "Use the vintage named in data/bea_state_income_by_industry/README.md."
        )
    lines = rows.set_index([*keys, "line"])["value"]
    wide = lines.unstack("line").reset_index()  # noqa: PD010 - pivot_table would average
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
