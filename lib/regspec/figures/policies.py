"""How does a region in the solved model choose, respond to a shock, and how exactly is it solved?

Read :func:`draw_bond_policies` first; then come impulse responses and accuracy (Figures 7 to 9), a
region of the reader's own beside its model, and the still picture of an explorer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from regspec.figures.style import (
    LINES,
    LINES_DOTTED_THIRD,
    PALETTE,
    SEQUENTIAL,
    attach,
    house_style,
    lines_by,
    stacked,
    stamp,
    zero_line,
)
from regspec.studies.responses import VARIABLES, Impulse

if TYPE_CHECKING:
    from regspec.studies.explorer import Setting

__all__ = [
    "draw_bond_policies",
    "draw_capital_policies",
    "draw_equilibria",
    "draw_errors",
    "draw_impulse",
    "draw_limits",
    "draw_price_and_multiplier",
    "draw_price_over_shares",
    "draw_setting",
    "draw_shares",
]

_PAIR = (9.0, 4.2)  # two panels beside each other
_BONDS = "bonds today, b"
_SHARE = "capital share of the shocked industry"
_STATE = {"bonds": "bonds b", "share": "capital share of industry 1"}
_PRICE = {"price": "price of capital q", "multiplier": "multiplier η / marginal utility"}


def _inside(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The states of each frame that lie inside the solver's grid."""
    return {title: frame[frame["inside"]] for title, frame in frames.items()}


