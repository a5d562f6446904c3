"""What a notebook calls to show things: figures, tables, glued numbers, explorers.

Start with :mod:`regspec.show.display`.
"""
