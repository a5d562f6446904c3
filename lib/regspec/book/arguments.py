"""Notebook parameters: declared once in the notebook, checked before anything runs.

A parameter is an annotated assignment in the cell tagged ``parameters``::

    theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
    reading: str = "national"  # whose productivity; one of national, regional

The text after the semicolon is the allowed range, a chained comparison in the parameter's own
name, or ``one of`` with the allowed words or numbers.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext

from regspec.catalogue import Entry
from regspec.sources.paths import project_root
from regspec.tools.files import YamlError, read_word, read_yaml

__all__ = [
    "Parameter",
    "ParameterError",
    "Scenario",
    "check",
    "declared",
    "is_sweep",
    "load_scenario",
    "parse",
]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list": list,
}
_COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


#: Largest whole number: what NumPy counts with.
_MOST = 2**63 - 1


class ParameterError(ValueError):
    """A notebook parameter has an unknown name, a wrong type, or a value out of range."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A declared parameter: name, type name, default, help text, and allowed values."""

    name: str
    type_name: str
    default: Any
    help: str
    allowed: str

    def admits(self, value: Any) -> bool:
        """Whether the value lies in the declared range (any value if none is declared)."""
        if not self.allowed:
            return True
        if self.allowed.startswith("one of "):
            return str(value) in [w.strip() for w in self.allowed[7:].split(",")]
        return _holds(self.allowed, self.name, value)


def _holds(text: str, name: str, value: Any) -> bool:
    tree = ast.parse(text, mode="eval").body
    if not isinstance(tree, ast.Compare):
        raise ValueError(f"range {text!r} of parameter {name!r} is not a comparison")

    def number(node: ast.expr) -> Any:
        if isinstance(node, ast.Name) and node.id == name:
            return value
        return ast.literal_eval(node)

    terms = [number(n) for n in (tree.left, *tree.comparators)]
    pairs = zip(tree.ops, terms, terms[1:], strict=False)
    return all(_COMPARE[type(op)](a, b) for op, a, b in pairs)


_LINE = re.compile(r"^(\w+)\s*:\s*(\w+)[^=]*=\s*(.+?)\s*(?:#\s*(.*))?$")


def declared(entry: Entry) -> dict[str, Parameter]:
    """Parameters that a notebook declares, by name.

    Raises
    ------
    ParameterError
        If a line of the parameters cell is not an annotated assignment with a literal default,
        or a default lies outside its own range.
    """
    cells = [
        c for c in jupytext.read(entry.source).cells if "parameters" in c.metadata.get("tags", [])
    ]
    if len(cells) > 1:
        raise ParameterError(f"{entry.name}: more than one cell is tagged 'parameters'")
    out: dict[str, Parameter] = {}
    for line in cells[0].source.splitlines() if cells else []:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        hit = _LINE.match(line)
        if hit is None or hit[2] not in _TYPES:
            raise ParameterError(
                f"{entry.name}: write parameters as 'name: type = default  # help; range' with a "
                f"type of {', '.join(_TYPES)}, not {line!r}"
            )
        text, _, allowed = (hit[4] or "").partition(";")
        p = Parameter(
            name=hit[1],
            type_name=hit[2],
            default=ast.literal_eval(hit[3]),
            help=text.strip(),
            allowed=allowed.strip(),
        )
        out[p.name] = p
        _check_one(entry.name, p, p.default)
    return out


def _check_one(notebook: str, p: Parameter, value: Any) -> None:
    wrong_bool = isinstance(value, bool) and p.type_name != "bool"
    if wrong_bool or not isinstance(value, _TYPES[p.type_name]):
        raise ParameterError(
            f"{notebook}: parameter {p.name!r} must be {p.type_name}, "
            f"got {_shown(value)} ({type(value).__name__})"
        )
    if not p.admits(value):
        raise ParameterError(
            f"{notebook}: parameter {p.name!r} = {_shown(value)} is out of range; allowed: "
            f"{p.allowed}"
        )
    _check_plain(notebook, p, value)


def _check_plain(notebook: str, p: Parameter, value: Any) -> None:
    """Raise unless a number is finite, a word printable, and a list one of the default's kind."""
    if isinstance(value, list):
        kinds = {float if isinstance(x, int | float) else type(x) for x in p.default}
        for x in value:
            kind = float if isinstance(x, int | float) and not isinstance(x, bool) else type(x)
            if kinds and kind not in kinds:
                what = "numbers" if kinds == {float} else "entries like those of the default"
                raise ParameterError(
                    f"{notebook}: parameter {p.name!r} holds {_shown(x)}; allowed: {what}, such as "
                    f"{p.default!r}"
                )
            _check_plain(notebook, p, x)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(
            f"{notebook}: parameter {p.name!r} = {value!r}; allowed: a finite number"
            + (f", {p.allowed}" if p.allowed else "")
        )
    elif isinstance(value, int) and abs(value) > _MOST:
        raise ParameterError(
            f"{notebook}: parameter {p.name!r} = {_shown(value)}; allowed: at most {_MOST:,}"
        )
    elif isinstance(value, str) and not value.isprintable():
        raise ParameterError(
            f"{notebook}: parameter {p.name!r} = {_shown(value)}; allowed: printable characters"
        )


