"""Large files in pieces."""

import gzip
import hashlib
import random

from site_lib.common.pieces import LARGEST_PIECE, in_pieces

CONTENT = random.Random(0).randbytes(10_000)


def test_the_pieces_in_their_order_are_the_packed_file():
    entry, files = in_pieces(CONTENT, largest=3000)
    packed = b"".join(files[piece["file"]] for piece in entry["pieces"])
    assert gzip.decompress(packed) == CONTENT
    assert entry["bytes"] == len(CONTENT)
    assert entry["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert max(piece["bytes"] for piece in entry["pieces"]) == 3000 < LARGEST_PIECE


def test_names_and_hashes_are_made_from_what_a_piece_holds():
    entry, files = in_pieces(CONTENT, largest=3000)
    for piece in entry["pieces"]:
        content = files[piece["file"]]
        assert piece["sha256"] == hashlib.sha256(content).hexdigest()
        assert piece["file"] == f"{piece['sha256'][:16]}.bin"
        assert piece["bytes"] == len(content)
    assert in_pieces(CONTENT, largest=3000) == (entry, files)
    changed, _ = in_pieces(b"x" + CONTENT[1:], largest=3000)
    assert changed["pieces"][0]["file"] != entry["pieces"][0]["file"]
