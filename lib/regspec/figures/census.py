"""Figures of the census pipeline: tails of wages, throughput of the build.

Figures of the recovery study of the census route.
"""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import PALETTE, house_style, identify, leave_out, stamp

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
        colours = (PALETTE[k] for k in ("main", "contrast", "third", "fourth"))
        for (name, frame), colour in zip(histograms.items(), colours, strict=False):
            ordered = frame.sort_values("wage")
            above = 1 - (ordered["weight"].cumsum() - ordered["weight"]) / ordered["weight"].sum()
            seen = (ordered["wage"] < code) & (ordered["wage"] > code / 40)
            ax.plot(ordered["wage"][seen], above[seen], color=colour, label=name)
            tail = tails.loc[name]
            reach = np.geomspace(tail["threshold"], 4 * code, 50)
            fitted = (1 - tail["quantile"]) * (tail["threshold"] / reach) ** tail["alpha"]
            ax.plot(reach, fitted, color=colour, linestyle="--", linewidth=1.4,
                    label=f"_{name}, fitted tail")  # fmt: skip
        ax.axvline(code, color=PALETTE["muted"], linestyle=":", label="_top code")
        ax.annotate(
            "top code", (code, 0.5), rotation=90, ha="right", va="center", color=PALETTE["muted"]
        )
        ax.set(
            xscale="log",
            yscale="log",
            xlabel="wage and salary income, dollars a year",
            ylabel="share of earners with more",
            title="Beyond the code the tail is extrapolated (dashed)",
        )
        ax.legend(loc="lower left")
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
    measured, more = (table[table["kind"] == k] for k in ("measured", "extrapolated"))
    panels = (("cpu_seconds", "seconds of processor time"), ("peak_gib", "peak memory, GiB"))
    ticks = (1, 2, 5, 10, 20, 60)
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.8))
        looks = (
            (measured, "measured", "o-", PALETTE["main"]),
            (more, "extrapolated", "o", "white"),
        )
        for ax, (column, unit) in zip(axes, panels, strict=True):
            for part, kind, look, fill in looks:
                ax.plot(part["persons"] / 1e6, part[column], look, mfc=fill, color=PALETTE["main"],
                        label=f"_{kind}")  # fmt: skip
            ax.set(xscale="log", xlabel="million persons", ylabel=unit)
            ax.set_ylim(bottom=0)
            ax.set_xticks(ticks, [str(t) for t in ticks], minor=False)
            ax.set_xticks([], minor=True)
        axes[0].set_title("Measured (filled) and extrapolated (hollow)")
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
_LOOK = (("main", "o"), ("contrast", "s"), ("third", "D"), ("fourth", "^"))
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
        for k, ((route, words), (colour, marker)) in enumerate(
            zip(routes.items(), _LOOK, strict=False)
        ):
            if route not in summary.index.get_level_values("route"):
                raise KeyError(f"no route {route!r} in the summary")
            part = summary.loc[route].reindex(pd.MultiIndex.from_tuples(list(LABELS)))
            y = place + (k - (len(routes) - 1) / 2) * step
            look = {
                "color": PALETTE[colour],
                "marker": marker,
                "linestyle": "none",
                "markersize": 4,
            }
            axes[0].errorbar(
                part["bias"] / part["se"], y, xerr=_BAND * part["sd"] / part["se"],
                label=words, elinewidth=1, **look,
            )  # fmt: skip
            axes[1].plot(part["coverage"], y, label=f"_{words}", **look)
        seeds = int(summary["seeds"].max())
        half = _BAND * np.sqrt(0.95 * 0.05 / seeds)
        axes[1].axvspan(0.95 - half, min(0.95 + half, 1.0), color="#E3E3E3", zorder=0,
                        label="_expected if coverage is right")  # fmt: skip
        for ax, truth in zip(axes, (0.0, 0.95), strict=True):
            ax.axvline(truth, color=PALETTE["ink"], linewidth=1, zorder=1)
        axes[0].set_yticks(place, list(LABELS.values()), fontsize=9)
        axes[0].invert_yaxis()
        axes[0].set_xlabel("error of the estimate, in standard errors")
        axes[1].set_xlabel("coverage of 95% intervals")
        drawn = summary.loc[list(routes), "coverage"]
        axes[1].set_xlim(min(0.75, float(drawn.min()) - 0.05), 1.03)
        fig.legend(loc="outside upper center", ncols=len(routes), fontsize=9)
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
        (diagonal,) = ax.plot(ends, ends, color=PALETTE["ink"], linewidth=1, zorder=1)
        leave_out(diagonal)
        kinds = (
            (~frame["shared"], "main", "o", "zone of its own"),
            (frame["shared"], "contrast", "s", shared),
        )
        for chosen, colour, marker, words in kinds:
            part = frame[chosen.to_numpy()]
            (dots,) = ax.plot(
                part["planted"], part["built"], marker, color=PALETTE[colour], markersize=3,
                alpha=0.7, linestyle="none", label=words,
            )  # fmt: skip
            identify(dots, part.index)
        ax.set(xlabel=f"{label}, planted", ylabel=f"{label}, built")
        ax.legend(fontsize=9)
        return stamp(fig, tier="synthetic", note=note)
