"""The data of a figure are the numbers that it plots."""

from __future__ import annotations

import gc
import io
import weakref

import geopandas as gpd
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from shapely.geometry import box

from regspec.book import staging as page_frame
from regspec.catalogue import Entry
from regspec.figures.census import draw_planted_and_built
from regspec.figures.planner import draw_gains, draw_rules, draw_specialization_curves
from regspec.figures.policies import draw_equilibria
from regspec.figures.regions import draw_growth_maps
from regspec.figures.style import attach, attached, house_style, identify, leave_out, stamp
from regspec.show.display import FIGURE_KEY
from regspec.show.figure_data import as_csv, read_axes


@pytest.fixture(autouse=True)
def _close_figures():
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture
def drawn():
    with house_style():
        fig, ax = plt.subplots()
    ax.set(xlabel="year", ylabel="income, dollars")
    return stamp(fig, tier="public", note="BEA #12ab\n(2020)"), ax


def from_csv(fig):
    return pd.read_csv(io.StringIO(as_csv(fig, "fig-x")), comment="#")


X = np.array([1950.0, 1960.0, 1970.0])


def test_lines_and_points_are_what_is_plotted(drawn):
    fig, ax = drawn
    y = np.array([1 / 3, np.nan, 123456.789])
    (line,) = ax.plot(X, y, label="a")
    dots = ax.scatter(X, 2 * X, label="_hidden in the legend")
    identify(line, "uvw")
    identify(dots, [1, 2, 3])
    data = from_csv(fig)
    assert data.columns.tolist() == ["series", "kind", "name", "x", "y"]
    first, second = (data[data["series"] == s] for s in ("a", "hidden in the legend"))
    assert first["kind"].tolist() == ["line"] * 2
    assert first["name"].tolist() == ["u", "w"]
    assert first["y"].tolist() == [0.333333, 123457.0]  # six digits, gaps left out
    assert second["kind"].tolist() == ["points"] * 3
    np.testing.assert_array_equal(second[["x", "y"]], np.column_stack([X, 2 * X]))


def test_header_names_figure_tier_source_and_axes(drawn):
    fig, ax = drawn
    ax.plot(X, X)
    head = [line for line in as_csv(fig, "fig-x").splitlines() if line.startswith("#")]
    assert head == [
        "# figure: fig-x",
        "# tier: public tier (official, no registration)",
        "# source: BEA #12ab (2020)",
        "# axes: x: year; y: income, dollars",
    ]


def test_a_band_stands_beside_its_line(drawn):
    fig, ax = drawn
    low, high = X - 1, X + np.array([1.0, 2.0, 3.0])
    ax.plot([1940, *X], [0, *X], color="C0", label="first")
    ax.plot(X, 3 * X, color="C1", label="second")
    ax.fill_between(X, high, low, color="C1", alpha=0.2)  # by colour
    ax.fill_between(X, low, high, color="0.5", label="_first")  # by name
    ax.fill_between(X + 0.5, low, high, color="C0")  # at other places: alone
    data = from_csv(fig)
    assert data["kind"].tolist() == ["line"] * 7 + ["band"] * 3
    first, second = (data[data["series"] == s] for s in ("first", "second"))
    assert np.isnan(first["y_low"].iloc[0])
    np.testing.assert_array_equal(first["y_low"].iloc[1:], low)
    np.testing.assert_array_equal(second["y_high"], high)
    np.testing.assert_array_equal(data["x"].iloc[-3:], X + 0.5)


def test_error_bars_give_both_ends(drawn):
    fig, ax = drawn
    ax.errorbar([1, 2], [3, 4], xerr=[[0.5, 0.25], [1, 2]], fmt="o", label="a")
    ax.plot([7, 8], [1, 2], color="C3", label="b")
    ax.errorbar([7, 8], [1, 2], yerr=0.5, fmt="none", ecolor="C3")
    data = from_csv(fig)
    a, b = (data[data["series"] == s] for s in "ab")
    np.testing.assert_array_equal(a[["x", "x_low", "x_high"]], [[1, 0.5, 2], [2, 1.75, 4]])
    np.testing.assert_array_equal(b[["y", "y_low", "y_high"]], [[1, 0.5, 1.5], [2, 1.5, 2.5]])


