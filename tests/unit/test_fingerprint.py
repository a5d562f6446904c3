"""The hash of a module: blind to docstrings, and to nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import regspec
from regspec.fingerprint import code_sha256, without_docstrings

SOURCE = '''"""Module."""
X = """not a docstring"""


class A:
    """Class,
    in two lines."""

    n: int = 1
    "text after a field"

    async def g(self): "On one line."; return 1  # é


def f(x):
    r"""Function."""
    """not the docstring"""
    return x
'''


def test_docstrings_are_left_out_and_nothing_else(tmp_path):
    kept = without_docstrings(SOURCE)
    for gone in ("Module", "Class", "in two lines", "On one line", "Function"):
        assert gone not in kept
    for stays in ("not a docstring", "text after", "not the docstring", "return 1  # é", "n: int"):
        assert stays in kept
    assert len(kept.splitlines()) == len(SOURCE.splitlines()) - 1  # one was in two lines


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Function.", "Another text.\n\n    >>> f(1)\n    1\n    ", True),
        ("return x", "return x + 1", False),
        ("# é", "# e", False),
    ],
)
def test_what_changes_the_hash(tmp_path, old, new, same):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(SOURCE, "utf-8")
    other.write_text(SOURCE.replace(old, new), "utf-8")
    assert (code_sha256(one) == code_sha256(other)) is same


def test_an_edit_is_seen_in_the_same_process(tmp_path):
    path = tmp_path / "m.py"
    path.write_text("x = 1\n")
    before = code_sha256(path)
    path.write_text("x = 2\n")
    assert code_sha256(path) != before


def test_every_module_parses_to_the_same_code_without_its_docstrings():
    def bare(text):
        tree = ast.parse(text)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            owner = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            if owner and ast.get_docstring(node) is not None:
                node.body = body[1:]
        return ast.dump(tree)

    for path in sorted(Path(regspec.__file__).parent.rglob("*.py"))[::7]:
        text = path.read_text("utf-8")
        kept = without_docstrings(text)
        # A body of nothing but its docstring is empty now: that cannot be parsed, nor need it be.
        try:
            again = ast.parse(kept)
        except SyntaxError:
            continue
        assert ast.dump(again) == bare(text), path
