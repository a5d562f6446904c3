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
# (calibration)=
# # Calibration, step 1: estimates
#
# *Tier: public. Industry productivity 1947–2023 {cite:p}`elbadri2025`, bill rate and consumer prices
# ({cite:t}`fred_tb3ms`, {cite:t}`fred_cpi`), and the paper's own tables.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Which parameters does the model use, and what do the data say about each?
#
# **Answer.** The printed persistence of industry productivity is that of deviations from a line (median
# {glue:text}`go_rho_median:.2f`; {glue:text}`hp_rho_median:.2f` after the filter that the text names), and the
# printed shocks are those of gross output ({glue:text}`go_sigma_median:.3f` a year; value added has
# {glue:text}`va_sigma_median:.3f`). The real bill rate is {glue:text}`rate_mean_annual:.2f` percent on average ({glue:text}`rate_mean_se_annual:.2f`) against 1.3
# {cite}`boehnert2025`; the capital share of manufacturing is {glue:text}`alpha:.2f` (*public*).
# :::
#
# Section 4.1 calibrates in two steps. Most parameters come from other studies or from estimated
# processes: this chapter takes them again, with standard errors, beside what is printed. The second step
# inverts the model for the capital of every zone and solves it for the discount factor: {doc}`09b_discount`.

# %% tags=["parameters"]
first_year: int = 1958  # first year of the productivity estimates; 1947 <= first_year <= 1990
last_year: int = 2018  # last year of the productivity estimates; 1995 <= last_year <= 2023

# %% tags=["hide-input"]
from regspec.calibrate import two_sectors
from regspec.calibrate.processes import industry_processes
from regspec.calibrate.ranges import LEVERAGE, RISK_AVERSION, TRENDS, capital_shares, cited_table, composite_table, corrected_persistence, persistence_headlines, process_headlines, process_ranges, range_of, rate_headlines, rate_process, rate_spans
from regspec.census.business import read_nberces
from regspec.facts.panels import source_note
from regspec.figures.regions import draw_persistence
from regspec.industries import column_table, cost_headlines, industry_table, textiles_weight
from regspec.paper.model_rows import process_rows, source_rows
from regspec.paper.rows import input_rows
from regspec.paper.scoreboard import compare, published
from regspec.parameters import parameter_table
from regspec.show.display import glue, glue_all, show, table
from regspec.sources import rates, tfp

# %% [markdown]
# ## The values in use
#
# The table is the paper's Table 2 with the column that the code uses, its unit, and the length of
# time that each value refers to. The period is the entry that matters most: $\beta$ and $\bar R$
# are annual, and a decade is the length of the model's period ({ref}`reading-period`).

# %% tags=["hide-input"]
table(parameter_table(), caption="Table 2: published values and ours", decimals=4, index=False, fold=True)

# %% [markdown]
# (calibration-tfp)=
# ## Productivity of industries
#
# Each industry's log productivity is taken relative to the average of manufacturing, weighted by
# value added, and freed of a trend; the deviation $u_{i,t}$ is then fitted by an AR(1),
# {eq}`eq-productivity`. Two choices are open. The trend is a straight line in [7] and a
# {cite:t}`hodrick1997` filter in section 4.1; a parabola, the filter of {cite:t}`hamilton2018` and
# first differences stand beside them. Productivity can be that of value added, to which income in
# the model responds, or that of gross output, which is what the paper's source
# {cite:p}`becker2021` measures. The accounts of {cite:t}`elbadri2025` cover the same industries.

# %% tags=["hide-input"]
accounts = tfp.industry_tfp()
years = (first_year, last_year)
printed = {
    name: tuple(published()[f"table2.{name}_{end}"].value for end in ("min", "max"))
    for name in ("rho", "sigma")
}
ranges = process_ranges(accounts, tfp.PAPER_INDUSTRIES, published=printed, years=years)
table(
    ranges,
    caption="AR(1) of relative productivity, 15 industries: ranges and number within Table 2",
    index=False,
)

# %% tags=["hide-input"]
rows = {label: ranges.query("trend == @label").set_index("concept") for label, _, _ in TRENDS}
line = rows["linear trend"]
glue_all(process_headlines(ranges))
corrected = corrected_persistence(ranges, periods=last_year - first_year + 1)
glue_all(persistence_headlines(corrected))