def test_bars_give_their_length_and_words_replace_places(drawn):
    fig, ax = drawn
    ax.barh([0, 1], [5, 7], label="n")
    ax.barh([0.2, 1.2], [2, 2], left=[1, 2], label="range")
    ax.set_yticks([0, 1], ["one", "two"])
    data = from_csv(fig)
    assert data["category"].tolist() == ["one", "two"] * 2
    assert "y" not in data
    assert data["x"].iloc[:2].tolist() == [5, 7]
    assert data[["x_low", "x_high"]].iloc[2:].to_numpy().tolist() == [[1, 3], [2, 4]]


def test_reference_lines_are_marked_and_zero_lines_left_out(drawn):
    fig, ax = drawn
    ax.plot(X, X, label="a")
    ax.axhline(0)
    ax.axhline(5)
    ax.axvline(1955, label="_break")
    ax.axvspan(1951, 1952, label="_range")
    leave_out(ax.plot([0, 1], [0, 1])[0])
    ax.axline((0, 0), slope=1)
    rules = from_csv(fig).query("kind == 'reference'")
    assert rules[["x", "y"]].iloc[0].tolist() == pytest.approx([np.nan, 5], nan_ok=True)
    assert rules["series"].iloc[1:].tolist() == ["break", "range"]
    assert rules[["x_low", "x_high"]].iloc[2].tolist() == [1951, 1952]
    assert len(from_csv(fig)) == 6


def test_panels_are_told_apart_by_title_or_label_or_number():
    fig, axes = plt.subplots(1, 2)
    for ax in axes:
        ax.plot([1, 2], [3, 4])
    assert set(read_axes(fig)["panel"]) == {"1", "2"}
    for ax, label in zip(axes, "pq", strict=True):
        ax.set_ylabel(label)
    assert set(read_axes(fig)["panel"]) == {"p", "q"}
    for ax in axes:
        ax.set(ylabel="" if ax is axes[0] else "q", title="t")
    assert set(read_axes(fig)["panel"]) == {"t, ", "t, q"}
    for ax, title in zip(axes, "tu", strict=True):
        ax.set_title(title)
    assert set(read_axes(fig)["panel"]) == {"t", "u"}


def test_attached_data_come_first_and_go_with_the_figure(drawn):
    fig, ax = drawn
    ax.plot(X, X)
    attach(fig, pd.DataFrame({"cz": [100, 200], "name": ["A #1", "B"], "value": [1.0, np.nan]}))
    assert attached(fig) is not None
    assert from_csv(fig).to_dict("list")["name"] == ["A no. 1", "B"]
    assert "axes" not in as_csv(fig, "fig-x")
    with pytest.raises(ValueError, match="no rows"):
        attach(fig, pd.DataFrame())
    other = plt.figure()
    attach(other, pd.DataFrame({"x": [1]}))
    kept = weakref.ref(other)
    plt.close(other)
    del other
    gc.collect()
    assert kept() is None


def test_figures_without_readable_data_or_tier_are_refused(drawn):
    fig, ax = drawn
    with pytest.raises(ValueError, match="'fig-x': it shows no data"):
        as_csv(fig, "fig-x")
    ax.pcolormesh(np.eye(3))
    with pytest.raises(ValueError, match="QuadMesh cannot be read"):
        as_csv(fig, "fig-x")
    bare = plt.figure()
    bare.subplots().plot(X, X)
    with pytest.raises(ValueError, match="no data tier"):
        as_csv(bare, "fig-x")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (9.9, "under 10 seconds"),
        (14.9, "15 seconds"),
        (57.4, "55 seconds"),
        (58.0, "1 minute"),
        (268.9, "4 minutes"),
    ],
)
def test_run_times_in_words(seconds, words):
    assert page_frame.time_to_run(seconds) == words


def test_time_to_run_goes_into_the_box():
    text = "# T\n\n:::{admonition} In short\n:class: brief\n**Question.** Why?\n:::\n\nText.\n:::"
    nb = new_notebook(cells=[new_markdown_cell(text)])
    assert page_frame.add_time(nb, {"seconds": 31})
    assert nb.cells[0].source == text.replace(
        "Why?\n:::",
        "Why?\n\n**Time to run.** About 30 seconds on two cores, when this page was made.\n:::",
    )
    assert not page_frame.add_time(new_notebook(cells=[new_markdown_cell("# T")]), {"seconds": 31})


