"""Reader of the CSV format of BEA's regional accounts (state and county tables alike)."""

import io
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regspec.sources.checks import complain, require_columns
from regspec.sources.errors import DamagedSource, SchemaError
from regspec.sources.registry import Resolved

KEY_COLUMNS = (
    "GeoFIPS",
    "GeoName",
    "Region",
    "TableName",
    "LineCode",
    "IndustryClassification",
    "Description",
    "Unit",
)


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
    require_columns(resolved, wide, list(KEY_COLUMNS))
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
