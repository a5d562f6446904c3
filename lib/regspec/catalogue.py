"""The notebooks of the book: their order, the sources they read, the files they depend on."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from regspec.sources.paths import project_root
from regspec.tools.files import read_yaml

__all__ = ["OPTIONAL", "Entry", "find", "in_order", "load", "locate_optional"]

#: Data files that a notebook reads where they are present, and the functions that look for them.
OPTIONAL = {"nberces": ("regspec.calibrate.two_sectors", "find_nberces")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One notebook.

    Attributes
    ----------
    name : str
        Stem of ``notebooks/<name>.py`` (source) and ``.ipynb`` (its executed pair).
    sources : tuple of str
        Ids of :data:`regspec.sources.registry.SOURCES` that it reads.
    files : tuple of str
        Tracked files it reads, relative to the project root.
    after : tuple of str
        Notebooks that must have run before.
    optional : tuple of str
        Names of :data:`OPTIONAL` data files that it reads where they are present.
    """

    name: str
    sources: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """Path of the py:percent source."""
        return project_root() / "notebooks" / f"{self.name}.py"

    @property
    def executed(self) -> Path:
        """Path of the committed execution with default parameters."""
        return project_root() / "notebooks" / f"{self.name}.ipynb"


def load(path: Path | None = None) -> dict[str, Entry]:
    """Read ``notebooks/catalogue.yml`` into entries by name, in dependency order.

    Raises
    ------
    ValueError
        For an unknown key, an unknown notebook under ``after``, an unknown optional file, a cycle,
        a missing source file, or a notebook on disk that the catalogue does not list.
    """
    path = path or project_root() / "notebooks" / "catalogue.yml"
    raw = read_yaml(path) or {}
    allowed = {"sources", "files", "after", "optional"}
    entries = {}
    for name, spec in raw.items():
        extra = set(spec or {}) - allowed
        if extra:
            raise ValueError(
                f"{path.name}: {name} has unknown keys {sorted(extra)}; allowed: {sorted(allowed)}"
            )
        if unknown := set((spec or {}).get("optional") or ()) - set(OPTIONAL):
            raise ValueError(
                f"{path.name}: {name} has unknown optional files {sorted(unknown)}; allowed: "
                f"{sorted(OPTIONAL)}"
            )
        entries[name] = Entry(name=name, **{k: tuple(v or ()) for k, v in (spec or {}).items()})
    on_disk = {p.stem for p in path.parent.glob("*.py")}
    if on_disk != set(entries):
        raise ValueError(
            f"{path.name} and the notebooks on disk differ: only listed "
            f"{sorted(set(entries) - on_disk)}, only on disk {sorted(on_disk - set(entries))}"
        )
    return {name: entries[name] for name in in_order(entries)}


def in_order(entries: dict[str, Entry]) -> list[str]:
    """Names sorted so that each comes after those it depends on, otherwise as listed.

    Raises
    ------
    ValueError
        If a dependency is unknown or the dependencies have a cycle.
    """
    order: list[str] = []
    state: dict[str, int] = {}

    def visit(name: str, chain: tuple[str, ...]) -> None:
        if name not in entries:
            raise ValueError(f"{chain[-1]} runs after {name!r}, which is not in the catalogue")
        if state.get(name) == 1:
            raise ValueError("notebooks depend on each other: " + " -> ".join((*chain, name)))
        if name in state:
            return
        state[name] = 1
        for before in entries[name].after:
            visit(before, (*chain, name))
        state[name] = 2
        order.append(name)

    for name in entries:
        visit(name, ())
    return order


def find(names: Iterable[str], entries: dict[str, Entry]) -> list[Entry]:
    """Entries by full name, or by an unambiguous beginning such as ``02``, in dependency order.

    A whole number means the chapter of that number: ``10`` is ``10_solver``, not ``10b_accuracy``.

    Raises
    ------
    ValueError
        For a name that fits none or several notebooks; the known ones are listed.
    """
    chosen = set()
    for name in names:
        stem = Path(name).stem if name.endswith((".py", ".ipynb")) else name
        hits = [stem] if stem in entries else [n for n in entries if n.startswith(f"{stem}_")]
        hits = hits or [n for n in entries if n.startswith(stem)]
        if len(hits) != 1:
            near = difflib.get_close_matches(stem, entries, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            what = f"fits several: {', '.join(hits)}" if hits else "is unknown"
            raise ValueError(f"notebook {name!r} {what}{hint} (known: {', '.join(entries)})")
        chosen.add(hits[0])
    return [e for n, e in entries.items() if n in chosen]


def locate_optional(name: str) -> Path | None:
    """Path of one of :data:`OPTIONAL`, None where it is not on this machine."""
    module, finder = OPTIONAL[name]  # imported only when asked for: it needs much of the package
    path: Path | None = getattr(importlib.import_module(module), finder)()
    return path
