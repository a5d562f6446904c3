"""What if two commands write the same files? The second waits its turn, and says for whom.

The lock is the operating system's (by `filelock`). It goes with the process that holds it, however
that ends, so that no lock is ever left behind.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from regspec.sources.paths import project_root

__all__ = ["BOOK", "command_line", "in_turn", "lock_path"]

#: What runs with default parameters and builds of the website write: the book.
BOOK = "book"


def lock_path(what: str) -> Path:
    """File that is locked while the book, or the runs of a scenario, are written."""
    return project_root() / "_build" / "locks" / what


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
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        holder = path.read_text("utf-8", "replace").strip() or "another process"
        say(f"waiting for {holder}, which writes the same files; to stop waiting, press Ctrl-C")
        lock.acquire()
    try:
        now = dt.datetime.now().replace(microsecond=0)
        me = f"process {os.getpid()} on {socket.gethostname()} ('{command}', since {now})"
        try:
            path.write_text(me, "utf-8", "replace")
        except OSError as error:  # a full disk does not say of itself where it is
            raise OSError(error.errno, error.strerror, str(path)) from None
        yield
        path.write_text("", "utf-8")
    finally:
        lock.release()


def command_line() -> str:
    """The command that this process runs, as others are told it."""
    return " ".join(["regspec", *sys.argv[1:]]) if sys.argv[1:] else Path(sys.argv[0]).name
