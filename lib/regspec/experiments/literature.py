"""Parameters that come from other studies: what each study says, and where.

Only numbers that stand in the cited place are entered, with the place. Estimates that the paper
reads from a figure or that we could not check are not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["LEVERAGE", "RISK_AVERSION", "Cited", "cited_table", "range_of"]


class Cited(NamedTuple):
    """One number of another study.

    `low` and `high` differ where the study gives a range; `what` says what it measures, `where`
    the place of the number, `key` the entry in the book's references.
    """

    what: str
    low: float
    high: float
    where: str
    key: str


#: Loan-to-value evidence behind theta.
LEVERAGE: tuple[Cited, ...] = (
    Cited("range that the paper reads from Graham et al.", 0.30, 0.40, "section 4.1",
          "boehnert2025"),
    Cited("debt over capital, unregulated US corporations, aggregate, 1945", 0.11, 0.11,
          "abstract", "graham2015"),
    Cited("the same, 1970", 0.35, 0.35, "abstract", "graham2015"),
    Cited("the same, early 1990s", 0.47, 0.47, "abstract", "graham2015"),
    Cited("the same, median firm, 1946", 0.0, 0.0, "abstract", "graham2015"),
    Cited("the same, median firm, 1970", 0.31, 0.31, "abstract", "graham2015"),
    Cited("share of income that can be pledged, Argentina (another concept)", 0.3235, 0.3235,
          "the calibration that regspec.benchmarks solves", "bianchi2011"),
)  # fmt: skip

#: Relative risk aversion in the two literatures that section 4.1 names.
RISK_AVERSION: tuple[Cited, ...] = (
    Cited("business cycles", 2.0, 2.0, "section 4.1, citing Mendoza", "mendoza2010"),
    Cited("asset prices", 7.5, 10.0, "section 4.1, citing Bansal, Kiku and Yaron", "bansal2016"),
)


def cited_table(entries: tuple[Cited, ...]) -> pd.DataFrame:
    """One row a number: ``what``, ``low``, ``high``, ``where``, ``key``."""
    return pd.DataFrame(list(entries), columns=Cited._fields)


def range_of(entries: tuple[Cited, ...], key: str) -> tuple[float, float, float]:
    """Smallest, mean of midpoints and largest of a study's numbers.

    Raises
    ------
    KeyError
        If no entry has the key.
    """
    chosen = [e for e in entries if e.key == key]
    if not chosen:
        raise KeyError(f"no entry cites {key!r}; cited: {sorted({e.key for e in entries})}")
    middle = float(np.mean([(e.low + e.high) / 2 for e in chosen]))
    return min(e.low for e in chosen), middle, max(e.high for e in chosen)
