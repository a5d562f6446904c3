"""The two sectors of section 4.2: industrial machinery and the composite rest of manufacturing.

Where computers belong decides the sign of the relative trend: SIC 35 holds them, NAICS 333 does
not. Each definition below therefore fixes the industries on the productivity side (identifiers
of the industry accounts) and on the employment side (SIC codes) together.

Productivity is that of the industry accounts, or of NBER-CES, the paper's own source (Becker, Gray
and Marvakov 2021), in their layout. That is free without registration but not redistributed here;
where the file is absent :func:`how_to_get` says which one and which columns. With it, every
function that takes :func:`regspec.sources.tfp.industry_tfp` takes this too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.calibrate.processes import Concept, log_productivity, weighted_growth
from regspec.sources.paths import project_root

__all__ = [
    "DEFINITIONS",
    "FILES",
    "MANUFACTURING_GROUPS",
    "SectorDefinition",
    "SectorPaths",
    "census_shares",
    "find_nberces",
    "how_to_get",
    "nberces_groups",
    "nberces_tfp",
    "sector_paths",
    "two_sector_gini",
    "zone_shares",
]

#: Groups of Table 3 that are manufacturing.
MANUFACTURING_GROUPS = ("Durable", "Nondurable")

_COMPUTER_SIC = ("357", "365", "366", "367", "381", "382")
# IND1990: office machines and computers; radio, television and communication equipment;
# scientific and controlling instruments. Electronic components cannot be told from other
# electrical machinery (342) and stay in the composite.
_MACHINERY_IND = (310, 311, 312, 320, 331, 332)
_OFFICE_IND, _ELECTRONICS_IND = (321, 322), (341, 371)


@dataclass(frozen=True, kw_only=True, slots=True)
class SectorDefinition:
    """What counts as sector 1, and what is left out of both sectors.

    Attributes
    ----------
    name, description : str
    industries : tuple of int
        ``industry_id`` of sector 1 in the industry accounts; the composite is every other
        manufacturing industry that is not left out.
    sic : tuple of str
        Leading digits of the SIC codes of sector 1; the longest matching prefix decides.
    ind1990 : tuple of int
        Codes of sector 1 in the 1990 Census classification; the composite is the rest of
        manufacturing.
    industries_out, sic_out, ind1990_out : tuple
        Left out of both sectors, on either side.
    """

    name: str
    description: str
    industries: tuple[int, ...]
    sic: tuple[str, ...]
    sic_composite: tuple[str, ...] = ()
    ind1990: tuple[int, ...] = ()
    industries_out: tuple[int, ...] = ()
    sic_out: tuple[str, ...] = ()
    ind1990_out: tuple[int, ...] = ()


#: The three readings of "industrial machinery" (register of readings, row 18).
DEFINITIONS = {
    d.name: d
    for d in (
        SectorDefinition(
            name="machinery",
            description="machinery (SIC 35 less 357); computers belong to the composite",
            industries=(12,),
            sic=("35",),
            sic_composite=("357",),
            ind1990=_MACHINERY_IND,
        ),
        SectorDefinition(
            name="with_computers",
            description="machinery with computers, electronics and instruments",
            industries=(12, 13),
            sic=("35", *_COMPUTER_SIC),
            ind1990=(*_MACHINERY_IND, *_OFFICE_IND, *_ELECTRONICS_IND),
        ),
        SectorDefinition(
            name="without_computers",
            description="machinery; computers and electronics left out of both sectors",
            industries=(12,),
            sic=("35",),
            industries_out=(13,),
            sic_out=_COMPUTER_SIC,
            ind1990=_MACHINERY_IND,
            ind1990_out=(*_OFFICE_IND, *_ELECTRONICS_IND),
        ),
    )
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SectorPaths:
    """Log productivity of both sectors relative to the average of the two together.

    Attributes
    ----------
    definition : SectorDefinition
    log_z : pandas.DataFrame, shape (years, 2)
        Columns ``first`` and ``composite``; zero in `base_year`, log points.
    weight : pandas.Series, shape (years,)
        Share of sector 1 in the value added of both.
    base_year : int
    """

    definition: SectorDefinition
    log_z: pd.DataFrame
    weight: pd.Series
    base_year: int

    @property
    def relative(self) -> pd.Series:
        """Log productivity of sector 1 over sector 2 since the base year."""
        return self.log_z["first"] - self.log_z["composite"]


def sector_paths(
    tfp: pd.DataFrame,
    definition: SectorDefinition,
    *,
    concept: Concept = "va",
    base_year: int = 1980,
) -> SectorPaths:
    """Aggregate industry productivity into the two sectors.

    Within a sector growth is the Tornqvist aggregate with value-added weights; the common
    growth of both is taken out, as the paper normalises productivity by its average.

    Parameters
    ----------
    tfp : pandas.DataFrame
        As :func:`regspec.sources.tfp.industry_tfp` returns it.
    definition : SectorDefinition
    concept : {"va", "go"}
    base_year : int
        Year in which both paths are zero.

    Raises
    ------
    ValueError
        If an industry of the definition or the base year is not in the data.
    """
    log_tfp, value_added = log_productivity(tfp, concept)
    named = set(definition.industries) | set(definition.industries_out)
    if missing := named - set(log_tfp.columns):
        raise ValueError(
            f"definition {definition.name!r} names industries {sorted(missing)} that the "
            f"productivity data lack; they hold {sorted(log_tfp.columns)}"
        )
    if base_year not in log_tfp.index:
        raise ValueError(
            f"base_year is {base_year}; the data cover {log_tfp.index[0]}-{log_tfp.index[-1]}"
        )
    first = list(definition.industries)
    rest = [i for i in log_tfp.columns if i not in named]
    growth = pd.DataFrame(
        {
            "first": weighted_growth(log_tfp[first], value_added[first]),
            "composite": weighted_growth(log_tfp[rest], value_added[rest]),
        }
    )
    size = pd.DataFrame(
        {"first": value_added[first].sum(axis=1), "composite": value_added[rest].sum(axis=1)}
    )
    levels = growth.cumsum()
    path = levels.sub(weighted_growth(levels, size).cumsum(), axis=0)
    return SectorPaths(
        definition=definition,
        log_z=path - path.loc[base_year],
        weight=size["first"] / size.sum(axis=1),
        base_year=base_year,
    )


def sector_of(code: str, definition: SectorDefinition) -> str:
    """Sector of a SIC code: the longest matching prefix decides, the composite is the rest."""
    prefixes = {
        **dict.fromkeys(definition.sic, "first"),
        **dict.fromkeys(definition.sic_composite, "composite"),
        **dict.fromkeys(definition.sic_out, "out"),
    }
    matches = [p for p in prefixes if code.startswith(p)]
    return prefixes[max(matches, key=len)] if matches else "composite"


def zone_shares(shares: pd.DataFrame, definition: SectorDefinition) -> pd.DataFrame:
    """Size of sector 1 and of manufacturing in each commuting zone.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``cz``, ``sic4``, ``share`` of the zone's total employment
        (:func:`regspec.sources.cbp.manufacturing_shares`).
    definition : SectorDefinition

    Returns
    -------
    pandas.DataFrame
        ``cz``; ``share``: sector 1 in the employment of both sectors, NaN where a zone has
        neither; ``manufacturing_share``: both sectors in the zone's total employment.
    """
    codes = {sic: sector_of(f"{int(sic):04d}", definition) for sic in shares["sic4"].unique()}
    sector = shares["sic4"].map(codes)
    wide = shares.assign(sector=sector).pivot_table(
        index="cz", columns="sector", values="share", aggfunc="sum", fill_value=0.0
    )
    wide = wide.reindex(columns=["first", "composite"], fill_value=0.0)
    total = wide.sum(axis=1)
    return pd.DataFrame(
        {
            "cz": wide.index.to_numpy(),
            "share": (wide["first"] / total.where(total > 0)).to_numpy(),
            "manufacturing_share": total.to_numpy(),
        }
    )


def census_shares(
    zone_industry: pd.DataFrame, definition: SectorDefinition, year: int = 1950
) -> pd.DataFrame:
    """Size of sector 1 and of manufacturing in each zone, by income, from a census build.

    Parameters
    ----------
    zone_industry : pandas.DataFrame
        ``region``, ``year``, ``industry`` (IND1990), ``group``, ``income`` of a build
        (:mod:`regspec.census.contracts`).
    definition : SectorDefinition
    year : int

    Returns
    -------
    pandas.DataFrame
        As :func:`zone_shares`, but shares of wage income as in section 4.1.

    Raises
    ------
    ValueError
        If the build lacks the year or the definition names no industry of the classification.
    """
    rows = zone_industry[zone_industry["year"] == year]
    if rows.empty or not definition.ind1990:
        have = sorted(zone_industry["year"].unique().tolist())
        raise ValueError(
            f"no shares of {definition.name!r} in {year}: the build covers {have}, and the "
            f"definition names IND1990 codes {definition.ind1990}"
        )
    made = rows["group"].isin(MANUFACTURING_GROUPS) & ~rows["industry"].isin(definition.ind1990_out)
    first = rows["industry"].isin(definition.ind1990)
    income = rows["income"]
    sums = pd.DataFrame(
        {"first": income.where(first, 0.0), "made": income.where(made, 0.0), "all": income}
    )
    total = sums.groupby(rows["region"].to_numpy()).sum()
    return pd.DataFrame(
        {
            "cz": total.index.to_numpy(),
            "share": (total["first"] / total["made"].where(total["made"] > 0)).to_numpy(),
            "manufacturing_share": (total["made"] / total["all"]).to_numpy(),
        }
    )


def two_sector_gini(share: np.ndarray | pd.Series) -> np.ndarray:
    """Gini of the shares (s, 1 - s): ``|2s - 1| / 2``, from 0 (even) to 1/2 (one sector).

    With two industries the Gini (14) has this closed form; most zones have little machinery,
    so that a low share is the specialised end (register of readings, rows 18 and 21).

    Examples
    --------
    >>> import numpy as np
    >>> two_sector_gini(np.array([0.5, 0.8, 1.0]))
    array([0. , 0.3, 0.5])
    """
    return np.abs(2.0 * np.asarray(share, dtype=float) - 1.0) / 2.0


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
        As :func:`regspec.census.business.read_nberces` returns it.

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
