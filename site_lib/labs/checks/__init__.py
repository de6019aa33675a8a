"""What the grader calls the functions of every lab on, and what they should answer."""

from importlib import import_module

from site_lib.common.errors import unknown_name
from site_lib.labs.exercises import Exercise

# Modules of this folder, by the lab.
LABS = {
    "lab-1-first-layer": "first_layer",
    "lab-2-edges-to-objects": "edges_to_objects",
    "lab-3-super-stimuli": "super_stimuli",
    "lab-4-morphs-and-dreams": "morphs_and_dreams",
    "lab-5-adversarial": "adversarial_examples",
    "lab-6-biology": "relations_with_biology",
}


def exercises_of(lab: str) -> tuple[Exercise, ...]:
    """Exercises of a lab in order; CourseError for an unknown one."""
    if lab not in LABS:
        raise unknown_name("lab", lab, LABS)
    return import_module(f"{__name__}.{LABS[lab]}").EXERCISES
