"""What a point may set, checked before anything runs, and the objects it stands for."""

from __future__ import annotations

import dataclasses
import difflib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from regspec.calibrate.two_sectors import DEFINITIONS
from regspec.industries import INDUSTRIES, MACHINERY, Industry
from regspec.model import Grid, solve_equilibrium
from regspec.parameters import Calibration
from regspec.regions.simulate import Reading, Timing
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
_CHOICES = (
    "adjustment",
    "negatives",
    "phi_scale",
    "modelled",
    "xi_range",
    "xi_scale",
    "agglomeration_unit",
)
_COLUMNS = ("groth_khan", "hall", "average")
_NEGATIVES = ("zero", "left_out", "printed")
_IMPULSE: dict[str, Any] = {"draws": 1000, "seed": 20251016}
_REGIONS: dict[str, Any] = {
    "definition": "machinery",
    "reading": "national",
    "initial_bonds": -0.2,
    "step": 0.5,
    "expectations": "lasting",
    "timing": "predetermined",
}
_EXPECTATIONS = ("lasting", "foreseen")

#: Options by section. Those of ``calibration`` are fields of `Calibration`, where one number
#: serves every industry, and choices: ``adjustment`` (column of Table 11, or the average of both),
#: ``negatives`` (what negative costs count as: see `pooled_industries`), ``phi_scale`` (factor on
#: every adjustment cost), ``modelled`` (names of the industries on their own; the others are
#: pooled), ``xi_range`` (ends to which Table 10 is stretched), ``xi_scale`` (factor on every
#: agglomeration elasticity), ``agglomeration_unit`` (stock, or average: see reading 37). Of
#: ``regions``: ``expectations`` (what zones know of the trends, reading 38) and ``timing`` (which
#: capital works, reading 7; other than predetermined only without frictions).
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


def _check_ends(where: str, ends: Any) -> None:
    if ends is None:
        return
    if not isinstance(ends, (list, tuple)) or len(ends) != 2:
        raise ValueError(f"{where} is {ends!r}; allowed: two numbers, the lower end first")
    _number(f"{where}[0]", ends[0], least=0, most=1)
    _number(f"{where}[1]", ends[1], least=ends[0], most=1)


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


def _stretched(xi: float, ends: Sequence[float] | None) -> float:
    """Elasticity of Table 10 moved in proportion, so that its range becomes `ends`."""
    if ends is None:
        return xi
    known = [i.xi for i in INDUSTRIES]
    low, high = min(known), max(known)
    return ends[0] + (xi - low) * (ends[1] - ends[0]) / (high - low)


def _cost(industry: Industry, adjustment: str, negatives: str) -> float:
    columns = ("groth_khan", "hall") if adjustment == "average" else (adjustment,)
    printed = [float(getattr(industry, c)) for c in columns]
    return sum(x if negatives == "printed" else max(0.0, x) for x in printed) / len(printed)


def pooled_industries(
    modelled: Iterable[str] = (MACHINERY,),
    adjustment: str = "groth_khan",
    *,
    negatives: str = "zero",
    xi_range: Sequence[float] | None = None,
) -> dict[str, tuple[float, float]]:
    """Agglomeration and adjustment cost of industries on their own and of the pooled others.

    Parameters
    ----------
    modelled : iterable of str
        Names as in Table 10; one or two, so that the model has two or three industries.
    adjustment : {"groth_khan", "hall", "average"}
        Column of Table 11, or the average of both.
    negatives : {"zero", "left_out", "printed"}
        Negative estimates (reading 17): as zero; left out of the average of the others; as
        printed in that average. An industry on its own has no negative cost: there it is zero.
    xi_range : (float, float), optional
        Ends to which the elasticities of Table 10 are stretched in proportion (reading 5).

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
    out = {
        name: (_stretched(by_name[name].xi, xi_range), _cost(by_name[name], adjustment, "zero"))
        for name in names
    }
    rest = [i for i in INDUSTRIES if i.name not in names]
    kept = [
        _cost(i, adjustment, negatives)
        for i in rest
        if negatives != "left_out" or _cost(i, adjustment, "printed") >= 0
    ]
    xi = sum(_stretched(i.xi, xi_range) for i in rest) / len(rest)
    return out | {"rest of manufacturing": (xi, max(0.0, sum(kept) / len(kept)))}


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
    negatives = choices.get("negatives", "zero")
    _one_of("calibration.adjustment", adjustment, _COLUMNS)
    _one_of("calibration.negatives", negatives, _NEGATIVES)
    scale, cost_scale = choices.get("xi_scale", 1.0), choices.get("phi_scale", 1.0)
    _number("calibration.xi_scale", scale, least=0, most=10)
    _number("calibration.phi_scale", cost_scale, least=0, most=10)
    unit = choices.get("agglomeration_unit", "stock")
    _one_of("calibration.agglomeration_unit", unit, ("stock", "average"))
    ends = choices.get("xi_range")
    _check_ends("calibration.xi_range", ends)
    industries = pooled_industries(
        choices.get("modelled", (MACHINERY,)), adjustment, negatives=negatives, xi_range=ends
    )
    count = len(industries)
    base = Calibration.converted()
    values: dict[str, Any] = {
        "industries": tuple(industries),
        "xi": tuple(scale * xi for xi, _ in industries.values()),
        "phi_adj": tuple(cost_scale * phi for _, phi in industries.values()),
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
    """Options of the commuting zones: definition of machinery, reading, bonds, nodes, knowledge."""
    options = _REGIONS | point.settings.get("regions", {})
    _one_of("regions.definition", options["definition"], DEFINITIONS)
    _one_of("regions.reading", options["reading"], get_args(Reading))
    _number("regions.initial_bonds", options["initial_bonds"], least=-0.5, most=0.5)
    _number("regions.step", options["step"], least=0.1, most=2)
    _one_of("regions.expectations", options["expectations"], _EXPECTATIONS)
    _one_of("regions.timing", options["timing"], get_args(Timing))
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
