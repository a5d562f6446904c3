"""What every test of figures checks at its end."""

import io

import matplotlib.pyplot as plt
import pandas as pd

from regspec.publish.figure_data import as_csv


def close_readable():
    """Close all open figures, after reading the data of each as a reader would."""
    try:
        for number in plt.get_fignums():
            data = pd.read_csv(io.StringIO(as_csv(plt.figure(number), "fig-x")), comment="#")
            assert len(data)
            if "series" in data:  # whatever the legend leaves unnamed has a name here
                assert data["series"].notna().all(), data[data["series"].isna()]
    finally:
        plt.close("all")
