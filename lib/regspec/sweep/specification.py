"""Sweep files: YAML, read safely and checked completely before anything runs."""

from __future__ import annotations

import difflib
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regspec.sweep.comparison import BASELINE
from regspec.sweep.measures import MEASURES
from regspec.sweep.options import SECTIONS, check_settings
from regspec.sweep.points import Point, Settings, merge
from regspec.tools.files import YamlError, read_yaml

__all__ = ["BASELINE", "Sweep", "SweepError", "load_sweep"]

_KEYS = ("name", "description", "measures", "base", "references", "axes", "points")
_NEEDED = ("name", "description", "measures")
_POINT_KEYS = ("label", "group", "readings", "set", "references", "measures")


class SweepError(ValueError):
    """A sweep file or an option of a sweep is wrong; says which, and what is allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """A named list of points.

    Attributes
    ----------
    name, description : str
    points : tuple of Point
        In the order of the file: for each reference its baseline and its named points, then the
        combinations of the axes.
    """

    name: str
    description: str
    points: tuple[Point, ...]


def load_sweep(path: str | Path) -> Sweep:
    """Read and check a sweep file.

    Every point's parameters are checked here, so that a wrong one stops the sweep before it
    starts.

    Parameters
    ----------
    path : str or Path
        YAML with ``name``, ``description``, ``measures`` (names), and optionally ``base``
        (options by section, see :data:`regspec.sweep.options.SECTIONS`), ``references`` (changes
        of the base by name; every named point is computed at each), ``axes`` (lists of values by
        ``section.option``; every combination is a point), ``points`` (``label``, ``set``, and
        optionally ``group``, ``readings``, ``references``, ``measures``).

    Returns
    -------
    Sweep

    Raises
    ------
    SweepError
        Naming the file, the point, the field, its value and what is allowed.

    Examples
    --------
    >>> from regspec.sources.paths import project_root
    >>> sweep = load_sweep(project_root() / "scenarios" / "robustness.yml")
    >>> sweep.points[0].name
    'baseline (paper)'
    """
    file = Path(path)
    try:
        raw = read_yaml(file)
    except FileNotFoundError:
        raise SweepError(f"no sweep file {str(path)!r}; the book's are in scenarios/") from None
    except YamlError as error:
        raise SweepError(str(error)) from None
    try:
        return _parse(raw)
    except ValueError as error:
        raise SweepError(f"{file.name}: {error}") from None


def _known(where: str, names: Any, allowed: tuple[str, ...]) -> None:
    if not isinstance(names, Mapping):
        raise ValueError(f"{where} is {names!r}; allowed: entries {', '.join(allowed)}")
    for name in names:
        if name not in allowed:
            near = difflib.get_close_matches(str(name), allowed, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{where} has no entry {name!r}; allowed: {', '.join(allowed)}.{hint}")


def _parse(raw: Any) -> Sweep:
    _known("the file", raw, _KEYS)
    if missing := [name for name in _NEEDED if not raw.get(name)]:
        raise ValueError(f"{', '.join(missing)} missing; needed: {', '.join(_NEEDED)}")
    measures = _measures("measures", raw["measures"])
    base: Settings = merge({}, _sections("base", raw.get("base")))
    references = _mapping("references", raw.get("references")) or {"paper": {}}
    starts = {
        name: merge(base, _sections(f"reference {name!r}", change))
        for name, change in references.items()
    }
    entries = raw.get("points") or []
    if not isinstance(entries, list):
        raise ValueError(f"points is {entries!r}; allowed: a list of entries with label and set")
    points = []
    for reference, settings in starts.items():
        points.append(_checked(BASELINE, reference, settings, {}, measures, {}))
        for entry in entries:
            _known("a point", entry, _POINT_KEYS)
            chosen = entry.get("references", list(starts))
            if not isinstance(chosen, list):
                raise ValueError(
                    f"point {entry.get('label')!r}: references is {chosen!r}; allowed: a list of "
                    f"{', '.join(map(str, starts))}"
                )
            if unknown := [r for r in chosen if r not in list(starts)]:
                raise ValueError(
                    f"point {entry.get('label')!r}: references is {chosen!r}; allowed: "
                    f"{', '.join(map(str, starts))} (not {unknown[0]!r})"
                )
            if reference in chosen:
                points.append(_named(entry, reference, settings, measures))
    first = next(iter(starts))
    points += _combinations(_mapping("axes", raw.get("axes")), first, starts[first], measures)
    if doubled := [n for n, c in Counter(p.name for p in points).items() if c > 1]:
        raise ValueError(f"label {doubled[0]!r} stands twice; allowed: one point a label")
    return Sweep(name=str(raw["name"]), description=str(raw["description"]), points=tuple(points))


def _mapping(where: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"{where} is {value!r}; allowed: entries by name")
    return value


def _sections(where: str, value: Any) -> dict[str, dict[str, Any]]:
    found = _mapping(where, value)
    for section, options in found.items():
        if not isinstance(options, dict):
            raise ValueError(f"{where}: {section} is {options!r}; allowed: options by name")
    return found


def _measures(where: str, names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not names or any(n not in list(MEASURES) for n in names):
        raise ValueError(f"{where} is {names!r}; allowed: a list of {', '.join(MEASURES)}")
    return tuple(n for n in MEASURES if n in names)


def _named(
    entry: Mapping[str, Any], reference: str, settings: Settings, measures: tuple[str, ...]
) -> Point:
    """A point of the list ``points``."""
    label = entry.get("label")
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"label is {label!r}; allowed: a name for every point")
    changes = entry.get("set")
    if not isinstance(changes, dict) or not changes:
        raise ValueError(f"point {label!r}: set is {changes!r}; allowed: options by section")
    own = entry.get("measures")
    chosen = measures if own is None else _measures(f"point {label!r}: measures", own)
    return _checked(label, reference, settings, changes, chosen, entry)


def _checked(
    label: str,
    reference: str,
    settings: Settings,
    changes: Mapping[str, Any],
    measures: tuple[str, ...],
    entry: Mapping[str, Any],
) -> Point:
    readings = entry.get("readings", [])
    if not isinstance(readings, list) or any(not isinstance(n, int) for n in readings):
        raise ValueError(f"point {label!r}: readings is {readings!r}; allowed: a list of numbers")
    try:
        for section, options in changes.items():
            if not isinstance(options, dict):
                raise ValueError(f"{section} is {options!r}; allowed: options by name")
        merged = merge(settings, changes)
        check_settings(merged)
    except (ValueError, TypeError) as error:
        raise ValueError(f"point {label!r} ({reference}): {error}") from None
    return Point(
        label=label,
        reference=reference,
        group=str(entry.get("group", "")),
        readings=tuple(readings),
        measures=measures,
        settings=merged,
        changes=merge({}, changes),
    )


def _combinations(
    axes: Mapping[str, Any], reference: str, settings: Settings, measures: tuple[str, ...]
) -> list[Point]:
    """Every combination of the axes' values, at the first reference."""
    for axis, values in axes.items():
        section, _, option = str(axis).partition(".")
        if option not in SECTIONS.get(section, ()):
            raise ValueError(
                f"axis {axis!r} is unknown; allowed: section.option with a section of "
                f"{', '.join(SECTIONS)} and one of its options, such as calibration.gamma"
            )
        if not isinstance(values, list) or not values:
            raise ValueError(f"axis {axis!r} is {values!r}; allowed: a list of values")
    out = []
    for combination in itertools.product(*axes.values()) if axes else ():
        changes: Settings = {}
        for axis, value in zip(axes, combination, strict=True):
            section, _, option = axis.partition(".")
            changes.setdefault(section, {})[option] = value
        label = ", ".join(
            f"{a.partition('.')[2]}={v:g}" if isinstance(v, float) else f"{a.partition('.')[2]}={v}"
            for a, v in zip(axes, combination, strict=True)
        )
        entry = {"group": " × ".join(a.partition(".")[2] for a in axes)}
        out.append(_checked(label, reference, settings, changes, measures, entry))
    return out
