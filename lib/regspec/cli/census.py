"""Command line of the census route: ``python -m regspec census --help``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from regspec import seeds
from regspec.tools import console

__all__ = ["add_parser"]

_FETCH = (
    "census fetch --out _build/census/census            all files (key in IPUMS_API_KEY)",
    "census fetch --only public                         those that need no key",
    "census fetch --samples us1950a us1990a --only usa  two extracts",
)
_BUILD = (
    "census build --tier census                         from the files to the tidy frames",
    "census build --tier synthetic                      generated persons instead",
)
_OTHERS = (
    "census synthesize --out DIR --size 10000000        only the generated files",
    "census recover --seeds 50                          estimates against planted truth",
    "census status                                      what is there",
)


def add_parser(commands: Any) -> None:
    """Add ``census`` and its actions to the subparsers of ``python -m regspec``."""
    actions = console.add_group(
        commands,
        "census",
        help="fetch or generate microdata, build the census frames",
        examples=(*_FETCH, *_BUILD, *_OTHERS),
    )
    _add_fetch(actions)
    _add_build(actions)
    _add_synthetic(actions)
    status = console.add_command(
        actions,
        "status",
        help="show what a build folder holds",
        examples=("census status", "census status --out DIR --json"),
    )
    status.add_argument(
        "--out", type=Path, metavar="DIR", help="one folder; all of the project if left out"
    )
    status.set_defaults(execute=_status)


def _add_fetch(actions: Any) -> None:
    fetch = console.add_command(
        actions,
        "fetch",
        help="download extracts of IPUMS and public files",
        description="Request extracts with the key in IPUMS_API_KEY (free: "
        "https://account.ipums.org/api_keys), wait for them, and download them and the public "
        "files of the census route. Run it again to go on after an interruption.",
        examples=_FETCH,
        statuses={2: "no key, no network, or IPUMS refused; what was downloaded before is kept"},
        prints=False,
    )
    fetch.add_argument("--out", type=Path, metavar="DIR", help="build folder; files go to DIR/raw")
    fetch.add_argument(
        "--samples", nargs="+", metavar="NAME", help="IPUMS USA samples: us1950a ..."
    )
    fetch.add_argument("--public", nargs="+", metavar="GROUP", help="groups of public files")
    fetch.add_argument(
        "--only", choices=["usa", "nhgis", "cps", "public"], help="one kind of files"
    )
    fetch.add_argument(
        "--cps", nargs="+", type=int, default=[], metavar="YEAR", help="CPS ASEC too"
    )
    fetch.set_defaults(execute=_fetch)


def _add_build(actions: Any) -> None:
    build = console.add_command(
        actions,
        "build",
        help="make the tidy frames of zones and industries",
        description="Convert the files, add them up by zone and industry, check the frames and "
        "keep them with a record of every rule applied. Finished steps are not repeated.",
        examples=_BUILD,
        statuses={2: "a file is missing, damaged or of another form; finished steps are kept"},
    )
    build.add_argument("--tier", choices=["census", "synthetic"], required=True)
    build.add_argument("--out", type=Path, metavar="DIR", help="default: the one of the chapters")
    build.add_argument("--raw", type=Path, metavar="DIR", help="published files; default: OUT/raw")
    build.add_argument("--unmatched", choices=["error", "drop"], default="error",
                       help="persons in units that the crosswalk lacks")  # fmt: skip
    build.add_argument("--house-values", choices=["required", "if present"], default="if present")
    build.add_argument("--memory", default="4GB", help="limit of duckdb")
    build.add_argument("--threads", type=int, default=2)
    build.add_argument("--size", type=int, help="persons of the synthetic census")
    build.add_argument("--seed", type=int, default=seeds.CENSUS, help="of the synthetic census")
    build.set_defaults(execute=_build)


def _add_synthetic(actions: Any) -> None:
    synthesize = console.add_command(
        actions,
        "synthesize",
        help="write a synthetic census as raw files",
        examples=_OTHERS[:1],
        prints=False,
    )
    synthesize.add_argument("--out", type=Path, metavar="DIR", help="build folder; files: DIR/raw")
    synthesize.add_argument(
        "--size", type=int, help="persons of all years; default: about the least"
    )
    synthesize.add_argument("--seed", type=int, default=seeds.CENSUS)
    synthesize.add_argument("--split", type=float, default=0.10,
                            help="share of zones that share a unit with a neighbour")  # fmt: skip
    synthesize.set_defaults(execute=_synthesize)
    recover = console.add_command(
        actions, "recover", help="recovery study over seeds; resumes", examples=_OTHERS[1:2]
    )
    recover.add_argument("--seeds", type=int, default=50, help="1 to this number")
    recover.add_argument(
        "--out", type=Path, metavar="CSV", help="default: data/results/recovery.csv"
    )
    recover.add_argument("--routes", nargs="+", metavar="ROUTE",
                         help="panel units census shared sample; all if left out")  # fmt: skip
    recover.set_defaults(execute=_recover)


def _default(options: argparse.Namespace) -> Path:
    """Folder that the chapters open too: of the microdata, or of this size, seed and code."""
    from regspec.census.store import census_folder
    from regspec.synthetic import make

    if getattr(options, "tier", "synthetic") == "census":
        return census_folder()
    return make.default_folder(_size(options), options.seed)


def _fetch(options: argparse.Namespace) -> int:
    from regspec.census import acquire  # ipumspy is slow to import
    from regspec.census.samples import DEFAULT_SAMPLES, sample
    from regspec.census.store import Ledger, census_folder, refuse_tracked
    from regspec.sources.errors import FetchError
    from regspec.sources.registry import OFFLINE_VARIABLE

    progress = console.progress(options)
    if os.environ.get(OFFLINE_VARIABLE, "").lower() not in ("", "0", "false", "no"):
        raise FetchError(f"{OFFLINE_VARIABLE} is set, which forbids downloads; unset it to fetch.")
    raw = (options.out or census_folder()) / "raw"
    names = options.samples or list(DEFAULT_SAMPLES)
    years = {sample(name).year for name in names}
    files = acquire.choose(options.public)
    refuse_tracked(raw)
    wanted = {options.only} if options.only else {"usa", "nhgis", "cps", "public"}
    ledger = Ledger.open(raw)
    # Crosswalks first: a missing key should not keep the public files away.
    for file in files if "public" in wanted else []:
        acquire.download(file, raw, ledger, progress)
    if wanted & {"usa", "nhgis", "cps"}:
        key = acquire.api_key()
        client = acquire.connect(key)
        requests = acquire.usa_requests(names) if "usa" in wanted else []
        if "cps" in wanted and options.cps:
            requests.append(acquire.cps_request(options.cps))
        if "nhgis" in wanted:
            known = sorted(years & set(acquire.NHGIS_DATASETS))
            requests += acquire.nhgis_requests(client, key, known)
        acquire.fetch_extracts(requests, client, key, ledger, progress)
    print(
        f"files are in {raw}; next: python -m regspec census build --tier census --out {raw.parent}"
    )
    return console.DONE


def _build(options: argparse.Namespace) -> int:
    from regspec.census.build import Options, build
    from regspec.synthetic import make

    out, progress = options.out or _default(options), console.progress(options)
    choices = Options(
        unmatched=options.unmatched,
        house_values=options.house_values,
        memory=options.memory,
        threads=options.threads,
    )
    if options.tier == "census":
        made = build(out, tier="census", raw=options.raw, options=choices, progress=progress)
    else:
        size, seed, raw = _size(options), options.seed, options.raw
        made = make.make_build(
            out, size=size, seed=seed, raw=raw, options=choices, progress=progress
        )
    rules = made.rules()
    value = {
        "folder": str(out),
        "tier": options.tier,
        "rules": console.records(rules.reset_index()),
    }
    console.emit(options, value, rules.to_string())
    return console.DONE


def _size(options: argparse.Namespace) -> int:
    from regspec import synthetic

    return synthetic.DEFAULT_SIZE if options.size is None else options.size


def _synthesize(options: argparse.Namespace) -> int:
    from regspec import synthetic

    raw = (options.out or _default(options)) / "raw"
    written = synthetic.write_extracts(
        raw, _size(options), options.seed, split=options.split, progress=console.progress(options)
    )
    print(f"{sum(written.persons.values()):,} synthetic persons in {raw}")
    return console.DONE


def _recover(options: argparse.Namespace) -> int:
    from regspec import recovery
    from regspec.sources.paths import project_root

    out = options.out or project_root() / "data" / "results" / "recovery.csv"
    routes = options.routes or recovery.ROUTES
    seeds = range(1, options.seeds + 1)
    results = recovery.study(seeds, out, routes=routes, progress=console.progress(options))
    summary = recovery.summarize(results)
    console.emit(options, console.records(summary.reset_index()), summary.round(4).to_string())
    return console.DONE


def _status(options: argparse.Namespace) -> int:
    folders = [options.out] if options.out else build_folders()
    states = [folder_state(folder) for folder in folders]
    console.emit(options, states, "\n".join(line for s in states for line in _lines(s)))
    return console.DONE


def build_folders() -> list[Path]:
    """Folders of the project that hold, or would by default hold, a build."""
    from regspec.census.store import census_folder
    from regspec.synthetic import make

    known = {census_folder(), make.default_folder(), *census_folder().parent.glob("synthetic-*")}
    return sorted(known)


def folder_state(folder: Path) -> dict[str, Any]:
    """What a build folder holds.

    Returns
    -------
    dict
        ``folder``; ``extracts``, a list of name, number at IPUMS and whether its files are
        ``there``; ``build``: None, or its tier, number of sources, and whether it is finished.
    """
    from regspec.census.store import LEDGER, Ledger, read_record
    from regspec.sources.errors import MissingSource

    raw, extracts, build = folder / "raw", [], None
    if (raw / LEDGER).is_file():
        ledger = Ledger.open(raw)
        extracts = [
            {"name": name, "number": state["number"], "there": ledger.complete(name)}
            for name, state in ledger.extracts.items()
        ]
    try:
        record = read_record(folder)
        build = {
            "tier": record["tier"],
            "finished": bool(record.get("finished")),
            "sources": len(record["sources"]),
        }
    except MissingSource:
        pass
    return {"folder": str(folder), "extracts": extracts, "build": build}


def _lines(state: dict[str, Any]) -> list[str]:
    lines = [f"{state['folder']}:"]
    for extract in state["extracts"]:
        there = "there" if extract["there"] else "requested"
        lines.append(f"  extract {extract['name']}: {there} (number {extract['number']})")
    build = state["build"]
    if build is None:
        return [*lines, "  no build"]
    told = "finished" if build["finished"] else "not finished"
    return [*lines, f"  build of tier {build['tier']}: {told}, {build['sources']} source files"]
