"""Scoreboard: every published number beside ours, with a status given by rule.

Notebooks call :func:`compare`; the rows travel in their outputs, and :func:`collect` gathers them
from the executed notebooks into ``data/results/scoreboard.csv``. Nothing is typed by hand.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from regspec.publish.display import as_html
from regspec.sources.paths import project_root

__all__ = [
    "COLUMNS",
    "MIME",
    "STATUSES",
    "Ours",
    "collect",
    "compare",
    "load",
    "presented",
    "published",
    "status_of",
    "tally",
]

#: Output type under which a notebook's rows are stored.
MIME = "application/vnd.regspec.scoreboard+json"

#: Columns of ``data/results/scoreboard.csv``.
COLUMNS = ("reference", "quantity", "paper", "ours", "tier", "status", "note")

#: Status and its meaning, in the order in which the rule tries them.
STATUSES = {
    "not computed": "no estimate of ours yet (the note or the tier says what is missing)",
    "insignificant": "our estimate has a t-ratio below 1.645: it would not pass a 10 percent test",
    "match": "equal at the precision printed in the paper, or both find no effect",
    "close": "within 10 percent of the published number",
    "same direction": "the sign agrees, the size does not",
    "opposite direction": "the sign is the opposite one",
    "differs": "a statistic without a sign to compare that is more than 10 percent away",
}

_CLOSE = 0.10
_T_RATIO = 1.645


@dataclass(frozen=True, kw_only=True, slots=True)
class _Published:
    """One row of ``data/published/numbers.csv``."""

    id: str
    reference: str
    quantity: str
    value: float | None
    direction: int | None
    decimals: int
    se: float | None

    @property
    def printed(self) -> str:
        if self.value is not None:
            return f"{self.value:.{self.decimals}f}"
        return {1: "positive", -1: "negative", 0: "none"}.get(self.direction or 0, "")


@dataclass(frozen=True, slots=True)
class Ours:
    """Our counterpart of one published number.

    Attributes
    ----------
    id : str
        Row of ``data/published/numbers.csv``.
    value : float
        In the unit of the published number.
    tier : {"census", "public", "synthetic", "model"}
    note : str
        What differs in data or definition; empty only where nothing does.
    se : float, optional
        Standard error; with it, an estimate that is not significant is called so.
    """

    id: str
    value: float
    tier: str
    note: str = ""
    se: float | None = None


def _optional(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def published(path: Path | None = None) -> dict[str, _Published]:
    """Read the registry of published numbers, by id."""
    path = path or project_root() / "data" / "published" / "numbers.csv"
    frame = pd.read_csv(path)
    out = {}
    for row in frame.to_dict("records"):
        direction = _optional(row["direction"])
        out[row["id"]] = _Published(
            id=row["id"],
            reference=row["reference"],
            quantity=row["quantity"],
            value=_optional(row["value"]),
            direction=None if direction is None else int(direction),
            decimals=int(_optional(row["decimals"]) or 0),
            se=_optional(row["se"]),
        )
    return out


def status_of(paper: _Published, ours: Ours | None) -> str:
    """Status of one row by the rule of :data:`STATUSES`."""
    if ours is None:
        return "not computed"
    x = ours.value
    if ours.se is not None and abs(x) < _T_RATIO * ours.se:
        return "match" if paper.value is None and paper.direction == 0 else "insignificant"
    if paper.value is not None:
        if abs(x - paper.value) <= 0.5 * 10.0**-paper.decimals * (1 + 1e-9):
            return "match"
        if abs(x - paper.value) <= _CLOSE * abs(paper.value):
            return "close"
    sign = paper.direction
    if sign is None and paper.se is not None and paper.value:
        sign = 1 if paper.value > 0 else -1
    if sign is None or (sign == 0 and paper.value is not None):
        return "differs"
    return "same direction" if x * sign > 0 or x == sign == 0 else "opposite direction"


def _row(paper: _Published, ours: Ours | None) -> dict[str, str]:
    decimals = max(paper.decimals, 2)
    return {
        "reference": paper.reference,
        "quantity": paper.quantity,
        "paper": paper.printed,
        "ours": "" if ours is None else f"{ours.value:.{decimals}f}",
        "tier": "" if ours is None else ours.tier,
        "status": status_of(paper, ours),
        "note": "" if ours is None else ours.note,
    }


def _check(rows: Sequence[Ours], known: dict[str, _Published]) -> None:
    from regspec.figures.style import TIERS

    for row in rows:
        if row.id not in known:
            near = ", ".join(difflib.get_close_matches(row.id, known, n=3)) or "none similar"
            raise KeyError(
                f"no published number has the id {row.id!r} (closest: {near}); "
                "see data/published/numbers.csv"
            )
        if row.tier not in TIERS:
            raise ValueError(f"{row.id}: tier {row.tier!r} is not one of {', '.join(TIERS)}")
        if not math.isfinite(row.value):
            raise ValueError(f"{row.id}: value {row.value} is not finite")


def _rounded(x: float | None) -> float | None:
    """Six significant digits: later ones depend on the processor."""
    return None if x is None else float(f"{x:.6g}")


def presented(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns as pages show them; ``below`` (reference and note) stands under the quantity."""
    note = frame["note"].where(frame["note"] == "", "; " + frame["note"])
    shown = frame[["quantity", "paper", "ours", "status", "tier"]]
    return shown.assign(below=frame["reference"] + note)


