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
# (fact1)=
# # Fact 1: rich at first, slower afterwards
#
# *Tier: public. States with twelve sectors (from 1929) and 77 industries (from 1958); commuting zones
# with four-digit manufacturing industries (1980).*
#
# :::{admonition} In short
# :class: brief
# **Question.** Were specialized regions richer in 1950, and did they grow more slowly afterwards?
#
# **Answer.** In 48 states (*public*) one standard deviation of specialization goes with {glue:text}`level_sd:.2f` standard
# deviations of income in the first year (t = {glue:text}`level_t:.1f`), as in the paper; growth does not fall with it
# ({glue:text}`growth_sd:.2f`, t = {glue:text}`growth_t:.1f`). Within manufacturing of zones from 1980 growth does fall
# ({glue:text}`zone_growth:.2f`).
# :::
#
# **The paper's claim.** Zones whose income came from few industries in 1950 were richer then and grew
# more slowly to 2020 {cite}`boehnert2025`. One standard deviation of specialization goes with two
# thirds of a standard deviation more income and one third less growth. The regression is
#
# ```{math}
# :label: eq-fact1
# Y_c = \alpha + \beta\, Gini_{c,1950} + \delta\, \hat g_c + \gamma' Z_{c,1950} + \epsilon_c ,
# \qquad \hat g_c = \sum_i s_{i,c}\, g_i ,
# ```
#
# equations [1] and [2]: $Y_c$ is log income per head or its growth, $s_{i,c}$ the share of sector $i$ in
# the region, $g_i$ the sector's national growth, so that $\hat g_c$ is the growth the region would have
# had if each of its sectors had followed the nation.
#
# **What we compute.** The same regression for the 48 contiguous states. The paper's controls for skill,
# age and gender need the census tier; population, the Rust Belt, $\hat g_c$ and initial income are public.

# %% tags=["parameters"]
start_year: int = 1950  # year of shares, levels and controls; 1929 <= start_year <= 1990
end_year: int = 2019  # last year of growth; 2000 <= end_year <= 2020
leave_one_out: bool = True  # whether national growth leaves out the state it predicts

# %% tags=["hide-input"]
from functools import partial

import pandas as pd

from regspec.facts import fact1, panels
from regspec.figures.facts import draw_by_horizon, draw_coefficients, draw_trade_off
from regspec.paper import fact_rows
from regspec.paper.scoreboard import compare, published
from regspec.show.display import glue, glue_all, show, table

states, sectors = panels.states(), panels.state_sectors("wages")
by_sector = panels.concentration(sectors.frame)
note = panels.note(states, sectors)
of_states = {"regions": states.frame, "concentration": by_sector, "sectors": sectors.frame}
trade_off = partial(fact1.trade_off_between, end=end_year, leave_one_out=leave_one_out, **of_states)

# %% [markdown]
# ## States, twelve sectors

# %% tags=["hide-input"]
main = trade_off(start_year)
fig = draw_trade_off(main, highlight={"Ohio": "39", "Minnesota": "27"}, tier="public", note=note)
show(
    fig,
    name="fig-fact1-scatter",
    caption="Counterpart of Figure 2 for 48 states: income per head and its growth against the Gini of "
    "twelve sectors' wages, both net of exposure to structural change, log population and the Rust Belt "
    "(growth also of initial income), with 95 percent bands. Ohio and Minnesota hold the paper's two "
    "example zones.",
    alt="Two scatter plots of 48 states. Income rises with specialization; growth shows no clear "
    "relation, the band around the line admits slopes of both signs.",
)

# %% tags=["hide-input"]
sizes = fact1.summary({"main": main}).set_index("group")
for half in ("level", "growth"):
    row = sizes.loc[half]
    print(f"{half}: {row['coef']:+.2f} sd, raw {row['raw']:+.2f} (HC1 se {row['se']:.2f}), n {row['n']}")

# %% tags=["hide-input"]
glue_all(main.headlines())

# %% [markdown]
# *Level.* One standard deviation more specialization goes with {glue:text}`level_sd:.2f` standard deviations
# of income (t = {glue:text}`level_t:.1f`): the paper's sign and nearly its size. *Growth.* The coefficient is
# {glue:text}`growth_sd:.2f` standard deviations (t = {glue:text}`growth_t:.1f`): not different from zero, and
# not of the paper's sign. With 48 states the interval is wide.
#
# ## How much depends on the specification
#
# {numref}`fig-fact1-specs` varies the controls, the first year, the measure, what is shared out (wages,
# earnings, value added, employment), and the detail of industries.

