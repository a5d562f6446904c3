"""One result a point: how a worker computes it, and the file that keeps it.

Files are written whole or not at all, and damaged ones are recognised. Light on purpose: what a
worker imports before its first point should cost nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from regspec.sweep.points import Point, canonical, code_hash

__all__ = ["Attempt", "Evaluate", "Result", "Store", "attempt"]

Evaluate = Callable[[Point], dict[str, Any]]

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a point gave, and how long it took."""

    measured: dict[str, Any]
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The result of a point, or what went wrong."""

    key: str
    result: Result | None = None
    error: str = ""


def attempt(evaluate: Evaluate, key: str, point: Point, code: str) -> Attempt:
    """Compute one point with one thread; an exception becomes an error text that travels back.

    Parameters
    ----------
    evaluate : callable
        Pure function of the point, importable in the worker.
    key : str
        Of the point's result.
    point : Point
    code : str
        Hash of the code that the sweep was started with: a worker with other code must not
        answer under its key.
    """
    if code != code_hash():
        text = "the worker has another version of regspec than the sweep"
        return Attempt(key=key, error=text)
    # Workers that someone else started may have more threads. The model takes a second to import,
    # so that this is left to measures that use it; without it there is nothing to limit.
    compiled = sys.modules.get("regspec.model.numerics.compiled")
    began = time.perf_counter()
    try:
        with compiled.limit_threads(1) if compiled else nullcontext():
            values = evaluate(point)
    except Exception as error:
        return Attempt(key=key, error=f"{type(error).__name__}: {error}")
    return Attempt(key=key, result=Result(measured=values, seconds=time.perf_counter() - began))


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
