"""API pages from docstrings: how Sphinx reads them, and links from each object to its source."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import regspec

_SOURCE = "https://github.com/regspec/regspec/blob/main/lib/"
_SETTINGS = {
    # Types stand in the docstrings, in words (shapes, units); signatures show names and defaults.
    "autodoc_typehints": "none",
    "autodoc_member_order": "bysource",
    "autodoc_preserve_defaults": True,
    "autodoc_default_options": {"no-value": True},
    "add_module_names": False,
    "napoleon_google_docstring": False,
    "napoleon_use_param": False,
    "napoleon_use_rtype": False,
    # Like parameters: Sphinx takes all but the last of several attributes on a line for a type.
    "napoleon_custom_sections": [("Attributes", "params_style")],
    "toc_object_entries_show_parents": "hide",
    # Single backticks are code, as in the docstrings of NumPy.
    "default_role": "code",
    # Types in words are no references; those into what has pages must exist.
    "nitpick_ignore_regex": [("py:.*", r"(?!regspec\.).*|regspec\.(book|catalogue|cli|tools)\b.*")],
}


def _found(module: str, name: str):
    thing = importlib.import_module(module)
    for part in name.split("."):
        thing = getattr(thing, part)
    return inspect.unwrap(thing.fget if isinstance(thing, property) else thing)


def source_link(domain: str, info: dict[str, str]) -> str | None:
    """Address of an object's source; None for constants, which have none of their own."""
    if domain != "py" or not info["module"]:
        return None
    try:
        thing = _found(info["module"], info["fullname"])
        lines, start = inspect.getsourcelines(thing)
        file = Path(inspect.getsourcefile(thing) or "")
    except (AttributeError, TypeError, OSError):
        return None
    root = Path(regspec.__file__).parents[1]
    if not file.is_relative_to(root):
        return None
    return f"{_SOURCE}{file.relative_to(root).as_posix()}#L{start}-L{start + len(lines) - 1}"


def _skipped(app, what, name, thing, skip, options) -> bool | None:
    """Fields of named tuples: their class describes them, Python's own words only number them."""
    return True if (inspect.getdoc(thing) or "").startswith("Alias for field number") else None


_constants: dict[str, list[str]] = {}


def _kept(app, what, name, thing, options, lines) -> None:
    """Words on a constant or property, before napoleon takes what precedes a colon for a type."""
    if what in ("attribute", "data", "property"):
        _constants[name] = list(lines)


def _restored(app, what, name, thing, options, lines) -> None:
    if name in _constants:
        lines[:] = _constants.pop(name)


def setup(app):
    for name, value in _SETTINGS.items():
        app.config[name] = value
    app.config["linkcode_resolve"] = source_link
    for extension in ("autodoc", "napoleon", "linkcode"):
        app.setup_extension(f"sphinx.ext.{extension}")
    app.connect("autodoc-skip-member", _skipped)
    app.connect("autodoc-process-docstring", _kept, priority=100)
    app.connect("autodoc-process-docstring", _restored, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
