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
# (own-economy)=
# # Solve your own economy
#
# *Tier: synthetic. The region of this page is invented; put the name of your own file into the
# parameters.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How do I solve the model for a region, industries, shocks and borrowing limits of my own?
#
# **Answer.** With a CSV file and six calls. The example, an invented town (*synthetic*), comes out with
# {glue:text}`own_certified` solutions certified; it ends with a debt of {glue:text}`own_debt:.0f` percent of income, against
# {glue:text}`own_debt_kept:.0f` had its limit never been raised.
# :::
#
# The model of {doc}`08_model` is not tied to American manufacturing. This tutorial takes a region from
# a CSV file, with up to three industries of your choice, estimates their shocks, solves the economy
# under a borrowing limit that changes over time, and follows the region through its own history. Each
# step is one call of the package ({ref}`api`).

# %% tags=["parameters"]
region: str = "data/tutorial/region.csv"  # file with the columns year, industry, capital, productivity
tier: str = "synthetic"  # what the file is; one of synthetic, public, census
gamma: float = 2.0  # relative risk aversion; 0 < gamma <= 10
thetas: list = [0.25, 0.30, 0.35]  # loan-to-value limits, one after another
since: list = [1950, 1980, 2000]  # year from which each applies
xi: list = [0.12, 0.11, 0.13]  # agglomeration elasticity of each industry
phi_adj: list = [0.3, 0.2, 0.2]  # adjustment cost of each industry
bonds: int = 30  # nodes for bonds; 20 <= bonds <= 400
capital: int = 13  # nodes of each capital coordinate; 7 <= capital <= 41

# %%
import numpy as np
import pandas as pd

from regspec.figures.policies import draw_limits, draw_shares
from regspec.model import Grid, solve_equilibrium
from regspec.own_economy import (
    capital_shares,
    economy,
    follow,
    productivity_levels,
    productivity_processes,
    read_region,
)
from regspec.show.display import glue, note, show, table
from regspec.sources.paths import project_root

# %% [markdown]
# ## The region
#
# The file has one row for each year and industry: an amount of capital (employment or wages will do,
# only shares are used) and an index of productivity. What it must satisfy is checked, and a mistake is
# named with its line. The example describes a town that made textiles and came to make instruments.

# %%
frame = read_region(project_root() / region)
shares = capital_shares(frame)
table(100 * shares.iloc[::10], caption="Shares of capital, percent", decimals=1)

# %% [markdown]
# ## Its industries and shocks
#
# Three things describe an industry. How much it gains from its own size, $\xi_i$, and what moving
# capital costs, $\Phi_i$, are yours to choose; {doc}`09_calibration` lists the paper's values for fifteen
# industries. How its productivity moves is estimated from the file: an autoregression for each, by
# year, which the calibration converts to the model's decade. Mean productivity is set so that the
# region's average allocation is the one that equalises returns.

# %%
fits = productivity_processes(frame)
rows = {n: {"persistence": f.rho, "s.e.": f.rho_se, "sd of innovations": f.sigma} for n, f in fits.items()}
table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("industry"), caption="Productivity by year, estimated")

# %%
calibration = economy(frame, xi=xi, phi_adj=phi_adj, gamma=gamma, theta=thetas[0])
per_decade = pd.DataFrame(
    {
        "ξ": calibration.xi,
        "Φ": calibration.phi_adj,
        "persistence": calibration.rho_period,
        "sd of innovations": calibration.sigma_period,
        "mean level": calibration.z_mean,
    },
    index=pd.Index(calibration.industries, name="industry"),
)
table(per_decade, caption="The calibration, by decade")

# %% [markdown]
# ## One solution for each limit
#
# Each value of $\theta$ is an economy of its own. Starting from the last solution saves sweeps. A
# solution comes with a certificate; where it fails, `solve_equilibrium` raises an error that says which
# item failed and what to try, most often a finer grid.

# %%
grid = Grid(bonds=bonds, capital=capital, shocks=3)
solutions, last = {}, None
for theta in thetas:
    last = solve_equilibrium(calibration.replace(theta=theta), grid, start=last, on_failure="return")
    solutions[theta] = last
evidence = {f"{t:g}": {"certified": s.certificate.converged, "binding": s.certificate["binding frequency"]} for t, s in solutions.items()}
table(pd.DataFrame.from_dict(evidence, orient="index").rename_axis("θ"), caption="Solutions: does the certificate hold, and how often does the limit bind?")

# %% tags=["hide-input"]
failed = [t for t, s in solutions.items() if not s.certificate.converged]
if failed:
    note(f"The certificate fails at θ = {', '.join(map(str, failed))}: raise bonds and capital.", kind="warning")

# %% [markdown]
# ## The region's history in the model
#
# The region starts from its own shares in the first year, without debt, and meets the productivities
# of the file decade by decade. When the limit changes, that comes as a surprise and is taken to be
# permanent. For comparison the same history is told with the first limit kept throughout.

