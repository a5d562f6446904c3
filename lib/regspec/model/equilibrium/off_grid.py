"""Policies of a competitive equilibrium between the grid points where its regimes meet.

Where slack and bound nodes surround a state, policies have a kink between them or, where several
static equilibria exist, a jump; interpolation would return a mixture that is neither. There
`MarketSolution.at` solves the state's own conditions anew, given next period's policies, in the
regime of the nearest node first. Everywhere else it interpolates.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regspec.model.equilibrium.capital_choice import Ahead, State, workspace
from regspec.model.equilibrium.iteration import ahead_of, primitives, states_at
from regspec.model.equilibrium.kernels import (
    BOUND,
    FLOOR,
    LAGGED,
    SLACK,
    TOP,
    Limit,
    solve_slack,
    solve_state,
)
from regspec.model.equilibrium.solution import Decisions, Solution
from regspec.model.numerics.compiled import INNER, OPEN, YES, borrow, hold, njit, ranged
from regspec.model.numerics.interpolation import clamped, find

Array = NDArray[np.float64]

# Debt above the collateral, in goods, that still counts as supported.
SUPPORTED = 1e-9
# Typed, so that one compiled version of `solve_state` does for sweeps and for this.
RULE = np.int64(LAGGED)


class Shock(NamedTuple):
    """An exogenous state between nodes: cell and weight by chain, and nodes of each chain."""

    cells: NDArray[np.int64]
    weights: Array
    counts: NDArray[np.int64]


class Nodes(NamedTuple):
    """A solution on its nodes: chains (a tuple), policies (price in column 1) and their regime."""

    exogenous: tuple[Array, ...]
    policies: Array
    regime: NDArray[np.int8]


class Between(NamedTuple):
    """What is solved: (n, 3 + d) with b', q, mu, x', in and out; c and whether it is solved."""

    choices: Array
    c: Array
    solved: NDArray[np.bool_]


@njit(**INNER)
def nearest_regimes(axes, shock, b, x, policies, regime):
    """Regime of the nearest node, and the mean price of the bound nodes around a state (or NaN)."""
    bonds, x1, x2 = axes
    cells, weights, counts = shock
    dims = len(cells)
    bp = min(max(b, bonds[0]), bonds[-1])
    jb = find(bonds, bp)
    wb = (bp - bonds[jb]) / (bonds[jb + 1] - bonds[jb])
    i, s, _ = clamped(x1, min(max(x[0], x1[0]), x1[-1]))
    j, t, _ = clamped(x2, min(max(x[1], x2[0]), x2[-1]))
    best, mode, price, total = -1.0, SLACK, 0.0, 0.0
    for corner in range(1 << (dims + 3)):
        share, zi = 1.0, 0
        for e in range(dims):
            up = (corner >> e) & 1
            share *= weights[e] if up else 1.0 - weights[e]
            zi = zi * counts[e] + min(cells[e] + up, counts[e] - 1)
        ub, us, ut = (corner >> dims) & 1, (corner >> (dims + 1)) & 1, (corner >> (dims + 2)) & 1
        share *= wb if ub else 1.0 - wb
        share *= s if us else 1.0 - s
        share *= t if ut else 1.0 - t
        if share <= 0.0:
            continue
        ik = min(i + us, len(x1) - 1) * len(x2) + min(j + ut, len(x2) - 1)
        here = regime[zi, jb + ub, ik]
        if share > best:
            best, mode = share, here
        if here == BOUND:
            price += share * policies[zi, jb + ub, ik, 1]
            total += share
    return mode, price / total if total > 0.0 else np.nan


@njit(**OPEN)
def solve_between(ahead, state, near, guess, start, x, model, work):
    """One state by its own price, in the preferred regime first.

    near is whether that is the bound one, and the price of bound nodes around. Returns c, b', q,
    mu, status and whether the state's own price supports its debt.
    """
    n, (prefer_bound, price), R_theta = len(model.phi), near, state.R_theta
    for attempt in range(2):
        for m in range(n - 1):
            x[m] = start[m]
        if (attempt == 0) == prefer_bound and state.limited and price == price:
            limit = Limit(-R_theta * price, RULE, YES)
            out = solve_state(ahead, state, limit, guess, YES, x, model, work)
            gap = out[1] + R_theta * out[2]
            if out[4] == BOUND and abs(gap) < SUPPORTED:
                return out[0], out[1], out[2], out[3], BOUND, True
            if (out[4] == SLACK or out[4] == TOP) and gap >= -SUPPORTED:
                return out[0], out[1], out[2], 0.0, out[4], True
        else:
            c, b_next, q, status = solve_slack(ahead, guess, state, x, model, work)
            if status == BOUND:
                status = FLOOR
            if status <= TOP and (not state.limited or b_next + R_theta * q >= -SUPPORTED):
                return c, b_next, q, 0.0, status, True
    return 0.0, 0.0, 0.0, 0.0, SLACK, False


@ranged
def solve_points(first, last, ahead, nodes, points, states, model, out):
    """Solve n states off the grid, `State` with arrays; see `Between` for what out holds.

    Expectations at productivities between nodes are the mixtures of those at the nodes, linear in
    the exogenous coordinates. Choices of a state that has none supported stay as they are.
    """
    (table, axes), (exogenous, policies, regime) = borrow((ahead, nodes))
    (b, x, z), states, (choices, c, solved) = borrow((points, states, out))
    dims, n = len(exogenous), len(model.phi)
    nb, nk, columns = table.shape[1:]
    owned = (
        workspace(n),
        Shock(np.empty(dims, np.int64), np.empty(dims), np.empty(dims, np.int64)),
        np.empty(n - 1),
        np.empty(n - 1),
        np.empty((nb, nk, columns)),
    )
    work, shock, choice, start, mixture = borrow(owned)
    cells, weights, counts = shock
    for e in range(dims):
        counts[e] = len(exogenous[e])
    for p in range(first, last):
        between = False
        for e in range(dims):
            cells[e], weights[e], _ = clamped(
                exogenous[e], min(max(z[p, e], exogenous[e][0]), exogenous[e][-1])
            )
            between |= weights[e] > 0.0
        mode, price = nearest_regimes(axes, shock, b[p], x[p], policies, regime)
        if between:
            for ib in range(nb):
                for ik in range(nk):
                    for m in range(columns):
                        mixture[ib, ik, m] = 0.0
            slab = mixture
            for corner in range(1 << dims):
                share, zi = 1.0, 0
                for e in range(dims):
                    up = (corner >> e) & 1
                    share *= weights[e] if up else 1.0 - weights[e]
                    zi = zi * counts[e] + min(cells[e] + up, counts[e] - 1)
                if share > 0.0:
                    for ib in range(nb):
                        for ik in range(nk):
                            for m in range(columns):
                                mixture[ib, ik, m] += share * table[zi, ib, ik, m]
        else:
            zi = 0
            for e in range(dims):
                zi = zi * counts[e] + cells[e]
            slab = table[zi]
        left = 1.0
        for i in range(n - 1):
            start[i] = min(max(choices[p, 3 + i] / left, 1e-9), 1.0 - 1e-9)
            left -= choices[p, 3 + i]
        state = State(
            states.wealth[p],
            states.k[p],
            states.R[p],
            states.R_theta[p],
            states.limited,
            states.tax[p],
            states.charge[p],
            states.ratio[p],
        )
        found = solve_between(
            Ahead(slab, axes),
            state,
            (mode == BOUND, price),
            choices[p, 0],
            start,
            choice,
            model,
            work,
        )
        solved[p] = found[5]
        if found[5]:
            c[p] = found[0]
            choices[p, 0], choices[p, 1], choices[p, 2] = found[1], found[2], found[3]
            left = 1.0
            for i in range(n - 1):
                choices[p, 3 + i] = left * choice[i]
                left -= choices[p, 3 + i]
    hold(owned)


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketSolution(Solution):
    """Policies of a competitive equilibrium, or of one date of a deterministic path of them.

    Where slack and bound nodes surround a state, `at` solves its conditions anew, next period's
    policies given. The few states that support no choice keep interpolated decisions, with
    `Decisions.solved` False.

    Attributes
    ----------
    ahead : Solution, optional
        Next period's policies, where they are not the same functions (deterministic trends).
    """

    ahead: Solution | None = None
    _expectations: Ahead | None = field(default=None, init=False, repr=False, compare=False)

    def _decide(self, b: Array, k: Array, z: Array, rate: Array) -> Decisions:
        # No super(): slots make dataclass rebuild the class.
        rough = Solution._decide(self, b, k, z, rate)
        todo = np.flatnonzero(rough.switch & np.isfinite(rough.b_next))
        if not todo.size:
            return rough
        b, k, z, rate = b[todo], k[todo], z[todo], rate[todo]
        d, shape = k.shape[1] - 1, self.flat_shape
        out = np.column_stack(
            [rough.b_next[todo], rough.q[todo], rough.mu[todo], rough.k_next[todo, :d]]
        )
        c, solved = rough.c[todo], np.empty(len(b), bool)
        nodes = Nodes(self.shocks.coordinates, self._table(), self.policies.status.reshape(shape))
        solve_points(
            len(b),
            self._ahead(),
            nodes,
            self._points(b, k, z, rate),
            states_at(self, b, k, z, rate),
            primitives(self),
            Between(out, c, solved),
        )
        fields = {name: getattr(rough, name).copy() for name in ("c", "b_next", "q", "mu")}
        for name, column in (("c", c), ("b_next", out[:, 0]), ("q", out[:, 1]), ("mu", out[:, 2])):
            fields[name][todo] = column
        k_next, all_solved = rough.k_next.copy(), rough.solved.copy()
        k_next[todo] = np.column_stack([out[:, 3:], 1.0 - out[:, 3:].sum(axis=1)])
        all_solved[todo] = solved
        with np.errstate(invalid="ignore", divide="ignore"):
            eta = np.maximum(fields["mu"], 0.0) * fields["c"] ** -self.calibration.gamma
        return dataclasses.replace(rough, **fields, eta=eta, k_next=k_next, solved=all_solved)

    def _ahead(self) -> Ahead:
        """What lies ahead of the states' conditions, made on first use."""
        if self._expectations is None:
            tomorrow = self if self.ahead is None else self.ahead
            object.__setattr__(self, "_expectations", ahead_of(tomorrow))
        assert self._expectations is not None
        return self._expectations


def as_market(solution: Solution, *, ahead: Solution | None = None) -> MarketSolution:
    """Read policies as those of a competitive equilibrium (of one date, given the next one)."""
    if isinstance(solution, MarketSolution) and ahead is None:
        return solution
    return MarketSolution(
        calibration=solution.calibration,
        grid=solution.grid,
        shocks=solution.shocks,
        policies=solution.policies,
        wedges=solution.wedges,
        ahead=ahead,
    )
