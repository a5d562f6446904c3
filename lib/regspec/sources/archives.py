"""From an official archive, or a download, to one file in the cache."""

import errno
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regspec.files import remedy, whole
from regspec.sources.catalogue import Source
from regspec.sources.errors import DamagedSource, MissingSource
from regspec.sources.paths import CACHE_VARIABLE, MIRROR_VARIABLE, cache_folder, cache_if_any

__all__ = ["UNREADABLE", "extract", "keep", "writing"]

#: What a damaged or foreign archive can raise while it is read.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@contextmanager
def writing(wanted: Source, folder: Path) -> Iterator[None]:
    """Say of a disk that is full, or a folder that cannot be written, that it is."""
    try:
        yield
    except OSError as problem:
        # The errors of requests are OSErrors too: of those with a number only the file system's.
        advice = remedy(problem) if problem.errno else ""
        if not advice and isinstance(problem, PermissionError):  # pooch's has no number
            advice = remedy(OSError(errno.EACCES, ""))
        if not advice:
            raise
        raise MissingSource(
            f"{wanted.id}: cannot be written to the folder of downloads, {folder} "
            f"({problem.strerror or type(problem).__name__}): {advice} ({CACHE_VARIABLE} names "
            "the folder)"
        ) from problem


def extract(wanted: Source, archive: Path) -> Path:
    """Copy the wanted member of an official zip into the cache, under its name alone.

    Whatever folders the archive gives for it, nothing is written outside the cache.
    """
    named = re.compile(wanted.pattern)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = sorted(n for n in opened.namelist() if named.fullmatch(Path(n).name))
            if not members:
                note = f" ({wanted.note})" if wanted.note else ""
                raise MissingSource(
                    f"{wanted.id}: {archive.name} has no member named like {wanted.pattern!r}"
                    f"{note}; put a copy of the file below {MIRROR_VARIABLE}."
                )
            target = cache_folder() / Path(members[-1]).name
            with (
                writing(wanted, target.parent),
                whole(target) as part,
                opened.open(members[-1]) as packed,
                part.open("wb") as unpacked,
            ):
                shutil.copyfileobj(packed, unpacked)
    except (*UNREADABLE, OSError) as problem:
        cached = cache_if_any()
        if cached and archive.is_relative_to(cached):  # ours: the next run downloads it again
            archive.unlink(missing_ok=True)
            what = "it has been deleted: run the same command again, which downloads it anew"
        else:
            what = f"delete it and download {' or '.join(wanted.urls)} again"
        raise DamagedSource(
            f"{wanted.id}: {archive} is not a readable zip ({problem}); {what}."
        ) from problem
    return target


def keep(wanted: Source, fetched: Path, url: str) -> Path:
    """Give a downloaded file the name its pattern expects (FRED's address has none)."""
    plain = re.sub(r"\\d\{4\}", "2023", wanted.pattern).replace("\\", "")
    name = Path(url).name if re.fullmatch(wanted.pattern, Path(url).name) else plain
    target = cache_folder() / name
    with writing(wanted, target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(fetched, target))
