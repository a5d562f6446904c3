"""Run a sweep: skip what is done, compute the rest, keep what finishes, retry failures, tabulate.

A point is a pure function of its settings, computed with one thread, so that results do not depend
on where that happens: in this process, in processes of this machine (joblib), or on a Dask cluster.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from regspec.regions.simulate import SOUND
from regspec.sweep.measures import data_of, evaluate_point
from regspec.sweep.options import identity
from regspec.sweep.points import CODE_DIGITS, Point, Settings, code_hash, key_of
from regspec.sweep.specification import Sweep, SweepError
from regspec.sweep.store import Attempt, Evaluate, Result, Store, attempt
from regspec.tools.files import write_whole

__all__ = [
    "BACKENDS",
    "Outcome",
    "described",
    "keys_of",
    "local_cluster",
    "results_frame",
    "run_sweep",
    "status_of",
    "summary",
    "write_results",
]

BACKENDS = ("joblib", "serial", "dask")

#: Seconds within which a Dask scheduler must answer.
PATIENCE = 10.0

#: Threads of a worker. More than one make the workers compete for the same cores.
THREADS = 1
_LIMITED = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_DIED = "its worker died: out of memory, or the process was killed"
_DIGITS = 6  # of numbers in tables; later ones depend on the processor

Points = Mapping[str, Point]  # by the keys of their results
Answers = Generator[Attempt, None, None]
Compute = Callable[[Points, Evaluate], Answers]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one point.

    Attributes
    ----------
    point : Point
    key : str
        Name of its result file.
    result : Result or None
        None where every attempt failed.
    error : str
        The last attempt's, where all failed.
    attempts : int
        Made in this run; zero for a result that was there.
    """

    point: Point
    key: str
    result: Result | None
    error: str = ""
    attempts: int = 0


def keys_of(points: Iterable[Point]) -> list[str]:
    """Key of each point's result."""
    code = code_hash()
    return [key_of(identity(p), code=code, data=data_of(p)) for p in points]


def _in_series(points: Points, evaluate: Evaluate) -> Answers:
    """In this process, one after the other; a point that kills it ends the sweep."""
    code = code_hash()
    return (attempt(evaluate, key, point, code) for key, point in points.items())


def _by_joblib(points: Points, evaluate: Evaluate, *, workers: int) -> Answers:
    """In processes of this machine; with one worker, in this process.

    When one dies, loky gives up all. The points that were in hand are then computed one at a time,
    so that a second death names the point that causes it and costs no other one its result.
    """
    from joblib import Parallel, delayed, parallel_config

    left, sent, code = dict(points), set(), code_hash()

    def tasks() -> Iterator[Any]:
        for key, point in points.items():
            sent.add(key)
            yield delayed(attempt)(evaluate, key, point, code)

    try:
        with parallel_config("loky", n_jobs=workers, inner_max_num_threads=THREADS):
            pool = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch=workers)
            with closing(pool(tasks())) as answers:
                for answer in answers:
                    del left[answer.key]
                    yield answer
    except BrokenProcessPool:
        if len(points) == 1:
            yield Attempt(key=next(iter(points)), error=_DIED)
            return
        again = partial(_by_joblib, evaluate=evaluate, workers=workers)
        yield from again({key: point for key, point in left.items() if key not in sent})
        for key in (key for key in left if key in sent):
            yield from again({key: left[key]})


