# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# (fact3)=
# # Fact 3: specialization persists
#
# *Tier: public. 48 states: twelve sectors since 1929, 77 industries 1958–2000; 722 commuting zones: 397
# manufacturing industries, 1980 and 1990.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Do regions keep the industries that they lead in, over decades?
#
# **Answer.** Yes. In 48 states (*public*) the elasticity of a rank to the rank seventy years before is
# {glue:text}`goods_70:.2f` for sectors that make goods, against the paper's 0.57 for tradable industries. Tradable ones among
# 77 industries persist more than the others over forty years ({glue:text}`tradable_40:.2f` and
# {glue:text}`nontradable_40:.2f`), by a margin that states alone do not establish (t = {glue:text}`gap_fine_t:.1f`).
# :::
#
# **The paper's claim.** A region that led in an industry in 1950 still does. The measure is revealed
# comparative advantage [5],
#
# ```{math}
# :label: eq-rca
# RCA_{i,c,t} = \frac{Y_{i,c,t}}{\sum_i Y_{i,c,t}} \Big/ \frac{Y_{i,US,t}}{\sum_i Y_{i,US,t}} ,
# ```
#
# and its persistence the elasticity of a region's rank in an industry to its rank $h$ years before,
#
# ```{math}
# :label: eq-rank-rank
# \log r_{i,c,t} = \beta_h \log r_{i,c,t-h} + \delta_{c,t} + \gamma_{i,t} + \epsilon_{i,c,t} ,
# ```
#
# with region-year and industry-year effects, after {cite:t}`morrislevenson2022`. The paper finds 0.57 over 70
# years for tradable industries, and more for tradable than for other industries {cite}`boehnert2025`.

# %% tags=["parameters"]
rank_from: str = "top"  # whether rank 1 is the most or the least specialized region; one of top, bottom
seed: int = 2025  # seed of the bootstrap; 0 <= seed
undisclosed: str = "spread"  # treatment of withheld two-digit cells; one of spread, omit

# %% tags=["hide-input"]
from functools import partial

import pandas as pd

from regspec.facts import fact3, panels
from regspec.facts.estimates import bootstrap_se
from regspec.figures.facts import draw_by_horizon
from regspec.paper import fact_rows
from regspec.paper.scoreboard import compare, published
from regspec.show.display import glue, glue_all, show, table

# %% tags=["hide-input"]
sectors = panels.state_sectors("wages")
detail = panels.state_industries(undisclosed, tradable="table3")
goods = panels.state_industries(undisclosed, tradable="goods")
paper = {key: row.value for key, row in published().items()}
column = {"top": "log_rank", "bottom": "log_rank_last"}[rank_from]
broad, fine = fact3.advantage(sectors.frame), fact3.advantage(detail.frame)
decades, sixties = range(1950, 2021, 10), range(1960, 2001, 10)
tens, forty = [10, 20, 30, 40, 50, 60, 70], [10, 20, 30, 40]
of_sectors = partial(fact3.rank_persistence, broad, years=decades, horizons=tens, column=column)
of_industries = partial(fact3.rank_persistence, fine, years=sixties, horizons=forty, column=column)

# %% [markdown]
# ## Industries within states

# %% tags=["hide-input"]
sides = {
    "goods sectors": of_sectors(industries=sectors.industries(tradable=True)).estimates,
    "other sectors": of_sectors(industries=sectors.industries(tradable=False)).estimates,
    "tradable, 77 industries": of_industries(industries=detail.industries(tradable=True)).estimates,
    "other, 77 industries": of_industries(industries=detail.industries(tradable=False)).estimates,
}

# %% tags=["hide-input"]
show(
    draw_by_horizon(sides, label="Rank–rank elasticity", tier="public", note=panels.note(sectors, detail),
                    paper={70: paper["fig4.h70_tradable"]}),  # fmt: skip
    name="fig-fact3-persistence",
    caption="Counterpart of Figure 4: rank–rank elasticity of comparative advantage by horizon, 48 states, "
    "90 percent intervals clustered by state. Sectors: decades 1950–2020. 77 industries: 1960–2000, tradable as "
    "in Table 3. Cross: the paper's value for tradable industries.",
    alt=f"Four falling lines. Persistence of goods sectors falls from {sides['goods sectors']['coef'].iloc[0]:.2f} "
    f"at ten years to {sides['goods sectors']['coef'].iloc[-1]:.2f} at seventy, next to the paper's cross. Tradable "
    "industries lie above the others.",
)

