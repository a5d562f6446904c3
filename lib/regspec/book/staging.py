"""What the book adds to every chapter: its time to run, and what can be downloaded.

Stage the book: configuration, prose, and executed notebooks with figures and provenance.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell
from PIL import Image

from regspec import catalogue
from regspec.book import api_pages, manifest
from regspec.catalogue import Entry
from regspec.show.display import FIGURE_KEY
from regspec.show.explorers import EXPLORER_KEY, as_page
from regspec.sources import registry
from regspec.sources.paths import project_root

__all__ = [
    "DOWNLOADS",
    "FRONT",
    "add_downloads",
    "add_time",
    "front_figure",
    "headline",
    "missing_notice",
    "promote_explorers",
    "promote_figures",
    "provenance",
    "stage",
    "stale_notice",
    "time_to_run",
]

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


# Pixels above which a figure counts as wide: two panels beside each other.
_WIDE = 1200

# The figure of the front page: notebook and name.
FRONT = ("02_fact1", "fig-fact1-specs")

# Reasons for being stale that a notice spells out: a change low in the package has many.
_SHOWN = 4


def _shape(output: nbformat.NotebookNode) -> str:
    """Style class of an image: wide ones scroll on phones instead of shrinking."""
    with Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"]))) as image:
        return "wide" if image.width > _WIDE else "narrow"


def promote_figures(nb: nbformat.NotebookNode) -> None:
    """Turn displayed figures into numbered book figures with caption and alternative text.

    Raises
    ------
    ValueError
        If a cell shows a figure and something else, or an image without ``display.show``.
    """
    for i, cell in enumerate(nb.cells):
        shown = [o for o in cell.get("outputs", []) if "scrapbook" not in o.get("metadata", {})]
        images = [o for o in shown if "image/png" in o.get("data", {})]
        if not images:
            continue
        found = [o.metadata[FIGURE_KEY] for o in images if FIGURE_KEY in o.get("metadata", {})]
        if len(shown) != 1 or len(found) != 1:
            raise ValueError(
                f"cell {i} shows {len(shown)} outputs, {len(images)} of them images, {len(found)} "
                "by display.show; show one figure and nothing else in a cell, with "
                "regspec.show.display.show"
            )
        meta = found[0]
        cell.metadata["mystnb"] = {
            "figure": {"name": meta["name"], "caption": meta["caption"]},
            "image": {"alt": meta["alt"], "classes": _shape(images[0])},
        }


def promote_explorers(nb: nbformat.NotebookNode) -> None:
    """Write the data of explorers into the page."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            spec = output.get("metadata", {}).get(EXPLORER_KEY)
            if spec:
                output["data"]["text/html"] = as_page(spec)


