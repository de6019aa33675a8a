"""Feature visualisation where the optimum, the penalty or the spectrum is known."""

import numpy as np
import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation import objectives, priors, transforms
from site_lib.feature_visualisation.optimise import (
    begin_coarse,
    coarse_to_fine,
    cosine_decay,
    maximise,
)
from site_lib.feature_visualisation.parameterisations import FourierImage, PhaseImage, PixelImage
from site_lib.images.images import load_photographs, pink_noise, spatial_frequencies
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load


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


def test_a_likely_class_has_a_probability_and_a_score_of_its_own_weight():
    logits, classes = torch.tensor([[1.0, 2.0], [0.5, 0.0]]), torch.tensor([1, 0])
    weight = torch.tensor([0.1, 2.0])
    found = objectives.likely_class(classes, weight).score({"logits": logits})
    scores = torch.tensor([2.0, 0.5])
    expected = scores - logits.logsumexp(dim=1) + weight * scores
    torch.testing.assert_close(found, expected)
    same = objectives.likely_class(classes, 0.1).score({"logits": logits})
    torch.testing.assert_close(same[0], found[0])


def test_each_image_climbs_a_channel_of_its_own():
    maps = torch.randn(3, 5, 4, 4, generator=generator())
    indices = torch.tensor([4, 0, 2])
    for many, one in (
        (objectives.channels, objectives.channel),
        (objectives.neurons, objectives.neuron),
    ):
        expected = [one("a", i).score({"a": maps})[n] for n, i in enumerate(indices.tolist())]
        assert torch.equal(many("a", indices).score({"a": maps}), torch.stack(expected))
        with pytest.raises(CourseError, match="channels 0…4, not 5"):
            many("a", indices + 1).score({"a": maps})


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


@pytest.mark.parametrize("side", [32, 33])
def test_a_smaller_picture_shows_the_same_waves_at_fewer_points(side):
    image = FourierImage(1, 2 * side, generator=generator(), noise=0.0)
    image.spectrum.data[..., :6, :6, :] = torch.randn(1, 3, 6, 6, 2, generator=generator())
    assert torch.allclose(image(side), image()[..., ::2, ::2], atol=1e-5)


def test_images_are_never_shown_larger_than_they_are_stored():
    for image in (
        FourierImage(1, 16, generator=generator()),
        PixelImage(1, 16, generator=generator()),
    ):
        assert image(8).shape == (1, 3, 8, 8)
        with pytest.raises(CourseError, match="stored at 16 pixels cannot be shown at 17"):
            image(17)


def test_a_fourier_image_starts_at_a_given_photograph():
    photographs = torch.rand(2, 3, 24, 24, generator=generator()) * 0.9 + 0.05
    assert torch.allclose(FourierImage.of(photographs, falloff=1.25)(), photographs, atol=1e-5)


def test_with_the_right_phases_a_phase_image_is_the_photograph_it_is_like():
    photograph = load_photographs(["cat"], 32).clamp(1 / 256, 255 / 256)
    image = PhaseImage(1, photograph, generator=generator())
    wave = torch.einsum("dr,nrhw->ndhw", torch.linalg.inv(image.to_rgb), photograph.logit())
    phase = torch.fft.rfft2(wave).angle()
    phase[:, :, 0, 0] = 0
    image.phase.data = phase
    assert torch.allclose(image(), photograph, atol=1e-4)


def test_optimising_phases_leaves_magnitudes_alone():
    photographs = load_photographs(["cat", "coffee"], 32)
    image = PhaseImage(1, photographs, generator=generator())
    weights = torch.randn(1, 3, 32, 32, generator=generator())
    before = image.magnitude.clone()
    score = objectives.class_logit(torch.tensor([0]))
    start = (image() * weights).sum()
    found = climb(LinearClassifier(weights), score, image, steps=20)
    assert (found * weights).sum() > start + 10
    assert torch.equal(image.magnitude, before)


def test_half_of_the_steps_are_coarse():
    side_at = begin_coarse(100, 0.3)
    assert [side_at(progress) for progress in (0, 0.49, 0.5, 1)] == [30, 30, 100, 100]


def test_from_coarse_to_fine():
    side_at = coarse_to_fine((0.25, 96), (0.5, 128), (1, 160))
    assert [side_at(p) for p in (0, 0.2, 0.25, 0.49, 0.5, 1)] == [96, 96, 128, 128, 160, 160]


def test_a_direction_is_a_channel_when_it_points_along_one_axis():
    maps = torch.randn(2, 3, 4, 4, generator=generator())
    along = objectives.direction("a", torch.tensor([0.0, 5.0, 0.0])).score({"a": maps})
    assert torch.allclose(along, objectives.channel("a", 1).score({"a": maps}))


def test_the_gradient_of_a_layers_norm_is_the_layer_itself():
    maps = torch.randn(2, 3, 4, 4, generator=generator(), requires_grad=True)
    objectives.layer_norm("a").score({"a": maps}).sum().backward()
    assert torch.allclose(maps.grad, maps.detach() / maps[0].numel())


def test_distance_from_grey():
    assert priors.distance_from_grey(torch.full((1, 3, 4, 4), 0.7)) == pytest.approx(0.04)


def test_padding_and_turning():
    images = torch.rand(1, 3, 8, 8, generator=generator())
    padded = transforms.pad(2)(images, generator())
    assert padded.shape == (1, 3, 12, 12)
    assert torch.equal(padded[..., 2:-2, 2:-2], images)
    assert (padded[..., :2, :] == 0.5).all()
    assert torch.allclose(transforms.rotate(0.0)(images, generator()), images, atol=1e-6)
    round_one = torch.zeros(1, 1, 33, 33)
    radius = torch.linspace(-1, 1, 33).square()
    round_one[..., :, :] = torch.exp(-6 * (radius[:, None] + radius[None]))
    turned = transforms.rotate(90.0)(round_one, generator(1))
    assert torch.allclose(turned, round_one, atol=0.02)


