"""Tables of owner-occupied units by value, as NHGIS delivers them: zip of csv and codebook."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.special import ndtr

from regspec.census.acquire import NHGIS_DATASETS
from regspec.sources.states import FIPS_TO_POSTAL
from regspec.synthetic.counties import county_shares
from regspec.synthetic.crosswalk_files import zip_bytes
from regspec.synthetic.formats import TITLE
from regspec.synthetic.panel import PlantedPanel

__all__ = ["write_house_values"]

_OLD = (5, 7.5, 10, 12.5, 15, 17.5, 20, 25, 35, 50)
_1980 = (10, 15, 20, 25, 30, 35, 40, 50, 80, 100, 150, 200)
_1990 = (15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500)
_LATE = (10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 125, 150, 175, 200, 250, 300, 400)
_BINS: Mapping[int, tuple[float, ...]] = MappingProxyType(
    {
        1970: _OLD,
        1980: _1980,
        1990: _1990,
        2000: (*_LATE, 500, 750, 1000),
        2010: (*_LATE, 500, 750, 1000),
        2020: (*_LATE, 500, 750, 1000, 1500, 2000),
    }
)
"""Ends of the bins in thousand dollars."""
_PREFIX = {1970: "CBH", 1980: "C8I", 1990: "EST", 2000: "GB7", 2010: "QZTE", 2020: "AMWBE"}
_YEAR = {2010: "2008-2012", 2020: "2016-2020"}
_SPREAD = 0.45  # log standard deviation of values within a county
_UNITS = 0.22  # owner-occupied units per inhabitant


def write_house_values(folder: Path, panel: PlantedPanel, year: int) -> Path | None:
    """Write the table of one census; None before 1970, when there was none.

    Values within a county are lognormal around the planted mean of its zone.
    """
    if year not in _BINS:
        return None
    edges = 1000.0 * np.array(_BINS[year])
    zones = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
    counties = county_shares()
    mean = np.log(zones["house_value"].reindex(counties["region"]).to_numpy()) - _SPREAD**2 / 2
    upto = ndtr((np.log(edges) - mean[:, None]) / _SPREAD)
    shares = np.diff(upto, axis=1, prepend=0.0, append=1.0)
    people = zones["population"].reindex(counties["region"]).to_numpy() * counties["share"]
    units = np.rint(shares * (_UNITS * people.to_numpy())[:, None]).astype(int)
    names = [f"{_PREFIX[year]}{k:03d}" for k in range(1, units.shape[1] + 1)]
    fips = counties["county"].str
    frame = pd.DataFrame(
        {
            "GISJOIN": "G" + fips[:2] + "0" + fips[2:] + "0",
            "YEAR": _YEAR.get(year, str(year)),
            "STATE": fips[:2].map(FIPS_TO_POSTAL),
            "STATEA": fips[:2],
            "COUNTY": counties["county_name"],
            "COUNTYA": fips[2:],
            **dict(zip(names, units.T, strict=True)),
        }
    )
    stem = f"nhgis{1 + list(_BINS).index(year):04d}"
    member = f"{stem}_csv/{stem}_{NHGIS_DATASETS[year][0]}_county"
    return zip_bytes(
        folder / f"{stem}_csv.zip",
        {
            f"{member}.csv": frame.to_csv(index=False, lineterminator="\n").encode("latin-1"),
            f"{member}_codebook.txt": _codebook(year, names, edges).encode("latin-1"),
        },
    )


def _codebook(year: int, names: list[str], edges: np.ndarray) -> str:
    """Codebook in the layout of NHGIS, from the title to the bins."""
    inner = [f"${low:,.0f} to ${high - 1:,.0f}" for low, high in pairwise(edges)]
    labels = [f"Less than ${edges[0]:,.0f}", *inner, f"${edges[-1]:,.0f} or more"]
    lines = [f"    {name}:      {label}" for name, label in zip(names, labels, strict=True)]
    return f"""{"-" * 80}
Codebook for NHGIS data file: {TITLE}
{"-" * 80}

Data Summary

Year:             {_YEAR.get(year, year)}
Geographic level: County (by State)
Dataset:          {NHGIS_DATASETS[year][0]}

Tables:
1. Value
   Universe:    Owner-occupied housing units
   NHGIS code:  {names[0][:-3]}

Data Dictionary

Context Fields
    GISJOIN:     GIS Join Match Code
    YEAR:        Data File Year
    STATE:       State Name
    STATEA:      State Code
    COUNTY:      County Name
    COUNTYA:     County Code

Table 1:     Value
Universe:    Owner-occupied housing units
NHGIS code:  {names[0][:-3]}
{chr(10).join(lines)}
"""
