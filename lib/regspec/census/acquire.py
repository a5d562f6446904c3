"""How the files of the census route are fetched: extracts of IPUMS, and public files.

Extracts go through the API of IPUMS (ipumspy). One extract per sample, so that a fetch that is
interrupted resumes: the ledger holds the number of every extract requested, and one that is there
with its checksums is not requested again. All are requested before the first is awaited, since
IPUMS prepares them side by side.

The key is read from ``IPUMS_API_KEY``. It is never written, and removed from every message.

Public files need no account. Publishers revise them in place, so no checksum is demanded: what was
downloaded is recorded, and a file whose bytes changed since is fetched again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import pooch
from ipumspy import (
    AggregateDataExtract,
    IpumsApiClient,
    MicrodataExtract,
    NhgisDataset,
    NhgisDatasetMetadata,
    NhgisDataTableMetadata,
)

from regspec.census.convert import Progress, checksum
from regspec.census.crosswalks import CROSSWALKS, DORN
from regspec.census.housing import bins_of
from regspec.census.samples import DEFAULT_SAMPLES, sample
from regspec.census.store import Ledger, refuse_tracked
from regspec.sources.errors import FetchError, SchemaError

__all__ = [
    "CPS_VARIABLES",
    "KEY_VARIABLE",
    "NHGIS_DATASETS",
    "PUBLIC_FILES",
    "PublicFile",
    "Request",
    "api_key",
    "choose",
    "connect",
    "cps_request",
    "download",
    "fetch_extracts",
    "nhgis_requests",
    "usa_requests",
]

KEY_VARIABLE = "IPUMS_API_KEY"
MORE_VARIABLES = ("IND1950", "GQ")
"""Requested besides those that the build reads: the older classification, and group quarters."""
CPS_VARIABLES = (
    *("YEAR", "SERIAL", "PERNUM", "ASECWT", "STATEFIP", "COUNTY", "METFIPS", "AGE", "SEX"),
    *("EDUC", "EMPSTAT", "IND1990", "INCWAGE"),
)
"""Of the CPS ASEC, which names the state and some counties: not enough for commuting zones."""
NHGIS_DATASETS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        1970: ("1970_Cnt2", "1970_Cnt4H", "1970_Cnt1"),
        1980: ("1980_STF1", "1980_STF3"),
        1990: ("1990_STF1", "1990_STF3"),
        2000: ("2000_SF3a",),
        2010: ("2008_2012_ACS5a",),
        2020: ("2016_2020_ACS5a",),
    }
)
"""Datasets in which the table of owner-occupied units by value is looked for, by census year."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """An extract to have: its name here, its folder below the raw files, its definition."""

    name: str
    folder: str
    extract: MicrodataExtract | AggregateDataExtract

    @property
    def definition(self) -> str:
        """Checksum of what is asked for; another one is requested anew."""
        asked = {k: v for k, v in self.extract.build().items() if k != "version"}  # set on request
        text = json.dumps(asked, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def api_key(environment: Mapping[str, str] = os.environ) -> str:
    """Return the key, or say where to get one.

    Raises
    ------
    FetchError
        If ``IPUMS_API_KEY`` is not set.
    """
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key:
        raise FetchError(
            f"{KEY_VARIABLE} is not set. Register for IPUMS USA and NHGIS (free, "
            "https://uma.pop.umn.edu/usa/registration), create a key at "
            "https://account.ipums.org/api_keys, and set the variable in the shell: export "
            f"{KEY_VARIABLE}=... Without a key, 'census build --tier synthetic' runs the same "
            "pipeline on made-up persons."
        )
    return key


def connect(key: str) -> IpumsApiClient:
    """Return a client of the IPUMS API."""
    return IpumsApiClient(key)


def usa_requests(samples: Sequence[str] = DEFAULT_SAMPLES) -> list[Request]:
    """One request per IPUMS USA sample; refused and unknown samples raise ``BuildError``."""
    requests = []
    for what in map(sample, samples):
        extract = MicrodataExtract(
            collection="usa",
            samples=[what.id],
            variables=[*what.variables, *MORE_VARIABLES],
            description=f"regspec: {what.title}",
        )
        requests.append(Request(what.id, "ipums", extract))
    return requests


def cps_request(years: Sequence[int]) -> Request:
    """Request the Annual Social and Economic Supplement of some years.

    The build does not read it: zones cannot be assigned. Its state means can be compared with the
    census by hand.
    """
    extract = MicrodataExtract(
        collection="cps",
        samples=[f"cps{year}_03s" for year in years],
        variables=list(CPS_VARIABLES),
        description="regspec: CPS ASEC, by state only",
    )
    return Request("cps_asec", "cps", extract)


def nhgis_requests(client: IpumsApiClient, key: str, years: Sequence[int]) -> list[Request]:
    """One request per census year for the county table of owner-occupied units by value.

    Parameters
    ----------
    client
        Of the IPUMS API: NHGIS's catalogue says which table holds the bins.
    key
        To keep out of messages.
    years
        Of :data:`NHGIS_DATASETS`.

    Raises
    ------
    FetchError
        If no dataset of a year has such a table for counties.
    """
    requests = []
    for year in years:
        dataset, table = _value_table(client, key, year)
        extract = AggregateDataExtract(
            collection="nhgis",
            datasets=[NhgisDataset(name=dataset, data_tables=[table], geog_levels=["county"])],
            description=f"regspec: owner-occupied units by value, {year}",
        )
        requests.append(Request(f"nhgis_{year}", "nhgis", extract))
    return requests


def _value_table(client: IpumsApiClient, key: str, year: int) -> tuple[str, str]:
    """Find the first table whose variables are consecutive ranges of dollars of owned units."""
    for dataset in NHGIS_DATASETS[year]:
        about = _guard(key, client.get_metadata, NhgisDatasetMetadata(dataset))
        levels = {level["name"] for level in about.geog_levels or []}
        tables = [t for t in about.data_tables or [] if "value" in t["description"].casefold()]
        for table in tables if "county" in levels else []:
            found = _guard(key, client.get_metadata, NhgisDataTableMetadata(table["name"], dataset))
            labels = [v["description"] for v in found.variables or []]
            whose = f"{found.universe} {found.description}".casefold()
            try:
                bins = bins_of(labels, labels, f"{dataset} {table['name']}")
            except SchemaError:
                continue
            # A table by race or tenure repeats the bins, and other counts stand beside a few.
            if "owner" in whose and len(labels) - len(bins.labels) <= 1:
                return dataset, str(table["name"])
    raise FetchError(
        f"no dataset of NHGIS for {year} ({', '.join(NHGIS_DATASETS[year])}) has a county table of "
        "owner-occupied units by value; find it at https://data2.nhgis.org, request it there, and "
        "put the zip into raw/nhgis."
    )


def fetch_extracts(
    requests: Sequence[Request],
    client: IpumsApiClient,
    key: str,
    ledger: Ledger,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Request, await and download extracts, or what is missing of them.

    Parameters
    ----------
    requests
        What to have.
    client
        Of the IPUMS API.
    key
        To keep out of messages.
    ledger
        State of the fetch, saved after every step.
    progress
        Called with a line of text.

    Returns
    -------
    list of Path
        Files downloaded or there before.

    Raises
    ------
    FetchError
        If IPUMS refuses, fails or cannot be reached. What was done stays in the ledger.
    """
    refuse_tracked(ledger.folder)
    for request in requests:
        _submit(request, client, key, ledger, progress)
    for request in requests:
        if not ledger.complete(request.name):
            _receive(request, client, key, ledger, progress)
    return [ledger.folder / path for r in requests for path in ledger.extracts[r.name]["files"]]


