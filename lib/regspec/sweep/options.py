"""What a point may set, checked before anything runs, and the objects it stands for."""

from __future__ import annotations

import dataclasses
import difflib
import inspect
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from regspec.experiments.regions import Reading
from regspec.experiments.two_sectors import DEFINITIONS
from regspec.industries import INDUSTRIES, MACHINERY, Industry, check_source
from regspec.model import Grid, solve_equilibrium
from regspec.parameters import Calibration
from regspec.sweep.points import Point

__all__ = [
    "SECTIONS",
    "calibration_of",
    "check_settings",
    "grid_of",
    "identity",
    "impulse_of",
    "pooled_industries",
    "regions_of",
    "solver_of",
]

_BY_INDUSTRY = ("rho", "sigma", "z_mean", "xi", "phi_adj")
_CHOICES = ("adjustment", "modelled", "xi_scale", "agglomeration_unit")
_IMPULSE: dict[str, Any] = {"draws": 1000, "seed": 20251016}
_REGIONS: dict[str, Any] = {
    "definition": "machinery",
    "reading": "national",
    "initial_bonds": -0.2,
    "step": 0.5,
}

#: Options by section. Those of ``calibration`` are fields of `Calibration`, where one number
#: serves every industry, and choices: ``adjustment`` (column of Table 11), ``modelled`` (names of
#: the industries on their own; the others are pooled), ``xi_scale`` (factor on every agglomeration
#: elasticity), ``agglomeration_unit`` (stock, or average: see reading 37).
SECTIONS: dict[str, tuple[str, ...]] = {
    "calibration": (
        *(f.name for f in dataclasses.fields(Calibration) if f.name != "industries"),
        *_CHOICES,
    ),
    "grid": tuple(f.name for f in dataclasses.fields(Grid)),
    "solver": ("alternative", "selection", "max_sweeps", "tolerance", "damping"),
    "impulse": tuple(_IMPULSE),
    "regions": tuple(_REGIONS),
}


