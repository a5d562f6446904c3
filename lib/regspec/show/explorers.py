"""How can a reader move a parameter, or point at a zone, on a page without a server?

Read :func:`show_sliders` first (precomputed results); :func:`show_zones` shows a map. A notebook
hands over the data; they travel in the metadata of an output with a sentence as text, and
:mod:`regspec.book.staging` writes them into the page, where ``book/_static/explorer.js`` draws
them. No kernel, server or network is needed. A still picture of the start, shown by
`regspec.show.display.show`, stands in print and where scripts do not run.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from IPython.display import display
from numpy.typing import ArrayLike

from regspec.figures.style import TIERS

if TYPE_CHECKING:  # the model is slow to import
    from regspec.studies.explorer import Setting

__all__ = [
    "EXPLORER_KEY",
    "Column",
    "Control",
    "Panel",
    "as_page",
    "panels_over",
    "show_sliders",
    "show_zones",
]

#: Key of the output metadata that holds an explorer.
EXPLORER_KEY = "regspec_explorer"

#: Largest explorer, in bytes of its page; a whole page may have 4 MB.
BUDGET = 1_500_000
_DIGITS = 4
#: Width of a map in its own units: one or two to a pixel.
_WIDTH = 1200


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """A slider: name, label, its positions as text, and where it starts."""

    id: str
    label: str
    texts: tuple[str, ...]
    start: int

    @classmethod
    def over(
        cls, id: str, label: str, values: Sequence[float], start: int, form: str = "g"
    ) -> Control:
        """A slider over numbers, written in a format of Python's."""
        return cls(id=id, label=label, texts=tuple(f"{v:{form}}" for v in values), start=start)


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A chart: title, abscissa, labels, and its series where they are its own."""

    title: str
    x: tuple[float, ...]
    x_label: str
    y_label: str
    series: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A quantity of a zone: label, unit, and its data indexed by cz."""

    label: str
    unit: str
    data: pd.Series


def panels_over(x: ArrayLike, x_label: str, units: Mapping[str, str]) -> list[Panel]:
    """Panels over the same abscissa, by title and unit of their ordinate."""
    points = tuple(np.asarray(x).tolist())
    return [Panel(title=t, x=points, x_label=x_label, y_label=u) for t, u in units.items()]


def _short(value: float) -> float | int | None:
    """A number with few digits, as JSON has it; None for what is not finite."""
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _numbers(values: ArrayLike) -> list[float | int | None]:
    return [_short(float(v)) for v in np.asarray(values, float)]


def show_sliders(
    controls: Sequence[Control],
    panels: Sequence[Panel],
    series: Sequence[str],
    settings: Mapping[tuple[int, ...], Setting],
    *,
    name: str,
    title: str,
    still: str,
    tier: str,
    note: str = "",
) -> None:
    """Show panels that follow sliders.

    Parameters
    ----------
    controls : sequence of Control
    panels : sequence of Panel
    series : sequence of str
        Names of the lines of every panel.
    settings : mapping of tuple of int to Setting
        One for each combination of the controls' positions.
    name : str
        Unique in the book; starts ``explore-``.
    title : str
    still : str
        Name of the figure that stands for it in print and without scripts.
    tier : {"census", "public", "synthetic", "model"}
    note : str

    Raises
    ------
    ValueError
        If a combination is missing, lines do not fit the panels, or the data exceed `BUDGET`.
    """
    for control in controls:
        if not 0 <= control.start < len(control.texts):
            raise ValueError(
                f"control {control.id!r} starts at {control.start}; allowed: 0 to "
                f"{len(control.texts) - 1}"
            )
    wanted = set(itertools.product(*(range(len(c.texts)) for c in controls)))
    if missing := sorted(wanted - set(settings)):
        raise ValueError(f"explorer {name!r} has no result for {missing[0]}, {len(missing)} in all")
    for key in wanted:
        for panel, lines in zip(panels, settings[key].lines, strict=True):
            shape = (len(panel.series or series), len(panel.x))
            if np.shape(lines) != shape:
                raise ValueError(
                    f"explorer {name!r}, panel {panel.title!r}: lines have shape "
                    f"{np.shape(lines)}; allowed: {shape}"
                )
    data = {
        "controls": [
            {"id": c.id, "label": c.label, "values": c.texts, "start": c.start} for c in controls
        ],
        "panels": [
            {
                "title": p.title,
                "x": _numbers(p.x),
                "xLabel": p.x_label,
                "yLabel": p.y_label,
                "series": p.series or tuple(series),
            }
            for p in panels
        ],
        "own": any(p.series is not None for p in panels),
        "results": {
            ",".join(map(str, key)): {
                "note": settings[key].note,
                "warning": not settings[key].certified,
                "lines": [[_numbers(y) for y in lines] for lines in settings[key].lines],
                "marks": [
                    {"panel": p, "at": _short(at), "name": n} for p, at, n in settings[key].marks
                ],
            }
            for key in sorted(wanted)
        },
    }
    start = settings[tuple(c.start for c in controls)]
    text = f"{title}: {len(wanted)} settings, {len(panels)} panels. {start.note}"
    _show("sliders", data, text, name=name, title=title, still=still, tier=tier, note=note)


