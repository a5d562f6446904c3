"""The data of each figure, as CSV that a reader can download.

Read from the artists of the figure (lines, points, error bars, bands, bars, reference lines), or
taken as the drawing function gave them (:mod:`regspec.figures.style`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator

from regspec.figures.style import TIERS, attached, identified, left_out, stamped

__all__ = ["COLUMNS", "as_csv", "read_axes"]

#: Columns of data read from axes; those without any entry are left out.
COLUMNS = ("panel", "series", "kind", "name", "category", "x", "x_low", "x_high", "y", "y_low",
           "y_high")  # fmt: skip

_DIGITS = "%.6g"


def as_csv(fig: Figure, name: str) -> str:
    """Data of a figure as CSV text.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        With the stamp of its tier.
    name : str
        Of the figure.

    Returns
    -------
    str
        Lines that start with ``#`` (figure, tier, source, axes), then the table, numbers with six
        significant digits: ``pandas.read_csv(path, comment="#")`` reads it.

    Raises
    ------
    ValueError
        If the figure has no stamp, shows nothing, or shows what cannot be read from its artists
        and has no data attached.
    """
    tier, note = stamped(fig)
    try:
        given = attached(fig)
        frame = read_axes(fig) if given is None else given
    except ValueError as error:
        raise ValueError(f"figure {name!r}: {error}") from None
    head = [f"figure: {name}", f"tier: {TIERS[tier]}", f"source: {note or 'none'}"]
    head += [] if given is not None else _axes_lines(fig)
    lines = "".join("# " + " ".join(h.split()) + "\n" for h in head)
    words = frame.select_dtypes(exclude="number").columns
    plain = frame.assign(**{c: frame[c].map(_without_hash) for c in words})
    return lines + plain.to_csv(index=False, float_format=_DIGITS, lineterminator="\n")


def _without_hash(value: object) -> object:
    """Text without the sign that starts a comment."""
    return value.replace("#", "no. ") if isinstance(value, str) else value


def read_axes(fig: Figure) -> pd.DataFrame:
    """Read what the lines, points, bars, error bars and bands of a figure show.

    A band or bar of errors stands beside the line or points it belongs to (same label or colour,
    same places), else in rows of its own. Reference lines are kept, except unnamed ones at zero.

    Returns
    -------
    pandas.DataFrame
        Those of :data:`COLUMNS` that have entries: panel (where there are several), series, kind
        (line, points, bar, band, reference), name (what a point is), category (where an axis has
        words), x, y and the ends of intervals.

    Raises
    ------
    ValueError
        If an artist cannot be read, or the figure shows nothing.
    """
    axes = _panels(fig)
    parts = []
    for panel, ax in axes.items():
        for part in _joined(list(_read(ax))):
            parts.append(_in_words(part, ax).assign(panel=panel))
    if not parts:
        raise ValueError("it shows no data; leave it out, or attach them (regspec.figures.style)")
    frame = pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS))
    if len(axes) == 1:
        frame = frame.drop(columns="panel")
    empty = [c for c in frame if frame[c].isna().all() or (frame[c].astype(str) == "").all()]
    return frame.drop(columns=empty)


def _panels(fig: Figure) -> dict[str, Axes]:
    """Axes by title, vertical or horizontal label, or two of these: what tells them apart."""
    shown = [
        ax for ax in fig.axes
        if ax.get_visible() and ax.get_label() != "<colorbar>" and (ax.axison or ax.has_data())
    ]  # fmt: skip
    for names in (
        [_title(ax) for ax in shown],
        [ax.get_ylabel() for ax in shown],
        [ax.get_xlabel() for ax in shown],
        [f"{_title(ax)}, {ax.get_ylabel()}" for ax in shown],
    ):
        if all(names) and len(set(names)) == len(names):
            return dict(zip(names, shown, strict=True))
    return {str(k): ax for k, ax in enumerate(shown, 1)}


def _title(ax: Axes) -> str:
    return next((t for t in (ax.get_title(loc=s) for s in ("left", "center", "right")) if t), "")


def _axes_lines(fig: Figure) -> Iterator[str]:
    """What the axes measure, a line a panel; shared labels stand for those of each panel."""
    axes = _panels(fig)
    for panel, ax in axes.items():
        x = ax.get_xlabel() or fig.get_supxlabel() or _only(a.get_xlabel() for a in axes.values())
        y = ax.get_ylabel() or fig.get_supylabel() or _only(a.get_ylabel() for a in axes.values())
        where = f" of panel {panel}" if len(axes) > 1 else ""
        said = "; ".join(f"{axis}: {label}" for axis, label in (("x", x), ("y", y)) if label)
        yield f"axes{where}: {said or 'without labels'}"


def _only(labels: Iterator[str]) -> str:
    found = {label for label in labels if label}
    return found.pop() if len(found) == 1 else ""


def _read(ax: Axes) -> Iterator[tuple[pd.DataFrame, str]]:
    """Every artist with data, as a frame and its colour."""
    inside: set[Artist] = set()
    for container in ax.containers:
        inside |= {a for a in _flat(container) if isinstance(a, Artist)}
        if isinstance(container, ErrorbarContainer):
            yield _error_bars(container)
        elif isinstance(container, BarContainer):
            yield _bars(container)
        else:
            raise ValueError(f"a {type(container).__name__} cannot be read; attach its data")
    kinds: tuple[tuple[type, Callable[..., pd.DataFrame | None]], ...] = (
        (Line2D, _line), (PathCollection, _points), (FillBetweenPolyCollection, _band),
        (Rectangle, _span),
    )  # fmt: skip
    for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.images):
        if artist in inside or left_out(artist) or isinstance(artist, AxLine):
            continue
        reader = next((read for kind, read in kinds if isinstance(artist, kind)), None)
        if reader is None:
            raise ValueError(
                f"a {type(artist).__name__} cannot be read; give the figure its data with "
                "regspec.figures.style.attach"
            )
        frame = reader(ax, artist)
        if frame is not None and len(frame):
            yield frame.assign(series=_label(artist)), _colour(artist)


def _flat(container: object) -> Iterator[object]:
    if isinstance(container, tuple | list):
        for part in container:
            yield from _flat(part)
    else:
        yield container


def _label(artist: Artist) -> str:
    """Label without the underscore that keeps it out of the legend; none of Matplotlib's own."""
    label = str(artist.get_label() or "")
    return "" if label.startswith(("_child", "_nolegend_", "_line")) else label.removeprefix("_")


