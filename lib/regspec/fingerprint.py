"""Hash of a module's code: what it computes, not what it says about itself.

Executed pages and sweeps are computed anew when the code behind them changes. A docstring or an
example in one changes no result, so that docstrings are left out of the hash.
"""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from pathlib import Path

__all__ = ["code_sha256", "without_docstrings"]

_OWNERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def without_docstrings(source: str) -> str:
    r"""Text of a module without its docstrings; comments stay, as does all else, byte by byte.

    Positions in the text are used rather than a syntax tree written out again: how Python writes
    one changes between its versions.

    Examples
    --------
    >>> without_docstrings('def f(x):\n    "Twice x."\n    return 2 * x\n')
    'def f(x):\n    \n    return 2 * x\n'
    """
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, _OWNERS) or ast.get_docstring(node, clean=False) is None:
            continue
        text = node.body[0]
        first, last = text.lineno - 1, (text.end_lineno or text.lineno) - 1
        head, tail = lines[first][: text.col_offset], lines[last][text.end_col_offset :]
        lines[first : last + 1] = [head + tail, *[b""] * (last - first)]
    return b"".join(lines).decode()


def code_sha256(path: Path) -> str:
    """SHA-256 of a module without its docstrings."""
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _hash(path: Path, _: int) -> str:
    return hashlib.sha256(without_docstrings(path.read_text("utf-8")).encode()).hexdigest()
