"""The planner against the market: Figure 10, its crossover, and where the planner exists.

The planner state by state: taxes over the state space and where it goes, states that lose.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec import seeds
from regspec.model import (
    Grid,
    Planner,
    Solution,
    Taxes,
    ergodic_paths,
    grid_function,
    solve_equilibrium,
    solve_planner,
    welfare_gain,
)
from regspec.model.economy.technology import income
from regspec.model.equilibrium.kernels import BOUND
from regspec.parameters import Calibration
from regspec.regions.relative_rules import relative_productivity_of
from regspec.studies.gains import SWEEPS, VARIANTS, mean_gain, solve_variant
from regspec.studies.responses import productivity_after

__all__ = [
    "Crossover",
    "crossover",
    "curve_headlines",
    "curve_slope",
    "existence_headlines",
    "existence_table",
    "losing_states",
    "losses_table",
    "map_headlines",
    "policy_distance",
    "specialization_curves",
    "specialized_region",
    "tax_map",
    "tax_schedules",
    "visited_taxes",
    "with_agglomeration",
]

Floats = NDArray[np.float64]


Unit = Literal["stock", "average"]


def specialized_region(calibration: Calibration, share: float) -> Calibration:
    """Calibration whose relative productivity makes `share` the private resting point.

    Income at that allocation is the original's. This is how the paper turns a region's industry
    mix of 1950 into productivities (section 4.1).

    Parameters
    ----------
    calibration : Calibration
        With two industries.
    share : float
        Capital share of the first industry, above 0 and below 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share!r}; allowed: above 0 and below 1")
    relative = float(relative_productivity_of(np.array([share]), calibration)[0])
    z = np.exp([relative / 2, -relative / 2])
    k = np.array([share, 1 - share])
    level = income(np.full(2, 0.5), np.ones(2), calibration) / income(k, z, calibration)
    return calibration.replace(z_mean=tuple(float(x) for x in level * z))


def _mean_share(solution: Solution, seed: int) -> float:
    return float(ergodic_paths(solution, seed=seed).k[..., 0].mean())


def with_agglomeration(calibration: Calibration, xi: float, *, unit: Unit = "stock") -> Calibration:
    """Another agglomeration elasticity of the first industry, at the unit in which (8) measures k.

    Parameters
    ----------
    calibration : Calibration
    xi : float
    unit : {"stock", "average"}
        As printed, capital in units of the whole stock: every industry loses productivity when
        xi rises. Or in units of the average industry, z_i = bar z_i (I k_i)^xi_i: one of that
        size keeps its productivity and larger ones gain.
    """
    if unit not in ("stock", "average"):
        raise ValueError(f"unit is {unit!r}; allowed: 'stock', 'average'")
    size = calibration.n_industries if unit == "average" else 1
    level = calibration.z_mean[0] * size ** (xi - calibration.xi[0])
    return calibration.replace(
        xi=(xi, *calibration.xi[1:]), z_mean=(level, *calibration.z_mean[1:])
    )


def specialization_curves(
    calibration: Calibration,
    xi: ArrayLike,
    grid: Grid,
    *,
    variants: Sequence[str] = tuple(VARIANTS),
    unit: Unit = "stock",
    seed: int = seeds.SIMULATION,
) -> pd.DataFrame:
    """Mean capital share of the first industry against its agglomeration elasticity (Figure 10).

    Productivities are those of the calibration; see `with_agglomeration`.

    Parameters
    ----------
    calibration : Calibration
        With two industries.
    xi : array_like, shape (n,)
        Agglomeration of the first industry.
    grid : Grid
    variants : sequence of str
        Keys of `VARIANTS`.
    unit : {"stock", "average"}
        See `with_agglomeration`.
    seed : int
        Of the simulated paths, common to all.

    Returns
    -------
    pandas.DataFrame
        ``xi``, ``variant``, ``share`` (mean along simulated paths), ``converged``.
    """
    rows = []
    for value in np.atleast_1d(np.asarray(xi, float)):
        here = with_agglomeration(calibration, float(value), unit=unit)
        for variant in ("equilibrium", *variants):
            solution = solve_variant(here, grid, variant)
            rows.append(
                {
                    "xi": float(value),
                    "variant": variant,
                    "share": _mean_share(solution, seed),
                    "converged": solution.converged,
                }
            )
    return pd.DataFrame(rows)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Crossover:
    """Where the planner chooses the equilibrium's specialisation.

    Attributes
    ----------
    xi : float
        Agglomeration of the first industry; NaN if the curves do not cross in the range.
    neutral : float
        Where they cross if the price of collateral is not internalised: the other industry's
        agglomeration, in closed form.
    converged : bool
        Whether every solution used is certified.
    """

    xi: float
    neutral: float
    converged: bool

    @property
    def shift(self) -> float:
        """How far the price of collateral moves the crossover."""
        return self.xi - self.neutral


