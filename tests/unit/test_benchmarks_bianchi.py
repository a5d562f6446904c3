"""Bianchi (2011): closed forms, limits, published values, bad input and sabotage."""

import dataclasses

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov
from scipy.optimize import brentq

from regspec.benchmarks import (
    PUBLISHED_ACCURACY,
    BianchiParameters,
    along_bonds,
    bianchi_table,
    certify_bianchi,
    simulate_path,
    solve_bianchi,
)
from regspec.benchmarks import bianchi_kernels as kernels
from regspec.benchmarks.bianchi_certificate import deviation_gain
from regspec.benchmarks.bianchi_results import (
    PUBLISHED,
    compare_bianchi,
    crisis_sampling_error,
    policy_value,
    welfare_gain,
)
from regspec.benchmarks.tauchen_hussey import tauchen_hussey
from regspec.figures.benchmarks import draw_bianchi_policies

P = BianchiParameters().packed


@pytest.fixture(scope="module")
def equilibrium():
    return solve_bianchi(bonds=100)


@pytest.fixture(scope="module")
def planner():
    return solve_bianchi(bonds=100, planner=True)


class TestTauchenHussey:
    def test_independent_draws_are_the_quadrature_itself(self):
        chain = tauchen_hussey(np.zeros((2, 2)), [[0.04, 0.01], [0.01, 0.09]], 5)
        assert np.allclose(chain.transition, chain.transition[0])
        assert np.allclose(chain.covariance, [[0.04, 0.01], [0.01, 0.09]])
        assert np.allclose(chain.row_sums, 1)

    def test_weak_persistence_reproduces_the_covariance(self):
        a, v = np.array([[0.3, 0.1], [-0.1, 0.2]]), np.array([[0.04, 0.01], [0.01, 0.09]])
        chain = tauchen_hussey(a, v, 9)
        assert np.allclose(chain.covariance, solve_discrete_lyapunov(a, v), rtol=1e-4)
        assert np.allclose(chain.transition @ chain.nodes, chain.nodes @ a.T, atol=1e-3)

    def test_the_first_variable_has_few_values_and_is_fastest(self):
        chain = tauchen_hussey(np.zeros((2, 2)), [[1.0, 0.5], [0.5, 1.0]], 4)
        outer = np.sqrt(3 + np.sqrt(6))  # largest root of the fourth Hermite polynomial
        assert np.isclose(chain.nodes[:4, 0].max(), outer)
        assert len(np.unique(chain.nodes[:, 0].round(12))) == 4
        assert len(np.unique(chain.nodes[:, 1].round(12))) == 16

    def test_published_chain(self):
        """Stationary moments and a row of the chain that circulates with the article."""
        chain = BianchiParameters().chain
        cov = chain.covariance
        assert np.allclose(np.sqrt(np.diag(cov)), [0.0569, 0.0554], atol=1e-4)
        assert np.isclose(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), 0.8334, atol=1e-4)
        assert np.allclose(chain.transition[0, :4], [0.1864, 0.5021, 0.1493, 0.0041], atol=1e-4)
        by_rows = BianchiParameters(transpose_rho=False).chain.covariance
        assert np.sqrt(by_rows[0, 0]) > 0.08

    @pytest.mark.parametrize(
        ("a", "v", "count", "name"),
        [
            ([[1.0]], [[1.0]], 3, "persistence"),
            ([[0.5, 0.1]], [[1.0]], 3, "persistence"),
            ([[0.5]], [[-1.0]], 3, "covariance"),
            ([[0.5]], [[1.0]], 0, "count"),
            ([[0.5]], [[1.0]], 2.0, "count"),
        ],
    )
    def test_bad_input(self, a, v, count, name):
        with pytest.raises(ValueError, match=f"{name} .*allowed"):
            tauchen_hussey(a, v, count)


class TestStatics:
    @pytest.mark.parametrize("c", [0.2, 0.9, 1.4])
    def test_marginal_utility_is_the_derivative_and_inverts(self, c):
        h = 1e-6
        slope = (kernels.utility(c + h, 0.9, P) - kernels.utility(c - h, 0.9, P)) / (2 * h)
        u_t = kernels.marginal_utility(c, 0.9, P)
        assert np.isclose(u_t, slope, rtol=1e-8)
        assert np.isclose(kernels.consumption_at(u_t, 0.9, P, 5.0), c, rtol=1e-13)

    def test_psi_is_the_slope_of_the_limit(self):
        h = 1e-6
        low, high = (kernels.net_of_limit(c, 0.9, P) for c in (0.8 - h, 0.8 + h))
        assert np.isclose(1 - kernels.price_slope(0.8, 0.9, P), (high - low) / (2 * h), rtol=1e-8)

    @pytest.mark.parametrize("m", [0.05, 0.1, 0.15])
    def test_the_low_root_is_taken(self, m):
        c = kernels.limit_consumption(m, 0.9, P)
        peak = brentq(lambda x: kernels.price_slope(x, 0.9, P) - 1, 0.1, 10)
        low = brentq(lambda x: kernels.net_of_limit(x, 0.9, P) - m, 1e-9, peak)
        high = brentq(lambda x: kernels.net_of_limit(x, 0.9, P) - m, peak, 50)
        assert np.isclose(c, low, rtol=1e-12)
        assert high > peak > c

    def test_no_root_no_limit(self):
        assert np.isinf(kernels.limit_consumption(10.0, 0.9, P))
        assert np.isnan(kernels.limit_consumption(-0.1, 0.9, P))
        assert kernels.limit_consumption(0.7, 0.9, (*P[:4], 0.0, P[5])) == 0.7