def front_figure(executed: Path, name: str, target: Path) -> None:
    """Copy a notebook's figure to where the front page shows it.

    Raises
    ------
    ValueError
        If the notebook shows no figure of that name.
    """
    for cell in nbformat.read(executed, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get(FIGURE_KEY, {}).get("name") == name:
                target.write_bytes(base64.b64decode(output["data"]["image/png"]))
                return
    raise ValueError(
        f"{executed.name} shows no figure {name!r}, which the front page needs: choose another in "
        "regspec.book.staging.FRONT"
    )


def _how_to_get(source: registry.Source) -> str:
    links = " or ".join(f"[official file]({u})" for u in source.urls if u.startswith("http"))
    return f"- `{source.id}`: {source.title} ({links or 'no live address'}). {source.note}".strip()


def missing_notice(entry: Entry, record: Mapping[str, Any]) -> str | None:
    """Dated notice for a page whose data are not on this machine; None when all are here."""
    absent = [s for s in entry.sources if not registry.available(s)]
    if not absent:
        return None
    rows = "\n".join(_how_to_get(registry.SOURCES[s]) for s in absent)
    return (
        f":::{{admonition}} Not re-run here: this page shows the execution of "
        f"{record['executed']}\n:class: warning\n"
        f"These sources are not on the machine that built this page:\n\n{rows}\n\n"
        "To get them, run `python -m regspec data fetch`, or point the environment variable "
        "`REGSPEC_DATA` at a folder that holds them; then build again.\n:::"
    )


def stale_notice(entry: Entry, record: Mapping[str, Any]) -> str | None:
    """Dated notice for a page whose inputs changed after its execution; None when it is fresh."""
    reasons = manifest.reasons_stale(entry)
    if not reasons:
        return None
    rows = "\n".join(f"- {r}" for r in reasons[:_SHOWN])
    if len(reasons) > _SHOWN:
        rows += f"\n- and {len(reasons) - _SHOWN} more (`python -m regspec check` lists them)"
    return (
        f":::{{admonition}} Stale: this page shows the execution of {record['executed']}"
        "\n:class: warning\n"
        f"It was not run again after these changes, or failed when it was:\n\n{rows}\n\n"
        f"Its numbers may not be those of the present source. To bring it up to date, run "
        f"`python -m regspec run {entry.name}` and build again.\n:::"
    )


def provenance(record: Mapping[str, Any]) -> str:
    """Closing box of a page: when it ran, for how long, and on which data."""
    rows = "\n".join(
        f"| `{source}` | {d['file']} | {d['vintage'] or 'not stated'} | "
        f"`{d['sha256'][:12]}`{'' if d['known'] else ' (not in the registry)'} |"
        for source, d in record["data"].items()
    )
    data = (
        f"\n| source | file | vintage | sha-256 |\n|---|---|---|---|\n{rows}\n"
        if rows
        else "\nThis page reads no data files.\n"
    )
    return (
        f":::{{admonition}} How this page was made\n:class: dropdown tip\n"
        f"Executed on {record['executed']} in {record['seconds']:.0f} seconds with its default "
        f"parameters.\n{data}:::"
    )


def _stage_notebook(entry: Entry, record: Mapping[str, Any], target: Path) -> list[str]:
    """Write the page with its notices; return in short what they say."""
    nb = nbformat.read(entry.executed, as_version=4)
    try:
        promote_figures(nb)
    except ValueError as error:
        raise ValueError(f"{entry.name}: {error}") from None
    promote_explorers(nb)
    add_time(nb, record)
    notices = {
        "its data are not on this machine": missing_notice(entry, record),
        "it is stale": stale_notice(entry, record),
    }
    given = {short: text for short, text in notices.items() if text}
    for i, text in enumerate(given.values()):
        nb.cells.insert(1 + i, new_markdown_cell(text, id=f"notice-{i}"))
    add_downloads(nb, entry, target.parents[1] / DOWNLOADS)
    nb.cells.append(new_markdown_cell(provenance(record), id="provenance"))
    nbformat.write(nb, target)
    return list(given)


def stage() -> tuple[Path, dict[str, str]]:
    """Copy everything Sphinx reads to ``_build/src``, with the paths of the repository.

    Returns
    -------
    (Path, dict)
        The folder, and why by name of the pages that carry a notice (data missing, or stale).

    Raises
    ------
    FileNotFoundError
        If a notebook has no execution to show.
    """
    root = project_root()
    src = root / "_build" / "src"
    shutil.rmtree(src, ignore_errors=True)
    (src / "notebooks").mkdir(parents=True)
    for name in ("_config.yml", "_toc.yml", "CONTRIBUTING.md"):  # book/layout.md includes the last
        shutil.copy2(root / name, src / name)
    shutil.copytree(root / "book", src / "book", ignore=shutil.ignore_patterns("__pycache__"))
    api_pages.write(src / "book")
    records, noticed = manifest.load(), {}
    for entry in catalogue.load().values():
        if not entry.executed.exists() or entry.name not in records:
            raise FileNotFoundError(
                f"notebooks/{entry.name}.ipynb has no recorded execution; "
                f"run 'python -m regspec run {entry.name}'"
            )
        target = src / "notebooks" / entry.executed.name
        why = _stage_notebook(entry, records[entry.name], target)
        if why:
            noticed[entry.name] = " and ".join(why)
    notebook, figure = FRONT
    front_figure(catalogue.load()[notebook].executed, figure, src / "book" / "front.png")
    return src, noticed
