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
# (results)=
# # What the model says about regional growth
#
# *Tier: model for the impulse responses; public for the regions: industry employment of commuting
# zones in 1980 ({cite:t}`bhj2022`), income per head 1969–2019 ({cite:t}`bea_county`), industry
# productivity ({cite:t}`elbadri2025`).*
#
# The paper asks its model two questions. How does a region respond to a shock to one of its
# industries, and what does the collateral limit add? And how much of the growth penalty of
# specialization does the model produce when it is run on all commuting zones? The census data that
# start the paper's simulation in 1950 need a registration; the public counterpart here starts in
# 1980.

# %% tags=["parameters"]
gamma: float = 5.0  # relative risk aversion; 0 < gamma <= 10
theta: float = 0.35  # loan-to-value limit; 0 < theta < 1
definition: str = "machinery"  # what counts as machinery; one of machinery, with_computers, without_computers
reading: str = "national"  # whose productivity; one of national, observed, regional
bonds: int = 120  # nodes for bonds; 20 <= bonds <= 400
capital: int = 21  # nodes for the capital share; 7 <= capital <= 121
shocks: int = 3  # nodes per productivity shock; 1 <= shocks <= 15
step: float = 0.5  # distance of nodes of relative productivity, log points; 0.1 <= step <= 2
initial_bonds: float = -0.2  # initial bonds over income of a decade; -0.5 <= initial_bonds <= 0.5
draws: int = 2000  # economies behind an impulse response; 100 <= draws <= 100000

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from regspec.experiments.family import solve_family
from regspec.experiments.growth import (
    compare_slopes,
    decompose,
    growth_slope,
    share_explained,
    zone_panel,
)
from regspec.experiments.impulse import bound_states, ergodic_states, respond
from regspec.experiments.policies import along_bonds
from regspec.experiments.regions import (
    READINGS,
    SOUND,
    costless_growth,
    initial_regions,
    relative_nodes,
    simulate_regions,
)
from regspec.experiments.two_sectors import DEFINITIONS, sector_paths, zone_shares
from regspec.figures.model_policies import draw_impulse, draw_price_and_multiplier
from regspec.figures.model_regions import (
    draw_decomposition,
    draw_growth_maps,
    draw_growth_slopes,
)
from regspec.model import Grid, solve_equilibrium
from regspec.parameters import Calibration
from regspec.publish.display import glue, show, table
from regspec.publish.scoreboard import Ours, compare
from regspec.sources import bea_county, cbp, geometry, tfp
from regspec.sources.notes import source_note

# %% [markdown]
# ## The response to a shock
#
# Productivity of machinery falls by one standard deviation of its innovation. Because stationary
# paths of the constrained economy can alternate between bound and slack decades, a response from a
# single point would mislead; the generalised response is the mean over many economies, drawn from
# the stationary distribution of the constrained economy, of the path with the shock less the path
# without it, all later shocks being the same. The economy without the limit starts from the *same*
# states, so that only the limit differs.

# %% tags=["hide-input"]
calibration = Calibration.baseline(gamma=gamma, theta=theta)
unlimited = calibration.replace(constraint=False)
grid = Grid(bonds=bonds, capital=capital, shocks=shocks)
solved = {
    "with limit": solve_equilibrium(calibration, grid, on_failure="return"),
    "without limit": solve_equilibrium(unlimited, grid, on_failure="return"),
}
start = ergodic_states(solved["with limit"], draws=draws)
impulses = {label: respond(e, start=start) for label, e in solved.items()}
at_limit = bound_states(solved["with limit"], start)
from_limit = {label: respond(e, start=at_limit, horizon=2) for label, e in solved.items()}
setting = f"γ = {gamma:g}, θ = {theta:g}, decade; grid {bonds} × {capital} × {shocks}²"
table(
    pd.DataFrame(
        {
            label: {
                "certificate passes": str(e.certificate.converged),
                "limit binds, percent of decades": f"{100 * impulses[label].bound_share:.0f}",
                "effective shock, standard deviations": f"{impulses[label].effective_size:.2f}",
                "states inside the grid, percent": f"{100 * impulses[label].inside_share:.1f}",
            }
            for label, e in solved.items()
        }
    ),
    caption="What the responses rest on",
)

