"""Employment shares of 397 manufacturing industries by commuting zone, CBP 1980 and 1990."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd
import pyreadr

from regspec.sources.errors import DamagedSource, SchemaError
from regspec.sources.registry import (
    Resolved,
    complain,
    locate,
    require_columns,
    require_rows,
    require_unique,
)
from regspec.sources.zones import CONTIGUOUS_ZONES

# The file labels shares by the period of Autor, Dorn and Hanson (2013) that uses them.
PERIOD_OF_YEAR: Mapping[int, int] = MappingProxyType({1980: 1990, 1990: 2000})
INDUSTRIES = 397


def manufacturing_shares(year: int) -> pd.DataFrame:
    """Return each manufacturing industry's share of a zone's total CBP employment.

    Parameters
    ----------
    year
        1980 or 1990: the year of the County Business Patterns themselves. (The file calls them
        1990 and 2000, after the periods of Autor, Dorn and Hanson.)

    Returns
    -------
    DataFrame
        Columns cz (int), sic4 (int, "sic87dd" code), share (of total CBP employment of the
        zone, so the sum over industries is the manufacturing share). 722 zones x 397 industries.

    Raises
    ------
    ValueError
        If ``year`` is neither 1980 nor 1990.

    Examples
    --------
    >>> shares = manufacturing_shares(1990)
    >>> shares.columns.tolist(), shares["cz"].nunique()
    (['cz', 'sic4', 'share'], 722)
    """
    if year not in PERIOD_OF_YEAR:
        raise ValueError(f"year={year!r}: County Business Patterns are here for 1980 and 1990")
    resolved = locate("cbp_cz_sic4")
    shares = _parse(resolved)
    chosen = shares[shares["year"] == PERIOD_OF_YEAR[year]].drop(columns="year")
    chosen = chosen.reset_index(drop=True)
    chosen.attrs["sources"] = (resolved.note(),)
    return chosen


@lru_cache(maxsize=2)
def _parse(resolved: Resolved) -> pd.DataFrame:
    try:
        objects = pyreadr.read_r(resolved.path)
    except Exception as problem:  # librdata's errors share no useful base class
        raise DamagedSource(
            complain(resolved, f"cannot be read as an R data file ({problem})")
        ) from problem
    if "shares" not in objects:
        raise SchemaError(complain(resolved, f"has no object 'shares' but {list(objects)}"))
    raw = objects["shares"]
    require_columns(resolved, raw, ["czone", "year", "sic87dd", "ind_share"])
    frame = pd.DataFrame(
        {
            "cz": raw["czone"].astype(int),
            "sic4": raw["sic87dd"].astype(int),
            "year": raw["year"].astype(int),
            "share": raw["ind_share"].astype(float),
        }
    )
    require_unique(resolved, frame, ["cz", "sic4", "year"])
    expected = CONTIGUOUS_ZONES * INDUSTRIES * len(PERIOD_OF_YEAR)
    require_rows(resolved, len(frame), expected, "zone-industry-years")
    total = frame.groupby(["cz", "year"])["share"].sum()
    if not frame["share"].between(0.0, 1.0).all() or not total.between(0.0, 1.0).all():
        raise SchemaError(complain(resolved, "has shares of employment outside [0, 1]"))
    return frame.sort_values(["year", "cz", "sic4"], ignore_index=True)
