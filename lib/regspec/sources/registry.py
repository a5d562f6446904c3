"""Where each public file is: the local mirror, else the cache, else the official address.

``locate`` looks below ``$REGSPEC_DATA`` (any folder structure, by file name), then in the cache
(``$REGSPEC_CACHE``, else the user's cache folder), then downloads with pooch. ``REGSPEC_OFFLINE=1``
or ``CI`` forbids the network. Checksum and vintage of what was found are recorded. The checks that
readers share (:func:`require_columns`, ...) say what is wrong, and what to do, in one way.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import logging
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pooch

from regspec.sources.catalogue import SOURCES, Source
from regspec.sources.errors import DamagedSource, MissingSource, SchemaError, SourceError
from regspec.sources.paths import CACHE_VARIABLE, MIRROR_VARIABLE, cache_folder, cache_if_any
from regspec.tools.files import remedy, whole

__all__ = [
    "SOURCES",
    "UNREADABLE",
    "DamagedSource",
    "MissingSource",
    "Resolved",
    "SchemaError",
    "Source",
    "SourceError",
    "available",
    "extract",
    "fetch_all",
    "keep",
    "locate",
    "status",
    "unknown_files",
    "writing",
]

OFFLINE_VARIABLE = "REGSPEC_OFFLINE"
ACCESS_LOG_VARIABLE = "REGSPEC_ACCESS_LOG"
CONNECT_SECONDS, READ_SECONDS = 4, 60

log = logging.getLogger("regspec.sources")
_network_failure: list[str] = []  # first failure of this process; later calls do not wait again


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """A public file found on this machine.

    Attributes
    ----------
    source_id
        Key in :data:`SOURCES`.
    path
        Where the file is.
    sha256
        Checksum of its bytes.
    vintage
        Release of the file: the publisher's date where it states one.
    known
        Whether the checksum is one this package was checked with.
    """

    source_id: str
    path: Path
    sha256: str
    vintage: str
    known: bool

    def note(self) -> dict[str, str | bool]:
        """Return what a figure note or manifest needs, without this machine's paths."""
        return {
            "source_id": self.source_id,
            "file": self.path.name,
            "sha256": self.sha256,
            "vintage": self.vintage,
            "known": self.known,
        }


def source(source_id: str) -> Source:
    """Return the registered source; ``KeyError`` lists the allowed ids."""
    if source_id not in SOURCES:
        raise KeyError(f"unknown source {source_id!r}; known: {', '.join(sorted(SOURCES))}")
    return SOURCES[source_id]


def locate(source_id: str) -> Resolved:
    """Find a public file: mirror, then cache, then the official address.

    Parameters
    ----------
    source_id
        Key in :data:`SOURCES`.

    Returns
    -------
    Resolved
        Path, checksum and vintage.

    Raises
    ------
    MissingSource
        If the file is not on this machine and cannot be downloaded.
    DamagedSource
        If the downloaded archive is unreadable.

    Examples
    --------
    >>> found = locate("fred_cpi")
    >>> found.path.name, found.vintage
    ('CPIAUCSL.csv', '...')
    >>> locate("fred_cpy")
    Traceback (most recent call last):
        ...
    KeyError: "unknown source 'fred_cpy'; known: bea_cainc1, ..."
    """
    wanted = source(source_id)
    path = _find_local(wanted)
    if path is None:
        path = _download(wanted)
    resolved = _describe(wanted, path)
    if not resolved.known:  # no warning: it would print in the middle of a page, which says it
        log.info(_unknown(source_id, path.name, resolved.vintage, resolved.sha256))
    _record_access(resolved)
    return resolved


def available(source_id: str) -> bool:
    """Return whether the file is in the mirror or the cache; never uses the network."""
    return _find_local(source(source_id)) is not None


def status() -> pd.DataFrame:
    """Return one row per source: what is here, from where, and of which vintage.

    Returns
    -------
    DataFrame
        Columns source, tier, file, where ("mirror", "cache" or "absent"), vintage, known
        (whether the checksum is a known one), url.
    """
    return pd.DataFrame([_status_row(wanted) for wanted in SOURCES.values()])


def fetch_all(ids: list[str] | None = None) -> pd.DataFrame:
    """Locate every source, downloading where needed, and report instead of stopping.

    Parameters
    ----------
    ids
        Source ids; all of them by default.

    Returns
    -------
    DataFrame
        The rows of :func:`status` for ``ids`` with a column ``error`` ("" where all is well).
    """
    rows = []
    for source_id in list(SOURCES) if ids is None else ids:
        wanted, error = source(source_id), ""
        try:
            locate(source_id)
        except SourceError as problem:
            error = str(problem)
        rows.append({**_status_row(wanted), "error": error})
    return pd.DataFrame(rows)


