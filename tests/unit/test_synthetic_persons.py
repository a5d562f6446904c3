"""Person records: their weighted sums are the planted cells, their tail is Pareto, blocks agree."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regspec.synthetic import plant
from regspec.synthetic.as_observed import SAMPLE_SHARES, mixed, sampled
from regspec.synthetic.persons import (
    BLOCK_ZONES,
    LINE_SHARE,
    OTHER_RECORDS,
    TAIL_SHARE,
    blocks,
    least_records,
    tails,
    top_code,
)
from regspec.synthetic.units import CROSSWALK_YEARS, make_units

ZONES = BLOCK_ZONES


@pytest.fixture(scope="module")
def panel():
    return plant(5, geography="invented", years=(1950, 2020))


def units_of(panel, crosswalk, split=0.2):
    return make_units(panel.places, crosswalk, geography="invented", split=split, seed=5)


def first_block(panel, year, crosswalk, extra=0.0):
    """Persons of the first zones, with their region and state."""
    units = units_of(panel, crosswalk)
    block = next(blocks(panel, year, units, extra))
    persons = pd.DataFrame(block.columns)
    homes = units.homes.loc[persons["home"]].reset_index(drop=True)
    persons[["region", "state"]] = homes[["region", "state"]]
    return persons.assign(w=persons["perwt"] / 100, lw=persons["slwt"] / 100), block


@pytest.fixture(scope="module", params=[(1950, "sea1950"), (2020, "puma2010")])
def generated(request, panel):
    year, crosswalk = request.param
    persons, block = first_block(panel, year, crosswalk)
    zones = panel.zone_year[panel.zone_year["year"] == year].set_index("region").iloc[:ZONES]
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    cells = cells[cells["region"].isin(zones.index)].set_index(["region", "industry"])
    return year, persons, zones, cells, tails(panel, year), block


def workers(persons, low=25, high=60):
    at_work = (persons["empstat"] == 1) & persons["ind1990"].between(10, 932)
    return persons[at_work & persons["age"].between(low, high)]


def sums(persons, weight="w", by="region"):
    return persons.groupby(by)[weight].sum()


def test_weights_add_up_to_the_planted_population_and_jobs(generated):
    _, persons, zones, cells, _, _ = generated
    assert sums(persons).to_numpy() == pytest.approx(zones["population"].to_numpy(), abs=0.02)
    prime = workers(persons)
    # jobs: weights are rounded to hundredths along a zone, not person by person
    assert sums(prime).to_numpy() == pytest.approx(zones["employment"].to_numpy(), rel=1e-3)
    own = sums(prime, by=["region", "ind1990"])
    own.index.names = cells.index.names
    gap = (own.reindex(cells.index, fill_value=0.0) - cells["employment"]).abs()
    assert gap.max() < 0.06


def test_incomes_are_planted_once_top_codes_count_as_their_mean(generated):
    year, persons, _, cells, tail, block = generated
    asked = workers(persons)
    asked = asked[asked["lw"] > 0]
    own = tail.loc[asked["state"]].set_axis(asked.index)
    top = asked["incwage"] >= own["limit"]
    dollars = asked["incwage"].where(~top, own["mean_above"]) * asked["lw"]
    found = dollars.groupby([asked["region"], asked["ind1990"]]).sum()
    found.index.names = cells.index.names
    both = pd.concat([found, cells["income"]], axis=1).fillna(0.0)
    assert both[0].groupby("region").sum().to_numpy() == pytest.approx(
        both["income"].groupby("region").sum().to_numpy(), rel=2e-3
    )
    large = both[cells["employment"].reindex(both.index) > 50]
    assert large[0].to_numpy() == pytest.approx(large["income"].to_numpy(), rel=0.02)
    assert block.inexact <= 20
    assert ((asked["incwage"] < own["limit"]) | (asked["incwage"] == own["coded"])).all()
    assert year in (1950, 2020)


def test_workers_have_the_planted_sexes_ages_and_schooling(generated):
    _, persons, zones, _, _, _ = generated
    everyone = workers(persons, 0, 120)
    women = sums(everyone[everyone["sex"] == 2]) / sums(everyone)
    assert women.to_numpy() == pytest.approx(zones["female"].to_numpy(), abs=1e-3)
    young = sums(everyone[everyone["age"] < 25]) / sums(everyone[everyone["age"] >= 25])
    assert young.to_numpy() == pytest.approx(zones["old_age"].to_numpy(), abs=1e-3)
    prime = workers(persons)
    college = sums(prime[prime["educ"] >= 7], "lw") / sums(prime, "lw")
    assert college.to_numpy() == pytest.approx(zones["high_skill"].to_numpy(), abs=1e-3)


def test_only_sample_line_persons_of_1950_were_asked(panel):
    persons, _ = first_block(panel, 1950, "sea1950")
    unasked = persons["slwt"] == 0
    assert (persons.loc[unasked, "incwage"] == 999_999).all()
    assert (persons.loc[unasked & (persons["age"] >= 16), "educ"] == 0).all()
    prime = workers(persons)
    assert sums(prime[prime["slwt"] > 0]).sum() / sums(prime).sum() == pytest.approx(
        LINE_SHARE, abs=0.01
    )
    assert sums(prime, "lw").sum() == pytest.approx(sums(prime).sum(), rel=1e-3)


@pytest.mark.parametrize(("year", "expected"), [(1950, (0.002, 0.02)), (2020, (0.003, 0.008))])
def test_top_coded_share(panel, year, expected):
    persons, _ = first_block(panel, year, "sea1950" if year == 1950 else "puma2010")
    prime = workers(persons)
    prime = prime[prime["lw"] > 0]
    limit = tails(panel, year)["limit"].loc[prime["state"]].to_numpy()
    share = prime.loc[prime["incwage"] >= limit, "lw"].sum() / prime["lw"].sum()
    assert expected[0] < share < expected[1]


def test_wages_above_the_start_of_the_tail_are_pareto(panel):
    persons, _ = first_block(panel, 2020, "puma2010", extra=3e5)
    prime = workers(persons)
    own = tails(panel, 2020).loc[prime["state"]].set_axis(prime.index)
    # Uncensored part: P(wage > x) = (start/x)^alpha, so that this ratio is uniform below one.
    inside = (prime["incwage"] >= own["start"]) & (prime["incwage"] < own["limit"])
    place = (own["start"] / prime["incwage"]) ** own["alpha"]
    at_limit = float(((own["start"] / own["limit"]) ** own["alpha"]).mean())
    mean = np.average(place[inside], weights=prime.loc[inside, "w"])
    assert mean == pytest.approx((1.0 + at_limit) / 2, abs=0.03)
    above = prime.loc[prime["incwage"] >= own["start"], "w"].sum() / prime["w"].sum()
    assert above == pytest.approx(TAIL_SHARE, rel=0.25)


def test_top_codes_are_those_of_the_samples():
    assert (top_code(1950).value, top_code(1950).kind) == (10_000, "censored")
    assert (top_code(1990).value, top_code(1990).kind) == (140_000, "median")
    assert top_code(2020).value is None


def test_means_of_large_wages_fit_six_digits(panel):
    rich = panel.zone_year.assign(income=10 * panel.zone_year["income"])
    tail = tails(replace(panel, zone_year=rich), 2020)
    assert tail["coded"].max() == 999_997
    assert (tail["mean_above"] <= 999_997.5).all()
    assert (tail["limit"] < tail["mean_above"]).all()


def test_blocks_are_reproducible_and_sizes_grow(panel):
    units = units_of(panel, "puma2010")
    first, again = (next(blocks(panel, 2020, units, 0.0)) for _ in range(2))
    for name, values in first.columns.items():
        np.testing.assert_array_equal(values, again.columns[name])
    larger = next(blocks(panel, 2020, units, 1e6))
    assert len(larger) > len(first) + 10_000
    least = least_records(units, 236, 2020)
    assert len(first) == pytest.approx(least * ZONES / 722, rel=0.25)
    assert OTHER_RECORDS < 30


@pytest.mark.parametrize("crosswalk", list(CROSSWALK_YEARS))
def test_units_partition_zones_and_their_factors_sum_to_one(panel, crosswalk):
    units = units_of(panel, crosswalk)
    assert units.homes.groupby("region")["share"].sum().to_numpy() == pytest.approx(1.0)
    factors = units.crosswalk.groupby("unit")["afactor"]
    assert factors.sum().to_numpy() == pytest.approx(1.0)
    shared = units.crosswalk["unit"].duplicated(keep=False)
    assert shared.sum() == pytest.approx(0.2 * 722, abs=2)
    assert 0.0 < units.split_population < 0.06
    nested = units_of(panel, crosswalk, split=0.0)
    assert nested.split_population == 0.0
    assert (nested.crosswalk["afactor"] == 1.0).all()


def test_a_share_of_zones_outside_zero_and_one_is_refused(panel):
    with pytest.raises(ValueError, match=r"split is 1\.5"):
        units_of(panel, "sea1950", split=1.5)
    with pytest.raises(ValueError, match="allowed: 'sea1950'"):
        units_of(panel, "puma1960")


def test_units_that_nobody_shares_leave_the_cells_alone(panel):
    zone_year, cells = mixed(panel, 0.0)
    same = panel.zone_year[panel.zone_year["year"].isin([1950, 2020])].reset_index(drop=True)
    for name in ("log_income", "high_skill", "population"):
        assert zone_year[name].to_numpy() == pytest.approx(same[name].to_numpy())
    assert cells["income"].to_numpy() == pytest.approx(panel.zone_industry["income"].to_numpy())


def test_shared_units_move_persons_between_zones_and_lose_none(panel):
    zone_year, cells = mixed(panel, 1.0)
    for name in ("income", "employment"):
        after, before = cells[name].sum(), panel.zone_industry[name].sum()
        assert after == pytest.approx(before)
    assert not np.allclose(cells["income"], panel.zone_industry["income"])
    # Factors are shares of persons, so that persons move but the number of them does not.
    same = panel.zone_year[panel.zone_year["year"].isin([1950, 2020])]
    assert zone_year["population"].to_numpy() == pytest.approx(same["population"].to_numpy())


def test_samples_are_unbiased_and_sparse(panel):
    zone_year, cells = sampled(panel)
    assert cells["employment"].sum() == pytest.approx(
        panel.zone_industry["employment"].sum(), rel=0.01
    )
    assert cells["income"].sum() == pytest.approx(panel.zone_industry["income"].sum(), rel=0.01)
    first = cells[cells["year"] == 1950]
    assert (first["income"] == 0).mean() > 0.3
    assert zone_year["log_income"].notna().all()
    assert SAMPLE_SHARES[1950] == 0.01
    with pytest.raises(ValueError, match=r"shares\[1950\] is 0"):
        sampled(panel, {1950: 0.0, 2020: 0.05})


def test_what_stands_for_wages_above_the_code(panel):
    """The code itself, the median or the mean of the larger wages of a Pareto tail."""
    whole = {year: tails(panel, year) for year in (1950, 2020)}
    assert (whole[1950]["coded"] == whole[1950]["limit"]).all()
    mean = whole[2020]["alpha"] / (whole[2020]["alpha"] - 1) * whole[2020]["limit"]
    assert whole[2020]["coded"].to_numpy() == pytest.approx(mean.to_numpy(), abs=0.5)
    median = tails(panel, 1990)
    above = (median["limit"] / median["coded"]) ** median["alpha"]
    assert above.to_numpy() == pytest.approx(0.5, abs=1e-4)
    assert (median["limit"] == 140_000).all()
