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
# (convergence)=
# # Convergence and its end
#
# *Tier: public. Personal income per head: 48 states 1929–2021, 722 commuting zones 1969–2019.*
#
# :::{admonition} In short
# :class: brief
# **Question.** When did regional incomes stop converging, and who moved up or down?
#
# **Answer.** Dispersion is lowest around {glue:text}`zone_turn:d` among commuting zones and around
# {glue:text}`state_turn:d` among states (*public*). States converged by {glue:text}`speed_early:.1f` percent a year before the
# turn and by {glue:text}`speed_late:.1f` after it. From 1969 Dayton lost {glue:text}`dayton_lost:.2f` log points
# against the mean zone; Rochester gained {glue:text}`rochester_change:.2f`.
# :::
#
# **The paper's claim.** Regional incomes converged from 1950 to about 1990 and have diverged since
# {cite}`boehnert2025`. Its Figure 18 uses earnings per worker deflated by local housing prices; ours is personal
# income per head in current dollars, without local prices. Dayton and Rochester stand for what dispersion alone
# does not show: places change their rank.

# %% tags=["parameters"]
turn_year: int = 1990  # year that separates the two windows of growth; 1975 <= turn_year <= 2005
seed: int = 2025  # seed of the bootstrap; 0 <= seed
bins: int = 5  # quantile bins of the maps; 3 <= bins <= 9

# %% tags=["hide-input"]
from functools import partial

import pandas as pd

from regspec.facts import convergence, fact2, geography, panels
from regspec.figures.facts import draw_paths, draw_series
from regspec.figures.maps import draw_zone_map
from regspec.paper import fact_rows
from regspec.paper.scoreboard import compare
from regspec.show.display import glue_all, show, table
from regspec.sources.geometry import states as state_shapes
from regspec.sources.geometry import zones as zone_shapes
from regspec.sources.zones import find

states, zones = panels.states(), panels.zone_panel()
places = {"Dayton": find("Dayton"), "Rochester, MN": find("Rochester, MN")}
names = zones.frame.drop_duplicates("region").set_index("region")["name"]

# %% [markdown]
# ## Dispersion

# %% tags=["hide-input"]
by_state = convergence.income_dispersion(states.frame)
by_zone = convergence.income_dispersion(zones.frame)
series = {title: pd.DataFrame({"states": by_state[column], "zones": by_zone[column]}) for title, column in
          {"Coefficient of variation": "cv", "Standard deviation of logs": "sd_log"}.items()}  # fmt: skip
show(
    draw_series(series, tier="public", note=panels.note(states, zones)),
    name="fig-convergence-dispersion",
    caption="Counterpart of Figure 18: dispersion of personal income per head, regions counted equally.",
    alt=f"Two line charts. Dispersion of states falls from {by_state['cv'].max():.2f} in the 1930s to "
    f"{by_state['cv'].min():.2f} in the 1970s, rises a little and stays. Dispersion of zones falls to "
    f"{by_zone['cv'].min():.2f} in the 1990s and rises to {by_zone['cv'].iloc[-1]:.2f}.",
)

# %% tags=["hide-input"]
state_turn = convergence.turning_year(by_state["cv"].loc[1950:])
zone_turn = convergence.turning_year(by_zone["cv"])
print(f"lowest five-year mean of the coefficient of variation: states {state_turn}, zones {zone_turn}")
print(f"zones: {by_zone['cv'].loc[1969]:.3f} in 1969, {by_zone['cv'].loc[1994]:.3f} in 1994,"
      f" {by_zone['cv'].iloc[-1]:.3f} at the end")

# %% tags=["hide-input"]
windows = {"states": (states, [(1929, 1950), (1950, turn_year), (turn_year, 2019)]),
           "zones": (zones, [(1969, turn_year), (turn_year, 2019)])}  # fmt: skip
estimates = {name: convergence.beta_convergence(panel.frame, windows=spans).estimates
             for name, (panel, spans) in windows.items()}  # fmt: skip
