"""The recovery study: its summary by hand, its resumption, and planted values that come back."""

import numpy as np
import pandas as pd
import pytest

from regspec import recovery, synthetic
from regspec.__main__ import main
from regspec.figures.census import LABELS, draw_recovery
from regspec.synthetic import Truth, plant


def rows(route, seeds, estimate, se=1.0, planted=1.0, group="level", parameter="gini"):
    estimate = np.asarray(estimate, dtype=float)
    return pd.DataFrame(
        {
            "seed": list(seeds),
            "route": route,
            "group": group,
            "parameter": parameter,
            "planted": planted,
            "estimate": estimate,
            "se": se,
            "lower": estimate - 2 * se,
            "upper": estimate + 2 * se,
        }
    )


def test_summary_of_four_seeds_by_hand():
    row = recovery.summarize(rows("census", range(4), [0.0, 1.0, 2.0, 5.0])).iloc[0]
    assert row["planted"] == 1.0
    assert row["mean"] == 2.0
    assert row["bias"] == 1.0
    assert row["rmse"] == pytest.approx(np.sqrt((1 + 0 + 1 + 16) / 4))
    assert row["bias_se"] == pytest.approx(np.std([0, 1, 2, 5], ddof=1) / 2)
    assert row["coverage"] == 0.75
    assert row["seeds"] == 4


def test_what_the_truth_only_implies_is_compared_with_the_planted_panels():
    kind = {"planted": np.nan, "group": "persistence", "parameter": "tradable"}
    both = pd.concat(
        [rows("panel", [1, 2], [0.4, 0.6], **kind), rows("census", [1, 2], [0.7, 0.9], **kind)]
    )
    out = recovery.summarize(both.reset_index(drop=True))
    assert out.loc["census", "planted"].item() == 0.5
    assert out.loc["census", "bias"].item() == pytest.approx(0.3)
    assert out.loc["panel", "bias"].item() == pytest.approx(0.0)


def test_moments_have_no_coverage():
    frame = rows("census", [1, 2], [0.4, 0.6], se=np.nan, group="moment", parameter="mean 1950")
    assert np.isnan(recovery.summarize(frame)["coverage"].item())


def test_a_study_repeats_nothing_and_survives_a_kill(tmp_path, monkeypatch):
    done = []

    def recover(seed, route, **_):
        if (seed, route) == (2, "census"):
            raise KeyboardInterrupt
        done.append((seed, route))
        return rows(route, [seed], [float(seed)])

    monkeypatch.setattr(recovery, "recover", recover)
    monkeypatch.setattr(recovery, "plant", lambda *_, **__: None)
    out = tmp_path / "results" / "recovery.csv"
    with pytest.raises(KeyboardInterrupt):
        recovery.study([1, 2], out, routes=["panel", "census"])
    assert done == [(1, "panel"), (1, "census"), (2, "panel")]
    monkeypatch.setattr(
        recovery,
        "recover",
        lambda seed, route, **_: done.append((seed, route)) or rows(route, [seed], [1.0]),
    )
    results = recovery.study([1, 2], out, routes=["panel", "census"])
    assert done[3:] == [(2, "census")]
    assert len(results) == 4
    assert list(pd.read_csv(out).columns) == list(recovery.COLUMNS)


def test_unknown_routes_are_refused_before_anything_runs(tmp_path):
    with pytest.raises(ValueError, match="route is 'sea'; allowed: 'panel', 'units', 'census'"):
        recovery.study([1], tmp_path / "x.csv", routes=["panel", "sea"])
    with pytest.raises(ValueError, match="route is 'sea'"):
        recovery.recover(1, "sea")


@pytest.fixture(scope="module")
def panel():
    return plant(4, geography="invented", years=recovery.YEARS)


