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
# **What this page is for.** The paper's facts rest on census microdata {cite}`ipumsusa,nhgis`, which need a (free)
# account and may not be passed on. This page shows the whole route from the publishers' files to the two tables that every census fact
# takes ({doc}`07_census_facts`), and runs it on generated persons. With a key for IPUMS, two commands run the same
# lines on the real census:
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
# | finish | sums, house values | `zone_industry`, `zone_year`, `build.json` | `census.build`, `census.contracts` |

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build; empty: made on demand (synthetic), or _build/census/census
tail_year: int = 1980  # year whose tails are drawn; one of 1950, 1970, 1980, 1990

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from regspec.census import contracts, downloads, industries
from regspec.census.aggregate import wage_histogram
from regspec.census.crosswalks import CROSSWALKS
from regspec.census.errors import BuildError
from regspec.census.samples import REFUSED, SAMPLES, sample
from regspec.census.topcodes import LEAST_PERSONS, QUANTILES, fit_tail
from regspec.facts import census_panels
from regspec.figures.census import draw_tails, draw_throughput
from regspec.publish.display import glue, show, table
from regspec.sources.paths import project_root

build = census_panels.open_build(tier, folder)
note = census_panels.note(build)
rules = build.rules()
glue("persons", int(rules.loc["persons"].sum()))
glue("years", rules.shape[1])

# %% [markdown]
# This execution read {glue:text}`persons:,.0f` persons in {glue:text}`years` years.
#
# ## Samples
#
# Each year has its own geography, its own top code, and its own trap.

# %% tags=["hide-input"]
codes = {"censored": "{:,}", "median": "state median above {:,}", "mean": "state mean above {:,}"}


def top_words(top):
    """What the file holds instead of large wages."""
    return codes[top.kind].format(top.value) if top.value else "state mean above its 99.5th percentile"


samples = pd.DataFrame(
    [(s.year, s.id, s.title, " + ".join(s.geography), CROSSWALKS[s.crosswalk].title, top_words(s.top),
      s.line_weight) for s in SAMPLES.values()],
    columns=["year", "sample", "title", "geography", "crosswalk", "top code of wages", "weight of wages"],
)  # fmt: skip
table(samples, caption="Samples of IPUMS USA that enter", index=False)

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
for code, reason in REFUSED.items():
    print(f"{code}: {reason}")
try:
    sample("us1960a")
except BuildError as refusal:
    print(f"\nBuildError: {refusal}")

# %% [markdown]
# ## Acquisition
#
# `census fetch` requests one extract per sample, so an interrupted fetch continues: a ledger (`raw/fetch.json`) holds
# the number of every extract and the checksum of every file. It refuses a folder in which git would see microdata.
# The key is read from the environment, never written, and removed from every message.
#
# Files without registration come from their publishers:

# %% tags=["hide-input"]
public = pd.DataFrame([(f.group, f.title, f.url) for f in downloads.PUBLIC_FILES],
                      columns=["group", "file", "address"])  # fmt: skip
table(public, caption="Public files of the census route", index=False)

# %% [markdown]
# None of these hosts, nor IPUMS, could be reached where this edition was made. What public archives hold was read:
# four crosswalks (PUMAs of 2000 and 2010, areas of 1950 and 1960), which cover all 722 zones, and the small extracts
# that the packages `ipumspy` and `ipumsr` carry as examples. The layouts of the other files are those of the
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
words = {
    "persons": "persons in the extracts",
    "weight_blank": "weight blank: left out (more than one per cent stops the build)",
    "not_contiguous": "in Alaska, Hawaii or Puerto Rico: left out",
    "income_not_asked": "aged 25 to 60, asked, but wage not applicable",
    "income_missing": "aged 25 to 60, wage missing: left out of wages",
    "top_coded": "aged 25 to 60, wage replaced by the mean of the tail",
    "at_work_military": "at work in the armed forces: not in industries",
    "at_work_without_industry": "at work, no industry: not in industries",
    "units": "geographic units",
    "population_unmatched": "weighted persons in units that no crosswalk has",
}
counted = rules.loc[list(words)].rename(index=words).astype(float)
table(counted, caption=f"Rules of this build ({tier} tier)", decimals=0)

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
tails = build.tails
by_year = tails.groupby("year").agg(
    states=("state", "size"), own=("fitted", lambda f: int((f == "state").sum())),
    alpha_low=("alpha", lambda a: a.quantile(0.1)), alpha=("alpha", "median"),
    alpha_high=("alpha", lambda a: a.quantile(0.9)), se=("se", "median"), replaced=("top_coded", "sum"),
)  # fmt: skip
columns = {"own": "with own tail", "alpha_low": "exponent, p10", "alpha": "median", "alpha_high": "p90"}
table(by_year.rename(columns=columns), caption=f"Pareto tails by state ({tier} tier)", decimals=2)
glue("least", LEAST_PERSONS)

