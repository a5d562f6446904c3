"""Make the site need no network: MathJax from the book itself, no Thebe, no script twice.

Also takes roles off the bibliography that screen readers stumble over.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

# The parts of MathJax 3 that TeX input with CommonHTML output loads.
PARTS = ("tex-chtml-full.js", "output/chtml/fonts/woff-v2", "ui", "a11y", "sre")


def _mathjax() -> Path:
    spec = importlib.util.find_spec("mathjax")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("MathJax (django-static-mathjax) is not installed; run 'make setup'")
    return Path(next(iter(spec.submodule_search_locations))) / "static" / "mathjax" / "es5"


def copy_assets(app, error) -> None:
    if error or app.builder.format != "html":
        return
    source, target = _mathjax(), Path(app.outdir) / "_static" / "vendor" / "mathjax"
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, dirs_exist_ok=True)
        elif (source / part).exists():
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / part, target / part)


def make_pages_lean(app, error) -> None:
    """Leave out what a page does not need.

    The style sheet has the icons as fonts: the script that draws them again is 1.5 MB. The index
    of the search is used on the search page alone.
    """
    if error or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        lean = re.sub(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>", "", text)
        if page.name != "search.html":
            lean = re.sub(r'\s*<script[^>]*searchindex\.js"[^>]*></script>', "", lean)
        if lean != text:
            page.write_text(lean, encoding="utf-8")


def _of_thebe(script) -> bool:
    """Whether a script is Thebe's, which no page uses and which names a foreign address."""
    body = (getattr(script, "attributes", {}) or {}).get("body") or ""
    return "THEBE_JS_URL" in body or "sphinx-thebe" in str(getattr(script, "filename", ""))


def choose_scripts(app, pagename, templatename, context, doctree) -> None:
    seen, kept = set(), []
    for script in context.get("script_files", []):
        attributes = getattr(script, "attributes", {}) or {}
        body = attributes.get("body")
        # Inline scripts have no file name; str(script) of those differs by priority.
        key = (getattr(script, "filename", None) or (None if body else str(script)), body)
        if key not in seen and not _of_thebe(script):
            seen.add(key)
            kept.append(script)
    context["script_files"][:] = kept


def plain_bibliography(app, pagename, templatename, context, doctree) -> None:
    """A list may not hold links beside its items, and an entry's role is deprecated."""
    body = context.get("body", "").replace('<div role="list" class="citation-list">', "<div>")
    context["body"] = body.replace(' role="doc-biblioentry"', "")


def setup(app):
    app.connect("html-page-context", choose_scripts, priority=900)
    app.connect("html-page-context", plain_bibliography)
    app.connect("build-finished", copy_assets)
    app.connect("build-finished", make_pages_lean)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
