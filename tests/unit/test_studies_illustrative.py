"""The illustrative cases of section 3.2, and the options of the solver side by side."""

from __future__ import annotations

import numpy as np
import pytest

from regspec.model import Grid, solve_equilibrium
from regspec.model.economy.technology import income
from regspec.parameters import Calibration
from regspec.studies.accuracy import (
    covariance_by_share,
    industry_covariances,
    selection_table,
    variant_table,
    with_industries,
)

BASE = Calibration.converted(gamma=2.0)


@pytest.mark.parametrize("n", [2, 3])
def test_economies_with_more_industries_have_the_income_of_one(n):
    one, many = with_industries(BASE, 1, 0.0), with_industries(BASE, n, 0.3)
    even = income(np.full(n, 1 / n), many.z_mean, many)
    assert even == pytest.approx(float(income(np.ones(1), one.z_mean, one)))


def test_the_price_follows_one_of_many_industries_less():
    grids = {1: Grid(60, 6, 3), 2: Grid(40, 15, 3)}
    frame = industry_covariances(BASE, industries=(1, 2), grids=grids)
    assert list(frame["industries"]) == [1, 2, 2]
    assert frame["converged"].all()
    assert frame["cov(ln q, ln zᵢ), 10⁻⁴"].iloc[1:].max() < 0.7 * frame.iloc[0, 2]


def test_the_price_follows_the_industry_that_has_the_capital():
    solved = solve_equilibrium(with_industries(BASE, 2, 0.3), Grid(40, 15, 3))
    frame = covariance_by_share(solved, shares=[0.2, 0.5, 0.8], bonds=0.2)
    assert frame["elasticity to z1"].is_monotonic_increasing
    first, second = frame["elasticity to z1"].to_numpy(), frame["elasticity to z2"].to_numpy()
    assert first == pytest.approx(second[::-1], abs=1e-3)


def test_options_are_solved_side_by_side():
    frame = variant_table(BASE, Grid(40, 15, 2), names=("baseline", "moving interest rate"))
    assert list(frame["option"]) == ["baseline", "moving interest rate"]
    assert frame["converged"].all()
    with pytest.raises(ValueError, match=r"taxes.*allowed"):
        variant_table(BASE, Grid(40, 15, 2), names=("taxes",))


def test_rules_agree_where_the_equilibrium_is_unique_and_settle_only_there():
    frame = selection_table(BASE, (1.0, 5.0), Grid(40, 15, 2), max_sweeps=30)
    mild = frame[frame["gamma"] == 1.0]
    assert mild["converged"].all()
    assert np.ptp(mild["q"]) < 1e-4
    strong = frame[frame["gamma"] == 5.0].set_index("rule")
    assert not strong.loc["own price, most borrowing", "converged"]
