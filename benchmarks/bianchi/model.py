"""Bianchi (2011): overborrowing in a small open economy with a flow collateral limit.

Source: J. Bianchi, "Overborrowing and Systemic Externalities in the Business Cycle", American
Economic Review 101(7), 3400-3426. Endowments yT of tradables and yN of nontradables; bonds b in
tradables; utility c^(1-sigma)/(1-sigma) of c = [omega cT^-eta + (1-omega) cN^-eta]^(-1/eta):

    cT + b' = (1+r) b + yT,   cN = yN,   p = (1-omega)/omega (cT/yN)^(1+eta)      (budget, price)
    b' >= -kappa (yT + p yN)                                                       (limit)

**Equilibrium.** Households take p as given: u_T = beta (1+r) E u_T' + mu, mu >= 0 with slackness.

**Planner.** It chooses for all and knows that p depends on cT. With lambda the multiplier of the
budget and mu that of the limit, whose right side moves with cT by Psi = kappa yN dp/dcT
= kappa (1+eta) p yN / cT, the first-order conditions for cT and b' are

    u_T + mu Psi = lambda,   lambda = beta (1+r) E lambda' + mu,   so that
    mu = (u_T - beta (1+r) E lambda') / (1 - Psi)

where the limit binds, and lambda = u_T elsewhere. Both problems therefore choose cT by the same
rule and differ in the marginal value lambda' that they expect.

**Bound states.** Inserting the limit into the budget, f(cT) = cT - kappa p yN = (1+r) b
+ (1+kappa) yT. f rises while Psi < 1 and falls beyond, so there may be two roots; the LOW one is
taken, at which more debt means less consumption. Where the slack choice respects the limit it is
kept; states where the low root also is an equilibrium are counted in the certificate.

**Algorithm.** Time iteration on endogenous grids: for next bonds x_j the Euler equation gives
consumption C(s, x_j) without a search, the budget the bonds today that lead there. The bonds at
which a state switches from bound to slack are kinks of lambda'; they are nodes of the grid. The
planner's lambda even jumps there, by mu Psi, and the planner chooses such a kink from a whole
range of bonds today; each side of the jump has nodes of its own.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bianchi import kernels
from benchmarks.bianchi.tauchen_hussey import MarkovChain, tauchen_hussey

Array = NDArray[np.float64]
Matrix = tuple[tuple[float, float], tuple[float, float]]

# Nodes on each side of a planner's kink, each half as far away as the one before.
CLUSTER = 16
# Kinks stay where they are once none moves by more than this.
KINK_TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True, slots=True)
class BianchiParameters:
    """Parameters of the published programme, a period being a year.

    Attributes
    ----------
    beta, sigma, eta, omega, kappa, r : float
        Discount factor, relative risk aversion, 1/elasticity of substitution - 1, weight of
        tradables, collateral share of income, interest rate per year.
    rho : 2 x 2
        Persistence as the article prints it.
    transpose_rho : bool
        Whether column i, not row i, of `rho` is the equation of endowment i. True reproduces the
        published Markov chain: the programme of Tauchen and Hussey reads the matrix by columns.
    covariance : 2 x 2
        Of the innovations to (yT, yN).
    nodes : int
        Gauss-Hermite nodes per endowment; endowments are 1 + deviation.
    bond_range : (float, float)
        Ends of the bond grid, in tradables.

    Raises
    ------
    ValueError
        Naming the field, its value and what is allowed.
    """

    beta: float = 0.906
    sigma: float = 2.0
    eta: float = 0.205
    omega: float = 0.307000693
    kappa: float = 0.3235
    r: float = 0.04
    rho: Matrix = ((0.901009, 0.495189), (-0.453210, 0.225130))
    transpose_rho: bool = True
    covariance: Matrix = ((0.00219105, 0.00162283), (0.00162283, 0.00169598))
    nodes: int = 4
    bond_range: tuple[float, float] = (-1.02, -0.4)

    def __post_init__(self) -> None:
        """Validate; see the class docstring."""
        checks = {
            "beta": (0 < self.beta < 1, "0 < beta < 1"),
            "sigma": (0 < self.sigma < math.inf and self.sigma != 1, "above 0, not 1"),
            "eta": (0 < self.eta < math.inf, "above 0: goods are complements"),
            "omega": (0 < self.omega < 1, "0 < omega < 1"),
            "kappa": (0 <= self.kappa < math.inf, "0 or above"),
            "r": (self.r > -1 and self.beta * (1 + self.r) < 1, "beta (1 + r) < 1, above -1"),
            "bond_range": (
                -math.inf < self.bond_range[0] < self.bond_range[1] < math.inf,
                "low < high",
            ),
        }
        for name, (fine, allowed) in checks.items():
            if not fine:
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: {allowed}")
        low = float(self.chain.nodes.min())
        if low <= -1:
            raise ValueError(
                f"covariance is {self.covariance!r}: the lowest endowment is {1 + low:.4g}; "
                "allowed: endowments above 0, so smaller innovations"
            )

    @property
    def chain(self) -> MarkovChain:
        """Markov chain of the deviations of (yT, yN) from 1."""
        rho = np.array(self.rho)
        return tauchen_hussey(rho.T if self.transpose_rho else rho, self.covariance, self.nodes)

    @property
    def packed(self) -> tuple[float, ...]:
        """(beta, sigma, eta, omega, kappa, 1 + r), as the compiled code takes them."""
        return (self.beta, self.sigma, self.eta, self.omega, self.kappa, 1 + self.r)

    def replace(self, **changes: Any) -> BianchiParameters:
        """A copy with some fields changed; misspelt names raise with the list of names."""
        names = [f.name for f in fields(self)]
        for name in changes:
            if name not in names:
                raise ValueError(f"{name!r} is no field of BianchiParameters; allowed: {names}")
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """Decisions at n states.

    Attributes
    ----------
    c_tradable, bonds_next, consumption, price, income, rer : array, shape (n,)
        cT, b', the basket c, the price p of nontradables, income yT + p yN in tradables, and the
        real exchange rate: the price of the basket in tradables, up in an appreciation.
    limit : array, shape (n,)
        The least b' allowed, -kappa (yT + p yN).
    bound, floor : array of bool, shape (n,)
        Whether the limit binds; whether the end of the grid does.
    """

    c_tradable: Array
    bonds_next: Array
    consumption: Array
    price: Array
    income: Array
    rer: Array
    limit: Array
    bound: NDArray[np.bool_]
    floor: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class BianchiSolution:
    """Decision rules of the equilibrium or of the planner.

    Attributes
    ----------
    parameters : BianchiParameters
    planner : bool
    bonds : array, shape (Nb,)
        Evenly spaced bond grid.
    nodes : array, shape (n,)
        Next-period bonds of the Euler table: `bonds` and the kinks, increasing.
    table : array, shape (16, n)
        Euler consumption of tradables by state of the chain and next-period bonds.
    kinks : array, shape (16,)
        Bonds at which each state switches from bound to slack; NaN where none does.
    iterations : int
    change : float
        Largest relative change of consumption on the bond grid in the last iteration.
    """

    parameters: BianchiParameters
    planner: bool
    bonds: Array
    nodes: Array
    table: Array
    kinks: Array
    iterations: int
    change: float
    chain: MarkovChain = field(repr=False)

    @property
    def endowments(self) -> tuple[Array, Array]:
        """YT and yN at each state of the chain, each (16,)."""
        levels = 1 + self.chain.nodes
        return np.ascontiguousarray(levels[:, 0]), np.ascontiguousarray(levels[:, 1])

    @property
    def grid(self) -> Array:
        """Endogenous bonds today at which the slack choice is `nodes`, shape (16, n)."""
        yt = self.endowments[0][:, None]
        return np.asarray((self.nodes + self.table - yt) / (1 + self.parameters.r))

    @property
    def rule(self) -> tuple[Array, Array, Array]:
        """Nodes, endogenous grid and table, as the compiled code takes them."""
        return self.nodes, self.grid, self.table

    def at(self, b: Array, state: NDArray[np.int64]) -> Choices:
        """Decisions at bonds b (n,) and states of the chain (n,)."""
        p = self.parameters
        b, state = np.asarray(b, float), np.asarray(state, np.int64)
        yt, yn = self.endowments
        c, status = kernels.decide_all(b, state, yt, yn, *self.rule, p.packed)
        tradable, nontradable = yt[state], yn[state]
        price = (1 - p.omega) / p.omega * (c / nontradable) ** (1 + p.eta)
        basket = p.omega * c**-p.eta + (1 - p.omega) * nontradable**-p.eta
        income = tradable + price * nontradable
        s = 1 / (1 + p.eta)
        index = p.omega**s + (1 - p.omega) ** s * price ** (p.eta * s)
        return Choices(
            c_tradable=c,
            bonds_next=(1 + p.r) * b + tradable - c,
            consumption=basket ** (-1 / p.eta),
            price=price,
            income=income,
            rer=index ** (1 / (p.eta * s)),
            limit=-p.kappa * income,
            bound=status == kernels.BOUND,
            floor=status == kernels.FLOOR,
        )

    def on_grid(self, bonds: Array | None = None) -> Choices:
        """Decisions on a bond grid in every state, flattened with bonds fastest."""
        bonds = self.bonds if bonds is None else bonds
        states = len(self.chain.nodes)
        return self.at(np.tile(bonds, states), np.repeat(np.arange(states), len(bonds)))


def solve_bianchi(
    parameters: BianchiParameters | None = None,
    *,
    bonds: int = 100,
    planner: bool = False,
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
) -> BianchiSolution:
    """Solve the equilibrium, or the constrained planner's problem.

    Parameters
    ----------
    parameters : BianchiParameters, optional
        The published ones when left out.
    bonds : int
        Nodes for bonds; 100 in the article, 800 where its programme reports accuracy.
    planner : bool
    tolerance : float
        Stop when consumption on the bond grid changes by less, relative to itself.
    max_iterations : int
        Stop in any case; `certify_bianchi` says whether the result is a solution.

    Returns
    -------
    BianchiSolution
    """
    p = parameters or BianchiParameters()
    if isinstance(bonds, bool) or not isinstance(bonds, int) or bonds < 10:
        raise ValueError(f"bonds is {bonds!r}; allowed: a whole number >= 10")
    if not tolerance > 0:
        raise ValueError(f"tolerance is {tolerance!r}; allowed: above 0")
    if isinstance(max_iterations, bool) or not (
        isinstance(max_iterations, int) and max_iterations > 0
    ):
        raise ValueError(f"max_iterations is {max_iterations!r}; allowed: a whole number >= 1")
    chain = p.chain
    yt = 1 + chain.nodes[:, 0]
    base = np.linspace(*p.bond_range, bonds)
    # To start, consume income and interest: b' = b.
    solution = BianchiSolution(
        parameters=p,
        planner=planner,
        bonds=base,
        nodes=base,
        table=np.maximum(yt[:, None] + p.r * base, 0.05 * yt[:, None]),
        kinks=np.full(len(chain.nodes), np.nan),
        iterations=0,
        change=math.inf,
        chain=chain,
    )
    c = solution.on_grid().c_tradable
    while solution.change >= tolerance and solution.iterations < max_iterations:
        solution = iterate(solution)
        before, c = c, solution.on_grid().c_tradable
        if not np.isfinite(c).all():  # nothing feasible somewhere: the certificate says so
            return dataclasses.replace(solution, change=math.inf)
        solution = dataclasses.replace(solution, change=float(np.max(np.abs(c / before - 1))))
    return solution


def iterate(solution: BianchiSolution) -> BianchiSolution:
    """One step of time iteration: the Euler table that the current rules imply."""
    p, chain = solution.parameters, solution.chain
    yt, yn = solution.endowments
    kinks = kernels.switch_bonds(yt, yn, *solution.rule, p.packed)
    moved = np.abs(kinks - solution.kinks)
    if np.array_equal(np.isnan(kinks), np.isnan(solution.kinks)) and (
        not np.nanmax(moved, initial=0.0) > KINK_TOLERANCE
    ):
        kinks, nodes = solution.kinks, solution.nodes
    else:
        nodes = _place_nodes(solution, kinks)
    ahead = kernels.values_ahead(nodes, yt, yn, *solution.rule, solution.planner, p.packed)
    table = kernels.euler_table(p.beta * (1 + p.r) * (chain.transition @ ahead), yn, p.packed)
    return dataclasses.replace(
        solution, nodes=nodes, table=table, kinks=kinks, iterations=solution.iterations + 1
    )


def _place_nodes(solution: BianchiSolution, kinks: Array) -> Array:
    """Bond grid and kinks; for the planner a cluster around each kink, and ends of bunching.

    The planner's lambda jumps at a kink. It chooses the kink from a range of bonds today, whose
    ends are kinks of consumption in turn.
    """
    base = solution.bonds
    step = base[1] - base[0]
    extra = kinks[~np.isnan(kinks)]
    if solution.planner:
        around = step * 0.5 ** np.arange(CLUSTER)
        grid = solution.grid
        jump = np.diff(solution.nodes) < 4 * around[-1]
        bunching = jump & (np.diff(grid, axis=1) > step / 4)
        ends = np.concatenate([grid[:, :-1][bunching], grid[:, 1:][bunching]])
        extra = np.concatenate([extra[:, None] - around, extra[:, None] + around], axis=None)
        extra = np.concatenate([extra, ends])
    extra = extra[(extra > base[0]) & (extra < base[-1])]
    nodes = np.unique(np.concatenate([base, extra]))
    apart = np.diff(nodes, prepend=-np.inf) > step * 0.5 ** (CLUSTER + 1)
    return np.asarray(nodes[apart])
