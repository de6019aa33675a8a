"""The rendered plate: one seed, one picture; a network takes it for what it is."""

import numpy as np
import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_names
from site_lib.images import scenes
from site_lib.images.images import resize
from site_lib.networks import registry as models


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def plate(rendered_side: int) -> torch.Tensor:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenes, "RENDERED_SIDE", rendered_side)
        return scenes.plate_of_spaghetti(448, generator=generator(0))


@pytest.mark.slow
def test_the_plate_is_an_image_in_range(plate):
    assert plate.shape == (1, 3, 448, 448)
    assert plate.dtype == torch.float32
    assert plate.min() >= 0
    assert plate.max() <= 1


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenes are rendered at a quarter of the side: sixteen times as fast."""
    monkeypatch.setattr(scenes, "RENDERED_SIDE", 320)


@pytest.mark.usefixtures("coarse")
def test_a_seed_gives_one_scene_at_every_side_and_other_seeds_give_others():
    plate = scenes.plate_of_spaghetti(224, generator=generator(0))
    small = scenes.plate_of_spaghetti(112, generator=generator(0))
    # Resizing twice is not resizing once: the bicubic filter rings a little at edges.
    assert (small - resize(plate, 112)).abs().mean() < 0.005
    other = scenes.plate_of_spaghetti(112, generator=generator(1))
    assert (small - other).abs().mean() > 0.05


@pytest.mark.usefixtures("coarse")
def test_the_same_generator_gives_the_same_bytes():
    first, second = (scenes.plate_of_spaghetti(112, generator=generator(0)) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.slow
def test_a_network_sees_carbonara_on_a_plate(plate):
    network = models.load("efficientnet_lite0")
    with torch.no_grad():
        first_five = network(resize(plate, 224))[0].topk(5).indices.tolist()
    assert {"carbonara", "plate"} & {class_names()[index] for index in first_five}


def test_strands_move_in_equal_steps_and_stay_on_the_plate():
    paths = scenes.wind(scenes.numpy_generator(generator(3)), 100, steps=330, radius=0.54)
    steps = np.linalg.norm(np.diff(paths, axis=1), axis=2)
    assert np.allclose(steps, scenes.PATH_STEP)
    assert np.linalg.norm(paths, axis=2).max() < scenes.PLATE_RADIUS


def test_smooth_walks_have_unit_variance():
    walks = scenes.smooth_walks(scenes.numpy_generator(generator(0)), 200, 400, scale=10)
    assert walks.std() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("side", [0, -8, 96.5, scenes.RENDERED_SIDE + 1])
def test_a_side_beyond_the_rendered_one_is_refused(side):
    with pytest.raises(CourseError, match="side must be a whole number from 1 to 1280"):
        scenes.plate_of_spaghetti(side, generator=generator(0))
