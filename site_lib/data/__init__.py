"""Photographs, facts from the literature, and recordings from brains, by name."""
