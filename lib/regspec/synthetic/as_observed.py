"""What sampling and crosswalks do to planted cells, without writing a single person.

The persons of :mod:`regspec.synthetic.persons` are drawn so that neither hurts: every industry
exists everywhere, and few zones share a unit. Here the planted cells are seen through a plain
random sample, or through units that many zones share, so that the recovery study can say how
large the biases are that the real data would have.

One nation stands still: every zone keeps one Gini in all years, while populations, incomes and
national industries move as they do in the synthetic census. Whatever trend a sample of it shows
comes from the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from regspec.seeds import generator
from regspec.synthetic.panel import PlantedPanel, cells_of, draw_advantage, solve_shares
from regspec.synthetic.persons import LINE_SHARE, OLD_WORKERS
from regspec.synthetic.truth import income_shares
from regspec.synthetic.units import CROSSWALK_YEARS, make_units

__all__ = ["SAMPLE_SHARES", "constant_specialization", "mixed", "sampled"]

SAMPLE_SHARES: Mapping[int, float] = MappingProxyType(
    {1950: 0.01, 1970: 0.02, 1980: 0.05, 1990: 0.05, 2000: 0.05, 2010: 0.01, 2020: 0.05}
)
"""Share of the population in the IPUMS samples of each year."""

_WAGE_VARIANCE = 0.6  # squared coefficient of variation of wages within a cell
_CROSSWALK = {year: name for name, years in CROSSWALK_YEARS.items() for year in years}
_SHARES = ("high_skill", "female")


def sampled(
    panel: PlantedPanel, shares: Mapping[int, float] = SAMPLE_SHARES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """See the planted cells through a random sample of persons.

    Parameters
    ----------
    panel : PlantedPanel
    shares : mapping of int to float
        Share of persons in the sample by year, in (0, 1]. Wages and education of 1950 are asked
        of three in ten of them.

    Returns
    -------
    zone_year, zone_industry : DataFrame
        As planted, with sampling error in incomes, employment and the shares of workers. Zones
        of which nobody with wages is drawn in some year are left out.

    Raises
    ------
    ValueError
        Share outside (0, 1].
    """
    cells, zones = [], []
    for year in _years(panel):
        own = panel.zone_industry[panel.zone_industry["year"] == year]
        share = shares[year]
        if not 0 < share <= 1:
            raise ValueError(f"shares[{year}] is {share}; use a number above 0 and up to 1")
        rng = generator(panel.seed, "sample", year)
        line = LINE_SHARE if year == 1950 else 1.0
        persons = rng.poisson(share * own["employment"].to_numpy())
        asked = rng.binomial(persons, line)
        wage = (own["income"] / own["employment"]).to_numpy()
        drawn = rng.gamma(asked / _WAGE_VARIANCE, _WAGE_VARIANCE * wage) / (share * line)
        own = own.assign(employment=persons / share, income=drawn)
        frame = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
        sums = own.assign(n=persons, asked=asked).groupby("region")[["n", "asked", "income"]].sum()
        # Adults beyond those at work, so that there are never fewer than workers.
        idle = rng.poisson(share * line * (frame["persons"] - frame["employment"]))
        income_pc = sums["income"] / ((sums["asked"] + idle) / (share * line)).clip(lower=1e-9)
        young = rng.poisson(frame["old_age"] * (1.0 + OLD_WORKERS) * sums["n"])
        frame = frame.assign(
            employment=sums["n"] / share,
            income=sums["income"],
            income_pc=income_pc,
            log_income=np.log(income_pc.where(income_pc > 0)),
            high_skill=rng.binomial(sums["asked"], frame["high_skill"]) / sums["asked"],
            female=rng.binomial(sums["n"], frame["female"]) / sums["n"],
            old_age=young / ((1.0 + OLD_WORKERS) * sums["n"]),
            log_population=np.log(rng.poisson(share * frame["population"]).clip(min=1) / share),
        )
        cells.append(own)
        zones.append(frame.reset_index())
    zone_year, zone_industry = pd.concat(zones), pd.concat(cells)
    empty = zone_year.loc[zone_year["income"] <= 0, "region"].unique()
    return (
        zone_year[~zone_year["region"].isin(empty)].reset_index(drop=True),
        zone_industry[~zone_industry["region"].isin(empty)].reset_index(drop=True),
    )


def mixed(panel: PlantedPanel, split: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """See the planted cells through units that zones share.

    Parameters
    ----------
    panel : PlantedPanel
    split : float
        Share of zones that share a unit with a neighbour, as in
        :func:`regspec.synthetic.units.make_units`.

    Returns
    -------
    zone_year, zone_industry : DataFrame
        What allocation factors make of the planted persons, without sampling error.
    """
    cells, zones = [], []
    for year in _years(panel):
        own = panel.zone_industry[panel.zone_industry["year"] == year]
        frame = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
        matrix = _allocation(panel, year, split).reindex(
            index=frame.index, columns=frame.index, fill_value=0.0
        )
        for name in ("income", "employment"):
            wide = own[name].to_numpy().reshape(len(frame), -1)
            own = own.assign(**{name: (matrix.to_numpy() @ wide).ravel()})
        counts = {name: frame[name] for name in ("population", "persons", "employment", "income")}
        counts |= {name: frame[name] * frame["employment"] for name in (*_SHARES, "old_age")}
        moved = pd.DataFrame(
            matrix.to_numpy() @ pd.DataFrame(counts).to_numpy(),
            index=frame.index,
            columns=list(counts),
        )
        rates = {name: moved[name] / moved["employment"] for name in (*_SHARES, "old_age")}
        frame = frame.assign(
            **{name: moved[name] for name in ("population", "persons", "employment", "income")},
            **rates,
            income_pc=moved["income"] / moved["persons"],
            log_income=np.log(moved["income"] / moved["persons"]),
            log_population=np.log(moved["population"]),
        )
        cells.append(own)
        zones.append(frame.reset_index())
    return pd.concat(zones, ignore_index=True), pd.concat(cells, ignore_index=True)


def _years(panel: PlantedPanel) -> list[int]:
    """Years whose industries are planted."""
    return sorted(int(year) for year in panel.zone_industry["year"].unique())


def _allocation(panel: PlantedPanel, year: int, split: float) -> pd.DataFrame:
    """Share of each zone's persons (columns) that allocation factors give to each zone (rows)."""
    units = make_units(
        panel.places, _CROSSWALK[year], geography=panel.geography, split=split, seed=panel.seed
    )
    lives = units.homes.groupby(["unit", "region"], as_index=False)["share"].sum()
    moved = lives.merge(units.crosswalk, on="unit")
    moved["moved"] = moved["share"] * moved["afactor"]
    return moved.pivot_table(index="cz", columns="region", values="moved", aggfunc="sum").fillna(
        0.0
    )


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
    drawn = generator(panel.seed, "constant specialization").standard_normal(count)
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
