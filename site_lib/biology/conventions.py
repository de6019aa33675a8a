"""What is taken away from a unit's responses before they are correlated. Needs no torch."""

# Nothing; its response to the empty background; its mean over the stimuli.
CONVENTIONS = ("raw", "background", "centred")