def _one_of(where: str, value: Any, allowed: Iterable[Any]) -> None:
    allowed = list(allowed)
    if value not in allowed:
        near = difflib.get_close_matches(str(value), [str(a) for a in allowed], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(
            f"{where} is {value!r}; allowed: {', '.join(str(a) for a in allowed)}.{hint}"
        )


def _number(where: str, value: Any, *, least: float, most: float, whole: bool = False) -> None:
    kind = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
        what = "a whole number" if whole else "a number"
        raise ValueError(f"{where} is {value!r}; allowed: {what} from {least:g} to {most:g}")


def check_settings(settings: Mapping[str, Any]) -> None:
    """Check sections, names and values of a point's settings, without solving anything.

    Raises
    ------
    ValueError
        Naming the option, its value and what is allowed.
    """
    for section, options in settings.items():
        _one_of("section", section, SECTIONS)
        if not isinstance(options, Mapping):
            raise ValueError(f"{section} is {options!r}; allowed: options by name")
        for name in options:
            _one_of(f"option of {section}", name, SECTIONS[section])
    point = Point(label="check", settings={s: dict(v) for s, v in settings.items()})
    calibration_of(point)
    grid_of(point)
    impulse_of(point)
    regions_of(point)
    _check_solver(solver_of(point))


def _check_solver(options: Mapping[str, Any]) -> None:
    _one_of("solver.alternative", options["alternative"], ("lagged", "simultaneous"))
    _one_of("solver.selection", options["selection"], ("most", "least"))
    _number("solver.max_sweeps", options["max_sweeps"], least=1, most=100_000, whole=True)
    _number("solver.tolerance", options["tolerance"], least=1e-12, most=1e-2)
    _number("solver.damping", options["damping"], least=1e-3, most=1)


def pooled_industries(
    modelled: Iterable[str] = (MACHINERY,), adjustment: str = "groth_khan"
) -> dict[str, tuple[float, float]]:
    """Agglomeration and adjustment cost of industries on their own and of the pooled others.

    Parameters
    ----------
    modelled : iterable of str
        Names as in Table 10; one or two, so that the model has two or three industries.
    adjustment : {"groth_khan", "hall"}
        Column of Table 11. Negative estimates count as zero (reading 17).

    Returns
    -------
    dict
        (xi, phi_adj) by name; the last, ``rest of manufacturing``, is the simple average of the
        industries that are not named.

    Raises
    ------
    ValueError
        For an unknown or repeated name, or more than two.
    """
    names = [modelled] if isinstance(modelled, str) else list(modelled)
    by_name = {i.name: i for i in INDUSTRIES}
    for name in names:
        _one_of("calibration.modelled", name, by_name)
    if len(set(names)) != len(names) or not 1 <= len(names) <= 2:
        raise ValueError(
            f"calibration.modelled is {names!r}; allowed: one or two different industries"
        )

    def cost(industry: Industry) -> float:
        return max(0.0, float(getattr(industry, adjustment)))

    rest = [i for i in INDUSTRIES if i.name not in names]
    out = {name: (by_name[name].xi, cost(by_name[name])) for name in names}
    count = len(rest)
    pooled = sum(i.xi for i in rest) / count, sum(cost(i) for i in rest) / count
    return out | {"rest of manufacturing": pooled}


def calibration_of(point: Point) -> Calibration:
    """Calibration of a point: the baseline with the choices and fields that it sets.

    Raises
    ------
    ValueError
        Naming the option, its value and what is allowed.
    """
    given = dict(point.settings.get("calibration", {}))
    choices = {name: given.pop(name) for name in _CHOICES if name in given}
    adjustment = choices.get("adjustment", "groth_khan")
    check_source(adjustment)
    scale = choices.get("xi_scale", 1.0)
    _number("calibration.xi_scale", scale, least=0, most=10)
    unit = choices.get("agglomeration_unit", "stock")
    _one_of("calibration.agglomeration_unit", unit, ("stock", "average"))
    industries = pooled_industries(choices.get("modelled", (MACHINERY,)), adjustment)
    count = len(industries)
    base = Calibration.baseline()
    values: dict[str, Any] = {
        "industries": tuple(industries),
        "xi": tuple(scale * xi for xi, _ in industries.values()),
        "phi_adj": tuple(phi for _, phi in industries.values()),
        "rho": base.rho[:1] * count,
        "sigma": base.sigma[:1] * count,
    }
    for name, value in given.items():
        alike = name in _BY_INDUSTRY and not isinstance(value, (list, tuple))
        values[name] = (value,) * count if alike else value
    if "z_mean" not in given:
        # Capital in units of the average industry, 1 / I of the stock: (I k)^xi = I^xi k^xi.
        levels = (count**xi if unit == "average" else 1.0 for xi in values["xi"])
        values["z_mean"] = tuple(levels)
    return base.replace(**values)


def grid_of(point: Point) -> Grid:
    """Grid of a point; the defaults of `Grid` where it sets nothing."""
    given = point.settings.get("grid", {})
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items()}
    return Grid(**values)


def solver_of(point: Point) -> dict[str, Any]:
    """Arguments of `solve_equilibrium`, its defaults included."""
    parameters = inspect.signature(solve_equilibrium).parameters
    defaults = {name: parameters[name].default for name in SECTIONS["solver"]}
    return defaults | point.settings.get("solver", {})


def impulse_of(point: Point) -> dict[str, Any]:
    """Options of the impulse responses: number of economies and seed."""
    options = _IMPULSE | point.settings.get("impulse", {})
    _number("impulse.draws", options["draws"], least=10, most=1_000_000, whole=True)
    _number("impulse.seed", options["seed"], least=0, most=2**32 - 1, whole=True)
    return options


def regions_of(point: Point) -> dict[str, Any]:
    """Options of the commuting zones: definition of machinery, reading, bonds, nodes."""
    options = _REGIONS | point.settings.get("regions", {})
    _one_of("regions.definition", options["definition"], DEFINITIONS)
    _one_of("regions.reading", options["reading"], get_args(Reading))
    _number("regions.initial_bonds", options["initial_bonds"], least=-0.5, most=0.5)
    _number("regions.step", options["step"], least=0.1, most=2)
    return options


def identity(point: Point) -> dict[str, Any]:
    """Everything that a point's result depends on, defaults included.

    Two ways to say one thing are one result.
    """
    return {
        "measures": list(point.measures),
        "calibration": dataclasses.asdict(calibration_of(point)),
        "grid": dataclasses.asdict(grid_of(point)),
        "solver": solver_of(point),
        "impulse": impulse_of(point),
        "regions": regions_of(point),
    }
