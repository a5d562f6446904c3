"""Command line: ``python -m regspec --help``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from regspec import __version__, census_cli
from regspec.publish import arguments, catalogue, manifest, runner
from regspec.sources import registry
from regspec.sources.errors import SourceError
from regspec.sweep import command as sweep_command

_RUN_EXAMPLES = """\
examples:
  python -m regspec run 10                             with its defaults, into the book
  python -m regspec run 10 -p gamma 2.0 -p theta 0.3   other parameters, into _build/runs
  python -m regspec run --scenario theta_low           a named set of parameters
  python -m regspec list                               notebooks, parameters, allowed values
"""
_EXAMPLES = """\
examples:
  python -m regspec list                               notebooks, parameters, scenarios
  python -m regspec check                              which committed executions are stale
  python -m regspec run 10 -p gamma 2.0 -p theta 0.3   one notebook with other parameters
  python -m regspec run --all                          what changed, in dependency order
  python -m regspec sweep scenarios/robustness.yml     the model at many parameter values
  python -m regspec data status                        which files are here, and their vintages
  python -m regspec census build --tier synthetic      the census route on generated persons
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="regspec",
        description="Run the notebooks, build the book, and look after its data.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"regspec {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="run one notebook, several, or all",
        epilog=_RUN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="name, or a start such as 02")
    run.add_argument("--all", action="store_true", help="all notebooks, in dependency order")
    run.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="a parameter of the one notebook named; may be repeated",
    )
    run.add_argument("-s", "--scenario", metavar="NAME", help="parameter set scenarios/NAME.yml")
    run.add_argument("--force", action="store_true", help="run unchanged notebooks as well")

    commands.add_parser("list", help="list the notebooks with their parameters and scenarios")
    commands.add_parser("check", help="fail if a committed execution is stale")
    book = commands.add_parser("book", help="run what changed, then build the website")
    book.add_argument("--no-run", action="store_true", help="build from the committed executions")

    sweep_command.add_parser(commands)
    data = commands.add_parser("data", help="show or download the public data")
    data.add_argument("action", choices=["status", "fetch"])
    data.add_argument("ids", nargs="*", metavar="SOURCE", help="source ids; all if none is named")
    census_cli.add_parser(commands)
    return parser


def _variant(parameters: dict[str, dict[str, Any]]) -> str:
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:10]
    return f"custom-{digest}"


def _run(options: argparse.Namespace) -> int:
    entries = catalogue.load()
    parameters: dict[str, dict[str, Any]] = {}
    variant = None
    chosen = catalogue.find(options.notebooks, entries)
    if options.all:
        chosen = list(entries.values())
    if options.scenario:
        if options.parameter:
            raise arguments.ParameterError("give either --scenario or --parameter, not both")
        scenario = arguments.load_scenario(options.scenario, entries)
        parameters, variant = scenario.notebooks, scenario.name
        chosen = [e for e in chosen or entries.values() if e.name in parameters]
    elif options.parameter:
        if len(chosen) != 1:
            raise arguments.ParameterError("name exactly one notebook with --parameter")
        words = dict(options.parameter)
        parameters = {chosen[0].name: arguments.parse(chosen[0], words)}
        variant = _variant(parameters)
    if not chosen:
        raise arguments.ParameterError("name a notebook, --all, or a --scenario")
    for entry in chosen:  # declarations of every notebook are checked before the first runs
        arguments.check(entry, parameters.get(entry.name, {}))
    outcomes = runner.run(chosen, parameters=parameters, variant=variant, force=options.force)
    print(runner.summary(outcomes))
    return 0 if all(o.ok for o in outcomes) else 1


def _list() -> int:
    entries = catalogue.load()
    for entry in entries.values():
        print(entry.name)
        for p in arguments.declared(entry).values():
            allowed = f" [{p.allowed}]" if p.allowed else ""
            print(f"    {p.name}: {p.type_name} = {p.default!r}{allowed}  {p.help}")
    folder = catalogue.project_root() / "scenarios"
    for path in sorted(folder.glob("*.yml")):
        if arguments.is_sweep(path):
            print(f"sweep {path.stem}: python -m regspec sweep scenarios/{path.name}")
            continue
        scenario = arguments.load_scenario(path.stem, entries)
        print(f"scenario {scenario.name}: {scenario.description}")
    return 0


def _check() -> int:
    stale = {e.name: manifest.reasons_stale(e) for e in catalogue.load().values()}
    for name, reasons in stale.items():
        print(f"{name}: {'; '.join(reasons) or 'fresh'}")
    if any(stale.values()):
        print("stale pages: run 'python -m regspec run --all' and commit the executed notebooks")
        return 1
    return 0


def _book(options: argparse.Namespace) -> int:
    from regspec.publish.build import build  # imports Sphinx's world: only when building

    code = 0
    if not options.no_run:
        outcomes = runner.run(list(catalogue.load().values()))
        print(runner.summary(outcomes))
        code = 0 if all(o.ok for o in outcomes) else 1
    index, noticed = build()
    for name, why in noticed.items():
        print(f"notice: {name} shows its last execution, with a notice: {why}")
    print(f"the book is at {index}")
    return code


def _data(options: argparse.Namespace) -> int:
    if options.action == "fetch":
        registry.fetch_all(options.ids or None)
    frame = registry.status()
    if options.ids:
        frame = frame[frame["source"].isin(options.ids)]
    print(frame.to_string(index=False))
    for sentence in registry.unknown_files(frame):
        print(f"notice: {sentence}", file=sys.stderr)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    options = _parser().parse_args(argv)
    actions = {
        "run": lambda: _run(options),
        "list": _list,
        "check": _check,
        "book": lambda: _book(options),
        "sweep": lambda: sweep_command.execute(options),
        "data": lambda: _data(options),
        "census": lambda: census_cli.run(options),
    }
    try:
        return actions[options.command]()
    except (ValueError, KeyError, RuntimeError, FileNotFoundError, SourceError) as error:
        text = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"error: {text}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
