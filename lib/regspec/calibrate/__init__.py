"""Which numbers do the parameters have, and where do they come from (section 4.1)?

Start with :mod:`regspec.calibrate.two_sectors`: the two sectors, their trends and their data.
"""
