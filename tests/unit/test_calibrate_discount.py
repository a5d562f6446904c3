"""The discount factor from the target for net foreign assets: roots known by construction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regspec.calibrate import discount
from regspec.calibrate.discount import (
    NoDiscountFactorError,
    beta_table,
    binding_ratio,
    calibrate_beta,
    evaluate,
    printed_cases,
    scan_ends,
)
from regspec.model import Grid, headline_moments
from regspec.model.economy.technology import binding_path, income
from regspec.model.equilibrium.simulation import ergodic_paths
from regspec.parameters import Calibration

CALIBRATION = Calibration.converted(gamma=1.0)
GRID = Grid(bonds=30, capital=15, shocks=3)


@pytest.fixture(scope="module")
def known():
    """What one discount factor gives: the target of the tests."""
    return evaluate(CALIBRATION, 0.94, GRID)


def test_a_known_discount_factor_is_recovered(known):
    assert known.converged
    found = calibrate_beta(CALIBRATION, known.ratio, GRID, tolerance=1e-4)
    assert found.beta == pytest.approx(0.94, abs=1e-5)
    assert abs(found.residual) <= 1e-4 * abs(known.ratio)
    assert found.certificate.converged
    assert found.calibration.beta == found.beta
    assert found.calibration.replace(beta=CALIBRATION.beta) == CALIBRATION
    betas = [e.beta for e in found.evaluations]
    assert betas == sorted(betas)
    # The error of beta is that of the mean over the slope, here by the closed form's slope.
    slope = binding_ratio(0.945, CALIBRATION) - binding_ratio(0.935, CALIBRATION)
    assert found.beta_error == pytest.approx(known.ratio_se / abs(slope / 0.01), rel=0.3)


def test_the_mean_is_that_of_simulated_paths(known):
    moments = headline_moments(known.equilibrium)
    assert known.ratio == pytest.approx(moments["bonds over income, mean"], rel=1e-12)
    assert known.binding == moments["binding frequency"]
    paths = ergodic_paths(known.equilibrium)
    ratio = paths.b / income(paths.k, paths.z, known.equilibrium.calibration)
    assert known.ratio_se == pytest.approx(ratio.mean(axis=0).std(ddof=1) / np.sqrt(250))


def test_where_the_limit_always_binds_the_closed_form_is_the_root(known):
    assert known.binding > 0.99
    assert known.stationary == pytest.approx(binding_ratio(0.94, CALIBRATION), rel=1e-3)
    path = binding_path(CALIBRATION)
    assert binding_ratio(0.95, CALIBRATION) == pytest.approx(path["bonds"] / path["income"])
    assert binding_ratio(0.9999, CALIBRATION.replace(R=1.0, theta=2.0)) == -np.inf


def test_a_grid_that_ends_too_early_is_widened_and_one_given_is_not():
    short = evaluate(CALIBRATION, 0.94, replace(GRID, debt_multiple=1.01))
    assert short.converged
    assert short.equilibrium.grid.spec.bond_range is not None
    given = evaluate(CALIBRATION, 0.94, replace(GRID, bond_range=(-0.2, 0.6)))
    assert "grid floor binds" in given.failing


def test_annual_income_is_a_tenth_of_the_period():
    year = evaluate(CALIBRATION, 0.94, GRID, unit="annual")
    period = evaluate(CALIBRATION, 0.94, GRID)
    assert year.ratio == pytest.approx(10 * period.ratio)
    assert year.stationary == pytest.approx(10 * period.stationary)
    assert binding_ratio(0.94, CALIBRATION, "annual") == pytest.approx(
        10 * binding_ratio(0.94, CALIBRATION)
    )


def test_the_stationary_path_has_a_root_of_its_own(known):
    found = calibrate_beta(CALIBRATION, known.stationary, GRID, measure="stationary")
    assert found.beta == pytest.approx(0.94, abs=1e-4)


def test_a_target_that_no_candidate_reaches_is_refused_with_the_range():
    with pytest.raises(
        NoDiscountFactorError, match=r"run from -0\.\d+ to -0\.\d+.*Give other"
    ) as e:
        calibrate_beta(CALIBRATION, 0.2, GRID, betas=(0.93, 0.94))
    assert [x.beta for x in e.value.evaluations] == [0.93, 0.94]
    assert "target 0.2 is not between" in e.value.reason


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "decade"}, "'period', 'annual'"),
        ({"measure": "median"}, "'ergodic', 'stationary'"),
        ({"target": np.nan}, "finite"),
        ({"tolerance": 0.0}, "> 0"),
    ],
)
def test_arguments_out_of_range_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        calibrate_beta(CALIBRATION, **{"target": -0.2, "grid": GRID} | arguments)


def fake(known, shape, monkeypatch):
    """Replace solutions by a curve: beta to (ratio, converged)."""

    def evaluation(calibration, beta, grid, **_):
        ratio, converged = shape(beta)
        failing = () if converged else ("euler bonds, p99",)
        return replace(
            known, beta=beta, ratio=ratio, stationary=ratio, converged=converged, failing=failing
        )

    monkeypatch.setattr(discount, "evaluate", evaluation)


def test_an_uncertified_candidate_is_no_end_of_a_bracket(known, monkeypatch):
    fake(known, lambda beta: (-beta, beta < 0.945), monkeypatch)
    with pytest.raises(NoDiscountFactorError, match="not between neighbours"):
        calibrate_beta(CALIBRATION, -0.95, GRID, betas=(0.93, 0.94, 0.96))
    fake(known, lambda beta: (-beta, False), monkeypatch)
    with pytest.raises(
        NoDiscountFactorError, match=r"no solution passes.*euler bonds.*Lower gamma"
    ):
        calibrate_beta(CALIBRATION, -0.95, GRID, betas=(0.94, 0.96))


def test_an_uncertified_root_and_a_jump_are_refused(known, monkeypatch):
    fake(known, lambda beta: (-beta, abs(beta - 0.95) > 0.004), monkeypatch)
    with pytest.raises(NoDiscountFactorError, match="between certified ones, fails"):
        calibrate_beta(CALIBRATION, -0.95, GRID, betas=(0.94, 0.96))
    fake(known, lambda beta: (-0.1 if beta < 0.9512 else -0.3, True), monkeypatch)
    with pytest.raises(NoDiscountFactorError, match="does not settle at the target"):
        calibrate_beta(CALIBRATION, -0.2, GRID, betas=(0.94, 0.96), max_evaluations=60)


def test_a_linear_curve_takes_few_evaluations(known, monkeypatch):
    fake(known, lambda beta: (-beta, True), monkeypatch)
    found = calibrate_beta(CALIBRATION, -0.95, GRID, betas=(0.9, 0.97))
    assert found.beta == pytest.approx(0.95)
    assert len(found.evaluations) == 3
    curve = calibrate_beta(CALIBRATION, -0.95, GRID, betas=(0.9, 0.97), measure="stationary")
    assert curve.beta == pytest.approx(0.95)


def test_tables_show_roots_and_reasons(known, monkeypatch):
    fake(known, lambda beta: (-beta, True), monkeypatch)
    frame, seen = beta_table(
        {"one": (CALIBRATION, GRID, "period"), "other": (CALIBRATION, GRID, "annual")}, target=-2.0
    )
    assert frame["case"].tolist() == ["one", "one", "other", "other"]
    assert frame["beta"].isna().all()
    assert [len(e) for e in seen.values()] == frame["evaluations"].tolist()[::2]
    assert frame["why"].str.contains("not between neighbours").all()
    assert (frame["lowest"] < frame["highest"]).all()


def test_printed_cases_are_three_units_of_the_target_at_each_risk_aversion():
    coarse, fine = Grid(30, 15, 3), Grid(40, 15, 3)
    cases = printed_cases({2.0: (coarse, fine), 5.0: (fine, fine)})
    told = [(e.gamma, e.period_years, g.bonds, unit) for e, g, unit in cases.values()]
    assert told == [
        (2.0, 10, 30, "period"), (2.0, 10, 30, "annual"), (2.0, 1, 40, "annual"),
        (5.0, 10, 40, "period"), (5.0, 10, 40, "annual"), (5.0, 1, 40, "annual"),
    ]  # fmt: skip


def test_more_candidates_are_tried_for_decades_over_their_own_income(monkeypatch):
    def scan(economy, betas, grid, *, unit):
        return tuple((economy.gamma, b, unit) for b in betas)

    monkeypatch.setattr(discount, "scan_betas", scan)
    cases = printed_cases({2.0: (GRID, GRID), 5.0: (GRID, GRID)})
    seen = dict.fromkeys(cases, ("before",))
    out = scan_ends(cases, seen, {2.0: (0.86, 0.98), 5.0: (0.9,)})
    assert list(out.values()) == [
        ("before", (2.0, 0.86, "period"), (2.0, 0.98, "period")), ("before",), ("before",),
        ("before", (5.0, 0.9, "period")), ("before",), ("before",),
    ]  # fmt: skip
    assert set(seen.values()) == {("before",)}  # left as it was
