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
# (results)=
# # What a shock does to a region
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How does a region respond to a bad shock to one of its industries, and what does the limit add?
#
# **Answer.** On impact the price of capital changes by {glue:text}`irf_price_limit:.1f` percent with the limit and by
# {glue:text}`irf_price_free:.1f` without it, consumption by {glue:text}`irf_consumption_limit:.1f` and
# {glue:text}`irf_consumption_free:.1f` (*model*); at a risk aversion of {glue:text}`gamma_low:.0f` the price by
# {glue:text}`mild_price_limit:.1f` and {glue:text}`mild_price_free:.1f`. Capital that leaves is
# {glue:text}`ratio_impact:.2f` of the unlimited amount in the first decade, {glue:text}`ratio_medium:.2f` after three.
# :::
#
# How much of the growth penalty of specialization the model produces when it is run on all commuting
# zones is the question of {doc}`15_zones`.

# %% tags=["parameters"]
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
bonds: int = 120  # nodes for bonds; 20 <= bonds <= 400
capital: int = 21  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
draws: int = 2000  # economies behind an impulse response; 100 <= draws <= 100000

# %% tags=["hide-input"]
import numpy as np

from regspec.figures.policies import draw_impulse, draw_price_and_multiplier
from regspec.model import Grid, solve_equilibrium
from regspec.paper.model_rows import impulse_rows
from regspec.paper.scoreboard import compare
from regspec.parameters import Calibration
from regspec.show.display import glue, glue_all, show, table
from regspec.studies.responses import ImpulsePair, along_bonds, at_bonds, bound_states, ergodic_states, respond

# %% [markdown]
# ## The response to a shock
#
# Productivity of machinery falls by one standard deviation of its innovation. Because stationary
# paths of the constrained economy can alternate between bound and slack decades, a response from a
# single point would mislead; the generalised response is the mean over many economies, drawn from
# the stationary distribution of the constrained economy, of the path with the shock less the path
# without it, all later shocks being the same. The economy without the limit starts from the *same*
# states, so that only the limit differs.

# %% tags=["hide-input"]
calibration = Calibration.converted(gamma=gamma, theta=theta)
unlimited = calibration.replace(constraint=False)
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
solved = {
    "with limit": solve_equilibrium(calibration, grid, on_failure="return"),
    "without limit": solve_equilibrium(unlimited, grid, on_failure="return"),
}

# %% tags=["hide-input"]
start = ergodic_states(solved["with limit"], draws=draws)
impulses = {label: respond(e, start=start) for label, e in solved.items()}
at_limit = bound_states(solved["with limit"], start)
from_limit = {label: respond(e, start=at_limit, horizon=2) for label, e in solved.items()}
pair = ImpulsePair(
    limited=impulses["with limit"], free=impulses["without limit"],
    bound_limited=from_limit["with limit"], bound_free=from_limit["without limit"],
)  # fmt: skip
setting = f"γ = {gamma:g}, θ = {theta:g}, decade; grid {bonds} × {capital} × {shocks}²"
certified = {label: e.certificate.converged for label, e in solved.items()}
table(pair.foundations(certified), caption="What the responses rest on")

# %% tags=["hide-input"]
show(
    draw_impulse(impulses, note=f"{setting}; {draws} draws"),
    name="fig-impulse",
    caption="Generalised response to an adverse one-standard-deviation shock to machinery, with two "
    "simulation standard errors (the paper's Figure 7).",
    alt="Four panels over nine decades. Bonds rise on impact with the limit and fall without it. The "
    "share of capital in machinery falls in both. Consumption and the price of capital fall several "
    "times as much with the limit, and alternate afterwards.",
)

# %% tags=["hide-input"]
glue_all(pair.headlines())

# %% [markdown]
# On impact the price of capital changes by {glue:text}`irf_price_limit:.1f` percent with the limit and by
# {glue:text}`irf_price_free:.1f` without it; consumption by {glue:text}`irf_consumption_limit:.1f` and
# {glue:text}`irf_consumption_free:.1f`. That is the paper's amplification. Two of its other statements
# need a qualification. Regions that face the limit do not borrow more after the shock: their bonds
# *change by* {glue:text}`irf_bonds_limit:.1f` percent of income, against {glue:text}`irf_bonds_free:.1f` without the
# limit, because the limit tightens by more than they would like to borrow. And the capital that
# leaves the shocked industry is {glue:text}`ratio_impact:.2f` times that of the unlimited economy in the
# first decade ({glue:text}`ratio_bound:.2f` times for those that start at their limit), but
# {glue:text}`ratio_medium:.2f` times after three: around the stationary allocation the limit delays
# reallocation a little and does not halve it. Far from it, where a region has much to move, the
# rules of {doc}`10_solver` show a larger difference.

# %% [markdown]
# The same at a risk aversion of {glue:text}`gamma_low:.0f`, where the equilibrium is unique
# ({doc}`10b_accuracy`):

# %% tags=["hide-input"]
gamma_low = min(2.0, gamma)
glue("gamma_low", gamma_low)
milder = {
    label: solve_equilibrium(economy.replace(gamma=gamma_low), grid, on_failure="return")
    for label, economy in (("with limit", calibration), ("without limit", unlimited))
}
mild_start = ergodic_states(milder["with limit"], draws=draws)
mild = {label: respond(e, start=mild_start) for label, e in milder.items()}

