"""The rendered tree: one seed, one picture; a network names the field it stands in."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_names
from site_lib.images import tree as trees
from site_lib.images.tree import tree_scene
from site_lib.networks import registry as models


@pytest.fixture(scope="module")
def tree(rendered_side: int) -> torch.Tensor:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "RENDERED_SIDE", rendered_side)
        return tree_scene(224, generator=torch.Generator().manual_seed(0))


@pytest.mark.slow
def test_the_tree_is_an_image_in_range(tree):
    assert tree.shape == (1, 3, 224, 224)
    assert tree.min() >= 0
    assert tree.max() <= 1


def test_the_same_generator_gives_the_same_bytes(monkeypatch):
    monkeypatch.setattr(trees, "RENDERED_SIDE", 320)
    first, second = (tree_scene(64, generator=torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.slow
def test_sky_crown_and_field_have_their_colours(tree):
    sky, crown, field = (tree[0, :, row, 108:116].mean(1) for row in (3, 90, 215))
    assert sky.argmax() == 2
    assert crown.argmax() == 1
    assert field.argmin() == 2


@pytest.mark.slow
def test_a_network_names_the_field(tree):
    with torch.no_grad():
        first = models.load("efficientnet_lite0")(tree)[0].argmax()
    assert class_names()[first] == "rapeseed"


def test_a_side_of_nothing_is_refused():
    with pytest.raises(CourseError, match="side must be a whole number"):
        tree_scene(0, generator=torch.Generator().manual_seed(0))
