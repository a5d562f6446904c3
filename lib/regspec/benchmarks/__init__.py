"""Published models solved with this package's tools, beside their published results."""

from regspec.benchmarks.bianchi import BianchiParameters, BianchiSolution, solve_bianchi
from regspec.benchmarks.bianchi_certificate import (
    PUBLISHED_ACCURACY,
    BianchiTolerances,
    certify_bianchi,
)
from regspec.benchmarks.bianchi_results import (
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
