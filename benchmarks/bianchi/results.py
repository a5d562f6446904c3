"""Simulated moments, welfare and the comparison with the published numbers of `bianchi`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.bianchi import kernels
from benchmarks.bianchi.model import BianchiSolution, Choices
from regspec import seeds

Array = NDArray[np.float64]

SOURCE = "Bianchi (2011), American Economic Review 101(7), section III and Table 2"
# Quantity: name, unit, published equilibrium, published planner.
PUBLISHED: dict[str, tuple[str, str, float, float]] = {
    "crisis": ("Crisis probability", "percent", 5.5, 0.4),
    "sd_c": ("Standard deviation of consumption", "percent", 5.9, 5.3),
    "sd_rer": ("Standard deviation of the real exchange rate", "percent", 7.5, 3.4),
    "sd_ca": ("Standard deviation of the current account / Y", "percent", 2.8, 0.6),
    "corr_c": ("Correlation of consumption with Y", "", 0.83, 0.86),
    "corr_rer": ("Correlation of the real exchange rate with Y", "", 0.79, 0.44),
    "corr_ca": ("Correlation of the current account / Y with Y", "", -0.76, -0.05),
    "welfare": ("Welfare gain of the planner", "percent", np.nan, 0.135),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """A simulated path, T periods.

    Attributes
    ----------
    b : array, shape (T,)
        Bonds at the start of each period.
    state : array of int, shape (T,)
        State of the chain.
    choices : Choices
    """

    b: Array
    state: NDArray[np.int64]
    choices: Choices

    @property
    def current_account(self) -> Array:
        """Current account b' - b, in tradables, shape (T,)."""
        return self.choices.bonds_next - self.b


def simulate_path(
    solution: BianchiSolution,
    *,
    periods: int = 500_000,
    burn_in: int = 1000,
    seed: int = seeds.BIANCHI,
) -> Path:
    """Follow the decision rules from the middle of the bond grid; `burn_in` periods are dropped.

    The equilibrium and the planner meet the same shocks when the seed is the same.
    """
    rng = np.random.default_rng(seed)
    chain = solution.chain
    cumulative = np.cumsum(chain.transition, axis=1)
    first = int(np.searchsorted(np.cumsum(chain.stationary), rng.random()))
    first = min(first, len(chain.nodes) - 1)
    state = kernels.draw_states(first, rng.random(burn_in + periods), cumulative)
    yt, yn = solution.endowments
    start = float(solution.bonds.mean())
    b = kernels.follow(start, state, yt, yn, *solution.rule, solution.parameters.packed)
    b, state = b[burn_in:-1], state[burn_in:]
    return Path(b=b, state=state, choices=solution.at(b, state))


def crisis_probability(path: Path, threshold: float) -> float:
    """Share of periods, in percent, that are crises.

    A crisis is a period in which the limit binds and the current account b' - b exceeds
    `threshold`: one standard deviation of it in the ergodic distribution of the EQUILIBRIUM,
    for the planner too.
    """
    return float(100 * np.mean(path.choices.bound & (path.current_account > threshold)))


def crisis_sampling_error(path: Path, threshold: float, *, periods: int = 80_000) -> float:
    """Standard error, in percentage points, of the crisis probability of `periods` periods.

    From means over batches of 1000 periods, so that it allows for persistence; 80,000 is the
    length of the simulation in the published programme.
    """
    crisis = path.choices.bound & (path.current_account > threshold)
    batches = len(crisis) // 1000
    if batches < 2:
        raise ValueError(f"path has {len(crisis)} periods; allowed: 2000 or more")
    means = crisis[: batches * 1000].reshape(batches, 1000).mean(axis=1)
    return float(100 * means.std(ddof=1) * np.sqrt(1000 / periods))


def business_cycle(path: Path, threshold: float) -> dict[str, float]:
    """Moments of a path by the keys of `PUBLISHED`.

    Standard deviations are in percent of the mean for consumption and the real exchange rate, and
    of the ratio to Y, in percentage points, for the current account. Y is income in tradables,
    yT + p yN.
    """
    d = path.choices
    ratio = path.current_account / d.income
    return {
        "crisis": crisis_probability(path, threshold),
        "sd_c": float(100 * np.std(d.consumption) / np.mean(d.consumption)),
        "sd_rer": float(100 * np.std(d.rer) / np.mean(d.rer)),
        "sd_ca": float(100 * np.std(ratio)),
        "corr_c": float(np.corrcoef(d.consumption, d.income)[0, 1]),
        "corr_rer": float(np.corrcoef(d.rer, d.income)[0, 1]),
        "corr_ca": float(np.corrcoef(ratio, d.income)[0, 1]),
    }


