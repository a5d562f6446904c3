"""Does the model's growth of regions fall with their specialization as in the data?

Read :func:`draw_growth_slopes` first; :func:`draw_combinations` and :func:`draw_frictions` are
Figures 5 and 6. The first two functions draw the productivities that go into the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from regspec.calibrate.two_sectors import SectorPaths
from regspec.figures.maps import ABSENT, quantile_bins
from regspec.figures.style import (
    LINES,
    PALETTE,
    SEQUENTIAL,
    attach,
    house_style,
    stacked,
    stamp,
    zero_line,
)
from regspec.regions.growth import Bands
from regspec.regions.simulate import DATES

__all__ = [
    "draw_combinations",
    "draw_frictions",
    "draw_growth_maps",
    "draw_growth_slopes",
    "draw_persistence",
    "draw_relative_paths",
]


def draw_relative_paths(paths: Mapping[str, SectorPaths], *, note: str = "") -> Figure:
    """Relative productivity of machinery under several definitions.

    Parameters
    ----------
    paths : mapping of str to SectorPaths
        By legend label, at most four.
    note : str
        Source and vintage.
    """
    base = next(iter(paths.values())).base_year
    labels = {"relative": f"log z1 − log z2 ({base} = 0)"}
    drawn = {
        label: path.relative.rename("relative").rename_axis("year").reset_index()
        for label, path in paths.items()
    }
    with house_style():
        fig, ax = plt.subplots()
        for (label, path), (colour, style) in zip(drawn.items(), LINES, strict=False):
            ax.plot(path["year"], path["relative"], color=colour, linestyle=style, label=label)
        zero_line(ax)
        ax.set(xlabel="year", ylabel=labels["relative"])
        fig.legend(loc="outside upper left")
        attach(fig, stacked(drawn, "definition"), labels)
        return stamp(fig, tier="public", note=note)


def draw_persistence(
    estimates: Mapping[str, pd.DataFrame], published: tuple[float, float], *, note: str = ""
) -> Figure:
    """Persistence of each industry under several trends, with two standard errors.

    Parameters
    ----------
    estimates : mapping of str to pandas.DataFrame
        Results of :func:`regspec.calibrate.processes.industry_processes` by label.
    published : tuple of float
        The range printed in Table 2, shaded.
    note : str
    """
    labels = {
        "rho": "persistence ρ, annual",
        "lower": "ρ less two standard errors",
        "upper": "ρ plus two standard errors",
        "published_from": "lower end of the range of Table 2",
        "published_to": "upper end of the range of Table 2",
    }
    with house_style():
        fig, ax = plt.subplots(figsize=(7.2, 5.6))
        names = next(iter(estimates.values()))["industry"]
        rows = np.arange(len(names))
        for shift, (label, frame), (colour, _) in zip(
            np.linspace(-0.2, 0.2, len(estimates)), estimates.items(), LINES, strict=False
        ):
            ax.errorbar(
                frame["rho"], rows + shift, xerr=2 * frame["rho_se"], fmt="o", markersize=4,
                color=colour, label=label, linewidth=1,
            )  # fmt: skip
        ax.axvspan(*published, color=PALETTE["muted"], alpha=0.25, label="published range")
        ax.set(xlabel=labels["rho"], yticks=rows, yticklabels=list(names))
        ax.invert_yaxis()
        fig.legend(loc="outside upper left", ncols=2, fontsize=9)
        tidy, (low, high) = stacked(estimates, "trend"), published
        half = 2 * tidy["rho_se"]
        tidy = tidy.assign(lower=tidy["rho"] - half, upper=tidy["rho"] + half,
                           published_from=low, published_to=high)  # fmt: skip
        attach(fig, tidy[["trend", "industry", *labels]], labels)
        return stamp(fig, tier="public", note=note)


def draw_growth_slopes(
    panel: pd.DataFrame,
    growth: Mapping[str, np.ndarray],
    *,
    tier: str = "public",
    year: int = DATES[0],
    note: str = "",
) -> Figure:
    """Growth on the initial Gini: zones, and fitted lines of data (95 percent band) and model.

    Parameters
    ----------
    panel : pandas.DataFrame
        Result of :func:`regspec.regions.growth.zone_panel`.
    growth : mapping of str to ndarray, shape (n,)
        Model growth by label, in the order of `panel` and at the scale of total income.
    tier : {"public", "synthetic", "census"}
    year : int
        Of the Gini.
    note : str
    """
    x, y = panel["gini"].to_numpy(), panel["growth"].to_numpy()
    at = np.linspace(x.min(), x.max(), 50)
    fit = OLS(y, add_constant(x)).fit(cov_type="HC1")
    band = fit.get_prediction(add_constant(at)).conf_int()
    labels = {
        "cz": "commuting zone of 1990",
        "gini": f"two-sector Gini of manufacturing, {year}",
        "growth": "income growth less mean, log points",
        "lower": "lower end of the 95 percent band of the data's line",
        "upper": "upper end of it",
    }
    drawn = {"zones": panel[["cz", "gini", "growth"]]}
    with house_style():
        fig, (ax, close) = plt.subplots(1, 2, figsize=(9.0, 4.4))
        ax.scatter(x, y, s=8, color=PALETTE["muted"], alpha=0.45, linewidths=0)
        ax.set(title="zones", ylabel=labels["growth"])
        close.fill_between(at, *band.T, color=PALETTE["muted"], alpha=0.25, linewidth=0)
        close.set(title="fitted lines, magnified")
        for (label, line), (colour, style) in zip(
            {"data": y, **growth}.items(), ((PALETTE["ink"], "-"), *LINES), strict=False
        ):
            slope, level = np.polyfit(x, line, 1)
            for panel_ax in (ax, close) if label == "data" else (close,):
                panel_ax.plot(at, level + slope * at, color=colour, linestyle=style, label=label)
            ends = {"lower": band[:, 0], "upper": band[:, 1]} if label == "data" else {}
            drawn[f"line of {label}"] = pd.DataFrame(
                {"gini": at, "growth": level + slope * at, **ends}
            )
        for panel_ax in (ax, close):
            panel_ax.xaxis.set_major_locator(MaxNLocator(5))
        close.legend()
        fig.supxlabel(labels["gini"], fontsize="medium")
        attach(fig, stacked(drawn, "series"), labels)
        return stamp(fig, tier=tier, note=note)


def draw_growth_maps(
    zones: gpd.GeoDataFrame,
    states: gpd.GeoDataFrame,
    panel: pd.DataFrame,
    model_growth: np.ndarray,
    *,
    note: str = "",
    names: pd.Series | None = None,
) -> Figure:
    """Growth by zone in the data and in the model, each in fifths of its own.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        ``cz`` and ``geometry`` (:func:`regspec.sources.geometry.zones`).
    states : geopandas.GeoDataFrame
        Borders drawn on top (:func:`regspec.sources.geometry.states`).
    panel : pandas.DataFrame
        Result of :func:`regspec.regions.growth.zone_panel`.
    model_growth : ndarray, shape (n,)
    note : str
    names : pandas.Series, optional
        Name of each zone, indexed by cz, for the data of the figure.
    """
    values = pd.DataFrame({"data": panel["growth"].to_numpy(), "model": model_growth})
    fifths = values.apply(lambda v: quantile_bins(v.rank(method="first"), 5))
    merged = zones.merge(fifths.assign(cz=panel["cz"].to_numpy()), on="cz", how="left")
    with house_style():
        fig, axes = plt.subplots(1, 2, figsize=(10.0, 3.6))
        for ax, column in zip(axes, ("data", "model"), strict=True):
            merged.plot(
                column=column, cmap=SEQUENTIAL, ax=ax, linewidth=0.1, edgecolor="white",
                missing_kwds={"color": ABSENT},
            )  # fmt: skip
            states.boundary.plot(ax=ax, color=PALETTE["ink"], linewidth=0.4)
            ax.set_title(f"{column}, {DATES[0]}–{DATES[-1]}")
            ax.set_axis_off()
        levels = plt.get_cmap(SEQUENTIAL)(np.linspace(0, 1, 5))
        words = ("slowest fifth", "second", "third", "fourth", "fastest fifth")
        patches = [
            Line2D([], [], marker="s", linestyle="", color=c, label=t)
            for c, t in zip(levels, words, strict=True)
        ]
        fig.legend(handles=patches, loc="outside upper center", ncols=5, fontsize=8)
        shown = pd.DataFrame({"cz": panel["cz"].to_numpy()})
        if names is not None:
            shown["name"] = shown["cz"].map(names)
        shown = shown.join(values).join((fifths + 1).add_suffix("_fifth"))
        labels = {
            "cz": "commuting zone of 1990",
            "data": f"growth {DATES[0]}–{DATES[-1]} in the data, log points",
            "model": "the same in the model",
            "data_fifth": "fifth of the zones by growth in the data, 1 the slowest",
            "model_fifth": "the same in the model",
        }
        attach(fig, shown, labels)
        return stamp(fig, tier="public", note=note)


#: Economies in the order in which frictions are removed, with the words for them.
ECONOMIES = {
    "with limit": ("limit and adjustment costs", "main", "o"),
    "without limit": ("adjustment costs only", "contrast", "s"),
    "no adjustment costs": ("no adjustment costs", "third", "^"),
}
_UNIT = "slope of growth on the two-sector Gini, log points"


def draw_combinations(frame: pd.DataFrame, *, tier: str, note: str = "") -> Figure:
    """Slope of data and model under every combination of readings, with bands (Figure 5).

    Parameters
    ----------
    frame : pandas.DataFrame
        Result of :func:`regspec.regions.zones.combinations` for one source. Variants that are
        flagged are drawn hollow.
    tier : {"public", "synthetic", "census"}
    note : str
    """
    scales = list(dict.fromkeys(frame["scale"]))
    pairs = frame[["definition", "reading"]].drop_duplicates()
    names = pairs.agg(", ".join, axis=1).str.replace("_", " ")
    with house_style():
        fig, axes = plt.subplots(
            1, len(scales), figsize=(1.6 + 3.1 * len(scales), 1.4 + 0.42 * len(names)),
            sharey=True, squeeze=False,
        )  # fmt: skip
        at = np.arange(len(names))
        for ax, scale in zip(axes[0], scales, strict=True):
            part = frame[frame["scale"] == scale]
            for label, (text, colour, marker), shift in _series():
                _points(ax, part, label, text, at + shift, PALETTE[colour], marker)
            ax.axvline(0, color=PALETTE["muted"], linewidth=1)
            ax.set(title=scale, yticks=at, yticklabels=list(names))
            ax.xaxis.set_major_locator(MaxNLocator(5))
        axes[0, 0].invert_yaxis()
        fig.supxlabel(_UNIT, fontsize="medium")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside upper left", ncols=2, fontsize=9)
        rows = frame[["definition", "reading", "scale", "flag"]]
        drawn = {
            k: rows.assign(slope=frame[k], low=frame[f"{k} low"], high=frame[f"{k} high"])
            for k in ("data", *ECONOMIES)
        }
        labels = {"slope": _UNIT, "flag": "why a point of the model is hollow"}
        attach(fig, stacked(drawn, "economy"), labels)
        return stamp(fig, tier=tier, note=note)


def _series() -> list[tuple[str, tuple[str, str, str], float]]:
    shown = {"data": ("data", "ink", "D"), **ECONOMIES}
    shifts = np.linspace(-0.27, 0.27, len(shown))
    return [(k, v, float(s)) for (k, v), s in zip(shown.items(), shifts, strict=True)]


def _points(
    ax: plt.Axes,
    part: pd.DataFrame,
    label: str,
    text: str,
    at: np.ndarray,
    colour: str,
    marker: str,
) -> None:
    """One series of a panel: bands, and markers that are hollow where the row has a flag."""
    value = part[label].to_numpy()
    ends = part[[f"{label} low", f"{label} high"]].to_numpy().T
    ax.errorbar(
        value, at, xerr=np.abs(ends - value), fmt="none", ecolor=colour, elinewidth=1.2, alpha=0.7
    )
    flagged = (part["flag"] != "").to_numpy() & (label != "data")
    fills = ((~flagged, colour, text), (flagged, "white", "_hollow"))
    for chosen, fill, legend in fills:
        ax.plot(
            value[chosen], at[chosen], marker, color=colour, markerfacecolor=fill, markersize=4.5,
            label=legend,
        )  # fmt: skip


def draw_frictions(panels: Mapping[str, Bands], *, tier: str, note: str = "") -> Figure:
    """Slope in the data and in the model with fewer and fewer frictions (Figure 6).

    Parameters
    ----------
    panels : mapping of str to Bands
        By title; results of :func:`regspec.regions.growth.frictions`.
    tier : {"public", "synthetic", "census"}
    note : str
    """
    order = {"data": ("data", "ink", ""), **ECONOMIES}
    rows = np.arange(len(order))
    with house_style():
        fig, axes = plt.subplots(
            1, len(panels), figsize=(1.6 + 3.1 * len(panels), 3.2), sharey=True, squeeze=False
        )
        for ax, (title, bands) in zip(axes[0], panels.items(), strict=True):
            part = bands.slopes.loc[list(order)]
            colours = [PALETTE[colour] for _, colour, _ in order.values()]
            ax.barh(rows, part["slope"], color=colours, height=0.6)
            spread = np.abs(part[["low", "high"]].to_numpy().T - part["slope"].to_numpy())
            ax.errorbar(
                part["slope"], rows, xerr=spread, fmt="none", ecolor=PALETTE["highlight"],
                elinewidth=2,
            )  # fmt: skip
            ax.axvline(0, color=PALETTE["muted"], linewidth=1)
            ax.set(title=title, yticks=rows, yticklabels=[text for text, *_ in order.values()])
            ax.title.set_fontsize(10)
            ax.xaxis.set_major_locator(MaxNLocator(4))
        axes[0, 0].invert_yaxis()
        fig.supxlabel(_UNIT, fontsize="medium")
        ends = ["slope", "low", "high"]
        drawn = {t: bands.slopes.loc[list(order), ends] for t, bands in panels.items()}
        tidy = stacked(drawn).rename_axis("economy").reset_index()
        attach(fig, tidy[["panel", "economy", *ends]], {"slope": _UNIT})
        return stamp(fig, tier=tier, note=note)
