"""The census route: from IPUMS extracts to tidy frames of commuting zones and industries.

``fetch`` requests and downloads the files (:mod:`regspec.census.acquire`), ``build`` makes the
frames (:mod:`regspec.census.build`), and :func:`load` reads a finished build.
"""

from regspec.census.store import Build, load

__all__ = ["Build", "load"]
