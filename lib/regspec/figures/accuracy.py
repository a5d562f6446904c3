"""Figure of the published model by which the method of the solver is tested."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from regspec.figures.style import PALETTE, attach, house_style, stamp

__all__ = ["draw_bianchi_policies"]

_STYLES = (("main", "-"), ("contrast", "--"))


def draw_bianchi_policies(frame: pd.DataFrame, *, note: str = "") -> Figure:
    """Bonds chosen over current bonds in Bianchi's model, and the limit at the equilibrium price.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``economy``, ``bonds``, ``bonds_next``, ``limit`` (the least bonds tomorrow that it allows),
        one row per economy and bonds today, the equilibrium first.
    note : str
        Source, printed under the figure.
    """
    with house_style():
        fig, ax = plt.subplots()
        parts = list(frame.groupby("economy", sort=False))
        first = parts[0][1]
        ax.plot(
            first["bonds"], first["limit"], color=PALETTE["muted"], linestyle=":", label="limit"
        )
        for (name, part), (colour, style) in zip(parts, _STYLES, strict=True):
            ax.plot(
                part["bonds"],
                part["bonds_next"],
                color=PALETTE[colour],
                linestyle=style,
                label=name,
            )
        lowest = frame["bonds_next"].min()
        ax.axline((lowest, lowest), slope=1, color=PALETTE["muted"], linewidth=1, zorder=0)
        ax.set(
            xlabel="bonds today, tradables",
            ylabel="bonds tomorrow, tradables",
            xlim=(first["bonds"].min(), first["bonds"].max()),
            ylim=(lowest - 0.03, frame["bonds_next"].max() + 0.03),
            title="Debt falls with more debt once the limit binds",
        )
        ax.legend()
        return attach(stamp(fig, tier="model", note=note), frame)
