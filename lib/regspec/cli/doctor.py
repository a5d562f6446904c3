"""The command ``python -m regspec doctor``: what is here, what is missing, and what to do.

One function a section looks and returns its findings.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import regspec
from regspec.sources.paths import project_root
from regspec.tools import console
from regspec.tools.choices import require_choice

__all__ = ["NOTE", "OK", "PROBLEM", "SECTIONS", "Finding", "examine"]

#: States of a finding: as it should be; something optional is not here; something is wrong.
OK, NOTE, PROBLEM = "ok", "note", "problem"

# Measured: the environment takes 1.3 GB, a build of the book 0.2, a notebook 0.6 of memory.
_DISK_GB, _MEMORY_GB = 2.0, 2.0
_GB = 1e9
_PYTHONS = ((3, 11), (3, 13))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    section, name : str
    state : {"ok", "note", "problem"}
    detail : str
        What was found.
    remedy : str
        What to do; empty where all is well.
    """

    section: str
    name: str
    state: str
    detail: str
    remedy: str = ""


def _look(
    name: str, fine: Any, detail: str, remedy: str = "", *, otherwise: str = PROBLEM
) -> Finding:
    """A finding of the section at hand, which :func:`examine` fills in."""
    return Finding("", name, OK if fine else otherwise, detail, "" if fine else remedy)


def _root() -> Path | None:
    try:
        return project_root()
    except FileNotFoundError:
        return None


def _python() -> Iterable[Finding]:
    low, high = _PYTHONS
    system = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    allowed = f"{low[0]}.{low[1]} to {high[0]}.{high[1]}"
    remedy = f"use Python {allowed}: make setup PYTHON=python3.12"
    yield _look("Python", low <= sys.version_info[:2] <= high, system, remedy)
    yield _look("regspec", True, f"{regspec.__version__} in {Path(regspec.__file__).parent}")
    root = _root()
    absent = "not here: the package alone, without notebooks, book and published tables"
    remedy = "for those, clone the repository and run 'make setup', or set REGSPEC_ROOT"
    yield _look("repository", root, str(root or absent), remedy, otherwise=NOTE)


def _locked(lock: Path) -> Iterable[tuple[str, str]]:
    """Names and versions of the lock that apply to this Python and system."""
    from packaging.requirements import Requirement

    for line in lock.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate():
            yield wanted.name, str(wanted.specifier).removeprefix("==")


def _packages() -> Iterable[Finding]:
    root = _root()
    if root is None:
        yield _look("lock", False, "no requirements.txt to compare with", otherwise=NOTE)
        return
    missing, other, total = [], [], 0
    for name, version in _locked(root / "requirements.txt"):
        total += 1
        try:
            here = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(f"{name} {version}")
            continue
        if here != version:
            other.append(f"{name} {here} instead of {version}")
    for what, names in (("not installed", missing), ("of another version", other)):
        detail = "; ".join(names) or f"none of {total} in requirements.txt"
        yield _look(what, not names, detail, "run 'make setup', which installs the locked versions")


def _data() -> Iterable[Finding]:
    from regspec.sources import registry

    for row in registry.status().to_dict("records"):
        here, source = row["where"] != "absent", registry.SOURCES[row["source"]]
        detail = f"{source.title}: not here; a file named like {source.pattern}"
        if here:
            known = "" if row["known"] else ", of a checksum not seen before"
            detail = (
                f"{row['where']}, {row['file']}, {row['vintage'] or 'vintage not stated'}{known}"
            )
        remedy = (
            f"run 'python -m regspec data fetch {row['source']}', or put it below "
            f"$REGSPEC_DATA; {' or '.join(source.urls) or 'no live address'}"
        )
        yield _look(row["source"], here, detail, remedy)


def _census() -> Iterable[Finding]:
    from regspec.calibrate import two_sectors
    from regspec.census.store import census_folder
    from regspec.cli.census import folder_state
    from regspec.synthetic import make

    key = os.environ.get("IPUMS_API_KEY", "").strip()
    yield _look(
        "IPUMS key",
        key,
        "IPUMS_API_KEY is set" if key else "IPUMS_API_KEY is not set",
        "free: register at https://uma.pop.umn.edu/usa/registration, make a key at\n"
        "https://account.ipums.org/api_keys, and export IPUMS_API_KEY=...; the synthetic tier\n"
        "needs none",
        otherwise=NOTE,
    )
    if _root() is None:
        return
    fetch = "python -m regspec census fetch"
    generate = "python -m regspec census build --tier synthetic (no key, some minutes)"
    for tier, folder, remedy in (
        ("census", census_folder(), f"{fetch}, then census build --tier census"),
        ("synthetic", make.default_folder(), generate),
    ):
        state = folder_state(folder)
        build = state["build"]
        there = sum(e["there"] for e in state["extracts"])
        done = build is not None and build["finished"]
        extracts = f", {there} of {len(state['extracts'])} extracts here" if there else ""
        word = "finished" if done else "not finished" if build else "none"
        detail = f"{word}{extracts} in {state['folder']}"
        yield _look(f"build of tier {tier}", done, detail, remedy, otherwise=NOTE)
    database = two_sectors.find_nberces()
    detail = str(database or "not here (only one table of a chapter uses it)")
    remedy = f"{fetch} --only public --public nberces"
    yield _look("NBER-CES", database, detail, remedy, otherwise=NOTE)


