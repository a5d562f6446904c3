"""Functions of a point that workers can import: quick ones, and ones that go wrong."""

from __future__ import annotations

import os
import time
from pathlib import Path

from regspec.sweep.points import Point

#: Folder in which functions leave marks, for what happens once only.
MARKS = "REGSPEC_TEST_MARKS"
#: Variables by which libraries learn how many threads they may have.
LIMITED = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def seed_of(point):
    return point.settings["impulse"]["seed"]


def quick(point):
    return {"third": seed_of(point) / 3, "nothing": float("nan"), "word": "ok"}


def counted(point):
    with (Path(os.environ[MARKS]) / "calls").open("a") as stream:
        stream.write(f"{seed_of(point)}\n")
    return quick(point)


def kills_its_worker_at_three(point):
    if seed_of(point) == 3:
        os._exit(7)
    return quick(point)


def kills_its_worker_once(point):
    mark = Path(os.environ[MARKS]) / f"killed-{seed_of(point)}"
    if seed_of(point) == 3 and not mark.exists():
        mark.touch()
        os._exit(7)
    return quick(point)


def raises_at_three(point):
    if seed_of(point) == 3:
        raise ValueError("three is too much")
    return counted(point)


def interrupts_at_three(point):
    if seed_of(point) == 3:
        raise KeyboardInterrupt
    return quick(point)


def seeds(count, **settings):
    """A sweep whose points differ by their seed, from 1."""
    from regspec.sweep.specification import Sweep  # loads the model, which workers do without

    points = tuple(
        Point(label=f"seed {i}", settings={"impulse": {"seed": i}, **settings})
        for i in range(1, count + 1)
    )
    return Sweep(name="seeds", description="for tests", points=points)


def environment(_):
    return {name: os.environ.get(name) for name in LIMITED}


def sleeps_from_two(point):
    if seed_of(point) >= 2:
        (Path(os.environ[MARKS]) / f"sleeps-{seed_of(point)}").write_text(str(os.getpid()))
        time.sleep(120)
    return quick(point)


def raises_at_three_quick(point):
    if seed_of(point) == 3:
        raise ValueError("three is too much")
    return quick(point)
