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
# (planner-scope)=
# # Where a planner exists, and what its choices depend on
#
# *Tier: model. This chapter reads no data.*
#
# :::{admonition} In short
# :class: brief
# **Question.** For which parameters is there a planner, and how do its choices and gains depend on risk aversion, the limit and
# agglomeration?
#
# **Answer.** At the published parameters none is certified. With strong agglomeration one is up to $\theta$ =
# {glue:text}`top_five:.2f` at $\gamma$ = 5 and {glue:text}`top_two:.2f` at 2 (*model*); at the former limit gains are
# {glue:text}`five_gain:.2f` and {glue:text}`two_gain:.2f` percent. Planner and market specialize alike where both industries agglomerate
# alike, $\xi_1$ = {glue:text}`neutral:.3f`; the price of collateral moves that point by {glue:text}`shift:.4f`.
# :::
#
# {doc}`12_planner` explains the planner and its taxes in one region. This chapter asks how far its results carry.

# %% tags=["parameters"]
gamma: float = 2.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.25  # loan-to-value limit; 0 < theta < 1
bonds: int = 40  # nodes for bonds; 20 <= bonds <= 400
capital: int = 15  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
specialized: float = 0.7  # capital share of industry 1 where private returns are equal; 0.5 < specialized < 0.95
strong: float = 0.25  # agglomeration of industry 1 where it is stronger than that of the rest; 0.14 < strong <= 0.3
points: int = 7  # points of the curve over agglomeration; 3 <= points <= 31

# %% tags=["hide-input"]
from regspec.figures.planner import draw_aversion, draw_specialization_curves
from regspec.model import Grid, solve_planner
from regspec.paper.model_rows import scope_rows
from regspec.paper.scoreboard import compare
from regspec.show.display import glue, glue_all, show, table
from regspec.studies import tables
from regspec.studies.gains import aversion_headlines, compare_aversion, largest_theta
from regspec.studies.planning import crossover, curve_headlines, existence_headlines, existence_table, specialization_curves
from regspec.studies.stored import proven, stored

# %% [markdown]
# ## Where there is a planner to speak of

# %% tags=["hide-input", "unsettled"]
at = tables.Scope(
    gamma=gamma, theta=theta, grid=Grid(bonds=bonds, capital=capital, shocks=shocks),
    specialized=specialized, strong=strong, points=points,
)  # fmt: skip
grid, base, region, stronger = at.grid, at.base, at.region, at.stronger
existence = stored(tables.planner_existence, at)
table(
    existence.drop(columns="least margin").astype({"gamma": str, "theta": str, "ties": "Int64"}),
    caption=f"Equilibrium and planner by risk aversion and limit (decade; grid {bonds} × {capital} × {shocks}²)",
    index=False,
    decimals=4,
)

# %% tags=["hide-input"]
glue_all(existence_headlines(existence))

# %% [markdown]
# The planner is certified in {glue:text}`planners_found` of these {glue:text}`planner_cases` cases, and not at
# the published parameters. There the largest change of a policy from one sweep to the next stays at
# {glue:text}`published_change:.2f` for $\gamma = 5$ and {glue:text}`two_change:.3f` for $\gamma = 2$, however
# many sweeps were tried. The reason is economic. The price falls steeply where
# tomorrow's limit starts to bind; today's planner wants debt just short of that cliff; whether it
# can afford to stop there decides between two distant choices, and its own choice moves the cliff of
# the day before. Best responses jump, and a Markov-perfect planner in pure strategies need not exist.
# In {glue:text}`two_pieces:.1f` percent of sampled states at $\gamma = 2$, $\theta = 0.35$ the debt that its own price
# supports is not one interval. At $\gamma = 5$ the market itself has several equilibria in {glue:text}`published_several:.0f` percent of
# sampled states ({ref}`reading-selection`), so that "the" gain over it is not defined either. Where nothing settles,
# the table shows the point at which we stopped; its digits beyond the first may differ between computers. The rest of this
# chapter is about parameters at which both are certified, in the region of {doc}`12_planner`.

# %% [markdown]
# ## High risk aversion next to low
#
# At $\gamma = 5$ market and planner are certified up to some limit below the published one. We look for the largest such
# $\theta$ by bisection and put the two values of $\gamma$ side by side at it and at a tighter one.

