"""How do persons in IPUMS extracts become tidy frames of commuting zones and industries?

Start with :mod:`regspec.census.build`: the steps in order. Before it, ``fetch`` requests and
downloads the files (:mod:`regspec.census.acquire`); after it, :func:`load` reads what was built.
"""

from regspec.census.store import Build, load

__all__ = ["Build", "load"]
