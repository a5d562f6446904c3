"""Where each variable stands in an IPUMS extract: the DDI codebook, parsed by ipumspy.

An extract is a pair of files of one name: ``usa_00001.dat.gz``, one person a line in fixed
columns, and ``usa_00001.xml``, its DDI codebook (https://www.ipums.org). Numbers with decimals
have no point: the codebook gives how many digits are implied. Two extracts of IPUMS USA and one of
IPUMS CPS that ipumspy's own tests use decode to the numbers that ipumspy reads.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from ipumspy import readers

from regspec.census.errors import DamagedSource, MissingSource, SchemaError

__all__ = ["Field", "Layout", "find_extracts", "read_layout"]

# What ipumspy raises where an element is missing; NotImplementedError where there is no file.
_UNREADABLE = (
    ParseError, AttributeError, KeyError, ValueError, OSError, NotImplementedError
)  # fmt: skip
_MAX_DIGITS = 18  # a signed 64-bit integer holds them all


@dataclass(frozen=True, slots=True)
class Field:
    """Columns of one variable.

    Attributes
    ----------
    name
        IPUMS name, in capitals.
    start, stop
        First column, from 0, and the column after the last.
    decimals
        Implied decimal digits.
    """

    name: str
    start: int
    stop: int
    decimals: int

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.stop - self.start


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The variables that are read, and the length of a line without its end."""

    fields: tuple[Field, ...]
    line: int

    def names(self) -> tuple[str, ...]:
        """Names of the variables, in the order of the file."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return one variable's columns."""
        return next(field for field in self.fields if field.name == name)


def find_extracts(folder: Path) -> list[tuple[Path, Path]]:
    """Return the extracts below a folder as (data file, codebook), by name.

    Raises
    ------
    MissingSource
        If there is none, or a data file lacks its codebook.
    """
    found = sorted(folder.rglob("*.dat.gz"))
    if not found:
        raise MissingSource(
            f"no IPUMS extract (*.dat.gz) below {folder}. Run 'python -m regspec census fetch', or "
            "put the extracts there with their .xml codebooks."
        )
    pairs = [(data, data.with_name(data.name.removesuffix(".dat.gz") + ".xml")) for data in found]
    for data, codebook in pairs:
        if not codebook.is_file():
            raise MissingSource(
                f"{data} has no codebook {codebook.name} beside it; download it from the page of "
                "the extract (link 'DDI')."
            )
    return pairs


def read_layout(codebook: Path, wanted: tuple[str, ...] | None = None) -> Layout:
    """Read the layout of an extract.

    Parameters
    ----------
    codebook
        DDI file.
    wanted
        Variables to read; those that the extract lacks are left out (the build knows the sample
        only after reading, and then names what is missing). All numeric variables by default.

    Returns
    -------
    Layout

    Raises
    ------
    DamagedSource
        If the file is not a DDI codebook.
    SchemaError
        If the extract is hierarchical, or a variable wanted is not a number or too wide.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ipumspy asks to cite, which the book does
            ddi = readers.read_ipums_ddi(codebook)
    except _UNREADABLE as problem:
        raise DamagedSource(
            f"{codebook} cannot be read as a DDI codebook ({problem}); download it again."
        ) from problem
    if ddi.file_description.structure != "rectangular":
        raise SchemaError(
            f"{codebook} describes a {ddi.file_description.structure} extract; request it again "
            "with one rectangular record per person."
        )
    numeric = [d for d in ddi.data_description if d.vartype in ("numeric", "integer", "float")]
    chosen = [d for d in numeric if wanted is None or d.name.upper() in wanted]
    text = {d.name.upper() for d in ddi.data_description} - {d.name.upper() for d in numeric}
    wrong = sorted(text & set(wanted or ())) or [
        d.name for d in chosen if d.end - d.start > _MAX_DIGITS
    ]
    if wrong:
        raise SchemaError(f"{codebook}: {', '.join(wrong)} should be a number of 18 digits or less")
    fields = [Field(d.name.upper(), d.start, d.end, int(d.shift or 0)) for d in chosen]
    return Layout(
        fields=tuple(sorted(fields, key=lambda f: f.start)),
        line=max(d.end for d in ddi.data_description),
    )
