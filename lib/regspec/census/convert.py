"""From an IPUMS extract to parquet: by chunk, resumable, every chunk with its checksum.

An extract is a pair of files of one name: ``usa_00001.dat.gz``, one person a line in fixed
columns, and ``usa_00001.xml``, its DDI codebook (https://www.ipums.org). Numbers with decimals
have no point: the codebook gives how many digits are implied. Two extracts of IPUMS USA and one of
IPUMS CPS that ipumspy's own tests use decode to the numbers that ipumspy reads.

A chunk is decoded at once: its lines are turned so that each column of characters is contiguous,
and a variable of ``w`` digits costs ``w`` passes of vectorised arithmetic. A blank field is
missing, never zero. It is written to

``DIR/parquet/year=1980/usa_00003-00000.parquet`` and so on, hive-partitioned by YEAR;
``DIR/parquet/usa_00003.json`` lists the chunks that are finished. It is written after each chunk,
by renaming, so that a build that is killed continues at the chunk it was writing. A chunk whose
bytes are not those of its checksum is rebuilt from the extract.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ipumspy import readers

from regspec.census.samples import SAMPLES, VARIABLES, sample
from regspec.sources.errors import BuildError, DamagedSource, MissingSource, SchemaError
from regspec.tools.files import whole, write_whole

__all__ = [
    "CHUNK_ROWS",
    "Converted",
    "Field",
    "Layout",
    "Part",
    "Progress",
    "checksum",
    "convert",
    "decode",
    "find_extracts",
    "read_layout",
    "write_json",
]

Progress = Callable[[str], None]
"""Called with a line of text on what was done."""

# What ipumspy raises where an element is missing; NotImplementedError where there is no file.
_UNREADABLE = (ParseError, AttributeError, KeyError, ValueError, OSError, NotImplementedError)
_MAX_DIGITS = 18  # a signed 64-bit integer holds them all


@dataclass(frozen=True, slots=True)
class Field:
    """Columns of one variable.

    Attributes
    ----------
    name
        IPUMS name, in capitals.
    start, stop
        First column, from 0, and the column after the last.
    decimals
        Implied decimal digits.
    """

    name: str
    start: int
    stop: int
    decimals: int

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.stop - self.start


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The variables that are read, and the length of a line without its end."""

    fields: tuple[Field, ...]
    line: int

    def names(self) -> tuple[str, ...]:
        """Names of the variables, in the order of the file."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return one variable's columns."""
        return next(field for field in self.fields if field.name == name)


def find_extracts(folder: Path) -> list[tuple[Path, Path]]:
    """Return the extracts below a folder as (data file, codebook), by name.

    Raises
    ------
    MissingSource
        If there is none, or a data file lacks its codebook.
    """
    found = sorted(folder.rglob("*.dat.gz"))
    if not found:
        raise MissingSource(
            f"no IPUMS extract (*.dat.gz) below {folder}. Run 'python -m regspec census fetch', or "
            "put the extracts there with their .xml codebooks."
        )
    pairs = [(data, data.with_name(data.name.removesuffix(".dat.gz") + ".xml")) for data in found]
    for data, codebook in pairs:
        if not codebook.is_file():
            raise MissingSource(
                f"{data} has no codebook {codebook.name} beside it; download it from the page of "
                "the extract (link 'DDI')."
            )
    return pairs


