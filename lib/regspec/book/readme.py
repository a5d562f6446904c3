"""What ``make readme`` writes: sections of README.md, and the layers in CONTRIBUTING.md.

The sections come from ``book/aea.yml`` and follow the template of the AEA data editor:
availability and rights, requirements, run times, programs of every table and figure,
instructions. The layers are those of the import contract in ``pyproject.toml``. Each stands
between two marks.
"""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regspec.sources.paths import project_root
from regspec.tools.files import read_yaml, write_whole

__all__ = ["BEGIN", "END", "LAYERS", "layers", "load", "render", "updated"]

BEGIN = "<!-- from book/aea.yml by 'make readme' -->"
END = "<!-- end of what is from book/aea.yml -->"
#: Marks around the picture of the layers in CONTRIBUTING.md.
LAYERS = (
    "<!-- from pyproject.toml by 'make readme' -->",
    "<!-- end of what is from pyproject.toml -->",
)

_KEYS = {
    "availability",
    "rights",
    "data",
    "access",
    "requirements",
    "runtimes",
    "instructions",
    "programs",
    "absent",
}


def load(path: Path | None = None) -> dict[str, Any]:
    """Read and check ``book/aea.yml``.

    Raises
    ------
    ValueError
        For a key that is missing or unknown, or a folder, notebook or module that does not exist.
    """
    root = project_root()
    path = path or root / "book" / "aea.yml"
    content: dict[str, Any] = read_yaml(path)
    if set(content) != _KEYS:
        raise ValueError(f"{path.name}: keys {sorted(set(content) ^ _KEYS)} are missing or unknown")
    for row in content["data"]:
        if not (root / "data" / row["folder"] / "README.md").is_file():
            raise ValueError(f"{path.name}: data/{row['folder']}/README.md does not exist")
    for row in content["programs"]:
        if not (root / "notebooks" / f"{row['notebook']}.py").is_file():
            raise ValueError(f"{path.name}: notebooks/{row['notebook']}.py does not exist")
        for module in row.get("also", []):
            if importlib.util.find_spec(module) is None:
                raise ValueError(f"{path.name}: there is no module {module}")
    return content


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines).replace("| --- ", "|---")


def _program(row: Mapping[str, Any]) -> str:
    modules = ", ".join(f"`{m}`" for m in row.get("also", []))
    return f"`notebooks/{row['notebook']}.py`" + (f", {modules}" if modules else "")


def render(content: Mapping[str, Any]) -> str:
    """Markdown of the sections."""
    data = [
        [
            row["data"],
            f"[`data/{row['folder']}`](data/{row['folder']})",
            row["publisher"],
            row["terms"],
            "yes" if row.get("provided") else "no",
        ]
        for row in content["data"]
    ]
    needs, times = content["requirements"], content["runtimes"]
    steps = "\n".join(f"{i}. {text}" for i, text in enumerate(content["instructions"], 1))
    programs = [[row["paper"], _program(row), row["tier"]] for row in content["programs"]]
    if content["absent"]:
        programs.append([content["absent"], "not in this edition", ""])
    parts = [
        "## Data availability and rights",
        content["availability"],
        content["rights"],
        _table(["data", "folder", "publisher", "terms", "provided here"], data),
        content["access"].strip(),
        "## Requirements",
        "\n".join(f"- *{name}*: {text}" for name, text in needs.items()),
        "## Run times",
        f"Measured {times['measured']}:",
        _table(["command", "minutes"], [[r["command"], r["minutes"]] for r in times["rows"]]),
        times["note"],
        "## Instructions to replicators",
        steps,
        "## Tables and figures of the paper, and the programs",
        _table(["paper", "program", "tier"], programs),
    ]
    return "\n\n".join(parts)


def layers() -> str:
    """Picture of the layers, highest first: what stands on a line imports from the lines below."""
    contract = tomllib.loads((project_root() / "pyproject.toml").read_text(encoding="utf-8"))
    rows = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    names = [row.replace("regspec.", "").replace(" | ", " · ") for row in rows]
    arrows = ["│"] * (len(names) - 1) + ["▼"]
    lines = (f"{arrow} {name}" for arrow, name in zip(arrows, names, strict=True))
    return "\n".join(["```text", *lines, "```"])


def updated(text: str, content: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """Text of a file with the content between the marks.

    Raises
    ------
    ValueError
        If the marks are not there, once each and in order.
    """
    begin, end = marks
    if text.count(begin) != 1 or text.count(end) != 1 or text.find(begin) > text.find(end):
        raise ValueError(f"the file must have {begin!r} and, after it, {end!r}, once each")
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{content}\n\n{end}{rest.split(end)[1]}"


def main() -> None:
    """Write the sections into README.md and the layers into CONTRIBUTING.md."""
    written = {"README.md": (render(load()), (BEGIN, END)), "CONTRIBUTING.md": (layers(), LAYERS)}
    for name, (content, marks) in written.items():
        file = project_root() / name
        write_whole(file, updated(file.read_text(encoding="utf-8"), content, marks))


if __name__ == "__main__":
    main()
