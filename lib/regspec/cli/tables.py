"""The command ``python -m regspec tables``."""

from __future__ import annotations

import argparse
import difflib
import time
from typing import Any

from regspec.tools import console

__all__ = ["add_parser", "execute"]


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    parser = console.add_command(
        commands,
        "tables",
        help="compute the tables that pages read because they take minutes",
        description="Compute the tables of data/results/tables that the code no longer fits, or "
        "those named. Pages read them, and make a part of each anew to prove it.",
        examples=(
            "tables                     those made by other code",
            "tables planner_existence   this one, in any case",
            "tables --check             only say which were made by other code",
        ),
        statuses={1: "with --check: at least one was made by other code, or is absent"},
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="table; default: all stale ones")
    parser.add_argument("--check", action="store_true", help="compute nothing")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    # Imported here: the model is slow to import, and other commands do without it.
    from regspec.studies.stored import is_current, write
    from regspec.studies.tables import TABLES

    makers = {make.__name__: make for make in TABLES}
    for name in options.names:
        if name not in makers:
            near = ", ".join(difflib.get_close_matches(name, makers, n=3)) or ", ".join(makers)
            raise ValueError(f"no table is called {name!r}; allowed: {near}")
    chosen = options.names or [n for n, make in makers.items() if not is_current(make)]
    rows, told = [], console.progress(options)
    for name in [n for n in makers if n in chosen]:
        state = "current" if is_current(makers[name]) else "made by other code, or absent"
        if not options.check:
            begun = time.perf_counter()
            path, state = write(makers[name]), "written"
            told(f"{path}: {time.perf_counter() - begun:.0f} s")
        rows.append({"table": name, "state": state})
    text = "\n".join(f"{row['table']}: {row['state']}" for row in rows)
    console.emit(options, rows, text or f"all {len(makers)} tables fit the code")
    stale = options.check and any(row["state"] != "current" for row in rows)
    return console.FAILED if stale else console.DONE
