"""Does the census build read wages as it should, how fast, and does it find what was planted?

Read :func:`draw_tails` first (top-coded wages); :func:`draw_recovery` sums up the recovery study.
"""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import COLOURS, PALETTE, attach, house_style, stacked, stamp

__all__ = ["LABELS", "draw_planted_and_built", "draw_recovery", "draw_tails", "draw_throughput"]


def draw_tails(
    histograms: dict[str, pd.DataFrame],
    tails: pd.DataFrame,
    code: float,
    *,
    tier: str,
    note: str = "",
) -> Figure:
    """Share of earners above each wage in some states, with the fitted Pareto tails.

    Parameters
    ----------
    histograms : dict of str to DataFrame
        State's name to its columns wage and weight, as in the file.
    tails : pandas.DataFrame
        Indexed by the same names, columns threshold, alpha and quantile.
    code : float
        Top code, dollars.
    tier, note : str
        Data tier and source, printed under the figure.
    """
    with house_style():
        fig, ax = plt.subplots()
        drawn = {}
        for (name, frame), colour in zip(histograms.items(), COLOURS, strict=False):
            ordered = frame.sort_values("wage")
            above = 1 - (ordered["weight"].cumsum() - ordered["weight"]) / ordered["weight"].sum()
            seen = (ordered["wage"] < code) & (ordered["wage"] > code / 40)
            ax.plot(ordered["wage"][seen], above[seen], color=colour, label=name)
            tail = tails.loc[name]
            reach = np.geomspace(tail["threshold"], 4 * code, 50)
            fitted = (1 - tail["quantile"]) * (tail["threshold"] / reach) ** tail["alpha"]
            ax.plot(reach, fitted, color=colour, linestyle="--", linewidth=1.4)
            drawn[name] = pd.DataFrame({"wage": ordered["wage"][seen], "share_above": above[seen]})
            drawn[f"{name}, fitted tail"] = pd.DataFrame({"wage": reach, "share_above": fitted})
        ax.axvline(code, color=PALETTE["muted"], linestyle=":")
        ax.annotate(
            "top code", (code, 0.5), rotation=90, ha="right", va="center", color=PALETTE["muted"]
        )
        labels = {
            "wage": "wage and salary income, dollars a year",
            "share_above": "share of earners with more",
        }
        ax.set(
            xscale="log",
            yscale="log",
            xlabel=labels["wage"],
            ylabel=labels["share_above"],
            title="Beyond the code the tail is extrapolated (dashed)",
        )
        ax.legend(loc="lower left")
        attach(fig, stacked(drawn, "series").assign(top_code=code), labels)
        return stamp(fig, tier=tier, note=note)


def draw_throughput(table: pd.DataFrame, *, note: str = "") -> Figure:
    """Processor time and peak memory of the build over the number of persons.

    Parameters
    ----------
    table : pandas.DataFrame
        ``data/results/census_throughput.csv``: columns persons, kind ("measured" or
        "extrapolated"), cpu_seconds, peak_gib.
    note : str
        Printed under the figure.
    """
    labels = {"cpu_seconds": "seconds of processor time", "peak_gib": "peak memory, GiB"}
    drawn = table.assign(persons=table["persons"] / 1e6)
    ticks = (1, 2, 5, 10, 20, 60)
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.8))
        looks = (("measured", "o-", PALETTE["main"]), ("extrapolated", "o", "white"))
        for ax, (column, unit) in zip(axes, labels.items(), strict=True):
            for kind, look, fill in looks:
                part = drawn[drawn["kind"] == kind]
                ax.plot(part["persons"], part[column], look, mfc=fill, color=PALETTE["main"])
            ax.set(xscale="log", xlabel="million persons", ylabel=unit)
            ax.set_ylim(bottom=0)
            ax.set_xticks(ticks, [str(t) for t in ticks], minor=False)
            ax.set_xticks([], minor=True)
        axes[0].set_title("Measured (filled) and extrapolated (hollow)")
        labels["persons"] = "million persons"
        attach(fig, drawn[["kind", *labels]], labels)
        return stamp(fig, tier="synthetic", note=note)


#: Parameters in words, in the order of the figure.
LABELS: Mapping[tuple[str, str], str] = {
    ("level", "gini"): "income 1950: specialization",
    ("level", "ghat"): "income 1950: exposure",
    ("level", "high_skill"): "income 1950: high-skill share",
    ("level", "old_age"): "income 1950: old-age ratio",
    ("level", "female"): "income 1950: female share",
    ("level", "log_population"): "income 1950: log population",
    ("level", "rust_belt"): "income 1950: Rust Belt",
    ("growth", "gini"): "growth: specialization",
    ("growth", "ghat"): "growth: exposure",
    ("growth", "log_income"): "growth: log income",
    ("growth", "high_skill"): "growth: high-skill share",
    ("growth", "old_age"): "growth: old-age ratio",
    ("growth", "female"): "growth: female share",
    ("growth", "log_population"): "growth: log population",
    ("growth", "rust_belt"): "growth: Rust Belt",
    ("change", "10 years"): "change on change, 10 years",
    ("change", "20 years"): "change on change, 20 years",
    ("persistence", "tradable"): "persistence, tradable",
    ("persistence", "nontradable"): "persistence, non-tradable",
}
_MARKS = ("o", "s", "D", "^")
_BAND = 1.96


