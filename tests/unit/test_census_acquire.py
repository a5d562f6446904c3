"""Fetching against a client and a server that are made up: resume, checksums, key, git."""

from __future__ import annotations

import http.server
import json
import logging
import subprocess
import threading
import traceback
from types import SimpleNamespace

import pytest
from test_census_readers import CODEBOOK

from regspec.census import acquire
from regspec.census.acquire import (
    PUBLIC_FILES,
    PublicFile,
    api_key,
    choose,
    cps_request,
    download,
    fetch_extracts,
    nhgis_requests,
    usa_requests,
)
from regspec.census.housing import parse_codebook
from regspec.census.store import LEDGER, Ledger, refuse_tracked
from regspec.sources.errors import BuildError, FetchError

KEY = "59cba10d8a5da536fc06b59d"


class Client:
    """The API as ipumspy shows it: numbers extracts, prepares them, writes their files."""

    def __init__(self, fail_at: str = ""):
        self.fail_at, self.calls, self.status = fail_at, [], {}

    def _call(self, name, number=None):
        self.calls.append(name if number is None else f"{name} {number}")
        if self.fail_at in (name, f"{name} {number}"):
            raise ConnectionError(f"401 for header Authorization: {KEY} at api.ipums.org")

    def submit_extract(self, extract):
        self._call("submit")
        extract._id = len(self.status) + 1
        extract.api_version = 2  # as ipumspy does
        self.status[extract._id] = "queued"
        return extract

    def extract_status(self, number, collection):
        return self.status.get(number, "not found")

    def extract_is_expired(self, number, collection):
        return self.status[number] == "expired"

    def wait_for_extract(self, number, collection):
        self._call("wait", number)
        self.status[number] = "completed"

    def download_extract(self, number, collection, download_dir):
        self._call("download", number)
        for ending in (".dat.gz", ".xml"):
            (download_dir / f"{collection}_{number:05d}{ending}").write_text(f"{number}{ending}")

    def get_metadata(self, wanted):
        self._call("metadata")
        if hasattr(wanted, "dataset_name"):
            wanted.universe = "Specified owner-occupied housing units"
            wanted.description = "Value"
            labels = parse_codebook(CODEBOOK).labels
            if wanted.name == "NH23B":
                labels = ("Median value",)
            wanted.variables = [{"description": label} for label in labels]
        else:
            wanted.geog_levels = [{"name": "state"}, {"name": "county"}]
            wanted.data_tables = [
                {"name": "NH1", "description": "Housing Units"},
                {"name": "NH23B", "description": "Median Value"},
                {"name": "NH23", "description": "Value"},
            ]
        return wanted


@pytest.fixture
def requests():
    return usa_requests(["us1950a", "us1980a"])


def run(folder, requests, client):
    lines = []
    fetch_extracts(requests, client, KEY, Ledger.open(folder), lines.append)
    return lines


def test_a_request_asks_for_all_that_the_build_reads(requests):
    asked = requests[0].extract.build()
    assert list(asked["samples"]) == ["us1950a"]
    assert {"INCWAGE", "SLWT", "SEA", "PERWT", "IND1990", "IND1950"} <= set(asked["variables"])
    assert asked["dataFormat"] == "fixed_width"
    assert "rectangular" in asked["dataStructure"]
    assert [r.name for r in usa_requests()][:3] == ["us1950a", "us1970c", "us1970d"]
    with pytest.raises(BuildError, match="'us1960a' is refused: the 1% sample of 1960"):
        usa_requests(["us1960a"])
    assert list(cps_request([2020]).extract.build()["samples"]) == ["cps2020_03s"]


def test_files_are_downloaded_and_their_checksums_recorded(tmp_path, requests):
    client = Client()
    run(tmp_path, requests, client)
    assert client.calls == ["submit", "submit", "wait 1", "download 1", "wait 2", "download 2"]
    ledger = json.loads((tmp_path / LEDGER).read_text())
    assert set(ledger["extracts"]["us1980a"]["files"]) == {
        "ipums/usa_00002.dat.gz",
        "ipums/usa_00002.xml",
    }
    again = Client()
    requests = usa_requests(["us1950a", "us1980a"])  # as a later run defines them
    assert run(tmp_path, requests, again)[0] == "us1950a: there (extract 1)"
    assert again.calls == []


@pytest.mark.parametrize("broken", ["submit", "wait 1", "download 2"])
def test_an_interrupted_fetch_resumes_without_requesting_twice(tmp_path, requests, broken):
    client = Client(broken)
    with pytest.raises(FetchError, match=r"ConnectionError.*run the command again"):
        run(tmp_path, requests, client)
    client.fail_at = ""
    before = client.calls.count("submit") - (broken == "submit")
    run(tmp_path, requests, client)
    assert client.calls.count("submit") - (broken == "submit") == 2
    assert before in (0, 2)
    assert client.calls.count("download 1") == 1


def test_changed_files_and_definitions_are_had_again(tmp_path, requests):
    client = Client()
    run(tmp_path, requests, client)
    (tmp_path / "ipums/usa_00001.dat.gz").write_text("damaged")
    client.calls.clear()
    run(tmp_path, requests, client)
    assert client.calls == ["wait 1", "download 1"]
    requests[1].extract.variables.pop()
    client.calls.clear()
    run(tmp_path, requests, client)
    assert client.calls == ["submit", "wait 3", "download 3"]


