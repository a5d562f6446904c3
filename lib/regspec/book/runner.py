"""Run notebooks with papermill, in dependency order, and keep what was computed.

Default runs replace the committed execution beside the source (``notebooks/<name>.ipynb``); runs
with other parameters go to ``_build/runs/<scenario>/`` and never into the book.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from regspec import catalogue
from regspec.book import execution, manifest
from regspec.book.execution import clean, execute, kept_text, one_line, read_peak
from regspec.book.staging import promote_figures
from regspec.catalogue import Entry
from regspec.paper import scoreboard
from regspec.sources import registry
from regspec.sources.paths import project_root
from regspec.tools.console import interactive
from regspec.tools.files import whole, write_whole

__all__ = ["Outcome", "access_problem", "run", "summary", "write_scoreboard"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one notebook.

    Attributes
    ----------
    name : str
    status : {"ran", "unchanged", "kept", "failed", "blocked"}
        ``kept``: its data are not on this machine, so the last committed execution stands;
        ``blocked``: a notebook that it needs failed.
    seconds : float
        Run time; of the recorded run where nothing was run now.
    message : str
    """

    name: str
    status: str
    seconds: float = 0.0
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether the run as a whole may succeed."""
        return self.status in {"ran", "unchanged", "kept"}


def access_problem(entry: Entry, seen: Mapping[str, Any]) -> str:
    """Say how the sources that a notebook read differ from those it lists; empty if they agree."""
    for what, ids in (
        ("reads but does not list", set(seen) - set(entry.sources)),
        ("lists but does not read", set(entry.sources) - set(seen)),
    ):
        if ids:
            return (
                f"{entry.name} {what} the sources {', '.join(sorted(ids))}; "
                "correct its entry in notebooks/catalogue.yml"
            )
    return ""


def _figure_problem(entry: Entry, nb: nbformat.NotebookNode) -> str:
    try:
        promote_figures(copy.deepcopy(nb))
    except ValueError as error:
        return f"{entry.name}: {error}"
    return ""


def write_scoreboard() -> Path:
    """Collect the scoreboard from all committed executions into ``data/results``."""
    nbs = [_read_execution(e) for e in catalogue.load().values() if e.executed.exists()]
    target = project_root() / "data" / "results" / "scoreboard.csv"
    with whole(target) as part:
        scoreboard.collect(nbs).to_csv(part, index=False, lineterminator="\n")
    return target


def _read_execution(entry: Entry) -> nbformat.NotebookNode:
    try:
        return nbformat.read(entry.executed, as_version=4)
    except ValueError as error:  # not JSON, or not text
        raise ValueError(
            f"{entry.executed} is damaged ({str(error).splitlines()[0][:80]}); run 'python -m "
            f"regspec run {entry.name} --force', or restore it with git"
        ) from None


def _missing(entry: Entry) -> list[str]:
    absent = [s for s in entry.sources if not registry.available(s)]
    if absent:
        registry.fetch_all(absent)
    return [s for s in absent if not registry.available(s)]


def _absent_text(missing: Sequence[str]) -> str:
    return (
        f"not on this machine: {', '.join(missing)} (run 'python -m regspec data fetch', or set "
        "REGSPEC_DATA to a folder that holds them)"
    )


def _failed_path(folder: Path, entry: Entry) -> Path:
    return folder / f"{entry.name}.failed.ipynb"


def _brief(reasons: Sequence[str], shown: int = 3) -> str:
    """Why a page is stale, in one line; ``check`` lists everything."""
    more = [f"and {len(reasons) - shown} more"] if len(reasons) > shown else []
    return "; ".join([*reasons[:shown], *more])


def _refresh(entry: Entry, record: dict[str, Any]) -> None:
    """Give an execution the source's text; the code, and so the results, are the same."""
    nb = jupytext.read(entry.source)
    done = [c for c in nbformat.read(entry.executed, as_version=4).cells if c.cell_type == "code"]
    for cell, old in zip((c for c in nb.cells if c.cell_type == "code"), done, strict=True):
        cell["outputs"], cell["execution_count"] = old["outputs"], old["execution_count"]
    write_whole(entry.executed, kept_text(clean(nb)))
    record["inputs"]["text"] = manifest.inputs(entry, {})["text"]
    record["output"] = manifest.sha256(entry.executed)
    manifest.save(manifest.load() | {entry.name: record})


