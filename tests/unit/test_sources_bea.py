"""BEA tables: what is read, what is refused, and the bridge of 12 sectors, on made-up files."""

import numpy as np
import pandas as pd
import pytest
from real_files import need
from sources_files import AREAS, FOOTER, bea_table

from regspec.sources import bea, groups, registry, sectors
from regspec.sources.groups import GROUPS, TRADABLE_GROUPS, gdp_by_group, group_of
from regspec.sources.registry import DamagedSource, SchemaError, listed

SAINC1 = "SAINC1__ALL_AREAS_1929_2021.csv"
YEARS = range(1929, 2022)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REGSPEC_OFFLINE", "1")
    registry._index.cache_clear()
    return tmp_path


def income_file(mirror, **options):
    def cell(fips, line, year):
        return {1: 2.5, 2: 1000, 3: 2500}[line]

    options = {"cell": cell, "unit": "Millions of dollars", **options}
    return bea_table(mirror / SAINC1, [1, 2, 3], options.pop("years", YEARS), **options)


def test_long_form_keys_and_units(mirror):
    income_file(mirror)
    table = bea.load_table("bea_sainc1")
    assert len(table) == 60 * 3 * 93
    assert not table.duplicated(["fips", "line", "year"]).any()
    row = table.iloc[0]
    assert (row["fips"], row["area"], row["description"]) == ("00000", "Area 00000", "Line 1")
    assert table.attrs["sources"][0]["vintage"] == "2031-03-06"
    states = bea.income()
    assert states["state"].nunique() == 51
    assert states.loc[states["contiguous48"], "state"].nunique() == 48
    assert (states["income"] == 2500.0).all()  # thousands, from millions
    assert np.allclose(1000 * states["income"] / states["population"], states["income_pc"])


@pytest.mark.parametrize("code", ["D", "NA", "T", "L"])
def test_codes_become_flags(mirror, code):
    def cell(fips, line, year):
        return f"({code})" if (fips, year) == ("01000", 1930) else 1

    income_file(mirror, cell=cell)
    table = bea.load_table("bea_sainc1")
    flagged = table[table["flag"] != ""]
    assert list(flagged["flag"]) == [code] * 3
    assert flagged["value"].isna().all()
    counts = bea.suppression(table).set_index("year")
    assert counts.loc[1930, code] == 3
    assert (counts["published"] + counts[code] == counts["cells"]).all()


def test_newer_vintages_with_more_years_and_other_quotes_are_accepted(mirror):
    income_file(mirror, years=range(1929, 2026), triple_quotes=True)
    assert bea.income()["year"].max() == 2025


def test_income_in_thousands_is_not_rescaled_and_other_units_are_refused(mirror):
    income_file(mirror, unit="Thousands of dollars")
    assert (bea.income()["income"] == 2.5).all()
    income_file(mirror, unit="Euros")
    with pytest.raises(SchemaError, match="'Euros'"):
        bea.income()


def refuse(error, match):
    with pytest.raises(error, match=match) as raised:
        bea.load_table("bea_sainc1")
    text = str(raised.value)
    assert "bea_sainc1" in text
    assert "fresh copy from https://apps.bea.gov/regional/zip/SAINC.zip" in text
    assert "\n" not in text.strip()


def test_a_file_cut_in_the_middle_is_damaged(mirror):
    path = income_file(mirror)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refuse(DamagedSource, "truncated")


def test_missing_areas_are_damage(mirror):
    income_file(mirror, areas=AREAS[:-3])
    refuse(DamagedSource, "has 57 areas of at least 60")


def test_a_missing_line_is_damage(mirror):
    bea_table(mirror / SAINC1, [1, 2], YEARS)
    refuse(DamagedSource, "lacks line 3 for area 00000")


def test_a_missing_column_is_named(mirror):
    path = income_file(mirror)
    path.write_text(path.read_text().replace("LineCode", "Code", 1))
    refuse(SchemaError, "lacks the column LineCode")
    refuse(SchemaError, r"\(it has GeoFIPS, .*, Code, .*, Unit, 1929\.\.\.2021\)\. Replace")


def test_only_unbroken_runs_of_years_are_abbreviated():
    names = ["cz", "1950", "1951", "1960", "1961", "1962", "1963", "12", "13", "14"]
    assert listed(names) == "cz, 1950, 1951, 1960...1963, 12, 13, 14"
    assert listed([]) == ""


