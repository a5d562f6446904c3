"""SIC and NAICS codes of the synthetic industries, for the county tables of other publishers.

Industries are numbered through the major groups (SIC) or subsectors (NAICS) of their group of
Table 3: codes have the right form and belong to the right group, but are not the true ones of the
industry that the census calls by the same number.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from regspec.sources.groups import Scheme, majors_of
from regspec.synthetic.targets import industries

__all__ = ["industry_codes"]


@lru_cache(maxsize=2)
def industry_codes(scheme: Scheme) -> pd.Series:
    """Return the code of every industry: four digits of SIC or six of NAICS, by IND1990 code."""
    out: dict[int, str] = {}
    for group, members in industries().groupby("group")["industry"]:
        majors = majors_of(str(group), scheme)
        used = dict.fromkeys(majors, 0)
        for k, industry in enumerate(members):
            major = majors[k * len(majors) // len(members)]
            # No zero at the end: padded codes stand for larger groups in SIC.
            tens, ones = divmod(used[major], 9)
            out[int(industry)] = f"{major}{tens + 1}{ones + 1}" + ("1" if scheme == "naics" else "")
            used[major] += 1
    return pd.Series(out, name=scheme).sort_index()