# %% [markdown]
# The published persistence is that of deviations from a *linear* trend: its median across industries
# is {glue:text}`go_rho_median:.2f` for gross output and {glue:text}`va_rho_median:.2f` for value
# added, against {glue:text}`hp_rho_median:.2f` after the filter, which removes the slow movements
# that persistence consists of ({ref}`reading-tfp-trend`). The published size of the innovations is
# that of *gross-output* productivity: {glue:text}`go_sigma_inside` of 15 industries fall in the
# printed range after a linear trend and {glue:text}`hp_sigma_inside` after the filter. A shock to
# value added is larger (median {glue:text}`va_sigma_median:.3f` a year against
# {glue:text}`go_sigma_median:.3f`), because intermediate inputs are a large part of output: as
# income of the region in the model is value added, the printed $\sigma_i$ understates the risk of
# specialization.
#
# Every trend takes some persistence out of a series this short. Which true persistence would give the
# median estimate? Simulated AR(1) series of the same length are detrended and estimated alike.

# %% tags=["hide-input"]
table(
    corrected,
    caption="Persistence behind the median estimate (gross output), 90 percent interval of one series",
    index=False,
    fold=True,
)

# %% [markdown]
# Behind the median after a linear trend stands a persistence of at least {glue:text}`behind_line:.2f`
# (the end of the range considered; interval from {glue:text}`behind_line_low:.2f`), behind that after
# the filter one of {glue:text}`behind_hp:.2f` ({glue:text}`behind_hp_low:.2f` to
# {glue:text}`behind_hp_high:.2f`). The trends disagree far less than their estimates do, and none of
# them tells the series from a random walk: their changes have a median autocorrelation of
# {glue:text}`go_rho_difference:.2f`. That productivity returns to a trend, as [7] says, is an assumption.

# %% tags=["hide-input"]
chosen = [t for t in TRENDS if t[0] in ("linear trend", "HP filter, 100", "Hamilton filter")]
estimates = {
    label: industry_processes(
        accounts, groups=tfp.PAPER_INDUSTRIES, concept="go", trend=trend, hp_lambda=lam, years=years
    )
    for label, trend, lam in chosen
}

# %% tags=["hide-input"]
show(
    draw_persistence(estimates, printed["rho"], note=source_note(accounts)),
    name="fig-tfp-persistence",
    caption="Persistence of industry productivity (gross output, relative to manufacturing) under "
    "three trends, with two standard errors; the band is the range printed in Table 2.",
    alt="Dot plot of 15 industries. Estimates after a linear trend lie mostly inside or near the "
    "published band between 0.71 and 0.9; estimates after the Hodrick-Prescott and the Hamilton "
    "filter lie far to its left, around 0.4 and 0.5.",
)

# %% [markdown]
# What do these annual processes mean for a period of a decade? An AR(1) sampled every ten years has
# persistence $\rho^{10}$ and innovations with variance $\sigma^2 (1 - \rho^{20})/(1 - \rho^2)$;
# errors follow by the delta method. The baseline uses the published values *per period*, which
# keeps the comparison with the paper; `Calibration(shock_period="annual")` converts.

# %% tags=["hide-input"]
columns = ["growth", *(f"{n}{p}{e}" for p in ("", "_decade") for n in ("rho", "sigma") for e in ("", "_se"))]
detail = estimates["linear trend"].set_index("industry")[columns]
table(
    detail,
    caption="Gross-output productivity, linear trend: annual estimates and the implied decade",
    fold=True,
)

# %% [markdown]
# ### The paper's own source
#
# The same functions read NBER-CES {cite:p}`becker2021`, five-factor productivity of detailed
# industries pooled to the 15, where the file is present.

# %% tags=["hide-input"]
file = two_sectors.find_nberces()
if file is None:
    print(two_sectors.how_to_get())
else:
    detailed = two_sectors.nberces_tfp(read_nberces(file))
    groups = two_sectors.nberces_groups(detailed)
    table(
        process_ranges(detailed, groups, published=printed, years=years),
        caption=f"AR(1) of relative productivity from {file.name}",
        index=False,
    )

# %% [markdown]
# (calibration-rate)=
# ## The interest rate
#
# The ex-post real return on three-month bills. For a decade there are three measurements: calendar
# decades, of which there are few; ten-year compounds from one decade to the next, starting in every
# year; and the annual process sampled every ten years. Errors of means and of overlapping decades
# allow for serial correlation (Newey and West).

# %% tags=["hide-input"]
annual, decade = rates.real_rate("annual"), rates.real_rate("decade")
fits = rate_process(annual, decade)
table(fits, caption="Real bill rate: net mean in percent a year, AR(1) per period", decimals=4)
first, last = int(annual["year"].min()), int(annual["year"].max())
spans = ((first, last), (1955, 2014), (1960, 2006), (1958, 2018), (1980, 2014))
by_span = rate_spans(annual, spans)
table(by_span, caption="The annual process over other spans", decimals=4, index=False, fold=True)

