"""Figures of the solved model: decision rules, impulse responses and accuracy (Figures 7 to 9)."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from regspec.experiments.impulse import VARIABLES, Impulse
from regspec.figures.data import attach, leave_out
from regspec.figures.style import PALETTE, SEQUENTIAL, house_style, stamp

__all__ = [
    "draw_bond_policies",
    "draw_capital_policies",
    "draw_equilibria",
    "draw_errors",
    "draw_impulse",
    "draw_price_and_multiplier",
    "draw_price_over_shares",
]

_PAIR = (9.0, 4.2)  # two panels beside each other
_STYLES = (("main", "-"), ("contrast", "--"), ("third", "-."), ("fourth", ":"))


def _lines(ax: Axes, frame: pd.DataFrame, x: str, y: str) -> None:
    """One line an economy; states outside the solver's grid are left out."""
    shown = frame[frame["inside"]]
    for (name, part), (colour, style) in zip(
        shown.groupby("economy", sort=False), _STYLES, strict=False
    ):
        ax.plot(part[x], part[y], color=PALETTE[colour], linestyle=style, label=name)


def _stacked(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Frames under each other, their titles in the column panel."""
    return pd.concat(frame.assign(panel=title) for title, frame in frames.items())


def _diagonal(ax: Axes) -> None:
    """The 45-degree line over the range of the horizontal axis, vertical range untouched."""
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    (line,) = ax.plot([left, right], [left, right], color=PALETTE["muted"], linewidth=1, zorder=0)
    leave_out(line)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def draw_bond_policies(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Bonds chosen over current bonds, after an adverse shock (Figure 8a), one panel a solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.experiments.policies.along_bonds`.
    note : str
        Calibration, printed under the figure.
    """
    with house_style():
        fig, axes = plt.subplots(1, len(frames), figsize=_PAIR, sharey=True, squeeze=False)
        for ax, (title, frame) in zip(axes[0], frames.items(), strict=True):
            _lines(ax, frame, "bonds", "bonds_next")
            shown = frame[frame["inside"] & frame["bound"]]
            for (name, part), (colour, _) in zip(
                shown.groupby("economy", sort=False), _STYLES, strict=False
            ):
                edge = part.sort_values("bonds").iloc[-1]
                ax.plot(edge["bonds"], edge["bonds_next"], "o", color=PALETTE[colour],
                        label=f"_{name}: the limit binds to its left")  # fmt: skip
            ax.set(xlabel="bonds today, b", title=title)
        for ax in axes[0]:  # now that the common range holds every line
            _diagonal(ax)
        axes[0, 0].set_ylabel("bonds tomorrow, b'")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        title = "economy (dot: the limit binds to its left)"
        fig.legend(handles, labels, loc="outside upper left", ncols=2, title=title)
        return stamp(fig, tier="model", note=note)


def draw_capital_policies(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Capital share chosen over the current share, and the change in points (Figure 8b).

    The rules lie close to the 45-degree line, so the change is drawn beside the levels; one row a
    solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.experiments.policies.along_shares`.
    note : str
    """
    changes = {
        title: frame.assign(change=100 * (frame["share_next"] - frame["share"]))
        for title, frame in frames.items()
    }
    with house_style():
        fig, axes = _rows(
            changes, {"share_next": "share tomorrow", "change": "change, percentage points"}
        )
        for level, change in axes:
            _diagonal(level)
            change.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            change.legend(title="bonds today")
        return stamp(fig, tier="model", note=note)


def draw_price_over_shares(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Price of capital and multiplier on the limit over specialisation (Figure 9), by solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.experiments.policies.along_shares`.
    note : str
    """
    columns = {"price": "price of capital q", "multiplier": "multiplier η / marginal utility"}
    with house_style():
        fig, axes = _rows(frames, columns)
        for price, _ in axes:
            price.legend(title="bonds today")
        return stamp(fig, tier="model", note=note)


def _rows(
    frames: Mapping[str, pd.DataFrame], columns: Mapping[str, str]
) -> tuple[Figure, NDArray[np.object_]]:
    """Panels over the share of the shocked industry: a row a frame, a column a variable."""
    height = 0.5 + 3.1 * len(frames)
    fig, axes = plt.subplots(
        len(frames), len(columns), figsize=(9.0, height), sharex=True, sharey="col", squeeze=False
    )
    for row, (title, frame) in zip(axes, frames.items(), strict=True):
        for ax, (column, label) in zip(row, columns.items(), strict=True):
            _lines(ax, frame, "share", column)
            ax.set(ylabel=label, title=title)
    for ax in axes[-1]:
        ax.set_xlabel("capital share of the shocked industry")
    return fig, axes


def draw_price_and_multiplier(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Price of capital and multiplier on the limit over bonds, one line an economy.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.policies.along_bonds`.
    note : str
    """
    with house_style():
        fig, axes = plt.subplots(2, 1, figsize=(5.8, 6.4), sharex=True)
        for ax, column, label in (
            (axes[0], "price", "price of capital q"),
            (axes[1], "multiplier", "multiplier η / marginal utility"),
        ):
            _lines(ax, frame, "bonds", column)
            ax.set_ylabel(label)
        axes[0].legend()
        axes[1].set_xlabel("bonds today, b")
        return stamp(fig, tier="model", note=note)


def draw_impulse(
    impulses: dict[str, Impulse],
    *,
    variables: tuple[str, ...] = ("bonds", "share", "consumption", "price"),
    note: str = "",
) -> Figure:
    """Generalised responses of several economies (Figure 7), with two standard errors.

    Parameters
    ----------
    impulses : dict of str to Impulse
        By label, at most four.
    variables : tuple of str
        Keys of :data:`regspec.experiments.impulse.VARIABLES`.
    note : str

    Raises
    ------
    KeyError
        For a variable that a response does not have.
    """
    if unknown := [v for v in variables if v not in VARIABLES]:
        raise KeyError(f"variables {unknown} are not known; use some of {', '.join(VARIABLES)}")
    years = {i.period_years for i in impulses.values()}
    unit = f"periods of {years.pop()} years" if len(years) == 1 else "periods"
    with house_style():
        rows = (len(variables) + 1) // 2
        fig, axes = plt.subplots(rows, 2, figsize=(9.0, 3.2 * rows), squeeze=False, sharex=True)
        for ax, variable in zip(axes.flat, variables, strict=False):
            for (label, impulse), (colour, style) in zip(impulses.items(), _STYLES, strict=False):
                part = impulse.frame[impulse.frame["variable"] == variable]
                h, mean, error = (part[c].to_numpy() for c in ("horizon", "response", "error"))
                ax.plot(h, mean, color=PALETTE[colour], linestyle=style, label=label)
                ax.fill_between(
                    h, mean - 2 * error, mean + 2 * error, color=PALETTE[colour], alpha=0.2
                )
            ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
            ax.set_title(VARIABLES[variable], fontsize=10)
        for ax in axes[-1]:
            ax.set_xlabel(unit)
        axes[0, 0].legend()
        return stamp(fig, tier="model", note=note)


def draw_errors(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Euler errors of off-grid samples over bonds and capital, one panel a solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.experiments.accuracy.error_sample`.
    note : str
    """
    lowest = max(-8.0, min(frame["error"].min() for frame in frames.values()))
    highest = max(frame["error"].max() for frame in frames.values())
    with house_style():
        fig, axes = plt.subplots(1, len(frames), figsize=_PAIR, sharey=True, squeeze=False)
        for ax, (title, frame) in zip(axes[0], frames.items(), strict=True):
            for bound, marker in ((False, "o"), (True, "^")):
                part = frame[frame["bound"] == bound]
                points = ax.scatter(
                    part["bonds"], part["share"], c=part["error"].clip(lower=-8.0), marker=marker,
                    s=14, label="bound" if bound else "slack", cmap=SEQUENTIAL, vmin=lowest,
                    vmax=highest, linewidths=0,
                )  # fmt: skip
            ax.set(xlabel="bonds b", title=title)
        axes[0, 0].set_ylabel("capital share of industry 1")
        fig.colorbar(points, ax=axes[0].tolist(), label="log10 Euler error (consumption units)")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside upper left", ncols=2, title="limit today")
        attach(fig, _stacked(frames)[["panel", "bonds", "share", "bound", "error"]])
        return stamp(fig, tier="model", note=note)


def draw_equilibria(frames: dict[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Local uniqueness margin over bonds and capital, states with several equilibria marked.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        By label, results of :func:`regspec.experiments.accuracy.equilibria_over_grid`.
    note : str
    """
    with house_style():
        fig, axes = plt.subplots(1, len(frames), figsize=(9.0, 4.2), sharey=True, squeeze=False)
        for ax, (label, frame) in zip(axes[0], frames.items(), strict=True):
            bound = frame[frame["margin"].notna()]
            points = ax.scatter(
                bound["bonds"], bound["share"], c=bound["margin"].clip(0, 1), s=12, marker="s",
                cmap=SEQUENTIAL, vmin=0, vmax=1, linewidths=0,
            )  # fmt: skip
            several = frame[frame["count"] > 1]
            ax.plot(
                several["bonds"], several["share"], "x", color=PALETTE["contrast"], markersize=4,
                label="several equilibria",
            )  # fmt: skip
            ax.set(xlabel="bonds b", title=label, xlim=(frame["bonds"].min(), 0.05))
        axes[0, 0].set_ylabel("capital share of industry 1")
        fig.colorbar(points, ax=axes[0].tolist(), label="margin 1 + Rθ dq/db' (bound states)")
        handles, names = axes[0, -1].get_legend_handles_labels()
        fig.legend(handles, names, loc="outside upper left")
        drawn = {k: f[f["margin"].notna() | (f["count"] > 1)] for k, f in frames.items()}
        attach(fig, _stacked(drawn)[["panel", "bonds", "share", "margin", "count"]])
        return stamp(fig, tier="model", note=note)
