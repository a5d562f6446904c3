"""Time-consistent constrained-efficient planner: equations (20)-(24) of section 3.4.

Today's planner takes the functions of future planners as given and maximises over (b', k', q)
subject to resources, the collateral limit and the market's pricing of capital. The fixed point
starts from the competitive equilibrium: a sweep maximises at every state (`planner_sweep`) and
its choices become the next sweep's future.
"""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import Grid
from regspec.model.economy.technology import output, private_return
from regspec.model.economy.wedges import Wedges
from regspec.model.equilibrium.certificate import Certificate, ConvergenceError
from regspec.model.equilibrium.certify import certify
from regspec.model.equilibrium.iteration import policy_change
from regspec.model.equilibrium.solution import Certified, Policies, Solution
from regspec.model.equilibrium.solve import find_fixed_point
from regspec.model.planner.certificate import certify_planner
from regspec.model.planner.sweep import DISTANT, build_future, planner_sweep, private_correction
from regspec.model.planner.value import policy_value
from regspec.parameters import Calibration

Array = NDArray[np.float64]

# Sweeps over which progress is judged, those in which keeping ties must help before damping is
# tried, and the least weight that a new sweep may get.
WINDOW = 15
GRACE = 5
LEAST_DAMPING = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Planner(Certified):
    """A solved planner's problem.

    Attributes
    ----------
    value : array, shape of the policies
        Consumption equivalent of every grid state (see `value`).
    instruments : {"debt+industry", "debt"}
    agglomeration, collateral : bool
        Which externality the planner internalises.
    certificate : Certificate
    sweeps : int
    seconds : float
        Wall time, the starting equilibrium included.
    """

    value: Array
    instruments: str
    agglomeration: bool
    collateral: bool
    certificate: Certificate
    sweeps: int
    seconds: float


def agglomeration_subsidy(calibration: Calibration) -> Wedges:
    """Taxes on capital that make private returns social ones and leave its price alone.

    tau_i alpha m_i = xi_i m_i - sum_j k_j xi_j m_j with m_i = output_i / k_i: each industry is
    paid what it adds to the productivity of its neighbours, net of the average, so that the
    share-weighted return, which prices capital (15), is that without taxes.
    """
    xi = np.array(calibration.xi)

    def tax_capital(b: Array, k: Array, z: Array) -> Array:
        spill = xi * output(k, z, calibration)
        net = spill / k - spill.sum(axis=-1, keepdims=True)
        return np.asarray(net / private_return(k, z, calibration))

    return Wedges(tax_capital=tax_capital)


def solve_planner(
    calibration: Calibration,
    grid: Grid | None = None,
    *,
    instruments: Literal["debt+industry", "debt"] = "debt+industry",
    agglomeration: bool = True,
    collateral: bool = True,
    start: Solution | None = None,
    tolerance: float = 1e-4,
    value_tolerance: float = 1e-6,
    max_sweeps: int = 200,
    damping: float = 1.0,
    scan_every: int = 10,
    hysteresis: float = 1e-5,
    on_failure: Literal["raise", "return"] = "raise",
) -> Planner:
    """Solve the constrained-efficient planner's problem.

    Parameters
    ----------
    calibration : Calibration
        With one, two or three industries.
    grid : Grid, optional
        ``Grid()`` when left out; the same grids as `solve_equilibrium`.
    instruments : {"debt+industry", "debt"}
        With industry taxes only the share-weighted condition (15) prices capital and k' is free;
        with a debt tax alone every capital condition (12) holds and k' follows from b'.
    agglomeration : bool
        Whether the planner internalises that z_i depends on k_i. Without, the value it sees in
        capital has xi_i = 0 in the marginal product (23).
    collateral : bool
        Whether it internalises that its choices move the price of capital. Without, the price is
        taken as given as households do, and the solution is the competitive equilibrium with
        `agglomeration_subsidy` (or without it).
    start : Solution, optional
        Solution of the same calibration to start the equilibrium from.
    tolerance, value_tolerance : float
        Largest change of policies (`iteration.policy_change`) and relative change of values in a
        sweep that scans every node.
    max_sweeps : int
        Sweeps after which to stop.
    damping : float
        Weight of a new sweep's choices in the next future; halved, down to 0.05, while changes
        do not fall.
    scan_every : int
        A sweep in so many looks at every node of (b', k'); the others refine the last choice.
    hysteresis : float
        Two distant choices that differ by less than this share of consumption count as tied. Where
        changes do not fall, a state keeps its last choice unless another gains more; the
        certificate then counts the ties and says what they give up. 0 switches this off.
    on_failure : {"raise", "return"}

    Returns
    -------
    Planner

    Raises
    ------
    ConvergenceError
        If the certificate fails and `on_failure` is "raise".
    ValueError
        For arguments out of range.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium, solve_planner
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0, theta=0.25), Grid(40, 15, 3)
    >>> planner = solve_planner(calibration, grid)
    >>> planner.certificate.converged
    True
    >>> planner.value.shape == planner.policies.c.shape
    True
    """
    if instruments not in ("debt+industry", "debt"):
        raise ValueError(f"instruments is {instruments!r}; allowed: 'debt+industry', 'debt'")
    if on_failure not in ("raise", "return"):
        raise ValueError(f"on_failure is {on_failure!r}; allowed: 'raise', 'return'")
    for name, value in (("tolerance", tolerance), ("value_tolerance", value_tolerance)):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value!r}; allowed: above 0")
    if not 0 < damping <= 1:
        raise ValueError(f"damping is {damping!r}; allowed: above 0 and at most 1")
    if not 0 <= hysteresis < 1:
        raise ValueError(f"hysteresis is {hysteresis!r}; allowed: at least 0 and below 1")
    for name, count in (("max_sweeps", max_sweeps), ("scan_every", scan_every)):
        if count < 1:
            raise ValueError(f"{name} is {count!r}; allowed: 1 or more")

    began = time.perf_counter()
    wedges = None
    if agglomeration and not collateral and instruments == "debt+industry":
        wedges = agglomeration_subsidy(calibration)
    # Where the planner starts needs no certificate of its own.
    first, sweeps = find_fixed_point(calibration, grid, start=start, wedges=wedges)
    solution = Solution(
        calibration=calibration, grid=first.grid, shocks=first.shocks, policies=first.policies,
        wedges=first.wedges,
    )  # fmt: skip
    values = policy_value(solution)
    debt_only = instruments == "debt"
    if collateral:
        solution, values, keep, correction, sweeps = _iterate(
            solution, values, debt_only=debt_only, social=agglomeration, tolerance=tolerance,
            value_tolerance=value_tolerance, max_sweeps=max_sweeps, damping=damping,
            scan_every=scan_every, hysteresis=hysteresis,
        )  # fmt: skip
        certificate = certify_planner(
            solution, values, debt_only=debt_only, social=agglomeration, tolerance=tolerance,
            value_tolerance=value_tolerance, hysteresis=keep, last=correction,
        )  # fmt: skip
    else:
        certificate = certify(solution)
    if on_failure == "raise" and not certificate.converged:
        raise ConvergenceError(certificate, calibration)
    return Planner(
        calibration=calibration,
        grid=solution.grid,
        shocks=solution.shocks,
        policies=solution.policies,
        wedges=solution.wedges,
        value=values,
        instruments=instruments,
        agglomeration=agglomeration,
        collateral=collateral,
        certificate=certificate,
        sweeps=sweeps,
        seconds=time.perf_counter() - began,
    )


