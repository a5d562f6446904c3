"""Does the book's method reproduce a published model with an occasionally binding limit?

Bianchi (2011), solved by time iteration on endogenous grids and certified as the book's economy is.
The kernels are this folder's own, so that it tests the method on a published economy and hardly the
package's solver. Start with `model`, which states the equations; ``python -m benchmarks.bianchi``
computes what chapter 10b shows.
"""

from benchmarks.bianchi.certificate import PUBLISHED_ACCURACY, BianchiTolerances, certify_bianchi
from benchmarks.bianchi.model import BianchiParameters, BianchiSolution, solve_bianchi
from benchmarks.bianchi.results import (
    along_bonds,
    bianchi_table,
    crisis_sampling_error,
    simulate_path,
)

__all__ = [
    "PUBLISHED_ACCURACY",
    "BianchiParameters",
    "BianchiSolution",
    "BianchiTolerances",
    "along_bonds",
    "bianchi_table",
    "certify_bianchi",
    "crisis_sampling_error",
    "simulate_path",
    "solve_bianchi",
]
