"""Compiled assembly of expectations: payoffs of every state, and the columns a sweep reads.

Time iteration: one sweep of appendix B.3 and the loop around it.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.economy.grids import StateSpace, coordinates_of
from regspec.model.economy.shocks import Shocks
from regspec.model.economy.technology import income, private_return
from regspec.model.economy.wedges import Wedges
from regspec.model.equilibrium import kernels
from regspec.model.equilibrium.capital_choice import Ahead, Primitives, State
from regspec.model.equilibrium.kernels import Choice, Limit, Solved, Today
from regspec.model.equilibrium.solution import Policies, Solution, bend
from regspec.model.numerics.compiled import ranged
from regspec.parameters import Calibration

__all__ = []

# mypy: disable-error-code="no-untyped-def"

Array = NDArray[np.float64]


class Outcomes(NamedTuple):
    """Policies that a payoff depends on, (nz, Nb, Nk); k_next with a last axis of length I."""

    c: Array
    q: Array
    mu: Array
    k_next: Array


class Earnings(NamedTuple):
    """What a unit of capital earns besides its price.

    Attributes
    ----------
    returns : array, shape (nz, Nk, I)
    tax : array, shape (nz, Nb, Nk, I)
        Of size zero for none.
    theta : array, shape (nz,)
    """

    returns: Array
    tax: Array
    theta: Array


@ranged
def payoffs(first, last, outcomes, earnings, allocation, model, out):
    """u'(c) and u'(c) times the payoff of a unit of capital, per industry: the terms of (12).

    out is (1 + I, nz, Nb, Nk). mu = eta / u'(c), so the collateral service theta q eta is
    u'(c) theta q mu.
    """
    c, q, mu, k_next = outcomes
    returns, tax, theta = earnings
    phi, gamma = model.phi, model.gamma
    _, nb, nk = c.shape
    n = len(phi)
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                marginal = c[zi, ib, ik] ** -gamma
                base = q[zi, ib, ik] * (1.0 + theta[zi] * mu[zi, ib, ik])
                out[0, zi, ib, ik] = marginal
                for i in range(n):
                    move = k_next[zi, ib, ik, i] / allocation[ik, i]
                    earned = returns[zi, ik, i]
                    if tax.size > 0:
                        earned *= 1.0 + tax[zi, ib, ik, i]
                    saved = 0.5 * phi[i] * (1.0 - move * move)
                    out[i + 1, zi, ib, ik] = marginal * (base + earned - saved)


@ranged
def certainty_equivalents(first, last, expected, gamma, table):
    """CE and V_i from expected payoffs (1 + I, nz, Nb, Nk) into table (nz, Nb, Nk, columns)."""
    count, _, nb, nk = expected.shape
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                marginal = expected[0, zi, ib, ik]
                table[zi, ib, ik, 0] = marginal ** (-1.0 / gamma)
                for m in range(1, count):
                    table[zi, ib, ik, m] = expected[m, zi, ib, ik] / marginal


@ranged
def shares(first, last, x, out):
    """Capital shares (nz, Nb, Nk, I) at coordinates (nz, Nb, Nk, I - 1)."""
    _, nb, nk, d = x.shape
    for zi in range(first, last):
        for ib in range(nb):
            for ik in range(nk):
                rest = 1.0
                for j in range(d):
                    out[zi, ib, ik, j] = rest * x[zi, ib, ik, j]
                    rest *= 1.0 - x[zi, ib, ik, j]
                out[zi, ib, ik, d] = rest


# Consumption below this share of stationary income counts as infeasible.
LEAST_CONSUMPTION = 1e-6
# The lagged price has selected the branch of (nearly) every state once fewer than this share of
# states have a price that still moves by more than MOVING of its mean: refining within the
# branch then saves the sweeps that a few states near a tangency would hold up all others for.
SELECTED = 1e-4
MOVING = 1e-3
# States still without positive consumption after this many sweeps stay so: their price is near
# zero and so is what they can borrow.
PATIENCE = 150
SELECTIONS = {"lagged": kernels.LAGGED, "most": kernels.MOST, "least": kernels.LEAST}


def policy_shape(space: StateSpace, shocks: Shocks) -> tuple[int, ...]:
    """Shape of a policy array: exogenous nodes by chain, bonds, capital coordinates."""
    return (*(len(chain) for chain in shocks.chains), len(space.bonds), *space.capital_shape)


def grid_states(solution: Solution) -> tuple[Array, Array, Array]:
    """Every state of the grid in C order of the policies: b (n,), k (n, I), z (n, I)."""
    zi, bi, ki = (index.ravel() for index in np.indices(solution.flat_shape))
    space = solution.grid
    return space.bonds[bi], space.allocation[ki], solution.shocks.joint_nodes[zi]


def continuation_table(solution: Solution) -> Array:
    """Expectations that a sweep interpolates, shape (nz, Nb, Nk, columns); see `portfolio`.

    With M_i the expectation on the right of (12), the first columns are
    CE = (E u'(c'))^(-1/gamma) and V_i = M_i / E u'(c') for every industry; then their curvature.
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    shape, p = solution.flat_shape, solution.policies
    n, d = calibration.n_industries, len(space.coordinates)
    z = shocks.joint_nodes
    returns = private_return(space.allocation, z[:, None, :], calibration)
    theta = solution.wedges.theta_at(z, calibration.theta)
    tax = np.zeros((0, 0, 0, n))
    if solution.wedges.tax_capital is not None:
        tax = solution.wedges.tax_capital_at(*grid_states(solution)).reshape(*shape, n)
    stacked = np.empty((n + 1, *shape))
    c, q, mu = (values.reshape(shape) for values in (p.c, p.q, p.mu))
    outcomes = Outcomes(c, q, mu, p.k_next.reshape(*shape, n))
    earnings = Earnings(returns, tax, theta)
    payoffs(shape[0], outcomes, earnings, space.allocation, primitives(solution), stacked)
    expected = shocks.expect(stacked.reshape(n + 1, shape[0], -1)).reshape(stacked.shape)
    table = np.empty((*shape, (n + 1) * (1 + d)))
    certainty_equivalents(shape[0], expected, calibration.gamma, table)
    bend(table, space, n + 1, np.zeros(shape, np.int8))
    return table


