"""Every zone: sources, grids per node, bootstrap bands, the planner zone by zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regspec.calibrate.two_sectors import DEFINITIONS, SectorPaths, census_shares, sector_paths
from regspec.figures.regions import draw_combinations, draw_frictions
from regspec.model import Grid
from regspec.paper.rows import growth_rows, planner_rows
from regspec.paper.scoreboard import published
from regspec.parameters import Calibration
from regspec.regions.adaptive_grids import (
    MARGIN,
    common_grid,
    feasible_range,
    node_grids,
    possible_ranges,
    solve_adapted,
    visited_ranges,
)
from regspec.regions.growth import (
    bootstrap_slopes,
    decompose,
    draw_counts,
    frictions,
    growth_slope,
    interval,
)
from regspec.regions.planner import gain_ranges, plan_sources, plan_zones, tertiles
from regspec.regions.relative_rules import private_allocation, solve_family
from regspec.regions.simulate import (
    CENSUS_DATES,
    costless_growth,
    initial_regions,
    relative_nodes,
    simulate_regions,
)
from regspec.regions.zones import (
    Outcome,
    census_zones,
    combination_headlines,
    combinations,
    mix_headlines,
    mix_persistence,
    public_zones,
    quality_headlines,
    run_zones,
    solutions_table,
    sources_table,
    zone_starts,
)

CALIBRATION = Calibration.converted(gamma=2.0, theta=0.25)
GRID = Grid(bonds=30, shocks=3)
THREE = (2000, 2010, 2019)


def paths(first: list[float], dates: tuple[int, ...] = THREE) -> SectorPaths:
    log_z = pd.DataFrame({"first": first, "composite": 0.0}, index=list(dates))
    return SectorPaths(
        definition=DEFINITIONS["machinery"],
        log_z=log_z,
        weight=pd.Series(0.1, index=list(dates)),
        base_year=dates[0],
    )


def start_of(share, first, reading="regional", **options):
    options = {"share_range": (1e-5, 1 - 1e-5), "corners": "exact", **options}
    return initial_regions(
        np.array(share), paths(first), CALIBRATION, reading=reading, dates=THREE, **options
    )


def logit(k):
    return np.log(k) - np.log1p(-np.asarray(k))


# One sector


def test_a_region_with_one_sector_earns_its_productivity():
    log_z = pd.DataFrame({"first": [0.0, 0.5, 0.9], "composite": [0.0, -0.1, -0.2]}, index=THREE)
    both = replace(paths([0.0] * 3), log_z=log_z)
    family = solve_family(CALIBRATION, [0.0, 1.2], GRID, on_failure="return")
    for reading in ("national", "observed", "regional"):
        start = initial_regions(
            np.array([0.0, 0.4, 1.0]), both, CALIBRATION, reading=reading, dates=THREE,
            corners="exact",
        )  # fmt: skip
        assert start.one_sector.tolist() == [True, False, True]
        assert not start.clipped.any()
        out = simulate_regions(start, family)
        gain = out.log_income - out.log_income[0]
        assert gain[:, 0] == pytest.approx([0.0, -0.1, -0.2])
        assert gain[:, 2] == pytest.approx([0.0, 0.5, 0.9])
        assert out.inside[:, [0, 2]].all()
        assert not out.bound[:, [0, 2]].any()
        assert np.ptp(out.share[:, 0]) == 0
    # Their own productivity keeps them in it even where capital moves freely.
    free = costless_growth(start, CALIBRATION)
    assert free[2] - free[0] == pytest.approx(1.1)


def test_clipping_stays_the_default():
    start = start_of([0.0, 0.4], [0.0] * 3, corners="clip")
    assert start.clipped.tolist() == [True, False]
    assert not start.one_sector.any()


# Grids of nodes


def test_logit_spacing_covers_the_range_evenly():
    grid = Grid(capital=9, capital_range=(1e-4, 0.9), capital_spacing="logit")
    solved = solve_family(CALIBRATION, [0.0], replace(grid, bonds=20), on_failure="return")
    nodes = solved.equilibria[0].grid.capital
    assert nodes[[0, -1]].tolist() == [1e-4, 0.9]
    assert np.diff(logit(nodes)) == pytest.approx(np.full(8, logit(0.9) / 8 - logit(1e-4) / 8))
    with pytest.raises(ValueError, match="capital_spacing is 'even'; allowed: 'cosine', 'logit'"):
        Grid(capital_spacing="even")


def test_possible_shares_lie_between_the_first_and_the_resting_points():
    start = start_of([0.1], [0.0, 1.0, 2.0])
    lam = start.relative[:, 0]
    nodes = np.array([lam[0], lam[1], lam[1] + 1.0])
    ranges = possible_ranges([start], nodes, CALIBRATION)
    rest = logit(private_allocation(lam[:2], CALIBRATION))
    assert ranges[0] == pytest.approx([logit(0.1)] * 2, abs=1e-6)  # it starts at rest
    assert ranges[1] == pytest.approx([logit(0.1), rest[1]], abs=1e-6)
    assert ranges[2, 0] == np.inf  # nobody comes there: the last date has no decision
    grids = node_grids(ranges, nodes, CALIBRATION, GRID, margin=0.5, spacing=0.1)
    ends = logit(np.array(grids[1].capital_range))
    assert ends == pytest.approx([logit(0.1) - 0.5, rest[1] + 0.5])
    assert grids[1].capital == int(np.ceil((ends[1] - ends[0]) / 0.1)) + 1
    last = private_allocation(nodes[2:], CALIBRATION)
    assert logit(np.array(grids[2].capital_range)) == pytest.approx(
        [*(logit(last) - 0.5), *(logit(last) + 0.5)]
    )
    with pytest.raises(ValueError, match=r"ranges has shape \(3, 2\); allowed: \(2, 2\)"):
        node_grids(ranges, nodes[:2], CALIBRATION, GRID)


def test_one_sector_regions_need_no_node():
    start = start_of([0.0, 0.3], [0.0] * 3)
    assert relative_nodes(start, step=1.0).size == 1
    assert possible_ranges([start], relative_nodes(start, step=1.0), CALIBRATION)[
        0, 0
    ] == pytest.approx(logit(0.3), abs=1e-6)


@pytest.fixture(scope="module")
def far():
    """Regions far out, where a fixed grid fails: little of a sector that falls behind."""
    return start_of([0.003, 0.004], [0.0, -0.2, -0.4])


@pytest.fixture(scope="module")
def adapted(far):
    return solve_adapted(CALIBRATION, [far], relative_nodes(far, step=1.0), GRID)


def test_a_fixed_grid_fails_where_an_adapted_one_is_certified(far, adapted):
    nodes = relative_nodes(far, step=1.0)
    fixed = solve_family(CALIBRATION, nodes, replace(GRID, capital=15), on_failure="return")
    assert not fixed.converged
    assert adapted.converged, adapted.report().to_string()
    assert simulate_regions(far, fixed).sound < 1.0
    assert simulate_regions(far, adapted).sound == 1.0


def test_one_grid_holds_what_all_dates_need(far):
    low, high = common_grid([far], CALIBRATION, GRID).capital_range
    assert low < far.share.min()
    assert high > far.share.max()
    rest = private_allocation(far.relative[:-1].ravel(), CALIBRATION)
    assert low < rest.min() < rest.max() < high
    both = common_grid([far, replace(far, share=far.share * 1e-3)], CALIBRATION, GRID)
    assert logit(both.capital_range[0]) == pytest.approx(logit(far.share.min() * 1e-3) - MARGIN)
    assert both.capital > common_grid([far], CALIBRATION, GRID).capital


def test_adapted_nodes_hold_what_regions_visit(far, adapted):
    visited = visited_ranges([far], adapted)
    for (low, high), node in zip(visited, adapted.equilibria, strict=True):
        ends = logit(np.array(node.grid.spec.capital_range))
        assert ends[0] < low - MARGIN / 2
        assert ends[1] > high + MARGIN / 2


def test_infeasible_corners_are_cut_away():
    # Nearly all capital in a sector that is e^3 times less productive cannot serve full debt.
    start = start_of([0.005], [0.0] * 3, reading="observed")
    start = replace(start, relative=start.relative + 3.0)
    nodes = np.array([3.0])
    wide = node_grids(possible_ranges([start], nodes, CALIBRATION), nodes, CALIBRATION, GRID)
    rough = solve_family(CALIBRATION, nodes, wide, on_failure="return").equilibria[0]
    assert rough.certificate["infeasible states"] > 0
    low, high = feasible_range(rough)
    assert low > logit(wide[0].capital_range[0])
    assert high == pytest.approx(logit(wide[0].capital_range[1]))
    cut = solve_adapted(CALIBRATION, [start], nodes, GRID)
    for node in cut.equilibria:
        assert node.certificate["infeasible states"] == 0
    assert not simulate_regions(start, cut).inside[0, 0]  # and the region is counted as outside


def test_a_family_takes_one_grid_or_one_a_node():
    with pytest.raises(ValueError, match="2 grids for 1 nodes"):
        solve_family(CALIBRATION, [0.0], [GRID, GRID])


# Bootstrap


def test_bootstrap_slopes_are_those_of_the_drawn_sample():
    rng = np.random.default_rng(1)
    x, ys = rng.random(40), rng.random((3, 40))
    counts = draw_counts(40, 5, seed=7)
    assert counts.sum(axis=1).tolist() == [40.0] * 5
    slopes = bootstrap_slopes(x, ys, counts)
    for row, drawn in zip(slopes, counts.astype(int), strict=True):
        again = np.repeat(np.arange(40), drawn)
        for value, y in zip(row, ys, strict=True):
            assert value == pytest.approx(np.polyfit(x[again], y[again], 1)[0])
    assert np.array_equal(counts, draw_counts(40, 5, seed=7))
    assert not np.array_equal(counts, draw_counts(40, 5, seed=8))


def test_clusters_are_drawn_whole():
    states = np.array(["a", "a", "b", "c", "c", "c"])
    counts = draw_counts(6, 50, seed=0, clusters=states)
    for name in "abc":
        assert np.ptp(counts[:, states == name], axis=1).max() == 0
    with pytest.raises(ValueError, match="5 clusters for 6 zones"):
        draw_counts(6, 1, seed=0, clusters=states[:5])


def test_spread_of_the_bootstrap_is_the_robust_error():
    rng = np.random.default_rng(3)
    x = rng.random(400)
    y = -0.5 * x + rng.standard_normal(400) * (0.1 + 0.3 * x)
    drawn = bootstrap_slopes(x, y, draw_counts(400, 3000, seed=1))[:, 0]
    assert drawn.std() == pytest.approx(growth_slope("y", x, y).se, rel=0.08)
    low, high = interval(drawn)
    assert low < -0.5 < high


def test_bootstrap_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="x has 3 zones, the series 4"):
        bootstrap_slopes(np.ones(3), np.ones((1, 4)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="does not vary"):
        bootstrap_slopes(np.ones(3), np.ones((1, 3)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="lacks \\['no adjustment costs'\\]"):
        frictions([0, 1], [0, 1], {"with limit": [0, 1], "without limit": [0, 1]})


def test_contributions_are_those_of_the_decomposition():
    x = np.linspace(0, 1, 30)
    growth = {"with limit": -2.0 * x, "without limit": -1.5 * x, "no adjustment costs": -0.5 * x}
    data = -4.0 * x
    bands = frictions(x, data, {**growth, "neither": -0.2 * x}, draws=20)
    shares = bands.shares.set_index("quantity")["percent"]
    parts = decompose(-2.0, -1.5, -0.5, -0.2).set_index("friction")
    for friction in ("collateral limit", "adjustment costs"):
        for order, text in (
            ("removed_first", "removed first"),
            ("removed_second", "removed second"),
        ):
            expected = 100 * parts.loc[friction, order] / -2.0
            assert shares[f"{friction}, {text}"] == pytest.approx(expected)
        assert shares[f"{friction}, mean of both orders"] == pytest.approx(
            parts.loc[friction, "percent"]
        )
    assert shares["model, of the data"] == pytest.approx(50.0)
    assert shares["costs only, of the data"] == pytest.approx(37.5)
    assert bands.data_negative == 1.0
    exact = bands.slopes  # lines without noise: every draw has the same slope
    assert exact["low"].to_numpy() == pytest.approx(exact["high"].to_numpy())
    plain = frictions(x, data, growth, draws=5).shares.set_index("quantity")["percent"]
    assert plain["collateral limit, removed second"] == pytest.approx(0.0)


# Sources


def build_frames():
    """Three zones, 1950 and 2020: an industry of each kind, services, and a zone without any."""
    rows = []
    for region, first in ((1, 20.0), (2, 60.0), (3, 0.0)):
        for year, factor in ((1950, 1.0), (2020, 1.0 + region)):
            for industry, group, income in (
                (320, "Durable", first), (322, "Durable", 5.0), (342, "Durable", 15.0),
                (100, "Nondurable", 60.0), (700, "Finance", 100.0),
            ):  # fmt: skip
                made = region != 3 or group == "Finance"
                amount = income * factor * made
                rows.append((region, year, industry, group, amount, float(made)))
    columns = ["region", "year", "industry", "group", "income", "employment"]
    zone_industry = pd.DataFrame(rows, columns=columns)
    zone_year = pd.DataFrame(
        [(r, y, 100.0 * (1 + r * (y == 2020))) for r in (1, 2, 3) for y in (1950, 2020)],
        columns=["region", "year", "income_pc"],
    )
    return zone_industry, zone_year


def test_census_shares_by_definition():
    frame, _ = build_frames()
    share = {
        name: census_shares(frame, d).set_index("cz").loc[1] for name, d in DEFINITIONS.items()
    }
    assert share["machinery"].tolist() == pytest.approx([0.2, 0.5])  # computers in the rest
    assert share["with_computers"].tolist() == pytest.approx([0.25, 0.5])
    assert share["without_computers"].tolist() == pytest.approx([20 / 95, 95 / 200])
    assert np.isnan(census_shares(frame, DEFINITIONS["machinery"]).set_index("cz").loc[3, "share"])
    with pytest.raises(ValueError, match=r"in 1960: the build covers \[1950, 2020\]"):
        census_shares(frame, DEFINITIONS["machinery"], 1960)


def test_every_definition_names_disjoint_industries_of_the_classification():
    for d in DEFINITIONS.values():
        assert d.ind1990
        assert not set(d.ind1990) & set(d.ind1990_out)
        assert set(d.ind1990) | set(d.ind1990_out) <= set(range(310, 393))


def test_census_zones_have_growth_of_income_and_of_earnings_in_manufacturing():
    zones = census_zones(*build_frames(), tier="synthetic")
    panel = zones.panels["machinery"]
    assert panel["cz"].tolist() == [1, 2]  # the third has no manufacturing
    half = np.log(3 / 2) / 2
    assert panel["growth"].tolist() == pytest.approx([-half, half])
    assert panel["earnings_growth"].tolist() == pytest.approx([-half, half])
    assert zones.scales == ("as printed", "total income", "manufacturing")
    assert zones.dates == CENSUS_DATES


def accounts() -> pd.DataFrame:
    """Industry accounts in which machinery falls behind by one percent a year."""
    rows = []
    for i in (8, 12, 13):
        for year in range(1950, 2021):
            index = np.exp(-0.01 * (year - 1950) * (i == 12))
            rows.append((i, year, index, index, 10.0))
    frame = pd.DataFrame(rows, columns=["industry_id", "year", "tfp_va", "tfp_go", "va"])
    return frame.assign(industry=frame["industry_id"].astype(str), manufacturing=True, go=20.0)


def test_both_sources_run_by_the_same_code():
    mixes = np.linspace(0.0, 0.7, 8)  # the first zone has no machinery
    employment = pd.DataFrame(
        [(cz, sic, 0.3 * m) for cz, mix in enumerate(mixes, 1)
         for sic, m in ((3531, mix), (2011, 1 - mix))],
        columns=["cz", "sic4", "share"],
    )  # fmt: skip
    incomes = pd.DataFrame(
        [(c, y, 1e4 * (1 + c * (y == 2019) / 10)) for c in range(1, 9) for y in (1980, 2019)],
        columns=["cz", "year", "income_pc"],
    )
    public = public_zones(employment, incomes)
    census = census_zones(*build_frames(), tier="synthetic")
    options = {"definitions": ["machinery"], "readings": ["observed"]}
    starts = {z.name: zone_starts(z, accounts(), CALIBRATION, **options) for z in (public, census)}
    every = [start for by_key in starts.values() for start in by_key.values()]
    family = solve_adapted(CALIBRATION, every, relative_nodes(*every, step=2.0), GRID)
    families = {"with limit": family, "without limit": family}
    done = {z.name: run_zones(z, starts[z.name], families) for z in (public, census)}
    key = ("machinery", "observed")
    assert done[census.name][key].growth["with limit"].shape == (2,)
    frame = combinations(public, done[public.name], draws=5)
    assert frame["scale"].tolist() == list(public.scales) == ["as printed", "total income"]
    assert frame["due to limit"].tolist() == pytest.approx([0.0, 0.0])
    assert frame["one sector"].tolist() == [1, 1]
    outcome = done[public.name][key]
    fit = growth_slope("m", outcome.panel["gini"], outcome.growth["with limit"])
    assert frame["with limit"].iloc[0] == pytest.approx(fit.slope)
    assert frame["with limit"].iloc[1] == pytest.approx(0.3 * fit.slope)
    assert outcome.outside.tolist() == [False] * 8
    told = quality_headlines(families, frame)
    assert told["all_nodes"] == 2 * len(family.relative)
    assert (told["rows"], told["flagged"], told["outside_most"]) == (2, 0, 0)
    assert len(solutions_table(families)) == len(family.relative)
    shown = sources_table((public, census), "machinery")
    assert shown.loc["zones without machinery", public.name] == "1"
    assert shown.loc["first and last year", public.name] == "1980–2019"
    bands = outcome.bands("as printed", draws=5)
    assert bands.headlines("1950")["slope1950_model"] == bands.slopes["slope"]["with limit"]
    assert bands.contributions()["first"] == pytest.approx(0.0)
    assert bands.written()["collateral limit, removed first"].endswith(")")
    plans = plan_sources(
        CALIBRATION, "observed", (public,), accounts=accounts(), definition="machinery",
        grid=Grid(20, 7, 2), step=4.0, bonds_to_income=-0.1,
    )  # fmt: skip
    assert len(plans[public.name].frame) == 8
    assert plans[public.name].family.headlines()["nodes"] >= 1
    with pytest.raises(ValueError, match="allowed: 'with limit', 'without limit'"):
        run_zones(public, starts[public.name], {"with limit": family})


def outcome_of(panel: pd.DataFrame, start, family) -> Outcome:
    path = simulate_regions(start, family)
    growth = dict.fromkeys(("with limit", "without limit", "no adjustment costs"), path.growth)
    return Outcome(panel=panel, start=start, paths={"with limit": path}, growth=growth)


def test_scales_and_persistence(adapted, far):
    panel = pd.DataFrame(
        {
            "cz": [1, 2], "share": [0.003, 0.004], "gini": [0.497, 0.496], "growth": [0.1, -0.1],
            "manufacturing_share": [0.5, 0.25],
        }
    )  # fmt: skip
    outcome = outcome_of(panel, far, adapted)
    data, plain = outcome.at("as printed")
    assert data.tolist() == [0.1, -0.1]
    weighted = outcome.at("total income")[1]["with limit"]
    assert weighted == pytest.approx(plain["with limit"] * [0.5, 0.25])
    with pytest.raises(ValueError, match="no earnings in manufacturing"):
        outcome.at("manufacturing")
    with pytest.raises(ValueError, match="scale is 'wages'"):
        outcome.at("wages")
    later = pd.Series({1: 0.003, 2: 0.005})
    mix = mix_persistence({"regional": outcome}, later, CALIBRATION).set_index("mix")
    assert mix.loc["data", "slope"] == pytest.approx(2.0)
    # Relative productivity fell by 0.2: the income share falls by more than it alone.
    assert mix.loc["regional", "median"] < 0.0035 * np.exp(-0.2) * 1.01
    # The fall is a surprise: at first capital stays where it is at rest.
    assert mix.loc["regional", "capital"] == pytest.approx(1.0, abs=0.01)


def test_numbers_of_combinations_and_mixes_are_those_of_their_rows():
    keys = [
        (d, r, s) for d in ("machinery", "with_computers")
        for r in ("national", "observed", "regional") for s in ("as printed", "total income")
    ]  # fmt: skip
    rows = pd.DataFrame(keys, columns=["definition", "reading", "scale"])
    rows = rows.assign(**{"with limit": np.arange(12.0) - 7, "without limit": 1.0})
    told = combination_headlines(rows.assign(**{"due to limit": 2.0, "explained": 3.0}))
    assert (told["negative"], told["negative_computers"], told["combinations"]) == (7, 1, 12)
    assert (told["text_model"], told["nat_limit"], told["reg_limit_total"]) == (-7.0, -1.0, 4.0)
    mixes = pd.DataFrame(
        {"mix": ["data", "national", "observed", "regional"], "median": [0.1, 0.2, 0.3, 0.4],
         "capital": [np.nan, 2.0, 3.0, 4.0]}
    )  # fmt: skip
    mix = mix_headlines(mixes, pd.Series([0.0, 0.5, 0.9]))
    assert (mix["median_1980"], mix["median_1990"], mix["factor_observed"]) == (50.0, 10.0, 3.0)


# The planner


def test_planner_in_zones_with_a_stronger_first_sector():
    economy = CALIBRATION.replace(xi=(0.25, CALIBRATION.xi[1]))
    start = initial_regions(
        np.array([0.3, 0.0, 0.5]), paths([0.0, 2.0, 4.0]), economy, reading="regional",
        dates=THREE, share_range=(1e-5, 1 - 1e-5), corners="exact",
    )  # fmt: skip
    result = plan_zones({"a": start}, economy, GRID, periods=3, step=1.0)["a"]
    frame = result.frame
    assert frame["sound"].tolist() == [True, False, True]
    assert frame.loc[1, ["gain", "specialization"]].isna().all()  # one sector: nothing to move
    assert result.known.index.tolist() == [0, 2]
    ranges = gain_ranges({"one": result.known}).iloc[0]
    assert (ranges["zones"], ranges["zones that specialize more"]) == (2, 1)
    assert ranges["least gain, %"] <= ranges["mean"] <= ranges["most"]
    moved = frame["share_planner"] - frame["share_market"]
    assert (moved[[0, 2]] > 0.005).all()  # towards the sector that agglomerates more
    assert (frame["gain"][[0, 2]] > 0.01).all()
    assert frame.loc[0, "specialization_later"] < frame.loc[0, "specialization"] < 0  # from 0.3 up
    # Later productivity plays no role: the first date's stays.
    assert result.family.market.relative == pytest.approx(
        np.sort(start.relative[0][[0, 2]]), abs=0.6
    )


def test_the_planner_is_certified_next_to_a_corner():
    start = start_of([0.0005], [0.0] * 3)
    frame = plan_zones({"a": start}, CALIBRATION, GRID, periods=1)["a"].frame
    assert frame["sound"].all()
    assert abs(frame.loc[0, "specialization"]) < 1e-3


def test_tertiles_name_thirds():
    thirds = tertiles(pd.Series([3.0, np.nan, 1.0, 2.0], index=[10, 11, 12, 13]))
    assert thirds.dropna().to_dict() == {10: "Greater", 12: "Lower", 13: "Similar"}
    assert pd.isna(thirds[11])


# Scoreboard


def test_rows_on_growth_have_the_paper_s_denominators():
    x = np.linspace(0, 0.5, 30)
    panel = pd.DataFrame({"gini": x, "growth": -1.0 * x, "manufacturing_share": 0.5})
    growth = {"with limit": -0.5 * x, "without limit": -0.2 * x, "no adjustment costs": 0.1 * x}
    outcome = Outcome(panel=panel, start=None, paths={}, growth=growth)
    rows = {r.id: r for r in growth_rows(outcome, "as printed", tier="public", note="here")}
    assert rows["text.model_share_of_slope"].value == pytest.approx(50.0)
    assert rows["fig5.model_share_of_slope"].value == pytest.approx(0.5)
    assert rows["text.adjustment_cost_share"].value == pytest.approx(0.2)  # of the data's slope
    assert rows["text.financial_share"].value == pytest.approx(60.0)  # of the model's
    assert rows["text.financial_share_abstract"].value == pytest.approx(0.6)
    assert rows["fig6.baseline_minus_frictionless_slope"].value == pytest.approx(-0.3)
    assert rows["fig5.data_minus_model_slope"].value == pytest.approx(-0.5)
    assert all(r.same_sign for r in rows.values() if "share" in r.id)
    half = {r.id: r for r in growth_rows(outcome, "total income", tier="public", note="here")}
    assert half["text.model_share_of_slope"].value == pytest.approx(25.0)
    assert set(rows) <= set(published())


def test_rows_on_the_planner_name_groups_places_and_thirds():
    frame = pd.DataFrame(
        {
            "gain": [0.5, 0.4, 0.1, 0.2, 0.3, 0.0],
            "specialization": [-3.0, -2.0, 2.0, 1.0, 0.0, -1.0],
        },
        index=[1, 2, 3, 4, 5, 6],
    )
    states = pd.Series({1: "39", 2: "26", 3: "12", 4: "48", 5: "31", 6: "06"})
    rows = {
        r.id: r
        for r in planner_rows(
            frame, states, {"dayton": 1, "rochester": 9}, tier="public", note="here"
        )
    }
    assert rows["text.welfare_min"].value == 0.0
    assert rows["text.welfare_max"].value == 0.5
    assert rows["fig11.rust_belt"].value == pytest.approx(-2.0)
    assert "67% of its zones in the lower third, 0% in the greater" in rows["fig11.rust_belt"].note
    assert rows["fig11.florida_texas"].value == pytest.approx(1.5)
    assert "lower third" in rows["fig11.dayton"].note
    assert "fig11.rochester" not in rows  # no result for that zone
    assert rows["fig13.rust_belt_minus_south"].value == pytest.approx(0.3)
    assert set(rows) <= set(published())


# Figures


def combination_frame():
    rows = []
    for definition in ("machinery", "with_computers"):
        for scale in ("as printed", "total income"):
            row = {"definition": definition, "reading": "national", "scale": scale}
            for n, name in enumerate(
                ("data", "with limit", "without limit", "no adjustment costs")
            ):
                row |= {name: n - 1.0, f"{name} low": n - 1.5, f"{name} high": n - 0.5}
            rows.append(row | {"flag": "not certified" if definition == "with_computers" else ""})
    return pd.DataFrame(rows)


def test_combinations_show_every_row_and_flag_hollow():
    fig = draw_combinations(combination_frame(), tier="synthetic", note="a note")
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["as printed", "total income"]
    names = [t.get_text() for t in fig.axes[0].get_yticklabels()]
    assert names == ["machinery, national", "with computers, national"]
    hollow = [
        len(line.get_xdata()) for line in fig.axes[0].lines if line.get_markerfacecolor() == "white"
    ]
    assert sum(hollow) == 3  # one flagged row, three series of the model
    assert any("SYNTHETIC" in t.get_text() and "a note" in t.get_text() for t in fig.texts)


def test_frictions_show_bars_with_their_bands():
    x = np.linspace(0, 1, 20)
    rng = np.random.default_rng(0)
    growth = {"with limit": -2 * x, "without limit": -x, "no adjustment costs": 0 * x}
    bands = frictions(x, rng.random(20), growth, draws=50)
    fig = draw_frictions({"one": bands, "two": bands}, tier="public", note="a note")
    widths = [patch.get_width() for patch in fig.axes[1].patches]
    assert widths == pytest.approx([bands.slopes.loc["data", "slope"], -2.0, -1.0, 0.0])
    assert any("public tier" in t.get_text() for t in fig.texts)


def test_sector_paths_of_the_test_accounts_fall_behind():
    path = sector_paths(accounts(), DEFINITIONS["machinery"], base_year=1950)
    assert path.relative.loc[2020] == pytest.approx(-0.7, abs=1e-6)
