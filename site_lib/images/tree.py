"""A tree in a field of rapeseed, rendered from a seed.

ImageNet-1k has no class for a tree. It has one for rapeseed, and that is what the field is.
"""

import math

import numpy as np
import torch
from scipy.ndimage import map_coordinates
from torch import Tensor

from site_lib.images.relief import LIGHT, Relief, develop, shade, smooth_noise, smooth_step
from site_lib.images.scenes import (
    RENDERED_SIDE,
    check_side,
    numpy_generator,
    smooth_walks,
    sweep,
    to_image,
)

HORIZON, FOOT = 0.42, 0.64  # y of the horizon and of the tree's foot
CROWN_CENTRE = np.array([0.0, -0.24, 0.0])
CROWN_RADII = np.array([0.58, 0.46, 0.26])  # across, down, towards the viewer
CLUSTERS, LEAVES_PER_AREA, LEAF_LENGTH = 42, 24_000, 0.0105
NOTHING = -1.0  # height of cells where the background shows

# Linear RGB.
ZENITH, HAZE, CLOUD = (
    np.array([0.10, 0.27, 0.70]),
    np.array([0.58, 0.75, 0.95]),
    np.array([0.96, 0.96, 0.97]),
)
FLOWERS, STALKS, HEDGE = (
    np.array([0.80, 0.58, 0.02]),
    np.array([0.17, 0.27, 0.03]),
    np.array([0.07, 0.12, 0.06]),
)
BARK, LEAF = np.array([0.16, 0.10, 0.06]), np.array([0.12, 0.25, 0.04])


def tree_scene(side: int, *, generator: torch.Generator) -> Tensor:
    """A broad-leaved tree in flowering rapeseed under a blue sky: (1, 3, side, side) in [0, 1].

    As with :func:`site_lib.images.scenes.plate_of_spaghetti`, the scene depends on the generator
    alone. Raises CourseError for a side above RENDERED_SIDE.
    """
    check_side(side)
    rng = numpy_generator(generator)
    relief = Relief(RENDERED_SIDE, RENDERED_SIDE)
    background = landscape(relief, rng)
    relief.height[:] = NOTHING
    grow_wood(relief, rng, clusters := crown(rng))
    for centre, radius in clusters:
        put_leaves(relief, rng, centre, radius)
    # The nearest flowers hide the foot of the trunk.
    hidden = FOOT - 0.05 + 0.004 * smooth_noise(rng, relief, 3, 220)
    tree = (relief.height > NOTHING) & (relief.coordinates()[1] < hidden)
    # Just behind the tree, so that light falls between the leaves from there.
    relief.height[~tree] = -0.45
    light = np.where(tree[..., None], 1.15 * shade(relief, tilt=0.0), 1.25 * background)
    return to_image(develop(light, exposure=0.75), side)


def landscape(relief: Relief, rng: np.random.Generator) -> np.ndarray:
    """Sky with clouds, a far hedge and the field with the tree's shadow; (rows, columns, 3)."""
    x, y = relief.coordinates()
    billows = sum(smooth_noise(rng, relief, 5 * 2**k, 3 * 2**k) / 2**k for k in range(5))
    cloud = smooth_step(0.1, 1.7, billows)[..., None]
    depth = smooth_step(-1, HORIZON, y)[..., None]
    sky = (1 - cloud) * (ZENITH + depth * (HAZE - ZENITH)) + cloud * CLOUD
    tops = HORIZON - 0.05 - 0.015 * smooth_noise(rng, relief, 3, 24)
    bushes = HEDGE * (1.1 + 0.3 * smooth_noise(rng, relief, 200, 200))[..., None]
    scene = np.where((y > tops)[..., None], bushes, sky)
    ground = field(rng, x, np.maximum(y - HORIZON, relief.cell))
    shadow = np.exp(-((((x - 0.12) / 0.6) ** 2 + ((y - FOOT + 0.02) / 0.07) ** 2) ** 2))
    ground *= (1 - 0.6 * shadow)[..., None]
    return np.where((y > HORIZON)[..., None], ground, scene)


def field(rng: np.random.Generator, x: np.ndarray, below_horizon: np.ndarray) -> np.ndarray:
    """Flower heads over stalks, seen in perspective: the nearer, the larger."""
    distance = 1 / (below_horizon + 0.03)
    heads = np.zeros_like(x)
    for scale, weight in ((4.0, 0.45), (14.0, 0.7), (36.0, 0.8)):
        noise = rng.standard_normal((512, 512))
        at = [3 * scale * distance, scale * x * distance]
        heads += weight * map_coordinates(noise, at, order=1, mode="grid-wrap")
    # Far off, heads are smaller than a cell and only their mean is seen.
    share = smooth_step(-1.4, 1.3, heads * np.clip(8 * below_horizon, 0.15, 1) + 0.25)
    brightness = 0.82 + 0.2 * np.clip(heads, -2, 2)
    return brightness[..., None] * (STALKS + share[..., None] * (FLOWERS - STALKS))


