"""One, two and three industries, taxes, regimes, a moving interest rate, CES: limits of each."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from regspec.model import Grid, Wedges, euler_errors, solve_equilibrium, solve_trend
from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import binding_path, income, private_return, static_allocation
from regspec.model.equilibrium import kernels
from regspec.parameters import Calibration

QUICK = Grid(40, 15, 3)
SMALL = Grid(30, 13, 2)
BASE = Calibration.converted(gamma=2.0)


def with_industries(n, **changes):
    fields = {
        "xi": (0.13,) * n,
        "phi_adj": (0.3,) * n,
        "rho": (0.8,) * n,
        "sigma": (0.02,) * n,
        "z_mean": (1.0,) * n,
        "industries": tuple(f"industry {i}" for i in range(n)),
    }
    return BASE.replace(**(fields | changes))


def states(solution, n=200, seed=1, edge=0.05):
    """States inside the grid: bonds, capital, productivity."""
    rng = np.random.default_rng(seed)
    b = rng.uniform(*solution.grid.bonds[[0, -1]], n)
    x = [rng.uniform(c[0] + edge, c[-1] - edge, n) for c in solution.grid.coordinates]
    k = capital_of(np.stack(x, axis=-1)) if x else np.ones((n, 1))
    z = np.exp([rng.uniform(*np.log(nodes[[0, -1]]), n) for nodes in solution.shocks.nodes]).T
    return b, k, z


@pytest.fixture(scope="module")
def solved():
    return solve_equilibrium(BASE, QUICK)


@pytest.fixture(scope="module")
def three():
    return solve_equilibrium(with_industries(3), Grid(30, 19, 2), on_failure="return")


def largest_gap(one, two):
    return max(np.abs(getattr(one, f) - getattr(two, f)).max() for f in ("c", "b_next", "k_next"))


def test_without_a_limit_its_selection_changes_nothing():
    free = BASE.replace(constraint=False)
    plain = solve_equilibrium(free, QUICK, on_failure="return")
    chosen = solve_equilibrium(free, QUICK, alternative="simultaneous", on_failure="return")
    assert largest_gap(plain.policies, chosen.policies) == 0.0


# Number of industries


@pytest.mark.parametrize("n", [1, 2, 3])
def test_coordinates_and_shares_are_inverse(n):
    x = np.random.default_rng(n).uniform(0.1, 0.9, (50, n - 1))
    k = capital_of(x)
    assert k.sum(axis=-1) == pytest.approx(np.ones(50))
    assert coordinates_of(k) == pytest.approx(x)


def test_one_industry_is_the_standard_model_and_needs_no_adjustment_costs():
    free, costly = (
        solve_equilibrium(with_industries(1, phi_adj=(phi,)), Grid(200, 6, 5)) for phi in (0.0, 2.0)
    )
    b, k, z = states(free)
    assert largest_gap(free.at(b, k, z), costly.at(b, k, z)) == 0
    errors = euler_errors(free, b, k, np.zeros(len(b), int))
    assert np.median(errors.log10("bonds")) < -4


def test_one_industry_without_shocks_rests_on_the_binding_path():
    calibration = with_industries(1, theta=0.15, sigma=(0.0,))
    solution, path = solve_equilibrium(calibration, Grid(400, 6, 1)), binding_path(calibration)
    d = solution.at([path["bonds"]], [[1.0]], [[1.0]])
    assert d.q[0] == pytest.approx(path["price"], rel=1e-3)
    assert d.c[0] == pytest.approx(path["consumption"], rel=1e-3)


def test_without_frictions_to_moving_one_industry_is_many():
    """xi = 0, no adjustment costs, common productivity: I industries are one larger one."""
    scale = 2.0 ** (1 - BASE.alpha)  # two halves produce 2 (1/2)^alpha
    two = with_industries(2, xi=(0.0, 0.0), phi_adj=(0.0, 0.0), sigma=(0.0, 0.0), theta=0.15)
    one = with_industries(1, xi=(0.0,), sigma=(0.0,), z_mean=(scale,), theta=0.15)
    grid = Grid(120, 31, 1)
    wide, narrow = solve_equilibrium(two, grid), solve_equilibrium(one, grid)
    b = np.linspace(wide.grid.bonds[5], 0.3, 40)
    half, full = np.full((40, 2), 0.5), np.ones((40, 1))
    left = wide.at(b, half, np.ones((40, 2)))
    right = narrow.at(b, full, np.full((40, 1), scale))
    assert left.c == pytest.approx(right.c, abs=1e-3)
    assert left.q == pytest.approx(right.q, abs=3e-3)


def test_three_identical_industries_are_interchangeable(three):
    b, k, z = states(three, edge=0.15)
    base = three.at(b, k, z)
    for order in ([1, 0, 2], [2, 1, 0], [1, 2, 0]):
        other = three.at(b, k[:, order], z[:, order])
        smooth = ~(base.switch | other.switch)
        assert smooth.mean() > 0.5
        assert other.c[smooth] == pytest.approx(base.c[smooth], abs=3e-3)
        assert other.k_next[smooth] == pytest.approx(base.k_next[smooth][:, order], abs=3e-3)


def test_three_industries_meet_their_conditions_on_the_grid(three):
    rng = np.random.default_rng(5)
    grid, nodes = three.grid, three.shocks.joint_nodes
    inner = [i for i, k in enumerate(grid.allocation) if k.min() > 0.1]
    k = grid.allocation[rng.choice(inner, 50)]
    b, node = rng.choice(grid.bonds[8:-4], 50), rng.integers(0, len(nodes), 50)
    errors = euler_errors(three, b, k, node)
    for condition in errors.conditions:
        assert np.median(errors.log10(condition)) < -2.5
    assert three.certificate["change in q"] < 1e-6
    assert three.certificate["resource residual"] < 1e-9
    assert three.certificate["collateral excess"] < 1e-6


def test_free_capital_equalises_returns_of_three_industries():
    calibration = with_industries(
        3, phi_adj=(0.0,) * 3, sigma=(0.0,) * 3, xi=(0.05, 0.1, 0.15), z_mean=(1.0, 1.1, 0.9)
    )
    solution = solve_equilibrium(calibration, Grid(30, 15, 1), on_failure="return")
    d = solution.at([0.1], [[0.5, 0.3, 0.2]], [calibration.z_mean])
    assert d.k_next[0] == pytest.approx(static_allocation(calibration), abs=3e-3)


# Technology


def test_ces_prices_share_income_and_tend_to_one():
    rng = np.random.default_rng(0)
    k, z = rng.dirichlet(np.ones(3), 100), rng.uniform(0.5, 2, (100, 3))
    unit = with_industries(3)
    finite = unit.replace(substitution=4.0)
    earned = (k * private_return(k, z, finite)).sum(axis=1)
    assert earned == pytest.approx(unit.alpha * income(k, z, finite))
    near = unit.replace(substitution=1e7)
    assert private_return(k, z, near) == pytest.approx(private_return(k, z, unit), rel=1e-5)
    returns = private_return(static_allocation(finite), finite.z_mean, finite)
    assert np.ptp(returns) < 1e-10


def test_ces_derivative_is_the_private_return_with_agglomeration_given():
    calibration = with_industries(2, xi=(0.0, 0.0), substitution=3.0)
    k, z, step = np.array([0.3, 0.7]), np.array([1.1, 0.8]), 1e-6
    for i in range(2):
        shift = step * np.eye(2)[i]
        slope = (income(k + shift, z, calibration) - income(k - shift, z, calibration)) / (2 * step)
        assert private_return(k, z, calibration)[i] == pytest.approx(slope, rel=1e-8)


def test_the_limit_of_perfect_substitutes_is_the_baseline(solved):
    near = solve_equilibrium(BASE.replace(substitution=1e6), QUICK)
    b, k, z = states(solved)
    assert largest_gap(near.at(b, k, z), solved.at(b, k, z)) < 1e-4


def test_complements_keep_capital_closer_to_the_middle(solved):
    close = solve_equilibrium(BASE.replace(substitution=3.0), QUICK)
    k, z = np.array([[0.9, 0.1]]), np.ones((1, 2))
    assert close.at([0.2], k, z).k_next[0, 0] < solved.at([0.2], k, z).k_next[0, 0]


# Wedges and the interest rate


def test_zero_taxes_and_a_constant_regime_change_nothing(solved):
    wedges = Wedges(
        theta=lambda z: np.full(len(z), BASE.theta),
        tax_bonds=lambda b, k, z: np.zeros(len(b)),
        tax_capital=lambda b, k, z: np.zeros_like(k),
    )
    same = solve_equilibrium(BASE, QUICK, wedges=wedges)
    assert np.abs(same.policies.c - solved.policies.c).max() < 1e-9
    assert np.abs(same.policies.q - solved.policies.q).max() < 1e-8


def test_a_tax_on_debt_is_paid_by_less_debt_and_meets_its_own_euler_equation(solved):
    tax = Wedges(tax_bonds=lambda b, k, z: np.full(len(b), 0.1))
    taxed = solve_equilibrium(BASE, QUICK, wedges=tax)
    b, k, z = states(taxed, 50)
    slack = solved.at(b, k, z).eta == 0
    assert (taxed.at(b, k, z).b_next >= solved.at(b, k, z).b_next - 1e-6)[slack].all()
    assert taxed.certificate.converged


def test_a_tax_on_an_industry_drives_capital_out_of_it(solved):
    wedges = Wedges(tax_capital=lambda b, k, z: np.tile([-0.1, 0.0], (len(b), 1)))
    taxed = solve_equilibrium(BASE, QUICK, wedges=wedges)
    k, z = np.array([[0.5, 0.5]]), np.ones((1, 2))
    assert taxed.at([0.1], k, z).k_next[0, 0] < solved.at([0.1], k, z).k_next[0, 0] - 0.01
    assert taxed.certificate.converged


def test_a_tighter_regime_in_bad_times_binds_more_often(solved):
    wedges = Wedges(theta=lambda z: np.where(z.mean(axis=1) < 1, 0.25, BASE.theta))
    regimes = solve_equilibrium(BASE, QUICK, wedges=wedges, on_failure="return")
    assert regimes.certificate["collateral excess"] < 1e-6
    assert regimes.certificate["change in q"] < 1e-6
    low, k = np.full((1, 2), 0.98), np.array([[0.5, 0.5]])
    assert regimes.at([-0.3], k, low).b_next[0] > solved.at([-0.3], k, low).b_next[0]


@pytest.mark.parametrize(
    ("wedges", "message"),
    [
        (Wedges(theta=lambda z: -np.ones(len(z))), "theta returned values from -1; allowed: at"),
        (Wedges(tax_bonds=lambda b, k, z: np.zeros(3)), "tax_bonds returned shape"),
        (Wedges(tax_capital=lambda b, k, z: -np.ones_like(k)), "allowed: above -1"),
    ],
)
def test_bad_wedges_are_refused(wedges, message):
    with pytest.raises(ValueError, match=message):
        solve_equilibrium(BASE, SMALL, wedges=wedges)


def test_a_rate_that_hardly_moves_is_a_constant_one(solved):
    moving = solve_equilibrium(BASE.replace(rho_R=0.01, sigma_R=1e-7), Grid(40, 15, 3))
    assert moving.policies.c.shape == (3, 3, 5, 40, 15)
    b, k, z = states(solved)
    assert largest_gap(moving.at(b, k, z), solved.at(b, k, z)) < 1e-4


def test_a_higher_rate_today_means_more_saving():
    moving = solve_equilibrium(BASE.replace(rho_R=0.01, sigma_R=0.0186), Grid(40, 15, 2))
    assert moving.certificate.converged
    b, k, z = np.array([0.3]), np.array([[0.5, 0.5]]), np.ones((1, 2))
    low, high = (moving.at(b, k, z, [rate]) for rate in moving.shocks.R_nodes[[0, -1]])
    assert high.b_next[0] > low.b_next[0]
    with pytest.raises(ValueError, match="R has shape"):
        moving.at(b, k, z, [1.0, 1.0])
    with pytest.raises(ValueError, match=r"sigma_R is .*lower it"):
        solve_equilibrium(BASE.replace(sigma_R=2.0), SMALL)


# Selection


def test_where_the_equilibrium_is_unique_every_rule_finds_it(solved):
    for selection in ("most", "least"):
        own = solve_equilibrium(BASE, QUICK, alternative="simultaneous", selection=selection)
        b, k, z = states(solved)
        assert largest_gap(own.at(b, k, z), solved.at(b, k, z)) < 1e-4


def test_most_and_least_borrowing_differ_where_several_equilibria_exist():
    calibration = Calibration.converted()
    most, least = (
        solve_equilibrium(
            calibration,
            Grid(30, 9, 2),
            alternative="simultaneous",
            selection=s,
            max_sweeps=60,
            on_failure="return",
        )
        for s in ("most", "least")
    )
    # Today's continuation differs too, so compare where both leave the limit's region alone.
    bound = (most.policies.status == kernels.SLACK) & (least.policies.status == kernels.BOUND)
    assert bound.any()
    assert (most.policies.b_next[bound] < least.policies.b_next[bound]).mean() > 0.9


# Trends


def test_no_trend_means_the_stationary_solution_at_every_date(solved):
    path = solve_trend(solved, np.ones((3, 2)))
    assert path.converged
    assert len(path.solutions) == 4
    for solution in path.solutions:
        assert np.abs(solution.policies.c - solved.policies.c).max() < 1e-5


def test_expected_growth_of_an_industry_draws_capital_before_it_comes(solved):
    path = solve_trend(solved, [[0.7, 1.0], [0.7, 1.0]])
    k, z = np.array([[0.4, 0.6]]), np.array([[0.7, 1.0]])
    before, just_before = (s.at([0.1], k, z).k_next[0, 0] for s in path.solutions[:2])
    assert just_before > before
    assert path.solutions[2].policies is solved.policies
    with pytest.raises(ValueError, match="z_mean has shape"):
        solve_trend(solved, np.ones(3))


# Compiled and interpreted


def test_compiled_code_does_what_the_same_code_does_interpreted():
    code = (
        "import numpy as np\n"
        "from regspec.model import Grid, solve_equilibrium\n"
        "from regspec.parameters import Calibration\n"
        "s = solve_equilibrium(Calibration.converted(gamma=2.0), Grid(8, 6, 1), max_sweeps=3,"
        " on_failure='return')\n"
        "print(' '.join(repr(float(getattr(s.policies, f).sum())) for f in"
        " ('c', 'b_next', 'q', 'mu')))\n"
    )
    found = []
    for disabled in ("0", "1"):
        env = os.environ | {"NUMBA_DISABLE_JIT": disabled}
        run = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        found.append([float(x) for x in run.stdout.split()])
    assert found[0] == pytest.approx(found[1], abs=1e-9)
