"""Hash of what code computes, wherever it stands: the definitions that it reaches by name.

Executed pages and sweeps are computed anew when the code behind them changes: the definitions that
a page names, those that these name, and so on. Their hash is of what they say to Python. Comments,
docstrings, annotations of functions and of variables, import lines, layout and place change no
result and no hash: a function may move to another module, and a module to another file.

``regspec.model.economy.grids.Grid`` and an imported ``Grid`` are one name; names of other packages
count in full (``numpy.sqrt``), however they are imported. A class counts whole, and so does a
module that is handed on as a value, named in a string, or looked into with ``globals``. What runs
when a module is imported counts with every definition of it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

__all__ = ["AT_IMPORT", "Index", "package"]

#: What statements that run when a module is imported are called in hashes.
AT_IMPORT = "a statement run at import"

_DIGITS = 8
_FOLDER = Path(__file__).parents[1]
_PATH = re.compile(r"\b\w+(?:\.\w+)+")
_MAGIC = re.compile(r"^[%!].*$", re.MULTILINE)  # of IPython
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ASSIGNS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_IMPORTS = (ast.Import, ast.ImportFrom)
_OWN_NAMES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NEVER_RUN = ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'")
_SAYS_NOTHING = ("annotation", "returns", "ctx", "kind", "simple", "type_comment")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a statement of a module binds."""
    if isinstance(node, _DEFINES):
        yield node.name
    elif not isinstance(node, _OWN_NAMES):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        for inner in ast.iter_child_nodes(node):
            yield from _bound(inner)


def _runs_at_import(node: ast.stmt) -> bool:
    """Whether a statement does more than to bind a name for who asks for it."""
    if isinstance(node, _DEFINES):
        called = [getattr(d, "func", d) for d in node.decorator_list]
        return any(ast.unparse(c).endswith(("register", "overload")) for c in called)
    if isinstance(node, ast.If) and not node.orelse:
        return ast.unparse(node.test) not in _NEVER_RUN
    remark = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    assigns = isinstance(node, _ASSIGNS) and any(True for _ in _bound(node))
    return not (remark or assigns or isinstance(node, _IMPORTS))


def _documented(node: ast.AST) -> bool:
    return isinstance(node, _DEFINES) and ast.get_docstring(node, clean=False) is not None


def _joined(values: Iterable[ast.expr]) -> list[ast.expr]:
    """Pieces of an f-string, literal ones in one: versions of Python cut them differently."""
    out: list[ast.expr] = []
    for value in values:
        last = out[-1] if out else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            out[-1] = ast.Constant(str(last.value) + str(value.value))
        elif not (isinstance(value, ast.Constant) and value.value == ""):
            out.append(value)
    return out


def _fields(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """What a node of a syntax tree says to Python."""
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.JoinedStr):
            value = _joined(value)
        if name == "body" and _documented(node):
            value = value[1:]
        if value is not None and value != [] and name not in _SAYS_NOTHING:
            yield name, value
    if isinstance(node, ast.ClassDef):  # they make fields
        yield "annotations", [s.annotation for s in node.body if isinstance(s, ast.AnnAssign)]


class _Definition:
    """Statements of one module that bind a name, or that run at its import."""

    def __init__(self, name: str, module: _Module) -> None:
        self.name, self.module = name, module
        self.statements: list[ast.stmt] = []


