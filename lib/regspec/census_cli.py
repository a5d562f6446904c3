"""Command line of the census route: ``python -m regspec census --help``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regspec.sources.paths import project_root
from regspec.sources.registry import OFFLINE_VARIABLE

__all__ = ["add_parser", "run"]

_EXAMPLES = """\
examples:
  python -m regspec census fetch --out _build/census/census      all files (key in IPUMS_API_KEY)
  python -m regspec census build --tier census                   from them to the tidy frames
  python -m regspec census build --tier synthetic                generated persons instead
  python -m regspec census synthesize --out DIR --size 10000000  only the generated files
  python -m regspec census recover --seeds 50                    estimates against planted truth
  python -m regspec census status                                what is there
"""
Action = Callable[[argparse.Namespace], int]


def add_parser(commands: Any) -> None:
    """Add ``census`` and its subcommands to the subparsers of ``python -m regspec``."""
    census = commands.add_parser(
        "census",
        help="fetch or generate microdata, build the census frames",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = census.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_fetch(actions)
    _add_build(actions)
    _add_synthetic(actions)
    status = actions.add_parser("status", help="show what a build folder holds")
    status.add_argument(
        "--out", type=Path, metavar="DIR", help="one folder; all of the project if left out"
    )


def _add_fetch(actions: Any) -> None:
    fetch = actions.add_parser("fetch", help="download extracts of IPUMS and public files")
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


def _add_build(actions: Any) -> None:
    build = actions.add_parser("build", help="make the tidy frames of zones and industries")
    build.add_argument("--tier", choices=["census", "synthetic"], required=True)
    build.add_argument("--out", type=Path, metavar="DIR", help="default: the one of the chapters")
    build.add_argument("--raw", type=Path, metavar="DIR", help="published files; default: OUT/raw")
    build.add_argument("--unmatched", choices=["error", "drop"], default="error",
                       help="persons in units that the crosswalk lacks")  # fmt: skip
    build.add_argument("--house-values", choices=["required", "if present"], default="if present")
    build.add_argument("--memory", default="4GB", help="limit of duckdb")
    build.add_argument("--threads", type=int, default=2)
    build.add_argument("--size", type=int, help="persons of the synthetic census")
    build.add_argument("--seed", type=int, default=1, help="of the synthetic census")


def _add_synthetic(actions: Any) -> None:
    synthesize = actions.add_parser("synthesize", help="write a synthetic census as raw files")
    synthesize.add_argument("--out", type=Path, metavar="DIR", help="build folder; files: DIR/raw")
    synthesize.add_argument(
        "--size", type=int, help="persons of all years; default: about the least"
    )
    synthesize.add_argument("--seed", type=int, default=1)
    synthesize.add_argument("--split", type=float, default=0.10,
                            help="share of zones that share a unit with a neighbour")  # fmt: skip
    recover = actions.add_parser("recover", help="recovery study over seeds; resumes")
    recover.add_argument("--seeds", type=int, default=50, help="1 to this number")
    recover.add_argument(
        "--out", type=Path, metavar="CSV", help="default: data/results/recovery.csv"
    )
    recover.add_argument("--routes", nargs="+", metavar="ROUTE",
                         help="panel units census shared sample; all if left out")  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Carry out one subcommand; returns the exit status."""
    actions: dict[str, Action] = {
        "fetch": _fetch,
        "build": _build,
        "status": _status,
        "synthesize": _synthesize,
        "recover": _recover,
    }
    return actions[options.action](options)


def _default(options: argparse.Namespace) -> Path:
    """Folder that the chapters open too: of the microdata, or of this size, seed and code."""
    from regspec.census.store import census_folder
    from regspec.synthetic import make

    if getattr(options, "tier", "synthetic") == "census":
        return census_folder()
    return make.default_folder(_size(options), options.seed)


def _say(line: str) -> None:
    print(line, flush=True)


