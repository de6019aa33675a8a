"""Networks by name: loading, initialising, freezing, recording their layers, training."""
