"""Execute a fresh copy of a notebook with papermill, in a folder of its own.

Nothing of the repository is written here, so that a run that is interrupted, or killed, leaves it
as it was.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
from traitlets.config import Config

from regspec.files import remedy, write_whole
from regspec.publish import profile, secrets
from regspec.publish.catalogue import Entry

__all__ = ["LeakError", "clean", "execute", "kept_text", "one_line", "read_peak"]


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
    return secrets.hidden(f"{name}: {value[0]}" + (f"; {advice}" if advice else ""))


def read_peak(path: Path) -> dict[str, Any]:
    """Peak memory and threads that a measured run noted."""
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


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
        nb.cells.append(nbformat.v4.new_code_cell(profile.PEAK_CELL, id="peak"))
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
            write_whole(failed, secrets.hidden(target.read_text(encoding="utf-8")))
        raise
    if shown := secrets.found_in(target.read_text(encoding="utf-8")):
        raise LeakError(
            f"the outputs show the value of {', '.join(shown)}: nothing of the execution was kept; "
            "print no environment variables, and run it again"
        )
    done = nbformat.read(target, as_version=4)
    done.cells = [cell for cell in done.cells if cell.id != "peak"]
    return done, _read_log(log)
