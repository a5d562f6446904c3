"""What `import regspec` gives, and what it does not load."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import regspec

NAMES = {
    "Calibration", "Grid", "gini", "herfindahl", "optimal_taxes", "rca", "shift_share", "simulate",
    "solve_equilibrium", "solve_planner", "welfare_gain",
}  # fmt: skip


def printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_bare_import_loads_nothing_else():
    code = "import sys, regspec; print([m for m in sys.modules if m.startswith('regspec.')], "
    heavy = "{'numba', 'pandas', 'numpy', 'scipy', 'yaml'} & set(sys.modules))"
    assert printed(code + heavy) == "[] set()"


def test_names_are_loaded_by_what_they_need_alone():
    code = "import sys, regspec; regspec.Calibration.converted(); print('numba' in sys.modules)"
    assert printed(code) == "False"


def test_the_face_is_what_the_table_types_and_dir_say():
    assert set(regspec.__all__) == set(regspec._FACE) == NAMES
    assert set(dir(regspec)) >= NAMES
    assert {"__version__", "__doc__"} <= set(dir(regspec))
    stub = ast.parse(Path(regspec.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    typed = {
        a.asname: n.module for n in stub.body if isinstance(n, ast.ImportFrom) for a in n.names
    }
    assert typed == regspec._FACE


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_is_the_one_of_its_module(name):
    module = importlib.import_module(regspec._FACE[name])
    assert name in module.__all__
    assert getattr(regspec, name) is getattr(module, name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("solve_equilibrum", "did you mean 'solve_equilibrium'?"),
        ("calibration", "did you mean 'Calibration'?"),
        ("paramters", "did you mean 'parameters'?"),
        ("zzz", "it has Calibration, "),
        ("__wrapped__", "has no attribute '__wrapped__'"),
    ],
)
def test_an_unknown_name_is_told_what_was_meant(name, said):
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(regspec, name)


def test_a_module_that_was_not_imported_is_named():
    code = (
        "import regspec\n"
        "try:\n    regspec.model\n"
        "except AttributeError as error:\n    print(error)\n"
        "from regspec import measures\nprint(measures.gini.__name__)"
    )
    assert printed(code).splitlines() == [
        "regspec.model is a module: write 'import regspec.model' first",
        "gini",
    ]
