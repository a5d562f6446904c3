"""Tables of sweeps: nothing is dropped, changes are against the right baseline, the command."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import sweep_faults as faults
from real_files import need

from regspec import __main__
from regspec.figures.calibration import draw_tornado
from regspec.figures.style import attached
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import solve_adapted
from regspec.regions.growth import growth_slope
from regspec.regions.zones import run_zones, zone_starts
from regspec.sweep import comparison, measures, run
from regspec.sweep.points import Point
from regspec.sweep.run import Outcome
from regspec.sweep.store import Result

NUMBERS = {
    "converged": True, "converged_free": True, "failing": "", "failing_free": "",
    "regions_note": "", "bonds_to_income": -0.2, "binding": 0.5, "price": 0.8,
    "log_price_sd": 0.3, "irf_price_limit": -9.0, "irf_price_free": -1.0,
    "irf_consumption_limit": -2.0, "irf_consumption_free": -0.5, "reallocation_bound": 0.5,
    "reallocation_third": 1.0, "slope_limit": 0.5, "slope_free": 0.4, "slope_costless": 0.3,
    "sound": 1.0,
}  # fmt: skip


def outcome(label, *, reference="paper", group="", readings=(), error="", **changes):
    point = Point(label=label, reference=reference, group=group, readings=readings)
    result = None if error else Result(measured=NUMBERS | changes, seconds=1.0)
    return Outcome(point=point, key=label, result=result, error=error)


def sample():
    return [
        outcome("baseline"),
        outcome("mild", group="costs", readings=(17, 5), irf_price_limit=-8.0),
        outcome("strong", group="costs", readings=(17,), irf_price_limit=-12.0, binding=0.6),
        outcome("broken", group="costs", readings=(17,), irf_price_limit=-99.0, converged=False,
                failing="euler 1 > 0"),
        outcome("loose", group="regions", readings=(23,), sound=0.5, slope_limit=-3.0),
        outcome("dead", group="costs", readings=(14,), error="its worker died"),
        outcome("baseline", reference="low", price=1.0),
        outcome("mild", reference="low", group="costs", readings=(17,), price=1.5),
    ]  # fmt: skip


@pytest.fixture
def results(tmp_path):
    path = run.write_results(run.results_frame(sample()), tmp_path / "folder" / "r.csv")
    return comparison.read_results(path)


def test_every_point_has_its_row_and_its_state(results):
    assert list(results["status"]) == [
        "ok", "ok", "ok", "not converged", "not sound", "error", "ok", "ok",
    ]  # fmt: skip
    assert results.loc[5, "error"] == "its worker died"
    assert np.isnan(results.loc[5, "price"])
    assert comparison.is_current(results)
    assert not comparison.is_current(results.assign(code="another"))


def test_amplification_and_the_limits_slope_are_differences(results):
    row = comparison.headline_frame(results).loc[2]
    assert row["price_amplification"] == 11.0
    assert row["consumption_amplification"] == 1.5
    assert row["slope_of_limit"] == pytest.approx(0.1)


def test_changes_are_against_the_baseline_of_the_same_reference(results):
    moved = comparison.changes_frame(comparison.headline_frame(results))
    by_name = moved.set_index(["label", "reference"])
    assert by_name.loc[("mild", "low"), "price"] == pytest.approx(0.5)
    assert by_name.loc[("strong", "paper"), "binding"] == pytest.approx(0.1)
    headless = comparison.headline_frame(results[results["label"] != "baseline"])
    with pytest.raises(ValueError, match=r"no row 'baseline' for .'low', 'paper'."):
        comparison.changes_frame(headless)


def test_ranges_and_readings_count_certified_points_only(results):
    headlines = comparison.headline_frame(results)
    ranges = comparison.ranges_by_group(headlines, "price_amplification", "paper")
    assert tuple(ranges.loc["costs", ["low", "high", "points"]]) == (7.0, 11.0, 2)
    assert tuple(ranges.loc["regions", ["width", "points"]]) == (0.0, 1)
    slopes = comparison.ranges_by_group(headlines, "slope_limit", "paper")
    assert tuple(slopes.loc["regions", ["width", "points"]]) == (0.0, 0)
    readings = comparison.by_reading(headlines, "paper")
    assert readings.loc[17, "price_amplification"] == 3.0
    assert readings.loc[5, "price_amplification"] == -1.0  # of the largest size, with its sign
    assert readings.loc[17, "tried"] == "mild; strong; broken"
    # Its zones rest on failing rules, its own economy does not.
    assert np.isnan(readings.loc[23, "slope_limit"])
    assert readings.loc[23, "price"] == 0.0
    assert list(readings.index) == [5, 14, 17, 23]


def test_an_effect_names_what_moves_of_certified_points_at_every_reference(results):
    headlines = comparison.headline_frame(results)
    # The broken point's -99 is no effect; what does not move is not named.
    assert comparison.effect_text(headlines, 17) == (
        "at the paper's risk aversion, limit binds +0.10 (of 0.50), price amplification +3.0 (of "
        "8.0); at low, no change at the printed decimals; 1 of 4 points without full certificates"
    )
    assert comparison.effect_text(headlines, 14) == (
        "at the paper's risk aversion, no certified number; 1 of 1 points without full certificates"
    )
    with pytest.raises(
        ValueError, match=r"no point bears on reading 99; allowed: \[5, 14, 17, 23\]"
    ):
        comparison.effect_text(headlines, 99)


def test_a_closed_form_speaks_where_nothing_else_does(results):
    alone = results.assign(converged=False, sound=np.nan)
    alone.loc[alone["label"] == "loose", "slope_costless"] = 0.55
    text = comparison.effect_text(comparison.headline_frame(alone), 23)
    assert "slope without frictions +0.25 (of 0.30)" in text


def test_failures_say_why(results):
    why = comparison.failures(results).set_index("label")["why"]
    assert why["broken"] == "with limit: euler 1 > 0"
    assert why["loose"] == "certified rules in 50 percent of zone-decades"
    assert why["dead"] == "its worker died"


def test_numbers_are_written_at_six_digits():
    frame = run.results_frame([outcome("a", price=0.123456789)])
    assert frame.loc[0, "price"] == 0.123457


def test_the_tornado_draws_failing_points_hollow_and_no_bar_over_them():
    points = pd.DataFrame(
        {"panel": "x", "group": ["a", "a", "b"], "value": [1.0, 9.0, 3.0],
         "certified": [True, False, True]}
    )  # fmt: skip
    fig = draw_tornado(points, {"x": 2.0})
    assert attached(fig)["value"].tolist() == points["value"].tolist()
    ax = fig.axes[0]
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert spans == [(1.0, 2.0), (2.0, 3.0)]
    hollow = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert [list(line.get_xdata()) for line in hollow] == [[9.0], []]
    with pytest.raises(ValueError, match=r"no base for the panels .'x'."):
        draw_tornado(points, {"y": 1.0})


def test_zones_are_run_only_where_the_model_fits_them(monkeypatch):
    monkeypatch.setattr(measures.registry, "available", lambda _: True)
    cases = {
        "unit prices": {"calibration": {"substitution": 4.0}},
        "machinery and the rest": {"calibration": {"modelled": ["Textiles"]}},
        "decades": {"calibration": {"period_years": 1}},
        "lagged-price": {"solver": {"alternative": "simultaneous"}},
    }
    for reason, settings in cases.items():
        point = Point(label="x", measures=("regions",), settings=settings)
        assert reason in measures._not_for_regions(point)
        assert measures.data_of(point) == {}
    assert measures._not_for_regions(Point(label="x")) == ""
    monkeypatch.setattr(measures.registry, "available", lambda _: False)
    values = measures.evaluate_point(Point(label="x", measures=("regions",)))
    assert "public data not here: bea_cainc1" in values["regions_note"]
    assert np.isnan(values["slope_limit"])


def test_a_point_without_a_solution_is_measured_as_far_as_it_goes():
    settings = {
        "calibration": {"period_years": 1},
        "grid": {"bonds": 12, "capital": 7, "shocks": 2},
        "solver": {"max_sweeps": 2},
        "impulse": {"draws": 10},
    }
    point = Point(label="x", measures=("equilibrium", "impulse"), settings=settings)
    values = measures.evaluate_point(point)
    assert values["converged"] is False
    assert "change in c" in values["failing"] or "infeasible states" in values["failing"]
    assert {"price", "irf_price_limit", "converged_free"} <= set(values)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command on a two-point file, with a quick function in place of the model."""
    file = tmp_path / "two.yml"
    file.write_text(
        "name: two\ndescription: x\nmeasures: [equilibrium]\n"
        "base: {impulse: {seed: 1}}\npoints:\n"
        "  - {label: third, set: {impulse: {seed: 3}}}\n"
    )

    def start(*options, evaluate=faults.quick):
        replaced = run.run_sweep.__kwdefaults__ | {"evaluate": evaluate}
        monkeypatch.setattr(run.run_sweep, "__kwdefaults__", replaced)
        words = ["sweep", str(file), "--out", str(tmp_path / "out"), *options]
        return __main__.main([*words, *([] if "--backend" in options else ["--backend", "serial"])])

    return start


