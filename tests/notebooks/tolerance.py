"""How far a number of an executed notebook may be from the one that is printed in the book.

Processors and builds of the linear algebra add in other orders. Solutions that settle carry that
into late digits, and into the third where a simulation meets a jump of its policies. Whatever a
solver that does not settle was stopped at differs in the second.
"""

from __future__ import annotations

import json
import re
from typing import Any

# Twice the largest difference between processors that was seen.
RELATIVE = 5e-4
UNSETTLED = 0.1  # cells with the tag of that name
ABSOLUTE = 1e-4
NUMBER = re.compile(r"(?<![\w.])[-−+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\w)")


def value(number: str) -> float:
    return float(number.replace("−", "-"))


def unit(number: str) -> float:
    """One in the last digit that is shown, but no less than ABSOLUTE."""
    mantissa, _, exponent = number.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return max(ABSOLUTE, 10.0 ** (int(exponent or 0) - decimals))


def near(printed: str, computed: str, relative: float) -> bool:
    """Whole numbers must be equal; others may differ by `relative` and by the last digit shown."""
    one, other = value(printed), value(computed)
    most = relative * max(abs(one), abs(other))
    if printed.lstrip("+-−").isdigit() and computed.lstrip("+-−").isdigit():
        return abs(one - other) <= (most if relative == UNSETTLED else 0)
    return abs(one - other) <= most + max(unit(printed), unit(computed))


class Output(str):
    """What a cell printed, equal to another where its words are and its numbers are near."""

    relative = RELATIVE

    def __new__(cls, content: Any, relative: float = RELATIVE) -> Output:
        if not isinstance(content, str):
            content = json.dumps(content, sort_keys=True, indent=1, default=str, ensure_ascii=False)
        made = super().__new__(cls, content)
        made.relative = relative
        return made

    def __eq__(self, other: object) -> bool:
        if str.__eq__(self, str(other)):
            return True
        words = [["".join(w.split()) for w in NUMBER.split(s)] for s in (self, str(other))]
        if words[0] != words[1]:
            return False
        pairs = zip(NUMBER.findall(self), NUMBER.findall(str(other)), strict=True)
        return all(near(*pair, self.relative) for pair in pairs)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def relax(cell: Any) -> None:
    """Have a cell collected by nbval compare its output so."""
    tags = cell.cell.metadata.get("tags", [])
    relative = UNSETTLED if "unsettled" in tags else RELATIVE
    cell.sanitize = lambda content: Output(content, relative)
