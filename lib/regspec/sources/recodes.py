"""County areas of BEA and old censuses that are not counties of 1990, and where they belong.

BEA merges most independent cities of Virginia with the county around them, and follows later
changes of county codes; early censuses count counties that were merged since. The commuting zones
are built from the counties of 1990.
"""

from collections.abc import Mapping
from types import MappingProxyType

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

INSIDE: Mapping[str, str] = MappingProxyType(
    {
        "30113": "30031",  # Yellowstone National Park, MT: in Gallatin and Park
        "51515": "51019",  # Bedford city, VA: in Bedford
        "51560": "51903",  # Clifton Forge, VA: in Alleghany + Covington
        "51780": "51083",  # South Boston, VA: in Halifax
    }
)
"""County of 1990 without an area of its own -> the BEA area that contains it."""

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
