"""Tables of the calibration chapter: rates, capital shares, trends, cited numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regspec.calibrate.processes import mean_of, total_change
from regspec.calibrate.ranges import (
    LEVERAGE,
    RISK_AVERSION,
    capital_shares,
    cited_table,
    composite_table,
    corrected_persistence,
    range_of,
    rate_process,
    rate_spans,
    trend_table,
)
from regspec.calibrate.two_sectors import DEFINITIONS, SectorPaths
from regspec.figures.calibration import draw_reach
from regspec.paper.scoreboard import published
from regspec.sources.paths import project_root


def real_rate(years: int = 600, rho: float = 0.7) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    x = np.zeros(years)
    for t in range(1, years):
        x[t] = rho * x[t - 1] + 0.02 * rng.standard_normal()
    return pd.DataFrame({"year": np.arange(1001, 1001 + years), "real_rate": np.exp(0.01 + x)})


def decades(annual: pd.DataFrame) -> pd.DataFrame:
    dated = -(-annual["year"] // 10) * 10
    return annual.groupby(dated)["real_rate"].prod().rename_axis("year").reset_index()


def test_the_rate_over_a_decade_in_three_ways():
    annual = real_rate()
    out = rate_process(annual, decades(annual))
    assert list(out.index) == ["annual", "decades", "decades, overlapping", "implied"]
    assert out.loc["annual", "rho"] == pytest.approx(0.7, abs=3 * out.loc["annual", "rho_se"])
    assert out.loc["implied", "rho"] == pytest.approx(out.loc["annual", "rho"] ** 10)
    # Compounds of neighbouring decades share little: persistence is small however measured.
    for name in ("decades", "decades, overlapping"):
        assert out.loc[name, "rho"] == pytest.approx(0.15, abs=3 * out.loc[name, "rho_se"])
    assert out.loc["decades", "observations"] == 59
    assert out["mean"].between(0.3, 1.7).all()
    assert out.loc["annual", "mean_se"] == pytest.approx(100 * mean_of(annual["real_rate"]).se)


def test_spans_of_the_rate():
    annual = real_rate(80)
    out = rate_spans(annual, ((1001, 1080), (1010, 1049)))
    assert out["span"].tolist() == ["1001–1080", "1010–1049"]
    part = annual.query("1010 <= year <= 1049")["real_rate"]
    assert out.loc[1, "mean"] == pytest.approx(100 * (part.mean() - 1))
    with pytest.raises(ValueError, match="1001-1080"):
        rate_spans(annual, ((1001, 2020),))


def test_capital_shares_add_up_industries():
    years = np.arange(1950, 1990)
    rows = [
        pd.DataFrame({"industry_id": i, "year": years, "capital_income": c, "labor_income": w})
        for i, c, w in ((1, 1.0, 3.0), (2, 3.0, 1.0))
    ]
    out = capital_shares(pd.concat(rows), {"all": (), "first": (1,)}).set_index("of")
    assert out.loc["all", "mean"] == pytest.approx(0.5)
    assert out.loc["first", "mean"] == pytest.approx(0.25)
    assert out.loc["first", ["se", "trend"]].to_numpy(float) == pytest.approx([0, 0], abs=1e-9)


def test_the_sign_of_a_trend_is_only_told_where_it_is_known():
    rng = np.random.default_rng(1)
    years = np.arange(1950, 2020)

    def path(drift: float) -> SectorPaths:
        walk = drift * np.arange(70) + 0.01 * rng.standard_normal(70).cumsum()
        log_z = pd.DataFrame({"first": walk, "composite": 0.0}, index=years)
        return SectorPaths(
            definition=DEFINITIONS["machinery"],
            log_z=log_z,
            weight=pd.Series(0.1, index=years),
            base_year=1950,
        )

    paths = {"up": path(0.02), "down": path(-0.02), "flat": path(0.0)}
    out = trend_table(paths, ((1950, 2019), (1980, 2019)))
    signs = out[out["span"] == "1950–2019"].set_index("definition")["sign"]
    assert signs.to_dict() == {"up": "rises", "down": "falls", "flat": "not known"}
    walk = total_change(paths["up"].relative)
    assert out.loc[0, "change"] == pytest.approx(walk.value)
    assert out.loc[0, "change_se"] == pytest.approx(walk.se)
    assert (out["line_se"] < out["change_se"]).all()


def test_the_truth_behind_a_linear_trend_lies_above_the_estimate():
    ranges = pd.DataFrame(
        {
            "concept": ["go"] * 3,
            "trend": ["linear trend", "HP filter, 100", "first differences"],
            "rho_median": [0.85, 0.36, 0.0],
        }
    )
    trends = (("linear trend", "linear", 0.0), ("HP filter, 100", "hp", 100.0),
              ("first differences", "difference", 0.0))  # fmt: skip
    out = corrected_persistence(ranges, draws=40, trends=trends)
    assert out["trend"].tolist() == ["linear trend", "HP filter, 100"]
    assert (out["corrected"] > out["estimate"]).all()
    assert (out["low"] <= out["corrected"]).all()
    assert (out["corrected"] <= out["high"]).all()


def test_cited_numbers_agree_with_the_registry_of_published_ones():
    numbers = published()
    assert range_of(LEVERAGE, "boehnert2025")[::2] == (
        numbers["text.theta_min"].value,
        numbers["text.theta_max"].value,
    )
    finance = range_of(RISK_AVERSION, "bansal2016")
    assert finance[::2] == (
        numbers["text.gamma_finance_min"].value,
        numbers["text.gamma_finance_max"].value,
    )
    assert range_of(RISK_AVERSION, "mendoza2010")[1] == numbers["text.gamma_rbc"].value
    bibliography = (project_root() / "book" / "references.bib").read_text(encoding="utf-8")
    for key in cited_table(LEVERAGE + RISK_AVERSION)["key"]:
        assert f"{{{key}," in bibliography
    with pytest.raises(KeyError, match="cited"):
        range_of(LEVERAGE, "nobody")


@pytest.mark.data
def test_treatments_of_negative_costs_bracket_the_baseline():
    from regspec.sources import registry, tfp

    if not registry.available("tfp_elbadri_vizcaino"):
        pytest.skip("data not on this machine; set REGSPEC_DATA")
    out = composite_table(tfp.industry_tfp(), tfp.PAPER_INDUSTRIES)
    wide = out.pivot(index=["weights", "column"], columns="negatives", values="phi_adj")  # noqa: PD010
    assert (wide["drop"] > wide["zero"]).all()


def test_the_figure_of_the_reach_marks_certified_solutions():
    scan = pd.DataFrame(
        {
            "case": "case",
            "per period": [0.95**10, 0.93**10],
            "mean ratio": [-0.2, -0.1],
            "converged": [True, False],
        }
    )
    figure = draw_reach(scan, -0.2)
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    filled = {float(line.get_xdata()[0]): line.get_markerfacecolor() != "white" for line in marks}
    assert filled == {0.93**10: False, 0.95**10: True}
