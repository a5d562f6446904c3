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
# account and may not be passed on. This page shows the whole route from the publishers' files to the tables that every census fact
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
# | finish | sums, house values, county tables | `zone_industry`, `zone_year`, `zone_value_added`, `build.json` | `census.build`, `census.value_added`, `census.contracts` |

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
tail_year: int = 1980  # year whose tails are drawn; one of 1950, 1970, 1980, 1990

# %% tags=["hide-input"]
import pandas as pd

from regspec import recovery
from regspec.census import contracts, downloads, industries, samples, topcodes
from regspec.census.aggregate import wage_histogram
from regspec.census.errors import BuildError
from regspec.facts import census_panels, fact2, panels
from regspec.figures.census import draw_tails, draw_throughput
from regspec.figures.recovery import LABELS, draw_planted_and_built, draw_recovery
from regspec.publish.display import glue, show, table
from regspec.sources.paths import project_root
from regspec.synthetic import Truth, plant, targets
from regspec.synthetic.degrade import SAMPLE_SHARES
from regspec.synthetic.persons import LINE_SHARE

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
table(samples.overview(), caption="Samples of IPUMS USA that the build knows; 1960 enters on request", index=False)

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
public = pd.DataFrame([(f.group, f.title, f.url) for f in downloads.PUBLIC_FILES],
                      columns=["group", "file", "address"])  # fmt: skip
table(public, caption="Public files of the census route", index=False)

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
table(topcodes.summarize(build.tails), caption=f"Pareto tails by state ({tier} tier)", decimals=2)

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
codes_used = sorted(build.zone_industry["industry"].unique())
table(industries.overview(codes_used), caption="The 17 groups of Table 3 in IND1990, and the first digits of NAICS in each")
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
# ## The synthetic census and its truth
#
# *Tier: synthetic.* The persons are generated so that the paper's equations hold among the zones, with coefficients
# that are known. Zones, their names, states and populations are real (census counts to 1990, BEA after); the
# industries and their national employment shares are those of Table 3; all else is drawn. For zone $c$, with $G$ the
# Gini of income shares over industries, $y$ the log of wage income per person aged 25 to 60, $Z$ the controls of 1950
# and $\hat g$ the exposure to structural change,
#
# $$
# \begin{aligned}
# y_{c,1950} &= a + \beta^y G_{c,1950} + \delta^y \hat g_c + \gamma^y Z_c + \epsilon^y_c, \\
# y_{c,2020} - y_{c,1950} &= b + \beta^g G_{c,1950} + \delta^g \hat g_c + \gamma^g Z_c
#   + \lambda\, y_{c,1950} + \epsilon^g_c, \\
# \Delta \log G_{c,t} &= m_t + \beta^\Delta \Delta y_{c,t} + \gamma^\Delta y_{c,s} - \kappa_t \tilde g_{c,s}
#   + \epsilon^\Delta_{c,t} .
# \end{aligned}
# $$
#
# In the last line $s$ is the census before $t$, and $\tilde g$ the part of $\log G_{c,s}$ that neither the change of
# income nor its initial level explains: it reverts to the mean, as the falling dispersion of Table 1 demands, without
# disturbing $\beta^\Delta$. Income shares of industries are
#
# $$
# \begin{aligned}
# \log s_{c,i,t} &= \lambda_{c,t}\,(\mu_{i,t} + \sigma_t\, r_{c,i,t}) + \text{const}, \\
# r_{c,i,t} &= \rho_i^{(t-s)/10}\, r_{c,i,s} + \sqrt{1 - \rho_i^{(t-s)/5}}\;\eta_{c,i,t} ,
# \end{aligned}
# $$
#
# where $\lambda_{c,t}$ gives the zone its Gini, $\mu_{i,t}$ gives the nation its shares, and the comparative advantage
# $r$ lasts longer in tradable industries. The exposure is made of national growth, which adds up the outcomes that
# depend on it: this fixed point is solved. Employment is income scaled to the zone's workers and to Table 3, so that
# industries pay different wages.
#
# Coefficients that the paper prints are planted as printed. Table 4 prints the coefficient of population in a unit
# that its standard errors suggest to be billions of persons; we plant that of its logarithm, which has the same effect
# per standard deviation. It does not print the Rust Belt dummy of the text; ours is a round number.

# %% tags=["hide-input"]
truth = Truth()
table(truth.overview(), caption="Planted coefficients of equation (1): income of 1950, growth to 2020", decimals=4)
glue("change_ten", truth.change[10])
glue("change_twenty", truth.change[20])
glue("rho_tradable", truth.rho_tradable)
glue("rho_nontradable", truth.rho_nontradable)
glue("line_share", 100 * LINE_SHARE)
glue("sample_share", 100 * SAMPLE_SHARES[1950])