# %% tags=["hide-input"]
show(
    draw_impulse(impulses, note=f"{setting}; {draws} draws"),
    name="fig-impulse",
    caption="Generalised response to an adverse one-standard-deviation shock to machinery, with two "
    "simulation standard errors (the paper's Figure 7).",
    alt="Four panels over nine decades. Bonds rise on impact with the limit and fall without it. The "
    "share of capital in machinery falls in both. Consumption and the price of capital fall several "
    "times as much with the limit, and alternate afterwards.",
)

# %% tags=["hide-input"]
limited, free = impulses["with limit"], impulses["without limit"]
impact = {v: (limited.at(v, 0), free.at(v, 0)) for v in ("bonds", "share", "consumption", "price")}
for variable, (with_limit, without) in impact.items():
    glue(f"irf_{variable}_limit", with_limit)
    glue(f"irf_{variable}_free", without)
shares = {
    label: i.frame.query("variable == 'share'")["response"].to_numpy()
    for label, i in impulses.items()
}
peak = int(np.abs(shares["with limit"]).argmax())
ratio_impact = impact["share"][0] / impact["share"][1]
ratio_medium = shares["with limit"][2] / shares["without limit"][2]
ratio_bound = from_limit["with limit"].at("share", 0) / from_limit["without limit"].at("share", 0)
glue("ratio_bound", ratio_bound)
glue("ratio_impact", ratio_impact)
glue("ratio_medium", ratio_medium)
glue("peak", peak)

# %% [markdown]
# On impact the price of capital changes by {glue:text}`irf_price_limit:.1f` percent with the limit and by
# {glue:text}`irf_price_free:.1f` without it; consumption by {glue:text}`irf_consumption_limit:.1f` and
# {glue:text}`irf_consumption_free:.1f`. That is the paper's amplification. Two of its other statements
# need a qualification. Regions that face the limit do not borrow more after the shock: their bonds
# *change by* {glue:text}`irf_bonds_limit:.1f` percent of income, against {glue:text}`irf_bonds_free:.1f` without the
# limit, because the limit tightens by more than they would like to borrow. And the capital that
# leaves the shocked industry is {glue:text}`ratio_impact:.2f` times that of the unlimited economy in the
# first decade ({glue:text}`ratio_bound:.2f` times for those that start at their limit), but
# {glue:text}`ratio_medium:.2f` times after three: around the stationary allocation the limit delays
# reallocation a little and does not halve it. Far from it, where a region has much to move, the
# rules of {doc}`10_solver` show a larger difference.

# %% [markdown]
# The same at a risk aversion of {glue:text}`gamma_low:.0f`, where the equilibrium is unique
# ({doc}`10_solver`):

# %% tags=["hide-input"]
gamma_low = min(2.0, gamma)
glue("gamma_low", gamma_low)
milder = {
    label: solve_equilibrium(economy.replace(gamma=gamma_low), grid, on_failure="return")
    for label, economy in (("with limit", calibration), ("without limit", unlimited))
}
mild_start = ergodic_states(milder["with limit"], draws=draws)
mild = {label: respond(e, start=mild_start) for label, e in milder.items()}
show(
    draw_impulse(mild, note=f"γ = {gamma_low:g}, θ = {theta:g}, decade; {draws} draws"),
    name="fig-impulse-low",
    caption="Generalised response to an adverse one-standard-deviation shock to machinery at the lower "
    "risk aversion, with two simulation standard errors.",
    alt="Four panels over nine decades, shaped as at the paper's risk aversion. With the limit "
    "consumption and the price of capital fall more on impact than without it.",
)

# %% tags=["hide-input"]
for variable in ("price", "consumption"):
    for label, name in (("with limit", "limit"), ("without limit", "free")):
        glue(f"mild_{variable}_{name}", mild[label].at(variable, 0))

