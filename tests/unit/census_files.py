"""Small files in the publishers' formats: IPUMS extracts, Dorn's crosswalks, NHGIS, CBP and so on.

An extract of IPUMS is one line of fixed columns a person and a DDI codebook; the text here follows
the elements of the codebooks that IPUMS USA delivers.
"""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

# Variable: (width, implied decimals), in the order of IPUMS USA extracts.
WIDTHS = {
    "YEAR": (4, 0),
    "SAMPLE": (6, 0),
    "SERIAL": (8, 0),
    "CBSERIAL": (13, 0),
    "HHWT": (10, 2),
    "STATEFIP": (2, 0),
    "CNTYGP97": (5, 0),
    "CNTYGP98": (3, 0),
    "PUMA": (5, 0),
    "SEA": (3, 0),
    "GQ": (1, 0),
    "PERNUM": (4, 0),
    "PERWT": (10, 2),
    "SLWT": (10, 2),
    "SEX": (1, 0),
    "AGE": (3, 0),
    "EDUC": (2, 0),
    "EMPSTAT": (1, 0),
    "IND1990": (3, 0),
    "INCWAGE": (6, 0),
}
CONTINUOUS = ("PERWT", "HHWT", "SLWT", "SERIAL", "INCWAGE")


def codebook(
    stem: str,
    names: list[str],
    structure: str = "rectangular",
    widths: dict[str, tuple[int, int]] | None = None,
) -> str:
    """DDI codebook of an extract."""
    variables, start = [], 1
    for name in names:
        width, decimals = (widths or WIDTHS)[name]
        interval = (
            "contin" if name in ("PERWT", "HHWT", "SLWT", "SERIAL", "INCWAGE") else "discrete"
        )
        variables.append(
            f'<var ID="{name}" name="{name}" files="F" dcml="{decimals}" intrvl="{interval}">'
            f'<location StartPos="{start}" EndPos="{start + width - 1}" width="{width}"/>'
            f"<labl>{escape(name.title())}</labl><txt>{escape(name)}</txt>"
            f"<catgry><catValu>{'9' * width}</catValu><labl>N/A</labl></catgry>"
            f"<concept>Technical</concept>"
            f'<varFormat type="numeric" schema="other">other</varFormat></var>'
        )
        start += width
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<codeBook xmlns="ddi:codebook:2_5" version="2.5">
  <stdyDscr>
    <citation><titlStmt><titl>User Extract {stem}.dat</titl></titlStmt>
      <serStmt><serName abbr="usa">IPUMS USA</serName><serInfo>DOI:10.18128/D010.V15.0</serInfo>
      </serStmt></citation>
    <stdyInfo><notes>User-provided description:  test
</notes></stdyInfo>
    <dataAccs><useStmt><citReq>Publications must cite IPUMS.</citReq>
      <conditions>Users must not redistribute.</conditions></useStmt></dataAccs>
  </stdyDscr>
  <fileDscr ID="F"><fileTxt><fileName>{stem}.dat</fileName><fileCont>Microdata records</fileCont>
    <fileStrc type="{structure}"/><fileType charset="ISO-8859-1">ISO-8859-1 data file</fileType>
    <format>fixed length fields</format><filePlac>Minneapolis</filePlac></fileTxt></fileDscr>
  <dataDscr>
{chr(10).join(variables)}
  </dataDscr>
</codeBook>
"""


def fixed(column: pd.Series, width: int, decimals: int) -> list[str]:
    """Fixed-width text: zero-padded, decimals implied, missing blank."""
    return [
        " " * width if pd.isna(v) else f"{round(float(v) * 10**decimals):0{width}d}" for v in column
    ]


def write_extract(folder: Path, stem: str, persons: pd.DataFrame) -> tuple[Path, Path]:
    """Write an extract; columns of the frame are IPUMS variables. Long wages get seven digits."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in WIDTHS if name in persons]
    wide = "INCWAGE" in names and persons["INCWAGE"].max() > 999_999
    widths = WIDTHS | ({"INCWAGE": (7, 0)} if wide else {})
    cells = [fixed(persons[name], *widths[name]) for name in names]
    lines = ["".join(row) for row in zip(*cells, strict=True)]
    data, ddi = folder / f"{stem}.dat.gz", folder / f"{stem}.xml"
    with gzip.open(data, "wt", encoding="latin-1", newline="\n") as opened:
        opened.writelines(line + "\n" for line in lines)
    ddi.write_text(codebook(stem, names, widths=widths), encoding="utf-8")
    return data, ddi


def write_crosswalk(folder: Path, stem: str, frame: pd.DataFrame, *, mac: bool = False) -> Path:
    """Write a crosswalk as Dorn does: one Stata file in a zip of (nearly) its name."""
    folder.mkdir(parents=True, exist_ok=True)
    stata = folder / f"{stem}.dta"
    frame.to_stata(stata, write_index=False)
    path = folder / f"{stem.removesuffix('_corr')}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(stata, stata.name)
        if mac:
            archive.writestr(f"__MACOSX/._{stata.name}", b"resource fork")
    stata.unlink()
    return path


def people(n: int, seed: int = 0, **columns: object) -> pd.DataFrame:
    """Persons of an IPUMS extract of 1980 with plausible values; columns override."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "YEAR": 1980,
            "SAMPLE": 198001,
            "SERIAL": np.arange(n) + 1,
            "STATEFIP": 39,
            "CNTYGP98": draw.integers(1, 4, n),
            "PERNUM": 1,
            "PERWT": 20.0,
            "SEX": draw.integers(1, 3, n),
            "AGE": draw.integers(0, 90, n),
            "EDUC": draw.integers(0, 12, n),
            "EMPSTAT": draw.choice([0, 1, 1, 1, 2, 3], n),
            "IND1990": draw.choice([10, 60, 270, 351, 641, 842, 901], n),
            "INCWAGE": np.minimum(np.exp(draw.normal(9.3, 0.7, n)).round(-1), 75_000),
        }
    )
    return frame.assign(**columns)
