"""Networks whose boundaries are planes, so that the smallest perturbation is known."""

import torch

from site_lib.adversarial.attack import ROUNDING, Goal

SIDE, NUMBER = 8, 6


class Linear(torch.nn.Module):
    """Logits are weighted sums of the pixels; counts the images that pass.

    spread: standard deviation of the weights.   opposite: the second of two logits is minus the
    first, so that both are 0 at the boundary.
    """

    def __init__(self, num_classes, seed=0, spread=4.0, opposite=False):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        shape = (num_classes, 3, SIDE, SIDE)
        self.weights = spread * torch.randn(shape, generator=generator)
        if opposite:
            self.weights = torch.stack([self.weights[0], -self.weights[0]])
        self.seen = 0

    def forward(self, images):
        self.seen += len(images)
        return torch.einsum("nchw,kchw->nk", images - 0.5, self.weights.to(images))


class Jittery(Linear):
    """Adds to the logits what other orders of addition might: by place in the batch, and its size.

    The margin moves by a third of ROUNDING, more than single precision moves it.
    """

    def forward(self, images):
        logits = super().forward(images)
        places = torch.arange(logits.numel()).reshape(logits.shape) + 1.0
        jitter = torch.sin(1000 * places * (len(images) + 1)).to(logits)
        return logits + ROUNDING / 6 * self.size * jitter

    @property
    def size(self):
        """Of a typical logit of images near grey."""
        return 0.05 * self.weights[0].norm()


def images_near_grey(number=NUMBER, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return 0.5 + 0.05 * torch.randn(number, 3, SIDE, SIDE, generator=generator)


def attackable(network, number=12, seed=1):
    """Images near grey and their labels, where the largest logit is at least half the usual size.

    There a clearance of ROUNDING is more than the jitter.
    """
    images = images_near_grey(4 * number, seed)
    logits = Linear.forward(network, images)
    kept = (logits.abs().amax(dim=1) > 0.5 * network.size).nonzero()[:number, 0]
    return images[kept], logits[kept].argmax(dim=1)


def exact_margin(network, images, labels, targets=None):
    """Margin of a linear network in double precision; below 0 the answer is a wanted one."""
    logits = Linear.forward(network, images.double())
    return Goal(labels, targets).margin(logits)


def distance_to(network, images, labels, targets, beyond=0.0):
    """Closed form: distance to the plane where the target's logit is so far beyond the label's."""
    logits = Linear.forward(network, images)
    gap = (logits.gather(1, labels[:, None]) - logits.gather(1, targets[:, None]))[:, 0]
    normal = network.weights[targets] - network.weights[labels]
    return (gap + beyond) / normal.flatten(1).norm(dim=1)


def smallest_distance(network, images, labels, beyond=0.0):
    """The same for the class whose plane is nearest."""
    num_classes = len(network.weights)
    every = torch.stack(
        [
            distance_to(network, images, labels, torch.full_like(labels, k), beyond)
            for k in range(num_classes)
        ]
    )
    every[labels, torch.arange(len(labels))] = torch.inf
    return every.amin(dim=0)


def clearance(network, images, labels):
    """At most so many logits are asked for beyond the boundary: twice those at the originals."""
    return 2 * Goal(labels).clearance(Linear.forward(network, images))
