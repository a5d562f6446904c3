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
# # All facts on the census route
#
# *Tier: synthetic. 722 commuting zones, 236 industries, seven censuses from 1950 to 2020 without 1960. The persons
# are generated with known coefficients. No number of ours on this page says anything about the United States.*
#
# **What this page is for.** It computes every table and figure of section 2 and appendices A.2–A.5 of
# {cite:t}`boehnert2025` from the frames that `python -m regspec census build` writes, beside what the paper
# prints. A reader with an IPUMS key runs the same page on the real census:
#
# ```
# python -m regspec run 07 -p tier census -p folder FOLDER_OF_THE_BUILD
# ```
#
# Each table is also written as HTML and as LaTeX below `_build/tables`. Remarks on generated data are about the
# execution that this book shows.
#
# **What is planted.** The generated census obeys the paper's equations, with its coefficients where it prints them.
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
# Agreement in a planted row shows that pipeline and estimator find what is there. In the other rows neither
# agreement nor disagreement shows anything about the paper.

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
absent: str = "zero"  # industries in which nobody of a zone works; one of zero, omit
cutoff_km: float = 500.0  # reach of spatially correlated errors; 0 <= cutoff_km <= 5000
draws: int = 200  # bootstrap draws of the local regression; 20 <= draws <= 5000
seed: int = 2025  # seed of the bootstrap; 0 <= seed

# %% tags=["hide-input"]
import pandas as pd

from regspec.census.aggregate import AGES
from regspec.facts import census_panels, convergence, fact1, fact2, fact3, geography, panels
from regspec.facts.spatial import Spatial
from regspec.figures import facts as draw
from regspec.figures.maps import draw_zone_map
from regspec.measures import gini
from regspec.publish import rows
from regspec.publish.beside import (
    Row, by_horizon, numbers_beside, published_frame, regressions_beside, together_and_alone,
)  # fmt: skip
from regspec.publish.display import glue, show, table
from regspec.publish.scoreboard import Ours, compare, published
from regspec.publish.tables import show_table
from regspec.sources import geometry
from regspec.sources.paths import project_root
from regspec.sources.states import COASTS, RUST_BELT, SUN_BELT_AND_WEST

build = census_panels.open_build(tier, folder)
stamp = {"tier": tier, "note": census_panels.note(build)}
files = project_root() / "_build" / "tables" / tier
years = census_panels.years(build)
regions, income = census_panels.regions(build).frame, census_panels.industries(build, absent=absent).frame
jobs = census_panels.industries(build, "employment", absent=absent).frame
sectors = census_panels.industries(build, by="sector").frame
by_income, by_jobs = panels.concentration(income, within="macro"), panels.concentration(jobs)
panel = regions.merge(by_income, on=["region", "year"])
places = {"Dayton": geography.place(regions, "Dayton", "39"),
          "Rochester, MN": geography.place(regions, "Rochester", "27")}  # fmt: skip
paper = {key: row.value for key, row in published().items()}

# %% [markdown]
# ## Specialization over time: Table 1

# %% tags=["hide-input"]
heads = {"mean": "Mean", "cv": "CV", "p90_p10": "p90/p10"}
decimals = {"Mean": 2, "CV": 3, "p90/p10": 2}
printed1 = published_frame(1).set_index("year")
ours1 = {kind: fact2.dispersion(by, years=printed1.index) for kind, by in
         {"income": by_income, "employment": by_jobs}.items()}  # fmt: skip


def table1(kind):
    """Table 1 for one kind of shares, ours and the paper's."""
    columns = {f"{kind}_{k.replace('_', '')}": head for k, head in heads.items()}
    theirs = printed1[list(columns)].rename(columns=columns)
    ours = ours1[kind][list(heads)].rename(columns=heads)
    return numbers_beside(ours, theirs, name=f"table1_{kind}", decimals=decimals,
                          title=f"Table 1, {kind} shares ({tier} tier)")  # fmt: skip


show_table(table1("income"), files)
show_table(table1("employment"), files)

