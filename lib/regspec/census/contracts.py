"""Contracts on the tidy frames: columns, types, unique keys, coverage; a violation names rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa

from regspec.census.industries import SECTORS
from regspec.sources.errors import BuildError
from regspec.sources.groups import GROUPS
from regspec.sources.zones import CONTIGUOUS_ZONES, FIPS_TO_POSTAL

__all__ = [
    "CROSSWALK",
    "SHARE_TOLERANCE",
    "ZONE_INDUSTRY",
    "ZONE_VALUE_ADDED",
    "ZONE_YEAR",
    "check",
    "check_build",
    "check_value_added",
]

SHARE_TOLERANCE = 0.01
"""How far allocation factors of a unit, published with three decimals, may sum from one."""
_NAMED = 5  # rows named in a message
_EXACT = 1e-9

_REGION = pa.Column(np.int32, pa.Check.in_range(100, 39499))
_YEAR = pa.Column(np.int16, pa.Check.in_range(1940, 2030))
_AMOUNT = pa.Column(float, [pa.Check.ge(0.0), pa.Check(np.isfinite, name="finite")])
_POSITIVE = pa.Column(float, [pa.Check.gt(0.0), pa.Check(np.isfinite, name="finite")])
_SHARE = pa.Column(float, pa.Check.in_range(0.0, 1.0))
_FINITE = pa.Column(float, pa.Check(np.isfinite, name="finite"))

ZONE_INDUSTRY = pa.DataFrameSchema(
    {
        "region": _REGION,
        "year": _YEAR,
        "industry": pa.Column(np.int16, pa.Check.in_range(10, 932)),
        "group": pa.Column(str, pa.Check.isin(GROUPS)),
        "sector": pa.Column(str, pa.Check.isin(SECTORS)),
        "tradable": pa.Column(bool),
        "income": _AMOUNT,
        "employment": _AMOUNT,
    },
    unique=["region", "year", "industry"],
    strict=True,
    name="zone_industry",
)
"""One row per zone, year and industry; every zone has every industry of its year, zeros too."""

ZONE_YEAR = pa.DataFrameSchema(
    {
        "region": _REGION,
        "year": _YEAR,
        "state": pa.Column(str, pa.Check.isin(list(FIPS_TO_POSTAL))),
        "name": pa.Column(str),
        "population": _POSITIVE,
        "employment": _POSITIVE,
        "income_pc": _POSITIVE,
        "earnings_per_worker": _POSITIVE,
        "high_skill": _SHARE,
        "old_age": pa.Column(float, pa.Check.ge(0.0)),
        "female": _SHARE,
        "rust_belt": pa.Column(bool),
        "log_income": _FINITE,
        "log_population": _FINITE,
        "house_value": pa.Column(float, pa.Check.gt(0.0), nullable=True),
        "house_price_index": pa.Column(float, nullable=True),
        "income_pc_deflated": pa.Column(float, pa.Check.gt(0.0), nullable=True),
    },
    unique=["region", "year"],
    strict=True,
    name="zone_year",
)
"""One row per zone and year."""

ZONE_VALUE_ADDED = pa.DataFrameSchema(
    {
        "region": _REGION,
        "year": _YEAR,
        "group": pa.Column(str, pa.Check.isin(GROUPS)),
        "value_added": _AMOUNT,
        "share": _SHARE,
    },
    unique=["region", "year", "group"],
    strict=True,
    name="zone_value_added",
)
"""One row per zone, year and group of Table 3, in the years with County Business Patterns."""

CROSSWALK = pa.DataFrameSchema(
    {
        "unit": pa.Column(np.int64, pa.Check.ge(0)),
        "cz": pa.Column(np.int32, pa.Check.in_range(100, 39499)),
        "afactor": pa.Column(float, pa.Check.in_range(0.0, 1.0 + SHARE_TOLERANCE)),
    },
    unique=["unit", "cz"],
    strict=True,
    name="crosswalk",
)
"""Geographic unit, commuting zone, share of the unit's persons in the zone."""


