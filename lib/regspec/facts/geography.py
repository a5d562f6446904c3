"""Named places over time (Figure 1) and groups of states side by side (Figures 14, 16, 17)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regspec.facts import panels
from regspec.facts.estimates import fit_ols
from regspec.facts.fact2 import relative
from regspec.sources.zones import county_to_zone

__all__ = [
    "ZoneTable",
    "example_places",
    "first_and_last",
    "group_gap",
    "group_mean",
    "group_means",
    "of_places",
    "place",
    "relative_paths",
    "zone_table",
]


def place(regions: pd.DataFrame, name: str, state: str) -> int:
    """Return the region of a named place.

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns region, name, state (two-digit code).
    name, state : str
        Such as ``"Dayton"``, ``"39"``.

    Raises
    ------
    KeyError
        No region of the state has the name; the message lists some that it has.
    """
    here = regions[regions["state"] == state]
    found = here.loc[here["name"] == name, "region"].unique()
    if len(found) != 1:
        names = sorted(here["name"].unique())[:8]
        raise KeyError(f"{len(found)} regions called {name!r} in state {state!r}; it has {names}")
    return int(found[0])


def relative_paths(panel: pd.DataFrame, column: str, places: Mapping[str, int]) -> pd.DataFrame:
    """Log deviation of places from the mean over regions, year by year (Figure 1).

    Parameters
    ----------
    panel : pandas.DataFrame
        Columns region, year and `column`, positive.
    column : str
    places : mapping of str to int
        Label and region.

    Returns
    -------
    pandas.DataFrame
        Index year, one column per label.
    """
    return of_places(panel.assign(deviation=relative(panel, column)), "deviation", places)


def group_gap(
    values: pd.Series, states: pd.Series, group: Collection[str], others: Collection[str] = ()
) -> tuple[float, float]:
    """Mean of a group of states less that of others, and its standard error (HC1).

    Parameters
    ----------
    values, states : pandas.Series
        By region: the number compared, and the state's two-digit code.
    group, others : collection of str
        States of the two groups; all that are not in `group` if `others` is left out.

    Raises
    ------
    ValueError
        A group holds no region.
    """
    inside = states.isin(list(group))
    outside = states.isin(list(others)) if others else ~inside
    data = pd.DataFrame({"value": values, "inside": inside.where(inside | outside)}).dropna()
    data["inside"] = data["inside"].astype(float)
    if not 0 < data["inside"].sum() < len(data):
        counts = np.bincount(data["inside"].astype(int), minlength=2).tolist()
        raise ValueError(f"the groups hold {counts[1]} and {counts[0]} regions; both need some")
    term = fit_ols(data, "value", ["inside"]).term()
    return term.coef, term.se


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneTable:
    """What is known of each commuting zone, by cz.

    Attributes
    ----------
    names : pandas.DataFrame
        ``name`` (largest place and state) and ``counties``.
    paths : pandas.DataFrame
        One column a year: log income per head less the mean over zones.
    gini : pandas.Series
        Concentration of manufacturing employment over its industries in 1980; NaN without any.
    population : pandas.Series
        Persons in the last year.
    note : str
        Sources with their vintages.
    """

    names: pd.DataFrame
    paths: pd.DataFrame
    gini: pd.Series
    population: pd.Series
    note: str


def zone_table() -> ZoneTable:
    """Names, income paths and industry of the 722 zones, from public data."""
    income, industry = panels.zone_panel(), panels.zone_manufacturing((1980,))
    frame = income.frame
    deviation = frame.assign(deviation=relative(frame, "income_pc"))
    paths = deviation.pivot_table(index="region", columns="year", values="deviation")
    last = frame[frame["year"] == frame["year"].max()].set_index("region")
    counties = county_to_zone().groupby("cz")["county_name"].agg(", ".join)
    names = pd.DataFrame(
        {"name": last["name"] + ", " + last["postal"], "counties": counties.reindex(last.index)}
    )
    gini = panels.concentration(industry.frame).set_index("region")["gini"]
    return ZoneTable(
        names=names.rename_axis("cz"),
        paths=paths.rename_axis("cz"),
        gini=gini.reindex(last.index),
        population=last["population"],
        note=panels.note(income, industry),
    )


def example_places(regions: pd.DataFrame) -> dict[str, int]:
    """The paper's two example zones, Dayton and Rochester, among regions with names (Figure 1)."""
    return {
        "Dayton": place(regions, "Dayton", "39"),
        "Rochester, MN": place(regions, "Rochester", "27"),
    }


def of_places(panel: pd.DataFrame, column: str, places: Mapping[str, int]) -> pd.DataFrame:
    """One column of a panel for named places: index year, one column per label."""
    wide = panel.pivot_table(index="year", columns="region", values=column)
    return pd.DataFrame({label: wide[region] for label, region in places.items()})


def first_and_last(paths: pd.DataFrame) -> str:
    """First and last value of each line, in words for alternative texts."""
    return "; ".join(
        f"{label} from {line.iloc[0]:.2f} to {line.iloc[-1]:.2f}" for label, line in paths.items()
    )


def group_mean(panel: pd.DataFrame, group: str, year: int, *, measure: str = "gini") -> float:
    """Mean log deviation of a group of regions from the mean over all in a year.

    Parameters
    ----------
    panel : pandas.DataFrame
        Columns region, year, `measure` and `group` (whether the region belongs to it).
    group : str
    year : int
    measure : str
    """
    data = panel[panel["year"] == year]
    return float(relative(data, measure)[data[group]].mean())


def group_means(
    panel: pd.DataFrame, groups: Mapping[str, str], years: Sequence[int]
) -> pd.DataFrame:
    """:func:`group_mean` of several groups: index year, one column per label of `groups`."""
    columns = {
        label: [group_mean(panel, group, year) for year in years] for label, group in groups.items()
    }
    return pd.DataFrame(columns, index=pd.Index(years, name="year"))
