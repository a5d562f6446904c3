"""Shortest of repeated runs, and how a bench reports its rows."""

from __future__ import annotations

import sys
import time


def best(function, repeats=5):
    """Shortest of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times)


def report(frame, target, *, as_json, decimals="%.4g"):
    """Print rows as a table or as JSON, and keep them in a file unless there is none."""
    if as_json:
        print(frame.to_json(orient="records", indent=1))
    else:
        print(frame.to_string(index=False, float_format=lambda x: f"{x:.3g}"))
    if target is not None:
        frame.to_csv(target, index=False, float_format=decimals, lineterminator="\n")
        print(f"written to {target}", file=sys.stderr)
