"""The commands of ``python -m regspec``: a module each, with its arguments and what it does."""
