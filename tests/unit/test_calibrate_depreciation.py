"""Depreciation in the adjustment cost at rest, against numerical derivatives of (34)."""

from __future__ import annotations

import pytest

from regspec.calibrate.depreciation import depreciation_of_period, resting_share, standing_cost
from regspec.model.economy.technology import income, private_return
from regspec.parameters import Calibration
from regspec.regions.relative_rules import private_allocation

CALIBRATION = Calibration.converted(z_mean=(1.1, 1.0), phi_adj=(0.5, 0.2))
DELTA = 0.4


def cost(k, k_next, phi):
    return phi / 2 * (k_next / k - 1 - DELTA) ** 2 * k


def test_without_depreciation_nothing_changes():
    assert standing_cost(CALIBRATION, 0.0) == 0.0
    rest = private_allocation([0.0953101798], CALIBRATION)[0]
    assert resting_share(CALIBRATION, 0.0) == pytest.approx(rest, rel=1e-7)


def test_at_rest_the_conditions_with_the_printed_cost_hold():
    share, h = resting_share(CALIBRATION, DELTA), 1e-6
    k, beta = (share, 1 - share), CALIBRATION.beta_period
    returns = private_return(k, CALIBRATION.z_mean, CALIBRATION)
    sides = []
    for i, phi in enumerate(CALIBRATION.phi_adj):
        today = (cost(k[i] + h, k[i], phi) - cost(k[i] - h, k[i], phi)) / (2 * h)
        ahead = (cost(k[i], k[i] + h, phi) - cost(k[i], k[i] - h, phi)) / (2 * h)
        sides.append(beta * (returns[i] - today) - ahead)
    assert sides[0] == pytest.approx(sides[1], abs=1e-7)
    assert abs(share - resting_share(CALIBRATION, 0.0)) > 1e-3


def test_staying_put_costs_what_the_formula_says():
    share = resting_share(CALIBRATION, DELTA)
    k = (share, 1 - share)
    total = sum(cost(x, x, phi) for x, phi in zip(k, CALIBRATION.phi_adj, strict=True))
    expected = total / income(k, CALIBRATION.z_mean, CALIBRATION)
    assert standing_cost(CALIBRATION, DELTA) == pytest.approx(expected)


def test_an_annual_rate_wears_down_over_the_period():
    assert depreciation_of_period(0.1, CALIBRATION) == pytest.approx(1 - 0.9**10)
    assert depreciation_of_period(0.1, CALIBRATION.replace(period_years=1)) == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"annual is 1\.0; allowed: at least 0 and below 1"):
        depreciation_of_period(1.0, CALIBRATION)
    one = {n: getattr(CALIBRATION, n)[:1] for n in ("xi", "phi_adj", "rho", "sigma", "z_mean")}
    single = CALIBRATION.replace(**one, industries=("all",))
    with pytest.raises(ValueError, match="has 1 industries"):
        resting_share(single, DELTA)
