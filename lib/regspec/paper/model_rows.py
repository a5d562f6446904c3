"""Rows of the scoreboard made from results of the model's chapters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from regspec.calibrate.inversion import both_sectors
from regspec.paper.scoreboard import Ours
from regspec.studies.planning import curve_headlines, curve_slope
from regspec.studies.tables import Discount, check_headlines

__all__ = ["discount_rows", "scope_rows"]


def discount_rows(
    roots: Mapping[str, float], checks: pd.DataFrame, inverted: pd.DataFrame, at: Discount
) -> list[Ours]:
    """Rows on the discount factor, its target, the nodes of shocks, and the capital of zones.

    Parameters
    ----------
    roots : mapping of str to float
        See :func:`regspec.studies.tables.ergodic_roots`.
    checks : pandas.DataFrame
        See :func:`regspec.studies.tables.discount_checks`, indexed by ``check``.
    inverted : pandas.DataFrame
        See :func:`regspec.calibrate.inversion.inversion_report`.
    at : Discount
    """
    low, high, ten = (
        f"gamma {at.gamma_low:g}", f"gamma {at.gamma_high:g}", "decade, income of a decade",
    )  # fmt: skip
    where = {
        "high_decade": f"{high}, {ten}",
        "low_decade": f"{low}, {ten}",
        "high_annual": f"{high}, decade, annual income",
        "low_year": f"{low}, a year as the period",
    }
    rows = [
        Ours("table2.beta", roots[name], tier="model", note=f"root at {text}")
        for name, text in where.items()
        if pd.notna(roots[name])
    ]
    seen = check_headlines(checks)
    nodes = f"15 change the mean of bonds over income by {seen['nodes_change']:.2f} points at {low}"
    rows.append(Ours("text.tauchen_nodes", at.coarse.shocks, tier="model", note=nodes))
    for gamma, ratio in ((high, seen["ratio_high"]), (low, seen["ratio_low"])):
        said = f"ergodic mean at the published beta, {gamma}, {ten}"
        rows.append(Ours("table2.nfa_target", float(ratio), tier="model", note=said))
    capital = both_sectors(inverted)["capital"]
    zones = "machinery, zones of 1980 that have both sectors, employment shares for income shares"
    return [
        *rows,
        Ours("table2.k_1950_min", float(capital.min()), tier="public", note=zones),
        Ours("table2.k_1950_max", float(capital.max()), tier="public", note=zones),
    ]


def scope_rows(curves: pd.DataFrame, note: str) -> list[Ours]:
    """Rows on Figure 10, planner and market over agglomeration.

    Parameters
    ----------
    curves : pandas.DataFrame
        As for :func:`regspec.studies.planning.curve_slope`.
    note : str
        Of every row; what differs is added to it.
    """
    seen, size = curve_headlines(curves), str(curves["size"].iloc[0])
    market, planner = (curve_slope(curves, size, v) for v in ("equilibrium", "planner"))
    rows = {
        "planner_minus_de_no_agglomeration": (
            seen["gap_none"],
            "; the other industry agglomerates",
        ),
        "planner_minus_de_strong_agglomeration": (seen["gap_strong"], ""),
        "de_slope": (market, "; size in units of the whole stock, as printed"),
        "planner_slope_minus_de_slope": (planner - market, ""),
        "crossings": (float(seen["crossings"]), ""),
    }
    return [
        Ours(f"fig10.{key}", value, tier="model", note=note + more)
        for key, (value, more) in rows.items()
    ]
