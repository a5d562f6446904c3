"""The loop of a sweep: skip what is done, compute the rest, keep what finishes, retry failures.

At most as many points are in flight as there are workers. When a worker dies, the points that
were in flight with it are suspects: each is computed again alone, so that a second death names
the point that causes it and costs no other one its result.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regspec.sweep.measures import data_of, evaluate_point
from regspec.sweep.options import identity
from regspec.sweep.points import Point, code_hash, key_of
from regspec.sweep.pools import Pool
from regspec.sweep.specification import Sweep, SweepError
from regspec.sweep.store import Result, Store
from regspec.sweep.worker import Attempt, Evaluate, attempt

__all__ = ["Outcome", "keys_of", "run_sweep"]

_DIED = "its worker died: out of memory, or the process was killed"


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


@dataclass(kw_only=True, slots=True)
class _Loop:
    """State of one run; points are named by their keys."""

    points: dict[str, Point]
    pool: Pool
    store: Store
    evaluate: Evaluate
    retries: int
    told: Callable[[str], None]
    queue: deque[str] = field(default_factory=deque)
    suspects: deque[str] = field(default_factory=deque)
    flying: dict[Future[Any], str] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    errors: dict[str, str] = field(default_factory=dict)
    done: int = 0

    def run(self) -> None:
        with self.pool:
            while self.queue or self.suspects or self.flying:
                self.launch()
                if not self.flying:
                    # The pool broke with nothing in flight: what waits is tried on a new one.
                    self.pool.renew()
                    continue
                finished = wait(self.flying, return_when=FIRST_COMPLETED).done
                if any(self.dead(f) for f in finished):
                    self.bury(finished)
                else:
                    for future in finished:
                        self.land(self.flying.pop(future), future.result())

    def launch(self) -> None:
        """Fill the workers; a suspect flies alone, after all others."""
        while self.queue and len(self.flying) < self.pool.workers:
            if not self.submitted(self.queue):
                return
        if not self.flying:
            self.submitted(self.suspects)

    def submitted(self, waiting: deque[str]) -> bool:
        """Send the first that waits; a pool that a death broke takes nothing: it stays."""
        point = self.points[waiting[0]]
        try:
            future = self.pool.submit(attempt, self.evaluate, point, code_hash())
        except self.pool.died:
            return False
        self.flying[future] = waiting.popleft()
        return True

    def dead(self, future: Future[Any]) -> bool:
        """Whether a finished future's worker died; the loss of the whole pool is raised."""
        if future.cancelled() or isinstance(future.exception(), self.pool.lost):
            raise SweepError(
                "the connection to the workers was lost; finished points are kept: run the same "
                "command again to go on"
            )
        error = future.exception()
        if error is None:
            return False
        if isinstance(error, self.pool.died):
            return True
        raise error

    def bury(self, finished: set[Future[Any]]) -> None:
        """Sort out what a death left: results, one culprit if it was alone, else suspects."""
        alone = len(self.flying) == 1
        gone = wait(self.flying).done if self.pool.shared_fate else finished
        for future in gone:
            key = self.flying.pop(future)
            if not self.dead(future):
                self.land(key, future.result())
            elif alone:
                self.land(key, Attempt(error=_DIED))
            else:
                self.suspects.append(key)
        self.pool.renew()

    def land(self, key: str, outcome: Attempt) -> None:
        """Keep a result; count a failure, and try again as long as that is allowed."""
        self.attempts[key] += 1
        name = self.points[key].name
        if outcome.result is not None:
            self.store.write(key, self.points[key], outcome.result)
            self.done += 1
            self.told(f"{self.done} of {len(self.points)}: {name}, {outcome.result.seconds:.1f} s")
        elif self.attempts[key] <= self.retries:
            self.told(f"again: {name}: {outcome.error}")
            later = self.suspects if outcome.error == _DIED else self.queue
            later.append(key)
        else:
            self.errors[key] = outcome.error
            self.told(f"failed: {name}: {outcome.error}")


def run_sweep(
    sweep: Sweep,
    pool: Pool,
    folder: Path,
    *,
    retries: int = 1,
    evaluate: Evaluate = evaluate_point,
    told: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Compute the points of a sweep that have no result yet.

    Results do not depend on the pool: every point is a pure function of its settings, computed
    with one thread.

    Parameters
    ----------
    sweep : Sweep
    pool : Pool
        From :func:`regspec.sweep.pools.make_pool`.
    folder : Path
        Where results are kept, one file a point.
    retries : int
        How often a point is tried again that failed or whose worker died.
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
        If the workers cannot be reached or are lost; finished points are kept.
    """
    if retries < 0:
        raise SweepError(f"retry is {retries}; allowed: 0 or more")
    keys, store = keys_of(sweep.points), Store(folder)
    waiting: dict[str, Point] = {}
    for key, point in zip(keys, sweep.points, strict=True):
        if store.read(key) is None and key not in waiting:
            if store.damaged(key):
                told(f"damaged, computed again: {point.name}")
            waiting[key] = point
    kept = len(set(keys)) - len(waiting)
    if kept:
        told(f"{kept} of {len(set(keys))} results are there already")
    loop = _Loop(
        points=waiting, pool=pool, store=store, evaluate=evaluate, retries=retries, told=told
    )
    loop.queue.extend(waiting)
    if waiting:
        loop.run()
    return [
        Outcome(
            point=point,
            key=key,
            result=store.read(key),
            error=loop.errors.get(key, ""),
            attempts=loop.attempts[key],
        )
        for key, point in zip(keys, sweep.points, strict=True)
    ]