def crossover(
    calibration: Calibration,
    grid: Grid,
    *,
    low: float = 0.0,
    high: float = 0.3,
    seed: int = seeds.SIMULATION,
    tolerance: float = 5e-4,
) -> Crossover:
    """Solve for the agglomeration at which planner and equilibrium specialise alike.

    Without the price of collateral that is where both industries have the same agglomeration;
    the search starts there.

    Returns
    -------
    Crossover
    """
    fine = True

    def excess(xi: float) -> float:
        nonlocal fine
        here = with_agglomeration(calibration, xi)
        market, planner = (
            solve_variant(here, grid, "equilibrium"),
            solve_variant(here, grid, "planner"),
        )
        fine &= market.converged and planner.converged
        return _mean_share(planner, seed) - _mean_share(market, seed)

    neutral = calibration.xi[1]
    a, fa = neutral, excess(neutral)
    b, fb = a, fa
    step = -0.02 if fa > 0 else 0.02
    while (fa > 0) == (fb > 0):
        a, fa = b, fb
        b = float(np.clip(b + step, low, high))
        if b == a:
            return Crossover(xi=float("nan"), neutral=neutral, converged=fine)
        fb = excess(b)
        step *= 2
    for _ in range(8):  # regula falsi: nearly linear
        root = a - fa * (b - a) / (fb - fa)
        value = excess(root)
        done = min(abs(root - a), abs(root - b)) < tolerance
        if (value > 0) == (fa > 0):
            a, fa = root, value
        else:
            b, fb = root, value
        if done or value == 0:
            break
    return Crossover(xi=float(root), neutral=neutral, converged=fine)


def existence_table(
    cases: Sequence[tuple[float, float]],
    calibration: Calibration,
    grid: Grid,
    *,
    seed: int = seeds.SIMULATION,
) -> pd.DataFrame:
    """Where equilibrium and planner are found: one row per (gamma, theta).

    Returns
    -------
    pandas.DataFrame
        ``gamma``, ``theta``, ``equilibrium`` and ``planner`` (whether certified), ``several``
        (percent of sampled states with several static equilibria), ``least margin``,
        ``policy change`` (the planner's largest, in a further sweep), ``ties`` (states that keep a
        choice beside a distant one), ``failing items`` (of the planner's certificate), ``several
        pieces`` (percent of sampled states whose feasible debt is not one interval), ``mean gain``
        (percent; NaN where one of them is not certified).
    """
    rows = []
    nan = float("nan")  # where a certificate stopped before an item
    for gamma, theta in cases:
        here = calibration.replace(gamma=gamma, theta=theta)
        market = solve_equilibrium(here, grid, max_sweeps=600, on_failure="return")
        planner = solve_planner(here, grid, max_sweeps=SWEEPS, on_failure="return", start=market)
        checked = {item.name: item.value for item in market.certificate.items()}
        evidence = {item.name: item.value for item in planner.certificate.items()}
        gain = nan
        if market.certificate.converged and planner.certificate.converged:
            gain = mean_gain(welfare_gain(market, planner), market, seed=seed)["mean"]
        change = max(evidence.get(f"change in {m}", nan) for m in ("c", "b_next", "k_next"))
        static = "static equilibria, share with several"
        pieces = "feasible pieces, share with several"
        rows.append(
            {
                "gamma": gamma,
                "theta": theta,
                "equilibrium": market.certificate.converged,
                "several": 100 * checked.get(static, nan),
                "least margin": checked.get("uniqueness margin, least", nan),
                "planner": planner.certificate.converged,
                "policy change": change,
                "ties": evidence.get("ties", nan),
                "failing items": len(planner.certificate.failing),
                "several pieces": 100 * evidence.get(pieces, nan),
                "mean gain": gain,
            }
        )
    return pd.DataFrame(rows)


