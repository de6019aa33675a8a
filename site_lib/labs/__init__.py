"""What the notebooks of the course show."""
