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
# (census)=
# # The census route: from microdata to zones
#
# *Tier: synthetic. Persons on this page are generated, with a known truth, in the formats in which IPUMS delivers
# real ones. No number of them says anything about the United States.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How do census microdata become zones and industries, and what is replaced or left out on the way?
#
# **Answer.** In five steps that count everything they replace. This execution turned {glue:text}`persons:,.0f` generated
# persons in {glue:text}`years` years into {glue:text}`industries` industries of 722 zones (*synthetic tier*);
# {glue:text}`wanted:.0f` million real ones would take about {glue:text}`minutes:.1f` minutes of processor time and
# {glue:text}`gib:.1f` GiB.
# :::

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
tail_year: int = 1980  # year whose tails are drawn; one of 1950, 1970, 1980, 1990

# %% tags=["hide-input"]
import pandas as pd

from regspec.census import acquire, contracts, industries, samples, topcodes
from regspec.census.aggregate import wage_histogram
from regspec.facts import census_panels
from regspec.figures.census import draw_tails, draw_throughput
from regspec.show.display import glue, glue_all, show, table
from regspec.sources.errors import BuildError
from regspec.sources.paths import project_root

build = census_panels.open_build(tier, folder)
note = census_panels.note(build)
rules = build.rules()
glue_all({"persons": rules.loc["persons"].sum(), "years": rules.shape[1]})

# %% [markdown]
# The paper's facts rest on census microdata {cite}`ipumsusa,nhgis`, which need a (free) account and may not be passed on.
# With a key for IPUMS, two commands run the lines of this page on the real census; {doc}`06b_recovery` asks whether they
# find what is there.
#
# ```
# export IPUMS_API_KEY=...            # from https://account.ipums.org/api_keys
# python -m regspec census fetch      # extracts, crosswalks, house values, business tables
# python -m regspec census build --tier census
# ```
#
# | step | reads | writes | module |
# |---|---|---|---|
# | fetch | IPUMS, NHGIS, the publishers' sites | `raw/`, with a ledger of checksums | `census.acquire`, `census.downloads` |
# | convert | `usa_NNNNN.dat.gz` and its codebook | `parquet/year=YYYY/`, by chunk | `census.convert` |
# | aggregate | parquet, in duckdb | sums by geographic unit and industry | `census.aggregate`, `census.topcodes` |
# | allocate | sums, crosswalks | sums by commuting zone | `census.crosswalks`, `census.frames` |
# | finish | sums, house values, county tables | `zone_industry`, `zone_year`, `zone_value_added`, `build.json` | `census.build`, `census.value_added`, `census.contracts` |
#
# ## Samples
#
# Each year has its own geography, its own top code, and its own trap.

# %% tags=["hide-input"]
table(samples.overview(), caption="Samples of IPUMS USA that the build knows; 1960 enters on request", index=False, fold=True)

# %% [markdown]
# - **1950.** Wages and education were asked of one sample-line person per household. Everything made of them is
#   weighted by SLWT, which is zero for all others; persons and workers are weighted by PERWT. Wages are midpoints of
#   hundred-dollar intervals.
# - **1960.** The 1% sample names only the state and is refused. IPUMS has since drawn areas for a 5% sample, which can
#   be asked for (`--samples ... us1960b`) and is left out otherwise: the paper's tables skip 1960.
# - **1970.** The two metro samples represent the whole population each, so their weights are halved.
# - **1990 and later.** A wage above the code is replaced by the median (1990) or mean (from 2000) of the larger wages
#   in the state. A mean is what we want and is kept; a median is not, and is replaced.
# - **2010.** Three areas of New Orleans share one code after Hurricane Katrina; they lie in one zone.
# - **2020.** Five years of the American Community Survey, in dollars of 2020. The paper uses the Current Population
#   Survey after 2010, which names states but only some counties: it cannot fill 722 zones.

# %% tags=["hide-input"]
try:
    samples.sample("us1960a")
except BuildError as refusal:
    print(f"BuildError: {refusal}")

# %% [markdown]
# ## Acquisition
#
# `census fetch` requests one extract per sample, so an interrupted fetch continues: a ledger (`raw/fetch.json`) holds
# the number of every extract and the checksum of every file. It refuses a folder in which git would see microdata.
# The key is read from the environment, never written, and removed from every message.
#
# Files without registration come from their publishers:

# %% tags=["hide-input"]
public = pd.DataFrame([(f.group, f.title, f.url) for f in acquire.PUBLIC_FILES],
                      columns=["group", "file", "address"])  # fmt: skip
table(public, caption="Public files of the census route", index=False, fold=True)