class TestClosedForms:
    @pytest.mark.parametrize("planner", [False, True])
    def test_certain_endowments_have_a_steady_state_at_the_limit(self, planner):
        """With beta (1 + r) < 1 and no shocks, b = -kappa (1 + p) and c = 1 + r b for ever.

        The planner goes there at once from somewhat less debt too: its marginal value jumps.
        """
        p = BianchiParameters(nodes=1, bond_range=(-1.15, -0.4))
        ratio = (1 - p.omega) / p.omega
        b = brentq(lambda b: b + p.kappa * (1 + ratio * (1 + p.r * b) ** (1 + p.eta)), -1.15, -0.4)
        solution = solve_bianchi(p, bonds=400, planner=planner)
        today = np.array([b, b + 0.02])
        d = solution.at(today, np.zeros(2, int))
        assert np.isclose(d.bonds_next[0], b, atol=1e-6)
        assert np.isclose(d.c_tradable[0], 1 + p.r * b, atol=1e-6)
        assert np.isclose(d.bonds_next[1], b, atol=1e-6) == planner

    def test_value_is_the_discounted_sum_along_the_path(self):
        p = BianchiParameters(nodes=1, bond_range=(-1.15, -0.4))
        solution = solve_bianchi(p, bonds=400)
        path = simulate_path(solution, periods=400, burn_in=0)
        c = path.choices.consumption
        flow = c ** (1 - p.sigma) / (1 - p.sigma) * p.beta ** np.arange(len(c))
        value = kernels.value_at(
            path.b[:1], np.zeros(1, int), solution.nodes, policy_value(solution)
        )
        assert np.isclose(value[0], flow.sum(), rtol=1e-4)

    def test_without_collateral_nothing_is_externalised(self):
        """kappa = 0: the price is not in the limit, so that planner and market agree."""
        p = BianchiParameters(kappa=0.0, bond_range=(-0.1, 0.5))
        market, planner = (solve_bianchi(p, bonds=200, planner=flag) for flag in (False, True))
        a, b = market.on_grid(), planner.on_grid()
        assert a.bound.any()
        assert np.allclose(a.c_tradable, b.c_tradable, rtol=1e-5)
        assert a.bonds_next[a.bound].max() < 1e-12

    def test_a_loose_limit_never_binds(self):
        p = BianchiParameters(kappa=5.0)
        market, planner = (solve_bianchi(p, bonds=60, planner=flag) for flag in (False, True))
        assert not market.on_grid().bound.any()
        assert np.allclose(market.on_grid().c_tradable, planner.on_grid().c_tradable)
        certificate = certify_bianchi(market)
        assert certificate["grid floor binds"] > 0  # borrowers end at the end of the grid
        assert not certificate.converged


class TestSolution:
    def test_certificates(self, equilibrium, planner):
        for solution in (equilibrium, planner):
            certificate = certify_bianchi(solution)
            assert certificate.converged, certificate.failing
            assert certificate.unique

    @pytest.mark.parametrize("planner", [False, True])
    def test_published_accuracy(self, planner):
        solution = solve_bianchi(bonds=800, planner=planner)
        certificate = certify_bianchi(solution, tolerances=PUBLISHED_ACCURACY)
        assert certificate.converged, certificate.failing
        assert certificate["euler slack, mean"] <= -7.2

    def test_more_debt_less_consumption(self, equilibrium, planner):
        for solution in (equilibrium, planner):
            c = solution.on_grid().c_tradable.reshape(16, -1)
            assert (np.diff(c, axis=1) > 0).all()

    def test_the_planner_never_borrows_more(self, equilibrium, planner):
        a, b = equilibrium.on_grid(), planner.on_grid()
        assert (b.bonds_next >= a.bonds_next - 1e-6).all()

    def test_the_upper_end_of_the_grid_does_not_matter(self, equilibrium):
        wide = solve_bianchi(BianchiParameters(bond_range=(-1.02, -0.2)), bonds=133)
        b, state = np.tile(np.linspace(-1, -0.5, 41), 16), np.repeat(np.arange(16), 41)
        a, c = equilibrium.at(b, state).c_tradable, wide.at(b, state).c_tradable
        assert np.abs(a / c - 1).max() < 5e-4

    def test_no_one_shot_deviation_pays(self, planner):
        rng = np.random.default_rng(1)
        b, state = rng.uniform(-1.02, -0.4, 500), rng.integers(0, 16, 500)
        gain = deviation_gain(planner, b, state, trials=20_000)
        assert gain.max() < 1e-7
        assert gain.min() > -1e-4  # the trials come close to the rule, so that the check bites


