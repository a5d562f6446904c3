"""Compiled readings at given choices: what households face there, and the set of feasible debt.

Evidence that functions solve the planner's problem, item by item; see `certificate`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec import seeds
from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import adjustment_cost, income
from regspec.model.equilibrium.capital_choice import Ahead, workspace
from regspec.model.equilibrium.certificate import Certificate, Item, Tolerances, check
from regspec.model.equilibrium.certify import edge_items, finite_items, residual_items
from regspec.model.equilibrium.iteration import (
    choice_of,
    collateral_slope,
    policy_change,
    primitives,
    today_of,
)
from regspec.model.equilibrium.kernels import BOUND, SLACK, Branches, Choice, Sample, state_of
from regspec.model.equilibrium.simulation import ergodic_paths
from regspec.model.equilibrium.solution import Solution
from regspec.model.numerics.compiled import borrow, hold, ranged
from regspec.model.planner import value_kernels
from regspec.model.planner.choice import gap_at
from regspec.model.planner.conditions import first_order_errors
from regspec.model.planner.search import Keep, Search, Spacing
from regspec.model.planner.sweep import (
    DISTANT,
    Future,
    build_future,
    maximise,
    planner_sweep,
    private_correction,
)
from regspec.model.planner.value import equivalent, felicity, value_table

__all__ = []

# mypy: disable-error-code="no-untyped-def"


@ranged
def private_conditions(first, last, ahead, today, choice, model, out):
    """What households face at every state of given choices, into out (nz, Nb, Nk, 1 + I).

    Column 0 is w = beta E u'(c') / u'(c), the others are the charges w V_i - phi2_i - q per unit
    of next capital at which they would hold it, with q the share-weighted average (15).
    """
    n = len(model.phi)
    owned = (workspace(n), np.empty(n - 1), np.zeros(n))
    work, x, no_charge = borrow(owned)
    (table, axes), today, (b_next, x_next, _), out = borrow((ahead, today, choice, out))
    bonds, (_, nb, nk) = axes.bonds, b_next.shape
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        slab = Ahead(table[zi], axes)
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            wealth = today.income[zi, ik] + bonds[ib]
            state = state_of(today, wealth, zi, ib, ik, model, no_charge)
            _, _, price, w = gap_at(slab, b_next[zi, ib, ik], state, x, model, work)
            out[zi, ib, ik, 0] = w
            for i in range(n):
                out[zi, ib, ik, 1 + i] = w * work.values[i + 1] - work.phi2[i] - price
    hold(owned)


@ranged
def limit_scan(first, last, ahead, today, sample, choice, model, found):
    """Pieces of the feasible set of b' at a `Sample` of states, k' as chosen, into `Branches`."""
    n = len(model.phi)
    owned = (workspace(n), np.empty(n - 1), np.zeros(n))
    work, x, no_charge = borrow(owned)
    (table, axes), today, (index, step) = borrow((ahead, today, sample))
    (b_next, x_next, bound), (count, margin) = borrow((choice, found))
    bonds = axes.bonds
    for p in range(first, last):
        zi, ib, ik = index[p]
        for j in range(n - 1):
            x[j] = x_next[zi, ib, ik, j]
        slab, own = Ahead(table[zi], axes), b_next[zi, ib, ik]
        wealth = today.income[zi, ik] + bonds[ib]
        state = state_of(today, wealth, zi, ib, ik, model, no_charge)
        previous, pieces = -1.0, 0
        for jb in range(len(bonds)):
            gap = gap_at(slab, bonds[jb], state, x, model, work)[0]
            if gap >= 0.0 and previous < 0.0:
                pieces += 1
            previous = gap
        count[p], margin[p] = pieces, np.nan
        if bound[zi, ib, ik]:
            high = gap_at(slab, own + step, state, x, model, work)[0]
            low = gap_at(slab, own - step, state, x, model, work)[0]
            margin[p] = (high - low) / (2.0 * step)
    hold(owned)


Array = NDArray[np.float64]

# Limits of the items that are not arguments of the solver: log10 of the mean Bellman residual, and
# the gain of a one-shot deviation at the 99th percentile of visited states, as a share of
# permanent consumption.
BELLMAN = -3.0
DEVIATION = 1e-4


def certify_planner(
    solution: Solution,
    values: Array,
    *,
    debt_only: bool,
    social: bool,
    tolerance: float,
    value_tolerance: float,
    hysteresis: float = 0.0,
    last: Array | None = None,
    sample: int = 1000,
    seed: int = seeds.PLANNER_CERTIFICATE,
) -> Certificate:
    """Check a planner's solution.

    Parameters
    ----------
    solution : Solution
    values : array, shape of the policies
        Consumption equivalents.
    debt_only, social : bool
        Whether capital follows from (12); whether agglomeration is internalised.
    tolerance, value_tolerance : float
        Largest change in a further sweep.
    hysteresis : float
        Share of consumption up to which a distant choice counts as tied with the one made.
    last : array, shape (nz, Nb, Nk, I - 1), optional
        Correction behind the choices, where agglomeration is not internalised.
    sample : int
        States drawn off the grid, and as many from simulated paths.
    seed : int

    Returns
    -------
    Certificate
    """
    entries = finite_items(solution)
    if not all(entry.passed for entry in entries):
        return Certificate(entries=tuple(entries))
    limits = Tolerances()
    future = build_future(solution, values)
    correction = (
        None if social else private_correction(solution, future, debt_only=debt_only, last=last)
    )
    rng = np.random.default_rng(seed)
    paths = ergodic_paths(solution, seed=seed)
    entries += _fixed_point(
        solution, values, future, debt_only, correction, tolerance, value_tolerance, hysteresis
    )
    entries += residual_items(solution, limits)
    entries += edge_items(solution, paths, limits)
    entries += _feasible_set(solution, future, rng)
    space = solution.grid
    b = rng.uniform(space.bonds[0], space.bonds[-1], sample)
    x = [rng.uniform(axis[0], axis[-1], sample) for axis in space.coordinates]
    k = capital_of(np.stack(x, axis=-1)) if x else np.ones((sample, 1))
    node = rng.integers(0, len(solution.shocks.joint_nodes), sample)
    pick = rng.permutation(paths.b.size)[:sample]
    seen_b, seen_k, _ = paths.states
    visited = (seen_b[pick], seen_k[pick], paths.node.ravel()[pick])
    entries += _off_grid("grid", solution, values, future, debt_only, correction, b, k, node)
    entries += _off_grid("simulated", solution, values, future, debt_only, correction, *visited)
    entries += _conditions(solution, future, debt_only, correction, *visited)
    return Certificate(entries=tuple(entries))


def _fixed_point(
    solution: Solution,
    values: Array,
    future: Future,
    debt_only: bool,
    correction: Array | None,
    tolerance: float,
    value_tolerance: float,
    hysteresis: float,
) -> list[Item]:
    new, new_values, ties = planner_sweep(
        solution, future, debt_only=debt_only, everywhere=True, step=2e-3, reach=1e-3,
        correction=correction, hysteresis=hysteresis, jump=DISTANT * tolerance,
    )  # fmt: skip
    old, scale = solution.policies, solution.grid.income_scale
    text = "largest change in a further sweep that scans every node"
    entries = [
        check(f"change in {name}", change, tolerance, text)
        for name, change in policy_change(new, old, scale).items()
    ]
    moved = np.abs(new.b_next - old.b_next) / scale
    change = np.abs(new_values / values - 1.0)
    return [
        check("change in value", change.max(), value_tolerance, text + ", relative"),
        *entries,
        check("change in value, mean", change.mean(), None, "in a further sweep, relative"),
        check("change in b_next, mean", moved.mean(), None, "in a further sweep, over income"),
        check("change in b_next, p99", np.quantile(moved, 0.99), None, "in a further sweep"),
        check("ties", ties.count, None, "states that keep a choice beside a distant one"),
        check("ties, largest gain", np.nanmax(ties.gain, initial=0.0), hysteresis,
              "of the other choice, share of consumption"),
        check("ties, largest distance", np.nanmax(ties.bonds, initial=0.0) / scale, None,
              "between the two b', over income"),
    ]  # fmt: skip


def _feasible_set(solution: Solution, future: Future, rng: np.random.Generator) -> list[Item]:
    """Whether the set of feasible b' is one interval, and the slope of the limit where it binds."""
    if not solution.calibration.constraint:
        return []
    n, space = 2000, solution.grid
    index = np.stack([rng.integers(0, size, n) for size in solution.flat_shape], axis=-1)
    count, margin = found = Branches(np.empty(n, np.int64), np.empty(n))
    limit_scan(
        n, future.ahead, today_of(solution), Sample(index, 1e-3 * space.income_scale),
        choice_of(solution), primitives(solution), found,
    )  # fmt: skip
    least = float(np.nanmin(margin)) if np.isfinite(margin).any() else 1.0
    several = (count > 1).mean()
    return [
        check("feasible pieces, most", count.max(), None, "intervals of b' at a sampled state"),
        check("feasible pieces, share with several", several, None, "of sampled states"),
        check(
            "uniqueness margin, least",
            least,
            None,
            "1 + R theta dq/db' at sampled bound states, k' as chosen",
        ),
    ]


