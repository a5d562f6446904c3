"""`python -m regspec census`: fetch with a made-up client, build of a made-up nation, status."""

from __future__ import annotations

import json
import subprocess

import pandas as pd
import pytest
from census_world import write_raw, zone_names
from test_census_acquire import KEY, Client

from regspec.__main__ import main
from regspec.census import acquire, frames, store
from regspec.census.acquire import PublicFile
from regspec.facts import census_panels
from regspec.sources.errors import MissingSource
from regspec.synthetic import make


@pytest.fixture
def client(monkeypatch):
    fake = Client()
    monkeypatch.delenv("REGSPEC_OFFLINE", raising=False)
    monkeypatch.setattr(acquire, "connect", lambda key: fake)
    monkeypatch.setenv("IPUMS_API_KEY", KEY)
    return fake


def test_fetch_downloads_extracts_and_tables_and_records_them(tmp_path, client, capsys):
    arguments = ["census", "fetch", "--out", str(tmp_path), "--samples", "us1950a", "us1990a"]
    assert main([*arguments, "--only", "usa"]) == 0
    assert main([*arguments, "--only", "nhgis"]) == 2  # the made-up client names csv otherwise
    assert "IPUMS delivered no file nhgis0003*" in capsys.readouterr().err
    ledger = json.loads((tmp_path / "raw/fetch.json").read_text())
    assert list(ledger["extracts"]) == ["us1950a", "us1990a", "nhgis_1990"]
    assert main([*arguments, "--only", "cps", "--cps", "2020"]) == 0
    assert main(["census", "status", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "extract us1950a: there (number 1)" in out
    assert "extract nhgis_1990: requested (number 3)" in out
    assert "no build" in out
    assert KEY not in out


def test_fetch_without_a_key_says_where_to_get_one(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("IPUMS_API_KEY", raising=False)
    monkeypatch.delenv("REGSPEC_OFFLINE", raising=False)
    assert main(["census", "fetch", "--out", str(tmp_path), "--only", "usa"]) == 2
    assert "account.ipums.org/api_keys" in capsys.readouterr().err


def test_fetch_keeps_to_the_switch_that_forbids_the_network(tmp_path, client, monkeypatch, capsys):
    monkeypatch.setenv("REGSPEC_OFFLINE", "1")
    assert main(["census", "fetch", "--out", str(tmp_path)]) == 2
    assert "REGSPEC_OFFLINE is set, which forbids downloads" in capsys.readouterr().err
    assert client.calls == []


def test_fetch_gets_public_files_before_it_asks_for_a_key(tmp_path, monkeypatch, capsys):
    got = []
    file = PublicFile("crosswalks", "a.zip", "http://x/a.zip", "a")
    monkeypatch.setattr(acquire, "choose", lambda groups: [file])
    monkeypatch.setattr(acquire, "download", lambda f, raw, ledger, say: got.append(f))
    monkeypatch.delenv("IPUMS_API_KEY", raising=False)
    monkeypatch.delenv("REGSPEC_OFFLINE", raising=False)
    assert main(["census", "fetch", "--out", str(tmp_path), "--samples", "us1980a"]) == 2
    assert got == [file]
    assert main(["census", "fetch", "--out", str(tmp_path), "--only", "public"]) == 0
    assert "regspec census build --tier census --out" in capsys.readouterr().out


def test_fetch_and_build_refuse_a_folder_that_git_would_track(tmp_path, client, capsys):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for action in (["fetch"], ["build", "--tier", "census"]):
        assert main(["census", *action, "--out", str(tmp_path / "data")]) == 2
        assert "is not ignored" in capsys.readouterr().err
    assert client.calls == []


def test_fetch_refuses_1960_by_name(tmp_path, client, capsys):
    assert main(["census", "fetch", "--out", str(tmp_path), "--samples", "us1960a"]) == 2
    assert "take the 5% sample, us1960b" in capsys.readouterr().err


def test_build_of_extracts_prints_its_rules(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(frames, "zone_names", zone_names)
    write_raw(tmp_path / "raw", ("us1990a",))
    (tmp_path / "raw/SYNTHETIC.json").unlink()
    arguments = ["census", "build", "--tier", "census", "--out", str(tmp_path)]
    assert main(arguments) == 0
    out, told = capsys.readouterr()
    assert "1990: 7,710 persons in 771 units" in told
    assert "top_coded" in out
    assert main([*arguments, "--house-values", "required"]) == 2
    assert "no NHGIS table of house values" in capsys.readouterr().err
    assert main(["census", "status", "--out", str(tmp_path)]) == 0
    assert "build of tier census: not finished" in capsys.readouterr().out


def test_the_synthetic_tier_is_generated_first(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(frames, "zone_names", zone_names)
    asked = []

    def write(folder, size, seed, *, progress):
        asked.append((folder, size, seed))
        write_raw(folder, ("us1990a",))
        return type("Written", (), {"about": {"seed": seed, "size": size}})

    monkeypatch.setattr(make, "places", lambda: None)
    monkeypatch.setattr(make, "gdp_by_group", lambda scheme: None)
    monkeypatch.setattr(make, "write_extracts", write)
    arguments = ["census", "build", "--tier", "synthetic", "--out", str(tmp_path)]
    assert main([*arguments, "--size", "7710", "--seed", "3"]) == 0
    assert asked == [(tmp_path / "raw", 7710, 3)]
    assert json.loads((tmp_path / "build.json").read_text())["about"] == {"seed": 3, "size": 7710}
    assert main(["census", "status", "--out", str(tmp_path)]) == 0
    assert "build of tier synthetic: finished" in capsys.readouterr().out


def test_commands_and_chapters_use_the_same_default_folders(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(make, "make_build", lambda folder, **_: asked.append(folder) or _Rules())
    monkeypatch.setattr(census_panels, "make_build", lambda folder: asked.append(folder))
    assert main(["census", "build", "--tier", "synthetic"]) == 0
    census_panels.open_build("synthetic")
    assert asked[0] == asked[1] == make.default_folder()
    assert main(["census", "build", "--tier", "synthetic", "--seed", "2"]) == 0
    assert asked[2] == make.default_folder(seed=2) != asked[0]
    monkeypatch.setattr(store, "project_root", lambda: tmp_path)
    folder = store.census_folder()
    assert folder.parts[-3:] == ("_build", "census", "census")  # git ignores _build
    with pytest.raises(MissingSource, match=str(folder)):
        census_panels.open_build("census")
    assert main(["census", "build", "--tier", "census"]) == 2


class _Rules:
    """A build of which only the rules are asked for."""

    def rules(self):
        return pd.DataFrame()
