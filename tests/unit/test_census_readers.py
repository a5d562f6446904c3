"""NHGIS, CBP, the harmonised panel, BDS and NBER-CES: the published layouts, and faults in them."""

from __future__ import annotations

import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest

from regspec.census.business import COLUMNS, read_cbp, read_nberces, to_zones
from regspec.census.crosswalks import read_crosswalk
from regspec.census.housing import find_tables, parse_codebook, read_table, zone_values
from regspec.sources.errors import BuildError, DamagedSource, SchemaError

CODEBOOK = """--------------------------------------------------------------------------------
Codebook for NHGIS data file 'nhgis0001_ds120_1990_county'
--------------------------------------------------------------------------------
Data Summary
Year:             1990
Geographic level: County (by State)
Dataset:          1990 Census: STF 1 - 100% Data
    NHGIS code:   1990_STF1
    NHGIS ID:     ds120
Breakdown(s):     Geographic Subarea:
                     Total area (00)
Tables:
1. Value of Specified Owner-Occupied Housing Units
   Universe:    Specified owner-occupied housing units
   Source code: NH23
   NHGIS code:  ABC

Data Dictionary
Context Fields
        GISJOIN:         GIS Join Match Code
        YEAR:            Data File Year
        STATEA:          State Code
        COUNTYA:         County Code

Table 1:     Value of Specified Owner-Occupied Housing Units
Universe:    Specified owner-occupied housing units
Source code: NH23
NHGIS code:  ABC
        ABC001:      Less than $15,000
        ABC002:      $15,000 to $19,999
        ABC003:      $20,000 to $24,999
        ABC004:      $25,000 or more
"""
COUNTIES = pd.DataFrame({"county": ["39113", "39057", "12025"], "cz": [12501, 12501, 7000]})


def write_nhgis(folder, rows, *, book=CODEBOOK, stem="nhgis0001_ds120_1990_county", second=""):
    header = "GISJOIN,YEAR,STATE,STATEA,COUNTY,COUNTYA,ABC001,ABC002,ABC003,ABC004"
    path = folder / "nhgis0001_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"nhgis0001_csv/{stem}.csv", "\n".join([header, *second, *rows]) + "\n")
        if book:
            archive.writestr(f"nhgis0001_csv/{stem}_codebook.txt", book)
    return path


DAYTON = "G3901130,1990,Ohio,39,Montgomery,113,10,20,30,40"
GREENE = "G3900570,1990,Ohio,39,Greene,057,0,0,10,0"
MIAMI = "G1200250,1990,Florida,12,Dade,025,0,0,0,8"
ANCHORAGE = "G0200200,1990,Alaska,02,Anchorage,020,1,1,1,1"


def test_bins_and_their_midpoints():
    bins = parse_codebook(CODEBOOK)
    assert bins.columns == ("ABC001", "ABC002", "ABC003", "ABC004")
    assert bins.midpoints == (7_500.0, 17_500.0, 22_500.0, 37_500.0)


def test_mean_value_of_zones(tmp_path):
    path = write_nhgis(tmp_path, [DAYTON, GREENE, MIAMI, ANCHORAGE])
    assert find_tables(tmp_path) == [path]
    table = read_table(path)
    assert table["county"].tolist() == ["39113", "39057", "12025", "02020"]
    dayton = (10 * 7_500 + 20 * 17_500 + 40 * 22_500 + 40 * 37_500) / 110
    zones = zone_values([table], COUNTIES).set_index("region")
    assert zones.loc[12501, "house_value"] == pytest.approx(dayton)
    assert zones.loc[12501, "house_price_index"] == pytest.approx(np.log(dayton))
    assert zones.index.tolist() == [7000, 12501]
    assert zones["year"].tolist() == [1990, 1990]


def test_a_second_header_line_and_acs_margins_are_skipped(tmp_path):
    second = ["GIS Join Match Code,Data File Year,State,Code,County,Code,a,b,c,d"]
    path = write_nhgis(tmp_path, [DAYTON], second=second)
    assert len(read_table(path)) == 1
    acs = CODEBOOK.replace("ABC0", "JTIE0").replace("$25,000 or more", "$25,000 or more\n")
    acs += "        JTIE000:     Total\n        JTIM001:     Less than $15,000\n"
    assert parse_codebook(acs).columns == ("JTIE001", "JTIE002", "JTIE003", "JTIE004")


@pytest.mark.parametrize(
    ("text", "year"), [("1970", 1970), ("2008-2012", 2010), ("2016-2020", 2020), ("2000", 2000)]
)
def test_years_of_the_build(tmp_path, text, year):
    row = DAYTON.replace(",1990,", f",{text},")
    assert read_table(write_nhgis(tmp_path, [row]))["year"].unique().tolist() == [year]


