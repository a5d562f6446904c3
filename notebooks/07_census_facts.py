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
# (census-facts)=
# # Fact 1 on the census route
#
# *Tier: synthetic. 722 commuting zones, 236 industries, seven censuses from 1950 to 2020 without 1960. The persons
# are generated with known coefficients. No number of ours on this page says anything about the United States.*
#
# :::{admonition} In short
# :class: brief
# **Question.** On the paper's own detail, were specialized zones richer in 1950, and did they grow more slowly?
#
# **Answer.** On generated persons one standard deviation of specialization goes with {glue:text}`level_sd:.2f` standard
# deviations of income (t-ratio {glue:text}`level_t:.1f`) and {glue:text}`growth_sd:.2f` of growth (t-ratio
# {glue:text}`growth_t:.1f`; *synthetic tier*). {glue:text}`beyond:d` of {glue:text}`coefficients:d` planted coefficients lie
# more than 1.96 standard errors away. What is true needs the microdata.
# :::

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
absent: str = "zero"  # industries in which nobody of a zone works; one of zero, omit
cutoff_km: float = 500.0  # reach of spatially correlated errors; 0 <= cutoff_km <= 5000

# %% tags=["hide-input"]
from functools import partial

from regspec.facts import census_panels, fact1, panels
from regspec.facts.estimates import Spatial
from regspec.figures import facts as draw
from regspec.paper import fact_rows
from regspec.paper.scoreboard import Ours, compare, published
from regspec.paper.side_by_side import CONTROLS, KINDS, Row, by_horizon, together_and_alone, trade_off_beside
from regspec.show.display import glue, glue_all, show, table
from regspec.show.tables import show_table
from regspec.sources import geometry
from regspec.sources.paths import project_root

# %% tags=["hide-input"]
build = census_panels.open_build(tier, folder)
stamp = {"tier": tier, "note": census_panels.note(build)}
files = project_root() / "_build" / "tables" / tier
years = census_panels.years(build)
regions, income = census_panels.regions(build).frame, census_panels.industries(build, absent=absent).frame
sectors = census_panels.industries(build, by="sector").frame
by_income = panels.concentration(income, within="macro")
paper = {key: row.value for key, row in published().items()}
paper_sd = {half: paper[f"text.std_{half}_effect"] for half in ("level", "growth")}

# %% [markdown]
# This chapter and its two neighbours ({doc}`07b_census_specialization`, {doc}`07c_census_places`) compute every table and
# figure of section 2 and appendices A.2–A.5 of {cite:t}`boehnert2025` from the frames that `python -m regspec census build`
# writes ({doc}`06_census`), beside what the paper prints. A reader with an IPUMS key runs the same pages on the real
# census with `python -m regspec run --scenario census`. Each table is also written as HTML and as LaTeX below
# `_build/tables`.
#
# (census-planted)=
# :::{admonition} What is planted in the generated census
# :class: dropdown
# The generated census obeys the paper's equations, with its coefficients where it prints them.
#
# | of the paper | on generated data |
# |---|---|
# | Table 1, mean and CV of the Gini of income shares | planted |
# | Table 3 | planted |
# | Table 4, columns 1 and 3 | planted; for population in logs and the Rust Belt with values of ours |
# | Table 8, steps between neighbouring censuses | planted |
# | Figure 4 | persistence of advantages planted, longer in tradable industries; the elasticities follow |
# | Figure 16, more specialization in the Rust Belt | planted |
# | Table 1, employment; Table 4, columns 2 and 4; Tables 5 to 7 and 9; Figures 1, 3, 14, 15, 17 to 20 | not planted: what comes out follows from the rest and from chance |
#
# Agreement in a planted row shows that pipeline and estimator find what is there. In the other rows neither agreement
# nor disagreement shows anything about the paper. Remarks on generated data are about the execution that this book
# shows.
# :::
#
# ## Figure 2 and Table 4

