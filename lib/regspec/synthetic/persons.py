r"""Person records whose weighted sums are the planted cells.

**Wages.** In state s and year t wages above :math:`u_{st}`, 2.2 times the state's mean, are Pareto
with exponent :math:`\alpha_{st}`; one job in twenty pays as much, in proportion to the mean wage of
its zone and industry. All other wages lie below. Between :math:`u` and the top code the tail is
thus exactly what appendix A.1 assumes, state by state.

**Workers.** Every zone and industry has at least two workers aged 25 to 60 in each part of the
zone: one in the body of wages and one in the Pareto tail; more records go to larger cells. Their
weights sum to the cell's employment. Tail wages are drawn; body wages are set so that the cell's
income is the planted one once wages above the top code count as their conditional mean, which is
what a correct treatment of top codes makes of them. Sex and education are given to workers in
random order until the zone has its planted shares; the worker at the margin is split in two.

**Others.** Children, the young, the old and those not at work fill up the population.

Weights thus vary more than those of a real sample, and every industry exists in almost every
zone: concentration is not inflated by empty cells, as it is in small zones of a 1% sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.census.samples import SAMPLES, TopCode
from regspec.seeds import generator
from regspec.sources.zones import FIPS_TO_POSTAL
from regspec.synthetic.panel import PlantedPanel
from regspec.synthetic.paths import Array
from regspec.synthetic.units import Units

Columns = dict[str, NDArray]

__all__ = [
    "ALPHA",
    "BLOCK_ZONES",
    "LINE_SHARE",
    "OLD_WORKERS",
    "OTHER_RECORDS",
    "TAIL_SHARE",
    "TAIL_START",
    "Block",
    "blocks",
    "least_records",
    "other_persons",
    "tail_share",
    "tails",
    "top_code",
]

ALPHA: Mapping[int, float] = MappingProxyType(
    {1950: 3.0, 1970: 3.0, 1980: 2.8, 1990: 2.6, 2000: 2.5, 2010: 2.4, 2020: 2.4}
)
"""Exponent of the average state; states lie up to 0.2 to either side."""
TAIL_START = 2.2
"""Start of the tail, in mean wages of the state."""
TAIL_SHARE = 0.05
"""Share of jobs in the tail."""
_ALPHA_SPREAD = 0.2
_ACS_TOP = 0.005  # the ACS codes the highest half per cent of a state
_LARGEST = 999_997  # of a wage in six digits, of which the two last codes mean something else
_MEAN_LIMIT = 0.85  # of the start of the tail: highest mean wage of a body


def top_code(year: int) -> TopCode:
    """Return the top code of the samples of a year."""
    return next(s.top for s in SAMPLES.values() if s.year == year)


def tails(panel: PlantedPanel, year: int) -> pd.DataFrame:
    """Wage tails of the states.

    Parameters
    ----------
    panel : PlantedPanel
    year : int

    Returns
    -------
    DataFrame
        Index state (int FIPS); columns mean_wage (of jobs), alpha, start, limit (wages above are
        coded), mean_above (expected wage above the limit), coded (what the file holds instead:
        the limit, or the state's median or mean of larger wages).
    """
    zones = panel.zone_year[panel.zone_year["year"] == year]
    sums = zones.groupby(zones["state"].astype(int))[["income", "employment"]].sum()
    nation = zones["income"].sum() / zones["employment"].sum()
    states = sorted(int(code) for code in FIPS_TO_POSTAL)
    # A state that holds the larger part of no zone (the District of Columbia) has the mean.
    mean = (sums["income"] / sums["employment"]).reindex(states).fillna(nation)
    place = (np.arange(1, len(states) + 1) * 0.618034) % 1.0
    alpha = ALPHA[year] + _ALPHA_SPREAD * (2.0 * place - 1.0)
    top = top_code(year)
    start = TAIL_START * mean.to_numpy()
    highest = start * (TAIL_SHARE / _ACS_TOP) ** (1.0 / alpha)
    limit = (
        np.minimum(highest, _LARGEST * (alpha - 1.0) / alpha)
        if top.value is None
        else np.full(len(states), float(top.value))
    )
    above = limit * alpha / (alpha - 1.0)
    coded = {"censored": limit, "median": limit * 2.0 ** (1.0 / alpha), "mean": above}[top.kind]
    return pd.DataFrame(
        {
            "mean_wage": mean.to_numpy(),
            "alpha": alpha,
            "start": start,
            "limit": limit,
            "mean_above": above,
            "coded": coded.round(),
        },
        index=pd.Index(states, name="state"),
    )


def tail_share(wage: np.ndarray, tail: pd.DataFrame) -> np.ndarray:
    """Share of the jobs of a cell that are in the tail.

    Parameters
    ----------
    wage : ndarray
        Mean wage of the cells.
    tail : DataFrame
        Rows of :func:`tails` of the cells' states.

    Returns
    -------
    ndarray
        In proportion to the mean wage; more where the rest would otherwise earn too much to lie
        below the tail, and at most 0.9.
    """
    mean, start = tail["mean_wage"].to_numpy(), tail["start"].to_numpy()
    inside = start * (tail["alpha"] / (tail["alpha"] - 1.0)).to_numpy()
    below = _MEAN_LIMIT * start
    share = np.maximum(TAIL_SHARE * wage / mean, (wage - below) / (inside - below))
    return np.minimum(share, 0.9)


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
    share: Array,
    industries: NDArray[np.int64],
    rng: np.random.Generator,
) -> Columns:
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


def _weights(zones: pd.DataFrame, share: Array) -> dict[str, Array]:
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


BLOCK_ZONES = 38
"""Zones generated together: what is held in memory at once."""
LINE_SHARE = 0.3
"""Part of the persons of 1950 who are asked for wages and education (sample-line persons)."""
_BODY_SPREAD = 0.35  # log standard deviation of wages within a cell's body
_LEAST_BODY, _BODY_LIMIT = 0.15, 0.97  # of the cell's mean, and of the start of the tail
_COLLEGE, _SCHOOL = (7, 8, 10, 11), (2, 3, 5, 6)  # EDUC


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Person records of some zones in one year.

    Attributes
    ----------
    columns : dict of str to ndarray
        home (row of ``Units.homes``), age, sex, educ, empstat, ind1990, incwage, perwt, slwt
        (weights in hundredths).
    inexact : int
        Cells whose tail draws left the body a wage that it cannot have, so that their income is
        not quite the planted one.
    """

    columns: Columns
    inexact: int

    def __len__(self) -> int:
        return len(self.columns["age"])


def least_records(units: Units, industries: int, year: int) -> int:
    """Smallest number of records of a year, to within a per cent.

    Two workers per industry in each part of a zone, the other persons, and the persons of 1950
    who were not asked.
    """
    parts = len(units.homes[["region", "shared"]].drop_duplicates())
    again = OTHER_RECORDS + industries if year == 1950 else 0
    return parts * (2 * industries + OTHER_RECORDS + 2 + again)


def blocks(panel: PlantedPanel, year: int, units: Units, extra: float) -> Iterator[Block]:
    """Generate the persons of a year, a block of zones at a time.

    Parameters
    ----------
    panel : PlantedPanel
    year : int
    units : Units
        Of the crosswalk of the year's samples.
    extra : float
        Records of workers beyond two per cell, in total; they go to cells by employment.

    Yields
    ------
    Block
        The same whatever other years or blocks are made.
    """
    zones = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    industries = cells["industry"].unique()
    jobs, income = (
        cells[name].to_numpy().reshape(len(zones), len(industries))
        for name in ("employment", "income")
    )
    tail = tails(panel, year)
    # Of three further records two are in the body, each with one beside it that was not asked.
    rate = extra / jobs.sum() / (5 / 3 if year == 1950 else 1)
    for first in range(0, len(zones), BLOCK_ZONES):
        chosen = slice(first, first + BLOCK_ZONES)
        yield _block(
            _Work(
                zones=zones.iloc[chosen],
                jobs=jobs[chosen],
                income=income[chosen],
                industries=industries,
                homes=_homes(units, zones.index[chosen]),
                tail=tail,
                rate=rate,
                line=LINE_SHARE if year == 1950 else 1.0,
                rng=generator(panel.seed, "persons", year, first),
            )
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """What a block is made of; a part is the nested or the shared units of a zone."""

    zones: pd.DataFrame
    jobs: Array
    income: Array
    industries: NDArray[np.int64]
    homes: pd.DataFrame
    tail: pd.DataFrame
    rate: float
    line: float
    rng: np.random.Generator


def _homes(units: Units, regions: pd.Index) -> pd.DataFrame:
    """Homes of some zones with the part they belong to, its share, and cumulative shares in it."""
    homes = units.homes[units.homes["region"].isin(regions)].rename_axis("home").reset_index()
    homes["part"] = homes.groupby(["region", "shared"]).ngroup()
    by_part = homes.groupby("part")["share"]
    homes["part_share"] = by_part.transform("sum")
    homes["upto"] = by_part.cumsum() / homes["part_share"]
    return homes


def _block(work: _Work) -> Block:
    parts = work.homes.drop_duplicates("part").set_index("part")
    zone = work.zones.index.get_indexer(pd.Index(parts["region"]))
    share = parts["part_share"].to_numpy()[:, None]
    workers, inexact = _workers(work, work.jobs[zone] * share, work.income[zone] * share)
    others = other_persons(work.zones.iloc[zone], share[:, 0], work.industries, work.rng)
    others |= {"home": _place(work, others["part"]), "whole": others["w"]}
    columns = {name: np.concatenate([workers[name], others[name]]) for name in workers}
    if work.line < 1.0:
        columns = _with_unasked(columns, work.line)
    target = work.zones.iloc[zone]
    at_work = columns["kind"] <= 1
    columns["woman"] = work.rng.random(len(at_work)) < 0.5
    columns = _assign(columns, "woman", at_work, "w", target["female"].to_numpy(), work.rng)
    prime = (columns["kind"] == 0) & (columns["lw"] > 0)
    columns["college"] = work.rng.random(len(prime)) < 0.2
    columns = _assign(columns, "college", prime, "lw", target["high_skill"].to_numpy(), work.rng)
    columns["home"] = work.homes["home"].to_numpy()[columns["home"]]
    return Block(columns=_finish(columns, work.rng), inexact=inexact)


def _workers(work: _Work, jobs: Array, income: Array) -> tuple[Columns, int]:
    """Workers aged 25 to 60 of every part and industry."""
    rng, shape = work.rng, jobs.shape
    main = work.homes.drop_duplicates("part")["state"].to_numpy()  # parts ascend
    cell_tail = work.tail.loc[np.repeat(main, shape[1])]
    jobs, income = jobs.ravel(), income.ravel()
    in_tail = tail_share(income / jobs, cell_tail)
    more = np.floor(work.rate * jobs + rng.random(len(jobs))).astype(int)
    many = 1 + (more + 1) // 3 + np.floor(in_tail / 0.1).astype(int)
    cell = np.repeat(np.arange(len(jobs)), many)
    home = _place(work, cell // shape[1])
    drawn = work.tail.loc[work.homes["state"].to_numpy()[home]]
    weight = (in_tail * jobs / many)[cell]
    wage, counts_as = _tail_wages(drawn, rng)
    body_jobs = (1.0 - in_tail) * jobs
    body_income = income - np.bincount(cell, weight * counts_as, minlength=len(jobs))
    # Large draws can leave too little for the body, small ones so much that it would be tail.
    start = cell_tail["start"].to_numpy()
    least, most = _LEAST_BODY * income / jobs, _BODY_LIMIT * start
    wanted = body_income / body_jobs
    body_mean = np.clip(wanted, np.minimum(least, most), most)
    inexact = int((body_mean != wanted).sum())
    body_many = 1 + more - (more + 1) // 3
    body = np.repeat(np.arange(len(jobs)), body_many)
    body_wage = _body_wages(body_mean, body_many, start, rng)
    which = np.concatenate([body, cell])
    columns: Columns = {
        "part": which // shape[1],
        "kind": np.zeros(len(which), dtype=np.int8),
        "home": np.concatenate([_place(work, body // shape[1]), home]),
        "age": rng.integers(25, 61, len(which)),
        "empstat": np.ones(len(which), dtype=np.int8),
        "ind1990": work.industries[which % shape[1]],
        "incwage": np.concatenate([body_wage, wage]),
        "w": np.concatenate([(body_jobs / body_many)[body], weight]),
        # For 1950: those not asked stand beside body records, for the tail as well.
        "whole": np.concatenate([(jobs / body_many)[body], np.zeros(len(cell))]),
    }
    columns["lw"] = columns["w"]
    return columns, inexact


def _tail_wages(tail: pd.DataFrame, rng: np.random.Generator) -> tuple[Array, Array]:
    """Wage in the file, and what it counts as when top codes are treated correctly.

    Draws are stratified within states, so that each state's tail is close to its distribution.
    """
    count = len(tail)
    state = tail.index.to_numpy()
    order = np.lexsort((rng.random(count), state))
    _, first, size = np.unique(state[order], return_index=True, return_counts=True)
    place = np.empty(count)
    place[order] = (np.arange(count) - np.repeat(first, size) + rng.random(count)) / np.repeat(
        size, size
    )
    drawn = np.floor(tail["start"].to_numpy() * place ** (-1.0 / tail["alpha"].to_numpy()))
    above = drawn >= tail["limit"].to_numpy()
    return (
        np.where(above, tail["coded"].to_numpy(), drawn),
        np.where(above, tail["mean_above"].to_numpy(), drawn),
    )


def _body_wages(
    mean: Array, many: NDArray[np.int64], start: Array, rng: np.random.Generator
) -> Array:
    """Lognormal wages below the tail with the wanted mean in every cell; dollars, rounded."""
    cell = np.repeat(np.arange(len(mean)), many)
    draws = np.exp(_BODY_SPREAD * rng.standard_normal(len(cell)))
    draws[(many == 1)[cell]] = 1.0
    for _ in range(3):  # scaling lifts a few wages over the limit again
        draws *= (mean * many / np.bincount(cell, draws, minlength=len(mean)))[cell]
        draws = np.minimum(draws, (_BODY_LIMIT * start)[cell])
    rounded = np.floor(draws + rng.random(len(draws)))
    return np.maximum(rounded, 1.0)


def _place(work: _Work, part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw a home (row of the block's homes) for persons of given parts."""
    grid = work.homes["part"].to_numpy() + work.homes["upto"].to_numpy()
    # Homes are sorted by part, so that the grid ascends.
    row = np.searchsorted(grid, part + work.rng.random(len(part)) * (1.0 - 1e-9), side="right")
    return np.minimum(row, len(grid) - 1)


def _with_unasked(columns: Columns, line: float) -> Columns:
    """Add the persons of 1950 who were not asked for wages and education.

    Those asked keep their line weight, which stands for everybody, and hold a part of PERWT; one
    further person for each in the body of wages holds the rest of it.
    """
    beside = columns["whole"] > 0
    other = {name: values[beside] for name, values in columns.items()}
    other["w"] = (1.0 - line) * other["whole"]
    other["lw"] = np.zeros(len(other["w"]))
    other["incwage"] = np.full(len(other["w"]), 999_999.0)
    asked = columns | {"w": line * columns["w"]}
    return {name: np.concatenate([asked[name], other[name]]) for name in columns}


def _assign(
    columns: Columns,
    name: str,
    among: NDArray[np.bool_],
    weight: str,
    target: Array,
    rng: np.random.Generator,
) -> Columns:
    """Give a property to persons in random order until its weighted share in a part is reached.

    The person at the margin is split in two, which share the weights.
    """
    rows = np.flatnonzero(among)
    order = rows[np.lexsort((rng.random(len(rows)), columns["part"][rows]))]
    part, w = columns["part"][order], columns[weight][order]
    total = np.bincount(part, w, minlength=len(target))
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    upto = np.cumsum(w) - before[part]
    wanted = (target * total)[part]
    has = upto <= wanted
    edge = ~has & (upto - w < wanted)
    out = columns | {name: columns[name].copy()}
    out[name][order] = has
    split, part_of = order[edge], ((wanted - upto + w) / w)[edge]
    copies = {key: values[split].copy() for key, values in out.items()}
    copies[name][:] = True
    for key in ("w", "lw"):
        copies[key] = copies[key] * part_of
        out[key] = out[key].copy()
        out[key][split] *= 1.0 - part_of
    return {key: np.concatenate([out[key], copies[key]]) for key in out}


def _finish(columns: Columns, rng: np.random.Generator) -> Columns:
    """Codes and rounded weights; persons in random order within parts, none without weight."""
    count = len(columns["age"])
    order = np.lexsort((rng.random(count), columns["part"]))
    columns = {name: values[order] for name, values in columns.items()}
    # Rounding the running sum keeps totals whatever the size of the weights.
    perwt, slwt = (
        np.diff(np.rint(100.0 * np.cumsum(columns[key])), prepend=0.0).astype(np.int64)
        for key in ("w", "lw")
    )
    asked = columns["incwage"] != 999_999
    child = columns["age"] < 16
    school = np.where(columns["college"], rng.choice(_COLLEGE, count), rng.choice(_SCHOOL, count))
    unasked = ~asked & ~child
    educ = np.where(child, np.minimum(columns["age"] // 4, 3), np.where(unasked, 0, school))
    keep = (perwt > 0) | (slwt > 0)
    codes = {
        "home": columns["home"],
        "age": columns["age"],
        "sex": 1 + columns["woman"],
        "educ": educ,
        "empstat": columns["empstat"],
        "ind1990": columns["ind1990"],
        "incwage": columns["incwage"],
        "perwt": perwt,
        "slwt": slwt,
    }
    return {name: np.asarray(values)[keep].astype(np.int64) for name, values in codes.items()}