def compare(rows: Iterable[Ours], *, caption: str = "Paper and this book") -> None:
    """Show published numbers beside ours and record them for the scoreboard.

    Raises
    ------
    KeyError
        For an id that no published number has (the closest ids are named).
    ValueError
        For an unknown tier or a value that is not finite.
    """
    rows = list(rows)
    known = published()
    _check(rows, known)
    frame = pd.DataFrame([_row(known[r.id], r) for r in rows], columns=list(COLUMNS))
    plain = [asdict(r) | {"value": _rounded(r.value), "se": _rounded(r.se)} for r in rows]
    display(
        {
            "text/html": as_html(presented(frame), caption=caption, small=("quantity", "below")),
            "text/plain": caption + "\n" + frame.to_string(index=False),
            MIME: {"rows": plain},
        },
        raw=True,
    )


def recorded(notebook: Any) -> list[Ours]:
    """Rows that an executed notebook recorded, in order."""
    rows = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(MIME)
            if data is not None:
                data = json.loads(data) if isinstance(data, str) else data
                rows += [Ours(**r) for r in data["rows"]]
    return rows


def collect(notebooks: Iterable[Any]) -> pd.DataFrame:
    """Scoreboard of all published numbers from executed notebooks.

    Parameters
    ----------
    notebooks : iterable of nbformat.NotebookNode

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, in the order of ``numbers.csv``; a published number with several
        counterparts (tiers, variants) has several rows, one without any has status
        ``not computed``.
    """
    known = published()
    ours: dict[str, list[Ours]] = {}
    for nb in notebooks:
        rows = recorded(nb)
        _check(rows, known)
        for r in rows:
            ours.setdefault(r.id, []).append(r)
    none: list[Ours | None] = [None]
    out = [_row(p, o) for p in known.values() for o in ours.get(p.id, none)]
    return pd.DataFrame(out, columns=list(COLUMNS))


def load() -> pd.DataFrame:
    """Read ``data/results/scoreboard.csv`` as text, with a column ``part`` such as ``Table 4``."""
    path = project_root() / "data" / "results" / "scoreboard.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["part"] = frame["reference"].str.extract(r"^((?:Table|Figure) \d+)")[0].fillna("Text")
    return frame


def tally(frame: pd.DataFrame) -> pd.DataFrame:
    """Count rows by part of the paper (rows) and status (columns, in the order of the rule)."""
    counts = pd.crosstab(frame["part"], frame["status"])
    counts = counts.reindex(columns=[s for s in STATUSES if s in counts], fill_value=0)
    order = sorted(
        counts.index, key=lambda p: (p.split()[0], int(p.split()[-1].strip("Text") or 0))
    )
    return counts.loc[order].astype(int)
