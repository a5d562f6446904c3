r"""Least squares with robust, clustered or spatial standard errors, as a frozen result.

For errors that are correlated across nearby regions it has the covariance of Conley (1999) with a
Bartlett kernel in distance, which no library in the lock file offers. With the scores
:math:`s_c = \sum_t x_{ct} e_{ct}` of every region,

.. math:: V = a (X'X)^{-1} \Big[ \sum_{c,c'} \max(0, 1 - d_{cc'} / \bar d)\, s_c s_{c'}' \Big]
    (X'X)^{-1}, \qquad a = \frac{G}{G - 1} \frac{n - 1}{n - k} ,

so that errors of one region may be correlated over all years. As the cutoff goes to zero this is
HC1 where every region has one row, and clustering by region otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

__all__ = [
    "Regression",
    "Spatial",
    "Term",
    "bootstrap_se",
    "conley_covariance",
    "fit_ols",
    "great_circle",
    "residualize",
]

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


class Term(NamedTuple):
    """One coefficient: estimate, standard error, t ratio, p value and 95 percent interval."""

    coef: float
    se: float
    t: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Regression:
    """A fitted linear regression.

    Attributes
    ----------
    outcome, focus : str
        Column explained, and the regressor of interest.
    coef, se, standardized : pandas.Series
        By regressor (with ``const`` unless effects are absorbed): coefficient, standard error,
        and the coefficient in standard deviations of outcome and regressor.
    dof : float
        Degrees of freedom of the t distribution used for tests.
    n : int
        Observations.
    groups : int or None
        Clusters, None without clustering (and with spatial errors).
    r2, r2_adj : float
        Within the categories where `effects` were asked for.
    covariance : str
        Estimator of the standard errors in words.
    spec : str
        The specification in words.
    """

    outcome: str
    focus: str
    coef: pd.Series
    se: pd.Series
    standardized: pd.Series
    dof: float
    n: int
    groups: int | None
    r2: float
    r2_adj: float
    covariance: str
    spec: str

    def term(self, name: str | None = None, *, level: float = 0.95) -> Term:
        """Return one coefficient (the one of interest by default) with its interval.

        Raises
        ------
        KeyError
            If the regression has no such regressor; the message lists those it has.
        """
        name = self.focus if name is None else name
        if name not in self.coef.index:
            raise KeyError(f"no regressor {name!r}; this one has {', '.join(self.coef.index)}")
        b, se = float(self.coef[name]), float(self.se[name])
        half = float(stats.t.ppf(0.5 + level / 2, self.dof)) * se
        p = float(2 * stats.t.sf(abs(b / se), self.dof)) if se > 0 else 0.0
        return Term(b, se, b / se if se > 0 else np.inf, p, b - half, b + half)

    def relation(self, name: str | None = None) -> str:
        """How the outcome moves with a regressor at the 5 percent level, in words."""
        t = self.term(name).t
        return (
            "shows no clear relation to"
            if abs(t) < 1.96
            else "rises with"
            if t > 0
            else "falls with"
        )


def fit_ols(
    frame: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    cluster: str | None = None,
    spatial: Spatial | None = None,
    effects: str | None = None,
    spec: str = "",
) -> Regression:
    """Ordinary least squares with HC1, clustered or spatial standard errors.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per observation; rows with a missing value in a column used are dropped.
    outcome : str
    regressors : sequence of str
        The first is the one of interest. A constant is added.
    cluster : str, optional
        Column of groups whose errors may be correlated; HC1 without it.
    spatial : Spatial, optional
        Instead: errors correlated across regions by distance, and over time within a region.
    effects : str, optional
        Column of a category (a year) that gets its own intercepts. They are estimated but not
        reported.
    spec : str
        Description kept in the result; written from the arguments if empty.

    Returns
    -------
    Regression

    Raises
    ------
    KeyError
        A column is not in the frame, or a region has no centroid.
    ValueError
        Too few rows, regressors that are linearly dependent (named), or both `cluster` and
        `spatial`.

    Examples
    --------
    >>> import pandas as pd
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"x": rng.normal(size=500)})
    >>> frame["y"] = 2.0 * frame["x"] + rng.normal(size=500)
    >>> term = fit_ols(frame, "y", ["x"]).term()
    >>> term.lower < 2.0 < term.upper, round(term.coef, 1)
    (True, 2.0)
    """
    if cluster is not None and spatial is not None:
        raise ValueError(f"cluster is {cluster!r} and spatial is given too; use one of them")
    place = None if spatial is None else spatial.region
    columns = [outcome, *regressors, *filter(None, (cluster, place, effects))]
    absent = [c for c in columns if c not in frame.columns]
    if absent:
        raise KeyError(f"columns {absent} are not in the frame; it has {list(frame.columns)}")
    data = frame[list(dict.fromkeys(columns))].dropna()
    x = add_constant(data[list(regressors)].astype(float), has_constant="add")
    if effects is not None:
        dummies = pd.get_dummies(data[effects], prefix="effect", drop_first=True, dtype=float)
        x = pd.concat([x, dummies], axis=1)
    _check_design(x, outcome)
    model = OLS(data[outcome].astype(float), x)
    groups, covariance, se = None, "HC1", None
    if cluster is None:
        fit = model.fit(cov_type="HC1", use_t=True)
        if spatial is not None:
            se = _spatial_errors(fit, data[spatial.region], spatial)
            covariance = f"spatial, Bartlett kernel to {spatial.cutoff_km:g} km"
    else:
        codes, labels = pd.factorize(data[cluster])
        groups, covariance = len(labels), f"clustered by {cluster}"
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    names = ["const", *regressors]
    r2 = float(fit.rsquared)
    if effects is not None:
        means = data.groupby(effects)[outcome].transform("mean")
        r2 = 1.0 - float(fit.ssr) / float(((data[outcome] - means) ** 2).sum())
    dof_total = len(data) - (x.shape[1] - len(regressors))
    spread = data[list(regressors)].astype(float).std() / float(data[outcome].std())
    described = f"{outcome} on {', '.join(regressors)}" + (
        f"; {effects} effects" if effects else ""
    )
    return Regression(
        outcome=outcome,
        focus=regressors[0],
        coef=fit.params[names],
        se=(fit.bse if se is None else se)[names],
        standardized=fit.params[list(regressors)] * spread,
        dof=float(fit.df_resid if groups is None else groups - 1),
        n=len(data),
        groups=groups,
        r2=r2,
        r2_adj=1.0 - (1.0 - r2) * dof_total / float(fit.df_resid),
        covariance=covariance,
        spec=spec or described,
    )


def _spatial_errors(fit: Any, regions: pd.Series, spatial: Spatial) -> pd.Series:
    """Standard errors of a fit by :func:`conley_covariance`, indexed as its coefficients."""
    codes, labels = pd.factorize(regions)
    distances = spatial.distances(labels)
    design = fit.model.exog
    covariance = conley_covariance(design, fit.resid, codes, distances, spatial.cutoff_km)
    return pd.Series(np.sqrt(np.diag(covariance)), index=fit.params.index)


def residualize(
    frame: pd.DataFrame, outcome: str, focus: str, controls: Sequence[str]
) -> pd.DataFrame:
    """Outcome and regressor of interest net of the controls (Frisch-Waugh-Lovell), means added.

    The slope of the returned outcome on the returned regressor is the coefficient of the full
    regression; Figure 2 of the paper plots these residuals.

    Returns
    -------
    pandas.DataFrame
        Columns `outcome` and `focus`, index of the rows used.
    """
    data = frame[[outcome, focus, *controls]].dropna().astype(float)
    x = add_constant(data[list(controls)], has_constant="add")
    _check_design(x, outcome)
    net = {c: OLS(data[c], x).fit().resid + data[c].mean() for c in (outcome, focus)}
    return pd.DataFrame(net)


def bootstrap_se(
    statistic: Callable[[pd.DataFrame], float],
    frame: pd.DataFrame,
    *,
    seed: int,
    cluster: str = "region",
    draws: int = 200,
) -> float:
    """Standard error of any statistic of a panel from a bootstrap of whole regions.

    Parameters
    ----------
    statistic : callable
        From a frame like `frame` to a number. A region drawn twice enters as two regions.
    frame : pandas.DataFrame
    seed : int
    cluster : str
        Column whose groups are drawn with replacement.
    draws : int
        At least two.

    Returns
    -------
    float
        Standard deviation over the draws.

    Raises
    ------
    ValueError
        Fewer than two groups or draws.
    """
    codes, labels = pd.factorize(frame[cluster])
    if len(labels) < 2 or draws < 2:
        raise ValueError(
            f"{len(labels)} groups of {cluster!r} and {draws} draws; use at least two of each"
        )
    rows = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    rng = np.random.default_rng(seed)
    values = np.empty(draws)
    for d in range(draws):
        drawn = [rows[g] for g in rng.integers(len(labels), size=len(labels))]
        sample = frame.iloc[np.concatenate(drawn)]
        names = np.repeat(np.arange(len(drawn)), [len(r) for r in drawn])
        values[d] = statistic(sample.assign(**{cluster: names}))
    return float(np.nanstd(values, ddof=1))


def _check_design(x: pd.DataFrame, outcome: str) -> None:
    """Refuse a design with too few rows or with columns that others already span."""
    if len(x) <= x.shape[1]:
        raise ValueError(
            f"the regression of {outcome} has {len(x)} complete rows for {x.shape[1]} coefficients;"
            " drop regressors or widen the sample"
        )
    values = x.to_numpy(dtype=float)
    scaled = values / np.maximum(np.abs(values).max(axis=0), 1e-300)
    if np.linalg.matrix_rank(scaled) < x.shape[1]:
        full = [
            name
            for j, name in enumerate(x.columns)
            if np.linalg.matrix_rank(np.delete(scaled, j, axis=1)) == np.linalg.matrix_rank(scaled)
        ]
        raise ValueError(
            f"the regression of {outcome} has linearly dependent regressors among {full};"
            " leave one of them out"
        )
