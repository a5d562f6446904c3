"""What a figure shows, as data, where its artists alone do not say it.

:mod:`regspec.show.figure_data` reads the numbers of a figure from its lines, points, bars and
bands. A drawing function names what the legend leaves unnamed with a label that starts with an
underscore (Matplotlib keeps such labels out of the legend), and says the rest with the functions
here: which region or year a point is (:func:`identify`), what is decoration (:func:`leave_out`),
and, where shapes and colours carry the numbers (maps, heat maps), the numbers themselves
(:func:`attach`).

House style: one look, a colour-blind safe palette, and the data tier on every figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.figure import Figure

__all__ = [
    "PALETTE",
    "SEQUENTIAL",
    "TIERS",
    "attach",
    "attached",
    "house_style",
    "identified",
    "identify",
    "leave_out",
    "left_out",
    "stamp",
    "stamped",
]

_frames: WeakKeyDictionary[Figure, pd.DataFrame] = WeakKeyDictionary()
_names: WeakKeyDictionary[Artist, tuple[str, ...]] = WeakKeyDictionary()
_decoration = "decoration"


def attach(fig: Figure, frame: pd.DataFrame) -> Figure:
    """Give a figure the data that it shows; they are used instead of what its artists say.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    frame : pandas.DataFrame
        Tidy, one row per thing drawn; the index is not kept.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure.

    Raises
    ------
    ValueError
        If the frame has no rows.
    """
    if frame.empty:
        raise ValueError("frame has no rows; attach what the figure shows")
    _frames[fig] = frame.reset_index(drop=True)
    return fig


def attached(fig: Figure) -> pd.DataFrame | None:
    """Return the data given with :func:`attach`, None where there are none."""
    return _frames.get(fig)


def identify(artist: Artist, names: Iterable[object]) -> None:
    """Say what each point of a line or scatter is, such as its region or year."""
    _names[artist] = tuple(str(n) for n in names)


def identified(artist: Artist) -> tuple[str, ...] | None:
    """Return the names given with :func:`identify`, None where there are none."""
    return _names.get(artist)


def leave_out(artist: Artist) -> None:
    """Mark an artist that shows no data of its own: a diagonal, a point drawn twice."""
    artist.set_gid(_decoration)


def left_out(artist: Artist) -> bool:
    """Whether an artist was marked with :func:`leave_out`."""
    return bool(artist.get_gid() == _decoration)


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

#: Sequential colour map of maps and error plots (perceptually uniform, light to dark).
SEQUENTIAL = "cividis_r"

#: Data tiers and the words that name them on screen; ``model`` marks output without data.
TIERS = {
    "census": "census tier (IPUMS/NHGIS microdata)",
    "public": "public tier (official, no registration)",
    "synthetic": "SYNTHETIC tier (generated data, known truth)",
    "model": "model output (no data)",
}

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
        mpl.rcParams["axes.prop_cycle"] = cycler(
            color=[PALETTE[k] for k in ("main", "contrast", "third", "fourth", "highlight")]
        )
        yield


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