def _colour(artist: Artist) -> str:
    if isinstance(artist, Line2D):
        return mpl.colors.to_hex(artist.get_color())
    bare = isinstance(artist, LineCollection)
    rows = np.atleast_2d(artist.get_edgecolor() if bare else artist.get_facecolor())  # type: ignore[attr-defined]
    return mpl.colors.to_hex(rows[0]) if rows.size else ""


def _line(ax: Axes, line: Line2D) -> pd.DataFrame | None:
    """A line or its markers; a vertical or horizontal rule is a reference."""
    x: np.ndarray = np.ma.filled(np.ma.asarray(line.get_xdata(orig=False), float), np.nan)
    y: np.ndarray = np.ma.filled(np.ma.asarray(line.get_ydata(orig=False), float), np.nan)
    for across, at, where in (
        (ax.get_xaxis_transform(which="grid"), "x", x),
        (ax.get_yaxis_transform(which="grid"), "y", y),
    ):
        if line.get_transform() == across:
            named = bool(_label(line))
            return pd.DataFrame({"kind": "reference", at: where[:1]}) if named or where[0] else None
    kind = "points" if line.get_linestyle() == "None" else "line"
    frame = pd.DataFrame({"kind": kind, "x": x, "y": y})
    names = identified(line)
    frame = frame if names is None else frame.assign(name=list(names))
    return frame.dropna(subset=["x", "y"])


def _points(ax: Axes, points: PathCollection) -> pd.DataFrame:
    if points.get_array() is not None:
        raise ValueError("points in colours of a scale cannot be read; attach their data")
    x, y = np.ma.filled(np.ma.asarray(points.get_offsets(), float), np.nan).T
    frame = pd.DataFrame({"kind": "points", "x": x, "y": y})
    names = identified(points)
    return frame if names is None else frame.assign(name=list(names))


def _band(ax: Axes, band: FillBetweenPolyCollection) -> pd.DataFrame:
    """Ends of the band at each place, from the outline of each filled area.

    The outline is a start, one side, an end, the other side backwards, and the start again.
    """
    parts = []
    for path in band.get_paths():
        around = np.asarray(path.vertices)
        n = (len(around) - 3) // 2
        one, other = around[1 : n + 1], around[n + 2 : 2 * n + 2][::-1]
        parts.append(pd.DataFrame({"x": one[:, 0], "a": one[:, 1], "b": other[:, 1]}))
    found = pd.concat(parts, ignore_index=True)
    low, high = found[["a", "b"]].min(axis=1), found[["a", "b"]].max(axis=1)
    return pd.DataFrame({"kind": "band", "x": found["x"], "y_low": low, "y_high": high})


