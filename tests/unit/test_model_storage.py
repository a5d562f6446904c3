"""Equilibria on disk, headline moments, and the doubled grid."""

from __future__ import annotations

import dataclasses
import os
import signal

import numpy as np
import pytest

from regspec.model import (
    Grid,
    StoredEquilibriumError,
    Wedges,
    doubled_grid,
    headline_moments,
    load_equilibrium,
    save_equilibrium,
    solve_equilibrium,
    stationary_path,
    storage,
)
from regspec.parameters import Calibration

QUICK = Grid(40, 15, 3)
BASE = Calibration.converted(gamma=2.0)


@pytest.fixture(scope="module")
def solved():
    return solve_equilibrium(BASE, QUICK)


def test_a_loaded_equilibrium_is_the_saved_one(solved, tmp_path):
    path = save_equilibrium(solved, tmp_path / "folder" / "e.npz")
    again = load_equilibrium(path, calibration=BASE, grid=QUICK)
    assert again.calibration == solved.calibration
    assert again.certificate == solved.certificate
    assert (again.sweeps, again.seconds) == (solved.sweeps, solved.seconds)
    state = np.array([0.0, -0.1]), np.array([[0.3, 0.7], [0.5, 0.5]]), np.ones((2, 2))
    for field in dataclasses.fields(solved.at(*state)):
        ours, theirs = (getattr(s.at(*state), field.name) for s in (solved, again))
        assert (ours == theirs).all()
    assert [p.name for p in path.parent.iterdir()] == ["e.npz"]


def test_other_inputs_other_code_and_damage_are_refused(solved, tmp_path, monkeypatch):
    path = save_equilibrium(solved, tmp_path / "e.npz")
    with pytest.raises(StoredEquilibriumError, match=r"gamma is 2\.0 there, 5\.0 asked for"):
        load_equilibrium(path, calibration=BASE.replace(gamma=5.0))
    with pytest.raises(StoredEquilibriumError, match="another grid: bonds is 40"):
        load_equilibrium(path, grid=Grid(50, 15, 3))
    with pytest.raises(StoredEquilibriumError, match="another selection: 'lagged' there, 'most'"):
        load_equilibrium(path, selection="most")
    with pytest.raises(StoredEquilibriumError, match="another started: 'static guess' there"):
        load_equilibrium(path, started="gamma=2, theta=0.35")
    with pytest.raises(StoredEquilibriumError, match="solved to tolerance 1e-06, 1e-08 asked for"):
        load_equilibrium(path, tolerance=1e-8)
    failed = solve_equilibrium(BASE, QUICK, max_sweeps=5, on_failure="return")
    path_of_failed = save_equilibrium(failed, tmp_path / "failed.npz")
    with pytest.raises(StoredEquilibriumError, match="failed its certificate in change in c"):
        load_equilibrium(path_of_failed)
    assert not load_equilibrium(path_of_failed, certified=False).certificate.converged
    (tmp_path / "short.npz").write_bytes(path.read_bytes()[:500])
    with pytest.raises(StoredEquilibriumError, match="not a stored equilibrium"):
        load_equilibrium(tmp_path / "short.npz")
    monkeypatch.setattr(storage, "code_hash", lambda: "other")
    with pytest.raises(StoredEquilibriumError, match="another version"):
        load_equilibrium(path)
    with pytest.raises(FileNotFoundError):
        load_equilibrium(tmp_path / "none.npz")


def test_a_save_that_is_killed_leaves_the_file_that_was_there(solved, tmp_path, monkeypatch):
    path = save_equilibrium(solved, tmp_path / "e.npz")
    before = path.read_bytes()
    child = os.fork()
    if not child:

        def half(file, **_):
            file.write(before[: len(before) // 2])
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)

        monkeypatch.setattr(storage.np, "savez_compressed", half)
        try:
            save_equilibrium(solved, path)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert path.read_bytes() == before
    assert load_equilibrium(path, calibration=BASE, grid=QUICK).certificate == solved.certificate
    # The half is beside it under another name, and is refused where it is taken for a solution.
    (half_written,) = (p for p in tmp_path.iterdir() if p != path)
    with pytest.raises(StoredEquilibriumError, match="not a stored equilibrium"):
        load_equilibrium(half_written)


def test_what_cannot_be_stored_is_refused(solved, tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.npz"):
        save_equilibrium(solved, tmp_path / "e.pickle")
    taxed = dataclasses.replace(solved, wedges=Wedges(tax_bonds=lambda b, k, z: 0 * b))
    with pytest.raises(ValueError, match="tax_bonds as functions"):
        save_equilibrium(taxed, tmp_path / "e.npz")


def test_moments_hardly_change_on_a_doubled_grid(solved):
    frame = doubled_grid(solved)
    assert list(frame.index) == list(headline_moments(solved))
    assert frame.attrs["converged"]
    assert frame.loc["consumption, mean", "change"] == pytest.approx(0, abs=5e-3)
    assert frame.loc["bonds over income, mean", "change"] == pytest.approx(0, abs=1e-2)


def test_the_stationary_path_is_in_the_certificate(solved):
    path = stationary_path(solved)
    assert solved.certificate["bond slope, stationary path"] == path["slope"]
    assert solved.certificate["bond cycle, stationary path"] == path["cycle"]
    rest = solve_equilibrium(BASE.replace(theta=0.05), QUICK)
    assert stationary_path(rest)["cycle"] < 1e-3
    assert abs(stationary_path(rest)["slope"]) < 1
