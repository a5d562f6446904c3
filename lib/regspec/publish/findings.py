"""Numbers and words of the abstract of our findings (``book/findings.md``), from saved results."""

from __future__ import annotations

import pandas as pd

from regspec.publish.explanations import glued
from regspec.publish.overview import OUTCOMES
from regspec.publish.scoreboard import SILENT
from regspec.sweep.comparison import BASELINE, certified, headline_frame

__all__ = ["finding_values"]


def _ranges(results: pd.DataFrame) -> dict[str, float]:
    """Headline numbers of both baselines, and their range over the certified points."""
    headlines = headline_frame(results)
    out: dict[str, float] = {}
    for column in ("price_amplification", "reallocation_bound", "reallocation_third",
                   "slope_limit", "slope_of_limit"):  # fmt: skip
        values = headlines.loc[certified(headlines, column), column]
        out |= {f"{column}_low": float(values.min()), f"{column}_high": float(values.max())}
        for reference, short in (("paper", "paper"), ("low risk aversion", "mild")):
            at = headlines[headlines["label"].eq(BASELINE) & headlines["reference"].eq(reference)]
            out[f"{column}_{short}"] = float(at[column].iloc[0])
    return out


def finding_values(
    board: pd.DataFrame, compared: pd.DataFrame, results: pd.DataFrame
) -> dict[str, float | int | str]:
    """Everything that the abstract of our findings quotes, by name.

    Parameters
    ----------
    board : pandas.DataFrame
        Of :func:`regspec.publish.scoreboard.load`.
    compared : pandas.DataFrame
        Of :func:`regspec.publish.explanations.explained`.
    results : pandas.DataFrame
        Of the robustness sweep.

    Returns
    -------
    dict
        Counts of rows: ``agree`` and ``against`` of ``spoken``, which have a result on census or
        public data or from the model; the same of the rows of `compared`, with the prefix
        ``model_``. Ranges and values of headline numbers; values of chapters.
    """
    out: dict[str, float | int | str] = {}
    for prefix, frame in (("", board), ("model_", compared)):
        status = frame.loc[~frame["status"].isin(SILENT), "status"]
        out |= {
            f"{prefix}spoken": len(status),
            f"{prefix}agree": int(status.isin(OUTCOMES["agree"]).sum()),
            f"{prefix}matched": int((status == "match").sum()),
            f"{prefix}against": int(status.isin(OUTCOMES["do not agree"]).sum()),
            f"{prefix}insignificant": int((status == "insignificant").sum()),
        }
    out |= _ranges(results)
    year = results[results["label"] == "period of a year"]
    out["points"] = len(results)
    out["certified"] = int((results["status"] == "ok").sum())
    out["year"] = "none" if (year["status"] != "ok").all() else "some"
    facts, zones, plan = glued("02_fact1"), glued("15_zones"), glued("12_planner")
    scope, discount = glued("12b_planner_scope"), glued("09b_discount")
    chosen = {
        "level_sd": facts["level_sd"], "growth_sd": facts["growth_sd"],
        "level_fine": facts["level_sic2"], "growth_1929": facts["growth_1929"],
        "zone_growth": facts["zone_growth"], "data_slope": zones["slope_data"],
        "data_low": zones["data_low"], "data_high": zones["data_high"],
        "slope_model": zones["slope_model"], "slope_text": zones["text_model"],
        "computers_slope": zones["nat_limit"], "computers_share": zones["nat_share"],
        "negative": zones["negative"], "combinations": zones["combinations"],
        "gain_zones": glued("15b_zone_planner")["gain_most"],
        "beta_low": discount["beta_low_decade"], "beta_high": discount["beta_high_decade"],
        "beta_annual": discount["beta_high_annual"], "gain": plan["gain_mean"],
        "gain_price": plan["gain_price"], "crossings": scope["crossings"],
        "planner_change": scope["published_change"],
    }  # fmt: skip
    return out | chosen
