"""Zones, counties, shares, population, rates and productivity, on made-up files."""

import numpy as np
import pandas as pd
import pyreadr
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_files import bea_table, workbook

from regspec.sources import bea, cbp, geometry, population, rates, registry, tfp, zones
from regspec.sources.registry import DamagedSource, MissingSource, SchemaError

HEADER = [
    "County FIPS Code",
    "CZ90",
    "County Name",
    "Population 1990",
    "Name of largest place in Commuting Zone",
]


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REGSPEC_OFFLINE", "1")
    registry._index.cache_clear()
    return tmp_path


# -- commuting zones ----------------------------------------------------------------------------


def crosswalk_rows(count=3141):
    """3,141 counties of Ohio and Minnesota in 741 zones; zones 1-3 have names that matter."""
    names = {1: "Dayton city, OH", 2: "Rochester city, MN", 3: "Rochester city, OH"}
    names[4] = "Nashville-Davidson (remain, OH"
    rows = []
    for number in range(count):
        cz = number % 741
        state = "27" if cz == 2 else "39"
        place = names.get(cz, f"Place {cz} town, OH")
        rows.append([f"{state}{number:04d}"[:6], f"{cz:05d}", f"County {number}", 1000, place])
    return rows


def crosswalk(mirror, rows):
    return workbook(mirror / "czlma903.xls", {"Notes": [["x"]], "CZLMA903": [HEADER, *rows]})


def test_zones_have_names_states_and_a_rust_belt_flag(mirror):
    crosswalk(mirror, crosswalk_rows())
    names = zones.zone_names()
    assert len(names) == 741
    assert len(zones.county_to_zone()) == 3141
    by_zone = names.set_index("cz")
    assert by_zone.loc[4, "name"] == "Nashville-Davidson"
    assert by_zone.loc[5, "name"] == "Place 5"
    assert by_zone.loc[1, "rust_belt"]
    assert not by_zone.loc[2, "rust_belt"]
    assert by_zone["pop1990"].sum() == 3141 * 1000


def test_finding_a_zone_by_name(mirror):
    crosswalk(mirror, crosswalk_rows())
    assert zones.find("dayton") == 1
    assert zones.find("Rochester, MN") == 2
    with pytest.raises(KeyError, match=r"several zones.*Rochester, MN \(2\); Rochester, OH \(3\)"):
        zones.find("Rochester")
    with pytest.raises(KeyError, match="no zone is called 'Atlantis'"):
        zones.find("Atlantis")


def test_a_short_or_broken_crosswalk_is_refused(mirror):
    crosswalk(mirror, crosswalk_rows(3000))
    with pytest.raises(DamagedSource, match="3000 counties of at least 3141"):
        zones.county_to_zone()
    path = crosswalk(mirror, crosswalk_rows())
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(DamagedSource, match="cannot be read as a workbook"):
        zones.county_to_zone()
    workbook(path, {"CZLMA903": [["FIPS", *HEADER[1:]], *crosswalk_rows()]})
    with pytest.raises(SchemaError, match="lacks the column County FIPS Code"):
        zones.county_to_zone()


def test_recodes_name_each_county_once_and_never_chain():
    for table in (zones.RENAMED, zones.GONE):
        for old, (new, _reason) in table.items():
            assert zones.county_of_1990(old) == new
            assert zones.county_of_1990(new) == new
    members = [county for counties in zones.COMBINED.values() for county in counties]
    assert len(members) == len(set(members))
    assert all(zones.county_of_1990(county) == county for county in members)


@given(st.integers(1001, 56999))
def test_an_unchanged_county_stands_for_itself(number):
    fips = f"{number:05d}"
    changed = {*zones.RENAMED, *zones.GONE, *zones.COMBINED}
    assert (zones.county_of_1990(fips) == fips) == (fips not in changed)


# -- county income ------------------------------------------------------------------------------


