"""Neurons and sites: what reading them gives, and what is said of a file that is damaged."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.data import neurons, recordings
from tests.site_lib.recorded_neurons import SIDE, lies_in, write_v4

needs_v4 = pytest.mark.skipif(
    not recordings.at_hand(["cowley2023"]), reason="the neurons of V4 are not on this machine"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data folder of this test, with four small sessions whose files nobody pinned."""
    lies_in(tmp_path, "cowley2023", monkeypatch)
    return tmp_path


def test_a_session_has_an_image_for_every_response(folder):
    written = write_v4(folder)
    day = neurons.cowley2023("201025")
    images, responses = written["201025"]
    assert day.images.shape == (len(images), SIDE, SIDE, 3)
    # JPEG keeps the mean of a uniform picture to a level.
    assert np.allclose(day.images.mean(axis=(1, 2)), images.mean(axis=(1, 2)), atol=2)
    assert np.array_equal(day.responses, responses.T)
    assert day.num_repeats == 12
    assert day.repeats is None


def test_one_session_has_all_repeats(folder):
    written = write_v4(folder)
    day = neurons.cowley2023("210325")
    assert day.repeats is not None
    assert np.allclose(np.nanmean(day.repeats, axis=0), written["210325"][1].T)


def test_an_unknown_session_lists_those_there_are():
    with pytest.raises(CourseError, match="'201025'"):
        neurons.cowley2023("201026")


def test_more_responses_than_images_are_refused(folder):
    write_v4(folder)
    path = folder / "cowley2023/responses_190923.npy"
    np.save(path, np.load(path)[:, 1:])
    with pytest.raises(CourseError, match=r"responses_190923.npy is damaged: .* images"):
        neurons.cowley2023("190923")


@pytest.mark.parametrize("name", ["images_190923.zip", "responses_190923.npy"])
def test_a_file_that_was_cut_off_is_one_clear_error(folder, name):
    write_v4(folder)
    path = folder / "cowley2023" / name
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(CourseError, match=f"{name} is damaged: .*Delete it"):
        neurons.cowley2023("190923")


def test_something_else_than_a_picture_is_refused(folder):
    write_v4(folder)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("image0001.jpg", b"no picture")
    (folder / "cowley2023/images_190923.zip").write_bytes(buffer.getvalue())
    with pytest.raises(CourseError, match=r"images_190923.zip is damaged"):
        neurons.cowley2023("190923")


def test_fits_of_others_by_layer_and_site(tmp_path, monkeypatch):
    lies_in(tmp_path, "bonnen2021", monkeypatch)
    path = tmp_path / recordings.RECORDINGS["bonnen2021"].files[0].path
    path.parent.mkdir()
    generator = np.random.default_rng(0)
    r = {"v4_r": generator.random((3, 1, 4)), "it_r": generator.random((3, 1, 5))}
    half = {"v4_splithalf": generator.random((9, 4)), "it_splithalf": generator.random((9, 5))}
    np.savez(path, layers=np.array(["a", "b", "c"]), **r, **half)
    fits = neurons.bonnen2021()
    assert fits.layers == ("a", "b", "c")
    assert np.array_equal(fits.r["IT"], r["it_r"][:, 0])
    assert np.array_equal(fits.reliability["V4"], half["v4_splithalf"])
    np.savez(path, layers=np.array(["a"]))
    with pytest.raises(CourseError, match=r"vgg16_layer_fits_hvm.npz is damaged"):
        neurons.bonnen2021()


@needs_v4
def test_the_sessions_are_those_of_the_authors_table():
    shapes = {name: neurons.cowley2023(name).responses.shape for name in recordings.V4_SESSIONS}
    assert shapes == {
        "190923": (1200, 33), "201025": (1200, 89), "210621": (1200, 51), "210325": (640, 50)
    }  # fmt: skip
    day = neurons.cowley2023("210325")
    assert day.images.shape == (640, 112, 112, 3)
    assert np.allclose(np.nanmean(day.repeats, axis=0), day.responses)
