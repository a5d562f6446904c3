"""Stage the book: configuration, prose, and executed notebooks with figures and provenance."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell
from PIL import Image

from regspec.publish import catalogue, manifest
from regspec.publish.catalogue import Entry
from regspec.publish.display import FIGURE_KEY
from regspec.publish.frame import DOWNLOADS, add_downloads, add_time
from regspec.publish.interactive import EXPLORER_KEY, as_page
from regspec.sources import registry
from regspec.sources.paths import project_root

# Pixels above which a figure counts as wide: two panels beside each other.
_WIDE = 1200

# The figure of the front page: notebook and name.
FRONT = ("02_fact1", "fig-fact1-specs")

# Reasons for being stale that a notice spells out: a change low in the package has many.
_SHOWN = 4

__all__ = [
    "FRONT",
    "front_figure",
    "missing_notice",
    "promote_explorers",
    "promote_figures",
    "provenance",
    "stage",
    "stale_notice",
]


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
                "regspec.publish.display.show"
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
        "regspec.publish.stage.FRONT"
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
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy2(root / name, src / name)
    shutil.copytree(root / "book", src / "book", ignore=shutil.ignore_patterns("__pycache__"))
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
