"""Persons of one year to sums by geographic unit, state and industry, in duckdb.

Everything the tidy frames need is linear in persons: allocation to zones multiplies the sums of a
unit, and the mean that replaces top-coded wages multiplies the weight of those coded. So the
persons are read twice (a histogram of wages by state, then the sums), and what leaves duckdb has
the size of units times industries however many persons there are.

Weights. PERWT, divided by the number of samples of the year: the two 1% samples of 1970 represent
the whole population each. In 1950 wages and education were asked of sample-line persons only, so
that everything made of them is weighted by SLWT, which is zero for all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from regspec.census.convert import Converted
from regspec.census.industries import MILITARY, civilian_codes
from regspec.census.samples import Sample, sample
from regspec.census.topcodes import state_tails
from regspec.sources.errors import BuildError

__all__ = [
    "AGES",
    "BLANK_LIMIT",
    "Engine",
    "YearCells",
    "aggregate_year",
    "by_year",
    "wage_histogram",
]

BLANK_LIMIT = 0.01
"""Share of persons whose weight may be blank; they are left out and counted."""
NOT_APPLICABLE, MISSING = (999_999, 9_999_999), (999_998, 9_999_998)
"""INCWAGE of persons who were not asked, or did not say, in six or seven digits.

No wage reaches the smaller of them in any year.
"""
NOT_CONTIGUOUS = (2, 15, 68, 72)
"""STATEFIP of Alaska, Hawaii, both together, and Puerto Rico."""
_NEVER_BLANK = ("AGE", "SEX", "EMPSTAT", "EDUC", "IND1990")
AGES = (25, 60)
"""First and last year of age of those whose wages and employment count."""
_COLLEGE = (7, 11)  # EDUC: one year of college to five or more


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """Limits of duckdb: memory, threads, and the folder it may spill to."""

    memory: str = "4GB"
    threads: int = 2
    spill: Path | None = None

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a connection that keeps to the limits."""
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{self.memory}'")
        connection.execute(f"SET threads = {self.threads}")
        if self.spill is not None:
            connection.execute("SET temp_directory = ?", [str(self.spill)])
        return connection


@dataclass(frozen=True, kw_only=True, slots=True)
class YearCells:
    """Sums of one year.

    Attributes
    ----------
    year
        Census year.
    samples
        Samples in it.
    cells
        One row per unit and industry (IND1990), with the columns of :data:`SUMS` and income.
    tails
        Table of :func:`regspec.census.topcodes.state_tails`.
    rules
        What was left out or replaced, counted in persons unless the name says otherwise.
    """

    year: int
    samples: tuple[Sample, ...]
    cells: pd.DataFrame
    tails: pd.DataFrame
    rules: dict[str, Any]


_PRIME = f"(AGE BETWEEN {AGES[0]} AND {AGES[1]})"
_AT_WORK = "(EMPSTAT = 1)"
_TOLD = f"(INCWAGE IS NOT NULL AND INCWAGE < {MISSING[0]})"
SUMS = {
    "population": "sum(w)",
    "workers": f"sum(w) FILTER ({_AT_WORK})",
    "workers_young": f"sum(w) FILTER ({_AT_WORK} AND AGE < 25)",
    "workers_women": f"sum(w) FILTER ({_AT_WORK} AND SEX = 2)",
    "employment": f"sum(w) FILTER ({_AT_WORK} AND {_PRIME})",
    "line_prime": f"sum(lw) FILTER ({_PRIME} AND {_TOLD})",
    "line_employed": f"sum(lw) FILTER ({_AT_WORK} AND {_PRIME})",
    "line_college": (
        f"sum(lw) FILTER ({_AT_WORK} AND {_PRIME} AND EDUC BETWEEN {_COLLEGE[0]} AND {_COLLEGE[1]})"
    ),
    "income_exact": f"sum(lw * INCWAGE) FILTER ({_PRIME} AND {_TOLD} AND NOT top)",
    "line_top": f"sum(lw) FILTER ({_PRIME} AND {_TOLD} AND top)",
}
"""Weighted sums over the persons of a cell; ``line_*`` and ``income_*`` are of those asked.

Sums of persons at work are of civilian industries: zero in cells of other codes.
"""
_COUNTS = {
    "persons": "count(*)",
    "income_not_asked": f"count(*) FILTER ({_PRIME} AND lw > 0 AND INCWAGE IN {NOT_APPLICABLE})",
    "income_missing": (
        f"count(*) FILTER ({_PRIME} AND lw > 0 AND (INCWAGE IS NULL OR INCWAGE IN {MISSING}))"
    ),
    "top_coded": f"count(*) FILTER ({_PRIME} AND lw > 0 AND {_TOLD} AND top)",
    "at_work": f"count(*) FILTER {_AT_WORK}",
}
_HISTOGRAM = (
    "SELECT STATEFIP AS state, INCWAGE AS wage, sum(lw) AS weight, count(*) AS persons "
    f"FROM persons WHERE {_PRIME} AND {_TOLD} AND INCWAGE > 0 AND lw > 0 GROUP BY ALL ORDER BY ALL"
)