# %% [markdown]
# The coefficient of the change of income is {glue:text}`change_ten:.3f` between censuses ten years apart and
# {glue:text}`change_twenty:.3f` between 1950 and 1970 (Table 8). Comparative advantage keeps
# {glue:text}`rho_tradable:.2f` of itself over ten years in tradable industries and
# {glue:text}`rho_nontradable:.2f` in others.
#
# ### Persons
#
# Each zone and industry becomes at least two workers: one in the body of wages, one in a Pareto tail that starts at the
# same wage everywhere in a state. Weights sum to planted employment. Wages above the top code are drawn, then coded as
# IPUMS codes them that year; body wages are set so that the planted income results once top codes count as their
# conditional mean. In 1950 {glue:text}`line_share:.0f` percent of persons are asked for wages. Weights therefore vary more than in a real sample,
# and nearly every industry exists in nearly every zone, which a real sample cannot offer (see below).
#
# Some pairs of neighbouring zones share a unit, which differs by census as real units do: its persons are divided by
# allocation factors, so that the two zones take over some of each other's industries.

# %% tags=["hide-input"]
table1 = targets.published(1).set_index("year")
panel = plant(build.notes["about"]["seed"] if tier == "synthetic" else 1, years=(1950, 2020))
glue("share_gap", max(targets.share_gap(year) for year in (1950, 1990, 2020)))
moments = fact2.dispersion(panel.zone_year, years=table1.index)
columns = {"mean": "income_mean", "cv": "income_cv", "p90_p10": "income_p90p10"}
beside = {(head, kind): frame for head, name in columns.items() for kind, frame in
          (("planted", moments[head]), ("Table 1", table1[name]))}  # fmt: skip
table(pd.DataFrame(beside), caption="Gini of income shares over zones: planted, and printed in Table 1")

# %% [markdown]
# National employment shares differ from Table 3 by at most {glue:text}`share_gap:.3f` percentage points (its columns
# do not add to exactly one hundred). Mean and coefficient of variation are planted; a lognormal that has both cannot
# have the printed ratio of percentiles as well.

# %% tags=["hide-input"]
if tier == "synthetic":
    ginis = recovery.planted_and_built(build)
    gap = (ginis["built"] - ginis["planted"]).groupby(ginis["shared"])
    glue("gap_own", gap.agg(lambda g: g.abs().max())[False])
    glue("gap_shared", gap.median()[True])
    glue("zones_sharing", int(ginis["shared"].sum()))
    show(
        draw_planted_and_built(ginis, label="Gini of 1950", note=note),
        name="fig-census-planted-built",
        caption=f"Specialization of {len(ginis)} zones in 1950: planted, and found by the build.",
        alt="Points on the diagonal; those of zones that share a geographic unit with a neighbour lie a little below.",
    )

# %% [markdown]
# In a zone of its own the build finds the planted Gini within {glue:text}`gap_own:.4f`; in the
# {glue:text}`zones_sharing` zones that share a unit the median error is {glue:text}`gap_shared:.3f`: a mixture of two
# zones is less specialized than either.
#
# ### Recovery
#
# One draw proves little. `python -m regspec census recover` plants, writes, builds and estimates a census for each of
# many seeds, and compares the estimates with the truth. Four shortcuts show where errors come from: the planted zones
# themselves; the same through the shared units, without persons; through units that every zone shares with a
# neighbour, the same ones in every census; and through plain random samples as large as those of IPUMS.

# %% tags=["hide-input"]
results = pd.read_csv(project_root() / "data/results/recovery.csv")
summary = recovery.summarize(results)
heads = {"planted": "truth", "mean": "mean estimate", "bias": "bias", "bias_se": "s.e. of bias", "rmse": "RMSE",
         "se": "mean s.e.", "coverage": "coverage"}  # fmt: skip
shown = summary.loc["census", list(heads)].rename(columns=heads)
shown.index = [LABELS.get(key, f"Gini 1950-2020: {key[1]}") for key in shown.index]
glue("seeds", int(summary.loc["census", "seeds"].min()))
table(shown.rename_axis("parameter"), caption="Recovery through the whole pipeline (synthetic tier)", decimals=4)

# %% tags=["hide-input"]
routes = {"panel": "planted zones", "units": "through shared units", "census": "whole pipeline"}
show(
    draw_recovery(summary, routes, note=f"{int(results['seed'].nunique())} seeds, data/results/recovery.csv"),
    name="fig-census-recovery",
    caption="Error of the estimates over seeds, with the range of 95 percent of them, and coverage of their intervals.",
    alt="Points lie near zero for every parameter but the change of specialization on the change of income over ten "
    "years, whose estimates through the pipeline lie below the truth; coverage lies in the grey band but for it.",
)

