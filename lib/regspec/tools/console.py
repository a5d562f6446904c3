"""What all commands have in common: help, exit statuses, progress, colour, and JSON.

Results go to standard output and progress to standard error, so that the output of a command can
be passed on. ``--quiet`` drops the progress. Colour is used in a terminal only, and never where
``NO_COLOR`` or ``CI`` is set.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "WRONG",
    "Say",
    "add_command",
    "add_group",
    "coloured",
    "emit",
    "in_ci",
    "interactive",
    "paint",
    "progress",
    "records",
]

#: Exit statuses of every command.
DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130

_STATUSES = {
    DONE: "done, and all is well",
    FAILED: "done, but something is not as it should be: the output says what",
    WRONG: "nothing was done: an argument is wrong, or something that is needed is missing",
    INTERRUPTED: "interrupted",
}
_CODES = {"good": "32", "warn": "33", "bad": "31", "bold": "1"}

Say = Callable[[str], None]


def _epilog(examples: Iterable[str], statuses: Mapping[int, str]) -> str:
    lines = ["examples:", *(f"  python -m regspec {line}" for line in examples)]
    lines += ["", "exit status:"]
    lines += [f"  {code:<3}  {text}" for code, text in (_STATUSES | dict(statuses)).items()]
    return "\n".join(lines)


def add_command(
    commands: Any,
    name: str,
    *,
    help: str,
    examples: Iterable[str],
    statuses: Mapping[int, str] | None = None,
    description: str = "",
    prints: bool = True,
) -> argparse.ArgumentParser:
    """Add a command with its help, ``--quiet`` and, where it prints results, ``--json``.

    Parameters
    ----------
    commands
        Collection of subparsers.
    name : str
    help : str
        One line for the list of commands.
    examples : iterable of str
        Command lines without ``python -m regspec``; a remark may follow after two blanks.
    statuses : mapping of int to str, optional
        What exit statuses mean for this command, where more can be said than in general.
    description : str
        Opening paragraph of its help; `help` when left out.
    prints : bool
        Whether it prints results, which ``--json`` turns into JSON.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=description or help[0].upper() + help[1:] + ".",
        epilog=_epilog(examples, statuses or {}),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if prints:
        parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="results and errors only")
    return parser


def add_group(commands: Any, name: str, *, help: str, examples: Iterable[str]) -> Any:
    """Add a command that has actions of its own; returns their collection of subparsers."""
    group = commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=_epilog(examples, {}),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return group.add_subparsers(dest="action", required=True, metavar="ACTION")


def in_ci() -> bool:
    """Whether the environment variable ``CI`` says that nobody watches."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def interactive(stream: TextIO) -> bool:
    """Whether a person sees the stream: a terminal, and not in CI."""
    return stream.isatty() and not in_ci()


def coloured(stream: TextIO) -> bool:
    """Whether to colour what goes to the stream (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return interactive(stream) and not plain


def paint(text: str, kind: str, stream: TextIO) -> str:
    """Text in a colour (good, warn, bad, bold) where the stream takes it."""
    return f"\033[{_CODES[kind]}m{text}\033[0m" if coloured(stream) else text


def progress(options: argparse.Namespace) -> Say:
    """Function that tells what goes on, on standard error; silent with ``--quiet``."""

    def say(line: str) -> None:
        if not options.quiet:
            print(line, file=sys.stderr, flush=True)

    return say


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as JSON has them: missing and infinite numbers are null."""
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return rows


def emit(options: argparse.Namespace, value: Any, text: str) -> None:
    """Print a result: the value with ``--json``, else the text."""
    if options.json:
        print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))
    elif text:
        print(text)
