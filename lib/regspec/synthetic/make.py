"""A synthetic census on disk: written as its publishers' files, and built by the census route.

:func:`make_build` does both, as chapters open it; :func:`write_extracts` only the first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from regspec import seeds
from regspec.census.build import Options, build
from regspec.census.convert import Progress, write_json
from regspec.census.samples import SAMPLES, Sample
from regspec.census.store import MARKER, Build, lock
from regspec.sources.groups import Scheme, gdp_by_group
from regspec.sources.paths import project_root
from regspec.synthetic.formats import TITLE, VARIABLES, codebook, encode, variables_of
from regspec.synthetic.panel import PlantedPanel, plant
from regspec.synthetic.persons import Block, blocks, least_records
from regspec.synthetic.places import CENSUS_YEARS, places
from regspec.synthetic.source_files import (
    write_cbp,
    write_county_crosswalk,
    write_crosswalk,
    write_house_values,
    write_nberces,
)
from regspec.synthetic.truth import INDUSTRIES, Truth
from regspec.synthetic.units import CROSSWALK_YEARS, Units, make_units

__all__ = [
    "DEFAULT_SIZE",
    "MARKER",
    "VERSION",
    "Written",
    "default_folder",
    "make_build",
    "read_planted",
    "write_extracts",
]

DEFAULT_SIZE = 3_400_000
"""Persons of the default synthetic census, all seven years together."""
VERSION = 2  # of the generator: files of another version are written anew
_LOCK = ".lock"  # that of regspec.census.store
_AWAY = 50  # persons in each of Alaska and Hawaii, whom the build leaves out


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What :func:`write_extracts` wrote.

    Attributes
    ----------
    folder : Path
    seed, size : int
        As asked for.
    persons : dict of int to int
        Records by year.
    split_population : dict of str to float
        Share of persons in units of two zones, by crosswalk.
    inexact : int
        Zone-industry cells whose income is not quite the planted one, see
        :class:`regspec.synthetic.persons.Block`.
    """

    folder: Path
    seed: int
    size: int
    persons: dict[int, int]
    split_population: dict[str, float]
    inexact: int

    @property
    def about(self) -> dict[str, Any]:
        """What a build records about its synthetic source."""
        return {
            "synthetic": TITLE,
            "seed": self.seed,
            "size": self.size,
            "persons": sum(self.persons.values()),
        }


def write_extracts(
    folder: Path | str,
    size: int = DEFAULT_SIZE,
    seed: int = seeds.CENSUS,
    *,
    years: tuple[int, ...] = CENSUS_YEARS,
    split: float = 0.10,
    truth: Truth | None = None,
    other_sources: bool = True,
    panel: PlantedPanel | None = None,
    progress: Progress = lambda _: None,
) -> Written:
    """Write a synthetic census as the publishers' files.

    Parameters
    ----------
    folder
        For the files (``DIR/raw`` of a build). Must be empty, or hold the same synthetic census,
        which is then completed: an interrupted run goes on with the year it was writing. A
        second process that writes there waits for the first.
    size
        Persons in all years together, met to about two per cent; at least two per zone, industry
        and year.
    seed
        Zero or more; the same seed, size and options give the same bytes.
    years
        Census years to write.
    split
        Share of zones that share a geographic unit with a neighbour.
    truth
        Planted parameters; those of the paper by default.
    other_sources
        Whether to write what is not microdata too: house values (NHGIS), County Business
        Patterns and NBER-CES.
    panel
        What :func:`regspec.synthetic.plant` gives for this seed, truth and these years, where it
        is at hand.
    progress
        Called with a line of text after each year.

    Returns
    -------
    Written

    Raises
    ------
    ValueError
        Size too small, unknown year, or a folder that holds other files.
    MissingSource, DamagedSource, SchemaError
        The public files of zones and populations are absent or damaged.
    """
    folder, years = Path(folder), tuple(sorted(years))
    unknown = sorted(set(years) - set(CENSUS_YEARS))
    if unknown:
        raise ValueError(f"years: {unknown} are not among {list(CENSUS_YEARS)}")
    truth = Truth() if truth is None else truth
    request = {
        "notice": TITLE,
        "version": VERSION,
        "seed": seed,
        "size": size,
        "years": list(years),
        "split": split,
        "other_sources": other_sources,
        "truth": repr(truth),
    }
    with lock(folder, progress):
        state = _open(folder, request)
        if state["finished"]:
            progress(f"synthetic census of seed {seed} is there already")
        else:
            _complete(folder, state, truth, panel, progress)
        return _written(folder, state)


