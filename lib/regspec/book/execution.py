"""How is a notebook executed? A fresh copy, by papermill, in a folder of its own.

Nothing of the repository is written here, so that a run that is interrupted, or killed, leaves it
as it was. Three parts: no key or password of the environment is kept or printed (`hidden`); time
and peak memory of a run are measured (``python -m regspec run --scenario full`` writes those of all
chapters to ``data/results/profile.csv``); and `execute`, which does the work.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pandas as pd
import papermill
from traitlets.config import Config

from regspec.catalogue import Entry
from regspec.sources.paths import project_root
from regspec.tools.files import remedy, whole, write_whole

__all__ = [
    "COLUMNS",
    "FULL",
    "PEAK_CELL",
    "LeakError",
    "clean",
    "execute",
    "found_in",
    "hidden",
    "kept_text",
    "note_peak",
    "one_line",
    "profile_path",
    "read_peak",
    "values",
    "write_profile",
]

# --- keys and passwords ---------------------------------------------------------------------------

_NAMED = re.compile(r"(^|_)(KEY|TOKEN|SECRET|PASSWORD)$")
_SHORTEST = 12  # a shorter value may be an ordinary word that a page uses


def values(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Values by name of the variables that are called a key, token, secret or password.

    Examples
    --------
    >>> values({"IPUMS_API_KEY": "59cba10d8a5da536fc06b59d", "KEYBOARD": "a mechanical one"})
    {'IPUMS_API_KEY': '59cba10d8a5da536fc06b59d'}
    """
    named = {n: v.strip() for n, v in environment.items() if _NAMED.search(n)}
    return {n: v for n, v in named.items() if len(v) >= _SHORTEST}


def _written(value: str) -> set[str]:
    """Value as it stands in text and in JSON."""
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}


def found_in(text: str) -> list[str]:
    """Names of the variables whose values a text holds."""
    return [n for n, v in values().items() if any(w in text for w in _written(v))]


def hidden(text: str) -> str:
    """Text with every such value replaced by its variable's name in brackets."""
    for name, value in values().items():
        for written in _written(value):
            text = text.replace(written, f"[{name}]")
    return text


# --- time and memory ------------------------------------------------------------------------------

#: Scenario whose times and memory are kept in the repository.
FULL = "full"

#: Columns of ``data/results/profile.csv``.
COLUMNS = ("notebook", "parameters", "seconds", "peak_mib", "threads", "executed")

#: Last cell of a measured run; it is no part of what is kept.
PEAK_CELL = "from regspec.book.execution import note_peak\nnote_peak()\n"

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


def read_peak(path: Path) -> dict[str, Any]:
    """Peak memory and threads that a measured run noted."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


# --- execution ------------------------------------------------------------------------------------


class LeakError(ValueError):
    """The output of a notebook shows a key or a password of the environment."""


def kept_text(nb: nbformat.NotebookNode) -> str:
    """Text of a notebook file."""
    return str(nbformat.writes(nb)) + "\n"


def clean(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Committed form: no papermill or timing metadata, stable cell ids, one stream per cell."""
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{i:03d}"
        tags = [t for t in cell.metadata.get("tags", []) if not t.startswith("papermill-")]
        cell["metadata"] = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell["outputs"] = _join_streams(cell.outputs)
    nb["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "jupytext": {"formats": "ipynb,py:percent"},
    }
    return nb


def _join_streams(outputs: Sequence[Any]) -> list[Any]:
    joined: list[Any] = []
    for output in outputs:
        output = nbformat.from_dict(output)
        last = joined[-1] if joined else None
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


# It cannot read our ranges and says so of every line; names, types and ranges are checked by us.
logging.getLogger("papermill").setLevel(logging.ERROR)

# What the system allows for the name of a local socket, less the ending that each channel adds.
_LONGEST_SOCKET = 100


def _channels() -> Config:
    """Kernels talk through local sockets: nothing listens on a port, and ipykernel does not warn.

    Where the folder for temporary files has too long a name for a socket, they use ports.
    """
    name = str(Path(tempfile.gettempdir()) / f"regspec-{os.getpid()}")
    if len(os.fsencode(name)) > _LONGEST_SOCKET:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": name}})


# A kernel that is stopped in the middle complains of its closed sockets: what a notebook raises is
# told by its execution, not by this log.
_QUIET = ["--IPKernelApp.log_level=50"]


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    old = {k: os.environ.get(k) for k in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for k, v in old.items():
            if v is None:
                os.environ.pop(k, None)
            else:
                os.environ[k] = v


def _read_log(path: Path) -> dict[str, dict[str, Any]]:
    seen = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        row = json.loads(line)
        seen[row.pop("source")] = row
    return dict(sorted(seen.items()))


def one_line(error: BaseException) -> str:
    """What became of an execution, in one line without keys: the first line of its error."""
    name = getattr(error, "ename", type(error).__name__)
    value = str(getattr(error, "evalue", error)).strip().splitlines() or [""]
    advice = remedy(error) if isinstance(error, OSError) else ""
    return hidden(f"{name}: {value[0]}" + (f"; {advice}" if advice else ""))


def execute(
    entry: Entry,
    parameters: Mapping[str, Any],
    work: Path,
    failed: Path,
    *,
    bar: bool,
    peak: bool = False,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
    """Execute a fresh copy of the source; on failure the partial execution goes to ``failed``.

    Parameters
    ----------
    entry : Entry
    parameters : mapping
        Checked.
    work : Path
        Empty folder for the copy, its execution, and the log of the data that it reads.
    failed : Path
        Where the partial execution goes.
    bar : bool
        Whether to show a progress bar.
    peak : bool
        Whether a last cell, which is not kept, writes the peak memory to ``work/peak.json``.
    cwd : Path, optional
        Working folder of the notebook; that of its source when left out.
    environment : mapping, optional
        More variables for its process.

    Returns
    -------
    (NotebookNode, dict)
        The execution, and what is known of each public data file that it read.

    Raises
    ------
    LeakError
        If an output shows a key or a password of the environment.
    """
    source, target, log = work / "in.ipynb", work / "out.ipynb", work / "access.jsonl"
    nb = jupytext.read(entry.source)
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{i:03d}"
    if peak:
        nb.cells.append(nbformat.v4.new_code_cell(PEAK_CELL, id="peak"))
    nbformat.write(nb, source)
    env = {"REGSPEC_ACCESS_LOG": str(log), "PYTHONHASHSEED": "0"}
    # The order in which linear algebra adds, hence the last digit, depends on its threads.
    env |= {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    env["REGSPEC_PEAK_LOG"] = str(work / "peak.json")
    env |= environment or {}
    try:
        with _environment(**env):
            papermill.execute_notebook(
                source,
                target,
                parameters=dict(parameters),
                kernel_name="python3",
                cwd=cwd or entry.source.parent,
                progress_bar=bar,
                config=_channels(),
                extra_arguments=_QUIET,
            )
    except Exception:
        if target.exists():
            write_whole(failed, hidden(target.read_text(encoding="utf-8")))
        raise
    if shown := found_in(target.read_text(encoding="utf-8")):
        raise LeakError(
            f"the outputs show the value of {', '.join(shown)}: nothing of the execution was kept; "
            "print no environment variables, and run it again"
        )
    done = nbformat.read(target, as_version=4)
    done.cells = [cell for cell in done.cells if cell.id != "peak"]
    return done, _read_log(log)
