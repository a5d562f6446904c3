r"""Wages above the top code: a Pareto tail for each state and year (appendix A.1).

Above a threshold :math:`t` wages are taken to be Pareto, :math:`P(Y > y) = (t/y)^{\alpha}`. With
wages at or above the code :math:`c` known only to be so, the likelihood is largest at

.. math:: \hat\alpha = \sum_{t \le y < c} w \Big/ \sum_{y \ge t} w \log(\min(y, c) / t),

and a top-coded wage is replaced by :math:`E[Y \mid Y > c] = c\,\hat\alpha / (\hat\alpha - 1)`.
Heathcote, Perri and Violante (2010) extrapolate a Pareto density fitted to the observed upper end
for the country; the paper does so by state.

**Threshold.** They do not print theirs. The tail of wages starts late (a log-normal body bends
the fit), but a high threshold leaves few wages below the code. We take the highest of the
quantiles 0.97, 0.95, 0.90, 0.85 and 0.80 of positive wages that leaves 200 uncensored persons
between itself and the code, and lies at least a fifth below the code. A state that has fewer even
at the lowest, or whose exponent is 1.1 or less, takes the exponent of the nation; that is counted.

**Years.** 1950 to 1980 hold the code itself. 1990 holds the state's median of larger wages, which
understates their mean, so it is replaced too. From 2000 the file holds the state's mean of larger
wages, which is what the Pareto tail would estimate: it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regspec.census.samples import TopCode
from regspec.sources.errors import BuildError

__all__ = [
    "LEAST_ALPHA",
    "LEAST_PERSONS",
    "QUANTILES",
    "Tail",
    "fit_tail",
    "state_tails",
    "summarize",
    "threshold_choices",
]

QUANTILES = (0.97, 0.95, 0.90, 0.85, 0.80)
"""Quantiles of positive wages tried as threshold, the highest first."""
LEAST_PERSONS = 200
"""Uncensored persons that a tail must have: a standard error of 7% of the exponent."""
LEAST_ALPHA = 1.1
"""Smallest exponent believed; the mean of the tail is then 11 times the code."""
_LEAST_RATIO = 1.25  # of code to threshold


@dataclass(frozen=True, slots=True)
class Tail:
    """A fitted tail.

    Attributes
    ----------
    alpha
        Exponent.
    threshold
        Dollars above which wages are taken to be Pareto.
    quantile
        Of positive wages, at the threshold.
    persons
        Uncensored persons in the tail.
    """

    alpha: float
    threshold: float
    quantile: float
    persons: int

    def mean_above(self, code: float) -> float:
        """Mean of wages above the code, dollars."""
        return code * self.alpha / (self.alpha - 1.0)

    @property
    def se(self) -> float:
        """Standard error of the exponent, persons counted equally."""
        return float(self.alpha / np.sqrt(self.persons))


def fit_tail(
    wage: np.ndarray,
    weight: np.ndarray,
    code: float,
    *,
    persons: np.ndarray | None = None,
    quantiles: tuple[float, ...] = QUANTILES,
    least: int = LEAST_PERSONS,
) -> Tail | None:
    """Fit a Pareto tail to wages that are censored at a code.

    Parameters
    ----------
    wage
        Distinct or repeated positive wages; those at or above `code` are censored. Shape (n,).
    weight
        Weight of each, shape (n,).
    code
        Dollars.
    persons
        Number of persons behind each entry; one by default.
    quantiles
        Thresholds to try, the highest first.
    least
        Uncensored persons that the tail must have.

    Returns
    -------
    Tail or None
        None if no threshold leaves enough uncensored persons.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> wage = 10_000 * rng.pareto(3.0, size=50_000) + 10_000  # exponent 3
    >>> tail = fit_tail(np.minimum(wage, 30_000), np.ones(50_000), code=30_000)
    >>> round(tail.alpha, 1)
    3.0
    >>> round(tail.mean_above(30_000) / 30_000, 1)  # alpha / (alpha - 1)
    1.5
    """
    wage, weight = np.asarray(wage, dtype=float), np.asarray(weight, dtype=float)
    count = np.ones(wage.size) if persons is None else np.asarray(persons, dtype=float)
    order = np.argsort(wage, kind="stable")
    wage, weight, count = wage[order], weight[order], count[order]
    below = np.cumsum(weight)
    if not below.size or below[-1] <= 0:
        return None
    for quantile in quantiles:
        start = int(np.searchsorted(below, quantile * below[-1]))
        threshold = wage[min(start, wage.size - 1)]
        tail, seen = wage >= threshold, (wage >= threshold) & (wage < code)
        if count[seen].sum() < least or threshold * _LEAST_RATIO > code:
            continue
        logs = weight[tail] @ np.log(np.minimum(wage[tail], code) / threshold)
        if logs > 0:
            alpha = float(weight[seen].sum() / logs)
            return Tail(alpha, float(threshold), quantile, int(count[seen].sum()))
    return None


def state_tails(histogram: pd.DataFrame, top: TopCode, year: int) -> pd.DataFrame:
    """Fit the tail of every state and give what replaces a top-coded wage.

    Parameters
    ----------
    histogram
        Columns state (code), wage (dollars, positive), weight, persons: persons aged 25 to 60.
    top
        Top code of the year.
    year
        For messages.

    Returns
    -------
    DataFrame
        Columns state, alpha, se, threshold, quantile, tail_persons, mean_above (dollars), fitted
        ("state" or "nation"), top_coded (persons). Empty where no wage is replaced.

    Raises
    ------
    BuildError
        If wages are top-coded but not even the nation's tail can be fitted.
    """
    columns = ["state", "alpha", "se", "threshold", "quantile", "tail_persons"]
    columns += ["mean_above", "fitted", "top_coded"]
    if top.value is None or top.kind == "mean":
        return pd.DataFrame(columns=columns)
    code = float(top.value)
    # A median of larger wages lies above the code: only then are wages at the code exact.
    seen = histogram.assign(wage=histogram["wage"].where(~is_top(histogram["wage"], top), np.inf))
    exact = top.kind == "median"
    limit = np.nextafter(code, np.inf) if exact else code
    nation = _fit(seen, limit)
    rows = []
    for state, group in seen.groupby("state"):
        own = _fit(group, limit)
        tail = own or nation
        censored = int(group.loc[np.isinf(group["wage"]), "persons"].sum())
        if tail is None and censored:
            raise BuildError(
                f"{year}: {censored} persons of state {state} are top-coded at {code:,.0f}, but "
                f"fewer than {LEAST_PERSONS} wages in the whole nation lie between the highest "
                "threshold and the code, so no Pareto tail can be fitted; use a larger sample."
            )
        if tail is None:
            continue
        fitted = "state" if own else "nation"
        values = (tail.alpha, tail.se, tail.threshold, tail.quantile, tail.persons)
        rows.append((state, *values, tail.mean_above(code), fitted, censored))
    return pd.DataFrame(rows, columns=columns)


def summarize(tails: pd.DataFrame) -> pd.DataFrame:
    """Tails of all states by year: how many are the state's own, and their exponents.

    Parameters
    ----------
    tails
        Of a build: those of :func:`state_tails` with a column year.
    """
    groups = tails.groupby("year")
    return pd.DataFrame(
        {
            "states": groups.size(),
            "with own tail": groups["fitted"].agg(lambda f: int((f == "state").sum())),
            "exponent, p10": groups["alpha"].quantile(0.1),
            "median": groups["alpha"].median(),
            "p90": groups["alpha"].quantile(0.9),
            "median standard error": groups["se"].median(),
            "wages replaced": groups["top_coded"].sum(),
        }
    )


def threshold_choices(state: pd.DataFrame, code: float, quantiles: Sequence[float]) -> pd.DataFrame:
    """Tail of one state at each threshold, however few persons it leaves.

    Parameters
    ----------
    state
        Columns wage, weight, persons, as in :func:`state_tails`.
    code
        Top code, dollars.
    quantiles
        Of positive wages.

    Returns
    -------
    DataFrame
        Columns quantile, threshold, replacement (dollars), persons, exponent, standard error;
        missing where no tail can be fitted.
    """
    arrays = state["wage"].to_numpy(), state["weight"].to_numpy(), code
    rows = []
    for quantile in quantiles:
        tail = fit_tail(
            *arrays, persons=state["persons"].to_numpy(), quantiles=(quantile,), least=2
        )
        row = {"quantile": quantile}
        if tail is not None:
            row |= {"threshold": tail.threshold, "replacement": tail.mean_above(code)}
            row |= {"persons": tail.persons, "exponent": tail.alpha, "standard error": tail.se}
        rows.append(row)
    return pd.DataFrame(rows)


def is_top(wage: pd.Series, top: TopCode) -> pd.Series:
    """Return which wages stand for larger ones that are not known."""
    if top.value is None or top.kind == "mean":
        return pd.Series(False, wage.index)
    return wage >= top.value if top.kind == "censored" else wage > top.value


def _fit(group: pd.DataFrame, limit: float) -> Tail | None:
    tail = fit_tail(
        group["wage"].to_numpy(),
        group["weight"].to_numpy(),
        limit,
        persons=group["persons"].to_numpy(),
    )
    return tail if tail is not None and tail.alpha > LEAST_ALPHA else None
