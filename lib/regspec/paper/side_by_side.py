"""Our estimates and the paper's printed numbers side by side: what fills the tables.

Stars mark the 5, 1 and 0.1 percent levels, the convention that fits most of the paper's; the
paper's own stand as printed.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from regspec.facts.estimates import Regression
from regspec.facts.fact1 import TradeOff
from regspec.show.tables import EMPTY, NOTE, Cell, PaperTable, typographic
from regspec.sources.paths import project_root

__all__ = [
    "CONTROLS",
    "KINDS",
    "Row",
    "by_horizon",
    "cell",
    "dispersion_beside",
    "numbers_beside",
    "printed",
    "published_frame",
    "regressions_beside",
    "stars",
    "together_and_alone",
    "trade_off_beside",
]

_STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))


class Row(NamedTuple):
    """One row of a regression table: its label, our regressor, and the paper's slug."""

    label: str
    ours: str
    paper: str


#: Measures of specialization of Table 4.
KINDS = (
    Row("Specialization", "gini", "specialization"),
    Row("Tradable", "gini_tradable", "tradable"),
    Row("Non-tradable", "gini_nontradable", "nontradable"),
)

#: Controls of Tables 4 to 6; the paper prints no row of the Rust Belt.
CONTROLS = (
    Row("ĝ", "ghat", "ghat"),
    Row("Log income p.c.", "log_income", "log_income"),
    Row("High-skill share", "high_skill", "high_skill"),
    Row("Old-age ratio", "old_age", "old_age"),
    Row("Female share", "female", "female"),
    Row("Population (ours: log)", "log_population", "population"),
    Row("Rust Belt", "rust_belt", ""),
)


def stars(p: float) -> str:
    """Stars of a p value: at 5, 1 and 0.1 percent."""
    return next((mark for bound, mark in _STARS if p < bound), "")


def cell(coef: float, se: float, p: float) -> Cell:
    """Cell of an estimate; empty where it is missing."""
    if pd.isna(coef):
        return EMPTY
    return Cell(_number(coef), stars(p), _number(se))


def printed(table: int, column: int) -> dict[str, Cell]:
    """One column of the paper's Table 4, 5 or 6 by slug, as printed (``n``, ``adj_r2`` too)."""
    key = f"c{column}"
    with _published(table).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or key not in rows[0]:
        raise KeyError(f"Table {table} has no column {column} in data/published")
    cells = {r["slug"]: Cell(r[key], r[f"{key}_stars"], r[f"{key}_se"]) for r in rows if r[key]}
    return {slug: c._replace(text=typographic(c.text)) for slug, c in cells.items()}


def published_frame(table: int) -> pd.DataFrame:
    """One of the paper's tables as a frame, numbers as numbers."""
    return pd.read_csv(_published(table))


def regressions_beside(
    fits: Mapping[str, Sequence[Regression]],
    rows: Sequence[Row],
    *,
    table: int,
    title: str,
    name: str = "",
    note: str = NOTE,
) -> PaperTable:
    """Tables 4 to 6: our regressions, and to the right of each the paper's column.

    Parameters
    ----------
    fits : mapping of str to sequence of Regression
        By outcome, in the order of the paper's columns.
    rows : sequence of Row
        Regressors shown; others of our regressions (the constant) are not.
    table : int
        Number of the paper's table.
    title, note : str
    name : str
        Stem of its files; after the number if empty.

    Raises
    ------
    KeyError
        A row names a regressor that none of the regressions has, or the paper has no such column.
    """
    columns: list[tuple[Regression, dict[str, Cell]]] = []
    groups: list[tuple[str, int]] = []
    for outcome, some in fits.items():
        groups.append((outcome, 2 * len(some)))
        for fit in some:
            columns.append((fit, printed(table, len(columns) + 1)))
    known = set().union(*(fit.coef.index for fit, _ in columns))
    absent = [row.ours for row in rows if row.ours not in known]
    if absent:
        raise KeyError(f"no regression has {absent}; they have {sorted(known)}")
    body = []
    for row in rows:
        pairs = ((_of(fit, row.ours), paper.get(row.paper, EMPTY)) for fit, paper in columns)
        body.append((row.label, tuple(c for pair in pairs for c in pair)))
    counts = [(Cell(f"{fit.n:,}"), paper.get("n", EMPTY)) for fit, paper in columns]
    quality = [(Cell(f"{fit.r2_adj:.3f}"), paper.get("adj_r2", EMPTY)) for fit, paper in columns]
    body.append(("N", tuple(c for pair in counts for c in pair)))
    body.append(("Adj. R²", tuple(c for pair in quality for c in pair)))
    numbers = range(1, len(columns) + 1)
    return PaperTable(
        name=name or f"table{table}",
        title=title,
        groups=tuple(groups),
        heads=tuple(text for k in numbers for text in (f"({k}) ours", "paper")),
        rows=tuple(body),
        paper=(False, True) * len(columns),
        foot=2,
        note=note,
    )


