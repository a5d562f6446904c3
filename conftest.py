"""Notebooks whose data are not on this machine are not re-executed; the run says which."""

from __future__ import annotations

from pathlib import Path

import pytest

_SKIPPED: dict[str, list[str]] = {}


def _absent(name: str) -> list[str]:
    from regspec.publish import catalogue
    from regspec.sources import registry

    entry = catalogue.load().get(name)
    return [s for s in entry.sources if not registry.available(s)] if entry else []


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.suffix != ".ipynb":
        return None
    absent = _absent(collection_path.stem)
    if absent:
        _SKIPPED[collection_path.stem] = absent
    return True if absent else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, absent in sorted(_SKIPPED.items()):
        terminalreporter.write_line(
            f"notice: notebooks/{name}.ipynb was not executed again: "
            f"{', '.join(absent)} not on this machine (set REGSPEC_DATA or run 'make data')"
        )
