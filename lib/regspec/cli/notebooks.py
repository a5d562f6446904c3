"""Commands on the notebooks: ``run``, ``list``, ``check`` and ``book``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from regspec.tools import console

if TYPE_CHECKING:
    from regspec.book.arguments import Parameter
    from regspec.book.runner import Outcome
    from regspec.catalogue import Entry

# What publishes (papermill, jupytext, Sphinx) is imported by the command that needs it: the help
# and the commands on data and the model work without.

_RUN = (
    "run 10                             with its defaults, into the book",
    "run 10 -p gamma 2.0 -p theta 0.3   other parameters, into _build/runs",
    "run --scenario theta_low           a named set of parameters",
    "run --all --json                   what became of each, as JSON",
    "list                               notebooks, parameters, allowed values",
)


def add_parser(commands: Any) -> None:
    """Add the four commands to the subparsers of ``python -m regspec``."""
    run = console.add_command(
        commands,
        "run",
        help="run one notebook, several, or all",
        description="Run notebooks in the order of their dependencies. With default parameters "
        "the execution is kept beside the source, for the book; with others it goes to "
        "_build/runs. What has not changed is not run again.",
        examples=_RUN,
        statuses={
            0: "every notebook ran, or is unchanged, or keeps its execution for want of data",
            1: "at least one failed or was blocked; the others ran",
            2: "a notebook, parameter or scenario is wrong; nothing was run",
        },
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
    run.set_defaults(execute=_run)

    listed = console.add_command(
        commands,
        "list",
        help="list the notebooks with their parameters, the scenarios and the sweeps",
        examples=("list", "list --json"),
    )
    listed.set_defaults(execute=_list)
    check = console.add_command(
        commands,
        "check",
        help="say which committed executions are stale, and why; --twice: whether runs repeat",
        description="Say which committed executions are stale, and why. With --twice, execute "
        "notebooks two times instead, with other hash seeds, numbers of threads, time zones and "
        "working folders, and compare all that they show to the last byte; nothing is kept.",
        examples=(
            "check",
            "check --quiet          stale pages only",
            "check --twice 05 08    whether two executions of these notebooks agree",
            "check --twice          of all notebooks (over half an hour)",
        ),
        statuses={
            0: "every page is fresh; with --twice, both executions of each notebook agree",
            1: "at least one is stale; with --twice, differs or failed, or none could be executed",
        },
    )
    check.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="name, or a start such as 02; default all"
    )
    check.add_argument("--twice", action="store_true", help="execute two times and compare")
    check.set_defaults(execute=_check)
    book = console.add_command(
        commands,
        "book",
        help="run what changed, then build the website",
        examples=(
            "book",
            "book --no-run   from the committed executions",
            "book --pdf      the website, and the whole of it as _build/regspec.pdf",
        ),
        statuses={1: "the website is built, but a notebook failed: its page says so"},
    )
    book.add_argument("--no-run", action="store_true", help="build from the committed executions")
    book.add_argument("--pdf", action="store_true", help="print it as one PDF too, by Chromium")
    book.set_defaults(execute=_book)


def _variant(parameters: Mapping[str, Mapping[str, Any]]) -> str:
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:10]
    return f"custom-{digest}"


def _chosen(
    options: argparse.Namespace,
) -> tuple[list[Entry], dict[str, dict[str, Any]], str | None]:
    """Notebooks to run, their parameters, and the folder of a run with other parameters."""
    from regspec import catalogue
    from regspec.book import arguments

    entries = catalogue.load()
    chosen = catalogue.find(options.notebooks, entries)
    if options.all:
        chosen = list(entries.values())
    if options.scenario and options.parameter:
        raise arguments.ParameterError("give either --scenario or --parameter, not both")
    if options.scenario:
        scenario = arguments.load_scenario(options.scenario, entries)
        chosen = [e for e in chosen or entries.values() if e.name in scenario.notebooks]
        return chosen, scenario.notebooks, scenario.name
    if options.parameter:
        if len(chosen) != 1:
            raise arguments.ParameterError("name exactly one notebook with --parameter")
        names = [name for name, _ in options.parameter]
        if doubled := next((n for n in names if names.count(n) > 1), None):
            raise arguments.ParameterError(f"{doubled!r} is given {names.count(doubled)} times")
        given = {chosen[0].name: arguments.parse(chosen[0], dict(options.parameter))}
        return chosen, given, _variant(given)
    return chosen, {}, None


def _turn(what: str) -> AbstractContextManager[None]:
    """Wait while another process writes the same files; who it is is told in any case."""
    from regspec.book import locks

    return locks.in_turn(what, locks.command_line(), lambda line: print(line, file=sys.stderr))


def _as_rows(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [asdict(o) for o in outcomes]


def _run(options: argparse.Namespace) -> int:
    from regspec.book import arguments, locks, runner

    chosen, parameters, variant = _chosen(options)
    if not chosen:
        raise arguments.ParameterError("name a notebook, --all, or a --scenario")
    for entry in chosen:  # declarations of every notebook are checked before the first runs
        arguments.check(entry, parameters.get(entry.name, {}))
    with _turn(variant or locks.BOOK):
        outcomes = runner.run(
            chosen,
            parameters=parameters,
            variant=variant,
            force=options.force,
            say=None if options.quiet else console.progress(options),
        )
    console.emit(options, _as_rows(outcomes), runner.summary(outcomes))
    return console.DONE if all(o.ok for o in outcomes) else console.FAILED


def _parameter_row(p: Parameter) -> dict[str, Any]:
    return {
        "name": p.name,
        "type": p.type_name,
        "default": p.default,
        "allowed": p.allowed,
        "help": p.help,
    }


def _list(options: argparse.Namespace) -> int:
    from regspec import catalogue
    from regspec.book import arguments

    entries = catalogue.load()
    books = [
        {
            "name": e.name,
            "sources": list(e.sources),
            "parameters": [_parameter_row(p) for p in arguments.declared(e).values()],
        }
        for e in entries.values()
    ]
    scenarios, sweeps = [], []
    for path in sorted((catalogue.project_root() / "scenarios").glob("*.yml")):
        if arguments.is_sweep(path):
            sweeps.append(path.stem)
        else:
            scenarios.append(asdict(arguments.load_scenario(path.stem, entries)))
    value = {"notebooks": books, "scenarios": scenarios, "sweeps": sweeps}
    console.emit(options, value, _listed(value))
    return console.DONE


def _listed(value: Mapping[str, Any]) -> str:
    lines = []
    for book in value["notebooks"]:
        lines.append(book["name"])
        for p in book["parameters"]:
            allowed = f" [{p['allowed']}]" if p["allowed"] else ""
            lines.append(f"    {p['name']}: {p['type']} = {p['default']!r}{allowed}  {p['help']}")
    lines += [f"scenario {s['name']}: {s['description']}" for s in value["scenarios"]]
    lines += [f"sweep {s}: python -m regspec sweep scenarios/{s}.yml" for s in value["sweeps"]]
    return "\n".join(lines)


def _check(options: argparse.Namespace) -> int:
    from regspec import catalogue
    from regspec.book import manifest

    entries = catalogue.load()
    chosen = catalogue.find(options.notebooks, entries) or list(entries.values())
    if options.twice:
        return _check_twice(options, chosen)
    stale = {e.name: manifest.reasons_stale(e) for e in chosen}
    told = {n: reasons for n, reasons in stale.items() if reasons or not options.quiet}
    text = "\n".join(f"{name}: {'; '.join(why) or 'fresh'}" for name, why in told.items())
    console.emit(options, [{"name": n, "reasons": why} for n, why in stale.items()], text)
    if not any(stale.values()):
        return console.DONE
    console.progress(options)(
        "stale pages: run 'python -m regspec run --all' and commit the executed notebooks"
    )
    return console.FAILED


def _check_twice(options: argparse.Namespace, chosen: list[Entry]) -> int:
    from regspec.book import repeatability

    found = repeatability.compare(chosen, say=console.progress(options))
    console.emit(options, [asdict(c) for c in found], repeatability.summary(found))
    agreed = all(c.ok for c in found) and any(c.status == "same" for c in found)
    return console.DONE if agreed else console.FAILED


def _book(options: argparse.Namespace) -> int:
    from regspec import catalogue
    from regspec.book import locks, runner, site
    from regspec.book.site import build

    if options.pdf:
        site.find_chromium()  # before minutes of work
    say, outcomes = None if options.quiet else console.progress(options), []
    with _turn(locks.BOOK):
        if not options.no_run:
            outcomes = runner.run(list(catalogue.load().values()), say=say)
        index, noticed = build()
    lines = [runner.summary(outcomes)] if outcomes else []
    lines += [
        f"notice: {n} shows its last execution, with a notice: {w}" for n, w in noticed.items()
    ]
    lines.append(f"the book is at {index}")
    printed = site.make_pdf() if options.pdf else None
    if printed:
        lines.append(f"printed to {printed}")
    value = {
        "index": str(index),
        "pdf": printed and str(printed),
        "notices": noticed,
        "notebooks": _as_rows(outcomes),
    }
    console.emit(options, value, "\n".join(lines))
    return console.DONE if all(o.ok for o in outcomes) else console.FAILED