#: Losses below this share of consumption are rounding.
ROUNDING = 1e-6


def tax_map(
    planner: Planner, taxes: Taxes, *, sizes: dict[str, float], industry: int = 0, points: int = 61
) -> pd.DataFrame:
    """Both taxes over bonds and the capital share of an industry, for several shocks to it.

    Parameters
    ----------
    planner : Planner
        With two industries.
    taxes : Taxes
        Result of `optimal_taxes`.
    sizes : dict of str to float
        Shocks by name, in standard deviations of the industry's innovation from the mean.
    industry : int
    points : int
        Shares between the ends of the grid.

    Returns
    -------
    pandas.DataFrame
        ``shock``, ``bonds`` (over income), ``share`` (capital share of the industry), ``debt`` and
        ``industry`` (tax on debt; subsidy of the industry's returns, both percent), ``bound``
        (whether the planner's choice is at the limit, by the nearer nodes).
    """
    if planner.calibration.n_industries != 2:
        raise ValueError(
            f"the planner has {planner.calibration.n_industries} industries; allowed: 2"
        )
    space, shocks = planner.grid, planner.shocks
    nodes = space.capital if industry == 0 else 1.0 - space.capital[::-1]
    b, share = (
        m.ravel()
        for m in np.meshgrid(space.bonds, np.linspace(nodes[0], nodes[-1], points), indexing="ij")
    )
    k = np.stack([share, 1.0 - share] if industry == 0 else [1.0 - share, share], axis=-1)
    at_limit = (planner.policies.status == BOUND).astype(float)
    columns = {
        "debt": 100.0 * taxes.tax_bonds,
        "industry": 100.0 * taxes.tax_capital[..., industry],
        "bound": at_limit,
    }
    read = {name: grid_function(values, space, shocks) for name, values in columns.items()}
    frames = []
    for name, size in sizes.items():
        z = np.tile(productivity_after(planner, industry=industry, size=size), (len(b), 1))
        part = pd.DataFrame({column: function(b, k, z) for column, function in read.items()})
        part = part.assign(shock=name, bonds=b / space.income_scale, share=share)
        frames.append(part.assign(bound=part["bound"] >= 0.5))
    return pd.concat(frames, ignore_index=True)


def map_headlines(maps: pd.DataFrame, mean: str, adverse: str) -> dict[str, float]:
    """Ends of the tax on debt on a :func:`tax_map`, states at the limit, and what a shock moves.

    Parameters
    ----------
    maps : pandas.DataFrame
    mean, adverse : str
        Names of its shocks.
    """
    wide = maps.pivot_table(index=["bonds", "share"], columns="shock", values=["debt", "bound"])
    shifted = (wide["debt", adverse] - wide["debt", mean]).abs()
    return {
        "map_debt_most": float(maps["debt"].max()),
        "map_debt_least": float(maps["debt"].min()),
        "map_bound_mean": 100 * float(wide["bound", mean].mean()),
        "map_bound_adverse": 100 * float(wide["bound", adverse].mean()),
        "map_debt_shift": float(shifted.max()),
    }


