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
# (census-specialization)=
# # Facts 2 and 3 on the census route
#
# *Tier: synthetic. Persons are generated with known coefficients ({ref}`what is planted <census-planted>`). No number of
# ours on this page says anything about the United States.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Do zones specialize as they grow, and how long do they keep their industries, on the paper's own detail?
#
# **Answer.** On generated persons the elasticity of specialization to income is {glue:text}`slope_all:.2f`, and the
# rank–rank elasticity of comparative advantage over 70 years is {glue:text}`rank_tradable:.2f` in tradable and
# {glue:text}`rank_nontradable:.2f` in other industries (*synthetic tier*; persistence is planted). What is true needs the
# microdata.
# :::

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
absent: str = "zero"  # industries in which nobody of a zone works; one of zero, omit
draws: int = 200  # bootstrap draws of the local regression; 20 <= draws <= 5000
seed: int = 2025  # seed of the bootstrap; 0 <= seed

# %% tags=["hide-input"]
import pandas as pd

from regspec.facts import census_panels, fact2, fact3, geography, panels
from regspec.figures import facts as draw
from regspec.measures import gini
from regspec.paper import fact_rows
from regspec.paper.scoreboard import Ours, compare, published
from regspec.paper.side_by_side import by_horizon, dispersion_beside, published_frame
from regspec.show.display import glue, glue_all, show, table
from regspec.show.tables import show_table
from regspec.sources.paths import project_root

# %% tags=["hide-input"]
build = census_panels.open_build(tier, folder)
stamp = {"tier": tier, "note": census_panels.note(build)}
files = project_root() / "_build" / "tables" / tier
years = census_panels.years(build)
steps = [10, 20, 30, 40, 50, 60, 70]
regions, income = census_panels.regions(build).frame, census_panels.industries(build, absent=absent).frame
jobs = census_panels.industries(build, "employment", absent=absent).frame
by_income, by_jobs = panels.concentration(income), panels.concentration(jobs)
panel = regions.merge(by_income, on=["region", "year"])
places = geography.example_places(regions)
paper = {key: row.value for key, row in published().items()}

# %% [markdown]
# With an IPUMS key the same page runs on the real census ({doc}`07_census_facts`).
#
# ## Specialization over time: Table 1

# %% tags=["hide-input"]
printed_years = published_frame(1)["year"]
ours1 = {kind: fact2.dispersion(by, years=printed_years) for kind, by in
         {"income": by_income, "employment": by_jobs}.items()}  # fmt: skip
for kind, rows in ours1.items():
    beside = dispersion_beside(rows, kind, title=f"Table 1, {kind} shares ({tier} tier)")
    show_table(beside, files, fold=kind == "employment")

# %% tags=["hide-input"]
own = panels.concentration(census_panels.industries(build, absent="omit").frame)
groups = panels.concentration(census_panels.industries(build, by="group").frame)
means = {"1950": by_income, "own": own, "groups": groups}
glue_all({name: fact2.dispersion(by, years=[1950]).loc[1950, "mean"] for name, by in means.items()}, prefix="gini_")
glue("gini_nation", float(gini(published_frame(3)["share_1950"])))
glue("gini_jobs_paper", paper["table1.gini_mean_employment_1950"])

# %% [markdown]
# The level of a Gini depends on what counts as an industry. Here its mean of 1950 is {glue:text}`gini_1950:.2f` over all
# industries of the nation, {glue:text}`gini_own:.2f` over those that a zone has (generated zones have nearly all), and
# {glue:text}`gini_groups:.2f` over the 17 groups of Table 3. The levels of the published table are low for more than two hundred industries. Table 3
# bounds them: over its 17 groups the nation's employment of 1950 has a Gini of {glue:text}`gini_nation:.2f`. A Gini is
# convex, so that the average over zones, weighted by their employment, is no less than that of the nation; Table 1
# prints {glue:text}`gini_jobs_paper:.2f`, unweighted and over finer industries. The generated census has the published
# means over 236 industries all the same.

# %% [markdown]
# ## Fact 2: Figures 3 and 19, Table 8
#
# An S shape is not planted: the equations are linear in logs.

# %% tags=["hide-input"]
curve = fact2.specialization_curve(panel, seed=seed, draws=draws)
glue("slope_all", curve.line.term().coef)
show(
    draw.draw_curve(curve, highlight=places, **stamp),
    name="fig-census-curve",
    caption="Counterpart of Figure 3: relative specialization over relative income, local linear regression with "
    "tricube weights, 95 percent band from a bootstrap of whole zones.",
    alt=f"A curve with its band, and the paths of Dayton and Rochester. Specialization {curve.line.relation()} income.",
)

