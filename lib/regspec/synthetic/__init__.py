"""A synthetic census with known truth, in the very formats of the real one."""
