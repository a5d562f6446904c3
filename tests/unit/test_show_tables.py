"""Tables beside the paper's: golden files, the paper's cells as printed, rows of the scoreboard."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regspec.facts.estimates import Regression
from regspec.facts.fact1 import TradeOff
from regspec.paper import fact_rows, rows, scoreboard, side_by_side
from regspec.paper.scoreboard import Ours
from regspec.paper.side_by_side import Row
from regspec.show import tables
from regspec.show.tables import Cell, PaperTable

GOLDEN = Path(__file__).parent / "golden"
ROWS = [
    Row("Specialization", "gini", "specialization"),
    Row("Tradable & sold afar", "gini_tradable", "tradable"),
    Row("ĝ", "ghat", "ghat"),
    Row("Log income p.c.", "log_income", "log_income"),
    Row("Rust Belt", "rust_belt", ""),
]


def regression(outcome, values, n=722):
    """A result with chosen coefficients and standard errors."""
    coef, se = (pd.Series({k: v[i] for k, v in values.items()}) for i in (0, 1))
    return Regression(
        outcome=outcome, focus=next(iter(values)), coef=coef, se=se, standardized=coef, dof=700.0,
        n=n, groups=None, r2=0.5, r2_adj=0.4567, covariance="HC1", spec="by hand",
    )  # fmt: skip


@pytest.fixture
def fits():
    ghat, rust = (-0.0123, 0.0071), (0.05, 0.04)
    one = {"gini": (-0.2334, 0.0901), "ghat": ghat, "log_income": (-0.868, 0.034)}
    two = {"gini_tradable": (-0.151, 0.038), "ghat": ghat, "log_income": (-0.885, 0.032)}
    level = {"gini": (0.844, 0.084), "ghat": ghat, "rust_belt": rust}
    split = {"gini_tradable": (123.456, 10.0), "ghat": ghat, "rust_belt": rust}
    return {
        "Growth 1950–2020": (regression("growth", one), regression("growth", two)),
        "Log income 1950": (regression("level", level), regression("level", split, n=1700)),
    }


@pytest.fixture
def table4(fits):
    return side_by_side.regressions_beside(fits, ROWS, table=4, title="Table 4, synthetic tier")


@pytest.mark.parametrize("kind", ["html", "tex"])
def test_files_are_the_golden_ones(table4, tmp_path, kind):
    """After a wanted change write them anew: ``table4.write(GOLDEN)``, and read the difference."""
    written = {p.suffix[1:]: p for p in table4.write(tmp_path / "new" / "folder")}
    golden = GOLDEN / f"table4.{kind}"
    assert written[kind].read_text(encoding="utf-8") == golden.read_text(encoding="utf-8")


class _Grid(HTMLParser):
    """Width of every row of a table, spans counted."""

    def __init__(self):
        super().__init__()
        self.widths = []

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.widths.append(0)
        if tag in {"td", "th"}:
            self.widths[-1] += int(dict(attrs).get("colspan", 1))


def test_html_rows_have_one_width_and_labels_are_row_headers(table4):
    grid = _Grid()
    grid.feed(table4.html())
    assert set(grid.widths) == {9}
    assert table4.html().count('<th scope="row">') == len(ROWS) + 2
    assert "Tradable &amp; sold afar" in table4.html()


def test_latex_is_balanced_and_never_opens_a_display(table4):
    tex = table4.latex()
    assert tex.count("{") == tex.count("}")
    assert "$$" not in tex
    assert tex.count("$") % 2 == 0
    body = tex[tex.index(r"\midrule") : tex.index(r"\bottomrule")]
    lines = [line for line in body.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", line)) for line in lines} == {8}
    assert r"Tradable \& sold afar" in tex
    assert r"\cmidrule(lr){2-5}\cmidrule(lr){6-9}" in tex


def test_cells_are_ours_and_the_papers(table4):
    cells = dict(table4.rows)
    assert cells["Specialization"][0] == Cell("−0.233", "**", "0.0901")
    assert cells["Specialization"][1] == Cell("−0.233", "*", "0.0901")
    assert cells["Specialization"][2:4] == (tables.EMPTY, tables.EMPTY)
    assert cells["Tradable & sold afar"][6] == Cell("123.5", "***", "10.000")
    assert cells["Rust Belt"] == (
        *[tables.EMPTY] * 4, Cell("0.0500", "", "0.0400"), tables.EMPTY,
        Cell("0.0500", "", "0.0400"), tables.EMPTY,
    )  # fmt: skip
    assert [c.text for c in cells["N"]] == ["722"] * 6 + ["1,700", "722"]
    assert cells["Adj. R²"][:2] == (Cell("0.457"), Cell("0.538"))
    assert table4.paper == (False, True) * 4


@pytest.mark.parametrize(
    ("p", "mark"),
    [
        (0.0009, "***"),
        (0.001, "**"),
        (0.0099, "**"),
        (0.01, "*"),
        (0.049, "*"),
        (0.05, ""),
        (np.nan, ""),
    ],
)
def test_stars(p, mark):
    assert side_by_side.stars(p) == mark


def test_every_printed_column_is_read_as_in_the_paper():
    assert side_by_side.printed(5, 2)["services"] == Cell("−5.386", "**", "1.776")
    assert side_by_side.printed(5, 1)["population"] == Cell("165.7", "***", "")
    assert "log_income" not in side_by_side.printed(6, 2)
    with pytest.raises(KeyError, match="Table 6 has no column 3"):
        side_by_side.printed(6, 3)


def horizons(**columns):
    frame = pd.DataFrame({"horizon": [10, 70], "coef": [0.1, -0.2], "se": [0.2, 0.05], "n": [5, 1]})
    return frame.assign(**columns)


def test_horizons_stand_in_rows_and_the_papers_signs_of_errors_are_removed():
    ours = horizons(p=[0.6, 1e-5], r2_adj=[0.5, 0.6])
    table = side_by_side.by_horizon({"all": ours, "again": ours}, table=7, title="Table 7")
    assert table.groups == (("all", 3), ("Paper", 3), ("again", 3))
    assert table.paper == (False,) * 3 + (True,) * 3 + (False,) * 3
    cells = dict(table.rows)
    assert list(cells) == [f"{h} years" for h in range(10, 80, 10)]
    assert cells["70 years"] == (
        Cell("−0.200", "***", "0.0500"), Cell("1"), Cell("0.600"),
        Cell("−0.154", "***", "0.04"), Cell("700"), Cell("0.549"),
        Cell("−0.200", "***", "0.0500"), Cell("1"), Cell("0.600"),
    )  # fmt: skip
    assert cells["20 years"][:3] == (tables.EMPTY,) * 3
    nine = dict(side_by_side.by_horizon({"states": horizons()}, table=9, title="Table 9").rows)
    assert nine["1 years"] == (tables.EMPTY, Cell("0.961", "***", "0.002"))
    assert nine["10 years"] == (Cell("0.100", "", "0.200"), Cell("0.839", "***", "0.004"))
    assert nine["70 years"][1] == tables.EMPTY


def test_numbers_stand_in_pairs_and_must_fit():
    ours = pd.DataFrame({"Mean": [0.456, np.nan]}, index=["1950", "1970"])
    paper = pd.DataFrame({"Mean": [0.46, -0.48]}, index=["1950", "1970"])
    table = side_by_side.numbers_beside(ours, paper, name="table1", title="t", decimals={"Mean": 2})
    assert dict(table.rows)["1950"] == (Cell("0.46"), Cell("0.46"))
    assert dict(table.rows)["1970"] == (Cell("–"), Cell("−0.48"))
    with pytest.raises(ValueError, match=r"the paper \['1950'\]"):
        side_by_side.numbers_beside(ours, paper.head(1), name="t", title="t", decimals={"Mean": 2})


def test_together_and_alone_stand_beside_the_papers_column(fits):
    together = fits["Growth"][0] if "Growth" in fits else next(iter(fits.values()))[0]
    name = next(n for n in together.coef.index if n != "const")
    row = side_by_side.Row("Manufacturing", name, "manufacturing")
    made = side_by_side.together_and_alone(
        {"Growth": (together, {name: together})}, [row], table=5, title="t"
    )
    ours, alone, paper = made.rows[0][1]
    assert ours == alone == side_by_side.cell(*together.term(name)[:2], together.term(name).p)
    assert paper.text == "−1.086"
    assert (made.name, made.paper) == ("table5_alone", (False, False, True))


def test_bad_tables_are_refused(fits):
    with pytest.raises(KeyError, match=r"no regression has \['gdp'\]; they have \['ghat'"):
        side_by_side.regressions_beside(fits, [Row("x", "gdp", "")], table=4, title="t")
    with pytest.raises(KeyError, match="Table 6 has no column 3"):
        side_by_side.regressions_beside(fits, ROWS, table=6, title="t")
    good = {
        "name": "t", "title": "t", "groups": (("a", 1),), "heads": ("x",), "paper": (False,),
        "rows": (("r", (Cell("1"),)),),
    }  # fmt: skip
    PaperTable(**good)
    with pytest.raises(ValueError, match="file name"):
        PaperTable(**good | {"name": "../t"})
    for change in ({"heads": ("x", "y")}, {"rows": (("r", ()),)}, {"groups": (("a", 2),)}):
        with pytest.raises(ValueError, match="columns, groups of"):
            PaperTable(**good | change)


def test_display_writes_and_shows(table4, tmp_path, capsys):
    tables.show_table(table4, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"table4.html", "table4.tex"}
    assert "Specialization" in table4.text()
    assert "−0.233** (0.0901)" in table4.text()


def test_scoreboard_rows_of_a_regression_have_their_ids(fits):
    fit = fits["Growth 1950–2020"][0]
    slugs = {"gini": "specialization", "ghat": "ghat", "log_income": "log_income", "female": "x"}
    made = fact_rows.regression_rows(
        "table4.c1", fit, slugs, tier="synthetic", note="n", notes={"ghat": "no unit"}
    )
    assert [r.id for r in made] == [
        "table4.c1.specialization", "table4.c1.ghat", "table4.c1.log_income", "table4.c1.n",
        "table4.c1.adj_r2",
    ]  # fmt: skip
    assert made[0] == Ours("table4.c1.specialization", -0.2334, "synthetic", "n", 0.0901)
    assert made[1].note == "n; no unit"
    assert {r.id for r in made} <= set(scoreboard.published())


def test_scoreboard_rows_of_horizons_and_numbers_have_their_ids():
    known = set(scoreboard.published())
    seven = fact_rows.horizon_rows("table7", horizons(r2_adj=[0.5, 0.6]), tier="public")
    assert len(seven) == 6
    nine = fact_rows.horizon_rows("table9", horizons().head(1), tier="public")
    frame = pd.DataFrame({1950: [20.0, np.nan]}, index=["agriculture", "mining"])
    three = fact_rows.number_rows("table3.{row}_{column}", frame, {1950: "1950"}, tier="public")
    assert [r.id for r in three] == ["table3.agriculture_1950"]
    assert {r.id for r in (*seven, *nine, *three)} <= known


def test_table_1_has_the_papers_columns_of_its_kind():
    years = side_by_side.published_frame(1)["year"]
    ours = pd.DataFrame(
        {"mean": 0.5, "cv": 0.1, "p90_p10": 1.3}, index=pd.Index(years, name="year")
    )
    table = side_by_side.dispersion_beside(ours, "employment", title="t")
    printed = side_by_side.published_frame(1).set_index("year")
    first, cells = table.rows[0]
    assert table.name == "table1_employment"
    assert first == str(years[0])
    assert [c.text for c in cells[1::2]] == [
        f"{printed.loc[years[0], 'employment_mean']:.2f}",
        f"{printed.loc[years[0], 'employment_cv']:.3f}",
        f"{printed.loc[years[0], 'employment_p90p10']:.2f}",
    ]


def test_trade_offs_stand_growth_first_with_their_controls():
    both = dict.fromkeys(("gini", *(row.ours for row in side_by_side.CONTROLS)), (0.1, 0.05))
    growth, level = regression("growth", both), regression("level", both)
    empty = pd.DataFrame()
    result = TradeOff(level=level, growth=growth, data=empty, level_net=empty, growth_net=empty,
                      start=1950, end=2020, controls="census")  # fmt: skip
    table = side_by_side.trade_off_beside([result], side_by_side.KINDS[:1], table=6, title="t")
    assert [head for head, _ in table.groups] == ["Growth 1950–2020", "Log income 1950"]
    labels = [label for label, _ in table.rows]
    assert labels[0] == "Specialization"
    assert labels[1:-2] == [row.label for row in side_by_side.CONTROLS]


def test_a_folded_table_shows_its_title_once(monkeypatch, table4):
    shown = []
    monkeypatch.setattr(tables, "display", lambda data, raw: shown.append(data["text/html"]))
    tables.show_table(table4)
    tables.show_table(table4, fold=True)
    plain, folded = shown
    assert plain.count("<caption>") == 1
    assert "<summary>" not in plain
    assert f"<summary>{table4.title}</summary>" in folded
    assert "<caption>" not in folded
    assert f'aria-label="{table4.title}"' in folded


def test_rows_of_a_table_shown_before_are_recorded_briefly(monkeypatch):
    shown = []
    monkeypatch.setattr(scoreboard, "display", lambda data, raw: shown.append(data))
    made = [
        Ours("table3.mining_1950", 3.99, "synthetic"),
        Ours("table3.mining_1990", 9.0, "public"),
    ]
    scoreboard.compare(made, caption="Table 3", brief=True)
    scoreboard.compare(made, caption="Table 3")
    brief, full = shown
    assert brief[scoreboard.MIME] == full[scoreboard.MIME]
    assert len(brief[scoreboard.MIME]["rows"]) == 2
    assert "synthetic" in brief["text/html"]
    assert "mining" not in brief["text/html"].lower()
    assert "mining" in full["text/html"].lower()


def test_generated_numbers_are_never_a_result():
    """Whatever their value, significance or sign: a match on generated data is no replication."""
    known = scoreboard.published()["table4.c1.specialization"]
    for value, se, given in ((-0.233, 0.09, False), (0.9, None, False), (-0.233, None, True)):
        ours = Ours(known.id, value, tier="synthetic", se=se, given=given)
        assert scoreboard.status_of(known, ours) == "synthetic"
    assert scoreboard.status_of(known, Ours(known.id, -0.233, tier="census", se=0.09)) == "match"
    assert set(scoreboard.SILENT) < set(scoreboard.STATUSES)
    assert "says nothing about the paper" in scoreboard.STATUSES["synthetic"]


def test_inputs_are_the_papers_own_numbers_each_once():
    inputs = rows.input_rows()
    known = scoreboard.published()
    assert all(r.given and r.tier == "model" for r in inputs)
    scoreboard._check_claims(inputs, known)
    ids = [r.id for r in inputs]
    assert len(ids) == len(set(ids))
    assert {k for k in known if k.startswith(("table10.", "table11."))} <= set(ids)
    assert {"table2.gamma", "table2.beta", "text.R_gross", "text.gamma_finance_max"} <= set(ids)
    hall = next(r for r in inputs if r.id == "table11.hall.food")
    assert "by option" in hall.note
