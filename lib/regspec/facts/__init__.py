"""The paper's three facts and the convergence of regions, estimated on tidy panels.

Every function takes plain frames (built from the sources by :mod:`regspec.facts.panels`) and
returns a frozen result with estimates, standard errors, counts and the specification in words.
"""
