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
# (solver)=
# # Solving the model
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How is the equilibrium computed, how is a solution checked, and what do its rules look like?
#
# **Answer.** By iterating on functions, with a certificate that can fail. The solution at $\gamma$ = {glue:text}`gamma_high:.0f`
# {glue:text}`verdict` it; errors are $10^k$ of consumption with $k$ = {glue:text}`visited_mean:.1f` on average where the economy
# goes. The limit binds in {glue:text}`binding:.0f` percent of decades, and a region at its limit moves
# {glue:text}`reallocation_slice:.2f` times as much capital after a shock as one without debt (*model*).
# :::
#
# The competitive equilibrium of {doc}`08_model` has no closed form: it is a set of functions of bonds,
# capital and productivity. This chapter says how they are computed, shows the evidence that they
# solve the model, and what they look like. {doc}`10b_accuracy` asks whether they are the only ones, and tests the
# tools on a published model.

# %% tags=["parameters"]
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
bonds: int = 60  # nodes for bonds; 20 <= bonds <= 400
capital: int = 21  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
specialized: float = 0.8  # capital share of the shocked industry in a specialized region; 0.5 < specialized < 0.98

# %% tags=["hide-input"]
import inspect

import numpy as np
import pandas as pd
from IPython.display import Markdown

from regspec.figures.policies import draw_bond_policies, draw_capital_policies, draw_errors, draw_price_over_shares
from regspec.model import Grid, solve_equilibrium
from regspec.paper.scoreboard import Ours, compare
from regspec.parameters import Calibration
from regspec.reference_solver import choose_capital, differences, economy_of, solve, sweep
from regspec.show.display import glue, show, table
from regspec.studies import accuracy
from regspec.studies.responses import along_bonds, along_shares, bound_bonds, ergodic_states

# %% [markdown]
# ## The algorithm
#
# Time iteration {cite:p}`bianchi2018` guesses next period's functions and solves today's conditions
# given them, over and over until the functions no longer change. One sweep does the following.
#
# 1. **Expectations.** For every $(b', k')$ on the grid and every current productivity, form
#    $E\,u'(c')$ and the expected payoff $M_i$ of a unit of capital in each industry,
#    {eq}`eq-payoff`, by one matrix product over shocks.
# 2. **Slack.** At each state suppose the limit is slack. Given $b'$, the no-arbitrage condition
#    {eq}`eq-no-arbitrage` has one root $k_1'$: its left side rises, its right side falls. Given that
#    root, the bond condition {eq}`eq-bond-euler` without multiplier has one root $b'$. Newton steps
#    from the last sweep's choice find both at once; where they fail, brackets do, so that the step
#    cannot. With more industries $k'$ is a point in a box of dimension $I - 1$, and the same code
#    serves.
# 3. **Bound.** If the debt so found exceeds the collateral valued at the *previous* sweep's price,
#    set $b' = -R\theta q_{prev}$, solve step 2's inner problem for $k'$, and let the multiplier take
#    up what is left of {eq}`eq-bond-euler`.
# 4. **Price.** The share-weighted condition {eq}`eq-price` gives the new price.
#
# Step 3 is the paper's rule (B.3, 4c). It is more than a device for stability: where several
# equilibria exist, it decides which one is found ({ref}`reading-selection`), together with the guess
# that the first sweep starts from: everywhere in this book the static one (bonds and capital stay, and
# capital is worth what that pays). Late in the iteration a few states next to a tangency between
# equilibria still creep towards theirs; the rule is then repeated within each bound state before the
# next sweep.
#
# Between the nodes of the grid functions are interpolated, except where slack and bound nodes surround
# a state. There they have a kink, or jump from one equilibrium to another, and a mixture of both sides
# is neither: such a state's conditions are solved anew, in the regime of the nearest node first.
#
# (solver-reference)=
# ### The same in plain NumPy
#
# The solver of this book is compiled and knows any number of industries, wedges and moving interest rates, which hides
# the algorithm. Here it is as one would write it first, for two industries. `ahead` gives
# $E\,u'(c')$, $M_1$ and $M_2$ at any $(b', k')$ by interpolating next period's functions (step 1),
# `find_root` is SciPy's bracketing root finder for many equations at once, and $x$ stands for $k_1'$:

# %% tags=["hide-input"]
Markdown("```python\n" + "\n\n".join(map(inspect.getsource, (choose_capital, sweep))) + "```")

# %% [markdown]
# It imports nothing of the solver and interpolates other functions, consumption and prices rather than expectations.
# That both arrive at the same place is evidence for both. On a small grid, from the same static guess:

# %%
small_grid = Grid(bonds=24, capital=15, shocks=2, capital_range=(0.1, 0.9))
small = solve_equilibrium(Calibration.converted(gamma=2.0, theta=0.2), small_grid)
policies, sweeps = solve(economy_of(small), small.grid.bonds, small.grid.capital, tolerance=1e-4)

# %% tags=["hide-input"]
gaps = {name: 100 * gap for name, gap in differences(small, policies).items()}
apart = pd.DataFrame({"median": map(np.median, gaps.values()), "largest": map(np.max, gaps.values())}, gaps)
table(apart, caption="Compiled solver less plain one over all states, absolute, percent (γ = 2, θ = 0.2; 24 × 15 × 2²)")
glue("reference_largest", apart["largest"].max())
glue("reference_median", apart["median"].max())
glue("reference_sweeps", sweeps)

# %% [markdown]
# After {glue:text}`reference_sweeps` sweeps the plain version stops, nowhere further from the compiled one than
# {glue:text}`reference_largest:.2f` percent; no function differs by more than {glue:text}`reference_median:.2f` percent at
# the median state. What is left is interpolation on a coarse grid: on finer ones the two agree to $10^{-4}$ where the
# functions are smooth, which a test of the package asserts.

# %%
calibration = Calibration.converted(theta=theta)
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
gammas = tuple(sorted({2.0, min(gamma, 2.0), gamma}))
solutions = accuracy.solve_by_risk_aversion(calibration, gammas, grid)
equilibrium = solutions[f"γ = {gamma:g}"]
low, high = f"γ = {gammas[0]:g}", f"γ = {gamma:g}"
beside = f"θ = {theta:g}, decade; grid {bonds} × {capital} × {shocks}²"
setting = f"{high}, {beside}"

# %% [markdown]
# ## The certificate
#
# A solver that stops is not a solver that has found an equilibrium. Each solution therefore carries
# a certificate, recomputed from its functions alone. Items with a limit must all hold; the others
# are reported.

# %% tags=["hide-input"]
evidence = equilibrium.certificate.to_frame()
for column in ("value", "limit"):
    text = evidence[column].map("{:.2g}".format, na_action="ignore")
    evidence[column] = text.astype(object).fillna("reported only")
table(evidence, caption=f"Certificate ({setting})", index=False, fold=True)

# %% tags=["hide-input"]
certificate = equilibrium.certificate
verdict = "passes" if certificate.converged else "does not pass"
glue("verdict", verdict)
glue("binding", 100 * certificate["binding frequency"])
glue("visited_mean", certificate["euler bonds, mean"])
glue("visited_p99", certificate["euler bonds, p99"])
glue("visited_capital", certificate["euler capital_1, p99"])
glue("visited_switch", 100 * certificate["near a switch, simulated"])
sample = accuracy.error_sample(equilibrium)
glue("sample_median", sample["error"].median())
glue("gamma_low", gammas[0])
glue("gamma_high", gamma)
glue("sample_worst", sample["error"].quantile(0.99))
glue("switch_share", 100 * sample["switch"].mean())

# %% [markdown]
# The solution at $\gamma$ and $\theta$ of this page {glue:text}`verdict` its certificate. The limit binds in
# {glue:text}`binding:.0f` percent of simulated decades. Residuals on the grid are zero by
# construction and say nothing; what counts are Euler errors at fresh states off the grid, in units
# of consumption (a value of $-3$ is one dollar in a thousand), over all states that simulated paths
# visit: {glue:text}`visited_mean:.1f` on average and {glue:text}`visited_p99:.1f` at the 99th percentile for the
# bond condition, {glue:text}`visited_capital:.1f` at the 99th percentile for machinery's capital. They are
# largest where a state, or one that it can lead to, lies between slack and bound nodes
# ({glue:text}`visited_switch:.0f` percent of visited states): expectations are interpolated across
# next period's kinks and jumps, which only a finer grid makes rarer.

