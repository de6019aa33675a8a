"""Training of the plain network: a killed run ends where an uninterrupted one does."""

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from site_lib.common.files import ROOT
from site_lib.networks import training
from site_lib.networks.registry import load
from site_lib.records.measurement import load_result

SCRIPT = ROOT / "figures_src" / "what_units_see" / "train_student.py"
OPTIONS = {
    "teacher": "efficientnet_lite0", "side": 64, "batch": 4, "steps": 4, "snapshots": [0, 2],
    "checkpoints": [2],
    "learning_rate": 1e-3, "weight_decay": 0.0, "temperature": 4.0, "seed": 0,
    "device": torch.device("cpu"),
}  # fmt: skip


@contextmanager
def small_script() -> Iterator[SimpleNamespace]:
    """What the script defines; within the block it checks few crops and keeps every state."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"NUM_CHECKED_CROPS": 4, "SECONDS_BETWEEN_STATES": 0}.items():
            patch.setattr(training, name, value)
        yield SimpleNamespace(**runpy.run_path(str(SCRIPT)))


@pytest.fixture
def script():
    with small_script() as script:
        yield script


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Folder with the weights of an uninterrupted run, and its result."""
    folder = tmp_path_factory.mktemp("whole")
    with small_script() as script:
        return folder / "weights", train(script, folder / "weights", folder / "state")


def train(script, folder, state):
    return script.measure(weights_folder=str(folder), state_folder=str(state), **OPTIONS)


def test_a_killed_run_goes_on_and_ends_where_another_does(script, whole, tmp_path, monkeypatch):
    whole_folder, uninterrupted = whole
    # The state's identity holds the folders; the second run must look like the same one.
    folder, state = tmp_path / "killed", tmp_path / "state"
    step = training.Distillation.step

    numbers = iter(range(OPTIONS["steps"]))

    def killed(run):
        if next(numbers) == 3:
            raise KeyboardInterrupt
        step(run)

    monkeypatch.setattr(training.Distillation, "step", killed)
    with pytest.raises(KeyboardInterrupt):
        train(script, folder, state)
    assert not (folder / "student.safetensors").exists()
    monkeypatch.setattr(training.Distillation, "step", step)
    resumed = train(script, folder, state)
    first, second = (load_file(f / "student.safetensors") for f in (whole_folder, folder))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert resumed.arrays["loss"].tolist() == uninterrupted.arrays["loss"].tolist()
    assert resumed.arrays["filters"].tolist() == uninterrupted.arrays["filters"].tolist()
    assert sorted(p.name for p in folder.iterdir()) == [
        "student-step-2.safetensors", "student.safetensors"
    ]  # fmt: skip


def test_the_first_layer_is_kept_from_before_training_to_the_end(script, whole):
    folder, result = whole[0], whole[1].arrays
    before = script.before_training(OPTIONS["seed"]).net.features[0].weight
    end = load_file(folder / "student.safetensors")["features.0.weight"]
    assert result["snapshots"].tolist() == [0, 2, 4]
    assert result["filters"].shape == (3, 64, 3, 11, 11)
    assert torch.equal(torch.tensor(result["filters"][0]), before.half())
    assert torch.equal(torch.tensor(result["filters"][-1]), end)
    assert result["filters_misled"].shape == (1, 64, 3, 11, 11)


def test_the_committed_weights_are_those_of_the_committed_training():
    record = load_result(ROOT / "site_lib/networks/weights/student-training.npz").record
    assert load("student").record() in record["weights"]


# By day the build measures the kept weights, and a claim judges what it finds.
@pytest.mark.nightly
@pytest.mark.slow
def test_kept_weights_answer_as_well_as_the_training_says():
    recorded = load_result(ROOT / "site_lib/networks/weights/student-training.npz")
    learning = runpy.run_path(str(SCRIPT.with_name("measure_student_learning.py")))["measure"]
    parameters = recorded.record["parameters"]
    found = learning(
        teacher=parameters["teacher"], side=parameters["side"], checkpoints=[],
        seed=recorded.record["seed"], device=torch.device("cpu"),
    ).arrays  # fmt: skip
    # Trained on a GPU, in 32 bits, and kept in 16.
    for kind in ("own", "held_out"):
        for name, tolerance in (("agreement", 0.02), ("correlation", 0.01)):
            at_end = float(found[f"{name}_{kind}"][-1])
            assert at_end == pytest.approx(float(recorded[f"{name}_{kind}"][0]), abs=tolerance)
