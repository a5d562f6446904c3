"""Compiled code against scipy on the same small problems, and the cache it is kept in."""

from __future__ import annotations

import dataclasses
import os
import signal
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys
from scipy.interpolate import RegularGridInterpolator
from scipy.optimize import brentq

from regspec.model import Grid
from regspec.model.economy.grids import Axes, build_state_space
from regspec.model.economy.shocks import build_shocks
from regspec.model.economy.technology import income
from regspec.model.equilibrium import capital_choice, iteration, kernels
from regspec.model.numerics import compiled, interpolation
from regspec.model.numerics.interpolation import Points, Readings
from regspec.parameters import Calibration

CALIBRATION = Calibration.converted(gamma=2.0)


@pytest.fixture(scope="module")
def problem():
    """One iterate's continuation values, and what the state solver needs beside them."""
    shocks = build_shocks(CALIBRATION, 3)
    space = build_state_space(CALIBRATION, Grid(30, 13, 3), shocks)
    guess = iteration.first_guess(CALIBRATION, space, shocks)
    solution, _ = iteration.iterate(guess, tolerance=1e-6, max_sweeps=8, damping=1.0)
    return solution, iteration.continuation_table(solution)


def continuation(solution, table, zi, b_next, k_next):
    """Plain numpy version of the interpolant: linear in b', quadratic per cell in k'."""
    bonds, capital = solution.grid.bonds, solution.grid.capital
    jb = int(np.clip(np.searchsorted(bonds, b_next, side="right") - 1, 0, len(bonds) - 2))
    jk = int(np.clip(np.searchsorted(capital, k_next, side="right") - 1, 0, len(capital) - 2))
    wb = (b_next - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
    rows = (1 - wb) * table[zi, jb] + wb * table[zi, jb + 1]
    left, right = capital[jk], capital[jk + 1]
    t = (k_next - left) / (right - left)
    bend = (k_next - left) * (k_next - right) * rows[jk, 3:]
    return (1 - t) * rows[jk, :3] + t * rows[jk + 1, :3] + bend


def cost_gap(k, k_next):
    phi1, phi2 = CALIBRATION.phi_adj
    return phi1 * (k_next / k - 1) - phi2 * ((1 - k_next) / (1 - k) - 1)


def cost(k, k_next):
    phi1, phi2 = CALIBRATION.phi_adj
    return 0.5 * (k_next - k) ** 2 * (phi1 / k + phi2 / (1 - k))


def slack_by_brentq(solution, table, zi, wealth, k):
    """Nested root finding of the slack conditions, sharing no code with the kernels."""
    beta, R, gamma = CALIBRATION.beta_period, CALIBRATION.R_period, CALIBRATION.gamma
    low, high = solution.grid.capital[[0, -1]]

    def share(b_next):
        def gap(x):
            _, v1, v2 = continuation(solution, table, zi, b_next, x)
            return R * cost_gap(k, x) - (v1 - v2)

        return brentq(gap, low, high, xtol=1e-14)

    def excess(b_next):
        x = share(b_next)
        ce = continuation(solution, table, zi, b_next, x)[0]
        return wealth - b_next / R - cost(k, x) - (beta * R) ** (-1 / gamma) * ce

    b_next = brentq(excess, *solution.grid.bonds[[0, -1]], xtol=1e-13)
    return b_next, share(b_next)


def solve(problem, zi, wealth, k, limit, R_theta=0.0, selection=kernels.LAGGED):
    """One state by the compiled solver: c, b', q, mu, status and k'."""
    solution, table = problem
    x, work = np.array([0.5]), capital_choice.workspace(2)
    state = state_of(solution, zi, wealth, k, R_theta)
    here = kernels.Limit(float(limit), selection, R_theta > 0)
    out = kernels.solve_state(
        ahead_of(solution, table, zi), state, here, 0.1, False, x, iteration.primitives(solution),
        work,
    )  # fmt: skip
    return *out, x[0]


def ahead_of(solution, table, zi):
    return capital_choice.Ahead(table[zi], solution.grid.axes)


def state_of(solution, zi, wealth, k, R_theta=0.0):
    return capital_choice.State(
        wealth=wealth,
        k=np.array([k, 1 - k]),
        R=CALIBRATION.R_period,
        R_theta=R_theta,
        limited=True,
        tax=0.0,
        charge=np.zeros(2),
        ratio=iteration.slack_ratio(solution)[zi],
    )


@pytest.mark.parametrize("k", [0.1, 0.42, 0.8])
def test_slack_states_agree_with_nested_brentq(problem, k):
    solution, table = problem
    wealth = 0.3 + float(income([k, 1 - k], solution.shocks.joint_nodes[4], CALIBRATION))
    c, b_next, q, mu, status, k_next = solve(problem, 4, wealth, k, -np.inf)
    expected_b, expected_k = slack_by_brentq(solution, table, 4, wealth, k)
    assert (status, mu) == (kernels.SLACK, 0.0)
    assert b_next == pytest.approx(expected_b, abs=1e-9)
    assert k_next == pytest.approx(expected_k, abs=1e-9)
    assert c == pytest.approx(wealth - b_next / CALIBRATION.R_period - cost(k, k_next))
    _, v1, v2 = continuation(solution, table, 4, b_next, k_next)
    phi1, phi2 = CALIBRATION.phi_adj
    for value, marginal in (
        (v1, phi1 * (k_next / k - 1)),
        (v2, phi2 * ((1 - k_next) / (1 - k) - 1)),
    ):
        assert q + marginal == pytest.approx(value / CALIBRATION.R_period, abs=1e-8)


@pytest.mark.parametrize("k", [0.1, 0.42, 0.8])
def test_brackets_find_what_newton_steps_find(problem, k):
    solution, table = problem
    ahead, b_next = ahead_of(solution, table, 4), 0.05
    state = state_of(solution, 4, 1.2 + b_next / CALIBRATION.R_period, k)
    for bound, w in ((False, 1 / CALIBRATION.R_period), (True, 0.0)):
        found = []
        for function in (capital_choice.portfolio, capital_choice.bracketed):
            x, work = np.array([0.6]), capital_choice.workspace(2)
            model = iteration.primitives(solution)
            out = function(ahead, b_next, state, bound, w, x, model, work)
            found.append((*out, x[0]))
        assert found[0] == pytest.approx(found[1], abs=1e-8)


@pytest.mark.parametrize("industries", [1, 2, 3])
def test_derivatives_of_the_conditions_are_those_of_finite_differences(industries):
    rng = np.random.default_rng(industries)
    n, nodes = industries, np.array([0.1, 0.3, 0.5, 0.9])
    x1, x2 = (nodes, nodes) if n == 3 else ((nodes, np.zeros(1)) if n == 2 else (np.zeros(1),) * 2)
    slab = rng.uniform(0.8, 1.2, (2, len(x1) * len(x2), (n + 1) * n))
    model = capital_choice.Primitives(0.6, 2.0, (0.4, 0.7, 0.2)[:n], 1e-6)
    ahead = capital_choice.Ahead(slab, Axes(np.array([0.0, 1.0]), x1, x2))
    k = np.array([0.3, 0.3, 0.4])[:n] / np.array([0.3, 0.3, 0.4])[:n].sum()
    state = capital_choice.State(1.5, k, 1.0, 0.0, True, 0.0, np.zeros(n), 1.0)
    x, step = np.array([0.41, 0.37])[: n - 1], 1e-6

    def residuals(wb, x):
        work = capital_choice.workspace(n)
        capital_choice.evaluate(ahead, (0, wb, 1.0), x, model, work)
        capital_choice.conditions(bound, 0.7, 1.5 - wb, state, x, model, work)
        found = work.residuals[: n - 1], work.jacobian, work.values, work.slopes
        return tuple(values.copy() for values in found)

    for bound in (False, True):
        _, J, _, D = residuals(0.3, x)
        up, down = residuals(0.3 + step, x), residuals(0.3 - step, x)
        assert D[:, 0] == pytest.approx((up[2] - down[2]) / (2 * step), abs=1e-6)
        if not bound:
            assert J[1:, 0] == pytest.approx((up[0] - down[0]) / (2 * step), abs=1e-6)
        for j in range(n - 1):
            shift = step * np.eye(n - 1)[j]
            up, down = residuals(0.3, x + shift), residuals(0.3, x - shift)
            assert D[:, j + 1] == pytest.approx((up[2] - down[2]) / (2 * step), abs=1e-6)
            assert J[1:, j + 1] == pytest.approx((up[0] - down[0]) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("k", [0.1, 0.42, 0.8])
def test_bound_states_satisfy_both_capital_conditions(problem, k):
    solution, table = problem
    wealth = -0.3 + float(income([k, 1 - k], solution.shocks.joint_nodes[4], CALIBRATION))
    limit = -0.15
    c, b_next, q, mu, status, k_next = solve(problem, 4, wealth, k, limit)
    assert (status, b_next) == (kernels.BOUND, limit)
    ce, v1, v2 = continuation(solution, table, 4, b_next, k_next)
    beta, R, gamma = CALIBRATION.beta_period, CALIBRATION.R_period, CALIBRATION.gamma
    marginal, ahead = c**-gamma, ce**-gamma
    phi1, phi2 = CALIBRATION.phi_adj
    first = q + phi1 * (k_next / k - 1)
    second = q + phi2 * ((1 - k_next) / (1 - k) - 1)
    assert marginal * first == pytest.approx(beta * ahead * v1, rel=1e-8)
    assert marginal * second == pytest.approx(beta * ahead * v2, rel=1e-8)
    assert mu == pytest.approx(1 - beta * R * ahead / marginal, rel=1e-8)
    assert mu > 0


def test_refining_a_bound_state_closes_the_gap_between_debt_and_collateral(problem):
    solution, _ = problem
    R_theta = CALIBRATION.R_period * CALIBRATION.theta
    k = 0.42
    wealth = -0.45 + float(income([k, 1 - k], solution.shocks.joint_nodes[4], CALIBRATION))
    lagged = solve(problem, 4, wealth, k, -0.22)
    refined = solve(problem, 4, wealth, k, -0.22, R_theta)
    gap_lagged, gap_refined = (abs(out[1] + R_theta * out[2]) for out in (lagged, refined))
    assert gap_lagged > 1e-3
    assert gap_refined < 1e-10
    assert refined[4] == kernels.BOUND


def test_a_limit_that_leaves_no_consumption_is_infeasible(problem):
    assert solve(problem, 0, 0.1, 0.5, 0.2)[4] == kernels.INFEASIBLE


@pytest.fixture(scope="module")
def lattice():
    rng = np.random.default_rng(3)
    bonds, capital = np.sort(rng.normal(size=9)), np.sort(rng.uniform(0.1, 0.9, 7))
    logs = np.sort(rng.normal(size=3)), np.sort(rng.normal(size=4))
    values = np.zeros((3, 4, 9, 7, 4))
    values[..., :2] = rng.normal(size=(3, 4, 9, 7, 2))
    return bonds, capital, logs, values


def interpolate(lattice, regime, b, k, z1, z2):
    bonds, capital, logs, values = lattice
    out = np.empty((len(b), 2))
    inside, mixed = np.empty(len(b), np.bool_), np.empty(len(b), np.bool_)
    points = Points(b, np.stack([k, 0 * k], axis=-1), np.stack([z1, z2], axis=-1))
    interpolation.interpolate(
        len(b), Axes(bonds, capital, np.zeros(1)), logs, values.reshape(12, 9, 7, 4),
        regime.reshape(12, 9, 7), points, Readings(out, inside, mixed),
    )  # fmt: skip
    return out, inside, mixed


def test_without_curvature_interpolation_is_multilinear(lattice):
    bonds, capital, logs, values = lattice
    rng = np.random.default_rng(4)
    axes = (*logs, bonds, capital)
    points = np.stack([rng.uniform(a[0], a[-1], 200) for a in axes], axis=-1)
    regime = np.zeros(values.shape[:-1], np.int8)
    out, inside, mixed = interpolate(
        lattice, regime, points[:, 2].copy(), points[:, 3].copy(), *points[:, :2].T.copy()
    )
    expected = RegularGridInterpolator(axes, values[..., :2])(points)
    assert out == pytest.approx(expected, abs=1e-12)
    assert inside.all()
    assert not mixed.any()


def test_points_off_the_grid_are_clamped_and_flagged(lattice):
    bonds, capital, logs, values = lattice
    regime = np.zeros(values.shape[:-1], np.int8)
    middle = (bonds[4], capital[3], logs[0][1], logs[1][1])
    edges = (bonds[-1] + 1, capital[-1] + 0.1, logs[0][0] - 1, logs[1][-1] + 1)
    for axis in range(4):
        point = [np.array([m]) for m in middle]
        point[axis] = np.array([edges[axis]])
        clamped = [p.copy() for p in point]
        nodes = (bonds, capital, *logs)[axis]
        clamped[axis] = np.clip(point[axis], nodes[0], nodes[-1])
        out, inside, _ = interpolate(lattice, regime, *point)
        at_edge, inside_edge, _ = interpolate(lattice, regime, *clamped)
        assert out == pytest.approx(at_edge)
        assert not inside[0]
        assert inside_edge[0]


def test_curvature_makes_quadratics_exact_but_not_across_regimes():
    capital = np.array([0.1, 0.15, 0.3, 0.5, 0.9])
    table = np.zeros((1, 1, 5, 2))
    table[..., 0] = 3 * capital**2 - capital
    regime = np.zeros((1, 1, 5), np.int8)
    interpolation.curvature(1, table, capital, 1, 1, 1, regime)
    assert table[0, 0, :-1, 1] == pytest.approx(3.0)
    regime[0, 0, 4] = 1
    interpolation.curvature(1, table, capital, 1, 1, 1, regime)
    assert table[0, 0, :-1, 1] == pytest.approx([3.0, 3.0, 0.0, 0.0])


def test_a_cell_between_regimes_is_marked(lattice):
    bonds, capital, logs, values = lattice
    regime = np.zeros(values.shape[:-1], np.int8)
    regime[:, :, :5] = 1
    b = np.array([bonds[:2].mean(), bonds[4:6].mean(), bonds[6:8].mean()])
    k, z1, z2 = (np.full(3, nodes[1]) for nodes in (capital, *logs))
    assert list(interpolate(lattice, regime, b, k, z1, z2)[2]) == [False, True, False]


def test_cache_folder_is_named_after_the_code_unless_the_user_chose_one(monkeypatch, tmp_path):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    compiled.point_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    compiled.point_cache()
    ours = Path(os.environ["NUMBA_CACHE_DIR"])
    assert ours.parent == tmp_path / "regspec"
    assert str(ours) == numba.config.CACHE_DIR
    # Another version of the code gets another folder.
    changed = tmp_path / "kernels.py"
    changed.write_text("changed", encoding="utf-8")
    monkeypatch.setattr(compiled, "compiled_files", lambda: (changed,))
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    compiled.point_cache()
    assert os.environ["NUMBA_CACHE_DIR"] != str(ours)


def test_every_file_with_compiled_code_is_in_the_key():
    assert {"interpolation.py", "kernels.py"} <= {p.name for p in compiled.compiled_files()}


@pytest.mark.parametrize(("points", "inside"), [(1, 1), (500, 1), (501, 2)])
def test_few_points_take_one_thread_and_the_number_comes_back(points, inside, monkeypatch):
    monkeypatch.setattr(compiled.config, "NUMBA_NUM_THREADS", 2)  # whatever this machine has

    def work():
        raise RuntimeError(f"with {compiled.threads()}")

    with pytest.raises(RuntimeError, match=f"with {inside}"), compiled.threads_for(points):
        work()
    assert compiled.threads() == 2


@compiled.ranged
def mark(first, last, seen, bad):
    for i in range(first, last):
        if i == bad:
            raise ValueError("no such task")
        seen[i] += 1.0


@pytest.fixture
def team(monkeypatch):
    """Four threads, whatever this machine has."""
    monkeypatch.setattr(compiled.config, "NUMBA_NUM_THREADS", 4)
    monkeypatch.setattr(compiled, "_helpers", None)


@given(count=st.integers(0, 300), limit=st.integers(-1, 9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_task_is_computed_once_whatever_the_number_of_threads(team, count, limit):
    seen = np.zeros(count + 1)
    with compiled.limit_threads(limit):
        mark(count, seen, -1)
    assert (seen[:count] == 1.0).all()
    assert seen[count] == 0.0


@pytest.mark.parametrize("limit", [1, 4])
def test_what_a_task_raises_reaches_the_caller_and_later_calls_work(team, limit):
    seen = np.zeros(100)
    with compiled.limit_threads(limit):
        for bad in (0, 99):
            with pytest.raises(ValueError, match="no such task"):
                mark(100, seen, bad)
        seen[:] = 0.0
        mark(100, seen, -1)
    assert (seen == 1.0).all()


class Sums(NamedTuple):
    total: np.ndarray
    factor: float


@compiled.njit
def through_loans(values, count):
    """Sums of rows read through lent arrays, the scratch of which the function owns."""
    owned = (np.empty(count), Sums(np.zeros(2), 3.0))
    scratch, (total, factor) = compiled.borrow(owned)
    lent = compiled.borrow(values)
    for row in range(len(lent)):
        scratch[:] = 0.0
        for _ in range(200):  # what is freed too early is taken and overwritten here
            waste = np.full(count, -1.0)
            total[1] += waste[0]
        for i in range(count):
            scratch[i] += factor * lent[row][i]
        total[0] += scratch.sum()
    result = total[0]
    compiled.hold(owned)
    return result


def test_lent_arrays_are_the_same_and_count_no_references():
    values = np.arange(12.0).reshape(3, 4)
    through_loans(values, 4)  # compiles
    _nrt_python.memsys_enable_stats()
    before = rtsys.get_allocation_stats()
    assert through_loans(values, 4) == 3.0 * values.sum()
    after = rtsys.get_allocation_stats()
    _nrt_python.memsys_disable_stats()
    assert after.alloc > before.alloc
    assert after.alloc - before.alloc == after.free - before.free


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_threads_of_its_own(team):
    seen = np.zeros(50)
    mark(50, seen, -1)
    child = os.fork()
    if child == 0:  # pragma: no cover
        signal.alarm(20)
        mark(50, seen, -1)
        os._exit(0 if (seen == 2.0).all() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_is_derived_from_shocks_is_made_once_and_not_carried_over():
    shocks = build_shocks(CALIBRATION, 3)
    assert shocks.joint_nodes is shocks.joint_nodes
    other = dataclasses.replace(shocks, nodes=tuple(2 * n for n in shocks.nodes))
    np.testing.assert_array_equal(other.joint_nodes, 2 * shocks.joint_nodes)
