"""Taxes that decentralise a planner's allocation: (25)-(28) and Proposition 1.

Rates are recovered from the wedges that the planner's allocation leaves in the private conditions,
state by state. The printed (27) and (28) are not used: they lack terms (see the register of
readings). Where the limit binds the debt tax and the private multiplier are not separately
identified; by convention the multiplier takes up what is left of (26), and the tax is zero unless
that would make the multiplier negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regspec import seeds
from regspec.model.economy.grids import StateSpace
from regspec.model.economy.shocks import Shocks
from regspec.model.economy.technology import adjustment_cost, income, private_return
from regspec.model.economy.wedges import Wedges, grid_function
from regspec.model.equilibrium.iteration import ahead_of, choice_of, primitives, today_of
from regspec.model.equilibrium.kernels import Choice
from regspec.model.equilibrium.simulation import ergodic_paths
from regspec.model.planner import certificate, value_kernels
from regspec.model.planner.solve import Planner

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taxes:
    """State-contingent taxes on the grid of a planner's solution.

    Attributes
    ----------
    tax_bonds : array, shape of the policies
        tau^B of (26).
    tax_capital : array, shape of the policies and I
        tau^K_i of (25) by the state in which next capital is chosen: its owner will earn
        (1 + tau^K_i) times its return. Positive is a subsidy.
    charge_capital : array, shape of the policies and I
        The same as a charge per unit of next capital, in goods of today; weighted by the shares
        k' it sums to zero at every state.
    transfer : array, shape of the policies
        Lump-sum transfer T that balances the public budget, in goods.
    budget_residual : float
        Largest violation of the household's budget with taxes and transfer, over income.
    grid : StateSpace
    shocks : Shocks
    """

    tax_bonds: Array
    tax_capital: Array
    charge_capital: Array
    transfer: Array
    budget_residual: float
    grid: StateSpace
    shocks: Shocks

    def wedges(self) -> Wedges:
        """Taxes as functions of the state, for `solve_equilibrium(..., wedges=...)`."""
        return Wedges(
            tax_bonds=grid_function(self.tax_bonds, self.grid, self.shocks),
            charge_capital=grid_function(self.charge_capital, self.grid, self.shocks),
        )


def optimal_taxes(planner: Planner) -> Taxes:
    """Recover the taxes of Proposition 1 from the wedges at the planner's allocation.

    Parameters
    ----------
    planner : Planner
        With a constant interest rate.

    Returns
    -------
    Taxes

    Raises
    ------
    ValueError
        If the interest rate moves: taxes are functions of (b, k, z) only.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium, solve_planner
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0, theta=0.25), Grid(40, 15, 3)
    >>> planner = solve_planner(calibration, grid)
    >>> taxes = optimal_taxes(planner)
    >>> taxes.tax_bonds.shape, taxes.tax_capital.shape  # a tax an industry on its capital
    ((3, 3, 40, 15), (3, 3, 40, 15, 2))
    >>> wedges = taxes.wedges()  # for solve_equilibrium(calibration, grid, wedges=wedges)
    """
    calibration, space, shocks, p = (
        planner.calibration, planner.grid, planner.shocks, planner.policies,
    )  # fmt: skip
    if len(shocks.R_nodes) > 1:
        raise ValueError(
            f"the interest rate has {len(shocks.R_nodes)} nodes; allowed: a constant one "
            "(sigma_R = 0)"
        )
    shape, n = planner.flat_shape, calibration.n_industries
    z, rate = shocks.joint_nodes, shocks.joint_R[:, None, None]
    y = income(space.allocation, z[:, None, :], calibration)
    choice, k_next = choice_of(planner), p.k_next.reshape(*shape, n)
    out = np.empty((*shape, 1 + n))
    certificate.private_conditions(
        shape[0] * shape[2], ahead_of(planner), today_of(planner), choice, primitives(planner), out
    )
    w, charge = out[..., 0], out[..., 1:]
    tax_bonds = 1.0 / (rate * w) - 1.0
    tax_bonds = np.where(choice.bound, np.minimum(tax_bonds, 0.0), tax_bonds)
    tax_capital = -charge / (w[..., None] * _expected_return(planner, choice))
    revenue_bonds = -choice.b_next / rate * tax_bonds / (1.0 + tax_bonds)
    transfer = revenue_bonds + (k_next * charge).sum(axis=-1)
    cost = adjustment_cost(space.allocation, k_next, calibration.phi_adj).sum(axis=-1)
    spent = cost + choice.b_next / (rate * (1.0 + tax_bonds)) + (k_next * charge).sum(axis=-1)
    left = y[:, None, :] + space.bonds[:, None] + transfer - spent
    residual = np.max(np.abs(left - p.c.reshape(shape))) / space.income_scale
    full = p.c.shape
    return Taxes(
        tax_bonds=tax_bonds.reshape(full),
        tax_capital=tax_capital.reshape(*full, n),
        charge_capital=charge.reshape(*full, n),
        transfer=transfer.reshape(full),
        budget_residual=float(residual),
        grid=space,
        shocks=shocks,
    )


def _expected_return(planner: Planner, choice: Choice) -> Array:
    """E[u'(c') m_i'] / E u'(c') at every state's choices, m_i the private return, (..., I)."""
    calibration, space, shocks, p = (
        planner.calibration, planner.grid, planner.shocks, planner.policies,
    )  # fmt: skip
    shape, n = planner.flat_shape, calibration.n_industries
    marginal = p.c.reshape(shape) ** -calibration.gamma
    at_mean = private_return(space.allocation, calibration.z_mean, calibration)  # (Nk, I)
    returns = private_return(space.allocation, shocks.joint_nodes[:, None, :], calibration)
    relative = (returns / at_mean)[:, None]  # smooth in capital, so that it interpolates well
    stacked = np.concatenate([marginal[..., None], marginal[..., None] * relative], axis=-1)
    flat = np.moveaxis(stacked, -1, 0).reshape(n + 1, shape[0], -1)
    expected = shocks.expect(flat).reshape(n + 1, *shape)
    ratio = np.ascontiguousarray(np.moveaxis(expected[1:] / expected[0], 0, -1))
    out = np.empty_like(ratio)
    value_kernels.read_at(shape[0] * shape[2], ratio, space.axes, choice.b_next, choice.x, out)
    return out * private_return(p.k_next.reshape(*shape, n), calibration.z_mean, calibration)


def tax_summary(planner: Planner, taxes: Taxes, *, seed: int = seeds.SIMULATION) -> pd.DataFrame:
    """Averages, ranges and co-movement of the taxes along simulated paths of the planner.

    Parameters
    ----------
    planner : Planner
    taxes : Taxes
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per tax (``tax_bonds``, ``tax_capital_1``, ...) and for the transfer over income;
        columns ``mean``, ``sd``, ``p5``, ``p95`` and correlations with ``leverage``
        (-b / income), ``specialisation`` (the largest capital share) and ``shock_1`` (log
        productivity of the first industry). NaN where one of the two does not move.
    """
    import pandas as pd  # slow to import: only when a table is asked for

    paths = ergodic_paths(planner, seed=seed)
    n, states = planner.calibration.n_industries, paths.states
    y = income(states[1], states[2], planner.calibration)

    def read(values: Array) -> Array:
        return grid_function(values, taxes.grid, taxes.shocks)(*states)

    series = {"tax_bonds": read(taxes.tax_bonds)}
    rates = read(taxes.tax_capital)
    series |= {f"tax_capital_{i + 1}": rates[:, i] for i in range(n)}
    series["transfer over income"] = read(taxes.transfer) / y
    drivers = {
        "leverage": -states[0] / y,
        "specialisation": states[1].max(axis=1),
        "shock_1": np.log(states[2][:, 0]),
    }
    rows = {}
    for name, x in series.items():
        rows[name] = {
            "mean": x.mean(), "sd": x.std(), "p5": np.quantile(x, 0.05),
            "p95": np.quantile(x, 0.95),
            **{f"corr with {d}": _correlation(x, v) for d, v in drivers.items()},
        }  # fmt: skip
    return pd.DataFrame(rows).T


def _correlation(x: Array, y: Array) -> float:
    if x.std() < 1e-12 or y.std() < 1e-12:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
