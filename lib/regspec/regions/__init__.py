"""How do commuting zones move through the solved economy (section 4.2, Figures 5, 6, 11 and 13)?

Start with :mod:`regspec.regions.simulate`: a zone's start, the steps it takes, what it earns.
"""
