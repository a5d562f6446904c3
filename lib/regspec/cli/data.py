"""The command ``python -m regspec data``: the public files."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from regspec.tools import console

if TYPE_CHECKING:
    import pandas as pd

_EXAMPLES = (
    "data status                      every source: here or not, and in which vintage",
    "data status bea_sainc1 fred_cpi  these two",
    "data status --json",
    "data fetch                       download what is missing",
)


def add_parser(commands: Any) -> None:
    """Add ``data`` and its actions to the subparsers of ``python -m regspec``."""
    actions = console.add_group(
        commands, "data", help="show or download the public data", examples=_EXAMPLES
    )
    status = console.add_command(
        actions,
        "status",
        help="show which public files are here, from where, in which vintage",
        examples=_EXAMPLES[:3],
        statuses={0: "shown, whether or not the files are here", 2: "a source is unknown"},
    )
    fetch = console.add_command(
        actions,
        "fetch",
        help="download the public files that are not here",
        description="Look for every file below REGSPEC_DATA and in the cache, and download it from "
        "its publisher otherwise (REGSPEC_OFFLINE=1 or CI forbids that).",
        examples=("data fetch", "data fetch fred_cpi fred_tb3ms"),
        statuses={0: "all are here", 1: "some could not be had: the errors say how to get them"},
    )
    for parser, execute in ((status, _status), (fetch, _fetch)):
        parser.add_argument("ids", nargs="*", metavar="SOURCE", help="source ids; all if left out")
        parser.set_defaults(execute=execute)


def _ids(options: argparse.Namespace) -> list[str]:
    from regspec.sources import registry

    return [registry.source(s).id for s in options.ids] or list(registry.SOURCES)


def _shown(options: argparse.Namespace, frame: pd.DataFrame) -> None:
    from regspec.sources import registry

    text = frame.drop(columns="error", errors="ignore").to_string(index=False)
    console.emit(options, console.records(frame), text)
    for sentence in registry.unknown_files(frame):
        print(f"notice: {sentence}", file=sys.stderr)


def _status(options: argparse.Namespace) -> int:
    from regspec.sources import registry

    wanted, frame = _ids(options), registry.status()
    _shown(options, frame[frame["source"].isin(wanted)])
    return console.DONE


def _fetch(options: argparse.Namespace) -> int:
    from regspec.sources import registry

    frame = registry.fetch_all(_ids(options))
    _shown(options, frame)
    errors = [e for e in frame["error"] if e]
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    return console.FAILED if errors else console.DONE
