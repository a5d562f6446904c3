"""Every zone by the same code: three sources, three definitions, three readings (Figures 5, 6).

The public source has employment of 1980 and total income to 2019. A census build, generated or
real, has wage income by industry from 1950 on, so that the paper's seventy years can be run, and
earnings in manufacturing, with which growth in the model can be compared like with like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.calibrate.two_sectors import (
    DEFINITIONS,
    MANUFACTURING_GROUPS,
    SectorPaths,
    census_shares,
    sector_paths,
    zone_shares,
)
from regspec.parameters import Calibration
from regspec.regions.growth import Bands, frictions, zone_panel
from regspec.regions.relative_rules import PolicyFamily
from regspec.regions.simulate import (
    CENSUS_DATES,
    DATES,
    READINGS,
    SOUND,
    Reading,
    RegionPaths,
    RegionStart,
    costless_growth,
    initial_regions,
    simulate_regions,
)

Floats = NDArray[np.float64]
Scale = Literal["as printed", "total income", "manufacturing"]
Key = tuple[str, Reading]

__all__ = [
    "SCALES",
    "SHARES",
    "Outcome",
    "Scale",
    "Zones",
    "census_zones",
    "combination_headlines",
    "combinations",
    "mix_headlines",
    "mix_persistence",
    "public_zones",
    "quality_headlines",
    "run_zones",
    "solutions_table",
    "sources_table",
    "zone_starts",
]

#: Readings of what Figure 5 compares (register of readings, row 24).
SCALES: Mapping[Scale, str] = MappingProxyType(
    {
        "as printed": "growth of the model's manufacturing against growth of total income",
        "total income": "the same, the model's growth times the zone's manufacturing share",
        "manufacturing": "growth of earnings per person in manufacturing, in model and data",
    }
)

#: Capital shares that the simulation covers; zones between these and one sector alone are clipped.
SHARES = (1e-5, 1 - 1e-5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Zones:
    """Zones of one source.

    Attributes
    ----------
    name : str
    tier : {"public", "synthetic", "census"}
    dates : tuple of int
    panels : mapping of str to pandas.DataFrame
        By definition of machinery: result of :func:`regspec.regions.growth.zone_panel`, and
        ``earnings_growth`` (per person in manufacturing, log points less the mean) if the source
        has it.
    """

    name: str
    tier: str
    dates: tuple[int, ...]
    panels: Mapping[str, pd.DataFrame]

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Scales at which this source can be compared with the model."""
        has = all("earnings_growth" in panel for panel in self.panels.values())
        return tuple(s for s in SCALES if s != "manufacturing" or has)


def public_zones(employment: pd.DataFrame, incomes: pd.DataFrame) -> Zones:
    """Zones with industry employment of 1980 and income per head from 1980 to 2019.

    Parameters
    ----------
    employment : pandas.DataFrame
        :func:`regspec.sources.cbp.manufacturing_shares` of 1980.
    incomes : pandas.DataFrame
        :func:`regspec.sources.bea.zone_income`.
    """
    panels = {
        name: zone_panel(zone_shares(employment, d), incomes) for name, d in DEFINITIONS.items()
    }
    return Zones(name="public, 1980", tier="public", dates=DATES, panels=panels)


def census_zones(zone_industry: pd.DataFrame, zone_year: pd.DataFrame, *, tier: str) -> Zones:
    """Zones of a census build in 1950, and their growth to 2020.

    Parameters
    ----------
    zone_industry, zone_year : pandas.DataFrame
        Frames of a build (:mod:`regspec.census.contracts`).
    tier : {"synthetic", "census"}
    """
    first, last = CENSUS_DATES[0], CENSUS_DATES[-1]
    incomes = zone_year.rename(columns={"region": "cz"})[["cz", "year", "income_pc"]]
    earnings = _manufacturing_growth(zone_industry, first, last)
    panels = {}
    for name, definition in DEFINITIONS.items():
        shares = census_shares(zone_industry, definition, first)
        panel = zone_panel(shares, incomes, first_year=first, last_year=last)
        growth = panel["cz"].map(earnings)
        panels[name] = panel.assign(earnings_growth=growth - growth.mean())
    return Zones(name=f"{tier}, 1950", tier=tier, dates=CENSUS_DATES, panels=panels)