def check(frame: pd.DataFrame, schema: pa.DataFrameSchema, *, where: str = "") -> pd.DataFrame:
    """Return the frame if it keeps the contract.

    Parameters
    ----------
    frame, schema
        The frame and its contract.
    where
        File or step that made the frame, for the message.

    Raises
    ------
    BuildError
        Naming each broken rule with the keys and values of the first rows that break it.
    """
    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as problem:
        cases = problem.failure_cases
        told = [
            _describe(frame, schema, rule, part)
            for rule, part in cases.groupby(["column", "check"], dropna=False, sort=False)
        ]
        origin = f" ({where})" if where else ""
        raise BuildError(f"{schema.name}{origin}: {'; '.join(told)}.") from None


def _describe(
    frame: pd.DataFrame, schema: pa.DataFrameSchema, rule: object, part: pd.DataFrame
) -> str:
    column, test = rule if isinstance(rule, tuple) else (rule, "")
    keys = [k for k in schema.unique or [] if k in frame.columns]
    index = [i for i in part["index"].dropna().unique() if i in frame.index]
    rows = frame.loc[index[:_NAMED]]
    shown = [*keys, column] if column in frame.columns and column not in keys else keys
    listed = rows[shown].to_dict("records") if len(rows) and shown else []
    of_what = f"column {column!r}: " if isinstance(column, str) else ""
    cases = f"{len(index)} rows, such as {listed}" if listed else str(part["failure_case"].iloc[0])
    return f"{of_what}{test} fails for {cases}"


def check_build(zone_industry: pd.DataFrame, zone_year: pd.DataFrame) -> None:
    """Check both frames and what relates them: coverage of the zones, one set of keys.

    Raises
    ------
    BuildError
        If a contract is broken, a year does not have all 722 contiguous zones, a zone lacks an
        industry of its year, a zone has no income, or the frames differ in their years.
    """
    check(zone_industry, ZONE_INDUSTRY)
    check(zone_year, ZONE_YEAR)
    for name, frame in (("zone_industry", zone_industry), ("zone_year", zone_year)):
        zones = frame.groupby("year")["region"].nunique()
        short = zones[zones != CONTIGUOUS_ZONES]
        if len(short):
            everywhere = set(frame["region"])
            year = short.index[0]
            lost = sorted(everywhere - set(frame.loc[frame["year"] == year, "region"]))
            raise BuildError(
                f"{name}: {year} covers {short.iloc[0]} zones of {CONTIGUOUS_ZONES}; "
                f"zones of other years that it lacks: {lost[:_NAMED] or 'none'}."
            )
    years = [sorted(f["year"].unique().tolist()) for f in (zone_industry, zone_year)]
    if years[0] != years[1]:
        raise BuildError(f"zone_industry has the years {years[0]}, zone_year {years[1]}.")
    cells = zone_industry.groupby(["year", "region"]).agg(
        industries=("industry", "size"), income=("income", "sum")
    )
    most = cells.groupby("year")["industries"].transform("max")
    for wrong, what in (
        (cells["industries"] != most, "lack industries of their year"),
        (cells["income"] <= 0, "have no income in any industry"),
    ):
        if wrong.any():
            raise BuildError(
                f"zone_industry: {int(wrong.sum())} zones {what}, such as (year, region) "
                f"{[tuple(map(int, k)) for k in cells.index[wrong][:_NAMED]]}."
            )


def check_value_added(frame: pd.DataFrame) -> None:
    """Check the frame of value added: its contract, all zones and groups, shares that sum to one.

    Raises
    ------
    BuildError
        Naming years or zones; an empty frame keeps the contract.
    """
    check(frame, ZONE_VALUE_ADDED)
    sums = frame.groupby(["year", "region"]).agg(
        groups=("group", "size"), share=("share", "sum"), zones=("region", "first")
    )
    zones = sums.groupby("year").size()
    if (zones != CONTIGUOUS_ZONES).any():
        year = zones.index[zones != CONTIGUOUS_ZONES][0]
        raise BuildError(
            f"zone_value_added: {year} covers {zones[year]} zones of {CONTIGUOUS_ZONES}."
        )
    for wrong, what in (
        (sums["groups"] != len(GROUPS), f"do not have all {len(GROUPS)} groups"),
        ((sums["share"] - 1.0).abs() > _EXACT, "have shares that do not sum to one"),
    ):
        if wrong.any():
            raise BuildError(
                f"zone_value_added: {int(wrong.sum())} zones {what}, such as (year, region) "
                f"{[tuple(map(int, k)) for k in sums.index[wrong][:_NAMED]]}."
            )
