"""Value added of manufacturing industries by zone: County Business Patterns and NBER-CES.

No agency publishes value added by county and industry. The zone's employment in an industry (CBP)
is multiplied with the nation's value added per worker in that industry and year (NBER-CES), so
zones differ in what they make, not in how productively. Where employment is withheld, the middle
of its published range stands for it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from regspec.census.business import to_zones
from regspec.census.errors import BuildError
from regspec.census.nberces import DIGITS

__all__ = ["zone_value_added"]

_UNKNOWN = 0.05  # share of manufacturing employment that may have no counterpart in NBER-CES
_MANUFACTURING = {"sic": ("20", "39"), "naics": ("31", "33")}


def zone_value_added(
    cbp: pd.DataFrame, nberces: pd.DataFrame, county_zones: pd.DataFrame
) -> pd.DataFrame:
    """Value added by zone, year and detailed manufacturing industry.

    Parameters
    ----------
    cbp
        One year of :func:`regspec.census.business.read_cbp`.
    nberces
        Of :func:`regspec.census.nberces.read_nberces`, in the same classification.
    county_zones
        Columns county (FIPS of 1990), czone.

    Returns
    -------
    DataFrame
        Columns region, year, industry (code), employment (persons), value_added (million dollars),
        share (of the zone's manufacturing value added; sums to one). ``attrs["withheld"]`` is the
        share of employment that stands for a range, ``attrs["unknown"]`` the share of industries
        that NBER-CES lacks and that are left out.

    Raises
    ------
    BuildError
        If the classifications or years do not meet, or more than five per cent of employment has
        no counterpart.
    """
    scheme, year = cbp["scheme"].iloc[0], int(cbp["year"].iloc[0])
    nation = nberces[(nberces["scheme"] == scheme) & (nberces["year"] == year)]
    if nation.empty:
        raise BuildError(
            f"NBER-CES has no {scheme.upper()} industries of {year}; County Business Patterns are "
            "in SIC to 1997 and in NAICS after, and the database ends in 2018."
        )
    first, last = _MANUFACTURING[scheme]
    detailed = cbp[(cbp["digits"] == DIGITS[scheme]) & cbp["code"].str[:2].between(first, last)]
    if detailed.empty:
        raise BuildError(
            f"County Business Patterns of {year} hold no manufacturing industry of "
            f"{DIGITS[scheme]} digits; NBER-CES is by {DIGITS[scheme]}-digit industry."
        )
    middle = detailed["emp"].fillna((detailed["low"] + detailed["high"]) / 2).fillna(0.0)
    zones = to_zones(
        detailed[["county", "code"]].assign(
            employment=middle, withheld=middle.where(detailed["emp"].isna(), 0.0)
        ),
        county_zones,
        ["employment", "withheld"],
    )
    per_worker = (nation["vadd"] / nation["emp"]).set_axis(nation["code"])
    total, known = zones["employment"].sum(), zones["code"].isin(per_worker.index)
    unknown = float(zones.loc[~known, "employment"].sum() / total) if total > 0 else 1.0
    if unknown > _UNKNOWN:
        lost = sorted(zones.loc[~known, "code"].unique())
        raise BuildError(
            f"{year}: {unknown:.1%} of manufacturing employment is in industries that NBER-CES "
            f"lacks, such as {lost[:5]}; take its file of the same classification."
        )
    zones = zones[known & (zones["employment"] > 0)]
    # Million dollars per thousand workers are thousand dollars per worker.
    value = zones["employment"] * zones["code"].map(per_worker) / 1000.0
    out = pd.DataFrame(
        {
            "region": zones["region"],
            "year": np.int16(year),
            "industry": zones["code"],
            "employment": zones["employment"],
            "value_added": value,
            "share": value / value.groupby(zones["region"]).transform("sum"),
        }
    ).reset_index(drop=True)
    sums = out.groupby("region")["share"].sum()
    if not np.allclose(sums, 1.0):
        raise BuildError(f"{year}: shares of zone {sums.idxmax()} sum to {sums.max():.6f}.")
    out.attrs = {"withheld": float(zones["withheld"].sum() / total), "unknown": unknown}
    return out
