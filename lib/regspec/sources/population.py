"""County population by decennial census, 1900-1990, and its sums over commuting zones."""

from functools import lru_cache

import pandas as pd

from regspec.sources import zones
from regspec.sources.errors import SchemaError
from regspec.sources.registry import (
    Resolved,
    complain,
    locate,
    numeric,
    read_text_csv,
    require_columns,
    require_rows,
    require_unique,
)
from regspec.sources.zones import NOT_CONTIGUOUS

CENSUSES = tuple(range(1900, 2000, 10))
COUNTIES = 3130


def zone_population() -> pd.DataFrame:
    """Return the population of the contiguous commuting zones at each census.

    Returns
    -------
    DataFrame
        Columns cz (int), year, population (persons, NaN where no county of the zone existed),
        counties (number of counties with a count). Boundaries are the counties of each census,
        summed by the 1990 zone of the county (of the county it was merged into, see
        ``zones.GONE``): a county that was split since counts where its name remained.

    Examples
    --------
    >>> zone_population()["year"].unique().tolist()
    [1900, 1910, 1920, 1930, 1940, 1950, 1960, 1970, 1980, 1990]
    """
    resolved = locate("census_county_population")
    crosswalk = zones.county_to_zone()
    counties = _parse(resolved)
    counties = counties[~counties["county"].str[:2].isin(NOT_CONTIGUOUS)]
    cz = zones.assign(
        counties["county"], lambda what: SchemaError(complain(resolved, f"has {what}")), crosswalk
    )
    sums = (
        counties.assign(cz=cz)
        .groupby(["cz", "year"])["population"]
        .agg(population=lambda p: p.sum(min_count=1), counties="count")
    )
    frame = sums.reset_index()
    frame.attrs["sources"] = (resolved.note(), *crosswalk.attrs["sources"])
    return frame


@lru_cache(maxsize=2)
def _parse(resolved: Resolved) -> pd.DataFrame:
    raw = read_text_csv(resolved)
    counts = [f"pop{year}" for year in CENSUSES]
    require_columns(resolved, raw, [*counts, "fips", "name"])
    is_county = ~raw["fips"].str.endswith("000")
    raw = raw[is_county].rename(columns={"fips": "county"})
    require_rows(resolved, len(raw), COUNTIES, "counties")
    require_unique(resolved, raw, ["county"])
    for column in counts:
        raw[column] = numeric(resolved, raw[column], missing=(".",))
    long = raw.melt(["county", "name"], counts, "year", "population")
    long["year"] = long["year"].str[3:].astype(int)
    return long.sort_values(["county", "year"], ignore_index=True)
