"""The stimuli of the recordings as networks see them, and their categories."""

import itertools

import numpy as np
import torch
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.data.readers import Objects, Photographs
from site_lib.images.images import resize, square, to_tensor
from site_lib.images.views import NUM_LIGHTS, NUM_PLACES, draw_views, render

# Every object of Kriegeskorte et al. (2008) belongs to one of these: two flags of the recording.
SUBCATEGORIES = {
    "human bodies": ("human", "body"),
    "human faces": ("human", "face"),
    "animal bodies": ("nonhumani", "body"),
    "animal faces": ("nonhumani", "face"),
    "natural objects": ("natObj", "natObj"),
    "artificial objects": ("artiObj", "artiObj"),
}
# Grey of the ground that the 92 objects lie on: 128 of 255 levels, in all channels.
OBJECT_GROUND = 128 / 255
# What the 78 photographs (recording "cichy2016") show, in their order; named by us, by looking.
PHOTOGRAPH_CATEGORIES = (
    ("animal", 13),
    ("plant or landscape", 8),
    ("food", 8),
    ("room, building or street", 16),
    ("plant or landscape", 5),
    ("person doing something", 12),
    ("face", 16),
)


def object_images(objects: Objects, side: int) -> Tensor:
    """The 92 objects on grey: (92, 3, side, side) in [0, 1]."""
    return resize(to_tensor(objects.images), side)


def object_views(
    objects: Objects, side: int, *, resolution: int, generator: torch.Generator
) -> Tensor:
    """Four views of each object, one object after the other: (4 N, 3, side, side) in [0, 1].

    Every object stands once at each place and once in each light (:mod:`site_lib.images.views`).
    resolution: side of the objects' own images.
    """
    place = torch.arange(NUM_PLACES)
    images = []
    for index, own in enumerate(object_images(objects, resolution).split(1)):
        views = draw_views(1, generator).chosen(NUM_LIGHTS * place + (place + index) % NUM_LIGHTS)
        images.append(render(own, views, side, generator))
    return torch.cat(images)


def photograph_images(photographs: Photographs, side: int) -> Tensor:
    """Central squares of the 78 photographs: (78, 3, side, side) in [0, 1]."""
    return torch.cat([square(to_tensor(image), side) for image in photographs.images])


def object_subcategories(objects: Objects) -> np.ndarray:
    """Index of each object's entry in SUBCATEGORIES: (92,)."""
    flags = [objects.flags[one] & objects.flags[other] for one, other in SUBCATEGORIES.values()]
    return np.array(flags).argmax(axis=0)


def photograph_categories() -> np.ndarray:
    """What each of the 78 photographs shows: (78,) names, six different ones."""
    return np.concatenate([np.repeat(name, number) for name, number in PHOTOGRAPH_CATEGORIES])


def small_groups(labels: np.ndarray, size: int) -> np.ndarray:
    """Groups of about ``size`` neighbours that share a label, numbered in order: (N,).

    labels: (N,), equal ones next to each other.
    """
    check_shapes(labels=(labels, "N"))
    check_number("size", size, low=1, whole=True)
    groups, first = np.zeros(len(labels), dtype=int), 0
    starts = [0, *(np.flatnonzero(labels[1:] != labels[:-1]) + 1), len(labels)]
    for start, end in itertools.pairwise(starts):
        number = max(1, round((end - start) / size))
        groups[start:end] = first + np.arange(end - start) * number // (end - start)
        first += number
    return groups