def tax_schedules(planner: Planner, taxes: Taxes, shares: dict[str, float]) -> pd.DataFrame:
    """Both taxes, in percent, over the nodes of bonds at mean productivity.

    Parameters
    ----------
    planner : Planner
        With two industries.
    taxes : Taxes
    shares : dict of str to float
        Economies by name and their capital share of industry 1.

    Returns
    -------
    pandas.DataFrame
        ``economy``, ``bonds`` (over income), ``debt``, ``industry``.
    """
    space, b = planner.grid, planner.grid.bonds
    z = np.tile(planner.calibration.z_mean, (len(b), 1))
    frames = []
    for name, share in shares.items():
        states = b, np.tile([share, 1 - share], (len(b), 1)), z
        debt = grid_function(taxes.tax_bonds, space, planner.shocks)(*states)
        industry = grid_function(taxes.tax_capital, space, planner.shocks)(*states)[:, 0]
        columns = {"bonds": b / space.income_scale, "debt": 100 * debt, "industry": 100 * industry}
        frames.append(pd.DataFrame({"economy": name, **columns}))
    return pd.concat(frames, ignore_index=True)


def visited_taxes(
    planner: Planner, taxes: Taxes, *, bins: int = 10, seed: int = seeds.SIMULATION
) -> pd.DataFrame:
    """Mean taxes along the planner's simulated paths, by equally large groups of states.

    Returns
    -------
    pandas.DataFrame
        ``by`` ("bonds" or "share", the first industry's), ``at`` (mean of the group; bonds over
        stationary income), ``debt`` and ``industry`` (percent), ``bound`` (percent of visits).
    """
    paths = ergodic_paths(planner, seed=seed)
    states = paths.states
    marginal = paths.c.ravel() ** -planner.calibration.gamma
    frame = pd.DataFrame(
        {
            "bonds": states[0] / planner.grid.income_scale,
            "share": states[1][:, 0],
            "debt": 100 * grid_function(taxes.tax_bonds, taxes.grid, taxes.shocks)(*states),
            "industry": 100
            * grid_function(taxes.tax_capital, taxes.grid, taxes.shocks)(*states)[:, 0],
            "bound": 100.0 * (paths.eta.ravel() > 1e-5 * marginal),
        }
    )
    groups = []
    for by in ("bonds", "share"):
        group = pd.qcut(frame[by].rank(method="first"), bins, labels=False)
        mean = frame.groupby(group).mean().rename(columns={by: "at"})
        groups.append(mean[["at", "debt", "industry", "bound"]].assign(by=by))
    return pd.concat(groups, ignore_index=True)


def policy_distance(
    one: Solution, other: Solution, *, seed: int = seeds.SIMULATION
) -> pd.DataFrame:
    """How far two solutions on the same grid are apart (Proposition 1).

    Returns
    -------
    pandas.DataFrame
        Rows ``c``, ``b_next``, ``k_next``, ``q``; columns ``largest`` and ``mean`` over all grid
        states, ``largest visited`` and ``mean visited`` along simulated paths of the second.
        Over income; ``k_next`` in shares.
    """
    states, scale = ergodic_paths(other, seed=seed).states, other.grid.income_scale
    first, second = one.at(*states), other.at(*states)
    rows = {}
    for name in ("c", "b_next", "k_next", "q"):
        unit = 1.0 if name == "k_next" else scale
        grid = np.abs(getattr(one.policies, name) - getattr(other.policies, name)) / unit
        seen = np.abs(getattr(first, name) - getattr(second, name)) / unit
        rows[name] = {
            "largest": grid.max(), "mean": grid.mean(), "largest visited": seen.max(),
            "mean visited": seen.mean(),
        }  # fmt: skip
    return pd.DataFrame(rows).T


