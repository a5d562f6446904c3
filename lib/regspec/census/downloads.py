"""Public files of the census route: official addresses, resumable download, checksums recorded.

They need no account. Publishers revise them in place, so no checksum is demanded: what was
downloaded is recorded, and a file whose bytes changed since is fetched again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pooch

from regspec.census.convert import checksum
from regspec.census.crosswalks import CROSSWALKS, DORN
from regspec.census.errors import FetchError
from regspec.census.ledger import Ledger

__all__ = ["PUBLIC_FILES", "PublicFile", "choose", "download"]

CENSUS = "https://www2.census.gov/programs-surveys"
NBER = "https://data.nber.org/nberces/nberces5818v1"
CBP_YEARS = (1986, 1990, 2000, 2010, 2020)
_SECONDS = (10, 300)  # to connect, to read


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file without registration.

    Attributes
    ----------
    group
        What it belongs to: crosswalks, cbp, efsy, bds, nberces.
    name
        File name on disk, below a folder called after the group.
    url
        Official address.
    title
        Words for messages.
    """

    group: str
    name: str
    url: str
    title: str


def _cbp(year: int) -> PublicFile:
    name = f"cbp{year % 100:02d}co.zip"
    return PublicFile(
        "cbp", name, f"{CENSUS}/cbp/datasets/{year}/{name}", f"County Business Patterns {year}"
    )


def _nberces(name: str, title: str) -> PublicFile:
    return PublicFile("nberces", name, f"{NBER}/{name}", f"NBER-CES, {title}")


PUBLIC_FILES: tuple[PublicFile, ...] = (
    *(
        PublicFile("crosswalks", Path(c.url).name, c.url, f"crosswalk of {c.title}")
        for c in CROSSWALKS.values()
    ),
    PublicFile(
        "crosswalks",
        "cw_sea1950_czone.zip",
        f"{DORN}cw_sea1950_czone.zip",
        "Dorn's crosswalk of State Economic Areas, older codes",
    ),
    *(_cbp(year) for year in CBP_YEARS),
    PublicFile(
        "efsy",
        "efsy_panel_naics.csv.zip",
        "http://fpeckert.me/cbp/Imputed%20Files/efsy_panel_naics.csv.zip",
        "harmonised County Business Patterns of Eckert, Fort, Schott and Yang",
    ),
    PublicFile(
        "bds",
        "bds2021_st_cty.csv",
        f"{CENSUS}/bds/tables/time-series/2021/bds2021_st_cty.csv",
        "Business Dynamics Statistics by county",
    ),
    _nberces("nberces5818v1_s1987.csv", "SIC of 1987"),
    _nberces("nberces5818v1_n1997.csv", "NAICS of 1997"),
    _nberces("nberces5818v1_n2012.csv", "NAICS of 2012"),
)
"""All public files of the route."""


def choose(groups: Sequence[str] | None) -> list[PublicFile]:
    """Return the files of some groups, all by default; ``ValueError`` lists the groups."""
    known = list(dict.fromkeys(f.group for f in PUBLIC_FILES))
    unknown = sorted(set(groups or ()) - set(known))
    if unknown:
        raise ValueError(f"no group of public files is called {unknown}; use some of {known}")
    return [f for f in PUBLIC_FILES if groups is None or f.group in groups]


def download(
    file: PublicFile,
    folder: Path,
    ledger: Ledger,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Download a file unless it is there with the checksum that was recorded.

    Parameters
    ----------
    file
        What to get.
    folder
        Where it goes, in a folder called after its group.
    ledger
        Where its checksum is recorded.
    progress
        Called with a line of text.

    Returns
    -------
    Path

    Raises
    ------
    FetchError
        If the address cannot be reached, with what to do by hand.
    """
    target = folder / file.group / file.name
    key = f"{file.group}/{file.name}"
    if target.is_file():
        sha256 = checksum(target)
        if ledger.files.get(key, {}).get("sha256", sha256) == sha256:
            ledger.record_file(key, file.url, sha256)
            progress(f"{key}: there")
            return target
        progress(f"{key}: differs from what was recorded, downloading again")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Into a file of its own: a download that breaks off leaves nothing under the name.
        partial = pooch.retrieve(
            file.url,
            known_hash=None,
            fname=f"{file.name}.part",
            path=target.parent,
            downloader=pooch.HTTPDownloader(timeout=_SECONDS),
        )
    except Exception as problem:  # requests, urllib3, OS: all mean "no download"
        raise FetchError(
            f"{file.title} could not be downloaded from {file.url} ({type(problem).__name__}: "
            f"{problem}). Run the command again, it continues; or download it in a browser and "
            f"put it at {target}."
        ) from problem
    shutil.move(partial, target)
    ledger.record_file(key, file.url, checksum(target))
    progress(f"{key}: downloaded, {target.stat().st_size / 1e6:,.1f} MB")
    return target