def _complete(
    folder: Path,
    state: dict[str, Any],
    truth: Truth,
    panel: PlantedPanel | None,
    progress: Progress,
) -> None:
    """Write what the state lacks."""
    seed, size, years = state["seed"], state["size"], tuple(state["years"])
    units, least = _units(years, state["split"], seed)
    if size < least:
        raise ValueError(
            f"size is {size:,}; the years {list(years)} need at least {least:,} persons, two per "
            "zone and industry. Ask for more persons or fewer years"
        )
    panel = plant(seed, truth=truth, years=years) if panel is None else panel
    if (panel.seed, panel.truth, panel.geography) != (seed, truth, "public"):
        raise ValueError(f"panel is of seed {panel.seed} or of another truth or geography")
    write_json(folder / MARKER, state)
    zone_year = panel.zone_year.merge(panel.ghat.reset_index(), on="region", validate="m:1")
    zone_year.to_parquet(folder / "planted_zone_year.parquet", index=False)
    panel.zone_industry.to_parquet(folder / "planted_zone_industry.parquet", index=False)
    write_county_crosswalk(folder)
    if state["other_sources"]:
        for year in years:
            write_house_values(folder, panel, year)
            if year >= 1990:  # CBP is online since 1986
                write_cbp(folder, panel, year)
        write_nberces(folder)
    for crosswalk, own in units.items():
        write_crosswalk(folder, crosswalk, own.crosswalk)
        state["split_population"][crosswalk] = own.split_population
    for year in (y for y in years if str(y) not in state["persons"]):
        own = next(units[name] for name, used in CROSSWALK_YEARS.items() if year in used)
        stem, extra = f"usa_{1 + CENSUS_YEARS.index(year):05d}", (size - least) / len(years)
        persons, inexact = _extract(folder, stem, panel, year, own, extra)
        state["persons"][str(year)] = persons
        state["inexact"] += inexact
        write_json(folder / MARKER, state)
        progress(f"{year}: {persons:,} synthetic persons")
    state["finished"] = True
    write_json(folder / MARKER, state)


def _units(years: tuple[int, ...], split: float, seed: int) -> tuple[dict[str, Units], int]:
    """Units by crosswalk of the years, and the least number of persons that fills them."""
    where = places()
    units = {
        crosswalk: make_units(where, crosswalk, geography="public", split=split, seed=seed)
        for crosswalk, used in CROSSWALK_YEARS.items()
        if set(used) & set(years)
    }
    _fit_columns(units)
    least = sum(
        least_records(own, len(INDUSTRIES), year)
        for crosswalk, own in units.items()
        for year in set(CROSSWALK_YEARS[crosswalk]) & set(years)
    )
    return units, least


