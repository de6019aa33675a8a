"""What the course measured on recordings from brains, as arrays for a lab.

The recordings themselves must not be handed on; these numbers are committed with the experiments
that the pages draw.
"""

import json

import numpy as np

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT
from site_lib.networks.lesions import LESIONS
from site_lib.networks.small_networks import BUILDERS

FOLDER = ROOT / "figures_src" / "relations_with_biology" / "measured"
TABLES = ("areas", "models", "v4")
# What is measured of each network, in the order of its row in ``models``.
COLUMNS = ("performance", "monkey", "human")


def recorded_table(name: str) -> dict[str, np.ndarray]:
    """Arrays by name: ``areas`` by block and person, ``v4`` by neuron; ``models`` has rows, which
    :func:`table_of_networks` arranges.

    What they hold is said by the experiments ``measure_areas``, ``measure_models`` and
    ``measure_v4``. Raises CourseError for another name and for a damaged file.
    """
    if name not in TABLES:
        raise unknown_name("table", name, TABLES)
    path = FOLDER / f"{name}.json"
    try:
        arrays = json.loads(path.read_text(encoding="utf-8"))["arrays"]
    except (OSError, ValueError, KeyError) as error:
        raise CourseError(f"cannot read {path} ({error}); restore it from the sources") from error
    return {key: np.array(values) for key, values in arrays.items()}


def table_of_networks() -> dict[str, np.ndarray]:
    """Every network of ``models``: names, kind, family and COLUMNS, each (networks,).

    kind: "optimised" on ImageNet, "graft" above such stages, "partly" trained by the course,
    "random", or a "lesion" of a trained network.   performance: balanced accuracy of categories
    that are read out.   monkey, human: similarity of the best layer to IT.
    """
    rows = {name: row for name, row in recorded_table("models").items() if len(np.shape(row))}
    rows.pop("human_ceiling")
    table = {
        "names": np.array(list(rows)),
        "kind": np.array([_kind(name) for name in rows]),
        "family": np.array([_family(name) for name in rows]),
    }
    columns = np.array([row[: len(COLUMNS)] for row in rows.values()]).T
    return table | dict(zip(COLUMNS, columns, strict=True))


def _family(name: str) -> str:
    return name.partition(", ")[0]


def _kind(name: str) -> str:
    """What was done to a network, from its name: ``student, step 50``, ``plain, random 0``, …"""
    family, (what, *_) = _family(name), name.partition(", ")[2].split(" ")
    if what in LESIONS:
        return "lesion"
    if what == "random":
        return "random"
    if family.startswith("graft-"):
        return "graft"
    return "partly" if family == "student" or family in BUILDERS else "optimised"