# %% [markdown]
# The paper finds the same in every decade. Here each census by itself:

# %% tags=["hide-input"]
yearly = fact2.curves_by_year(panel, years=years, seed=seed, draws=20)
slopes = pd.DataFrame({t: c.line.term()._asdict() for t, c in yearly.items()}).T.rename_axis("year")
show(
    draw.draw_curves(yearly, curve, **stamp),
    name="fig-census-curve-by-year",
    caption="Figure 3 by census: local regression of each year, and that of all years with its 95 percent band.",
    alt=f"{len(yearly)} curves beside that of all years; slopes of their straight lines lie between "
    f"{slopes['coef'].min():.2f} and {slopes['coef'].max():.2f}.",
)

# %% tags=["hide-input"]
table(slopes[["coef", "se", "t"]], caption=f"Slope of the straight line by census, HC1 ({tier} tier)", fold=True)
glue_all({"slope_first": slopes["coef"].iloc[0], "slope_last": slopes["coef"].iloc[-1]})

# %% [markdown]
# Here the slope falls from {glue:text}`slope_first:.2f` to {glue:text}`slope_last:.2f`, as does the dispersion of
# specialization in Table 1.

# %% tags=["hide-input"]
show(
    draw.draw_line(curve, **stamp),
    name="fig-census-line",
    caption="Counterpart of Figure 19: the same points and their straight line, errors clustered by zone.",
    alt=f"Scatter of zones and years with a straight line: specialization {curve.line.relation()} income.",
)

# %% [markdown]
# **What the paper's counts say.** Without 1960 there are five pairs of censuses ten years apart, five at twenty, four at
# thirty. Table 7 has about as many observations. Table 8 has more: its counts are those of *seven censuses in a row*,
# as if the step from 1950 to 1970 were one of ten years. The second half of the table counts so, and its N are the
# paper's at every horizon.

# %% tags=["hide-input"]
as_counted = panel.assign(year=panel["year"].replace({1950: 1960}))
tens = sorted({int(y) for y in as_counted["year"]})
series8 = {
    "years apart": fact2.change_on_change(panel, years=years, horizons=steps[:-1]).estimates,
    "1950 as 1960": fact2.change_on_change(as_counted, years=tens, horizons=steps[:-1]).estimates,
}
show_table(by_horizon(series8, table=8, title=f"Table 8, change on change ({tier} tier)"), files, fold=True)

# %% [markdown]
# ## Fact 3: Figures 4 and 20, Table 9

# %% tags=["hide-input"]
ranks = fact3.advantage(census_panels.industries(build, absent="omit").frame)
sold_afar = set(income.loc[income["tradable"], "industry"])
afar = ranks["industry"].isin(sold_afar)
sides = {
    name: fact3.rank_persistence(data, years=years, horizons=steps).estimates
    for name, data in {"tradable": ranks[afar], "non-tradable": ranks[~afar], "all": ranks}.items()
}
glue_all({name.replace("-", ""): sides[name]["coef"].iloc[-1] for name in ("tradable", "non-tradable")}, prefix="rank_")

# %% tags=["hide-input"]
show(
    draw.draw_by_horizon(sides, label="Rank–rank elasticity", paper={70: paper["fig4.h70_tradable"]}, **stamp),
    name="fig-census-persistence",
    caption="Counterpart of Figure 4: rank–rank elasticity of comparative advantage by horizon, industries that a "
    "zone has in both years; region-year and industry-year effects, 90 percent intervals clustered by zone.",
    alt="Three lines over horizons of 10 to 70 years, ending at "
    + ", ".join(f"{f['coef'].iloc[-1]:.2f} ({name})" for name, f in sides.items())
    + "; the paper's value for tradable industries as a cross.",
)

# %% tags=["hide-input"]
ladder = fact3.specialization_persistence(by_income, years=years, horizons=steps).estimates
show(
    draw.draw_by_horizon({"Gini of income shares": ladder}, label="Rank–rank elasticity",
                         paper={60: paper["fig20.h60"]}, **stamp),
    name="fig-census-ladder",
    caption="Counterpart of Figure 20: rank of a zone by specialization on its rank before, 90 percent intervals.",
    alt=f"One line from {ladder['coef'].iloc[0]:.2f} at 10 years to {ladder['coef'].iloc[-1]:.2f} at 70, and the paper's "
    "value at 60 as a cross.",
)  # fmt: skip

