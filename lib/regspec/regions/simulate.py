"""722 commuting zones as small open economies (section 4.2, Figures 5 and 6).

Each zone starts from its own mix of machinery and the rest of manufacturing and meets the
national path of the two sectors' productivity, from 1950 or from 1980 on. Its income growth is
compared with the growth of income per head in the data, as a slope on the initial two-sector
Gini, with and without the collateral constraint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from regspec.calibrate.two_sectors import SectorPaths
from regspec.parameters import Calibration
from regspec.regions.relative_rules import (
    FamilyRules,
    PolicyFamily,
    private_allocation,
    productivity_levels,
    relative_productivity_of,
    share_from_income,
    two_sector_income,
)

Floats = NDArray[np.float64]
Reading = Literal["national", "observed", "regional"]
Timing = Literal["predetermined", "at_once"]

__all__ = [
    "CENSUS_DATES",
    "DATES",
    "READINGS",
    "SOUND",
    "Reading",
    "RegionPaths",
    "RegionStart",
    "Timing",
    "costless_growth",
    "follow",
    "initial_regions",
    "relative_nodes",
    "simulate_regions",
]

#: Dates of the public simulation. The last period has nine years: income ends in 2019.
DATES = (1980, 1990, 2000, 2010, 2019)

#: Dates of the paper's simulation: seventy years.
CENSUS_DATES = (1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020)

#: Readings of a region's initial capital and productivity (register of readings, row 23).
READINGS = {
    "national": "one productivity for all regions, capital inverted from the sector's income share",
    "observed": "one productivity for all regions, capital share equal to the employment share",
    "regional": "relative productivity of each region makes its initial allocation the best one",
}


#: Share of region-periods with sound rules below which a variant's results are flagged.
SOUND = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionStart:
    """Initial conditions of n regions and the productivity they will meet.

    Attributes
    ----------
    reading : {"national", "observed", "regional"}
    share : ndarray, shape (n,)
        Capital share of sector 1.
    relative : ndarray, shape (T + 1, n)
        Log relative productivity at each date.
    log_scale : ndarray, shape (T + 1, n)
        Log of actual over normalised productivity (:func:`productivity_levels`).
    income : ndarray, shape (n,)
        Income at the first date.
    clipped : ndarray of bool, shape (n,)
        The initial share was moved to the end of the solver's grid.
    one_sector : ndarray of bool, shape (n,)
        The region has one sector only and keeps to it: from zero capital no finite outlay leads
        anywhere. Its income is the productivity of that sector.
    """

    reading: Reading
    share: Floats
    relative: Floats
    log_scale: Floats
    income: Floats
    clipped: NDArray[np.bool_]
    one_sector: NDArray[np.bool_]

    def only_sector_income(self, log_z: Floats) -> Floats:
        """Log income of one-sector regions: the larger sector's log productivity.

        Parameters
        ----------
        log_z : ndarray, shape (n, 2)

        Returns
        -------
        ndarray, shape (number of one-sector regions,)
        """
        rows = np.flatnonzero(self.one_sector)
        return log_z[rows, (self.share[rows] < 0.5).astype(int)]


def initial_regions(
    income_share: Floats,
    paths: SectorPaths,
    calibration: Calibration,
    *,
    reading: Reading = "national",
    share_range: tuple[float, float] = (0.02, 0.98),
    dates: tuple[int, ...] = DATES,
    corners: Literal["clip", "exact"] = "clip",
) -> RegionStart:
    """Invert the model for each region's initial capital (section 4.1).

    Under the ``national`` reading capital reproduces the income share at common productivity;
    since income is concave in capital, a small sector then holds next to no capital. Under the
    ``regional`` one the capital share equals the income share, because marginal products are
    equal, and relative productivity follows from it. ``observed`` takes the share as capital
    but keeps productivity common. Income *levels* need no parameter: by homogeneity they scale
    a region and leave its growth unchanged.

    Parameters
    ----------
    income_share : ndarray, shape (n,)
        Sector 1 in the income of both; employment shares stand in for them in the data.
    paths : SectorPaths
        National productivity, zero in the first date.
    calibration : Calibration
    reading : {"national", "observed", "regional"}
    share_range : tuple of float
        Smallest and largest capital share that the solver covers.
    dates : tuple of int
    corners : {"clip", "exact"}
        Regions with an income share of 0 or 1: moved to the end of the range, or kept in their one
        sector, where they stay (`RegionStart.one_sector`).

    Raises
    ------
    ValueError
        For another reading, or if productivity lacks a date or is not zero at the first.
    """
    if reading not in get_args(Reading):
        raise ValueError(f"reading {reading!r} is not known; use one of {', '.join(READINGS)}")
    if missing := [d for d in dates if d not in paths.log_z.index]:
        raise ValueError(f"productivity paths lack {missing}; they end in {paths.log_z.index[-1]}")
    if paths.base_year != dates[0]:
        raise ValueError(
            f"paths are zero in {paths.base_year}, the first date is {dates[0]}: call "
            f"sector_paths(..., base_year={dates[0]})"
        )
    low, high = share_range
    observed = np.asarray(income_share, dtype=float)
    alone = ((observed <= 0) | (observed >= 1)) & (corners == "exact")
    # A zone without the sector has an income share of zero: its capital goes to the grid's end.
    safe = np.clip(observed, 1e-9, 1 - 1e-9)
    wanted = share_from_income(safe, 0.0, calibration) if reading == "national" else safe
    share = np.clip(wanted, low, high)
    national = paths.log_z.loc[list(dates)].to_numpy()
    start = (
        relative_productivity_of(share, calibration)
        if reading == "regional"
        else np.zeros_like(share)
    )
    first = productivity_levels(start, calibration)
    actual = first[None, :, :] + national[:, None, :]
    relative = actual[..., 0] - actual[..., 1]
    normal = productivity_levels(relative.ravel(), calibration).reshape(actual.shape)
    income = two_sector_income(share, actual[0], calibration)
    income = np.where(alone, np.exp(np.where(share < 0.5, *actual[0].T[::-1])), income)
    return RegionStart(
        reading=reading,
        share=share,
        relative=relative,
        log_scale=(actual - normal)[..., 0],
        income=income,
        clipped=(np.abs(share - wanted) > 1e-12) & ~alone,
        one_sector=alone,
    )


def relative_nodes(*starts: RegionStart, step: float = 0.75) -> Floats:
    """Nodes of relative productivity that serve all regions of all `starts` at every decision.

    Exactly the dates' values where a single start has one path for all regions, otherwise
    evenly spaced ones no further apart than `step`.

    Raises
    ------
    ValueError
        Without a start or a region with both sectors, or if `step` is not positive.
    """
    if not starts or step <= 0:
        raise ValueError(f"{len(starts)} starts and step {step}; give one start and a step above 0")
    parts = [s.relative[:-1, ~s.one_sector] for s in starts]
    used = np.concatenate([part.ravel() for part in parts])
    if not used.size:
        raise ValueError("no region has both sectors; none needs rules")
    if len(starts) == 1 and np.ptp(parts[0], axis=1).max() < 1e-12:
        return np.unique(parts[0][:, 0])
    low, high = float(used.min()), float(used.max())
    return np.linspace(low, high, max(2, int(np.ceil((high - low) / step)) + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionPaths:
    """Simulated histories of n regions.

    Attributes
    ----------
    log_income : ndarray, shape (T + 1, n)
    share : ndarray, shape (T + 1, n)
        Capital share of sector 1.
    bonds_to_income : ndarray, shape (T + 1, n)
        Bonds at the start of a date over that period's income.
    bound : ndarray of bool, shape (T, n)
    inside : ndarray of bool, shape (T, n)
        State inside the solved range, consumption positive.
    certified : ndarray of bool, shape (T, n)
        Rules from solutions that pass their certificates.
    """

    log_income: Floats
    share: Floats
    bonds_to_income: Floats
    bound: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    certified: NDArray[np.bool_]

    @property
    def sound(self) -> float:
        """Share of region-periods with certified rules, inside the grid, consumption positive."""
        return float((self.inside & self.certified).mean())

    @property
    def growth(self) -> Floats:
        """Income growth of each region less the mean over regions, log points, shape (n,)."""
        total = self.log_income[-1] - self.log_income[0]
        return total - total.mean()


def simulate_regions(
    start: RegionStart, family: PolicyFamily, *, bonds_to_income: float = -0.2
) -> RegionPaths:
    """Run all regions forward through the realised productivity path, shocks at their mean.

    Parameters
    ----------
    start : RegionStart
    family : PolicyFamily
        Decision rules; nodes from :func:`relative_nodes`.
    bonds_to_income : float
        Initial bonds over the income of a period, the same everywhere. The paper does not say
        (register of readings, row 19); the default is the ratio Table 2 targets.
    """
    scale = np.exp(start.log_scale)

    def rules(t: int, bonds: Floats, share: Floats) -> FamilyRules:
        found = family.at(start.relative[t], bonds / scale[t], share)
        return replace(found, bonds_next=found.bonds_next * scale[t])

    return follow(start, family.calibration, rules, bonds_to_income=bonds_to_income)


def follow(
    start: RegionStart,
    calibration: Calibration,
    rules: Callable[[int, Floats, Floats], FamilyRules],
    *,
    bonds_to_income: float,
) -> RegionPaths:
    """Run all regions from their first date to the last by given decision rules.

    Regions with one sector keep it, whatever the rules say.

    Parameters
    ----------
    start : RegionStart
    calibration : Calibration
    rules : callable
        Choices at date t from bonds (in actual units) and capital shares, each of shape (n,);
        not asked for at the last date.
    bonds_to_income : float
    """
    alone, dates = start.one_sector, len(start.relative)
    share, bonds = start.share, bonds_to_income * start.income
    incomes, shares, ratios, bound, inside, certified = [], [], [], [], [], []
    for t in range(dates):
        level = productivity_levels(start.relative[t], calibration) + start.log_scale[t][:, None]
        income = two_sector_income(share, level, calibration)
        income[alone] = np.exp(start.only_sector_income(level))
        incomes.append(np.log(income))
        shares.append(share)
        ratios.append(bonds / income)
        if t == dates - 1:
            break
        choice = rules(t, bonds, share)
        bound.append(choice.bound & ~alone)
        inside.append(choice.inside | alone)
        certified.append(choice.certified | alone)
        share, bonds = np.where(alone, share, choice.share_next), choice.bonds_next
    return RegionPaths(
        log_income=np.array(incomes),
        share=np.array(shares),
        bonds_to_income=np.array(ratios),
        bound=np.array(bound),
        inside=np.array(inside),
        certified=np.array(certified),
    )


def costless_growth(
    start: RegionStart, calibration: Calibration, *, timing: Timing = "predetermined"
) -> Floats:
    """Growth if capital moved freely: at the private resting point from the second date on.

    Parameters
    ----------
    start : RegionStart
    calibration : Calibration
    timing : {"predetermined", "at_once"}
        Whether a date produces with the capital chosen at the date before, as (10), or with its
        own choice, as (20) and (41) print (register of readings, row 7).

    Returns
    -------
    ndarray, shape (n,)
        Log points, less the mean over regions.
    """
    level = productivity_levels(start.relative[-1], calibration) + start.log_scale[-1][:, None]
    chosen = start.relative[-2 if timing == "predetermined" else -1]
    share = private_allocation(chosen, calibration)
    last = np.log(two_sector_income(share, level, calibration))
    if start.reading == "regional":  # their own productivity keeps them where they are
        last[start.one_sector] = start.only_sector_income(level)
    growth = last - np.log(start.income)
    return growth - growth.mean()
