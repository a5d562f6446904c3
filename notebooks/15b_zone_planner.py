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
# (zone-planner)=
# # The planner in every zone
#
# *Tiers: public for the mix of 1980 (industry employment of commuting zones, {cite:t}`bhj2022`; industry productivity,
# {cite:t}`elbadri2025`); synthetic for that of 1950. A figure says which.*
#
# :::{admonition} In short
# :class: brief
# **Question.** In which commuting zones would a planner specialize more or less than the market does, and what is that worth?
#
# **Answer.** The planner specializes more in {glue:text}`more_special` of {glue:text}`planner_zones` zones, by at most
# {glue:text}`spec_most:.4f` of a Gini, and gains from {glue:text}`gain_least:.4f` to {glue:text}`gain_most:.4f` percent of
# consumption (*public mix of 1980*); the paper has 1.2 to 2.2 {cite}`boehnert2025`. Machinery agglomerates nearly as the other
# industries do. If it did so as strongly as any industry of Table 10, gains would reach {glue:text}`strong_most:.2f` percent.
# :::
#
# The zones, their mixes and the productivity that makes a mix the best one are those of {doc}`15_zones`, from the same two
# sources: public data of 1980, and a census build of 1950, here a generated one. With a real one:
#
# ```
# python -m regspec run 15b_zone_planner -p tier census -p folder FOLDER_OF_THE_BUILD
# ```

# %% tags=["parameters"]
gamma: float = 2.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.25  # loan-to-value limit; 0 < theta < 1
definition: str = "machinery"  # what counts as machinery; one of machinery, with_computers, without_computers
reading: str = "regional"  # whose productivity; one of national, observed, regional
tier: str = "synthetic"  # census build of the second source; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
bonds: int = 40  # nodes for bonds; 20 <= bonds <= 400
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
step: float = 1.0  # distance of nodes of relative productivity, log points; 0.1 <= step <= 2
initial_bonds: float = -0.2  # initial bonds over income of a decade; -0.5 <= initial_bonds <= 0.5
strong: float = 0.25  # agglomeration of machinery in the sensitivity; 0.05 <= strong <= 0.3

# %% tags=["hide-input"]
from functools import partial

import numpy as np
import pandas as pd

from regspec.facts import census_panels
from regspec.facts.panels import source_note
from regspec.figures.maps import draw_zone_map
from regspec.model import Grid
from regspec.paper.rows import planner_rows
from regspec.paper.scoreboard import compare
from regspec.parameters import Calibration
from regspec.regions.planner import gain_ranges, plan_sources, tertiles
from regspec.regions.zones import census_zones, public_zones
from regspec.show.display import glue, glue_all, show, table
from regspec.sources import bea, cbp, geometry, tfp
from regspec.sources.zones import find, zone_names

# %% [markdown]
# ## Market and planner, solved together
#
# Market and planner are solved at the first date's productivity and read off at each zone's own state. They are certified
# together at a lower risk aversion and a tighter limit than the published ones ({doc}`12b_planner_scope`): $\gamma$ =
# {glue:text}`gamma`, $\theta$ = {glue:text}`theta`. Specialization is the two-sector Gini a decade later.

# %% tags=["hide-input"]
accounts, employment, incomes = tfp.industry_tfp(), cbp.manufacturing_shares(1980), bea.zone_income()
build = census_panels.open_build(tier, folder)
public = public_zones(employment, incomes)
census = census_zones(build.zone_industry, build.zone_year, tier=tier)
both = (public, census)
notes = {
    public.name: source_note(incomes, employment, accounts),
    census.name: f"{census_panels.note(build)}; {source_note(accounts)}",
}
everywhere = zone_names().set_index("cz")
state_of = everywhere["state"]
glue("tier_word", tier)

# %% tags=["hide-input"]
planning = Calibration.converted(gamma=gamma, theta=theta)
grid = Grid(bonds=bonds, shocks=shocks)
options = {"definition": definition, "step": step, "bonds_to_income": initial_bonds}
plan = partial(plan_sources, accounts=accounts, grid=grid, **options)
plans = plan(planning, reading, both)
frames = {z.name: plans[z.name].frame.set_index(pd.Index(z.panels[definition]["cz"])) for z in both}
known = {name: f[f["sound"]] for name, f in frames.items()}

