"""Executable replication of "The Regional Specialization Trade-off" (Boehnert 2025)."""

__version__ = "0.1.0"
