"""How is each figure of the book drawn, and which numbers does it show?

Read :mod:`regspec.figures.style` first: what every figure shares. The other modules hold one
function a figure, by subject; none estimates or solves anything.
"""