def county_file(mirror, counties, years=range(1969, 2020)):
    def cell(fips, line, year):
        return {1: 2000, 2: 100, 3: 20}[line]

    path = mirror / "CAINC1__ALL_AREAS_1969_2019.csv"
    return bea_table(path, [1, 2, 3], years, areas=counties, cell=cell, triple_quotes=True)


@pytest.fixture
def small_country(mirror, monkeypatch):
    """Two zones, three counties of which two form a combined area of Virginia."""
    rows = [
        ["51003", "1", "Albemarle County", 10, "Charlottesville city, VA"],
        ["51540", "1", "Charlottesville city", 10, "Charlottesville city, VA"],
        ["39113", "2", "Montgomery County", 10, "Dayton city, OH"],
    ]
    crosswalk(mirror, rows)
    monkeypatch.setattr(zones, "COUNTIES", 3)
    monkeypatch.setattr(zones, "ZONES", 2)
    monkeypatch.setattr(zones, "CONTIGUOUS_ZONES", 2)
    shape = bea.SHAPE
    monkeypatch.setattr(
        bea,
        "SHAPE",
        type(shape)(first_year=1969, last_year=2019, lines=shape.lines, areas=3),
    )
    return mirror


def test_zone_income_adds_counties_and_combined_areas(small_country):
    county_file(small_country, ["39000", "51901", "39113"])
    income = bea.zone_income()
    assert len(income) == 2 * 51
    assert (income["income_pc"] == 1000 * 2000 / 100).all()
    assert {note["source_id"] for note in income.attrs["sources"]} == {"bea_cainc1", "ers_cz1990"}


def test_a_county_in_no_zone_and_a_lost_zone_are_reported(small_country):
    path = county_file(small_country, ["39000", "51901", "39113", "39999"])
    with pytest.raises(SchemaError, match="1 counties in no commuting zone of 1990, such as 39999"):
        bea.zone_income()
    path.unlink()
    county_file(small_country, ["39000", "51000", "39113"])
    with pytest.raises(SchemaError, match="gives 1 zones"):
        bea.zone_income()


# -- County Business Patterns shares ------------------------------------------------------------


def shares_file(mirror, **changes):
    zone, code = np.meshgrid([100.0, 200.0], [2011.0, 3571.0], indexing="ij")
    one = {"czone": zone.ravel(), "sic87dd": code.ravel()}
    frame = pd.concat(
        [
            pd.DataFrame({**one, "year": 1990.0, "ind_share": [0.1, 0.2, 0.0, 0.3]}),
            pd.DataFrame({**one, "year": 2000.0, "ind_share": [0.2, 0.2, 0.1, 0.1]}),
        ],
        ignore_index=True,
    ).assign(**changes)
    path = mirror / "shares.rda"
    pyreadr.write_rdata(str(path), frame, df_name="shares")
    return path


@pytest.fixture
def two_zones(mirror, monkeypatch):
    monkeypatch.setattr(cbp, "CONTIGUOUS_ZONES", 2)
    monkeypatch.setattr(cbp, "INDUSTRIES", 2)
    return mirror


def test_the_year_of_the_shares_is_that_of_the_business_patterns(two_zones):
    shares_file(two_zones)
    assert cbp.manufacturing_shares(1980)["share"].tolist() == [0.1, 0.2, 0.0, 0.3]
    assert cbp.manufacturing_shares(1990)["share"].tolist() == [0.2, 0.2, 0.1, 0.1]
    with pytest.raises(ValueError, match="year=2000"):
        cbp.manufacturing_shares(2000)


def test_broken_shares_are_refused(two_zones):
    shares_file(two_zones, ind_share=0.9)
    with pytest.raises(SchemaError, match="outside"):
        cbp.manufacturing_shares(1980)
    path = shares_file(two_zones)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DamagedSource, match="cannot be read as an R data file"):
        cbp.manufacturing_shares(1980)
    pyreadr.write_rdata(str(path), pd.DataFrame({"czone": [1.0]}), df_name="shares")
    with pytest.raises(SchemaError, match="lacks the column year"):
        cbp.manufacturing_shares(1980)
    pyreadr.write_rdata(str(path), pd.DataFrame({"czone": [1.0]}), df_name="other")
    with pytest.raises(SchemaError, match="no object 'shares'"):
        cbp.manufacturing_shares(1980)


