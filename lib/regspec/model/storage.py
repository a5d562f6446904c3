"""Save and load equilibria: one npz file with policies, inputs, certificate and code version."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from regspec.model.economy.grids import Grid, StateSpace
from regspec.model.economy.shocks import Shocks
from regspec.model.equilibrium.certificate import Certificate, Item
from regspec.model.equilibrium.solution import Policies
from regspec.model.equilibrium.solve import Equilibrium
from regspec.parameters import Calibration
from regspec.tools.files import whole

FORMAT = 2
_POLICIES = ("c", "b_next", "k_next", "q", "mu", "status")


class StoredEquilibriumError(ValueError):
    """A file that is not an equilibrium of these inputs and this code; says what differs."""


def code_hash() -> str:
    """Hash of the code that computes an equilibrium: the model and its parameters."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), here.parent / "parameters.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def save_equilibrium(equilibrium: Equilibrium, path: str | Path) -> Path:
    """Write an equilibrium to one npz file.

    Parameters
    ----------
    equilibrium : Equilibrium
        Without wedges: functions cannot be stored.
    path : str or Path
        Ends in ``.npz``; folders are made.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        For a solution with wedges, or another file name.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = save_equilibrium(equilibrium, f"{folder}/baseline.npz")
    ...     again = load_equilibrium(path, calibration=calibration)
    >>> bool((again.policies.c == equilibrium.policies.c).all())
    True
    """
    target = Path(path)
    if target.suffix != ".npz":
        raise ValueError(f"path is {str(path)!r}; allowed: a file name that ends in .npz")
    wedges = [f.name for f in dataclasses.fields(equilibrium.wedges)]
    used = [name for name in wedges if getattr(equilibrium.wedges, name) is not None]
    if used:
        raise ValueError(
            f"the equilibrium has {', '.join(used)} as functions of the state, which cannot be "
            "stored; save its inputs and solve again"
        )
    shocks, space = equilibrium.shocks, equilibrium.grid
    about = {
        "format": FORMAT,
        "code": code_hash(),
        "calibration": dataclasses.asdict(equilibrium.calibration),
        "grid": dataclasses.asdict(space.spec),
        "certificate": [dataclasses.asdict(item) for item in equilibrium.certificate.entries],
        "sweeps": equilibrium.sweeps,
        "seconds": equilibrium.seconds,
        "selection": equilibrium.selection,
        "tolerance": equilibrium.tolerance,
        "started": equilibrium.started,
        "income_scale": space.income_scale,
        "natural": space.natural,
    }
    arrays: dict[str, Any] = {name: getattr(equilibrium.policies, name) for name in _POLICIES}
    arrays["bonds"] = space.bonds
    for i, nodes in enumerate(space.coordinates):
        arrays[f"coordinate_{i}"] = nodes
    for i, (nodes, transition) in enumerate(zip(shocks.nodes, shocks.transition, strict=True)):
        arrays[f"nodes_{i}"], arrays[f"transition_{i}"] = nodes, transition
    arrays["R_nodes"], arrays["R_transition"] = shocks.R_nodes, shocks.R_transition
    with whole(target) as part, part.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)
    return target


def load_equilibrium(
    path: str | Path,
    *,
    calibration: Calibration | None = None,
    grid: Grid | None = None,
    selection: str | None = None,
    started: str | None = None,
    tolerance: float = 1e-6,
    certified: bool = True,
) -> Equilibrium:
    """Read an equilibrium, and refuse one made by other code or for other inputs.

    Parameters
    ----------
    path : str or Path
    calibration, grid, selection, started : optional
        What the file must have been made for; anything goes when left out.
    tolerance : float
        Largest tolerance that the file may have been solved to.
    certified : bool
        Whether a solution that failed its certificate is refused.

    Returns
    -------
    Equilibrium

    Raises
    ------
    StoredEquilibriumError
        If the file is damaged, its code version or an input differ, it was solved less tightly, or
        it failed its certificate.
    FileNotFoundError
    """
    source = Path(path)
    try:
        with np.load(source, allow_pickle=False) as stored:
            data = {name: stored[name] for name in stored.files}
        about = json.loads(str(data["about"]))
        known = about["format"] == FORMAT
    except FileNotFoundError:
        raise
    except Exception as error:
        raise StoredEquilibriumError(
            f"{source} is not a stored equilibrium ({error}); solve again and save it anew"
        ) from error
    if not known or about["code"] != code_hash():
        raise StoredEquilibriumError(
            f"{source} was computed by another version of regspec.model; solve again"
        )
    stored_calibration = Calibration(**_tuples(about["calibration"]))
    spec = Grid(**_tuples(about["grid"]))
    for name, wanted, found in (
        ("calibration", calibration, stored_calibration),
        ("grid", grid, spec),
    ):
        if wanted is not None and wanted != found:
            raise StoredEquilibriumError(
                f"{source} was made for another {name}: {_difference(wanted, found)}; solve again"
            )
    for name, asked in (("selection", selection), ("started", started)):
        if asked is not None and asked != about[name]:
            raise StoredEquilibriumError(
                f"{source} was made for another {name}: {about[name]!r} there, {asked!r} asked for;"
                " solve again"
            )
    if about["tolerance"] > tolerance:
        raise StoredEquilibriumError(
            f"{source} was solved to tolerance {about['tolerance']:g}, {tolerance:g} asked for; "
            "solve again or pass a larger tolerance"
        )
    certificate = Certificate(entries=tuple(Item(**item) for item in about["certificate"]))
    if certified and not certificate.converged:
        raise StoredEquilibriumError(
            f"{source} failed its certificate in {', '.join(i.name for i in certificate.failing)}; "
            "pass certified=False to inspect it"
        )
    industries = stored_calibration.n_industries
    return Equilibrium(
        calibration=stored_calibration,
        grid=StateSpace(
            bonds=data["bonds"],
            coordinates=tuple(data[f"coordinate_{i}"] for i in range(industries - 1)),
            income_scale=about["income_scale"],
            natural=about["natural"],
            spec=spec,
        ),
        shocks=Shocks(
            nodes=tuple(data[f"nodes_{i}"] for i in range(industries)),
            transition=tuple(data[f"transition_{i}"] for i in range(industries)),
            R_nodes=data["R_nodes"],
            R_transition=data["R_transition"],
        ),
        policies=Policies(**{name: data[name] for name in _POLICIES}),
        certificate=certificate,
        sweeps=about["sweeps"],
        seconds=about["seconds"],
        selection=about["selection"],
        tolerance=about["tolerance"],
        started=about["started"],
    )


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    """Lists, which JSON makes of tuples, back to tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


def _difference(wanted: Any, found: Any) -> str:
    fields = [f.name for f in dataclasses.fields(wanted)]
    rows = [(f, getattr(found, f), getattr(wanted, f)) for f in fields]
    return ", ".join(f"{name} is {a!r} there, {b!r} asked for" for name, a, b in rows if a != b)
