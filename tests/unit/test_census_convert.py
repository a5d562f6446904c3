"""Fixed columns to parquet: values, blanks, resuming after a kill, corrupted chunks, damage."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from census_files import WIDTHS, codebook, people, write_extract

from regspec.census import convert as module
from regspec.census.convert import Field, convert, find_extracts, read_layout
from regspec.census.samples import DEFAULT_SAMPLES, SAMPLES
from regspec.sources.errors import BuildError, DamagedSource, MissingSource, SchemaError

ROWS = 1050


@pytest.fixture
def extract(tmp_path):
    frame = people(ROWS)
    data, ddi = write_extract(tmp_path, "usa_00001", frame)
    return frame, data, ddi, tmp_path / "parquet"


def read(folder, state):
    return pd.concat([pq.read_table(folder / p.path).to_pandas() for p in state.parts()])


def run(extract, **options):
    _, data, ddi, folder = extract
    return convert(data, ddi, folder, chunk_rows=100, **options)


def test_layout_is_the_codebooks(extract):
    layout = read_layout(extract[2])
    assert layout.field("STATEFIP") == Field("STATEFIP", 18, 20, 0)
    assert layout.field("PERWT").decimals == 2
    assert layout.line == sum(WIDTHS[name][0] for name in extract[0])


def test_values_are_those_of_the_file(extract):
    frame, *_, folder = extract
    state = run(extract)
    assert (state.rows, len(state.chunks), state.samples) == (ROWS, 11, [198001])
    ours = read(folder, state)
    assert state.parts()[0].path == "year=1980/usa_00001-00000.parquet"
    for name in ("STATEFIP", "CNTYGP98", "PERWT", "SEX", "AGE", "EDUC", "IND1990", "INCWAGE"):
        np.testing.assert_array_equal(ours[name], frame[name], err_msg=name)
    assert "SERIAL" not in ours  # nothing that the build does not read


def test_the_same_values_as_ipumspy(extract):
    from ipumspy import readers

    _, data, ddi, folder = extract
    with pytest.warns(Warning, match="cite the data"):
        theirs = readers.read_microdata(readers.read_ipums_ddi(ddi), data)
    ours = read(folder, run(extract))
    for name in ours.columns.drop("SAMPLE"):
        np.testing.assert_array_equal(ours[name], theirs[name].astype(float), err_msg=name)


def test_blanks_are_missing_and_signs_are_read(tmp_path):
    frame = people(5).assign(INCWAGE=[np.nan, 0, 5, 10, 999_999], PERWT=[1.25, np.nan, 3, 4, 5])
    data, ddi = write_extract(tmp_path, "usa_00002", frame)
    text = gzip.decompress(data.read_bytes()).replace(b"000010\n", b"  -10 \n")
    data.write_bytes(gzip.compress(text))
    ours = read(tmp_path / "p", convert(data, ddi, tmp_path / "p"))
    np.testing.assert_array_equal(ours["INCWAGE"], [np.nan, 0, 5, -10, 999_999])
    np.testing.assert_array_equal(ours["PERWT"], [1.25, np.nan, 3, 4, 5])


def test_years_of_one_extract_go_to_partitions_of_their_own(tmp_path):
    frame = pd.concat([people(30), people(20).assign(YEAR=1990, SAMPLE=199001)])
    data, ddi = write_extract(tmp_path, "usa_00003", frame.assign(PUMA=100))
    state = convert(data, ddi, tmp_path / "p", chunk_rows=40)
    assert [(p.year, p.rows) for p in state.parts()] == [(1980, 30), (1990, 10), (1990, 10)]
    assert state.samples == [198001, 199001]


def test_a_finished_extract_is_not_read_again(extract, monkeypatch):
    state = run(extract)
    monkeypatch.setattr(module, "_blocks", lambda *_: pytest.fail("read again"))
    assert run(extract) == state


def test_a_killed_conversion_continues_at_its_chunk(extract, tmp_path, monkeypatch):
    _, data, ddi, folder = extract
    code = (
        "import pathlib, sys, time\n"
        "from regspec.census.convert import convert\n"
        "def told(line):\n"
        "    print(line, flush=True)\n"
        "    if 'chunk 4' in line: time.sleep(60)\n"
        f"convert(pathlib.Path({str(data)!r}), pathlib.Path({str(ddi)!r}),"
        f" pathlib.Path({str(folder)!r}), chunk_rows=100, progress=told)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            if "chunk 4" in line:
                child.send_signal(signal.SIGKILL)
                break
    assert child.returncode == -signal.SIGKILL
    half = folder / "year=1980/usa_00001-00004.parquet.part"
    half.write_bytes(b"PAR1 half a chunk")
    assert json.loads((folder / "usa_00001.json").read_text())["rows"] is None
    written = []
    original = module._write_chunk
    monkeypatch.setattr(module, "_write_chunk", lambda *a: written.append(a[-1]) or original(*a))
    state = run(extract)
    assert written == [4, 5, 6, 7, 8, 9, 10]
    fresh = convert(data, ddi, tmp_path / "fresh", chunk_rows=100)
    assert read(folder, state).equals(read(tmp_path / "fresh", fresh))
    assert state.chunks == fresh.chunks


@pytest.mark.parametrize("damage", ["flip", "truncate", "delete"])
def test_a_corrupted_chunk_is_rebuilt_and_counted(extract, damage):
    folder = extract[-1]
    before = run(extract)
    good = read(folder, before)
    path = folder / before.parts()[3].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    if damage == "delete":
        path.unlink()
    else:
        path.write_bytes(content if damage == "flip" else content[:-50])
    after = run(extract)
    assert after.rebuilt == 1
    assert after.chunks == before.chunks
    assert read(folder, after).equals(good)


def test_another_chunk_size_or_file_converts_anew(extract):
    frame, data, ddi, folder = extract
    run(extract)
    assert len(convert(data, ddi, folder, chunk_rows=500).chunks) == 3
    write_extract(data.parent, "usa_00001", frame.head(40))
    assert run(extract).rows == 40


def test_a_broken_list_of_chunks_is_named(extract):
    run(extract)
    (extract[-1] / "usa_00001.json").write_text('{"stem": "usa_00001"}')
    with pytest.raises(BuildError, match=r"usa_00001\.json is not the list of chunks"):
        run(extract)


def test_a_field_that_is_no_number_is_named_with_line_and_columns(extract):
    _, data, *_ = extract
    lines = gzip.decompress(data.read_bytes()).splitlines(keepends=True)
    lines[702] = lines[702][:18] + b"O9" + lines[702][20:]
    data.write_bytes(gzip.compress(b"".join(lines)))
    with pytest.raises(DamagedSource, match=r"line 703 has 'O9' as STATEFIP \(columns 19 to 20\)"):
        run(extract)


def test_a_truncated_file_is_named_and_what_was_converted_is_kept(extract):
    _, data, ddi, folder = extract
    draw = np.random.default_rng(1)
    big = people(20_000).assign(SERIAL=draw.integers(0, 9_999_999, 20_000))
    write_extract(data.parent, "usa_00001", big)
    whole = data.read_bytes()
    data.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(DamagedSource, match=r"damaged after .* lines .* are kept"):
        convert(data, ddi, folder, chunk_rows=3_000)
    assert len(json.loads((folder / "usa_00001.json").read_text())["chunks"]) >= 3


def test_lines_of_another_length_are_named(extract):
    _, data, *_ = extract
    text = gzip.decompress(data.read_bytes())
    width = text.index(b"\n") + 1
    data.write_bytes(gzip.compress(text[: 5 * width] + b"1" + text[5 * width :]))
    with pytest.raises(DamagedSource, match=rf"line 6 is not of {width - 1} characters"):
        run(extract)
    data.write_bytes(gzip.compress(text[:-10]))
    with pytest.raises(DamagedSource, match=rf"line {ROWS} is not of"):
        run(extract)
    data.write_bytes(gzip.compress(text[:-1]))
    assert run(extract).rows == ROWS


def test_an_empty_file_is_refused(extract):
    extract[1].write_bytes(gzip.compress(b""))
    with pytest.raises(DamagedSource, match="holds no person"):
        run(extract)


def test_a_blank_year_is_refused(tmp_path):
    frame = people(4)
    data, ddi = write_extract(tmp_path, "usa_00001", frame.assign(STATEFIP=[39, 39, np.nan, 39]))
    with pytest.raises(DamagedSource, match="line 3 has '  ' as STATEFIP"):
        convert(data, ddi, tmp_path / "p")


def test_codebooks_that_do_not_fit_are_refused(extract):
    frame, _, ddi, _ = extract
    ddi.write_text(codebook("usa_00001", list(frame), structure="hierarchical"))
    with pytest.raises(SchemaError, match="describes a hierarchical extract"):
        run(extract)
    ddi.write_text("<codeBook/>")
    with pytest.raises(DamagedSource, match="cannot be read as a DDI codebook"):
        run(extract)
    ddi.write_text(codebook("usa_00001", list(frame)).replace("numeric", "character"))
    with pytest.raises(SchemaError, match="should be a number"):
        run(extract)


def test_extracts_are_found_with_their_codebooks(tmp_path):
    with pytest.raises(MissingSource, match=r"no IPUMS extract .* census fetch"):
        find_extracts(tmp_path)
    data, ddi = write_extract(tmp_path / "a/b", "usa_00001", people(3))
    assert find_extracts(tmp_path) == [(data, ddi)]
    ddi.unlink()
    with pytest.raises(MissingSource, match=r"has no codebook usa_00001\.xml"):
        find_extracts(tmp_path)


def test_every_sample_has_its_variables():
    assert SAMPLES["us1950a"].variables[-2:] == ("SEA", "SLWT")
    assert SAMPLES["us1990a"].variables[-1] == "PUMA"
    years = {s.year for s in SAMPLES.values()}
    assert years == {1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020}
    assert 1960 not in {SAMPLES[id_].year for id_ in DEFAULT_SAMPLES}