# %% tags=["hide-input"]
own = panels.concentration(census_panels.industries(build, absent="omit").frame)
groups = panels.concentration(census_panels.industries(build, by="group").frame)
glue("gini_1950", ours1["income"].loc[1950, "mean"])
glue("gini_own", fact2.dispersion(own, years=[1950]).loc[1950, "mean"])
glue("gini_groups", fact2.dispersion(groups, years=[1950]).loc[1950, "mean"])
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
#
# ## Employment of 17 groups: Table 3
#
# The generated census has no other source for these shares than the printed ones, divided by their sum.

# %% tags=["hide-input"]
printed3 = published_frame(3)
shares = census_panels.employment_shares(build, [1950, 1990, 2020]).loc[printed3["industry"]]
theirs = printed3.set_index("industry")[[f"share_{y}" for y in (1950, 1990, 2020)]]
theirs.columns = ours_columns = ["1950", "1990", "2020"]
ours3 = shares[[1950, 1990, 2020]].set_axis(ours_columns, axis=1)
show_table(
    numbers_beside(ours3, theirs, name="table3", decimals=dict.fromkeys(ours_columns, 2),
                   title=f"Table 3, employment shares in percent ({tier} tier)"),
    files,
)  # fmt: skip

# %% [markdown]
# ## Dayton and Rochester: Figure 1
#
# The two places carry their names and populations and nothing else: where they stand, and how they move, is chance.

# %% tags=["hide-input"]
paths = geography.relative_paths(regions, "income_pc", places)
show(
    draw.draw_paths(paths, label="Relative income per head (log)", **stamp),
    name="fig-census-places-income",
    caption="Counterpart of Figure 1a: log income per head of two zones relative to the mean of all zones.",
    alt="Two lines from 1950 to 2020, one for Dayton and one for Rochester.",
)

# %% tags=["hide-input"]
narrow = geography.relative_paths(by_income, "gini", places)
show(
    draw.draw_paths(narrow, label="Relative specialization (log Gini)", **stamp),
    name="fig-census-places-gini",
    caption="Counterpart of Figure 1b: log Gini of income shares of two zones relative to the mean of all zones.",
    alt="Two lines from 1950 to 2020, one for Dayton and one for Rochester.",
)

# %% [markdown]
# ## Fact 1: Figure 2 and Table 4

# %% tags=["hide-input"]
inputs = (regions, by_income, sectors)
cross_section = fact1.design(*inputs, start=1950, end=2020, leave_one_out=False)


def trade_off(measures=("gini",), data=cross_section, controls="census", **errors):
    """Both halves of Fact 1, 1950 to 2020."""
    return fact1.trade_off(data, start=1950, end=2020, measures=measures, controls=controls, **errors)


def relation(fit, name=None):
    """How an outcome moves with a regressor, in words for alternative texts."""
    t = fit.term(name).t
    return "shows no clear relation to" if abs(t) < 1.96 else "rises with" if t > 0 else "falls with"


main, split = trade_off(), trade_off(("gini_tradable", "gini_nontradable"))
show(
    draw.draw_trade_off(main, highlight={}, **stamp),
    name="fig-census-trade-off",
    caption="Counterpart of Figure 2: income per head in 1950 and its growth to 2020 against the Gini of 1950, net "
    "of all controls of Table 4, with 95 percent bands.",
    alt=f"Two scatter plots of {main.level.n} zones. Income {relation(main.level)} specialization, later growth "
    f"{relation(main.growth)} it.",
)

# %% tags=["hide-input"]
CONTROLS = [
    Row("ĝ", "ghat", "ghat"),
    Row("Log income p.c.", "log_income", "log_income"),
    Row("High-skill share", "high_skill", "high_skill"),
    Row("Old-age ratio", "old_age", "old_age"),
    Row("Female share", "female", "female"),
    Row("Population (ours: log)", "log_population", "population"),
    Row("Rust Belt", "rust_belt", ""),
]
KINDS = [Row("Specialization", "gini", "specialization"), Row("Tradable", "gini_tradable", "tradable"),
         Row("Non-tradable", "gini_nontradable", "nontradable")]  # fmt: skip


def beside(results, kinds, number):
    """Tables 4 to 6: growth and level of several results beside the paper's columns."""
    fits = {"Growth 1950–2020": [r.growth for r in results], "Log income 1950": [r.level for r in results]}
    return regressions_beside(fits, [*kinds, *CONTROLS], table=number, title=f"Table {number} ({tier} tier)")


show_table(beside([main, split], KINDS, 4), files)

