r"""Wages of synthetic persons: a body and a Pareto tail, coded at the top as each census was.

In state s and year t wages above :math:`u_{st}`, 2.2 times the state's mean, are Pareto with
exponent :math:`\alpha_{st}`; one job in twenty pays as much, in proportion to the mean wage of its
zone and industry. All other wages lie below. Between :math:`u` and the top code the tail is thus
exactly what appendix A.1 assumes, state by state.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.census.samples import SAMPLES, TopCode
from regspec.sources.states import FIPS_TO_POSTAL
from regspec.synthetic.panel import PlantedPanel

__all__ = ["ALPHA", "TAIL_SHARE", "TAIL_START", "tail_share", "tails", "top_code"]

ALPHA: Mapping[int, float] = MappingProxyType(
    {1950: 3.0, 1970: 3.0, 1980: 2.8, 1990: 2.6, 2000: 2.5, 2010: 2.4, 2020: 2.4}
)
"""Exponent of the average state; states lie up to 0.2 to either side."""
TAIL_START = 2.2
"""Start of the tail, in mean wages of the state."""
TAIL_SHARE = 0.05
"""Share of jobs in the tail."""
_ALPHA_SPREAD = 0.2
_ACS_TOP = 0.005  # the ACS codes the highest half per cent of a state
_BODY_LIMIT = 0.85  # of the start of the tail: highest mean wage of a body


def top_code(year: int) -> TopCode:
    """Return the top code of the samples of a year."""
    return next(s.top for s in SAMPLES.values() if s.year == year)


def tails(panel: PlantedPanel, year: int) -> pd.DataFrame:
    """Wage tails of the states.

    Parameters
    ----------
    panel : PlantedPanel
    year : int

    Returns
    -------
    DataFrame
        Index state (int FIPS); columns mean_wage (of jobs), alpha, start, limit (wages above are
        coded), mean_above (expected wage above the limit), coded (what the file holds instead:
        the limit, or the state's median or mean of larger wages).
    """
    zones = panel.zone_year[panel.zone_year["year"] == year]
    sums = zones.groupby(zones["state"].astype(int))[["income", "employment"]].sum()
    nation = zones["income"].sum() / zones["employment"].sum()
    states = sorted(int(code) for code in FIPS_TO_POSTAL)
    # A state that holds the larger part of no zone (the District of Columbia) has the mean.
    mean = (sums["income"] / sums["employment"]).reindex(states).fillna(nation)
    place = (np.arange(1, len(states) + 1) * 0.618034) % 1.0
    alpha = ALPHA[year] + _ALPHA_SPREAD * (2.0 * place - 1.0)
    top = top_code(year)
    start = TAIL_START * mean.to_numpy()
    limit = (
        start * (TAIL_SHARE / _ACS_TOP) ** (1.0 / alpha)
        if top.value is None
        else np.full(len(states), float(top.value))
    )
    above = limit * alpha / (alpha - 1.0)
    coded = {"censored": limit, "median": limit * 2.0 ** (1.0 / alpha), "mean": above}[top.kind]
    return pd.DataFrame(
        {
            "mean_wage": mean.to_numpy(),
            "alpha": alpha,
            "start": start,
            "limit": limit,
            "mean_above": above,
            "coded": coded.round(),
        },
        index=pd.Index(states, name="state"),
    )


def tail_share(wage: np.ndarray, tail: pd.DataFrame) -> np.ndarray:
    """Share of the jobs of a cell that are in the tail.

    Parameters
    ----------
    wage : ndarray
        Mean wage of the cells.
    tail : DataFrame
        Rows of :func:`tails` of the cells' states.

    Returns
    -------
    ndarray
        In proportion to the mean wage; more where the rest would otherwise earn too much to lie
        below the tail, and at most 0.9.
    """
    mean, start = tail["mean_wage"].to_numpy(), tail["start"].to_numpy()
    inside = start * (tail["alpha"] / (tail["alpha"] - 1.0)).to_numpy()
    below = _BODY_LIMIT * start
    share = np.maximum(TAIL_SHARE * wage / mean, (wage - below) / (inside - below))
    return np.minimum(share, 0.9)
