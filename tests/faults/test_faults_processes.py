"""Stopped, killed, without space or rights, elsewhere, in another language: nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import nbformat
import pytest
from project import finish, make_project, start, wait_for, write_notebook

from regspec.__main__ import main
from regspec.book import manifest, runner
from regspec.catalogue import Entry

SLOW = """\
import os, time
from pathlib import Path

Path(os.environ["REGSPEC_TEST_MARK"]).write_text(str(os.getpid()))
time.sleep(120)
"""


def alive(pid):
    """Whether a process runs; one that has ended may still be listed, with the state Z."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return told.stdout.strip()[:1] not in ("", "Z")


def contents(root):
    """Every file of the project but the lock, by name."""
    files = (p for p in root.rglob("*") if p.is_file() and "locks" not in p.parts)
    return {str(p.relative_to(root)): p.read_bytes() for p in files}


def test_a_run_that_is_stopped_or_killed_leaves_the_last_execution_and_goes_on(
    tmp_path, monkeypatch
):
    root = make_project(tmp_path / "project", n01_a="print(1)\n", n02_b="print(2)\n")
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    assert main(["run", "01"]) == 0
    write_notebook(root, "01_a", SLOW)
    before, mark = contents(root), tmp_path / "mark"
    for how, code in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
        mark.unlink(missing_ok=True)
        process = start(root, "run", "--all", REGSPEC_TEST_MARK=str(mark))
        wait_for(lambda: mark.exists() and mark.read_text())
        process.send_signal(how)
        _, told = process.communicate(timeout=60)
        assert process.returncode == code
        if how == signal.SIGINT:
            assert told.splitlines()[1:] == [  # after the notebook's name: no word of the kernel's
                "interrupted; what was finished is kept: run the same command again to go on"
            ]
        assert contents(root) == before
        kernel = int(mark.read_text())
        wait_for(lambda pid=kernel: not alive(pid))  # nor goes on computing for nobody
    write_notebook(root, "01_a", "print(3)\n")
    assert main(["run", "--all"]) == 0
    assert '"3\\n"' in (root / "notebooks" / "01_a.ipynb").read_text()


# --- downloads ------------------------------------------------------------------------------------

DOWNLOAD = """\
import dataclasses, sys
from regspec.sources import registry
from regspec.sources.catalogue import SOURCES
from regspec.sources.errors import SourceError

registry.READ_SECONDS = float(sys.argv[2])
found = dataclasses.replace(SOURCES["fred_cpi"], urls=(sys.argv[1],))
registry.source = lambda source_id: found
try:
    print(registry.locate("fred_cpi").path)
except SourceError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def server():
    """A publisher: ``mode`` says whether it sends all, stops in the middle, or hangs up there."""
    text = b"observation_date,CPIAUCSL\n" + b"1947-01-01,21.48\n" * 2000

    class Publisher(BaseHTTPRequestHandler):
        mode, asked, release = "all", 0, threading.Event()

        def do_GET(self):
            type(self).asked += 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text if self.mode == "all" else text[: len(text) // 2])
            self.wfile.flush()
            if self.mode == "stalls":
                self.release.wait(60)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        Publisher.url = f"http://127.0.0.1:{serving.server_port}/CPIAUCSL.csv"
        yield Publisher
        Publisher.release.set()
        serving.shutdown()


def test_a_download_that_stalls_breaks_off_or_is_killed_is_not_believed(tmp_path, server):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("REGSPEC_") and k != "CI"}
    clean |= {"REGSPEC_CACHE": str(tmp_path / "cache"), "no_proxy": "*"}

    def download(seconds=20.0):
        words = [sys.executable, "-c", DOWNLOAD, server.url, str(seconds)]
        return subprocess.Popen(words, env=clean, stdout=-1, stderr=-1, text=True)

    for server.mode in ("stalls", "hangs up"):
        process = download(0.5)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "fred_cpi" in told
        assert "the download failed" in told
    server.mode, asked = "stalls", server.asked
    process = download()
    wait_for(lambda: server.asked > asked and any((tmp_path / "cache").rglob("tmp*")))
    process.kill()
    process.communicate()
    server.mode = "all"
    out, told = download().communicate(timeout=60)
    assert server.asked == asked + 2, told  # what was there was not taken for the file
    with open(out.strip()) as found:
        assert found.read().count("\n") == 2001


# --- disks ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path):
    """A disk of two megabytes; ``mount`` needs rights that a build server may not have."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        not shutil.which("mount")
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True
        ).returncode
    ):
        pytest.skip("this user may not mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk, left):
    free = os.statvfs(disk)
    with (disk / "filler").open("ab") as filler:
        filler.write(bytes(free.f_bavail * free.f_bsize - left))


def test_a_full_disk_and_one_that_cannot_be_written_are_told_and_cost_nothing(
    disk, tmp_path, monkeypatch, capsys
):
    root = make_project(disk / "project", n01_a="print('x' * 200_000)\n")
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    assert main(["run", "01"]) == 0
    before = contents(root)
    fill(disk, left=64 * 1024)  # enough for the lock, not for the page
    capsys.readouterr()
    assert main(["run", "01", "--force"]) == 1
    out = capsys.readouterr().out
    assert "No space left on device" in out
    assert "01_a.ipynb" in out
    assert "disk is full" in out
    fill(disk, left=0)
    assert main(["run", "01", "--force"]) == 2
    told = capsys.readouterr().err
    assert "No space left on device: " in told
    assert "locks/book; the disk is full" in told
    assert contents(root) == before

    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert main(["run", "01", "--force"]) == 2
    told = capsys.readouterr().err
    assert "Read-only file system" in told
    assert str(root) in told
    assert main(["check"]) == 0
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    (disk / "filler").unlink()
    assert contents(root) == before
    write_notebook(root, "01_a", "print('y' * 200_000)\n")
    assert main(["run", "01"]) == 0


# --- places and languages -------------------------------------------------------------------------

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_a_project_in_a_folder_with_blanks_and_letters_runs_without_a_language(tmp_path):
    root = make_project(
        tmp_path / "Größe, Maß und \N{GREEK SMALL LETTER XI}",
        n01_a='gamma: float = 2.0  # aversion γ; gamma > 0\nprint("γ = 2, naïve, 日本")\n',
    )
    temporary = tmp_path / "für Zwischenstände"
    temporary.mkdir()
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "TMPDIR": str(temporary)}
    code, out, told = finish(root, "run", "01", **plain)
    assert (code, "Traceback" in told) == (0, False), told + out
    nb = nbformat.read(root / "notebooks" / "01_a.ipynb", as_version=4)
    assert nb.cells[-1].outputs[0].text == "γ = 2, naïve, 日本\n"
    code, out, told = finish(root, "check", **ASCII)
    assert (code, out.strip()) == (0, "01_a: fresh"), told
    assert not any(temporary.iterdir())


