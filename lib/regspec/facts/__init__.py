"""Do the paper's three facts and the convergence of regions show in the data?

Start with :mod:`regspec.facts.fact1`: the trade-off between specialization and income. Every
function takes plain frames (built from the sources by :mod:`regspec.facts.panels`) and returns a
frozen result with estimates, standard errors, counts and the specification in words.
"""
