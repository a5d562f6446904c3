"""Figures, tables, glue and the scoreboard rule."""

from __future__ import annotations

import io
import re

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from regspec.figures.style import TIERS, attach, house_style, stamp
from regspec.paper import scoreboard
from regspec.paper.scoreboard import Ours, _Published, status_of
from regspec.show import display


def paper(value=None, direction=None, decimals=2, se=None, unit="", name="x"):
    return _Published(
        id=name,
        reference="Table 1",
        quantity="q",
        value=value,
        direction=direction,
        decimals=decimals,
        se=se,
        unit=unit,
    )


HALVED = paper(0.5, -1, 1, unit="ratio")
SHARE = paper(56.0, 1, 0, unit="percent of effect")


@pytest.mark.parametrize(
    ("published", "ours", "status"),
    [
        (paper(0.46), None, "not computed"),
        (paper(0.46), Ours("x", 0.4649, "public"), "match"),
        (paper(0.46), Ours("x", 0.4651, "public"), "close"),
        (paper(0.46), Ours("x", 0.60, "public"), "differs"),
        (paper(-0.233, se=0.09, decimals=3), Ours("x", -0.9, "public"), "same direction"),
        (paper(-0.233, se=0.09, decimals=3), Ours("x", 0.9, "public"), "opposite direction"),
        (paper(-0.233, se=0.09, decimals=3), Ours("x", -0.9, "public", se=0.8), "insignificant"),
        (paper(-0.233, se=0.09, decimals=3), Ours("x", -0.233, "public", se=0.2), "insignificant"),
        (paper(None, direction=0), Ours("x", -0.233, "public", se=0.2), "not rejected"),
        (paper(None, direction=0), Ours("x", -0.233, "public", se=0.02), "differs"),
        (paper(None, direction=0), Ours("x", 0.0, "public"), "match"),
        (paper(None, direction=1), Ours("x", 0.1, "public"), "same direction"),
        (paper(None, direction=1), Ours("x", -0.1, "public"), "opposite direction"),
        (paper(None, direction=-1), Ours("x", -0.1, "public", se=1.0), "insignificant"),
        (paper(0.0, decimals=1), Ours("x", 0.04, "public"), "match"),
        (HALVED, Ours("x", 1.03, "model"), "opposite direction"),
        (HALVED, Ours("x", 0.73, "model"), "same direction"),
        (HALVED, Ours("x", 0.54, "model"), "match"),
        (HALVED, Ours("x", 0.73, "model", se=0.2), "insignificant"),
        (paper(1.23, unit="ratio"), Ours("x", 1.3, "public"), "close"),
        (
            paper(1.013, decimals=3, unit="gross rate per year"),
            Ours("x", 1.007, "public"),
            "differs",
        ),
        (SHARE, Ours("x", 405.0, "public", same_sign=True), "differs"),
        (SHARE, Ours("x", 3.0, "public", same_sign=False), "opposite direction"),
        (SHARE, Ours("x", 56.0, "public", same_sign=False), "opposite direction"),
        (SHARE, Ours("x", -3.0, "public", same_sign=True), "opposite direction"),
        (SHARE, Ours("x", 3.0, "public", same_sign=True), "same direction"),
        (SHARE, Ours("x", 55.8, "public", same_sign=True), "match"),
        (paper(0.1, decimals=1, name="table2.xi_min"), Ours("x", 0.07, "model"), "differs"),
        (paper(0.9, decimals=1, name="table2.rho_max"), Ours("x", 0.93, "public"), "close"),
        (paper(0.9, decimals=1, name="text.rho"), Ours("x", 0.93, "public"), "match"),
        (paper(5.0, decimals=0), Ours("x", 5.0, "model", given=True), "taken as given"),
    ],
)
def test_status_follows_the_rule(published, ours, status):
    assert status_of(published, ours) == status
    assert status in scoreboard.STATUSES


def a_figure():
    with house_style():
        fig, ax = plt.subplots()
        ax.plot([0, 1], [0, 1])
    return fig


def test_png_is_a_small_palette_image():
    png = display._png(a_figure())
    with Image.open(io.BytesIO(png)) as image:
        assert image.mode == "P"
        assert image.width > 800
    assert len(png) < 60_000