class TestPublished:
    # Half a unit of the last printed digit, and three standard errors of a simulation of 80,000
    # periods, the published length: measured over 30 seeds.
    ERROR = {  # noqa: RUF012
        "crisis": (0.055, 0.020),
        "sd_c": (0.021, 0.016),
        "sd_rer": (0.044, 0.016),
        "sd_ca": (0.026, 0.011),
        "corr_c": (0.001, 0.001),
        "corr_rer": (0.002, 0.004),
        "corr_ca": (0.003, 0.010),
    }

    def test_moments_and_welfare(self, equilibrium, planner):
        ours = compare_bianchi(equilibrium, planner, periods=300_000)
        for key, errors in self.ERROR.items():
            digit = 0.005 if key.startswith("corr") else 0.05
            for i, error in enumerate(errors):
                assert abs(ours[key][i] - PUBLISHED[key][2 + i]) < digit + 3 * error, (key, i)
        assert abs(ours["welfare"][1] - 0.135) < 0.0015

    def test_welfare_gain_is_positive_everywhere(self, equilibrium, planner):
        path = simulate_path(equilibrium, periods=5000)
        assert welfare_gain(equilibrium, planner, path).min() > 0

    def test_sampling_error(self, equilibrium):
        path = simulate_path(equilibrium, periods=300_000)
        error = crisis_sampling_error(path, float(np.std(path.current_account)))
        assert 0.04 < error < 0.08
        with pytest.raises(ValueError, match="allowed: 2000"):
            crisis_sampling_error(simulate_path(equilibrium, periods=1500), 0.1)

    def test_table(self):
        frame = bianchi_table(bonds=60, periods=5000)
        assert len(frame) == len(PUBLISHED)
        assert list(frame.columns[2:]) == [
            "published equilibrium",
            "our equilibrium",
            "published planner",
            "our planner",
        ]

    def test_order_of_the_two(self, equilibrium, planner):
        with pytest.raises(ValueError, match="allowed: False, True"):
            compare_bianchi(planner, equilibrium)


class TestSabotage:
    def test_a_shifted_table(self, equilibrium):
        broken = dataclasses.replace(equilibrium, table=equilibrium.table * 1.001)
        assert not certify_bianchi(broken).converged

    def test_nan(self, equilibrium):
        table = equilibrium.table.copy()
        table[3, 5] = np.nan
        assert not certify_bianchi(dataclasses.replace(equilibrium, table=table)).converged

    def test_too_few_iterations(self):
        assert not certify_bianchi(solve_bianchi(bonds=60, max_iterations=3)).converged

    def test_market_rules_are_not_the_planners(self, equilibrium):
        posing = dataclasses.replace(equilibrium, planner=True)
        certificate = certify_bianchi(posing)
        assert not certificate.converged
        assert certificate["deviation gain, max"] > 1e-6

    def test_planners_rules_are_no_equilibrium(self, planner):
        assert not certify_bianchi(dataclasses.replace(planner, planner=False)).converged


def test_infeasible_debt_is_reported():
    """Debt that no consumption can service: no rule there, and no certificate."""
    certificate = certify_bianchi(solve_bianchi(BianchiParameters(bond_range=(-1.5, -0.4))))
    assert certificate["undefined values"] > 0
    assert not certificate.converged


class TestInput:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("beta", 1.0),
            ("sigma", 1.0),
            ("eta", 0.0),
            ("omega", 1.0),
            ("kappa", -0.1),
            ("r", 0.2),
            ("bond_range", (-0.4, -1.0)),
            ("covariance", ((2.0, 0.0), (0.0, 2.0))),
            ("nodes", 0),
            ("beta", float("nan")),
        ],
    )
    def test_parameters(self, field, value):
        with pytest.raises(ValueError, match="allowed"):
            BianchiParameters(**{field: value})

    def test_misspelt_field(self):
        with pytest.raises(ValueError, match="'kapa' is no field"):
            BianchiParameters().replace(kapa=0.3)

    @pytest.mark.parametrize(
        "options", [{"bonds": 3}, {"tolerance": 0.0}, {"max_iterations": 0}, {"bonds": True}]
    )
    def test_solver_options(self, options):
        with pytest.raises(ValueError, match=f"{next(iter(options))} is .*allowed"):
            solve_bianchi(**options)

    def test_state_of_the_figure(self, equilibrium):
        with pytest.raises(ValueError, match="allowed: 0 to 15"):
            along_bonds({"equilibrium": equilibrium}, state=16)


def test_figure(equilibrium, planner):
    frame = along_bonds({"equilibrium": equilibrium, "planner": planner}, points=51)
    fig = draw_bianchi_policies(frame, note="test")
    labels = [text.get_text() for text in fig.axes[0].get_legend().get_texts()]
    assert labels == ["limit", "equilibrium", "planner"]
