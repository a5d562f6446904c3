"""Timings of the solvers, side by side in one run; written to data/results/bench*.csv.

Run it with ``make bench`` (a few minutes) or ``make bench QUICK=1``. Ratios compare what was
measured in this run on this machine; absolute numbers are for orientation.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.planner import planner_rows
from benchmarks.timing import best, report
from regspec.model import Grid, Solution, solve_equilibrium
from regspec.model.economy.grids import build_state_space
from regspec.model.economy.shocks import build_shocks
from regspec.model.equilibrium import iteration, kernels
from regspec.model.numerics.compiled import limit_threads, ranged, threads
from regspec.parameters import Calibration
from regspec.reference_solver import Economy, solve
from regspec.studies.accuracy import with_industries

ROOT = Path(__file__).resolve().parents[1]
BASE = Calibration.converted(gamma=2.0)


@ranged
def triad(first, last, a, b, c):
    for i in range(first, last):
        a[i] = b[i] + 1.5 * c[i]


@ranged
def powers(first, last, a, b):
    for i in range(first, last):
        a[i] = b[i] ** -2.3


def settled(calibration, grid, sweeps):
    """A solution after some sweeps: what later sweeps cost is measured on it."""
    shocks = build_shocks(calibration, grid.shocks)
    guess = iteration.first_guess(calibration, build_state_space(calibration, grid, shocks), shocks)
    return iteration.iterate(guess, tolerance=1e-9, max_sweeps=sweeps, damping=1.0)[0]


def per_state(solution):
    """Nanoseconds of one sweep per state."""
    seconds = best(lambda: iteration.sweep(solution, solution.policies.q))
    return 1e9 * seconds / solution.policies.c.size


def against_straightforward(rows):
    """The same algorithm in NumPy and SciPy, on the same grid sizes, per sweep and state."""
    calibration = BASE.replace(theta=0.2, sigma=(0.02, 0.0))
    ours = settled(calibration, Grid(60, 17, 2), 20)
    c, low, high = calibration, *ours.grid.bonds[[0, -1]]
    economy = Economy(
        c.gamma, c.beta_period, c.R_period, c.theta, c.alpha, c.xi, c.phi_adj,
        ours.shocks.joint_nodes, ours.shocks.joint_transition,
    )  # fmt: skip
    b, k = low + (high - low) * np.linspace(0, 1, 60) ** 1.3, ours.grid.capital
    began = time.perf_counter()
    policies, sweeps = solve(economy, b, k, max_sweeps=12)
    theirs = 1e9 * (time.perf_counter() - began) / sweeps / policies[0].size
    mine = per_state(ours)
    rows += [
        ("NumPy and SciPy, the same algorithm", theirs, "ns per state and sweep", "60 x 17 x 2"),
        ("this package", mine, "ns per state and sweep", "60 x 17 x 2"),
        ("NumPy and SciPy over this package", theirs / mine, "ratio", "same run"),
    ]


def paper_shocks(rows, quick):
    """The paper's 15 x 15 shock nodes."""
    for gamma in (2.0,) if quick else (2.0, 5.0):
        grid = Grid(bonds=80, capital=31, shocks=15)
        solved = solve_equilibrium(BASE.replace(gamma=gamma), grid, on_failure="return")
        states = solved.policies.c.size
        note = f"gamma {gamma:g}, 80 x 31 x 15 x 15, certificate {solved.certificate.converged}"
        rows += [
            ("paper's shocks, to 1e-6", solved.seconds, "seconds", note),
            ("paper's shocks, sweeps", solved.sweeps, "sweeps", note),
            ("paper's shocks", 1e9 * solved.seconds / solved.sweeps / states,
             "ns per state and sweep", note),
        ]  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows.append(("peak memory so far", peak, "GiB", "limit asked for: 2"))


def three_industries(rows, quick):
    grid = Grid(30, 11, 3) if quick else Grid(60, 15, 5)
    solved = solve_equilibrium(with_industries(BASE, 3, 0.3), grid, on_failure="return")
    note = f"{solved.policies.c.size} states, {solved.sweeps} sweeps, to 1e-6"
    rows.append(("three industries", solved.seconds, "seconds", note))


def scaling(rows):
    """Threads, and growth with the number of states."""
    solution = settled(BASE, Grid(80, 31, 5), 15)
    most, times = threads(), {}
    for count in sorted({1, most}):
        with limit_threads(count):
            times[count] = per_state(solution)
    rows.append(("speed-up of threads", times[1] / times[most], "ratio", f"{most} over 1"))
    sizes, seconds = [], []
    for bonds, capital in ((40, 15), (80, 21), (120, 31), (200, 41)):
        one = settled(BASE, Grid(bonds, capital, 5), 8)
        sizes.append(one.policies.c.size)
        seconds.append(per_state(one) * sizes[-1])
    exponent = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    rows.append(
        ("growth of a sweep with states", exponent, "exponent", f"{sizes[0]} to {sizes[-1]}")
    )


