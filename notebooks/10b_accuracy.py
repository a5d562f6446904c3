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
# (accuracy)=
# # One equilibrium or several, and how accurately
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Is the equilibrium that the solver finds the only one, and how accurate is it?
#
# **Answer.** At $\gamma$ = {glue:text}`gamma_low:.0f` no state that the economy visits has another, and neither start nor grid
# matters. At $\gamma$ = {glue:text}`gamma_high:.0f`, {glue:text}`several_high:.0f` percent have several, and the start moves
# the mean price by {glue:text}`starts_high:.1f` percent (*model*). The method, in code of its own for
# {cite:t}`bianchi2011`, gives a welfare gain of {glue:text}`bianchi_welfare:.3f` percent,
# {glue:text}`bianchi_welfare_published:.3f` in print.
# :::
#
# {doc}`10_solver` computes the equilibrium and its certificate. This chapter looks for other equilibria, moves the start and the
# grid, tries what else the solver can do, and tests the method on a published economy.

# %% tags=["parameters"]
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
bonds: int = 60  # nodes for bonds; 20 <= bonds <= 400
capital: int = 21  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from regspec.figures.accuracy import draw_bianchi_policies
from regspec.figures.policies import draw_equilibria
from regspec.model import ConvergenceError, Grid, doubled_grid, solve_equilibrium, spread_over_starts
from regspec.parameters import Calibration
from regspec.show.display import glue, note, show, table
from regspec.sources.paths import project_root
from regspec.studies.accuracy import certificate_table, equilibria_over_grid, selection_table
from regspec.studies.accuracy import solve_by_risk_aversion, variant_table

# %% [markdown]
# ## Several equilibria
#
# In the bound region, borrowing less lowers consumption, which lowers the price of capital, which
# tightens the limit. The strength of that loop is of the order of $\gamma$, as in {eq}`eq-slope`. Where
# $1 + R\theta\, dq/db'$ along the constrained path is positive, the equilibrium is locally unique;
# where a scan over $b'$ finds several crossings, it is not unique at all.

# %%
calibration = Calibration.converted(theta=theta)
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
gammas = tuple(sorted({2.0, min(gamma, 2.0), gamma}))
low, high = f"γ = {gammas[0]:g}", f"γ = {gamma:g}"
beside = f"θ = {theta:g}, decade; grid {bonds} × {capital} × {shocks}²"
solutions = solve_by_risk_aversion(calibration, gammas, grid)

# %% tags=["hide-input"]
comparison = certificate_table(solutions)
table(comparison.map("{:.3g}".format), caption=f"Certificates side by side ({beside})", fold=True)

# %% tags=["hide-input"]
glue("several_low", 100 * comparison.loc["static equilibria, share with several", low])
glue("several_high", 100 * comparison.loc["static equilibria, share with several", high])
glue("margin_low", comparison.loc["uniqueness margin, least", low])
glue("margin_high", comparison.loc["uniqueness margin, least", high])
glue("sweeps_low", int(comparison.loc["sweeps", low]))
glue("sweeps_high", int(comparison.loc["sweeps", high]))
glue("gamma_low", gammas[0])
glue("gamma_high", gamma)

# %% [markdown]
# Both settle by the usual criterion, after {glue:text}`sweeps_low` and {glue:text}`sweeps_high` sweeps. But
# at $\gamma$ = {glue:text}`gamma_high:.0f` a scan finds several static equilibria in
# {glue:text}`several_high:.0f` percent of the states that the economy visits, against
# {glue:text}`several_low:.0f` percent at $\gamma$ = {glue:text}`gamma_low:.0f`. The smallest uniqueness margin
# at the selected points is {glue:text}`margin_high:.2f` and {glue:text}`margin_low:.2f`: where it is positive the
# point is locally unique, which does not rule out another equilibrium further away. What is
# reported for the paper's baseline is the equilibrium that the lagged-price rule selects, not *the*
# equilibrium. The jump in the bond rule ({numref}`fig-bond-policy`) is where the selection switches.