def unknown_files(frame: pd.DataFrame) -> list[str]:
    """Return one sentence per file of :func:`status` that is here with an unknown checksum."""
    rows = frame[(frame["file"] != "") & ~frame["known"].astype(bool)]
    return [
        _unknown(source_id, name, vintage, locate(source_id).sha256)
        for source_id, name, vintage in rows[["source", "file", "vintage"]].itertuples(index=False)
    ]


def _unknown(source_id: str, name: str, vintage: str, sha256: str) -> str:
    return (
        f"{source_id}: {name} has a checksum that this package was not checked with "
        f"({sha256[:12]}..., vintage {vintage}); it is read if it passes its schema"
    )


def _status_row(wanted: Source) -> dict[str, object]:
    path = _find_local(wanted)
    found = _describe(wanted, path) if path is not None else None
    where = "absent"
    if path is not None:
        cached = cache_if_any()
        where = "cache" if cached and path.is_relative_to(cached) else "mirror"
    return {
        "source": wanted.id,
        "tier": wanted.tier,
        "file": path.name if path is not None else "",
        "where": where,
        "vintage": found.vintage if found is not None else "",
        "known": found.known if found is not None else False,
        "url": wanted.urls[0] if wanted.urls else "",
    }


def _find_local(wanted: Source) -> Path | None:
    """Search the mirror, then the cache: the file itself, else an official zip that holds it."""
    mirror = os.environ.get(MIRROR_VARIABLE)
    for root in [Path(mirror).expanduser()] if mirror else []:
        if not root.is_dir():
            raise MissingSource(
                f"{MIRROR_VARIABLE}={mirror!r} is not a folder: set it to the folder that holds "
                "the public data files (any structure below it), or unset it."
            )
        found = _newest(wanted, _index(root)) or _extract_from(wanted, _index(root))
        if found is not None:
            return found
    cached = cache_if_any()
    return _newest(wanted, _walk(cached)) if cached and cached.is_dir() else None


@lru_cache(maxsize=8)
def _index(root: Path) -> tuple[Path, ...]:
    return _walk(root)


def _walk(root: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in root.rglob("*") if path.is_file()))


def _newest(wanted: Source, paths: tuple[Path, ...]) -> Path | None:
    """Return the matching file whose name carries the latest years (vintages differ in them)."""
    named = re.compile(wanted.pattern)
    matches = [path for path in paths if named.fullmatch(path.name) and path.is_file()]
    return max(matches, key=lambda path: (re.findall(r"\d{4}", path.name), str(path)), default=None)


def _extract_from(wanted: Source, paths: tuple[Path, ...]) -> Path | None:
    for url in wanted.urls:
        archive = next((path for path in paths if path.name == Path(url).name), None)
        if archive is not None and archive.suffix == ".zip":
            return extract(wanted, archive)
    return None


def _download(wanted: Source) -> Path:
    """Try the official addresses; remember a failure so that later calls fail at once."""
    reason = _network_forbidden()
    for url in [] if reason else wanted.urls:
        folder = cache_folder() / "downloads"
        try:
            with writing(wanted, folder):
                fetched = Path(
                    pooch.retrieve(
                        url,
                        known_hash=None,
                        path=folder,
                        downloader=pooch.HTTPDownloader(timeout=(CONNECT_SECONDS, READ_SECONDS)),
                    )
                )
        except SourceError:  # of the folder: the network is not to blame
            raise
        except Exception as problem:  # requests, urllib3: all mean "no download"
            reason = f"the download failed ({type(problem).__name__})"
            _network_failure.append(reason)
            log.warning("%s: %s: %s", wanted.id, url, problem)
            continue
        if url.endswith(".zip"):
            return extract(wanted, fetched)
        return keep(wanted, fetched, url)
    raise MissingSource(_how_to_get(wanted, reason or "it has no address to download from"))


def _network_forbidden() -> str:
    for variable in (OFFLINE_VARIABLE, "CI"):
        if os.environ.get(variable, "").lower() not in ("", "0", "false", "no"):
            return f"{variable} is set, which forbids downloads"
    return f"earlier in this run {_network_failure[0]}" if _network_failure else ""


def _how_to_get(wanted: Source, reason: str) -> str:
    mirror = os.environ.get(MIRROR_VARIABLE)
    looked = f"below {MIRROR_VARIABLE}={mirror}" if mirror else f"({MIRROR_VARIABLE} is not set)"
    note = f" Note: {wanted.note}." if wanted.note else ""
    return (
        f"{wanted.id}: {wanted.title} is not on this machine: no file named like "
        f"{wanted.pattern!r} {looked} nor in the cache, and {reason}. To get it, download "
        f"{' or '.join(wanted.urls)} on a connected machine, put it (zip or unzipped) anywhere "
        f"below a folder, and set {MIRROR_VARIABLE} to that folder; "
        f"data/{wanted.dataset}/README.md describes the file.{note}"
    )


