"""The three illustrative cases of section 3.2: how the price of capital follows industry shocks.

Case 1 has one industry, case 2 several without adjustment costs, case 3 several with them. The
paper's claim is about Cov(q, z_i): it vanishes in case 2 as industries become many, and depends on
the allocation of capital in case 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regspec.model import Equilibrium, Grid, ergodic_paths, solve_equilibrium
from regspec.parameters import Calibration

__all__ = ["covariance_by_share", "industry_covariances", "with_industries"]


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
    >>> three = with_industries(Calibration.baseline(), 3, phi_adj=0.3)
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
    seed: int = 0,
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