# %% tags=["hide-input"]
everything = {
    "all sectors": of_sectors().estimates,
    **sides,
    "goods, 77 industries": of_industries(industries=goods.industries(tradable=True)).estimates,
    "all 77 industries": of_industries().estimates,
}
stacked = pd.concat(everything, names=["series"]).reset_index("series")
table(
    stacked[["series", "horizon", "coef", "se", "n", "pairs"]],
    caption="Rank–rank elasticities, region-year and industry-year effects absorbed", index=False, fold=True,
)  # fmt: skip

# %% tags=["hide-input"]
long = {name: frame.set_index("horizon")["coef"] for name, frame in everything.items()}
print(f"goods sectors, 70 years: {long['goods sectors'][70]:.2f}; all sectors: {long['all sectors'][70]:.2f}")
print(f"77 industries, 40 years: tradable {long['tradable, 77 industries'][40]:.2f},"
      f" other {long['other, 77 industries'][40]:.2f}")

# %% tags=["hide-input"]
other_end = "log_rank_last" if column == "log_rank" else "log_rank"
ends = of_sectors(industries=sectors.industries(tradable=True), horizons=[70], column=other_end).estimates
gaps = {
    "fine": fact3.persistence_gap(fine, detail.industries(tradable=True), years=sixties, horizon=40, column=column),
    "broad": fact3.persistence_gap(broad, sectors.industries(tradable=True), years=decades, horizon=70, column=column),
}
glue_all({f"gap_{name}_t": gap / se for name, (gap, se) in gaps.items()})
glue_all({f"{name}_70": long[f"{name} sectors"][70] for name in ("goods", "all", "other")})
glue("ends_70", ends["coef"].iloc[0])
forty_years = {"tradable": "tradable, 77 industries", "nontradable": "other, 77 industries"}
glue_all({f"{name}_40": long[series][40] for name, series in forty_years.items()})

# %% [markdown]
# Over seventy years the elasticity is {glue:text}`goods_70:.2f` for goods sectors and {glue:text}`all_70:.2f`
# for all. A reader of the paper must choose which end of the ranking is one, because the logarithm stretches
# that end; the other choice gives {glue:text}`ends_70:.2f`. Four sectors that make goods persist no more than
# the other eight ({glue:text}`other_70:.2f`; t-ratio of the difference {glue:text}`gap_broad_t:.1f`). Industries
# do stand in the paper's order: over forty years {glue:text}`tradable_40:.2f` for tradable ones and
# {glue:text}`nontradable_40:.2f` for the others, a difference with a t-ratio of {glue:text}`gap_fine_t:.1f`
# when both are estimated together and errors clustered by state.
#
# ## Industries within commuting zones
#
# Manufacturing employment of zones allows one step of ten years for 397 industries. Most cells are zero, and
# zeros tie; the elasticity is shown with and without them.

# %% tags=["hide-input"]
plants = panels.zone_manufacturing([1980, 1990])
present = plants.frame[plants.frame["amount"] > 0]
zonal = {
    name: fact3.rank_persistence(fact3.advantage(frame), years=(1980, 1990), horizons=[10], column=column).estimates
    for name, frame in (("positive in both years", present), ("all, zeros tied", plants.frame))
}
in_zones = pd.concat(zonal, names=["cells"]).reset_index("cells")
table(in_zones[["cells", "coef", "se", "n", "regions"]],
      caption="Rank–rank elasticity of 397 manufacturing industries in zones, 1980 to 1990", index=False)  # fmt: skip
glue("zones_10", float(in_zones["coef"].iloc[0]))

# %% [markdown]
# The ten-year elasticity in zones is {glue:text}`zones_10:.2f` where an industry is present in both years, below
# that of states: fine industries in small places move more.
#
# ## Ranks of industries within a state
#
# Table 9 is another regression: it ranks the industries of a state, without logarithms or effects. The text
# speaks of "sectors in a state", so the paper's own estimate may be for states.

# %% tags=["hide-input"]
steps9 = [1, 5, 10, 20]
table9 = {
    "12 sectors, 1929–2021": fact3.industry_ranks(broad, years=range(1929, 2022), horizons=steps9).estimates,
    "77 industries, 1958–2000": fact3.industry_ranks(fine, years=range(1958, 2001), horizons=steps9).estimates,
}
rows9 = pd.concat(table9, names=["series"]).reset_index("series")
table(rows9[["series", "horizon", "coef", "se", "n"]], decimals=4, index=False,
      caption="Rank of an industry in its state on that rank before (counterpart of Table 9)")  # fmt: skip
gap9 = (table9["12 sectors, 1929–2021"]["coef"] - [paper[f"table9.h{h}"] for h in steps9]).abs().max()
glue("gap9", gap9)

