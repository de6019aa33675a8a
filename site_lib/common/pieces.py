"""Large files in pieces, for downloads that can go on where they were cut off."""

import gzip
import hashlib
from typing import Any

# Some phones never finish a response of tens of megabytes; one of two they do.
LARGEST_PIECE = 2_000_000


def in_pieces(content: bytes, *, largest: int = LARGEST_PIECE) -> tuple[dict[str, Any], dict]:
    """Compress a file and cut it: what a reader must know, and the pieces by name.

    Returns ``{"bytes", "sha256", "pieces": [{"file", "bytes", "sha256"}]}``, in which the first
    two are of the file itself, and the pieces' bytes. A name is made from what the piece holds,
    so that a cache never mistakes an old one for a new one.
    """
    packed = gzip.compress(content, 9, mtime=0)
    pieces = [packed[start : start + largest] for start in range(0, len(packed), largest)]
    hashes = [hashlib.sha256(piece).hexdigest() for piece in pieces]
    entries = [
        {"file": f"{sha256[:16]}.bin", "bytes": len(piece), "sha256": sha256}
        for piece, sha256 in zip(pieces, hashes, strict=True)
    ]
    whole = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files = {entry["file"]: piece for entry, piece in zip(entries, pieces, strict=True)}
    return whole | {"pieces": entries}, files
