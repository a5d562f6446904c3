"""The competitive equilibrium against closed forms, limits and symmetries; its certificate."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from regspec.model import (
    Certificate,
    ConvergenceError,
    Equilibrium,
    Grid,
    Tolerances,
    certify,
    doubled_grid,
    draw_nodes,
    ergodic_paths,
    euler_errors,
    headline_moments,
    simulate,
    solve_equilibrium,
    stationary_path,
)
from regspec.model.economy.technology import (
    adjustment_cost,
    binding_path,
    income,
    slack_path,
    static_allocation,
)
from regspec.model.equilibrium import iteration
from regspec.model.equilibrium.certificate import Item
from regspec.parameters import Calibration

QUICK = Grid(40, 15, 3)
BASE = Calibration.converted(gamma=2.0)


@pytest.fixture(scope="module")
def solved() -> Equilibrium:
    return solve_equilibrium(BASE, QUICK)


def states(solution, n=200, seed=1):
    rng = np.random.default_rng(seed)
    b = rng.uniform(*solution.grid.bonds[[0, -1]], n)
    share = rng.uniform(*solution.grid.capital[[0, -1]], n)
    z = np.exp([rng.uniform(*np.log(x[[0, -1]]), n) for x in solution.shocks.nodes]).T
    return b, np.stack([share, 1 - share], axis=-1), z


def at_mean(solution, b, share):
    k = np.array([[share, 1 - share]])
    return solution.at(np.array([b]), k, np.array([solution.calibration.z_mean]))


# Closed forms


def test_binding_path_without_shocks():
    calibration = BASE.replace(theta=0.15, sigma=(0.0, 0.0))
    solution = solve_equilibrium(calibration, Grid(150, 41, 1))
    path = binding_path(calibration)
    d = at_mean(solution, path["bonds"], path["k"][0])
    assert d.q[0] == pytest.approx(path["price"], rel=2e-3)
    assert d.b_next[0] == pytest.approx(path["bonds"], rel=2e-3)
    assert d.c[0] == pytest.approx(path["consumption"], rel=2e-3)
    assert d.k_next[0] == pytest.approx(path["k"], abs=1e-4)
    share = 1 - calibration.beta_period * calibration.R_period
    assert d.eta[0] * d.c[0] ** calibration.gamma == pytest.approx(share, abs=5e-3)


def test_log_utility_without_borrowing_has_a_closed_form_with_shocks():
    # Bonds at zero, no adjustment costs, no agglomeration: c = Y, q = alpha beta Y / (1 - beta).
    calibration = BASE.replace(gamma=1.0, theta=0.0, phi_adj=(0.0, 0.0), xi=(0.0, 0.0))
    solution = solve_equilibrium(calibration, Grid(60, 41, 5))
    n = 50
    rng = np.random.default_rng(0)
    share = rng.uniform(0.1, 0.9, n)
    k = np.stack([share, 1 - share], axis=-1)
    z = solution.shocks.joint_nodes[rng.integers(0, 25, n)]
    d = solution.at(np.zeros(n), k, z)
    y = income(k, z, calibration)
    beta = calibration.beta_period
    assert d.c == pytest.approx(y, rel=1e-6)
    assert d.q == pytest.approx(calibration.alpha * beta / (1 - beta) * y, rel=1e-3)


def test_patient_region_without_shocks_stays_where_it_is():
    calibration = BASE.replace(R=1 / BASE.beta, sigma=(0.0, 0.0), constraint=False)
    solution = solve_equilibrium(calibration, Grid(120, 41, 1))
    k = static_allocation(calibration)
    for bonds in (-1.0, -0.3, 0.2):
        path = slack_path(calibration, bonds)
        d = at_mean(solution, bonds, k[0])
        assert d.b_next[0] == pytest.approx(bonds, abs=2e-3)
        assert d.c[0] == pytest.approx(path["consumption"], rel=2e-3)
        assert d.q[0] == pytest.approx(path["price"], rel=2e-3)


def test_without_adjustment_costs_capital_goes_where_returns_are_equal():
    calibration = BASE.replace(sigma=(0.0, 0.0), phi_adj=(0.0, 0.0), z_mean=(0.6, 1.0))
    solution = solve_equilibrium(calibration, Grid(40, 41, 1))
    b, k, z = states(solution)
    d = solution.at(b, k, z)
    assert d.k_next == pytest.approx(np.tile(static_allocation(calibration), (len(b), 1)), abs=1e-3)


# Limits and symmetries


def test_a_large_limit_is_no_limit_away_from_the_end_of_the_grid():
    grid = dataclasses.replace(QUICK, bond_range=(-2.0, 0.6))
    wide = solve_equilibrium(BASE.replace(theta=20.0), grid, on_failure="return")
    free = solve_equilibrium(BASE.replace(constraint=False), grid, on_failure="return")
    assert not (wide.policies.status == 1).any()
    for name in ("c", "b_next", "k_next", "q"):
        gap = np.abs(getattr(wide.policies, name) - getattr(free.policies, name)).max()
        assert gap < 1e-5


def test_the_limit_lowers_debt_and_prices():
    tight = solve_equilibrium(BASE.replace(theta=0.1), QUICK)
    loose = solve_equilibrium(BASE.replace(theta=0.2), QUICK)
    debts = [-ergodic_paths(s).b.mean() for s in (tight, loose)]
    assert 0 < debts[0] < debts[1]


def test_identical_industries_give_a_symmetric_solution():
    twins = BASE.replace(xi=(0.13, 0.13), phi_adj=(0.22, 0.22))
    p = solve_equilibrium(twins, QUICK).policies
    for name in ("c", "b_next", "q", "mu"):
        array = getattr(p, name)
        assert np.abs(array - array.transpose(1, 0, 2, 3)[..., ::-1]).max() < 1e-5
    swapped = p.k_next.transpose(1, 0, 2, 3, 4)[..., ::-1, ::-1]
    assert np.abs(p.k_next - swapped).max() < 1e-5


def test_permuting_industries_permutes_policies():
    calibration = BASE.replace(
        xi=(0.05, 0.2), phi_adj=(0.1, 0.8), rho=(0.7, 0.9), sigma=(0.03, 0.01), z_mean=(0.8, 1.1)
    )
    swapped = calibration.replace(
        **{f: getattr(calibration, f)[::-1] for f in ("xi", "phi_adj", "rho", "sigma", "z_mean")}
    )
    first, second = (solve_equilibrium(c, QUICK) for c in (calibration, swapped))
    b, k, z = states(first)
    one, two = first.at(b, k, z), second.at(b, k[:, ::-1], z[:, ::-1])
    assert one.c == pytest.approx(two.c, abs=1e-5)
    assert one.q == pytest.approx(two.q, abs=1e-4)
    assert one.k_next == pytest.approx(two.k_next[:, ::-1], abs=1e-5)


def test_starting_from_another_solution_finds_the_same_one(solved):
    start = solve_equilibrium(BASE.replace(theta=0.3), Grid(30, 13, 3))
    again = solve_equilibrium(BASE, QUICK, start=start)
    assert np.abs(again.policies.q - solved.policies.q).max() < 1e-4
    assert solve_equilibrium(BASE, QUICK, start=solved).sweeps < 10 < solved.sweeps


def test_damping_the_price_finds_the_same_solution(solved):
    damped = solve_equilibrium(BASE, QUICK, damping=0.5)
    assert damped.sweeps > solved.sweeps
    assert np.abs(damped.policies.q - solved.policies.q).max() < 1e-4


def test_refining_within_states_selects_what_the_lagged_price_alone_selects(monkeypatch):
    grid = Grid(60, 21, 3)
    refined = solve_equilibrium(Calibration.converted(), grid)
    monkeypatch.setattr(iteration, "SELECTED", -1.0)
    lagged = solve_equilibrium(Calibration.converted(), grid)
    assert refined.sweeps < lagged.sweeps
    assert (refined.policies.status == lagged.policies.status).all()
    assert np.abs(refined.policies.q - lagged.policies.q).max() < 1e-4


# Simulation


def test_nodes_are_drawn_from_the_chains(solved):
    node = draw_nodes(solved.shocks, 3, 40_000, np.random.default_rng(5))
    assert node.shape == (3, 40_000)
    frequency = np.bincount(node[0], minlength=9) / 40_000
    assert frequency == pytest.approx(np.kron(*solved.shocks.stationary), abs=0.01)
    from_middle = node[1][node[0] == 4]
    moved = np.bincount(from_middle, minlength=9) / len(from_middle)
    assert moved == pytest.approx(solved.shocks.joint_transition[4], abs=0.02)


def test_paths_follow_the_policies(solved):
    node = np.array([[0, 8], [1, 4], [8, 2]])
    k = np.array([[0.3, 0.7], [0.6, 0.4]])
    paths = simulate(solved, node, b=np.array([-0.2, 0.1]), k=k)
    assert paths.k[0] == pytest.approx(k)
    assert paths.z == pytest.approx(solved.shocks.joint_nodes[node])
    for t in range(2):
        d = solved.at(paths.b[t], paths.k[t], paths.z[t])
        assert paths.b[t + 1] == pytest.approx(d.b_next)
        assert paths.k[t + 1] == pytest.approx(d.k_next)
        assert paths.c[t] == pytest.approx(d.c)


def test_ergodic_paths_do_not_depend_on_where_they_started(solved):
    short, long = (ergodic_paths(solved, burn_in=n, periods=40, n=400) for n in (60, 300))
    assert short.b.mean() == pytest.approx(long.b.mean(), abs=5e-3)
    assert short.k.mean(axis=(0, 1)) == pytest.approx(long.k.mean(axis=(0, 1)), abs=5e-3)


# The result


def test_baseline_converges_and_reports_that_it_is_not_unique():
    solution = solve_equilibrium(Calibration.converted(), Grid(60, 21, 3))
    assert solution.certificate.converged
    assert not solution.certificate.unique
    assert solution.certificate["static equilibria, most"] == 3


def test_lower_risk_aversion_is_unique_and_accurate(solved):
    assert solved.certificate.converged
    assert solved.certificate.unique
    assert 0 < solved.certificate["uniqueness margin, least"] < 1
    assert 0.3 < solved.certificate["binding frequency"] < 0.9


def test_decisions_satisfy_the_budget_and_the_limit_off_the_grid(solved):
    b, k, z = states(solved, 500)
    d = solved.at(b, k, z)
    R, theta = BASE.R_period, BASE.theta
    spent = d.c + d.b_next / R + adjustment_cost(k, d.k_next, BASE.phi_adj).sum(axis=1)
    assert spent == pytest.approx(income(k, z, BASE) + b, abs=1e-12)
    assert (-d.b_next / R <= theta * d.q + 1e-5).all()
    assert d.k_next.sum(axis=1) == pytest.approx(1.0)
    assert (d.eta >= 0).all()
    assert d.inside.all()
    assert (d.eta > 0).any()
    assert (d.eta == 0).any()


def test_grid_points_return_the_policies_themselves(solved):
    p, grid, nodes = solved.policies, solved.grid, solved.shocks.nodes
    index = np.random.default_rng(2).integers(0, p.c.shape, (60, 4)).T
    z = np.stack([nodes[0][index[0]], nodes[1][index[1]]], axis=-1)
    d = solved.at(grid.bonds[index[2]], grid.allocation[index[3]], z)
    for name in ("c", "b_next", "q"):
        assert getattr(d, name) == pytest.approx(getattr(p, name)[tuple(index)], abs=1e-9)
    assert d.k_next == pytest.approx(p.k_next[tuple(index)], abs=1e-9)


def test_states_outside_the_grid_are_flagged(solved):
    k, z = np.array([[0.5, 0.5]]), np.ones((1, 2))
    outside = [
        solved.at([solved.grid.bonds[0] - 0.1], k, z),
        solved.at([0.0], [[0.999, 0.001]], z),
        solved.at([0.0], k, 2 * z),
    ]
    assert not any(d.inside[0] for d in outside)
    assert solved.at([0.0], k, z).inside[0]


@pytest.mark.parametrize(
    ("b", "k", "z", "message"),
    [
        ([0.0], [[0.5, 0.4]], [[1.0, 1.0]], "sum to one"),
        ([0.0], [[1.5, -0.5]], [[1.0, 1.0]], "positive"),
        ([0.0], [[0.5, 0.5]], [[0.0, 1.0]], "not logs"),
        ([0.0, 0.1], [[0.5, 0.5]], [[1.0, 1.0]], "shapes"),
        ([[0.0]], [[0.5, 0.5]], [[1.0, 1.0]], "shapes"),
    ],
)
def test_bad_states_are_refused(solved, b, k, z, message):
    with pytest.raises(ValueError, match=message):
        solved.at(b, k, z)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"on_failure": "ignore"},
        {"damping": 0.0},
        {"tolerance": -1.0},
        {"max_sweeps": 0},
        {"alternative": "current"},
        {"selection": "some"},
    ],
)
def test_bad_arguments_are_refused(kwargs):
    (name,) = kwargs
    with pytest.raises(ValueError, match=f"{name} is .*allowed"):
        solve_equilibrium(BASE, QUICK, **kwargs)


def test_four_industries_are_refused():
    four = dict.fromkeys(("xi", "phi_adj", "rho", "sigma", "z_mean"), (0.1,) * 4)
    with pytest.raises(ValueError, match="has 4 industries; allowed: 1, 2, 3"):
        solve_equilibrium(BASE.replace(**four, industries=("a", "b", "c", "d")), QUICK)


# The certificate


def test_items_are_reported_with_their_limits(solved):
    frame = solved.certificate.to_frame()
    assert list(frame["item"]) == [item.name for item in solved.certificate.items()]
    assert frame["passed"].all()
    assert {"change in q", "collateral excess", "complementarity", "resource residual"} <= set(
        frame["item"]
    )
    with pytest.raises(KeyError, match="change in q"):
        solved.certificate["change in price"]


def sabotage(solution, **changes) -> Certificate:
    policies = dataclasses.replace(solution.policies, **changes)
    return certify(dataclasses.replace(solution, policies=policies))


def test_a_price_off_by_five_percent_fails(solved):
    verdict = sabotage(solved, q=1.05 * solved.policies.q)
    assert not verdict.converged
    failing = {item.name for item in verdict.failing}
    assert {"change in q", "complementarity", "euler capital_1, mean"} <= failing
    lower = sabotage(solved, q=0.95 * solved.policies.q)
    assert "collateral excess" in {item.name for item in lower.failing}


def test_a_wrong_budget_fails(solved):
    verdict = sabotage(solved, c=solved.policies.c + 1e-3)
    assert "resource residual" in {item.name for item in verdict.failing}


def test_one_undefined_value_fails(solved):
    q = solved.policies.q.copy()
    q[0, 0, 0, 0] = np.nan
    verdict = sabotage(solved, q=q)
    assert not verdict.converged
    assert verdict["undefined values"] == 1
    assert not verdict.unique


def test_an_undefined_item_never_passes():
    item = Item(name="change in q", value=float("nan"), limit=1.0, description="")
    assert not item.passed
    assert not Certificate(entries=(item,)).converged


def test_tolerances_decide(solved):
    assert not certify(solved, tolerances=Tolerances(euler_mean=-8.0)).converged


def test_a_floor_above_the_limit_fails():
    # The grid's lower end would act as the debt limit: everything "converges" but this item.
    shallow = dataclasses.replace(QUICK, bond_range=(-0.15, 0.6))
    solution = solve_equilibrium(BASE, shallow, on_failure="return")
    with pytest.raises(ConvergenceError, match="lower end of the bonds"):
        raise ConvergenceError(solution.certificate, BASE)
    assert not solution.certificate.converged
    assert "grid floor binds" in {item.name for item in solution.certificate.failing}


def test_errors_shrink_with_the_grid(solved):
    fine = solve_equilibrium(BASE, Grid(80, 31, 3))
    for item in ("euler bonds, mean", "euler capital_1, mean", "euler capital_2, mean"):
        assert fine.certificate[item] < solved.certificate[item] - 0.3


def test_euler_errors_see_a_misplaced_choice(solved):
    paths = ergodic_paths(solved, periods=4, n=50)
    sample = (*paths.states[:2], paths.node.ravel())
    good = euler_errors(solved, *sample).log10("bonds").mean()
    policies = dataclasses.replace(solved.policies, b_next=solved.policies.b_next + 0.05)
    bad = euler_errors(dataclasses.replace(solved, policies=policies), *sample)
    assert bad.log10("bonds").mean() > good + 1
    with pytest.raises(ValueError, match="allowed"):
        bad.log10("capital")


def test_too_few_sweeps_raise_with_the_failing_items():
    with pytest.raises(ConvergenceError, match=r"change in q is .*more sweeps") as caught:
        solve_equilibrium(BASE, QUICK, max_sweeps=5)
    assert not caught.value.certificate.converged
    kept = solve_equilibrium(BASE, QUICK, max_sweeps=5, on_failure="return")
    assert kept.sweeps == 5


def test_a_year_as_the_period_fails_with_the_explanation():
    with pytest.raises(ConvergenceError, match="period_years=10, the baseline"):
        solve_equilibrium(BASE.replace(period_years=1), QUICK)


def test_moments_hardly_change_on_a_doubled_grid(solved):
    frame = doubled_grid(solved)
    assert list(frame.index) == list(headline_moments(solved))
    assert frame.attrs["converged"]
    assert frame.loc["consumption, mean", "change"] == pytest.approx(0, abs=5e-3)
    assert frame.loc["bonds over income, mean", "change"] == pytest.approx(0, abs=1e-2)


def test_the_stationary_path_is_in_the_certificate(solved):
    path = stationary_path(solved)
    assert solved.certificate["bond slope, stationary path"] == path["slope"]
    assert solved.certificate["bond cycle, stationary path"] == path["cycle"]
    rest = solve_equilibrium(BASE.replace(theta=0.05), QUICK)
    assert stationary_path(rest)["cycle"] < 1e-3
    assert abs(stationary_path(rest)["slope"]) < 1
