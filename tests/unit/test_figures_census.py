"""Figures of the census pipeline: what is drawn is what is in the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from figure_checks import close_figures

from regspec.figures.census import draw_tails, draw_throughput


@pytest.fixture(autouse=True)
def _close_figures():
    yield from close_figures()


def test_fitted_tails_have_the_slope_of_their_exponent():
    wage = pd.DataFrame({"wage": np.arange(1_000, 50_000, 100), "weight": 1.0})
    tails = pd.DataFrame(
        {"threshold": [20_000.0], "alpha": [2.5], "quantile": [0.9]}, index=["Ohio"]
    )
    fig = draw_tails({"Ohio": wage}, tails, 50_000, tier="synthetic", note="usa_00001")
    seen, fitted, code = fig.axes[0].lines
    slope = np.polyfit(np.log(fitted.get_xdata()), np.log(fitted.get_ydata()), 1)[0]
    assert slope == pytest.approx(-2.5)
    assert fitted.get_ydata()[0] == pytest.approx(0.1)
    assert code.get_xdata()[0] == 50_000
    assert (np.diff(seen.get_ydata()) < 0).all()
    assert "SYNTHETIC tier" in " ".join(t.get_text() for t in fig.texts)


def test_throughput_marks_what_was_not_measured():
    table = pd.DataFrame(
        {
            "persons": [1e6, 1e7, 6e7],
            "kind": ["measured", "measured", "extrapolated"],
            "cpu_seconds": [6.0, 19.0, 114.0],
            "peak_gib": [0.5, 0.6, 0.9],
        }
    )
    fig = draw_throughput(table)
    left, right = fig.axes
    assert [ax.lines[1].get_markerfacecolor() for ax in fig.axes] == ["white", "white"]
    np.testing.assert_array_equal(left.lines[0].get_ydata(), [6.0, 19.0])
    np.testing.assert_array_equal(right.lines[0].get_ydata(), [0.5, 0.6])
    assert left.lines[1].get_xdata() == [60.0]
