"""The built website: complete, self-contained, and readable in a real browser.

The book is built here if it has not been, or if what it is made from is newer.
"""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from html.parser import HTMLParser
from pathlib import Path

import pytest

from regspec.publish import manifest
from regspec.publish.build import build
from regspec.sources.paths import project_root

ROOT = project_root()
HTML = ROOT / "_build" / "html"


def _made_from() -> list[Path]:
    prose = [p for p in (ROOT / "book").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [ROOT / "_config.yml", ROOT / "_toc.yml", manifest.path(), *prose]


@pytest.fixture(scope="module")
def site() -> Path:
    index = HTML / "index.html"
    if not index.exists() or index.stat().st_mtime < max(p.stat().st_mtime for p in _made_from()):
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


def parsed(page: Path) -> _Assets:
    parser = _Assets()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def test_every_chapter_is_there(site):
    assert (site / "index.html").exists()
    names = {p.stem for p in pages(site)}
    assert {
        "intro", "01_data", "02_fact1", "03_fact2", "04_fact3", "05_convergence", "08_model",
        "09_calibration", "10_solver", "11_results", "12_planner", "13_robustness", "14_scoreboard",
        "20_own_economy", "21_ipums_key", "22_change_one_assumption", "api", "api_model",
        "api_sources", "notation", "readings", "reproduce", "references",
    } <= names  # fmt: skip


def test_pages_load_nothing_from_elsewhere(site):
    for page in pages(site):
        for address in parsed(page).loaded:
            assert not re.match(r"(https?:)?//", address), f"{page.name} loads {address}"
            target = (page.parent / address.split("?")[0].split("#")[0]).resolve()
            assert address.startswith("data:") or target.exists(), f"{page.name}: no {address}"


def test_inline_scripts_name_no_address_elsewhere(site):
    found = {p.name: parsed(p).inline for p in [*pages(site), *site.glob("*.html")]}
    assert not {name: addresses for name, addresses in found.items() if addresses}


def test_styles_load_nothing_from_elsewhere(site):
    for sheet in (site / "_static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8", errors="ignore")
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text), sheet


def test_every_image_has_alternative_text(site):
    missing = {p.name: parsed(p).no_alt for p in pages(site) if parsed(p).no_alt}
    assert not missing


def test_pages_print_no_unresolved_or_missing_values(site):
    for page in pages(site):
        shown = re.sub(r'(?s)<div class="highlight.*?</pre>', "", page.read_text(encoding="utf-8"))
        text = re.sub(r"<[^>]+>", " ", shown)
        assert "{glue:" not in text, page
        if not page.name.startswith("api_"):  # there it is the name of an argument
            assert not re.search(r"\bnan\b", text), f"{page.name} prints nan"


def test_the_api_reference_shows_signatures_examples_and_sources(site):
    page = (site / "book" / "api_model.html").read_text(encoding="utf-8")
    start = page.index('id="regspec.model.solve_equilibrium"')
    shown = page[start : page.index("</dd></dl>", start)]
    assert "github.com/regspec/regspec/blob/main/lib/regspec/model/equilibrium.py#L" in shown
    text = re.sub(r"<[^>]+>", "", shown)
    for part in ("max_sweeps=1500", "Parameters:", "ConvergenceError", ">>> ", "Examples"):
        assert part in text.replace("&gt;", ">"), part


def test_pages_name_their_data_tier(site):
    for page in (site / "notebooks").glob("*.html"):
        assert re.search(r"\b(public|census|synthetic|model)\b", page.read_text(encoding="utf-8"))


# --- in a browser -------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address(site):
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("notice: Chromium and its driver are not installed; browser checks skipped")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


def _open(browser, address, page, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(f"{address}/{page.parent.name}/{page.name}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_scrolls_sideways_or_calls_out(browser, address, site, width):
    for page in pages(site):
        _open(browser, address, page, width)
        scroll = browser.execute_script("return document.scrollingElement.scrollWidth")
        assert scroll <= width, f"{page.name} is {scroll} px wide at {width} px"
        loaded = browser.execute_script(
            "return performance.getEntriesByType('resource').map(r => r.name)"
        )
        outside = [r for r in loaded if not r.startswith((address, "data:", "blob:"))]
        assert not outside, f"{page.name} calls {outside}"
        errors = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
        assert not errors, f"{page.name}: {errors}"


@pytest.mark.browser
def test_mathematics_is_typeset(browser, address, site):
    from selenium.webdriver.support.ui import WebDriverWait

    _open(browser, address, site / "notebooks" / "08_model.html", 1280)
    count = "return document.querySelectorAll('mjx-container').length"
    WebDriverWait(browser, 30).until(lambda b: b.execute_script(count) > 10)
    broken = browser.execute_script("return document.querySelectorAll('mjx-merror').length")
    assert broken == 0


_CONTRAST = """
const lum = c => { const v = c.match(/[0-9.]+/g).slice(0, 3).map(x => x / 255)
  .map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const ground = e => { for (; e; e = e.parentElement) {
  const c = getComputedStyle(e).backgroundColor;
  if (!/^(transparent|rgba\\(.*, 0\\))$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
document.documentElement.dataset.theme = arguments[0];
document.documentElement.dataset.mode = arguments[0];
return [...document.querySelectorAll(
    '.regspec-table td, .regspec-table caption, article p, figcaption')]
  .slice(0, 200).map(e => {
    const a = lum(getComputedStyle(e).color), b = lum(ground(e));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
"""


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_tables_have_contrast_in_both_themes(browser, address, site, theme):
    for name in ("02_fact1", "10_solver", "14_scoreboard"):
        _open(browser, address, site / "notebooks" / f"{name}.html", 1280)
        ratios = browser.execute_script(_CONTRAST, theme)
        assert ratios
        assert min(ratios) >= 4.5, f"{name} in {theme}: contrast {min(ratios):.2f}"
