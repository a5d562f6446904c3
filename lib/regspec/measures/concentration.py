r"""Concentration of economic activity across industries: Gini, Herfindahl and largest share.

All three take non-negative amounts (wages, employment, capital) and need no prior division by
their total. A zero is an industry the region does not have and counts as an industry; a missing
value is an industry that was not published, and the caller says what to do with it (``nan``).

``weights`` are counts: an entry with weight 3 stands for three industries of that size each, so
that a weighted measure equals the unweighted one on the repeated entries.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regspec.tools.choices import require_choice

NanPolicy = Literal["raise", "omit", "propagate"]

__all__ = ["NanPolicy", "gini", "herfindahl", "max_share"]


def gini(
    amounts: ArrayLike,
    *,
    axis: int = -1,
    weights: ArrayLike | None = None,
    nan: NanPolicy = "raise",
    normalized: bool = False,
) -> NDArray[np.float64]:
    r"""Gini coefficient of industry shares, the paper's measure of specialization (14).

    With amounts sorted upwards and :math:`S_i` the share of the total held by the first i of
    the I industries, the coefficient is one minus twice the area under the Lorenz curve,

    .. math:: G = 1 - \frac{1}{I} \sum_{i=1}^{I} (S_i + S_{i-1}) .

    Parameters
    ----------
    amounts : array_like, shape (..., I, ...)
        Non-negative amounts by industry, any unit (the measure has none).
    axis : int
        Axis of the industries.
    weights : array_like, optional
        Number of industries that each entry stands for; shape (I,) or that of `amounts`.
    nan : {"raise", "omit", "propagate"}
        Missing entries: refuse them, leave the industry out of the count, or return NaN for
        the region. A region whose amounts sum to zero counts as missing too.
    normalized : bool
        Divide by the largest value the measure can take, (I - 1)/I, so that 1 is reached
        when one industry holds everything.

    Returns
    -------
    ndarray, shape of `amounts` without `axis`
        In [0, (I - 1)/I], or in [0, 1] if normalized.

    Raises
    ------
    ValueError
        Negative amounts or weights, missing values under ``nan="raise"``, or fewer than two
        industries with ``normalized=True``.

    Examples
    --------
    >>> round(float(gini([1.0, 1.0, 2.0])), 4)
    0.1667
    >>> float(gini([0.0, 0.0, 5.0], normalized=True))
    1.0
    """
    x, w, count = _prepare(amounts, axis, weights, nan)
    order = np.argsort(x, axis=-1, kind="stable")
    x, w = np.take_along_axis(x, order, axis=-1), np.take_along_axis(w, order, axis=-1)
    lorenz = np.cumsum(w * x, axis=-1) / np.sum(w * x, axis=-1, keepdims=True)
    below = lorenz - w * x / np.sum(w * x, axis=-1, keepdims=True)
    value = 1.0 - np.sum(w * (lorenz + below), axis=-1) / count
    # Equal amounts give minus one rounding error; the measure itself cannot be negative.
    value = np.maximum(value, 0.0)
    return value * count / _more_than_one(count) if normalized else value


def herfindahl(
    amounts: ArrayLike,
    *,
    axis: int = -1,
    weights: ArrayLike | None = None,
    nan: NanPolicy = "raise",
    normalized: bool = False,
) -> NDArray[np.float64]:
    r"""Herfindahl-Hirschman index :math:`\sum_i s_i^2` (Table 6), from 1/I to 1.

    ``normalized=True`` returns :math:`(H - 1/I) / (1 - 1/I)`, from 0 to 1. Parameters and
    errors as in :func:`gini`.

    Examples
    --------
    >>> float(herfindahl([1.0, 1.0, 2.0]))
    0.375
    """
    x, w, count = _prepare(amounts, axis, weights, nan)
    total = np.sum(w * x, axis=-1, keepdims=True)
    value = np.sum(w * (x / total) ** 2, axis=-1)
    return (value * count - 1.0) / _more_than_one(count) if normalized else value


def max_share(
    amounts: ArrayLike,
    *,
    axis: int = -1,
    weights: ArrayLike | None = None,
    nan: NanPolicy = "raise",
    normalized: bool = False,
) -> NDArray[np.float64]:
    r"""Share of the largest industry (footnote 6), from 1/I to 1.

    ``normalized=True`` returns :math:`(\max s - 1/I) / (1 - 1/I)`, from 0 to 1. Parameters and
    errors as in :func:`gini`.

    Examples
    --------
    >>> float(max_share([1.0, 1.0, 2.0]))
    0.5
    """
    x, w, count = _prepare(amounts, axis, weights, nan)
    value = np.max(np.where(w > 0, x, 0.0), axis=-1) / np.sum(w * x, axis=-1)
    return (value * count - 1.0) / _more_than_one(count) if normalized else value


def _prepare(
    amounts: ArrayLike, axis: int, weights: ArrayLike | None, nan: NanPolicy
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Amounts and weights with industries last, and the number of industries counted.

    Regions without a defined measure carry NaN in every amount from here on, so that the
    formulas above return NaN for them without a special case.
    """
    require_choice("nan", nan, get_args(NanPolicy))
    x = np.moveaxis(np.asarray(amounts, dtype=np.float64), axis, -1)
    if x.shape[-1] == 0:
        raise ValueError("amounts has no industries along the axis; pass at least one")
    w = _weights_like(x, axis, weights)
    if np.any(x < 0) or np.any(np.isinf(x)):
        raise ValueError(
            f"amounts must be finite and non-negative, found {np.nanmin(x):g} to {np.nanmax(x):g};"
            " set losses to zero or leave those industries out before measuring concentration"
        )
    missing = np.isnan(x) & (w > 0)
    x = np.where(np.isnan(x) & (w == 0), 0.0, x)
    if nan == "omit":
        x, w = np.where(missing, 0.0, x), np.where(missing, 0.0, w)
    empty = np.sum(w * x, axis=-1) == 0
    if nan == "raise" and (missing.any() or empty.any()):
        raise ValueError(
            f"amounts has {int(missing.sum())} missing entries and {int(empty.sum())} regions that"
            ' sum to zero; fill them, or pass nan="omit" (leave those industries out) or'
            ' nan="propagate" (return NaN for those regions)'
        )
    undefined = empty | (missing.any(axis=-1) & (nan == "propagate"))
    return np.where(undefined[..., None], np.nan, x), w, np.sum(w, axis=-1)


def _weights_like(
    x: NDArray[np.float64], axis: int, weights: ArrayLike | None
) -> NDArray[np.float64]:
    """Weights broadcast to the shape of x (industries last)."""
    if weights is None:
        return np.ones_like(x)
    w = np.asarray(weights, dtype=np.float64)
    w = np.moveaxis(w, axis, -1) if w.ndim > 1 else w
    if w.shape not in (x.shape, x.shape[-1:]):
        raise ValueError(
            f"weights has shape {np.shape(weights)}; pass {x.shape[-1:]} (one per industry) or the"
            " shape of amounts"
        )
    if not np.all(np.isfinite(w)) or np.any(w < 0):
        raise ValueError("weights must be finite and non-negative counts of industries")
    return np.broadcast_to(w, x.shape)


def _more_than_one(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the number of industries less one, positive where a measure can be normalized."""
    if np.any(count <= 1):
        raise ValueError(
            f"a normalized measure needs more than one industry per region, found"
            f" {float(np.min(count)):g}; use normalized=False"
        )
    return count - 1.0