def _fetch(options: argparse.Namespace) -> int:
    from regspec.census import acquire, downloads  # ipumspy is slow to import
    from regspec.census.errors import FetchError
    from regspec.census.ledger import Ledger, refuse_tracked
    from regspec.census.samples import DEFAULT_SAMPLES, sample
    from regspec.census.store import census_folder

    if os.environ.get(OFFLINE_VARIABLE, "").lower() not in ("", "0", "false", "no"):
        raise FetchError(f"{OFFLINE_VARIABLE} is set, which forbids downloads; unset it to fetch.")
    raw = (options.out or census_folder()) / "raw"
    names = options.samples or list(DEFAULT_SAMPLES)
    years = {sample(name).year for name in names}
    files = downloads.choose(options.public)
    refuse_tracked(raw)
    wanted = {options.only} if options.only else {"usa", "nhgis", "cps", "public"}
    ledger = Ledger.open(raw)
    # Crosswalks first: a missing key should not keep the public files away.
    for file in files if "public" in wanted else []:
        downloads.download(file, raw, ledger, _say)
    if wanted & {"usa", "nhgis", "cps"}:
        key = acquire.api_key()
        client = acquire.connect(key)
        requests = acquire.usa_requests(names) if "usa" in wanted else []
        if "cps" in wanted and options.cps:
            requests.append(acquire.cps_request(options.cps))
        if "nhgis" in wanted:
            known = sorted(years & set(acquire.NHGIS_DATASETS))
            requests += acquire.nhgis_requests(client, key, known)
        acquire.fetch_extracts(requests, client, key, ledger, _say)
    _say(
        f"files are in {raw}; next: python -m regspec census build --tier census --out {raw.parent}"
    )
    return 0


def _build(options: argparse.Namespace) -> int:
    from regspec.census.build import Options, build
    from regspec.synthetic import make

    out = options.out or _default(options)
    choices = Options(
        unmatched=options.unmatched,
        house_values=options.house_values,
        memory=options.memory,
        threads=options.threads,
    )
    if options.tier == "census":
        made = build(out, tier="census", raw=options.raw, options=choices, progress=_say)
    else:
        size, seed, raw = _size(options), options.seed, options.raw
        made = make.make_build(out, size=size, seed=seed, raw=raw, options=choices, progress=_say)
    print(made.rules().to_string())
    return 0


def _size(options: argparse.Namespace) -> int:
    from regspec import synthetic

    return synthetic.DEFAULT_SIZE if options.size is None else options.size


def _synthesize(options: argparse.Namespace) -> int:
    from regspec import synthetic

    raw = (options.out or _default(options)) / "raw"
    written = synthetic.write_extracts(
        raw, _size(options), options.seed, split=options.split, progress=_say
    )
    _say(f"{sum(written.persons.values()):,} synthetic persons in {raw}")
    return 0


def _recover(options: argparse.Namespace) -> int:
    from regspec import recovery

    out = options.out or project_root() / "data" / "results" / "recovery.csv"
    routes = options.routes or recovery.ROUTES
    results = recovery.study(range(1, options.seeds + 1), out, routes=routes, progress=_say)
    print(recovery.summarize(results).round(4).to_string())
    return 0


def _status(options: argparse.Namespace) -> int:
    from regspec.census.errors import MissingSource
    from regspec.census.ledger import Ledger
    from regspec.census.store import census_folder, read_record
    from regspec.synthetic import make

    known = {census_folder(), make.default_folder(), *census_folder().parent.glob("synthetic-*")}
    for folder in [options.out] if options.out else sorted(known):
        raw = folder / "raw"
        ledger = Ledger.open(raw) if (raw / "fetch.json").is_file() else None
        print(f"{folder}:")
        for name, state in ledger.extracts.items() if ledger else ():
            there = "there" if ledger and ledger.complete(name) else "requested"
            print(f"  extract {name}: {there} (number {state['number']})")
        try:
            record = read_record(folder)
        except MissingSource:
            print("  no build")
            continue
        told = "finished" if record.get("finished") else "not finished"
        print(f"  build of tier {record['tier']}: {told}, {len(record['sources'])} source files")
    return 0
