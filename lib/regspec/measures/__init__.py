"""How specialized is a region, in what, and how exposed to what happens there?

Start with :mod:`regspec.measures.concentration`: Gini and Herfindahl. None of it needs a model.
"""

from regspec.measures.advantage import industry_growth, rank_regions, rca, shift_share
from regspec.measures.concentration import gini, herfindahl, max_share
from regspec.measures.lowess import LowessBand, lowess, lowess_band

__all__ = [
    "LowessBand",
    "gini",
    "herfindahl",
    "industry_growth",
    "lowess",
    "lowess_band",
    "max_share",
    "rank_regions",
    "rca",
    "shift_share",
]
