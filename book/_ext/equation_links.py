"""Links between labelled equations and the functions that compute them, both ways.

`book/equations.yml` says which belong together. Below an equation stands "in code", and in the API
reference, in the entry of each function, "implements" with the equation's number and chapter.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

LOG = logging.getLogger(__name__)


def load(folder: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Functions by equation, and equations by function."""
    raw = yaml.safe_load((folder / "equations.yml").read_text(encoding="utf-8"))
    forward = {label: entry["code"] for label, entry in raw["equations"].items()}
    back = defaultdict(list)
    for label, functions in forward.items():
        for name in functions:
            back[name].append(label)
    return forward, dict(back)


def _to_function(app, docname: str, name: str) -> nodes.Node | None:
    found = app.env.domains["py"].objects.get(name)
    if found is None:
        LOG.warning("equations.yml names %s, which is not in the API reference", name)
        return None
    words = nodes.literal(name, name, classes=["xref", "py"])
    return make_refnode(app.builder, docname, found.docname, found.node_id, words)


def _to_equation(app, docname: str, label: str) -> list[nodes.Node]:
    math = app.env.domains["math"]
    if label not in math.equations:
        LOG.warning("equations.yml names %s, which no page has", label)
        return []
    target = addnodes.pending_xref("", refdomain="math", reftype="eq", reftarget=label)
    number = math.resolve_xref(
        app.env, docname, app.builder, "eq", label, target, nodes.inline(text=label)
    )
    chapter = math.equations[label][0]
    title = nodes.inline(text=app.env.titles[chapter].astext())
    return [
        nodes.Text("equation "),
        number,
        nodes.Text(" of "),
        make_refnode(app.builder, docname, chapter, "", title),
    ]


def _line(start: str, links: list[list[nodes.Node]], kind: str) -> nodes.paragraph:
    parts: list[nodes.Node] = [nodes.Text(start)]
    for i, link in enumerate(links):
        parts += ([nodes.Text(", ")] if i else []) + link
    return nodes.paragraph("", "", *parts, classes=["regspec-equation-code", kind])


def below_equations(app, doctree, docname: str, forward: dict[str, list[str]]) -> None:
    for equation in list(doctree.findall(nodes.math_block)):
        names = forward.get(equation.get("label"), [])
        links = [[link] for name in names if (link := _to_function(app, docname, name))]
        if links:
            place = equation.parent
            place.insert(place.index(equation) + 1, _line("In code: ", links, "forward"))


def in_entries(app, doctree, docname: str, back: dict[str, list[str]]) -> None:
    for entry in doctree.findall(addnodes.desc):
        ids = {i for s in entry.findall(addnodes.desc_signature) for i in s["ids"]}
        labels = next((back[name] for name in back if name in ids), [])
        links = [link for label in labels if (link := _to_equation(app, docname, label))]
        if links:
            entry[-1].insert(0, _line("Implements ", links, "back"))


def link_equations(app, doctree, docname: str) -> None:
    forward, back = load(Path(app.srcdir) / "book")
    below_equations(app, doctree, docname, forward)
    if docname.startswith("book/api"):
        in_entries(app, doctree, docname, back)


def check_registry(app, env):
    """Every labelled equation is in the registry, or says why not."""
    raw = yaml.safe_load((Path(app.srcdir) / "book" / "equations.yml").read_text(encoding="utf-8"))
    known, labels = {*raw["equations"], *raw["no_code"]}, set(env.domains["math"].equations)
    for label in sorted(labels - known):
        LOG.warning(
            "equation %s is not in book/equations.yml: name its code or say why none", label
        )
    for label in sorted(known - labels):
        LOG.warning("book/equations.yml names %s, which no page has", label)


def setup(app):
    app.connect("doctree-resolved", link_equations)
    app.connect("env-check-consistency", check_registry)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
