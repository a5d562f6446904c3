"""Manifest: the hashes of everything an executed notebook was made from.

A committed execution is *fresh* when its notebook's code and text, the definitions of the package
that it reaches (:mod:`regspec.tools.fingerprint`), its parameters, its data files, the tracked
files it reads, the locked versions of the packages that compute and its own bytes are those
recorded in ``data/results/manifest.json``. A notebook that is not fresh is *stale*, and a stale
page fails ``make test``. Where only the text changed (prose, a comment, an import line), the
execution gets the new text and keeps its results.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext

from regspec import catalogue
from regspec.catalogue import Entry
from regspec.sources import registry
from regspec.sources.paths import project_root
from regspec.tools import fingerprint
from regspec.tools.files import write_whole

__all__ = [
    "TEXT_CHANGED",
    "ManifestError",
    "inputs",
    "load",
    "optional_files",
    "path",
    "reasons_stale",
    "save",
    "sha256",
]

#: Packages whose version can change a number or a figure; the lock's other lines do not count.
COMPUTING = (
    *("numpy", "scipy", "numba", "llvmlite", "sympy", "mpmath", "joblib"),
    *("pandas", "statsmodels", "patsy", "linearmodels", "formulaic", "pyhdfe"),
    *("geopandas", "shapely", "pyproj", "pyogrio", "matplotlib", "contourpy", "seaborn", "pillow"),
    *("pyarrow", "duckdb", "ipumspy", "pandera", "python-calamine", "pyreadr", "pyyaml"),
)


class ManifestError(ValueError):
    """The manifest is damaged; says how to restore it."""


#: Why a page is stale whose code computes what was executed: it needs no run, only its text.
TEXT_CHANGED = "the text changed"


def sha256(file: Path) -> str:
    """SHA-256 of a file's bytes; line endings of text in the repository are LF everywhere."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def path() -> Path:
    """Path of the manifest."""
    return project_root() / "data" / "results" / "manifest.json"


def load() -> dict[str, Any]:
    """Manifest entries by notebook name (empty when there is no manifest yet).

    Raises
    ------
    ManifestError
        If the file is damaged: what was executed from what is not known then.
    """
    file = path()
    if not file.exists():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ManifestError(
            f"{file} cannot be read ({error}); restore it with 'git checkout -- {file.name}' in "
            "its folder, or delete it: then every notebook is run again"
        ) from None


def save(entries: Mapping[str, Any]) -> None:
    """Write the manifest, in the order of the catalogue, sorted inside."""
    order = {n: i for i, n in enumerate(catalogue.load())}
    kept = {n: entries[n] for n in sorted(entries, key=lambda n: order.get(n, 99)) if n in order}
    write_whole(path(), json.dumps(kept, indent=0) + "\n")


def _sha256_of(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _pins(lock: str) -> dict[str, str]:
    """Versions, with where they hold, of the packages that compute, as the lock file gives them."""
    lines = [line.partition("==") for line in lock.splitlines() if "==" in line]
    named = [(name, version.strip()) for name, _, version in lines if name in COMPUTING]
    return {n: " or ".join(v for m, v in named if m == n) for n, _ in named}


def _notebook(source: Path) -> dict[str, Any]:
    """Hashes of a notebook's code without its layout, of all its text, and of what it reaches."""
    cells = jupytext.read(source, fmt="py:percent").cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    words, reached = fingerprint.package().reached_from([cell.source for cell in code])
    tags = [sorted(cell.metadata.get("tags", [])) for cell in code]
    # Comments declare what parameters may be.
    declared = [cell.source for cell, of in zip(code, tags, strict=True) if "parameters" in of]
    return {
        "source": _sha256_of([words, tags, declared]),
        "text": _sha256_of([[cell.cell_type, cell.source] for cell in cells]),
        "package": reached,
    }


def _file_sha256(file: Path) -> str:
    """Hash of a tracked file; of what a notebook computes, and of what an executed one shows."""
    if file.suffix == ".py":
        notebook = _notebook(file)
        return _sha256_of([notebook["source"], notebook["package"]])
    if file.suffix == ".ipynb":
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        return _sha256_of([cell.get("outputs", []) for cell in cells])
    return sha256(file)


def inputs(entry: Entry, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Hashes of a notebook's inputs, without its data files (they are logged while it runs)."""
    root = project_root()
    return {
        **_notebook(entry.source),
        "parameters": dict(parameters),
        "files": {f: _file_sha256(root / f) for f in entry.files},
        "lock": _pins((root / "requirements.txt").read_text(encoding="utf-8")),
    }


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    reasons = []
    if old["source"] != new["source"]:
        reasons.append("the notebook's code changed")
    elif old["text"] != new["text"]:
        reasons.append(TEXT_CHANGED)
    if old["parameters"] != new["parameters"]:
        reasons.append("the parameters changed")
    for kind, where in (("lock", " in requirements.txt"), ("package", ""), ("files", "")):
        keys = sorted(set(old[kind]) | set(new[kind]))
        reasons += [f"{k} changed{where}" for k in keys if old[kind].get(k) != new[kind].get(k)]
    return reasons


def _data_reasons(recorded: Mapping[str, Any]) -> list[str]:
    """Data files that are here and differ from the recorded ones (absent ones do not count)."""
    reasons = []
    for source_id, was in recorded.items():
        if registry.available(source_id) and registry.locate(source_id).sha256 != was["sha256"]:
            reasons.append(f"data file {was['file']} changed")
    return reasons


def optional_files(entry: Entry) -> dict[str, dict[str, str]]:
    """Name and hash of every optional data file of a notebook that is on this machine."""
    found = {name: catalogue.locate_optional(name) for name in entry.optional}
    return {n: {"file": f.name, "sha256": sha256(f)} for n, f in found.items() if f is not None}


def _optional_reasons(entry: Entry, recorded: Mapping[str, Any]) -> list[str]:
    """Optional data files that are here and were absent or others at the recorded execution."""
    reasons = []
    for name, now in optional_files(entry).items():
        was = recorded.get(name)
        if was is None:
            reasons.append(f"data file {now['file']} is here now")
        elif was["sha256"] != now["sha256"]:
            reasons.append(f"data file {now['file']} changed")
    return reasons


def reasons_stale(entry: Entry, *, data: bool = True) -> list[str]:
    """Why the committed execution of a notebook is stale; empty when it is fresh.

    Parameters
    ----------
    entry : Entry
    data : bool
        Whether to compare the data files that are on this machine as well.
    """
    record = load().get(entry.name)
    if record is None or not entry.executed.exists():
        return ["it has never been executed"]
    reasons = _compare(record["inputs"], inputs(entry, {}))
    if sha256(entry.executed) != record["output"]:
        reasons.append(
            f"notebooks/{entry.executed.name} was edited by hand, or its run was cut short"
        )
    if data:
        reasons += _data_reasons(record["data"])
        reasons += _optional_reasons(entry, record.get("optional", {}))
    return reasons
