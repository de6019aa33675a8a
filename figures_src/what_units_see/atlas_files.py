"""What the page of the unit atlas loads: pictures, sheets of thumbnails, entries, an index."""

import json
from typing import Any

import numpy as np
from PIL import Image

from figures_src.what_units_see.atlas_layers import Layer
from site_lib.data.corpus_photographs import corpus_photographs
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import network_title

# The picture of a unit: three squares side by side, each as wide as three tiles.
TILE = 96
# A sheet of thumbnails: the synthesised image of each unit above its best patch.
THUMB, THUMBS_PER_ROW, THUMBS_PER_SHEET = 72, 8, 48
QUALITY = 78


def atlas_files(networks: dict[str, list[Layer]]) -> dict[str, bytes]:
    """Pictures, thumbnails and entries of all units, and the index that names them, by name."""
    files = {"index.json": compact(index_of(networks))}
    for layer in (layer for layers in networks.values() for layer in layers):
        stem = f"{layer.network}/{layer.name}"
        units = layer["units"].tolist()
        for sheet, first in enumerate(range(0, len(units), THUMBS_PER_SHEET)):
            indices = range(first, min(first + THUMBS_PER_SHEET, len(units)))
            entries = {str(units[index]): entry(layer, index) for index in indices}
            files[f"{stem}/thumbnails-{sheet}.webp"] = webp(thumbnails(layer, indices))
            files[f"{stem}/entries-{sheet}.json"] = compact(entries)
        for index, unit in enumerate(units):
            files[f"{stem}/{unit}.webp"] = webp(unit_picture(layer, index))
    return files


def index_of(networks: dict[str, list[Layer]]) -> dict[str, Any]:
    """Networks, layers and numbers of units: what the page needs before anything is chosen."""
    return {
        "thumb": {"side": THUMB, "perRow": THUMBS_PER_ROW, "perSheet": THUMBS_PER_SHEET},
        "photographs": subjects(networks),
        "networks": [
            {"name": name, "title": network_title(name), "layers": [*map(index_of_layer, layers)]}
            for name, layers in networks.items()
        ],
    }


def subjects(networks: dict[str, list[Layer]]) -> dict[str, str]:
    """What the photographs that patches come from show, by name."""
    names = {
        name
        for layers in networks.values()
        for layer in layers
        for index in range(len(layer["units"]))
        for name in layer.sources_of(index)
    }
    return {name: one.subject for name, one in corpus_photographs().items() if name in names}


def index_of_layer(layer: Layer) -> dict[str, Any]:
    """One layer of the index."""
    return {
        "name": layer.name,
        "title": layer.title,
        "channels": layer.facts["num_channels"],
        "patch": layer.facts["patch_side"],
        "units": layer["units"].tolist(),
    }


def unit_picture(layer: Layer, index: int) -> Image.Image:
    """The synthesised image, the nine patches and their nine projections, side by side."""
    picture = Image.new("RGB", (9 * TILE, 3 * TILE))
    picture.paste(resized(layer["synthesised"][index], 3 * TILE), (0, 0))
    for block, kind in enumerate(("patches", "projections"), 1):
        for rank, tile in enumerate(layer[kind][index]):
            row, column = divmod(rank, 3)
            picture.paste(resized(tile, TILE), ((3 * block + column) * TILE, row * TILE))
    return picture


def thumbnails(layer: Layer, indices: range) -> Image.Image:
    """A sheet: each unit's synthesised image, below it the unit's best patch."""
    rows = -(-len(indices) // THUMBS_PER_ROW)
    sheet = Image.new("RGB", (THUMBS_PER_ROW * THUMB, rows * 2 * THUMB))
    for place, index in enumerate(indices):
        row, column = divmod(place, THUMBS_PER_ROW)
        for half, tile in enumerate((layer["synthesised"][index], layer["patches"][index, 0])):
            sheet.paste(resized(tile, THUMB), (column * THUMB, (2 * row + half) * THUMB))
    return sheet


def entry(layer: Layer, index: int) -> dict[str, Any]:
    """What the page says of a unit."""
    words: dict[str, Any] = {
        "selectivity": round(float(layer["selectivity"][index]), 2),
        "scores": rounded(layer["scores"][index]),
        "sources": layer.sources_of(index),
        "category": layer.category_of(index),
        "area": round(float(layer["area"][index]), 2),
        "holds": bool(layer.holds[index]),
    }
    return words | ({"tuning": tuning(layer, index)} if layer.has("orientation") else {})


def tuning(layer: Layer, index: int) -> dict[str, Any]:
    """What the page says of a unit that was shown gratings."""
    strongest = max(float(layer["frequency_curve"][index].max()), 1e-9)
    return {
        "orientations": rounded(layer["orientations"]),
        "response": rounded(layer["orientation_curve"][index] / strongest),
        "frequencies": rounded(layer["frequencies"]),
        "frequency_response": rounded(layer["frequency_curve"][index] / strongest),
        "orientation": round(float(layer["orientation"][index])),
        "period": round(1 / float(layer["frequency"][index]), 1),
        "colour": str(layer["colour"][index]),
        "selectivity": round(float(layer["orientation_selectivity"][index]), 2),
    }


def resized(tile: np.ndarray, side: int) -> Image.Image:
    """A tile (H, W, 3) as a square picture."""
    return Image.fromarray(tile).resize((side, side), Image.Resampling.BICUBIC)


def rounded(values: np.ndarray) -> list[float]:
    """To three places, as JSON has them."""
    return [round(float(value), 3) for value in values]


def webp(picture: Image.Image) -> bytes:
    """The file of a picture."""
    return encoded(np.asarray(picture), "webp", quality=QUALITY, method=4)


def compact(value: Any) -> bytes:
    """JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
