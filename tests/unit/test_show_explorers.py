"""Explorers of the static site: complete, small, and safe to put into a page."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from regspec.book.staging import promote_explorers
from regspec.figures.policies import draw_setting
from regspec.figures.style import attached
from regspec.show import explorers
from regspec.show.explorers import (
    EXPLORER_KEY,
    Column,
    Control,
    Panel,
    as_page,
    show_sliders,
    show_zones,
)
from regspec.studies.explorer import Setting, curve_settings

CONTROLS = [
    Control(id="a", label="A", texts=("0", "1"), start=0),
    Control(id="b", label="B", texts=("x", "y", "z"), start=1),
]
PANELS = [
    Panel(title="One", x=(0.0, 0.5, 1.0), x_label="x", y_label="percent"),
    Panel(title="Two", x=(1.0, 2.0), x_label="x", y_label="goods", series=("only",)),
]


def setting(a, b):
    one = np.array([[a, b, np.nan], [1 / 3, 2e-9, -123456.0]])
    return Setting(lines=(one, np.ones((1, 2))), note=f"a {a}, b {b} </script>", certified=b < 2)


SETTINGS = {(a, b): setting(a, b) for a in range(2) for b in range(3)}
NAMES = {"name": "explore-test", "title": "A test", "still": "fig-test", "tier": "model"}


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(
        explorers, "display", lambda data, raw, metadata: outputs.append((data, metadata))
    )
    return outputs


def data_of(page):
    return json.loads(re.search(r'(?s)<script type="application/json">(.*?)</script>', page)[1])


def test_every_setting_is_in_the_page_with_few_digits(shown):
    show_sliders(CONTROLS, PANELS, ("s", "t"), SETTINGS, **NAMES)
    (text, meta), = shown  # fmt: skip
    assert text["text/plain"].startswith("A test: 6 settings, 2 panels. a 0, b 1")
    page = as_page(meta[EXPLORER_KEY])
    data = data_of(page)
    assert set(data["results"]) == {f"{a},{b}" for a in range(2) for b in range(3)}
    found = data["results"]["1,2"]
    assert found["lines"][0] == [[1, 2, None], [0.3333, 2e-9, -123500]]
    assert found["warning"] is True
    assert data["results"]["0,0"]["warning"] is False
    assert found["note"].endswith("</script>")
    assert page.count("</script>") == 1  # what stands in the data cannot end it
    assert data["panels"][0]["series"] == ["s", "t"]
    assert data["panels"][1]["series"] == ["only"]
    assert "model output (no data)" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {(0, 0): SETTINGS[0, 0]}}, r"no result for \(0, 1\), 5 in all"),
        ({"series": ("s",)}, r"'One': lines have shape \(2, 3\); allowed: \(1, 3\)"),
        ({"name": "test"}, "must start with 'explore-'"),
        ({"tier": "real"}, "tier 'real' is not known"),
        ({"controls": [Control(id="b", label="B", texts=("x",), start=1)]}, "starts at 1"),
    ],
)  # fmt: skip
def test_what_is_incomplete_is_refused(shown, change, message):
    given = {"controls": CONTROLS, "panels": PANELS, "series": ("s", "t"), "settings": SETTINGS}
    with pytest.raises(ValueError, match=message):
        show_sliders(**{**given, **NAMES, **change})
    assert not shown


def test_an_explorer_too_heavy_for_a_page_is_refused(shown, monkeypatch):
    monkeypatch.setattr(explorers, "BUDGET", 500)
    with pytest.raises(ValueError, match=r"bytes; allowed: 500\. Use fewer"):
        show_sliders(CONTROLS, PANELS, ("s", "t"), SETTINGS, **NAMES)


def zones(**change):
    shapes = gpd.GeoDataFrame(
        {"cz": [1, 2]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs="EPSG:5070"
    )
    names = pd.DataFrame(
        {"name": ["Left, OH", "Right, MN"], "counties": ["L", "R"]}, index=[1, 2]
    )  # fmt: skip
    given = {
        "zones": shapes, "states": shapes, "names": names,
        "columns": [Column(label="v", unit="u", data=pd.Series([1.5], index=[2]))],
        "paths": pd.DataFrame({1969: [0.1], 2019: [np.nan]}, index=[2]), "model": None, "start": 2,
        "labels": {"name": "n", "model": "m", "title": "t", "y": "y"},
    }  # fmt: skip
    return {**given, **NAMES, "tier": "public", **change}


def test_zones_keep_their_shapes_and_values(shown):
    show_zones(**zones())
    data = data_of(as_page(shown[0][1][EXPLORER_KEY]))
    assert data["size"] == [1200, 600]
    assert data["zones"]["1"]["values"] == [None]
    assert data["zones"]["2"]["values"] == [1.5]
    assert data["zones"]["2"]["path"] == [0.1, None]
    assert "path" not in data["zones"]["1"]
    # A square of half the width: from one corner by three steps, closed.
    steps = re.findall(r"l(-?\d+) (-?\d+)", data["zones"]["1"]["shape"])
    assert sorted(abs(int(a)) + abs(int(b)) for a, b in steps) == [600, 600, 600]


def test_a_start_that_is_no_zone_is_refused(shown):
    with pytest.raises(ValueError, match="start is 7"):
        show_zones(**zones(start=7))


def test_the_page_gets_what_the_output_carries(shown):
    show_sliders(CONTROLS, PANELS, ("s", "t"), SETTINGS, **NAMES)
    data, meta = shown[0]
    output = nbformat.v4.new_output("display_data", data=data, metadata=meta)
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    promote_explorers(nb)
    assert 'id="explore-test"' in nb.cells[0].outputs[0]["data"]["text/html"]


def test_curves_find_where_they_cross():
    chosen = {(0, 0, x): (0.5, 0.4 + 0.1 * x) for x in range(4)}
    sound = {key: Setting(lines=(), note="", certified=key[2] > 0) for key in chosen}
    curves = curve_settings(chosen, sound, (0.0, 0.1, 0.2, 0.3))
    assert curves[0, 0].marks[0][1] == pytest.approx(0.1)
    assert not curves[0, 0].certified
    never = curve_settings({(0, 0, x): (0.5, 0.6) for x in range(2)}, sound, (0.0, 0.1))
    assert never[0, 0].marks == ()


def test_the_still_picture_shows_the_lines_and_marks_of_its_setting():
    panels = [
        Panel(title="one", x=(0.0, 1.0), x_label="bonds", y_label="percent"),
        Panel(title="two", x=(0.0, 2.0), x_label="share", y_label="goods", series=("own",)),
    ]
    lines = (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0]]))
    setting = Setting(lines=lines, note="", certified=True, marks=((1, 0.5, "cross"),))
    fig = draw_setting(panels, ("market", "planner"), setting, note="γ = 2")
    data = attached(fig)
    assert data.query("panel == 'one'").groupby("series")["y"].apply(list).to_dict() == {
        "market": [1.0, 2.0],
        "planner": [3.0, 4.0],
    }
    own = data.query("series == 'own'")
    assert (own["x"].tolist(), own["y"].tolist()) == ([0.0, 2.0], [5.0, 6.0])
    assert data.query("series == 'cross'")["x"].tolist() == [0.5]
    assert [ax.get_ylabel() for ax in fig.axes] == ["percent", "goods"]
    plt.close(fig)