def read_layout(codebook: Path, wanted: tuple[str, ...] | None = None) -> Layout:
    """Read the layout of an extract.

    Parameters
    ----------
    codebook
        DDI file.
    wanted
        Variables to read; those that the extract lacks are left out (the build knows the sample
        only after reading, and then names what is missing). All numeric variables by default.

    Returns
    -------
    Layout

    Raises
    ------
    DamagedSource
        If the file is not a DDI codebook.
    SchemaError
        If the extract is hierarchical, or a variable wanted is not a number or too wide.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ipumspy asks to cite, which the book does
            ddi = readers.read_ipums_ddi(codebook)
    except _UNREADABLE as problem:
        raise DamagedSource(
            f"{codebook} cannot be read as a DDI codebook ({problem}); download it again."
        ) from problem
    if ddi.file_description.structure != "rectangular":
        raise SchemaError(
            f"{codebook} describes a {ddi.file_description.structure} extract; request it again "
            "with one rectangular record per person."
        )
    numeric = [d for d in ddi.data_description if d.vartype in ("numeric", "integer", "float")]
    chosen = [d for d in numeric if wanted is None or d.name.upper() in wanted]
    text = {d.name.upper() for d in ddi.data_description} - {d.name.upper() for d in numeric}
    wrong = sorted(text & set(wanted or ())) or [
        d.name for d in chosen if d.end - d.start > _MAX_DIGITS
    ]
    if wrong:
        raise SchemaError(f"{codebook}: {', '.join(wrong)} should be a number of 18 digits or less")
    fields = [Field(d.name.upper(), d.start, d.end, int(d.shift or 0)) for d in chosen]
    return Layout(
        fields=tuple(sorted(fields, key=lambda f: f.start)),
        line=max(d.end for d in ddi.data_description),
    )


_ZERO, _SPACE = ord("0"), ord(" ")


def decode(
    block: np.ndarray, layout: Layout, complain: Callable[[int, Field, str], Exception]
) -> dict[str, np.ma.MaskedArray]:
    """Decode the variables of a layout.

    Parameters
    ----------
    block
        Bytes, shape (persons, line length or more).
    layout
        Columns of the variables.
    complain
        Called as ``complain(row, field, text)`` for the first field that is neither a number nor
        blank; what it returns is raised.

    Returns
    -------
    dict
        Variable to masked array of length persons: integers, or floats where the variable has
        implied decimals; blank fields are masked.
    """
    turned = np.ascontiguousarray(block[:, : layout.line].T)
    return {field.name: _field(turned, field, complain) for field in layout.fields}


def _field(
    turned: np.ndarray, field: Field, complain: Callable[[int, Field, str], Exception]
) -> np.ma.MaskedArray:
    """Decode one variable: shape (persons,)."""
    characters = turned[field.start : field.stop]
    value: np.ndarray = np.zeros(turned.shape[1], dtype=np.int32 if field.width <= 9 else np.int64)
    odd = np.zeros(turned.shape[1], dtype=bool)
    for column in characters:
        digit = column - np.uint8(_ZERO)  # wraps below zero, so one comparison finds all others
        odd |= digit > 9
        value *= 10
        value += digit
    blank = np.zeros_like(odd)
    if odd.any():
        rows = np.flatnonzero(odd)
        blank[rows] = (characters[:, rows] == _SPACE).all(axis=0)
        for row in rows[~blank[rows]]:
            value[row] = _slowly(characters[:, row], int(row), field, complain)
        value[blank] = 0
    data = value.astype(np.int16) if field.width <= 4 else value
    if field.decimals:
        data = value / 10.0**field.decimals
    return np.ma.MaskedArray(data, mask=blank)


def _slowly(
    characters: np.ndarray, row: int, field: Field, complain: Callable[[int, Field, str], Exception]
) -> int:
    """Decode a field with leading blanks or a sign, or raise."""
    text = characters.tobytes().decode("latin-1")
    body = text.strip().removeprefix("-")
    if not (body.isascii() and body.isdigit()):
        raise complain(row, field, text)
    return int(text)


CHUNK_ROWS = 1_000_000
"""Persons per chunk: about 0.3 GB of memory while it is decoded."""
_VERSION = 1  # of the parquet layout: another number converts anew
_WANTED = tuple(dict.fromkeys(name for s in SAMPLES.values() for name in s.variables))


@dataclass(frozen=True, slots=True)
class Part:
    """One parquet file of a chunk: path below the parquet folder, persons, checksum."""

    path: str
    year: int
    rows: int
    sha256: str


@dataclass(kw_only=True, slots=True)
class Converted:
    """An extract in parquet.

    Attributes
    ----------
    stem
        Name of the extract, such as ``"usa_00003"``.
    key
        Checksums of data file and codebook, chunk size and version; another key converts anew.
    samples
        SAMPLE codes in the data.
    chunks
        Finished chunks in order, each the list of its files.
    rows
        Persons in the extract; None until the last chunk is finished.
    rebuilt
        Chunks of an earlier run that were missing or corrupted and were built again.
    """

    stem: str
    key: dict[str, Any]
    samples: list[int] = field(default_factory=list)
    chunks: list[list[Part]] = field(default_factory=list)
    rows: int | None = None
    rebuilt: int = 0

    def parts(self) -> list[Part]:
        """All files of all chunks."""
        return [part for chunk in self.chunks for part in chunk]


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all."""
    write_whole(path, json.dumps(content, indent=1) + "\n")


