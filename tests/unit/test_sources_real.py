"""Facts that hold in the real public files; skipped with a notice where those are absent.

Numbers of the checked vintage stand below `need_known`; a newer vintage skips them.
"""

import numpy as np
import pandas as pd
import pytest
from real_files import need, need_known

from regspec.sources import bea, cbp, geometry, groups, population, rates, sectors, tfp, zones
from regspec.sources.registry import locate

pytestmark = pytest.mark.data

WAGES = ("bea_sainc7h", "bea_sainc7s", "bea_sainc7n")

#: County of 1990 without an area of its own in CAINC1, and the area that contains it: Yellowstone
#: National Park, Bedford city, Clifton Forge, South Boston.
INSIDE = {"30113": "30031", "51515": "51019", "51560": "51903", "51780": "51083"}


def states_of_counties():
    """The county file's own rows of states: state, year, income, population."""
    wide = bea._wide(locate("bea_cainc1"))
    states = wide[wide["fips"].str.endswith("000") & wide["fips"].between("01000", "56999")]
    states = states.assign(state=states["fips"].str[:2])
    return states[["state", "year", "income", "population"]].reset_index(drop=True)


@pytest.mark.parametrize("source_id", sorted(bea.SHAPES))
def test_states_add_up_to_the_nation(source_id):
    """Sum of states against the US row, in the lines published for every state."""
    need(source_id)
    table = bea.load_table(source_id)
    # per-head lines do not add up; the nation's GDP includes the military abroad
    abroad = [83, 85] if source_id == "bea_sagdp2n" else []
    additive = table[(table["unit"] != "Dollars") & ~table["line"].isin(abroad)]
    nation = additive[additive["fips"] == "00000"].set_index(["line", "year"])["value"]
    states = bea.states_only(additive).groupby(["line", "year"])["value"]
    whole = states.sum()[states.count() == 51]
    ratio = (whole / nation.reindex(whole.index)).dropna()
    ratio = ratio[nation.reindex(ratio.index).abs() > 1000]
    assert len(ratio) > 80
    assert ratio.between(0.98, 1.02).mean() > 0.98


def test_state_income_matches_the_county_file():
    need("bea_sainc1", "bea_cainc1")
    counties = states_of_counties().set_index(["state", "year"])
    states = bea.income().set_index(["state", "year"])
    ratio = (states["income"] / counties["income"]).dropna()
    assert len(ratio) >= 51 * 51
    assert abs(ratio.median() - 1) < 0.01
    need_known("bea_sainc1", "bea_cainc1")  # the two of one comprehensive revision
    assert abs(ratio.median() - 1) < 1e-5
    assert ratio.between(0.96, 1.04).all()  # BEA revised the last years in between


def test_the_48_states_are_complete_from_1929():
    need("bea_sainc1")
    income = bea.income()
    contiguous = income[income["contiguous48"]]
    assert contiguous.groupby("year").size().eq(48).all()
    assert contiguous["year"].min() == 1929
    assert contiguous[["income", "population", "income_pc"]].notna().all(axis=None)
    published = contiguous["income_pc"]
    computed = 1000 * contiguous["income"] / contiguous["population"]
    assert (published - computed).abs().max() < 1.0


def test_the_wage_bridge_is_complete_but_for_withheld_cells():
    need(*WAGES)
    wages = sectors.by_sector("wages")
    contiguous = wages[wages["contiguous48"]]
    assert contiguous[contiguous["year"] < 2001]["wages"].notna().all()
    missing = contiguous["wages"].isna()
    assert 0 < missing.mean() < 0.003
    assert set(contiguous.loc[missing, "origin"]) == {"missing"}


def test_the_breaks_of_the_wage_bridge_are_of_the_documented_size():
    need(*WAGES, "bea_sainc5h", "bea_sainc5s", "bea_sainc5n")
    need("bea_saemp25s", "bea_saemp25n", "bea_sagdp2s", "bea_sagdp2n")
    breaks = sectors.bridge_breaks()
    moved = breaks.groupby(["measure", "splice", "year"])["gap_abs"].sum() / 2
    assert moved.max() < 0.05
    need_known("bea_sainc7s", "bea_sainc7n", "bea_sainc5s", "bea_sainc5n")
    assert moved["wages", "SIC-NAICS", 1998] == pytest.approx(0.035, abs=0.005)
    unchanged = breaks["sector"].isin(["farm", "federal_civilian", "military", "state_local"])
    overlap = (breaks["splice"] == "SIC-NAICS") & (breaks["measure"] != "gdp")
    assert breaks.loc[unchanged & overlap, "gap_abs"].max() < 1e-12


def test_two_digit_leaves_cover_state_wages():
    need("bea_sainc7s")
    leaves = groups.wages_sic2()
    assert leaves["line"].nunique() == 77
    assert leaves["year"].agg(["min", "max"]).tolist() == [1958, 2000]
    table = bea.states_only(bea.load_table("bea_sainc7s"))
    total = table[table["line"] == 50].set_index(["state", "year"])["value"]
    covered = leaves.groupby(["state", "year"])["wages"].sum() / total.loc[:, :2000]
    assert covered.max() <= 1 + 1e-9
    assert covered.mean() > 0.98
    # a state with nothing withheld: leaves add up to the total exactly
    whole = leaves.groupby(["state", "year"])["flag"].apply(lambda f: not f.eq("D").any())
    assert whole.any()
    assert np.allclose(covered[whole], 1.0)


