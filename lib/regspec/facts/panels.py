"""Tidy panels of regions and of their industries, built from the public sources.

Regions are the 48 contiguous states or the 722 contiguous commuting zones. Frames share their
column names, so that each fact takes either: region, name, year, income_pc, ... and region, year,
industry, amount, tradable. A panel knows the files it was built from, and :func:`cite` says them in
one line, as they stand below figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from regspec.measures import gini, herfindahl, max_share
from regspec.sources import bea, cbp, sectors, zones
from regspec.sources.groups import wages_sic2
from regspec.sources.zones import RUST_BELT
from regspec.tools.choices import require_choice

__all__ = [
    "GOODS",
    "SECTORS_TRADABLE",
    "Panel",
    "cite",
    "concentration",
    "industry_share",
    "note",
    "source_note",
    "state_industries",
    "state_sectors",
    "states",
    "table_coverage",
    "zone_manufacturing",
    "zone_panel",
]

_DIGITS = 8
# Publisher and table of the sources whose id does not read well in capitals.
_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cbp_cz_sic4": ("CBP", "zone shares"),
        "census_county_population": ("Census", "county counts"),
        "tfp_elbadri_vizcaino": ("Elbadri-Vizcaino", "TFP"),
    }
)


def source_note(*tables: pd.DataFrame) -> str:
    """Return the files that tables of :mod:`regspec.sources` were read from, for figure notes.

    Parameters
    ----------
    tables
        With ``attrs["sources"]``, as every reader returns them.

    Returns
    -------
    str
        As :func:`cite`.
    """
    return cite(source for table in tables for source in table.attrs["sources"])


def cite(sources: Iterable[Mapping[str, Any]]) -> str:
    """Return files in one line: name, first eight digits of the checksum, vintage.

    Parameters
    ----------
    sources
        With source_id, sha256 and vintage, as ``Resolved.note`` gives them; each is named once.

    Returns
    -------
    str
        Such as ``"BEA SAINC7H #0edf7cc8, SAINC7S #95acf5fc (2019-03-06)"``: files of one vintage
        together, their publisher once.
    """
    by_vintage: dict[str, dict[str, list[str]]] = {}
    for source in {s["source_id"]: s for s in sources}.values():
        vintage = str(source["vintage"] or "undated").replace(" (", ", ").rstrip(")")
        publisher, name = _name(str(source["source_id"]))
        same = by_vintage.setdefault(vintage, {}).setdefault(publisher, [])
        same.append(f"{name} #{source['sha256'][:_DIGITS]}")
    return "; ".join(
        ", ".join(f"{publisher} {', '.join(names)}" for publisher, names in files.items())
        + f" ({vintage})"
        for vintage, files in by_vintage.items()
    )


def _name(source_id: str) -> tuple[str, str]:
    """Return publisher and table: bea_sainc7h is BEA, SAINC7H."""
    publisher, _, name = source_id.upper().partition("_")
    return _NAMES.get(source_id, (publisher, name.replace("_", " ")))


#: Sectors that make goods. Table 3 also calls transportation, wholesale trade and business
#: services tradable, which are only parts of three of the twelve sectors.
SECTORS_TRADABLE = ("farm", "agricultural_services", "mining", "manufacturing")

#: Groups of Table 3 that make goods.
GOODS = ("Agriculture", "Mining", "Durable", "Nondurable")

Undisclosed = Literal["spread", "omit"]
Tradable = Literal["goods", "table3"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A tidy frame with the data tier and the files it was built from.

    Attributes
    ----------
    frame : pandas.DataFrame
    tier : str
        Data tier, ``"public"`` for all panels built in this module.
    sources : tuple of mapping
        File, vintage and checksum of every source read.
    """

    frame: pd.DataFrame
    tier: str
    sources: tuple[Mapping[str, Any], ...]

    def industries(self, *, tradable: bool) -> list[object]:
        """Industries on one side of the tradable list (panels with a column tradable)."""
        chosen = self.frame["tradable"] == tradable
        return self.frame.loc[chosen, "industry"].unique().tolist()


def note(*panels: Panel) -> str:
    """Files of panels with checksums and vintages in one line, for figure notes."""
    return cite(source for panel in panels for source in panel.sources)


def states() -> Panel:
    """Income and population of the 48 contiguous states, 1929 onwards (BEA SAINC1).

    Returns
    -------
    Panel
        Columns region (two-digit code), name, year, income_pc (current dollars), population
        (persons), log_income, log_population, rust_belt.

    Examples
    --------
    >>> panel = states().frame
    >>> panel["region"].nunique(), int(panel["year"].min())
    (48, 1929)
    """
    table = bea.income()
    frame = table[table["contiguous48"]].rename(columns={"state": "region", "area": "name"})
    frame = _with_logs(frame.assign(rust_belt=frame["region"].isin(RUST_BELT)))
    return _panel(frame, table)


