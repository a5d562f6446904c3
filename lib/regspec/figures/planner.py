"""What would a planner do differently, with which taxes, and what is it worth?

Read :func:`draw_specialization_curves` first; then come taxes and welfare gains.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import (
    LINES,
    PALETTE,
    attach,
    house_style,
    lines_by,
    stacked,
    stamp,
    zero_line,
)

__all__ = [
    "draw_aversion",
    "draw_gains",
    "draw_rules",
    "draw_specialization_curves",
    "draw_tax_maps",
    "draw_tax_schedules",
]

_BONDS = "bonds over income"
_SHARE = "capital share of industry 1"
_GAIN = "% of permanent consumption"


def draw_specialization_curves(
    panels: dict[str, pd.DataFrame], *, crossing: float, neutral: float, note: str = ""
) -> Figure:
    """Capital share of an industry against its agglomeration elasticity (Figure 10).

    Parameters
    ----------
    panels : dict of str to pandas.DataFrame
        By title; results of :func:`regspec.studies.planning.specialization_curves`. Solutions
        that are not certified are drawn hollow.
    crossing : float
        Where planner and equilibrium cross.
    neutral : float
        Where they would without the price of collateral.
    note : str
    """
    labels = {
        "xi": "agglomeration of industry 1, ξ",
        "share": "mean capital share of industry 1",
        "converged": "whether the solution is certified",
        "crossing": "ξ at which planner and equilibrium cross",
        "neutral": "ξ at which they would without the price of collateral",
    }
    with house_style():
        fig, axes = plt.subplots(1, len(panels), figsize=(9.0, 4.2), sharey=True, squeeze=False)
        for ax, (title, frame) in zip(axes[0], panels.items(), strict=True):
            for (label, part), (colour, style) in zip(
                frame.groupby("variant", sort=False), LINES, strict=False
            ):
                ax.plot(part["xi"], part["share"], color=colour, linestyle=style, label=label)
                open_ = part[~part["converged"].astype(bool)]
                ax.plot(
                    open_["xi"], open_["share"], "o", color=colour, markerfacecolor="white",
                    linestyle="none",
                )  # fmt: skip
            ax.axvline(neutral, color=PALETTE["muted"], linewidth=1)
            if np.isfinite(crossing):
                ax.axvline(crossing, color=PALETTE["ink"], linewidth=1, linestyle=":")
            ax.set(xlabel=labels["xi"], title=title)
        axes[0, 0].set_ylabel(labels["share"])
        axes[0, -1].legend(fontsize=9)
        tidy = stacked(panels)[["panel", "variant", "xi", "share", "converged"]]
        attach(fig, tidy.assign(crossing=crossing, neutral=neutral), labels)
        return stamp(fig, tier="model", note=note)


def draw_tax_maps(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Both taxes over bonds and the capital share of industry 1, a column per shock.

    The line bounds the states in which the planner's choice is at the limit; they are hatched.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.studies.planning.tax_map`.
    note : str
    """
    rows = {"debt": "tax on debt, percent", "industry": "subsidy of industry 1, percent"}
    names = list(dict.fromkeys(frame["shock"]))
    with house_style():
        fig, axes = plt.subplots(
            len(rows), len(names), figsize=(9.0, 7.0), sharex=True, sharey=True, squeeze=False
        )
        for line, (column, label) in zip(axes, rows.items(), strict=True):
            # A few corner states would wash out all others: the scale ends where 98 percent do.
            reach = max(float(frame[column].abs().quantile(0.98)), 1e-6)
            for ax, name in zip(line, names, strict=True):
                part = frame[frame["shock"] == name]
                wide = part.pivot_table(index="bonds", columns="share", values=column)
                bound = part.assign(bound=part["bound"].astype(float)).pivot_table(
                    index="bonds", columns="share", values="bound"
                )
                mesh = ax.pcolormesh(
                    wide.columns, wide.index, wide, cmap="RdBu_r", vmin=-reach, vmax=reach,
                    shading="nearest", rasterized=True,
                )  # fmt: skip
                if 0 < bound.to_numpy().mean() < 1:
                    at = (bound.columns, bound.index, bound)
                    ax.contourf(*at, levels=[0.5, 1.5], hatches=["///"], colors="none")
                    ax.contour(*at, levels=[0.5], colors=PALETTE["ink"], linewidths=1.4)
                ax.grid(visible=False)
            fig.colorbar(mesh, ax=line, label=label, extend="both")
            line[0].set_ylabel(_BONDS)
        for ax, name in zip(axes[0], names, strict=True):
            ax.set_title(name)
        for ax in axes[-1]:
            ax.set_xlabel(_SHARE)
        labels = {"bonds": _BONDS, "share": _SHARE, **rows, "bound": "whether the limit binds"}
        attach(fig, frame[["shock", *labels]], labels)
        return stamp(fig, tier="model", note=f"hatched: the limit binds. {note}")


