"""Value added by zone: County Business Patterns, NBER-CES and the national accounts.

No agency publishes value added by county and industry. The nation's value added of each of the 17
groups of Table 3 (BEA) is divided among the zones in proportion to their employment in the group
(County Business Patterns). Durable and nondurable manufacturing are weighted with the value added
per worker of their detailed industries (NBER-CES), so that zones differ in what they make, not in
how productively. Where employment is withheld the middle of its published range stands for it, for
groups scaled to what the county's total leaves. County Business Patterns leave out farms and
government: for agriculture and public administration the employment of the census stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from regspec.census.business import DIGITS, read_cbp, read_nberces, to_zones
from regspec.sources.errors import BuildError
from regspec.sources.groups import GROUPS, Scheme, gdp_by_group, group_of

__all__ = ["COLUMNS", "find_tables", "group_value_added", "manufacturing", "value_added_frame"]

COLUMNS = ("region", "year", "group", "value_added", "share")
"""Of the frame that the build writes; see ``contracts.ZONE_VALUE_ADDED``."""
NOT_COVERED = ("Agriculture", "Public")
"""Groups that County Business Patterns do not cover, or only in part."""
_MADE = ("Durable", "Nondurable")
_MAJOR = {"sic": 2, "naics": 3}  # digits at which a code tells its group
_COARSEST = {"sic": 2, "naics": 3}  # digits to which an unknown industry is shortened
_NAICS_2012 = 2007  # from this year on NBER-CES of NAICS 2012 is preferred


def manufacturing(
    cbp: pd.DataFrame, nberces: pd.DataFrame, county_zones: pd.DataFrame
) -> pd.DataFrame:
    """Value added by zone and detailed manufacturing industry.

    Parameters
    ----------
    cbp
        One year of :func:`regspec.census.business.read_cbp`.
    nberces
        Of :func:`regspec.census.business.read_nberces`, SIC with SIC, NAICS with NAICS.
    county_zones
        Columns county (FIPS of 1990), cz.

    Returns
    -------
    DataFrame
        Columns region, year, industry (code), employment (persons), value_added (million
        dollars). An industry that NBER-CES does not list (NAICS changes every five years) takes
        the mean of those that share its first digits; a year after the last of NBER-CES takes the
        last. ``attrs``: withheld (share of employment that stands for a range), shortened (share
        of employment in industries not listed), dollars_of (year of value added per worker).

    Raises
    ------
    BuildError
        If the classifications do not meet, there are no detailed industries, or NBER-CES has none
        of the same two (SIC) or three (NAICS) first digits as an industry.
    """
    scheme, year = cbp["scheme"].iloc[0], int(cbp["year"].iloc[0])
    nation = nberces[nberces["scheme"] == scheme]
    known = nation.loc[nation["year"] <= year, "year"]
    if known.empty:
        raise BuildError(
            f"NBER-CES has no {scheme.upper()} industries of {year} or before; County Business "
            "Patterns are in SIC to 1997 and in NAICS after."
        )
    nation = nation[nation["year"] == known.max()]
    detailed = cbp[(cbp["digits"] == DIGITS[scheme]) & _groups(cbp, scheme).isin(_MADE)]
    if detailed.empty:
        raise BuildError(
            f"County Business Patterns of {year} hold no manufacturing industry of "
            f"{DIGITS[scheme]} digits; NBER-CES is by {DIGITS[scheme]}-digit industry."
        )
    zones = _persons(detailed, county_zones).query("employment > 0")
    codes = zones["code"].drop_duplicates()
    per_worker = codes.map(_per_worker(nation, codes, scheme, year)).set_axis(codes)
    value = zones["employment"] * zones["code"].map(per_worker) / 1000.0
    out = pd.DataFrame(
        {
            "region": zones["region"],
            "year": np.int16(year),
            "industry": zones["code"],
            "employment": zones["employment"],
            "value_added": value,
        }
    ).reset_index(drop=True)
    total = zones["employment"].sum()
    listed = zones["code"].isin(nation["code"])
    out.attrs = {
        "withheld": float(zones["withheld"].sum() / total),
        "shortened": float(zones.loc[~listed, "employment"].sum() / total),
        "dollars_of": int(known.max()),
    }
    return out


def group_value_added(
    cbp: pd.DataFrame,
    nberces: pd.DataFrame,
    county_zones: pd.DataFrame,
    census: pd.DataFrame,
    nation: pd.Series,
) -> pd.DataFrame:
    """Value added by zone and group of Table 3 in one year.

    Parameters
    ----------
    cbp, nberces, county_zones
        As in :func:`manufacturing`.
    census
        Columns region, group, employment: of the census, for groups that `cbp` does not cover.
    nation
        Value added of the nation by group, million dollars.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`, every zone of the census with all groups, zeros included; value_added in
        million dollars adds up to the nation's, share to one in a zone. ``attrs`` as of
        :func:`manufacturing`.

    Raises
    ------
    BuildError
        As :func:`manufacturing`; or nobody in the nation works in a group.
    """
    scheme, year = cbp["scheme"].iloc[0], int(cbp["year"].iloc[0])
    majors = _within_totals(cbp, _MAJOR[scheme])
    majors = majors.assign(group=_groups(majors, scheme)).dropna(subset=["group"])
    jobs = _persons(majors, county_zones, "group").set_index(["region", "group"])["employment"]
    zones = sorted(census["region"].unique())
    key = jobs.unstack("group").reindex(index=zones, columns=list(GROUPS)).fillna(0.0)  # noqa: PD010
    own = census.pivot_table(
        index="region", columns="group", values="employment", aggfunc="sum", fill_value=0.0
    )
    for group in NOT_COVERED:
        key[group] = own[group].reindex(zones) if group in own else 0.0
    made = manufacturing(cbp, nberces, county_zones)
    key[list(_MADE)] *= _dollars_per_worker(made, scheme).reindex(zones).fillna(0.0)
    total = key.sum()
    idle = [group for group in GROUPS if total[group] <= 0]
    if idle:
        raise BuildError(f"{year}: nobody works in {', '.join(idle)}, whose value added is known.")
    value = key.div(total).mul(nation.reindex(list(GROUPS)), axis=1)
    share = value.div(value.sum(axis=1), axis=0)
    tall = pd.DataFrame({"value_added": value.stack(), "share": share.stack()})  # noqa: PD013
    out = tall.rename_axis(["region", "group"]).reset_index()
    out = out.assign(region=out["region"].astype(np.int32), year=np.int16(year))[list(COLUMNS)]
    out.attrs = made.attrs
    return out


def find_tables(raw: Path, years: Iterable[int]) -> dict[int, tuple[Path, Path]]:
    """Return County Business Patterns and NBER-CES of the years that have both below a folder."""
    files = {path.name.casefold(): path for path in sorted(raw.rglob("*")) if path.is_file()}
    found = {}
    for year in years:
        names = [f"cbp{year % 100:02d}co.{ending}" for ending in ("zip", "txt", "csv")]
        cbp = next((files[name] for name in names if name in files), None)
        newer = ("n2012", "n1997") if year >= _NAICS_2012 else ("n1997", "n2012")
        stems = newer if year > 1997 else ("s1987",)
        names = [f"nberces5818v1_{stem}.{ending}" for stem in stems for ending in ("csv", "dta")]
        nberces = next((files[name] for name in names if name in files), None)
        if cbp is not None and nberces is not None:
            found[year] = (cbp, nberces)
    return found


def value_added_frame(
    tables: dict[int, tuple[Path, Path]],
    zone_industry: pd.DataFrame,
    county_zones: Callable[[], pd.DataFrame],
) -> tuple[pd.DataFrame, dict[int, dict[str, Any]]]:
    """Value added of all years whose files are there.

    Parameters
    ----------
    tables
        Of :func:`find_tables`.
    zone_industry
        Of the build.
    county_zones
        Gives the columns county (FIPS of 1990), cz; not called without tables.

    Returns
    -------
    frame : DataFrame
        :data:`COLUMNS`; no rows without files.
    notes : dict
        By year what :func:`manufacturing` counted.
    """
    frames, notes = [_empty()], {}
    for year, (cbp_file, nberces_file) in tables.items():
        cbp = read_cbp(cbp_file)
        gdp = gdp_by_group(cast(Scheme, cbp["scheme"].iloc[0]))
        nation = gdp[gdp["year"] == year].set_index("group")["value_added"]
        if nation.empty:
            raise BuildError(
                f"the national accounts have no value added of {year}; leave out {cbp_file}."
            )
        census = zone_industry[zone_industry["year"] == year]
        nberces = read_nberces(nberces_file)
        frame = group_value_added(cbp, nberces, county_zones(), census, nation)
        frames.append(frame)
        notes[year] = {str(name): value for name, value in frame.attrs.items()}
    whole = pd.concat(frames, ignore_index=True)
    whole.attrs = {}
    return whole, notes


def _empty() -> pd.DataFrame:
    types = {"region": np.int32, "year": np.int16, "group": str, "value_added": float}
    return pd.DataFrame({name: [] for name in COLUMNS}).astype(types | {"share": float})


def _groups(frame: pd.DataFrame, scheme: str) -> pd.Series:
    """Group of every row's code."""
    codes = frame["code"].unique()
    table = {code: group_of(code, cast(Scheme, scheme)) for code in codes}
    return frame["code"].map(table)


def _persons(cells: pd.DataFrame, county_zones: pd.DataFrame, key: str = "code") -> pd.DataFrame:
    """Employment by zone and key, the middle of the range where it is withheld (also apart)."""
    middle = cells["emp"].fillna((cells["low"] + cells["high"]) / 2).fillna(0.0)
    hidden = middle.where(cells["emp"].isna(), 0.0)
    counties = cells[["county", key]].assign(employment=middle, withheld=hidden)
    return to_zones(counties, county_zones, ["employment", "withheld"])


def _within_totals(cbp: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Cells of a level, withheld ones scaled to what the county's total leaves for them.

    They stay within their published range; where the total is withheld too, in its middle.
    """
    total = cbp[cbp["digits"] == 0].drop_duplicates("county").set_index("county")["emp"]
    cells = cbp[cbp["digits"] == digits]
    middle = ((cells["low"] + cells["high"]) / 2).where(cells["emp"].isna())
    sums = pd.DataFrame({"known": cells["emp"], "middle": middle}).groupby(cells["county"]).sum()
    left = (total.reindex(sums.index) - sums["known"]).clip(lower=0.0)
    scale = (left / sums["middle"].where(sums["middle"] > 0)).fillna(1.0)
    scaled = (middle * cells["county"].map(scale)).clip(cells["low"], cells["high"])
    return cells.assign(
        low=cells["low"].where(middle.isna(), scaled),
        high=cells["high"].where(middle.isna(), scaled),
    )


def _per_worker(nation: pd.DataFrame, codes: pd.Series, scheme: str, year: int) -> dict[str, float]:
    """Thousand dollars per worker of every code, from the longest first digits that are known."""
    table: dict[str, float] = {}
    for digits in range(DIGITS[scheme], _COARSEST[scheme] - 1, -1):
        sums = nation.groupby(nation["code"].str[:digits])[["vadd", "emp"]].sum()
        mean = sums["vadd"] / sums["emp"]
        for code in codes:
            if code not in table and mean.get(code[:digits], 0.0) > 0:
                table[code] = float(mean[code[:digits]])
    lost = sorted(set(codes) - set(table))
    if lost:
        raise BuildError(
            f"{year}: NBER-CES has no industry near {len(lost)} of County Business Patterns, such "
            f"as {lost[:5]}; take its file of the same classification."
        )
    return table


def _dollars_per_worker(made: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """Value added per worker by zone in durable and nondurable manufacturing.

    A zone with workers in a group but in none of its detailed industries has the nation's mean.
    """
    group = _groups(made.rename(columns={"industry": "code"}), scheme)
    sums = made.groupby(["region", group.rename("group")])[["value_added", "employment"]].sum()
    wide = (sums["value_added"] / sums["employment"]).unstack("group")  # noqa: PD010
    nation = sums.groupby("group").sum()
    mean = nation["value_added"] / nation["employment"]
    return wide.reindex(columns=list(_MADE)).fillna(mean)
