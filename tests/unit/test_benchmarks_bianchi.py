"""Bianchi (2011): stored numbers are computed anew; closed forms, published values, sabotage."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from benchmarks.bianchi import (
    BianchiParameters,
    along_bonds,
    certify_bianchi,
    crisis_sampling_error,
    kernels,
    simulate_path,
    solve_bianchi,
)
from benchmarks.bianchi.__main__ import BONDS, code_hash
from benchmarks.bianchi.certificate import deviation_gain
from benchmarks.bianchi.results import (
    PUBLISHED,
    bianchi_table,
    business_cycle,
    compare_bianchi,
    policy_value,
    welfare_gain,
)
from benchmarks.bianchi.tauchen_hussey import tauchen_hussey
from regspec.figures.accuracy import draw_bianchi_policies
from regspec.figures.style import attached
from regspec.sources.paths import project_root

P = BianchiParameters().packed


@pytest.fixture(scope="module")
def equilibrium():
    return solve_bianchi(bonds=100)


@pytest.fixture(scope="module")
def planner():
    return solve_bianchi(bonds=100, planner=True)


# --- what chapter 10b shows -----------------------------------------------------------------------


def test_the_stored_numbers_are_those_of_the_code_that_is_here():
    stored = pd.read_csv(project_root() / "data" / "results" / "bianchi.csv")
    checks = pd.read_csv(project_root() / "data" / "results" / "bianchi_certificates.csv")
    for frame in (stored, checks):
        assert set(frame["code"]) == {code_hash()}, "run 'python -m benchmarks.bianchi'"
    path = simulate_path(solve_bianchi(bonds=BONDS))
    spread = path.current_account.std()
    names = {key: name for key, (name, *_) in PUBLISHED.items()}
    column = stored.set_index("quantity")["our equilibrium"]
    for key, value in business_cycle(path, spread).items():
        assert column[names[key]] == pytest.approx(value, rel=1e-4), key
    error = stored["sampling_error"].dropna().item()
    assert error == pytest.approx(crisis_sampling_error(path, spread), rel=1e-2)


# Half a unit of the last printed digit, and three standard errors of a simulation of 80,000
# periods, the published length: measured over 30 seeds.
ERRORS = {
    "crisis": (0.055, 0.020),
    "sd_c": (0.021, 0.016),
    "sd_rer": (0.044, 0.016),
    "sd_ca": (0.026, 0.011),
    "corr_c": (0.001, 0.001),
    "corr_rer": (0.002, 0.004),
    "corr_ca": (0.003, 0.010),
}


def test_moments_and_welfare_are_the_published_ones(equilibrium, planner):
    ours = compare_bianchi(equilibrium, planner, periods=300_000)
    for key, errors in ERRORS.items():
        digit = 0.005 if key.startswith("corr") else 0.05
        for i, error in enumerate(errors):
            assert abs(ours[key][i] - PUBLISHED[key][2 + i]) < digit + 3 * error, (key, i)
    assert abs(ours["welfare"][1] - 0.135) < 0.0015
    frame = bianchi_table(ours).set_index("quantity")
    assert frame.loc["Crisis probability", "our planner"] == ours["crisis"][1]
    with pytest.raises(ValueError, match="allowed: False, True"):
        compare_bianchi(planner, equilibrium)


def test_the_chain_is_the_one_that_circulates_with_the_article():
    chain = BianchiParameters().chain
    cov = chain.covariance
    assert np.allclose(np.sqrt(np.diag(cov)), [0.0569, 0.0554], atol=1e-4)
    assert np.isclose(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), 0.8334, atol=1e-4)
    assert np.allclose(chain.transition[0, :4], [0.1864, 0.5021, 0.1493, 0.0041], atol=1e-4)
    by_rows = BianchiParameters(transpose_rho=False).chain.covariance
    assert np.sqrt(by_rows[0, 0]) > 0.08


def test_the_figure_shows_both_economies_and_the_limit(equilibrium, planner):
    frame = along_bonds({"equilibrium": equilibrium, "planner": planner}, points=51)
    fig = draw_bianchi_policies(frame, note="test")
    labels = [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    assert labels == ["limit", "equilibrium", "planner"]
    assert attached(fig)["bonds_next"].tolist() == frame["bonds_next"].tolist()
    with pytest.raises(ValueError, match="allowed: 0 to 15"):
        along_bonds({"equilibrium": equilibrium}, state=16)


# --- closed forms ---------------------------------------------------------------------------------


def test_independent_draws_are_the_quadrature_itself():
    chain = tauchen_hussey(np.zeros((2, 2)), [[0.04, 0.01], [0.01, 0.09]], 5)
    assert np.allclose(chain.transition, chain.transition[0])
    assert np.allclose(chain.covariance, [[0.04, 0.01], [0.01, 0.09]])
    assert np.allclose(chain.row_sums, 1)


def test_marginal_utility_is_the_derivative_and_inverts():
    c, h = 0.9, 1e-6
    slope = (kernels.utility(c + h, 0.9, P) - kernels.utility(c - h, 0.9, P)) / (2 * h)
    u_t = kernels.marginal_utility(c, 0.9, P)
    assert np.isclose(u_t, slope, rtol=1e-8)
    assert np.isclose(kernels.consumption_at(u_t, 0.9, P, 5.0), c, rtol=1e-13)


@pytest.mark.parametrize("m", [0.05, 0.15])
def test_the_low_root_of_the_limit_is_taken(m):
    c = kernels.limit_consumption(m, 0.9, P)
    peak = brentq(lambda x: kernels.price_slope(x, 0.9, P) - 1, 0.1, 10)
    low = brentq(lambda x: kernels.net_of_limit(x, 0.9, P) - m, 1e-9, peak)
    high = brentq(lambda x: kernels.net_of_limit(x, 0.9, P) - m, peak, 50)
    assert np.isclose(c, low, rtol=1e-12)
    assert high > peak > c


@pytest.mark.parametrize("planner", [False, True])
def test_certain_endowments_have_a_steady_state_at_the_limit(planner):
    """With beta (1 + r) < 1 and no shocks, b = -kappa (1 + p) and c = 1 + r b for ever.

    The planner goes there at once from somewhat less debt too: its marginal value jumps.
    """
    p = BianchiParameters(nodes=1, bond_range=(-1.15, -0.4))
    ratio = (1 - p.omega) / p.omega
    b = brentq(lambda b: b + p.kappa * (1 + ratio * (1 + p.r * b) ** (1 + p.eta)), -1.15, -0.4)
    solution = solve_bianchi(p, bonds=200, planner=planner)
    d = solution.at(np.array([b, b + 0.02]), np.zeros(2, int))
    assert np.isclose(d.bonds_next[0], b, atol=1e-6)
    assert np.isclose(d.c_tradable[0], 1 + p.r * b, atol=1e-6)
    assert np.isclose(d.bonds_next[1], b, atol=1e-6) == planner


def test_value_is_the_discounted_sum_along_the_path():
    p = BianchiParameters(nodes=1, bond_range=(-1.15, -0.4))
    solution = solve_bianchi(p, bonds=200)
    path = simulate_path(solution, periods=400, burn_in=0)
    c = path.choices.consumption
    flow = c ** (1 - p.sigma) / (1 - p.sigma) * p.beta ** np.arange(len(c))
    value = kernels.value_at(path.b[:1], np.zeros(1, int), solution.nodes, policy_value(solution))
    assert np.isclose(value[0], flow.sum(), rtol=1e-4)


def test_without_collateral_nothing_is_externalised():
    """kappa = 0: the price is not in the limit, so that planner and market agree."""
    p = BianchiParameters(kappa=0.0, bond_range=(-0.1, 0.5))
    market, planner = (solve_bianchi(p, bonds=200, planner=flag) for flag in (False, True))
    a, b = market.on_grid(), planner.on_grid()
    assert a.bound.any()
    assert np.allclose(a.c_tradable, b.c_tradable, rtol=1e-5)
    assert a.bonds_next[a.bound].max() < 1e-12


# --- certificates ---------------------------------------------------------------------------------


def certify(solution):
    return certify_bianchi(solution, sample=4000)


def test_both_solutions_pass_their_certificates_and_the_planner_is_worth_something(
    equilibrium, planner
):
    for solution in (equilibrium, planner):
        certificate = certify(solution)
        assert certificate.converged, certificate.failing
        assert certificate.unique
        assert (np.diff(solution.on_grid().c_tradable.reshape(16, -1), axis=1) > 0).all()
    assert (planner.on_grid().bonds_next >= equilibrium.on_grid().bonds_next - 1e-6).all()
    path = simulate_path(equilibrium, periods=5000)
    assert welfare_gain(equilibrium, planner, path).min() > 0


def test_no_one_shot_deviation_pays(planner):
    rng = np.random.default_rng(1)
    b, state = rng.uniform(-1.02, -0.4, 200), rng.integers(0, 16, 200)
    gain = deviation_gain(planner, b, state, trials=20_000)
    assert gain.max() < 1e-7
    assert gain.min() > -1e-4  # the trials come close to the rule, so that the check bites


def test_wrong_rules_fail(equilibrium, planner):
    hole = equilibrium.table.copy()
    hole[3, 5] = np.nan
    posing = dataclasses.replace(equilibrium, planner=True)
    assert certify(posing)["deviation gain, max"] > 1e-6
    for wrong in (
        dataclasses.replace(equilibrium, table=equilibrium.table * 1.001),
        dataclasses.replace(equilibrium, table=hole),
        posing,
        dataclasses.replace(planner, planner=False),
        solve_bianchi(bonds=60, max_iterations=3),
    ):
        assert not certify(wrong).converged


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"kappa": 5.0}, "grid floor binds"),  # a limit that never binds: the grid does
        ({"bond_range": (-1.5, -0.4)}, "undefined values"),  # debt that nothing can service
    ],
)
def test_a_grid_that_does_not_fit_is_reported(changes, item):
    certificate = certify(solve_bianchi(BianchiParameters(**changes), bonds=60))
    assert certificate[item] > 0
    assert not certificate.converged


# --- input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("beta", float("nan")), ("sigma", 1.0), ("eta", 0.0), ("omega", 1.0), ("kappa", -0.1),
        ("r", 0.2), ("bond_range", (-0.4, -1.0)), ("covariance", ((2.0, 0.0), (0.0, 2.0))),
        ("rho", ((1.0, 0.0), (0.0, 1.0))), ("nodes", 0),
    ],
)  # fmt: skip
def test_wrong_parameters_say_what_is_allowed(field, value):
    with pytest.raises(ValueError, match="allowed"):
        BianchiParameters(**{field: value})


@pytest.mark.parametrize(
    "options", [{"bonds": 3}, {"tolerance": 0.0}, {"max_iterations": 0}, {"bonds": True}]
)
def test_wrong_options_say_what_is_allowed(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} is .*allowed"):
        solve_bianchi(**options)
    with pytest.raises(ValueError, match="'kapa' is no field"):
        BianchiParameters().replace(kapa=0.3)
