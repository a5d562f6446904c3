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
# (scoreboard)=
# # Scoreboard
#
# *Tier: named in every row.*
#
# :::{admonition} In short
# :class: brief
# **Question.** How do the paper's numbers and this book's compare, one by one?
#
# **Answer.** Of {glue:text}`rows:d` rows {glue:text}`finding_spoken:d` have a result on public data or from the model:
# {glue:text}`finding_agree:d` agree with {cite:t}`boehnert2025` at least in direction, {glue:text}`finding_against:d` do not,
# and {glue:text}`finding_insignificant:d` are too uncertain to say. The others are inputs ({glue:text}`given:d`), computed on
# generated data ({glue:text}`generated:d`, *synthetic tier*), or not computed ({glue:text}`missing:d`).
# :::

# %% tags=["hide-input"]
import pandas as pd

from regspec.paper import explanations, overview, scoreboard
from regspec.show.display import glue_all, note, table
from regspec.sources.paths import project_root
from regspec.sweep.comparison import is_current, read_results

board = scoreboard.load()
results = read_results(project_root() / "data" / "results" / "robustness.csv")
entries = explanations.load()
compared = explanations.explained(board, entries)
told = overview.with_reasons(board, compared)
glue_all(overview.finding_values(board, compared, results), prefix="finding_")
if not is_current(results):
    note("The robustness sweep is of another version of the model than this page.", kind="warning")
table(overview.counts(told), caption="Published numbers by chapter of the paper: what came of them")

# %% tags=["hide-input"]
statuses = {"given": "taken as given", "generated": "synthetic", "missing": "not computed"}
glue_all({name: (board["status"] == status).sum() for name, status in statuses.items()})
glue_all({"rows": len(board), "explained": len(compared), "unexplained": len(explanations.unexplained(compared))})
glue_all(overview.kinds(compared, entries).sum(), prefix="kind_")

# %% [markdown]
# *Agree* means: equal at the printed precision, close, of the same direction, or no effect where the paper finds none.
# Inputs agree by construction, and numbers on generated data test the code: neither counts as a result.
#
# (findings)=
# ## What we find
#
# ```{include} ../book/findings.md
# ```

# %% [markdown]
# ## Every number
#
# One table for each part of the paper, text first. Its line says how many rows it has and what came of them; open it
# for the rows. Notebooks record them as they run, and nobody types them. The same table for programs is
# `data/results/scoreboard.csv`, and `python -m regspec scoreboard --section "Table 4"` prints a part of it.
#
# Most facts rest on census microdata that need a registration. Where the *public* tier allows an analogue (48 states
# instead of 722 commuting zones, broad sectors instead of detailed industries), the row says so in its note: it
# tests the claim, not the digits. A number under *why* is that of the reason for a difference, further down.

# %% [markdown]
# ### Abstract and introduction

# %% tags=["hide-input"]
overview.show_chapter(told, "Abstract and introduction")

# %% [markdown]
# ### Facts: section 2 and appendices A.2 to A.5
#
# {doc}`07_census_facts`, {doc}`07b_census_specialization` and {doc}`07c_census_places` compute all of these on a census that
# is drawn with known coefficients (*tier: synthetic*). That those rows come near the paper where its numbers are
# planted is the point of planting them; they wait for the census tier.

# %% tags=["hide-input"]
overview.show_chapter(told, "Facts: section 2, A.2 to A.5")

# %% [markdown]
# ### Model: section 3

# %% tags=["hide-input"]
overview.show_chapter(told, "Model: section 3")

# %% [markdown]
# ### Calibration: section 4.1 and appendix A.6

# %% tags=["hide-input"]
overview.show_chapter(told, "Calibration: section 4.1, A.6")

# %% [markdown]
# ### Growth and shocks: sections 4.2 to 4.4

# %% tags=["hide-input"]
overview.show_chapter(told, "Growth and shocks: sections 4.2 to 4.4")

# %% [markdown]
# ### The planner: section 5

# %% tags=["hide-input"]
overview.show_chapter(told, "Planner: section 5")

# %% [markdown]
# (scoreboard-explained)=
# ## Why numbers differ
#
# Every one of the {glue:text}`explained:d` rows on the abstract, the model, and Tables 2, 10 and 11 that does not match has
# a reason ({glue:text}`unexplained:d` have none). A reason is one of three kinds, and is backed by numbers that were
# computed: a point of the sweep in {ref}`robustness` (its label, then a headline number of the baseline and at that
# point), or a number of a chapter, with its name.