def convert(
    data: Path,
    codebook: Path,
    folder: Path,
    *,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress = lambda _: None,
) -> Converted:
    """Convert an extract, or what is missing of it.

    Parameters
    ----------
    data, codebook
        ``usa_00003.dat.gz`` and ``usa_00003.xml``, as IPUMS delivers them.
    folder
        Where the parquet files and the list of chunks go.
    chunk_rows
        Persons per chunk.
    progress
        Called with a line of text after each chunk.

    Returns
    -------
    Converted

    Raises
    ------
    DamagedSource
        If the data file is truncated, or a field is no number; names line and variable.
    SchemaError
        If the extract lacks a variable that its sample needs.
    BuildError
        If it holds a sample that is refused or not known.
    """
    stem = data.name.removesuffix(".dat.gz")
    layout = read_layout(codebook, _WANTED)
    _require(codebook, layout, VARIABLES, "every sample")
    key = {
        "data": checksum(data),
        "codebook": checksum(codebook),
        "chunk_rows": chunk_rows,
        "version": _VERSION,
    }
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / f"{stem}.json"
    state = _resume(record, Converted(stem=stem, key=key))
    bad = [i for i, chunk in enumerate(state.chunks) if not _intact(folder, chunk)]
    if state.rows is not None and not bad:
        return state
    state.rebuilt += len(bad)
    for index, block in enumerate(_blocks(data, layout, chunk_rows)):
        if index < len(state.chunks) and index not in bad:
            continue
        parts = _write_chunk(block, layout, data, codebook, folder, index * chunk_rows, index)
        state.samples = sorted(set(state.samples) | parts[1])
        state.chunks[index : index + 1] = [parts[0]]
        write_json(record, asdict(state))
        rows = sum(part.rows for part in state.parts())
        progress(f"{stem}: chunk {index + 1}, {rows:,} persons")
    state.rows = sum(part.rows for part in state.parts())
    if state.rows == 0:
        raise DamagedSource(f"{data} holds no person; request the extract again.")
    write_json(record, asdict(state))
    return state


def _require(codebook: Path, layout: Layout, names: tuple[str, ...], whom: str) -> None:
    missing = [name for name in names if name not in layout.names()]
    if missing:
        raise SchemaError(
            f"{codebook} describes an extract without {', '.join(missing)}, which {whom} needs; "
            "request it again with 'python -m regspec census fetch', which asks for all variables."
        )


def _resume(record: Path, fresh: Converted) -> Converted:
    """Continue the record of an earlier run if it is of the same files, else start anew."""
    if not record.is_file():
        return fresh
    try:
        old = json.loads(record.read_text(encoding="utf-8"))
        old["chunks"] = [[Part(**part) for part in chunk] for chunk in old["chunks"]]
        state = Converted(**old)
    except (ValueError, TypeError, KeyError) as problem:
        raise BuildError(
            f"{record} is not the list of chunks that it should be ({problem}); delete it to "
            "convert this extract anew."
        ) from problem
    return state if state.key == fresh.key else fresh


def _intact(folder: Path, chunk: list[Part]) -> bool:
    return all(
        (folder / part.path).is_file() and checksum(folder / part.path) == part.sha256
        for part in chunk
    )


def _blocks(data: Path, layout: Layout, chunk_rows: int) -> Iterator[np.ndarray]:
    """Yield the lines of the data file as bytes of shape (persons, line length + 1)."""
    width = layout.line + 1
    done = 0
    try:
        with gzip.open(data, "rb") as opened:
            while raw := opened.read(chunk_rows * width):
                if len(raw) % width == layout.line:
                    raw += b"\n"  # a last line without its end
                whole = len(raw) // width
                block = np.frombuffer(raw, np.uint8, count=whole * width).reshape(whole, width)
                wrong = np.flatnonzero(block[:, -1] != ord("\n"))
                if len(raw) % width or wrong.size:
                    line = done + (int(wrong[0]) if wrong.size else whole) + 1
                    raise DamagedSource(
                        f"{data}: line {line} is not of {layout.line} characters, as its codebook "
                        "says; download both files of the extract again."
                    )
                done += whole
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DamagedSource(
            f"{data} is damaged after {done:,} lines ({problem}); download it again. "
            "The chunks converted so far are kept."
        ) from problem


def _write_chunk(
    block: np.ndarray,
    layout: Layout,
    data: Path,
    codebook: Path,
    folder: Path,
    offset: int,
    index: int,
) -> tuple[list[Part], set[int]]:
    """Decode a block and write it, one file per year; return the files and the samples in it."""

    def complain(row: int, where: Field, text: str) -> Exception:
        return DamagedSource(
            f"{data}: line {offset + row + 1} has {text!r} as {where.name} (columns "
            f"{where.start + 1} to {where.stop}), which is no number; do data file and codebook "
            "belong together?"
        )

    columns = decode(block, layout, complain)
    for name in ("YEAR", "SAMPLE", "STATEFIP"):
        blank = np.flatnonzero(np.ma.getmaskarray(columns[name]))
        if blank.size:
            raise complain(int(blank[0]), layout.field(name), " " * layout.field(name).width)
    samples = {int(code) for code in np.unique(columns["SAMPLE"].data)}
    for code in samples:
        _require(codebook, layout, sample(code).variables, sample(code).title)
    year = columns.pop("YEAR").data
    parts = []
    for value in np.unique(year):
        here = year == value
        table = pa.table(
            {
                name: pa.array(column.data[here], mask=np.ma.getmaskarray(column)[here])
                for name, column in columns.items()
            }
        )
        name = f"year={value}/{data.name.removesuffix('.dat.gz')}-{index:05d}.parquet"
        with whole(folder / name) as partial:
            pq.write_table(table, partial, compression="zstd")
            sha256 = checksum(partial)
        parts.append(Part(path=name, year=int(value), rows=table.num_rows, sha256=sha256))
    return parts, samples
