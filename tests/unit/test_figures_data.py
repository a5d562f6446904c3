"""Every drawing function attaches the numbers that it draws; readers download them."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import weakref
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from figure_checks import carries_its_data
from matplotlib import pyplot as plt
from shapely.geometry import box

from regspec import figures
from regspec.facts.fact1 import trade_off
from regspec.facts.fact2 import specialization_curve
from regspec.figures import census, regions
from regspec.figures.style import attach, attached
from regspec.show.explorers import Panel
from regspec.studies.explorer import Setting
from regspec.studies.responses import VARIABLES

RNG = np.random.default_rng(7)
N = 24
X = np.linspace(0.05, 0.95, N)
NAMES = [*"abcdefghijklmnopqrstuvwx"]
SOURCE = {"tier": "public", "note": "BEA (2020)"}


def random(*columns, **given):
    """N rows: random columns, and some that are given."""
    return pd.DataFrame({c: RNG.random(N) for c in columns} | given)


def two(frame, by="economy"):
    """A frame twice, the second with other numbers, told apart by a column."""
    other = frame + 0.07 * frame.select_dtypes("float")
    return pd.concat(
        [frame.assign(**{by: "one"}), other.combine_first(frame).assign(**{by: "two"})],
        ignore_index=True,
    )


STATES = two(
    random("bonds_next", "share_next", "price", "multiplier", bonds=X - 1, share=X,
           bound=X < 0.4, inside=X < 0.85)
)  # fmt: skip
ESTIMATES = random("coef", horizon=10 * np.arange(1, N + 1)).assign(
    lower=lambda d: d["coef"] - 0.1, upper=lambda d: d["coef"] + 0.1
)
YEARS = pd.DataFrame({"a": RNG.random(30), "b": RNG.random(30)}, index=range(1970, 2000))
YEARS.iloc[3, 1] = np.nan
SQUARES = gpd.GeoDataFrame(
    {"cz": range(N)}, geometry=[box(k % 6, k // 6, k % 6 + 1, k // 6 + 1) for k in range(N)],
    crs="EPSG:5070",
)  # fmt: skip
ZONES = random("gini", "growth", cz=range(N))
ECONOMIES = ["data", *regions.ECONOMIES]
RANGES = {f"{k}{end}": RNG.random() + at for k in ECONOMIES
          for end, at in (("", 1), (" low", 0), (" high", 2))}  # fmt: skip
PATH = random("bonds", "price", "consumption", "share: x", year=range(1900, 1900 + N))


def fitted():
    rows = random("gini", "log_population", "ghat", region=NAMES)
    rows["level"] = rows["log_income"] = 7 + rows["gini"] + RNG.random(N)
    rows["growth"] = RNG.random(N)
    return trade_off(rows, start=1950, end=2019, controls="none")


def curve():
    panel = pd.DataFrame([(r, y) for r in "abcdef" for y in range(1950, 1991)],
                         columns=["region", "year"])  # fmt: skip
    panel["income_pc"], panel["gini"] = np.exp(RNG.normal(size=(2, len(panel))) / 9)
    return specialization_curve(panel, seed=1, draws=5)


def responses(scale):
    rows = [(v, h, scale * RNG.random(), RNG.random()) for v in VARIABLES for h in range(4)]
    frame = pd.DataFrame(rows, columns=["variable", "horizon", "response", "error"])
    return SimpleNamespace(frame=frame, period_years=10)


def recovered():
    index = pd.MultiIndex.from_tuples(
        [(route, *key) for route in ("panel", "census") for key in census.LABELS],
        names=["route", "group", "parameter"],
    )
    values = {c: RNG.random(len(index)) for c in ("bias", "se", "sd", "coverage")}
    return pd.DataFrame(values | {"seeds": 20}, index=index).drop(("panel", "change", "10 years"))


def setting():
    panels = [Panel(title=t, x=tuple(X), x_label="x", y_label="y") for t in ("p", "q", "r")]
    lines = tuple(RNG.random((2, N)) for _ in panels)
    return panels, ("s", "t"), Setting(lines=lines, note="", certified=True, marks=((1, 0.5, "m"),))


#: Calls of every drawing function: whoever adds one adds a call.
CALLS = {
    "draw_reach": lambda f: f(
        random("per period", "mean ratio", case=["a", "b"] * (N // 2), converged=X < 0.7), -0.3
    ),
    "draw_tornado": lambda f: f(
        random("value", panel=["p", "q"] * 12, group=["g", "g", "h"] * 8, certified=X < 0.7),
        {"p": 0.3, "q": 0.4},
    ),
    "draw_tails": lambda f: f(
        {"Ohio": pd.DataFrame({"wage": np.arange(1e3, 5e4, 100), "weight": 1.0})},
        pd.DataFrame({"threshold": [2e4], "alpha": [2.5], "quantile": [0.9]}, index=["Ohio"]),
        5e4, **SOURCE,
    ),
    "draw_throughput": lambda f: f(
        pd.DataFrame({"persons": [1e6, 1e7, 6e7], "kind": ["measured"] * 2 + ["extrapolated"],
                      "cpu_seconds": [6.0, 19.0, 114.0], "peak_gib": [0.5, 0.6, 0.9]})
    ),
    "draw_recovery": lambda f: f(recovered(), {"census": "pipeline", "panel": "zones"}),
    "draw_planted_and_built": lambda f: f(
        random("planted", "built", shared=X < 0.3).set_index(100 * np.arange(N)), label="Gini"
    ),
    "draw_trade_off": lambda f: f(fitted(), highlight={"Here": "d", "None": "zz"}, **SOURCE),
    "draw_curve": lambda f: f(curve(), highlight={"A": "a", "B": "b"}, **SOURCE),
    "draw_curves": lambda f: f({1960: curve(), 1950: curve()}, curve(), **SOURCE),
    "draw_line": lambda f: f(curve(), **SOURCE),
    "draw_by_horizon": lambda f: f(
        {"a": ESTIMATES, "b": ESTIMATES.head(1) + 0.03}, label="x", paper={20: 0.57}, **SOURCE
    ),
    "draw_coefficients": lambda f: f(
        ESTIMATES.assign(group=["level", "growth"] * 12, spec=sorted(2 * NAMES[:12])),
        label="x", paper={"level": 0.67}, **SOURCE,
    ),
    "draw_series": lambda f: f({"p": YEARS, "q": YEARS[["b"]]}, marks=(1980,), **SOURCE),
    "draw_quantiles": lambda f: f(
        ESTIMATES.assign(group=["level", "growth"] * 12, quantile=2 + np.arange(N) // 2),
        horizon=20, **SOURCE,
    ),
    "draw_paths": lambda f: f(YEARS, label="relative income", **SOURCE),
    "draw_zone_map": lambda f: f(
        SQUARES, SQUARES, pd.Series(RNG.random(N - 1)), title="t", highlight={"Here": 3},
        names=pd.Series("z", range(N)), **SOURCE,
    ),
    "draw_coverage": lambda f: f(
        random("published", table=NAMES, first=1900, last=2000 + np.arange(N)), **SOURCE
    ),
    "draw_breaks": lambda f: f(
        random("gap", sector=sorted(2 * NAMES[:12]), splice=["x", "y"] * 12), **SOURCE
    ),
    "draw_specialization_curves": lambda f: f(
        {"p": two(random("share", xi=X, converged=X < 0.8), "variant"),
         "q": two(random("share", xi=X, converged=X < 0.9), "variant")},
        crossing=0.25, neutral=0.27,
    ),
    "draw_tax_maps": lambda f: f(
        random("debt", "industry", shock="mean", bonds=np.arange(N) // 4, share=np.arange(N) % 4,
               bound=X < 0.5)
    ),
    "draw_tax_schedules": lambda f: f(
        two(random("debt", "industry", bonds=X)), visited=random("at", "debt", "industry").head(3)
    ),
    "draw_aversion": lambda f: f(two(random("moved", "industry", "gain", share=X))),
    "draw_gains": lambda f: f(two(random("gain", bonds=X)), two(random("gain", share=X))),
    "draw_rules": lambda f: f(
        random("gain", "rate", rule=["tax", "subsidy"] * 12, converged=X < 0.8), planner=0.6
    ),
    "draw_bond_policies": lambda f: f({"p": STATES, "q": STATES}, note="n"),
    "draw_capital_policies": lambda f: f({"p": STATES, "q": STATES}),
    "draw_price_over_shares": lambda f: f({"p": STATES}),
    "draw_price_and_multiplier": lambda f: f(STATES),
    "draw_impulse": lambda f: f({"with": responses(1), "without": responses(2)}),
    "draw_errors": lambda f: f({k: random("bonds", "share", error=-9 * X, bound=X < 0.5)
                                for k in "pq"}),
    "draw_equilibria": lambda f: f(
        {k: random("bonds", "share", margin=np.where(X < 0.5, X, np.nan), count=1 + (X > 0.8))
         for k in "pq"}
    ),
    "draw_shares": lambda f: f(YEARS[["a"]].rename(columns={"a": "x"}), PATH, **SOURCE),
    "draw_limits": lambda f: f({"one": PATH, "two": PATH[PATH["year"] > 1910]}, **SOURCE),
    "draw_setting": lambda f: f(*setting(), note="n"),
    "draw_relative_paths": lambda f: f(
        {k: SimpleNamespace(relative=YEARS["a"], base_year=1980) for k in "ab"}
    ),
    "draw_persistence": lambda f: f(
        {k: random("rho", "rho_se", industry=NAMES) for k in "ab"}, (0.7, 0.9)
    ),
    "draw_growth_slopes": lambda f: f(ZONES, {"with limit": RNG.random(N)}),
    "draw_growth_maps": lambda f: f(
        SQUARES, SQUARES, ZONES, RNG.random(N), names=pd.Series("z", range(N))
    ),
    "draw_combinations": lambda f: f(
        pd.DataFrame({"definition": [*"aabb"], "reading": "r", "scale": [*"pqpq"],
                      "flag": ["", "", "x", "x"]} | RANGES), tier="synthetic",
    ),
    "draw_frictions": lambda f: f(
        {k: SimpleNamespace(slopes=random("slope").head(4).set_axis(ECONOMIES).assign(
            low=lambda d: d["slope"] - 1, high=lambda d: d["slope"] + 2)) for k in "pq"}, **SOURCE,
    ),
}  # fmt: skip

DRAWING = {
    name: function
    for module in pkgutil.iter_modules(figures.__path__)
    if module.name != "accuracy"  # drawn in the test of the benchmark
    for name, function in vars(importlib.import_module(f"regspec.figures.{module.name}")).items()
    if name.startswith("draw_")
}


@pytest.mark.parametrize("name", DRAWING)
def test_what_is_drawn_is_attached(name):
    fig = CALLS[name](DRAWING[name])
    carries_its_data(fig)
    plt.close(fig)


def data_of(name, *columns):
    return attached(CALLS[name](DRAWING[name]))[[*columns]]


def test_colours_of_maps_are_attached_as_numbers():
    fifths = data_of("draw_growth_maps", "data", "data_fifth")
    assert fifths["data"].tolist() == ZONES["growth"].tolist()
    assert fifths.sort_values("data")["data_fifth"].is_monotonic_increasing
    margins = data_of("draw_equilibria", "margin", "count")
    assert (margins["margin"].notna() | (margins["count"] > 1)).all()  # the others are not drawn
    assert margins["margin"].dropna().tolist() == 2 * X[X < 0.5].tolist()
    rates = data_of("draw_tax_maps", "debt", "bound")
    assert rates["bound"].tolist() == (X < 0.5).tolist()
    plt.close("all")


def test_attached_data_go_with_their_figure_and_must_say_something():
    fig = plt.figure()
    with pytest.raises(ValueError, match="no rows; attach what"):
        attach(fig, pd.DataFrame())
    with pytest.raises(ValueError, match=r"labels name \['y'\]; allowed: columns .* \['x'\]"):
        attach(fig, pd.DataFrame({"x": [1]}), {"y": "year"})
    with pytest.raises(ValueError, match="carries no data"):
        attached(fig)
    kept = weakref.ref(attach(fig, pd.DataFrame({"x": [1]}, index=[7]), {"x": "year"}))
    assert attached(fig).index.tolist() == [0]
    assert attached(fig).attrs == {"x": "year"}
    plt.close(fig)
    del fig
    gc.collect()
    assert kept() is None
