"""The course in other forms: one PDF, and a zip to be read from disk."""
