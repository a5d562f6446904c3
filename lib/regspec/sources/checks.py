"""Checks that the readers share, with one way of saying what is wrong and what to do."""

import io
import re

import pandas as pd

from regspec.sources.errors import DamagedSource, SchemaError
from regspec.sources.registry import Resolved, source


def complain(resolved: Resolved, problem: str) -> str:
    """Return one paragraph: source, file, problem, remedy."""
    wanted = source(resolved.source_id)
    return (
        f"{wanted.id}: {resolved.path} {problem}. Replace it with a fresh copy from "
        f"{' or '.join(wanted.urls)}, or delete it so that it is fetched again; "
        f"data/{wanted.dataset}/README.md describes the expected file."
    )


def read_text_csv(resolved: Resolved) -> pd.DataFrame:
    """Read a plain CSV as text, nothing taken for missing.

    Raises
    ------
    DamagedSource
        If the file is empty, binary, or not a table.
    """
    text = resolved.path.read_bytes().decode("latin-1")
    if not text.strip() or "\x00" in text:
        raise DamagedSource(complain(resolved, "is empty or not a text file"))
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).fillna("")
    except (pd.errors.ParserError, ValueError) as problem:
        raise DamagedSource(complain(resolved, f"cannot be parsed ({problem})")) from problem


def listed(names: list[str]) -> str:
    """Return names with commas, runs of at least three years as ``1929...2021``."""
    runs: list[list[str]] = []
    for name in names:
        last = runs[-1][-1] if runs else ""
        years = all(re.fullmatch(r"\d{4}", word) for word in (last, name))
        if years and int(name) == int(last) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(f"{r[0]}...{r[-1]}" if len(r) > 2 else ", ".join(r) for r in runs)


def require_columns(resolved: Resolved, frame: pd.DataFrame, columns: list[str]) -> None:
    """Raise ``SchemaError`` naming the columns that a frame lacks."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise SchemaError(
            complain(
                resolved,
                f"lacks the column {', '.join(missing)} "
                f"(it has {listed([str(column) for column in frame.columns])})",
            )
        )


def require_rows(resolved: Resolved, count: int, expected: int, what: str) -> None:
    """Raise ``DamagedSource`` if there are fewer rows (areas, ...) than the file must have."""
    if count < expected:
        raise DamagedSource(
            complain(resolved, f"has {count} {what} of at least {expected}: it is truncated")
        )


def require_unique(resolved: Resolved, frame: pd.DataFrame, keys: list[str]) -> None:
    """Raise ``SchemaError`` if two rows share their key."""
    twice = frame.duplicated(keys)
    if twice.any():
        first = frame.loc[twice, keys].iloc[0].to_dict()
        raise SchemaError(complain(resolved, f"has two rows for {first}"))


def numeric(resolved: Resolved, column: pd.Series, missing: tuple[str, ...] = ()) -> pd.Series:
    """Return a text column as floats; only the words in ``missing`` may be NaN.

    Raises
    ------
    SchemaError
        Naming the first cell that is not a number.
    """
    text = column.astype("str").str.strip()
    value = pd.to_numeric(text, errors="coerce")
    wrong = value.isna() & ~text.isin(missing)
    if wrong.any():
        raise SchemaError(
            complain(
                resolved,
                f"holds {text[wrong].iloc[0]!r} in column {column.name!r}, which is not a number",
            )
        )
    return value.astype(float)