# %% tags=["hide-input"]
samples = {high: sample, low: accuracy.error_sample(solutions[low])}
spread = ", ".join(
    f"{f['error'].median():.1f} and {f['error'].quantile(0.99):.1f} at {label}" for label, f in samples.items()
)
show(
    draw_errors(samples, note=beside),
    name="fig-euler-errors",
    caption="Euler errors of a fresh sample over bonds and the capital share of machinery; the worst "
    f"of the three conditions at each state. Median and 99th percentile: {spread}.",
    alt="Two scatters of states coloured by error. Errors are largest for deep debt and lopsided capital, "
    "where the collateral limit binds, and along the curve where it starts to bind; they are smaller at the "
    "lower risk aversion.",
)

# %% [markdown]
# ## What the solution looks like
#
# The figures repeat the paper's Figures 8 and 9: productivity of machinery is one standard
# deviation of its innovation below the mean, the other sector's is at its mean. A *specialized*
# region has most of its capital in the shocked industry, a *diversified* one half. Beside the paper's risk
# aversion stands $\gamma$ = {glue:text}`gamma_low:.0f`, where the equilibrium is unique ({doc}`10b_accuracy`).
#
# ### Bonds

# %% tags=["hide-input"]
economies = {"specialized": specialized, "diversified": 0.5}
over_bonds = along_bonds(equilibrium, shares=economies)
unique = solutions[low]
show(
    draw_bond_policies({high: over_bonds, low: along_bonds(unique, shares=economies)}, note=beside),
    name="fig-bond-policy",
    caption="Bonds chosen over bonds held, after an adverse shock to machinery, at the paper's risk aversion and a lower one.",
    alt="Two panels of two V-shaped curves. Each falls with current bonds where the limit binds and rises where it "
    "is slack; the specialized region's curve turns at a higher bond position. At the lower risk aversion the curves are "
    "less steep where the limit binds.",
)

# %% tags=["hide-input"]
inside = over_bonds[over_bonds["inside"]]
diversified = inside[inside["economy"] == "diversified"]
slopes = {
    regime: np.polyfit(part["bonds"], part["bonds_next"], 1)[0]
    for regime, part in diversified.groupby("bound")
}
edge = bound_bonds(over_bonds)
glue("kink_specialized", edge["specialized"])
glue("kink_diversified", edge["diversified"])
glue("slope_bound", slopes[True])
glue("slope_slack", slopes[False])

# %% [markdown]
# The rule is not monotone. To the right of the dots the limit is slack and more wealth today means
# more tomorrow (slope {glue:text}`slope_slack:.2f` for the diversified region). To their left a poorer region
# is forced to borrow *less* (slope {glue:text}`slope_bound:.2f`), because its capital is worth less. The
# specialized region hits the limit at bonds of {glue:text}`kink_specialized:.2f`, the diversified one only at
# {glue:text}`kink_diversified:.2f`: this is the paper's mechanism, and it is here.
#
# ### Capital

# %% tags=["hide-input"]
visited = ergodic_states(equilibrium, draws=2000)
deep = float(np.quantile(visited.b, 0.01))
positions = {f"deep debt, b = {deep:.2f}": deep, "no debt": 0.0}
over_shares = along_shares(equilibrium, bonds=positions)
deep_low = float(np.quantile(ergodic_states(unique, draws=2000).b, 0.01))
low_shares = along_shares(unique, bonds={f"deep debt, b = {deep_low:.2f}": deep_low, "no debt": 0.0})
by_share_of = {high: over_shares, low: low_shares}
show(
    draw_capital_policies(by_share_of, note=beside),
    name="fig-capital-policy",
    caption="Capital share of the shocked industry, tomorrow over today, for a region at its limit "
    "(the first percentile of debt along simulated paths) and one without debt.",
    alt="Two rows of panels, one for each risk aversion. Left: both rules are flatter than the 45-degree line and cross it near "
    "one half. Right: the change is smaller for the region at its limit, several times so at the higher risk aversion.",
)

