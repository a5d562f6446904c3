"""Does a notebook show the same when it is executed again under other circumstances?

The circumstances are those that must not matter: the order of sets (``PYTHONHASHSEED``), the number
of threads, the time zone, the working folder, and the hour. Everything that a notebook shows, text,
tables, glued numbers and figures, is compared to the last byte; nothing is left out or masked.
"""

from __future__ import annotations

import math
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from regspec.book.execution import execute, hidden, one_line
from regspec.catalogue import Entry
from regspec.sources import registry
from regspec.sources.paths import project_root

__all__ = ["CIRCUMSTANCES", "Comparison", "compare", "differences", "outputs_of", "summary"]

#: Variables of the two executions. Linear algebra has one thread in both, as in every execution.
CIRCUMSTANCES: tuple[dict[str, str], ...] = tuple(
    {
        "PYTHONHASHSEED": str(n),
        "NUMBA_NUM_THREADS": str(n),
        "OMP_NUM_THREADS": str(n),
        "TZ": zone,
    }
    for n, zone in ((1, "UTC"), (2, "Asia/Tokyo"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What came of two executions of a notebook.

    Attributes
    ----------
    name : str
    status : {"same", "differs", "failed", "absent"}
        ``absent``: its data are not on this machine, so that it was not executed.
    outputs : int
        Outputs that were compared.
    differences : tuple of str
        One sentence for each that differs.
    seconds : float
        Of both executions.
    message : str
        Why it failed, or which data are absent.
    """

    name: str
    status: str
    outputs: int = 0
    differences: tuple[str, ...] = ()
    seconds: float = 0.0
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the notebook."""
        return self.status in {"same", "absent"}


def outputs_of(nb: nbformat.NotebookNode) -> dict[str, str]:
    """Everything that a notebook shows, by place and kind.

    What a cell prints is one text for each stream: into how many messages it is cut is a matter of
    time, and shows nowhere.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("print(1); print(2)")
    >>> for line in ("1", "2"):
    ...     cell.outputs.append(nbformat.v4.new_output("stream", text=line))
    >>> outputs_of(nbformat.v4.new_notebook(cells=[cell]))
    {'code cell 1, stdout': '12'}
    """
    found: dict[str, str] = {}
    for i, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        shown = 0
        for output in cell.outputs:
            if output.output_type == "stream":
                key = f"code cell {i}, {output.name}"
                found[key] = found.get(key, "") + output.text
                continue
            shown += 1
            for kind, content in (output.get("data") or {}).items():
                found[f"code cell {i}, output {shown}, {kind}"] = str(content)
            # Glued numbers are filed under their name there.
            found[f"code cell {i}, output {shown}, metadata"] = str(output.get("metadata", ""))
    return found


def differences(one: Mapping[str, str], two: Mapping[str, str]) -> list[str]:
    """One sentence for each output that differs, or that one execution lacks.

    Examples
    --------
    >>> differences({"code cell 1, stdout": "x = 0.25"}, {"code cell 1, stdout": "x = 0.26"})
    ["code cell 1, stdout: 'x = 0.25', then 'x = 0.26' (numbers differ by 3.8e-02 at most)"]
    """
    told = []
    for key in [*one, *(k for k in two if k not in one)]:
        if key not in one or key not in two:
            told.append(f"{key}: in the {'first' if key in one else 'second'} execution only")
        elif one[key] != two[key]:
            told.append(f"{key}: {_first(one[key], two[key])}{_distance(one[key], two[key])}")
    return told


_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def _first(one: str, two: str) -> str:
    """Both versions around the place where they part."""
    least = min(len(one), len(two))
    at = next((i for i in range(least) if one[i] != two[i]), least)
    a, b = (text[max(0, at - 20) : at + 40] for text in (one, two))
    return f"{a!r}, then {b!r}"


def _distance(one: str, two: str) -> str:
    """How far numbers are apart, relative to the larger, where all else is the same."""
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", two):
        return ""
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(two), strict=True)
    apart = [
        abs(a - b) / max(abs(a), abs(b))
        for a, b in ((float(a), float(b)) for a, b in pairs)
        if a != b and math.isfinite(a) and math.isfinite(b)
    ]
    return f" (numbers differ by {max(apart):.1e} at most)" if apart else ""


def _execute_both(entry: Entry) -> list[dict[str, str]]:
    failed = project_root() / "_build" / "runs" / "twice" / f"{entry.name}.failed.ipynb"
    shown = []
    for environment in CIRCUMSTANCES:
        with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as cwd:
            nb, _ = execute(
                entry,
                {},
                Path(work),
                failed,
                bar=False,
                cwd=Path(cwd),
                environment=environment,
            )
        shown.append(outputs_of(nb))
    return shown


def _compare_one(entry: Entry) -> Comparison:
    absent = [s for s in entry.sources if not registry.available(s)]
    if absent:
        text = f"not on this machine: {', '.join(absent)}"
        return Comparison(name=entry.name, status="absent", message=text)
    start = time.perf_counter()
    try:
        one, two = _execute_both(entry)
    except Exception as error:  # a notebook may raise anything; the others go on
        return Comparison(
            name=entry.name,
            status="failed",
            seconds=round(time.perf_counter() - start, 1),
            message=one_line(error),
        )
    found = tuple(hidden(text) for text in differences(one, two))
    return Comparison(
        name=entry.name,
        status="differs" if found else "same",
        outputs=len({*one, *two}),
        differences=found,
        seconds=round(time.perf_counter() - start, 1),
    )


def compare(
    entries: Sequence[Entry], *, say: Callable[[str], None] = lambda _: None
) -> list[Comparison]:
    """Execute notebooks twice, with their default parameters; nothing is kept.

    Parameters
    ----------
    entries : sequence of Entry
    say : callable
        Told what goes on.

    Returns
    -------
    list of Comparison
        A notebook that fails does not stop the others.
    """
    done = []
    for i, entry in enumerate(entries, 1):
        say(f"[{i}/{len(entries)}] {entry.name}, twice ...")
        found = _compare_one(entry)
        say(f"      {found.status} ({found.seconds} s) {found.message}".rstrip())
        done.append(found)
    return done


def summary(comparisons: Sequence[Comparison]) -> str:
    """Closing table, with each difference below its notebook."""
    width = max([len(c.name) for c in comparisons], default=8)
    lines = [f"{'notebook':<{width}}  seconds  outputs  status"]
    for c in comparisons:
        line = f"{c.name:<{width}}  {c.seconds:7.1f}  {c.outputs:7d}  {c.status}  {c.message}"
        lines += [line.rstrip(), *(f"    {text}" for text in c.differences)]
    return "\n".join(lines)
