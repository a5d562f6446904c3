"""Manifest: the hashes of everything an executed notebook was made from.

A committed execution is *fresh* when its notebook's code and prose, the package modules it imports
(with all they import; docstrings do not count), its parameters, its data files, the tracked files
it reads, the lock file and its own bytes are those recorded in ``data/results/manifest.json``. A
notebook that is not fresh is *stale*, and a stale page fails ``make test``. Where only the prose
changed, the execution gets the new text and keeps its results.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import grimp
import jupytext

import regspec
from regspec.files import write_whole
from regspec.fingerprint import code_sha256
from regspec.publish import catalogue
from regspec.publish.catalogue import Entry
from regspec.sources import registry
from regspec.sources.paths import project_root

__all__ = [
    "PROSE_CHANGED",
    "ManifestError",
    "imported_modules",
    "inputs",
    "load",
    "optional_files",
    "path",
    "reasons_stale",
    "save",
    "sha256",
]

_PACKAGE = "regspec"


class ManifestError(ValueError):
    """The manifest is damaged; says how to restore it."""


#: Why a page is stale whose code is what was executed: it needs no run, only its text.
PROSE_CHANGED = "the prose changed"


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
    write_whole(path(), json.dumps(kept, indent=1, sort_keys=False) + "\n")


@lru_cache(maxsize=1)
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(_PACKAGE, cache_dir=None)


def imported_modules(source: str) -> list[str]:
    """Package modules that a notebook's code uses: imported ones and all that they import.

    Parameters
    ----------
    source : str
        Text of a py:percent notebook.

    Returns
    -------
    list of str
        Sorted dotted names, with the parent packages whose ``__init__`` runs on import.
    """
    graph = _graph()
    direct: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            direct |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            direct |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    found = {m for m in direct if m in graph.modules}
    while True:
        parents = {m.rsplit(".", i)[0] for m in found for i in range(m.count(".") + 1)}
        grown = found | parents
        for module in found:
            grown |= set(graph.find_upstream_modules(module))
        if grown == found:
            return sorted(found)
        found = grown


def _module_file(module: str) -> Path:
    stem = Path(regspec.__file__).parent.joinpath(*module.split(".")[1:])
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def _cells_sha256(source: str, *, code: bool) -> str:
    """Hash of a notebook's code cells with their tags, or of everything else in their order."""
    parts = [
        (
            [cell.source, sorted(cell.metadata.get("tags", []))]
            if (cell.cell_type == "code") == code
            else None
        )
        for cell in jupytext.reads(source, fmt="py:percent").cells
    ]
    parts = [p for p in parts if p is not None] if code else parts
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def inputs(entry: Entry, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Hashes of a notebook's inputs, without its data files (they are logged while it runs)."""
    root = project_root()
    source = entry.source.read_text(encoding="utf-8")
    return {
        "source": _cells_sha256(source, code=True),
        "prose": _cells_sha256(source, code=False),
        "package": {m: code_sha256(_module_file(m)) for m in imported_modules(source)},
        "parameters": dict(parameters),
        "files": {f: sha256(root / f) for f in entry.files},
        "lock": sha256(root / "requirements.txt"),
    }


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    reasons = []
    if old["source"] != new["source"]:
        reasons.append("the notebook's code changed")
    elif old["prose"] != new["prose"]:
        reasons.append(PROSE_CHANGED)
    if old["parameters"] != new["parameters"]:
        reasons.append("the parameters changed")
    if old["lock"] != new["lock"]:
        reasons.append("requirements.txt changed")
    for kind in ("package", "files"):
        keys = sorted(set(old[kind]) | set(new[kind]))
        reasons += [f"{k} changed" for k in keys if old[kind].get(k) != new[kind].get(k)]
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