def collateral_slope(solution: Solution) -> Array:
    """R theta at every joint node: what one unit of the price lets a region borrow, (nz,).

    Zero without a limit.
    """
    calibration, shocks = solution.calibration, solution.shocks
    if not calibration.constraint:
        return np.zeros(len(shocks.joint_nodes))
    theta = solution.wedges.theta_at(shocks.joint_nodes, calibration.theta)
    return shocks.joint_R * theta


def slack_ratio(solution: Solution) -> Array:
    """Consumption over its certainty equivalent where the limit is slack, (beta R)^(-1/gamma)."""
    calibration = solution.calibration
    return np.asarray(
        (calibration.beta_period * solution.shocks.joint_R) ** (-1.0 / calibration.gamma)
    )


def sweep(
    solution: Solution,
    lagged_q: Array,
    *,
    refine: bool = False,
    selection: str = "lagged",
    today: Solution | None = None,
) -> Policies:
    """One sweep: solve every state given next period's policies.

    Parameters
    ----------
    solution : Solution
        Next period's policies: the previous iterate, or the next date's solution.
    lagged_q : array, shape of the policies
        Price that values the collateral (step 4(c)).
    refine : bool
        Repeat the lagged-price rule within every bound state before the next sweep. Across
        sweeps alone the rule closes the gap between debt and collateral at a rate of one minus
        the uniqueness margin: a state where that is near zero holds up all others.
    selection : {"lagged", "most", "least"}
        Rule of `kernels.solve_state`.
    today : Solution, optional
        Calibration, shocks and wedges of today, where they differ from next period's
        (deterministic trends); its policies are not read.

    Returns
    -------
    Policies
    """
    today = today or solution
    old, shape = solution.policies, solution.flat_shape
    n, inputs = today.calibration.n_industries, today_of(today)
    lowest = np.full(shape, -np.inf)
    if inputs.limited:
        lowest = -inputs.R_theta[:, None, None] * lagged_q.reshape(shape)
    limit = Limit(lowest, SELECTIONS[selection], refine)
    new = Solved(np.empty((4, *shape)), np.empty((*shape, n - 1)), np.empty(shape, np.int8))
    kernels.sweep(
        shape[0] * shape[2],
        ahead_of(solution),
        inputs,
        limit,
        choice_of(solution),
        primitives(today),
        new,
    )
    c, b_next, q, mu = new.values.reshape(4, *old.c.shape)
    new_k = np.empty((*shape, n))
    shares(shape[0], new.x, new_k)
    return Policies(
        c=c, b_next=b_next, k_next=new_k.reshape(*old.c.shape, n), q=q, mu=mu,
        status=new.status.reshape(old.c.shape),
    )  # fmt: skip


