"""Fact 2 on generated panels whose relation is known."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts.fact2 import (
    change_on_change,
    curves_by_year,
    dispersion,
    relative,
    rise_and_fall,
    specialization_curve,
)


@pytest.fixture(scope="module")
def panel():
    """Gini elasticity of 0.4 to income within years; both grow nationally and independently."""
    rng = np.random.default_rng(31)
    frames = []
    income = rng.normal(9, 0.3, 200)
    for year in range(1950, 2001, 10):
        income = income + 0.6 + 0.15 * rng.normal(size=200)
        log_gini = 0.4 * (income - income.mean()) - 0.8 + 0.02 * rng.normal(size=200)
        frames.append(
            pd.DataFrame(
                {
                    "region": np.arange(200),
                    "year": year,
                    "log_income": income,
                    "income_pc": np.exp(income),
                    "gini": np.exp(log_gini),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_dispersion_by_hand():
    frame = pd.DataFrame({"year": [1] * 5, "gini": [1.0, 2.0, 3.0, 4.0, 5.0]})
    row = dispersion(frame, years=[1, 2]).loc[1]
    assert row["mean"] == 3
    assert row["cv"] == pytest.approx(np.sqrt(2.5) / 3)
    assert row["p90_p10"] == pytest.approx(4.6 / 1.4)
    assert row["regions"] == 5
    assert dispersion(frame, years=[1, 2]).loc[2].isna().all()


def test_relative_values_do_not_depend_on_units_or_national_growth(panel):
    inflated = panel.assign(income_pc=panel["income_pc"] * np.exp(panel["year"] / 100))
    assert relative(inflated, "income_pc").to_numpy() == pytest.approx(
        relative(panel, "income_pc").to_numpy()
    )


def test_curves_of_years_are_made_of_their_years_only(panel):
    """The relation of the last year is turned around: only its own curve falls."""
    last = panel["year"] == 2000
    turned = panel.assign(gini=panel["gini"].where(~last, 0.2 / panel["gini"]))
    curves = curves_by_year(turned, years=[1950, 2000], seed=1, draws=20)
    assert curves[1950].line.term().coef == pytest.approx(0.4, abs=0.02)
    assert curves[2000].line.term().coef == pytest.approx(-0.4, abs=0.02)
    assert set(curves[1950].data["year"]) == {1950}
    assert curves[2000].line.n == 200
    with pytest.raises(ValueError, match=r"no rows for \[1945\]; it covers 1950 to 2000"):
        curves_by_year(turned, years=[1945, 1950], seed=1)


def test_curve_and_line_recover_a_linear_relation(panel):
    curve = specialization_curve(panel, seed=3, draws=40)
    assert curve.line.term("income").coef == pytest.approx(0.4, abs=0.01)
    middle = np.abs(curve.band.at) < 0.3
    assert curve.band.slope[middle] == pytest.approx(np.full(middle.sum(), 0.4), abs=0.03)
    assert curve.band.clusters == curve.line.groups == 200
    assert len(curve.data) == len(panel)


def test_curve_finds_a_bend_that_the_line_misses():
    rng = np.random.default_rng(32)
    income = rng.normal(0, 0.5, 600)
    frame = pd.DataFrame({"region": np.arange(600), "year": 1, "income_pc": np.exp(income)})
    frame["gini"] = np.exp(np.tanh(4 * (income - income.mean())) / 5)
    band = specialization_curve(frame, seed=1, draws=20, span=0.2).band
    steep = band.slope[np.abs(band.at - band.at.mean()).argmin()]
    assert steep > 5 * abs(band.slope[-1])


def test_change_on_change_recovers_the_elasticity(panel):
    result = change_on_change(panel, years=range(1950, 2001, 10), horizons=(10, 50))
    ten, fifty = result.estimates.itertuples(index=False)
    assert (ten.n, fifty.n) == (1000, 200)
    assert ten.coef == pytest.approx(0.4, abs=4 * ten.se)
    assert fifty.coef == pytest.approx(0.4, abs=4 * fifty.se)
    assert "effects" in result.spec


def test_national_trends_need_year_effects(panel):
    trending = panel.assign(gini=panel["gini"] * np.where(panel["year"] >= 1980, 2.0, 1.0))
    years = range(1950, 2001, 10)
    with_effects = change_on_change(trending, years=years, horizons=(10,)).estimates
    without = change_on_change(trending, years=years, horizons=(10,), year_effects=False).estimates
    assert with_effects["coef"][0] == pytest.approx(0.4, abs=0.02)
    assert abs(without["coef"][0] - 0.4) > 0.02
    assert without["se"][0] > 5 * with_effects["se"][0]


def test_absent_horizons_are_refused(panel):
    with pytest.raises(ValueError, match="are 15 years apart"):
        change_on_change(panel, years=range(1950, 2001, 10), horizons=(15,))


def test_headlines_of_a_line_have_one_slope(panel):
    curve = specialization_curve(panel, seed=3, draws=40)
    head = curve.headlines()
    slopes = [head[name] for name in ("slope", "low", "middle", "high")]
    assert slopes == pytest.approx([0.4] * 4, abs=0.05)
    assert head["slope_t"] > 20
    assert max(abs(head["low_t"]), abs(head["high_t"])) < 4
    gap, se = curve.bend(0.95)
    assert gap == pytest.approx(curve.slope_at(0.95) - curve.slope_at(0.5), abs=1e-6)
    assert head["high_t"] == gap / se


def test_rise_and_fall_are_percent():
    rows = pd.DataFrame({"mean": [0.4, 0.5], "cv": [0.2, 0.15]}, index=[1950, 2020])
    assert rise_and_fall(rows, 1950, 2020) == pytest.approx({"rise": 25.0, "fall": 25.0})
