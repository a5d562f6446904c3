"""An economy of the reader's choice: a region from a CSV file, its calibration, and its path.

Used by the tutorial. The file has one row per year and industry; everything that it must satisfy
is checked when it is read.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from regspec.calibrate.processes import AR1, fit_ar1
from regspec.model import Solution
from regspec.model.economy.technology import income
from regspec.parameters import Calibration

Floats = NDArray[np.float64]

__all__ = [
    "COLUMNS",
    "capital_shares",
    "economy",
    "follow",
    "productivity_levels",
    "productivity_processes",
    "read_region",
]

#: Columns of the file: whole years, names, amounts in any unit, an index of any base.
COLUMNS = ("year", "industry", "capital", "productivity")
_MOST, _LEAST_YEARS = 3, 20
#: What may stand in a column of numbers, in words, and its least and largest value.
_NUMBERS = {
    "year": ("whole years from 1 to 9999", 1, 9999),
    "capital": ("numbers above 0, from 1e-100 to 1e+100", 1e-100, 1e100),
    "productivity": ("numbers above 0, from 1e-100 to 1e+100", 1e-100, 1e100),
}


def read_region(path: str | Path) -> pd.DataFrame:
    """Read a region from a CSV file.

    Parameters
    ----------
    path : str or Path
        File with the columns of :data:`COLUMNS`; others are ignored.

    Returns
    -------
    pandas.DataFrame
        :data:`COLUMNS`, sorted by year, industries in the order in which the file names them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column, a name, an industry's year or a number is missing, a number is not positive,
        a year is not whole, years have gaps, or there are more than three industries or fewer
        than twenty years. The message names the file and, where there is one, line and column.
    """
    frame = _read_table(Path(path))
    blank = frame.index[frame["industry"] == ""]
    if len(blank):
        raise ValueError(f"{path}, line {blank[0] + 2}: industry is blank; allowed: a name")
    for column, (allowed, least, most) in _NUMBERS.items():
        numbers = pd.to_numeric(frame[column], errors="coerce")
        right = (numbers >= least) & (numbers <= most)  # a missing number is neither
        if column == "year":
            right &= numbers % 1 == 0
        wrong = frame.index[~right]
        if len(wrong):
            value = frame.loc[wrong[0], column]
            shown = repr(value) if isinstance(value, str) else value
            if pd.isna(value):
                shown = "missing"
            raise ValueError(
                f"{path}, line {wrong[0] + 2}: {column} is {shown}; allowed: {allowed}"
            )
        frame = frame.assign(**{column: numbers.astype(float)})
    names, years = list(dict.fromkeys(frame["industry"])), sorted(set(frame["year"].astype(int)))
    if len(names) > _MOST:
        raise ValueError(f"{path} has {len(names)} industries; allowed: 1 to {_MOST}, so pool some")
    if len(years) < _LEAST_YEARS or years != list(range(years[0], years[-1] + 1)):
        raise ValueError(
            f"{path} has {len(years)} years from {years[0]} to {years[-1]}; allowed: at least "
            f"{_LEAST_YEARS}, without gaps"
        )
    if frame.duplicated(["year", "industry"]).any() or len(frame) != len(names) * len(years):
        raise ValueError(
            f"{path} has {len(frame)} rows; allowed: one for each of {len(names)} industries and "
            f"{len(years)} years"
        )
    frame["industry"] = pd.Categorical(frame["industry"], categories=names, ordered=True)
    return frame.astype({"year": int}).sort_values(["year", "industry"], ignore_index=True)


def _read_table(path: Path) -> pd.DataFrame:
    """The four columns as they stand, rows numbered so that row n is line n + 2 of the file."""
    try:
        with warnings.catch_warnings():
            # Rows longer than the header would be cut, or would shift every column by one.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                dtype={"industry": str},
                index_col=False,
                keep_default_na=False,
                na_values={column: [""] for column in _NUMBERS},
                skip_blank_lines=False,
            )
    except pd.errors.ParserWarning:
        raise ValueError(f"{path} has rows with more cells than its first line names") from None
    except ValueError as error:  # pandas' own, and that of text in another encoding
        raise ValueError(
            f"{path} cannot be read as a CSV file in UTF-8 ({str(error).strip()}); it needs the "
            f"columns {list(COLUMNS)}"
        ) from None
    absent = [c for c in COLUMNS if c not in frame]
    if absent:
        raise ValueError(f"{path} lacks the columns {absent}; it needs {list(COLUMNS)}")
    twice = [c for c in COLUMNS if f"{c}.1" in frame]  # so pandas calls the second of them
    if twice:
        raise ValueError(f"{path} has the columns {twice} twice; keep one of each")
    frame = frame[list(COLUMNS)]
    frame = frame.assign(industry=frame["industry"].fillna("").str.strip())
    truths = {c: str for c in _NUMBERS if pd.api.types.is_bool_dtype(frame[c])}
    empty = frame[list(_NUMBERS)].isna().all(axis=1) & (frame["industry"] == "")
    return frame.astype(truths)[~empty]


def _wide(region: pd.DataFrame, column: str) -> pd.DataFrame:
    return region.pivot_table(index="year", columns="industry", values=column, observed=False)


def capital_shares(region: pd.DataFrame) -> pd.DataFrame:
    """Shares of capital by year (rows) and industry (columns)."""
    amounts = _wide(region, "capital")
    return amounts.div(amounts.sum(axis=1), axis=0)


def _deviations(region: pd.DataFrame) -> pd.DataFrame:
    """Log productivity less its mean, by year and industry."""
    logs = pd.DataFrame(np.log(_wide(region, "productivity")))
    return logs - logs.mean()


def productivity_processes(region: pd.DataFrame) -> dict[str, AR1]:
    """Annual autoregression of each industry's log productivity, by industry."""
    return {str(name): fit_ar1(series) for name, series in _deviations(region).items()}


