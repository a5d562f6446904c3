"""Numba with its on-disk cache keyed on the compiled code of the model.

numba's own cache looks at the file of the compiled function alone and misses edits to functions
that it calls in another file. A cache folder named after a hash of all of them is safe.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def compiled_files() -> tuple[Path, ...]:
    """Files of the package that hold compiled functions."""
    here = Path(__file__)
    files = sorted(here.parents[1].rglob("*.py"))
    return tuple(f for f in files if f != here and b"@njit" in f.read_bytes())


def point_cache() -> None:
    """Set NUMBA_CACHE_DIR for this version of the compiled code, unless the user has set it."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    code = b"".join(path.read_bytes() for path in compiled_files())
    try:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # no home folder: compiled code lasts until the machine is started again
        root = Path(tempfile.gettempdir()) / ".cache"
    folder = str(root / "regspec" / f"numba-{hashlib.sha256(code).hexdigest()[:16]}")
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:  # numba reads the variable once, when it is imported
        sys.modules["numba"].config.CACHE_DIR = folder


point_cache()
# Threads that wait for the next parallel loop sleep: spinning ones take the cores from whatever
# else runs, this package's own threads in another process included. Read when OpenMP loads.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numba  # noqa: E402

# Untyped on purpose: numba infers the types of what it compiles.
njit: Any = numba.njit
prange: Any = numba.prange


@contextmanager
def threads_for(points: int, *, few: int = 500) -> Iterator[None]:
    """One thread while each call computes few points: waking another costs more than it saves."""
    before = numba.get_num_threads()
    numba.set_num_threads(1 if points <= few else before)
    try:
        yield
    finally:
        numba.set_num_threads(before)


__all__ = ["compiled_files", "njit", "point_cache", "prange", "threads_for"]