# %% tags=["hide-input"]
inputs = (regions, by_income, sectors)
cross_section = fact1.design(*inputs, start=1950, end=2020, leave_one_out=False)
trade_off = partial(fact1.trade_off, data=cross_section, start=1950, end=2020, controls="census")
main, split = trade_off(), trade_off(measures=("gini_tradable", "gini_nontradable"))
show(
    draw.draw_trade_off(main, highlight={}, **stamp),
    name="fig-census-trade-off",
    caption="Counterpart of Figure 2: income per head in 1950 and its growth to 2020 against the Gini of 1950, net "
    "of all controls of Table 4, with 95 percent bands.",
    alt=f"Two scatter plots of {main.level.n} zones. Income {main.level.relation()} specialization, later growth "
    f"{main.growth.relation()} it.",
)

# %% tags=["hide-input"]
show_table(trade_off_beside([main, split], KINDS, table=4, title=f"Table 4 ({tier} tier)"), files)

# %% tags=["hide-input"]
size = fact1.summary({"main": main}).set_index("group")
for half in ("level", "growth"):
    print(f"{half}: {size.loc[half, 'coef']:+.2f} sd, raw {size.loc[half, 'raw']:+.3f}"
          f" (HC1 se {size.loc[half, 'se']:.3f}), n {size.loc[half, 'n']}")  # fmt: skip
glue_all(main.headlines())

# %% tags=["hide-input"]
sd_gini = paper["table1.gini_mean_income_1950"] * paper["table1.gini_cv_income_1950"]
for half, column in {"level": "c3", "growth": "c1"}.items():
    implied = paper[f"table4.{column}.specialization"] * sd_gini / paper_sd[half]
    glue_all({f"implied_{half}": implied, f"sd_{half}": cross_section[half].std()})

# %% [markdown]
# One standard deviation of specialization goes with {glue:text}`level_sd:.2f` standard deviations of income and
# {glue:text}`growth_sd:.2f` of growth here. The text of the paper says two thirds and minus one third. Its own
# numbers allow a check: with the coefficients of Table 4 and the mean and CV of Table 1, two thirds and one third are
# reached if log income in 1950 has a standard deviation of {glue:text}`implied_level:.2f` across zones, and its growth
# one of {glue:text}`implied_growth:.2f`. On generated data they are {glue:text}`sd_level:.2f` and
# {glue:text}`sd_growth:.2f`; the real ones decide between the two statements.

# %% tags=["hide-input"]
if tier == "synthetic":
    truth = census_panels.against_truth(main)
    table(truth, caption="Planted coefficients, estimates, and their distance in standard errors", index=False, fold=True)
    glue_all({"beyond": (truth["t"].abs() > 1.96).sum(), "coefficients": len(truth)})

# %% [markdown]
# One sample of 722 zones: {glue:text}`beyond:d` of {glue:text}`coefficients:d` planted coefficients lie more than 1.96
# standard errors away, where one in twenty should. {doc}`06b_recovery` repeats this over many seeds.
#
# ## Three kinds of standard errors
#
# Neighbouring zones may share shocks. The paper does not say which errors it prints; we use HC1. They may also be
# clustered by state, or correlated with a weight that falls linearly in distance to zero at a cutoff
# {cite}`conley1999`. In the generated census the shocks to income are independent, so that the three should differ by
# chance only.

# %% tags=["hide-input"]
centroids = geometry.zone_centroids()
reaches = sorted({250.0, cutoff_km, 1000.0})
kinds = {"HC1": {}, "clustered by state": {"cluster": "state"}} | {
    f"spatial, to {km:.0f} km": {"spatial": Spatial(centroids=centroids, cutoff_km=km)} for km in reaches
}
errors = fact1.error_table({name: trade_off(**how) for name, how in kinds.items()})
ratios = errors["level, se"] / errors["level, se"].iloc[0]
glue_all({"errors_low": ratios.min(), "errors_high": ratios.max()})
table(errors, caption=f"Errors of the coefficient of specialization ({tier} tier)", index=False, fold=True)

# %% [markdown]
# The errors of the level half are between {glue:text}`errors_low:.2f` and {glue:text}`errors_high:.2f` times those of HC1.
#
# ## Within six macro industries: Table 5
#
# The Gini over the three-digit industries within each. The paper does not list what belongs to the six; ours are
# groups of Table 3 (`regspec.facts.census_panels.MACRO`). None of these coefficients is planted. The paper adds that
# estimates are similar one industry at a time.

