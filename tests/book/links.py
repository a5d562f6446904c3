"""Links of the built website: inside it (a test), and to addresses elsewhere (``make links``).

``python tests/book/links.py [SITE]`` asks every outside address that a page links to, and prints
those that do not answer with a page. Exit status 0: all answered; 1: some did not; 2: no site.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parents[2] / "_build" / "html"

# Addresses that this project has yet to be published at are told apart from links gone bad.
OURS = ("https://github.com/regspec/regspec", "https://mybinder.org/v2/gh/regspec/regspec")

# Publishers answer these to programs, for pages that open in a browser.
_REFUSED = {401, 403, 405, 406, 418, 429}

_SECONDS = 20


@dataclass
class Page(HTMLParser):
    """What a page links to and loads, and the anchors that it has."""

    targets: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.anchors.add(value)
            elif name in {"href", "src"} and value is not None:
                self.targets.append(value)


@cache
def read(page: Path) -> Page:
    parsed = Page()
    parsed.feed(page.read_text(encoding="utf-8"))
    return parsed


def html_pages(site: Path) -> list[Path]:
    return sorted(p for p in site.rglob("*.html") if "_static" not in p.parts)


def broken_inside(site: Path) -> list[str]:
    """Links and assets of the site that lead to no file, or to an anchor that the page lacks."""
    bad = []
    for page in html_pages(site):
        for target in read(page).targets:
            address = urlsplit(target)
            if address.scheme or address.netloc or target == "#":
                continue
            to = (page.parent / unquote(address.path)).resolve() if address.path else page
            to = to / "index.html" if to.is_dir() else to
            where = f"{page.relative_to(site)}: {target}"
            if not to.is_relative_to(site.resolve()) or not to.is_file():
                bad.append(f"{where} (no such file)")
            elif address.fragment and to.suffix == ".html":
                anchors = read(to).anchors
                if not {address.fragment, unquote(address.fragment)} & anchors:
                    bad.append(f"{where} (no such anchor)")
    return sorted(set(bad))


def outside(site: Path) -> dict[str, list[str]]:
    """Addresses elsewhere, without fragments, and the pages that name each."""
    found: dict[str, list[str]] = {}
    for page in html_pages(site):
        for target in read(page).targets:
            if urlsplit(target).scheme in {"http", "https"}:
                pages = found.setdefault(target.partition("#")[0], [])
                if page.name not in pages:
                    pages.append(page.name)
    return dict(sorted(found.items()))


def ask(address: str, seconds: float = _SECONDS) -> str:
    """``ok``, ``refused`` (an answer, to browsers only), or why there was no page."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        with urllib.request.urlopen(request, timeout=seconds):
            return "ok"
    except urllib.error.HTTPError as error:
        return "refused" if error.code in _REFUSED else f"status {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", "") or error or type(error).__name__)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", type=Path, default=SITE, help="folder of the website")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="wait for an answer")
    parser.add_argument("--ours", action="store_true", help="this project's own addresses too")
    given = parser.parse_args(arguments)
    if not (given.site / "index.html").is_file():
        print(f"{given.site} holds no website: run 'make book' first", file=sys.stderr)
        return 2
    found = outside(given.site)
    asked = {a: p for a, p in found.items() if given.ours or not a.startswith(OURS)}
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(asked, pool.map(lambda a: ask(a, given.seconds), asked), strict=True))
    bad = {a: told for a, told in answers.items() if told not in {"ok", "refused"}}
    for address, told in bad.items():
        print(f"{address}: {told} (in {', '.join(asked[address])})")
    refused = sum(told == "refused" for told in answers.values())
    print(
        f"{len(asked)} addresses: {len(asked) - len(bad) - refused} answer, {refused} answer "
        f"browsers only, {len(bad)} do not; {len(found) - len(asked)} of this project not asked",
        file=sys.stderr,
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
