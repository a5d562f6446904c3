"""Scoreboard: every published number beside ours, with a status given by rule.

Notebooks call :func:`compare`; the rows travel in their outputs, and :func:`collect` gathers them
from the executed notebooks into ``data/results/scoreboard.csv``. Nothing is typed by hand.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from regspec.show.display import as_html
from regspec.sources.paths import project_root
from regspec.tools.choices import did_you_mean, require_choice

__all__ = [
    "COLUMNS",
    "MIME",
    "SILENT",
    "STATUSES",
    "WHOLE",
    "Ours",
    "collect",
    "compare",
    "load",
    "presented",
    "published",
    "status_of",
    "tally",
    "variants",
]

#: Output type under which a notebook's rows are stored.
MIME = "application/vnd.regspec.scoreboard+json"

#: Columns of ``data/results/scoreboard.csv``; the first names the row, see :func:`variants`.
COLUMNS = ("id", "reference", "quantity", "paper", "ours", "tier", "status", "note")

#: Status and its meaning, in the order in which the rule tries them.
STATUSES = {
    "not computed": "no estimate of ours yet (the note or the tier says what is missing)",
    "synthetic": "computed on generated data with planted coefficients: shows that the code runs, "
    "and says nothing about the paper",
    "taken as given": "an input: the model uses the paper's number, so that it tests nothing",
    "not rejected": "the paper finds no effect and ours has a t-ratio below 1.645, which a small "
    "sample alone can bring about: weaker than agreement",
    "insignificant": "our estimate has a t-ratio below 1.645: it would not pass a 10 percent test",
    "match": "equal at the precision printed in the paper (ends of brackets: at two decimals at "
    "least)",
    "close": "within 10 percent of the published number (of its distance from one, for ratios of "
    "two responses and gross rates)",
    "same direction": "the sign agrees, the size does not (for a ratio of two responses: the same "
    "side of one)",
    "opposite direction": "the sign is the opposite one; for a share of an effect also where our "
    "effect itself has the opposite sign",
    "differs": "more than 10 percent away without a sign to compare, a share of an effect above "
    "100 percent, or an effect where the paper finds none",
}

#: Statuses of rows that do not speak to the paper: they count as no result of ours.
SILENT = ("not computed", "synthetic", "taken as given")

#: Units of shares of an effect, and the number that stands for all of it.
WHOLE = {"percent of effect": 100.0, "share of effect": 1.0}

_CLOSE = 0.10
_T_RATIO = 1.645
_PIECES = re.compile(r"[:;,] ")
_BRACKET = re.compile(r"table2\..+_(min|max)")


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
    unit: str = ""
    section: str = ""

    @property
    def null(self) -> float:
        """Value that means no effect: one for ratios with a direction and for gross rates."""
        ratio = self.unit == "ratio" and self.direction is not None
        return 1.0 if ratio or self.unit.startswith("gross rate") else 0.0

    @property
    def precision(self) -> int:
        """Decimals at which ours is compared: a bracket prints 0.1 beside 0.29."""
        return max(self.decimals, 2) if _BRACKET.fullmatch(self.id) else self.decimals

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
    given : bool
        An input of the model taken from the paper, not an estimate.
    same_sign : bool, optional
        For a share of an effect (:data:`WHOLE`), where it is needed: whether our effect, the one
        that is divided up, has the sign of the paper's.
    """

    id: str
    value: float
    tier: str
    note: str = ""
    se: float | None = None
    given: bool = False
    same_sign: bool | None = None

    def record(self) -> dict[str, Any]:
        """Fields that are set, numbers at six digits: later ones depend on the processor."""
        plain = asdict(self) | {"value": _rounded(self.value), "se": _rounded(self.se)}
        default = {f.name: f.default for f in fields(self)}
        return {k: v for k, v in plain.items() if v != default[k]}


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
            unit="" if pd.isna(row["unit"]) else row["unit"],
            section=str(row["section"]),
        )
    return out


def status_of(paper: _Published, ours: Ours | None) -> str:
    """Status of one row by the rule of :data:`STATUSES`."""
    if ours is None:
        return "not computed"
    if ours.tier == "synthetic":
        return "synthetic"
    if ours.given:
        return "taken as given"
    x = ours.value - paper.null
    if ours.se is not None and abs(x) < _T_RATIO * ours.se:
        return "not rejected" if paper.value is None and paper.direction == 0 else "insignificant"
    if paper.unit in WHOLE and (x < 0 or not ours.same_sign):
        return "opposite direction"
    if paper.value is not None:
        if _equal(paper, ours.value):
            return "match"
        if abs(ours.value - paper.value) <= _CLOSE * abs(paper.value - paper.null):
            return "close"
    if x > WHOLE.get(paper.unit, math.inf):
        return "differs"
    sign = _sign(paper)
    if not sign:
        return "match" if sign == x == 0 and paper.value is None else "differs"
    return "same direction" if x * sign > 0 else "opposite direction"


def _equal(paper: _Published, x: float) -> bool:
    """Whether ours rounds to the published number at its precision."""
    assert paper.value is not None
    return abs(x - paper.value) <= 0.5 * 10.0**-paper.precision * (1 + 1e-9)


def _sign(paper: _Published) -> int | None:
    """Direction of the published number from its null; None where it has none."""
    if paper.direction is None and paper.se is not None and paper.value:
        return 1 if paper.value > 0 else -1
    return paper.direction


def _printed(paper: _Published, x: float) -> str:
    """Ours at the paper's precision, two decimals at least.

    Counts are whole, and what would be a zero with a sign has two digits.
    """
    if x == round(x) and paper.decimals == 0:
        return f"{x:.0f}"
    text = f"{x:.{max(paper.decimals, 2)}f}"
    return text if float(text) or x == 0 else f"{x:.2g}"