# %% tags=["hide-input"]
table(overview.kinds(compared, entries), caption="Rows that match, and rows by the kind of reason that explains them")

# %% tags=["hide-input"]
listed = explanations.reasons(entries, compared["why"].tolist(), results)
for kind, meaning in explanations.KINDS.items():
    some = listed[listed["kind"] == kind]
    explanations.show_reasons(some, caption=f"{kind.capitalize()} ({len(some)} reasons): {meaning}", fold=True)

# %% [markdown]
# ## How a status is assigned
#
# A rule assigns it to one row at a time. Three parts of it need a word.
#
# - *Significance comes first.* Where we have a standard error (robust, clustered or from a bootstrap
#   of whole regions), an estimate that is not significant is neither a match nor a contradiction,
#   however close it lies. Simulated numbers have none: they are exact for their model.
# - *Directions are from the value that means no effect*: zero, or one for a ratio of two responses.
#   A claim that reallocation "is almost halved" is contradicted by a ratio above one.
# - *Shares of an effect need the effect.* If our slope has the opposite sign, what the collateral
#   limit contributes to it says nothing about the paper's 56 percent {cite}`boehnert2025`, whatever the
#   quotient; nor does a share below zero or above all of it.

# %% tags=["hide-input"]
legend = pd.DataFrame(scoreboard.STATUSES.items(), columns=["status", "meaning"])
table(legend, caption="The statuses, tried from top to bottom", index=False, fold=True)
table(scoreboard.tally(board), caption="Rows by table, figure or text, and status", fold=True)

# %% [markdown]
# ## What to take along
#
# - {glue:text}`finding_agree:d` of {glue:text}`finding_spoken:d` comparisons agree at least in direction, and
#   {glue:text}`finding_matched:d` to the printed digit.
# - Of the rows on the abstract and the model that differ, {glue:text}`kind_data:d` differ for other data,
#   {glue:text}`kind_reading:d` for a reading of the text, {glue:text}`kind_numerics:d` for what can be solved and certified.
# - A status is about one number; the claims of the paper hang together, and {ref}`findings` says how.
# - {glue:text}`generated:d` rows on generated data are no results. With the microdata they become results by one command
#   ({doc}`21_ipums_key`).
#
# ## Exercises
#
# **1. A stricter judge.** Count as agreement only what is within ten percent. How many comparisons are left, by tier?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# spoken = board[~board["status"].isin(scoreboard.SILENT)]
# strict = spoken["status"].isin(["match", "close"])
# print(strict.groupby(spoken["tier"]).agg(["sum", "size"]))
# ```
# What drops out agrees in direction only. Other regions, years and coarser industries can keep a sign and change a size,
# so that on the public tier this judge asks for more than the data can give.
# :::
#
# **2. Uncertain or wrong?** Which rows of Table 7 are opposite in sign and significant?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# rows = board[(board["part"] == "Table 7") & (board["status"] == "opposite direction")]
# print(rows[["quantity", "paper", "ours", "note"]].to_string(index=False))
# ```
# An estimate with a t-ratio below 1.645 is called insignificant before its sign is looked at; only what passes that
# test can contradict the paper.
# :::
#
# **3. The hardest-working reason.** Which reason explains most rows, and what backs it?
#
# :::{admonition} Solution
# :class: dropdown
# ```python
# most = compared.loc[compared["why"] > 0, "why"].value_counts()
# print(most.head(3))
# first = listed[listed["no."] == most.index[0]].iloc[0]
# print(first["explanation"], first["computed sensitivity"], sep="\n")
# ```
# Inputs come first: the model takes them as printed, so that they agree whatever is true.
# :::
#
# **4. A reason of your own** (open). Take a row whose reason does not convince you. Find a parameter or a reading that moves
# our number towards the paper's, add it as a point to `scenarios/robustness.yml`, and quote it in
# `data/published/explanations.yml`.
#
# :::{admonition} Solution
# :class: dropdown
# There is no unique one. `python -m regspec sweep scenarios/robustness.yml` solves the new point and skips the others;
# `pytest tests/unit/test_paper_explanations.py` then says whether the reason names a point and a number that exist. A
# reason without a computed backing is refused.
# :::

# %% tags=["hide-input"]
print(f"rows to explain {len(compared)}; without a reason {len(explanations.unexplained(compared))}")