def _submit(
    request: Request, client: IpumsApiClient, key: str, ledger: Ledger, progress: Progress
) -> None:
    state = ledger.extracts.get(request.name)
    same = state is not None and state["definition"] == request.definition
    if state is not None and same and ledger.complete(request.name):
        progress(f"{request.name}: there (extract {state['number']})")
        return
    if state is not None and same and _alive(state, client, key):
        progress(f"{request.name}: requested before (extract {state['number']})")
        return
    _guard(key, client.submit_extract, request.extract)
    ledger.extracts[request.name] = {
        "collection": request.extract.collection,
        "number": int(request.extract.extract_id),
        "definition": request.definition,
        "files": {},
    }
    ledger.save()
    progress(f"{request.name}: requested (extract {request.extract.extract_id})")


def _alive(state: dict[str, Any], client: IpumsApiClient, key: str) -> bool:
    """Whether an extract requested earlier is in preparation or still there to download."""
    number, collection = state["number"], state["collection"]
    status = _guard(key, client.extract_status, number, collection)
    if status != "completed":
        return status in ("queued", "started", "produced")
    return not _guard(key, client.extract_is_expired, number, collection)


def _receive(
    request: Request, client: IpumsApiClient, key: str, ledger: Ledger, progress: Progress
) -> None:
    state = ledger.extracts[request.name]
    number, collection = state["number"], state["collection"]
    folder = ledger.folder / request.folder
    folder.mkdir(parents=True, exist_ok=True)
    progress(f"{request.name}: waiting for extract {number} (minutes to hours)")
    _guard(key, client.wait_for_extract, number, collection)
    stem = f"{collection}_{number:05d}" if collection != "nhgis" else f"nhgis{number:04d}"
    _guard(key, client.download_extract, number, collection, download_dir=folder)
    found = sorted(p for p in folder.glob(f"{stem}*") if p.is_file())
    if not found:
        raise FetchError(
            f"{request.name}: IPUMS delivered no file {stem}* for extract {number}; run the "
            "command again, or download it from the website into this folder: "
            f"{folder}."
        )
    state["files"] = {str(p.relative_to(ledger.folder)): checksum(p) for p in found}
    ledger.save()
    size = sum(p.stat().st_size for p in found) / 1e6
    progress(f"{request.name}: downloaded {len(found)} files, {size:,.1f} MB")


def _guard(key: str, action: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Call the API; an error is told without the key and without the traceback that holds it."""
    try:
        return action(*arguments, **options)
    except FetchError:
        raise
    except Exception as problem:
        told = f"{type(problem).__name__}: {problem}".replace(key, "[key]")
    raise FetchError(
        f"IPUMS: {told}. What was requested is recorded: run the command again to continue; an "
        "authentication error means that the key is wrong, expired, or lacks this collection."
    )


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
        What it belongs to: crosswalks, cbp, nberces.
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
    progress: Progress = lambda _: None,
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
