"""How figures look, and how one is drawn from a result; needs no torch."""
