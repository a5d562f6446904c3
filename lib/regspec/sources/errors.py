"""Errors of the data layer; each message names the file, the problem and the remedy."""


class SourceError(Exception):
    """A public-tier file cannot be used; the message is one paragraph that ends in a remedy."""


class MissingSource(SourceError):
    """The file is neither in the mirror nor in the cache, and was not (or could not be) fetched."""


class DamagedSource(SourceError):
    """The file is there, but truncated, corrupted or unreadable."""


class SchemaError(SourceError):
    """The file is readable, but its columns, keys or values are not those documented."""
