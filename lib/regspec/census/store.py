"""What the census route keeps on disk: the ledger of a fetch, and finished builds.

The ledger is one JSON file, written whole after every step. A build is read back only if its frames
are those that it recorded; one process writes at a time, and never where git would see microdata.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from regspec.census.contracts import check_build, check_value_added
from regspec.census.convert import Progress, checksum, write_json
from regspec.sources.errors import BuildError, FetchError, MissingSource
from regspec.sources.paths import project_root

__all__ = [
    "FRAMES",
    "LEDGER",
    "MARKER",
    "RECORD",
    "Build",
    "Ledger",
    "Tier",
    "census_folder",
    "load",
    "lock",
    "read_record",
    "refuse_tracked",
]

LEDGER = "fetch.json"
"""Name of the ledger in the folder of the raw files."""


@dataclass(slots=True)
class Ledger:
    """State of a fetch.

    Attributes
    ----------
    folder
        Folder of the raw files.
    extracts
        By name: collection, number at IPUMS, definition (checksum), files with checksums.
    files
        Public files by "group/name": url and checksum.
    """

    folder: Path
    extracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Ledger:
        """Read the ledger of a folder, or start one."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / LEDGER
        if not path.is_file():
            return cls(folder)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(folder, content["extracts"], content["files"])
        except (ValueError, KeyError, TypeError) as problem:
            raise FetchError(
                f"{path} cannot be read ({problem}); delete it: extracts that are ready at IPUMS "
                "are then requested again."
            ) from problem

    def save(self) -> None:
        """Write the ledger."""
        content = asdict(self)
        content.pop("folder")
        write_json(self.folder / LEDGER, content)

    def record_file(self, key: str, url: str, sha256: str) -> None:
        """Record a public file."""
        self.files[key] = {"url": url, "sha256": sha256}
        self.save()

    def complete(self, name: str) -> bool:
        """Return whether every file of an extract is there as recorded."""
        files = self.extracts.get(name, {}).get("files", {})
        return bool(files) and all(
            (self.folder / path).is_file() and checksum(self.folder / path) == sha256
            for path, sha256 in files.items()
        )


def refuse_tracked(folder: Path) -> None:
    """Refuse a folder in which git would see microdata.

    Parameters
    ----------
    folder
        Folder that need not exist yet.

    Raises
    ------
    FetchError
        If it lies in a git work tree and is not ignored there, or holds files that git tracks.
    """
    folder = folder.expanduser().resolve()
    tree = next((p for p in (folder, *folder.parents) if (p / ".git").exists()), None)
    if tree is None:
        return
    advice = (
        "IPUMS does not allow microdata to be passed on: choose a folder outside, or one that "
        ".gitignore names, such as _build/census."
    )
    if shutil.which("git") is None:
        raise FetchError(f"{folder} lies in the git work tree {tree}, and git is absent. {advice}")
    probe = folder / "usa_00001.dat.gz"
    tracked = _git(tree, "ls-files", "--", str(folder))
    ignored = _git(tree, "check-ignore", "--quiet", str(probe))
    if tracked.stdout.strip():
        raise FetchError(f"git tracks files in {folder}. {advice}")
    if ignored.returncode != 0:
        raise FetchError(f"{folder} lies in the git work tree {tree} and is not ignored. {advice}")


def _git(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(tree), *arguments], capture_output=True, text=True, check=False
    )


Tier = Literal["census", "synthetic"]
RECORD = "build.json"
MARKER = "SYNTHETIC.json"
"""File that stands among generated extracts and among no others."""
FRAMES = ("zone_industry", "zone_year", "zone_value_added", "tails")


