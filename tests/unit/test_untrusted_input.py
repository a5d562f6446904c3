"""What comes from outside is data, never a program: the constructs that would run it are absent."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import regspec

LIB = Path(regspec.__file__).parent

#: Calls that run, or load as objects, what they are given; and the one module that may.
FORBIDDEN = {
    "eval": (),
    "exec": (),
    "compile": (),
    "__import__": (),
    "os.system": (),
    "os.popen": (),
    "yaml.load": ("tools/files.py",),  # with its own SafeLoader, as is tested below
    "yaml.load_all": (),
    "yaml.unsafe_load": (),
    "yaml.full_load": (),
    "pd.read_pickle": (),
    "pandas.read_pickle": (),
    "joblib.load": (),
    "shutil.unpack_archive": (),
}
_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "tarfile"}


def dotted(node):
    """``a.b.c`` of an expression; empty where it is no such thing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def dangers(source, module=""):
    """What a program holds that could run what it reads, or write where an archive says."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] in _MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] * (node.module.split(".")[0] in _MODULES)
            called = [f"{node.module.split('.')[0]}.{a.name}" for a in node.names]
            found += [name for name in called if name in FORBIDDEN]
        elif isinstance(node, ast.Call):
            name, last = dotted(node.func), dotted(node.func).rpartition(".")[2]
            if name in FORBIDDEN and module not in FORBIDDEN[name]:
                found.append(name)
            text_method = name.endswith(".str.extract")  # of pandas
            if last in ("extractall", "extract") and last != name and not text_method:
                found.append(name)
            for k in node.keywords:
                true = isinstance(k.value, ast.Constant) and k.value.value is True
                if k.arg in ("shell", "allow_pickle") and (true or k.arg == "shell"):
                    found.append(f"{name}({k.arg}=...)")
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("yaml.load(x, Loader=L)", ["yaml.load"]),
        ("from yaml import load", ["yaml.load"]),
        ("yaml.safe_load(x)", []),
        ("import pickle", ["pickle"]),
        ("from joblib import load", ["joblib.load"]),
        ("eval(x); model.eval(x)", ["eval"]),
        ("re.compile(x); literal_eval(x)", []),
        ("np.load(p, allow_pickle=True)", ["np.load(allow_pickle=...)"]),
        ("np.load(p, allow_pickle=False)", []),
        ("subprocess.run(c, shell=True)", ["subprocess.run(shell=...)"]),
        ("archive.extractall(folder)", ["archive.extractall"]),
        ("zipfile.ZipFile(p).extract(n)", [".extract"]),
        ("series.str.extract(p)", []),
    ],
)
def test_dangers_are_found(source, expected):
    assert dangers(source) == expected


@pytest.mark.parametrize(
    "path", sorted(LIB.rglob("*.py")), ids=lambda p: p.relative_to(LIB).as_posix()
)
def test_no_module_runs_what_it_reads(path):
    assert dangers(path.read_text(encoding="utf-8"), path.relative_to(LIB).as_posix()) == []


def test_the_yaml_loader_makes_plain_values_only():
    import yaml

    from regspec.tools import files

    assert issubclass(files._Loader, yaml.SafeLoader)
    assert files._Loader.yaml_constructors == yaml.SafeLoader.yaml_constructors
    assert files._Loader.yaml_multi_constructors == yaml.SafeLoader.yaml_multi_constructors