# %% [markdown]
# With twelve sectors the four coefficients differ from the paper's by at most {glue:text}`gap9:.3f`.
#
# ## Regions by degree of specialization
#
# How specialized a region is changes faster than what it is specialized in. Equation [33] regresses the rank of
# a region by its Gini on that rank $h$ years before.

# %% tags=["hide-input"]
by_sector, by_industry = (panels.concentration(p.frame) for p in (sectors, detail))
regional = {
    "12 sectors, 1950–2020": fact3.specialization_persistence(by_sector, years=decades, horizons=tens).estimates,
    "77 industries, 1960–2000": fact3.specialization_persistence(by_industry, years=sixties, horizons=forty).estimates,
}
path = "{}, {:.2f} at ten years to {:.2f} at {}"
paths = [path.format(name, d["coef"].iloc[0], d["coef"].iloc[-1], d["horizon"].iloc[-1]) for name, d in regional.items()]

# %% tags=["hide-input"]
show(
    draw_by_horizon(regional, label="Rank on rank before", tier="public", note=panels.note(sectors, detail),
                    paper={60: paper["fig20.h60"]}),  # fmt: skip
    name="fig-fact3-regions",
    caption="Counterpart of Figure 20: persistence of states' ranks by specialization, 90 percent intervals. "
    "Cross: the paper's value at 60 years, read from its text.",
    alt=f"Two falling lines: {'; '.join(paths)}. The paper's cross lies below both.",
)

# %% [markdown]
# ## Scoreboard

# %% tags=["hide-input"]
of_gaps = {"48 states, 77 industries, 1960-2000, 40 years": gaps["fine"],
           "48 states, 12 sectors, goods as tradable, 70 years": gaps["broad"]}  # fmt: skip
rows = fact_rows.fig4_rows(
    sides["goods sectors"], everything["all sectors"], of_gaps, tier="public", note="48 states, 12 sectors",
    tradable_note=f"48 states, 12 sectors, goods as tradable, rank 1 = {rank_from}",
)  # fmt: skip
for name, estimates in table9.items():
    rows += fact_rows.horizon_rows("table9", estimates, tier="public", note=f"48 states, {name.split(',')[0]}")
change = partial(fact3.change_with_horizon, years=decades)
rows += fact_rows.fig20_rows(regional["12 sectors, 1950–2020"], tier="public", note="48 states, 12 sectors",
                             change_se=bootstrap_se(change, by_sector, seed=seed))  # fmt: skip
compare(rows, caption="Fact 3: paper and this book", fold=True)

# %% [markdown]
# Of the three facts this is the one that public data confirm most closely.
#
# ## What to take along
#
# - Sign, size and decay agree with the paper: {glue:text}`all_70:.2f` over seventy years for all sectors.
# - Tradable industries persist more, {glue:text}`tradable_40:.2f` against {glue:text}`nontradable_40:.2f`, with a t-ratio of
#   {glue:text}`gap_fine_t:.1f`; four broad sectors of goods do not ({glue:text}`gap_broad_t:.1f`).
# - Which end of a ranking is one matters for logarithms; here it hardly does ({glue:text}`ends_70:.2f`).
# - Table 9 comes back to {glue:text}`gap9:.3f` with sectors of states: the paper's own estimate may be for states.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** If ranks followed an AR(1), ten-year persistence would determine that of seventy. Does it?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# ten = long["all sectors"][10]
# for h in tens:
#     print(h, round(ten ** (h / 10), 2), round(long["all sectors"][h], 2))
# ```
# Measured persistence (right) decays more slowly than the power of the first decade: part of a rank is permanent, as the
# soil and the sea are, and part of what moves it passes.
# :::
#
# **2.** Which sectors keep their places, and which do not?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# ends = broad[broad["year"].isin([1950, 2020])].pivot(
#     index=["industry", "region"], columns="year", values="log_rank"
# ).dropna()
# print(ends.groupby("industry").apply(lambda d: d[1950].corr(d[2020])).sort_values().round(2))
# ```
# Mining, bases of the military, finance and farms stay; services and transportation, which every state has, are shuffled.
# Manufacturing is in the middle.
# :::
#
# **3.** Who led in 1950, and where does that state stand in 2020?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import numpy as np
#
# first = ends[ends[1950] == 0]
# print(np.exp(first[2020]).round().astype(int))
# ```
# Seven of the eleven leaders listed (FIPS codes) are among the first six still; the twelfth, of transportation, has no
# published amount in 2020. An elasticity below one is mostly the movement of those behind the leaders.
# :::
