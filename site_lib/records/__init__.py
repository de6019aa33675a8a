"""Records of what was measured, drawn and claimed, with what code; needs no torch."""
