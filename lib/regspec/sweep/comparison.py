"""How far each point of a sweep moves the headline numbers: from the saved table, no model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from regspec.regions.simulate import SOUND
from regspec.sweep.points import CODE_DIGITS, code_hash

__all__ = [
    "BASELINE",
    "HEADLINES",
    "QUOTED",
    "Headline",
    "by_gamma_and_theta",
    "by_reading",
    "certified",
    "changes_frame",
    "effect_text",
    "failures",
    "headline_frame",
    "is_current",
    "range_headlines",
    "ranges_by_group",
    "read_results",
    "tornado",
]

#: Label of the point that changes nothing.
BASELINE = "baseline"

_WORDS = (
    "group",
    "readings",
    "changes",
    "status",
    "error",
    "code",
    "failing",
    "failing_free",
    "regions_note",
)


class Headline(NamedTuple):
    """One headline number: its name in tables, its unit, and the solutions that it rests on."""

    label: str
    unit: str
    rests_on: str


#: Headline numbers by column of :func:`headline_frame`.
HEADLINES = {
    "bonds_to_income": Headline("bonds over income", "ratio", "equilibrium"),
    "binding": Headline("limit binds", "share of decades", "equilibrium"),
    "price": Headline("price of capital", "mean", "equilibrium"),
    "log_price_sd": Headline("sd of log price", "log points", "equilibrium"),
    "price_amplification": Headline("price amplification", "percentage points", "impulse"),
    "consumption_amplification": Headline(
        "consumption amplification", "percentage points", "impulse"
    ),
    "reallocation_bound": Headline("reallocation at the limit", "ratio", "impulse"),
    "reallocation_third": Headline("reallocation, third decade", "ratio", "impulse"),
    "slope_limit": Headline("slope on the Gini", "log points", "regions"),
    "slope_of_limit": Headline("slope due to the limit", "log points", "regions"),
    "slope_costless": Headline("slope without frictions", "log points", "closed form"),
}


#: Headline numbers that the register of readings quotes, with their printed decimals.
QUOTED = {
    "binding": 2,
    "price_amplification": 1,
    "reallocation_bound": 2,
    "slope_limit": 2,
    "slope_of_limit": 3,
}


def read_results(path: Path) -> pd.DataFrame:
    """Read a table written by :func:`regspec.sweep.run.write_results`; absent words are empty."""
    frame = pd.read_csv(path, dtype=dict.fromkeys(_WORDS, str))
    present = [w for w in _WORDS if w in frame]
    return frame.assign(**{w: frame[w].astype(object).fillna("").astype(str) for w in present})


def is_current(results: pd.DataFrame) -> bool:
    """Whether the table was computed by the code that is here."""
    return bool((results["code"] == code_hash()[:CODE_DIGITS]).all())


def headline_frame(results: pd.DataFrame) -> pd.DataFrame:
    """Headline numbers of every point.

    Returns
    -------
    pandas.DataFrame
        ``label``, ``reference``, ``group``, ``readings``, ``status``, :data:`HEADLINES`, and
        whether the solutions behind them are certified: ``ok_equilibrium`` (with the limit),
        ``ok_impulse`` (with and without), ``ok_regions`` (:data:`SOUND` of the zone-decades),
        ``ok_closed form`` (always).
        Amplification is the fall on impact with the limit less that without it.
    """
    out = results[["label", "reference", "group", "readings", "status"]].copy()
    derived = {
        "price_amplification": results["irf_price_free"] - results["irf_price_limit"],
        "consumption_amplification": results["irf_consumption_free"]
        - results["irf_consumption_limit"],
        "slope_of_limit": results["slope_limit"] - results["slope_free"],
    }
    for column in HEADLINES:
        out[column] = derived[column] if column in derived else results[column]
    limited, free = (results[c].astype(str) == "True" for c in ("converged", "converged_free"))
    out["ok_equilibrium"], out["ok_impulse"] = limited, limited & free
    out["ok_regions"] = results["sound"] >= SOUND
    out["ok_closed form"] = True
    return out


def certified(headlines: pd.DataFrame, column: str) -> pd.Series:
    """Rows that have a headline number, from certified solutions."""
    return headlines[f"ok_{HEADLINES[column].rests_on}"] & headlines[column].notna()


def changes_frame(headlines: pd.DataFrame) -> pd.DataFrame:
    """Headline numbers of every named point less those of its reference's baseline.

    Raises
    ------
    ValueError
        If a reference has no baseline.
    """
    columns = list(HEADLINES)
    base = headlines[headlines["label"] == BASELINE].set_index("reference")[columns]
    if absent := sorted(set(headlines["reference"]) - set(base.index)):
        raise ValueError(f"no row {BASELINE!r} for {absent}; run the sweep again")
    moved = headlines[headlines["label"] != BASELINE].copy()
    moved[columns] = moved[columns].to_numpy() - base.loc[moved["reference"], columns].to_numpy()
    return moved.reset_index(drop=True)


def ranges_by_group(headlines: pd.DataFrame, column: str, reference: str) -> pd.DataFrame:
    """Range of one headline number over the certified points of each group, widest first.

    Returns
    -------
    pandas.DataFrame
        Index group; ``low``, ``high`` (the baseline included), ``width``, ``points`` (certified
        ones).
    """
    rows = headlines[headlines["reference"] == reference]
    base = float(rows.loc[rows["label"] == BASELINE, column].iloc[0])
    named = rows[(rows["label"] != BASELINE) & rows[column].notna()]
    out = {}
    for group, part in named.groupby("group", sort=False):
        values = part.loc[certified(part, column), column]
        low, high = min(base, *values, base), max(base, *values, base)
        out[group] = {"low": low, "high": high, "width": high - low, "points": len(values)}
    columns = ["low", "high", "width", "points"]
    frame = pd.DataFrame.from_dict(out, orient="index", columns=columns).rename_axis("group")
    return frame.sort_values("width", ascending=False, kind="stable")


def _baseline(headlines: pd.DataFrame, reference: str, columns: Sequence[str]) -> dict[str, float]:
    rows = headlines[(headlines["label"] == BASELINE) & (headlines["reference"] == reference)]
    return {column: float(rows[column].iloc[0]) for column in columns}


def tornado(
    headlines: pd.DataFrame, reference: str, columns: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Points of one reference, and its baseline, for the figure of what moves headline numbers.

    Parameters
    ----------
    headlines : pandas.DataFrame
    reference : str
    columns : sequence of str
        Headline numbers, a panel each.

    Returns
    -------
    points : pandas.DataFrame
        ``panel`` (label and unit), ``group``, ``value``, ``certified``.
    base : dict of str to float
        Numbers of the baseline by panel.
    """
    rows = headlines[(headlines["reference"] == reference) & (headlines["group"] != "")]
    titles = {c: f"{HEADLINES[c].label}, {HEADLINES[c].unit}" for c in columns}
    panels = [
        pd.DataFrame(
            {"panel": titles[c], "group": rows["group"], "value": rows[c],
             "certified": certified(rows, c)}
        )
        for c in columns
    ]  # fmt: skip
    base = _baseline(headlines, reference, columns)
    return pd.concat(panels), {titles[c]: base[c] for c in columns}


