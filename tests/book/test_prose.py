"""Prose hangs together: citations, labels, equations, glue, registers and the front matter."""

from __future__ import annotations

import csv
import functools
import importlib
import re
import tomllib
from collections import Counter
from dataclasses import fields
from pathlib import Path

import jupytext
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import regspec
import regspec.measures
import regspec.model
from regspec.book import api_pages, readme
from regspec.model import Decisions, Policies, Taxes
from regspec.model.economy.shocks import Shocks
from regspec.paper.explanations import glued
from regspec.parameters import Calibration

ROOT = Path(__file__).parents[2]
BOOK = sorted((ROOT / "book").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
PAGES = BOOK + NOTEBOOKS


@functools.cache
def prose(path: Path) -> str:
    """Markdown of a page, without code cells."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = jupytext.read(path).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@functools.cache
def code(path: Path) -> str:
    cells = jupytext.read(path).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def roles(name: str, text: str) -> list[str]:
    """Targets of a MyST role, titles removed: {ref}`title <target>` gives target."""
    found = re.findall(rf"{{{name}}}`([^`]+)`", text)
    return [t.rpartition("<")[2].rstrip(">").strip() for t in found]


@functools.cache
def labels() -> list[str]:
    text = "\n".join([*map(prose, PAGES), *map(api_pages.render, api_pages.PAGES)])
    return re.findall(r"^\(([a-z0-9-]+)\)=$", text, re.MULTILINE)


def figure_names() -> set[str]:
    return {n for page in NOTEBOOKS for n in re.findall(r"name=\"(fig-[a-z0-9-]+)\"", code(page))}


def bibliography() -> dict[str, str]:
    text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{([^,]+),(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    assert len(entries) == len(re.findall(r"^@", text, re.MULTILINE))
    assert len({key for key, _ in entries}) == len(entries), "duplicate key"
    return dict(entries)


def cited(page: Path) -> set[str]:
    found = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", prose(page))
    return {key.strip() for group in found for key in group.split(",")}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_citations_are_in_the_bibliography(page):
    assert cited(page) <= set(bibliography())


def test_every_entry_of_the_bibliography_is_cited_and_complete():
    entries = bibliography()
    assert set(entries) <= set().union(*(cited(page) for page in PAGES))
    for key, body in entries.items():
        assert {"author", "title", "year"} <= set(re.findall(r"^\s+(\w+)\s*=", body, re.M)), key
        assert body.count("{") == body.count("}"), key


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_references_have_targets(page):
    text = prose(page)
    known = set(labels()) | figure_names()
    assert set(roles("ref", text) + roles("numref", text)) <= known
    for target in roles("doc", text):
        stem = (page.parent / target).resolve()
        assert any(stem.with_suffix(s).exists() for s in (".md", ".py")), target


_BOX = r"^:::\{admonition\} In short\n:class: brief\n(.*?)^:::$"
_SOLUTION = ":::{admonition} Solution\n:class: dropdown\n"


def section(text: str, heading: str) -> str:
    """Text below a heading, up to the next one of its level; code blocks do not count."""
    bare = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert bare.count(f"\n## {heading}\n") == 1, f"one section {heading!r}"
    return re.split(r"^## ", bare.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda p: p.name)
def test_chapters_open_with_question_and_answer(page):
    first = next(c.source for c in jupytext.read(page).cells if c.cell_type == "markdown")
    (box,) = re.findall(_BOX, first, re.MULTILINE | re.DOTALL)
    question, answer = box.split("**Answer.**")
    assert question.startswith("**Question.** ")
    assert question.strip().endswith("?")
    assert answer.strip()
    assert "Time to run" not in first, "the book adds it"
    words = re.sub(r"\{[\w:]+\}`[^`]*`", "x", box).split()
    assert len(words) <= 90, len(words)


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda p: p.name)
def test_chapters_close_with_lessons_and_exercises(page):
    text = prose(page)
    lessons = re.findall(r"^- ", section(text, "What to take along"), re.MULTILINE)
    assert 3 <= len(lessons) <= 5
    exercises = section(text, "Exercises")
    numbers = re.findall(r"^\*\*(\d)\.", exercises, re.MULTILINE)
    assert numbers == [str(k) for k in range(1, len(numbers) + 1)]
    assert 2 <= len(numbers) <= 4
    solved = re.split(r"^\*\*\d\.", exercises, flags=re.MULTILINE)[1:]
    assert all(e.count(_SOLUTION) == 1 for e in solved)
    assert text.index("\n## What to take along\n") < text.index("\n## Exercises\n")


def test_labels_are_unique():
    assert [name for name, n in Counter(labels()).items() if n > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_equations_referred_to_exist_once(page):
    text = "\n".join(prose(p) for p in PAGES)
    defined = Counter(re.findall(r"^:label: (\S+)$", text, re.MULTILINE))
    assert max(defined.values()) == 1
    assert set(roles("eq", prose(page))) <= set(defined)


@pytest.mark.parametrize("page", BOOK, ids=lambda p: p.name)
def test_values_quoted_from_chapters_are_glued_there(page):
    for quoted in re.findall(r"\{glue:text\}`([^`]+)`", prose(page)):
        target, _, rest = quoted.partition("::")
        notebook = (page.parent / target).resolve().with_suffix(".py")
        key, _, form = rest.partition(":")
        assert notebook in NOTEBOOKS, quoted
        assert form, f"{quoted}: say how to print it, such as :.2f, or :s for words"
        assert key in glued(notebook.stem), quoted


def test_effects_quoted_in_the_register_have_points_in_the_sweep():
    text = (ROOT / "book" / "readings.md").read_text(encoding="utf-8")
    raw = yaml.safe_load((ROOT / "scenarios" / "robustness.yml").read_text(encoding="utf-8"))
    tried = {n for entry in raw["points"] for n in entry.get("readings", [])}
    quoted = {int(n) for n in re.findall(r"13_robustness\.ipynb::effect_(\d+):s", text)}
    assert quoted == tried
    # Each stands in its own entry.
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    for section in sections:
        number = int(section.split(".")[0])
        assert {int(n) for n in re.findall(r"::effect_(\d+):s", section)} <= {number}


def test_the_register_says_of_every_reading_how_far_it_moves_the_numbers():
    text = (ROOT / "book" / "readings.md").read_text(encoding="utf-8")
    assert not re.search(r"not yet measured", text, re.IGNORECASE)
    effects = re.findall(r"^- \*\*Effect:\*\*(.*?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(effects) == len(re.findall(r"^### ", text, re.MULTILINE))
    # A number, none with its reason, or where the number is.
    for effect in effects:
        assert re.search(r"glue:text|\bnone\b|no number|{doc}|by two", effect), effect


def test_register_of_readings_is_complete():
    text = (ROOT / "book" / "readings.md").read_text(encoding="utf-8")
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    numbers = sorted(int(section.split(".")[0]) for section in sections)
    assert numbers == list(range(1, len(sections) + 1))
    assert len(re.findall(r"^\(reading-[a-z-]+\)=$", text, re.M)) == len(sections)
    for section in sections:
        for part in ("The text", "Possible readings", "Ours", "Evidence", "Effect"):
            assert section.count(f"- **{part}:**") == 1, section.splitlines()[0]


def test_readings_quoted_in_the_code_exist():
    text = (ROOT / "book" / "readings.md").read_text(encoding="utf-8")
    known = {int(n) for n in re.findall(r"^### (\d+)\.", text, re.MULTILINE)}
    source = "\n".join(
        p.read_text(encoding="utf-8")
        for folder in ("lib", "notebooks", "data", "scenarios")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in {".py", ".md", ".yml"}
    )
    quoted = {int(n) for n in re.findall(r"\breadings?,?(?: row)? (\d+)", source)}
    assert quoted
    assert quoted <= known


def test_code_names_of_the_notation_exist():
    text = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
    column = "\n".join(row.split(" | ")[1] for row in re.findall(r"^\| .*\|$", text, re.MULTILINE))
    names = {n.lstrip(".") for group in re.findall(r"`([^`]+)`", column) for n in group.split()}
    shapes = {"(n,", "I)"}
    known = {f.name for cls in (Calibration, Decisions, Policies) for f in fields(cls)}
    known |= {n for n in dir(Calibration) if n.endswith("_period")}
    known |= {f"shocks.{f.name}" for f in fields(Shocks)} | set(regspec.measures.__all__)
    known |= (
        set(regspec.model.__all__) | {f.name for f in fields(Taxes)} | {"planner.value", "omega"}
    )
    known |= {"b", "k", "z", "cz", "state"}  # arguments of .at(), columns of the tidy frames
    assert names - shapes <= known
    # and the other way round: every parameter has its row
    labels = {"industries"}
    assert {f.name for f in fields(Calibration)} - labels <= names


def test_notation_covers_every_equation_number_of_the_model():
    text = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
    named = set()
    for low, high in re.findall(r"\[(\d+)\](?:–\[(\d+)\])?", text):
        named |= set(range(int(low), int(high or low) + 1))
    # (18), (37)-(40) introduce no symbol: they restate earlier equations.
    assert set(range(1, 45)) - named <= {11, 18, 37, 38, 39, 40}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=str)
def test_no_path_of_a_machine_and_no_unfinished_text(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"/(home|work|tmp|Users|root)/", text)
    assert not re.search(r"\b(TODO|FIXME|TBD|lorem)\b", text, re.IGNORECASE)


def test_readme_links_and_programs_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?!http)[^)]+)\)", text):
        assert (ROOT / target).exists(), target
    for notebook in re.findall(r"`(notebooks/\d\d[a-z]?_\w+\.py)`", text):
        assert (ROOT / notebook).exists(), notebook
    assert {p.stem for p in NOTEBOOKS} - set(re.findall(r"notebooks/(\w+)\.py", text)) <= {
        "01_data"
    }


def test_front_page_maps_every_chapter():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = {c["file"] for part in toc["parts"] for c in part["chapters"]}
    assert {p.relative_to(ROOT).with_suffix("").as_posix() for p in NOTEBOOKS} <= chapters
    intro = (ROOT / "book" / "intro.md").read_text(encoding="utf-8")
    tutorials = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    linked = {t.removeprefix("../") for t in roles("doc", intro + tutorials)}
    assert {c for c in chapters if c.startswith("notebooks/")} <= linked


def test_citation_file_agrees_with_the_package():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cff)
    assert project["dynamic"] == ["version"]
    assert cff["version"] == regspec.__version__
    assert cff["license"] == project["license"] == "MIT"


def test_the_changelog_names_the_version_and_versions_are_semantic_and_fall():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.MULTILINE)
    assert heads[0] == ("Unreleased", "")
    versions = [name for name, _ in heads[1:]]
    assert versions[0] == regspec.__version__
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in versions)
    numbers = [tuple(map(int, v.split("."))) for v in versions]
    assert numbers == sorted(numbers, reverse=True)
    assert all(date for _, date in heads[1:])
    for name, _ in heads:
        assert f"\n[{name}]: https://" in text, name


def test_readme_is_in_step_with_its_source():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    content = readme.load()
    assert text == readme.updated(text, readme.render(content)), "run 'make readme'"
    assert {row["notebook"] for row in content["programs"]} >= {p.stem for p in NOTEBOOKS} - {
        "01_data"
    }
    folders = {p.parent.name for p in (ROOT / "data").glob("*/README.md")}
    assert folders == {row["folder"] for row in content["data"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"absent": None}, None),
        ({"extra": 1}, "'extra'"),
        ({"data": [{"folder": "nowhere"}]}, "data/nowhere"),
        ({"programs": [{"notebook": "99_none"}]}, "99_none"),
        ({"programs": [{"notebook": "08_model", "also": ["regspec.nothing"]}]}, "regspec.nothing"),
    ],
)
def test_a_wrong_source_of_the_readme_is_refused(tmp_path, change, message):
    path = tmp_path / "aea.yml"
    content = yaml.safe_load((ROOT / "book" / "aea.yml").read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(content | change), encoding="utf-8")
    if message is None:
        readme.load(path)
        return
    with pytest.raises(ValueError, match=message):
        readme.load(path)


def test_the_readme_must_have_its_marks():
    with pytest.raises(ValueError, match="once each"):
        readme.updated("no marks", "x")


def documented() -> dict[str, str]:
    """Modules of the API reference, and the page of each."""
    named = r"^\.\. automodule:: (\S+)$"
    pages = {page: api_pages.render(page) for page in api_pages.PAGES}
    found = [(m, page) for page, text in pages.items() for m in re.findall(named, text, re.M)]
    assert len(found) == len(dict(found)), "a module stands twice"
    return dict(found)


def test_every_module_is_in_the_api_reference():
    root, found = ROOT / "lib" / "regspec", documented()
    files = {p.relative_to(root).with_suffix("") for p in root.rglob("*.py")}
    modules = {".".join(["regspec", *f.parts]).removesuffix(".__init__") for f in files}
    apart = r"regspec(\.(__main__|__init__|benchmarks|book|catalogue|cli|seeds|tools)\b.*)?"
    same_name = {f"regspec.measures.{name}" for name in regspec.measures.__all__}
    left = {m for m in modules - set(found) - same_name if not re.fullmatch(apart, m)}
    assert left == set()
    assert set(found) <= modules


def test_the_api_reference_says_what_it_should():
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert re.findall(r"file: book/api_(\w+)\n", toc) == list(api_pages.PAGES)
    assert not list((ROOT / "book").glob("api_*.md")), "pages are written when the book is staged"
    model = api_pages.render("model")
    assert ".. automodule:: regspec.model\n   :members:\n" in model
    assert ".. autofunction:: regspec.model.equilibrium.kernels.solve_state\n" in model
    table = api_pages.packages()
    assert all(f"{{ref}}`api-{page}`" in table for page in api_pages.PAGES)
    assert "<regspec.model.solve_planner>`" in api_pages.face()
    for package in ("model", "measures"):
        module = importlib.import_module(f"regspec.{package}")
        for name in module.__all__:
            assert getattr(module, name).__doc__, name


def test_api_pages_are_written_where_the_book_is_staged(tmp_path):
    api_pages.write(tmp_path)
    names = {p.name for p in tmp_path.iterdir()}
    assert names == {f"api_{page}.md" for page in api_pages.PAGES} | {
        "api_face.txt",
        "api_packages.txt",
    }
    included = re.findall(r"\{include\} (\S+)", (ROOT / "book" / "api.md").read_text("utf-8"))
    assert set(included) <= names


def test_functions_of_equations_exist_and_are_documented():
    raw = yaml.safe_load((ROOT / "book" / "equations.yml").read_text(encoding="utf-8"))
    names = {name for entry in raw["equations"].values() for name in entry["code"]}
    found = documented()
    for name in sorted(names):
        module, _, function = name.rpartition(".")
        assert module in found, name
        assert callable(getattr(importlib.import_module(module), function)), name


def test_binder_installs_the_lock_and_then_the_package_with_a_supported_python():
    folder = ROOT / "binder"
    # repo2docker reads no file of the repository's root where this folder is.
    assert {p.name for p in folder.iterdir()} == {"requirements.txt", "runtime.txt"}
    [line] = (folder / "requirements.txt").read_text().splitlines()
    option, named = line.split()
    assert option == "-r"
    assert (folder / named).resolve() == ROOT / "requirements.txt"
    [python] = re.findall(r"^python-(3\.\d+)$", (folder / "runtime.txt").read_text().strip())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert SpecifierSet(project["project"]["requires-python"]).contains(f"{python}.0")
    # The lock ends with the package itself; what builds it, and what opens and runs a notebook, is
    # locked too.
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert lock.endswith("\n-e .\n")
    locked = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.M))
    [backend] = map(Requirement, project["build-system"]["requires"])
    assert backend.specifier.contains(locked[backend.name])
    assert {"jupyterlab", "ipykernel"} <= set(locked)


def test_notebooks_refer_to_published_numbers_that_exist():
    with (ROOT / "data" / "published" / "numbers.csv").open(encoding="utf-8", newline="") as handle:
        known = {row["id"] for row in csv.DictReader(handle)}
    for page in NOTEBOOKS:
        used = set(re.findall(r"\bOurs\(\s*\"([^\"]+)\"", code(page)))
        assert used <= known, (page.name, used - known)