# %% [markdown]
# The price changes by {glue:text}`mild_price_limit:.1f` percent on impact with the limit and by
# {glue:text}`mild_price_free:.1f` without it, consumption by {glue:text}`mild_consumption_limit:.1f` and
# {glue:text}`mild_consumption_free:.1f`: the amplification does not rest on the selection among several
# equilibria.

# %% tags=["hide-input"]
remark = f"generalised response, decade, gamma {gamma:g}"
compare(
    [
        Ours("fig7.bonds_response", impact["bonds"][0], tier="model", note=remark),
        Ours("fig7.capital_response", impact["share"][0], tier="model", note=remark),
        Ours("fig7.consumption_response", impact["consumption"][0], tier="model", note=remark),
        Ours("fig7.price_response", impact["price"][0], tier="model", note=remark),
        Ours("fig7.peak_after_impact", peak, tier="model", note=f"{remark}; decades, capital share"),
        Ours(
            "fig7.price_amplification",
            impact["price"][1] - impact["price"][0],
            tier="model",
            note=f"{remark}; percentage points",
        ),
        Ours(
            "fig7.consumption_amplification",
            impact["consumption"][1] - impact["consumption"][0],
            tier="model",
            note=f"{remark}; percentage points",
        ),
        Ours(
            "fig7.capital_sluggishness",
            impact["share"][1] - impact["share"][0],
            tier="model",
            note=f"{remark}; outflow in the first decade, percentage points",
        ),
        Ours(
            "text.reallocation_ratio",
            ratio_medium,
            tier="model",
            note=f"{remark}; all economies, bound or not, third decade",
        ),
        Ours(
            "text.reallocation_ratio",
            ratio_bound,
            tier="model",
            note=f"{remark}; economies that start at their limit, first decade",
        ),
    ],
    caption="Impulse responses",
)

# %% [markdown]
# ### A specialized and a diversified region
#
# Why do two regions with the same debt fare differently? The same shock, one standard deviation
# against machinery, for a region with most of its capital there and for one with half:

# %% tags=["hide-input"]
economies = {"specialized (0.8)": 0.8, "diversified (0.5)": 0.5}
over_bonds = along_bonds(solved["with limit"], shares=economies)
at_debt = over_bonds[over_bonds["inside"]].groupby("economy", sort=False)
lines = {name: part.set_index("bonds") for name, part in at_debt}
debt = float(np.quantile(start.b, 0.1))
prices, multipliers = (
    {name: float(np.interp(debt, part.index, part[column])) for name, part in lines.items()}
    for column in ("price", "multiplier")
)
higher = max(multipliers, key=lambda name: multipliers[name]).split()[0]
show(
    draw_price_and_multiplier(over_bonds, note=setting),
    name="fig-price-multiplier-bonds",
    caption="Price of capital and multiplier on the limit (as a share of marginal utility) over bonds, "
    "after an adverse shock to machinery, by capital share in machinery.",
    alt="Two panels over bonds. The price of capital rises with bonds and the multiplier falls to zero "
    "where the limit is slack. At the first decile of bonds along simulated paths the multiplier is "
    f"higher in the {higher} region.",
)

# %% tags=["hide-input"]
glue("debt_decile", debt)
for name, key in zip(economies, ("specialized", "diversified"), strict=True):
    glue(f"price_{key}", prices[name])
    glue(f"multiplier_{key}", multipliers[name])

# %% [markdown]
# At the first decile of bonds along simulated paths ({glue:text}`debt_decile:.2f`) capital is worth
# {glue:text}`price_specialized:.2f` in the specialized and {glue:text}`price_diversified:.2f` in the
# diversified region, and the multiplier is {glue:text}`multiplier_specialized:.2f` and
# {glue:text}`multiplier_diversified:.2f` of marginal utility.

