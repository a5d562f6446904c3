"""Impulse responses and policy slices of small solutions: signs, limits and bad input."""

from __future__ import annotations

import numpy as np
import pytest

from regspec.model import Equilibrium, Grid, solve_equilibrium
from regspec.parameters import Calibration
from regspec.studies.responses import (
    VARIABLES,
    State,
    along_bonds,
    along_shares,
    bound_bonds,
    bound_states,
    ergodic_states,
    productivity_after,
    respond,
)

GRID = Grid(bonds=36, capital=13, shocks=3)


def solve(**changes) -> Equilibrium:
    return solve_equilibrium(Calibration.converted(gamma=2.0, **changes), GRID, on_failure="return")


@pytest.fixture(scope="module")
def limited() -> Equilibrium:
    return solve()


@pytest.fixture(scope="module")
def unlimited() -> Equilibrium:
    return solve(constraint=False)


@pytest.fixture(scope="module")
def states(limited) -> State:
    return ergodic_states(limited, draws=300, burn_in=40, seed=1)


def test_no_shock_gives_no_response(limited, states):
    impulse = respond(limited, start=states, size=0.0, horizon=3)
    assert impulse.frame["response"].abs().max() == 0


def test_income_response_decays_with_the_persistence_of_the_shock(limited, states):
    impulse = respond(limited, start=states, horizon=4)
    path = [impulse.at("income", h) for h in range(5)]
    rho = limited.calibration.rho[0]
    # Income moves with productivity while capital barely moves: -sigma times the income share.
    assert path[0] == pytest.approx(100 * 0.02 * 0.5 * impulse.effective_size, rel=0.05)
    assert path[1] / path[0] == pytest.approx(rho, abs=0.12)


def test_an_adverse_shock_moves_capital_away_and_cuts_consumption_and_the_price(limited, states):
    impulse = respond(limited, start=states, horizon=4)
    for variable in ("share", "consumption", "price", "income"):
        assert impulse.at(variable, 0) < 0, variable
    assert set(impulse.frame["variable"]) == set(VARIABLES)


def test_a_favourable_shock_has_the_opposite_sign(limited, states):
    adverse, favourable = (respond(limited, start=states, size=s, horizon=1) for s in (-1, 1))
    assert adverse.at("share", 0) * favourable.at("share", 0) < 0


def test_the_other_industry_mirrors_the_share(limited, states):
    first = respond(limited, start=states, industry=0, horizon=1)
    second = respond(limited, start=states, industry=1, horizon=1)
    assert first.at("share", 0) < 0
    assert second.at("share", 0) < 0  # capital leaves whichever industry is hit


def test_the_limit_amplifies_consumption_and_the_price(limited, unlimited, states):
    bound = respond(limited, start=states, horizon=0)
    free = respond(unlimited, start=states, horizon=0)
    assert bound.at("consumption", 0) < free.at("consumption", 0)
    assert bound.at("price", 0) < free.at("price", 0)
    assert 0 < bound.bound_share < 1
    assert free.bound_share == 0


def test_both_phases_of_an_alternating_path_are_drawn(limited, states):
    bound = len(bound_states(limited, states).b) / len(states.b)
    assert bound == pytest.approx(limited.certificate["binding frequency"], abs=0.05)


def test_responses_repeat_with_the_seed(limited):
    one, two = (respond(limited, draws=50, horizon=1, seed=7) for _ in range(2))
    assert one.frame.equals(two.frame)
    other = respond(limited, draws=50, horizon=1, seed=8)
    assert not one.frame.equals(other.frame)


def test_half_life_of_income_is_that_of_the_shock(limited, states):
    impulse = respond(limited, start=states, horizon=8)
    assert impulse.half_life("income") == pytest.approx(
        np.log(0.5) / np.log(limited.calibration.rho[0]), abs=1.5
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"industry": 2}, "industries 0 to 1"), ({"horizon": -1}, "must not be negative")],
)
def test_responses_refuse_bad_arguments(limited, states, arguments, message):
    with pytest.raises(ValueError, match=message):
        respond(limited, start=states, **arguments)
    with pytest.raises(ValueError, match="at least 1"):
        ergodic_states(limited, draws=0)


def test_productivity_after_an_adverse_shock(limited):
    z = productivity_after(limited)
    assert z == pytest.approx([np.exp(-0.02), 1.0])


def test_specialised_economies_hit_the_limit_at_higher_bonds(limited):
    frame = along_bonds(limited, shares={"specialised": 0.8, "diversified": 0.5})
    edge = bound_bonds(frame)
    assert edge["specialised"] > edge["diversified"]
    diversified = frame[(frame["economy"] == "diversified") & frame["inside"]]
    bound, slack = (diversified[diversified["bound"] == b] for b in (True, False))
    # Non-monotone rule: falling where the limit binds, rising where it does not.
    assert np.polyfit(bound["bonds"], bound["bonds_next"], 1)[0] < 0
    assert np.polyfit(slack["bonds"], slack["bonds_next"], 1)[0] > 0


def test_without_the_limit_it_never_binds_and_bonds_rise(unlimited):
    frame = along_bonds(unlimited, shares={"even": 0.5}, bonds=(-1.0, 0.8))
    assert not frame["bound"].any()
    assert bound_bonds(frame).isna().all()
    assert np.diff(frame["bonds_next"]).min() > 0


def test_bound_economies_reallocate_less(limited):
    frame = along_shares(limited, bonds={"bound": -0.4, "slack": 0.3}, shares=(0.6, 0.9))
    moved = (frame["share"] - frame["share_next"]).groupby(frame["economy"]).mean()
    assert frame.groupby("economy")["bound"].mean().to_dict() == {"bound": 1.0, "slack": 0.0}
    assert 0 < moved["bound"] < moved["slack"]


def test_multiplier_is_u_shaped_in_specialisation(limited):
    frame = along_shares(limited, bonds={"bound": -0.4}, points=81)
    lowest = frame.loc[frame["multiplier"].idxmin(), "share"]
    assert 0.3 < lowest < 0.7
    assert frame["multiplier"].iloc[[0, -1]].min() > frame["multiplier"].min() + 0.1


def test_slices_refuse_impossible_shares(limited):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        along_shares(limited, bonds={"any": 0.0}, shares=(0.0, 0.9))