def primitives(solution: Solution) -> Primitives:
    """Preferences and technology for the kernels."""
    calibration = solution.calibration
    return Primitives(
        calibration.beta_period,
        calibration.gamma,
        calibration.phi_adj,
        LEAST_CONSUMPTION * solution.grid.income_scale,
    )


def ahead_of(solution: Solution) -> Ahead:
    """What lies ahead of every joint shock, for the kernels."""
    return Ahead(continuation_table(solution), solution.grid.axes)


def choice_of(solution: Solution) -> Choice:
    """A solution's own choices on the grid, for the kernels."""
    p, shape = solution.policies, solution.flat_shape
    x = np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, -1)))
    return Choice(p.b_next.reshape(shape), x, p.status.reshape(shape) == kernels.BOUND)


def today_of(solution: Solution) -> Today:
    """Today's side of every state of the grid, for the kernels."""
    calibration, shocks, wedges = solution.calibration, solution.shocks, solution.wedges
    space, shape, n = solution.grid, solution.flat_shape, calibration.n_industries
    tax, charge = np.zeros((0, 0, 0)), np.zeros((0, 0, 0, n))
    if wedges.tax_bonds is not None:
        tax = wedges.tax_bonds_at(*grid_states(solution)).reshape(shape)
    if wedges.charge_capital is not None:
        charge = wedges.charge_capital_at(*grid_states(solution)).reshape(*shape, n)
    return Today(
        allocation=space.allocation,
        income=income(space.allocation, shocks.joint_nodes[:, None, :], calibration),
        R=shocks.joint_R,
        R_theta=collateral_slope(solution),
        ratio=slack_ratio(solution),
        limited=calibration.constraint,
        tax=tax,
        charge=charge,
    )


def states_at(solution: Solution, b: Array, k: Array, z: Array, rate: Array) -> State:
    """Today's side of n states anywhere, for the kernels; arguments as in `Solution.at`."""
    calibration, wedges = solution.calibration, solution.wedges
    R_theta = np.zeros(len(b))
    if calibration.constraint:
        R_theta = rate * wedges.theta_at(z, calibration.theta)
    tax = wedges.tax_bonds_at(b, k, z)
    return State(
        wealth=income(k, z, calibration) + b,
        k=np.ascontiguousarray(k),
        R=rate,
        R_theta=R_theta,
        limited=calibration.constraint,
        tax=tax,
        charge=wedges.charge_capital_at(b, k, z),
        ratio=(calibration.beta_period * rate * (1.0 + tax)) ** (-1.0 / calibration.gamma),
    )