# %% tags=["hide-input"]
limits = stored(tables.planner_limits, at).set_index("gamma")["theta"]
compared = stored(tables.planner_aversion, at)
aversion = compared[compared["bonds"] == grid.bonds]
names = [f"γ = {g:g}, θ = {t:g}" for g, t in zip(aversion["gamma"], aversion["theta"])]
table(
    aversion.set_axis(names).drop(columns=["gamma", "theta", "bonds"]).T.rename_axis("quantity").reset_index(),
    caption=f"Risk aversion: shares, bonds over income, taxes and gains in percent (grid {bonds} × {capital} × {shocks}²)",
    index=False,
)

# %% tags=["hide-input"]
show(
    draw_aversion(stored(tables.planner_slices, at), note=f"mean bonds of the market, mean productivity; ξ = ({strong:g}, {base.xi[1]:.3f})"),
    name="fig-risk-aversion",
    caption="The planner's choice of capital, the subsidy and the gain over the capital share of industry 1, at two values of "
    "risk aversion and the largest limit at which both are certified at the higher one.",
    alt="Three panels with one line for each risk aversion. At the higher one the planner moves less capital towards "
    "industry 1 where it has little of it, subsidises it less there, and gains less.",
)

# %% tags=["hide-input"]
finer = at.finer
glue("finer_grid", f"{finer.bonds} × {finer.capital} × {finer.shocks}²")
glue_all({"top_two": limits[2.0], "top_five": limits[5.0]})
for name, row in zip(("two", "five", "finer"), compared.index[-3:]):
    glue_all(aversion_headlines(compared.loc[row]), prefix=f"{name}_")
glue("five_high", compared["debt tax p95"].iloc[-2])

# %% [markdown]
# On this grid both are certified up to $\theta = ${glue:text}`top_two:.2f` at $\gamma = 2$ and up to
# {glue:text}`top_five:.2f` at $\gamma = 5$; the published limit is out of reach for both. At the latter limit the planner's mean
# share of industry 1 exceeds the market's by {glue:text}`two_share:.3f` at $\gamma = 2$ and by {glue:text}`five_share:.3f` at
# $\gamma = 5$; the mean gain is {glue:text}`two_gain:.2f` and {glue:text}`five_gain:.2f` percent. The mean tax on debt is
# {glue:text}`two_debt:.1f` and {glue:text}`five_debt:.1f` percent (95th percentile {glue:text}`five_high:.1f`): at high risk
# aversion the planner's paths reach the edge at which the limit turns slack, and the tax jumps there. On a grid of
# {glue:text}`finer_grid` nodes the three numbers at $\gamma = 5$ are {glue:text}`finer_share:.3f` for the share, {glue:text}`finer_gain:.2f`
# percent for the gain and {glue:text}`finer_debt:.1f` percent for the tax.

# %% [markdown]
# ## Specialization: planner and market
#
# Figure 10 of the paper plots specialization against the strength of agglomeration. We keep the
# productivities of the region and vary the first industry's $\xi$. Since the slope of the
# market's own curve hangs on the unit in which [8] measures an industry's size
# ({ref}`reading-agglomeration-unit`), both readings are drawn.

# %% tags=["hide-input"]
setting = f"γ = {gamma:g}, θ = {theta:g}, ξ₂ = {base.xi[1]:.3f}; grid {bonds} × {capital} × {shocks}²"
curves = stored(tables.planner_curves, at)
crossings = stored(tables.planner_crossovers, at)
crossing = crossings.iloc[0]

# %% tags=["hide-input"]
show(
    draw_specialization_curves(
        dict(list(curves.groupby("size", sort=False))),
        crossing=crossing["crossover"], neutral=crossing["neutral"], note=setting,
    ),
    name="fig-specialization-curves",
    caption="Mean capital share of industry 1 in the equilibrium and for planners that count both "
    "externalities or one, against the industry's agglomeration (the paper's Figure 10). Grey line: "
    "where both industries agglomerate alike; dotted: where planner and equilibrium cross. Hollow: not certified.",
    alt="Two panels. The planner's curve rises more steeply than the equilibrium's and crosses it close to "
    "the point where both industries have the same agglomeration. Counting agglomeration alone gives "
    "nearly the planner's curve; counting the price of collateral alone nearly the equilibrium's.",
)

# %% tags=["hide-input"]
glue_all({"cross": crossing["crossover"], "neutral": crossing["neutral"], "shift": crossing["shift"]})
seen = curve_headlines(curves)
glue_all(seen)
glue("pecuniary_word", "more" if seen["pecuniary_none"] > 0 else "less")
glue("binds", 100 * solve_planner(stronger, grid).certificate["binding frequency"])