def draw_recovery(summary: pd.DataFrame, routes: Mapping[str, str], *, note: str = "") -> Figure:
    """Error of the estimates, and coverage of their intervals, by parameter and route.

    Parameters
    ----------
    summary : pandas.DataFrame
        From :func:`regspec.recovery.summarize`.
    routes : mapping of str to str
        Route and its words in the legend, at most four; the first is drawn first.
    note : str

    Returns
    -------
    matplotlib.figure.Figure
        Left: mean error over seeds in mean standard errors, with the range of 95 percent of
        estimates. Right: share of 95 percent intervals that hold the truth; the grey band is
        where it lies in 95 of 100 studies of so many seeds if coverage is right.

    Raises
    ------
    KeyError
        A route is not in the summary.
    """
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.6, 6.6), sharey=True, width_ratios=(1.7, 1))
        place = np.arange(len(LABELS), dtype=float)
        step = 0.7 / max(len(routes), 1)
        drawn = {}
        for k, (route, words) in enumerate(routes.items()):
            if route not in summary.index.get_level_values("route"):
                raise KeyError(f"no route {route!r} in the summary")
            part = summary.loc[route].reindex(pd.MultiIndex.from_tuples(list(LABELS)))
            y = place + (k - (len(routes) - 1) / 2) * step
            look = {
                "color": COLOURS[k],
                "marker": _MARKS[k],
                "linestyle": "none",
                "markersize": 4,
            }
            error, half = part["bias"] / part["se"], _BAND * part["sd"] / part["se"]
            axes[0].errorbar(error, y, xerr=half, label=words, elinewidth=1, **look)
            axes[1].plot(part["coverage"], y, **look)
            drawn[words] = pd.DataFrame(
                {"parameter": list(LABELS.values()), "error": error, "lower": error - half,
                 "upper": error + half, "coverage": part["coverage"]}
            )  # fmt: skip
        seeds = int(summary["seeds"].max())
        half = _BAND * np.sqrt(0.95 * 0.05 / seeds)
        axes[1].axvspan(0.95 - half, min(0.95 + half, 1.0), color="#E3E3E3", zorder=0)
        for ax, truth in zip(axes, (0.0, 0.95), strict=True):
            ax.axvline(truth, color=PALETTE["ink"], linewidth=1, zorder=1)
        axes[0].set_yticks(place, list(LABELS.values()), fontsize=9)
        axes[0].invert_yaxis()
        axes[0].set_xlabel("error of the estimate, in standard errors")
        axes[1].set_xlabel("coverage of 95% intervals")
        lowest = float(summary.loc[list(routes), "coverage"].min())
        axes[1].set_xlim(min(0.75, lowest - 0.05), 1.03)
        fig.legend(loc="outside upper center", ncols=len(routes), fontsize=9)
        labels = {
            "error": "mean error of the estimates, in standard errors",
            "lower": "lower end of the range of 95 percent of them",
            "upper": "upper end",
            "coverage": "share of 95 percent intervals that hold the truth",
        }
        attach(fig, stacked(drawn, "route"), labels)
        return stamp(fig, tier="synthetic", note=note)


def draw_planted_and_built(
    frame: pd.DataFrame, *, label: str, shared: str = "zone shares a unit", note: str = ""
) -> Figure:
    """What the build finds in each zone against what was planted there.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per zone: planted, built, and shared (bool: part of a unit of two zones).
    label : str
        The quantity, for the axes.
    shared : str
        Words for the zones marked.
    note : str
    """
    with house_style():
        fig, ax = plt.subplots(figsize=(5.6, 5.0))
        ends = (frame[["planted", "built"]].min().min(), frame[["planted", "built"]].max().max())
        ax.plot(ends, ends, color=PALETTE["ink"], linewidth=1, zorder=1)
        kinds = (
            (~frame["shared"], "main", "o", "zone of its own"),
            (frame["shared"], "contrast", "s", shared),
        )
        for chosen, colour, marker, words in kinds:
            part = frame[chosen.to_numpy()]
            ax.plot(
                part["planted"], part["built"], marker, color=PALETTE[colour], markersize=3,
                alpha=0.7, linestyle="none", label=words,
            )  # fmt: skip
        labels = {"planted": f"{label}, planted", "built": f"{label}, built", "shared": shared}
        ax.set(xlabel=labels["planted"], ylabel=labels["built"])
        ax.legend(fontsize=9)
        tidy = frame[list(labels)].rename_axis("cz").reset_index()
        attach(fig, tidy, labels)
        return stamp(fig, tier="synthetic", note=note)
