r"""The planted truth: parameters of the structural equations of the synthetic census.

For zone c, with G the Gini of income shares over 3-digit industries, y log wage income per person
aged 25-60, Z the controls of 1950 and :math:`\hat g` the exposure (2):

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
from types import MappingProxyType

import pandas as pd

from regspec.synthetic.targets import published

__all__ = ["CONTROLS", "Equation", "Truth"]

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
