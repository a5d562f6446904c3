"""Persons other than workers aged 25 to 60: children, the young, the old, and those not at work."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["OLD_WORKERS", "OTHER_RECORDS", "other_persons"]

OLD_WORKERS = 0.08
"""Workers over 60 per worker aged 25 to 60."""
_MILITARY = 0.01  # of young workers
_NOT_APPLICABLE = 999_999


class _Kind(NamedTuple):
    """A kind of person: ages, EMPSTAT, number of records per part of a zone, wage."""

    ages: tuple[int, int]
    empstat: int
    records: int
    wage: float  # dollars relative to the zone's mean wage; NaN: not asked
    industry: str  # "any", "none", "military", "last"


_KINDS = {
    "young_workers": _Kind((16, 24), 1, 5, 0.5, "any"),
    "old_workers": _Kind((61, 75), 1, 3, 0.8, "any"),
    "soldiers": _Kind((18, 24), 1, 1, 0.4, "military"),
    "unemployed": _Kind((25, 60), 2, 1, 0.0, "any"),
    "not_in_force": _Kind((25, 60), 3, 2, 0.0, "last"),
    "young": _Kind((16, 24), 3, 2, 0.0, "none"),
    "retired": _Kind((61, 90), 3, 2, 0.0, "none"),
    "children": _Kind((0, 15), 0, 3, np.nan, "none"),
}

OTHER_RECORDS = sum(kind.records for kind in _KINDS.values())
"""Records of other persons per part of a zone."""


def other_persons(
    zones: pd.DataFrame,
    share: NDArray[np.float64],
    industries: NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[str, NDArray]:
    """Generate the other persons of parts of zones.

    Parameters
    ----------
    zones : DataFrame
        One row per part: columns population, persons, employment, income, old_age.
    share : ndarray
        Share of the zone's persons who live in the part.
    industries : ndarray
        Codes to choose from.
    rng : Generator

    Returns
    -------
    dict of str to ndarray
        part (row of `zones`), kind (1: at work, 2: not), age, empstat, ind1990, incwage, w and
        lw (weights).

    Raises
    ------
    ValueError
        A zone's planted groups exceed its population.
    """
    weights = _weights(zones, share)
    wage = (zones["income"] / zones["employment"]).to_numpy()
    pieces = []
    for name, kind in _KINDS.items():
        count = kind.records * len(zones)
        part = np.repeat(np.arange(len(zones)), kind.records)
        code = {
            "any": rng.choice(industries, count),
            "none": np.zeros(count, dtype=int),
            "military": np.full(count, 940),
            "last": np.where(rng.random(count) < 0.3, 992, 0),
        }[kind.industry]
        dollars = np.rint(kind.wage * wage[part] * rng.uniform(0.8, 1.2, count))
        pieces.append(
            {
                "part": part,
                "kind": np.full(count, 1 if name in ("young_workers", "old_workers") else 2),
                "age": rng.integers(kind.ages[0], kind.ages[1] + 1, count),
                "empstat": np.full(count, kind.empstat),
                "ind1990": code,
                "incwage": np.where(np.isnan(dollars), _NOT_APPLICABLE, dollars),
                "w": weights[name][part] / kind.records,
                "lw": weights[name][part] / kind.records,
            }
        )
    return {key: np.concatenate([piece[key] for piece in pieces]) for key in pieces[0]}


def _weights(zones: pd.DataFrame, share: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Persons of every kind in every part."""
    jobs = zones["employment"].to_numpy()
    old = OLD_WORKERS * jobs
    young = zones["old_age"].to_numpy() * (jobs + old)
    idle = zones["persons"].to_numpy() - jobs
    rest = zones["population"].to_numpy() - zones["persons"].to_numpy() - old - young
    if (rest <= 0).any():
        worst = zones.index[int(np.argmin(rest))]
        raise ValueError(
            f"zone {worst}: workers and persons aged 25 to 60 exceed its population; plant lower "
            "shares of workers"
        )
    groups = {
        "young_workers": young,
        "old_workers": old,
        "soldiers": _MILITARY * young,
        "unemployed": 0.08 * idle,
        "not_in_force": 0.92 * idle,
        "young": 0.10 * rest,
        "retired": 0.15 * rest,
        "children": 0.75 * rest - _MILITARY * young,
    }
    return {name: values * share for name, values in groups.items()}
