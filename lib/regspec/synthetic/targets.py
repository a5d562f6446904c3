"""National targets of the synthetic census: Table 3, Table 1, wages by group, incomes by year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import ndtri

from regspec.census.industries import classify
from regspec.sources.paths import project_root

__all__ = [
    "INCOME_PER_PERSON",
    "INDUSTRIES",
    "employment_shares",
    "income_shares",
    "industries",
    "published",
    "share_gap",
    "specialization",
]

# IPUMS USA, variable IND1990: the civilian codes that occur, 236 of them.
_CODES = """
10 11 12 20 30 31 32 40 41 42 50 60 100 101 102 110 111 112 120 121 122 130 132 140 141 142 150 151
152 160 161 162 171 172 180 181 182 190 191 192 200 201 210 211 212 220 221 222 230 231 232 241 242
250 251 252 261 262 270 271 272 280 281 282 290 291 292 300 301 310 311 312 320 321 322 331 332 340
341 342 350 351 352 360 361 362 370 371 372 380 381 390 391 392 400 401 402 410 411 412 420 421 422
432 440 441 442 450 451 452 470 471 472 500 501 502 510 511 512 521 530 531 532 540 541 542 550 551
552 560 561 562 571 580 581 582 590 591 592 600 601 602 610 611 612 620 621 622 623 630 631 632 633
640 641 642 650 651 652 660 661 662 663 670 671 672 681 682 691 700 701 702 710 711 712 721 722 731
732 740 741 742 750 751 752 760 761 762 770 771 772 780 781 782 790 791 800 801 802 810 812 820 821
822 830 831 832 840 841 842 850 851 852 860 861 862 863 870 871 872 873 880 881 882 890 891 892 893
900 901 910 921 922 930 931 932
"""
INDUSTRIES: tuple[int, ...] = tuple(int(code) for code in _CODES.split())
"""Civilian IND1990 codes of the synthetic census; each exists in every year."""

INCOME_PER_PERSON: Mapping[int, float] = MappingProxyType(
    {
        1950: 1_350.0,
        1970: 3_900.0,
        1980: 9_000.0,
        1990: 18_500.0,
        2000: 28_500.0,
        2010: 34_000.0,
        2020: 45_000.0,
    }
)
"""National wage income per person aged 25-60, dollars of the year. Round numbers of ours."""

# Wage of a job relative to the average job. Farmers and domestic workers earn little that the
# census counts as wages; without this Table 3 would put a fifth of wages into agriculture.
_RELATIVE_WAGE: Mapping[str, tuple[float, float]] = MappingProxyType(  # 1950, 2020
    {
        "Agriculture": (0.35, 0.50),
        "Personal Services": (0.55, 0.60),
        "Retail": (0.80, 0.70),
        "Finance": (1.15, 1.35),
        "Non-routine Prof. Serv.": (1.30, 1.35),
    }
)
_WITHIN, _DRIFT = 0.15, 0.15  # log dispersion within groups; of its change 1950-2020
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@lru_cache(maxsize=16)
def published(number: int) -> pd.DataFrame:
    """Return a table of the paper from ``data/published``, as printed there."""
    return pd.read_csv(project_root() / "data" / "published" / f"table{number}.csv")


def industries() -> pd.DataFrame:
    """Return the industries of the synthetic census with group, sector and tradability."""
    return classify(INDUSTRIES)


def employment_shares(year: int) -> np.ndarray:
    """National employment shares of the industries.

    Groups hold the shares of Table 3 (1950, 1990, 2020; straight lines in between). Within a
    group industries differ by fixed lognormal factors with a standard deviation of
    0.15, which drift apart by as much from 1950 to 2020. They are spaced by the golden ratio
    rather than drawn, hence the same for every seed.

    Returns
    -------
    ndarray, shape (I,)
        Sums to one (the printed column sums to 100.01 and is divided by that).
    """
    table = published(3).set_index("industry")
    printed = np.array([1950, 1990, 2020])
    columns = table[[f"share_{y}" for y in printed]].to_numpy()
    group_share = pd.Series(
        [np.interp(year, printed, row) for row in columns], index=table.index, name="share"
    )
    groups = industries()["group"]
    weight = pd.Series(np.exp(_spread(year)), index=groups.index)
    within = weight / weight.groupby(groups).transform("sum")
    share = (within * groups.map(group_share)).to_numpy()
    return share / share.sum()


def share_gap(year: int) -> float:
    """Largest distance of planted group shares from those printed in Table 3, percentage points.

    Parameters
    ----------
    year
        1950, 1990 or 2020.
    """
    printed = published(3).set_index("industry")[f"share_{year}"]
    planted = pd.Series(employment_shares(year)).groupby(industries()["group"]).sum()
    return float((100 * planted - printed).abs().max())


def income_shares(year: int) -> np.ndarray:
    """National shares of wage income: employment shares times the relative wage of the group."""
    first, last = (
        np.array([_RELATIVE_WAGE.get(g, (1.1, 1.1))[end] for g in industries()["group"]])
        for end in (0, 1)
    )
    wage = first + (last - first) * (year - 1950) / 70
    share = employment_shares(year) * wage
    return share / share.sum()


def specialization(year: int) -> tuple[float, float]:
    """Mean and coefficient of variation of the Gini of income shares (Table 1, columns 1, 2).

    The printed years are 1950, 1970, 1990, 2010 and 2020; 1980 and 2000 are interpolated.
    """
    table = published(1)
    return (
        float(np.interp(year, table["year"], table["income_mean"])),
        float(np.interp(year, table["year"], table["income_cv"])),
    )


def _spread(year: int) -> np.ndarray:
    """Log factors of industries within their group."""
    position = np.arange(1, len(INDUSTRIES) + 1)
    level = ndtri((position * _GOLDEN) % 1.0)
    change = ndtri((position * _GOLDEN**2 + 0.37) % 1.0)
    return _WITHIN * level + _DRIFT * (year - 1950) / 70 * change
