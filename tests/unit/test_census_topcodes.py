"""Pareto tails: a known exponent is found, the threshold matters, states fall back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regspec.census.samples import TopCode
from regspec.census.topcodes import (
    LEAST_PERSONS,
    fit_tail,
    is_top,
    state_tails,
    summarize,
    threshold_choices,
)
from regspec.sources.errors import BuildError

CODE = 50_000.0
CENSORED = TopCode(value=50_000, kind="censored")


def pareto(alpha: float, n: int, seed: int = 0, low: float = 8_000.0) -> np.ndarray:
    return low * (1 - np.random.default_rng(seed).random(n)) ** (-1 / alpha)


def histogram(state: int, wage: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"state": state, "wage": wage, "weight": 100.0, "persons": 1})


@pytest.mark.parametrize("alpha", [1.6, 2.0, 3.0])
def test_the_exponent_of_a_pareto_is_found_in_spite_of_censoring(alpha):
    estimates = []
    for seed in range(20):
        wage = np.minimum(pareto(alpha, 20_000, seed), CODE)
        tail = fit_tail(wage, np.ones(wage.size), CODE)
        assert abs(tail.alpha - alpha) < 4.5 * tail.se
        estimates.append(tail.alpha)
    assert np.mean(estimates) == pytest.approx(alpha, rel=0.02)


def test_replaced_wages_have_the_mean_of_those_hidden():
    wage = pareto(2.5, 400_000)
    tail = fit_tail(np.minimum(wage, CODE), np.ones(wage.size), CODE)
    exact = CODE * 2.5 / 1.5  # mean of a Pareto above the code
    assert tail.mean_above(CODE) == pytest.approx(exact, rel=0.03)
    assert np.where(wage >= CODE, tail.mean_above(CODE), wage).mean() == pytest.approx(
        wage.mean(), rel=0.01
    )


def test_the_threshold_is_the_highest_with_enough_persons():
    big, small = pareto(2.5, 40_000), pareto(2.5, 1_500)
    assert fit_tail(np.minimum(big, CODE), np.ones(big.size), CODE).quantile == 0.97
    tail = fit_tail(np.minimum(small, CODE), np.ones(small.size), CODE)
    assert (tail.quantile, tail.persons >= LEAST_PERSONS) == (0.85, True)
    assert fit_tail(small[:150], np.ones(150), CODE) is None


def test_a_low_threshold_takes_the_body_for_the_tail():
    draw = np.random.default_rng(3)
    body = np.exp(draw.normal(9.6, 0.4, 200_000))
    cut = np.quantile(body, 0.95)
    above = body >= cut
    wage = np.where(above, pareto(2.2, body.size, 4, low=cut), body)
    code = np.quantile(wage, 0.995)
    seen = np.minimum(wage, code)
    high = fit_tail(seen, np.ones(seen.size), code)
    low = fit_tail(seen, np.ones(seen.size), code, quantiles=(0.5,))
    assert high.alpha == pytest.approx(2.2, abs=0.1)
    assert low.alpha > 2.4


def test_weights_count_as_persons():
    wage = np.minimum(pareto(2.0, 30_000), CODE)
    value, number = np.unique(wage.round(-2), return_counts=True)
    whole = fit_tail(wage.round(-2), np.ones(wage.size), CODE)
    grouped = fit_tail(value, number, CODE, persons=number)
    assert grouped.alpha == pytest.approx(whole.alpha)
    assert grouped.persons == whole.persons


def test_states_have_tails_of_their_own_and_small_ones_take_the_nations():
    parts = [
        histogram(6, np.minimum(pareto(1.8, 30_000, 1), CODE)),
        histogram(39, np.minimum(pareto(3.0, 30_000, 2), CODE)),
        histogram(56, np.minimum(pareto(2.0, 90, 3), CODE)),
    ]
    tails = state_tails(pd.concat(parts), CENSORED, 1970).set_index("state")
    assert tails.loc[6, "alpha"] == pytest.approx(1.8, rel=0.1)
    assert tails.loc[39, "alpha"] == pytest.approx(3.0, rel=0.15)
    assert tails["fitted"].tolist() == ["state", "state", "nation"]
    nation = fit_tail(pd.concat(parts)["wage"].to_numpy(), np.ones(60_090), CODE)
    assert tails.loc[56, "alpha"] == pytest.approx(nation.alpha)
    assert tails.loc[6, "mean_above"] > tails.loc[39, "mean_above"] > CODE
    assert tails.loc[6, "top_coded"] == (parts[0]["wage"] >= CODE).sum()


def test_an_exponent_near_one_is_not_believed():
    parts = [
        histogram(6, np.minimum(pareto(1.02, 30_000, 1), CODE)),
        histogram(39, np.minimum(pareto(3.0, 90_000, 2), CODE)),
    ]
    tails = state_tails(pd.concat(parts), CENSORED, 1970).set_index("state")
    assert tails.loc[6, "fitted"] == "nation"
    assert tails.loc[6, "alpha"] > 1.1


def test_a_median_above_the_code_is_replaced_and_a_mean_is_kept():
    wage = pareto(2.5, 30_000)
    published = np.where(wage > CODE, CODE * 2 ** (1 / 2.5), wage)
    tails = state_tails(histogram(6, published), TopCode(value=50_000, kind="median"), 1990)
    assert tails["mean_above"].iloc[0] == pytest.approx(CODE * 2.5 / 1.5, rel=0.1)
    assert tails["top_coded"].iloc[0] == (wage > CODE).sum()
    assert state_tails(histogram(6, wage), TopCode(value=50_000, kind="mean"), 2000).empty
    assert state_tails(histogram(6, wage), TopCode(value=None, kind="mean"), 2010).empty
    for kind, reached in (("censored", True), ("median", False), ("mean", False)):
        assert is_top(pd.Series([50_000]), TopCode(value=50_000, kind=kind)).tolist() == [reached]


def test_top_coded_wages_without_any_tail_stop_the_build():
    with pytest.raises(BuildError, match="1950: 5 persons of state 6 are top-coded at 50,000"):
        state_tails(histogram(6, np.full(5, CODE)), CENSORED, 1950)
    assert state_tails(histogram(6, np.full(5, 100.0)), CENSORED, 1950).empty


def test_summary_counts_states_of_their_own_and_wages_replaced():
    tails = pd.DataFrame({"year": [1950, 1950, 1970], "state": [1, 2, 1], "alpha": [2.0, 4.0, 3.0],
                          "se": [0.1, 0.3, 0.2], "fitted": ["state", "nation", "state"],
                          "top_coded": [5, 7, 9]})  # fmt: skip
    row = summarize(tails).loc[1950]
    assert row[["states", "with own tail", "median", "wages replaced"]].tolist() == [2, 1, 3.0, 12]
    assert row["exponent, p10"] == pytest.approx(2.2)


def test_choices_of_threshold_are_the_tails_at_each_quantile():
    draw = np.random.default_rng(4)
    wage = np.minimum(1000 * draw.pareto(2.0, 4000) + 1000, 8000.0)
    state = pd.DataFrame({"wage": wage, "weight": 1.0, "persons": 1})
    rows = threshold_choices(state, 8000.0, (0.5, 0.9, 0.999)).set_index("quantile")
    tail = fit_tail(wage, np.ones(4000), 8000.0, quantiles=(0.9,))
    assert rows.loc[0.9, "exponent"] == pytest.approx(tail.alpha)
    assert rows.loc[0.9, "replacement"] == pytest.approx(tail.mean_above(8000.0))
    assert rows["persons"].iloc[0] > rows["persons"].iloc[1]
    assert rows.loc[0.999].isna().all()  # above the code
