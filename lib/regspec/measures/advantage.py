"""Revealed comparative advantage (5), its ranks, and shift-share exposure (2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

__all__ = ["industry_growth", "rank_regions", "rca", "shift_share"]


def rca(amounts: ArrayLike, *, reference: ArrayLike | None = None) -> NDArray[np.float64]:
    r"""Revealed comparative advantage of each region in each industry (5).

    .. math:: RCA_{c,i} = \frac{Y_{c,i}}{\sum_i Y_{c,i}} \Big/ \frac{Y_{US,i}}{\sum_i Y_{US,i}}

    Missing cells (NaN) stay missing and are left out of the sums, so a region with suppressed
    industries is compared with its published total.

    Parameters
    ----------
    amounts : array_like, shape (..., C, I)
        Non-negative amounts of C regions and I industries, any unit.
    reference : array_like, shape (..., I), optional
        National amounts; the sum over the regions given if left out.

    Returns
    -------
    ndarray, shape (..., C, I)
        Above 1 where the industry weighs more in the region than in the nation; NaN where the
        industry does not exist nationally or the region's total is zero.

    Raises
    ------
    ValueError
        Negative amounts, fewer than two dimensions, or a reference of another shape.

    Examples
    --------
    >>> rca([[3.0, 1.0], [1.0, 3.0]])
    array([[1.5, 0.5],
           [0.5, 1.5]])
    """
    y = _region_by_industry(amounts)
    us = np.nansum(y, axis=-2) if reference is None else np.asarray(reference, dtype=np.float64)
    if us.shape != y.shape[:-2] + y.shape[-1:]:
        raise ValueError(
            f"reference has shape {us.shape}; pass one national amount per industry,"
            f" {y.shape[:-2] + y.shape[-1:]}"
        )
    own_total = np.nansum(y, axis=-1, keepdims=True)
    us_share = us / np.nansum(us, axis=-1, keepdims=True)
    own_share = np.divide(y, own_total, out=np.full_like(y, np.nan), where=own_total > 0)
    wanted = np.broadcast_to(us_share[..., None, :], y.shape)
    return np.divide(own_share, wanted, out=np.full_like(y, np.nan), where=wanted > 0)


def rank_regions(
    values: ArrayLike, *, axis: int = -2, largest_first: bool = True
) -> NDArray[np.float64]:
    """Ranks of regions within each industry, from 1; ties share their mean rank, NaN stays NaN.

    Parameters
    ----------
    values : array_like, shape (..., C, I)
        For instance the output of :func:`rca`.
    axis : int
        Axis of the regions.
    largest_first : bool
        Rank 1 is the largest value (the region most specialized in the industry). The paper
        does not say which end is 1, and its logarithm stretches that end: try both.

    Examples
    --------
    >>> rank_regions(rca([[3.0, 1.0], [1.0, 3.0]]))
    array([[1., 2.],
           [2., 1.]])
    """
    x = np.asarray(values, dtype=np.float64)
    return rankdata(-x if largest_first else x, axis=axis, nan_policy="omit")


def industry_growth(
    start: ArrayLike, end: ArrayLike, *, leave_one_out: bool = False
) -> NDArray[np.float64]:
    r"""Log growth of each industry, summed over regions: :math:`g_i` in (2).

    Parameters
    ----------
    start, end : array_like, shape (C, I)
        Amounts in the first and the last year; NaN cells are left out of both sums only where
        both years are missing, so fill suppressed cells first or use national totals.
    leave_one_out : bool
        For each region leave its own amounts out of the sums, so that its growth does not
        explain itself; the result then differs by region.

    Returns
    -------
    ndarray, shape (I,) or, with `leave_one_out`, (C, I)
        Total log growth between the two years; NaN where an industry is zero in either.

    Raises
    ------
    ValueError
        Shapes differ, negative amounts, or a cell missing in one of the two years only.

    Examples
    --------
    >>> industry_growth([[1.0, 2.0]], [[2.0, 2.0]]).round(3)
    array([0.693, 0.   ])
    """
    first, last = _region_by_industry(start), _region_by_industry(end)
    if first.shape != last.shape or first.ndim != 2:
        raise ValueError(
            f"start has shape {first.shape} and end {last.shape}; pass the same regions and"
            " industries, shape (C, I), in both years"
        )
    one_sided = np.isnan(first) != np.isnan(last)
    if one_sided.any():
        raise ValueError(
            f"{int(one_sided.sum())} cells are missing in one of the two years only, which would"
            " bias growth; fill them or set both years to NaN"
        )
    sums = []
    for amounts in (np.nan_to_num(first), np.nan_to_num(last)):
        total = amounts.sum(axis=0)
        sums.append(total - amounts if leave_one_out else total)
    ratio = np.divide(sums[1], sums[0], out=np.full_like(sums[0], np.nan), where=sums[0] > 0)
    return np.log(ratio, out=np.full_like(ratio, np.nan), where=ratio > 0)


def shift_share(amounts: ArrayLike, growth: ArrayLike) -> NDArray[np.float64]:
    r"""Predicted growth :math:`\hat g_c = \sum_i s_{c,i} g_i` of each region (2).

    Parameters
    ----------
    amounts : array_like, shape (C, I)
        Amounts in the first year; divided by the region's total here. NaN counts as zero.
    growth : array_like, shape (I,) or (C, I)
        Growth of each industry, common or by region (:func:`industry_growth`). Industries that
        no region has may carry NaN.

    Returns
    -------
    ndarray, shape (C,)
        In the unit of `growth`.

    Raises
    ------
    ValueError
        Shapes do not fit, or growth is missing for an industry that a region has.

    Examples
    --------
    >>> shift_share([[1.0, 3.0], [4.0, 0.0]], growth=[0.1, -0.2])
    array([-0.125,  0.1  ])
    """
    y = np.nan_to_num(_region_by_industry(amounts))
    g = np.asarray(growth, dtype=np.float64)
    if g.shape not in (y.shape, y.shape[-1:]):
        raise ValueError(
            f"growth has shape {g.shape}; pass {y.shape[-1:]} (one per industry) or {y.shape}"
        )
    g = np.broadcast_to(g, y.shape)
    unknown = np.isnan(g) & (y > 0)
    if unknown.any():
        raise ValueError(
            f"growth is missing for {int(unknown.any(axis=0).sum())} industries with positive"
            " amounts; drop those industries from both arguments or supply their growth"
        )
    return np.sum(y / y.sum(axis=-1, keepdims=True) * np.where(y > 0, g, 0.0), axis=-1)


def _region_by_industry(amounts: ArrayLike) -> NDArray[np.float64]:
    """Amounts as floats, checked to be non-negative with regions and industries last."""
    y = np.asarray(amounts, dtype=np.float64)
    if y.ndim < 2:
        raise ValueError(f"amounts has shape {y.shape}; pass regions by industries, (..., C, I)")
    if np.any(y < 0):
        raise ValueError(f"amounts must be non-negative, found {np.nanmin(y):g}")
    return y
