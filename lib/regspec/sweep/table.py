"""Results of a sweep as a table, a file and a summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from regspec.regions.simulate import SOUND
from regspec.sweep.points import CODE_DIGITS, Settings, code_hash
from regspec.sweep.run import Outcome
from regspec.tools.files import write_whole

__all__ = ["described", "results_frame", "status_of", "summary", "write_results"]

_DIGITS = 6  # later ones depend on the processor


def described(changes: Settings) -> str:
    """Changes of a point in one line."""
    return "; ".join(f"{name} = {v}" for options in changes.values() for name, v in options.items())


def status_of(outcome: Outcome) -> str:
    """State of a point.

    ``ok``; ``not converged``: a certificate fails; ``not sound``: too many zone-decades without
    certified rules (:data:`regspec.regions.simulate.SOUND`); ``error``: no result.
    """
    if outcome.result is None:
        return "error"
    values = outcome.result.measured
    bad = values.get("converged") is False or values.get("converged_free") is False
    if bad:
        return "not converged"
    return "not sound" if values.get("sound", 1.0) < SOUND else "ok"


def _rounded(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, float) or not math.isfinite(value):
        return value
    return float(f"{value:.{_DIGITS}g}")


def results_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a point, in the order of the sweep, numbers at six digits.

    Columns ``label``, ``reference``, ``group``, ``readings``, ``changes``, ``status``, ``error``,
    ``code`` (start of the hash of the code that computed it), then the measures' own. Points that
    failed or did not converge have their rows as well.
    """
    rows, code = [], code_hash()[:CODE_DIGITS]
    for outcome in outcomes:
        point = outcome.point
        values = outcome.result.measured if outcome.result else {}
        rows.append(
            {
                "label": point.label,
                "reference": point.reference,
                "group": point.group,
                "readings": " ".join(map(str, point.readings)),
                "changes": described(point.changes),
                "status": status_of(outcome),
                "error": outcome.error,
                "code": code,
                **{name: _rounded(value) for name, value in values.items()},
            }
        )
    return pd.DataFrame(rows)


def write_results(frame: pd.DataFrame, path: Path) -> Path:
    """Write the table as CSV (:func:`regspec.sweep.comparison.read_results` reads it)."""
    return write_whole(path, frame.to_csv(index=False, lineterminator="\n"))


def summary(outcomes: Sequence[Outcome]) -> str:
    """Table of points for the end of a run: status, seconds, a few numbers, errors."""
    rows = []
    for outcome in outcomes:
        values = outcome.result.measured if outcome.result else {}
        numbers = [v for v in values.items() if isinstance(v[1], float)][:3]
        rows.append(
            {
                "point": outcome.point.name,
                "status": status_of(outcome),
                "seconds": f"{outcome.result.seconds:.1f}" if outcome.result else "",
                "attempts": outcome.attempts or "kept",
                "numbers": ", ".join(f"{n} {v:.3g}" for n, v in numbers) or outcome.error,
            }
        )
    counts = pd.Series([status_of(o) for o in outcomes]).value_counts()
    total = ", ".join(f"{n} {status}" for status, n in counts.items())
    return f"{pd.DataFrame(rows).to_string(index=False)}\n{len(rows)} points: {total}"
