"""Rows and headlines of the model's chapters, from the tables that they read."""

from __future__ import annotations

import pandas as pd
import pytest

from regspec.calibrate.inversion import both_sectors, inversion_headlines
from regspec.calibrate.ranges import (
    persistence_headlines,
    process_headlines,
    rate_headlines,
)
from regspec.calibrate.sectors import known_signs
from regspec.industries import cost_headlines, textiles_weight
from regspec.paper.algebra import PlannerProblem, omega_checks, report, total_derivative
from regspec.paper.model_rows import (
    discount_rows,
    impulse_rows,
    planner_rows,
    process_rows,
    scope_rows,
    source_rows,
)
from regspec.paper.scoreboard import published
from regspec.sources.paths import project_root
from regspec.studies.explorer import (
    Setting,
    chosen_of,
    explorer_chosen,
    explorer_gains,
    explorer_impulses,
    settings_of,
    settings_table,
)
from regspec.studies.gains import aversion_headlines, best_rates, gain_slope, shape_table
from regspec.studies.planning import (
    curve_headlines,
    curve_slope,
    existence_headlines,
    losses_table,
)
from regspec.studies.responses import Impulse, ImpulsePair
from regspec.studies.stored import stored
from regspec.studies.tables import (
    Discount,
    check_headlines,
    discount_checks,
    discount_factors,
    ergodic_roots,
    planner_aversion,
    planner_curves,
    planner_existence,
)
from regspec.sweep.comparison import (
    BASELINE,
    by_gamma_and_theta,
    headline_frame,
    range_headlines,
    ranges_by_group,
    read_results,
    tornado,
)


def values(rows) -> dict[str, float]:
    known = published()
    assert all(row.id in known for row in rows)
    return {row.id: row.value for row in rows}


# The planner's scope


def test_rows_and_numbers_of_the_curves_agree():
    curves = stored(planner_curves)
    seen, rows = curve_headlines(curves), scope_rows(curves, "note")
    ours = values(rows)
    assert ours["fig10.planner_minus_de_no_agglomeration"] == seen["gap_none"] < 0
    assert ours["fig10.planner_minus_de_strong_agglomeration"] == seen["gap_strong"] > 0
    assert ours["fig10.crossings"] == seen["crossings"] == 1
    stock = str(curves["size"].iloc[0])
    planner = curve_slope(curves, stock, "planner")
    assert ours["fig10.planner_slope_minus_de_slope"] == planner - seen["slope_stock"]
    assert rows[0].note == "note; the other industry agglomerates"
    line = curves[(curves["size"] == stock) & (curves["variant"] == "planner")]
    ends = line.sort_values("xi")["share"].iloc[[0, -1]].diff().iloc[1]
    assert planner == pytest.approx(ends / (line["xi"].max() - line["xi"].min()), rel=0.2)


def test_numbers_on_existence_and_aversion_are_those_of_their_rows():
    table = stored(planner_existence)
    told = existence_headlines(table)
    assert told["planner_cases"] == len(table)
    assert told["planners_found"] == table["planner"].sum()
    assert (
        told["published_several"] == table.query("gamma == 5 and theta == 0.35")["several"].item()
    )
    row = stored(planner_aversion).iloc[-1]
    assert aversion_headlines(row)["share"] == row["share planner"] - row["share market"]


# The discount factor


def test_rows_on_the_discount_factor():
    roots = ergodic_roots(stored(discount_factors))
    checks = stored(discount_checks).set_index("check")
    inverted = pd.DataFrame(
        {
            "status": ["exact", "one sector", "outside the grid"],
            "capital": [0.3, 0.0, 0.01],
            "error": [1e-12, 0.0, 1e-11],
            "condition": [1.5, float("nan"), 2.0],
        }
    )
    seen = check_headlines(checks)
    rows = discount_rows(roots, seen, inverted, Discount())
    ours = [(row.id, row.value) for row in rows]
    assert ("table2.beta", roots["high_decade"]) in ours
    assert ("table2.k_1950_min", 0.01) in ours
    assert ("table2.k_1950_max", 0.3) in ours
    assert sum(key == "table2.nfa_target" for key, _ in ours) == 2
    known = discount_rows({**roots, "high_decade": float("nan")}, seen, inverted, Discount())
    assert len(known) == len(rows) - 1
    assert seen["ratio_low"] == 100 * checks.loc["printed, low", "mean ratio"]
    assert seen["finer_word"] in ("passes", "fails")
    assert len(both_sectors(inverted)) == 2
    assert inversion_headlines(inverted) == {
        "zones": 3, "no_machinery": 1, "off_grid": 1, "round_trip": 1e-11, "worst_condition": 2.0,
    }  # fmt: skip


