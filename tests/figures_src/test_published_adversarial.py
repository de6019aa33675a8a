"""The published adversarial files, read again and classified as a reader would."""

import csv
import json
import re

import numpy as np
import pytest
import torch

from site_lib.common.files import ROOT
from site_lib.data.imagenet import class_index
from site_lib.data.photographs import read_pixels
from site_lib.networks.registry import load

FIGURES = ROOT / "docs" / "figures"
FOLDER = FIGURES / "lbfgs-triptychs"


@pytest.fixture(scope="module")
def rows():
    table = FIGURES / "lbfgs-triptychs.csv"
    if not table.exists():
        pytest.skip("lbfgs-triptychs is not built: make figures")
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def files(rows):
    return {
        kind: np.stack([read_pixels(FOLDER / f"{row['photograph']}-{kind}.png") for row in rows])
        for kind in ("original", "adversarial")
    }


def probabilities(pixels):
    """Of the network as it comes, not the frozen copy that was attacked."""
    classifier = load("efficientnet_lite0")
    assert pixels.shape[1:] == (classifier.input_side, classifier.input_side, 3)
    with torch.no_grad():
        images = torch.tensor(pixels).permute(0, 3, 1, 2) / 255
        return classifier(images).softmax(dim=1)


def test_every_original_is_what_it_is_said_to_be(rows, files):
    found = probabilities(files["original"])
    for row, one in zip(rows, found, strict=True):
        index = class_index(row["class_before"])
        assert one.argmax() == index, row["photograph"]
        assert one[index].item() == pytest.approx(float(row["probability_before"]), abs=0.01)


def test_every_adversarial_file_is_an_ostrich(rows, files):
    ostrich = class_index("ostrich")
    found = probabilities(files["adversarial"])
    for row, one in zip(rows, found, strict=True):
        assert one.argmax() == ostrich, row["photograph"]
        assert one[ostrich] >= 0.5, row["photograph"]
        assert one[ostrich].item() == pytest.approx(float(row["ostrich_after"]), abs=0.02)
    assert len(rows) >= 6


def test_the_printed_sizes_are_those_of_the_files(rows, files):
    difference = (files["adversarial"].astype(float) - files["original"]) / 255
    for row, one in zip(rows, difference, strict=True):
        assert np.sqrt((one**2).sum()) == pytest.approx(float(row["l2"]), rel=1e-3)
        assert np.sqrt((one**2).mean()) == pytest.approx(float(row["distortion"]), rel=1e-3)
        assert round(255 * np.abs(one).max()) == int(row["linf_grey_levels"])
    record = json.loads((FIGURES / "lbfgs-triptychs.json").read_text(encoding="utf-8"))
    mean = np.sqrt((difference**2).mean(axis=(1, 2, 3))).mean()
    assert mean == pytest.approx(record["metrics"]["mean_distortion"], rel=1e-3)


def test_the_code_on_the_page_is_the_code_of_the_library():
    page = (ROOT / "docs" / "adversarial-examples" / "index.md").read_text(encoding="utf-8")
    library = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "site_lib" / "adversarial").glob("*.py"))
    )
    flat = "\n".join(line.strip() for line in library.splitlines())
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        assert "\n".join(line.strip() for line in block.strip().splitlines()) in flat
