"""The command ``python -m regspec sweep``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from regspec.tools import console

__all__ = ["add_parser", "execute"]

_EXAMPLES = (
    "sweep scenarios/robustness.yml                      on all cores, by joblib",
    "sweep scenarios/robustness.yml --workers 2 --retry 3",
    "sweep scenarios/robustness.yml --backend serial",
    "sweep scenarios/robustness.yml --scheduler tcp://10.0.0.5:8786",
    "sweep scenarios/robustness.yml --csv data/results/robustness.csv",
)


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    parser = console.add_command(
        commands,
        "sweep",
        help="solve the model at many parameter values, in parallel",
        description="Solve the model at every point of a sweep file, keep each result, and tell "
        "how the points differ. Every finished point is kept in its own file: run the same "
        "command again to go on after an interruption. A point whose parameters, code or data "
        "changed is computed anew.",
        examples=_EXAMPLES,
        statuses={
            0: "every point has a result (whether or not its certificate passes: the table says)",
            1: "some points failed in every attempt; the table says why",
            2: "the file, an option or the scheduler is wrong; nothing was computed",
            130: "interrupted; finished points are kept",
        },
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="sweep file, such as the examples'")
    parser.add_argument(
        "--backend",
        choices=("joblib", "serial", "dask"),
        help="where points are computed (default: joblib, or dask with --scheduler)",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler")
    parser.add_argument("--workers", type=int, metavar="N", help="points at a time (default: all)")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="results (default: _build/sweeps/NAME)"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the table here as well")
    parser.add_argument(
        "--retry", type=int, default=1, metavar="N", help="attempts after a failed one (default 1)"
    )
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    # Imported here: the model is slow to import, and other commands do without it.
    from regspec.sources.paths import project_root
    from regspec.sweep import run
    from regspec.sweep.specification import load_sweep

    sweep = load_sweep(options.file)
    folder = options.out or project_root() / "_build" / "sweeps" / sweep.name
    told = console.progress(options)
    try:
        outcomes = run.run_sweep(
            sweep,
            folder,
            backend=options.backend or ("dask" if options.scheduler else "joblib"),
            workers=options.workers,
            scheduler=options.scheduler,
            retries=options.retry,
            told=told,
        )
    except KeyboardInterrupt:
        text = "interrupted; finished points are kept: run the same command again to go on"
        print(text, file=sys.stderr)
        return console.INTERRUPTED
    frame = run.results_frame(outcomes)
    for path in (folder / "results.csv", options.csv):
        if path is not None:
            told(f"table: {run.write_results(frame, path)}")
    console.emit(options, console.records(frame), run.summary(outcomes))
    return console.FAILED if any(o.result is None for o in outcomes) else console.DONE
