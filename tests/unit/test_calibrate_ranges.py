"""Calibration tables, certificates side by side, and the real data behind the regions."""

from __future__ import annotations

import numpy as np
import pytest

from regspec.calibrate.ranges import composite_table, process_ranges
from regspec.calibrate.two_sectors import DEFINITIONS, sector_paths, zone_shares
from regspec.model import Grid
from regspec.parameters import Calibration, composite
from regspec.regions.growth import growth_slope, zone_panel
from regspec.regions.relative_rules import solve_family
from regspec.regions.simulate import costless_growth, initial_regions, simulate_regions
from regspec.sources import bea, cbp, registry, tfp
from regspec.studies.accuracy import (
    HEADLINE_ITEMS,
    certificate_table,
    error_sample,
    solve_by_risk_aversion,
)

PUBLISHED = {"rho": (0.71, 0.9), "sigma": (0.013, 0.027)}


def need(*sources: str) -> None:
    absent = [s for s in sources if not registry.available(s)]
    if absent:
        pytest.skip(f"data not on this machine: {', '.join(absent)}; set REGSPEC_DATA")


@pytest.fixture(scope="module")
def solutions():
    grid = Grid(bonds=30, capital=9, shocks=3)
    return solve_by_risk_aversion(Calibration.converted(), (1.0, 2.0), grid)


def test_certificates_side_by_side(solutions):
    frame = certificate_table(solutions)
    assert list(frame.columns) == ["γ = 1", "γ = 2"]
    assert list(frame.index) == ["sweeps", "converged", *HEADLINE_ITEMS]
    # The price loop is of the order of gamma: more risk aversion, a smaller margin.
    margin = frame.loc["uniqueness margin, least"]
    assert margin["γ = 1"] > margin["γ = 2"]


def test_error_sample_agrees_with_the_certificate(solutions):
    equilibrium = solutions["γ = 2"]
    sample = error_sample(equilibrium, points=3000)
    off = sample[~sample["switch"]]
    # The sample holds the worst of three conditions, the certificate each of them.
    assert off["error"].mean() >= equilibrium.certificate["euler bonds, mean"] - 0.1
    assert off["error"].mean() < -2
    assert sample["bonds"].between(*equilibrium.grid.bonds[[0, -1]]).all()


@pytest.mark.data
def test_published_persistence_is_that_of_a_linear_trend():
    need("tfp_elbadri_vizcaino")
    ranges = process_ranges(tfp.industry_tfp(), tfp.PAPER_INDUSTRIES, published=PUBLISHED)
    rho = ranges.set_index(["concept", "trend"])["rho_median"]
    for concept in ("va", "go"):
        assert 0.71 < rho[concept, "linear trend"] < 0.9
        assert rho[concept, "HP filter, 100"] < 0.5
        assert rho[concept, "HP filter, 6.25"] < 0.1
    sigma = ranges.set_index(["concept", "trend"])["sigma_median"]
    assert 0.013 < sigma["go", "linear trend"] < 0.027 < sigma["va", "linear trend"]


@pytest.mark.data
def test_composite_rows_start_with_the_baseline():
    need("tfp_elbadri_vizcaino")
    frame = composite_table(tfp.industry_tfp(), tfp.PAPER_INDUSTRIES)
    assert tuple(frame.loc[0, ["xi", "phi_adj"]]) == pytest.approx(composite())
    with pytest.raises(ValueError, match="the tables have 15"):
        composite_table(tfp.industry_tfp(), {"Food": (19,)})


@pytest.mark.data
def test_computers_decide_the_sign_of_the_relative_trend():
    need("tfp_elbadri_vizcaino")
    change = {
        name: sector_paths(tfp.industry_tfp(), d).relative.loc[2019]
        for name, d in DEFINITIONS.items()
    }
    assert change["machinery"] == pytest.approx(-1, abs=0.1)
    assert change["with_computers"] == pytest.approx(2.5, abs=0.1)
    assert change["machinery"] < change["without_computers"] < 0


@pytest.mark.data
def test_zones_of_1980_and_costless_growth():
    need("tfp_elbadri_vizcaino", "cbp_cz_sic4", "bea_cainc1", "ers_cz1990")
    definition = DEFINITIONS["machinery"]
    shares = zone_shares(cbp.manufacturing_shares(1980), definition)
    panel = zone_panel(shares, bea.zone_income())
    assert len(shares) == 722
    assert len(panel) == 720  # two zones have no manufacturing
    assert panel["share"].median() < 0.1
    calibration = Calibration.converted(gamma=2.0, phi_adj=(0.0, 0.0))
    paths = sector_paths(tfp.industry_tfp(), definition)
    start = initial_regions(panel["share"].to_numpy(), paths, calibration)
    nodes = np.unique(start.relative[:-1, 0])
    family = solve_family(
        calibration, nodes, Grid(bonds=24, capital=9, shocks=3), tolerance=1e-4, on_failure="return"
    )
    # Without adjustment costs capital jumps to rest whatever the limit: growth has a closed form.
    run, closed = simulate_regions(start, family), costless_growth(start, calibration)
    assert run.bound.any()
    assert run.growth == pytest.approx(closed, abs=0.01)
    assert growth_slope("model", panel["gini"], run.growth).slope > 0
