"""Figures of the model: they show what they were given and say their tier."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from figure_checks import close_figures

from regspec.calibrate.two_sectors import DEFINITIONS, SectorPaths
from regspec.figures.policies import (
    draw_bond_policies,
    draw_capital_policies,
    draw_errors,
    draw_impulse,
    draw_price_and_multiplier,
    draw_price_over_shares,
)
from regspec.figures.regions import draw_growth_slopes, draw_persistence, draw_relative_paths
from regspec.regions.growth import growth_slope
from regspec.studies.responses import VARIABLES, Impulse


@pytest.fixture(autouse=True)
def _close():
    yield from close_figures()


def slice_frame() -> pd.DataFrame:
    x = np.linspace(0.1, 0.9, 20)
    part = pd.DataFrame(
        {
            "bonds": x - 0.5,
            "bonds_next": np.abs(x - 0.4) - 0.5,
            "share": x,
            "share_next": 0.25 + x / 2,
            "price": 1 - (x - 0.5) ** 2,
            "multiplier": (x - 0.5) ** 2,
            "bound": x < 0.4,
            "inside": x < 0.85,
        }
    )
    return pd.concat([part.assign(economy=e) for e in ("one", "two")], ignore_index=True)


@pytest.mark.parametrize(
    "draw", [draw_bond_policies, draw_capital_policies, draw_price_over_shares]
)
def test_policies_show_one_line_an_economy_inside_the_grid_in_every_panel(draw):
    wider = slice_frame()
    wider[["bonds_next", "share_next", "price", "multiplier"]] *= 2
    fig = draw({"high": slice_frame(), "low": wider}, note="a note")
    assert {ax.get_title(loc="left") for ax in fig.axes} == {"high", "low"}
    for ax in fig.axes:
        lines = [line for line in ax.lines if line.get_label() in ("one", "two")]
        assert len(lines) == 2
        assert all(len(line.get_xdata()) == 18 for line in lines)  # two points lie outside
        low, high = ax.get_ylim()
        assert all((low < line.get_ydata()).all() for line in lines)
        assert all((line.get_ydata() < high).all() for line in lines)
    assert any("model output" in t.get_text() and "a note" in t.get_text() for t in fig.texts)


def test_price_and_multiplier_stand_beside_each_other_over_shares():
    frame = slice_frame()
    fig = draw_price_over_shares({"one solution": frame})
    shown = frame[frame["inside"] & (frame["economy"] == "two")]
    for ax, column in zip(fig.axes, ("price", "multiplier"), strict=True):
        assert ax.lines[1].get_ydata() == pytest.approx(shown[column].to_numpy())


def test_price_and_multiplier_stand_above_each_other_over_bonds():
    frame = slice_frame()
    fig = draw_price_and_multiplier(frame, note="a note")
    shown = frame[frame["inside"] & (frame["economy"] == "two")]
    for ax, column in zip(fig.axes, ("price", "multiplier"), strict=True):
        assert [line.get_label() for line in ax.lines] == ["one", "two"]
        assert ax.lines[1].get_xdata() == pytest.approx(shown["bonds"].to_numpy())
        assert ax.lines[1].get_ydata() == pytest.approx(shown[column].to_numpy())


def test_errors_mark_bound_and_slack_states():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "bonds": rng.random(30),
            "share": rng.random(30),
            "error": -5 * rng.random(30),
            "bound": rng.random(30) < 0.5,
        }
    )
    other = frame.assign(error=frame["error"] - 20)
    fig = draw_errors({"high": frame, "low": other})
    for ax in fig.axes[:2]:
        sizes = [len(c.get_offsets()) for c in ax.collections]
        assert sorted(sizes) == sorted([int(frame["bound"].sum()), int((~frame["bound"]).sum())])
    # One colour scale for all panels, cut off at the bottom.
    limits = {c.get_clim() for ax in fig.axes[:2] for c in ax.collections}
    assert limits == {(-8.0, frame["error"].max())}


def impulse(constraint: bool) -> Impulse:
    frame = pd.concat(
        [
            pd.DataFrame({"variable": v, "horizon": range(4), "response": -1.0, "error": 0.1})
            for v in VARIABLES
        ]
    )
    return Impulse(
        frame=frame,
        industry=0,
        size=-1.0,
        effective_size=-0.9,
        draws=10,
        seed=1,
        constraint=constraint,
        period_years=10,
        bound_share=0.5,
        inside_share=1.0,
    )


def test_impulses_share_panels():
    fig = draw_impulse({"with": impulse(True), "without": impulse(False)})
    assert len(fig.axes) == 4
    assert fig.axes[-1].get_xlabel() == "periods of 10 years"
    with pytest.raises(KeyError, match="wages"):
        draw_impulse({"with": impulse(True)}, variables=("wages",))


def test_regions_figures():
    rng = np.random.default_rng(0)
    panel = pd.DataFrame(
        {
            "cz": np.arange(40),
            "gini": rng.random(40) / 2,
            "growth": rng.random(40),
            "manufacturing_share": rng.random(40),
            "income_pc": 1e4 + rng.random(40),
        }
    )
    model = {"with limit": rng.random(40)}
    fig = draw_growth_slopes(panel, model)
    labels = [t.get_text() for t in fig.axes[1].get_legend().get_texts()]
    assert labels == ["data", "with limit"]
    line = fig.axes[0].lines[0]
    slope = np.diff(line.get_ydata()) / np.diff(line.get_xdata())
    assert slope[0] == pytest.approx(growth_slope("data", panel["gini"], panel["growth"]).slope)
    fig = draw_growth_slopes(panel, model, tier="synthetic", year=1950)
    assert any("SYNTHETIC" in t.get_text() for t in fig.texts)
    assert fig.get_supxlabel().endswith("1950")


def test_calibration_figures():
    log_z = pd.DataFrame({"first": [0.0, 0.5], "composite": [0.0, -0.5]}, index=[1980, 1990])
    path = SectorPaths(
        definition=DEFINITIONS["machinery"],
        log_z=log_z,
        weight=pd.Series([0.1, 0.1], index=[1980, 1990]),
        base_year=1980,
    )
    fig = draw_relative_paths({"machinery": path})
    assert fig.axes[0].lines[0].get_ydata().tolist() == [0.0, 1.0]
    estimates = pd.DataFrame({"industry": ["a", "b"], "rho": [0.5, 0.8], "rho_se": [0.1, 0.1]})
    fig = draw_persistence({"linear": estimates}, (0.71, 0.9))
    assert [t.get_text() for t in fig.axes[0].get_yticklabels()] == ["a", "b"]
