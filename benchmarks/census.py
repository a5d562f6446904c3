"""Throughput of the census build: ``python -m benchmarks.census``, some minutes.

A synthetic census of each size is written as IPUMS extracts, then converted and aggregated by a
process of its own, whose peak memory the system reports; the fastest of three. Writes
data/results/census_throughput.csv.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from regspec.census.build import Options, build
from regspec.census.convert import convert, find_extracts
from regspec.sources.paths import project_root
from regspec.synthetic import write_extracts

SIZES = (1_000_000, 5_000_000, 10_000_000)
YEARS = (1990, 2000)  # of the largest samples; a small census of all years has too few persons
REPEATS = 3  # of each build; other programs only slow it down
WANTED = 60_000_000
TARGET = "data/results/census_throughput.csv"


def measure(folder: Path) -> dict[str, float]:
    """Convert and aggregate the extracts of a folder in this process."""
    raw, start = folder / "raw", time.perf_counter()
    persons = sum(
        convert(data, book, folder / "parquet").rows or 0 for data, book in find_extracts(raw)
    )
    converted = time.perf_counter()
    after_convert = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    build(folder, tier="synthetic", options=Options(memory="4GB", threads=2))
    done = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "persons": persons,
        "convert_seconds": converted - start,
        "aggregate_seconds": done - converted,
        "convert_peak_gib": after_convert / 2**20,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_gib": used.ru_maxrss / 2**20,
        "raw_mb": sum(p.stat().st_size for p in raw.rglob("*.dat.gz")) / 1e6,
        "parquet_mb": sum(p.stat().st_size for p in (folder / "parquet").rglob("*.parquet")) / 1e6,
    }


def run(size: int, folder: Path) -> dict[str, float]:
    """Write a synthetic census of a size and measure its build in a process of its own."""
    write_extracts(folder / "raw", size=size, seed=1, years=YEARS)
    command = [sys.executable, "-m", "benchmarks.census", "--measure", str(folder)]
    results = []
    for _ in range(REPEATS):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the build of {size:,} persons failed: {done.stderr[-500:]}")
        results.append(json.loads(done.stdout.splitlines()[-1]))
        shutil.rmtree(folder / "parquet")
        (folder / "build.json").unlink()
    shutil.rmtree(folder)
    return min(results, key=lambda r: r["convert_seconds"] + r["aggregate_seconds"])


def growth(table: pd.DataFrame, column: str) -> float:
    """Exponent of growth of a column with persons, by least squares in logarithms."""
    return float(np.polyfit(np.log(table["persons"]), np.log(table[column]), 1)[0])


def extrapolate(table: pd.DataFrame, persons: int) -> dict[str, float]:
    """What a larger census takes: in proportion to the largest measured, memory on a line."""
    largest = table.iloc[-1]
    row = {c: float(largest[c] * persons / largest["persons"]) for c in table.columns}
    for column in ("convert_peak_gib", "peak_gib"):
        slope, level = np.polyfit(table["persons"], table[column], 1)
        row[column] = float(level + slope * persons)
    row["peak_gib"] = max(row["peak_gib"], row["convert_peak_gib"])
    return row


def main() -> int:
    """Measure every size and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--scratch", type=Path, default=project_root() / "_build/bench_census")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return 0
    rows = []
    for size in options.sizes:
        rows.append(run(size, options.scratch / str(size)))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    summary = summarize(pd.DataFrame(rows))
    if options.json:
        print(summary.to_json(orient="records", indent=1))
    else:
        print(summary.round(3).to_string(index=False))
    if not options.dry:
        summary.round(4).to_csv(project_root() / TARGET, index=False)
    return 0


def summarize(table: pd.DataFrame) -> pd.DataFrame:
    """Measured sizes, the extrapolated one, and the exponents of growth."""
    more = pd.DataFrame([extrapolate(table, WANTED)])
    out = pd.concat([table.assign(kind="measured"), more.assign(kind="extrapolated")])
    out["persons"] = out["persons"].astype(int)
    # Of processor time: seconds by the clock depend on what else runs.
    out["persons_per_second"] = out["persons"] / out["cpu_seconds"]
    out["time_exponent"] = growth(table, "cpu_seconds")
    out["memory_exponent"] = growth(table, "peak_gib")
    out["cores"], out["machine"] = 2, platform.machine()
    return out


if __name__ == "__main__":
    sys.exit(main())
