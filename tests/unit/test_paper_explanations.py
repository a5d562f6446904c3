"""Reasons of the scoreboard: complete, backed by what exists, and numbers read where computed."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest
import yaml

from regspec import catalogue
from regspec.paper import explanations, scoreboard
from regspec.paper.explanations import Backing, Explanation
from regspec.paper.overview import finding_values
from regspec.sources.paths import project_root
from regspec.sweep.comparison import HEADLINES, read_results
from regspec.sweep.specification import load_sweep

RESULTS = project_root() / "data" / "results" / "robustness.csv"


@pytest.fixture(scope="module")
def entries():
    return explanations.load()


@pytest.fixture(scope="module")
def compared(entries):
    return explanations.explained(scoreboard.load(), entries)


def test_every_row_of_the_models_parts_that_does_not_match_has_a_reason(compared):
    left = explanations.unexplained(compared)
    assert left.empty, left[["id", "tier", "status", "note"]].to_string()
    published = [{"published": p.id, "section": p.section} for p in scoreboard.published().values()]
    needed = {p["published"] for p in published if explanations.in_scope(p)}
    assert set(compared["published"]) == needed
    assert {
        "text.level_effect",
        "text.financial_share",
        "fig5.model_slope",
        "table2.beta",
        "table10.xi.food",
        "table11.hall.food",
        "fig13.rust_belt_minus_south",
    } <= needed
    assert not needed & {"table7.h10", "fig1.dayton_income_change"}


def test_every_point_named_exists_in_the_sweep_and_every_number_in_its_results(entries):
    sweep = load_sweep(project_root() / "scenarios" / "robustness.yml")
    points = {(p.label, p.reference) for p in sweep.points}
    columns = set(HEADLINES) | set(read_results(RESULTS).select_dtypes("number"))
    for entry in entries:
        for b in entry.backing:
            if b.point:
                assert (b.point, b.reference) in points, (entry.number, b)
                assert b.number in columns, (entry.number, b)


def test_every_backing_is_a_number_that_was_computed(entries):
    results = read_results(RESULTS)
    for entry in entries:
        for backing in entry.backing:
            text = explanations.backed(backing, results)
            assert "nan" not in text, (entry.number, text)
            assert any(c.isdigit() for c in text.rpartition(":")[2]), (entry.number, text)


def test_the_scoreboard_tracks_every_chapter_whose_values_it_quotes(entries):
    tracked = set(catalogue.load()["14_scoreboard"].files)
    chapters = {b.chapter for e in entries for b in e.backing if b.chapter}
    chapters |= {"02_fact1", "09b_discount", "12_planner", "12b_planner_scope"}  # the findings
    chapters |= {"15_zones", "15b_zone_planner"}
    assert {f"notebooks/{chapter}.ipynb" for chapter in chapters} <= tracked
    assert "data/published/explanations.yml" in tracked


def test_no_reason_holds_a_typed_number_of_ours(entries):
    # Years, tables, numbers of readings and counts of the design are no results.
    for entry in entries:
        words = entry.text.replace("(", " ").replace(")", " ").split()
        assert not [w for w in words if "." in w.strip(".,;:") and w[0].isdigit()], entry.number


def row(**changes):
    base = {"id": "table2.beta/model", "published": "table2.beta", "status": "close"}
    return base | changes


@pytest.mark.parametrize("pattern", ["table2.*", "table2.beta", "table2.beta/model", "*/model"])
def test_a_reason_covers_rows_by_id_and_status(pattern):
    entry = Explanation(
        number=1, rows=(pattern,), kind="data", text="t", backing=(), status="close"
    )
    assert entry.covers(row())
    assert not entry.covers(row(status="match"))
    assert not entry.covers(row(id="text.beta/public", published="text.beta"))


def test_every_reason_covers_a_row(entries, compared):
    rows = compared.to_dict("records")
    assert not [e.number for e in entries if not any(e.covers(r) for r in rows)]


GOOD = {
    "rows": ["table2.beta"], "kind": "data", "text": "because",
    "backing": [{"chapter": "09_calibration", "key": "alpha"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": ["table2.betta"]}, "rows has 'table2.betta'.*did you mean 'table2.beta'"),
        ({"rows": ["table12.*"]}, r"rows has 'table12\.\*'"),
        ({"kind": "luck"}, "kind has 'luck'; allowed: data, reading, numerics"),
        ({"status": "closer"}, "status has 'closer'.*did you mean 'close'"),
        ({"backing": []}, "explanation 1 lacks backing; every reason is backed by a number"),
        ({"backing": [{"point": "x"}]}, "lacks number"),
        ({"backing": [{"chapter": "09", "keys": "a"}]}, "'keys'.*did you mean 'key'"),
        ({"note": "x"}, "explanation 1 has 'note'; allowed: rows, status"),
    ],
)
def test_wrong_reasons_are_refused(tmp_path, change, message):
    path = tmp_path / "e.yml"
    path.write_text(yaml.safe_dump([GOOD | change]))
    with pytest.raises(ValueError, match=message):
        explanations.load(path)


def results(**changes):
    columns = read_results(RESULTS).columns
    blank = {c: float("nan") for c in columns} | {"readings": "", "group": "g", "status": "ok"}
    base = {"reference": "paper", "sound": 1.0, "slope_limit": 0.5, "slope_free": 0.4}
    frame = pd.DataFrame(
        [blank | base | {"label": "baseline"},
         blank | base | {"label": "moved", "slope_limit": -0.25} | changes]
    )  # fmt: skip
    return frame.astype({"converged": object, "converged_free": object})


def test_a_point_is_told_beside_its_baseline_and_flagged_where_not_certified():
    backing = Backing(point="moved", number="slope_limit")
    assert explanations.backed(backing, results()) == "moved: slope on the Gini 0.50 → -0.25"
    flagged = explanations.backed(backing, results(sound=0.2))
    assert flagged.endswith("-0.25, not certified")
    limit = dataclasses.replace(backing, number="slope_of_limit")
    assert explanations.backed(limit, results()).endswith("0.100 → -0.650")
    with pytest.raises(ValueError, match=r"no point 'gone' at 'paper'.*explanations\.yml"):
        explanations.backed(Backing(point="gone", number="slope_limit"), results())
    with pytest.raises(ValueError, match="number is 'slop'; allowed: bonds_to_income"):
        explanations.backed(Backing(point="moved", number="slop"), results())


def test_a_value_of_a_chapter_is_the_one_that_it_glued(monkeypatch):
    monkeypatch.setattr(explanations, "glued", lambda _: {"share": 0.123, "word": "none"})
    b = Backing(chapter="09_calibration", key="share", what="the share", decimals=1)
    assert explanations.backed(b) == "the share (09_calibration): 0.1"
    assert explanations.backed(dataclasses.replace(b, key="word")).endswith(": none")
    with pytest.raises(KeyError, match="glues no 'other'; it glues share, word"):
        explanations.backed(dataclasses.replace(b, key="other"))


def test_chapters_that_back_a_reason_are_linked(entries, compared):
    frame = explanations.reasons(entries, compared["why"].tolist())
    assert frame["no."].tolist() == sorted(set(compared["why"]) - {0})
    html = explanations.linked(" ".join(frame["computed sensitivity"]))
    named = set(re.findall(r'href="(\w+)\.html"', html))
    assert {"13_robustness", "12_planner", "09_calibration"} <= named <= set(catalogue.load())
    # Every sensitivity says where it stands.
    assert frame["computed sensitivity"].str.contains(r"\(\d\d[a-z]?_\w+\)").all()


def test_parts_hold_every_row_once(compared):
    split = explanations.parts(compared)
    assert sum(len(rows) for _, rows in split) == len(compared)
    inputs = split[-1][1]
    assert set(inputs["status"]) == {"taken as given"}
    assert (inputs["why"] > 0).all()


def test_findings_count_rows_that_say_something(compared):
    board = scoreboard.load()
    values = finding_values(board, compared, read_results(RESULTS))
    said = board[~board["status"].isin(scoreboard.SILENT)]
    assert values["spoken"] == len(said)
    assert values["agree"] + values["against"] + values["insignificant"] == len(said)
    assert values["price_amplification_low"] <= values["price_amplification_paper"]
    assert values["price_amplification_paper"] <= values["price_amplification_high"]
