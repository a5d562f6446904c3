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
# (fact2)=
# # Fact 2: growing regions specialize
#
# *Tier: public. 48 states: wages of twelve sectors since 1929, jobs since 1969, 77 industries 1958–2000.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Did regions become more specialized since 1950, and do richer and growing regions specialize more?
#
# **Answer.** In 48 states (*public*) the mean Gini of twelve sectors rose by {glue:text}`rise:.0f` percent to 2020 and its
# dispersion fell by {glue:text}`fall:.0f` percent, near the paper's numbers. Richer states are more specialized
# (slope {glue:text}`slope:.2f`, t = {glue:text}`slope_t:.1f`), with broad sectors; that growing states specialize shows with
# 77 industries only.
# :::
#
# **The paper's claim.** Since 1950 the average zone became more specialized by 15 percent, while the
# dispersion of specialization halved. Richer zones are more specialized, along an S-shaped curve, and zones
# that grow become more so {cite}`boehnert2025`. The curve is the local regression of {cite:t}`cleveland1979`,
# as in {cite:t}`imbs2003`: at each point $x$ a line is fitted with tricube weights $w_j(x)$ ([3], [4]),
#
# ```{math}
# :label: eq-lowess
# (\hat\alpha(x), \hat\beta(x)) = \arg\min_{\alpha, \beta} \sum_j w_j(x)
# \left(y_j - \alpha - \beta x_j\right)^2 .
# ```

# %% tags=["parameters"]
first_year: int = 1950  # first year of the curve and the changes; 1929 <= first_year <= 1950
span: float = 0.67  # share of observations in each neighbourhood; 0.1 <= span <= 1
draws: int = 300  # bootstrap draws of the band; 20 <= draws <= 5000
seed: int = 2025  # seed of the bootstrap; 0 <= seed

# %% tags=["hide-input"]
import pandas as pd

from regspec.facts import fact2, geography, panels
from regspec.figures.facts import draw_by_horizon, draw_curve, draw_line, draw_series
from regspec.paper import fact_rows
from regspec.paper.scoreboard import Ours, compare, published
from regspec.show.display import glue, glue_all, show, table
from regspec.sources.zones import COASTS

states = panels.states()
wages, jobs = panels.state_sectors("wages"), panels.state_sectors("employment")
detail = panels.state_industries()
sector_gini, job_gini, industry_gini = (panels.concentration(p.frame) for p in (wages, jobs, detail))
note = panels.note(states, wages)

# %% [markdown]
# ## Specialization over time
#
# {numref}`fig-fact2-time` and the table are the counterpart of Table 1. Employment by sector starts in 1969.

# %% tags=["hide-input"]
years = [1929, 1950, 1970, 1990, 2010, 2020]
income_rows = fact2.dispersion(sector_gini, years=years)
job_rows = fact2.dispersion(job_gini, years=years)
fine_rows = fact2.dispersion(industry_gini, years=[1958, 1970, 1990, 2000])
both = pd.concat({"wages": income_rows, "jobs": job_rows}, axis=1)
table(both.drop(columns="regions", level=1), caption="Gini of twelve sectors across 48 states (counterpart of Table 1)")
table(fine_rows, caption="Gini of 77 industries across 48 states", fold=True)

# %% tags=["hide-input"]
annual = {name: fact2.dispersion(by, years=range(1929, 2022)) for name, by in
          {"wages": sector_gini, "jobs": job_gini, "wages, 77 industries": industry_gini}.items()}  # fmt: skip
series = {
    title: pd.DataFrame({name: rows[column] for name, rows in annual.items()})
    for title, column in {"Mean Gini": "mean", "Coefficient of variation": "cv"}.items()
}
show(
    draw_series(series, tier="public", note=panels.note(states, wages, jobs), marks=(1958, 1998)),
    name="fig-fact2-time",
    caption="Specialization of the 48 states: mean and dispersion of the Gini. Dotted lines: changes of "
    "the industrial classification.",
    alt="Two line charts. The mean Gini of twelve sectors falls in the 1930s and 1940s and rises from "
    "1950 to 2020; its coefficient of variation peaks in the early 1950s and falls to about a third.",
)

# %% tags=["hide-input"]
start, end = income_rows.loc[1950], income_rows.loc[2020]
change = fact2.rise_and_fall(income_rows, 1950, 2020)
print(f"mean Gini of wages 1950 {start['mean']:.3f}, 2020 {end['mean']:.3f}: {change['rise']:+.0f} percent")
print(f"coefficient of variation 1950 {start['cv']:.3f}, 2020 {end['cv']:.3f}: {-change['fall']:+.0f} percent")

# %% tags=["hide-input"]
glue_all(change)
glue_all(fact2.rise_and_fall(fine_rows, 1958, 2000), prefix="fine_")

# %% [markdown]
# The mean rises by {glue:text}`rise:.0f` percent and dispersion falls by {glue:text}`fall:.0f` percent: both
# halves of Table 1 hold in states, and the sizes are near the paper's. With 77 industries, between 1958 and
# 2000, the mean rises by only {glue:text}`fine_rise:.1f` percent while dispersion falls by
# {glue:text}`fine_fall:.0f`. Levels cannot be compared across lists of industries, because a Gini rises with
# their number.
#
# ## Specialization along the income ladder

