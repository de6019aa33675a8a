"""A small renderer for pictures that are a relief: one height per point, seen from above.

Everything in a scene is a cloud of points with a height and a colour; of the points that fall
on one cell the highest stays. Light is then a matter of arithmetic on the grid of heights:
normals from its gradient, cast shadows by walking towards the light, dimmer valleys by
comparison with blurred heights.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

LIGHT = np.array(
    [-0.52, -0.58, 0.63], np.float32
)  # unit vector towards the light: upper left, 39° high
SUN = np.array([2.1, 1.95, 1.72], np.float32)  # linear RGB
SKY = np.array([0.64, 0.65, 0.68], np.float32)
SUN_SLOPES = (0.65, 0.78, 0.9)  # rises per length of the rays into an extended light
SUN_TURNS = (-0.13, 0.13)  # and their turns about the vertical, in radians


@dataclass
class Relief:
    """Heights and materials on a grid of square cells, rows × columns.

    x runs from −1 to 1 along a row, y downwards from −rows/columns to rows/columns; heights are
    in the same unit. albedo: linear RGB in [0, 1].   gloss: strength of the highlight, [0, 1].
    """

    rows: int
    columns: int
    height: np.ndarray = field(init=False)
    albedo: np.ndarray = field(init=False)
    gloss: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.height = np.zeros((self.rows, self.columns), np.float32)
        self.albedo = np.zeros((self.rows, self.columns, 3), np.float32)
        self.gloss = np.zeros((self.rows, self.columns), np.float32)

    @property
    def cell(self) -> float:
        """Side of a cell."""
        return 2 / self.columns

    def coordinates(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y of every cell's centre, two arrays (rows, columns)."""
        rows, columns = np.indices(self.height.shape) + 0.5
        return columns * self.cell - 1, (rows - self.rows / 2) * self.cell

    def cells(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of points; points outside are moved to the edge."""
        row = np.floor(y / self.cell + self.rows / 2).astype(int)
        column = np.floor((x + 1) / self.cell).astype(int)
        return row.clip(0, self.rows - 1), column.clip(0, self.columns - 1)

    def fill(self, where: np.ndarray, height: np.ndarray, albedo: np.ndarray, gloss: float) -> None:
        """Give the cells of a mask their height and material."""
        self.height[where], self.albedo[where], self.gloss[where] = height[where], albedo, gloss

    def deposit(
        self, x: np.ndarray, y: np.ndarray, height: np.ndarray, albedo: np.ndarray, gloss: float
    ) -> None:
        """Add points (N,); in each cell the highest of the old and the new ones stays.

        albedo: (3,) or (N, 3).
        """
        row, column = self.cells(x, y)
        seen = np.flatnonzero(height > self.height[row, column])
        seen = seen[np.argsort(height[seen])]  # of equal indices NumPy keeps the last value
        cell = (row[seen], column[seen])
        self.height[cell], self.gloss[cell] = height[seen], gloss
        self.albedo[cell] = albedo[seen] if albedo.ndim == 2 else albedo


def smooth_step(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Rises from 0 at ``low`` to 1 at ``high`` without corners."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def smooth_noise(rng: np.random.Generator, relief: Relief, down: int, across: int) -> np.ndarray:
    """Gaussian noise with ``down`` × ``across`` independent values, interpolated to the grid."""
    factors = (relief.rows / down, relief.columns / across)
    fine = zoom(rng.standard_normal((down + 2, across + 2), np.float32), factors, order=3)
    return fine[: relief.rows, : relief.columns]


def shade(relief: Relief, tilt: float) -> np.ndarray:
    """Light that leaves each cell towards a viewer who leans back by ``tilt`` radians.

    Returns linear RGB, (rows, columns, 3): diffuse light from the sun and the sky, and the
    highlight of Blinn (1977) where the material is glossy.
    """
    normals = _normals(relief)
    open_sky = _openness(relief)
    sun = _sunlight(relief)
    # In pale food light scatters on: valleys turn warmer before they turn dark.
    ambient = SKY * open_sky[..., None] ** np.array([0.55, 0.75, 1.05], np.float32)
    facing = np.clip(0.85 * normals @ LIGHT + 0.15, 0, 1) * sun * (0.35 + 0.65 * open_sky)
    halfway = LIGHT + np.array([0, math.sin(tilt), math.cos(tilt)], np.float32)
    mirror = np.clip(normals @ (halfway / np.linalg.norm(halfway)), 0, 1)
    highlight = relief.gloss * sun * open_sky * (0.9 * mirror**90 + 0.08 * mirror**14)
    upward = (0.5 + 0.5 * normals[..., 2:]) * ambient
    return relief.albedo * (SUN * facing[..., None] + upward) + highlight[..., None]


def _normals(relief: Relief) -> np.ndarray:
    """Unit normals, (rows, columns, 3); slopes are limited, for a cliff has no one slope."""
    down, across = np.gradient(gaussian_filter(relief.height, 0.8), relief.cell)
    limit = np.minimum(1, 2.2 / np.maximum(np.hypot(down, across), 1e-6))
    normals = np.stack([-across * limit, -down * limit, np.ones_like(down)], axis=-1)
    return normals / np.linalg.norm(normals, axis=-1, keepdims=True)


def _openness(relief: Relief) -> np.ndarray:
    """Share of the sky that a cell sees, roughly: less where its surroundings are higher."""
    share = np.ones_like(relief.height)
    for radius, weight in ((0.006, 0.5), (0.018, 0.5), (0.055, 0.4), (0.14, 0.18)):
        around = gaussian_filter(relief.height, radius / relief.cell, truncate=2)
        share *= 1 - weight * np.clip((around - relief.height) / (1.1 * radius), 0, 1)
    return share


def _sunlight(relief: Relief) -> np.ndarray:
    """Share of an extended light that reaches each cell, by walking towards it in steps.

    On every second cell in both directions: shadows are soft.
    """
    height, step = relief.height[::2, ::2], 2 * relief.cell
    azimuth = math.atan2(LIGHT[1], LIGHT[0])
    rows, columns = (np.arange(side) for side in height.shape)
    share = np.zeros_like(height)
    for turn in SUN_TURNS:
        for slope in SUN_SLOPES:
            shadow = np.zeros_like(height)
            for distance in range(1, int(0.3 / step / slope), 2):
                down = round(distance * math.sin(azimuth + turn))
                across = round(distance * math.cos(azimuth + turn))
                row = (rows + down).clip(0, len(rows) - 1)
                column = (columns + across).clip(0, len(columns) - 1)
                above = height[row][:, column] - height - slope * distance * step
                shadow = np.maximum(shadow, np.clip(above / 0.012, 0, 1))
            share += (1 - shadow) / (len(SUN_TURNS) * len(SUN_SLOPES))
    fine = np.kron(share, np.ones((2, 2)))[: relief.rows, : relief.columns]
    return gaussian_filter(fine, 1.5)


def project(relief: Relief, colours: np.ndarray, tilt: float) -> np.ndarray:
    """The square picture that a far viewer sees, leaning back by ``tilt`` radians from above.

    In each column the rows are taken from the nearest on: what lies lower on the screen than
    something nearer is hidden. Returns (columns, columns, 3).
    """
    side = relief.columns
    y = relief.coordinates()[1]
    screen = y * math.cos(tilt) - relief.height * math.sin(tilt)
    horizon = np.minimum.accumulate(screen[::-1], axis=0)[::-1]
    horizon += 1e-9 * np.arange(relief.rows)[:, None]  # interpolation wants increasing values
    wanted = (np.arange(side) + 0.5) * relief.cell - 1
    picture = np.empty((side, side, 3))
    for column in range(side):
        line = horizon[:, column]
        row = np.interp(wanted, line, np.arange(relief.rows))
        above = row.astype(int).clip(max=relief.rows - 2)
        # Across a cliff nothing is interpolated: the nearer cell is what stands there.
        cliff = line[above + 1] - line[above] > 5 * relief.cell
        share = np.where(cliff, 1.0, row - above)[:, None]
        picture[:, column] = (1 - share) * colours[above, column] + share * colours[
            above + 1, column
        ]
    return picture


def develop(light: np.ndarray, exposure: float) -> np.ndarray:
    """Linear light to sRGB values in [0, 1], bright parts compressed as film does."""
    x = exposure * light
    # Rational approximation of the ACES filmic curve (Narkowicz, 2015).
    film = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
    return np.clip(film, 0, 1) ** (1 / 2.2)
