"""Wages and salaries of the states by two-digit SIC industry, 1958-2000 (SAINC7S)."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from regspec.sources import bea_state
from regspec.sources.groups import TRADABLE_GROUPS

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

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        If SAINC7S is absent, truncated, or of another shape.
    """
    table = bea_state.load_table("bea_sainc7s")
    rows = bea_state.states_only(table)
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
