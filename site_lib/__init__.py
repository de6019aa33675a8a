"""The library behind every figure of the course: networks, experiments, drawings."""