def available_memory() -> float | None:
    """Memory that programs can have now, in bytes; None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * float(line.split()[1])
    except OSError:
        pass
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError):
        return None


def _amount(name: str, have: float | None, need: float, remedy: str) -> Finding:
    if have is None:
        return _look(name, False, "the system does not say", otherwise=NOTE)
    enough = have >= need * _GB
    more = "" if enough else f", {need:g} are needed"
    return _look(name, enough, f"{have / _GB:.1f} GB free{more}", remedy)


def _machine() -> Iterable[Finding]:
    free = float(shutil.disk_usage(_root() or Path.cwd()).free)
    yield _amount("disk", free, _DISK_GB, "make room: 'make clean' removes what can be built again")
    remedy = "close other programs, or run notebooks one at a time"
    yield _amount("memory", available_memory(), _MEMORY_GB, remedy)
    known = hasattr(os, "sched_getaffinity")
    yield _look("cores", True, str(len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1))
    yield _writable("temporary folder", Path(tempfile.gettempdir()))


def _writable(name: str, folder: Path) -> Finding:
    """Whether files can be made in a folder, or in the nearest one above it that is there."""
    there = next(p for p in (folder, *folder.parents) if p.exists())
    fine = os.access(there, os.W_OK)
    remedy = f"allow writing in {there}, or choose another folder"
    return _look(name, fine, f"{folder}" + ("" if fine else ": cannot be written"), remedy)


def _compiler() -> Iterable[Finding]:
    from regspec.model.numerics import compiled

    compiled.point_cache()
    import numba

    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    kept = any(folder.rglob("*.nbc")) if folder.is_dir() else False
    yield _look(
        "numba", True, f"{numba.__version__}, {compiled.threads()} threads (NUMBA_NUM_THREADS)"
    )
    yield _writable("cache", folder)
    detail = "kept from earlier" if kept else "none yet: the first solution compiles"
    yield _look("compiled code", kept, detail, otherwise=NOTE)


def _browser() -> Iterable[Finding]:
    remedy = "apt-get install chromium chromium-driver, or your system's"
    for program in ("chromium", "chromedriver"):
        path = shutil.which(program)
        detail = path or "not here: checks of the built pages in a browser are skipped"
        yield _look(program, path, detail, remedy, otherwise=NOTE)


#: Sections by name, in the order in which they are printed.
SECTIONS: dict[str, Callable[[], Iterable[Finding]]] = {
    "python": _python,
    "packages": _packages,
    "data": _data,
    "census": _census,
    "machine": _machine,
    "compiler": _compiler,
    "browser": _browser,
}


def examine(sections: Iterable[str] = ()) -> list[Finding]:
    """Findings of the sections named, or of all.

    Raises
    ------
    ValueError
        For an unknown section.
    """
    wanted = list(sections) or list(SECTIONS)
    for name in wanted:
        require_choice("section", name, SECTIONS)
    chosen = (name for name in SECTIONS if name in wanted)
    return [replace(f, section=name) for name in chosen for f in SECTIONS[name]()]


_EXAMPLES = (
    "doctor                    everything",
    "doctor data census        two sections",
    "doctor --quiet            only what is missing or wrong",
    "doctor --json",
)
_MARKS = {OK: ("ok", "good"), NOTE: ("note", "warn"), PROBLEM: ("problem", "bad")}


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    parser = console.add_command(
        commands,
        "doctor",
        help="say what is installed and here, what is missing, and what each missing thing needs",
        description="Look at the packages (against the lock), the data tiers, disk and memory, "
        "the browser, and the compiler's cache. Nothing is downloaded or changed, and keys are "
        "never printed.",
        examples=_EXAMPLES,
        statuses={
            0: "nothing stands in the way of building the book (notes name what would add to it)",
            1: "at least one problem, each with its remedy",
        },
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all if left out"
    )
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Examine and print; returns the exit status."""
    findings = examine(options.sections)
    told = [f for f in findings if f.state != OK or not options.quiet]
    console.emit(options, [asdict(f) for f in findings], _text(told))
    count = {state: sum(f.state == state for f in findings) for state in _MARKS}
    console.progress(options)(
        f"{count[OK]} as they should be, {count[NOTE]} notes, {count[PROBLEM]} problems"
    )
    return console.FAILED if count[PROBLEM] else console.DONE


def _text(findings: list[Finding]) -> str:
    lines: list[str] = []
    section = ""
    for f in findings:
        if f.section != section:
            section = f.section
            lines += [""] * bool(lines) + [console.paint(section, "bold", sys.stdout)]
        word, kind = _MARKS[f.state]
        lines.append(f"  {console.paint(f'{word:<8}', kind, sys.stdout)}{f.name}: {f.detail}")
        lines += [f"          {line}" for line in f.remedy.splitlines()]
    return "\n".join(lines)
