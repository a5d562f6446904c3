"""Policies where slack and bound nodes meet: solved anew instead of mixed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from regspec.model import (
    Grid,
    Solution,
    Tolerances,
    Wedges,
    certify,
    ergodic_paths,
    euler_errors,
    solve_equilibrium,
    solve_trend,
    spread_over_starts,
)
from regspec.model.economy.technology import income
from regspec.model.equilibrium import off_grid
from regspec.model.equilibrium.capital_choice import Ahead, State, workspace
from regspec.model.equilibrium.iteration import primitives
from regspec.model.equilibrium.kernels import BOUND
from regspec.parameters import Calibration

MIDDLE, QUICK = Grid(60, 21, 3), Grid(40, 15, 3)
PUBLISHED, LOW = Calibration.converted(), Calibration.converted(gamma=2.0)


@pytest.fixture(scope="module")
def published():
    return solve_equilibrium(PUBLISHED, MIDDLE)


@pytest.fixture(scope="module")
def low():
    return solve_equilibrium(LOW, QUICK)


def scattered(solution, n=1500, seed=3):
    """States all over the grid, productivities between nodes included."""
    rng = np.random.default_rng(seed)
    b = rng.uniform(*solution.grid.bonds[[0, -1]], n)
    share = rng.uniform(*solution.grid.capital[[0, -1]], n)
    z = np.exp([rng.uniform(*np.log(x[[0, -1]]), n) for x in solution.shocks.nodes]).T
    return b, np.column_stack([share, 1 - share]), z


def interpolated(solution):
    """The same policies, without their conditions solved anew between regimes."""
    return Solution(
        calibration=solution.calibration,
        grid=solution.grid,
        shocks=solution.shocks,
        policies=solution.policies,
        wedges=solution.wedges,
    )


@pytest.mark.parametrize("which", ["published", "low"])
def test_between_regimes_a_state_is_slack_or_bound_never_half_of_each(which, request):
    solution = request.getfixturevalue(which)
    b, k, z = scattered(solution)
    d = solution.at(b, k, z)
    mixed = d.switch
    assert mixed.mean() > 0.02
    assert d.solved[mixed].mean() > 0.99
    good = mixed & d.solved
    R, theta = solution.calibration.R_period, solution.calibration.theta
    room = d.b_next[good] / R + theta * d.q[good]
    assert room.min() > -1e-8
    assert np.abs(d.mu[good] * room).max() < 1e-8
    assert d.bound[good].any()
    assert (~d.bound[good]).any()
    # Plain interpolation violates the same conditions: the test can fail.
    mixture = interpolated(solution).at(b, k, z)
    room = mixture.b_next[good] / R + theta * mixture.q[good]
    assert np.abs(mixture.mu[good] * room).max() > 1e-4


@pytest.mark.parametrize("price", [np.nan, 10.0])
def test_debt_that_its_own_price_does_not_support_is_refused(low, price):
    """No bound neighbour, or one whose price is far too high: the slack choice breaks the limit."""
    calibration, space, grid_k = low.calibration, low.grid, low.grid.allocation
    node, ib = 4, 6
    ik = len(grid_k) // 2
    assert low.policies.status[1, 1, ib, ik] == BOUND
    R, k = calibration.R_period, grid_k[ik]
    wealth = income(k, low.shocks.joint_nodes[node], calibration) + space.bonds[ib]

    def found(theta):
        ratio = (calibration.beta_period * R) ** (-1 / calibration.gamma)
        state = State(wealth, k, R, R * theta, True, 0.0, np.zeros(2), ratio)
        return off_grid.solve_between(
            Ahead(low._ahead().table[node], space.axes), state, (True, price), space.bonds[ib],
            k[:1].copy(), np.empty(1), primitives(low), workspace(2),
        )  # fmt: skip

    assert not found(calibration.theta)[5]
    assert found(5.0)[5]  # a looser limit supports the same choice


def test_states_away_from_switches_are_interpolated(published):
    b, k, z = scattered(published)
    d, mixture = published.at(b, k, z), interpolated(published).at(b, k, z)
    away = ~d.switch
    for name in ("c", "b_next", "q", "mu", "eta"):
        assert (getattr(d, name)[away] == getattr(mixture, name)[away]).all()


def test_euler_errors_of_visited_states_are_smaller_than_those_of_mixtures(published):
    paths = ergodic_paths(published, periods=10, n=100, seed=5)
    where = *paths.states[:2], paths.node.ravel()
    ours = euler_errors(published, *where)
    plain = Solution(
        **{f.name: getattr(published, f.name) for f in dataclasses.fields(Solution) if f.init}
    )
    mixed = euler_errors(plain, *where)
    for condition in ours.conditions:
        assert ours.log10(condition).mean() < mixed.log10(condition).mean() - 0.2


def test_the_binding_frequency_does_not_depend_on_the_grid(low):
    fine = solve_equilibrium(LOW, Grid(100, 31, 3))
    ours, finer = (s.certificate["binding frequency"] for s in (low, fine))
    assert ours == pytest.approx(finer, abs=0.02)


def test_a_published_solution_on_a_coarse_grid_fails_over_visited_states():
    coarse = solve_equilibrium(PUBLISHED, Grid(24, 9, 2), on_failure="return")
    failing = {item.name for item in coarse.certificate.failing}
    assert "euler bonds, p99" in failing
    strict = certify(coarse, tolerances=Tolerances(unsolved=-1.0))
    assert "unsupported, simulated" in {item.name for item in strict.failing} - failing


def test_the_start_matters_only_where_several_equilibria_exist(low, published):
    assert np.ptp(spread_over_starts(low)["price, mean"]) < 1e-6
    spread = spread_over_starts(published)
    assert spread.loc["static guess", "converged"]
    assert np.ptp(spread["price, mean"]) > 0.01
    assert low.started == "static guess"
    assert solve_equilibrium(LOW, QUICK, start=published).started == "gamma=5, theta=0.35"


def test_taxes_count_in_the_scan_for_several_equilibria(published):
    wedges = Wedges(
        tax_bonds=lambda b, k, z: np.full(len(b), 1e-9),
        charge_capital=lambda b, k, z: np.full(k.shape, 1e-9),
    )
    taxed = solve_equilibrium(PUBLISHED, MIDDLE, wedges=wedges)
    for item in ("static equilibria, share with several", "uniqueness margin, least"):
        assert taxed.certificate[item] == pytest.approx(published.certificate[item], abs=0.01)
    assert not taxed.certificate.unique


def test_dates_of_a_trend_use_their_own_limit_and_taxes(low):
    """theta and taxes that depend on z are those of the date, not of the next one."""
    wedges = Wedges(
        theta=lambda z: np.where(z.mean(axis=1) < 0.9, 0.2, 0.35),
        tax_bonds=lambda b, k, z: np.where(z.mean(axis=1) < 0.9, 0.05, 0.0),
    )
    terminal = solve_equilibrium(LOW.replace(sigma=(0.0, 0.0)), Grid(60, 15, 1), wedges=wedges)
    path = solve_trend(terminal, [[0.8, 0.8]])
    early = path.solutions[0]
    b, k = np.linspace(-0.2, 0.1, 40), np.tile([0.5, 0.5], (40, 1))
    d = early.at(b, k, np.full((40, 2), 0.8))
    R = LOW.R_period
    assert (d.bound & d.solved).any()
    assert -d.b_next[d.bound] / R == pytest.approx(0.2 * d.q[d.bound], rel=1e-3)
    errors = euler_errors(early, b, k, np.zeros(40, np.int64)).log10("bonds")
    assert errors.mean() < -3
    assert {"euler p99", "complementarity", "solved"} <= set(path.report.columns)


def test_between_regimes_a_date_looks_at_the_next_one(low):
    """Its own functions would be far off: expectations are those of other productivities."""
    early = solve_trend(low, [[0.9, 0.9]]).solutions[0]
    rng = np.random.default_rng(0)
    b, share = rng.uniform(-0.4, 0.3, 3000), rng.uniform(0.2, 0.8, 3000)
    k, node = np.column_stack([share, 1 - share]), rng.integers(0, 9, 3000)
    mixed = early.at(b, k, early.shocks.joint_nodes[node]).switch
    assert mixed.sum() > 20
    errors = euler_errors(early, b[mixed], k[mixed], node[mixed])
    for condition in errors.conditions:
        assert errors.log10(condition).mean() < -3


def test_a_path_with_a_date_that_is_not_solved_says_so(low):
    path = solve_trend(low, [[0.7, 1.0]], tolerances=Tolerances(smooth_mean=-9.0))
    assert not path.converged
    assert not path.report["solved"].any()


def test_with_r_at_most_one_the_limit_alone_stops_borrowing():
    calibration = LOW.replace(R=1.0)
    solution = solve_equilibrium(calibration, QUICK)
    assert solution.certificate.converged
    with pytest.raises(ValueError, match="natural debt limit"):
        solve_equilibrium(calibration.replace(constraint=False), QUICK)