@pytest.mark.parametrize("state", ["expired", "failed", "not found"])
def test_an_extract_that_is_gone_is_requested_again(tmp_path, requests, state):
    client = Client("wait 1")
    with pytest.raises(FetchError):
        run(tmp_path, requests, client)
    client.fail_at = ""
    client.status[1] = state
    if state == "expired":
        client.extract_status = lambda number, collection: "completed"
    if state == "not found":
        client.status = {9: "queued", 2: "queued"}
    client.calls.clear()
    run(tmp_path, requests, client)
    assert client.calls.count("submit") >= 1


def test_the_key_is_in_no_message_log_or_traceback(tmp_path, requests, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    lines = []
    ledger = Ledger.open(tmp_path)
    for broken in ("submit", "wait 1", "download 1"):
        with pytest.raises(FetchError) as told:
            fetch_extracts(requests, Client(broken), KEY, ledger, lines.append)
        assert "[key]" in str(told.value)
        text = "".join(traceback.format_exception(told.value))
        assert KEY not in text
        assert told.value.__context__ is None
    seen = caplog.text + "".join(lines) + "".join(capsys.readouterr())
    assert KEY not in seen + (tmp_path / LEDGER).read_text()


def test_a_missing_key_says_where_to_get_one():
    with pytest.raises(FetchError, match=r"IPUMS_API_KEY is not set.*account\.ipums\.org/api_keys"):
        api_key({"IPUMS_API_KEY": " "})
    assert api_key({"IPUMS_API_KEY": f"{KEY}\n"}) == KEY
    client = acquire.connect(KEY)
    assert client.session.headers["Authorization"] == KEY


def test_the_table_of_values_is_found_in_the_catalogue(tmp_path):
    request = nhgis_requests(Client(), KEY, [1990])[0]
    asked = request.extract.build()
    assert list(asked["datasets"]) == ["1990_STF1"]
    assert asked["datasets"]["1990_STF1"]["dataTables"] == ["NH23"]
    assert asked["datasets"]["1990_STF1"]["geogLevels"] == ["county"]
    client = Client()
    client.get_metadata = lambda wanted: SimpleNamespace(
        geog_levels=[{"name": "state"}], data_tables=[]
    )
    with pytest.raises(FetchError, match=r"no dataset of NHGIS for 1980 \(1980_STF1, 1980_STF3\)"):
        nhgis_requests(client, KEY, [1980])


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_no_microdata_where_git_tracks(tmp_path, requests):
    refuse_tracked(tmp_path / "free")
    tree = tmp_path / "tree"
    tree.mkdir()
    git(tree, "init", "-q")
    with pytest.raises(FetchError, match=r"lies in the git work tree .* is not ignored"):
        refuse_tracked(tree / "data/raw")
    client = Client()
    with pytest.raises(FetchError, match="IPUMS does not allow microdata"):
        run(tree / "raw", requests, client)
    assert client.calls == []
    (tree / ".gitignore").write_text("_build/\n")
    refuse_tracked(tree / "_build/census/raw")
    (tree / "_build").mkdir()
    (tree / "_build/a.txt").write_text("x")
    git(tree, "add", "-f", "_build/a.txt")
    with pytest.raises(FetchError, match="git tracks files in"):
        refuse_tracked(tree / "_build")


def test_a_broken_ledger_is_named(tmp_path):
    (tmp_path / LEDGER).write_text("{")
    with pytest.raises(FetchError, match=r"fetch\.json cannot be read"):
        Ledger.open(tmp_path)


@pytest.fixture
def server(tmp_path):
    """A server on this machine that hands out one file."""
    content = {"value": b"first"}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/cw.zip" else 404)
            self.end_headers()
            if self.path == "/cw.zip":
                self.wfile.write(content["value"])

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{opened.server_address[1]}", content
        opened.shutdown()


def test_public_files_are_downloaded_once_and_again_if_damaged(tmp_path, server):
    address, content = server
    file = PublicFile("crosswalks", "cw.zip", f"{address}/cw.zip", "a crosswalk")
    ledger, lines = Ledger.open(tmp_path), []
    path = download(file, tmp_path, ledger, lines.append)
    assert path.read_bytes() == b"first"
    content["value"] = b"second"
    assert download(file, tmp_path, Ledger.open(tmp_path), lines.append).read_bytes() == b"first"
    path.write_bytes(b"damaged")
    assert download(file, tmp_path, ledger, lines.append).read_bytes() == b"second"
    assert [line.split(": ")[1].split(",")[0] for line in lines] == [
        "downloaded",
        "there",
        "differs from what was recorded",
        "downloaded",
    ]
    assert [p.name for p in path.parent.iterdir()] == ["cw.zip"]


def test_an_unreachable_file_says_what_to_do_by_hand(tmp_path, server):
    file = PublicFile("crosswalks", "no.zip", f"{server[0]}/no.zip", "a crosswalk")
    with pytest.raises(FetchError, match=r"could not be downloaded .*put it at .*no\.zip"):
        download(file, tmp_path, Ledger.open(tmp_path))


def test_public_files_have_official_addresses_and_groups():
    hosts = {f.url.split("/")[2] for f in PUBLIC_FILES}
    assert hosts == {
        "www.ddorn.net",
        "ekrose.github.io",
        "www2.census.gov",
        "data.nber.org",
    }
    assert len({(f.group, f.name) for f in PUBLIC_FILES}) == len(PUBLIC_FILES)
    assert {f.group for f in choose(["cbp"])} == {"cbp"}
    assert len(choose(None)) == len(PUBLIC_FILES)
    with pytest.raises(ValueError, match=r"no group .*\['qwi'\]; use some of \['crosswalks'"):
        choose(["qwi"])
    assert acquire.CBP_YEARS[0] == 1986