def test_missing_and_skipped_years_are_named(mirror):
    income_file(mirror, years=range(1930, 2022))
    refuse(SchemaError, "lacks the year column 1929")
    income_file(mirror, years=[y for y in range(1929, 2025) if y != 2022])
    refuse(SchemaError, "inside its range")


def test_a_cell_that_is_no_number_is_named(mirror):
    income_file(mirror, cell=lambda fips, line, year: "12a" if year == 1940 else 1)
    refuse(SchemaError, r"'12a' in data row 1, column 1940")


def test_repeated_rows_are_refused(mirror):
    income_file(mirror, areas=[*AREAS, "01000"])
    refuse(SchemaError, "two rows for area 01000, line 1")


@pytest.mark.parametrize("content", [b"\x89PNG\x00\x00", b"<!DOCTYPE html><p>404</p>", b""])
def test_files_of_another_kind_are_damaged(mirror, content):
    (mirror / SAINC1).write_bytes(content)
    refuse(DamagedSource, "does not start like a BEA table")


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(KeyError, match="bea_sainc7h"):
        bea.load_table("bea_cainc1")


# -- the bridge ---------------------------------------------------------------------------------


def amounts(source_id):
    """Amounts by line that satisfy every identity of a layout: each part is its line number."""
    layout = sectors.CLASSIFICATIONS[source_id]
    value = {line: float(line) for lines in layout.lines.values() for line in lines}
    for total, parts in layout.identities:
        value[total] = sum(value[line] for line in parts if line in value)
    bottom = {line for lines in layout.lines.values() for line in lines}
    value[layout.total] = sum(value[line] for line in bottom)
    return value


def wages_files(mirror, withheld=()):
    """Write the three wage tables; ``withheld`` holds (line, year) hidden in Delaware."""
    for source_id, years in (
        ("bea_sainc7h", range(1929, 1958)),
        ("bea_sainc7s", range(1958, 2002)),
        ("bea_sainc7n", range(1998, 2022)),
    ):
        value = amounts(source_id)
        lines = sorted(bea.SHAPES[source_id].lines | set(value))
        numbered = bea.SHAPES[source_id]

        hidden_here = withheld if source_id == "bea_sainc7n" else ()

        def cell(fips, line, year, value=value, hidden_here=hidden_here):
            hidden = fips == "10000" and (line, year) in hidden_here
            return "(D)" if hidden else value.get(line, 0.0)

        name = f"{source_id[4:].upper()}__ALL_AREAS_{numbered.first_year}_{numbered.last_year}.csv"
        bea_table(mirror / name, lines, years, cell=cell, footer=FOOTER)


def delaware(frame, year):
    rows = frame[(frame["state"] == "10") & (frame["year"] == year)]
    return rows.set_index("sector")


def test_the_bridge_covers_every_year_once_and_loses_nothing(mirror):
    wages_files(mirror)
    wages = sectors.by_sector("wages")
    assert len(wages) == 51 * 93 * 12
    assert not wages.duplicated(["state", "year", "sector"]).any()
    assert list(wages["sector"].iloc[:12]) == list(sectors.SECTORS)
    assert (wages["origin"] == "published").all()
    assert np.allclose(wages["covered"], 1.0)
    naics = delaware(wages, 1998)["wages"]
    assert naics["trade"] == 600 + 700 + 1802
    assert naics["transportation_utilities"] == 300 + 800 + 900
    assert delaware(wages, 1997)["wages"]["trade"] == 610 + 620
    assert delaware(wages, 1957)["wages"]["trade"] == 600
    assert {note["source_id"] for note in wages.attrs["sources"]} == {
        "bea_sainc7h",
        "bea_sainc7s",
        "bea_sainc7n",
    }


def test_a_lone_withheld_sector_is_its_total_less_the_others(mirror):
    wages_files(mirror, withheld={(200, 2005), (800, 2006), (900, 2006)})
    wages = sectors.by_sector("wages")
    mining = delaware(wages, 2005).loc["mining"]
    assert (mining["wages"], mining["origin"]) == (200.0, "residual")
    # two withheld lines of one sector: their sum is known exactly
    both = delaware(wages, 2006).loc["transportation_utilities"]
    assert (both["wages"], both["origin"]) == (2000.0, "residual")


def test_two_withheld_sectors_stay_missing(mirror):
    wages_files(mirror, withheld={(100, 2005), (200, 2005)})
    exact = delaware(sectors.by_sector("wages"), 2005)
    assert exact.loc[["agricultural_services", "mining"], "wages"].isna().all()
    assert (exact.loc[["agricultural_services", "mining"], "origin"] == "missing").all()
    total = amounts("bea_sainc7n")[50]
    assert np.allclose(exact["covered"], 1 - 300 / total)