# %% tags=["hide-input"]
detail = panels.state_industries()
by_industry = panels.concentration(detail.frame)
other = {m: panels.state_sectors(m) for m in ("earnings", "gdp", "employment")}
shared_out = {m: {"concentration": panels.concentration(p.frame), "sectors": p.frame} for m, p in other.items()}
variants = {
    f"{start_year}, no controls": trade_off(start_year, controls="none"),
    f"{start_year}, ĝ": trade_off(start_year, controls="exposure"),
    f"{start_year}, all controls": main,
    f"{start_year}, Herfindahl": trade_off(start_year, measures=("herfindahl",)),
    f"{start_year}, largest share": trade_off(start_year, measures=("max_share",)),
}

# %% tags=["hide-input"]
variants |= {
    "1929, no controls": trade_off(1929, controls="none"),
    "1929, all controls": trade_off(1929),
    "1969, no controls": trade_off(1969, controls="none"),
    "1969, all controls": trade_off(1969),
    f"{start_year}, earnings": trade_off(start_year, **shared_out["earnings"]),
    "1963, wages": trade_off(1963),
    "1963, value added": trade_off(1963, **shared_out["gdp"]),
    "1969, employment": trade_off(1969, **shared_out["employment"]),
    "1958, 77 industries": trade_off(1958, concentration=by_industry),
}
rows = fact1.summary(variants)

# %% tags=["hide-input"]
fig = draw_coefficients(
    rows, label="Standard deviations per standard deviation of specialization", tier="public",
    note=panels.note(states, sectors, detail, *other.values()),
    paper={half: published()[f"text.std_{half}_effect"].value for half in ("level", "growth")},
)  # fmt: skip
show(
    fig,
    name="fig-fact1-specs",
    caption="Both halves of Fact 1 under other controls, years, measures and industries; 95 percent "
    "intervals. Dashed: the paper's two thirds and minus one third.",
    alt=f"Dots with intervals for {len(variants)} specifications. The effect on the level is positive with "
    "twelve sectors, whatever is shared out, and negative with 77 industries; the effect on growth is "
    "negative without controls and near zero or positive with them.",
)

# %% tags=["hide-input"]
table(fact1.summary_table(rows), caption="Fact 1, specifications (HC1 standard errors)", index=False, fold=True)

# %% tags=["hide-input"]
effects = rows.pivot(index="spec", columns="group", values="coef")
with_earnings = f"{start_year}, earnings"
specs = {"sic2": "1958, 77 industries", "earnings": with_earnings, "gdp": "1963, value added", "wages63": "1963, wages"}
glue_all({f"{half}_{name}": effects.loc[spec, half] for name, spec in specs.items() for half in effects})
glue_all({f"growth_{year}": effects.loc[f"{year}, no controls", "growth"] for year in (1929, 1969)})
glue("growth_earnings_t", variants[with_earnings].growth.term().t)
factories = panels.industry_share(sectors.frame, "manufacturing")[start_year]
glue("corr_factories", main.data.set_index("region")["gini"].corr(factories))
in_1958 = variants["1958, 77 industries"].data
glue("corr_size", in_1958["gini"].corr(in_1958["log_population"]))

# %% [markdown]
# - Without controls growth falls with specialization, as in the paper: {glue:text}`growth_1929:.2f` standard
#   deviations from 1929, {glue:text}`growth_1969:.2f` from 1969. With initial income in the regression it is
#   gone: specialized states were richer, and richer states grew more slowly.
# - The paper calls its result robust to using value added or employment. For broad sectors the level half is:
#   {glue:text}`level_gdp:.2f` with value added in 1963 (its first year here), against
#   {glue:text}`level_wages63:.2f` with that year's wages, and {glue:text}`level_earnings:.2f` with the earnings
#   of the first year, which unlike wages hold farmers' own income. The growth half stays without support:
#   {glue:text}`growth_gdp:.2f` and {glue:text}`growth_wages63:.2f` in 1963; with earnings
#   {glue:text}`growth_earnings:.2f` (t = {glue:text}`growth_earnings_t:.1f`), of the wrong sign.
# - The level half does not survive the finer classification. With 77 industries in 1958 the coefficient is
#   {glue:text}`level_sic2:.2f`, that of growth {glue:text}`growth_sic2:.2f`. The two measures rank states
#   differently. A Gini of twelve sectors is high where manufacturing is large (correlation
#   {glue:text}`corr_factories:.2f` with its share), and manufacturing states were rich. A Gini of 77 industries
#   counts that manufacturing as many industries, and is high in small states (correlation
#   {glue:text}`corr_size:.2f` with log population).
#
# ## Tradable and other industries
#
# The paper attributes both effects to specialization *within* tradable industries (Table 4, columns 2 and
# 4). Two-digit industries allow the split: the Gini among goods (agriculture, mining, manufacturing) and
# among the rest, entered together.

