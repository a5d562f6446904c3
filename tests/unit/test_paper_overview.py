"""The scoreboard's page: every row once, outcomes counted, chapters of the paper complete."""

from __future__ import annotations

import pandas as pd
import pytest

from regspec import catalogue
from regspec.paper import explanations, overview, scoreboard


@pytest.fixture(scope="module")
def entries():
    return explanations.load()


@pytest.fixture(scope="module")
def board():
    return scoreboard.load()


@pytest.fixture(scope="module")
def compared(board, entries):
    return explanations.explained(board, entries)


@pytest.fixture(scope="module")
def told(board, compared):
    return overview.with_reasons(board, compared)


def test_every_status_has_one_outcome():
    listed = [status for statuses in overview.OUTCOMES.values() for status in statuses]
    assert sorted(listed) == sorted(scoreboard.STATUSES)


def test_every_row_of_the_board_stands_in_one_table(board, told):
    pieces = [
        rows for _, chapter in told.groupby("chapter") for _, rows in overview.by_part(chapter)
    ]
    columns = list(scoreboard.COLUMNS)
    shown = pd.concat(pieces)[columns].sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(shown, board[columns].sort_values(columns, ignore_index=True))


def test_tables_have_titles_of_their_own(told):
    lines = [
        overview.line(*part)
        for _, rows in told.groupby("chapter")
        for part in overview.by_part(rows)
    ]
    assert len(set(lines)) == len(lines)
    assert {"Abstract", "Table 4", "Text of section 4.1"} <= {x.partition(":")[0] for x in lines}


def test_reasons_go_with_their_rows(told, compared, entries):
    assert (told["why"] > 0).sum() == (compared["why"] > 0).sum()
    given = told[told["part"] == "Table 10"]
    assert (given["why"] > 0).all()
    assert "why" in overview.presented(given)
    assert "why" not in overview.presented(told[told["part"] == "Table 1"])


def test_counts_add_up(board, told, compared, entries):
    table = overview.counts(told)
    assert table.loc["All"].sum() == len(board)
    assert (table.drop("All").sum() == table.loc["All"]).all()
    assert list(table.index[:-1]) == list(overview.CHAPTERS)
    by_kind = overview.kinds(compared, entries)
    assert by_kind.to_numpy().sum() == len(compared)
    assert by_kind["match"].sum() == (compared["status"] == "match").sum()


def test_a_line_counts_outcomes():
    rows = pd.DataFrame({"status": ["match", "close", "differs", "synthetic"]})
    assert overview.line("Table 0", rows) == (
        "Table 0: 4 rows; agree 2, do not agree 1, on generated data 1"
    )
    assert overview.line("T", rows.iloc[:1]) == "T: 1 row; agree 1"


def test_a_section_that_no_chapter_has_is_named(board, compared):
    with pytest.raises(ValueError, match=r"section '9\.9'.*belongs to none of Abstract"):
        overview.with_reasons(board.assign(section="9.9"), compared)


def test_a_number_alone_means_the_chapter_of_that_number_and_not_its_parts():
    entries = catalogue.load()
    assert [e.name for e in catalogue.find(["07"], entries)] == ["07_census_facts"]
    assert [e.name for e in catalogue.find(["07b"], entries)] == ["07b_census_specialization"]
    with pytest.raises(ValueError, match="fits several"):
        catalogue.find(["0"], entries)


def test_a_chapter_is_shown_part_by_part(told, monkeypatch):
    shown = []
    monkeypatch.setattr(overview, "show_table", lambda frame, **how: shown.append((frame, how)))
    overview.show_chapter(told, "Model: section 3")
    rows = told[told["chapter"] == "Model: section 3"]
    assert sum(len(frame) for frame, _ in shown) == len(rows)
    assert all(how["fold"] and how["caption"] for _, how in shown)
