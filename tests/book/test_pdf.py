"""The book as one PDF."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from regspec.book import site
from regspec.book.site import PdfError, find_chromium, make_pdf, page_order
from regspec.sources.paths import project_root


def test_pages_come_in_the_order_of_the_contents():
    pages = page_order(project_root() / "_toc.yml")
    assert pages[0] == "book/intro"
    assert pages[-1] == "book/references"
    assert len(pages) == len(set(pages))
    assert pages.index("notebooks/08_model") < pages.index("notebooks/10_solver")


def test_a_missing_browser_is_reported(monkeypatch):
    monkeypatch.setenv("REGSPEC_CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(site, "BROWSERS", ())
    with pytest.raises(PdfError, match=r"no Chromium was found.*now '/nowhere/chromium'"):
        find_chromium()


def test_a_book_that_is_not_built_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "find_chromium", lambda: "chromium")
    with pytest.raises(PdfError, match=r"lacks book/intro\.html.*run 'python -m regspec book'"):
        make_pdf(tmp_path, tmp_path / "out.pdf")


def test_a_browser_that_prints_nothing_leaves_the_old_file(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "find_chromium", lambda: shutil.which("false"))
    monkeypatch.setattr(site, "page_order", lambda toc: ["a"])
    (tmp_path / "a.html").write_text("<title>A</title>")
    target = tmp_path / "out.pdf"
    target.write_text("old")
    with pytest.raises(PdfError, match=r"did not print a\.html"):
        make_pdf(tmp_path, target)
    assert target.read_text() == "old"


@pytest.mark.browser
def test_pages_become_chapters_with_bookmarks(tmp_path, monkeypatch):
    if not any(map(shutil.which, site.BROWSERS)):
        pytest.skip("notice: Chromium is not installed; printing skipped")
    monkeypatch.setattr(site, "page_order", lambda toc: ["one", "two"])
    for name in ("one", "two"):
        head = f"<title>Chapter {name} — The book</title>"
        Path(tmp_path / f"{name}.html").write_text(f"<html>{head}<p>{name} α</html>", "utf-8")
    book = PdfReader(make_pdf(tmp_path, tmp_path / "out.pdf"))
    assert [o.title for o in book.outline] == ["Chapter one", "Chapter two"]
    assert "two α" in book.pages[1].extract_text()
