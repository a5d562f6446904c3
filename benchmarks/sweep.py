"""What a sweep's backends cost and gain: ``python -m benchmarks.sweep``.

Everything is measured in one run; compare the ratios. Writes data/results/bench_sweep.csv.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import pandas as pd

from benchmarks.timing import report
from regspec.sweep import run
from regspec.sweep.measures import evaluate_point
from regspec.sweep.points import Point
from regspec.sweep.run import run_sweep
from regspec.sweep.specification import Sweep

ROOT = Path(__file__).parents[1]
BACKENDS = {
    "serial": {"backend": "serial"},
    "joblib, 1 worker": {"workers": 1},
    "joblib, 2 workers": {"workers": 2},
    "dask, 2 workers": {"backend": "dask", "workers": 2},
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


def timed(sweep, evaluate, options):
    """Seconds of a sweep, and its results."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        outcomes = run_sweep(sweep, Path(folder), evaluate=evaluate, **options)
        seconds = time.perf_counter() - began
    assert all(o.result for o in outcomes)
    return seconds, [o.result.measured for o in outcomes]


def warm(sweep, evaluate, options, repeats=1):
    """Seconds until each worker has made a point, and of the whole sweep after that.

    Joblib keeps its processes between sweeps. Dask's are those of a cluster that runs already.
    """
    first = Sweep(name="first", description="", points=sweep.points[: options.get("workers", 1)])
    dask = options.get("backend") == "dask"
    began = time.perf_counter()
    with run.local_cluster(2) if dask else nullcontext() as cluster:
        if dask:
            options = options | {"scheduler": cluster.scheduler_address}
        timed(first, evaluate, options)
        start_up = time.perf_counter() - began
        runs = [timed(sweep, evaluate, options) for _ in range(repeats)]
    return start_up, *min(runs, key=lambda r: r[0])


def measure(quick):
    rows, model, found = [], {}, {}
    many, some = points(20 if quick else 200, 40), points(4 if quick else 16, 40)
    for label, options in BACKENDS.items():
        start_up, seconds, _ = warm(many, nothing, options, repeats=3)
        rows += [
            ("start-up with an empty measure", label, start_up, "seconds", ""),
            ("overhead of a point", label, 1e3 * seconds / len(many.points), "ms",
             f"{len(many.points)} points, empty measure, best of 3"),
        ]  # fmt: skip
        start_up, model[label], found[label] = warm(some, evaluate_point, options)
        rows += [
            ("start-up with the model", label, start_up, "seconds", "compiled code cached"),
            ("model points", label, model[label], "seconds",
             f"{len(some.points)} points, 40 x 15 x 3, gamma 2"),
        ]  # fmt: skip
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
    cores = os.cpu_count()
    kept, run.THREADS = run.THREADS, cores
    _, seconds, _ = warm(sweep, with_all_threads, {"workers": 2})
    run.THREADS = kept
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
