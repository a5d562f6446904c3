"""Dorn's files in the published layout, and faults in them; the industry classification."""

from __future__ import annotations

import csv
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from census_files import write_crosswalk

from regspec.census import industries, samples
from regspec.census.crosswalks import CROSSWALKS, find_crosswalk, read_county_zones, read_crosswalk
from regspec.sources.errors import BuildError, DamagedSource, MissingSource, SchemaError
from regspec.sources.groups import GROUPS, TRADABLE_GROUPS

TWO = {"czone": np.int32([11600, 11700, 11600]), "afactor": np.float32([1.0, 0.3, 0.7])}


def table(**columns):
    return pd.DataFrame({"puma1990": np.int32([390100, 390200, 390200]), **TWO, **columns})


def test_factors_in_single_precision_sum_to_one(tmp_path):
    third = np.float32([1 / 3] * 3)
    units = pd.DataFrame({"puma1990": 1, "czone": np.int32([100, 200, 300]), "afactor": third})
    path = write_crosswalk(tmp_path, "cw_puma1990_czone", units, mac=True)
    frame = read_crosswalk(path, "puma1990")
    assert frame["afactor"].sum() == 1.0
    assert frame.dtypes.astype(str).tolist() == ["int64", "int32", "float64"]


def test_factors_rounded_to_three_decimals_are_accepted(tmp_path):
    """Those of PUMAs of 2000 as published: sums from 0.998 to 1.002."""
    units = table(afactor=[1.0, 0.31, 0.688], czone=np.float32([11600, 11700, 11600]))
    ours = read_crosswalk(write_crosswalk(tmp_path, "cw_puma1990_czone", units), "puma1990")
    assert ours.groupby("unit")["afactor"].sum().tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    ("id_", "stem", "unit", "factor"),
    [
        ("puma1990", "cw_puma1990_czone", "puma1990", "afactor"),
        ("ctygrp1970", "cw_ctygrp1970_czone_corr", "cty_grp70", "afact"),
        ("ctygrp1980", "cw_ctygrp1980_czone_corr", "ctygrp1980", "afactor"),
        ("puma2000", "cw_puma2000_czone", "puma2000", "afactor"),
        ("puma2010", "cw_puma2010_czone", "puma2010", "afactor"),
    ],
)
def test_every_published_layout_is_read(tmp_path, id_, stem, unit, factor):
    frame = table().rename(columns={"puma1990": unit, "afactor": factor})
    write_crosswalk(tmp_path, stem, frame)
    path = find_crosswalk(tmp_path, id_)
    assert path.suffix == ".zip"
    assert f"/{path.name}" in CROSSWALKS[id_].url
    ours = read_crosswalk(path, id_)
    assert ours["unit"].tolist() == [390100, 390200, 390200]
    assert ours["afactor"].tolist() == pytest.approx([1.0, 0.7, 0.3])  # zones in order


def test_a_bare_stata_file_is_read_and_roses_areas_are_preferred(tmp_path):
    frame = table().rename(columns={"puma1990": "sea1950"})
    write_crosswalk(tmp_path, "cw_sea1950_czone", frame)
    rose = tmp_path / "cz_sea_cw_ekr.dta"
    frame.to_stata(rose, write_index=False)
    assert find_crosswalk(tmp_path, "sea1950") == rose
    assert len(read_crosswalk(rose, "sea1950")) == 3


def test_counties(tmp_path):
    frame = pd.DataFrame({"cty_fips": np.int32([1001, 39113]), "czone": np.int32([11101, 11600])})
    ours = read_county_zones(write_crosswalk(tmp_path, "cw_cty_czone", frame))
    assert ours.to_dict("list") == {"county": ["01001", "39113"], "cz": [11101, 11600]}


