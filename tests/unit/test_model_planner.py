"""Planner, taxes and welfare: closed forms and limits, brute force, Proposition 1, bad input."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from regspec.model import (
    ConvergenceError,
    Grid,
    Solution,
    ergodic_paths,
    optimal_taxes,
    policy_value,
    solve_equilibrium,
    solve_planner,
    tax_summary,
    welfare_gain,
)
from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import (
    adjustment_cost,
    adjustment_cost_next,
    adjustment_cost_today,
    income,
    private_return,
    static_allocation,
)
from regspec.model.equilibrium.capital_choice import Ahead
from regspec.model.equilibrium.iteration import collateral_slope, primitives, states_at
from regspec.model.planner.certificate import best_choices
from regspec.model.planner.choice import Problem
from regspec.model.planner.conditions import omega
from regspec.model.planner.search import Nodes, scan
from regspec.model.planner.sweep import (
    build_future,
    nodes,
    planner_sweep,
    private_correction,
    shadow_values,
)
from regspec.model.planner.value import felicity
from regspec.model.planner.value_kernels import read_linear
from regspec.parameters import Calibration
from regspec.studies.accuracy import with_industries
from regspec.studies.gains import mean_gain

QUICK = Grid(40, 15, 3)
# Here the Markov-perfect planner exists without jumps; at theta = 0.35 it does not (see below).
BASE = Calibration.converted(gamma=2.0, theta=0.25)
UNEQUAL = BASE.replace(xi=(0.25, 0.13))


@pytest.fixture(scope="module")
def pair():
    return solve_equilibrium(UNEQUAL, QUICK), solve_planner(UNEQUAL, QUICK)


@pytest.fixture(scope="module")
def taxes(pair):
    return optimal_taxes(pair[1])


@pytest.fixture(scope="module")
def prudential():
    return solve_planner(UNEQUAL, QUICK, agglomeration=False)


@pytest.fixture(scope="module")
def one_industry():
    """The pure macroprudential case; a higher beta makes households visit slack states."""
    calibration = with_industries(BASE, 1, 0.0).replace(xi=(0.0,), theta=0.2)
    grid = Grid(bonds=120, shocks=5)
    return solve_equilibrium(calibration, grid), solve_planner(calibration, grid)


# Limits and closed forms


def test_without_externalities_the_planner_has_nothing_to_do():
    calibration = BASE.replace(xi=(0.0, 0.0), constraint=False, z_mean=(1.0, 1.1))
    grid = Grid(60, 21, 3)
    equilibrium, planner = solve_equilibrium(calibration, grid), solve_planner(calibration, grid)
    gain = mean_gain(welfare_gain(equilibrium, planner), equilibrium)
    assert -0.01 < gain["least"] <= gain["most"] < 0.01
    paths = ergodic_paths(equilibrium, n=50)
    states = paths.b[0], paths.k[0], paths.z[0]
    one, other = equilibrium.at(*states), planner.at(*states)
    assert other.k_next == pytest.approx(one.k_next, abs=2e-3)


def test_with_a_slack_limit_capital_settles_where_social_returns_are_equal():
    calibration = UNEQUAL.replace(constraint=False, sigma=(0.0, 0.0))
    planner = solve_planner(calibration, Grid(60, 31, 1))
    b, k = np.zeros(1), np.array([[0.5, 0.5]])
    for _ in range(60):
        now = planner.at(b, k, np.ones((1, 2)))
        b, k = now.b_next, now.k_next
    social = static_allocation(calibration, social=True)
    assert social[0] > static_allocation(calibration)[0] + 0.02
    assert k[0, 0] == pytest.approx(social[0], abs=2e-3)


def test_planner_of_one_industry_borrows_less_and_taxes_debt(one_industry):
    equilibrium, planner = one_industry
    slack = (planner.policies.status == 0) & (equilibrium.policies.status == 0)
    assert slack.mean() > 0.1
    less_debt = planner.policies.b_next - equilibrium.policies.b_next
    assert less_debt[slack].min() > -1e-4
    assert less_debt[slack].max() > 1e-3
    tax = optimal_taxes(planner).tax_bonds
    assert tax[slack].min() > -1e-3
    assert tax[slack].max() > 0.01


def test_identical_industries_have_mirrored_policies():
    calibration = with_industries(BASE, 2, 0.3).replace(z_mean=(1.0, 1.0))
    planner = solve_planner(calibration, QUICK)
    p = planner.policies
    mirrored = np.flip(p.b_next.swapaxes(0, 1), axis=-1)
    assert p.b_next == pytest.approx(mirrored, abs=5e-4)
    turned = np.flip(p.k_next[..., ::-1].swapaxes(0, 1), axis=-2)
    assert p.k_next == pytest.approx(turned, abs=2e-3)


def test_gains_do_not_depend_on_the_scale_of_the_economy(pair):
    factor = 3.0
    scaled = UNEQUAL.replace(
        z_mean=tuple(factor * z for z in UNEQUAL.z_mean),
        phi_adj=tuple(factor * phi for phi in UNEQUAL.phi_adj),
    )
    large = solve_planner(scaled, QUICK)
    assert large.value == pytest.approx(factor * pair[1].value, rel=1e-5)
    gain = welfare_gain(solve_equilibrium(scaled, QUICK), large)
    assert gain == pytest.approx(welfare_gain(*pair), abs=1e-5)


def test_planner_that_internalises_nothing_is_the_equilibrium(pair):
    idle = solve_planner(UNEQUAL, QUICK, agglomeration=False, collateral=False)
    assert np.abs(welfare_gain(pair[0], idle)).max() < 1e-7


def test_switches_split_the_gain(pair, prudential):
    equilibrium, planner = pair
    subsidised = solve_planner(UNEQUAL, QUICK, collateral=False)
    both, alone, price = (
        mean_gain(welfare_gain(equilibrium, x), equilibrium)["mean"]
        for x in (planner, subsidised, prudential)
    )
    assert both > 0
    assert alone > 0
    # What matters at these parameters is agglomeration.
    assert both == pytest.approx(alone, rel=0.3)
    assert abs(price) < 0.3 * both


def test_one_instrument_is_worth_no_more_than_two(pair):
    equilibrium, planner = pair
    debt = solve_planner(UNEQUAL, QUICK, instruments="debt")
    both, alone = (
        mean_gain(welfare_gain(equilibrium, x), equilibrium)["mean"] for x in (planner, debt)
    )
    assert alone < both


def test_a_debt_tax_alone_can_leave_agglomeration_out(pair):
    debt = solve_planner(UNEQUAL, QUICK, instruments="debt")
    blind = solve_planner(UNEQUAL, QUICK, instruments="debt", agglomeration=False)
    assert np.abs(blind.policies.b_next - debt.policies.b_next).max() > 1e-2


def test_where_there_is_no_agglomeration_nothing_is_left_out():
    """What remains is the error of slopes on the grid, which vanishes with it."""
    nothing, gaps = UNEQUAL.replace(xi=(0.0, 0.0)), []
    for grid in (Grid(40, 15, 2), Grid(56, 21, 2)):
        one, other = (
            solve_planner(nothing, grid, instruments="debt", agglomeration=x) for x in (True, False)
        )
        assert other.value == pytest.approx(one.value, rel=5e-5)
        gaps.append(np.abs(one.policies.b_next - other.policies.b_next).mean())
    assert gaps[1] < 0.25 * gaps[0] < 5e-4


def test_three_identical_industries_are_treated_alike():
    calibration = with_industries(BASE.replace(theta=0.2), 3, 0.3)
    grid = Grid(20, 7, 2, capital_range=(0.15, 0.7))
    market = solve_equilibrium(calibration, grid)
    planner = solve_planner(calibration, grid, start=market)
    assert planner.certificate.converged
    orders = [list(order) for order in itertools.permutations(range(3))]
    k = np.array([0.4, 0.35, 0.25])[orders]
    for b in (-0.15, 0.0, 0.2):
        now = planner.at(np.full(6, b), k, np.tile(calibration.z_mean, (6, 1)))
        assert np.ptp(now.b_next) < 1e-3
        same = [next_[np.argsort(order)] for next_, order in zip(now.k_next, orders, strict=True)]
        assert np.abs(same[0] - k[0]).max() > 0.02  # capital does move
        assert np.ptp(same, axis=0).max() < 3e-3
    assert mean_gain(welfare_gain(market, planner), market)["least"] > -1e-3


# The maximisation, the certificate


def test_ties_are_kept_and_counted(prudential):
    # Two states at the edge of this grid have two choices worth the same; what is internalised
    # differs between them, so that best responses alternate for ever.
    certificate = prudential.certificate
    assert 1 <= certificate["ties"] <= 5
    assert 0 < certificate["ties, largest gain"] < 1e-5
    assert certificate["ties, largest distance"] > 1e-3
    without = solve_planner(
        UNEQUAL, QUICK, agglomeration=False, hysteresis=0.0, on_failure="return", max_sweeps=40
    )
    assert without.certificate["ties"] == 0
    assert without.certificate["change in b_next"] > 1e-3


def test_a_sweep_keeps_a_choice_only_where_it_says_so(prudential):
    future = build_future(prudential, prudential.value)
    correction = private_correction(prudential, future)
    old, scale = prudential.policies, prudential.grid.income_scale
    sweeps = [
        planner_sweep(
            prudential, future, debt_only=False, everywhere=True, step=2e-3, reach=1e-3,
            correction=correction, hysteresis=h, jump=1e-3,
        )
        for h in (0.0, 1e-5)
    ]  # fmt: skip
    (free, _, none), (kept, _, ties) = sweeps
    assert none.count == 0
    tied = np.isfinite(ties.gain)
    assert tied.sum() == ties.count > 0
    assert (ties.gain[tied] > 0).all()
    assert np.abs(kept.b_next - old.b_next)[tied].max() < 1e-12
    assert np.abs(free.b_next - old.b_next)[tied] / scale == pytest.approx(ties.bonds[tied] / scale)
    assert free.b_next[~tied] == pytest.approx(kept.b_next[~tied])


def test_no_state_where_brute_force_finds_more(pair):
    planner = pair[1]
    calibration, space, shocks = planner.calibration, planner.grid, planner.shocks
    future = build_future(planner, planner.value)
    rng = np.random.default_rng(3)
    n, beta, gamma = 12, calibration.beta_period, calibration.gamma
    node = rng.integers(0, len(shocks.joint_nodes), n)
    b = rng.uniform(space.bonds[0], space.bonds[-1], n)
    share = rng.uniform(0.1, 0.9, n)
    k = np.stack([share, 1 - share], axis=-1)
    best = best_choices(planner, future, False, b, k, node)
    table, utility, found = future.ahead.table, future.utility, np.empty((2, 3))
    states = states_at(planner, b, k, shocks.joint_nodes[node], shocks.joint_R[node])
    for p in range(n):
        z, R = node[p], shocks.joint_R[node[p]]
        cost = adjustment_cost(k[p], space.allocation, calibration.phi_adj).sum(axis=-1)
        y = income(k[p], shocks.joint_nodes[z], calibration)
        c = y + b[p] - space.bonds[:, None] / R - cost
        feasible = c > 1e-6
        c = np.where(feasible, c, 1.0)
        w = beta * (c / table[z, ..., 0]) ** gamma
        phi2 = np.array(calibration.phi_adj) * (space.allocation / k[p] - 1)
        q = (space.allocation * (w[..., None] * table[z, ..., 1:3] - phi2)).sum(axis=-1)
        feasible &= space.bonds[:, None] + collateral_slope(planner)[z] * q >= 0
        total = (1 - beta) * felicity(c, gamma) + utility[z, ..., 0]
        highest = total[feasible].max()
        ours = felicity(best["value"][p : p + 1], gamma)[0]
        assert ours >= highest - 1e-10 * abs(highest)
        # The scan sees every node.
        one = states._replace(
            **{f: getattr(states, f)[p] for f in states._fields if f != "limited"}
        )
        ahead = Ahead(table[z], space.axes)
        problem = Problem(ahead, future.worth[z], one, np.zeros(1), primitives(planner))
        scan(problem, Nodes(space.allocation, nodes(space), utility[z]), found)
        assert found[0, 0] == pytest.approx(highest, rel=1e-12)


@pytest.mark.parametrize("debt_only", [False, True])
def test_slopes_of_the_maximised_objective_are_those_of_its_values(pair, debt_only):
    planner = solve_planner(UNEQUAL, QUICK, instruments="debt") if debt_only else pair[1]
    future, space, h = build_future(planner, planner.value), planner.grid, 1e-4
    slopes, shadow = shadow_values(planner, future, debt_only=debt_only)
    assert (shadow > 0).any()
    rng = np.random.default_rng(0)
    inner = zip(shadow.shape, (0, 3, 2), strict=True)
    index = tuple(rng.integers(edge, n - edge, 200) for n, edge in inner)
    b, x = space.bonds[index[1]], coordinates_of(space.allocation[index[2]])

    def worth(b, x):
        best = best_choices(planner, future, debt_only, b, capital_of(x), index[0])
        return felicity(best["value"], UNEQUAL.gamma)

    in_bonds = (worth(b + h, x) - worth(b - h, x)) / (2 * h)
    in_capital = (worth(b, x + h) - worth(b, x - h)) / (2 * h)
    for found, axis in ((in_bonds, 0), (in_capital, 1)):
        assert np.quantile(np.abs(slopes[index][:, axis] / found - 1), 0.95) < 2e-5


def test_a_sweep_that_scans_forgets_where_it_started(pair):
    planner = pair[1]
    p = planner.policies
    astray = dataclasses.replace(
        p, b_next=np.full_like(p.b_next, 0.5 * planner.grid.income_scale),
        k_next=np.full_like(p.k_next, 0.5), status=np.zeros_like(p.status),
    )  # fmt: skip
    start = dataclasses.replace(planner, policies=astray)
    future = build_future(planner, planner.value)
    how = {"debt_only": False, "step": 2e-3, "reach": 1e-3}
    _, values, _ = planner_sweep(start, future, everywhere=True, **how)
    assert values == pytest.approx(planner.value, rel=1e-6)
    _, near, _ = planner_sweep(start, future, everywhere=False, **how)
    assert (near < planner.value * (1 + 1e-6)).all()


def test_certificate_holds_and_first_order_conditions_are_met(pair):
    certificate = pair[1].certificate
    assert certificate.converged
    assert certificate["change in value"] < 1e-6
    assert certificate["deviation gain simulated, p99"] < 1e-5
    assert certificate["first-order capital_1 bound, p90"] < -2.0
    # The market holds the capital: (15) by its own terms, with shares and the private multiplier.
    assert certificate["first-order pricing bound, median"] < -3.0


def test_policies_that_jump_are_not_called_a_solution():
    jumping = BASE.replace(theta=0.35)
    with pytest.raises(ConvergenceError, match="change in b_next"):
        solve_planner(jumping, QUICK, max_sweeps=15)
    result = solve_planner(jumping, QUICK, max_sweeps=15, on_failure="return")
    assert not result.certificate.converged


def test_no_gain_is_negative_where_the_economy_goes(pair):
    equilibrium, planner = pair
    assert mean_gain(welfare_gain(equilibrium, planner), equilibrium)["least"] > -1e-3


def test_omega_is_the_derivative_of_the_payoff():
    calibration = UNEQUAL
    xi, phi = np.array(calibration.xi), np.array(calibration.phi_adj)
    z, k, dk = np.array([1.0, 1.1]), np.array([0.6, 0.4]), np.array([1.0, -1.0])
    slopes = {"c": 0.3, "q": 0.5, "eta": -0.2}
    level = {"c": 1.2, "q": 0.7, "eta": 0.1}
    k_next, dk_next = np.array([0.58, 0.42]), np.array([0.8, -0.8])

    def payoff(t):
        c, q, eta = (level[m] + slopes[m] * t for m in ("c", "q", "eta"))
        here, there = k + dk * t, k_next + dk_next * t
        private = calibration.alpha * z * here ** (calibration.alpha + xi - 1)
        phi1 = phi / 2 * (1 - (there / here) ** 2)
        return c**-calibration.gamma * (q + private - phi1) + 0.25 * q * eta

    found = omega(
        level["c"], level["q"], level["eta"], k, k_next, z, dc=slopes["c"], dq=slopes["q"],
        deta=slopes["eta"], dk_next=dk_next, dk=dk, theta=0.25, calibration=calibration,
    )  # fmt: skip
    h = 1e-6
    assert found == pytest.approx((payoff(h) - payoff(-h)) / (2 * h), rel=1e-7)


@pytest.mark.parametrize("way", [{"damping": 0.5}, {"scan_every": 1}, {"start": "elsewhere"}])
def test_the_fixed_point_does_not_depend_on_the_way_to_it(pair, way):
    if "start" in way:
        way = {"start": solve_equilibrium(UNEQUAL.replace(theta=0.05), QUICK)}
    other = solve_planner(UNEQUAL, QUICK, **way)
    assert other.value == pytest.approx(pair[1].value, rel=1e-5)
    assert other.policies.b_next == pytest.approx(pair[1].policies.b_next, abs=1e-3)


# Taxes and Proposition 1


def test_taxes_decentralise_the_planner(pair, taxes):
    planner = pair[1]
    market = solve_equilibrium(UNEQUAL, QUICK, wedges=taxes.wedges())
    assert market.certificate["change in c"] < 1e-6
    for name in ("c", "b_next", "k_next", "q"):
        gap = getattr(market.policies, name) - getattr(planner.policies, name)
        assert np.abs(gap).max() < 1e-5, name
    untaxed = pair[0].policies.k_next - planner.policies.k_next
    assert np.abs(untaxed).max() > 1e-2


def test_taxes_balance_the_budget_and_subsidise_the_industry_with_spillovers(pair, taxes):
    planner = pair[1]
    assert taxes.budget_residual < 1e-12
    weighted = (planner.policies.k_next * taxes.charge_capital).sum(axis=-1)
    assert np.abs(weighted).max() < 1e-10
    summary = tax_summary(planner, taxes)
    assert summary.loc["tax_capital_1", "mean"] > 0 > summary.loc["tax_capital_2", "mean"]
    # The limit binds all along the path, where the convention leaves the debt tax at zero.
    assert planner.certificate["binding frequency"] == 1.0
    assert np.abs(summary.loc["tax_bonds", ["mean", "p5", "p95"]]).max() < 1e-12


def test_tax_rates_weigh_returns_by_marginal_utility(pair, taxes):
    planner = pair[1]
    p, shocks, n = planner.policies, planner.shocks, 200
    rng = np.random.default_rng(0)
    index = tuple(rng.integers(0, size, n) for size in p.c.shape)
    b, k, node = p.b_next[index], p.k_next[index], index[0] * len(shocks.nodes[1]) + index[1]
    returns, marginal = np.zeros((n, 2)), np.zeros(n)
    for j, z in enumerate(shocks.joint_nodes):
        z = np.tile(z, (n, 1))
        weight = shocks.joint_transition[node, j] * planner.at(b, k, z).c ** -UNEQUAL.gamma
        returns += weight[:, None] * private_return(k, z, UNEQUAL)
        marginal += weight
    # (25): what a charge today takes, the tax takes from tomorrow's returns.
    worth = UNEQUAL.beta_period * returns / p.c[index][:, None] ** -UNEQUAL.gamma
    rate = -taxes.charge_capital[index] / worth
    error = np.abs(rate / taxes.tax_capital[index] - 1.0)
    assert np.median(error) < 3e-4
    assert error.max() < 0.02


def expected_next(planner, columns):
    """Expectations over tomorrow's shocks of functions of the state, at each state's choices."""
    shape, space = planner.flat_shape, planner.grid
    table = np.ascontiguousarray(np.stack(columns, axis=-1))
    zi = np.repeat(np.arange(shape[0]), shape[1] * shape[2])
    x = np.ascontiguousarray(coordinates_of(planner.policies.k_next.reshape(len(zi), -1)))
    b, total = planner.policies.b_next.ravel(), np.zeros((len(zi), len(columns)))
    for j in range(shape[0]):
        read, node = np.empty_like(total), np.full(len(zi), j)
        read_linear(len(zi), table, space.axes, node, b, x, read)
        total += planner.shocks.joint_transition[zi, j][:, None] * read
    return np.moveaxis(total.reshape(*shape, -1), -1, 0)


@pytest.mark.parametrize(("case", "near"), [("one_industry", 1e-4), ("pair", 1e-3)])
def test_taxes_are_those_of_the_formulas_where_the_limit_is_slack(request, case, near):
    """The formulas of the chapter on the model, from multipliers; the package takes the gaps."""
    planner = request.getfixturevalue(case)[1]
    calibration, shape, p = planner.calibration, planner.flat_shape, planner.policies
    gamma, phi = calibration.gamma, np.array(calibration.phi_adj)
    c, q, k_next = p.c.reshape(shape), p.q.reshape(shape), p.k_next.reshape(*shape, -1)
    k = np.broadcast_to(planner.grid.allocation, k_next.shape)
    z = np.broadcast_to(planner.shocks.joint_nodes[:, None, None], k_next.shape)
    worth, shadow = shadow_values(planner, build_future(planner, planner.value))
    worth, shadow = worth / (1 - calibration.beta_period), shadow / (1 - calibration.beta_period)
    eta = planner.shocks.joint_R[:, None, None] * shadow
    price = q + (k_next * adjustment_cost_next(k, k_next, phi)).sum(axis=-1)
    later, earned = gamma * calibration.theta * eta * price / c, private_return(k, z, calibration)
    net = earned - adjustment_cost_today(k, k_next, phi)
    taxes, slack = optimal_taxes(planner), p.status.reshape(shape) == 0
    marginal = c**-gamma
    cost, value = expected_next(planner, [later, marginal])
    error = np.abs(cost / value - taxes.tax_bonds.reshape(shape))[slack]
    assert np.median(error) < near
    assert error.max() < 0.2 * taxes.tax_bonds.max()
    if case == "pair":
        adds = worth[..., 1] - marginal * (net[..., 0] - net[..., 1])
        pays = [marginal * earned[..., i] for i in range(2)]
        wanted, first, second = expected_next(planner, [adds, *pays])
        paid = taxes.tax_capital.reshape(*shape, 2)
        given = paid[..., 0] * first - paid[..., 1] * second
        assert np.percentile((wanted / given)[slack], [25, 50, 75]) == pytest.approx(1, abs=0.03)


def test_taxes_need_a_constant_interest_rate(pair):
    planner = pair[1]
    moving = Calibration.converted(gamma=2.0, theta=0.25, sigma_R=0.0186)
    from regspec.model.economy.shocks import build_shocks

    class Moving:
        calibration, grid, policies = moving, planner.grid, planner.policies
        shocks = build_shocks(moving, 3)

    with pytest.raises(ValueError, match="sigma_R = 0"):
        optimal_taxes(Moving())


# Values


def test_value_of_constant_consumption_is_that_consumption():
    calibration = BASE.replace(
        beta=1 / 1.013, sigma=(0.0, 0.0), xi=(0.0, 0.0), constraint=False, gamma=1.0
    )
    solution = solve_equilibrium(calibration, QUICK, on_failure="return")
    one = Solution(
        calibration=calibration, grid=solution.grid, shocks=solution.shocks,
        policies=type(solution.policies)(
            c=np.full_like(solution.policies.c, 1.3), b_next=solution.policies.b_next,
            k_next=solution.policies.k_next, q=solution.policies.q, mu=solution.policies.mu,
            status=solution.policies.status,
        ),
    )  # fmt: skip
    assert policy_value(one) == pytest.approx(1.3)


def test_log_utility_is_the_limit_of_the_others():
    gains = []
    for gamma in (0.999, 1.0, 1.001):
        calibration = UNEQUAL.replace(gamma=gamma)
        gains.append(
            welfare_gain(solve_equilibrium(calibration, QUICK), solve_planner(calibration, QUICK))
        )
    assert gains[1] == pytest.approx((gains[0] + gains[2]) / 2, abs=2e-5)


def test_gain_has_the_axes_of_the_grid_and_undoes_itself(pair):
    gain = welfare_gain(*pair)
    assert gain.shape == (3, 3, 40, 15)
    assert (1 + gain) * (1 + welfare_gain(*pair[::-1])) == pytest.approx(1.0)
    u = lambda w: w ** (1 - 2.0) / (1 - 2.0)  # noqa: E731
    by_hand = (u(policy_value(pair[1])) / u(policy_value(pair[0]))) ** (1 / (1 - 2.0)) - 1
    assert gain == pytest.approx(by_hand, abs=1e-9)


def test_gain_refuses_solutions_that_do_not_compare(pair):
    other = solve_equilibrium(UNEQUAL, Grid(41, 15, 3))
    with pytest.raises(ValueError, match="grids differ"):
        welfare_gain(other, pair[1])
    other = solve_equilibrium(UNEQUAL.replace(gamma=1.5), QUICK)
    with pytest.raises(ValueError, match="gamma is"):
        welfare_gain(other, pair[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"instruments": "tax"}, "allowed: 'debt\\+industry', 'debt'"),
        ({"tolerance": -1.0}, "tolerance is -1.0"),
        ({"damping": 0.0}, "damping is 0.0"),
        ({"max_sweeps": 0}, "max_sweeps is 0"),
        ({"hysteresis": -1e-6}, "hysteresis is -1e-06"),
        ({"on_failure": "ignore"}, "on_failure is 'ignore'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        solve_planner(BASE, QUICK, **arguments)


def test_a_planner_of_four_industries_is_refused():
    with pytest.raises(ValueError, match="has 4 industries; allowed: 1, 2, 3"):
        solve_planner(with_industries(BASE, 4, 0.3), QUICK)
