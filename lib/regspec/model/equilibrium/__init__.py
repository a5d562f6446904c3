"""How is the market's recursive equilibrium solved, and how is it checked?

Start with :mod:`regspec.model.equilibrium.solve`, then :mod:`regspec.model.equilibrium.kernels`
(one state's decisions) and :mod:`regspec.model.equilibrium.certify` (what the certificate tests).
"""