# %%
levels = productivity_levels(frame, calibration)
applies = [thetas[np.searchsorted(since, year, side="right") - 1] for year in levels.index]
first = shares.iloc[0].to_numpy()
path = follow([solutions[t] for t in applies], levels, k=first)
kept = follow([solutions[thetas[0]]] * len(levels), levels, k=first)
table(path.drop(columns=["inside"]), caption="The path", decimals=2, index=False)

# %% tags=["hide-input"]
show(
    draw_shares(shares, path, tier=tier, note="region of the file; model: decades, surprise changes of θ"),
    name="fig-own-shares",
    caption="Shares of capital by industry in the file (lines) and in the model (marks), which knows the "
    "shares of the first year and the productivities.",
    alt="Three lines and marks over the years: the first industry loses part of its lead, in the model at first as in "
    "the file and by the end less.",
)

# %% tags=["hide-input"]
show(
    draw_limits({"θ as given": path, f"θ = {thetas[0]:g} throughout": kept}, tier=tier, note="model at the productivities of the file"),
    name="fig-own-limits",
    caption="Bonds chosen, the price of capital and consumption with the limits of this page and with the first one "
    "kept throughout; the same shocks.",
    alt="Three panels over the years. Once the limit has risen the region owes more than with the first limit kept, "
    "and the price and consumption swing more widely.",
)

# %% tags=["hide-input"]
miss = 100 * (path.set_index("year").filter(like="share: ") - shares.loc[path["year"]].to_numpy()).abs().to_numpy().max()
glue("own_debt", -100 * path["bonds"].iloc[-1])
glue("own_debt_kept", -100 * kept["bonds"].iloc[-1])
glue("own_miss", miss)
glue("own_certified", f"{len(solutions) - len(failed)} of {len(solutions)}")

# %% [markdown]
# In the last decade the region owes {glue:text}`own_debt:.0f` percent of its income, against
# {glue:text}`own_debt_kept:.0f` percent had the limit stayed; shares of capital differ from those of the
# file by up to {glue:text}`own_miss:.0f` percentage points. {glue:text}`own_certified` solutions are
# certified. None of this says anything about a real place.
#
# ## With your own file
#
# ```bash
# python -m regspec run 20 -p region my/region.csv -p tier public -p gamma 3.0
# python -m regspec run 20 -p thetas "[0.2, 0.4]" -p since "[1950, 1985]"
# ```
#
# A planner for this region takes the same objects, `solve_planner(calibration, grid)` ({ref}`api-model`); with three
# industries it takes minutes. `solve_equilibrium(..., wedges=Wedges(theta=...))` lets $\theta$ depend on productivity.
#
# ## What to take along
#
# - Shares of capital and productivity by year are all that the model needs of a region; the rest are choices.
# - Read the certificates first: {glue:text}`own_certified` here. A solution without one is no result.
# - A change of the limit is a change of the economy: solve once for each value, and follow the region across them.
# - A looser limit means more debt ({glue:text}`own_debt:.0f` against {glue:text}`own_debt_kept:.0f` percent of income), and wider swings.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** What if capital moved without cost? Set the adjustment costs to zero.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# nimble = economy(frame, xi=xi, phi_adj=[0.0] * 3, gamma=gamma, theta=thetas[0])
# quick = solve_equilibrium(nimble, grid, on_failure="return")
# free = follow([quick] * len(levels), productivity_levels(frame, nimble), k=first)
# column = free.filter(like="share").columns[0]
# print(quick.certificate.converged)
# print(pd.DataFrame({"with costs": kept[column], "without": free[column]}).set_axis(levels.index).round(2))
# ```
# The first industry's share reaches by the second decade what takes it several with costs, and then follows expected
# productivity.
# :::
#
# **2.** Raise the limit by more at each step: 0.25, 0.35, 0.45. Does the region end with more debt, and with more consumption?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for limits in ([0.25, 0.30, 0.35], [0.25, 0.35, 0.45]):
#     those, last = {}, None
#     for t in limits:
#         those[t] = last = solve_equilibrium(calibration.replace(theta=t), grid, start=last, on_failure="return")
#     sequence = [those[limits[np.searchsorted(since, y, side="right") - 1]] for y in levels.index]
#     end = follow(sequence, levels, k=first).iloc[-1]
#     print(limits, all(s.certificate.converged for s in those.values()), round(-100 * end["bonds"]), round(end["consumption"], 3))
# ```
# More debt, and no more consumption: the debt is serviced by then.
# :::
#
# **3.** (Open.) Solve it for two industries only, from a file that you write.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import tempfile
# from pathlib import Path
#
# with tempfile.TemporaryDirectory() as there:
#     file = Path(there) / "two.csv"
#     frame[frame["industry"].isin(shares.columns[:2])].to_csv(file, index=False)
#     small = read_region(file)
# pair = economy(small, xi=xi[:2], phi_adj=phi_adj[:2], gamma=gamma, theta=thetas[0])
# alone = solve_equilibrium(pair, grid, on_failure="return")
# print(pair.industries, alone.certificate.converged, round(alone.certificate["binding frequency"], 2))
# ```
# Change a number in the file, such as a negative amount or a year that appears twice, and `read_region` names its line.
# :::
