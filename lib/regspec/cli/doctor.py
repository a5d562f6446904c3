"""The command ``python -m regspec doctor``: what is here, what is missing, and what to do."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from regspec import console
from regspec.cli.examination import NOTE, OK, PROBLEM, Finding, examine

_EXAMPLES = (
    "doctor                    everything",
    "doctor data census        two sections",
    "doctor --quiet            only what is missing or wrong",
    "doctor --json",
)
_MARKS = {OK: ("ok", "good"), NOTE: ("note", "warn"), PROBLEM: ("problem", "bad")}


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of ``python -m regspec``."""
    from regspec.cli.examination import SECTIONS

    parser = console.add_command(
        commands,
        "doctor",
        help="say what is installed and here, what is missing, and what each missing thing needs",
        description="Look at the packages (against the lock), the data tiers, disk and memory, "
        "the browser, and the compiler's cache. Nothing is downloaded or changed, and keys are "
        "never printed.",
        examples=_EXAMPLES,
        statuses={
            0: "nothing stands in the way of building the book (notes name what would add to it)",
            1: "at least one problem, each with its remedy",
        },
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join(SECTIONS)}; all if left out"
    )
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Examine and print; returns the exit status."""
    findings = examine(options.sections)
    told = [f for f in findings if f.state != OK or not options.quiet]
    console.emit(options, [asdict(f) for f in findings], _text(told))
    count = {state: sum(f.state == state for f in findings) for state in _MARKS}
    console.progress(options)(
        f"{count[OK]} as they should be, {count[NOTE]} notes, {count[PROBLEM]} problems"
    )
    return console.FAILED if count[PROBLEM] else console.DONE


def _text(findings: list[Finding]) -> str:
    lines: list[str] = []
    section = ""
    for f in findings:
        if f.section != section:
            section = f.section
            lines += [""] * bool(lines) + [console.paint(section, "bold", sys.stdout)]
        word, kind = _MARKS[f.state]
        lines.append(f"  {console.paint(f'{word:<8}', kind, sys.stdout)}{f.name}: {f.detail}")
        lines += [f"          {line}" for line in f.remedy.splitlines()]
    return "\n".join(lines)
