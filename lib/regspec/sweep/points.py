"""A point of a sweep, and the key under which its result is stored.

Light on purpose: what a worker imports before its first point should cost nothing.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from regspec.fingerprint import code_sha256

__all__ = [
    "CODE_DIGITS",
    "Point",
    "Settings",
    "canonical",
    "code_files",
    "code_hash",
    "key_of",
    "merge",
]

Settings = dict[str, dict[str, Any]]

#: How much of the code's hash stands in tables.
CODE_DIGITS = 12

#: What computes a result: these modules, and what they import outside this folder.
_CODE = ("sweep/measures.py", "sweep/options.py")
_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One set of parameters and what to compute at it.

    Attributes
    ----------
    label : str
        What distinguishes the point, unique within a reference.
    reference : str
        Set of values that the point departs from.
    group : str
        Kind of choice, for tables and figures.
    readings : tuple of int
        Entries of the register of readings that it bears on.
    measures : tuple of str
        Names of :data:`regspec.sweep.measures.MEASURES`.
    settings : dict
        Options by section (see :mod:`regspec.sweep.options`): plain numbers, words and lists.
    changes : dict
        The part of `settings` in which the point departs from its reference.
    """

    label: str
    reference: str = "paper"
    group: str = ""
    readings: tuple[int, ...] = ()
    measures: tuple[str, ...] = ("equilibrium",)
    settings: Settings = field(default_factory=dict)
    changes: Settings = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Label and reference, for messages."""
        return f"{self.label} ({self.reference})"


def merge(base: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Any]) -> Settings:
    """Settings with some options replaced, section by section.

    Examples
    --------
    >>> merge({"calibration": {"gamma": 2.0, "theta": 0.35}}, {"calibration": {"theta": 0.3}})
    {'calibration': {'gamma': 2.0, 'theta': 0.3}}
    """
    sections = [*base, *(s for s in changes if s not in base)]
    return {s: {**base.get(s, {}), **changes.get(s, {})} for s in sections}


def canonical(value: Any) -> str:
    """JSON with sorted keys: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _imported(path: Path) -> set[Path]:
    """Files of the package that a module's import statements name, with the folders' own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    parts = [name.split(".")[1:] for name in names if name.split(".")[0] == _PACKAGE.name]
    stems = {_PACKAGE.joinpath(*p[:i]) for p in parts for i in range(len(p) + 1)}
    files = {f for stem in stems for f in (stem.with_suffix(".py"), stem / "__init__.py")}
    return {f for f in files if f.is_file()}


@lru_cache(maxsize=1)
def code_files() -> tuple[Path, ...]:
    """Files that a result depends on: measures and options, and what these import.

    A module that no measure imports is none of them: changing it keeps results.
    """
    own = Path(__file__).parent
    found: set[Path] = set()
    todo = [_PACKAGE / name for name in _CODE]
    while todo:
        path = todo.pop()
        found.add(path)
        new = {f for f in _imported(path) if f.parent != own}
        todo += sorted(new - found - set(todo))
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Hash of the code that a result depends on (:func:`code_files`), docstrings apart."""
    digest = hashlib.sha256()
    for path in code_files():
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(code_sha256(path).encode())
    return digest.hexdigest()


def key_of(identity: Mapping[str, Any], *, code: str, data: Mapping[str, str]) -> str:
    """Key of a point's result.

    Labels and groups are no part of it: renaming a point keeps its result.

    Parameters
    ----------
    identity : mapping
        Everything that the result depends on (:func:`regspec.sweep.options.identity`).
    code : str
        See :func:`code_hash`.
    data : mapping of str to str
        Checksums of data files by source.
    """
    content = {"identity": identity, "code": code, "data": data}
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:24]
