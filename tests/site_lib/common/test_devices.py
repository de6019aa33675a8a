"""Choosing a device."""

import pytest
import torch

from site_lib.common.devices import choose_device
from site_lib.common.errors import CourseError


def test_auto_takes_what_there_is():
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.parametrize("name", ["cuda", "cuda:0"])
def test_cuda_without_cuda_says_what_to_do(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(CourseError, match=f"{name}.*DEVICE=cpu"):
        choose_device(name)


def test_one_of_several_gpus_is_chosen_by_its_number(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("cuda") == torch.device("cuda")
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(CourseError, match="no device 'cuda:2' here; torch sees cuda:0, cuda:1"):
        choose_device("cuda:2")


@pytest.mark.parametrize("name", ["gpu", "", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1\n"])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(CourseError, match=r"unknown device .*; choose auto, cpu, cuda or"):
        choose_device(name)
