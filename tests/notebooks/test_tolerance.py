"""What counts as the same output of a notebook."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notebooks.tolerance import ABSOLUTE, RELATIVE, UNSETTLED, Output

from regspec.sources.paths import project_root


@pytest.mark.parametrize(
    ("printed", "computed"),
    [
        ("5.8568", "5.8554"),
        ("x -0.0407 yes", "x  -0.0408  yes"),
        ("<td>5.857</td>", "<td>5.855</td>"),
        ("0.30", "0.29"),
        ("3.1e-16", "8.7e-09"),
        ("-0.000", "0.000"),
        ("−1.200", "-1.201"),
        ('{"b": 0.838928, "a": "x"}', '{"b": 0.838929, "a": "x"}'),
        ("x1 of 2", "x1 of 2"),
    ],
)
def test_noise_of_processors_is_the_same(printed, computed):
    assert Output(printed) == Output(computed)
    assert not Output(printed) != Output(computed)


@pytest.mark.parametrize(
    ("printed", "computed"),
    [
        ("5.8568", "5.8468"),
        ("0.30", "0.28"),
        ("3", "4"),
        ("1862", "1863"),
        ("x1 of 2", "x2 of 2"),
        ("yes 1.0", "no 1.0"),
        ("1.0", "-1.0"),
        ("1.0 2.0", "1.0"),
        ("1.0", "nan"),
        ("1950-2000", "1950-2001"),
    ],
)
def test_other_numbers_and_words_are_not(printed, computed):
    assert Output(printed) != Output(computed)
    assert not Output(printed) == Output(computed)


def test_records_are_compared_whatever_the_order_of_their_fields():
    assert Output({"a": [1.00001, None], "b": "x"}) == Output({"b": "x", "a": [1.00002, None]})
    assert Output({"a": 1.0}) != Output({"b": 1.0})


def test_where_nothing_settles_a_tenth_is_allowed_for_whole_numbers_too():
    assert Output("1862 at 52.55", UNSETTLED) == Output("1982 at 52.90", UNSETTLED)
    assert Output("1862 at 52.55", UNSETTLED) != Output("2182 at 52.55", UNSETTLED)


@given(st.floats(-1e6, 1e6), st.floats(-0.9, 0.9))
def test_within_the_tolerance_and_beyond(number, share):
    allowed = RELATIVE * abs(number) + ABSOLUTE
    there = Output(f"{number:.9f}")
    assert there == Output(f"{number + 0.99 * share * allowed:.9f}")
    assert there != Output(f"{number + 1.2 * allowed:.9f}")


def notebook_with(cells):
    book = nbformat.v4.new_notebook()
    for source, printed, tags in cells:
        output = nbformat.v4.new_output("stream", name="stdout", text=printed + "\n")
        book.cells.append(
            nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)
        )
        book.cells[-1].metadata["tags"] = tags
    return book


def test_cells_of_a_notebook_are_compared_so(tmp_path):
    cells = [
        ("print(1.0002)", "1.0001", []),
        ("print(1.15)", "1.05", []),
        ("print(1982)", "1862", ["unsettled"]),
        ("print(1982)", "1862", []),
    ]
    path = tmp_path / "four.ipynb"
    nbformat.write(notebook_with(cells), path)
    done = subprocess.run(
        [sys.executable, *"-m pytest --nbval --nbval-current-env -q -n 0".split()]
        + [*"-p no:cacheprovider -p conftest --color no --rootdir".split(), str(tmp_path)]
        + ["-c", os.devnull, str(path)],
        cwd=project_root(),
        env=os.environ | {"PYTHONPATH": str(project_root())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 failed, 2 passed" in done.stdout, done.stdout
    assert "Cell 1" in done.stdout
    assert "Cell 3" in done.stdout
