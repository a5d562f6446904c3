"""Bad parameters and grids: a validation error that names the field, never a silent object."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regspec.model import Grid
from regspec.parameters import Calibration

#: Anything that a file or a caller could put where a number belongs.
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.one_of(st.floats(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)

CALIBRATION = Calibration.converted()
CALIBRATION_FIELDS = [f.name for f in dataclasses.fields(Calibration)]
GRID_FIELDS = [f.name for f in dataclasses.fields(Grid)]


def _numbers(value: object) -> list[float]:
    parts = value if isinstance(value, (tuple, list)) else [value]
    return [float(v) for v in parts if isinstance(v, (int, float))]


def made_or_refused(make: Callable[[], Any]) -> tuple[Any, str]:
    """The object, or None and the text of a validation error; any other error is a failure."""
    try:
        return make(), ""
    except ValueError as error:
        return None, str(error)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CALIBRATION_FIELDS), ANYTHING)
def test_a_calibration_is_valid_or_refused_by_name(name, value):
    made, refusal = made_or_refused(lambda: CALIBRATION.replace(**{name: value}))
    if made is None:
        assert name in refusal or "industry tuples" in refusal
        return
    # What is accepted is of the field's kind: finite, and in its range.
    kept = getattr(made, name)
    assert all(math.isfinite(v) for v in _numbers(kept)) or name == "substitution"
    assert not any(math.isnan(v) for v in _numbers(kept))
    assert isinstance(kept, bool) == (name == "constraint")
    assert isinstance(kept, str) == (name == "shock_period")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(GRID_FIELDS), ANYTHING)
def test_a_grid_is_valid_or_refused_by_name(name, value):
    made, refusal = made_or_refused(lambda: Grid(**{name: value}))
    if made is None:
        assert name in refusal
        assert "allowed" in refusal
        return
    kept = getattr(made, name)
    assert all(math.isfinite(v) for v in _numbers(kept))
    assert not isinstance(kept, bool)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Calibration, "substitution", math.nan),
        (Calibration, "period_years", 10.0),
        (Calibration, "industries", (1, 2)),
        (Calibration, "industries", ("same", "same")),
        (Grid, "capital_range", 5),
        (Grid, "capital_range", ("a", "b")),
        (Grid, "bond_range", 5),
        (Grid, "debt_multiple", "x"),
        (Grid, "debt_multiple", math.inf),
        (Grid, "shock_width", math.inf),
    ],
)
def test_values_that_once_passed(kind, name, value):
    base = CALIBRATION if kind is Calibration else Grid()
    with pytest.raises(ValueError, match=rf"{name} is .*; allowed: "):
        dataclasses.replace(base, **{name: value})
