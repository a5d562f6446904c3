"""One bridge of 12 sectors across BEA's three industry classifications, 1929 to today.

The sectors are the 12 divisions of the tables for 1929-1957, the coarsest of the three; later
tables are added up to them. ``data/bea_state_income_by_industry/README.md`` gives the reasons for
each line and the size of the breaks, which :func:`bridge_breaks` computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import pandas as pd

from regspec.sources import bea
from regspec.sources.errors import SchemaError
from regspec.tools.choices import require_choice

__all__ = ["SECTORS", "Measure", "bridge_breaks", "by_sector"]

SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "farm": "Farms",
        "agricultural_services": "Agricultural services, forestry, fishing",
        "mining": "Mining",
        "construction": "Construction",
        "manufacturing": "Manufacturing",
        "transportation_utilities": "Transportation, communication, utilities",
        "trade": "Wholesale and retail trade, eating places",
        "finance": "Finance, insurance, real estate",
        "services": "Services",
        "federal_civilian": "Federal government, civilian",
        "military": "Military",
        "state_local": "State and local government",
    }
)
"""The 12 sectors: slug to label, in the order of the SIC divisions."""

Measure = Literal["wages", "earnings", "employment", "gdp"]
Lines = Mapping[str, tuple[int, ...]]
Identity = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """How the lines of one table layout add up to the 12 sectors.

    Attributes
    ----------
    lines
        Sector to line codes.
    identities
        (total, parts) pairs that hold exactly; used to resolve withheld cells.
    total
        Line of the all-industry total.
    """

    lines: Lines
    identities: tuple[Identity, ...]
    total: int


def _classification(
    groups: str, total: int, private: int, others: tuple[Identity, ...]
) -> Classification:
    """Read "12 line groups in the order of SECTORS", parts joined by + and groups by spaces."""
    parsed = [tuple(int(line) for line in group.split("+")) for group in groups.split()]
    lines = dict(zip(SECTORS, parsed, strict=True))
    nonfarm = tuple(line for sector in list(SECTORS)[1:9] for line in lines[sector])
    farm = lines["farm"] if private == 2 else ()  # GDP's private total includes farms
    return Classification(lines=lines, identities=(*others, (private, farm + nonfarm)), total=total)


_SIC_1929 = "81 100 200 300 400 500 600 700 800 910 920 930"
_SIC = "81 100 200 300 400 500 610+620 700 800 910 920 930"
# NAICS: information and utilities join transportation (its largest part, telecommunications and
# broadcasting, was in SIC division E); food services join trade (SIC 58 was retail trade).
_NAICS = (
    "81 100 200 400 500 300+800+900 600+700+1802 1000+1100 "
    "1200+1300+1400+1500+1600+1700+1801+1900 2001 2002 2010"
)
_GDP_SIC = "4 5 6 11 12 36 47+48 49 57 73 74 75"
_GDP_NAICS = "4 5 6 11 12 10+36+45 34+35+81 51+56 60+64+65+69+70+76+80+82 84 85 86"

_GOVERNMENT_SIC: Identity = (900, (910, 920, 930))
_GOVERNMENT_NAICS: Identity = (2000, (2001, 2002, 2010))
_LODGING_FOOD: Identity = (1800, (1801, 1802))


def _sic(total: int, *, farm: int = 81, before_1958: bool = False) -> Classification:
    groups = (_SIC_1929 if before_1958 else _SIC).replace("81", str(farm), 1)
    return _classification(groups, total, 90, (_GOVERNMENT_SIC,))


def _naics(total: int, *, farm: int = 81) -> Classification:
    groups = _NAICS.replace("81", str(farm), 1)
    return _classification(groups, total, 90, (_LODGING_FOOD, _GOVERNMENT_NAICS))


_GDP_LODGING_FOOD: Identity = (79, (80, 81))
CLASSIFICATIONS: Mapping[str, Classification] = MappingProxyType(
    {
        "bea_sainc7h": _sic(50, before_1958=True),
        "bea_sainc7s": _sic(50),
        "bea_sainc7n": _naics(50),
        "bea_sainc5h": _sic(35, before_1958=True),
        "bea_sainc5s": _sic(35),
        "bea_sainc5n": _naics(35),
        "bea_saemp25s": _sic(10, farm=70),
        "bea_saemp25n": _naics(10, farm=70),
        "bea_sagdp2s": _classification(_GDP_SIC, 1, 2, ((72, (73, 74, 75)),)),
        "bea_sagdp2n": _classification(_GDP_NAICS, 1, 2, (_GDP_LODGING_FOOD, (83, (84, 85, 86)))),
    }
)

# First year in which each table is used: NAICS from its first year on.
_SEGMENTS: Mapping[str, tuple[tuple[str, int], ...]] = MappingProxyType(
    {
        "wages": (("bea_sainc7h", 1929), ("bea_sainc7s", 1958), ("bea_sainc7n", 1998)),
        "earnings": (("bea_sainc5h", 1929), ("bea_sainc5s", 1958), ("bea_sainc5n", 1998)),
        "employment": (("bea_saemp25s", 1969), ("bea_saemp25n", 1998)),
        "gdp": (("bea_sagdp2s", 1963), ("bea_sagdp2n", 1997)),
    }
)
TOLERANCE = 0.005  # of a total; tables in millions round small amounts
KEYS = ["state", "area", "year", "contiguous48"]


def by_sector(measure: Measure) -> pd.DataFrame:
    """Return a measure of the economy by state, year and sector.

    Parameters
    ----------
    measure : {"wages", "earnings", "employment", "gdp"}
        Wages and salaries from 1929 (SAINC7H, 7S, 7N), and earnings by place of work, which add
        supplements and proprietors' income and can be negative on farms (SAINC5H, 5S, 5N): thousand
        dollars. Full- and part-time jobs from 1969 (SAEMP25S, 25N). GDP from 1963 (SAGDP2S,
        SAGDP2N): million current dollars; in the last year of the 2021-03-26 vintage (2020) farms
        and food services are not split from their totals, so that farm, agricultural services,
        trade and services are missing.

    Returns
    -------
    DataFrame
        Columns state (two digits), area, year, contiguous48 (bool), sector (slug of
        :data:`SECTORS`), a column called after the measure (NaN where a withheld cell cannot be
        resolved), origin ("published"; "residual": exact, a total less its other lines;
        "missing"), covered (share of the state's total in sectors that are not missing). SIC
        divisions to 1957, SIC to 1997 (GDP 1996), NAICS after. Alaska and Hawaii start in 1950.

    Raises
    ------
    ValueError
        Unknown measure.

    Examples
    --------
    >>> wages = by_sector("wages")
    >>> sorted(set(wages["sector"]))[:3]
    ['agricultural_services', 'construction', 'farm']
    """
    require_choice("measure", measure, get_args(Measure))
    segments = _SEGMENTS[measure]
    stops = [start for _, start in segments[1:]] + [9999]
    parts, notes = [], []
    for (source_id, start), stop in zip(segments, stops, strict=True):
        values, origin, total = _sector_values(source_id)
        notes += values.attrs["sources"]
        covered = values.sum(axis=1) / total
        tidy = values.melt(ignore_index=False, var_name="sector", value_name=measure)
        tidy["origin"] = origin.melt()["value"].to_numpy()
        tidy = tidy.reset_index().merge(covered.rename("covered").reset_index(), on=KEYS)
        parts.append(tidy[tidy["year"].between(start, stop - 1)])
    spliced = pd.concat(parts, ignore_index=True)
    rank = {sector: position for position, sector in enumerate(SECTORS)}
    spliced = spliced.sort_values(
        ["state", "year", "sector"],
        key=lambda column: column.map(rank) if column.name == "sector" else column,
        ignore_index=True,
    )
    spliced.attrs["sources"] = tuple(notes)
    return spliced


def bridge_breaks() -> pd.DataFrame:
    """Measure the jumps of the bridge where two classifications meet.

    Returns
    -------
    DataFrame
        One row per measure, splice, year and sector. For ``splice == "SIC-NAICS"`` both
        classifications are published for the same year (1998-2001, GDP 1997) and the gap is pure
        break; for ``"1957-58"`` the old share is that of 1957 and the new one of 1958, so the gap
        includes one year of real change. Columns share_old, share_new (share in the total of
        the 12 sectors, mean over the 48 contiguous states), gap (their difference), gap_abs
        (mean absolute difference over states).
    """
    rows = []
    for measure, segments in _SEGMENTS.items():
        tables = [_shares(source_id) for source_id, _ in segments]
        old, new = tables[-2:]
        for year in sorted(set(old["year"]) & set(new["year"])):
            rows.append(_gap(old, new, year, year).assign(measure=measure, splice="SIC-NAICS"))
        if len(tables) == 3:
            gap = _gap(tables[0], tables[1], 1957, 1958)
            rows.append(gap.assign(measure=measure, splice="1957-58"))
    columns = ["measure", "splice", "year", "sector", "share_old", "share_new", "gap", "gap_abs"]
    return pd.concat(rows, ignore_index=True)[columns]


def _gap(old: pd.DataFrame, new: pd.DataFrame, year_old: int, year_new: int) -> pd.DataFrame:
    """Compare state-by-sector shares of two years of two tables."""
    before = old[old["year"] == year_old].set_index("state")[list(SECTORS)]
    after = new[new["year"] == year_new].set_index("state")[list(SECTORS)]
    difference = after - before
    return pd.DataFrame(
        {
            "year": year_new,
            "sector": list(SECTORS),
            "share_old": before.mean().to_numpy(),
            "share_new": after.mean().to_numpy(),
            "gap": difference.mean().to_numpy(),
            "gap_abs": difference.abs().mean().to_numpy(),
        }
    )


def _shares(source_id: str) -> pd.DataFrame:
    """Return sector shares by contiguous state and year of one table; NaN rows where withheld."""
    values, _, _ = _sector_values(source_id)
    shares = values.div(values.sum(axis=1, skipna=False), axis=0).reset_index()
    return shares[shares["contiguous48"]]


def _sector_values(source_id: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Add one table up to sectors.

    Returns
    -------
    values, origin
        State-years x 12 sectors: amounts, and "published", "residual" or "missing".
    total
        All-industry total by state-year.
    """
    table = bea.load_table(source_id)
    layout = CLASSIFICATIONS[source_id]
    used = {line for total, parts in layout.identities for line in (total, *parts)}
    used |= {line for lines in layout.lines.values() for line in lines} | {layout.total}
    wide = bea.states_only(table[table["line"].isin(used)])
    # "L" is an amount that rounds to nothing in the unit of the table.
    wide["value"] = wide["value"].mask(wide["flag"] == "L", 0.0)
    cells = wide.set_index([*KEYS, "line"])["value"]
    wide = cells.unstack("line")  # noqa: PD010 - pivot_table would average duplicates
    _check_identities(source_id, wide, layout)
    resolved = _resolve_lines(wide, layout)
    values, origin = {}, {}
    for sector, lines in layout.lines.items():
        whole = wide[list(lines)].notna().all(axis=1)
        exact = resolved[list(lines)].sum(axis=1, skipna=False)
        values[sector] = exact.fillna(_from_total(resolved, layout, lines))
        known = values[sector].notna()
        origin[sector] = np.select([whole, known], ["published", "residual"], "missing")
    sectors = pd.DataFrame(values).rename_axis(columns="sector")
    sectors.attrs["sources"] = table.attrs["sources"]
    origins = pd.DataFrame(origin, index=sectors.index).rename_axis(columns="sector")
    return sectors, origins, wide[layout.total]


def _check_identities(source_id: str, wide: pd.DataFrame, layout: Classification) -> None:
    """Fail if parts do not add up to their total: the table's line numbers have changed."""
    for total, parts in layout.identities:
        gap = (wide[list(parts)].sum(axis=1, skipna=False) - wide[total]).abs()
        if (gap > TOLERANCE * wide[total].abs()).any():
            raise SchemaError(
                f"{source_id}: lines {'+'.join(map(str, parts))} do not add up to line {total} "
                f"(by up to {gap.max():g}), so this vintage numbers its lines differently; use the "
                "vintage named in the README below data/, or adapt regspec.sources.sectors."
            )


def _resolve_lines(wide: pd.DataFrame, layout: Classification) -> pd.DataFrame:
    """Fill a withheld line where it is the only one missing from a published total."""
    filled = wide.copy()
    for total, parts in layout.identities:
        part = filled[list(parts)]
        lone = (part.isna().sum(axis=1) == 1) & filled[total].notna()
        residual = filled[total] - part.sum(axis=1)
        for line in parts:
            here = lone & part[line].isna()
            filled.loc[here, line] = residual[here]
    return filled


def _from_total(filled: pd.DataFrame, layout: Classification, lines: tuple[int, ...]) -> pd.Series:
    """Return the total less the other lines, where all missing lines belong to this sector."""
    amount = pd.Series(np.nan, index=filled.index)
    for total, parts in layout.identities:
        if set(lines) <= set(parts):
            others = [line for line in parts if line not in lines]
            amount = amount.fillna(filled[total] - filled[others].sum(axis=1, skipna=False))
    return amount
