"""Slices through the decision rules after an adverse shock (Figures 8 and 9).

Each function evaluates the solution along one axis, everything else held fixed, and returns a
tidy frame; the economy "specialised" in an industry holds most of its capital there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.model import Equilibrium, Solution

Floats = NDArray[np.float64]

__all__ = ["along_bonds", "along_shares", "bound_bonds", "productivity_after"]


def productivity_after(equilibrium: Solution, *, industry: int = 0, size: float = -1.0) -> Floats:
    """Productivity levels when one industry is `size` innovations from its mean, shape (I,)."""
    level = np.array([np.log(nodes).mean() for nodes in equilibrium.shocks.nodes])
    level[industry] += size * equilibrium.calibration.sigma_period[industry]
    return np.exp(level)


def _shares(share: Floats, industries: int, industry: int) -> Floats:
    """Capital with `share` in one industry and the rest spread evenly, shape (n, I)."""
    share = np.atleast_1d(np.asarray(share, dtype=float))
    if industries < 2 or not ((share > 0) & (share < 1)).all():
        raise ValueError(
            f"share must lie strictly between 0 and 1 with at least two industries; got "
            f"{share.min():.3g} to {share.max():.3g} with {industries}"
        )
    k = np.repeat(((1 - share) / (industries - 1))[:, None], industries, axis=1)
    k[:, industry] = share
    return k


def _evaluate(equilibrium: Equilibrium, b: Floats, k: Floats, z: Floats) -> pd.DataFrame:
    policy = equilibrium.at(b, k, np.tile(z, (b.size, 1)))
    return pd.DataFrame(
        {
            "bonds": b,
            "consumption": policy.c,
            "bonds_next": policy.b_next,
            "price": policy.q,
            # In units of today's marginal utility, so that it compares across states.
            "multiplier": np.maximum(policy.mu, 0.0),
            "bound": policy.bound,
            "inside": policy.inside,
        }
    ).assign(**{f"share_next_{i}": policy.k_next[:, i] for i in range(k.shape[1])})


def along_bonds(
    equilibrium: Equilibrium,
    *,
    shares: dict[str, float],
    industry: int = 0,
    size: float = -1.0,
    bonds: tuple[float, float] | None = None,
    points: int = 200,
) -> pd.DataFrame:
    """Decision rules over current bonds for economies of different specialisation (Figure 8a).

    Parameters
    ----------
    equilibrium : Equilibrium
    shares : dict of str to float
        Economies by name and their capital share in the shocked industry.
    industry : int
    size : float
        Productivity of `industry` in standard deviations of its innovation from the mean.
    bonds : tuple of float, optional
        Range; the solver's whole bond grid if left out.
    points : int

    Returns
    -------
    pandas.DataFrame
        ``economy``, ``bonds``, ``bonds_next``, ``consumption``, ``price``, ``multiplier``
        (share of marginal utility), ``bound``, ``inside``, ``share_next_<i>``.

    Raises
    ------
    ValueError
        For a share outside (0, 1).
    """
    grid = equilibrium.grid.bonds
    low, high = bonds or (float(grid[0]), float(grid[-1]))
    b = np.linspace(low, high, points)
    z = productivity_after(equilibrium, industry=industry, size=size)
    frames = []
    for name, share in shares.items():
        k = _shares(np.full(points, share), z.size, industry)
        frames.append(_evaluate(equilibrium, b, k, z).assign(economy=name))
    return pd.concat(frames, ignore_index=True)


def along_shares(
    equilibrium: Equilibrium,
    *,
    bonds: dict[str, float],
    industry: int = 0,
    size: float = -1.0,
    shares: tuple[float, float] = (0.1, 0.9),
    points: int = 161,
) -> pd.DataFrame:
    """Decision rules over the capital share of the shocked industry (Figures 8b and 9).

    Parameters
    ----------
    equilibrium : Equilibrium
    bonds : dict of str to float
        Economies by name and their current bonds.
    industry, size
        As in :func:`along_bonds`.
    shares : tuple of float
        Range of the share.
    points : int

    Returns
    -------
    pandas.DataFrame
        Columns of :func:`along_bonds`, with ``share`` (capital share today) and
        ``share_next`` (tomorrow) of `industry`.

    Raises
    ------
    ValueError
        For a share outside (0, 1).
    """
    share = np.linspace(*shares, points)
    z = productivity_after(equilibrium, industry=industry, size=size)
    k = _shares(share, z.size, industry)
    frames = []
    for name, b in bonds.items():
        frame = _evaluate(equilibrium, np.full(points, float(b)), k, z)
        frames.append(
            frame.assign(economy=name, share=share, share_next=frame[f"share_next_{industry}"])
        )
    return pd.concat(frames, ignore_index=True)


def bound_bonds(slice_: pd.DataFrame) -> pd.Series:
    """Highest bond position at which the limit binds, by economy (NaN where it never does).

    Parameters
    ----------
    slice_ : pandas.DataFrame
        Result of :func:`along_bonds`.
    """
    bound = slice_["bonds"].where(slice_["bound"])
    return bound.groupby(slice_["economy"], sort=False).max()
