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
# (planner)=
# # How specialized should a region be?
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How would a planner who counts both externalities specialize one region, which taxes get it there, and what is
# it worth?
#
# **Answer.** Where industry 1 agglomerates as strongly as any of Table 10, the planner is worth {glue:text}`gain_mean:.2f` percent
# of consumption (*model*; the paper has 1.2 to 2.2 {cite}`boehnert2025`), nearly all of it agglomeration. Its taxes, on average a
# subsidy of {glue:text}`subsidy_mean:.1f` percent to that industry, reproduce its allocation; a constant one reaches
# {glue:text}`best_subsidy_share:.0f` percent of the gain.
# :::
#
# Two things are wrong with the market's allocation. Nobody counts the productivity that his capital
# gives to his neighbours, and nobody counts that his choices move the price at which everybody's
# collateral is valued. This chapter solves the problem {eq}`eq-planner` of a planner who counts both in one region,
# recovers the taxes that make the market do the same, and asks what that is worth. It does so at $\gamma$ =
# {glue:text}`gamma:.0f` and $\theta$ = {glue:text}`theta:.2f`, where market and planner are both certified; {doc}`12b_planner_scope` asks where
# they are, and what changes with risk aversion, the limit and agglomeration.

# %% tags=["parameters"]
gamma: float = 2.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.25  # loan-to-value limit; 0 < theta < 1
bonds: int = 40  # nodes for bonds; 20 <= bonds <= 400
capital: int = 15  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
specialized: float = 0.7  # capital share of industry 1 where private returns are equal; 0.5 < specialized < 0.95
strong: float = 0.25  # agglomeration of industry 1 where it is stronger than that of the rest; 0.14 < strong <= 0.3

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from regspec.figures.planner import draw_gains, draw_rules, draw_tax_maps, draw_tax_schedules
from regspec.model import Grid, ergodic_paths, optimal_taxes, solve_equilibrium, solve_planner, tax_summary, welfare_gain
from regspec.paper.model_rows import planner_rows
from regspec.paper.scoreboard import compare
from regspec.show.display import glue, glue_all, show, table
from regspec.sources.paths import project_root
from regspec.studies import tables
from regspec.studies.gains import best_rates, gain_along_bonds, gain_along_shares, gain_parts, gain_slope, mean_gain, shape_table, simple_rules, solve_variant
from regspec.studies.planning import losing_states, losses_table, map_headlines, policy_distance, tax_map, tax_schedules, visited_taxes
from regspec.studies.stored import proven, stored

# %% [markdown]
# ## The problem and how it is solved
#
# Today's planner cannot bind future ones. It takes their functions $\mathcal C, \mathcal Q, \mathcal
# K, \eta$ of tomorrow's state as given and chooses $(b', k')$, from which resources give consumption
# and {eq}`eq-price` gives the price that supports the debt. Its choices become the functions that the
# next sweep takes as given, until nothing changes: a Markov-perfect equilibrium between planners.
#
# The set of feasible $b'$ need not be an interval, because the price depends on $b'$. So a sweep
# first looks at every node of $(b', k')$, slack and bound separately, and refines the best of each;
# in between, sweeps refine the last choice alone. Values are stored as consumption equivalents $W$,
# $u(W) = (1 - \beta) V$ up to the constant of $u$, and interpolated with continuous slopes.
#
# One convention is needed. Where the limit binds, a debt tax and the private multiplier do the same
# work. We let the multiplier do it, $\eta = \max(0, u'(c) - \beta R\, \mathbb E\, u'(c'))$, so that
# the debt tax is zero there ({ref}`reading-instruments`).
#
# Two choices far apart can be worth the same, and the planner's future then depends on which of them
# is made. Where sweeps stop making progress a state keeps its choice unless another gains more than
# {glue:text}`hysteresis:.0e` of consumption, and the certificate counts such ties and says what they give up.
#
# The region of this chapter has relative productivities that
# put {glue:text}`specialized_share:.0f` percent of its capital into industry 1 when both industries have the same
# agglomeration. The first-order conditions [21] to [24] are checked by the paper's own formulas, with
# the derivatives $\Omega$ of [35] and [36] taken numerically from the solution.