def show_zones(
    zones: gpd.GeoDataFrame,
    states: gpd.GeoDataFrame,
    names: pd.DataFrame,
    columns: Sequence[Column],
    *,
    paths: pd.DataFrame,
    model: pd.DataFrame | None,
    labels: Mapping[str, str],
    start: int,
    name: str,
    title: str,
    still: str,
    tier: str,
    note: str = "",
) -> None:
    """Show a map that tells about the zone one points at.

    Parameters
    ----------
    zones, states : geopandas.GeoDataFrame
        As `regspec.sources.geometry` reads them.
    names : pandas.DataFrame
        Index cz; ``name`` and ``counties`` (all that a search should find).
    columns : sequence of Column
        What the map can be coloured by; five classes of equal size.
    paths : pandas.DataFrame
        Index cz, one column a year: the zone's path. Missing zones have none.
    model : pandas.DataFrame, optional
        The model's counterpart of `paths`, in some of its years; lines run between them.
    labels : mapping
        ``name`` and ``model`` of the two lines, ``title`` and ``y`` of their chart.
    start : int
        Zone shown first.
    name, title, still, tier, note : str
        As in `show_sliders`.

    Raises
    ------
    ValueError
        If `start` is not a zone or the data exceed `BUDGET`.
    """
    if start not in set(zones["cz"]):
        raise ValueError(f"start is {start}; allowed: a commuting zone of 1990")
    west, south, east, north = zones.total_bounds
    scale = _WIDTH / (east - west)
    size = (_WIDTH, math.ceil((north - south) * scale))

    def outline(shape: shapely.Geometry) -> str:
        rings = [r for p in shapely.get_parts(shape) for r in (p.exterior, *p.interiors)]
        return "".join(_ring(ring, west, north, scale) for ring in rings)

    found: dict[str, Any] = {}
    for cz, shape in zip(zones["cz"], zones.geometry, strict=True):
        found[str(cz)] = {
            "name": str(names.loc[cz, "name"]),
            "counties": str(names.loc[cz, "counties"]),
            "values": _numbers([c.data.get(cz, np.nan) for c in columns]),
            "shape": outline(shape),
        }
        for key, frame in (("path", paths), ("model", model)):
            if frame is not None and cz in frame.index:
                found[str(cz)][key] = _numbers(frame.loc[cz].round(3))
    data = {
        "size": size,
        "label": title,
        "start": str(start),
        "zones": found,
        "borders": "".join(outline(shape) for shape in states.geometry),
        "columns": [
            {"label": c.label, "unit": c.unit,
             "bins": _numbers(np.nanquantile(c.data.to_numpy(float), [0.2, 0.4, 0.6, 0.8]))}
            for c in columns
        ],
        "path": {
            "x": [int(y) for y in paths.columns], "name": labels["name"], "model": labels["model"],
            "modelX": [] if model is None else [int(y) for y in model.columns],
            "title": labels["title"], "yLabel": labels["y"],
        },
    }  # fmt: skip
    first = names.loc[start, "name"]
    text = f"{title}: {len(found)} zones, {len(columns)} quantities; starts at {first!s}."
    _show("zones", data, text, name=name, title=title, still=still, tier=tier, note=note)


def _ring(ring: shapely.LinearRing, west: float, north: float, scale: float) -> str:
    """A ring as a path of whole steps; points that fall together are left out."""
    xy = shapely.get_coordinates(ring)
    points = np.rint(np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) * scale).astype(int)
    steps = np.diff(points, axis=0)[:-1]
    moves = "".join(f"l{dx} {dy}" for dx, dy in steps[np.any(steps != 0, axis=1)])
    return f"M{points[0, 0]} {points[0, 1]}{moves}z" if moves else ""


def _show(
    kind: str, data: Mapping[str, Any], text: str, *, name: str, title: str, still: str, tier: str,
    note: str,
) -> None:  # fmt: skip
    if not name.startswith("explore-"):
        raise ValueError(f"explorer name {name!r} must start with 'explore-'")
    if tier not in TIERS:
        raise ValueError(f"tier {tier!r} is not known; use one of {', '.join(TIERS)}")
    spec = {
        "kind": kind, "name": name, "title": title, "still": still,
        "source": TIERS[tier] + (f" · {note}" if note else ""),
        "data": json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False),
    }  # fmt: skip
    if (weight := len(as_page(spec).encode())) > BUDGET:
        raise ValueError(
            f"explorer {name!r} weighs {weight:,} bytes; allowed: {BUDGET:,}. Use fewer "
            "settings or points."
        )
    display({"text/plain": text}, raw=True, metadata={EXPLORER_KEY: spec})


def as_page(spec: Mapping[str, str]) -> str:
    """HTML of an explorer from the metadata of its output."""
    # No closing tag inside the data: "<" is written as its escape.
    data = spec["data"].replace("<", "\\u003c")
    return (
        f'<section class="regspec-explorer" id="{escape(spec["name"])}" '
        f'data-kind="{escape(spec["kind"])}" data-still="{escape(spec["still"])}" '
        f'aria-label="{escape(spec["title"])}">'
        f'<p class="heading">{escape(spec["title"])}</p>'
        f"<noscript><p>Without scripts: the picture above shows the start.</p></noscript>"
        f'<script type="application/json">{data}</script>'
        f'<p class="hint">{escape(spec["source"])}</p></section>'
    )
