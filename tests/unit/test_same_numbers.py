"""The comparison of two editions of the book: sees a number that changed, and no move."""

from __future__ import annotations

import json
import sys

import pytest

from regspec.sources.paths import project_root

sys.path.insert(0, str(project_root()))  # `tests` is no installed package

from tests import same_numbers

TABLE = (
    "<table><tr><th>item</th><th>value</th><th>seconds</th></tr>"
    "<tr><td>price</td><td>0.84</td><td>3.1</td></tr>"
    "<tr><td>wait</td><td>{wait}</td><td>ms</td></tr></table>"
)


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def displayed(data, **about):
    return {"output_type": "display_data", "data": data, "metadata": about}


def glued(name, text):
    kind = "application/papermill.record/text/plain"
    return displayed({kind: text}, scrapbook={"name": name, "mime_prefix": ""})


def figure(text):
    about = {"name": "fig-a", "caption": "Over 48 states", "data": text}
    return displayed({"image/png": "AAAA12", "text/plain": "<Figure 9>"}, regspec_figure=about)


CELLS = [
    [printed("share 0.25\n"), printed("in 12.5 s, file 0a1b2c3d\n")],
    [glued("gini", "0.844"), glued("widest", "'grid'")],
    [displayed({"text/html": TABLE.format(wait=5), "text/plain": "price 0.84"})],
    [figure("# tier: model\nx,y\n1,0.5\n")],
    [displayed({"application/json": [{"id": 7, "ours": 1.5, "code": "12"}]})],
]
CSV = "id,label,code,value\n1,base,8cf2f45b0d01,0.5\n2,other,8cf2f45b0d01,0.7\n"


def edition(cells=CELLS, table=CSV, page="01_a"):
    code = [{"cell_type": "code", "outputs": outputs, "metadata": {}} for outputs in cells]
    return {
        f"notebooks/{page}.ipynb": json.dumps({"cells": code}),
        "data/results/t.csv": table,
        "data/results/bench.csv": "measure,value,unit\nsolve,3.5,seconds\n",
    }


def test_moved_cells_times_hashes_and_ids_do_not_differ():
    text = json.dumps(CELLS).replace("12.5 s", "13.5 s").replace("0a1b2c3d", "9f8e7d6c")
    text = text.replace('"id": 7', '"id": 8').replace("AAAA12", "BBBB34").replace("3.1<", "4.1<")
    first, *others = json.loads(text.replace("<td>5<", "<td>6<"))
    moved = [*reversed(others), first[:1], first[1:]]
    table = "label,value\nother,0.7\nbase,0.5\n"
    now = edition(moved, table, page="02_b")
    now["data/results/bench.csv"] = now["data/results/bench.csv"].replace("3.5", "4.5")
    told, size = same_numbers.compare(edition(), now)
    assert told == []
    assert size == "8 numbers of 1 pages, 3 rows of 2 files"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share 0.25", "share 0.26", "01_a, cell 1, line: 0.25, now 0.26"),
        ("0.844", "0.845", "01_a, cell 2, value gini: 0.844, now 0.845"),
        ("'grid'", "'theta'", "01_a, cell 2, value widest: 'grid', now 'theta'"),
        ("<td>0.84<", "<td>0.83<", "01_a, cell 3, table: 0.84, now 0.83"),
        ("1,0.5", "1,0.6", "01_a, cell 4, figure fig-a: 0.5, now 0.6"),
        ("48 states", "all states", "01_a, cell 4, figure fig-a: 48, now nothing"),
        ('"ours": 1.5', '"ours": 1.5, "more": 2', "01_a, cell 5, fields: nothing, now 2"),
    ],
)
def test_a_changed_number_is_named_with_its_place(old, new, said):
    changed = json.loads(json.dumps(CELLS).replace(old, new))
    assert changed != CELLS
    assert same_numbers.compare(edition(), edition(changed))[0] == [said]


def test_late_digits_may_be_allowed_to_differ():
    changed = json.loads(json.dumps(CELLS).replace("0.844", "0.8440001"))
    assert len(same_numbers.compare(edition(), edition(changed))[0]) == 1
    assert same_numbers.compare(edition(), edition(changed), tolerance=1e-6)[0] == []
    assert len(same_numbers.compare(edition(), edition(changed), tolerance=1e-8)[0]) == 1


def test_changed_rows_columns_and_files_are_named():
    table = CSV.replace("value", "amount").replace("base", "start")
    now = edition(table=table) | {"data/results/new.csv": "a\n1\n"}
    assert same_numbers.compare(edition(), now)[0] == [
        "data/results/t.csv: column value is gone",
        "data/results/t.csv: column amount is new",
        "data/results/t.csv: - base",
        "data/results/t.csv: + start",
        "data/results/new.csv: is new",
    ]


def test_an_unknown_revision_is_refused():
    with pytest.raises(SystemExit, match="revision is 'no-such'; allowed: one that git knows"):
        same_numbers.main(["no-such"])
