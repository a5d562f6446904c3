"""The commands: help with examples that are accepted, results, JSON, filters, exit statuses."""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import textwrap

import pytest

from regspec import catalogue
from regspec.__main__ import _parser, main
from regspec.book import arguments, runner, site
from regspec.cli import bench, doctor
from regspec.paper import scoreboard
from regspec.sources import registry
from regspec.tools import console

COMMANDS = {
    "run",
    "list",
    "check",
    "book",
    "sweep",
    "tables",
    "data",
    "census",
    "scoreboard",
    "bench",
    "doctor",
}


def leaves(parser, words=()):
    """Every command that does something, with the words that lead to it."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        return {words: parser}
    found = {}
    for name, child in groups[0].choices.items():
        found |= leaves(child, (*words, name))
    return found


LEAVES = leaves(_parser())


def test_all_commands_are_there():
    assert {words[0] for words in LEAVES} == COMMANDS
    assert {words for words in LEAVES if words[0] == "data"} == {
        ("data", "status"),
        ("data", "fetch"),
    }


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_has_help_examples_exit_statuses_and_the_common_options(words):
    parser = LEAVES[words]
    text = parser.format_help()
    assert parser.description.endswith(".")
    assert "examples:\n  python -m regspec " in text
    for code in (0, 1, 2, 130):
        assert re.search(rf"^  {code:<3}  \w", text, re.M), (words, code)
    options = {o for a in parser._actions for o in a.option_strings}
    assert "--quiet" in options
    without_results = {("census", "fetch"), ("census", "synthesize")}
    assert ("--json" in options) == (words not in without_results)
    named = [a for a in parser._actions if a.help is None]
    assert not [a.dest for a in named if a.dest not in {"tier", "house_values", "threads", "seed"}]


def examples():
    texts = [_parser().format_help(), *(p.format_help() for p in LEAVES.values())]
    lines = re.findall(r"^  python -m regspec (.*?)(?:  .*)?$", "\n".join(texts), re.M)
    return sorted(set(lines))


def test_examples_in_the_help_are_accepted():
    import shlex

    entries, shown = catalogue.load(), examples()
    assert len(shown) > 30
    for line in shown:
        given = _parser().parse_args(shlex.split(line))
        for entry in catalogue.find(getattr(given, "notebooks", []), entries):
            arguments.parse(entry, dict(getattr(given, "parameter", ())))
        if getattr(given, "scenario", None):
            arguments.load_scenario(given.scenario, entries)
        if given.command == "sweep":
            assert (catalogue.project_root() / given.file).is_file()
        if given.command == "bench":
            assert set(given.parts) <= set(bench.PARTS)


@pytest.mark.parametrize(
    "words", [[], ["nothing"], ["data"], ["data", "remove"], ["scoreboard", "--tier", "x"]]
)
def test_wrong_words_are_refused_by_the_parser(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: " in capsys.readouterr().err


# --- what is common -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyError("no such thing"), "error: no such thing"),
        (
            OSError(28, "No space left on device", "/full/x"),
            "error: No space left on device: /full/x",
        ),
        (ModuleNotFoundError("No module", name="papermill"), "pip install 'regspec[book]'"),
    ],
)
def test_errors_are_told_in_a_line(monkeypatch, capsys, error, expected):
    def fail(_):
        raise error

    monkeypatch.setattr(arguments, "declared", fail)
    assert main(["list"]) == 2
    told = capsys.readouterr().err
    assert expected in told
    assert len(told.splitlines()) == 1


def test_an_interruption_has_its_own_status(monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(arguments, "declared", stop)
    assert main(["list"]) == 130
    assert capsys.readouterr().err.startswith("interrupted; what was finished is kept")


def test_a_reader_that_stops_reading_is_no_error():
    command = f"set -o pipefail; {sys.executable} -m regspec scoreboard --notes | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "reference" in done.stdout
    assert "rror" not in done.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colour_is_for_terminals_without_no_color_or_ci(monkeypatch):
    for name in ("NO_COLOR", "CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert console.paint("x", "bad", Terminal()) == "\033[31mx\033[0m"
    assert console.paint("x", "bad", io.StringIO()) == "x"
    for name, value in (("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb")):
        with monkeypatch.context() as m:
            m.setenv(name, value)
            assert not console.coloured(Terminal())
    assert console.interactive(Terminal())


def test_the_website_is_built_without_colour_where_nobody_watches(monkeypatch, tmp_path):
    called = {}

    def call(command, **options):
        called.update(options)
        (tmp_path / "_build/html").mkdir(parents=True)
        (tmp_path / "_build/html/index.html").write_text("")
        return 0

    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    monkeypatch.setenv("CI", "1")
    monkeypatch.setattr(site, "stage", lambda: (tmp_path, {}))
    monkeypatch.setattr(site.subprocess, "call", call)
    site.build()
    assert called["env"]["NO_COLOR"] == "1"


def test_the_book_reports_notebooks_notices_and_where_it_is(monkeypatch, tmp_path, capsys):
    outcomes = [runner.Outcome(name="01_data", status="failed", seconds=1.0, message="x")]
    monkeypatch.setattr(runner, "run", lambda entries, say: outcomes)
    monkeypatch.setattr(
        site, "build", lambda: (tmp_path / "index.html", {"02_fact1": "it is stale"})
    )
    assert main(["book", "--json", "--quiet"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["index"] == str(tmp_path / "index.html")
    assert value["notices"] == {"02_fact1": "it is stale"}
    assert value["notebooks"][0]["status"] == "failed"
    assert value["pdf"] is None
    assert main(["book", "--no-run"]) == 0
    out = capsys.readouterr().out
    assert "notice: 02_fact1 shows its last execution, with a notice: it is stale" in out
    assert f"the book is at {tmp_path / 'index.html'}" in out


def test_help_and_commands_on_data_need_no_publishing_packages():
    code = textwrap.dedent(
        """
        import sys
        class Absent:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in {"jupytext", "papermill", "IPython", "grimp", "nbformat"}:
                    raise ModuleNotFoundError(name, name=name)
        sys.meta_path.insert(0, Absent())
        from regspec.__main__ import main
        try:
            main(["run", "--help"])
        except SystemExit as stopped:
            assert stopped.code == 0
        assert main(["data", "status", "fred_cpi", "--json"]) == 0
        assert main(["census", "status", "--out", "nowhere", "-q"]) == 0
        sys.exit(main(["list"]))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "this command needs the package 'jupytext'" in done.stderr