def _diagonal(ax: Axes) -> None:
    """The 45-degree line over the range of the horizontal axis, vertical range untouched."""
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    ax.plot([left, right], [left, right], color=PALETTE["muted"], linewidth=1, zorder=0)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def draw_bond_policies(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Bonds chosen over current bonds, after an adverse shock (Figure 8a), one panel a solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.studies.responses.along_bonds`.
    note : str
        Calibration, printed under the figure.
    """
    frames = _inside(frames)
    labels = {
        "bonds": _BONDS,
        "bonds_next": "bonds tomorrow, b'",
        "bound": "whether the limit binds",
    }
    with house_style():
        fig, axes = plt.subplots(1, len(frames), figsize=_PAIR, sharey=True, squeeze=False)
        for ax, (title, frame) in zip(axes[0], frames.items(), strict=True):
            lines_by(ax, frame, "bonds", "bonds_next")
            bound = frame[frame["bound"]].groupby("economy", sort=False)
            for (_, part), (colour, _) in zip(bound, LINES, strict=False):
                edge = part.sort_values("bonds").iloc[-1]
                ax.plot(edge["bonds"], edge["bonds_next"], "o", color=colour)
            ax.set(xlabel=_BONDS, title=title)
        for ax in axes[0]:  # now that the common range holds every line
            _diagonal(ax)
        axes[0, 0].set_ylabel(labels["bonds_next"])
        handles, names = axes[0, 0].get_legend_handles_labels()
        title = "economy (dot: the limit binds to its left)"
        fig.legend(handles, names, loc="outside upper left", ncols=2, title=title)
        attach(fig, stacked(frames)[["panel", "economy", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_capital_policies(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Capital share chosen over the current share, and the change in points (Figure 8b).

    The rules lie close to the 45-degree line, so the change is drawn beside the levels; one row a
    solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.studies.responses.along_shares`.
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
            zero_line(change)
            change.legend(title="bonds today")
        return stamp(fig, tier="model", note=note)


def draw_price_over_shares(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Price of capital and multiplier on the limit over specialisation (Figure 9), by solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.studies.responses.along_shares`.
    note : str
    """
    with house_style():
        fig, axes = _rows(frames, _PRICE)
        for price, _ in axes:
            price.legend(title="bonds today")
        return stamp(fig, tier="model", note=note)


def _rows(
    frames: Mapping[str, pd.DataFrame], columns: Mapping[str, str]
) -> tuple[Figure, NDArray[np.object_]]:
    """Panels over the share of the shocked industry: a row a frame, a column a variable."""
    frames = _inside(frames)
    height = 0.5 + 3.1 * len(frames)
    fig, axes = plt.subplots(
        len(frames), len(columns), figsize=(9.0, height), sharex=True, sharey="col", squeeze=False
    )
    for row, (title, frame) in zip(axes, frames.items(), strict=True):
        for ax, (column, label) in zip(row, columns.items(), strict=True):
            lines_by(ax, frame, "share", column)
            ax.set(ylabel=label, title=title)
    for ax in axes[-1]:
        ax.set_xlabel(_SHARE)
    labels = {"share": _SHARE, **columns}
    attach(fig, stacked(frames)[["panel", "economy", *labels]], labels)
    return fig, axes


def draw_price_and_multiplier(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Price of capital and multiplier on the limit over bonds, one line an economy.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.studies.responses.along_bonds`.
    note : str
    """
    shown, labels = frame[frame["inside"]], {"bonds": _BONDS, **_PRICE}
    with house_style():
        fig, axes = plt.subplots(2, 1, figsize=(5.8, 6.4), sharex=True)
        for ax, (column, label) in zip(axes, _PRICE.items(), strict=True):
            lines_by(ax, shown, "bonds", column)
            ax.set_ylabel(label)
        axes[0].legend()
        axes[1].set_xlabel(_BONDS)
        attach(fig, shown[["economy", *labels]], labels)
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
        Keys of :data:`regspec.studies.responses.VARIABLES`.
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
    drawn = stacked({label: i.frame for label, i in impulses.items()}, "economy")
    drawn = drawn[drawn["variable"].isin(variables)]
    half = 2 * drawn["error"]
    drawn = drawn.assign(lower=drawn["response"] - half, upper=drawn["response"] + half)
    with house_style():
        rows = (len(variables) + 1) // 2
        fig, axes = plt.subplots(rows, 2, figsize=(9.0, 3.2 * rows), squeeze=False, sharex=True)
        for ax, variable in zip(axes.flat, variables, strict=False):
            panel = drawn[drawn["variable"] == variable]
            for (label, part), (colour, style) in zip(
                panel.groupby("economy", sort=False), LINES, strict=False
            ):
                h = part["horizon"]
                ax.plot(h, part["response"], color=colour, linestyle=style, label=label)
                ax.fill_between(h, part["lower"], part["upper"], color=colour, alpha=0.2)
            zero_line(ax)
            ax.set_title(VARIABLES[variable], fontsize=10)
        for ax in axes[-1]:
            ax.set_xlabel(unit)
        axes[0, 0].legend()
        labels = {"horizon": unit, "lower": "response less two simulation standard errors",
                  "upper": "response plus two of them"}  # fmt: skip
        drawn = drawn.assign(variable=drawn["variable"].map(VARIABLES))
        attach(fig, drawn[["variable", "economy", "response", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_errors(frames: Mapping[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Euler errors of off-grid samples over bonds and capital, one panel a solution.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By title, results of :func:`regspec.studies.accuracy.error_sample`.
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
            ax.set(xlabel=_STATE["bonds"], title=title)
        error = "log10 Euler error (consumption units)"
        labels = {**_STATE, "bound": "whether the limit binds today", "error": error}
        axes[0, 0].set_ylabel(_STATE["share"])
        fig.colorbar(points, ax=axes[0].tolist(), label=error)
        handles, names = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, names, loc="outside upper left", ncols=2, title="limit today")
        attach(fig, stacked(frames)[["panel", *labels]], labels)
        return stamp(fig, tier="model", note=note)


def draw_equilibria(frames: dict[str, pd.DataFrame], *, note: str = "") -> Figure:
    """Local uniqueness margin over bonds and capital, states with several equilibria marked.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        By label, results of :func:`regspec.studies.accuracy.equilibria_over_grid`.
    note : str
    """
    with house_style():
        fig, axes = plt.subplots(1, len(frames), figsize=_PAIR, sharey=True, squeeze=False)
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
            ax.set(xlabel=_STATE["bonds"], title=label, xlim=(frame["bonds"].min(), 0.05))
        margin = "margin 1 + Rθ dq/db' (bound states)"
        labels = {**_STATE, "margin": margin, "count": "equilibria of the state"}
        axes[0, 0].set_ylabel(_STATE["share"])
        fig.colorbar(points, ax=axes[0].tolist(), label=margin)
        handles, names = axes[0, -1].get_legend_handles_labels()
        fig.legend(handles, names, loc="outside upper left")
        drawn = {k: f[f["margin"].notna() | (f["count"] > 1)] for k, f in frames.items()}
        attach(fig, stacked(drawn)[["panel", *labels]], labels)
        return stamp(fig, tier="model", note=note)


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
    drawn = {}
    with house_style():
        fig, ax = plt.subplots()
        for name, (tint, style) in zip(data.columns, LINES_DOTTED_THIRD[:3], strict=False):
            seen, model = 100 * data[name], 100 * path[f"share: {name}"]
            ax.plot(data.index, seen, color=tint, linestyle=style, label=str(name))
            ax.plot(path["year"], model, "o", color=tint, markersize=6)
            drawn[f"{name}, data"] = pd.DataFrame({"year": data.index, "share": seen})
            drawn[f"{name}, model"] = pd.DataFrame({"year": path["year"], "share": model})
        ax.plot([], [], "o", color=PALETTE["muted"], label="model")
        label = "share of capital, percent"
        ax.set(xlabel="year", ylabel=label, ylim=(0, None))
        fig.legend(loc="outside upper left", ncols=4, fontsize=9)
        attach(fig, stacked(drawn, "series"), {"share": label})
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
    labels = {
        "bonds": "bonds over income, percent",
        "price": "price of capital, output units",
        "consumption": "consumption, output units",
    }
    drawn = {name: path.assign(bonds=100 * path["bonds"]) for name, path in paths.items()}
    with house_style():
        fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.6))
        for ax, (column, label) in zip(axes, labels.items(), strict=True):
            for (name, path), (colour, style) in zip(
                drawn.items(), LINES_DOTTED_THIRD[:3], strict=False
            ):
                ax.plot(
                    path["year"], path[column], color=colour, linestyle=style, marker="o",
                    markersize=4, label=name if column == "bonds" else None,
                )  # fmt: skip
            ax.set(xlabel="year", ylabel=label)
        fig.legend(loc="outside upper left", ncols=3, fontsize=9)
        attach(fig, stacked(drawn, "limit")[["limit", "year", *labels]], labels)
        return stamp(fig, tier=tier, note=note)


class _Panel(Protocol):
    """What is drawn of a panel (`regspec.show.explorers.Panel`)."""

    title: str
    x: tuple[float, ...]
    x_label: str
    y_label: str
    series: tuple[str, ...] | None


def draw_setting(
    panels: Sequence[_Panel], series: Sequence[str], setting: Setting, *, note: str
) -> Figure:
    """Draw the panels of an explorer side by side, two in a row.

    Parameters
    ----------
    panels : sequence of Panel
    series : sequence of str
        Names of the lines of panels without their own.
    setting : Setting
    note : str
    """
    rows, columns = (len(panels) + 1) // 2, min(2, len(panels))
    drawn = []
    with house_style():
        fig, axes = plt.subplots(
            rows, columns, figsize=(3.9 * columns + 0.4, 2.7 * rows + 0.2), squeeze=False
        )
        for p, (panel, lines) in enumerate(zip(panels, setting.lines, strict=True)):
            ax = axes.flat[p]
            for y, name, (colour, style) in zip(
                lines, panel.series or series, LINES_DOTTED_THIRD[:4], strict=False
            ):
                ax.plot(panel.x, y, color=colour, linestyle=style, label=name)
                line = {"panel": panel.title, "series": name, "x": panel.x, "y": y}
                drawn.append(pd.DataFrame(line))
            for at, name in ((at, name) for where, at, name in setting.marks if where == p):
                ax.axvline(at, color=PALETTE["muted"], linestyle=":")
                mark = {"panel": panel.title, "series": name, "x": at}
                drawn.append(pd.DataFrame([mark]))
                ax.annotate(name, (at, 0.02), xycoords=("data", "axes fraction"), fontsize=8)
            ax.axhline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
            ax.margins(y=0.12)
            ax.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
            if panel.series or p == 0:
                ax.legend(fontsize=8)
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)
        labels = {
            "x": "; ".join(f"{p.title}: {p.x_label}" for p in panels),
            "y": "; ".join(f"{p.title}: {p.y_label}" for p in panels),
        }
        attach(fig, pd.concat(drawn), labels)
        return stamp(fig, tier="model", note=note)
