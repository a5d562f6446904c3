"""Where is a number high, and what do the public tables cover?

Read :func:`draw_zone_map` first: commuting zones in quantile bins, with state borders and named
places. The other two are the figures of the data chapter.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from regspec.figures.style import COLOURS, PALETTE, SEQUENTIAL, attach, house_style, stamp

__all__ = ["draw_breaks", "draw_coverage", "draw_zone_map", "quantile_bins"]

#: Colour of zones without a value.
ABSENT = "#F2F2F2"


def quantile_bins(values: pd.Series, bins: int) -> pd.Series:
    """Bin of each value, 0 the lowest, with equally many regions in each.

    Ties go to one bin, so fewer bins may result; missing values stay missing.

    Raises
    ------
    ValueError
        Fewer than two bins, or fewer values than bins.
    """
    known = int(values.notna().sum())
    if bins < 2 or known < bins:
        raise ValueError(f"bins is {bins} for {known} values; use 2 up to the number of values")
    return pd.qcut(values, bins, labels=False, duplicates="drop")


def draw_zone_map(
    zones: gpd.GeoDataFrame,
    states: gpd.GeoDataFrame,
    values: pd.Series,
    *,
    title: str,
    tier: str,
    note: str,
    highlight: Mapping[str, int] | None = None,
    names: pd.Series | None = None,
    bins: int = 5,
    form: str = "{:,.2f}",
) -> Figure:
    """Map one number per commuting zone, darker for more (Figures 14, 16 and 17).

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Columns cz, geometry (projected).
    states : geopandas.GeoDataFrame
        Borders drawn on top.
    values : pandas.Series
        Indexed by cz; zones without a value are grey.
    title, tier, note : str
    highlight : mapping of str to int, optional
        Label and cz of places to name.
    names : pandas.Series, optional
        Name of each zone, indexed by cz, for the data of the figure.
    bins : int
        Quantile bins.
    form : str
        Format of the numbers in the legend.
    """
    with house_style():
        fig, ax = plt.subplots(figsize=(5.8, 3.9))
        bin_of = quantile_bins(values, bins)
        number = int(bin_of.max()) + 1
        colours = [to_hex(c) for c in mpl.colormaps[SEQUENTIAL](np.linspace(0.05, 0.95, number))]
        fill = zones["cz"].map(bin_of).map(lambda b: ABSENT if pd.isna(b) else colours[int(b)])
        zones.plot(ax=ax, color=fill, edgecolor="white", linewidth=0.12)
        states.boundary.plot(ax=ax, color="#FFFFFF", linewidth=0.9)
        states.boundary.plot(ax=ax, color=PALETTE["ink"], linewidth=0.4)
        for label, cz in (highlight or {}).items():
            _name_zone(ax, zones, label, cz)
        ends = values.groupby(bin_of).agg(["min", "max"])
        patches = [
            Patch(color=colours[int(b)], label=f"{form.format(lo)} to {form.format(hi)}")
            for b, lo, hi in ends.itertuples()
        ]
        if zones["cz"].map(bin_of).isna().any():
            patches.append(Patch(color=ABSENT, label="no data"))
        # The corner below California is empty on every map of the contiguous states.
        ax.legend(
            handles=patches, loc="lower left", fontsize=8, labelspacing=0.3, borderaxespad=0.0
        )
        ax.set_title(title)
        ax.set_axis_off()
        shown = pd.DataFrame({"cz": zones["cz"]})
        if names is not None:
            shown["name"] = shown["cz"].map(names)
        shown[title] = shown["cz"].map(values)
        shown["bin"] = shown["cz"].map(bin_of + 1).astype("Int64")
        attach(fig, shown, {"cz": "commuting zone of 1990", "bin": "quantile bin, 1 the lowest"})
        return stamp(fig, tier=tier, note=note)


def _name_zone(ax: mpl.axes.Axes, zones: gpd.GeoDataFrame, label: str, cz: int) -> None:
    """Outline a zone and write its name beside it on a white ground."""
    here = zones[zones["cz"] == cz]
    here.boundary.plot(ax=ax, color=PALETTE["contrast"], linewidth=1.6)
    point = here.geometry.representative_point().iloc[0]
    ax.annotate(
        label,
        (point.x, point.y),
        xytext=(14, 22),
        textcoords="offset points",
        fontsize=10,
        color=PALETTE["ink"],
        arrowprops={"arrowstyle": "-", "color": PALETTE["ink"], "lw": 0.8},
        bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
    )


def draw_coverage(coverage: pd.DataFrame, *, tier: str, note: str) -> Figure:
    """Bar per table from its first to its last year, with the published share of its cells.

    Parameters
    ----------
    coverage : pandas.DataFrame
        Columns table, first, last, published (share), in drawing order from the top.
    tier, note : str
        Data tier, and sources with their vintage.
    """
    with house_style():
        fig, ax = plt.subplots(figsize=(5.8, 0.9 + 0.34 * len(coverage)))
        length = coverage["last"] - coverage["first"] + 1
        at = range(len(coverage))
        ax.barh(at, length, left=coverage["first"], color=PALETTE["main"], height=0.6)
        for k, last, published in zip(at, coverage["last"], coverage["published"], strict=True):
            ax.text(last + 2, k, f"{published:.0%}", va="center", fontsize=9)
        ax.set_yticks(range(len(coverage)), coverage["table"], fontsize=9)
        ax.invert_yaxis()
        ax.set_xlim(coverage["first"].min() - 2, coverage["last"].max() + 14)
        ax.set_xlabel("Year; at the end of each bar, the share of cells that is published")
        labels = {
            "first": "first year",
            "last": "last year",
            "published": "share of cells that is published",
        }
        attach(fig, coverage[["table", *labels]], labels)
        return stamp(fig, tier=tier, note=note)


def draw_breaks(breaks: pd.DataFrame, *, tier: str, note: str) -> Figure:
    """Change of each sector's share where two classifications meet, states on average.

    Parameters
    ----------
    breaks : pandas.DataFrame
        Columns sector (label), splice, gap (percentage points).
    tier, note : str
    """
    with house_style():
        sectors = list(dict.fromkeys(breaks["sector"]))
        fig, ax = plt.subplots(figsize=(5.8, 1.2 + 0.36 * len(sectors)))
        for (splice, data), colour, mark in zip(
            breaks.groupby("splice", sort=False), COLOURS, "os^", strict=False
        ):
            at = [sectors.index(s) for s in data["sector"]]
            ax.plot(data["gap"], at, mark, color=colour, label=str(splice))
        ax.axvline(0, color=PALETTE["ink"], lw=0.8)
        ax.set_yticks(range(len(sectors)), sectors, fontsize=9)
        ax.invert_yaxis()
        label = "Change of the share of wages (percentage points)"
        ax.set_xlabel(label)
        ax.legend(fontsize=9)
        attach(fig, breaks[["sector", "splice", "gap"]], {"gap": label})
        return stamp(fig, tier=tier, note=note)
