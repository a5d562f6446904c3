"""Euler-equation errors of a solution at states off its grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regspec.model.solution import Solution
from regspec.model.technology import adjustment_cost_next, adjustment_cost_today, private_return

Array = NDArray[np.float64]

# A next-period node counts as reachable from this probability on.
LIKELY = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class EulerErrors:
    """Relative consumption errors |c_implied / c - 1| at n states.

    Attributes
    ----------
    bonds : array, shape (n,)
        Of the bond condition (43), the multiplier included.
    capital : array, shape (n, I)
        Of each capital condition (44).
    bound : array of bool, shape (n,)
        Whether the collateral limit binds.
    floor : array of bool, shape (n,)
        Whether the choice sits at the bottom of the bond grid: the bond condition then has a
        multiplier that the model does not price, and its error is not counted.
    switch : array of bool, shape (n,)
        Whether slack and bound grid points surround the state, or a state that it can lead to.
    unsolved : array of bool, shape (n,)
        Whether the state's decisions mix those of two regimes (see `Decisions.solved`).
    """

    bonds: Array
    capital: Array
    bound: NDArray[np.bool_]
    floor: NDArray[np.bool_]
    switch: NDArray[np.bool_]
    unsolved: NDArray[np.bool_]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions: bonds, then each industry's capital."""
        return ("bonds", *(f"capital_{i + 1}" for i in range(self.capital.shape[1])))

    def log10(self, condition: str, states: NDArray[np.bool_] | None = None) -> Array:
        """Errors of one condition in log10; anything undefined counts as an error of 1.

        Parameters
        ----------
        condition : str
            One of `conditions`: "bonds", "capital_1", ...
        states : array of bool, optional
            Subset of states.
        """
        if condition not in self.conditions:
            raise ValueError(f"condition is {condition!r}; allowed: {self.conditions}")
        column = self.conditions.index(condition) - 1
        values = self.bonds if column < 0 else self.capital[:, column]
        keep = np.ones(len(self.bonds), bool) if states is None else states.copy()
        if condition == "bonds":
            keep &= ~self.floor
        errors = values[keep]
        errors = np.where(np.isfinite(errors), np.abs(errors), 1.0)
        return np.asarray(np.log10(np.maximum(errors, 1e-16)))


def euler_errors(solution: Solution, b: Array, k: Array, node: NDArray[np.int64]) -> EulerErrors:
    """Errors of conditions (43) and (44), expectations taken exactly over the shock nodes.

    Next period's policies are evaluated at (b', k') for every z', so that the errors include
    what interpolation does to the policies. At a date of a deterministic path they are those of
    the next date.

    Parameters
    ----------
    solution : Solution
    b : array, shape (n,)
    k : array, shape (n, I)
    node : array of int, shape (n,)
        Joint productivity node of each state.

    Returns
    -------
    EulerErrors
    """
    calibration, shocks, wedges = solution.calibration, solution.shocks, solution.wedges
    gamma, beta = calibration.gamma, calibration.beta_period
    rates, transition = shocks.joint_R, shocks.joint_transition
    tomorrow = getattr(solution, "ahead", None) or solution
    z_today, z_nodes = shocks.joint_nodes[node], tomorrow.shocks.joint_nodes
    now = solution.at(b, k, z_today, rates[node])
    expected_marginal = np.zeros(len(b))
    expected_value = np.zeros(k.shape)
    switch = now.switch.copy()
    next_k = np.clip(now.k_next, 1e-12, 1.0)
    next_k /= next_k.sum(axis=1, keepdims=True)
    theta = wedges.theta_at(z_nodes, calibration.theta)
    with np.errstate(all="ignore"):
        for j, z in enumerate(z_nodes):
            repeated = np.tile(z, (len(b), 1))
            ahead = tomorrow.at(now.b_next, next_k, repeated, np.full(len(b), rates[j]))
            marginal = ahead.c**-gamma
            tax = wedges.tax_capital_at(now.b_next, next_k, repeated)
            payoff = (1.0 + tax) * private_return(next_k, z, calibration) - adjustment_cost_today(
                next_k, ahead.k_next, calibration.phi_adj
            )
            collateral = theta[j] * ahead.q * ahead.eta
            weight = transition[node, j]
            switch |= ahead.switch & (weight > LIKELY)
            expected_marginal += weight * marginal
            expected_value += weight[:, None] * (
                marginal[:, None] * (ahead.q[:, None] + payoff) + collateral[:, None]
            )
        earned = rates[node] * (1.0 + wedges.tax_bonds_at(b, k, z_today))
        implied = (beta * earned * expected_marginal + now.eta) ** (-1 / gamma)
        cost = now.q[:, None] + adjustment_cost_next(k, now.k_next, calibration.phi_adj)
        cost = cost + wedges.charge_capital_at(b, k, z_today)
        implied_k = (beta * expected_value / cost) ** (-1 / gamma)
    bottom = solution.grid.bonds[0] + 1e-9 * solution.grid.income_scale
    return EulerErrors(
        bonds=implied / now.c - 1.0,
        capital=implied_k / now.c[:, None] - 1.0,
        bound=now.bound,
        floor=now.b_next <= bottom,
        switch=switch,
        unsolved=~now.solved,
    )
