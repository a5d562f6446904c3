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
# The competitive equilibrium of {doc}`08_model` has no closed form: it is a set of functions of bonds,
# capital and productivity. This chapter says how they are computed, shows the evidence that they
# solve the model, where that evidence is thin, and what they look like.

# %% tags=["parameters"]
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
bonds: int = 60  # nodes for bonds; 20 <= bonds <= 400
capital: int = 21  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
specialized: float = 0.8  # capital share of the shocked industry in a specialized region; 0.5 < specialized < 0.98

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from regspec.experiments.accuracy import (
    certificate_table,
    equilibria_over_grid,
    error_sample,
    selection_table,
    solve_by_risk_aversion,
    variant_table,
)
from regspec.experiments.illustrative import (
    covariance_by_share,
    industry_covariances,
    with_industries,
)
from regspec.experiments.impulse import ergodic_states
from regspec.experiments.policies import along_bonds, along_shares, bound_bonds
from regspec.figures.model_policies import (
    draw_bond_policies,
    draw_capital_policies,
    draw_equilibria,
    draw_errors,
    draw_multiplier,
    draw_price,
)
from regspec.model import (
    ConvergenceError,
    Grid,
    doubled_grid,
    solve_equilibrium,
    spread_over_starts,
)
from regspec.parameters import Calibration
from regspec.publish.display import glue, note, show, table
from regspec.publish.scoreboard import Ours, compare
from regspec.sources.paths import project_root

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

# %%
calibration = Calibration.baseline(theta=theta)
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
gammas = tuple(sorted({2.0, min(gamma, 2.0), gamma}))
solutions = solve_by_risk_aversion(calibration, gammas, grid)
equilibrium = solutions[f"γ = {gamma:g}"]
setting = f"γ = {gamma:g}, θ = {theta:g}, decade; grid {bonds} × {capital} × {shocks}²"

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
table(evidence, caption=f"Certificate ({setting})", index=False)

# %% tags=["hide-input"]
certificate = equilibrium.certificate
verdict = "passes" if certificate.converged else "does not pass"
glue("verdict", verdict)
glue("binding", 100 * certificate["binding frequency"])
glue("several", 100 * certificate["static equilibria, share with several"])
glue("margin", certificate["uniqueness margin, least"])
glue("visited_mean", certificate["euler bonds, mean"])
glue("visited_p99", certificate["euler bonds, p99"])
glue("visited_capital", certificate["euler capital_1, p99"])
glue("visited_switch", 100 * certificate["near a switch, simulated"])
sample = error_sample(equilibrium)
glue("sample_median", sample["error"].median())
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
show(
    draw_errors(sample, note=setting),
    name="fig-euler-errors",
    caption="Euler errors of a fresh sample over bonds and the capital share of machinery; the worst "
    f"of the three conditions at each state. Median {sample['error'].median():.1f}, "
    f"99th percentile {sample['error'].quantile(0.99):.1f}.",
    alt="Scatter of states coloured by error. Errors are largest for deep debt and lopsided capital, "
    "where the collateral limit binds, and along the curve where it starts to bind.",
)

# %% tags=["hide-input"]
low, high = f"γ = {gammas[0]:g}", f"γ = {gamma:g}"
low_sample = error_sample(solutions[low])
show(
    draw_errors(low_sample, note=setting.replace(high, low)),
    name="fig-euler-errors-low",
    caption=f"The same at {low}. Median {low_sample['error'].median():.1f}, 99th percentile "
    f"{low_sample['error'].quantile(0.99):.1f}.",
    alt="Scatter of states coloured by error: largest for deep debt and lopsided capital, small elsewhere.",
)

# %% [markdown]
# ## Risk aversion: an honest comparison
#
# In the bound region, borrowing less lowers consumption, which lowers the price of capital, which
# tightens the limit. The strength of that loop is of the order of $\gamma$, as in {eq}`eq-slope`. Where
# $1 + R\theta\, dq/db'$ along the constrained path is positive, the equilibrium is locally unique;
# where a scan over $b'$ finds several crossings, it is not unique at all.

