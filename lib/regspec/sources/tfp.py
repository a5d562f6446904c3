"""US industry productivity, 1947-2023 (Elbadri and Vizcaino 2025)."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import pandas as pd

from regspec.sources.errors import DamagedSource
from regspec.sources.registry import (
    Resolved,
    complain,
    locate,
    require_columns,
    require_rows,
    require_unique,
)

MANUFACTURING = frozenset(range(8, 27))
"""industry_id of the 19 manufacturing industries, the same at both levels."""

PAPER_INDUSTRIES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "Food": (19,),
        "Textiles": (20, 21),
        "Wood": (8,),
        "Paper": (22, 23),
        "Petroleum": (24,),
        "Chemicals": (25,),
        "Rubber and plastics": (26,),
        "Minerals": (9,),
        "Basic metals": (10,),
        "Fabricated metals": (11,),
        "Machinery": (12,),
        "Computers and electronics": (13,),
        "Electrical equipment": (14,),
        "Motor vehicles": (15,),
        "Other transport equipment": (16,),
    }
)
"""The 15 industries of the paper's Tables 10 and 11 -> industry_id. Furniture (17) and
miscellaneous manufacturing (18) have no counterpart in those tables."""

_SHEETS: Mapping[str, tuple[str, int, int, str]] = MappingProxyType(
    {
        "44": ("Data_44Ind_1947to", 44, 1947, "industry_id"),
        "63": ("Data_63Ind_1963to", 63, 1963, "industry_id.1"),
    }
)
_RENAME = {
    "TFPVA": "tfp_va",
    "TFPGO": "tfp_go",
    "VA": "va",
    "GO": "go",
    "CAP": "capital_income",
    "LAB": "labor_income",
    "VA_QI": "va_quantity",
    "CAP_QI": "capital_quantity",
    "HRS_QI": "hours",
}


def industry_tfp(level: Literal["44", "63"] = "44") -> pd.DataFrame:
    """Return productivity by industry and year.

    Parameters
    ----------
    level
        ``"44"``: 44 industries from 1947; ``"63"``: 63 industries from 1963.

    Returns
    -------
    DataFrame
        Columns industry_id, industry, manufacturing (bool), year, tfp_va and tfp_go (indices of
        value-added and gross-output TFP, first year = 1), va, go, capital_income, labor_income
        (million current dollars), va_quantity, capital_quantity, hours (indices, first year = 1).

    Raises
    ------
    ValueError
        If ``level`` is not "44" or "63".

    Examples
    --------
    >>> tfp = industry_tfp()
    >>> tfp["industry"].nunique(), int(tfp["year"].min())
    (44, 1947)
    """
    if level not in _SHEETS:
        raise ValueError(f"level={level!r}: choose '44' (from 1947) or '63' (from 1963)")
    resolved = locate("tfp_elbadri_vizcaino")
    frame = _parse(resolved, level).copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


@lru_cache(maxsize=4)
def _parse(resolved: Resolved, level: str) -> pd.DataFrame:
    prefix, industries, first_year, id_column = _SHEETS[level]
    try:
        sheets = pd.read_excel(resolved.path, sheet_name=None, engine="calamine")
    except Exception as problem:  # calamine's own errors share no base class with pandas'
        raise DamagedSource(
            complain(resolved, f"cannot be read as a workbook ({problem})")
        ) from problem
    name = next((sheet for sheet in sheets if sheet.startswith(prefix)), None)
    if name is None or "Info" not in sheets:
        raise DamagedSource(
            complain(resolved, f"must have the sheets Info and {prefix}...; it has {list(sheets)}")
        )
    data, info = sheets[name], sheets["Info"]
    require_columns(resolved, data, ["industry_id", "year", *_RENAME])
    description = id_column.replace("industry_id", "Industry Description")
    require_columns(resolved, info, [id_column, description])
    titles = info.dropna(subset=[id_column]).set_index(id_column)[description].str.strip()
    titles.index = titles.index.astype(int)
    require_unique(resolved, data, ["industry_id", "year"])
    years = int(data["year"].max()) - first_year + 1
    require_rows(resolved, len(data), industries * years, "industry-years")
    frame = data[["industry_id", "year", *_RENAME]].rename(columns=_RENAME)
    if frame.isna().any(axis=None) or (frame[["tfp_va", "tfp_go", "va"]] <= 0).any(axis=None):
        raise DamagedSource(complain(resolved, "has empty or non-positive productivity cells"))
    frame.insert(1, "industry", frame["industry_id"].map(titles))
    frame.insert(2, "manufacturing", frame["industry_id"].isin(MANUFACTURING))
    return frame.sort_values(["industry_id", "year"], ignore_index=True)