# %% tags=["hide-input"]
bill = f"3-month bills less CPI inflation, {first}–{last}"
glue_all(rate_headlines(fits))
glue("rate_span", f"{first}–{last}")
for name, at in (("early", 2), ("late", 4)):
    glue_all({f"rate_{name}": float(by_span.loc[at, "mean"]), f"rate_{name}_span": by_span.loc[at, "span"]})

# %% [markdown]
# On {glue:text}`rate_span` the mean is {glue:text}`rate_mean_annual:.2f` percent a year with a standard
# error of {glue:text}`rate_mean_se_annual:.2f`: the published 1.3 is within two of them, and two
# of the other spans give just that ({glue:text}`rate_early:.2f` in
# {glue:text}`rate_early_span`, {glue:text}`rate_late:.2f` in {glue:text}`rate_late_span`). Annual persistence is {glue:text}`rate_rho_annual:.2f`
# ({glue:text}`rate_rho_se_annual:.2f`), far from the published 0.01; over decades it is
# {glue:text}`rate_rho_decade:.2f` ({glue:text}`rate_rho_se_decade:.2f`), or
# {glue:text}`rate_rho_overlap:.2f` ({glue:text}`rate_rho_se_overlap:.2f`) from overlapping ones
# ({ref}`reading-interest-rate`). The published dispersion is close to the annual innovation of
# {glue:text}`rate_sigma_annual:.4f`, read as a standard deviation. The book's results keep the rate at
# its mean.
#
# (calibration-leverage)=
# ## Leverage, risk aversion, and the capital share
#
# $\theta$ and $\gamma$ are readings of other studies. No standard error comes with them.

# %% tags=["hide-input"]
table(cited_table(LEVERAGE), caption="Loan-to-value evidence as cited", index=False, fold=True)
table(cited_table(RISK_AVERSION), caption="Relative risk aversion as cited", index=False, fold=True)
aggregate = tuple(e for e in LEVERAGE if e.key == "graham2015" and "firm" not in e.what)
leverage = range_of(aggregate, "graham2015")
glue_all({"leverage_low": leverage[0], "leverage_high": leverage[2]})
glue("gamma_middle", sum((e.low + e.high) / 2 for e in RISK_AVERSION) / len(RISK_AVERSION))

# %% [markdown]
# The paper says that leverage has moved little, between 0.3 and 0.4. The abstract of its source
# {cite:p}`graham2015` has aggregate leverage of unregulated corporations rise from
# {glue:text}`leverage_low:.2f` in 1945 to {glue:text}`leverage_high:.2f` in the early 1990s; what it
# calls stable is the leverage of all corporations together, regulated ones included. The
# $\theta = 0.35$ in use is its number for 1970. The midpoint of the two literatures on risk aversion
# is {glue:text}`gamma_middle:.1f`, near the $\gamma = 5$ in use; results at 2 are shown beside it
# throughout.
#
# The capital share can be estimated. The accounts split value added into labour and capital:

# %% tags=["hide-input"]
made = {"all industries": (), "manufacturing": tuple(sorted(tfp.MANUFACTURING)), "machinery": (12,)}
capital = capital_shares(accounts, made)
table(capital, caption="Capital share of value added, 1947–2023; trend in points a decade", index=False)
share = capital.set_index("of")
glue_all({"alpha": float(share.loc["manufacturing", "mean"]), "alpha_se": float(share.loc["manufacturing", "se"])})

# %% [markdown]
# In manufacturing it is {glue:text}`alpha:.2f` ({glue:text}`alpha_se:.2f`) and rising, gross of
# depreciation and with all of what is not labour counted as capital; the 0.3 in use is lower.
#
# (calibration-tables)=
# ## Agglomeration and adjustment costs
#
# Table 2 gives $\xi_i$ a range that Table 10 contradicts ({ref}`reading-xi-range`), and a range of
# adjustment costs that starts at zero although Table 11 prints negative estimates
# ({ref}`reading-negative-costs`). The paper prints no standard errors for either table.

# %% tags=["hide-input"]
table(column_table(), caption="What the columns of Tables 10 and 11 hold", index=False, fold=True)
table(industry_table(), caption="Tables 10 and 11: estimates by industry", index=False, fold=True)
costs = cost_headlines()
glue_all(costs)

