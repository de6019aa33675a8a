"""The 1000 classes of ImageNet-1k (Russakovsky et al., 2015), by index and by name."""

import re
import runpy
from functools import cache

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.packages import package_folder

# What people call some classes whose name here is another.
ALIASES = {
    "airplane": "airliner",
    "cell phone": "cellular telephone",
    "computer mouse": "mouse",
    "hot air balloon": "balloon",
    "mobile phone": "cellular telephone",
    "panda": "giant panda",
    "polar bear": "ice bear",
    "sofa": "studio couch",
    "tabby cat": "tabby",
    "teddy bear": "teddy",
}
# Words that two classes go by, with what to say instead and the index that it stands for.
AMBIGUOUS = {
    "cardigan": {"cardigan (dog)": 264, "cardigan (garment)": 474},
    "crane": {"crane (bird)": 134, "crane (machine)": 517},
    "husky": {"Eskimo dog": 248, "Siberian husky": 250},
    "maillot": {"maillot (tights)": 638, "maillot (tank suit)": 639},
    "piano": {"grand piano": 579, "upright": 881},
}


@cache
def class_names() -> tuple[str, ...]:
    """Human-readable names, all different, in the order of the networks' outputs."""
    # Only this file of torchvision is run: to import the package takes longer than many a drawing.
    listed = runpy.run_path(str(package_folder("torchvision") / "models" / "_meta.py"))
    return tuple(listed["_IMAGENET_CATEGORIES"])


def class_index(name_or_index: str | int) -> int:
    """Index of a class given by name (any case, or one of ALIASES) or index.

    Two classes share each word in AMBIGUOUS: say ``crane (bird)`` or 134. CourseError for such
    a word (with both classes), for an unknown name (with the nearest ones), and for what is
    neither a name nor an index in 0…999.
    """
    names = class_names()
    text = str(name_or_index).replace("_", " ").strip()
    if isinstance(name_or_index, bool | float) or not text:
        raise CourseError(
            f"a class is a name or an index in 0…{len(names) - 1}, not {name_or_index!r}"
        )
    if re.fullmatch(r"[-+]?\d{1,9}", text):
        index = int(text)
        if not 0 <= index < len(names):
            raise CourseError(f"class index {index} is outside 0…{len(names) - 1}")
        return index
    word = text.lower()
    if word in AMBIGUOUS:
        meanings = " or ".join(f"{name!r} ({index})" for name, index in AMBIGUOUS[word].items())
        raise CourseError(f"two ImageNet classes are called {text!r}: say {meanings}")
    if word not in _indices():
        raise unknown_name("ImageNet class", text, names)
    return _indices()[word]


@cache
def _indices() -> dict[str, int]:
    """Index by every name in small letters, except the ambiguous ones."""
    found = {name.lower(): index for index, name in enumerate(class_names())}
    found |= {alias: found[name.lower()] for alias, name in ALIASES.items()}
    for meanings in AMBIGUOUS.values():
        found |= {name.lower(): index for name, index in meanings.items()}
    return {name: index for name, index in found.items() if name not in AMBIGUOUS}
