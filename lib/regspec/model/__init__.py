"""What do the market and a constrained planner choose, and is what was found a solution?

Start with :func:`solve_equilibrium` (:mod:`regspec.model.equilibrium.solve`) and the certificate of
what it returns (:mod:`regspec.model.equilibrium.certify`); :mod:`regspec.reference_solver` is the
same algorithm without its machinery. The planner mirrors it (:mod:`regspec.model.planner.solve`).
"""

from regspec.model.economy.grids import Grid, StateSpace
from regspec.model.economy.shocks import Shocks
from regspec.model.economy.wedges import Wedges, grid_function
from regspec.model.equilibrium.certificate import Certificate, ConvergenceError, Tolerances
from regspec.model.equilibrium.certify import certify, euler_errors, static_equilibria
from regspec.model.equilibrium.moments import doubled_grid, headline_moments, spread_over_starts
from regspec.model.equilibrium.simulation import (
    Paths,
    draw_nodes,
    ergodic_paths,
    simulate,
    stationary_path,
)
from regspec.model.equilibrium.solution import Certified, Decisions, Policies, Solution
from regspec.model.equilibrium.solve import Equilibrium, solve_equilibrium
from regspec.model.equilibrium.transition import TrendPath, solve_trend
from regspec.model.planner.solve import Planner, agglomeration_subsidy, solve_planner
from regspec.model.planner.taxes import Taxes, optimal_taxes, tax_summary
from regspec.model.planner.value import policy_value, welfare_gain

__all__ = [
    "Certificate",
    "Certified",
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
    "optimal_taxes",
    "policy_value",
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