# -- population ---------------------------------------------------------------------------------


def population_file(mirror, extra="", head=None):
    head = head or ",".join(f"pop{year}" for year in range(1900, 2000, 10)) + ',"fips","name"'
    ten = ",".join(["."] * 2 + ["5"] * 8)
    rows = [f'{ten},"{code}","X {code}"' for code in ("51003", "51540", "39113", "39000")]
    path = mirror / "cencounts.csv"
    path.write_text("\n".join([head, *rows, extra]) + "\n")
    return path


def test_population_by_zone(small_country, monkeypatch):
    monkeypatch.setattr(population, "COUNTIES", 3)
    population_file(small_country)
    by_zone = population.zone_population().set_index(["cz", "year"])["population"]
    assert by_zone[(1, 1950)] == 10
    assert np.isnan(by_zone[(1, 1900)])
    population_file(small_country, extra=",".join(["7"] * 10) + ',"39998","OH Gone County"')
    with pytest.raises(SchemaError, match="in no commuting zone of 1990, such as 39998"):
        population.zone_population()


def test_broken_population_files_are_refused(small_country, monkeypatch):
    path = population_file(small_country)
    with pytest.raises(DamagedSource, match="3 counties of at least 3130"):
        population.zone_population()
    monkeypatch.setattr(population, "COUNTIES", 3)
    path.write_text(path.read_text().replace("pop1950", "p50"))
    with pytest.raises(SchemaError, match="lacks the column pop1950"):
        population.zone_population()
    population_file(small_country, extra=",".join(["7"] * 9) + ',1e,"39111","OH X"')
    with pytest.raises(SchemaError, match="'1e' in column 'pop1990'"):
        population.zone_population()
    path.write_bytes(b"\x00\x01")
    with pytest.raises(DamagedSource, match="not a text file"):
        population.zone_population()


# -- rates --------------------------------------------------------------------------------------


def rates_files(mirror, rate="2.0", growth=1.03, first="1947-01-01"):
    months = pd.date_range(first, "2018-12-01", freq="MS")
    bills = [f"{m:%Y-%m-%d},{rate}" for m in months]
    prices = [f"{m:%Y-%m-%d},{100 * growth ** (i / 12):.10f}" for i, m in enumerate(months)]
    (mirror / "TB3MS.csv").write_text("\n".join(["observation_date,TB3MS", *bills]) + "\n")
    (mirror / "CPIAUCSL.csv").write_text("\n".join(["DATE,CPIAUCSL", *prices, "2019-01-01,."]))


def test_constant_rates_give_the_closed_form(mirror):
    rates_files(mirror)
    annual = rates.real_rate()
    assert annual["year"].tolist() == list(range(1948, 2019))
    assert np.allclose(annual["real_rate"], 1.02 / 1.03)
    decades = rates.real_rate("decade")
    assert decades["year"].tolist() == [1960, 1970, 1980, 1990, 2000, 2010]
    assert np.allclose(decades["real_rate"], (1.02 / 1.03) ** 10)
    assert np.allclose(decades["nominal"] / decades["inflation"], decades["real_rate"])
    with pytest.raises(ValueError, match="freq is 'monthly'"):
        rates.real_rate("monthly")


def test_broken_rates_are_refused(mirror):
    rates_files(mirror, first="2000-01-01")
    with pytest.raises(DamagedSource, match="228 months of at least 800"):
        rates.cpi()
    rates_files(mirror, rate="two")
    with pytest.raises(SchemaError, match="'two' in column 'TB3MS'"):
        rates.bill_rate()
    (mirror / "TB3MS.csv").write_text("DATE,GS10\n2000-01-01,1\n")
    with pytest.raises(SchemaError, match="must have the columns observation_date and TB3MS"):
        rates.bill_rate()
    (mirror / "TB3MS.csv").write_text("DATE,TB3MS\nJanuary,1\n")
    with pytest.raises(SchemaError, match="'January' as a date"):
        rates.bill_rate()


