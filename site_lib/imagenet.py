"""The 1000 classes of ImageNet-1k (Russakovsky et al., 2015), by index and by name."""

from functools import cache

from torchvision.models import AlexNet_Weights

from site_lib.errors import CourseError, unknown_name


@cache
def class_names() -> tuple[str, ...]:
    """Human-readable names, all different, in the order of the networks' outputs."""
    return tuple(AlexNet_Weights.IMAGENET1K_V1.meta["categories"])


def class_index(name_or_index: str | int) -> int:
    """Index of a class given by name (any case) or index.

    CourseError for an unknown name (with the nearest ones) and for an index outside 0…999.
    """
    names = class_names()
    if isinstance(name_or_index, int) or str(name_or_index).isdecimal():
        index = int(name_or_index)
        if index >= len(names):
            raise CourseError(f"class index {index} is outside 0…{len(names) - 1}")
        return index
    wanted = str(name_or_index).replace("_", " ").lower()
    for index, name in enumerate(names):
        if name.lower() == wanted:
            return index
    raise unknown_name("ImageNet class", str(name_or_index), names)