# %% tags=["hide-input"]
size = fact1.summary({"main": main}).set_index("group")
for half in ("level", "growth"):
    print(f"{half}: {size.loc[half, 'coef']:+.2f} sd, raw {size.loc[half, 'raw']:+.3f}"
          f" (HC1 se {size.loc[half, 'se']:.3f}), n {size.loc[half, 'n']}")  # fmt: skip
    glue(f"{half}_sd", size.loc[half, "coef"])

# %% tags=["hide-input"]
sd_gini = paper["table1.gini_mean_income_1950"] * paper["table1.gini_cv_income_1950"]
glue("implied_level", paper["table4.c3.specialization"] * sd_gini / paper["text.std_level_effect"])
glue("implied_growth", paper["table4.c1.specialization"] * sd_gini / paper["text.std_growth_effect"])
glue("sd_level", cross_section["level"].std())
glue("sd_growth", cross_section["growth"].std())

# %% [markdown]
# One standard deviation of specialization goes with {glue:text}`level_sd:.2f` standard deviations of income and
# {glue:text}`growth_sd:.2f` of growth here. The text of the paper says two thirds and minus one third. Its own
# numbers allow a check: with the coefficients of Table 4 and the mean and CV of Table 1, two thirds and one third are
# reached if log income in 1950 has a standard deviation of {glue:text}`implied_level:.2f` across zones, and its growth
# one of {glue:text}`implied_growth:.2f`. On generated data they are {glue:text}`sd_level:.2f` and
# {glue:text}`sd_growth:.2f`; the real ones decide between the two statements.
#
# ### What was planted

# %% tags=["hide-input"]
if tier == "synthetic":
    truth = census_panels.against_truth(main)
    table(truth, caption="Planted coefficients, estimates, and their distance in standard errors", index=False)
    glue("beyond", int((truth["t"].abs() > 1.96).sum()))
    glue("coefficients", len(truth))

# %% [markdown]
# One sample of 722 zones: {glue:text}`beyond:d` of {glue:text}`coefficients:d` planted coefficients lie more than 1.96
# standard errors away, where one in twenty should. {doc}`06_census` repeats this over many seeds.
#
# ### Three kinds of standard errors
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
errors = {name: trade_off(**how) for name, how in kinds.items()}
lines = [{"errors": name, "level, se": r.level.se["gini"], "level, t": r.level.term().t,
          "growth, se": r.growth.se["gini"], "growth, t": r.growth.term().t} for name, r in errors.items()]  # fmt: skip
table(pd.DataFrame(lines), caption=f"Errors of the coefficient of specialization ({tier} tier)", index=False)

# %% [markdown]
# ### Within six macro industries: Table 5
#
# The Gini over the three-digit industries within each. The paper does not list what belongs to the six; ours are
# groups of Table 3 (`regspec.facts.census_panels.MACRO`). None of these coefficients is planted.

# %% tags=["hide-input"]
MACRO = [Row(name, f"gini_{name.lower()}", name.lower()) for name in census_panels.MACRO]
macro = trade_off(tuple(row.ours for row in MACRO))
show_table(beside([macro], MACRO, 5), files)

# %% [markdown]
# The paper adds that estimates are similar one industry at a time:

# %% tags=["hide-input"]
alone = {row.ours: trade_off((row.ours,)) for row in MACRO}
halves = {"Growth 1950–2020": "growth", "Log income 1950": "level"}
pairs = {head: (getattr(macro, half), {m: getattr(r, half) for m, r in alone.items()}) for head, half in halves.items()}
show_table(together_and_alone(pairs, MACRO, table=5, title=f"Table 5, one industry at a time ({tier} tier)"), files)
apart = [abs(fit.term(m).coef - one[m].term().coef) / one[m].term().se for fit, one in pairs.values() for m in one]
glue("alone_apart", max(apart))

# %% [markdown]
# Here they differ by up to {glue:text}`alone_apart:.1f` standard errors: one parameter of a generated zone narrows all
# its industries, so that each of the six stands for the others when it is alone.

# %% [markdown]
# ### Other measures: Table 6 and robustness
#
# The Herfindahl index over 236 industries varies much less than their Gini, so that its coefficient is larger for the
# same effect.