def test_faults_of_house_values_are_named(tmp_path):
    with pytest.raises(SchemaError, match="names 0 columns with a range of dollars"):
        parse_codebook("nothing")
    with pytest.raises(SchemaError, match=r"bin '\$25,000 or more' does not follow"):
        parse_codebook(CODEBOOK.replace("ABC003", "XXX").replace("$20,000 to $24,999", "?"))
    with pytest.raises(SchemaError, match="should be open, and only it"):
        parse_codebook(CODEBOOK.replace("$25,000 or more", "$25,000 to $29,999"))
    with pytest.raises(SchemaError, match="has no codebook"):
        read_table(write_nhgis(tmp_path, [DAYTON], book=""))
    with pytest.raises(SchemaError, match=r"no count of units in data row 2"):
        read_table(write_nhgis(tmp_path, [DAYTON, GREENE.replace(",10,", ",,")]))
    with pytest.raises(SchemaError, match="lacks the columns"):
        read_table(write_nhgis(tmp_path, [DAYTON], book=CODEBOOK.replace("ABC", "ABD")))
    with pytest.raises(SchemaError, match=r"holds the years \[1980, 1990\]"):
        read_table(write_nhgis(tmp_path, [DAYTON, GREENE.replace("1990", "1980")]))
    with pytest.raises(SchemaError, match="which is no year"):
        read_table(write_nhgis(tmp_path, [DAYTON.replace("1990", "n/a")]))
    with pytest.raises(SchemaError, match="holds no table of counties"):
        read_table(write_nhgis(tmp_path, [DAYTON], stem="nhgis0001_ds120_1990_state"))
    (tmp_path / "nhgis0002.zip").write_bytes(b"PK no")
    with pytest.raises(DamagedSource, match="cannot be read as a zip"):
        read_table(tmp_path / "nhgis0002.zip")
    strange = pd.DataFrame({"county": ["39999"], "year": [1990], "units": [5], "value": [1.0]})
    with pytest.raises(BuildError, match=r"in no commuting zone of 1990, such as .*39999"):
        zone_values([strange], COUNTIES)


SIC = """FIPSTATE,FIPSCTY,SIC,EMPFLAG,EMP,QP1,AP,EST,N1_4,CENSTATE,CENCTY
39,113,----,,250000,1,1,12000,1,31,57
39,113,20--,,60000,1,1,900,1,31,57
39,113,3500,,20000,1,1,300,1,31,57
39,113,3570,,9000,1,1,9,1,31,57
39,113,3578,H,0,0,0,2,1,31,57
39,999,3578,,70,1,1,1,1,31,999
"""
NAICS = """"fipstate","fipscty","naics","emp_nf","emp","qp1_nf","qp1","ap_nf","ap","est","n<5"
"39","057","------","G","50000","G",1,"G",1,3000,1
"39","057","31----","H","4000","G",1,"G",1,100,1
"39","057","336///","H","1200","G",1,"G",1,12,1
"39","057","336411","D","D","D","D","D","D",3,"N"
"39","057","336412","D",0,"D",0,"D",0,4,"N"
"""


def write_zip(folder, name, text, member=None):
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member or f"{name}.txt", text)
    return path


def test_county_business_patterns_in_sic(tmp_path):
    frame = read_cbp(write_zip(tmp_path, "cbp86co", SIC))
    assert (frame["scheme"].unique().tolist(), frame["year"].unique().tolist()) == (["sic"], [1986])
    assert frame["code"].tolist() == ["", "20", "35", "357", "3578", "3578"]
    assert frame["digits"].tolist() == [0, 1, 2, 3, 4, 4]
    withheld = frame.iloc[4]
    assert (withheld["low"], withheld["high"], np.isnan(withheld["emp"])) == (2500, 4999, True)
    assert frame["emp"].iloc[0] == frame["low"].iloc[0] == 250_000
    (tmp_path / "CBP86co.txt").write_text(SIC)
    assert read_cbp(tmp_path / "CBP86co.txt").equals(frame)


def test_county_business_patterns_in_naics(tmp_path):
    frame = read_cbp(write_zip(tmp_path, "cbp18co", NAICS))
    assert frame["year"].unique().tolist() == [2018]
    assert frame["code"].tolist() == ["", "31", "336", "336411", "336412"]
    assert frame["digits"].tolist() == [0, 2, 3, 6, 6]
    assert frame["emp"].isna().tolist() == [False, False, False, True, True]
    zones = to_zones(frame[["county", "year", "code", "emp"]], COUNTIES, ["emp"])
    assert zones.query("code == '336'")["emp"].tolist() == [1200]
    assert zones["region"].unique().tolist() == [12501]


def test_statewide_rows_belong_to_no_zone_and_unknown_counties_stop(tmp_path):
    frame = read_cbp(write_zip(tmp_path, "cbp86co", SIC))
    zones = to_zones(frame[["county", "code", "emp"]], COUNTIES, ["emp"])
    assert zones.query("code == '3578'")["emp"].tolist() == [0]
    moved = frame.assign(county=frame["county"].replace("39113", "39114"))
    with pytest.raises(BuildError, match=r"1 counties in no commuting zone of 1990, such as 39114"):
        to_zones(moved[["county", "code", "emp"]], COUNTIES, ["emp"])