# %% tags=["hide-input"]
upper = over_shares[over_shares["share"] > 0.6]
moved = (upper["share"] - upper["share_next"]).groupby(upper["economy"], sort=False).mean()
ratio = moved.iloc[0] / moved.iloc[1]
capital_slope = np.polyfit(over_shares["share"], over_shares["share_next"], 1)[0]
glue("reallocation_slice", ratio)

# %% [markdown]
# Both rules are flatter than the 45-degree line, so capital leaves the shocked industry when the
# region has too much of it. A region at its limit moves {glue:text}`reallocation_slice:.2f` times as much
# as one without debt: paying for reallocation now is expensive when consumption is scarce, by
# {eq}`eq-discount`.
#
# ### The price of capital and the multiplier

# %% tags=["hide-input"]
show(
    draw_price_over_shares(by_share_of, note=beside),
    name="fig-price-share",
    caption="Price of capital, and multiplier on the collateral limit as a share of marginal utility (the paper's Figure 9), "
    "over the share of the shocked industry.",
    alt="Two rows of panels, one for each risk aversion. Left: hump-shaped prices, highest near one half; the region at its limit "
    "lies below that without debt. Right: the multiplier of the region at its limit is U-shaped with its lowest point near "
    "one half; that of the region without debt is zero throughout.",
)

# %% tags=["hide-input"]
bound_part = over_shares[over_shares["bonds"] == deep]
left, right = (bound_part[bound_part["share"].between(*ends)] for ends in ((0.1, 0.45), (0.55, 0.9)))
slope_left, slope_right = (
    np.polyfit(part["share"], part["multiplier"], 1)[0] for part in (left, right)
)
lowest = bound_part.loc[bound_part["multiplier"].idxmin(), "share"]
glue("lowest", float(lowest))

# %% [markdown]
# The limit is least tight at a share of {glue:text}`lowest:.2f` and tightens towards both ends, as in the
# paper's Figure 9: with equal mean productivity a lopsided region is a misallocated one, its
# dividends and hence its collateral are low.

# %% [markdown]
# (solver-cases)=
# ## Three illustrative cases
#
# Section 3.2 of the paper asks how the price of capital moves with the productivity of one industry:
# with one industry, with several that exchange capital freely, and with several that pay for
# adjustment. Identical industries, scaled so that an even split has the income of one:

# %% tags=["hide-input"]
case_base = calibration.replace(gamma=gammas[0])
cases = accuracy.industry_covariances(case_base, costs=(0.0, 0.3, 3.26))
table(cases, caption=f"Price of capital and one industry's productivity, {low}", index=False)

# %% tags=["hide-input"]
one, third = cases.iloc[0], cases[cases["industries"] == 3].iloc[0]
column = "cov(ln q, ln zᵢ), 10⁻⁴"
glue("cov_one", one[column])
glue("cov_three", third[column])
glue("cov_ratio", third[column] / one[column])
dear = cases[(cases["industries"] == 3)].iloc[-1]
glue("cov_costs", round(dear[column] - third[column], 2))

# %% [markdown]
# The covariance falls with the number of industries as the paper says: with three it is
# {glue:text}`cov_ratio:.2f` of that with one, in proportion to the industry's share of capital.
# Adjustment costs, up to the largest of Table 2, hardly change it along stationary paths
# (by {glue:text}`cov_costs:.2f`): there the allocation stays near its centre. What the third case is about
# shows when the allocation is moved:

# %% tags=["hide-input"]
pair = solve_equilibrium(accuracy.with_industries(case_base, 2, 0.3), grid)
by_share = accuracy.covariance_by_share(pair, shares=[0.1, 0.3, 0.5, 0.7, 0.9], bonds=0.2)
table(by_share, caption="Elasticity of the price to each industry's productivity, by today's allocation", index=False)

# %% tags=["hide-input"]
glue("elasticity_low", by_share["elasticity to z1"].iloc[0])
glue("elasticity_high", by_share["elasticity to z1"].iloc[-1])

# %% [markdown]
# A region with nine tenths of its capital in an industry has a price that responds to it with an
# elasticity of {glue:text}`elasticity_high:.2f`; with one tenth there it is {glue:text}`elasticity_low:.2f`. This is
# the paper's $F(s_i)$.
#
# ## Beside the paper