def read_planted(folder: Path | str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the planted panel that lies beside the extracts: zone_year (with ghat), zone_industry.

    Raises
    ------
    FileNotFoundError
        The folder holds no synthetic census.
    """
    folder = Path(folder)
    if not (folder / MARKER).is_file():
        raise FileNotFoundError(
            f"no synthetic census in {folder}: it has no {MARKER}. Make one with "
            "regspec.synthetic.write_extracts or 'python -m regspec census synthesize'"
        )
    return (
        pd.read_parquet(folder / "planted_zone_year.parquet"),
        pd.read_parquet(folder / "planted_zone_industry.parquet"),
    )


def _open(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Return the state of an earlier run of the same request, or a fresh one."""
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MARKER
    fresh = request | {"persons": {}, "split_population": {}, "inexact": 0, "finished": False}
    if marker.is_file():
        state = json.loads(marker.read_text(encoding="utf-8"))
        if all(state.get(key) == value for key, value in request.items()):
            return state
        if state.get("notice") == TITLE:
            raise ValueError(
                f"{folder} holds a synthetic census of seed {state.get('seed')} and size "
                f"{state.get('size')} with other options; delete it or choose another folder"
            )
    elif any(path.name != _LOCK for path in folder.iterdir()):
        raise ValueError(
            f"{folder} holds files that are no synthetic census (no {MARKER}); synthetic and real "
            "files are never mixed: choose another folder"
        )
    return fresh


def _written(folder: Path, state: dict[str, Any]) -> Written:
    return Written(
        folder=folder,
        seed=state["seed"],
        size=state["size"],
        persons={int(year): count for year, count in state["persons"].items()},
        split_population=state["split_population"],
        inexact=state["inexact"],
    )


def _fit_columns(units: Mapping[str, Units]) -> None:
    """Refuse more units than the digits of their variable can number."""
    for name, own in units.items():
        variable = next(s for s in SAMPLES.values() if s.crosswalk == name).geography[-1]
        limit, most = 10 ** VARIABLES[variable].width - 1, int(own.homes["code"].max())
        if most > limit:
            raise ValueError(
                f"{variable} would have to number {most} units, it has room for {limit}; choose a "
                "smaller split, or leave out the year"
            )


def _extract(
    folder: Path, stem: str, panel: PlantedPanel, year: int, units: Units, extra: float
) -> tuple[int, int]:
    """Write the extract of one year; return persons, and cells with inexact income."""
    samples = [s for s in SAMPLES.values() if s.year == year]
    names = variables_of(samples[0])
    note = f"seed {panel.seed}"
    (folder / f"{stem}.xml").write_text(codebook(stem, samples, names, note), encoding="utf-8")
    partial = folder / f"{stem}.dat.gz.part"
    count = inexact = 0
    # Name and date would stand in the header of the gzip and change its checksum.
    with partial.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as opened:
        for block in blocks(panel, year, units, extra):
            opened.write(encode(_columns(block, units, samples, count), names))
            count += len(block)
            inexact += block.inexact
        away = _persons_away(year)
        opened.write(encode(_columns(away, None, samples, count), names))
        count += len(away)
    partial.replace(folder / f"{stem}.dat.gz")
    return count, inexact


def _columns(
    block: Block, units: Units | None, samples: list[Sample], before: int
) -> dict[str, np.ndarray]:
    """IPUMS variables of a block; several samples of a year take turns, each standing for all."""
    own, count = block.columns, len(block)
    serial = before + 1 + np.arange(count)
    turn = serial % len(samples)
    columns = {name.upper(): values for name, values in own.items()}
    columns["PERWT"] = own["perwt"] * len(samples)
    columns["SLWT"] = own["slwt"] * len(samples)
    columns["HHWT"] = columns["PERWT"]
    columns["YEAR"] = np.full(count, samples[0].year)
    columns["SAMPLE"] = np.array([s.code for s in samples])[turn]
    columns["SERIAL"] = serial
    columns["GQ"] = columns["PERNUM"] = np.ones(count, dtype=np.int64)
    code = np.zeros(count, dtype=np.int64)
    columns["STATEFIP"] = own.get("statefip", code)
    if units is not None:
        columns["STATEFIP"] = units.homes["state"].to_numpy()[own["home"]]
        code = units.homes["code"].to_numpy()[own["home"]]
    for name in samples[0].geography:
        if name != "STATEFIP":
            columns[name] = code
    return columns


def _persons_away(year: int) -> Block:
    """Workers in Alaska and Hawaii, states since 1959."""
    count = 0 if year < 1960 else 2 * _AWAY
    same = {"age": 40, "sex": 1, "educ": 6, "empstat": 1, "ind1990": 60, "incwage": 5_000}
    columns = {name: np.full(count, value) for name, value in same.items()}
    columns["statefip"] = np.repeat([2, 15], count // 2)
    columns["perwt"] = columns["slwt"] = np.full(count, 10_000)
    return Block(columns=columns, inexact=0)


def default_folder(size: int = DEFAULT_SIZE, seed: int = seeds.CENSUS) -> Path:
    """Folder of the build that chapters and commands take: named after size, seed and code.

    Extracts written by other code than the present are never taken for its own; they stay where
    they are until ``make clean``. The build notices by itself when its code has changed.
    """
    digest = hashlib.sha256(f"{size} {seed}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return project_root() / "_build" / "census" / f"synthetic-{digest.hexdigest()[:8]}"


def make_build(
    folder: Path,
    *,
    size: int = DEFAULT_SIZE,
    seed: int = seeds.CENSUS,
    raw: Path | None = None,
    options: Options | None = None,
    progress: Progress = lambda _: None,
) -> Build:
    """Return the build of a synthetic census, generating and building only what is not there.

    Generator and build each lock the folder that they write, so that a second process that wants
    the same waits for the first.

    Parameters
    ----------
    folder
        Build folder.
    size, seed
        As in :func:`regspec.synthetic.write_extracts`.
    raw
        Folder of the extracts; ``raw`` below the build folder by default.
    options
        Of the build.
    progress
        Called with a line of text after each step.

    Raises
    ------
    ValueError
        The folder holds a synthetic census of another size or seed.
    MissingSource
        The public files that give zones their names and populations are not there.
    """
    places()  # read also when all is built: a page lists the public files behind its numbers
    for scheme in get_args(Scheme):
        gdp_by_group(scheme)
    written = write_extracts(raw or folder / "raw", size, seed, progress=progress)
    return build(
        folder, tier="synthetic", raw=raw, options=options, about=written.about, progress=progress
    )
