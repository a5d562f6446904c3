"""Figures of the facts: what is drawn is what was estimated, and the tier is on it."""

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from figure_checks import close_figures
from matplotlib.colors import to_hex
from shapely.geometry import box

from regspec.facts.fact1 import trade_off
from regspec.facts.fact2 import specialization_curve
from regspec.figures import facts, maps
from regspec.figures.style import attached

STAMP = {"tier": "public", "note": "BEA SAINC1 (2022-09-30)"}


@pytest.fixture(autouse=True)
def _close_figures():
    yield from close_figures()


@pytest.fixture(scope="module")
def cross_section():
    rng = np.random.default_rng(61)
    n = 60
    data = pd.DataFrame(
        {"region": [f"{k:02d}" for k in range(n)], "gini": rng.uniform(0.3, 0.6, n)}
    )
    data["log_population"], data["ghat"] = rng.normal(14, 1, n), rng.normal(2, 0.2, n)
    data["rust_belt"] = rng.random(n) < 0.2
    data["level"] = data["log_income"] = 7 + data["gini"] + 0.1 * rng.normal(size=n)
    data["growth"] = 4 - 0.4 * data["log_income"] + 0.1 * rng.normal(size=n)
    return data


def stamped(fig):
    """Whether the data tier and the source are printed on the figure."""
    text = " ".join(t.get_text() for t in fig.texts)
    return "public tier" in text and "SAINC1 (2022-09-30)" in text


def test_scatter_lines_have_the_estimated_slopes(cross_section):
    result = trade_off(cross_section, start=1950, end=2019)
    fig = facts.draw_trade_off(result, highlight={"Ohio": "39"}, **STAMP)
    for ax, fit in zip(fig.axes, (result.level, result.growth), strict=True):
        x, y = ax.lines[0].get_data()
        assert np.polyfit(x, y, 1)[0] == pytest.approx(fit.term().coef)
        assert any(t.get_text() == "Ohio" for t in ax.texts)
    assert stamped(fig)


def test_band_of_the_line_is_the_interval_of_the_prediction(cross_section):
    result = trade_off(cross_section, start=1950, end=2019, controls="none")
    ax = facts.draw_trade_off(result, highlight={}, **STAMP).axes[0]
    widths = np.ptp(ax.collections[1].get_paths()[0].vertices[:, 1])
    assert widths > 0
    x, _ = ax.lines[0].get_data()
    assert x.min() == pytest.approx(result.level_net["gini"].min())


def test_curve_draws_fit_and_decades_of_the_places():
    rng = np.random.default_rng(62)
    panel = pd.DataFrame(
        [(r, y) for r in "abcdef" for y in range(1950, 1991)], columns=["region", "year"]
    )
    panel["income_pc"] = np.exp(rng.normal(size=len(panel)))
    panel["gini"] = rng.uniform(0.3, 0.6, len(panel))
    curve = specialization_curve(panel, seed=1, draws=10)
    fig = facts.draw_curve(curve, highlight={"A": "a"}, **STAMP)
    fit, path = fig.axes[0].lines[:2]
    assert np.array_equal(fit.get_ydata(), curve.band.fit)
    assert len(path.get_xdata()) == 5
    assert stamped(fig)
    assert stamped(facts.draw_line(curve, **STAMP))
    years = {2010: curve, 1950: curve}
    both = facts.draw_curves(years, curve, **STAMP)
    assert [line.get_label() for line in both.axes[0].lines[:3]] == ["all years", "1950", "2010"]
    assert np.array_equal(both.axes[0].lines[2].get_ydata(), curve.band.fit)
    assert stamped(both)


def test_horizon_figure_draws_estimates_and_published_values():
    data = pd.DataFrame({"horizon": [10, 20], "coef": [0.9, 0.8], "lower": [0.8, 0.7]})
    data["upper"] = 2 * data["coef"] - data["lower"]
    fig = facts.draw_by_horizon(
        {"two": data, "one": data.head(1)}, label="x", paper={20: 0.57}, **STAMP
    )
    drawn = {line.get_label(): line.get_ydata() for line in fig.axes[0].lines}
    assert list(drawn["two"]) == [0.9, 0.8]
    assert list(drawn["paper"]) == [0.57]
    assert stamped(fig)


def test_coefficient_figure_has_one_row_per_specification():
    rows = [("level", s, 0.5, 0.1, 0.9) for s in "abc"] + [("growth", "a", -0.2, -0.4, 0.0)]
    data = pd.DataFrame(rows, columns=["group", "spec", "coef", "lower", "upper"])
    fig = facts.draw_coefficients(data, label="sd", paper={"level": 0.67}, **STAMP)
    assert [t.get_text() for t in fig.axes[0].get_yticklabels()] == ["a", "b", "c"]
    assert any(np.allclose(line.get_xdata(), 0.67) for line in fig.axes[0].lines)


