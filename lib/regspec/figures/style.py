"""How do figures of the book look alike, and how do they say what they rest on?

A drawing function draws inside :func:`house_style` with colours that stay apart for colour-blind
readers, gives the figure the numbers it draws (:func:`attach`, offered as CSV under the page), and
prints data tier, source and vintage below it (:func:`stamp`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "LINES",
    "LINES_DOTTED_THIRD",
    "PALETTE",
    "SEQUENTIAL",
    "TIERS",
    "attach",
    "attached",
    "house_style",
    "lines_by",
    "stacked",
    "stamp",
    "stamped",
    "zero_line",
]

#: Okabe-Ito colours by role: they stay apart for colour-blind readers and in grey print.
PALETTE = {
    "main": "#0072B2",
    "contrast": "#D55E00",
    "third": "#009E73",
    "fourth": "#CC79A7",
    "highlight": "#E69F00",
    "muted": "#8C8C8C",
    "ink": "#222222",
}

#: Colours of up to four series, and their line styles, so that grey print tells them apart, too.
COLOURS = tuple(PALETTE[k] for k in ("main", "contrast", "third", "fourth"))
LINES = tuple(zip(COLOURS, ("-", "--", "-.", ":"), strict=True))
#: The same with the dots third, and a fifth series.
LINES_DOTTED_THIRD = tuple(
    zip((*COLOURS, PALETTE["ink"]), ("-", "--", ":", "-.", "-"), strict=True)
)

#: Sequential colour map of maps and error plots (perceptually uniform, light to dark).
SEQUENTIAL = "cividis_r"

#: Data tiers and the words that name them on screen; ``model`` marks output without data.
TIERS = {
    "census": "census tier (IPUMS/NHGIS microdata)",
    "public": "public tier (official, no registration)",
    "synthetic": "SYNTHETIC tier (generated data, known truth)",
    "model": "model output (no data)",
}

_frames: WeakKeyDictionary[Figure, pd.DataFrame] = WeakKeyDictionary()
_stamps: WeakKeyDictionary[Figure, tuple[str, str]] = WeakKeyDictionary()

_RC = {
    "figure.figsize": (7.2, 4.4),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.09,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "lines.linewidth": 1.9,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Apply the house style inside a ``with`` block and leave global settings untouched."""
    rc = {**sns.axes_style("ticks", {"axes.grid": True}), **_RC}
    with mpl.rc_context(rc):
        mpl.rcParams["axes.prop_cycle"] = cycler(color=[*COLOURS, PALETTE["highlight"]])
        yield


def lines_by(ax: Axes, frame: pd.DataFrame, x: str, y: str, by: str = "economy") -> None:
    """Draw one line for each value of a column, at most four."""
    for (name, part), (colour, style) in zip(frame.groupby(by, sort=False), LINES, strict=False):
        ax.plot(part[x], part[y], color=colour, linestyle=style, label=name)


def zero_line(ax: Axes) -> None:
    """Draw a grey line at zero behind the data."""
    ax.axhline(0, color=PALETTE["muted"], linewidth=1, zorder=0)


def stacked(frames: Mapping[str, pd.DataFrame], name: str = "panel") -> pd.DataFrame:
    """Frames under each other, their keys in a first column; their indices are not kept."""
    return pd.concat({str(k): f for k, f in frames.items()}, names=[name]).reset_index(name)


def attach(fig: Figure, frame: pd.DataFrame, labels: Mapping[str, str] | None = None) -> Figure:
    """Give a figure the data that it shows, for readers to download.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    frame : pandas.DataFrame
        Tidy, one row per thing drawn, in the units drawn; the index is not kept.
    labels : mapping of str to str, optional
        What columns measure and in which unit, where their names do not say it.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.

    Raises
    ------
    ValueError
        If the frame has no rows, or a label is for a column that it does not have.
    """
    if frame.empty:
        raise ValueError("frame has no rows; attach what the figure shows")
    if unknown := set(labels or {}) - set(frame):
        raise ValueError(f"labels name {sorted(unknown)}; allowed: columns of frame, {[*frame]}")
    kept = frame.reset_index(drop=True)
    kept.attrs = dict((labels or {}).items())
    _frames[fig] = kept
    return fig


def attached(fig: Figure) -> pd.DataFrame:
    """Data given with :func:`attach`; ``attrs`` holds the labels of its columns.

    Raises
    ------
    ValueError
        If the figure has none.
    """
    if fig not in _frames:
        raise ValueError(
            "figure carries no data; call regspec.figures.style.attach(figure, frame) with a "
            "frame of the numbers that it shows"
        )
    return _frames[fig]


def stamp(fig: Figure, *, tier: str, note: str = "") -> Figure:
    """Print the data tier, and the source with its vintage, under the figure.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    tier : {"census", "public", "synthetic", "model"}
    note : str
        Source and vintage, e.g. ``"BEA SAINC7 (vintage 2022-09-30)"``.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.

    Raises
    ------
    ValueError
        If ``tier`` is not one of :data:`TIERS`.
    """
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r} is not known; use one of {', '.join(TIERS)}")
    text = TIERS[tier] + (f" · {note}" if note else "")
    fig.text(0.01, -0.01, text, ha="left", va="top", fontsize=8, color="#555555", wrap=True)
    _stamps[fig] = (tier, note)
    return fig


def stamped(fig: Figure) -> tuple[str, str]:
    """Tier and note that :func:`stamp` printed on a figure.

    Raises
    ------
    ValueError
        If the figure has no stamp.
    """
    if fig not in _stamps:
        raise ValueError("figure names no data tier; call regspec.figures.style.stamp on it")
    return _stamps[fig]
