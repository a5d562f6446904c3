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
# (change-one)=
# # Change one assumption
#
# *Tier: model.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How do I run a chapter, or the package, with one assumption changed?
#
# **Answer.** Write a scenario or give `-p name value`; names, types and ranges are checked before anything
# runs. With this page's limit a region owes {glue:text}`debt_changed:.0f` percent of its income on average instead of
# {glue:text}`debt:.0f`, and the price of capital has a standard deviation of {glue:text}`swings_changed:.0f` percent instead of
# {glue:text}`swings:.0f` (*model*).
# :::
#
# Every chapter declares its assumptions as parameters. A scenario is a file that sets some of them; the
# chapters then run with it, and the book's own pages stay as they are. This tutorial writes a scenario,
# makes the usual mistakes with it, runs it, and compares what comes out.

# %% tags=["parameters"]
theta: float = 0.2  # loan-to-value limit of the scenario; 0 < theta < 1
gamma: float = 2.0  # its risk aversion; 0 < gamma <= 20

# %%
import dataclasses
import json
import subprocess
import sys

import pandas as pd
import yaml

from regspec import catalogue
from regspec.book import arguments
from regspec.model import Grid, headline_moments, solve_equilibrium
from regspec.parameters import Calibration
from regspec.show.display import glue, note, table

# %% [markdown]
# ## What can be changed
#
# `python -m regspec list` prints the parameters of all chapters with their allowed values. Those of
# {doc}`10_solver`:

# %%
entries = catalogue.load()
declared = [dataclasses.asdict(p) for p in arguments.declared(entries["10_solver"]).values()]
table(pd.DataFrame(declared, dtype=object)[["name", "default", "allowed", "help"]].astype({"default": str}), caption="Parameters of the solver's chapter", index=False)

# %% [markdown]
# Others are choices among words: whose productivity, which definition of machinery, which tier of data. A
# single one can be given on the command line, a set of them is a file in `scenarios/`:

# %%
text = f"""\
name: mine
description: A tight limit and little aversion to risk.
notebooks:
  08_model: {{theta: {theta}, gamma: {gamma}}}
  10_solver: {{theta: {theta}, gamma: {gamma}}}
"""
print(text)

# %% [markdown]
# ## Mistakes are caught before anything runs
#
# Names, types and ranges are checked first, with the file, the parameter and the remedy in the message:

# %%
given = yaml.safe_load(text)["notebooks"]["10_solver"]
wrong = [{"tetha": theta}, {"theta": "a fifth"}, {"theta": 1.2}, {"bonds": 2.5}]
for values in ({**given, **w} for w in wrong):
    try:
        arguments.check(entries["10_solver"], values)
    except arguments.ParameterError as problem:
        print(problem)

# %% [markdown]
# ## Run it
#
# With the file saved as `scenarios/mine.yml`, `python -m regspec run --scenario mine` executes its chapters
# by papermill and keeps them in `_build/runs/mine/`; one chapter of it with
# `python -m regspec run 08 --scenario mine`. This page does the latter for the same values, given on the command
# line, and asks for the outcome as JSON:

# %%
command = [sys.executable, "-m", "regspec", "run", "08_model", "--json", "--quiet"]
command += ["-p", "theta", str(theta), "-p", "gamma", str(gamma)]
done = subprocess.run(command, capture_output=True, text=True, check=False)
outcome = json.loads(done.stdout)[0]
print(outcome["name"], "ran" if outcome["status"] in ("ran", "unchanged") else outcome["status"])

# %% [markdown]
# An outcome is `ran`, `unchanged` (the same parameters, code and data as last time), `failed` (the
# partial execution is kept beside the others), or `blocked`. Nothing of it enters the book.
#
# ## Or ask the package
#
# For a number or two no chapter is needed. The same change, made to the calibration:

# %%
baseline = Calibration.converted(gamma=gamma)
grid = Grid(bonds=40, capital=15, shocks=3)
economies = {"baseline": baseline, f"θ = {theta:g}": baseline.replace(theta=theta)}
solved = {name: solve_equilibrium(c, grid, on_failure="return") for name, c in economies.items()}
moments = pd.DataFrame({name: headline_moments(e) for name, e in solved.items()})
table(moments.rename_axis("moment"), caption=f"Headline moments, γ = {gamma:g}, grid 40 × 15 × 3²")

