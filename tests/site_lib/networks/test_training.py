"""Distillation of several students: independent of each other, and of interruptions."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from site_lib.images.random_crops import stack_photographs
from site_lib.networks import training
from site_lib.networks.registry import load
from site_lib.networks.small_networks import before_training
from site_lib.networks.training import Distillation, TrainingRecipe, save_weights

RECIPE = TrainingRecipe(
    side=64, batch=4, num_steps=4, learning_rate=1e-3, weight_decay=0.01, temperature=20.0
)


@pytest.fixture(autouse=True)
def few_crops(monkeypatch):
    monkeypatch.setattr(training, "NUM_CHECKED_CROPS", 4)
    monkeypatch.setattr(training, "SECONDS_BETWEEN_STATES", 0)


@pytest.fixture(scope="module")
def photographs():
    pixels = torch.rand(2, 3, 80, 100, generator=torch.Generator().manual_seed(3))
    return stack_photographs(list(pixels), longest=100)


def run_of(names, photographs, misled=()):
    students = {name: before_training(name, torch.Generator().manual_seed(1)) for name in names}
    return Distillation(
        students,
        load("student", random_seed=0),
        RECIPE,
        photographs=photographs,
        held_out=photographs,
        generator=torch.Generator().manual_seed(0),
        misled=misled,
    )


def train(run, folder, fingerprint="one"):
    run.train(state_file=Path(folder) / "state.pt", fingerprint=fingerprint)
    return {name: student.network.net.state_dict() for name, student in run.students.items()}


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def test_a_student_learns_the_same_alone_and_beside_others(photographs, tmp_path):
    both = train(run_of(["two-layers", "separated"], photographs), tmp_path / "both")
    alone = train(run_of(["separated"], photographs), tmp_path / "alone")
    assert same(both["separated"], alone["separated"])


def test_a_run_goes_on_from_a_state_of_the_same_run_only(photographs, tmp_path):
    first = run_of(["two-layers", "graft-5"], photographs)
    for done in (1, 2):
        first.step()
        first.check(done)
    first.save_state(tmp_path / "state.pt", 2, "one")
    stranger = run_of(["two-layers", "graft-5"], photographs)
    assert stranger.resume(tmp_path / "state.pt", "another") == 0
    resumed = run_of(["two-layers", "graft-5"], photographs)
    assert resumed.resume(tmp_path / "state.pt", "one") == 2
    assert resumed.students["graft-5"].curves == first.students["graft-5"].curves
    ends = [train(run, tmp_path) for run in (resumed, stranger)]
    uninterrupted = train(run_of(["two-layers", "graft-5"], photographs), tmp_path / "whole")
    for name, weights in uninterrupted.items():
        assert all(same(end[name], weights) for end in ends)


def test_training_changes_the_tail_of_a_graft_and_not_its_trunk(photographs, tmp_path):
    run = run_of(["graft-5"], photographs)
    net = run.students["graft-5"].network.net
    before = {name: value.clone() for name, value in net.state_dict().items()}
    train(run, tmp_path)
    changed = {
        name.split(".")[1] if name.startswith("features") else "classifier"
        for name, value in net.state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert changed == {"6", "7", "8", "classifier"}


def test_more_steps_bring_a_student_nearer_to_its_teacher(photographs):
    run = run_of(["two-layers"], photographs)
    student = run.students["two-layers"]
    check = run.check_on(photographs)
    losses = []
    for _ in range(RECIPE.num_steps):
        student.learn(check.crops, check.answers, RECIPE.temperature)
        losses.append(float(student.loss))
    assert losses[-1] < losses[0]


def test_a_misled_student_learns_from_the_answers_to_other_crops(photographs, monkeypatch):
    run = run_of(["two-layers", "separated"], photographs, misled=["separated"])
    lessons = {}
    for name, student in run.students.items():
        monkeypatch.setattr(
            student, "learn", lambda images, answers, _, name=name: lessons.update({name: answers})
        )
    run.step()
    right, wrong = lessons["two-layers"], lessons["separated"]
    assert torch.equal(wrong[1:], right[:-1])
    assert not torch.equal(wrong, right)


def test_every_photograph_is_checked_as_often_as_the_others(photographs):
    check = run_of(["two-layers"], photographs).checks["held_out"]
    assert check.photographs.bincount().tolist() == [2, 2]
    assert check.crops.shape == (4, 3, RECIPE.side, RECIPE.side)


def test_agreement_and_its_interval_are_those_of_the_hits(photographs, monkeypatch):
    run = run_of(["two-layers"], photographs)
    check = run.checks["held_out"]
    # Right for all crops of the first photograph, and for none of the second.
    answers = check.answers.clone()
    answers[check.photographs == 1] = -answers[check.photographs == 1]
    monkeypatch.setattr(run.students["two-layers"], "answers", lambda _: answers)
    found = run.final_check("two-layers")
    assert found["agreement_held_out"] == found["top5_agreement_held_out"] == 0.5
    assert (found["agreement_held_out_low"], found["agreement_held_out_high"]) == (0, 1)


def test_the_state_before_training_is_kept_and_checked(photographs, tmp_path):
    run, kept = run_of(["two-layers"], photographs), []
    run.train(
        state_file=tmp_path / "state.pt",
        fingerprint="one",
        checkpoints=[0, 3],
        save_checkpoint=kept.append,
    )
    assert kept == [0, 3]
    assert run.learning_curves()["step"].tolist() == [[0, 3]]


def test_weights_are_written_in_16_bits_and_without_what_is_left_out(tmp_path):
    net = before_training("graft-5", torch.Generator().manual_seed(0)).net
    save_weights(net, tmp_path / "all.safetensors")
    save_weights(net, tmp_path / "tail.safetensors", without=("features.0.", "features.1."))
    whole, tail = (load_file(tmp_path / f"{name}.safetensors") for name in ("all", "tail"))
    assert whole.keys() == net.state_dict().keys()
    assert {n for n in whole if n not in tail} == {
        n for n in whole if n.startswith(("features.0.", "features.1."))
    }
    assert whole["classifier.weight"].dtype == torch.float16
    assert torch.allclose(
        whole["classifier.weight"].float(), net.classifier.weight, rtol=2**-10, atol=1e-6
    )


def test_curves_and_checks_of_all_students_in_their_order(photographs):
    run = run_of(["two-layers", "separated"], photographs)
    run.step()
    run.check(1)
    curves, checks = run.learning_curves(), run.final_checks()
    assert curves["step"].tolist() == [[1], [1]]
    assert not curves.keys() & checks.keys()  # one would hide the other in a result
    for index, name in enumerate(run.students):
        assert curves["loss"][index].tolist() == run.students[name].curves["loss"]
        assert {key: one[index] for key, one in checks.items()} == run.final_check(name)