# %% [markdown]
# {glue:text}`near_zero` of the {glue:text}`industries` industries have an adjustment cost of at most
# {glue:text}`small` in the first column, negative estimates included: more than the third that section
# 4.1 speaks of. What the composite rest of manufacturing costs to move depends on what is done with
# the negative ones: as zero, which is the baseline (first row), or left out of the average.

# %% tags=["hide-input"]
composites = composite_table(accounts, tfp.PAPER_INDUSTRIES)
textiles = 100 * textiles_weight() / composites["phi_adj"].iloc[0]
glue("textiles_share", textiles)
glue_all({"phi_least": float(composites["phi_adj"].min()), "phi_most": float(composites["phi_adj"].max())})
table(composites, caption="The composite rest of manufacturing", index=False)

# %% [markdown]
# The composite's $\Phi$ runs from {glue:text}`phi_least:.2f` to {glue:text}`phi_most:.2f`. With negatives
# as zero the two columns nearly agree, but by coincidence: {glue:text}`textiles_share:.0f` percent of
# the cost in the first row is a single industry, textiles, and in the other column it is other
# transport equipment. For machinery itself the columns disagree completely (a positive estimate
# against a negative one).
#
# ## Beside the paper

# %% tags=["hide-input"]
compare(input_rows(), caption="Inputs taken from the paper, so that nobody counts their agreement", fold=True)

# %% tags=["hide-input"]
compare(source_rows(leverage, share), caption="What the paper's own tables and sources say", fold=True)

# %% tags=["hide-input"]
note = f"Elbadri-Vizcaino accounts {first_year}-{last_year}, linear trend, gross output"
bill = f"3-month bills less CPI inflation, {first}–{last}"
compare(process_rows(line.loc["go"], fits, note, bill), caption="Estimated processes")

# %% tags=["hide-input"]
print(f"gross output, linear trend: rho {line.loc['go', 'rho_min']:.2f} to {line.loc['go', 'rho_max']:.2f}")

# %% [markdown]
# ## What to take along
#
# - A parameter comes with a frequency, a concept and a trend. The printed persistence fits a linear trend
#   (median {glue:text}`go_rho_median:.2f`), the printed shocks gross output ({glue:text}`go_sigma_median:.3f` a year;
#   value added, to which income responds, {glue:text}`va_sigma_median:.3f`).
# - Behind such a short series a random walk is possible: its changes have a median autocorrelation of
#   {glue:text}`go_rho_difference:.2f`.
# - The bill rate's mean depends on the span: {glue:text}`rate_mean_annual:.2f` percent over all years,
#   {glue:text}`rate_early:.2f` in {glue:text}`rate_early_span`.
# - $\theta$, $\gamma$, $\xi_i$ and $\Phi_i$ come without standard errors; {doc}`13_robustness` moves each.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** How long does half of a shock last? Compare the median persistence after a linear trend and after the filter,
# and the baseline, which takes the printed annual persistence as that of a decade.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import math
#
# for label, row in rows.items():
#     rho = row.loc["go", "rho_median"]
#     print(label, round(math.log(0.5) / math.log(rho), 1) if 0 < rho < 1 else "none")
#
# from regspec.parameters import Calibration
#
# for unit in ("published", "annual"):
#     rho = Calibration.converted(shock_period=unit).rho_period[0]
#     print(unit, rho, round(10 * math.log(0.5) / math.log(rho), 1))
# ```
# Years. After a linear trend half of a shock is left after about five years, after the filter less than one. The baseline
# treats the same number as the persistence of a decade, which makes shocks last ten times as long
# ({ref}`reading-period`).
# :::
#
# **2.** Is the mean of the bill rate the same before and after 1980, given its standard errors?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# print(rate_spans(annual, ((1948, 1979), (1980, 2018))))
# ```
# The mean is higher after 1980, but each has a standard error of half a point or so, and the difference is within two
# standard errors of it. Persistence is high in both halves: it is not a break in the mean alone that produces it.
# :::
#
# **3.** Value added instead of gross output: by how much do the estimated shocks grow, industry by industry?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# added = industry_processes(accounts, groups=tfp.PAPER_INDUSTRIES, concept="va", trend="linear", years=years)
# ratio = added.set_index("industry")["sigma"] / detail["sigma"]
# print(ratio.sort_values().round(1))
# ```
# Everywhere at least twofold, and most where intermediate inputs are the largest part of output, as in petroleum and motor
# vehicles. A shock to gross output passes to value added divided by the share of value added in output.
# :::