speeds = pd.concat(estimates, names=["regions"]).reset_index("regions")
table(
    speeds[["regions", "start", "end", "coef", "se", "speed", "n", "r2"]], decimals=4, index=False,
    caption="Average annual growth on log initial income; speed of convergence per year",
)  # fmt: skip

# %% tags=["hide-input"]
speed = estimates["states"].set_index("start")["speed"]
glue_all({"speed_early": 100 * speed[1950], "speed_late": 100 * speed[turn_year]})
glue_all({"zone_turn": zone_turn, "state_turn": state_turn})
tails = convergence.tails(zones.frame)
for when, year in (("turn", zone_turn), ("last", tails.index[-1])):
    glue_all({f"{side}_{when}": tails.loc[year, side] for side in tails})

# %% [markdown]
# For zones the lowest dispersion is around {glue:text}`zone_turn:d`, where the paper puts it; for states around
# {glue:text}`state_turn:d`, with a small rise afterwards that was over by 1990. The speed of convergence of
# states, in the sense of {cite:t}`barro1992`, was {glue:text}`speed_early:.1f` percent a year before the turn and
# {glue:text}`speed_late:.1f` percent after it. The rise among zones is at the top: from {glue:text}`zone_turn:d` to
# the last year the 99th percentile went from {glue:text}`rich_turn:.2f` to {glue:text}`rich_last:.2f` times the
# median zone, the 10th percentile from {glue:text}`poor_turn:.2f` to {glue:text}`poor_last:.2f`.
#
# ## Two places

# %% tags=["hide-input"]
relative = zones.frame.assign(relative=fact2.relative(zones.frame, "income_pc"))
paths = geography.of_places(relative, "relative", places)
show(
    draw_paths(paths, label="Relative log income per head", tier="public", note=panels.note(zones)),
    name="fig-convergence-places",
    caption="Counterpart of Figure 1a: income per head of the Dayton and Rochester zones relative to the mean of "
    "all zones, in logs, from 1969.",
    alt=f"Two lines. Dayton falls from {paths['Dayton'].iloc[0]:.2f} in the first year to "
    f"{paths['Dayton'].iloc[-1]:.2f} in the last, mostly after 2000; Rochester rises from "
    f"{paths['Rochester, MN'].iloc[0]:.2f} to {paths['Rochester, MN'].iloc[-1]:.2f}.",
)
change = paths.iloc[-1] - paths.iloc[0]
glue_all({"dayton_change": change["Dayton"], "dayton_lost": -change["Dayton"]})
glue_all({"rochester_change": change["Rochester, MN"]})

# %% [markdown]
# From 1969 to 2019 Dayton changes by {glue:text}`dayton_change:.2f` log points relative to the mean zone, Rochester
# by {glue:text}`rochester_change:.2f`: this half of the paper's example, its Figure 1a, holds in income statistics
# that are not its own. The other half, Figure 1b, says that Dayton began more specialized than Rochester. Public
# data on industries of zones are those of manufacturing in 1980 and 1990.

# %% tags=["hide-input"]
plants = panels.zone_manufacturing([1980, 1990])
factories = panels.concentration(plants.frame)
pair = geography.of_places(factories, "gini", places)
ginis = pair.assign(**{"mean zone": factories.groupby("year")["gini"].mean()})
weights = 100 * geography.of_places(factories, "total", places)
for place, key in (("Dayton", "dayton"), ("Rochester, MN", "rochester")):
    glue_all({"gini": pair.loc[1980, place], "gini_1990": pair.loc[1990, place],
              "factories": weights.loc[1980, place]}, prefix=f"{key}_")  # fmt: skip

