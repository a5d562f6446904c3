"""Command line: ``python -m regspec --help``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, TextIO

from regspec import __version__
from regspec.cli import bench, census, data, doctor, notebooks, scoreboard, sweep, tables
from regspec.sources.errors import SourceError
from regspec.tools import console
from regspec.tools.files import remedy

_MODULES = (notebooks, sweep, tables, data, census, scoreboard, bench, doctor)
_EXAMPLES = """\
examples:
  python -m regspec doctor                             what is installed and here, what is missing
  python -m regspec list                               notebooks, parameters, scenarios
  python -m regspec book                               run what changed, build the website
  python -m regspec check                              which committed executions are stale
  python -m regspec run 10 -p gamma 2.0 -p theta 0.3   one notebook with other parameters
  python -m regspec run --all                          what changed, in dependency order
  python -m regspec sweep scenarios/robustness.yml     the model at many parameter values
  python -m regspec tables                             the pages' tables that take minutes
  python -m regspec scoreboard --section "Table 4"     the paper's numbers beside ours
  python -m regspec data status                        which files are here, and their vintages
  python -m regspec census build --tier synthetic      the census route on generated persons
  python -m regspec bench --quick                      timings of the solvers

Results go to standard output, progress to standard error; every command takes --help and --quiet,
those that print results --json. Exit status: 0 all is well, 1 something is not, 2 nothing was done,
130 interrupted.
"""


#: Errors that are told in a line; any other is a mistake of this package, and shows where.
_TOLD = (
    ValueError,
    KeyError,
    RuntimeError,
    OSError,
    MemoryError,
    SourceError,
    ModuleNotFoundError,
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="regspec",
        description="Run the notebooks, build the book, and look after its data.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"regspec {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _MODULES:
        module.add_parser(commands)
    return parser


def _message(error: BaseException) -> str:
    """The message of an error, in a line or a paragraph."""
    if isinstance(error, KeyError) and error.args:  # str() of it would be quoted
        return str(error.args[0])
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        advice = remedy(error)
        return f"{error.strerror}{where}" + (f"; {advice}" if advice else "")
    if isinstance(error, ModuleNotFoundError):
        return (
            f"this command needs the package {error.name!r}, which is not installed; install all "
            "that the book needs with 'make setup', or with pip install 'regspec[book]'"
        )
    if isinstance(error, MemoryError):
        return f"not enough memory ({error}); close other programs, or choose smaller grids"
    return str(error)


def _printable(stream: TextIO) -> None:
    """Let a stream of another encoding than UTF-8 show what it can, the rest by number."""
    if hasattr(stream, "reconfigure") and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
        stream.reconfigure(errors="backslashreplace")


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _terminable() -> Iterator[None]:
    """Being terminated (SIGTERM) is an interruption: what was begun is cleaned up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        _printable(stream)
    options = _parser().parse_args(argv)
    try:
        with _terminable():
            code: int = options.execute(options)
            sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough: 'regspec list | head'
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return console.DONE
    except KeyboardInterrupt:
        text = "interrupted; what was finished is kept: run the same command again to go on"
        print(text, file=sys.stderr)
        return console.INTERRUPTED
    except _TOLD as error:
        print(f"error: {_message(error)}", file=sys.stderr)
        return console.WRONG


if __name__ == "__main__":
    sys.exit(main())
