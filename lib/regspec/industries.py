"""The paper's 15 manufacturing industries: Tables 10 and 11, and composites of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from regspec.tools.choices import require_choice

if TYPE_CHECKING:
    import pandas as pd

AdjustmentSource = Literal["groth_khan", "hall"]


class Industry(NamedTuple):
    """One industry of Tables 10 and 11.

    Name as printed, elasticity `xi` of productivity in own scale (Table 10, Bartelme et al.), and
    the two published adjustment-cost estimates (Table 11), which may be negative.
    """

    name: str
    xi: float
    groth_khan: float
    hall: float


INDUSTRIES: tuple[Industry, ...] = (
    Industry("Food, Beverages and Tobacco", 0.16, 0.01, -0.43),
    Industry("Textiles", 0.12, 3.26, -0.58),
    Industry("Wood Products", 0.11, 0.26, -0.22),
    Industry("Paper Products", 0.11, 0.00, -0.15),
    Industry("Coke/ Petroleum Products", 0.07, -0.04, 0.26),
    Industry("Chemicals", 0.20, -0.08, -0.02),
    Industry("Rubber and Plastics", 0.25, -0.20, -1.75),
    Industry("Mineral Products", 0.13, 0.10, 0.00),
    Industry("Basic Metals", 0.11, 0.15, -0.06),
    Industry("Fabricated Metals", 0.13, 0.37, 0.27),
    Industry("Machinery and Equipment", 0.13, 0.22, -0.92),
    Industry("Computers and Electronics", 0.09, -0.01, 0.38),
    Industry("Electrical Machinery", 0.09, -0.01, -0.09),
    Industry("Motor Vehicles", 0.15, 0.25, 0.40),
    Industry("Other Transport Equipment", 0.16, -0.06, 3.02),
)
MACHINERY = "Machinery and Equipment"


class IndustryColumn(NamedTuple):
    """What one column of `INDUSTRIES` holds: symbol, unit, period, source, table, our use."""

    name: str
    symbol: str
    unit: str
    period: str
    source: str
    table: str
    use: str


INDUSTRY_COLUMNS: tuple[IndustryColumn, ...] = (
    IndustryColumn(
        "xi", r"\xi_i", "elasticity", "any", "Bartelme et al. (2019)", "Table 10", "as printed"
    ),
    IndustryColumn(
        "groth_khan", r"\Phi_i", "output per unit of capital", "year", "Groth and Khan (2010)",
        "Table 11", "baseline; negative estimates enter as zero",
    ),
    IndustryColumn(
        "hall", r"\Phi_i", "output per unit of capital", "year", "Hall (2004)", "Table 11",
        "by option; negative estimates enter as zero",
    ),
)  # fmt: skip


def industry_table() -> pd.DataFrame:
    """Tables 10 and 11 side by side: one row per industry, one column per registered estimate."""
    import pandas as pd  # slow to import: only when a table is asked for

    names = ["industry", *(column.name for column in INDUSTRY_COLUMNS)]
    return pd.DataFrame(list(INDUSTRIES), columns=names)


def column_table() -> pd.DataFrame:
    """Registry of the columns of `industry_table`: symbol, unit, period, source, table, use."""
    import pandas as pd

    return pd.DataFrame(INDUSTRY_COLUMNS, columns=IndustryColumn._fields)


def composite(
    source: AdjustmentSource = "groth_khan", weights: Mapping[str, float] | None = None
) -> tuple[float, float]:
    """Agglomeration and adjustment cost of the composite "rest of manufacturing".

    The paper does not say how the other 14 industries are weighted (reading 18). Negative
    adjustment-cost estimates are set to zero, the lower end of Table 2's range (reading 17).

    Parameters
    ----------
    source : {"groth_khan", "hall"}
        Column of Table 11.
    weights : mapping of industry name to weight, optional
        Weights over the industries other than machinery; equal weights when left out.

    Returns
    -------
    xi, phi_adj : float

    Raises
    ------
    ValueError
        For an unknown column or industry, or weights that are negative or sum to zero.

    Examples
    --------
    >>> [round(x, 3) for x in composite()]
    [0.134, 0.314]
    >>> composite(weights={"Textiles": 1.0, "Chemicals": 1.0})
    (0.16, 1.63)
    """
    require_choice("column of Table 11", source, get_args(AdjustmentSource))
    rest = [industry for industry in INDUSTRIES if industry.name != MACHINERY]
    if weights is None:
        weights = {industry.name: 1.0 for industry in rest}
    allowed = [industry.name for industry in rest]
    for name, weight in weights.items():
        if name not in allowed:
            raise ValueError(f"weights: no industry {name!r} in the composite; allowed: {allowed}")
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"weights[{name!r}] is {weight!r}; allowed: finite numbers >= 0")
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("weights sum to zero; give at least one industry a positive weight")
    xi = sum(weights.get(i.name, 0.0) * i.xi for i in rest) / total
    phi = sum(weights.get(i.name, 0.0) * max(0.0, getattr(i, source)) for i in rest) / total
    return xi, phi


#: Adjustment cost that counts as next to none: output per unit of capital.
SMALL = 0.05


def cost_headlines() -> dict[str, float]:
    """Industries whose cost is at most :data:`SMALL` in the first column of Table 11."""
    near = sum(industry.groth_khan <= SMALL for industry in INDUSTRIES)
    return {"near_zero": near, "industries": len(INDUSTRIES), "small": SMALL}


def textiles_weight() -> float:
    """What textiles add to the simple mean of the composite's costs."""
    costs = {industry.name: industry.groth_khan for industry in INDUSTRIES}
    return costs["Textiles"] / len(INDUSTRIES[1:])
