"""A nation in which specialization never changes, and what samples of it would show.

Every zone keeps one Gini in all years, while populations, incomes and national industries move as
they do in the synthetic census. Whatever trend a sample of it shows comes from the sample.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from regspec.synthetic.composition import solve_shares
from regspec.synthetic.panel import PlantedPanel, cells_of, draw_advantage
from regspec.synthetic.streams import stream
from regspec.synthetic.targets import income_shares

__all__ = ["constant_specialization"]


def constant_specialization(panel: PlantedPanel, *, mean: float, variation: float) -> PlantedPanel:
    """Replace the industries of a planted panel by some of the same concentration in all years.

    Parameters
    ----------
    panel : PlantedPanel
        Its years are kept, and so are incomes and employment of the zones.
    mean, variation : float
        Mean and coefficient of variation of the Gini of income shares over zones.

    Returns
    -------
    PlantedPanel
        The structural equations of specialization no longer hold.

    Raises
    ------
    ValueError
        A mean outside (0, 1) or a negative variation.
    RuntimeError
        The mean is below what the national shares allow.
    """
    if not 0 < mean < 1 or variation < 0:
        raise ValueError(
            f"mean is {mean} and variation {variation}; use a mean between 0 and 1 and a"
            " variation of zero or more"
        )
    zones = panel.zone_year
    count = zones["region"].nunique()
    drawn = stream(panel.seed, "constant specialization").standard_normal(count)
    gini = np.exp(variation * (drawn - drawn.mean()) / drawn.std())
    gini *= mean / gini.mean()
    advantage = draw_advantage(panel.places, panel.truth, panel.seed)
    cells = []
    for year in sorted(int(y) for y in panel.zone_industry["year"].unique()):
        income = zones.loc[zones["year"] == year, "income"].to_numpy()
        solved = solve_shares(
            advantage[year], gini=gini, national=income_shares(year), income=income
        )
        cells.append(cells_of(zones, year, solved.shares))
    frame = zones.assign(gini=zones["region"].map(pd.Series(gini, panel.places.index)))
    return replace(panel, zone_year=frame, zone_industry=pd.concat(cells, ignore_index=True))
