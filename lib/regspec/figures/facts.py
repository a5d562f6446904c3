"""What do the three facts and convergence look like, in the form the paper gives them?

Read :func:`draw_trade_off` first (Fact 1). Every function takes results, draws them and returns the
figure; none estimates anything. Two panels stand above each other, so that text stays readable on a
phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.stats import t as student

from regspec.facts.fact1 import TradeOff
from regspec.facts.fact2 import Curve
from regspec.figures.style import COLOURS, PALETTE, attach, house_style, stacked, stamp

__all__ = [
    "draw_by_horizon",
    "draw_coefficients",
    "draw_curve",
    "draw_curves",
    "draw_line",
    "draw_paths",
    "draw_quantiles",
    "draw_series",
    "draw_trade_off",
]

_WIDTH = 5.8
_MARKS = ("o", "s", "^", "D")
_ENDS = {"lower": "lower end of the interval or band", "upper": "upper end of it"}
_RELATIVE = {
    "income": "Relative income per head (log)",
    "specialization": "Relative specialization (log Gini)",
}


def draw_trade_off(
    result: TradeOff, *, highlight: Mapping[str, object], tier: str, note: str
) -> Figure:
    """Level and growth against specialization, net of controls (Figure 2).

    Parameters
    ----------
    result : TradeOff
    highlight : mapping of str to object
        Label and region code of the places to name.
    tier, note : str
        Data tier, and sources with their vintage.

    Returns
    -------
    matplotlib.figure.Figure
        Scatter, fitted line and its 95 percent band, one panel per half of Fact 1.
    """
    labels = {
        "gini": "Gini of industry shares, net of controls",
        "outcome": "what the panel names, net of controls",
        **_ENDS,
    }
    drawn = {}
    with house_style():
        fig, axes = plt.subplots(2, 1, figsize=(_WIDTH, 7.4))
        panels = (
            (result.level, result.level_net, f"(a) Log income per head, {result.start}"),
            (result.growth, result.growth_net, f"(b) Log growth, {result.start}–{result.end}"),
        )
        for ax, (fit, net, title) in zip(axes, panels, strict=True):
            x, y = net[fit.focus], net[fit.outcome]
            ax.scatter(x, y, s=22, color=PALETTE["muted"], alpha=0.8, linewidths=0)
            points = pd.DataFrame({"region": result.data["region"], "gini": x, "outcome": y})
            line = _line_with_band(ax, x, y, fit.term().coef, fit.term().se, fit.dof)
            line = line.rename(columns={"x": "gini", "fit": "outcome"})
            drawn[title] = stacked({"regions": points.loc[x.index], "fitted line": line}, "series")
            _name_points(ax, x, y, result.data["region"], highlight)
            ax.set_title(title)
            ax.set_xlabel(labels["gini"])
            ax.set_ylabel("net of controls")
        attach(fig, stacked(drawn), labels)
        return stamp(fig, tier=tier, note=note)


def draw_curve(
    curve: Curve, *, highlight: Mapping[str, object], tier: str, note: str, every: int = 10
) -> Figure:
    """Relative specialization over relative income: local regression and band (Figure 3).

    Highlighted places are drawn as paths through the years divisible by `every`; the last has
    the mark.
    """
    with house_style():
        fig, ax = plt.subplots(figsize=(_WIDTH, 4.4))
        band = curve.band
        ax.fill_between(band.at, band.lower, band.upper, color=PALETTE["main"], alpha=0.2, lw=0)
        ax.plot(band.at, band.fit, color=PALETTE["main"], label="local regression")
        drawn = {"local regression": _of_band(curve)}
        for (label, region), colour in zip(highlight.items(), COLOURS[1:], strict=False):
            path = curve.data[curve.data["region"] == region].sort_values("year")
            path = path[path["year"] % every == 0]
            ax.plot(path["income"], path["specialization"], color=colour, lw=1.2, marker=".")
            last = path.iloc[-1]
            ax.scatter(last["income"], last["specialization"], color=colour, s=36, zorder=3)
            drawn[label] = path[["year", *_RELATIVE]]
            years = f"{path['year'].min()}–{path['year'].max()}"
            ax.plot([], [], color=colour, marker="o", label=f"{label}, {years}")
        _relative_axes(ax)
        ax.legend(fontsize=9)
        attach(fig, stacked(drawn, "series"), _RELATIVE | _ENDS)
        return stamp(fig, tier=tier, note=note)


def draw_curves(curves: Mapping[int, Curve], pooled: Curve, *, tier: str, note: str) -> Figure:
    """Local regression of every year over that of all years and its band (Figure 3 by decade)."""
    with house_style():
        fig, ax = plt.subplots(figsize=(_WIDTH, 4.4))
        band = pooled.band
        ax.fill_between(band.at, band.lower, band.upper, color=PALETTE["muted"], alpha=0.35, lw=0)
        ax.plot(band.at, band.fit, color=PALETTE["ink"], label="all years")
        shades = plt.get_cmap("viridis")(np.linspace(0.05, 0.9, len(curves)))
        for (year, curve), colour in zip(sorted(curves.items()), shades, strict=True):
            ax.plot(curve.band.at, curve.band.fit, color=colour, lw=1.4, label=str(year))
        _relative_axes(ax)
        ax.legend(fontsize=9, ncols=2)
        years = {str(y): _of_band(c).drop(columns=[*_ENDS]) for y, c in sorted(curves.items())}
        drawn = stacked({"all years": _of_band(pooled), **years}, "years")
        attach(fig, drawn, _RELATIVE | _ENDS)
        return stamp(fig, tier=tier, note=note)


def draw_line(curve: Curve, *, tier: str, note: str) -> Figure:
    """Straight line through relative specialization and income (Figure 19) over the points."""
    with house_style():
        fig, ax = plt.subplots(figsize=(_WIDTH, 4.0))
        x, y, fit = curve.data["income"], curve.data["specialization"], curve.line
        ax.scatter(x, y, s=8, color=PALETTE["muted"], alpha=0.45, linewidths=0)
        line = _line_with_band(ax, x, y, fit.term().coef, fit.term().se, fit.dof)
        line = line.rename(columns={"x": "income", "fit": "specialization"})
        _relative_axes(ax)
        drawn = {"region-years": curve.data[["region", "year", *_RELATIVE]], "fitted line": line}
        attach(fig, stacked(drawn, "series"), _RELATIVE | _ENDS)
        return stamp(fig, tier=tier, note=note)


def draw_by_horizon(
    series: Mapping[str, pd.DataFrame],
    *,
    label: str,
    tier: str,
    note: str,
    paper: Mapping[int, float] | None = None,
) -> Figure:
    """Coefficients by horizon with their intervals (Figures 4 and 20, Tables 7 and 8).

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        Legend entry and estimates with columns horizon, coef, lower, upper; four at most.
    label : str
        Label of the vertical axis.
    tier, note : str
    paper : mapping of int to float, optional
        Published coefficients by horizon, drawn as crosses.
    """
    with house_style():
        fig, ax = plt.subplots(figsize=(_WIDTH, 4.2))
        for k, (name, data) in enumerate(series.items()):
            ax.plot(
                data["horizon"], data["coef"], label=name, color=COLOURS[k], marker=_MARKS[k],
                markersize=5,
            )  # fmt: skip
            if len(data) > 1:
                lower, upper = data["lower"], data["upper"]
                ax.fill_between(data["horizon"], lower, upper, color=COLOURS[k], alpha=0.15, lw=0)
            else:
                half = data["coef"] - data["lower"]
                ax.errorbar(data["horizon"], data["coef"], yerr=half, color=COLOURS[k], capsize=3)
        drawn = dict(series)
        if paper:
            printed = pd.DataFrame({"horizon": paper.keys(), "coef": paper.values()})
            drawn["paper"] = printed
            ax.plot(
                printed["horizon"], printed["coef"], "x", color=PALETTE["ink"], markersize=8,
                markeredgewidth=2, label="paper",
            )  # fmt: skip
        _zero_line(ax)
        labels = {"horizon": "Horizon (years)", "coef": label, **_ENDS}
        ax.set_xlabel(labels["horizon"])
        ax.set_ylabel(label)
        attach(fig, stacked(drawn, "series")[["series", *labels]], labels)
        ax.legend(fontsize=9, frameon=True, edgecolor="none", framealpha=0.85)
        return stamp(fig, tier=tier, note=note)


def draw_coefficients(
    estimates: pd.DataFrame,
    *,
    label: str,
    tier: str,
    note: str,
    paper: Mapping[str, float] | None = None,
) -> Figure:
    """One dot and interval per specification, groups in colours.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Columns group (legend), spec (row label), coef, lower, upper.
    label : str
        Label of the horizontal axis.
    tier, note : str
    paper : mapping of str to float, optional
        Published value by group, drawn as a dashed line in the colour of the group.
    """
    with house_style():
        rows = list(dict.fromkeys(estimates["spec"]))
        groups = list(dict.fromkeys(estimates["group"]))
        fig, ax = plt.subplots(figsize=(_WIDTH, 1.4 + 0.42 * len(rows)))
        for k, group in enumerate(groups):
            data = estimates[estimates["group"] == group]
            at = np.array([rows.index(s) for s in data["spec"]]) + 0.22 * (
                k - (len(groups) - 1) / 2
            )
            half = np.vstack([data["coef"] - data["lower"], data["upper"] - data["coef"]])
            ax.errorbar(
                data["coef"], at, xerr=half, label=group, color=COLOURS[k], fmt=_MARKS[k],
                markersize=5, capsize=2, lw=1.4,
            )  # fmt: skip
            if paper and group in paper:
                ax.axvline(paper[group], color=COLOURS[k], ls="--", lw=1, label=f"{group}, paper")
        ax.axvline(0, color=PALETTE["ink"], lw=0.8)
        ax.set_yticks(range(len(rows)), rows)
        ax.invert_yaxis()
        ax.set_xlabel(label)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        fig.legend(loc="outside upper left", ncols=2, fontsize=9)
        tidy = estimates[["group", "spec", "coef", "lower", "upper"]]
        labels = {"coef": label, **_ENDS}
        if paper:
            tidy = tidy.assign(paper=tidy["group"].map(paper))
            labels["paper"] = "the paper's value of the group"
        attach(fig, tidy, labels)
        return stamp(fig, tier=tier, note=note)


def draw_series(
    panels: Mapping[str, pd.DataFrame], *, tier: str, note: str, marks: Sequence[int] = ()
) -> Figure:
    """Lines over years, one panel per entry (Figure 18, Table 1 over time).

    Parameters
    ----------
    panels : mapping of str to pandas.DataFrame
        Panel title and frame with years as index and one column per line.
    tier, note : str
    marks : sequence of int
        Years at which a dotted line marks a break in the data.
    """
    with house_style():
        fig, axes = plt.subplots(
            len(panels), 1, figsize=(_WIDTH, 1.0 + 2.7 * len(panels)), squeeze=False, sharex=True
        )
        for ax, (title, data) in zip(axes[:, 0], panels.items(), strict=True):
            for k, column in enumerate(data.columns):
                line = data[column].dropna()
                ax.plot(line.index, line, color=COLOURS[k], label=column)
            for year in marks:
                ax.axvline(year, color=PALETTE["muted"], ls=":", lw=1)
            ax.set_title(title)
            if len(data.columns) > 1:
                ax.legend(fontsize=9)
        axes[-1, 0].set_xlabel("Year")
        drawn = {title: _long(data) for title, data in panels.items()}
        attach(fig, stacked(drawn), {"value": "what the panel names"})
        return stamp(fig, tier=tier, note=note)


def draw_quantiles(effects: pd.DataFrame, *, horizon: int, tier: str, note: str) -> Figure:
    """Initial income and later growth by quantile of specialization (Figure 15).

    Parameters
    ----------
    effects : pandas.DataFrame
        From :func:`regspec.facts.fact1.by_quantile`; the base quantile is drawn at zero.
    horizon : int
        Years of growth.
    tier, note : str
    """
    titles = {"level": "(a) Log income at the start", "growth": f"(b) Log growth, {horizon} years"}
    labels = {
        "quantile": "Quantile of specialization (1 = most diversified)",
        "coef": "against the first quantile",
        **_ENDS,
    }
    base = pd.DataFrame({"group": list(titles), "quantile": 1, "coef": 0.0})
    drawn = pd.concat([base, effects]).sort_values(["group", "quantile"], ascending=[False, True])
    with house_style():
        fig, axes = plt.subplots(2, 1, figsize=(_WIDTH, 6.4), sharex=True)
        for ax, (group, title) in zip(axes, titles.items(), strict=True):
            line = drawn[drawn["group"] == group]
            data = line[line["quantile"] > 1]
            lower, upper = data["lower"], data["upper"]
            ax.fill_between(data["quantile"], lower, upper, color=PALETTE["main"], alpha=0.18, lw=0)
            ax.plot(line["quantile"], line["coef"], color=PALETTE["main"], marker=".")
            _zero_line(ax)
            ax.set_title(title)
            ax.set_ylabel(labels["coef"])
        axes[-1].set_xlabel(labels["quantile"])
        axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
        attach(fig, drawn.assign(panel=drawn["group"].map(titles))[["panel", *labels]], labels)
        return stamp(fig, tier=tier, note=note)


def draw_paths(paths: pd.DataFrame, *, label: str, tier: str, note: str) -> Figure:
    """Relative income or specialization of named places (Figure 1): one column per place."""
    with house_style():
        fig, ax = plt.subplots(figsize=(_WIDTH, 3.8))
        for k, place in enumerate(paths.columns):
            ax.plot(paths.index, paths[place], color=COLOURS[k])
        apart = 0.06 * float(np.ptp(ax.get_ylim()))
        for label_of, height in _spread(paths.iloc[-1], apart).items():
            ax.annotate(
                str(label_of),
                (paths.index[-1], height),
                xytext=(4, 0),
                textcoords="offset points",
                color=COLOURS[[*paths.columns].index(str(label_of))],
                va="center",
                fontsize=10,
            )
        _zero_line(ax)
        ax.set_xticks([y for y in ax.get_xticks() if paths.index[0] <= y <= paths.index[-1]])
        ax.set_xlim(paths.index[0] - 1, paths.index[-1] + 0.3 * (paths.index[-1] - paths.index[0]))
        ax.set_xlabel("Year")
        ax.set_ylabel(label)
        attach(fig, _long(paths), {"value": label})
        return stamp(fig, tier=tier, note=note)


def _long(wide: pd.DataFrame) -> pd.DataFrame:
    """Years in the index and a column a line, as rows of series, year and value."""
    columns = {str(c): wide[c].dropna().rename("value").rename_axis("year") for c in wide}
    return stacked({name: line.reset_index() for name, line in columns.items()}, "series")


def _of_band(curve: Curve) -> pd.DataFrame:
    """Local regression of a curve and its band."""
    band = curve.band
    return pd.DataFrame(
        {"income": band.at, "specialization": band.fit, "lower": band.lower, "upper": band.upper}
    )


def _spread(heights: pd.Series, apart: float) -> pd.Series:
    """Heights moved up where they would lie closer than `apart`, so that labels stay apart."""
    ordered = heights.sort_values()
    values = ordered.to_numpy(copy=True)
    for i in range(1, len(values)):
        values[i] = max(values[i], values[i - 1] + apart)
    return pd.Series(values, index=ordered.index)


def _line_with_band(
    ax: Axes, x: pd.Series, y: pd.Series, slope: float, se: float, dof: float
) -> pd.DataFrame:
    """Draw the line through the means with the 95 percent band that its slope's error implies."""
    grid = np.linspace(x.min(), x.max(), 60)
    line = y.mean() + slope * (grid - x.mean())
    level_variance = float(((y - y.mean() - slope * (x - x.mean())) ** 2).sum()) / dof / len(x)
    half = student.ppf(0.975, dof) * np.sqrt(level_variance + (se * (grid - x.mean())) ** 2)
    ax.fill_between(grid, line - half, line + half, color=PALETTE["main"], alpha=0.18, lw=0)
    ax.plot(grid, line, color=PALETTE["main"])
    return pd.DataFrame({"x": grid, "fit": line, "lower": line - half, "upper": line + half})


def _name_points(
    ax: Axes, x: pd.Series, y: pd.Series, regions: pd.Series, highlight: Mapping[str, object]
) -> None:
    """Mark and name the highlighted regions of a scatter."""
    for (label, region), colour in zip(highlight.items(), COLOURS[1:], strict=False):
        row = regions.index[regions == region]
        if len(row) == 0 or row[0] not in x.index:
            continue
        point = (x[row[0]], y[row[0]])
        ax.scatter(*point, s=46, color=colour, zorder=3)
        ax.annotate(
            label, point, xytext=(6, 5), textcoords="offset points", fontsize=9, color=colour,
            bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.75},
        )  # fmt: skip


def _relative_axes(ax: Axes) -> None:
    """Label the axes of relative specialization over relative income."""
    _zero_line(ax)
    ax.axvline(0, color=PALETTE["ink"], lw=0.7)
    ax.set_xlabel(_RELATIVE["income"])
    ax.set_ylabel(_RELATIVE["specialization"])


def _zero_line(ax: Axes) -> None:
    """Thin horizontal line at zero."""
    ax.axhline(0, color=PALETTE["ink"], lw=0.8)
