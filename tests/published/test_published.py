"""The paper's tables and the registry of published numbers agree cell by cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[2] / "data" / "published"
COLUMNS = [
    "id",
    "reference",
    "section",
    "quantity",
    "value",
    "direction",
    "decimals",
    "unit",
    "se",
]
UNITS = {
    "",
    "coefficient",
    "count",
    "elasticity",
    "Gini",
    "gross rate per year",
    "percent",
    "percent of effect",
    "ratio",
    "share",
    "share of effect",
    "sign",
    "standard deviations",
    "years",
}
Cell = tuple[str, str, str]  # id, value as printed, standard error as printed ("" if none)


def read(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def printed_decimals(text: str) -> int:
    return len(text.partition(".")[2])


def wide(table: int, columns: int) -> Iterator[Cell]:
    for row in read(f"table{table}"):
        for c in range(1, columns + 1):
            if row[f"c{c}"]:
                yield f"table{table}.c{c}.{row['slug']}", row[f"c{c}"], row[f"c{c}_se"]


def by_horizon(table: int, key: str, extra: tuple[str, ...]) -> Iterator[Cell]:
    for row in read(f"table{table}"):
        name = f"table{table}.h{row['horizon_years']}"
        yield name, row[key], row["se"]
        for column in extra:
            yield f"{name}.{column}", row[column], ""


def table1() -> Iterator[Cell]:
    for row in read("table1"):
        for column in list(row)[1:]:
            basis, statistic = column.split("_")
            yield f"table1.gini_{statistic}_{basis}_{row['year']}", row[column], ""


def table2() -> Iterator[Cell]:
    for row in read("table2"):
        if row["lower"] == row["upper"]:
            yield f"table2.{row['symbol']}", row["lower"], ""
        else:
            yield f"table2.{row['symbol']}_min", row["lower"], ""
            yield f"table2.{row['symbol']}_max", row["upper"], ""


def table3() -> Iterator[Cell]:
    for row in read("table3"):
        for year in (1950, 1990, 2020):
            yield f"table3.{row['slug']}_{year}", row[f"share_{year}"], ""


def cells(table: int) -> list[Cell]:
    makers = {
        1: table1,
        2: table2,
        3: table3,
        4: lambda: wide(4, 4),
        5: lambda: wide(5, 2),
        6: lambda: wide(6, 2),
        7: lambda: by_horizon(7, "coefficient", ("n", "adj_r2")),
        8: lambda: by_horizon(8, "coefficient", ("n", "adj_r2")),
        9: lambda: by_horizon(9, "persistence", ()),
        10: lambda: ((f"table10.xi.{r['slug']}", r["xi"], "") for r in read("table10")),
        11: lambda: (
            (f"table11.{short}.{r['slug']}", r[column], "")
            for r in read("table11")
            for short, column in (("gk", "groth_khan"), ("hall", "hall"))
        ),
    }
    return list(makers[table]())


@pytest.fixture(scope="module")
def numbers() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read("numbers")}


#: Numbers in each table, counted in the paper.
COUNTS = {1: 30, 2: 17, 3: 51, 4: 36, 5: 27, 6: 17, 7: 21, 8: 18, 9: 4, 10: 15, 11: 30}


@pytest.mark.parametrize("table", COUNTS)
def test_every_cell_of_a_table_is_registered_as_printed(table, numbers):
    found = cells(table)
    assert len(found) == COUNTS[table]
    for name, value, se in found:
        row = numbers[name]
        assert row["value"] == value, name
        assert row["se"] == se.removeprefix("-"), name
        assert row["reference"].split(",")[0] == f"Table {table}", name


@pytest.mark.parametrize("table", COUNTS)
def test_no_registered_number_of_a_table_is_missing_from_it(table, numbers):
    in_table = {name for name, _, _ in cells(table)}
    registered = {name for name in numbers if name.startswith(f"table{table}.")}
    assert registered - in_table <= {"table2.nfa_target"}  # printed in the column of targets


def test_registry_columns_and_unique_ids(numbers):
    rows = read("numbers")
    assert list(rows[0]) == COLUMNS
    assert len(rows) == len(numbers)


def test_ids_references_and_units_are_well_formed(numbers):
    place = r"Abstract|Fact \d|(Table|Figure) \d+(, .+)?|Sections? [\dA.]+( and [\dA.]+)?(, .+)?"
    for name, row in numbers.items():
        assert re.fullmatch(r"(table\d+|fig\d+|fact\d|text)(\.[A-Za-z0-9_]+)+", name), name
        assert re.fullmatch(place, row["reference"]), name
        assert row["unit"] in UNITS, name
        assert row["quantity"], name


def test_decimals_are_those_of_the_printed_value(numbers):
    for name, row in numbers.items():
        expected = str(printed_decimals(row["value"])) if row["value"] else ""
        assert row["decimals"] == expected, name


def test_rows_hold_a_value_or_a_direction_and_their_signs_agree(numbers):
    for name, row in numbers.items():
        assert row["direction"] in {"", "-1", "0", "1"}, name
        if not row["value"]:
            assert (row["unit"], row["se"]) == ("sign", ""), name
            assert row["direction"], name
        elif row["direction"]:
            null = 1 if row["unit"] == "ratio" else 0
            assert (Decimal(row["value"]) - null) * int(row["direction"]) > 0, name
        if row["se"]:
            assert Decimal(row["se"]) > 0, name
            assert row["direction"], name


def test_shares_of_an_effect_lie_between_nothing_and_all(numbers):
    shares = {n: r for n, r in numbers.items() if r["unit"].endswith(" of effect")}
    assert {"text.financial_share", "fig6.adjustment_cost_share"} <= set(shares)
    for name, row in shares.items():
        whole = 100 if row["unit"].startswith("percent") else 1
        assert row["direction"] == "1", name
        assert 0 < Decimal(row["value"]) <= whole, name


def test_stars_are_stars():
    for table in range(4, 10):
        for row in read(f"table{table}"):
            assert all(v in {"", "*", "**", "***"} for k, v in row.items() if k.endswith("stars"))


@pytest.mark.parametrize("year", [1950, 1990, 2020])
def test_table3_adds_to_the_printed_total(year):
    assert sum(Decimal(row[f"share_{year}"]) for row in read("table3")) == Decimal("100.01")


def test_brackets_of_table2_against_tables_10_and_11():
    """Table 2 brackets the adjustment costs, negative ones at zero; its xi are not Table 10's."""
    costs = [Decimal(row["groth_khan"]) for row in read("table11")]
    bracket = {row["symbol"]: row for row in read("table2")}
    assert max(costs) == Decimal(bracket["phi_adj"]["upper"])
    assert min(max(c, Decimal(0)) for c in costs) == Decimal(bracket["phi_adj"]["lower"])
    xi = [Decimal(row["xi"]) for row in read("table10")]
    assert (min(xi), max(xi)) == (Decimal("0.07"), Decimal("0.25"))
    assert (min(xi), max(xi)) != (
        Decimal(bracket["xi"]["lower"]),
        Decimal(bracket["xi"]["upper"]),
    )


def test_industries_of_tables_10_and_11_are_the_same():
    assert [r["slug"] for r in read("table10")] == [r["slug"] for r in read("table11")]


def test_in_text_claims_about_table1_follow_from_it():
    """The rise of 15 percent is the mean's; the fall of dispersion by half is the CV's, rounded."""
    first, *_, last = read("table1")
    rise = Decimal(last["income_mean"]) / Decimal(first["income_mean"]) - 1
    fall = 1 - Decimal(last["income_cv"]) / Decimal(first["income_cv"])
    assert round(100 * rise) == 15
    assert round(100 * fall) == 45
