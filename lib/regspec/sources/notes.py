"""Files, vintages and checksums in one line, as they stand below figures."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

__all__ = ["cite", "source_note"]

_DIGITS = 8
# Publisher and table of the sources whose id does not read well in capitals.
_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cbp_cz_sic4": ("CBP", "zone shares"),
        "census_county_population": ("Census", "county counts"),
        "tfp_elbadri_vizcaino": ("Elbadri-Vizcaino", "TFP"),
    }
)


def source_note(*tables: pd.DataFrame) -> str:
    """Return the files that tables of :mod:`regspec.sources` were read from, for figure notes.

    Parameters
    ----------
    tables
        With ``attrs["sources"]``, as every reader returns them.

    Returns
    -------
    str
        As :func:`cite`.
    """
    return cite(source for table in tables for source in table.attrs["sources"])


def cite(sources: Iterable[Mapping[str, Any]]) -> str:
    """Return files in one line: name, first eight digits of the checksum, vintage.

    Parameters
    ----------
    sources
        With source_id, sha256 and vintage, as ``Resolved.note`` gives them; each is named once.

    Returns
    -------
    str
        Such as ``"BEA SAINC7H #0edf7cc8, SAINC7S #95acf5fc (2019-03-06)"``: files of one vintage
        together, their publisher once.
    """
    by_vintage: dict[str, dict[str, list[str]]] = {}
    for source in {s["source_id"]: s for s in sources}.values():
        vintage = str(source["vintage"] or "undated").replace(" (", ", ").rstrip(")")
        publisher, name = _name(str(source["source_id"]))
        same = by_vintage.setdefault(vintage, {}).setdefault(publisher, [])
        same.append(f"{name} #{source['sha256'][:_DIGITS]}")
    return "; ".join(
        ", ".join(f"{publisher} {', '.join(names)}" for publisher, names in files.items())
        + f" ({vintage})"
        for vintage, files in by_vintage.items()
    )


def _name(source_id: str) -> tuple[str, str]:
    """Return publisher and table: bea_sainc7h is BEA, SAINC7H."""
    publisher, _, name = source_id.upper().partition("_")
    return _NAMES.get(source_id, (publisher, name.replace("_", " ")))
