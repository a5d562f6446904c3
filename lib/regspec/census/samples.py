"""The samples that enter: geography, weights and top code of each census year.

Every fact is IPUMS USA's (variable pages SEA, CNTYGP97, CNTYGP98, PUMA, SLWT, SLREC, INCWAGE, the
sample descriptions, and the SAMPLE and EDUC codes that its codebooks list). How a geographic unit
is numbered in David Dorn's crosswalks is known from published programs that merge them:
``sea1950 = SEA``, ``cty_grp70 = CNTYGP97``, ``ctygrp1980 = 1000 STATEFIP + CNTYGP98``,
``puma1990`` and ``puma2000 = 10000 STATEFIP + PUMA``, ``puma2010 = 100000 STATEFIP + PUMA``; and
``puma1960 = PUMA`` in that of E. K. Rose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from regspec.census.crosswalks import CROSSWALKS
from regspec.sources.errors import BuildError

__all__ = [
    "DEFAULT_SAMPLES",
    "REFUSED",
    "SAMPLES",
    "VARIABLES",
    "Sample",
    "TopCode",
    "overview",
    "sample",
]

TopKind = Literal["censored", "median", "mean"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TopCode:
    """What IPUMS writes instead of a large wage.

    Attributes
    ----------
    value
        Dollars of the year. None where the limit differs by state and is not in the file.
    kind
        ``"censored"``: the value itself; ``"median"``: the state's median of the larger wages;
        ``"mean"``: their mean in the state, which needs no replacement.
    """

    value: int | None
    kind: TopKind

    @property
    def words(self) -> str:
        """What the file holds instead of large wages."""
        if self.value is None:
            return "state mean above its 99.5th percentile"
        amount = f"{self.value:,}"
        return amount if self.kind == "censored" else f"state {self.kind} above {amount}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One IPUMS USA sample.

    Attributes
    ----------
    id
        Name in the extract system, such as ``"us1980a"``.
    code
        Value of SAMPLE in the data.
    year
        Value of YEAR in the data.
    title
        Words for tables.
    geography
        Variables that number the geographic unit.
    unit
        SQL expression of the unit's number in the crosswalk.
    crosswalk
        Key in :data:`regspec.census.crosswalks.CROSSWALKS`.
    top
        Top code of INCWAGE.
    line_weight
        Variable that weights wages and education, where only sample-line persons were asked
        (1950: SLWT, zero for everybody else); PERWT otherwise.
    """

    id: str
    code: int
    year: int
    title: str
    geography: tuple[str, ...]
    unit: str
    crosswalk: str
    top: TopCode
    line_weight: str = "PERWT"

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables that the build reads from an extract of this sample."""
        more = () if self.line_weight == "PERWT" else (self.line_weight,)
        extra = tuple(name for name in self.geography if name not in VARIABLES)
        return (*VARIABLES, *extra, *more)


VARIABLES: tuple[str, ...] = (
    "YEAR",
    "SAMPLE",
    "PERWT",
    "STATEFIP",
    "AGE",
    "SEX",
    "EDUC",
    "EMPSTAT",
    "IND1990",
    "INCWAGE",
)
"""Variables that the build reads in every year."""

_PUMA = ("STATEFIP", "PUMA")


def _seventy(form: int) -> Sample:
    return Sample(
        id=f"us1970{'cd'[form - 1]}",
        code=197002 + form,
        year=1970,
        title=f"1970 census, 1% metro sample, form {form}",
        geography=("CNTYGP97",),
        unit="CNTYGP97",
        crosswalk="ctygrp1970",
        top=TopCode(value=50_000, kind="censored"),
    )


_ALL = (
    Sample(
        id="us1950a",
        code=195001,
        year=1950,
        title="1950 census, 1% sample",
        geography=("SEA",),
        unit="SEA",
        crosswalk="sea1950",
        top=TopCode(value=10_000, kind="censored"),
        line_weight="SLWT",
    ),
    Sample(
        id="us1960b",
        code=196002,
        year=1960,
        title="1960 census, 5% sample",
        # Drawn by IPUMS long after the census, and numbered over the whole nation.
        geography=("PUMA",),
        unit="PUMA",
        crosswalk="puma1960",
        top=TopCode(value=25_000, kind="censored"),
    ),
    _seventy(1),
    _seventy(2),
    Sample(
        id="us1980a",
        code=198001,
        year=1980,
        title="1980 census, 5% state sample",
        geography=("STATEFIP", "CNTYGP98"),
        unit="1000 * STATEFIP + CNTYGP98",
        crosswalk="ctygrp1980",
        top=TopCode(value=75_000, kind="censored"),
    ),
    Sample(
        id="us1990a",
        code=199001,
        year=1990,
        title="1990 census, 5% state sample",
        geography=_PUMA,
        unit="10000 * STATEFIP + PUMA",
        crosswalk="puma1990",
        top=TopCode(value=140_000, kind="median"),
    ),
    Sample(
        id="us2000a",
        code=200001,
        year=2000,
        title="2000 census, 5% sample",
        geography=_PUMA,
        unit="10000 * STATEFIP + PUMA",
        crosswalk="puma2000",
        top=TopCode(value=175_000, kind="mean"),
    ),
    Sample(
        id="us2010a",
        code=201001,
        year=2010,
        title="American Community Survey 2010",
        geography=_PUMA,
        # After Hurricane Katrina PUMAs 1801, 1802 and 1905 of Louisiana, one zone, share a code.
        unit="10000 * STATEFIP + CASE WHEN STATEFIP = 22 AND PUMA = 77777 THEN 1801 ELSE PUMA END",
        crosswalk="puma2000",
        top=TopCode(value=None, kind="mean"),
    ),
    Sample(
        id="us2020c",
        code=202003,
        year=2020,
        title="American Community Survey 2016-2020",
        geography=_PUMA,
        unit="100000 * STATEFIP + PUMA",
        crosswalk="puma2010",
        top=TopCode(value=None, kind="mean"),
    ),
)
SAMPLES: Mapping[str, Sample] = MappingProxyType({s.id: s for s in _ALL})
"""Every sample that the build knows, by name."""
DEFAULT_SAMPLES: tuple[str, ...] = tuple(id_ for id_ in SAMPLES if id_ != "us1960b")
"""Those of the decades that the paper's tables show; 1960 has a geography only since IPUMS drew it,
and enters where it is asked for."""

REFUSED: Mapping[int, str] = MappingProxyType(
    {
        196001: (
            "the 1% sample of 1960 names only the state, so no commuting zone can be assigned; "
            "take the 5% sample, us1960b, whose areas E. K. Rose's crosswalk assigns"
        ),
    }
)
"""Samples that are refused by name, by SAMPLE code, with the reason."""
_BY_CODE: Mapping[int, Sample] = MappingProxyType({s.code: s for s in _ALL})


def overview() -> pd.DataFrame:
    """Table of the samples: geography, crosswalk, top code and weight of wages in words."""
    rows = [
        {
            "year": s.year,
            "sample": s.id,
            "title": s.title,
            "geography": " + ".join(s.geography),
            "crosswalk": CROSSWALKS[s.crosswalk].title,
            "top code of wages": s.top.words,
            "weight of wages": s.line_weight,
        }
        for s in SAMPLES.values()
    ]
    return pd.DataFrame(rows)


def sample(key: str | int) -> Sample:
    """Return a sample by name ("us1980a") or SAMPLE code (198001).

    Raises
    ------
    BuildError
        For a sample that is refused or not known; the message lists those allowed.

    Examples
    --------
    >>> sample("us1990a").crosswalk
    'puma1990'
    >>> sample("us1960a")
    Traceback (most recent call last):
        ...
    regspec.sources.errors.BuildError: sample 'us1960a' is refused: ...
    """
    known = SAMPLES.get(key) if isinstance(key, str) else _BY_CODE.get(key)
    if known is not None:
        return known
    code = {"us1960a": 196001}.get(key, 0) if isinstance(key, str) else key
    if code in REFUSED:
        raise BuildError(f"sample {key!r} is refused: {REFUSED[code]}.")
    allowed = ", ".join(f"{s.id} ({s.code})" for s in _ALL)
    raise BuildError(f"sample {key!r} has no geography that is registered here; use {allowed}.")
