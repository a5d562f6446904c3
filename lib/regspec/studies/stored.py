"""Tables that take minutes: made by a command, kept in the repository, read by the pages.

``python -m regspec tables`` calls the functions of :mod:`regspec.studies.tables` and writes each
one's result to ``data/results/tables/NAME.csv`` with the hash of the code that made it. A page
reads it by :func:`stored` and proves it by making a part of it anew (:func:`proven`).
"""

from __future__ import annotations

import hashlib
import inspect
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from regspec.sources.paths import project_root
from regspec.tools import fingerprint
from regspec.tools.files import whole

__all__ = ["COMMAND", "Maker", "code_of", "is_current", "path_of", "proven", "stored", "write"]

#: Computes a table; its arguments have defaults, and the stored table is that of the defaults.
Maker = Callable[..., pd.DataFrame]

#: Makes every table anew that the code no longer fits.
COMMAND = "python -m regspec tables"

_CODE = "code"
_DIGITS = 12
#: Processors add in other orders: later digits of a number made anew are another's.
_RELATIVE, _ABSOLUTE = 5e-4, 1e-6
_TOLD = 3  # rows that a proof names


def path_of(make: Maker) -> Path:
    """File of a function's table; it has the function's name."""
    return project_root() / "data" / "results" / "tables" / f"{make.__name__}.csv"


def code_of(make: Maker) -> str:
    """Hash of the definitions that the making of a table reaches."""
    reached = fingerprint.package().reached(make.__name__, make.__module__)
    return hashlib.sha256(json.dumps(reached, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def is_current(make: Maker) -> bool:
    """Whether the table is here and was made by the code that is here."""
    path = path_of(make)
    if not path.exists():
        return False
    made = pd.read_csv(path, usecols=[_CODE], dtype=str)[_CODE]
    return bool(len(made) and (made == code_of(make)).all())


def _as_text(frame: pd.DataFrame) -> str:
    """CSV; numbers keep their last bit."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _as_frame(text: str) -> pd.DataFrame:
    frame = pd.read_csv(io.StringIO(text), dtype={_CODE: str})
    words = [str(c) for c in frame if not pd.api.types.is_numeric_dtype(frame[c])]
    return frame.assign(**{c: frame[c].fillna("") for c in words})


def write(make: Maker) -> Path:
    """Make a table and write it; returns its file."""
    path = path_of(make)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _as_text(make().assign(**{_CODE: code_of(make)}))
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def stored(make: Maker, at: Any = None) -> pd.DataFrame:
    """Table of a function: the stored one, or another if the parameters are not the defaults.

    Parameters
    ----------
    make : callable
        One of :mod:`regspec.studies.tables`.
    at : optional
        Its first argument: the parameters of a page.

    Returns
    -------
    pandas.DataFrame
        Index 0, 1, ...; absent words are empty.

    Raises
    ------
    ValueError
        If the stored table is absent or was made by other code.
    """
    default = next(iter(inspect.signature(make).parameters.values())).default
    if at is not None and at != default:
        return _as_frame(_as_text(make(at)))
    if not is_current(make):
        path = path_of(make)
        why = "was made by other code" if path.exists() else "is not here"
        raise ValueError(
            f"table {make.__name__} {why} ({path}); make it with '{COMMAND} {make.__name__}' "
            "(minutes)"
        )
    return _as_frame(path_of(make).read_text(encoding="utf-8")).drop(columns=_CODE)


def proven(table: pd.DataFrame, anew: pd.DataFrame, *keys: str) -> str:
    """Say that rows made anew are those of a table.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`stored`.
    anew : pandas.DataFrame
        Some of its rows, computed by the page.
    *keys : str
        Columns that identify a row.

    Raises
    ------
    ValueError
        If a row is not in the table, or differs by more than processors do.
    """
    anew = _as_frame(_as_text(anew))
    both = anew.merge(table, on=list(keys), how="left", suffixes=("", " stored"), indicator=True)
    if (absent := int((both["_merge"] != "both").sum())) or len(both) != len(anew):
        raise ValueError(f"{absent} of {len(anew)} rows by {', '.join(keys)} are not in the table")
    for column in anew.columns.difference(list(keys)):
        new, old = both[column], both[f"{column} stored"]
        if not _same(new, old):
            raise ValueError(
                f"{column} is {new.tolist()} computed anew and {old.tolist()} in the stored table; "
                f"data or packages differ: make it again with '{COMMAND} NAME'"
            )
    which = "; ".join(", ".join(f"{k} {row[k]}" for k in keys) for _, row in anew.iterrows())
    which = which if len(anew) <= _TOLD else f"{len(anew)} rows"
    return f"computed anew, and equal to the stored table: {which}"


def _same(new: pd.Series, old: pd.Series) -> bool:
    if not all(pd.api.types.is_numeric_dtype(column) for column in (new, old)):
        # A column of absent words is read as one of absent numbers.
        return bool((new.astype(object).fillna("") == old.astype(object).fillna("")).all())
    one, other = new.to_numpy(float), old.to_numpy(float)
    return bool(np.allclose(one, other, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True))