def draw_tax_schedules(
    frame: pd.DataFrame, *, visited: pd.DataFrame | None = None, note: str = ""
) -> Figure:
    """Taxes over bonds for economies of different specialization.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``economy``, ``bonds``, and in percent ``debt``, ``industry``.
    visited : pandas.DataFrame, optional
        Means along simulated paths, drawn as dots: ``at`` (bonds), ``debt``, ``industry``.
    note : str
    """
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.2))
        titles = {"debt": "tax on debt", "industry": "subsidy of industry 1"}
        dots = "mean of visited states"
        for ax, (column, title) in zip(axes, titles.items(), strict=True):
            lines_by(ax, frame, "bonds", column)
            if visited is not None:
                ax.plot(
                    visited["at"], visited[column], "o", color=PALETTE["ink"], markersize=4,
                    label=dots,
                )  # fmt: skip
            zero_line(ax)
            ax.set(xlabel=_BONDS, ylabel="percent", title=title)
        axes[1].legend(loc="center right", fontsize=9)
        points = [] if visited is None else [visited.rename(columns={"at": "bonds"})]
        tidy = pd.concat([frame, *(p.assign(economy=dots) for p in points)])
        labels = {"bonds": _BONDS} | {c: f"{t}, percent" for c, t in titles.items()}
        attach(fig, tidy[["economy", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_aversion(slices: pd.DataFrame, *, note: str = "") -> Figure:
    """Planner and market by risk aversion: specialization, subsidy, gain, over the capital share.

    Parameters
    ----------
    slices : pandas.DataFrame
        Slices of :func:`regspec.studies.gains.compare_aversion`.
    note : str
    """
    titles = {
        "moved": ("planner's next share less the market's", "share"),
        "industry": ("subsidy of industry 1", "percent"),
        "gain": ("gain", _GAIN),
    }
    with house_style():
        fig, axes = plt.subplots(1, len(titles), figsize=(10.5, 4.0))
        for ax, (column, (title, unit)) in zip(axes, titles.items(), strict=True):
            lines_by(ax, slices, "share", column)
            zero_line(ax)
            ax.set(xlabel=_SHARE, ylabel=unit, title=title)
        axes[1].legend(fontsize=9)
        labels = {"share": _SHARE} | {c: f"{t}, {unit}" for c, (t, unit) in titles.items()}
        attach(fig, slices[["economy", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_gains(over_bonds: pd.DataFrame, over_shares: pd.DataFrame, *, note: str = "") -> Figure:
    """Welfare gains over bonds and over specialization after an adverse shock (Figure 12).

    Parameters
    ----------
    over_bonds, over_shares : pandas.DataFrame
        Results of :func:`regspec.studies.gains.gain_along_bonds` and
        ``gain_along_shares``.
    note : str
    """
    labels = {
        "bonds": _BONDS,
        "share": "capital share of the shocked industry",
        "gain": f"gain, {_GAIN}",
    }
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.2), sharey=True)
        for ax, frame, x in zip(axes, (over_bonds, over_shares), ("bonds", "share"), strict=True):
            lines_by(ax, frame, x, "gain")
            zero_line(ax)
            ax.legend(fontsize=9)
            ax.set(xlabel=labels[x])
        axes[0].set(ylabel=labels["gain"])
        drawn = {labels["bonds"]: over_bonds, labels["share"]: over_shares}
        attach(fig, stacked(drawn)[["panel", "economy", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_rules(rules: pd.DataFrame, *, planner: float, note: str = "") -> Figure:
    """Mean gain of constant tax rates, with the planner's as a line.

    Parameters
    ----------
    rules : pandas.DataFrame
        Result of :func:`regspec.studies.gains.simple_rules`; certified ones are drawn.
    planner : float
        The planner's mean gain, percent.
    note : str
    """
    labels = {"rate": "rate, percent", "gain": f"mean gain, {_GAIN}"}
    certified = rules[rules["converged"].astype(bool)].sort_values("rate")
    certified = certified.assign(rate=100 * certified["rate"])
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.0), sharey=True)
        for ax, name in zip(axes, rules["rule"].unique(), strict=True):
            part = certified[certified["rule"] == name]
            ax.plot(part["rate"], part["gain"], "o-", color=PALETTE["main"], label="flat rate")
            ax.axhline(planner, color=PALETTE["contrast"], linestyle="--", label="planner")
            zero_line(ax)
            ax.set(xlabel=labels["rate"], title=name)
        axes[0].set_ylabel(labels["gain"])
        axes[0].legend()
        labels["planner"] = f"the planner's {labels['gain']}"
        attach(fig, certified.assign(planner=planner)[["rule", *labels]], labels)
        return stamp(fig, tier="model", note=note)