def _by_dask(
    points: Points, evaluate: Evaluate, *, workers: int | None, scheduler: str | None
) -> Answers:
    """On a Dask cluster: the one at `scheduler`, or a local one that is started here.

    Through Dask's own interface: joblib waits for ever for the point of a worker that died.
    """
    from distributed import KilledWorker, as_completed

    waiting, code = iter(points.items()), code_hash()
    keys: dict[Any, str] = {}
    with _dask_client(workers, scheduler) as client:

        def submit(count: int) -> list[Any]:
            chosen = dict(islice(waiting, count))
            futures = [
                client.submit(attempt, evaluate, key, point, code, pure=False)
                for key, point in chosen.items()
            ]
            keys.update(zip(futures, chosen, strict=True))
            return futures

        # What waits at a worker is lost with it: no more at a time than threads compute.
        threads = sum(client.nthreads().values())
        first = submit(min(workers or threads, threads))
        finished = as_completed(first, loop=client.loop)
        for future in finished:
            key = keys.pop(future)
            if future.status == "finished":
                yield future.result()
            elif future.status == "error" and isinstance(future.exception(), KilledWorker):
                yield Attempt(key=key, error=_DIED)
            elif future.status == "error":
                raise future.exception()
            else:
                raise SweepError(
                    "the connection to the workers was lost; finished points are kept: run the "
                    "same command again to go on"
                )
            finished.update(submit(1))


