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

from regspec.figures.own_economy import draw_limits, draw_shares
from regspec.model import Grid, solve_equilibrium
from regspec.own_economy import (
    capital_shares,
    economy,
    follow,
    productivity_levels,
    productivity_processes,
    read_region,
)
from regspec.publish.display import glue, note, show, table
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
# ## Your turn
#
# ```bash
# python -m regspec run 20 -p region my/region.csv -p tier public -p gamma 3.0
# python -m regspec run 20 -p thetas "[0.2, 0.4]" -p since "[1950, 1985]"
# ```
#
# - *What if capital moved without cost?* Set `phi_adj` to zeros: the marks jump to where returns are equal.
# - *A planner for this region:* `solve_planner(calibration, grid)` takes the same objects, see
#   {ref}`api-model`; with three industries it takes minutes.
# - *Another limit by state:* `solve_equilibrium(..., wedges=Wedges(theta=...))` lets $\theta$ depend on
#   productivity.
