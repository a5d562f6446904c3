"""Panels of the 722 commuting zones from a finished build of the census pipeline.

The same columns as the public panels of :mod:`regspec.facts.panels`, so that every fact takes
either. A build holds persons' wages and employment by zone and IND1990 industry, with zero where
nobody of the zone's sample works; the caller says whether such an industry is one of the zone's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

import pandas as pd

from regspec.census import Build, load
from regspec.census.store import Tier, census_folder
from regspec.facts.fact1 import TradeOff
from regspec.facts.panels import Panel
from regspec.sources.errors import MissingSource
from regspec.sources.groups import TRADABLE_GROUPS
from regspec.sources.paths import project_root
from regspec.synthetic import Truth
from regspec.synthetic.make import default_folder, make_build
from regspec.tools.choices import require_choice

__all__ = [
    "MACRO",
    "against_truth",
    "employment_shares",
    "industries",
    "note",
    "open_build",
    "regions",
    "state_industries",
    "state_regions",
    "years",
]

#: The six macro industries of Table 5 by groups of Table 3. The paper lists neither; finance,
#: construction, mining, communication, utilities and government are in none of the six.
MACRO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Manufacturing": ("Durable", "Nondurable"),
        "Services": (
            "Business Services",
            "Personal Services",
            "Entertainment",
            "Routine Prof. Serv.",
            "Non-routine Prof. Serv.",
        ),
        "Agriculture": ("Agriculture",),
        "Transportation": ("Transportation",),
        "Wholesale": ("Wholesale",),
        "Retail": ("Retail",),
    }
)

Amount = Literal["income", "employment", "value_added"]
Detail = Literal["industry", "group", "sector"]
Absent = Literal["zero", "omit"]


def open_build(tier: str, folder: str | Path = "") -> Build:
    """Return the build that a chapter shows.

    Parameters
    ----------
    tier : {"synthetic", "census"}
    folder : path, optional
        A finished build, relative to the project if not absolute. By default the one that
        ``python -m regspec census build`` makes by default; the synthetic census is generated and
        built if it is not there yet (about half a minute).

    Raises
    ------
    MissingSource
        There is no build in the folder, and it cannot be made without microdata.
    BuildError
        The build is not finished, or of the other tier.
    """
    require_choice("tier", tier, get_args(Tier))
    if tier == "synthetic" and not folder:
        return make_build(default_folder())
    target = project_root() / Path(folder).expanduser() if folder else census_folder()
    return load(target, tier=cast(Tier, tier))


def regions(build: Build) -> Panel:
    """Income, people and controls of every zone and year.

    Returns
    -------
    Panel
        Columns region, name, state, year, income_pc (nominal dollars per person aged 25-60),
        population, log_income, log_population, rust_belt, high_skill, old_age, female and, where
        the build has them, earnings_per_worker, house_price_index and income_pc_deflated.
    """
    optional = ("earnings_per_worker", "house_price_index", "income_pc_deflated")
    more = [c for c in optional if c in build.zone_year]
    columns = ["region", "name", "state", "year", "income_pc", "population", "log_income"]
    columns += ["log_population", "rust_belt", "high_skill", "old_age", "female", *more]
    return _panel(build, build.zone_year[columns])


def industries(
    build: Build,
    amount: Amount = "income",
    *,
    by: Detail = "industry",
    absent: Absent = "zero",
) -> Panel:
    """Income, employment or value added of every zone, year and industry.

    Parameters
    ----------
    build : Build
    amount : {"income", "employment", "value_added"}
        Value added exists by group only, in the years with County Business Patterns.
    by : {"industry", "group", "sector"}
        IND1990 codes, the 17 groups of Table 3, or the one-digit sectors of (2).
    absent : {"zero", "omit"}
        An industry in which nobody of the zone's sample works: it counts as an industry of
        size zero, if the nation has it in that year, or it is no industry of the zone. The
        paper does not say; the level of every Gini depends on it.

    Returns
    -------
    Panel
        Columns region, year, industry, amount and, but for sectors, tradable and macro (one of
        the six of :data:`MACRO`, missing for others).

    Raises
    ------
    ValueError
        An unknown choice, or value added by anything but groups.
    MissingSource
        The build has no value added.
    """
    for name, value, allowed in (
        ("amount", amount, Amount),
        ("by", by, Detail),
        ("absent", absent, Absent),
    ):
        require_choice(name, value, get_args(allowed))
    frame = build.zone_industry if amount != "value_added" else _value_added(build, by)
    traits = [] if by == "sector" else ["group", "tradable"]
    kinds = frame[list(dict.fromkeys([by, *traits]))].drop_duplicates()
    if kinds[by].duplicated().any():
        mixed = sorted(kinds.loc[kinds[by].duplicated(), by].unique())
        raise ValueError(f"{by} {mixed} stand in several groups or on both sides of trade")
    totals = frame.groupby(["region", "year", by])[amount].sum().rename("amount").reset_index()
    totals = totals.rename(columns={by: "industry"})
    nation = totals.groupby(["year", "industry"])["amount"].transform("sum")
    totals = totals[(totals["amount"] if absent == "omit" else nation) > 0]
    if traits:
        macro = {group: name for name, groups in MACRO.items() for group in groups}
        kinds = kinds.assign(macro=kinds["group"].map(macro), industry=kinds[by])
        totals = totals.merge(kinds[["industry", "tradable", "macro"]], on="industry")
    return _panel(build, totals)


def state_regions(build: Build) -> Panel:
    """States as regions: population, and income per head as the zones' mean by population.

    A zone belongs to the state that holds most of its people.
    """
    frame = build.zone_year.dropna(subset=["income_pc", "population"])
    total = frame.assign(total=frame["income_pc"] * frame["population"])
    sums = total.groupby(["state", "year"])[["total", "population"]].sum().reset_index()
    out = sums.assign(income_pc=sums["total"] / sums["population"], region=sums["state"])
    return _panel(build, out[["region", "year", "income_pc", "population"]])


def state_industries(build: Build, amount: Amount = "income", *, by: Detail = "group") -> Panel:
    """Industries of states, zones added up (Table 9): region, year, industry, amount."""
    cells = industries(build, amount, by=by).frame
    state = build.zone_year.drop_duplicates("region").set_index("region")["state"]
    cells = cells.assign(region=cells["region"].map(state))
    sums = cells.groupby(["region", "year", "industry"])["amount"].sum()
    return _panel(build, sums.reset_index())


def employment_shares(build: Build, chosen: Sequence[int]) -> pd.DataFrame:
    """Share of each of the 17 groups in national employment (Table 3), in percent.

    Returns
    -------
    pandas.DataFrame
        Index group in alphabetical order, one column per year, and tradable (bool).

    Raises
    ------
    ValueError
        A year is not in the build.
    """
    absent = sorted(set(chosen) - set(years(build)))
    if absent:
        raise ValueError(f"no employment in {absent}; the build covers {years(build)}")
    frame = build.zone_industry[build.zone_industry["year"].isin(chosen)]
    wide = frame.pivot_table(index="group", columns="year", values="employment", aggfunc="sum")
    shares = 100 * wide / wide.sum()
    shares = shares.fillna(0.0)[list(chosen)]
    return shares.assign(tradable=frame.groupby("group")["tradable"].first())


def against_truth(result: TradeOff, truth: Truth | None = None) -> pd.DataFrame:
    """Planted coefficients of a generated census and their estimates, both halves of (1).

    Parameters
    ----------
    result : TradeOff
        With the controls "census".
    truth : Truth, optional
        What was planted; the defaults of the generator if left out.

    Returns
    -------
    pandas.DataFrame
        Columns outcome, regressor, planted, estimate, se, t (of the difference).
    """
    truth = truth or Truth()
    rows = []
    for fit, planted in ((result.level, truth.level), (result.growth, truth.growth)):
        for name, value in planted.coefficients().items():
            term = fit.term(name)
            numbers = {"planted": value, "estimate": term.coef, "se": term.se}
            gap = (term.coef - value) / term.se
            rows.append({"outcome": fit.outcome, "regressor": name, **numbers, "t": gap})
    return pd.DataFrame(rows)


def years(build: Build) -> list[int]:
    """Years of the build in order."""
    return sorted(int(y) for y in build.zone_year["year"].unique())


def note(build: Build) -> str:
    """What the build was made from, in one line for figure notes."""
    persons = sum(int(rules["persons"]) for rules in build.notes["rules"].values())
    if build.tier == "synthetic":
        about = build.notes.get("about", {})
        return f"seed {about.get('seed', 'not recorded')}, {persons:,} persons"
    extracts = [s for s in build.notes["sources"] if s["file"].endswith(".dat.gz")]
    named = ", ".join(f"{s['file'].removesuffix('.dat.gz')} #{s['sha256'][:8]}" for s in extracts)
    return f"IPUMS USA {named}, {persons:,} persons"


def _value_added(build: Build, by: str) -> pd.DataFrame:
    """Value added by group in the form of the industries' frame."""
    if by != "group":
        raise ValueError(f"by is {by!r}; value added exists by group only: use by='group'")
    if build.zone_value_added.empty:
        raise MissingSource(
            f"the build in {build.folder} has no value added: put County Business Patterns "
            "(cbpYYco.zip) and NBER-CES (nberces5818v1_*.csv) below its raw folder, or run "
            "'python -m regspec census fetch --only public', and build again."
        )
    frame = build.zone_value_added
    return frame.assign(tradable=frame["group"].isin(TRADABLE_GROUPS))


def _panel(build: Build, frame: pd.DataFrame) -> Panel:
    return Panel(frame=frame.reset_index(drop=True), tier=build.tier, sources=build.sources)