@pytest.mark.parametrize("change", [{"name": "level"}, {"caption": " "}, {"alt": "a line"}])
def test_figures_need_a_name_a_caption_and_alt_text(change):
    good = {"name": "fig-x", "caption": "A line.", "alt": "One line rises from left to right."}
    with pytest.raises(ValueError, match=r"fig-|caption and an alt"):
        display.show(a_figure(), **(good | change))
    plt.close("all")


def test_data_are_written_with_figure_tier_source_and_what_columns_measure():
    frame = pd.DataFrame({"cz": [100, 200], "name": ["A #1", "B"], "value": [1 / 3, np.nan]})
    fig = stamp(a_figure(), tier="public", note="BEA #12ab\n(2020)")
    text = display.as_csv(attach(fig, frame, {"value": "income, dollars"}), "fig-x")
    assert text.splitlines() == [
        "# figure: fig-x",
        "# tier: public tier (official, no registration)",
        "# source: BEA #12ab (2020)",
        "# column value: income, dollars",
        "cz,name,value",
        "100,A no. 1,0.333333",
        "200,B,",
    ]
    assert pd.read_csv(io.StringIO(text), comment="#")["cz"].tolist() == [100, 200]


def test_figures_without_data_or_tier_are_refused_with_what_to_do():
    fig = stamp(a_figure(), tier="model")
    text = {"name": "fig-x", "caption": "A line.", "alt": "One line rises from left to right."}
    with pytest.raises(ValueError, match=r"'fig-x': .* no data; call .*attach\(figure, frame"):
        display.show(fig, **text)
    with pytest.raises(ValueError, match=r"'fig-x': .* no data tier; call .*style\.stamp"):
        display.show(attach(a_figure(), pd.DataFrame({"x": [1]})), **text)
    plt.close("all")


def test_stamp_names_the_tier_and_refuses_others():
    fig = stamp(a_figure(), tier="synthetic", note="seed 1")
    assert TIERS["synthetic"] in fig.texts[0].get_text()
    with pytest.raises(ValueError, match="census, public, synthetic, model"):
        stamp(fig, tier="real")
    plt.close("all")


def test_html_tables_escape_align_and_mark_missing_values():
    frame = pd.DataFrame({"<b>": ["a&b"], "x": [1234.5678], "y": [np.nan]})
    html = display.as_html(frame, caption="A < B", decimals=1)
    assert "&lt;b&gt;" in html
    assert "a&amp;b" in html
    assert '<td class="num">1,234.6</td>' in html
    assert '<td class="num">–</td>' in html
    assert "A &lt; B" in html


def test_tables_say_yes_and_no_and_print_counts_whole_and_zero_without_a_sign():
    frame = pd.DataFrame(
        {
            "certified": [True, np.bool_(False)],
            "mixed": pd.Series([0.0, False], dtype=object),
            "count": [70.0, np.nan],
            "small": [-0.0001, 2.5],
        }
    )
    html = display.as_html(frame, caption="c", decimals=2)
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == [
        "yes", "0.00", "70", "0.00", "no", "no", "–", "2.50",
    ]  # fmt: skip
    assert "-0.00" not in html


def test_an_index_without_a_name_has_an_empty_corner():
    frame = pd.DataFrame({"x": [1]}, index=["row"])
    html = display.as_html(frame, caption="c", index=True)
    assert '<tr><td></td><th scope="col" class="num">x</th></tr>' in html
    named = display.as_html(frame.rename_axis("year"), caption="c", index=True)
    assert '<th scope="col">year</th>' in named


@pytest.mark.parametrize(
    ("value", "decimals", "ours", "printed"),
    [
        (741.0, 0, 741.0, "741"),
        (741.0, 0, 740.6, "740.60"),
        (0.46, 2, 0.4, "0.40"),
        (None, 0, -0.00123, "-0.0012"),
        (None, 0, 0.0, "0"),
    ],
)
def test_our_number_is_printed_like_the_papers(value, decimals, ours, printed):
    published = _Published(
        id="a", reference="T", quantity="q", value=value, direction=-1, decimals=decimals, se=None
    )
    assert scoreboard._row(published, Ours("a", ours, "model"))["ours"] == printed


