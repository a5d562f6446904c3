"""Where do random numbers start from: the seeds of the book, all in one place.

Everything random is drawn from generators that start from one of these. A notebook that has a
parameter ``seed`` has one of them as its default. The generated census draws from many generators,
:func:`generator`, each of which depends on what it is for and not on the order of use.
"""

from __future__ import annotations

import zlib

import numpy as np

__all__ = [
    "BIANCHI",
    "BIANCHI_CERTIFICATE",
    "BOOTSTRAP",
    "CENSUS",
    "CERTIFICATE",
    "CHECKS",
    "IMPULSE",
    "PLACES",
    "PLANNER_CERTIFICATE",
    "SIMULATION",
    "ZONES",
    "generator",
]

#: Bootstraps of the chapters on facts.
BOOTSTRAP = 2025

#: Bootstrap of the chapter on the paths of zones.
ZONES = 1950

#: Synthetic census that the chapters read; the recovery study takes 1, 2, ...
CENSUS = 1

#: Invented places of the synthetic census, where the true ones are not used.
PLACES = 0

#: Paths simulated from a solution of the model, and bootstraps of its experiments.
SIMULATION = 0

#: States at which an equilibrium is certified.
CERTIFICATE = 20250

#: States at which a planner's solution is certified.
PLANNER_CERTIFICATE = 20251

#: Innovations behind impulse responses, and states between the nodes of a grid.
IMPULSE = 20251016

#: Paths of the economy of Bianchi (2011), and of its certificate.
BIANCHI, BIANCHI_CERTIFICATE = 2011, 3400

#: Random states at which the chapter on the model checks its equations, one after another.
CHECKS = (6, 7, 8, 9)


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return the generator of one purpose.

    Parameters
    ----------
    seed
        Of the whole synthetic census, zero or more.
    purpose
        Words and numbers such as ``"wages", 1950``. Two different purposes have independent
        streams, so that a part can be made alone (a year, a chunk) and comes out the same.

    Raises
    ------
    ValueError
        Negative seed.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}; use an integer of zero or more")
    return np.random.default_rng([seed, *(zlib.crc32(str(p).encode()) for p in purpose)])
