"""A point of a sweep, and the key under which its result is stored.

Light on purpose: what a worker imports before its first point should cost nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from regspec.tools import fingerprint

__all__ = [
    "CODE_DIGITS",
    "Point",
    "Settings",
    "canonical",
    "code_hash",
    "key_of",
    "merge",
]

Settings = dict[str, dict[str, Any]]

#: How much of the code's hash stands in tables.
CODE_DIGITS = 12


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


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Hash of the code that computes a result: all that `evaluate_point` reaches.

    What no measure uses is no part of it: changing that, or moving any of it, keeps results.
    """
    reached = fingerprint.package().reached("evaluate_point")
    return hashlib.sha256(canonical(reached).encode()).hexdigest()


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