def economy(
    region: pd.DataFrame, *, xi: Sequence[float], phi_adj: Sequence[float], **changes: object
) -> Calibration:
    """Calibration in which the region's mean allocation of capital is the one that pays.

    Persistence and volatility of productivity are the region's own, per year, and converted to
    the model period. Mean productivity levels equalise private returns at its mean shares of
    capital, z_i ~ k_i^(1 - alpha - xi_i), and make income there one.

    Parameters
    ----------
    region : pandas.DataFrame
        From :func:`read_region`.
    xi, phi_adj : sequence of float
        Agglomeration elasticity and adjustment cost of each industry.
    **changes
        Other fields of `Calibration`.

    Raises
    ------
    ValueError
        From `Calibration`, naming the field.

    Warns
    -----
    UserWarning
        Where an estimated persistence lies outside 0 to 0.99 and the nearest end is taken.
    """
    shares = capital_shares(region)
    fits = productivity_processes(region)
    rho = {name: min(max(fit.rho, 0.0), 0.99) for name, fit in fits.items()}
    for name, taken in rho.items():
        if taken != fits[name].rho and "rho" not in changes:
            warnings.warn(
                f"the estimated persistence of {name!r} is {fits[name].rho:.3f}; the calibration "
                f"takes {taken:g} (allowed: 0 to 0.99). Give rho to choose another",
                stacklevel=2,
            )
    draft = Calibration.converted().replace(
        industries=tuple(str(c) for c in shares.columns),
        xi=tuple(xi),
        phi_adj=tuple(phi_adj),
        rho=tuple(rho.values()),
        sigma=tuple(fit.sigma for fit in fits.values()),
        z_mean=(1.0,) * shares.shape[1],
        shock_period="annual",
    )
    draft = draft.replace(**changes)
    k = shares.mean().to_numpy()
    levels = k ** (1.0 - draft.alpha - np.array(draft.xi))
    levels /= float(income(k, levels, draft))
    return draft.replace(z_mean=tuple(float(z) for z in levels))


def productivity_levels(region: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """Productivity by model period (rows, first years of each) and industry: levels of the model.

    Log productivity of the file less its mean, around the calibration's mean levels.
    """
    step = calibration.period_years
    levels: pd.DataFrame = np.exp(_deviations(region).iloc[::step]) * np.array(calibration.z_mean)
    return levels


def follow(
    solutions: Sequence[Solution], z: pd.DataFrame, *, k: ArrayLike, b: float = 0.0
) -> pd.DataFrame:
    """Path of one region through given productivities, each date by its own solution.

    Where solutions differ (another limit from some date on), a change comes as a surprise and is
    taken to be permanent: nobody prepared for it, and nobody expects the next.

    Parameters
    ----------
    solutions : sequence of Solution, length T
    z : pandas.DataFrame, shape (T, I)
        From :func:`productivity_levels`.
    k : array_like, shape (I,)
        Shares of capital at the first date.
    b : float
        Bonds at the first date, in units of mean income.

    Returns
    -------
    pandas.DataFrame
        One row a date: ``year``, a column ``share: NAME`` for each industry (at its beginning),
        ``bonds`` (chosen, over income), ``price`` of capital, ``consumption``, ``income``,
        ``theta``, ``bound`` and ``inside`` (whether the state lay inside the solver's grid).

    Raises
    ------
    ValueError
        If there is not one solution a date.
    """
    if len(solutions) != len(z):
        raise ValueError(f"{len(solutions)} solutions for {len(z)} dates; give each its own")
    bonds, capital = np.array([b]), np.asarray(k, float)[None, :]
    rows = []
    for solution, (year, levels) in zip(solutions, z.iterrows(), strict=True):
        today = levels.to_numpy(float)[None, :]
        d = solution.at(bonds, capital, today)
        y = float(income(capital, today, solution.calibration)[0])
        shares = {
            f"share: {n}": s
            for n, s in zip(solution.calibration.industries, capital[0], strict=True)
        }
        rows.append(
            {
                "year": year,
                **shares,
                "bonds": float(d.b_next[0]) / y,
                "price": float(d.q[0]),
                "consumption": float(d.c[0]),
                "income": y,
                "theta": solution.calibration.theta
                if solution.calibration.constraint
                else math.inf,
                "bound": bool(d.bound[0]),
                "inside": bool(d.inside[0]),
            }
        )
        bonds, capital = d.b_next, d.k_next
    return pd.DataFrame(rows)
