"""The unit atlas: one picture and one entry for each unit, and all units at a glance."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, bare
from site_lib.drawing.galleries import encoded
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

NETWORKS = {"student": "Plain network", "efficientnet_lite0": "EfficientNet-Lite0"}
# The picture of a unit: three squares side by side, each as wide as three tiles.
TILE = 96
# A sheet of thumbnails: the synthesised image of each unit above its best patch.
THUMB, THUMBS_PER_ROW, THUMBS_PER_SHEET = 72, 8, 48
QUALITY = 78
SIGNIFICANT = 0.05
SHOWN_PER_LAYER = 8


@dataclass(frozen=True)
class Layer:
    """The units of one layer, as measured."""

    network: str
    name: str
    facts: dict[str, Any]
    result: Result

    def __getitem__(self, array: str) -> np.ndarray:
        return self.result[f"{self.name}/{array}"]

    def has(self, array: str) -> bool:
        return f"{self.name}/{array}" in self.result.arrays

    @property
    def title(self) -> str:
        """What a reader calls the layer."""
        number = self.name.split(".")[1]
        if self.network == "student":
            return f"Layer {STUDENT_LAYERS.index(self.name) + 1}"
        return f"Block {number}"


STUDENT_LAYERS = ("features.2", "features.6", "features.10", "features.13", "features.16")


def layers_of(results: tuple[Result, ...]) -> list[Layer]:
    """All layers of all results, network by network, from the image on."""
    found = []
    for result in results:
        for key, facts in result.metrics.items():
            network, name = key.split(", ")
            found.append(Layer(network, name, facts, result))
    return found


# Lengths in units of one tile's side.
GAP, LABEL, HEADING, BETWEEN = 0.08, 0.55, 0.75, 0.6


def draw(*results: Result, style: Style) -> Figure:
    """The first units of every layer; networks side by side, on a phone one below the other."""
    layers = layers_of(results)
    networks = [[layer for layer in layers if layer.network == name] for name in NETWORKS]
    networks = [block for block in networks if block]
    heights = [HEADING + len(block) * (2 + 2 * GAP + LABEL) for block in networks]
    one = SHOWN_PER_LAYER * (1 + GAP) - GAP
    width = one if style.narrow else len(networks) * (one + BETWEEN) - BETWEEN
    height = sum(heights) if style.narrow else max(heights)
    figure = style.figure(height=style.width * height / width, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes)
    left = top = 0.0
    for block, block_height in zip(networks, heights, strict=True):
        draw_network(axes, block, left, top, style)
        left, top = (left, top + block_height) if style.narrow else (left + one + BETWEEN, top)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return figure


def draw_network(axes: Axes, layers: list[Layer], left: float, top: float, style: Style) -> None:
    """Layers of one network: under each name, synthesised images above best patches."""
    title = NETWORKS[layers[0].network]
    axes.text(left, top + HEADING / 2, title, va="center", weight=600)
    top += HEADING
    for layer in layers:
        axes.text(left, top + LABEL / 2, layer.title, va="center", size="small", color=style.muted)
        top += LABEL
        for row, tiles in enumerate((layer["synthesised"], layer["patches"][:, 0])):
            y = top + row * (1 + GAP / 2)
            for column, tile in enumerate(tiles[:SHOWN_PER_LAYER]):
                x = left + column * (1 + GAP)
                axes.imshow(tile, extent=(x, x + 1, y + 1, y), interpolation="lanczos")
        top += 2 + 2 * GAP


# ------------------------------------------------------------------------ files


def unit_picture(layer: Layer, index: int) -> Image.Image:
    """The synthesised image, the nine patches and their nine projections, side by side."""
    picture = Image.new("RGB", (9 * TILE, 3 * TILE))
    synthesised = Image.fromarray(layer["synthesised"][index])
    picture.paste(synthesised.resize((3 * TILE, 3 * TILE), Image.Resampling.BICUBIC), (0, 0))
    for block, kind in enumerate(("patches", "projections"), 1):
        for rank, tile in enumerate(layer[kind][index]):
            row, column = divmod(rank, 3)
            resized = Image.fromarray(tile).resize((TILE, TILE), Image.Resampling.BICUBIC)
            picture.paste(resized, ((3 * block + column) * TILE, row * TILE))
    return picture


def thumbnails(layer: Layer, indices: range) -> Image.Image:
    """A sheet: each unit's synthesised image, below it the unit's best patch."""
    rows = -(-len(indices) // THUMBS_PER_ROW)
    sheet = Image.new("RGB", (THUMBS_PER_ROW * THUMB, rows * 2 * THUMB))
    for place, index in enumerate(indices):
        row, column = divmod(place, THUMBS_PER_ROW)
        for half, tile in enumerate((layer["synthesised"][index], layer["patches"][index, 0])):
            resized = Image.fromarray(tile).resize((THUMB, THUMB), Image.Resampling.BICUBIC)
            sheet.paste(resized, (column * THUMB, (2 * row + half) * THUMB))
    return sheet


def webp(picture: Image.Image) -> bytes:
    return encoded(np.asarray(picture), "webp", quality=QUALITY, method=4)


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 3) for value in values]


def entry(layer: Layer, index: int) -> dict[str, Any]:
    """What the page says of a unit."""
    facts = layer.facts
    words: dict[str, Any] = {
        "selectivity": round(float(layer["selectivity"][index]), 2),
        "scores": rounded(layer["scores"][index]),
        "sources": [
            facts["sources"][source] if source >= 0 else None for source in layer["sources"][index]
        ],
        "categories": [
            [facts["class_names"][str(number)], round(float(r), 2)]
            for number, r in zip(layer["classes"][index], layer["correlations"][index], strict=True)
        ],
        "chance": round(float(layer["p_values"][index]), 3),
    }
    if layer.has("orientation"):
        strongest = float(layer["frequency_curve"][index].max())
        words["tuning"] = {
            "orientations": rounded(layer["orientations"]),
            "response": rounded(layer["orientation_curve"][index] / max(strongest, 1e-9)),
            "frequencies": rounded(layer["frequencies"]),
            "frequency_response": rounded(layer["frequency_curve"][index] / max(strongest, 1e-9)),
            "orientation": round(float(layer["orientation"][index])),
            "period": round(1 / float(layer["frequency"][index]), 1),
            "colour": str(layer["colour"][index]),
            "selectivity": round(float(layer["orientation_selectivity"][index]), 2),
        }
    return words


def sheets(layer: Layer) -> Iterator[tuple[int, range]]:
    """Number of each sheet of thumbnails, and the units on it."""
    number = len(layer["units"])
    for sheet, first in enumerate(range(0, number, THUMBS_PER_SHEET)):
        yield sheet, range(first, min(first + THUMBS_PER_SHEET, number))


def files_of(layers: list[Layer]) -> dict[str, bytes]:
    """Pictures, thumbnails and entries of all units, and the index that names them."""
    files = {}
    for layer in layers:
        stem = f"{layer.network}/{layer.name}"
        for sheet, indices in sheets(layer):
            files[f"{stem}/thumbnails-{sheet}.webp"] = webp(thumbnails(layer, indices))
            entries = {str(layer["units"][i]): entry(layer, i) for i in indices}
            files[f"{stem}/entries-{sheet}.json"] = compact(entries)
        for index, unit in enumerate(layer["units"]):
            files[f"{stem}/{unit}.webp"] = webp(unit_picture(layer, index))
    files["index.json"] = compact(index_of(layers))
    return files


def index_of(layers: list[Layer]) -> dict[str, Any]:
    """Networks, layers and numbers of units: what the page needs before anything is chosen."""
    networks = [
        {
            "name": network,
            "title": NETWORKS[network],
            "layers": [
                {
                    "name": layer.name,
                    "title": layer.title,
                    "channels": layer.facts["num_channels"],
                    "patch": layer.facts["patch_side"],
                    "units": layer["units"].tolist(),
                }
                for layer in layers
                if layer.network == network
            ],
        }
        for network in dict.fromkeys(layer.network for layer in layers)
    ]
    return {
        "thumb": {"side": THUMB, "perRow": THUMBS_PER_ROW, "perSheet": THUMBS_PER_SHEET},
        "credited": list(PHOTOGRAPHS),
        "networks": networks,
    }


# ------------------------------------------------------------------------ words


def describe(*results: Result) -> Description:
    layers = layers_of(results)
    number = sum(len(layer["units"]) for layer in layers)
    p_values = np.concatenate([layer["p_values"] for layer in layers])
    beyond_chance = int((p_values < SIGNIFICANT).sum())
    facts = layers[0].facts
    parameters = {r.record["parameters"]["model"]: r.record["parameters"] for r in results}
    per_network = {name: sum(layer.network == name for layer in layers) for name in parameters}
    depths = " and ".join(f"{count} of {NETWORKS[name]}" for name, count in per_network.items())
    table: dict[str, list] = {
        name: []
        for name in ("network", "layer", "unit", "rank", "source", "top", "left", "size",
                     "activation", "category", "correlation", "p")
    }  # fmt: skip
    for layer in layers:
        for index, unit in enumerate(layer["units"].tolist()):
            best = layer.facts["class_names"][str(layer["classes"][index, 0])]
            for rank in range(layer["sources"].shape[1]):
                source = int(layer["sources"][index, rank])
                values = (
                    layer.network, layer.name, unit, rank + 1,
                    layer.facts["sources"][source] if source >= 0 else "",
                    *layer["boxes"][index, rank].tolist(), float(layer["scores"][index, rank]),
                    best, float(layer["correlations"][index, 0]), float(layer["p_values"][index]),
                )  # fmt: skip
                for column, value in zip(table.values(), values, strict=True):
                    column.append(value)
    return Description(
        title="All measured units at a glance",
        caption=(
            f"{min(number, SHOWN_PER_LAYER * len(layers))} units of {len(layers)} layers "
            f"({depths}), the most selective first. Above, the image synthesised to excite the "
            "unit; below, the patch that excites it most among "
            f"{facts['num_crops']} crops of {len(facts['sources'])} photographs. "
            "Units stand in the order of the grid above; the data name the source of every patch."
        ),
        alt=(
            f"Rows of small pictures, one row for each of {len(layers)} layers, "
            f"{SHOWN_PER_LAYER} units in each. From top to bottom, in each network, synthesised "
            "images go from bars and colours to textures with curves and repeated fragments."
        ),
        table=table,
        claims=[
            Claim(
                "atlas-categories",
                f"Of the {number} units of the atlas, {beyond_chance} go with a category more "
                f"closely than shuffled photographs let one expect (p < {SIGNIFICANT}); chance "
                f"alone would give about {SIGNIFICANT * number:.0f}.",
                beyond_chance,
                at_most=2 * SIGNIFICANT * number,
            ),
        ],
        folder=files_of(layers),
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