# %% [markdown]
# (results-regions)=
# ## Commuting zones, 1980 to 2019
#
# Each zone is a small open economy with two sectors, machinery and the rest of manufacturing. It
# starts in 1980 from the zone's own mix, meets the national path of both sectors' productivity
# ({numref}`fig-relative-productivity`), and chooses capital and bonds for 1990, 2000, 2010 and 2019
# (the last period has nine years and is treated as a decade). Income levels need no parameter:
# scaling a region's productivity, adjustment costs and bonds leaves its growth unchanged
# ({doc}`08_model`), so the initial income of each zone is matched by construction.
#
# The text leaves several things open, and they matter more here than anywhere else:
#
# - *Where computers belong* ({ref}`reading-two-sectors`): three definitions.
# - *Whose productivity* ({ref}`reading-whose-productivity`), three readings: `national` (one
#   productivity everywhere; capital inverted from the sector's share of income, as in section 4.1),
#   `observed` (one productivity; the employment share taken as the share of capital), `regional`
#   (each zone's own relative productivity makes its initial mix the best one).
# - *Expectations of the trend:* agents take relative productivity of a date as lasting, apart from
#   shocks around it.
# - *Initial bonds* ({ref}`reading-initial-bonds`): the ratio to income that Table 2 targets,
#   everywhere.
# - *Scale* ({ref}`reading-scale`): the model has only manufacturing. Its growth is shown as it is and
#   weighted with the zone's manufacturing share of employment, which makes it comparable with
#   total income.
#
# A result counts only as far as the rules behind it do. Each variant below says in what share of
# zone-decades it used solutions that pass their certificates, inside the grid, with positive
# consumption; under {glue:text}`sound_limit:.0f` percent it is flagged and no conclusion is drawn from it.

# %% tags=["hide-input"]
accounts, employment = tfp.industry_tfp(), cbp.manufacturing_shares(1980)
incomes = bea_county.zone_income()
paths = {name: sector_paths(accounts, d) for name, d in DEFINITIONS.items()}
panels = {
    name: zone_panel(zone_shares(employment, d), incomes) for name, d in DEFINITIONS.items()
}
starts = {
    (name, r): initial_regions(panels[name]["share"].to_numpy(), paths[name], calibration, reading=r)
    for name in DEFINITIONS
    for r in READINGS
}
nodes = relative_nodes(*starts.values(), step=step)
families = {
    label: solve_family(economy, nodes, grid, tolerance=1e-5, on_failure="return")
    for label, economy in (("with limit", calibration), ("without limit", unlimited))
}
source = source_note(incomes, employment, accounts)
panel = panels[definition]
zones_used, zones_all = len(panel), employment["cz"].nunique()
glue("zones_used", zones_used)
glue("zones_without", zones_all - zones_used)
glue("grid_end", 100 * families["with limit"].share_range[0])
glue("median_share", 100 * panel["share"].median())
glue("clipped_national", 100 * float(starts[definition, "national"].clipped.mean()))
glue("clipped_regional", 100 * float(starts[definition, "regional"].clipped.mean()))
glue("sound_limit", 100 * SOUND)

# %% [markdown]
# Of the 722 zones {glue:text}`zones_used` have manufacturing; the other {glue:text}`zones_without` have no mix to
# start from. Machinery is small in most: the median share is {glue:text}`median_share:.0f` percent. "Specialized"
# in the two-sector Gini therefore means *having little machinery* ({ref}`reading-two-sector-gini`).
# Inverting the national reading for capital sharpens this: income is so concave that a small sector
# holds next to no capital, and {glue:text}`clipped_national:.0f` percent of zones start at the end of the
# capital grid ({glue:text}`grid_end:.0f` percent), against {glue:text}`clipped_regional:.0f` percent under the regional reading.
#
# One family of solutions over relative productivity serves all variants. At its outer nodes an
# economy belongs in a corner of the capital grid, and states in the opposite corner leave it nothing
# to consume, which the certificates report.

# %% tags=["hide-input"]
table(
    pd.concat({label: f.report() for label, f in families.items()}, names=["economy"])
    .reset_index(level=0)
    .assign(relative=lambda f: f["relative"].map("{:.2f}".format)),
    caption="Solutions behind the simulation: nodes of ln z1 − ln z2",
    index=False,
)

