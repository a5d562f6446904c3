"""The NBER-CES Manufacturing Industry Database in its published layout, on planted industries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.nberces import COLUMNS
from regspec.sources.groups import Scheme
from regspec.synthetic.codes import industry_codes
from regspec.synthetic.places import CENSUS_YEARS
from regspec.synthetic.targets import (
    INCOME_PER_PERSON,
    employment_shares,
    income_shares,
    industries,
)

__all__ = ["write_nberces"]

_YEARS = np.arange(1958, 2019)
_JOBS = (4.2e7, 1.08e8)  # persons aged 25-60 at work in 1950 and 2020, about
_ADULTS = (6.9e7, 1.5e8)
_VALUE_ADDED = 1.9  # over payroll
_SHIPMENTS = 4.2
_FILES: Mapping[str, Scheme] = MappingProxyType(
    {"s1987": "sic", "n1997": "naics", "n2012": "naics"}
)
_BASE = 1997  # deflators are one


def write_nberces(folder: Path) -> list[Path]:
    """Write ``nberces5818v1_s1987.csv`` and the same for NAICS of 1997 and 2012.

    One industry for each manufacturing industry of IND1990, with its code in the county tables;
    employment and payroll follow the planted national shares, everything else is in proportion.
    Value added per worker therefore differs by industry as wages do. Growth of productivity
    differs by industry and adds up to its index.
    """
    kinds = industries()
    made = np.flatnonzero(kinds["group"].isin(["Durable", "Nondurable"]))
    jobs, pay = (_path(kind, made) for kind in ("employment", "income"))
    prices = np.exp(0.035 * (_YEARS - _BASE))
    pace = 0.005 + 0.01 * ((np.arange(len(made)) * 0.618034) % 1.0)
    index = np.exp(np.outer(_YEARS - _BASE, pace))
    years, width = len(_YEARS), len(made)
    every = np.ones((years, width))
    growth = np.vstack([np.full(width, np.nan), np.repeat(pace[None, :], years - 1, axis=0)])
    capital = 1.5 * pay / prices[:, None]
    amounts = {
        "emp": jobs,
        "pay": pay,
        "prode": 0.7 * jobs,
        "prodh": 1.4 * jobs,
        "prodw": 0.6 * pay,
        "vship": _SHIPMENTS * pay,
        "matcost": (_SHIPMENTS - _VALUE_ADDED) * pay,
        "vadd": _VALUE_ADDED * pay,
        "invest": 0.15 * pay,
        "invent": 0.5 * pay,
        "energy": 0.08 * pay,
        "cap": capital,
        "equip": 0.6 * capital,
        "plant": 0.4 * capital,
        **dict.fromkeys(("piship", "pimat", "piinv", "pien"), every * prices[:, None]),
        "dtfp5": growth,
        "tfp5": index,
        "dtfp4": growth,
        "tfp4": index,
    }
    values = {name: amounts[name].T.ravel().round(4) for name in COLUMNS}
    paths = []
    for stem, scheme in _FILES.items():
        codes = industry_codes(scheme).loc[kinds["industry"].iloc[made]].astype(int)
        keys = {scheme: np.repeat(codes.to_numpy(), years), "year": np.tile(_YEARS, width)}
        frame = pd.DataFrame({**keys, **values})
        paths.append(folder / f"nberces5818v1_{stem}.csv")
        frame.to_csv(paths[-1], index=False, lineterminator="\n")
    return paths


def _path(kind: str, chosen: np.ndarray) -> np.ndarray:
    """Thousand jobs or million dollars by year and industry, straight lines between censuses."""
    known = []
    for year in CENSUS_YEARS:
        place = (year - CENSUS_YEARS[0]) / (CENSUS_YEARS[-1] - CENSUS_YEARS[0])
        if kind == "employment":
            total = np.exp(np.interp(place, [0, 1], np.log(_JOBS))) / 1e3
            known.append(total * employment_shares(year)[chosen])
        else:
            adults = np.exp(np.interp(place, [0, 1], np.log(_ADULTS)))
            known.append(INCOME_PER_PERSON[year] * adults / 1e6 * income_shares(year)[chosen])
    table = np.array(known)
    return np.stack(
        [np.interp(_YEARS, CENSUS_YEARS, table[:, k]) for k in range(table.shape[1])], axis=1
    )
