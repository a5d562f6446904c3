"""Simulated histories, and responses to an industry's productivity shock (Figure 7).

With a decade as the period a stationary path can alternate between bound and slack periods, so
a response from one starting point says little. The generalised response averages over starting
states drawn from the ergodic distribution: shocked minus unshocked, under common random numbers.

Slices through the decision rules after an adverse shock (Figures 8 and 9).

Each function evaluates the solution along one axis, everything else held fixed, and returns a
tidy frame; the economy "specialised" in an industry holds most of its capital there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regspec import seeds
from regspec.model import Equilibrium, Solution
from regspec.model.economy.technology import income

__all__ = [
    "VARIABLES",
    "Impulse",
    "ImpulsePair",
    "State",
    "along_bonds",
    "along_shares",
    "at_bonds",
    "bound_bonds",
    "bound_states",
    "draw_innovations",
    "ergodic_states",
    "productivity_after",
    "respond",
]

Floats = NDArray[np.float64]


#: Variables of a response and what each is measured in.
VARIABLES = {
    "bonds": "bonds chosen, percent of mean income",
    "share": "capital chosen for the shocked industry, percentage points",
    "consumption": "consumption, percent",
    "price": "price of capital, percent",
    "income": "income, percent",
    "bound": "periods with a binding limit, percentage points",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """States of n economies at the start of a period.

    Productivity follows the AR(1) itself, not the solver's chain, kept inside its nodes' range.

    Attributes
    ----------
    b : ndarray, shape (n,)
    k : ndarray, shape (n, I)
    u : ndarray, shape (n, I)
        Log productivity less its mean, the AR(1) component of (7).
    """

    b: Floats
    k: Floats
    u: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Impulse:
    """Mean response of an economy, and what it rests on.

    Attributes
    ----------
    frame : pandas.DataFrame
        ``variable`` (:data:`VARIABLES`), ``horizon`` (0 is the period of the shock),
        ``response`` (mean over draws), ``low`` and ``high`` (16th and 84th percentile of the
        draws), ``error`` (simulation standard error of the mean).
    industry : int
    size : float
        Shock in standard deviations of the innovation.
    effective_size : float
        Its mean over draws, once productivity is kept inside the range of the solver's nodes.
    draws : int
    seed : int
    constraint : bool
    period_years : int
    bound_share : float
        Share of unshocked economy-periods in which the limit binds.
    inside_share : float
        Share of evaluations inside the solver's grid; the rest used its edge.
    """

    frame: pd.DataFrame
    industry: int
    size: float
    effective_size: float
    draws: int
    seed: int
    constraint: bool
    period_years: int
    bound_share: float
    inside_share: float

    def at(self, variable: str, horizon: int) -> float:
        """Mean response of one variable at one horizon."""
        f = self.frame
        return float(
            f.loc[(f["variable"] == variable) & (f["horizon"] == horizon), "response"].iloc[0]
        )

    def half_life(self, variable: str) -> float:
        """Periods from the largest mean response until it has fallen by half (inf if never)."""
        path = self.frame.loc[self.frame["variable"] == variable, "response"].abs().to_numpy()
        peak = int(path.argmax())
        below = np.flatnonzero(path[peak:] <= path[peak] / 2)
        return float(below[0]) if below.size else float("inf")


def _mean_log_z(equilibrium: Equilibrium) -> Floats:
    return np.array([np.log(nodes).mean() for nodes in equilibrium.shocks.nodes])


def draw_innovations(equilibrium: Equilibrium, *, periods: int, draws: int, seed: int) -> Floats:
    """Innovations of log productivity, shape (periods, draws, I), normal with sd sigma_i."""
    rng = np.random.default_rng(seed)
    sigma = np.asarray(equilibrium.calibration.sigma_period, dtype=float)
    return rng.standard_normal((periods, draws, sigma.size)) * sigma


def _confined(equilibrium: Equilibrium, u: Floats) -> Floats:
    """Productivity kept inside the range of the solver's nodes, where decision rules exist."""
    logs = [np.log(nodes) for nodes in equilibrium.shocks.nodes]
    low = np.array([x[0] - x.mean() for x in logs])
    high = np.array([x[-1] - x.mean() for x in logs])
    return np.clip(u, low, high)


