"""Would the census route find what is true, if we knew it?

A synthetic census with known truth, in the very formats of the real one. Start with
:mod:`regspec.synthetic.truth`: what is planted. :func:`plant` draws zones whose structural
equations hold with the parameters of :class:`Truth`; :func:`write_extracts` turns them into the
files that the census build reads. Everything written is marked as synthetic; a build of tier
``"census"`` refuses it.
"""

from regspec.synthetic.make import DEFAULT_SIZE, MARKER, Written, read_planted, write_extracts
from regspec.synthetic.panel import PlantedPanel, plant
from regspec.synthetic.places import CENSUS_YEARS
from regspec.synthetic.truth import CONTROLS, Equation, Truth

__all__ = [
    "CENSUS_YEARS",
    "CONTROLS",
    "DEFAULT_SIZE",
    "MARKER",
    "Equation",
    "PlantedPanel",
    "Truth",
    "Written",
    "plant",
    "read_planted",
    "write_extracts",
]
