"""Scoreboard rows of the three facts and of convergence, made from whole results.

Functions with a tier serve every tier; those named after states write down the public chapters.
None imports the model, so that a chapter on data does not depend on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from regspec.facts import convergence, fact2
from regspec.facts.estimates import Regression, bootstrap_se
from regspec.facts.fact1 import Quantiles, TradeOff, first_negative
from regspec.facts.geography import group_gap, group_mean
from regspec.paper.scoreboard import Ours
from regspec.sources.zones import RUST_BELT, SUN_BELT_AND_WEST

__all__ = [
    "comovement_row",
    "contrast_row",
    "curve_rows",
    "dispersion_row",
    "fig4_rows",
    "fig20_rows",
    "group_rows",
    "half_rows",
    "horizon_rows",
    "number_rows",
    "onset_rows",
    "place_rows",
    "regression_rows",
    "state_growth_rows",
    "state_trade_off_rows",
    "term_row",
    "trade_off_table_rows",
]


def regression_rows(
    prefix: str,
    fit: Regression,
    slugs: Mapping[str, str],
    *,
    tier: str,
    note: str = "",
    notes: Mapping[str, str] | None = None,
) -> list[Ours]:
    """Coefficients, N and adjusted R squared of one column of Table 4, 5 or 6.

    Parameters
    ----------
    prefix : str
        Such as ``"table4.c1"``.
    fit : Regression
    slugs : mapping of str to str
        Our regressor and the paper's slug; regressors that the fit does not have are skipped.
    tier, note : str
    notes : mapping of str to str, optional
        Notes of single regressors, after `note`.
    """
    notes = notes or {}
    rows = []
    for ours, slug in slugs.items():
        if ours in fit.coef.index:
            term = fit.term(ours)
            said = "; ".join(filter(None, (note, notes.get(ours, ""))))
            rows.append(Ours(f"{prefix}.{slug}", term.coef, tier=tier, se=term.se, note=said))
    rows.append(Ours(f"{prefix}.n", fit.n, tier=tier, note=note))
    rows.append(Ours(f"{prefix}.adj_r2", fit.r2_adj, tier=tier, note=note))
    return rows


def horizon_rows(
    table: str, estimates: pd.DataFrame, *, tier: str, note: str = "", fit_note: str = ""
) -> list[Ours]:
    """Coefficient and, where the paper prints them, N and adjusted R squared of every horizon.

    Parameters
    ----------
    table : str
        Such as ``"table7"``.
    estimates : pandas.DataFrame
        Columns horizon, coef, se, n and, for Tables 7 and 8, r2_adj.
    tier, note : str
    fit_note : str
        Added to the note of the adjusted R squared.
    """
    rows = []
    for r in estimates.to_dict("records"):
        key = f"{table}.h{int(r['horizon'])}"
        rows.append(Ours(key, r["coef"], tier=tier, se=r["se"], note=note))
        if "r2_adj" in r:
            rows.append(Ours(f"{key}.n", int(r["n"]), tier=tier, note=note))
            rows.append(Ours(f"{key}.adj_r2", r["r2_adj"], tier=tier, note=note + fit_note))
    return rows


def number_rows(
    pattern: str, frame: pd.DataFrame, columns: Mapping[str, str], *, tier: str, note: str = ""
) -> list[Ours]:
    """Numbers of a frame whose ids follow from row and column, as in Tables 1 and 3.

    Parameters
    ----------
    pattern : str
        Id with ``{column}`` and ``{row}``, such as ``"table3.{row}_{column}"``.
    frame : pandas.DataFrame
        Row labels as in the ids.
    columns : mapping of str to str
        Column of the frame and its name in the ids.
    tier, note : str
    """
    return [
        Ours(pattern.format(row=label, column=name), float(value), tier=tier, note=note)
        for column, name in columns.items()
        for label, value in frame[column].items()
        if pd.notna(value)
    ]


def term_row(
    key: str,
    fit: Regression,
    name: str | None = None,
    *,
    tier: str,
    note: str = "",
    sd: bool = False,
) -> Ours:
    """One coefficient, of the regressor of interest by default.

    Parameters
    ----------
    key : str
        Id of the published number.
    fit : Regression
    name : str, optional
    tier, note : str
    sd : bool
        In standard deviations of the outcome per standard deviation of the regressor.
    """
    term = fit.term(name)
    scale = float(fit.standardized[name or fit.focus]) / term.coef if sd else 1.0
    return Ours(key, scale * term.coef, tier=tier, se=abs(scale) * term.se, note=note)


def half_rows(
    pattern: str,
    result: TradeOff | Quantiles,
    name: str | None = None,
    *,
    tier: str,
    note: str = "",
    sd: bool = False,
) -> list[Ours]:
    """Level and growth of Fact 1: two rows of :func:`term_row`.

    ``pattern`` is an id with ``{half}``, such as ``"text.{half}_effect"``.
    """
    halves = {"level": result.level, "growth": result.growth}
    return [
        term_row(pattern.format(half=half), fit, name, tier=tier, note=note, sd=sd)
        for half, fit in halves.items()
    ]


def trade_off_table_rows(
    table: int,
    results: Iterable[TradeOff],
    slugs: Mapping[str, str],
    *,
    tier: str,
    notes: Mapping[str, str] | None = None,
) -> list[Ours]:
    """All columns of Table 4, 5 or 6: growth of every result, then the levels.

    Parameters as in :func:`regression_rows`.
    """
    results = list(results)
    fits = [*(r.growth for r in results), *(r.level for r in results)]
    return [
        row
        for column, fit in enumerate(fits, 1)
        for row in regression_rows(f"table{table}.c{column}", fit, slugs, tier=tier, notes=notes)
    ]


def onset_rows(series: Mapping[str, pd.DataFrame], *, tier: str) -> list[Ours]:
    """Horizon from which growth effects are negative for good, of every series that has one.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        Note of the row, and estimates with columns horizon and t.
    tier : str
    """
    found = {note: first_negative(estimates) for note, estimates in series.items()}
    return [
        Ours("text.negative_growth_horizon", horizon, tier=tier, note=note)
        for note, horizon in found.items()
        if horizon is not None
    ]


def state_trade_off_rows(
    main: TradeOff,
    *,
    early: TradeOff,
    zones: TradeOff,
    detail: TradeOff,
    herfindahl: TradeOff,
) -> list[Ours]:
    """Fact 1 in words, Figure 2 and Tables 4 and 6 from states (public tier).

    Parameters
    ----------
    main : TradeOff
        Twelve sectors, all controls.
    early : TradeOff
        From the first year, without controls.
    zones : TradeOff
        Zones, within manufacturing.
    detail : TradeOff
        Tradable and other industries of states entered together.
    herfindahl : TradeOff
        As `main`, with the Herfindahl index.
    """
    tier = "public"
    years = f"{main.start}-{main.end}"
    note = f"48 states, 12 sectors, {years}, no skill, age, gender controls"
    of_zones = f"{zones.level.n} zones, manufacturing, {zones.start}"
    fine = f"48 states, 77 industries, goods as tradable, {detail.start}-{detail.end}"
    sides = {"gini_tradable": "tradable", "gini_nontradable": "nontradable"}
    slugs = {"gini": "specialization", "herfindahl": "specialization", **sides, "ghat": "ghat"}

    def table(result: TradeOff, number: int, columns: tuple[int, int], said: str) -> list[Ours]:
        growth, level = (f"table{number}.c{column}" for column in columns)
        return [
            *regression_rows(growth, result.growth, slugs, tier=tier, note=said),
            *regression_rows(level, result.level, slugs, tier=tier, note=said),
            term_row(f"{growth}.log_income", result.growth, "log_income", tier=tier, note=said),
        ]

    early_note = f"48 states, {early.start}, no controls"
    return [
        *half_rows("text.std_{half}_effect", main, tier=tier, note=note, sd=True),
        *half_rows("text.{half}_effect", main, tier=tier, note=note),
        term_row("text.growth_effect", early.growth, tier=tier, note=early_note),
        *half_rows("text.{half}_effect", zones, tier=tier, note=of_zones),
        *half_rows("fig2.{half}_slope", main, tier=tier, note=note),
        *table(main, 4, (1, 3), note),
        Ours("text.adj_r2_growth", main.growth.r2_adj, tier=tier, note=note),
        *table(detail, 4, (2, 4), fine),
        *(
            term_row(f"text.{slug}_{half}_effect", fit, m, tier=tier, note=fine)
            for half, fit in (("level", detail.level), ("growth", detail.growth))
            for m, slug in sides.items()
        ),
        *table(herfindahl, 6, (1, 2), note),
    ]


def state_growth_rows(
    by_horizon: Mapping[str, pd.DataFrame],
    onsets: Mapping[str, pd.DataFrame],
    quantiles: Quantiles,
    main: TradeOff,
) -> list[Ours]:
    """Table 7, the horizon of negative growth, Figures 15 and 14 from states (public tier).

    Parameters
    ----------
    by_horizon, onsets : mapping of str to pandas.DataFrame
        Estimates by horizon under what their rows say of them.
    quantiles : Quantiles
    main : TradeOff
        Its cross-section holds the exposure to structural change.
    """
    tier, lasting = "public", "; t below -1.645 from there on"
    rows = [
        row
        for note, estimates in by_horizon.items()
        for row in horizon_rows(
            "table7", estimates, tier=tier, note=note, fit_note=", within years"
        )
    ]
    rows += onset_rows({note + lasting: frame for note, frame in onsets.items()}, tier=tier)
    note = "48 states, 12 sectors, decades 1950-2020, log points a quantile"
    rows += half_rows("fig15.{half}_slope", quantiles, tier=tier, note=note)
    ghat, home = main.data["ghat"], main.data["region"]
    note = f"48 states, 12 sectors, {main.start}-{main.end}, no skill, age, gender controls"
    belts = (RUST_BELT, SUN_BELT_AND_WEST)
    rows.append(
        contrast_row("fig14.rust_belt_minus_sun_belt", ghat, home, *belts, tier=tier, note=note)
    )
    return rows


def contrast_row(
    key: str,
    values: pd.Series,
    states: pd.Series,
    group: Collection[str],
    others: Collection[str] = (),
    *,
    tier: str,
    note: str,
) -> Ours:
    """Mean of a group of states less that of others (:func:`regspec.facts.geography.group_gap`)."""
    value, se = group_gap(values, states, group, others)
    return Ours(key, value, tier=tier, se=se, note=note)


def curve_rows(curve: fact2.Curve, *, tier: str, note: str = "") -> list[Ours]:
    """Figure 3: slope of the straight line, and of the tails of the curve less its middle."""
    line = curve.line.term()
    rows = [Ours("fig3.slope", line.coef, tier=tier, se=line.se, note=_said(note, "straight line"))]
    for side, quantile in (("lower", 0.05), ("upper", 0.95)):
        value, se = curve.bend(quantile)
        said = _said(note, f"{100 * quantile:.0f}th percentile less median")
        key = f"fig3.slope_{side}_tail_minus_middle"
        rows.append(Ours(key, value, tier=tier, se=se, note=said))
    return rows


def comovement_row(estimates: pd.DataFrame, *, tier: str, note: str = "") -> Ours:
    """Fact 2 in words: change on change over the longest of the horizons estimated."""
    last = estimates.iloc[-1]
    said = _said(note, f"change on change over {last['horizon']:.0f} years")
    key = "fact2.income_specialization_comovement"
    return Ours(key, last["coef"], tier=tier, se=last["se"], note=said)


def group_rows(panel: pd.DataFrame, *, seed: int, draws: int, note: str) -> list[Ours]:
    """Figures 16 and 17 from states (public tier): relative specialization of groups of states.

    Parameters
    ----------
    panel : pandas.DataFrame
        Columns region, year, gini, rust_belt, coasts (bool).
    seed, draws
        Of the errors: states are drawn again (:func:`regspec.facts.estimates.bootstrap_se`).
    note : str
    """

    def row(key: str, group: str, year: int, less: int | None = None) -> Ours:
        def statistic(data: pd.DataFrame) -> float:
            before = 0.0 if less is None else group_mean(data, group, less)
            return group_mean(data, group, year) - before

        se = bootstrap_se(statistic, panel, seed=seed, draws=draws)
        return Ours(key, statistic(panel), tier="public", se=se, note=note)

    return [
        row("fig16.rust_belt_1950", "rust_belt", 1950),
        row("fig17.rust_belt_change", "rust_belt", 2020, 1950),
        row("fig17.coasts_2020", "coasts", 2020),
    ]


def fig4_rows(
    tradable: pd.DataFrame,
    everything: pd.DataFrame,
    gaps: Mapping[str, tuple[float, float]],
    *,
    tier: str,
    note: str = "",
    tradable_note: str = "",
) -> list[Ours]:
    """Figure 4 and Fact 3 in words.

    Parameters
    ----------
    tradable, everything : pandas.DataFrame
        Estimates of :class:`regspec.facts.fact3.Persistence` by horizon, of tradable industries
        and of all.
    gaps : mapping of str to (float, float)
        Note, and persistence of tradable less other industries with its error.
    tier : str
    note, tradable_note : str
        Of the rows on all industries, and of that on tradable ones.
    """
    last = everything.iloc[-1]
    least = everything.iloc[int(everything["coef"].to_numpy().argmin())]
    longest = tradable.iloc[-1]
    smallest = _said(note, "smallest of seven horizons")
    span = _said(note, f"{last['horizon']:.0f} years")
    gap_key, key = "fig4.tradable_minus_nontradable", "fact3.region_industry_persistence"
    return [
        Ours("fig4.h70_tradable", longest["coef"], tier=tier, se=longest["se"], note=tradable_note),
        *(Ours(gap_key, gap, tier=tier, se=se, note=said) for said, (gap, se) in gaps.items()),
        Ours(
            "fig4.persistence_by_horizon", least["coef"], tier=tier, se=least["se"], note=smallest
        ),
        Ours(key, last["coef"], tier=tier, se=last["se"], note=span),
    ]


def fig20_rows(
    ladder: pd.DataFrame, *, tier: str, note: str = "", change_se: float | None = None
) -> list[Ours]:
    """Figure 20: persistence of regions' ranks at 60 years, and its change with the horizon.

    Parameters
    ----------
    ladder : pandas.DataFrame
        Estimates by horizon.
    tier, note : str
    change_se : float, optional
        Standard error of the change.
    """
    first, last = ladder.iloc[0], ladder.iloc[-1]
    sixty = ladder[ladder["horizon"] == 60].iloc[0]
    span = f"{last['horizon']:.0f} years less {first['horizon']:.0f}"
    change = last["coef"] - first["coef"]
    key = "fig20.slope_in_horizon"
    return [
        Ours("fig20.h60", sixty["coef"], tier=tier, se=sixty["se"], note=note),
        Ours(key, change, tier=tier, se=change_se, note=_said(note, span)),
    ]


def place_rows(
    income: pd.DataFrame,
    ginis: pd.DataFrame,
    *,
    tier: str,
    note: str = "",
    gini_note: str = "",
) -> list[Ours]:
    """Figure 1: how income of the two example zones changed, and how they differed at first.

    Parameters
    ----------
    income, ginis : pandas.DataFrame
        Columns Dayton and "Rochester, MN"; index year. The first row is the start.
    tier : str
    note, gini_note : str
        Of the rows on income, after the years where there is a note, and of that on
        specialization.
    """
    start, change = income.iloc[0], income.iloc[-1] - income.iloc[0]
    dayton, rochester = "Dayton", "Rochester, MN"
    since, at = (f"{word} {income.index[0]}, {note}" if note else "" for word in ("since", "in"))
    gap = start[dayton] - start[rochester]
    gini_gap = ginis[dayton].iloc[0] - ginis[rochester].iloc[0]
    return [
        Ours("fig1.dayton_income_change", change[dayton], tier=tier, note=since),
        Ours("fig1.rochester_income_change", change[rochester], tier=tier, note=since),
        Ours("fig1.dayton_minus_rochester_income_1950", gap, tier=tier, note=at),
        Ours("fig1.dayton_minus_rochester_gini_1950", gini_gap, tier=tier, note=gini_note),
    ]


def dispersion_row(
    key: str,
    regions: pd.DataFrame,
    years: tuple[int, int],
    *,
    note: str,
    seed: int,
) -> Ours:
    """Figure 18 (public tier): change of the dispersion of income between two years.

    The error comes from drawing whole regions again.

    Parameters
    ----------
    key : str
    regions : pandas.DataFrame
        As in :func:`regspec.facts.convergence.income_dispersion`.
    years : (int, int)
    note : str
    seed : int
    """
    data = regions[regions["year"].isin(years)]
    se = bootstrap_se(lambda d: convergence.dispersion_change(d, *years), data, seed=seed)
    change = convergence.dispersion_change(data, *years)
    return Ours(key, change, tier="public", se=se, note=note)


def _said(*parts: str) -> str:
    """Parts of a note that are not empty."""
    return ", ".join(filter(None, parts))
