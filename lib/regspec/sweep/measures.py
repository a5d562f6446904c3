"""What is computed at a point: a pure function of its settings to a flat dict of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from regspec.industries import MACHINERY
from regspec.model import Certificate, Equilibrium, headline_moments, solve_equilibrium
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import common_grid, solve_adapted
from regspec.regions.foresight import simulate_foreseen
from regspec.regions.growth import growth_slope
from regspec.regions.simulate import (
    DATES,
    RegionPaths,
    RegionStart,
    costless_growth,
    relative_nodes,
    simulate_regions,
)
from regspec.regions.zones import Zones, public_zones, zone_starts
from regspec.sources import bea, cbp, registry, tfp
from regspec.studies.responses import bound_states, ergodic_states, respond
from regspec.sweep.options import calibration_of, grid_of, impulse_of, regions_of, solver_of
from regspec.sweep.points import Point

__all__ = ["MEASURES", "Value", "data_of", "evaluate_point"]

Value = float | int | bool | str

#: Sources that the measure ``regions`` reads.
_REGION_SOURCES = ("bea_cainc1", "cbp_cz_sic4", "ers_cz1990", "tfp_elbadri_vizcaino")
_FAMILY_TOLERANCE = 1e-5


@dataclass(kw_only=True, slots=True)
class _Solved:
    """The economies of one point, solved when first asked for."""

    point: Point
    kept: dict[str, Equilibrium] = field(default_factory=dict)

    def __getitem__(self, economy: str) -> Equilibrium:
        if economy not in self.kept:
            calibration = calibration_of(self.point)
            if economy == "free":
                calibration = calibration.replace(constraint=False)
            self.kept[economy] = solve_equilibrium(
                calibration, grid_of(self.point), on_failure="return", **solver_of(self.point)
            )
        return self.kept[economy]


def _undefined(certificate: Certificate) -> bool:
    """Whether policies hold undefined values or states without positive consumption."""
    return any(
        item.name in ("undefined values", "infeasible states") for item in certificate.failing
    )


def _failing(certificate: Certificate) -> str:
    return "; ".join(f"{i.name} {i.value:.3g} > {i.limit:.3g}" for i in certificate.failing)


def _equilibrium(solved: _Solved) -> dict[str, Value]:
    """Certificate with the limit, and moments of stationary paths."""
    market = solved["limit"]
    evidence = market.certificate
    out: dict[str, Value] = {
        "converged": evidence.converged,
        "unique": evidence.unique,
        "failing": _failing(evidence),
        "sweeps": market.sweeps,
    }
    names = {
        "bonds over income, mean": "bonds_to_income",
        "binding frequency": "binding",
        "price, mean": "price",
        "log price, sd": "log_price_sd",
        "log consumption, sd": "log_consumption_sd",
        "capital share, mean": "share",
    }
    with np.errstate(all="ignore"):
        moments = {} if _undefined(evidence) else headline_moments(market)
    return out | {short: moments.get(long, float("nan")) for long, short in names.items()}


_RESPONSES = ("price", "consumption", "share", "bonds")


def _impulse(solved: _Solved) -> dict[str, Value]:
    """Responses to an adverse one-standard-deviation shock with and without the limit.

    Both economies start from the same stationary draws of the constrained one.
    ``reallocation_third`` is the outflow of capital after three decades with the limit over that
    without it; ``reallocation_bound`` that of the first decade, for economies at their limit.
    """
    options = impulse_of(solved.point)
    names = [f"irf_{v}_{e}" for v in _RESPONSES for e in ("limit", "free")]
    names += ["reallocation_first", "reallocation_third", "reallocation_bound"]
    out: dict[str, Value] = dict.fromkeys(names, float("nan"))
    out["converged_free"] = solved["free"].certificate.converged
    out["failing_free"] = _failing(solved["free"].certificate)
    if any(_undefined(solved[e].certificate) for e in ("limit", "free")):
        return out
    with np.errstate(all="ignore"):
        start = ergodic_states(solved["limit"], draws=options["draws"], seed=options["seed"])
        paths = {
            e: respond(solved[e], start=start, horizon=2, seed=options["seed"])
            for e in ("limit", "free")
        }
        for v in _RESPONSES:
            for e, response in paths.items():
                out[f"irf_{v}_{e}"] = response.at(v, 0)
        for name, horizon in (("first", 0), ("third", 2)):
            limited, free = (paths[e].at("share", horizon) for e in ("limit", "free"))
            out[f"reallocation_{name}"] = limited / free
        try:
            at_limit = bound_states(solved["limit"], start)
        except ValueError:  # it binds nowhere: the number is not defined
            return out
        limited, free = (
            respond(solved[e], start=at_limit, horizon=0, seed=options["seed"]).at("share", 0)
            for e in ("limit", "free")
        )
        out["reallocation_bound"] = limited / free
    return out


@lru_cache(maxsize=1)
def _zones() -> tuple[Zones, pd.DataFrame]:
    """Commuting zones with their initial mix and growth, and the industries' productivity."""
    employment = cbp.manufacturing_shares(DATES[0])
    return public_zones(employment, bea.zone_income()), tfp.industry_tfp()


