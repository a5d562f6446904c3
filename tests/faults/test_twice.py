"""Two executions of a notebook show the same to the last byte, and what differs is told."""

from __future__ import annotations

import json

import nbformat
import pytest
from project import make_project

from regspec.__main__ import main
from regspec.book import repeatability
from regspec.sources import registry

SAME = """\
import os
import numpy as np
assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
from IPython.display import HTML
print(np.random.default_rng(1).normal(size=3), sorted({"a", "b", "c"}))
HTML(f"<p id='T_ab12c'>{2 / 3}</p>")
"""
# Each in a cell of its own: what changes with the hash seed, the threads, the time zone, the
# folder, and every time.
DIFFERS = """\
print(list({"a", "b", "c", "d", "e", "f", "g"}))
# %%
import os
print(float(os.environ["OMP_NUM_THREADS"]) + 0.5)
# %%
import time
print(time.tzname[0])
# %%
print(os.getcwd())
# %%
from IPython.display import HTML
HTML(f"<p>{object()}</p>")
# %%
print("the same")
"""


def test_what_differs_is_told_and_what_agrees_is_not(tmp_path, monkeypatch, capsys):
    root = make_project(tmp_path, n01_same=SAME, n02_differs=DIFFERS, n03_fails="1 / 0\n")
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    assert main(["check", "--twice", "--json"]) == 1
    same, differs, fails = json.loads(capsys.readouterr().out)
    assert (same["status"], same["outputs"], same["differences"]) == ("same", 4, [])
    assert differs["status"] == "differs"
    places = [text.split(":")[0] for text in differs["differences"]]
    assert places == [
        *(f"code cell {n}, stdout" for n in (1, 2, 3, 4)),
        "code cell 5, output 1, text/html",
    ]
    assert (
        "'1.5\\n', then '2.5\\n' (numbers differ by 4.0e-01 at most)" in differs["differences"][1]
    )
    assert (fails["status"], fails["message"]) == ("failed", "ZeroDivisionError: division by zero")
    assert not list((root / "notebooks").glob("*.ipynb"))
    assert not (root / "data" / "results" / "manifest.json").exists()


def page(text, **metadata):
    cell = nbformat.v4.new_code_cell("x")
    data = {"text/html": text, "image/png": "iVBOR"}
    cell.outputs = [nbformat.v4.new_output("display_data", data, metadata=metadata)]
    return repeatability.outputs_of(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("<td>12345</td>", "<td>12346</td>"),
        ('{"value": "12345"}', '{"value": "54321"}'),
        ("T_ab12c_row0", "T_ab12d_row0"),
        ("0.1", "0.10000000000000001"),
        ("x", "x "),
        ("x", "x\n"),
    ],
)
def test_no_difference_is_masked(one, two):
    assert len(repeatability.differences(page(one), page(two))) == 1
    assert repeatability.differences(page(one), page(one)) == []


def test_glued_names_and_missing_outputs_count():
    assert len(repeatability.differences(page("x", glue="a"), page("x", glue="b"))) == 1
    assert repeatability.differences({"code cell 1, stdout": "x"}, {}) == [
        "code cell 1, stdout: in the first execution only"
    ]


def test_without_its_data_a_notebook_is_not_executed_and_nothing_is_claimed(
    tmp_path, monkeypatch, capsys
):
    root = make_project(tmp_path, n01_a="print(1)\n")
    (root / "notebooks" / "catalogue.yml").write_text("01_a: {sources: [fred_cpi]}\n")
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    monkeypatch.setattr(registry, "available", lambda source_id: False)
    monkeypatch.setattr(
        repeatability, "_execute_both", lambda entry: pytest.fail("it was executed")
    )
    assert main(["check", "--twice"]) == 1
    assert "absent  not on this machine: fred_cpi" in capsys.readouterr().out


def test_a_chapter_gives_the_same_twice(capsys):
    """One that computes and needs no data; `make twice` does it for all."""
    assert main(["check", "--twice", "08"]) == 0, capsys.readouterr().out