# %% tags=["hide-input"]
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
at = tables.Scope(gamma=gamma, theta=theta, grid=grid, specialized=specialized, strong=strong)
base, region, stronger = at.base, at.region, at.stronger
market = solve_equilibrium(stronger, grid)
planner = solve_planner(stronger, grid)
setting = f"γ = {gamma:g}, θ = {theta:g}, ξ = ({strong:g}, {base.xi[1]:.3f}); grid {bonds} × {capital} × {shocks}²"

# %% tags=["hide-input"]
evidence = planner.certificate.to_frame()
for column in ("value", "limit"):
    text = evidence[column].map("{:.2g}".format, na_action="ignore")
    evidence[column] = text.astype(object).fillna("–")
table(evidence, caption=f"The planner's certificate ({setting}); a dash is reported only or not applicable", index=False, fold=True)
glue_all({"specialized_share": 100 * specialized, "hysteresis": 1e-5, "gamma": gamma, "theta": theta})
glue("planner_items", len(planner.certificate.items()))
glue("planner_verdict", "all hold" if planner.certificate.converged else "not all hold")

# %% [markdown]
# ## Taxes
#
# Proposition 1 says that a tax on debt and taxes on the returns of industries implement the planner's
# allocation. We recover them as the wedges that the allocation leaves in the private conditions
# [25] and [26] ({eq}`eq-tax-bonds` and {eq}`eq-tax-capital` say what they consist of), hand them to the solver of the competitive
# equilibrium, and let it solve from scratch.

# %% tags=["hide-input"]
taxes = optimal_taxes(planner)
taxed = solve_equilibrium(stronger, grid, wedges=taxes.wedges(), on_failure="return")
scale = planner.grid.income_scale
distance = policy_distance(taxed, planner)
distance["largest, without taxes"] = policy_distance(market, planner)["largest"]
table(
    distance.map("{:.1e}".format),
    caption="Proposition 1: policies of the taxed equilibrium less the planner's, over all grid states and along the "
    "planner's simulated paths (over income; shares for k')",
    index=True,
)

# %% tags=["hide-input"]
summary = tax_summary(planner, taxes)
shown = summary.copy()
shown.iloc[:, :4] *= 100
table(shown.rename(index={"transfer over income": "transfer, % of income"}), caption="Taxes along the planner's simulated paths, percent; correlations with leverage, specialization (largest share) and the first industry's shock. Positive is a subsidy for capital", decimals=3)
glue_all({"prop_one": distance["largest"].max(), "prop_visited": distance["largest visited"].max(), "budget": taxes.budget_residual})
percent = {f"{kind}_mean": 100 * summary.loc[f"tax_capital_{i}", "mean"] for i, kind in ((1, "subsidy"), (2, "other"))}
glue_all(percent | {"debt_high": 100 * summary.loc["tax_bonds", "p95"]})
glue("planner_bound", 100 * planner.certificate["binding frequency"])

# %% [markdown]
# The taxed equilibrium is the planner's allocation up to {glue:text}`prop_one:.1e` over the whole grid and
# {glue:text}`prop_visited:.1e` where the planner goes, what is left being the solvers' tolerance, and the public budget balances state by state (residual {glue:text}`budget:.0e`). On
# average the returns of industry 1 are subsidised by {glue:text}`subsidy_mean:.1f` percent and those of the rest
# change by {glue:text}`other_mean:.1f` percent. The limit binds in {glue:text}`planner_bound:.0f` percent of the planner's
# decades, and by the convention above a debt tax has nothing to do in those: its 95th percentile along the
# path is {glue:text}`debt_high:.2f` percent. Off the path it is largest where the limit has just become slack and will
# bind tomorrow ({numref}`fig-tax-schedules`).

# %% tags=["hide-input"]
sizes = {"productivity at its mean": 0.0, "industry 1 one s.d. below": -1.0}
maps = tax_map(planner, taxes, sizes=sizes)
show(
    draw_tax_maps(maps, note=setting),
    name="fig-tax-map",
    caption="Optimal tax on debt (top) and subsidy of the first industry's returns (bottom) over bonds and its capital "
    "share, at mean productivity and after an adverse shock. In the hatched states the limit binds; colours end at the "
    "98th percentile.",
    alt="Four heat maps over bonds and the capital share. The tax on debt is zero in the hatched region of high debt, "
    "largest in a band just above it, and fades with assets. The subsidy is largest where industry 1 has little capital "
    "and close to zero where it has nearly all. The adverse shock shifts the boundary slightly upwards.",
)

