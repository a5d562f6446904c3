"""Every package that is named has a licence in SECURITY.md, and a version in the lock."""

from __future__ import annotations

import re
import sys

from regspec.sources.paths import project_root

sys.path.insert(0, str(project_root()))  # `tests` is no installed package

from tests import licences


def test_the_table_of_licences_is_that_of_the_installed_packages():
    told = (project_root() / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in told.splitlines() if line.count("|") == 4]
    assert rows == licences.table().splitlines(), "put there what `python -m tests.licences` prints"


def test_every_named_package_is_locked():
    lock = (project_root() / "requirements.txt").read_text(encoding="utf-8")
    locked = {m[1].lower() for m in re.finditer(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    assert set(licences.declared()) <= locked