def test_faults_of_county_business_patterns_are_named(tmp_path):
    with pytest.raises(SchemaError, match="should be called cbpYYco"):
        read_cbp(write_zip(tmp_path, "county1986", SIC))
    with pytest.raises(SchemaError, match="empflag 'Z' is none of A to M, D or S"):
        read_cbp(write_zip(tmp_path, "cbp86co", SIC.replace(",H,", ",Z,")))
    with pytest.raises(SchemaError, match=r"data row 2 has '6e' in column emp"):
        read_cbp(write_zip(tmp_path, "cbp86co", SIC.replace("60000", "6e")))
    with pytest.raises(SchemaError, match=r"lacks the columns \['est'\]"):
        read_cbp(write_zip(tmp_path, "cbp86co", SIC.replace(",EST,", ",X,")))
    with pytest.raises(SchemaError, match="should hold one file like"):
        read_cbp(write_zip(tmp_path, "cbp86co", SIC, member="readme.txt"))
    (tmp_path / "cbp87co.zip").write_bytes(b"")
    with pytest.raises(DamagedSource, match="cannot be read"):
        read_cbp(tmp_path / "cbp87co.zip")


def nberces(scheme: str, codes: list[int]) -> pd.DataFrame:
    years = range(1958, 2019)
    frame = pd.DataFrame([(c, y) for c in codes for y in years], columns=[scheme, "year"])
    return frame.assign(**{name: i + 0.5 for i, name in enumerate(COLUMNS)})


@pytest.mark.parametrize(
    ("name", "scheme", "code"),
    [
        ("nberces5818v1_s1987.csv", "sic", 2011),
        ("nberces5818v1_n1997.dta", "naics", 311111),
        ("nberces5818v1_n2012.csv", "naics", 339999),
    ],
)
def test_nberces_in_both_formats(tmp_path, name, scheme, code):
    path = tmp_path / name
    raw = nberces(scheme, [code, code - 1])
    raw.to_stata(path, write_index=False) if path.suffix == ".dta" else raw.to_csv(
        path, index=False
    )
    frame = read_nberces(path)
    assert (len(frame), frame["scheme"].iloc[0]) == (122, scheme)
    assert frame["code"].iloc[-1] == str(code)
    assert frame["vadd"].iloc[0] == 7.5


def test_faults_of_nberces_are_named(tmp_path):
    path = tmp_path / "nberces5818v1_s1987.csv"

    def told(frame, match):
        frame.to_csv(path, index=False)
        with pytest.raises(SchemaError, match=match):
            read_nberces(path)

    raw = nberces("sic", [2011])
    told(raw.drop(columns="vadd"), r"it lacks \['vadd'\]")
    told(raw.rename(columns={"sic": "industry"}), "it lacks sic or naics")
    told(raw.assign(sic=201), "'201' is no SIC code of 4 digits")
    told(raw.assign(year=raw["year"] + 10), "is not in 1958-2018")
    told(pd.concat([raw, raw.head(1)]), r"two rows for \{'code': '2011', 'year': 1958\}")
    told(raw.drop(index=5), r"industries \['2011'\] lack years")
    path.with_suffix(".dta").write_bytes(b"no Stata file")
    with pytest.raises(DamagedSource, match="cannot be read"):
        read_nberces(path.with_suffix(".dta"))


def flip(path):
    """Damage the packed bytes of a zip's first member; its directory stays readable."""
    data = path.read_bytes()
    path.write_bytes(data[:90] + b"\xff" * 40 + data[130:])
    return path


@pytest.mark.parametrize("damage", ["flipped", "cut", "page"])
@pytest.mark.parametrize(
    ("read", "name"),
    [
        (read_table, "nhgis0001_ds120_1990_county.csv"),
        (read_cbp, "cbp86co.txt"),
        (lambda path: read_crosswalk(path, "puma1990"), "cw_puma1990_czone.dta"),
    ],
)
def test_archives_are_named_whatever_their_damage(tmp_path, read, name, damage):
    path = tmp_path / {"cbp86co.txt": "cbp86co.zip"}.get(name, f"{name}.zip")
    rows = "\n".join(f"{n * 7919 % 104729},{n}" for n in range(4000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, rows)
    whole = path.read_bytes()
    if damage == "flipped":
        flip(path)
        with zipfile.ZipFile(path) as archive, pytest.raises((zlib.error, zipfile.BadZipFile)):
            archive.read(name)
    else:
        path.write_bytes(whole[:300] if damage == "cut" else b"<html>log in first</html>")
    with pytest.raises(DamagedSource, match=r"zip cannot be .*delete it and fetch it again"):
        read(path)
