"""Executable replication of "The Regional Specialization Trade-off" (Boehnert 2025).

Start with :class:`regspec.parameters.Calibration` and :func:`regspec.model.solve_equilibrium`. The
names below are loaded when they are first used, so that importing the package costs nothing.
"""

__version__ = "0.1.0"

# Where each name of the package's face is defined or exported; `__init__.pyi` tells type checkers.
_FACE = {
    "Calibration": "regspec.parameters",
    "Grid": "regspec.model",
    "gini": "regspec.measures",
    "herfindahl": "regspec.measures",
    "optimal_taxes": "regspec.model",
    "rca": "regspec.measures",
    "shift_share": "regspec.measures",
    "simulate": "regspec.model",
    "solve_equilibrium": "regspec.model",
    "solve_planner": "regspec.model",
    "welfare_gain": "regspec.model",
}

__all__ = [*_FACE]


def __getattr__(name: str) -> object:
    if name in _FACE:
        from importlib import import_module

        globals()[name] = getattr(import_module(_FACE[name]), name)
        return globals()[name]
    if name.startswith("__"):  # what Python and its tools ask every module for
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from difflib import get_close_matches
    from pkgutil import iter_modules

    modules = [m.name for m in iter_modules(__path__)]
    if name in modules:
        raise AttributeError(
            f"{__name__}.{name} is a module: write 'import {__name__}.{name}' first"
        )
    close = get_close_matches(name, [*_FACE, *modules], n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(_FACE)}"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {hint}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_FACE})