def together_and_alone(
    fits: Mapping[str, tuple[Regression, Mapping[str, Regression]]],
    rows: Sequence[Row],
    *,
    table: int,
    title: str,
    note: str = NOTE,
) -> PaperTable:
    """Coefficients of regressors that enter together and one at a time, beside the paper's column.

    Parameters
    ----------
    fits : mapping of str to (Regression, mapping of str to Regression)
        By outcome, in the order of the paper's columns: the regression with all of them, and by
        regressor the one with it alone.
    rows : sequence of Row
        The regressors.
    table : int
        Number of the paper's table, which has them together.
    title, note : str
    """
    body = []
    for row in rows:
        cells = []
        for column, (together, alone) in enumerate(fits.values(), 1):
            paper = printed(table, column).get(row.paper, EMPTY)
            cells += [_of(together, row.ours), _of(alone[row.ours], row.ours), paper]
        body.append((row.label, tuple(cells)))
    return PaperTable(
        name=f"table{table}_alone",
        title=title,
        groups=tuple((outcome, 3) for outcome in fits),
        heads=("together", "alone", "paper") * len(fits),
        rows=tuple(body),
        paper=(False, False, True) * len(fits),
        note=note,
    )


def by_horizon(
    series: Mapping[str, pd.DataFrame], *, table: int, title: str, note: str = NOTE
) -> PaperTable:
    """Tables 7 to 9: one row per horizon; our first estimates, the paper's, then our others.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        Heading and estimates with columns horizon, coef, se, n and, for stars and for Tables 7
        and 8, p and r2_adj.
    table : int
        7, 8 or 9; the last prints coefficients and errors only.
    title, note : str
    """
    with _published(table).open(encoding="utf-8", newline="") as handle:
        paper = {int(r["horizon_years"]): r for r in csv.DictReader(handle)}
    heads = ("β", "N", "Adj. R²") if "n" in next(iter(paper.values())) else ("β",)
    width = len(heads)
    ours = {
        name: {int(r["horizon"]): _horizon_cells(r)[:width] for r in frame.to_dict("records")}
        for name, frame in series.items()
    }
    first, *others = ours
    columns = {first: ours[first], "Paper": {h: _paper_cells(r, heads) for h, r in paper.items()}}
    columns |= {name: ours[name] for name in others}
    horizons = sorted(set().union(*columns.values()))
    blank = (EMPTY,) * width
    rows = [
        (f"{h} years", tuple(c for cells in columns.values() for c in cells.get(h, blank)))
        for h in horizons
    ]
    return PaperTable(
        name=f"table{table}",
        title=title,
        groups=tuple((name, width) for name in columns),
        heads=heads * len(columns),
        rows=tuple(rows),
        paper=tuple(name == "Paper" for name in columns for _ in heads),
        note=note,
    )


