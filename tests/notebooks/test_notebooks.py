"""The notebooks as files: pairs in step, clean, labelled, and their declarations readable."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import jupytext
import nbformat
import pandas as pd
import pytest
from regspec.book import arguments, manifest
from regspec import catalogue
from regspec.paper import scoreboard
from regspec.show.display import FIGURE_KEY
from regspec.book.staging import promote_figures
from regspec.sources import registry
from regspec.sources.paths import project_root

ENTRIES = list(catalogue.load().values())
each_notebook = pytest.mark.parametrize("entry", ENTRIES, ids=[e.name for e in ENTRIES])


def executed(entry):
    return nbformat.read(entry.executed, as_version=4)


def outputs(nb):
    return [o for c in nb.cells for o in c.get("outputs", [])]


@each_notebook
def test_source_and_execution_are_a_pair(entry):
    source, run = jupytext.read(entry.source), executed(entry)
    assert [(c.cell_type, c.source) for c in source.cells] == [
        (c.cell_type, c.source) for c in run.cells
    ]


@each_notebook
def test_parameters_are_declared_with_types_and_ranges(entry):
    for parameter in arguments.declared(entry).values():
        assert parameter.help, f"{entry.name}: parameter {parameter.name} has no help text"


@each_notebook
def test_execution_is_complete_clean_and_small(entry):
    nb = executed(entry)
    code = [c for c in nb.cells if c.cell_type == "code" and c.source.strip()]
    assert all(c.execution_count for c in code)
    for out in outputs(nb):
        assert out.output_type != "error"
        assert not (out.output_type == "stream" and out.name == "stderr"), out.text[:300]
    assert set(nb.metadata) == {"kernelspec", "language_info", "jupytext"}
    assert all(set(c.metadata) <= {"tags"} for c in nb.cells)
    assert entry.executed.stat().st_size < 1_500_000


@each_notebook
def test_every_image_has_name_caption_and_alt_text(entry):
    nb = executed(entry)
    promote_figures(nb)
    for cell in nb.cells:
        if "mystnb" in cell.metadata:
            assert len(cell.metadata["mystnb"]["image"]["alt"]) >= 20


@each_notebook
def test_every_figure_has_data_to_download(entry):
    for out in outputs(executed(entry)):
        if figure := out.get("metadata", {}).get(FIGURE_KEY):
            text = figure.get("data", "")
            assert text, f"{figure['name']}: run 'python -m regspec run {entry.name}'"
            assert text.startswith(f"# figure: {figure['name']}\n# tier: ")
            assert len(pd.read_csv(io.StringIO(text), comment="#").dropna(how="all"))


def test_figure_names_are_unique_in_the_book():
    names = [
        o.metadata[FIGURE_KEY]["name"]
        for e in ENTRIES
        for o in outputs(executed(e))
        if FIGURE_KEY in o.get("metadata", {})
    ]
    assert len(names) == len(set(names))


@each_notebook
def test_cells_are_short_and_define_no_function(entry):
    for cell in jupytext.read(entry.source).cells:
        lines = [line.strip() for line in cell.source.splitlines()]
        code = [line for line in lines if line and not line.startswith("#")]
        if cell.cell_type == "code":
            assert len(code) <= 15, f"{entry.name}: {len(code)} lines from {code[0]!r}"
            assert not any(re.match(r"(def|class) ", line) for line in code), code[0]


@each_notebook
def test_every_glued_key_is_defined_in_its_notebook(entry):
    text = entry.source.read_text(encoding="utf-8")
    used = set(re.findall(r"\{glue:text\}`([\w.-]+?)(?::[^`]*)?`", text))
    glued = {
        o.metadata["scrapbook"]["name"]
        for o in outputs(executed(entry))
        if "scrapbook" in o.get("metadata", {})
    }
    assert used <= glued


def test_the_committed_scoreboard_is_what_the_notebooks_recorded():
    committed = pd.read_csv(
        project_root() / "data" / "results" / "scoreboard.csv", dtype=str, keep_default_na=False
    )
    expected = scoreboard.collect(executed(e) for e in ENTRIES)
    pd.testing.assert_frame_equal(committed, expected.astype(str), check_dtype=False)
    assert tuple(committed.columns) == scoreboard.COLUMNS
    assert set(committed["status"]) <= set(scoreboard.STATUSES)


@each_notebook
def test_page_is_fresh(entry):
    reasons = manifest.reasons_stale(entry)
    assert not reasons, (
        f"{entry.name} is stale: {'; '.join(reasons)}. "
        f"Run 'python -m regspec run {entry.name}' and commit the result."
    )


def test_every_scenario_is_valid():
    for path in (project_root() / "scenarios").glob("*.yml"):
        if arguments.is_sweep(path):
            continue  # checked in tests/unit/test_sweep_specification.py
        scenario = arguments.load_scenario(path.stem, catalogue.load())
        assert scenario.description


def test_notebooks_that_are_not_executed_again_are_named(monkeypatch, pytestconfig):
    conftest = pytestconfig.pluginmanager.get_plugin(str(project_root() / "conftest.py"))
    monkeypatch.setattr(registry, "available", lambda source_id: False)
    folder = project_root() / "notebooks"
    assert all(conftest.pytest_ignore_collect(e.executed) for e in ENTRIES if e.sources)
    assert not any(conftest.pytest_ignore_collect(e.executed) for e in ENTRIES if not e.sources)
    said = []
    config = SimpleNamespace(
        getoption=lambda name, default: name == "nbval",
        invocation_params=SimpleNamespace(dir=folder.parent),
        args=["notebooks"],
    )
    conftest.pytest_terminal_summary(SimpleNamespace(write_line=said.append), config)
    named = [re.match(r"notice: notebooks/(\w+)\.ipynb was not executed again", s) for s in said]
    assert [m and m[1] for m in named] == [e.name for e in ENTRIES if e.sources]
