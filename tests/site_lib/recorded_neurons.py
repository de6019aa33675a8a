"""Made-up recordings of V4 in the layout of the real ones, for tests without them."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from site_lib.data.recordings import DATA_VARIABLE, RECORDINGS, V4_REPEATED, V4_SESSIONS

SIDE = 16


def lies_in(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one test, the data folder is this one, and nobody pinned the files of a recording."""
    monkeypatch.setenv(DATA_VARIABLE, str(folder))
    files = tuple(replace(file, sha256=None) for file in RECORDINGS[name].files)
    monkeypatch.setitem(RECORDINGS, name, replace(RECORDINGS[name], files=files))


def write_v4(
    folder: Path, *, num_images: int = 24, num_neurons: int = 3
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Files of all sessions below a data folder; by session, images and responses.

    images: (N, SIDE, SIDE, 3) uint8, uniform.   responses: (neurons, N), which grow with how red,
    green or blue an image is.
    """
    (folder / "cowley2023").mkdir(exist_ok=True)
    written = {}
    for index, session in enumerate(V4_SESSIONS):
        generator = np.random.default_rng(index)
        colours = generator.integers(256, size=(num_images, 3))
        images = np.broadcast_to(colours[:, None, None], (num_images, SIDE, SIDE, 3)).astype("u1")
        rates = (colours / 64).T[np.arange(num_neurons) % 3]
        repeats = generator.poisson(rates[..., None], size=(num_neurons, num_images, 6)) * 1.0
        repeats[:, ::2, 4:] = np.nan
        responses = np.nanmean(repeats, axis=2)
        write_pictures(folder / f"cowley2023/images_{session}.zip", images)
        np.save(folder / f"cowley2023/responses_{session}.npy", responses)
        if session == V4_REPEATED:
            np.save(folder / f"cowley2023/responses_raw_{session}.npy", repeats)
        written[session] = (images, responses)
    return written


def write_pictures(path: Path, images: np.ndarray) -> None:
    """An archive with JPEG files of images, named in their order."""
    with zipfile.ZipFile(path, "w") as archive:
        for index, pixels in enumerate(images):
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "jpeg", quality=95)
            archive.writestr(f"image{index + 1:04d}.jpg", buffer.getvalue())