# %% tags=["hide-input"]
chosen = {"California": 6, "Ohio": 39, "Mississippi": 28}
wages = wage_histogram(build.folder / "parquet", tail_year)
fitted = tails[tails["year"] == tail_year].set_index("state")
top = next(s.top.value for s in SAMPLES.values() if s.year == tail_year)
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
state = by_state["California"]
arrays = (state["wage"].to_numpy(), state["weight"].to_numpy(), float(top))


def at_quantile(quantile):
    """Tail of California above one quantile of wages."""
    tail = fit_tail(*arrays, persons=state["persons"].to_numpy(), quantiles=(quantile,), least=2)
    if tail is None:
        return (quantile, np.nan, np.nan, 0, np.nan, np.nan)
    return (quantile, tail.threshold, tail.mean_above(top), tail.persons, tail.alpha, tail.se)


choices = pd.DataFrame([at_quantile(q) for q in (*QUANTILES, 0.5)], columns=[
    "quantile", "threshold", "replacement", "persons", "exponent", "standard error"])  # fmt: skip
table(choices, caption=f"California, {tail_year} ({tier} tier)", decimals=2, index=False)

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
codes_used = industries.classify(sorted(build.zone_industry["industry"].unique()))
groups = codes_used.groupby("group").agg(
    industries=("industry", "size"), first=("industry", "min"), last=("industry", "max"),
    tradable=("tradable", lambda t: "yes" if t.iloc[0] else "no"),
    sectors=("sector", lambda s: ", ".join(sorted({x[0] for x in s}))),
)  # fmt: skip
table(groups, caption="The 17 groups of Table 3 in IND1990, and the first digits of NAICS in each")
glue("industries", len(codes_used))

# %% [markdown]
# {glue:text}`industries` industries have workers in this build.
#
# ## The two tables
#
# `zone_industry` has one row per zone, year and industry, with zeros where a zone has none of an industry that the
# nation has, so that concentration is over the same list everywhere. `zone_year` holds the controls.

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
table(nation, caption=f"zone_year: means over zones ({tier} tier)", decimals=3)

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
# <!-- Truth of the synthetic census and its recovery: sections of their own follow here. -->

# %% [markdown]
# ## Throughput
#
# The table is measured by `python -m tests.bench.census` on synthetic extracts, each built by a process of its own on
# two cores, with duckdb limited to 4 GB; the fastest of three builds. Memory is that of one chunk while it is decoded
# and, afterwards, of the sums. Seconds are by the clock, on a machine that other programs use; persons per second are
# per second of processor time. Those of sixty million persons are in proportion to the largest size measured.

# %% tags=["hide-input"]
speed = pd.read_csv(project_root() / "data/results/census_throughput.csv")
shown = ["persons", "kind", "convert_seconds", "aggregate_seconds", "cpu_seconds", "persons_per_second", "peak_gib",
         "raw_mb", "parquet_mb"]  # fmt: skip
table(speed[shown].assign(persons=speed["persons"].map("{:,}".format)), caption="Throughput of the build",
      decimals=2, index=False)  # fmt: skip
show(
    draw_throughput(speed, note="data/results/census_throughput.csv"),
    name="fig-census-throughput",
    caption="Processor time and peak memory of conversion and aggregation.",
    alt="Two panels over millions of persons on a logarithmic axis: seconds of processor time and peak memory rise; "
    "hollow points mark sixty million, extrapolated.",
)
most = speed[speed["kind"] == "extrapolated"].iloc[0]
glue("wanted", most["persons"] / 1e6)
glue("minutes", most["cpu_seconds"] / 60)
glue("gib", most["peak_gib"])
glue("time_exponent", speed["time_exponent"].iloc[0])
glue("memory_exponent", speed["memory_exponent"].iloc[0])

# %% [markdown]
# Between these sizes processor time grows with persons to the power {glue:text}`time_exponent:.2f`, since importing the package
# and making the frames cost the same for any size, and memory to the power {glue:text}`memory_exponent:.2f`. For
# {glue:text}`wanted:.0f` million persons, about as many as all samples of the paper together, that means
# {glue:text}`minutes:.1f` minutes of processor time and {glue:text}`gib:.1f` GiB.