def numbers_beside(
    ours: pd.DataFrame,
    paper: pd.DataFrame,
    *,
    name: str,
    title: str,
    decimals: Mapping[str, int],
    note: str = "",
) -> PaperTable:
    """Tables 1 and 3: every column of ours with the paper's column to its right.

    Parameters
    ----------
    ours, paper : pandas.DataFrame
        The same index (row labels) and columns (headings).
    name, title, note : str
    decimals : mapping of str to int
        Printed decimals of each column.

    Raises
    ------
    ValueError
        Rows or columns of the two differ.
    """
    if list(ours.index) != list(paper.index) or list(ours.columns) != list(paper.columns):
        raise ValueError(
            f"{name}: ours has rows {list(ours.index)} and columns {list(ours.columns)}, the paper"
            f" {list(paper.index)} and {list(paper.columns)}"
        )
    rows = []
    for label in ours.index:
        pairs = (
            _plain(f.loc[label, column], decimals[column])
            for column in ours.columns
            for f in (ours, paper)
        )
        rows.append((str(label), tuple(pairs)))
    width = len(ours.columns)
    return PaperTable(
        name=name,
        title=title,
        groups=tuple((str(c), 2) for c in ours.columns),
        heads=("ours", "paper") * width,
        rows=tuple(rows),
        paper=(False, True) * width,
        note=note,
    )


def _of(fit: Regression, name: str) -> Cell:
    """Cell of one regressor; empty where the regression does not have it."""
    if name not in fit.coef.index:
        return EMPTY
    term = fit.term(name)
    return cell(term.coef, term.se, term.p)


def _horizon_cells(row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    """Coefficient, observations and adjusted R squared of one horizon of ours."""
    r2 = row.get("r2_adj", float("nan"))
    quality = EMPTY if pd.isna(r2) else Cell(f"{r2:.3f}")
    return cell(row["coef"], row["se"], row.get("p", 1.0)), Cell(f"{int(row['n']):,}"), quality


def _paper_cells(row: Mapping[str, str], heads: Sequence[str]) -> tuple[Cell, ...]:
    """The paper's cells of one horizon; Table 7 prints its standard errors with a minus."""
    value = row.get("coefficient") or row["persistence"]
    first = Cell(typographic(value), row["stars"], row["se"].removeprefix("-"))
    return (first, Cell(f"{int(row['n']):,}"), Cell(row["adj_r2"])) if len(heads) > 1 else (first,)


def _plain(value: Any, decimals: int) -> Cell:
    """Cell of a number without a standard error."""
    return Cell("–" if pd.isna(value) else typographic(f"{value:.{decimals}f}"))


def _published(table: int) -> Path:
    return project_root() / "data" / "published" / f"table{table}.csv"


def _number(x: float) -> str:
    """Three decimals, four where the first two are zero, one above a hundred: as the paper."""
    size = abs(x)
    decimals = 1 if size >= 100 else 3 if size >= 0.0995 else 4
    return typographic(f"{x:.{decimals}f}")


def trade_off_beside(
    results: Sequence[TradeOff], kinds: Sequence[Row], *, table: int, title: str, name: str = ""
) -> PaperTable:
    """Tables 4 to 6 with all controls: growth of every result and then the levels.

    Parameters
    ----------
    results : sequence of TradeOff
        Over the same years, in the order of the paper's columns.
    kinds : sequence of Row
        Measures of specialization; :data:`CONTROLS` stand below them.
    table, title, name
        As in :func:`regressions_beside`.
    """
    start, end = results[0].start, results[0].end
    fits = {
        f"Growth {start}–{end}": [r.growth for r in results],
        f"Log income {start}": [r.level for r in results],
    }
    return regressions_beside(fits, [*kinds, *CONTROLS], table=table, title=title, name=name)


def dispersion_beside(ours: pd.DataFrame, kind: str, *, title: str) -> PaperTable:
    """Table 1 for one kind of shares: mean, variation and p90/p10 of the Gini by year.

    Parameters
    ----------
    ours : pandas.DataFrame
        From :func:`regspec.facts.fact2.dispersion`, for the years of the paper's table.
    kind : {"income", "employment"}
    title : str
    """
    heads = {"mean": "Mean", "cv": "CV", "p90_p10": "p90/p10"}
    paper = published_frame(1).set_index("year")
    theirs = {head: paper[f"{kind}_{name.replace('_', '')}"] for name, head in heads.items()}
    return numbers_beside(
        ours[list(heads)].rename(columns=heads),
        pd.DataFrame(theirs),
        name=f"table1_{kind}",
        title=title,
        decimals={"Mean": 2, "CV": 3, "p90/p10": 2},
    )
