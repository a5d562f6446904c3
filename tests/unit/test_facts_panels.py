"""Panels: measures on generated frames; counts, totals and headline results on the real files."""

import numpy as np
import pandas as pd
import pytest
from real_files import need, need_known

from regspec.facts import convergence, fact1, fact2, fact3, panels
from regspec.facts.panels import table_coverage
from regspec.measures import gini

STATE_FILES = ("bea_sainc1", "bea_sainc7h", "bea_sainc7s", "bea_sainc7n")
ZONE_FILES = ("bea_cainc1", "ers_cz1990", "cbp_cz_sic4")


@pytest.fixture
def industries():
    return pd.DataFrame(
        {
            "region": ["a"] * 4 + ["b"] * 4,
            "year": 2000,
            "industry": [1, 2, 3, 4] * 2,
            "amount": [1.0, 3.0, 4.0, np.nan, 0.0, 2.0, 5.0, 5.0],
            "tradable": [True, True, False, False] * 2,
        }
    )


def test_concentration_counts_zeros_and_leaves_missing_cells_out(industries):
    out = panels.concentration(industries).set_index("region")
    assert out.loc["a", "gini"] == pytest.approx(float(gini([1.0, 3.0, 4.0])))
    assert out.loc["b", "gini"] == pytest.approx(float(gini([0.0, 2.0, 5.0, 5.0])))
    assert out["industries"].tolist() == [3, 4]
    assert out["total"].tolist() == [8.0, 12.0]
    assert out.loc["a", "gini_tradable"] == pytest.approx(float(gini([1.0, 3.0])))
    assert out.loc["a", "gini_nontradable"] == 0
    assert out.loc["b", "gini_tradable"] == pytest.approx(0.5)


def test_a_region_without_activity_has_no_measure(industries):
    idle = industries.assign(amount=industries["amount"].where(industries["region"] == "b", 0.0))
    assert panels.concentration(idle).set_index("region")["gini"].isna().tolist() == [True, False]


def test_shares_and_sides_of_industries(industries):
    share = panels.industry_share(industries, industries["industry"].iloc[0])
    amounts = industries.pivot_table(
        index="region", columns=["year", "industry"], values="amount", dropna=False
    )
    year, region = share.columns[0], share.index[0]
    own = amounts.loc[region, year]
    assert share.loc[region, year] == own[industries["industry"].iloc[0]] / own.sum()
    frame = pd.DataFrame({"industry": ["a", "b", "a"], "tradable": [True, False, True]})
    sides = panels.Panel(frame=frame, tier="public", sources=())
    assert sides.industries(tradable=True) == ["a"]
    assert sides.industries(tradable=False) == ["b"]


def test_notes_group_files_by_vintage_with_their_checksums():
    def file(source_id, vintage, digit):
        return {"source_id": source_id, "vintage": vintage, "sha256": digit * 64}

    sources = (
        file("bea_sainc1", "2022-09-30", "a"),
        file("ers_cz1990", "", "b"),
        file("bea_sainc7n", "2022-09-30", "c"),
        file("cbp_cz_sic4", "2022 (1e77d69)", "d"),
    )
    one = panels.Panel(frame=pd.DataFrame(), tier="public", sources=sources)
    two = panels.Panel(frame=pd.DataFrame(), tier="public", sources=sources[:1])
    assert panels.note(one, two) == (
        "BEA SAINC1 #aaaaaaaa, SAINC7N #cccccccc (2022-09-30); ERS CZ1990 #bbbbbbbb (undated); "
        "CBP zone shares #dddddddd (2022, 1e77d69)"
    )


def test_unknown_options_list_the_known_ones():
    with pytest.raises(ValueError, match="allowed: 'wages', 'earnings', 'employment', 'gdp'"):
        panels.state_sectors("profits")
    with pytest.raises(ValueError, match="'spread', 'omit'"):
        panels.state_industries("drop")
    with pytest.raises(ValueError, match="'goods', 'table3'"):
        panels.state_industries(tradable="all")


@pytest.fixture(scope="module")
def states():
    need(*STATE_FILES)
    return panels.states().frame


@pytest.fixture(scope="module")
def sectors():
    need(*STATE_FILES)
    return panels.state_sectors("wages").frame


@pytest.mark.data
def test_state_panels_are_complete(states, sectors):
    assert states["region"].nunique() == sectors["region"].nunique() == 48
    by_year = states[states["year"].between(1929, 2021)].groupby("year").size()
    assert (by_year == 48).all()
    assert states[["log_income", "log_population"]].notna().all().all()
    assert states.loc[states["rust_belt"], "name"].nunique() == 8
    assert sectors["industry"].nunique() == 12
    assert sectors["amount"].isna().mean() < 0.01


@pytest.mark.data
def test_spread_cells_exhaust_the_states_total(states):
    from regspec.sources.bea import load_table

    table = load_table("bea_sainc7s")
    total = table[table["line"] == 50].set_index(["state", "year"])["value"]
    spread = panels.concentration(panels.state_industries("spread").frame)
    filled = spread.set_index(["region", "year"])["total"]
    ratio = filled / total.reindex(filled.index)
    assert ratio.between(0.999, 1.001).mean() > 0.99
    omitted = panels.concentration(panels.state_industries("omit").frame)
    assert (omitted["industries"] <= spread["industries"]).all()
    assert omitted["gini"].mean() < spread["gini"].mean()


