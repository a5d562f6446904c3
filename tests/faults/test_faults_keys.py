"""A key in the environment: whatever a notebook does with it, nothing kept or told holds it."""

from __future__ import annotations

import base64

from project import make_project

from regspec.__main__ import main
from regspec.book import repeatability

KEY = "59cba10d8a5da536fc06b59d"

PRINTS = "import os\nprint(dict(os.environ))\n"
QUOTES = "import json, os\nprint(json.dumps(os.environ['IPUMS_API_KEY']))\n"
RAISES = (
    "import os\nprint('begun')\nraise ValueError('no access with ' + os.environ['IPUMS_API_KEY'])\n"
)
FINE = "import os\nprint('a key is set:', 'IPUMS_API_KEY' in os.environ)\n"


def test_no_page_record_or_message_holds_a_key(tmp_path, monkeypatch, capfd):
    root = make_project(tmp_path, n01_a=PRINTS, n02_b=QUOTES, n03_c=RAISES, n04_d=FINE)
    monkeypatch.setenv("REGSPEC_ROOT", str(root))
    monkeypatch.setenv("IPUMS_API_KEY", KEY)
    assert main(["run", "--all"]) == 1
    (root / "scenarios" / "s.yml").write_text("name: s\ndescription: x\nnotebooks: {01_a: {}}\n")
    assert main(["run", "-s", "s"]) == 1
    out, told = capfd.readouterr()
    for name in ("01_a", "02_b"):
        assert f"{name}" in out
        assert not (root / "notebooks" / f"{name}.ipynb").exists()
    assert "the outputs show the value of IPUMS_API_KEY: nothing of the execution was kept" in out
    assert "no access with [IPUMS_API_KEY]" in out
    partial = (root / "_build" / "runs" / "default" / "03_c.failed.ipynb").read_text()
    assert "begun" in partial
    assert "[IPUMS_API_KEY]" in partial
    assert "a key is set: True" in (root / "notebooks" / "04_d.ipynb").read_text()
    kept = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
    assert "data/results/manifest.json" in kept
    for where, content in {**kept, "out": out.encode(), "err": told.encode()}.items():
        assert KEY.encode() not in content, where
        assert base64.b64encode(KEY.encode()) not in content, where


def test_a_key_in_what_two_executions_show_is_not_told(monkeypatch):
    monkeypatch.setenv("IPUMS_API_KEY", KEY)
    one, two = ({"code cell 1, stdout": f"{i}: {KEY}"} for i in "ab")
    assert KEY in repeatability.differences(one, two)[0]  # what is told of it goes through `hidden`

    def shows(_):
        return [one, two]

    monkeypatch.setattr(repeatability, "_execute_both", shows)
    (found,) = repeatability.compare([repeatability.Entry(name="01_a")])
    assert found.differences == (
        "code cell 1, stdout: 'a: [IPUMS_API_KEY]', then 'b: [IPUMS_API_KEY]'",
    )
