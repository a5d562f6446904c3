"""Timings of the planner, side by side in one run; written to data/results/bench_planner.csv."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import best
from regspec.model import Grid, Solution, policy_value, solve_equilibrium, solve_planner
from regspec.model.numerics.compiled import limit_threads, threads
from regspec.model.planner.sweep import build_future, planner_sweep
from regspec.parameters import Calibration

BASE = Calibration.converted(gamma=2.0, theta=0.25)


def per_state(grid, everywhere):
    """Microseconds of one planner sweep per state, from the equilibrium's policies."""
    market = solve_equilibrium(BASE, grid, on_failure="return")
    solution = Solution(
        calibration=BASE, grid=market.grid, shocks=market.shocks, policies=market.policies
    )
    future = build_future(solution, policy_value(solution))

    def sweep():
        planner_sweep(
            solution, future, debt_only=False, everywhere=everywhere, step=2e-3, reach=1e-3
        )

    return 1e6 * best(sweep, 3) / market.policies.c.size, market.policies.c.size


def planner_rows(rows, quick):
    """The planner on the paper's shocks; what refining, warm starts and threads save; growth."""
    quick_grid = Grid(40, 15, 3)
    solve_planner(BASE, quick_grid)
    small = solve_planner(BASE, quick_grid)
    rows.append(("planner, quick profile", small.seconds, "seconds", "40 x 15 x 3 x 3"))
    if not quick:
        solved = solve_planner(BASE, Grid(60, 31, 15), on_failure="return")
        note = f"60 x 31 x 15 x 15, certificate {solved.certificate.converged}"
        rows += [
            ("planner, paper's shocks", solved.seconds, "seconds", note),
            ("planner, paper's shocks, sweeps", solved.sweeps, "sweeps", note),
        ]
    grid = Grid(60, 31, 5)
    local, _ = per_state(grid, False)
    scan, _ = per_state(grid, True)
    rows += [
        (
            "planner's sweep, last choice refined",
            local,
            "microseconds per state",
            "60 x 31 x 5 x 5",
        ),
        ("planner's sweep, every node scanned", scan, "microseconds per state", "60 x 31 x 5 x 5"),
        ("scanning over refining", scan / local, "ratio", "same run"),
    ]
    fast = solve_planner(BASE, grid)
    slow = solve_planner(BASE, grid, scan_every=1)
    note = f"{slow.sweeps} sweeps against {fast.sweeps}"
    rows.append(("planner that scans in every sweep", slow.seconds / fast.seconds, "ratio", note))
    with limit_threads(1):
        single, _ = per_state(grid, True)
    rows.append(("speed-up of threads, planner", single / scan, "ratio", f"{threads()} over 1"))
    sizes, times = [], []
    for bonds, capital in ((40, 15), (60, 21), (80, 31), (120, 41)):
        cost, states = per_state(Grid(bonds, capital, 3), True)
        sizes.append(states)
        times.append(cost * states)
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    note = f"{sizes[0]} to {sizes[-1]}; a state looks at every node"
    rows.append(("growth of a scanning sweep with states", exponent, "exponent", note))