# %% tags=["hide-input"]
comparison = certificate_table(solutions)
table(comparison.map("{:.3g}".format), caption="Certificates side by side (θ and grid as above)")

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
# equilibrium. The jump in the bond rule below is where the selection switches.
#
# %% tags=["hide-input"]
show(
    draw_equilibria({label: equilibria_over_grid(solutions[label]) for label in (low, high)}, note=setting.replace(f"{high}, ", "")),
    name="fig-uniqueness",
    caption="Local margin of uniqueness where the limit binds, over bonds and the capital share of "
    "machinery, both shocks at the middle; crosses: states where a scan finds several equilibria.",
    alt="Two panels of states coloured by margin. Margins fall towards the line where the limit starts to "
    "bind; at the higher risk aversion a band along that line has several equilibria.",
)

# %% [markdown]
# ### What the start decides
#
# The rule keeps a state on the branch where the first guess put it. The tables solve the same
# economy from four starts and compare moments of simulated paths under the same shocks.

# %% tags=["hide-input"]
starts = {label: spread_over_starts(solutions[label]) for label in (low, high)}
table(starts[high].T, caption=f"Moments by start, {high}", decimals=3)

# %% tags=["hide-input"]
table(starts[low].T, caption=f"Moments by start, {low}", decimals=3)
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
# ### A finer grid
#
# What counts in the end is whether the results move when the grid does. The tables repeat both
# solutions with twice the nodes for bonds and for capital, and compare moments of simulated paths
# under the same shocks.

# %% tags=["hide-input"]
finer = {label: doubled_grid(solutions[label]) for label in (low, high)}
table(finer[low].rename_axis("moment"), caption=f"Headline moments, {low}: grid and doubled grid", decimals=4)

# %% tags=["hide-input"]
table(finer[high].rename_axis("moment"), caption=f"Headline moments, {high}: grid and doubled grid", decimals=4)
for name, label in (("low", low), ("high", high)):
    glue(f"doubled_binding_{name}", 100 * finer[label].loc["binding frequency", "change"])
    glue(f"doubled_bonds_{name}", finer[label].loc["bonds over income, mean", "change"])
    glue(f"doubled_passes_{name}", "passes" if finer[label].attrs["converged"] else "does not pass")

# %% [markdown]
# Mean debt moves by {glue:text}`doubled_bonds_low:.4f` of income at $\gamma$ = {glue:text}`gamma_low:.0f` and by
# {glue:text}`doubled_bonds_high:.4f` at $\gamma$ = {glue:text}`gamma_high:.0f`, the binding frequency by
# {glue:text}`doubled_binding_low:.1f` and {glue:text}`doubled_binding_high:.1f` percentage points. (The finer
# solutions' certificates: the first {glue:text}`doubled_passes_low`, the second
# {glue:text}`doubled_passes_high`.)
#
# ### A year as the period
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
# ## What the solution looks like
#
# The figures repeat the paper's Figures 8 and 9: productivity of machinery is one standard
# deviation of its innovation below the mean, the other sector's is at its mean. A *specialized*
# region has most of its capital in the shocked industry, a *diversified* one half.
#
# ### Bonds

