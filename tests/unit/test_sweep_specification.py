"""Sweep files are checked completely, and wrong ones say what is allowed."""

from __future__ import annotations

import math

import pytest
import yaml

from regspec.book import arguments
from regspec.calibrate.two_sectors import DEFINITIONS
from regspec.industries import INDUSTRIES
from regspec.parameters import Calibration
from regspec.sources.paths import project_root
from regspec.sweep import options
from regspec.sweep.points import Point
from regspec.sweep.specification import BASELINE, SweepError, load_sweep

ROBUSTNESS = project_root() / "scenarios" / "robustness.yml"

GOOD = {
    "name": "small",
    "description": "for tests",
    "measures": ["equilibrium"],
    "base": {"calibration": {"gamma": 2.0}, "grid": {"bonds": 40}},
    "references": {"paper": {}, "tight": {"calibration": {"theta": 0.2}}},
    "axes": {"calibration.gamma": [2.0, 5.0], "grid.capital": [9, 11]},
    "points": [
        {"label": "hall", "group": "costs", "readings": [17],
         "set": {"calibration": {"adjustment": "hall"}}},
        {"label": "fine", "references": ["tight"], "set": {"grid": {"bonds": 80}}},
    ],
}  # fmt: skip


@pytest.fixture
def load(tmp_path):
    def write(content):
        path = tmp_path / "file.yml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return load_sweep(path)

    return write


def calibration(**settings):
    return options.calibration_of(Point(label="x", settings={"calibration": settings}))


def test_points_are_the_baselines_the_list_at_each_reference_and_the_combinations(load):
    sweep = load(GOOD)
    assert [p.name for p in sweep.points] == [
        f"{BASELINE} (paper)", "hall (paper)", f"{BASELINE} (tight)", "hall (tight)",
        "fine (tight)", "gamma=2, capital=9 (paper)", "gamma=2, capital=11 (paper)",
        "gamma=5, capital=9 (paper)", "gamma=5, capital=11 (paper)",
    ]  # fmt: skip
    by_name = {p.name: p for p in sweep.points}
    hall = by_name["hall (tight)"]
    assert hall.settings["calibration"] == {"gamma": 2.0, "theta": 0.2, "adjustment": "hall"}
    assert hall.changes == {"calibration": {"adjustment": "hall"}}
    assert (hall.group, hall.readings) == ("costs", (17,))
    assert options.grid_of(by_name["fine (tight)"]).bonds == 80
    assert options.calibration_of(by_name["gamma=5, capital=9 (paper)"]).gamma == 5


def wrong(**changes):
    return GOOD | changes


def point(**entry):
    return wrong(points=[{"label": "p", "set": {"calibration": {"gamma": 3.0}}} | entry])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [", "file.yml is not readable as YAML"),
        ("just words", r"file.yml: the file is 'just words'; allowed: entries name"),
        ("!!python/object/apply:os.getcwd []", "not readable as YAML"),
        (wrong(mesures=[]), "no entry 'mesures'.*Did you mean 'measures'"),
        ({"name": "x"}, "description, measures missing"),
        (wrong(measures=["welfare"]), r"measures is \['welfare'\]; allowed: a list of equilibrium"),
        (wrong(base={"calibration": {"gama": 2}}), "gama.*allowed: gamma.*Did you mean 'gamma'"),
        (wrong(base={"model": {}}), "section is 'model'; allowed: calibration, grid"),
        (point(set={"calibration": {"theta": -0.1}}), r"'p' \(paper\): theta is -0.1; allowed: a"),
        (point(set={"calibration": {"gamma": "high"}}), "gamma is 'high'; allowed"),
        (point(set={"calibration": {"adjustment": "halls"}}), "'halls'; allowed: groth_khan, hall"),
        (point(set={"calibration": {"modelled": ["Cars"]}}), "modelled is 'Cars'; allowed: Food"),
        (point(set={"calibration": {"xi_scale": -1}}), "xi_scale is -1; allowed: a number from 0"),
        (point(set={"calibration": {"negatives": "no"}}), "negatives is 'no'; allowed: zero, left"),
        (point(set={"calibration": {"xi_range": [0.3, 0.1]}}), r"xi_range\[1\] is 0.1; allowed: a"),
        (point(set={"calibration": {"xi_range": 0.1}}), "xi_range is 0.1; allowed: two numbers"),
        (point(set={"regions": {"timing": "now"}}), "timing is 'now'; allowed: predetermined"),
        (point(set={"regions": {"expectations": "no"}}), "'no'; allowed: lasting, foreseen"),
        (point(set={"grid": {"bonds": 2}}), "bonds is 2; allowed: a whole number >= 8"),
        (point(set={"solver": {"damping": 3}}), "solver.damping is 3; allowed"),
        (point(set={"solver": {"selection": "all"}}), "solver.selection is 'all'; allowed: most"),
        (point(set={"regions": {"reading": "local"}}), "regions.reading is 'local'; allowed: nat"),
        (point(set={"impulse": {"draws": 1.5}}), "impulse.draws is 1.5; allowed: a whole number"),
        (point(set={"calibration": 3}), "calibration is 3; allowed: options by name"),
        (point(set={}), "point 'p': set is {}; allowed: options by section"),
        (point(label=""), "label is ''; allowed: a name"),
        (point(readings="17"), "readings is '17'; allowed: a list of numbers"),
        (point(references=["loose"]), "allowed: paper, tight"),
        (point(label=BASELINE), "label 'baseline .*' stands twice"),
        (wrong(axes={"gamma": [2]}), "axis 'gamma' is unknown; allowed: section.option"),
        (wrong(axes={"calibration.gamma": 2}), "axis 'calibration.gamma' is 2; allowed: a list"),
        (wrong(axes={"calibration.gamma": [2.0, -1.0]}), "gamma is -1.0; allowed: a number above"),
    ],
)  # fmt: skip
def test_wrong_files_say_what_is_allowed(load, content, message):
    with pytest.raises(SweepError, match=message):
        load(content)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(SweepError, match=r"no sweep file 'nowhere\.yml'"):
        load_sweep("nowhere.yml")


