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
# (ipums-key)=
# # Bring your IPUMS key
#
# *Tier: synthetic, until you change the parameter `tier`.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How do I get from an IPUMS key to this book's chapters on real census microdata?
#
# **Answer.** Export the key and run three commands: fetch {glue:text}`extracts` extracts, build two tables, run the
# chapters. At the speed measured on generated data (*synthetic*) a census of {glue:text}`persons:.0f` million persons would take
# {glue:text}`minutes:.1f` minutes and {glue:text}`memory:.1f` GiB to build.
# :::
#
# The paper's facts rest on census microdata. IPUMS gives them to everybody who registers, and allows
# nobody to pass them on, so that this book cannot contain them. This tutorial goes from a key to the
# chapters of the census route ({doc}`06_census`, {doc}`07_census_facts` and those that follow it) on real persons. Everything on
# this page runs without a key; what needs one is shown as a command.

# %% tags=["parameters"]
tier: str = "synthetic"  # build shown at the end; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census

# %%
import pandas as pd

from regspec.census.acquire import MORE_VARIABLES, PUBLIC_FILES, api_key, usa_requests
from regspec.census.samples import DEFAULT_SAMPLES, SAMPLES
from regspec.facts.census_panels import industries, open_build, regions
from regspec.facts.panels import concentration
from regspec.show.display import glue_all, note, table
from regspec.sources.errors import FetchError
from regspec.sources.paths import project_root

# %% [markdown]
# ## 1. A key
#
# Register for IPUMS USA and for NHGIS (free, approved at once for most purposes), create a key at
# [account.ipums.org/api_keys](https://account.ipums.org/api_keys), and put it into the environment of
# your shell, not into a file of this repository:
#
# ```bash
# export IPUMS_API_KEY=...
# python -m regspec doctor census
# ```
#
# The key is read from there alone. It is never printed, logged, or written into a page or a record.
# Without it, this is what you are told:

# %%
try:
    api_key({})  # an environment without the key: what this page prints does not depend on yours
except FetchError as problem:
    note(str(problem))

# %% [markdown]
# ## 2. What will be requested
#
# One extract per census, each with the same questions: where, how old, in which industry, at which
# wage. The extracts are defined here, so that you need not click them together:

# %%
requests = usa_requests(DEFAULT_SAMPLES)
rows = [
    {
        "extract": r.name,
        "sample": SAMPLES[r.name].title,
        "place": ", ".join(SAMPLES[r.name].geography),
        "variables": len(SAMPLES[r.name].variables) + len(MORE_VARIABLES),
    }
    for r in requests
]
table(pd.DataFrame(rows), caption="Extracts of IPUMS USA", index=False)

# %% tags=["hide-input"]
groups = pd.Series([f.group for f in PUBLIC_FILES]).value_counts(sort=False)
table(groups.rename("files").rename_axis("group").to_frame(), caption="Public files that come with them")
speed = pd.read_csv(project_root() / "data" / "results" / "census_throughput.csv")
whole = speed[speed["kind"] == "extrapolated"].iloc[0]
minutes = (whole["convert_seconds"] + whole["aggregate_seconds"]) / 60
glue_all({"persons": whole["persons"] / 1e6, "gigabytes": whole["raw_mb"] / 1e3, "minutes": minutes})
glue_all({"memory": whole["peak_gib"], "extracts": len(requests)})

