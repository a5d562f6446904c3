"""Moved code leaves every page of the book fresh: tried on a copy of the whole project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from regspec.sources.paths import project_root

NO_COPY = (".git", ".venv", "_build", "tests", "*cache*", "*.egg-info")

#: Reasons of every page, then again after what needs no execution.
LOOK = """
import json
from regspec import catalogue
from regspec.book import manifest, runner
def none(*given, **more):
    raise AssertionError("it was executed")
runner.execute = none
entries = list(catalogue.load().values())
reasons = [{e.name: manifest.reasons_stale(e, data=False) for e in entries}]
runner.run([e for e in entries if reasons[0][e.name] == [manifest.TEXT_CHANGED]])
reasons.append({e.name: manifest.reasons_stale(e, data=False) for e in entries})
print(json.dumps(reasons))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    target = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(project_root(), target, ignore=shutil.ignore_patterns(*NO_COPY))
    return target


def look(root):
    there = {"PYTHONPATH": str(root / "lib"), "REGSPEC_ROOT": str(root)}
    run = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=os.environ | there,
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    first, then = json.loads(run.stdout.splitlines()[-1])
    return [{n: why for n, why in reasons.items() if why} for reasons in (first, then)]


def replace(root, old, new):
    for file in (*(root / "lib").rglob("*.py"), *(root / "notebooks").glob("*.py")):
        file.write_text(re.sub(old, new, file.read_text("utf-8")), "utf-8")


def test_moved_code_leaves_pages_fresh_and_a_changed_number_does_not(copy):
    package = copy / "lib" / "regspec"
    (package / "figures").rename(package / "drawings")
    replace(copy, r"\bregspec\.figures\b", "regspec.drawings")
    (package / "model" / "planner" / "conditions.py").rename(package / "slopes.py")
    replace(copy, r"\bregspec\.model\.planner\.conditions\b", "regspec.slopes")
    grids = package / "model" / "economy" / "grids.py"
    rest, name, body = grids.read_text("utf-8").partition("def _bond_nodes(")
    head = "from __future__ import annotations\n\nimport numpy as np\n\n\n"
    (package / "nodes.py").write_text(head + name + body, "utf-8")
    moved = rest.replace("\nArray =", "\nfrom regspec.nodes import _bond_nodes\n\nArray =", 1)
    grids.write_text(moved, "utf-8")
    first, then = look(copy)
    assert {tuple(why) for why in first.values()} == {("the text changed",)}  # imports
    assert then == {}

    figure = package / "drawings" / "calibration.py"
    text = figure.read_text("utf-8")
    figure.write_text(text.replace("margins(0.05)", "margins(0.06)"), "utf-8")
    assert figure.read_text("utf-8") != text
    assert look(copy) == [{"13_robustness": ["draw_tornado changed"]}] * 2