def test_headlines_are_short_first_sentences():
    long = "Counterpart of Figure 4: elasticity by horizon, " + "x" * 80
    assert page_frame.headline("A map; in bins. More.") == "A map"
    assert page_frame.headline(f"{long}, 48 states. More.") == long.rpartition(", ")[0]
    assert page_frame.headline("y" * 200) == "y" * 200


def test_downloads_hold_notebook_source_and_data(tmp_path, monkeypatch):
    for suffix in ("py", "ipynb"):
        (tmp_path / f"n.{suffix}").write_text(suffix)
    monkeypatch.setattr(Entry, "source", tmp_path / "n.py")
    monkeypatch.setattr(Entry, "executed", tmp_path / "n.ipynb")
    meta = {"name": "fig-a", "caption": "A line: more. And more.", "alt": "", "data": "x\n1\n"}
    out = new_output("display_data", {}, metadata={FIGURE_KEY: meta})
    nb = new_notebook(cells=[new_code_cell("", outputs=[out])])
    page_frame.add_downloads(nb, Entry(name="n"), tmp_path / "downloads")
    text = nb.cells[-1].source
    assert text.startswith("## Downloads")
    assert "{numref}`fig-a`, A line: more: {download}`fig-a.csv <../downloads/fig-a.csv>`" in text
    assert "{download}`n.py <../downloads/n.py>`" in text
    assert (tmp_path / "downloads" / "fig-a.csv").read_text() == "x\n1\n"
    assert (tmp_path / "downloads" / "n.ipynb").read_text() == "ipynb"
    assert "data" not in nbformat.from_dict(nb).cells[0].outputs[0].metadata[FIGURE_KEY]


def test_figures_whose_shapes_carry_the_numbers_attach_them():
    cells = [box(k, 0, k + 1, 1) for k in range(6)]
    zones = gpd.GeoDataFrame({"cz": range(6)}, geometry=cells, crs="EPSG:5070")
    panel = pd.DataFrame({"cz": range(6), "growth": [6.0, 5, 4, 3, 2, 1]})
    names = pd.Series(list("abcdef"), index=range(6))
    maps_ = from_csv(draw_growth_maps(zones, zones, panel, np.arange(6.0), names=names))
    assert maps_["name"].tolist() == list("abcdef")
    assert maps_["data"].tolist() == panel["growth"].tolist()
    assert maps_["model, fifth"].is_monotonic_increasing
    frame = pd.DataFrame({"bonds": [-0.2, -0.1], "share": [0.3, 0.4], "margin": [0.5, np.nan],
                          "count": [1, 1]})  # fmt: skip
    margins = from_csv(draw_equilibria({"low": frame, "high": frame}))
    assert margins.query("panel == 'high'")["margin"].tolist() == [0.5]  # the others are not drawn


def test_planner_figures_name_what_is_not_in_their_legends():
    curve = pd.DataFrame({"variant": "planner", "xi": [0.2, 0.3], "share": [0.4, 0.5],
                          "converged": [True, False]})  # fmt: skip
    curves = from_csv(draw_specialization_curves({"a": curve}, crossing=0.25, neutral=0.27))
    assert curves["series"].tolist() == ["planner"] * 2 + [
        "planner: not certified", "neutral", "crossing",
    ]  # fmt: skip
    rules = pd.DataFrame({"rule": "tax", "rate": [0.01, 0.02], "gain": [0.1, 0.2],
                          "converged": True})  # fmt: skip
    rules = pd.concat([rules, rules.assign(rule="subsidy")])
    flat = from_csv(draw_rules(rules, planner=0.3)).query("panel == 'subsidy'")
    assert flat["y"].tolist() == [0.1, 0.2, 0.3]
    gains = pd.DataFrame({"economy": "one", "bonds": [0.0, 0.1], "share": [0.2, 0.3],
                          "gain": [1.0, 2.0]})  # fmt: skip
    assert from_csv(draw_gains(gains, gains))["y"].tolist() == [1.0, 2.0] * 2
    zones = pd.DataFrame({"planted": [1.0, 2], "built": [1.0, 3], "shared": [False, True]},
                         index=[100, 200])  # fmt: skip
    pairs = from_csv(draw_planted_and_built(zones, label="income"))
    assert pairs[["name", "x", "y"]].to_numpy().tolist() == [[100, 1, 1], [200, 2, 3]]
