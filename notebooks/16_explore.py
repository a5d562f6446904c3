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
# (explore)=
# # Explore: move the parameters, point at a zone
#
# *Tier: model for the sliders; public for the map: income per head 1969–2019 ({cite:t}`bea_county`),
# manufacturing employment by industry 1980 ({cite:t}`bhj2022`), productivity ({cite:t}`elbadri2025`).*
#
# :::{admonition} In short
# :class: brief
# **Question.** What changes with the limit, risk aversion, adjustment costs and the shock, and what happened in the place you know?
#
# **Answer.** Of {glue:text}`economies` economies solved beforehand {glue:text}`passing` are certified (*model*). The limit
# binds in {glue:text}`bind_tight:.0f` percent of decades at its tightest and in {glue:text}`bind_loose:.0f` at its loosest;
# double adjustment costs move {glue:text}`moved_double:.2f` instead of {glue:text}`moved_half:.2f` points of capital at half the
# costs. The map holds the path of every zone (*public*).
# :::
#
# Nothing runs behind this page: every position of the sliders was solved when the book was made, on grids
# of {glue:text}`grid_text` nodes, coarser than those of the chapters. A position whose solution does not pass its
# certificate says so: it shows where the iteration stopped, not an equilibrium. In print, and where scripts do not run, a picture shows the position at the start.

# %% tags=["parameters"]
bonds: int = 40  # nodes for bonds; 20 <= bonds <= 400
capital: int = 15  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
draws: int = 500  # economies behind an impulse response; 100 <= draws <= 100000
specialized: float = 0.7  # capital share of industry 1 where private returns are equal; 0.5 < specialized < 0.95

# %% tags=["hide-input"]
import numpy as np

from regspec.facts.geography import zone_table
from regspec.figures.maps import draw_zone_map
from regspec.figures.policies import draw_setting
from regspec.model import Grid
from regspec.show.display import glue, glue_all, show
from regspec.show.explorers import Column, Control, Panel, panels_over, show_sliders, show_zones
from regspec.sources import geometry
from regspec.sources.zones import find
from regspec.studies import explorer
from regspec.studies.stored import proven, stored

# %% tags=["hide-input"]
at = explorer.Explorer(grid=Grid(bonds=bonds, capital=capital, shocks=shocks), draws=draws, specialized=specialized)
grid, theta, gamma, cost, sizes, economies = at.grid, at.theta, at.gamma, at.cost, at.sizes, at.shares
solved = at.solved()
setting = f"decade; grid {bonds} × {capital} × {shocks}²"
sliders = [
    Control.over("theta", "Share of capital that can be pledged, θ", theta, 2),
    Control.over("gamma", "Risk aversion, γ", gamma, 1),
    Control.over("cost", "Adjustment costs, times the baseline Φ", cost, 1),
    Control.over("size", "Shock, standard deviations", sizes, 1, "+g"),
]
start = tuple(c.start for c in sliders)
at_start = f"θ = {theta[start[0]]:g}, γ = {gamma[start[1]]:g}, shock {sizes[start[3]]:+g} s.d."
certified = sum(p.limited.certificate.converged for p in solved.values())
glue_all({"grid_text": f"{bonds} × {capital} × {shocks}²", "passing": certified, "economies": len(solved)})

# %% [markdown]
# ## A shock to an industry
#
# Productivity of machinery moves, for one decade and fading afterwards. The lines are mean responses over economies
# drawn from the stationary distribution of the limited economy ({doc}`11_results` says how, and what the paper claims).

# %% tags=["hide-input"]
responses = explorer.settings_of(stored(explorer.explorer_impulses, at))
units = {"Consumption": "percent", "Price of capital": "percent",
         "Capital chosen for machinery": "percentage points", "Bonds chosen": "percent of income"}  # fmt: skip
