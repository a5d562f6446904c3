"""Random numbers start from the named seeds: no other module and no notebook types one."""

from __future__ import annotations

import ast
from pathlib import Path

import jupytext
import pytest

import regspec
from regspec import catalogue, seeds
from regspec.book import arguments

LIB = Path(regspec.__file__).parent
NAMED = {name: getattr(seeds, name) for name in seeds.__all__}

_GENERATORS = {"default_rng", "SeedSequence", "RandomState", "PCG64", "Random", "seed"}


def whole_numbers(node):
    """Whole numbers typed in an expression such as ``7``, ``-7``, ``[7, n]`` or ``7 + n``.

    Not those that say which of several, ``seeds.CHECKS[0]``, nor those added to a seed that is
    given, ``seed + 1``.
    """
    if isinstance(node, ast.BinOp) and any(is_seed(getattr(n, "id", "")) for n in ast.walk(node)):
        return []
    if node is None or isinstance(node, ast.Subscript):
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if type(node.value) is int else []
    return [n for part in ast.iter_child_nodes(node) for n in whole_numbers(part)]


def is_seed(name):
    return name in ("seed", "random_state") or name.endswith("_seed")


def typed(source):
    """Seeds that a program types: in calls, as defaults of functions and fields, and by name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [*node.args, *(k.value for k in node.keywords if k.arg is None)]
            given = given if name in _GENERATORS else []
            given += [k.value for k in node.keywords if k.arg and is_seed(k.arg)]
            found += [n for value in given for n in whole_numbers(value)]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            a = node.args
            plain = [*a.posonlyargs, *a.args]
            pairs = [*zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True)]
            pairs += zip(a.kwonlyargs, a.kw_defaults, strict=True)
            found += [n for arg, value in pairs if is_seed(arg.arg) for n in whole_numbers(value)]
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [getattr(t, "id", getattr(t, "attr", "")) for t in targets]
            if any(is_seed(name.lower()) for name in names):
                found += whole_numbers(node.value)
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("default_rng(3)", [3]),
        ("np.random.default_rng([7, n])", [7]),
        ("np.random.default_rng(seed)", []),
        ("np.random.default_rng(seeds.CENSUS)", []),
        ("default_rng(seed + 1); default_rng(7 + n)", [7]),
        ("np.random.default_rng(seeds.CHECKS[0])", []),
        ("def f(a, seed=4, *, other_seed: int = 5, k=6): ...", [4, 5]),
        ("f(seed=8, draws=9)", [8]),
        ("class A:\n    seed: int = 10", [10]),
        ("SEED = 11", [11]),
    ],
)
def test_typed_seeds_are_found(source, expected):
    assert sorted(typed(source)) == expected


def test_no_module_types_a_seed():
    found = {}
    for path in sorted(LIB.rglob("*.py")):
        numbers = typed(path.read_text(encoding="utf-8"))
        if numbers and path != LIB / "seeds.py":
            found[path.relative_to(LIB).as_posix()] = set(numbers)
    assert found == {}


def test_notebooks_start_from_named_seeds():
    for entry in catalogue.load().values():
        given = [p.default for p in arguments.declared(entry).values() if is_seed(p.name)]
        assert set(given) <= set(NAMED.values()), entry.name
        cells = jupytext.read(entry.source).cells
        code = [c for c in cells if c.cell_type == "code"]
        others = [c.source for c in code if "parameters" not in c.metadata.get("tags", [])]
        assert typed("\n".join(others)) == [], entry.name
