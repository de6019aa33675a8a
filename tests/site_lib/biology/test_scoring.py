"""A network scored against recordings made from it, against noise, and from the command line."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from site_lib.biology import score_model
from site_lib.biology.neurons import Neurons
from site_lib.biology.rdm import layer_rdms
from site_lib.biology.scoring import score_of_neurons, score_of_rdms, scores
from site_lib.biology.sites import cell_means
from site_lib.data import recordings
from site_lib.networks.activations import activations_of
from site_lib.networks.any_network import controls_of
from site_lib.networks.registry import load
from tests.site_lib.recorded_neurons import lies_in, write_v4

NUM_IMAGES = 40


@pytest.fixture(scope="module")
def images():
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(NUM_IMAGES, 3, 8, 8, generator=generator)
    return torch.nn.functional.interpolate(coarse, size=64)


@pytest.fixture(scope="module")
def networks(images):
    student = load("student")
    return {"trained": student, **controls_of(student, images[:8], seed=0)}


@pytest.fixture(scope="module")
def rdms(networks, images):
    return {
        name: layer_rdms(activations_of(network, images, network.stages).values())
        for name, network in networks.items()
    }


def test_people_made_of_a_layer_are_most_like_it(networks, rdms):
    generator = np.random.default_rng(0)
    noise = generator.random((5, NUM_IMAGES, NUM_IMAGES))
    people = rdms["trained"][3] + 0.2 * (noise + noise.transpose(0, 2, 1))
    found = score_of_rdms("made up", "IT", networks, rdms, people, number=50, seed=0)
    assert found.layer == networks["trained"].stages[3]
    assert found.interval[0] < found.value < found.interval[1]
    assert found.value > max(found.controls.values())
    assert found.above[0] > 0
    nobody = 1 + noise + noise.transpose(0, 2, 1)
    chance = score_of_rdms("made up", "IT", networks, rdms, nobody, number=50, seed=0)
    assert chance.value < 0.2
    assert chance.above[0] < 0.05


def test_neurons_made_of_a_layer_are_predicted_better_by_it(networks, images):
    student = networks["trained"]
    layer = student.stages[2]
    maps = cell_means(student, images, [layer])[layer].mean(dim=2).numpy()
    busiest = maps.std(axis=0).argsort()[-6:]  # others answer to next to none of the images
    neurons = Neurons(images, maps[:, busiest], np.arange(NUM_IMAGES), np.ones(6))
    found = score_of_neurons("today", "V4", networks, neurons, number=30, seed=0)
    assert found.measure == "r"
    assert found.recording == "6 neurons, today"
    assert found.value > 0.5
    assert found.value > max(found.controls.values())
    assert set(found.controls) == {"random", "shuffled"}


@pytest.fixture
def only_v4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with made-up neurons and nothing else."""
    lies_in(tmp_path, "cowley2023", monkeypatch)
    write_v4(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("only_v4")
def test_the_command_prints_a_line_for_each_session(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["score", "two-layers", "--samples", "4"])
    score_model.main()
    title, header, *lines = capsys.readouterr().out.splitlines()
    assert title.startswith("two-layers, 4 bootstrap samples")
    assert header.split()[:2] == ["recording", "area"]
    assert [line.split(",")[1].split()[0] for line in lines] == [*recordings.V4_SESSIONS]
    assert all(" r = " in line and " to " in line for line in lines)


@pytest.mark.parametrize(
    ("model", "words"),
    [("efficientnet_lite9", "efficientnet_lite1"), ("nowhere.safetensors", "cannot read")],
)
@pytest.mark.usefixtures("only_v4")
def test_a_model_that_is_not_there_is_one_line(monkeypatch, capsys, model, words):
    monkeypatch.setattr(sys, "argv", ["score", model])
    with pytest.raises(SystemExit) as leaving:
        score_model.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words in error


def test_without_recordings_the_command_says_how_to_get_them(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv(recordings.DATA_VARIABLE, str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["score", "student"])
    with pytest.raises(SystemExit):
        score_model.main()
    error = capsys.readouterr().err
    assert error.startswith("error: no recording is on this machine; python -m site_lib.data")
    assert error.count("\n") == 1
    assert list(scores({}, seed=0)) == []
