"""What is the economy: technology, shocks, the grids of states, taxes as wedges?

Start with :mod:`regspec.model.economy.technology`: output, income and prices of one period.
"""
