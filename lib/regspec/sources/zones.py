"""Counties and the 741 commuting zones of 1990 (Tolbert and Sizer 1996), 722 of them contiguous."""

from functools import lru_cache

import pandas as pd

from regspec.sources.checks import complain, numeric, require_columns, require_rows, require_unique
from regspec.sources.errors import DamagedSource
from regspec.sources.registry import Resolved, locate
from regspec.sources.states import FIPS_TO_POSTAL, NOT_CONTIGUOUS, RUST_BELT

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

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        If the ERS file is absent, truncated, or of another shape.

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
    near = (
        matches
        if len(matches)
        else zones[zones["name"].str.contains(place, case=False, regex=False)]
    )
    listed = "; ".join(f"{z.name_} ({z.cz})" for z in _labelled(near).head(8).itertuples())
    problem = "several zones are" if len(matches) else "no zone is"
    raise KeyError(
        f"{problem} called {name!r}: zones are named after their largest place, as in "
        f"'Dayton' or 'Rochester, MN'; near matches: {listed or 'none'}"
    )


def _labelled(zones: pd.DataFrame) -> pd.DataFrame:
    return zones.assign(name_=zones["name"] + ", " + zones["postal"])


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
