"""The planner state by state: taxes over the state space and where it goes, states that lose."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.experiments.policies import productivity_after
from regspec.model import (
    Planner,
    Solution,
    Taxes,
    ergodic_paths,
    grid_function,
)
from regspec.model.kernels import BOUND

Floats = NDArray[np.float64]

__all__ = ["losing_states", "policy_distance", "tax_map", "visited_taxes"]

#: Losses below this share of consumption are rounding.
ROUNDING = 1e-6


def tax_map(
    planner: Planner, taxes: Taxes, *, sizes: dict[str, float], industry: int = 0, points: int = 61
) -> pd.DataFrame:
    """Both taxes over bonds and the capital share of an industry, for several shocks to it.

    Parameters
    ----------
    planner : Planner
        With two industries.
    taxes : Taxes
        Result of `optimal_taxes`.
    sizes : dict of str to float
        Shocks by name, in standard deviations of the industry's innovation from the mean.
    industry : int
    points : int
        Shares between the ends of the grid.

    Returns
    -------
    pandas.DataFrame
        ``shock``, ``bonds`` (over income), ``share`` (capital share of the industry), ``debt`` and
        ``industry`` (tax on debt; subsidy of the industry's returns, both percent), ``bound``
        (whether the planner's choice is at the limit, by the nearer nodes).
    """
    if planner.calibration.n_industries != 2:
        raise ValueError(
            f"the planner has {planner.calibration.n_industries} industries; allowed: 2"
        )
    space, shocks = planner.grid, planner.shocks
    nodes = space.capital if industry == 0 else 1.0 - space.capital[::-1]
    b, share = (
        m.ravel()
        for m in np.meshgrid(space.bonds, np.linspace(nodes[0], nodes[-1], points), indexing="ij")
    )
    k = np.stack([share, 1.0 - share] if industry == 0 else [1.0 - share, share], axis=-1)
    at_limit = (planner.policies.status == BOUND).astype(float)
    columns = {
        "debt": 100.0 * taxes.tax_bonds,
        "industry": 100.0 * taxes.tax_capital[..., industry],
        "bound": at_limit,
    }
    read = {name: grid_function(values, space, shocks) for name, values in columns.items()}
    frames = []
    for name, size in sizes.items():
        z = np.tile(productivity_after(planner, industry=industry, size=size), (len(b), 1))
        part = pd.DataFrame({column: function(b, k, z) for column, function in read.items()})
        part = part.assign(shock=name, bonds=b / space.income_scale, share=share)
        frames.append(part.assign(bound=part["bound"] >= 0.5))
    return pd.concat(frames, ignore_index=True)


def visited_taxes(planner: Planner, taxes: Taxes, *, bins: int = 10, seed: int = 0) -> pd.DataFrame:
    """Mean taxes along the planner's simulated paths, by equally large groups of states.

    Returns
    -------
    pandas.DataFrame
        ``by`` ("bonds" or "share", the first industry's), ``at`` (mean of the group; bonds over
        stationary income), ``debt`` and ``industry`` (percent), ``bound`` (percent of visits).
    """
    paths = ergodic_paths(planner, seed=seed)
    n = planner.calibration.n_industries
    states = paths.b.ravel(), paths.k.reshape(-1, n), paths.z.reshape(-1, n)
    marginal = paths.c.ravel() ** -planner.calibration.gamma
    frame = pd.DataFrame(
        {
            "bonds": states[0] / planner.grid.income_scale,
            "share": states[1][:, 0],
            "debt": 100 * grid_function(taxes.tax_bonds, taxes.grid, taxes.shocks)(*states),
            "industry": 100
            * grid_function(taxes.tax_capital, taxes.grid, taxes.shocks)(*states)[:, 0],
            "bound": 100.0 * (paths.eta.ravel() > 1e-5 * marginal),
        }
    )
    groups = []
    for by in ("bonds", "share"):
        group = pd.qcut(frame[by].rank(method="first"), bins, labels=False)
        mean = frame.groupby(group).mean().rename(columns={by: "at"})
        groups.append(mean[["at", "debt", "industry", "bound"]].assign(by=by))
    return pd.concat(groups, ignore_index=True)


def policy_distance(one: Solution, other: Solution, *, seed: int = 0) -> pd.DataFrame:
    """How far two solutions on the same grid are apart (Proposition 1).

    Returns
    -------
    pandas.DataFrame
        Rows ``c``, ``b_next``, ``k_next``, ``q``; columns ``largest`` and ``mean`` over all grid
        states, ``largest visited`` and ``mean visited`` along simulated paths of the second.
        Over income; ``k_next`` in shares.
    """
    paths, scale = ergodic_paths(other, seed=seed), other.grid.income_scale
    n = other.calibration.n_industries
    states = paths.b.ravel(), paths.k.reshape(-1, n), paths.z.reshape(-1, n)
    first, second = one.at(*states), other.at(*states)
    rows = {}
    for name in ("c", "b_next", "k_next", "q"):
        unit = 1.0 if name == "k_next" else scale
        grid = np.abs(getattr(one.policies, name) - getattr(other.policies, name)) / unit
        seen = np.abs(getattr(first, name) - getattr(second, name)) / unit
        rows[name] = {
            "largest": grid.max(), "mean": grid.mean(), "largest visited": seen.max(),
            "mean visited": seen.mean(),
        }  # fmt: skip
    return pd.DataFrame(rows).T


def losing_states(
    gain: Floats, equilibrium: Solution, *, tolerance: float = ROUNDING, seed: int = 0
) -> pd.DataFrame:
    """Visited states in which the gain (29) is negative, by grid cell.

    Parameters
    ----------
    gain : array, shape of the policies
        Result of `welfare_gain`.
    equilibrium : Solution
        Its simulated paths are what counts as visited.
    tolerance : float
        Losses up to this share of permanent consumption are not counted.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per grid node that is nearest to such a visit, worst first: ``bonds`` (over
        stationary income), ``k_1``, ... and ``z_1``, ... (levels) of the node, ``gain`` (percent
        of permanent consumption, mean over those visits), ``least``, and ``mass`` (percent of all
        visits). Empty where no visited state loses.
    """
    paths = ergodic_paths(equilibrium, seed=seed)
    n, space = equilibrium.calibration.n_industries, equilibrium.grid
    b, k, z = paths.b.ravel(), paths.k.reshape(-1, n), paths.z.reshape(-1, n)
    value = grid_function(gain, space, equilibrium.shocks)(b, k, z)
    lost = value < -tolerance
    nearest = np.abs(space.bonds - b[lost, None]).argmin(axis=1)
    frame = pd.DataFrame({"bonds": space.bonds[nearest] / space.income_scale})
    cell = np.abs(space.allocation - k[lost, None]).sum(axis=-1).argmin(axis=1)
    for i in range(n):
        frame[f"k_{i + 1}"] = space.allocation[cell, i]
    for i in range(n):
        frame[f"z_{i + 1}"] = z[lost, i]
    keys = list(frame)
    frame["gain"] = 100.0 * value[lost]
    rows = frame.groupby(keys, as_index=False)["gain"].agg(["mean", "min", "size"])
    rows = rows.rename(columns={"mean": "gain", "min": "least", "size": "visits"})
    rows["mass"] = 100.0 * rows.pop("visits") / len(b)
    return rows.sort_values("least", ignore_index=True)
