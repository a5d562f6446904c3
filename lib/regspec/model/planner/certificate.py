"""Compiled readings at given choices: what households face there, and the set of feasible debt.

Evidence that functions solve the planner's problem, item by item; see `certificate`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regspec import seeds
from regspec.model.economy.grids import capital_of, coordinates_of
from regspec.model.economy.technology import adjustment_cost, income
from regspec.model.equilibrium.capital_choice import workspace
from regspec.model.equilibrium.certificate import Certificate, Item, Tolerances, check
from regspec.model.equilibrium.certify import edge_items, finite_items, residual_items
from regspec.model.equilibrium.iteration import kernel_parameters, policy_change
from regspec.model.equilibrium.kernels import BOUND, SLACK
from regspec.model.equilibrium.simulation import ergodic_paths
from regspec.model.equilibrium.solution import Solution
from regspec.model.numerics.compiled import borrow, hold, ranged
from regspec.model.planner import value_kernels
from regspec.model.planner.choice import gap_at
from regspec.model.planner.conditions import first_order_errors
from regspec.model.planner.sweep import (
    DISTANT,
    Future,
    build_future,
    limit_slope,
    maximise,
    planner_sweep,
    private_tilt,
)
from regspec.model.planner.value import equivalent, felicity, value_table

__all__ = []

# mypy: disable-error-code="no-untyped-def"


@ranged
def private_conditions(
    first, last, table, bonds, x1, x2, allocation, output, R, b_next, x_next, phi, params, out
):  # fmt: skip
    """What households face at every state of given choices, into out (nz, Nb, Nk, 1 + I).

    Column 0 is w = beta E u'(c') / u'(c), the others are the charges w V_i - phi2_i - q per unit
    of next capital at which they would hold it, with q the share-weighted average (15).
    """
    _, nb, nk, _ = table.shape
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, R, b_next, x_next, out = borrow((output, R, b_next, x_next, out))
    for task in range(first, last):
        zi, ik = task // nk, task % nk
        k = allocation[ik]
        for ib in range(nb):
            for j in range(n - 1):
                x[j] = x_next[zi, ib, ik, j]
            wealth = output[zi, ik] + bonds[ib]
            _, _, price, w = gap_at(
                table[zi], bonds, x1, x2, b_next[zi, ib, ik], wealth, k, R[zi], -1.0, phi, params,
                x, work,
            )  # fmt: skip
            out[zi, ib, ik, 0] = w
            for i in range(n):
                out[zi, ib, ik, 1 + i] = w * work[0][i + 1] - work[3][i] - price
    hold(owned)


@ranged
def limit_scan(
    first, last,
    table, bonds, x1, x2, allocation, output, index, R_theta, R, b_next, x_next, bound, phi,
    params, step, count, margin,
):  # fmt: skip
    """Pieces of the feasible set of b' at sampled states, k' as chosen; slope of the gap there.

    index is (n, 3) as in `kernels.scan_static`; count the number of intervals of b' on the grid
    whose price supports them; margin is 1 + R theta dq/db' at the choice where that is bound.
    """
    n = len(phi)
    owned = (workspace(n), np.empty(n - 1))
    work, x = borrow(owned)
    table, bonds, x1, x2, allocation = borrow((table, bonds, x1, x2, allocation))
    output, index, R_theta, R, b_next = borrow((output, index, R_theta, R, b_next))
    x_next, bound, count, margin = borrow((x_next, bound, count, margin))
    for p in range(first, last):
        zi, ib, ik = index[p]
        k = allocation[ik]
        for j in range(n - 1):
            x[j] = x_next[zi, ib, ik, j]
        wealth, own = output[zi, ik] + bonds[ib], b_next[zi, ib, ik]
        previous, pieces = -1.0, 0
        for jb in range(len(bonds)):
            gap = gap_at(
                table[zi], bonds, x1, x2, bonds[jb], wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
            if gap >= 0.0 and previous < 0.0:
                pieces += 1
            previous = gap
        count[p], margin[p] = pieces, np.nan
        if bound[zi, ib, ik]:
            high = gap_at(
                table[zi], bonds, x1, x2, own + step, wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
            low = gap_at(
                table[zi], bonds, x1, x2, own - step, wealth, k, R[zi], R_theta[zi], phi, params,
                x, work,
            )[0]  # fmt: skip
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
    held: bool,
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
    held, social : bool
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
    tilt = None if social else private_tilt(solution, future, held=held, last=last)
    rng = np.random.default_rng(seed)
    paths = ergodic_paths(solution, seed=seed)
    entries += _fixed_point(
        solution, values, future, held, tilt, tolerance, value_tolerance, hysteresis
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
    visited = (
        paths.b.ravel()[pick],
        paths.k.reshape(paths.b.size, -1)[pick],
        paths.node.ravel()[pick],
    )
    entries += _off_grid("grid", solution, values, future, held, tilt, b, k, node)
    entries += _off_grid("simulated", solution, values, future, held, tilt, *visited)
    entries += _conditions(solution, future, held, tilt, *visited)
    return Certificate(entries=tuple(entries))


def _fixed_point(
    solution: Solution,
    values: Array,
    future: Future,
    held: bool,
    tilt: Array | None,
    tolerance: float,
    value_tolerance: float,
    hysteresis: float,
) -> list[Item]:
    new, new_values, ties = planner_sweep(
        solution, future, held=held, everywhere=True, step=2e-3, reach=1e-3, tilt=tilt,
        hysteresis=hysteresis, jump=DISTANT * tolerance,
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
    calibration, space, p = solution.calibration, solution.grid, solution.policies
    shape = solution.flat_shape
    n, z = 2000, solution.shocks.joint_nodes
    index = np.stack([rng.integers(0, size, n) for size in shape], axis=-1)
    x_next = np.ascontiguousarray(coordinates_of(p.k_next.reshape(*shape, -1)))
    count, margin = np.empty(n, np.int64), np.empty(n)
    limit_scan(
        n, future.table, space.bonds, *space.axes, space.allocation,
        income(space.allocation, z[:, None, :], calibration), index, limit_slope(solution),
        solution.shocks.joint_R, p.b_next.reshape(shape), x_next, p.status.reshape(shape) == BOUND,
        calibration.phi_adj, kernel_parameters(solution), 1e-3 * space.income_scale, count, margin,
    )  # fmt: skip
    least = float(np.nanmin(margin)) if np.isfinite(margin).any() else 1.0
    several = (count > 1).mean()
    return [
        check("feasible pieces, most", count.max(), None, "intervals of b' at a sampled state"),
        check("feasible pieces, share with several", several, None, "of sampled states"),
        check("uniqueness margin, least", least, None,
              "1 + R theta dq/db' at sampled bound states, k' as chosen"),
    ]  # fmt: skip


def best_choices(
    solution: Solution,
    future: Future,
    held: bool,
    b: Array,
    k: Array,
    node: NDArray[np.int64],
    tilt: Array | None = None,
) -> dict[str, Array]:
    """Planner's maximum at n states off the grid by scan, next period's functions given.

    Parameters
    ----------
    solution : Solution
        Gives the first of the candidates.
    future : Future
    held : bool
    b, k, node : array, shapes (n,), (n, I), (n,)
    tilt : array, shape (n, I - 1), optional
        See `planner_bonds`.

    Returns
    -------
    dict of array
        ``c``, ``b_next``, ``q``, ``mu``, ``value``, ``status``, shape (n,), ``x_next`` (n, I - 1).
    """
    shocks = solution.shocks
    now = solution.at(b, k, shocks.joint_nodes[node], shocks.joint_R[node])
    found, x_next, status, _ = maximise(
        solution, future, node, b, k, now.b_next, coordinates_of(now.k_next), now.eta > 0.0,
        held=held, everywhere=True, step=0.01, reach=0.01, tilt=tilt,
    )  # fmt: skip
    names = ("c", "b_next", "q", "mu", "value")
    return dict(zip(names, found, strict=True)) | {"status": status, "x_next": x_next}


def _off_grid(
    label: str,
    solution: Solution,
    values: Array,
    future: Future,
    held: bool,
    tilt: Array | None,
    b: Array,
    k: Array,
    node: NDArray[np.int64],
) -> list[Item]:
    """Bellman residual, and what a single deviation from the interpolated rules would gain."""
    calibration, space, shocks = solution.calibration, solution.grid, solution.shocks
    z, rate = shocks.joint_nodes[node], shocks.joint_R[node]
    x = np.ascontiguousarray(coordinates_of(k))
    slope = _tilt_at(solution, tilt, b, x, node)
    best = best_choices(solution, future, held, b, k, node, slope)
    stated, following = np.empty(len(b)), np.empty(len(b))
    table = value_table(values.reshape(solution.flat_shape), space)
    value_kernels.read_worth(len(b), table, space.bonds, *space.axes, node, b, x, stated)
    now = solution.at(b, k, z, rate)
    # The rules interpolated off the grid may miss the limit a little: bonds are lifted to it.
    b_next = now.b_next
    if calibration.constraint:
        b_next = np.maximum(b_next, -limit_slope(solution)[node] * now.q)
    c = income(k, z, calibration) + b - b_next / rate
    c = c - adjustment_cost(k, now.k_next, calibration.phi_adj).sum(axis=-1)
    x_next = np.ascontiguousarray(coordinates_of(now.k_next))
    value_kernels.read_worth(
        len(b), future.worth, space.bonds, *space.axes, node, np.ascontiguousarray(b_next), x_next,
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


def _tilt_at(
    solution: Solution, tilt: Array | None, b: Array, x: Array, node: NDArray[np.int64]
) -> Array:
    """Correction of `private_tilt` at states off the grid, (n, I - 1)."""
    out, space = np.zeros_like(x), solution.grid
    if tilt is not None:
        value_kernels.read_linear(len(b), tilt, space.bonds, *space.axes, node, b, x, out)
    return out


def _conditions(
    solution: Solution, future: Future, held: bool, tilt: Array | None, b: Array, k: Array,
    node: NDArray[np.int64],
) -> list[Item]:  # fmt: skip
    """First-order conditions (21)-(24) at visited states, by the paper's own formulas."""
    slope = _tilt_at(solution, tilt, b, np.ascontiguousarray(coordinates_of(k)), node)
    status = best_choices(solution, future, held, b, k, node, slope)["status"]
    errors = first_order_errors(solution, future, b, k, node, social=tilt is None)
    entries = []
    for regime, code in (("slack", SLACK), ("bound", BOUND)):
        here = status == code
        for name, error in errors.items():
            # With a debt tax alone k' moves with b': a single deviation tests that condition.
            if (name == "bonds" and regime == "bound") or (held and name != "pricing"):
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
