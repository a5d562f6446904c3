"""What people may write into files and commands: accepted and right, or refused in one message."""

from __future__ import annotations

import contextlib
import io
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regspec.__main__ import main
from regspec.own_economy import COLUMNS, economy, read_region
from regspec.sources.paths import project_root
from regspec.sweep.specification import SweepError, load_sweep

HURRIED = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=6),
    st.dates(),
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
SOURCE = """# %% tags=["parameters"]
theta: float = 0.35  # limit; 0 < theta < 1
draws: int = 3  # number; draws >= 1
reading: str = "national"  # whose; one of national, regional
many: list = [0.1, 0.2]  # numbers
fine: bool = False  # finer
"""
NAMES = ("theta", "draws", "reading", "many", "fine")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for folder in ("notebooks", "scenarios", "data/results"):
        (root / folder).mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    (root / "notebooks" / "01_a.py").write_text(SOURCE)
    (root / "notebooks" / "catalogue.yml").write_text("01_a:\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGSPEC_ROOT", str(root))
        # What passes its check would be executed: here it is enough that it passed.
        patch.setattr("regspec.book.runner.run", lambda *_, **__: [])
        yield root


def told(words):
    """Exit status of a command and its messages; it must not raise."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as stop:  # argparse, of words that look like options
            code = stop.code
    return code, err.getvalue()


@HURRIED
@given(
    content=st.one_of(
        NESTED,
        st.fixed_dictionaries({"name": SCALARS, "description": SCALARS, "notebooks": NESTED}),
        st.fixed_dictionaries(
            {
                "name": st.just("low"),
                "description": st.just("x"),
                "notebooks": st.fixed_dictionaries(
                    {"01_a": st.dictionaries(st.sampled_from(NAMES), NESTED, max_size=2)}
                ),
            }
        ),
    )
)
def test_a_scenario_file_is_valid_or_refused_by_name(project, content):
    text = yaml.safe_dump(content, allow_unicode=True)
    (project / "scenarios" / "low.yml").write_text(text, encoding="utf-8")
    code, said = told(["run", "-s", "low"])
    assert code in (0, 2)
    assert (code == 0) == (not said)
    assert code or not any(word in text.split("notebooks")[-1] for word in (".nan", ".inf"))
    if code:
        assert "low.yml" in said
        assert said.startswith("error: ")
        assert len(said.splitlines()) == 1


@HURRIED
@given(name=st.sampled_from(NAMES), word=st.one_of(st.text(max_size=12), SCALARS.map(str)))
def test_a_word_on_the_command_line_is_valid_or_refused_by_name(project, name, word):
    code, said = told(["run", "01", "-p", name, word])
    assert code in (0, 2)
    if code and not said.startswith("usage:"):
        assert f"parameter '{name}'" in said
        assert "must be" in said or "allowed: " in said


SECTIONS = ("calibration", "grid", "solver", "impulse", "regions")
OPTIONS = ("gamma", "theta", "xi", "industries", "bonds", "seed", "draws", "max_sweeps")
SETTINGS = st.dictionaries(
    st.sampled_from(SECTIONS),
    st.one_of(SCALARS, st.dictionaries(st.sampled_from(OPTIONS), NESTED, max_size=2)),
    max_size=2,
)


@HURRIED
@given(
    content=st.one_of(
        NESTED,
        st.fixed_dictionaries(
            {
                "name": st.one_of(st.just("s"), NESTED),
                "description": st.just("x"),
                "measures": st.one_of(st.just(["equilibrium"]), NESTED),
            },
            optional={
                "base": st.one_of(NESTED, SETTINGS),
                "references": st.one_of(NESTED, st.dictionaries(st.text(max_size=2), SETTINGS)),
                "axes": st.one_of(
                    NESTED,
                    st.dictionaries(
                        st.sampled_from([f"{s}.{o}" for s in SECTIONS for o in OPTIONS]),
                        st.lists(NESTED, max_size=2),
                        max_size=2,
                    ),
                ),
                "points": st.one_of(
                    NESTED,
                    st.lists(
                        st.fixed_dictionaries(
                            {"label": st.one_of(st.just("a"), NESTED), "set": SETTINGS},
                            optional=dict.fromkeys(("references", "measures", "readings"), NESTED),
                        ),
                        max_size=2,
                    ),
                ),
            },
        ),
    )
)
def test_a_sweep_file_is_valid_or_refused_by_name(tmp_path, content):
    path = tmp_path / "s.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    try:
        assert load_sweep(path).points
    except SweepError as error:
        said = str(error)
    else:
        said = "s.yml"
    assert "s.yml" in said


# --- a region from a file -------------------------------------------------------------------------

TEXT = (project_root() / "data" / "tutorial" / "region.csv").read_text()
EXAMPLE = pd.read_csv(io.StringIO(TEXT))
CELLS = st.one_of(
    st.sampled_from(["", " ", "nan", "NA", "inf", "-inf", "1e308", "1e-308", "1e999", "0", "-1"]),
    st.sampled_from(["1950.5", "1,5", '"', "'", "True", "textiles", "#", "1950", "99999", "2e3"]),
    st.floats().map(repr),
    st.text(max_size=4),
)


@settings(HURRIED, max_examples=150)
@given(
    cells=st.lists(
        st.tuples(st.integers(0, len(EXAMPLE) - 1), st.sampled_from(COLUMNS), CELLS), max_size=2
    ),
    columns=st.permutations([*COLUMNS, "note"]),
    lost=st.lists(st.integers(0, len(EXAMPLE) - 1), max_size=1),
    separator=st.sampled_from([",", ",", ",", ";", "\t"]),
)
def test_a_region_is_valid_or_refused_by_file_line_and_column(
    tmp_path, cells, columns, lost, separator
):
    frame = EXAMPLE.astype(object).assign(note="")
    for row, column, value in cells:
        frame.loc[row, column] = value
    path = tmp_path / "region.csv"
    frame.drop(index=lost)[columns].to_csv(path, index=False, sep=separator, encoding="utf-8")
    try:
        region = read_region(path)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
    if said:
        assert "region.csv" in said
        assert "allowed: " in said or "column" in said or "more cells" in said
        return
    # What is read is what stands there, and an economy follows from it.
    assert np.isfinite(region[["capital", "productivity"]].to_numpy()).all()
    assert len(region) == region.groupby(["year", "industry"], observed=True).ngroups
    count = region["industry"].nunique()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of statsmodels, of a series that hardly moves
        made = economy(region, xi=(0.1,) * count, phi_adj=(0.1,) * count)
    assert all(math.isfinite(v) and v >= 0 for v in (*made.z_mean, *made.rho, *made.sigma))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace("1950,textiles", "1950,", 1), "line 2: industry is blank"),
        (lambda t: t.replace("1950,textiles", "1950.5,textiles", 1), "line 2: year is 1950.5"),
        (lambda t: t.replace("\n1950,furn", "\n\n1950,furn", 1) + "-1,x,1,1\n", "line 216: year"),
        (lambda t: t.replace("\n", ",5\n").replace(",5", "", 1), "more cells than its first line"),
        (lambda t: t.replace("capital", "capital,capital", 1), "'capital'.* twice|line 2"),
        (lambda _: "", "cannot be read as a CSV file"),
        (lambda t: t.replace("textiles", "\udcff"), "cannot be read as a CSV file in UTF-8"),
    ],
)
def test_what_is_wrong_in_a_region_is_named_with_its_line(tmp_path, change, message):
    path = tmp_path / "region.csv"
    path.write_text(change(TEXT), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ValueError, match=rf"region\.csv.*({message})"):
        read_region(path)
