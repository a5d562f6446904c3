"""What was requested and downloaded: one JSON file, written whole after every step."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from regspec.census.convert import checksum, write_json
from regspec.census.errors import FetchError

__all__ = ["LEDGER", "Ledger", "refuse_tracked"]

LEDGER = "fetch.json"
"""Name of the ledger in the folder of the raw files."""


@dataclass(slots=True)
class Ledger:
    """State of a fetch.

    Attributes
    ----------
    folder
        Folder of the raw files.
    extracts
        By name: collection, number at IPUMS, definition (checksum), files with checksums.
    files
        Public files by "group/name": url and checksum.
    """

    folder: Path
    extracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Ledger:
        """Read the ledger of a folder, or start one."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / LEDGER
        if not path.is_file():
            return cls(folder)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(folder, content["extracts"], content["files"])
        except (ValueError, KeyError, TypeError) as problem:
            raise FetchError(
                f"{path} cannot be read ({problem}); delete it: extracts that are ready at IPUMS "
                "are then requested again."
            ) from problem

    def save(self) -> None:
        """Write the ledger."""
        content = asdict(self)
        content.pop("folder")
        write_json(self.folder / LEDGER, content)

    def record_file(self, key: str, url: str, sha256: str) -> None:
        """Record a public file."""
        self.files[key] = {"url": url, "sha256": sha256}
        self.save()

    def complete(self, name: str) -> bool:
        """Return whether every file of an extract is there as recorded."""
        files = self.extracts.get(name, {}).get("files", {})
        return bool(files) and all(
            (self.folder / path).is_file() and checksum(self.folder / path) == sha256
            for path, sha256 in files.items()
        )


def refuse_tracked(folder: Path) -> None:
    """Refuse a folder in which git would see microdata.

    Parameters
    ----------
    folder
        Folder that need not exist yet.

    Raises
    ------
    FetchError
        If it lies in a git work tree and is not ignored there, or holds files that git tracks.
    """
    folder = folder.expanduser().resolve()
    tree = next((p for p in (folder, *folder.parents) if (p / ".git").exists()), None)
    if tree is None:
        return
    advice = (
        "IPUMS does not allow microdata to be passed on: choose a folder outside, or one that "
        ".gitignore names, such as _build/census."
    )
    if shutil.which("git") is None:
        raise FetchError(f"{folder} lies in the git work tree {tree}, and git is absent. {advice}")
    probe = folder / "usa_00001.dat.gz"
    tracked = _git(tree, "ls-files", "--", str(folder))
    ignored = _git(tree, "check-ignore", "--quiet", str(probe))
    if tracked.stdout.strip():
        raise FetchError(f"git tracks files in {folder}. {advice}")
    if ignored.returncode != 0:
        raise FetchError(f"{folder} lies in the git work tree {tree} and is not ignored. {advice}")


def _git(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "-C", str(tree), *arguments], capture_output=True, text=True, check=False
    )
