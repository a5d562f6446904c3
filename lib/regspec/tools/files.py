"""How files are written and YAML is read, so that neither goes wrong in silence.

A file is written whole or not at all, and an error says what to do. Of YAML written by people only
plain values are made, never objects. Beyond its own rules a name may stand only once, since the
last would silently win, and there are no aliases, with which a file of a few lines can stand for
more than the memory holds.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

__all__ = ["LARGEST", "YamlError", "read_word", "read_yaml", "remedy", "whole", "write_whole"]

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


#: Bytes that a file may have.
LARGEST = 2_000_000


class YamlError(ValueError):
    """A YAML file cannot be read; says where and what to do."""


class _Loader(yaml.SafeLoader):
    """SafeLoader without aliases and without names that stand twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(
                None, None, "aliases (*name) are not allowed: write the value out",
                event.start_mark,
            )  # fmt: skip
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands twice: keep one of them", key_node.start_mark
                )
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_word(text: str) -> Any:
    """Value that a word of YAML stands for, such as ``0.3``, ``true`` or ``[1, 2]``.

    Raises
    ------
    YamlError
        If it is not YAML.

    Examples
    --------
    >>> read_word("[1, 2.5, yes]")
    [1, 2.5, True]
    >>> read_word("{a: 1, a: 2}")
    Traceback (most recent call last):
        ...
    regspec.tools.files.YamlError: 'a' stands twice: keep one of them, line 1, column 8
    """
    try:
        return yaml.load(text, Loader=_Loader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise YamlError(f"{error.problem or error.context}{where}") from None
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from None
    except RecursionError:
        raise YamlError("it is nested too deeply") from None
    except ValueError as error:  # a number or date that YAML's rules admit and Python does not
        raise YamlError(str(error)) from None


def read_yaml(path: Path) -> Any:
    """Content of a YAML file: mappings, lists, numbers, words; None where it is empty.

    Raises
    ------
    YamlError
        Naming the file, the line and what is wrong.
    FileNotFoundError
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise YamlError(f"{path} has {size:,} bytes; allowed: {LARGEST:,}")
    try:
        return read_word(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise YamlError(f"{path} is not text in UTF-8 ({error}); save it as UTF-8") from None
    except YamlError as error:
        raise YamlError(f"{path} is not readable as YAML: {error}") from None