# %% tags=["hide-input"]
hhi = trade_off(("herfindahl",))
show_table(beside([hhi], [Row("Herfindahl index", "herfindahl", "specialization")], 6), files)

# %% tags=["hide-input"]
job_sectors = census_panels.industries(build, "employment", by="sector").frame


def variant(by, exposed=sectors):
    """Fact 1 with another concentration, and with exposure from other amounts."""
    return trade_off(data=fact1.design(regions, by, exposed, start=1950, end=2020, leave_one_out=False))


variants = {
    "Gini, all controls": main,
    "no controls": trade_off(controls="none"),
    "ĝ only": trade_off(controls="exposure"),
    "Herfindahl": hhi,
    "largest share": trade_off(("max_share",)),
    "industries present only": variant(own),
    "17 groups": variant(groups),
    "employment": variant(by_jobs, job_sectors),
}
effects = fact1.summary(variants)
clear = (effects["lower"] * effects["upper"] > 0).groupby(effects["group"]).sum()
show(
    draw.draw_coefficients(effects, label="Standard deviations per standard deviation of specialization",
                           paper={h: paper[f"text.std_{h}_effect"] for h in ("level", "growth")}, **stamp),
    name="fig-census-robustness",
    caption="Both halves of Fact 1 under other controls and measures; 95 percent intervals (HC1). Dashed: what the "
    "paper says of its own.",
    alt=f"Dots with intervals for {len(variants)} specifications. {clear['level']} of the effects on the level and "
    f"{clear['growth']} of those on growth are significant at 5 percent.",
)  # fmt: skip

# %% [markdown]
# ### Value added
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
by_amount = {name: panels.concentration(frame) for name, frame in amounts.items()}


def of_amount(name, measure="gini"):
    """Fact 1 from the first year with value added, for one kind of shares over 17 groups."""
    data = fact1.design(regions, by_amount[name], sectors, start=value_start, end=value_end, leave_one_out=False)
    return fact1.trade_off(data, start=value_start, end=value_end, measures=(measure,), controls="census")


by_measure = {(name, label): of_amount(name, m) for label, m in
              (("Gini", "gini"), ("Herfindahl", "herfindahl")) for name in amounts}  # fmt: skip
shown = fact1.summary({f"{name}, {label}": fit for (name, label), fit in by_measure.items()})
show(
    draw.draw_coefficients(shown, label="Standard deviations per standard deviation of specialization",
                           paper={h: paper[f"text.std_{h}_effect"] for h in ("level", "growth")}, **stamp),
    name="fig-census-value-added",
    caption=f"Both halves of Fact 1, {value_start}–{value_end}, with shares of income, value added and employment over "
    "17 groups; 95 percent intervals (HC1). Dashed: what the paper says of income shares, 1950–2020.",
    alt="Dots with intervals for three kinds of shares and two measures. "
    + ", ".join(f"{(g['lower'] * g['upper'] > 0).sum()} of {len(g)} effects on the {half} are significant"
                for half, g in shown.groupby("group")) + " at 5 percent.",
)  # fmt: skip

# %% tags=["hide-input"]
raw = shown.rename(columns={"coef": "sd"})[["spec", "group", "sd", "raw", "se", "n", "r2_adj"]]
table(raw, caption=f"Fact 1 over 17 groups, {value_start}–{value_end} ({tier} tier)", index=False)
of_value = by_measure["value added", "Herfindahl"]
fits6 = {f"Growth {value_start}–{value_end}": [of_value.growth], f"Log income {value_start}": [of_value.level]}
show_table(
    regressions_beside(fits6, [Row("Herfindahl index", "herfindahl", "specialization"), *CONTROLS], table=6,
                       name="table6_value_added", title=f"Table 6 with value added ({tier} tier)"),
    files,
)  # fmt: skip

# %% [markdown]
# ### Horizons: Table 7
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
show_table(by_horizon(series7, table=7, title=f"Table 7, tradable specialization ({tier} tier)"), files)

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
# ### Twenty quantiles: Figure 15

