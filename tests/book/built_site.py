"""The built website for the tests: its folder, its pages, and how a browser opens one."""

from __future__ import annotations

import fcntl
import functools
import http.server
import re
from html.parser import HTMLParser
from pathlib import Path

from selenium.webdriver.support.ui import WebDriverWait

from regspec.book import manifest
from regspec.book.site import build
from regspec.sources.paths import project_root

ROOT = project_root()
HTML = ROOT / "_build" / "html"


def _made_from() -> list[Path]:
    prose = [p for p in (ROOT / "book").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [ROOT / "_config.yml", ROOT / "_toc.yml", manifest.path(), *prose]


def built() -> Path:
    """Folder of the site, built if it has not been, or if what it is made from is newer."""
    page = HTML / "book" / "intro.html"  # written by every build; index.html is not
    HTML.parent.mkdir(exist_ok=True)
    with (HTML.parent / "site.lock").open("w") as lock:  # test workers must not build at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = max(p.stat().st_mtime for p in _made_from())
        if not page.exists() or page.stat().st_mtime < made:
            build()
    return HTML


def pages(site: Path) -> list[Path]:
    return sorted([*(site / "book").glob("*.html"), *(site / "notebooks").glob("*.html")])


class _Assets(HTMLParser):
    """Addresses that are loaded or that scripts name, and images without alternative text."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.no_alt: list[str] = []
        self.inline: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self._in_script = tag == "script"
        if tag in {"script", "img", "iframe", "source"} and a.get("src"):
            self.loaded.append(a["src"])
        if tag == "link" and a.get("rel") in {"stylesheet", "preload", "icon", "shortcut icon"}:
            self.loaded.append(a["href"])
        if tag == "img" and not (a.get("alt") or "").strip():
            self.no_alt.append(a.get("src", ""))

    def handle_data(self, data):
        if self._in_script:
            self.inline += re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"']*", data)

    def handle_endtag(self, tag):
        self._in_script = False


@functools.cache
def parsed(page: Path) -> _Assets:
    parser = _Assets()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


_LOADED = "return !window.former && document.readyState == 'complete'"


def open_page(browser, address, page, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.execute_script("window.former = true")
    browser.get(f"{address}/{page.relative_to(HTML).as_posix()}")
    # Where a page of the same address was open, the driver may answer before this one has loaded.
    WebDriverWait(browser, 30).until(lambda b: b.execute_script(_LOADED))
