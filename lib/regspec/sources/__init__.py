"""What do the files of public agencies say, read, checked and tidied (the `public` data tier)?

Start with :mod:`regspec.sources.registry` (where each file comes from and whether it is on this
machine); every other module here reads one source and returns tidy frames, whose
``attrs["sources"]`` say which file and vintage. Every reader raises ``MissingSource`` where its
file is absent, ``DamagedSource`` where it is truncated or unreadable, and ``SchemaError`` where it
has another shape.
"""
