"""Build the website from the staged book, with every warning an error.

The whole book as one PDF: every built page printed by Chromium, joined with bookmarks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regspec.book.staging import stage
from regspec.sources.paths import project_root
from regspec.tools.console import coloured
from regspec.tools.files import read_yaml

__all__ = ["BuildError", "PdfError", "build", "find_chromium", "make_pdf", "page_order"]


class BuildError(RuntimeError):
    """Jupyter Book reported a warning or an error, or wrote no index page."""


def build() -> tuple[Path, dict[str, str]]:
    """Stage and build.

    Returns
    -------
    (Path, dict)
        ``_build/html/index.html``, and why by name of the pages that carry a notice.

    Raises
    ------
    BuildError
        If a warning was reported or the index page is missing.
    """
    src, noticed = stage()
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        "build",
        str(src),
        "--path-output",
        str(project_root()),
        "--all",
        "-n",
        "-W",
        "--keep-going",
        "-q",
    ]
    plain = {} if coloured(sys.stderr) else {"NO_COLOR": "1"}
    # What it prints is for people (descriptor 2): standard output is kept for the result.
    code = subprocess.call(command, stdout=2, env=os.environ | plain)
    index = project_root() / "_build" / "html" / "index.html"
    if code != 0 or not index.exists():
        raise BuildError(f"jupyter-book stopped with code {code}; its warnings are above")
    return index, noticed


#: Names of the browser, the first that is found is used; REGSPEC_CHROMIUM goes before.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 120


class PdfError(RuntimeError):
    """The book could not be printed; the message says what is missing."""


def find_chromium() -> str:
    """Path of the browser that prints.

    Raises
    ------
    PdfError
        If there is none.
    """
    named = os.environ.get("REGSPEC_CHROMIUM")
    found = next((p for n in (named, *BROWSERS) if n and (p := shutil.which(n))), None)
    if found is None:
        raise PdfError(
            "no Chromium was found: install it (on Debian 'apt-get install chromium') or name its "
            f"program in REGSPEC_CHROMIUM{f' (now {named!r})' if named else ''}"
        )
    return found


def page_order(toc: Path) -> list[str]:
    """Pages of the book in the order of its table of contents, without suffix."""
    content = read_yaml(toc)

    def files(node: Any) -> Iterator[str]:
        if isinstance(node, list):
            for item in node:
                yield from files(item)
        elif isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            for key in ("parts", "chapters", "sections"):
                yield from files(node.get(key, []))

    return list(files(content))


def make_pdf(html: Path | None = None, target: Path | None = None) -> Path:
    """Print the built book.

    Parameters
    ----------
    html : Path, optional
        Folder of the built pages; ``_build/html`` when left out.
    target : Path, optional
        ``_build/regspec.pdf`` when left out; written whole or not at all.

    Returns
    -------
    Path
        The PDF, with a bookmark for each page of the table of contents.

    Raises
    ------
    PdfError
        If the book is not built, Chromium is missing, or it prints nothing.
    """
    from pypdf import PdfWriter

    root = project_root()
    html = html or root / "_build" / "html"
    target = target or root / "_build" / "regspec.pdf"
    browser, pages = find_chromium(), page_order(root / "_toc.yml")
    absent = [p for p in pages if not (html / f"{p}.html").is_file()]
    if absent:
        raise PdfError(
            f"{html} lacks {absent[0]}.html ({len(absent)} pages in all); run 'python -m regspec "
            "book' first"
        )
    book = PdfWriter()
    with tempfile.TemporaryDirectory() as folder:
        for number, page in enumerate(pages):
            printed = Path(folder) / f"{number}.pdf"
            title = _print(browser, html / f"{page}.html", printed, Path(folder) / "profile")
            first = len(book.pages)
            book.append(printed, import_outline=False)
            book.add_outline_item(title=title or page, page_number=first)
        book.add_metadata({"/Title": "The Regional Specialization Trade-off, executable"})
        partial = Path(folder) / "book.pdf"
        book.write(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(partial, target.with_suffix(".part"))
    target.with_suffix(".part").replace(target)
    return target


def _print(browser: str, page: Path, target: Path, profile: Path) -> str:
    """Print a page to a file; return its title."""
    from pypdf import PdfReader

    command = [
        browser, "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--no-pdf-header-footer", f"--user-data-dir={profile}",
        # Mathematics is typeset by a script: printing waits for it.
        "--virtual-time-budget=20000", f"--print-to-pdf={target}", page.resolve().as_uri(),
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
        said = done.stderr.strip().splitlines()
    except subprocess.TimeoutExpired:
        said = [f"no answer within {_SECONDS} s"]
    if not target.is_file() or not target.stat().st_size:
        raise PdfError(f"{browser} did not print {page.name}: {said[-1] if said else 'no message'}")
    about = PdfReader(target).metadata
    return str(about.title or "").partition(" — ")[0] if about else ""