def _run_default(entry: Entry, force: bool, bar: bool) -> Outcome:
    record = manifest.load().get(entry.name, {})
    reasons = manifest.reasons_stale(entry)
    if not reasons and not force:
        return Outcome(name=entry.name, status="unchanged", seconds=record["seconds"])
    if reasons == [manifest.TEXT_CHANGED] and not force:
        _refresh(entry, record)
        text = f"{manifest.TEXT_CHANGED}: it is new, the results stand"
        return Outcome(name=entry.name, status="ran", message=text)
    missing = _missing(entry)
    if missing:
        text = _absent_text(missing)
        if not entry.executed.exists():
            return Outcome(name=entry.name, status="failed", message=text)
        if reasons:
            text += f"; its page is stale ({_brief(reasons)})"
        return Outcome(name=entry.name, status="kept", seconds=record["seconds"], message=text)
    before, optional = manifest.inputs(entry, {}), manifest.optional_files(entry)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        failed = _failed_path(project_root() / "_build" / "runs" / "default", entry)
        nb, seen = execute(entry, {}, Path(work), failed, bar=bar)
    problem = access_problem(entry, seen) or _figure_problem(entry, nb)
    if problem:
        write_whole(failed, kept_text(nb))
        return Outcome(name=entry.name, status="failed", message=problem)
    write_whole(entry.executed, kept_text(clean(nb)))
    seconds = round(time.perf_counter() - start, 1)
    manifest.save(
        manifest.load()
        | {
            entry.name: {
                "executed": dt.date.today().isoformat(),
                "seconds": seconds,
                "output": manifest.sha256(entry.executed),
                "inputs": before,
                "data": seen,
                **({"optional": optional} if optional else {}),
            }
        }
    )
    write_scoreboard()
    return Outcome(name=entry.name, status="ran", seconds=seconds, message=_brief(reasons))


def _read_record(target: Path, record: Path) -> dict[str, Any]:
    """What is known of a run with other parameters; empty unless it is whole, with its notebook."""
    try:
        old = json.loads(record.read_text(encoding="utf-8"))
        whole = {"inputs", "seconds"} <= set(old) and old["output"] == manifest.sha256(target)
        return dict(old) if whole else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _run_variant(
    entry: Entry, parameters: Mapping[str, Any], folder: Path, force: bool, bar: bool
) -> Outcome:
    target, record = folder / f"{entry.name}.ipynb", folder / f"{entry.name}.json"
    wanted = manifest.inputs(entry, parameters)
    old = _read_record(target, record)
    if not force and old and old["inputs"] == wanted:
        return Outcome(name=entry.name, status="unchanged", seconds=old["seconds"])
    missing = _missing(entry)
    if missing:
        return Outcome(name=entry.name, status="failed", message=_absent_text(missing))
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        failed = _failed_path(folder, entry)
        nb, seen = execute(entry, parameters, Path(work), failed, bar=bar, peak=True)
        peak = read_peak(Path(work) / "peak.json")
    write_whole(target, kept_text(nb))
    seconds = round(time.perf_counter() - start, 1)
    row = {"seconds": seconds, "executed": dt.date.today().isoformat(), **peak}
    row |= {"output": manifest.sha256(target), "inputs": wanted, "data": seen}
    write_whole(record, json.dumps(row, indent=1) + "\n")
    return Outcome(name=entry.name, status="ran", seconds=seconds, message=str(target))


def run(
    entries: Sequence[Entry],
    *,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    variant: str | None = None,
    force: bool = False,
    say: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Run notebooks in the given (dependency) order; a failure does not stop independent ones.

    Parameters
    ----------
    entries : sequence of Entry
    parameters : mapping of notebook name to checked parameters, optional
        Only with ``variant``: default runs take no parameters, so that the book is one run.
    variant : str, optional
        Name of the folder under ``_build/runs`` for runs with other parameters.
    force : bool
        Run notebooks that are unchanged as well.
    say : callable, optional
        Told what goes on; without it no progress is shown either.

    Returns
    -------
    list of Outcome
    """
    outcomes: list[Outcome] = []
    bad: set[str] = set()
    folder = project_root() / "_build" / "runs" / (variant or "default")
    bar = say is not None and interactive(sys.stderr)
    tell = say or (lambda _: None)
    for i, entry in enumerate(entries, 1):
        tell(f"[{i}/{len(entries)}] {entry.name} ...")
        failed_before = sorted(bad & set(entry.after))
        if failed_before:
            text = f"needs {', '.join(failed_before)}"
            outcome = Outcome(name=entry.name, status="blocked", message=text)
        else:
            start = time.perf_counter()
            try:
                if variant is None:
                    outcome = _run_default(entry, force, bar)
                else:
                    given = (parameters or {}).get(entry.name, {})
                    outcome = _run_variant(entry, given, folder, force, bar)
            except Exception as error:  # a notebook may raise anything; the others go on
                outcome = Outcome(
                    name=entry.name,
                    status="failed",
                    seconds=round(time.perf_counter() - start, 1),
                    message=one_line(error),
                )
        bad |= set() if outcome.ok else {entry.name}
        outcomes.append(outcome)
        if variant == execution.FULL and outcome.status == "ran":
            execution.write_profile(folder, execution.profile_path())
        tell(f"      {outcome.status} ({outcome.seconds:.1f} s) {outcome.message}")
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> str:
    """Closing table: notebook, seconds, status, message."""
    width = max([len(o.name) for o in outcomes], default=8)
    lines = [f"{'notebook':<{width}}  seconds  status"]
    lines += [
        f"{o.name:<{width}}  {o.seconds:7.1f}  {o.status}" + (f"  {o.message}" if o.message else "")
        for o in outcomes
    ]
    return "\n".join(lines)
