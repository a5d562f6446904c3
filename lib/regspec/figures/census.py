"""Figures of the census pipeline: tails of wages, throughput of the build."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import PALETTE, house_style, stamp

__all__ = ["draw_tails", "draw_throughput"]


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
