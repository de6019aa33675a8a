"""Scenes for which no photograph with a clear licence exists: rendered, from a seed.

A heap of spaghetti is a few hundred smooth random walks on a plate, each swept into a tube.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy.ndimage import gaussian_filter, gaussian_filter1d, maximum_filter1d
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.images.images import resize
from site_lib.images.relief import Relief, develop, project, shade, smooth_noise, smooth_step

RENDERED_SIDE = 1280  # pixels, before the picture is brought to the wanted side
TILT = math.radians(32)  # the viewer leans back by this much from straight above
PLATE_RADIUS, HEAP_RADIUS, HEAP_HEIGHT = 0.94, 0.58, 0.22
STRANDS, BUNDLE, STRAND_RADIUS = 280, 5, 0.0118
PATH_STEP = 0.0075

# Linear RGB.
PASTA, CREAM, CHEESE = (
    np.array([0.93, 0.57, 0.17]),
    np.array([0.90, 0.72, 0.40]),
    np.array([0.95, 0.80, 0.46]),
)
MEAT, FAT = np.array([0.36, 0.075, 0.035]), np.array([0.80, 0.47, 0.25])
PARSLEY, PEPPER = np.array([0.09, 0.22, 0.035]), np.array([0.035, 0.028, 0.022])
PORCELAIN, BLUE = np.array([0.80, 0.79, 0.76]), np.array([0.10, 0.17, 0.30])
DARK_WOOD, PALE_WOOD = np.array([0.045, 0.024, 0.014]), np.array([0.21, 0.115, 0.062])

# Which samples of the square [−1, 1]² a piece covers, its height, its colour and its gloss.
Shape = tuple[np.ndarray, np.ndarray, np.ndarray, float]
Piece = Callable[[np.random.Generator, np.ndarray, np.ndarray], Shape]


def plate_of_spaghetti(side: int, *, generator: torch.Generator) -> Tensor:
    """Spaghetti alla carbonara on a white plate on a wooden table: (1, 3, side, side) in [0, 1].

    The scene depends on the generator alone, whatever the side: it is rendered at
    RENDERED_SIDE and resized. Raises CourseError for a side above RENDERED_SIDE.
    """
    check_side(side)
    rng = numpy_generator(generator)
    relief = Relief(RENDERED_SIDE * 5 // 4, RENDERED_SIDE)
    lay_table(relief, rng)
    lay_plate(relief)
    heap_pasta(relief, rng)
    pour_cream(relief, rng)
    garnish(relief, rng)
    picture = develop(project(relief, shade(relief, TILT), TILT), exposure=0.62)
    return to_image(picture, side)


def check_side(side: int) -> None:
    """CourseError when a picture of this side would have to be enlarged."""
    check_number("side", side, low=1, high=RENDERED_SIDE, whole=True)


def to_image(picture: np.ndarray, side: int) -> Tensor:
    """A rendered picture (H, H, 3) as the networks take it: (1, 3, side, side).

    Blurred by less than a pixel first, as a lens does, so that outlines show no steps.
    """
    picture = gaussian_filter(picture, (0.8, 0.8, 0))
    return resize(torch.from_numpy(picture).float().permute(2, 0, 1).unsqueeze(0), side)


def numpy_generator(generator: torch.Generator) -> np.random.Generator:
    """NumPy's generator, seeded by the next draw of torch's."""
    return np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))


def lay_table(relief: Relief, rng: np.random.Generator) -> None:
    """Planks: rings stretched along the grain, fine fibres, a dark gap between neighbours."""
    y = relief.coordinates()[1]
    fibres = 0.45 * smooth_noise(rng, relief, 180, 14) + 0.5 * smooth_noise(rng, relief, 600, 30)
    rings = np.sin(2 * math.pi * (7 * y + 0.5 * smooth_noise(rng, relief, 7, 3) + 0.05 * fibres))
    plank, across = np.divmod(2.2 * y + 3.3, 1)
    tint = rng.uniform(-0.15, 0.15, 8)[plank.astype(int)]
    tone = np.clip(0.45 + 0.12 * rings + 0.15 * fibres + tint, 0, 1.3)[..., None]
    tone[np.abs(across - 0.5) > 0.493] = 0
    relief.albedo[:] = DARK_WOOD + tone * (PALE_WOOD - DARK_WOOD)
    relief.height[:], relief.gloss[:] = -0.03, 0.06


def lay_plate(relief: Relief) -> None:
    """A deep plate with a wide rim and a blue line."""
    radius = np.hypot(*relief.coordinates())
    rim = 0.045 * smooth_step(0.60, 0.70, radius) + 0.035 * smooth_step(0.66, 0.94, radius)
    lip = 0.02 * smooth_step(PLATE_RADIUS - 0.018, PLATE_RADIUS, radius) ** 2
    relief.fill(radius < PLATE_RADIUS, rim - lip, PORCELAIN, gloss=0.9)
    relief.albedo[np.abs(radius - PLATE_RADIUS + 0.035) < 0.006] = BLUE


def heap_pasta(relief: Relief, rng: np.random.Generator) -> None:
    """Strands that wind in and out of a dome; the last ones lie over all others."""
    plate = relief.height.copy()
    paths = wind(rng, STRANDS, steps=330, radius=0.93 * HEAP_RADIUS)
    depths = 0.036 * smooth_walks(rng, STRANDS, 330, scale=18)
    for index, (path, depth) in enumerate(zip(paths, depths, strict=True)):
        path = path[: rng.integers(230, 331)]
        on_top = maximum_filter1d(relief.height[relief.cells(*path.T)], 9, mode="nearest")
        height = gaussian_filter1d(on_top, 7, mode="nearest") + 0.5 * STRAND_RADIUS
        if index < 0.87 * STRANDS:
            layer = min(1, 0.35 + index / STRANDS)
            out = np.hypot(*path.T) / (1.03 * HEAP_RADIUS)
            dome = 0.015 + layer * HEAP_HEIGHT * np.clip(1 - out**2, 0, 1) ** 0.6
            bottom = plate[relief.cells(*path.T)] + 0.8 * STRAND_RADIUS
            height = np.maximum(np.minimum(dome + depth[: len(path)], height), bottom)
        tint = rng.uniform(0.86, 1.06) * np.array([1, *rng.uniform([0.95, 0.8], [1.06, 1.4])])
        sweep(relief, path, height, STRAND_RADIUS * rng.uniform(0.93, 1.07), PASTA * tint)


def smooth_walks(rng: np.random.Generator, number: int, steps: int, scale: int) -> np.ndarray:
    """Noise of unit variance that varies over ``scale`` steps: (number, steps)."""
    noise = gaussian_filter1d(rng.standard_normal((number, steps)), scale, axis=1)
    return noise * math.sqrt(2 * math.sqrt(math.pi) * scale)


def wind(rng: np.random.Generator, number: int, *, steps: int, radius: float) -> np.ndarray:
    """Paths (number, steps, 2) of strands wound loosely about the centre, in bundles.

    Every path is steered towards a circle of its own; its bend adds noise, most of which it
    shares with its bundle, so that neighbours run side by side.
    """
    bundles = -(-number // BUNDLE)

    def shared(values: np.ndarray) -> np.ndarray:
        return np.repeat(values, BUNDLE, axis=0)[:number]

    orbit = shared(0.95 * radius * np.sqrt(rng.uniform(0.02, 1, bundles)))
    orbit += rng.normal(0, 0.05 * radius, number)
    sense = shared(rng.choice([-1, 1], bundles, p=[0.3, 0.7]))
    angle = shared(rng.uniform(0, 2 * math.pi, bundles)) + rng.normal(0, 0.12, number)
    centre = shared(rng.normal(0, 0.2 * radius, (bundles, 2)))
    position = orbit[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    position *= shared(rng.uniform(0.6, 1, (bundles, 1)))
    position += rng.normal(0, 0.03 * radius, (number, 2))
    heading = angle + sense * math.pi / 2 + shared(rng.normal(0, 0.6, bundles))
    bend = 3.2 * shared(smooth_walks(rng, bundles, steps, 16))
    bend += 2.2 * smooth_walks(rng, number, steps, 16)
    paths = np.empty((number, steps, 2))
    for step in range(steps):
        paths[:, step] = position
        out = position - centre
        excess = np.clip((np.hypot(*out.T) - orbit) / (0.5 * radius), -1, 1.3)
        wanted = np.arctan2(out[:, 1], out[:, 0]) + sense * (math.pi / 2 + excess)
        error = np.angle(np.exp(1j * (wanted - heading)))
        edge = np.clip((np.hypot(*position.T) / radius - 0.8) / 0.2, 0, 6)
        heading = heading + PATH_STEP * (error * (2.2 + 5 * edge) + bend[:, step])
        position = position + PATH_STEP * np.stack([np.cos(heading), np.sin(heading)], axis=1)
    return paths


def sweep(
    relief: Relief,
    path: np.ndarray,
    height: np.ndarray,
    radius: float,
    albedo: np.ndarray,
    gloss: float = 1.0,
) -> None:
    """Deposit a tube with round ends about a path (N, 2) at the given heights (N,)."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    at = np.arange(0, along[-1], 0.6 * relief.cell)
    x, y, z = (np.interp(at, along, values)[:, None] for values in (*path.T, height))
    tangent = np.gradient(np.hstack([x, y]), axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    across = np.stack([-tangent[:, 1:], tangent[:, :1]])  # the normal's two components
    offset = np.arange(-radius, radius, 0.6 * relief.cell)
    row, column = relief.cells(x + across[0] * offset, y + across[1] * offset)
    # Heights at the cells' centres, not at the samples: the tube's surface stays smooth.
    px, py = (column + 0.5) * relief.cell - 1, (row + 0.5 - relief.rows / 2) * relief.cell
    distance = ((px - x) * across[0] + (py - y) * across[1]) / radius
    to_end = np.clip(np.minimum(at, at[-1] - at) / radius, 0, 1)[:, None]
    inside = distance**2 < 1 - (1 - to_end) ** 2
    surface = z + radius * np.sqrt(np.clip(1 - distance**2, 0, 1))
    relief.deposit(px[inside], py[inside], surface[inside], albedo, gloss)


def pour_cream(relief: Relief, rng: np.random.Generator) -> None:
    """Sauce stands in the valleys between the strands."""
    level = gaussian_filter(relief.height, 0.019 / relief.cell) - 0.02
    level += 0.012 * smooth_noise(rng, relief, 32, 26)
    within = np.hypot(*relief.coordinates()) < HEAP_RADIUS
    relief.fill(within & (level > relief.height), level, CREAM, gloss=1.0)


def garnish(relief: Relief, rng: np.random.Generator) -> None:
    """Fried bacon, shreds of cheese, parsley and pepper, strewn over the heap."""
    strew(relief, rng, bacon, number=34, length=(0.03, 0.06), thickness=0.03, reach=0.8)
    for path in wind(rng, 75, steps=12, radius=0.75 * HEAP_RADIUS):
        top = gaussian_filter1d(relief.height[relief.cells(*path.T)], 3) + 0.003
        length = rng.integers(5, 13)
        sweep(relief, path[:length], top[:length], 0.004, CHEESE)
    strew(relief, rng, parsley, number=46, length=(0.01, 0.03), thickness=0.014, reach=0.95)
    strew(relief, rng, pepper, number=240, length=(0.003, 0.008), thickness=0.006, reach=1.1)


def strew(
    relief: Relief,
    rng: np.random.Generator,
    piece: Piece,
    *,
    number: int,
    length: tuple[float, float],
    thickness: float,
    reach: float,
) -> None:
    """Deposit pieces at random within ``reach`` heap radii; they follow the ground's shape."""
    ground = gaussian_filter(relief.height, 0.009 / relief.cell)
    for _ in range(number):
        size = rng.uniform(*length)
        ticks = np.linspace(-1, 1, int(2.4 * size / relief.cell) + 3)
        u, v = (grid.ravel() for grid in np.meshgrid(ticks, ticks))
        inside, profile, albedo, gloss = piece(rng, u, v)
        turn, place = np.exp(1j * rng.uniform(0, 2 * math.pi, 2))
        at = size * turn * (u + 1j * v) + reach * HEAP_RADIUS * math.sqrt(rng.uniform()) * place
        height = ground[relief.cells(at.real, at.imag)] + thickness * profile
        relief.deposit(at.real[inside], at.imag[inside], height[inside], albedo[inside], gloss)


def bacon(rng: np.random.Generator, u: np.ndarray, v: np.ndarray) -> Shape:
    """A bent strip of meat with a band of fat, charred along its edge."""
    phase, width = rng.uniform(0, 2 * math.pi, 4), rng.uniform(0.4, 0.65)
    v = v / width + 0.15 * np.sin(3 * u + phase[0])
    edge = 1 - u**4 - v**4
    profile = edge.clip(0, 1) ** 0.35 + 0.12 * np.sin(4 * u + phase[1]) * np.sin(3 * v + phase[2])
    lean = smooth_step(-0.55, 0.35, np.sin(2.6 * v + phase[3] + 0.5 * np.sin(2.3 * u + phase[1])))
    spots = 0.75 + 0.25 * np.sin(9 * u + phase[2]) * np.sin(7 * v + phase[0])
    brown = spots * (1 - 0.45 * smooth_step(0.5, 0, edge))
    return edge > 0, profile, brown[:, None] * (FAT + lean[:, None] * (MEAT - FAT)), 0.8


def parsley(rng: np.random.Generator, u: np.ndarray, v: np.ndarray) -> Shape:
    """A ruffled leaf with five lobes."""
    phase = rng.uniform(0, 2 * math.pi, 3)
    angle, radius = np.arctan2(v, u), np.hypot(u, v)
    lobes = 0.55 + 0.4 * np.abs(np.cos(2.5 * angle + phase[0])) ** 0.7
    profile = 0.5 + 0.8 * np.sin(3 * u + phase[1]) * np.sin(2.5 * v + phase[2])
    shade = rng.uniform(0.7, 1.4) * (0.75 + 0.35 * radius)
    return radius < lobes, profile, shade[:, None] * PARSLEY, 0.25


def pepper(_rng: np.random.Generator, u: np.ndarray, v: np.ndarray) -> Shape:
    """A coarse grain of black pepper."""
    radius = np.hypot(u, 1.3 * v)
    return radius < 1, 1 - 0.5 * radius, np.tile(PEPPER, (len(u), 1)), 0.1
