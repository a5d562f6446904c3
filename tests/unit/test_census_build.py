"""The census build on a made-up nation: against sums person by person, and against faults."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from census_files import write_crosswalk, write_extract
from census_world import CROSSWALK_FILES, persons, unit_codes, units, write_raw, zone_names

from regspec.census import build as module
from regspec.census import contracts, frames, load
from regspec.census.aggregate import by_year
from regspec.census.build import Options, build
from regspec.census.convert import Converted
from regspec.census.industries import civilian_codes
from regspec.census.samples import SAMPLES
from regspec.census.store import lock, read_record
from regspec.sources.errors import BuildError, MissingSource, SchemaError

IDS = ("us1950a", "us1970c", "us1970d", "us1990a", "us2010a", "us2020c", "us1960b")


@pytest.fixture(scope="module", autouse=True)
def nation():
    """Replace the 741 zones of the public file, so that the tests run everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "zone_names", zone_names)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("census")
    people = write_raw(folder / "raw", IDS)
    lines = []
    built = build(folder, tier="synthetic", about={"seed": 1}, progress=lines.append)
    return folder, people, built, lines


def expected(people: pd.DataFrame, built) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames of one year, computed person by person and zone by zone."""
    what = next(s for s in SAMPLES.values() if s.code == people["SAMPLE"].iloc[0])
    places = units()
    key = people.assign(state=people["STATEFIP"])
    codes = ("SEA", "CNTYGP97") if what.year != 1960 else ("PUMA",)
    if what.geography[0] in codes:
        code = people[what.geography[0]]
    else:
        code = unit_codes(key.assign(number=people[what.geography[1]], nation=0), what.crosswalk)
    places = places.assign(unit=unit_codes(places, what.crosswalk))
    each = people.assign(unit=code).merge(places[["unit", "czone", "afactor"]], on="unit")
    share = people["SAMPLE"].nunique()
    each["w"] = each["PERWT"] * each["afactor"] / share
    each["lw"] = each[what.line_weight] * each["afactor"] / share
    tails = built.tails[built.tails["year"] == what.year].set_index("state")["mean_above"]
    top = frames_top(each["INCWAGE"], what)
    each["pay"] = each["INCWAGE"].where(~top, each["STATEFIP"].map(tails))
    each["told"] = each["INCWAGE"] < 999_998
    prime = each["AGE"].between(25, 60)
    civilian = each["IND1990"].isin(civilian_codes())
    work = (each["EMPSTAT"] == 1) & civilian
    earns = prime & each["told"]
    by = each["czone"]

    def total(value, where):
        return (value * where).groupby(by).sum()

    zone = pd.DataFrame(
        {
            "population": total(each["w"], True),
            "income_pc": total(each["lw"] * each["pay"], earns) / total(each["lw"], earns),
            "high_skill": total(each["lw"], work & prime & (each["EDUC"] >= 7))
            / total(each["lw"], work & prime),
            "old_age": total(each["w"], work & (each["AGE"] < 25))
            / total(each["w"], work & (each["AGE"] >= 25)),
            "female": total(each["w"], work & (each["SEX"] == 2)) / total(each["w"], work),
        }
    )
    cells = [by, each["IND1990"]]
    industry = pd.DataFrame(
        {
            "income": (each["lw"] * each["pay"] * (earns & civilian)).groupby(cells).sum(),
            "employment": (each["w"] * (work & prime)).groupby(cells).sum(),
        }
    )
    return zone, industry[industry.index.get_level_values(1).isin(civilian_codes())]


def frames_top(wage: pd.Series, what) -> pd.Series:
    if what.top.kind == "mean":
        return pd.Series(False, wage.index)
    reached = wage >= what.top.value if what.top.kind == "censored" else wage > what.top.value
    return reached & (wage < 999_998)


@pytest.mark.parametrize("year", [1950, 1960, 1970, 1990, 2010, 2020])
def test_frames_are_the_sums_over_persons(world, year):
    _, people, built, _ = world
    group = pd.concat([p for p in people.values() if p["YEAR"].iloc[0] == year], ignore_index=True)
    zone, industry = expected(group, built)
    ours = built.zone_year[built.zone_year["year"] == year].set_index("region")
    assert len(ours) == 722
    for column in zone:
        np.testing.assert_allclose(ours[column], zone[column].reindex(ours.index), err_msg=column)
    cells = built.zone_industry[built.zone_industry["year"] == year]
    cells = cells.set_index(["region", "industry"])
    for column in industry:
        want = industry[column].reindex(cells.index).fillna(0.0)
        np.testing.assert_allclose(cells[column], want, atol=1e-6, err_msg=column)
        assert cells[column].sum() == pytest.approx(industry[column].sum())


def test_two_samples_of_1970_are_one_population(world):
    _, people, built, _ = world
    both = people["us1970c"]["PERWT"].sum() + people["us1970d"]["PERWT"].sum()
    ours = built.zone_year.loc[built.zone_year["year"] == 1970, "population"].sum()
    assert ours == pytest.approx(both / 2)


def test_1950_wages_are_weighted_by_the_sample_line_weight(world):
    _, people, built, _ = world
    asked = people["us1950a"].query("SLWT > 0 and 25 <= AGE <= 60 and INCWAGE < 999998")
    ours = built.zone_year[built.zone_year["year"] == 1950]
    nation = np.average(asked["INCWAGE"], weights=asked["SLWT"])
    wrong = np.average(asked["INCWAGE"], weights=asked["PERWT"])
    low, high = ours["income_pc"].min(), ours["income_pc"].max()
    assert low < nation < high
    assert built.notes["rules"]["1950"]["income_not_asked"] == 0
    assert nation != pytest.approx(wrong, rel=1e-6)


def test_top_codes_are_replaced_up_to_1990_and_kept_after(world):
    _, people, built, _ = world
    rules = built.rules()
    for year, ids in ((1950, ["us1950a"]), (1990, ["us1990a"])):
        group = pd.concat([people[i] for i in ids])
        line = SAMPLES[ids[0]].line_weight
        prime = group[group["AGE"].between(25, 60) & (group[line] > 0)]
        assert (
            rules.loc["top_coded", str(year)]
            == frames_top(prime["INCWAGE"], SAMPLES[ids[0]]).sum()
            > 0
        )
    assert rules.loc["top_coded", "2010"] == 0
    tails = built.tails
    assert set(tails["year"]) == {1950, 1960, 1970, 1990}
    assert (tails["mean_above"] > 10_000).all()
    assert set(tails["fitted"]) <= {"state", "nation"}


def test_every_zone_has_every_industry_of_its_year(world):
    _, _, built, _ = world
    sizes = built.zone_industry.groupby(["year", "region"])["industry"].nunique()
    assert (sizes.groupby("year").min() == sizes.groupby("year").max()).all()
    assert not set(built.zone_industry["industry"]) & {0, 940, 992}
    assert (built.zone_industry["income"] == 0).any()


def test_record_names_sources_rules_and_tier(world):
    folder, people, built, lines = world
    assert built.tier == "synthetic"
    assert built.notes["about"] == {"seed": 1}
    files = {s["file"] for s in built.notes["sources"]}
    assert {"usa_00001.dat.gz", "usa_00001.xml", "cw_sea1950_czone.zip"} <= files
    rules = built.rules()
    assert rules.loc["persons", "1970"] == 2 * len(people["us1970c"])
    missing = people["us2020c"].query("INCWAGE == 9999998 and 25 <= AGE <= 60")
    assert rules.loc["income_missing", "2020"] == len(missing) > 0
    six = people["us1990a"].query("INCWAGE == 999998 and 25 <= AGE <= 60")
    assert rules.loc["income_missing", "1990"] == len(six) > 0
    at_work = people["us2020c"].query("EMPSTAT == 1")
    assert rules.loc["at_work_military", "2020"] == (at_work["IND1990"] == 940).sum() > 0
    assert any("finished" in line for line in lines)
    assert load(folder, tier="synthetic").zone_year.equals(built.zone_year)
    with pytest.raises(BuildError, match="of tier 'synthetic', not 'census'"):
        load(folder, tier="census")


def test_a_finished_build_is_not_repeated_unless_files_options_or_code_change(world, monkeypatch):
    folder = world[0]
    lines = []
    build(folder, tier="synthetic", about={"seed": 1}, progress=lines.append)
    assert lines == ["finished before, from the same files, options and code"]
    lines.clear()
    build(
        folder,
        tier="synthetic",
        about={"seed": 1},
        options=Options(unmatched="drop"),
        progress=lines.append,
    )
    assert not any("chunk" in line for line in lines)  # parquet is kept, frames are made anew
    assert any("finished: 6 years" in line for line in lines)
    lines.clear()
    monkeypatch.setattr(module, "code_version", lambda: "other code")
    build(folder, tier="synthetic", about={"seed": 1}, progress=lines.append)
    assert any("finished: 6 years" in line for line in lines)
    monkeypatch.undo()
    build(folder, tier="synthetic", about={"seed": 1})


def copy(world, tmp_path):
    shutil.copytree(world[0] / "raw", tmp_path / "raw")
    return tmp_path


def test_an_unfinished_build_is_not_believed(world, tmp_path):
    folder = copy(world, tmp_path)
    with pytest.raises(MissingSource, match=r"no build in .* no build\.json"):
        load(folder)
    (folder / "build.json").write_text(json.dumps({"tier": "census", "finished": False}))
    with pytest.raises(BuildError, match="is not finished; run"):
        load(folder)
    (folder / "build.json").write_text("{")
    with pytest.raises(BuildError, match="cannot be read"):
        load(folder)


def test_a_changed_frame_is_not_believed(world, tmp_path):
    folder = copy(world, tmp_path)
    for name in ("build.json", "zone_industry.parquet", "zone_year.parquet", "tails.parquet"):
        shutil.copy(world[0] / name, folder / name)
    frame = pd.read_parquet(folder / "zone_year.parquet")
    frame.assign(income_pc=frame["income_pc"] * 2).to_parquet(folder / "zone_year.parquet")
    with pytest.raises(BuildError, match=r"zone_year\.parquet is not the file that build\.json"):
        load(folder)


def test_a_missing_crosswalk_is_named_with_its_address(world, tmp_path):
    folder = copy(world, tmp_path)
    (folder / "raw/dorn/cw_puma2010_czone.zip").unlink()
    with pytest.raises(MissingSource, match=r"PUMAs of 2010 .*ddorn\.net/data/cw_puma2010_czone"):
        build(folder, tier="synthetic")


def test_a_missing_crosswalk_code_stops_or_is_counted(world, tmp_path):
    folder = copy(world, tmp_path)
    lost = units().query("state == 39 and number == 1").iloc[0]
    stem, unit, factor = CROSSWALK_FILES["sea1950"]
    kept = units().query("nation != @lost.nation")
    table = pd.DataFrame(
        {unit: unit_codes(kept, "sea1950"), "czone": kept["czone"], factor: kept["afactor"]}
    )
    write_crosswalk(folder / "raw/dorn", stem, table)
    with pytest.raises(
        BuildError, match=rf"1950: 1 units of SEA .*{int(lost.nation)}.*cz_sea_cw_ekr"
    ):
        build(folder, tier="synthetic")
    with pytest.raises(BuildError, match="is not finished"):
        load(folder)
    built = build(folder, tier="synthetic", options=Options(unmatched="drop"))
    people = world[1]["us1950a"]
    away = people.loc[people["SEA"] == lost.nation, "PERWT"].sum()
    rules = built.notes["rules"]["1950"]
    assert rules["units_unmatched"] == {str(int(lost.nation)): pytest.approx(away)}
    ours = built.zone_year.query("year == 1950")["population"].sum()
    assert ours == pytest.approx(people["PERWT"].sum() - away)


def rewrite(folder, id_: str, **columns) -> None:
    """Write one extract again with other columns."""
    number = IDS.index(id_) + 1
    write_extract(folder / "raw/ipums", f"usa_{number:05d}", persons(id_).assign(**columns))


def only(world, tmp_path, id_: str):
    """A folder with the extract of one sample."""
    folder = copy(world, tmp_path)
    for number, other in enumerate(IDS, start=1):
        if other != id_:
            for path in (folder / "raw/ipums").glob(f"usa_{number:05d}.*"):
                path.unlink()
    return folder


def test_an_extract_without_a_variable_is_refused_by_name(world, tmp_path):
    folder = only(world, tmp_path, "us1950a")
    write_extract(folder / "raw/ipums", "usa_00001", persons("us1950a").drop(columns="SLWT"))
    with pytest.raises(SchemaError, match=r"without SLWT, which 1950 census, 1% sample needs"):
        build(folder, tier="synthetic")
    write_extract(folder / "raw/ipums", "usa_00001", persons("us1950a").drop(columns="INCWAGE"))
    with pytest.raises(SchemaError, match="without INCWAGE, which every sample needs"):
        build(folder, tier="synthetic")


def test_few_blank_weights_are_counted_and_many_are_refused(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    weight = persons("us1990a")["PERWT"]
    rewrite(folder, "us1990a", PERWT=weight.where(weight.index % 500 != 1))
    built = build(folder, tier="synthetic")
    blank = int((weight.index % 500 == 1).sum())
    assert built.notes["rules"]["1990"]["weight_blank"] == blank > 0
    ours = built.zone_year["population"].sum()
    assert ours == pytest.approx(weight[weight.index % 500 != 1].sum())
    rewrite(folder, "us1990a", PERWT=weight.where(weight.index % 10 != 1))
    with pytest.raises(BuildError, match=r"a weight \(PERWT\) is blank for .* more than 1%"):
        build(folder, tier="synthetic")


def test_blank_ages_and_absurd_line_weights_are_refused(world, tmp_path):
    folder = only(world, tmp_path, "us1950a")
    people = persons("us1950a")
    rewrite(folder, "us1950a", AGE=people["AGE"].where(people.index != 3))
    with pytest.raises(BuildError, match="1950: AGE is blank for 1 of"):
        build(folder, tier="synthetic")
    rewrite(folder, "us1950a", SLWT=people["SLWT"] / 2)
    with pytest.raises(BuildError, match=r"SLWT counts 0\.\d+ times the workers"):
        build(folder, tier="synthetic")


def test_a_zone_without_income_is_named(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    people = persons("us1990a")
    place = units().query("number == 5").iloc[0]
    there = (people["STATEFIP"] == place.state) & (people["PUMA"] == 5)
    rewrite(folder, "us1990a", INCWAGE=people["INCWAGE"].where(~there, 0))
    with pytest.raises(
        BuildError, match=rf"1 of 722 zones have no wage income: .*{int(place.czone)}"
    ):
        build(folder, tier="synthetic")


def test_alaska_and_hawaii_are_left_out_and_counted(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    people = persons("us1990a")
    more = people.head(7).assign(STATEFIP=[2, 2, 2, 15, 15, 15, 15])
    write_extract(folder / "raw/ipums", "usa_00004", pd.concat([people, more]))
    built = build(folder, tier="synthetic")
    assert built.notes["rules"]["1990"]["not_contiguous"] == 7
    assert built.zone_year["population"].sum() == pytest.approx(people["PERWT"].sum())


def test_1960_and_other_samples_are_refused_by_name(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    rewrite(folder, "us1990a", SAMPLE=196001, YEAR=1960)
    with pytest.raises(BuildError, match=r"1% sample of 1960 names only the state.* us1960b"):
        build(folder, tier="synthetic")
    rewrite(folder, "us1990a", SAMPLE=197001, YEAR=1970)
    with pytest.raises(BuildError, match=r"197001 has no geography .*us1970c"):
        build(folder, tier="synthetic")


def test_the_same_sample_twice_is_refused():
    twice = [Converted(stem=s, key={}, samples=[198001]) for s in ("usa_00001", "usa_00007")]
    with pytest.raises(BuildError, match="us1980a stands in the extracts usa_00001 and usa_00007"):
        by_year(twice)


def test_tiers_are_never_mixed(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    with pytest.raises(BuildError, match=r"holds a synthetic census \(SYNTHETIC\.json\)"):
        build(folder, tier="census")
    (folder / "raw/SYNTHETIC.json").unlink()
    with pytest.raises(BuildError, match="extracts that are not marked as synthetic"):
        build(folder, tier="synthetic")
    assert build(folder, tier="census").tier == "census"


def test_house_values_may_be_required(world, tmp_path):
    folder = only(world, tmp_path, "us1990a")
    assert build(folder, tier="synthetic").zone_year["house_value"].isna().all()
    with pytest.raises(MissingSource, match=r"no NHGIS table of house values for \[1990\]"):
        build(folder, tier="synthetic", options=Options(house_values="required"))


def test_options_are_checked():
    with pytest.raises(ValueError, match="unmatched is 'ignore'"):
        Options(unmatched="ignore")
    with pytest.raises(ValueError, match="at least 1"):
        Options(threads=0)


def test_the_second_of_two_builders_waits(tmp_path):
    import threading

    said, entered = [], threading.Event()

    def second():
        with lock(tmp_path, said.append):
            entered.set()

    with lock(tmp_path):
        worker = threading.Thread(target=second)
        worker.start()
        assert not entered.wait(0.2)
        assert "another process builds" in said[0]
    worker.join(5)
    assert entered.is_set()


def test_contracts_name_the_rows(world):
    built = world[2]
    zone = built.zone_year
    broken = zone.assign(female=zone["female"].where(zone.index != 3, 1.5))
    row = zone.loc[3]
    with pytest.raises(BuildError, match=rf"'female'.*'region': {row.region}.*'year': {row.year}"):
        contracts.check(broken, contracts.ZONE_YEAR)
    twice = pd.concat([zone, zone.head(1)], ignore_index=True)
    with pytest.raises(BuildError, match=rf"zone_year: .*'region': {zone.region[0]}"):
        contracts.check(twice, contracts.ZONE_YEAR)
    with pytest.raises(BuildError, match=r"zone_year: .*female"):
        contracts.check(zone.drop(columns="female"), contracts.ZONE_YEAR)


def test_contracts_ask_for_all_zones_and_industries(world):
    built = world[2]
    zone, industry = built.zone_year, built.zone_industry
    fewer = zone[~((zone["region"] == 100) & (zone["year"] == 1990))]
    with pytest.raises(BuildError, match=r"1990 covers 721 zones of 722; .*\[100\]"):
        contracts.check_build(industry, fewer)
    with pytest.raises(BuildError, match=r"1 zones lack industries .*\(1950, 100\)"):
        contracts.check_build(industry.drop(index=0), zone)
    nothing = (industry["region"] == 100) & (industry["year"] == 1950)
    with pytest.raises(BuildError, match=r"no income in any industry, such as .*\(1950, 100\)"):
        contracts.check_build(industry.assign(income=industry["income"].where(~nothing, 0.0)), zone)
    with pytest.raises(BuildError, match=r"zone_industry has the years .* zone_year"):
        contracts.check_build(industry[industry["year"] != 1950], zone)


def test_read_record_says_what_to_run(tmp_path):
    with pytest.raises(MissingSource, match="--tier synthetic"):
        read_record(tmp_path)


def test_persons_are_conserved_or_the_build_stops(world):
    from regspec.census.aggregate import SUMS, YearCells

    cells = pd.DataFrame({"unit": [1], "industry": [10], "persons": [5], "income": [1.0]})
    cells = cells.assign(**dict.fromkeys(SUMS, 100.0))
    year = YearCells(
        year=1980, samples=(SAMPLES["us1980a"],), cells=cells, tails=pd.DataFrame(), rules={}
    )
    leaky = pd.DataFrame({"unit": [1, 1], "cz": [100, 110], "afactor": [0.5, 0.4]})
    with pytest.raises(BuildError, match=r"100\.00 persons in units became 90\.00 in zones"):
        frames.allocate(year, leaky)
    with pytest.raises(BuildError, match=r"zones that do not exist: \[105\]"):
        frames.allocate(replace(year), leaky.assign(cz=[100, 105]))
