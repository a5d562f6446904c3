"""Where points are computed: this process, joblib's workers (loky), or a Dask cluster.

Each pool hands out `concurrent.futures` futures and says which exceptions mean that a worker
died, so that one loop drives all three (:mod:`regspec.sweep.run`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self

from regspec.sweep.specification import SweepError
from regspec.sweep.worker import THREADS

__all__ = ["BACKENDS", "DaskPool", "LokyPool", "Pool", "SerialPool", "make_pool"]

BACKENDS = ("joblib", "serial", "dask")


class Pool(Protocol):
    """What the loop needs of a pool.

    Attributes
    ----------
    workers : int
        Points computed at the same time.
    died : tuple of exception types
        What a future raises whose worker died.
    lost : tuple of exception types
        What a future raises when the pool as a whole is gone.
    shared_fate : bool
        Whether the death of one worker fails every future in flight.
    """

    workers: int
    died: tuple[type[BaseException], ...]
    lost: tuple[type[BaseException], ...]
    shared_fate: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a worker call the function."""

    def renew(self) -> None:
        """Put new workers in place of dead ones."""


class SerialPool:
    """The calling process: one point after the other; one that kills it ends the sweep."""

    workers = 1
    died: tuple[type[BaseException], ...] = ()
    lost: tuple[type[BaseException], ...] = ()
    shared_fate = True

    def __enter__(self) -> Self:
        """Nothing to start."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to stop."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Compute at once."""
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def renew(self) -> None:
        """Nothing to start again."""


class LokyPool:
    """Processes on this machine, by joblib's loky; started with one thread each."""

    shared_fate = True
    lost: tuple[type[BaseException], ...] = ()

    def __init__(self, workers: int) -> None:
        from joblib.externals.loky.process_executor import BrokenProcessPool

        self.workers = workers
        self.died: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __enter__(self) -> Self:
        """Start the processes; they come up with the first point."""
        from joblib.externals.loky import ProcessPoolExecutor

        self._executor = ProcessPoolExecutor(max_workers=self.workers, env=THREADS)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes, also those that are computing."""
        self._executor.shutdown(kill_workers=True)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Compute in one of the processes."""
        return self._executor.submit(function, *arguments)

    def renew(self) -> None:
        """New processes in place of those that died: loky gives up all when one dies."""
        self.__exit__()
        self.__enter__()


class DaskPool:
    """A Dask cluster: the one at `scheduler`, or a local one that is started here."""

    shared_fate = False

    def __init__(self, workers: int | None, scheduler: str | None, patience: float = 10.0) -> None:
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        self.workers = workers or 0
        self.died: tuple[type[BaseException], ...] = (KilledWorker,)
        self.lost: tuple[type[BaseException], ...] = (CancelledError, CommClosedError)
        self._scheduler, self._patience = scheduler, patience
        self._cluster: Any = None

    def __enter__(self) -> Self:
        """Connect, and wait for a worker, for a limited time."""
        import dask
        from distributed import Client

        address = self._scheduler or self._start()

        def connect() -> Any:
            return Client(address, timeout=f"{self._patience}s", set_as_default=False)

        try:
            with dask.config.set({"distributed.comm.timeouts.connect": f"{self._patience}s"}):
                self._client = _within(self._patience + 1.0, connect)
            self._client.wait_for_workers(1, timeout=self._patience)
        except (OSError, TimeoutError, ValueError) as error:
            self._stop()
            raise SweepError(
                f"scheduler is {self._scheduler!r}: no scheduler with workers answers there within "
                f"{self._patience:g} s ({type(error).__name__}); start one with 'dask scheduler' "
                "and 'dask worker ADDRESS', or leave --scheduler out"
            ) from None
        threads = sum(self._client.nthreads().values())
        self.workers = min(self.workers or threads, threads)
        self._executor = self._client.get_executor(pure=False, retries=0)
        return self

    def _start(self) -> Any:
        """A cluster on this machine, one thread a process; a death counts at once."""
        import logging

        import dask
        from distributed import LocalCluster

        settings = {
            "distributed.scheduler.allowed-failures": 0,
            "distributed.nanny.pre-spawn-environ": THREADS,
        }
        with dask.config.set(settings):
            self._cluster = LocalCluster(
                n_workers=self.workers or default_workers(),
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
                host="127.0.0.1",
            )
        return self._cluster

    def __exit__(self, *_: object) -> None:
        """Disconnect; stop the cluster if it was started here."""
        self._stop()

    def _stop(self) -> None:
        # Results are kept by now: a worker that is slow to stop is left to its nanny.
        if hasattr(self, "_client"):
            with suppress(TimeoutError):
                self._client.close(timeout=self._patience)
        if self._cluster is not None:
            with suppress(TimeoutError):
                self._cluster.close(timeout=3 * self._patience)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Compute on one of the cluster's workers."""
        return self._executor.submit(function, *arguments)

    def renew(self) -> None:
        """Nothing to do: the nannies start new workers."""


def _within(seconds: float, function: Callable[[], Any]) -> Any:
    """Result of a call; TimeoutError if there is none by then.

    Dask's own timeout does not cover a peer that takes the connection and says nothing.
    """
    outcome: Future[Any] = Future()

    def call() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    return outcome.result(timeout=seconds)


def default_workers() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_pool(backend: str, *, workers: int | None = None, scheduler: str | None = None) -> Pool:
    """Pool of a backend, not yet started.

    Parameters
    ----------
    backend : {"joblib", "serial", "dask"}
    workers : int, optional
        Points computed at the same time; as many as there are cores, or as the cluster has
        threads, when left out.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    SweepError
        For options that do not go together.
    """
    if backend not in BACKENDS:
        raise SweepError(f"backend is {backend!r}; allowed: {', '.join(BACKENDS)}")
    if scheduler is not None and backend != "dask":
        raise SweepError(f"scheduler is {scheduler!r} with backend {backend!r}; allowed: dask")
    if workers is not None and workers < 1:
        raise SweepError(f"workers is {workers}; allowed: 1 or more")
    if backend == "serial":
        return SerialPool()
    if backend == "joblib":
        return LokyPool(workers or default_workers())
    return DaskPool(workers, scheduler)