# %% tags=["hide-input"]
panel = states.frame.merge(sector_gini, on=["region", "year"]).query("year >= @first_year")
curve = fact2.specialization_curve(panel, seed=seed, span=span, draws=draws)
places = {"Ohio": "39", "Minnesota": "27"}
show(
    draw_curve(curve, highlight=places, tier="public", note=note),
    name="fig-fact2-curve",
    caption="Counterpart of Figure 3: relative specialization over relative income, state-years, local "
    "regression with a 95 percent band from a bootstrap of whole states. Paths of Ohio and Minnesota by "
    "decade, the mark at the last year.",
    alt="Curve that is flat below mean income and rises above it, steepest around the mean. Ohio moves "
    "down and left, from rich and specialized to poorer and average; Minnesota hardly moves.",
)

# %% tags=["hide-input"]
show(
    draw_line(curve, tier="public", note=note),
    name="fig-fact2-line",
    caption="Counterpart of Figure 19: straight line, 95 percent band from errors clustered by state.",
    alt="Cloud of state-years with a rising straight line; the cloud is widest near mean income.",
)

# %% tags=["hide-input"]
glue_all(curve.headlines())
fine_panel = states.frame.merge(industry_gini, on=["region", "year"])
fine_curve = fact2.specialization_curve(fine_panel, seed=seed, span=span, draws=20)
fine_slope = fine_curve.line.term()
glue_all({"slope": fine_slope.coef, "slope_t": fine_slope.t}, prefix="fine_")

# %% [markdown]
# The line has a slope of {glue:text}`slope:.2f` (t = {glue:text}`slope_t:.1f`). The curve is flatter at both
# ends: its slope is {glue:text}`low:.2f` at the 5th percentile of income, {glue:text}`middle:.2f` at the median
# and {glue:text}`high:.2f` at the 95th, in the form of the paper's S. The differences to the median
# have t-ratios of {glue:text}`low_t:.1f` and {glue:text}`high_t:.1f` (states redrawn whole): the lower bend is
# there, the upper one may be chance. It is a statement about broad sectors: with 77
# industries (1958–2000) the slope is {glue:text}`fine_slope:.3f` (t = {glue:text}`fine_slope_t:.2f`).
#
# {numref}`fig-fact2-curve` also shows the paper's story at the scale of states. Ohio, Dayton's state, starts
# rich and specialized and ends poorer and as diversified as the mean. Minnesota, Rochester's, keeps its place.
#
# ## Change on change
#
# Table 8 asks the same of changes over horizons $h$ [32]:
#
# ```{math}
# :label: eq-change
# \Delta_h \log Gini_{c,t} = \alpha^h + \beta^h \Delta_h \log y_{c,t} + \gamma^h \log y_{c,t-h}
# + \epsilon_{c,t} .
# ```
#
# Incomes are in current dollars, so a single intercept would let inflation into $\beta^h$; ours are by end year.
# The estimates without year effects are in the table.

# %% tags=["hide-input"]
decades, steps = range(1950, 2021, 10), [10, 20, 30, 40, 50, 60]
broad = fact2.change_on_change(panel, years=decades, horizons=steps).estimates
plain = fact2.change_on_change(panel, years=decades, horizons=steps, year_effects=False).estimates
fine = fact2.change_on_change(fine_panel, years=range(1960, 2001, 10), horizons=steps[:4]).estimates
paper8 = {h: published()[f"table8.h{h}"].value for h in steps}

# %% tags=["hide-input"]
fig = draw_by_horizon(
    {"12 sectors, 1950–2020": broad, "77 industries, 1960–2000": fine},
    label="Change of log Gini on change of log income", tier="public",
    note=panels.note(states, wages, detail), paper=paper8,
)  # fmt: skip
show(
    fig,
    name="fig-fact2-change",
    caption="Counterpart of Table 8: change of log Gini on change of log income by horizon, end-year effects, "
    "95 percent intervals clustered by state.",
    alt=f"Coefficients by horizon. The paper's are positive, up to {max(paper8.values()):.2f}. Ours are positive "
    f"with 77 industries, rising from {fine['coef'].iloc[0]:.2f} to {fine['coef'].iloc[-1]:.2f}, and negative "
    "with twelve sectors.",
)

# %% tags=["hide-input"]
wide = {"12 sectors": broad, "12 sectors, one intercept": plain, "77 industries": fine}
stacked = pd.concat(wide, names=["series"]).reset_index("series")
columns = ["series", "horizon", "coef", "se", "t", "n", "r2_adj"]
table(stacked[columns], caption="Change on change by horizon", index=False, fold=True)
factories = panels.industry_share(wages.frame, "manufacturing")
ginis = panel.pivot_table(index="region", columns="year", values="gini")
glue_all({"change_broad": broad["coef"].iloc[-1], "change_fine": fine["coef"].iloc[-1]})
glue("factories", (factories[2020] - factories[1950]).corr(ginis[2020] - ginis[1950]))

