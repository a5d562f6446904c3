"""The 3-month bill rate, consumer prices, and the ex-post real rate made of them."""

from functools import lru_cache
from typing import Literal

import pandas as pd

from regspec.sources.errors import SchemaError
from regspec.sources.registry import (
    Resolved,
    complain,
    locate,
    numeric,
    read_text_csv,
    require_rows,
)
from regspec.tools.choices import require_choice

DATE_NAMES = ("observation_date", "DATE")
MIN_MONTHS = 800


def bill_rate() -> pd.DataFrame:
    """Return the 3-month Treasury bill rate (TB3MS).

    Returns
    -------
    DataFrame
        Columns month (first day), rate (per cent a year); monthly from 1934-01.
    """
    return _series("fred_tb3ms", "TB3MS", "rate")


def cpi() -> pd.DataFrame:
    """Return the consumer price index (CPIAUCSL): month, cpi (1982-84 = 100), from 1947-01."""
    return _series("fred_cpi", "CPIAUCSL", "cpi")


def real_rate(freq: Literal["annual", "decade"] = "annual") -> pd.DataFrame:
    """Return the ex-post real gross return on bills.

    The nominal gross return of a calendar year is ``1 + mean(rate) / 100``; it is divided by
    the growth of the December price index over the year.

    Parameters
    ----------
    freq
        ``"annual"``, or ``"decade"``: the product over ten calendar years that end in a year
        divisible by ten (1951-60 is dated 1960), only where all ten are there.

    Returns
    -------
    DataFrame
        Columns year, real_rate (gross, per year or per decade), nominal (gross), inflation
        (gross).

    Raises
    ------
    ValueError
        If ``freq`` is neither "annual" nor "decade".

    Examples
    --------
    >>> rate = real_rate()
    >>> rate.columns.tolist()
    ['year', 'real_rate', 'nominal', 'inflation']
    >>> rate.loc[rate["year"] == 1980, "inflation"].item() > 1.1  # gross
    True
    """
    require_choice("freq", freq, ("annual", "decade"))
    bills, prices = bill_rate(), cpi()
    years = bills.groupby(bills["month"].dt.year)["rate"].agg(["mean", "size"])
    nominal = (1.0 + years["mean"] / 100.0)[years["size"] == 12]
    last = prices[prices["month"].dt.month == 12]
    december = last["cpi"].set_axis(last["month"].dt.year)
    inflation = december / december.shift(1)
    annual = pd.DataFrame({"nominal": nominal, "inflation": inflation}).dropna()
    if freq == "decade":
        decade = pd.Series(-(-annual.index // 10) * 10, index=annual.index)
        whole = decade.groupby(decade).transform("size") == 10
        annual = annual[whole].groupby(decade[whole]).prod()
    annual.insert(0, "real_rate", annual["nominal"] / annual["inflation"])
    frame = annual.rename_axis("year").reset_index()
    frame["year"] = frame["year"].astype(int)
    frame.attrs["sources"] = (*bills.attrs["sources"], *prices.attrs["sources"])
    return frame


def _series(source_id: str, column: str, name: str) -> pd.DataFrame:
    resolved = locate(source_id)
    frame = _parse(resolved, column, name).copy(deep=False)
    frame.attrs["sources"] = (resolved.note(),)
    return frame


@lru_cache(maxsize=4)
def _parse(resolved: Resolved, column: str, name: str) -> pd.DataFrame:
    raw = read_text_csv(resolved)
    dates = next((d for d in DATE_NAMES if d in raw.columns), None)
    if dates is None or column not in raw.columns:
        raise SchemaError(
            complain(
                resolved,
                f"must have the columns {DATE_NAMES[0]} and {column}; it has "
                f"{', '.join(map(str, raw.columns))}",
            )
        )
    month = pd.to_datetime(raw[dates], format="%Y-%m-%d", errors="coerce")
    if month.isna().any():
        raise SchemaError(
            complain(resolved, f"holds {raw[dates][month.isna()].iloc[0]!r} as a date")
        )
    # FRED leaves a month without an observation empty or writes ".".
    value = numeric(resolved, raw[column], missing=("", "."))
    frame = pd.DataFrame({"month": month, name: value}).dropna(ignore_index=True)
    require_rows(resolved, len(frame), MIN_MONTHS, "months")
    return frame
