"""Run time and peak memory of chapters, measured while they run with other parameters.

The full profile is the scenario ``full``: ``python -m regspec run --scenario full`` runs every
chapter and writes ``data/results/profile.csv``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from regspec.files import whole
from regspec.sources.paths import project_root

__all__ = ["COLUMNS", "FULL", "PEAK_CELL", "note_peak", "profile_path", "write_profile"]

#: Scenario whose times and memory are kept in the repository.
FULL = "full"

#: Columns of ``data/results/profile.csv``.
COLUMNS = ("notebook", "parameters", "seconds", "peak_mib", "threads", "executed")

#: Last cell of a measured run; it is no part of what is kept.
PEAK_CELL = "from regspec.publish.profile import note_peak\nnote_peak()\n"

_LOG = "REGSPEC_PEAK_LOG"


def _own_peak() -> float:
    """Peak resident memory of this process, MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike getrusage, without what the process was before it started this one
        line = next(
            x
            for x in status.read_text(encoding="ascii", errors="replace").splitlines()
            if x.startswith("VmHWM")
        )
        return int(line.split()[1]) / 2**10
    return _usage(resource.RUSAGE_SELF)


def _usage(who: int) -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes on macOS, KiB elsewhere
    return resource.getrusage(who).ru_maxrss / unit


def note_peak() -> None:
    """Write the peak resident memory of this process and of its largest child, in MiB.

    To the file that the environment names; called by the notebook's own process at its end.
    """
    peak = max(_own_peak(), _usage(resource.RUSAGE_CHILDREN))
    threads = os.environ.get("NUMBA_NUM_THREADS") or str(os.cpu_count())
    content = {"peak_mib": round(peak, 1), "threads": int(threads)}
    Path(os.environ[_LOG]).write_text(json.dumps(content), encoding="utf-8")


def profile_path() -> Path:
    """Path of the table in the repository."""
    return project_root() / "data" / "results" / "profile.csv"


def _row(notebook: str, record: Mapping[str, Any]) -> dict[str, Any]:
    given = record["inputs"]["parameters"]
    return {
        "notebook": notebook,
        "parameters": "; ".join(f"{k} = {v}" for k, v in given.items()),
        **{c: record[c] for c in COLUMNS[2:]},
    }


def write_profile(folder: Path, path: Path) -> Path:
    """Write the table of a folder of runs; rows of chapters that were not run there stay.

    Parameters
    ----------
    folder : Path
        ``_build/runs/<scenario>``, with one record a chapter.
    path : Path
        Table to write.
    """
    rows: dict[str, dict[Any, Any]] = {}
    if path.exists():
        kept = pd.read_csv(path, keep_default_na=False)
        rows = {str(row["notebook"]): dict(row) for row in kept.to_dict("records")}
    for file in sorted(folder.glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        if "peak_mib" in record:
            rows[file.stem] = _row(file.stem, record)
    frame = pd.DataFrame([rows[name] for name in sorted(rows)], columns=list(COLUMNS))
    with whole(path) as part:
        frame.to_csv(part, index=False, lineterminator="\n")
    return path