# %% tags=["hide-input"]
paths_of = {
    key: {
        label: simulate_regions(start, family, bonds_to_income=initial_bonds)
        for label, family in families.items()
    }
    for key, start in starts.items()
}
growth = {
    key: {label: p.growth for label, p in runs.items()}
    | {"no adjustment costs": costless_growth(starts[key], calibration)}
    for key, runs in paths_of.items()
}
slopes = {key: compare_slopes(panels[key[0]], g) for key, g in growth.items()}
chosen = slopes[definition, reading]
table(
    chosen,
    caption=f"Growth 1980–2019 on the initial two-sector Gini ({definition}, {reading})",
    index=False,
)

# %% tags=["hide-input"]
manufacturing = chosen[chosen["scale"] == "manufacturing"].set_index("label")["slope"]
total = chosen[chosen["scale"] == "total income"].set_index("label")
data_row, given_row = total.loc["data"], total.loc["data, given income and manufacturing"]
glue("data_slope", data_row["slope"])
glue("data_se", data_row["se"])
glue("given_slope", given_row["slope"])
glue("given_se", given_row["se"])
glue("model_slope", manufacturing["with limit"])
glue("model_slope_total", total.loc["with limit", "slope"])
run = paths_of[definition, reading]["with limit"]
glue("bound_mean", 100 * float(run.bound.mean()))
glue("sound_mean", 100 * run.sound)

# %% [markdown]
# In the data the slope is {glue:text}`data_slope:.2f` log points per unit of the Gini with a standard error of
# {glue:text}`data_se:.2f`: negative, as the paper has it, but not distinguishable from zero in public data
# since 1980; given income per head and the manufacturing share of 1980 it is
# {glue:text}`given_slope:.2f` ({glue:text}`given_se:.2f`). The model's slope is {glue:text}`model_slope:.2f` for
# manufacturing and {glue:text}`model_slope_total:.2f` at the scale of total income. The limit binds in
# {glue:text}`bound_mean:.0f` percent of zone-decades; {glue:text}`sound_mean:.0f` percent of them rest on
# certified solutions inside the grid. But {glue:text}`clipped_national:.0f` percent of zones start at the end of
# the grid instead of at their own mix, so that this slope compares the rest with one common
# starting point: it says little about differences among zones with little machinery.

# %% tags=["hide-input"]
weight = panel["manufacturing_share"].to_numpy()
scaled = {label: g * weight for label, g in growth[definition, reading].items()}
show(
    draw_growth_slopes(panel, scaled, note=source),
    name="fig-growth-slopes",
    caption="Income growth 1980–2019 on the two-sector Gini of 1980: commuting zones with their "
    "least-squares line, and that line (95 percent band) beside those of model variants at the scale of "
    f"total income ({definition}, {reading} reading; the paper's Figures 5 and 6).",
    alt="Left: scatter of commuting zones, most of them at a high Gini, with a nearly flat line. Right: "
    "the line of the data falls slightly, within a wide band; those of the model with the limit, "
    "without it, and without adjustment costs rise and nearly coincide.",
)

# %% [markdown]
# ### All variants
#
# The sign of the model's slope is decided by the definition of machinery, as the relative trend
# suggests. Rules are interpolated between nodes of relative productivity; the scenario
# `regions_fine` has twice as many on a finer grid.

# %% tags=["hide-input"]
rows = []
for key, frame in slopes.items():
    plain = frame[frame["scale"] == "manufacturing"].set_index("label")["slope"]
    weighted = frame[frame["scale"] == "total income"].set_index("label")["slope"]
    rows.append(
        {
            "definition": key[0],
            "reading": key[1],
            "data": weighted["data"],
            "model": plain["with limit"],
            "model, total income": weighted["with limit"],
            "without limit": plain["without limit"],
            "no costs": plain["no adjustment costs"],
            "due to limit, %": 100 * (1 - plain["without limit"] / plain["with limit"]),
            "clipped, %": 100 * starts[key].clipped.mean(),
            "sound, %": 100 * min(run.sound for run in paths_of[key].values()),
        }
    )
