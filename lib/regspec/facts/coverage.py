"""What the public state tables cover and how much of them is withheld."""

from __future__ import annotations

import pandas as pd

from regspec.sources import bea_state

__all__ = ["table_coverage"]


def table_coverage() -> pd.DataFrame:
    """Years and published cells of every BEA state table, states and DC only.

    Returns
    -------
    pandas.DataFrame
        One row per table: table, first, last (years), cells, published (share of cells),
        withheld (share with flag D or T), undefined (share with flag NA) and vintage;
        ``attrs["sources"]`` lists the files.

    Raises
    ------
    MissingSource, DamagedSource, SchemaError
        A file is absent, truncated, or of another shape.
    """
    rows, sources = [], []
    for source_id in bea_state.SHAPES:
        table = bea_state.load_table(source_id)
        counts = bea_state.suppression(table).set_index("year")
        total = counts.sum()
        sources += table.attrs["sources"]
        rows.append(
            {
                "table": source_id.removeprefix("bea_").upper(),
                "first": int(counts.index.min()),
                "last": int(counts.index.max()),
                "cells": int(total["cells"]),
                "published": (total["published"] + total.get("L", 0)) / total["cells"],
                "withheld": (total.get("D", 0) + total.get("T", 0)) / total["cells"],
                "undefined": total.get("NA", 0) / total["cells"],
                "vintage": table.attrs["sources"][0]["vintage"],
            }
        )
    coverage = pd.DataFrame(rows)
    coverage.attrs["sources"] = tuple(sources)
    return coverage
