"""Crosswalks in the form in which David Dorn publishes his: a Stata file in a zip."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from regspec.census.crosswalks import CROSSWALKS
from regspec.sources.zones import county_to_zone
from regspec.synthetic.formats import TITLE

__all__ = ["write_county_crosswalk", "write_crosswalk", "zip_bytes"]

# A fixed date keeps the bytes, and so the checksums, the same for the same seed.
_DATE = (2000, 1, 1, 0, 0, 0)


def zip_bytes(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip with a fixed date."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return path


def write_crosswalk(folder: Path, crosswalk: str, table: pd.DataFrame) -> Path:
    """Write a crosswalk from units to zones.

    Parameters
    ----------
    folder : Path
    crosswalk : str
        Key of :data:`regspec.census.crosswalks.CROSSWALKS`.
    table : DataFrame
        Columns unit, czone, afactor; written with the published names, the factor (``afact`` in
        1970) in single precision.
    """
    wanted = CROSSWALKS[crosswalk]
    factor = "afact" if crosswalk == "ctygrp1970" else "afactor"
    stem = next(s for s in wanted.stems if s.startswith("cw_"))
    frame = pd.DataFrame(
        {
            wanted.units[0]: table["unit"].astype(np.int32),
            "czone": table["czone"].astype(np.int32),
            factor: table["afactor"].astype(np.float32),
        }
    )
    # Where the preferred file is not Dorn's, his name for his.
    name = Path(wanted.url).name
    return _write(folder, stem, name if name.endswith(".zip") else f"{stem}.zip", frame)


def write_county_crosswalk(folder: Path) -> Path:
    """Write the crosswalk of the counties of 1990, which is the real one (USDA)."""
    wanted = CROSSWALKS["cty"]
    counties = county_to_zone()
    frame = pd.DataFrame(
        {
            "cty_fips": counties["county"].astype(np.int32),
            "czone": counties["cz"].astype(np.int32),
        }
    )
    return _write(folder, wanted.stems[0], Path(wanted.url).name, frame)


def _write(folder: Path, stem: str, archive: str, frame: pd.DataFrame) -> Path:
    opened = io.BytesIO()
    label = f"{TITLE}"
    stamp = pd.Timestamp(*_DATE[:3])
    frame.to_stata(opened, write_index=False, data_label=label, time_stamp=stamp, version=114)
    readme = f"{TITLE}: in the format of {archive} at ddorn.net\n"
    return zip_bytes(
        folder / archive,
        {f"{stem}.dta": opened.getvalue(), f"README_{stem}.txt": readme.encode()},
    )
