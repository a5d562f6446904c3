"""County Business Patterns, its harmonised panel, and Business Dynamics Statistics."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.business import EMPLOYMENT_FLAGS
from regspec.synthetic.counties import county_jobs
from regspec.synthetic.crosswalk_files import zip_bytes
from regspec.synthetic.panel import PlantedPanel

__all__ = ["write_bds", "write_cbp", "write_efsy"]

_NAICS_FROM = 1998  # first year of CBP on NAICS
_COVERED = 0.8  # of planted employment: CBP leaves out the self-employed and government
_PER_FIRM = 15.0
_SIZES = ("n1_4", "n5_9", "n10_19", "n20_49", "n50_99", "n100_249", "n250_499", "n500_999")

# Groups of Table 3 to the divisions that CBP prints; government and farms are not covered.
_SIC: Mapping[str, str] = MappingProxyType(
    {
        "Mining": "10--",
        "Construction": "15--",
        "Durable": "20--",
        "Nondurable": "20--",
        "Transportation": "40--",
        "Communication": "40--",
        "Utilities": "40--",
        "Wholesale": "50--",
        "Retail": "52--",
        "Finance": "60--",
        "Business Services": "70--",
        "Personal Services": "70--",
        "Entertainment": "70--",
        "Routine Prof. Serv.": "70--",
        "Non-routine Prof. Serv.": "70--",
    }
)
_NAICS: Mapping[str, str] = MappingProxyType(
    {
        "Mining": "21----",
        "Utilities": "22----",
        "Construction": "23----",
        "Durable": "31----",
        "Nondurable": "31----",
        "Wholesale": "42----",
        "Retail": "44----",
        "Transportation": "48----",
        "Communication": "51----",
        "Finance": "52----",
        "Non-routine Prof. Serv.": "54----",
        "Business Services": "56----",
        "Routine Prof. Serv.": "62----",
        "Entertainment": "71----",
        "Personal Services": "81----",
    }
)


def write_cbp(folder: Path, panel: PlantedPanel, year: int) -> Path:
    """Write ``cbpYYco.zip``: SIC divisions to 1997, NAICS sectors after, small cells withheld."""
    naics = year >= _NAICS_FROM
    table = _by_code(panel, year, _NAICS if naics else _SIC)
    flag = _flags(table["emp"].to_numpy())
    hidden = flag != ""
    frame = pd.DataFrame(
        {
            "fipstate": table["county"].str[:2],
            "fipscty": table["county"].str[2:],
            "naics" if naics else "sic": table["code"],
            "empflag": flag,
            "emp": np.where(hidden, 0, table["emp"]),
            "qp1": np.where(hidden, 0, table["pay"] // 4),
            "ap": np.where(hidden, 0, table["pay"]),
            "est": table["est"],
            **{size: table["est"] if k == 0 else 0 for k, size in enumerate(_SIZES)},
        }
    )
    name = f"cbp{year % 100:02d}co"
    return zip_bytes(folder / f"{name}.zip", {f"{name}.txt": _csv(frame)})


def write_efsy(folder: Path, panel: PlantedPanel, years: tuple[int, ...]) -> Path:
    """Write ``efsy_panel_naics.csv.zip``: no cell withheld, one classification in all years."""
    frames = []
    for year in years:
        table = _by_code(panel, year, _NAICS)
        table = table[table["code"] != "------"]
        frames.append(
            pd.DataFrame(
                {
                    "fipstate": table["county"].str[:2],
                    "fipscty": table["county"].str[2:],
                    "naics12": table["code"],
                    "year": year,
                    "emp": table["emp"],
                }
            )
        )
    return zip_bytes(
        folder / "efsy_panel_naics.csv.zip", {"efsy_panel_naics.csv": _csv(pd.concat(frames))}
    )


def write_bds(folder: Path, panel: PlantedPanel, years: tuple[int, ...]) -> Path:
    """Write ``bds2021_st_cty.csv``; the smallest counties are withheld, as published."""
    frames = []
    for year in years:
        jobs = county_jobs(panel, year, "group").groupby("county")["employment"].sum()
        emp = np.rint(_COVERED * jobs.to_numpy()).astype(int)
        county = pd.Series(jobs.index, dtype="str")
        firms = np.maximum(1, np.rint(emp / _PER_FIRM)).astype(int)
        amounts = {
            "firms": firms,
            "estabs": np.rint(1.25 * firms).astype(int),
            "emp": emp,
            "estabs_entry": np.rint(0.12 * firms).astype(int),
            "estabs_exit": np.rint(0.11 * firms).astype(int),
            "job_creation": np.rint(0.15 * emp).astype(int),
            "job_destruction": np.rint(0.14 * emp).astype(int),
        }
        small = emp < 50
        text = {k: np.where(small, "(D)", np.asarray(v).astype(str)) for k, v in amounts.items()}
        place = {"year": year, "st": county.str[:2], "cty": county.str[2:]}
        frames.append(pd.DataFrame({**place, **text}))
    path = folder / "bds2021_st_cty.csv"
    path.write_bytes(_csv(pd.concat(frames)))
    return path


def _by_code(panel: PlantedPanel, year: int, codes: Mapping[str, str]) -> pd.DataFrame:
    """Employment, payroll (thousand dollars) and establishments by county and code, with totals."""
    jobs = county_jobs(panel, year, "group")
    jobs = jobs.assign(code=jobs["group"].map(codes)).dropna(subset=["code"])
    parts = jobs.groupby(["county", "code"], as_index=False)[["employment", "income"]].sum()
    whole = jobs.groupby("county", as_index=False)[["employment", "income"]].sum()
    total = "-" * len(next(iter(codes.values())))
    table = pd.concat([whole.assign(code=total), parts]).sort_values(
        ["county", "code"], key=lambda s: s.str.replace("-", "!"), ignore_index=True
    )
    table["emp"] = np.rint(_COVERED * table["employment"]).astype(int)
    table["pay"] = np.rint(_COVERED * table["income"] / 1000).astype(int)
    table["est"] = np.maximum(1, np.rint(table["emp"] / _PER_FIRM)).astype(int)
    return table[table["emp"] > 0].reset_index(drop=True)


def _flags(emp: np.ndarray) -> np.ndarray:
    """Letters of withheld cells: those of fewer than 20 persons."""
    letters = np.array(list(EMPLOYMENT_FLAGS))
    low = np.array([bounds[0] for bounds in EMPLOYMENT_FLAGS.values()])
    letter = letters[np.searchsorted(low, emp, side="right") - 1]
    return np.where(emp < 20, letter, "")


def _csv(frame: pd.DataFrame) -> bytes:
    opened = io.StringIO()
    frame.to_csv(opened, index=False, lineterminator="\n")
    return opened.getvalue().encode("latin-1")
