from regspec.measures import gini as gini
from regspec.measures import herfindahl as herfindahl
from regspec.measures import rca as rca
from regspec.measures import shift_share as shift_share
from regspec.model import Grid as Grid
from regspec.model import optimal_taxes as optimal_taxes
from regspec.model import simulate as simulate
from regspec.model import solve_equilibrium as solve_equilibrium
from regspec.model import solve_planner as solve_planner
from regspec.model import welfare_gain as welfare_gain
from regspec.parameters import Calibration as Calibration

__version__: str
__all__: list[str]
_FACE: dict[str, str]