def test_the_baseline_is_that_of_the_book():
    for choice in ({}, {"adjustment": "hall"}, {"theta": 0.3, "rho": (0.7, 0.8)}):
        ours = calibration(**choice)
        assert ours == Calibration.converted(**choice, industries=ours.industries)


def test_choices_change_what_they_name():
    base = Calibration.converted()
    assert calibration(xi_scale=2.0).xi == tuple(2 * x for x in base.xi)
    assert calibration(sigma=0.03).sigma == (0.03, 0.03)
    average = calibration(agglomeration_unit="average")
    # An industry of average size, half of the stock, has productivity one.
    sized = [z * 0.5**x for z, x in zip(average.z_mean, average.xi, strict=True)]
    assert sized == pytest.approx([1.0, 1.0])


def test_table_2_stretches_table_10_to_its_ends():
    by_name = {
        name: calibration(modelled=[name], xi_range=[0.1, 0.29]).xi[0]
        for name in ("Coke/ Petroleum Products", "Rubber and Plastics", "Chemicals")
    }
    assert list(by_name.values()) == pytest.approx([0.1, 0.29, 0.1 + 0.13 * 0.19 / 0.18])
    whole = calibration(xi_range=[0.07, 0.25])
    assert whole.xi == pytest.approx(calibration().xi)


def test_negative_costs_count_as_zero_not_at_all_or_as_printed():
    zero, out, printed = (calibration(negatives=n).phi_adj for n in ("zero", "left_out", "printed"))
    rest = [i.groth_khan for i in INDUSTRIES if i.name != "Machinery and Equipment"]
    good = [x for x in rest if x >= 0]
    assert zero == calibration().phi_adj
    assert out == pytest.approx((0.22, sum(good) / len(good)))
    assert printed == pytest.approx((0.22, sum(rest) / 14))
    # An industry on its own has no negative cost, whatever the average does.
    assert calibration(negatives="printed", adjustment="hall").phi_adj[0] == 0.0
    both = [(max(0, i.groth_khan) + max(0, i.hall)) / 2 for i in INDUSTRIES]
    both.pop([i.name for i in INDUSTRIES].index("Machinery and Equipment"))
    assert calibration(adjustment="average").phi_adj == pytest.approx((0.11, sum(both) / 14))
    assert calibration(phi_scale=0.5).phi_adj == pytest.approx([x / 2 for x in zero])


def test_three_industries_are_two_and_the_simple_average_of_the_others():
    three = calibration(modelled=["Textiles", "Motor Vehicles"])
    rest = [i for i in INDUSTRIES if i.name not in three.industries]
    assert len(rest) == 13
    assert three.xi[:2] == (0.12, 0.15)
    assert three.phi_adj[:2] == (3.26, 0.25)
    assert math.isclose(three.xi[2], sum(i.xi for i in rest) / 13)
    assert math.isclose(three.phi_adj[2], sum(max(0, i.groth_khan) for i in rest) / 13)
    assert len(three.rho) == len(three.z_mean) == 3


def test_the_robustness_file_covers_what_the_text_leaves_open():
    sweep = load_sweep(ROBUSTNESS)
    calibrations = [options.calibration_of(p) for p in sweep.points]
    assert {c.gamma for c in calibrations} == {2.0, 5.0, 7.5, 10.0}
    assert {c.theta for c in calibrations} == {0.3, 0.35, 0.4}
    assert {c.n_industries for c in calibrations} == {2, 3}
    assert {c.period_years for c in calibrations} == {1, 10}
    assert {c.shock_period for c in calibrations} == {"published", "annual"}
    assert any(c.sigma_R > 0 for c in calibrations)
    assert any(math.isfinite(c.substitution) for c in calibrations)
    base = Calibration.converted()
    assert {c.xi[0] / base.xi[0] for c in calibrations} >= {0.0, 1.0, 2.0}
    assert any(c.phi_adj == Calibration.converted(adjustment="hall").phi_adj for c in calibrations)
    zones = [options.regions_of(p) for p in sweep.points if "regions" in p.measures]
    assert {z["expectations"] for z in zones} == {"lasting", "foreseen"}
    assert {z["timing"] for z in zones} == {"predetermined", "at_once"}
    assert {z["reading"] for z in zones} == {"national", "observed", "regional"}
    assert {z["definition"] for z in zones} == set(DEFINITIONS)


def test_every_choice_of_the_robustness_file_is_made_at_both_references():
    by_reference = {}
    for p in load_sweep(ROBUSTNESS).points:
        if p.group not in ("risk aversion", "gamma × theta"):
            by_reference.setdefault(p.reference, []).append(p.label)
    first, second = by_reference.values()
    assert first == second


def test_a_sweep_is_no_scenario_of_notebooks():
    assert arguments.is_sweep(ROBUSTNESS)
    with pytest.raises(arguments.ParameterError, match="is a sweep: run 'python -m regspec sweep"):
        arguments.load_scenario("robustness", {})
