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
# (census-places)=
# # Places and convergence on the census route
#
# *Tier: synthetic. Persons are generated with known coefficients ({ref}`what is planted <census-planted>`). No number of
# ours on this page says anything about the United States.*
#
# :::{admonition} In short
# :class: brief
# **Question.** Which places are specialized, how does that change, and do incomes of zones converge?
#
# **Answer.** On generated persons the Gini of Rust Belt zones is {glue:text}`rust_1950:.2f` log points above the mean of 1950
# (planted) and {glue:text}`rust_2020:.2f` in 2020 (not planted); the coefficient of variation of income over zones goes
# from {glue:text}`cv_first:.2f` to {glue:text}`cv_last:.2f` (*synthetic tier*). What is true needs the microdata.
# :::

# %% tags=["parameters"]
tier: str = "synthetic"  # data of the page; one of synthetic, census
folder: str = ""  # folder of a finished build, by default the one below _build/census
absent: str = "zero"  # industries in which nobody of a zone works; one of zero, omit

# %% tags=["hide-input"]
from functools import partial

import pandas as pd

from regspec.census.aggregate import AGES
from regspec.facts import census_panels, convergence, fact1, fact2, geography, panels
from regspec.figures import facts as draw
from regspec.figures.maps import draw_zone_map
from regspec.paper import fact_rows
from regspec.paper.scoreboard import Ours, compare
from regspec.paper.side_by_side import numbers_beside, published_frame
from regspec.show.display import glue_all, show
from regspec.show.tables import show_table
from regspec.sources import geometry
from regspec.sources.paths import project_root
from regspec.sources.zones import COASTS, RUST_BELT, SUN_BELT_AND_WEST

# %% tags=["hide-input"]
build = census_panels.open_build(tier, folder)
stamp = {"tier": tier, "note": census_panels.note(build)}
files = project_root() / "_build" / "tables" / tier
regions, income = census_panels.regions(build).frame, census_panels.industries(build, absent=absent).frame
sectors = census_panels.industries(build, by="sector").frame
by_income = panels.concentration(income)
places = geography.example_places(regions)

# %% [markdown]
# With an IPUMS key the same page runs on the real census ({doc}`07_census_facts`).
#
# ## Dayton and Rochester: Figure 1
#
# The two places carry their names and populations and nothing else: where they stand, and how they move, is chance.

# %% tags=["hide-input"]
paths = geography.relative_paths(regions, "income_pc", places)
show(
    draw.draw_paths(paths, label="Relative income per head (log)", **stamp),
    name="fig-census-places-income",
    caption="Counterpart of Figure 1a: log income per head of two zones relative to the mean of all zones.",
    alt=f"Two lines from 1950 to 2020 around the mean of zones: {geography.first_and_last(paths)}.",
)

# %% tags=["hide-input"]
narrow = geography.relative_paths(by_income, "gini", places)
show(
    draw.draw_paths(narrow, label="Relative specialization (log Gini)", **stamp),
    name="fig-census-places-gini",
    caption="Counterpart of Figure 1b: log Gini of income shares of two zones relative to the mean of all zones.",
    alt=f"Two lines from 1950 to 2020 around the mean of zones: {geography.first_and_last(narrow)}.",
)

# %% [markdown]
# ## Maps: Figures 14, 16 and 17
#
# Dark zones are high. The Rust Belt of 1950 is planted; its disappearance is not, but follows from the weaker and
# weaker tie of specialization to its past.

# %% tags=["hide-input"]

gini_of = by_income.pivot_table(index="region", columns="year", values="gini")
cross_section = fact1.design(regions, by_income, sectors, start=1950, end=2020, leave_one_out=False)
ghat = cross_section.set_index("region")["ghat"]
draw_map = partial(draw_zone_map, geometry.zones(), geometry.states(), highlight=places, form="{:.3f}", **stamp)
show(
    draw_map(ghat, title="Predicted growth ĝ, 1950–2020 (log points)"),
    name="fig-census-map-ghat",
    caption="Counterpart of Figure 14: growth that each zone's sectors of 1950 predict, quintiles.",
    alt="Map of 722 zones in five shades by predicted growth.",
)

# %% tags=["hide-input"]
show(
    draw_map(gini_of[1950], title="Gini of income shares, 1950"),
    name="fig-census-map-1950",
    caption="Counterpart of Figure 16: specialization in 1950, quintiles.",
    alt="Map of 722 zones in five shades by specialization in 1950.",
)

# %% tags=["hide-input"]
show(
    draw_map(gini_of[2020], title="Gini of income shares, 2020"),
    name="fig-census-map-2020",
    caption="Counterpart of Figure 17: specialization in 2020, quintiles.",
    alt="Map of 722 zones in five shades by specialization in 2020.",
)

# %% [markdown]
# ## Convergence: Figure 18
#
# The paper divides nominal income by its price index, which is the *logarithm* of the mean house value (A.3.8); so do
# we. That deflates less where houses are dear than dividing by the value itself would.

# %% tags=["hide-input"]
deflated = regions.assign(income_pc=regions["income_pc_deflated"])
per_worker = regions.assign(income_pc=regions["earnings_per_worker"])
spread = pd.DataFrame({
    name: convergence.income_dispersion(data)["cv"]
    for name, data in {"zones": regions, "zones, per worker": per_worker, "zones, deflated": deflated,
                       "states": census_panels.state_regions(build).frame}.items()
}).dropna(axis=1, how="all")  # fmt: skip
show(
    draw.draw_series({"Coefficient of variation of income": spread}, **stamp),
    name="fig-census-dispersion",
    caption="Counterpart of Figure 18: dispersion of wage income across zones, per head and per worker, deflated by the "
    "local price index of houses where the build has house values (from 1970), and across states.",
    alt=f"{len(spread.columns)} lines from 1950 to 2020. Across zones the coefficient of variation goes from "
    f"{spread['zones'].iloc[0]:.2f} to {spread['zones'].min():.2f} and {spread['zones'].iloc[-1]:.2f}.",
)

