"""Licences of the packages that this one names, by what they are for: ``python -m tests.licences``.

Read from the metadata of what is installed, as their authors wrote it.
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import tomllib
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
#: What the groups of pyproject.toml are for.
ROLES = {"": "the package", "book": "executing and building the book", "test": "tests and style"}


def declared() -> dict[str, str]:
    """Group of each package that pyproject.toml names; the first that names it."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    found: dict[str, str] = {}
    for group, lines in groups.items():
        for line in lines:
            name = re.match(r"[A-Za-z0-9._-]+", line)[0].lower()
            if name != "regspec":
                found.setdefault(name, group)
    return found


def licence(name: str) -> str:
    """A package's licence: the SPDX expression, else the classifier, else the first line given."""
    about = metadata.metadata(name)
    if stated := about.get("License-Expression"):
        return stated
    trove = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    words = [c.rpartition(" :: ")[2] for c in trove if c != "License :: OSI Approved"]
    first = (about.get("License") or "").strip().splitlines()
    return ", ".join(words) or (first[0] if first else "not stated")


def table() -> str:
    """Markdown: package, version, licence, by role."""
    lines = ["| package | licence | for |", "|---|---|---|"]
    for name, group in sorted(declared().items(), key=lambda row: (list(ROLES).index(row[1]), row)):
        try:
            lines.append(f"| {name} | {licence(name)} | {ROLES[group]} |")
        except metadata.PackageNotFoundError:
            lines.append(f"| {name} | not installed here | {ROLES[group]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
