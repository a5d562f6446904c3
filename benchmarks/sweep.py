"""What a sweep's backends cost and gain: ``python -m benchmarks.sweep``.

Everything is measured in one run; compare the ratios. Writes data/results/bench_sweep.csv.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from concurrent.futures import wait
from pathlib import Path

import pandas as pd

from benchmarks.timing import report
from regspec.sweep import pools, worker
from regspec.sweep.measures import evaluate_point
from regspec.sweep.points import Point
from regspec.sweep.pools import DaskPool, LokyPool, SerialPool
from regspec.sweep.run import run_sweep
from regspec.sweep.specification import Sweep

ROOT = Path(__file__).parents[1]
BACKENDS = {
    "serial": SerialPool,
    "joblib, 1 worker": lambda: LokyPool(1),
    "joblib, 2 workers": lambda: LokyPool(2),
    "dask, 2 workers": lambda: DaskPool(2, None, patience=60),
}


def nothing(point):
    return {"seed": float(point.settings["impulse"]["seed"])}


def with_all_threads(point):
    """A point with as many threads as its process may have."""
    import numba

    from regspec.model.numerics.compiled import limit_threads

    with limit_threads(numba.config.NUMBA_NUM_THREADS):
        return evaluate_point(point)


def points(count, bonds):
    grid = {"bonds": bonds, "capital": 15, "shocks": 3}
    return Sweep(
        name="bench",
        description="",
        points=tuple(
            Point(
                label=str(i),
                settings={
                    "calibration": {"gamma": 2.0, "theta": 0.2 + 0.01 * i},
                    "grid": grid,
                    "impulse": {"seed": i},
                },
            )
            for i in range(count)
        ),
    )


class Warm:
    """A pool that is started, and whose workers have made one point, before time is taken."""

    def __init__(self, make, evaluate, point):
        began = time.perf_counter()
        self.pool = make().__enter__()
        code = worker.code_hash()
        jobs = [
            self.pool.submit(worker.attempt, evaluate, point, code)
            for _ in range(self.pool.workers)
        ]
        wait(jobs)
        self.start_up = time.perf_counter() - began

    def __getattr__(self, name):
        return getattr(self.pool, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Kept for the next sweep."""


def timed(pool, sweep, evaluate):
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        outcomes = run_sweep(sweep, pool, Path(folder), evaluate=evaluate)
        seconds = time.perf_counter() - began
    assert all(o.result for o in outcomes)
    return seconds, [o.result.measured for o in outcomes]


def measure(quick):
    rows, model, found = [], {}, {}
    many, some = points(20 if quick else 200, 40), points(4 if quick else 16, 40)
    for label, make in BACKENDS.items():
        idle = Warm(make, nothing, many.points[0])
        seconds = min(timed(idle, many, nothing)[0] for _ in range(3))
        rows += [
            ("start-up with an empty measure", label, idle.start_up, "seconds", ""),
            ("overhead of a point", label, 1e3 * seconds / len(many.points), "ms",
             f"{len(many.points)} points, empty measure, best of 3"),
        ]  # fmt: skip
        idle.pool.__exit__(None, None, None)
        busy = Warm(make, evaluate_point, some.points[0])
        model[label], found[label] = timed(busy, some, evaluate_point)
        rows += [
            ("start-up with the model", label, busy.start_up, "seconds", "compiled code cached"),
            ("model points", label, model[label], "seconds",
             f"{len(some.points)} points, 40 x 15 x 3, gamma 2"),
        ]  # fmt: skip
        busy.pool.__exit__(None, None, None)
    for label in BACKENDS:
        same = [repr(x) for x in found[label]] == [repr(x) for x in found["serial"]]
        rows += [
            ("speed-up", label, model["serial"] / model[label], "ratio", "serial over this one"),
            ("results equal serial ones", label, float(same), "1 is yes", "every bit"),
        ]
    rows.append(threads(some, model["joblib, 2 workers"]))
    return rows


def threads(sweep, alone):
    """Two workers with a thread a core each, against one thread each."""
    cores = str(os.cpu_count())
    kept, pools.THREADS = pools.THREADS, dict.fromkeys(pools.THREADS, cores)
    busy = Warm(lambda: LokyPool(2), with_all_threads, sweep.points[0])
    seconds, _ = timed(busy, sweep, with_all_threads)
    busy.pool.__exit__(None, None, None)
    pools.THREADS = kept
    return (
        f"time with {cores} threads a worker over one thread a worker", "joblib, 2 workers",
        seconds / alone, "ratio", "the model points",
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer points, nothing is written")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    quick = arguments.quick
    load = os.getloadavg()[0]
    rows = measure(quick)
    rows.append(("other processes ready to run at the start", "", load, "load average",
                 f"{os.cpu_count()} cores"))  # fmt: skip
    frame = pd.DataFrame(rows, columns=["measure", "backend", "value", "unit", "note"])
    target = None if quick else ROOT / "data" / "results" / "bench_sweep.csv"
    report(frame, target, as_json=arguments.json)


if __name__ == "__main__":
    main()