# %% [markdown]
# None of these hosts, nor IPUMS, could be reached where this edition was made. What public archives hold was read:
# six crosswalks (areas of 1950 and 1960, county groups of 1980, PUMAs of 1990, 2000 and 2010), each of which covers all
# 722 zones, and the small extracts that the packages `ipumspy` and `ipumsr` carry as examples. The layouts of the other files are those of the
# publishers' documentation and of published programs that read them; every reader is tested on small files written
# in exactly that layout, and stops with the name of the column where a file differs.
# Two points need attention with real files: Dorn's crosswalk of 1950 follows older codes of IPUMS and lacks Los
# Angeles, so E. K. Rose's is preferred; and the table of house values is looked up in NHGIS's catalogue by its bins,
# since its name differs by census.
#
# ## Conversion
#
# An extract is one line of digits per person. The layout comes from the DDI codebook, read by `ipumspy`; the digits
# are decoded in NumPy by blocks, since `ipumspy` itself would need the whole file in memory and reads a blank
# weight as zero. Every chunk is written under a temporary name, renamed, and listed with its checksum. A build that
# is killed continues at its chunk; a chunk whose bytes changed is built again and counted.
#
# ## Rules, counted
#
# Nothing is dropped silently. What the build leaves out or replaces stands in `build.json`:

# %% tags=["hide-input"]
table(build.counted(), caption=f"Rules of this build ({tier} tier)", decimals=0)

# %% [markdown]
# A variable that IPUMS never leaves blank but is blank, a unit that the crosswalk lacks, a zone without wages, an
# extract without a variable of its sample, the same sample twice, sample-line weights that do not add to the
# population: each stops the build with a sentence that says which and what to do.
#
# ## Top codes
#
# Wages above the code are extrapolated by a Pareto tail for each state and year (appendix A.1), as
# {cite:t}`heathcote2010` do for the country. With wages at or above the code $c$ censored, the exponent is
#
# $$\hat\alpha = \sum_{t \le y_i < c} w_i \Big/ \sum_{y_i \ge t} w_i \log(\min(y_i, c) / t),
# \qquad E[y \mid y > c] = \frac{\hat\alpha}{\hat\alpha - 1}\, c .$$
#
# The paper does not print its threshold $t$. We take the highest of five quantiles that leaves enough persons between
# threshold and code; a state that has too few takes the exponent of the nation.

# %% tags=["hide-input"]
table(topcodes.summarize(build.tails), caption=f"Pareto tails by state ({tier} tier)", decimals=2, fold=True)

# %% tags=["hide-input"]
chosen = {"California": 6, "Ohio": 39, "Mississippi": 28}
wages = wage_histogram(build.folder / "parquet", tail_year)
fitted = build.tails[build.tails["year"] == tail_year].set_index("state")
top = next(s.top.value for s in samples.SAMPLES.values() if s.year == tail_year)
by_state = {name: wages[wages["state"] == fips] for name, fips in chosen.items()}
fits = fitted.loc[list(chosen.values())].set_axis(list(chosen))
show(
    draw_tails(by_state, fits, top, tier=tier, note=f"wages of {tail_year}; {note}"),
    name="fig-census-tails",
    caption=f"Share of earners above a wage in {tail_year}, and the tails that replace top codes.",
    alt=f"Three falling curves on logarithmic axes that end at the top code of {top:,} dollars; dashed lines, "
    f"steepest in {fits['alpha'].idxmax()} with exponent {fits['alpha'].max():.1f}, continue them.",
)

# %% [markdown]
# What the choice of threshold does: the exponent of California at each quantile, and the wage that would stand for
# those above the code.

# %% tags=["hide-input"]
choices = topcodes.threshold_choices(by_state["California"], float(top), (*topcodes.QUANTILES, 0.5))
table(choices, caption=f"California, {tail_year} ({tier} tier)", decimals=2, index=False, fold=True)

# %% [markdown]
# A threshold in the middle of the distribution takes the body for the tail. On a known Pareto the estimator finds the
# exponent within its standard error (`tests/unit/test_census_topcodes.py`).
#
# ## Zones
#
# A unit that lies in several zones is divided among them by the allocation factors of {cite:t}`autordorn2013`, the
# shares of its population. They are published with three decimals and divided by their sum, which must be within a
# hundredth of one; that the persons in zones are as many as those in units is checked. Since everything is a sum,
# units are divided after the persons are added up.
#
# ## Industries
#
# IPUMS codes every year on the industries of the 1990 census. The paper counts 946 or 865 of them; the classification
# has 236 civilian ones. The 17 groups of Table 3 and the nine first digits of NAICS, on which the exposure to
# structural change is computed, are code ranges of ours (`regspec.census.industries`).

# %% tags=["hide-input"]
codes_used = sorted(build.zone_industry["industry"].unique())
table(industries.overview(codes_used), caption="The 17 groups of Table 3 in IND1990, and the first digits of NAICS in each",
      fold=True)  # fmt: skip
glue("industries", len(codes_used))

# %% [markdown]
# {glue:text}`industries` industries have workers in this build.
#
# ## The tables
#
# `zone_industry` has one row per zone, year and industry, with zeros where a zone has none of an industry that the
# nation has, so that concentration is over the same list everywhere. `zone_year` holds the controls.
# `zone_value_added` has the nation's value added of the 17 groups (BEA), divided by employment in County Business
# Patterns, in the years that have them.

