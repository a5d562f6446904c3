"""Two runs at once: the second waits its turn, and says for whom.

A lock of the operating system is held while notebooks are run or the book is built. It goes with
the process that holds it, however that ends, so that no lock is ever left behind.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from regspec.sources.paths import project_root

__all__ = ["BOOK", "command_line", "in_turn", "lock_path"]

#: What runs with default parameters and builds of the website write: the book.
BOOK = "book"


def lock_path(what: str) -> Path:
    """File that is locked while the book, or the runs of a scenario, are written."""
    return project_root() / "_build" / "locks" / what


def _me(command: str) -> str:
    now = dt.datetime.now().replace(microsecond=0)
    return f"process {os.getpid()} on {socket.gethostname()} ('{command}', since {now})"


@contextmanager
def in_turn(what: str, command: str, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Hold the right to write the book, or the runs of a scenario.

    Parameters
    ----------
    what : str
        :data:`BOOK` or the name of a folder of ``_build/runs``.
    command : str
        What others are told about this process.
    say : callable
        Told who is waited for.

    Raises
    ------
    OSError
        If the lock file cannot be written, naming it.
    """
    path = lock_path(what)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b", buffering=0) as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            opened.seek(0)
            holder = opened.read().decode("utf-8", "replace").strip() or "another process"
            say(f"waiting for {holder}, which writes the same files; to stop waiting, press Ctrl-C")
            fcntl.flock(opened, fcntl.LOCK_EX)
        opened.truncate(0)
        try:
            opened.write(_me(command).encode("utf-8", "replace"))
        except OSError as error:  # a full disk does not say of itself where it is
            raise OSError(error.errno, error.strerror, str(path)) from None
        yield
        opened.truncate(0)


def command_line() -> str:
    """The command that this process runs, as others are told it."""
    return " ".join(["regspec", *sys.argv[1:]]) if sys.argv[1:] else Path(sys.argv[0]).name
