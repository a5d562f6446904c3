"""What code computes: blind to place, layout and words about it, and to nothing else."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import re
import sys
import zlib
from collections import Counter

import jupytext
import pytest

from regspec import catalogue
from regspec.tools import fingerprint
from regspec.tools.fingerprint import Index

PAGE = ["from p.top import f\nimport p", "x = f(3)", "print(p.sub.low.h(x))"]
SOURCES = {
    "p": "",
    "p.top": (
        'from math import sqrt\n\nimport numpy as np\n\n'
        'from p.sub import low\nfrom p.sub.low import g\n'
        '__all__ = ["f"]\nONE, TWO = 1, 2\n\n\n'
        'def f(x: int) -> float:\n    """Root."""\n    # why\n'
        '    return np.sum(sqrt(g(x) + low.h(x) + ONE))\n\n\ndef unused():\n    return TWO\n'
    ),
    "p.sub": "",
    "p.sub.low": (
        'import os\n\n\nclass Kept:\n    """A number."""\n\n    n: int = 3\n\n    def get(self):\n'
        '        return self.n\n\n\ndef g(x):\n    return Kept().get() * _twice(x)\n\n\n'
        'def h(x):\n    return f"{x:.2f} of {_twice(x)}"\n\n\n'
        'def _twice(x):\n    y: int = 2 * x\n    return y\n\n\nos.environ.setdefault("A", "1")\n'
    ),
}  # fmt: skip


def read(sources, cells=PAGE):
    return Index(sources).reached_from(cells)


def edited(*edits):
    sources = dict(SOURCES)
    for module, old, new in edits:
        assert old in sources[module], old
        sources[module] = sources[module].replace(old, new)
    return sources


def test_what_a_page_names_is_reached_and_nothing_else():
    names = set(read(SOURCES)[1])
    assert names == {"f", "ONE, TWO", "g", "h", "_twice", "Kept", fingerprint.AT_IMPORT}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("p.top", "Root.", "A square root."),
        ("p.top", "# why", "# because"),
        ("p.top", "(x: int) -> float", "(x)"),
        ("p.top", "ONE))", "ONE,))"),
        ("p.top", "return np.sum(", "return (\n        np.sum)("),
        ("p.top", "return TWO", "return 3"),
        ("p.top", "import numpy as np", "import numpy"),  # and below
        ("p.top", "from p.sub.low import g", "from p.sub.low import g, h"),
        ("p.top", "from p.sub import low", "import p.sub.low as low"),
        ("p.top", '["f"]', '["f", "g"]'),
        ("p.sub.low", "y: int = 2", "y = 2"),
        ("p.sub.low", "def h", "\n\n\n# A word.\ndef h"),
        ("p.sub.low", '"A", "1"', "'A', '1'"),
        ("p.sub", "", "X = 1\n"),
    ],
)
def test_what_changes_nothing(module, old, new):
    more = [("p.top", "np.sum", "numpy.sum")] if new == "import numpy" else []
    assert read(edited((module, old, new), *more)) == read(SOURCES)


@pytest.mark.parametrize(
    ("module", "old", "new", "changed"),
    [
        ("p.top", "ONE, TWO = 1, 2", "ONE, TWO = 1, 3", {"ONE, TWO"}),
        ("p.top", "from math import sqrt", "from cmath import sqrt", {"f"}),
        ("p.top", "numpy as np", "pandas as np", {"f"}),
        ("p.top", "low.h(x) + ONE", "(low.h(x) + ONE) * 1", {"f"}),
        ("p.top", "low import g", "low import h as g", {"f", "g", "Kept"}),
        ("p.sub.low", "2 * x", "2 * x + 1", {"_twice"}),
        ("p.sub.low", " of {", " or {", {"h"}),
        ("p.sub.low", ":.2f", ":.3f", {"h"}),
        ("p.sub.low", "n: int = 3", "n: float = 3", {"Kept"}),
        ("p.sub.low", "return self.n", "return -self.n", {"Kept"}),
        ("p.sub.low", '"A", "1"', '"A", "2"', {fingerprint.AT_IMPORT}),
    ],
)
def test_what_changes_and_is_named(module, old, new, changed):
    was, now = read(SOURCES)[1], read(edited((module, old, new)))[1]
    assert {n for n in was | now if was.get(n) != now.get(n)} == changed


def test_a_moved_function_a_renamed_file_and_merged_modules_are_the_same():
    texts, hashes = read(SOURCES)
    twice = SOURCES["p.sub.low"][SOURCES["p.sub.low"].index("def _twice") :].split("\n\n\n")[0]
    apart = edited(("p.sub.low", twice, ""), ("p.sub.low", "import os", "import os\nimport p.new"))
    apart["p.new"] = twice
    apart["p.sub.low"] = apart["p.sub.low"].replace("_twice", "p.new._twice")
    assert read(apart) == (texts, hashes)

    renamed = {n.replace("sub", "under"): t.replace("p.sub", "p.under") for n, t in SOURCES.items()}
    assert read(renamed, [c.replace("p.sub", "p.under") for c in PAGE]) == (texts, hashes)

    head, body = SOURCES["p.top"].split("__all__")
    head = head.replace("from p.sub import low\nfrom p.sub.low import g\n", "")
    body = body.replace("low.h", "h")
    merged = {"p": "", "p.one": f"{head}__all__{body}{SOURCES['p.sub.low']}"}
    cells = ["from p.one import f, h", "x = f(3)", "print(h(x))"]
    assert read(merged, cells) == (texts, hashes)


def test_cells_count_without_their_layout_and_import_lines():
    texts = read(SOURCES)[0]
    assert read(SOURCES, ["import p\nfrom p import top", "x = top.f(3)  # 3", PAGE[2]])[0] == texts
    for other in (PAGE[1] + ";", "%time\n" + PAGE[1], "x = f(4)", "def f(y): pass\nx = f(3)"):
        assert read(SOURCES, [PAGE[0], other, PAGE[2]])[0] != texts
    imported = ["from math import sqrt", "sqrt(2)"]
    assert read({}, imported) != read({}, ["from cmath import sqrt", "sqrt(2)"])


def test_two_definitions_of_one_name_are_told_apart():
    sources = {
        "p": "",
        "p.a": "def load(): return 1\ndef one(): return load()",
        "p.b": "def load(): return 2\ndef two(): return load()",
    }
    cells = ["from p.a import one", "from p.b import two", "one() + two()"]
    was = read(sources, cells)[1]
    wrong = sources | {"p.b": "from p.a import load\ndef two(): return load()"}
    assert read(wrong, cells)[1].keys() == was.keys()
    swapped = {
        "p": "",
        "p.a": "def load(): return 1\ndef two(): return load()",
        "p.b": "def load(): return 2\ndef one(): return load()",
    }
    again = read(swapped, ["from p.b import one", "from p.a import two", "one() + two()"])[1]
    assert {n for n in was if again[n] != was[n]} == {"load"}


WHOLE = {"p": "", "p.a": "def one(): return 1\ndef two(): return 2\nX = 3", "p.b": "Y = 1"}


@pytest.mark.parametrize(
    "cell",
    [
        "from p import a\ngetattr(a, name)()",
        "import p.a as other\nrun(other)",
        "import importlib\nimportlib.import_module('p.a')",
        "import importlib\nimportlib.import_module(f'p.{name}')",
        "from p.a import *\none(), two(), X",
    ],
)
def test_a_module_that_is_looked_into_counts_whole(cell):
    assert {"one", "two", "X"} <= set(read(WHOLE, [cell])[1])
    assert set(read(WHOLE, ["from p import a\na.one()\na.__file__"])[1]) == {"one"}


def test_globals_reach_their_own_module():
    sources = WHOLE | {"p.a": WHOLE["p.a"] + "\ndef any_of(n): return globals()[n]"}
    assert set(read(sources, ["from p.a import any_of"])[1]) == set()
    assert {"one", "two", "X"} <= set(read(sources, ["from p.a import any_of", "any_of(2)"])[1])


@pytest.mark.parametrize("table", ["{'one': 'p.a'}", "{'one': '.a'}", "{'a': ['one']}", "_read()"])
def test_a_lazy_face_reaches_what_is_asked_for(table):
    face = (
        f"import importlib\n_WHERE = {table}\n"
        "def __getattr__(name): return getattr(importlib.import_module(_WHERE[name]), name)\n"
    )
    sources = WHOLE | {"p": face}
    for cells in (["import p", "p.one()"], ["from p import one", "one()"]):
        assert read(sources, cells)[1] == read(WHOLE, ["from p.a import one", "one()"])[1]


def test_what_is_bound_twice_in_a_loop_or_only_for_types_is_read():
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.b import Y\n"
        "X = 1\nX += 2\nfor N in (1, 2):\n    X = X + N\n"
        "def f() -> Y: return X\nif __name__ == '__main__':\n    f(9)\n"
    )
    cells = ["from p.a import f", "f()"]
    was = read(WHOLE | {"p.a": text}, cells)[1]
    assert set(was) == {"f", "X", "N, X", fingerprint.AT_IMPORT}
    for old, new in (("= 1", "= 4"), ("+= 2", "+= 4"), ("(1, 2)", "(1, 4)")):
        assert read(WHOLE | {"p.a": text.replace(old, new)}, cells)[1] != was
    for old, new in (("f(9)", "f(8)"), ("p.b", "p.c")):
        assert read(WHOLE | {"p.a": text.replace(old, new)}, cells)[1] == was


def test_every_version_of_python_writes_the_same_words():
    text = r'''
f"{x:}"; f"{x!r:>{w}.{p}f}"; f"{x = }"; f"a" "b" f"{c}d"; f"{x:{'>'}10}"; f"{{}}{x}"; rf"\d{x}"
f"""
{x
 } {a['b']}
