"""Every part of a page lies in a landmark: the sidebar with title and search gets a name of its own."""

from __future__ import annotations

from pathlib import Path

from sphinx.util import logging

LOG = logging.getLogger(__name__)

_SIDEBAR = '<div id="pst-primary-sidebar" '
_NAMED = f'{_SIDEBAR}role="complementary" aria-label="Title, search and contents" '


def name_sidebar(app, error) -> None:
    if error or app.builder.format != "html":
        return
    named = 0
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if _SIDEBAR in text:
            page.write_text(text.replace(_SIDEBAR, _NAMED), encoding="utf-8")
            named += 1
    if not named:
        LOG.warning("no page has the sidebar %s: the theme changed, see book/_ext", _SIDEBAR)


def setup(app):
    app.connect("build-finished", name_sidebar)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
