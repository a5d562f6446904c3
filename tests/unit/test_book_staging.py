"""Pages as the book shows them: figures, run times, downloads and how they were made."""

from __future__ import annotations

import base64
import io

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from regspec.book import staging
from regspec.book.staging import front_figure, promote_figures, provenance
from regspec.catalogue import Entry
from regspec.show.display import FIGURE_KEY


def notebook_with(*outputs):
    cell = nbformat.v4.new_code_cell("1", outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


def image_output(meta, width=10):
    raw = io.BytesIO()
    Image.new("P", (width, 10)).save(raw, format="PNG")
    data = {"image/png": base64.b64encode(raw.getvalue()).decode()}
    return nbformat.v4.new_output("display_data", data=data, metadata=meta)


def test_shown_figures_become_book_figures_and_others_are_refused():
    meta = {FIGURE_KEY: {"name": "fig-x", "caption": "c", "alt": "a"}}
    nb = notebook_with(image_output(meta))
    promote_figures(nb)
    assert nb.cells[0].metadata["mystnb"] == {
        "figure": {"name": "fig-x", "caption": "c"},
        "image": {"alt": "a", "classes": "narrow"},
    }
    wide = notebook_with(image_output(meta, width=2000))
    promote_figures(wide)
    assert wide.cells[0].metadata["mystnb"]["image"]["classes"] == "wide"
    with pytest.raises(ValueError, match="1 of them images, 0 by"):
        promote_figures(notebook_with(image_output({})))
    with pytest.raises(ValueError, match="2 of them images"):
        promote_figures(notebook_with(image_output(meta), image_output(meta)))


def test_provenance_names_vintage_and_unknown_files():
    record = {
        "executed": "2026-01-02",
        "seconds": 3.2,
        "data": {"s": {"file": "f.csv", "sha256": "ab" * 32, "vintage": "", "known": False}},
    }
    text = provenance(record)
    assert "2026-01-02" in text
    assert "not stated" in text
    assert "not in the registry" in text


def test_the_front_page_needs_a_figure_that_exists(tmp_path):
    meta = {FIGURE_KEY: {"name": "fig-a", "caption": "c", "alt": "a"}}
    output = nbformat.v4.new_output("display_data", data={"image/png": "aGk="}, metadata=meta)
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "n.ipynb")
    front_figure(tmp_path / "n.ipynb", "fig-a", tmp_path / "front.png")
    assert (tmp_path / "front.png").read_bytes() == b"hi"
    with pytest.raises(ValueError, match="shows no figure 'fig-b'"):
        front_figure(tmp_path / "n.ipynb", "fig-b", tmp_path / "front.png")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (9.9, "under 10 seconds"),
        (14.9, "15 seconds"),
        (57.4, "55 seconds"),
        (58.0, "1 minute"),
        (268.9, "4 minutes"),
    ],
)
def test_run_times_in_words(seconds, words):
    assert staging.time_to_run(seconds) == words


def test_time_to_run_goes_into_the_box():
    text = "# T\n\n:::{admonition} In short\n:class: brief\n**Question.** Why?\n:::\n\nText.\n:::"
    nb = new_notebook(cells=[new_markdown_cell(text)])
    assert staging.add_time(nb, {"seconds": 31})
    assert nb.cells[0].source == text.replace(
        "Why?\n:::",
        "Why?\n\n**Time to run.** About 30 seconds on two cores, when this page was made.\n:::",
    )
    assert not staging.add_time(new_notebook(cells=[new_markdown_cell("# T")]), {"seconds": 31})


def test_headlines_are_short_first_sentences():
    long = "Counterpart of Figure 4: elasticity by horizon, " + "x" * 80
    assert staging.headline("A map; in bins. More.") == "A map"
    assert staging.headline(f"{long}, 48 states. More.") == long.rpartition(", ")[0]
    assert staging.headline("y" * 200) == "y" * 200


def test_downloads_hold_notebook_source_and_data(tmp_path, monkeypatch):
    for suffix in ("py", "ipynb"):
        (tmp_path / f"n.{suffix}").write_text(suffix)
    monkeypatch.setattr(Entry, "source", tmp_path / "n.py")
    monkeypatch.setattr(Entry, "executed", tmp_path / "n.ipynb")
    meta = {"name": "fig-a", "caption": "A line: more. And more.", "alt": "", "data": "x\n1\n"}
    out = new_output("display_data", {}, metadata={FIGURE_KEY: meta})
    nb = new_notebook(cells=[new_code_cell("", outputs=[out])])
    staging.add_downloads(nb, Entry(name="n"), tmp_path / "downloads")
    text = nb.cells[-1].source
    assert text.startswith("## Downloads")
    assert "{numref}`fig-a`, A line: more: {download}`fig-a.csv <../downloads/fig-a.csv>`" in text
    assert "{download}`n.py <../downloads/n.py>`" in text
    assert (tmp_path / "downloads" / "fig-a.csv").read_text() == "x\n1\n"
    assert (tmp_path / "downloads" / "n.ipynb").read_text() == "ipynb"
    assert "data" not in nbformat.from_dict(nb).cells[0].outputs[0].metadata[FIGURE_KEY]
