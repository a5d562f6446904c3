"""IPUMS extracts as IPUMS delivers them: fixed columns in a gzip, and a DDI codebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from regspec.census.samples import Sample

__all__ = ["TITLE", "VARIABLES", "Variable", "codebook", "encode", "variables_of"]

TITLE = "SYNTHETIC census, not IPUMS data"
"""Stands in the title and the notes of every codebook, and in the marker file."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Columns and description of an IPUMS USA variable."""

    width: int
    decimals: int
    label: str
    continuous: bool = False
    codes: tuple[tuple[int, str], ...] = ()


VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        "YEAR": Variable(4, 0, "Census year"),
        "SAMPLE": Variable(6, 0, "IPUMS sample identifier"),
        "SERIAL": Variable(8, 0, "Household serial number", continuous=True),
        "HHWT": Variable(10, 2, "Household weight", continuous=True),
        "STATEFIP": Variable(2, 0, "State (FIPS code)"),
        "CNTYGP97": Variable(5, 0, "County group, 1970"),
        "CNTYGP98": Variable(3, 0, "County group, 1980"),
        "PUMA": Variable(5, 0, "Public Use Microdata Area"),
        "SEA": Variable(3, 0, "State Economic Area"),
        "GQ": Variable(1, 0, "Group quarters status", codes=((1, "Households"),)),
        "PERNUM": Variable(4, 0, "Person number in sample unit", continuous=True),
        "PERWT": Variable(10, 2, "Person weight", continuous=True),
        "SLWT": Variable(10, 2, "Sample-line weight", continuous=True),
        "SEX": Variable(1, 0, "Sex", codes=((1, "Male"), (2, "Female"))),
        "AGE": Variable(3, 0, "Age"),
        "EDUC": Variable(
            2, 0, "Educational attainment [general version]",
            codes=((0, "N/A or no schooling"), (6, "Grade 12"), (7, "1 year of college")),
        ),
        "EMPSTAT": Variable(
            1, 0, "Employment status [general version]",
            codes=((0, "N/A"), (1, "Employed"), (2, "Unemployed"), (3, "Not in labor force")),
        ),
        "IND1990": Variable(3, 0, "Industry, 1990 basis", codes=((0, "N/A (not applicable)"),)),
        "INCWAGE": Variable(
            6, 0, "Wage and salary income", continuous=True,
            codes=((999998, "Missing"), (999999, "N/A")),
        ),
    }
)  # fmt: skip
"""Variables of the extracts in their order; widths are those of IPUMS USA."""


def variables_of(sample: Sample) -> tuple[str, ...]:
    """Variables of an extract of a sample, in the order of the file."""
    own = {*sample.variables, "SERIAL", "HHWT", "GQ", "PERNUM"}
    return tuple(name for name in VARIABLES if name in own)


def encode(columns: Mapping[str, NDArray[np.int64]], names: Sequence[str]) -> bytes:
    """Write persons in fixed columns.

    Parameters
    ----------
    columns
        Non-negative integers by variable, in units of the last implied decimal.
    names
        Variables in the order of the file.

    Returns
    -------
    bytes
        One line per person, zero-padded, each with a line end.

    Raises
    ------
    ValueError
        A number that is negative or does not fit its columns.
    """
    width = sum(VARIABLES[name].width for name in names) + 1
    count = len(columns[names[0]])
    text = np.empty((width, count), dtype=np.uint8)
    text[-1] = ord("\n")
    start = 0
    for name in names:
        digits = VARIABLES[name].width
        value = np.asarray(columns[name], dtype=np.int64)
        if count and (value.min() < 0 or value.max() >= 10**digits):
            raise ValueError(
                f"{name} runs from {value.min()} to {value.max()}; it has {digits} digits"
            )
        value = value.astype(np.uint32) if digits <= 9 else value.astype(np.uint64)
        for place in range(start + digits - 1, start - 1, -1):
            value, digit = np.divmod(value, value.dtype.type(10))
            text[place] = digit + ord("0")
        start += digits
    return np.ascontiguousarray(text.T).tobytes()


def codebook(stem: str, samples: Sequence[Sample], names: Sequence[str], note: str) -> str:
    """DDI codebook of an extract, with the elements of those that IPUMS USA delivers.

    Parameters
    ----------
    stem
        Name of the extract, such as ``"usa_00001"``.
    samples
        In the extract.
    names
        Variables in the order of the file.
    note
        Stands beside :data:`TITLE`: seed and size.
    """
    titles = "; ".join(f"{s.title} ({s.id})" for s in samples)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<codeBook xmlns="ddi:codebook:2_5" version="2.5">
  <stdyDscr>
    <citation>
      <titlStmt><titl>{TITLE}: extract {stem}.dat</titl><IDNo>{stem}</IDNo></titlStmt>
      <serStmt><serName abbr="usa">IPUMS USA</serName><serInfo>{TITLE}</serInfo></serStmt>
    </citation>
    <stdyInfo>
      <notes>User-provided description:  {TITLE}; {escape(note)}; in the format of {escape(titles)}
</notes>
    </stdyInfo>
    <dataAccs><useStmt>
      <citReq>{TITLE}: cite the regspec book, not IPUMS.</citReq>
      <conditions>Free to use. No record describes a person.</conditions>
    </useStmt></dataAccs>
  </stdyDscr>
  <fileDscr ID="{stem}">
    <fileTxt>
      <fileName>{stem}.dat</fileName>
      <fileCont>{TITLE}</fileCont>
      <fileStrc type="rectangular"/>
      <fileType charset="ISO-8859-1">ISO-8859-1 data file</fileType>
      <format>fixed length fields</format>
      <filePlac>none</filePlac>
    </fileTxt>
  </fileDscr>
  <dataDscr>
{"".join(_describe(stem, names))}  </dataDscr>
</codeBook>
"""


def _describe(stem: str, names: Sequence[str]) -> Iterable[str]:
    """Describe the variables, one element each."""
    start = 1
    for name in names:
        what = VARIABLES[name]
        codes = "".join(
            f"      <catgry><catValu>{code:0{what.width}d}</catValu><labl>{escape(text)}</labl>"
            "</catgry>\n"
            for code, text in what.codes
        )
        kind = "contin" if what.continuous else "discrete"
        yield (
            f'    <var ID="{name}" name="{name}" files="{stem}" dcml="{what.decimals}" '
            f'intrvl="{kind}">\n'
            f'      <location StartPos="{start}" EndPos="{start + what.width - 1}" '
            f'width="{what.width}"/>\n'
            f"      <labl>{escape(what.label)}</labl>\n"
            f"      <txt>{escape(what.label)}. {TITLE}.</txt>\n"
            f"{codes}"
            "      <concept>Synthetic</concept>\n"
            '      <varFormat type="numeric" schema="other" formatname="">other</varFormat>\n'
            "    </var>\n"
        )
        start += what.width