# %% [markdown]
# `python -m regspec census fetch` requests them, waits, and downloads; so does it for the tables of
# house values of NHGIS. IPUMS takes from minutes to some hours to prepare
# {glue:text}`extracts` extracts. Interrupt the command whenever you like: what was requested is written
# down, and the same command goes on from there.
#
# ```bash
# python -m regspec census fetch                                # everything
# python -m regspec census fetch --samples us1980a --only usa   # one sample, to try it out
# python -m regspec census status                               # what is there
# ```
#
# The folder must be one that git ignores (`_build/` is); any other is refused, because a commit would
# redistribute the data.
#
# ## 3. Build
#
# The build turns fixed-width files into two tables, by zone and year and by zone, year and industry. At the
# speed measured here ({doc}`06_census`) a census of {glue:text}`persons:.0f` million persons, about
# {glue:text}`gigabytes:.1f` GB as downloaded, would take {glue:text}`minutes:.1f` minutes and
# {glue:text}`memory:.1f` GiB of memory; that is extrapolated from smaller ones.
#
# ```bash
# python -m regspec census build --tier census
# ```
#
# ## 4. Use it
#
# The chapters take the tier as a parameter. Runs with another tier than the book's go to `_build/runs`,
# where git does not see them; only tables and figures belong into what you publish.
#
# ```bash
# python -m regspec run --scenario census      # all chapters of the census route
# python -m regspec run 21 -p tier census      # one chapter
# ```
#
# In a program of your own a build is two frames. These are those of the tier named in the
# parameters of this page:

# %%
build = open_build(tier, folder)
cells = industries(build).frame
table(cells.head(4), caption=f"Industries of zones ({build.tier} tier)", decimals=0, index=False)

# %%
measures = concentration(cells)
years = regions(build).frame.groupby("year")["population"].sum() / 1e6
summary = measures.groupby("year")[["gini", "max_share"]].mean().join(years)
table(summary, caption=f"Mean specialization of zones, and millions of persons ({build.tier} tier)", decimals=3)

# %% tags=["hide-input"]
print(f"tier {build.tier}; zones {cells['region'].nunique()}; years {sorted(set(cells['year']))}")

# %% [markdown]
# ## If something goes wrong
#
# | message | what to do |
# |---|---|
# | `IPUMS_API_KEY is not set` | step 1; a key in a file is not read |
# | `REGSPEC_OFFLINE is set` | `unset REGSPEC_OFFLINE` for the download |
# | `... is not ignored` | choose a folder below `_build/`, or one outside the repository |
# | `the build in ... is not finished` | run the same command again: finished chunks are kept |
# | a checksum that differs | delete the file that is named; it is downloaded again |
# ## What to take along
#
# - The key stays in the environment. Data stay in folders that git ignores: they may not be passed on.
# - Each step goes on where it was interrupted, and a build that is not finished is not believed.
# - The same code runs on both tiers; `tier` is the only difference, and it is printed on every figure.
# - At measured speed the whole of a {glue:text}`persons:.0f`-million census fits an ordinary machine
#   ({glue:text}`memory:.1f` GiB).
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Which variables identify places in each census? Why is 1950 the odd one out?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for r in requests:
#     sample = SAMPLES[r.name]
#     print(r.name, sample.geography, "SLWT" in sample.variables)
# ```
# State economic areas in 1950, county groups in 1970 and 1980, PUMAs within states from 1990 on. In 1950 income was asked of
# persons on sample lines only, so that incomes there need the weight `SLWT`.
# :::
#
# **2.** Does a Gini of the 17 groups of Table 3 tell the same story over time as one of all industries?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# grouped = concentration(industries(build, by="group").frame)
# both = {"industries": measures, "groups": grouped}
# print(pd.concat({n: m.groupby("year")["gini"].mean() for n, m in both.items()}, axis=1).round(3))
# ```
# In the synthetic census the rise is in the fine list and not in the groups. That is a property of what was planted; with real microdata the
# same lines say whether Fact 2 needs detail, as it seems to in states ({doc}`03_fact2`).
# :::
#
# **3.** Use employment instead of income. What do you have to believe to prefer one?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# jobs = concentration(industries(build, "employment").frame)
# print(jobs.groupby("year")["gini"].mean().round(3))
# ```
# Income weighs an industry by what it pays, and is top-coded; employment counts heads, and is asked of everybody. Table 1 of
# the paper has both.
# :::
