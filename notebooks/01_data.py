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
# (data)=
# # The public tier: what it holds
#
# *Tier: public. Every file is official, free of registration, and documented in `data/`.*
#
# :::{admonition} In short
# :class: brief
# **Question.** What do public files say about the industries of regions, and what do they leave out?
#
# **Answer.** {glue:text}`files` official files give income by industry of states since 1929 and
# manufacturing jobs of commuting zones in 1980 and 1990 (*public*). Withheld cells hold {glue:text}`withheld:.1f` percent of
# two-digit wages; to leave them out lowers the Gini by {glue:text}`understated:.3f`. Where classifications change,
# {glue:text}`worst` move by {glue:text}`worst_gap:.1f` percentage points.
# :::
#
# The paper works with Census microdata: hundreds of industries in 741 commuting zones since 1950.
# Those files need an account. This edition works with what anybody can download: state accounts by
# industry since 1929, county incomes since 1969, and four-digit manufacturing employment of commuting
# zones in 1980 and 1990. This chapter shows what is in these files, what is withheld, and where
# their classifications break, because every later chapter inherits it.

# %% tags=["parameters"]
break_year: int = 1998  # year in which the SIC and NAICS versions are compared; 1998 <= break_year <= 2001

# %% tags=["hide-input"]
from regspec.facts import panels
from regspec.facts.panels import source_note, table_coverage
from regspec.figures.maps import draw_breaks, draw_coverage, draw_zone_map
from regspec.paper.scoreboard import Ours, compare
from regspec.show.display import glue, glue_all, show, table
from regspec.sources import geometry, population, rates, registry, sectors, tfp, zones

# %% [markdown]
# ## Files and vintages
#
# BEA revises its accounts, so a file downloaded today differs from one downloaded in 2022, most in its
# last years. The package accepts any vintage that fits the schema and records which one it used. Below
# each figure stand the files it was drawn from, with the first eight digits of their checksums (#) and
# their vintages.

# %% tags=["hide-input"]
files = registry.status()[["source", "file", "vintage", "known"]]
table(files, caption="Files of the public tier in this execution", index=False, fold=True)
glue("files", len(files))

# %% [markdown]
# There are {glue:text}`files` files. "Known" means that the checksum is one this package was
# checked with; an unknown file is read if its columns, areas and years are those expected, and refused
# with an explanation otherwise.
#
# ## Coverage and suppression
#
# The state tables change classification twice. Up to 1957 there are twelve divisions; from 1958 two-digit
# industries of the Standard Industrial Classification (SIC); from 1998 the North American one (NAICS).
# BEA withholds cells that would reveal a single firm, mostly small industries in small states.

# %% tags=["hide-input"]
coverage = table_coverage()
wages = panels.state_sectors("wages")
fig = draw_coverage(coverage, tier="public", note=source_note(coverage))
show(
    fig,
    name="fig-data-coverage",
    caption="Years covered by each state table of BEA and the share of its cells that is published "
    "(50 states and DC, all lines of the table). H, S and N: divisions, SIC, NAICS.",
    alt="Bars from the first to the last year of each of the state tables. The tables of wages start "
    "in 1929, 1958 and 1998 and together reach the present; most publish nine tenths of their cells.",
)

# %% tags=["hide-input"]
shares = coverage.assign(**{c: 100 * coverage[c] for c in ("published", "withheld", "undefined")})
table(shares, caption="Cells of the state tables, percent", decimals=1, index=False, fold=True)

# %% [markdown]
# Two rules follow. Where exactly one part of a published total is withheld, it is the difference, and we
# use it. Otherwise a cell stays missing, and specialization is computed from the industries that are
# published. For the two-digit table that would be a mistake: the withheld industries are the small ones,
# so leaving them out of the count makes small states look diversified. There we divide what the
# state's total leaves undisclosed among the withheld industries in proportion to national wages
# ({doc}`02_fact1`, {doc}`04_fact3` report both).