# Parameters


def test_rows_on_processes_and_sources():
    line = pd.Series({"rho_min": 0.7, "rho_max": 0.9, "sigma_min": 0.02, "sigma_max": 0.1})
    fits = pd.DataFrame(
        {"mean": [1.3, 13.0], "mean_se": [0.4, 4.0], "rho": [0.5, 0.1], "rho_se": [0.1, 0.3],
         "sigma": [0.02, 0.1]},
        index=["annual", "decades"],
    )  # fmt: skip
    ours = values(process_rows(line, fits, "note", "bill"))
    assert ours["table2.rho_max"] == 0.9
    assert ours["text.R_gross"] == pytest.approx(1.013)
    assert ours["table2.rho_R"] == 0.1
    told = rate_headlines(pd.concat([fits, fits.iloc[1:].set_axis(["decades, overlapping"])]))
    assert (told["rate_rho_overlap"], told["rate_mean_annual"]) == (0.1, 1.3)
    shares = pd.DataFrame({"mean": [0.4], "se": [0.01]}, index=["manufacturing"])
    rows = values(source_rows((0.1, 0.2, 0.35), shares))
    assert (rows["text.theta_min"], rows["text.theta_max"]) == (0.1, 0.35)
    assert rows["table2.phi_adj_min"] == 0.0  # negative estimates as zero
    near = cost_headlines()
    assert rows["text.costs_near_zero_minus_third"] == pytest.approx(near["near_zero"] / 15 - 1 / 3)
    assert 0 < textiles_weight() < rows["table2.phi_adj_max"]


def test_numbers_on_trends_and_signs():
    ranges = pd.DataFrame(
        [(trend, concept, n + 0.5, n, 3 + n)
         for n, (trend, concept) in enumerate(
             [("linear trend", "go"), ("linear trend", "va"), ("HP filter, 100", "go"),
              ("first differences", "go")])],
        columns=["trend", "concept", "rho_median", "sigma_median", "sigma_inside"],
    )  # fmt: skip
    told = process_headlines(ranges)
    assert (told["va_rho_median"], told["hp_sigma_inside"], told["go_rho_difference"]) == (
        1.5,
        5,
        3.5,
    )
    corrected = pd.DataFrame(
        {"trend": ["linear trend", "HP filter, 100"], "corrected": [0.99, 0.7], "low": [0.9, 0.5],
         "high": [0.99, 0.8]}
    )  # fmt: skip
    assert persistence_headlines(corrected)["behind_hp_low"] == 0.5
    table = pd.DataFrame({"change": [1.0, -1.0, 0.1], "change_se": [0.5, 0.5, 0.5]})
    assert known_signs(table) == {"signs_known": 2, "signs_rise": 1}


# Responses, gains and rules


def impulse(*shares: float, price: float) -> Impulse:
    rows = [("share", h, x) for h, x in enumerate(shares)]
    rows += [(v, 0, x) for v, x in (("bonds", 1.0), ("consumption", -2.0), ("price", price))]
    return Impulse(
        frame=pd.DataFrame(rows, columns=["variable", "horizon", "response"]),
        industry=0, size=-1.0, effective_size=-0.9, draws=2, seed=0, constraint=True,
        period_years=10, bound_share=0.25, inside_share=1.0,
    )  # fmt: skip


def test_rows_and_ratios_of_responses():
    pair = ImpulsePair(
        limited=impulse(-1.0, -3.0, -2.0, price=-8.0), free=impulse(-2.0, -3.0, -4.0, price=-3.0),
        bound_limited=impulse(-1.0, price=0.0), bound_free=impulse(-4.0, price=0.0),
    )  # fmt: skip
    told, rows = pair.headlines(), impulse_rows(pair, "note")
    assert (told["ratio_impact"], told["ratio_medium"], told["ratio_bound"]) == (0.5, 0.5, 0.25)
    assert (told["peak"], told["irf_price_limit"], told["irf_price_free"]) == (1, -8.0, -3.0)
    ours = values(rows)
    assert ours["fig7.price_amplification"] == 5.0
    assert ours["fig7.capital_sluggishness"] == -1.0
    assert [r.value for r in rows if r.id == "text.reallocation_ratio"] == [0.5, 0.25]
    shown = pair.foundations({"with": True, "without": False})
    assert shown.loc["certificate passes"].tolist() == ["yes", "no"]
    assert shown.loc["limit binds, percent of decades", "with"] == "25"