@contextmanager
def local_cluster(workers: int) -> Iterator[Any]:
    """A Dask cluster on this machine; the death of a worker counts at once."""
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.pre-spawn-environ": dict.fromkeys(_LIMITED, str(THREADS)),
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            host="127.0.0.1",
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _dask_client(workers: int | None, scheduler: str | None) -> Iterator[Any]:
    """Client of a scheduler that runs already, or of a cluster here that ends with it."""
    import dask
    import joblib
    from distributed import Client

    if scheduler is None:
        with (
            local_cluster(workers or joblib.cpu_count()) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        with dask.config.set({"distributed.comm.timeouts.connect": f"{PATIENCE}s"}):
            client = _within(PATIENCE + 1, lambda: Client(scheduler, set_as_default=False))
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise SweepError(
            f"scheduler is {scheduler!r}: no scheduler with workers answers there within "
            f"{PATIENCE:g} s ({type(error).__name__}); start one with 'dask scheduler' and "
            "'dask worker ADDRESS', or leave --scheduler out"
        ) from None
    with client:
        yield client


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


def _backend(name: str, workers: int | None, scheduler: str | None) -> Compute:
    """What computes points, after a check that the options go together."""
    if name not in BACKENDS:
        raise SweepError(f"backend is {name!r}; allowed: {', '.join(BACKENDS)}")
    if scheduler is not None and name != "dask":
        raise SweepError(f"scheduler is {scheduler!r} with backend {name!r}; allowed: dask")
    if workers is not None and workers < 1:
        raise SweepError(f"workers is {workers}; allowed: 1 or more")
    if name == "serial":
        return _in_series
    if name == "dask":
        return partial(_by_dask, workers=workers, scheduler=scheduler)
    import joblib

    return partial(_by_joblib, workers=workers or joblib.cpu_count())


def run_sweep(
    sweep: Sweep,
    folder: Path,
    *,
    backend: str = "joblib",
    workers: int | None = None,
    scheduler: str | None = None,
    retries: int = 1,
    evaluate: Evaluate = evaluate_point,
    told: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Compute the points of a sweep that have no result yet.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
        Where results are kept, one file a point.
    backend : {"joblib", "serial", "dask"}
    workers : int, optional
        Points computed at the same time; as many as there are cores, or as the cluster has
        threads, when left out.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``.
    retries : int
        How often points are tried again that failed or whose worker died, after all others.
    evaluate : callable
        Function of a point that workers can import.
    told : callable
        Receives a line of text about each finished, failed or repeated point.

    Returns
    -------
    list of Outcome
        In the order of the sweep; points with equal settings share a result.

    Raises
    ------
    SweepError
        If options do not go together, or the workers cannot be reached or are lost; finished
        points are kept.
    """
    if retries < 0:
        raise SweepError(f"retry is {retries}; allowed: 0 or more")
    compute = _backend(backend, workers, scheduler)
    keys, store = keys_of(sweep.points), Store(folder)
    waiting: dict[str, Point] = {}
    for key, point in zip(keys, sweep.points, strict=True):
        if store.read(key) is None and key not in waiting:
            if store.damaged(key):
                told(f"damaged, computed again: {point.name}")
            waiting[key] = point
    if kept := len(set(keys)) - len(waiting):
        told(f"{kept} of {len(set(keys))} results are there already")
    attempts: Counter[str] = Counter()
    errors: dict[str, str] = {}
    left, done = waiting, 0
    for tries_left in reversed(range(retries + 1)):
        if not left:
            break
        with closing(compute(left, evaluate)) as answers:
            for answer in answers:
                attempts[answer.key] += 1
                name = waiting[answer.key].name
                if answer.result is None:
                    errors[answer.key] = answer.error
                    told(f"{'again' if tries_left else 'failed'}: {name}: {answer.error}")
                    continue
                store.write(answer.key, waiting[answer.key], answer.result)
                errors.pop(answer.key, None)
                done += 1
                told(f"{done} of {len(waiting)}: {name}, {answer.result.seconds:.1f} s")
        left = {key: waiting[key] for key in errors}
    return [
        Outcome(
            point=point,
            key=key,
            result=store.read(key),
            error=errors.get(key, ""),
            attempts=attempts[key],
        )
        for key, point in zip(keys, sweep.points, strict=True)
    ]


def described(changes: Settings) -> str:
    """Changes of a point in one line."""
    return "; ".join(f"{name} = {v}" for options in changes.values() for name, v in options.items())


def status_of(outcome: Outcome) -> str:
    """State of a point.

    ``ok``; ``not converged``: a certificate fails; ``not sound``: too many zone-decades without
    certified rules (:data:`regspec.regions.simulate.SOUND`); ``error``: no result.
    """
    if outcome.result is None:
        return "error"
    values = outcome.result.measured
    bad = values.get("converged") is False or values.get("converged_free") is False
    if bad:
        return "not converged"
    return "not sound" if values.get("sound", 1.0) < SOUND else "ok"


def _rounded(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, float) or not math.isfinite(value):
        return value
    return float(f"{value:.{_DIGITS}g}")


def results_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a point, in the order of the sweep, numbers at six digits.

    Columns ``label``, ``reference``, ``group``, ``readings``, ``changes``, ``status``, ``error``,
    ``code`` (start of the hash of the code that computed it), then the measures' own. Points that
    failed or did not converge have their rows as well.
    """
    rows, code = [], code_hash()[:CODE_DIGITS]
    for outcome in outcomes:
        point = outcome.point
        values = outcome.result.measured if outcome.result else {}
        rows.append(
            {
                "label": point.label,
                "reference": point.reference,
                "group": point.group,
                "readings": " ".join(map(str, point.readings)),
                "changes": described(point.changes),
                "status": status_of(outcome),
                "error": outcome.error,
                "code": code,
                **{name: _rounded(value) for name, value in values.items()},
            }
        )
    return pd.DataFrame(rows)


def write_results(frame: pd.DataFrame, path: Path) -> Path:
    """Write the table as CSV (:func:`regspec.sweep.comparison.read_results` reads it)."""
    return write_whole(path, frame.to_csv(index=False, lineterminator="\n"))


def summary(outcomes: Sequence[Outcome]) -> str:
    """Table of points for the end of a run: status, seconds, a few numbers, errors."""
    rows = []
    for outcome in outcomes:
        values = outcome.result.measured if outcome.result else {}
        numbers = [v for v in values.items() if isinstance(v[1], float)][:3]
        rows.append(
            {
                "point": outcome.point.name,
                "status": status_of(outcome),
                "seconds": f"{outcome.result.seconds:.1f}" if outcome.result else "",
                "attempts": outcome.attempts or "kept",
                "numbers": ", ".join(f"{n} {v:.3g}" for n, v in numbers) or outcome.error,
            }
        )
    counts = pd.Series([status_of(o) for o in outcomes]).value_counts()
    total = ", ".join(f"{n} {status}" for status, n in counts.items())
    return f"{pd.DataFrame(rows).to_string(index=False)}\n{len(rows)} points: {total}"