def limits(rows):
    """How far a sweep is from what memory and the power function allow."""
    n = 20_000_000
    a, b, c = np.empty(n), np.ones(n), np.ones(n)
    triad(n, a, b, c)
    bandwidth = 24 * n / best(lambda: triad(n, a, b, c)) / 1e9
    small = np.full(2_000_000, 1.7)
    out = np.empty_like(small)
    powers(len(small), out, small)
    power = 1e9 * best(lambda: powers(len(small), out, small)) / len(small)
    solution = settled(BASE, Grid(80, 31, 15), 12)
    cost = per_state(solution)
    bound = float((solution.policies.status == kernels.BOUND).mean())
    # Table columns written and read once, policies and expectations read and written.
    traffic = 8 * (6 + 6 + 5 * 2 + 3 * 2)
    calls = 2 + 2 * bound  # expectations take two, a bound state's Newton steps two more
    note = f"{100 * bound:.0f} percent of states bound"
    rows += [
        ("memory bandwidth (triad)", bandwidth, "GB/s", "all threads"),
        ("power function", power, "ns a call", "all threads"),
        ("sweep", cost, "ns per state", "80 x 31 x 15 x 15"),
        ("share of the sweep that memory traffic explains", traffic / bandwidth / cost, "share",
         f"{traffic} bytes a state"),
        ("share of the sweep that power calls explain", calls * power / cost, "share", note),
    ]  # fmt: skip


def ablations(rows):
    """The same kernels without each accelerator."""
    calibration, grid = BASE.replace(gamma=5.0), Grid(60, 21, 5)

    def run():
        return solve_equilibrium(calibration, grid, on_failure="return")

    full = run()
    kept = iteration.SELECTED
    iteration.SELECTED = -1.0
    plain = run()
    iteration.SELECTED = kept
    rows.append(("without repeating the rule within states", plain.seconds / full.seconds, "ratio",
                 f"{plain.sweeps} sweeps against {full.sweeps}, gamma 5"))  # fmt: skip
    solution = settled(BASE, Grid(80, 31, 15), 6)
    values = np.random.default_rng(0).random((3, 225, 80 * 31))
    chains = best(lambda: solution.shocks.expect(values))
    joint = solution.shocks.joint_transition
    rows.append(("expectations by one joint matrix", best(lambda: joint @ values) / chains, "ratio",
                 "against chain by chain, 15 x 15 nodes"))  # fmt: skip
    cold = cold_start(settled(BASE, Grid(80, 31, 5), 20))
    rows.append(("without warm starts", cold, "ratio", "sweep from a neutral guess in every state"))
    code = (
        "from regspec.model.equilibrium import capital_choice as p, kernels as k\n"
        "p.NEWTON_STEPS = k.NEWTON_STEPS = {steps}\n"
        "from benchmarks.run import BASE, Grid, per_state, settled\n"
        "s = settled(BASE, Grid(60, 21, 3), 10)\n"
        "print(per_state(s))\n"
    )
    times = []
    for steps in (kernels.NEWTON_STEPS, 0):
        with tempfile.TemporaryDirectory() as cache:
            env = os.environ | {"NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
            command = [sys.executable, "-c", code.format(steps=steps)]
            out = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        times.append(float(out.stdout.split()[-1]))
    rows.append(("without Newton steps, brackets only", times[1] / times[0], "ratio", "per sweep"))


def cold_start(solution: Solution) -> float:
    """Cost of a sweep whose guesses are neutral, over that of one with the last choices."""
    p, warm = solution.policies, per_state(solution)
    guess = dataclasses.replace(
        p,
        b_next=np.zeros_like(p.b_next),
        k_next=np.full_like(p.k_next, 0.5),
        status=np.zeros_like(p.status),
    )
    table = iteration.continuation_table(solution)
    original = iteration.continuation_table
    iteration.continuation_table = lambda _: table
    try:
        cold = per_state(dataclasses.replace(solution, policies=guess))
        warm_only = per_state(solution)
    finally:
        iteration.continuation_table = original
    return cold / min(warm, warm_only)


def start_up(rows):
    code = (
        "import time; began = time.time()\n"
        "from regspec.parameters import Calibration\n"
        "from regspec.model import Grid, solve_equilibrium\n"
        "e = solve_equilibrium(Calibration.converted(gamma=2.0), Grid(40, 15, 3))\n"
        "print(time.time() - began)\n"
    )
    command = [sys.executable, "-c", code]
    seconds = min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    )
    rows.append(("a new process, import to solution", seconds, "seconds", "compiled code cached"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller cases, nothing is written")
    parser.add_argument("--only", choices=("equilibrium", "planner"), help="one of the two parts")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    arguments = parser.parse_args()
    parts = {"equilibrium": (equilibrium_rows, "bench"), "planner": (planner_rows, "bench_planner")}
    for part, (measure, name) in parts.items():
        if arguments.only in (None, part):
            write(measure, name, arguments)


def equilibrium_rows(rows, quick):
    against_straightforward(rows)
    start_up(rows)
    paper_shocks(rows, quick)
    three_industries(rows, quick)
    scaling(rows)
    limits(rows)
    if not quick:
        ablations(rows)


def write(measure, name, arguments):
    """Measure one part and print it; the long version is kept in data/results."""
    rows: list[tuple[str, float, str, str]] = []
    measure(rows, arguments.quick)
    report(
        pd.DataFrame(rows, columns=["measure", "value", "unit", "note"]),
        None if arguments.quick else ROOT / "data" / "results" / f"{name}.csv",
        as_json=arguments.json,
    )


if __name__ == "__main__":
    main()
