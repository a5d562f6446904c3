"""What can be asked of ``python -m regspec``: a module each command, its arguments and its answer?

Start with :mod:`regspec.cli.notebooks` (list, run, check, book); each module adds its commands with
:func:`regspec.tools.console.add_command`.
"""
