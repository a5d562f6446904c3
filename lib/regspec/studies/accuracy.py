"""The three illustrative cases of section 3.2: how the price of capital follows industry shocks.

Case 1 has one industry, case 2 several without adjustment costs, case 3 several with them. The
paper's claim is about Cov(q, z_i): it vanishes in case 2 as industries become many, and depends on
the allocation of capital in case 3.

Certificates of several solutions side by side, and Euler errors point by point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from regspec import seeds
from regspec.model import (
    Equilibrium,
    Grid,
    Wedges,
    ergodic_paths,
    headline_moments,
    solve_equilibrium,
    static_equilibria,
)
from regspec.model.equilibrium.certify import euler_errors
from regspec.parameters import Calibration

__all__ = [
    "HEADLINE_ITEMS",
    "certificate_table",
    "covariance_by_share",
    "equilibria_over_grid",
    "error_sample",
    "industry_covariances",
    "selection_table",
    "solve_by_risk_aversion",
    "variant_table",
    "with_industries",
]


def with_industries(calibration: Calibration, n: int, phi_adj: float) -> Calibration:
    """Calibration with n identical industries that produce what one does when capital is even.

    Every industry has the first one's process and agglomeration; mean productivity is scaled by
    n^(alpha + xi - 1), so that income at an even allocation is that of one industry.

    Parameters
    ----------
    calibration : Calibration
    n : int
    phi_adj : float
        Adjustment cost of every industry.

    Examples
    --------
    >>> three = with_industries(Calibration.converted(), 3, phi_adj=0.3)
    >>> three.industries, three.phi_adj
    (('industry 1', 'industry 2', 'industry 3'), (0.3, 0.3, 0.3))
    """
    xi = calibration.xi[0]
    level = calibration.z_mean[0] * n ** (calibration.alpha + xi - 1.0)
    return calibration.replace(
        xi=(xi,) * n,
        phi_adj=(phi_adj,) * n,
        rho=(calibration.rho[0],) * n,
        sigma=(calibration.sigma[0],) * n,
        z_mean=(level,) * n,
        industries=tuple(f"industry {i + 1}" for i in range(n)),
    )


def _comovement(equilibrium: Equilibrium, seed: int) -> dict[str, float | bool]:
    paths = ergodic_paths(equilibrium, periods=60, n=400, seed=seed)
    q = np.log(paths.q).ravel()
    z = np.log(paths.z).reshape(q.size, -1)
    covariance = np.array([np.cov(q, z_i)[0, 1] for z_i in z.T])
    return {
        "cov(ln q, ln zᵢ), 10⁻⁴": 1e4 * float(covariance.mean()),
        "elasticity of q to zᵢ": float((covariance / z.var(axis=0, ddof=1)).mean()),
        "sd of ln q, %": 100 * float(q.std()),
        "converged": equilibrium.certificate.converged,
    }


def industry_covariances(
    calibration: Calibration,
    *,
    industries: Sequence[int] = (1, 2, 3),
    costs: Sequence[float] = (0.0, 0.3),
    grids: dict[int, Grid] | None = None,
    seed: int = seeds.SIMULATION,
) -> pd.DataFrame:
    """Comovement of the price of capital with one industry's productivity, by case.

    Parameters
    ----------
    calibration : Calibration
        Its first industry's process is that of all.
    industries : sequence of int
        Numbers of industries, 1 to 3.
    costs : sequence of float
        Adjustment costs; with one industry they play no role.
    grids : dict of int to Grid, optional
        By number of industries.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row a case: ``industries``, ``adjustment cost``, the covariance and the elasticity
        averaged over industries, the standard deviation of the log price, ``converged``.
    """
    grids = grids or {1: Grid(80, 6, 3), 2: Grid(60, 21, 3), 3: Grid(40, 13, 3)}
    rows = []
    for n in industries:
        for cost in costs if n > 1 else (0.0,):
            economy = with_industries(calibration, n, cost)
            solved = solve_equilibrium(economy, grids[n], on_failure="return")
            rows.append({"industries": n, "adjustment cost": cost} | _comovement(solved, seed))
    return pd.DataFrame(rows)


def covariance_by_share(
    equilibrium: Equilibrium, *, shares: Sequence[float], bonds: float = 0.0
) -> pd.DataFrame:
    """Response of the price to each industry's productivity, by today's allocation (case 3).

    Parameters
    ----------
    equilibrium : Equilibrium
        With two industries.
    shares : sequence of float
        Capital shares of the first industry.
    bonds : float

    Returns
    -------
    pandas.DataFrame
        ``share``, and the elasticity of q to z_1 and z_2 between the outer nodes of each chain.
    """
    logs = [np.log(nodes) for nodes in equilibrium.shocks.nodes]
    k = np.column_stack([shares, 1.0 - np.asarray(shares, dtype=float)])
    b = np.full(len(k), bonds)
    frame = pd.DataFrame({"share": shares})
    for i in range(2):
        ends = []
        for side in (0, -1):
            z = np.array([nodes.mean() for nodes in logs])
            z[i] = logs[i][side]
            ends.append(np.log(equilibrium.at(b, k, np.tile(np.exp(z), (len(k), 1))).q))
        frame[f"elasticity to z{i + 1}"] = (ends[1] - ends[0]) / np.ptp(logs[i])
    return frame


#: Certificate items that a comparison of solutions shows.
HEADLINE_ITEMS = (
    "change in b_next",
    "change in q",
    "collateral excess",
    "binding frequency",
    "near a switch, simulated",
    "euler bonds, mean",
    "euler bonds, p99",
    "euler capital_1, mean",
    "euler capital_1, p99",
    "static equilibria, most",
    "static equilibria, share with several",
    "uniqueness margin, least",
)


def solve_by_risk_aversion(
    calibration: Calibration, gammas: tuple[float, ...], grid: Grid
) -> dict[str, Equilibrium]:
    """Solve at several values of gamma, each from the static guess.

    Solutions are returned whether or not they pass: the table of their certificates says so.

    Parameters
    ----------
    calibration : Calibration
    gammas : tuple of float
        Each greater than zero.
    grid : Grid
    """
    return {
        f"γ = {gamma:g}": solve_equilibrium(
            calibration.replace(gamma=gamma), grid, on_failure="return"
        )
        for gamma in gammas
    }


def certificate_table(solutions: Mapping[str, Equilibrium]) -> pd.DataFrame:
    """Headline items of several certificates, one column a solution.

    Parameters
    ----------
    solutions : mapping of str to Equilibrium

    Returns
    -------
    pandas.DataFrame
        Rows :data:`HEADLINE_ITEMS` after ``sweeps`` and ``converged`` (1 or 0); NaN where a
        solution has no such item.
    """
    columns = {}
    for label, equilibrium in solutions.items():
        values = {item.name: item.value for item in equilibrium.certificate.items()}
        columns[label] = [
            float(equilibrium.sweeps),
            float(equilibrium.certificate.converged),
            *(values.get(name, np.nan) for name in HEADLINE_ITEMS),
        ]
    return pd.DataFrame(columns, index=["sweeps", "converged", *HEADLINE_ITEMS])


def error_sample(
    equilibrium: Equilibrium, *, points: int = 1500, seed: int = seeds.IMPULSE
) -> pd.DataFrame:
    """Euler errors at fresh states, uniform over the grid's box.

    Parameters
    ----------
    equilibrium : Equilibrium
    points : int
        Number of states.
    seed : int

    Returns
    -------
    pandas.DataFrame
        ``bonds``, ``share`` (capital of industry 1), ``error`` (log10 of the largest of the
        three conditions, consumption units), ``bound``, ``switch`` (slack and bound nodes
        surround the state or its successors).
    """
    rng = np.random.default_rng(seed)
    grid = equilibrium.grid
    b = rng.uniform(grid.bonds[0], grid.bonds[-1], points)
    share = rng.uniform(grid.capital[0], grid.capital[-1], points)
    node = rng.integers(0, len(equilibrium.shocks.joint_nodes), points)
    errors = euler_errors(equilibrium, b, np.column_stack([share, 1 - share]), node)
    worst = np.maximum(np.abs(errors.bonds), np.abs(errors.capital).max(axis=1))
    # An undefined error counts as a whole unit of consumption, as in the certificate.
    worst = np.where(np.isfinite(worst), worst, 1.0)
    return pd.DataFrame(
        {
            "bonds": b,
            "share": share,
            "error": np.log10(np.maximum(worst, 1e-16)),
            "bound": errors.bound,
            "switch": errors.switch,
        }
    )


def equilibria_over_grid(equilibrium: Equilibrium) -> pd.DataFrame:
    """Static equilibria of every grid state at the middle shock, and the local margin.

    Parameters
    ----------
    equilibrium : Equilibrium
        Two industries.

    Returns
    -------
    pandas.DataFrame
        ``bonds``, ``share`` (capital of industry 1), ``count``, ``margin`` (NaN where slack).
    """
    nz, nb, nk = equilibrium.flat_shape
    bond, cell = (x.ravel() for x in np.indices((nb, nk)))
    index = np.stack([np.full(bond.size, nz // 2), bond, cell], axis=-1)
    count, margin = static_equilibria(equilibrium, index)
    return pd.DataFrame(
        {
            "bonds": equilibrium.grid.bonds[bond],
            "share": equilibrium.grid.capital[cell],
            "count": count,
            "margin": margin,
        }
    )


def selection_table(
    calibration: Calibration, gammas: Sequence[float], grid: Grid, *, max_sweeps: int = 60
) -> pd.DataFrame:
    """The three rules that choose among static equilibria, by risk aversion.

    Parameters
    ----------
    calibration : Calibration
    gammas : sequence of float
    grid : Grid
    max_sweeps : int
        Of each solution.

    Returns
    -------
    pandas.DataFrame
        ``gamma``, ``rule``, ``converged``, ``change in q`` (of a further sweep, relative),
        ``binding`` and ``q`` (means along simulated paths).
    """
    rules: dict[str, dict[str, Any]] = {
        "price of the last sweep": {},
        "own price, most borrowing": {"alternative": "simultaneous", "selection": "most"},
        "own price, least borrowing": {"alternative": "simultaneous", "selection": "least"},
    }
    rows = []
    for gamma in gammas:
        for rule, arguments in rules.items():
            solved = solve_equilibrium(
                calibration.replace(gamma=gamma), grid, on_failure="return",
                max_sweeps=max_sweeps if arguments else 500, **arguments,
            )  # fmt: skip
            moments = headline_moments(solved)
            rows.append(
                {
                    "gamma": gamma,
                    "rule": rule,
                    "converged": solved.certificate.converged,
                    "change in q": solved.certificate["change in q"],
                    "binding": moments["binding frequency"],
                    "q": moments["price, mean"],
                }
            )
    return pd.DataFrame(rows)


def _variants(calibration: Calibration) -> dict[str, tuple[Calibration, dict[str, Any]]]:
    """Options of the solver by name: calibration and arguments of `solve_equilibrium`."""
    tight = Wedges(theta=lambda z: np.where(z.mean(axis=1) < 1, 0.8, 1.0) * calibration.theta)
    debt_tax = Wedges(tax_bonds=lambda b, k, z: np.full(len(b), 0.05))
    subsidy = Wedges(tax_capital=lambda b, k, z: np.tile([0.05, 0.0], (len(b), 1)))
    own = {"alternative": "simultaneous"}
    return {
        "baseline": (calibration, {}),
        "own price, most borrowing": (calibration, own | {"selection": "most"}),
        "own price, least borrowing": (calibration, own | {"selection": "least"}),
        "no limit": (calibration.replace(constraint=False), {}),
        "tighter limit in bad times": (calibration, {"wedges": tight}),
        "5 % tax on debt": (calibration, {"wedges": debt_tax}),
        "5 % subsidy to industry 1": (calibration, {"wedges": subsidy}),
        "moving interest rate": (calibration.replace(rho_R=0.01, sigma_R=0.0186), {}),
        "substitution of 4": (calibration.replace(substitution=4.0), {}),
        "one industry": (with_industries(calibration, 1, 0.0), {}),
        "three industries": (with_industries(calibration, 3, 0.3), {}),
    }


def variant_table(
    calibration: Calibration, grid: Grid, *, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Solve the options of the solver on one grid: what each gives and whether it passes.

    Parameters
    ----------
    calibration : Calibration
    grid : Grid
    names : sequence of str, optional
        Options to solve; all when left out.

    Returns
    -------
    pandas.DataFrame
        ``option``, ``states``, ``sweeps``, ``converged``, ``failing`` (items of the certificate),
        mean bonds over income, binding frequency and mean price.

    Raises
    ------
    ValueError
        For an option that does not exist.
    """
    variants = _variants(calibration)
    unknown = sorted(set(names or ()) - set(variants))
    if unknown:
        raise ValueError(f"options {unknown} do not exist; allowed: {list(variants)}")
    rows = []
    for name in names or variants:
        economy, arguments = variants[name]
        solved = solve_equilibrium(economy, grid, on_failure="return", **arguments)
        moments = headline_moments(solved)
        rows.append(
            {
                "option": name,
                "states": solved.policies.c.size,
                "sweeps": solved.sweeps,
                "converged": solved.certificate.converged,
                "failing": ", ".join(item.name for item in solved.certificate.failing) or "none",
                "b/Y": moments["bonds over income, mean"],
                "binding": moments["binding frequency"],
                "q": moments["price, mean"],
            }
        )
    return pd.DataFrame(rows)
