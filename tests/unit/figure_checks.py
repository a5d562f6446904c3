"""What every test of figures checks at its end."""

import io
from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd

from regspec.show.figure_data import as_csv


def readable_figures() -> Iterator[None]:
    """Body of a fixture: what a test drew is read as a reader would, and closed."""
    plt.close("all")  # what tests of other files left open
    yield
    try:
        for number in plt.get_fignums():
            for ax in plt.figure(number).axes:  # names that are for the data alone are no labels
                labels = ax.get_xlabel(), ax.get_ylabel(), ax.get_title()
                assert not [text for text in labels if text.startswith("_")], labels
            data = pd.read_csv(io.StringIO(as_csv(plt.figure(number), "fig-x")), comment="#")
            assert len(data)
            if "series" in data:  # whatever the legend leaves unnamed has a name here
                assert data["series"].notna().all(), data[data["series"].isna()]
    finally:
        plt.close("all")