# %% tags=["hide-input"]
glue_all(map_headlines(maps, *sizes))

# %% [markdown]
# Over the whole state space the tax on debt runs from {glue:text}`map_debt_least:.1f` to {glue:text}`map_debt_most:.1f`
# percent. The limit binds in {glue:text}`map_bound_mean:.1f` percent of the states of the map at mean productivity and in
# {glue:text}`map_bound_adverse:.1f` percent after the adverse shock, which moves the tax on debt by up to
# {glue:text}`map_debt_shift:.1f` points where the boundary passes.

# %% tags=["hide-input"]
economies = {"specialized": 0.8, "balanced": 0.5, "little of industry 1": 0.2}
schedules = tax_schedules(planner, taxes, economies)
visited = visited_taxes(planner, taxes)
show(
    draw_tax_schedules(schedules, visited=visited.query("by == 'bonds'"), note=setting),
    name="fig-tax-schedules",
    caption="Tax on debt and subsidy of industry 1 over bonds, by the industry's capital share; productivity at its mean. "
    "Dots: means along the planner's simulated paths, by tenths of bonds.",
    alt="Left: the tax on debt is zero where the limit binds and positive to the right of it. Right: the "
    "subsidy of industry 1 by economy, flattening out where the limit is slack. The visited states lie at high debt, "
    "where the tax on debt is zero.",
)

# %% tags=["hide-input"]
named = {"by": "tenths of", "at": "mean of the tenth", "debt": "tax on debt, %", "industry": "subsidy, %", "bound": "limit binds, %"}
table(
    visited[list(named)].rename(columns=named),
    caption="Mean taxes along the planner's simulated paths by tenths of bonds (over income) and of the first industry's share",
    index=False,
    fold=True,
)

# %% [markdown]
# ## What it is worth
#
# The gain $\Lambda$ of {eq}`eq-welfare` compares, state by state, the planner's policies from now on with the market's
# from now on: the transition is inside. Both are evaluated exactly.

# %% tags=["hide-input"]
gain = welfare_gain(market, planner)
counts = stored(tables.planner_parts, at)
parts, even = (gain_parts(counts[counts["region"] == name]) for name in ("stronger", "alike"))
table(
    pd.concat({"industry 1 agglomerates more": parts, "both alike": even}, names=["region", "counted"]),
    caption="Gains along the equilibrium's simulated paths, percent of permanent consumption; negative: percent of visits with a loss",
    decimals=4,
)
overall = mean_gain(gain, market)
glue_all({"gain_mean": overall["mean"], "gain_least": overall["least"], "gain_most": overall["most"]})
counted = {"price": "price of collateral only", "agglomeration": "agglomeration only"}
glue_all({f"gain_{name}": float(parts.loc[row, "mean"]) for name, row in counted.items()})
glue("gain_even", float(even.loc["planner", "mean"]))
glue_all({"grid_least": 100 * float(gain.min()), "grid_negative": 100 * float((gain < -1e-6).mean())})

# %% [markdown]
# With stronger agglomeration in industry 1 the planner gains {glue:text}`gain_mean:.2f` percent of permanent
# consumption on average over the states that the market visits ({glue:text}`gain_least:.2f` to
# {glue:text}`gain_most:.2f`); {doc}`15_zones` has the gains across zones. Where both industries agglomerate alike it is
# {glue:text}`gain_even:.4f` percent. Nearly all of it is agglomeration ({glue:text}`gain_agglomeration:.2f` alone).
# A planner who counts the price of collateral alone changes welfare by {glue:text}`gain_price:.3f`: it can be
# negative, because planners who cannot bind their successors need not do better than the market. Over the
# whole grid, visited or not, the least gain is {glue:text}`grid_least:.3f` percent, and
# {glue:text}`grid_negative:.1f` percent of the states lose.

