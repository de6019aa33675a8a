"""Choosing a device."""

import pytest
import torch

from site_lib.common.devices import choose_device, gpu_name
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


def test_products_on_a_gpu_keep_all_bits(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    backends = (torch.backends.cuda.matmul, torch.backends.cudnn)
    before = [backend.allow_tf32 for backend in backends]
    try:
        for backend in backends:
            backend.allow_tf32 = True
        choose_device("cpu")
        assert all(backend.allow_tf32 for backend in backends)
        choose_device("cuda")
        assert not any(backend.allow_tf32 for backend in backends)
    finally:
        for backend, allowed in zip(backends, before, strict=True):
            backend.allow_tf32 = allowed


def test_a_gpu_has_a_name_and_the_cpu_has_none(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Toy of {device}")
    assert gpu_name(torch.device("cuda:1")) == "Toy of cuda:1"
    assert gpu_name(torch.device("cpu")) is None


@pytest.mark.parametrize("name", ["gpu", "", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1\n"])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(CourseError, match=r"unknown device .*; choose auto, cpu, cuda or"):
        choose_device(name)
