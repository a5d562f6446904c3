"""Planted zones spread over their counties, for the county tables of other publishers."""

from __future__ import annotations

import pandas as pd

from regspec.sources.states import NOT_CONTIGUOUS
from regspec.sources.zones import county_to_zone
from regspec.synthetic.panel import PlantedPanel

__all__ = ["county_jobs", "county_shares"]


def county_shares() -> pd.DataFrame:
    """Return the contiguous counties of 1990 with their share of their zone's population.

    Returns
    -------
    DataFrame
        Columns county (FIPS), county_name, region, share (sums to one in a zone).
    """
    counties = county_to_zone()
    counties = counties[~counties["county"].str[:2].isin(NOT_CONTIGUOUS)]
    total = counties.groupby("cz")["pop1990"].transform("sum")
    out = counties.assign(share=counties["pop1990"] / total).rename(columns={"cz": "region"})
    return out[["county", "county_name", "region", "share"]].reset_index(drop=True)


def county_jobs(panel: PlantedPanel, year: int, by: str) -> pd.DataFrame:
    """Return planted employment and wages by county and a column of the industries.

    Parameters
    ----------
    panel : PlantedPanel
    year : int
        One whose industries were planted.
    by : str
        ``"group"`` or ``"industry"``.

    Returns
    -------
    DataFrame
        Columns county, `by`, employment, income: the zone's, in proportion to population.
    """
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    sums = cells.groupby(["region", by], as_index=False)[["employment", "income"]].sum()
    merged = county_shares().merge(sums, on="region")
    for name in ("employment", "income"):
        merged[name] = merged[name] * merged["share"]
    return merged[["county", by, "employment", "income"]]
