"""The 1000 classes of ImageNet-1k (Russakovsky et al., 2015), by index and by name."""

from functools import cache

from torchvision.models import AlexNet_Weights

from site_lib.errors import CourseError, unknown_name

# What people call some classes whose name here is another.
ALIASES = {
    "airplane": "airliner",
    "cell phone": "cellular telephone",
    "computer mouse": "mouse",
    "hot air balloon": "balloon",
    "husky": "Siberian husky",
    "mobile phone": "cellular telephone",
    "panda": "giant panda",
    "piano": "grand piano",
    "polar bear": "ice bear",
    "sofa": "studio couch",
    "tabby cat": "tabby",
    "teddy bear": "teddy",
}


@cache
def class_names() -> tuple[str, ...]:
    """Human-readable names, all different, in the order of the networks' outputs."""
    return tuple(AlexNet_Weights.IMAGENET1K_V1.meta["categories"])


def class_index(name_or_index: str | int) -> int:
    """Index of a class given by name (any case, or one of ALIASES) or index.

    CourseError for an unknown name (with the nearest ones) and for an index outside 0…999.
    """
    names = class_names()
    if isinstance(name_or_index, int) or str(name_or_index).isdecimal():
        index = int(name_or_index)
        if index >= len(names):
            raise CourseError(f"class index {index} is outside 0…{len(names) - 1}")
        return index
    wanted = str(name_or_index).replace("_", " ")
    wanted = ALIASES.get(wanted.lower(), wanted)
    # Cardigan, the dog, and cardigan, the garment, differ in case only.
    if wanted in names:
        return names.index(wanted)
    for index, name in enumerate(names):
        if name.lower() == wanted.lower():
            return index
    raise unknown_name("ImageNet class", str(name_or_index), names)