def test_a_vintage_that_numbers_its_lines_otherwise_is_refused(mirror):
    wages_files(mirror)
    path = mirror / "SAINC7H__ALL_AREAS_1929_1957.csv"
    path.write_text(path.read_text().replace(",T,400,", ",T,x,").replace(",T,300,", ",T,400,"))
    path.write_text(path.read_text().replace(",T,x,", ",T,300,").replace("300.0", "301.0"))
    shifted = path.read_text().replace("400.0", "999.0")
    path.write_text(shifted)
    with pytest.raises(SchemaError, match="numbers its lines differently"):
        sectors.by_sector("wages")


def test_breaks_are_zero_where_both_classifications_agree(mirror, monkeypatch):
    wages_files(mirror)
    monkeypatch.setattr(sectors, "_SEGMENTS", {"wages": sectors._SEGMENTS["wages"]})
    breaks = sectors.bridge_breaks()
    assert set(breaks["year"]) == {1958, 1998, 1999, 2000, 2001}
    gaps = breaks.groupby(["splice", "year"])["gap"].sum()
    assert np.allclose(gaps, 0.0)  # shares sum to one on both sides
    same = breaks[breaks["splice"] == "SIC-NAICS"].set_index(["year", "sector"])
    old = amounts("bea_sainc7s")
    new = amounts("bea_sainc7n")
    expected = new[500] / new[50] - old[400] / old[50]
    assert same.loc[(1998, "manufacturing"), "gap"] == pytest.approx(expected)


def test_every_layout_uses_each_line_once():
    for source_id, layout in sectors.CLASSIFICATIONS.items():
        used = [line for lines in layout.lines.values() for line in lines]
        assert len(used) == len(set(used)), source_id
        assert list(layout.lines) == list(sectors.SECTORS)
        assert set(used) <= bea.SHAPES[source_id].lines, source_id


def test_the_two_digit_leaves_follow_table_3():
    assert len(groups.LEAVES) == 77
    tradable = {line for line, group in groups.LEAVES.items() if group in TRADABLE_GROUPS}
    assert {429, 510, 610, 820, 850} <= tradable
    assert not tradable & {300, 560, 570, 621, 710, 845, 910}
    assert len(set(groups.LEAVES.values())) == 17


@pytest.mark.parametrize(
    ("code", "scheme", "group"),
    [
        ("2011", "sic", "Nondurable"),
        ("35", "sic", "Durable"),
        ("4911", "sic", "Utilities"),
        ("0711", "sic", "Agriculture"),
        ("99", "sic", None),
        ("3", "sic", None),
        ("311611", "naics", "Nondurable"),
        ("336", "naics", "Durable"),
        ("512110", "naics", "Entertainment"),
        ("517", "naics", "Communication"),
        ("722511", "naics", "Retail"),
        ("721", "naics", "Personal Services"),
        ("722", "naics", "Retail"),
        ("31", "naics", None),  # manufacturing, of either kind
        ("99", "naics", None),
    ],
)
def test_codes_of_both_classifications_have_groups_of_table_3(code, scheme, group):
    assert group_of(code, scheme) == group


@pytest.mark.data
@pytest.mark.parametrize(("scheme", "source"), [("sic", "bea_sagdp2s"), ("naics", "bea_sagdp2n")])
def test_value_added_of_the_groups_adds_up_to_gdp(scheme, source):
    need(source)
    frame = gdp_by_group(scheme)
    total = frame.groupby("year")["value_added"].sum()
    table = bea.load_table(source)
    gdp = table[(table["fips"] == "00000") & (table["line"] == 1)].set_index("year")["value"]
    assert total.to_numpy() == pytest.approx(gdp.reindex(total.index).to_numpy(), rel=1e-4)
    assert (frame.groupby("year")["group"].nunique() == 17).all()
    assert set(frame["group"]) == set(GROUPS)
    assert frame.attrs["sources"][0]["source_id"] == source


def test_frames_handed_out_can_be_changed_without_harm(mirror):
    income_file(mirror)
    first = bea.load_table("bea_sainc1")
    first["value"] = 0.0
    assert (bea.load_table("bea_sainc1")["value"] > 0).all()
    pd.testing.assert_frame_equal(bea.load_table("bea_sainc1"), bea.load_table("bea_sainc1"))
