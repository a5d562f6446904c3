"""Which discount factors reach the debt of the data, and what moves the results?

Read :func:`draw_reach` first (calibration); :func:`draw_tornado` draws the robustness sweep.
"""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from regspec.figures.style import LINES_DOTTED_THIRD, PALETTE, attach, house_style, stamp

__all__ = ["draw_reach", "draw_tornado"]


def draw_reach(candidates: pd.DataFrame, target: float, *, note: str = "") -> Figure:
    """Mean bonds over income at each candidate discount factor of a period, and the target.

    Filled marks are certified solutions, hollow ones are not; lines only guide the eye.

    Parameters
    ----------
    candidates : pandas.DataFrame
        ``case`` (legend label, at most five), and the columns of
        :func:`regspec.calibrate.discount.evaluation_table`.
    target : float
    note : str
    """
    columns = ["case", "per period", "mean ratio", "converged"]
    rows = candidates[columns].assign(target=target)
    with house_style():
        fig, ax = plt.subplots()
        cases = rows.groupby("case", sort=False)
        for (label, tried), (tint, style) in zip(cases, LINES_DOTTED_THIRD, strict=False):
            x, y = (tried.sort_values("per period", kind="stable")[c] for c in columns[1:3])
            ax.plot(x, y, color=tint, linestyle=style, linewidth=1, label=label)
            for _, beta, ratio, converged, _ in tried.itertuples(index=False, name=None):
                face = tint if converged else "white"
                ax.plot(beta, ratio, "o", color=tint, markerfacecolor=face, markersize=5)
        ax.axhline(target, color=PALETTE["muted"], linewidth=1.2, zorder=0)
        ax.annotate("target", (0.01, target), xycoords=("axes fraction", "data"), fontsize=9,
                    xytext=(0, 3), textcoords="offset points", color="#555555")  # fmt: skip
        ax.set(xlabel="discount factor of a period", ylabel="mean bonds over income")
        fig.legend(loc="outside upper left", ncols=2, fontsize=9)
        rows.columns = ["series", "beta_period", "bonds_over_income", "certified", "target"]
        attach(fig, rows.sort_values(["series", "beta_period"]),
               {"beta_period": "discount factor of a period",
                "bonds_over_income": "mean bonds over income"})  # fmt: skip
        return stamp(fig, tier="model", note=note)


def draw_tornado(
    points: pd.DataFrame, base: Mapping[str, float], *, tier: str = "model", note: str = ""
) -> Figure:
    """How far each kind of choice moves some numbers, one panel a number.

    A bar spans the certified points of a group and the baseline; dots are single points, hollow
    where a certificate fails.

    Parameters
    ----------
    points : pandas.DataFrame
        ``panel``, ``group``, ``value``, ``certified``. Groups are drawn in the order of the width
        of their bars in the first panel.
    base : mapping of str to float
        Number of the baseline by panel; its order is that of the panels.
    tier : str
    note : str

    Raises
    ------
    ValueError
        If a panel has no base.
    """
    if unknown := set(points["panel"]) - set(base):
        raise ValueError(f"no base for the panels {sorted(unknown)}; given: {sorted(base)}")
    groups = _ordered(points, *next(iter(base.items())))
    rows = int(np.ceil(len(base) / 2))
    height = 1.2 + rows * (0.9 + 0.27 * len(groups))
    with house_style():
        fig, axes = plt.subplots(rows, 2, figsize=(9.0, height), sharey=True, squeeze=False)
        for ax, (panel, at) in zip(axes.flat, base.items(), strict=False):
            part = points[points["panel"] == panel]
            for row, group in enumerate(groups):
                _draw_group(ax, row, part[part["group"] == group], at)
            ax.axvline(at, color=PALETTE["ink"], linewidth=1)
            ax.set_title(panel, fontsize="medium")
            ax.use_sticky_edges = False  # no dot is cut by the axis
            ax.margins(0.05)
            ax.xaxis.set_major_locator(MaxNLocator(5))
        axes[0, 0].set_yticks(range(len(groups)), groups)
        axes[0, 0].invert_yaxis()
        for ax in list(axes.flat)[len(base) :]:
            ax.set_axis_off()
        marks = [
            Line2D([], [], color=PALETTE["ink"], linewidth=1, label="baseline"),
            Line2D([], [], color=PALETTE["main"], marker="o", linestyle="", label="certified"),
            Line2D(
                [], [], color=PALETTE["contrast"], marker="o", markerfacecolor="none",
                linestyle="", label="certificate fails",
            ),
        ]  # fmt: skip
        fig.legend(handles=marks, loc="outside upper left", ncols=3, fontsize=9)
        drawn = points[points["panel"].isin(list(base))]
        columns = ["panel", "group", "value", "certified"]
        attach(fig, drawn[columns].assign(baseline=drawn["panel"].map(base)))
        return stamp(fig, tier=tier, note=note)


def _ordered(points: pd.DataFrame, panel: str, at: float) -> list[str]:
    """Groups by the width of their bars in a panel, widest first."""
    width = {}
    for group, part in points.groupby("group", sort=False):
        values = part.loc[(part["panel"] == panel) & part["certified"], "value"].dropna()
        width[str(group)] = max([at, *values]) - min([at, *values])
    return sorted(width, key=lambda g: -width[g])


def _draw_group(ax: plt.Axes, row: int, part: pd.DataFrame, at: float) -> None:
    known = part.dropna(subset="value")
    good = known["certified"].astype(bool)
    values = known.loc[good, "value"]
    low, high = min([at, *values]), max([at, *values])
    ax.barh(row, high - low, left=low, height=0.55, color=PALETTE["main"], alpha=0.3)
    ax.plot(values, np.full(len(values), row), "o", color=PALETTE["main"], markersize=5)
    failing = known.loc[~good, "value"]
    ax.plot(
        failing, np.full(len(failing), row), "o", color=PALETTE["contrast"], markersize=5,
        markerfacecolor="none",
    )  # fmt: skip