def test_series_and_paths_draw_their_columns():
    years = pd.RangeIndex(1969, 2020)
    frame = pd.DataFrame({"Dayton": np.linspace(0.3, 0, 51), "Rochester": 0.2}, index=years)
    fig = facts.draw_series({"one": frame, "two": frame}, marks=(1998,), **STAMP)
    assert len(fig.axes) == 2
    assert stamped(fig)
    fig = facts.draw_paths(frame, label="relative", **STAMP)
    assert {t.get_text() for t in fig.axes[0].texts} == {"Dayton", "Rochester"}


@pytest.fixture(scope="module")
def squares():
    cells = [box(k % 5, k // 5, k % 5 + 1, k // 5 + 1) for k in range(20)]
    return gpd.GeoDataFrame({"cz": range(20)}, geometry=cells, crs="EPSG:5070")


def test_map_colours_darken_with_the_value(squares):
    values = pd.Series(np.arange(20.0), index=range(20)).drop(7)
    fig = maps.draw_zone_map(
        squares,
        squares,
        values,
        title="t",
        highlight={"Here": 3},
        bins=4,
        **STAMP,
        names=pd.Series([f"zone {k}" for k in range(20)]),
    )
    colours = [to_hex(c) for c in fig.axes[0].collections[0].get_facecolors()]
    bins = maps.quantile_bins(values, 4)
    by_bin = {int(b): colours[cz] for cz, b in bins.items()}
    brightness = [sum(mpl.colors.to_rgb(by_bin[b])) for b in range(4)]
    assert brightness == sorted(brightness, reverse=True)
    assert colours[7] not in by_bin.values()
    labels = [t.get_text() for t in fig.axes[0].get_legend().get_texts()]
    assert labels[0] == "0.00 to 4.00"
    assert labels[-1] == "no data"
    assert any(t.get_text() == "Here" for t in fig.axes[0].texts)
    assert stamped(fig)
    data = attached(fig)
    assert data.set_index("cz")["t"].drop(7).tolist() == values.tolist()
    assert data["bin"].dropna().tolist() == (bins + 1).tolist()
    assert data["name"].tolist() == [f"zone {k}" for k in range(20)]


def test_quantile_bins_are_even_and_keep_missing_values():
    values = pd.Series([5.0, 1.0, np.nan, 3.0, 4.0, 2.0, 0.0])
    bins = maps.quantile_bins(values, 3)
    assert bins.value_counts().tolist() == [2, 2, 2]
    assert np.isnan(bins[2])
    with pytest.raises(ValueError, match="use 2 up to"):
        maps.quantile_bins(values, 7)


def test_data_figures():
    table = pd.DataFrame(
        {
            "table": ["A", "B"],
            "first": [1929, 1958],
            "last": [1957, 2001],
            "published": [0.97, 0.88],
        }
    )
    fig = maps.draw_coverage(table, **STAMP)
    assert [bar.get_width() for bar in fig.axes[0].patches] == [29, 44]
    assert {t.get_text() for t in fig.axes[0].texts} == {"97%", "88%"}
    breaks = pd.DataFrame({"sector": ["Farms", "Mining"] * 2, "splice": ["x", "x", "y", "y"]})
    fig = maps.draw_breaks(breaks.assign(gap=[0.0, 1.0, 2.0, 3.0]), **STAMP)
    assert list(fig.axes[0].lines[1].get_xdata()) == [2.0, 3.0]
    assert stamped(fig)


def test_quantile_figure_draws_both_halves_from_the_base():
    rows = [
        (g, q, 0.1 * q, 0.1 * q - 0.2, 0.1 * q + 0.2) for g in ("level", "growth") for q in (2, 3)
    ]
    effects = pd.DataFrame(rows, columns=["group", "quantile", "coef", "lower", "upper"])
    fig = facts.draw_quantiles(effects, horizon=20, **STAMP)
    for ax in fig.axes:
        x, y = ax.lines[0].get_data()
        assert list(x) == [1, 2, 3]
        assert list(y) == pytest.approx([0, 0.2, 0.3])
    assert "20 years" in fig.axes[1].get_title(loc="left")
    assert stamped(fig)


def test_labels_of_paths_that_end_together_stay_apart():
    frame = pd.DataFrame({"a": [0.0, 1.0], "b": [0.5, 1.001], "c": [0.2, 0.0]}, index=[1950, 2020])
    fig = facts.draw_paths(frame, label="relative", **STAMP)
    at = {t.get_text(): t.xy[1] for t in fig.axes[0].texts}
    assert at["c"] == 0.0
    assert at["b"] - at["a"] >= 0.05
