"""Which industries make up the 17 groups of the paper's Table 3, by SIC, NAICS and BEA's lines?

The paper publishes no mapping. SIC major groups and NAICS subsectors go where their industries of
the 1990 census are, as far as the accounts allow: software, computer services and advertising stay
with professional services in NAICS, car and other repair with personal services. Two readers use
the groups: the nation's value added, and wages of the states by two-digit SIC industry.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import pandas as pd

from regspec.sources import bea

__all__ = ["GROUPS", "TRADABLE_GROUPS", "Scheme", "gdp_by_group", "group_of", "majors_of"]

Scheme = Literal["sic", "naics"]

# Group: SIC major groups, NAICS sectors or subsectors, lines of SAGDP2S, lines of SAGDP2N.
_TABLE: Mapping[str, tuple[str, str, tuple[int, ...], tuple[int, ...]]] = {
    "Agriculture": ("01-09", "11", (4, 5), (3,)),
    "Business Services": ("73-76", "55 56", (60, 61, 62), (64, 65)),
    "Communication": ("48", "51", (45,), (46, 48, 49)),
    "Construction": ("15-17", "23", (11,), (11,)),
    "Durable": ("24-25 32-39", "321 327 331-339", (13,), (13,)),
    "Entertainment": ("78-79", "512 71", (63, 64), (47, 76)),
    "Finance": ("60-67", "52 53", (49,), (51, 56)),
    "Mining": ("10-14", "21", (6,), (6,)),
    "Nondurable": ("20-23 26-31", "311-316 322-326", (25,), (25,)),
    "Personal Services": ("70-72 88", "721 81", (58, 59, 71), (80, 82)),
    "Routine Prof. Serv.": ("80 82-83 86", "61 62", (65, 67, 68, 69), (69, 70)),
    # Museums (84) with engineering and management (87): SAGDP2S prints them in one line.
    "Non-routine Prof. Serv.": ("81 84 87 89", "54", (66, 70), (60,)),
    "Public": ("91-97", "92", (72,), (83,)),
    "Retail": ("52-59", "44-45 722", (48,), (35, 81)),
    "Transportation": ("40-47", "48-49", (37,), (36,)),
    "Utilities": ("49", "22", (46,), (10,)),
    "Wholesale": ("50-51", "42", (47,), (34,)),
}
GROUPS: tuple[str, ...] = tuple(_TABLE)
"""The groups, in the order of Table 3."""

TRADABLE_GROUPS: frozenset[str] = frozenset(
    {
        "Agriculture",
        "Business Services",
        "Durable",
        "Mining",
        "Nondurable",
        "Non-routine Prof. Serv.",
        "Transportation",
        "Wholesale",
    }
)
"""The groups that Table 3 marks as tradable."""

_SOURCE: Mapping[Scheme, str] = MappingProxyType({"sic": "bea_sagdp2s", "naics": "bea_sagdp2n"})
# Totals of SAGDP2N whose parts are not published in the last year of a vintage.
_SPLITS = ((45, (46, 47, 48, 49)), (79, (80, 81)))


def _codes(scheme: Scheme) -> dict[str, str]:
    """Code to group, every code of the ranges."""
    out: dict[str, str] = {}
    for group, (sic, naics, *_) in _TABLE.items():
        for part in (sic if scheme == "sic" else naics).split():
            first, _, last = part.partition("-")
            for code in range(int(first), int(last or first) + 1):
                out[f"{code:0{len(first)}d}"] = group
    return out


_GROUP_OF: Mapping[Scheme, Mapping[str, str]] = MappingProxyType(
    {"sic": _codes("sic"), "naics": _codes("naics")}
)


def group_of(code: str, scheme: Scheme) -> str | None:
    """Return the group of an industry code of any length.

    Parameters
    ----------
    code : str
        Digits, such as ``"2011"`` (SIC) or ``"311611"`` (NAICS).
    scheme : {"sic", "naics"}

    Returns
    -------
    str or None
        None where the code is too short to tell, or in no group (unclassified establishments).
    """
    table = _GROUP_OF[scheme]
    for length in (3, 2):
        if len(code) >= length and code[:length] in table:
            return table[code[:length]]
    return None


def majors_of(group: str, scheme: Scheme) -> list[str]:
    """Return the SIC major groups (two digits) or NAICS subsectors (three) of a group.

    Of a NAICS sector that belongs to one group as a whole the first subsector number stands.
    """
    codes = sorted(code for code, owner in _GROUP_OF[scheme].items() if owner == group)
    return [code if scheme == "sic" or len(code) == 3 else f"{code}1" for code in codes]


def gdp_by_group(scheme: Scheme) -> pd.DataFrame:
    """Return the nation's value added by group (SAGDP2S to 1997, SAGDP2N from 1997).

    Parameters
    ----------
    scheme : {"sic", "naics"}

    Returns
    -------
    DataFrame
        Columns year, group, value_added (million current dollars). The groups add up to the GDP
        of the United States. In the last year of a vintage BEA does not split information and
        lodging from food: the split of the year before stands.
    """
    table = bea.load_table(_SOURCE[scheme])
    nation = table[table["fips"] == "00000"].set_index(["year", "line"])["value"]
    wide = nation.unstack("line")  # noqa: PD010 - pivot_table would average duplicates
    for total, parts in _SPLITS if scheme == "naics" else ():
        part = wide[list(parts)]
        share = part.div(wide[total], axis=0).ffill()
        wide[list(parts)] = part.fillna(share.mul(wide[total], axis=0))
    column = 2 if scheme == "sic" else 3
    groups = {g: wide[list(row[column])].sum(axis=1, skipna=False) for g, row in _TABLE.items()}
    tall = pd.DataFrame(groups).reset_index().melt("year", var_name="group")
    out = tall.rename(columns={"value": "value_added"})
    out.attrs["sources"] = table.attrs["sources"]
    return out


# Line of SAINC7S -> group of the paper's Table 3, by the titles of both classifications.
_GROUPS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "Agriculture": (81, 110, 121, 122),
        "Mining": (210, 220, 230, 240),
        "Construction": (310, 320, 330),
        "Durable": (413, 417, 420, 423, 426, 429, 432, 435, 438, 441, 444, 447),
        "Nondurable": (453, 456, 459, 462, 465, 468, 471, 474, 477, 480),
        "Transportation": (510, 520, 530, 541, 542, 543, 544),
        "Communication": (560,),
        "Utilities": (570,),
        "Wholesale": (610,),
        "Retail": (621, 622, 623, 624, 625, 626, 627, 628),
        "Finance": (710, 731, 732, 733, 734, 735, 736),
        "Personal Services": (805, 810, 815),
        "Business Services": (820, 825, 830),
        "Entertainment": (835, 840),
        "Routine Prof. Serv.": (845, 855, 860, 865, 870),
        "Non-routine Prof. Serv.": (850, 875, 880),
        "Public": (910, 920, 930),
    }
)
LEAVES: Mapping[int, str] = MappingProxyType(
    {line: group for group, lines in _GROUPS.items() for line in lines}
)
"""The 77 lines that do not overlap and add up to the total: line to Table 3 group."""

# Lines that BEA prints without a code.
_CODES = {81: "01-02", 122: "09", 447: "19", 735: "66", 910: "fed", 920: "mil", 930: "s&l"}
LAST_YEAR = 2000  # 2001 was published by division only


def wages_sic2() -> pd.DataFrame:
    """Return wages and salaries by state, year and two-digit SIC industry, 1958-2000.

    Returns
    -------
    DataFrame
        Columns state, area, year, contiguous48, line (int), sic2 (code; "371" and "372-379"
        split 37, "60, 61" is one line, government is "fed", "mil", "s&l"), industry, group
        (of the paper's Table 3), tradable (bool, the classification of Table 3), wages
        (thousand dollars, NaN where not published), flag ("" | "D" withheld | "NA" industry not
        defined in that year, such as ordnance after 1974). 77 industries.
    """
    table = bea.load_table("bea_sainc7s")
    rows = bea.states_only(table)
    rows = rows[rows["line"].isin(LEAVES) & (rows["year"] <= LAST_YEAR)].reset_index(drop=True)
    group = rows["line"].map(LEAVES)
    tidy = pd.DataFrame(
        {
            "state": rows["state"],
            "area": rows["area"],
            "year": rows["year"],
            "contiguous48": rows["contiguous48"],
            "line": rows["line"],
            "sic2": rows["line"].map(_CODES).fillna(rows["code"]),
            "industry": rows["description"],
            "group": group,
            "tradable": group.isin(TRADABLE_GROUPS),
            "wages": rows["value"],
            "flag": rows["flag"],
        }
    )
    tidy.attrs["sources"] = table.attrs["sources"]
    return tidy