def test_transforms_keep_values_and_follow_their_generator():
    images = torch.rand(2, 3, 32, 32, generator=generator())
    shifted = transforms.roll(0.25)(images, generator(3))
    assert torch.equal(shifted.flatten(1).sort().values, images.flatten(1).sort().values)
    assert not torch.equal(shifted, images)
    assert torch.equal(shifted, transforms.roll(0.25)(images, generator(3)))
    mirrored = {bool(torch.equal(transforms.flip(images, generator(s)), images)) for s in range(9)}
    assert mirrored == {True, False}
    cropped = transforms.zoom_crop(0.5, [0.75])(torch.full((1, 3, 32, 32), 0.7), generator())
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
            steps=24,
            transforms=[transforms.roll(0.1)],
            generator=source,
            statistics_weight=1.0,
            on_step=lambda step, images: seen.append((step, images.shape)),
        )

    first, second = once(), once()
    assert torch.equal(first, second)
    assert seen[:24] == [(step, (1, 3, 64, 64)) for step in range(24)]
    start = FourierImage(1, 64, generator=generator(5))().detach()
    with torch.no_grad():
        before, after = (classifier(images).log_softmax(1)[0, 954] for images in (start, first))
    assert after > before + 2


# ------------------------------------------------------------- what cannot be climbed


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "number of steps must be a whole number from 1 on, not 0"),
        ({"learning_rate": -0.1}, "learning_rate must be a number above 0"),
        ({"learning_rate": np.nan}, "learning_rate must be a number above 0"),
        ({"l2_weight": -1.0}, "l2_weight must be a number from 0 on"),
        ({"statistics_weight": np.nan}, "statistics_weight must be a number from 0 on"),
    ],
)
def test_a_climb_that_cannot_begin_is_refused(wrong, message):
    image = PixelImage(1, 6, generator=generator())
    with pytest.raises(CourseError, match=message):
        climb(LinearClassifier(torch.ones(2, 3, 6, 6)), objectives.channel("a", 0), image, **wrong)


def test_a_climb_that_ends_at_nan_is_no_result():
    image = PixelImage(1, 6, generator=generator())
    broken = LinearClassifier(torch.full((2, 3, 6, 6), torch.nan))
    with pytest.raises(CourseError, match="the optimised images must be finite"):
        climb(broken, objectives.class_logit(torch.tensor([1])), image, steps=2)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (torch.tensor([-1]), "classes must lie in 0…999, but go from -1 to -1"),
        (torch.tensor([1000]), "classes must lie in 0…999"),
        (torch.tensor([1.0]), r"classes must be whole numbers \(int64\), not torch.float32"),
        (torch.tensor([], dtype=torch.int64), r"classes must have the shape \(N\), not \(0,\)"),
        (torch.tensor(3), r"classes must have the shape \(N\), not \(\)"),
    ],
)
def test_objectives_refuse_classes_that_do_not_exist(classes, message):
    for objective in (objectives.class_logit, objectives.class_log_probability):
        with pytest.raises(CourseError, match=message):
            objective(classes)


@pytest.mark.parametrize(
    ("vector", "message"),
    [(torch.zeros(4), "no direction"), (torch.tensor([1.0, torch.nan]), "vector must be finite")],
)
def test_a_direction_points_somewhere(vector, message):
    with pytest.raises(CourseError, match=message):
        objectives.direction("a", vector)


def test_an_image_has_pixels():
    for kind in (PixelImage, FourierImage):
        for number, side, options, message in (
            (0, 8, {}, "number of images must be a whole number from 1 on, not 0"),
            (1, -8, {}, "side must be a whole number from 2 on, not -8"),
            (1, 8, {"noise": -0.1}, "noise must be a number from 0 on"),
        ):
            with pytest.raises(CourseError, match=message):
                kind(number, side, generator=generator(), **options)
    with pytest.raises(CourseError, match="falloff must be a number, not nan"):
        FourierImage(1, 8, generator=generator(), falloff=np.nan)
    for images, message in (
        (torch.full((1, 3, 8, 8), torch.nan), "images must be finite"),
        (torch.zeros(1, 3, 8, 6), r"images must have the shape \(N, 3, S, S\)"),
    ):
        with pytest.raises(CourseError, match=message):
            FourierImage.of(images)
        with pytest.raises(CourseError, match=message):
            PhaseImage(1, images, generator=generator())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: transforms.roll(-0.1), "fraction must be a number from 0 to 1"),
        (lambda: transforms.pad(-1), "pixels must be a whole number from 0 on"),
        (lambda: transforms.rotate(np.inf), "degrees must be a number from 0 on"),
        (lambda: transforms.zoom_crop(0.0), "smallest must be a number above 0"),
        (lambda: transforms.zoom_crop(0.5, []), "number of scales"),
        (lambda: transforms.zoom_crop(0.5, [0.0]), "scale must be a number above 0"),
        (lambda: transforms.light(-0.2, 0), "contrast must be a number from 0 on"),
        (lambda: transforms.light(0.2, np.nan), "brightness must be a number from 0 on"),
        (lambda: transforms.gaussian_noise(-1), "std must be a number from 0 on"),
    ],
)
def test_transforms_that_cannot_be_drawn_are_refused(make, message):
    with pytest.raises(CourseError, match=message):
        make()
