"""How do the results change where a parameter, or a reading of the text, does?

A sweep is a file of points (``scenarios/robustness.yml``). They are solved in parallel, and each
keeps one stored result, so that an interrupted sweep goes on where it stopped.

Read `specification` first, which turns the file into points and checks them; then `measures`, what
is computed at one, and `run`, which computes all. Pages read the table of a finished sweep by
`comparison` and need none of these.
"""