def by_year(extracts: Sequence[Converted]) -> dict[int, list[str]]:
    """Return the parquet files of each year.

    Raises
    ------
    BuildError
        If a sample stands in two extracts: its persons would count twice.
    """
    seen: dict[int, str] = {}
    files: dict[int, list[str]] = {}
    for extract in extracts:
        for code in extract.samples:
            if code in seen:
                raise BuildError(
                    f"sample {sample(code).id} stands in the extracts {seen[code]} and "
                    f"{extract.stem}: its persons would count twice; remove one of them."
                )
            seen[code] = extract.stem
        for part in extract.parts():
            files.setdefault(part.year, []).append(part.path)
    return dict(sorted(files.items()))


def aggregate_year(folder: Path, year: int, files: Sequence[str], engine: Engine) -> YearCells:
    """Aggregate the persons of one year.

    Parameters
    ----------
    folder
        Parquet folder.
    year
        Census year.
    files
        Its parquet files, below the folder.
    engine
        Limits of memory and threads.

    Returns
    -------
    YearCells

    Raises
    ------
    BuildError
        If a variable that IPUMS never leaves blank is blank, more weights are blank than
        :data:`BLANK_LIMIT` allows, a weight is negative, or sample-line weights do not represent
        the population.
    """
    connection = engine.connect()
    try:
        paths = [str(folder / name) for name in files]
        relation = "read_parquet(?, hive_partitioning = false, union_by_name = true)"
        codes = connection.execute(f"SELECT DISTINCT SAMPLE FROM {relation}", [paths]).fetchall()
        samples = tuple(sorted((sample(int(code)) for (code,) in codes), key=lambda s: s.code))
        first = samples[0]
        _same_design(year, samples)
        rules = _check_persons(connection, relation, paths, year, first)
        _persons_view(connection, paths, first, len(samples))
        tails = state_tails(connection.execute(_HISTOGRAM).df(), first.top, year)
        sums = ", ".join(f"coalesce({sql}, 0) AS {name}" for name, sql in SUMS.items())
        counts = ", ".join(f"{sql} AS {name}" for name, sql in _COUNTS.items())
        raw = connection.execute(
            f"SELECT unit, STATEFIP AS state, IND1990 AS industry, {sums}, {counts} "
            "FROM persons GROUP BY ALL ORDER BY ALL"
        ).df()
    finally:
        connection.close()
    rules |= _counted(raw)
    rules |= _tail_rules(tails)
    rules["samples"] = [s.id for s in samples]
    _check_line_weights(year, first, raw)
    means = raw["state"].map(tails.set_index("state")["mean_above"]).astype(float).fillna(0.0)
    raw["income"] = raw["income_exact"] + raw["line_top"] * means
    civilian = raw["industry"].isin(civilian_codes())
    raw.loc[~civilian, [name for name, sql in SUMS.items() if _AT_WORK in sql]] = 0.0
    columns = [*SUMS, "income", "persons"]
    cells = raw.groupby(["unit", "industry"], as_index=False)[columns].sum()
    return YearCells(year=year, samples=samples, cells=cells, tails=tails, rules=rules)


def wage_histogram(folder: Path, year: int, engine: Engine | None = None) -> pd.DataFrame:
    """Positive wages of persons aged 25 to 60, as the tails are fitted to them.

    Parameters
    ----------
    folder
        Parquet folder of a build.
    year
        Census year.
    engine
        Limits of memory and threads.

    Returns
    -------
    DataFrame
        Columns state (FIPS), wage (dollars as in the file, top codes not replaced), weight,
        persons; one row per state and wage.

    Raises
    ------
    BuildError
        If the folder holds no persons of the year.
    """
    paths = sorted(str(path) for path in folder.glob(f"year={year}/*.parquet"))
    if not paths:
        raise BuildError(f"no persons of {year} in {folder}; build again, it converts what is gone")
    connection = (engine or Engine()).connect()
    try:
        found = connection.execute("SELECT DISTINCT SAMPLE FROM read_parquet(?)", [paths])
        samples = [sample(int(code)) for (code,) in found.fetchall()]
        _persons_view(connection, paths, samples[0], len(samples))
        return connection.execute(_HISTOGRAM).df()
    finally:
        connection.close()


