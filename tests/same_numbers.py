"""Whether the book shows the numbers that it showed at another revision.

    python -m tests.same_numbers REF [--tolerance 1e-6]

compares every number of every executed page (what is printed, tables, glued values, data and words
of figures; not pixels) and every row of ``data/results/*.csv`` of the working tree with those at
the revision REF. Times, hashes and whatever is called ``id`` do not count, nor does where on a page
an output stands, or on which. Prints what differs; the exit status is 1 where something does.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from tests.notebooks.tolerance import NUMBER, value

ROOT = Path(__file__).parents[1]
PATTERNS = ("notebooks/*.ipynb", "data/results/*.csv")
HASH = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b")
TIME = re.compile(r"\b(seconds?|minutes?|hours?|ms|µs|ns|executed|cpu|time|peak|mib)\b")
AFTER = re.compile(r"[-−+]?\d[\d.,]*(?= (?:seconds?|minutes?|hours?|ms|µs|ns|s)\b)")
MEASURED = ("bench",)  # files of timings whose column `value` is one, in the unit beside it


class Output(NamedTuple):
    """Numbers of one output: of a line that is printed, a table, a figure, a glued value."""

    kind: str
    numbers: tuple[float | str, ...]


class Placed(NamedTuple):
    """An output and where it stands."""

    page: str
    cell: int
    output: Output


def numbers(text: str) -> tuple[float, ...]:
    return tuple(value(n) for n in NUMBER.findall(AFTER.sub("", HASH.sub("", text))))


def dropped(name: str) -> bool:
    """Whether a column or field holds a time, a hash or a name that machines use."""
    words = name.lower().replace("_", " ")
    return words in ("id", "code", "sha256", "machine") or bool(TIME.search(words))


class Html(HTMLParser):
    """Text of a page's HTML, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside &= tag not in ("td", "th", "table")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data
        else:
            self.words.append(data)

    def numbers(self) -> tuple[float, ...]:
        """Numbers of all but columns of times and ids, and rows in a unit of time."""
        head = self.rows[0] if self.rows else []
        gone = {i for i, name in enumerate(head) if dropped(name)}
        units = re.compile(r"^(seconds|minutes|ms|ns\b.*|µs)$")
        kept = [
            " ".join(cell for i, cell in enumerate(row) if i not in gone or len(row) != len(head))
            for row in self.rows
            if not any(units.match(cell.strip()) for cell in row)
        ]
        return numbers(" ".join([*self.words, *kept]))


def fields(thing: Any) -> Iterator[str]:
    """Values of nested fields as text."""
    if isinstance(thing, dict):
        for name, inner in thing.items():
            if not dropped(str(name)):
                yield from fields(inner)
    elif isinstance(thing, list):
        for inner in thing:
            yield from fields(inner)
    else:
        yield str(thing)


def outputs(notebook: dict[str, Any]) -> Iterator[tuple[int, Output]]:
    """Outputs of an executed page with the number of their code cell."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for i, cell in enumerate(code, 1):
        printed = [o["text"] for o in cell["outputs"] if o["output_type"] == "stream"]
        for line in "".join("".join(text) for text in printed).splitlines():
            yield i, Output("line", numbers(line))
        for out in cell["outputs"]:
            for kind, found in shown(out.get("data", {}), out.get("metadata", {})):
                yield i, Output(kind, found)


def shown(data: dict[str, Any], about: dict[str, Any]) -> Iterator[tuple[str, tuple]]:
    glued = about.get("scrapbook", {}).get("name")
    for kind, content in data.items():
        text = content if isinstance(content, str) else "".join(map(str, content))
        if glued is not None:
            if not dropped(glued):
                yield f"value {glued}", numbers(text) or (text,)
        elif kind == "text/html":
            yield "table", Html(text).numbers()
        elif kind.endswith("json"):
            yield "fields", numbers(" ".join(fields(content)))
        elif kind.startswith("text/") and len(data) == 1:
            yield "text", numbers(text)
    for name, content in about.items():
        if name == "regspec_figure":
            yield f"figure {content['name']}", numbers(" ".join(fields(content)))
        elif name != "scrapbook":
            yield "fields", numbers(" ".join(fields(content)))


def rows(name: str, text: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Rows of a table of results, without times, hashes and ids."""
    timing = Path(name).name.startswith(MEASURED)
    for row in csv.DictReader(io.StringIO(text)):
        yield tuple(
            (k, v) for k, v in row.items() if not dropped(k) and not (timing and k == "value")
        )


def differing(old: list[Placed], new: list[Placed], tolerance: float = 0.0) -> list[str]:
    """What differs between the outputs of two editions, wherever they stand."""
    kept = Counter(p.output for p in old) & Counter(p.output for p in new)
    sides = [list(unmatched(side, kept.copy())) for side in (old, new)]
    told = []
    for page, kind in dict.fromkeys((p.page, p.output.kind) for side in sides for p in side):
        was, now = (
            [(p, n) for p in side if (p.page, p.output.kind) == (page, kind)
             for n in p.output.numbers]
            for side in sides
        )  # fmt: skip
        gone, come = uncancelled(was, now, tolerance)
        if gone or come:
            cell = (gone or come)[0][0].cell
            told.append(f"{page}, cell {cell}, {kind}: {listed(gone)}, now {listed(come)}")
    return told


