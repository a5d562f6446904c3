"""What stands beside the package: timings of it, and a published model solved by its method."""
