"""Files of the synthetic census: read back by ipumspy, pandas and the readers of the build."""

import json
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
from ipumspy import readers
from real_files import need

from regspec.census import business, housing
from regspec.census.build import Options, build
from regspec.census.crosswalks import find_crosswalk, read_county_zones, read_crosswalk
from regspec.census.samples import SAMPLES
from regspec.measures import gini
from regspec.recovery import planted_and_built
from regspec.sources.errors import BuildError
from regspec.synthetic import MARKER, plant, read_planted, write_extracts
from regspec.synthetic.formats import TITLE, VARIABLES, codebook, encode, variables_of
from regspec.synthetic.source_files import write_crosswalk, write_house_values, write_nberces

YEARS = (1950, 2020)
SIZE = 1_000_000


def ipums(folder, sample, columns):
    """Write a few persons as an extract and read them with ipumspy."""
    names = variables_of(sample)
    (folder / "usa_00009.dat").write_bytes(encode(columns, names))
    (folder / "usa_00009.xml").write_text(codebook("usa_00009", [sample], names, "seed 1"))
    ddi = readers.read_ipums_ddi(folder / "usa_00009.xml")
    return ddi, readers.read_microdata(ddi, folder / "usa_00009.dat")


@pytest.mark.filterwarnings("ignore:Use of data from IPUMS")
@pytest.mark.parametrize("name", list(SAMPLES))
def test_ipumspy_reads_what_was_written(tmp_path, name):
    sample, rng = SAMPLES[name], np.random.default_rng(1)
    names = variables_of(sample)
    columns = {v: rng.integers(0, 10 ** min(VARIABLES[v].width, 9), 50) for v in names}
    ddi, frame = ipums(tmp_path, sample, columns)
    assert list(frame.columns) == list(names)
    for v in names:
        scale = 10 ** VARIABLES[v].decimals
        assert frame[v].to_numpy(float) * scale == pytest.approx(columns[v]), v
    assert set(sample.variables) <= set(names)
    assert ddi.file_description.structure == "rectangular"
    assert TITLE in ddi.ipums_citation
    assert TITLE in (tmp_path / "usa_00009.xml").read_text().split("</titl>")[0]


def test_numbers_that_do_not_fit_their_columns_are_refused():
    ones = dict.fromkeys(variables_of(SAMPLES["us1980a"]), np.array([1]))
    with pytest.raises(ValueError, match="AGE runs from 1000 to 1000; it has 3 digits"):
        encode(ones | {"AGE": np.array([1000])}, list(ones))
    with pytest.raises(ValueError, match="INCWAGE runs from -5"):
        encode(ones | {"INCWAGE": np.array([-5])}, list(ones))


@pytest.mark.parametrize(
    ("crosswalk", "unit", "factor"),
    [("sea1950", "sea1950", "afactor"), ("ctygrp1970", "cty_grp70", "afact")],
)
def test_crosswalks_have_the_published_names(tmp_path, crosswalk, unit, factor):
    table = pd.DataFrame({"unit": [1, 1, 2], "cz": [100, 200, 200], "afactor": [1 / 3, 2 / 3, 1]})
    path = write_crosswalk(tmp_path, crosswalk, table)
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dta"))
        raw = pd.read_stata(archive.open(name))
    assert list(raw.columns) == [unit, "czone", factor]
    assert raw[factor].dtype == np.float32
    back = read_crosswalk(find_crosswalk(tmp_path, crosswalk), crosswalk)
    pd.testing.assert_frame_equal(back, table, check_dtype=False, rtol=1e-6)
    assert write_crosswalk(tmp_path, crosswalk, table).read_bytes() == path.read_bytes()


