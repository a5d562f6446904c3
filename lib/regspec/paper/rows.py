"""Scoreboard rows of the model: its inputs, and Figures 5, 6, 11 and 13 for every zone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from regspec.calibrate.ranges import RISK_AVERSION
from regspec.facts.geography import group_gap
from regspec.industries import column_table, industry_table
from regspec.paper.scoreboard import Ours, published
from regspec.parameters import Calibration
from regspec.regions.growth import Slope, growth_slope, share_explained
from regspec.regions.planner import tertiles
from regspec.regions.zones import Outcome, Scale
from regspec.sources.zones import FLORIDA_TEXAS, LOWER_EAST, RUST_BELT, WEST_COAST

__all__ = [
    "growth_rows",
    "input_rows",
    "planner_rows",
]

#: Columns of Tables 10 and 11 by the beginning of their ids.
_INDUSTRY_IDS = {"table10.xi": "xi", "table11.gk": "groth_khan", "table11.hall": "hall"}


def input_rows() -> list[Ours]:
    """Inputs of the baseline and of its robustness: the paper's own numbers, taken as given."""
    base = Calibration.converted()
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


def growth_rows(outcome: Outcome, scale: Scale, *, tier: str, note: str) -> list[Ours]:
    """Rows on Figures 5 and 6 for one source and combination of readings.

    Shares explained are the model's slope, or that with adjustment costs only, over the data's;
    their error is that of the data. The limit's share is the one removed first.

    Parameters
    ----------
    outcome : Outcome
    scale : {"as printed", "total income", "manufacturing"}
    tier, note : str
        Of the rows; the model's slope is added to the note.
    """
    series, growth = outcome.at(scale)
    gini = outcome.panel["gini"]
    fit = {label: growth_slope(label, gini, values) for label, values in growth.items()}
    data = growth_slope("data", gini, series)
    full, costs = fit["with limit"], fit["without limit"]
    text = f"{note}; slope {full.slope:.2f} in the model, {data.slope:.2f} in the data"
    explained = {
        "text.model_share_of_slope": (full, 1.0),
        "fig5.model_share_of_slope": (full, 100.0),
        "text.adjustment_cost_share": (costs, 100.0),
        "fig6.adjustment_cost_share": (costs, 100.0),
    }
    rows = [
        _explained(key, slope, data, unit, tier, text) for key, (slope, unit) in explained.items()
    ]
    due = 100.0 * (1.0 - costs.slope / full.slope)
    falls = full.slope < 0
    gap = data.slope - full.slope
    return [
        *rows,
        Ours("fig5.model_slope", full.slope, tier=tier, note=text),
        Ours("fig5.data_minus_model_slope", gap, tier=tier, note=text, se=data.se),
        Ours(
            "fig6.baseline_minus_frictionless_slope", full.slope - costs.slope, tier=tier, note=text
        ),
        Ours("text.financial_share", due, tier=tier, note=text, same_sign=falls),
        Ours("text.financial_share_abstract", due / 100.0, tier=tier, note=text, same_sign=falls),
    ]


def _explained(key: str, slope: Slope, data: Slope, unit: float, tier: str, note: str) -> Ours:
    share, error = share_explained(slope, data)
    declines = data.slope < 0
    return Ours(key, share / unit, tier=tier, note=note, se=error / unit, same_sign=declines)


def planner_rows(
    frame: pd.DataFrame,
    states: pd.Series,
    places: Mapping[str, int],
    *,
    tier: str,
    note: str,
) -> list[Ours]:
    """Rows on Figures 11 and 13 for one source.

    Parameters
    ----------
    frame : pandas.DataFrame
        Index cz; ``gain`` (percent) and ``specialization`` of zones with sound results
        (:class:`regspec.regions.planner.ZonePlanner`).
    states : pandas.Series
        Two-digit state by cz.
    places : mapping of str to int
        ``dayton`` and ``rochester`` to their zones; left out where the zone has no result.
    tier, note : str
    """
    home = states.reindex(frame.index)
    moved, gain = frame["specialization"], frame["gain"]
    third = tertiles(moved)
    rows = [
        Ours("text.welfare_min", gain.min(), tier=tier, note=note),
        Ours("text.welfare_max", gain.max(), tier=tier, note=note),
    ]
    groups = {
        "fig11.rust_belt": RUST_BELT | LOWER_EAST | WEST_COAST,
        "fig11.florida_texas": FLORIDA_TEXAS,
    }
    for key, group in groups.items():
        here = home.isin(group)
        shares = (100 * (third[here] == name).mean() for name in ("Lower", "Greater"))
        said = "{}; {:.0f}% of its zones in the lower third, {:.0f}% in the greater one"
        rows.append(Ours(key, moved[here].mean(), tier=tier, note=said.format(note, *shares)))
    rows += [
        Ours(f"fig11.{key}", moved[cz], tier=tier, note=f"{note}; in the {third[cz].lower()} third")
        for key, cz in places.items()
        if cz in frame.index
    ]
    value, error = group_gap(gain, home, RUST_BELT | LOWER_EAST, FLORIDA_TEXAS)
    text = f"{note}; percentage points"
    return [*rows, Ours("fig13.rust_belt_minus_south", value, tier=tier, note=text, se=error)]
