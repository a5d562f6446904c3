"""Why our numbers differ from the published ones, each reason with a computed sensitivity.

``data/published/explanations.yml`` holds the reasons. None holds a number: what backs a reason is a
point of the robustness sweep, or a value that a chapter glued, and is read where it was computed.
"""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from IPython.display import display

from regspec import catalogue
from regspec.paper import scoreboard
from regspec.show.display import as_html
from regspec.sources.paths import project_root
from regspec.sweep.comparison import (
    BASELINE,
    HEADLINES,
    QUOTED,
    certified,
    headline_frame,
    read_results,
)
from regspec.tools.choices import did_you_mean
from regspec.tools.files import read_yaml

__all__ = [
    "KINDS",
    "Backing",
    "Explanation",
    "backed",
    "explained",
    "glued",
    "in_scope",
    "load",
    "parts",
    "reasons",
    "show_reasons",
    "unexplained",
]

#: What a difference can come from.
KINDS = {
    "data": "other data than the paper's: another place, time, detail or definition",
    "reading": "the text admits several readings, and the number depends on which is meant",
    "numerics": "what can be solved, how accurately, and where a solution is certified",
}

_FIELDS = ("rows", "status", "kind", "text", "backing")
_POINT = ("point", "reference", "number")
_GLUE = ("chapter", "key", "decimals", "what")
_DECIMALS = 2

#: Chapter with the sweep's points.
_SWEEP_CHAPTER = "13_robustness"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backing:
    """A computed number behind a reason: of a sweep point, or one that a chapter glued.

    Attributes
    ----------
    point, reference : str
        Point of the robustness sweep, and what it departs from.
    number : str
        One of :data:`regspec.sweep.comparison.HEADLINES`, or a numeric column of the results.
    chapter, key, what : str
        Notebook, name under which it glues the value, and what the value is.
    decimals : int
    """

    point: str = ""
    reference: str = "paper"
    number: str = ""
    chapter: str = ""
    key: str = ""
    what: str = ""
    decimals: int = _DECIMALS


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One reason and the rows of the scoreboard that it explains.

    Attributes
    ----------
    number : int
        Position in the file, from one: its name on the page.
    rows : tuple of str
        Ids of rows, or of published numbers for all of their rows; ``*`` stands for any letters.
    kind : str
        One of :data:`KINDS`.
    text : str
    backing : tuple of Backing
    status : str
        Only rows of this status.
    """

    number: int
    rows: tuple[str, ...]
    kind: str
    text: str
    backing: tuple[Backing, ...]
    status: str = ""

    def covers(self, row: Mapping[Any, Any]) -> bool:
        """Whether it explains a row of :func:`regspec.paper.scoreboard.load`."""
        return self.status in ("", row["status"]) and any(
            fnmatch.fnmatchcase(row["id" if "/" in pattern else "published"], pattern)
            for pattern in self.rows
        )


def _known(where: str, names: Any, allowed: Sequence[str]) -> None:
    for name in names:
        if name not in allowed:
            hint = did_you_mean(name, allowed)
            raise ValueError(f"{where} has {name!r}; allowed: {', '.join(allowed)}{hint}")


def _backing(where: str, raw: Mapping[str, Any]) -> Backing:
    fields, needed = (_POINT, ("point", "number")) if "point" in raw else (_GLUE, _GLUE[:2])
    _known(f"{where}: backing", raw, fields)
    if missing := [name for name in needed if not raw.get(name)]:
        raise ValueError(f"{where}: backing {dict(raw)} lacks {', '.join(missing)}")
    return Backing(**raw)


def _explanation(number: int, raw: Mapping[str, Any]) -> Explanation:
    where = f"explanation {number}"
    _known(where, raw, _FIELDS)
    if missing := [f for f in ("rows", "kind", "text", "backing") if not raw.get(f)]:
        raise ValueError(f"{where} lacks {', '.join(missing)}; every reason is backed by a number")
    _known(f"{where}: kind", [raw["kind"]], list(KINDS))
    _known(f"{where}: status", [s for s in [raw.get("status")] if s], list(scoreboard.STATUSES))
    known = scoreboard.published()
    for pattern in raw["rows"]:
        if not fnmatch.filter(known, pattern.partition("/")[0]):
            _known(f"{where}: rows", [pattern], list(known))
    backing = tuple(_backing(where, b) for b in raw["backing"])
    return Explanation(
        number=number,
        **{k: v for k, v in raw.items() if k not in ("rows", "backing", "text")},
        rows=tuple(raw["rows"]),
        text=" ".join(raw["text"].split()),
        backing=backing,
    )


def load(path: Path | None = None) -> tuple[Explanation, ...]:
    """Read the reasons, in the order of the file.

    Raises
    ------
    ValueError
        For an unknown field, kind, status or published number, or a reason without a backing.
    """
    path = path or project_root() / "data" / "published" / "explanations.yml"
    raw = read_yaml(path)
    return tuple(_explanation(i, entry) for i, entry in enumerate(raw, 1))


def in_scope(row: Mapping[Any, Any]) -> bool:
    """Whether a row needs a reason: the abstract, the model's claims, Tables 2, 10 and 11.

    ``row`` is one of :func:`regspec.paper.scoreboard.load`.
    """
    section = row["section"]
    return section in ("abstract", "5", "A.6.1", "A.6.2") or (
        section.startswith("4.") or (section == "1" and row["published"].startswith("text."))
    )


def explained(board: pd.DataFrame, entries: Sequence[Explanation]) -> pd.DataFrame:
    """Rows of the scoreboard that need a reason, with the first reason that covers each.

    Parameters
    ----------
    board : pandas.DataFrame
        Of :func:`regspec.paper.scoreboard.load`.
    entries : sequence of Explanation

    Returns
    -------
    pandas.DataFrame
        Columns of the board and ``why`` (number of the reason; zero where a row that does not
        match has none, or for a match, which needs none).
    """
    frame = board[[in_scope(row) for row in board.to_dict("records")]].reset_index(drop=True)

    def reason(row: Mapping[Any, Any]) -> int:
        if row["status"] == "match":
            return 0
        return next((e.number for e in entries if e.covers(row)), 0)

    return frame.assign(why=[reason(row) for row in frame.to_dict("records")])


def unexplained(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`explained` that do not match the paper and have no reason."""
    return frame[(frame["why"] == 0) & (frame["status"] != "match")]