# %% tags=["hide-input"]
show(
    draw_equilibria({label: equilibria_over_grid(solutions[label]) for label in (low, high)}, note=beside),
    name="fig-uniqueness",
    caption="Local margin of uniqueness where the limit binds, over bonds and the capital share of "
    "machinery, both shocks at the middle; crosses: states where a scan finds several equilibria.",
    alt="Two panels of states coloured by margin. Margins fall towards the line where the limit starts to "
    "bind; at the higher risk aversion a band along that line has several equilibria.",
)

# %% [markdown]
# ## What the start decides
#
# The rule keeps a state on the branch where the first guess put it. The tables solve the same
# economy from four starts and compare moments of simulated paths under the same shocks.

# %% tags=["hide-input"]
starts = {label: spread_over_starts(solutions[label]) for label in (low, high)}
table(starts[high].T, caption=f"Moments by start, {high}", decimals=3)

# %% tags=["hide-input"]
table(starts[low].T, caption=f"Moments by start, {low}", decimals=3, fold=True)
passed = starts[high][starts[high]["converged"].astype(bool)]
glue("starts_low", 100 * np.ptp(starts[low]["price, mean"]) / starts[low]["price, mean"].mean())
glue("starts_high", 100 * np.ptp(starts[high]["price, mean"]) / starts[high]["price, mean"].mean())
glue("starts_binding", 100 * np.ptp(starts[high]["binding frequency"]))
glue("starts_passed", f"{len(passed)} of {len(starts[high])}")

# %% [markdown]
# At $\gamma$ = {glue:text}`gamma_low:.0f` the start does not matter (the mean price differs by
# {glue:text}`starts_low:.4f` percent). At $\gamma$ = {glue:text}`gamma_high:.0f` it moves the mean price by
# {glue:text}`starts_high:.1f` percent and the binding frequency by {glue:text}`starts_binding:.0f` percentage
# points; {glue:text}`starts_passed` pass the certificate. Every number of this book at the published risk
# aversion is to be read with that spread.
#
# ## A finer grid
#
# What counts in the end is whether the results move when the grid does. The tables repeat both
# solutions with twice the nodes for bonds and for capital, and compare moments of simulated paths
# under the same shocks.

# %% tags=["hide-input"]
finer = {label: doubled_grid(solutions[label]) for label in (low, high)}
table(finer[low].rename_axis("moment"), caption=f"Headline moments, {low}: grid and doubled grid", decimals=4, fold=True)

# %% tags=["hide-input"]
table(finer[high].rename_axis("moment"), caption=f"Headline moments, {high}: grid and doubled grid", decimals=4, fold=True)
for name, label in (("low", low), ("high", high)):
    glue(f"doubled_binding_{name}", 100 * finer[label].loc["binding frequency", "change"])
    glue(f"doubled_bonds_{name}", finer[label].loc["bonds over income, mean", "change"])
    glue(f"doubled_passes_{name}", "passes" if finer[label].attrs["converged"] else "does not pass")

# %% [markdown]
# Mean debt moves by {glue:text}`doubled_bonds_low:.5f` of income at $\gamma$ = {glue:text}`gamma_low:.0f` and by
# {glue:text}`doubled_bonds_high:.5f` at $\gamma$ = {glue:text}`gamma_high:.0f`, the binding frequency by
# {glue:text}`doubled_binding_low:.1f` and {glue:text}`doubled_binding_high:.1f` percentage points. (The finer
# solutions' certificates: the first {glue:text}`doubled_passes_low`, the second
# {glue:text}`doubled_passes_high`.)
#
# ## A year as the period
#
# Read with a year as the period, the same table implies a debt limit of a multiple of income
# ({ref}`reading-period`), and the loop is too strong to iterate on. The solver says so instead of
# returning numbers:

# %%
try:
    solve_equilibrium(calibration.replace(period_years=1), Grid(30, 9, 3), max_sweeps=60)
    annual_outcome = "The annual calibration was solved."
except ConvergenceError as error:
    annual_outcome = str(error)
note(annual_outcome, kind="warning")


# %% [markdown]
# ## What else the solver solves
#
# One code path serves one to three industries and the options below. Each row is a solution with its
# own certificate, on a small grid.

# %% tags=["hide-input"]
options = variant_table(calibration.replace(gamma=gammas[0]), Grid(bonds=40, capital=15, shocks=2))
table(options, caption=f"Options of the solver, {low}", index=False, fold=True)

# %% tags=["hide-input"]
glue("options_passed", int(options["converged"].sum()))
glue("options_all", len(options))

# %% [markdown]
# {glue:text}`options_passed` of {glue:text}`options_all` pass. Where the equilibrium is unique, the two rules that
# value collateral at a state's own price find what the lagged price finds. Where it is not, they do
# not settle: whichever equilibrium is selected in a state jumps as its neighbours' do.

# %% tags=["hide-input"]
rules = selection_table(calibration, gammas, Grid(bonds=60, capital=15, shocks=2))
table(
    rules.assign(**{"change in q": rules["change in q"].map("{:.1g}".format)}),
    caption="Rules that choose among static equilibria", index=False, fold=True,
)

# %% [markdown]
# ## Speed
#
# `make bench` measures the solver beside a straightforward NumPy and SciPy version of the same
# algorithm, without each accelerator in turn, and against what memory bandwidth and the power
# function would allow, all in one run on one machine. Ratios are what to read; seconds depend on
# the machine (two cores).

# %% tags=["hide-input"]
bench = pd.read_csv(project_root() / "data" / "results" / "bench.csv")
table(bench.assign(value=bench["value"].map("{:.3g}".format)), caption="Timings of one run of make bench", index=False, fold=True)
timing = bench.set_index("measure")["value"]
glue("bench_ratio", timing["NumPy and SciPy over this package"])
glue("bench_memory", 100 * timing["share of the sweep that memory traffic explains"])
glue("bench_power", 100 * timing["share of the sweep that power calls explain"])
glue("bench_growth", timing["growth of a sweep with states"])

# %% [markdown]
# Per state and sweep the package is {glue:text}`bench_ratio:.0f` times as fast as the straightforward version.
# It is bound neither by memory ({glue:text}`bench_memory:.0f` percent of a sweep's time) nor by powers
# ({glue:text}`bench_power:.0f` percent): most of it is the branching arithmetic of Newton steps. The cost of a
# sweep grows with the number of states to the power {glue:text}`bench_growth:.2f`.

# %% [markdown]
# (bianchi-benchmark)=
# ## The method on a published economy
#
# A solver that certifies itself still deserves an outside check. This one is of the *method*, time iteration with a
# limit that moves with a price, and of the kind of certificate. It hardly tests this package's solver: a model with other
# goods, assets and conditions needs kernels of its own (`benchmarks/bianchi`, outside the package). What tests
# the solver itself are its own certificate and the independent version of it that the tests compare it with.
#
# The model of {cite:t}`bianchi2011` is the closest one in print with a limit that moves with an equilibrium price: a small
# open economy with random endowments of tradables $y^T$ and nontradables $y^N$ borrows up to a share $\kappa$ of its
# income, $b' \ge -\kappa\,(y^T + p\,y^N)$, and the price of nontradables
# $p = \frac{1-\omega}{\omega} (c^T/y^N)^{1+\eta}$ falls when tradable consumption falls. Households take
# $p$ as given; a planner does not. The calibration and the 4 by 4 Markov chain of {cite:t}`tauchen1991` are the
# published ones. Nothing is fitted: every number below is either published or computed by `python -m benchmarks.bianchi`
# (half a minute), which keeps them in `data/results`; a test computes them anew and compares.
#
# :::{admonition} Conditions and method
# :class: dropdown
# With $\Psi = \kappa\,y^N\,\partial p/\partial c^T$ and $\mu$ the
# multiplier of the limit, the marginal value $\lambda$ of a tradable good is
#
# $$
# \lambda = u_T + \mu \Psi, \qquad \lambda = \beta (1+r)\, E \lambda' + \mu
# $$
#
# for the planner, and the same with $\Psi$ replaced by zero in the first equation for households. Where
# the limit binds, consumption solves the static equation
# $c^T - \kappa p\, y^N = (1+r) b + (1+\kappa) y^T$, of which the lower root is taken: there more debt
# means less consumption. The chain that circulates with the article reads the printed persistence matrix by
# columns: equation $i$ of the vector autoregression is column $i$. So do we. Time iteration runs on
# endogenous grids, with the bond positions at which a state switches from bound to slack as extra nodes.
# :::

