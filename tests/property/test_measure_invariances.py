"""Invariances that every measure of concentration must have, on generated regions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regspec.measures import gini, herfindahl, lowess, max_share, rca

CONCENTRATION = pytest.mark.parametrize("measure", [gini, herfindahl, max_share])

amounts = arrays(
    float,
    st.integers(2, 25),
    elements=st.one_of(st.just(0.0), st.floats(1e-3, 1e6)),
).filter(lambda x: x.sum() > 0)


@CONCENTRATION
@given(x=amounts, data=st.data())
def test_order_of_industries_does_not_matter(measure, x, data):
    shuffled = x[data.draw(st.permutations(range(x.size)))]
    assert measure(shuffled) == pytest.approx(float(measure(x)), abs=1e-12)


@CONCENTRATION
@given(x=amounts, scale=st.floats(1e-6, 1e6))
def test_unit_of_account_does_not_matter(measure, x, scale):
    assert measure(scale * x) == pytest.approx(float(measure(x)), abs=1e-10)


@given(x=amounts, copies=st.integers(2, 5))
def test_replication_keeps_the_gini_and_divides_the_others(x, copies):
    many = np.tile(x, copies)
    assert gini(many) == pytest.approx(float(gini(x)), abs=1e-10)
    assert herfindahl(many) == pytest.approx(float(herfindahl(x)) / copies)
    assert max_share(many) == pytest.approx(float(max_share(x)) / copies)


@CONCENTRATION
@given(x=amounts)
def test_bounds(measure, x):
    lowest = 0.0 if measure is gini else 1 / x.size
    highest = 1 - 1 / x.size if measure is gini else 1.0
    assert lowest - 1e-12 <= measure(x) <= highest + 1e-12
    assert -1e-12 <= measure(x, normalized=True) <= 1 + 1e-12


@CONCENTRATION
@given(x=amounts, part=st.floats(0.01, 1.0), data=st.data())
def test_transfers_from_large_to_small_never_raise_concentration(measure, x, part, data):
    i, j = data.draw(st.permutations(range(x.size)))[:2]
    large, small = (i, j) if x[i] >= x[j] else (j, i)
    moved = x.copy()
    step = part * (x[large] - x[small]) / 2
    moved[large] -= step
    moved[small] += step
    assert measure(moved) <= measure(x) + 1e-12
    if measure is not max_share and step > 1e-3 * x.sum():
        assert measure(moved) < measure(x)


@given(x=amounts)
def test_measures_are_ordered(x):
    share = float(max_share(x))
    assert share**2 - 1e-12 <= herfindahl(x) <= share + 1e-12


@given(y=arrays(float, (4, 3), elements=st.floats(0.01, 1e3)), scale=st.floats(1e-3, 1e3))
def test_comparative_advantage_ignores_units(y, scale):
    assert rca(scale * y) == pytest.approx(rca(y), rel=1e-9)


@given(
    x=arrays(float, 15, elements=st.floats(-10, 10), unique=True),
    slope=st.floats(-5, 5),
    shift=st.floats(-5, 5),
)
def test_local_regression_follows_affine_changes_of_the_outcome(x, slope, shift):
    y = np.cos(x)
    assert lowess(x, y + slope * x + shift) == pytest.approx(
        lowess(x, y) + slope * x + shift, abs=1e-6
    )
