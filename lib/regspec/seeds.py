"""Seeds of random numbers, all in one place.

Everything random in the book is drawn from generators that start from one of these. A notebook
that has a parameter ``seed`` has one of them as its default.
"""

from __future__ import annotations

__all__ = [
    "BIANCHI",
    "BIANCHI_CERTIFICATE",
    "BOOTSTRAP",
    "CENSUS",
    "CERTIFICATE",
    "CHECKS",
    "IMPULSE",
    "PLACES",
    "PLANNER_CERTIFICATE",
    "SIMULATION",
    "ZONES",
]

#: Bootstraps of the chapters on facts.
BOOTSTRAP = 2025

#: Bootstrap of the chapter on the paths of zones.
ZONES = 1950

#: Synthetic census that the chapters read; the recovery study takes 1, 2, ...
CENSUS = 1

#: Invented places of the synthetic census, where the true ones are not used.
PLACES = 0

#: Paths simulated from a solution of the model, and bootstraps of its experiments.
SIMULATION = 0

#: States at which an equilibrium is certified.
CERTIFICATE = 20250

#: States at which a planner's solution is certified.
PLANNER_CERTIFICATE = 20251

#: Innovations behind impulse responses, and states between the nodes of a grid.
IMPULSE = 20251016

#: Paths of the economy of Bianchi (2011), and of its certificate.
BIANCHI, BIANCHI_CERTIFICATE = 2011, 3400

#: Random states at which the chapter on the model checks its equations, one after another.
CHECKS = (6, 7, 8, 9)
