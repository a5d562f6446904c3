"""Build the website from the staged book, with every warning an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from regspec.console import coloured
from regspec.publish.stage import stage
from regspec.sources.paths import project_root

__all__ = ["BuildError", "build"]


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
