"""The digits of scikit-learn, as its documentation describes them."""

import gzip
import hashlib

import numpy as np

from site_lib.data.digits import _path, digits, digits_record


def test_images_are_ink_on_paper_with_their_digits():
    images, labels = digits()
    assert images.shape == (1797, 64)
    assert images.min() == 0
    assert images.max() == 1
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # A nought has a hole, a one has none.
    means = [images[labels == digit].mean(axis=0).reshape(8, 8) for digit in (0, 1)]
    assert means[0][3:5, 3:5].max() < 0.3 < means[1][3:5, 3:5].min()


def test_the_record_is_of_the_file_that_is_read():
    content = _path().read_bytes()
    assert digits_record()["sha256"] == hashlib.sha256(content).hexdigest()
    table = np.loadtxt(gzip.decompress(content).decode().splitlines(), delimiter=",")
    np.testing.assert_array_equal(table[:, :-1] / 16, digits()[0])