"""
f"\N{EM DASH}{x}\n{x:%Y-%m}"; f"{'a' 'b'}"; f""; "a" f"" "b"; f"{x:a{y}b}"; u"x"; b"\xff"; 1e400; 1j
0x10; 1_000; -1; x[:, None, ::2]; lambda *a, k=1, **b: (yield); {**a, 'é': 1}
@d(1)
async def f(a, /, b=1, *c, d, e=2, **g) -> int:
    """Docstring."""
    match a:
        case {"k": [1, *_], **rest} if rest: return
    try: await z
    except* E as e: raise X from e
class A(B, metaclass=M):
    x: int
    y: str = "1"
'''
    written = Index({}).reached_from([text])[0][0]
    assert hashlib.sha256(written.encode()).hexdigest()[:12] == "eff2901e8006"


# The package itself.

ENTRIES = list(catalogue.load().values())


def code_cells(entry):
    cells = jupytext.read(entry.source, fmt="py:percent").cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


CELLS = {entry.name: code_cells(entry) for entry in ENTRIES}


@pytest.fixture(scope="module")
def pages():
    index = fingerprint.package()
    return {name: index.reached_from(cells) for name, cells in CELLS.items()}


def test_renamed_packages_leave_every_page_as_it_was(pages):
    def renamed(text):
        text = re.sub(r"\bregspec\.model\b", "regspec.economy", text)
        text = text.replace("from regspec import model", "from regspec import economy as model")
        return re.sub(r"\bregspec\.(facts|figures)\b", r"regspec.inner.\1", text)

    sources = {renamed(name): renamed(text) for name, text in fingerprint.package().sources.items()}
    index = Index(sources | {"regspec.inner": ""})
    assert not any(name.startswith("regspec.model") for name in index.sources)
    for name, cells in CELLS.items():
        assert index.reached_from([renamed(c) for c in cells]) == pages[name], name


def one_number_more(source, chosen):
    """A module with one added to the last number of each chosen function, and which they are."""
    lines = source.encode().splitlines(keepends=True)
    changed = set()
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or not chosen(node.name):
            continue
        inner = [n for statement in node.body for n in ast.walk(statement)]
        # Older versions of Python do not say where in an f-string a number stands.
        in_text = {n for f in inner if isinstance(f, ast.JoinedStr) for n in ast.walk(f)}
        numbers = [
            n for n in inner if isinstance(n, ast.Constant) and type(n.value) in (int, float)
        ]
        if numbers := [n for n in numbers if n not in in_text]:
            n = max(numbers, key=lambda n: (n.lineno, n.col_offset))
            line = lines[n.lineno - 1]
            before, number = line[: n.col_offset], line[n.col_offset : n.end_col_offset]
            lines[n.lineno - 1] = before + b"(1 + %s)" % number + line[n.end_col_offset :]
            changed.add(node.name)
    return b"".join(lines).decode(), changed


@pytest.mark.parametrize("half", [0, 1])
def test_a_changed_number_makes_those_pages_stale_that_reach_it(pages, half):
    old = fingerprint.package().sources
    names = Counter(
        n for text in old.values() for n in re.findall(r"^(?:def |class )?(\w+)", text, re.M)
    )
    once = {n for n in names if names[n] == 1 and zlib.crc32(n.encode()) % 2 == half}
    both = {name: one_number_more(text, once.__contains__) for name, text in old.items()}
    changed = set().union(*(here for _, here in both.values()))
    assert len(changed) > 150
    index = Index({name: text for name, (text, _) in both.items()})
    for name, cells in CELLS.items():
        was, now = pages[name][1], index.reached_from(cells)[1]
        assert {n for n in was if was[n] != now[n]} == changed & set(was), name


FACTS = {"01_data", "02_fact1", "03_fact2", "04_fact3", "05_convergence"}
SOLVED = {"10_solver", "10b_accuracy", "11_results", "12_planner", "15_zones", "16_explore"}


@pytest.mark.parametrize(
    ("definition", "stale", "fresh"),
    [
        ("draw_tornado", {"13_robustness"}, set(CELLS) - {"13_robustness"}),
        (
            "solve_state",
            SOLVED,
            FACTS | {"06_census", "08_model", "13_robustness", "14_scoreboard"},
        ),
        ("lowess_band", {"03_fact2"}, {"08_model", "10_solver", "11_results", "12_planner"}),
        ("show", FACTS | SOLVED | {"13_robustness"}, set()),
        (
            "solve_planner",
            {"12_planner", "15b_zone_planner"},
            FACTS | {"10_solver", "09_calibration"},
        ),
        ("_parser", set(), set(CELLS)),  # of the command line
    ],
)
def test_which_pages_a_definition_bears_on(pages, definition, stale, fresh):
    reaching = {name for name, (_, reached) in pages.items() if definition in reached}
    assert stale <= reaching
    assert not fresh & reaching


@pytest.mark.parametrize("name", ["14_scoreboard"])
def test_what_a_page_runs_is_what_it_reaches(pages, name, monkeypatch):
    """Every function of the package that is called while a page's cells run, imports apart."""
    ran = set()

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and f"{fingerprint._FOLDER}/" in code.co_filename:
            ran.add((code.co_filename, code.co_qualname.split(".")[0]))

    trees = [ast.parse(cell).body for cell in CELLS[name]]
    imports = [n for body in trees for n in body if isinstance(n, ast.Import | ast.ImportFrom)]
    space = {"__name__": "__main__"}
    monkeypatch.setenv("MPLBACKEND", "agg")
    exec(compile(ast.Module(imports, []), "imports", "exec"), space)
    with contextlib.redirect_stdout(io.StringIO()):
        sys.setprofile(note)
        try:
            for body in trees:
                exec(compile(ast.Module(body, []), "a cell", "exec"), space)
        finally:
            sys.setprofile(None)
    names = {n for file, n in ran if file != fingerprint.__file__}  # that hashes code
    assert len(names) > 10
    assert names <= set(pages[name][1])
