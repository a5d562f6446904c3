"""What runs in a worker: one attempt at one point, with one thread."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from regspec.sweep.points import Point, code_hash
from regspec.sweep.store import Result

__all__ = ["THREADS", "Attempt", "Evaluate", "attempt"]

Evaluate = Callable[[Point], dict[str, Any]]

#: Environment of a worker. Set before it imports anything: these libraries read it once. More
#: threads a worker than one make the workers compete for the same cores.
THREADS = {
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A result, or what went wrong."""

    result: Result | None = None
    error: str = ""


def _one_thread() -> AbstractContextManager[None]:
    """Workers that someone else started may have more; a measure without the model needs no limit.

    Importing the model takes a second, so that it is left to measures that use it.
    """
    compiled = sys.modules.get("regspec.model.numerics.compiled")
    return compiled.limit_threads(1) if compiled else nullcontext()


def attempt(evaluate: Evaluate, point: Point, code: str) -> Attempt:
    """Compute one point; an exception becomes an error text that travels back.

    Parameters
    ----------
    evaluate : callable
        Pure function of the point, importable in the worker.
    point : Point
    code : str
        Hash of the code that the sweep was started with: a worker with other code must not
        answer under its key.
    """
    if code != code_hash():
        return Attempt(error="the worker has another version of regspec than the sweep")
    began = time.perf_counter()
    try:
        with _one_thread():
            values = evaluate(point)
    except Exception as error:
        return Attempt(error=f"{type(error).__name__}: {error}")
    return Attempt(result=Result(measured=values, seconds=time.perf_counter() - began))
