"""What became of the paper's numbers: outcomes counted, by chapter and part of the paper.

And the numbers of the abstract of our findings (``book/findings.md``), from saved results.
"""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from regspec.paper import scoreboard
from regspec.paper.explanations import KINDS, Explanation, glued, parts
from regspec.paper.scoreboard import SILENT
from regspec.show.display import table as show_table
from regspec.sweep.comparison import BASELINE, certified, headline_frame

__all__ = [
    "CHAPTERS",
    "OUTCOMES",
    "by_part",
    "counts",
    "finding_values",
    "kinds",
    "line",
    "show_chapter",
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
    """The board with ``chapter``, ``why``, and parts that tell sections of the text apart.

    Parameters
    ----------
    board : pandas.DataFrame
        Of :func:`regspec.paper.scoreboard.load`.
    compared : pandas.DataFrame
        Of :func:`regspec.paper.explanations.explained`.

    Returns
    -------
    pandas.DataFrame
        As many rows as the board, in its order; ``why`` is the number of the reason, zero without.
    """
    out = board.merge(compared[["id", "why"]], on="id", how="left", validate="1:1")
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


def _ranges(results: pd.DataFrame) -> dict[str, float]:
    """Headline numbers of both baselines, and their range over the certified points."""
    headlines = headline_frame(results)
    out: dict[str, float] = {}
    for column in ("price_amplification", "reallocation_bound", "reallocation_third",
                   "slope_limit", "slope_of_limit"):  # fmt: skip
        values = headlines.loc[certified(headlines, column), column]
        out |= {f"{column}_low": float(values.min()), f"{column}_high": float(values.max())}
        for reference, short in (("paper", "paper"), ("low risk aversion", "mild")):
            at = headlines[headlines["label"].eq(BASELINE) & headlines["reference"].eq(reference)]
            out[f"{column}_{short}"] = float(at[column].iloc[0])
    return out


def finding_values(
    board: pd.DataFrame, compared: pd.DataFrame, results: pd.DataFrame
) -> dict[str, float | int | str]:
    """Everything that the abstract of our findings quotes, by name.

    Parameters
    ----------
    board : pandas.DataFrame
        Of :func:`regspec.paper.scoreboard.load`.
    compared : pandas.DataFrame
        Of :func:`regspec.paper.explanations.explained`.
    results : pandas.DataFrame
        Of the robustness sweep.

    Returns
    -------
    dict
        Counts of rows: ``agree`` and ``against`` of ``spoken``, which have a result on census or
        public data or from the model; the same of the rows of `compared`, with the prefix
        ``model_``. Ranges and values of headline numbers; values of chapters.
    """
    out: dict[str, float | int | str] = {}
    for prefix, frame in (("", board), ("model_", compared)):
        status = frame.loc[~frame["status"].isin(SILENT), "status"]
        out |= {
            f"{prefix}spoken": len(status),
            f"{prefix}agree": int(status.isin(OUTCOMES["agree"]).sum()),
            f"{prefix}matched": int((status == "match").sum()),
            f"{prefix}against": int(status.isin(OUTCOMES["do not agree"]).sum()),
            f"{prefix}insignificant": int((status == "insignificant").sum()),
        }
    out |= _ranges(results)
    year = results[results["label"] == "period of a year"]
    out["points"] = len(results)
    out["certified"] = int((results["status"] == "ok").sum())
    out["year"] = "none" if (year["status"] != "ok").all() else "some"
    facts, zones, plan = glued("02_fact1"), glued("15_zones"), glued("12_planner")
    scope, discount = glued("12b_planner_scope"), glued("09b_discount")
    chosen = {
        "level_sd": facts["level_sd"], "growth_sd": facts["growth_sd"],
        "level_fine": facts["level_sic2"], "growth_1929": facts["growth_1929"],
        "zone_growth": facts["zone_growth"], "data_slope": zones["slope_data"],
        "data_low": zones["data_low"], "data_high": zones["data_high"],
        "slope_model": zones["slope_model"], "slope_text": zones["text_model"],
        "computers_slope": zones["nat_limit"], "computers_share": zones["nat_share"],
        "negative": zones["negative"], "combinations": zones["combinations"],
        "gain_zones": glued("15b_zone_planner")["gain_most"],
        "beta_low": discount["beta_low_decade"], "beta_high": discount["beta_high_decade"],
        "beta_annual": discount["beta_high_annual"], "gain": plan["gain_mean"],
        "gain_price": plan["gain_price"], "crossings": scope["crossings"],
        "planner_change": scope["published_change"],
    }  # fmt: skip
    return out | chosen


def show_chapter(frame: pd.DataFrame, title: str) -> None:
    """Display one folded table for each part of a chapter of the paper.

    ``frame`` is that of :func:`with_reasons`, ``title`` one of :data:`CHAPTERS`.
    """
    for part, rows in by_part(frame[frame["chapter"] == title]):
        shown, caption = presented(rows), line(part, rows)
        show_table(shown, caption=caption, index=False, small=("quantity", "below"), fold=True)
