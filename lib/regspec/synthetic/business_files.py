"""County Business Patterns, its harmonised panel, and Business Dynamics Statistics."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from regspec.census.business import EMPLOYMENT_FLAGS
from regspec.sources.groups import Scheme
from regspec.synthetic.codes import industry_codes
from regspec.synthetic.counties import county_jobs, county_shares
from regspec.synthetic.crosswalk_files import zip_bytes
from regspec.synthetic.panel import PlantedPanel

__all__ = ["write_bds", "write_cbp", "write_efsy"]

_NAICS_FROM = 1998  # first year of CBP on NAICS
_COVERED = 0.8  # of planted employment: CBP leaves out the self-employed and government
_PER_FIRM = 15.0
_SIZES = ("n1_4", "n5_9", "n10_19", "n20_49", "n50_99", "n100_249", "n250_499", "n500_999")

# First major group of each SIC division, as CBP prints divisions.
_DIVISIONS = (7, 10, 15, 20, 40, 50, 52, 60, 70)
_SECTORS: Mapping[str, str] = MappingProxyType({"32": "31", "33": "31", "45": "44", "49": "48"})
"""NAICS sectors of several numbers go by the first."""
_NOT_COVERED = ("Agriculture", "Public")
_MADE = ("Durable", "Nondurable")


def write_cbp(folder: Path, panel: PlantedPanel, year: int) -> Path:
    """Write ``cbpYYco.zip``: SIC to 1997, NAICS after, small cells withheld.

    Totals stand beside parts as published: all industries, divisions (SIC) or sectors (NAICS),
    major groups or subsectors, and in manufacturing the industries of four or six digits, in SIC
    with the groups of three digits between. Finer codes of other industries, and NAICS codes of
    four and five digits, are left out.
    """
    scheme: Scheme = "naics" if year >= _NAICS_FROM else "sic"
    table = _cells(panel, year, scheme)
    flag = _flags(table["emp"].to_numpy())
    hidden = flag != ""
    frame = pd.DataFrame(
        {
            "fipstate": table["county"].str[:2],
            "fipscty": table["county"].str[2:],
            scheme: table["code"],
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
        table = _cells(panel, year, "naics", detailed=())
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


def _cells(
    panel: PlantedPanel, year: int, scheme: Scheme, *, detailed: tuple[str, ...] = _MADE
) -> pd.DataFrame:
    """Employment, payroll (thousand dollars) and establishments by county and code, with totals.

    Industries of the groups in `detailed` have rows of their own.
    """
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    cells = cells[~cells["group"].isin(_NOT_COVERED)]
    code = cells["industry"].map(industry_codes(scheme))
    own = cells["group"].isin(detailed)
    levels = [pd.Series("-" * (4 if scheme == "sic" else 6), cells.index), *_wholes(code, scheme)]
    levels += [code[own]] if scheme == "naics" else [code[own].str[:3] + "0", code[own]]
    amounts = cells[["region", "employment", "income"]]
    sums = [
        amounts.loc[level.index].groupby([amounts["region"], level.rename("code")]).sum()
        for level in levels
    ]
    zones = pd.concat([s[["employment", "income"]] for s in sums]).reset_index()
    table = county_shares()[["county", "region", "share"]].merge(zones, on="region")
    table["emp"] = np.rint(_COVERED * table["employment"] * table["share"]).astype(int)
    table = table[table["emp"] > 0]
    table["pay"] = np.rint(_COVERED * table["income"] * table["share"] / 1000).astype(int)
    table["est"] = np.maximum(1, np.rint(table["emp"] / _PER_FIRM)).astype(int)
    # Totals before their parts, as published.
    codes = sorted(
        table["code"].unique(), key=lambda code: code.replace("-", "!").replace("/", "!")
    )
    rank = table["code"].map({code: place for place, code in enumerate(codes)})
    return table.assign(rank=rank).sort_values(["county", "rank"], ignore_index=True)


def _wholes(code: pd.Series, scheme: Scheme) -> list[pd.Series]:
    """Division and major group (SIC) or sector and subsector (NAICS) of codes, as printed."""
    if scheme == "naics":
        sector = code.str[:2].replace(dict(_SECTORS))
        return [sector + "----", code.str[:3] + "///"]
    first = np.array(_DIVISIONS)[np.searchsorted(_DIVISIONS, code.str[:2].astype(int), "right") - 1]
    division = pd.Series([f"{number:02d}--" for number in first], code.index)
    return [division, code.str[:2] + "00"]


def _flags(emp: np.ndarray) -> np.ndarray:
    """Letters of withheld cells: those of fewer than 20 persons."""
    letters = np.array(list(EMPLOYMENT_FLAGS))
    low = np.array([bounds[0] for bounds in EMPLOYMENT_FLAGS.values()])
    letter = letters[np.searchsorted(low, emp, side="right") - 1]
    return np.where(emp < 20, letter, "")


def _csv(frame: pd.DataFrame) -> bytes:
    opened = io.BytesIO()
    options = pyarrow.csv.WriteOptions(quoting_style="none")  # much faster than pandas
    pyarrow.csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), opened, options)
    return opened.getvalue()