# %% tags=["hide-input"]
table(build.zone_industry.groupby("year").agg(
    zones=("region", "nunique"), industries=("industry", "nunique"), rows=("income", "size"),
    empty=("employment", lambda e: 100 * float((e == 0).mean())),
).rename(columns={"empty": "cells without workers, percent"}), caption=f"zone_industry ({tier} tier)", decimals=1)  # fmt: skip

# %% tags=["hide-input"]
means = ["income_pc", "earnings_per_worker", "high_skill", "old_age", "female", "house_price_index", "income_pc_deflated"]
weights = build.zone_year.set_index("year")["population"]
nation = build.zone_year.groupby("year")[means].mean()
nation.insert(0, "population, millions", build.zone_year.groupby("year")["population"].sum() / 1e6)
table(nation, caption=f"zone_year: means over zones ({tier} tier)", decimals=3, fold=True)

# %% [markdown]
# Readings of ours: income per capita is wage and salary income of persons aged 25 to 60 over those persons, at work or
# not; the old-age ratio is the paper's, workers under 25 over workers of 25 and more; the open last bin of house
# values counts as one and a half times its lower end; and deflated income is divided by the index itself, the logarithm
# of the mean house value, as section A.3.8 says.
#
# A frame that breaks its contract is refused, and the message names the rows:

# %% tags=["hide-input"]
broken = build.zone_year.assign(female=build.zone_year["female"].where(build.zone_year.index != 3, 1.2))
try:
    contracts.check(broken, contracts.ZONE_YEAR)
except BuildError as problem:
    print(f"BuildError: {problem}")

# %% [markdown]
# ## Throughput
#
# `python -m benchmarks.census` builds synthetic extracts on two cores, with duckdb limited to 4 GB, the fastest of three.
# Seconds are by the clock, persons per second of processor time. Sixty million are in proportion to the largest size.

# %% tags=["hide-input"]
speed = pd.read_csv(project_root() / "data/results/census_throughput.csv")
shown = ["persons", "kind", "convert_seconds", "aggregate_seconds", "cpu_seconds", "persons_per_second", "peak_gib",
         "raw_mb", "parquet_mb"]  # fmt: skip
table(speed[shown].assign(persons=speed["persons"].map("{:,}".format)), caption="Throughput of the build",
      decimals=2, index=False, fold=True)  # fmt: skip

# %% tags=["hide-input"]
show(
    draw_throughput(speed, note="data/results/census_throughput.csv"),
    name="fig-census-throughput",
    caption="Processor time and peak memory of conversion and aggregation.",
    alt="Two panels over millions of persons on a logarithmic axis: seconds of processor time and peak memory rise; "
    "hollow points mark sixty million, extrapolated.",
)
most = speed[speed["kind"] == "extrapolated"].iloc[0]
glue_all({"wanted": most["persons"] / 1e6, "minutes": most["cpu_seconds"] / 60, "gib": most["peak_gib"]})
glue_all(speed[["time_exponent", "memory_exponent"]].iloc[0])

# %% [markdown]
# Between these sizes processor time grows with persons to the power {glue:text}`time_exponent:.2f`, since importing the package
# and making the frames cost the same for any size, and memory to the power {glue:text}`memory_exponent:.2f`. For
# {glue:text}`wanted:.0f` million persons, about as many as all samples of the paper together, that means
# {glue:text}`minutes:.1f` minutes of processor time and {glue:text}`gib:.1f` GiB.

# %% [markdown]
# ## What to take along
#
# - Every rule that replaces or leaves out a person is counted in `build.json`; what is unexpected stops the build.
# - Only sums are divided among zones, after persons have been added up, so that nothing depends on the order of steps.
# - A wage above the top code counts as the mean of a Pareto tail, whose exponent depends on the threshold: take it near
#   the code.
# - At {glue:text}`wanted:.0f` million persons the route fits an ordinary computer: {glue:text}`gib:.1f` GiB of memory.
#
# ## Exercises
#
# **1. Another state's tail.** How does the exponent of Mississippi depend on the threshold?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# print(topcodes.threshold_choices(by_state["Mississippi"], float(top), (*topcodes.QUANTILES, 0.5)).round(2))
# ```
# The fewer persons lie between threshold and code, the larger the standard error. Exponents differ by more than that,
# since the whole distribution is no Pareto: the threshold is a choice, not a detail.
# :::
#
# **2. A frame that lies.** Make industries' employment negative in one row. Which contract notices?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# bad = build.zone_industry.assign(employment=build.zone_industry["employment"].where(build.zone_industry.index != 7, -1.0))
# try:
#     contracts.check(bad, contracts.ZONE_INDUSTRY)
# except BuildError as problem:
#     print(problem)
# ```
# The message names the column, the rule and the row.
# :::
#
# **3. How much rests on the tail?** By how much does the rule raise a coded wage in California?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# row = fits.loc["California"]
# print(f"mean above the code: {row['alpha'] / (row['alpha'] - 1) * top:,.0f} dollars; at the code: {top:,} dollars")
# ```
# By the formula above the ratio of the two is $\hat\alpha / (\hat\alpha - 1)$: the thinner the tail, the less the rule matters.
# :::
