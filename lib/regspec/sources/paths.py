"""Where the repository's committed data files are, and where downloads go."""

import os
from pathlib import Path

import pooch

from regspec.sources.errors import MissingSource

MIRROR_VARIABLE = "REGSPEC_DATA"
CACHE_VARIABLE = "REGSPEC_CACHE"
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


def cache_folder() -> Path:
    """Return the folder that downloads go to (``$REGSPEC_CACHE`` or the user's cache).

    Raises
    ------
    MissingSource
        If the user has no home folder for a cache to be in.
    """
    override = os.environ.get(CACHE_VARIABLE)
    try:
        folder = (
            Path(override).expanduser() if override else Path(pooch.os_cache("regspec"), "data")
        )
    except RuntimeError:  # "~" of nobody
        folder = Path("~")
    if str(folder).startswith("~"):
        raise MissingSource(
            f"no folder for downloads: HOME is not set and this user has no home folder; set HOME, "
            f"or {CACHE_VARIABLE} to a folder that may be written to"
        )
    return folder


def cache_if_any() -> Path | None:
    """Return the folder of downloads, None where there is no home folder for it to be in."""
    try:
        return cache_folder()
    except MissingSource:
        return None
