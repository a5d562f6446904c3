"""Figures of the data chapter: years covered by each table, and breaks of the sector bridge."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.data import attach
from regspec.figures.style import PALETTE, house_style, stamp

__all__ = ["draw_breaks", "draw_coverage"]


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
        attach(fig, coverage[["table", "first", "last", "published"]])
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
        looks = (("main", "o"), ("contrast", "s"), ("third", "^"))
        for (splice, data), (colour, mark) in zip(
            breaks.groupby("splice", sort=False), looks, strict=False
        ):
            at = [sectors.index(s) for s in data["sector"]]
            ax.plot(data["gap"], at, mark, color=PALETTE[colour], label=str(splice))
        ax.axvline(0, color=PALETTE["ink"], lw=0.8)
        ax.set_yticks(range(len(sectors)), sectors, fontsize=9)
        ax.invert_yaxis()
        ax.set_xlabel("Change of the share of wages (percentage points)")
        ax.legend(fontsize=9)
        return stamp(fig, tier=tier, note=note)
