"""Figures of the calibration: net foreign assets over the discount factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from regspec.experiments.discount import Evaluation
from regspec.figures.data import attach
from regspec.figures.style import PALETTE, house_style, stamp

__all__ = ["draw_reach"]

_STYLES = (("main", "-"), ("contrast", "--"), ("third", ":"), ("fourth", "-."), ("ink", "-"))


def draw_reach(
    scans: Mapping[str, Sequence[Evaluation]], target: float, *, note: str = ""
) -> Figure:
    """Mean bonds over income at each candidate discount factor of a period, and the target.

    Filled marks are certified solutions, hollow ones are not; lines only guide the eye.

    Parameters
    ----------
    scans : mapping of str to sequence of Evaluation
        By legend label, at most five.
    target : float
    note : str
    """
    with house_style():
        fig, ax = plt.subplots()
        for (label, evaluations), (colour, style) in zip(scans.items(), _STYLES, strict=False):
            ordered = sorted(evaluations, key=lambda e: e.beta)
            x = [e.equilibrium.calibration.beta_period for e in ordered]
            tint = PALETTE[colour]
            ax.plot(x, [e.ratio for e in ordered], color=tint, linestyle=style, linewidth=1,
                    label=label)  # fmt: skip
            for beta, e in zip(x, ordered, strict=True):
                face = tint if e.converged else "white"
                ax.plot(beta, e.ratio, "o", color=tint, markerfacecolor=face, markersize=5)
        ax.axhline(target, color=PALETTE["muted"], linewidth=1.2, zorder=0)
        ax.annotate("target", (0.01, target), xycoords=("axes fraction", "data"), fontsize=9,
                    xytext=(0, 3), textcoords="offset points", color="#555555")  # fmt: skip
        ax.set(xlabel="discount factor of a period", ylabel="mean bonds over income")
        fig.legend(loc="outside upper left", ncols=2, fontsize=9)
        rows = [
            (label, e.equilibrium.calibration.beta_period, e.ratio, bool(e.converged), target)
            for label, evaluations in scans.items() for e in evaluations
        ]  # fmt: skip
        columns = ["series", "beta_period", "bonds_over_income", "certified", "target"]
        attach(fig, pd.DataFrame(rows, columns=columns).sort_values(columns[:2]))
        return stamp(fig, tier="model", note=note)
