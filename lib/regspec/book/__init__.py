"""How do notebooks become the website: catalogue, runs, manifest, staging, build?

Start with :mod:`regspec.catalogue` (which notebooks there are), then
:mod:`regspec.book.runner` (how they are run) and :mod:`regspec.book.manifest` (which are stale).
"""