# %% tags=["hide-input"]
in_states = fact3.advantage(census_panels.state_industries(build).frame)
nine = fact3.industry_ranks(in_states, years=years, horizons=[10, 20]).estimates
show_table(by_horizon({"17 groups": nine}, table=9, title=f"Table 9, ranks within states ({tier} tier)"), files, fold=True)

# %% [markdown]
# Horizons of one and five years need annual accounts: {doc}`04_fact3`.
#
# ## Rows for the scoreboard
#
# On generated data the status is *synthetic* whatever the number ({doc}`14_scoreboard`).

# %% tags=["hide-input"]
recorded = []
for kind, frame in ours1.items():
    statistics = {"mean": "mean", "cv": "cv", "p90_p10": "p90p10"}
    recorded += fact_rows.number_rows("table1.gini_{column}_" + kind + "_{row}", frame, statistics, tier=tier)
recorded += fact_rows.horizon_rows("table8", series8["years apart"], tier=tier, note="end-year effects")
recorded += fact_rows.horizon_rows("table9", nine, tier=tier, note="17 groups of Table 3")
compare(recorded, caption="Tables 1, 8 and 9: rows recorded", brief=True, fold=True)

# %% tags=["hide-input"]
change = fact2.rise_and_fall(ours1["income"], 1950, 2020)
claims2 = [
    *fact_rows.curve_rows(curve, tier=tier),
    fact_rows.term_row("fig19.slope", curve.line, tier=tier),
    fact_rows.comovement_row(series8["years apart"], tier=tier),
    Ours("text.gini_rise", change["rise"], tier=tier),
    Ours("text.dispersion_fall", change["fall"], tier=tier, note="coefficient of variation"),
]
compare(claims2, caption=f"Fact 2 in words and figures ({tier} tier)", fold=True)

# %% tags=["hide-input"]
gaps = {"70 years": fact3.persistence_gap(ranks, sold_afar, years=years, horizon=70)}
claims3 = [*fact_rows.fig4_rows(sides["tradable"], sides["all"], gaps, tier=tier),
           *fact_rows.fig20_rows(ladder, tier=tier)]  # fmt: skip
compare(claims3, caption=f"Fact 3 in words and figures ({tier} tier)", fold=True)

# %% [markdown]
# ## What to take along
#
# - The level of a Gini over industries depends on what counts as one: {glue:text}`gini_1950:.2f` over all industries of the
#   nation, {glue:text}`gini_groups:.2f` over 17 groups (*synthetic tier*).
# - Table 3 alone bounds the mean Gini of employment from below, at {glue:text}`gini_nation:.2f`; Table 1 prints
#   {glue:text}`gini_jobs_paper:.2f` {cite}`boehnert2025`.
# - The counts of Table 8 are those of seven censuses in a row; which pairs are ten years apart has to be settled first.
# - Persistence is a matter of ranks: the elasticity of a zone's ranks over 70 years ends at
#   {glue:text}`rank_tradable:.2f` for tradable industries here, where it is planted.
#
# ## Exercises
#
# **1. Who counts as an industry?** Compute the mean Gini of each census over the industries that a zone has, and over all.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# both = pd.DataFrame({"all": fact2.dispersion(by_income, years=years)["mean"],
#                      "own": fact2.dispersion(own, years=years)["mean"]})
# print(both.round(3))
# ```
# Generated zones have nearly all industries, so that the columns differ little. In a sample of real persons they differ
# much ({ref}`census-still`).
# :::
#
# **2. A curve without a relation.** Shuffle incomes over zones within each census. What is left of the slope?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import numpy as np
#
# rng = np.random.default_rng(1)
# mixed = panel.assign(income_pc=panel.groupby("year")["income_pc"].transform(rng.permutation))
# print(fact2.specialization_curve(mixed, seed=seed, draws=20).line.term())
# ```
# The slope lies within about two of its standard errors from zero: in nineteen of twenty shuffles it should.
# :::
#
# **3. Coarser industries.** Is advantage in 17 groups as lasting as in detailed industries?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# coarse = fact3.advantage(census_panels.industries(build, by="group", absent="omit").frame)
# fine = sides["all"].set_index("horizon")["coef"]
# rough = fact3.rank_persistence(coarse, years=years, horizons=steps).estimates.set_index("horizon")["coef"]
# print(pd.DataFrame({"detailed": fine, "17 groups": rough}).round(3))
# ```
# Groups average out what is peculiar to one industry; what is common to a group's industries decides which of the two
# lasts longer.
# :::
