"""The package as a wheel: installed in an environment of its own, without the book's needs."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import regspec
from regspec.sources.paths import project_root


def closure(requirements, extras=frozenset()):
    """Names of installed distributions that requirements need, directly or not."""
    found, todo = set(), [(Requirement(r), extras) for r in requirements]
    while todo:
        wanted, asked = todo.pop()
        environments = [{"extra": e} for e in asked or {""}]
        if wanted.marker and not any(wanted.marker.evaluate(e) for e in environments):
            continue
        key = (wanted.name.lower(), frozenset(wanted.extras))
        if key in found:
            continue
        found.add(key)
        inner = importlib.metadata.requires(wanted.name) or []
        todo += [(Requirement(r), frozenset(wanted.extras)) for r in inner]
    return {name for name, _ in found}


def linked(names, folder):
    """A folder of links to what distributions consist of."""
    folder.mkdir()
    for name in sorted(names):
        distribution = importlib.metadata.distribution(name)
        for top in {p.parts[0] for p in distribution.files or () if p.parts[0] != ".."}:
            source, target = Path(distribution.locate_file(top)), folder / top
            if source.exists() and not target.exists() and top != "__pycache__":
                target.symlink_to(source)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Python of an environment that has the wheel and what the wheel requires, nothing else."""
    work, root = tmp_path_factory.mktemp("wheel"), project_root()
    source = work / "source"
    shutil.copytree(
        root / "lib", source / "lib", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(root / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", work, source]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run(build, check=True, capture_output=True, env=clean)
    (wheel,) = work.glob("*.whl")
    assert wheel.name == f"regspec-{regspec.__version__}-py3-none-any.whl"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", work / "venv"], check=True)
    python = work / "venv" / "bin" / "python"
    install = ["--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run([*pip, *install], check=True, capture_output=True, env=clean)
    (packages,) = (work / "venv" / "lib").glob("python*/site-packages")
    (metadata,) = packages.glob("regspec-*.dist-info")
    requires = importlib.metadata.PathDistribution(metadata).requires
    folder = linked(closure(requires), work / "needs")
    (packages / "needs.pth").write_text(f"{folder}\n")
    return python


def run(python, *words, cwd):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "NUMBA_CACHE_DIR": str(cwd / "numba")}
    return subprocess.run(
        [python, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_everything_but_publishing_imports_without_the_books_needs(installed, tmp_path):
    code = textwrap.dedent(
        """
        import importlib, importlib.util, pkgutil, sys
        import regspec
        assert "site-packages" in regspec.__file__, regspec.__file__
        for absent in ("jupytext", "papermill", "jupyter_book", "sphinx", "grimp", "pytest"):
            assert importlib.util.find_spec(absent) is None, absent
        count = 0
        for module in pkgutil.walk_packages(regspec.__path__, "regspec."):
            if not module.name.startswith(("regspec.book", "regspec.paper", "regspec.show")):
                importlib.import_module(module.name)
                count += 1
        print(count)
        """
    )
    done = run(installed, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


def test_types_are_in_the_wheel(installed):
    (package,) = (installed.parents[1] / "lib").glob("python*/site-packages/regspec")
    assert (package / "py.typed").exists()
    assert "Calibration" in (package / "__init__.pyi").read_text(encoding="utf-8")


def test_the_installed_command_works_and_says_what_it_lacks(installed, tmp_path):
    command = installed.with_name("regspec")
    done = run(command, "--version", cwd=tmp_path)
    assert done.stdout == f"regspec {regspec.__version__}\n"
    done = run(command, "data", "status", "fred_cpi", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)[0]["where"] == "absent", done.stderr
    done = run(command, "doctor", "python", "packages", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "not here: the package alone" in done.stdout
    done = run(command, "list", cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install 'regspec[book]'" in done.stderr


def test_the_calibration_needs_no_file_of_the_repository(installed, tmp_path):
    code = (
        "from regspec.model.economy.technology import static_allocation\n"
        "from regspec.parameters import Calibration, parameter_table\n"
        "print(len(parameter_table()), static_allocation(Calibration.converted()).sum())\n"
    )
    done = run(installed, "-c", code, cwd=tmp_path)
    assert done.stdout == "13 1.0\n", done.stderr
