"""Facts on frames of the census pipeline: planted coefficients, tables by hand, bad input."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from census_frames import GROWTH, INDUSTRIES, LEVEL, YEARS, census_build, census_frames

from regspec.facts import census_panels, fact1, fact2, fact3, geography, panels
from regspec.facts.estimates import Spatial
from regspec.measures import gini
from regspec.sources.errors import MissingSource
from regspec.sources.paths import project_root
from regspec.synthetic import Equation, Truth, make


@pytest.fixture(scope="module")
def build():
    return census_build(*census_frames())


@pytest.fixture(scope="module")
def inputs(build):
    """Regions, concentration with that within macro industries, and sectors."""
    income = census_panels.industries(build)
    return (
        census_panels.regions(build).frame,
        panels.concentration(income.frame, within="macro"),
        census_panels.industries(build, by="sector").frame,
    )


@pytest.fixture(scope="module")
def cross_section(inputs):
    return fact1.design(*inputs, start=1950, end=1970, leave_one_out=False)


def test_panels_carry_tier_and_columns(build, inputs):
    panel = census_panels.regions(build)
    assert panel.tier == "synthetic"
    assert {"high_skill", "old_age", "female", "state", "income_pc_deflated"} <= set(panel.frame)
    assert set(census_panels.industries(build, "employment").frame) == {
        "region", "year", "industry", "amount", "tradable", "macro",
    }  # fmt: skip
    # 9 of the 17 groups are tradable or not as printed; six macro industries and the rest
    assert {c for c in inputs[1] if c.startswith("gini_")} == {
        "gini_tradable", "gini_nontradable", "gini_manufacturing", "gini_services",
        "gini_agriculture", "gini_transportation", "gini_wholesale", "gini_retail",
    }  # fmt: skip


def test_absent_industries_count_as_zero_or_not_at_all(build):
    everywhere = census_panels.industries(build)
    own = census_panels.industries(build, absent="omit")
    assert len(everywhere.frame) == 150 * len(INDUSTRIES) * len(YEARS)
    assert (own.frame["amount"] > 0).all()
    assert everywhere.frame["amount"].sum() == pytest.approx(own.frame["amount"].sum())
    counts = panels.concentration(own.frame)["industries"]
    assert counts.max() == len(INDUSTRIES)
    assert counts.min() < len(INDUSTRIES)


def test_an_industry_that_the_nation_lacks_counts_nowhere(build):
    frame = build.zone_industry
    gone = (frame["year"] == 1950) & (frame["industry"] == 10)
    idle = frame.assign(income=frame["income"].mask(gone, 0.0))
    panel = census_panels.industries(census_build(idle, build.zone_year))
    counts = panels.concentration(panel.frame).groupby("year")["industries"].unique()
    assert counts[1950].tolist() == [len(INDUSTRIES) - 1]
    assert counts[1970].tolist() == [len(INDUSTRIES)]


def test_gini_within_a_macro_industry_by_hand(build, inputs):
    region, codes = 103, [591, 601, 641]
    frame = build.zone_industry
    cells = frame[(frame["region"] == region) & (frame["year"] == 1990)].set_index("industry")
    amounts = cells["income"].reindex(codes).fillna(0.0)
    row = inputs[1].query("region == @region and year == 1990")
    assert row["gini_retail"].item() == pytest.approx(float(gini(amounts)))


@pytest.mark.parametrize("half", ["level", "growth"])
def test_all_planted_coefficients_of_table_4_are_recovered(cross_section, half):
    result = fact1.trade_off(cross_section, start=1950, end=1970, controls="census")
    fit = getattr(result, half)
    for name, truth in {"level": LEVEL, "growth": GROWTH}[half].items():
        term = fit.term(name)
        assert abs(term.coef - truth) < 3.5 * term.se, name
    for name in {"ghat", "old_age", "log_population"}:
        assert abs(fit.term(name).coef) < 3.5 * fit.term(name).se, name


def test_the_three_kinds_of_errors_share_their_coefficients(cross_section):
    rng = np.random.default_rng(3)
    index = pd.Index(cross_section["region"], name="region")
    where = pd.DataFrame(
        {"lon": rng.uniform(-120, -70, 150), "lat": rng.uniform(26, 48, 150)}, index
    )
    kinds = {
        "HC1": {},
        "clustered by state": {"cluster": "state"},
        "spatial, Bartlett kernel to 500 km": {
            "spatial": Spatial(centroids=where, cutoff_km=500.0)
        },
    }
    fits = {}
    for words, errors in kinds.items():
        result = fact1.trade_off(cross_section, start=1950, end=1970, controls="census", **errors)
        assert result.level.covariance == result.growth.covariance == words
        fits[words] = result.growth
    coefs = [f.coef["gini"] for f in fits.values()]
    assert coefs == pytest.approx([coefs[0]] * 3)
    assert len({round(f.se["gini"], 12) for f in fits.values()}) == 3
    assert fits["clustered by state"].groups == 6


def test_clustering_by_state_agrees_with_pyfixest(cross_section):
    pf = pytest.importorskip("pyfixest")
    ours = fact1.trade_off(
        cross_section, start=1950, end=1970, controls="census", cluster="state"
    ).growth
    data = cross_section.assign(rust_belt=cross_section["rust_belt"].astype(float))
    formula = f"growth ~ {' + '.join(n for n in ours.coef.index if n != 'const')}"
    theirs = pf.feols(formula, data, vcov={"CRV1": "state"})
    for name in ("gini", "log_income", "high_skill"):
        assert ours.se[name] == pytest.approx(theirs.se()[name])
        assert ours.coef[name] == pytest.approx(theirs.coef()[name])


def test_six_macro_industries_enter_together(cross_section):
    names = [f"gini_{m.lower()}" for m in census_panels.MACRO]
    result = fact1.trade_off(cross_section, start=1950, end=1970, measures=names, controls="census")
    assert list(result.level.coef.index[1:7]) == names
    # zones without a macro industry have no Gini within it, and N says so
    missing = cross_section[names].isna().any(axis=1).sum()
    assert result.level.n == 150 - missing


def test_horizons_pool_the_pairs_of_censuses_that_exist(inputs):
    """1960 is not in the data: five, five, four, three, two, one and one pairs."""
    result = fact1.growth_by_horizon(
        *inputs, years=YEARS, horizons=range(10, 80, 10), controls="census", leave_one_out=False
    )
    assert (result.estimates["n"] / 150).tolist() == [5, 5, 4, 3, 2, 1, 1]


def test_horizons_take_other_errors(inputs):
    how = {"years": YEARS, "horizons": [20, 70], "controls": "census"}
    where = pd.DataFrame({"lon": -90.0, "lat": 40.0}, index=pd.Index(range(100, 250)))
    alone = Spatial(centroids=where, cutoff_km=0.0)
    own, state, spatial = (
        fact1.growth_by_horizon(*inputs, **how, **errors).estimates
        for errors in ({}, {"cluster": "state"}, {"spatial": alone})
    )
    # without reach, spatial errors are those clustered by region, and HC1 with one start year
    assert spatial["se"].to_numpy() == pytest.approx(own["se"].to_numpy())
    assert state["coef"].to_numpy() == pytest.approx(own["coef"].to_numpy())
    assert (abs(state["se"] / own["se"] - 1) > 0.01).all()


def test_quantile_effects_against_a_regression_by_hand(inputs):
    effects = fact1.by_quantile(*inputs, years=YEARS, quantiles=5, controls="none").effects
    pooled = pd.concat(
        fact1.design(*inputs, start=t, end=t + 20) for t in (1950, 1970, 1980, 1990, 2000)
    )
    pooled["q"] = pooled.groupby("year")["gini"].transform(lambda g: pd.qcut(g, 5, labels=False))
    for group in ("level", "growth"):
        demeaned = pooled[group] - pooled.groupby("year")[group].transform("mean")
        # quantiles are as large in every year, so effects are differences of means
        means = demeaned.groupby(pooled["q"]).mean()
        ours = effects[effects["group"] == group].set_index("quantile")["coef"]
        assert ours.to_numpy() == pytest.approx((means - means[0]).to_numpy()[1:])
    assert effects["quantile"].tolist() == [2, 3, 4, 5] * 2
    assert (effects["lower"] < effects["coef"]).all()
    with pytest.raises(ValueError, match=r"hold no region; use fewer than 400"):
        fact1.by_quantile(*inputs, years=YEARS, quantiles=400)


def test_slope_over_quantiles_is_that_of_their_effects(inputs):
    result = fact1.by_quantile(*inputs, years=YEARS, quantiles=10, controls="none")
    for group, fit in (("level", result.level), ("growth", result.growth)):
        coef = result.effects.loc[result.effects["group"] == group, "coef"]
        slope = np.polyfit(range(1, 11), [0.0, *coef], 1)[0]
        assert fit.term().coef == pytest.approx(slope)


def test_value_added_exists_by_group_and_only_where_its_files_were(build):
    panel = census_panels.industries(build, "value_added", by="group").frame
    assert set(panel["year"]) == {1990, 2000, 2010, 2020}
    assert set(panel) == {"region", "year", "industry", "amount", "tradable", "macro"}
    wide = panels.concentration(panel).set_index(["region", "year"])
    shares = build.zone_value_added.query("region == 103 and year == 1990")["share"]
    assert wide.loc[(103, 1990), "herfindahl"] == pytest.approx((shares**2).sum())
    with pytest.raises(ValueError, match="value added exists by group only"):
        census_panels.industries(build, "value_added")
    without = replace(build, zone_value_added=build.zone_value_added.head(0))
    with pytest.raises(MissingSource, match=r"no value added: put County .*cbpYYco\.zip"):
        census_panels.industries(without, "value_added", by="group")


def test_employment_shares_by_hand(build):
    shares = census_panels.employment_shares(build, [1950, 2020])
    assert shares[[1950, 2020]].sum().to_numpy() == pytest.approx([100, 100])
    frame = build.zone_industry[build.zone_industry["year"] == 2020]
    mining = frame.loc[frame["group"] == "Mining", "employment"].sum() / frame["employment"].sum()
    assert shares.loc["Mining", 2020] == pytest.approx(100 * mining)
    assert shares.loc["Mining", "tradable"]
    with pytest.raises(ValueError, match=r"no employment in \[1960\]; the build covers \[1950"):
        census_panels.employment_shares(build, [1960])


def test_states_add_up_their_zones(build):
    cells = census_panels.state_industries(build).frame
    assert cells["region"].nunique() == 6
    assert cells["amount"].sum() == pytest.approx(build.zone_industry["income"].sum())
    states = census_panels.state_regions(build).frame.set_index(["region", "year"])
    ohio = build.zone_year.query("state == '39' and year == 2010")
    expected = np.average(ohio["income_pc"], weights=ohio["population"])
    assert states.loc[("39", 2010), "income_pc"] == pytest.approx(expected)


def test_change_on_change_and_ranks_take_the_panels(build, inputs):
    regions, concentration, _ = inputs
    panel = regions.merge(concentration, on=["region", "year"])
    changes = fact2.change_on_change(panel, years=YEARS, horizons=[10, 60])
    assert (changes.estimates["n"] / 150).tolist() == [5, 1]
    ranks = fact3.advantage(census_panels.industries(build, absent="omit").frame)
    result = fact3.rank_persistence(ranks, years=YEARS, horizons=[70])
    # tastes of a zone for an industry are fixed, so that ranks persist nearly fully
    assert result.estimates["coef"].item() > 0.9


def test_two_way_effects_agree_with_pyfixest(build):
    """Figure 4 on census frames: unbalanced, since zones lack industries."""
    pf = pytest.importorskip("pyfixest")
    ranks = fact3.advantage(census_panels.industries(build, absent="omit").frame)
    ours = fact3.rank_persistence(ranks, years=YEARS, horizons=[20]).estimates.iloc[0]
    before = ranks.assign(year=ranks["year"] + 20)[["region", "industry", "year", "log_rank"]]
    pairs = ranks.merge(before, on=["region", "industry", "year"], suffixes=("", "_before"))
    pairs["cell"] = pairs["region"].astype(str) + "-" + pairs["year"].astype(str)
    pairs["kind"] = pairs["industry"].astype(str) + "-" + pairs["year"].astype(str)
    theirs = pf.feols("log_rank ~ log_rank_before | cell + kind", pairs, vcov={"CRV1": "region"})
    assert ours["coef"] == pytest.approx(theirs.coef().iloc[0], abs=1e-6)
    # the two differ by a small-sample factor only
    assert ours["se"] == pytest.approx(theirs.se().iloc[0], rel=0.03)
    assert ours["n"] == len(pairs)


def test_notes_name_seed_or_extracts(build):
    assert census_panels.note(build) == "seed 7, 1,234 persons"
    real = census_build(build.zone_industry, build.zone_year, "census")
    assert census_panels.note(real) == "IPUMS USA usa_00001 #abababab, 1,234 persons"


def test_bad_choices_are_named(build):
    industries, years = build.zone_industry, build.zone_year
    for choice in ({"amount": "wages"}, {"by": "naics"}, {"absent": "nan"}):
        with pytest.raises(ValueError, match=f"{next(iter(choice))} is .*; allowed:"):
            census_panels.industries(build, **choice)
    mixed = industries.assign(group=industries["group"].where(industries["year"] < 2020, "Mining"))
    with pytest.raises(ValueError, match="stand in several groups"):
        census_panels.industries(census_build(mixed, years))
    lacking = fact1.design(
        census_panels.regions(build).frame.drop(columns="female"),
        panels.concentration(census_panels.industries(build).frame),
        census_panels.industries(build, by="sector").frame,
        start=1950,
        end=1970,
    )
    with pytest.raises(KeyError, match="'female'"):
        fact1.trade_off(lacking, start=1950, end=1970, controls="census")


def test_places_are_found_by_name_and_state(build):
    frame = build.zone_year
    assert geography.place(frame, "Place 101", "27") == 101
    with pytest.raises(
        KeyError, match=r"0 regions called 'Place 101' in state '39'; it has \['Place 1"
    ):
        geography.place(frame, "Place 101", "39")


def test_paths_of_places_are_deviations_from_the_mean_of_the_year(build):
    paths = geography.relative_paths(build.zone_year, "income_pc", {"a": 101, "b": 120})
    year = build.zone_year.query("year == 1980").set_index("region")["income_pc"]
    assert paths.loc[1980, "b"] == pytest.approx(np.log(year[120] / year.mean()))
    assert list(paths.index) == list(YEARS)


def test_gap_of_groups_is_the_difference_of_means_and_its_welch_error():
    values = pd.Series([1.0, 2.0, 3.0, 5.0, 9.0, 7.0], index=list("abcdef"))
    states = pd.Series(["01", "01", "02", "02", "03", "03"], index=list("abcdef"))
    gap, _ = geography.group_gap(values, states, {"01"})
    assert gap == pytest.approx(1.5 - 6.0)
    gap, se = geography.group_gap(values, states, {"01"}, {"02"})
    assert gap == pytest.approx(1.5 - 4.0)
    # HC1 of a dummy: sums of squares over squared sizes, times n / (n - 2)
    assert se == pytest.approx(np.sqrt((0.5 / 4 + 2.0 / 4) * 4 / 2))
    with pytest.raises(ValueError, match="the groups hold 0 and 6 regions"):
        geography.group_gap(values, states, {"99"})


def test_planted_and_estimated_coefficients_stand_side_by_side(cross_section):
    result = fact1.trade_off(cross_section, start=1950, end=1970, controls="census")
    none = dict.fromkeys(("ghat", "old_age", "female", "log_population", "rust_belt"), 0.0)
    equation = Equation(gini=0.5, high_skill=1.0, **none)
    table = census_panels.against_truth(result, Truth(level=equation, growth=equation))
    row = table.query("outcome == 'level' and regressor == 'gini'").iloc[0]
    term = result.level.term("gini")
    assert row["planted"] == 0.5
    assert row["t"] == pytest.approx((term.coef - 0.5) / term.se)
    # initial income is planted in growth only, and only where it is not zero
    assert "log_income" not in set(table["regressor"])


def test_a_chapter_without_a_build_says_how_to_get_one(tmp_path):
    with pytest.raises(ValueError, match="tier is 'public'; allowed: 'census', 'synthetic'"):
        census_panels.open_build("public")
    for folder in (tmp_path, "_build/no_such_build"):
        with pytest.raises(MissingSource, match=rf"{project_root() / folder}.*census build"):
            census_panels.open_build("census", folder)


def test_the_synthetic_census_is_made_once(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(make, "places", lambda: calls.append("places"))
    monkeypatch.setattr(make, "gdp_by_group", lambda scheme: None)
    monkeypatch.setattr(
        make, "write_extracts", lambda raw, size, seed, progress: _Written(raw, seed)
    )
    monkeypatch.setattr(make, "build", lambda folder, **how: (folder, how["tier"], how["about"]))
    made = make.make_build(tmp_path / "x", seed=5)
    assert made == (tmp_path / "x", "synthetic", {"raw": tmp_path / "x" / "raw", "seed": 5})
    assert calls == ["places"]
    elsewhere = make.make_build(tmp_path / "x", seed=5, raw=tmp_path / "raw")
    assert elsewhere[2]["raw"] == tmp_path / "raw"


def test_the_folder_of_a_chapter_names_size_seed_and_code(tmp_path, monkeypatch):
    names = {make.default_folder(*asked) for asked in [(10, 1), (10, 2), (11, 1), (10, 1)]}
    assert len(names) == 3
    (tmp_path / "other.py").write_text("edited")
    monkeypatch.setattr(make, "__file__", str(tmp_path / "make.py"))
    assert make.default_folder(10, 1) not in names


class _Written:
    """What the generator returns."""

    def __init__(self, raw, seed):
        self.about = {"raw": raw, "seed": seed}


def test_places_and_groups_of_a_panel():
    regions = pd.DataFrame({
        "region": [1, 2, 3] * 2, "year": [1950] * 3 + [2020] * 3, "state": ["39", "27", "12"] * 2,
        "name": ["Dayton", "Rochester", "Miami"] * 2, "gini": [0.2, 0.4, 0.6, 0.4, 0.4, 0.4],
        "north": [True, True, False] * 2,
    })  # fmt: skip
    places = geography.example_places(regions)
    assert places == {"Dayton": 1, "Rochester, MN": 2}
    paths = geography.of_places(regions, "gini", places)
    assert paths.loc[1950].tolist() == [0.2, 0.4]
    assert geography.first_and_last(paths) == (
        "Dayton from 0.20 to 0.40; Rochester, MN from 0.40 to 0.40"
    )
    means = geography.group_means(regions, {"North": "north"}, [1950, 2020])
    assert means["North"].tolist() == pytest.approx([np.log(0.5) / 2, 0.0])