# %% tags=["hide-input"]
fits = ("level", "growth")
main = summary.loc["census"].loc[list(fits)]
glue("coefficients", len(main))
glue("cover_mean", 100 * float(main["coverage"].mean()))
glue("bias_worst", float((main["bias"] / main["se"]).abs().max()))
ten = {route: summary.loc[(route, "change", "10 years")] for route in summary.index.unique("route")}
glue("ten_census", float(ten["census"]["mean"]))
glue("ten_cover", 100 * float(ten["census"]["coverage"]))
glue("ten_units", float(ten["units"]["mean"]))
glue("ten_shared", float(ten["shared"]["mean"]))
glue("ten_panel", float(ten["panel"]["mean"]))
seen = [("level", "gini"), ("growth", "gini"), ("level", "high_skill"), ("persistence", "tradable"), ("moment", "mean 1950")]
sparse = summary.loc["sample"].loc[seen, ["planted", "mean"]]
sparse.index = [LABELS.get(key, f"Gini: {key[1]}") for key in sparse.index]
table(sparse.rename_axis("parameter"), caption="Seen through samples as small as those of IPUMS (synthetic tier)")
glue("sparse_mean", float(sparse["mean"].iloc[-1]))
glue("true_mean", float(sparse["planted"].iloc[-1]))

# %% [markdown]
# Over {glue:text}`seeds` seeds the intervals of the {glue:text}`coefficients` coefficients of Fact 1 hold the truth in
# {glue:text}`cover_mean:.0f` percent of cases, and the largest bias is {glue:text}`bias_worst:.2f` standard errors: the
# pipeline and the estimators find what was planted. What does not come back:
#
# - **Changes between censuses of different geography.** With the true zones the change-on-change coefficient over ten
#   years averages {glue:text}`ten_panel:.3f`, through the pipeline {glue:text}`ten_census:.3f`, and its intervals hold
#   the truth in {glue:text}`ten_cover:.0f` percent of cases. Not the persons are to blame but the units: the shortcut
#   without persons gives {glue:text}`ten_units:.3f`. Who shares a unit changes from census to census, which adds noise
#   to both differences. Where every zone shares a unit, but the same one in each census, the coefficient is
#   {glue:text}`ten_shared:.3f`.
# - **Concentration in small samples.** Through random samples as large as those of IPUMS
#   ({glue:text}`sample_share:.0f` percent in 1950, wages of a part of them) the mean Gini of 1950 is
#   {glue:text}`sparse_mean:.2f` instead of {glue:text}`true_mean:.2f`, since most industries of most zones have nobody in
#   the sample, and the coefficients in the table shrink with it. Real units of 1950 pool several small zones, which
#   dampens this at the price of mixing them. It bears on Table 1: a mean near one half over more than two hundred
#   industries is hard to get from a sample of that size.

# %% [markdown]
# ### Table 1 in a nation that stands still
#
# The last point can be turned into a test. Give every zone the same Gini in all years, at a level of our choice, let
# populations, incomes and national industries move as above, and look at it through samples of the size of IPUMS's.
# An industry in which nobody of a zone's sample works is either an industry of size zero or none of the zone's; the
# paper does not say which.

# %% tags=["hide-input"]
LEVEL, VARIATION = 0.55, 0.09
views = recovery.standing_still(plant(panel.seed, years=tuple(table1.index)), mean=LEVEL, variation=VARIATION)
views["Table 1"] = table1[["income_mean", "income_cv"]].set_axis(["mean", "cv"], axis=1)
table(pd.concat(views, axis=1), caption="Gini of income shares when nothing changes, seen through samples (synthetic tier)")
present, printed = (views[name].loc[[1950, 2020]] for name in ("absent do not count", "Table 1"))
for name in ("mean", "cv"):
    glue(f"still_{name}", f"{present[name].iloc[0]:.2f} to {present[name].iloc[1]:.2f}")
    glue(f"printed_{name}", f"{printed[name].iloc[0]:.2f} to {printed[name].iloc[1]:.2f}")
glue("still_level", LEVEL)

# %% [markdown]
# Specialization is {glue:text}`still_level:.2f` on average in every year. Over the industries that the sample happens to
# hold it seems to rise, {glue:text}`still_mean`, while its dispersion falls, {glue:text}`still_cv`; Table 1 prints
# {glue:text}`printed_mean` and {glue:text}`printed_cv`. Larger samples alone can produce a trend of the printed size.
# This is no proof that they did: the units of 1950 pool small zones, whose samples are then larger than here, and the
# employment columns of Table 1, which rest on all persons, show the same trend. With the microdata the question can be
# settled by thinning the later samples to the size of the first.

# %% [markdown]
# ## Throughput
#
# `python -m tests.bench.census` builds synthetic extracts on two cores, with duckdb limited to 4 GB, the fastest of three.
# Seconds are by the clock, persons per second of processor time. Sixty million are in proportion to the largest size.

# %% tags=["hide-input"]
speed = pd.read_csv(project_root() / "data/results/census_throughput.csv")
shown = ["persons", "kind", "convert_seconds", "aggregate_seconds", "cpu_seconds", "persons_per_second", "peak_gib",
         "raw_mb", "parquet_mb"]  # fmt: skip
table(speed[shown].assign(persons=speed["persons"].map("{:,}".format)), caption="Throughput of the build",
      decimals=2, index=False)  # fmt: skip

# %% tags=["hide-input"]
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
