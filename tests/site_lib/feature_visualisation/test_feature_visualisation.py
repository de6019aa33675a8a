"""Feature visualisation where the optimum, the penalty or the spectrum is known."""

import numpy as np
import pytest
import torch
from torch import nn

from site_lib.errors import CourseError
from site_lib.feature_visualisation import objectives, priors, transforms
from site_lib.feature_visualisation.optimise import cosine_decay, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage, PixelImage
from site_lib.images import pink_noise, spatial_frequencies
from site_lib.models import Classifier, freeze_for_inference, load


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


class LinearClassifier(Classifier):
    """Two classes, each a weighted sum of the pixels."""

    def __init__(self, weights):
        nn.Module.__init__(self)
        self.name, self.net = "linear", nn.Identity()
        self.weights = weights

    def forward(self, images):
        return torch.einsum("nchw,kchw->nk", images, self.weights)


def climb(classifier, objective, image, *, steps=60, **options):
    defaults = {"learning_rate": 0.1, "transforms": [], "generator": generator()}
    return maximise(
        classifier, objective, image, steps=range(steps), num_steps=steps, **defaults | options
    )


def test_the_optimum_of_a_linear_model_is_white_where_weights_are_positive():
    weights = torch.randn(2, 3, 6, 6, generator=generator())
    classes = torch.tensor([1, 0])
    image = PixelImage(2, 6, generator=generator())
    found = climb(LinearClassifier(weights), objectives.class_logit(classes), image)
    assert torch.equal(found.round(), (weights[classes] > 0).float())
    assert (found - found.round()).abs().max() < 1e-6


def test_objectives_add_and_scale():
    logits = torch.tensor([[1.0, 3.0], [2.0, -1.0]])
    classes = torch.tensor([1, 0])
    both = objectives.class_log_probability(classes) + 0.5 * objectives.class_logit(classes)
    expected = logits.log_softmax(1)[[0, 1], classes] + 0.5 * logits[[0, 1], classes]
    assert torch.allclose(both.score({"logits": logits}), expected)
    maps = torch.arange(2 * 3 * 4 * 4.0).view(2, 3, 4, 4)
    pair = objectives.channel("a", 1) + objectives.neuron("b", 2)
    assert pair.layers == {"a", "b"}
    score = pair.score({"a": maps, "b": maps})
    assert torch.allclose(score, maps[:, 1].mean((1, 2)) + maps[:, 2, 2, 2])


def test_each_image_has_a_channel_of_its_own():
    maps = torch.rand(3, 5, 4, 4, generator=generator(), requires_grad=True)
    score = objectives.channels("a", torch.tensor([4, 0, 4])).score({"a": maps})
    assert torch.allclose(score, torch.stack([maps[0, 4], maps[1, 0], maps[2, 4]]).mean((1, 2)))
    score.sum().backward()
    moved = maps.grad.abs().sum(dim=(2, 3)).nonzero().tolist()
    assert moved == [[0, 4], [1, 0], [2, 4]]
    central = objectives.neurons("a", torch.tensor([4, 0, 4])).score({"a": maps})
    assert torch.equal(central, torch.stack([maps[0, 4], maps[1, 0], maps[2, 4]])[:, 2, 2])
    with pytest.raises(CourseError, match="channels 0…4, not 5"):
        objectives.channels("a", torch.tensor([0, 5, 1])).score({"a": maps})


def test_objectives_refuse_channels_that_do_not_exist():
    with pytest.raises(CourseError, match="channels 0…2, not 3"):
        objectives.channel("a", 3).score({"a": torch.zeros(1, 3, 4, 4)})
    with pytest.raises(CourseError, match="no channels in space"):
        objectives.channel("a", 0).score({"a": torch.zeros(1, 3)})


def test_total_variation_of_a_step_edge():
    images = torch.zeros(1, 3, 8, 8)
    assert priors.total_variation(images) == 0
    images[..., 4:] = 1
    assert priors.total_variation(images) == pytest.approx(1 / 7)


def test_channel_statistics_and_their_gradient_equal_torchs():
    x = torch.randn(3, 5, 7, 6, dtype=torch.double, generator=generator(), requires_grad=True)
    mean, variance = priors.channel_statistics(x)
    expected_variance, expected_mean = torch.var_mean(x, dim=(0, 2, 3), correction=0)
    assert torch.allclose(mean, expected_mean)
    assert torch.allclose(variance, expected_variance)
    assert torch.autograd.gradcheck(priors.channel_statistics, x)


