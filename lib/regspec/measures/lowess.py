"""Locally weighted linear regression (3)-(4) with tricube weights and a bootstrap band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LowessBand", "lowess", "lowess_band"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class LowessBand:
    """A local regression curve and its pointwise bootstrap band.

    Attributes
    ----------
    at, fit, lower, upper : ndarray, shape (M,)
        Evaluation points, fitted values, and the ends of the band.
    slope : ndarray, shape (M,)
        Local slope at each point.
    slope_draws : ndarray, shape (draws, M)
        Local slopes of the bootstrap draws.
    level : float
        Coverage of the band.
    span : float
        Share of observations in each neighbourhood.
    draws : int
        Bootstrap draws.
    seed : int
        Seed of the draws.
    n : int
        Observations.
    clusters : int or None
        Number of groups drawn together, None if observations are drawn one by one.
    """

    at: Floats
    fit: Floats
    lower: Floats
    upper: Floats
    slope: Floats
    slope_draws: Floats
    level: float
    span: float
    draws: int
    seed: int
    n: int
    clusters: int | None

    def slope_gap(self, first: float, second: float) -> tuple[float, float]:
        """Slope at one point less the slope at another, and its bootstrap standard error.

        Slopes are linear between the points of evaluation.
        """
        ends = np.array([first, second])
        gap = -np.diff(np.interp(ends, self.at, self.slope))[0]
        draws = [np.interp(ends, self.at, d) for d in self.slope_draws]
        return float(gap), float(np.nanstd(-np.diff(draws, axis=1), ddof=1))


def lowess(
    x: ArrayLike, y: ArrayLike, *, at: ArrayLike | None = None, span: float = 2 / 3
) -> Floats:
    r"""Fitted values of the local linear regression at given points (3)-(4).

    The weight of observation j at point x is the tricube
    :math:`(1 - |x_j - x|^3 / h(x)^3)^3` within the distance h(x) to the k-th nearest
    observation, k = floor(span n), and zero beyond. No robustness iterations.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Observations, finite.
    at : array_like, shape (M,), optional
        Points at which to fit; the observations' own x if left out.
    span : float
        Share of the observations in each neighbourhood, in (0, 1].

    Returns
    -------
    ndarray, shape (M,)

    Raises
    ------
    ValueError
        Missing or unequal data, or a span that leaves fewer than three observations.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(20.0)
    >>> bool(np.allclose(lowess(x, 2 * x + 1), 2 * x + 1))  # exact on a line
    True
    """
    x, y, at = _checked(x, y, at, span)
    return _Neighbourhoods(x, at).fit(y, np.ones(x.size), span)[0]


def lowess_band(
    x: ArrayLike,
    y: ArrayLike,
    *,
    seed: int,
    at: ArrayLike | None = None,
    span: float = 2 / 3,
    draws: int = 500,
    level: float = 0.95,
    clusters: ArrayLike | None = None,
) -> LowessBand:
    """Local regression with a pointwise percentile band from the bootstrap.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Observations, finite.
    seed : int
        Seed of the resampling; the same seed gives the same band.
    at : array_like, shape (M,), optional
        Points at which to fit; 60 even points between the 1st and 99th percentile of x if
        left out.
    span, draws, level
        Share of observations per neighbourhood, number of draws, coverage of the band.
    clusters : array_like, shape (n,), optional
        Group of each observation. Whole groups are drawn with replacement, which keeps the
        dependence over time of a region in the band.

    Returns
    -------
    LowessBand

    Raises
    ------
    ValueError
        As in :func:`lowess`; also a level outside (0, 1) or fewer than two draws or clusters.
    """
    if at is None:
        first, last = np.nanquantile(np.asarray(x, dtype=np.float64), [0.01, 0.99])
        at = np.linspace(float(first), float(last), 60)
    x, y, at = _checked(x, y, at, span)
    if not 0 < level < 1 or draws < 2:
        raise ValueError(f"level is {level:g} and draws {draws}; use 0 < level < 1 and draws >= 2")
    members = np.arange(x.size) if clusters is None else _cluster_codes(clusters, x.size)
    groups = int(members.max()) + 1
    if groups < 2:
        raise ValueError("clusters has a single group; pass at least two or leave it out")
    near = _Neighbourhoods(x, at)
    fit, slope = near.fit(y, np.ones(x.size), span)
    rng = np.random.default_rng(seed)
    curves, slopes = np.empty((draws, at.size)), np.empty((draws, at.size))
    for d in range(draws):
        times_drawn = np.bincount(rng.integers(groups, size=groups), minlength=groups)
        curves[d], slopes[d] = near.fit(y, times_drawn[members].astype(np.float64), span)
    tail = (1 - level) / 2
    lower, upper = np.nanquantile(curves, [tail, 1 - tail], axis=0)
    return LowessBand(
        at=at,
        fit=fit,
        lower=lower,
        upper=upper,
        slope=slope,
        slope_draws=slopes,
        level=level,
        span=span,
        draws=draws,
        seed=seed,
        n=x.size,
        clusters=None if clusters is None else groups,
    )


class _Neighbourhoods:
    """Observations sorted by distance from each point: the part all draws share."""

    def __init__(self, x: Floats, at: Floats) -> None:
        gap = x[None, :] - at[:, None]
        self._order = np.argsort(np.abs(gap), axis=1, kind="stable")
        self._gap = np.take_along_axis(gap, self._order, axis=1)
        self._distance = np.abs(self._gap)

    def fit(self, y: Floats, counts: Floats, span: float) -> tuple[Floats, Floats]:
        """Level and slope at each point, observation j entering counts[j] times."""
        counts = counts[self._order]
        k = np.floor(span * counts.sum(axis=1) + 1e-10)
        reached = np.cumsum(counts, axis=1) >= k[:, None]
        h = np.take_along_axis(self._distance, reached.argmax(axis=1)[:, None], axis=1)
        # Many observations at the point itself: a neighbourhood of width zero is their mean.
        ratio = np.divide(
            self._distance, h, out=(self._distance > 0).astype(np.float64), where=h > 0
        )
        w = counts * np.clip(1.0 - ratio**3, 0.0, None) ** 3
        total = w.sum(axis=1)
        target = y[self._order]
        gap_mean = (w * self._gap).sum(axis=1) / total
        y_mean = (w * target).sum(axis=1) / total
        centred = self._gap - gap_mean[:, None]
        spread = (w * centred**2).sum(axis=1)
        covariance = (w * centred * target).sum(axis=1)
        enough = spread > 1e-14 * total * np.maximum(h[:, 0] ** 2, 1e-300)
        slope = np.divide(covariance, spread, out=np.zeros_like(spread), where=enough)
        return y_mean - slope * gap_mean, slope


def _checked(
    x: ArrayLike, y: ArrayLike, at: ArrayLike | None, span: float
) -> tuple[Floats, Floats, Floats]:
    """Arrays of floats, or an error naming what is wrong."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    at = x if at is None else np.asarray(at, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or at.ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}, y {y.shape} and at {at.shape}; pass one-dimensional arrays,"
            " x and y of the same length"
        )
    missing = sum(int((~np.isfinite(v)).sum()) for v in (x, y, at))
    if missing:
        raise ValueError(f"x, y or at hold {missing} values that are not finite; drop those rows")
    if not 0 < span <= 1 or np.floor(span * x.size + 1e-10) < 3:
        raise ValueError(
            f"span is {span:g} with {x.size} observations; use a span in (0, 1] that keeps at"
            " least three observations in a neighbourhood"
        )
    return x, y, at


def _cluster_codes(clusters: ArrayLike, n: int) -> NDArray[np.int64]:
    """Integer code of each observation's group, checked for length."""
    labels = np.asarray(clusters)
    if labels.shape != (n,):
        raise ValueError(f"clusters has shape {labels.shape}; pass one label per observation, {n}")
    return np.unique(labels, return_inverse=True)[1]
