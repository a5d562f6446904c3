"""Figures of the planner's chapter: specialization, taxes, welfare gains."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import PALETTE, attach, house_style, stamp

__all__ = [
    "draw_aversion",
    "draw_gains",
    "draw_rules",
    "draw_specialization_curves",
    "draw_tax_maps",
    "draw_tax_schedules",
]

_LINES = (("main", "-"), ("contrast", "--"), ("third", "-."), ("fourth", ":"))


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
    with house_style():
        fig, axes = plt.subplots(1, len(panels), figsize=(9.0, 4.2), sharey=True, squeeze=False)
        for ax, (title, frame) in zip(axes[0], panels.items(), strict=True):
            for (label, part), (colour, style) in zip(
                frame.groupby("variant", sort=False), _LINES, strict=False
            ):
                ax.plot(
                    part["xi"], part["share"], color=PALETTE[colour], linestyle=style, label=label
                )
                open_ = part[~part["converged"].astype(bool)]
                ax.plot(
                    open_["xi"], open_["share"], "o", color=PALETTE[colour],
                    markerfacecolor="white", linestyle="none", label=f"_{label}: not certified",
                )  # fmt: skip
            ax.axvline(neutral, color=PALETTE["muted"], linewidth=1, label="_neutral")
            if np.isfinite(crossing):
                ax.axvline(crossing, color=PALETTE["ink"], linewidth=1, linestyle=":",
                           label="_crossing")  # fmt: skip
            ax.set(xlabel="agglomeration of industry 1, ξ", title=title)
        axes[0, 0].set_ylabel("mean capital share of industry 1")
        axes[0, -1].legend(fontsize=9)
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
            line[0].set_ylabel("bonds over income")
        for ax, name in zip(axes[0], names, strict=True):
            ax.set_title(name)
        for ax in axes[-1]:
            ax.set_xlabel("capital share of industry 1")
        attach(fig, frame[["shock", "bonds", "share", *rows, "bound"]])
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
        for ax, (column, title) in zip(axes, titles.items(), strict=True):
            for (label, part), (colour, style) in zip(
                frame.groupby("economy", sort=False), _LINES, strict=False
            ):
                ax.plot(
                    part["bonds"], part[column], color=PALETTE[colour], linestyle=style, label=label
                )
            if visited is not None:
                ax.plot(
                    visited["at"], visited[column], "o", color=PALETTE["ink"], markersize=4,
                    label="mean of visited states",
                )  # fmt: skip
            ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            ax.set(xlabel="bonds over income", ylabel="percent", title=title)
        axes[1].legend(loc="center right", fontsize=9)
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
        "gain": ("gain", "% of permanent consumption"),
    }
    with house_style():
        fig, axes = plt.subplots(1, len(titles), figsize=(10.5, 4.0))
        for ax, (column, (title, unit)) in zip(axes, titles.items(), strict=True):
            for (label, part), (colour, style) in zip(
                slices.groupby("economy", sort=False), _LINES, strict=False
            ):
                ax.plot(
                    part["share"], part[column], color=PALETTE[colour], linestyle=style, label=label
                )
            ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            ax.set(xlabel="capital share of industry 1", ylabel=unit, title=title)
        axes[1].legend(fontsize=9)
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
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.2), sharey=True)
        for ax, frame, x in zip(axes, (over_bonds, over_shares), ("bonds", "share"), strict=True):
            for (label, part), (colour, style) in zip(
                frame.groupby("economy", sort=False), _LINES, strict=False
            ):
                ax.plot(part[x], part["gain"], color=PALETTE[colour], linestyle=style, label=label)
            ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            ax.legend(fontsize=9)
        axes[0].set(xlabel="bonds over income", ylabel="gain, % of permanent consumption")
        axes[1].set(xlabel="capital share of the shocked industry")
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
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(9.0, 4.0), sharey=True)
        for ax, (name, part) in zip(axes, rules.groupby("rule", sort=False), strict=True):
            part = part[part["converged"].astype(bool)].sort_values("rate")
            ax.plot(
                100 * part["rate"], part["gain"], "o-", color=PALETTE["main"], label="flat rate"
            )
            ax.axhline(planner, color=PALETTE["contrast"], linestyle="--", label="planner")
            ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            ax.set(xlabel="rate, percent", title=name)
        axes[0].set_ylabel("mean gain, % of permanent consumption")
        axes[0].legend()
        return stamp(fig, tier="model", note=note)