# %% [markdown]
# With 77 industries the paper's result appears: states that grow faster specialize. With twelve sectors it does
# not; the coefficients are negative and mostly insignificant. A Gini of twelve sectors follows the weight of
# manufacturing (its change from 1950 to 2020 correlates at {glue:text}`factories:.2f` with that of the
# manufacturing share), and states did not grow by adding manufacturing.
#
# ## Where the specialized states are
#
# The paper's maps (Figures 16 and 17) need the census tier. States can speak to their claim, that the Rust Belt
# was specialized in 1950 and is not today.

# %% tags=["hide-input"]
place = panel.assign(coasts=panel["region"].isin(COASTS)).query("year in @years")
means = geography.group_means(place, {"Rust Belt": "rust_belt", "coasts": "coasts"}, years[1:])
table(means, caption="Mean log deviation of the Gini from the national mean: Rust Belt; Northeast and West coasts")

# %% [markdown]
# ## Scoreboard

# %% tags=["hide-input"]
how, fine_how = "48 states, 12 sectors", "48 states, 77 industries"
statistics = {"mean": "mean", "cv": "cv", "p90_p10": "p90p10"}
rows = [
    Ours("text.gini_rise", change["rise"], tier="public", note=how),
    Ours("text.dispersion_fall", change["fall"], tier="public", note=how + ", coefficient of variation"),
]
for kind, frame in (("income", income_rows), ("employment", job_rows)):
    pattern = "table1.gini_{column}_" + kind + "_{row}"
    rows += fact_rows.number_rows(pattern, frame.loc[years[1:]], statistics, tier="public", note=how)
rows += [fact_rows.term_row("fig19.slope", curve.line, tier="public", note=how),
         fact_rows.term_row("fig19.slope", fine_curve.line, tier="public", note=fine_how)]  # fmt: skip
rows += fact_rows.curve_rows(curve, tier="public", note=how)

# %% tags=["hide-input"]
by_detail = {how: broad, fine_how: fine}
rows += [fact_rows.comovement_row(frame, tier="public", note=said) for said, frame in by_detail.items()]
for said, frame in ((how, broad), (fine_how + ", 1960-2000", fine)):
    rows += fact_rows.horizon_rows("table8", frame, tier="public", note=said + ", end-year effects",
                                   fit_note=", within years")  # fmt: skip
rows += fact_rows.group_rows(place, seed=seed, draws=draws, note=how)
compare(rows, caption="Fact 2: paper and this book", fold=True)

# %% [markdown]
# The paper uses one fine list of industries throughout, for which public data end in 2000 and exist for states only.
#
# ## What to take along
#
# - Table 1 holds in states: the mean Gini rises by {glue:text}`rise:.0f` percent and its dispersion falls by
#   {glue:text}`fall:.0f` percent.
# - The lower bend of the S is there (t = {glue:text}`low_t:.1f`); the upper one may be chance ({glue:text}`high_t:.1f`).
# - Change on change has the paper's sign with 77 industries ({glue:text}`change_fine:.2f` over forty years) and not with
#   twelve sectors ({glue:text}`change_broad:.2f` over sixty), whose Gini follows the weight of manufacturing.
# - Levels of a Gini compare only within one list of industries.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** The local regression uses a share `span` of the observations at each point. How much of the S is that choice?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import numpy as np
#
# for share in (0.3, 0.5, 0.67, 1.0):
#     other = fact2.specialization_curve(panel, seed=seed, span=share, draws=20)
#     points = other.data["income"].quantile([0.05, 0.5, 0.95])
#     print(share, np.interp(points, other.band.at, other.band.slope).round(2))
# ```
# Slopes at the 5th, 50th and 95th percentiles of income. The narrower the neighbourhood, the stronger the S; when all
# observations are used everywhere (weighted by distance), the three slopes are equal to within a tenth. A wider span hides
# bends, a narrower one invents some: the band tells which.
# :::
#
# **2.** Is the fall of dispersion due to the few states that were least specialized in 1950?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# in_1950 = sector_gini[sector_gini["year"] == 1950].set_index("region")["gini"]
# for drop in (0, 5, 10):
#     kept = sector_gini[~sector_gini["region"].isin(in_1950.nsmallest(drop).index)]
#     cv = fact2.dispersion(kept, years=[1950, 2020])["cv"]
#     print(drop, round(100 * (1 - cv[2020] / cv[1950])))
# ```
# Percent by which the coefficient of variation falls. It falls by more than half without them too.
# :::
#
# **3.** Take manufacturing out of the shares. Do growing states now specialize, as in the paper?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# rest = wages.frame[wages.frame["industry"] != "manufacturing"]
# without = states.frame.merge(panels.concentration(rest), on=["region", "year"]).query("year >= @first_year")
# found = fact2.change_on_change(without, years=decades, horizons=steps).estimates
# print(found[["horizon", "coef", "se"]].round(3))
# ```
# The coefficients come closer to zero, to about a third at the longest horizon, and none is significant: manufacturing
# explains most of the wrong sign, but broad sectors without it do not show the paper's either. Its result is about finer
# industries.
# :::