def test_a_note_stands_in_small_type_below_its_column():
    frame = pd.DataFrame({"x": ["a", "b"], "note": ["<c>", ""], "y": [1, 2]})
    html = display.as_html(frame, caption="c", small=("x", "note"))
    assert "<td>a<small>&lt;c&gt;</small></td>" in html
    assert "<td>b</td>" in html
    assert ">note<" not in html


@pytest.mark.parametrize("value", [float("nan"), np.float64("inf")])
def test_glue_refuses_numbers_that_are_not_finite(value):
    with pytest.raises(ValueError, match="not_finite"):
        display.glue("not_finite", value)


def test_glue_all_glues_every_value_under_the_prefix(monkeypatch):
    glued = {}
    monkeypatch.setattr(display, "glue", lambda name, value: glued.update({name: value}))
    display.glue_all({"level": 1.5, "word": "none"}, prefix="main_")
    display.glue_all(pd.Series({"n": 3}))
    assert glued == {"main_level": 1.5, "main_word": "none", "n": 3}


def notebook_with(*outputs):
    cell = nbformat.v4.new_code_cell("1", outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


def test_scoreboard_rows_travel_in_outputs_and_unknown_ids_are_refused(monkeypatch):
    known = {
        "a": _Published(
            id="a", reference="T1", quantity="mean", value=0.46, direction=None, decimals=2, se=None
        ),
        "b": _Published(
            id="b", reference="T2", quantity="slope", value=None, direction=-1, decimals=0, se=None
        ),
    }
    monkeypatch.setattr(scoreboard, "published", lambda: known)
    out = nbformat.v4.new_output(
        "display_data",
        data={scoreboard.MIME: {"rows": [{"id": "a", "value": 0.4, "tier": "public"}]}},
    )
    frame = scoreboard.collect([notebook_with(out)])
    assert list(frame.columns) == list(scoreboard.COLUMNS)
    assert frame["status"].tolist() == ["differs", "not computed"]
    assert frame["ours"].tolist() == ["0.40", ""]
    assert frame["id"].tolist() == ["a/public", "b/none"]
    with pytest.raises(KeyError, match="did you mean 'a'"):
        scoreboard.compare([Ours("aa", 0.1, "public")])
    with pytest.raises(ValueError, match="a: tier is 'real'; allowed"):
        scoreboard.compare([Ours("a", 0.1, "real")])
    with pytest.raises(ValueError, match=r"not the published 0\.46"):
        scoreboard.compare([Ours("a", 0.5, "model", given=True)])
    known["b"] = paper(56.0, 1, 0, unit="percent of effect", name="b")
    with pytest.raises(ValueError, match="pass same_sign"):
        scoreboard.compare([Ours("b", 12.0, "model")])


def test_rows_of_one_number_are_told_apart_by_tier_and_note():
    def names(*rows):
        return scoreboard.variants([Ours("a", 1.0, tier, note) for tier, note in rows])

    assert names(("public", "48 states")) == ["public"]
    both = names(("public", "x, 1950; s 0.15"), ("synthetic", ""), ("public", "x, 1980; s 0.2"))
    assert both == ["public-1950", "synthetic", "public-1980"]
    # The words that all have say nothing; one without words of its own goes by its tier.
    within = names(("model", "a, b"), ("model", "a, b, within years"))
    assert within == ["model", "model-within-years"]
    assert names(("model", "γ = 5, decade"), ("model", "γ = 5, year"))[0] == "model-decade"
    with pytest.raises(ValueError, match="a has several rows model; say in their notes"):
        names(("model", "x"), ("model", "x"))


def test_recorded_rows_come_back_as_they_were():
    rows = [Ours("a", 0.4, "public"), Ours("b", 1.25, "model", "n", 0.5, given=True)]
    assert rows[0].record() == {"id": "a", "value": 0.4, "tier": "public"}
    assert [Ours(**r.record()) for r in rows] == rows


def test_a_folded_table_shows_its_caption_once_and_can_be_opened():
    frame = pd.DataFrame({"a": [1.0]})
    html = display.as_html(frame, caption="Costs & <gains>", fold=True)
    assert html.startswith('<details class="regspec-fold"><summary>Costs &amp; &lt;gains&gt;<')
    assert "<caption>" not in html
    assert 'aria-label="Costs &amp;' in html
    assert "<details" not in display.as_html(frame, caption="Costs")