def parts(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of :func:`explained` by part of the paper, with a title each; inputs stand apart."""
    given = frame["status"] == "taken as given"
    tables = frame["id"].str.startswith(("table2.", "table10.", "table11."))
    split = {
        "Abstract and introduction": ~given & frame["section"].isin(["abstract", "1"]),
        "Table 2 and section 4.1": ~given & (tables | (frame["section"] == "4.1")),
        "Sections 4.2 to 4.4": ~given & frame["section"].isin(["4.2", "4.3", "4.4"]),
        "Section 5": ~given & (frame["section"] == "5"),
        "Inputs taken from the paper, Tables 10 and 11 included": given,
    }
    return [(title, frame[rows]) for title, rows in split.items() if rows.any()]


@cache
def glued(chapter: str) -> dict[str, float | str]:
    """Values that the committed execution of a chapter glued, by name.

    Raises
    ------
    FileNotFoundError
        If it has never been executed.
    ValueError
        If there is no such chapter.
    """
    (entry,) = catalogue.find([chapter], catalogue.load())
    if not entry.executed.exists():
        raise FileNotFoundError(
            f"{entry.name} has never been executed; run 'python -m regspec run {entry.name}'"
        )
    nb = nbformat.read(entry.executed, as_version=4)
    found = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                text = next(iter(output["data"].values()))
                found[name.removeprefix("application/papermill.record/")] = ast.literal_eval(text)
    return found


def _point_text(backing: Backing, results: pd.DataFrame) -> str:
    """What a sweep point does to a number, beside its reference's baseline."""
    headlines = headline_frame(results)
    rows = headlines["reference"] == backing.reference
    at = {}
    for label in (BASELINE, backing.point):
        hit = headlines.index[rows & (headlines["label"] == label)]
        if not len(hit):
            raise ValueError(
                f"the sweep's results have no point {label!r} at {backing.reference!r}; run "
                "'python -m regspec sweep scenarios/robustness.yml --csv "
                "data/results/robustness.csv', or correct data/published/explanations.yml"
            )
        at[label] = hit[0]
    column = headlines if backing.number in HEADLINES else results
    if backing.number not in column:
        raise ValueError(f"number is {backing.number!r}; allowed: {', '.join(HEADLINES)}")
    base, moved = (float(column.loc[at[x], backing.number]) for x in (BASELINE, backing.point))
    name = HEADLINES[backing.number].label if backing.number in HEADLINES else backing.number
    good = (
        bool(certified(headlines.loc[[at[backing.point]]], backing.number).iloc[0])
        if backing.number in HEADLINES
        else headlines.loc[at[backing.point], "status"] == "ok"
    )
    flag = "" if good else ", not certified"
    setting = "" if backing.reference == "paper" else f", {backing.reference}"
    decimals = QUOTED.get(backing.number, backing.decimals)
    before, after = f"{base:.{decimals}f}", f"{moved:.{decimals}f}"
    if backing.point == BASELINE:
        return f"{name.replace('_', ' ')}, baseline{setting}: {before}{flag}"
    return f"{backing.point}{setting}: {name.replace('_', ' ')} {before} → {after}{flag}"


def backed(backing: Backing, results: pd.DataFrame | None = None) -> str:
    """The computed number behind a reason, in words.

    Raises
    ------
    ValueError
        If the sweep has no such point or number.
    KeyError
        If the chapter glues no such value.
    """
    if backing.point:
        if results is None:
            results = read_results(project_root() / "data" / "results" / "robustness.csv")
        return _point_text(backing, results)
    values = glued(backing.chapter)
    if backing.key not in values:
        raise KeyError(f"{backing.chapter} glues no {backing.key!r}; it glues {', '.join(values)}")
    value = values[backing.key]
    text = value if isinstance(value, str) else f"{value:.{backing.decimals}f}"
    return f"{backing.what or backing.key} ({backing.chapter}): {text}"


def _sensitivity(entry: Explanation, results: pd.DataFrame | None) -> str:
    """All numbers behind a reason, each with the chapter that shows it."""
    points = "; ".join(backed(b, results) for b in entry.backing if b.point)
    told = [f"{points} ({_SWEEP_CHAPTER})"] if points else []
    return "; ".join([*told, *(backed(b) for b in entry.backing if not b.point)])


def reasons(
    entries: Sequence[Explanation], used: Sequence[int], results: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The reasons in use: ``no.``, ``kind``, ``explanation``, ``computed sensitivity``.

    ``results`` are those of the robustness sweep, read from their file when left out.
    """
    rows = [
        {
            "no.": e.number,
            "kind": e.kind,
            "explanation": e.text,
            "computed sensitivity": _sensitivity(e, results),
        }
        for e in entries
        if e.number in set(used)
    ]
    return pd.DataFrame(rows, columns=["no.", "kind", "explanation", "computed sensitivity"])


def linked(html: str) -> str:
    """Names of chapters in brackets as links to their pages, which stand beside this one."""
    return re.sub(r"\((\d\d[a-z]?_\w+)\)", r'(<a href="\1.html">\1</a>)', html)


def show_reasons(frame: pd.DataFrame, *, caption: str, fold: bool = False) -> None:
    """Display :func:`reasons` as a table whose chapters are links, folded or open."""
    small = ("explanation", "computed sensitivity")
    html = as_html(frame, caption=caption, small=small, fold=fold)
    text = caption + "\n" + frame.to_string(index=False)
    display({"text/html": linked(html), "text/plain": text}, raw=True)
