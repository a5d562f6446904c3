"""The sections of README.md that a data editor reads, from ``book/aea.yml``.

They follow the template of the AEA data editor: availability and rights, requirements, run times,
programs of every table and figure, instructions. ``make readme`` writes them between two marks.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regspec.sources.paths import project_root
from regspec.tools.files import read_yaml, write_whole

__all__ = ["BEGIN", "END", "load", "render", "updated"]

BEGIN = "<!-- from book/aea.yml by 'make readme' -->"
END = "<!-- end of what is from book/aea.yml -->"

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


def updated(readme: str, sections: str) -> str:
    """Text of the README with the sections between the marks.

    Raises
    ------
    ValueError
        If the marks are not there, once each and in order.
    """
    if readme.count(BEGIN) != 1 or readme.count(END) != 1 or readme.find(BEGIN) > readme.find(END):
        raise ValueError(f"README.md must have {BEGIN!r} and, after it, {END!r}, once each")
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n\n{sections}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Write the sections into README.md."""
    readme = project_root() / "README.md"
    text = updated(readme.read_text(encoding="utf-8"), render(load()))
    write_whole(readme, text)


if __name__ == "__main__":
    main()