# %% tags=["hide-input"]
spread = panels.concentration(panels.state_industries("spread").frame)
omitted = panels.concentration(panels.state_industries("omit").frame)
gap = spread.merge(omitted, on=["region", "year"], suffixes=("", "_omit"))
withheld = 1 - (gap["total_omit"] / gap["total"]).mean()
understated = (gap["gini"] - gap["gini_omit"]).mean()
both = gap["gini"].corr(gap["gini_omit"])
missing = wages.frame["amount"].isna().mean()
glue_all({"withheld": 100 * withheld, "understated": understated, "corr": both, "missing": 100 * missing})

# %% [markdown]
# Withheld two-digit cells hold {glue:text}`withheld:.1f` percent of wages on average. Leaving them out
# lowers the Gini by {glue:text}`understated:.3f` on average; the two versions correlate at
# {glue:text}`corr:.2f`. Of the twelve sectors' cells only {glue:text}`missing:.1f` percent remain missing.
#
# ## One list of twelve sectors
#
# For comparisons over the whole period every table is added up to the twelve divisions of 1929.
# {numref}`fig-data-breaks` shows what that costs: the change of each sector's share at the two points where
# the classification changes. In 1957/58 the change includes a year of real growth; at the SIC–NAICS
# border both versions exist for the same year and the change is pure reclassification.

# %% tags=["hide-input"]
breaks = sectors.bridge_breaks().query("measure == 'wages' and year in (1958, @break_year)")
breaks = breaks.assign(gap=100 * breaks["gap"], sector=breaks["sector"].map(sectors.SECTORS))
show(
    draw_breaks(breaks, tier="public", note=panels.note(wages)),
    name="fig-data-breaks",
    caption="Change of the sectors' shares of wages where classifications meet, mean of 48 states.",
    alt="Dots for twelve sectors. Between 1957 and 1958 no share changes by more than about one percentage "
    "point; at the border of SIC and NAICS manufacturing loses and services gain about two percentage points.",
)
worst = breaks.loc[breaks["gap"].abs().idxmax()]
glue_all({"worst": str(worst["sector"]).lower(), "worst_gap": worst["gap"]})

# %% [markdown]
# The largest break is that of {glue:text}`worst`, {glue:text}`worst_gap:.1f` percentage points. Regressions
# within a year are not affected by it; changes across the border are, which is why those in
# {doc}`03_fact2` have effects for each end year.
#
# ## Zones, prices, productivity
#
# Commuting zones are those of {cite:t}`tolbert1996`, the same that the paper cites through
# {cite:t}`dorn2009`. County incomes add up to 722 of them without a gap; their shapes are committed with
# the book, so that its maps need no download.

# %% tags=["hide-input"]
everywhere, income = zones.zone_names(), panels.zone_panel()
places = {"Dayton": zones.find("Dayton"), "Rochester, MN": zones.find("Rochester, MN")}
counts = population.zone_population()
people = counts.query("year == 1950").set_index("cz")["population"]

# %% tags=["hide-input"]
fig = draw_zone_map(
    geometry.zones(), geometry.states(), people / 1000, highlight=places, form="{:,.0f}",
    names=everywhere.set_index("cz")["name"],
    title="Population in 1950 (thousands)", tier="public", note=source_note(counts),
)  # fmt: skip
show(
    fig,
    name="fig-data-zones",
    caption="The 722 contiguous commuting zones by population in 1950, five bins of equal size.",
    alt="Map of commuting zones. The Northeast, the Great Lakes and the coast of California are the "
    "most populous in 1950, the Great Plains and the mountains the least.",
)

# %% tags=["hide-input"]
contiguous = int(everywhere["contiguous"].sum())
print(f"zones: {len(everywhere)}, contiguous: {contiguous}")
print(f"zone incomes: {income.frame['region'].nunique()} zones,"
      f" {income.frame['year'].nunique()} years, {int(income.frame['income_pc'].isna().sum())} missing")

