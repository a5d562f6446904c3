"""The first use of a glossary term on each page becomes a link that shows its definition.

The definitions used on a page stand hidden at its end; `glossary.js` shows them next to the link
under the pointer, the keyboard's focus or a finger. Without scripts the links lead to the glossary.
"""

from __future__ import annotations

import html
import re
from functools import cache

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

GLOSSARY = "book/glossary"
# Generated pages.
_APART = ("book/api", "book/references")
LOG = logging.getLogger(__name__)

# How a term is written in prose, where that is more than the term with an optional plural "s".
# A group named "term" is what becomes the link; case is ignored unless it starts with (?-i:.
PATTERNS = {
    "agglomeration": r"agglomeration(?! elasticit)",
    "binding": r"(?:limit|constraint)s? (?:that )?(?:does not |always |never )?(?P<term>binds?)"
    r"|(?:the|a) (?P<term2>binding) (?:limit|constraint)",
    "binding frequency": r"binding frequenc(?:y|ies)",
    "bootstrap": r"bootstrap(?:ped)?",
    "calibration": r"calibrat(?:ion|ed)",
    "certificate": r"certificates?",
    "certified": r"certified",
    "collateral constraint": r"collateral (?:constraint|limit)s?|borrowing limits?",
    "consumption equivalent": r"consumption[- ]equivalents?|percent of consumption",
    "constrained-efficient planner": r"(?:(?:constrained(?:-efficient)?|social) )?planner",
    "convergence": r"(?:income |regional )?convergence",
    "debt tax": r"debt tax(?:es)?|tax(?:es)? on (?:debt|borrowing)",
    "discount factor": r"(?:stochastic )?discount factors?",
    "equilibrium": r"(?:competitive )?equilibri(?:um|a)",
    "ergodic": r"ergodic",
    "Gini coefficient": r"(?-i:Gini(?: coefficients?)?)",
    "Herfindahl index": r"(?-i:Herfindahl)(?: index)?",
    "impulse response": r"(?:impulse|generali[sz]ed) responses?",
    "loan-to-value limit": r"loan-to-value(?: limits?| ratios?)?",
    "local regression": r"local regressions?|(?-i:LOWESS)",
    "multiplier": r"multipliers?",
    "no-arbitrage condition": r"no-arbitrage(?: conditions?)?",
    "Omega terms": r"(?-i:Omega)(?: terms?)?",
    "pecuniary externality": r"(?:pecuniary )?externalit(?:y|ies)",
    "policy function": r"policy functions?|decision rules?|bond rules?",
    "price of capital": r"prices? of capital|price of its capital",
    "public-use microdata area": r"public-use microdata areas?|(?-i:PUMAs?)",
    "quick profile": r"(?:quick|full) profile",
    "reading": r"\b(?:this|each|which|other|another|of|possible|both|the|two|several|paper's|our)"
    r" (?P<term>readings?)(?! (?:of|the|it|a|in|and|from)\b)",
    "revealed comparative advantage": r"(?:revealed )?comparative advantages?|location quotients?",
    "scoreboard": r"(?<!\.)scoreboards?",
    "selection": r"selection(?= of equilibri| rule)|(?P<term>selects), not",
    "shift-share": r"shift-shares?",
    "sound": r"sound(?:ness)?",
    "specialization": r"speciali[sz](?:ation(?! trade-off)|ed)",
    "sweep": r"(?<!the )\bsweeps?",
    "tier": r"(?:public|census|synthetic|model)\*? tiers?|tiers?(?= of data)",
    "time iteration": r"time iteration",
    "time-consistent": r"time[- ](?:consistent|consistency)|(?-i:Markov)-perfect",
    "top code": r"top[- ]cod(?:e|es|ed|ing)",
    "total factor productivity": r"total factor productivity|(?-i:TFP)",
    "trade-off": r"(?<!specialization )trade-offs?",
    "uniqueness margin": r"(?:uniqueness )?margins?(?= (?:of|for|at) (?:local )?uniqueness)"
    r"|uniqueness margins?",
    "vintage": r"vintages?",
    "wedge": r"wedges?",
}

# Where no link is made: other links, code, mathematics, headings, captions and the like.
_SKIP = (
    nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.title,
    nodes.caption, nodes.raw, nodes.footnote_reference, nodes.citation_reference, nodes.target,
    nodes.comment, nodes.rubric, nodes.field_name, addnodes.desc_signature, addnodes.toctree,
    addnodes.pending_xref, nodes.term, nodes.image, nodes.thead,
)  # fmt: skip
# Classes of what a notebook printed, and of values in prose.
_COMPUTED = {"cell_output", "pasted-text"}