# %% tags=["hide-input"]
settled = 1e-3  # keeps a choice unless another gains more (`solve_planner`, hysteresis)
glue_all({"settled": settled, "gamma": gamma, "theta": theta})
glue_all(plans[public.name].family.headlines(), "planner_")
glue("planner_zones", len(known[public.name]))
glue("planner_lost", len(frames[public.name]) - len(known[public.name]))

# %% [markdown]
# ## Where: Figures 11 and 13
#
# Dayton and Rochester, the running examples of the paper, are marked.

# %% tags=["hide-input"]
places = {"Dayton": find("Dayton"), "Rochester": find("Rochester, MN")}
shapes, borders = geometry.zones(), geometry.states()
setting = f"γ = {gamma:g}, θ = {theta:g}, {definition}, {reading}"
draw_map = partial(draw_zone_map, shapes, borders, highlight=places, names=everywhere["name"])
said = {z.name: {"tier": z.tier, "note": f"{setting}; {notes[z.name]}"} for z in both}
here, there = known[public.name], known[census.name]

# %% tags=["hide-input"]
show(
    draw_map(here["specialization"], title="planner less market, Gini, 1980", bins=3, form="{:+.4f}", **said[public.name]),
    name="fig-zones-planner",
    caption="Planner less market: two-sector Gini of capital a decade after 1980, thirds of the zones (the paper's Figure 11).",
    alt="Map of commuting zones in three shades, Dayton and Rochester marked. Differences are at most "
    f"{here['specialization'].abs().max():.4f} of a Gini between zero and one half.",
)

# %% tags=["hide-input"]
show(
    draw_map(here["gain"], title="gain, % of permanent consumption, 1980", form="{:.4f}", **said[public.name]),
    name="fig-zones-gains",
    caption="Welfare gain of the planner in every zone, fifths, public mix of 1980 (the paper's Figure 13).",
    alt="Map of commuting zones in five shades, Dayton and Rochester marked. Gains run from "
    f"{here['gain'].min():.4f} to {here['gain'].max():.4f} percent.",
)

# %% tags=["hide-input"]
show(
    draw_map(there["specialization"], title="planner less market, Gini, 1950", bins=3, form="{:+.4f}", **said[census.name]),
    name="fig-zones-planner-1950",
    caption=f"Planner less market on the {tier} census of 1950, thirds of the zones.",
    alt="Map of commuting zones in three shades without a regional pattern on generated data, Dayton and Rochester marked.",
)

# %% tags=["hide-input"]
show(
    draw_map(there["gain"], title="gain, % of permanent consumption, 1950", form="{:.4f}", **said[census.name]),
    name="fig-zones-gains-1950",
    caption=f"Welfare gain on the {tier} census of 1950, fifths of the zones.",
    alt="Map of commuting zones in five shades without a regional pattern on generated data, Dayton and Rochester marked.",
)

# %% [markdown]
# ## What it is worth, and why so little

# %% tags=["hide-input"]
xi = planning.xi
stronger = planning.replace(xi=(strong, xi[1]))
others = {
    f"baseline ({reading}, ξ = {xi[0]:.2f}, {xi[1]:.3f})": plans,
    "national productivity": plan(planning, "national", (public,)),
    f"machinery's ξ = {strong:g}": plan(stronger, reading, (public,)),
}
gains = gain_ranges({label: result[public.name].known for label, result in others.items()})
table(gains, caption="The planner's gain over zones, percent of permanent consumption (public)", index=False, decimals=4)

# %% tags=["hide-input"]
shift = np.log((planning.alpha + xi[0]) / (planning.alpha + xi[1])) / (1 - planning.alpha - np.mean(xi))
moved, thirds = here["specialization"], tertiles(here["specialization"])
glue_all({"gain_least": here["gain"].min(), "gain_most": here["gain"].max()})
glue_all({"more_special": int((moved > 0).sum()), "spec_most": moved.abs().max()})
glue_all({"xi_one": xi[0], "xi_two": xi[1], "shift": 100 * abs(shift), "strong": strong})
glue_all({"strong_most": gains["most"].iloc[2], "national_most": gains["most"].iloc[1]})
glue_all({"national_least": gains["least gain, %"].iloc[1], "gain1950_most": there["gain"].max()})
glue_all({f"third_{label.lower()}": thirds.get(cz, "unknown").lower() for label, cz in places.items()})

