"""The registry: mirror, cache, download, checksums, vintages, and what it says when it fails."""

import json
import logging
import zipfile
from pathlib import Path

import pooch
import pytest
from sources_files import bea_table

from regspec.__main__ import main
from regspec.sources import registry
from regspec.sources.catalogue import SOURCES
from regspec.sources.paths import project_root
from regspec.sources.registry import DamagedSource, MissingSource

NAME = "SAINC7H__ALL_AREAS_1929_1957.csv"


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("REGSPEC_DATA", str(folder))
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REGSPEC_OFFLINE", "1")
    monkeypatch.delenv("REGSPEC_ACCESS_LOG", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(registry, "_network_failure", [])
    registry._index.cache_clear()
    return folder


def table(folder: Path, name: str = NAME) -> Path:
    return bea_table(folder / name, [50, 81], [1929, 1930], areas=["00000"])


def test_a_file_is_found_at_any_depth_of_the_mirror(mirror):
    path = table(mirror / "a" / "b")
    found = registry.locate("bea_sainc7h")
    assert found.path == path
    assert found.vintage == "2031-03-06"
    assert registry.available("bea_sainc7h")
    assert not registry.available("bea_sainc7n")


def test_the_latest_years_win_and_both_separators_are_accepted(mirror):
    table(mirror, "SAINC7N__ALL_AREAS_1998_2021.csv")
    newer = table(mirror, "SAINC7N_ALL_AREAS_1998_2024.csv")
    assert registry.locate("bea_sainc7n").path == newer


def test_the_renamed_gdp_table_is_accepted(mirror):
    path = table(mirror, "SAGDP2__ALL_AREAS_1997_2024.csv")
    assert registry.locate("bea_sagdp2n").path == path
    assert not registry.available("bea_sagdp2s")


def test_an_unknown_checksum_is_reported_where_asked_and_nowhere_else(mirror, caplog, capsys):
    table(mirror)
    with caplog.at_level(logging.WARNING, logger="regspec.sources"):
        assert not registry.locate("bea_sainc7h").known
    assert caplog.text == ""  # a warning would print in the middle of a page
    (sentence,) = registry.unknown_files(registry.status())
    assert sentence.startswith(f"bea_sainc7h: {NAME} has a checksum that this package was not")
    assert main(["data", "status"]) == 0
    assert f"notice: {sentence}" in capsys.readouterr().err


def test_an_official_zip_in_the_mirror_is_unpacked_into_the_cache(mirror, tmp_path):
    inner = table(tmp_path / "elsewhere")
    with zipfile.ZipFile(mirror / "SAINC.zip", "w") as archive:
        archive.write(inner, f"folder/{NAME}")
        archive.writestr("SAINC7H__definition.xml", "<x/>")
    found = registry.locate("bea_sainc7h")
    assert found.path == tmp_path / "cache" / NAME
    assert found.path.read_bytes() == inner.read_bytes()


def test_a_damaged_zip_is_named(mirror):
    (mirror / "SAINC.zip").write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(DamagedSource, match=r"SAINC\.zip is not a readable zip.*apps\.bea\.gov"):
        registry.locate("bea_sainc7h")


def test_a_zip_without_the_table_says_that_it_was_discontinued(mirror):
    with zipfile.ZipFile(mirror / "SAINC.zip", "w") as archive:
        archive.writestr("SAINC1__ALL_AREAS_1929_2024.csv", "x")
    with pytest.raises(MissingSource, match="discontinued the SAEMP tables"):
        registry.locate("bea_saemp25s")


def test_a_missing_file_names_pattern_address_variable_and_reason(mirror):
    with pytest.raises(MissingSource) as raised:
        registry.locate("bea_saemp25n")
    text = str(raised.value)
    for part in ("SAEMP25N", "https://apps.bea.gov", "REGSPEC_DATA", "REGSPEC_OFFLINE is set"):
        assert part in text
    assert "\n" not in text


@pytest.mark.parametrize("variable", ["REGSPEC_OFFLINE", "CI"])
def test_the_network_is_not_touched_when_forbidden(mirror, monkeypatch, variable):
    monkeypatch.delenv("REGSPEC_OFFLINE")
    monkeypatch.setenv(variable, "true")
    monkeypatch.setattr(pooch, "retrieve", lambda *a, **k: pytest.fail("used the network"))
    with pytest.raises(MissingSource, match=f"{variable} is set"):
        registry.locate("fred_cpi")


def test_one_failed_download_marks_the_rest_of_the_run_as_offline(mirror, monkeypatch):
    monkeypatch.delenv("REGSPEC_OFFLINE")
    tried = []

    def fail(url, **_):
        tried.append(url)
        raise ConnectionError("no route")

    monkeypatch.setattr(pooch, "retrieve", fail)
    with pytest.raises(MissingSource, match="download failed"):
        registry.locate("fred_cpi")
    with pytest.raises(MissingSource, match="earlier in this run"):
        registry.locate("fred_tb3ms")
    assert tried == list(SOURCES["fred_cpi"].urls)


def test_a_download_gets_its_expected_name_and_is_reused(mirror, monkeypatch, tmp_path):
    monkeypatch.delenv("REGSPEC_OFFLINE")
    fetched = tmp_path / "cache" / "downloads" / "1f-fredgraph.csv"

    def retrieve(url, **_):
        fetched.parent.mkdir(parents=True)
        fetched.write_text("observation_date,TB3MS\n2031-01-01,1.0\n2031-02-01,1.5\n")
        return str(fetched)

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    first = registry.locate("fred_tb3ms")
    assert first.path == tmp_path / "cache" / "TB3MS.csv"
    assert first.vintage == "to 2031-02"
    monkeypatch.setattr(pooch, "retrieve", lambda *a, **k: pytest.fail("downloaded twice"))
    assert registry.locate("fred_tb3ms") == first


def test_a_mirror_that_is_no_folder_is_refused(mirror, monkeypatch):
    monkeypatch.setenv("REGSPEC_DATA", str(mirror / "nowhere"))
    with pytest.raises(MissingSource, match="not a folder"):
        registry.locate("fred_cpi")


def test_an_unknown_id_lists_the_known_ones(mirror):
    with pytest.raises(KeyError, match="bea_cainc1"):
        registry.locate("bea_cainc2")


def test_each_access_is_logged_without_a_path_of_this_machine(mirror, monkeypatch, tmp_path):
    log = tmp_path / "access.jsonl"
    monkeypatch.setenv("REGSPEC_ACCESS_LOG", str(log))
    table(mirror)
    registry.locate("bea_sainc7h")
    registry.locate("bea_sainc7h")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 2
    assert lines[0]["source"] == "bea_sainc7h"
    assert set(lines[0]) == {"source", "file", "sha256", "vintage", "known"}
    assert str(tmp_path) not in log.read_text()


def test_status_and_fetch_all_report_every_source(mirror):
    table(mirror)
    status = registry.status().set_index("source")
    assert list(status.index) == list(SOURCES)
    assert status.loc["bea_sainc7h", "where"] == "mirror"
    assert status.loc["bea_cainc1", "where"] == "absent"
    fetched = registry.fetch_all(["bea_sainc7h", "bea_cainc1"]).set_index("source")
    assert fetched.loc["bea_sainc7h", "error"] == ""
    assert "REGSPEC_DATA" in fetched.loc["bea_cainc1", "error"]


def test_every_source_has_a_readme_that_names_its_known_checksums():
    for source in SOURCES.values():
        readme = (project_root() / "data" / source.dataset / "README.md").read_text()
        for sha256 in source.known:
            assert sha256 in readme, source.id
        for url in source.urls:
            assert url in readme, source.id


def test_the_root_can_be_overridden_and_must_be_the_repository(tmp_path, monkeypatch):
    assert (project_root() / "lib" / "regspec").is_dir()
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"no pyproject\.toml"):
        project_root()
    (tmp_path / "pyproject.toml").touch()
    assert project_root() == tmp_path
