"""How does a table of estimates look in the paper's format, on screen and in files?

Read :class:`PaperTable` first: it writes itself as HTML, LaTeX and text. A cell holds a number with
its stars and, below it in parentheses, its standard error; :mod:`regspec.paper.side_by_side` fills
the tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from IPython.display import display

from regspec.show.display import folded

__all__ = [
    "EMPTY",
    "NOTE",
    "Cell",
    "PaperTable",
    "show_table",
    "typographic",
]

#: Note below a table of estimates.
NOTE = "Standard errors in parentheses. * p < 0.05, ** p < 0.01, *** p < 0.001."

_TEX = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "<": "$<$", ">": "$>$", "–": "--", "−": "$-$",
    "ĝ": r"$\hat g$", "²": "$^2$", "β": r"$\beta$",
}  # fmt: skip


class Cell(NamedTuple):
    """One entry: the number as text, its stars, and what stands in parentheses below."""

    text: str
    stars: str = ""
    below: str = ""


#: A cell with nothing in it.
EMPTY = Cell("")


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperTable:
    """A table ready to be written.

    Attributes
    ----------
    name : str
        Stem of its files, such as ``table4``.
    title : str
        Names the data tier.
    groups : tuple of (str, int)
        Headings over several columns, and how many.
    heads : tuple of str
        Heading of each column.
    rows : tuple of (str, tuple of Cell)
        Label and cells of each row.
    paper : tuple of bool
        Whether a column holds the paper's numbers.
    foot : int
        How many of the last rows stand below a rule (N, adjusted R squared).
    note : str
    """

    name: str
    title: str
    groups: tuple[tuple[str, int], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    paper: tuple[bool, ...]
    foot: int = 0
    note: str = NOTE

    def __post_init__(self) -> None:
        width = len(self.heads)
        wide = [label for label, cells in self.rows if len(cells) != width]
        if wide or len(self.paper) != width or sum(n for _, n in self.groups) != width:
            raise ValueError(
                f"{self.name} has {width} columns, groups of {[n for _, n in self.groups]}, and"
                f" rows of another width: {wide or 'none'}"
            )
        if not re.fullmatch(r"[a-z0-9_]+", self.name):
            raise ValueError(f"table name {self.name!r} is a file name: use a-z, 0-9 and _")

    def html(self, *, caption: bool = True) -> str:
        """Accessible HTML that scrolls with its row labels in sight on narrow screens.

        Without a caption it needs its title elsewhere, as in the line of a folded table.
        """
        groups = "".join(
            f'<th scope="colgroup" colspan="{n}">{escape(text)}</th>' for text, n in self.groups
        )
        heads = "".join(f'<th scope="col" class="num">{escape(h)}</th>' for h in self.heads)
        body = []
        for i, (label, cells) in enumerate(self.rows):
            rule = ' class="rule"' if self.foot and i == len(self.rows) - self.foot else ""
            entries = "".join(
                f'<td class="num{" paper" if own else ""}">{_html_cell(c)}</td>'
                for c, own in zip(cells, self.paper, strict=True)
            )
            body.append(f'<tr{rule}><th scope="row">{escape(label)}</th>{entries}</tr>')
        title = escape(self.title)
        above = f"<caption>{title}</caption>" if caption else ""
        kind = 'class="regspec-table regression" tabindex="0" role="region"'
        return (
            f'<div {kind} aria-label="{title}">'
            f"<table>{above}<thead>"
            f"<tr><td></td>{groups}</tr><tr><td></td>{heads}</tr></thead>"
            f"<tbody>{''.join(body)}</tbody></table><p><small>{escape(self.note)}</small></p></div>"
        )

    def latex(self) -> str:
        """A ``table`` environment for the packages booktabs and threeparttable."""
        width = len(self.heads)
        ends = [1, *(1 + sum(n for _, n in self.groups[: i + 1]) for i in range(len(self.groups)))]
        spans = " & ".join(rf"\multicolumn{{{n}}}{{c}}{{{_tex(t)}}}" for t, n in self.groups)
        rules = "".join(rf"\cmidrule(lr){{{a + 1}-{b}}}" for a, b in pairwise(ends))
        lines = [
            r"\begin{table}[htbp]", r"\centering", r"\begin{threeparttable}",
            rf"\caption{{{_tex(self.title)}}}", rf"\label{{tab:{self.name.replace('_', '-')}}}",
            rf"\begin{{tabular}}{{l{'r' * width}}}", r"\toprule",
            rf" & {spans} \\", rules,
            f" & {' & '.join(_tex(h) for h in self.heads)} " + r"\\", r"\midrule",
        ]  # fmt: skip
        for i, (label, cells) in enumerate(self.rows):
            if self.foot and i == len(self.rows) - self.foot:
                lines.append(r"\midrule")
            lines.append(f"{_tex(label)} & {' & '.join(map(_tex_cell, cells))} " + r"\\")
            if any(c.below for c in cells):
                below = (f"({_tex_number(c.below)})" if c.below else "" for c in cells)
                lines.append(f" & {' & '.join(below)} " + r"\\")
        lines += [
            r"\bottomrule", r"\end{tabular}", r"\begin{tablenotes}\footnotesize",
            rf"\item {_tex(self.note)}", r"\end{tablenotes}", r"\end{threeparttable}",
            r"\end{table}",
        ]  # fmt: skip
        return "\n".join(lines) + "\n"

    def text(self) -> str:
        """Plain text, as notebooks print it."""
        frame = pd.DataFrame(
            [[c.text + c.stars + (f" ({c.below})" if c.below else "") for c in cells]
             for _, cells in self.rows],
            index=[label for label, _ in self.rows],
            columns=[f"{g} {h}" for (g, n), first in zip(self.groups, self._starts(), strict=True)
                     for h in self.heads[first : first + n]],
        )  # fmt: skip
        return f"{self.title}\n{frame.to_string()}\n{self.note}"

    def _starts(self) -> list[int]:
        return [sum(n for _, n in self.groups[:i]) for i in range(len(self.groups))]

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write ``<name>.html`` and ``<name>.tex`` into a folder and return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / f"{self.name}.html", folder / f"{self.name}.tex"
        for path, text in zip(paths, (self.html() + "\n", self.latex()), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths


def show_table(table: PaperTable, folder: Path | None = None, *, fold: bool = False) -> None:
    """Display a table, folded or open, and, with a folder, write its two files there."""
    if folder is not None:
        table.write(folder)
    html = folded(table.title, table.html(caption=False)) if fold else table.html()
    display({"text/html": html, "text/plain": table.text()}, raw=True)


def typographic(text: str) -> str:
    """Typographic minus for the hyphen before a number."""
    return "−" + text[1:] if text.startswith("-") else text


def _html_cell(c: Cell) -> str:
    below = f"<small>({escape(c.below)})</small>" if c.below else ""
    return f"{escape(c.text)}{c.stars}{below}"


def _tex(text: str) -> str:
    """Text with LaTeX's special characters escaped and symbols in math mode."""
    return "".join(_TEX.get(ch, ch) for ch in text)


def _tex_number(text: str, stars: str = "") -> str:
    """Number in math mode where it has a sign or stars, in one piece: ``$$`` opens a display."""
    if text.startswith("−") or stars:
        return f"${text.replace('−', '-')}{f'^{{{stars}}}' if stars else ''}$"
    return text.replace("–", "--")


def _tex_cell(c: Cell) -> str:
    return _tex_number(c.text, c.stars)