class _Module:
    """What a module imports and defines, and what runs when it is imported."""

    def __init__(self, name: str, source: str, *, folder: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.definitions: dict[str, _Definition] = {}
        self.at_import: list[_Definition] = []
        #: Module and name in it, None for the module itself, behind imported names.
        self.imports: dict[str, list[tuple[str, str | None]]] = {}
        for statement in self.tree.body:
            self._add(statement)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for a in node.names:
                    target = a.name if a.asname else a.name.split(".")[0]
                    self.imports.setdefault(a.asname or target, []).append((target, None))
            elif isinstance(node, ast.ImportFrom):
                owner = resolve_name("." * node.level + (node.module or ""), folder)
                for a in node.names:
                    self.imports.setdefault(a.asname or a.name, []).append((owner, a.name))

    def _add(self, statement: ast.stmt) -> None:
        names = list(dict.fromkeys(_bound(statement)))
        new = _Definition(", ".join(names), self)
        for bound in {self.definitions.setdefault(name, new) for name in names}:
            bound.statements.append(statement)
        if _runs_at_import(statement):
            self.at_import.append(_Definition(AT_IMPORT, self))
            self.at_import[-1].statements.append(statement)


_Thing = tuple[str, _Definition | _Module | None]  # None: something of another package


class _Reader:
    """Writes code down in words of its own, and notes the definitions that it names."""

    def __init__(self, module: _Module, index: Index) -> None:
        self.module, self.index = module, index
        self.uses: dict[_Definition, None] = {}

    def text(self, node: object) -> str:
        """A node of a syntax tree in words that are the same in every version of Python."""
        if isinstance(node, list):
            return f"[{','.join(self.text(n) for n in node if not isinstance(n, _IMPORTS))}]"
        if not isinstance(node, ast.AST):
            return json.dumps(node) if isinstance(node, str) else repr(node)
        if isinstance(node, ast.Name):
            things = self._things(node) or [(node.id, None)]
            if node.id in ("globals", "eval", "exec"):
                things += [(node.id, self.module)]
            return f"Name({self._use(things)})"
        if isinstance(node, ast.Attribute) and self._modules(node.value):
            if found := self._things(node):
                return f"Name({self._use(found)})"
            # No module has this: it is a variable of the same name, or the like of __file__.
            return f"Attribute(value=Name({ast.unparse(node.value)}),attr={json.dumps(node.attr)})"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._use((m.name, m) for m in self.index.named(node.value))
            return f"Constant({json.dumps(self.index.without_places(node.value))})"
        if isinstance(node, ast.AnnAssign) and node.value:
            return self.text(ast.Assign([node.target], node.value))
        fields = (f"{name}={self.text(value)}" for name, value in _fields(node))
        return f"{type(node).__name__}({','.join(fields)})"

    def _things(self, node: ast.expr) -> list[_Thing]:
        """What a name, or an attribute of a module, may stand for."""
        if isinstance(node, ast.Name):
            return self.index.find(self.module, node.id)
        if isinstance(node, ast.Attribute):
            owners = self._modules(node.value)
            return [t for m in owners for t in self.index.find_in(m, node.attr)]
        return []

    def _modules(self, node: ast.expr) -> list[_Module]:
        return [m for _, m in self._things(node) if isinstance(m, _Module)]

    def _use(self, things: Iterable[_Thing]) -> str:
        names: dict[str, None] = {}
        for name, thing in things:
            names[name] = None
            if isinstance(thing, _Module):
                self.uses |= dict.fromkeys(thing.definitions.values())
            elif thing:
                self.uses[thing] = None
        return " or ".join(names)


class Index:
    r"""Definitions of a package, each read once.

    Parameters
    ----------
    sources : mapping of str to str
        Text of each module by its dotted name.

    Examples
    --------
    >>> texts = {"p": "", "p.a": "def f(x): return g(x)\ndef g(x): return 2 * x"}
    >>> moved = {"p": "", "p.b": "def g(x): return (2 * x)", "p.c": "def f(x): return p.b.g(x)"}
    >>> moved["p.c"] = "import p.b\n" + moved["p.c"]
    >>> Index(texts).reached("f") == Index(moved).reached("f")
    True
    >>> [*Index(texts).reached("f")]
    ['f', 'g']
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self._folders = {name.rpartition(".")[0] for name in sources}
        self._modules: dict[str, _Module] = {}
        self._known: dict[_Definition, tuple[str, tuple[_Definition, ...]]] = {}

    def reached(self, name: str, module: str | None = None) -> dict[str, str]:
        """Hashes by name of a definition and of all that it reaches.

        Raises
        ------
        KeyError
            If nothing of that name is defined in that module, or in any.
        """
        things = self.find_in(self._module(module), name) if module else self._anywhere(name)
        first = [d for _, d in things if isinstance(d, _Definition)]
        if not first:
            raise KeyError(f"{name} is not defined in {module or 'any module'}")
        return self._hashes(first)

    def reached_from(self, cells: Sequence[str]) -> tuple[list[str], dict[str, str]]:
        """Cells of a notebook in words without layout, and hashes by name of what they reach."""
        plain = [_MAGIC.sub(lambda line: repr(line[0]), cell) for cell in cells]
        notebook = _Module("", "\n".join(plain), folder="")
        reader = _Reader(notebook, self)
        texts = [reader.text(ast.parse(cell).body) for cell in plain]
        quiet = [";" if cell.rstrip().endswith(";") else "" for cell in cells]
        inside = [d for d in reader.uses if d.module is not notebook]
        return [t + q for t, q in zip(texts, quiet, strict=True)], self._hashes(inside)

    def _hashes(self, first: Iterable[_Definition]) -> dict[str, str]:
        users: dict[_Definition, set[str]] = {definition: set() for definition in first}
        todo = list(users)
        while todo:
            here = todo.pop()
            named = self._read(here)[1]
            new = [d for d in {*named, *here.module.at_import} if d not in users]
            users |= {d: set() for d in new}
            todo += new
            for definition in named:
                users[definition].add(here.name)
        alike: dict[str, list[_Definition]] = {}
        for definition in users:
            alike.setdefault(definition.name, []).append(definition)
        return {name: self._hash(alike[name], users) for name in sorted(alike)}

    def _hash(self, alike: list[_Definition], users: Mapping[_Definition, set[str]]) -> str:
        """Hash of the definitions of one name; of several, with who uses which."""
        digests = {d: self._read(d)[0] for d in alike}
        if len(set(digests.values())) == 1:
            return digests[alike[0]]
        return _digest(*sorted({f"{digests[d]} {sorted(users[d])}" for d in alike}))

    def _read(self, definition: _Definition) -> tuple[str, tuple[_Definition, ...]]:
        """Hash of a definition, and the definitions that it names."""
        if definition not in self._known:
            reader = _Reader(definition.module, self)
            text = reader.text(definition.statements)
            # What hashes code changes no number.
            uses = tuple(d for d in reader.uses if d.module.name != __name__)
            self._known[definition] = (_digest(text), uses)
        return self._known[definition]

    def _module(self, name: str) -> _Module:
        if name not in self._modules:
            folder = name if name in self._folders else name.rpartition(".")[0]
            self._modules[name] = _Module(name, self.sources[name], folder=folder)
        return self._modules[name]

    def _anywhere(self, name: str) -> list[_Thing]:
        modules = [self._module(m) for m, text in self.sources.items() if name in text]
        return [(name, m.definitions[name]) for m in modules if name in m.definitions]

    def named(self, text: str) -> Iterator[_Module]:
        """Modules that a string names: one, or all under a beginning that ends in a dot."""
        names = [n for n in self.sources if n.startswith(text)] if text.endswith(".") else [text]
        return (self._module(n) for n in names if "." in n and n in self.sources)

    def without_places(self, text: str) -> str:
        """A string without the paths of modules that it mentions."""
        return _PATH.sub(lambda path: self._inside(path[0]), text)

    def _inside(self, path: str) -> str:
        """What a dotted path names in the module that it begins with."""
        parts = path.split(".")
        for n in range(len(parts), 1, -1):
            if ".".join(parts[:n]) in self.sources:
                return ".".join(["", *parts[n:]])
        return path

    def find(self, module: _Module, name: str, seen: tuple[object, ...] = ()) -> list[_Thing]:
        """What a name may stand for in the code of a module: all that it defines or imports so."""
        if (module, name) in seen:
            return []
        found: list[_Thing] = []
        if name in module.definitions:
            found.append((name, module.definitions[name]))
        stars = [(owner, name) for owner, _ in module.imports.get("*", [])]
        for owner, inner in (*module.imports.get(name, []), *stars):
            if owner not in self.sources:
                found.append((f"{owner}.{inner}" if inner else owner, None))
            elif inner:
                found += self.find_in(self._module(owner), inner, (*seen, (module, name)))
            else:
                found.append((owner.rpartition(".")[2], self._module(owner)))
        return found

    def find_in(self, module: _Module, name: str, seen: tuple[object, ...] = ()) -> list[_Thing]:
        """What an attribute of a module may stand for."""
        if found := self.find(module, name, seen):
            return found
        if (inner := f"{module.name}.{name}") in self.sources:
            return [(name, self._module(inner))]
        return self._lazy(module, name) if "__getattr__" in module.definitions else []

    def _lazy(self, module: _Module, name: str) -> list[_Thing]:
        """What ``__getattr__`` finds: in the modules that are named beside it, or anywhere."""
        named = [str(n.value) for n in ast.walk(module.tree) if isinstance(n, ast.Constant)]
        paths = [start + n for n in named for start in ("", module.name, f"{module.name}.")]
        owners = [self._module(p) for p in dict.fromkeys(paths) if p in self.sources]
        found = [t for o in owners if o is not module for t in self.find_in(o, name)]
        return found or self._anywhere(name)


def package() -> Index:
    """Definitions of this package as its files are now."""
    files = sorted(_FOLDER.rglob("*.py"))
    return _index(tuple((f, f.stat().st_mtime_ns, f.stat().st_size) for f in files))


@lru_cache(maxsize=1)
def _index(files: tuple[tuple[Path, int, int], ...]) -> Index:
    sources = {}
    for file, *_ in files:
        parts = file.relative_to(_FOLDER.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = file.read_text(encoding="utf-8")
    return Index(sources)
