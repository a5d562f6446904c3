"""Pages of the API reference, written when the book is staged: one a package, from its modules.

What stands in them are docstrings, which Sphinx reads; here it is decided which modules have a page
and in which order. Source files are read, not imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import regspec
from regspec.sources.paths import project_root
from regspec.tools.files import read_yaml

__all__ = ["PAGES", "face", "first_sentence", "packages", "render", "write"]

#: Pages in the order of the book, and the packages and modules that stand on each.
PAGES = {
    "parameters": ("parameters", "industries", "own_economy"),
    "model": ("model", "reference_solver"),
    "measures": ("measures",),
    "sources": ("sources",),
    "facts": ("facts",),
    "census": ("census",),
    "synthetic": ("synthetic", "recovery"),
    "calibrate": ("calibrate",),
    "regions": ("regions",),
    "studies": ("studies",),
    "sweep": ("sweep",),
    "figures": ("figures",),
    "show": ("show",),
    "paper": ("paper",),
}

_ROOT = Path(regspec.__file__).parent
_COMPILED = {"njit", "ranged"}


def _file(module: str) -> Path:
    stem = _ROOT.joinpath(*module.split(".")[1:])
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def _is_package(module: str) -> bool:
    return _file(module).name == "__init__.py"


def _tree(module: str) -> ast.Module:
    return ast.parse(_file(module).read_text(encoding="utf-8"))


def first_sentence(module: str) -> str:
    """First sentence of a module's docstring, on one line."""
    text = " ".join((ast.get_docstring(_tree(module)) or "").split("\n\n")[0].split())
    ends = [i for mark in ("? ", ". ") if (i := text.find(mark)) > 0]
    return text[: min(ends) + 1] if ends else text


def _modules(module: str) -> Iterator[str]:
    """A package's modules, those of packages within it after its own."""
    if not _is_package(module):
        return
    folder = _file(module).parent
    yield from sorted(f"{module}.{p.stem}" for p in folder.glob("*.py") if p.stem != "__init__")
    for package in sorted(p.parent.name for p in folder.glob("*/__init__.py")):
        yield f"{module}.{package}"
        yield from _modules(f"{module}.{package}")


def _compiled(module: str) -> Iterator[str]:
    """Compiled functions of a module, which Sphinx does not find by itself."""
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef):
            names = (n for mark in node.decorator_list for n in ast.walk(mark))
            if _COMPILED & {n.id for n in names if isinstance(n, ast.Name)}:
                yield node.name


def _exported(package: str) -> dict[str, str]:
    """Names that a package takes from its modules, with the module of each."""
    return {
        alias.asname or alias.name: str(node.module)
        for node in _tree(package).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
        for alias in node.names
    }


def _directive(kind: str, name: str, *options: str) -> str:
    lines = [f".. {kind}:: {name}", *(f"   {option}" for option in options)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```\n"


def _entries(module: str, exported: dict[str, str], wanted: set[str]) -> list[str]:
    """Entries of what a module defines and its package does not export; a package's exports."""
    if _is_package(module):
        # A package within another shows what it answers; its modules have the entries.
        return [_directive("automodule", module, *([":members:"] if exported else []))]
    compiled = [*_compiled(module)]
    leave = sorted({*compiled, *(n for n, origin in exported.items() if origin == module)})
    options = [":members:", ":ignore-module-all:"]
    options += [f":exclude-members: {', '.join(leave)}"] if leave else []
    named = (f"{module}.{name}" for name in compiled)
    return [
        _directive("automodule", module, *options),
        *(_directive("autofunction", name) for name in named if name in wanted),
    ]


def render(page: str) -> str:
    """Text of the page with the packages and modules that :data:`PAGES` names.

    What a package exports comes first, then each of its modules; of compiled functions those that
    ``book/equations.yml`` names.
    """
    raw = read_yaml(project_root() / "book" / "equations.yml")
    wanted = {name for entry in raw["equations"].values() for name in entry["code"]}
    parts = [f"(api-{page})=\n# `regspec.{page}`\n"]
    for name in PAGES[page]:
        top = f"regspec.{name}"
        exported = _exported(top)
        parts += [] if name == page else [f"## `{top}`\n"]
        parts += _entries(top, exported, wanted)
        for module in _modules(top):
            if module.removeprefix(f"{top}.") not in exported:  # a function has that very name
                mine = _exported(module) if _is_package(module) else exported
                parts += [f"## `{module}`\n", *_entries(module, mine, wanted)]
    return "\n".join(parts)


def packages() -> str:
    """Table of the pages: each with the first sentence of its packages."""
    rows = [
        f"| {{ref}}`api-{page}` | {' '.join(first_sentence(f'regspec.{n}') for n in names)} |"
        for page, names in PAGES.items()
    ]
    return "\n".join(["| package | what it answers |", "|---|---|", *rows]) + "\n"


def face() -> str:
    """List of what ``import regspec`` gives, each with a link to its entry."""
    names = (f"{{py:obj}}`{name} <{regspec._FACE[name]}.{name}>`" for name in regspec.__all__)
    return ", ".join(names) + "\n"


def write(folder: Path) -> None:
    """Write the pages, and what ``book/api.md`` includes, into a folder.

    Parameters
    ----------
    folder : Path
        ``book`` of the staged sources.
    """
    for page in PAGES:
        (folder / f"api_{page}.md").write_text(render(page), encoding="utf-8")
    (folder / "api_packages.txt").write_text(packages(), encoding="utf-8")
    (folder / "api_face.txt").write_text(face(), encoding="utf-8")