# %% tags=["hide-input"]
results = project_root() / "data" / "results"
published = pd.read_csv(results / "bianchi.csv").fillna({"unit": ""}).set_index("quantity")
table(
    published.drop(columns=["sampling_error", "code"]),
    caption="Bianchi (2011): published and our numbers, 800 nodes for bonds, 500,000 simulated periods",
    decimals=3,
)

# %% tags=["hide-input"]
checks = pd.read_csv(results / "bianchi_certificates.csv").set_index(["economy", "item"])
value, limit = checks["value"], checks["limit"]
glue("bianchi_crisis", published.loc["Crisis probability", "our equilibrium"])
glue("bianchi_crisis_published", published.loc["Crisis probability", "published equilibrium"])
glue("bianchi_crisis_error", published.loc["Crisis probability", "sampling_error"])
glue("bianchi_welfare", published.loc["Welfare gain of the planner", "our planner"])
glue("bianchi_welfare_published", published.loc["Welfare gain of the planner", "published planner"])
glue("bianchi_mean", value["equilibrium", "euler slack, mean"])
glue("bianchi_worst", value["equilibrium", "euler slack, max"])
glue("bianchi_mean_limit", limit["equilibrium", "euler slack, mean"])
glue("bianchi_worst_limit", limit["equilibrium", "euler slack, max"])
glue("bianchi_near_jump", 100 * value["planner", "euler slack, share above -4.7"])
glue("bianchi_deviation", f"{value['planner', 'deviation gain, max']:.0e}")
glue("bianchi_pass", "pass" if checks["passed"].all() else "do not both pass")

# %% [markdown]
# The welfare gain of the planner is {glue:text}`bianchi_welfare:.3f` percent of consumption here,
# {glue:text}`bianchi_welfare_published:.3f` in print. The crisis probability of the equilibrium is
# {glue:text}`bianchi_crisis:.2f` percent against {glue:text}`bianchi_crisis_published:.1f`, while one
# simulation of the published length has a standard error of {glue:text}`bianchi_crisis_error:.2f` points:
# sampling may explain part of the gap but hardly all of it, and we have no other explanation.
#
# :::{admonition} What the rows are
# :class: dropdown
# A crisis is a period in which the limit binds and the current account exceeds one standard deviation of
# it in the equilibrium. Standard deviations are in percent of the mean, that of the current account in
# percentage points of income $Y = y^T + p\,y^N$; the real exchange rate is the price of the consumption
# basket in tradables. The welfare gain is the average over the equilibrium's states of the permanent rise
# of consumption worth the planner's rules.
# :::
#
# Both solutions {glue:text}`bianchi_pass` their certificates. The equilibrium's Euler errors off the grid
# are {glue:text}`bianchi_mean:.1f` on average and {glue:text}`bianchi_worst:.1f` at worst (log10, slack
# states), against {glue:text}`bianchi_mean_limit:.1f` and {glue:text}`bianchi_worst_limit:.1f` for the
# published programme. The planner's marginal value *jumps* at the bond positions where a state becomes
# bound, and the planner chooses such a position from a whole range of debts: the flat stretch in
# {numref}`fig-bianchi-policies`. Beside a jump the Euler equation says little (errors exceed
# {glue:text}`bianchi_worst_limit:.1f` in {glue:text}`bianchi_near_jump:.0f` percent of slack states), so that
# the planner must pass a direct test: the best free choice of $b'$ at any sampled state gains at most
# {glue:text}`bianchi_deviation` of permanent consumption.