def best_choices(
    solution: Solution,
    future: Future,
    debt_only: bool,
    b: Array,
    k: Array,
    node: NDArray[np.int64],
    correction: Array | None = None,
) -> dict[str, Array]:
    """Planner's maximum at n states off the grid by scan, next period's functions given.

    Parameters
    ----------
    solution : Solution
        Gives the first of the candidates.
    future : Future
    debt_only : bool
    b, k, node : array, shapes (n,), (n, I), (n,)
    correction : array, shape (n, I - 1), optional
        See `choice`.

    Returns
    -------
    dict of array
        ``c``, ``b_next``, ``q``, ``mu``, ``value``, ``status``, shape (n,), ``x_next`` (n, I - 1).
    """
    shocks = solution.shocks
    now = solution.at(b, k, shocks.joint_nodes[node], shocks.joint_R[node])
    x = np.ascontiguousarray(coordinates_of(now.k_next))
    spacing = Spacing(0.01, 0.01 * solution.grid.income_scale)
    found = maximise(
        solution,
        future,
        node,
        b,
        k,
        Choice(now.b_next, x, now.eta > 0.0),
        Search(debt_only, True, spacing, Keep(0.0, 0.0, 0.0)),
        correction,
    )
    values = zip(("c", "b_next", "q", "mu", "value"), found.values.T, strict=True)
    rows = {name: np.ascontiguousarray(value) for name, value in values}
    return rows | {"status": found.status, "x_next": found.x}