class TermLink(nodes.General, nodes.Inline, nodes.TextElement):
    """A word that leads to its entry and is described by it."""


def visit_term(self, node) -> None:
    self.body.append(
        f'<a class="regspec-term" href="{html.escape(node["refuri"])}" '
        f'aria-describedby="{node["tip"]}">'
    )


def depart_term(self, node) -> None:
    self.body.append("</a>")


def plain(self, node) -> None:
    """In formats without links to the glossary a term is its words."""


@cache
def pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{PATTERNS.get(term, re.escape(term) + 's?')})\b", re.IGNORECASE)


def entries(env) -> dict[str, tuple[str, str]]:
    """Terms of the glossary, longest first: label in the page, and the sentence that is shown."""
    found = {}
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        text = next(item.findall(nodes.paragraph)).astext()
        for term in item.findall(nodes.term):
            found[term.astext().strip()] = (term["ids"][0], " ".join(text.split()))
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _usable(text: nodes.Text) -> bool:
    node, prose = text.parent, False
    while node is not None:
        if isinstance(node, (TermLink, *_SKIP)) or _COMPUTED & {*node.get("classes", ())}:
            return False
        prose = prose or isinstance(node, nodes.paragraph)
        node = node.parent
    return prose


def _leads_to(node: nodes.reference, label: str) -> bool:
    """Whether a reference was written {term}`...` of the entry with this label."""
    written = any("std-term" in n.get("classes", ()) for n in node.findall(nodes.inline))
    return written and node.get("refuri", "").endswith(f"#{label}")


def _found(term: str, text: str) -> tuple[int, int] | None:
    match = pattern(term).search(text)
    if match is None:
        return None
    group = next((n for n in ("term", "term2") if match.groupdict().get(n)), 0)
    return match.span(group)


def link_terms(app, doctree, docname) -> None:
    """Replace first uses by links; a word within a longer term belongs to the longer one."""
    if app.builder.format != "html" or docname == GLOSSARY or docname.startswith(_APART):
        return
    known = entries(app.env)
    unknown = set(PATTERNS) - set(known)
    if unknown:
        LOG.warning("patterns for terms that the glossary lacks: %s", sorted(unknown))
    address = app.builder.get_relative_uri(docname, GLOSSARY)
    pending, used = dict(known), {}

    def link(term: str, words: list[nodes.Node]) -> TermLink:
        label, told = known[term]
        pending.pop(term, None)
        used[f"tip-{label}"] = (term, told)
        return TermLink("", "", *words, refuri=f"{address}#{label}", tip=f"tip-{label}")

    for node in list(doctree.findall(nodes.reference)):
        term = next((t for t, (label, _) in known.items() if _leads_to(node, label)), None)
        if term:
            node.parent.replace(node, link(term, [nodes.Text(node.astext())]))
    queue = [t for t in doctree.findall(nodes.Text) if _usable(t)]
    while queue and pending:
        text = queue.pop(0)
        content = text.astext()
        spans = ((s, -len(t), t) for t in pending if (s := _found(t, content)))
        first = min(spans, default=None, key=lambda s: (s[0][0], -(s[0][1] - s[0][0]), s[1]))
        if first is None:
            continue
        (start, end), _, term = first
        rest = nodes.Text(content[end:])
        parts = nodes.Text(content[:start]), link(term, [nodes.Text(content[start:end])]), rest
        text.parent.replace(text, [part for part in parts if part.astext()])
        if rest.astext():
            queue.insert(0, rest)
    doctree["glossary_used"] = used


def add_definitions(app, pagename, templatename, context, doctree) -> None:
    used = doctree.get("glossary_used") if doctree is not None else None
    if used:
        tips = "".join(
            f'<div role="tooltip" class="regspec-tip" id="{name}" hidden><strong>'
            f"{html.escape(term)}</strong> {html.escape(told)}</div>"
            for name, (term, told) in used.items()
        )
        context["body"] += f'<div class="regspec-tips">{tips}</div>'


def setup(app):
    app.add_node(
        TermLink, html=(visit_term, depart_term), latex=(plain, plain), text=(plain, plain)
    )
    app.connect("doctree-resolved", link_terms)
    app.connect("html-page-context", add_definitions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
