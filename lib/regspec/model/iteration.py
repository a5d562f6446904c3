"""Time iteration: one sweep of appendix B.3 and the loop around it."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from regspec.model import interpolation, kernels
from regspec.model.grids import StateSpace
from regspec.model.shocks import Shocks
from regspec.model.solution import Policies, Solution
from regspec.model.technology import adjustment_cost_today, income, private_return
from regspec.parameters import Calibration

Array = NDArray[np.float64]

# Consumption below this share of stationary income counts as infeasible.
LEAST_CONSUMPTION = 1e-6
# Policy change below which the lagged price has selected the branch of every state, so that
# refining within the branch no longer changes the selection.
SELECTED = 1e-3
# States still without positive consumption after this many sweeps stay so: their price is near
# zero and so is what they can borrow.
PATIENCE = 150


def policy_shape(space: StateSpace, shocks: Shocks) -> tuple[int, ...]:
    """Shape of a policy array: productivity nodes by industry, bonds, capital."""
    return (*(len(nodes) for nodes in shocks.nodes), len(space.bonds), len(space.capital))


def continuation_table(solution: Solution) -> Array:
    """Expectations that a sweep interpolates, shape (nz, Nb, Nk, 6); see `kernels`.

    With M_i the expectation on the right of (12), the columns are CE = (E u'(c'))^(-1/gamma),
    V_i = M_i / E u'(c') for both industries, and the curvature of each in k.
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    flat = (-1, len(space.bonds), len(space.capital))
    policies = solution.policies
    c, k_next, q, mu = (
        getattr(policies, name).reshape(flat) for name in ("c", "k_next", "q", "mu")
    )
    z = shocks.joint_nodes
    gamma, theta = calibration.gamma, calibration.theta
    returns = private_return(space.allocation, z[:, None, :], calibration)[:, None]
    share = space.capital
    ratio1, ratio2 = k_next / share, (1.0 - k_next) / (1.0 - share)
    base = q * (1.0 + theta * mu)
    stacked = np.empty((3, *c.shape))
    stacked[0] = c**-gamma
    for i, ratio in enumerate((ratio1, ratio2)):
        phi1 = adjustment_cost_today(1.0, ratio, calibration.phi_adj[i])
        stacked[i + 1] = stacked[0] * (base + returns[..., i] - phi1)
    expected = shocks.joint_transition @ stacked.reshape(3, len(z), -1)
    table = np.zeros((*c.shape, 6))
    marginal = expected[0].reshape(c.shape)
    table[..., 0] = marginal ** (-1.0 / gamma)
    for i in (1, 2):
        table[..., i] = expected[i].reshape(c.shape) / marginal
    interpolation.curvature(table, space.capital, np.zeros(c.shape, np.int8))
    return table


def sweep(solution: Solution, lagged_q: Array, *, refine: bool = False) -> Policies:
    """One sweep: solve every state given next period's policies.

    Parameters
    ----------
    solution : Solution
        The previous iterate.
    lagged_q : array, shape of the policies
        Price that values the collateral (step 4(c)).
    refine : bool
        Repeat the lagged-price rule within every bound state before the next sweep. Across
        sweeps alone the rule closes the gap between debt and collateral at a rate of one minus
        the uniqueness margin: a state where that is near zero holds up all others.

    Returns
    -------
    Policies
    """
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    old = solution.policies
    flat = (len(shocks.joint_nodes), len(space.bonds), len(space.capital))
    R_theta = calibration.R_period * calibration.theta if calibration.constraint else 0.0
    limit = -R_theta * lagged_q.reshape(flat) if calibration.constraint else np.full(flat, -np.inf)
    output = income(space.allocation, shocks.joint_nodes[:, None, :], calibration)
    new = np.empty((5, *flat))
    status = np.empty(flat, np.int8)
    kernels.sweep(
        continuation_table(solution), space.bonds, space.capital, output, limit,
        R_theta if refine else 0.0, old.b_next.reshape(flat), old.k_next.reshape(flat),
        kernel_parameters(solution), new, status,
    )  # fmt: skip
    c, b_next, k_next, q, mu = new.reshape(5, *old.c.shape)
    return Policies(
        c=c, b_next=b_next, k_next=k_next, q=q, mu=mu, status=status.reshape(old.c.shape)
    )


