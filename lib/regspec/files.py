"""Files written whole or not at all, and what to do when one cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["remedy", "whole", "write_whole"]

_REMEDIES = {
    errno.ENOSPC: "the disk is full: make room there",
    errno.EDQUOT: "your share of the disk is used up: make room there",
    errno.EFBIG: "the file is larger than this shell allows (ulimit -f): raise the limit",
    errno.EROFS: "the folder can only be read: choose another one, or mount it for writing",
    errno.EACCES: "you may not write there: choose another folder, or change its permissions",
    errno.EPERM: "you may not write there: choose another folder, or change its permissions",
}


def remedy(error: OSError) -> str:
    """What to do about an error of the file system; empty where there is nothing to add.

    Examples
    --------
    >>> remedy(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full: make room there, then run the same command again; what was finished is kept'
    """
    advice = _REMEDIES.get(error.errno or 0)
    if not advice:
        return ""
    return f"{advice}, then run the same command again; what was finished is kept"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Name to write a file under, which is moved to its place when all of it is there.

    The name is the process's own, so that two processes never write into the same file. After an
    error or an interruption nothing is left of it, and the file that was there before stands.

    Parameters
    ----------
    path : Path
        Place of the file; its folder is made.

    Yields
    ------
    Path

    Raises
    ------
    OSError
        Naming the file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     target = Path(folder, "numbers.txt")
    ...     with whole(target) as part:
    ...         _ = part.write_text("1 2 3", encoding="utf-8")
    ...     target.read_text(encoding="utf-8"), len(list(Path(folder).iterdir()))
    ('1 2 3', 1)
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename in (None, str(part)):
            error.filename = str(path)
        raise


def write_whole(path: Path, text: str) -> Path:
    """Write a text file (UTF-8), whole or not at all; see :func:`whole`."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")
    return path
