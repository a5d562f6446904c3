"""Keys and passwords of the environment: what is kept or printed must not hold their values."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping

__all__ = ["found_in", "hidden", "values"]

_NAMED = re.compile(r"(^|_)(KEY|TOKEN|SECRET|PASSWORD)$")
_SHORTEST = 12  # a shorter value may be an ordinary word that a page uses


def values(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Values by name of the variables that are called a key, token, secret or password.

    Examples
    --------
    >>> values({"IPUMS_API_KEY": "59cba10d8a5da536fc06b59d", "KEYBOARD": "a mechanical one"})
    {'IPUMS_API_KEY': '59cba10d8a5da536fc06b59d'}
    """
    named = {n: v.strip() for n, v in environment.items() if _NAMED.search(n)}
    return {n: v for n, v in named.items() if len(v) >= _SHORTEST}


def _written(value: str) -> set[str]:
    """Value as it stands in text and in JSON."""
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}


def found_in(text: str) -> list[str]:
    """Names of the variables whose values a text holds."""
    return [n for n, v in values().items() if any(w in text for w in _written(v))]


def hidden(text: str) -> str:
    """Text with every such value replaced by its variable's name in brackets."""
    for name, value in values().items():
        for written in _written(value):
            text = text.replace(written, f"[{name}]")
    return text