def losing_states(
    gain: Floats,
    equilibrium: Solution,
    *,
    tolerance: float = ROUNDING,
    seed: int = seeds.SIMULATION,
) -> pd.DataFrame:
    """Visited states in which the gain (29) is negative, by grid cell.

    Parameters
    ----------
    gain : array, shape of the policies
        Result of `welfare_gain`.
    equilibrium : Solution
        Its simulated paths are what counts as visited.
    tolerance : float
        Losses up to this share of permanent consumption are not counted.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per grid node that is nearest to such a visit, worst first: ``bonds`` (over
        stationary income), ``k_1``, ... and ``z_1``, ... (levels) of the node, ``gain`` (percent
        of permanent consumption, mean over those visits), ``least``, and ``mass`` (percent of all
        visits). Empty where no visited state loses.
    """
    paths = ergodic_paths(equilibrium, seed=seed)
    n, space = equilibrium.calibration.n_industries, equilibrium.grid
    b, k, z = paths.states
    value = grid_function(gain, space, equilibrium.shocks)(b, k, z)
    lost = value < -tolerance
    nearest = np.abs(space.bonds - b[lost, None]).argmin(axis=1)
    frame = pd.DataFrame({"bonds": space.bonds[nearest] / space.income_scale})
    cell = np.abs(space.allocation - k[lost, None]).sum(axis=-1).argmin(axis=1)
    for i in range(n):
        frame[f"k_{i + 1}"] = space.allocation[cell, i]
    for i in range(n):
        frame[f"z_{i + 1}"] = z[lost, i]
    keys = list(frame)
    frame["gain"] = 100.0 * value[lost]
    rows = frame.groupby(keys, as_index=False)["gain"].agg(["mean", "min", "size"])
    rows = rows.rename(columns={"mean": "gain", "min": "least", "size": "visits"})
    rows["mass"] = 100.0 * rows.pop("visits") / len(b)
    return rows.sort_values("least", ignore_index=True)


def losses_table(losers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Number, visits and worst of :func:`losing_states`, a row for what each planner counts."""
    rows = {
        name: {
            "grid states": len(states),
            "percent of visits": float(states["mass"].sum()),
            "worst, percent": float(states["least"].min()) if len(states) else 0.0,
        }
        for name, states in losers.items()
    }
    return pd.DataFrame(rows).T


def existence_headlines(table: pd.DataFrame) -> dict[str, float]:
    """Numbers that the text quotes from an :func:`existence_table` with the published case."""
    rows = {(row["gamma"], row["theta"]): row for row in table.to_dict("records")}
    published, two = rows[5.0, 0.35], rows[2.0, 0.35]
    return {
        "published_change": round(float(published["policy change"]), 2),
        "two_change": float(two["policy change"]),
        "two_pieces": float(two["several pieces"]),
        "published_several": float(published["several"]),
        "planners_found": int(table["planner"].sum()),
        "planner_cases": len(table),
    }


def curve_slope(curves: pd.DataFrame, size: str, variant: str) -> float:
    """Least-squares slope of the share over agglomeration on one of the curves of Figure 10.

    Parameters
    ----------
    curves : pandas.DataFrame
        :func:`specialization_curves` with a column ``size``, the unit in which it is measured.
    size, variant : str
    """
    line = curves[(curves["size"] == size) & (curves["variant"] == variant)]
    return float(np.polyfit(line["xi"], line["share"], 1)[0])


def curve_headlines(curves: pd.DataFrame) -> dict[str, float]:
    """Numbers of Figure 10: planner less market at both ends, crossings, the market's slopes.

    Parameters
    ----------
    curves : pandas.DataFrame
        As for :func:`curve_slope`; gaps and crossings are those of the first unit.
    """
    stock, average = curves["size"].unique()
    first = curves[curves["size"] == stock].pivot_table(
        index="xi", columns="variant", values="share"
    )
    gap = first["planner"] - first["equilibrium"]
    alone = first["price of collateral only"] - first["equilibrium"]
    return {
        "gap_none": float(gap.iloc[0]),
        "gap_strong": float(gap.iloc[-1]),
        "pecuniary_none": float(alone.iloc[0]),
        "crossings": int((np.diff(np.sign(gap)) != 0).sum()),
        "slope_stock": curve_slope(curves, stock, "equilibrium"),
        "slope_average": curve_slope(curves, average, "equilibrium"),
    }
