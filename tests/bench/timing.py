"""Shortest of repeated runs."""

from __future__ import annotations

import time


def best(function, repeats=5):
    """Shortest of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times)