# %% tags=["hide-input"]
quantiles = {"years": years, "horizon": 20, "controls": "census", "leave_one_out": False}
by_quantile = fact1.by_quantile(*inputs, **quantiles)
show(
    draw.draw_quantiles(by_quantile.effects, horizon=20, **stamp),
    name="fig-census-quantiles",
    caption="Counterpart of Figure 15: initial income and growth over the next 20 years by quantile of "
    "specialization, against the most diversified; all controls, 95 percent intervals clustered by zone.",
    alt=f"Two lines with bands over 20 quantiles. Income {relation(by_quantile.level)} specialization, growth over "
    f"20 years {relation(by_quantile.growth)} it.",
)

# %% [markdown]
# ### Maps: Figures 14, 16 and 17
#
# Dark zones are high. The Rust Belt of 1950 is planted; its disappearance is not, but follows from the weaker and
# weaker tie of specialization to its past.

# %% tags=["hide-input"]
shapes, borders = geometry.zones(), geometry.states()
gini_of = by_income.pivot_table(index="region", columns="year", values="gini")
ghat = cross_section.set_index("region")["ghat"]


def draw_map(values, title):
    """One map in five bins, with the two places."""
    return draw_zone_map(shapes, borders, values, title=title, highlight=places, form="{:.3f}", **stamp)


show(
    draw_map(ghat, "Predicted growth ĝ, 1950–2020 (log points)"),
    name="fig-census-map-ghat",
    caption="Counterpart of Figure 14: growth that each zone's sectors of 1950 predict, quintiles.",
    alt="Map of 722 zones in five shades by predicted growth.",
)

# %% tags=["hide-input"]
show(
    draw_map(gini_of[1950], "Gini of income shares, 1950"),
    name="fig-census-map-1950",
    caption="Counterpart of Figure 16: specialization in 1950, quintiles.",
    alt="Map of 722 zones in five shades by specialization in 1950.",
)

# %% tags=["hide-input"]
show(
    draw_map(gini_of[2020], "Gini of income shares, 2020"),
    name="fig-census-map-2020",
    caption="Counterpart of Figure 17: specialization in 2020, quintiles.",
    alt="Map of 722 zones in five shades by specialization in 2020.",
)

# %% [markdown]
# ## Fact 2: Figures 3 and 19, Table 8
#
# An S shape is not planted: the equations are linear in logs.

