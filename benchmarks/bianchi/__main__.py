"""What chapter 10b shows of Bianchi (2011): ``python -m benchmarks.bianchi``, about half a minute.

Writes data/results/bianchi.csv (published and our numbers), bianchi_certificates.csv and
bianchi_policies.csv, numbers to the last digit, with the start of the hash of the code in this
folder that computed them. ``--as-printed`` prints the first table with the persistence matrix read
as the article prints it, and writes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import pandas as pd

from benchmarks.bianchi.certificate import PUBLISHED_ACCURACY, certify_bianchi
from benchmarks.bianchi.model import BianchiParameters, BianchiSolution, solve_bianchi
from benchmarks.bianchi.results import (
    along_bonds,
    bianchi_table,
    compare_bianchi,
    crisis_sampling_error,
    simulate_path,
)
from regspec.sources.paths import project_root
from regspec.tools.files import write_whole
from regspec.tools.fingerprint import Index

#: Nodes for bonds, those at which the published programme reports its accuracy.
BONDS = 800


def code_hash() -> str:
    """Start of the hash of this folder's code: of the definitions that the numbers reach."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    folder = "benchmarks.bianchi"
    sources = {
        folder if f.stem == "__init__" else f"{folder}.{f.stem}": f.read_text() for f in files
    }
    reached = Index(sources).reached("main")
    return hashlib.sha256(json.dumps(reached, sort_keys=True).encode()).hexdigest()[:12]


def solve_both(bonds: int = BONDS) -> dict[str, BianchiSolution]:
    """The equilibrium and the planner's solution at the published parameters."""
    return {
        "equilibrium": solve_bianchi(bonds=bonds),
        "planner": solve_bianchi(bonds=bonds, planner=True),
    }


def numbers(solved: dict[str, BianchiSolution]) -> pd.DataFrame:
    """Published and our numbers, and the sampling error of the crisis probability."""
    frame = bianchi_table(compare_bianchi(*solved.values()))
    path = simulate_path(solved["equilibrium"])
    error = crisis_sampling_error(path, path.current_account.std())
    return frame.assign(sampling_error=frame["quantity"].map({"Crisis probability": error}))


def certificates(solved: dict[str, BianchiSolution]) -> pd.DataFrame:
    """Items of both certificates at the accuracy of the published programme."""
    parts = [
        certify_bianchi(solution, tolerances=PUBLISHED_ACCURACY)
        .to_frame()
        .drop(columns="description")
        .assign(economy=name)
        for name, solution in solved.items()
    ]
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Solve both, and write or print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--as-printed", action="store_true", help="the persistence matrix read by rows; print only"
    )
    if parser.parse_args().as_printed:
        p = BianchiParameters(transpose_rho=False)
        ours = compare_bianchi(*(solve_bianchi(p, bonds=200, planner=f) for f in (False, True)))
        print(bianchi_table(ours).to_string(index=False))
        return
    solved, code = solve_both(), code_hash()
    frames = {
        "bianchi": numbers(solved).assign(code=code),
        "bianchi_certificates": certificates(solved).assign(code=code),
        "bianchi_policies": along_bonds(solved),
    }
    for name, frame in frames.items():
        path = project_root() / "data" / "results" / f"{name}.csv"
        print(write_whole(path, frame.to_csv(index=False, lineterminator="\n")))


if __name__ == "__main__":
    main()