# %% tags=["hide-input"]
compare(
    [
        Ours("text.zones_data", len(everywhere), tier="public", note="with Alaska and Hawaii"),
        Ours("text.zones_calibration", contiguous, tier="public", note="contiguous zones"),
    ],
    caption="Counting zones",
)

# %% [markdown]
# The paper's two counts are both right: 741 zones with Alaska and Hawaii, 722 without
# ({ref}`readings`). The calibration chapter also uses real interest rates and industry productivity:

# %% tags=["hide-input"]
bills, industry = rates.real_rate("annual"), tfp.industry_tfp("44")
rate_years, tfp_years = bills.iloc[:, 0], industry["year"]
glue_all({"rate_first": rate_years.min(), "rate_last": rate_years.max()})
glue_all({"tfp_first": tfp_years.min(), "tfp_last": tfp_years.max(), "tfp_industries": industry["industry"].nunique()})

# %% [markdown]
# - three-month Treasury bills less inflation, {glue:text}`rate_first:d` to {glue:text}`rate_last:d`
#   ({cite}`fred_tb3ms,fred_cpi`);
# - total factor productivity of {glue:text}`tfp_industries:d` industries, {glue:text}`tfp_first:d` to
#   {glue:text}`tfp_last:d` ({cite}`elbadri2025`).
#
# ## What is not here
#
# No public file gives industries below the sector for commuting zones in 1950, nor education, age and
# sex of workers by zone. The paper's skill, age and gender controls, its hundreds of industries, and
# Figure 1b, 16 and 17 as printed need the census tier. Estimates for states are counterparts, not
# replications: 48 observations instead of 722, twelve sectors instead of hundreds of industries.
# ## What to take along
#
# - Withheld cells are few and small, {glue:text}`withheld:.1f` percent of wages, and still bias specialization if they are
#   counted as absent ({glue:text}`understated:.3f` of a Gini): divide what is undisclosed before you measure.
# - Levels compare within one list of industries only; across the border of SIC and NAICS the share of
#   {glue:text}`worst` moves by {glue:text}`worst_gap:.1f` points without anything having happened.
# - Vintages differ. Each figure names the checksum of its files, so that a difference can be traced.
# - What the public tier lacks is detail for places: hundreds of industries in zones, and who works there.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** In which states does it matter most whether withheld cells are spread or left out?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# place = (gap["gini"] - gap["gini_omit"]).groupby(gap["region"]).mean()
# print(place.nlargest(5).round(3), place.median().round(3))
# ```
# Four of the first five are small states (the codes are FIPS): where an industry is one firm, it is withheld. The gap there
# is about twice that of the median state.
# :::
#
# **2.** The SIC and NAICS tables overlap for four years. Is the break the same in each, and which sectors trade places?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# overlap = sectors.bridge_breaks().query("measure == 'wages' and splice == 'SIC-NAICS'")
# print((100 * overlap.pivot(index="sector", columns="year", values="gap")).round(2))
# ```
# Nearly the same in all four: it is reclassification, not growth. Manufacturing and trade lose what services and
# transportation with utilities gain (publishing, restaurants and headquarters moved).
# :::
#
# **3.** Do twelve sectors and 77 industries rank states alike?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# broad = panels.concentration(wages.frame)
# ranked = broad.merge(spread, on=["region", "year"], suffixes=("_12", "_77"))
# for year in (1958, 1975, 2000):
#     one = ranked[ranked["year"] == year]
#     print(year, round(one["gini_12"].corr(one["gini_77"], method="spearman"), 2))
# ```
# No: the rank correlation is negative in 1958 and near zero in 2000. "Specialized" means the weight of one broad sector in
# the first list and missing industries in the second. {doc}`02_fact1` shows that the sign of Fact 1 hangs on it.
# :::
