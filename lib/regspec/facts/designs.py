"""Cross-sections of regions for Fact 1, pools of them over start years, and sets of controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from regspec.measures import industry_growth, shift_share
from regspec.tools.choices import require_choice

__all__ = ["CONTROLS", "controls_for", "design", "exposure", "pool", "quantile_of"]

#: Sets of controls. "all" holds what is public for states. Public zones have no sectors, so that
#: their exposure to structural change is their share of manufacturing (column ``total``).
#: "census" is the paper's set (Table 4): it adds skill, age and gender of workers.
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "exposure": ("ghat",),
    "all": ("ghat", "log_population", "rust_belt"),
    "zones": ("total", "log_population", "rust_belt"),
    "census": ("ghat", "high_skill", "old_age", "female", "log_population", "rust_belt"),
}

# Columns of regions that a cross-section takes over where the frame has them.
_CARRIED = (
    "state",
    "log_income",
    "log_population",
    "rust_belt",
    "high_skill",
    "old_age",
    "female",
)


def controls_for(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Controls of the level and of the growth regression.

    Growth also gets the initial log income unless the set is "none".

    Raises
    ------
    ValueError
        Unknown set; the message lists those there are.
    """
    require_choice("controls", name, CONTROLS)
    level = CONTROLS[name]
    return level, (*level, *(() if name == "none" else ("log_income",)))


def design(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame | None = None,
    *,
    start: int,
    end: int,
    leave_one_out: bool = True,
) -> pd.DataFrame:
    """Cross-section of regions for (1), with the exposure to structural change (2).

    Parameters
    ----------
    regions : pandas.DataFrame
        Columns region, year, log_income, log_population, rust_belt; high_skill, old_age, female
        and state are taken over where they are there.
    concentration : pandas.DataFrame
        Columns region, year and one column per measure of specialization.
    sectors : pandas.DataFrame, optional
        Columns region, year, industry, amount: the sectors whose national growth forms the
        exposure; both years are needed. Without it there is no column ghat.
    start, end : int
        First year (levels, shares, controls) and last year of growth.
    leave_one_out : bool
        Whether national growth leaves out the region that it predicts.

    Returns
    -------
    pandas.DataFrame
        One row per region: region, year, level, growth (log points from `start` to `end`),
        ghat, the columns of `regions` named above, and the measures of `concentration`.

    Raises
    ------
    ValueError
        One of the years is missing in one of the frames.
    """
    if end <= start:
        raise ValueError(f"end is {end} and start {start}; growth needs end > start")
    _require_years("regions", regions, start, end)
    _require_years("concentration", concentration, start)
    first = regions.loc[regions["year"] == start].set_index("region")
    last = regions.loc[regions["year"] == end].set_index("region")
    out = first[["year", *(c for c in _CARRIED if c in first)]].assign(
        level=first["log_income"], growth=last["log_income"] - first["log_income"]
    )
    if sectors is not None:
        _require_years("sectors", sectors, start, end)
        out["ghat"] = exposure(sectors, start=start, end=end, leave_one_out=leave_one_out)
    measures = concentration.loc[concentration["year"] == start].drop(columns="year")
    return out.join(measures.set_index("region"), how="inner").reset_index()


def exposure(
    sectors: pd.DataFrame, *, start: int, end: int, leave_one_out: bool = True
) -> pd.Series:
    """Predicted log growth of each region from its sectors in `start` (2), indexed by region.

    Cells missing in either year are left out of national growth; in the shares they count as
    zero.
    """
    first, last = (
        sectors[sectors["year"] == year].pivot_table(
            index="region", columns="industry", values="amount"
        )
        for year in (start, end)
    )
    first, last = first.align(last)
    both = first.notna() & last.notna()
    growth = industry_growth(first.where(both), last.where(both), leave_one_out=leave_one_out)
    return pd.Series(shift_share(first, growth), index=first.index, name="ghat")


def pool(
    regions: pd.DataFrame,
    concentration: pd.DataFrame,
    sectors: pd.DataFrame | None,
    *,
    years: Sequence[int],
    horizon: int,
    leave_one_out: bool = True,
) -> pd.DataFrame:
    """Cross-sections of all start years from which the horizon ends in one of the years.

    Parameters
    ----------
    regions, concentration, sectors, leave_one_out
        As in :func:`design`.
    years : sequence of int
        Years that may start or end a horizon.
    horizon : int
        Length in years.

    Returns
    -------
    pandas.DataFrame
        As from :func:`design`, one row per region and start year.

    Raises
    ------
    ValueError
        No two of the years lie the horizon apart with concentration in the first.
    """
    measured = set(concentration["year"])
    starts = [t for t in years if t + horizon in years and t in measured]
    if not starts:
        raise ValueError(
            f"no two of the years {list(years)} are {horizon} years apart with specialization"
            " in the first"
        )
    sections = [
        design(
            regions, concentration, sectors, start=t, end=t + horizon, leave_one_out=leave_one_out
        )
        for t in starts
    ]
    return pd.concat(sections, ignore_index=True)


def quantile_of(data: pd.DataFrame, measure: str, quantiles: int) -> pd.Series:
    """Quantile of each region among those of the same year, 1 the least specialized."""
    share = data.groupby("year")[measure].rank(pct=True)
    return pd.Series(np.ceil(quantiles * share - 1e-9), index=data.index, name="quantile")


def _require_years(name: str, frame: pd.DataFrame, *years: int) -> None:
    """Refuse a frame that lacks one of the years."""
    absent = sorted(set(years) - set(frame["year"]))
    if absent:
        raise ValueError(
            f"{name} has no rows for {absent}; it covers {frame['year'].min()} to"
            f" {frame['year'].max()}"
        )
