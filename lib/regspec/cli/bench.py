"""The command ``python -m regspec bench``: timings, measured side by side."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from regspec.tools import console

#: What each part runs: the module, its arguments, those of a quick run, and how long it takes.
PARTS: dict[str, tuple[str, list[str], list[str]]] = {
    "equilibrium": ("benchmarks.run", ["--only", "equilibrium"], ["--quick"]),
    "planner": ("benchmarks.run", ["--only", "planner"], ["--quick"]),
    "sweep": ("benchmarks.sweep", [], ["--quick"]),
    "census": ("benchmarks.census", [], ["--sizes", "200000", "400000", "--dry"]),
}
_EXAMPLES = (
    "bench                          equilibrium and planner, some minutes",
    "bench equilibrium --quick      a shorter run that writes nothing",
    "bench planner --quick --json",
    "bench sweep census             backends of a sweep, throughput of the census build",
)


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    parser = console.add_command(
        commands,
        "bench",
        help="measure how fast the solvers, sweeps and the census build are",
        description="Run the benches of benchmarks/, each in a process of its own. Long runs are "
        "kept in data/results/bench*.csv. Compare ratios: they come from one run.",
        examples=_EXAMPLES,
        statuses={0: "all were measured", 1: "a bench failed"},
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; the first two if left out"
    )
    parser.add_argument("--quick", action="store_true", help="smaller cases, nothing is written")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Run the benches one after another; returns the exit status."""
    unknown = [p for p in options.parts if p not in PARTS]
    if unknown:
        raise ValueError(f"unknown bench {unknown[0]!r} (known: {', '.join(PARTS)})")
    root = _root()
    results, failed = {}, []
    for part in options.parts or ["equilibrium", "planner"]:
        console.progress(options)(f"bench {part} ...")
        module, arguments, quick = PARTS[part]
        command = [sys.executable, "-m", module, *arguments, *(quick if options.quick else [])]
        done = subprocess.run(
            [*command, *(["--json"] if options.json else [])],
            cwd=root,
            stdout=subprocess.PIPE if options.json else None,
            text=True,
            check=False,
        )
        if done.returncode:
            failed.append(part)
        elif options.json:
            results[part] = json.loads(done.stdout)
    if options.json:
        console.emit(options, results, "")
    for part in failed:
        print(f"error: the bench {part!r} failed; its message stands above", file=sys.stderr)
    return console.FAILED if failed else console.DONE


def _root() -> Path:
    from regspec.sources.paths import project_root

    root = project_root()
    if not (root / "benchmarks").is_dir():
        raise FileNotFoundError(
            f"{root} has no folder benchmarks: it is part of the repository, not of the installed "
            "package; clone it, or set REGSPEC_ROOT to a clone"
        )
    return root