variants = pd.DataFrame(rows)
sound = variants["sound, %"] >= 100 * SOUND
variants["flag"] = np.where(sound, "", "not certified")
table(variants, caption="Slope of growth on the initial Gini in every variant", index=False)

# %% tags=["hide-input"]
by_variant = variants.set_index(["definition", "reading"])
glue("negative_variants", int((variants["model"] < 0).sum()))
glue("all_variants", len(variants))
glue("sound_variants", int(sound.sum()))
glue("negative_sound", int((sound & (variants["model"] < 0)).sum()))
glue("computers_sound", by_variant.loc[("with_computers", "national"), "sound, %"])
glue("computers_clipped", by_variant.loc[("with_computers", "national"), "clipped, %"])
glue("computers_limit", by_variant.loc[("with_computers", "national"), "model"])
glue("computers_free", by_variant.loc[("with_computers", "national"), "without limit"])
glue("computers_regional", by_variant.loc[("with_computers", "regional"), "model"])
glue("computers_regional_total", by_variant.loc[("with_computers", "regional"), "model, total income"])

# %% [markdown]
# Only {glue:text}`negative_variants` of {glue:text}`all_variants` variants give a negative slope, and of the
# {glue:text}`sound_variants` that are sound {glue:text}`negative_sound`. Where
# productivity is national, zones with little machinery start far from the allocation that every
# zone heads for, and catch up: specialized zones grow *faster*. If computers count as machinery,
# the sector that specialized zones lack is the one that booms, and the printed slope is
# {glue:text}`computers_free:.2f` without the limit and {glue:text}`computers_limit:.2f` with it. That would be
# the paper's mechanism, but it is not a finding: the boom takes relative productivity to where the
# economy belongs in a corner of the capital grid and the certificates fail (infeasible states),
# only {glue:text}`computers_sound:.0f` percent of zone-decades are sound, none of them in the last decade,
# and {glue:text}`computers_clipped:.0f` percent of zones are clipped. With regional
# productivity the same definition gives {glue:text}`computers_regional:.2f`, flagged too; nearly all of that is
# composition, with or without frictions, and even at the scale of total income
# ({glue:text}`computers_regional_total:.2f`) it is many times the slope in the data: unit prices
# let the quality of computers count fully as regional income.
#
# ### What the frictions contribute
#
# Removing the limit first and adjustment costs second gives another split than the reverse order
# ({ref}`reading-limit-sign`), so both are shown. Without adjustment costs capital jumps to where
# private returns are equal, limit or no limit, and growth has a closed form.

# %% tags=["hide-input"]
full, no_limit = manufacturing["with limit"], manufacturing["without limit"]
no_cost = manufacturing["no adjustment costs"]
parts = decompose(full, no_limit, no_cost, no_cost)
table(parts, caption=f"Contributions to the slope ({definition}, {reading})", index=False)

# %% tags=["hide-input"]
show(
    draw_decomposition(
        chosen[chosen["scale"] == "total income"], note=f"{source}; total-income scale"
    ),
    name="fig-growth-decomposition",
    caption="Slopes of growth on the initial two-sector Gini, with two standard errors: data, and "
    f"model variants at the scale of total income ({definition}, {reading} reading).",
    alt="Horizontal bars of the slope in the data, in the data with controls, and in the model with "
    "the limit, without it, and without adjustment costs.",
)

# %% [markdown]
# ### Initial debt
#
# The paper does not state where regions' debt starts. The slope hardly depends on it:

# %% tags=["hide-input"]
sensitivity = pd.DataFrame(
    [
        {
            "initial bonds over income": ratio,
            "slope": growth_slope("model", panel["gini"], run.growth).slope,
            "bound in the first decade, %": 100 * run.bound[0].mean(),
        }
        for ratio in (-0.3, -0.2, -0.1, 0.0)
        for run in [
            simulate_regions(
                starts[definition, reading], families["with limit"], bonds_to_income=ratio
            )
        ]
    ]
)
table(sensitivity, caption=f"Initial bonds ({definition}, {reading})", index=False)

