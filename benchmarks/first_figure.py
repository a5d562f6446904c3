"""Seconds from a clone to the first figure, for each way of using the book.

``python -m benchmarks.first_figure`` prints them; ``--setup`` clones and sets up anew first (a
network or a package index is needed), ``--json`` prints for programs. Each is what a new user waits
for, in a process of its own, and with compiled kernels discarded unless ``--warm``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pandas as pd
from nbclient import NotebookClient

from benchmarks.timing import report

ROOT = Path(__file__).resolve().parents[1]

_SOLVE = """
import matplotlib.pyplot as plt
from regspec.model import Grid, solve_equilibrium
from regspec.parameters import Calibration

solution = solve_equilibrium(Calibration.converted(gamma=2.0), Grid(80, 31, 5))
plt.plot(solution.grid.bonds, solution.policies.c[2, 2, :, 15])
plt.savefig(FIGURE)
"""


class _Shown(Exception):
    """The notebook has shown its first figure."""


def notebook(name):
    """Run a chapter, kernel and all, as far as its first figure."""
    path = ROOT / "notebooks" / f"{name}.ipynb"

    def look(cell, cell_index, execute_reply):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            raise _Shown

    page = nbformat.read(path, as_version=4)
    for cell in page.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(
        page, resources={"metadata": {"path": str(path.parent)}}, on_cell_executed=look
    )
    try:
        client.execute()
    except _Shown:
        return
    raise SystemExit(f"{path.name} shows no figure")


def solve(_):
    """Import the package, solve the baseline, draw a policy."""
    with tempfile.TemporaryDirectory() as folder:
        figure = Path(folder) / "policy.png"
        subprocess.run([sys.executable, "-c", f"FIGURE = {str(figure)!r}\n{_SOLVE}"], check=True)
        if not figure.stat().st_size:
            raise SystemExit("the figure is empty")


def front_page(_):
    """Open the built site's front page in Chromium, until its figure is drawn."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    driver = webdriver.ChromeService(shutil.which("chromedriver"))
    chrome = webdriver.Chrome(options=options, service=driver)
    try:
        chrome.get((ROOT / "_build" / "html" / "book" / "intro.html").as_uri())
        drawn = "return [...document.querySelectorAll('article img')].some(i => i.naturalWidth > 0)"
        if not chrome.execute_script(drawn):
            raise SystemExit("the front page shows no figure")
    finally:
        chrome.quit()


PATHS = {
    "reader": (front_page, None, "front page of the built site, Chromium's start included"),
    "runner": (notebook, "02_fact1", "fact 1, public data that are here"),
    "ipums": (notebook, "06_census", "generated census, no key"),
    "modeller": (solve, None, "import, solve the baseline, draw a policy"),
    "own economy": (notebook, "20_own_economy", "an economy of three industries"),
}


def setup():
    """Clone and set up; seconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run(["git", "clone", "-q", str(ROOT), f"{folder}/clone"], check=True)
        cloned = time.perf_counter()
        command = [
            "make",
            "-s",
            "setup",
            f"PYTHON={getattr(sys, '_base_executable', sys.executable)}",
        ]
        subprocess.run(command, cwd=f"{folder}/clone", check=True, stdout=2)
        return cloned - began, time.perf_counter() - cloned


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PATHS, help="some ways of use")
    parser.add_argument("--setup", action="store_true", help="clone and set up anew, too")
    parser.add_argument("--warm", action="store_true", help="use kernels compiled before")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    rows = []
    if given.setup:
        rows += zip(("git clone", "make setup"), setup(), ("from this folder", ""), strict=True)
    with tempfile.TemporaryDirectory() as cache:
        if not given.warm:
            os.environ["NUMBA_CACHE_DIR"] = cache
        for name in given.only or PATHS:
            function, argument, note = PATHS[name]
            began = time.perf_counter()
            function(argument)
            rows.append((name, time.perf_counter() - began, note))
    frame = pd.DataFrame(rows, columns=["use", "seconds", "note"])
    report(frame, None, as_json=given.json)


if __name__ == "__main__":
    main()
