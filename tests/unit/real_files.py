"""The real public files in tests: skip where they are absent, or of another vintage."""

import re
from pathlib import Path

import pytest

from regspec.sources import registry


def need(*ids: str) -> None:
    """Skip with a notice where a file of the public tier is absent."""
    absent = [s for s in ids if not registry.available(s)]
    if absent:
        pytest.skip(f"not on this machine: {', '.join(absent)} (set REGSPEC_DATA to a mirror)")


def need_known(*ids: str) -> None:
    """Skip what follows, with a notice, where a file is of a vintage that was not checked before.

    Publishers revise their files: what holds for every vintage stands above this call, numbers of
    the checked vintage below it.
    """
    need(*ids)
    found = [registry.locate(s) for s in ids]
    other = [f"{r.source_id} (vintage {r.vintage}, {r.sha256[:8]})" for r in found if not r.known]
    if other:
        pytest.skip(f"notice: numbers of the checked vintage not compared: {', '.join(other)}")


def newer_mirror(folder: Path, *ids: str) -> Path:
    """Make a mirror of the real files in which some BEA tables have one more year, now unknown."""
    folder.mkdir()
    for path in {registry.locate(s).path for s in registry.SOURCES if registry.available(s)}:
        if path not in {registry.locate(s).path for s in ids}:
            (folder / path.name).symlink_to(path.resolve())
            continue
        last = int(path.stem[-4:])
        target = folder / path.name.replace(f"_{last}.csv", f"_{last + 1}.csv")
        target.write_text(_one_more_year(path.read_text("latin-1"), last), "latin-1", newline="")
    return folder


def _one_more_year(text: str, last: int) -> str:
    """Repeat the cell of the last year in every row but the footer's."""
    lines = text.splitlines()
    header, rows = lines[0], lines[1:]
    quoted = header.endswith('"')
    rows = [r + "," + r.rsplit(",", 1)[1] if re.match(r'\s*"+\s*\d{5}', r) else r for r in rows]
    year = f'"{last + 1}"' if quoted else str(last + 1)
    return "\n".join([f"{header},{year}", *rows]) + "\n"
