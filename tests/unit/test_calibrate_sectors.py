"""Any split of manufacturing, the inversion for capital, and NBER-CES in its published layout."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regspec.calibrate import two_sectors
from regspec.calibrate.inversion import (
    inversion_report,
    invert_capital,
    outcome_table,
    productivity_condition,
)
from regspec.calibrate.processes import industry_processes
from regspec.calibrate.sectors import (
    REST,
    alternative_splits,
    pool_costs,
    sector_moments,
    sector_productivity,
    sector_table,
    sectors,
)
from regspec.calibrate.two_sectors import DEFINITIONS, sector_paths
from regspec.census.business import COLUMNS, read_nberces
from regspec.model import Grid
from regspec.model.economy.technology import output, static_allocation
from regspec.parameters import INDUSTRIES, Calibration, composite
from regspec.regions.relative_rules import share_from_income
from regspec.sources.tfp import PAPER_INDUSTRIES

CALIBRATION = Calibration.converted()
RNG = np.random.default_rng(7)


def accounts() -> pd.DataFrame:
    """Industry accounts, 1958-2019, with planted growth, shocks and sizes."""
    years = np.arange(1958, 2020)
    ids = [*sorted(i for members in PAPER_INDUSTRIES.values() for i in members), 17]
    frames = []
    for n, i in enumerate(ids):
        noise = 0.01 * RNG.standard_normal(years.size).cumsum()
        level = np.exp(0.01 * (n % 5) * (years - 1958) + noise)
        frames.append(
            pd.DataFrame(
                {
                    "industry_id": i, "year": years, "manufacturing": True,
                    "tfp_va": level, "tfp_go": level**0.4, "va": 1.0 + n,
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


TFP = accounts()


def test_machinery_against_the_rest_is_the_baseline():
    split = sectors(TFP, PAPER_INDUSTRIES, ["Machinery"])
    base = Calibration.converted()
    assert split.calibration.replace(industries=base.industries) == base
    assert split.names == ("Machinery", REST)
    assert sum(split.shares) == pytest.approx(1)
    assert split.weights.tolist() == pytest.approx([1 / 14] * 14)


def test_value_added_weights_and_treatment_of_negatives():
    split = sectors(TFP, PAPER_INDUSTRIES, ["Food"], weights="value added", column="hall")
    size = {n: TFP.query("year == 1980 and industry_id in @m")["va"].sum()
            for n, m in PAPER_INDUSTRIES.items() if n != "Food"}  # fmt: skip
    printed = dict(zip(PAPER_INDUSTRIES, INDUSTRIES, strict=True))
    xi = sum(size[n] * printed[n].xi for n in size) / sum(size.values())
    phi = sum(size[n] * max(0.0, printed[n].hall) for n in size) / sum(size.values())
    assert split.calibration.xi[1] == pytest.approx(xi)
    assert split.calibration.phi_adj == pytest.approx((0.0, phi))
    even = {i.name: 1.0 for i in INDUSTRIES if i.name != "Machinery and Equipment"}
    assert pool_costs("groth_khan", even) == pytest.approx(composite()[1])
    positive = [i.groth_khan for i in INDUSTRIES if i.name in even and i.groth_khan >= 0]
    assert pool_costs("groth_khan", even, negatives="drop") == pytest.approx(np.mean(positive))
    with pytest.raises(ValueError, match="negatives='zero'"):
        pool_costs("hall", {"Textiles": 1.0}, negatives="drop")


def test_three_sectors_with_estimated_processes_and_observed_sizes():
    split = sectors(
        TFP, PAPER_INDUSTRIES, ["Machinery", "Computers and electronics"],
        levels="observed", processes="estimated", gamma=2.0,
    )  # fmt: skip
    calibration = split.calibration
    assert calibration.n_industries == 3
    assert calibration.gamma == 2.0
    assert calibration.shock_period == "annual"
    assert calibration.rho == tuple(p.rho for p in split.processes)
    assert static_allocation(calibration) == pytest.approx(split.shares, rel=1e-6)


def test_sector_productivity_is_relative_and_adds_up():
    relative, size = sector_productivity(TFP, [[12], [13], [8, 9]])
    share = size.div(size.sum(axis=1), axis=0)
    assert (relative * share).sum(axis=1).abs().max() < 1e-12  # constant weights
    assert relative.iloc[0].abs().max() == 0


def test_trend_agrees_with_the_definition_of_machinery():
    paths = sector_paths(TFP[TFP["industry_id"] != 17], DEFINITIONS["machinery"])
    split = sectors(TFP, PAPER_INDUSTRIES, ["Machinery"])
    change = paths.relative.loc[2019] - paths.relative.loc[1980]
    assert split.walk.value == pytest.approx(change)
    assert split.change.value == pytest.approx(change, abs=0.15)
    assert 0 < split.change.se < split.walk.se


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["Steel"], {}, "'Steel'.*allowed"),
        ([], {}, "one industry or two"),
        (["Food", "Food"], {}, "different"),
        (["Food"], {"weights": "jobs"}, "weights is 'jobs'"),
        (["Food"], {"levels": "x"}, "'equal', 'observed'"),
        (["Food"], {"year": 1900}, "1958-2019"),
    ],
)
def test_other_splits_are_refused(names, options, message):
    with pytest.raises(ValueError, match=message):
        sectors(TFP, PAPER_INDUSTRIES, names, **options)


def test_tables_of_splits():
    splits = {"machinery": sectors(TFP, PAPER_INDUSTRIES, ["Machinery"], gamma=1.0)}
    frame = sector_table(splits)
    assert frame.loc[0, "xi"] == 0.13
    assert frame.loc[0, "change_se"] == splits["machinery"].walk.se
    solved = sector_moments(splits, {2: Grid(bonds=30, capital=15, shocks=3)})
    assert solved.loc[0, "converged"]
    assert -0.3 < solved.loc[0, "b/Y"] < -0.1


def test_alternative_splits_are_every_industry_and_machinery_in_three_ways():
    splits, variants = alternative_splits(TFP, PAPER_INDUSTRIES, gamma=2.0)
    assert list(splits) == list(PAPER_INDUSTRIES)
    assert [len(s.calibration.industries) for s in variants.values()] == [2, 2, 3]
    plain = splits["Machinery"].calibration
    own, observed = (v.calibration for v in list(variants.values())[:2])
    assert own.rho != plain.rho
    assert own.z_mean == plain.z_mean
    assert observed.rho == plain.rho
    assert observed.z_mean != plain.z_mean


@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=3), st.floats(0.2, 0.65))
@settings(max_examples=60, deadline=None)
def test_inverted_capital_reproduces_the_income_shares(parts, alpha):
    s = np.array([parts]) / sum(parts)
    n = s.shape[1]
    calibration = Calibration.converted(alpha=alpha).replace(
        xi=(0.25, 0.07, 0.16)[:n], phi_adj=(0.0,) * n, rho=(0.5,) * n, sigma=(0.01,) * n,
        z_mean=(1.0, 2.0, 0.5)[:n], industries=tuple("abc"[:n]),
    )  # fmt: skip
    found = invert_capital(s, calibration)
    revenue = output(found.capital, calibration.z_mean, calibration)
    assert revenue / revenue.sum() == pytest.approx(s, abs=1e-10)
    assert found.capital.sum() == pytest.approx(1)
    assert found.error[0] < 1e-10
    assert found.log_income[0] == pytest.approx(np.log(revenue.sum()), abs=1e-9)


def test_two_industries_agree_with_the_bisection():
    share = np.array([1e-6, 0.01, 0.3, 0.9])
    found = invert_capital(np.column_stack([share, 1 - share]), CALIBRATION)
    assert found.capital[:, 0] == pytest.approx(share_from_income(share, 0.0, CALIBRATION))


def test_condition_is_the_derivative():
    step, s = 1e-6, 0.2
    ends = [
        invert_capital([[s * np.exp(e), 1 - s * np.exp(e)]], CALIBRATION).capital[0]
        for e in (-step, step)
    ]
    by_first = np.abs(np.log(ends[1] / ends[0]) / (2 * step))
    found = invert_capital([[s, 1 - s]], CALIBRATION)
    assert found.condition[0] >= by_first[0] - 1e-6
    assert found.condition[0] == pytest.approx(by_first[0], rel=1e-4)
    rest = [static_allocation(CALIBRATION, (float(np.exp(e)), 1.0))[0] for e in (-step, step)]
    at = static_allocation(CALIBRATION)[0]
    assert productivity_condition([at], CALIBRATION)[0] == pytest.approx(
        (rest[1] - rest[0]) / (2 * step), rel=1e-4
    )


def test_increasing_returns_and_weak_curvature_are_reported():
    near_one = CALIBRATION.replace(alpha=0.74, xi=(0.25, 0.25))
    assert productivity_condition([0.5], near_one)[0] > 20
    assert productivity_condition([0.5], CALIBRATION)[0] < 0.5
    flat = CALIBRATION.replace(alpha=0.05, xi=(0.0, 0.0))
    frame = inversion_report([1, 2, 3, 4], [0.2, 0.0, 0.5, 1.0], flat)
    assert frame["status"].tolist() == [
        "ill-conditioned", "one sector", "ill-conditioned", "one sector",
    ]  # fmt: skip
    counts = outcome_table(frame)
    assert counts["zones"].sum() == len(frame)
    assert counts.loc["one sector", "capital_max"] == 1.0
    plain = inversion_report([1, 2], [0.02, 0.4], CALIBRATION)
    assert plain["status"].tolist() == ["outside the grid", "exact"]
    assert plain["error"].max() < 1e-10


@pytest.mark.parametrize(
    ("shares", "options", "message"),
    [
        ([[0.2, 0.3, 0.5]], {}, r"allowed: \(n, 2\)"),
        ([[0.2, 0.9]], {}, "sum one"),
        ([[0.0, 1.0]], {}, "clip zones"),
        ([[0.5, 0.5]], {"z": [1.0, -1.0]}, "positive productivity"),
    ],
)
def test_inversion_refuses_bad_input(shares, options, message):
    with pytest.raises(ValueError, match=message):
        invert_capital(shares, CALIBRATION, **options)
    with pytest.raises(ValueError, match="linear"):
        invert_capital([[0.5, 0.5]], CALIBRATION.replace(substitution=4.0))


SIC = (
    2011,
    2211,
    2411,
    2611,
    2911,
    2812,
    3011,
    3211,
    3312,
    3411,
    3511,
    3571,
    3612,
    3711,
    3721,
    2511,
)
YEARS = np.arange(1958, 2019)


def database(codes=SIC, column="sic") -> pd.DataFrame:
    """A file in the published layout: machinery's five-factor productivity grows 2% faster."""
    frames = []
    for code in codes:
        pace = 0.02 if str(code).startswith(("351", "333")) else 0.0
        amounts = dict.fromkeys(COLUMNS, 1.0) | {"vadd": 4.0, "vship": 10.0}
        growth = {"tfp5": np.exp(pace * (YEARS - 1997)), "dtfp5": pace}
        frames.append(pd.DataFrame({column: code, "year": YEARS, **amounts, **growth}))
    return pd.concat(frames, ignore_index=True)