@pytest.mark.data
def test_both_tradable_lists_split_all_industries():
    need(*STATE_FILES)
    goods = panels.state_industries(tradable="goods").frame
    table3 = panels.state_industries(tradable="table3").frame
    assert goods["tradable"].sum() < table3["tradable"].sum()
    assert not (goods["tradable"] & ~table3["tradable"]).any()


@pytest.mark.data
def test_zone_panels_have_every_contiguous_zone():
    need(*ZONE_FILES)
    zones, plants = panels.zone_panel(), panels.zone_manufacturing()
    assert zones.frame.groupby("year").size().eq(722).all()
    assert zones.frame["year"].nunique() >= 51
    assert plants.frame.groupby(["year", "region"]).size().eq(397).all()
    assert {s["source_id"] for s in zones.sources} == {"bea_cainc1", "ers_cz1990"}
    weights = zones.frame.query("year == 1980").set_index("region")["population"]
    share = panels.concentration(plants.frame).query("year == 1980").set_index("region")["total"]
    # manufacturing held about a quarter of US private employment in 1980
    assert 0.2 < np.average(share, weights=weights.reindex(share.index)) < 0.35


@pytest.mark.data
def test_signs_that_the_chapters_report(states, sectors):
    need_known(*STATE_FILES)  # what the chapters say was checked with these
    measures = panels.concentration(sectors)
    data = fact1.design(states, measures, sectors, start=1950, end=2019)
    result = fact1.trade_off(data, start=1950, end=2019)
    assert result.level.n == 48
    assert result.level.term().t > 2
    assert abs(result.growth.term().t) < 2
    panel = states.merge(measures, on=["region", "year"])
    line = fact2.specialization_curve(panel.query("year >= 1950"), seed=1, draws=5).line
    assert line.term().t > 2
    dispersion = convergence.income_dispersion(states)["cv"]
    assert dispersion.loc[1950] < 0.7 * dispersion.loc[1932]
    assert 1974 <= convergence.turning_year(dispersion) <= 1981


@pytest.mark.data
def test_persistence_is_near_the_published_values(sectors):
    ranks = fact3.advantage(sectors)
    table9 = fact3.industry_ranks(ranks, years=range(1929, 2022), horizons=(1, 5, 10, 20))
    published = [0.961, 0.8962, 0.839, 0.8148]
    assert table9.estimates["coef"].to_numpy() == pytest.approx(published, abs=0.03)
    need_known(*STATE_FILES)
    goods = ranks[ranks["industry"].isin(panels.SECTORS_TRADABLE)]
    seventy = fact3.rank_persistence(goods, years=(1950, 2020), horizons=(70,)).estimates.iloc[0]
    assert seventy["lower"] < 0.57 < seventy["upper"]


@pytest.mark.data
def test_state_and_national_growth_rates_agree(states, sectors):
    # 48 states are nearly the nation: mean predicted growth must be close to actual growth of wages
    ghat = fact1.exposure(sectors, start=1950, end=2019, leave_one_out=False)
    wages = sectors.groupby("year")["amount"].sum()
    assert ghat.mean() == pytest.approx(np.log(wages[2019] / wages[1950]), rel=0.1)


@pytest.mark.data
def test_coverage_adds_up():
    need(*STATE_FILES, "bea_sagdp2s", "bea_sagdp2n", "bea_saemp25s", "bea_saemp25n")
    coverage = table_coverage()
    parts = coverage[["published", "withheld", "undefined"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(np.ones(len(coverage)), abs=1e-9)
    assert coverage.set_index("table").loc["SAINC7H", "first"] == 1929
    assert len(coverage.attrs["sources"]) == len(coverage)


@pytest.mark.data
@pytest.mark.parametrize("horizon", [10, 70])
def test_persistence_of_the_twelve_sectors_agrees_with_pyfixest(horizon):
    """The absorbing regression of Figure 4 on the real panel, by another implementation."""
    pf = pytest.importorskip("pyfixest")
    need(*STATE_FILES[1:])
    decades = range(1950, 2021, 10)
    ranks = fact3.advantage(panels.state_sectors("wages").frame)
    ours = fact3.rank_persistence(ranks, years=decades, horizons=[horizon]).estimates.iloc[0]
    ranks = ranks[ranks["year"].isin(decades)][["region", "industry", "year", "log_rank"]]
    before = ranks.assign(year=ranks["year"] + horizon)
    pairs = ranks.merge(before, on=["region", "industry", "year"], suffixes=("", "_before"))
    year = pairs["year"].astype(str)
    pairs = pairs.assign(cy=pairs["region"] + "-" + year, iy=pairs["industry"] + "-" + year)
    theirs = pf.feols("log_rank ~ log_rank_before | cy + iy", pairs, vcov={"CRV1": "region"})
    assert ours["n"] == len(pairs)
    assert ours["coef"] == pytest.approx(theirs.coef().iloc[0], abs=1e-6)
    # the two differ by their small-sample factors: pyfixest does not count effects that are
    # nested in the clusters
    assert ours["se"] == pytest.approx(theirs.se().iloc[0], rel=0.08)