def test_nber_ces_is_read_as_published(tmp_path):
    paths = write_nberces(tmp_path)
    assert [path.stem for path in paths] == [
        f"nberces5818v1_{s}" for s in ("s1987", "n1997", "n2012")
    ]
    frames = [business.read_nberces(path) for path in paths]
    assert [f["scheme"].iloc[0] for f in frames] == ["sic", "naics", "naics"]
    assert [f["code"].nunique() for f in frames] == [82] * 3
    frame = frames[0]
    assert (frame["year"].min(), frame["year"].max()) == (1958, 2018)
    assert (frame["vadd"] + frame["matcost"]).to_numpy() == pytest.approx(
        frame["vship"].to_numpy(), rel=1e-3
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Two censuses in the smallest size, with all other files."""
    need("ers_cz1990", "census_county_population", "bea_cainc1", "bea_sagdp2n")
    folder = tmp_path_factory.mktemp("synthetic")
    lines = []
    out = write_extracts(folder / "raw", SIZE, 7, years=YEARS, progress=lines.append)
    assert len(lines) == len(YEARS)
    return folder, out


@pytest.fixture(scope="module")
def built(written):
    folder, out = written
    options = Options(threads=1, house_values="required")
    made = build(folder, tier="synthetic", about=out.about, options=options)
    return made, *read_planted(folder / "raw")


@pytest.mark.data
def test_size_is_met_and_everything_is_marked(written):
    folder, out = written
    assert sum(out.persons.values()) == pytest.approx(SIZE, rel=0.02)
    state = json.loads((folder / "raw" / MARKER).read_text())
    assert state["notice"] == TITLE
    assert state["finished"]
    assert all(TITLE in path.read_text() for path in (folder / "raw").glob("*.xml"))
    with pytest.raises(BuildError, match="synthetic"):
        build(folder / "elsewhere", tier="census", raw=folder / "raw")


@pytest.mark.data
def test_the_build_finds_the_planted_zones(built):
    made, zones, cells = built
    both = made.zone_year.merge(zones, on=["region", "year"], suffixes=("", "_planted"))
    assert len(both) == 722 * len(YEARS)
    tight = {"population": 2e-3, "employment": 2e-3, "female": 2e-3, "income_pc": 4e-3}
    for name, tolerance in tight.items():
        gap = np.log(both[name] / both[f"{name}_planted"]).abs()
        assert gap.median() < tolerance, name
        # Zones that share a unit with a neighbour (one in ten) take over some of its persons.
        assert gap.quantile(0.88) < 5 * tolerance, name
    late = both[both["year"] == 2020]
    assert np.log(late["house_value"] / late["house_value_planted"]).abs().max() < 0.1
    measured = made.zone_industry.groupby(["region", "year"])["income"].apply(
        lambda x: float(gini(x.to_numpy()))
    )
    planted = zones.set_index(["region", "year"])["gini"].reindex(measured.index)
    assert (measured - planted).abs().median() < 1e-3
    national = made.zone_industry.groupby(["year", "group"])["employment"].sum()
    wanted = cells.groupby(["year", "group"])["employment"].sum()
    assert national.to_numpy() == pytest.approx(wanted.to_numpy(), rel=2e-3)


@pytest.mark.data
def test_planted_and_built_ginis_differ_where_zones_share_a_unit(built):
    made, _, _ = built
    ginis = planted_and_built(made)
    gap = (ginis["built"] - ginis["planted"]).abs().groupby(ginis["shared"]).median()
    assert ginis["shared"].mean() == pytest.approx(0.1, abs=0.02)
    assert gap[False] < 1e-3 < gap[True]


@pytest.mark.data
def test_pareto_tails_are_found_by_state(built):
    made, _, _ = built
    own = made.tails[(made.tails["year"] == 1950) & (made.tails["fitted"] == "state")]
    assert len(own) >= 40
    assert own["alpha"].median() == pytest.approx(3.0, abs=0.1)


@pytest.mark.data
def test_county_tables_are_read_as_published(written):
    raw = written[0] / "raw"
    zones = read_county_zones(find_crosswalk(raw, "cty"))
    cbp = business.read_cbp(raw / "cbp20co.zip")
    assert cbp["emp"].isna().any()  # small cells are withheld, with their range
    total = cbp[cbp["digits"] == 0].set_index("county")["emp"]
    parts = cbp[cbp["digits"] == 2].groupby("county")["low"].sum()  # sectors
    assert (parts <= total.reindex(parts.index) + 10).all()
    # every level holds the same persons, up to rounding and cells without one whole person
    made = cbp[cbp["code"].str[:2].isin(["31", "32", "33"]) & cbp["emp"].notna()]
    assert made["digits"].isin([2, 3, 6]).all()
    ohio = made[made["county"] == "39113"].groupby("digits")["emp"].sum()
    assert ohio[3] == pytest.approx(ohio[2], rel=0.01)
    assert ohio[6] == pytest.approx(ohio[2], rel=0.05)
    assert business.to_zones(cbp[["county", "emp"]], zones, ["emp"])["region"].nunique() == 722
    assert len(housing.read_table(raw / "nhgis0006_csv.zip")) > 3000


@pytest.mark.data
def test_a_killed_run_goes_on_and_gives_the_same_bytes(written, tmp_path):
    raw = written[0] / "raw"
    again = tmp_path / "raw"
    shutil.copytree(raw, again)
    state = json.loads((again / MARKER).read_text())
    state["finished"] = False
    del state["persons"]["2020"]
    (again / MARKER).write_text(json.dumps(state))
    kept = again / "usa_00001.dat.gz"
    before = kept.stat().st_mtime_ns
    (again / "usa_00007.dat.gz").write_bytes(b"half a file")
    out = write_extracts(again, SIZE, 7, years=YEARS)
    assert kept.stat().st_mtime_ns == before
    assert (again / "usa_00007.dat.gz").read_bytes() == (raw / "usa_00007.dat.gz").read_bytes()
    assert out.persons == written[1].persons


@pytest.mark.data
def test_finished_files_are_kept_and_others_never_mixed(written, tmp_path):
    folder, out = written
    lines = []
    assert write_extracts(folder / "raw", SIZE, 7, years=YEARS, progress=lines.append) == out
    assert "there already" in lines[0]
    with pytest.raises(ValueError, match="seed 7"):
        write_extracts(folder / "raw", SIZE, 8, years=YEARS)
    (tmp_path / "usa_00001.dat.gz").write_bytes(b"real")
    with pytest.raises(ValueError, match="no synthetic census"):
        write_extracts(tmp_path, SIZE, 7)
    with pytest.raises(FileNotFoundError, match="census synthesize"):
        read_planted(tmp_path)


@pytest.mark.data
def test_sizes_and_units_that_cannot_be_are_refused(tmp_path):
    need("ers_cz1990", "census_county_population", "bea_cainc1")
    with pytest.raises(ValueError, match="need at least"):
        write_extracts(tmp_path / "small", 1000, 1, years=(2020,))
    assert not (tmp_path / "small" / MARKER).exists()  # another size may still be asked for
    with pytest.raises(ValueError, match="SEA would have to number"):
        write_extracts(tmp_path / "split", SIZE, 1, years=(1950,), split=1.0)


@pytest.mark.data
def test_house_values_begin_in_1970(tmp_path):
    need("ers_cz1990")
    assert write_house_values(tmp_path, plant(1, geography="invented", years=(1950,)), 1950) is None
