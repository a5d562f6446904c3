"""Errors of sources and of the census route: each message names file, problem and remedy."""

from __future__ import annotations

__all__ = ["BuildError", "DamagedSource", "FetchError", "MissingSource", "SchemaError"]


class SourceError(Exception):
    """A public-tier file cannot be used; the message is one paragraph that ends in a remedy."""


class MissingSource(SourceError):
    """The file is neither in the mirror nor in the cache, and was not (or could not be) fetched."""


class DamagedSource(SourceError):
    """The file is there, but truncated, corrupted or unreadable."""


class SchemaError(SourceError):
    """The file is readable, but its columns, keys or values are not those documented."""


class BuildError(SourceError):
    """The files can be read, but the tidy frames that follow from them cannot be right."""


class FetchError(SourceError):
    """An extract could not be requested or downloaded; the message never holds the key."""
