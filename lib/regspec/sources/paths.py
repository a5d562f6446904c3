"""Where the repository's committed data files are."""

import os
from pathlib import Path

ROOT_VARIABLE = "REGSPEC_ROOT"


def project_root() -> Path:
    """Return the folder of the repository (the one that holds ``pyproject.toml``).

    Returns
    -------
    Path
        ``$REGSPEC_ROOT`` where it is set, else the nearest folder above this file that holds
        a ``pyproject.toml`` (the package is installed in editable mode).

    Raises
    ------
    FileNotFoundError
        If ``REGSPEC_ROOT`` is not such a folder, or none is found above the package.
    """
    override = os.environ.get(ROOT_VARIABLE)
    if override:
        root = Path(override).expanduser().resolve()
        if (root / "pyproject.toml").is_file():
            return root
        raise FileNotFoundError(
            f"{ROOT_VARIABLE}={override!r} has no pyproject.toml: set it to the folder of the "
            "regspec repository, or unset it."
        )
    for folder in Path(__file__).resolve().parents:
        if (folder / "pyproject.toml").is_file():
            return folder
    raise FileNotFoundError(
        "no pyproject.toml above the installed package, so its data/ folder cannot be found: "
        f"install the repository in editable mode (make setup) or set {ROOT_VARIABLE} to it."
    )