# %% [markdown]
# ### Where

# %% tags=["hide-input"]
correlation = float(np.corrcoef(panel["growth"], scaled["with limit"])[0, 1])
glue("correlation", correlation)
show(
    draw_growth_maps(
        geometry.zones(), geometry.states(), panel, scaled["with limit"], note=source
    ),
    name="fig-growth-maps",
    caption="Income growth by commuting zone, fifths of each distribution: data, and model weighted "
    f"with the manufacturing share ({definition}, {reading} reading).",
    alt="Two maps of commuting zones in fifths of growth. The data show fast growth in the Plains, "
    "New England and the South East; the model's pattern follows manufacturing shares. The "
    f"correlation of the two across zones is {correlation:.2f}.",
)

# %% [markdown]
# Across zones the correlation of model and data is {glue:text}`correlation:.2f`.
#
# ## Beside the paper
#
# The share explained is the model's slope over that in the data; its standard error is that of the
# data, and where the data's slope is not significant the share is not either. Both scales are
# reported.

# %% tags=["hide-input"]
data = growth_slope("data", panel["gini"], panel["growth"])


def limits_of(name, kind):
    """What a variant rests on, for its note."""
    row = by_variant.loc[(name, kind)]
    flag = f"{row['flag']}: " if row["flag"] else ""
    return f"{flag}{row['sound, %']:.0f}% of zone-decades sound, {row['clipped, %']:.0f}% of zones clipped"


remark = (
    f"1980-2019, CBP mix, {definition}, {reading} reading, gamma {gamma:g}; "
    + limits_of(definition, reading)
)
declines = bool(data.slope < 0)
ours = []
for label, series in (
    ("as printed", growth[definition, reading]),
    ("total-income scale", scaled),
):
    fitted = {k: growth_slope(k, panel["gini"], v) for k, v in series.items()}
    explained, error = share_explained(fitted["with limit"], data)
    costs, costs_error = share_explained(fitted["without limit"], data)
    text = f"{remark}, {label}"
    ours += [
        Ours(
            "text.model_share_of_slope",
            explained,
            tier="public",
            note=text,
            se=error,
            same_sign=declines,
        ),
        *(
            Ours(
                name,
                share / 100,
                tier="public",
                note=text,
                se=share_error / 100,
                same_sign=declines,
            )
            for name, share, share_error in (
                ("fig5.model_share_of_slope", explained, error),
                ("text.adjustment_cost_share", costs, costs_error),
                ("fig6.adjustment_cost_share", costs, costs_error),
            )
        ),
        Ours("fig5.model_slope", fitted["with limit"].slope, tier="public", note=text),
        Ours(
            "fig5.data_minus_model_slope",
            data.slope - fitted["with limit"].slope,
            tier="public",
            note=text + ("" if fitted["with limit"].slope < 0 else "; the model's slope is positive"),
            se=data.se,
        ),
        Ours(
            "fig6.baseline_minus_frictionless_slope",
            fitted["with limit"].slope - fitted["without limit"].slope,
            tier="public",
            note=text,
        ),
    ]
for name in DEFINITIONS:
    row = by_variant.loc[(name, reading)]
    text = (
        f"1980-2019, CBP mix, {name}, {reading} reading, gamma {gamma:g}; slope {row['model']:.2f} with "
        f"the limit, {row['without limit']:.2f} without; {limits_of(name, reading)}"
    )
    ours += [
        Ours(key, row["due to limit, %"] / scale, tier="public", note=text, same_sign=bool(row["model"] < 0))
        for key, scale in (("text.financial_share", 1), ("text.financial_share_abstract", 100))
    ]
compare(ours, caption="The specialization trade-off: model against data")

# %% tags=["hide-input"]
print(f"zones {zones_used}; slope in the data {data.slope:.2f} ({data.se:.2f})")
print(f"slope in the model: with limit {full:.2f}, without {no_limit:.2f}, no costs {no_cost:.2f}")
print(f"variants with a negative slope: {int((variants['model'] < 0).sum())} of {len(variants)}")
