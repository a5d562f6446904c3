"""Competitive equilibrium by time iteration: equations (41)-(44) and appendix B.3.

Given next period's policies, expectations of u'(c') and of each unit of capital's payoff are
taken once per sweep by a Kronecker product over shocks. Each state then solves its slack
conditions inside a bracket and, where the debt would exceed the collateral value at the PREVIOUS
iterate's price, moves to the limit. That lagged-price rule is the paper's step 4(c); it selects
among equilibria where several exist.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Literal

from regspec.model.economy.grids import Grid, build_state_space
from regspec.model.economy.shocks import build_shocks
from regspec.model.economy.wedges import Wedges
from regspec.model.equilibrium.certificate import Certificate, ConvergenceError, Tolerances
from regspec.model.equilibrium.certify import certify
from regspec.model.equilibrium.iteration import first_guess, iterate, transfer
from regspec.model.equilibrium.off_grid import MarketSolution, as_market
from regspec.model.equilibrium.solution import Certified, Solution
from regspec.parameters import Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class Equilibrium(MarketSolution, Certified):
    """A solved competitive equilibrium.

    Attributes
    ----------
    certificate : Certificate
        Evidence that this is a solution, item by item; `certificate.converged`.
    sweeps : int
        Sweeps of time iteration made.
    seconds : float
        Wall time of the sweeps.
    selection : {"lagged", "most", "least"}
        Rule that chose among equilibria where several exist.
    tolerance : float
        Largest policy change asked for.
    started : str
        ``"static guess"``, or what the solution it started from was solved for. Where several
        equilibria exist the lagged-price rule keeps what the start selects.
    """

    certificate: Certificate
    sweeps: int
    seconds: float
    selection: str = "lagged"
    tolerance: float = 1e-6
    started: str = "static guess"


def solve_equilibrium(
    calibration: Calibration,
    grid: Grid | None = None,
    *,
    start: Solution | None = None,
    tolerance: float = 1e-6,
    max_sweeps: int = 1500,
    damping: float = 1.0,
    wedges: Wedges | None = None,
    alternative: Literal["lagged", "simultaneous"] = "lagged",
    selection: Literal["most", "least"] = "most",
    on_failure: Literal["raise", "return"] = "raise",
) -> Equilibrium:
    """Solve the decentralised competitive equilibrium.

    Parameters
    ----------
    calibration : Calibration
        With one, two or three industries.
    grid : Grid, optional
        ``Grid()`` when left out.
    start : Solution, optional
        Solution to start from (continuation in a parameter), on any grid; the static guess when
        left out (bonds and capital stay, the price is what that is worth), which is what the book
        uses throughout. Where several equilibria exist, another start can select another one: see
        `moments.spread_over_starts`.
    tolerance : float
        Largest policy change between sweeps, in the units of `iteration.policy_change`.
    max_sweeps : int
        Sweeps after which to stop.
    damping : float
        Weight of the new price in the price that values the next sweep's collateral.
    wedges : Wedges, optional
        State-dependent theta, taxes on debt and on capital.
    alternative : {"lagged", "simultaneous"}
        Price that values the collateral: that of the previous sweep (B.3, the default), or the
        state's own, with an explicit selection. Where several equilibria exist the selected
        choices jump from state to state, and a fixed point in pure strategies need not exist:
        expect a ConvergenceError at the published risk aversion, whatever the damping.
    selection : {"most", "least"}
        With ``alternative="simultaneous"``: the equilibrium with the most or the least borrowing.
    on_failure : {"raise", "return"}
        What to do with a solution whose certificate fails.

    Returns
    -------
    Equilibrium

    Raises
    ------
    ConvergenceError
        If the certificate fails and `on_failure` is "raise"; names the failing items and what
        to try.
    ValueError
        For arguments out of range.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> equilibrium.certificate.converged
    True
    >>> equilibrium.policies.c.shape  # shocks of two industries, bonds, capital share
    (3, 3, 40, 15)
    >>> taxed = solve_equilibrium(calibration, grid, damping=2.0)
    Traceback (most recent call last):
        ...
    ValueError: damping is 2.0; allowed: above 0 and at most 1
    """
    if alternative not in ("lagged", "simultaneous"):
        raise ValueError(f"alternative is {alternative!r}; allowed: 'lagged', 'simultaneous'")
    if selection not in ("most", "least"):
        raise ValueError(f"selection is {selection!r}; allowed: 'most', 'least'")
    if on_failure not in ("raise", "return"):
        raise ValueError(f"on_failure is {on_failure!r}; allowed: 'raise', 'return'")
    if not 0 < damping <= 1:
        raise ValueError(f"damping is {damping!r}; allowed: above 0 and at most 1")
    if not (math.isfinite(tolerance) and tolerance > 0):
        raise ValueError(f"tolerance is {tolerance!r}; allowed: above 0")
    if max_sweeps < 1:
        raise ValueError(f"max_sweeps is {max_sweeps!r}; allowed: 1 or more")
    # Without a limit there is nothing to select.
    rule = selection if alternative == "simultaneous" and calibration.constraint else "lagged"
    began = time.perf_counter()
    solution, sweeps = find_fixed_point(
        calibration, grid, start=start, wedges=wedges, tolerance=tolerance, max_sweeps=max_sweeps,
        damping=damping, selection=rule,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    certificate = certify(solution, tolerances=Tolerances(policy=tolerance), selection=rule)
    if on_failure == "raise" and not certificate.converged:
        raise ConvergenceError(certificate, calibration)
    return Equilibrium(
        calibration=calibration,
        grid=solution.grid,
        shocks=solution.shocks,
        policies=solution.policies,
        wedges=solution.wedges,
        selection=rule,
        certificate=certificate,
        sweeps=sweeps,
        seconds=seconds,
        tolerance=tolerance,
        started="static guess" if start is None else _described(start.calibration),
    )


def find_fixed_point(
    calibration: Calibration,
    grid: Grid | None = None,
    *,
    start: Solution | None = None,
    wedges: Wedges | None = None,
    tolerance: float = 1e-6,
    max_sweeps: int = 1500,
    damping: float = 1.0,
    selection: str = "lagged",
) -> tuple[MarketSolution, int]:
    """Policies at which the iteration stops, and its sweeps, without a certificate.

    Arguments as in `solve_equilibrium`, which checks those of the iteration.
    """
    if calibration.n_industries > 3:
        raise ValueError(
            f"calibration has {calibration.n_industries} industries; allowed: 1, 2, 3 (pool others "
            "into a composite, see regspec.industries.composite)"
        )
    spec = grid or Grid()
    shocks = build_shocks(
        calibration, spec.shocks, width=spec.shock_width, rate_nodes=spec.rate_nodes
    )
    wedges = wedges or Wedges()
    loosest = float(wedges.theta_at(shocks.joint_nodes, calibration.theta).max())
    space = build_state_space(calibration, spec, shocks, theta=loosest)
    guess = (
        first_guess(calibration, space, shocks, wedges)
        if start is None
        else transfer(start, calibration, space, shocks, wedges)
    )
    solution, sweeps = iterate(
        guess, tolerance=tolerance, max_sweeps=max_sweeps, damping=damping, selection=selection
    )
    return as_market(solution), sweeps


def _described(calibration: Calibration) -> str:
    return f"gamma={calibration.gamma:g}, theta={calibration.theta:g}"