def _off_grid(
    label: str,
    solution: Solution,
    values: Array,
    future: Future,
    debt_only: bool,
    correction: Array | None,
    b: Array,
    k: Array,
    node: NDArray[np.int64],
) -> list[Item]:
    """Bellman residual, and what a single deviation from the interpolated rules would gain."""
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    z, rate = shocks.joint_nodes[node], shocks.joint_R[node]
    x = np.ascontiguousarray(coordinates_of(k))
    slope = _correction_at(solution, correction, b, x, node)
    best = best_choices(solution, future, debt_only, b, k, node, slope)
    stated, following = np.empty(len(b)), np.empty(len(b))
    table = value_table(values.reshape(solution.flat_shape), space)
    value_kernels.read_worth(len(b), table, space.axes, node, b, x, stated)
    now = solution.at(b, k, z, rate)
    # The rules interpolated off the grid may miss the limit a little: bonds are lifted to it.
    b_next = now.b_next
    if calibration.constraint:
        b_next = np.maximum(b_next, -collateral_slope(solution)[node] * now.q)
    c = income(k, z, calibration) + b - b_next / rate
    c = c - adjustment_cost(k, now.k_next, calibration.phi_adj).sum(axis=-1)
    x_next = np.ascontiguousarray(coordinates_of(now.k_next))
    value_kernels.read_worth(
        len(b), future.worth, space.axes, node, np.ascontiguousarray(b_next), x_next,
        following,
    )  # fmt: skip
    beta, gamma = calibration.beta_period, calibration.gamma
    followed = (1.0 - beta) * felicity(np.maximum(c, 1e-12), gamma)
    followed += beta * felicity(following, gamma)
    # What the objective has beside the value, on the side of the rules.
    followed = equivalent(followed + (slope * (best["x_next"] - x_next)).sum(axis=1), gamma)
    residual = np.log10(np.maximum(np.abs(best["value"] / stated - 1.0), 1e-16))
    gain = np.maximum(best["value"] / followed - 1.0, 0.0)
    hard = label == "simulated"
    text = f"log10 of the relative residual at {label} states off the grid"
    return [
        check(f"bellman {label}, mean", residual.mean(), BELLMAN, text),
        check(f"bellman {label}, p99", np.quantile(residual, 0.99), None, text),
        check(f"deviation gain {label}, mean", gain.mean(), None,
             "of the best single deviation, share of permanent consumption"),
        check(f"deviation gain {label}, p99", np.quantile(gain, 0.99), DEVIATION if hard else None,
             "of the best single deviation, share of permanent consumption"),
        check(f"deviation gain {label}, max", gain.max(), None,
             "of the best single deviation, share of permanent consumption"),
    ]  # fmt: skip


def _correction_at(
    solution: Solution, correction: Array | None, b: Array, x: Array, node: NDArray[np.int64]
) -> Array:
    """Correction of `private_correction` at states off the grid, (n, I - 1)."""
    out, space = np.zeros_like(x), solution.grid
    if correction is not None:
        value_kernels.read_linear(len(b), correction, space.axes, node, b, x, out)
    return out


def _conditions(
    solution: Solution, future: Future, debt_only: bool, correction: Array | None, b: Array,
    k: Array, node: NDArray[np.int64],
) -> list[Item]:  # fmt: skip
    """First-order conditions (21)-(24) at visited states, by the paper's own formulas."""
    slope = _correction_at(solution, correction, b, np.ascontiguousarray(coordinates_of(k)), node)
    status = best_choices(solution, future, debt_only, b, k, node, slope)["status"]
    errors = first_order_errors(solution, future, b, k, node, social=correction is None)
    entries = []
    for regime, code in (("slack", SLACK), ("bound", BOUND)):
        here = status == code
        for name, error in errors.items():
            # With a debt tax alone k' moves with b': a single deviation tests that condition.
            if (name == "bonds" and regime == "bound") or (debt_only and name != "pricing"):
                continue
            seen = error[here & np.isfinite(error)]
            middle = np.median(seen) if len(seen) else np.nan
            high = np.quantile(seen, 0.9) if len(seen) else np.nan
            text = f"log10 error of the planner's condition, visited {regime} states"
            entries += [
                check(f"first-order {name} {regime}, median", middle, None, text),
                check(f"first-order {name} {regime}, p90", high, None, text),
            ]
    return entries
