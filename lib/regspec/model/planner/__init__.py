"""What would a planner who faces the same limit choose, and which taxes bring it about?

Start with :mod:`regspec.model.planner.solve`, then :mod:`regspec.model.planner.choice` (one state's
best choice) and :mod:`regspec.model.planner.taxes` (the wedges that decentralise it).
"""
