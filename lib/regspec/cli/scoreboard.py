"""The command ``python -m regspec scoreboard``: the paper's numbers beside ours."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

from regspec.tools import console
from regspec.tools.choices import require_choice

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ["reference", "quantity", "paper", "ours", "tier", "status"]
_EXAMPLES = (
    "scoreboard                                    every published number",
    'scoreboard --section "Table 4" --notes        one table, with what differs',
    "scoreboard --status match --status close      what agrees",
    "scoreboard --tier model --counts              how many of each status",
    'scoreboard --section "Figure 7" --json',
)


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    parser = console.add_command(
        commands,
        "scoreboard",
        help="show the published numbers beside ours",
        description="Print data/results/scoreboard.csv: each number of the paper, ours, the tier "
        "of data that it rests on, and how they compare. Filters add up.",
        examples=_EXAMPLES,
        statuses={0: "rows were printed", 1: "no row passes the filters"},
    )
    parser.add_argument(
        "--section", metavar="TEXT", help="how the place in the paper begins: 'Table 4', Abstract"
    )
    parser.add_argument(
        "--status", action="append", metavar="WORDS", help="such as match; may be repeated"
    )
    parser.add_argument(
        "--tier", choices=("census", "public", "synthetic", "model"), help="data behind ours"
    )
    parser.add_argument("--counts", action="store_true", help="rows by table and status only")
    parser.add_argument("--notes", action="store_true", help="what differs in data or definition")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Print the rows that pass the filters; returns the exit status."""
    from regspec.paper import scoreboard

    for status in options.status or ():
        require_choice("status", status, scoreboard.STATUSES)
    frame = scoreboard.load()
    rows = frame[_passing(frame, options)]
    if options.counts:
        table = scoreboard.tally(rows) if len(rows) else rows
        value = table.to_dict(orient="index") if len(rows) else {}
        console.emit(options, value, table.to_string() if len(rows) else "")
    else:
        kept = rows[[*_COLUMNS, "note"]] if options.notes else rows[_COLUMNS]
        console.emit(options, console.records(rows[["id", *_COLUMNS, "note"]]), _table(kept))
    console.progress(options)(f"{len(rows)} of {len(frame)} rows")
    return console.DONE if len(rows) else console.FAILED


def _passing(frame: pd.DataFrame, options: argparse.Namespace) -> pd.Series:
    """Whether each row passes the filters.

    Raises
    ------
    ValueError
        For a section where the paper has no number.
    """
    keep = frame["status"] != ""
    if options.section:
        # "Table 1" is not the beginning of "Table 10".
        begins = re.escape(options.section.strip())
        wanted = frame["reference"].str.match(rf"{begins}(?![0-9])", case=False)
        if not wanted.any():
            known = sorted(set(frame["reference"].str.split(",").str[0]))
            require_choice("section", options.section, known)
        keep &= wanted
    if options.status:
        keep &= frame["status"].isin(options.status)
    if options.tier:
        keep &= frame["tier"] == options.tier
    return keep


def _table(rows: pd.DataFrame) -> str:
    """Rows as text, quantities and notes shortened to the width of a terminal."""
    if rows.empty:
        return ""
    if not sys.stdout.isatty():
        return rows.to_string(index=False)
    width = shutil.get_terminal_size().columns
    loose = [c for c in ("quantity", "note") if c in rows]
    fixed = [[str(c), *rows[c]] for c in rows if c not in loose]
    taken = sum(max(map(len, column)) + 1 for column in fixed)
    room = max(20, (width - taken) // len(loose) - 1)
    short = {c: rows[c].map(lambda t: t if len(t) <= room else t[: room - 1] + "…") for c in loose}
    return rows.assign(**short).to_string(index=False)
