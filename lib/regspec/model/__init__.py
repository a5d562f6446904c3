"""The model: technology, shocks, grids, the competitive equilibrium and its certificate."""

from regspec.model.certificate import Certificate, ConvergenceError, Tolerances, certify
from regspec.model.equilibrium import Equilibrium, solve_equilibrium
from regspec.model.euler import euler_errors
from regspec.model.grids import Grid, StateSpace
from regspec.model.moments import doubled_grid, headline_moments
from regspec.model.shocks import Shocks
from regspec.model.simulation import (
    Paths,
    draw_nodes,
    ergodic_paths,
    simulate,
    stationary_path,
)
from regspec.model.solution import Decisions, Policies, Solution
from regspec.model.storage import StoredEquilibriumError, load_equilibrium, save_equilibrium
from regspec.model.transition import TrendPath, solve_trend
from regspec.model.wedges import Wedges

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
    "StoredEquilibriumError",
    "Tolerances",
    "TrendPath",
    "Wedges",
    "certify",
    "doubled_grid",
    "draw_nodes",
    "ergodic_paths",
    "euler_errors",
    "headline_moments",
    "load_equilibrium",
    "save_equilibrium",
    "simulate",
    "solve_equilibrium",
    "solve_trend",
    "stationary_path",
]
