"""Small solutions over settings of a few parameters, for the sliders of the book."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec.model import (
    Equilibrium,
    Grid,
    ergodic_paths,
    solve_equilibrium,
    solve_planner,
    welfare_gain,
)
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import solve_adapted
from regspec.regions.simulate import relative_nodes, simulate_regions
from regspec.regions.zones import public_zones, zone_starts
from regspec.sources import bea, cbp, tfp
from regspec.studies.gains import gain_along_bonds, gain_along_shares, mean_gain
from regspec.studies.planning import specialized_region, with_agglomeration
from regspec.studies.responses import along_bonds, ergodic_states, respond

Floats = NDArray[np.float64]
Key = tuple[int, ...]

__all__ = [
    "IMPULSE",
    "POLICIES",
    "Explorer",
    "Setting",
    "Solved",
    "ZoneModel",
    "chosen_of",
    "curve_settings",
    "explorer_chosen",
    "explorer_gains",
    "explorer_impulses",
    "gain_settings",
    "impulse_settings",
    "policy_settings",
    "settings_of",
    "settings_table",
    "solve_settings",
    "zone_model",
]

# The planner need not settle; it says so.
_SWEEPS = 60

#: Variables of a response, and of a slice of policies, in the order of the panels.
IMPULSE = ("consumption", "price", "share", "bonds")
POLICIES = ("bonds_next", "share_next_0", "price", "multiplier")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What the panels show at one position of the sliders.

    Attributes
    ----------
    lines : tuple of array, shapes (series, points)
        One array a panel; NaN where there is nothing to draw.
    note : str
        A sentence about it.
    certified : bool
        Whether every solution behind it passes its certificate.
    marks : tuple of (int, float, str)
        Panel, place and name of vertical lines.
    """

    lines: tuple[Floats, ...]
    note: str
    certified: bool
    marks: tuple[tuple[int, float, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """An economy with its collateral limit, and the same one without."""

    limited: Equilibrium
    free: Equilibrium


def solve_settings(
    theta: Sequence[float], gamma: Sequence[float], cost: Sequence[float], grid: Grid
) -> dict[Key, Solved]:
    """Economies at every combination of limit, risk aversion and multiple of adjustment costs.

    Returns
    -------
    dict
        Keyed by the positions in `theta`, `gamma`, `cost`.
    """
    found: dict[Key, Solved] = {}
    for g, a in itertools.product(range(len(gamma)), range(len(cost))):
        base = Calibration.converted(gamma=gamma[g])
        base = base.replace(phi_adj=tuple(cost[a] * x for x in base.phi_adj))
        free = solve_equilibrium(base.replace(constraint=False), grid, on_failure="return")
        for t in range(len(theta)):
            limited = solve_equilibrium(base.replace(theta=theta[t]), grid, on_failure="return")
            found[t, g, a] = Solved(limited=limited, free=free)
    return found


def impulse_settings(
    solved: Mapping[Key, Solved], sizes: Sequence[float], *, draws: int = 500, horizon: int = 8
) -> dict[Key, Setting]:
    """Responses to shocks of several sizes (Figure 7), with and without the limit."""
    found: dict[Key, Setting] = {}
    for key, pair in solved.items():
        start = ergodic_states(pair.limited, draws=draws)
        for s, size in enumerate(sizes):
            responses = [
                respond(e, start=start, size=size, horizon=horizon)
                for e in (pair.limited, pair.free)
            ]
            lines = tuple(
                np.array([[r.at(v, h) for h in range(horizon + 1)] for r in responses])
                for v in IMPULSE
            )
            impact = responses[0].at("consumption", 0)
            note = (
                f"Consumption moves by {impact:.1f} percent on impact, "
                f"{responses[1].at('consumption', 0):.1f} without the limit, which binds in "
                f"{100 * responses[0].bound_share:.0f} percent of decades."
            )
            found[*key, s] = Setting(lines=lines, note=note, certified=_certified(pair))
    return found


def _certified(pair: Solved) -> bool:
    return pair.limited.certificate.converged and pair.free.certificate.converged


def policy_settings(
    solved: Mapping[Key, Solved],
    sizes: Sequence[float],
    *,
    shares: Mapping[str, float],
    bonds: Floats,
) -> dict[Key, Setting]:
    """Decision rules over bonds (over income) after shocks of several sizes (Figure 8a)."""
    found: dict[Key, Setting] = {}
    for key, pair in solved.items():
        scale = pair.limited.grid.income_scale
        for s, size in enumerate(sizes):
            rules = along_bonds(
                pair.limited, shares=dict(shares), size=size, points=len(bonds),
                bonds=(float(bonds[0] * scale), float(bonds[-1] * scale)),
            )  # fmt: skip
            rules["bonds_next"] /= scale
            rules.loc[~rules["inside"], list(POLICIES)] = np.nan
            lines = tuple(
                np.stack([rules.loc[rules["economy"] == name, v].to_numpy() for name in shares])
                for v in POLICIES
            )
            edge = rules.loc[rules["bound"] & rules["inside"]].groupby("economy")["bonds"].max()
            told = [
                f"{name}: {edge[name] / scale:.2f}" if name in edge else f"{name}: nowhere"
                for name in shares
            ]
            note = f"The limit binds below bonds over income of: {'; '.join(told)}."
            found[*key, s] = Setting(
                lines=lines, note=note, certified=pair.limited.certificate.converged
            )
    return found


def gain_settings(
    region: Calibration,
    theta: Sequence[float],
    gamma: Sequence[float],
    xi: Sequence[float],
    grid: Grid,
    *,
    shares: Mapping[str, float],
    points: int = 41,
) -> tuple[dict[Key, Setting], dict[Key, tuple[float, float]]]:
    """Gains after an adverse shock (Figure 12) by limit, risk aversion and agglomeration.

    Returns
    -------
    settings : dict
        Panels over bonds (over income; series are `shares`) and over the share (series: most and
        least debt of the market's paths).
    chosen : dict
        Mean capital share of industry 1 under market and planner.
    """
    settings: dict[Key, Setting] = {}
    chosen: dict[Key, tuple[float, float]] = {}
    for t, g, x in itertools.product(range(len(theta)), range(len(gamma)), range(len(xi))):
        economy = with_agglomeration(
            region.replace(theta=theta[t], gamma=gamma[g]), xi[x], unit="average"
        )
        market = solve_equilibrium(economy, grid, on_failure="return")
        planner = solve_planner(economy, grid, max_sweeps=_SWEEPS, on_failure="return")
        gain = welfare_gain(market, planner)
        paths = ergodic_paths(market)
        debts = {
            name: float(np.quantile(paths.b, q)) for name, q in (("most", 0.05), ("least", 0.95))
        }
        bonds = gain_along_bonds(gain, planner, shares=dict(shares), points=points)
        share = gain_along_shares(gain, planner, bonds=debts, points=points)
        over_bonds = [bonds.loc[bonds["economy"] == name, "gain"].to_numpy() for name in shares]
        over_shares = [share.loc[share["economy"] == name, "gain"].to_numpy() for name in debts]
        mean = mean_gain(gain, market)["mean"]
        chosen[t, g, x] = (
            float(paths.k[..., 0].mean()), float(ergodic_paths(planner).k[..., 0].mean()),
        )  # fmt: skip
        settings[t, g, x] = Setting(
            lines=(np.stack(over_bonds), np.stack(over_shares)),
            note=f"The mean gain over the states that the market visits is {mean:.3f} percent.",
            certified=market.certificate.converged and planner.certificate.converged,
        )
    return settings, chosen


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneModel:
    """The model's path of every zone with manufacturing.

    Attributes
    ----------
    paths : pandas.DataFrame
        Index cz, one column a date: log income less the mean over zones, from the zone's own at the
        first date; the model's manufacturing weighted with the zone's share of it (reading 24,
        total income).
    sound : float
        Share of zone-decades with certified rules inside their grids.
    gamma : float
    """

    paths: pd.DataFrame
    sound: float
    gamma: float


def zone_model(
    data: pd.DataFrame, *, gamma: float = 2.0, step: float = 1.0, grid: Grid | None = None
) -> ZoneModel:
    """Run every zone from 1980 under its own productivity, as the chapter on zones does.

    Parameters
    ----------
    data : pandas.DataFrame
        Log income per head less the mean: index cz, one column a year.
    gamma, step, grid
        Risk aversion, distance of nodes of relative productivity, bonds and shocks.
    """
    calibration = Calibration.converted(gamma=gamma)
    zones = public_zones(cbp.manufacturing_shares(1980), bea.zone_income())
    start = zone_starts(
        zones, tfp.industry_tfp(), calibration, definitions=["machinery"], readings=["regional"]
    )["machinery", "regional"]
    nodes = relative_nodes(start, step=step)
    family = solve_adapted(calibration, [start], nodes, grid or Grid(bonds=40, shocks=3))
    run = simulate_regions(start, family)
    panel = zones.panels["machinery"].set_index("cz")
    level = run.log_income - run.log_income[0]
    level = (level - level.mean(axis=1, keepdims=True)) * panel["manufacturing_share"].to_numpy()
    here = data.loc[panel.index, zones.dates[0]].to_numpy()
    paths = pd.DataFrame((level + here).T, index=panel.index, columns=list(zones.dates))
    return ZoneModel(paths=paths, sound=run.sound, gamma=gamma)


def curve_settings(
    chosen: Mapping[Key, tuple[float, float]],
    settings: Mapping[Key, Setting],
    xi: Sequence[float],
) -> dict[Key, Setting]:
    """Specialization against agglomeration (Figure 10), from the solutions of `gain_settings`."""
    found: dict[Key, Setting] = {}
    for t, g in sorted({key[:2] for key in chosen}):
        pairs = np.array([chosen[t, g, x] for x in range(len(xi))])
        sound = np.array([settings[t, g, x].certified for x in range(len(xi))])
        gap = pairs[:, 1] - pairs[:, 0]
        turns = np.flatnonzero(np.diff(np.sign(gap)) != 0)
        marks: tuple[tuple[int, float, str], ...] = ()
        note = "The curves do not cross in this range."
        if turns.size:
            i = int(turns[0])
            at = xi[i] + (xi[i + 1] - xi[i]) * gap[i] / (gap[i] - gap[i + 1])
            marks, note = ((0, float(at), "cross"),), f"The curves cross at {at:.3f}."
        found[t, g] = Setting(lines=(pairs.T,), note=note, certified=bool(sound.all()), marks=marks)
    return found


@dataclass(frozen=True, kw_only=True)
class Explorer:
    """Parameters of the page with the sliders, and their positions.

    Attributes
    ----------
    grid : Grid
    draws, horizon : int
        Economies behind a response, and decades after the shock.
    specialized : float
        Private resting point of the planner's region: capital share of industry 1.
    theta, gamma, cost, sizes : tuple of float
        Limits, risk aversion, multiples of adjustment costs, and shocks in standard deviations.
    limits, aversions, strengths : tuple of float
        Limits, risk aversion and agglomeration of industry 1, of the planner.
    """

    grid: Grid = Grid(40, 15, 3)  # noqa: RUF009 (frozen)
    draws: int = 500
    horizon: int = 8
    specialized: float = 0.7
    theta: tuple[float, ...] = (0.05, 0.15, 0.25, 0.35)
    gamma: tuple[float, ...] = (1.0, 2.0, 5.0)
    cost: tuple[float, ...] = (0.5, 1.0, 2.0)
    sizes: tuple[float, ...] = (-2.0, -1.0, 1.0, 2.0)
    limits: tuple[float, ...] = (0.15, 0.25)
    aversions: tuple[float, ...] = (1.0, 2.0)
    strengths: tuple[float, ...] = (0.0, 0.075, 0.15, 0.225, 0.3)

    @property
    def shares(self) -> dict[str, float]:
        """Economies side by side: capital share in machinery."""
        return {"specialized (0.8 in machinery)": 0.8, "balanced (0.5)": 0.5}

    @cached_property
    def region(self) -> Calibration:
        """The planner's region, whose industries agglomerate alike."""
        base = Calibration.converted()
        return specialized_region(base.replace(xi=(base.xi[1],) * 2), self.specialized)

    def solved(self) -> dict[Key, Solved]:
        """Economies at every position of limit, risk aversion and adjustment costs."""
        return solve_settings(self.theta, self.gamma, self.cost, self.grid)


def settings_table(settings: Mapping[Key, Setting]) -> pd.DataFrame:
    """Settings without marks, whose lines have equally many points, as a table.

    Returns
    -------
    pandas.DataFrame
        A row a line: ``key`` (of the setting), ``panel``, ``series``, ``certified``, ``note``, and
        the points under their numbers.
    """
    rows = [
        {"key": ",".join(map(str, key)), "panel": p, "series": s, "certified": setting.certified,
         "note": setting.note} | {str(n): float(value) for n, value in enumerate(line)}
        for key, setting in settings.items()
        for p, lines in enumerate(setting.lines)
        for s, line in enumerate(lines)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def settings_of(table: pd.DataFrame) -> dict[Key, Setting]:
    """Settings of a table (:func:`settings_table`)."""
    found = {}
    for key, rows in table.groupby("key", sort=False):
        panels = [lines.iloc[:, 5:].to_numpy(float) for _, lines in rows.groupby("panel")]
        first = rows.iloc[0]
        found[tuple(int(n) for n in str(key).split(","))] = Setting(
            lines=tuple(panels), note=first["note"], certified=bool(first["certified"])
        )
    return found


def explorer_impulses(at: Explorer = Explorer()) -> pd.DataFrame:
    """Responses at every position of the sliders: see :func:`impulse_settings`."""
    found = impulse_settings(at.solved(), at.sizes, draws=at.draws, horizon=at.horizon)
    return settings_table(found)


@lru_cache(maxsize=1)
def _gains(at: Explorer) -> tuple[dict[Key, Setting], dict[Key, tuple[float, float]]]:
    return gain_settings(
        at.region, at.limits, at.aversions, at.strengths, at.grid, shares=at.shares
    )


def explorer_gains(at: Explorer = Explorer()) -> pd.DataFrame:
    """Gains at every position of the planner's sliders: see :func:`gain_settings`."""
    return settings_table(_gains(at)[0])


def explorer_chosen(at: Explorer = Explorer()) -> pd.DataFrame:
    """Mean capital share of industry 1 at the same positions.

    Returns
    -------
    pandas.DataFrame
        ``limit``, ``aversion``, ``strength`` (positions), ``market``, ``planner``.
    """
    rows = [(*key, *pair) for key, pair in _gains(at)[1].items()]
    return pd.DataFrame(rows, columns=["limit", "aversion", "strength", "market", "planner"])


def chosen_of(table: pd.DataFrame) -> dict[Key, tuple[float, float]]:
    """Shares under market and planner by position, of a table (:func:`explorer_chosen`)."""
    keys = table[["limit", "aversion", "strength"]].itertuples(index=False, name=None)
    pairs = table[["market", "planner"]].itertuples(index=False, name=None)
    return dict(zip(keys, pairs, strict=True))
