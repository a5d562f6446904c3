"""Rows of the fact chapters, from results made by hand and from generated panels."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts import fact2
from regspec.facts.estimates import Regression
from regspec.facts.fact1 import Quantiles, TradeOff
from regspec.paper import fact_rows, scoreboard
from regspec.tools import fingerprint

NOTES = {"tier": "synthetic", "note": "n"}


def regression(outcome, values):
    """A result with chosen coefficients, errors, and effects in standard deviations."""
    coef, se, standardized = (pd.Series({k: v[i] for k, v in values.items()}) for i in range(3))
    return Regression(
        outcome=outcome, focus=next(iter(values)), coef=coef, se=se, standardized=standardized,
        dof=40.0, n=48, groups=None, r2=0.5, r2_adj=0.4, covariance="HC1", spec="by hand",
    )  # fmt: skip


def trade_off(*measures, start=1950):
    controls = {"ghat": (0.5, 0.25, 0.1), "log_income": (-0.5, 0.1, -0.4)}
    level = dict.fromkeys(measures, (2.0, 0.5, 0.6)) | {"ghat": controls["ghat"]}
    growth = dict.fromkeys(measures, (-1.0, 0.5, -0.25)) | controls
    data = pd.DataFrame({"region": ["39", "26", "12", "06"], "ghat": [1.0, 1.2, 2.0, 2.4]})
    return TradeOff(
        level=regression("level", level), growth=regression("growth", growth), data=data,
        level_net=data, growth_net=data, start=start, end=2019, controls="all",
    )  # fmt: skip


def by_horizon(*horizons, t=-3.0):
    frame = pd.DataFrame({"horizon": horizons, "coef": [0.9 - 0.005 * h for h in horizons]})
    return frame.assign(se=0.1, t=t, n=48, r2_adj=0.3)


def known(rows):
    """Ids of rows, all of them published numbers."""
    ids = [row.id for row in rows]
    assert set(ids) <= set(scoreboard.published())
    return ids


def test_a_term_in_standard_deviations_keeps_its_t_ratio():
    fit = trade_off("gini").growth
    plain = fact_rows.term_row("text.growth_effect", fit, **NOTES)
    scaled = fact_rows.term_row("text.std_growth_effect", fit, **NOTES, sd=True)
    assert (plain.value, plain.se, plain.note) == (-1.0, 0.5, "n")
    assert (scaled.value, scaled.se) == (-0.25, 0.125)
    assert fact_rows.term_row("table4.c1.ghat", fit, "ghat", **NOTES).value == 0.5


def test_halves_are_level_and_growth():
    rows = fact_rows.half_rows("fig2.{half}_slope", trade_off("gini"), **NOTES)
    assert known(rows) == ["fig2.level_slope", "fig2.growth_slope"]
    assert [row.value for row in rows] == [2.0, -1.0]


def test_columns_of_a_table_are_growth_first():
    results = [trade_off("gini"), trade_off("gini_tradable")]
    slugs = {"gini": "specialization", "gini_tradable": "tradable"}
    rows = fact_rows.trade_off_table_rows(4, results, slugs, tier="public")
    effects = [(row.id, row.value) for row in rows if row.id.endswith(("tion", "able"))]
    assert effects == [
        ("table4.c1.specialization", -1.0), ("table4.c2.tradable", -1.0),
        ("table4.c3.specialization", 2.0), ("table4.c4.tradable", 2.0),
    ]  # fmt: skip


def test_rows_of_states_name_years_and_regions():
    results = {
        "early": trade_off("gini", start=1929),
        "zones": trade_off("gini", start=1980),
        "detail": trade_off("gini_tradable", "gini_nontradable", start=1958),
        "herfindahl": trade_off("herfindahl"),
    }
    rows = fact_rows.state_trade_off_rows(trade_off("gini"), **results)
    ids, notes = known(rows), [row.note for row in rows]
    assert ids[:4] == ["text.std_level_effect", "text.std_growth_effect", "text.level_effect",
                       "text.growth_effect"]  # fmt: skip
    assert len(ids) == 43
    assert ids[-1] == "table6.c1.log_income"
    assert sum(i.startswith("table4.") for i in ids) == 20
    assert {"48 states, 1929, no controls", "48 zones, manufacturing, 1980",
            "48 states, 77 industries, goods as tradable, 1958-2019"} < set(notes)  # fmt: skip
    assert {row.tier for row in rows} == {"public"}


def test_growth_of_states_by_horizon_and_belt():
    fits = trade_off("gini")
    quantiles = Quantiles(effects=pd.DataFrame(), level=fits.level, growth=fits.growth)
    onsets = {"falls": by_horizon(10, 20), "does not": by_horizon(10, 20, t=1.0)}
    rows = fact_rows.state_growth_rows({"goods": by_horizon(70)}, onsets, quantiles, fits)
    assert known(rows) == [
        "table7.h70", "table7.h70.n", "table7.h70.adj_r2", "text.negative_growth_horizon",
        "fig15.level_slope", "fig15.growth_slope", "fig14.rust_belt_minus_sun_belt",
    ]  # fmt: skip
    assert [row.note for row in rows[1:4]] == [
        "goods", "goods, within years", "falls; t below -1.645 from there on"
    ]  # fmt: skip
    assert rows[3].value == 10
    assert rows[-1].value == pytest.approx(1.1 - 2.2)  # Ohio and Michigan less Florida, California


@pytest.fixture(scope="module")
def panel():
    """Specialization rises with the square of income; the Rust Belt widens its lead by 0.1."""
    rng = np.random.default_rng(61)
    income, rust = rng.normal(0, 0.3, 80), np.arange(80) < 20
    frames = [
        pd.DataFrame({
            "region": np.arange(80), "year": year, "rust_belt": rust, "coasts": ~rust,
            "income_pc": np.exp(9 + income), "population": 1.0,
            "gini": np.exp(0.5 * income**2 + lead * rust),
        })
        for year, lead in ((1950, 0.1), (2020, 0.2))
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def test_a_bent_curve_has_tails_of_both_signs(panel):
    curve = fact2.specialization_curve(panel.query("not rust_belt"), seed=1, draws=20)
    rows = fact_rows.curve_rows(curve, **NOTES)
    assert known(rows) == ["fig3.slope", "fig3.slope_lower_tail_minus_middle",
                           "fig3.slope_upper_tail_minus_middle"]  # fmt: skip
    assert rows[1].value < 0 < rows[2].value
    assert [row.note for row in rows] == ["n, straight line", "n, 5th percentile less median",
                                          "n, 95th percentile less median"]  # fmt: skip
    low = curve.headlines()
    assert low["low"] - low["middle"] == pytest.approx(rows[1].value, abs=1e-6)


def test_groups_of_states_and_their_errors(panel):
    rows = fact_rows.group_rows(panel, seed=1, draws=30, note="n")
    assert known(rows) == ["fig16.rust_belt_1950", "fig17.rust_belt_change", "fig17.coasts_2020"]
    assert rows[1].value == pytest.approx(0.075, abs=0.01)  # 0.1 less a quarter of it
    # The change is that of the same states, so that its error is the smaller one.
    assert 0 < rows[1].se < rows[0].se


def test_persistence_at_the_longest_horizon():
    everything, gaps = by_horizon(10, 60, 70), {"a": (0.1, 0.02), "b": (0.2, 0.03)}
    rows = fact_rows.fig4_rows(by_horizon(70), everything, gaps, **NOTES, tradable_note="t")
    assert known(rows) == [
        "fig4.h70_tradable", *2 * ["fig4.tradable_minus_nontradable"],
        "fig4.persistence_by_horizon", "fact3.region_industry_persistence",
    ]  # fmt: skip
    assert [row.note for row in rows] == ["t", "a", "b", "n, smallest of seven horizons",
                                          "n, 70 years"]  # fmt: skip
    ladder = fact_rows.fig20_rows(everything, tier="public", change_se=0.05)
    assert known(ladder) == ["fig20.h60", "fig20.slope_in_horizon"]
    assert [row.value for row in ladder] == pytest.approx([0.6, -0.3])
    assert (ladder[1].se, ladder[1].note) == (0.05, "70 years less 10")
    comovement = fact_rows.comovement_row(everything, **NOTES)
    assert (comovement.value, comovement.note) == (
        pytest.approx(0.55), "n, change on change over 70 years",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("note", "since", "at"), [("", "", ""), ("n", "since 1969, n", "in 1969, n")]
)
def test_two_places(note, since, at):
    income = pd.DataFrame({"Dayton": [0.2, -0.1], "Rochester, MN": [0.1, 0.15]}, index=[1969, 2019])
    rows = fact_rows.place_rows(income, income + 0.3, tier="public", note=note, gini_note="g")
    known(rows)
    assert [row.value for row in rows] == pytest.approx([-0.3, 0.05, 0.1, 0.1])
    assert [row.note for row in rows] == [since, since, at, "g"]


def test_dispersion_has_the_error_of_whole_regions(panel):
    other = panel.assign(income_pc=panel["income_pc"].where(panel["year"] == 1950, 8000.0))
    row = fact_rows.dispersion_row(
        "fig18.dispersion_change_1950_1990", other, (1950, 2020), note="n", seed=1
    )
    known([row])
    assert row.value == pytest.approx(-0.3, abs=0.06)  # all incomes are one in the second year
    assert 0 < row.se < 0.1


def test_rows_do_not_make_chapters_on_data_depend_on_the_model():
    _, reached = fingerprint.package().reached_from(
        ["from regspec.paper import fact_rows\nprint(fact_rows)"]
    )
    assert {"dispersion_row", "fit_ols"} <= set(reached)
    assert not {"solve_equilibrium", "solve_state", "Calibration"} & set(reached)
