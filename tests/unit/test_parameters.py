"""The calibration registry: the paper's tables, unit conversions, and what it refuses."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regspec.industries import INDUSTRY_COLUMNS, Industry, column_table, industry_table
from regspec.parameters import (
    INDUSTRIES,
    MACHINERY,
    PARAMETERS,
    Calibration,
    composite,
    parameter_table,
)

TABLES = Path(__file__).parents[2] / "data" / "calibration"


def test_industries_equal_the_typed_tables_10_and_11():
    agglomeration = pd.read_csv(TABLES / "table10.csv").set_index("industry")["xi"]
    adjustment = pd.read_csv(TABLES / "table11.csv").set_index("industry")
    assert [i.name for i in INDUSTRIES] == list(agglomeration.index) == list(adjustment.index)
    for industry in INDUSTRIES:
        assert industry.xi == agglomeration[industry.name]
        assert industry.groth_khan == adjustment.loc[industry.name, "groth_khan"]
        assert industry.hall == adjustment.loc[industry.name, "hall"]


def test_tables_span_the_ranges_that_the_paper_prints():
    assert len(INDUSTRIES) == 15
    assert min(i.xi for i in INDUSTRIES) == 0.07  # Table 10; Table 2 prints 0.1 (reading 5)
    assert max(max(i.groth_khan, i.hall) for i in INDUSTRIES) == 3.26  # Table 2


def test_baseline_is_table_2():
    c = Calibration.converted()
    assert (c.gamma, c.alpha, c.theta, c.beta, c.R) == (5.0, 0.3, 0.35, 0.95, 1.013)
    machinery = next(i for i in INDUSTRIES if i.name == MACHINERY)
    assert (c.xi[0], c.phi_adj[0]) == (machinery.xi, machinery.groth_khan)
    assert all(0.71 <= rho <= 0.9 for rho in c.rho)
    assert all(0.013 <= sigma <= 0.027 for sigma in c.sigma)
    assert c.beta_period == pytest.approx(0.95**10)
    assert c.R_period == pytest.approx(1.013**10)


def test_baseline_is_a_second_name_of_the_converted_calibration():
    assert Calibration.baseline(gamma=2.0) == Calibration.converted(gamma=2.0)


def test_composite_averages_the_others_and_floors_negative_estimates():
    xi, phi = composite()
    rest = [i for i in INDUSTRIES if i.name != MACHINERY]
    assert xi == pytest.approx(np.mean([i.xi for i in rest]))
    assert phi == pytest.approx(np.mean([max(0.0, i.groth_khan) for i in rest]))
    assert phi > np.mean([i.groth_khan for i in rest])
    assert composite("hall")[1] == pytest.approx(np.mean([max(0.0, i.hall) for i in rest]))
    assert composite(weights={"Textiles": 2.0}) == (0.12, 3.26)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"source": "groth"}, "'groth_khan', 'hall'"),
        ({"weights": {"Machinery and Equipment": 1.0}}, "in the composite"),
        ({"weights": {"Textiles": -1.0}}, "finite numbers >= 0"),
        ({"weights": {"Textiles": 0.0}}, "sum to zero"),
    ],
)
def test_composite_refuses(kwargs, message):
    with pytest.raises(ValueError, match=message):
        composite(**kwargs)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gamma", 0.0),
        ("gamma", math.nan),
        ("gamma", "5"),
        ("gamma", True),
        ("alpha", 1.0),
        ("theta", -0.1),
        ("theta", math.inf),
        ("beta", 1.0),
        ("R", 1.2),
        ("xi", (0.1, 0.75)),
        ("xi", (-0.1, 0.1)),
        ("xi", 0.1),
        ("phi_adj", (0.1, -0.1)),
        ("rho", (1.0, 0.5)),
        ("sigma", (0.1, -0.1)),
        ("z_mean", (0.0, 1.0)),
        ("period_years", 0),
        ("period_years", 2.5),
        ("constraint", 1),
        ("shock_period", "decade"),
    ],
)
def test_values_out_of_range_name_field_value_and_what_is_allowed(field, value):
    with pytest.raises(ValueError, match=rf"{field} is .*allowed: ") as caught:
        Calibration.converted().replace(**{field: value})
    assert repr(value) in str(caught.value)


def test_industry_tuples_must_agree_in_length():
    with pytest.raises(ValueError, match="'xi': 1"):
        Calibration.converted().replace(xi=(0.1,))


def test_unknown_field_suggests_a_close_match():
    with pytest.raises(ValueError, match=r"no field 'gama'; did you mean 'gamma'\?.*theta"):
        Calibration.converted().replace(gama=2.0)


def test_annual_shocks_are_aggregated_exactly():
    annual = Calibration.converted(rho=(0.9, 0.5), sigma=(0.02, 0.01), shock_period="annual")
    for rho, sigma, rho10, sigma10 in zip(
        annual.rho, annual.sigma, annual.rho_period, annual.sigma_period, strict=True
    ):
        r, variance = 1.0, 0.0
        for _ in range(10):
            r, variance = r * rho, variance * rho**2 + sigma**2
        assert rho10 == pytest.approx(r)
        assert sigma10 == pytest.approx(math.sqrt(variance))
    published = annual.replace(shock_period="published")
    assert published.rho_period == published.rho


def test_parameter_table_renders_table_2_beside_ours():
    table = parameter_table(Calibration.converted(gamma=2.0)).set_index("name")
    assert table.loc["gamma", "published"] == "5"
    assert table.loc["gamma", "ours"] == "2"
    assert table.loc["xi", "ours"].startswith("0.13, ")
    assert not table.isin(["", None]).any(axis=None)
    assert {p.name for p in PARAMETERS} <= set(Calibration.__dataclass_fields__)


def test_every_estimate_of_an_industry_has_symbol_unit_period_and_source():
    assert [c.name for c in INDUSTRY_COLUMNS] == list(Industry._fields[1:])
    for column in INDUSTRY_COLUMNS:
        assert all(column), column
        assert column.table in {"Table 10", "Table 11"}
    frame = industry_table()
    assert list(frame.columns) == ["industry", "xi", "groth_khan", "hall"]
    assert len(frame) == len(INDUSTRIES) == 15
    assert frame.set_index("industry").loc["Textiles"].tolist() == [0.12, 3.26, -0.58]
    assert column_table()["symbol"].tolist() == [r"\xi_i", r"\Phi_i", r"\Phi_i"]