# %% [markdown]
# The planner's curve is the steeper one and the two cross once, as in the paper. What the paper says about
# *why* does not hold in this model. Without agglomeration in industry 1 the planner chooses
# {glue:text}`gap_none:.2f` less than the market, but that is agglomeration too: the *other* industry
# has some. The two curves would cross at $\xi_1 = \xi_2 = ${glue:text}`neutral:.3f` if nobody counted
# the price of collateral. Counting it moves the crossover by {glue:text}`shift:.4f` to {glue:text}`cross:.3f`.
# A planner who counts the price of collateral alone puts {glue:text}`pecuniary_word` capital than the market into
# the industry in which the region specializes, by {glue:text}`pecuniary_none:.4f` at $\xi_1 = 0$; the paper's planner
# diversifies. Where the limit binds in {glue:text}`binds:.0f` percent of decades, what such a planner can improve is
# the level of the price, today and tomorrow, rather than its exposure to one industry. The market's own curve has slope {glue:text}`slope_stock:.2f` if size is measured against the whole stock and
# {glue:text}`slope_average:.2f` against the average industry.

# %% tags=["hide-input"]
table(crossings.drop(columns="neutral"), caption=f"Crossover and its shift by the price of collateral ({setting})", index=False, decimals=4)

# %% [markdown]
# The tables of this chapter take minutes. `python -m regspec tables` makes them, and this page reads them; these rows it has made anew:

# %% tags=["hide-input"]
print(proven(existence, existence_table([(2.0, 0.25)], base, grid), "gamma", "theta"))
one = compare_aversion([(2.0, 0.10)], stronger, grid)[0].assign(bonds=grid.bonds)
print(proven(compared, one, "gamma", "theta", "bonds"))
point = specialization_curves(region, at.xi[-1:], grid, variants=["planner"]).assign(size=curves["size"].iloc[0])
print(proven(curves, point, "size", "variant", "xi"))
alike = specialization_curves(region, [crossing["crossover"]], grid, variants=["planner"])["share"]
print("shares at the stored crossover: market {:.4f}, planner {:.4f}".format(*alike))

# %% [markdown]
# ## Beside the paper

# %% tags=["hide-input"]
remark = f"one region, not 722 zones; gamma {gamma:g}, theta {theta:g}, where planner and equilibrium are certified"
compare(
    scope_rows(curves, remark), caption="Section 5: planner and market over agglomeration", fold=True
)

# %% tags=["hide-input"]
print(f"planners certified {int(existence['planner'].sum())} of {len(existence)}")
print(f"crossover at {crossing['crossover']:.3f}, shift {crossing['shift']:.3f}")

# %% [markdown]
# ## What to take along
#
# - A planner who cannot bind its successors need not exist: of {glue:text}`planner_cases` cases {glue:text}`planners_found` are certified,
#   and at the published parameters choices still jump by {glue:text}`published_change:.2f` from sweep to sweep.
# - At the largest limit certified at $\gamma$ = 5 the planner moves as much capital as at 2 ({glue:text}`five_share:.3f` and
#   {glue:text}`two_share:.3f` of the stock); gains are of the same size, and taxes on debt appear.
# - What separates planner and market is the difference in agglomeration. The price of collateral moves the crossover by
#   {glue:text}`shift:.4f`, and a planner who counts it alone puts {glue:text}`pecuniary_word` capital than the market
#   into the industry in which the region specializes.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Up to which limit are market and planner certified at $\gamma$ = 3?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# print(largest_theta(stronger.replace(gamma=3.0), grid))
# ```
# Between those of $\gamma$ = 2 and 5: the stronger the loop from price to borrowing, the earlier best responses jump.
# :::
#
# **2.** Where do planner and market cross if the other industry agglomerates less, with $\xi_2$ = 0.05?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# print(crossover(region.replace(xi=(0.05, 0.05)), grid))
# ```
# Just below 0.05. The crossing follows the other industry's agglomeration, and the price of collateral moves it by as
# little as before.
# :::
#
# **3.** What does the certificate say about a planner that does not settle?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# lost = solve_planner(base.replace(theta=0.35), grid, max_sweeps=40, on_failure="return")
# for item in lost.certificate.failing:
#     print(item.name, item.value, item.limit)
# ```
# Choices, value and price still change from sweep to sweep, and, the item that is about economics, a better choice of some
# states is still worth more than the tolerance. Nothing on the list says that another number of sweeps would help.
# :::
