"""What runs in a worker: one attempt at one point, with one thread."""

from __future__ import annotations

import time
from collections.abc import Callable
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
    from regspec.model.compiled import limit_threads  # a second to import, elsewhere not needed

    began = time.perf_counter()
    try:
        with limit_threads(1):  # workers that someone else started may have more
            values = evaluate(point)
    except Exception as error:
        return Attempt(error=f"{type(error).__name__}: {error}")
    return Attempt(result=Result(measured=values, seconds=time.perf_counter() - began))
