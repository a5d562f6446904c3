"""What a figure shows, as data, where its artists alone do not say it.

:mod:`regspec.publish.figure_data` reads the numbers of a figure from its lines, points, bars and
bands. A drawing function names what the legend leaves unnamed with a label that starts with an
underscore (Matplotlib keeps such labels out of the legend), and says the rest with the functions
here: which region or year a point is (:func:`identify`), what is decoration (:func:`leave_out`),
and, where shapes and colours carry the numbers (maps, heat maps), the numbers themselves
(:func:`attach`).
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure

__all__ = ["attach", "attached", "identified", "identify", "leave_out", "left_out"]

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