# %% [markdown]
# ## Employment of 17 groups: Table 3
#
# The generated census has no other source for these shares than the printed ones, divided by their sum.

# %% tags=["hide-input"]
printed3 = published_frame(3)
shares = census_panels.employment_shares(build, [1950, 1990, 2020]).loc[printed3["industry"]]
theirs = printed3.set_index("industry")[[f"share_{y}" for y in (1950, 1990, 2020)]]
theirs.columns = ours_columns = ["1950", "1990", "2020"]
ours3 = shares[[1950, 1990, 2020]].set_axis(ours_columns, axis=1)
show_table(
    numbers_beside(ours3, theirs, name="table3", decimals=dict.fromkeys(ours_columns, 2),
                   title=f"Table 3, employment shares in percent ({tier} tier)"),
    files,
    fold=True,
)  # fmt: skip

# %% [markdown]
# ## Rows for the scoreboard
#
# On generated data the status is *synthetic* whatever the number ({doc}`14_scoreboard`).

# %% tags=["hide-input"]
by_slug = ours3.set_axis(printed3["slug"])
recorded = fact_rows.number_rows("table3.{row}_{column}", by_slug, {y: y for y in ours3}, tier=tier)
counts = {"industries_section2": income["industry"].nunique(), "industries_a2": income["industry"].nunique(),
          "industries_aggregate": sectors["industry"].nunique(), "industries_major": len(ours3)}  # fmt: skip
recorded += [Ours(f"text.{key}", n, tier=tier, note="codes of the 1990 classification in the build")
             for key, n in counts.items()]  # fmt: skip
recorded += [Ours(f"text.age_{end}", age, tier=tier, note="of the build") for end, age in zip(("min", "max"), AGES)]
compare(recorded, caption="Table 3 and counts: rows recorded", brief=True, fold=True)

# %% tags=["hide-input"]
home = regions.drop_duplicates("region").set_index("region")["state"]
narrowness = by_income.assign(relative=fact2.relative(by_income, "gini"))
relative_gini = narrowness.pivot_table(index="region", columns="year", values="relative")

# %% tags=["hide-input"]
rows = fact_rows.place_rows(paths, narrow, tier=tier)
contrasts = {
    "fig14.rust_belt_minus_sun_belt": (ghat, home, RUST_BELT, SUN_BELT_AND_WEST),
    "fig16.rust_belt_1950": (relative_gini[1950], home, RUST_BELT),
    "fig17.rust_belt_change": (relative_gini[2020] - relative_gini[1950], home, RUST_BELT),
    "fig17.coasts_2020": (relative_gini[2020], home, COASTS),
}
rows += [fact_rows.contrast_row(key, *groups, tier=tier, note="zones count equally, HC1") for key, groups in contrasts.items()]
variation = spread["zones"]
rows += [Ours(f"fig18.dispersion_change_{when}", variation[last] - variation[first], tier=tier) for when, first, last in
         (("1950_1990", 1950, 1990), ("since_1990", 1990, variation.index[-1]))]  # fmt: skip
compare(rows, caption=f"Places and convergence ({tier} tier)", fold=True)

# %% tags=["hide-input"]
gaps = {year: geography.group_gap(relative_gini[year], home, RUST_BELT) for year in (1950, 2020)}
glue_all({f"rust_{year}": gap for year, (gap, _) in gaps.items()})
glue_all({"first": variation.iloc[0], "last": variation.iloc[-1], "least": variation.min()}, prefix="cv_")

# %% [markdown]
# ## What to take along
#
# - Maps of the same measure in two years show what a mean hides: the Rust Belt stands {glue:text}`rust_1950:.2f` above the
#   mean of 1950 and {glue:text}`rust_2020:.2f` in 2020 (*synthetic tier*).
# - The dispersion of income over zones has its least value at {glue:text}`cv_least:.2f` and ends at
#   {glue:text}`cv_last:.2f`.
# - The paper's price index is a logarithm; dividing by it deflates less than dividing by house values would.
# - Two places are an illustration: on generated data their paths are chance, and look no less like a story.
#
# ## Exercises
#
# **1. A place of yours.** Draw Figure 1 for another pair of zones.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# pair = {"Pittsburgh": geography.place(regions, "Pittsburgh", "42"),
#         "Detroit": geography.place(regions, "Detroit", "26")}
# print(geography.relative_paths(regions, "income_pc", pair).round(2))
# ```
# A zone is named after its largest place; `regions.query("state == '42'")["name"].unique()` lists those of a state.
# :::
#
# **2. When does the Rust Belt fade?** Its distance from the mean in every census.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for year in relative_gini:
#     value, se = geography.group_gap(relative_gini[year], home, RUST_BELT, ())
#     print(f"{year}: {value:+.3f} (se {se:.3f})")
# ```
# The excess is planted in 1950 alone. It fades as fast as a zone's specialization forgets its past.
# :::
#
# **3. People instead of zones.** Weight the coefficient of variation of income by population. Does the path change?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# def weighted_cv(zones):
#     w, y = zones["population"], zones["income_pc"]
#     mean = (w * y).sum() / w.sum()
#     return ((w * (y - mean) ** 2).sum() / w.sum()) ** 0.5 / mean
#
# print(regions.dropna(subset=["income_pc"]).groupby("year")[["population", "income_pc"]].apply(weighted_cv).round(3))
# ```
# Weights ask how unequal the zones of two persons drawn at random are, not of two zones drawn at random.
# :::
