"""The still picture of an explorer: its panels at one position of the sliders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from regspec.figures.style import house_style, stamp

if TYPE_CHECKING:
    from regspec.experiments.explorer import Setting

__all__ = ["draw_setting"]

_STYLES = ("-", "--", ":", "-.")


class _Panel(Protocol):
    """What is drawn of a panel (`regspec.publish.interactive.Panel`)."""

    title: str
    x: tuple[float, ...]
    x_label: str
    y_label: str
    series: tuple[str, ...] | None


def draw_setting(
    panels: Sequence[_Panel], series: Sequence[str], setting: Setting, *, note: str
) -> Figure:
    """Draw the panels of an explorer side by side, two in a row.

    Parameters
    ----------
    panels : sequence of Panel
    series : sequence of str
        Names of the lines of panels without their own.
    setting : Setting
    note : str
    """
    rows, columns = (len(panels) + 1) // 2, min(2, len(panels))
    with house_style():
        fig, axes = plt.subplots(
            rows, columns, figsize=(3.9 * columns + 0.4, 2.7 * rows + 0.2), squeeze=False
        )
        for p, (panel, lines) in enumerate(zip(panels, setting.lines, strict=True)):
            ax = axes.flat[p]
            for y, name, style in zip(lines, panel.series or series, _STYLES, strict=False):
                ax.plot(panel.x, y, style, label=name)
            for at, name in ((at, name) for where, at, name in setting.marks if where == p):
                ax.axvline(at, color="#8C8C8C", linestyle=":", label=f"_{name}")
                ax.annotate(name, (at, 0.02), xycoords=("data", "axes fraction"), fontsize=8)
            ax.axhline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
            ax.margins(y=0.12)
            ax.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
            if panel.series or p == 0:
                ax.legend(fontsize=8)
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)
        return stamp(fig, tier="model", note=note)