def test_the_command_prints_a_table_and_keeps_it(command, tmp_path, capsys):
    assert command("--csv", str(tmp_path / "copy.csv")) == 0
    printed = capsys.readouterr()
    assert "third (paper)" in printed.out
    assert "2 points: 2 ok" in printed.out
    assert "2 of 2: third (paper)" in printed.err
    kept = (tmp_path / "out" / "results.csv").read_bytes()
    assert kept == (tmp_path / "copy.csv").read_bytes()
    assert command("--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["third"] for row in rows] == [0.333333, 1.0]


def test_exit_codes_tell_failed_points_wrong_options_and_interruptions(command, capsys, tmp_path):
    assert command("--retry", "0", evaluate=faults.raises_at_three_quick) == 1
    assert "failed: third (paper): ValueError: three is too much" in capsys.readouterr().err
    assert command(evaluate=faults.interrupts_at_three) == 130
    assert "run the same command again" in capsys.readouterr().err
    assert command("--workers", "0") == 2
    assert "workers is 0; allowed: 1 or more" in capsys.readouterr().err
    assert command("--backend", "serial", "--scheduler", "tcp://x:1") == 2
    assert command("--retry", "-1") == 2
    assert __main__.main(["sweep", str(tmp_path / "none.yml")]) == 2
    assert "no sweep file" in capsys.readouterr().err


def test_the_list_of_notebooks_names_sweeps(capsys):
    assert __main__.main(["list"]) == 0
    assert "sweep robustness: python -m regspec sweep" in capsys.readouterr().out


def test_the_zones_of_a_point_are_those_of_the_chapter_on_zones(monkeypatch):
    need("bea_cainc1", "cbp_cz_sic4", "ers_cz1990", "tfp_elbadri_vizcaino")
    families = []

    def solve(*given, **options):
        families.append(solve_adapted(*given, **options))
        return families[-1]

    monkeypatch.setattr(measures, "solve_adapted", solve)
    settings = {"calibration": {"gamma": 2.0}, "grid": {"bonds": 40, "shocks": 3}}
    values = measures.evaluate_point(Point(label="x", measures=("regions",), settings=settings))

    (zones, accounts), key = measures._zones(), ("machinery", "national")
    economy = Calibration.converted(gamma=2.0)
    starts = zone_starts(zones, accounts, economy, definitions=[key[0]], readings=[key[1]])
    labels = ("with limit", "without limit")
    outcome = run_zones(zones, starts, dict(zip(labels, families, strict=True)))[key]
    gini = outcome.panel["gini"]
    for name, growth in zip(("limit", "free", "costless"), outcome.growth.values(), strict=True):
        assert values[f"slope_{name}"] == pytest.approx(growth_slope(name, gini, growth).slope)
    _, total = outcome.at("total income")
    slope = growth_slope("total", gini, total["with limit"]).slope
    assert values["slope_limit_total"] == pytest.approx(slope)
    assert values["sound"] == outcome.sound == 1.0
    assert values["clipped"] == outcome.start.clipped.mean() < 0.1