# -- productivity -------------------------------------------------------------------------------

COLUMNS = ["industry_id", "year", *tfp._RENAME]


def tfp_file(mirror, columns=COLUMNS, value=1.0, industries=44, info=True):
    rows = [
        [i, year, *[value] * (len(columns) - 2)]
        for i in range(1, industries + 1)
        for year in range(1947, 2024)
    ]
    sheets = {"Data_44Ind_1947to2023": [columns, *rows]}
    if info:
        titles = [[i, f"Industry {i} "] for i in range(1, 45)]
        sheets["Info"] = [["industry_id", "Industry Description"], *titles]
    return workbook(mirror / "EV_production_accounts_1947to2023.xlsx", sheets)


def test_productivity_is_tidy(mirror):
    tfp_file(mirror)
    frame = tfp.industry_tfp()
    assert len(frame) == 44 * 77
    assert frame["industry"].iloc[0] == "Industry 1"
    assert frame.loc[frame["manufacturing"], "industry_id"].nunique() == 19
    with pytest.raises(ValueError, match="level='15'"):
        tfp.industry_tfp("15")
    with pytest.raises(DamagedSource, match="sheets Info and Data_63Ind"):
        tfp.industry_tfp("63")


def test_broken_productivity_is_refused(mirror):
    tfp_file(mirror, industries=43)
    with pytest.raises(DamagedSource, match="3311 industry-years of at least 3388"):
        tfp.industry_tfp()
    tfp_file(mirror, columns=[c for c in COLUMNS if c != "TFPVA"])
    with pytest.raises(SchemaError, match="lacks the column TFPVA"):
        tfp.industry_tfp()
    tfp_file(mirror, value=0.0)
    with pytest.raises(DamagedSource, match="non-positive"):
        tfp.industry_tfp()
    path = tfp_file(mirror)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedSource, match="cannot be read as a workbook"):
        tfp.industry_tfp()


def test_the_papers_industries_are_distinct_and_manufacturing():
    used = [i for ids in tfp.PAPER_INDUSTRIES.values() for i in ids]
    assert len(tfp.PAPER_INDUSTRIES) == 15
    assert len(used) == len(set(used)) == 17
    assert set(used) < tfp.MANUFACTURING


# -- geometry -----------------------------------------------------------------------------------


def test_the_committed_zones_are_valid_and_fill_the_country():
    shapes = geometry.zones()
    assert len(shapes) == 722
    assert shapes["cz"].is_unique
    assert shapes.crs == geometry.CRS
    assert shapes.is_valid.all()
    assert shapes.geometry.is_valid_coverage()  # no overlaps, no gaps
    # Census: 7.66 million km2 of land, 8.08 with inland and coastal water
    assert 7.66e12 < shapes.area.sum() < 8.08e12


def test_states_and_zones_share_their_outline():
    states = geometry.states()
    assert len(states) == 49
    assert states.geometry.is_valid_coverage()
    assert states["postal"].is_unique
    difference = states.union_all().symmetric_difference(geometry.zones().union_all())
    assert difference.area < 1.0


def test_committed_geometry_is_small():
    for path in geometry.folder().glob("*.geojson.gz"):
        assert path.stat().st_size < 400_000


def test_writing_is_reproducible_and_lossless(tmp_path, monkeypatch):
    states = geometry.states()
    for name in ("one", "states"):
        geometry.write(states, tmp_path / "data" / "geometry" / f"{name}.geojson.gz")
    written = sorted((tmp_path / "data" / "geometry").iterdir())
    assert written[0].read_bytes() == written[1].read_bytes()
    committed = geometry.folder() / "states.geojson.gz"
    assert written[0].read_bytes() == committed.read_bytes()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    assert geometry.states().equals(states)
    with pytest.raises(MissingSource, match="restore it from git"):
        geometry.zones()
    written[1].write_bytes(b"nothing")
    with pytest.raises(DamagedSource, match="cannot be read"):
        geometry.states()
