"""Recovery study: how well the census route finds the parameters of synthetic censuses.

For every seed a synthetic census is planted, written as the publishers' files, built by the
pipeline and estimated with the estimators of the facts: route "census". Four shortcuts without
persons show where its errors come from: the planted panel itself ("panel"), the panel through the
geographic units of the census route, of which one zone in ten shares one ("units"), through units
that every zone shares with a neighbour ("shared"), and through random samples as large as those of
IPUMS ("sample").
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from regspec.census import Build
from regspec.census.build import Options, build
from regspec.census.crosswalks import find_crosswalk, read_crosswalk
from regspec.facts import fact1, fact2, fact3
from regspec.facts.panels import concentration
from regspec.synthetic import Truth, plant, read_planted, write_extracts
from regspec.synthetic.as_observed import constant_specialization, mixed, sampled
from regspec.synthetic.panel import PlantedPanel
from regspec.synthetic.truth import specialization
from regspec.tools.choices import require_choice
from regspec.tools.files import whole

__all__ = [
    "COLUMNS",
    "LEAST_SIZE",
    "ROUTES",
    "YEARS",
    "Route",
    "estimates",
    "gaps",
    "headlines",
    "planted_and_built",
    "recover",
    "standing_still",
    "study",
    "summarize",
]

Route = Literal["panel", "units", "census", "shared", "sample"]
ROUTES: tuple[str, ...] = get_args(Route)

COLUMNS = ("seed", "route", "group", "parameter", "planted", "estimate", "se", "lower", "upper")
"""Columns of the results: one row per seed, route and parameter."""

YEARS: tuple[int, ...] = (1950, 1970, 1980, 2010, 2020)
"""Censuses of the study: the ends of Facts 1 and 3, and two decades and one pair of them for 2."""
LEAST_SIZE = 2_350_000
"""Persons per seed: about the fewest that fill every zone and industry of these censuses."""

_SPLIT = {"units": 0.10, "shared": 1.0}
_START, _END = 1950, 2020
_DISTANCES = {10: (1970, 1980, 2010, 2020), 20: (1950, 1970)}
_TRADED = {"tradable": True, "nontradable": False}
_MOMENTS = ("mean", "cv")
_Row = tuple[Any, ...]
_Frames = tuple[pd.DataFrame, pd.DataFrame]  # zone_year, zone_industry: what the estimators see


def estimates(zone_year: pd.DataFrame, zone_industry: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """Estimate every planted parameter.

    Parameters
    ----------
    zone_year : DataFrame
        Columns region, year, log_income, log_population, rust_belt, high_skill, old_age, female.
    zone_industry : DataFrame
        Columns region, year, industry, sector, tradable, income.
    truth : Truth
        Planted values.

    Returns
    -------
    DataFrame
        Columns group ("level" and "growth": equation 1; "change": equation 32 between
        neighbouring censuses; "persistence": rank-rank elasticity over 70 years; "moment":
        Table 1), parameter, planted (missing for persistence, which the truth implies but does
        not state), estimate, se, lower, upper (95 percent; missing for moments).
    """
    cells = zone_industry.rename(columns={"income": "amount"})
    measures = concentration(cells[["region", "year", "industry", "amount"]])
    rows = [
        *_fact1(zone_year, measures, cells, truth),
        *_fact2(zone_year, measures, truth),
        *_fact3(cells),
        *_table1(measures),
    ]
    names = COLUMNS[2:]
    return pd.DataFrame(rows, columns=names)


def _fact1(
    zone_year: pd.DataFrame, measures: pd.DataFrame, cells: pd.DataFrame, truth: Truth
) -> Iterator[_Row]:
    """Both halves of (1) with all controls of Table 4."""
    by_sector = cells.groupby(["region", "year", "sector"])["amount"].sum()
    sectors = by_sector.reset_index().rename(columns={"sector": "industry"})
    data = fact1.design(zone_year, measures, sectors, start=_START, end=_END, leave_one_out=False)
    result = fact1.trade_off(data, start=_START, end=_END, controls="census")
    for group, fit, planted in (
        ("level", result.level, truth.level),
        ("growth", result.growth, truth.growth),
    ):
        for name, value in planted.coefficients().items():
            term = fit.term(name)
            yield group, name, value, term.coef, term.se, term.lower, term.upper


def _fact2(zone_year: pd.DataFrame, measures: pd.DataFrame, truth: Truth) -> Iterator[_Row]:
    """Change of specialization on change of income (32) between neighbouring censuses."""
    panel = zone_year[["region", "year", "log_income"]].merge(measures, on=["region", "year"])
    for horizon, years in _DISTANCES.items():
        fit = fact2.change_on_change(panel, years=years, horizons=[horizon])
        row = fit.estimates.iloc[0]
        planted = truth.change[horizon]
        yield "change", f"{horizon} years", planted, row.coef, row.se, row.lower, row.upper


def _fact3(cells: pd.DataFrame) -> Iterator[_Row]:
    """Rank-rank elasticity of comparative advantage over 70 years, by tradability."""
    ranks = fact3.advantage(cells[cells["year"].isin([_START, _END])])
    for name, flag in _TRADED.items():
        codes = set(cells.loc[cells["tradable"] == flag, "industry"])
        own = ranks[ranks["industry"].isin(codes)]
        span = _END - _START
        fit = fact3.rank_persistence(own, years=[_START, _END], horizons=[span], level=0.95)
        row = fit.estimates.iloc[0]
        yield "persistence", name, np.nan, row.coef, row.se, row.lower, row.upper


def _table1(measures: pd.DataFrame) -> Iterator[_Row]:
    """Mean and coefficient of variation of the Gini in the first and the last year."""
    table = fact2.dispersion(measures, years=[_START, _END])
    for year in (_START, _END):
        for name, planted in zip(_MOMENTS, specialization(year), strict=True):
            value = table[name].loc[year]
            yield "moment", f"{name} {year}", planted, value, np.nan, np.nan, np.nan


def recover(
    seed: int,
    route: str,
    *,
    size: int = LEAST_SIZE,
    truth: Truth | None = None,
    folder: Path | None = None,
    panel: PlantedPanel | None = None,
) -> pd.DataFrame:
    """Estimate the planted parameters of one seed by one route.

    Parameters
    ----------
    seed : int
    route : {"panel", "units", "census", "shared", "sample"}
    size : int
        Persons, for the route "census".
    truth : Truth, optional
    folder : Path, optional
        Where the files of the route "census" go; a temporary folder by default.
    panel : PlantedPanel, optional
        That of the seed, where it is at hand.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`.

    Raises
    ------
    ValueError
        Unknown route.
    """
    require_choice("route", route, ROUTES)
    if panel is None:
        panel = plant(seed, truth=truth, years=YEARS)
    truth = panel.truth
    frames = _through_files(panel, size, folder) if route == "census" else _shortcut(panel, route)
    out = estimates(*frames, truth)
    out.insert(0, "seed", seed)
    out.insert(1, "route", route)
    return out


def _through_files(panel: PlantedPanel, size: int, folder: Path | None) -> _Frames:
    """Write the synthetic census, build it, and read the tidy frames."""
    with tempfile.TemporaryDirectory(prefix="regspec-recovery-") as temporary:
        base = Path(temporary) if folder is None else folder
        raw, split, options = base / "raw", _SPLIT["units"], Options(threads=1)
        same: dict[str, Any] = {"years": YEARS, "truth": panel.truth, "panel": panel}
        about = write_extracts(
            raw, size, panel.seed, split=split, other_sources=False, **same
        ).about
        made = build(base / "build", tier="synthetic", raw=raw, options=options, about=about)
        return made.zone_year, made.zone_industry


def _shortcut(panel: PlantedPanel, route: str) -> _Frames:
    """Tidy frames straight from the planted panel."""
    if route in _SPLIT:
        return mixed(panel, _SPLIT[route])
    return sampled(panel) if route == "sample" else (panel.zone_year, panel.zone_industry)


def study(
    seeds: Iterable[int],
    out: Path,
    *,
    routes: Sequence[str] = ROUTES,
    size: int = LEAST_SIZE,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Run the study, one seed after the other; what the file already holds is not repeated.

    Parameters
    ----------
    seeds : iterable of int
    out : Path
        CSV with :data:`COLUMNS`; rewritten whole after every seed and route, so that a study
        that is killed goes on where it was.
    routes : sequence of str
    size : int
        Persons per seed of the route "census".
    progress : callable
        Called with a line of text after every seed.

    Returns
    -------
    DataFrame
        All results in the file.
    """
    for route in routes:
        require_choice("route", route, ROUTES)
    done = pd.read_csv(out) if out.is_file() else pd.DataFrame(columns=list(COLUMNS))
    for seed in seeds:
        began, panel = time.perf_counter(), None
        for route in routes:
            if ((done["seed"] == seed) & (done["route"] == route)).any():
                continue
            panel = plant(seed, years=YEARS) if panel is None else panel
            fresh = recover(seed, route, size=size, panel=panel)
            done = pd.concat([done, fresh], ignore_index=True) if len(done) else fresh
            _save(out, done)
        progress(f"seed {seed}: {time.perf_counter() - began:.0f} s")
    return done


def _save(out: Path, frame: pd.DataFrame) -> None:
    ordered = frame.sort_values(["route", "seed"], kind="stable", ignore_index=True)
    with whole(out) as part:
        ordered.to_csv(part, index=False, float_format="%.6g", lineterminator="\n")


def summarize(results: pd.DataFrame) -> pd.DataFrame:
    """Bias, error and coverage of every parameter on every route.

    Parameters
    ----------
    results : DataFrame
        From :func:`study`.

    Returns
    -------
    DataFrame
        Index (route, group, parameter); columns planted, mean (of estimates), bias, bias_se
        (Monte-Carlo standard error), rmse, sd (of estimates), se (mean standard error), coverage
        (share of 95 percent intervals that hold the truth; missing for moments) and seeds. The
        elasticities of persistence are compared with their mean on the planted panels, which the
        planted autocorrelations imply.
    """
    keys = ["route", "group", "parameter"]
    implied = (
        results[results["route"] == "panel"].groupby(["group", "parameter"])["estimate"].mean()
    )
    at = pd.MultiIndex.from_frame(results[["group", "parameter"]])
    truth = results["planted"].fillna(pd.Series(implied.reindex(at).to_numpy(), results.index))
    data = results.assign(
        truth=truth,
        error=results["estimate"] - truth,
        covers=((results["lower"] <= truth) & (truth <= results["upper"]))
        .astype(float)
        .where(results["se"].notna()),
    )
    groups = data.groupby(keys, sort=False)
    return pd.DataFrame(
        {
            "planted": groups["truth"].first(),
            "mean": groups["estimate"].mean(),
            "bias": groups["error"].mean(),
            "bias_se": groups["error"].std() / np.sqrt(groups.size()),
            "rmse": groups["error"].agg(lambda e: float(np.sqrt(np.mean(e**2)))),
            "sd": groups["estimate"].std(),
            "se": groups["se"].mean(),
            "coverage": groups["covers"].mean(),
            "seeds": groups.size(),
        }
    )


def planted_and_built(made: Build) -> pd.DataFrame:
    """Gini of income shares of 1950 in every zone of a synthetic build, planted and found.

    Returns
    -------
    DataFrame
        Index region; columns planted, built, shared (whether the zone shares a unit with another).
    """
    raw = made.folder / "raw"
    zones, cells = read_planted(raw)[0], made.zone_industry.rename(columns={"income": "amount"})
    first = cells.loc[cells["year"] == _START, ["region", "year", "industry", "amount"]]
    units = read_crosswalk(find_crosswalk(raw, "sea1950"), "sea1950")
    out = zones[zones["year"] == _START].set_index("region")[["gini"]]
    return out.rename(columns={"gini": "planted"}).assign(
        built=concentration(first).set_index("region")["gini"],
        shared=out.index.isin(units.loc[units["afactor"] < 1, "cz"]),
    )


def standing_still(
    panel: PlantedPanel, *, mean: float, variation: float
) -> dict[str, pd.DataFrame]:
    """Mean and variation of the Gini by year in samples of a nation that never changes.

    Parameters
    ----------
    panel, mean, variation
        As in :func:`regspec.synthetic.as_observed.constant_specialization`.

    Returns
    -------
    dict
        "absent count as zero" and "absent do not count" (industries in which nobody of the zone's
        sample works), each a frame with index year and columns mean, cv.
    """
    years = sorted(int(year) for year in panel.zone_industry["year"].unique())
    still = constant_specialization(panel, mean=mean, variation=variation)
    cells = sampled(still)[1].rename(columns={"income": "amount"})
    cells = cells[["region", "year", "industry", "amount"]]
    views = {"absent count as zero": cells, "absent do not count": cells[cells["amount"] > 0]}
    return {
        name: fact2.dispersion(concentration(chosen), years=years)[list(_MOMENTS)]
        for name, chosen in views.items()
    }


def headlines(summary: pd.DataFrame) -> dict[str, float | int]:
    """What prose says of a study, by name.

    Parameters
    ----------
    summary : DataFrame
        From :func:`summarize`.

    Returns
    -------
    dict
        Of the route "census": ``seeds`` (of its parameter with the fewest); ``coefficients``,
        their mean coverage ``cover_mean`` (percent) and largest bias ``bias_worst`` (in standard
        errors), all of both halves of (1). Of the change of specialization over ten years: mean
        estimates ``ten_census``, ``ten_units``, ``ten_shared``, ``ten_panel``, and ``ten_cover``.
        Of the mean Gini of 1950 through samples: ``sparse_mean`` and the planted ``true_mean``.
    """
    census = summary.loc["census"]
    fact1_rows = census.loc[["level", "growth"]]
    ten = summary.xs(("change", "10 years"), level=("group", "parameter"))
    mean = summary.xs(("moment", "mean 1950"), level=("group", "parameter"))
    return {
        "seeds": int(census["seeds"].min()),
        "coefficients": len(fact1_rows),
        "cover_mean": 100 * float(fact1_rows["coverage"].mean()),
        "bias_worst": float((fact1_rows["bias"] / fact1_rows["se"]).abs().max()),
        "ten_cover": 100 * float(ten["coverage"]["census"]),
        "sparse_mean": float(mean["mean"]["sample"]),
        "true_mean": float(mean["planted"]["sample"]),
        **{
            f"ten_{route}": float(ten["mean"][route])
            for route in ("census", "units", "shared", "panel")
        },
    }


def gaps(ginis: pd.DataFrame) -> dict[str, float | int]:
    """How far the build's Ginis are from the planted ones, by name.

    Parameters
    ----------
    ginis : DataFrame
        From :func:`planted_and_built`.

    Returns
    -------
    dict
        ``gap_own``, the largest of zones with units of their own; ``gap_shared``, the median of
        those that share one; ``zones_sharing``, how many do.
    """
    gap, shared = ginis["built"] - ginis["planted"], ginis["shared"]
    return {
        "gap_own": float(gap[~shared].abs().max()),
        "gap_shared": float(gap[shared].median()),
        "zones_sharing": int(shared.sum()),
    }