# %% [markdown]
# {glue:text}`planner_certified` of {glue:text}`planner_nodes` pairs of market and planner pass their certificates, and
# {glue:text}`planner_zones` zones have results; in the other {glue:text}`planner_lost` there is no second sector to
# move capital to. The gains run from {glue:text}`gain_least:.4f` to {glue:text}`gain_most:.4f` percent ({glue:text}`gain1950_most:.4f` at most on the
# {glue:text}`tier_word` census), the paper's from 1.2 to 2.2 {cite}`boehnert2025`. Signs of the smallest mean nothing: the planner's choices are
# settled to {glue:text}`settled:.3f` percent of consumption. The planner specializes more in {glue:text}`more_special` zones and less in the
# others, by at most {glue:text}`spec_most:.4f` of the Gini; Dayton belongs to the {glue:text}`third_dayton` third, Rochester to the {glue:text}`third_rochester`.
#
# The reason is in the parameters. What a planner wants to move depends on how much more one sector agglomerates than the
# other. Table 10 gives machinery {glue:text}`xi_one:.2f`, and the simple average of the other industries is
# {glue:text}`xi_two:.3f`: at rest the planner would move relative capital by {glue:text}`shift:.1f` percent. If machinery had
# {glue:text}`strong`, the largest of Table 10, gains would reach {glue:text}`strong_most:.2f` percent. Initial misallocation adds nothing: under
# national productivity gains run from {glue:text}`national_least:.4f` to {glue:text}`national_most:.4f` percent. Gains of
# the paper's size do not arise from two sectors that are nearly alike.
#
# ## Beside the paper

# %% tags=["hide-input"]
pair = {"dayton": places["Dayton"], "rochester": places["Rochester"]}
recorded = []
for z in both:
    text = f"{z.dates[0]}, {setting}; {len(known[z.name])} zones; choices settle to 0.001 percent of consumption"
    recorded += planner_rows(known[z.name], state_of, pair, tier=z.tier, note=text)
compare(recorded, caption="Planner and market across zones", fold=True)

# %% tags=["hide-input"]
print(f"gains {here['gain'].min():.3f} to {here['gain'].max():.3f} percent in {len(here)} zones")

# %% [markdown]
# ## What to take along
#
# - A planner has little to do in a zone whose two sectors agglomerate nearly alike: gains reach {glue:text}`gain_most:.4f` percent of
#   consumption, and differences from the market {glue:text}`spec_most:.4f` of a Gini.
# - What matters is the *difference* in agglomeration between sectors. With {glue:text}`strong` for machinery gains reach
#   {glue:text}`strong_most:.2f` percent, still below the paper's range.
# - A map in fifths or thirds shows ranks, not sizes: it looks the same whether gains differ by a percent or by less than the planner's
#   choices are settled to ({glue:text}`settled:.3f`).
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Which industry of Table 10, in machinery's place, would give the planner most to move?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# from regspec.parameters import INDUSTRIES
#
# each = np.array([industry.xi for industry in INDUSTRIES])
# rest = (each.sum() - each) / (len(each) - 1)
# relative = np.log((planning.alpha + each) / (planning.alpha + rest)) / (1 - planning.alpha - (each + rest) / 2)
# print(pd.Series(100 * relative, [i.name for i in INDUSTRIES]).sort_values().round(1))
# ```
# Machinery is among the three closest to zero; at the ends of the list it is tens of percent. The smallness of
# the gains is a property of the industry that the paper chose, not of the model.
# :::
#
# **2.** Does a tighter limit, under which the price of collateral matters in more states, raise the gains?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# # A debt of 0.2 cannot be served under so tight a limit.
# tight = plan(planning.replace(theta=0.15), reading, (public,), bonds_to_income=-0.1)[public.name].known
# print(len(tight), tight["gain"].describe(), tight["specialization"].abs().max())
# ```
# Gains stay of the same size, thousandths of a percent of consumption. With the initial debt of the page no zone would have a result:
# all would start outside what the solutions cover, and the count in the first number would say so.
# :::
#
# **3.** The range over zones counts a small zone like a large one. What is the mean gain if each counts with its income?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# weight = incomes[incomes["year"] == 1980].set_index("cz")["income"].reindex(here.index)
# print(here["gain"].mean(), np.average(here["gain"], weights=weight))
# ```
# Nearly the same: at gains of this size it does not matter which zones count for more.
# :::
