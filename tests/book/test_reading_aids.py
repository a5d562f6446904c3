"""Glossary and equations in the built pages: definitions that show themselves, links both ways."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from built_site import ROOT, open_page, pages

LINK = re.compile(
    r'<a class="regspec-term" href="([^"]+)" aria-describedby="([^"]+)">(.+?)</a>', re.S
)
TIP = re.compile(r'<div role="tooltip" class="regspec-tip" id="([^"]+)" hidden>(.+?)</div>', re.S)


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def terms(site: Path) -> dict[str, str]:
    """Labels of the glossary and their terms."""
    found = re.findall(r'<dt id="(term-[^"]+)">(.+?)<a', text(site / "book" / "glossary.html"))
    return {label: words(term) for label, term in found}


# --- glossary -----------------------------------------------------------------------------------


def test_every_term_of_the_glossary_is_used_in_the_book(site):
    known = terms(site)
    assert len(known) >= 45
    linked = {href.partition("#")[2] for p in pages(site) for href, _, _ in LINK.findall(text(p))}
    assert linked <= set(known)
    chapters = " ".join(words(text(p)) for p in pages(site) if p.stem != "glossary").lower()
    for label in set(known) - linked:  # such as one that stands in tables of results alone
        assert re.search(rf"\b{known[label].lower()}", chapters), known[label]
    assert len(linked) >= 0.9 * len(known)


def test_entries_are_short_and_say_where_a_term_is_defined(site):
    page = text(site / "book" / "glossary.html")
    for label, term in terms(site).items():
        start = page.index(f'id="{label}"')
        entry = page[start : page.index("</dd>", start)]
        told, *places = re.findall(r"<p>(.+?)</p>", entry, re.S)
        assert 30 < len(words(told)) < 260, term
        assert "<a " not in told, term  # what is shown beside a word has no links
        assert any("<a " in place for place in places), term


def test_each_page_links_a_term_once_and_describes_it(site):
    for page in pages(site):
        links, tips = LINK.findall(text(page)), dict(TIP.findall(text(page)))
        described = [tip for _, tip, _ in links]
        assert len(described) == len({href for href, _, _ in links}), page.name
        assert set(described) == set(tips), page.name
        for told in tips.values():
            assert len(words(told)) > 40
    assert len(LINK.findall(text(site / "notebooks" / "08_model.html"))) >= 10
    assert not LINK.findall(text(site / "book" / "glossary.html"))


def test_no_term_is_linked_in_code_a_heading_or_a_link(site):
    for page in pages(site):
        for tag in ("pre", "h1", "h2", "h3", "code"):
            for inside in re.findall(rf"<{tag}\b[^>]*>.*?</{tag}>", text(page), re.S):
                assert "regspec-term" not in inside, (page.name, tag)
        for inside in re.findall(r"<a (?!class=\"regspec-term\").*?</a>", text(page), re.S):
            assert "regspec-term" not in inside, page.name


@pytest.fixture
def chapter(browser, address, site):
    open_page(browser, address, site / "notebooks" / "12_planner.html", 390)
    return browser


def _link(chapter):
    link = chapter.find_element("css selector", "main p a.regspec-term")
    chapter.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    tip = chapter.find_element("id", link.get_attribute("aria-describedby"))
    assert not tip.is_displayed()
    return link, tip


@pytest.mark.browser
def test_a_definition_shows_under_the_pointer_and_leaves_with_it(chapter):
    from selenium.webdriver import ActionChains

    link, tip = _link(chapter)
    ActionChains(chapter).move_to_element(link).perform()
    assert tip.is_displayed()
    box = tip.rect
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    # The pointer may go onto the definition, to select its words.
    ActionChains(chapter).move_to_element(tip).perform()
    ActionChains(chapter).move_to_element(
        chapter.find_element("css selector", "article h1")
    ).perform()
    assert not tip.is_displayed()


@pytest.mark.browser
def test_a_definition_shows_at_the_keyboards_focus_and_escape_hides_it(chapter):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    link, tip = _link(chapter)
    chapter.execute_script("arguments[0].focus()", link)
    assert tip.is_displayed()
    ActionChains(chapter).send_keys(Keys.ESCAPE).perform()
    assert not tip.is_displayed()
    assert chapter.switch_to.active_element == link
    ActionChains(chapter).send_keys(Keys.TAB).perform()
    assert chapter.switch_to.active_element != link
    chapter.execute_script("arguments[0].focus()", link)
    assert tip.is_displayed()
    ActionChains(chapter).send_keys(Keys.TAB).perform()
    assert not tip.is_displayed()


@pytest.mark.browser
def test_the_first_touch_shows_and_the_second_follows(chapter):
    from selenium.webdriver.common.actions.action_builder import ActionBuilder
    from selenium.webdriver.common.actions.pointer_input import PointerInput

    def touch(element):
        finger = PointerInput("touch", "finger")
        builder = ActionBuilder(chapter, mouse=finger)
        builder.pointer_action.move_to(element).pointer_down().pointer_up()
        builder.perform()

    link, tip = _link(chapter)
    here, there = chapter.current_url, link.get_attribute("href")
    touch(link)
    assert tip.is_displayed()
    assert chapter.current_url == here
    touch(chapter.find_element("css selector", "article h1"))
    assert not tip.is_displayed()
    touch(link)
    touch(link)
    assert chapter.current_url == there


@pytest.mark.browser
def test_a_term_leads_to_its_entry_without_scripts(browser, address, site):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        open_page(browser, address, site / "notebooks" / "12_planner.html", 1280)
        link = browser.find_element("css selector", "main p a.regspec-term")
        there = link.get_attribute("href")
        link.click()
        assert browser.current_url == there
        assert browser.find_element("id", there.partition("#")[2]).is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# --- equations and code -------------------------------------------------------------------------

REGISTRY = yaml.safe_load((ROOT / "book" / "equations.yml").read_text(encoding="utf-8"))


def labels() -> set[str]:
    sources = [*(ROOT / "book").glob("*.md"), *(ROOT / "notebooks").glob("*.py")]
    found = (re.findall(r"^#? ?:label: (eq-\S+)$", text(p), re.M) for p in sources)
    return {label for group in found for label in group}


def test_every_labelled_equation_names_its_code_or_says_why_none():
    named, without = set(REGISTRY["equations"]), set(REGISTRY["no_code"])
    assert not named & without
    assert named | without == labels()
    assert all(len(reason) > 20 for reason in REGISTRY["no_code"].values())


@pytest.mark.parametrize("label", REGISTRY["equations"])
def test_the_code_of_an_equation_exists_and_both_pages_say_so(site, label):
    entry = REGISTRY["equations"][label]
    assert entry["what"]
    [page] = [p for p in pages(site) if f'id="equation-{label}"' in text(p)]
    start = text(page).index(f'id="equation-{label}"')
    line = text(page)[start:].partition('<p class="regspec-equation-code forward">')[2]
    line = line.partition("</p>")[0]
    for name in entry["code"]:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
        [href] = re.findall(rf'href="([^"#]+\.html#{re.escape(name)})"', line)
        reference = (page.parent / href.partition("#")[0]).resolve()
        at = text(reference).index(f'id="{name}"')
        implements = text(reference)[at:].partition('<p class="regspec-equation-code back">')[2]
        assert f"#equation-{label}" in implements.partition("</p>")[0], name


def test_no_other_equation_stands_between_one_and_its_line(site):
    for page in pages(site):
        for part in text(page).split('<p class="regspec-equation-code forward">')[1:]:
            assert "</p>" in part
        parts = re.split(r'id="equation-(eq-[^"]+)"', text(page))[1:]
        for label, after in zip(parts[::2], parts[1::2], strict=True):
            count = after.count('<p class="regspec-equation-code forward">')
            assert count == (label in REGISTRY["equations"]), label
