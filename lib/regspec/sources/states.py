"""Codes of the states: FIPS, postal, and the sets used across the package."""

from collections.abc import Mapping
from types import MappingProxyType

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
