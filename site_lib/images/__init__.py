"""Images as tensors: photographs, rendered scenes, views of them, and a corpus to search."""
