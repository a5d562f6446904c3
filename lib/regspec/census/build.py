"""The build: extracts, crosswalks and house values to the tidy frames, with every rule counted.

Layout of a build folder ``DIR``::

    raw/                     files as published, in any structure
    parquet/                 persons by year (see regspec.census.convert)
    zone_industry.parquet    see regspec.census.contracts
    zone_year.parquet
    zone_value_added.parquet of the years with County Business Patterns
    tails.parquet            Pareto tail of every state and year
    build.json               tier, options, sources with checksums, counted rules, finished

A folder whose ``build.json`` does not say ``finished`` is not believed. A build that is killed
continues where it was; one that is finished, of the same files, options and code, is not repeated.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from regspec import __version__
from regspec.census import housing, value_added
from regspec.census.aggregate import Engine, aggregate_year, by_year
from regspec.census.contracts import check_build, check_value_added
from regspec.census.convert import (
    CHUNK_ROWS,
    Converted,
    Progress,
    checksum,
    convert,
    find_extracts,
    write_json,
)
from regspec.census.crosswalks import find_crosswalk, read_county_zones, read_crosswalk
from regspec.census.frames import Unmatched, allocate, industry_frame, year_frame
from regspec.census.samples import sample
from regspec.census.store import (
    MARKER,
    RECORD,
    Build,
    Tier,
    load,
    lock,
    read_record,
    refuse_tracked,
)
from regspec.sources.errors import BuildError, MissingSource
from regspec.sources.zones import county_to_zone
from regspec.tools import fingerprint
from regspec.tools.choices import require_choice
from regspec.tools.files import whole

__all__ = ["Options", "build", "code_version"]

HouseValues = Literal["required", "if present"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Choices of a build.

    Attributes
    ----------
    unmatched : {"error", "drop"}
        Persons in units that the crosswalk lacks: stop, or leave them out and count them.
    house_values : {"if present", "required"}
        Whether a year from 1970 on may lack its NHGIS table; its house values are then NaN.
    chunk_rows
        Persons per parquet chunk.
    memory, threads
        Limits of duckdb.
    """

    unmatched: Unmatched = "error"
    house_values: HouseValues = "if present"
    chunk_rows: int = CHUNK_ROWS
    memory: str = "4GB"
    threads: int = field(default_factory=lambda: min(2, os.cpu_count() or 1))

    def __post_init__(self) -> None:
        """Check the choices."""
        require_choice("unmatched", self.unmatched, get_args(Unmatched))
        require_choice("house_values", self.house_values, get_args(HouseValues))
        if self.chunk_rows < 1 or self.threads < 1:
            raise ValueError("chunk_rows and threads must be at least 1")

    def choices(self) -> dict[str, Any]:
        """Those that change the result."""
        return {"unmatched": self.unmatched, "house_values": self.house_values}


