"""The planted panel: its equations hold, with the paper's numbers where the paper prints them."""

import numpy as np
import pandas as pd
import pytest

from regspec.census.industries import civilian_codes
from regspec.facts import fact1, fact2
from regspec.facts.estimates import fit_ols
from regspec.facts.panels import concentration
from regspec.measures import gini, rca, shift_share
from regspec.recovery import standing_still
from regspec.sources.groups import GROUPS
from regspec.synthetic import CENSUS_YEARS, Equation, Truth, plant
from regspec.synthetic.as_observed import constant_specialization
from regspec.synthetic.panel import rake, solve_shares
from regspec.synthetic.places import places
from regspec.synthetic.truth import (
    INCOME_PER_PERSON,
    INDUSTRIES,
    employment_shares,
    income_shares,
    industries,
    published,
    share_gap,
    specialization,
)

YEARS = (1950, 2020)


@pytest.fixture(scope="module")
def panel():
    return plant(1, geography="invented", years=YEARS)


def wide(panel, year, column="income"):
    cells = panel.zone_industry[panel.zone_industry["year"] == year]
    return cells.pivot_table(index="region", columns="industry", values=column)


def cross_section(panel):
    cells = panel.zone_industry.rename(columns={"income": "amount"})
    sectors = cells.groupby(["region", "year", "sector"])["amount"].sum().reset_index()
    return fact1.design(
        panel.zone_year,
        concentration(cells[["region", "year", "industry", "amount"]]),
        sectors.rename(columns={"sector": "industry"}),
        start=1950,
        end=2020,
        leave_one_out=False,
    )


def test_industries_are_the_civilian_ones_of_1990():
    assert len(set(INDUSTRIES)) == 236
    assert set(INDUSTRIES) <= set(civilian_codes())
    assert set(industries()["group"]) == set(GROUPS)


@pytest.mark.parametrize("year", [1950, 1990, 2020])
def test_national_employment_shares_are_those_of_table_3(year):
    shares = pd.Series(employment_shares(year)).groupby(industries()["group"]).sum()
    printed = published(3).set_index("industry")[f"share_{year}"]
    pd.testing.assert_series_equal(
        shares.sort_index(), (printed / printed.sum()).sort_index(), check_names=False
    )
    assert income_shares(year).sum() == pytest.approx(1.0)


def test_planted_coefficients_are_those_of_table_4():
    printed = published(4).set_index("slug")
    names = {"specialization": "gini", "ghat": "ghat", "high_skill": "high_skill",
             "old_age": "old_age", "female": "female"}  # fmt: skip
    for column, equation in (("c3", Truth().level), ("c1", Truth().growth)):
        for slug, name in names.items():
            assert equation.coefficients()[name] == float(printed.loc[slug, column])
    assert Truth().growth.log_income == float(printed.loc["log_income", "c1"])
    assert "log_income" not in Truth().level.coefficients()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"rho_tradable": 1.0}, "rho_tradable is 1.0"), ({"bridge": -1.0}, "bridge is -1.0")],
)
def test_parameters_out_of_range_are_named(change, words):
    with pytest.raises(ValueError, match=words):
        Truth(**change)


def test_a_negative_residual_is_refused():
    coefficients = dict.fromkeys(Truth().level.coefficients(), 0.0)
    with pytest.raises(ValueError, match=r"residual is -0\.1"):
        Equation(**coefficients, residual=-0.1)


def test_shares_have_the_wanted_ginis_and_add_up_to_the_nation():
    rng = np.random.default_rng(0)
    r, income = rng.standard_normal((60, 40)), np.exp(rng.standard_normal(60))
    national = rng.dirichlet(np.full(40, 5.0))
    wanted = np.exp(np.log(0.5) + 0.1 * rng.standard_normal(60))
    found = solve_shares(r, gini=wanted, national=national, income=income)
    assert gini(found.shares) == pytest.approx(wanted, abs=1e-5)
    assert income @ found.shares / income.sum() == pytest.approx(national, rel=1e-5)
    assert found.temperature.mean() == pytest.approx(1.0, abs=1e-5)


