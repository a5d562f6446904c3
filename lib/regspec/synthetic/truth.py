r"""What is planted in the synthetic census: structural equations and national targets.

National totals follow Tables 1 and 3, wages by group and incomes by year. For zone c, with G the
Gini of income shares over 3-digit industries, y log wage income per person aged 25-60, Z the
controls of 1950 and :math:`\hat g` the exposure (2):

.. math::

    y_{c,1950} &= a + \beta^y G_{c,1950} + \delta^y \hat g_c + \gamma^y Z_c + \epsilon^y_c \\
    y_{c,2020} - y_{c,1950} &= b + \beta^g G_{c,1950} + \delta^g \hat g_c
        + \gamma^g Z_c + \lambda y_{c,1950} + \epsilon^g_c \\
    \log G_{c,t} - \log G_{c,s} &= m_t + \beta^{\Delta}_h (y_{c,t} - y_{c,s})
        + \gamma^{\Delta} y_{c,s} - \kappa_t \tilde g_{c,s} + \epsilon^\Delta_{c,t}

s being the census before t and :math:`\tilde g` the part of :math:`\log G_{c,s}` that neither the
change of income nor its initial level explains: it reverts, so that the dispersion of Table 1
shrinks, without disturbing the coefficients of (32). Incomes between 1950 and 2020 follow the
planted growth in proportion to time, plus a bridge. Log income shares are

.. math::

    \log s_{c,i,t} = \lambda_{c,t} (\mu_{i,t} + \sigma_t r_{c,i,t}) - \log \sum_j (\cdot),
    \qquad r_{c,i,t} = \rho_i^{h/10} r_{c,i,s} + \sqrt{1 - \rho_i^{h/5}}\, \eta_{c,i,t}

where :math:`\lambda_{c,t}` gives the zone its Gini, :math:`\mu_{i,t}` gives the nation its shares
and :math:`\sigma_t` makes the mean of :math:`\lambda` one. Comparative advantage r lasts longer in
tradable industries. Employment is income raked to the zone's employment and to the national
employment shares of Table 3, so that its industries pay different wages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import ndtri

from regspec.census.industries import classify
from regspec.sources.paths import project_root

__all__ = [
    "CONTROLS",
    "INCOME_PER_PERSON",
    "INDUSTRIES",
    "Equation",
    "Truth",
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


CONTROLS: tuple[str, ...] = ("high_skill", "old_age", "female", "log_population", "rust_belt")
"""Controls of (1) besides the exposure and, for growth, initial income: columns of zone_year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Equation:
    """Coefficients of one outcome of equation (1), and the standard deviation of its residual.

    Attributes
    ----------
    gini, ghat, high_skill, old_age, female, rust_belt, log_population
        Log points per unit of the tidy column: Gini in [0, 1], log growth, shares in [0, 1],
        persons per person, zero or one, log persons.
    log_income
        Log points per log point; zero in the equation of the level.
    residual
        Log points.
    """

    gini: float
    ghat: float
    high_skill: float
    old_age: float
    female: float
    log_population: float
    rust_belt: float
    log_income: float = 0.0
    residual: float = 0.17

    def __post_init__(self) -> None:
        if self.residual < 0:
            raise ValueError(f"residual is {self.residual}; use a standard deviation >= 0")

    def coefficients(self) -> dict[str, float]:
        """Return the coefficients by regressor, initial income only where it is not zero."""
        values = {f.name: float(getattr(self, f.name)) for f in fields(self)}
        del values["residual"]
        return {k: v for k, v in values.items() if k != "log_income" or v != 0.0}


def _table4(column: str, *, log_population: float, rust_belt: float) -> Equation:
    printed = published(4).set_index("slug")[column].astype(float)
    return Equation(
        gini=printed["specialization"],
        ghat=printed["ghat"],
        high_skill=printed["high_skill"],
        old_age=printed["old_age"],
        female=printed["female"],
        log_population=log_population,
        rust_belt=rust_belt,
        log_income=0.0 if column == "c3" else printed["log_income"],
    )


def _growth() -> Equation:
    return _table4("c1", log_population=0.08, rust_belt=-0.05)


def _level() -> Equation:
    return _table4("c3", log_population=0.06, rust_belt=0.05)


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """All planted parameters.

    Table 4 prints the coefficients of population per billion persons, as far as its standard
    errors tell: 136.8 and 170.6 times the standard deviation of the zones' populations of 1950
    (0.00057 billion) is 0.08 and 0.10 log points, and over the standard deviation of their
    logarithm (1.25) 0.06 and 0.08, which is planted. The table does not print the Rust Belt dummy
    that the text names: 0.05 and -0.05 are ours.

    Attributes
    ----------
    level, growth : Equation
        Columns 3 and 1 of Table 4.
    change : mapping of int to float
        Coefficient of the change of log income in (32) between neighbouring censuses, by their
        distance in years (Table 8, columns 1 and 2).
    change_initial : float
        Coefficient of initial log income there (not printed).
    signal : mapping of int to float
        Share of the variance of log G in a census that what came before determines, by distance
        in years; sets the reversion kappa.
    rho_tradable, rho_nontradable : float
        Autocorrelation of r over ten years.
    group_share : float
        Share of the variance of r that industries of one group have in common.
    bridge : float
        Standard deviation of incomes around their path, half way between 1950 and 2020.
    """

    level: Equation = field(default_factory=_level)
    growth: Equation = field(default_factory=_growth)
    change: Mapping[int, float] = field(
        default_factory=lambda: MappingProxyType({10: 0.313, 20: 0.159})
    )
    change_initial: float = -0.04
    signal: Mapping[int, float] = field(
        default_factory=lambda: MappingProxyType({10: 0.8, 20: 0.6})
    )
    rho_tradable: float = 0.94
    rho_nontradable: float = 0.88
    group_share: float = 0.50
    bridge: float = 0.05

    def __post_init__(self) -> None:
        shares = {
            "rho_tradable": self.rho_tradable,
            "rho_nontradable": self.rho_nontradable,
            "group_share": self.group_share,
            **{f"signal[{h}]": value for h, value in self.signal.items()},
        }
        for name, value in shares.items():
            if not 0 < value < 1:
                raise ValueError(f"{name} is {value}; use a number between 0 and 1")
        if self.bridge < 0:
            raise ValueError(f"bridge is {self.bridge}; use a standard deviation >= 0")

    def overview(self) -> pd.DataFrame:
        """Planted coefficients of (1) and their sources, one row per regressor."""
        ours = ("log_population", "rust_belt")
        columns = {"level": "Table 4, column 3", "growth": "Table 4, column 1"}
        frames = {}
        for name, source in columns.items():
            values = pd.Series(getattr(self, name).coefficients())
            sources = ["ours" if key in ours else source for key in values.index]
            frames[name] = pd.DataFrame({"planted": values, "source": sources})
        return pd.concat(frames, axis=1).astype(object).fillna("").rename_axis("regressor")
