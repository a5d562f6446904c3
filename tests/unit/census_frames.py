"""Tidy frames as the census pipeline writes them, small, with planted coefficients.

No persons stand behind them: they test the facts, not the pipeline.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from regspec.census import Build
from regspec.facts.panels import concentration

YEARS = (1950, 1970, 1980, 1990, 2000, 2010, 2020)

#: Code, group of Table 3, sector, tradable.
INDUSTRIES = [
    (10, "Agriculture", "agriculture", True),
    (11, "Agriculture", "agriculture", True),
    (31, "Agriculture", "agriculture", True),
    (40, "Mining", "mining", True),
    (41, "Mining", "mining", True),
    (60, "Construction", "construction", False),
    (100, "Nondurable", "manufacturing", True),
    (130, "Nondurable", "manufacturing", True),
    (200, "Nondurable", "manufacturing", True),
    (270, "Durable", "manufacturing", True),
    (331, "Durable", "manufacturing", True),
    (351, "Durable", "manufacturing", True),
    (400, "Transportation", "trade", True),
    (410, "Transportation", "trade", True),
    (440, "Communication", "trade", False),
    (450, "Utilities", "trade", False),
    (500, "Wholesale", "trade", True),
    (510, "Wholesale", "trade", True),
    (560, "Wholesale", "trade", True),
    (591, "Retail", "trade", False),
    (601, "Retail", "trade", False),
    (641, "Retail", "trade", False),
    (700, "Finance", "finance", False),
    (711, "Finance", "finance", False),
    (721, "Business Services", "professional", True),
    (732, "Business Services", "professional", True),
    (771, "Personal Services", "leisure", False),
    (780, "Personal Services", "leisure", False),
    (800, "Entertainment", "leisure", False),
    (831, "Routine Prof. Serv.", "education", False),
    (842, "Routine Prof. Serv.", "education", False),
    (841, "Non-routine Prof. Serv.", "professional", True),
    (890, "Non-routine Prof. Serv.", "professional", True),
    (900, "Public", "public", False),
    (910, "Public", "public", False),
]

#: Coefficients of (1) in the frames, growth over every pair of years alike.
LEVEL = {"gini": 0.844, "high_skill": 6.042, "female": 0.2, "rust_belt": 0.05}
GROWTH = {"gini": -0.233, "log_income": -0.6, "high_skill": 1.4, "female": 0.9}


def census_frames(
    regions: int = 150, *, seed: int = 0, names: list[int] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """zone_industry and zone_year of some zones; `names` are their codes."""
    rng = np.random.default_rng(seed)
    region = np.arange(100, 100 + regions) if names is None else np.asarray(names)
    kinds = pd.DataFrame(INDUSTRIES, columns=["industry", "group", "sector", "tradable"])
    national = rng.gamma(2.0, size=len(kinds))
    taste = rng.gamma(np.exp(rng.normal(0, 0.7, (regions, 1))), size=(regions, len(kinds)))
    population = np.exp(rng.normal(11, 1, regions))
    fixed = {
        "state": np.array(["39", "27", "06", "48", "36", "55"])[np.arange(regions) % 6],
        "name": [f"Place {r}" for r in region],
        "rust_belt": np.isin(np.arange(regions) % 6, [0, 4, 5]),
    }
    skill, female = rng.uniform(0.05, 0.2, regions), rng.uniform(0.2, 0.45, regions)
    industries, years, income = [], [], None
    for year in YEARS:
        size = national * taste * (rng.random(taste.shape) < 0.9)
        cells = _cells(region, year, kinds, size)
        gini = concentration(cells)["gini"].to_numpy()
        if income is None:
            income = 6 + LEVEL["gini"] * gini + LEVEL["high_skill"] * skill
            income = income + LEVEL["female"] * female + LEVEL["rust_belt"] * fixed["rust_belt"]
            income = income + 0.02 * rng.normal(size=regions)
        people = population * np.exp(0.005 * (year - 1950))
        total = np.exp(income) * 0.4 * people
        shares = size / size.sum(axis=1, keepdims=True)
        cells = cells.assign(
            income=(shares * total[:, None]).ravel(), employment=(shares * people[:, None]).ravel()
        )
        industries.append(cells.drop(columns="amount"))
        house = np.full(regions, np.nan) if year < 1970 else np.exp(income + 1)
        frame = pd.DataFrame({"region": region, "year": year, **fixed, "population": people})
        years.append(
            frame.assign(
                employment=people,
                income_pc=np.exp(income),
                earnings_per_worker=0.4 * np.exp(income),
                high_skill=skill,
                old_age=rng.uniform(0.1, 0.3, regions),
                female=female,
                log_income=income,
                log_population=np.log(people),
                house_value=house,
                house_price_index=np.log(house),
                income_pc_deflated=np.exp(income) / np.log(house),
            )
        )
        growth = 4 + GROWTH["gini"] * gini + GROWTH["log_income"] * income
        growth = growth + GROWTH["high_skill"] * skill + GROWTH["female"] * female
        income = income + growth + 0.02 * rng.normal(size=regions)
        national = national * np.exp(rng.normal(0.3, 0.3, len(kinds)))
    types = {"region": "int32", "year": "int16"}
    return (
        pd.concat(industries, ignore_index=True).astype(types | {"industry": "int16"}),
        pd.concat(years, ignore_index=True).astype(types),
    )


def census_build(zone_industry: pd.DataFrame, zone_year: pd.DataFrame, tier="synthetic") -> Build:
    """A build of two frames, as if loaded."""
    notes = {
        "tier": tier,
        "about": {"seed": 7},
        "rules": {"1950": {"persons": 1200}, "1970": {"persons": 34}},
        "sources": [
            {"file": "usa_00001.dat.gz", "sha256": "ab" * 32},
            {"file": "usa_00001.xml", "sha256": "cd" * 32},
        ],
    }
    cells = zone_industry[zone_industry["year"] >= 1990]
    value = cells.groupby(["region", "year", "group"])["employment"].sum().rename("value_added")
    value = value.reset_index()
    total = value.groupby(["region", "year"])["value_added"].transform("sum")
    value = value.assign(share=value["value_added"] / total)
    return Build(folder=Path("frames"), tier=tier, zone_industry=zone_industry,
                 zone_year=zone_year, zone_value_added=value,
                 tails=pd.DataFrame(), notes=notes)  # fmt: skip


def _cells(region, year, kinds, size):
    """All zones times all industries with their sizes."""
    cells = pd.DataFrame({"region": np.repeat(region, len(kinds)), "year": year})
    for column in kinds:
        cells[column] = np.tile(kinds[column], len(region))
    return cells.assign(amount=size.ravel())
