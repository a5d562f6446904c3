"""Sweeps over parameters: points from a file, solved in parallel, one stored result a point."""
