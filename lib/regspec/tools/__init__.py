"""What every other package uses and none of them is about: files, choices, console, fingerprints.

Start with :mod:`regspec.tools.files`: how files are written whole and YAML is read strictly.
"""