@pytest.mark.parametrize("route", ["panel", "units"])
def test_planted_values_come_back(panel, route):
    out = recovery.recover(4, route, panel=panel).set_index(["group", "parameter"])
    fits = out.loc[["level", "growth"]]
    assert len(fits) == len(Truth().level.coefficients()) + len(Truth().growth.coefficients())
    assert ((fits["estimate"] - fits["planted"]) / fits["se"]).abs().max() < 3.2
    moments = out.loc["moment"]
    assert (moments["estimate"] - moments["planted"]).abs().max() < 0.005
    kept = out.loc["persistence", "estimate"]
    assert kept["tradable"] > kept["nontradable"] + 0.1


def test_small_samples_inflate_concentration(panel):
    out = recovery.recover(4, "sample", panel=panel).set_index(["group", "parameter"])
    mean = out.loc[("moment", "mean 1950")]
    assert mean["estimate"] > mean["planted"] + 0.2


def test_figure_shows_every_parameter_and_refuses_an_absent_route():
    frames = [rows("census", [1, 2, 3], [0.9, 1.0, 1.2], group=g, parameter=p) for g, p in LABELS]
    summary = recovery.summarize(pd.concat(frames, ignore_index=True))
    fig = draw_recovery(summary, {"census": "whole pipeline"}, note="3 seeds")
    assert len(fig.axes[0].get_yticklabels()) == len(LABELS)
    assert "SYNTHETIC" in fig.texts[0].get_text()
    with pytest.raises(KeyError, match="panel"):
        draw_recovery(summary, {"panel": "planted panel"})


def test_commands_synthesize_and_recover(tmp_path, monkeypatch, capsys):
    made = []

    def write(folder, size, seed, *, split, progress):
        made.append((folder, size, seed, split))
        return synthetic.Written(
            folder=folder, seed=seed, size=size, persons={2020: 7}, split_population={}, inexact=0
        )

    monkeypatch.setattr(synthetic, "write_extracts", write)
    words = ["census", "synthesize", "--out", str(tmp_path), "--size", "9", "--seed", "3"]
    assert main(words) == 0
    assert made == [(tmp_path / "raw", 9, 3, 0.10)]
    assert "7 synthetic persons" in capsys.readouterr().out
    results = rows("panel", [1, 2], [0.9, 1.2])
    monkeypatch.setattr(recovery, "study", lambda *_, **__: results)
    assert main(["census", "recover", "--seeds", "2", "--out", str(tmp_path / "r.csv")]) == 0
    assert "coverage" in capsys.readouterr().out


def test_headlines_are_of_their_routes():
    ten = {"group": "change", "parameter": "10 years"}
    frames = [rows(route, [1, 2], [value] * 2, **ten) for route, value in
              {"census": 0.4, "units": 0.5, "shared": 0.6, "panel": 0.7}.items()]  # fmt: skip
    frames += [
        rows("census", [1, 2], [1.2, 1.4], se=0.5),
        rows("census", [1, 2, 3], [3.5, 3.5, 3.5], group="growth"),
        rows("sample", [1], [0.8], group="moment", parameter="mean 1950", planted=0.55),
    ]
    head = recovery.headlines(recovery.summarize(pd.concat(frames, ignore_index=True)))
    assert head["seeds"] == 2
    assert head["coefficients"] == 2
    assert head["bias_worst"] == pytest.approx(2.5)  # growth: 3.5 for 1 with an error of 1
    assert head["cover_mean"] == 50.0
    assert [head[f"ten_{r}"] for r in ("census", "units", "shared", "panel")] == [
        0.4, 0.5, 0.6, 0.7
    ]  # fmt: skip
    assert (head["sparse_mean"], head["true_mean"]) == (0.8, 0.55)


def test_gaps_of_zones_with_and_without_units_of_their_own():
    ginis = pd.DataFrame(
        {"planted": 0.5, "built": [0.49, 0.505, 0.4, 0.44], "shared": [False, False, True, True]}
    )
    assert recovery.gaps(ginis) == pytest.approx(
        {"gap_own": 0.01, "gap_shared": -0.08, "zones_sharing": 2}
    )