# %% tags=["hide-input"]
pair = ("gini_tradable", "gini_nontradable")
by_list = {"goods": by_industry, "table3": panels.concentration(panels.state_industries(tradable="table3").frame)}
split = {name: trade_off(1958, measures=pair, concentration=by) for name, by in by_list.items()}
table(fact1.coefficients(split, pair, label="list"),
      caption="Specialization within tradable and other industries, 1958", index=False, fold=True)  # fmt: skip

# %% [markdown]
# In states neither split reproduces the paper's pattern of strong tradable and absent non-tradable effects:
# no coefficient of the tradable Gini is distinguishable from zero, and the negative level effect comes from
# the non-tradable side.
#
# ## Horizons
#
# Table 7 regresses growth over 10 to 70 years on specialization at its start. Incomes are in current dollars,
# so we give each start year its own intercept; the second line leaves it out, as [30] is printed.

# %% tags=["hide-input"]
decades = [1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020]
inputs = (states.frame, by_sector, sectors.frame)
steps = [10, 20, 30, 40, 50, 60, 70]
how = {"years": decades, "horizons": steps}
horizons = fact1.growth_by_horizon(*inputs, **how).estimates
bare = fact1.growth_by_horizon(*inputs, **how, controls="none").estimates
pooled = fact1.growth_by_horizon(*inputs, **how, year_effects=False).estimates
seventy = fact1.growth_by_horizon(*inputs, years=decades, horizons=[70], measure="gini_tradable").estimates
tradable = fact1.growth_by_horizon(
    states.frame, by_industry, sectors.frame, years=decades, horizons=steps[:-1], measure="gini_tradable"
).estimates
paper7 = {h: published()[f"table7.h{h}"].value for h in steps}

# %% tags=["hide-input"]
fig = draw_by_horizon(
    {"12 sectors, all controls": horizons, "12 sectors, no controls": bare,
     "goods industries, all controls": tradable},
    label="Growth on the Gini at the start", tier="public", note=panels.note(states, sectors, detail),
    paper=paper7,
)  # fmt: skip
show(
    fig,
    name="fig-fact1-horizons",
    caption="Counterpart of Table 7: growth over each horizon on specialization at its start, states, "
    "decades 1950–2020, start-year effects, 95 percent intervals clustered by state.",
    alt=f"Coefficients by horizon. The paper's fall from zero to {paper7[70]:.2f}. Ours with controls are "
    "positive, without controls slightly negative, and the intervals include zero in most cases.",
)

# %% tags=["hide-input"]
wide = {"year effects": horizons, "one intercept": pooled, "no controls": bare, "goods": tradable}
stacked = pd.concat(wide, names=["series"]).reset_index("series")
columns = ["series", "horizon", "coef", "se", "standardized", "n", "r2_adj"]
table(stacked[columns], caption="Growth on specialization by horizon", index=False, fold=True)

# %% [markdown]
# ## Commuting zones in 1980
#
# For zones the first public industry detail is manufacturing employment in 1980. We use the Gini over all
# 397 four-digit industries, zeros included, within manufacturing; the share of manufacturing takes the place
# of $\hat g_c$. The measure says which goods a zone makes, not whether it makes any.

# %% tags=["hide-input"]
zones, plants = panels.zone_panel(), panels.zone_manufacturing([1980])
of_zones = partial(fact1.trade_off_between, 1980, regions=zones.frame, concentration=panels.concentration(plants.frame))
last = min(end_year, 2019)
zonal = {
    "Gini, no controls": of_zones(last, controls="none"),
    "Gini, controls": of_zones(last, controls="zones"),
    "Herfindahl, controls": of_zones(last, measures=("herfindahl",), controls="zones"),
}
zone_rows = fact1.summary(zonal)
table(fact1.summary_table(zone_rows),
      caption="Fact 1 within manufacturing, commuting zones, 1980 to the last year", index=False)  # fmt: skip

# %% tags=["hide-input"]
spans = {span: of_zones(1980 + span, controls="zones").growth.term() for span in (5, 10, 20, 30, 39)}
zone_spans = pd.DataFrame(spans.values(), index=pd.Index(spans, name="horizon")).reset_index()
table(zone_spans[["horizon", "coef", "se", "t"]],
      caption="Growth of zones from 1980 on the Gini within manufacturing, controls", index=False, fold=True)  # fmt: skip
zone_sd = zone_rows.set_index(["spec", "group"])["coef"]
glue_all({f"zone_{half}": zone_sd["Gini, controls", half] for half in ("level", "growth")})

