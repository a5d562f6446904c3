"""What the book adds to every chapter: its time to run, and what can be downloaded."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell

from regspec.publish.catalogue import Entry
from regspec.publish.display import FIGURE_KEY

__all__ = ["DOWNLOADS", "add_downloads", "add_time", "headline", "time_to_run"]

#: Folder of the staged book that holds what pages offer to download.
DOWNLOADS = "downloads"

_BOX = re.compile(r"(^:::\{admonition\} In short\n:class: brief\n.*?)(^:::$)", re.M | re.S)


def time_to_run(seconds: float) -> str:
    """Run time in words, rounded to what a reader needs.

    Examples
    --------
    >>> [time_to_run(s) for s in (3.2, 14.9, 71.0, 122.0, 1000.0)]
    ['under 10 seconds', '15 seconds', '1 minute', '2 minutes', '17 minutes']
    """
    if seconds < 10:
        return "under 10 seconds"
    if seconds < 57.5:
        return f"{5 * round(seconds / 5)} seconds"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def add_time(nb: nbformat.NotebookNode, record: Mapping[str, Any]) -> bool:
    """Say in the box "In short" of a chapter how long it runs; return whether it has the box."""
    took = f"About {time_to_run(record['seconds'])} on two cores, when this page was made."
    line = f"\n**Time to run.** {took}\n"
    line = line.replace("About under", "Under")
    for cell in nb.cells:
        if cell.cell_type == "markdown" and _BOX.search(cell.source):
            cell.source = _BOX.sub(lambda m: m[1] + line + m[2], cell.source, count=1)
            return True
    return False


def headline(caption: str, most: int = 90) -> str:
    """First sentence of a caption, cut at a comma or colon where it is longer than `most`.

    Examples
    --------
    >>> headline("Counterpart of Figure 1: income, in logs. From 1969.")
    'Counterpart of Figure 1: income, in logs'
    >>> headline("Counterpart of Figure 1: income, in logs. From 1969.", most=32)
    'Counterpart of Figure 1: income'
    >>> headline("Persistence (gross output, relative to manufacturing) by industry.", most=30)
    'Persistence'
    """
    sentence = re.split(r"[.;](?:\s|$)", caption.strip(), maxsplit=1)[0]
    while len(sentence) > most and re.search(r"[,:]\s", sentence):
        sentence = re.split(r"[,:]\s(?!.*[,:]\s)", sentence)[0]
    if sentence.count("(") > sentence.count(")"):  # cut inside brackets: leave them out
        sentence = sentence[: sentence.rindex("(")].rstrip()
    return sentence


def _figures(nb: nbformat.NotebookNode) -> list[dict[str, str]]:
    outputs = [o for cell in nb.cells for o in cell.get("outputs", [])]
    return [o.metadata[FIGURE_KEY] for o in outputs if FIGURE_KEY in o.get("metadata", {})]


def add_downloads(nb: nbformat.NotebookNode, entry: Entry, folder: Path) -> None:
    """Close a page with its downloads: notebook, source, and the data of each figure.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The page; gets a cell, and loses the data that its figures carried.
    entry : Entry
    folder : Path
        Where the files are written; pages name it as ``../downloads``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in (entry.executed, entry.source):
        shutil.copy2(file, folder / file.name)

    def link(name: str) -> str:
        return f"{{download}}`{name} <../{folder.name}/{name}>`"

    rows = [
        f"- The executed notebook, {link(entry.executed.name)}, and its source, "
        f"{link(entry.source.name)}."
    ]
    for figure in _figures(nb):
        # A figure of an execution from before figures carried data; a test names these.
        if data := figure.pop("data", ""):
            name = f"{figure['name']}.csv"
            (folder / name).write_text(data, encoding="utf-8")
            rows.append(
                f"- {{numref}}`{figure['name']}`, {headline(figure['caption'])}: {link(name)}"
            )
    text = "## Downloads\n\n" + "\n".join(rows)
    if len(rows) > 1:
        text += "\n\nLines that start with `#` say what the numbers are."
    nb.cells.append(new_markdown_cell(text, id="downloads"))
