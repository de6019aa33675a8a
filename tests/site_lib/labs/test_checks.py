"""What the grader calls functions on: the course's own solutions pass, usual slips do not."""

from functools import cache

import pytest

from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import students_copy
from figures_src.engine.run_lab import read_lab
from site_lib.labs.checks import LABS, exercises_of
from site_lib.labs.grade import Grade, graded
from site_lib.labs.submission import answer, definitions, is_prediction

# Lab, function, what its solution says, and a slip in its place.
SLIPS = [
    (1, "prefers_colour", "argmax(dim=1) > 0", "argmin(dim=1) > 0"),
    (1, "prefers_colour", "amax(dim=2)", "mean(dim=2)"),
    (1, "shuffled_within", "weights[torch.randperm(len(weights), generator=generator)]",
     "weights.flip(0)"),
    (1, "shuffled_within", ", generator=generator", ""),
    (1, "pixels_that_matter", "1 - image", "image"),
    (1, "pixels_that_matter", "amax(dim=1)", "amin(dim=1)"),
    (2, "shuffled_tiles", "tiles[:, :, order]", "tiles"),
    (2, "shuffled_tiles", "tiles[:, :, order]", "tiles[:, order.repeat(99)[: tiles.shape[1]]]"),
    (2, "share_explained", "1 - error", "error"),
    (2, "share_explained", "truth.mean(axis=0)", "truth.mean()"),
    (2, "projected", " / np.sqrt(number)", ""),
    (2, "projected", " / features.std(axis=0)", ""),
    (3, "places", "+ 1", ""),
    (3, "places", "logits > logits", "logits < logits"),
    (3, "lost_behind", "answer(image) - answer(copies)", "answer(copies) - answer(image)"),
    (3, "lost_behind", "= 0.5", "= 0.0"),
    (3, "lost_behind", "for top in starts for left in starts",
     "for left in starts for top in starts"),
    (3, "survival", " / answer(images)", ""),
    (3, "survival", "dims=(2, 3)", "dims=(3, 2)"),
    (4, "lost_when_held", "before - after", "after - before"),
    (4, "lost_when_held", "handle.remove()", "pass"),
    (4, "lost_when_held", "log_softmax", "softmax"),
    (4, "grey_levels", "255 * ", ""),
    (4, "grey_levels", "mean(dim=(1, 2, 3))", "mean()"),
    (4, "grey_levels", ".square().mean(dim=(1, 2, 3)).sqrt()", ".abs().mean(dim=(1, 2, 3))"),
    (4, "mean_activation", "mean(dim=(1, 2))", "sum(dim=(1, 2))"),
    (5, "descend", "mine - step_size", "mine + step_size"),
    (5, "descend", "change.clamp(-epsilon, epsilon)", "change"),
    (5, "descend", ").clamp(0, 1)", ")"),
    (5, "transferred", "& (own_after != labels)", ""),
    (5, "transferred", "[counted]", ""),
    (5, "straight_through", "(filter(images) - images).detach()", "filter(images) - images"),
    (5, "straight_through", "images + (filter(images) - images).detach()", "images"),
    (5, "trained_step", "network(attacked), labels)", "network(images), labels)"),
    (5, "trained_step", "optimiser.zero_grad()", "pass"),
    (6, "circular_variance", "2j", "1j"),
    (6, "circular_variance", "1 - resultant", "resultant"),
    (6, "correlation_within", "values - means[number]", "values - values.mean()"),
    (6, "sign_flip_p", "(1 + as_far.sum())", "as_far.sum()"),
    (6, "sign_flip_p", "np.abs((signs * differences).mean(axis=1))",
     "(signs * differences).mean(axis=1)"),
]  # fmt: skip


@cache
def cells(lab: str, *, student: bool = False) -> list[str]:
    """Code of the instructor's or the student's copy of a lab."""
    notebook = read_lab(labs_folder() / f"{lab.removeprefix('lab-')}.py")
    copy = students_copy(notebook) if student else notebook
    return [cell.source for cell in copy.cells if cell.cell_type == "code"]


def grades(lab: str, code: list[str]) -> dict[str, Grade]:
    """Grades of a submission by function, without a process of its own."""
    namespace, notes = definitions(code)
    assert not notes
    found = {}
    for number, exercise in enumerate(exercises_of(lab), start=1):
        function = namespace.get(exercise.function)
        answers = [answer(function, case.call) for case in exercise.cases]
        predicted = is_prediction(namespace.get(f"prediction_{number}"))
        found[exercise.function] = graded(exercise, answers, predicted)
    return found


@pytest.mark.parametrize("lab", LABS)
def test_solutions_get_all_points(lab: str) -> None:
    found = grades(lab, cells(lab))
    assert not [grade.complaints for grade in found.values() if grade.complaints]
    assert all(grade.points == grade.most for grade in found.values())


@pytest.mark.parametrize("lab", LABS)
def test_the_students_copy_as_it_is_gets_none(lab: str) -> None:
    found = grades(lab, cells(lab, student=True))
    assert not sum(grade.points for grade in found.values())
    assert {grade.complaints[0] for grade in found.values()} == {"is not written yet"}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip[1]}-{slip[3][:20]}")
def test_slip_costs_a_point_and_is_named(slip: tuple[int, str, str, str]) -> None:
    number, function, right, wrong = slip
    lab = list(LABS)[number - 1]
    (solution,) = [i for i, cell in enumerate(cells(lab)) if f"def {function}(" in cell]
    code = list(cells(lab))
    assert right in code[solution]
    code[solution] = code[solution].replace(right, wrong)
    found = grades(lab, code)
    assert found.pop(function).complaints
    assert not [grade.complaints for grade in found.values() if grade.complaints]