def _span(ax: Axes, patch: Rectangle) -> pd.DataFrame:
    """A shaded range of one axis."""
    (left, bottom), width, height = patch.get_xy(), patch.get_width(), patch.get_height()
    if patch.get_data_transform() == ax.get_xaxis_transform(which="grid"):
        ends = {"x_low": [left], "x_high": [left + width]}
    elif patch.get_data_transform() == ax.get_yaxis_transform(which="grid"):
        ends = {"y_low": [bottom], "y_high": [bottom + height]}
    else:
        raise ValueError("a rectangle cannot be read; attach its data (regspec.figures.style)")
    return pd.DataFrame({"kind": ["reference"], **ends})


def _error_bars(container: ErrorbarContainer) -> tuple[pd.DataFrame, str]:
    """Error bars, with their points if they have marks or a line."""
    points, _, bars = container.lines
    label = str(container.get_label() or "")
    series = "" if label.startswith("_container") else label.removeprefix("_")
    data: dict[str, object] = {"kind": "band"}
    if points is not None:
        kind = "points" if points.get_linestyle() == "None" else "line"
        data |= {"kind": kind, "x": points.get_xdata(), "y": points.get_ydata()}
    sides = ["x"] * container.has_xerr + ["y"] * container.has_yerr
    for side, bar in zip(sides, bars, strict=True):
        ends = np.array(bar.get_segments())  # bar, end, coordinate
        k, other = (0, "y") if side == "x" else (1, "x")
        data |= {
            f"{side}_low": ends[:, :, k].min(axis=1),
            f"{side}_high": ends[:, :, k].max(axis=1),
        }
        data.setdefault(other, ends[:, 0, 1 - k])
    return pd.DataFrame(data).assign(series=series), _colour(points if points else bars[0])


def _bars(container: BarContainer) -> tuple[pd.DataFrame, str]:
    """Bars by their place and length; those that do not start at zero by both ends."""
    along, place = ("x", "y") if container.orientation == "horizontal" else ("y", "x")
    rows = []
    for bar in container.patches:
        corner, size = np.array(bar.get_xy()), np.array([bar.get_width(), bar.get_height()])
        k = 0 if along == "x" else 1
        rows.append((corner[1 - k] + size[1 - k] / 2, corner[k], corner[k] + size[k]))
    at, start, end = np.array(rows).T
    data = {"kind": "bar", place: at}
    data |= {f"{along}_low": start, f"{along}_high": end} if np.any(start) else {along: end}
    label = str(container.get_label() or "")
    series = "" if label.startswith("_container") else label.removeprefix("_")
    return pd.DataFrame(data).assign(series=series), _colour(container.patches[0])


def _joined(found: list[tuple[pd.DataFrame, str]]) -> list[pd.DataFrame]:
    """Put each band or lone error bar beside the line or points that it belongs to."""
    loose = [p for p in found if _is_interval(p[0])]
    hosts = [p for p in found if not _is_interval(p[0])]
    for band, colour in loose:
        series = band["series"].iloc[0]
        for i, (host, tint) in enumerate(hosts):
            named = series and series == host["series"].iloc[0]
            merged = _beside(host, band) if named or (not series and tint == colour) else None
            if merged is not None:
                hosts[i] = merged, tint
                break
        else:
            hosts.append((band, colour))
    return [frame for frame, _ in hosts]


def _is_interval(frame: pd.DataFrame) -> bool:
    ends = {"x_low", "y_low"} & set(frame)
    return bool(ends) and (frame["kind"].iloc[0] == "band" or not frame["series"].iloc[0])


def _beside(host: pd.DataFrame, band: pd.DataFrame) -> pd.DataFrame | None:
    """The host with the ends of a band, None if they are not at places of the host."""
    side = "y" if "y_low" in band else "x"
    place = "x" if side == "y" else "y"
    if f"{side}_low" in host or not {"x", "y"} <= set(host) or band[place].duplicated().any():
        return None
    if host[place].duplicated().any() or not set(band[place]) <= set(host[place]):
        return None
    return host.merge(band[[place, f"{side}_low", f"{side}_high"]], on=place, how="left")


def _in_words(frame: pd.DataFrame, ax: Axes) -> pd.DataFrame:
    """Category instead of the place on an axis whose marks are words."""
    for side, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        words = [t.get_text() for t in axis.get_ticklabels()]
        if side not in frame or not isinstance(axis.get_major_locator(), FixedLocator):
            continue
        if not any(words) or all(_is_number(w) for w in words):
            continue
        marks = np.asarray(axis.get_ticklocs())
        nearest = np.abs(frame[[side]].to_numpy(float) - marks).argmin(axis=1)
        frame = frame.drop(columns=side).assign(category=[words[k] for k in nearest])
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text.replace("−", "-").replace(",", ""))
    except ValueError:
        return False
    return True
