"""The scoreboard as its page shows it: outcomes counted, one table for each part of the paper."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from regspec.publish import scoreboard
from regspec.publish.explanations import KINDS, Explanation, parts, published_places

__all__ = [
    "CHAPTERS",
    "OUTCOMES",
    "by_chapter",
    "by_part",
    "counts",
    "kinds",
    "line",
    "with_reasons",
]

#: What a row says in the end, and the statuses that say it.
OUTCOMES = MappingProxyType(
    {
        "agree": ("match", "close", "same direction", "not rejected"),
        "do not agree": ("opposite direction", "differs"),
        "too uncertain": ("insignificant",),
        "inputs": ("taken as given",),
        "on generated data": ("synthetic",),
        "not computed": ("not computed",),
    }
)

#: Chapters of the paper, and the sections that belong to each.
CHAPTERS = MappingProxyType(
    {
        "Abstract and introduction": ("abstract", "1"),
        "Facts: section 2, A.2 to A.5": ("2", "A.2", "A.3", "A.4", "A.5"),
        "Model: section 3": ("3",),
        "Calibration: section 4.1, A.6": ("4.1", "A.6"),
        "Growth and shocks: sections 4.2 to 4.4": ("4.2", "4.3", "4.4"),
        "Planner: section 5": ("5",),
    }
)


def _outcome(status: str) -> str:
    return next(name for name, statuses in OUTCOMES.items() if status in statuses)


def _chapter(section: str) -> str:
    for title, sections in CHAPTERS.items():
        if any(section == s or section.startswith(f"{s}.") for s in sections):
            return title
    raise ValueError(
        f"section {section!r} of data/published/numbers.csv belongs to none of "
        f"{', '.join(CHAPTERS)}"
    )


def with_reasons(board: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """The board with ``section``, ``chapter``, ``why``, and parts that tell sections apart.

    Parameters
    ----------
    board : pandas.DataFrame
        Of :func:`regspec.publish.scoreboard.load`.
    compared : pandas.DataFrame
        Of :func:`regspec.publish.explanations.explained`.

    Returns
    -------
    pandas.DataFrame
        As many rows as the board, in its order; ``why`` is the number of the reason, zero without.
    """
    columns = list(scoreboard.COLUMNS)
    reasons = compared[[*columns, "why"]].drop_duplicates(columns)
    out = board.merge(published_places(), on=["reference", "quantity"], how="left", validate="m:1")
    out = out.merge(reasons, on=columns, how="left", validate="m:1")
    text = out["section"].map(lambda s: "Abstract" if s == "abstract" else f"Text of section {s}")
    return out.assign(
        part=out["part"].where(out["part"] != "Text", text),
        chapter=out["section"].map(_chapter),
        why=out["why"].fillna(0).astype(int),
    )


def counts(frame: pd.DataFrame, by: str = "chapter") -> pd.DataFrame:
    """Rows by outcome (columns, those that occur) and group, with a last row for all.

    ``frame`` is that of :func:`with_reasons`; groups stand in the order of their first row,
    chapters in that of the paper.
    """
    table = pd.crosstab(frame[by], frame["status"].map(_outcome))
    order = [c for c in CHAPTERS if c in table.index] if by == "chapter" else frame[by].unique()
    table = table.reindex(index=order, columns=[o for o in OUTCOMES if o in table])
    table.loc["All"] = table.sum()
    return table.astype(int).rename_axis(index=by, columns=None)


def line(title: str, rows: pd.DataFrame) -> str:
    """One line on a part: how many rows it has, and how many of each outcome."""
    told = rows["status"].map(_outcome).value_counts()
    each = ", ".join(f"{name} {told[name]}" for name in OUTCOMES if name in told)
    return f"{title}: {len(rows)} row{'s' if len(rows) > 1 else ''}; {each}"


def by_chapter(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of :func:`with_reasons` by chapter of the paper, in its order."""
    return [(c, frame[frame["chapter"] == c]) for c in CHAPTERS if (frame["chapter"] == c).any()]


def by_part(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of one chapter by part: the text, then figures and tables by number."""

    def place(title: str) -> tuple[int, int, str]:
        kind, _, number = title.partition(" ")
        return ("Figure", "Table").index(kind) + 1, int(number), title

    titles = frame["part"].unique()
    text = sorted(t for t in titles if not t.startswith(("Figure ", "Table ")))
    rest = sorted((t for t in titles if t not in text), key=place)
    return [(title, frame[frame["part"] == title]) for title in (*text, *rest)]


def presented(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns as the page shows them; the number of the reason only where a row has one."""
    shown = scoreboard.presented(rows)
    if not rows["why"].any():
        return shown
    return shown.assign(why=rows["why"].map(lambda n: str(n) if n else "–"))


def kinds(compared: pd.DataFrame, entries: tuple[Explanation, ...]) -> pd.DataFrame:
    """Rows that need a reason, by part and by what explains them; matches need none."""
    kind = {e.number: e.kind for e in entries}
    names = ["match", *KINDS]
    rows = {
        title: rows["why"].map(lambda n: kind.get(n, "match")).value_counts()
        for title, rows in parts(compared)
    }
    return pd.DataFrame(rows).T.reindex(columns=names).fillna(0).astype(int).rename_axis("part")
