"""Spatial standard errors: the formula summed pair by pair, limit cases, and distances."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts.estimates import Spatial, conley_covariance, fit_ols, great_circle
from regspec.sources import geometry


def points(n, seed=5):
    rng = np.random.default_rng(seed)
    lonlat = {"lon": rng.uniform(-120, -70, n), "lat": rng.uniform(26, 48, n)}
    return pd.DataFrame(lonlat, index=pd.RangeIndex(n, name="region"))


@pytest.fixture(scope="module")
def panel():
    """Three years of 60 regions whose regressor and error vary smoothly over space."""
    rng = np.random.default_rng(6)
    where = points(60)
    smooth = np.exp(-great_circle(where["lon"], where["lat"]) / 800)
    root = np.linalg.cholesky(smooth + 1e-9 * np.eye(60))
    frames = []
    for year in (1, 2, 3):
        x, e = root @ rng.normal(size=60), root @ rng.normal(size=60)
        z = rng.normal(size=60)
        frames.append(
            pd.DataFrame({"region": where.index, "year": year, "x": x, "z": z, "y": 1 + 2 * x + e})
        )
    return pd.concat(frames, ignore_index=True), where


def brute_force(frame, where, cutoff):
    """Sum over all pairs of rows, one by one, as the definition reads."""
    x = np.column_stack([np.ones(len(frame)), frame[["x", "z"]]])
    y = frame["y"].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    e = y - x @ (bread @ x.T @ y)
    d = great_circle(where["lon"], where["lat"])
    region = frame["region"].to_numpy()
    meat = np.zeros((3, 3))
    for i in range(len(frame)):
        for j in range(len(frame)):
            weight = max(0.0, 1 - d[region[i], region[j]] / cutoff)
            meat += weight * e[i] * e[j] * np.outer(x[i], x[j])
    (n, k), g = x.shape, frame["region"].nunique()
    return np.sqrt(np.diag(g / (g - 1) * (n - 1) / (n - k) * bread @ meat @ bread))


def test_errors_are_the_sum_over_all_pairs_of_rows(panel):
    frame, where = panel
    fit = fit_ols(frame, "y", ["x", "z"], spatial=Spatial(centroids=where, cutoff_km=900))
    assert fit.se.to_numpy() == pytest.approx(brute_force(frame, where, 900))
    assert fit.covariance == "spatial, Bartlett kernel to 900 km"


def test_without_reach_they_are_hc1_or_clustered_by_region(panel):
    frame, where = panel
    alone = Spatial(centroids=where, cutoff_km=0.0)
    once = frame[frame["year"] == 1]
    assert fit_ols(once, "y", ["x", "z"], spatial=alone).se.to_numpy() == pytest.approx(
        fit_ols(once, "y", ["x", "z"]).se.to_numpy()
    )
    several = fit_ols(frame, "y", ["x", "z"], spatial=alone, effects="year")
    clustered = fit_ols(frame, "y", ["x", "z"], cluster="region", effects="year")
    assert several.se.to_numpy() == pytest.approx(clustered.se.to_numpy())


def test_tiny_cutoffs_are_the_limit_of_zero(panel):
    frame, where = panel
    tiny, zero = (
        fit_ols(frame, "y", ["x"], spatial=Spatial(centroids=where, cutoff_km=c)).se["x"]
        for c in (1e-6, 0.0)
    )
    assert tiny == pytest.approx(zero)


def test_errors_grow_where_neighbours_move_together(panel):
    """The regressor and the error both vary smoothly: HC1 understates, z is not concerned."""
    frame, where = panel
    near = fit_ols(frame, "y", ["x", "z"], spatial=Spatial(centroids=where, cutoff_km=1000))
    plain = fit_ols(frame, "y", ["x", "z"])
    assert near.se["x"] > 1.3 * plain.se["x"]
    assert near.se["z"] == pytest.approx(plain.se["z"], rel=0.35)
    assert near.coef["x"] == plain.coef["x"]


def test_coverage_of_the_interval_is_nearer_to_nominal_than_that_of_hc1():
    """200 samples: where errors and regressor are smooth in space, HC1 covers far too little."""
    rng = np.random.default_rng(8)
    where = points(150)
    distances = great_circle(where["lon"], where["lat"])
    root = np.linalg.cholesky(np.exp(-distances / 500) + 1e-9 * np.eye(150))
    covered = np.zeros(2)
    for _ in range(200):
        x, e = (root @ rng.normal(size=150) for _ in range(2))
        design = np.column_stack([np.ones(150), x])
        bread = np.linalg.inv(design.T @ design)
        beta = bread @ design.T @ e  # the true slope is zero
        residual = e - design @ beta
        for k, cutoff in enumerate((0.0, 1500.0)):
            v = conley_covariance(design, residual, np.arange(150), distances, cutoff)
            covered[k] += abs(beta[1]) < 1.96 * np.sqrt(v[1, 1])
    assert covered[0] < 0.75 * 200
    assert covered[1] > covered[0] + 15


def test_a_negative_variance_is_refused():
    """Three regions in a line whose neighbours alternate in sign."""
    d = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0)))
    d[0, 2] = d[2, 0] = 5.0
    x, e = np.ones((3, 1)), np.array([1.0, -1.9, 1.0])
    with pytest.raises(ValueError, match="negative at a cutoff of 20"):
        conley_covariance(x, e, np.arange(3), d, 20.0)


def test_distances_on_the_sphere():
    quarter = np.pi / 2 * 6371.0088
    d = great_circle([0, 90, 0], [0, 0, 90])
    assert d == pytest.approx(quarter * (1 - np.eye(3)))
    # New York to Los Angeles, by the published great-circle distance
    assert great_circle([-74.006, -118.2437], [40.7128, 34.0522])[0, 1] == pytest.approx(
        3936, abs=3
    )


def test_centroids_of_the_zones_lie_in_the_contiguous_states():
    where = geometry.zone_centroids()
    assert len(where) == 722
    assert where.index.is_unique
    assert where["lon"].between(-125, -66).all()
    assert where["lat"].between(24, 50).all()
    assert great_circle(where["lon"], where["lat"]).max() < 4700


def test_bad_input_is_named(panel):
    frame, where = panel
    with pytest.raises(ValueError, match=r"cutoff_km is -1"):
        Spatial(centroids=where, cutoff_km=-1)
    with pytest.raises(ValueError, match=r"lack the columns \['lat'\]"):
        Spatial(centroids=where[["lon"]], cutoff_km=1)
    with pytest.raises(ValueError, match=r"regions twice: \[0\]"):
        Spatial(centroids=pd.concat([where, where.head(1)]), cutoff_km=1)
    with pytest.raises(KeyError, match=r"55 regions have no centroid, among them \[5, 6"):
        fit_ols(frame, "y", ["x"], spatial=Spatial(centroids=where.head(5), cutoff_km=1))
    both = Spatial(centroids=where, cutoff_km=1)
    with pytest.raises(ValueError, match="use one of them"):
        fit_ols(frame, "y", ["x"], cluster="region", spatial=both)
    with pytest.raises(KeyError, match="'region'"):
        fit_ols(frame.drop(columns="region"), "y", ["x"], spatial=both)
