"""The model: technology, shocks, grids, equilibrium, planner, taxes, welfare, certificates."""

from regspec.model.certificate import Certificate, ConvergenceError, Tolerances
from regspec.model.certify import certify, static_equilibria
from regspec.model.equilibrium import Equilibrium, solve_equilibrium
from regspec.model.euler import euler_errors
from regspec.model.grid_functions import grid_function
from regspec.model.grids import Grid, StateSpace
from regspec.model.moments import doubled_grid, headline_moments, spread_over_starts
from regspec.model.planner import Planner, agglomeration_subsidy, solve_planner
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
from regspec.model.taxes import Taxes, optimal_taxes, tax_summary
from regspec.model.transition import TrendPath, solve_trend
from regspec.model.value import policy_value
from regspec.model.wedges import Wedges
from regspec.model.welfare import welfare_gain

__all__ = [
    "Certificate",
    "ConvergenceError",
    "Decisions",
    "Equilibrium",
    "Grid",
    "Paths",
    "Planner",
    "Policies",
    "Shocks",
    "Solution",
    "StateSpace",
    "StoredEquilibriumError",
    "Taxes",
    "Tolerances",
    "TrendPath",
    "Wedges",
    "agglomeration_subsidy",
    "certify",
    "doubled_grid",
    "draw_nodes",
    "ergodic_paths",
    "euler_errors",
    "grid_function",
    "headline_moments",
    "load_equilibrium",
    "optimal_taxes",
    "policy_value",
    "save_equilibrium",
    "simulate",
    "solve_equilibrium",
    "solve_planner",
    "solve_trend",
    "spread_over_starts",
    "static_equilibria",
    "stationary_path",
    "tax_summary",
    "welfare_gain",
]