def zone_panel() -> Panel:
    """Income and population of the 722 contiguous zones, 1969 onwards (BEA CAINC1).

    Returns
    -------
    Panel
        Columns as in :func:`states`, region being the 1990 commuting zone and name its largest
        place, also postal and state.
    """
    table, names = bea.zone_income(), zones.zone_names()
    names_only = names[["cz", "name", "postal", "state", "rust_belt"]]
    frame = table.merge(names_only, on="cz", validate="many_to_one")
    return _panel(_with_logs(zones.as_regions(frame), "postal", "state"), table, names)


def state_sectors(measure: sectors.Measure = "wages") -> Panel:
    """Twelve sectors of the 48 states: wages and earnings from 1929, GDP 1963, jobs 1969.

    Parameters
    ----------
    measure : {"wages", "earnings", "employment", "gdp"}

    Returns
    -------
    Panel
        Columns region, year, industry, amount (NaN where suppressed), tradable. Negative amounts
        (farm earnings in bad years) are set to zero.

    Raises
    ------
    ValueError
        Unknown measure.
    """
    table = sectors.by_sector(measure)
    frame = table[table["contiguous48"]].rename(
        columns={"state": "region", "sector": "industry", measure: "amount"}
    )
    frame = frame.assign(
        amount=frame["amount"].clip(lower=0.0), tradable=frame["industry"].isin(SECTORS_TRADABLE)
    )
    return _panel(frame[["region", "year", "industry", "amount", "tradable"]], table)


def state_industries(undisclosed: Undisclosed = "spread", *, tradable: Tradable = "goods") -> Panel:
    """Wages of the 48 states by two-digit SIC industry, 1958-2000 (BEA SAINC7S).

    Parameters
    ----------
    undisclosed : {"spread", "omit"}
        What to do with the cells that BEA withholds, six of 77 in the average state. They hold
        about one percent of wages together, so leaving them out of the count understates
        specialization most in small states. "spread" divides the state's total less its published
        industries among them in proportion to national wages; "omit" leaves them missing.

    tradable : {"goods", "table3"}
        Agriculture, mining and manufacturing, which the text of A.2 names; or the groups that
        Table 3 marks, which adds transportation, wholesale trade, business and some
        professional services.

    Returns
    -------
    Panel
        Columns region, year, industry (line of the table), amount, tradable. Industries that
        BEA did not define in a year are absent from it.

    Raises
    ------
    ValueError
        Unknown rule or list.
    """
    require_choice("undisclosed", undisclosed, get_args(Undisclosed))
    require_choice("tradable", tradable, get_args(Tradable))
    table = wages_sic2()
    frame = table[table["contiguous48"] & (table["flag"] != "NA")].rename(
        columns={"state": "region", "wages": "amount"}
    )
    frame = frame.assign(industry=frame["line"])
    if tradable == "goods":
        frame = frame.assign(tradable=frame["group"].isin(GOODS))
    if undisclosed == "spread":
        frame = frame.assign(amount=_spread(frame))
    return _panel(frame[["region", "year", "industry", "amount", "tradable"]], table)


def zone_manufacturing(years: Sequence[int] = (1980, 1990)) -> Panel:
    """Four-digit manufacturing industries of the zones (County Business Patterns).

    Parameters
    ----------
    years : sequence of int
        1980 and 1990 exist.

    Returns
    -------
    Panel
        Columns region, year, industry (SIC87dd), amount (share of the zone's total employment,
        so that amounts sum to its manufacturing share). Every zone has every industry, with zero
        where there is no employment.
    """
    tables = [cbp.manufacturing_shares(year).assign(year=year) for year in years]
    frame = zones.as_regions(pd.concat(tables))
    frame = frame.rename(columns={"sic4": "industry", "share": "amount"})
    return _panel(frame, cbp.manufacturing_shares(years[0]))


def concentration(industries: pd.DataFrame, *, within: str | None = None) -> pd.DataFrame:
    """Specialization of every region and year.

    Parameters
    ----------
    industries : pandas.DataFrame
        Columns region, year, industry, amount and, optionally, tradable.
    within : str, optional
        Column with a group of industries (missing: in none). The Gini within each group is
        added: group "Retail" gives gini_retail.

    Returns
    -------
    pandas.DataFrame
        Columns region, year, gini, herfindahl, max_share, industries (number that enter), total
        (sum of amounts) and, with `tradable`, gini_tradable and gini_nontradable (within each
        group). Missing amounts are left out; a region without activity has missing measures.

    Examples
    --------
    >>> import pandas as pd
    >>> industries = pd.DataFrame({
    ...     "region": ["A", "A", "B", "B"], "year": 1950,
    ...     "industry": ["steel", "food", "steel", "food"], "amount": [1.0, 1.0, 3.0, 1.0],
    ... })
    >>> concentration(industries)[["region", "gini", "herfindahl", "max_share"]]
      region  gini  herfindahl  max_share
    0      A  0.00       0.500       0.50
    1      B  0.25       0.625       0.75
    """
    wide = _wide(industries)
    values = wide.to_numpy()
    out = pd.DataFrame(
        {
            "gini": gini(values, nan="omit"),
            "herfindahl": herfindahl(values, nan="omit"),
            "max_share": max_share(values, nan="omit"),
            "industries": wide.notna().sum(axis=1).to_numpy(),
            "total": wide.sum(axis=1).to_numpy(),
        },
        index=wide.index,
    )
    if "tradable" in industries:
        for flag, name in ((True, "gini_tradable"), (False, "gini_nontradable")):
            out[name] = _gini_of(industries[industries["tradable"] == flag])
    if within is not None:
        for group, part in industries.dropna(subset=[within]).groupby(within):
            out[f"gini_{str(group).lower()}"] = _gini_of(part)
    return out.reset_index()