# %% tags=["hide-input"]
MACRO = [Row(name, f"gini_{name.lower()}", name.lower()) for name in census_panels.MACRO]
macro = trade_off(measures=[row.ours for row in MACRO])
show_table(trade_off_beside([macro], MACRO, table=5, title=f"Table 5 ({tier} tier)"), files, fold=True)

# %% tags=["hide-input"]
alone = {row.ours: trade_off(measures=[row.ours]) for row in MACRO}
halves = {"Growth 1950–2020": "growth", "Log income 1950": "level"}
pairs = {head: (getattr(macro, half), {m: getattr(r, half) for m, r in alone.items()}) for head, half in halves.items()}
show_table(together_and_alone(pairs, MACRO, table=5, title=f"Table 5, one industry at a time ({tier} tier)"), files, fold=True)
apart = [abs(fit.term(m).coef - one[m].term().coef) / one[m].term().se for fit, one in pairs.values() for m in one]
glue("alone_apart", max(apart))

# %% [markdown]
# Here they differ by up to {glue:text}`alone_apart:.1f` standard errors: one parameter of a generated zone narrows all
# its industries, so that each of the six stands for the others when it is alone.

# %% [markdown]
# ## Other measures: Table 6 and robustness
#
# The Herfindahl index over 236 industries varies much less than their Gini, so that its coefficient is larger for the
# same effect.

# %% tags=["hide-input"]
HERFINDAHL = [Row("Herfindahl index", "herfindahl", "specialization")]
hhi = trade_off(measures=["herfindahl"])
show_table(trade_off_beside([hhi], HERFINDAHL, table=6, title=f"Table 6 ({tier} tier)"), files, fold=True)

# %% tags=["hide-input"]
own = panels.concentration(census_panels.industries(build, absent="omit").frame)
groups = panels.concentration(census_panels.industries(build, by="group").frame)
by_jobs = panels.concentration(census_panels.industries(build, "employment", absent=absent).frame)
job_sectors = census_panels.industries(build, "employment", by="sector").frame
variant = partial(fact1.trade_off_between, 1950, 2020, regions=regions, sectors=sectors, leave_one_out=False,
                  controls="census")  # fmt: skip

# %% tags=["hide-input"]
variants = {
    "Gini, all controls": main,
    "no controls": trade_off(controls="none"),
    "ĝ only": trade_off(controls="exposure"),
    "Herfindahl": hhi,
    "largest share": trade_off(measures=["max_share"]),
    "industries present only": variant(concentration=own),
    "17 groups": variant(concentration=groups),
    "employment": variant(concentration=by_jobs, sectors=job_sectors),
}

# %% tags=["hide-input"]
effects = fact1.summary(variants)
clear = (effects["lower"] * effects["upper"] > 0).groupby(effects["group"]).sum()
show(
    draw.draw_coefficients(effects, label="Standard deviations per standard deviation of specialization",
                           paper=paper_sd, **stamp),
    name="fig-census-robustness",
    caption="Both halves of Fact 1 under other controls and measures; 95 percent intervals (HC1). Dashed: what the "
    "paper says of its own.",
    alt=f"Dots with intervals for {len(variants)} specifications. {clear['level']} of the effects on the level and "
    f"{clear['growth']} of those on growth are significant at 5 percent.",
)  # fmt: skip

# %% [markdown]
# ## Value added
#
# The paper also shares out value added, which no agency publishes by zone and industry. We divide the nation's value
# added of each of the 17 groups (BEA) among zones by their employment in it: from County Business Patterns, in
# manufacturing weighted with value added per worker of detailed industries (NBER-CES), and from the census for farms
# and government, which those leave out (`regspec.census.value_added`). County files begin in 1986, so that the first
# census year is {glue:text}`value_start:d`; income and employment stand beside it over the same groups, years and
# controls. BEA's national accounts are real, all else on this tier is generated.

# %% tags=["hide-input"]
value = census_panels.industries(build, "value_added", by="group").frame
value_start, value_end = int(value["year"].min()), years[-1]
glue("value_start", value_start)
amounts = {"income": census_panels.industries(build, by="group").frame, "value added": value,
           "employment": census_panels.industries(build, "employment", by="group").frame}  # fmt: skip
