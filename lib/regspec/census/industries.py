"""IND1990, the 1990 Census classification on which IPUMS codes the industry of every year.

Three coarser classifications of it: the 17 groups of Table 3 with their tradability, and the nine
first digits of NAICS, on which section 2 computes the exposure to structural change. The paper
publishes neither mapping. The code ranges are those of the public-domain census classification
(divisions and major groups); the split of professional services into routine and non-routine is
ours: law, engineering, accounting, research and management are non-routine (841, 882 to 893).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from regspec.sources.groups import GROUPS, TRADABLE_GROUPS

__all__ = [
    "MILITARY",
    "SECTORS",
    "civilian_codes",
    "classify",
    "overview",
]

_GROUP_RANGES: Final[Mapping[str, str]] = {
    "Agriculture": "10-32",
    "Business Services": "721-760",
    "Communication": "440-442",
    "Construction": "60",
    "Durable": "230-392",
    "Entertainment": "800-810",
    "Finance": "700-712",
    "Mining": "40-50",
    "Nondurable": "100-222",
    "Personal Services": "761-791",
    "Routine Prof. Serv.": "812-840 842-881",
    "Non-routine Prof. Serv.": "841 882-893",
    "Public": "900-932",
    "Retail": "580-691",
    "Transportation": "400-432",
    "Utilities": "450-472",
    "Wholesale": "500-571",
}

# First digits of NAICS. Where NAICS moved an industry across 1990 divisions it goes with NAICS:
# veterinary and landscape services (12, 20) and waste (471) to 5, logging (230) to 1, newspapers
# (171) to 5, eating places (641) and hotels (762, 770) to 7, repair (750 to 760) to 8.
_SECTOR_RANGES: Final = (
    ("1 Agriculture", "10-11 30-32 230"),
    ("2 Mining, utilities, construction", "40-60 450-470 472"),
    ("3 Manufacturing", "100-162 172-222 231-392"),
    ("4 Trade and transportation", "400-432 500-640 642-691"),
    ("5 Information, finance, business", "12-20 171 440-442 471 700-742 801 841 852 882-893"),
    ("6 Education and health", "812-840 842-851 860-871"),
    ("7 Leisure and hospitality", "641 762-770 800 802-810 872"),
    ("8 Other services", "750-761 771-791 873-881"),
    ("9 Public administration", "900-932"),
)
SECTORS: tuple[str, ...] = tuple(name for name, _ in _SECTOR_RANGES)
"""The nine first digits of NAICS, over which equation 2 sums."""

MILITARY = (940, 960)
"""First and last code of the armed forces, which are not in the civilian classification."""
_SIZE = 1000


def _lookup(ranges: Sequence[tuple[str, str]]) -> np.ndarray:
    """Index of the range of every code 0 to 999; -1 outside all of them."""
    table = np.full(_SIZE, -1, dtype=np.int8)
    for index, (name, text) in enumerate(ranges):
        for part in text.split():
            first, _, last = part.partition("-")
            cells = slice(int(first), int(last or first) + 1)
            if (table[cells] != -1).any():
                raise ValueError(f"code ranges overlap at {part} of {name}")
            table[cells] = index
    return table


_GROUP = _lookup([(group, _GROUP_RANGES[group]) for group in GROUPS])
_SECTOR = _lookup(_SECTOR_RANGES)
_CIVILIAN = (_GROUP >= 0) & (_SECTOR >= 0)


def civilian_codes() -> np.ndarray:
    """Return all codes of civilian industries, ascending (unused gaps included)."""
    return np.flatnonzero(_CIVILIAN)


def classify(codes: Sequence[int] | np.ndarray | pd.Series) -> pd.DataFrame:
    """Return group, sector and tradability of industries.

    Parameters
    ----------
    codes
        IND1990 codes of civilian industries.

    Returns
    -------
    DataFrame
        Columns industry (int16), group, sector, tradable (bool), one row per code given.

    Raises
    ------
    KeyError
        For the first code that is no civilian industry.
    """
    code = np.asarray(codes, dtype=np.int64)
    inside = (code >= 0) & (code < _SIZE)
    wrong = code[~inside | ~_CIVILIAN[np.where(inside, code, 0)]]
    if wrong.size:
        raise KeyError(f"IND1990={wrong[0]} is no civilian industry: these are 10 to 932")
    group = np.asarray(GROUPS)[_GROUP[code]]
    return pd.DataFrame(
        {
            "industry": code.astype(np.int16),
            "group": group,
            "sector": np.asarray(SECTORS)[_SECTOR[code]],
            "tradable": np.isin(group, list(TRADABLE_GROUPS)),
        }
    )


def overview(codes: Sequence[int] | np.ndarray | pd.Series) -> pd.DataFrame:
    """Table of the groups: their industries, first and last code, tradability, sectors.

    Parameters
    ----------
    codes
        IND1990 codes of civilian industries, each once.
    """
    groups = classify(codes).groupby("group")
    return pd.DataFrame(
        {
            "industries": groups.size(),
            "first": groups["industry"].min(),
            "last": groups["industry"].max(),
            "tradable": groups["tradable"].first().map({True: "yes", False: "no"}),
            "sectors": groups["sector"].agg(lambda s: ", ".join(sorted({x[0] for x in s}))),
        }
    )
