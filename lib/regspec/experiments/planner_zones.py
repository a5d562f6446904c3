"""Planner less market, zone by zone, at the first date (Figures 11 and 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from regspec.experiments.adapted import node_grids, possible_ranges
from regspec.experiments.planner_regions import PlannerFamily, regional_gains, solve_planner_family
from regspec.experiments.regions import RegionStart, relative_nodes
from regspec.model import Grid
from regspec.parameters import Calibration

__all__ = ["ZonePlanner", "plan_zones", "tertiles"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ZonePlanner:
    """The planner in every zone.

    Attributes
    ----------
    family : PlannerFamily
    frame : pandas.DataFrame
        One row a zone, in the order of the start: columns of
        :class:`regspec.experiments.planner_regions.RegionalGains` after one period,
        ``specialization_later`` after `periods`, and ``sound`` (inside certified rules
        throughout). NaN, and not sound, for zones with one sector: there is nothing to move.
    periods : int
    """

    family: PlannerFamily
    frame: pd.DataFrame
    periods: int

    @property
    def known(self) -> pd.DataFrame:
        """The zones with sound results."""
        return self.frame[self.frame["sound"].astype(bool)]


def plan_zones(
    starts: Mapping[str, RegionStart],
    calibration: Calibration,
    grid: Grid,
    *,
    bonds_to_income: float = -0.2,
    periods: int = 7,
    step: float = 1.0,
    spacing: float = 0.5,
) -> dict[str, ZonePlanner]:
    """Solve market and planner at the first date's productivity and read every zone off them.

    Parameters
    ----------
    starts : mapping of str to RegionStart
        By name of the source. One family of solutions serves all.
    calibration : Calibration
        At which the planner is certified: gamma 2, theta 0.25.
    grid : Grid
        Its nodes of capital are replaced by those each node needs.
    bonds_to_income : float
    periods : int
        Periods after which specialization is compared again, productivity as at first.
    step : float
        Distance of nodes of relative productivity.
    spacing : float
        Distance of capital nodes, logits.

    Returns
    -------
    dict of str to ZonePlanner
    """
    still = [_standing(start) for start in starts.values()]
    nodes = relative_nodes(*still, step=step)
    ranges = possible_ranges(still, nodes, calibration)
    grids = node_grids(ranges, nodes, calibration, grid, spacing=spacing)
    family = solve_planner_family(calibration, nodes, grids)
    return {
        name: ZonePlanner(
            family=family, frame=_read(start, family, bonds_to_income, periods), periods=periods
        )
        for name, start in starts.items()
    }


def _standing(start: RegionStart) -> RegionStart:
    """The first date alone: productivity stays."""
    relative, log_scale = (np.repeat(x[:1], 2, axis=0) for x in (start.relative, start.log_scale))
    return replace(start, relative=relative, log_scale=log_scale)


def _read(start: RegionStart, family: PlannerFamily, ratio: float, periods: int) -> pd.DataFrame:
    both = ~start.one_sector
    bonds = ratio * start.income * np.exp(-start.log_scale[0])
    state = start.relative[0][both], bonds[both], start.share[both]
    soon, late = (regional_gains(family, *state, periods=t) for t in (1, periods))
    frame = soon.to_frame(pd.Index(np.flatnonzero(both)))
    frame["specialization_later"] = late.specialization
    frame["sound"] = soon.inside & late.inside & soon.certified & late.certified
    frame = frame.reindex(range(both.size))
    frame["sound"] = frame["sound"].eq(True)
    return frame


def tertiles(values: pd.Series) -> pd.Series:
    """Thirds of the zones with a value: "Lower", "Similar" and "Greater", as Figure 11 has them."""
    thirds = pd.qcut(values.rank(method="first"), 3, labels=["Lower", "Similar", "Greater"])
    return thirds.astype(object)
