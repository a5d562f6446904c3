"""Files are whole or as they were before; what cannot be read is named; archives stay in place."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from regspec.__main__ import main
from regspec.book import arguments, execution, locks, manifest
from regspec.catalogue import Entry
from regspec.sources import paths, registry
from regspec.sources.catalogue import SOURCES
from regspec.sources.errors import DamagedSource, MissingSource
from regspec.tools.files import YamlError, read_word, read_yaml, whole, write_whole

WANTED = SOURCES["bea_sainc7h"]
MEMBER = "SAINC7H__ALL_AREAS_1929_1957.csv"


@pytest.fixture
def project(tmp_path, monkeypatch):
    for folder in ("notebooks", "scenarios", "data/results"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(errno.ENOSPC, "full")])
def test_a_write_that_breaks_off_leaves_what_was_there(tmp_path, stop):
    target = write_whole(tmp_path / "a.txt", "before")

    def write_half():
        with whole(target) as part:
            part.write_text("half")
            raise stop

    with pytest.raises((KeyboardInterrupt, OSError)) as told:
        write_half()
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    if told.type is OSError:
        assert told.value.filename == str(target)


def test_a_full_disk_is_told_with_the_file_and_a_remedy(project, monkeypatch, capsys):
    """A limit on the size of files stands for the disk: neither needs special rights."""
    write_whole(manifest.path(), "{}")

    def fill(_):
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
        try:
            write_whole(manifest.path(), "x" * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    monkeypatch.setattr("regspec.catalogue.load", lambda: fill(None))
    assert main(["list"]) == 2
    told = capsys.readouterr().err
    assert "manifest.json; the file is larger than this shell allows" in told
    assert manifest.path().read_text() == "{}"


def test_a_damaged_manifest_is_named_with_its_remedy(project):
    manifest.path().write_text('{"01_first": {"sec')
    with pytest.raises(manifest.ManifestError, match=r"manifest\.json cannot be read .*git"):
        manifest.load()


def hold(root, seconds):
    os.environ["REGSPEC_ROOT"] = str(root)
    with locks.in_turn("book", "regspec run --all"):
        (root / "held").touch()
        time.sleep(seconds)


@pytest.mark.parametrize("killed", [False, True])
def test_the_second_of_two_runs_waits_and_says_for_whom(project, killed):
    first = multiprocessing.get_context("spawn").Process(target=hold, args=(project, 60))
    first.start()
    while not (project / "held").exists():
        time.sleep(0.02)
    told = []

    def say(line):
        told.append(line)
        (os.kill(first.pid, signal.SIGKILL) if killed else first.terminate())

    with locks.in_turn("book", "regspec book", say):
        pass
    first.join()
    assert f"waiting for process {first.pid} " in told[0]
    assert "'regspec run --all'" in told[0]


def test_being_terminated_is_an_interruption(tmp_path):
    code = (
        "import sys, time\nfrom regspec import __main__ as m\n"
        "from regspec import catalogue\n"
        "def slow(*_):\n    print('here', flush=True)\n    time.sleep(60)\n"
        "catalogue.load = slow\nsys.exit(m.main(['list']))\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout.readline() == "here\n"
    run.send_signal(signal.SIGTERM)
    _, told = run.communicate(timeout=20)
    assert run.returncode == 130
    assert told == "interrupted; what was finished is kept: run the same command again to go on\n"


# --- archives and downloads -----------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("folder", ["", "../../../", "/etc/", "C:/", "a/../../"])
def test_archives_cannot_write_outside_the_cache(tmp_path, cache, folder):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(f"{folder}{MEMBER}", "text")
    before = set(tmp_path.rglob("*"))
    assert registry.extract(WANTED, tmp_path / "x.zip") == cache / MEMBER
    assert set(tmp_path.rglob("*")) - before == {cache, cache / MEMBER}


@pytest.mark.parametrize("where", ["cache", "elsewhere"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "page"])
def test_a_damaged_archive_is_named_and_ours_is_deleted(tmp_path, cache, damage, where):
    path = (cache / "downloads" if where == "cache" else tmp_path) / "SAINC.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, os.urandom(300).hex())
    whole_file = path.read_bytes()
    path.write_bytes(
        {
            "truncated": whole_file[:200],
            "flipped": whole_file[:100] + b"\xff" * 60 + whole_file[160:],
            "page": b"<html>log in first</html>",
        }[damage]
    )
    with pytest.raises(DamagedSource, match=r"SAINC\.zip is not a readable zip .*again|anew"):
        registry.extract(WANTED, path)
    assert path.exists() == (where == "elsewhere")
    assert not (cache / MEMBER).exists()


def test_a_folder_that_cannot_be_written_is_not_called_a_damaged_archive(
    tmp_path, cache, monkeypatch
):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(MEMBER, "text")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(registry.shutil, "copyfileobj", full)
    with pytest.raises(MissingSource, match=r"cannot be written .*disk is full.*REGSPEC_CACHE"):
        registry.extract(WANTED, tmp_path / "x.zip")
    assert list(cache.iterdir()) == []


def test_without_a_home_folder_the_variable_to_set_is_named(monkeypatch):
    for name in ("REGSPEC_CACHE", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user without one
    with pytest.raises(MissingSource, match=r"HOME is not set.*REGSPEC_CACHE"):
        paths.cache_folder()
    assert paths.cache_if_any() is None


# --- what people write ----------------------------------------------------------------------------

BOMB = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "aliases"),
        ("a: 1\na: 2\n", "'a' stands twice"),
        ("!!python/object/apply:os.system [echo]", "could not determine a constructor"),
        ("a: [1", "expected ',' or ']'"),
        ("[" * 5000, "nested too deeply|expected the node content"),
        ("a: 2020-13-45\n", "month must be in"),
    ],
)
def test_yaml_that_is_not_plain_is_refused_with_its_file(tmp_path, text, message):
    path = tmp_path / "x.yml"
    path.write_text(text)
    with pytest.raises(YamlError, match=rf"x\.yml is not readable as YAML: .*({message})"):
        read_yaml(path)
    with pytest.raises(YamlError):
        read_word(text)


SOURCE = """# %% tags=["parameters"]
theta: float = 0.35  # limit; 0 < theta < 1
loose: float = 1.0  # without a range
many: list = [0.1, 0.2]  # numbers
"""


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "[]", "just words", "name: low", "name: low\ndescription: x\nnotebooks: 3",
        "name: ../../up\ndescription: x\nnotebooks: {01_a: {}}",
        "name: low\ndescription: x\nnotebooks: {01_a: [1]}",
        "name: low\ndescription: x\nnotebooks: {01_a: {theta: .nan}}",
        "name: low\ndescription: x\nnotebooks: {01_a: {loose: .nan}}",
        "name: low\ndescription: x\nnotebooks: {01_a: {loose: .inf}}",
        "name: low\ndescription: x\nnotebooks: {01_a: {many: [0.1, a]}}",
        "name: low\ndescription: x\nnotebooks: {01_a: {theta: {a: 1}}}",
        "name: low\ndescription: x\nnotebooks: {01_a: {1: 2}}",
        "name: low\ndescription: x\nnotebooks: {b: {}}", "name: [", "\x00",
    ],
)  # fmt: skip
def test_wrong_scenario_files_are_refused_by_name(project, text):
    (project / "notebooks" / "01_a.py").write_text(SOURCE)
    (project / "scenarios" / "low.yml").write_text(text)
    with pytest.raises(ValueError, match=r"low\.yml"):
        arguments.load_scenario("low", {"01_a": Entry(name="01_a")})


@pytest.mark.parametrize("words", [["theta", "[1"], ["many", "{"], ["loose", ".nan"]])
def test_wrong_words_on_the_command_line_are_refused_by_name(project, words, capsys):
    (project / "notebooks" / "01_a.py").write_text(SOURCE)
    (project / "notebooks" / "catalogue.yml").write_text("01_a:\n")
    assert main(["run", "01", "-p", *words]) == 2
    assert f"parameter '{words[0]}'" in capsys.readouterr().err
    assert main(["run", "01", "-p", "theta", "0.1", "-p", "theta", "0.2"]) == 2
    assert "'theta' is given 2 times" in capsys.readouterr().err


def test_keys_are_found_and_hidden(monkeypatch):
    monkeypatch.setenv("IPUMS_API_KEY", "59cba10d8a5da536fc06b59d")
    assert execution.found_in("x 59cba10d8a5da536fc06b59d y") == ["IPUMS_API_KEY"]
    assert execution.hidden("x 59cba10d8a5da536fc06b59d y") == "x [IPUMS_API_KEY] y"
    assert execution.found_in("nothing") == []