def _gini_of(part: pd.DataFrame) -> pd.Series:
    """Gini over some industries, by region and year; missing where all of them are zero."""
    wide = _wide(part)
    return pd.Series(gini(wide.to_numpy(), nan="omit"), index=wide.index)


def _wide(industries: pd.DataFrame) -> pd.DataFrame:
    """Amounts with one row per region and year and one column per industry."""
    return industries.set_index(["region", "year", "industry"])["amount"].unstack()  # noqa: PD010


def _spread(frame: pd.DataFrame) -> pd.Series:
    """Amounts with withheld cells filled from the state's undisclosed remainder."""
    national = bea.load_table("bea_sainc7s")
    totals = national.loc[national["line"] == 50, ["state", "year", "value"]]
    us = national.loc[national["fips"] == "00000", ["line", "year", "value"]]
    data = frame[["region", "year", "line", "amount"]].merge(
        totals.rename(columns={"state": "region", "value": "total"}), on=["region", "year"]
    )
    data = data.merge(us.rename(columns={"value": "us"}), on=["line", "year"])
    by_region = data.groupby(["region", "year"])
    rest = (data["total"] - by_region["amount"].transform("sum")).clip(lower=0.0)
    weight = data["us"].where(data["amount"].isna(), 0.0).fillna(0.0)
    everywhere = weight.groupby([data["region"], data["year"]]).transform("sum")
    data["filled"] = data["amount"].fillna(rest * weight / everywhere.where(everywhere > 0))
    filled = data.set_index(["region", "year", "line"])["filled"]
    keys = pd.MultiIndex.from_frame(frame[["region", "year", "line"]])
    return pd.Series(filled.reindex(keys).to_numpy(), index=frame.index)


def _with_logs(frame: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Keep the columns that facts use, with logarithms of income and population."""
    frame = frame.assign(
        log_income=np.log(frame["income_pc"]), log_population=np.log(frame["population"])
    )
    keep = ["region", "name", *more, "year", "income_pc", "population"]
    return frame[[*keep, "log_income", "log_population", "rust_belt"]]


def _panel(frame: pd.DataFrame, *tables: pd.DataFrame) -> Panel:
    """Panel with the sources of the tables it came from, each once."""
    notes: dict[str, Mapping[str, Any]] = {}
    for source in _sources(tables):
        notes[str(source["source_id"])] = source
    return Panel(frame=frame.reset_index(drop=True), tier="public", sources=tuple(notes.values()))


def _sources(tables: Iterable[pd.DataFrame]) -> Iterable[Mapping[str, Any]]:
    return (source for table in tables for source in table.attrs["sources"])


def table_coverage() -> pd.DataFrame:
    """Years and published cells of every BEA state table, states and DC only.

    Returns
    -------
    pandas.DataFrame
        One row per table: table, first, last (years), cells, published (share of cells),
        withheld (share with flag D or T), undefined (share with flag NA) and vintage;
        ``attrs["sources"]`` lists the files.

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        A file is absent, truncated, or of another shape.
    """
    rows, sources = [], []
    for source_id in bea.SHAPES:
        table = bea.load_table(source_id)
        counts = bea.suppression(table).set_index("year")
        total = counts.sum()
        sources += table.attrs["sources"]
        rows.append(
            {
                "table": source_id.removeprefix("bea_").upper(),
                "first": int(counts.index.min()),
                "last": int(counts.index.max()),
                "cells": int(total["cells"]),
                "published": (total["published"] + total.get("L", 0)) / total["cells"],
                "withheld": (total.get("D", 0) + total.get("T", 0)) / total["cells"],
                "undefined": total.get("NA", 0) / total["cells"],
                "vintage": table.attrs["sources"][0]["vintage"],
            }
        )
    coverage = pd.DataFrame(rows)
    coverage.attrs["sources"] = tuple(sources)
    return coverage


def industry_share(industries: pd.DataFrame, industry: str) -> pd.DataFrame:
    """Share of one industry in the published amounts of each region, one column per year.

    Parameters
    ----------
    industries : pandas.DataFrame
        Columns region, year, industry, amount.
    industry : str
    """
    amounts = industries.pivot_table(index=["region", "year"], columns="industry", values="amount")
    share = (amounts[industry] / amounts.sum(axis=1)).rename("share").reset_index()
    return share.pivot_table(index="region", columns="year", values="share")