def installed():
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    return {name.replace("-", "").lower(): name for name in listed}


@pytest.mark.parametrize(
    "language",
    ["C", "latin-1", pytest.param("tr_TR.utf8", id="Turkish"), pytest.param("de_DE.utf8")],
)
def test_commands_print_what_they_can_in_any_language(language):
    if language == "latin-1":
        environment = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    elif language == "C":
        environment = ASCII
    elif language.lower() in installed():
        environment = {"LC_ALL": installed()[language.lower()]}
    else:
        pytest.skip(f"the locale {language} is not installed")
    # Quantities and notes hold Greek letters and signs.
    run = subprocess.run(
        [sys.executable, "-m", "regspec", "scoreboard", "--json"],
        env={**os.environ, **environment},
        capture_output=True,
    )
    assert (run.returncode, b"Traceback" in run.stderr) == (0, False), run.stderr
    assert b'"paper":' in run.stdout
    if language == "C":
        run.stdout.decode("ascii")


# --- what earlier runs left -----------------------------------------------------------------------


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """A project whose notebooks are not executed: what is kept of them is at stake here."""
    root = make_project(tmp_path, n01_a="print(1)\n", n02_b="print(2)\n")
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    ran = []

    def execute(entry, *_, **__):
        ran.append(entry.name)
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")]), {}

    monkeypatch.setattr(runner, "execute", execute)
    return root, ran


@pytest.mark.parametrize("part", ["01_a.json", "01_a.ipynb"])
@pytest.mark.parametrize("damage", [b"", b'{"inputs": {', b"\xff\xfe\x00", b"[]", b"null"])
def test_a_damaged_run_of_a_scenario_is_run_again(pages, part, damage):
    root, ran = pages
    (root / "scenarios" / "low.yml").write_text("name: low\ndescription: x\nnotebooks: {01_a: {}}")
    assert main(["run", "-s", "low"]) == 0
    assert main(["run", "-s", "low"]) == 0
    assert ran == ["01_a"]
    (root / "_build" / "runs" / "low" / part).write_bytes(damage)
    assert main(["run", "-s", "low"]) == 0
    assert main(["run", "-s", "low"]) == 0
    assert ran == ["01_a", "01_a"]


@pytest.mark.parametrize("damage", [b"", b'{"cells": [', b"\xff\xfe\x00"])
def test_a_damaged_page_is_named_and_made_again(pages, damage, capsys):
    root, ran = pages
    assert main(["run", "--all"]) == 0
    page = root / "notebooks" / "01_a.ipynb"
    whole = page.read_bytes()
    page.write_bytes(damage)
    assert main(["check"]) == 1
    assert "01_a.ipynb was edited by hand, or its run was cut short" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"01_a\.ipynb is damaged .*run 01_a --force.*git"):
        runner.write_scoreboard()
    assert main(["run", "--all"]) == 0
    assert ran == ["01_a", "02_b", "01_a"]
    assert page.read_bytes() == whole


@pytest.mark.parametrize(
    "word",
    ["../low", "scenarios/low.yml", "/etc/passwd", "low.yml", "", "a b", "l\x00w", "-x" * 50],
)
def test_a_scenario_is_a_name_and_no_path(pages, word, capsys):
    root, ran = pages
    (root / "low.yml").write_text("name: low\ndescription: x\nnotebooks: {01_a: {}}")
    assert main(["run", f"--scenario={word}"]) == 2
    assert not ran
    (told,) = capsys.readouterr().err.strip().splitlines()
    assert ("allowed: a name of letters" if word else "name a notebook") in told


@pytest.mark.usefixtures("pages")
def test_the_manifest_keeps_what_was_run_before_a_failure(monkeypatch, capsys):
    assert main(["run", "01"]) == 0

    def broken(*_, **__):
        raise MemoryError

    monkeypatch.setattr(runner, "execute", broken)
    assert main(["run", "--all", "--force"]) == 1
    assert "MemoryError" in capsys.readouterr().out
    assert set(json.loads(manifest.path().read_text())) == {"01_a"}
    assert manifest.reasons_stale(Entry(name="01_a")) == []
