"""Methods that neurophysiology and networks share."""