def build(
    folder: Path,
    *,
    tier: Tier,
    raw: Path | None = None,
    options: Options | None = None,
    about: dict[str, Any] | None = None,
    progress: Progress = lambda _: None,
) -> Build:
    """Build the tidy frames.

    Parameters
    ----------
    folder
        Build folder; made if absent.
    tier : {"census", "synthetic"}
        What the extracts are; stands on every figure.
    raw
        Files as published; ``folder/raw`` by default.
    options
        Choices; the defaults of :class:`Options`.
    about
        More to record, such as seed and size of a synthetic census.
    progress
        Called with a line of text after each step.

    Returns
    -------
    Build

    Raises
    ------
    SourceError
        Of the reader that found a file missing, damaged or of another shape.
    FetchError
        If microdata would go where git sees them.
    BuildError
        If a step cannot be right, see :mod:`regspec.census.aggregate` and
        :mod:`regspec.census.frames`, or the frames break their contract.
    """
    options = options or Options()
    source = folder / "raw" if raw is None else raw
    _check_tier(source, tier)
    if tier == "census":
        refuse_tracked(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with lock(folder, progress):
        extracts = _convert_all(source, folder / "parquet", options, progress)
        years = by_year(extracts)
        needed = sorted({sample(code).crosswalk for e in extracts for code in e.samples})
        crosswalks = {id_: find_crosswalk(source, id_) for id_ in needed}
        tables = housing.find_tables(source)
        business = value_added.find_tables(source, years)
        county_files = dict.fromkeys(path for pair in business.values() for path in pair)
        record = {
            "tier": tier,
            "about": about or {},
            "version": __version__,
            "code": code_version(),
            "options": options.choices(),
            "sources": _sources(extracts, [*crosswalks.values(), *tables, *county_files]),
        }
        old = read_record(folder) if (folder / RECORD).is_file() else {}
        if old.get("finished") and all(old.get(k) == v for k, v in record.items()):
            progress("finished before, from the same files, options and code")
            return load(folder)
        write_json(folder / RECORD, record | {"finished": False})
        frames, rules = _frames(folder, years, crosswalks, options, progress)
        frames["zone_year"] = _with_house_values(frames["zone_year"], tables, source, options)
        check_build(frames["zone_industry"], frames["zone_year"])
        frames["zone_value_added"], counted = value_added.value_added_frame(
            business, frames["zone_industry"], lambda: _county_zones(source)
        )
        check_value_added(frames["zone_value_added"])
        for year in years:
            # Missing without County Business Patterns.
            rests_on = counted.get(year, dict.fromkeys(("withheld", "shortened", "dollars_of")))
            rules[str(year)] |= {f"value_added_{name}": x for name, x in rests_on.items()}
        progress(f"value added of {', '.join(map(str, counted)) or 'no year'}")
        for name, frame in frames.items():
            with whole(folder / f"{name}.parquet") as part:
                frame.to_parquet(part, index=False, compression="zstd")
        outputs = {name: checksum(folder / f"{name}.parquet") for name in frames}
        rebuilt = {e.stem: e.rebuilt for e in extracts if e.rebuilt}
        more = {"rules": rules, "chunks_rebuilt": rebuilt, "outputs": outputs, "finished": True}
        write_json(folder / RECORD, record | more)
        progress(f"finished: {len(years)} years, {len(frames['zone_industry']):,} zone industries")
    return load(folder)


@cache
def code_version() -> str:
    """Checksum of the code that makes the frames: :func:`build` and all that it reaches."""
    reached = fingerprint.package().reached(build.__name__, __name__)
    return hashlib.sha256(repr(reached).encode()).hexdigest()


def _check_tier(raw: Path, tier: Tier) -> None:
    """Refuse generated persons as census, and persons of unknown origin as synthetic."""
    marked = any(raw.rglob(MARKER)) if raw.is_dir() else False
    if marked and tier == "census":
        raise BuildError(
            f"{raw} holds a synthetic census ({MARKER}); build it with --tier synthetic, or keep "
            "the extracts of IPUMS in a folder of their own."
        )
    if not marked and tier == "synthetic" and raw.is_dir() and any(raw.rglob("*.dat.gz")):
        raise BuildError(
            f"{raw} holds extracts that are not marked as synthetic (no {MARKER}); build them with "
            "--tier census, or choose another folder."
        )


def _convert_all(raw: Path, target: Path, options: Options, progress: Progress) -> list[Converted]:
    pairs = find_extracts(raw)
    stems = [data.name for data, _ in pairs]
    twice = {stem for stem in stems if stems.count(stem) > 1}
    if twice:
        raise BuildError(f"two extracts below {raw} are called {sorted(twice)}; remove one.")
    return [
        convert(data, book, target, chunk_rows=options.chunk_rows, progress=progress)
        for data, book in pairs
    ]


def _sources(extracts: Iterable[Converted], files: Iterable[Path]) -> list[dict[str, str]]:
    notes = []
    for extract in extracts:
        for kind, ending in (("data", ".dat.gz"), ("codebook", ".xml")):
            notes.append({"file": extract.stem + ending, "sha256": extract.key[kind]})
    return notes + [{"file": path.name, "sha256": checksum(path)} for path in files]


def _frames(
    folder: Path,
    years: dict[int, list[str]],
    crosswalks: dict[str, Path],
    options: Options,
    progress: Progress,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    engine = Engine(memory=options.memory, threads=options.threads, spill=folder / "spill")
    industries, controls, tails, rules = [], [], [], {}
    for year, files in years.items():
        cells = aggregate_year(folder / "parquet", year, files, engine)
        crosswalk = cells.samples[0].crosswalk
        sums, counted = allocate(
            cells, read_crosswalk(crosswalks[crosswalk], crosswalk), unmatched=options.unmatched
        )
        industries.append(industry_frame(year, sums))
        controls.append(year_frame(year, sums))
        tails.append(cells.tails.assign(year=np.int16(year))[["year", *cells.tails.columns]])
        rules[str(year)] = cells.rules | counted
        progress(f"{year}: {cells.rules['persons']:,} persons in {counted['units']:,} units")
    frames = {
        "zone_industry": pd.concat(industries, ignore_index=True),
        "zone_year": pd.concat(controls, ignore_index=True),
        "tails": pd.concat([t for t in tails if len(t)] or tails[:1], ignore_index=True),
    }
    return frames, rules


def _with_house_values(
    frame: pd.DataFrame, tables: list[Path], raw: Path, options: Options
) -> pd.DataFrame:
    """Add house values and deflated incomes; NaN where there is no table of the year."""
    columns = ["region", "year", "house_value", "house_price_index"]
    values = pd.DataFrame({name: pd.Series(dtype=float) for name in columns})
    if tables:
        values = housing.zone_values([housing.read_table(t) for t in tables], _county_zones(raw))
    missing = sorted(set(frame.loc[frame["year"] >= 1970, "year"]) - set(values["year"]))
    if missing and options.house_values == "required":
        raise MissingSource(
            f"no NHGIS table of house values for {missing} below {raw} (nhgis*.zip with "
            "*_county.csv); run 'python -m regspec census fetch', or leave out --house-values."
        )
    keys = {"region": frame["region"].dtype, "year": frame["year"].dtype}
    merged = frame.merge(
        values.astype(keys), on=["region", "year"], how="left", validate="one_to_one"
    )
    # The paper divides by the index, which is the logarithm of the mean value: taken literally.
    return merged.assign(income_pc_deflated=merged["income_pc"] / merged["house_price_index"])


def _county_zones(raw: Path) -> pd.DataFrame:
    """Dorn's county crosswalk where it is there, else the same delineation from USDA."""
    try:
        return read_county_zones(find_crosswalk(raw, "cty"))
    except MissingSource:
        return county_to_zone()[["county", "cz"]]
