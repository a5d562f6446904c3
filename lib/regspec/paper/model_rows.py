"""Rows of the scoreboard made from results of the model's chapters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from regspec.calibrate.inversion import both_sectors
from regspec.paper.scoreboard import Ours
from regspec.studies.gains import gain_slope
from regspec.studies.planning import curve_headlines, curve_slope
from regspec.studies.responses import ImpulsePair
from regspec.studies.tables import Discount, check_headlines

__all__ = ["discount_rows", "impulse_rows", "planner_rows", "scope_rows"]


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


def planner_rows(
    less: float, over_bonds: pd.DataFrame, over_shares: pd.DataFrame, note: str
) -> list[Ours]:
    """Rows on the planner's bonds and on Figure 12.

    Parameters
    ----------
    less : float
        Mean bonds of the planner less the market's.
    over_bonds, over_shares : pandas.DataFrame
        See :func:`regspec.studies.gains.gain_along_bonds` and ``gain_along_shares``.
    note : str
        Of every row; what differs is added to it.
    """
    balanced = over_bonds[over_bonds["economy"] == "balanced (0.5)"]
    deep = over_shares[over_shares["economy"] == "most debt"]
    left, right = deep[deep["share"] < 0.5], deep[deep["share"] > 0.5]
    rows = {
        "text.planner_bonds_minus_de": (less, ""),
        "fig12.gain_slope_in_bonds": (gain_slope(balanced, "bonds"), "; balanced economy"),
        "fig12.gain_slope_left": (gain_slope(left, "share"), "; shares below one half"),
        "fig12.gain_slope_right": (gain_slope(right, "share"), "; shares above one half"),
    }
    return [Ours(key, v, tier="model", note=note + more) for key, (v, more) in rows.items()]


def impulse_rows(pair: ImpulsePair, note: str) -> list[Ours]:
    """Rows on Figure 7 and on how much of reallocation the limit leaves.

    Parameters
    ----------
    pair : ImpulsePair
    note : str
        Of every row; what differs is added to it.
    """
    at = {v: pair.impact(v) for v in ("bonds", "share", "consumption", "price")}
    points, third = "; percentage points", "; all economies, bound or not, third decade"
    first = "; outflow in the first decade, percentage points"
    start = "; economies that start at their limit, first decade"
    rows = [
        ("fig7.bonds_response", at["bonds"][0], ""),
        ("fig7.capital_response", at["share"][0], ""),
        ("fig7.consumption_response", at["consumption"][0], ""),
        ("fig7.price_response", at["price"][0], ""),
        ("fig7.peak_after_impact", pair.peak, "; decades, capital share"),
        ("fig7.price_amplification", at["price"][1] - at["price"][0], points),
        ("fig7.consumption_amplification", at["consumption"][1] - at["consumption"][0], points),
        ("fig7.capital_sluggishness", at["share"][1] - at["share"][0], first),
        ("text.reallocation_ratio", pair.ratio_medium, third),
        ("text.reallocation_ratio", pair.ratio_bound, start),
    ]
    return [Ours(key, value, tier="model", note=note + more) for key, value, more in rows]


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