def _manufacturing_growth(zone_industry: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Log growth of wage income per person at work in manufacturing, by zone."""
    made = zone_industry[zone_industry["group"].isin(MANUFACTURING_GROUPS)]
    sums = made.groupby(["region", "year"])[["income", "employment"]].sum()
    per_worker = sums["income"] / sums["employment"]
    return (per_worker.xs(last, level="year") / per_worker.xs(first, level="year")).map(np.log)


def zone_starts(
    zones: Zones,
    accounts: pd.DataFrame,
    calibration: Calibration,
    *,
    definitions: Sequence[str] = tuple(DEFINITIONS),
    readings: Sequence[Reading] = tuple(READINGS),  # type: ignore[arg-type]
) -> dict[Key, RegionStart]:
    """Initial conditions of all zones under every definition and reading.

    Parameters
    ----------
    zones : Zones
    accounts : pandas.DataFrame
        :func:`regspec.sources.tfp.industry_tfp`.
    calibration : Calibration
    definitions, readings : sequence of str
    """
    paths: dict[str, SectorPaths] = {
        name: sector_paths(accounts, DEFINITIONS[name], base_year=zones.dates[0])
        for name in definitions
    }
    return {
        (name, reading): initial_regions(
            zones.panels[name]["share"].to_numpy(),
            paths[name],
            calibration,
            reading=reading,
            share_range=SHARES,
            dates=zones.dates,
            corners="exact",
        )
        for name in definitions
        for reading in readings
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """All zones of a source under one definition and one reading.

    Attributes
    ----------
    panel : pandas.DataFrame
    start : RegionStart
    paths : mapping of str to RegionPaths
        By economy: ``with limit``, ``without limit``.
    growth : mapping of str to ndarray, shape (n,)
        Of both, and of ``no adjustment costs``; manufacturing income, log points less the mean.
    """

    panel: pd.DataFrame
    start: RegionStart
    paths: Mapping[str, RegionPaths]
    growth: Mapping[str, Floats]

    @property
    def sound(self) -> float:
        """Share of zone-decades with certified rules inside the grid, in the worst economy."""
        return min(path.sound for path in self.paths.values())

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Zones that some economy takes outside certified rules at some date, shape (n,)."""
        sound = [path.inside & path.certified for path in self.paths.values()]
        return np.asarray(~np.all(sound, axis=(0, 1)))

    def at(self, scale: Scale) -> tuple[Floats, dict[str, Floats]]:
        """Growth in the data, and in the model by economy, at one scale.

        Raises
        ------
        ValueError
            For an unknown scale, or one that the source does not have.
        """
        if scale not in get_args(Scale):
            raise ValueError(f"scale is {scale!r}; allowed: {', '.join(SCALES)}")
        column = "earnings_growth" if scale == "manufacturing" else "growth"
        if column not in self.panel:
            raise ValueError("the source has no earnings in manufacturing; use another scale")
        weight = self.panel["manufacturing_share"].to_numpy() if scale == "total income" else 1.0
        return self.panel[column].to_numpy(), {k: g * weight for k, g in self.growth.items()}

    def bands(self, scale: Scale, **options: object) -> Bands:
        """Slopes and contributions with bands; options as in `bootstrap.frictions`."""
        data, growth = self.at(scale)
        return frictions(self.panel["gini"], data, growth, **options)  # type: ignore[arg-type]


def run_zones(
    zones: Zones,
    starts: Mapping[Key, RegionStart],
    families: Mapping[str, PolicyFamily],
    *,
    bonds_to_income: float = -0.2,
) -> dict[Key, Outcome]:
    """Run every zone forward under every definition and reading.

    Parameters
    ----------
    zones : Zones
    starts : mapping
        Result of :func:`zone_starts`.
    families : mapping of str to PolicyFamily
        ``with limit`` and ``without limit``.
    bonds_to_income : float

    Raises
    ------
    ValueError
        If one of the two economies is missing.
    """
    if set(families) != {"with limit", "without limit"}:
        raise ValueError(f"families are {list(families)}; allowed: 'with limit', 'without limit'")
    out = {}
    for key, start in starts.items():
        paths = {
            label: simulate_regions(start, family, bonds_to_income=bonds_to_income)
            for label, family in families.items()
        }
        growth = {label: path.growth for label, path in paths.items()}
        growth["no adjustment costs"] = costless_growth(start, families["with limit"].calibration)
        out[key] = Outcome(panel=zones.panels[key[0]], start=start, paths=paths, growth=growth)
    return out


def combinations(zones: Zones, outcomes: Mapping[Key, Outcome], **options: object) -> pd.DataFrame:
    """One row for each definition, reading and scale: slopes with bands, and what they rest on.

    Parameters
    ----------
    zones : Zones
    outcomes : mapping
        Result of :func:`run_zones`.
    **options
        Of :func:`regspec.regions.growth.frictions`.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``definition``, ``reading``, ``scale``; ``data``, ``with limit``, ``without
        limit``, ``no adjustment costs``, each with ``... low`` and ``... high``; ``explained`` and
        ``due to limit`` (percent; removed first); ``data negative`` (share of draws); ``sound``
        (percent of zone-decades), ``outside``, ``clipped``, ``one sector`` (zones), ``flag``.
    """
    rows = []
    for (definition, reading), outcome in outcomes.items():
        for scale in zones.scales:
            bands = outcome.bands(scale, **options)
            row: dict[str, object] = {
                "source": zones.name,
                "definition": definition,
                "reading": reading,
                "scale": scale,
            }
            for label, values in bands.slopes.drop(index="neither").iterrows():
                row |= {
                    str(label): values["slope"],
                    f"{label} low": values["low"],
                    f"{label} high": values["high"],
                }
            shares = bands.shares.set_index("quantity")["percent"]
            row |= {
                "explained": shares["model, of the data"],
                "due to limit": shares["collateral limit, removed first"],
                "data negative": bands.data_negative,
                "sound": 100 * outcome.sound,
                "outside": int(outcome.outside.sum()),
                "clipped": int(outcome.start.clipped.sum()),
                "one sector": int(outcome.start.one_sector.sum()),
                "flag": "" if outcome.sound >= SOUND else "not certified",
            }
            rows.append(row)
    return pd.DataFrame(rows)


def mix_persistence(
    outcomes: Mapping[Reading, Outcome], later: pd.Series, calibration: Calibration
) -> pd.DataFrame:
    """What becomes of a zone's mix in one decade: data against every reading of productivity.

    Labour follows income, so that the share of machinery in a zone's employment is its share in
    the model's income. A reading under which initial differences are misallocation closes them.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        By reading, of one definition.
    later : pandas.Series
        Share of machinery at the second date by cz, from data.
    calibration : Calibration

    Returns
    -------
    pandas.DataFrame
        Rows: the data and the readings. ``slope`` of the later share on the first one, its
        standard deviation over that of the first (``spread``), ``median``, and ``capital``: median
        factor by which capital in machinery grows (zones with both sectors; NaN for the data).
    """
    any_outcome = next(iter(outcomes.values()))
    first = any_outcome.panel["share"].to_numpy()
    seen = any_outcome.panel["cz"].map(later).to_numpy()
    known = np.isfinite(seen)
    series: dict[str, Floats] = {"data": seen}
    factor: dict[str, float] = {}
    for reading, outcome in outcomes.items():
        start, path = outcome.start, outcome.paths["with limit"]
        power = calibration.alpha + np.asarray(calibration.xi)
        share = path.share[1]
        odds = start.relative[1] + power[0] * np.log(share) - power[1] * np.log1p(-share)
        series[reading] = np.where(start.one_sector, start.share.round(), 1 / (1 + np.exp(-odds)))
        factor[reading] = float(np.median((share / path.share[0])[~start.one_sector]))
    rows = [
        {
            "mix": label,
            "slope": np.polyfit(first[known], values[known], 1)[0],
            "spread": values[known].std() / first[known].std(),
            "median": np.median(values[known]),
            "capital": factor.get(label, np.nan),
        }
        for label, values in series.items()
    ]
    return pd.DataFrame(rows)


def sources_table(sources: Sequence[Zones], definition: str) -> pd.DataFrame:
    """Sources side by side, as text: tier, years, zones, shares of machinery and manufacturing."""
    columns = {}
    for zones in sources:
        panel = zones.panels[definition]
        made = panel["manufacturing_share"].mean()
        columns[zones.name] = {
            "tier": zones.tier,
            "first and last year": f"{zones.dates[0]}–{zones.dates[-1]}",
            "zones with manufacturing": str(len(panel)),
            "median share of machinery, percent": f"{100 * panel['share'].median():.1f}",
            "zones without machinery": str(int((panel["share"] == 0).sum())),
            "mean share of manufacturing, percent": f"{100 * made:.0f}",
        }
    return pd.DataFrame(columns)


def solutions_table(families: Mapping[str, PolicyFamily]) -> pd.DataFrame:
    """Solutions with the limit by node: range and number of shares, and what fails in both."""
    limited, free = families["with limit"], families["without limit"]
    report = limited.report()
    grids = [equilibrium.grid for equilibrium in limited.equilibria]
    ends = [grid.spec.capital_range for grid in grids]
    report["shares"] = [f"{low:.2g} to {high:.4g}" for low, high in ends]
    report["capital nodes"] = [len(grid.capital) for grid in grids]
    report["fails without limit"] = free.report()["failing"]
    return report.drop(columns="converged").rename(columns={"failing": "fails with limit"})


def quality_headlines(families: Mapping[str, PolicyFamily], rows: pd.DataFrame) -> dict[str, float]:
    """What the results rest on: certified nodes, and the worst of all :func:`combinations`."""
    converged = [family.report()["converged"] for family in families.values()]
    return {
        "lambda_low": float(families["with limit"].relative[0]),
        "lambda_high": float(families["with limit"].relative[-1]),
        "certified_nodes": sum(int(c.sum()) for c in converged),
        "all_nodes": sum(len(c) for c in converged),
        "sound_least": rows["sound"].min(),
        "outside_most": int(rows["outside"].max()),
        "clipped_most": int(rows["clipped"].max()),
        "flagged": int((rows["flag"] != "").sum()),
        "rows": len(rows),
        "share_floor": 100 * SHARES[0],
        "sound_limit": 100 * SOUND,
    }


def mix_headlines(mixes: pd.DataFrame, first: pd.Series) -> dict[str, float]:
    """Median shares, in percent, and factors of capital, of a table of :func:`mix_persistence`.

    Parameters
    ----------
    mixes : pandas.DataFrame
    first : pandas.Series
        Shares of 1980.
    """
    mix = mixes.set_index("mix")
    numbers = {"median_1980": float(first.median()), "median_1990": mix["median"]["data"]}
    numbers |= {f"median_{reading}": mix["median"][reading] for reading in READINGS}
    percent = {name: 100 * value for name, value in numbers.items()}
    return percent | {f"factor_{reading}": mix["capital"][reading] for reading in READINGS}


def combination_headlines(rows: pd.DataFrame) -> dict[str, float]:
    """Negative slopes among the :func:`combinations` of a source, and those with computers."""
    negative = rows[rows["with limit"] < 0]
    by_row = {(r["definition"], r["reading"], r["scale"]): r for r in rows.to_dict("records")}
    told = {
        "negative": len(negative),
        "combinations": len(rows),
        "negative_computers": int((negative["definition"] == "with_computers").sum()),
        "text_model": by_row["machinery", "national", "as printed"]["with limit"],
    }
    columns = {"limit": "with limit", "free": "without limit", "share": "due to limit"}
    columns["explained"] = "explained"
    for reading in READINGS:
        for scale, suffix in (("as printed", ""), ("total income", "_total")):
            row = by_row["with_computers", reading, scale]
            told |= {f"{reading[:3]}_{name}{suffix}": row[c] for name, c in columns.items()}
    return told
