"""How do our numbers compare with the paper's: side by side, scored and explained?

Start with :mod:`regspec.paper.scoreboard`: one row a published number, its status given by rule.
"""
