"""Rows of the scoreboard made from whole results: one per number of a published table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from regspec.experiments.literature import RISK_AVERSION
from regspec.facts.estimates import Regression
from regspec.industries import column_table, industry_table
from regspec.parameters import Calibration
from regspec.publish.scoreboard import Ours, published

__all__ = ["horizon_rows", "input_rows", "number_rows", "regression_rows"]

#: Columns of Tables 10 and 11 by the beginning of their ids.
_INDUSTRY_IDS = {"table10.xi": "xi", "table11.gk": "groth_khan", "table11.hall": "hall"}


def regression_rows(
    prefix: str,
    fit: Regression,
    slugs: Mapping[str, str],
    *,
    tier: str,
    note: str = "",
    notes: Mapping[str, str] | None = None,
) -> list[Ours]:
    """Coefficients, N and adjusted R squared of one column of Table 4, 5 or 6.

    Parameters
    ----------
    prefix : str
        Such as ``"table4.c1"``.
    fit : Regression
    slugs : mapping of str to str
        Our regressor and the paper's slug; regressors that the fit does not have are skipped.
    tier, note : str
    notes : mapping of str to str, optional
        Notes of single regressors, after `note`.
    """
    notes = notes or {}
    rows = []
    for ours, slug in slugs.items():
        if ours in fit.coef.index:
            term = fit.term(ours)
            said = "; ".join(filter(None, (note, notes.get(ours, ""))))
            rows.append(Ours(f"{prefix}.{slug}", term.coef, tier=tier, se=term.se, note=said))
    rows.append(Ours(f"{prefix}.n", fit.n, tier=tier, note=note))
    rows.append(Ours(f"{prefix}.adj_r2", fit.r2_adj, tier=tier, note=note))
    return rows


def horizon_rows(table: str, estimates: pd.DataFrame, *, tier: str, note: str = "") -> list[Ours]:
    """Coefficient and, where the paper prints them, N and adjusted R squared of every horizon.

    Parameters
    ----------
    table : str
        Such as ``"table7"``.
    estimates : pandas.DataFrame
        Columns horizon, coef, se, n and, for Tables 7 and 8, r2_adj.
    tier, note : str
    """
    rows = []
    for r in estimates.to_dict("records"):
        key = f"{table}.h{int(r['horizon'])}"
        rows.append(Ours(key, r["coef"], tier=tier, se=r["se"], note=note))
        if "r2_adj" in r:
            rows.append(Ours(f"{key}.n", int(r["n"]), tier=tier, note=note))
            rows.append(Ours(f"{key}.adj_r2", r["r2_adj"], tier=tier, note=note))
    return rows


def number_rows(
    pattern: str, frame: pd.DataFrame, columns: Mapping[str, str], *, tier: str, note: str = ""
) -> list[Ours]:
    """Numbers of a frame whose ids follow from row and column, as in Tables 1 and 3.

    Parameters
    ----------
    pattern : str
        Id with ``{column}`` and ``{row}``, such as ``"table3.{row}_{column}"``.
    frame : pandas.DataFrame
        Row labels as in the ids.
    columns : mapping of str to str
        Column of the frame and its name in the ids.
    tier, note : str
    """
    return [
        Ours(pattern.format(row=label, column=name), float(value), tier=tier, note=note)
        for column, name in columns.items()
        for label, value in frame[column].items()
        if pd.notna(value)
    ]


def input_rows() -> list[Ours]:
    """Inputs of the baseline and of its robustness: the paper's own numbers, taken as given."""
    base = Calibration.baseline()
    cited = {entry.key: entry for entry in RISK_AVERSION}
    values = {f"table2.{name}": getattr(base, name) for name in ("gamma", "alpha", "theta", "beta")}
    values |= {"table2.R_net": 100 * (base.R - 1), "text.R_gross": base.R}
    values |= {
        "text.gamma_rbc": cited["mendoza2010"].low,
        "text.gamma_finance_min": cited["bansal2016"].low,
        "text.gamma_finance_max": cited["bansal2016"].high,
    }
    note = "input of the baseline or its robustness"
    rows = [Ours(k, float(v), tier="model", given=True, note=note) for k, v in values.items()]
    uses, industries = column_table().set_index("name")["use"], industry_table()
    for place, column in _INDUSTRY_IDS.items():
        keys = [key for key in published() if key.startswith(f"{place}.")]
        rows += [
            Ours(key, float(value), tier="model", given=True, note=f"input, {uses[column]}")
            for key, value in zip(keys, industries[column], strict=True)
        ]
    return rows