# %% tags=["hide-input"]
show(
    draw_impulse(mild, note=f"γ = {gamma_low:g}, θ = {theta:g}, decade; {draws} draws"),
    name="fig-impulse-low",
    caption="Generalised response to an adverse one-standard-deviation shock to machinery at the lower "
    "risk aversion, with two simulation standard errors.",
    alt="Four panels over nine decades, shaped as at the paper's risk aversion. With the limit "
    "consumption and the price of capital fall more on impact than without it.",
)

# %% tags=["hide-input"]
names = {"limit": "with limit", "free": "without limit"}
for variable in ("price", "consumption"):
    glue_all({f"mild_{variable}_{name}": mild[label].at(variable, 0) for name, label in names.items()})

# %% [markdown]
# The price changes by {glue:text}`mild_price_limit:.1f` percent on impact with the limit and by
# {glue:text}`mild_price_free:.1f` without it, consumption by {glue:text}`mild_consumption_limit:.1f` and
# {glue:text}`mild_consumption_free:.1f`: the amplification does not rest on the selection among several
# equilibria.

# %% tags=["hide-input"]
remark = f"generalised response, decade, gamma {gamma:g}"
compare(impulse_rows(pair, remark), caption="Impulse responses")

# %% [markdown]
# ### A specialized and a diversified region
#
# Why do two regions with the same debt fare differently? The same shock, one standard deviation
# against machinery, for a region with most of its capital there and for one with half:

# %% tags=["hide-input"]
economies = {"specialized (0.8)": 0.8, "diversified (0.5)": 0.5}
over_bonds = along_bonds(solved["with limit"], shares=economies)
debt = float(np.quantile(start.b, 0.1))
at_debt = at_bonds(over_bonds, debt)
higher = at_debt["multiplier"].idxmax().split()[0]
show(
    draw_price_and_multiplier(over_bonds, note=setting),
    name="fig-price-multiplier-bonds",
    caption="Price of capital and multiplier on the limit (as a share of marginal utility) over bonds, "
    "after an adverse shock to machinery, by capital share in machinery.",
    alt="Two panels over bonds. The price of capital rises with bonds and the multiplier falls to zero "
    "where the limit is slack. At the first decile of bonds along simulated paths the multiplier is "
    f"higher in the {higher} region.",
)

# %% tags=["hide-input"]
glue("debt_decile", debt)
for name, key in zip(economies, ("specialized", "diversified"), strict=True):
    glue_all({f"{column}_{key}": at_debt.loc[name, column] for column in ("price", "multiplier")})

# %% [markdown]
# At the first decile of bonds along simulated paths ({glue:text}`debt_decile:.2f`) capital is worth
# {glue:text}`price_specialized:.2f` in the specialized and {glue:text}`price_diversified:.2f` in the
# diversified region, and the multiplier is {glue:text}`multiplier_specialized:.2f` and
# {glue:text}`multiplier_diversified:.2f` of marginal utility.

# %% tags=["hide-input"]
print("responses on impact, percent: price {:.1f} with limit, {:.1f} without".format(*pair.impact("price")))
print(f"capital that leaves, with over without limit: {pair.ratio_impact:.2f} at first, {pair.ratio_medium:.2f} after three decades")

# %% [markdown]
# ## What to take along
#
# - The limit multiplies the fall of the price: {glue:text}`irf_price_limit:.1f` against {glue:text}`irf_price_free:.1f` percent at
#   the paper's risk aversion, {glue:text}`mild_price_limit:.1f` against {glue:text}`mild_price_free:.1f` at
#   {glue:text}`gamma_low:.0f`, where the equilibrium is unique.
# - Regions at the limit do not borrow more after a bad shock: they cannot.
# - The limit delays reallocation: {glue:text}`ratio_impact:.2f` of the unlimited outflow in the first decade,
#   {glue:text}`ratio_medium:.2f` after three.
# - With equal debt the specialized region has the lower price ({glue:text}`price_specialized:.2f` against
#   {glue:text}`price_diversified:.2f`) and the tighter limit.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Is a good shock the mirror image of a bad one?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for label, e in solved.items():
#     good = respond(e, start=start, size=1.0)
#     print(label, round(impulses[label].at("price", 0), 2), round(good.at("price", 0), 2))
# ```
# Without the limit it is. With it the price falls by somewhat more than it rises: the limit amplifies both, and bad news
# more.
# :::
#
# **2.** Does a tighter limit amplify more? Compare three values at the low risk aversion.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for limit in (0.15, 0.25, 0.35):
#     economy = solve_equilibrium(calibration.replace(gamma=gamma_low, theta=limit), grid, on_failure="return")
#     there = respond(economy, start=ergodic_states(economy, draws=draws))
#     print(limit, economy.certificate.converged, round(there.bound_share, 2), round(there.at("price", 0), 2))
# ```
# No: the fall of the price is largest in the middle. A tight limit always binds, but it lets little debt be built on the
# price; with a loose one there is more debt and fewer regions at the limit.
# :::
#
# **3.** Hit the other industry instead. How much of the response depends on which one it is?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for label, e in milder.items():
#     other_industry = respond(e, start=mild_start, industry=1)
#     for variable in ("price", "consumption", "share"):
#         print(label, variable, round(mild[label].at(variable, 0), 2), round(other_industry.at(variable, 0), 2))
# ```
# Little: both have the same shocks, and half of the capital each. The share of capital leaves whichever is hit (`share` is
# that of the shocked industry). In a specialized region the two would differ.
# :::