# %% tags=["hide-input"]
remark = f"decade, gamma {gamma:g}, theta {theta:g}"
above = f"{remark}; percentage points, mean over shares above 0.6"
elasticities = by_share["elasticity to z1"]
further = 100 * (moved.iloc[0] - moved.iloc[1])
ours = {
    "fig8.bond_slope_bound": (slopes[True], remark),
    "fig8.bond_slope_slack": (slopes[False], remark),
    "fig8.kink_specialized_minus_diversified": (
        edge["specialized"] - edge["diversified"], f"{remark}; shares {specialized:g} and 0.5"
    ),
    "fig8.capital_slope_minus_one": (capital_slope - 1, remark),
    "fig8.reallocation_bound_minus_unconstrained": (further, above),
}

# %% tags=["hide-input"]
ours |= {
    "fig9.multiplier_slope_right": (slope_right, remark),
    "fig9.multiplier_slope_left": (slope_left, remark),
    "text.specialization_and_price_exposure": (
        elasticities.iloc[-1] - elasticities.iloc[0],
        "elasticity at nine tenths of capital in the industry less that at one tenth",
    ),
    "text.constraint_and_reallocation": (further, above),
}
rows = [Ours(key, value, tier="model", note=note) for key, (value, note) in ours.items()]
compare(rows, caption="Decision rules", fold=True)

# %% tags=["hide-input"]
print(f"certificate {verdict}; limit binds in {certificate['binding frequency']:.2f} of decades")
print(f"kinks: specialized {edge['specialized']:.2f}, diversified {edge['diversified']:.2f}")

# %% [markdown]
# ## What to take along
#
# - A solver that stops has not shown that it found an equilibrium. The certificate is recomputed from the functions alone, off the
#   grid, and can fail.
# - Errors are largest where slack and bound states meet ({glue:text}`visited_switch:.0f` percent of visited states are next to such a
#   place or can lead to one): $10^k$ of consumption with $k$ = {glue:text}`visited_mean:.1f` on average and {glue:text}`visited_p99:.1f` at the 99th
#   percentile.
# - Where the limit binds a poorer region borrows less (slope {glue:text}`slope_bound:.2f`), because its capital is worth less. The
#   specialized region gets there first, at bonds of {glue:text}`kink_specialized:.2f` against {glue:text}`kink_diversified:.2f`.
# - A region at its limit moves {glue:text}`reallocation_slice:.2f` times as much capital as one without debt.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Stop the iteration after ten sweeps. Which items of the certificate notice?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# early = solve_equilibrium(calibration, grid, max_sweeps=10, on_failure="return")
# for item in early.certificate.failing:
#     print(item.name, item.value, item.limit)
# ```
# Another sweep still changes the functions, debt exceeds the limit at the current price, and the multiplier is not zero where
# the limit is slack. Errors off the grid are only just too large: they alone would hardly have noticed.
# :::
#
# **2.** How does a tighter limit change how often it binds, and where the bond rule turns?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for limit in (0.2, 0.3, 0.4):
#     solved = solve_equilibrium(calibration.replace(gamma=2.0, theta=limit), grid, on_failure="return")
#     turns = bound_bonds(along_bonds(solved, shares=economies))
#     print(limit, solved.certificate.converged, solved.certificate["binding frequency"], turns.round(3).to_dict())
# ```
# The tighter limit binds in every decade, the looser one in about half of them; and the tighter the limit, the higher the
# bonds at which a region is caught by it, specialized regions first.
# :::
#
# **3.** Errors come from interpolation near the switch. Do they fall if the grid for bonds is refined?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for nodes in (30, 60, 120):
#     solved = solve_equilibrium(calibration.replace(gamma=2.0), Grid(bonds=nodes, capital=capital, shocks=shocks))
#     print(nodes, [solved.certificate[f"euler bonds, {which}"] for which in ("mean", "p99")])
# ```
# The mean error falls with every refinement, the 99th percentile does not: it belongs to states next to the switch between
# slack and bound, where a finer grid makes the states fewer but the kink no smoother.
# :::