def _not_for_regions(point: Point) -> str:
    """Why the zones cannot be run at a point; empty where they can."""
    calibration = calibration_of(point)
    modelled = point.settings.get("calibration", {}).get("modelled", [MACHINERY])
    if np.isfinite(calibration.substitution):
        return "the zones' productivity is measured at unit prices"
    if calibration.n_industries != 2 or list(modelled) != [MACHINERY]:
        return "the zones' data are split into machinery and the rest"
    if calibration.period_years != 10:
        return "the zones' periods are decades"
    if solver_of(point)["alternative"] != "lagged":
        return "the zones use the lagged-price rule"
    options = regions_of(point)
    if options["expectations"] == "foreseen" and options["reading"] == "regional":
        return "the zones' foresight needs one path of productivity for all"
    absent = [s for s in _REGION_SOURCES if not registry.available(s)]
    return f"public data not here: {', '.join(absent)}" if absent else ""


def _paths(
    start: RegionStart, economy: Calibration, point: Point, options: dict[str, Any]
) -> RegionPaths:
    """Histories of the zones, with the trends lasting at every date or foreseen."""
    bonds, grid = options["initial_bonds"], grid_of(point)
    if options["expectations"] == "foreseen":
        one = common_grid([start], economy, grid)
        return simulate_foreseen(
            start, economy, one, bonds_to_income=bonds, tolerance=_FAMILY_TOLERANCE
        )
    nodes = relative_nodes(start, step=options["step"])
    family = solve_adapted(
        economy, [start], nodes, grid, bonds_to_income=bonds, tolerance=_FAMILY_TOLERANCE
    )
    return simulate_regions(start, family, bonds_to_income=bonds)


def _regions(solved: _Solved) -> dict[str, Value]:
    """Slope of growth 1980-2019 on the initial Gini over commuting zones, model and data.

    ``sound`` is the smaller of both economies' shares of zone-decades with certified rules;
    ``slope_costless`` has a closed form and needs none. Of capital that works at once (reading 7)
    there is only that: the solvers produce with predetermined capital.
    """
    point = solved.point
    names = ("slope_limit", "slope_free", "slope_limit_total", "slope_data", "sound", "clipped")
    out: dict[str, Value] = dict.fromkeys((*names, "slope_costless"), float("nan"))
    out["regions_note"] = _not_for_regions(point)
    if out["regions_note"]:
        return out
    options, calibration = regions_of(point), calibration_of(point)
    (zones, accounts), definition = _zones(), options["definition"]
    panel = zones.panels[definition]
    (start,) = zone_starts(
        zones, accounts, calibration, definitions=[definition], readings=[options["reading"]]
    ).values()
    costless = costless_growth(start, calibration, timing=options["timing"])
    out["slope_costless"] = growth_slope("costless", panel["gini"], costless).slope
    out["slope_data"] = growth_slope("data", panel["gini"], panel["growth"]).slope
    out["clipped"] = float(start.clipped.mean())
    if options["timing"] != "predetermined":
        out["regions_note"] = "the solvers produce with predetermined capital"
        return out
    runs = {}
    for name, economy in (("limit", calibration), ("free", calibration.replace(constraint=False))):
        runs[name] = _paths(start, economy, point, options)
        growth = runs[name].growth
        if np.isfinite(growth).all():
            out[f"slope_{name}"] = growth_slope(name, panel["gini"], growth).slope
            if name == "limit":
                scaled = growth * panel["manufacturing_share"].to_numpy()
                out["slope_limit_total"] = growth_slope(name, panel["gini"], scaled).slope
    return out | {"sound": min(run.sound for run in runs.values())}


#: Groups of numbers by name.
MEASURES: dict[str, Callable[[_Solved], dict[str, Value]]] = {
    "equilibrium": _equilibrium,
    "impulse": _impulse,
    "regions": _regions,
}


def data_of(point: Point) -> dict[str, str]:
    """Checksums of the data files that a point reads, by source; ``absent`` where one is not here.

    They are part of the key of a result, so that other vintages are computed anew.
    """
    if "regions" not in point.measures or _not_for_regions(point).startswith("the zones"):
        return {}
    return {
        s: registry.locate(s).sha256 if registry.available(s) else "absent" for s in _REGION_SOURCES
    }


def evaluate_point(point: Point) -> dict[str, Any]:
    """Compute a point's measures.

    A solution that fails its certificate is measured all the same and marked by ``converged``;
    numbers that are not defined are NaN.

    Returns
    -------
    dict
        Numbers, flags and words by name.
    """
    solved = _Solved(point=point)
    out: dict[str, Any] = {}
    for name in point.measures:
        for column, value in MEASURES[name](solved).items():
            out[column] = value.item() if isinstance(value, np.generic) else value
    return out