impulse_panels = panels_over(range(at.horizon + 1), "decades after the shock", units)
series = ("with the limit", "without it")
show(
    draw_setting(impulse_panels, series, responses[start], note=f"{setting}; {at_start}"),
    name="fig-explore-impulse",
    caption="Mean responses to an adverse shock to machinery with and without the collateral limit, at the sliders' start.",
    alt="Four panels over nine decades: with the limit consumption and the price of capital fall more on impact than "
    "without it; capital leaves machinery in both.",
)

# %% tags=["hide-input"]
for word, t in (("tight", 0), ("loose", -1)):
    place = (len(theta) + t if t < 0 else t, *start[1:3])
    glue(f"bind_{word}", 100 * solved[place].limited.certificate["binding frequency"])
for word, a in (("half", 0), ("double", 2)):
    consumption, _, share, _ = responses[start[0], start[1], a, start[3]].lines
    glue(f"spent_{word}", -float(consumption[0, 0]))
    glue(f"moved_{word}", -float(share[0, 0]))
show_sliders(
    sliders, impulse_panels, series, responses,
    name="explore-impulse", title="Responses to a shock", still="fig-explore-impulse", tier="model", note=setting,
)  # fmt: skip

# %% [markdown]
# Try *the limit from its tightest to its loosest*: it binds in {glue:text}`bind_tight:.0f` percent of decades at the one and in
# {glue:text}`bind_loose:.0f` at the other. Try *half and double adjustment costs*: capital chosen for machinery falls by
# {glue:text}`moved_half:.2f` and {glue:text}`moved_double:.2f` points on impact, consumption by {glue:text}`spent_half:.2f` and
# {glue:text}`spent_double:.2f` percent.
#
# ## Decision rules
#
# What a region chooses, over the bonds it starts with, in the decade of the shock.

# %% tags=["hide-input"]
over = np.linspace(-0.6, 0.4, 41)
rules = explorer.policy_settings(solved, sizes, shares=economies, bonds=over)
units = {"Bonds chosen": "over income", "Capital chosen for machinery": "share",
         "Price of capital": "goods", "Multiplier on the limit": "share of marginal utility"}  # fmt: skip
rule_panels = panels_over(over, "bonds over income", units)
show(
    draw_setting(rule_panels, tuple(economies), rules[start], note=f"{setting}; {at_start}"),
    name="fig-explore-rules",
    caption="Decision rules over bonds after an adverse shock, for a specialized and a balanced region, at the sliders' start.",
    alt="Four panels over bonds: bonds chosen first fall along the limit and then rise; the price of capital rises with "
    "bonds; the multiplier falls to zero where the limit stops to bind.",
)

# %% tags=["hide-input"]
show_sliders(
    sliders, rule_panels, tuple(economies), rules,
    name="explore-rules", title="Decision rules", still="fig-explore-rules", tier="model", note=setting,
)  # fmt: skip

# %% [markdown]
# ## The planner
#
# How specialized should the region be, and what would that be worth ({doc}`12_planner`)? Industry 1 agglomerates with
# strength $\xi_1$; the rest keeps the baseline's.

# %% tags=["hide-input"]
limits, aversions, strengths = at.limits, at.aversions, at.strengths
gains = explorer.settings_of(stored(explorer.explorer_gains, at))
chosen = explorer.chosen_of(stored(explorer.explorer_chosen, at))
curves = explorer.curve_settings(chosen, gains, strengths)
planner_sliders = [
    Control.over("theta", "Share of capital that can be pledged, θ", limits, 1),
    Control.over("gamma", "Risk aversion, γ", aversions, 1),
    Control.over("xi", "Agglomeration of industry 1, ξ₁", strengths, 3),
]
curve_panel = panels_over(strengths, "agglomeration of industry 1, ξ₁", {"Capital in industry 1": "mean share"})

# %% tags=["hide-input"]
show(
    draw_setting(curve_panel, ("market", "planner"), curves[1, 1], note=f"{setting}; θ = 0.25, γ = 2"),
    name="fig-explore-curves",
    caption="Mean capital share of industry 1 under market and planner against its agglomeration, at the sliders' start.",
    alt="Two rising lines; the planner's is steeper and crosses the market's from below.",
)