def test_rows_and_shapes_of_gains():
    share = [0.2, 0.4, 0.6, 0.8]
    over_shares = pd.DataFrame(
        {"economy": ["most debt"] * 4 + ["no debt"] * 4, "share": share * 2,
         "gain": [1.0, 0.6, 0.7, 1.1, 4.0, 3.0, 2.0, 1.0]}
    )  # fmt: skip
    over_bonds = pd.DataFrame(
        {"economy": "balanced (0.5)", "bonds": [-0.2, 0.0], "gain": [1.0, 0.9]}
    )
    ours = values(planner_rows(-0.1, over_bonds, over_shares, "note"))
    assert ours["fig12.gain_slope_in_bonds"] == pytest.approx(-0.5)
    assert ours["fig12.gain_slope_left"] == pytest.approx(-2.0)
    assert ours["fig12.gain_slope_right"] == pytest.approx(2.0)
    assert shape_table(over_shares)["U"].tolist() == ["yes", "no"]
    assert gain_slope(over_bonds, "bonds") == pytest.approx(-0.5)
    rules = pd.DataFrame(
        {"rule": ["flat tax on debt"] * 2 + ["flat industry subsidy"] * 2,
         "rate": [-0.02, 0.02, 0.04, 0.06], "gain": [0.1, -0.1, 0.5, 9.0],
         "converged": [True, True, True, False]}
    )  # fmt: skip
    assert best_rates(rules, 1.0) == {
        "best_debt_rate": -2.0, "best_debt_gain": 0.1, "best_subsidy_rate": 4.0,
        "best_subsidy_share": 50.0,
    }  # fmt: skip
    none = pd.DataFrame({"mass": [], "least": []})
    some = pd.DataFrame({"mass": [1.0, 2.0], "least": [-0.1, -0.3]})
    losses = losses_table({"a": none, "b": some})
    assert losses["percent of visits"].tolist() == [0.0, 3.0]
    assert losses["worst, percent"].tolist() == [0.0, -0.3]


# The explorer


def test_settings_survive_the_table():
    for make in (explorer_impulses, explorer_gains):
        table = stored(make)
        again = settings_table(settings_of(table))
        pd.testing.assert_frame_equal(again, table, check_dtype=False)
    one = next(iter(settings_of(stored(explorer_gains)).values()))
    assert isinstance(one, Setting)
    assert [lines.shape for lines in one.lines] == [(2, 41), (2, 41)]
    chosen = chosen_of(stored(explorer_chosen))
    assert set(chosen) == set(settings_of(stored(explorer_gains)))
    assert all(0 < share < 1 for pair in chosen.values() for share in pair)


# The sweep


def test_ranges_of_the_sweep_by_kind_of_choice_and_by_both_parameters():
    results = read_results(project_root() / "data" / "results" / "robustness.csv")
    headlines = headline_frame(results)
    told = range_headlines(headlines, "paper", ["binding"])
    widest = ranges_by_group(headlines, "binding", "paper")
    assert told["widest_binding"] == widest.index[0]
    assert told["low_binding"] <= told["at_binding"] <= told["high_binding"]
    points, base = tornado(headlines, "paper", ["binding"])
    assert base == {"limit binds, share of decades": told["at_binding"]}
    kinds = headlines.query("reference == 'paper' and label != @BASELINE")["group"]
    assert set(points["group"]) == set(kinds) - {""}
    crossed = results[results["group"] == "gamma × theta"]
    wide = by_gamma_and_theta(crossed, headlines.loc[crossed.index, "binding"])
    assert wide.index.tolist() == sorted(wide.index, key=float)
    assert wide.notna().to_numpy().sum() == len(crossed)
    assert BASELINE == "baseline"


# The planner's algebra


def test_formulas_hold_and_wrong_ones_do_not():
    assert all(omega_checks().values())

    class Wrong(PlannerProblem):
        def slopes(self):
            x, slope = super().slopes()["price"]
            return {"price": (x, slope), "wrong": (x, slope + self.delta)}

    assert Wrong().conditions() == {"price": True, "wrong": False}


def test_a_report_prints_and_refuses(capsys):
    report({"one": True, "two": 1})
    assert capsys.readouterr().out == "one: True\ntwo: True\n"
    with pytest.raises(AssertionError, match="expected of all: True"):
        report({"one": False})
    report({"one": False}, expected=False)


def test_a_total_derivative_goes_through_consumption():
    sp = pytest.importorskip("sympy")
    c, x = sp.symbols("c x")
    assert total_derivative(c**2 + x, {c: 3 * x}, x) == 1 + 6 * c