def policy_change(new: Policies, old: Policies, scale: float) -> dict[str, float]:
    """Largest change per function: c and b' over income, k' absolute, q over its mean."""
    return {
        "c": float(np.max(np.abs(new.c - old.c))) / scale,
        "b_next": float(np.max(np.abs(new.b_next - old.b_next))) / scale,
        "k_next": float(np.max(np.abs(new.k_next - old.k_next))),
        "q": float(np.max(np.abs(new.q - old.q)) / np.mean(np.abs(old.q))),
    }


def moving_share(new: Policies, old: Policies) -> float:
    """Share of states whose price still changes by more than `MOVING` of its mean."""
    return float(np.mean(np.abs(new.q - old.q) > MOVING * np.mean(np.abs(old.q))))


def iterate(
    solution: Solution,
    *,
    tolerance: float,
    max_sweeps: int,
    damping: float,
    selection: str = "lagged",
) -> tuple[Solution, int]:
    """Sweep until no policy changes by more than the tolerance twice in a row.

    Stops early on undefined values or lasting infeasible states, else after `max_sweeps`.

    Returns
    -------
    solution : Solution
    sweeps : int
    """
    lagged_q = solution.policies.q
    quiet, sweeps, refine = 0, 0, False
    while quiet < 2 and sweeps < max_sweeps:
        sweeps += 1
        policies = sweep(solution, lagged_q, refine=refine, selection=selection)
        before = solution.policies
        changes = policy_change(policies, before, solution.grid.income_scale)
        solution = dataclasses.replace(solution, policies=policies)
        lagged_q = damping * policies.q + (1 - damping) * lagged_q
        if not np.isfinite(list(changes.values())).all():
            break  # NaN never recovers; the certificate reports it
        if sweeps >= PATIENCE and (policies.status == kernels.INFEASIBLE).any():
            break
        quiet = quiet + 1 if max(changes.values()) <= tolerance else 0
        refine = refine or moving_share(policies, before) <= SELECTED
    return solution, sweeps


def first_guess(
    calibration: Calibration, space: StateSpace, shocks: Shocks, wedges: Wedges | None = None
) -> Solution:
    """Static guess: bonds and capital stay, q = beta d / (1 - beta), c is what that leaves."""
    z, shape = shocks.joint_nodes, policy_shape(space, shocks)
    y = income(space.allocation, z[:, None, :], calibration)[:, None, :]
    bonds = space.bonds[:, None]
    rate = shocks.joint_R[:, None, None]
    c = np.maximum(y + (1 - 1 / rate) * bonds, 0.05 * space.income_scale)
    price = calibration.alpha * calibration.beta_period / (1 - calibration.beta_period)
    ones = np.ones(c.shape)
    policies = Policies(
        c=c.reshape(shape),
        b_next=(ones * bonds).reshape(shape),
        k_next=(ones[..., None] * space.allocation).reshape(*shape, calibration.n_industries),
        q=(price * y * ones).reshape(shape),
        mu=np.zeros(shape),
        status=np.zeros(shape, np.int8),
    )
    return Solution(
        calibration=calibration,
        grid=space,
        shocks=shocks,
        policies=policies,
        wedges=wedges or Wedges(),
    )


def transfer(
    start: Solution,
    calibration: Calibration,
    space: StateSpace,
    shocks: Shocks,
    wedges: Wedges | None = None,
) -> Solution:
    """Policies of another solution on this state space, clamped where it ends."""
    guess = first_guess(calibration, space, shocks, wedges)
    shape = guess.policies.c.shape
    b, k, z = grid_states(guess)
    rate = np.repeat(shocks.joint_R, len(b) // len(shocks.joint_R))
    old = start.at(b, k, z, rate)
    c = np.maximum(old.c, 0.01 * space.income_scale)
    policies = Policies(
        c=c.reshape(shape),
        b_next=old.b_next.reshape(shape),
        k_next=old.k_next.reshape(*shape, -1),
        q=old.q.reshape(shape),
        mu=np.clip(old.mu, 0.0, 1.0).reshape(shape),
        status=np.zeros(shape, np.int8),
    )
    return dataclasses.replace(guess, policies=policies)
