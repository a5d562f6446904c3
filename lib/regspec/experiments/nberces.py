"""Industry productivity of NBER-CES in the layout of the industry accounts.

The paper's own source (Becker, Gray and Marvakov 2021). It is free without registration but not
redistributed here; where the file is absent :func:`how_to_get` says which one and which columns.
With the file, every function that takes :func:`regspec.sources.tfp.industry_tfp` takes this too.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.experiments.two_sectors import SectorDefinition, sector_of
from regspec.sources.paths import project_root

__all__ = [
    "FILES",
    "find_nberces",
    "how_to_get",
    "nberces_groups",
    "nberces_sectors",
    "nberces_tfp",
]

#: Published files in the order of preference: classification by SIC 1987 covers 1958 best.
FILES = ("nberces5818v1_s1987", "nberces5818v1_n1997", "nberces5818v1_n2012")

# Leading digits by industry of the paper; the longest matching prefix decides, "" is left out.
_SIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Food": ("20", "21"),
        "Textiles": ("22", "23", "31"),
        "Wood": ("24",),
        "Paper": ("26", "27"),
        "Petroleum": ("29",),
        "Chemicals": ("28",),
        "Rubber and plastics": ("30",),
        "Minerals": ("32",),
        "Basic metals": ("33",),
        "Fabricated metals": ("34",),
        "Machinery": ("35",),
        "Computers and electronics": ("357", "365", "366", "367", "381", "382"),
        "Electrical equipment": ("36",),
        "Motor vehicles": ("371",),
        "Other transport equipment": ("37",),
    }
)
_NAICS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Food": ("311", "312"),
        "Textiles": ("313", "314", "315", "316"),
        "Wood": ("321",),
        "Paper": ("322", "323"),
        "Petroleum": ("324",),
        "Chemicals": ("325",),
        "Rubber and plastics": ("326",),
        "Minerals": ("327",),
        "Basic metals": ("331",),
        "Fabricated metals": ("332",),
        "Machinery": ("333",),
        "Computers and electronics": ("334",),
        "Electrical equipment": ("335",),
        "Motor vehicles": ("3361", "3362", "3363"),
        "Other transport equipment": ("336",),
    }
)


def how_to_get() -> str:
    """File and columns that are missing, and how to get them."""
    return (
        f"NBER-CES is not on this machine: {FILES[0]}.csv, of which tfp5 (five-factor "
        "productivity), dtfp5 (its growth), vadd (value added) and vship (shipments) are used. Run "
        "'python -m regspec census fetch --only public --public nberces', or put the file anywhere "
        "below $REGSPEC_DATA; https://data.nber.org/nberces/nberces5818v1/ has it"
    )


def find_nberces() -> Path | None:
    """First of :data:`FILES` below ``$REGSPEC_DATA`` or among the fetched files, csv before dta."""
    mirror = os.environ.get("REGSPEC_DATA")
    fetched = project_root() / "_build" / "census" / "census" / "raw" / "nberces"
    for folder in [*([Path(mirror)] if mirror else []), fetched]:
        for name in (f"{stem}.{kind}" for stem in FILES for kind in ("csv", "dta")):
            for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
                return path
    return None


def nberces_tfp(database: pd.DataFrame) -> pd.DataFrame:
    """Productivity by detailed industry, as :func:`regspec.sources.tfp.industry_tfp` has it.

    Gross-output productivity is the database's five-factor index. Productivity of value added is
    not in it: growth of the former times shipments over value added (averaged over the two years
    of each change), the ratio by which a saving of all inputs counts in value added.

    Parameters
    ----------
    database : pandas.DataFrame
        As :func:`regspec.census.nberces.read_nberces` returns it.

    Returns
    -------
    pandas.DataFrame
        ``industry_id`` (the code as a number), ``industry`` (its text), ``manufacturing``,
        ``year``, ``tfp_go`` and ``tfp_va`` (first year = 1), ``va`` (million dollars). Industries
        with an empty or non-positive cell in any year, or without the full span, are left out;
        ``attrs["left_out"]`` is their share of value added, ``attrs["scheme"]`` the classification.

    Raises
    ------
    ValueError
        If no industry is complete.
    """
    needed = database[["tfp5", "vadd", "vship"]]
    sound = (needed.notna() & (needed > 0)).all(axis=1)
    years = database["year"].nunique()
    whole = sound.groupby(database["code"]).agg(["all", "size"])
    complete = set(whole.index[whole["all"] & (whole["size"] == years)])
    kept = database[database["code"].isin(complete)].sort_values(["code", "year"])
    if kept.empty:
        raise ValueError(
            "NBER-CES has no industry with positive tfp5, vadd and vship in all of its "
            f"{years} years; fetch the file again"
        )
    by = kept.groupby("code", sort=False)
    ratio = kept["vship"] / kept["vadd"]
    scale = (ratio + ratio.groupby(kept["code"]).shift()) / 2
    growth = np.log(kept["tfp5"]).groupby(kept["code"]).diff()
    frame = pd.DataFrame(
        {
            "industry_id": kept["code"].astype(int),
            "industry": kept["code"],
            "manufacturing": True,
            "year": kept["year"].astype(int),
            "tfp_go": kept["tfp5"] / by["tfp5"].transform("first"),
            "tfp_va": np.exp((growth * scale).fillna(0.0).groupby(kept["code"]).cumsum()),
            "va": kept["vadd"],
        }
    ).reset_index(drop=True)
    frame.attrs["left_out"] = 1.0 - float(kept["vadd"].sum() / database["vadd"].sum())
    frame.attrs["scheme"] = str(database["scheme"].iloc[0])
    return frame


def nberces_groups(frame: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """The 15 industries of Tables 10 and 11 and the detailed industries of each.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of :func:`nberces_tfp`. Furniture, instruments and miscellaneous manufacturing have no
        counterpart in the tables.

    Raises
    ------
    ValueError
        If an industry of the tables has no detailed one.
    """
    prefixes = _SIC if frame.attrs["scheme"] == "sic" else _NAICS
    owner = {prefix: name for name, starts in prefixes.items() for prefix in starts}
    groups: dict[str, list[int]] = {name: [] for name in prefixes}
    for code in frame["industry"].unique():
        matches = [prefix for prefix in owner if code.startswith(prefix)]
        if matches:
            groups[owner[max(matches, key=len)]].append(int(code))
    if empty := [name for name, members in groups.items() if not members]:
        raise ValueError(f"NBER-CES has no complete industry for {', '.join(empty)}")
    return {name: tuple(members) for name, members in groups.items()}


def nberces_sectors(definition: SectorDefinition, frame: pd.DataFrame) -> SectorDefinition:
    """The same two sectors, with the detailed industries of NBER-CES in place of the accounts'.

    Raises
    ------
    ValueError
        For a classification other than SIC, which the definitions are written in.
    """
    if frame.attrs["scheme"] != "sic":
        raise ValueError(
            f"the definitions are in SIC, the file is in {frame.attrs['scheme'].upper()}; "
            f"use {FILES[0]}"
        )
    sector = {code: sector_of(code, definition) for code in frame["industry"].unique()}
    return dataclasses.replace(
        definition,
        industries=tuple(int(code) for code, name in sector.items() if name == "first"),
        industries_out=tuple(int(code) for code, name in sector.items() if name == "out"),
    )
