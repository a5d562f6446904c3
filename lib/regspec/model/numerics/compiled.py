"""Numba with its on-disk cache keyed on the compiled code of the model, and loops on threads.

numba's own cache looks at the file of the compiled function alone and misses edits to functions
that it calls in another file. A cache folder named after a hash of all of them is safe.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any


def compiled_files() -> tuple[Path, ...]:
    """Files of the package that hold compiled functions."""
    decorators = (b"@njit", b"@ranged")
    files = sorted(Path(__file__).parents[2].rglob("*.py"))
    return tuple(f for f in files if any(d in f.read_bytes() for d in decorators))


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

import numba  # noqa: E402
import numpy as np  # noqa: E402
from numba.core import cgutils, types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402

# Untyped on purpose: numba infers the types of what it compiles.
njit: Any = numba.njit
config: Any = numba.config

# How functions are compiled that only read and fill arrays which their callers own: they count no
# references. INNER ones, moreover, are called by compiled code alone, and need no code that unpacks
# and packs Python's objects. Both are a good part of what numba would compile.
OPEN: Any = {"cache": True, "error_model": "numpy", "_nrt": False}
INNER: Any = {**OPEN, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# Arguments and constants that are not to be compiled as versions of their own, one for each value,
# as plain Python's are.
YES: Any = np.bool_(True)
NO: Any = np.bool_(False)

# Ranges that each thread takes, one after the other: early ones make up for late ones.
PIECES = 8
_limit: ContextVar[int | None] = ContextVar("threads", default=None)
_helpers: ThreadPoolExecutor | None = None


def threads() -> int:
    """Threads that kernels run on: NUMBA_NUM_THREADS, or all cores, unless `limit_threads`."""
    most = config.NUMBA_NUM_THREADS
    limit = _limit.get()
    return most if limit is None else max(1, min(limit, most))


@contextmanager
def limit_threads(count: int) -> Iterator[None]:
    """At most so many threads for the kernels called inside."""
    token = _limit.set(count)
    try:
        yield
    finally:
        _limit.reset(token)


def threads_for(points: int, *, few: int = 500) -> AbstractContextManager[None]:
    """One thread while each call computes few points: waking another costs more than it saves."""
    return limit_threads(1 if points <= few else threads())


def _forget_helpers() -> None:
    """A forked process has none of its parent's threads."""
    global _helpers
    _helpers = None


os.register_at_fork(after_in_child=_forget_helpers)


def _helper_pool() -> ThreadPoolExecutor:
    global _helpers
    if _helpers is None:
        most = max(1, config.NUMBA_NUM_THREADS - 1)
        _helpers = ThreadPoolExecutor(most, thread_name_prefix="regspec")
    return _helpers


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Compiled value of an array, or of a tuple that holds some, with null for who owns them."""
    if isinstance(kind, types.Array):
        array = cgutils.create_struct_proxy(kind)(context, builder, value=value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):  # named ones too
        kinds: Any = kind
        parts = cgutils.unpack_tuple(builder, value)
        for i, inner in enumerate(kinds):
            parts[i] = _without_owner(context, builder, inner, parts[i])
        return context.make_tuple(builder, kind, parts)
    return value


def _borrow(typingctx: Any, values: Any) -> Any:
    """The same array, or tuple of arrays, for compiled code that is to count no references.

    numba counts one for every slice and call; in kernels of small steps that is most of the time.
    Whoever owns the memory must outlive the loan: callers of a kernel do, and what a kernel
    allocates is kept by `hold` after its last use.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _without_owner(context, builder, signature.args[0], args[0])

    return values(values), codegen


def _hold(typingctx: Any, values: Any) -> Any:
    """Nothing, but what owns lent memory is not freed before."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.get_dummy_value()

    return types.none(values), codegen


# Interpreted code (NUMBA_DISABLE_JIT) owns what it reads.
borrow: Any = (lambda values: values) if config.DISABLE_JIT else intrinsic(_borrow)
hold: Any = (lambda values: None) if config.DISABLE_JIT else intrinsic(_hold)


def ranged(kernel: Callable[..., None]) -> Callable[..., None]:
    """Compile kernel(first, last, ...), a loop over tasks, and share its tasks among threads.

    The result is called with the number of tasks in place of the range. Tasks must be independent:
    who computes one, and when, must not change it. numba's own parallel loops would be compiled
    three times; this code is compiled once, without the interpreter's lock.

    Examples
    --------
    >>> import numpy as np
    >>> @ranged
    ... def square(first, last, x, out):
    ...     for i in range(first, last):
    ...         out[i] = x[i] ** 2
    >>> out = np.empty(3)
    >>> square(3, np.array([1.0, 2.0, 3.0]), out)
    >>> out
    array([1., 4., 9.])
    """
    # Files of a cache are named after a file of source; what was typed in has none.
    kept = os.path.exists(kernel.__code__.co_filename)
    compiled = njit(kernel, cache=kept, error_model="numpy", nogil=True)

    @wraps(kernel)
    def run(count: int, *arguments: Any) -> None:
        team = min(threads(), count)
        if team < 2:
            compiled(0, count, *arguments)
            return
        size = -(-count // (PIECES * team))
        todo = deque(range(0, count, size))

        def work() -> None:
            while todo:
                try:
                    first = todo.popleft()
                except IndexError:  # another thread took the last one
                    return
                compiled(first, min(first + size, count), *arguments)

        pool = _helper_pool()
        others = [pool.submit(work) for _ in range(team - 1)]
        try:
            work()
        finally:
            todo.clear()
            for other in others:
                other.result()

    return run


__all__ = [
    "INNER",
    "NO",
    "OPEN",
    "YES",
    "borrow",
    "compiled_files",
    "hold",
    "limit_threads",
    "njit",
    "point_cache",
    "ranged",
    "threads",
    "threads_for",
]
