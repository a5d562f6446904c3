"""Figures of the solved model: decision rules, impulse responses and accuracy (Figures 7 to 9)."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regspec.experiments.impulse import VARIABLES, Impulse
from regspec.figures.data import attach, leave_out
from regspec.figures.style import PALETTE, SEQUENTIAL, house_style, stamp

__all__ = [
    "draw_bond_policies",
    "draw_capital_policies",
    "draw_equilibria",
    "draw_errors",
    "draw_impulse",
    "draw_multiplier",
    "draw_price",
    "draw_price_and_multiplier",
]

_STYLES = (("main", "-"), ("contrast", "--"), ("third", "-."), ("fourth", ":"))


def _lines(ax: Axes, frame: pd.DataFrame, x: str, y: str) -> None:
    """One line an economy; states outside the solver's grid are left out."""
    shown = frame[frame["inside"]]
    for (name, part), (colour, style) in zip(
        shown.groupby("economy", sort=False), _STYLES, strict=False
    ):
        ax.plot(part[x], part[y], color=PALETTE[colour], linestyle=style, label=name)


def _diagonal(ax: Axes) -> None:
    """The 45-degree line over the range of the horizontal axis, vertical range untouched."""
    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    (line,) = ax.plot([left, right], [left, right], color=PALETTE["muted"], linewidth=1, zorder=0)
    leave_out(line)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def draw_bond_policies(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Bonds chosen over current bonds, after an adverse shock (Figure 8a).

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.policies.along_bonds`.
    note : str
        Calibration, printed under the figure.
    """
    with house_style():
        fig, ax = plt.subplots()
        _lines(ax, frame, "bonds", "bonds_next")
        _diagonal(ax)
        shown = frame[frame["inside"] & frame["bound"]]
        for (name, part), (colour, _) in zip(
            shown.groupby("economy", sort=False), _STYLES, strict=False
        ):
            edge = part.sort_values("bonds").iloc[-1]
            ax.plot(edge["bonds"], edge["bonds_next"], "o", color=PALETTE[colour],
                    label=f"_{name}: the limit binds to its left")  # fmt: skip
        ax.set(xlabel="bonds today, b", ylabel="bonds tomorrow, b'")
        ax.legend(title="economy (dot: the limit binds to its left)")
        return stamp(fig, tier="model", note=note)


def draw_capital_policies(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Capital share chosen over the current share, as a change in points (Figure 8b).

    The rules lie close to the 45-degree line, so the change is drawn below the levels.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.policies.along_shares`.
    note : str
    """
    with house_style():
        fig, (ax, change) = plt.subplots(1, 2, figsize=(9.0, 4.2))
        _lines(ax, frame, "share", "share_next")
        _diagonal(ax)
        ax.set(xlabel="share of shocked industry today", ylabel="share tomorrow")
        gap = frame.assign(change=100 * (frame["share_next"] - frame["share"]))
        _lines(change, gap, "share", "change")
        change.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)
        change.set(xlabel="share of shocked industry today", ylabel="change, percentage points")
        ax.legend()
        return stamp(fig, tier="model", note=note)


def _over_share(frame: pd.DataFrame, y: str, label: str, note: str) -> Figure:
    with house_style():
        fig, ax = plt.subplots()
        _lines(ax, frame, "share", y)
        ax.set(xlabel="capital share of the shocked industry", ylabel=label)
        ax.legend(title="bonds today")
        return stamp(fig, tier="model", note=note)


def draw_multiplier(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Multiplier on the collateral limit over specialisation (Figure 9).

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.policies.along_shares`.
    note : str
    """
    return _over_share(frame, "multiplier", "multiplier η / marginal utility", note)


def draw_price(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Price of capital over specialisation after an adverse shock; as :func:`draw_multiplier`."""
    return _over_share(frame, "price", "price of capital q", note)


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


def draw_errors(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Euler errors of an off-grid sample over bonds and capital.

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.experiments.accuracy.error_sample`.
    note : str
    """
    with house_style():
        fig, ax = plt.subplots()
        colours = frame["error"].clip(lower=-8.0)
        for bound, marker in ((False, "o"), (True, "^")):
            part = frame[frame["bound"] == bound]
            points = ax.scatter(
                part["bonds"], part["share"], c=colours[part.index], marker=marker, s=14,
                label="bound" if bound else "slack", cmap=SEQUENTIAL, vmin=colours.min(),
                vmax=colours.max(), linewidths=0,
            )  # fmt: skip
        fig.colorbar(points, ax=ax, label="log10 Euler error (consumption units)")
        ax.set(xlabel="bonds b", ylabel="capital share of industry 1")
        fig.legend(loc="outside upper left", ncols=2, title="limit today")
        attach(fig, frame[["bonds", "share", "bound", "error"]])
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
        columns = ["panel", "bonds", "share", "margin", "count"]
        attach(fig, pd.concat(f.assign(panel=k) for k, f in drawn.items())[columns])
        return stamp(fig, tier="model", note=note)