def test_counties_add_up_to_states_exactly():
    need("bea_cainc1")
    counties = bea._counties(locate("bea_cainc1"))
    by_state = counties.assign(state=counties["county"].str[:2])
    sums = by_state.groupby(["state", "year"])[["income", "population"]].sum()
    states = states_of_counties().set_index(["state", "year"])
    pd.testing.assert_frame_equal(sums, states[["income", "population"]], check_exact=True)


def test_722_zones_have_complete_income_that_adds_up_to_the_48_states():
    need("bea_cainc1", "ers_cz1990")
    income = bea.zone_income()
    assert income["cz"].nunique() == 722
    assert income.groupby("year").size().eq(722).all()
    assert income[["income", "population"]].gt(0).all(axis=None)
    states = states_of_counties()
    states = states[~states["state"].isin(["02", "15"])]
    for column in ("income", "population"):
        zone_sum = income.groupby("year")[column].sum()
        assert (zone_sum == states.groupby("year")[column].sum()).all()


def test_combined_areas_lie_in_one_zone_and_cover_the_missing_counties():
    need("bea_cainc1", "ers_cz1990")
    cz = zones.county_to_zone().set_index("county")["cz"]
    for area, members in zones.COMBINED.items():
        assert len(set(cz[list(members)])) == 1, area
    counties = set(bea._counties(locate("bea_cainc1"))["county"])
    replaced = {new for new, _ in zones.RENAMED.values()}
    merged = {county for counties in zones.COMBINED.values() for county in counties}
    contiguous = {c for c in cz.index if c[:2] not in ("02", "15")}
    assert contiguous - counties == (replaced | merged | set(INSIDE)) - counties - {
        "15005",
        "15009",
    }
    for inside, container in INSIDE.items():
        assert cz[inside] == cz[zones.county_of_1990(container)]


def test_the_papers_two_examples_can_be_found():
    need("ers_cz1990")
    names = zones.zone_names().set_index("cz")
    assert names["contiguous"].sum() == 722
    assert names.loc[zones.find("Dayton"), "postal"] == "OH"
    assert names.loc[zones.find("Dayton"), "rust_belt"]
    assert names.loc[zones.find("Rochester, MN"), "state"] == "27"
    assert names["pop1990"].sum() == 248_709_873  # census count of 1990


def test_manufacturing_shares_fall_from_1980_to_1990():
    need("cbp_cz_sic4", "ers_cz1990")
    mean = {}
    for year in (1980, 1990):
        shares = cbp.manufacturing_shares(year)
        assert len(shares) == 722 * 397
        mean[year] = shares.groupby("cz")["share"].sum().mean()
    assert mean[1990] < mean[1980]
    need_known("cbp_cz_sic4")
    assert mean[1980] == pytest.approx(0.2683, abs=5e-5)
    assert mean[1990] == pytest.approx(0.2213, abs=5e-5)
    contiguous = zones.zone_names().query("contiguous")["cz"]
    assert set(shares["cz"]) == set(contiguous)
    dayton = cbp.manufacturing_shares(1980).query("cz == @zones.find('Dayton')")
    assert dayton.loc[dayton["share"].idxmax(), "sic4"] // 100 in (35, 36, 37)


def test_zone_population_loses_nobody():
    need("census_county_population", "ers_cz1990")
    counties = population._parse(locate("census_county_population"))
    contiguous = counties[~counties["county"].str[:2].isin(["02", "15"])]
    by_zone = population.zone_population()
    assert by_zone["cz"].nunique() == 722
    sums = by_zone.groupby("year")["population"].sum()
    assert (sums == contiguous.groupby("year")["population"].sum()).all()
    assert sums[1950] == pytest.approx(150_697_361, rel=1e-5)  # census of the 48 states and DC
    assert by_zone.loc[by_zone["year"] >= 1930, "population"].notna().all()


def test_real_rates_are_those_of_the_record():
    need("fred_tb3ms", "fred_cpi")
    annual = rates.real_rate().set_index("year")
    assert annual.loc[1981, "nominal"] == pytest.approx(1.1402, abs=1e-3)
    assert annual.loc[1974, "real_rate"] < 1 < annual.loc[1985, "real_rate"]
    decades = rates.real_rate("decade").set_index("year")
    product = annual["real_rate"].loc[1981:1990].prod()
    assert decades.loc[1990, "real_rate"] == pytest.approx(product)


def test_productivity_is_complete_and_both_levels_agree_on_manufacturing():
    need("tfp_elbadri_vizcaino")
    long = tfp.industry_tfp("44")
    short = tfp.industry_tfp("63")
    assert long["year"].min() == 1947
    assert long["year"].max() >= 2023
    keys = ["industry_id", "year"]
    a = long[long["manufacturing"]].set_index(keys)["va"]
    b = short[short["manufacturing"]].set_index(keys)["va"]
    assert np.allclose(a.reindex(b.index), b, rtol=1e-3)
    assert long.loc[long["industry_id"] == 12, "industry"].iloc[0] == "Machinery"


def test_the_committed_geometry_is_what_the_builder_makes(tmp_path):
    need("ers_cz1990")
    pytest.importorskip("_plotly_geo", reason="the wheel plotly-geo is not installed")
    built_zones, built_states = geometry.build()
    for built, committed in ((built_zones, geometry.zones()), (built_states, geometry.states())):
        assert len(built) == len(committed)
        assert np.allclose(built.area, committed.area, rtol=1e-3)
        counts = built.geometry.count_coordinates().sum()
        assert counts == pytest.approx(committed.geometry.count_coordinates().sum(), rel=0.02)
    contiguous = zones.zone_names().query("contiguous")["cz"]
    assert set(built_zones["cz"]) == set(contiguous)
