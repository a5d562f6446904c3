"""What every test of figures checks: a figure carries the numbers that it draws."""

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, PathCollection
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from regspec.figures.style import attached, stamped

mpl.use("Agg")


def close_figures() -> Iterator[None]:
    """Body of a fixture: what a test drew carries its data, and is closed."""
    plt.close("all")  # what tests of other files left open
    yield
    try:
        for number in plt.get_fignums():
            carries_its_data(plt.figure(number))
    finally:
        plt.close("all")


def carries_its_data(fig: Figure) -> None:
    """Fail unless one column of the attached frame holds all numbers of each line or band."""
    frame = attached(fig)
    assert stamped(fig)
    assert not frame.columns.duplicated().any()
    numbers = [frame[c].to_numpy(float) for c in frame.select_dtypes("number")]
    assert numbers
    for ax in fig.axes:
        if not ax.axison or ax.get_label() == "<colorbar>":  # maps carry their numbers as colours
            continue
        for drawn in _numbers(ax):
            known = drawn[np.isfinite(drawn)]
            held = (np.isclose(known[:, None], c, rtol=1e-9, atol=1e-12) for c in numbers)
            assert any(near.any(axis=1).all() for near in held), (known, frame)


def _numbers(ax: Axes) -> Iterator[np.ndarray]:
    """Coordinates of what is drawn, without those of axes whose ticks are words."""
    measured = [not isinstance(a.get_major_locator(), FixedLocator) for a in (ax.xaxis, ax.yaxis)]
    points = [
        np.asarray(line.get_xydata(), float)
        for line in ax.lines
        if line.get_transform() == ax.transData  # not a line across the panel
        and not np.array_equal(line.get_xdata(), line.get_ydata())  # nor the 45-degree line
    ]
    for drawn in ax.collections:
        if type(drawn) is PathCollection:
            points.append(np.ma.filled(drawn.get_offsets(), np.nan))
        elif type(drawn) is FillBetweenPolyCollection:
            around = drawn.get_paths()[0].vertices[:-1, 1]
            half = len(around) // 2
            yield from (around[1:half], around[half + 1 :])
    for xy in points:
        yield from (xy[:, k] for k in (0, 1) if measured[k])
    for bars in ax.containers:
        if isinstance(bars, BarContainer):  # horizontal; those from zero by their ends
            starts = np.array([bar.get_x() for bar in bars])
            yield starts if starts.any() else np.array([bar.get_width() for bar in bars])
        elif isinstance(bars, ErrorbarContainer):
            for segments in (drawn.get_segments() for drawn in bars.lines[2]):
                ends = np.array([segment for segment in segments if len(segment)])
                yield from ends[:, :, int(bars.has_yerr)].T
