"""A synthetic census generated and built in one step: what chapters open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from regspec import seeds
from regspec.census.build import Options, build
from regspec.census.store import Build
from regspec.sources.groups import Scheme, gdp_by_group
from regspec.sources.paths import project_root
from regspec.synthetic.places import places
from regspec.synthetic.write import DEFAULT_SIZE, write_extracts

__all__ = ["default_folder", "make_build"]


def default_folder(size: int = DEFAULT_SIZE, seed: int = seeds.CENSUS) -> Path:
    """Folder of the build that chapters and commands take: named after size, seed and code.

    Extracts written by other code than the present are never taken for its own; they stay where
    they are until ``make clean``. The build notices by itself when its code has changed.
    """
    digest = hashlib.sha256(f"{size} {seed}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return project_root() / "_build" / "census" / f"synthetic-{digest.hexdigest()[:8]}"


def make_build(
    folder: Path,
    *,
    size: int = DEFAULT_SIZE,
    seed: int = seeds.CENSUS,
    raw: Path | None = None,
    options: Options | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Build:
    """Return the build of a synthetic census, generating and building only what is not there.

    Generator and build each lock the folder that they write, so that a second process that wants
    the same waits for the first.

    Parameters
    ----------
    folder
        Build folder.
    size, seed
        As in :func:`regspec.synthetic.write_extracts`.
    raw
        Folder of the extracts; ``raw`` below the build folder by default.
    options
        Of the build.
    progress
        Called with a line of text after each step.

    Raises
    ------
    ValueError
        The folder holds a synthetic census of another size or seed.
    MissingSource
        The public files that give zones their names and populations are not there.
    """
    places()  # read also when all is built: a page lists the public files behind its numbers
    for scheme in get_args(Scheme):
        gdp_by_group(scheme)
    written = write_extracts(raw or folder / "raw", size, seed, progress=progress)
    return build(
        folder, tier="synthetic", raw=raw, options=options, about=written.about, progress=progress
    )
