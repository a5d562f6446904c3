"""Random streams that depend on the seed and on what they are for, not on the order of use."""

from __future__ import annotations

import zlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
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