Found = list[tuple[Placed, float | str]]


def uncancelled(one: Found, other: Found, tolerance: float) -> tuple[Found, Found]:
    """What only one side holds, in its order; numbers that are close enough are the same."""

    def size(i: int, side: Found) -> tuple[bool, float, str]:
        n = side[i][1]
        return isinstance(n, str), n if isinstance(n, float) else 0.0, str(n)

    order = [sorted(range(len(side)), key=lambda i, s=side: size(i, s)) for side in (one, other)]
    left, right = (list(reversed(indices)) for indices in order)
    alone: tuple[list[int], list[int]] = ([], [])
    while left and right:
        a, b = size(left[-1], one), size(right[-1], other)
        close = abs(a[1] - b[1]) <= tolerance * max(abs(a[1]), abs(b[1]))
        if a == b or (close and not a[0] and not b[0]):
            left.pop(), right.pop()
        elif a < b:
            alone[0].append(left.pop())
        else:
            alone[1].append(right.pop())
    gone, come = sorted([*alone[0], *left]), sorted([*alone[1], *right])
    return [one[i] for i in gone], [other[i] for i in come]


def unmatched(side: list[Placed], kept: Counter[Output]) -> Iterator[Placed]:
    for placed in side:
        if kept[placed.output]:
            kept[placed.output] -= 1
        else:
            yield placed


def listed(found: Found, most: int = 8) -> str:
    text = ", ".join(f"{n:.12g}" if isinstance(n, float) else n for _, n in found[:most])
    return (text or "nothing") + (f" and {len(found) - most} more" if len(found) > most else "")


def differing_rows(name: str, old: str, new: str) -> list[str]:
    """Columns that only one edition has, and rows that differ in the others."""
    sides = [list(rows(name, text)) for text in (old, new)]
    heads = [dict.fromkeys(k for row in side for k, _ in row) for side in sides]
    common = [k for k in heads[0] if k in heads[1]]
    told = [f"{name}: column {k} is gone" for k in heads[0] if k not in common]
    told += [f"{name}: column {k} is new" for k in heads[1] if k not in common]
    one, other = (Counter(tuple(dict(row)[k] for k in common) for row in side) for side in sides)
    for sign, only in (("-", one - other), ("+", other - one)):
        told += [f"{name}: {sign} {','.join(row)}" for row in only.elements()]
    return told


Edition = dict[str, str]


def here() -> Edition:
    return {
        p.relative_to(ROOT).as_posix(): p.read_text("utf-8")
        for pattern in PATTERNS
        for p in sorted(ROOT.glob(pattern))
    }


def at(ref: str) -> Edition:
    def git(*words: str) -> str:
        run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(
                f"revision is {ref!r}; allowed: one that git knows ({run.stderr.strip()})"
            )
        return run.stdout

    names = git("ls-tree", "-r", "--name-only", ref, "notebooks", "data/results").splitlines()
    wanted = [n for n in names if any(Path(n).match(pattern) for pattern in PATTERNS)]
    return {name: git("show", f"{ref}:{name}") for name in wanted}


def placed(edition: Edition) -> list[Placed]:
    return [
        Placed(Path(name).stem, cell, output)
        for name, text in edition.items()
        if name.endswith(".ipynb")
        for cell, output in outputs(json.loads(text))
        if output.numbers
    ]


def compare(old: Edition, new: Edition, tolerance: float = 0.0) -> tuple[list[str], str]:
    """What differs, a line each, and how much was compared."""
    shown = placed(new)
    told = differing(placed(old), shown, tolerance)
    tables = [n for n in dict.fromkeys([*old, *new]) if n.endswith(".csv")]
    for name in tables:
        if name in old and name in new:
            told += differing_rows(name, old[name], new[name])
        else:
            told.append(f"{name}: {'is gone' if name in old else 'is new'}")
    count = sum(len(p.output.numbers) for p in shown)
    pages = sum(n.endswith(".ipynb") for n in new)
    lines = sum(len(list(rows(n, new[n]))) for n in tables if n in new)
    return told, f"{count:,} numbers of {pages} pages, {lines:,} rows of {len(tables)} files"


def main(arguments: Iterable[str] | None = None, say: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "ref", metavar="REF", help="revision to compare with, such as main or HEAD~3"
    )
    parser.add_argument(
        "--tolerance", type=float, default=0.0, metavar="T",
        help="relative difference that another processor or number of threads may make",
    )  # fmt: skip
    options = parser.parse_args(None if arguments is None else list(arguments))
    told, size = compare(at(options.ref), here(), options.tolerance)
    for line in told:
        say(line)
    say(f"{len(told)} differences in {size}" if told else f"nothing differs: {size}")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
