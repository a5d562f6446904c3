"""What was probably meant by a word that is none of those allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: object, allowed: Iterable[object]) -> str:
    """Guess the word that was meant, to go into a message; empty where none is near.

    Examples
    --------
    >>> "unknown status 'matches'" + did_you_mean("matches", ["match", "close"])
    "unknown status 'matches'; did you mean 'match'?"
    >>> did_you_mean("x", ["match", "close"])
    ''
    """
    near = difflib.get_close_matches(str(word), [str(a) for a in allowed], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def require_choice(name: str, value: object, allowed: Iterable[object]) -> None:
    """Refuse a value that is none of those allowed.

    Parameters
    ----------
    name : str
        What the value is, for the message.
    value : object
    allowed : iterable

    Raises
    ------
    ValueError
        Naming the value, those allowed, and the nearest of them.

    Examples
    --------
    >>> require_choice("unit", "anual", ("period", "annual"))
    Traceback (most recent call last):
        ...
    ValueError: unit is 'anual'; allowed: 'period', 'annual'; did you mean 'annual'?
    """
    allowed = list(allowed)
    if value not in allowed:
        listed = ", ".join(map(repr, allowed))
        raise ValueError(f"{name} is {value!r}; allowed: {listed}{did_you_mean(value, allowed)}")
