"""What moves the slope of growth on specialization over public zones, beside the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from regspec.model import Grid
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import solve_adapted
from regspec.regions.growth import growth_slope
from regspec.regions.relative_rules import PolicyFamily
from regspec.regions.simulate import Reading, RegionStart, relative_nodes, simulate_regions
from regspec.regions.zones import Zones, public_zones, zone_starts
from regspec.sources import bea, cbp, tfp

__all__ = ["ZoneBaseline", "zone_alternatives"]


@dataclass(frozen=True, kw_only=True)
class ZoneBaseline:
    """Parameters of the chapter on zones, and its public zones under one reading.

    Attributes
    ----------
    gamma, theta : float
        Risk aversion and limit.
    definition, reading, scale : str
        What counts as machinery, whose productivity, and what is compared.
    bonds, shocks : int
        Nodes.
    step : float
        Distance of nodes of relative productivity, log points.
    initial_bonds : float
        Over income of a decade.
    """

    gamma: float = 5.0
    theta: float = 0.35
    definition: str = "machinery"
    reading: Reading = "regional"
    scale: str = "total income"
    bonds: int = 80
    shocks: int = 3
    step: float = 0.75
    initial_bonds: float = -0.2

    @cached_property
    def calibration(self) -> Calibration:
        """Calibration of a decade."""
        return Calibration.converted(gamma=self.gamma, theta=self.theta)

    @cached_property
    def zones(self) -> Zones:
        """Zones with industry employment of 1980 and income to 2019."""
        return public_zones(cbp.manufacturing_shares(1980), bea.zone_income())

    def start(self, economy: Calibration) -> RegionStart:
        """Initial conditions of the zones."""
        chosen = {"definitions": [self.definition], "readings": [self.reading]}
        starts = zone_starts(self.zones, tfp.industry_tfp(), economy, **chosen)  # type: ignore[arg-type]
        return starts[self.definition, self.reading]

    def family(self, economy: Calibration, finer: float = 1.0) -> PolicyFamily:
        """Rules for these zones alone; `finer` divides the distance of nodes, times the bonds."""
        start = self.start(economy)
        grid = Grid(bonds=int(finer * self.bonds), shocks=self.shocks)
        nodes = relative_nodes(start, step=self.step / finer)
        return solve_adapted(economy, [start], nodes, grid, bonds_to_income=self.initial_bonds)

    def slopes(
        self, family: PolicyFamily, bonds_to_income: float | None = None
    ) -> dict[str, float]:
        """Slope with the limit, zones bound in the first decade, and zone-decades that are sound.

        Parameters
        ----------
        family : PolicyFamily
        bonds_to_income : float, optional
            Initial bonds; those of the baseline when left out.
        """
        ratio = self.initial_bonds if bonds_to_income is None else bonds_to_income
        run = simulate_regions(self.start(self.calibration), family, bonds_to_income=ratio)
        panel = self.zones.panels[self.definition]
        weight = panel["manufacturing_share"] if self.scale == "total income" else 1.0
        fit = growth_slope("model", panel["gini"], run.growth * weight)
        return {
            "slope": fit.slope,
            "bound at first, %": 100 * run.bound[0].mean(),
            "sound, %": 100 * run.sound,
        }


#: Last row of :func:`zone_alternatives`: quickly made anew.
COARSER = "twice the distance of nodes, half the bonds"


def zone_alternatives(at: ZoneBaseline = ZoneBaseline()) -> pd.DataFrame:
    """The baseline with another risk aversion, and on a finer and a coarser grid.

    Returns
    -------
    pandas.DataFrame
        ``case``, and see :meth:`ZoneBaseline.slopes`.
    """
    economy = at.calibration
    runs = {
        "risk aversion 2": (economy.replace(gamma=2.0), 1.0),
        "half the distance of nodes, twice the bonds": (economy, 2.0),
        COARSER: (economy, 0.5),
    }
    rows = [{"case": label} | at.slopes(at.family(*run)) for label, run in runs.items()]
    return pd.DataFrame(rows)