def test_ginis_below_the_nations_have_no_solution():
    national = np.r_[np.full(39, 0.001), 0.961]
    with pytest.raises(RuntimeError, match="did not settle"):
        solve_shares(np.zeros((5, 40)), gini=np.full(5, 0.2), national=national,
                     income=np.ones(5), limit=50)  # fmt: skip


def test_raking_reaches_both_margins_and_refuses_two_totals():
    rng = np.random.default_rng(1)
    rows, columns = np.array([1.0, 2.0, 3.0]), np.array([4.0, 2.0])
    out = rake(rng.uniform(1, 2, (3, 2)), rows, columns)
    assert out.sum(axis=1) == pytest.approx(rows)
    assert out.sum(axis=0) == pytest.approx(columns)
    with pytest.raises(RuntimeError, match="one total"):
        rake(np.ones((3, 2)), rows, 2 * columns)


def test_a_seed_gives_the_same_panel_and_another_seed_another(panel):
    again, other = (plant(s, geography="invented", years=(1950,)) for s in (1, 2))
    pd.testing.assert_frame_equal(panel.zone_year, again.zone_year)
    # The year comes out the same whichever other years are asked for.
    first = panel.zone_industry[panel.zone_industry["year"] == 1950].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, again.zone_industry)
    assert not np.allclose(other.zone_year["gini"], again.zone_year["gini"])


def test_unknown_years_geographies_and_seeds_are_refused():
    with pytest.raises(ValueError, match="1960"):
        plant(1, geography="invented", years=(1960,))
    with pytest.raises(ValueError, match="geography is 'mars'"):
        places("mars")
    with pytest.raises(ValueError, match="seed is -1"):
        plant(-1, geography="invented")


@pytest.mark.parametrize("year", YEARS)
def test_cells_carry_the_planted_ginis_incomes_and_national_shares(panel, year):
    zones = panel.zone_year[panel.zone_year["year"] == year].set_index("region")
    income, jobs = wide(panel, year), wide(panel, year, "employment")
    assert gini(income.to_numpy()) == pytest.approx(zones["gini"].to_numpy(), abs=1e-5)
    assert income.sum(axis=1).to_numpy() == pytest.approx(zones["income"].to_numpy())
    assert jobs.sum(axis=1).to_numpy() == pytest.approx(zones["employment"].to_numpy())
    assert jobs.sum().to_numpy() / jobs.sum().sum() == pytest.approx(employment_shares(year))
    total = zones["income"].sum() / zones["persons"].sum()
    assert total == pytest.approx(INCOME_PER_PERSON[year])


def test_dispersion_of_specialization_is_that_of_table_1(panel):
    table = fact2.dispersion(panel.zone_year, years=CENSUS_YEARS)
    printed = published(1).set_index("year")
    for year in CENSUS_YEARS:
        mean, variation = specialization(year)
        assert table.loc[year, "mean"] == pytest.approx(mean, abs=0.001)
        assert table.loc[year, "cv"] == pytest.approx(variation, abs=0.003)
    gap = table["p90_p10"].reindex(printed.index) - printed["income_p90p10"]
    assert gap.abs().max() < 0.08  # a lognormal with the printed CV cannot have all three


def test_exposure_and_incomes_imply_each_other(panel):
    first, last = (wide(panel, year).sum() for year in YEARS)
    sector = industries().set_index("industry")["sector"]
    growth = np.log(last.groupby(sector).sum() / first.groupby(sector).sum())
    exposure = shift_share(wide(panel, 1950).to_numpy(), growth.reindex(sector).to_numpy())
    assert panel.ghat.to_numpy() == pytest.approx(exposure, abs=1e-5)
    assert panel.rounds < 15
    data = cross_section(panel)
    assert data.set_index("region")["ghat"].to_numpy() == pytest.approx(exposure, abs=1e-5)


