"""Results on disk: one file a point, written whole or not at all, damaged ones recognised."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from regspec.sweep.points import Point, canonical

__all__ = ["Result", "Store"]

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a point gave, and how long it took."""

    measured: dict[str, Any]
    seconds: float


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers that JSON cannot hold as words; all others keep their last bit."""
    return {
        k: repr(v) if isinstance(v, float) and not math.isfinite(v) else v
        for k, v in values.items()
    }


def _restored(values: dict[str, Any]) -> dict[str, Any]:
    return {k: float(v) if v in ("nan", "inf", "-inf") else v for k, v in values.items()}


class Store:
    """A folder of results.

    Parameters
    ----------
    folder : Path
        Made when the first result is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """File of a result."""
        return self.folder / f"{key}.json"

    def write(self, key: str, point: Point, result: Result) -> Path:
        """Write a result: to a file of its own beside the place, then moved there."""
        values = _plain(result.measured)
        content = {
            "format": _FORMAT,
            "key": key,
            "point": asdict(point),
            "values": values,
            "checksum": hashlib.sha256(canonical(values).encode()).hexdigest(),
            "seconds": round(result.seconds, 3),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.folder, prefix=f"{key}.", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, self.path(key))
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return self.path(key)

    def read(self, key: str) -> Result | None:
        """The stored result; None where there is none, or one that is damaged or of another key."""
        try:
            content = json.loads(self.path(key).read_text(encoding="utf-8"))
            values = content["values"]
            whole = content["checksum"] == hashlib.sha256(canonical(values).encode()).hexdigest()
            if not whole or content["format"] != _FORMAT or content["key"] != key:
                return None
            return Result(measured=_restored(values), seconds=float(content["seconds"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def damaged(self, key: str) -> bool:
        """Whether a file is there that cannot be used."""
        return self.path(key).exists() and self.read(key) is None