@pytest.fixture
def published(tmp_path, monkeypatch):
    folder = tmp_path / "nberces"
    folder.mkdir()
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    return folder / f"{two_sectors.FILES[0]}.csv"


@pytest.mark.filterwarnings("ignore:The design matrix")  # growth without shocks
def test_processes_from_nberces(published):
    database().to_csv(published, index=False)
    assert two_sectors.find_nberces() == published
    frame = two_sectors.nberces_tfp(read_nberces(published))
    groups = two_sectors.nberces_groups(frame)
    assert list(groups) == list(PAPER_INDUSTRIES)
    assert groups["Machinery"] == (3511,)
    assert groups["Computers and electronics"] == (3571,)
    assert not any(2511 in members for members in groups.values())  # furniture
    assert frame.attrs["left_out"] == 0
    rows = industry_processes(frame, groups=groups, concept="go").set_index("industry")
    assert rows.loc["Machinery", "growth"] == pytest.approx(0.02 * 15 / 16)
    # Value added is two fifths of shipments: the same saving counts two and a half times.
    value = industry_processes(frame, groups=groups, concept="va").set_index("industry")
    assert value.loc["Machinery", "growth"] == pytest.approx(2.5 * 0.02 * 15 / 16)
    split = sectors(frame, groups, ["Machinery"], span=(1980, 2018))
    assert split.change.value == pytest.approx(2.5 * 0.02 * 38)


