"""Calibration of the model: the paper's Tables 2, 10 and 11 as a validated registry.

Every parameter carries its symbol, unit, period and source. `Calibration` is the frozen set of
values one model solution is computed from; `parameter_table` renders Table 2 beside ours.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from regspec.industries import (
    INDUSTRIES,
    MACHINERY,
    AdjustmentSource,
    Industry,
    composite,
)
from regspec.tools.choices import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "INDUSTRIES",
    "MACHINERY",
    "PARAMETERS",
    "AdjustmentSource",
    "Calibration",
    "Industry",
    "Parameter",
    "composite",
    "parameter_table",
]

ShockPeriod = Literal["published", "annual"]


class Parameter(NamedTuple):
    """One row of the parameter registry (the paper's Table 2, with unit and period).

    `symbol` is LaTeX, `name` the field of `Calibration`, `published` the value or range as printed,
    `period` the length of time it refers to, `allowed` what `Calibration` accepts.
    """

    symbol: str
    name: str
    published: str
    unit: str
    period: str
    allowed: str
    description: str
    source: str
    table: str


PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        r"\gamma", "gamma", "5", "none", "any", "a number above 0",
        "relative risk aversion", "average value in the literature", "Table 2",
    ),
    Parameter(
        r"\alpha", "alpha", "0.3", "share", "any", "above 0 and below 1",
        "capital share of income", "average US capital income share", "Table 2",
    ),
    Parameter(
        r"\Phi_i", "phi_adj", "[0, 3.26]", "output per unit of capital", "year",
        "one number >= 0 per industry",
        "convex adjustment cost", "Hall (2004); Groth and Khan (2010)", "Tables 2 and 11",
    ),
    Parameter(
        r"\xi_i", "xi", "[0.1, 0.29]", "elasticity", "any",
        "one number >= 0 per industry, with alpha + xi < 1",
        "agglomeration elasticity", "Bartelme et al. (2019)", "Tables 2 and 10",
    ),
    Parameter(
        r"\theta", "theta", "0.35", "share of collateral value", "any", "a number >= 0",
        "collateral regime (loan-to-value limit)", "Graham, Leary and Roberts (2015)", "Table 2",
    ),
    Parameter(
        r"\bar{R}", "R", "1.013", "gross real rate", "year", "above 0, with beta * R <= 1",
        "mean interest rate", "US 90-day Treasury bills, ex post", "Table 2",
    ),
    Parameter(
        r"\rho_i", "rho", "[0.71, 0.9]", "autocorrelation", "period (see shock_period)",
        "one number per industry, >= 0 and below 1",
        "persistence of productivity", "US industry TFP", "Table 2",
    ),
    Parameter(
        r"\sigma_i", "sigma", "[0.013, 0.027]", "log points", "period (see shock_period)",
        "one number >= 0 per industry",
        "standard deviation of productivity innovations", "US industry TFP", "Table 2",
    ),
    Parameter(
        r"e^{\tilde{z}_i}", "z_mean", "not printed", "output at k = 1", "period",
        "one number above 0 per industry",
        "mean level of productivity", "TFP relative to the weighted average", "section 4.1",
    ),
    Parameter(
        r"\rho_R", "rho_R", "0.01", "autocorrelation", "period", ">= 0 and below 1",
        "persistence of the interest rate", "US 90-day Treasury bills, ex post", "Table 2",
    ),
    Parameter(
        r"\sigma_R", "sigma_R", "0.0186", "gross rate", "period", "a number >= 0",
        "standard deviation of interest-rate innovations", "US 90-day Treasury bills, ex post",
        "Table 2",
    ),
    Parameter(
        r"\sigma", "substitution", "not printed", "elasticity", "any", "above 1, or infinity",
        "substitution between industries", "linear budget (10)", "section 3.1",
    ),
    Parameter(
        r"\beta", "beta", "0.95", "none", "year", "above 0 and below 1",
        "discount factor", "average net foreign assets of -20% of GDP", "Table 2",
    ),
)  # fmt: skip


_BY_INDUSTRY = ("xi", "phi_adj", "rho", "sigma", "z_mean")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Parameter values of one model solution, validated on construction.

    Annual values (`beta`, `R`) are converted to the model period of `period_years`; shock
    processes are taken per period as published, or converted from annual values with
    ``shock_period="annual"``. Adjustment costs are used as published (reading 6).

    Parameters
    ----------
    gamma, alpha, theta, beta, R : float
        As in Table 2; `beta` and `R` are annual, `R` is gross.
    xi, phi_adj, rho, sigma, z_mean : tuple of float
        One entry per industry: agglomeration elasticity, adjustment cost, persistence and
        standard deviation of log productivity, mean productivity level.
    industries : tuple of str
        Labels.
    period_years : int
        Length of the model period in years. The decade is the baseline: read with a year as
        the period, Table 2 implies a debt limit near 2.5 times annual income and the solution
        algorithm diverges.
    constraint : bool
        Whether the collateral constraint (11) is imposed.
    shock_period : {"published", "annual"}
        Whether `rho` and `sigma` are per model period or annual.
    substitution : float
        Elasticity of substitution between industries; infinite (revenues add up) as in (10).
    rho_R, sigma_R : float
        AR(1) of the gross interest rate around its mean, per model period; constant by default
        (reading 16).

    Raises
    ------
    ValueError
        Naming the field, its value and what is allowed.

    Examples
    --------
    >>> calibration = Calibration.converted(gamma=2.0, theta=0.3)
    >>> calibration.industries
    ('machinery', 'rest of manufacturing')
    >>> round(calibration.beta_period, 3), round(calibration.R_period, 3)  # of a decade
    (0.599, 1.138)
    >>> calibration.replace(thetta=0.2)
    Traceback (most recent call last):
        ...
    ValueError: Calibration has no field 'thetta'; did you mean 'theta'? Allowed: ...
    >>> calibration.replace(theta=-0.1)
    Traceback (most recent call last):
        ...
    ValueError: theta is -0.1; allowed: a number >= 0
    """

    gamma: float
    alpha: float
    theta: float
    beta: float
    R: float
    xi: tuple[float, ...]
    phi_adj: tuple[float, ...]
    rho: tuple[float, ...]
    sigma: tuple[float, ...]
    z_mean: tuple[float, ...]
    industries: tuple[str, ...] = ("machinery", "rest of manufacturing")
    period_years: int = 10
    constraint: bool = True
    shock_period: ShockPeriod = "published"
    substitution: float = math.inf
    rho_R: float = 0.0
    sigma_R: float = 0.0

    def __post_init__(self) -> None:
        """Validate every field; see the class docstring for the ranges."""
        for name in (*_BY_INDUSTRY, "industries"):
            value = getattr(self, name)
            if isinstance(value, str) or not hasattr(value, "__iter__"):
                raise ValueError(f"{name} is {value!r}; allowed: a tuple, one entry per industry")
            object.__setattr__(self, name, tuple(value))
        for name in ("gamma", "alpha", "theta", "beta", "R", "rho_R", "sigma_R", *_BY_INDUSTRY):
            _check_numbers(self, name)
        lengths = {name: len(getattr(self, name)) for name in (*_BY_INDUSTRY, "industries")}
        if len(set(lengths.values())) != 1 or lengths["xi"] == 0:
            raise ValueError(
                f"industry tuples differ in length: {lengths}; give each one entry per industry"
            )
        _require(self, "gamma", self.gamma > 0)
        _require(self, "alpha", 0 < self.alpha < 1)
        _require(self, "theta", self.theta >= 0)
        _require(self, "beta", 0 < self.beta < 1)
        _require(self, "R", self.R > 0 and self.beta * self.R <= 1 + 1e-12)
        _require(self, "xi", all(x >= 0 and self.alpha + x < 1 for x in self.xi))
        _require(self, "phi_adj", all(x >= 0 for x in self.phi_adj))
        _require(self, "rho", all(0 <= x < 1 for x in self.rho))
        _require(self, "sigma", all(x >= 0 for x in self.sigma))
        _require(self, "z_mean", all(x > 0 for x in self.z_mean))
        _require(self, "rho_R", 0 <= self.rho_R < 1)
        _require(self, "sigma_R", self.sigma_R >= 0)
        sigma = self.substitution
        _require(self, "substitution", isinstance(sigma, Real) and sigma > 1)
        names = self.industries
        if not all(isinstance(n, str) and n.strip() for n in names) or len(set(names)) < len(names):
            raise ValueError(f"industries is {names!r}; allowed: different words, none empty")
        years = self.period_years
        if isinstance(years, bool) or not isinstance(years, Integral) or not 1 <= years <= 50:
            raise ValueError(
                f"period_years is {self.period_years!r}; allowed: a whole number of years, 1 to 50 "
                "(10 is the baseline)"
            )
        if not isinstance(self.constraint, bool):
            raise ValueError(f"constraint is {self.constraint!r}; allowed: True, False")
        if self.shock_period not in ("published", "annual"):
            raise ValueError(
                f"shock_period is {self.shock_period!r}; allowed: 'published', 'annual'"
            )

    @classmethod
    def converted(
        cls,
        *,
        adjustment: AdjustmentSource = "groth_khan",
        weights: Mapping[str, float] | None = None,
        **changes: Any,
    ) -> Calibration:
        """Section 4.1 with a decade as the period: machinery against the rest of manufacturing.

        The printed discount factor and interest rate are annual and are converted to the decade;
        all else is read as if of a decade. `baseline` is a second name of this calibration.

        Productivity is equal on average in both industries and follows the midpoints of the
        published ranges of persistence and standard deviation, since the paper prints no
        industry's own values.

        Parameters
        ----------
        adjustment : {"groth_khan", "hall"}
            Column of Table 11; negative estimates count as zero.
        weights : mapping, optional
            Weights of the composite (see `composite`).
        **changes
            Fields to replace.
        """
        machinery = next(i for i in INDUSTRIES if i.name == MACHINERY)
        xi_rest, phi_rest = composite(adjustment, weights)
        base = cls(
            gamma=5.0,
            alpha=0.3,
            theta=0.35,
            beta=0.95,
            R=1.013,
            xi=(machinery.xi, xi_rest),
            phi_adj=(max(0.0, getattr(machinery, adjustment)), phi_rest),
            rho=(0.805, 0.805),
            sigma=(0.02, 0.02),
            z_mean=(1.0, 1.0),
        )
        return base.replace(**changes)

    baseline = converted

    def replace(self, **changes: Any) -> Calibration:
        """Return a copy with some fields changed.

        Raises
        ------
        ValueError
            For an unknown field (naming close matches) or a value out of range.
        """
        allowed = [field.name for field in dataclasses.fields(self)]
        for name in changes:
            if name not in allowed:
                raise ValueError(
                    f"Calibration has no field {name!r}{did_you_mean(name, allowed)} "
                    f"Allowed: {', '.join(allowed)}"
                )
        return dataclasses.replace(self, **changes)

    @property
    def n_industries(self) -> int:
        """Number of industries I."""
        return len(self.xi)

    @property
    def beta_period(self) -> float:
        """Discount factor per model period."""
        return self.beta**self.period_years

    @property
    def R_period(self) -> float:
        """Gross interest rate per model period."""
        return self.R**self.period_years

    @property
    def rho_period(self) -> tuple[float, ...]:
        """Persistence of log productivity per model period."""
        if self.shock_period == "published":
            return self.rho
        return tuple(rho**self.period_years for rho in self.rho)

    @property
    def sigma_period(self) -> tuple[float, ...]:
        """Standard deviation of log-productivity innovations per model period.

        An annual AR(1) sampled every n years has innovations with variance
        sigma^2 (1 - rho^(2n)) / (1 - rho^2).
        """
        if self.shock_period == "published":
            return self.sigma
        return tuple(
            sigma * math.sqrt((1 - rho ** (2 * self.period_years)) / (1 - rho**2))
            for rho, sigma in zip(self.rho, self.sigma, strict=True)
        )


def _check_numbers(calibration: Calibration, name: str) -> None:
    """Raise unless the field, or every entry of it, is a finite number."""
    value = getattr(calibration, name)
    for entry in value if isinstance(value, tuple) else (value,):
        # numbers.Real takes numpy scalars too; bool is a number to Python but not to us.
        if isinstance(entry, bool) or not isinstance(entry, Real) or not math.isfinite(entry):
            raise ValueError(f"{name} is {value!r}; allowed: {_allowed(name)}, as finite numbers")


def _require(calibration: Calibration, name: str, ok: bool) -> None:
    if not ok:
        value = getattr(calibration, name)
        raise ValueError(f"{name} is {value!r}; allowed: {_allowed(name)}")


def _allowed(name: str) -> str:
    return next(p.allowed for p in PARAMETERS if p.name == name)


def parameter_table(calibration: Calibration | None = None) -> pd.DataFrame:
    """Table 2 of the paper beside the values we use.

    Parameters
    ----------
    calibration : Calibration, optional
        The baseline when left out.

    Returns
    -------
    DataFrame
        One row per parameter: symbol, name, published, ours, unit, period, description,
        source, table.

    Examples
    --------
    >>> parameter_table().set_index("name").loc["theta", ["published", "ours", "unit"]].tolist()
    ['0.35', '0.35', 'share of collateral value']
    """
    calibration = calibration or Calibration.converted()

    def render(value: float | tuple[float, ...]) -> str:
        entries = value if isinstance(value, tuple) else (value,)
        return ", ".join(f"{x:.4g}" for x in entries)

    import pandas as pd  # slow to import: only when a table is asked for

    table = pd.DataFrame(PARAMETERS, columns=Parameter._fields).drop(columns="allowed")
    table.insert(3, "ours", [render(getattr(calibration, p.name)) for p in PARAMETERS])
    return table