# %% tags=["hide-input"]
show(
    draw_series(
        {"Gini within manufacturing": ginis, "Manufacturing share of employment (percent)": weights},
        tier="public", note=panels.note(plants),
    ),
    name="fig-convergence-specialization",
    caption="Counterpart of Figure 1b: specialization of Dayton and Rochester within manufacturing (Gini over 397 "
    "industries), and the share of manufacturing in employment, 1980 and 1990.",
    alt=f"Two panels, 1980 to 1990. Within manufacturing Rochester's Gini ({pair.loc[1980, 'Rochester, MN']:.3f} to "
    f"{pair.loc[1990, 'Rochester, MN']:.3f}) lies above Dayton's ({pair.loc[1980, 'Dayton']:.3f} to "
    f"{pair.loc[1990, 'Dayton']:.3f}). Manufacturing is {weights.loc[1980, 'Dayton']:.0f} percent of Dayton's "
    f"employment in 1980 and {weights.loc[1980, 'Rochester, MN']:.0f} percent of Rochester's.",
)  # fmt: skip


# %% [markdown]
# There the order is the opposite of the paper's: in 1980 the Gini within manufacturing is
# {glue:text}`dayton_gini:.3f` in Dayton and {glue:text}`rochester_gini:.3f` in Rochester, in 1990
# {glue:text}`dayton_gini_1990:.3f` and {glue:text}`rochester_gini_1990:.3f`. Dayton makes many kinds of goods,
# Rochester few. This does not refute Figure 1b, which is about all industries in 1950: manufacturing was
# {glue:text}`dayton_factories:.0f` percent of Dayton's employment in 1980 and {glue:text}`rochester_factories:.0f`
# percent of Rochester's. But nothing public supports it.
#
# ## Maps

# %% tags=["hide-input"]
narrow = factories[factories["year"] == 1980].set_index("region")
income = zones.frame.pivot_table(index="region", columns="year", values="income_pc")
last = int(income.columns.max())
grown = 100 * ((income[last] / income[1969]) ** (1 / (last - 1969)) - 1)
draw_map = partial(draw_zone_map, zone_shapes(), state_shapes(), tier="public", note=panels.note(zones), highlight=places,
                   names=names, bins=bins)  # fmt: skip
show(
    draw_map(income[1969] / 1000, title="Income per head, 1969 (thousand dollars)", form="{:.1f}"),
    name="fig-map-income-1969",
    caption="Personal income per head in 1969, commuting zones, quantile bins.",
    alt="Map. The Great Lakes, the Northeast, the central plains and the West are rich in 1969; the South is "
    "poor nearly everywhere. Dayton is in the top bin.",
)

# %% tags=["hide-input"]
show(
    draw_map(income[last] / 1000, title=f"Income per head, {last} (thousand dollars)", form="{:.0f}"),
    name="fig-map-income-last",
    caption="Personal income per head in the last year, commuting zones, quantile bins.",
    alt="Map. The northern plains, the coasts and the mountain resorts are rich; the Great Lakes have lost "
    "their place, and Dayton is no longer in the top bin.",
)

# %% tags=["hide-input"]
show(
    draw_map(grown, title=f"Growth of income per head, 1969–{last} (percent a year)", form="{:.1f}"),
    name="fig-map-growth",
    caption="Average annual growth of personal income per head in current dollars, quantile bins.",
    alt="Map. Growth is fastest in the northern plains and parts of the South and slowest around the Great Lakes "
    "and in much of the West.",
)

# %% tags=["hide-input"]
show(
    draw_map(narrow["gini"], title="Gini of manufacturing employment, 1980", form="{:.3f}", note=panels.note(plants)),
    name="fig-map-specialization",
    caption="Specialization within manufacturing in 1980: Gini over 397 four-digit industries, quantile bins. "
    "Public counterpart of Figure 16, which shows all industries in 1950.",
    alt="Map. Manufacturing is least concentrated in the large zones of the Northeast, the Great Lakes and the "
    "coasts, and most concentrated in the thinly populated plains and mountains.",
)

