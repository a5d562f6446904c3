"""Figures of the tutorial: a region of the reader's own beside its model."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import PALETTE, house_style, stamp

__all__ = ["draw_limits", "draw_shares"]

_COLOURS = ("main", "contrast", "third")
_STYLES = ("-", "--", ":")


def draw_shares(data: pd.DataFrame, path: pd.DataFrame, *, tier: str, note: str = "") -> Figure:
    """Shares of capital in the file (lines) and in the model (marks), by industry.

    Parameters
    ----------
    data : pandas.DataFrame
        From :func:`regspec.own_economy.capital_shares`.
    path : pandas.DataFrame
        From :func:`regspec.own_economy.follow`.
    tier : str
        Of the data.
    note : str
    """
    with house_style():
        fig, ax = plt.subplots()
        for name, colour, style in zip(data.columns, _COLOURS, _STYLES, strict=False):
            tint = PALETTE[colour]
            ax.plot(data.index, 100 * data[name], color=tint, linestyle=style, label=str(name))
            ax.plot(path["year"], 100 * path[f"share: {name}"], "o", color=tint, markersize=6,
                    label=f"_{name}, model")  # fmt: skip
        ax.plot([], [], "o", color=PALETTE["muted"], label="model")
        ax.set(xlabel="year", ylabel="share of capital, percent", ylim=(0, None))
        fig.legend(loc="outside upper left", ncols=4, fontsize=9)
        return stamp(fig, tier=tier, note=note)


def draw_limits(paths: Mapping[str, pd.DataFrame], *, tier: str, note: str = "") -> Figure:
    """Bonds, the price of capital and consumption along the same shocks, by path of the limit.

    Parameters
    ----------
    paths : mapping of str to pandas.DataFrame
        By legend label, at most three, from :func:`regspec.own_economy.follow`.
    tier : str
    note : str
    """
    panels = {
        "bonds": ("bonds over income, percent", 100.0),
        "price": ("price of capital, output units", 1.0),
        "consumption": ("consumption, output units", 1.0),
    }
    with house_style():
        fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.6))
        for ax, (column, (label, scale)) in zip(axes, panels.items(), strict=True):
            for (name, path), colour, style in zip(paths.items(), _COLOURS, _STYLES, strict=False):
                ax.plot(
                    path["year"],
                    scale * path[column],
                    color=PALETTE[colour],
                    linestyle=style,
                    marker="o",
                    markersize=4,
                    label=name if column == "bonds" else f"_{name}",
                )
            ax.set(xlabel="year", ylabel=label)
        fig.legend(loc="outside upper left", ncols=3, fontsize=9)
        return stamp(fig, tier=tier, note=note)
