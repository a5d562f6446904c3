"""What the sliders of the book show is what the solutions behind them say."""

from __future__ import annotations

import numpy as np
import pytest
from real_files import need

from regspec.facts.geography import zone_table
from regspec.model import Grid, solve_equilibrium, solve_planner, welfare_gain
from regspec.parameters import Calibration
from regspec.studies.explorer import (
    gain_settings,
    impulse_settings,
    policy_settings,
    solve_settings,
    zone_model,
)
from regspec.studies.gains import mean_gain
from regspec.studies.planning import specialized_region
from regspec.studies.responses import ergodic_states, respond

QUICK = Grid(24, 9, 2)


@pytest.fixture(scope="module")
def solved():
    return solve_settings((0.1, 0.25), (2.0,), (1.0, 2.0), QUICK)


def test_each_position_is_solved_at_its_own_parameters(solved):
    assert set(solved) == {(t, 0, a) for t in range(2) for a in range(2)}
    for (t, _, a), pair in solved.items():
        calibration = pair.limited.calibration
        assert calibration.theta == (0.1, 0.25)[t]
        base = np.array(Calibration.converted(gamma=2.0).phi_adj)
        assert np.array(calibration.phi_adj) == pytest.approx((1.0, 2.0)[a] * base)
        assert not pair.free.calibration.constraint


def test_responses_are_those_of_the_economy(solved):
    settings = impulse_settings(solved, (-1.0, 2.0), draws=50, horizon=3)
    pair = solved[1, 0, 0]
    ours = respond(pair.limited, start=ergodic_states(pair.limited, draws=50), size=2.0, horizon=3)
    consumption = settings[1, 0, 0, 1].lines[0]
    assert consumption.shape == (2, 4)
    assert consumption[0] == pytest.approx([ours.at("consumption", h) for h in range(4)])
    assert f"{consumption[0, 0]:.1f} percent on impact" in settings[1, 0, 0, 1].note


def test_rules_stop_where_the_grid_does(solved):
    wide = np.linspace(-5.0, 0.2, 27)
    settings = policy_settings(solved, (-1.0,), shares={"even": 0.5}, bonds=wide)
    lines = settings[1, 0, 0, 0].lines
    grid = solved[1, 0, 0].limited.grid
    inside = wide * grid.income_scale >= grid.bonds[0]
    for line in lines:
        assert np.isnan(line[0, ~inside]).all()
        assert np.isfinite(line[0, inside]).all()


def test_gains_are_those_of_the_planner():
    base = Calibration.converted(gamma=2.0, theta=0.25)
    region = specialized_region(base.replace(xi=(base.xi[1],) * 2), 0.7)
    settings, chosen = gain_settings(
        region, (0.2,), (2.0,), (base.xi[1],), QUICK, shares={"even": 0.5}, points=5
    )
    economy = region.replace(theta=0.2)
    market = solve_equilibrium(economy, QUICK, on_failure="return")
    planner = solve_planner(economy, QUICK, max_sweeps=60, on_failure="return")
    mean = mean_gain(welfare_gain(market, planner), market)["mean"]
    assert f"{mean:.3f} percent" in settings[0, 0, 0].note
    assert settings[0, 0, 0].certified is False  # a grid this coarse is not
    assert settings[0, 0, 0].lines[0].shape == (1, 5)
    assert settings[0, 0, 0].lines[1].shape == (2, 5)
    assert 0 < chosen[0, 0, 0][0] < 1


def test_zones_of_the_model_start_where_the_data_are():
    need("bea_cainc1", "cbp_cz_sic4", "ers_cz1990", "tfp_elbadri_vizcaino")
    data = zone_table().paths
    model = zone_model(data, step=4.0, grid=Grid(bonds=24, shocks=2))
    assert list(model.paths.columns) == [1980, 1990, 2000, 2010, 2019]
    assert model.paths[1980].to_numpy() == pytest.approx(data.loc[model.paths.index, 1980])
    assert model.paths.notna().all(axis=None)
    assert (model.paths[2019] - model.paths[1980]).abs().max() > 1e-3