# --- list, check, data ----------------------------------------------------------------------------


def test_the_list_as_json(capsys):
    assert main(["list", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    names = [n["name"] for n in value["notebooks"]]
    assert names == list(catalogue.load())
    solver = next(n for n in value["notebooks"] if n["name"] == "10_solver")
    gamma = next(p for p in solver["parameters"] if p["name"] == "gamma")
    assert gamma["default"] == 5.0
    assert gamma["allowed"] == "0 < gamma <= 10"
    assert "robustness" in value["sweeps"]
    assert {s["name"] for s in value["scenarios"]} >= {"gamma2", "theta_low"}


def test_data_status_shows_what_is_asked_for_and_refuses_unknown_sources(capsys):
    assert main(["data", "status", "fred_cpi", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["source"] == "fred_cpi"
    assert main(["data", "status", "fred_cpy"]) == 2
    assert "unknown source 'fred_cpy'; known: " in capsys.readouterr().err


def test_a_source_that_cannot_be_had_fails_the_fetch(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("REGSPEC_OFFLINE", "1")
    assert main(["data", "fetch", "fred_cpi", "--json"]) == 1
    out, told = capsys.readouterr()
    assert json.loads(out)[0]["where"] == "absent"
    assert told.startswith("error: fred_cpi: consumer price index")


# --- scoreboard -----------------------------------------------------------------------------------


def board(capsys, *words):
    code = main(["scoreboard", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_scoreboard_filters(capsys):
    whole = scoreboard.load()
    code, rows = board(capsys)
    assert (code, len(rows)) == (0, len(whole))
    _, rows = board(capsys, "--section", "table 1")
    assert {r["reference"].split(",")[0].split(" ")[1] for r in rows} == {"1"}
    _, rows = board(capsys, "--status", "match", "--status", "close", "--tier", "model")
    assert {r["status"] for r in rows} <= {"match", "close"}
    assert {r["tier"] for r in rows} == {"model"}
    assert (
        len(rows) == ((whole["tier"] == "model") & whole["status"].isin(["match", "close"])).sum()
    )
    assert main(["scoreboard", "--counts"]) == 0
    assert re.search(r"^Table 4 ", capsys.readouterr().out, re.M)


def test_a_scoreboard_without_rows_and_unknown_filters(capsys):
    assert main(["scoreboard", "--tier", "synthetic", "--status", "match"]) == 1
    assert "0 of " in capsys.readouterr().err
    assert main(["scoreboard", "--status", "matches"]) == 2
    error = capsys.readouterr().err
    assert "status is 'matches'; allowed: 'not computed'," in error
    assert "; did you mean 'match'?" in error
    assert main(["scoreboard", "--section", "Table 44"]) == 2
    assert "section is 'Table 44'; allowed:" in capsys.readouterr().err


def test_quiet_keeps_the_result_and_drops_the_rest(capsys):
    assert main(["scoreboard", "--section", "Table 4", "--quiet"]) == 0
    out, told = capsys.readouterr()
    assert "Table 4" in out
    assert told == ""


# --- bench ----------------------------------------------------------------------------------------

STUB = """\
import json, sys
if "--fail" in sys.argv: sys.exit(3)
print(json.dumps([{"measure": "x", "words": sys.argv[1:]}]) if "--json" in sys.argv else "a table")
"""


@pytest.fixture
def benches(tmp_path, monkeypatch):
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for name in ("run", "sweep", "census"):
        (folder / f"{name}.py").write_text(STUB)
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    return folder


def test_benches_run_each_in_its_process(benches, capfd):
    assert main(["bench", "--quick", "--json", "planner", "sweep", "--quiet"]) == 0
    out, told = capfd.readouterr()
    assert json.loads(out) == {
        "planner": [{"measure": "x", "words": ["--only", "planner", "--quick", "--json"]}],
        "sweep": [{"measure": "x", "words": ["--quick", "--json"]}],
    }
    assert told == ""
    assert main(["bench"]) == 0
    out, told = capfd.readouterr()
    assert out == "a table\n" * 2
    assert told == "bench equilibrium ...\nbench planner ...\n"


def test_a_bench_that_fails_or_is_unknown(benches, monkeypatch, capfd):
    monkeypatch.setitem(bench.PARTS, "sweep", ("benchmarks.sweep", ["--fail"], []))
    assert main(["bench", "sweep", "planner"]) == 1
    assert "the bench 'sweep' failed" in capfd.readouterr().err
    assert main(["bench", "solver"]) == 2
    assert "known: equilibrium, planner, sweep, census" in capfd.readouterr().err
    (benches / "run.py").unlink()
    for path in benches.iterdir():
        path.unlink() if path.is_file() else None
    benches.rename(benches.with_name("nothing"))
    assert main(["bench"]) == 2
    assert "has no folder benchmarks" in capfd.readouterr().err


# --- doctor ---------------------------------------------------------------------------------------


def diagnosis(capsys, *words):
    code = main(["doctor", *words, "--json"])
    return code, {(f["section"], f["name"]): f for f in json.loads(capsys.readouterr().out)}


def test_the_doctor_looks_at_every_section_and_prints_no_key(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))  # no files: their checksums take seconds
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("IPUMS_API_KEY", "59cba10d8a5da536fc06b59d")
    main(["doctor"])
    out, told = capsys.readouterr()
    assert "59cba10d" not in out + told
    assert "IPUMS_API_KEY is set" in out
    shown = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert shown == list(doctor.SECTIONS)


def test_a_package_that_differs_from_the_lock_is_a_problem(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.txt").write_text(
        "# made by hand\nnumpy==0.1\nno-such-package==1.0\n"
        "never==1.0 ; python_full_version < '3'\npyyaml==0.2  # c\n"
    )
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    code, found = diagnosis(capsys, "packages")
    assert code == 1
    assert found["packages", "not installed"]["detail"] == "no-such-package 1.0"
    assert re.match(
        r"numpy [\d.]+ instead of 0.1; pyyaml", found["packages", "of another version"]["detail"]
    )
    assert "make setup" in found["packages", "of another version"]["remedy"]


def test_missing_public_files_say_what_they_need(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    monkeypatch.setenv("REGSPEC_CACHE", str(tmp_path / "cache"))
    code, found = diagnosis(capsys, "data")
    assert code == 1
    assert len(found) == len(registry.SOURCES)
    missing = found["data", "fred_cpi"]
    assert missing["state"] == "problem"
    assert "https://fred.stlouisfed.org" in missing["remedy"]
    assert "$REGSPEC_DATA" in missing["remedy"]


def test_the_census_tier_is_optional_and_says_what_it_needs(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    monkeypatch.delenv("IPUMS_API_KEY", raising=False)
    code, found = diagnosis(capsys, "census")
    assert code == 0
    assert {f["state"] for f in found.values()} <= {"note", "ok"}
    assert "account.ipums.org/api_keys" in found["census", "IPUMS key"]["remedy"]
    assert "none" in found["census", "build of tier synthetic"]["detail"]
    assert "census build --tier synthetic" in found["census", "build of tier synthetic"]["remedy"]


def test_too_little_room_is_a_problem_with_a_remedy(monkeypatch, capsys):
    usage = type("Usage", (), {"free": 5e8})
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(doctor, "available_memory", lambda: None)
    assert main(["doctor", "machine", "--quiet"]) == 1
    out = capsys.readouterr().out
    assert "disk: 0.5 GB free, 2 are needed" in out
    assert "make clean" in out
    assert "memory: the system does not say" in out
    assert "cores" not in out


def test_an_unknown_section_is_named(capsys):
    assert main(["doctor", "date"]) == 2
    error = capsys.readouterr().err
    assert "section is 'date'; allowed: 'python'," in error
    assert "; did you mean 'data'?" in error


def test_without_a_repository_the_doctor_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "_root", lambda: None)
    code, found = diagnosis(capsys, "python", "packages")
    assert code == 0
    assert found["python", "repository"]["state"] == "note"
    assert "clone the repository" in found["python", "repository"]["remedy"]


def test_the_book_is_printed_on_request(monkeypatch, tmp_path, capsys):
    from regspec.book import site

    monkeypatch.setattr(site, "build", lambda: (tmp_path / "index.html", {}))
    monkeypatch.setattr(site, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(site, "make_pdf", lambda: tmp_path / "book.pdf")
    assert main(["book", "--no-run", "--pdf"]) == 0
    assert f"printed to {tmp_path / 'book.pdf'}" in capsys.readouterr().out


def test_a_book_that_cannot_be_printed_is_not_built(monkeypatch, capsys):
    from regspec.book import site

    monkeypatch.setattr(site, "BROWSERS", ())
    monkeypatch.delenv("REGSPEC_CHROMIUM", raising=False)
    monkeypatch.setattr(site, "build", lambda: pytest.fail("built"))
    assert main(["book", "--no-run", "--pdf"]) == 2
    assert "no Chromium was found" in capsys.readouterr().err