def _iterate(
    solution: Solution,
    values: Array,
    *,
    debt_only: bool,
    social: bool,
    tolerance: float,
    value_tolerance: float,
    max_sweeps: int,
    damping: float,
    scan_every: int,
    hysteresis: float,
) -> tuple[Solution, Array, float, Array | None, int]:
    """Sweep until two in a row change nothing; while changes do not fall, keep ties, then damp.

    Returns the solution, its values, the hysteresis in use, the last correction for what is not
    internalised, and the number of sweeps.
    """
    step = reach = 0.02
    quiet, since, history = 0, 0, []
    correction: Array | None = None
    keep = 0.0
    for sweep in range(1, max_sweeps + 1):
        everywhere = quiet > 0 or sweep % scan_every == 1 or scan_every == 1
        future = build_future(solution, values)
        if not social:
            correction = private_correction(solution, future, debt_only=debt_only, last=correction)
        old = solution.policies
        new, new_values, _ = planner_sweep(
            solution, future, debt_only=debt_only, everywhere=everywhere, step=step, reach=reach,
            correction=correction, hysteresis=keep, jump=DISTANT * tolerance,
        )  # fmt: skip
        change = policy_change(new, old, solution.grid.income_scale)
        value_change = float(np.max(np.abs(new_values / values - 1.0)))
        largest = max(change.values())
        if not np.isfinite([largest, value_change]).all():
            return dataclasses.replace(solution, policies=new), new_values, keep, correction, sweep
        settled = largest <= tolerance and value_change <= value_tolerance
        quiet = quiet + 1 if settled else 0
        if quiet >= 2:  # the last of them looked at every node; so will the certificate
            return dataclasses.replace(solution, policies=new), new_values, keep, correction, sweep
        history.append(largest)
        since += 1
        if since >= 2 * WINDOW and not settled:
            recent, before = history[-WINDOW:], history[-2 * WINDOW : -WINDOW]
            if np.median(recent) > 0.5 * np.median(before):
                if keep < hysteresis:
                    keep, since = hysteresis, 2 * WINDOW - GRACE
                else:
                    damping, since = max(0.5 * damping, min(LEAST_DAMPING, damping)), WINDOW
        solution = dataclasses.replace(solution, policies=_mix(new, old, damping))
        values = new_values
        step = min(0.02, max(2e-3, 2.0 * change["k_next"]))
        reach = min(0.02, max(1e-4, 2.0 * change["b_next"]))
    return solution, values, keep, correction, max_sweeps


def _mix(new: Policies, old: Policies, weight: float) -> Policies:
    """Convex combination of two sweeps' choices; regimes of the new one."""
    if weight == 1.0:
        return new
    names = ("c", "b_next", "k_next", "q", "mu")
    mixed = {n: weight * getattr(new, n) + (1.0 - weight) * getattr(old, n) for n in names}
    return Policies(**mixed, status=new.status)
