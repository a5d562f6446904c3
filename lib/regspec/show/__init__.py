"""How do results get from a cell of a notebook onto a page: figures, tables, numbers, explorers?

Read :mod:`regspec.show.display` first.
"""
