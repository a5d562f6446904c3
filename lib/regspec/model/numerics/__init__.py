"""How are kernels compiled, and how do they interpolate?

Start with :mod:`regspec.model.numerics.compiled`: what `@njit` and `@ranged` mean in this package.
"""