def _shown(value: Any) -> str:
    """Value as messages quote it: not more of it than a line holds."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a number of thousands of digits"
    return text if len(text) <= 80 else f"{text[:77]}..."


def check(entry: Entry, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check names, types and ranges; return the given values as a dictionary.

    Raises
    ------
    ParameterError
        Naming the notebook, the parameter, the value, and what is allowed.
    """
    known = declared(entry)
    if not isinstance(given, Mapping):
        raise ParameterError(
            f"{entry.name}: its parameters are {_shown(given)}; allowed: entries 'name: value'"
        )
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            allowed = ", ".join(known) or "none: this notebook takes no parameters"
            raise ParameterError(
                f"{entry.name}: unknown parameter {_shown(name)}{hint} (allowed: {allowed})"
            )
        _check_one(entry.name, known[name], value)
    return dict(given)


def parse(entry: Entry, words: Mapping[str, str]) -> dict[str, Any]:
    """Read command-line words by the declared types (so that ``01001`` can stay a word).

    Raises
    ------
    ParameterError
        As :func:`check`.
    """
    known = declared(entry)
    out: dict[str, Any] = {}
    for name, word in words.items():
        is_text = name in known and known[name].type_name == "str"
        try:
            out[name] = word if is_text or name not in known else read_word(word)
        except YamlError as error:
            raise ParameterError(
                f"{entry.name}: parameter {name!r} = {_shown(word)} cannot be read ({error}); "
                f"allowed: {known[name].type_name}, such as {known[name].default!r}"
            ) from None
    return check(entry, out)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """A named parameter set: values by notebook name."""

    name: str
    description: str
    notebooks: dict[str, dict[str, Any]]


def is_sweep(path: Path) -> bool:
    """Whether a file in ``scenarios/`` is a sweep over the model, not parameters of notebooks."""
    raw = read_yaml(path)
    return isinstance(raw, dict) and "measures" in raw


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def load_scenario(name: str, entries: dict[str, Entry]) -> Scenario:
    """Read and check ``scenarios/<name>.yml``.

    Raises
    ------
    ParameterError
        For an unknown scenario, key, notebook or parameter; the known ones are listed.
    YamlError
        If the file cannot be read.
    """
    folder = project_root() / "scenarios"
    if not _NAME.fullmatch(name):
        raise ParameterError(
            f"scenario {_shown(name)}; allowed: a name of letters, digits, '-' and '_', of a file "
            "scenarios/NAME.yml"
        )
    path = folder / f"{name}.yml"
    if not path.exists():
        known = sorted(p.stem for p in folder.glob("*.yml") if not is_sweep(p))
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"unknown scenario {name!r}{hint} (known: {', '.join(known)})")
    if is_sweep(path):
        raise ParameterError(
            f"scenarios/{path.name} is a sweep: run 'python -m regspec sweep scenarios/{path.name}'"
        )
    try:
        return _scenario(name, read_yaml(path), entries)
    except ParameterError as error:
        raise ParameterError(f"scenarios/{path.name}: {error}") from None


def _scenario(name: str, raw: Any, entries: dict[str, Entry]) -> Scenario:
    keys = ("name", "description", "notebooks")
    if not isinstance(raw, dict) or set(raw) != set(keys):
        found = sorted(map(str, raw)) if isinstance(raw, dict) else _shown(raw)
        raise ParameterError(f"keys must be {', '.join(keys)}; got {found}")
    if raw["name"] != name:  # it names the folder of the runs, too
        raise ParameterError(f"name is {_shown(raw['name'])}; allowed: {name!r}, as the file's")
    if not isinstance(raw["description"], str) or not raw["description"].strip():
        raise ParameterError(f"description is {_shown(raw['description'])}; allowed: a sentence")
    notebooks = raw["notebooks"]
    if not isinstance(notebooks, dict) or not notebooks:
        raise ParameterError(
            f"notebooks is {_shown(notebooks)}; allowed: entries 'notebook: {{parameter: value}}'"
        )
    for notebook, values in notebooks.items():
        if notebook not in entries:
            raise ParameterError(
                f"unknown notebook {_shown(notebook)} (known: {', '.join(entries)})"
            )
        check(entries[notebook], values)
    return Scenario(name=name, description=raw["description"], notebooks=notebooks)