def crown(rng: np.random.Generator) -> list[tuple[np.ndarray, float]]:
    """Centres (x, y, height) and radii of clusters of leaves, the farthest first."""
    direction = rng.standard_normal((CLUSTERS, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    direction *= rng.uniform(0.15, 1, (CLUSTERS, 1)) ** 0.5
    direction[:, 0] *= 1 + 0.15 * direction[:, 1]
    centres = CROWN_CENTRE + CROWN_RADII * direction
    radii = rng.uniform(0.11, 0.22, CLUSTERS)
    order = np.argsort(centres[:, 2])
    return [(centres[index], float(radii[index])) for index in order]


def grow_wood(
    relief: Relief, rng: np.random.Generator, clusters: list[tuple[np.ndarray, float]]
) -> None:
    """A trunk of many strands that spread at the foot, and boughs from it to the clusters."""
    foot, top = np.array([0.0, FOOT]), CROWN_CENTRE[:2] + np.array([0.02, 0.15])
    grow_limb(relief, rng, foot, top, radius=0.052, strands=40)
    for index in rng.permutation(len(clusters))[:18]:
        start = foot + rng.uniform(0.4, 0.9) * (top - foot)
        grow_limb(relief, rng, start, clusters[index][0][:2], radius=0.016, strands=4)


def grow_limb(
    relief: Relief,
    rng: np.random.Generator,
    start: np.ndarray,
    end: np.ndarray,
    *,
    radius: float,
    strands: int,
) -> None:
    """A limb from start to end (x, y), twisted from thin strands that converge."""
    t = np.linspace(0, 1, 60)
    normal = np.array([start[1] - end[1], end[0] - start[0]])
    axis = start + t[:, None] * (end - start)
    axis += (rng.uniform(-0.1, 0.1) * np.sin(math.pi * t))[:, None] * normal
    taper = (1 + 0.9 * (1 - t) ** 8) * (1 - 0.5 * t)
    for aside in rng.uniform(-1, 1, strands):
        path = axis + 0.006 * smooth_walks(rng, 2, len(t), 8).T
        path[:, 0] += aside * radius * taper
        path[:, 1] += 0.012 * rng.normal() * (1 - t)
        height = radius * (math.sqrt(1 - aside**2) - 3)
        tint = rng.uniform(0.5, 1.3) * np.array([1, *rng.uniform([0.92, 0.85], [1.05, 1.1])])
        thin = rng.uniform(0.1, 0.3) * radius
        sweep(relief, path, np.full(len(t), height), thin, BARK * tint, gloss=0.05)


def put_leaves(relief: Relief, rng: np.random.Generator, centre: np.ndarray, radius: float) -> None:
    """Leaves on a ball: pointed ellipses, tilted at random."""
    number = int(LEAVES_PER_AREA * radius**2)
    outward = rng.standard_normal((number, 3))
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    distance = radius * rng.normal(1, 0.14, (number, 1))
    middle = centre + distance * outward * [1, 0.85, 0.6]
    u, v = (grid.ravel() for grid in np.meshgrid(*[np.linspace(-1, 1, 17)] * 2))
    blade = np.abs(v) < 0.6 * (1 - u**2)
    u, v = u[blade], v[blade]
    length = LEAF_LENGTH * rng.uniform(0.6, 1.2, (number, 1))
    turn = np.exp(1j * rng.uniform(0, 2 * math.pi, (number, 1)))
    at = length * turn * (u + 1j * v)
    tilt = rng.normal(0, 0.5, (2, number, 1))
    height = middle[:, 2:] + length * (tilt[0] * u + tilt[1] * v)
    # Each leaf is lit by itself later; the ball as a whole is darker away from the light.
    facing = np.clip(outward @ LIGHT, -0.5, 1)[:, None]
    tone = rng.uniform(0.7, 1.2, (number, 1)) * (0.72 + 0.6 * facing)
    tint = rng.uniform([0.75, 1, 0.6], [1.5, 1, 1.3], (number, 3))
    relief.deposit(
        (middle[:, :1] + at.real).ravel(),
        (middle[:, 1:2] + at.imag).ravel(),
        height.ravel(),
        np.repeat(LEAF * tone * tint, len(u), axis=0),
        gloss=0.18,
    )
