"""Tables that pages read: which are stale, what is read, and what a proof refuses."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regspec import catalogue
from regspec.__main__ import main
from regspec.book import arguments
from regspec.studies import stored as stored_tables
from regspec.studies.explorer import Explorer
from regspec.studies.stored import code_of, is_current, path_of, proven, stored, write
from regspec.studies.tables import TABLES, Discount, Scope
from regspec.studies.zone_sensitivity import ZoneBaseline
from regspec.tools import fingerprint

FRAME = pd.DataFrame(
    {"of": ["a", "b"], "x": [1 / 3, np.nan], "n": [1, 2], "ok": [True, False], "why": ["", "no"]}
)

#: Parameters of those pages that their tables do not depend on.
NOT_OF_TABLES = {"base_year", "tier", "folder", "draws", "seed"}


def small(at: float = 1.0) -> pd.DataFrame:
    return FRAME.assign(x=at * FRAME["x"])


def of_one_module(text):
    """An index of this file, as if it were the package."""
    return lambda: fingerprint.Index({__name__: text})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_tables, "project_root", lambda: tmp_path)
    here = Path(__file__).read_text(encoding="utf-8")
    monkeypatch.setattr(fingerprint, "package", of_one_module(here))
    return tmp_path


@pytest.mark.parametrize("make", TABLES, ids=lambda make: make.__name__)
def test_stored_tables_were_made_by_the_code_that_is_here(make):
    assert is_current(make), f"run: python -m regspec tables {make.__name__}"


def test_every_stored_table_has_a_function_and_is_an_input_of_some_page():
    kept = {path.stem for path in path_of(TABLES[0]).parent.glob("*.csv")}
    assert kept == {make.__name__ for make in TABLES}
    declared = {f for entry in catalogue.load().values() for f in entry.files}
    assert {f"data/results/tables/{name}.csv" for name in kept} <= declared


@pytest.mark.parametrize(
    ("page", "at"),
    [
        ("09b_discount", Discount()),
        ("12_planner", Scope()),
        ("12b_planner_scope", Scope()),
        ("15_zones", ZoneBaseline()),
        ("16_explore", Explorer()),
    ],
)
def test_pages_and_their_tables_have_the_same_defaults(page, at):
    grid = getattr(at, "grid", None)
    for name, declared in arguments.declared(catalogue.load()[page]).items():
        ours = getattr(at, name, getattr(grid, name, None))
        assert ours == declared.default or name in NOT_OF_TABLES, name


def test_a_table_is_read_as_it_was_made(folder):
    path = write(small)
    assert path.is_relative_to(folder)
    pd.testing.assert_frame_equal(stored(small), FRAME, check_dtype=False)
    pd.testing.assert_frame_equal(stored(small, 1.0), FRAME, check_dtype=False)
    assert stored(small)["ok"].dtype == bool


def test_other_parameters_are_computed(folder):
    assert stored(small, 3.0)["x"].iloc[0] == pytest.approx(1.0)
    assert not path_of(small).exists()


def test_absent_and_stale_tables_are_refused_with_the_command(folder, monkeypatch):
    with pytest.raises(ValueError, match=r"is not here .* 'python -m regspec tables small'"):
        stored(small)
    write(small)
    here = Path(__file__).read_text(encoding="utf-8")
    changed = here.replace("return FRAME.assign(x=at", "return FRAME.assign(x=2 * at")
    monkeypatch.setattr(fingerprint, "package", of_one_module(changed))
    assert not is_current(small)
    with pytest.raises(ValueError, match="was made by other code"):
        stored(small)


def test_a_proof_tells_which_rows_and_refuses_others():
    one = FRAME.iloc[:1]
    assert proven(FRAME, one, "of").endswith("stored table: of a")
    assert proven(FRAME, one[["of", "x"]].assign(x=1 / 3 + 1e-9), "of")
    assert proven(FRAME, FRAME, "of", "n").endswith("of a, n 1; of b, n 2")
    assert proven(
        FRAME.loc[[0] * 9].assign(n=range(9)), FRAME.loc[[0] * 9].assign(n=range(9)), "n"
    ).endswith("9 rows")
    for wrong in ({"x": 0.34}, {"ok": False}, {"why": "no"}, {"x": np.nan}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .* in the stored table"):
            proven(FRAME, one.assign(**wrong), "of")
    with pytest.raises(ValueError, match="1 of 1 rows by of are not in the table"):
        proven(FRAME, one.assign(of="c"), "of")


def test_the_command_tells_stale_tables_and_makes_those_named(folder, monkeypatch, capsys):
    monkeypatch.setattr("regspec.studies.tables.TABLES", (small,))
    assert main(["tables", "--check"]) == 1
    assert "small: made by other code, or absent" in capsys.readouterr().out
    assert main(["tables", "small"]) == 0
    assert path_of(small).exists()
    assert main(["tables", "--check"]) == 0
    assert "all 1 tables fit the code" in capsys.readouterr().out
    assert main(["tables", "sma"]) == 2
    assert "allowed: small" in capsys.readouterr().err


def test_every_table_has_a_hash_of_its_own_and_says_what_it_is():
    assert len({code_of(make) for make in TABLES}) == len(TABLES)
    assert all(inspect.getdoc(make) for make in TABLES)
