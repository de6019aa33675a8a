"""Lab 4: ablation, distance in grey levels, and the mean of a channel."""

from functools import cache

import torch
from torch import Tensor

from site_lib.images.images import load_photographs
from site_lib.interpretability.ablation import channel_held
from site_lib.labs.exercises import Case, Exercise, Function, equals
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

LAYER, CHANNEL, WANTED = "blocks.2", 5, 281


@cache
def _network() -> Classifier:
    """EfficientNet-Lite0, as in the lab."""
    return freeze_for_inference(load("efficientnet_lite0"))


def _photographs() -> Tensor:
    return load_photographs(["cat", "coffee", "palace"], 64)


def _lost(function: Function, value: float) -> Tensor:
    return function(_network(), _photographs(), LAYER, CHANNEL, value, WANTED)


@torch.no_grad()
def _known_loss(value: float) -> Tensor:
    """What the class loses, with the library's own hook."""
    before = _network()(_photographs()).log_softmax(dim=1)[:, WANTED]
    with channel_held(_network(), LAYER, CHANNEL, value):
        return before - _network()(_photographs()).log_softmax(dim=1)[:, WANTED]


@torch.no_grad()
def _change_that_stays(function: Function) -> Tensor:
    """How far the network's answers are from those before the function was called."""
    before = _network()(_photographs())
    _lost(function, 20.0)
    return (_network()(_photographs()) - before).abs().max()


def _mean_of_channel(channel: int) -> Tensor:
    found = activations_of(_network(), _photographs(), [LAYER], summarise=mean_of_map)
    return found[LAYER][:, channel]


def _grey(*levels: float) -> Tensor:
    """Uniform images, in levels of a file."""
    return torch.tensor(levels)[:, None, None, None].expand(-1, 3, 4, 4) / 255


def _quarter_changed() -> Tensor:
    """A grey image of 100 levels, of which one quadrant is 8 levels lighter."""
    image = _grey(100).clone()
    image[:, :, :2, :2] += 8 / 255
    return image


EXERCISES = (
    Exercise(
        "lost_when_held",
        (
            Case("a channel held at 0", lambda f: _lost(f, 0.0), equals(lambda: _known_loss(0.0))),
            Case("a channel held at 8", lambda f: _lost(f, 8.0), equals(lambda: _known_loss(8.0))),
            Case(
                "a network that is used again, as its answers' change",
                _change_that_stays,
                equals(lambda: 0.0),
            ),
        ),
    ),
    Exercise(
        "grey_levels",
        (
            Case(
                "images that get lighter and darker",
                lambda f: f(_grey(10, 20, 30), _grey(13, 20, 18)),
                equals(lambda: [3, 0, 12]),
            ),
            # √(8² / 4)
            Case(
                "a quadrant that is 8 levels lighter",
                lambda f: f(_grey(100), _quarter_changed()),
                equals(lambda: [4]),
            ),
            Case(
                "a batch in which only the second image changes",
                lambda f: f(_grey(50, 50), torch.cat([_grey(50), _grey(150)])),
                equals(lambda: [0, 100]),
            ),
        ),
    ),
    Exercise(
        "mean_activation",
        (
            Case(
                "three photographs",
                lambda f: f(_network(), _photographs(), LAYER, CHANNEL),
                equals(lambda: _mean_of_channel(CHANNEL)),
            ),
            Case(
                "another channel",
                lambda f: f(_network(), _photographs(), LAYER, CHANNEL + 1),
                equals(lambda: _mean_of_channel(CHANNEL + 1)),
            ),
        ),
    ),
)
