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
import pandas as pd

from regspec.facts import fact3, panels
from regspec.facts.estimates import bootstrap_se
from regspec.figures.facts import draw_by_horizon
from regspec.paper.scoreboard import Ours, compare, published
from regspec.show.display import glue, show, table

sectors = panels.state_sectors("wages")
detail = panels.state_industries(undisclosed, tradable="table3")
goods = panels.state_industries(undisclosed, tradable="goods")
paper = {key: row.value for key, row in published().items()}
column = {"top": "log_rank", "bottom": "log_rank_last"}[rank_from]
broad, fine = fact3.advantage(sectors.frame), fact3.advantage(detail.frame)
decades, sixties = range(1950, 2021, 10), range(1960, 2001, 10)


def persistence(ranks, years, horizons, chosen=None):
    """Rank-rank elasticities by horizon, for chosen industries."""
    if chosen is not None:
        ranks = ranks[ranks["industry"].isin(chosen)]
    return fact3.rank_persistence(ranks, years=years, horizons=horizons, column=column).estimates


def industries(panel, tradable):
    """Industries of a panel on one side of the tradable list."""
    return panel.frame.loc[panel.frame["tradable"] == tradable, "industry"].unique()


def gap_row(ranks, panel, years, horizon, how):
    """Persistence of tradable less other industries, both in one regression, as a scoreboard row."""
    chosen = industries(panel, True)
    gap, se = fact3.persistence_gap(ranks, chosen, years=years, horizon=horizon, column=column)
    return Ours("fig4.tradable_minus_nontradable", gap, tier="public", se=se, note=f"{how}, {horizon} years")


# %% [markdown]
# ## Industries within states

# %% tags=["hide-input"]
tens, forty = [10, 20, 30, 40, 50, 60, 70], [10, 20, 30, 40]
sides = {
    "goods sectors": persistence(broad, decades, tens, industries(sectors, True)),
    "other sectors": persistence(broad, decades, tens, industries(sectors, False)),
    "tradable, 77 industries": persistence(fine, sixties, forty, industries(detail, True)),
    "other, 77 industries": persistence(fine, sixties, forty, industries(detail, False)),
}
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
    "all sectors": persistence(broad, decades, tens),
    **sides,
    "goods, 77 industries": persistence(fine, sixties, forty, industries(goods, True)),
    "all 77 industries": persistence(fine, sixties, forty),
}
stacked = pd.concat(d.assign(series=n) for n, d in everything.items())
table(
    stacked[["series", "horizon", "coef", "se", "n", "pairs"]],
    caption="Rank–rank elasticities, region-year and industry-year effects absorbed", index=False, fold=True,
)  # fmt: skip
other_end = "log_rank_last" if column == "log_rank" else "log_rank"
ends = fact3.rank_persistence(
    broad[broad["industry"].isin(industries(sectors, True))], years=decades, horizons=[70], column=other_end
).estimates["coef"].iloc[0]  # fmt: skip

# %% tags=["hide-input"]
long = {name: frame.set_index("horizon")["coef"] for name, frame in everything.items()}
print(f"goods sectors, 70 years: {long['goods sectors'][70]:.2f}; all sectors: {long['all sectors'][70]:.2f}")
print(f"77 industries, 40 years: tradable {long['tradable, 77 industries'][40]:.2f},"
      f" other {long['other, 77 industries'][40]:.2f}")

# %% tags=["hide-input"]
glue("goods_70", long["goods sectors"][70])
glue("all_70", long["all sectors"][70])
glue("other_70", long["other sectors"][70])
glue("ends_70", ends)
gaps = [gap_row(fine, detail, sixties, 40, "48 states, 77 industries, 1960-2000"),
        gap_row(broad, sectors, decades, 70, "48 states, 12 sectors, goods as tradable")]  # fmt: skip
for name, row in zip(("fine", "broad"), gaps, strict=True):
    glue(f"gap_{name}_t", row.value / row.se)
