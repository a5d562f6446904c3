"""Figures of every zone's simulation: combinations of readings and frictions (Figures 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from regspec.experiments.bootstrap import Bands
from regspec.figures.data import attach
from regspec.figures.style import PALETTE, house_style, stamp

__all__ = ["draw_combinations", "draw_frictions"]

#: Economies in the order in which frictions are removed, with the words for them.
ECONOMIES = {
    "with limit": ("limit and adjustment costs", "main", "o"),
    "without limit": ("adjustment costs only", "contrast", "s"),
    "no adjustment costs": ("no adjustment costs", "third", "^"),
}
_UNIT = "slope of growth on the two-sector Gini, log points"


def draw_combinations(frame: pd.DataFrame, *, tier: str, note: str = "") -> Figure:
    """Slope of data and model under every combination of readings, with bands (Figure 5).

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.zones.combinations` for one source. Variants that are
        flagged are drawn hollow.
    tier : {"public", "synthetic", "census"}
    note : str
    """
    scales = list(dict.fromkeys(frame["scale"]))
    pairs = frame[["definition", "reading"]].drop_duplicates()
    names = pairs.agg(", ".join, axis=1).str.replace("_", " ")
    with house_style():
        fig, axes = plt.subplots(
            1, len(scales), figsize=(1.6 + 3.1 * len(scales), 1.4 + 0.42 * len(names)),
            sharey=True, squeeze=False,
        )  # fmt: skip
        rows = np.arange(len(names))
        for ax, scale in zip(axes[0], scales, strict=True):
            part = frame[frame["scale"] == scale]
            for label, (text, colour, marker), shift in _series():
                _points(ax, part, label, text, rows + shift, PALETTE[colour], marker)
            ax.axvline(0, color=PALETTE["muted"], linewidth=1)
            ax.set(title=scale, yticks=rows, yticklabels=list(names))
            ax.xaxis.set_major_locator(MaxNLocator(5))
        axes[0, 0].invert_yaxis()
        fig.supxlabel(_UNIT, fontsize="medium")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside upper left", ncols=2, fontsize=9)
        ends = [c for k in ("data", *ECONOMIES) for c in (k, f"{k} low", f"{k} high")]
        attach(fig, frame[["definition", "reading", "scale", *ends, "flag"]])
        return stamp(fig, tier=tier, note=note)


def _series() -> list[tuple[str, tuple[str, str, str], float]]:
    shown = {"data": ("data", "ink", "D"), **ECONOMIES}
    shifts = np.linspace(-0.27, 0.27, len(shown))
    return [(k, v, float(s)) for (k, v), s in zip(shown.items(), shifts, strict=True)]


def _points(
    ax: plt.Axes,
    part: pd.DataFrame,
    label: str,
    text: str,
    at: np.ndarray,
    colour: str,
    marker: str,
) -> None:
    """One series of a panel: bands, and markers that are hollow where the row has a flag."""
    value = part[label].to_numpy()
    ends = part[[f"{label} low", f"{label} high"]].to_numpy().T
    ax.errorbar(
        value, at, xerr=np.abs(ends - value), fmt="none", ecolor=colour, elinewidth=1.2, alpha=0.7
    )
    flagged = (part["flag"] != "").to_numpy() & (label != "data")
    fills = ((~flagged, colour, text), (flagged, "white", "_hollow"))
    for chosen, fill, legend in fills:
        ax.plot(
            value[chosen], at[chosen], marker, color=colour, markerfacecolor=fill, markersize=4.5,
            label=legend,
        )  # fmt: skip


def draw_frictions(panels: Mapping[str, Bands], *, tier: str, note: str = "") -> Figure:
    """Slope in the data and in the model with fewer and fewer frictions (Figure 6).

    Parameters
    ----------
    panels : mapping of str to Bands
        By title; results of :func:`regspec.experiments.bootstrap.frictions`.
    tier : {"public", "synthetic", "census"}
    note : str
    """
    order = {"data": ("data", "ink", ""), **ECONOMIES}
    rows = np.arange(len(order))
    with house_style():
        fig, axes = plt.subplots(
            1, len(panels), figsize=(1.6 + 3.1 * len(panels), 3.2), sharey=True, squeeze=False
        )
        for ax, (title, bands) in zip(axes[0], panels.items(), strict=True):
            part = bands.slopes.loc[list(order)]
            colours = [PALETTE[colour] for _, colour, _ in order.values()]
            ax.barh(rows, part["slope"], color=colours, height=0.6)
            spread = np.abs(part[["low", "high"]].to_numpy().T - part["slope"].to_numpy())
            ax.errorbar(
                part["slope"], rows, xerr=spread, fmt="none", ecolor=PALETTE["highlight"],
                elinewidth=2,
            )  # fmt: skip
            ax.axvline(0, color=PALETTE["muted"], linewidth=1)
            ax.set(title=title, yticks=rows, yticklabels=[text for text, *_ in order.values()])
            ax.title.set_fontsize(10)
            ax.xaxis.set_major_locator(MaxNLocator(4))
        axes[0, 0].invert_yaxis()
        fig.supxlabel(_UNIT, fontsize="medium")
        tidy = pd.concat(
            bands.slopes.loc[list(order), ["slope", "low", "high"]].assign(panel=title)
            for title, bands in panels.items()
        )
        attach(fig, tidy.rename_axis("economy").reset_index())
        return stamp(fig, tier=tier, note=note)
