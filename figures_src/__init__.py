"""Experiments and drawings of the course, by chapter, and the engine that runs them."""
