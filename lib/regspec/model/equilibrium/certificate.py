"""What a solution is checked for: items with limits, their conjunction, and the error they raise.

`Certificate.converged` is the conjunction of the items that have a limit; items without one are
reported. Where several static equilibria exist the certificate says so (`Certificate.unique`)
instead of failing: the solution is then the one that the lagged-price rule selects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regspec.parameters import Calibration

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerances:
    """Limits of the certificate's items.

    Attributes
    ----------
    policy : float
        Largest policy change in a further sweep (see `iteration.policy_change`).
    residual : float
        Collateral, complementarity and resource residuals on the grid, over income.
    euler_mean, euler_p99 : float
        log10 Euler errors (consumption units) of every condition over all simulated states.
        Where policies jump between equilibria these errors do not vanish with the grid, only
        their share of states does: hence limits looser than those of smooth states.
    smooth_mean, smooth_p99 : float
        The same over fresh states of the whole grid, away from switches between slack and bound.
        They admit quick grids; on ``Grid(80, 31, 5)`` expect -4 and -2.5, the accuracy usual for
        such models.
    unsolved : float
        Share of simulated states with no choice that their own price supports.
    edge_mass : float
        Share of simulated periods in the outermost cells of the bond and capital grids.
    """

    policy: float = 1e-6
    residual: float = 1e-5
    euler_mean: float = -2.5
    euler_p99: float = -1.5
    smooth_mean: float = -3.0
    smooth_p99: float = -1.5
    unsolved: float = 1e-3
    edge_mass: float = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One checked or reported number; `limit` is None where it is only reported."""

    name: str
    value: float
    limit: float | None
    description: str

    @property
    def passed(self) -> bool:
        """Whether the value is within its limit; NaN never is."""
        return self.limit is None or bool(self.value <= self.limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """All items of one solution.

    Attributes
    ----------
    entries : tuple of Item
    """

    entries: tuple[Item, ...]

    @property
    def converged(self) -> bool:
        """Whether every item with a limit is within it."""
        return all(item.passed for item in self.entries)

    @property
    def unique(self) -> bool:
        """Whether every sampled state has one static equilibrium, locally unique."""
        values = {item.name: item.value for item in self.entries}
        most = values.get("static equilibria, most", np.inf)
        # The margin is NaN where no sampled state is bound: nothing feeds back on the limit.
        return most <= 1 and not values.get("uniqueness margin, least", -np.inf) <= 0

    @property
    def failing(self) -> tuple[Item, ...]:
        """The items beyond their limits."""
        return tuple(item for item in self.entries if not item.passed)

    def items(self) -> tuple[Item, ...]:
        """All items, in the order computed."""
        return self.entries

    def __getitem__(self, name: str) -> float:
        """Value of one item by name; KeyError lists the names."""
        for item in self.entries:
            if item.name == name:
                return item.value
        raise KeyError(f"no item {name!r}; allowed: {[item.name for item in self.entries]}")

    def to_frame(self) -> pd.DataFrame:
        """One row per item: name, value, limit (NaN where reported only), passed, description."""
        import pandas as pd  # slow to import: only when a table is asked for

        return pd.DataFrame(
            {
                "item": [item.name for item in self.entries],
                "value": [item.value for item in self.entries],
                "limit": [np.nan if i.limit is None else i.limit for i in self.entries],
                "passed": [item.passed for item in self.entries],
                "description": [item.description for item in self.entries],
            }
        )


class ConvergenceError(RuntimeError):
    """A solution failed its certificate; carries it as `certificate`."""

    def __init__(self, certificate: Certificate, calibration: Calibration) -> None:
        self.certificate = certificate
        failing = "; ".join(
            f"{item.name} is {item.value:.3g} (limit {item.limit:.3g})"
            for item in certificate.failing
        )
        advice = _advice(certificate)
        if calibration.period_years < 10:
            advice = (
                f"With period_years={calibration.period_years} the published theta and gamma imply "
                "a debt limit of a large multiple of one period's income, and the price and the "
                "limit feed back on each other too strongly to iterate on; use period_years=10, "
                "the baseline, or lower theta. " + advice
            )
        super().__init__(
            f"No solution at gamma={calibration.gamma}, theta={calibration.theta}: {failing}. "
            f"{advice} Pass on_failure='return' to inspect the result."
        )


#: What to try when an item fails, by the start of its name.
_REMEDIES = {
    "grid floor": "a lower end of the bonds (Grid debt_multiple or bond_range): the grid acts as a "
    "debt limit",
    "edge mass, low": "a lower end of the bonds (Grid debt_multiple or bond_range)",
    "edge mass, high": "a higher end of the bonds (Grid bond_range)",
    "edge mass, capital": "a wider Grid capital_range",
    "infeasible": "a shorter range of the bonds (Grid bond_range) or a narrower shock_width: some "
    "states cannot pay their debt",
    "euler": "more bond and capital nodes (Grid)",
    "unsupported": "more bond nodes (Grid)",
    "change in": "more sweeps (max_sweeps), damping below 1",
}


def _advice(certificate: Certificate) -> str:
    """What to try, after the items that fail."""
    names = [item.name for item in certificate.failing]
    tries = [text for start, text in _REMEDIES.items() if any(n.startswith(start) for n in names)]
    tries += ["a start from a solution at lower theta or gamma (start=...)", "lower theta or gamma"]
    return f"Try {'; '.join(tries)}."


def check(name: str, value: float, limit: float | None, description: str) -> Item:
    """One item of a certificate."""
    return Item(name=name, value=float(value), limit=limit, description=description)
