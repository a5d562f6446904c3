"""Where is a county: its state, and its commuting zone of 1990 (Tolbert and Sizer 1996)?

The 741 zones, 722 of them contiguous, are built from the counties of 1990. BEA merges most
independent cities of Virginia with the county around them, and follows later changes of county
codes; early censuses count counties that were merged since. :func:`assign` places all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from regspec.sources.errors import DamagedSource
from regspec.sources.registry import (
    Resolved,
    complain,
    locate,
    numeric,
    require_columns,
    require_rows,
    require_unique,
)

_CODES = (
    "AL01 AK02 AZ04 AR05 CA06 CO08 CT09 DE10 DC11 FL12 GA13 HI15 ID16 IL17 IN18 IA19 KS20 KY21 "
    "LA22 ME23 MD24 MA25 MI26 MN27 MS28 MO29 MT30 NE31 NV32 NH33 NJ34 NM35 NY36 NC37 ND38 OH39 "
    "OK40 OR41 PA42 RI44 SC45 SD46 TN47 TX48 UT49 VT50 VA51 WA53 WV54 WI55 WY56"
)
POSTAL_TO_FIPS: Mapping[str, str] = MappingProxyType({c[:2]: c[2:] for c in _CODES.split()})
"""Postal code to two-digit FIPS code of the 50 states and DC."""
FIPS_TO_POSTAL: Mapping[str, str] = MappingProxyType({f: p for p, f in POSTAL_TO_FIPS.items()})

NOT_CONTIGUOUS = frozenset({"02", "15"})
"""Alaska and Hawaii."""
DC = "11"
RUST_BELT = frozenset(POSTAL_TO_FIPS[p] for p in ("IL", "IN", "MI", "NY", "OH", "PA", "WV", "WI"))
"""The eight states of Alder, Lagakos and Ohanian (2023); the paper names no list."""
COASTS = frozenset(
    POSTAL_TO_FIPS[p] for p in ("CA", "CT", "DE", "MA", "MD", "NH", "NJ", "NY", "OR", "RI", "WA")
)
"""Northeast and West coasts, where Figure 17 sees specialization; the paper lists no states."""
SUN_BELT_AND_WEST = frozenset(
    POSTAL_TO_FIPS[p]
    for p in (
        "AL", "AZ", "CA", "FL", "GA", "LA", "MS", "NC", "NM", "NV", "OR", "SC", "TX", "WA",
    )
)  # fmt: skip
"""Sun Belt and West Coast, where Figure 14 sees growth; the paper lists no states."""
LOWER_EAST = frozenset(POSTAL_TO_FIPS[p] for p in ("DE", "GA", "MD", "NC", "SC", "VA"))
WEST_COAST = frozenset(POSTAL_TO_FIPS[p] for p in ("CA", "OR", "WA"))
FLORIDA_TEXAS = frozenset(POSTAL_TO_FIPS[p] for p in ("FL", "TX"))
"""Groups in which Figures 11 and 13 see over- and under-specialization; no states are listed."""


RENAMED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "08014": ("08013", "Broomfield, CO: cut out of Boulder (mostly) and others in 2001"),
        "12086": ("12025", "Miami-Dade, FL: Dade County until 1997"),
        **{
            f"091{region}0": ("09003", "planning regions of Connecticut, from 2022: all one zone")
            for region in range(1, 10)
        },
        "46102": ("46113", "Oglala Lakota, SD: Shannon County until 2015"),
    }
)
"""Later code -> (county of 1990, reason)."""

COMBINED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "15901": ("15009", "15005"),  # Maui + Kalawao
        "51901": ("51003", "51540"),  # Albemarle + Charlottesville
        "51903": ("51005", "51580", "51560"),  # Alleghany + Covington (+ Clifton Forge)
        "51907": ("51015", "51790", "51820"),  # Augusta, Staunton + Waynesboro
        "51911": ("51031", "51680"),  # Campbell + Lynchburg
        "51913": ("51035", "51640"),  # Carroll + Galax
        "51918": ("51053", "51570", "51730"),  # Dinwiddie, Colonial Heights + Petersburg
        "51919": ("51059", "51600", "51610"),  # Fairfax, Fairfax City + Falls Church
        "51921": ("51069", "51840"),  # Frederick + Winchester
        "51923": ("51081", "51595"),  # Greensville + Emporia
        "51929": ("51089", "51690"),  # Henry + Martinsville
        "51931": ("51095", "51830"),  # James City + Williamsburg
        "51933": ("51121", "51750"),  # Montgomery + Radford
        "51939": ("51143", "51590"),  # Pittsylvania + Danville
        "51941": ("51149", "51670"),  # Prince George + Hopewell
        "51942": ("51153", "51683", "51685"),  # Prince William, Manassas + Manassas Park
        "51944": ("51161", "51775"),  # Roanoke + Salem
        "51945": ("51163", "51530", "51678"),  # Rockbridge, Buena Vista + Lexington
        "51947": ("51165", "51660"),  # Rockingham + Harrisonburg
        "51949": ("51175", "51620"),  # Southampton + Franklin
        "51951": ("51177", "51630"),  # Spotsylvania + Fredericksburg
        "51953": ("51191", "51520"),  # Washington + Bristol
        "51955": ("51195", "51720"),  # Wise + Norton
        "51958": ("51199", "51735"),  # York + Poquoson
        "55901": ("55115", "55078"),  # Shawano (includes Menominee), to 1988
    }
)
"""BEA combined area -> the counties of 1990 in it, largest county first."""


GONE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "13041": ("13121", "Campbell, GA: merged into Fulton in 1932"),
        "13203": ("13121", "Milton, GA: merged into Fulton in 1932"),
        "40039.1": ("40045", "Day, OK: divided between Ellis and Roger Mills in 1907"),
        "46001": ("46041", "Armstrong, SD: merged into Dewey in 1952"),
        "46111.1": ("46137", "Schnasse, SD: merged into Ziebach in 1911"),
        "46117.1": ("46137", "Sterling, SD: merged into Ziebach in 1911"),
        "46131": ("46071", "Washabaugh, SD: merged into Jackson in 1983"),
        "46133": ("46113", "Washington, SD: merged into Shannon in 1943"),
        "47087.1": ("47065", "James, TN: merged into Hamilton in 1919"),
        "51055": ("51650", "Elizabeth City County, VA: now the city of Hampton"),
        "51123": ("51800", "Nansemond, VA: now the city of Suffolk"),
        "51129": ("51550", "Norfolk County, VA: now the city of Chesapeake"),
        "51151": ("51810", "Princess Anne, VA: now the city of Virginia Beach"),
        "51189": ("51700", "Warwick, VA: now the city of Newport News"),
        "51685.1": ("51760", "Manchester city, VA: merged into Richmond in 1910"),
        "51785": ("51550", "South Norfolk city, VA: now in the city of Chesapeake"),
    }
)
"""County of an earlier census -> (county of 1990 that contains most of it, reason)."""


def county_of_1990(fips: str) -> str:
    """Return the county of 1990 that stands for a county area (itself where nothing changed).

    All counties of 1990 in one combined area belong to one commuting zone, so the first stands
    for all.

    Examples
    --------
    >>> county_of_1990("12086")  # Miami-Dade was Dade
    '12025'
    """
    for changed in (RENAMED, GONE):
        if fips in changed:
            return changed[fips][0]
    return COMBINED[fips][0] if fips in COMBINED else fips


SHEET = "CZLMA903"
COUNTIES, ZONES, CONTIGUOUS_ZONES = 3141, 741, 722
_COLUMNS = {
    "County FIPS Code": "county",
    "CZ90": "cz",
    "County Name": "county_name",
    "Population 1990": "pop1990",
    "Name of largest place in Commuting Zone": "place",
}


def county_to_zone() -> pd.DataFrame:
    """Return the county list of 1990 with the commuting zone of each county.

    Returns
    -------
    DataFrame
        Columns county (five-digit FIPS of 1990), cz (int, equal to Dorn's ``czone``),
        county_name, pop1990 (persons). 3,141 counties.

    Examples
    --------
    >>> table = county_to_zone()
    >>> len(table), table["cz"].nunique()  # counties and commuting zones of 1990
    (3141, 741)
    """
    resolved = locate("ers_cz1990")
    frame = _parse(resolved)[["county", "cz", "county_name", "pop1990"]].copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


def assign(
    counties: pd.Series,
    refuse: Callable[[str], Exception],
    table: pd.DataFrame | None = None,
) -> pd.Series:
    """Return the commuting zone of each county area, whatever the year of its code.

    Parameters
    ----------
    counties : Series of str
        Five-digit FIPS codes, of combined areas of BEA and of counties of earlier censuses too.
    refuse : callable
        From what is wrong, such as "2 counties in no commuting zone of 1990, ...", to the error
        that is raised.
    table : DataFrame, optional
        Columns county (FIPS of 1990), cz; :func:`county_to_zone` when left out.

    Returns
    -------
    Series of int
        ``cz``, with the index of `counties`.
    """
    table = county_to_zone() if table is None else table
    zone = counties.map(county_of_1990).map(table.set_index("county")["cz"])
    lost = sorted(counties[zone.isna()].unique())
    if lost:
        raise refuse(
            f"{len(lost)} counties in no commuting zone of 1990, such as {', '.join(lost[:5])}; "
            "add them to regspec.sources.zones with their county of 1990"
        )
    return zone.astype(int)


def as_regions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of zones as one of regions, which facts take: ``cz`` is called region."""
    return frame.rename(columns={"cz": "region"})


def zone_names() -> pd.DataFrame:
    """Return one row per commuting zone with the name that readers know it by.

    Returns
    -------
    DataFrame
        Columns cz (int), name (largest place), postal (its state), state (two-digit FIPS of the
        state that holds most of the zone's population in 1990), pop1990, rust_belt (bool: state
        in IL, IN, MI, NY, OH, PA, WV, WI, the list of Alder, Lagakos and Ohanian 2023; the paper
        uses a dummy without saying which states), contiguous (bool: not in Alaska or Hawaii).
        741 zones; 722 contiguous.
    """
    resolved = locate("ers_cz1990")
    frame = _names(resolved).copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


def find(name: str) -> int:
    """Return the number of the zone whose largest place is called ``name``.

    Parameters
    ----------
    name
        ``"Dayton"``, or with the state where the name is not unique: ``"Rochester, MN"``.

    Returns
    -------
    int
        ``cz``.

    Raises
    ------
    KeyError
        If no zone or more than one matches; the message lists the candidates.

    Examples
    --------
    >>> find("Dayton")
    12501
    >>> find("Daytun")
    Traceback (most recent call last):
        ...
    KeyError: ...
    """
    place, _, postal = (part.strip() for part in name.partition(","))
    zones = zone_names()
    same = zones["name"].str.casefold() == place.casefold()
    if postal:
        same &= zones["postal"] == postal.upper()
    matches = zones[same]
    if len(matches) == 1:
        return int(matches["cz"].iloc[0])
    like = zones["name"].str.contains(place, case=False, regex=False)
    near = (matches if len(matches) else zones[like]).head(8)
    listed = "; ".join(f"{z['name']}, {z['postal']} ({z['cz']})" for z in near.to_dict("records"))
    problem = "several zones are" if len(matches) else "no zone is"
    raise KeyError(
        f"{problem} called {name!r}: zones are named after their largest place, as in "
        f"'Dayton' or 'Rochester, MN'; near matches: {listed or 'none'}"
    )


@lru_cache(maxsize=2)
def _parse(resolved: Resolved) -> pd.DataFrame:
    try:
        sheet = pd.read_excel(resolved.path, sheet_name=SHEET, engine="calamine", dtype=str)
    except Exception as problem:  # calamine's own errors share no base class with pandas'
        raise DamagedSource(
            complain(resolved, f"cannot be read as a workbook with sheet {SHEET} ({problem})")
        ) from problem
    require_columns(resolved, sheet, list(_COLUMNS))
    frame = sheet[list(_COLUMNS)].rename(columns=_COLUMNS)
    require_rows(resolved, len(frame), COUNTIES, "counties")
    require_unique(resolved, frame, ["county"])
    frame["county"] = frame["county"].str.zfill(5)
    frame["cz"] = numeric(resolved, frame["cz"]).astype(int)
    frame["pop1990"] = numeric(resolved, frame["pop1990"]).astype(int)
    require_rows(resolved, frame["cz"].nunique(), ZONES, "commuting zones")
    return frame


@lru_cache(maxsize=2)
def _names(resolved: Resolved) -> pd.DataFrame:
    counties = _parse(resolved).assign(state=lambda d: d["county"].str[:2])
    by_state = counties.groupby(["cz", "state"])["pop1990"].sum().reset_index()
    largest = by_state.sort_values("pop1990").groupby("cz", as_index=False).last()
    place = counties.drop_duplicates("cz").set_index("cz")["place"]
    place = place.reindex(largest["cz"]).reset_index(drop=True)
    zones = pd.DataFrame({"cz": largest["cz"]})
    # "Dayton city, OH", "Indianapolis city (remaind, IN": the publisher cuts long names.
    head = place.str.replace(r", [A-Z]{2}$", "", regex=True)
    zones["name"] = head.str.replace(r"( (city|town|CDP|borough))?( \(.*)?$", "", n=1, regex=True)
    zones["postal"] = place.str[-2:]
    zones["state"] = largest["state"]
    zones["pop1990"] = by_state.groupby("cz")["pop1990"].sum().to_numpy()
    zones["rust_belt"] = zones["state"].isin(RUST_BELT)
    zones["contiguous"] = ~zones["state"].isin(NOT_CONTIGUOUS)
    unknown = set(zones["postal"]) - set(FIPS_TO_POSTAL.values())
    if unknown:
        raise DamagedSource(complain(resolved, f"names places in unknown states {unknown}"))
    return zones
