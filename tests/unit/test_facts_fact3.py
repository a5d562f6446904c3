"""Fact 3 on generated panels, and against another absorbing estimator."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts.fact3 import (
    advantage,
    change_with_horizon,
    industry_ranks,
    persistence_gap,
    rank_persistence,
    specialization_persistence,
)


@pytest.fixture(scope="module")
def industries():
    """Log advantages follow an AR(1) with 0.9 a decade."""
    rng = np.random.default_rng(41)
    shape = (40, 15)
    state, frames = rng.normal(size=shape), []
    for year in range(1950, 2001, 10):
        wide = pd.DataFrame(np.exp(state), index=[f"r{i}" for i in range(shape[0])])
        tall = wide.reset_index(names="region").melt(
            "region", var_name="industry", value_name="amount"
        )
        frames.append(tall.assign(year=year))
        state = 0.9 * state + np.sqrt(1 - 0.81) * rng.normal(size=shape)
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def ranks(industries):
    return advantage(industries)


def test_ranks_within_industry_and_within_region(industries):
    cell = advantage(industries[industries["year"] == 1950])
    within_industry = cell[cell["industry"] == 3]
    assert sorted(np.exp(within_industry["log_rank"]).round(6)) == list(range(1, 41))
    top = within_industry.loc[within_industry["rca"].idxmax()]
    assert top["log_rank"] == 0
    assert top["log_rank_last"] == pytest.approx(np.log(40))
    assert sorted(cell.loc[cell["region"] == "r7", "own_rank"]) == list(range(1, 16))


def test_suppressed_cells_are_left_out_of_ranks(industries):
    first = industries[industries["year"] == 1950].reset_index(drop=True)
    hidden = first.assign(amount=first["amount"].where(first.index != 5))
    assert len(advantage(hidden)) == len(first) - 1


def test_frozen_advantages_persist_one_for_one(industries):
    first = industries[industries["year"] == 1950]
    still = advantage(pd.concat([first, first.assign(year=1960)]))
    row = rank_persistence(still, years=(1950, 1960), horizons=(10,)).estimates.iloc[0]
    assert row["coef"] == pytest.approx(1)
    assert row["se"] == pytest.approx(0, abs=1e-8)


def test_independent_advantages_do_not_persist(industries):
    rng = np.random.default_rng(42)
    fresh = industries.assign(amount=np.exp(rng.normal(size=len(industries))))
    row = rank_persistence(
        advantage(fresh), years=range(1950, 2001, 10), horizons=(10,)
    ).estimates.iloc[0]
    assert abs(row["coef"]) < 3 / np.sqrt(row["n"])


def test_persistence_falls_with_the_horizon(ranks):
    result = rank_persistence(ranks, years=range(1950, 2001, 10), horizons=(10, 20, 50))
    assert result.estimates["coef"].is_monotonic_decreasing
    assert result.estimates["pairs"].tolist() == [5, 4, 1]
    assert result.level == 0.90


def test_absorbing_regression_agrees_with_pyfixest(ranks):
    pf = pytest.importorskip("pyfixest")
    ours = rank_persistence(ranks, years=range(1950, 2001, 10), horizons=(10,)).estimates.iloc[0]
    before = ranks[["region", "industry", "year", "log_rank"]].assign(year=ranks["year"] + 10)
    pairs = ranks.merge(before, on=["region", "industry", "year"], suffixes=("", "_before"))
    pairs["cy"] = pairs["region"] + pairs["year"].astype(str)
    pairs["iy"] = pairs["industry"].astype(str) + "-" + pairs["year"].astype(str)
    theirs = pf.feols("log_rank ~ log_rank_before | cy + iy", pairs, vcov={"CRV1": "region"})
    assert ours["coef"] == pytest.approx(theirs.coef().iloc[0])
    # the two differ by their small-sample factors, none of which exceeds a few percent here
    assert ours["se"] == pytest.approx(theirs.se().iloc[0], rel=0.05)


def test_the_gap_of_two_groups_is_the_difference_of_their_regressions(ranks):
    years, first = range(1950, 2001, 10), (0, 1, 2, 3)
    apart = [
        rank_persistence(ranks[chosen], years=years, horizons=(20,)).estimates.iloc[0]
        for chosen in (ranks["industry"].isin(first), ~ranks["industry"].isin(first))
    ]
    gap, se = persistence_gap(ranks, first, years=years, horizon=20)
    assert gap == pytest.approx(apart[0]["coef"] - apart[1]["coef"])
    # the groups are independent here, so that variances nearly add up
    assert se == pytest.approx(np.hypot(apart[0]["se"], apart[1]["se"]), rel=0.25)
    with pytest.raises(ValueError, match="one of the two groups"):
        persistence_gap(ranks, range(15), years=years, horizon=20)


def test_plain_rank_regressions(ranks):
    table9 = industry_ranks(ranks, years=range(1950, 2001, 10), horizons=(10, 20))
    assert table9.estimates["coef"].is_monotonic_decreasing
    assert table9.level == 0.95
    gini = pd.DataFrame({"region": list("abcde") * 2, "year": [1] * 5 + [2] * 5})
    gini["gini"] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1]
    reversal = specialization_persistence(gini, years=(1, 2), horizons=(1,))
    assert reversal.estimates["coef"].iloc[0] == pytest.approx(-1)


def test_absent_horizons_name_the_years_there_are(ranks):
    with pytest.raises(ValueError, match="the data cover 1950 to 2000"):
        rank_persistence(ranks, years=(1950, 2020), horizons=(70,))


def test_industries_are_chosen_before_anything_is_ranked_again(ranks):
    how = {"years": (1950, 1960), "horizons": (10,)}
    some = rank_persistence(ranks, industries={1, 2, 3}, **how).estimates
    kept = rank_persistence(ranks[ranks["industry"].isin([1, 2, 3])], **how).estimates
    pd.testing.assert_frame_equal(some, kept)
    assert some["n"].iloc[0] == 3 * 40


def test_change_with_the_horizon_is_that_of_the_estimates(ranks):
    ginis = ranks.groupby(["region", "year"])["rca"].std().rename("gini").reset_index()
    how = {"years": (1950, 1960, 1970, 1980), "horizons": (10, 30)}
    coef = specialization_persistence(ginis, **how).estimates["coef"]
    assert change_with_horizon(ginis, **how) == pytest.approx(coef[1] - coef[0])