def _step(
    equilibrium: Equilibrium, state: State, industry: int
) -> tuple[dict[str, Floats], Floats, Floats]:
    """Outcomes of one period: variables by name, bonds carried over, capital carried over."""
    calibration = equilibrium.calibration
    z = np.exp(_mean_log_z(equilibrium) + state.u)
    policy = equilibrium.at(state.b, state.k, z)
    values = {
        "bonds": policy.b_next,
        "share": policy.k_next[:, industry],
        "consumption": policy.c,
        "price": policy.q,
        "income": income(state.k, z, calibration),
        "bound": policy.bound.astype(float),
        "inside": policy.inside.astype(float),
    }
    return values, policy.b_next, policy.k_next


def _simulate(
    equilibrium: Equilibrium, state: State, innovations: Floats, industry: int = 0
) -> tuple[dict[str, Floats], State]:
    """Path of every variable, arrays of shape (periods, n), and the state after the last one.

    ``innovations[t]`` moves productivity from period t to t + 1.
    """
    rho = np.asarray(equilibrium.calibration.rho_period, dtype=float)
    history: dict[str, list[Floats]] = {}
    for shock in innovations:
        values, b_next, k_next = _step(equilibrium, state, industry)
        for name, value in values.items():
            history.setdefault(name, []).append(value)
        state = State(b=b_next, k=k_next, u=_confined(equilibrium, rho * state.u + shock))
    return {name: np.array(rows) for name, rows in history.items()}, state


def ergodic_states(
    equilibrium: Equilibrium, *, draws: int = 2000, burn_in: int = 100, seed: int = seeds.IMPULSE
) -> State:
    """States of independent economies after `burn_in` periods, started mid-grid.

    Where a stationary path alternates between bound and slack periods, economies that start
    together stay in step: every other one therefore runs a period longer, so that both phases
    have the weight that they have over time.

    Parameters
    ----------
    equilibrium : Equilibrium
    draws : int
        Number of economies.
    burn_in : int
        Periods simulated before the state is taken.
    seed : int

    Raises
    ------
    ValueError
        If `draws` or `burn_in` is less than one.
    """
    if draws < 1 or burn_in < 1:
        raise ValueError(f"draws is {draws} and burn_in {burn_in}; both must be at least 1")
    industries = len(equilibrium.shocks.nodes)
    bonds = equilibrium.grid.bonds
    start = State(
        b=np.full(draws, float(np.median(bonds))),
        k=np.full((draws, industries), 1.0 / industries),
        u=np.zeros((draws, industries)),
    )
    shocks = draw_innovations(equilibrium, periods=burn_in + 1, draws=draws, seed=seed)
    even = _simulate(equilibrium, start, shocks[:-1])[1]
    odd = _simulate(equilibrium, even, shocks[-1:])[1]
    longer = np.arange(draws) % 2 == 1
    return State(
        b=np.where(longer, odd.b, even.b),
        k=np.where(longer[:, None], odd.k, even.k),
        u=np.where(longer[:, None], odd.u, even.u),
    )


def bound_states(equilibrium: Equilibrium, states: State) -> State:
    """Those of `states` in which the collateral limit binds.

    Raises
    ------
    ValueError
        If it binds in none of them.
    """
    binds = _step(equilibrium, states, 0)[0]["bound"] > 0
    if not binds.any():
        raise ValueError(
            f"the limit binds in none of {states.b.size} states: draw them with ergodic_states "
            "from an economy with constraint=True"
        )
    return State(b=states.b[binds], k=states.k[binds], u=states.u[binds])