# %% tags=["hide-input"]
show(
    draw_bianchi_policies(pd.read_csv(results / "bianchi_policies.csv"), note="parameters of Bianchi (2011)"),
    name="fig-bianchi-policies",
    caption="Bonds chosen over bonds held when both endowments are lowest: equilibrium, planner, and the "
    "least bonds that the limit allows at the equilibrium price. The thin line is the diagonal.",
    alt="Both curves fall steeply where the limit binds and rise where it is slack. The planner's curve is "
    "flat over a range of debts just above the switch and lies above the equilibrium's curve.",
)

# %% tags=["hide-input"]
table(
    pd.DataFrame({name: value[name] for name in ("equilibrium", "planner")}).map("{:.3g}".format, na_action="ignore"),
    caption="Certificates of both solutions at the accuracy of the published programme",
    fold=True,
)

# %% tags=["hide-input"]
print(f"several static equilibria: {comparison.loc['static equilibria, share with several', high]:.2f} at {high}, "
      f"{comparison.loc['static equilibria, share with several', low]:.2f} at {low}")  # fmt: skip

# %% [markdown]
# ## What to take along
#
# - A solver that settles by the usual criterion may have settled on one equilibrium of several. At the paper's risk aversion the
#   rule, the start and the guess decide which: the binding frequency differs by {glue:text}`starts_binding:.0f` percentage points.
# - At $\gamma$ = {glue:text}`gamma_low:.0f` nothing of this happens: results that hold only at the higher one should be doubted first.
# - Doubling the grid moves mean debt by {glue:text}`doubled_bonds_high:.4f` of income at $\gamma$ = {glue:text}`gamma_high:.0f`:
#   the grid is not the problem.
# - {glue:text}`options_passed` of {glue:text}`options_all` options of the solver pass. The method gives a published economy as
#   printed but for the crisis probability ({glue:text}`bianchi_crisis:.2f` against {glue:text}`bianchi_crisis_published:.1f` percent).
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Between which values of risk aversion do several equilibria appear?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for g in (2.0, 3.0, 4.0, 5.0):
#     solved = solve_equilibrium(calibration.replace(gamma=g), grid, on_failure="return")
#     found = solved.certificate
#     print(g, found["static equilibria, share with several"], found["uniqueness margin, least"])
# ```
# Between 2 and 3. The margin of local uniqueness falls steadily with risk aversion; the share of visited states with several
# equilibria does not, since a more cautious economy also stays away from them.
# :::
#
# **2.** Does a tighter limit restore uniqueness at the paper's risk aversion?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for limit in (0.15, 0.25, 0.35):
#     solved = solve_equilibrium(calibration.replace(gamma=5.0, theta=limit), grid, on_failure="return")
#     print(limit, solved.certificate.converged, solved.certificate["static equilibria, share with several"])
# ```
# Only a much tighter one: somewhere between 0.15 and 0.25 the several equilibria are gone.
# :::
#
# **3.** Bianchi's persistence matrix is printed one way and used the other. What changes if it is read as printed?
#
# :::{admonition} Solution
# :class: dropdown
# ```bash
# python -m benchmarks.bianchi --as-printed
# ```
# Every moment moves away from the published one: crises are rarer, consumption follows income more closely, and the
# planner is worth less. The published results come from the matrix read by columns.
# :::
