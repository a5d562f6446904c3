"""Regression helper: textbook formulas, another library, and bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regspec.facts.estimates import bootstrap_se, fit_ols, residualize


@pytest.fixture
def frame():
    rng = np.random.default_rng(11)
    n = 240
    x, w = rng.normal(size=n), rng.normal(size=n)
    region = np.repeat(np.arange(40), 6)
    noise = rng.normal(size=n) * (1 + np.abs(x)) + rng.normal(size=40)[region]
    year = np.tile(np.arange(6), 40)
    y = 1 + 2 * x - 0.5 * w + 0.3 * year + noise
    return pd.DataFrame({"y": y, "x": x, "w": w, "region": region, "year": year})


def hc1(x, y):
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    meat = x.T @ (x * ((y - x @ beta) ** 2)[:, None])
    n, k = x.shape
    return beta, np.sqrt(np.diag(bread @ meat @ bread) * n / (n - k))


def test_hc1_is_the_sandwich(frame):
    fit = fit_ols(frame, "y", ["x", "w"])
    x = np.column_stack([np.ones(len(frame)), frame[["x", "w"]]])
    beta, se = hc1(x, frame["y"].to_numpy())
    assert fit.coef.to_numpy() == pytest.approx(beta)
    assert fit.se.to_numpy() == pytest.approx(se)
    assert (fit.n, fit.groups, fit.covariance) == (240, None, "HC1")


def test_robust_and_clustered_errors_agree_with_pyfixest(frame):
    pf = pytest.importorskip("pyfixest")
    ours = fit_ols(frame, "y", ["x", "w"])
    theirs = pf.feols("y ~ x + w", frame, vcov="HC1")
    assert ours.se[["x", "w"]].to_numpy() == pytest.approx(theirs.se()[["x", "w"]].to_numpy())
    ours = fit_ols(frame, "y", ["x", "w"], cluster="region", effects="year")
    theirs = pf.feols("y ~ x + w + C(year)", frame, vcov={"CRV1": "region"})
    assert ours.coef["x"] == pytest.approx(theirs.coef()["x"])
    assert ours.se["x"] == pytest.approx(theirs.se()["x"])
    assert ours.term("x").p == pytest.approx(theirs.pvalue()["x"])
    assert ours.groups == 40


def test_standardized_coefficients_are_those_of_standardized_data(frame):
    scaled = (frame - frame.mean()) / frame.std()
    by_hand = fit_ols(scaled, "y", ["x", "w"]).coef[["x", "w"]]
    assert fit_ols(frame, "y", ["x", "w"]).standardized.to_numpy() == pytest.approx(
        by_hand.to_numpy()
    )


def test_residuals_carry_the_full_coefficient(frame):
    net = residualize(frame, "y", "x", ["w", "year"])
    full = fit_ols(frame, "y", ["x", "w", "year"])
    assert fit_ols(net, "y", ["x"]).coef["x"] == pytest.approx(full.coef["x"])
    assert net.mean().to_numpy() == pytest.approx(frame[["y", "x"]].mean().to_numpy())


def test_missing_rows_are_dropped_and_counted(frame):
    frame.loc[:9, "w"] = np.nan
    assert fit_ols(frame, "y", ["x", "w"]).n == 230


def test_interval_uses_the_t_distribution(frame):
    fit = fit_ols(frame, "y", ["x", "w"], cluster="region")
    term = fit.term(level=0.9)
    assert term.upper - term.coef == pytest.approx(stats.t.ppf(0.95, 39) * term.se)


def test_bad_input_names_the_columns(frame):
    with pytest.raises(KeyError, match="'z'"):
        fit_ols(frame, "y", ["z"])
    with pytest.raises(KeyError, match="this one has const, x"):
        fit_ols(frame, "y", ["x"]).term("w")
    with pytest.raises(ValueError, match=r"dependent regressors among \['x', 'twice'\]"):
        fit_ols(frame.assign(twice=2 * frame["x"]), "y", ["x", "twice", "w"])
    with pytest.raises(ValueError, match="3 complete rows for 3 coefficients"):
        fit_ols(frame.head(3), "y", ["x", "w"])


def test_bootstrap_draws_whole_regions(frame):
    """Of a region's rows that are copies of each other only one counts."""
    single = frame[frame["year"] == 0]
    copies = pd.concat([single] * 5)
    truth = single["x"].std() / np.sqrt(len(single))
    for data in (single, copies):
        se = bootstrap_se(lambda d: d["x"].mean(), data, seed=1, draws=600)
        assert se == pytest.approx(truth, rel=0.12)
    assert se == bootstrap_se(lambda d: d["x"].mean(), copies, seed=1, draws=600)
    # a region drawn twice is two regions
    counts = bootstrap_se(lambda d: d["region"].nunique(), frame, seed=1, draws=20)
    assert counts == 0
    with pytest.raises(ValueError, match="1 groups of 'region'"):
        bootstrap_se(lambda d: 0.0, frame[frame["region"] == 0], seed=1)
