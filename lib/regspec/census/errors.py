"""Errors of the census route; each message names the file, the problem and the remedy."""

from regspec.sources.errors import DamagedSource, MissingSource, SchemaError, SourceError

__all__ = ["BuildError", "DamagedSource", "FetchError", "MissingSource", "SchemaError"]


class BuildError(SourceError):
    """The files can be read, but the tidy frames that follow from them cannot be right."""


class FetchError(SourceError):
    """An extract could not be requested or downloaded; the message never holds the key."""