def test_faults_are_named(tmp_path):
    def write(frame):
        return write_crosswalk(tmp_path, "cw_puma1990_czone", frame)

    with pytest.raises(BuildError, match=r"1 units do not sum to one, such as \{390200: 0\.8\}"):
        read_crosswalk(write(table(afactor=np.float32([1.0, 0.3, 0.5]))), "puma1990")
    with pytest.raises(SchemaError, match="lacks the column afactor or afact"):
        read_crosswalk(write(table().drop(columns="afactor")), "puma1990")
    with pytest.raises(SchemaError, match="lacks the column puma1990"):
        read_crosswalk(write(table().rename(columns={"puma1990": "puma"})), "puma1990")
    with pytest.raises(SchemaError, match=r"row 2 has .*nan.* in column czone"):
        read_crosswalk(write(table(czone=[11600.0, np.nan, 11600.0])), "puma1990")
    with pytest.raises(BuildError, match=r"crosswalk .*unit.*390200.*cz.*11600"):
        read_crosswalk(write(table(czone=np.int32([11600, 11600, 11600]))), "puma1990")
    with pytest.raises(MissingSource, match=r"cw_puma2000_czone\.zip .*census fetch"):
        find_crosswalk(tmp_path, "puma2000")
    path = write(table())
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DamagedSource, match="cannot be read as a Stata file"):
        read_crosswalk(path, "puma1990")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(SchemaError, match="holds none of cw_puma1990_czone"):
        read_crosswalk(path, "puma1990")


def test_all_classes_of_industries():
    codes = industries.civilian_codes()
    frame = industries.classify(codes)
    assert set(frame["group"]) == set(GROUPS)
    assert set(frame["sector"]) == set(industries.SECTORS)
    assert (len(GROUPS), len(industries.SECTORS)) == (17, 9)
    tradable = frame.groupby("group")["tradable"].agg(["min", "max"])
    assert (tradable["min"] == tradable["max"]).all()
    assert set(tradable.index[tradable["max"]]) == TRADABLE_GROUPS
    assert not set(codes) & {0, 5, 940, 960, 992, 999}


@pytest.mark.parametrize(
    ("code", "group", "sector"),
    [
        (10, "Agriculture", "1"),
        (42, "Mining", "2"),
        (321, "Durable", "3"),
        (641, "Retail", "7"),
        (732, "Business Services", "5"),
        (841, "Non-routine Prof. Serv.", "5"),
        (842, "Routine Prof. Serv.", "6"),
        (932, "Public", "9"),
    ],
)
def test_single_industries(code, group, sector):
    [one] = industries.classify([code]).to_dict("records")
    assert one["group"] == group
    assert one["sector"].startswith(sector)


def test_codes_that_are_no_civilian_industry_are_named():
    with pytest.raises(KeyError, match="IND1990=940 is no civilian industry"):
        industries.classify([10, 940])
    with pytest.raises(KeyError, match="IND1990=-5"):
        industries.classify([-5])


def test_groups_are_those_of_an_independent_list():
    """A list of the 236 civilian codes with titles and groups, made apart from the ranges."""
    found = sorted(Path(os.environ.get("REGSPEC_DATA", "/nowhere")).rglob("ind1990_17groups.csv"))
    if not found:
        pytest.skip("notice: no ind1990_17groups.csv below REGSPEC_DATA to compare with")
    with found[0].open(encoding="utf-8") as opened:
        rows = [r for r in csv.DictReader(opened) if int(r["ind1990"]) < 940]
    assert len(rows) == 236
    ours = industries.classify([int(r["ind1990"]) for r in rows])
    assert ours["group"].tolist() == [r["group17"] for r in rows]
    assert ours["tradable"].tolist() == [r["tradable_paper"] == "Yes" for r in rows]


def test_overview_of_groups_covers_every_industry_once():
    table = industries.overview(industries.civilian_codes())
    assert table["industries"].sum() == len(industries.civilian_codes())
    assert table.loc["Retail", ["first", "last", "tradable"]].tolist() == [580, 691, "no"]
    assert table.loc["Retail", "sectors"] == "4, 7"


def test_overview_of_samples_says_what_stands_for_large_wages():
    table = samples.overview().set_index("sample")
    words = table["top code of wages"]
    assert words["us1980a"] == "75,000"
    assert words["us1990a"] == "state median above 140,000"
    assert words["us2010a"] == "state mean above its 99.5th percentile"
    assert table.loc["us1950a", "weight of wages"] == "SLWT"