# %% tags=["hide-input"]
economies = {"specialized": specialized, "diversified": 0.5}
over_bonds = along_bonds(equilibrium, shares=economies)
show(
    draw_bond_policies(over_bonds, note=setting),
    name="fig-bond-policy",
    caption="Bonds chosen over bonds held, after an adverse shock to machinery.",
    alt="Two V-shaped curves. Each falls with current bonds where the limit binds and rises where it "
    "is slack; the specialized region's curve turns at a higher bond position.",
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
show(
    draw_capital_policies(over_shares, note=setting),
    name="fig-capital-policy",
    caption="Capital share of the shocked industry, tomorrow over today, for a region at its limit "
    f"(the first percentile of debt along simulated paths, {deep:.2f}) and one without debt.",
    alt="Left: both rules are flatter than the 45-degree line and cross it near one half. Right: the "
    "change is several times smaller for the region at its limit.",
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
    draw_price(over_shares, note=setting),
    name="fig-price-share",
    caption="Price of capital over the share of the shocked industry.",
    alt="Two hump-shaped curves, highest near one half; the curve of the indebted region lies far "
    "below that of the region without debt.",
)

# %% tags=["hide-input"]
show(
    draw_multiplier(over_shares, note=setting),
    name="fig-multiplier-share",
    caption="Multiplier on the collateral limit, as a share of marginal utility, over the share of the "
    "shocked industry.",
    alt="The curve of the indebted region is U-shaped with its lowest point near one half; that of "
    "the region without debt is zero throughout.",
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
#
# ### At lower risk aversion
#
# The same two rules at $\gamma$ = {glue:text}`gamma_low:.0f`, where the equilibrium is unique:

# %% tags=["hide-input"]
unique = solutions[low]
show(
    draw_bond_policies(along_bonds(unique, shares=economies), note=setting.replace(high, low)),
    name="fig-bond-policy-low",
    caption="Bonds chosen over bonds held, after an adverse shock to machinery, at the lower risk aversion.",
    alt="Two V-shaped curves, less steep than at the paper's risk aversion; the specialized region's "
    "curve turns at a higher bond position.",
)

# %% tags=["hide-input"]
low_positions = {"at the limit": float(np.quantile(ergodic_states(unique, draws=2000).b, 0.01)), "no debt": 0.0}
show(
    draw_capital_policies(along_shares(unique, bonds=low_positions), note=setting.replace(high, low)),
    name="fig-capital-policy-low",
    caption="Capital share of the shocked industry, tomorrow over today, at the lower risk aversion.",
    alt="Left: both rules are flatter than the 45-degree line. Right: the change is smaller for the "
    "region at its limit.",
)

# %% tags=["hide-input"]
low_shares = along_shares(unique, bonds=low_positions)
show(
    draw_price(low_shares, note=setting.replace(high, low)),
    name="fig-price-share-low",
    caption="Price of capital over the share of the shocked industry, at the lower risk aversion.",
    alt="Two hump-shaped curves; that of the region at its limit lies below that of the region without debt.",
)

# %% tags=["hide-input"]
show(
    draw_multiplier(low_shares, note=setting.replace(high, low)),
    name="fig-multiplier-share-low",
    caption="Multiplier over the share of the shocked industry, at the lower risk aversion.",
    alt="The curve of the region at its limit is U-shaped; that of the region without debt is zero throughout.",
)

# %% [markdown]
# (solver-cases)=
# ## Three illustrative cases
#
# Section 3.2 of the paper asks how the price of capital moves with the productivity of one industry:
# with one industry, with several that exchange capital freely, and with several that pay for
# adjustment. Identical industries, scaled so that an even split has the income of one:

# %% tags=["hide-input"]
case_base = calibration.replace(gamma=gammas[0])
cases = industry_covariances(case_base, costs=(0.0, 0.3, 3.26))
table(cases, caption=f"Price of capital and one industry's productivity, {low}", index=False)

# %% tags=["hide-input"]
one, third = cases.iloc[0], cases[cases["industries"] == 3].iloc[0]
column = "cov(ln q, ln zᵢ), 10⁻⁴"
glue("cov_one", one[column])
glue("cov_three", third[column])
glue("cov_ratio", third[column] / one[column])
dear = cases[(cases["industries"] == 3)].iloc[-1]
glue("cov_costs", dear[column] - third[column])

# %% [markdown]
# The covariance falls with the number of industries as the paper says: with three it is
# {glue:text}`cov_ratio:.2f` of that with one, in proportion to the industry's share of capital.
# Adjustment costs, up to the largest of Table 2, hardly change it along stationary paths
# (by {glue:text}`cov_costs:.2f`): there the allocation stays near its centre. What the third case is about
# shows when the allocation is moved:

# %% tags=["hide-input"]
pair = solve_equilibrium(with_industries(case_base, 2, 0.3), grid)
by_share = covariance_by_share(pair, shares=[0.1, 0.3, 0.5, 0.7, 0.9], bonds=0.2)
table(by_share, caption="Elasticity of the price to each industry's productivity, by today's allocation", index=False)

# %% tags=["hide-input"]
glue("elasticity_low", by_share["elasticity to z1"].iloc[0])
glue("elasticity_high", by_share["elasticity to z1"].iloc[-1])

# %% [markdown]
# A region with nine tenths of its capital in an industry has a price that responds to it with an
# elasticity of {glue:text}`elasticity_high:.2f`; with one tenth there it is {glue:text}`elasticity_low:.2f`. This is
# the paper's $F(s_i)$.
#
# ## What else the solver solves
#
# One code path serves one to three industries and the options below. Each row is a solution with its
# own certificate, on a small grid.

# %% tags=["hide-input"]
options = variant_table(case_base, Grid(bonds=40, capital=15, shocks=2))
table(options, caption=f"Options of the solver, {low}", index=False)

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
    caption="Rules that choose among static equilibria", index=False,
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
table(bench.assign(value=bench["value"].map("{:.3g}".format)), caption="Timings of one run of `make bench`", index=False)
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
# ## A published model on the same tools
#
# A solver that certifies itself still deserves an outside check. The model of {cite:t}`bianchi2011` is
# the closest one in print with a limit that moves with an equilibrium price: a small open economy with
# random endowments of tradables $y^T$ and nontradables $y^N$ borrows up to a share $\kappa$ of its
# income, $b' \ge -\kappa\,(y^T + p\,y^N)$, and the price of nontradables
# $p = \frac{1-\omega}{\omega} (c^T/y^N)^{1+\eta}$ falls when tradable consumption falls. Households take
# $p$ as given; a planner does not. With $\Psi = \kappa\,y^N\,\partial p/\partial c^T$ and $\mu$ the
# multiplier of the limit, the marginal value $\lambda$ of a tradable good is
#
# $$
# \lambda = u_T + \mu \Psi, \qquad \lambda = \beta (1+r)\, E \lambda' + \mu
# $$
#
# for the planner, and the same with $\Psi$ replaced by zero in the first equation for households. Where
# the limit binds, consumption solves the static equation
# $c^T - \kappa p\, y^N = (1+r) b + (1+\kappa) y^T$, of which the lower root is taken: there more debt
# means less consumption. The calibration and the 4 by 4 Markov chain of {cite:t}`tauchen1991` are the
# published ones. (The chain that circulates with the article reads the printed persistence matrix by
# columns: equation $i$ of the vector autoregression is column $i$. So do we.)
#
# Time iteration runs on endogenous grids, with the bond positions at which a state switches from bound to
# slack as extra nodes. Nothing is fitted: every number below is either published or computed here.

# %% tags=["hide-input"]
from regspec.benchmarks import (
    PUBLISHED_ACCURACY,
    along_bonds,
    bianchi_table,
    certify_bianchi,
    crisis_sampling_error,
    simulate_path,
    solve_bianchi,
)
from regspec.figures.benchmarks import draw_bianchi_policies

benchmark = {
    "equilibrium": solve_bianchi(bonds=800),
    "planner": solve_bianchi(bonds=800, planner=True),
}
published = bianchi_table(bonds=800).set_index("quantity")
table(
    published,
    caption="Bianchi (2011): published and our numbers, 800 nodes for bonds, 500,000 simulated periods",
    decimals=3,
)

# %% tags=["hide-input"]
checks = {
    name: certify_bianchi(solution, tolerances=PUBLISHED_ACCURACY)
    for name, solution in benchmark.items()
}
path = simulate_path(benchmark["equilibrium"])
glue("bianchi_crisis", published.loc["Crisis probability", "our equilibrium"])
glue("bianchi_crisis_published", published.loc["Crisis probability", "published equilibrium"])
glue("bianchi_crisis_error", crisis_sampling_error(path, path.current_account.std()))
glue("bianchi_welfare", published.loc["Welfare gain of the planner", "our planner"])
glue("bianchi_welfare_published", published.loc["Welfare gain of the planner", "published planner"])
glue("bianchi_mean", checks["equilibrium"]["euler slack, mean"])
glue("bianchi_worst", checks["equilibrium"]["euler slack, max"])
glue("bianchi_mean_limit", PUBLISHED_ACCURACY.euler_mean)
glue("bianchi_worst_limit", PUBLISHED_ACCURACY.euler_max)
glue("bianchi_near_jump", 100 * checks["planner"]["euler slack, share above -4.7"])
glue("bianchi_deviation", f"{checks['planner']['deviation gain, max']:.0e}")
glue("bianchi_pass", "pass" if all(c.converged for c in checks.values()) else "do not both pass")

# %% [markdown]
# A crisis is a period in which the limit binds and the current account exceeds one standard deviation of
# it in the equilibrium. Standard deviations are in percent of the mean, that of the current account in
# percentage points of income $Y = y^T + p\,y^N$; the real exchange rate is the price of the consumption
# basket in tradables. The welfare gain is the average over the equilibrium's states of the permanent rise
# of consumption worth the planner's rules: {glue:text}`bianchi_welfare:.3f` percent here,
# {glue:text}`bianchi_welfare_published:.3f` in print. The crisis probability of the equilibrium is
# {glue:text}`bianchi_crisis:.2f` percent against {glue:text}`bianchi_crisis_published:.1f`, while one
# simulation of the published length has a standard error of {glue:text}`bianchi_crisis_error:.2f` points:
# sampling may explain part of the gap but hardly all of it, and we have no other explanation.
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
    draw_bianchi_policies(along_bonds(benchmark), note="parameters of Bianchi (2011)"),
    name="fig-bianchi-policies",
    caption="Bonds chosen over bonds held when both endowments are lowest: equilibrium, planner, and the "
    "least bonds that the limit allows at the equilibrium price. The thin line is the diagonal.",
    alt="Both curves fall steeply where the limit binds and rise where it is slack. The planner's curve is "
    "flat over a range of debts just above the switch and lies above the equilibrium's curve.",
)

# %% tags=["hide-input"]
rows = {name: check.to_frame().set_index("item")["value"] for name, check in checks.items()}
table(
    pd.DataFrame(rows).map("{:.3g}".format, na_action="ignore"),
    caption="Certificates of both solutions at the accuracy of the published programme",
)

# %% [markdown]
# ## Beside the paper

# %% tags=["hide-input"]
remark = f"decade, gamma {gamma:g}, theta {theta:g}"
compare(
    [
        Ours("fig8.bond_slope_bound", slopes[True], tier="model", note=remark),
        Ours("fig8.bond_slope_slack", slopes[False], tier="model", note=remark),
        Ours(
            "fig8.kink_specialized_minus_diversified",
            edge["specialized"] - edge["diversified"],
            tier="model",
            note=f"{remark}; shares {specialized:g} and 0.5",
        ),
        Ours("fig8.capital_slope_minus_one", capital_slope - 1, tier="model", note=remark),
        Ours(
            "fig8.reallocation_bound_minus_unconstrained",
            100 * (moved.iloc[0] - moved.iloc[1]),
            tier="model",
            note=f"{remark}; percentage points, mean over shares above 0.6",
        ),
        Ours("fig9.multiplier_slope_right", slope_right, tier="model", note=remark),
        Ours("fig9.multiplier_slope_left", slope_left, tier="model", note=remark),
        Ours(
            "text.specialization_and_price_exposure",
            by_share["elasticity to z1"].iloc[-1] - by_share["elasticity to z1"].iloc[0],
            tier="model",
            note="elasticity at nine tenths of capital in the industry less that at one tenth",
        ),
        Ours(
            "text.constraint_and_reallocation",
            100 * (moved.iloc[0] - moved.iloc[1]),
            tier="model",
            note=f"{remark}; percentage points, mean over shares above 0.6",
        ),
    ],
    caption="Decision rules",
)

# %% tags=["hide-input"]
print(f"certificate {verdict}; limit binds in {certificate['binding frequency']:.2f} of decades")
print(f"kinks: specialized {edge['specialized']:.2f}, diversified {edge['diversified']:.2f}")
