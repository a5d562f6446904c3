"""A small project of its own: notebooks, catalogue and folders, for tests of what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A page

"""


def write_notebook(root, name, code):
    """A notebook of one or more cells, separated by lines ``# %%``."""
    path = root / "notebooks" / f"{name}.py"
    path.write_text(f"{HEADER}# %%\n{textwrap.dedent(code)}", encoding="utf-8")
    listed = sorted(p.stem for p in path.parent.glob("*.py"))
    (path.parent / "catalogue.yml").write_text("".join(f"{n}:\n" for n in listed))


def make_project(root: Path, **notebooks: str) -> Path:
    """The folders and files that commands look for, and notebooks by name (n01_a: 01_a)."""
    for folder in ("notebooks", "scenarios", "data/results", "data/published"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    (root / "requirements.txt").write_text("numpy==2.4.6\n")
    (root / "data" / "published" / "numbers.csv").write_text(
        "id,reference,section,quantity,value,direction,decimals,unit,se\n"
    )
    for name, code in notebooks.items():
        write_notebook(root, name.removeprefix("n"), code)
    return root


def start(root, *words, **environment):
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "regspec", *words],
        env={**os.environ, "REGSPEC_ROOT": str(root), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        start_new_session=True,
        preexec_fn=_hear_interrupts,
    )


def _hear_interrupts():
    """What a script starts in the background ignores SIGINT, and so do its children: not these."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finish(root, *words, timeout=60, **environment):
    """Run the command to its end; (exit status, standard output, standard error)."""
    process = start(root, *words, **environment)
    out, told = process.communicate(timeout=timeout)
    return process.returncode, out, told


def wait_for(condition, seconds=60):
    """Wait until something holds, and fail where it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)