def policy_value(solution: BianchiSolution, *, tolerance: float = 1e-12) -> Array:
    """Value of following the decision rules for ever, at the nodes of the solution.

    The fixed point of V = u + beta E V(b') with the rules' own b', not a maximisation.

    Returns
    -------
    array, shape (16, n)
    """
    p, bonds = solution.parameters, solution.nodes
    shape = (len(solution.chain.nodes), len(bonds))
    d = solution.on_grid(bonds)
    utility = (d.consumption ** (1 - p.sigma) / (1 - p.sigma)).reshape(shape)
    ahead = np.ascontiguousarray(d.bonds_next.reshape(shape))
    value = utility / (1 - p.beta)
    for _ in range(100_000):
        before = value
        value = kernels.evaluate(utility, ahead, solution.chain.transition, bonds, p.beta, value)
        if not np.max(np.abs(value / before - 1)) > tolerance:
            break
    return np.asarray(value)


def welfare_gain(equilibrium: BianchiSolution, planner: BianchiSolution, path: Path) -> Array:
    """Permanent rise of equilibrium consumption worth the planner's rules, at each state of a path.

    Lambda = (V_planner / V_equilibrium)^(1 / (1 - sigma)) - 1, shape (T,).
    """
    values = [
        kernels.value_at(path.b, path.state, s.nodes, policy_value(s))
        for s in (planner, equilibrium)
    ]
    return np.asarray((values[0] / values[1]) ** (1 / (1 - equilibrium.parameters.sigma)) - 1)


def compare_bianchi(
    equilibrium: BianchiSolution,
    planner: BianchiSolution,
    *,
    periods: int = 500_000,
    seed: int = seeds.BIANCHI,
) -> dict[str, tuple[float, float]]:
    """Our moments and welfare by the keys of `PUBLISHED`: (equilibrium, planner)."""
    if equilibrium.planner or not planner.planner:
        raise ValueError(
            f"planner flags are {equilibrium.planner}, {planner.planner}; allowed: False, True"
        )
    paths = [simulate_path(s, periods=periods, seed=seed) for s in (equilibrium, planner)]
    threshold = float(np.std(paths[0].current_account))
    moments = [business_cycle(path, threshold) for path in paths]
    out = {key: (moments[0][key], moments[1][key]) for key in moments[0]}
    gain = welfare_gain(equilibrium, planner, paths[0])
    return out | {"welfare": (np.nan, float(100 * gain.mean()))}


def bianchi_table(ours: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Published numbers beside those of :func:`compare_bianchi`.

    Returns
    -------
    pandas.DataFrame
        One row a quantity: its name and unit, published and ours, equilibrium and planner.
    """
    rows = [
        (name, unit, published, ours[key][0], published_planner, ours[key][1])
        for key, (name, unit, published, published_planner) in PUBLISHED.items()
    ]
    economies = ("published equilibrium", "our equilibrium", "published planner", "our planner")
    return pd.DataFrame(rows, columns=["quantity", "unit", *economies])


def along_bonds(
    solutions: dict[str, BianchiSolution], *, state: int = 0, points: int = 1001
) -> pd.DataFrame:
    """Bond policies at one state of the chain, one row per economy and bond position.

    Parameters
    ----------
    solutions : dict
        Solutions by the name of their economy.
    state : int
        State of the chain; 0 has the lowest endowment of tradables and, given it, of nontradables.
    points : int

    Returns
    -------
    pandas.DataFrame
        economy, bonds, bonds_next, limit (the least b' allowed at the price there).
    """
    parts = []
    for name, solution in solutions.items():
        if not 0 <= state < len(solution.chain.nodes):
            raise ValueError(f"state is {state}; allowed: 0 to {len(solution.chain.nodes) - 1}")
        b = np.linspace(solution.bonds[0], solution.bonds[-1], points)
        d = solution.at(b, np.full(points, state))
        columns = {"economy": name, "bonds": b, "bonds_next": d.bonds_next, "limit": d.limit}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