def _describe(wanted: Source, path: Path) -> Resolved:
    stat = path.stat()
    sha256 = _checksum(path, stat.st_mtime_ns, stat.st_size)
    known = sha256 in wanted.known
    vintage = wanted.known[sha256] if known else _read_vintage(wanted, path)
    return Resolved(source_id=wanted.id, path=path, sha256=sha256, vintage=vintage, known=known)


@lru_cache(maxsize=64)
def _checksum(path: Path, mtime_ns: int, size: int) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _read_vintage(wanted: Source, path: Path) -> str:
    """Read the publisher's date from an unknown copy; "unrecorded" where it states none."""
    tail = path.read_bytes()[-4000:].decode("latin-1")
    if wanted.dated_by == "bea_footer":
        stated = re.search(r"Last updated: (\w+ \d{1,2}, \d{4})", tail)
        date = pd.to_datetime(stated[1], errors="coerce") if stated else pd.NaT
        return "unrecorded" if pd.isna(date) else f"{date:%Y-%m-%d}"
    if wanted.dated_by == "last_row":
        months = re.findall(r"^(\d{4}-\d{2})-\d{2},", tail, flags=re.MULTILINE)
        return f"to {months[-1]}" if months else "unrecorded"
    return "unrecorded"


def _record_access(resolved: Resolved) -> None:
    """Append one JSON line to the access log, from which a page's manifest is made."""
    target = os.environ.get(ACCESS_LOG_VARIABLE)
    if not target:
        return
    note = resolved.note()
    line = {"source": note.pop("source_id"), **note}
    with Path(target).open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(line) + "\n")


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


def complain(resolved: Resolved, problem: str) -> str:
    """Return one paragraph: source, file, problem, remedy."""
    wanted = source(resolved.source_id)
    return (
        f"{wanted.id}: {resolved.path} {problem}. Replace it with a fresh copy from "
        f"{' or '.join(wanted.urls)}, or delete it so that it is fetched again; "
        f"data/{wanted.dataset}/README.md describes the expected file."
    )


def read_text_csv(resolved: Resolved) -> pd.DataFrame:
    """Read a plain CSV as text, nothing taken for missing.

    Raises
    ------
    DamagedSource
        If the file is empty, binary, or not a table.
    """
    text = resolved.path.read_bytes().decode("latin-1")
    if not text.strip() or "\x00" in text:
        raise DamagedSource(complain(resolved, "is empty or not a text file"))
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).fillna("")
    except (pd.errors.ParserError, ValueError) as problem:
        raise DamagedSource(complain(resolved, f"cannot be parsed ({problem})")) from problem


def listed(names: list[str]) -> str:
    """Return names with commas, runs of at least three years as ``1929...2021``."""
    runs: list[list[str]] = []
    for name in names:
        last = runs[-1][-1] if runs else ""
        years = all(re.fullmatch(r"\d{4}", word) for word in (last, name))
        if years and int(name) == int(last) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(f"{r[0]}...{r[-1]}" if len(r) > 2 else ", ".join(r) for r in runs)


def require_columns(resolved: Resolved, frame: pd.DataFrame, columns: list[str]) -> None:
    """Raise ``SchemaError`` naming the columns that a frame lacks."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise SchemaError(
            complain(
                resolved,
                f"lacks the column {', '.join(missing)} "
                f"(it has {listed([str(column) for column in frame.columns])})",
            )
        )


def require_rows(resolved: Resolved, count: int, expected: int, what: str) -> None:
    """Raise ``DamagedSource`` if there are fewer rows (areas, ...) than the file must have."""
    if count < expected:
        raise DamagedSource(
            complain(resolved, f"has {count} {what} of at least {expected}: it is truncated")
        )


def require_unique(resolved: Resolved, frame: pd.DataFrame, keys: list[str]) -> None:
    """Raise ``SchemaError`` if two rows share their key."""
    twice = frame.duplicated(keys)
    if twice.any():
        first = frame.loc[twice, keys].iloc[0].to_dict()
        raise SchemaError(complain(resolved, f"has two rows for {first}"))


def numeric(resolved: Resolved, column: pd.Series, missing: tuple[str, ...] = ()) -> pd.Series:
    """Return a text column as floats; only the words in ``missing`` may be NaN.

    Raises
    ------
    SchemaError
        Naming the first cell that is not a number.
    """
    text = column.astype("str").str.strip()
    value = pd.to_numeric(text, errors="coerce")
    wrong = value.isna() & ~text.isin(missing)
    if wrong.any():
        raise SchemaError(
            complain(
                resolved,
                f"holds {text[wrong].iloc[0]!r} in column {column.name!r}, which is not a number",
            )
        )
    return value.astype(float)