# %% [markdown]
# Here the growth half is clear: {glue:text}`zone_growth:.2f` standard deviations with controls, more than the
# paper's. The level half is reversed, {glue:text}`zone_level:.2f`: by 1980 zones with narrow manufacturing are
# small and poor. Nor does the growth effect carry over to the Herfindahl index. A Gini over 397 industries
# mostly counts how many a zone has, and only large zones have many.
#
# ## Scoreboard

# %% tags=["hide-input"]
early, herfindahl = variants["1929, no controls"], variants[f"{start_year}, Herfindahl"]
zones_used = zonal["Gini, controls"].level.n
of_horizons = {
    "48 states, Gini of goods industries (1960-2000), start-year effects": tradable,
    "48 states, Gini of four goods sectors, 1950-2020": seventy,
}
onsets = {"48 states, 12 sectors, no controls": bare, "48 states, 12 sectors, all controls": horizons,
          f"{zones_used} zones, manufacturing, from 1980, controls": zone_spans}  # fmt: skip
rows = fact_rows.state_trade_off_rows(main, early=early, zones=zonal["Gini, controls"], detail=split["goods"],
                                      herfindahl=herfindahl)  # fmt: skip
rows += fact_rows.state_growth_rows(of_horizons, onsets, fact1.by_quantile(*inputs, years=decades), main)
compare(rows, caption="Fact 1: paper and this book", fold=True)

# %% [markdown]
# Public data neither confirm nor refute the trade-off of 1950: the paper's own variation, hundreds of industries across
# 722 zones, is not in them.
#
# ## What to take along
#
# - The level half agrees for states with broad sectors ({glue:text}`level_sd:.2f` standard deviations) and not with 77
#   industries ({glue:text}`level_sic2:.2f`) or for zones in 1980 ({glue:text}`zone_level:.2f`).
# - The growth half is there without controls ({glue:text}`growth_1929:.2f` from 1929), and gone once initial income is in the
#   regression ({glue:text}`growth_sd:.2f`).
# - A Gini of twelve sectors measures manufacturing (correlation {glue:text}`corr_factories:.2f` with its share); a Gini of
#   many industries measures size ({glue:text}`corr_size:.2f` with log population).
# - Within manufacturing, zones do show slower growth: {glue:text}`zone_growth:.2f` standard deviations from 1980.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Is 1950 special? Estimate both halves from every decade on.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for year in (1930, 1940, 1950, 1960, 1970, 1980):
#     half = trade_off(year)
#     print(year, *(f"{fit.standardized['gini']:+.2f} (t {fit.term().t:+.1f})" for fit in (half.level, half.growth)))
# ```
# The level half holds from each decade, with t-ratios above two. The growth half has none above two in absolute value from
# any decade.
# :::
#
# **2.** Is it specialization or manufacturing? Add the share of manufacturing to the level half.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import statsmodels.formula.api as smf
#
# data = main.data.assign(factories=main.data["region"].map(factories))
# model = "log_income ~ gini + ghat + log_population + rust_belt"
# for formula in (model, model + " + factories"):
#     fit = smf.ols(formula, data).fit(cov_type="HC1")
#     print(f"{fit.params['gini']:.2f} ({fit.bse['gini']:.2f})")
# ```
# The coefficient falls to a third and its standard error rises: with twelve sectors the two regressors are nearly the same
# variable, and the data cannot say which of them made states rich.
# :::
#
# **3.** Does one state drive the growth half? Leave out each in turn.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# whole = main.growth.standardized["gini"]
# for region, name in states.frame[["region", "name"]].drop_duplicates().itertuples(index=False):
#     left = fact1.trade_off(main.data[main.data["region"] != region], start=start_year, end=end_year).growth
#     if abs(left.standardized["gini"] - whole) > 0.05:
#         print(name, round(left.standardized["gini"], 2), f"t {left.term().t:.1f}")
# ```
# Three states matter: without Nevada or Wyoming the coefficient is larger, without New Hampshire smaller. In none of the
# samples does it have the paper's sign. Thinly populated states with one large sector count as much as New York here.
# :::
#
# **4.** (Open.) The paper compares zones, we compare states. Which of the two would you expect to show a larger growth
# effect, and why?
#
# :::{admonition} Solution
# :class: dropdown
# A state is an average of its zones: specialized zones with different specialities add up to a diversified state, so that
# states hold little of the variation that the claim is about. What a state lacks in variation it also lacks in noise, so
# that standard errors do not decide the question. {doc}`07_census_facts` runs the paper's regression on zones, on generated
# data with a known truth until microdata are there.
# :::
