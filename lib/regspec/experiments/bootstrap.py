"""Bootstrap of slopes and of what frictions contribute to them, over zones (Figures 5 and 6).

The definition of a contribution is :func:`regspec.experiments.growth.decompose`, in both orders.
Given its initial mix a zone's growth in the model is not random. What is uncertain is which zones
there are, and their growth in the data; so zones are drawn, with their data and with all of the
model's variants at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

__all__ = ["Bands", "bootstrap_slopes", "draw_counts", "frictions", "interval"]


def draw_counts(n: int, draws: int, seed: int, clusters: ArrayLike | None = None) -> Floats:
    """How often each of n zones is drawn, with replacement.

    Parameters
    ----------
    n, draws, seed : int
    clusters : array_like, shape (n,), optional
        Zones of one cluster (a state, say) are drawn together.

    Returns
    -------
    ndarray, shape (draws, n)

    Raises
    ------
    ValueError
        For clusters of another length, or no draw.
    """
    groups = np.arange(n) if clusters is None else pd.factorize(np.asarray(clusters))[0]
    if groups.shape != (n,) or draws < 1:
        raise ValueError(f"{groups.size} clusters for {n} zones, {draws} draws; give one a zone")
    number = int(groups.max()) + 1
    chances = np.full(number, 1.0 / number)
    drawn = np.random.default_rng(seed).multinomial(number, chances, size=draws)
    return drawn[:, groups].astype(np.float64)


def bootstrap_slopes(x: ArrayLike, ys: ArrayLike, counts: Floats) -> Floats:
    """Least-squares slopes of every series on x in every draw.

    Parameters
    ----------
    x : array_like, shape (n,)
    ys : array_like, shape (m, n)
    counts : ndarray, shape (draws, n)

    Returns
    -------
    ndarray, shape (draws, m)

    Raises
    ------
    ValueError
        If the lengths differ or x does not vary in a draw.
    """
    gini, series = np.asarray(x, dtype=float), np.atleast_2d(np.asarray(ys, dtype=float))
    if series.shape[1] != gini.size or counts.shape[1] != gini.size:
        raise ValueError(
            f"x has {gini.size} zones, the series {series.shape[1]}, the draws {counts.shape[1]}"
        )
    centred = gini - gini.mean()  # for accuracy: slopes do not depend on it
    level = series - series.mean(axis=1, keepdims=True)
    total = counts.sum(axis=1)
    mean = counts @ centred / total
    variance = counts @ centred**2 / total - mean**2
    if not (variance > 1e-14).all():
        raise ValueError("x does not vary in some draw; use more zones or other clusters")
    cross = counts @ (centred * level).T / total[:, None]
    means = counts @ level.T / total[:, None]
    return np.asarray((cross - mean[:, None] * means) / variance[:, None])


def interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.asarray(values, dtype=float), [tail, 1.0 - tail])
    return float(low), float(high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """Slopes of the data and of the model's variants with bootstrap intervals.

    Attributes
    ----------
    slopes : pandas.DataFrame
        Index: ``data`` and the variants; ``slope``, ``low``, ``high``.
    shares : pandas.DataFrame
        ``quantity``, ``percent``, ``low``, ``high``, in percent: the model's slope of the data's,
        the slope with adjustment costs only of the data's, and the parts of the limit and of the
        costs in the model's slope, removed first, second and on average.
    data_negative : float
        Share of draws in which the slope of the data is negative: the shares of it have no
        meaning in the others.
    """

    slopes: pd.DataFrame
    shares: pd.DataFrame
    data_negative: float


#: Variants of the model by the frictions they have.
_BOTH, _COSTS, _LIMIT, _NONE = "with limit", "without limit", "no adjustment costs", "neither"


def frictions(
    gini: ArrayLike,
    data: ArrayLike,
    growth: Mapping[str, ArrayLike],
    *,
    draws: int = 2000,
    seed: int = 0,
    clusters: ArrayLike | None = None,
    level: float = 0.95,
) -> Bands:
    """Slopes on the Gini and the contributions of both frictions, with bands.

    Without adjustment costs capital moves at once, limit or no limit: "neither" has the growth of
    "no adjustment costs" where it is not given.

    Parameters
    ----------
    gini, data : array_like, shape (n,)
    growth : mapping of str to array_like, shape (n,)
        ``with limit``, ``without limit``, ``no adjustment costs`` and optionally ``neither``, at
        the scale of `data`.
    draws, seed : int
    clusters : array_like, shape (n,), optional
        As in :func:`draw_counts`.
    level : float

    Raises
    ------
    ValueError
        If a variant is missing.
    """
    if missing := [v for v in (_BOTH, _COSTS, _LIMIT) if v not in growth]:
        raise ValueError(f"growth lacks {missing}; it has {list(growth)}")
    series = {"data": data, **{v: growth[v] for v in (_BOTH, _COSTS, _LIMIT)}}
    series[_NONE] = growth.get(_NONE, growth[_LIMIT])
    stacked = np.array([np.asarray(y, dtype=float) for y in series.values()])
    n = stacked.shape[1]
    drawn = bootstrap_slopes(gini, stacked, draw_counts(n, draws, seed, clusters))
    point = bootstrap_slopes(gini, stacked, np.ones((1, n)))[0]
    ends = np.array([interval(column, level) for column in drawn.T])
    slopes = pd.DataFrame({"slope": point, "low": ends[:, 0], "high": ends[:, 1]}, index=[*series])
    at, over = _shares(point[None, :]), _shares(drawn)
    rows = [(name, at[name][0], *interval(over[name], level)) for name in at]
    return Bands(
        slopes=slopes,
        shares=pd.DataFrame(rows, columns=["quantity", "percent", "low", "high"]),
        data_negative=float((drawn[:, 0] < 0).mean()),
    )


def _shares(slopes: Floats) -> dict[str, Floats]:
    """Shares in percent for every row of slopes (draws, 5): data, both, costs, limit, none."""
    data, both, costs, limit, none = slopes.T
    parts = {
        "collateral limit": (both - costs, limit - none),
        "adjustment costs": (both - limit, costs - none),
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = {"model, of the data": both / data, "costs only, of the data": costs / data}
        for friction, (first, second) in parts.items():
            shares[f"{friction}, removed first"] = first / both
            shares[f"{friction}, removed second"] = second / both
            shares[f"{friction}, mean of both orders"] = (first + second) / (2.0 * both)
    return {name: 100.0 * value for name, value in shares.items()}
