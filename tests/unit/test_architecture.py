"""The structure that a newcomer relies on: one direction of imports, modules of readable size."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import regspec
from regspec.book import readme
from regspec.sources.paths import project_root

MODULES = sorted(Path(regspec.__file__).parent.rglob("*.py"))


def test_imports_go_one_way():
    # In a process of its own: import-linter switches off the loggers of other packages.
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=project_root(), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_modules_are_of_readable_size_and_say_what_they_are(module):
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 600
    assert ast.get_docstring(ast.parse(text))


HEAD = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
ENTRY = re.compile(r"^\**\w+(, \**\w+)*( : \S.*)?$")


def entries_that_are_prose(text):
    """Lines among parameters and attributes that no reader of NumPy's style takes for a name."""
    parts = HEAD.split(text)
    for section, body in zip(parts[1::2], parts[2::2], strict=True):
        if section in {"Attributes", "Parameters"}:
            flush = [line for line in body.splitlines() if line and not line.startswith(" ")]
            yield from (line for line in flush if not ENTRY.match(line))


@pytest.mark.parametrize("module", MODULES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_parameters_and_attributes_are_names_and_types(module):
    kinds = ast.FunctionDef | ast.ClassDef
    tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    texts = [ast.get_docstring(node) or "" for node in tree if isinstance(node, kinds)]
    assert not [line for text in texts for line in entries_that_are_prose(text)]


def test_every_package_folder_is_in_the_import_contract():
    layers = (project_root() / "pyproject.toml").read_text(encoding="utf-8")
    top = {p.stem for p in Path(regspec.__file__).parent.iterdir() if p.suffix == ".py"} | {
        p.name for p in Path(regspec.__file__).parent.iterdir() if (p / "__init__.py").exists()
    }
    missing = [n for n in top - {"__init__"} if f"regspec.{n}" not in layers]
    assert not missing, f"add {missing} to the layers in pyproject.toml"


def test_solving_loads_neither_pandas_nor_the_optimisers():
    # They take longer to import than a small solution takes to compute.
    code = (
        "import sys\n"
        "from regspec.model import Grid, solve_equilibrium\n"
        "from regspec.parameters import Calibration\n"
        "solve_equilibrium(Calibration.converted(gamma=2.0), Grid(20, 7, 2), on_failure='return')\n"
        "print(sorted({'pandas', 'scipy.optimize'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


PACKAGES = [p for p in MODULES if p.name == "__init__.py" and p.parent.name != "regspec"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.parent.name)
def test_packages_open_with_a_question_or_where_to_start(package):
    text = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8")))
    first = re.split(r"(?<=[.?])\s", text)[0]
    assert first.endswith("?") or "Start with" in text, first


def layout():
    text = (project_root() / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.split("<!-- start of layout")[1].split("<!-- end of layout -->")[0]


def test_the_layout_names_files_that_exist_and_at_most_twelve_to_read():
    root, text = project_root(), layout()
    named = {n for n in re.findall(r"`([\w./]+)`", text) if "/" in n or n.endswith(".yml")}
    missing = [n for n in named if "NAME" not in n and not (root / n).exists()]
    assert not missing
    order = re.findall(r"^\d+\. `(\S+)`: \S", text, re.MULTILINE)
    assert 8 <= len(order) <= 12
    assert order[0].endswith("parameters.py")
    assert all((root / n).is_file() for n in order)


def test_the_picture_of_the_layers_shows_every_package_and_is_in_step():
    text, root = layout(), Path(regspec.__file__).parent
    assert readme.updated(text, readme.layers(), readme.LAYERS) == text, "run 'make readme'"
    picture = text.split("```text")[1].split("```")[0]
    top = {p.parent.name for p in root.glob("*/__init__.py")} | {p.stem for p in root.glob("*.py")}
    assert top - {"__init__"} == set(re.findall(r"\w+", picture))
    assert max(map(len, picture.splitlines())) <= 42, "a phone shows about 42 letters"