glue("tradable_40", long["tradable, 77 industries"][40])
glue("nontradable_40", long["other, 77 industries"][40])

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
    name: persistence(fact3.advantage(frame), (1980, 1990), [10]).assign(cells=name)
    for name, frame in (("positive in both years", present), ("all, zeros tied", plants.frame))
}
in_zones = pd.concat(zonal.values())
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
    "12 sectors, 1929–2021": fact3.industry_ranks(broad, years=range(1929, 2022), horizons=steps9),
    "77 industries, 1958–2000": fact3.industry_ranks(fine, years=range(1958, 2001), horizons=steps9),
}
rows9 = pd.concat(r.estimates.assign(series=n) for n, r in table9.items())
table(rows9[["series", "horizon", "coef", "se", "n"]], decimals=4, index=False,
      caption="Rank of an industry in its state on that rank before (counterpart of Table 9)")  # fmt: skip
gap9 = (table9["12 sectors, 1929–2021"].estimates["coef"] - [paper[f"table9.h{h}"] for h in steps9]).abs().max()
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
    "12 sectors, 1950–2020": fact3.specialization_persistence(by_sector, years=decades, horizons=tens),
    "77 industries, 1960–2000": fact3.specialization_persistence(by_industry, years=sixties, horizons=forty),
}
regional = {name: result.estimates for name, result in regional.items()}
show(
    draw_by_horizon(regional, label="Rank on rank before", tier="public", note=panels.note(sectors, detail),
                    paper={60: paper["fig20.h60"]}),  # fmt: skip
    name="fig-fact3-regions",
    caption="Counterpart of Figure 20: persistence of states' ranks by specialization, 90 percent intervals. "
    "Cross: the paper's value at 60 years, read from its text.",
    alt="Two falling lines: " + "; ".join(f"{n}, {d['coef'].iloc[0]:.2f} at ten years to {d['coef'].iloc[-1]:.2f} "
    f"at {d['horizon'].iloc[-1]}" for n, d in regional.items()) + ". The paper's cross lies below both.",
)

# %% [markdown]
# ## Scoreboard

# %% tags=["hide-input"]
SECTORS = "48 states, 12 sectors, goods as tradable"
over_time = everything["all sectors"]
least = over_time.loc[over_time["coef"].idxmin()]
seventy = sides["goods sectors"].iloc[-1]
rows = [
    Ours("fig4.h70_tradable", seventy["coef"], tier="public", note=SECTORS + ", rank 1 = " + rank_from,
         se=seventy["se"]),
    *gaps,
    Ours("fig4.persistence_by_horizon", least["coef"], tier="public", se=least["se"],
         note="48 states, 12 sectors, smallest of seven horizons"),
    Ours("fact3.region_industry_persistence", long["all sectors"][70], tier="public",
         se=over_time["se"].iloc[-1], note="48 states, 12 sectors, 70 years"),
]  # fmt: skip
for name, how in (("12 sectors, 1929–2021", "48 states, 12 sectors"),
                  ("77 industries, 1958–2000", "48 states, 77 industries")):  # fmt: skip
    rows += [
        Ours(f"table9.h{r.horizon}", r.coef, tier="public", note=how, se=r.se)
        for r in table9[name].estimates.itertuples()
    ]
twelve = regional["12 sectors, 1950–2020"].set_index("horizon")


def fall_with_horizon(concentration):
    """Persistence of states' ranks over 70 years less that over 10."""
    result = fact3.specialization_persistence(concentration, years=decades, horizons=[10, 70])
    return float(result.estimates["coef"].diff().iloc[-1])


rows += [
    Ours("fig20.h60", twelve.loc[60, "coef"], tier="public", note="48 states, 12 sectors", se=twelve.loc[60, "se"]),
    Ours("fig20.slope_in_horizon", fall_with_horizon(by_sector), tier="public",
         se=bootstrap_se(fall_with_horizon, by_sector, seed=seed),
         note="48 states, 12 sectors, 70 years less 10"),
]  # fmt: skip
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