def test_statistics_of_the_folded_network_equal_those_read_before_its_batch_norms():
    plain = load("efficientnet_lite0")
    images = pink_noise(2, 64, generator=generator())
    distances = []

    def before(norm, inputs, _output):
        variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3), correction=0)
        sigma = (norm.running_var + norm.eps).sqrt()
        # What the norm makes of this deviation: the spread of its output over |γ|.
        spread = variance.sqrt() / sigma
        off = ((mean - norm.running_mean) / sigma).square() + (spread - 1).square()
        # Channels that the norm all but switches off are compared on an absolute scale instead.
        distances.append(off[norm.weight.abs() > 1e-2].mean())

    handles = [
        m.register_forward_hook(before) for m in plain.modules() if isinstance(m, nn.BatchNorm2d)
    ]
    frozen = freeze_for_inference(plain)
    with torch.no_grad():
        plain(images)
        with priors.batch_norm_statistics(frozen) as recorder:
            frozen(images)
    for handle in handles:
        handle.remove()
    live = [d for d in distances if d.isfinite()]
    folded = [
        d
        for d, reference in zip(recorder.distances, distances, strict=True)
        if reference.isfinite()
    ]
    ratios = torch.stack(folded) / torch.stack(live)
    assert ratios.median() == pytest.approx(1, abs=0.02)


def test_statistics_need_a_frozen_network_and_leave_no_hooks():
    plain = load("efficientnet_lite0", random_seed=0)
    with pytest.raises(CourseError, match="freeze it first"), priors.batch_norm_statistics(plain):
        pass
    frozen = freeze_for_inference(plain)
    with pytest.raises(RuntimeError, match="stop"), priors.batch_norm_statistics(frozen):
        raise RuntimeError("stop")
    assert not any(module._forward_hooks for module in frozen.modules())


def test_a_fourier_image_starts_grey_and_stays_in_range():
    image = FourierImage(2, 33, generator=generator(), noise=0.0)
    assert torch.allclose(image(), torch.full((2, 3, 33, 33), 0.5))
    loud = FourierImage(1, 32, generator=generator(), noise=100.0)()
    assert loud.min() >= 0
    assert loud.max() <= 1


def test_a_fourier_image_has_amplitudes_that_fall_as_one_over_frequency():
    image = FourierImage(16, 64, generator=generator(), noise=0.01)
    power = torch.fft.rfft2(image().detach() - 0.5).abs().square().mean(dim=(0, 1))
    frequency = spatial_frequencies(64)
    inside = (frequency > 0.03) & (frequency < 0.45)
    slope = np.polyfit(frequency[inside].log().numpy(), power[inside].log().numpy(), 1)[0]
    assert slope == pytest.approx(-2, abs=0.1)


def test_transforms_keep_values_and_follow_their_generator():
    images = torch.rand(2, 3, 32, 32, generator=generator())
    shifted = transforms.roll(0.25)(images, generator(3))
    assert torch.equal(shifted.flatten(1).sort().values, images.flatten(1).sort().values)
    assert not torch.equal(shifted, images)
    assert torch.equal(shifted, transforms.roll(0.25)(images, generator(3)))
    mirrored = {bool(torch.equal(transforms.flip(images, generator(s)), images)) for s in range(9)}
    assert mirrored == {True, False}
    cropped = transforms.zoom_crop(0.5, [24])(torch.full((1, 3, 32, 32), 0.7), generator())
    assert torch.allclose(cropped, torch.full((1, 3, 24, 24), 0.7), atol=1e-6)
    lit = transforms.light(0.2, 0.1)(images, generator())
    gain = (lit[0, 0, 0, 0] - lit[0, 0, 0, 1]) / (images[0, 0, 0, 0] - images[0, 0, 0, 1])
    assert 0.8 <= gain <= 1.2
    noise = transforms.gaussian_noise(0.04)(images, generator()) - images
    assert noise.std() == pytest.approx(0.04, rel=0.05)


def test_the_learning_rate_falls_from_one_to_zero():
    assert cosine_decay(0) == 1
    assert cosine_decay(0.5) == pytest.approx(0.5)
    assert cosine_decay(1) == pytest.approx(0)


def test_the_same_seed_gives_the_same_image_and_climbing_climbs():
    classifier = freeze_for_inference(load("efficientnet_lite0"))
    classes = torch.tensor([954])
    seen = []

    def once():
        source = generator(5)
        image = FourierImage(1, 64, generator=source)
        return climb(
            classifier,
            objectives.class_log_probability(classes),
            image,
            steps=12,
            transforms=[transforms.roll(0.1)],
            generator=source,
            statistics_weight=1.0,
            on_step=lambda step, images: seen.append((step, images.shape)),
        )

    first, second = once(), once()
    assert torch.equal(first, second)
    assert seen[:12] == [(step, (1, 3, 64, 64)) for step in range(12)]
    start = FourierImage(1, 64, generator=generator(5))().detach()
    with torch.no_grad():
        before, after = (classifier(images).log_softmax(1)[0, 954] for images in (start, first))
    assert after > before + 2