_WORDS = {
    "persons": "persons in the extracts",
    "weight_blank": "weight blank: left out (more than one per cent stops the build)",
    "not_contiguous": "in Alaska, Hawaii or Puerto Rico: left out",
    "income_not_asked": "aged 25 to 60, asked, but wage not applicable",
    "income_missing": "aged 25 to 60, wage missing: left out of wages",
    "top_coded": "aged 25 to 60, wage replaced by the mean of the tail",
    "at_work_military": "at work in the armed forces: not in industries",
    "at_work_without_industry": "at work, no industry: not in industries",
    "units": "geographic units",
    "population_unmatched": "weighted persons in units that no crosswalk has",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """The tidy frames of a finished build.

    Attributes
    ----------
    folder
        Where it is.
    tier
        ``"census"`` or ``"synthetic"``: stands on every figure made of it.
    zone_industry, zone_year, zone_value_added
        See :mod:`regspec.census.contracts`; the last has the years with County Business Patterns.
    tails
        Pareto tail of every state and year with replaced top codes.
    notes
        ``build.json``: sources with checksums, options, counted rules.
    """

    folder: Path
    tier: Tier
    zone_industry: pd.DataFrame
    zone_year: pd.DataFrame
    zone_value_added: pd.DataFrame
    tails: pd.DataFrame
    notes: dict[str, Any]

    @property
    def sources(self) -> tuple[dict[str, Any], ...]:
        """Files in the form that :func:`regspec.facts.panels.cite` takes."""
        vintage = "synthetic" if self.tier == "synthetic" else "as downloaded"
        return tuple(
            {"source_id": s["file"], "sha256": s["sha256"], "vintage": vintage}
            for s in self.notes["sources"]
        )

    def counted(self) -> pd.DataFrame:
        """Rules that every year has, in words: what was left out or replaced, numbers only."""
        return self.rules().loc[list(_WORDS)].rename(index=_WORDS).astype(float)

    def rules(self) -> pd.DataFrame:
        """Counted rules: one row per rule, one column per year."""
        table = pd.DataFrame(self.notes["rules"])
        return table.rename_axis(index="rule", columns="year")


def census_folder() -> Path:
    """Folder in which commands put the real census and chapters look for it; git ignores it."""
    return project_root() / "_build" / "census" / "census"


def load(folder: Path | str, *, tier: Tier | None = None) -> Build:
    """Read a finished build.

    Parameters
    ----------
    folder
        Build folder.
    tier
        What the caller expects; any by default.

    Returns
    -------
    Build

    Raises
    ------
    MissingSource
        If there is no build.
    BuildError
        If it is not finished, of another tier, or its frames are not those that it recorded.
    """
    folder = Path(folder)
    notes = read_record(folder)
    if not notes.get("finished"):
        raise BuildError(
            f"the build in {folder} is not finished; run 'python -m regspec census build --tier "
            f"{notes.get('tier', 'census')} --out {folder}' again, it continues where it was."
        )
    if tier is not None and notes["tier"] != tier:
        raise BuildError(f"{folder} holds a build of tier {notes['tier']!r}, not {tier!r}.")
    frames = {}
    for name in FRAMES:
        path = folder / f"{name}.parquet"
        if not path.is_file() or checksum(path) != notes["outputs"].get(name):
            raise BuildError(
                f"{path} is not the file that {RECORD} records; delete {RECORD} and build again."
            )
        frames[name] = pd.read_parquet(path)
    check_build(frames["zone_industry"], frames["zone_year"])
    check_value_added(frames["zone_value_added"])
    return Build(folder=folder, tier=notes["tier"], notes=notes, **frames)


def read_record(folder: Path) -> dict[str, Any]:
    """Return ``build.json`` of a folder, finished or not."""
    path = folder / RECORD
    if not path.is_file():
        raise MissingSource(
            f"no build in {folder}: it has no {RECORD}. Make one with 'python -m regspec census "
            f"build --tier synthetic --out {folder}', or from extracts with --tier census."
        )
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise BuildError(f"{path} cannot be read ({problem}); delete it and build again.") from None
    if not isinstance(record, dict):
        raise BuildError(f"{path} should be one JSON object; delete it and build again.")
    return record


@contextmanager
def lock(folder: Path, progress: Progress = lambda _: None) -> Iterator[None]:
    """Hold a folder: a second process waits until the first has finished or died."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress(f"another process builds in {folder}: waiting")
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