def kernel_parameters(solution: Solution) -> tuple[float, ...]:
    """Scalars of the compiled state solver: beta, R, gamma, phi1, phi2, least consumption."""
    calibration = solution.calibration
    return (
        calibration.beta_period,
        calibration.R_period,
        calibration.gamma,
        *calibration.phi_adj,
        LEAST_CONSUMPTION * solution.grid.income_scale,
    )


def policy_change(new: Policies, old: Policies, scale: float) -> dict[str, float]:
    """Largest change per function: c and b' over income, k' absolute, q over its mean."""
    return {
        "c": float(np.max(np.abs(new.c - old.c))) / scale,
        "b_next": float(np.max(np.abs(new.b_next - old.b_next))) / scale,
        "k_next": float(np.max(np.abs(new.k_next - old.k_next))),
        "q": float(np.max(np.abs(new.q - old.q)) / np.mean(np.abs(old.q))),
    }


def iterate(
    solution: Solution, *, tolerance: float, max_sweeps: int, damping: float
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
        policies = sweep(solution, lagged_q, refine=refine)
        changes = policy_change(policies, solution.policies, solution.grid.income_scale)
        solution = dataclasses.replace(solution, policies=policies)
        lagged_q = damping * policies.q + (1 - damping) * lagged_q
        if not np.isfinite(list(changes.values())).all():
            break  # NaN never recovers; the certificate reports it
        if sweeps >= PATIENCE and (policies.status == kernels.INFEASIBLE).any():
            break
        quiet = quiet + 1 if max(changes.values()) <= tolerance else 0
        refine = refine or max(changes.values()) <= SELECTED
    return solution, sweeps


def first_guess(calibration: Calibration, space: StateSpace, shocks: Shocks) -> Solution:
    """Static guess: bonds and capital stay, q = beta d / (1 - beta), c is what that leaves."""
    y = income(space.allocation, shocks.joint_nodes[:, None, :], calibration)[:, None, :]
    shape = policy_shape(space, shocks)
    bonds = space.bonds[:, None]
    c = np.maximum(y + (1 - 1 / calibration.R_period) * bonds, 0.05 * space.income_scale)
    price = calibration.alpha * calibration.beta_period / (1 - calibration.beta_period)
    ones = np.ones(shape)
    policies = Policies(
        c=c.reshape(shape),
        b_next=ones * bonds,
        k_next=ones * space.capital,
        q=(price * y + 0 * bonds).reshape(shape),
        mu=np.zeros(shape),
        status=np.zeros(shape, np.int8),
    )
    return Solution(calibration=calibration, grid=space, shocks=shocks, policies=policies)


def transfer(
    start: Solution, calibration: Calibration, space: StateSpace, shocks: Shocks
) -> Solution:
    """Policies of another solution on this state space, clamped where it ends."""
    shape = policy_shape(space, shocks)
    z = shocks.joint_nodes
    zi, bi, ki = (index.ravel() for index in np.indices((len(z), *shape[-2:])))
    old = start.at(space.bonds[bi], space.allocation[ki], z[zi])
    c = np.maximum(old.c, 0.01 * space.income_scale)
    policies = Policies(
        c=c.reshape(shape),
        b_next=old.b_next.reshape(shape),
        k_next=np.ascontiguousarray(old.k_next[:, 0]).reshape(shape),
        q=old.q.reshape(shape),
        mu=np.minimum(old.eta * c**start.calibration.gamma, 1.0).reshape(shape),
        status=np.zeros(shape, np.int8),
    )
    return Solution(calibration=calibration, grid=space, shocks=shocks, policies=policies)