def test_incomplete_industries_of_nberces_are_left_out_and_counted(published):
    raw = database((*SIC, 3999))
    raw.loc[(raw["sic"] == 3999) & (raw["year"] == 1970), "vadd"] = np.nan
    raw = raw[~((raw["sic"] == 2011) & (raw["year"] < 1963))]
    raw.to_csv(published, index=False)
    frame = two_sectors.nberces_tfp(read_nberces(published))
    assert not {2011, 3999} & set(frame["industry_id"])
    assert 0.1 < frame.attrs["left_out"] < 0.12
    with pytest.raises(ValueError, match="no complete industry for Food"):
        two_sectors.nberces_groups(frame)
    with pytest.raises(ValueError, match="positive tfp5"):
        two_sectors.nberces_tfp(read_nberces(published).assign(tfp5=np.nan))


def test_naics_has_the_same_industries(tmp_path):
    naics = (311111, 313110, 321113, 322110, 324110, 325110, 326111, 327110, 331110, 332111, 333111,
             334111, 335110, 336111, 336411, 337110)  # fmt: skip
    path = tmp_path / "nberces5818v1_n2012.csv"
    database(naics, "naics").to_csv(path, index=False)
    frame = two_sectors.nberces_tfp(read_nberces(path))
    groups = two_sectors.nberces_groups(frame)
    assert groups["Motor vehicles"] == (336111,)
    assert groups["Other transport equipment"] == (336411,)


def test_where_nberces_is_absent_the_message_names_file_and_columns(tmp_path, monkeypatch):
    monkeypatch.setenv("REGSPEC_DATA", str(tmp_path))
    monkeypatch.setattr(two_sectors, "project_root", lambda: tmp_path)
    assert two_sectors.find_nberces() is None
    told = two_sectors.how_to_get()
    for word in (
        "nberces5818v1_s1987.csv",
        "tfp5",
        "vadd",
        "vship",
        "census fetch",
        "data.nber.org",
    ):
        assert word in told