def range_headlines(
    headlines: pd.DataFrame, reference: str, columns: Sequence[str]
) -> dict[str, float | str]:
    """Baseline and widest range of some headline numbers, and the kind of choice behind it."""
    told: dict[str, float | str] = {}
    for column, base in _baseline(headlines, reference, columns).items():
        widest = ranges_by_group(headlines, column, reference)
        first = widest.iloc[0]
        told |= {f"widest_{column}": str(widest.index[0]), f"at_{column}": base}
        told |= {f"{end}_{column}": float(first[end]) for end in ("low", "high")}
    return told


def by_gamma_and_theta(points: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Values of points that change gamma and theta: a row a gamma, a column a theta.

    Parameters
    ----------
    points : pandas.DataFrame
        Their results.
    values : pandas.Series
        With the same index.
    """
    pattern = r"gamma = (?P<gamma>[\d.]+); theta = (?P<theta>[\d.]+)"
    cells = points["changes"].str.extract(pattern).assign(value=values)
    wide = cells.pivot_table(index="gamma", columns="theta", values="value", aggfunc="first")
    return wide.loc[sorted(set(cells["gamma"]), key=float)].rename(columns=lambda t: f"θ = {t}")


def by_reading(headlines: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Largest change of each headline number over the certified points that bear on a reading.

    Returns
    -------
    pandas.DataFrame
        Index ``reading`` (number in the register); ``points`` (how many), ``tried`` (their
        labels), and the change of largest size in each of :data:`HEADLINES`,
        NaN where no certified point has the number.
    """
    moved = changes_frame(headlines)
    moved = moved[moved["reference"] == reference]
    numbers = moved["readings"].str.split()
    rows = {}
    for reading in sorted({int(n) for entry in numbers for n in entry}):
        part = moved[[str(reading) in entry for entry in numbers]]
        row: dict[str, object] = {
            "points": len(part),
            "tried": "; ".join(part["label"]),
        }
        for column in HEADLINES:
            values = part.loc[certified(part, column), column].to_numpy()
            row[column] = values[np.abs(values).argmax()] if values.size else float("nan")
        rows[reading] = row
    columns = ["points", "tried", *HEADLINES]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("reading")


def _moves(headlines: pd.DataFrame, reading: int, reference: str) -> str:
    """Largest changes of the headline numbers of one reading, in words, and what they are of."""
    effects = by_reading(headlines, reference)
    base = headlines[(headlines["label"] == BASELINE) & (headlines["reference"] == reference)]
    moved, known = [], 0
    for column, decimals in {**QUOTED, "slope_costless": 2}.items():
        change = round(float(effects[column][reading]), decimals)
        if not np.isfinite(change) or (column == "slope_costless" and known):
            continue
        known += 1
        if change:
            at = f"{float(base[column].iloc[0]):.{decimals}f}"
            moved.append(f"{HEADLINES[column].label} {change:+.{decimals}f} (of {at})")
    if not known:
        return "no certified number"
    return ", ".join(moved) or "no change at the printed decimals"


def effect_text(headlines: pd.DataFrame, reading: int) -> str:
    """Effect of a reading on the headline numbers as a sentence for the register of readings.

    The largest change among certified points of each of :data:`QUOTED` that moves at its printed
    decimals, at every reference, and how many of the points are not certified.

    Parameters
    ----------
    headlines : pandas.DataFrame
        Of :func:`headline_frame`.
    reading : int

    Raises
    ------
    ValueError
        If no point bears on the reading.
    """
    parts, failing, tried = [], 0, 0
    for reference in dict.fromkeys(headlines["reference"]):
        rows = headlines[headlines["reference"] == reference]
        rows = rows[[str(reading) in entry for entry in rows["readings"].str.split()]]
        tried += len(rows)
        failing += int((rows["status"] != "ok").sum())
        if len(rows):
            parts.append(f"at {spoken(reference)}, {_moves(headlines, reading, reference)}")
    if not tried:
        known = sorted({int(n) for entry in headlines["readings"] for n in entry.split()})
        raise ValueError(f"no point bears on reading {reading}; allowed: {known}")
    tail = f"; {failing} of {tried} points without full certificates" if failing else ""
    return "; ".join(parts) + tail


def spoken(reference: str) -> str:
    """A reference as prose names it."""
    return {"paper": "the paper's risk aversion", "low risk aversion": "a low one"}.get(
        reference, reference
    )


def failures(results: pd.DataFrame) -> pd.DataFrame:
    """Points without a certified result: ``label``, ``reference``, ``status``, ``why``."""
    bad = results[results["status"] != "ok"]

    def reason(row: pd.Series) -> str:
        parts = [
            row["error"],
            row["failing"] and f"with limit: {row['failing']}",
            row["failing_free"] and f"without limit: {row['failing_free']}",
        ]
        if row["status"] == "not sound":
            parts.append(f"certified rules in {100 * row['sound']:.0f} percent of zone-decades")
        return "; ".join(p for p in parts if p)

    why = [reason(row) for _, row in bad.iterrows()]
    return bad[["label", "reference", "status"]].assign(why=why).reset_index(drop=True)
