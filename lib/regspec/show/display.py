"""How does a notebook show a figure, a table or a number, so that a page can number and quote it?

Read :func:`show` first. A figure's name, caption, alternative text and data travel in the metadata
of its output, so that they can hold computed numbers; :mod:`regspec.book.staging` turns them into
numbered book figures and files to download.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.core.formatters import format_display_data
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from regspec.figures.style import TIERS, attached, stamped

__all__ = ["FIGURE_KEY", "as_csv", "as_html", "folded", "glue", "glue_all", "note", "show", "table"]

#: Key of the output metadata that holds a figure's name, caption, alternative text and data.
FIGURE_KEY = "regspec_figure"

# A number, or a number as text: those columns do not wrap and align right.
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(e[-+]?\d+)?|nan|<NA>")

#: Before the kinds of data of a glued value: Jupyter then shows nothing.
_GLUED = "application/papermill.record/"
_DPI = 150
_COLOURS = 128


def _png(fig: Figure) -> bytes:
    """Render to a palette PNG: about a third of the bytes, so executed notebooks stay small."""
    raw = io.BytesIO()
    fig.savefig(raw, format="png", dpi=_DPI, bbox_inches="tight", pad_inches=0.08)
    with Image.open(raw) as image:
        flat = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        out = io.BytesIO()
        flat.save(out, format="PNG", optimize=True)
    return out.getvalue()


def show(fig: Figure, *, name: str, caption: str, alt: str) -> None:
    """Display a figure with a label, a caption, alternative text and its data, then close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Drawn by a function of :mod:`regspec.figures`, or by your own code and then given its data
        (``attach(fig, frame)``) and its tier (``stamp(fig, tier="model")``), both of
        :mod:`regspec.figures.style`.
    name : str
        Label for cross-references, unique in the book (``{numref}`name```); starts ``fig-``.
    caption : str
        Markdown; say what is plotted, and the source.
    alt : str
        One or two sentences that tell a reader who cannot see the figure what it shows.

    Raises
    ------
    ValueError
        If the name does not start with ``fig-``, caption or alt text are empty, or the figure has
        no data or no tier.
    """
    if not name.startswith("fig-"):
        raise ValueError(f"figure name {name!r} must start with 'fig-'")
    if not caption.strip() or len(alt.strip()) < 20:
        raise ValueError(f"figure {name!r} needs a caption and an alt text of at least 20 letters")
    data = {"image/png": _png(fig), "text/plain": f"<Figure {name}>"}
    meta = {FIGURE_KEY: {"name": name, "caption": caption, "alt": alt, "data": as_csv(fig, name)}}
    display(data, raw=True, metadata=meta)
    plt.close(fig)


def as_csv(fig: Figure, name: str) -> str:
    """Data of a figure as CSV text that ``pandas.read_csv(path, comment="#")`` reads.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        With its tier and data (:mod:`regspec.figures.style`).
    name : str
        Of the figure.

    Returns
    -------
    str
        Lines that start with ``#`` (figure, tier, source, what columns measure), then the attached
        frame, floating-point numbers with six significant digits.

    Raises
    ------
    ValueError
        If the figure has no data or no tier.
    """
    try:
        (tier, note), frame = stamped(fig), attached(fig)
    except ValueError as error:
        raise ValueError(f"figure {name!r}: {error}") from None
    head = [f"figure: {name}", f"tier: {TIERS[tier]}", f"source: {note or 'none'}"]
    head += [f"column {column}: {label}" for column, label in frame.attrs.items()]
    lines = "".join("# " + " ".join(h.split()) + "\n" for h in head)
    body = frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    return lines + body.replace("#", "no. ")  # the sign starts a comment


def _format_cell(value: Any, decimals: int) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        text = f"{value:,.{decimals}f}"
        return "–" if math.isnan(value) else re.sub(r"^-(0\.?0*)$", r"\1", text)
    return str(value)


def _decimals(column: pd.Series, decimals: int) -> int:
    """No decimals where every number of a column is whole: counts stand among floats, too."""
    numbers = column.dropna()
    whole = pd.api.types.is_float_dtype(column) and (numbers == numbers.round()).all()
    return 0 if whole else decimals


def as_html(
    frame: pd.DataFrame,
    *,
    caption: str,
    decimals: int = 3,
    index: bool = False,
    small: tuple[str, str] | None = None,
    fold: bool = False,
) -> str:
    """HTML of a frame: caption, scoped headers, and a wrapper that scrolls on narrow screens.

    An index without a name has an empty corner above it. ``small`` names a column and one whose
    text stands in small type below it, not in its own; ``fold`` shows the caption only, until the
    reader opens the table.
    """
    flat = frame.reset_index() if index else frame
    below = [str(v) for v in flat[small[1]]] if small else []
    host, flat = (small[0], flat.drop(columns=small[1])) if small else (None, flat)
    heads = [
        " · ".join(str(p) for p in c if str(p)) if isinstance(c, tuple) else str(c)
        for c in flat.columns
    ]
    heads = [h.replace("_", " ") for h in heads]
    if index and frame.index.nlevels == 1 and frame.index.name is None:
        heads[0] = ""
    places = [_decimals(column, decimals) for _, column in flat.items()]
    rows = []
    for i, row in enumerate(flat.itertuples(index=False, name=None)):
        cells = []
        for column, value, shown in zip(flat.columns, row, places, strict=True):
            kind = ' class="num"' if _NUMBER.fullmatch(str(value)) else ""
            text = escape(_format_cell(value, shown))
            if column == host and below[i]:
                text += f"<small>{escape(below[i])}</small>"
            cells.append(f"<td{kind}>{text}</td>")
        rows.append("<tr>" + "".join(cells) + "</tr>")
    numeric = [all(_NUMBER.fullmatch(str(v)) for v in column) for _, column in flat.items()]
    kinds = [' class="num"' if n and len(flat) else "" for n in numeric]
    head = "".join(
        f'<th scope="col"{kind}>{escape(h)}</th>' if h else "<td></td>"
        for h, kind in zip(heads, kinds, strict=True)
    )
    title = "" if fold else f"<caption>{escape(caption)}</caption>"
    html = (
        f'<div class="regspec-table" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table>{title}<thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )
    return folded(caption, html) if fold else html


def folded(summary: str, html: str) -> str:
    """HTML that shows one line until the reader opens it; print shows all of it."""
    return f'<details class="regspec-fold"><summary>{escape(summary)}</summary>{html}</details>'


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    decimals: int = 3,
    index: bool = True,
    small: tuple[str, str] | None = None,
    fold: bool = False,
) -> None:
    """Display a frame as an accessible HTML table with a caption.

    Parameters
    ----------
    frame : pandas.DataFrame
    caption : str
    decimals : int
        Printed decimals of floating-point cells, except in columns of whole numbers; missing
        values print as an en dash, booleans as yes and no.
    index : bool
        Whether to print the index as the first columns.
    small : (str, str), optional
        A column, and one whose text stands in small type below it instead of in its own.
    fold : bool
        Whether the page shows the caption only, until the reader opens the table.
    """
    flat = frame.reset_index() if index else frame
    html = as_html(frame, caption=caption, decimals=decimals, index=index, small=small, fold=fold)
    text = caption + "\n" + flat.round(decimals).to_string(index=False)
    display({"text/html": html, "text/plain": text}, raw=True)


def note(text: str, *, kind: str = "note") -> None:
    """Display a boxed remark whose text may hold computed values (kind: note or warning)."""
    html = f'<div class="admonition {escape(kind)}"><p>{escape(text)}</p></div>'
    display({"text/html": html, "text/plain": text}, raw=True)


def glue(name: str, value: float | int | str) -> None:
    """Store a number or word under a name so that prose can quote it: ``{glue:text}`name:.2f```.

    Parameters
    ----------
    name : str
        Unique in its notebook.
    value : float, int or str
        NumPy scalars are converted, so that the stored text is plain.

    Raises
    ------
    ValueError
        If a number is not finite: a page must not print ``nan``.
    """
    if not isinstance(value, str):
        value = value.item() if hasattr(value, "item") else value
        if not math.isfinite(value):
            raise ValueError(f"glued value {name!r} is {value}; fix the computation or do not glue")
    # As myst_nb.glue stores it, which imports Sphinx: seconds in every notebook.
    kept = {f"{_GLUED}{kind}": text for kind, text in format_display_data(value)[0].items()}
    where = {"scrapbook": {"name": name, "mime_prefix": _GLUED}}
    display(kept, raw=True, metadata=where)


def glue_all(values: Mapping[str, float | int | str], prefix: str = "") -> None:
    """Store every value of a mapping, such as a result's headlines, by :func:`glue`.

    Parameters
    ----------
    values : mapping of str to float, int or str
    prefix : str
        Put before every name.
    """
    for name, value in values.items():
        glue(f"{prefix}{name}", value)
