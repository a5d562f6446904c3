r"""Standard errors of a regression whose errors are correlated across nearby regions.

The covariance of Conley (1999) with a Bartlett kernel in distance. No library in the lock file
offers it. With the scores :math:`s_c = \sum_t x_{ct} e_{ct}` of every region,

.. math:: V = a (X'X)^{-1} \Big[ \sum_{c,c'} \max(0, 1 - d_{cc'} / \bar d)\, s_c s_{c'}' \Big]
    (X'X)^{-1}, \qquad a = \frac{G}{G - 1} \frac{n - 1}{n - k} ,

so that errors of one region may be correlated over all years. As the cutoff goes to zero this is
HC1 where every region has one row, and clustering by region otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["Spatial", "conley_covariance", "great_circle"]

_EARTH_KM = 6371.0088  # mean radius


@dataclass(frozen=True, kw_only=True, slots=True)
class Spatial:
    """How errors are correlated in space.

    Attributes
    ----------
    centroids : pandas.DataFrame
        Index region; columns lon, lat (degrees), as ``sources.geometry.zone_centroids`` gives.
    cutoff_km : float
        Distance from which on errors are uncorrelated; zero leaves each region on its own.
    region : str
        Column of the regression's frame that holds the region.
    """

    centroids: pd.DataFrame
    cutoff_km: float
    region: str = "region"

    def __post_init__(self) -> None:
        absent = {"lon", "lat"} - set(self.centroids.columns)
        if absent:
            raise ValueError(f"centroids lack the columns {sorted(absent)}; pass degrees")
        if not (np.isfinite(self.cutoff_km) and self.cutoff_km >= 0):
            raise ValueError(f"cutoff_km is {self.cutoff_km}; use a finite distance >= 0")
        if self.centroids.index.has_duplicates:
            twice = self.centroids.index[self.centroids.index.duplicated()].unique()
            raise ValueError(f"centroids name regions twice: {twice[:5].tolist()}")

    def distances(self, regions: ArrayLike) -> NDArray[np.float64]:
        """Distances in kilometres between regions, shape (G, G).

        Raises
        ------
        KeyError
            A region has no centroid.
        """
        index = pd.Index(np.asarray(regions))
        absent = index.difference(self.centroids.index)
        if len(absent):
            raise KeyError(
                f"{len(absent)} regions have no centroid, among them {absent[:5].tolist()};"
                " pass centroids of every region in the regression"
            )
        at = self.centroids.loc[index, ["lon", "lat"]].to_numpy(dtype=np.float64)
        return great_circle(at[:, 0], at[:, 1])


def great_circle(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Distances in kilometres between all pairs of points given in degrees, shape (G, G).

    Examples
    --------
    >>> round(float(great_circle([0.0, 90.0], [0.0, 0.0])[0, 1]))  # a quarter of the equator, km
    10008
    """
    x, y = np.radians(np.asarray(lon, float)), np.radians(np.asarray(lat, float))
    half = (
        np.sin((y[:, None] - y) / 2) ** 2
        + np.cos(y[:, None]) * np.cos(y) * np.sin((x[:, None] - x) / 2) ** 2
    )
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def conley_covariance(
    x: ArrayLike,
    residuals: ArrayLike,
    groups: ArrayLike,
    distances: ArrayLike,
    cutoff: float,
) -> NDArray[np.float64]:
    """Covariance of least-squares coefficients with spatially correlated errors.

    Parameters
    ----------
    x : array_like, shape (n, k)
        Regressors with the constant.
    residuals : array_like, shape (n,)
    groups : array_like of int, shape (n,)
        Region of each row, 0 to G - 1.
    distances : array_like, shape (G, G)
        Between regions, in the unit of `cutoff`.
    cutoff : float

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    ValueError
        A variance comes out negative: the kernel does not exclude that in two dimensions.
    """
    x, e = np.asarray(x, dtype=np.float64), np.asarray(residuals, dtype=np.float64)
    codes, d = np.asarray(groups), np.asarray(distances, dtype=np.float64)
    scores = np.zeros((len(d), x.shape[1]))
    np.add.at(scores, codes, x * e[:, None])
    # At a cutoff of zero only a region's distance to itself counts, even if two share a place.
    weight = np.clip(1 - d / cutoff, 0.0, None) if cutoff > 0 else np.eye(len(d))
    bread = np.linalg.inv(x.T @ x)
    (n, k), g = x.shape, len(d)
    scale = g / (g - 1) * (n - 1) / (n - k)
    covariance = scale * bread @ (scores.T @ weight @ scores) @ bread
    if np.any(np.diag(covariance) < 0):
        raise ValueError(
            f"a variance is negative at a cutoff of {cutoff:g}, which a Bartlett kernel allows in"
            " two dimensions; choose another cutoff"
        )
    return np.asarray(covariance)
