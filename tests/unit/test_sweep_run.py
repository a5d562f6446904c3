"""Sweeps finish whatever happens to workers, and give the same numbers wherever they run."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sweep_faults as faults
from distributed import LocalCluster

from regspec.model.numerics import compiled
from regspec.sources.paths import project_root
from regspec.sweep import run
from regspec.sweep.comparison import is_current, read_results
from regspec.sweep.points import Point, code_hash
from regspec.sweep.run import keys_of, run_sweep
from regspec.sweep.specification import Sweep, SweepError
from regspec.sweep.store import Result, Store, attempt
from regspec.tools import fingerprint

SMALL = {"bonds": 12, "capital": 7, "shocks": 2}


def status(outcomes):
    return [o.result is not None for o in outcomes]


def numbers(outcomes):
    return [o.result.measured for o in outcomes if o.result]


MODEL = faults.seeds(2, calibration={"gamma": 2.0}, grid=SMALL, solver={"max_sweeps": 3})


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    return run_sweep(MODEL, tmp_path_factory.mktemp("serial"), backend="serial")


@pytest.fixture
def marks(tmp_path, monkeypatch):
    folder = tmp_path / "marks"
    folder.mkdir()
    monkeypatch.setenv(faults.MARKS, str(folder))
    return folder


def test_results_in_series_are_those_of_the_function(tmp_path):
    outcomes = run_sweep(faults.seeds(3), tmp_path, backend="serial", evaluate=faults.quick)
    assert [o.result.measured["third"] for o in outcomes] == [1 / 3, 2 / 3, 1.0]
    assert all(math.isnan(o.result.measured["nothing"]) for o in outcomes)
    assert [o.attempts for o in outcomes] == [1, 1, 1]


def test_model_results_of_workers_are_the_serial_ones_bit_by_bit(tmp_path, serial):
    outcomes = run_sweep(MODEL, tmp_path, workers=2)
    assert numbers(serial)[0]["price"] > 0
    assert [repr(v) for v in numbers(outcomes)] == [repr(v) for v in numbers(serial)]


def test_dask_reports_the_point_that_kills_its_worker_and_finishes_the_others(tmp_path):
    outcomes = run_sweep(
        faults.seeds(4), tmp_path, backend="dask", workers=2, retries=0,
        evaluate=faults.kills_its_worker_at_three,
    )  # fmt: skip
    assert status(outcomes) == [True, True, False, True]
    assert "worker died" in outcomes[2].error


def test_a_scheduler_that_runs_already_gives_the_serial_results_too(tmp_path, serial):
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
        silence_logs=logging.CRITICAL, protocol="tcp", host="127.0.0.1",
    ) as cluster:  # fmt: skip
        address = cluster.scheduler_address
        outcomes = run_sweep(MODEL, tmp_path, backend="dask", scheduler=address)
    assert [repr(v) for v in numbers(outcomes)] == [repr(v) for v in numbers(serial)]


@pytest.mark.parametrize("listens", [True, False])
def test_a_scheduler_that_does_not_answer_is_reported_soon(tmp_path, listens, monkeypatch):
    monkeypatch.setattr(run, "PATIENCE", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:  # takes the connection and says nothing
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(SweepError, match=f"scheduler is '{address}'.*within 1 s"):
            run_sweep(faults.seeds(1), tmp_path, backend="dask", scheduler=address)
        assert time.monotonic() - began < 15


def test_the_point_that_kills_its_worker_is_named_and_costs_no_other(tmp_path):
    told = []
    outcomes = run_sweep(
        faults.seeds(6), tmp_path, workers=2, retries=1,
        evaluate=faults.kills_its_worker_at_three, told=told.append,
    )  # fmt: skip
    assert status(outcomes) == [True, True, False, True, True, True]
    assert outcomes[2].attempts == 2  # alone both times: with others it is computed once more
    assert [o.attempts for o in outcomes if o.result] == [1] * 5
    assert "worker died" in outcomes[2].error
    assert told[-1].startswith("failed: seed 3 (paper)")


def test_a_worker_that_dies_once_is_forgiven(tmp_path, marks):
    outcomes = run_sweep(
        faults.seeds(3), tmp_path, workers=2, evaluate=faults.kills_its_worker_once
    )
    assert status(outcomes) == [True] * 3


def test_a_failed_point_is_tried_as_often_as_stated_and_again_in_the_next_run(tmp_path, marks):
    sweep = faults.seeds(4)
    first = run_sweep(sweep, tmp_path, backend="serial", retries=2, evaluate=faults.raises_at_three)
    assert status(first) == [True, True, False, True]
    assert (first[2].attempts, first[2].error) == (3, "ValueError: three is too much")
    again = run_sweep(sweep, tmp_path, backend="serial", evaluate=faults.counted)
    assert [o.attempts for o in again] == [0, 0, 1, 0]
    assert (marks / "calls").read_text().split() == ["1", "2", "4", "3"]


def test_an_interrupted_sweep_goes_on_where_it_stopped(tmp_path, marks):
    sweep = faults.seeds(4)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, tmp_path, backend="serial", evaluate=faults.interrupts_at_three)
    told = []
    outcomes = run_sweep(
        sweep, tmp_path, backend="serial", evaluate=faults.counted, told=told.append
    )
    assert (marks / "calls").read_text().split() == ["3", "4"]
    assert told[0] == "2 of 4 results are there already"
    whole = run_sweep(sweep, tmp_path / "whole", backend="serial", evaluate=faults.quick)
    assert [repr(v) for v in numbers(outcomes)] == [repr(v) for v in numbers(whole)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"third": 0.6666666666666666', '"third": 0.7'),
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"key": "', '"key": "x'),
    ],
    ids=["cut off", "a digit changed", "empty", "not a result", "another key"],
)
def test_a_damaged_result_is_computed_again(tmp_path, marks, damage):
    sweep = faults.seeds(2)
    run_sweep(sweep, tmp_path, backend="serial", evaluate=faults.quick)
    path = Store(tmp_path).path(keys_of(sweep.points)[1])
    path.write_text(damage(path.read_text()))
    told = []
    outcomes = run_sweep(
        sweep, tmp_path, backend="serial", evaluate=faults.counted, told=told.append
    )
    assert (marks / "calls").read_text().split() == ["2"]
    assert told[0] == "damaged, computed again: seed 2 (paper)"
    assert outcomes[1].result.measured["third"] == 2 / 3


def sweep_once(folder):
    run_sweep(faults.seeds(40), folder, backend="serial", evaluate=faults.quick)


def test_two_sweeps_at_once_into_one_folder_do_each_other_no_harm(tmp_path, marks):
    """No lock: results are equal and each is moved to its place whole, so that either may win."""
    processes = [
        multiprocessing.get_context("fork").Process(target=sweep_once, args=(tmp_path / "out",))
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0]
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".json"}
    outcomes = run_sweep(
        faults.seeds(40), tmp_path / "out", backend="serial", evaluate=faults.counted
    )
    assert status(outcomes) == [True] * 40
    assert not (marks / "calls").exists()  # all were there, and whole


def test_a_write_that_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        Store(tmp_path).write("k", Point(label="x"), Result(measured={"a": 1.0}, seconds=0.1))
    assert list(tmp_path.iterdir()) == []


def test_equal_settings_are_computed_once(tmp_path, marks):
    points = tuple(
        Point(label=label, settings=settings)
        for label, settings in (
            ("plain", {"impulse": {"seed": 5}}),
            ("said in full", {"impulse": {"seed": 5}, "calibration": {"gamma": 5.0}}),
        )
    )
    sweep = Sweep(name="twice", description="", points=points)
    outcomes = run_sweep(sweep, tmp_path, backend="serial", evaluate=faults.counted)
    assert status(outcomes) == [True, True]
    assert (marks / "calls").read_text().split() == ["5"]


def test_other_code_other_settings_and_other_data_are_other_results(monkeypatch):
    base = Point(label="a", measures=("regions",))
    other = Point(label="b", measures=("regions",), settings={"calibration": {"theta": 0.3}})
    keys = keys_of([base, other])
    monkeypatch.setattr(run, "data_of", lambda _: {"some_source": "another vintage"})
    keys += keys_of([base])
    monkeypatch.setattr(run, "code_hash", lambda: "another")
    keys += keys_of([base])
    assert len(set(keys)) == 4


def test_results_depend_on_what_measures_reach_and_on_nothing_else():
    reached = set(fingerprint.package().reached("evaluate_point"))
    assert {
        "MEASURES", "Calibration", "INDUSTRIES", "solve_equilibrium", "solve_state",
        "simulate_regions", "simulate_foreseen", "industry_tfp", "calibration_of",
    } <= reached  # fmt: skip
    assert not reached & {"solve_planner", "trade_off", "run_sweep", "check_settings", "glue"}


def test_the_committed_table_was_computed_by_the_code_that_is_here():
    results = read_results(project_root() / "data" / "results" / "robustness.csv")
    assert is_current(results), "run the sweep again: see CONTRIBUTING.md, 'To add ...'"


def test_a_worker_with_other_code_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "code_hash", lambda: "of the sweep")
    (outcome,) = run_sweep(faults.seeds(1), tmp_path, backend="serial", evaluate=faults.quick)
    assert "another version" in outcome.error


def test_workers_have_one_thread_each(tmp_path, monkeypatch):
    for name in faults.LIMITED:
        monkeypatch.setenv(name, "2")
    (seen,) = run_sweep(faults.seeds(1), tmp_path, workers=2, evaluate=faults.environment)
    assert seen.result.measured == dict.fromkeys(faults.LIMITED, "1")


def test_kernels_have_one_thread_where_somebody_else_started_the_worker(monkeypatch):
    monkeypatch.setattr(compiled.config, "NUMBA_NUM_THREADS", 2)
    (seed,) = faults.seeds(1).points
    done = attempt(lambda _: {"threads": compiled.threads()}, "key", seed, code_hash())
    assert done.result.measured == {"threads": 1}
    assert compiled.threads() == 2


def test_an_interruption_leaves_results_and_no_workers(tmp_path, marks):
    code = (
        "import sweep_faults as faults; from pathlib import Path\n"
        "from regspec.sweep.run import run_sweep\n"
        "if __name__ == '__main__':\n"
        f"    run_sweep(faults.seeds(3), Path({str(tmp_path / 'out')!r}), workers=2,\n"
        "              evaluate=faults.sleeps_from_two)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen(
        [sys.executable, script], env=environment, start_new_session=True,
        stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip

    def workers():
        return [int(path.read_text() or 0) for path in marks.glob("sleeps-*")]

    try:
        wait_until(lambda: len(workers()) == 2 and all(workers()))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, told = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert told.strip().endswith("KeyboardInterrupt")
    assert len(list((tmp_path / "out").glob("*.json"))) == 1
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers()))


def wait_until(condition, seconds=180):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "threads"}, "backend is 'threads'; allowed: joblib, serial, dask"),
        ({"backend": "joblib", "scheduler": "tcp://x:1"}, "scheduler is 'tcp://x:1' with backend"),
        ({"backend": "joblib", "workers": 0}, "workers is 0; allowed: 1 or more"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, arguments, message):
    with pytest.raises(SweepError, match=message):
        run_sweep(faults.seeds(1), tmp_path, **arguments)
