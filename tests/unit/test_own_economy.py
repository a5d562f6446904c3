"""A region from a file: what is refused, the calibration that follows, and the path."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from regspec.figures.policies import draw_limits, draw_shares
from regspec.model import Grid, solve_equilibrium
from regspec.model.economy.technology import income, static_allocation
from regspec.own_economy import (
    capital_shares,
    economy,
    follow,
    productivity_levels,
    productivity_processes,
    read_region,
)
from regspec.sources.paths import project_root

EXAMPLE = project_root() / "data" / "tutorial" / "region.csv"


@pytest.fixture
def region():
    return read_region(EXAMPLE)


def two(region):
    """The example with its first two industries only."""
    kept = region[region["industry"] != "instruments"]
    return kept.assign(industry=kept["industry"].cat.remove_unused_categories())


def test_the_example_is_read_in_order(region):
    assert list(region["industry"].cat.categories) == ["textiles", "furniture", "instruments"]
    shares = capital_shares(region)
    assert shares.index.tolist() == list(range(1950, 2021))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(shares.iloc[0], [0.58, 0.27, 0.15])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="capital"), r"lacks the columns \['capital'\]"),
        (
            lambda f: f.assign(capital=f["capital"].where(f.index != 3, -1.0)),
            "line 5: capital is -1.0",
        ),
        (
            lambda f: f.astype({"productivity": object}).assign(
                productivity=lambda g: g["productivity"].where(g.index != 0, "high")
            ),
            "line 2: productivity is 'high'",
        ),
        (lambda f: f.assign(year=f["year"].where(f.index != 7)), "line 9: year is missing"),
        (lambda f: f[f["year"] != 1960], "without gaps"),
        (lambda f: f[f["year"] < 1960], "at least 20"),
        (lambda f: f.drop(index=4), "has 212 rows; allowed: one for each of 3"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "has 214 rows"),
        (
            lambda f: pd.concat([f, f[f["industry"] == "furniture"].assign(industry="x")]),
            "4 industries",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path, change, message):
    path = tmp_path / "region.csv"
    change(pd.read_csv(EXAMPLE)).to_csv(path, index=False)
    with pytest.raises(ValueError, match=message):
        read_region(path)


def test_the_mean_allocation_pays_and_income_there_is_one(region):
    calibration = economy(region, xi=(0.1, 0.2, 0.15), phi_adj=(0.1, 0.2, 0.3), gamma=2.0)
    k = capital_shares(region).mean().to_numpy()
    np.testing.assert_allclose(static_allocation(calibration), k, atol=1e-12)
    assert float(income(k, calibration.z_mean, calibration)) == pytest.approx(1.0)
    fits = productivity_processes(region)
    assert calibration.rho == tuple(f.rho for f in fits.values())
    assert calibration.rho_period[0] == pytest.approx(calibration.rho[0] ** 10)
    levels = productivity_levels(region, calibration)
    assert levels.index.tolist() == list(range(1950, 2021, 10))
    with pytest.raises(ValueError, match="xi is"):
        economy(region, xi=(0.1, 0.2, 0.9), phi_adj=(0.1, 0.2, 0.3))


def test_a_persistence_that_no_calibration_takes_is_moved_with_a_warning(region):
    year = region["year"].astype(int)
    jumps = np.where(year % 2 == 0, 1.1, 0.9)  # its own lag has the opposite sign
    first = region["industry"].unique()[0]
    moved = region["productivity"].where(region["industry"] != first, jumps)
    region = region.assign(productivity=moved)
    options = {"xi": (0.1, 0.2, 0.15), "phi_adj": (0.1, 0.2, 0.3)}
    with pytest.warns(UserWarning, match=rf"persistence of '{first}' is -.*takes 0 \(allowed"):
        assert economy(region, **options).rho[0] == 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert economy(region, rho=(0.4, 0.4, 0.4), **options).rho[0] == 0.4


def test_a_path_follows_the_solutions_it_is_given(region):
    region = two(region)
    calibration = economy(region, xi=(0.1, 0.1), phi_adj=(0.3, 0.3), gamma=2.0, theta=0.25)
    grid = Grid(40, 15, 2)
    tight = solve_equilibrium(calibration, grid, on_failure="return")
    loose = solve_equilibrium(calibration.replace(theta=0.35), grid, on_failure="return")
    levels, k = productivity_levels(region, calibration), capital_shares(region).iloc[0]
    path = follow([tight] * 4 + [loose] * 4, levels, k=k)
    kept = follow([tight] * 8, levels, k=k)
    assert path["theta"].tolist() == [0.25] * 4 + [0.35] * 4
    shown = ["bonds", "price", "consumption", "income"]
    pd.testing.assert_frame_equal(path.iloc[:4][shown], kept.iloc[:4][shown])
    assert path["bonds"].iloc[4] < kept["bonds"].iloc[4]
    np.testing.assert_allclose(path.filter(like="share").sum(axis=1), 1.0)
    first = tight.at([0.0], k.to_numpy()[None, :], levels.iloc[:1].to_numpy())
    assert path["consumption"].iloc[0] == first.c[0]
    assert path["share: textiles"].iloc[1] == first.k_next[0, 0]
    with pytest.raises(ValueError, match="7 solutions for 8 dates"):
        follow([tight] * 7, levels, k=k)
    shares = capital_shares(region)
    figure = draw_shares(shares, path, tier="synthetic")
    marks = [line.get_ydata() for line in figure.axes[0].lines if line.get_marker() == "o"]
    np.testing.assert_allclose(marks[0], 100 * path["share: textiles"])
    figure = draw_limits({"a": path, "b": kept}, tier="model")
    assert [re.split(r"\W", ax.get_ylabel())[0] for ax in figure.axes] == [
        "bonds",
        "price",
        "consumption",
    ]
