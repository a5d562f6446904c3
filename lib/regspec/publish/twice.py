"""Execute a notebook twice under different circumstances and compare what it shows.

The circumstances are those that must not matter: the order of sets (``PYTHONHASHSEED``), the number
of threads, the working folder, and the time. Text, glued numbers, tables and figures are compared
byte by byte.
"""

from __future__ import annotations

import difflib
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from regspec.publish.catalogue import Entry
from regspec.publish.execute import execute
from regspec.sources.paths import project_root

__all__ = ["CIRCUMSTANCES", "VARIES", "Comparison", "compare", "differences", "outputs_of"]

#: Variables of the two executions.
CIRCUMSTANCES: tuple[dict[str, str], ...] = tuple(
    {
        "PYTHONHASHSEED": str(n),
        "NUMBA_NUM_THREADS": str(n),
        "OMP_NUM_THREADS": str(n),
        "OPENBLAS_NUM_THREADS": str(n),
    }
    for n in (1, 2)
)

#: Tag of cells that measure time or memory: their outputs are not compared.
VARIES = "varies"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What came of two executions of a notebook.

    Attributes
    ----------
    name : str
    outputs : int
        Outputs that were compared.
    differences : tuple of str
        One sentence for each that differs.
    seconds : float
        Of both executions.
    """

    name: str
    outputs: int
    differences: tuple[str, ...]
    seconds: float


def outputs_of(nb: nbformat.NotebookNode) -> dict[str, Any]:
    """Everything that a notebook shows, by cell, output and kind; cells tagged as varying left out.

    Identifiers that libraries draw anew for every table or picture are replaced by their order.
    """
    found: dict[str, Any] = {}
    for i, cell in enumerate(c for c in nb.cells if c.cell_type == "code"):
        if {VARIES, "nbval-skip"} & set(cell.metadata.get("tags", [])):
            continue
        streams: dict[str, str] = {}
        for j, output in enumerate(cell.outputs):
            if output.output_type == "stream":  # how it is cut into messages is a matter of time
                streams[output.name] = streams.get(output.name, "") + output.text
            for kind, content in output.get("data", {}).items():
                found[f"cell {i}, output {j}, {kind}"] = content
        found |= {f"cell {i}, {name}": text for name, text in streams.items()}
    return {key: _numbered(value) for key, value in found.items()}


_DRAWN = re.compile(
    r"\b(?:T_)?[0-9a-f]{5}(?:[0-9a-f]{27})?(?=_|\")|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


def _numbered(content: Any) -> Any:
    if not isinstance(content, str):
        return content
    seen: dict[str, str] = {}
    return _DRAWN.sub(lambda hit: seen.setdefault(hit[0], f"id{len(seen)}"), content)


def differences(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[str]:
    """One sentence for each output that differs, or that one execution lacks."""
    told = []
    for key in [*one, *(k for k in two if k not in one)]:
        if key not in one or key not in two:
            told.append(f"{key} is there once only")
        elif one[key] != two[key]:
            told.append(f"{key}: {_first(str(one[key]), str(two[key]))}")
    return told


def _first(one: str, two: str) -> str:
    """The first line that differs, in both versions, cut to where they part."""
    lines = next(
        (
            pair
            for pair in zip(one.splitlines(), two.splitlines(), strict=False)
            if pair[0] != pair[1]
        ),
        (one, two),
    )
    at = difflib.SequenceMatcher(None, *lines, autojunk=False).find_longest_match().size
    at = at if lines[0][:at] == lines[1][:at] else 0
    a, b = (line[max(0, at - 20) : at + 40] for line in lines)
    return f"{a!r}, then {b!r}"


def compare(
    entries: Sequence[Entry],
    *,
    parameters: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Comparison]:
    """Execute notebooks twice; nothing is kept.

    Parameters
    ----------
    entries : sequence of Entry
    parameters : mapping, optional
        Checked parameters of all of them; defaults when left out.
    say : callable
        Told what goes on.

    Returns
    -------
    list of Comparison
    """
    done = []
    failed = project_root() / "_build" / "runs" / "twice"
    for i, entry in enumerate(entries, 1):
        say(f"[{i}/{len(entries)}] {entry.name}, twice ...")
        start, shown = time.perf_counter(), []
        for environment in CIRCUMSTANCES:
            with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as cwd:
                nb, _ = execute(
                    entry,
                    parameters or {},
                    Path(work),
                    failed / f"{entry.name}.failed.ipynb",
                    bar=False,
                    cwd=Path(cwd),
                    environment=environment,
                )
            shown.append(outputs_of(nb))
        found = Comparison(
            name=entry.name,
            outputs=len(shown[0]),
            differences=tuple(differences(*shown)),
            seconds=round(time.perf_counter() - start, 1),
        )
        say(f"      {found.outputs} outputs, {len(found.differences)} differ ({found.seconds} s)")
        done.append(found)
    return done
