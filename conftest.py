"""Executed notebooks: those whose data are absent are named, numbers are compared as numbers.

Long notebooks, and long files of tests, come first: no worker then waits for the other at the end.
"""

from __future__ import annotations

import doctest
from collections.abc import Generator
from pathlib import Path

import pytest


def _absent(name: str) -> list[str]:
    from regspec import catalogue
    from regspec.sources import registry

    entry = catalogue.load().get(name)
    return [s for s in entry.sources if not registry.available(s)] if entry else []


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.suffix != ".ipynb":
        return None
    return True if _absent(collection_path.stem) else None


# Minutes each: the first builds the website, the second compiles for one and for three industries.
LONG_FILES = ("test_site.py", "test_model_planner.py", "test_faults_processes.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from regspec.book import manifest

    seconds = {name: entry["seconds"] for name, entry in manifest.load().items()}
    seconds |= {name: 1e6 - i for i, name in enumerate(LONG_FILES)}
    # Within a file, and where no time is known, the order stays.
    items.sort(key=lambda i: -seconds.get(i.path.name, seconds.get(i.path.stem, 0.0)))


def pytest_itemcollected(item: pytest.Item) -> None:
    if type(item).__name__ == "IPyNbCell":
        from tests.notebooks.tolerance import relax

        relax(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Skip an example in a docstring that reads a file which is not here."""
    try:
        return (yield)
    except doctest.UnexpectedException as problem:
        from regspec.sources.errors import MissingSource

        if isinstance(problem.exc_info[1], MissingSource):
            pytest.skip(str(problem.exc_info[1]).split(":")[0] + " is not on this machine")
        raise


def _asked_for(config: pytest.Config) -> list[Path]:
    """Notebooks in the folders that this run executes (one named itself is always executed)."""
    if not (config.getoption("nbval", False) or config.getoption("nbval_lax", False)):
        return []
    folders = [config.invocation_params.dir / argument for argument in config.args]
    return sorted({n for folder in folders if folder.is_dir() for n in folder.rglob("*.ipynb")})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    # Looked up again here: under xdist the notebooks are collected in other processes.
    for notebook in _asked_for(config):
        absent = _absent(notebook.stem)
        if absent:
            terminalreporter.write_line(
                f"notice: notebooks/{notebook.name} was not executed again: "
                f"{', '.join(absent)} not on this machine (set REGSPEC_DATA or run 'make data')"
            )