# %% tags=["hide-input"]
alone = {v: solve_variant(stronger, grid, v) for v in ("agglomeration only", "price of collateral only")}
losers = {v: losing_states(welfare_gain(market, s), market) for v, s in {"planner": planner, **alone}.items()}
alike_market, alike = solve_equilibrium(region, grid), solve_planner(region, grid)
alike_gain = welfare_gain(alike_market, alike)
losers["planner, both industries alike"] = losing_states(alike_gain, alike_market)
losses = losses_table(losers)
table(losses, caption="Visited states in which the gain is below zero, by what the planner counts", decimals=4)
glue_all({"losing_planner": len(losers["planner"]), "losing_mass": losses.loc["price of collateral only", "percent of visits"]})
glue_all({"alike_losing_mass": losses.iloc[-1]["percent of visits"], "alike_losing_worst": losses.iloc[-1]["worst, percent"]})
glue("ties_price", int(alone["price of collateral only"].certificate["ties"]))

# %% tags=["hide-input"]
listed = pd.concat({v: rows.head(8) for v, rows in losers.items() if len(rows)}, names=["counted", "rank"]).reset_index("counted")
table(listed, caption="The worst of them: nearest grid node, gain (mean and least, percent of permanent consumption), percent of visits", index=False, decimals=4, fold=True)

# %% [markdown]
# Of the states that the market visits, {glue:text}`losing_planner` have a negative gain under the planner who counts both
# externalities. The planner who counts the price of collateral alone loses in {glue:text}`losing_mass:.0f` percent of
# visits; states with two equally good choices that its certificate counts: {glue:text}`ties_price`. Where both industries
# agglomerate alike, the planner who counts both loses in {glue:text}`alike_losing_mass:.0f` percent of visits, at worst
# {glue:text}`alike_losing_worst:.4f` percent of consumption: there is next to nothing to gain, and planners who cannot bind
# their successors may lose it.

# %% tags=["hide-input"]
paths = ergodic_paths(market)
deep, middle = np.quantile(paths.b, [0.05, 0.95])
over_bonds = gain_along_bonds(gain, planner, shares={"specialized (0.8)": 0.8, "balanced (0.5)": 0.5})
over_shares = gain_along_shares(gain, planner, bonds={"most debt": float(deep), "least debt": float(middle), "no debt": 0.0})
show(
    draw_gains(over_bonds, over_shares, note=f"industry 1 one standard deviation below its mean; {setting}"),
    name="fig-welfare-gains",
    caption="Welfare gains after an adverse shock to industry 1, over bonds and over the capital share (the paper's "
    "Figure 12). Debt of the right panel: 5th and 95th percentile of the market's simulated bonds, and none.",
    alt="Left: gains over bonds for a specialized and a balanced economy. Right: gains over the capital share of "
    "the shocked industry for three debt positions.",
)

# %% tags=["hide-input"]
alike_shares = gain_along_shares(alike_gain, alike, bonds={"both alike, no debt": 0.0})
u_table = shape_table(pd.concat([over_shares, alike_shares]))
table(u_table, caption="Is the gain U-shaped in specialization? Shares 0.1 to 0.9; falls and rises in percent of consumption, counted above 0.001", index=False, decimals=4, fold=True)
glue_all({"u_count": int((u_table["U"] == "yes").sum()), "u_all": len(u_table)})
glue("slope_bonds", gain_slope(over_bonds.query("economy == 'balanced (0.5)'"), "bonds"))

# %% [markdown]
# The U of Figure 12b is there in {glue:text}`u_count` of {glue:text}`u_all` cases (the last one for a region
# whose industries agglomerate alike); with stronger agglomeration in industry 1 the gain is largest where
# there is much capital left to move and least where industry 1 has nearly all of it. The fitted slope in
# bonds of a balanced economy is {glue:text}`slope_bonds:.3f` percent per unit of income; the paper has gains that
# fall with bonds.
#
# ## Rules simple enough to legislate
#
# State-contingent taxes are a tall order. What do constant rates achieve? The industry subsidy is paid by a tax
# on the other industry's returns, so that the share-weighted return, which prices capital, stays put.

# %% tags=["hide-input"]
rules = stored(tables.planner_rules, at)
show(
    draw_rules(rules, planner=overall["mean"], note=setting),
    name="fig-simple-rules",
    caption="Mean gain of a flat tax on debt and of a flat industry subsidy, and of the planner.",
    alt="Left: the gain falls with a tax on debt and rises with a subsidy of debt. Right: the gain rises "
    "with the subsidy of industry 1 up to an optimum below the planner's line.",
)

# %% tags=["hide-input"]
glue_all(best_rates(rules, overall["mean"]))
table(rules, caption="Constant rates: mean gain, percent of permanent consumption", index=False, decimals=4, fold=True)

