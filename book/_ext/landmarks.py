"""The theme's sidebar becomes a landmark, so that every part of a page lies in one."""

from __future__ import annotations

from pathlib import Path

from sphinx.errors import ExtensionError

_SIDEBAR = '<div id="pst-primary-sidebar" '
_NAMED = f'{_SIDEBAR}role="complementary" aria-label="Title, search and contents" '


def name_sidebar(app, error) -> None:
    if error or app.builder.format != "html":
        return
    named = 0
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if _NAMED not in text and _SIDEBAR in text:
            text = text.replace(_SIDEBAR, _NAMED)
            page.write_text(text, encoding="utf-8")
        named += _NAMED in text
    if not named:  # warnings at this point do not stop a build
        raise ExtensionError(
            f"no page has {_SIDEBAR}...>: the theme changed, see book/_ext/landmarks.py"
        )


def setup(app):
    app.connect("build-finished", name_sidebar)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
