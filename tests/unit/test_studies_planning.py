"""Experiments with the planner: regions, curves, crossover, gains, rules."""

from __future__ import annotations

import numpy as np
import pytest

from regspec.model import Grid
from regspec.model.economy.technology import income, static_allocation
from regspec.parameters import Calibration
from regspec.studies.gains import gain_parts, simple_rules, u_shape, variant_gains
from regspec.studies.planning import (
    crossover,
    existence_table,
    specialization_curves,
    specialized_region,
    with_agglomeration,
)

GRID = Grid(40, 15, 3)
BASE = Calibration.converted(gamma=2.0, theta=0.25)
ALIKE = BASE.replace(xi=(BASE.xi[1], BASE.xi[1]))


def test_a_specialized_region_rests_at_its_share_with_the_same_income():
    region = specialized_region(ALIKE, 0.7)
    k = static_allocation(region)
    assert k[0] == pytest.approx(0.7)
    even = income(np.full(2, 0.5), np.ones(2), ALIKE)
    assert income(k, region.z_mean, region) == pytest.approx(even)
    with pytest.raises(ValueError, match="allowed: above 0 and below 1"):
        specialized_region(ALIKE, 1.2)


def test_an_industry_of_average_size_keeps_its_productivity():
    stronger = with_agglomeration(ALIKE, 0.25, unit="average")
    assert stronger.z_mean[0] * 0.5**0.25 == pytest.approx(0.5 ** ALIKE.xi[0])
    assert with_agglomeration(ALIKE, 0.25).z_mean == ALIKE.z_mean
    with pytest.raises(ValueError, match="'stock', 'average'"):
        with_agglomeration(ALIKE, 0.25, unit="nation")


def test_planner_s_curve_is_steeper_and_crosses_where_agglomeration_is_alike():
    region = specialized_region(ALIKE, 0.7)
    curves = specialization_curves(region, [0.05, 0.25], GRID, variants=("agglomeration only",))
    wide = curves.pivot(index="xi", columns="variant", values="share")
    gap = wide["agglomeration only"] - wide["equilibrium"]
    assert gap.iloc[0] < -0.05
    assert gap.iloc[1] > 0.05
    point = crossover(region, GRID)
    assert point.converged
    assert abs(point.shift) < 0.02


def test_parts_add_up():
    region = with_agglomeration(specialized_region(ALIKE, 0.7), 0.25)
    parts = gain_parts(variant_gains(region, GRID))
    assert parts["mean"].iloc[1:].sum() == pytest.approx(parts.loc["planner", "mean"])


def test_no_tax_changes_nothing_and_a_small_subsidy_helps():
    region = with_agglomeration(specialized_region(ALIKE, 0.7), 0.25)
    rules = simple_rules(region, GRID, debt_rates=(0.0,), subsidy_rates=(0.0, 0.02))
    assert rules["gain"].iloc[:2].to_numpy() == pytest.approx(0.0, abs=1e-5)
    assert rules["gain"].iloc[2] > 0.05


def test_existence_is_reported_not_assumed():
    table = existence_table([(2.0, 0.25), (2.0, 0.35)], BASE, GRID)
    assert list(table["planner"]) == [True, False]
    assert table["policy change"].iloc[1] > 1e-3
    assert np.isfinite(table["mean gain"].iloc[0])
    assert np.isnan(table["mean gain"].iloc[1])  # a gain over what is no equilibrium


def test_u_shape_needs_a_fall_and_a_rise():
    x = np.linspace(-1, 1, 21)
    assert u_shape(x, x**2, tolerance=0.5)["u"]
    assert not u_shape(x, x**2, tolerance=1.5)["u"]
    assert not u_shape(x, -(x**2), tolerance=0.5)["u"]
    assert not u_shape(x, x, tolerance=0.5)["u"]
