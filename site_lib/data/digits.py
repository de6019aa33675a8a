"""Handwritten digits that come with scikit-learn: 1797 images of 8 × 8 pixels, ten classes.

They are the test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak
(UCI Machine Learning Repository, 1998, doi:10.24432/C50P49): 13 people who wrote none of its
training part. The order is that of the file, in which writers follow each other.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from site_lib.common.files import sha256_of_file
from site_lib.common.packages import package_folder

LEVELS = 16  # the darkest pixel


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 64), row by row, 0: paper to 1: ink; and the digits that they show: (1797,)."""
    images, labels = load_digits(return_X_y=True)
    return (images / LEVELS).astype(np.float32), labels


def digits_record() -> dict[str, str]:
    """Name and SHA-256 of the file, for provenance."""
    return {"name": "scikit-learn: digits", "sha256": sha256_of_file(_path())}


def _path() -> Path:
    return package_folder("sklearn") / "datasets" / "data" / "digits.csv.gz"
