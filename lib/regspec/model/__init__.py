"""The model: technology, shocks, grids, the competitive equilibrium and its certificate."""

from regspec.model.certificate import Certificate, ConvergenceError, Tolerances, certify
from regspec.model.equilibrium import Equilibrium, solve_equilibrium
from regspec.model.euler import euler_errors
from regspec.model.grids import Grid, StateSpace
from regspec.model.shocks import Shocks
from regspec.model.simulation import Paths, draw_nodes, ergodic_paths, simulate
from regspec.model.solution import Decisions, Policies, Solution

__all__ = [
    "Certificate",
    "ConvergenceError",
    "Decisions",
    "Equilibrium",
    "Grid",
    "Paths",
    "Policies",
    "Shocks",
    "Solution",
    "StateSpace",
    "Tolerances",
    "certify",
    "draw_nodes",
    "ergodic_paths",
    "euler_errors",
    "simulate",
    "solve_equilibrium",
]
