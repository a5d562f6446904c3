"""What does a solved economy do: responses, gains of a planner, accuracy (sections 3.2 and 5)?

Start with :mod:`regspec.studies.responses`: histories and responses of a single solution.
"""
