"""The built website: complete, self-contained, and readable in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import selenium_axe_python
from built_site import ROOT, open_page, pages, parsed
from selenium.webdriver.support.ui import WebDriverWait


def test_chapters_offer_notebook_source_and_the_data_of_each_figure(site):
    for page in sorted((site / "notebooks").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        links = set(re.findall(r'href="(\.\./_downloads/[^"]+)"', text))
        assert all((page.parent / link).resolve().exists() for link in links)
        names = {link.rpartition("/")[2] for link in links}
        shown = re.findall(r'<figure class="[^"]*"\s+id="(fig-[\w-]+)"', text)
        assert names == {f"{page.stem}.ipynb", f"{page.stem}.py", *(f"{n}.csv" for n in shown)}
        assert "Time to run." in text


def test_every_chapter_is_there(site):
    assert (site / "index.html").exists()
    names = {p.stem for p in pages(site)}
    assert {
        "intro", "01_data", "02_fact1", "03_fact2", "04_fact3", "05_convergence", "06_census",
        "06b_recovery", "07_census_facts", "07b_census_specialization", "07c_census_places",
        "08_model", "09_calibration", "09b_discount", "10_solver", "10b_accuracy", "11_results",
        "12_planner", "12b_planner_scope", "13_robustness", "14_scoreboard", "15_zones",
        "15b_zone_planner", "16_explore", "20_own_economy", "21_ipums_key",
        "22_change_one_assumption",
        "api", "api_model", "api_sources", "notation", "readings", "reproduce", "references",
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
        if not page.name.startswith("api_"):  # there it is the name of an argument, or an example
            assert "{glue:" not in text, page
            assert not re.search(r"\bnan\b", text), f"{page.name} prints nan"


def test_tables_speak_to_readers_not_to_programs(site):
    """Yes and no instead of Python's words, names above columns, and no zero with a sign."""
    found = {}
    for page in (site / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        tables = "".join(re.findall(r'(?s)<div class="regspec-table.*?</table>', text))
        cells = set(re.findall(r"<t[dh][^>]*>([^<]+)<", tables))
        bad = {c for c in cells if c in {"True", "False", "nan", "index", "level 0"}}
        found[page.stem] = bad | {c for c in cells if re.fullmatch(r"[-−]0(\.0+)?", c)}
    assert not {page: bad for page, bad in found.items() if bad}


def test_the_api_reference_shows_signatures_examples_and_sources(site):
    page = (site / "book" / "api_model.html").read_text(encoding="utf-8")
    start = page.index('id="regspec.model.solve_equilibrium"')
    shown = page[start : page.index("</dd></dl>", start)]
    assert "github.com/regspec/regspec/blob/main/lib/regspec/model/equilibrium/solve.py#L" in shown
    text = re.sub(r"<[^>]+>", "", shown)
    for part in ("max_sweeps=1500", "Parameters:", "ConvergenceError", ">>> ", "Examples"):
        assert part in text.replace("&gt;", ">"), part
    assert "<strong>c, b_next, q, eta</strong>" in page  # attributes that share a line
    for page in (site / "book").glob("api_*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Alias for field number" not in text, page.name  # of named tuples
        assert ">Type<" not in text, page.name  # what precedes a colon in the words on a constant


def test_pages_name_their_data_tier(site):
    for page in (site / "notebooks").glob("*.html"):
        assert re.search(r"\b(public|census|synthetic|model)\b", page.read_text(encoding="utf-8"))


def test_launch_buttons_open_the_notebook_of_their_page(site):
    for page in (site / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        [address] = set(re.findall(r'href="(https://mybinder\.org/v2/[^"]+)"', text))
        told = urlsplit(address)
        assert told.path == "/v2/gh/regspec/regspec/main", page.name
        assert told.query == f"urlpath=lab/tree/notebooks/{page.stem}.ipynb"
        assert (ROOT / told.query.partition("lab/tree/")[2]).is_file(), page.name


# --- in a browser -------------------------------------------------------------------------------


_LOADED_FILES = "return performance.getEntriesByType('resource').map(r => r.name)"

# Between the margins of A4, in CSS pixels: see @page in regspec.css.
PAPER = 673

TOO_WIDE = """
return [...document.querySelectorAll('.bd-article table, .bd-article pre, .bd-article figure')]
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > arguments[0] + 1)
  .map(e => e.tagName + ' ' + e.innerText.slice(0, 40))
"""
CUT_OFF = """
return [...document.querySelectorAll('.bd-article div, .bd-article details, .bd-article table')]
  .filter(e => getComputedStyle(e).overflow != 'visible' && e.getClientRects().length
               && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map(e => e.className + ' ' + e.innerText.slice(0, 40))
"""


_STILL = """
document.documentElement.dataset.theme = arguments[0];
document.documentElement.dataset.mode = arguments[0];
document.head.insertAdjacentHTML('beforeend', '<style>* {transition: none !important}</style>');
"""

# Code and the insides of typeset mathematics, which brings its own text, are most of a page.
_LEFT_OUT = """
document.querySelectorAll('details.hide > :not(summary), mjx-container > *')
  .forEach(e => e.remove());
"""
_UNFOLD = """
document.querySelectorAll('details').forEach(e => { e.open = true; });
document.querySelectorAll('.toggle-hidden > .toggle-button, .toggle-hidden > .admonition-title')
  .forEach(e => e.click());
"""
_MEASURED = """
const done = arguments[0];
setTimeout(() => { window.dispatchEvent(new Event('resize')); setTimeout(done, 200); }, 200);
"""
_UNREACHED = """
return [...document.querySelectorAll('.bd-article pre')].filter(e => e.tabIndex != 0
  && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight)).length
"""

# Contrast takes long: one element of each look, which is its colour and all that lies behind it.
_LOOKS = """
const seen = new Set(), words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
document.querySelectorAll('[data-look]').forEach(e => e.removeAttribute('data-look'));
while (words.nextNode()) {
  const e = words.currentNode.parentElement;
  if (!words.currentNode.data.trim() || !e.checkVisibility()) continue;
  const own = getComputedStyle(e), look = [own.color, own.fontSize, own.fontWeight];
  for (let a = e; a; a = a.parentElement) {
    const s = getComputedStyle(a);
    look.push(...[s.opacity, s.backgroundColor, s.backgroundImage]
      .filter(v => !['1', 'rgba(0, 0, 0, 0)', 'none'].includes(v)));
  }
  if (!seen.has(look.join())) e.dataset.look = '';
  seen.add(look.join());
}
return seen.size;
"""

_AXE = """
const [where, rules, done] = arguments;
axe.run({exclude: [['mjx-container']], ...where}, {resultTypes: ['violations'], ...rules})
  .then(found => done(found.violations.filter(v => v.impact !== 'minor')
    .map(v => [v.id, v.nodes[0].html.slice(0, 200)])));
"""


def _width(browser, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    return browser.execute_script("return document.scrollingElement.scrollWidth") - width


def _on_paper(browser):
    _width(browser, PAPER)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        return browser.execute_script(TOO_WIDE, PAPER), browser.execute_script(CUT_OFF)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def _accessibility(browser, axe):
    """Violations above minor, on a page as a reader unfolds it; the page is of no use after it."""
    browser.execute_script(_LEFT_OUT)
    browser.execute_script(_UNFOLD)  # tables, solutions and steps
    browser.execute_async_script(_MEASURED)  # it was another width a moment ago
    WebDriverWait(browser, 5).until(lambda b: not b.execute_script(_UNREACHED))
    browser.execute_script(axe)
    rest = {"rules": {"color-contrast": {"enabled": False}}}
    yield "rest", browser.execute_async_script(_AXE, {}, rest)
    for theme in ("light", "dark"):
        browser.execute_script(_STILL, theme)  # colours that still change are not the theme's
        assert browser.execute_script(_LOOKS) > 5
        looks = {"include": [["[data-look]"]]}
        yield theme, browser.execute_async_script(_AXE, looks, {"runOnly": ["color-contrast"]})


@pytest.fixture(scope="module")
def seen(browser, address, site):
    """What every page showed of itself, from one load of each: problems by kind, page and where."""
    axe = (Path(selenium_axe_python.__file__).parent / "axe-core" / "axe.min.js").read_text("utf-8")
    browser.set_script_timeout(120)
    found = {kind: {} for kind in ("sideways", "outside", "errors", "paper", "accessibility")}
    for page in [*pages(site), site / "search.html", site / "genindex.html"]:
        browser.get_log("browser")  # what axe fetched of the page before is not of this one
        open_page(browser, address, page, 1280)
        if page.parent != site:  # the lists that Sphinx makes are its own
            for width in (1280, 390):
                found["sideways"][page.name, width] = max(0, _width(browser, width))
            loaded = browser.execute_script(_LOADED_FILES)
            mine = (address, "data:", "blob:")
            found["outside"][page.name] = [r for r in loaded if not r.startswith(mine)]
            logged = browser.get_log("browser")
            found["errors"][page.name] = [e["message"] for e in logged if e["level"] == "SEVERE"]
            found["paper"][page.name] = [x for problems in _on_paper(browser) for x in problems]
        if not page.stem.startswith("api_") or page.stem == "api_model":  # all made in one way
            _width(browser, 1280)
            for where, problems in _accessibility(browser, axe):
                found["accessibility"][page.name, where] = problems
    return found


@pytest.mark.browser
@pytest.mark.parametrize(
    "problem",
    [
        "sideways",  # pixels beyond 1280 and 390
        "outside",  # loaded from elsewhere
        "errors",  # in the console
        "paper",  # cut off, or wider, whereupon Chromium shrinks every page of its chapter
        "accessibility",  # what axe finds above minor
    ],
)
def test_no_page_has_a_problem_of(problem, seen):
    assert len(seen[problem]) > 30
    assert not {where: what for where, what in seen[problem].items() if what}


@pytest.mark.browser
def test_mathematics_is_typeset(browser, address, site):
    open_page(browser, address, site / "notebooks" / "08_model.html", 1280)
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
        open_page(browser, address, site / "notebooks" / f"{name}.html", 1280)
        ratios = browser.execute_script(_CONTRAST, theme)
        assert ratios
        assert min(ratios) >= 4.5, f"{name} in {theme}: contrast {min(ratios):.2f}"


@pytest.mark.browser
def test_what_scrolls_when_it_is_unfolded_is_reached_by_the_keyboard(browser, address, site):
    open_page(browser, address, site / "notebooks" / "02_fact1.html", 390)
    folded = "return document.querySelectorAll('.toggle-hidden, details:not([open])').length"
    assert browser.execute_script(folded) > 10
    browser.execute_script(_UNFOLD)
    WebDriverWait(browser, 5).until(lambda b: not b.execute_script(folded))
    assert browser.execute_script("return document.querySelectorAll('.bd-article pre').length") > 10
    WebDriverWait(browser, 5).until(lambda b: not b.execute_script(_UNREACHED))


@pytest.fixture
def explore(browser, address, site):
    open_page(browser, address, site / "notebooks" / "16_explore.html", 1280)
    return browser


@pytest.mark.browser
def test_sliders_follow_the_keyboard_and_go_back(explore):
    from selenium.webdriver.common.keys import Keys

    root = explore.find_element("id", "explore-impulse")
    status = root.find_element("class name", "status")
    slider = root.find_element("id", "explore-impulse-theta")
    first, line = status.text, ".panel path.s0"
    drawn = root.find_element("css selector", line).get_attribute("d")
    assert "percent" in first
    slider.send_keys(Keys.ARROW_LEFT)
    assert slider.get_attribute("aria-valuetext") == "0.15"
    assert status.text != first
    assert root.find_element("css selector", line).get_attribute("d") != drawn
    assert root.find_elements("css selector", "path.reference")
    root.find_element("tag name", "button").click()
    assert status.text == first


@pytest.mark.browser
def test_the_numbers_of_a_setting_can_be_read(explore):
    root = explore.find_element("id", "explore-impulse")
    explore.execute_script("arguments[0].open = true", root.find_element("tag name", "details"))
    rows = root.find_elements("css selector", "details table:first-of-type tbody tr")
    assert len(rows[0].text.split()) == 3


@pytest.mark.browser
def test_a_zone_is_found_by_its_place_or_a_county(explore):
    root = explore.find_element("id", "explore-zones")
    told = root.find_element("class name", "zone")
    assert told.text.startswith("Dayton, OH")
    search = root.find_element("id", "explore-zones-search")
    search.send_keys("Rochester, MN")
    assert told.text.startswith("Rochester, MN")
    search.clear()
    search.send_keys("Travis County")
    assert told.text.startswith("Austin, TX")
    assert len(root.find_elements("css selector", "svg.map path[data-zone]")) == 722


@pytest.mark.browser
def test_a_legend_shows_short_lines(explore):
    swatches = explore.find_elements("css selector", ".regspec-explorer ul.legend svg")
    assert len(swatches) > 8
    assert max(s.rect["width"] for s in swatches) < 60


@pytest.mark.browser
def test_still_pictures_stand_in_print_only(explore):
    shown = (
        "return getComputedStyle(document.getElementById('fig-explore-impulse')"
        ".closest('figure')).display + ' ' +"
        " getComputedStyle(document.getElementById('explore-impulse')).display"
    )
    assert explore.execute_script(shown) == "none block"
    explore.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    still, live = explore.execute_script(shown).split()
    explore.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert still != "none"
    assert live == "none"


def test_pages_keep_to_their_weight(site):
    """A page with what it loads: the front page 1 MB, any other 4 MB; mathematics apart."""
    for page in [site / "book" / "intro.html", *pages(site)]:
        loaded = {a.split("?")[0] for a in parsed(page).loaded if not a.startswith("data:")}
        files = {(page.parent / a).resolve() for a in loaded if "mathjax" not in a}
        weight = page.stat().st_size + sum(f.stat().st_size for f in files if f.exists())
        limit = 1_000_000 if page.stem == "intro" else 4_000_000
        assert weight < limit, f"{page.name} weighs {weight:,} bytes"