def _same_design(year: int, samples: tuple[Sample, ...]) -> None:
    designs = {(s.unit, s.crosswalk, s.top, s.line_weight, s.year) for s in samples}
    if len(designs) > 1 or samples[0].year != year:
        raise BuildError(
            f"YEAR={year} holds the samples {', '.join(s.id for s in samples)}, which differ in "
            "geography, top code or year; request them in extracts of their own."
        )


def _check_persons(
    connection: duckdb.DuckDBPyConnection, relation: str, paths: list[str], year: int, what: Sample
) -> dict[str, Any]:
    """Count blanks before anything is summed; only blank weights are survivable."""
    weight, geography = what.line_weight, what.geography
    blanks = [*_NEVER_BLANK, *geography]
    tests = [f"count(*) - count({name})" for name in (*blanks, "PERWT", weight)]
    negative = f"count(*) FILTER (PERWT < 0 OR {weight} < 0)"
    outside = f"count(*) FILTER (STATEFIP IN {NOT_CONTIGUOUS})"
    row = connection.execute(
        f"SELECT count(*), {negative}, {outside}, {', '.join(tests)} FROM {relation}", [paths]
    ).fetchone()
    assert row is not None
    persons, below, away, *missing = (int(value) for value in row)
    for name, count in zip(blanks, missing, strict=False):
        if count:
            raise BuildError(
                f"{year}: {name} is blank for {count:,} of {persons:,} persons; IPUMS never leaves "
                "it blank in this sample, so the extract is not what its codebook says."
            )
    if below:
        raise BuildError(f"{year}: {below:,} persons have a negative weight; request it again.")
    blank, line_blank = missing[-2:]
    if max(blank, line_blank) > BLANK_LIMIT * persons:
        raise BuildError(
            f"{year}: a weight ({' or '.join(dict.fromkeys(('PERWT', weight)))}) is blank for "
            f"{max(blank, line_blank):,} of "
            f"{persons:,} persons, more than {BLANK_LIMIT:.0%}; request the extract again."
        )
    rules: dict[str, Any] = {"persons": persons, "weight_blank": blank}
    if weight != "PERWT":
        rules["line_weight_blank"] = line_blank
    return rules | {"not_contiguous": away}


def _persons_view(
    connection: duckdb.DuckDBPyConnection, paths: list[str], what: Sample, samples: int
) -> None:
    top = {"censored": ">=", "median": ">"}.get(what.top.kind)
    is_top = "false" if top is None or what.top.value is None else f"INCWAGE {top} {what.top.value}"
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    connection.execute(
        f"""CREATE TEMP VIEW persons AS
        SELECT ({what.unit})::BIGINT AS unit, STATEFIP, AGE, SEX, EDUC, EMPSTAT, IND1990, INCWAGE,
               PERWT / {samples} AS w,
               coalesce({what.line_weight}, 0) / {samples} AS lw,
               {is_top} AS top
        FROM (SELECT * REPLACE (STATEFIP::BIGINT AS STATEFIP)
              FROM read_parquet([{listed}], hive_partitioning = false, union_by_name = true))
        WHERE PERWT IS NOT NULL AND STATEFIP NOT IN {NOT_CONTIGUOUS}"""
    )


def _check_line_weights(year: int, what: Sample, raw: pd.DataFrame) -> None:
    """Sample-line persons stand for everybody: weighted counts of workers must be alike."""
    if what.line_weight == "PERWT":
        return
    ratio = raw["line_employed"].sum() / max(raw["employment"].sum(), 1e-300)
    if not 0.8 < ratio < 1.25:
        raise BuildError(
            f"{year}: {what.line_weight} counts {ratio:.2f} times the workers that PERWT counts; "
            "it should represent the whole population. Request the extract again."
        )


def _counted(raw: pd.DataFrame) -> dict[str, int]:
    """Persons by rule, over the whole year; those at work outside civilian industries apart."""
    counts = {name: int(raw[name].sum()) for name in _COUNTS if name not in ("persons", "at_work")}
    military = raw["industry"].between(*MILITARY)
    unknown = ~raw["industry"].isin(civilian_codes()) & ~military
    counts["at_work_military"] = int(raw.loc[military, "at_work"].sum())
    counts["at_work_without_industry"] = int(raw.loc[unknown, "at_work"].sum())
    return counts


def _tail_rules(tails: pd.DataFrame) -> dict[str, Any]:
    if tails.empty:
        return {"top_states": 0, "top_states_of_nation": []}
    nation = tails.loc[(tails["fitted"] == "nation") & (tails["top_coded"] > 0), "state"]
    return {
        "top_states": int((tails["top_coded"] > 0).sum()),
        "top_states_of_nation": sorted(int(state) for state in nation),
        "top_alpha_median": float(np.round(tails["alpha"].median(), 4)),
    }