# %% tags=["hide-input"]
for name, e in solved.items():
    if not e.certificate.converged:
        note(f"The certificate of {name} fails on this grid: take the numbers with care.", kind="warning")
changed = moments.columns[1]
glue("debt", -100 * moments.loc["bonds over income, mean", "baseline"])
glue("debt_changed", -100 * moments.loc["bonds over income, mean", changed])
glue("swings", 100 * moments.loc["log price, sd", "baseline"])
glue("swings_changed", 100 * moments.loc["log price, sd", changed])

# %% [markdown]
# With the scenario's limit the region owes {glue:text}`debt_changed:.0f` percent of its income on average instead
# of {glue:text}`debt:.0f`, and the price of capital has a standard deviation of {glue:text}`swings_changed:.0f`
# percent instead of {glue:text}`swings:.0f`.
#
# ## Many values at once
#
# One assumption at many values, or many one at a time, is a sweep: {doc}`13_robustness` is made by
# `python -m regspec sweep scenarios/robustness.yml`, which runs on all cores, goes on after an
# interruption, and says which points have no certified solution. A sweep file has points with the part of the
# calibration that each changes:
#
# ```yaml
# name: mine
# description: The limit at three values.
# measures: [equilibrium]
# base:
#   grid: {bonds: 40, capital: 15, shocks: 3}
# references:
#   low risk aversion: {calibration: {gamma: 2.0}}
# points:
#   - {label: tight, set: {calibration: {theta: 0.2}}}
#   - {label: loose, set: {calibration: {theta: 0.4}}}
# ```
# ## What to take along
#
# - One number: `-p`; a set of them: a scenario; a question to the model: the package; many values: a sweep.
# - Misspelt names, wrong types and values out of range never reach a solver.
# - Runs with other parameters go to `_build/runs`; the book stays one execution with the defaults.
# - A limit of this page's size takes {glue:text}`swings:.0f` percent of price volatility down to {glue:text}`swings_changed:.0f`:
#   look at what binds before you explain it.
#
# ## Exercises
#
# The code continues this notebook: run its cells first.
#
# **1.** Which of these are accepted: `first_year = 1940` in the calibration, `bonds = "60"`, `shocks = 3.0`, `gama = 2.0`?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# trials = [("09_calibration", {"first_year": 1940}), ("10_solver", {"bonds": "60"}),
#           ("10_solver", {"shocks": 3.0}), ("12_planner", {"gama": 2.0})]
# for name, values in trials:
#     try:
#         arguments.check(entries[name], values)
#         print(name, values, "accepted")
#     except arguments.ParameterError as problem:
#         print(problem)
# ```
# None. Each message names the parameter and what is allowed.
# :::
#
# **2.** Change the period instead of the limit: one, five and ten years. Which solutions are certified?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# for years in (1, 5, 10):
#     economy = solve_equilibrium(baseline.replace(theta=theta, period_years=years), grid, on_failure="return")
#     found = headline_moments(economy)
#     print(years, economy.certificate.converged, round(found["bonds over income, mean"], 2), round(found["binding frequency"], 2))
# ```
# Those of five and ten years. By the year, on a grid made for decades, the certificate fails: debt is about as large as a
# year's income, and the limit never binds along the path. Debt is over the income of a period, so that the lines do not compare
# ({ref}`reading-period`).
# :::
#
# **3.** (Open.) Write the sweep of the last section for a parameter that you distrust, and run it.
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# import tempfile
# from pathlib import Path
#
# from regspec.sweep.specification import load_sweep
#
# points = [{"label": f"xi {x}", "set": {"calibration": {"xi": [x, 0.13]}}} for x in (0.05, 0.20)]
# mine = {"name": "mine", "description": "Agglomeration of machinery.", "measures": ["equilibrium"],
#         "base": {"grid": {"bonds": 40, "capital": 15, "shocks": 3}},
#         "references": {"low risk aversion": {"calibration": {"gamma": 2.0}}}, "points": points}
# with tempfile.TemporaryDirectory() as there:
#     file = Path(there) / "mine.yml"
#     file.write_text(yaml.safe_dump(mine))
#     sweep = load_sweep(file)
# print([p.label for p in sweep.points])
# ```
# Saved below `scenarios/`, it runs with `python -m regspec sweep scenarios/mine.yml`. `load_sweep` makes the same checks as the command.
# :::
