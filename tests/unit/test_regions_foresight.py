"""Zones that foresee the trends: against surprises where there are none, and ahead of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regspec.calibrate.two_sectors import DEFINITIONS, SectorPaths
from regspec.model import Grid
from regspec.parameters import Calibration
from regspec.regions import foresight
from regspec.regions.foresight import simulate_foreseen
from regspec.regions.relative_rules import solve_family
from regspec.regions.simulate import DATES, costless_growth, initial_regions, simulate_regions

CALIBRATION = Calibration.converted(gamma=2.0, theta=0.25)
GRID = Grid(bonds=40, capital=15, shocks=3)
SHARES = np.array([0.2, 0.4, 0.6])


def starts(first, reading="observed"):
    log_z = pd.DataFrame({"first": first, "composite": [0.0] * len(DATES)}, index=list(DATES))
    paths = SectorPaths(
        definition=DEFINITIONS["machinery"],
        log_z=log_z,
        weight=pd.Series(0.1, index=list(DATES)),
        base_year=DATES[0],
    )
    return initial_regions(SHARES, paths, CALIBRATION, reading=reading)


def lasting(start):
    family = solve_family(CALIBRATION, start.relative[:-1, 0], GRID, on_failure="return")
    return simulate_regions(start, family)


def test_without_a_trend_there_is_nothing_to_foresee():
    start = starts([0.0] * 5)
    one, two = lasting(start), simulate_foreseen(start, CALIBRATION, GRID)
    # Slack and bound nodes around a state are the only place where the two steps differ.
    assert two.share == pytest.approx(one.share, abs=2e-3)
    assert two.log_income == pytest.approx(one.log_income, abs=2e-3)
    assert two.certified.all()


def test_capital_leaves_a_declining_industry_earlier_when_the_decline_is_foreseen():
    start = starts([0.0, 0.0, -0.4, -0.4, -0.4])
    one = lasting(start)
    two = simulate_foreseen(start, CALIBRATION, GRID, bonds_to_income=-0.1)
    # Nothing has happened yet when capital for 2000 is chosen in 1990: only foresight moves it.
    assert (two.share[2] < one.share[2] - 0.05).all()
    assert two.share[-1] == pytest.approx(one.share[-1], abs=0.04)
    assert two.inside.all()


def test_foresight_needs_one_path_and_a_node_at_mean_productivity():
    with pytest.raises(ValueError, match=r"'regional' reading .* use 'national' or"):
        simulate_foreseen(starts([0.0] * 5, "regional"), CALIBRATION, GRID)
    with pytest.raises(ValueError, match=r"grid\.shocks is 2; allowed: an odd number"):
        simulate_foreseen(starts([0.0] * 5), CALIBRATION, Grid(bonds=40, capital=15, shocks=2))


def test_a_state_whose_conditions_fail_is_not_certified(monkeypatch):
    def worse(solution, b, k, node):
        found = errors(solution, b, k, node)
        found.bonds[0], found.capital[1, 0] = 0.2, np.nan
        return found

    errors = foresight.euler_errors
    monkeypatch.setattr(foresight, "euler_errors", worse)
    run = simulate_foreseen(starts([0.0] * 5), CALIBRATION, GRID)
    assert run.certified.tolist() == [[False, False, True]] * 4


def test_the_timing_of_capital_matters_only_where_zones_differ_in_productivity():
    trend = [0.0, -0.1, -0.2, -0.3, -0.6]
    national, regional = starts(trend), starts(trend, "regional")
    same = [costless_growth(national, CALIBRATION, timing=t) for t in ("predetermined", "at_once")]
    assert same[0] == pytest.approx(same[1])  # every zone ends at the same allocation
    other = [costless_growth(regional, CALIBRATION, timing=t) for t in ("predetermined", "at_once")]
    assert np.abs(other[0] - other[1]).max() > 1e-3
