"""What the course measured on recordings from brains, as arrays for a lab.

The recordings themselves must not be handed on; these numbers are committed with the experiments
that the pages draw.
"""

import json

import numpy as np

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT

FOLDER = ROOT / "figures_src" / "relations_with_biology" / "measured"
TABLES = ("areas", "models", "v4")


def recorded_table(name: str) -> dict[str, np.ndarray]:
    """Arrays by name: ``areas`` by block and person, ``models`` by network, ``v4`` by neuron.

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