by_measure = {
    f"{name}, {label}": fact1.trade_off_between(
        value_start, value_end, regions=regions, concentration=panels.concentration(frame), sectors=sectors,
        leave_one_out=False, measures=[measure], controls="census",
    )
    for label, measure in {"Gini": "gini", "Herfindahl": "herfindahl"}.items() for name, frame in amounts.items()
}  # fmt: skip

# %% tags=["hide-input"]
shown = fact1.summary(by_measure)
clear = (shown["lower"] * shown["upper"] > 0).groupby(shown["group"]).agg(["sum", "size"])
counted = [f"{some} of {every} effects on the {half} are significant" for half, some, every in clear.itertuples()]
show(
    draw.draw_coefficients(shown, label="Standard deviations per standard deviation of specialization",
                           paper=paper_sd, **stamp),
    name="fig-census-value-added",
    caption=f"Both halves of Fact 1, {value_start}–{value_end}, with shares of income, value added and employment over "
    "17 groups; 95 percent intervals (HC1). Dashed: what the paper says of income shares, 1950–2020.",
    alt=f"Dots with intervals for three kinds of shares and two measures. {', '.join(counted)} at 5 percent.",
)  # fmt: skip

# %% tags=["hide-input"]
table(fact1.summary_table(shown), caption=f"Fact 1 over 17 groups, {value_start}–{value_end} ({tier} tier)", index=False,
      fold=True)  # fmt: skip
of_value = trade_off_beside([by_measure["value added, Herfindahl"]], HERFINDAHL, table=6, name="table6_value_added",
                            title=f"Table 6 with value added ({tier} tier)")  # fmt: skip
show_table(of_value, files, fold=True)

# %% [markdown]
# ## Horizons: Table 7
#
# Incomes are in current dollars. With one intercept for all start years, as [30] is printed, national inflation enters
# the coefficient; start years with their own intercepts compare zones of one year only.

# %% tags=["hide-input"]
steps = [10, 20, 30, 40, 50, 60, 70]
how = {"years": years, "horizons": steps, "controls": "census", "leave_one_out": False}
tradable = fact1.growth_by_horizon(*inputs, measure="gini_tradable", **how).estimates
pooled = fact1.growth_by_horizon(*inputs, measure="gini_tradable", year_effects=False, **how).estimates
everything = fact1.growth_by_horizon(*inputs, **how).estimates
series7 = {"start-year effects": tradable, "one intercept": pooled}
show_table(by_horizon(series7, table=7, title=f"Table 7, tradable specialization ({tier} tier)"), files, fold=True)

# %% tags=["hide-input"]
show(
    draw.draw_by_horizon({"tradable": tradable, "all industries": everything},
                         label="Growth on the Gini at the start", paper={h: paper[f"table7.h{h}"] for h in steps},
                         **stamp),
    name="fig-census-horizons",
    caption="Table 7 as a figure: growth over each horizon on specialization at its start, with start-year effects; "
    "95 percent intervals clustered by zone.",
    alt="Two lines of coefficients by horizon from 10 to 70 years with bands, and the paper's as crosses.",
)  # fmt: skip

# %% [markdown]
# No horizon between is planted: effects grow with the horizon because generated incomes approach their value of 2020
# at a steady pace.
#
# ## Twenty quantiles: Figure 15

# %% tags=["hide-input"]
quantiles = {"years": years, "horizon": 20, "controls": "census", "leave_one_out": False}
by_quantile = fact1.by_quantile(*inputs, **quantiles)
show(
    draw.draw_quantiles(by_quantile.effects, horizon=20, **stamp),
    name="fig-census-quantiles",
    caption="Counterpart of Figure 15: initial income and growth over the next 20 years by quantile of "
    "specialization, against the most diversified; all controls, 95 percent intervals clustered by zone.",
    alt=f"Two lines with bands over 20 quantiles. Income {by_quantile.level.relation()} specialization, growth over "
    f"20 years {by_quantile.growth.relation()} it.",
)

# %% [markdown]
# ## Rows for the scoreboard
#
# Every number above enters the scoreboard with its tier. On generated data the status is *synthetic* whatever the
# number ({doc}`14_scoreboard`): planted agreement is no replication.

