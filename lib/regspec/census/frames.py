"""Sums of geographic units to the 722 zones, and the two tidy frames made of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from regspec.census.aggregate import SUMS, YearCells
from regspec.census.industries import civilian_codes, classify
from regspec.sources.errors import BuildError
from regspec.sources.zones import as_regions, zone_names

__all__ = ["Unmatched", "allocate", "industry_frame", "year_frame"]

Unmatched = Literal["error", "drop"]
_CONSERVED = 1e-9


def allocate(
    cells: YearCells, crosswalk: pd.DataFrame, *, unmatched: Unmatched = "error"
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Distribute the sums of units over the contiguous commuting zones.

    Parameters
    ----------
    cells
        Sums by unit and industry.
    crosswalk
        Columns unit, cz, afactor; factors of a unit sum to one.
    unmatched : {"error", "drop"}
        What to do with units that the crosswalk lacks: stop, or leave their persons out and count
        them.

    Returns
    -------
    frame : DataFrame
        Columns region, industry and the sums, one row per zone and industry.
    rules : dict
        units_unmatched (unit to weighted persons), population_unmatched, population_outside (in
        zones of Alaska and Hawaii).

    Raises
    ------
    BuildError
        If a unit is not in the crosswalk, the crosswalk names a zone that does not exist, or
        persons are not conserved.
    """
    names = zone_names()
    unknown = sorted(set(crosswalk["cz"]) - set(names["cz"]))
    if unknown:
        raise BuildError(f"the crosswalk of {cells.year} names zones that do not exist: {unknown}.")
    columns = [*SUMS, "income"]
    by_unit = cells.cells.groupby("unit")[["population", "persons"]].sum()
    lost = by_unit[~by_unit.index.isin(crosswalk["unit"])]
    if len(lost) and unmatched == "error":
        raise BuildError(_lost(cells, lost))
    merged = cells.cells.merge(crosswalk, on="unit", how="inner")
    merged[columns] = merged[columns].mul(merged["afactor"], axis=0)
    frame = merged.groupby(["cz", "industry"], as_index=False)[columns].sum()
    before, after = by_unit["population"].sum(), frame["population"].sum()
    missing = lost["population"].sum()
    if abs(before - missing - after) > _CONSERVED * before:
        raise BuildError(
            f"{cells.year}: {before - missing:,.2f} persons in units became {after:,.2f} in zones."
        )
    inside = frame["cz"].isin(names.loc[names["contiguous"], "cz"])
    rules = {
        "units": len(by_unit),
        "units_unmatched": {str(unit): float(p) for unit, p in lost["population"].items()},
        "population_unmatched": float(missing),
        "population_outside": float(frame.loc[~inside, "population"].sum()),
    }
    return as_regions(frame[inside]).reset_index(drop=True), rules


def _lost(cells: YearCells, lost: pd.DataFrame) -> str:
    what = cells.samples[0]
    share = lost["persons"].sum() / max(cells.cells["persons"].sum(), 1)
    hint = (
        " Dorn's file follows older codes of IPUMS and lacks Los Angeles: E. K. Rose's "
        "cz_sea_cw_ekr.dta (ekrose.github.io/resources) follows the present ones and is preferred "
        "when it is there."
        if what.crosswalk == "sea1950"
        else ""
    )
    return (
        f"{cells.year}: {len(lost)} units of {' and '.join(what.geography)} with {share:.2%} of "
        f"persons are not in the crosswalk {what.crosswalk}, such as "
        f"{lost['persons'].sort_values(ascending=False).head(5).to_dict()} (unit: persons).{hint} "
        "To leave these persons out and count them, say --unmatched drop."
    )


def industry_frame(year: int, sums: pd.DataFrame) -> pd.DataFrame:
    """Income and employment of every zone in every civilian industry of the year.

    Parameters
    ----------
    year
        Census year.
    sums
        Frame of :func:`allocate`.

    Returns
    -------
    DataFrame
        As ``contracts.ZONE_INDUSTRY``. An industry in which nobody of the nation works or earns
        is left out; a zone without an industry of the others has zeros, so that concentration is
        over the same industries everywhere.
    """
    civilian = sums[sums["industry"].isin(civilian_codes())]
    amounts = civilian.set_index(["region", "industry"])[["income", "employment"]]
    nation = civilian.groupby("industry")[["income", "employment"]].sum()
    industries = nation.index[(nation > 0).any(axis=1)]
    keys = pd.MultiIndex.from_product(
        [sorted(sums["region"].unique()), industries], names=["region", "industry"]
    )
    frame = amounts.reindex(keys, fill_value=0.0).reset_index()
    classes = classify(frame["industry"])
    return pd.DataFrame(
        {
            "region": frame["region"].astype(np.int32),
            "year": np.int16(year),
            **{name: classes[name] for name in ("industry", "group", "sector", "tradable")},
            "income": frame["income"],
            "employment": frame["employment"],
        }
    )


def year_frame(year: int, sums: pd.DataFrame) -> pd.DataFrame:
    """Controls of every zone in one year, without house values.

    Parameters
    ----------
    year
        Census year.
    sums
        Frame of :func:`allocate`.

    Returns
    -------
    DataFrame
        Columns of ``contracts.ZONE_YEAR`` up to log_population. income_pc is total wage income of
        persons aged 25 to 60 over those persons, whether or not they work (the paper says income
        per capita of the working-age population); earnings_per_worker the same over those at
        work. high_skill is the share of persons at work aged 25 to 60 with a year of college or
        more, old_age the paper's ratio of persons at work under 25 to those of 25 and over, and
        female the share of women among persons at work.

    Raises
    ------
    BuildError
        If a zone has no persons, no income or nobody at work.
    """
    names = zone_names()
    names = as_regions(names[names["contiguous"]]).set_index("region")
    total = sums.groupby("region")[[*SUMS, "income"]].sum().reindex(names.index, fill_value=0.0)
    for column, what in (
        ("population", "persons"),
        ("employment", "persons at work aged 25 to 60"),
        ("income", "wage income"),
        ("line_employed", "persons at work who were asked for education"),
    ):
        empty = total.index[total[column] <= 0]
        if len(empty):
            listed = ", ".join(f"{names.loc[z, 'name']} ({z})" for z in empty[:5])
            raise BuildError(
                f"{year}: {len(empty)} of {len(total)} zones have no {what}: {listed}. The sample "
                "is too small, or the crosswalk does not cover them."
            )
    old = total["workers"] - total["workers_young"]
    income = total["income"] / total["line_prime"]
    frame = pd.DataFrame(
        {
            "year": np.int16(year),
            "state": names["state"],
            "name": names["name"],
            "population": total["population"],
            "employment": total["employment"],
            "income_pc": income,
            "earnings_per_worker": total["income"] / total["line_employed"],
            "high_skill": total["line_college"] / total["line_employed"],
            "old_age": total["workers_young"] / old,
            "female": total["workers_women"] / total["workers"],
            "rust_belt": names["rust_belt"].astype(bool),
            "log_income": np.log(income),
            "log_population": np.log(total["population"]),
        },
        index=names.index,
    ).reset_index()
    return frame.astype({"region": np.int32})