def test_without_residuals_the_regression_returns_the_planted_coefficients():
    exact = {
        name: Equation(**getattr(Truth(), name).coefficients(), residual=1e-9)
        for name in ("level", "growth")
    }
    data = cross_section(plant(3, truth=Truth(**exact), geography="invented", years=YEARS))
    # Without a residual income is a combination of the controls, so that growth cannot be told
    # apart from it: the level equation is tested here, growth with residuals below.
    planted = exact["level"].coefficients()
    fit = fit_ols(data, "level", list(planted))
    assert fit.coef[list(planted)].to_numpy() == pytest.approx(list(planted.values()), abs=1e-3)


def test_estimates_lie_around_the_planted_coefficients():
    """Over seeds: within three standard errors each, and spread as wide as these say."""
    ratios = []
    for seed in range(1, 4):
        panel = plant(seed, geography="invented", years=YEARS)
        result = fact1.trade_off(cross_section(panel), start=1950, end=2020, controls="census")
        for fit, planted in ((result.level, Truth().level), (result.growth, Truth().growth)):
            for name, value in planted.coefficients().items():
                term = fit.term(name)
                ratios.append((term.coef - value) / term.se)
    assert np.abs(ratios).max() < 3.0
    assert 0.6 < np.sqrt(np.mean(np.square(ratios))) < 1.4


def test_change_on_change_is_planted_between_neighbouring_censuses(panel):
    for horizon, years in ((10, CENSUS_YEARS[1:]), (20, CENSUS_YEARS[:2])):
        row = fact2.change_on_change(panel.zone_year, years=years, horizons=[horizon])
        estimate = row.estimates.iloc[0]
        assert abs(estimate["coef"] - Truth().change[horizon]) < 3 * estimate["se"]


def test_comparative_advantage_lasts_longer_in_tradable_industries(panel):
    logs = [np.log(rca(wide(panel, year).to_numpy())) for year in YEARS]
    net = [x - x.mean(axis=0) for x in logs]
    traded = industries()["tradable"].to_numpy()
    kept = [
        np.mean([np.corrcoef(a[chosen], b[chosen])[0, 1] for a, b in zip(*net, strict=True)])
        for chosen in (traded, ~traded)
    ]
    assert kept[0] == pytest.approx(Truth().rho_tradable ** 7, abs=0.06)
    assert kept[1] == pytest.approx(Truth().rho_nontradable ** 7, abs=0.06)
    assert kept[0] > kept[1] + 0.1


def test_constant_specialization_seems_to_rise_in_samples(panel):
    still = constant_specialization(panel, mean=0.55, variation=0.09)
    for year in YEARS:
        assert gini(wide(still, year).to_numpy()) == pytest.approx(
            still.zone_year.loc[still.zone_year["year"] == year, "gini"].to_numpy(), abs=1e-5
        )
    views = standing_still(panel, mean=0.55, variation=0.09)
    table = views["absent do not count"]
    assert table.loc[2020, "mean"] - table.loc[1950, "mean"] > 0.05
    assert table.loc[2020, "cv"] < 0.7 * table.loc[1950, "cv"]
    assert (views["absent count as zero"]["mean"] > table["mean"]).all()
    with pytest.raises(ValueError, match=r"mean is 1\.5"):
        constant_specialization(panel, mean=1.5, variation=0.09)


def test_overview_names_the_source_of_every_planted_coefficient():
    table = Truth().overview()
    assert table.loc["gini", ("level", "planted")] == 0.844
    assert table.loc["gini", ("growth", "source")] == "Table 4, column 1"
    assert table.loc["rust_belt", ("level", "source")] == "ours"
    assert table.loc["log_income", ("level", "planted")] == ""  # in growth only
    assert share_gap(1950) < 0.01
