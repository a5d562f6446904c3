"""Runner, manifest and parameter checks on a small project of their own."""

from __future__ import annotations

import json
import textwrap

import nbformat
import pandas as pd
import pytest
from real_files import need, newer_mirror

from regspec import catalogue
from regspec.__main__ import main
from regspec.book import arguments, execution, manifest, runner, staging
from regspec.sources import registry

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A page

"""

FIRST = HEADER + textwrap.dedent(
    """\
    # %% tags=["parameters"]
    theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
    fips: str = "01"  # state code
    reading: str = "national"  # whose productivity; one of national, regional
    draws: int = 3  # number of draws; draws >= 1

    # %%
    print(theta, fips, reading, draws)
    """
)
FAILS = HEADER + '# %%\nprint("kept")\n\n# %%\nraise ValueError("no root in the bracket")\n'
LAST = HEADER + "# %%\nprint(2)\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "data" / "published").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6\n")
    (tmp_path / "data" / "published" / "numbers.csv").write_text(
        "id,reference,section,quantity,value,direction,decimals,unit,se\n"
    )
    for name, text in (("01_first", FIRST), ("02_fails", FAILS), ("03_last", LAST)):
        (tmp_path / "notebooks" / f"{name}.py").write_text(text)
    (tmp_path / "notebooks" / "catalogue.yml").write_text(
        "01_first:\n02_fails:\n  after: [01_first]\n03_last:\n  after: [02_fails]\n"
    )
    monkeypatch.setenv("REGSPEC_ROOT", str(tmp_path))
    return tmp_path


def drop(project, *names):
    """Leave only 01_first (and what else is not named) in the small project."""
    kept = {"01_first": "", "02_fails": "", "03_last": ""}
    for name in names:
        (project / "notebooks" / f"{name}.py").unlink()
        kept.pop(name)
    (project / "notebooks" / "catalogue.yml").write_text("".join(f"{n}:\n" for n in kept))


def test_a_failure_keeps_partial_results_and_blocks_only_what_needs_it(project, capsys):
    assert main(["run", "--all"]) == 1
    printed = capsys.readouterr().out
    assert "02_fails" in printed
    assert "no root in the bracket" in printed
    outcomes = {
        line.split()[0]: line.split()[2]
        for line in printed[printed.index("notebook ") :].splitlines()[1:]
    }
    assert outcomes == {"01_first": "ran", "02_fails": "failed", "03_last": "blocked"}
    partial = project / "_build" / "runs" / "default" / "02_fails.failed.ipynb"
    assert "kept" in partial.read_text()
    assert not (project / "notebooks" / "02_fails.ipynb").exists()


def test_unchanged_notebooks_are_not_run_again_and_changes_are_seen(project):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    assert manifest.reasons_stale(entry) == ["it has never been executed"]
    assert [o.status for o in runner.run([entry])] == ["ran"]
    assert [o.status for o in runner.run([entry])] == ["unchanged"]
    assert manifest.reasons_stale(entry) == []

    text = entry.executed.read_text()
    entry.executed.write_text(text.replace("0.35", "0.36", 1))
    assert "edited by hand" in manifest.reasons_stale(entry)[0]
    entry.executed.write_text(text)

    (project / "requirements.txt").write_text("numpy==2.4.6\nruff==0.18\n")
    assert manifest.reasons_stale(entry) == []
    (project / "requirements.txt").write_text("numpy==2.4.7\nruff==0.18\n")
    assert manifest.reasons_stale(entry) == ["numpy changed in requirements.txt"]
    assert main(["check"]) == 1
    assert [o.status for o in runner.run([entry])] == ["ran"]
    entry.source.write_text(FIRST.replace("print(theta", "print(1, theta"))
    assert manifest.reasons_stale(entry) == ["the notebook's code changed"]


def test_new_prose_needs_no_run_and_keeps_the_results(project, monkeypatch):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    runner.run([entry])
    before = [c for c in nbformat.read(entry.executed, 4).cells if c.cell_type == "code"]
    more = "# %% [markdown]\n# A new paragraph.\n\n"
    entry.source.write_text(FIRST.replace("# %%", more + "# %%", 1))
    assert manifest.reasons_stale(entry) == [manifest.TEXT_CHANGED]

    monkeypatch.setattr(runner, "execute", lambda *a, **k: pytest.fail("it was run"))
    assert [o.status for o in runner.run([entry])] == ["ran"]
    assert manifest.reasons_stale(entry) == []
    after = nbformat.read(entry.executed, 4).cells
    assert any("A new paragraph." in c.source for c in after)
    kept = [c for c in after if c.cell_type == "code"]
    assert [(c.source, c.outputs) for c in kept] == [(c.source, c.outputs) for c in before]

    # So it is with words in the code, and with where it imports from.
    words = FIRST.replace("print(", "import json\n\n# All of them.\nprint(")
    entry.source.write_text(words)
    assert manifest.reasons_stale(entry) == [manifest.TEXT_CHANGED]
    assert [o.status for o in runner.run([entry])] == ["ran"]
    assert manifest.reasons_stale(entry) == []
    assert nbformat.read(entry.executed, 4).cells[-1].source.startswith("import json")

    # A tag is code, and so are the comments that declare parameters.
    entry.source.write_text(words.replace("number of draws;", "draws;"))
    assert "the notebook's code changed" in manifest.reasons_stale(entry)
    entry.source.write_text(FIRST.replace('tags=["parameters"]', 'tags=["parameters", "x"]'))
    assert "the notebook's code changed" in manifest.reasons_stale(entry)


def test_committed_form_is_clean(project):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    runner.run([entry])
    nb = nbformat.read(entry.executed, as_version=4)
    assert set(nb.metadata) == {"kernelspec", "language_info", "jupytext"}
    assert [c.id for c in nb.cells] == ["cell-000", "cell-001", "cell-002"]
    assert "papermill" not in entry.executed.read_text()


def test_other_parameters_go_to_their_own_folder(project, capsys):
    drop(project, "02_fails", "03_last")
    assert main(["run", "01", "-p", "fips", "01001", "-p", "theta", "0.2"]) == 0
    (folder,) = (project / "_build" / "runs").iterdir()
    text = (folder / "01_first.ipynb").read_text()
    assert "0.2 01001 national 3" in text
    assert json.loads((folder / "01_first.json").read_text())["inputs"]["parameters"] == {
        "fips": "01001",
        "theta": 0.2,
    }
    assert not (project / "notebooks" / "01_first.ipynb").exists()
    capsys.readouterr()
    assert main(["run", "01", "-p", "fips", "01001", "-p", "theta", "0.2"]) == 0
    assert "unchanged" in capsys.readouterr().out
    words = [
        "run",
        "01",
        "-p",
        "fips",
        "01001",
        "-p",
        "theta",
        "0.2",
        "--force",
        "--quiet",
        "--json",
    ]
    assert main(words) == 0
    out, told = capsys.readouterr()
    assert json.loads(out)[0]["status"] == "ran"
    assert told == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-p", "thetta", "0.2"], "did you mean 'theta'?"),
        (["-p", "theta", "much"], "must be float, got 'much' (str)"),
        (["-p", "theta", "1.2"], "out of range; allowed: 0 < theta < 1"),
        (["-p", "reading", "local"], "allowed: one of national, regional"),
        (["-p", "draws", "2.5"], "must be int"),
        (["-p", "draws", "true"], "must be int"),
    ],
)
def test_bad_parameters_are_named_before_anything_runs(project, capsys, words, expected):
    assert main(["run", "01_first", *words]) == 2
    assert expected in capsys.readouterr().err
    assert not (project / "_build").exists()


def test_a_misspelt_scenario_parameter_names_file_parameter_and_remedy(project, capsys):
    (project / "scenarios" / "low.yml").write_text(
        "name: low\ndescription: low limit\nnotebooks:\n  01_first: {tetha: 0.1}\n"
    )
    assert main(["run", "--scenario", "low"]) == 2
    error = capsys.readouterr().err
    assert "scenarios/low.yml" in error
    assert "unknown parameter 'tetha'; did you mean 'theta'?" in error
    assert len(error.strip().splitlines()) == 1


def test_a_scenario_runs_its_notebooks(project):
    (project / "scenarios" / "low.yml").write_text(
        "name: low\ndescription: low limit\nnotebooks:\n  01_first: {theta: 0.1}\n"
    )
    assert main(["run", "--scenario", "low"]) == 0
    assert "0.1 01 national 3" in (project / "_build/runs/low/01_first.ipynb").read_text()


def test_the_full_profile_keeps_time_and_memory_of_each_chapter(project):
    drop(project, "02_fails")
    (project / "scenarios" / "full.yml").write_text(
        "name: full\ndescription: x\nnotebooks:\n  01_first: {draws: 9}\n  03_last: {}\n"
    )
    big = LAST.replace("print(2)", "block = bytearray(300 * 2**20)\nprint(len(block) > 0)")
    (project / "notebooks" / "03_last.py").write_text(big)
    assert main(["run", "01", "--scenario", "full"]) == 0
    assert main(["run", "--scenario", "full"]) == 0
    table = pd.read_csv(project / "data" / "results" / "profile.csv", keep_default_na=False)
    assert list(table.columns) == list(execution.COLUMNS)
    assert table["notebook"].tolist() == ["01_first", "03_last"]
    assert table["parameters"].tolist() == ["draws = 9", ""]
    small, large = table["peak_mib"]
    assert 250 < large - small < 400  # the block, which the other chapter does not have
    kept = (project / "_build" / "runs" / "full" / "03_last.ipynb").read_text()
    assert "note_peak" not in kept
    assert not (project / "notebooks" / "03_last.ipynb").exists()


def test_chapters_that_were_not_run_again_keep_their_rows(tmp_path):
    old = {"notebook": "02_old", "parameters": "", "seconds": 5.0, "peak_mib": 100.0,
           "threads": 1, "executed": "2031-01-02"}  # fmt: skip
    pd.DataFrame([old]).to_csv(tmp_path / "profile.csv", index=False)
    record = {"seconds": 2.0, "peak_mib": 50.0, "threads": 2, "executed": "2031-01-03",
              "inputs": {"parameters": {"bonds": 9, "theta": 0.2}}}  # fmt: skip
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "01_new.json").write_text(json.dumps(record))
    (tmp_path / "runs" / "03_older.json").write_text(json.dumps({"seconds": 1.0}))
    table = pd.read_csv(execution.write_profile(tmp_path / "runs", tmp_path / "profile.csv"))
    assert table["notebook"].tolist() == ["01_new", "02_old"]
    assert table.loc[0, "parameters"] == "bonds = 9; theta = 0.2"
    assert table.loc[1, "seconds"] == 5.0


def test_the_full_profile_names_every_chapter():
    entries = catalogue.load()
    assert list(arguments.load_scenario(execution.FULL, entries).notebooks) == list(entries)


@pytest.mark.parametrize("name", ["hihg", "low"])
def test_unknown_scenarios_list_the_known_ones(project, name, capsys):
    (project / "scenarios" / "high.yml").write_text("name: high\ndescription: x\nnotebooks: {}\n")
    assert main(["run", "--scenario", name]) == 2
    assert "known: high" in capsys.readouterr().err


def test_a_default_outside_its_own_range_is_refused(project):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    entry.source.write_text(FIRST.replace("= 0.35", "= 1.35"))
    with pytest.raises(arguments.ParameterError, match=r"0 < theta < 1"):
        arguments.declared(entry)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("01_first:\n  source: [x]\n", "unknown keys"),
        ("01_first: {optional: [census]}\n", r"unknown optional files \['census'\]; allowed"),
        ("01_first:\n", "only on disk"),
        (
            "01_first: {after: [03_last]}\n02_fails:\n03_last: {after: [01_first]}\n",
            "depend on each other",
        ),
        ("01_first: {after: [nine]}\n02_fails:\n03_last:\n", "not in the catalogue"),
    ],
)
def test_a_wrong_catalogue_is_refused(project, text, message):
    (project / "notebooks" / "catalogue.yml").write_text(text)
    with pytest.raises(ValueError, match=message):
        catalogue.load()


def test_unknown_notebooks_are_named_with_the_known_ones(project, capsys):
    assert main(["run", "09_none"]) == 2
    assert "known: 01_first, 02_fails, 03_last" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "found"), [("01", "01_first"), ("01b", "01b_second"), ("01_f", "01_first")]
)
def test_a_number_means_its_own_chapter_and_not_one_with_a_letter(project, word, found):
    (project / "notebooks" / "01b_second.py").write_text(LAST)
    listed = project / "notebooks" / "catalogue.yml"
    listed.write_text(listed.read_text() + "01b_second: {}\n")
    assert [e.name for e in catalogue.find([word], catalogue.load())] == [found]
    with pytest.raises(ValueError, match="'0' fits several: 01_first, 02_fails"):
        catalogue.find(["0"], catalogue.load())


def test_undeclared_sources_fail_the_notebook(project):
    drop(project, "02_fails", "03_last")
    (project / "notebooks" / "catalogue.yml").write_text("01_first: {sources: [fred_tb3ms]}\n")
    (entry,) = catalogue.load().values()
    assert runner.access_problem(entry, {"fred_tb3ms": {}}) == ""
    assert "lists but does not read the sources fred_tb3ms" in runner.access_problem(entry, {})
    read = {"fred_tb3ms": {}, "fred_cpi": {}}
    assert "reads but does not list the sources fred_cpi" in runner.access_problem(entry, read)


def test_an_optional_file_makes_a_page_stale_when_it_appears_or_changes(project, monkeypatch):
    drop(project, "02_fails", "03_last")
    monkeypatch.setenv("REGSPEC_DATA", str(project / "mirror"))
    (project / "mirror").mkdir()
    (project / "notebooks" / "catalogue.yml").write_text("01_first: {optional: [nberces]}\n")
    (entry,) = catalogue.load().values()
    runner.run([entry])
    assert manifest.reasons_stale(entry) == []
    assert "optional" not in manifest.load()["01_first"]
    file = project / "mirror" / "nberces5818v1_s1987.csv"
    file.write_text("a")
    assert manifest.reasons_stale(entry) == [f"data file {file.name} is here now"]
    assert manifest.reasons_stale(entry, data=False) == []
    assert [o.status for o in runner.run([entry])] == ["ran"]
    assert manifest.load()["01_first"]["optional"]["nberces"]["file"] == file.name
    assert manifest.reasons_stale(entry) == []
    file.write_text("b")
    assert manifest.reasons_stale(entry) == [f"data file {file.name} changed"]
    file.unlink()  # as for other data: what is absent here does not make a page stale
    assert manifest.reasons_stale(entry) == []


def staged(entry):
    target = entry.source.with_name("staged.ipynb")
    why = staging._stage_notebook(entry, manifest.load()[entry.name], target)
    nb = nbformat.read(target, as_version=4)
    return why, [c.source for c in nb.cells if c.id.startswith("notice")]


def test_a_stale_page_says_so_with_its_date(project):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    runner.run([entry])
    assert staged(entry) == ([], [])
    records = manifest.load()
    records["01_first"] |= {"executed": "2031-02-03"}
    records["01_first"]["inputs"]["package"] = {f"solve_{i}": "0" for i in range(9)}
    manifest.save(records)
    entry.source.write_text(FIRST + '\n# %%\nraise ValueError("no root")\n')
    assert [o.status for o in runner.run([entry])] == ["failed"]
    why, (text,) = staged(entry)
    assert why == ["it is stale"]
    assert "execution of 2031-02-03" in text.splitlines()[0]
    assert ":class: warning" in text
    assert "- the notebook's code changed\n- solve_0 changed\n" in text
    assert "solve_3" not in text
    assert "- and 6 more" in text


def test_a_page_without_its_data_says_so_and_whether_it_is_stale(project, monkeypatch):
    drop(project, "02_fails", "03_last")
    (entry,) = catalogue.load().values()
    runner.run([entry])
    monkeypatch.setattr(registry, "available", lambda source_id: False)
    monkeypatch.setattr(registry, "fetch_all", lambda ids: None)
    (project / "notebooks" / "catalogue.yml").write_text("01_first: {sources: [fred_cpi]}\n")
    (entry,) = catalogue.load().values()
    why, (text,) = staged(entry)
    assert why == ["its data are not on this machine"]
    assert "fredgraph.csv?id=CPIAUCSL" in text
    (project / "requirements.txt").write_text("numpy==2.4.7\n")
    assert [o.status for o in runner.run([entry])] == ["kept"]
    why, (missing, stale) = staged(entry)
    assert why == ["its data are not on this machine", "it is stale"]
    assert missing == text
    assert "numpy changed in requirements.txt" in stale


READS = HEADER + textwrap.dedent(
    """\
    # %%
    from regspec.facts import panels
    states, zones = panels.states(), panels.zone_panel()
    print(states.frame["year"].max(), zones.frame["year"].max())
    """
)


@pytest.mark.data
def test_a_newer_vintage_prints_nothing_into_a_page(project, monkeypatch):
    need("bea_sainc1", "bea_cainc1", "ers_cz1990")
    drop(project, "02_fails", "03_last")
    newer = ("bea_sainc1", "bea_cainc1")
    folder = newer_mirror(project / "mirror", *newer)
    monkeypatch.setenv("REGSPEC_DATA", str(folder))
    assert [registry.locate(s).known for s in newer] == [False, False]
    (project / "notebooks" / "01_first.py").write_text(READS)
    (project / "notebooks" / "catalogue.yml").write_text(
        "01_first: {sources: [bea_sainc1, bea_cainc1, ers_cz1990]}\n"
    )
    (entry,) = catalogue.load().values()
    (outcome,) = runner.run([entry])
    assert outcome.status == "ran", outcome.message
    nb = nbformat.read(entry.executed, as_version=4)
    printed = [o for c in nb.cells for o in c.get("outputs", [])]
    assert [(o.output_type, o.name, o.text) for o in printed] == [
        ("stream", "stdout", "2022 2020\n")
    ]
    data = manifest.load()["01_first"]["data"]
    assert {s: d["known"] for s, d in data.items()} == {
        "bea_cainc1": False,
        "bea_sainc1": False,
        "ers_cz1990": True,
    }