# %% tags=["hide-input"]
show_sliders(
    planner_sliders[:2], curve_panel, ("market", "planner"), curves,
    name="explore-curves", title="Specialization under market and planner", still="fig-explore-curves", tier="model", note=setting,
)  # fmt: skip

# %% tags=["hide-input"]
low, high = grid.capital_range
gain_panels = [
    Panel(title="Gain over bonds", x=tuple(np.linspace(-0.5, 0.5, 41)), x_label="bonds over income", y_label="percent of consumption", series=tuple(economies)),
    Panel(title="Gain over the share of industry 1", x=tuple(np.linspace(low, high, 41)), x_label="share of industry 1", y_label="percent of consumption", series=("most debt", "least debt")),
]
show(
    draw_setting(gain_panels, tuple(economies), gains[1, 1, 3], note=f"{setting}; θ = 0.25, γ = 2, ξ₁ = 0.225"),
    name="fig-explore-gains",
    caption="What the planner is worth after an adverse shock to industry 1, over bonds and over the share of industry 1, "
    "at the sliders' start.",
    alt="Left: the gain over bonds for a specialized and a balanced region. Right: the gain falls with the share of industry 1.",
)

# %% tags=["hide-input"]
show_sliders(
    planner_sliders, gain_panels, tuple(economies), gains,
    name="explore-gains", title="Gains from the planner", still="fig-explore-gains", tier="model", note=setting,
)  # fmt: skip

# %% [markdown]
# Responses and gains take minutes: `python -m regspec tables` computes them, and this page reads them. One position of each it has
# computed anew:

# %% tags=["hide-input"]
line = ("key", "panel", "series")
one = explorer.impulse_settings({start[:3]: solved[start[:3]]}, sizes, draws=draws, horizon=at.horizon)
print(proven(stored(explorer.explorer_impulses, at), explorer.settings_table(one), *line))
last = limits[1:], aversions[1:], strengths[3:4]
one = explorer.gain_settings(at.region, *last, grid, shares=economies)[0]
print(proven(stored(explorer.explorer_gains, at), explorer.settings_table({(1, 1, 3): one[0, 0, 0]}), *line))

# %% [markdown]
# ## The zones
#
# Income per head of each commuting zone relative to the mean of all zones, and how concentrated its manufacturing
# employment was in 1980. Zones carry the name of their largest place. The broken line is the model's counterpart from 1980 on,
# as in {doc}`15_zones` (machinery, each zone's own productivity, weighted with manufacturing's share of it; here with
# $\gamma = ${glue:text}`model_gamma:.0f` and coarser nodes, {glue:text}`model_sound:.0f` percent of zone-decades certified). It hardly moves:
# in this reading a zone keeps its mix, and manufacturing is a part of income.

# %% tags=["hide-input"]
shapes, borders = geometry.zones(), geometry.states()
data = zone_table()
model = explorer.zone_model(data.paths)
glue_all({"model_gamma": model.gamma, "model_sound": 100 * model.sound})
columns = [
    Column(label="Income per head, first year, relative", unit="log points", data=data.paths.iloc[:, 0]),
    Column(label="Change of relative income", unit="log points", data=data.paths.iloc[:, -1] - data.paths.iloc[:, 0]),
    Column(label="Specialization of manufacturing 1980", unit="(Gini)", data=data.gini),
    Column(label="People, last year", unit="thousand", data=data.population / 1000),
]
change = columns[1].data.groupby(data.names["name"].str[-2:]).agg(["mean", "size"])
by_state = change.loc[change["size"] >= 5, "mean"]