# %% [markdown]
# Of the rates tried, a subsidy of {glue:text}`best_subsidy_rate:.0f` percent does best and reaches
# {glue:text}`best_subsidy_share:.0f` percent of the planner's gain. The best flat rate on debt among those tried is
# {glue:text}`best_debt_rate:.0f` percent (gain {glue:text}`best_debt_gain:.3f`): where the limit binds anyway, a tax on
# debt does not reduce debt but lowers the value of collateral services, and with it the price and what
# everybody can borrow.
#
# `python -m regspec tables` computes the gains by what is counted and those of the rates; this page reads them. A row of each that
# it has computed anew:

# %% tags=["hide-input"]
anew = pd.DataFrame([{"region": "stronger", "counted": "planner", **overall, "converged": planner.certificate.converged}])
print(proven(counts, anew, "region", "counted"))
print(proven(rules, simple_rules(stronger, grid, debt_rates=[0.02], subsidy_rates=[]), "rule", "rate"))

# %% [markdown]
# ## Speed
#
# Timings of one run of `make bench` on two cores. A sweep that looks at every node costs many times one that
# refines the last choice, and the cost of a state grows with the number of nodes it looks at; so most sweeps
# refine.

# %% tags=["hide-input"]
bench = pd.read_csv(project_root() / "data" / "results" / "bench_planner.csv")
table(bench.assign(value=bench["value"].map("{:.3g}".format)), caption="The planner in make bench", index=False, fold=True)

# %% [markdown]
# ## Beside the paper

# %% tags=["hide-input"]
remark = f"one region, not 722 zones; gamma {gamma:g}, theta {theta:g}, where planner and equilibrium are certified"
less = float(ergodic_paths(planner).b.mean() - paths.b.mean())
compare(planner_rows(less, over_bonds, over_shares, remark), caption="Section 5: planner and welfare", fold=True)

# %% tags=["hide-input"]
print(f"planner certified {planner.certificate.converged}; Proposition 1 holds to 1e-5: {distance['largest'].max() < 1e-5}")
print(f"gain {overall['mean']:.2f} percent")

# %% [markdown]
# ## What to take along
#
# - The planner subsidises the industry that agglomerates more, by {glue:text}`subsidy_mean:.1f` percent on average. Where the limit
#   binds ({glue:text}`planner_bound:.0f` percent of its decades) a tax on debt has nothing to do.
# - The taxes handed to the market's solver reproduce the planner's allocation to {glue:text}`prop_one:.0e`: Proposition 1 tests two
#   solvers against each other.
# - The gain is {glue:text}`gain_mean:.2f` percent, {glue:text}`gain_agglomeration:.2f` of it from counting agglomeration alone. Counting the price
#   of collateral alone changes welfare by {glue:text}`gain_price:.3f`.
# - A constant subsidy of {glue:text}`best_subsidy_rate:.0f` percent reaches {glue:text}`best_subsidy_share:.0f` percent of the gain.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Proposition 1 needs both taxes. What is lost if the market is given the taxes on industries alone?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# from regspec.model import Wedges
#
# half = Wedges(charge_capital=taxes.wedges().charge_capital)
# print(policy_distance(solve_equilibrium(stronger, grid, wedges=half, on_failure="return"), planner))
# ```
# Where the planner goes, nothing: its limit binds there, and the debt tax is zero. Over the whole grid policies differ by
# up to a few percent of income, in states with little debt, where the limit is slack today and binds later.
# :::
#
# **2.** Moving capital costs twice as much. Does the planner's gain rise or fall?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# dear = stronger.replace(phi_adj=tuple(2 * cost for cost in stronger.phi_adj))
# dear_market, dear_planner = solve_equilibrium(dear, grid), solve_planner(dear, grid)
# print(mean_gain(welfare_gain(dear_market, dear_planner), dear_market), overall)
# ```
# It falls. The planner has to pay more for the same move, and moves less.
# :::
#
# **3.** The gain is averaged over the states that the *market* visits. What is it in the states that the planner visits, and why?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# print(mean_gain(gain, market), mean_gain(gain, planner))
# ```
# Smaller. In the planner's states capital is already where it wants it; what is left of the gain is that the market would
# let it go again.
# :::
