"""Our solver against an independent one in plain NumPy and SciPy that shares no code with it."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import RectBivariateSpline

from regspec import reference_solver
from regspec.model import Grid, solve_equilibrium
from regspec.parameters import Calibration
from regspec.reference_solver import economy_of, refine, solve

BASE = Calibration.converted(gamma=2.0, theta=0.2, sigma=(0.02, 0.0))
ENDS = (0.1, 0.9)


def independent(solution, economy, nb, nk):
    """The other solver's policies on its own grid over the same box, from a coarse start."""
    low, high = solution.grid.bonds[[0, -1]]
    grids = [low + (high - low) * np.linspace(0, 1, n) ** 1.3 for n in (40, nb)]
    k = ENDS[0] + (ENDS[1] - ENDS[0]) * (1 - np.cos(np.linspace(0, np.pi, nk))) / 2
    coarse, _ = solve(economy, grids[0], k, tolerance=1e-4)
    start = refine(coarse, grids[0], k, grids[1], k)
    policies, sweeps = solve(economy, grids[1], k, start=start, tolerance=1e-6)
    assert sweeps < 300
    return grids[1], k, policies


def gaps(solution, other, bonds, n=2000):
    """Distances at fresh states away from switches, in c and b' over income, k', q relative."""
    b_nodes, k_nodes, policies = other
    rng, scale = np.random.default_rng(0), solution.grid.income_scale
    found = {name: [] for name in ("c", "b_next", "k_next", "q")}
    for z, c, share, q, b_next in zip(
        solution.shocks.joint_nodes, *(policies[i] for i in (0, 1, 2, 4)), strict=True
    ):
        b, k = rng.uniform(*bonds, n), rng.uniform(0.25, 0.75, n)
        d = solution.at(b, np.column_stack([k, 1 - k]), np.tile(z, (n, 1)))
        keep = ~d.switch

        def theirs(f, b=b, k=k):
            return RectBivariateSpline(b_nodes, k_nodes, f, kx=1, ky=3).ev(b, k)

        found["c"].append(np.abs(d.c - theirs(c))[keep] / scale)
        found["b_next"].append(np.abs(d.b_next - theirs(b_next))[keep] / scale)
        found["k_next"].append(np.abs(d.k_next[:, 0] - theirs(share))[keep])
        found["q"].append(np.abs(d.q / theirs(q) - 1)[keep])
    return {name: np.concatenate(values) for name, values in found.items()}


def test_it_imports_nothing_of_the_package():
    nodes = [*ast.walk(ast.parse(Path(reference_solver.__file__).read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    assert "numpy" in names
    assert not [name for name in names if name.split(".")[0] in {"", "regspec"}]


def test_where_policies_are_smooth_both_solvers_agree_to_1e_4():
    patient = BASE.replace(R=1 / BASE.beta)  # no reason to run into the limit
    grid = Grid(300, 41, 2, capital_range=ENDS, bond_range=(0.0, 1.2))
    ours = solve_equilibrium(patient, grid, on_failure="return")  # the grid's floor binds below
    assert ours.certificate["change in q"] < 1e-6
    scale = ours.grid.income_scale
    other = independent(ours, economy_of(ours), 100, 17)
    for name, gap in gaps(ours, other, (0.5 * scale, 0.9 * scale)).items():
        assert gap.max() < 1e-4, name


@pytest.fixture(scope="module")
def binding():
    return solve_equilibrium(BASE, Grid(400, 61, 2, capital_range=ENDS))


def test_with_a_limit_that_binds_now_and_then_they_agree_but_next_to_the_kink(binding):
    other = independent(binding, economy_of(binding), 200, 25)
    for name, gap in gaps(binding, other, binding.grid.bonds[[0, -1]]).items():
        assert np.quantile(gap, 0.9) < 1e-4, name
        assert np.quantile(gap, 0.99) < 1e-3, name


def test_the_comparison_sees_a_wrong_limit(binding):
    wrong = dataclasses.replace(economy_of(binding), theta=0.21)
    other = independent(binding, wrong, 60, 13)
    assert np.quantile(gaps(binding, other, binding.grid.bonds[[0, -1]])["q"], 0.9) > 1e-3
