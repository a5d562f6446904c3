"""Numbers from fixed columns: a block of lines to one masked array per variable.

The block is turned so that each column of characters is contiguous; then a variable of ``w``
digits costs ``w`` passes of vectorised arithmetic. A blank field is missing, never zero.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regspec.census.layout import Field, Layout

__all__ = ["decode"]

_ZERO, _SPACE = ord("0"), ord(" ")


def decode(
    block: np.ndarray, layout: Layout, complain: Callable[[int, Field, str], Exception]
) -> dict[str, np.ma.MaskedArray]:
    """Decode the variables of a layout.

    Parameters
    ----------
    block
        Bytes, shape (persons, line length or more).
    layout
        Columns of the variables.
    complain
        Called as ``complain(row, field, text)`` for the first field that is neither a number nor
        blank; what it returns is raised.

    Returns
    -------
    dict
        Variable to masked array of length persons: integers, or floats where the variable has
        implied decimals; blank fields are masked.
    """
    turned = np.ascontiguousarray(block[:, : layout.line].T)
    return {field.name: _field(turned, field, complain) for field in layout.fields}


def _field(
    turned: np.ndarray, field: Field, complain: Callable[[int, Field, str], Exception]
) -> np.ma.MaskedArray:
    """Decode one variable: shape (persons,)."""
    characters = turned[field.start : field.stop]
    value: np.ndarray = np.zeros(turned.shape[1], dtype=np.int32 if field.width <= 9 else np.int64)
    odd = np.zeros(turned.shape[1], dtype=bool)
    for column in characters:
        digit = column - np.uint8(_ZERO)  # wraps below zero, so one comparison finds all others
        odd |= digit > 9
        value *= 10
        value += digit
    blank = np.zeros_like(odd)
    if odd.any():
        rows = np.flatnonzero(odd)
        blank[rows] = (characters[:, rows] == _SPACE).all(axis=0)
        for row in rows[~blank[rows]]:
            value[row] = _slowly(characters[:, row], int(row), field, complain)
        value[blank] = 0
    data = value.astype(np.int16) if field.width <= 4 else value
    if field.decimals:
        data = value / 10.0**field.decimals
    return np.ma.MaskedArray(data, mask=blank)


def _slowly(
    characters: np.ndarray, row: int, field: Field, complain: Callable[[int, Field, str], Exception]
) -> int:
    """Decode a field with leading blanks or a sign, or raise."""
    text = characters.tobytes().decode("latin-1")
    body = text.strip().removeprefix("-")
    if not (body.isascii() and body.isdigit()):
        raise complain(row, field, text)
    return int(text)
