"""Rows of the scoreboard made from results of the model's chapters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from regspec.calibrate.inversion import both_sectors
from regspec.industries import SMALL, cost_headlines
from regspec.paper.scoreboard import Ours
from regspec.parameters import INDUSTRIES
from regspec.studies.gains import gain_slope
from regspec.studies.planning import curve_headlines, curve_slope
from regspec.studies.responses import ImpulsePair

if TYPE_CHECKING:  # every chapter with rows imports this module
    from regspec.studies.tables import Discount

__all__ = [
    "discount_rows",
    "impulse_rows",
    "planner_rows",
    "process_rows",
    "scope_rows",
    "source_rows",
]


def discount_rows(
    roots: Mapping[str, float],
    checks: Mapping[str, float | str],
    inverted: pd.DataFrame,
    at: Discount,
) -> list[Ours]:
    """Rows on the discount factor, its target, the nodes of shocks, and the capital of zones.

    Parameters
    ----------
    roots : mapping of str to float
        See :func:`regspec.studies.tables.ergodic_roots`.
    checks : mapping of str to float
        See :func:`regspec.studies.tables.check_headlines`.
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
    change = checks["nodes_change"]
    nodes = f"15 change the mean of bonds over income by {change:.2f} points at {low}"
    rows.append(Ours("text.tauchen_nodes", at.coarse.shocks, tier="model", note=nodes))
    for gamma, ratio in ((high, checks["ratio_high"]), (low, checks["ratio_low"])):
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


def process_rows(line: pd.Series, fits: pd.DataFrame, note: str, bill: str) -> list[Ours]:
    """Rows on the processes of productivity and of the interest rate.

    Parameters
    ----------
    line : pandas.Series
        Gross output after a linear trend, of :func:`regspec.calibrate.ranges.process_ranges`.
    fits : pandas.DataFrame
        See :func:`regspec.calibrate.ranges.rate_process`.
    note, bill : str
        Of the rows on productivity, and on the rate.
    """
    bounds = [
        Ours(f"table2.{name}_{end}", float(line[f"{name}_{end}"]), tier="public", note=note)
        for name in ("rho", "sigma")
        for end in ("min", "max")
    ]
    mean, error = fits["mean"]["annual"], fits["mean_se"]["annual"]
    rho, rho_error, sigma = (
        fits["rho"]["decades"], fits["rho_se"]["decades"], fits["sigma"]["annual"],
    )  # fmt: skip
    pooled = f"{bill}, compounded over decades"
    return [
        *bounds,
        Ours("table2.R_net", mean, tier="public", note=bill, se=error),
        Ours("text.R_gross", 1 + mean / 100, tier="public", note=bill),
        Ours("table2.rho_R", rho, tier="public", note=pooled, se=rho_error),
        Ours("table2.sigma_R", sigma, tier="public", note=f"{bill}, annual"),
    ]


def source_rows(leverage: tuple[float, float, float], shares: pd.DataFrame) -> list[Ours]:
    """Rows on what the paper's own tables and sources say of its ranges.

    Parameters
    ----------
    leverage : tuple of float
        Lowest, middle and highest leverage (:func:`regspec.calibrate.ranges.range_of`).
    shares : pandas.DataFrame
        Capital shares indexed by ``of`` (:func:`regspec.calibrate.ranges.capital_shares`).
    """
    column = "first column of Table 11"
    xi = [industry.xi for industry in INDUSTRIES]
    costs = {industry.name: industry.groth_khan for industry in INDUSTRIES}
    excess = 100 * (costs["Fabricated Metals"] / costs["Wood Products"] - 1)
    near = cost_headlines()["near_zero"] / len(INDUSTRIES) - 1 / 3
    low, high = max(0.0, min(costs.values())), max(costs.values())
    smallest, largest = (f"{w} value of the paper's Table 10" for w in ("smallest", "largest"))
    zero = f"{column}, negative estimates as zero"
    few = f"{column}, at most {SMALL}, negative ones included"
    firms = "unregulated US corporations"
    early, late = f"{firms} 1945, abstract of Graham et al. (2015)", f"{firms}, early 1990s"
    said = "capital share of value added in manufacturing, 1947-2023, gross of depreciation"
    mean, error = (float(shares[c]["manufacturing"]) for c in ("mean", "se"))
    return [
        Ours("table2.xi_min", min(xi), tier="model", note=smallest),
        Ours("table2.xi_max", max(xi), tier="model", note=largest),
        Ours("table2.phi_adj_min", low, tier="model", note=zero),
        Ours("table2.phi_adj_max", high, tier="model", note=column),
        Ours("text.fabricated_over_wood_excess", excess, tier="model", note=column),
        Ours("text.costs_near_zero_minus_third", near, tier="model", note=few),
        Ours("text.theta_min", leverage[0], tier="public", note=early),
        Ours("text.theta_max", leverage[2], tier="public", note=f"{late}, the same abstract"),
        Ours("table2.alpha", mean, tier="public", se=error, note=said),
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