def _row(paper: _Published, ours: Ours | None) -> dict[str, str]:
    return {
        "reference": paper.reference,
        "quantity": paper.quantity,
        "paper": paper.printed,
        "ours": "" if ours is None else _printed(paper, ours.value),
        "tier": "" if ours is None else ours.tier,
        "status": status_of(paper, ours),
        "note": "" if ours is None else ours.note,
    }


def _check(rows: Sequence[Ours], known: dict[str, _Published]) -> None:
    from regspec.figures.style import TIERS

    for row in rows:
        if row.id not in known:
            raise KeyError(
                f"no published number of data/published/numbers.csv has the id {row.id!r}"
                f"{did_you_mean(row.id, known)}"
            )
        require_choice(f"{row.id}: tier", row.tier, TIERS)
        if not math.isfinite(row.value):
            raise ValueError(f"{row.id}: value {row.value} is not finite")


def _check_claims(rows: Sequence[Ours], known: dict[str, _Published]) -> None:
    """Refuse inputs that are not the published ones, and shares of an effect of unknown sign."""
    for row in rows:
        paper = known[row.id]
        if row.given and (paper.value is None or not _equal(paper, row.value)):
            raise ValueError(
                f"{row.id}: {row.value} is not the published {paper.printed}, so it cannot be "
                "taken as given from the paper"
            )
        if paper.unit in WHOLE and row.same_sign is None:
            raise ValueError(
                f"{row.id} is a share of an effect: pass same_sign, whether our effect has the "
                "sign of the paper's"
            )


def _rounded(x: float | None) -> float | None:
    """Six significant digits: later ones depend on the processor."""
    return None if x is None else float(f"{x:.6g}")


def presented(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns as pages show them; ``below`` (reference and note) stands under the quantity."""
    note = frame["note"].where(frame["note"] == "", "; " + frame["note"])
    shown = frame[["quantity", "paper", "ours", "status", "tier"]]
    return shown.assign(below=frame["reference"] + note)


def compare(
    rows: Iterable[Ours],
    *,
    caption: str = "Paper and this book",
    brief: bool = False,
    fold: bool = False,
) -> None:
    """Show published numbers beside ours and record them for the scoreboard.

    Parameters
    ----------
    rows : iterable of Ours
    caption : str
    brief : bool
        Show only how many rows of each status were recorded: for tables that the page has
        already shown beside the paper's.
    fold : bool
        Whether the page shows the caption only, until the reader opens the table.

    Raises
    ------
    KeyError
        For an id that no published number has (the closest ids are named).
    ValueError
        For an unknown tier, a value that is not finite, an input that is not the published one,
        or a share of an effect whose sign is not stated.
    """
    rows = list(rows)
    known = published()
    _check(rows, known)
    _check_claims(rows, known)
    frame = pd.DataFrame([_row(known[r.id], r) for r in rows], columns=list(COLUMNS[1:]))
    if brief:
        frame = frame["status"].value_counts().rename("rows").reset_index()
        html = as_html(frame, caption=caption, fold=fold)
    else:
        html = as_html(presented(frame), caption=caption, small=("quantity", "below"), fold=fold)
    display(
        {
            "text/html": html,
            "text/plain": caption + "\n" + frame.to_string(index=False),
            MIME: {"rows": [r.record() for r in rows]},
        },
        raw=True,
    )


def variants(rows: Sequence[Ours]) -> list[str]:
    """What tells the counterparts of one published number apart, the second half of their ids.

    That is their tier and, where several have the same, the first words of their notes that the
    others lack.

    Raises
    ------
    ValueError
        If two have the same tier and note.

    Examples
    --------
    >>> notes = ["48 states, 1950, controls", "48 states, 1929, controls"]
    >>> variants([Ours("a", 1.0, "public", note) for note in notes] + [Ours("a", 2.0, "census")])
    ['public-1950', 'public-1929', 'census']
    """
    found = []
    for row in rows:
        same = [_PIECES.split(r.note) for r in rows if r.tier == row.tier]
        shared = set.intersection(*map(set, same)) if len(same) > 1 else set(same[0])
        own = [piece for piece in _PIECES.split(row.note) if piece not in shared]
        rest = [[piece for piece in pieces if piece not in shared] for pieces in same]
        alone = (n for n in range(len(own)) if sum(r[:n] == own[:n] for r in rest) == 1)
        words = own[: next(alone, len(own))]
        found.append(re.sub(r"[^\w.]+", "-", " ".join([row.tier, *words]).casefold()).strip("-"))
    if twice := {name for name in found if found.count(name) > 1}:
        raise ValueError(
            f"{rows[0].id} has several rows {', '.join(sorted(twice))}; say in their notes what "
            "tells them apart"
        )
    return found


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
    out = []
    for paper in known.values():
        rows = ours.get(paper.id, [])
        named = zip(variants(rows), rows, strict=True) if rows else [("none", None)]
        out += [{"id": f"{paper.id}/{name}", **_row(paper, row)} for name, row in named]
    return pd.DataFrame(out, columns=list(COLUMNS))


def load() -> pd.DataFrame:
    """Read ``data/results/scoreboard.csv`` as text.

    Returns
    -------
    pandas.DataFrame
        :data:`COLUMNS`, then ``published`` (id of the published number), ``section`` of the paper,
        and ``part`` such as ``Table 4``.
    """
    path = project_root() / "data" / "results" / "scoreboard.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame["published"] = frame["id"].str.partition("/")[0]
    frame["section"] = frame["published"].map({p.id: p.section for p in published().values()})
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
