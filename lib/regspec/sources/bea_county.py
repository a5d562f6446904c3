"""BEA county income and population (CAINC1) from 1969, and its sums over commuting zones."""

from functools import lru_cache

import pandas as pd

from regspec.sources import bea_csv, zones
from regspec.sources.bea_csv import TableShape
from regspec.sources.checks import complain
from regspec.sources.errors import SchemaError
from regspec.sources.recodes import county_of_1990
from regspec.sources.registry import Resolved, locate
from regspec.sources.states import NOT_CONTIGUOUS

SHAPE = TableShape(first_year=1969, last_year=2019, lines=frozenset({1, 2, 3}), areas=3150)


def county_income() -> pd.DataFrame:
    """Return personal income and population of BEA's county areas.

    Returns
    -------
    DataFrame
        Columns county (BEA's five-digit code; combined areas such as 51901 are BEA's own), area,
        year, income (thousand dollars), population (persons); NaN where an area did not exist
        in a year (Alaska mostly; also La Paz, Cibola, Broomfield, Menominee).

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        If the file is absent, truncated, or of another shape.
    """
    resolved = locate("bea_cainc1")
    counties = _counties(resolved).copy(deep=False)
    counties.attrs["sources"] = (resolved.note(),)
    return counties


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
    zone_of = crosswalk.set_index("county")["cz"]
    cz = counties["county"].map(county_of_1990).map(zone_of)
    if cz.isna().any():
        lost = counties.loc[cz.isna(), "county"].iloc[0]
        raise SchemaError(
            complain(
                resolved,
                f"has the county area {lost}, which is in no commuting zone of 1990; add it to "
                "regspec.sources.recodes with its county of 1990",
            )
        )
    sums = counties.assign(cz=cz.astype(int)).groupby(["cz", "year"], as_index=False)
    income = sums[["income", "population"]].sum()
    found, years = income["cz"].nunique(), income["year"].nunique()
    if found != zones.CONTIGUOUS_ZONES or len(income) != found * years:
        raise SchemaError(complain(resolved, f"gives {found} zones and {len(income)} zone-years"))
    income["income_pc"] = 1000.0 * income["income"] / income["population"]
    income.attrs["sources"] = (resolved.note(), *crosswalk.attrs["sources"])
    return income


def state_rows() -> pd.DataFrame:
    """Return CAINC1's own state rows: state, year, income, population (to check the counties)."""
    wide = _wide(locate("bea_cainc1"))
    states = wide[wide["fips"].str.endswith("000") & wide["fips"].between("01000", "56999")]
    states = states.assign(state=states["fips"].str[:2])
    return states[["state", "year", "income", "population"]].reset_index(drop=True)


@lru_cache(maxsize=2)
def _wide(resolved: Resolved) -> pd.DataFrame:
    table = bea_csv.read(resolved, SHAPE)
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