# %% tags=["hide-input"]
slugs = {row.ours: row.paper for row in (*KINDS, *MACRO, *CONTROLS, *HERFINDAHL) if row.paper}
notes = {"log_population": "log population; the unit of the paper's is not stated"}
recorded = []
for number, results in ((4, [main, split]), (5, [macro]), (6, [hhi])):
    recorded += fact_rows.trade_off_table_rows(number, results, slugs, tier=tier, notes=notes)
recorded.append(Ours("text.adj_r2_growth", main.growth.r2_adj, tier=tier))
recorded += fact_rows.horizon_rows("table7", tradable, tier=tier, note="start-year effects")
compare(recorded, caption="Tables 4 to 7: rows recorded", brief=True, fold=True)

# %% tags=["hide-input"]
claims = [*fact_rows.half_rows("text.{half}_effect", main, tier=tier),
          *fact_rows.half_rows("fig2.{half}_slope", main, tier=tier),
          *fact_rows.half_rows("text.std_{half}_effect", main, tier=tier, sd=True)]  # fmt: skip
for side in ("tradable", "nontradable"):
    claims += fact_rows.half_rows(f"text.{side}_{{half}}_effect", split, f"gini_{side}", tier=tier)
claims += fact_rows.half_rows("fig15.{half}_slope", by_quantile, tier=tier, note="per quantile")
claims += fact_rows.onset_rows({"tradable industries": tradable}, tier=tier)
compare(claims, caption=f"Fact 1 in words and figures ({tier} tier)", fold=True)

# %% [markdown]
# ## What to take along
#
# - The route from persons to Table 4 runs as one program. On generated data it finds {glue:text}`level_sd:.2f` and
#   {glue:text}`growth_sd:.2f` standard deviations (*synthetic tier*); the same lines run on the real census.
# - The paper's two thirds and one third {cite}`boehnert2025` follow from its own tables if log income and growth have
#   standard deviations of {glue:text}`implied_level:.2f` and {glue:text}`implied_growth:.2f` over zones.
# - Neighbours that share shocks would show in clustered and spatial errors; generated zones do not share any.
# - How many industries there are, and whether absent ones count, moves levels of a Gini; standardized effects are
#   what can be compared across measures.
#
# ## Exercises
#
# **1. The control that matters.** How do both halves change with the set of controls?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for controls in ("none", "exposure", "census"):
#     fit = trade_off(controls=controls)
#     print(f"{controls:9} level {fit.level.term().coef:+.3f}  growth {fit.growth.term().coef:+.3f}")
# ```
# Growth is planted given initial income. Without that control its coefficient also holds the catching up of poor
# zones: specialized zones start richer, so that it is more negative.
# :::
#
# **2. A later base.** Take 1990 instead of 1950 as the start. Which half survives, and why?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# later = fact1.design(regions, by_income, sectors, start=1990, end=2020, leave_one_out=False)
# fit = fact1.trade_off(later, start=1990, end=2020, measures=("gini",), controls="census")
# for half in (fit.level, fit.growth):
#     print(f"{half.outcome}: {half.term().coef:+.3f} (se {half.term().se:.3f})")
# ```
# Only income of 1950 and growth to 2020 are planted. In between incomes approach their value of 2020 at a steady pace and
# specialization moves with them, so that later starts inherit a part of both halves.
# :::
#
# **3. Shocks that neighbours share.** Add a shock common to each state to growth. What do the three kinds of standard
# errors say now?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import numpy as np
#
# draws = np.random.default_rng(1).normal(scale=0.2, size=99)
# shock = dict(zip(sorted(cross_section["state"].unique()), draws))
# shaken = cross_section.assign(growth=cross_section["growth"] + cross_section["state"].map(shock))
# for name, how in kinds.items():
#     print(f"{name:20} {trade_off(data=shaken, **how).growth.se['gini']:.4f}")
# ```
# HC1 takes zones as independent and knows nothing of the shock but its variance. Errors clustered by state are larger
# as far as specialization is alike within states.
# :::
#
# **4. The real census** (open). With an IPUMS key, build the census and run this page on it. Do the standard deviations of
# income and growth agree with the two that the paper's numbers imply?
#
# :::{admonition} Solution
# :class: dropdown
# `python -m regspec run 07 -p tier census`; the answer stands below Table 4 of the page that it writes below `_build/runs`
# ({doc}`21_ipums_key`). Nobody has run it for this book.
# :::