# %% tags=["hide-input"]
show(
    draw_zone_map(shapes, borders, columns[1].data, title="Change of relative income per head", tier="public",
                  note=data.note, names=data.names["name"], highlight={"Dayton": find("Dayton"), "Rochester": find("Rochester, MN")}),
    name="fig-explore-zones",
    caption="Change of log income per head relative to the mean of all zones, first to last year.",
    alt="Map of commuting zones in five classes. Largest mean gains of states with at least five zones: "
    f"{', '.join(by_state.nlargest(4).index)}; largest losses: {', '.join(by_state.nsmallest(4).index)}.",
)  # fmt: skip

# %% tags=["hide-input"]
show_zones(
    shapes, borders, data.names, columns, paths=data.paths, model=model.paths, start=find("Dayton"),
    labels={"name": "income per head", "model": "model", "title": "Relative income per head", "y": "log points"},
    name="explore-zones", title="Commuting zones", still="fig-explore-zones", tier="public", note=data.note,
)  # fmt: skip

# %% [markdown]
# ## What to take along
#
# - The looser the limit, the more debt is built on the price of capital, and the less often the limit binds:
#   {glue:text}`bind_tight:.0f` percent of decades at the tightest, {glue:text}`bind_loose:.0f` at the loosest.
# - Adjustment costs decide how much capital moves ({glue:text}`moved_half:.2f` or {glue:text}`moved_double:.2f` points), and
#   hardly how far consumption falls ({glue:text}`spent_half:.2f` and {glue:text}`spent_double:.2f` percent).
# - {glue:text}`passing` of {glue:text}`economies` economies pass their certificates on this grid.
# - A zone's path in the data is steep where its path in the model is flat: what the model explains is a part of a part.
#
# ## Exercises
#
# Move the sliders first; the code, which continues this notebook, checks what you saw.
#
# **1.** At which positions does the limit bind in every decade?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for t, limit in enumerate(theta):
#     found = [solved[t, g, start[2]].limited.certificate["binding frequency"] for g in range(len(gamma))]
#     print(limit, dict(zip(gamma, np.round(100 * np.array(found)))))
# ```
# At the tightest limit for everybody, at the two in the middle for all but the most cautious, at the loosest for the least cautious
# only. Caution is a substitute for a limit: who saves against bad times is less often stopped.
# :::
#
# **2.** Where does the limit add most to the fall of the price?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for t, limit in enumerate(theta):
#     for g, aversion in enumerate(gamma):
#         price = responses[t, g, start[2], start[3]].lines[1]
#         print(limit, aversion, (price[1, 0] - price[0, 0]).round(2))
# ```
# At the loosest limit and the highest risk aversion, where the slope of {eq}`eq-slope` is largest ({doc}`08_model`). At the
# middle value of risk aversion it is not the loosest limit.
# :::
#
# **3.** Does twice the shock do twice the damage?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for g, aversion in enumerate(gamma):
#     two, one, up = (responses[start[0], g, start[2], s].lines[1][0, 0] for s in (0, 1, 2))
#     print(aversion, round(two / one, 2), round(-up / one, 2))
# ```
# Less than twice on this page: three nodes cut a large shock short (`respond(...).effective_size` says by how much), and the
# responses are in proportion to what is left of it. A good shock mirrors a bad one but for the highest risk aversion.
# :::
#
# **4.** (Open.) Which large zones gained and lost most since the first year, and does their specialization in 1980 tell?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# large = columns[1].data[data.population.reindex(columns[1].data.index) > 1e6]
# for part in (large.nlargest(5), large.nsmallest(5)):
#     print(data.names["name"].reindex(part.index).tolist(), data.gini.reindex(part.index).round(2).tolist())
# ```
# San Jose and Las Vegas are at the ends. Ten zones settle nothing; {doc}`02_fact1` has the regression.
# :::

# %% tags=["hide-input"]
uncertified = [k for k, p in solved.items() if not p.limited.certificate.converged]
print(f"{len(solved) - len(uncertified)} of {len(solved)} economies certified; {len(gains)} planners, {len(data.paths)} zones")