# %% tags=["hide-input"]
show(
    draw_map(100 * narrow["total"], title="Manufacturing share of employment, 1980 (percent)", form="{:.0f}",
             note=panels.note(plants)),
    name="fig-map-manufacturing",
    caption="Share of manufacturing in employment in 1980 (County Business Patterns), quantile bins.",
    alt="Map. Manufacturing weighs most from the Great Lakes to the Carolinas and Tennessee, and least in the "
    "plains, the mountains and Florida.",
)  # fmt: skip

# %% [markdown]
# Within manufacturing it is the small zones of the plains that are narrow, not the Rust Belt: the number of
# industries a place can hold grows with its size. The map of manufacturing's *share* is the one that resembles
# the paper's Figure 16.
#
# ## Scoreboard

# %% tags=["hide-input"]
last_state, last_zone = int(by_state.index.max()), int(by_zone.index.max())
said = "{}, {}-{}, personal income per head, no local prices"
changes = [("1950_1990", states, (1950, turn_year), "48 states"), ("since_1990", zones, (turn_year, last_zone), "722 zones"),
           ("since_1990", states, (turn_year, last_state), "48 states")]  # fmt: skip
rows = [fact_rows.dispersion_row(f"fig18.dispersion_change_{when}", regions.frame, years, seed=seed,
                                 note=said.format(how, *years)) for when, regions, years, how in changes]  # fmt: skip
rows += fact_rows.place_rows(paths, pair, tier="public", note="personal income per head, no local prices",
                             gini_note="1980, within manufacturing, 397 industries")  # fmt: skip
compare(rows, caption="Convergence: paper and this book", fold=True)

# %% [markdown]
# ## What to take along
#
# - For zones the turn is where the paper has it, around {glue:text}`zone_turn:d`; for states it is earlier,
#   {glue:text}`state_turn:d`, and little follows.
# - What spread apart is the top: the 99th percentile went from {glue:text}`rich_turn:.2f` to {glue:text}`rich_last:.2f` times the
#   median zone, the 10th from {glue:text}`poor_turn:.2f` to {glue:text}`poor_last:.2f`.
# - Dayton and Rochester move as in the paper's Figure 1a, in statistics that are not the paper's own.
# - Figure 1b has no public support: within manufacturing Rochester is the narrower of the two
#   ({glue:text}`rochester_gini:.2f` and {glue:text}`dayton_gini:.2f` in 1980).
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Count people instead of zones. When is dispersion lowest now?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import numpy as np
#
#
# def weighted(data):
#     mean = np.average(data["log_income"], weights=data["population"])
#     return np.sqrt(np.average((data["log_income"] - mean) ** 2, weights=data["population"]))
#
#
# heavy = zones.frame.groupby("year").apply(weighted)
# print(heavy.idxmin(), heavy.loc[[1969, 1979, 1989, 1999, 2009, 2019]].round(3))
# ```
# In the middle of the 1970s, and it rises in the 1980s already: large rich zones pulled away before small ones did. Whether
# one asks about places or about people changes the date of the turn by more than a decade.
# :::
#
# **2.** How much does the date of the break matter for the two speeds of convergence of states?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for turn in (1980, 1990, 2000):
#     found = convergence.beta_convergence(states.frame, windows=[(1950, turn), (turn, 2019)]).estimates
#     print(found[["start", "end", "speed"]].round(4).to_string(index=False))
# ```
# The earlier the break, the larger the contrast. From 1980 on convergence nearly stops.
# :::
#
# **3.** Look up a place that you know, for instance Detroit: its relative income and its rank among zones.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# home = find("Detroit")
# ranks = relative.assign(rank=relative.groupby("year")["income_pc"].rank(ascending=False))
# print(ranks[ranks["region"] == home].set_index("year").loc[[1969, 1989, 1999, 2009, 2019], ["relative", "rank"]])
# ```
# `find` names the candidates when a name is not unique. Detroit holds its place until 1999 and loses it in one decade.
# :::
