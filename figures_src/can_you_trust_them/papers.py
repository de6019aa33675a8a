"""What papers report, with which the figures compare."""

# Share of right answers of people, and the half-width of what the paper gives with it, by what
# they were shown (Borowski et al., 2021).
PEOPLE = {"synthetic": (0.82, 0.04), "natural": (0.92, 0.02)}
