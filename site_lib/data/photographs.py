"""Photographs with a clear licence, shipped inside scikit-image and scikit-learn.

This registry is the single source for the experiments and for the credits page. It needs
neither torch nor the network.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import sha256_of_file
from site_lib.common.packages import package_folder

CC0 = ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
CC_BY_2 = ("CC BY 2.0", "https://creativecommons.org/licenses/by/2.0/")
PUBLIC_DOMAIN = ("Public domain", "https://creativecommons.org/publicdomain/mark/1.0/")


@dataclass(frozen=True)
class Photograph:
    """A photograph and what must be said when it is shown.

    package, file: where the bytes are.   imagenet_class: index among the 1000 classes of
    ImageNet-1k, or None when none of them names the subject.
    """

    name: str
    subject: str
    package: str
    file: str
    credit: str
    licence: str
    licence_url: str
    source_url: str
    imagenet_class: int | None = None

    @property
    def path(self) -> Path:
        """File inside the installed package."""
        return _FOLDERS[self.package]() / self.file


_FOLDERS = {
    "scikit-image": lambda: package_folder("skimage") / "data",
    "scikit-learn": lambda: package_folder("sklearn") / "datasets/images",
}

PHOTOGRAPHS: dict[str, Photograph] = {
    photograph.name: photograph
    for photograph in (
        Photograph(
            "astronaut", "Portrait of the astronaut Eileen Collins in an orange flight suit",
            "scikit-image", "astronaut.png", "NASA, Great Images in NASA",
            *PUBLIC_DOMAIN, "https://flic.kr/p/r9qvLn",
        ),
        Photograph(
            "cat", "Face of the tabby cat Chelsea", "scikit-image", "chelsea.png",
            "Stéfan van der Walt", *CC0, "https://scikit-image.org/docs/stable/api/skimage.data.html",
            imagenet_class=281,
        ),
        Photograph(
            "coffee", "Cup of espresso on a red saucer", "scikit-image", "coffee.png",
            "Rachel Michetti, courtesy of Pikolo Espresso Bar", *CC0,
            "https://scikit-image.org/docs/stable/api/skimage.data.html", imagenet_class=967,
        ),
        Photograph(
            "rocket", "Falcon 9 on its launch pad at dusk", "scikit-image", "rocket.jpg", "SpaceX",
            *PUBLIC_DOMAIN, "https://www.flickr.com/photos/spacexphotos/16511594820/",
        ),
        Photograph(
            "galaxies", "Hubble eXtreme Deep Field", "scikit-image", "hubble_deep_field.jpg",
            "NASA, ESA and the HUDF09 team", *PUBLIC_DOMAIN,
            "https://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
        ),
        Photograph(
            "retina", "Fundus of a healthy human eye", "scikit-image", "retina.jpg",
            "Mikael Häggström", *CC0,
            "https://commons.wikimedia.org/wiki/File:Fundus_photograph_of_normal_left_eye.jpg",
        ),
        Photograph(
            "coins", "Greek coins from Pompeii", "scikit-image", "coins.png",
            "Brooklyn Museum, no known copyright restrictions", *PUBLIC_DOMAIN,
            "https://www.brooklynmuseum.org/opencollection/archives/image/51611",
        ),
        Photograph(
            "cameraman", "Man in a dark coat behind a camera on a tripod", "scikit-image",
            "camera.png", "Lav Varshney", *CC0,
            "https://scikit-image.org/docs/stable/api/skimage.data.html",
        ),
        Photograph(
            "brick", "Brick wall", "scikit-image", "brick.png", "CC0Textures (Bricks25)", *CC0,
            "https://cc0textures.com/view.php?tex=Bricks25",
        ),
        Photograph(
            "grass", "Grass", "scikit-image", "grass.png", "linolafett", *CC0,
            "https://www.deviantart.com/linolafett/art/Grass-01-434853879",
        ),
        Photograph(
            "gravel", "Gravel", "scikit-image", "gravel.png", "CC0Textures (Gravel04)", *CC0,
            "https://cc0textures.com/view.php?tex=Gravel04",
        ),
        Photograph(
            "palace", "Tower of Buddhist Incense in the Summer Palace, Beijing", "scikit-learn",
            "china.jpg", "Daniel Büchele", *CC_BY_2,
            "https://www.flickr.com/photos/danielbuechele/6061409035/", imagenet_class=698,
        ),
        Photograph(
            "flower", "Orange dahlia before dark leaves", "scikit-learn", "flower.jpg",
            "vultilion (Flickr)", *CC_BY_2,
            "https://www.flickr.com/photos/vultilion/6056698931/",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class LabelledPhotograph:
    """A photograph whose class of ImageNet is known."""

    name: str
    path: Path
    imagenet_class: int

    def record(self) -> dict[str, str]:
        """Name and SHA-256 of its file, for provenance."""
        return {"name": f"photograph: {self.name}", "sha256": sha256_of_file(self.path)}


def labelled_photographs() -> list[LabelledPhotograph]:
    """Twenty photographs of ImageNet in a fixed order, for measuring.

    They come with the test data of the foolbox package, and their licences are not known:
    results are published, the photographs are not, or only as small patches with their source.
    """
    found = sorted((package_folder("foolbox") / "data").glob("imagenet_*_*.jpg"))
    if len(found) != 20:
        raise CourseError("the package foolbox lacks its labelled photographs; reinstall it")
    return [LabelledPhotograph(p.stem, p, int(p.stem.rsplit("_", 1)[1])) for p in found]


def classified_photographs() -> list[LabelledPhotograph]:
    """All photographs with a class: the labelled ones, then those of the course."""
    ours = [
        LabelledPhotograph(p.name, p.path, p.imagenet_class)
        for p in PHOTOGRAPHS.values()
        if p.imagenet_class is not None
    ]
    return [*labelled_photographs(), *ours]


def photograph(name: str) -> Photograph:
    """Registry entry by name; CourseError that lists the nearest names when unknown."""
    if name not in PHOTOGRAPHS:
        raise unknown_name("photograph", name, PHOTOGRAPHS)
    return PHOTOGRAPHS[name]


def read_pixels(path: Path) -> np.ndarray:
    """Pixels of an image file as (H, W, 3) uint8, upright as its EXIF orientation says.

    Grey images are repeated over the channels, sixteen bits are scaled to eight, and what is
    transparent is seen on white; of several frames, the first. Raises CourseError when the file
    is missing, damaged, not an image, has 32 bits a value, or more pixels than Pillow trusts.
    """
    image = _upright(path)
    if image.mode in ("I", "F"):
        raise CourseError(f"nothing says which 32-bit value is white in {path}; save it in 8 bits")
    if image.mode.startswith("I;16"):  # which Pillow would clip, not scale
        grey = np.round(np.asarray(image) / 257).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(image.convert("RGB"))


def _upright(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Damaged metadata does no harm; an image of a billion pixels does.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return ImageOps.exif_transpose(image)
    except FileNotFoundError:
        raise CourseError(f"no image file at {path}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise CourseError(f"the image {path} has too many pixels; make it smaller") from None
    except UnidentifiedImageError:
        raise CourseError(f"cannot read the image {path}: not an image; restore the file") from None
    except Exception as error:  # Pillow's readers raise many kinds for a damaged file
        reason = getattr(error, "strerror", None) or error
        raise CourseError(f"cannot read the image {path}: {reason}; restore the file") from error