# %% tags=["hide-input"]
curve = fact2.specialization_curve(panel, seed=seed, draws=draws)
show(
    draw.draw_curve(curve, highlight=places, **stamp),
    name="fig-census-curve",
    caption="Counterpart of Figure 3: relative specialization over relative income, local linear regression with "
    "tricube weights, 95 percent band from a bootstrap of whole zones.",
    alt=f"A curve with its band, and the paths of Dayton and Rochester. Specialization {relation(curve.line)} income.",
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
table(slopes[["coef", "se", "t"]], caption=f"Slope of the straight line by census, HC1 ({tier} tier)")
glue("slope_first", slopes["coef"].iloc[0])
glue("slope_last", slopes["coef"].iloc[-1])

# %% [markdown]
# Here the slope falls from {glue:text}`slope_first:.2f` to {glue:text}`slope_last:.2f`, as does the dispersion of
# specialization in Table 1.

# %% tags=["hide-input"]
show(
    draw.draw_line(curve, **stamp),
    name="fig-census-line",
    caption="Counterpart of Figure 19: the same points and their straight line, errors clustered by zone.",
    alt=f"Scatter of zones and years with a straight line: specialization {relation(curve.line)} income.",
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
show_table(by_horizon(series8, table=8, title=f"Table 8, change on change ({tier} tier)"), files)

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
show_table(by_horizon({"17 groups": nine}, table=9, title=f"Table 9, ranks within states ({tier} tier)"), files)

# %% [markdown]
# Horizons of one and five years need annual accounts: {doc}`04_fact3`.
#
# ## Convergence: Figure 18
#
# The paper divides nominal income by its price index, which is the *logarithm* of the mean house value (A.3.8); so do
# we. That deflates less where houses are dear than dividing by the value itself would.

# %% tags=["hide-input"]
deflated = regions.assign(income_pc=regions["income_pc_deflated"])
per_worker = regions.assign(income_pc=regions["earnings_per_worker"])
spread = pd.DataFrame({
    name: convergence.income_dispersion(data)["cv"]
    for name, data in {"zones": regions, "zones, per worker": per_worker, "zones, deflated": deflated,
                       "states": census_panels.state_regions(build).frame}.items()
}).dropna(axis=1, how="all")  # fmt: skip
show(
    draw.draw_series({"Coefficient of variation of income": spread}, **stamp),
    name="fig-census-dispersion",
    caption="Counterpart of Figure 18: dispersion of wage income across zones, per head and per worker, deflated by the "
    "local price index of houses where the build has house values (from 1970), and across states.",
    alt=f"{len(spread.columns)} lines from 1950 to 2020. Across zones the coefficient of variation goes from "
    f"{spread['zones'].iloc[0]:.2f} to {spread['zones'].min():.2f} and {spread['zones'].iloc[-1]:.2f}.",
)

# %% [markdown]
# ## Scoreboard
#
# Every number above enters the scoreboard with its tier. On generated data the status is *synthetic* whatever the
# number ({doc}`14_scoreboard`): planted agreement is no replication.

# %% tags=["hide-input"]
SLUGS = {r.ours: r.paper for r in (*KINDS, *MACRO, *CONTROLS) if r.paper} | {"herfindahl": "specialization"}
NOTES = {"log_population": "log population; the unit of the paper's is not stated"}
by_slug = ours3.set_axis(printed3["slug"])
recorded = rows.number_rows("table3.{row}_{column}", by_slug, {y: y for y in ours3}, tier=tier)
for kind, frame in ours1.items():
    names = {"mean": "mean", "cv": "cv", "p90_p10": "p90p10"}
    recorded += rows.number_rows("table1.gini_{column}_" + kind + "_{row}", frame, names, tier=tier)
for number, results in ((4, [main, split]), (5, [macro]), (6, [hhi])):
    fits = [*(r.growth for r in results), *(r.level for r in results)]
    for column, fit in enumerate(fits, 1):
        recorded += rows.regression_rows(f"table{number}.c{column}", fit, SLUGS, tier=tier, notes=NOTES)
counts = {"industries_section2": income["industry"].nunique(), "industries_a2": income["industry"].nunique(),
          "industries_aggregate": sectors["industry"].nunique(), "industries_major": len(ours3)}  # fmt: skip
recorded += [Ours(f"text.{key}", n, tier=tier, note="codes of the 1990 classification in the build")
             for key, n in counts.items()]  # fmt: skip
recorded.append(Ours("text.adj_r2_growth", main.growth.r2_adj, tier=tier))
recorded += [Ours(f"text.age_{end}", age, tier=tier, note="of the build") for end, age in zip(("min", "max"), AGES)]
recorded += rows.horizon_rows("table7", tradable, tier=tier, note="start-year effects")
recorded += rows.horizon_rows("table8", series8["years apart"], tier=tier, note="end-year effects")
recorded += rows.horizon_rows("table9", nine, tier=tier, note="17 groups of Table 3")
compare(recorded, caption="Tables 1 and 3 to 9, counts: rows recorded", brief=True)

# %% tags=["hide-input"]
def claim(key, fit, name=None, sd=False, note=""):
    """One coefficient as a scoreboard row, in standard deviations if asked."""
    term = fit.term(name)
    scale = fit.standardized[name or fit.focus] / term.coef if sd else 1.0
    return Ours(key, scale * term.coef, tier=tier, se=abs(scale) * term.se, note=note)


claims = [claim(f"text.{half}_effect", getattr(main, half)) for half in ("level", "growth")]
claims += [claim(f"fig2.{half}_slope", getattr(main, half)) for half in ("level", "growth")]
claims += [claim(f"text.std_{half}_effect", getattr(main, half), sd=True) for half in ("level", "growth")]
claims += [claim(f"text.{side}_{half}_effect", getattr(split, half), f"gini_{side}")
           for side in ("tradable", "nontradable") for half in ("level", "growth")]  # fmt: skip
claims += [claim(f"fig15.{half}_slope", getattr(by_quantile, half), note="per quantile") for half in ("level", "growth")]
onset = fact1.first_negative(tradable)
if onset is not None:
    claims.append(Ours("text.negative_growth_horizon", onset, tier=tier, note="tradable industries"))
compare(claims, caption=f"Fact 1 in words and figures ({tier} tier)")

# %% tags=["hide-input"]
def bend(quantile):
    """Slope of the curve at a quantile of relative income less the slope at the median."""
    value, se = curve.band.slope_gap(*curve.data["income"].quantile([quantile, 0.5]))
    return {"value": value, "tier": tier, "se": se}


first, last = ours1["income"].loc[1950], ours1["income"].loc[2020]
sixty = series8["years apart"].iloc[-1]
claims2 = [
    Ours("fig3.slope", curve.line.term().coef, tier=tier, se=curve.line.term().se, note="straight line"),
    Ours("fig3.slope_lower_tail_minus_middle", **bend(0.05), note="5th percentile less median"),
    Ours("fig3.slope_upper_tail_minus_middle", **bend(0.95), note="95th percentile less median"),
    claim("fig19.slope", curve.line),
    Ours("fact2.income_specialization_comovement", sixty["coef"], tier=tier, se=sixty["se"],
         note="change on change over 60 years"),
    Ours("text.gini_rise", 100 * (last["mean"] / first["mean"] - 1), tier=tier),
    Ours("text.dispersion_fall", 100 * (1 - last["cv"] / first["cv"]), tier=tier, note="coefficient of variation"),
]  # fmt: skip
compare(claims2, caption=f"Fact 2 in words and figures ({tier} tier)")

# %% tags=["hide-input"]
gap, gap_se = fact3.persistence_gap(ranks, sold_afar, years=years, horizon=70)
long = {name: frame.set_index("horizon").loc[70] for name, frame in sides.items()}
least = sides["all"].loc[sides["all"]["coef"].idxmin()]
at60 = ladder.set_index("horizon").loc[60]
fall = ladder["coef"].iloc[-1] - ladder["coef"].iloc[0]
claims3 = [
    Ours("fig4.h70_tradable", long["tradable"]["coef"], tier=tier, se=long["tradable"]["se"]),
    Ours("fig4.tradable_minus_nontradable", gap, tier=tier, se=gap_se, note="70 years"),
    Ours("fig4.persistence_by_horizon", least["coef"], tier=tier, se=least["se"], note="smallest of seven horizons"),
    Ours("fact3.region_industry_persistence", long["all"]["coef"], tier=tier, se=long["all"]["se"], note="70 years"),
    Ours("fig20.h60", at60["coef"], tier=tier, se=at60["se"]),
    Ours("fig20.slope_in_horizon", fall, tier=tier, note="70 years less 10"),
]
compare(claims3, caption=f"Fact 3 in words and figures ({tier} tier)")

# %% tags=["hide-input"]
home = regions.drop_duplicates("region").set_index("region")["state"]
narrowness = by_income.assign(relative=fact2.relative(by_income, "gini"))
relative_gini = narrowness.pivot_table(index="region", columns="year", values="relative")


def contrast(key, values, group, others=()):
    """Mean of a group of states less that of others as a scoreboard row."""
    value, se = geography.group_gap(values, home, group, others)
    return Ours(key, value, tier=tier, se=se, note="zones count equally, HC1")


since1990 = spread["zones"].iloc[-1] - spread["zones"].loc[1990]
change, start = paths.iloc[-1] - paths.iloc[0], paths.iloc[0]
claims4 = [
    Ours("fig1.dayton_income_change", change["Dayton"], tier=tier),
    Ours("fig1.rochester_income_change", change["Rochester, MN"], tier=tier),
    Ours("fig1.dayton_minus_rochester_income_1950", start["Dayton"] - start["Rochester, MN"], tier=tier),
    Ours("fig1.dayton_minus_rochester_gini_1950", -narrow.iloc[0].diff().iloc[-1], tier=tier),
    contrast("fig14.rust_belt_minus_sun_belt", ghat, RUST_BELT, SUN_BELT_AND_WEST),
    contrast("fig16.rust_belt_1950", relative_gini[1950], RUST_BELT),
    contrast("fig17.rust_belt_change", relative_gini[2020] - relative_gini[1950], RUST_BELT),
    contrast("fig17.coasts_2020", relative_gini[2020], COASTS),
    Ours("fig18.dispersion_change_1950_1990", spread["zones"].loc[1990] - spread["zones"].loc[1950], tier=tier),
    Ours("fig18.dispersion_change_since_1990", since1990, tier=tier),
]
compare(claims4, caption=f"Places and convergence ({tier} tier)")
