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
# Every published figure, table and number of {cite:t}`boehnert2025` has a row here: what the paper
# prints, what this book computes, from which data tier, and a status that a rule assigns. The rows
# are gathered from the executed notebooks; nobody types them. The machine-readable file is
# `data/results/scoreboard.csv`.
#
# Most facts of the paper rest on census microdata that need a registration. Where the *public* tier
# allows an analogue (48 states instead of 722 commuting zones, broad sectors instead of detailed
# industries), the row says so in its note: such a row tests the claim, not the digits.

# %% tags=["hide-input"]
import pandas as pd

from regspec.publish import explanations, scoreboard
from regspec.publish.display import glue, note, table
from regspec.publish.findings import finding_values
from regspec.sources.paths import project_root
from regspec.sweep.comparison import is_current, read_results

board = scoreboard.load()
results = read_results(project_root() / "data" / "results" / "robustness.csv")
entries = explanations.load()
compared = explanations.explained(board, entries)
for name, value in finding_values(board, compared, results).items():
    glue(f"finding_{name}", value)
if not is_current(results):
    note("The robustness sweep is of another version of the model than this page.", kind="warning")

# %% [markdown]
# (findings)=
# ## What we find
#
# ```{include} ../book/findings.md
# ```

# %% tags=["hide-input"]
glue("rows", len(board))
counted = ~board["status"].isin(scoreboard.SILENT)
glue("computed", int(counted.sum()))
glue("given", int((board["status"] == "taken as given").sum()))
glue("generated", int((board["status"] == "synthetic").sum()))

# %% [markdown]
# Of the {glue:text}`rows` rows, {glue:text}`computed` have a number of ours so far; {glue:text}`given` more are
# inputs that the model takes from the paper, which agree by construction and count for nothing. A further
# {glue:text}`generated` were computed on generated data, which test the code and say nothing about the paper:
# they are no results either, and stand apart at the end.
#
# ## What the statuses mean
#
# A status is about one row, and its note says what differs in data. Three rules need a word.
#
# - *Significance comes first.* Where we have a standard error (robust, clustered or from a bootstrap
#   of whole regions), an estimate that is not significant is neither a match nor a contradiction,
#   however close it lies. Simulated numbers have none: they are exact for their model.
# - *Directions are from the value that means no effect*: zero, or one for a ratio of two responses.
#   A claim that reallocation "is almost halved" is contradicted by a ratio above one.
# - *Shares of an effect need the effect.* If our slope has the opposite sign, what the collateral
#   limit contributes to it says nothing about the paper's 56 percent, whatever the quotient; nor
#   does a share below zero or above all of it.

# %% tags=["hide-input"]
legend = pd.DataFrame(scoreboard.STATUSES.items(), columns=["status", "meaning"])
table(legend, caption="The rule tries the statuses from top to bottom", index=False)

# %% [markdown]
# ## Summary

# %% tags=["hide-input"]
table(scoreboard.tally(board), caption="Rows by part of the paper and status")

# %% [markdown]
# (scoreboard-explained)=
# ## The abstract, the model, and Tables 2, 10 and 11: what explains each difference
#
# Every row of these parts that does not match has a reason, by number. A reason is one of three kinds.

# %% tags=["hide-input"]
kinds = pd.DataFrame(explanations.KINDS.items(), columns=["kind", "meaning"])
table(kinds, caption="Kinds of reasons", index=False)

# %% tags=["hide-input"]
for title, rows in explanations.parts(compared):
    table(explanations.presented(rows), caption=title, index=False, small=("quantity", "below"))

# %% [markdown]
# ### The reasons
#
# Each is backed by numbers that were computed: a point of the sweep in {ref}`robustness` (its label, then a
# headline number of the baseline and at that point), or a number of a chapter, with its name.

# %% tags=["hide-input"]
explanations.show_reasons(
    explanations.reasons(entries, compared["why"].tolist(), results), caption="Why our numbers differ"
)

# %% [markdown]
# ## Numbers with a counterpart
#
# These are the rows that this version of the book can speak to, good news and bad. Those of the section before
# are among them.

# %% tags=["hide-input"]
done = board[counted | (board["status"] == "taken as given")]
for part, rows in done.groupby("part", sort=False):
    table(scoreboard.presented(rows), caption=part, index=False, small=("quantity", "below"))

# %% [markdown]
# ## Numbers that wait
#
# The rest of what the paper publishes. Most of it needs the census tier, which this version
# does not have.

# %% tags=["hide-input"]
waiting = board[board["status"] == "not computed"]
for part, rows in waiting.groupby("part", sort=False):
    shown = rows[["quantity", "paper", "reference"]]
    table(shown, caption=part, index=False, small=("quantity", "reference"))

# %% [markdown]
# ## Numbers on generated data
#
# *Tier: synthetic.* {doc}`07_census_facts` computes these on a census that is drawn with known coefficients. They
# wait for the census tier too; that they come near the paper where its numbers are planted is the point of
# planting them.

# %% tags=["hide-input"]
generated = board[board["status"] == "synthetic"].rename(columns={"ours": "generated data"})
for part, rows in generated.groupby("part", sort=False):
    shown = rows[["quantity", "paper", "generated data", "reference"]]
    table(shown, caption=f"{part}, synthetic", index=False, small=("quantity", "reference"))

# %% tags=["hide-input"]
print(f"rows to explain {len(compared)}; without a reason {len(explanations.unexplained(compared))}")