def _difference(name: str, shocked: Floats, base: Floats, mean_income: float) -> Floats:
    """Shocked minus unshocked in the units of :data:`VARIABLES`."""
    if name == "bonds":
        return 100.0 * (shocked - base) / mean_income
    if name in ("share", "bound"):
        return 100.0 * (shocked - base)
    return 100.0 * np.log(shocked / base)


def respond(
    equilibrium: Equilibrium,
    *,
    start: State | None = None,
    industry: int = 0,
    size: float = -1.0,
    horizon: int = 8,
    draws: int = 2000,
    seed: int = seeds.IMPULSE,
) -> Impulse:
    """Generalised impulse response to an innovation in one industry's productivity.

    Each draw is simulated twice from the same state with the same later innovations; in one of
    the two, productivity of `industry` is `size` standard deviations of its innovation higher
    in the first period.

    Parameters
    ----------
    equilibrium : Equilibrium
    start : State, optional
        Starting states; drawn from this economy's ergodic distribution if left out. Pass the
        states of one economy to another to compare them from the same points.
    industry : int
    size : float
        In standard deviations; negative is adverse.
    horizon : int
        Periods after the shock that are reported.
    draws, seed : int
        Economies simulated and the seed of their innovations (ignored draws if `start`).

    Raises
    ------
    ValueError
        For an industry that does not exist or a negative horizon.

    Examples
    --------
    >>> from regspec.model import Grid, solve_equilibrium
    >>> from regspec.parameters import Calibration
    >>> calibration, grid = Calibration.converted(gamma=2.0), Grid(40, 15, 3)
    >>> equilibrium = solve_equilibrium(calibration, grid)
    >>> response = respond(equilibrium, horizon=3, draws=200)
    >>> response.at("price", 0) < 0.0  # an adverse shock lowers the price of capital
    True
    >>> sorted(set(response.frame["horizon"]))
    [0, 1, 2, 3]
    """
    industries = len(equilibrium.shocks.nodes)
    if not 0 <= industry < industries:
        raise ValueError(f"industry is {industry}; the model has industries 0 to {industries - 1}")
    if horizon < 0:
        raise ValueError(f"horizon is {horizon}; it must not be negative")
    start = ergodic_states(equilibrium, draws=draws, seed=seed) if start is None else start
    count = start.b.size
    later = draw_innovations(equilibrium, periods=horizon + 1, draws=count, seed=seed + 1)
    hit = start.u.copy()
    sigma = equilibrium.calibration.sigma_period[industry]
    hit[:, industry] += size * sigma
    hit = _confined(equilibrium, hit)
    base = _simulate(equilibrium, start, later, industry)[0]
    shocked = _simulate(equilibrium, replace(start, u=hit), later, industry)[0]
    mean_income = float(base["income"].mean())
    rows = []
    for name in VARIABLES:
        gap = _difference(name, shocked[name], base[name], mean_income)
        low, high = np.percentile(gap, [16, 84], axis=1)
        rows.append(
            pd.DataFrame(
                {
                    "variable": name,
                    "horizon": np.arange(horizon + 1),
                    "response": gap.mean(axis=1),
                    "low": low,
                    "high": high,
                    "error": gap.std(axis=1) / np.sqrt(count),
                }
            )
        )
    return Impulse(
        frame=pd.concat(rows, ignore_index=True),
        industry=industry,
        size=size,
        effective_size=float((hit - start.u)[:, industry].mean() / sigma) if sigma > 0 else 0.0,
        draws=count,
        seed=seed,
        constraint=equilibrium.calibration.constraint,
        period_years=equilibrium.calibration.period_years,
        bound_share=float(base["bound"].mean()),
        inside_share=float((base["inside"].mean() + shocked["inside"].mean()) / 2),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpulsePair:
    """Responses of the economies with and without the limit from the same states (Figure 7).

    Attributes
    ----------
    limited, free : Impulse
    bound_limited, bound_free : Impulse
        From states in which the limit binds.
    """

    limited: Impulse
    free: Impulse
    bound_limited: Impulse
    bound_free: Impulse

    def impact(self, variable: str) -> tuple[float, float]:
        """Mean response on impact with the limit and without."""
        return self.limited.at(variable, 0), self.free.at(variable, 0)

    def _shares(self) -> tuple[Floats, Floats]:
        frames = (i.frame.query("variable == 'share'") for i in (self.limited, self.free))
        limited, free = (frame["response"].to_numpy() for frame in frames)
        return limited, free

    @property
    def peak(self) -> int:
        """Decades after the shock at which most capital has left the industry, with the limit."""
        return int(np.abs(self._shares()[0]).argmax())

    @property
    def ratio_impact(self) -> float:
        """Capital that leaves in the first decade, with the limit over without."""
        limited, free = self.impact("share")
        return limited / free

    @property
    def ratio_medium(self) -> float:
        """The same after three decades."""
        limited, free = self._shares()
        return limited[2] / free[2]

    @property
    def ratio_bound(self) -> float:
        """The same in the first decade of economies that start at their limit."""
        return self.bound_limited.at("share", 0) / self.bound_free.at("share", 0)

    def headlines(self) -> dict[str, float]:
        """Responses on impact by variable, with the limit and without; ratios and the peak."""
        numbers: dict[str, float] = {}
        for variable in ("bonds", "share", "consumption", "price"):
            limited, free = self.impact(variable)
            numbers |= {f"irf_{variable}_limit": limited, f"irf_{variable}_free": free}
        ratios = {f"ratio_{w}": getattr(self, f"ratio_{w}") for w in ("bound", "impact", "medium")}
        return numbers | ratios | {"peak": self.peak}

    def foundations(self, certified: Mapping[str, bool]) -> pd.DataFrame:
        """What the responses rest on, as text, a column an economy.

        Parameters
        ----------
        certified : mapping of str to bool
            Whether the certificates pass, of the economies with and without the limit.
        """
        columns = {}
        for (name, passes), impulse in zip(
            certified.items(), (self.limited, self.free), strict=True
        ):
            columns[name] = {
                "certificate passes": "yes" if passes else "no",
                "limit binds, percent of decades": f"{100 * impulse.bound_share:.0f}",
                "effective shock, standard deviations": f"{impulse.effective_size:.2f}",
                "states inside the grid, percent": f"{100 * impulse.inside_share:.1f}",
            }
        return pd.DataFrame(columns)


def productivity_after(equilibrium: Solution, *, industry: int = 0, size: float = -1.0) -> Floats:
    """Productivity levels when one industry is `size` innovations from its mean, shape (I,)."""
    level = np.array([np.log(nodes).mean() for nodes in equilibrium.shocks.nodes])
    level[industry] += size * equilibrium.calibration.sigma_period[industry]
    return np.exp(level)


def _shares(share: Floats, industries: int, industry: int) -> Floats:
    """Capital with `share` in one industry and the rest spread evenly, shape (n, I)."""
    share = np.atleast_1d(np.asarray(share, dtype=float))
    if industries < 2 or not ((share > 0) & (share < 1)).all():
        raise ValueError(
            f"share must lie strictly between 0 and 1 with at least two industries; got "
            f"{share.min():.3g} to {share.max():.3g} with {industries}"
        )
    k = np.repeat(((1 - share) / (industries - 1))[:, None], industries, axis=1)
    k[:, industry] = share
    return k


def _evaluate(equilibrium: Equilibrium, b: Floats, k: Floats, z: Floats) -> pd.DataFrame:
    policy = equilibrium.at(b, k, np.tile(z, (b.size, 1)))
    return pd.DataFrame(
        {
            "bonds": b,
            "consumption": policy.c,
            "bonds_next": policy.b_next,
            "price": policy.q,
            # In units of today's marginal utility, so that it compares across states.
            "multiplier": np.maximum(policy.mu, 0.0),
            "bound": policy.bound,
            "inside": policy.inside,
        }
    ).assign(**{f"share_next_{i}": policy.k_next[:, i] for i in range(k.shape[1])})


def along_bonds(
    equilibrium: Equilibrium,
    *,
    shares: dict[str, float],
    industry: int = 0,
    size: float = -1.0,
    bonds: tuple[float, float] | None = None,
    points: int = 200,
) -> pd.DataFrame:
    """Decision rules over current bonds for economies of different specialisation (Figure 8a).

    Parameters
    ----------
    equilibrium : Equilibrium
    shares : dict of str to float
        Economies by name and their capital share in the shocked industry.
    industry : int
    size : float
        Productivity of `industry` in standard deviations of its innovation from the mean.
    bonds : tuple of float, optional
        Range; the solver's whole bond grid if left out.
    points : int

    Returns
    -------
    pandas.DataFrame
        ``economy``, ``bonds``, ``bonds_next``, ``consumption``, ``price``, ``multiplier``
        (share of marginal utility), ``bound``, ``inside``, ``share_next_<i>``.

    Raises
    ------
    ValueError
        For a share outside (0, 1).
    """
    grid = equilibrium.grid.bonds
    low, high = bonds or (float(grid[0]), float(grid[-1]))
    b = np.linspace(low, high, points)
    z = productivity_after(equilibrium, industry=industry, size=size)
    frames = []
    for name, share in shares.items():
        k = _shares(np.full(points, share), z.size, industry)
        frames.append(_evaluate(equilibrium, b, k, z).assign(economy=name))
    return pd.concat(frames, ignore_index=True)


def along_shares(
    equilibrium: Equilibrium,
    *,
    bonds: dict[str, float],
    industry: int = 0,
    size: float = -1.0,
    shares: tuple[float, float] = (0.1, 0.9),
    points: int = 161,
) -> pd.DataFrame:
    """Decision rules over the capital share of the shocked industry (Figures 8b and 9).

    Parameters
    ----------
    equilibrium : Equilibrium
    bonds : dict of str to float
        Economies by name and their current bonds.
    industry, size
        As in :func:`along_bonds`.
    shares : tuple of float
        Range of the share.
    points : int

    Returns
    -------
    pandas.DataFrame
        Columns of :func:`along_bonds`, with ``share`` (capital share today) and
        ``share_next`` (tomorrow) of `industry`.

    Raises
    ------
    ValueError
        For a share outside (0, 1).
    """
    share = np.linspace(*shares, points)
    z = productivity_after(equilibrium, industry=industry, size=size)
    k = _shares(share, z.size, industry)
    frames = []
    for name, b in bonds.items():
        frame = _evaluate(equilibrium, np.full(points, float(b)), k, z)
        frames.append(
            frame.assign(economy=name, share=share, share_next=frame[f"share_next_{industry}"])
        )
    return pd.concat(frames, ignore_index=True)


def bound_bonds(slice_: pd.DataFrame) -> pd.Series:
    """Highest bond position at which the limit binds, by economy (NaN where it never does).

    Parameters
    ----------
    slice_ : pandas.DataFrame
        Result of :func:`along_bonds`.
    """
    bound = slice_["bonds"].where(slice_["bound"])
    return bound.groupby(slice_["economy"], sort=False).max()


def at_bonds(slice_: pd.DataFrame, bonds: float) -> pd.DataFrame:
    """Price and multiplier at one bond position, linear between points inside the grid.

    Parameters
    ----------
    slice_ : pandas.DataFrame
        Result of :func:`along_bonds`.
    bonds : float

    Returns
    -------
    pandas.DataFrame
        Index economy; ``price``, ``multiplier``.
    """
    parts = slice_[slice_["inside"]].groupby("economy", sort=False)
    rows = {
        name: {c: float(np.interp(bonds, part["bonds"], part[c])) for c in ("price", "multiplier")}
        for name, part in parts
    }
    return pd.DataFrame(rows).T
