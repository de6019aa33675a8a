"""What single units answer to: receptive fields, deconvnet, patches, selectivity."""
